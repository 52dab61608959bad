//! Who bears what: amounts that the wrong party owes, and breaches that cost one side only.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{
    Consequence, DutyId, Effect, Expr, ExprKind, FoldKind, Form, ItemFold, PartyId, Signal, Source,
};
use crate::wanted::Wanted;
use std::collections::{BTreeMap, BTreeSet};

impl Analysis<'_> {
    pub(in crate::analysis) fn parties(&mut self, wanted: &Wanted) {
        self.breach_pays_breaker();
        if wanted.both_sides {
            self.one_sided();
        }
    }

    /// What follows a breach is owed to whoever broke the duty.
    fn breach_pays_breaker(&mut self) {
        for of in self.policy.consequences.values() {
            let Signal::Broken(duty) = of.on else { continue };
            let duty = &self.policy.duties[duty];
            let (debtor, creditor) = match &of.effect {
                Effect::Entry(entry) => (entry.debtor, entry.creditor),
                Effect::Accrue(accrual) => (accrual.debtor, accrual.creditor),
                _ => continue,
            };
            if duty.silent || self.party_of(creditor) != self.party_of(duty.debtor) {
                continue;
            }
            let (debtor, creditor) = (self.party_name(debtor), self.party_name(creditor));
            self.tell(diagnostics::breach_pays_breaker(of.span, (debtor, creditor), duty.core_span));
        }
    }

    /// A party of which no breach has a consequence, where the breaches of whoever it has its duties to have.
    fn one_sided(&mut self) {
        let mut duties: BTreeMap<PartyId, Vec<DutyId>> = BTreeMap::new();
        for (id, duty) in self.policy.duties.iter().filter(|(_, duty)| !duty.silent) {
            duties.entry(self.party_of(duty.debtor)).or_default().push(id);
        }
        let read = self.duties_that_matter();
        let matters = |of: &DutyId| read.contains(&self.policy.duties[*of].first);
        let mut findings = Vec::new();
        for (party, own) in &duties {
            let Some(first) = own.first().filter(|_| !own.iter().any(matters)) else { continue };
            let other_side = |of: &'_ Consequence| {
                let broken = breach(of)?;
                let duty = &self.policy.duties[broken];
                let bearer = self.party_of(duty.debtor);
                let agreed = self.policy.parties[bearer].has_agreed();
                (!duty.silent && agreed && bearer != *party && costs(&of.effect)).then_some((of.span, broken))
            };
            let found = self.policy.consequences.values().find_map(other_side);
            let Some((consequence, broken)) = found else { continue };
            let broken = &self.policy.duties[broken];
            let mut names: Vec<&str> = own.iter().map(|id| self.policy.duties[*id].name.as_str()).collect();
            names.dedup();
            let bearer = self.party_name(self.party_of(broken.debtor));
            findings.push(diagnostics::one_sided(
                self.policy.duties[*first].core_span,
                (self.party_name(*party), &names),
                (bearer, &broken.name, consequence),
            ));
        }
        findings.into_iter().for_each(|finding| self.tell(finding));
    }

    /// Duties whose breach costs something or is read by something, each by its first version.
    fn duties_that_matter(&self) -> BTreeSet<DutyId> {
        let policy = self.policy;
        let found = std::cell::RefCell::new(BTreeSet::new());
        let add = |id: DutyId| {
            found.borrow_mut().insert(policy.duties[id].first);
        };
        let read = |expr: &Expr| {
            expr.any(&|part| {
                if let ExprKind::Verdict(duty, _) | ExprKind::VerdictOf(duty, ..) | ExprKind::Misses(duty) =
                    part.kind
                {
                    add(duty);
                }
                false
            });
        };
        for of in policy.consequences.values() {
            match &of.on {
                Signal::Broken(duty) if costs(&of.effect) => add(*duty),
                Signal::Running(running) => add(running.duty),
                Signal::Kept(kept) => add(kept.duty),
                Signal::ForEach(_, Some(filter)) => read(filter),
                _ => {}
            }
            of.only.iter().for_each(read);
            match &of.effect {
                Effect::Entry(entry) => read(&entry.amount),
                Effect::Accrue(accrual) => read(&accrual.amount),
                Effect::Suspend(suspension) => add(suspension.during),
                Effect::Tell(_) | Effect::Right(_) | Effect::End(_) | Effect::CountsAs(_) => {}
            }
        }
        for fold in policy.folds.values() {
            let FoldKind::Items { source, filter, of, .. } = &fold.kind else { continue };
            if let Source::Breaches(duties) = source {
                duties.iter().copied().for_each(add);
            }
            filter.iter().for_each(read);
            match of {
                ItemFold::Share(of) => read(of),
                _ => of.quantity().into_iter().for_each(read),
            }
        }
        for duty in policy.duties.values() {
            duty.extended_by.iter().for_each(|extension| add(extension.duty));
            if let Form::DoEach { rise: Some(rise), .. } = &duty.form {
                add(rise.cause);
            }
        }
        found.into_inner()
    }
}

/// The duty from whose breach, or breaches, something follows.
fn breach(of: &Consequence) -> Option<DutyId> {
    match &of.on {
        Signal::Broken(duty) => Some(*duty),
        Signal::Running(running) => Some(running.duty),
        _ => None,
    }
}

/// Whether something is more than that somebody is told.
fn costs(effect: &Effect) -> bool {
    !matches!(effect, Effect::Tell(_))
}
