//! What a figure costs, as a function of the figure: the values at which it can change, and what is owed at each.

use crate::analysis::sum::{Reading, Sum, reads};
use crate::analysis::{Analysis, is};
use crate::policy::{
    CapScope, Consequence, DutyId, Entry, Expr, ExprKind, FoldKind, Form, ItemFold, MeasureId, RowKey,
    Signal, ValueType,
};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;
use std::collections::BTreeSet;

/// One amount that depends on the figure.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Flow<'p> {
    pub(in crate::analysis) of: &'p Consequence,
    pub(in crate::analysis) entry: &'p Entry,
}

/// A figure, the values of it that matter, and what is owed by it.
#[derive(Debug)]
pub(in crate::analysis) struct Curve<'p> {
    pub(in crate::analysis) measure: MeasureId,
    /// Every value at which something changes, and one between each two of them and beyond: ascending.
    pub(in crate::analysis) points: Vec<Exact>,
    /// Those of them at which something changes.
    pub(in crate::analysis) bounds: BTreeSet<Exact>,
    pub(in crate::analysis) flows: Vec<Flow<'p>>,
}

impl<'p> Analysis<'p> {
    /// The curve of a figure; nothing where an amount depends on more than the figure.
    pub(in crate::analysis) fn curve(&self, measure: MeasureId) -> Option<Curve<'p>> {
        let window = self.policy.measures[measure].window;
        let mut flows = Vec::new();
        let mut bounds = BTreeSet::new();
        for (of, entry) in self.entries() {
            let read =
                || reads(&entry.amount, measure) || of.only.as_ref().is_some_and(|only| reads(only, measure));
            let depends = match &of.on {
                Signal::Broken(duty) => {
                    let duty = &self.policy.duties[*duty];
                    !duty.silent && matches!(&duty.form, Form::Keep { measure: kept, .. } if *kept == measure)
                }
                Signal::Each(each) => *each == window && read(),
                _ => false,
            };
            if depends {
                flows.push(Flow { of, entry });
                let parts = [Some(&entry.amount), of.only.as_ref()];
                parts.into_iter().flatten().for_each(|part| self.bounds_in(part, measure, &mut bounds));
            }
        }
        for duty in self.policy.duties.values() {
            if let Form::Keep { measure: kept, targets, .. } = &duty.form
                && *kept == measure
            {
                bounds.extend(targets.iter().filter_map(|(_, bound)| self.number(bound)));
            }
        }
        let curve = Curve { measure, points: self.points(measure, &bounds), bounds, flows };
        // All of it is known, or nothing is claimed.
        let known = |flow: &Flow<'p>| curve.points.iter().all(|at| self.owed(flow, measure, at).is_some());
        curve.flows.iter().all(known).then_some(curve)
    }

    pub(in crate::analysis) fn number(&self, expr: &Expr) -> Option<Exact> {
        Reading::constant(self.policy).sum(expr)?.as_number()
    }

    /// The values with which an expression compares the figure.
    fn bounds_in(&self, expr: &Expr, measure: MeasureId, into: &mut BTreeSet<Exact>) {
        let into = std::cell::RefCell::new(into);
        let note = |bound: &Expr| into.borrow_mut().extend(self.number(bound));
        expr.any(&|part| {
            match &part.kind {
                ExprKind::Table { on, rows } if reads(on, measure) => {
                    for row in rows {
                        if let RowKey::Range(from, to) = &row.key {
                            from.iter().chain(to).for_each(|(bound, _)| note(bound));
                        }
                    }
                }
                ExprKind::Is(_, left, right) | ExprKind::Excess(left, right) => {
                    note(left);
                    note(right);
                }
                _ => {}
            }
            false
        });
    }

    /// The least and the greatest value that a figure can have, where they are certain.
    pub(in crate::analysis) fn domain(&self, measure: MeasureId) -> (Option<Exact>, Option<Exact>) {
        let mut value = &self.policy.measures[measure].value;
        while let ExprKind::Measure(inner) = &value.kind {
            value = &self.policy.measures[*inner].value;
        }
        let ExprKind::Fold(fold) = &value.kind else { return (None, None) };
        let fold = &self.policy.folds[*fold];
        let part = match &fold.kind {
            FoldKind::Items { of, .. } => matches!(of, ItemFold::Share(_)),
            FoldKind::Time { share, .. } => *share,
        };
        let counted = match &fold.kind {
            FoldKind::Items { of, .. } => matches!(of, ItemFold::Count | ItemFold::Distinct(_)),
            FoldKind::Time { .. } => true,
        };
        ((part || counted).then_some(Exact::ZERO), part.then_some(Exact::ONE))
    }

    /// The values to look at, ascending: each bound, one value between two of them, and one beyond on either side.
    fn points(&self, measure: MeasureId, bounds: &BTreeSet<Exact>) -> Vec<Exact> {
        let (floor, ceiling) = self.domain(measure);
        let inside = |at: &Exact| {
            floor.as_ref().is_none_or(|floor| at >= floor) && ceiling.as_ref().is_none_or(|top| at <= top)
        };
        let mut points: BTreeSet<Exact> =
            bounds.iter().cloned().chain(floor.clone()).chain(ceiling.clone()).collect();
        let known: Vec<Exact> = points.iter().cloned().collect();
        if self.policy.measures[measure].unit == ValueType::Count {
            let near = |at: &Exact| {
                let (floor, ceiling) = (at.floor().unwrap_or_default(), at.ceil().unwrap_or_default());
                [floor.saturating_sub(1), floor, ceiling, ceiling.saturating_add(1)].map(Exact::integer)
            };
            points = known.iter().flat_map(near).collect();
        } else {
            for pair in known.windows(2) {
                let [low, high] = pair else { continue };
                points.extend((low + high).checked_div(&Exact::integer(2)));
            }
            let beyond = |end: Option<&Exact>, by: i128| end.map(|end| end + &Exact::integer(by));
            points.extend(beyond(known.first(), -1).into_iter().chain(beyond(known.last(), 1)));
        }
        points.into_iter().filter(inside).collect()
    }

    /// What arises from a flow where the figure has a value; nothing where the text does not tell.
    pub(in crate::analysis) fn owed(&self, flow: &Flow<'_>, measure: MeasureId, at: &Exact) -> Option<Sum> {
        let reading = Reading { policy: self.policy, at: Some((measure, at)) };
        if let Signal::Broken(duty) = &flow.of.on
            && self.met(*duty, at)?
        {
            return Some(Sum::default());
        }
        if let Some(only) = &flow.of.only
            && !reading.holds(only)?
        {
            return Some(Sum::default());
        }
        let amount = reading.sum(&flow.entry.amount)?;
        if amount.terms().any(|(_, number)| number.is_negative()) {
            return None;
        }
        self.limited(flow.entry, amount, self.policy.measures[measure].window)
    }

    /// An amount behind its minimum and the limits that a single one meets.
    pub(in crate::analysis) fn limited(
        &self,
        entry: &Entry,
        mut amount: Sum,
        window: crate::policy::WindowId,
    ) -> Option<Sum> {
        let constant = Reading::constant(self.policy);
        if let Some(least) = &entry.nothing_below {
            let least = constant.sum(least)?;
            if least.exceeds(&amount) {
                return Some(Sum::default());
            }
            if least != amount && !amount.exceeds(&least) {
                return None;
            }
        }
        if let Some(least) = &entry.at_least {
            let least = constant.sum(least)?;
            if least.exceeds(&amount) {
                amount = least;
            } else if least != amount && !amount.exceeds(&least) {
                return None;
            }
        }
        for cap in &entry.caps {
            let cap = &self.policy.caps[*cap];
            let single = match cap.scope {
                CapScope::Entry => true,
                CapScope::Window(of) => of == window,
                CapScope::Group(of) => {
                    of.is_some_and(|of| self.policy.windows[of] == self.policy.windows[window])
                }
                CapScope::Case(_) | CapScope::InAll | CapScope::Together => false,
            };
            if single {
                amount = amount.least(constant.sum(&cap.limit)?)?;
            }
        }
        Some(amount)
    }

    /// Whether a figure keeps a duty.
    pub(in crate::analysis) fn met(&self, duty: DutyId, at: &Exact) -> Option<bool> {
        let Form::Keep { targets, .. } = &self.policy.duties[duty].form else { return None };
        targets
            .iter()
            .try_fold(true, |all, (relation, bound)| Some(is(at, *relation, &self.number(bound)?) && all))
    }

    /// Whether a greater figure is a better one for a duty; none where neither is.
    pub(in crate::analysis) fn more_is_better(&self, duty: DutyId) -> Option<bool> {
        let Form::Keep { targets, .. } = &self.policy.duties[duty].form else { return None };
        let better = |relation: &Relation| match relation {
            Relation::AtLeast | Relation::Above => Some(true),
            Relation::AtMost | Relation::Below => Some(false),
            Relation::Exactly => None,
        };
        let mut ways = targets.iter().map(|(relation, _)| better(relation));
        let first = ways.next()??;
        ways.all(|way| way == Some(first)).then_some(first)
    }

    /// Where the amount of a flow at a value is written: the row of its table, or all of it.
    pub(in crate::analysis) fn place_of(&self, flow: &Flow<'_>, measure: MeasureId, at: &Exact) -> Span {
        let reading = Reading { policy: self.policy, at: Some((measure, at)) };
        match &flow.entry.amount.kind {
            ExprKind::Table { on, rows } => {
                reading.row(on, rows).map_or(flow.entry.amount.span, |row| row.span)
            }
            _ => flow.entry.amount.span,
        }
    }

    /// An amount as the text would write it.
    pub(in crate::analysis) fn written(&self, sum: &Sum) -> String {
        let parts: Vec<String> = sum
            .terms()
            .map(|(of, number)| match of {
                None => self.money(number),
                Some(of) => {
                    format!("{}% of {}", number * &Exact::integer(100), self.policy.params[of].name)
                }
            })
            .collect();
        if parts.is_empty() { self.money(&Exact::ZERO) } else { parts.join(" + ") }
    }
}
