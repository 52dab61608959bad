//! How what accrues was computed: its periods or days, what compounded, rounding and caps.

use super::amount::{at_least, capped, expression, rounded, rounding_words};
use super::{Material, Step};
use crate::expression::Scope;
use crate::text::{exact_text, instant_text, quantity_text};
use servanda_evaluator::outcome::{Entry, Stretch};
use servanda_evaluator::{Grown, grace_over, grown, period_start};
use servanda_parser::ast::Unit;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Accrual, Compounding, Counted, ValueType};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// The steps of an accrual.
pub(super) fn of_accrual(material: &Material<'_>, entry: &Entry, accrual: &Accrual) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(accrued) = &entry.accrual else { return steps };
    steps.extend(begun_later(material, entry, accrual));
    let (runs, sum) = grown(material.agreement, accrual, accrued, entry.at, material.outcome.as_of);
    for (place, stretch) in accrued.stretches.iter().enumerate() {
        let its: Vec<&Grown> = runs.iter().filter(|run| run.stretch == place).collect();
        // Where what is unpaid changed twice within a period, nothing was computed on it in between.
        if !its.is_empty() {
            steps.push(stretch_step(material, (entry, accrual), stretch, &its));
        }
    }
    steps.extend(stopped(material, entry, accrual));
    if let Some(least) = &accrual.at_least {
        steps.push(at_least(material, &Scope::of(material.agreement), least, Some(&sum)));
    }
    if accrual.rounded_each {
        steps.push(Step::new(format!("each period {}", rounding_words(accrual.rounding))));
    } else {
        steps.extend(rounded(material, Some(&sum), entry, accrual.rounding));
    }
    steps.extend(capped(material, entry, &accrual.caps));
    steps
}

/// That it begins later than at the deadline, and when it was no longer forgiven.
fn begun_later(material: &Material<'_>, entry: &Entry, accrual: &Accrual) -> Vec<Step> {
    let agreement = material.agreement;
    let mut steps = Vec::new();
    if let Some(delay) = &accrual.delay {
        let text = format!("begins {} after the deadline", material.quoted(delay.span));
        steps.push(Step::new(text).value(instant_text(entry.at, agreement)));
    }
    if let Some((grace, over)) = accrual.grace.as_ref().zip(grace_over(agreement, accrual, entry.at)) {
        let text = format!("not paid within {} of the deadline, before", material.quoted(grace.span));
        steps.push(Step::new(text).value(instant_text(over, agreement)));
    }
    steps
}

/// When an accrual came to its end.
fn stopped(material: &Material<'_>, entry: &Entry, accrual: &Accrual) -> Option<Step> {
    let Some(until) = entry.accrual.as_ref()?.until else {
        let as_of = instant_text(material.outcome.as_of, material.agreement);
        return Some(Step::new(format!("not ended before {as_of}")));
    };
    // What ends with an act includes its moment, so that the first instant after it lies one nanosecond later.
    let moment = until.add_nanos(-1).filter(|_| until.0.rem_euclid(10) == 1).unwrap_or(until);
    let unit = unit_word(accrual.period, 1);
    let counts = match accrual.counted {
        Counted::Begun => format!("a {unit} that had begun by then counts whole"),
        Counted::Completed => format!("a {unit} that was not over by then does not count"),
    };
    Some(Step::new("ended").value(format!("{}; {counts}", instant_text(moment, material.agreement))))
}

