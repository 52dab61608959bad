//! Debts: payments that settle principal, and accruals that grow while it is unpaid.

use crate::accrual::{base_unknown, stop};
use crate::behind::{Behind, PaidBy};
use crate::duty::evidence;
use crate::environment::Things;
use crate::expression::evaluate;
use crate::items::{Items, Payable};
use crate::money::money;
use crate::outcome::{Cause, Quantity, Sink};
use crate::plan::Plan;
use crate::play::Play;
use crate::pot::only_named;
use crate::state::{DebtState, Item, State};
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::Fact;
use servanda_parser::ast::{PaymentOrder, PaymentRest};
use servanda_policy::policy::{CaseId, ConsequenceId, Payments, Settled, Value};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::ops::Bound;

/// An amount that is paid, or why it is unknown.
pub(crate) type Paid = Result<Exact, Vec<Cause>>;

/// By what something is paid.
#[derive(Clone, Copy)]
pub(crate) enum By<'f> {
    Payment(&'f Fact),
    /// What payments have left before.
    Rest,
    /// What this sentence credits.
    Credit(ConsequenceId),
    /// What credits of this sentence have left before.
    Left(ConsequenceId),
}

impl<'f> By<'f> {
    fn fact(self) -> Option<&'f Fact> {
        match self {
            By::Payment(fact) => Some(fact),
            By::Rest | By::Credit(_) | By::Left(_) => None,
        }
    }

    pub(crate) fn told(self) -> PaidBy {
        match self {
            By::Payment(fact) => PaidBy::Payment(evidence(fact)),
            By::Rest | By::Left(_) => PaidBy::Rest,
            By::Credit(_) => PaidBy::Credit,
        }
    }
}

