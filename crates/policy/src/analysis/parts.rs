//! What an agreement lacks, or has too much of: parts that are wanted of it, figures that a party has to keep, and
//! whose figures they are.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{
    CapScope, DutyId, Effect, ExprKind, FoldKind, Form, ItemFold, Life, MeasureId, PartyId, RightKind,
    Signal, Source,
};
use crate::wanted::{Part, Wanted};
use servanda_diagnostics::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Analysis<'_> {
    pub(in crate::analysis) fn parts(&mut self, wanted: &Wanted, attached: bool) {
        let missing: Vec<Part> =
            wanted.parts.iter().copied().filter(|part| !self.has(*part, attached)).collect();
        if !missing.is_empty() {
            self.tell(diagnostics::missing_parts(self.policy.span, &missing));
        }
        self.too_many_figures(wanted.most_figures);
        self.figures_of_others();
    }

    fn has(&self, part: Part, attached: bool) -> bool {
        let policy = self.policy;
        let titled = |title: &str| {
            let title = title.to_lowercase();
            part.titles().iter().any(|word| title.contains(word))
        };
        let by_title = policy.clauses.values().any(|clause| titled(&clause.title));
        let acts = || policy.cases.values().filter(|case| matches!(case.life, Life::Windowed));
        by_title || match part {
            Part::Parties => {
                let mut parties = policy.parties.values().filter(|party| party.has_agreed());
                parties.all(|party| party.title.is_some())
            }
            Part::Scope | Part::Exclusions => policy.cases.values().any(|case| case.out_of_scope.is_some()),
            Part::Payment => {
                let debts = policy.cases.values().any(|case| case.debt.is_some());
                debts || policy.consequences.values().any(|of| matches!(of.on, Signal::Each(_)))
            }
            Part::Notice => {
                let ends = |effect: &Effect| matches!(effect, Effect::End(ending) if ending.notice.is_some());
                policy.consequences.values().any(|of| ends(&of.effect))
            }
            Part::Ownership => policy.consequences.values().any(
                |of| matches!(&of.effect, Effect::Right(right) if matches!(right.what, RightKind::Title(_))),
            ),
            Part::Liability => {
                let whole = |scope: &CapScope| matches!(scope, CapScope::InAll | CapScope::Together);
                policy.caps.values().any(|cap| whole(&cap.scope))
            }
            Part::Reporting | Part::Review => acts().any(|case| titled(&case.name)),
            Part::Confidentiality => attached,
        }
    }

    /// More figures than anybody looks at.
    fn too_many_figures(&mut self, most: usize) {
        let mut kept: BTreeMap<PartyId, BTreeSet<MeasureId>> = BTreeMap::new();
        let mut last: BTreeMap<PartyId, Span> = BTreeMap::new();
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            let Form::Keep { measure, .. } = duty.form else { continue };
            let party = self.party_of(duty.debtor);
            let figures = kept.entry(party).or_default();
            if figures.insert(measure) && figures.len() == most.saturating_add(1) {
                last.insert(party, duty.core_span);
            }
        }
        for (party, span) in last {
            let number = kept.get(&party).map_or(0, BTreeSet::len);
            self.tell(diagnostics::too_many_figures(span, self.party_name(party), number, most));
        }
    }

    /// A figure that only the other party can move.
    fn figures_of_others(&mut self) {
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            let Form::Keep { measure, .. } = duty.form else { continue };
            let Some((other, why)) = self.whose(measure) else { continue };
            if other == self.party_of(duty.debtor) {
                continue;
            }
            let finding = diagnostics::figure_of_another(
                duty.core_span,
                (self.party_name(duty.debtor), self.party_name(other)),
                why,
                self.policy.measures[measure].name_span,
            );
            self.tell(finding);
        }
    }

    /// The party of which the conduct alone decides a figure: whether it keeps its own duties, or pays what it owes.
    fn whose(&self, measure: MeasureId) -> Option<(PartyId, &'static str)> {
        let ExprKind::Fold(fold) = self.policy.measures[measure].value.kind else { return None };
        let FoldKind::Items { source, of, .. } = &self.policy.folds[fold].kind else { return None };
        let one = |duties: &[DutyId]| {
            let mut debtors = duties.iter().map(|duty| self.party_of(self.policy.duties[*duty].debtor));
            let first = debtors.next()?;
            debtors.all(|debtor| debtor == first).then_some(first)
        };
        match (source, of) {
            (Source::Breaches(duties), _) => Some((one(duties)?, "breaches of its own duties")),
            (Source::Cases(case), ItemFold::Share(cond)) => match &cond.kind {
                ExprKind::Verdict(duty, _) => Some((one(&[*duty])?, "whether its own duty is kept")),
                ExprKind::Done(act) => {
                    let debt = self.policy.cases[*case].debt.as_ref()?;
                    (debt.paid == *act).then(|| (self.party_of(debt.debtor), "whether it pays"))
                }
                _ => None,
            },
            _ => None,
        }
    }
}
