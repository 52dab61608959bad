//! Limits and minimums: those that can never bind, those that always do, and those that cross.

use crate::analysis::Analysis;
use crate::analysis::sum::{Reading, Sum};
use crate::analysis::targets::{plural, windows_in};
use crate::diagnostics;
use crate::policy::{
    Cap, CapId, CapScope, Consequence, Effect, Entry, Expr, ExprKind, Operation, Signal, Value, WindowId,
};
use crate::time::{WindowSpec, WindowUnit};
use crate::value::Exact;
use servanda_diagnostics::Span;

impl<'p> Analysis<'p> {
    pub(in crate::analysis) fn limits(&mut self) {
        for (of, entry) in self.entries() {
            self.share_above_whole(of, &entry.amount);
            let amounts = self.amounts(entry);
            self.minimum_above(&entry.caps, entry.at_least.as_ref());
            self.never_booked(entry, amounts.as_deref());
            self.always_cut(entry, amounts.as_deref());
            self.more_than_is_paid(of, entry, amounts.as_deref());
        }
        for of in self.policy.consequences.values() {
            if let Effect::Accrue(accrual) = &of.effect {
                self.share_above_whole(of, &accrual.amount);
                self.minimum_above(&accrual.caps, accrual.at_least.as_ref());
            }
        }
        for cap in self.policy.caps.ids() {
            self.never_binds(cap);
        }
    }

    fn constant(&self, expr: &Expr) -> Option<Sum> {
        Reading::constant(self.policy).sum(expr)
    }

    /// Every amount that an entry can have, before its minimum and its limits; nothing where the text does not tell.
    fn amounts(&self, entry: &Entry) -> Option<Vec<Sum>> {
        if let Some(amount) = self.constant(&entry.amount) {
            return Some(vec![amount]);
        }
        // A table of constants has these, whatever its key is.
        match &entry.amount.kind {
            ExprKind::Table { rows, .. } => rows.iter().map(|row| self.constant(&row.value)).collect(),
            _ => None,
        }
    }

    /// A percentage of more than all of it.
    fn share_above_whole(&mut self, of: &Consequence, amount: &Expr) {
        let penal = match (&of.on, &of.effect) {
            (Signal::Broken(_) | Signal::Running(_), _) => true,
            (_, Effect::Entry(entry)) => entry.credits,
            _ => false,
        };
        if !penal {
            return;
        }
        let found = std::cell::RefCell::new(Vec::new());
        amount.any(&|part| {
            if let ExprKind::Binary(Operation::Multiply, share, base) = &part.kind
                && let ExprKind::Value(Value::Number(number)) = &share.kind
                && *number > Exact::ONE
            {
                found.borrow_mut().push((number.clone(), share.span, base.span));
            }
            false
        });
        for (number, share, base) in found.into_inner() {
            let written = self.sources.text(share);
            // `2 * fee` says how many times; `3.8 * fee` was meant as a percentage.
            if !written.contains('%') && number.is_integer() {
                continue;
            }
            let percent = &number * &Exact::integer(100);
            let meant = match written.contains('%') {
                true => percent.checked_div(&Exact::integer(100)),
                false => Some(number.clone()),
            };
            let base = self.sources.text(base);
            let meant = meant.map(|meant| format!("{meant}% of {base}"));
            self.tell(diagnostics::share_above_whole(share, &percent.to_string(), base, meant));
        }
    }

    /// The least that is owed is more than the most.
    fn minimum_above(&mut self, caps: &[CapId], at_least: Option<&Expr>) {
        let Some(minimum) = at_least else { return };
        let Some(least) = self.constant(minimum) else { return };
        for cap in caps {
            let cap = &self.policy.caps[*cap];
            let Some(most) = self.constant(&cap.limit) else { continue };
            if least.exceeds(&most) {
                let (least, most) = (self.written(&least), self.written(&most));
                return self.tell(diagnostics::minimum_above_limit(minimum.span, &least, cap.span, &most));
            }
        }
    }

    /// What is booked only from more than it can ever be.
    fn never_booked(&mut self, entry: &Entry, amounts: Option<&[Sum]>) {
        let (Some(least), Some(amounts)) = (&entry.nothing_below, amounts) else { return };
        let Some(from) = self.constant(least) else { return };
        let Some(greatest) = greatest(amounts) else { return };
        if from.exceeds(&greatest) {
            let (from, most) = (self.written(&from), self.written(&greatest));
            self.tell(diagnostics::never_booked(least.span, &from, entry.amount.span, &most));
        }
    }

