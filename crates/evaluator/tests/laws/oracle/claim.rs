//! What is owed only if it is claimed: each claim takes the oldest amount that it can.

use super::calendar::{late_of_business_days, late_of_clock};
use super::expression::Scope;
use super::value::{Known, Maybe};
use super::{World, before, evidence};
use num_traits::ToPrimitive;
use servanda_evaluator::outcome::{Claim, ClaimStanding, Entry, Subject};
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{ClaimStart, Claimed, ConsequenceId, Effect, LengthKind};
use servanda_policy::time::{Date, Instant};

/// An amount that waits for a claim: the entry as it would be at the instant at which it arises.
pub(super) struct Waiting {
    pub(super) entry: Entry,
    pub(super) birth: Instant,
    /// The first instant at which it can be claimed: what ends comes before the facts of the instant behind.
    pub(super) from: Instant,
    pub(super) until: Option<Instant>,
    /// The fact that has claimed it.
    pub(super) by: Option<usize>,
}

impl Waiting {
    /// What is told of it.
    pub(super) fn claim(&self, world: &World<'_>) -> Claim {
        let entry = &self.entry;
        let over = self.until.is_some_and(|until| until <= world.as_of);
        Claim {
            consequence: entry.consequence,
            subject: entry.subject.clone(),
            ordinal: entry.ordinal,
            debtor: entry.debtor,
            creditor: entry.creditor,
            at: entry.at,
            until: self.until,
            window: entry.window,
            amount: entry.gross,
            standing: match self.by {
                Some(fact) => ClaimStanding::Claimed(evidence(&world.facts[fact])),
                None if over => ClaimStanding::Lapsed,
                None => ClaimStanding::Open,
            },
            because: entry.because.clone(),
            evidence: entry.evidence.clone(),
        }
    }
}

impl World<'_> {
    /// The first instant that is too late for a claim; the outer nothing where that cannot be known.
    pub(super) fn claim_until(
        &self,
        claim: &Claimed,
        scope: Scope<'_>,
        arising: Instant,
        late_from: Option<Instant>,
    ) -> Result<Option<Instant>, Maybe> {
        let length = self.value(&claim.length, scope);
        let Maybe::Known(Known::Length(kind, amount)) = &length else { return Err(length) };
        let by_date = !matches!(kind, LengthKind::Physical | LengthKind::Open(_));
        if let (ClaimStart::EndOfPeriod, LengthKind::Months, Some(window)) = (claim.from, kind, scope.window)
        {
            // The months begin where the window ends: with the first instant of a date, or within it.
            let (first, months) = (self.zone().date_of(window.end), amount.to_integer().to_i64());
            let whole = self.zone().start_of(first) == window.end;
            let last = first.add_months(months.expect("months are few"));
            return Ok(last.map(|last| self.zone().start_of(Date(last.0 + i32::from(!whole)))));
        }
        let start = match (claim.from, scope.window) {
            (ClaimStart::EndOfPeriod, Some(window)) if by_date => before(window.end),
            (ClaimStart::EndOfPeriod, Some(window)) => window.end,
            (ClaimStart::Deadline, _) => late_from.map_or(arising, before),
            _ => arising,
        };
        let days = amount.to_integer().to_i64().expect("days are few");
        let end_of = |date: Date| self.zone().start_of(Date(date.0 + 1));
        let date = self.zone().date_of(start);
        let late = match kind {
            LengthKind::Physical => late_of_clock(None, start, amount, claim.ending, &[]),
            LengthKind::Open(calendar) => {
                late_of_clock(Some(&self.hours(*calendar)), start, amount, claim.ending, &[])
            }
            LengthKind::CalendarDays => date.add_days(days).map(end_of),
            LengthKind::Months => date.add_months(days).map(end_of),
            LengthKind::BusinessDays(calendar) => {
                let hours = self.hours(*calendar);
                late_of_business_days(&hours, hours.zone.date_of(start), days)
            }
        };
        // What would be too late when time ends is never too late.
        Ok(late.filter(|late| *late < Instant::MAX))
    }

    fn claimed(&self, consequence: ConsequenceId) -> Option<&Claimed> {
        match &self.policy.consequences[consequence].effect {
            Effect::Entry(entry) => entry.claim.as_ref(),
            _ => None,
        }
    }

    fn names<'f>(&self, consequence: ConsequenceId, fact: &'f Fact) -> Option<&'f str> {
        match fact.field(self.claimed(consequence)?.named?) {
            FieldValue::Text(name) => Some(name),
            _ => None,
        }
    }

    /// Lets each claim take the oldest amount that it can; each claim, and whether it has found one.
    pub(super) fn settle_claims(&self, waiting: &mut [Waiting]) -> Vec<(usize, bool)> {
        let number = |it: &Waiting| {
            let clause = self.policy.consequences[it.entry.consequence].clause;
            super::consequence::clause_number(&self.policy.clauses[clause].number)
        };
        waiting.sort_by_key(|it| {
            let key = super::consequence::key(&it.entry);
            (it.entry.at, number(it), it.birth, key, it.entry.consequence, it.entry.ordinal)
        });
        let mut claims: Vec<(Instant, bool, usize)> = Vec::new();
        for (place, fact) in self.facts.iter().enumerate() {
            let fitting: Vec<ConsequenceId> = self.fitting(fact);
            if !fitting.is_empty() {
                let unnamed = fitting.iter().all(|it| self.names(*it, fact).is_none());
                claims.push((fact.at, unnamed, place));
            }
        }
        claims.sort();
        let mut found = Vec::new();
        for (at, unnamed, place) in claims {
            let fact = &self.facts[place];
            let fitting = self.fitting(fact);
            let oldest = waiting.iter_mut().find(|it| {
                let in_time = it.from <= at && it.until.is_none_or(|until| at < until);
                let named = match &it.entry.subject {
                    Subject::Item { key, .. } => self.names(it.entry.consequence, fact) == Some(key.as_str()),
                    _ => false,
                };
                in_time && it.by.is_none() && fitting.contains(&it.entry.consequence) && (unnamed || named)
            });
            found.push((place, oldest.is_some()));
            if let Some(oldest) = oldest {
                oldest.by = Some(place);
            }
        }
        found
    }

    fn fitting(&self, fact: &Fact) -> Vec<ConsequenceId> {
        let all = self.policy.consequences.iter();
        all.filter(|(id, _)| self.claimed(*id).is_some_and(|claim| self.matches(&claim.by, fact)))
            .map(|(id, _)| id)
            .collect()
    }

    /// Each claim, and whether it finds something.
    pub(super) fn claims_found(&self) -> Vec<(usize, bool)> {
        let any = self.policy.consequences.ids().any(|id| self.claimed(id).is_some());
        if any { self.consequences().found } else { Vec::new() }
    }
}
