//! Duties whose time runs: how much of it is left, and what follows if it passes.

use super::{Ahead, ForecastLength, ForecastLine};
use crate::address::{notice_ids, verdict_ids};
use crate::expression::{Scope, value};
use crate::subject::{Lives, consequence_kind, identify};
use crate::text::{exact_text, length_text};
use serde::Serialize;
use servanda_evaluator::outcome::{Subject, Verdict};
use servanda_policy::policy::{
    ConsequenceId, Deadline, DutyId, Effect, Form, Length, LengthKind, Signal, Value, Verdict as Kind,
};
use servanda_policy::time::Instant;
use servanda_policy::value::{Exact, format_minor};
use std::collections::BTreeMap;

/// Something that follows if nothing happens until a time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastFollows {
    /// The id that it will have.
    pub id: String,
    /// `entry`, `accrual`, `claim`, `notice` or `right`.
    pub kind: &'static str,
    /// What, with who owes whom.
    pub text: String,
    /// How much, after limits; of what accrues, its first figure; none where it is no money, or undetermined.
    pub amount: Option<String>,
    /// The currency's code, where it is money.
    pub currency: Option<&'static str>,
    /// When, RFC 3339.
    pub at: String,
    /// Why the amount is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

impl Ahead<'_> {
    /// Seconds of a kind of time.
    pub(super) fn length(&self, nanos: i128, kind: Option<LengthKind>) -> ForecastLength {
        let seconds = Exact::ratio(nanos, 1_000_000_000).unwrap_or(Exact::ZERO);
        let length = Length { kind: kind.unwrap_or(LengthKind::Physical), amount: seconds.clone() };
        ForecastLength { seconds: exact_text(&seconds), text: length_text(self.material.policy, &length) }
    }

    /// What is ahead for duties that are open, by their lines.
    pub(super) fn acts(&self, lines: &mut [ForecastLine]) {
        let outcome = self.material.outcome;
        let (policy, agreement) = (self.material.policy, self.material.agreement);
        let now = verdict_ids(policy, agreement, &Lives::of(outcome), outcome);
        let verdicts: BTreeMap<&str, &Verdict> =
            now.iter().map(String::as_str).zip(&outcome.verdicts).collect();
        for line in lines.iter_mut().filter(|line| matches!(line.kind, "duty" | "target" | "prohibition")) {
            let Some(verdict) = line.id.as_deref().and_then(|id| verdicts.get(id)) else { continue };
            self.act(line, verdict);
        }
    }

    fn act(&self, line: &mut ForecastLine, verdict: &Verdict) {
        let Some(duty) = self.material.policy.duties.find(verdict.duty) else { return };
        if let Form::Do { deadline: Some(deadline), .. } = &duty.form {
            line.open_left = self.open_left(verdict, deadline);
        }
        line.pays = self.pays(verdict);
        // What is late has had its consequences.
        if verdict.verdict != Kind::Pending {
            return;
        }
        let same = |of: &&Verdict| of.duty == verdict.duty && of.subject == verdict.subject;
        let decided = self.silent.verdicts.iter().find(same).filter(|of| of.verdict != Kind::Pending);
        if let Some(decided) = decided {
            line.in_silence = Some(decided.verdict.word());
            line.follows = self.follows(verdict.duty, &verdict.subject);
        }
    }

    /// How much open time there is until a deadline; of a clock that stands still, how much is left of it.
    fn open_left(&self, verdict: &Verdict, deadline: &Deadline) -> Option<ForecastLength> {
        let Deadline::Within { length, share: None, .. } = deadline else { return None };
        let duty = self.material.policy.duties.find(verdict.duty)?;
        let version = self.material.policy.version_of(duty.clause);
        let scope = Scope::of(self.material.agreement).about(self.material.trail, &verdict.subject, version);
        let Value::Length(length) = value(&scope, length)? else { return None };
        let as_of = self.material.outcome.as_of;
        match (verdict.late_from, length.kind) {
            (Some(late_from), LengthKind::Open(_)) if late_from >= as_of => {
                // A moment is late behind itself: the last instant in time is the one before.
                let last = Instant(late_from.0.saturating_sub(1)).max(as_of);
                let left = self.material.agreement.used_between(length.kind, as_of, last);
                Some(self.length(left, Some(length.kind)))
            }
            (None, LengthKind::Open(_) | LengthKind::Physical) => {
                let clock = self.material.trail.clocks(verdict.duty, &verdict.subject).last()?;
                clock.since?;
                let all = (&length.amount * &Exact::integer(1_000_000_000)).floor()?;
                Some(self.length(all.checked_sub(clock.used)?.max(0), Some(length.kind)))
            }
            _ => None,
        }
    }

    /// What follows from a breach on a subject that is not there yet.
    pub(super) fn follows(&self, duty: DutyId, subject: &Subject) -> Vec<ForecastFollows> {
        let (policy, agreement) = (self.material.policy, self.material.agreement);
        let of = |id: ConsequenceId| {
            policy.consequences.find(id).is_some_and(|of| match &of.on {
                Signal::Broken(broken) => *broken == duty,
                Signal::Running(running) => running.duty == duty,
                _ => false,
            })
        };
        let outcome = self.material.outcome;
        let lives = Lives::of(self.silent);
        let party = |party| self.material.party(party).to_owned();
        let money = |minor: i128| format_minor(minor, agreement.currency);
        let because = |causes: &[servanda_evaluator::outcome::Cause]| {
            causes.iter().map(|cause| cause.message.clone()).collect::<Vec<_>>()
        };
        let mut all = Vec::new();
        for entry in self.silent.entries.iter().filter(|it| of(it.consequence) && it.subject == *subject) {
            let same = |it: &&servanda_evaluator::outcome::Entry| {
                (it.consequence, it.ordinal) == (entry.consequence, entry.ordinal)
                    && it.subject == entry.subject
            };
            let Some(consequence) = policy.consequences.find(entry.consequence) else { continue };
            if outcome.entries.iter().any(|it| same(&it)) {
                continue;
            }
            let kind = consequence_kind(consequence).and_then(|kind| policy.kinds.find(kind));
            let (amount, at, word) = match &entry.accrual {
                None => (crate::statement::known_amount(entry), entry.at, "entry"),
                Some(_) => match self.first_figure(entry) {
                    Some((at, amount)) => (Some(amount), at, "accrual"),
                    None => (None, entry.at, "accrual"),
                },
            };
            all.push(ForecastFollows {
                id: identify(policy, agreement, &lives, entry),
                kind: word,
                text: format!(
                    "{} owes {} {}",
                    party(entry.debtor),
                    party(entry.creditor),
                    kind.map_or("entry", String::as_str)
                ),
                amount: amount.map(money),
                currency: Some(agreement.currency.code()),
                at: self.instant(at),
                because: because(&entry.because),
            });
        }
        let ids = crate::address::claim_ids(policy, agreement, &lives, self.silent);
        for (claim, id) in self.silent.claims.iter().zip(ids) {
            if !of(claim.consequence) || claim.subject != *subject {
                continue;
            }
            all.push(ForecastFollows {
                id,
                kind: "claim",
                text: format!("{} may claim from {}", party(claim.creditor), party(claim.debtor)),
                amount: claim.amount.map(money),
                currency: Some(agreement.currency.code()),
                at: self.instant(claim.at),
                because: because(&claim.because),
            });
        }
        let ids = notice_ids(policy, agreement, &lives, self.silent);
        for (notice, id) in self.silent.notices.iter().zip(ids) {
            let known = outcome.notices.contains(notice);
            if known || !of(notice.consequence) || notice.subject != *subject {
                continue;
            }
            let Some(consequence) = policy.consequences.find(notice.consequence) else { continue };
            let (kind, what) = match &consequence.effect {
                Effect::Right(right) => ("right", right.what.words().into_owned()),
                Effect::CountsAs(_) => ("notice", policy.words_of_silence(consequence).unwrap_or_default()),
                _ => ("notice", "is told".to_owned()),
            };
            all.push(ForecastFollows {
                id,
                kind,
                text: format!("{} {what}", party(notice.to)),
                amount: None,
                currency: None,
                at: self.instant(notice.at),
                because: Vec::new(),
            });
        }
        all
    }

    pub(super) fn instant(&self, at: Instant) -> String {
        at.format_in(&self.material.agreement.zone)
    }
}
