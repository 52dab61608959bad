//! Verdicts on items that other items name: what is remembered of them beyond the items themselves.

use crate::outcome::Sink;
use crate::plan::Plan;
use crate::play::Play;
use crate::state::{Item, Later, Named};
use servanda_policy::arena::Table;
use servanda_policy::policy::{CaseId, DutyId, ExprKind, Form, Life, Policy, Signal, Verdict};
use servanda_policy::time::Instant;

/// Which duties one of the first so many versions asks for on items that others name: each by its first version.
pub(crate) fn asked(policy: &Policy, versions: usize) -> Table<DutyId, bool> {
    let mut asked: Table<DutyId, bool> = policy.duties.ids().map(|_| false).collect();
    for consequence in policy.consequences.values() {
        let Signal::ForEach(_, Some(filter)) = &consequence.on else { continue };
        let early = policy.version_of(consequence.clause).0 < u32::try_from(versions).unwrap_or(u32::MAX);
        if !early {
            continue;
        }
        let found = std::cell::RefCell::new(Vec::new());
        filter.any(&|part| {
            if let ExprKind::VerdictOf(duty, ..) = part.kind {
                found.borrow_mut().push(duty);
            }
            false
        });
        for duty in found.into_inner() {
            asked[duty] = true;
        }
    }
    asked
}

impl<S: Sink> Play<'_, S> {
    /// What is known of the duties on an item has changed: it is remembered where others ask for it by its key.
    pub(crate) fn remember_named(&mut self, case: CaseId, item: &Item) {
        let plan = self.plan;
        let known = self.known;
        let version = self.agreement.version_at(item.born);
        for first in &plan.asked_on[case] {
            // The version of the duty that governs the item, if any does.
            let governs =
                |duty: &&DutyId| self.policy.version_of(self.policy.duties[**duty].clause) == version;
            let duty = plan.same_duties[*first].iter().find(governs).copied();
            let verdict = duty.and_then(|duty| shown(plan, duty, case, item));
            let of = self.state.seldom.later.named.entry(*first).or_default();
            if of.len() >= 64
                && of.len().is_power_of_two()
                && let Some(period) = self.policy.cases[case].forget
            {
                of.retain(|_, named| !named.is_forgotten(period, known));
            }
            of.entry(item.key.clone()).or_default().add(item.birth, known, verdict);
        }
    }
}

/// The verdict on an item as others can ask for it. Of an item that exists without a beginning, a prohibition says
/// something only when it is decided.
fn shown(plan: &Plan, id: DutyId, case: CaseId, item: &Item) -> Option<Verdict> {
    let known = item.duties.get(*plan.duty_places.find(id)?)?;
    let verdict = crate::duty::verdict_of(plan, id, case, item, known)?.verdict;
    let implicit = matches!(plan.policy.cases[case].life, Life::Implicit);
    let forbids = matches!(plan.policy.duties[id].form, Form::MustNot { .. });
    (!(implicit && forbids && verdict == Verdict::Pending)).then_some(verdict)
}

impl Named {
    fn add(&mut self, birth: u64, known: Instant, verdict: Option<Verdict>) {
        // What an earlier item under the key still comes to is asked for no more.
        if birth < self.birth {
            return;
        }
        self.birth = birth;
        match self.last {
            Some((at, _)) if at == known => {}
            last => self.before = last,
        }
        self.last = Some((known, verdict));
    }

    /// What was known just before an instant, and since when.
    fn just_before(&self, at: Instant) -> Option<(Instant, Option<Verdict>)> {
        self.last.filter(|(known, _)| *known < at).or(self.before)
    }

    fn is_forgotten(&self, period: i64, at: Instant) -> bool {
        self.last.is_none_or(|(known, _)| at.nanos_since(known) >= i128::from(period))
    }
}

impl Later {
    /// The verdict of a duty on the item under a key, as it was known just before an instant; none where there is none,
    /// or where the policy says that it is forgotten.
    pub(crate) fn verdict_of(&self, plan: &Plan, duty: DutyId, key: &str, at: Instant) -> Option<Verdict> {
        let first = plan.policy.duties.find(duty)?.first;
        let (known, verdict) = self.named.get(&first)?.get(key)?.just_before(at)?;
        let case = match &plan.policy.duties[first].form {
            Form::Do { case, .. } | Form::MustNot { case, .. } => *case,
            Form::DoEach { .. } | Form::Keep { .. } => return None,
        };
        let forgotten =
            plan.policy.cases[case].forget.is_some_and(|period| at.nanos_since(known) >= i128::from(period));
        verdict.filter(|_| !forgotten)
    }
}
