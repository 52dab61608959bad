//! Figures of measures as lines of a statement, with the target and the verdict of the figure as it stands.

use super::{Material, PlaceRange, Reason};
use crate::address::figure_ids;
use crate::subject::group_text;
use crate::text::{exact_text, relation_words, share_text_beside, target_text, unit_text, value_text};
use serde::Serialize;
use servanda_evaluator::outcome::{Figure, Judged, Outcome, Quantity, Verdict};
use servanda_parser::ast::Relation;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Consequence, Effect, Policy, Value, ValueType, Verdict as Kind};
use servanda_policy::time::{WindowSpec, WindowUnit};
use servanda_policy::value::Exact;

/// A figure of a measure in one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasureLine {
    /// `measure/window`, by which it is asked about: the same in every run and at every later `as_of`. None in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The measure's name.
    pub name: String,
    /// The instance's name.
    pub instance: String,
    /// The window's label.
    pub window: String,
    /// Of which group, where there is a figure for each value of a field: the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The first instant of the window, RFC 3339.
    pub start: String,
    /// The first instant after it, RFC 3339.
    pub end: String,
    /// Exactly: money with its currency's digits where that is exact, a decimal where there is a finite one, else a
    /// reduced fraction `n/d`; a share between 0 and 1. None where there is no data or it is not known.
    pub value: Option<String>,
    /// For people: `99.907 %`, `no data`, `between 3 and 5`.
    pub text: String,
    /// What it is measured in.
    pub unit: String,
    /// Of a share, an average or a rate: what is divided; times in seconds.
    pub numerator: Option<String>,
    /// By what it is divided.
    pub denominator: Option<String>,
    /// The lowest and the highest that it can be, where data failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<(String, String)>,
    /// The bounds that a duty sets.
    pub target: Option<String>,
    /// The verdict of the figure as it stands.
    pub verdict: Option<&'static str>,
    /// The address of the duty that sets the bounds.
    pub duty: Option<String>,
    /// Whether it may still change.
    pub provisional: bool,
    /// Why it is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Reason>,
    /// The declaration.
    pub span: Option<PlaceRange>,
    /// The number of the clause of the duty, for the table.
    #[serde(skip)]
    pub(crate) clause: Option<String>,
    /// The figure as a number, for the lowest and the highest of many.
    #[serde(skip)]
    pub(crate) number: Option<Exact>,
    /// What several of its windows are called.
    #[serde(skip)]
    pub(crate) windows: &'static str,
}

impl MeasureLine {
    /// What a verdict on it is about.
    pub(crate) fn subject(&self) -> String {
        match &self.group {
            Some(group) => group_text(&self.window, group),
            None => self.window.clone(),
        }
    }

    /// What its window is called where there is room for one name: with its group.
    pub(crate) fn place(&self) -> String {
        let window = if self.window == "term" { "the term" } else { &self.window };
        match &self.group {
            Some(group) => format!("{window} {group}"),
            None => window.to_owned(),
        }
    }
}

/// The figures of a statement: of a period, those whose windows overlap it.
pub(super) fn all(material: &Material<'_>) -> Vec<MeasureLine> {
    let overlaps = |(figure, _): &(&Figure, String)| {
        material.period.is_none_or(|(start, end)| figure.window.start < end && start < figure.window.end)
    };
    let ids = figure_ids(material.policy, material.agreement, material.outcome);
    let lines = material.outcome.figures.iter().zip(ids).filter(overlaps);
    lines.filter_map(|(figure, id)| Some(MeasureLine { id: Some(id), ..line(material, figure)? })).collect()
}

pub(super) fn line(material: &Material<'_>, figure: &Figure) -> Option<MeasureLine> {
    let (policy, agreement) = (material.policy, material.agreement);
    let measure = policy.measures.find(figure.measure)?;
    // Of several duties on one measure the first is shown here; all of them stand among the verdicts.
    let judged = figure.judged.first();
    let duty = judged.and_then(|judged| policy.duties.find(judged.duty));
    let targets = judged.map_or(&[][..], |judged| &judged.targets);
    let (known, between, because) = match &figure.value {
        Quantity::Known(value) => (Some(value), None, Vec::new()),
        Quantity::NoData => (None, None, Vec::new()),
        Quantity::Unknown { causes, between } => (None, between.as_ref(), Reason::all(material, causes)),
    };
    Some(MeasureLine {
        id: None,
        name: measure.name.clone(),
        instance: agreement.name.clone(),
        window: figure.window.label(&agreement.zone),
        group: figure.group.as_ref().map(|group| group.to_string()),
        start: material.instant(figure.window.start),
        end: material.instant(figure.window.end),
        value: known.map(|value| exact_value(material, value, measure.unit)),
        text: figure_text(policy, agreement, figure, measure.unit, targets),
        unit: unit_text(policy, agreement, measure.unit),
        numerator: figure.ratio.as_ref().map(|(above, _)| exact_text(above)),
        denominator: figure.ratio.as_ref().map(|(_, below)| exact_text(below)),
        between: between.map(|(low, high)| (exact_text(low), exact_text(high))),
        target: duty.map(|_| targets_text((policy, agreement), targets, measure.unit)),
        verdict: judged.map(|judged| came_to(policy, material.outcome, figure, judged).word()),
        duty: duty.map(|duty| duty.name.clone()),
        provisional: figure.provisional,
        because,
        span: PlaceRange::of(material.sources, measure.span),
        clause: duty.and_then(|duty| policy.clauses.find(duty.clause)).map(|clause| clause.number.clone()),
        number: match known {
            Some(Value::Number(number)) => Some(number.clone()),
            Some(Value::Length(length)) => Some(length.amount.clone()),
            _ => None,
        },
        windows: policy.windows.find(measure.window).map_or("windows", windows_word),
    })
}

