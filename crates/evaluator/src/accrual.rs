//! Accruals: what grows while a debt is unpaid, period by period. The debt itself is in `debt`.

use crate::environment::{OnDay, Things};
use crate::expression::{Environment, evaluate};
use crate::fees::Grows;
use crate::growth::{Reckoning, begins, grace_over, gross, period_start, periods};
use crate::money::{money, negative};
use crate::outcome::{Accrued, Cause, Entry, Evidence, Quantity, Sink, Stretch};
use crate::plan::reads_unpaid;
use crate::play::Play;
use crate::state::{AccrualState, BoundKind, Item};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    Accrual, CapId, CapScope, CaseId, ConsequenceId, Counted, Effect, Expr, ExprKind, Value,
};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::Exact;
use std::cell::RefCell;

impl<S: Sink> Play<'_, S> {
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
        let from = begins(self.agreement, rule, self.now);
        let mut accrual = AccrualState {
            consequence,
            from,
            accrued: Accrued::default(),
            because: Vec::new(),
            posted: books_each_period(self.policy, rule).then_some((0, Some(0))),
            capped_by: None,
            told: false,
            reckoning: Reckoning::default(),
        };
        self.open_stretch(case, item, rule, &mut accrual, (from, Exact::ZERO));
        let place = item.duties.get(number).map_or(0, |duty| duty.accruals.len());
        if accrual.posted.is_some() {
            let (duty, birth) = (number as u32, item.birth);
            let place = place as u32;
            let begins = BoundKind::PeriodBegins { case, slot, birth, duty, accrual: place };
            let (at, kind) = match (grace_over(self.agreement, rule, from), rule.counted) {
                // All that has grown by then is owed from then on.
                (Some(over), _) => (over, begins),
                (None, Counted::Begun) => (from, begins),
                (None, Counted::Completed) => (
                    period_start(self.agreement, rule.period, from, 1).unwrap_or(from),
                    BoundKind::PeriodOver { case, slot, birth, duty, accrual: place },
                ),
            };
            self.arm(at, kind);
        }
        if let Some(duty) = item.duties.get_mut(number) {
            duty.accruals.push(accrual);
        }
        let (birth, duty, accrual) = (item.birth, number as u32, place as u32);
        self.owe_growing(item, consequence, from, Grows { slot, birth, duty, accrual });
    }

    /// From an instant on, periods add the amount as it is now, so much of them being settled; where it depends on the day,
    /// from each day on on which it changes.
    fn open_stretch(
        &self,
        case: CaseId,
        item: &Item,
        rule: &Accrual,
        accrual: &mut AccrualState,
        (from, settled): (Instant, Exact),
    ) {
        let from = from.max(accrual.from);
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let first = self.agreement.zone.date_of(from);
        let mut days = changes(&rule.amount, &env);
        days.retain(|day| *day > first);
        days.insert(0, first);
        for (place, day) in days.iter().enumerate() {
            let each = self.each_on(rule, item, &OnDay { env: &env, day: *day, misses: None });
            let (each, base) = match each {
                Ok(each) => each,
                // What is known of the days before stays known.
                Err(causes) => return accrual.because = causes,
            };
            let from = if place == 0 { from } else { self.agreement.zone.start_of(*day) };
            let until = days.get(place.saturating_add(1)).map(|next| self.agreement.zone.start_of(*next));
            let stretches = &mut accrual.accrued.stretches;
            match stretches.last_mut().filter(|last| place > 0 && last.each == each && last.base == base) {
                Some(last) => last.until = until,
                None => {
                    let settled = settled.clone();
                    stretches.push(Stretch { from, until, periods: 0, each, base, settled });
                }
            }
        }
    }

    /// What each period adds, and on which amount it is computed.
    fn each_on(
        &self,
        rule: &Accrual,
        item: &Item,
        env: &impl Environment,
    ) -> Result<(Exact, Option<Exact>), Vec<Cause>> {
        let each = money(evaluate(&rule.amount, env), rule.amount.span)?;
        if each.is_negative() {
            return Err(vec![negative(rule.amount.span)]);
        }
        let debt = item.debt.as_deref();
        match rule.rate_of_base().filter(|_| rule.compounding.is_some()) {
            // Further periods add more, so that what is known of each is the percentage.
            Some((rate, base)) => {
                Ok((money(evaluate(rate, env), rate.span)?, Some(money(evaluate(base, env), base.span)?)))
            }
            None if reads_unpaid(&rule.amount) => Ok((each, debt.and_then(|debt| debt.unpaid.clone()))),
            None => Ok((each, debt.and_then(|debt| debt.charge.clone()))),
        }
    }

    /// What is unpaid has changed: accruals on it go on with the new base from the next period on.
    pub(crate) fn base_changes(&mut self, case: CaseId, item: &mut Item) {
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
                let settled =
                    accrual.accrued.stretches.last().map_or(Exact::ZERO, |last| last.settled.clone());
                self.accrues_on(case, item, rule, &mut accrual, settled);
                if let Some(place) = item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place))
                {
                    *place = accrual;
                }
            }
        }
    }

    /// A payment has settled so much, in all, of an accrual that compounds: that compounds no more from the next period on.
    pub(crate) fn settled_changes(
        &mut self,
        case: CaseId,
        grows: Grows,
        settled: Option<Exact>,
        causes: &[Cause],
    ) {
        let Some(item) = self.state.cases[case].get(grows.slot).filter(|item| item.birth == grows.birth)
        else {
            return;
        };
        let accrual =
            |item: &Item| item.duties.get(grows.duty as usize)?.accruals.get(grows.accrual as usize).cloned();
        let Some(mut accrual) = accrual(item).filter(|accrual| accrual.accrued.until.is_none()) else {
            return;
        };
        let Effect::Accrue(rule) = &self.policy.consequences[accrual.consequence].effect else { return };
        if rule.compounding.is_none() || !accrual.because.is_empty() {
            return;
        }
        match settled {
            Some(settled) => self.accrues_on(case, item, rule, &mut accrual, settled),
            None => {
                close_stretch(self.agreement, rule, &mut accrual, last_counted(rule, self.now));
                accrual.because = causes.to_vec();
            }
        }
        let duty = self.state.cases[case]
            .get_mut(grows.slot)
            .and_then(|item| item.duties.get_mut(grows.duty as usize));
        if let Some(place) = duty.and_then(|duty| duty.accruals.get_mut(grows.accrual as usize)) {
            *place = accrual;
        }
    }

    /// From the next period on, an accrual goes on with its amount as it is now.
    fn accrues_on(
        &self,
        case: CaseId,
        item: &Item,
        rule: &Accrual,
        accrual: &mut AccrualState,
        settled: Exact,
    ) {
        let until = last_counted(rule, self.now);
        close_stretch(self.agreement, rule, accrual, until);
        self.open_stretch(case, item, rule, accrual, (until, settled));
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
        let Some(slot_of) =
            item.duties.get_mut(number).and_then(|duty| duty.accruals.get_mut(place as usize))
        else {
            return;
        };
        let Effect::Accrue(rule) = &self.policy.consequences[slot_of.consequence].effect else { return };
        if slot_of.accrued.until.is_some_and(|until| until < self.now) {
            return;
        }
        // They may be many, and nothing reads them meanwhile.
        let postings = std::mem::take(&mut slot_of.accrued.postings);
        let mut accrual = slot_of.clone();
        accrual.accrued.postings = postings;
        let until = after(self.now);
        let gross = if is_forgiven(self.agreement, rule, &accrual, until) {
            Some(0)
        } else if is_known(self.agreement, rule, &accrual, until) {
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            let (accrued, from) = (&accrual.accrued, accrual.from);
            accrual.reckoning.advance((self.agreement, rule), accrued, from, until, |_| {});
            let gross = accrual.reckoning.sum().to_minor(self.agreement.currency.digits(), rule.rounding);
            gross.and_then(|gross| self.at_least(rule, &accrual, until, gross, &env))
        } else {
            None
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

    /// What has accrued of what is dated before an instant, in minor units; none where it is unknown.
    fn gross_at(
        &self,
        rule: &Accrual,
        accrual: &AccrualState,
        until: Instant,
        env: &impl crate::expression::Environment,
    ) -> Option<i128> {
        if is_forgiven(self.agreement, rule, accrual, until) {
            return Some(0);
        }
        if !is_known(self.agreement, rule, accrual, until) {
            return None;
        }
        self.known_gross(rule, accrual, until, env)
    }

    /// The known part of what has accrued, with the least that is said once a period counts.
    fn known_gross(
        &self,
        rule: &Accrual,
        accrual: &AccrualState,
        until: Instant,
        env: &impl crate::expression::Environment,
    ) -> Option<i128> {
        let gross = gross(self.agreement, rule, &accrual.accrued, accrual.from, until)?;
        self.at_least(rule, accrual, until, gross, env)
    }

    /// The least that is said, once a period counts.
    fn at_least(
        &self,
        rule: &Accrual,
        accrual: &AccrualState,
        until: Instant,
        gross: i128,
        env: &impl crate::expression::Environment,
    ) -> Option<i128> {
        let Some(least) = &rule.at_least else { return Some(gross) };
        let least = money(evaluate(least, env), least.span).ok()?;
        let least = least.to_minor(self.agreement.currency.digits(), rule.rounding)?;
        let any = known_periods(self.agreement, rule, accrual, until) > 0;
        Some(if any { least.max(gross) } else { gross })
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
        if is_forgiven(self.agreement, rule, accrual, as_of) {
            return None;
        }
        let mut accrued = accrual.accrued.clone();
        // What will change on days to come is not told before they are.
        accrued.stretches.retain(|stretch| stretch.from < as_of);
        let mut counted = 0;
        for stretch in &mut accrued.stretches {
            let until = stretch.until.unwrap_or(as_of).min(as_of);
            let so_far = periods(self.agreement, rule, accrual.from, until);
            stretch.periods = u32::try_from(so_far.saturating_sub(counted)).unwrap_or(u32::MAX);
            counted = so_far.max(counted);
        }
        let known = is_known(self.agreement, rule, accrual, as_of);
        if counted == 0 && known {
            // Nothing has accrued yet, or it was paid before any of it did.
            return None;
        }
        let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
        let gross = self.gross_at(rule, accrual, as_of, &env);
        let (amount, capped_by) = match accrual.posted {
            Some((_, passed)) => (passed, accrual.capped_by),
            None => {
                // All of it is under its own limits, so that the least of them is the one that it meets first.
                let limits =
                    rule.caps.iter().map(|cap| self.limit(*cap, &env).map(|limit| (*cap, limit.max(0))));
                let least = limits
                    .collect::<Option<Vec<(CapId, i128)>>>()
                    .map(|limits| limits.into_iter().min_by_key(|(_, limit)| *limit));
                // What is full stays full, whatever the unknown part is.
                let known_part = self.known_gross(rule, accrual, as_of, &env);
                match (gross, least) {
                    (Some(gross), Some(Some((cap, limit)))) if limit < gross => (Some(limit), Some(cap)),
                    (Some(gross), Some(_)) => (Some(gross), None),
                    (None, Some(Some((cap, limit)))) if known_part.is_some_and(|part| limit <= part) => {
                        (Some(limit), Some(cap))
                    }
                    (_, None) | (None, _) => (None, None),
                }
            }
        };
        let duty = item.duties.get(number);
        let paid_by = duty.and_then(|duty| duty.done_by.clone());
        let mut evidence: Vec<Evidence> = item.opened_by.iter().cloned().chain(paid_by).collect();
        let place = (case, item.birth, number as u32);
        self.state.seldom.more.extend_evidence(place, Some(crate::play::before(accrual.from)), &mut evidence);
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
            because: if known { Vec::new() } else { accrual.because.clone() },
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

/// Whether every period that is dated before an instant has an amount that is known.
fn is_known(agreement: &Agreement, rule: &Accrual, accrual: &AccrualState, until: Instant) -> bool {
    // Behind the payment there are none.
    let stopped = accrual.accrued.until.map(|paid| last_counted(rule, paid));
    let until = stopped.map_or(until, |stopped| stopped.min(until));
    accrual.because.is_empty()
        || periods(agreement, rule, accrual.from, until) <= known_periods(agreement, rule, accrual, until)
}

/// How many periods that are dated before an instant have an amount: those of the stretches.
fn known_periods(agreement: &Agreement, rule: &Accrual, accrual: &AccrualState, until: Instant) -> i64 {
    let end = accrual.accrued.stretches.last().map_or(accrual.from, |last| last.until.unwrap_or(until));
    periods(agreement, rule, accrual.from, end.min(until))
}

/// What accrues on a debt is unknown from the instant from which the debt is.
pub(crate) fn base_unknown(
    agreement: &Agreement,
    policy: &servanda_policy::Policy,
    item: &mut Item,
    causes: &[Cause],
    from: Instant,
) {
    for accrual in item.duties.iter_mut().flat_map(|duty| &mut duty.accruals) {
        let Effect::Accrue(rule) = &policy.consequences[accrual.consequence].effect else { continue };
        if accrual.accrued.until.is_none() {
            close_stretch(agreement, rule, accrual, last_counted(rule, from));
            accrual.because = crate::expression::unite(std::mem::take(&mut accrual.because), causes.to_vec());
        }
    }
}

/// Whether an accrual passes a cap that other entries share: then it is booked period by period.
fn books_each_period(policy: &servanda_policy::Policy, rule: &Accrual) -> bool {
    rule.caps.iter().any(|cap| matches!(policy.caps[*cap].scope, CapScope::Window(_) | CapScope::Together))
}

/// An accrual stops: no period that begins after `until` counts; charges come before payments.
pub(crate) fn stop(
    agreement: &Agreement,
    policy: &servanda_policy::Policy,
    accrual: &mut AccrualState,
    until: Instant,
) {
    let Effect::Accrue(rule) = &policy.consequences[accrual.consequence].effect else { return };
    if accrual.accrued.until.is_none() {
        close_stretch(agreement, rule, accrual, last_counted(rule, until));
        accrual.accrued.until = Some(until);
    }
}

fn close_stretch(agreement: &Agreement, rule: &Accrual, accrual: &mut AccrualState, until: Instant) {
    let stretches = &mut accrual.accrued.stretches;
    stretches.retain(|stretch| stretch.from < until);
    if let Some(last) = stretches.last_mut() {
        last.until = Some(last.until.map_or(until, |end| end.min(until)));
    }
    let mut before = 0;
    for stretch in stretches {
        let so_far = periods(agreement, rule, accrual.from, stretch.until.unwrap_or(until));
        stretch.periods = u32::try_from(so_far.saturating_sub(before)).unwrap_or(u32::MAX);
        before = so_far.max(before);
    }
}

/// The dates from which on an amount may be another one: those that it is compared with, and the next ones.
fn changes(amount: &Expr, env: &impl Environment) -> Vec<Date> {
    let found = RefCell::new(Vec::new());
    if !amount.any(&|part| matches!(part.kind, ExprKind::Day)) {
        return Vec::new();
    }
    amount.any(&|part| {
        if let ExprKind::Value(_) | ExprKind::Param(_) | ExprKind::Field(_) = part.kind
            && let Quantity::Known(Value::Date(date)) = evaluate(part, env)
        {
            found.borrow_mut().extend([Some(date), date.add_days(1)].into_iter().flatten());
        }
        false
    });
    let mut dates = found.into_inner();
    dates.sort();
    dates.dedup();
    dates
}

/// Whether nothing is owed just before an instant: the grace is not over by then, or it was paid within it.
fn is_forgiven(agreement: &Agreement, rule: &Accrual, accrual: &AccrualState, until: Instant) -> bool {
    crate::growth::is_forgiven(agreement, rule, &accrual.accrued, accrual.from, until)
}
