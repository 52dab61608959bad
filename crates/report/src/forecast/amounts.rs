//! What an amount comes to with a figure that is not there yet: before limits, which depend on what else is owed.

use super::Ahead;
use crate::expression::{Scope, number};
use crate::subject::consequence_kind;
use serde::Serialize;
use servanda_evaluator::expression::{Truth, holds};
use servanda_evaluator::outcome::{Figure, Quantity, Verdict};
use servanda_policy::policy::{Consequence, Effect, Expr, ExprKind, MeasureId, Signal};
use servanda_policy::value::{Exact, format_minor};

/// An amount that follows from a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastAmount {
    /// The address of the sentence.
    pub sentence: String,
    /// The word after `as`, else `credit` or `fee`.
    pub kind: String,
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// How much, before limits; none where it cannot be known now.
    pub amount: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// Whether a limit may take something of it.
    pub limited: bool,
    /// Whether it is owed only if it is claimed.
    pub claimed: bool,
    /// Whether it goes on changing with the figure: this is what it is with one unit more than the room.
    pub varies: bool,
}

impl Ahead<'_> {
    /// What a consequence comes to, if the window ends with this figure; none where it does not arise then.
    pub(super) fn amount_with(
        &self,
        of: &Consequence,
        figure: &Figure,
        given: &Quantity,
        run: &[&Verdict],
    ) -> Option<ForecastAmount> {
        let Effect::Entry(rule) = &of.effect else { return None };
        let scope = self.scope(figure, given).after(run);
        let only = of.only.as_ref().map_or(Truth::Yes, |only| holds(only, &scope));
        if only == Truth::No {
            return None;
        }
        let agreement = self.material.agreement;
        let exact = match only {
            Truth::Yes if !self.reads_more(of, figure) => number(&scope, &rule.amount),
            _ => None,
        };
        let raised = |amount: Exact, scope: &Scope<'_>| match &rule.at_least {
            None => Some(amount),
            Some(least) => number(scope, least).map(|least| least.max(amount)),
        };
        let exact = exact.and_then(|amount| raised(amount, &scope));
        if let (Some(least), Some(amount)) = (&rule.nothing_below, &exact)
            && number(&scope, least).is_some_and(|least| *amount < least)
        {
            return None;
        }
        let minor = exact.and_then(|exact| exact.to_minor(agreement.currency.digits(), rule.rounding));
        if minor == Some(0) {
            return None;
        }
        let policy = self.material.policy;
        let kind = consequence_kind(of).and_then(|kind| policy.kinds.find(kind));
        Some(ForecastAmount {
            sentence: of.name.clone(),
            kind: kind.map_or_else(String::new, Clone::clone),
            debtor: self.material.party(rule.debtor).to_owned(),
            creditor: self.material.party(rule.creditor).to_owned(),
            amount: minor.map(|minor| format_minor(minor, agreement.currency)),
            currency: agreement.currency.code(),
            limited: !rule.caps.is_empty(),
            claimed: rule.claim.is_some(),
            varies: varies(&rule.amount, figure.measure),
        })
    }

    /// Whether an amount depends on another figure of the window, which may still change, or on the date.
    fn reads_more(&self, of: &Consequence, figure: &Figure) -> bool {
        let Effect::Entry(rule) = &of.effect else { return false };
        let exprs =
            [Some(&rule.amount), rule.at_least.as_ref(), rule.nothing_below.as_ref(), of.only.as_ref()];
        let misses_of_other = |duty| !matches!(of.on, Signal::Broken(own) if own == duty);
        exprs.into_iter().flatten().any(|expr| {
            expr.any(&|part| match part.kind {
                ExprKind::Measure(measure) => measure != figure.measure,
                ExprKind::Misses(duty) => misses_of_other(duty),
                ExprKind::Fold(_) | ExprKind::Day => true,
                ExprKind::Previous(measure, _) => self
                    .material
                    .outcome
                    .figure_before(self.material.policy, measure, figure.window.start)
                    .is_some_and(|before| before.provisional),
                _ => false,
            })
        })
    }
}

/// Whether an amount reads a figure otherwise than to choose a row by it.
fn varies(expr: &Expr, measure: MeasureId) -> bool {
    let is_it = |expr: &Expr| matches!(expr.kind, ExprKind::Measure(it) if it == measure);
    match &expr.kind {
        ExprKind::Table { on, rows } if is_it(on) => rows.iter().any(|row| varies(&row.value, measure)),
        ExprKind::Binary(_, left, right) => varies(left, measure) || varies(right, measure),
        _ => expr.any(&is_it),
    }
}
