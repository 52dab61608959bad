//! Windows: how a text says in which pieces something is measured.

use crate::check::draft::Draft;
use crate::check::length::number_of;
use crate::check::names::Thing;
use crate::diagnostics;
use crate::time::{WindowSpec, WindowUnit};
use crate::value::Exact;
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast;
use std::num::NonZeroU32;

/// How many seconds a window by the clock is at most.
const CLOCK_MAX: u32 = 86_400;

/// How many windows are counted together at most.
const ROLLING_MAX: u16 = 1000;

/// The unit of a window: a day is the shortest.
fn window_unit(unit: ast::Unit, span: Span) -> Result<WindowUnit, Box<Diagnostic>> {
    match unit {
        ast::Unit::Day => Ok(WindowUnit::Day),
        ast::Unit::Week => Ok(WindowUnit::Week),
        ast::Unit::Month => Ok(WindowUnit::Month),
        ast::Unit::Quarter => Ok(WindowUnit::Quarter),
        ast::Unit::Year => Ok(WindowUnit::Year),
        ast::Unit::Second | ast::Unit::Minute | ast::Unit::Hour => {
            Err(Box::new(diagnostics::window_of_hours(span)))
        }
    }
}

/// So long by the clock, if that is at most a day: how long a longer one is, the calendar tells.
fn clock_window(count: &Exact, unit: ast::Unit) -> Option<WindowSpec> {
    let seconds = match unit {
        ast::Unit::Second => 1,
        ast::Unit::Minute => 60,
        ast::Unit::Hour => 3600,
        ast::Unit::Day | ast::Unit::Week | ast::Unit::Month | ast::Unit::Quarter | ast::Unit::Year => {
            return None;
        }
    };
    let seconds = (count * &Exact::integer(seconds)).to_i128()?;
    let seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds <= CLOCK_MAX)?;
    NonZeroU32::new(seconds).map(WindowSpec::Clock)
}

/// The window that is written without a name.
///
/// # Errors
/// When there is no such window, or it is only a name.
pub(crate) fn read_window(written: &ast::Window) -> Result<WindowSpec, Box<Diagnostic>> {
    let unit_of = |unit| window_unit(unit, written.span);
    match &written.kind {
        ast::WindowKind::Calendar(unit) => unit_of(*unit).map(WindowSpec::Calendar),
        ast::WindowKind::Contract(unit) => unit_of(*unit).map(WindowSpec::Contract),
        ast::WindowKind::Term => Ok(WindowSpec::Term),
        ast::WindowKind::From { unit, day } => {
            let unit = unit_of(*unit)?;
            let day = match day {
                Some(ast::Ordinal::Nth(day)) => u8::try_from(*day).ok().filter(|day| (1..=31).contains(day)),
                Some(ast::Ordinal::Last) => {
                    return Err(Box::new(diagnostics::from_the_last(unit, written.span)));
                }
                None => return Err(Box::new(diagnostics::unknown_window("", written.span))),
            };
            match (unit, day) {
                (WindowUnit::Month | WindowUnit::Quarter | WindowUnit::Year, Some(1)) => {
                    Err(Box::new(diagnostics::from_the_first(unit, written.span)))
                }
                (WindowUnit::Month | WindowUnit::Quarter | WindowUnit::Year, Some(day)) => {
                    Ok(WindowSpec::From(unit, day))
                }
                _ => Err(Box::new(diagnostics::no_such_day(unit, written.span))),
            }
        }
        ast::WindowKind::Rolling { count, contract, unit } => {
            let unit = unit_of(*unit)?;
            let days = matches!(unit, WindowUnit::Day | WindowUnit::Week);
            if *contract == Some(false) && !days {
                return Err(Box::new(diagnostics::rolling_calendar(&count.value, unit, written.span)));
            }
            let Some(contract) = contract.or((!days).then_some(false)) else {
                return Err(Box::new(diagnostics::rolling_days(&count.value, unit, written.span)));
            };
            let number = number_of(&count.value, count.span)?.to_i128();
            let number = number.and_then(|number| u16::try_from(number).ok());
            match number.filter(|number| (2..=ROLLING_MAX).contains(number)) {
                Some(count) => Ok(WindowSpec::Rolling { count, unit, contract }),
                None => Err(Box::new(diagnostics::rolling_count(count.span, ROLLING_MAX))),
            }
        }
        ast::WindowKind::Clock { count, unit } => {
            let count = match count {
                None => Exact::ONE,
                Some(count) => number_of(&count.value, count.span)?,
            };
            clock_window(&count, *unit).ok_or_else(|| Box::new(diagnostics::clock_window(written.span)))
        }
        ast::WindowKind::Named(name) => Err(Box::new(diagnostics::unknown_window(name, written.span))),
        ast::WindowKind::Broken => Err(Box::new(diagnostics::unknown_window("", written.span))),
    }
}

impl<'a> Draft<'a> {
    /// The window of a figure: also one that is named by how long it is, `let slice = 5 minutes`.
    pub(in crate::check) fn measured_window(&mut self, window: &'a ast::Window) -> Option<WindowSpec> {
        let ast::WindowKind::Named(name) = &window.kind else { return self.window(window) };
        let Some((Thing::Let(value), declared)) = self.names.get(name) else { return self.window(window) };
        let ast::LetValue::Expr(ast::Expr {
            kind: ast::ExprKind::Length { amount, kind: None, unit }, ..
        }) = &value.value
        else {
            return self.window(window);
        };
        self.used.insert(declared);
        let spec = match number_of(&amount.value, amount.span) {
            Ok(count) => clock_window(&count, unit.value),
            Err(finding) => return self.fail(*finding),
        };
        match spec {
            Some(spec) => Some(spec),
            None => self.fail(diagnostics::clock_window(window.span).also(declared, "so long")),
        }
    }

    /// The window that is written.
    pub(in crate::check) fn window(&mut self, window: &'a ast::Window) -> Option<WindowSpec> {
        match &window.kind {
            ast::WindowKind::Named(name) => match self.names.get(name) {
                Some((Thing::Let(value), declared)) => {
                    self.used.insert(declared);
                    match &value.value {
                        // A window is never named by another window's name in a `let`, so this ends.
                        ast::LetValue::Window(inner) if !matches!(inner.kind, ast::WindowKind::Named(_)) => {
                            self.window(inner)
                        }
                        _ => self.fail(diagnostics::no_window_named(name, window.span, "a value", declared)),
                    }
                }
                Some((thing, declared)) => {
                    self.fail(diagnostics::no_window_named(name, window.span, thing.word(), declared))
                }
                None => self.fail(diagnostics::unknown_window(name, window.span)),
            },
            ast::WindowKind::Broken => self.unreadable(),
            ast::WindowKind::From { day: None, .. } => self.unreadable(),
            _ => match read_window(window) {
                Ok(spec) => Some(spec),
                Err(finding) => self.fail(*finding),
            },
        }
    }
}
