//! What is owed on debts beside their principal, by kind, and what payments settle of it.
//!
//! Only what is not wholly settled is kept, and what still grows. Of that, what is settled sleeps until it grows again: what
//! a payment costs does not depend on how much was settled before it.

use crate::accrual::stop;
use crate::behind::Behind;
use crate::debt::{By, Paid};
use crate::growth::{grace_over, period_start, periods};
use crate::outcome::{Cause, Sink, Subject};
use crate::play::Play;
use crate::state::Item;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_parser::ast::PaymentOrder;
use servanda_policy::policy::{CaseId, ConsequenceId, Counted, Effect, KindId, Payments, Settled};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// An amount in its place among those of its kind, the oldest first: when it arose, when its debt began, its key; which
/// consequence made it, and its number.
pub(crate) type Place = (Instant, Instant, CompactString, ConsequenceId, u32);

/// What of an amount is to be settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fee {
    /// Where it grows, while it does.
    pub(crate) grows: Option<Grows>,
    /// Its amount in minor units, where it grows no more; none where that is undetermined.
    pub(crate) charged: Option<i128>,
    /// What payments have settled of it, in major units; none after something undetermined.
    pub(crate) settled: Option<Exact>,
}

/// The accrual that an amount is: of the item in this slot, of this birth, the places of the duty and of the accrual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Grows {
    pub(crate) slot: u32,
    pub(crate) birth: u64,
    pub(crate) duty: u32,
    pub(crate) accrual: u32,
}

/// What is to be settled on the debts of one case, of one kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "StoredFees")]
pub(crate) struct Fees {
    pub(crate) open: BTreeMap<Place, Fee>,
    /// The same by the keys of their debts; not stored, because the places say it.
    #[serde(skip_serializing)]
    by_key: BTreeSet<(CompactString, Place)>,
    /// Those of which something may have to be settled: all that do not sleep.
    #[serde(skip_serializing)]
    awake: BTreeSet<Place>,
    /// Those of which all is settled until they grow again, by when they do. What is stored sleeps no more: the first payment
    /// puts it to sleep again.
    #[serde(skip_serializing)]
    asleep: BTreeSet<(Instant, Place)>,
    /// The same by their places.
    #[serde(skip_serializing)]
    until: BTreeMap<Place, Instant>,
}

/// All else follows from what is open, or spares looking at it.
impl PartialEq for Fees {
    fn eq(&self, other: &Self) -> bool {
        self.open == other.open
    }
}

/// The same as it is stored.
#[derive(Deserialize)]
struct StoredFees {
    open: BTreeMap<Place, Fee>,
}

impl From<StoredFees> for Fees {
    fn from(StoredFees { open }: StoredFees) -> Self {
        let by_key = open.keys().map(|place| (place.2.clone(), place.clone())).collect();
        let awake = open.keys().cloned().collect();
        Fees { open, by_key, awake, ..Fees::default() }
    }
}

impl Fees {
    fn put(&mut self, place: Place, fee: Fee) {
        self.by_key.insert((place.2.clone(), place.clone()));
        self.awake.insert(place.clone());
        self.open.insert(place, fee);
    }

    fn remove(&mut self, place: &Place) {
        self.wake(place);
        self.awake.remove(place);
        self.open.remove(place);
        self.by_key.remove(&(place.2.clone(), place.clone()));
    }

    /// All of one is settled until an instant.
    fn sleep(&mut self, place: &Place, until: Instant) {
        self.wake(place);
        if self.awake.remove(place) {
            self.asleep.insert((until, place.clone()));
            self.until.insert(place.clone(), until);
        }
    }

    fn wake(&mut self, place: &Place) {
        if let Some(until) = self.until.remove(place) {
            self.asleep.remove(&(until, place.clone()));
            self.awake.insert(place.clone());
        }
    }

    /// Those wake that have grown by an instant.
    fn wake_at(&mut self, now: Instant) {
        while let Some((_, place)) = self.asleep.first().filter(|(until, _)| *until <= now).cloned() {
            self.wake(&place);
        }
    }