impl<S: Sink> Play<'_, S> {
    /// A new item of a case that is a debt owes its principal; what was paid in advance is used when all of this
    /// instant is charged.
    #[inline(never)]
    pub(crate) fn charge(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let Some(debt) = &self.policy.cases[case].debt else { return };
        let charge = {
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            money(evaluate(&debt.amount, &env), debt.amount.span)
        };
        let (charge, causes) = match charge {
            Ok(charge) if charge.is_negative() => {
                let name = &self.policy.cases[case].name;
                let message = format!("the `{name}` `{}` would owe less than nothing", item.key);
                let span = debt.amount.span;
                self.problem(Code::NegativeNumber, message.clone(), item.opened_by.as_ref(), case);
                (None, vec![Cause { message, span }])
            }
            Ok(charge) => (Some(charge), Vec::new()),
            Err(causes) => (None, causes),
        };
        item.debt = Some(Box::new(DebtState { unpaid: charge.clone(), charge, payable: None, causes }));
        self.charged.push((case, slot));
    }

    /// What has been charged at this instant, in the order in which it is due.
    pub(crate) fn take_charged(&mut self) -> Vec<(CaseId, u32)> {
        let mut charged = std::mem::take(&mut self.charged);
        charged.sort_by_cached_key(|(case, slot)| {
            let item = self.state.cases[*case].get(*slot);
            (*case, item.map(|item| (due_of(self.plan, *case, item), item.key.clone())))
        });
        charged
    }

    /// An amount goes to debts in this order, until nothing of it is left; what is left.
    pub(crate) fn settle_debts(
        &mut self,
        case: CaseId,
        slots: impl Iterator<Item = u32>,
        amount: Paid,
        by: By<'_>,
    ) -> Paid {
        let nothing = Ok(Exact::integer(0));
        let mut left = amount;
        for slot in slots {
            if left == nothing {
                break;
            }
            let Some(mut item) = self.state.cases[case].take(slot) else { continue };
            // What has ended at this instant is paid no more.
            if !item.over {
                left = self.pay_one(case, &mut item, left, by);
                self.settle_if_paid(case, slot, &mut item, by.fact());
            }
            self.keep_or_let_go(case, slot, item);
        }
        left
    }

    /// What is left of a payment or a credit is kept, where the text keeps it, and told.
    fn keep_what_is_left(&mut self, case: CaseId, left: Paid, by: By<'_>) {
        if let (true, Ok(amount)) = (self.sink.wants_behind(), &left)
            && !amount.is_zero()
        {
            let (amount, at, by) = (amount.clone(), self.now, by.told());
            self.sink.behind(Behind::Left { case, amount, at, by });
        }
        self.keep_rest(case, left, by);
    }

    /// The amount of a payment.
    pub(crate) fn amount_of(&mut self, case: CaseId, fact: &Fact) -> Paid {
        use crate::expression::Environment;
        let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
        let Some(payments) = payments else { return Ok(Exact::integer(0)) };
        match Things::fact(self.agreement, self.plan, fact).fact_field(payments.amount) {
            Quantity::Known(Value::Number(amount)) if amount.is_negative() => {
                let message = "a payment of less than nothing".to_owned();
                let span = payments.span;
                self.problem(Code::NegativeNumber, message.clone(), Some(&evidence(fact)), case);
                Err(vec![Cause { message, span }])
            }
            Quantity::Known(Value::Number(amount)) => Ok(amount),
            Quantity::Unknown { causes, .. } => Err(causes),
            Quantity::Known(_) | Quantity::NoData => {
                let message = "the amount of a payment is unknown".into();
                Err(vec![Cause { message, span: payments.span }])
            }
        }
    }

    /// A payment settles debts of the case. Whether it did anything.
    pub(crate) fn pay(&mut self, case: CaseId, fact: &Fact, amount: Paid) -> bool {
        let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
        let Some(payments) = payments else { return false };
        let key = payments.named.and_then(|field| match fact.field(field) {
            servanda_events::FieldValue::Text(key) => Some(key),
            _ => None,
        });
        let named = key.and_then(|key| self.state.cases[case].slot_of(key));
        let unnamed = match key {
            Some(key)
                if named.is_none()
                    && !self.policy.cases[case].ignores.contains(&fact.event)
                    && !self.owes_fees(case, key) =>
            {
                let (name, event) = (&self.policy.cases[case].name, &self.policy.events[fact.event].name);
                let message = format!("`{event}` names `{key}`, and no `{name}` of that key is open");
                self.problem(Code::NothingToMove, message, Some(&evidence(fact)), case);
                true
            }
            _ => false,
        };
        let settling = payments.settling.iter().map(|(settled, _)| *settled);
        let mut left = amount.clone();
        if key.is_some() {
            for settled in settling {
                left = match settled {
                    Settled::Principal => self.settle_debts(case, named.into_iter(), left, By::Payment(fact)),
                    Settled::Kind(kind) => {
                        self.settle_fees(case, kind, key.map(CompactString::as_str), left, By::Payment(fact))
                    }
                };
            }
        }
        // The others are looked through only for what the named one leaves.
        if left != Ok(Exact::ZERO) && !only_named(payments) {
            left = self.pay_all(case, payments, named, left, By::Payment(fact));
        }
        let settled = amount.is_err() || left != amount;
        match payments.rest {
            PaymentRest::Credit => {
                self.keep_what_is_left(case, left, By::Payment(fact));
                true
            }
            PaymentRest::Returned => settled || unnamed,
        }
    }

    /// What a payment that names none goes to, kind by kind, apart from the debt that is named; what is left of it.
    fn pay_all(
        &mut self,
        case: CaseId,
        payments: &Payments,
        named: Option<u32>,
        amount: Paid,
        by: By<'_>,
    ) -> Paid {
        let mut left = amount;
        for (settled, _) in &payments.settling {
            left = match settled {
                Settled::Principal => self.pay_others(case, payments.order, named, left, by),
                Settled::Kind(kind) => self.settle_fees(case, *kind, None, left, by),
            };
        }
        left
    }

    /// What is credited to the debtor pays debts of the case as a payment does that names none.
    pub(crate) fn pay_by_credit(&mut self, case: CaseId, amount: Paid, by: By<'_>) {
        let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
        let Some(payments) = payments else { return };
        let left = self.pay_all(case, payments, None, amount, by);
        if payments.rest == PaymentRest::Credit {
            self.keep_what_is_left(case, left, by);
        }
    }

    /// An amount goes to the debts of a case in their order, apart from the one that is named; what is left.
    fn pay_others(
        &mut self,
        case: CaseId,
        order: PaymentOrder,
        named: Option<u32>,
        amount: Paid,
        by: By<'_>,
    ) -> Paid {
        let (mut left, mut last): (Paid, Option<Payable>) = (amount, None);
        while left != Ok(Exact::ZERO) {
            let Some(next) = self.next_payable(case, order, last.as_ref()) else { break };
            if Some(next.3) != named {
                left = self.settle_debts(case, std::iter::once(next.3), left, by);
            }
            last = Some(next);
        }
        left
    }

    /// The debt that a payment settles behind another one: by due date, charge, key.
    fn next_payable(&self, case: CaseId, order: PaymentOrder, last: Option<&Payable>) -> Option<Payable> {
        let payable = self.state.cases[case].payable();
        let behind = last.map_or(Bound::Unbounded, Bound::Excluded);
        let next = match order {
            PaymentOrder::NewestFirst => payable.range((Bound::Unbounded, behind)).next_back(),
            PaymentOrder::OldestFirst | PaymentOrder::NamedOnly => {
                payable.range((behind, Bound::Unbounded)).next()
            }
        };
        next.cloned()
    }

    /// Pays one debt; what is left of the payment. What is unknown, of the one or of the other, makes both unknown.
    fn pay_one(&mut self, case: CaseId, item: &mut Item, amount: Paid, by: By<'_>) -> Paid {
        let Some(debt) = item.debt.as_deref_mut() else { return amount };
        let left = match (amount, &debt.unpaid) {
            // A debt that is paid stays so, whatever comes.
            (amount, Some(unpaid)) if unpaid.is_zero() => return amount,
            (Ok(amount), Some(unpaid)) => {
                let paid = amount.clone().min(unpaid.clone());
                debt.unpaid = Some(unpaid - &paid);
                self.has_paid(by, Ok(&paid));
                if by.fact().is_some() && !paid.is_zero() {
                    item.touched = self.now;
                }
                if self.sink.wants_behind() && !paid.is_zero() {
                    let (amount, at, by) = (paid.clone(), self.now, by.told());
                    self.sink.behind(Behind::Paid {
                        subject: crate::duty::subject_of(case, item),
                        amount,
                        at,
                        by,
                    });
                }
                Ok(&amount - &paid)
            }
            (amount, _) => {
                debt.unpaid = None;
                let causes = crate::expression::unite(
                    std::mem::take(&mut debt.causes),
                    amount.err().unwrap_or_default(),
                );
                debt.causes.clone_from(&causes);
                self.has_paid(by, Err(&causes));
                base_unknown(self.agreement, self.policy, item, &causes, self.now);
                self.wake_fees(case, &item.key);
                return Err(causes);
            }
        };
        self.base_changes(case, item);
        self.wake_fees(case, &item.key);
        left
    }

    /// A debt without unpaid principal is paid: its act is done, its accruals stop.
    pub(crate) fn settle_if_paid(&mut self, case: CaseId, slot: u32, item: &mut Item, by: Option<&Fact>) {
        let Some(debt) = &self.policy.cases[case].debt else { return };
        let paid = item.debt.as_deref().and_then(|debt| debt.unpaid.as_ref()).is_some_and(Exact::is_zero);
        if !paid || item.acts.get(debt.paid as usize).is_none_or(|act| act.done) {
            return;
        }
        let until = self.now;
        for duty in &mut item.duties {
            for accrual in &mut duty.accruals {
                stop(self.agreement, self.policy, accrual, until);
            }
        }
        self.fix_fees(case, item);
        self.act(case, slot, item, debt.paid, true, by);
        if self.telling == crate::play::Telling::Prompt {
            self.tell_accruals(case, item);
        }
        if self.plan.cases[case].ending_acts.contains(&debt.paid) {
            self.end_or_close(case, slot, item, by);
        }
    }
}

