//! Why something can be claimed, was claimed or has lapsed; and what is said of claims where an entry is explained.

use super::question::{Line, Question};
use super::{Explanation, Material, Step, amount, cause};
use crate::address::claim_ids;
use crate::statement::{ShownDeadline, standing_word};
use crate::subject::Lives;
use crate::text::{instant_text, money_text};
use servanda_evaluator::outcome::{Claim, ClaimStanding, Entry};
use servanda_policy::policy::{Claimed, Consequence, Effect, Form, Signal};

impl Question<'_> {
    /// Why an amount that waits for a claim is what it is.
    pub(super) fn of_claim(&self, id: &str) -> Option<Explanation> {
        let (policy, outcome) = (self.policy, &self.decided.outcome);
        let ids = claim_ids(policy, self.agreement, &Lives::of(outcome), outcome);
        let told: &Claim = outcome.claims.get(ids.iter().position(|of| of == id)?)?;
        let consequence = policy.consequences.find(told.consequence)?;
        let version = policy.version_of(consequence.clause);
        let mut material = self.material(Some(&told.subject), version);
        let can =
            format!("{} can claim what {} owes", material.party(told.creditor), material.party(told.debtor));
        let mut root = Step::new(format!("{can} under {}", consequence.name));
        root.place = material.place(consequence.span);
        root.steps.extend(cause::of_signal(&material, &told.subject, consequence));
        if let Signal::Broken(duty) = &consequence.on
            && let Some(Form::Keep { measure, .. }) = policy.duties.find(*duty).map(|duty| &duty.form)
        {
            material.told = Some(*measure);
        }
        if let Some(gross) = told.amount {
            let asked = asked_for(told, gross);
            let steps = amount::of_entry(&material, &asked, consequence);
            // Limits are charged when it is claimed.
            root.steps.extend(steps.into_iter().filter(|step| !step.text.starts_with("cap ")));
        } else {
            root.steps.extend(cause::unknown(&material, &told.because));
        }
        root.steps.extend(time(&material, told, consequence));
        let amount =
            told.amount.map_or_else(|| "undetermined".to_owned(), |it| money_text(it, self.agreement));
        let value = format!("{amount}, {}", standing_word(&told.standing));
        root.value = Some(value.clone());
        let governing = self.governing(version, Some((&material, &told.subject)));
        let (clause, span) = (Some(consequence.clause), self.sentence(consequence));
        let line = Line { id, of: "claim", value, clause, span, version: governing };
        Some(self.explained(&material, line, root))
    }
}

/// The entry that a claim would be, without what limits take.
fn asked_for(claim: &Claim, gross: i128) -> Entry {
    Entry {
        consequence: claim.consequence,
        subject: claim.subject.clone(),
        ordinal: claim.ordinal,
        debtor: claim.debtor,
        creditor: claim.creditor,
        at: claim.at,
        gross: Some(gross),
        amount: Some(gross),
        capped_by: None,
        window: claim.window,
        accrual: None,
        because: Vec::new(),
        evidence: claim.evidence.clone(),
    }
}

/// How an entry was claimed, where it is one that waits for a claim; and what it excludes.
pub(super) fn of_entry(material: &Material<'_>, entry: &Entry, consequence: &Consequence) -> Vec<Step> {
    let is_it = |claim: &&Claim| {
        claim.consequence == entry.consequence
            && claim.ordinal == entry.ordinal
            && claim.subject.is_same(&entry.subject)
    };
    let claim = material.outcome.claims.iter().find(is_it);
    let mut steps: Vec<Step> =
        claim.into_iter().flat_map(|claim| time(material, claim, consequence)).collect();
    if let Some(sole) = consequence.sole {
        let mut step = Step::new("the sole remedy: nothing else of money follows from this breach");
        step.place = material.place(sole);
        steps.push(step);
    }
    steps
}

/// Until when a claim is in time, and what has become of it.
fn time(material: &Material<'_>, claim: &Claim, consequence: &Consequence) -> Vec<Step> {
    let written = match &consequence.effect {
        Effect::Entry(entry) => entry.claim.as_ref(),
        Effect::Accrue(_)
        | Effect::Tell(_)
        | Effect::Right(_)
        | Effect::End(_)
        | Effect::CountsAs(_)
        | Effect::Suspend(_) => None,
    };
    let Some(Claimed { span, .. }) = written else { return Vec::new() };
    let agreement = material.agreement;
    let until = match claim.until {
        Some(until) => {
            let shown = ShownDeadline::at(&agreement.zone, until);
            let date = shown.date.map(|date| format!("until the end of {date}"));
            date.unwrap_or_else(|| {
                format!("until {}", instant_text(until.add_nanos(-1).unwrap_or(until), agreement))
            })
        }
        None => "without an end".to_owned(),
    };
    let mut step = Step::new(material.quoted(*span)).value(until);
    step.place = material.place(*span);
    step.steps.push(Step::new("arose").value(instant_text(claim.at, agreement)));
    let (what, by) = match &claim.standing {
        ClaimStanding::Open => ("not claimed yet", None),
        ClaimStanding::Claimed(by) => ("claimed", Some(by)),
        ClaimStanding::Lapsed => ("lapsed: nobody has claimed it in time", None),
    };
    let mut told = Step::new(what);
    told.evidence = by.map(|by| material.evidence(std::slice::from_ref(by))).unwrap_or_default();
    step.steps.push(told);
    vec![step]
}
