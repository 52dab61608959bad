//! Everything of a policy that scenarios can show.

use super::{CoveredPart, PartKind};
use crate::Compiled;
use servanda_diagnostics::Span;
use servanda_policy::policy::{
    CapId, ConsequenceId, DutyId, Effect, Ending, Expr, ExprKind, Form, MeasureId, Policy, Row, RowKey,
    Signal, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// What can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A duty, kept or broken.
    Duty(DutyId, bool),
    /// An act at its deadline.
    Deadline(DutyId, Moment),
    /// Something that follows.
    Consequence(ConsequenceId),
    /// A row of the table of an amount, by its place.
    Row(ConsequenceId, usize),
    /// A bound of a figure, by its place among [`Parts::bounds`].
    Bound(usize, Side),
    /// A limit, reached or not.
    Cap(CapId, bool),
}

/// When an act is done, seen from its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// In time.
    Before,
    /// In the last second that is in time.
    Last,
    /// Too late.
    After,
}

impl Moment {
    pub(crate) const ALL: [Moment; 3] = [Moment::Before, Moment::Last, Moment::After];

    const fn said(self) -> &'static str {
        match self {
            Moment::Before => "in time",
            Moment::Last => "at the last instant",
            Moment::After => "too late",
        }
    }
}

/// On which side of a bound a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Below,
    At,
    Above,
}

impl Side {
    pub(crate) const ALL: [Side; 3] = [Side::Below, Side::At, Side::Above];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Side::Below => "below",
            Side::At => "at",
            Side::Above => "above",
        }
    }
}

/// A bound that a figure is compared with.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    /// The figure.
    pub(crate) measure: MeasureId,
    /// The bound.
    pub(crate) value: Expr,
}

/// The parts of a policy, and which of them each thing that can happen shows.
pub(crate) struct Parts {
    pub(crate) list: Vec<CoveredPart>,
    pub(crate) places: BTreeMap<Part, usize>,
    /// The bounds of figures.
    pub(crate) bounds: Vec<Bound>,
    /// Whether a bound has its sides shown only by figures that one unit more or less brings to it.
    pub(crate) near: bool,
}

/// Everything that can be shown. What an amendment leaves as it was is one part in all versions.
pub(crate) fn parts(compiled: &Compiled) -> Parts {
    let policy = compiled.policy();
    let words = |span: Span| compiled.sources().text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = Parts { list: Vec::new(), places: BTreeMap::new(), bounds: Vec::new(), near: false };
    for (id, duty) in policy.duties.iter().filter(|(_, duty)| !duty.silent) {
        let address = address(policy, id);
        for (kept, said) in [(true, "kept"), (false, "broken")] {
            let said = said.to_owned();
            parts.add(Part::Duty(id, kept), PartKind::Clause, &address, said, duty.core_span);
        }
        match &duty.form {
            Form::Do { deadline: Some(_), .. } | Form::DoEach { .. } => {
                for moment in Moment::ALL {
                    let said = moment.said().to_owned();
                    let part = Part::Deadline(id, moment);
                    parts.add(part, PartKind::Deadline, &address, said, duty.core_span);
                }
            }
            Form::Keep { measure, targets, .. } => {
                for (_, target) in targets {
                    parts.bound(policy, *measure, target, &address, duty.core_span, &words);
                }
            }
            Form::Do { deadline: None, .. } | Form::MustNot { .. } => {}
        }
    }
    for (id, consequence) in policy.consequences.iter() {
        let address = match &consequence.on {
            Signal::Broken(duty) => address(policy, *duty),
            Signal::Each(_)
            | Signal::ForEach(..)
            | Signal::ForEvent(_)
            | Signal::Running(_)
            | Signal::Kept(_)
            | Signal::Standing(_)
            | Signal::Paid(_) => consequence.name.clone(),
        };
        let (said, caps) = match &consequence.effect {
            Effect::Entry(entry) => (policy.kinds[entry.kind].clone(), entry.caps.as_slice()),
            Effect::Accrue(accrual) => (policy.kinds[accrual.kind].clone(), accrual.caps.as_slice()),
            Effect::Tell(tell) => (format!("tell {}", policy.parties[tell.to].name), &[][..]),
            Effect::End(ending) => {
                (format!("{} {}", policy.parties[ending.holder].name, Ending::WORDS), &[][..])
            }
            Effect::Suspend(of) => (format!("{} {}", policy.parties[of.holder].name, of.words()), &[][..]),
            Effect::CountsAs(silence) => {
                let said = policy.words_of_silence(consequence).unwrap_or_default();
                (format!("{} {said}", policy.parties[silence.by].name), &[][..])
            }
            Effect::Right(right) => {
                (format!("{} {}", policy.parties[right.holder].name, right.what.words()), &[][..])
            }
        };
        parts.add(Part::Consequence(id), PartKind::Clause, &address, said, consequence.span);
        if let Some((on, rows)) = rows(policy, id) {
            for (at, row) in rows.iter().enumerate() {
                let said = words(row.span);
                let said = said.split_once(':').map_or(said.as_str(), |(key, _)| key).to_owned();
                parts.add(Part::Row(id, at), PartKind::Tier, &address, said, row.span);
            }
            if let ExprKind::Measure(measure) = on.kind {
                for bound in rows.iter().flat_map(|row| bounds(&row.key)) {
                    parts.bound(policy, measure, bound, &address, consequence.span, &words);
                }
            }
        }
        for cap in caps {
            let span = policy.caps[*cap].span;
            for (reached, said) in [(true, "reached"), (false, "not reached")] {
                let said = format!("{}, {said}", words(span));
                parts.add(Part::Cap(*cap, reached), PartKind::Cap, &address, said, span);
            }
        }
    }
    parts
}

