//! Rows of tables: those that nothing reaches, and a fixed amount among shares.

use crate::analysis::Analysis;
use crate::analysis::curve::Curve;
use crate::analysis::sum::{Reading, Sum};
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, Operation, Row, Signal, Value};
use crate::value::Exact;

impl<'p> Analysis<'p> {
    /// A row with an amount that no figure reaches: where it would count the target is met, or no figure lies.
    pub(in crate::analysis) fn rows_reached(&mut self, curve: &Curve<'p>) {
        let measure = curve.measure;
        let mut findings = Vec::new();
        for flow in &curve.flows {
            let ExprKind::Table { on, rows } = &flow.entry.amount.kind else { continue };
            let broken = match &flow.of.on {
                Signal::Broken(duty) => Some(*duty),
                _ => None,
            };
            // The sign of the target is told to be wrong, and with the other one its rows are reached.
            if broken.is_some_and(|duty| self.turned_round.contains(&self.policy.duties[duty].first)) {
                continue;
            }
            let at = |at: &Exact| Reading { policy: self.policy, at: Some((measure, at)) }.row(on, rows);
            let counts = |figure: &&Exact| broken.is_none_or(|duty| self.met(duty, figure) == Some(false));
            // A row that says that nothing is owed only completes the table.
            let amounts: Vec<(&Row, Option<Sum>)> = rows
                .iter()
                .map(|row| (row, Reading::constant(self.policy).sum(&row.value)))
                .filter(|(_, amount)| amount.as_ref().is_none_or(|amount| !amount.is_zero()))
                .collect();
            // Each row that is not reached, with a figure of it at which the target is met.
            let mut idle: Vec<(&Row, Option<String>)> = Vec::new();
            for (row, _) in amounts.iter().filter(|(_, amount)| amount.is_some()) {
                let fits = |figure: &&Exact| at(figure).is_some_and(|fitting| fitting.span == row.span);
                if !curve.points.iter().filter(counts).any(|figure| fits(&figure)) {
                    let met = curve.points.iter().find(fits).map(|figure| self.shown(figure, measure));
                    idle.push((row, met));
                }
            }
            if let (Some(duty), [(first, _), _, ..]) = (broken, idle.as_slice())
                && idle.len() == amounts.len()
                && idle.iter().all(|(_, met)| met.is_some())
            {
                findings.push(diagnostics::rows_where_met(self.policy.duties[duty].core_span, first.span));
                continue;
            }
            let target = broken
                .map_or(self.policy.measures[measure].name_span, |duty| self.policy.duties[duty].core_span);
            let told = idle
                .iter()
                .map(|(row, met)| diagnostics::row_never_reached(row.span, met.as_deref(), target));
            findings.extend(told);
        }
        findings.into_iter().for_each(|finding| self.tell(finding));
    }

    /// A fixed amount in a table of which all other rows are shares of something.
    pub(in crate::analysis) fn mixed_rows(&mut self) {
        for (_, entry) in self.entries() {
            let ExprKind::Table { rows, .. } = &entry.amount.kind else { continue };
            let some: Vec<&Row> = rows.iter().filter(|row| !is_zero(&row.value)).collect();
            let fixed: Vec<(&Row, &Exact)> = some
                .iter()
                .filter_map(|row| match &row.value.kind {
                    ExprKind::Value(Value::Number(number)) => Some((*row, number)),
                    _ => None,
                })
                .collect();
            let share = some.iter().find_map(|row| match &row.value.kind {
                ExprKind::Binary(Operation::Multiply, share, base) if self.is_percentage(share) => {
                    Some((row.value.span, base))
                }
                _ => None,
            });
            let (Some((span, base)), [(row, number)]) = (share, fixed.as_slice()) else { continue };
            let written = self.sources.text(row.value.span);
            let meant = format!("{number}% of {}", self.sources.text(base.span));
            let part = number.checked_div(&Exact::integer(100));
            let comes = part.and_then(|part| Some(Reading::constant(self.policy).sum(base)?.times(&part)));
            let comes = comes.map(|sum| self.written(&sum));
            self.tell(diagnostics::mixed_rows(row.value.span, written, span, (&meant, comes.as_deref())));
        }
    }

    fn is_percentage(&self, expr: &Expr) -> bool {
        self.sources.text(expr.span).trim_end().ends_with('%')
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Value(Value::Number(number)) if number.is_zero())
}