    /// A limit below the least amount that can arise: each of them comes to the limit.
    fn always_cut(&mut self, entry: &Entry, amounts: Option<&[Sum]>) {
        let Some(amounts) = amounts else { return };
        let some: Vec<&Sum> = amounts.iter().filter(|amount| !amount.is_zero()).collect();
        for cap in &entry.caps {
            let cap = &self.policy.caps[*cap];
            let Some(most) = self.constant(&cap.limit) else { continue };
            if some.is_empty() || most.is_zero() || !some.iter().all(|amount| amount.exceeds(&most)) {
                continue;
            }
            let least = some.iter().find(|amount| !some.iter().any(|other| amount.exceeds(other)));
            let Some(least) = least else { continue };
            let (least, most, many) = (self.written(least), self.written(&most), some.len() > 1);
            return self.tell(diagnostics::limit_below_least(
                cap.span,
                &most,
                (entry.amount.span, &least),
                many,
            ));
        }
    }

    /// A limit of which no amounts reach what it allows, because others hold them below it.
    fn never_binds(&mut self, id: CapId) {
        let cap = &self.policy.caps[id];
        let Some(most) = self.constant(&cap.limit) else { return };
        let limited = || self.entries().filter(|(_, entry)| entry.caps.contains(&id));
        let accrues = self.policy.consequences.values().any(|of| match &of.effect {
            Effect::Accrue(accrual) => accrual.caps.contains(&id),
            _ => false,
        });
        if accrues {
            return self.accrual_never_binds(id, &most);
        }
        let mut all = Sum::default();
        let mut why = None;
        for (of, entry) in limited() {
            let Some((bound, reason)) = self.most_in(of, entry, (id, cap)) else { return };
            all = all.add(&bound);
            why = why.or(Some(reason));
        }
        let Some((span, reason)) = why else { return };
        if most.exceeds(&all) {
            let (most, all) = (self.written(&most), self.written(&all));
            self.tell(diagnostics::limit_never_binds(cap.span, &most, (span, &reason), &all));
        }
    }

    /// The most that an amount can come to in the windows of a limit, by its other limits or by how often it arises.
    fn most_in(
        &self,
        of: &Consequence,
        entry: &Entry,
        (id, cap): (CapId, &Cap),
    ) -> Option<(Sum, (Span, String))> {
        let mut found: Option<(Sum, (Span, String))> = None;
        let mut offer = |bound: Sum, reason| {
            if found.as_ref().is_none_or(|(known, _)| known.exceeds(&bound)) {
                found = Some((bound, reason));
            }
        };
        for other_id in entry.caps.iter().filter(|other| **other != id) {
            let other = &self.policy.caps[*other_id];
            let CapScope::Window(short) = other.scope else { continue };
            let (Some(limit), Some(times)) = (self.constant(&other.limit), self.times(short, cap.scope))
            else {
                continue;
            };
            // One of several sentences together stands beside one of each on purpose, in the same windows.
            if cap.scope == other.scope && self.is_shared(*other_id) {
                continue;
            }
            let what = self.several(times, short, &limit);
            offer(limit.times(&Exact::integer(times)), (other.span, what));
        }
        // How often the amount itself can arise.
        let times = |short: WindowId| match cap.scope {
            // Over the whole agreement there are as many as the term has.
            CapScope::InAll | CapScope::Together => {
                self.windows_of_term(self.placed.as_ref()?, short).map(i128::from)
            }
            scope => self.times(short, scope),
        };
        if let (Some(short), Some(amounts)) = (self.once_in(of), self.amounts(entry))
            && let (Some(times), Some(amount)) = (times(short), greatest(&amounts))
            && let own = self.beside_shared(entry, (id, cap.scope == CapScope::Window(short)))
            && let Some(mut amount) = self.limited(&own, amount, short)
        {
            // No single amount is more than any limit that it meets, whatever else that counts.
            for other in own.caps.iter().filter(|other| **other != id) {
                let limit = self.constant(&self.policy.caps[*other].limit);
                amount = limit.filter(|limit| amount.exceeds(limit)).unwrap_or(amount);
            }
            let what = self.several(times, short, &amount);
            offer(amount.times(&Exact::integer(times)), (entry.amount.span, what));
        }
        found
    }

    /// Whether a limit is one of several sentences together.
    fn is_shared(&self, cap: CapId) -> bool {
        self.entries().filter(|(_, entry)| entry.caps.contains(&cap)).nth(1).is_some()
    }

