//! When the events of a scenario happen: at an instant, some time after the event above, once or several times.

use super::Fault;
use super::literal::{instant, number};
use crate::civil::civil;
use servanda_diagnostics::Code;
use servanda_parser::ast::{Expr, ExprKind, Happens, Scenario, Step, Times, Unit, When};
use servanda_policy::time::{Instant, NANOS_PER_SECOND, Zone};
use servanda_policy::value::Exact;

/// How often one step may say that an event happens.
pub(super) const TIMES_MAX: u32 = 10_000;
/// What stands for the number of an event in the texts of one that happens several times.
pub(super) const NUMBER: &str = "{n}";

/// An event of a scenario: once for each time that it happens.
pub(super) struct Happening {
    /// The step, with its number in its texts.
    pub(super) step: Happens,
    /// When it happens.
    pub(super) at: Instant,
}

/// A length of time between two events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distance {
    /// By the clock.
    Nanos(i64),
    /// Dates on, at the same time of day.
    Days(i64),
    /// Months on, at the same time of day.
    Months(i64),
}

impl Distance {
    /// So many times this length after an instant; none where that is no instant any more.
    fn after(self, from: Instant, times: u32, zone: &Zone) -> Option<Instant> {
        let times = i64::from(times);
        let (date, nanos) = zone.local(from);
        let at = match self {
            Distance::Nanos(each) => from.add_nanos(i128::from(each).checked_mul(i128::from(times))?)?,
            Distance::Days(each) => civil(zone, date.add_days(each.checked_mul(times)?)?, nanos),
            Distance::Months(each) => civil(zone, date.add_months(each.checked_mul(times)?)?, nanos),
        };
        at.in_range()
    }
}

/// The length that is written here.
pub(super) fn distance(expr: &Expr) -> Result<Distance, Fault> {
    let ExprKind::Length { amount, kind, unit } = &expr.kind else {
        return Err(Fault::new("a length of time is written here", expr.span));
    };
    let written = number(expr)?;
    let (digits, units) = (&amount.value, unit_word(unit.value, &written.exact));
    // In seconds, days or months.
    let count = written.value();
    let whole = || {
        let count = count.to_i128().and_then(|count| i64::try_from(count).ok()).filter(|count| *count > 0);
        count.ok_or_else(|| {
            let message = format!("`{digits} {units}` is no whole number of them");
            Fault::new(message, expr.span).code(Code::ImpossibleValue)
        })
    };
    match (kind.as_ref().map(|kind| kind.value.as_str()), unit.value) {
        (None | Some("elapsed"), Unit::Second | Unit::Minute | Unit::Hour) => {
            let nanos = (&count * &Exact::integer(i128::from(NANOS_PER_SECOND))).to_i128();
            let nanos = nanos.and_then(|nanos| i64::try_from(nanos).ok()).filter(|nanos| *nanos > 0);
            nanos.map(Distance::Nanos).ok_or_else(|| {
                let message = format!("`{digits} {units}` is no length of time");
                Fault::new(message, expr.span).code(Code::ImpossibleValue)
            })
        }
        (None | Some("calendar"), Unit::Month | Unit::Quarter | Unit::Year) => whole().map(Distance::Months),
        (Some("calendar"), Unit::Day | Unit::Week) => whole().map(Distance::Days),
        (None, Unit::Day | Unit::Week) => {
            let fault = Fault::new(format!("which {units}?"), expr.span).code(Code::BareDays);
            Err(fault.help(format!("write `{digits} calendar {units}`")))
        }
        (Some(kind @ ("calendar" | "elapsed")), _) => {
            let message = format!("there are no {kind} {units}");
            Err(Fault::new(message, expr.span)
                .code(Code::NoSuchLength)
                .help(format!("write `{digits} {units}`")))
        }
        (Some(kind), unit) => {
            let instead = match unit {
                Unit::Day | Unit::Week => format!("calendar {units}"),
                _ => units.to_owned(),
            };
            let message = format!("between events no `{kind} {units}` are counted");
            let help = format!("write when it happens, or `{digits} {instead}`");
            Err(Fault::new(message, expr.span).code(Code::NotSupported).help(help))
        }
    }
}

/// The word of a unit, for so many of them.
fn unit_word(unit: Unit, count: &Exact) -> &'static str {
    let several = match unit {
        Unit::Second => "seconds",
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Quarter => "quarters",
        Unit::Year => "years",
    };
    if *count == Exact::integer(1) { several.trim_end_matches('s') } else { several }
}

/// How often an event happens.
pub(super) fn count(times: &Times) -> Result<u32, Fault> {
    let count = times.count.value.replace('_', "").parse::<u32>().ok();
    count.filter(|count| (1..=TIMES_MAX).contains(count)).ok_or_else(|| {
        let message = format!("`{} times` cannot be", times.count.value);
        let fault = Fault::new(message, times.count.span).code(Code::ImpossibleValue);
        fault.help(format!("write a whole number from 1 to {TIMES_MAX}"))
    })
}

/// Every event of a scenario, in the order of the text; what cannot be read is left out and told.
pub(super) fn happenings(scenario: &Scenario, zone: &Zone, faults: &mut Vec<Fault>) -> Vec<Happening> {
    let mut found = Vec::new();
    let mut above = None;
    for step in &scenario.steps {
        let Step::Happens(step) = step else { continue };
        let faulty = faults.iter().any(|fault| fault.is_within(step.span));
        match each(step, above, zone) {
            Ok(events) => {
                above = events.last().map(|event| event.at);
                if !faulty {
                    found.extend(events);
                }
            }
            Err(fault) => {
                above = None;
                if !faulty {
                    faults.extend(fault);
                }
            }
        }
    }
    found
}

/// A step for each time that it happens; without a fault, where that of the event above has been told.
fn each(step: &Happens, above: Option<Instant>, zone: &Zone) -> Result<Vec<Happening>, Option<Fault>> {
    let too_far = |span| Fault::new("this is too far away", span).code(Code::ImpossibleValue);
    let first = match &step.at {
        When::At(text) => instant(&text.value, zone, text.span)?,
        When::Later(length) => {
            let distance = distance(length)?;
            let above = above.ok_or(None)?;
            distance.after(above, 1, zone).ok_or_else(|| too_far(length.span))?
        }
    };
    let Some(times) = &step.times else { return Ok(vec![Happening { step: step.clone(), at: first }]) };
    let apart = times.apart.as_ref().map(distance).transpose()?;
    let each = (0..count(times)?).map(|place| {
        let at = match apart {
            Some(apart) => apart.after(first, place, zone).ok_or_else(|| too_far(times.span))?,
            None => first,
        };
        Ok(Happening { step: numbered(step, place + 1), at })
    });
    each.collect()
}

/// A step with its number in its texts.
fn numbered(step: &Happens, number: u32) -> Happens {
    let digits = number.to_string();
    let mut step = step.clone();
    if let Some(id) = &mut step.id {
        id.value = id.value.replace(NUMBER, &digits);
    }
    for field in &mut step.fields {
        if let ExprKind::Text(text) = &mut field.value.kind {
            *text = text.replace(NUMBER, &digits);
        }
    }
    step
}
