//! Debts: payments that settle principal, and accruals that grow while it is unpaid.

use crate::environment::Things;
use crate::expression::evaluate;
use crate::money::money;
use crate::outcome::{Accrued, Cause, Entry, Evidence, Quantity, Sink, Stretch};
use crate::plan::reads_unpaid;
use crate::play::Play;
use crate::state::{AccrualState, BoundKind, DebtState, Item};
use servanda_events::Fact;
use servanda_parser::ast::{PaymentOrder, PaymentRest, Unit};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    Accrual, CapId, CapScope, CaseId, ConsequenceId, Counted, Effect, Payments, Value,
};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::Exact;

impl<S: Sink> Play<'_, S> {
    /// A new item of a case that is a debt: its principal is charged, and a credit balance is used at once.
    #[inline(never)]
    pub(crate) fn charge(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let Some(debt) = &self.policy.cases[case].debt else { return };
        let charge = {
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            money(evaluate(&debt.amount, &env), debt.amount.span)
        };
        let (charge, causes) = match charge {
            Ok(charge) => (Some(charge), Vec::new()),
            Err(causes) => (None, causes),
        };
        item.debt = Some(Box::new(DebtState { unpaid: charge.clone(), charge, due: None, causes }));
        if item.excluded {
            return;
        }
        if let Some(credit) = self.state.credit.remove(&case) {
            let left = self.pay_one(case, slot, item, &credit, None);
            self.keep_credit(case, left);
        }
        self.settle_if_paid(case, slot, item, None);
    }

    fn keep_credit(&mut self, case: CaseId, left: Exact) {
        if !left.is_zero() {
            let credit = self.state.credit.entry(case).or_default();
            *credit = &*credit + &left;
        }
    }

    /// A payment settles debts of the case. Whether it found anything to do.
    // Most events are no payments: the many instructions of this one stay out of their way.
    #[inline(never)]
    pub(crate) fn pay(&mut self, case: CaseId, payments: &Payments, fact: &Fact) -> bool {
        let amount = {
            let env = Things::fact(self.agreement, self.plan, fact);
            use crate::expression::Environment;
            env.fact_field(payments.amount)
        };
        let amount = match amount {
            Quantity::Known(Value::Number(amount)) => Ok(amount),
            Quantity::Unknown { causes, .. } => Err(causes),
            Quantity::Known(_) | Quantity::NoData => {
                let message = "the amount of a payment is unknown".into();
                Err(vec![Cause { message, span: payments.span }])
            }
        };
        let mut slots = Vec::new();
        let named = payments.named.and_then(|field| match fact.field(field) {
            servanda_events::FieldValue::Text(key) => self.state.cases[case].slot_of(key),
            _ => None,
        });
        slots.extend(named);
        if payments.order != PaymentOrder::NamedOnly || payments.named.is_none() {
            slots.extend(
                self.open_debts(case, payments.order).into_iter().filter(|slot| Some(*slot) != named),
            );
        }
        let found = !slots.is_empty();
        match amount {
            Err(causes) => {
                // What an unreadable payment would have settled is unknown from then on.
                for slot in slots.into_iter().take(1) {
                    let Some(mut item) = self.state.cases[case].take(slot) else { continue };
                    if let Some(debt) = item.debt.as_deref_mut() {
                        debt.unpaid = None;
                        debt.causes =
                            crate::expression::unite(std::mem::take(&mut debt.causes), causes.clone());
                    }
                    self.base_unknown(case, &mut item, &causes);
                    self.keep_or_let_go(case, slot, item);
                }
            }
            Ok(amount) => {
                let mut left = amount;
                for slot in slots {
                    if left.is_zero() {
                        break;
                    }
                    let Some(mut item) = self.state.cases[case].take(slot) else { continue };
                    left = self.pay_one(case, slot, &mut item, &left, Some(fact));
                    self.settle_if_paid(case, slot, &mut item, Some(fact));
                    self.keep_or_let_go(case, slot, item);
                }
                if payments.rest == PaymentRest::Credit {
                    self.keep_credit(case, left);
                    return true;
                }
            }
        }
        found
    }

    /// Debts that are open, in the order in which a payment settles them: by due date, charge, key.
    fn open_debts(&self, case: CaseId, order: PaymentOrder) -> Vec<u32> {
        let items = &self.state.cases[case];
        let mut open: Vec<(Instant, Instant, &str, u32)> = Vec::new();
        for slot in 0..items.slots.len() as u32 {
            let Some(item) = items.get(slot) else { continue };
            let Some(debt) = item.debt.as_deref() else { continue };
            let unpaid = debt.unpaid.as_ref().is_none_or(|unpaid| !unpaid.is_zero());
            if unpaid && !item.over && !item.excluded {
                open.push((self.due_of(case, item), item.born, item.key.as_str(), slot));
            }
        }
        open.sort_unstable();
        if order == PaymentOrder::NewestFirst {
            open.reverse();
        }
        open.into_iter().map(|(_, _, _, slot)| slot).collect()
    }

    /// When a debt is due: the deadline of the first duty to pay it, else its beginning.
    fn due_of(&self, case: CaseId, item: &Item) -> Instant {
        let plan = self.plan;
        let duties = plan.cases[case].duties.iter().zip(&item.duties);
        let due = duties
            .filter(|(id, _)| crate::debt::pays(self.policy, **id))
            .find_map(|(_, duty)| duty.late_from);
        due.unwrap_or(item.born)
    }

    /// Pays one debt; what is left of the payment.
    fn pay_one(
        &mut self,
        case: CaseId,
        _slot: u32,
        item: &mut Item,
        amount: &Exact,
        by: Option<&Fact>,
    ) -> Exact {
        let Some(unpaid) = item.debt.as_deref().and_then(|debt| debt.unpaid.clone()) else {
            return Exact::integer(0);
        };
        let paid = amount.clone().min(unpaid.clone());
        if let Some(debt) = item.debt.as_deref_mut() {
            debt.unpaid = Some(&unpaid - &paid);
        }
        let left = amount - &paid;
        if by.is_some() && !paid.is_zero() {
            item.touched = self.now;
        }
        self.base_changes(case, item);
        left
    }

    /// A debt without unpaid principal is paid: its act is done, its accruals stop.
    fn settle_if_paid(&mut self, case: CaseId, slot: u32, item: &mut Item, by: Option<&Fact>) {
        let Some(debt) = &self.policy.cases[case].debt else { return };
        let paid = item.debt.as_deref().and_then(|debt| debt.unpaid.as_ref()).is_some_and(Exact::is_zero);
        if !paid || item.acts.get(debt.paid as usize).is_none_or(|act| act.done) {
            return;
        }
        let until = Instant(self.now.0.saturating_add(1));
        for duty in &mut item.duties {
            for accrual in &mut duty.accruals {
                stop(self.agreement, self.policy, accrual, until);
            }
        }
        self.act(case, slot, item, debt.paid, true, by);
    }

    /// A breach begins an accrual.
    pub(crate) fn begin_accrual(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
        consequence: ConsequenceId,
    ) {
        let Effect::Accrue(rule) = &self.policy.consequences[consequence].effect else { return };
        let from = self.now;
        let mut accrual = AccrualState {
            consequence,
            from,
            accrued: Accrued::default(),
            because: Vec::new(),
            posted: books_each_period(self.policy, rule).then_some((0, 0)),
            capped_by: None,
            told: false,
        };
        self.open_stretch(case, item, rule, &mut accrual, from);
        let place = item.duties.get(number).map_or(0, |duty| duty.accruals.len());
        if accrual.posted.is_some() {
            let (duty, birth) = (number as u32, item.birth);
            let (at, kind) = match rule.counted {
                Counted::Begun => {
                    (from, BoundKind::PeriodBegins { case, slot, birth, duty, accrual: place as u32 })
                }
                Counted::Completed => (
                    period_start(self.agreement, rule.period, from, 1).unwrap_or(from),
                    BoundKind::PeriodOver { case, slot, birth, duty, accrual: place as u32 },
                ),
            };
            self.arm(at, kind);
        }
        if let Some(duty) = item.duties.get_mut(number) {
            duty.accruals.push(accrual);
        }
    }

    fn open_stretch(
        &self,
        case: CaseId,
        item: &Item,
        rule: &Accrual,
        accrual: &mut AccrualState,
        from: Instant,
    ) {
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        match money(evaluate(&rule.amount, &env), rule.amount.span) {
            Ok(each) => {
                let debt = item.debt.as_deref();
                let base = if reads_unpaid(&rule.amount) {
                    debt.and_then(|debt| debt.unpaid.clone())
                } else {
                    debt.and_then(|debt| debt.charge.clone())
                };
                accrual.accrued.stretches.push(Stretch { from, until: None, periods: 0, each, base });
            }
            Err(causes) => accrual.because = causes,
        }
    }

    /// What is unpaid has changed: accruals on it go on with the new base from the next period on.
    fn base_changes(&mut self, case: CaseId, item: &mut Item) {
        let until = Instant(self.now.0.saturating_add(1));
        for number in 0..item.duties.len() {
            let count = item.duties.get(number).map_or(0, |duty| duty.accruals.len());
            for place in 0..count {
                let Some(duty) = item.duties.get_mut(number) else { continue };
                let Some(mut accrual) = duty.accruals.get(place).cloned() else { continue };
                let Effect::Accrue(rule) = &self.policy.consequences[accrual.consequence].effect else {
                    continue;
                };
                if accrual.accrued.until.is_some() || !reads_unpaid(&rule.amount) {
                    continue;
                }
                close_stretch(self.agreement, rule, &mut accrual, until);
                self.open_stretch(case, item, rule, &mut accrual, until);
                if let Some(place) = item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place))
                {
                    *place = accrual;
                }
            }
        }
    }

    fn base_unknown(&mut self, _case: CaseId, item: &mut Item, causes: &[Cause]) {
        for accrual in item.duties.iter_mut().flat_map(|duty| &mut duty.accruals) {
            if accrual.accrued.until.is_none() {
                accrual.because =
                    crate::expression::unite(std::mem::take(&mut accrual.because), causes.to_vec());
            }
        }
    }

    /// A period of an accrual under a shared cap: what it adds is passed through the caps at once.
    pub(crate) fn book_period(&mut self, case: CaseId, slot: u32, item: &mut Item, duty: u32, place: u32) {
        let number = duty as usize;
        let Some(mut accrual) =
            item.duties.get(number).and_then(|duty| duty.accruals.get(place as usize)).cloned()
        else {
            return;
        };
        let Effect::Accrue(rule) = &self.policy.consequences[accrual.consequence].effect else { return };
        if accrual.accrued.until.is_some_and(|until| until <= self.now) {
            return;
        }
        let gross = self.gross_at(rule, &accrual, Instant(self.now.0.saturating_add(1)));
        if let (Some(gross), Some((posted, passed))) = (gross, accrual.posted) {
            let subject = crate::duty::subject_of(case, item);
            let limits: Vec<Option<i128>> = {
                let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
                rule.caps.iter().map(|cap| self.limit(*cap, &env)).collect()
            };
            let more = gross.saturating_sub(posted).max(0);
            let (through, capped_by) = self.pass_caps(&rule.caps, &limits, more, &subject, None, self.stamp);
            let passed = passed.saturating_add(through.unwrap_or(0));
            accrual.posted = Some((gross, passed));
            accrual.capped_by = accrual.capped_by.or(capped_by);
            accrual.accrued.postings.push((self.stamp, passed));
        }
        let count = periods(self.agreement, rule, accrual.from, Instant(self.now.0.saturating_add(1)));
        let birth = item.birth;
        let next = match rule.counted {
            Counted::Begun => period_start(self.agreement, rule.period, accrual.from, count)
                .map(|at| (at, BoundKind::PeriodBegins { case, slot, birth, duty, accrual: place })),
            Counted::Completed => {
                period_start(self.agreement, rule.period, accrual.from, count.saturating_add(1))
                    .map(|at| (at, BoundKind::PeriodOver { case, slot, birth, duty, accrual: place }))
            }
        };
        if let Some((at, kind)) = next.filter(|(at, _)| *at > self.now) {
            self.arm(at, kind);
        }
        if let Some(slot) = item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place as usize))
        {
            *slot = accrual;
        }
    }

    fn gross_at(&self, rule: &Accrual, accrual: &AccrualState, until: Instant) -> Option<i128> {
        if !accrual.because.is_empty() {
            return None;
        }
        gross(self.agreement, rule, &accrual.accrued, accrual.from, until)
    }

    /// Hands over the accruals of an item that have stopped.
    pub(crate) fn tell_accruals(&mut self, case: CaseId, item: &mut Item) {
        if item.duties.iter().all(|duty| duty.accruals.is_empty()) {
            return;
        }
        for number in 0..item.duties.len() {
            let count = item.duties.get(number).map_or(0, |duty| duty.accruals.len());
            for place in 0..count {
                let entry = {
                    let Some(accrual) = item.duties.get(number).and_then(|duty| duty.accruals.get(place))
                    else {
                        continue;
                    };
                    let Some(until) = accrual.accrued.until.filter(|_| !accrual.told) else { continue };
                    // Up to its stop, which lies after now: a period that begins now counts.
                    self.accrual_entry(case, item, number, accrual, until.max(self.now))
                };
                if let Some(accrual) =
                    item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place))
                {
                    accrual.told = true;
                }
                if let Some(entry) = entry {
                    self.sink.entry(entry);
                }
            }
        }
    }

    /// The entry that an accrual is, as of an instant.
    pub(crate) fn accrual_entry(
        &self,
        case: CaseId,
        item: &Item,
        number: usize,
        accrual: &AccrualState,
        as_of: Instant,
    ) -> Option<Entry> {
        let Effect::Accrue(rule) = &self.policy.consequences[accrual.consequence].effect else { return None };
        let first = match rule.counted {
            Counted::Begun => accrual.from,
            Counted::Completed => period_start(self.agreement, rule.period, accrual.from, 1)?,
        };
        let stopped_before = accrual.accrued.until.is_some_and(|until| until <= first);
        if stopped_before
            || (accrual.accrued.until.is_none() && first >= as_of && rule.counted == Counted::Begun)
        {
            return None;
        }
        let mut accrued = accrual.accrued.clone();
        let mut counted = 0;
        for stretch in &mut accrued.stretches {
            let until = stretch.until.unwrap_or(as_of).min(as_of);
            let so_far = periods(self.agreement, rule, accrual.from, until);
            stretch.periods = u32::try_from(so_far.saturating_sub(counted)).unwrap_or(u32::MAX);
            counted = so_far.max(counted);
        }
        let unknown = !accrual.because.is_empty();
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let mut gross =
            (!unknown).then(|| gross(self.agreement, rule, &accrual.accrued, accrual.from, as_of)).flatten();
        if let (Some(least), Some(amount)) = (&rule.at_least, gross) {
            let least = money(evaluate(least, &env), least.span)
                .ok()
                .and_then(|least| least.to_minor(self.agreement.currency.digits(), rule.rounding));
            gross = least.map(|least| if counted > 0 { least.max(amount) } else { amount });
        }
        let (amount, capped_by) = match (gross, accrual.posted) {
            (None, _) => (None, None),
            (Some(_), Some((_, passed))) => (Some(passed), accrual.capped_by),
            (Some(gross), None) => {
                let mut passed = Some(gross);
                let mut capped_by: Option<CapId> = None;
                for cap in &rule.caps {
                    match (passed, self.limit(*cap, &env)) {
                        (Some(amount), Some(limit)) if limit < amount => {
                            passed = Some(limit.max(0));
                            capped_by.get_or_insert(*cap);
                        }
                        (Some(_), Some(_)) => {}
                        _ => passed = None,
                    }
                }
                (passed, capped_by)
            }
        };
        let duty = item.duties.get(number);
        let paid_by = duty.and_then(|duty| duty.done_by.clone());
        let evidence: Vec<Evidence> = item.opened_by.iter().cloned().chain(paid_by).collect();
        Some(Entry {
            consequence: accrual.consequence,
            subject: crate::duty::subject_of(case, item),
            ordinal: 1,
            debtor: rule.debtor,
            creditor: rule.creditor,
            at: first,
            gross,
            amount,
            capped_by,
            window: None,
            accrual: Some(accrued),
            because: accrual.because.clone(),
            evidence,
        })
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

/// Whether an accrual passes a cap that other entries share: then it is booked period by period.
fn books_each_period(policy: &servanda_policy::Policy, rule: &Accrual) -> bool {
    rule.caps.iter().any(|cap| matches!(policy.caps[*cap].scope, CapScope::Window(_)))
}

/// An accrual stops: no period that begins at `until` or later counts.
fn stop(agreement: &Agreement, policy: &servanda_policy::Policy, accrual: &mut AccrualState, until: Instant) {
    let Effect::Accrue(rule) = &policy.consequences[accrual.consequence].effect else { return };
    if accrual.accrued.until.is_none() {
        close_stretch(agreement, rule, accrual, until);
        accrual.accrued.until = Some(until);
    }
}

fn close_stretch(agreement: &Agreement, rule: &Accrual, accrual: &mut AccrualState, until: Instant) {
    let mut before = 0;
    for stretch in &mut accrual.accrued.stretches {
        let end = stretch.until.unwrap_or(until);
        let so_far = periods(agreement, rule, accrual.from, end);
        if stretch.until.is_none() {
            stretch.until = Some(until);
            stretch.periods = u32::try_from(so_far.saturating_sub(before)).unwrap_or(u32::MAX);
        }
        before = so_far.max(before);
    }
}

/// The gross figure of an accrual in minor units, of all that is dated before an instant.
///
/// It is the exact sum over its stretches, rounded once; or the sum of its periods, each rounded.
pub fn gross(
    agreement: &Agreement,
    rule: &Accrual,
    accrued: &Accrued,
    from: Instant,
    until: Instant,
) -> Option<i128> {
    let digits = agreement.currency.digits();
    let mut exact = Exact::integer(0);
    let mut rounded: i128 = 0;
    let mut counted = 0;
    for stretch in &accrued.stretches {
        let end = stretch.until.map_or(until, |end| end.min(until));
        let so_far = periods(agreement, rule, from, end).max(counted);
        let more = Exact::integer(i128::from(so_far - counted));
        counted = so_far;
        if rule.rounded_each {
            let each = stretch.each.to_minor(digits, rule.rounding)?;
            rounded = rounded.checked_add(each.checked_mul(more.to_i128()?)?)?;
        } else {
            exact = &exact + &(&stretch.each * &more);
        }
    }
    if rule.rounded_each { Some(rounded) } else { exact.to_minor(digits, rule.rounding) }
}

/// How many periods of an accrual that began at `from` are dated before `until`: begun ones by their first
/// instant, completed ones by their last.
pub fn periods(agreement: &Agreement, rule: &Accrual, from: Instant, until: Instant) -> i64 {
    match rule.counted {
        Counted::Begun => begun(agreement, rule.period, from, until),
        // A period is completed when the next one begins; dated to the instant before.
        Counted::Completed => {
            (begun(agreement, rule.period, from, Instant(until.0.saturating_add(1))) - 1).max(0)
        }
    }
}

/// How many periods begin before an instant.
fn begun(agreement: &Agreement, period: Unit, from: Instant, until: Instant) -> i64 {
    if until <= from {
        return 0;
    }
    let first = agreement.zone.date_of(from);
    let last = agreement.zone.date_of(Instant(until.0.saturating_sub(1)));
    let days = last.days_since(first);
    match period {
        Unit::Week => days / 7 + 1,
        Unit::Month | Unit::Quarter | Unit::Year => {
            let (size, (from_year, from_month, _), (year, month, _)) =
                (months_of(period), first.civil(), last.civil());
            let months = i64::from(year - from_year) * 12 + i64::from(month) - i64::from(from_month);
            let whole = months / size;
            // Clamped starts may lie after the date in its month.
            let begins = first.add_months(whole * size).is_none_or(|start| start <= last);
            whole + i64::from(begins)
        }
        Unit::Day | Unit::Hour | Unit::Minute | Unit::Second => days + 1,
    }
}

/// The first instant of the period of this number, from 0.
fn period_start(agreement: &Agreement, period: Unit, from: Instant, number: i64) -> Option<Instant> {
    if number == 0 {
        return Some(from);
    }
    let first: Date = agreement.zone.date_of(from);
    let date = match period {
        Unit::Week => first.add_days(number.checked_mul(7)?),
        Unit::Month | Unit::Quarter | Unit::Year => first.add_months(number.checked_mul(months_of(period))?),
        Unit::Day | Unit::Hour | Unit::Minute | Unit::Second => first.add_days(number),
    }?;
    Some(agreement.zone.start_of(date))
}

const fn months_of(period: Unit) -> i64 {
    match period {
        Unit::Quarter => 3,
        Unit::Year => 12,
        _ => 1,
    }
}
