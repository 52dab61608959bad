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
use servanda_policy::policy::{Accrual, CapId, CapScope, CaseId, ConsequenceId, Counted, Effect, Value};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::Exact;

/// An amount that is paid, or why it is unknown.
pub(crate) type Paid = Result<Exact, Vec<Cause>>;

impl<S: Sink> Play<'_, S> {
    /// A new item of a case that is a debt owes its principal; what was paid in advance is used when all of this
    /// instant is charged.
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
        self.charged.push((case, slot));
    }

    /// What was paid in advance goes to what has been charged at this instant, in the order in which payments go.
    pub(crate) fn use_credit(&mut self) {
        let mut charged = std::mem::take(&mut self.charged);
        charged.sort_by_cached_key(|(case, slot)| {
            let item = self.state.cases[*case].get(*slot);
            (*case, item.map(|item| (self.due_of(*case, item), item.key.clone())))
        });
        for of_case in charged.chunk_by_mut(|left, right| left.0 == right.0) {
            let debt = of_case.first().and_then(|(case, _)| self.policy.cases[*case].debt.as_ref());
            let payments = debt.and_then(|debt| debt.payments.as_ref());
            if payments.is_some_and(|payments| payments.order == PaymentOrder::NewestFirst) {
                of_case.reverse();
            }
        }
        for (case, slot) in charged {
            let Some(mut item) = self.state.cases[case].take(slot) else { continue };
            if let Some(credit) = self.state.credit.remove(&case) {
                if let Ok(left) = self.pay_one(case, &mut item, Ok(credit), None) {
                    self.keep_credit(case, left);
                }
            }
            self.settle_if_paid(case, slot, &mut item, None);
            self.keep_or_let_go(case, slot, item);
        }
    }

    fn keep_credit(&mut self, case: CaseId, left: Exact) {
        if !left.is_zero() {
            let credit = self.state.credit.entry(case).or_default();
            *credit = &*credit + &left;
        }
    }

    /// The amount of a payment.
    pub(crate) fn amount_of(&self, case: CaseId, fact: &Fact) -> Paid {
        use crate::expression::Environment;
        let payments = self.policy.cases[case].debt.as_ref().and_then(|debt| debt.payments.as_ref());
        let Some(payments) = payments else { return Ok(Exact::integer(0)) };
        match Things::fact(self.agreement, self.plan, fact).fact_field(payments.amount) {
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
        let named = payments.named.and_then(|field| match fact.field(field) {
            servanda_events::FieldValue::Text(key) => self.state.cases[case].slot_of(key),
            _ => None,
        });
        let mut slots: Vec<u32> = named.into_iter().collect();
        if payments.order != PaymentOrder::NamedOnly || payments.named.is_none() {
            slots.extend(
                self.open_debts(case, payments.order).into_iter().filter(|slot| Some(*slot) != named),
            );
        }
        let nothing = Ok(Exact::integer(0));
        let mut left = amount.clone();
        for slot in slots {
            if left == nothing {
                break;
            }
            let Some(mut item) = self.state.cases[case].take(slot) else { continue };
            left = self.pay_one(case, &mut item, left, Some(fact));
            self.settle_if_paid(case, slot, &mut item, Some(fact));
            self.keep_or_let_go(case, slot, item);
        }
        let settled = amount.is_err() || left != amount;
        match left {
            Ok(left) if payments.rest == PaymentRest::Credit => {
                self.keep_credit(case, left);
                true
            }
            // What is left of an amount that is unknown is no credit.
            _ => settled,
        }
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
    pub(crate) fn due_of(&self, case: CaseId, item: &Item) -> Instant {
        let plan = self.plan;
        let duties = plan.cases[case].duties.iter().zip(&item.duties);
        let due = duties
            .filter(|(id, _)| crate::debt::pays(self.policy, **id))
            .find_map(|(_, duty)| duty.late_from);
        due.unwrap_or(item.born)
    }

    /// Pays one debt; what is left of the payment. What is unknown, of the one or of the other, makes both unknown.
    fn pay_one(&mut self, case: CaseId, item: &mut Item, amount: Paid, by: Option<&Fact>) -> Paid {
        let Some(debt) = item.debt.as_deref_mut() else { return amount };
        let left = match (amount, &debt.unpaid) {
            (Ok(amount), Some(unpaid)) => {
                let paid = amount.clone().min(unpaid.clone());
                debt.unpaid = Some(unpaid - &paid);
                if by.is_some() && !paid.is_zero() {
                    item.touched = self.now;
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
                base_unknown(item, &causes);
                return Err(causes);
            }
        };
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
        let until = self.now;
        for duty in &mut item.duties {
            for accrual in &mut duty.accruals {
                stop(self.agreement, self.policy, accrual, until);
            }
        }
        self.act(case, slot, item, debt.paid, true, by);
        if self.plan.cases[case].ending_acts.contains(&debt.paid) {
            self.end_item(case, slot, item);
        }
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
            posted: books_each_period(self.policy, rule).then_some((0, Some(0))),
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
                let until = last_counted(rule, self.now);
                close_stretch(self.agreement, rule, &mut accrual, until);
                self.open_stretch(case, item, rule, &mut accrual, until);
                if let Some(place) = item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place))
                {
                    *place = accrual;
                }
            }
        }
    }

    /// Periods of an item's accruals that lie in the past already are booked.
    pub(crate) fn book_past_periods(&mut self, case: CaseId, slot: u32, item: &mut Item) {
        let (now, stamp, of) = (self.now, self.stamp, item.birth);
        loop {
            let past = self.state.agenda.iter().take_while(|bound| bound.at <= now).find(|bound| {
                matches!(bound.kind, BoundKind::PeriodBegins { birth, case: its, .. }
                    | BoundKind::PeriodOver { birth, case: its, .. } if birth == of && its == case)
            });
            let Some(bound) = past.cloned() else { break };
            self.state.agenda.remove(&bound);
            let ends = bound.kind.ends();
            self.moment(bound.at, if ends { crate::play::before(bound.at) } else { bound.at });
            if let BoundKind::PeriodBegins { duty, accrual, .. }
            | BoundKind::PeriodOver { duty, accrual, .. } = bound.kind
            {
                self.book_period(case, slot, item, duty, accrual);
            }
        }
        self.moment(now, stamp);
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
        if accrual.accrued.until.is_some_and(|until| until < self.now) {
            return;
        }
        let gross = {
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            self.gross_at(rule, &accrual, after(self.now), &env)
        };
        if let Some((posted, passed)) = accrual.posted {
            let subject = crate::duty::subject_of(case, item);
            let limits: Vec<Option<i128>> = {
                let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
                rule.caps.iter().map(|cap| self.limit(*cap, &env)).collect()
            };
            let more = gross.map(|gross| gross.saturating_sub(posted).max(0));
            let (through, capped_by) =
                self.pass_caps(&rule.caps, &limits, more, &subject, None, self.stamp, Some(item));
            let passed = passed.zip(through).map(|(passed, through)| passed.saturating_add(through));
            accrual.posted = Some((gross.unwrap_or(posted), passed));
            accrual.capped_by = accrual.capped_by.or(capped_by);
            accrual.accrued.postings.extend(passed.map(|passed| (self.stamp, passed)));
        }
        let count = periods(self.agreement, rule, accrual.from, after(self.now));
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

    /// What has accrued of what is dated before an instant, in minor units, with the least that is said once a period
    /// counts; none where it is unknown.
    fn gross_at(
        &self,
        rule: &Accrual,
        accrual: &AccrualState,
        until: Instant,
        env: &impl crate::expression::Environment,
    ) -> Option<i128> {
        if !accrual.because.is_empty() {
            return None;
        }
        let gross = gross(self.agreement, rule, &accrual.accrued, accrual.from, until)?;
        let Some(least) = &rule.at_least else { return Some(gross) };
        let least = money(evaluate(least, env), least.span).ok()?;
        let least = least.to_minor(self.agreement.currency.digits(), rule.rounding)?;
        let any = periods(self.agreement, rule, accrual.from, until) > 0;
        Some(if any { least.max(gross) } else { gross })
    }

    /// Hands over the accruals of an item that have stopped.
    pub(crate) fn tell_accruals(&mut self, case: CaseId, item: &mut Item) {
        for number in 0..item.duties.len() {
            let count = item.duties.get(number).map_or(0, |duty| duty.accruals.len());
            for place in 0..count {
                let entry = {
                    let Some(accrual) = item.duties.get(number).and_then(|duty| duty.accruals.get(place))
                    else {
                        continue;
                    };
                    let Some(until) = accrual.accrued.until.filter(|_| !accrual.told) else { continue };
                    // A period that begins when it stops counts.
                    self.accrual_entry(case, item, number, accrual, after(until.max(self.now)))
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
        let mut accrued = accrual.accrued.clone();
        let mut counted = 0;
        for stretch in &mut accrued.stretches {
            let until = stretch.until.unwrap_or(as_of).min(as_of);
            let so_far = periods(self.agreement, rule, accrual.from, until);
            stretch.periods = u32::try_from(so_far.saturating_sub(counted)).unwrap_or(u32::MAX);
            counted = so_far.max(counted);
        }
        if counted == 0 && accrual.because.is_empty() {
            // Nothing has accrued yet, or it was paid before any of it did.
            return None;
        }
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let gross = self.gross_at(rule, accrual, as_of, &env);
        let (amount, capped_by) = match (gross, accrual.posted) {
            (_, Some((_, passed))) => (passed, accrual.capped_by),
            (None, None) => (None, None),
            (Some(gross), None) => {
                // All of it is under its own limits, so that the least of them is the one that it meets first.
                let limits =
                    rule.caps.iter().map(|cap| self.limit(*cap, &env).map(|limit| (*cap, limit.max(0))));
                match limits.collect::<Option<Vec<(CapId, i128)>>>() {
                    None => (None, None),
                    Some(limits) => match limits.into_iter().min_by_key(|(_, limit)| *limit) {
                        Some((cap, limit)) if limit < gross => (Some(limit), Some(cap)),
                        _ => (Some(gross), None),
                    },
                }
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
            at: accrual.from,
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

/// The first instant after this one.
fn after(at: Instant) -> Instant {
    Instant(at.0.saturating_add(1))
}

/// Up to where a payment leaves the periods of an accrual as they were: charges come before payments, so that a period
/// that begins at the instant of the payment counts, and so does one that is over then.
fn last_counted(rule: &Accrual, paid: Instant) -> Instant {
    match rule.counted {
        Counted::Begun => after(paid),
        Counted::Completed => paid,
    }
}

/// What accrues on a debt is unknown from when the debt is.
fn base_unknown(item: &mut Item, causes: &[Cause]) {
    for accrual in item.duties.iter_mut().flat_map(|duty| &mut duty.accruals) {
        if accrual.accrued.until.is_none() {
            accrual.because = crate::expression::unite(std::mem::take(&mut accrual.because), causes.to_vec());
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

/// Whether an accrual passes a cap that other entries share: then it is booked period by period.
fn books_each_period(policy: &servanda_policy::Policy, rule: &Accrual) -> bool {
    rule.caps.iter().any(|cap| matches!(policy.caps[*cap].scope, CapScope::Window(_)))
}

/// An accrual stops: no period that begins after `until` counts; charges come before payments.
fn stop(agreement: &Agreement, policy: &servanda_policy::Policy, accrual: &mut AccrualState, until: Instant) {
    let Effect::Accrue(rule) = &policy.consequences[accrual.consequence].effect else { return };
    if accrual.accrued.until.is_none() {
        close_stretch(agreement, rule, accrual, last_counted(rule, until));
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