/// When a debt is due: the deadline of the first duty to pay it, else its beginning.
fn due_of(plan: &Plan, case: CaseId, item: &Item) -> Instant {
    let duties = plan.cases[case].duties.iter().zip(&item.duties);
    let due = duties.filter(|(id, _)| pays(&plan.policy, **id)).find_map(|(_, duty)| duty.late_from);
    due.unwrap_or(item.born)
}

/// Puts a debt into its place among those that payments settle without naming them, or takes it out.
pub(crate) fn place(plan: &Plan, items: &mut Items, case: CaseId, slot: u32, item: &mut Item) {
    let payments = plan.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
    if payments.is_none_or(only_named) && !plan.asked_whether_paid[case] {
        return;
    }
    let unpaid = |debt: &DebtState| debt.unpaid.as_ref().is_none_or(|unpaid| !unpaid.is_zero());
    let open = item.debt.as_deref().is_some_and(unpaid) && !item.over && !item.excluded;
    let due = open.then(|| due_of(plan, case, item));
    let Some(debt) = item.debt.as_deref_mut() else { return };
    if debt.payable == due {
        return;
    }
    if let Some(before) = debt.payable {
        items.payable_mut().remove(&(before, item.born, item.key.clone(), slot));
    }
    if let Some(due) = due {
        items.payable_mut().insert((due, item.born, item.key.clone(), slot));
    }
    debt.payable = due;
}

/// Puts every debt of a stored state into its place.
pub(crate) fn place_all(plan: &Plan, state: &mut State) {
    for case in plan.policy.cases.ids() {
        let Some(items) = state.cases.find_mut(case) else { continue };
        for slot in 0..items.slots().len() as u32 {
            let Some(mut item) = items.take(slot) else { continue };
            place(plan, items, case, slot, &mut item);
            items.put(slot, item);
        }
    }
}

/// Whether a duty is one to pay a debt.
pub(crate) fn pays(policy: &servanda_policy::Policy, duty: servanda_policy::policy::DutyId) -> bool {
    use servanda_policy::policy::Form;
    match &policy.duties[duty].form {
        Form::Do { case, act, .. } => policy.cases[*case].debt.as_ref().is_some_and(|debt| debt.paid == *act),
        Form::DoEach { .. } | Form::Keep { .. } | Form::MustNot { .. } => false,
    }
}
