//! What is open as of an instant and stands in no outcome: what waits for a deadline, what of a debt is unpaid, what
//! payments have left, what is suspended.
//!
//! It is told from the state from which the outcome is read, and only to a sink that wants what stands behind it.

use crate::behind::Behind;
use crate::duty::{subject_of, verdict_of};
use crate::environment::Things;
use crate::outcome::{Cause, Evidence, Sink, Subject};
use crate::plan::Plan;
use crate::play::{Play, Telling};
use crate::read::Nowhere;
use crate::state::{CapKey, Item, State};
use compact_str::CompactString;
use servanda_events::InputCounts;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    CapId, CapScope, CaseId, ConsequenceId, DutyId, Effect, Life, Verdict as Kind,
};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::collections::BTreeSet;

/// One thing that is open as of the instant at which an outcome is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// A duty on an item is neither kept nor broken; also one that binds nobody and only sees to it that something
    /// happens when its time is over, on which there is no verdict.
    Pending {
        /// Which duty.
        duty: DutyId,
        /// The item.
        subject: Subject,
        /// The first instant that is late; none without a deadline, and while its clock stands still or has not begun.
        late_from: Option<Instant>,
        /// Why its clock stands still, where it does.
        stands: Option<Stands>,
        /// The events behind it.
        evidence: Vec<Evidence>,
    },
    /// The principal of a debt that is open.
    Principal {
        /// The item that is the debt.
        subject: Subject,
        /// What was charged, in major units; none where that is unknown.
        charged: Option<Exact>,
        /// What of it is unpaid, in major units; none where that is unknown.
        unpaid: Option<Exact>,
        /// Why it is unknown.
        because: Vec<Cause>,
        /// The event that charged it.
        by: Option<Evidence>,
    },
    /// An amount beside a principal that payments settle, and of which not all is settled, or which still grows.
    Beside {
        /// The consequence that made it.
        consequence: ConsequenceId,
        /// The item that is the debt.
        subject: Subject,
        /// Its number among those of this consequence and subject.
        ordinal: u32,
        /// What payments have settled of it, in major units; none where that is unknown.
        settled: Option<Exact>,
    },
    /// What payments of a case have left as credit.
    Rest {
        /// The case.
        case: CaseId,
        /// How much, in major units; none where it is unknown how much there is beside what is known.
        amount: Option<Exact>,
        /// Why it is unknown.
        because: Vec<Cause>,
    },
    /// A limit of what single amounts may come to together, of the version in force: over all time, or over the window at
    /// hand; of a limit for each thing or each value, one for each of which something has passed.
    Limit {
        /// Which.
        cap: CapId,
        /// The key of the thing, or the value, where each has a limit of its own.
        of: Option<CompactString>,
        /// How much passes in all, in minor units.
        limit: i128,
        /// How much has passed, in minor units; none where that is unknown.
        passed: Option<i128>,
    },
    /// Somebody will be told of what has arisen already, when the hours begin in which it is told.
    Waiting {
        /// The sentence by which somebody is told.
        consequence: ConsequenceId,
        /// About what.
        subject: Subject,
        /// When it arose.
        arose: Instant,
        /// When it will be told.
        told: Instant,
    },
    /// Somebody suspends duties.
    Suspended {
        /// The sentence that allows it.
        consequence: ConsequenceId,
        /// From when on.
        since: Instant,
        /// The event by which it is suspended.
        by: Evidence,
    },
}

/// Why a clock stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// The item is paused.
    Paused {
        /// Since when.
        since: Instant,
    },
    /// Something else is late, or the duty is suspended.
    Held {
        /// Since when.
        since: Option<Instant>,
        /// The events behind it.
        by: Vec<Evidence>,
    },
    /// The item is closed, and may be opened again.
    Closed {
        /// Since when.
        since: Instant,
        /// The first instant at which it is too late for that; none where that lies beyond all time.
        until: Option<Instant>,
    },
}

/// What is open in a state that has been played up to an instant.
pub(crate) fn tell(
    plan: &Plan,
    agreement: &Agreement,
    state: &mut State,
    as_of: Instant,
    sink: &mut impl Sink,
) {
    let mut told = Vec::new();
    let (mut counts, mut nowhere) = (InputCounts::default(), Nowhere);
    let play = Play::new(plan, agreement, state, &mut nowhere, &mut counts, Telling::Complete);
    for case in plan.policy.cases.ids() {
        for item in play.state.cases[case].slots().iter().flatten() {
            play.pending(case, item, &mut told);
            told.extend(principal(case, item));
        }
    }
    play.limits(as_of, &mut told);
    let state = &*play.state;
    for ((case, _), fees) in &*state.seldom.fees {
        for ((_, born, key, consequence, ordinal), fee) in &fees.open {
            told.push(Open::Beside {
                consequence: *consequence,
                subject: Subject::Item { case: *case, born: *born, key: key.clone() },
                ordinal: *ordinal,
                settled: fee.settled.clone(),
            });
        }
    }
    let left = state.credit.iter().filter(|(_, amount)| !amount.is_zero());
    let known = |(case, amount): (&CaseId, &Exact)| Open::Rest {
        case: *case,
        amount: Some(amount.clone()),
        because: Vec::new(),
    };
    told.extend(left.map(known));
    let unknown = state.seldom.pot.unknown.iter();
    told.extend(unknown.map(|(case, why)| Open::Rest { case: *case, amount: None, because: why.clone() }));
    for (consequence, held) in &state.seldom.suspended.hold {
        told.push(Open::Suspended { consequence: *consequence, since: held.since, by: held.by.clone() });
    }
    for (at, all) in &*state.seldom.waiting {
        // What is bound to be needless will not be told.
        told.extend(all.iter().filter(|untold| !untold.is_needless(plan, state, *at)).map(|untold| {
            Open::Waiting {
                consequence: untold.consequence,
                subject: untold.subject.clone(),
                arose: untold.arose,
                told: *at,
            }
        }));
    }
    told.into_iter().for_each(|open| sink.behind(Behind::Open(open)));
}

