//! Duties whose time runs: how much of it is left, and what follows if it passes.

use super::{Ahead, ForecastLength, ForecastLine};
use crate::address::{claim_ids, notice_ids, verdict_ids};
use crate::explanation::Material;
use crate::expression::{Scope, value};
use crate::subject::{Lives, consequence_kind, identify};
use crate::text::{exact_text, length_text};
use serde::Serialize;
use servanda_evaluator::outcome::{Claim, Entry, Notice, Outcome, Subject, Verdict};
use servanda_policy::policy::{
    ConsequenceId, Deadline, DutyId, Effect, Form, Length, LengthKind, Signal, Value, Verdict as Kind,
};
use servanda_policy::time::Instant;
use servanda_policy::value::{Exact, format_minor};
use std::collections::{BTreeMap, BTreeSet};

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

/// What an outcome at a later instant tells and the one at hand does not, by what it is about, each with its id.
pub(crate) struct Later<'a> {
    verdicts: BTreeMap<(DutyId, &'a Subject), &'a Verdict>,
    entries: BTreeMap<&'a Subject, Vec<(&'a Entry, String, bool)>>,
    claims: BTreeMap<&'a Subject, Vec<(&'a Claim, String)>>,
    notices: BTreeMap<&'a Subject, Vec<(&'a Notice, String)>>,
}

impl<'a> Later<'a> {
    pub(super) fn of(material: &Material<'a>, silent: &'a Outcome) -> Self {
        let (policy, agreement) = (material.policy, material.agreement);
        let lives = Lives::of(silent);
        let mut later = Self {
            verdicts: BTreeMap::new(),
            entries: BTreeMap::new(),
            claims: BTreeMap::new(),
            notices: BTreeMap::new(),
        };
        for verdict in &silent.verdicts {
            later.verdicts.insert((verdict.duty, &verdict.subject), verdict);
        }
        let key = |entry: &'a Entry| (entry.consequence, &entry.subject, entry.ordinal);
        let known: BTreeSet<_> = material.outcome.entries.iter().map(key).collect();
        for entry in &silent.entries {
            let id = identify(policy, agreement, &lives, entry);
            let is_new = !known.contains(&key(entry));
            later.entries.entry(&entry.subject).or_default().push((entry, id, is_new));
        }
        let ids = claim_ids(policy, agreement, &lives, silent);
        for (claim, id) in silent.claims.iter().zip(ids) {
            later.claims.entry(&claim.subject).or_default().push((claim, id));
        }
        let key = |notice: &'a Notice| (notice.consequence, &notice.subject, notice.to, notice.at);
        let known: BTreeSet<_> = material.outcome.notices.iter().map(key).collect();
        let ids = notice_ids(policy, agreement, &lives, silent);
        for (notice, id) in silent.notices.iter().zip(ids).filter(|(it, _)| !known.contains(&key(it))) {
            later.notices.entry(&notice.subject).or_default().push((notice, id));
        }
        later
    }

    /// The entries about something, each with its id, and whether it is not there yet.
    pub(super) fn entries(&self, subject: &Subject) -> &[(&'a Entry, String, bool)] {
        self.entries.get(subject).map_or(&[], Vec::as_slice)
    }
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
        if let (Form::Do { deadline: Some(deadline), .. }, true) = (&duty.form, line.standing != "done") {
            line.open_left = self.open_left(verdict, deadline);
        }
        line.pays = self.pays(verdict);
        // What is late has had its consequences.
        if verdict.verdict != Kind::Pending {
            return;
        }
        let decided = self.later.verdicts.get(&(verdict.duty, &verdict.subject));
        let decided = decided.filter(|of| of.verdict != Kind::Pending);
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
                let last = late_from.previous().max(as_of);
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
        let party = |party| self.material.party(party).to_owned();
        let money = |minor: i128| format_minor(minor, agreement.currency);
        let because = |causes: &[servanda_evaluator::outcome::Cause]| {
            causes.iter().map(|cause| cause.message.clone()).collect::<Vec<_>>()
        };
        let mut all = Vec::new();
        for (entry, id, is_new) in self.later.entries(subject) {
            let Some(consequence) = policy.consequences.find(entry.consequence) else { continue };
            if !is_new || !of(entry.consequence) {
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
                id: id.clone(),
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
        let claims = self.later.claims.get(subject).into_iter().flatten();
        for (claim, id) in claims.filter(|(claim, _)| of(claim.consequence)) {
            all.push(ForecastFollows {
                id: id.clone(),
                kind: "claim",
                text: format!("{} may claim from {}", party(claim.creditor), party(claim.debtor)),
                amount: claim.amount.map(money),
                currency: Some(agreement.currency.code()),
                at: self.instant(claim.at),
                because: because(&claim.because),
            });
        }
        let notices = self.later.notices.get(subject).into_iter().flatten();
        for (notice, id) in notices.filter(|(notice, _)| of(notice.consequence)) {
            let Some(consequence) = policy.consequences.find(notice.consequence) else { continue };
            let (kind, what) = match &consequence.effect {
                Effect::Right(right) => ("right", right.what.words().into_owned()),
                Effect::CountsAs(_) => ("notice", policy.words_of_silence(consequence).unwrap_or_default()),
                _ => ("notice", "is told".to_owned()),
            };
            all.push(ForecastFollows {
                id: id.clone(),
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
