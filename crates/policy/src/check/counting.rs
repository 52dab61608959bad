//! How a length of time counts, where it is said otherwise than usual: what can be said of which kind of time.

use crate::check::draft::Draft;
use crate::check::length::{Calendars, written_length};
use crate::diagnostics;
use crate::policy::{Counting, Expr, ExprKind, Landing, LengthKind, PausesCount, Value, Whole};
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast::{self, ModifierKind};

/// The kind of a length, where it is known before it is read, and where it is written.
type Counted = (Option<LengthKind>, Span);

/// What is meant by a word that says how a length counts.
pub(crate) fn say(
    counting: &mut Counting,
    calendars: &mut impl Calendars,
    (word, at): (&ast::Counting, Span),
    (kind, length): Counted,
) -> Result<(), Box<Diagnostic>> {
    let hours = kind.is_none_or(|kind| matches!(kind, LengthKind::Physical | LengthKind::Open(_)));
    let days = kind.is_none_or(|kind| matches!(kind, LengthKind::CalendarDays | LengthKind::BusinessDays(_)));
    let of_calendar = kind.is_none_or(|kind| matches!(kind, LengthKind::BusinessDays(_)));
    let only = |fits: bool, what: &str| {
        if fits { Ok(()) } else { Err(Box::new(diagnostics::counts_otherwise(at, length, what))) }
    };
    let once = |free: bool| if free { Ok(()) } else { Err(Box::new(diagnostics::counting_twice(at))) };
    match word {
        ast::Counting::LateAtDeadline => {
            once(!counting.late_at_deadline)?;
            counting.late_at_deadline = true;
        }
        ast::Counting::IgnoringPauses => {
            once(counting.pauses == PausesCount::Stop)?;
            counting.pauses = PausesCount::Ignored;
        }
        ast::Counting::PausesInElapsedTime => {
            only(hours, "hours and minutes")?;
            once(counting.pauses == PausesCount::Stop)?;
            counting.pauses = PausesCount::Elapsed;
        }
        ast::Counting::FirstDay => {
            only(days, "days")?;
            once(!counting.first_day)?;
            counting.first_day = true;
        }
        ast::Counting::SameTimeOfDay => {
            only(kind.is_none() || !hours, "days and months")?;
            once(counting.landing == Landing::Closing)?;
            counting.landing = Landing::SameTimeOfDay;
        }
        ast::Counting::EndOfDate => {
            only(of_calendar, "days of a calendar")?;
            once(counting.landing == Landing::Closing)?;
            counting.landing = Landing::EndOfDate;
        }
        ast::Counting::Rounded { up, to } => {
            only(hours, "hours and minutes")?;
            once(counting.rounded.is_none())?;
            let ast::ExprKind::Length { amount, kind, unit } = &to.kind else {
                return Err(Box::new(diagnostics::rounded_to_no_time(to.span)));
            };
            let unit = written_length(calendars, (amount, kind.as_ref(), unit), to.span)?;
            let nanos = unit.nanos().filter(|nanos| unit.kind == LengthKind::Physical && *nanos > 0);
            let Some(nanos) = nanos else { return Err(Box::new(diagnostics::rounded_to_no_time(to.span))) };
            counting.rounded = Some((if *up { Whole::Begun } else { Whole::Completed }, nanos));
        }
    }
    Ok(())
}

/// Whether what is said goes together, and with the length.
pub(crate) fn fits(
    counting: Counting,
    (kind, length): Counted,
    moves_off_closed_days: bool,
) -> Result<(), Box<Diagnostic>> {
    let date = matches!(kind, Some(LengthKind::CalendarDays | LengthKind::Months));
    let lands_on_date = match counting.landing {
        Landing::Closing => date,
        Landing::SameTimeOfDay => false,
        Landing::EndOfDate => true,
    };
    if counting.late_at_deadline && lands_on_date {
        return Err(Box::new(diagnostics::late_at_a_date(length)));
    }
    if moves_off_closed_days && counting.landing == Landing::SameTimeOfDay {
        return Err(Box::new(diagnostics::moment_on_closed_day(length)));
    }
    Ok(())
}

impl<'a> Draft<'a> {
    /// How the length of time in a duty counts. None where a finding tells.
    pub(in crate::check) fn counting(
        &mut self,
        norm: &'a ast::Norm,
        length: &Expr,
        rolls: bool,
    ) -> Option<Counting> {
        let kind = match &length.kind {
            ExprKind::Value(Value::Length(length)) => Some(length.kind),
            _ => None,
        };
        let mut counting = Counting::default();
        for modifier in &norm.modifiers {
            let ModifierKind::Counting(word) = &modifier.kind else { continue };
            if let Err(finding) = say(&mut counting, self, (word, modifier.span), (kind, length.span)) {
                return self.fail(*finding);
            }
        }
        match fits(counting, (kind, length.span), rolls) {
            Ok(()) => Some(counting),
            Err(finding) => self.fail(*finding),
        }
    }
}
