//! Which parts of a policy its scenarios show: each duty kept and broken, each consequence, each limit that takes
//! something, each row of a table that a figure chooses.
//!
//! A part is shown where it happens in the outcome of a scenario, whether or not the scenario expects it.

use crate::Compiled;
use crate::scenario::{ScenarioResult, run};
use serde::Serialize;
use servanda_diagnostics::Span;
use servanda_evaluator::expression::{Environment, evaluate, row_of};
use servanda_evaluator::outcome::{Entry, Outcome, Quantity, Subject};
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    CapId, ConsequenceId, DutyId, Effect, Expr, ExprKind, MeasureId, ParamId, Policy, Row, Signal, Value,
    Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the scenarios of a policy show of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Every part that can be shown, in the order of the text.
    pub parts: Vec<CoveredPart>,
}

/// A part of a policy, and how often it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoveredPart {
    /// The address of the sentence: `3.1(a)`.
    pub address: String,
    /// What of it: `kept`, `broken`, `late_fee`, `tell lead`, `at most 10 EUR per calendar month`, `from 95% to below 99%`.
    pub part: String,
    /// In how many scenarios it happens.
    pub scenarios: usize,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

impl Coverage {
    /// How many parts are shown by one scenario or more.
    pub fn shown(&self) -> usize {
        self.parts.iter().filter(|part| part.scenarios > 0).count()
    }
}

/// What can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Duty(DutyId, bool),
    Consequence(ConsequenceId),
    Row(ConsequenceId, usize),
    Cap(CapId),
}

/// The parts of a policy, and which of them each thing that can happen shows.
struct Parts {
    list: Vec<CoveredPart>,
    places: BTreeMap<Part, usize>,
}

/// Runs every scenario of a policy, in the order of the text, and tells what they show of it.
pub fn scenarios_with_coverage(compiled: &Compiled) -> (Vec<ScenarioResult>, Coverage) {
    let policy = compiled.policy();
    let Parts { list: mut parts, places } = parts(compiled);
    let results = policy.scenarios.iter().map(|scenario| {
        let mut shown = BTreeSet::new();
        let result = run(compiled, scenario, &mut |params, outcome| {
            let happens = happens(policy, params, outcome).into_iter();
            shown.extend(happens.filter_map(|part| places.get(&part).copied()));
        });
        for place in shown {
            if let Some(part) = parts.get_mut(place) {
                part.scenarios += 1;
            }
        }
        result
    });
    let results = results.collect();
    parts.sort_by_key(|part| part.span);
    (results, Coverage { parts })
}

/// Everything that can be shown. What an amendment leaves as it was is one part in all versions.
fn parts(compiled: &Compiled) -> Parts {
    let policy = compiled.policy();
    let words = |span: Span| compiled.sources().text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = Parts { list: Vec::new(), places: BTreeMap::new() };
    for (id, duty) in policy.duties.iter() {
        let address = address(policy, id);
        for (kept, said) in [(true, "kept"), (false, "broken")] {
            parts.add(Part::Duty(id, kept), &address, said.to_owned(), duty.core_span);
        }
    }
    for (id, consequence) in policy.consequences.iter() {
        let address = match &consequence.on {
            Signal::Broken(duty) => address(policy, *duty),
            Signal::Each(_) | Signal::ForEach(..) | Signal::ForEvent(_) => consequence.name.clone(),
        };
        let (said, caps) = match &consequence.effect {
            Effect::Entry(entry) => (policy.kinds[entry.kind].clone(), entry.caps.as_slice()),
            Effect::Accrue(accrual) => (policy.kinds[accrual.kind].clone(), accrual.caps.as_slice()),
            Effect::Tell(party) => (format!("tell {}", policy.parties[*party].name), &[][..]),
        };
        parts.add(Part::Consequence(id), &address, said, consequence.span);
        for (at, row) in rows(policy, id).into_iter().flat_map(|(_, rows)| rows).enumerate() {
            let said = words(row.span);
            let said = said.split_once(':').map_or(said.as_str(), |(key, _)| key).to_owned();
            parts.add(Part::Row(id, at), &address, said, row.span);
        }
        for cap in caps {
            let span = policy.caps[*cap].span;
            parts.add(Part::Cap(*cap), &address, words(span), span);
        }
    }
    parts
}