/// Periods, or days of a year, that are computed on the same amount.
fn stretch_step(
    material: &Material<'_>,
    (entry, accrual): (&Entry, &Accrual),
    stretch: &Stretch,
    runs: &[&Grown],
) -> Step {
    let (policy, agreement) = (material.policy, material.agreement);
    let money = |amount: &Exact| quantity_text(policy, agreement, amount, ValueType::Money);
    let count = runs.iter().fold(0_i64, |count, run| count.saturating_add(run.periods));
    let unit = unit_word(accrual.period, count);
    let first = runs.first().map_or(0, |run| run.first);
    let span = spanned(agreement, accrual, entry.at, (first, count));
    let counted = match accrual.counted {
        Counted::Begun => "begun ",
        Counted::Completed => "completed ",
    };
    let counted = if accrual.by.is_some() { "" } else { counted };
    let day = agreement.zone.date_of(stretch.from);
    let sum = runs.iter().fold(Exact::ZERO, |sum, run| &sum + &run.amount);
    let how = match (accrual.compounding, accrual.by) {
        (Some(Compounding::EachPeriod), _) => " compounding after each".to_owned(),
        (Some(Compounding::Each(unit)), by) => {
            let by = by.map(|by| format!(" by {}", by.words())).unwrap_or_default();
            format!("{by}, compounding each calendar {}", unit.word())
        }
        (None, Some(by)) => format!(" by {} at {} a year", by.words(), money(&stretch.each)),
        (None, None) => format!(" at {} each", money(&stretch.each)),
    };
    let mut step = Step::new(format!("{count} {counted}{unit} {span}{how}"));
    step.value = Some(money(&sum));
    if let Some(((rate, base), of)) = accrual.rate_of_base().zip(stretch.base.as_ref())
        && accrual.compounding.is_some()
    {
        step.steps.push(expression(material, &Scope::of(agreement).on(day), rate, Some(ValueType::Share)));
        step.steps.push(Step::new(material.quoted(base.span)).value(money(of)));
        step.steps.extend(runs.iter().map(|run| compounded(material, accrual, (entry, stretch, of), run)));
        return step;
    }
    let scope = Scope::of(agreement).with_base(stretch.base.as_ref()).on(day);
    let scope = scope.about(material.trail, &entry.subject, material.version);
    let mut each = expression(material, &scope, &accrual.amount, Some(ValueType::Money));
    each.value = Some(money(&stretch.each));
    if let Some(base) = stretch.base.as_ref().map(money)
        && each.steps.iter().all(|step| step.value.as_ref() != Some(&base))
    {
        each.steps.insert(0, Step::new("computed on").value(base));
    }
    step.steps.push(each);
    if accrual.by.is_some() {
        let part = runs.iter().fold(Exact::ZERO, |sum, run| &sum + &run.part);
        step.steps.push(Step::new("part of a year").value(exact_text(&part)));
    }
    step
}

/// Periods that were computed on what had joined by then.
fn compounded(
    material: &Material<'_>,
    accrual: &Accrual,
    (entry, stretch, base): (&Entry, &Stretch, &Exact),
    run: &Grown,
) -> Step {
    let (policy, agreement) = (material.policy, material.agreement);
    let money = |amount: &Exact| quantity_text(policy, agreement, amount, ValueType::Money);
    let mut on = money(&(base + &run.joined));
    if !stretch.settled.is_zero() {
        // What has been settled of it has left it again, which the sum alone does not tell.
        on += &format!(", with {} that had joined it and was not settled", money(&run.joined));
    }
    let unit = unit_word(accrual.period, run.periods);
    let first = run.first.saturating_add(1);
    let text = match (accrual.compounding, accrual.by) {
        (Some(Compounding::Each(_)), by) => {
            let date = agreement.zone.date_of(entry.at).add_days(run.first);
            let from = date.map(|date| format!(" from {date}")).unwrap_or_default();
            let part = by.map(|_| format!(", {} of a year,", exact_text(&run.part))).unwrap_or_default();
            format!("{} {unit}{from}{part} on {on}", run.periods)
        }
        _ => format!("{unit} {first} on {on}"),
    };
    Step::new(text).value(money(&run.amount))
}

/// The dates of periods, by the number of the first and how many they are: what was paid meanwhile ends none of them.
/// The first begins with the accrual, which may be in the middle of a date.
fn spanned(agreement: &Agreement, accrual: &Accrual, from: Instant, (first, count): (i64, i64)) -> String {
    let zone = &agreement.zone;
    let start = |number| period_start(agreement, accrual.period, from, number);
    let begins = start(first).unwrap_or(from);
    let date = zone.date_of(begins);
    let whole = zone.start_of(date) == begins || accrual.period == Unit::Day;
    let shown = if whole { date.to_string() } else { instant_text(begins, agreement) };
    let behind = start(first.saturating_add(count)).map(|behind| zone.date_of(behind));
    match behind.and_then(|behind| behind.add_days(-1)).filter(|last| *last != date) {
        Some(last) => format!("from {shown} to {last}"),
        None if whole => format!("on {shown}"),
        None => format!("from {shown}"),
    }
}

fn unit_word(unit: Unit, count: i64) -> String {
    let word = match unit {
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "calendar day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    };
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
