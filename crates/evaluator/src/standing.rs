//! What passes to somebody, or is owed, at the first instant at which something holds: all that happens at that instant
//! comes first.

use crate::environment::param_of;
use crate::expression::Environment;
use crate::money::About;
use crate::outcome::{Notice, Quantity, Sink, Subject};
use crate::play::Play;
use crate::pot::number_on;
use crate::state::State;
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    CaseId, ConsequenceId, Effect, MeasureId, ParamId, PartyId, Signal, Standing, Value, VersionId,
};
use servanda_policy::value::Exact;

/// What arises from what holds.
pub(crate) fn standing(policy: &Policy) -> Vec<ConsequenceId> {
    let standing = |id: &ConsequenceId| matches!(policy.consequences[*id].on, Signal::Standing(_));
    policy.consequences.ids().filter(standing).collect()
}

/// Whether it is asked whether nothing is owed on a case.
pub(crate) fn is_asked(policy: &Policy, case: CaseId) -> bool {
    let Some(debt) = &policy.cases[case].debt else { return false };
    policy.consequences.values().any(|of| match &of.on {
        Signal::Standing(standing) => {
            standing.settled.iter().any(|it| (it.0, it.1) == (debt.debtor, debt.creditor))
        }
        _ => false,
    })
}

impl<S: Sink> Play<'_, S> {
    /// When an instant is over: of what holds now, what is new arises; and what credits have paid is booked.
    pub(crate) fn pass(&mut self) {
        self.arise_from_what_holds();
        self.book_paid();
    }

    fn arise_from_what_holds(&mut self) {
        if self.plan.standing.is_empty() || !self.state.begun {
            return;
        }
        let version = self.agreement.version_at(self.now);
        for id in &self.plan.standing {
            let of = &self.policy.consequences[*id];
            let Signal::Standing(standing) = &of.on else { continue };
            if self.policy.version_of(of.clause) != version || !self.holds(standing) {
                continue;
            }
            // What is left of payments can be there again.
            if let Some(case) = of.pays_out() {
                if self.has_rest(case) {
                    self.owed_at_once(*id, version);
                }
                continue;
            }
            if self.has_passed(*id) {
                continue;
            }
            match &of.effect {
                Effect::Right(right) => {
                    let (to, subject, at) = (right.holder, Subject::Agreement, self.stamp);
                    self.sink.notice(Notice { consequence: *id, to, subject, at, arose: None });
                }
                _ => self.owed_at_once(*id, version),
            }
            self.state.seldom.later.arisen.insert(*id, self.known);
        }
        self.book();
    }

    /// An amount that is owed since something holds; what is left of payments is left no more, where it is paid out.
    fn owed_at_once(&mut self, id: ConsequenceId, version: VersionId) {
        let pays_out = self.policy.consequences[id].pays_out();
        let first = pays_out.and_then(|case| first_that_pays_out(self.policy, case));
        let carried =
            first.and_then(|first| self.state.seldom.pot.told.get(&first)).map(|told| told.carried.clone());
        let carried = carried.unwrap_or_default();
        let env = AtOnce { agreement: self.agreement, state: self.state, version, carried };
        let about = About {
            subject: Subject::Agreement,
            born: self.stamp,
            window: None,
            late_from: None,
            evidence: Vec::new(),
            env: &env,
        };
        let Some(mut asked) = self.ask(id, &about) else { return };
        if let Some(case) = pays_out {
            // Less than the smallest coin stays where it is.
            if asked.amount == Ok(0) {
                return;
            }
            let all = env.rest(case);
            self.carry(first, all, &asked.amount);
            for (by, rest) in self.take_rests(case) {
                if let Ok(rest) = &rest {
                    self.has_paid(by, Ok(rest));
                }
            }
            let last = self.state.seldom.later.paid_out.entry(case).or_default();
            *last = number_on(self.agreement.zone.date_of(self.now), *last);
            asked.ordinal = Some(*last);
        }
        self.asked.push(asked);
    }

    /// What was less than the smallest coin is left for the next pay-out; where more was paid out, it is taken off that.
    fn carry(
        &mut self,
        first: Option<ConsequenceId>,
        all: Quantity,
        paid: &Result<i128, Vec<crate::outcome::Cause>>,
    ) {
        let minor = self.agreement.currency.minor_per_major();
        let paid = paid.as_ref().ok().and_then(|paid| Exact::ratio(*paid, minor));
        if let (Some(first), Quantity::Known(Value::Number(all)), Some(paid)) = (first, all, paid) {
            let carried = &all - &paid;
            if !carried.is_zero() || self.state.seldom.pot.told.contains_key(&first) {
                self.state.seldom.pot.told.entry(first).or_default().carried = carried;
            }
        }
    }

    /// Whether it has arisen, under whichever version: what somebody has, nobody gets again.
    fn has_passed(&self, id: ConsequenceId) -> bool {
        self.state.seldom.later.arisen.keys().any(|arisen| *arisen == id || is_same(self.policy, *arisen, id))
    }

    fn holds(&self, standing: &Standing) -> bool {
        (!standing.ended || self.state.ended)
            && standing.settled.iter().all(|(debtor, creditor, _)| self.owes_nothing(*debtor, *creditor))
    }

    fn owes_nothing(&self, debtor: PartyId, creditor: PartyId) -> bool {
        let between = |case: &CaseId| {
            let debt = self.policy.cases[*case].debt.as_ref();
            debt.is_some_and(|debt| (debt.debtor, debt.creditor) == (debtor, creditor))
        };
        self.policy.cases.ids().filter(between).all(|case| {
            // Unpaid debts have their place among those that can be paid.
            self.state.cases[case].payable().is_empty() && !self.owes_any_fee(case)
        })
    }
}

