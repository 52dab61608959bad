//! What a sound policy comes to and was probably not meant: each finding names a value, an amount or a date at which
//! it shows.
//!
//! A finding is told only where it follows from the text alone, for every log: what an instance gives is a symbol, and
//! what cannot be computed from the text keeps an analysis silent. `DESIGN.md` states the fragment of each.

mod closed;
mod closing;
mod curve;
mod data;
mod figures;
mod interest;
mod limits;
mod openings;
mod parties;
mod parts;
mod prose;
mod rows;
mod sum;
mod targets;
mod term;
mod wording;

use crate::agreement::Agreement;
use crate::binder::Binder;
use crate::policy::{
    Consequence, DutyId, Effect, Entry, Form, MeasureId, PartyId, Policy, Signal, Value, ValueType, WindowId,
};
use crate::value::Exact;
use crate::wanted::Wanted;
use servanda_diagnostics::{Diagnostic, Sources};
use servanda_parser::ast::Relation;
use std::collections::BTreeSet;

/// What is found in a policy of one version: the text as it is once an amendment is in force.
///
/// `wanted` is what is wanted of every agreement; `attached` whether papers are part of this one.
pub(crate) fn analyse(
    policy: &Policy,
    sources: &Sources,
    (wanted, attached): (&Wanted, bool),
) -> Vec<Diagnostic> {
    // Without values of its own it can be placed where the text says when and where.
    let placed = Binder::new(policy).bind("", Vec::new()).ok();
    let mut analysis =
        Analysis { policy, sources, placed, turned_round: BTreeSet::new(), findings: Vec::new() };
    analysis.targets();
    analysis.figures();
    analysis.limits();
    analysis.mixed_rows();
    analysis.parties(wanted);
    analysis.interest();
    analysis.term();
    analysis.prose();
    analysis.parts(wanted, attached);
    analysis.amounts_without_data();
    analysis.closing(wanted);
    analysis.findings
}

/// A policy that is looked at, and what has been found.
struct Analysis<'p> {
    policy: &'p Policy,
    sources: &'p Sources,
    /// The agreement in its term and its zone, where these are not left to an instance.
    placed: Option<Agreement>,
    /// The duties of which the sign is wrong: nothing else is told of their figures.
    turned_round: BTreeSet<DutyId>,
    findings: Vec<Diagnostic>,
}

impl<'p> Analysis<'p> {
    fn tell(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// The party itself, where a role is meant.
    fn party_of(&self, id: PartyId) -> PartyId {
        self.policy.parties[id].of.unwrap_or(id)
    }

    fn party_name(&self, id: PartyId) -> &'p str {
        &self.policy.parties[id].name
    }

    /// What arises as one amount.
    fn entries(&self) -> impl Iterator<Item = (&'p Consequence, &'p Entry)> + use<'p> {
        let policy = self.policy;
        policy.consequences.values().filter_map(|of| match &of.effect {
            Effect::Entry(entry) if !matches!(of.on, Signal::Kept(_) | Signal::Paid(_)) => Some((of, entry)),
            _ => None,
        })
    }

    /// The windows of which each has an amount at most once; none where there can be any number.
    fn once_in(&self, of: &Consequence) -> Option<WindowId> {
        let window = match &of.on {
            Signal::Each(window) => Some(*window),
            Signal::Running(running) => Some(running.window),
            Signal::Broken(duty) => match &self.policy.duties[*duty].form {
                Form::Keep { measure, .. } => Some(self.policy.measures[*measure].window),
                Form::DoEach { window, .. } => Some(*window),
                Form::Do { .. } | Form::MustNot { .. } => None,
            },
            Signal::ForEach(..)
            | Signal::ForEvent(_)
            | Signal::Kept(_)
            | Signal::Standing(_)
            | Signal::Paid(_) => None,
        }?;
        // For each value of a field it arises once.
        self.policy.grouped_by(window).is_none().then_some(window)
    }

    /// A figure of a measure as the text would write it.
    fn shown(&self, figure: &Exact, measure: MeasureId) -> String {
        self.quantity(figure, self.policy.measures[measure].unit)
    }

    fn quantity(&self, figure: &Exact, unit: ValueType) -> String {
        match unit {
            ValueType::Share => format!("{}%", figure * &Exact::integer(100)),
            ValueType::Money => self.money(figure),
            ValueType::Length(kind) if crate::check::in_seconds(kind) => lasting(figure),
            _ => figure.to_string(),
        }
    }

    /// An amount with its currency, in its smallest unit if it comes out even.
    fn money(&self, amount: &Exact) -> String {
        match &self.policy.currency.kind {
            crate::policy::ExprKind::Value(Value::Currency(currency)) => {
                let digits = amount.finite_places().unwrap_or(currency.digits()).max(currency.digits());
                let rounding = crate::value::Rounding::HalfUp;
                format!("{} {currency}", amount.to_decimal_string(digits, rounding))
            }
            _ => amount.to_string(),
        }
    }
}

/// Seconds in the largest unit in which they are whole.
pub(crate) fn lasting(seconds: &Exact) -> String {
    let units = [(3600, "hour", "hours"), (60, "minute", "minutes")];
    for (length, one, many) in units {
        let number = seconds.checked_div(&Exact::integer(length)).filter(Exact::is_integer);
        if let Some(number) = number {
            return format!("{number} {}", if number == Exact::ONE { one } else { many });
        }
    }
    format!("{seconds} seconds")
}

/// Whether a figure is as a bound asks for it.
fn is(figure: &Exact, relation: Relation, bound: &Exact) -> bool {
    match relation {
        Relation::AtLeast => figure >= bound,
        Relation::AtMost => figure <= bound,
        Relation::Above => figure > bound,
        Relation::Below => figure < bound,
        Relation::Exactly => figure == bound,
    }
}

/// A bound in words: `at least 99%`.
fn words(relation: Relation, bound: &str) -> String {
    format!("{} {bound}", relation.words())
}