impl<S: Sink> Play<'_, S> {
    fn pending(&self, case: CaseId, item: &Item, told: &mut Vec<Open>) {
        let implicit = matches!(self.policy.cases[case].life, Life::Implicit);
        for (number, (id, duty)) in self.plan.cases[case].duties.iter().zip(&item.duties).enumerate() {
            if duty.verdict != Some(Kind::Pending) || (implicit && item.over) {
                continue;
            }
            let silent = self.policy.duties[*id].silent;
            // Of what exists without a beginning nothing is open that nothing has happened to.
            let verdict = verdict_of(self.plan, *id, case, item, duty);
            if verdict.is_none() && !silent {
                continue;
            }
            // What is done calls for nothing, unless it comes back.
            if silent && duty.done_at.is_some() {
                continue;
            }
            let closed = self.closed_since(case, item).is_some();
            told.push(Open::Pending {
                duty: *id,
                subject: subject_of(case, item),
                late_from: duty.late_from,
                stands: match duty.late_from {
                    Some(_) if !closed => None,
                    _ => self.stands_still(case, item, number),
                },
                evidence: item.opened_by.iter().cloned().collect(),
            });
        }
    }

    /// What is left of the limits of the version in force, for what arises from an instant on.
    fn limits(&self, at: Instant, told: &mut Vec<Open>) {
        let version = self.agreement.version_at(at);
        let mut seen = BTreeSet::new();
        for of in self.policy.consequences.values() {
            let Effect::Entry(rule) = &of.effect else { continue };
            if self.policy.version_of(of.clause) != version {
                continue;
            }
            for cap in rule.caps.iter().filter(|cap| seen.insert(**cap)) {
                let nothing = Things::none(self.agreement, self.plan);
                let Some(limit) = self.limit(*cap, &nothing) else { continue };
                for (of, key) in self.limited_now(*cap, at) {
                    told.push(Open::Limit { cap: *cap, of, limit, passed: self.used(*cap, &key) });
                }
            }
        }
    }

    /// What a limit adds up for what arises at an instant: once, or for each thing that is followed and each value of a
    /// field of which something has passed.
    fn limited_now(&self, cap: CapId, at: Instant) -> Vec<(Option<CompactString>, CapKey)> {
        let of = &self.policy.caps[cap];
        let account = &self.state.caps[of.first];
        match of.scope {
            // Each amount has its own.
            CapScope::Entry => Vec::new(),
            CapScope::InAll | CapScope::Together => vec![(None, CapKey::All)],
            CapScope::Window(id) => vec![(None, CapKey::Window(self.cap_window(id, None, at)))],
            CapScope::Case(case) => {
                let followed = self.state.cases[case].slots().iter().flatten().filter(|item| !item.over);
                let own =
                    followed.map(|item| (Some(item.key.clone()), CapKey::Item(item.key.clone(), item.born)));
                let mut own: Vec<_> = own.filter(|(_, key)| account.contains_key(key)).collect();
                own.sort();
                own
            }
            CapScope::Group(window) => {
                let now = window.map(|id| self.cap_window(id, None, at));
                let own = account.keys().filter_map(|key| match key {
                    CapKey::Group(window, value) if *window == now => {
                        Some((Some(value.clone()), key.clone()))
                    }
                    _ => None,
                });
                own.collect()
            }
        }
    }

    fn stands_still(&self, case: CaseId, item: &Item, number: usize) -> Option<Stands> {
        if let Some(since) = self.closed_since(case, item) {
            let closed = self.state.seldom.closed.get(&(case, item.key.clone()));
            return Some(Stands::Closed { since, until: closed.and_then(|closed| closed.until) });
        }
        if self.is_held(case, item, number) {
            let hold = self.state.seldom.more.holds.get(&(case, item.birth, number as u32))?;
            return Some(Stands::Held { since: hold.since, by: hold.by.clone() });
        }
        self.paused_since(case, item, number).map(|since| Stands::Paused { since })
    }
}

/// The principal of an item that is a debt, where something of it is unpaid.
fn principal(case: CaseId, item: &Item) -> Option<Open> {
    let debt = item.debt.as_deref().filter(|_| !item.over && !item.excluded)?;
    if debt.unpaid.as_ref().is_some_and(Exact::is_zero) {
        return None;
    }
    Some(Open::Principal {
        subject: subject_of(case, item),
        charged: debt.charge.clone(),
        unpaid: debt.unpaid.clone(),
        because: debt.causes.clone(),
        by: item.opened_by.clone(),
    })
}
