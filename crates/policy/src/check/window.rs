//! Windows: how a text says in which pieces something is measured.

use crate::check::draft::Draft;
use crate::check::length::number_of;
use crate::check::names::Thing;
use crate::diagnostics;
use crate::time::{WindowSpec, WindowUnit};
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast;

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
        ast::Unit::Second | ast::Unit::Minute | ast::Unit::Hour => Err(Box::new(diagnostics::not_supported(
            span,
            "a window shorter than a day",
            "write `calendar day`",
        ))),
    }
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
        ast::WindowKind::Named(name) => Err(Box::new(diagnostics::unknown_window(name, written.span))),
        ast::WindowKind::Broken => Err(Box::new(diagnostics::unknown_window("", written.span))),
    }
}

impl<'a> Draft<'a> {
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
