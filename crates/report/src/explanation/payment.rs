//! What has been paid: of what is owed beside a debt, of its principal, and what payments have left.

use super::{Material, Step, cause};
use crate::text::{exact_money_text, instant_text, money_text};
use crate::trail::Paid;
use servanda_evaluator::PaidBy;
use servanda_evaluator::outcome::{Entry, Verdict};
use servanda_policy::policy::{CaseId, Expr, Form};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// What payments have settled of an amount, and what of it is left.
pub(super) fn settled(material: &Material<'_>, entry: &Entry) -> Option<Step> {
    let (mut step, sum) = parts(material, "settled by payments", material.trail.settled(entry))?;
    let charged =
        entry.amount.and_then(|amount| Exact::ratio(amount, material.agreement.currency.minor_per_major()));
    if let Some(charged) = charged {
        step.steps.push(Step::new("left to settle").value(money(material, &(&charged - &sum))));
    }
    Some(step)
}

/// What has been paid of the principal, where a duty is one to pay it: not of what one payment has paid at once, which is
/// what has been done.
pub(super) fn principal(material: &Material<'_>, form: &Form, verdict: &Verdict) -> Option<Step> {
    let Form::Do { case, act, .. } = form else { return None };
    let debt = material.policy.cases.find(*case)?.debt.as_ref()?;
    let paid = material.trail.principal(&verdict.subject);
    let at_once = matches!(paid, [Paid { by: PaidBy::Payment(_), .. }]) && verdict.done_at.is_some();
    if debt.paid != *act || at_once {
        return None;
    }
    Some(parts(material, "paid of the principal", paid)?.0)
}

/// What is left of payments, and is paid out: what they left, and what of it was used before.
pub(super) fn paid_out(material: &Material<'_>, entry: &Entry, case: CaseId, amount: &Expr) -> Vec<Step> {
    let mut step = Step::new(material.quoted(amount.span));
    step.place = material.place(amount.span);
    step.value = entry.gross.map(|gross| money_text(gross, material.agreement));
    for left in material.trail.left(case).filter(|it| it.at <= entry.at) {
        step.steps.push(part(material, "left ", left));
    }
    for (debt, used) in material.trail.used(case).filter(|(_, it)| it.at <= entry.at) {
        let at = instant_text(used.at, material.agreement);
        let text = format!("used for {} at {at}", cause::about(material, debt));
        step.steps.push(Step::new(text).value(money(material, &used.amount)));
    }
    let of = |other: &Entry| material.policy.consequences.find(other.consequence)?.pays_out();
    let same = |other: &&Entry| of(other) == Some(case) && other.at < entry.at;
    for earlier in material.outcome.entries.iter().filter(same) {
        let text = format!("paid out before, at {}", instant_text(earlier.at, material.agreement));
        let value = earlier.amount.map(|amount| money_text(amount, material.agreement));
        step.steps.push(Step { value, ..Step::new(text) });
    }
    vec![step]
}

/// What was paid, part by part, and all of it.
fn parts(material: &Material<'_>, text: &str, paid: &[Paid]) -> Option<(Step, Exact)> {
    if paid.is_empty() {
        return None;
    }
    let mut step = Step::new(text);
    let sum = paid.iter().fold(Exact::ZERO, |sum, paid| &sum + &paid.amount);
    step.steps.extend(paid.iter().map(|paid| part(material, "", paid)));
    Some((step.value(money(material, &sum)), sum))
}

fn part(material: &Material<'_>, what: &str, paid: &Paid) -> Step {
    let text = match &paid.by {
        PaidBy::Payment(_) => format!("{what}by one payment"),
        PaidBy::Rest => format!("{what}by what payments before had left"),
        PaidBy::Credit => {
            // A credit pays at the instant behind its own.
            let at = Instant(paid.at.0.saturating_sub(1));
            format!("{what}by what was credited at {}", instant_text(at, material.agreement))
        }
    };
    let mut step = Step::new(text).value(money(material, &paid.amount));
    if let PaidBy::Payment(by) = &paid.by {
        step.evidence = material.evidence(std::slice::from_ref(by));
    }
    step
}

fn money(material: &Material<'_>, amount: &Exact) -> String {
    exact_money_text(amount, material.agreement)
}
