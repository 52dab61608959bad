//! What has been paid: of what is owed beside a debt, of its principal, and what payments have left.

use super::{Material, Step, cause};
use crate::subject::entry_id;
use crate::text::{exact_money_text, instant_text, money_text};
use crate::trail::Paid;
use servanda_evaluator::PaidBy;
use servanda_evaluator::outcome::{Entry, Subject, Verdict};
use servanda_policy::policy::{CaseId, ConsequenceId, Expr, Form};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// What payments have settled of an amount, and what of it is left.
pub(super) fn settled(material: &Material<'_>, entry: &Entry) -> Option<Step> {
    let Subject::Item { case, .. } = &entry.subject else { return None };
    let settled = material.trail.settled(entry);
    let by = match (
        settled.iter().all(|it| it.by == PaidBy::Credit),
        settled.iter().any(|it| it.by == PaidBy::Credit),
    ) {
        (true, _) => "settled by credits",
        (false, true) => "settled by payments and credits",
        (false, false) => "settled by payments",
    };
    let (mut step, sum) = parts(material, by, *case, settled)?;
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
    Some(parts(material, "paid of the principal", *case, paid)?.0)
}

/// What is left of payments, and is paid out: what they left, and what of it was used before.
pub(super) fn paid_out(material: &Material<'_>, entry: &Entry, case: CaseId, amount: &Expr) -> Vec<Step> {
    let mut step = Step::new(material.quoted(amount.span));
    step.place = material.place(amount.span);
    step.value = entry.gross.map(|gross| money_text(gross, material.agreement));
    for left in material.trail.left(case).filter(|it| it.at <= entry.at) {
        step.steps.push(part(material, "left ", case, left));
    }
    for (debt, used) in material.trail.used(case).filter(|(_, it)| it.at <= entry.at) {
        let at = instant_text(used.at, material.agreement);
        let text = format!("used for {} at {at}", cause::about(material, debt));
        step.steps.push(Step::new(text).value(money(material, &used.amount)));
    }
    let by_rest = |it: &&Paid| it.by == PaidBy::Rest && it.at <= entry.at;
    for (id, used) in settled_of(material, case).filter(|(_, it)| by_rest(it)) {
        let at = instant_text(used.at, material.agreement);
        step.steps.push(Step::new(format!("used for {id} at {at}")).value(money(material, &used.amount)));
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
fn parts(material: &Material<'_>, text: &str, case: CaseId, paid: &[Paid]) -> Option<(Step, Exact)> {
    if paid.is_empty() {
        return None;
    }
    let mut step = Step::new(text);
    let sum = paid.iter().fold(Exact::ZERO, |sum, paid| &sum + &paid.amount);
    step.steps.extend(paid.iter().map(|paid| part(material, "", case, paid)));
    Some((step.value(money(material, &sum)), sum))
}

fn part(material: &Material<'_>, what: &str, case: CaseId, paid: &Paid) -> Step {
    let text = match &paid.by {
        PaidBy::Payment(_) => format!("{what}by one payment"),
        PaidBy::Rest => format!("{what}by what {} before had left", left_by(material, case, paid.at)),
        PaidBy::Credit => {
            // A credit pays at the instant behind its own.
            let at = instant_text(paid.at.previous(), material.agreement);
            match credits(material, case, paid.at).as_slice() {
                [] => format!("{what}by what was credited at {at}"),
                ids => format!("{what}by the credit {} of {at}", ids.join(" and ")),
            }
        }
    };
    let mut step = Step::new(text).value(money(material, &paid.amount));
    if let PaidBy::Payment(by) = &paid.by {
        step.evidence = material.evidence(std::slice::from_ref(by));
    }
    step
}

/// What has left something as credit of a case before an instant.
fn left_by(material: &Material<'_>, case: CaseId, at: Instant) -> &'static str {
    let before = || material.trail.left(case).filter(|left| left.at <= at);
    let by_credit = before().any(|left| left.by == PaidBy::Credit);
    let by_payment = before().any(|left| left.by != PaidBy::Credit);
    match (by_payment, by_credit) {
        (true, true) => "payments and credits",
        (false, true) => "credits",
        (_, false) => "payments",
    }
}

/// When a credit pays debts of a case, where it is one that does.
fn pays_at(material: &Material<'_>, entry: &Entry) -> Option<(CaseId, Instant)> {
    let case = material.policy.sets_off(entry.consequence)?;
    let known = match &entry.subject {
        Subject::Item { born, .. } => entry.at.max(*born),
        Subject::Agreement | Subject::Window(_) | Subject::Group(..) | Subject::Event(_) => entry.at,
    };
    entry.amount.filter(|amount| *amount != 0)?;
    Some((case, Instant(known.0.saturating_add(1))))
}

/// The ids of the credits that pay debts of a case at an instant.
fn credits(material: &Material<'_>, case: CaseId, at: Instant) -> Vec<String> {
    let pay = |entry: &&Entry| pays_at(material, entry) == Some((case, at));
    let paying = material.outcome.entries.iter().filter(pay);
    let id = |entry| entry_id(material.policy, material.agreement, material.outcome, entry);
    paying.map(id).collect()
}

/// What a credit that pays has paid, and what of it was left.
pub(super) fn set_off(material: &Material<'_>, entry: &Entry) -> Option<Step> {
    let (case, at) = pays_at(material, entry)?;
    let by_credit = |paid: &&Paid| paid.by == PaidBy::Credit && paid.at == at;
    let mut steps = Vec::new();
    let told = |text: String, paid: &Paid| Step::new(text).value(money(material, &paid.amount));
    for (subject, paid) in material.trail.principals(case).filter(|(_, paid)| by_credit(paid)) {
        steps.push(told(format!("principal of {}", cause::about(material, subject)), paid));
    }
    for (id, paid) in settled_of(material, case).filter(|(_, paid)| by_credit(paid)) {
        steps.push(told(id, paid));
    }
    for left in material.trail.left(case).filter(by_credit) {
        steps.push(told("left, for what is owed later".to_owned(), left));
    }
    if steps.is_empty() {
        return None;
    }
    let name = material.policy.cases.find(case).map_or("debt", |case| case.name.as_str());
    let others = credits(material, case, at).len().saturating_sub(1);
    let together = if others > 0 { ", together with what else was credited then" } else { "" };
    let mut step = Step::new(format!("pays what is owed for each {name}{together}"));
    step.steps = steps;
    Some(step)
}

/// What has been settled of amounts beside the principal of debts of a case, each with the id of its entry.
fn settled_of<'m>(material: &'m Material<'_>, case: CaseId) -> impl Iterator<Item = (String, &'m Paid)> + 'm {
    let is_of = move |entry: &&Entry| matches!(&entry.subject, Subject::Item { case: of, .. } if *of == case);
    material.outcome.entries.iter().filter(is_of).flat_map(|entry| {
        let id = entry_id(material.policy, material.agreement, material.outcome, entry);
        material.trail.settled(entry).iter().map(move |paid| (id.clone(), paid))
    })
}

/// What a credit has paid of principals at an instant, or what of it is paid out then.
pub(super) fn paid_by_credit(material: &Material<'_>, entry: &Entry, of: ConsequenceId) -> Vec<Step> {
    let Some(case) = material.policy.sets_off(of) else { return Vec::new() };
    let here = |paid: &&Paid| paid.at == entry.at && !matches!(paid.by, PaidBy::Payment(_));
    let mut step = Step::new("paid by credits at this instant");
    step.value = entry.amount.map(|amount| money_text(amount, material.agreement));
    for (debt, paid) in material.trail.principals(case).filter(|(_, paid)| here(paid)) {
        let text = format!("principal of {}", cause::about(material, debt));
        step.steps.push(Step::new(text).value(money(material, &paid.amount)));
    }
    let pays_out = |other: &&Entry| {
        let other_of = material.policy.consequences.find(other.consequence);
        other_of.and_then(servanda_policy::policy::Consequence::pays_out) == Some(case)
            && other.at == entry.at
    };
    for other in material.outcome.entries.iter().filter(pays_out) {
        let id = entry_id(material.policy, material.agreement, material.outcome, other);
        let value = other.amount.map(|amount| money_text(amount, material.agreement));
        step.steps.push(Step { value, ..Step::new(id) });
    }
    vec![step]
}

fn money(material: &Material<'_>, amount: &Exact) -> String {
    exact_money_text(amount, material.agreement)
}
