//! What grows on more than is owed.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{Effect, Expr, ExprKind, Form, Operation, Signal, Value};
use crate::value::Exact;
use servanda_diagnostics::Span;

impl Analysis<'_> {
    /// A percentage of an amount of which only a part is owed.
    pub(in crate::analysis) fn interest(&mut self) {
        for of in self.policy.consequences.values() {
            let (Signal::Broken(duty), Effect::Accrue(accrual)) = (&of.on, &of.effect) else { continue };
            let Form::Do { case, .. } = &self.policy.duties[*duty].form else { continue };
            let Some(debt) = &self.policy.cases[*case].debt else { continue };
            let Some((rate, base)) = accrual.rate_of_base() else { continue };
            let Some(rest) = part_of(&debt.amount, base) else { continue };
            let example = Exact::integer(1000);
            let owed = match &rest {
                Rest::Less(taken) => {
                    let (taken, less) = (self.sources.text(*taken), Exact::integer(300));
                    let (whole, less, rest) =
                        (self.money(&example), self.money(&less), self.money(&(&example - &less)));
                    format!("of {whole}, `{taken}` being {less}, {rest} are owed")
                }
                Rest::Share(share) => {
                    format!("of {} only {} are owed", self.money(&example), self.money(&(&example * share)))
                }
            };
            let whole = self.sources.text(base.span);
            let finding = diagnostics::interest_on_more(
                (base.span, whole),
                &owed,
                debt.amount.span,
                &format!("{} of {}.unpaid", self.sources.text(rate.span), self.policy.cases[*case].name),
            );
            self.tell(finding);
        }
    }
}

/// What of an amount is owed.
enum Rest {
    /// All but this.
    Less(Span),
    /// This part of it.
    Share(Exact),
}

/// Whether what is owed is a part of an amount.
fn part_of(owed: &Expr, whole: &Expr) -> Option<Rest> {
    match &owed.kind {
        ExprKind::Binary(Operation::Subtract, left, right) if alike(left, whole) => {
            Some(Rest::Less(right.span))
        }
        ExprKind::Binary(Operation::Multiply, share, base) if alike(base, whole) => match &share.kind {
            ExprKind::Value(Value::Number(share)) if *share < Exact::ONE => Some(Rest::Share(share.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two expressions read the same, wherever they are written.
fn alike(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::Field(one), ExprKind::Field(other)) => one == other,
        (ExprKind::Param(one), ExprKind::Param(other)) => one == other,
        (ExprKind::Value(one), ExprKind::Value(other)) => one == other,
        (ExprKind::Binary(operation, left, right), ExprKind::Binary(same, first, second)) => {
            operation == same && alike(left, first) && alike(right, second)
        }
        _ => false,
    }
}