/// The first sentence, of whichever version, by which what is left of a case is paid out.
fn first_that_pays_out(policy: &Policy, case: CaseId) -> Option<ConsequenceId> {
    policy.consequences.iter().find(|(_, of)| of.pays_out() == Some(case)).map(|(id, _)| id)
}

/// What an amount reads that is owed since something holds.
struct AtOnce<'a> {
    agreement: &'a Agreement,
    state: &'a State,
    version: VersionId,
    /// What earlier pay-outs have left, less than nothing where they were more than was left.
    carried: Exact,
}

impl Environment for AtOnce<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        param_of(self.agreement, param)
    }

    fn version(&self) -> VersionId {
        self.version
    }

    /// No window is at hand.
    fn previous(&self, _measure: MeasureId) -> Option<Quantity> {
        None
    }

    fn rest(&self, case: CaseId) -> Quantity {
        let mut all = &self.carried + &self.state.credit.get(&case).cloned().unwrap_or_default();
        for (_, rest) in self.state.seldom.pot.credits.iter().filter(|(of, _)| of.0 == case) {
            all = &all + rest;
        }
        match self.state.seldom.pot.unknown.get(&case) {
            None if all.is_negative() => Quantity::Known(Value::Number(Exact::ZERO)),
            None => Quantity::Known(Value::Number(all)),
            Some(causes) => Quantity::Unknown { causes: causes.clone(), between: None },
        }
    }
}

/// Whether two versions say the same: of a right the same words, of an amount a sentence in the same place about the same.
fn is_same(policy: &Policy, one: ConsequenceId, other: ConsequenceId) -> bool {
    let (Some(one), Some(other)) = (policy.consequences.find(one), policy.consequences.find(other)) else {
        return false;
    };
    if policy.version_of(one.clause) == policy.version_of(other.clause) {
        return false;
    }
    let parties = |of: &Standing| of.settled.iter().map(|it| (it.0, it.1)).collect::<Vec<_>>();
    match (&one.effect, &other.effect, &one.on, &other.on) {
        (Effect::Right(one), Effect::Right(other), ..) => one == other,
        (Effect::Entry(left), Effect::Entry(right), Signal::Standing(before), Signal::Standing(after)) => {
            one.name == other.name
                && (left.debtor, left.creditor, left.kind) == (right.debtor, right.creditor, right.kind)
                && (before.ended, parties(before)) == (after.ended, parties(after))
        }
        _ => false,
    }
}
