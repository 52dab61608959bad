//! Amounts that wait for a claim: they arise with a breach, are owed from the instant at which they are claimed, and
//! lapse when nobody has claimed them in time.

use crate::duty::evidence;
use crate::expression::{Environment, evaluate};
use crate::money::{About, Alike, Asked};
use crate::outcome::{Cause, Claim, ClaimStanding, Evidence, Quantity, Sink, Subject};
use crate::play::{Play, Telling, before};
use crate::state::{BoundKind, Start};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_diagnostics::Code;
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{ClaimStart, Claimed, ConsequenceId, Effect, LengthKind, Value};
use servanda_policy::time::{Instant, Window};
use smallvec::SmallVec;

/// An amount that can be claimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claimable {
    pub(crate) consequence: ConsequenceId,
    pub(crate) subject: Subject,
    /// Its number among those of this consequence and subject.
    pub(crate) ordinal: u32,
    /// When it arose.
    pub(crate) at: Instant,
    /// The beginning of what it is about.
    pub(crate) born: Instant,
    /// The first instant that is too late; none where the time never runs out.
    pub(crate) until: Option<Instant>,
    pub(crate) window: Option<Window>,
    pub(crate) amount: Result<i128, Vec<Cause>>,
    /// The limits of its caps, as they were when it arose.
    pub(crate) limits: Vec<Option<i128>>,
    pub(crate) evidence: Vec<Evidence>,
}

/// An event that claims something: whether it names nothing, its place among those of its instant, and what it can
/// claim an amount of.
type ClaimEvent = (bool, usize, SmallVec<[ConsequenceId; 2]>);

