//! What is owed by a figure: whether what is worse costs more, what meets the target nothing, and what misses it
//! something.

use crate::analysis::Analysis;
use crate::analysis::curve::{Curve, Flow};
use crate::analysis::sum::{Reading, Sum};
use crate::diagnostics;
use crate::policy::{DutyId, Effect, Form, MeasureId, PartyId, Signal, ValueType};
use crate::value::Exact;

impl<'p> Analysis<'p> {
    pub(in crate::analysis) fn figures(&mut self) {
        for measure in self.policy.measures.ids() {
            let Some(curve) = self.curve(measure) else { continue };
            self.only_at_one_value(&curve);
            self.rows_reached(&curve);
            let duties: Vec<DutyId> = self.policy.duties.ids().collect();
            for duty in duties {
                let of = &self.policy.duties[duty];
                let keeps = matches!(&of.form, Form::Keep { measure: kept, .. } if *kept == measure);
                if !keeps || of.silent || self.turned_round.contains(&of.first) {
                    continue;
                }
                let Some(up) = self.more_is_better(duty) else { continue };
                let points: Vec<&Exact> = match up {
                    true => curve.points.iter().collect(),
                    false => curve.points.iter().rev().collect(),
                };
                // Between a floor and a ceiling there is nothing that is better all the way.
                if !self.is_bounded_on_both_sides(duty, measure, up) {
                    self.better_costs_more(duty, &curve, &points);
                }
                self.met_yet_owed(duty, &curve, &points);
                self.missed_yet_free(duty, &curve, &points);
            }
        }
    }

    /// Whether another duty of the same party to keep a figure wants it to go the other way.
    pub(in crate::analysis) fn is_bounded_on_both_sides(
        &self,
        duty: DutyId,
        measure: MeasureId,
        up: bool,
    ) -> bool {
        let own = self.party_of(self.policy.duties[duty].debtor);
        self.policy.duties.iter().any(|(id, other)| {
            let keeps = matches!(&other.form, Form::Keep { measure: kept, .. } if *kept == measure);
            keeps && self.party_of(other.debtor) == own && self.more_is_better(id) == Some(!up)
        })
    }