/// The bounds of a figure, as they apply to its window.
pub(crate) fn targets_text(
    (policy, agreement): (&Policy, &Agreement),
    targets: &[(Relation, Quantity)],
    unit: ValueType,
) -> String {
    let words = |(relation, target): &(Relation, Quantity)| match target {
        Quantity::Known(value) => target_text(policy, agreement, *relation, value, unit),
        Quantity::NoData | Quantity::Unknown { .. } => format!("{} ?", relation_words(*relation)),
    };
    targets.iter().map(words).collect::<Vec<_>>().join(" and ")
}

/// What a duty to keep a figure has come to in its window: that it is excused because it was suspended stands among the
/// verdicts.
pub(crate) fn came_to(policy: &Policy, outcome: &Outcome, figure: &Figure, judged: &Judged) -> Kind {
    let suspends = |of: &Consequence| matches!(of.effect, Effect::Suspend(_));
    if judged.verdict != Kind::Broken || !policy.consequences.values().any(suspends) {
        return judged.verdict;
    }
    let here = |told: &&Verdict| {
        let window = told.subject.window().is_some_and(|window| window.start == figure.window.start);
        let here = window && told.subject.group() == figure.group.as_ref();
        here && told.duty == judged.duty && told.verdict == Kind::Excused
    };
    outcome.verdicts.iter().find(here).map_or(judged.verdict, |told| told.verdict)
}

/// What several windows are called.
const fn windows_word(spec: &WindowSpec) -> &'static str {
    match spec {
        WindowSpec::Calendar(unit) | WindowSpec::From(unit, _) => match unit {
            WindowUnit::Day => "days",
            WindowUnit::Week => "weeks",
            WindowUnit::Month => "months",
            WindowUnit::Quarter => "quarters",
            WindowUnit::Year => "years",
        },
        WindowSpec::Contract(_) | WindowSpec::Clock(_) | WindowSpec::Term | WindowSpec::Rolling { .. } => {
            "windows"
        }
    }
}

/// A value exactly, for programs.
fn exact_value(material: &Material<'_>, value: &Value, unit: ValueType) -> String {
    let money = |number: &Exact| {
        let digits = material.agreement.currency.digits();
        number
            .finite_places()
            .filter(|places| *places <= digits)
            .map(|_| number.to_decimal_string(digits, servanda_policy::value::Rounding::Down))
    };
    match value {
        Value::Number(number) if unit == ValueType::Money => {
            money(number).unwrap_or_else(|| exact_text(number))
        }
        Value::Number(number) => exact_text(number),
        Value::Length(length) => exact_text(&length.amount),
        other => value_text(material.policy, material.agreement, other, unit),
    }
}

/// A figure for people.
pub(crate) fn figure_text(
    policy: &Policy,
    agreement: &Agreement,
    figure: &Figure,
    unit: ValueType,
    targets: &[(Relation, Quantity)],
) -> String {
    let bounds: Vec<Exact> = targets
        .iter()
        .filter_map(|(_, target)| match target {
            Quantity::Known(Value::Number(number)) => Some(number.clone()),
            _ => None,
        })
        .collect();
    let shown = |number: &Exact| match unit {
        ValueType::Share => share_text_beside(number, &bounds),
        _ => crate::text::quantity_text(policy, agreement, number, unit),
    };
    match &figure.value {
        Quantity::Known(Value::Number(number)) => shown(number),
        Quantity::Known(value) => value_text(policy, agreement, value, unit),
        Quantity::NoData => "no data".to_owned(),
        Quantity::Unknown { between: Some((low, high)), .. } => {
            format!("between {} and {}", shown(low), shown(high))
        }
        Quantity::Unknown { between: None, .. } => "undetermined".to_owned(),
    }
}