impl<S: Sink> Play<'_, S> {
    /// Until when an amount can be claimed that arises now: the first instant that is too late.
    pub(crate) fn claim_until(
        &self,
        claim: &Claimed,
        about: &About<'_, impl Environment>,
    ) -> Result<Option<Instant>, Vec<Cause>> {
        let length = match evaluate(&claim.length, about.env) {
            Quantity::Known(Value::Length(length)) => length,
            Quantity::Unknown { causes, .. } => return Err(causes),
            _ => {
                let message = "how long there is time for a claim is unknown".into();
                return Err(vec![Cause { message, span: claim.span }]);
            }
        };
        if let (ClaimStart::EndOfPeriod, LengthKind::Months, Some(window)) =
            (claim.from, length.kind, about.window)
        {
            return Ok(self.months_after(window.end, length.amount.to_i128()));
        }
        let by_date = !matches!(length.kind, LengthKind::Physical | LengthKind::Open(_));
        let start = match claim.from {
            ClaimStart::Arising => Start::Instant(self.stamp),
            // A length in days counts from the last date of the window, any other from its end.
            ClaimStart::EndOfPeriod => match about.window {
                Some(window) if by_date => Start::Instant(before(window.end)),
                Some(window) => Start::Instant(window.end),
                None => Start::Instant(self.stamp),
            },
            ClaimStart::Deadline => Start::Instant(about.late_from.map_or(self.stamp, before)),
        };
        let late = crate::clock::late_from(self.agreement, &length, start, claim.ending);
        Ok(late.filter(|late| *late < Instant::MAX))
    }

    /// The end of so many months after the end of a window: two months after the end of June are over with August.
    fn months_after(&self, end: Instant, months: Option<i128>) -> Option<Instant> {
        let zone = &self.agreement.zone;
        let date = zone.date_of(end);
        let late = date.add_months(i64::try_from(months?).ok()?)?;
        if zone.start_of(date) == end {
            return Some(zone.start_of(late));
        }
        servanda_policy::time::end_of_date(zone, late)
    }

    /// What has been asked for and waits for a claim is put aside, in its order.
    pub(crate) fn put_aside(&mut self) {
        let waits = |asked: &Asked| asked.ordinal.is_none() && asked.until.is_some();
        if !self.asked.iter().any(waits) {
            return;
        }
        let (mut waiting, owed): (Vec<Asked>, Vec<Asked>) =
            std::mem::take(&mut self.asked).into_iter().partition(waits);
        self.asked = owed;
        waiting.sort_by(|left, right| left.rank.cmp(&right.rank));
        let mut alike = Alike::default();
        for asked in waiting {
            // Of nothing there is nothing to claim.
            if asked.amount == Ok(0) {
                continue;
            }
            let ordinal = alike.next(asked.consequence, &asked.subject);
            let until = asked.until.flatten();
            let claimable = Claimable {
                consequence: asked.consequence,
                subject: asked.subject,
                ordinal,
                at: asked.rank.0,
                born: asked.rank.2,
                until,
                window: asked.window,
                amount: asked.amount,
                limits: asked.limits,
                evidence: asked.evidence,
            };
            match until {
                // It arises when nobody can claim it any more.
                Some(until) if until <= self.now => {
                    self.tell_claim(&claimable, ClaimStanding::Lapsed);
                    continue;
                }
                Some(until) => self.arm(until, BoundKind::ClaimOver),
                None => {}
            }
            if self.telling == Telling::Prompt {
                self.tell_claim(&claimable, ClaimStanding::Open);
            }
            self.state.seldom.more.claims.push(claimable);
        }
    }

    /// What nobody has claimed by now lapses.
    pub(crate) fn claims_over(&mut self) {
        for claim in self.state.seldom.more.claims.take_lapsed(self.now) {
            self.tell_claim(&claim, ClaimStanding::Lapsed);
        }
    }

    fn tell_claim(&mut self, claim: &Claimable, standing: ClaimStanding) {
        if let Some(told) = told(self.policy, claim, standing) {
            self.sink.claim(told);
        }
    }

    /// The claims among the events of an instant, first those that name something: the place of each, and whether it has
    /// found an amount.
    pub(crate) fn claims(&mut self, facts: &[&Fact]) -> SmallVec<[(usize, bool); 2]> {
        let mut claims: SmallVec<[ClaimEvent; 2]> = SmallVec::new();
        for (number, fact) in facts.iter().enumerate() {
            let of: SmallVec<[ConsequenceId; 2]> = self.plan.events[fact.event]
                .claims
                .iter()
                .copied()
                .filter(|consequence| {
                    self.claim_of(*consequence).is_some_and(|claim| self.fits(&claim.by, fact))
                })
                .collect();
            if !of.is_empty() {
                let unnamed = of.iter().all(|consequence| self.name_in(*consequence, fact).is_none());
                claims.push((unnamed, number, of));
            }
        }
        claims.sort_by_key(|(unnamed, number, _)| (*unnamed, *number));
        let mut found = SmallVec::new();
        for (unnamed, number, of) in claims {
            let Some(fact) = facts.get(number) else { continue };
            found.push((number, self.settle_claim(fact, unnamed, &of)));
        }
        found
    }

    /// One claim takes the oldest amount that it can.
    fn settle_claim(&mut self, fact: &Fact, unnamed: bool, of: &[ConsequenceId]) -> bool {
        let claims = &self.state.seldom.more.claims;
        let oldest = of.iter().filter_map(|consequence| match self.name_in(*consequence, fact) {
            _ if unnamed => claims.oldest(*consequence, None),
            Some(name) => claims.oldest(*consequence, Some(name)),
            None => None,
        });
        let Some(oldest) = oldest.min() else { return false };
        let Some(claim) = self.state.seldom.more.claims.remove(oldest) else { return false };
        let by = evidence(fact);
        self.tell_claim(&claim, ClaimStanding::Claimed(by.clone()));
        let clause = self.policy.consequences[claim.consequence].clause;
        let key = crate::money::key_of(&claim.subject);
        self.asked.push(Asked {
            rank: (self.stamp, self.plan.clause_ranks[clause], claim.born, key, claim.consequence),
            consequence: claim.consequence,
            subject: claim.subject,
            window: claim.window,
            amount: claim.amount,
            limits: claim.limits,
            evidence: claim.evidence.into_iter().chain([by]).collect(),
            until: None,
            ordinal: Some(claim.ordinal),
        });
        true
    }

    /// Tells of a claim that has found nothing.
    pub(crate) fn nothing_to_claim(&mut self, fact: &Fact) {
        let event = &self.policy.events[fact.event].name;
        let wanted = self.plan.events[fact.event].claims.first();
        let wanted_by = wanted.and_then(|consequence| self.claim_of(*consequence)).map(|claim| claim.span);
        let message = format!("`{event}` finds nothing that can be claimed");
        self.unwanted(Code::NothingToMove, message, fact, wanted_by);
    }

    fn claim_of(&self, consequence: ConsequenceId) -> Option<&Claimed> {
        match &self.policy.consequences[consequence].effect {
            Effect::Entry(entry) => entry.claim.as_ref(),
            Effect::Accrue(_)
            | Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => None,
        }
    }

    /// What an event names of the items that an amount is about.
    fn name_in<'f>(&self, consequence: ConsequenceId, fact: &'f Fact) -> Option<&'f CompactString> {
        match fact.field(self.claim_of(consequence)?.named?) {
            FieldValue::Text(name) => Some(name),
            _ => None,
        }
    }
}

/// How an amount that waits for a claim is told.
pub(crate) fn told(
    policy: &servanda_policy::Policy,
    claim: &Claimable,
    standing: ClaimStanding,
) -> Option<Claim> {
    let Effect::Entry(rule) = &policy.consequences.find(claim.consequence)?.effect else { return None };
    let (amount, because) = match &claim.amount {
        Ok(amount) => (Some(*amount), Vec::new()),
        Err(causes) => (None, causes.clone()),
    };
    Some(Claim {
        consequence: claim.consequence,
        subject: claim.subject.clone(),
        ordinal: claim.ordinal,
        debtor: rule.debtor,
        creditor: rule.creditor,
        at: claim.at,
        until: claim.until,
        window: claim.window,
        amount,
        standing,
        because,
        evidence: claim.evidence.clone(),
    })
}