    /// Those on the debt of a key, the oldest first.
    fn of<'f>(&'f self, key: &'f str) -> impl DoubleEndedIterator<Item = &'f Place> + 'f {
        let first =
            (CompactString::from(key), (Instant::MIN, Instant::MIN, CompactString::default(), FIRST, 0));
        // The end of the range: no amount arises at the last of all instants.
        let last =
            (CompactString::from(key), (Instant::MAX, Instant::MAX, CompactString::default(), FIRST, 0));
        self.by_key.range(first..last).map(|(_, place)| place)
    }

    /// The one behind another one, of those that do not sleep.
    fn next(&self, behind: Option<&Place>, newest_first: bool) -> Option<&Place> {
        let behind = behind.map_or(Bound::Unbounded, Bound::Excluded);
        match newest_first {
            true => self.awake.range((Bound::Unbounded, behind)).next_back(),
            false => self.awake.range((behind, Bound::Unbounded)).next(),
        }
    }
}

/// Below every other consequence of a place.
const FIRST: ConsequenceId = ConsequenceId(0);

impl<S: Sink> Play<'_, S> {
    fn payments_of(&self, case: CaseId) -> Option<&Payments> {
        self.policy.cases[case].debt.as_ref()?.payments.as_ref()
    }

    /// The kinds that payments of a debt settle beside its principal.
    fn kinds(&self, case: CaseId) -> impl Iterator<Item = KindId> + '_ {
        let settling = self.payments_of(case).map_or(&[][..], |payments| payments.settling.as_slice());
        settling.iter().filter_map(|(settled, _)| match settled {
            Settled::Principal => None,
            Settled::Kind(kind) => Some(*kind),
        })
    }

    /// What has been asked for at this instant and can be settled is booked before the payments of the instant.
    pub(crate) fn book_fees(&mut self) {
        let is_fee = |id: ConsequenceId| self.plan.settled[id].is_some();
        if !self.asked.iter().any(|asked| is_fee(asked.consequence)) {
            return;
        }
        let (fees, others) =
            std::mem::take(&mut self.asked).into_iter().partition(|asked| is_fee(asked.consequence));
        self.asked = fees;
        self.book();
        self.asked.splice(0..0, others);
    }

    /// An amount has been booked: where it can be, it is settled from now on.
    pub(crate) fn owe(
        &mut self,
        id: ConsequenceId,
        subject: &Subject,
        ordinal: u32,
        at: Instant,
        amount: Option<i128>,
    ) {
        let (Some(of), Subject::Item { key, born, .. }) = (self.plan.settled[id], subject) else { return };
        if amount != Some(0) {
            if self.has_rest(of.0) && !self.payments_of(of.0).is_some_and(crate::pot::only_named) {
                self.owing.insert(of.0);
            }
            let fee = Fee { grows: None, charged: amount, settled: Some(Exact::ZERO) };
            self.state.seldom.fees.entry(of).or_default().put((at, *born, key.clone(), id, ordinal), fee);
        }
    }

    /// An accrual has begun: where it can be, what it has come to is settled.
    pub(crate) fn owe_growing(&mut self, item: &Item, id: ConsequenceId, at: Instant, grows: Grows) {
        if let Some(of) = self.plan.settled[id] {
            let fee = Fee { grows: Some(grows), charged: None, settled: Some(Exact::ZERO) };
            self.state.seldom.fees.entry(of).or_default().put((at, item.born, item.key.clone(), id, 1), fee);
        }
    }

    /// What has accrued on an item grows no more: what it has come to is kept.
    pub(crate) fn fix_fees(&mut self, case: CaseId, item: &Item) {
        if self.state.seldom.fees.is_empty() {
            return;
        }
        let kinds: Vec<KindId> = self.kinds(case).collect();
        for kind in kinds {
            let Some(fees) = self.state.seldom.fees.get(&(case, kind)) else { continue };
            let is_its = |place: &&Place| {
                let grows = fees.open.get(*place).and_then(|fee| fee.grows);
                grows.is_some_and(|grows| grows.birth == item.birth)
            };
            let places: Vec<Place> = fees.of(&item.key).filter(is_its).cloned().collect();
            for place in places {
                let charged = self
                    .fee(case, kind, &place)
                    .and_then(|fee| fee.grows)
                    .and_then(|grows| self.figure_on(case, item, grows));
                self.change(case, kind, &place, |fee| (fee.grows, fee.charged) = (None, charged));
            }
        }
    }

    fn fee(&self, case: CaseId, kind: KindId, place: &Place) -> Option<&Fee> {
        self.state.seldom.fees.get(&(case, kind))?.open.get(place)
    }

    /// Changes what is known of an amount; what is settled and grows no more is nobody's concern, and what grows sleeps until
    /// it does.
    fn change(&mut self, case: CaseId, kind: KindId, place: &Place, change: impl FnOnce(&mut Fee)) {
        let Some(fees) = self.state.seldom.fees.get_mut(&(case, kind)) else { return };
        if let Some(fee) = fees.open.get_mut(place) {
            change(fee);
        }
        let Some(fee) = self.fee(case, kind, place) else { return };
        let settled = self.outstanding(case, fee) == Some(Exact::ZERO);
        let grows = fee.grows.map(|grows| self.grows_at(case, grows));
        let Some(fees) = self.state.seldom.fees.get_mut(&(case, kind)) else { return };
        match grows {
            _ if !settled => fees.wake(place),
            Some(Some(at)) => fees.sleep(place, at),
            // Nobody knows when it will have grown.
            Some(None) => fees.wake(place),
            None => fees.remove(place),
        }
        if fees.open.is_empty() {
            self.state.seldom.fees.remove(&(case, kind));
        }
    }

    /// The first instant at which an accrual may have come to more than it has now, unless what it is computed on changes
    /// before: a completed period counts at the last instant before the next one begins.
    fn grows_at(&self, case: CaseId, grows: Grows) -> Option<Instant> {
        let item = self.state.cases[case].get(grows.slot).filter(|item| item.birth == grows.birth)?;
        let accrual = item.duties.get(grows.duty as usize)?.accruals.get(grows.accrual as usize)?;
        let Effect::Accrue(rule) = &self.policy.consequences[accrual.consequence].effect else { return None };
        let counted = periods(self.agreement, rule, accrual.from, self.now.next());
        let next = match rule.counted {
            Counted::Begun => counted,
            Counted::Completed => counted.saturating_add(1),
        };
        let begins = period_start(self.agreement, rule.period, accrual.from, next)?.previous();
        let over = grace_over(self.agreement, rule, accrual.from).filter(|over| *over > self.now);
        Some(over.map_or(begins, |over| over.min(begins)))
    }

    /// What is owed on a debt has changed: what grows on it may have come to something else.
    pub(crate) fn wake_fees(&mut self, case: CaseId, key: &str) {
        if self.state.seldom.fees.is_empty() {
            return;
        }
        let kinds: Vec<KindId> = self.kinds(case).collect();
        for kind in kinds {
            let Some(fees) = self.state.seldom.fees.get_mut(&(case, kind)) else { continue };
            let asleep: Vec<Place> =
                fees.of(key).filter(|it| fees.until.contains_key(*it)).cloned().collect();
            asleep.iter().for_each(|place| fees.wake(place));
        }
    }

    /// What an accrual has come to, in minor units: what it would be if it were paid now. Charges of an instant come before
    /// its payments.
    fn figure_on(&self, case: CaseId, item: &Item, grows: Grows) -> Option<i128> {
        let duty = item.duties.get(grows.duty as usize)?;
        let mut accrual = duty.accruals.get(grows.accrual as usize)?.clone();
        stop(self.agreement, self.policy, &mut accrual, self.now);
        let as_of = self.now.next();
        match self.accrual_entry(case, item, grows.duty as usize, &accrual, as_of) {
            Some(entry) => entry.amount,
            // Nothing has accrued yet.
            None => Some(0),
        }
    }

    /// What of an amount is not settled, in major units; none where that is unknown.
    fn outstanding(&self, case: CaseId, fee: &Fee) -> Option<Exact> {
        let charged = match fee.grows {
            None => fee.charged,
            Some(grows) => {
                let item = self.state.cases[case].get(grows.slot).filter(|item| item.birth == grows.birth)?;
                self.figure_on(case, item, grows)
            }
        };
        let charged = Exact::ratio(charged?, self.agreement.currency.minor_per_major())?;
        let left = &charged - fee.settled.as_ref()?;
        Some(if left.is_negative() { Exact::ZERO } else { left })
    }

    /// Whether anything of a debt of this key is owed beside its principal.
    pub(crate) fn owes_fees(&self, case: CaseId, key: &str) -> bool {
        self.kinds(case).any(|kind| {
            let Some(fees) = self.state.seldom.fees.get(&(case, kind)) else { return false };
            let mut of = fees.of(key).filter_map(|place| fees.open.get(place));
            of.any(|fee| self.outstanding(case, fee) != Some(Exact::ZERO))
        })
    }

    /// Whether anything is owed beside the principal of the debts of a case.
    pub(crate) fn owes_any_fee(&self, case: CaseId) -> bool {
        self.kinds(case).any(|kind| {
            let fees = self.state.seldom.fees.get(&(case, kind));
            let mut open = fees.into_iter().flat_map(|fees| fees.open.values());
            open.any(|fee| self.outstanding(case, fee) != Some(Exact::ZERO))
        })
    }

    /// An amount goes to what is owed of a kind, on the debt of a key or on all of them; what is left of it.
    pub(crate) fn settle_fees(
        &mut self,
        case: CaseId,
        kind: KindId,
        key: Option<&str>,
        amount: Paid,
        by: By<'_>,
    ) -> Paid {
        if let Some(key) = key {
            let fees = self.state.seldom.fees.get(&(case, kind));
            let places = fees.into_iter().flat_map(|fees| fees.of(key)).cloned().collect();
            return self.settle_each(case, kind, places, amount, by);
        }
        if let Some(fees) = self.state.seldom.fees.get_mut(&(case, kind)) {
            fees.wake_at(self.now);
        }
        let newest_first = self.newest_first(case);
        let (mut left, mut last): (Paid, Option<Place>) = (amount, None);
        while left != Ok(Exact::ZERO) {
            let fees = self.state.seldom.fees.get(&(case, kind));
            let Some(next) = fees.and_then(|fees| fees.next(last.as_ref(), newest_first)).cloned() else {
                break;
            };
            left = self.settle_fee(case, kind, &next, left, by);
            last = Some(next);
        }
        left
    }

    fn newest_first(&self, case: CaseId) -> bool {
        self.payments_of(case).is_some_and(|payments| payments.order == PaymentOrder::NewestFirst)
    }

    /// What is left of payments and credits goes to what is owed of a kind and does not grow; what is left of it then.
    pub(crate) fn settle_charges(&mut self, case: CaseId, kind: KindId, amount: Paid, by: By<'_>) -> Paid {
        let charges = |place: &&Place| matches!(self.policy.consequences[place.3].effect, Effect::Entry(_));
        let fees = self.state.seldom.fees.get(&(case, kind));
        let places = fees.into_iter().flat_map(|fees| &fees.awake).filter(charges).cloned().collect();
        self.settle_each(case, kind, places, amount, by)
    }

    /// An amount goes to some of those that are owed, the oldest first; what is left of it.
    fn settle_each(
        &mut self,
        case: CaseId,
        kind: KindId,
        mut places: Vec<Place>,
        amount: Paid,
        by: By<'_>,
    ) -> Paid {
        if self.newest_first(case) {
            places.reverse();
        }
        let mut left = amount;
        for place in places {
            if left == Ok(Exact::ZERO) {
                break;
            }
            left = self.settle_fee(case, kind, &place, left, by);
        }
        left
    }

    /// An amount goes to one that is owed; what is left of it. What is unknown of the one or of the other makes both
    /// unknown.
    fn settle_fee(&mut self, case: CaseId, kind: KindId, place: &Place, amount: Paid, by: By<'_>) -> Paid {
        let Some(fee) = self.fee(case, kind, place) else { return amount };
        let (part, left) = match (amount, self.outstanding(case, fee)) {
            (amount, Some(outstanding)) if outstanding.is_zero() => {
                self.change(case, kind, place, |_| {});
                return amount;
            }
            (Ok(amount), Some(outstanding)) => {
                let part = amount.clone().min(outstanding);
                let left = &amount - &part;
                (Some(part), Ok(left))
            }
            (amount, _) => {
                let unknown = || {
                    let span = self.policy.consequences[place.3].span;
                    vec![Cause { message: "what is owed beside the principal is unknown".into(), span }]
                };
                (None, Err(amount.err().unwrap_or_else(unknown)))
            }
        };
        if let Some(amount) = part.clone().filter(|part| !part.is_zero())
            && self.sink.wants_behind()
        {
            let subject = Subject::Item { case, born: place.1, key: place.2.clone() };
            let (consequence, ordinal, at, by) = (place.3, place.4, self.now, by.told());
            self.sink.behind(Behind::Settled { consequence, subject, ordinal, amount, at, by });
        }
        self.change(case, kind, place, |fee| {
            fee.settled = fee.settled.as_ref().zip(part.as_ref()).map(|(settled, part)| settled + part);
        });
        if let Some(fee) = self.fee(case, kind, place)
            && let Some(grows) = fee.grows
        {
            let causes = left.as_ref().err().map_or(&[][..], Vec::as_slice);
            self.settled_changes(case, grows, fee.settled.clone(), causes);
        }
        left
    }
}