/// The address of a duty, with its party where the sentence binds several.
fn address(policy: &Policy, id: DutyId) -> String {
    let duty = &policy.duties[id];
    let same = |other: &&servanda_policy::policy::Duty| other.span == duty.span;
    let parties: BTreeSet<_> = policy.duties.values().filter(same).map(|other| other.debtor).collect();
    match parties.len() {
        0 | 1 => duty.name.clone(),
        _ => format!("{} {}", duty.name, policy.parties[duty.debtor].name),
    }
}

impl Parts {
    fn add(&mut self, part: Part, address: &str, said: String, span: Span) {
        let same = |known: &CoveredPart| known.span == span && known.part == said && known.address == address;
        let place = self.list.iter().position(same).unwrap_or_else(|| {
            self.list.push(CoveredPart { address: address.to_owned(), part: said, scenarios: 0, span });
            self.list.len() - 1
        });
        self.places.insert(part, place);
    }
}

/// The table that a figure chooses a row of for the amount of a consequence, if it has one.
fn rows(policy: &Policy, id: ConsequenceId) -> Option<(&Expr, &[Row])> {
    let consequence = &policy.consequences[id];
    let figures = match &consequence.on {
        Signal::Broken(duty) => {
            matches!(policy.duties[*duty].form, servanda_policy::policy::Form::Keep { .. })
        }
        Signal::Each(_) => true,
        Signal::ForEach(..) | Signal::ForEvent(_) => false,
    };
    let Effect::Entry(entry) = &consequence.effect else { return None };
    match &entry.amount.kind {
        ExprKind::Table { on, rows } if figures => Some((on, rows)),
        _ => None,
    }
}

/// What happens in an outcome.
fn happens(policy: &Policy, params: &[Value], outcome: &Outcome) -> Vec<Part> {
    let mut parts = Vec::new();
    for verdict in &outcome.verdicts {
        match verdict.verdict {
            Verdict::Kept => parts.push(Part::Duty(verdict.duty, true)),
            Verdict::Broken => parts.push(Part::Duty(verdict.duty, false)),
            Verdict::Pending | Verdict::Excused | Verdict::NotApplicable | Verdict::Indeterminate => {}
        }
    }
    for entry in &outcome.entries {
        if entry.gross != Some(0) {
            parts.push(Part::Consequence(entry.consequence));
        }
        parts.extend(entry.capped_by.map(Part::Cap));
        parts.extend(row(policy, params, outcome, entry).map(|at| Part::Row(entry.consequence, at)));
    }
    parts.extend(outcome.notices.iter().map(|notice| Part::Consequence(notice.consequence)));
    parts
}

/// The row that an entry's amount was taken from.
fn row(policy: &Policy, params: &[Value], outcome: &Outcome, entry: &Entry) -> Option<usize> {
    let (on, rows) = rows(policy, entry.consequence)?;
    let figures = Figures { params, outcome, subject: &entry.subject };
    let Quantity::Known(key) = evaluate(on, &figures) else { return None };
    let row = row_of(&key, rows, &figures)?;
    rows.iter().position(|other| std::ptr::eq(other, row))
}

/// The figures of the window that an entry is about.
struct Figures<'o> {
    params: &'o [Value],
    outcome: &'o Outcome,
    subject: &'o Subject,
}

impl Environment for Figures<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        self.params.get(param.index()).map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        let Subject::Window(window) = self.subject else { return Quantity::NoData };
        let mut figures = self.outcome.figures.iter();
        let figure = figures.find(|it| it.measure == measure && it.window.index == window.index);
        figure.map_or(Quantity::NoData, |figure| figure.value.clone())
    }
}
