//! An outcome that was told, in the words of its policy.

use serde_json::{Value, json};
use servanda::evaluator::{Quantity, Subject};
use servanda::report::{money_text, subject_text, value_text};
use servanda::time::Instant;
use servanda::{Agreement, Policy, Told};
use servanda_examples::state::Heard;

/// One line of `GET /outcomes`: what is told, and where it changes what was told before, that and the difference.
pub(crate) fn words(policy: &Policy, agreement: &Agreement, heard: &Heard) -> Value {
    let told = |told: &Option<Told>| told.as_ref().map(|told| outcome(policy, agreement, told));
    let mut line = json!({ "seq": heard.seq, "agreement": heard.agreement, "is": told(&heard.revision.is) });
    if let (Some(was), Value::Object(line)) = (told(&heard.revision.was), &mut line) {
        line.insert("was".to_owned(), was);
        if let Some(difference) = heard.revision.difference() {
            line.insert("difference".to_owned(), money_text(difference, agreement).into());
        }
    }
    line
}

fn outcome(policy: &Policy, agreement: &Agreement, told: &Told) -> Value {
    let at = |at: Instant| at.format_in(&agreement.zone);
    let subject = |subject: &Subject| subject_text(policy, agreement, subject);
    let party = |id| policy.parties.find(id).map(|party| &party.name);
    let clause = |id| policy.consequences.find(id).map(|of| &of.name);
    match told {
        Told::Verdict(it) => json!({
            "kind": "verdict",
            "duty": policy.duties.find(it.duty).map(|duty| &duty.name),
            "subject": subject(&it.subject),
            "verdict": it.verdict.word(),
            "at": it.at.map(at),
        }),
        Told::Figure(it) => {
            let measure = policy.measures.find(it.measure);
            let value = match (&it.value, measure) {
                (Quantity::Known(value), Some(measure)) => {
                    Some(value_text(policy, agreement, value, measure.unit))
                }
                _ => None,
            };
            let name = measure.map(|measure| &measure.name);
            json!({ "kind": "figure", "measure": name, "window": it.window.label(&agreement.zone), "value": value })
        }
        Told::Entry(it) => json!({
            "kind": "entry",
            "clause": clause(it.consequence),
            "subject": subject(&it.subject),
            "number": it.ordinal,
            "debtor": party(it.debtor),
            "creditor": party(it.creditor),
            "amount": it.amount.map(|amount| money_text(amount, agreement)),
            "at": at(it.at),
        }),
        Told::Notice(it) => json!({
            "kind": "notice",
            "clause": clause(it.consequence),
            "subject": subject(&it.subject),
            "to": party(it.to),
            "at": at(it.at),
        }),
        Told::Claim(it) => json!({
            "kind": "claim",
            "clause": clause(it.consequence),
            "subject": subject(&it.subject),
            "by": party(it.creditor),
            "amount": it.amount.map(|amount| money_text(amount, agreement)),
            "until": it.until.map(at),
        }),
        Told::Problem(it) => json!({
            "kind": "problem",
            "code": it.code.number(),
            "message": it.message,
            "line": it.place.line,
        }),
        _ => json!({ "kind": "other" }),
    }
}