/// The address of a duty, with its party where the sentence binds several.
pub(crate) fn address(policy: &Policy, id: DutyId) -> String {
    let duty = &policy.duties[id];
    let same = |other: &&servanda_policy::policy::Duty| other.span == duty.span;
    let parties: BTreeSet<_> = policy.duties.values().filter(same).map(|other| other.debtor).collect();
    match parties.len() {
        0 | 1 => duty.name.clone(),
        _ => format!("{} {}", duty.name, policy.parties[duty.debtor].name),
    }
}

impl Parts {
    /// A limit of several sentences is one part, of the first of them.
    fn add(&mut self, part: Part, kind: PartKind, address: &str, said: String, span: Span) {
        if self.places.contains_key(&part) {
            return;
        }
        let same = |known: &CoveredPart| known.span == span && known.part == said && known.address == address;
        let place = self.list.iter().position(same).unwrap_or_else(|| {
            self.list.push(CoveredPart { kind, address: address.to_owned(), part: said, scenarios: 0, span });
            self.list.len() - 1
        });
        self.places.insert(part, place);
    }

    /// A bound of a figure, once for each value.
    fn bound(
        &mut self,
        policy: &Policy,
        measure: MeasureId,
        value: &Expr,
        address: &str,
        span: Span,
        words: &impl Fn(Span) -> String,
    ) {
        let said = value.name.clone().unwrap_or_else(|| words(value.span));
        let known = self.bounds.iter().any(|bound| {
            bound.measure == measure
                && match (&bound.value.kind, &value.kind) {
                    (ExprKind::Value(known), ExprKind::Value(value)) => known == value,
                    (ExprKind::Param(known), ExprKind::Param(param)) => known == param,
                    _ => bound.value == *value,
                }
        });
        if known || !is_number(value) {
            return;
        }
        self.bounds.push(Bound { measure, value: value.clone() });
        let figure = &policy.measures[measure].name;
        for side in Side::ALL {
            let part = Part::Bound(self.bounds.len() - 1, side);
            let said = format!("{figure} {} {said}", side.word());
            self.add(part, PartKind::Tier, address, said, span);
        }
    }
}

/// Whether a bound can be fallen below; there is none below a word.
fn is_number(value: &Expr) -> bool {
    !matches!(value.kind, ExprKind::Value(Value::Bool(_) | Value::Word(_) | Value::Text(_) | Value::Party(_)))
}

/// The bounds of a row, and the figures that it is for.
fn bounds(key: &RowKey) -> Vec<&Expr> {
    match key {
        RowKey::Range(from, to) => from.iter().chain(to).map(|(bound, _)| bound).collect(),
        RowKey::OneOf(values) => values.iter().collect(),
        RowKey::Otherwise => Vec::new(),
    }
}

/// The table that a figure chooses a row of for the amount of a consequence, if it has one.
pub(super) fn rows(policy: &Policy, id: ConsequenceId) -> Option<(&Expr, &[Row])> {
    let consequence = &policy.consequences[id];
    let figures = match &consequence.on {
        Signal::Broken(duty) => matches!(policy.duties[*duty].form, Form::Keep { .. } | Form::DoEach { .. }),
        Signal::Each(_) | Signal::Running(_) => true,
        Signal::ForEach(..)
        | Signal::ForEvent(_)
        | Signal::Kept(_)
        | Signal::Standing(_)
        | Signal::Paid(_) => false,
    };
    let Effect::Entry(entry) = &consequence.effect else { return None };
    match &entry.amount.kind {
        ExprKind::Table { on, rows } if figures => Some((on, rows)),
        _ => None,
    }
}