    /// The flows that whoever has a duty owes.
    fn owed_by<'c>(&self, curve: &'c Curve<'p>, debtor: PartyId) -> Vec<&'c Flow<'p>> {
        let debtor = self.party_of(debtor);
        curve.flows.iter().filter(|flow| self.party_of(flow.entry.debtor) == debtor).collect()
    }

    fn total(&self, flows: &[&Flow<'p>], measure: MeasureId, at: &Exact) -> Sum {
        let amounts = flows.iter().filter_map(|flow| self.owed(flow, measure, at));
        amounts.fold(Sum::default(), |total, amount| total.add(&amount))
    }

    /// Of two values the better one costs more.
    fn better_costs_more(&mut self, duty: DutyId, curve: &Curve<'p>, from_worst: &[&Exact]) {
        let debtor = self.policy.duties[duty].debtor;
        let flows = self.owed_by(curve, debtor);
        let measure = curve.measure;
        for pair in from_worst.windows(2) {
            let [worse, better] = pair else { continue };
            let (less, more) = (self.total(&flows, measure, worse), self.total(&flows, measure, better));
            if !more.exceeds(&less) {
                continue;
            }
            let rises = flows.iter().find(|flow| {
                match (self.owed(flow, measure, better), self.owed(flow, measure, worse)) {
                    (Some(more), Some(less)) => more.exceeds(&less),
                    _ => false,
                }
            });
            let Some(flow) = rises else { continue };
            let finding = diagnostics::better_costs_more(
                self.place_of(flow, measure, better),
                (&self.shown(worse, measure), &self.written(&less)),
                (&self.shown(better, measure), &self.written(&more)),
                self.party_name(debtor),
                self.policy.duties[duty].core_span,
            );
            return self.tell(finding);
        }
    }

    /// A value keeps the duty, and whoever has it owes more by another sentence than at a better value.
    fn met_yet_owed(&mut self, duty: DutyId, curve: &Curve<'p>, from_worst: &[&Exact]) {
        let debtor = self.policy.duties[duty].debtor;
        let measure = curve.measure;
        let best = from_worst.last().copied();
        for flow in self.owed_by(curve, debtor) {
            if !matches!(flow.of.on, Signal::Each(_)) {
                continue;
            }
            let free = best.and_then(|best| self.owed(flow, measure, best)).is_some_and(|sum| sum.is_zero());
            let owed = from_worst
                .iter()
                .rev()
                .find(|at| self.owed(flow, measure, at).is_some_and(|amount| !amount.is_zero()));
            let Some(at) = owed.filter(|at| free && self.met(duty, at) == Some(true)) else { continue };
            let Some(amount) = self.owed(flow, measure, at) else { continue };
            let finding = diagnostics::met_yet_owed(
                self.place_of(flow, measure, at),
                (&self.shown(at, measure), &self.written(&amount)),
                self.party_name(debtor),
                self.policy.duties[duty].core_span,
            );
            return self.tell(finding);
        }
    }

    /// A value misses the target, something else that misses it costs, and this costs nothing; the text does not say so.
    fn missed_yet_free(&mut self, duty: DutyId, curve: &Curve<'p>, from_worst: &[&Exact]) {
        let of = &self.policy.duties[duty];
        let measure = curve.measure;
        let only_money =
            of.otherwise.iter().all(|id| matches!(self.policy.consequences[*id].effect, Effect::Entry(_)));
        if of.otherwise.is_empty() || !only_money {
            return;
        }
        let flows = self.owed_by(curve, of.debtor);
        let missed = from_worst.iter().filter(|at| self.met(duty, at) == Some(false));
        let (mut free, mut costs) = (None, false);
        for at in missed {
            match self.total(&flows, measure, at).is_zero() {
                // The last one is the nearest to the target.
                true => free = Some(*at),
                false => costs = true,
            }
        }
        let (Some(at), true) = (free, costs) else { return };
        // A row that says nothing is owed is an answer.
        let said = flows.iter().any(|flow| {
            let own = matches!(flow.of.on, Signal::Broken(id) if id == duty);
            let reading = Reading { policy: self.policy, at: Some((measure, at)) };
            let row = self.place_of(flow, measure, at) != flow.entry.amount.span;
            own && row && reading.sum(&flow.entry.amount).is_some_and(|amount| amount.is_zero())
        });
        if said {
            return;
        }
        let finding = diagnostics::missed_yet_free(
            of.core_span,
            &self.shown(at, measure),
            flows.first().map_or(of.span, |flow| flow.of.span),
        );
        self.tell(finding);
    }

    /// An amount arises at one value of the figure, and on neither side of it.
    fn only_at_one_value(&mut self, curve: &Curve<'p>) {
        let measure = curve.measure;
        let mut findings = Vec::new();
        for flow in &curve.flows {
            let amounts: Vec<Option<Sum>> =
                curve.points.iter().map(|at| self.owed(flow, measure, at)).collect();
            let nothing = |at: Option<usize>| {
                let amount = at.and_then(|at| amounts.get(at)).and_then(Option::as_ref);
                amount.is_some_and(Sum::is_zero)
            };
            let alone = (0..amounts.len()).find(|at| {
                let some = amounts.get(*at).and_then(Option::as_ref).is_some_and(|sum| !sum.is_zero());
                some && nothing(at.checked_sub(1)) && nothing(at.checked_add(1))
            });
            let Some(at) = alone else { continue };
            let (Some(value), Some(next)) = (curve.points.get(at), curve.points.get(at.saturating_add(1)))
            else {
                continue;
            };
            // Between two bounds there is one point only: it stands for all that lie between them.
            if !self.is_single(curve, at) {
                continue;
            }
            let amount = amounts.get(at).cloned().flatten().unwrap_or_default();
            findings.push(diagnostics::only_at_one_value(
                flow.of.only.as_ref().map_or_else(|| self.place_of(flow, measure, value), |only| only.span),
                &self.written(&amount),
                &self.shown(value, measure),
                &self.shown(next, measure),
            ));
        }
        findings.into_iter().for_each(|finding| self.tell(finding));
    }

    /// Whether a point stands for itself alone, and not for all that lies between two bounds.
    fn is_single(&self, curve: &Curve<'p>, at: usize) -> bool {
        if self.policy.measures[curve.measure].unit == ValueType::Count {
            let neighbours = [at.checked_sub(1), at.checked_add(1)];
            let here = curve.points.get(at);
            return neighbours.into_iter().flatten().all(|next| match (here, curve.points.get(next)) {
                (Some(one), Some(other)) => (one - other).abs() == Exact::ONE,
                _ => false,
            });
        }
        curve.points.get(at).is_some_and(|value| curve.bounds.contains(value))
    }
}
