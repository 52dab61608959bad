//! Amounts that nobody can compute in a window in which nothing happens.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, FoldKind, ItemFold, Measure, MeasureId, Operation, Signal};

impl Analysis<'_> {
    /// An amount in each window that reads a figure of which there may be no data.
    pub(in crate::analysis) fn amounts_without_data(&mut self) {
        for (of, entry) in self.entries() {
            let Signal::Each(window) = of.on else { continue };
            let read =
                |expr: &Expr| self.measures_in(expr).into_iter().find(|measure| self.may_be_empty(*measure));
            // A condition on a figure without data does not hold, and one on anything else may be there to ask for data.
            let empty = if of.only.is_none() { read(&entry.amount) } else { None };
            let Some(measure) = empty else { continue };
            let example = self.placed.as_ref().and_then(|placed| {
                let windows = placed.windows.get(crate::arena::Id::index(window))?;
                Some(windows.first()?.label(&placed.zone))
            });
            let name = &self.policy.measures[measure].name;
            let finding = diagnostics::amount_without_data(
                entry.amount.span,
                name,
                example.as_deref(),
                self.policy.measures[measure].name_span,
            );
            self.tell(finding);
        }
    }

    fn measures_in(&self, expr: &Expr) -> Vec<MeasureId> {
        let found = std::cell::RefCell::new(Vec::new());
        expr.any(&|part| {
            if let ExprKind::Measure(id) = part.kind {
                found.borrow_mut().push(id);
            }
            false
        });
        found.into_inner()
    }

    /// Whether a figure has no data where nothing happens: a share, a mean or the like of no items.
    fn may_be_empty(&self, id: MeasureId) -> bool {
        let measure: &Measure = &self.policy.measures[id];
        measure.needing.is_some() || self.is_empty_of_nothing(&measure.value)
    }

    fn is_empty_of_nothing(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Fold(fold) => match &self.policy.folds[*fold].kind {
                FoldKind::Items { of, .. } => {
                    // Of what is read off, such as the latest or the highest, nobody knows without a reading.
                    matches!(of, ItemFold::Share(_) | ItemFold::Average(_) | ItemFold::Percentile { .. })
                }
                FoldKind::Time { .. } => false,
            },
            ExprKind::Measure(id) => self.may_be_empty(*id),
            // A count of nothing divides by zero; a constant does not.
            ExprKind::Binary(Operation::Divide, left, right) => {
                self.number(right).is_none() || self.is_empty_of_nothing(left)
            }
            ExprKind::Binary(_, left, right) | ExprKind::Excess(left, right) => {
                self.is_empty_of_nothing(left) || self.is_empty_of_nothing(right)
            }
            ExprKind::Least(parts) => parts.iter().any(|part| self.is_empty_of_nothing(part)),
            _ => false,
        }
    }
}