    /// An entry whose limit is compared with what its own window comes to: without other limits of several sentences.
    fn beside_shared(&self, entry: &Entry, (id, own_window): (CapId, bool)) -> Entry {
        let mut entry = entry.clone();
        entry.caps.retain(|cap| !own_window || *cap == id || !self.is_shared(*cap));
        entry
    }

    /// The same of what accrues: other limits of windows hold all of it.
    fn accrual_never_binds(&mut self, id: CapId, most: &Sum) {
        let cap = &self.policy.caps[id];
        for of in self.policy.consequences.values() {
            let Effect::Accrue(accrual) = &of.effect else { continue };
            if !accrual.caps.contains(&id) {
                continue;
            }
            for other in accrual.caps.iter().filter(|other| **other != id) {
                let other = &self.policy.caps[*other];
                let CapScope::Window(short) = other.scope else { continue };
                let (Some(limit), Some(times)) = (self.constant(&other.limit), self.times(short, cap.scope))
                else {
                    continue;
                };
                let all = limit.times(&Exact::integer(times));
                if most.exceeds(&all) {
                    let what = self.several(times, short, &limit);
                    let (most, all) = (self.written(most), self.written(&all));
                    let finding = diagnostics::limit_never_binds(cap.span, &most, (other.span, &what), &all);
                    return self.tell(finding);
                }
            }
        }
    }

    /// `7 days of 50 EUR`
    fn several(&self, times: i128, window: WindowId, amount: &Sum) -> String {
        let unit = plural(self.policy.windows[window]);
        let unit = if times == 1 { unit.trim_end_matches('s') } else { unit };
        format!("{times} {unit} of {}", self.written(amount))
    }

    /// How many windows a limit of longer ones counts at most.
    fn times(&self, short: WindowId, long: CapScope) -> Option<i128> {
        let CapScope::Window(long) = long else { return None };
        // What arises once in a window arises once in the same window; rolling ones overlap.
        if short == long {
            return (self.policy.windows[short].count() == 1).then_some(1);
        }
        let (short, long) = (self.policy.windows[short], self.policy.windows[long]);
        if let Some((most, ..)) = windows_in(short, long) {
            return Some(most);
        }
        // A week can lie in two months; each of them counts what is booked in it.
        match (short, long) {
            (WindowSpec::Calendar(WindowUnit::Week), WindowSpec::Calendar(unit)) => match unit {
                WindowUnit::Month => Some(6),
                WindowUnit::Quarter => Some(15),
                WindowUnit::Year => Some(54),
                WindowUnit::Day | WindowUnit::Week => None,
            },
            _ => None,
        }
    }

    /// What a single window costs its debtor is more than all that it is paid for it.
    fn more_than_is_paid(&mut self, of: &Consequence, entry: &Entry, amounts: Option<&[Sum]>) {
        let (Some(window), Some(amounts)) = (self.once_in(of), amounts) else { return };
        let penal = entry.credits || matches!(of.on, Signal::Broken(_));
        if !penal || matches!(of.on, Signal::Running(_)) {
            return;
        }
        let mut paid = Sum::default();
        let mut place = None;
        for (other, price) in self.entries() {
            let back = (self.party_of(price.debtor), self.party_of(price.creditor))
                == (self.party_of(entry.creditor), self.party_of(entry.debtor));
            if price.credits || !back || other.only.is_some() {
                continue;
            }
            if !matches!(other.on, Signal::Each(each) if each == window) {
                continue;
            }
            let Some(amount) = self.constant(&price.amount) else { return };
            paid = paid.add(&amount);
            place = place.or(Some(price.amount.span));
        }
        let Some(place) = place else { return };
        let Some(amount) = greatest(amounts).and_then(|amount| self.limited(entry, amount, window)) else {
            return;
        };
        if amount.exceeds(&paid) {
            let (amount, paid) = (self.written(&amount), self.written(&paid));
            let windows = plural(self.policy.windows[window]).trim_end_matches('s');
            self.tell(diagnostics::more_than_is_paid(entry.amount.span, &amount, (place, &paid), windows));
        }
    }
}

/// The amount that is more than every other one, whatever the parameters give.
fn greatest(amounts: &[Sum]) -> Option<Sum> {
    let is_greatest = |one: &&Sum| amounts.iter().all(|other| *one == other || one.exceeds(other));
    amounts.iter().find(is_greatest).cloned()
}
