//! How far figures of windows that go on may still go: until a target is missed or met, until another row of a table.

use super::moves::{Move, MoveUnit};
use super::{Ahead, ForecastAmount, ForecastLine};
use crate::address::figure_ids;
use crate::statement::{ShownDeadline, figure_text, targets_text};
use crate::subject::group_text;
use crate::text::{exact_text, length_text};
use serde::Serialize;
use servanda_evaluator::expression::{Truth, compare, evaluate, holds, row_of};
use servanda_evaluator::outcome::{Figure, Judged, Quantity, Verdict};
use servanda_parser::ast::Relation;
use servanda_policy::policy::{
    Consequence, Effect, Empty, Expr, ExprKind, Form, Length, MeasureId, RowKey, Signal, Verdict as Kind,
};
use servanda_policy::time::Zone;
use servanda_policy::value::{Exact, Rounding};
use std::cmp::Ordering;

/// How many steps are told of one way to go on, and through how many bounds it is followed for them.
const TOLD: usize = 8;
const BOUNDS: usize = 64;

/// Beyond so many units nothing is looked for.
const FAR: i128 = 1 << 62;

/// How much more there may be until something else is said of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastStep {
    /// Of what there is more: `time in outage`, `more post.published`.
    pub of: String,
    /// What it is told in: `seconds`, `count` or the currency's code.
    pub unit: String,
    /// How much more changes nothing of what was said before, exactly.
    pub room: String,
    /// From how much more on it is so, exactly: one unit more than the room.
    pub from: String,
    /// The room for people; of what is counted, from how many on it is so.
    pub text: String,
    /// Whether there is time for so much in the window; none where that cannot be said.
    pub fits: Option<bool>,
    /// What each duty on the figure comes to then.
    pub verdicts: Vec<ForecastVerdict>,
    /// What is owed then.
    pub amounts: Vec<ForecastAmount>,
}

/// What a duty to keep a figure comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastVerdict {
    /// The address of the duty.
    pub duty: String,
    /// The verdict.
    pub verdict: &'static str,
}

/// What is said of a figure: the verdicts on it, the rows of tables that it falls into, and whether the conditions of
/// amounts hold.
type Said = (Vec<Kind>, Vec<Option<usize>>, Vec<bool>);

/// Where a figure lies: whether there is one, and of each bound whether it is below, at or above it. While a figure goes one
/// way, each of these changes one way, so that nothing is passed over between two places at which they are the same.
type Place = (bool, Vec<Ordering>);

/// What a figure is about: its window, or one group in it.
fn of_figure(figure: &Figure, zone: &Zone) -> String {
    let label = figure.window.label(zone);
    figure.group.as_ref().map_or_else(|| label.clone(), |group| group_text(&label, group))
}

/// What depends on a figure.
struct Depends<'a> {
    figure: &'a Figure,
    /// What may be owed: by a breach of which of its duties, or at the end of the window.
    amounts: Vec<(Option<usize>, &'a Consequence)>,
    /// The tables whose key is the figure.
    tables: Vec<&'a Expr>,
    /// What the figure is compared with in the conditions of amounts.
    compared: Vec<&'a Expr>,
    /// The breach at hand and those in a row before it, by the place of the duty.
    runs: Vec<Vec<&'a Verdict>>,
}

impl Ahead<'_> {
    /// How far each figure may go that a target or an amount depends on: told on the line of its open duty, or on one of its
    /// own.
    pub(super) fn figures(&self, lines: &mut Vec<ForecastLine>) {
        let outcome = self.material.outcome;
        let ids = figure_ids(self.material.policy, self.material.agreement, outcome);
        for (figure, id) in outcome.figures.iter().zip(ids).filter(|(figure, _)| figure.provisional) {
            if figure.window.start >= outcome.as_of {
                continue;
            }
            let depends = self.depends(figure);
            if depends.amounts.is_empty() && figure.judged.is_empty() {
                continue;
            }
            let (steps, unclaimed) = match self.steps(&depends) {
                Ok(steps) => (steps, None),
                Err(why) => (Vec::new(), Some(why)),
            };
            let label = of_figure(figure, &self.material.agreement.zone);
            let duties = figure.judged.iter().filter_map(|it| self.material.policy.duties.find(it.duty));
            let names: Vec<&str> = duties.map(|duty| duty.name.as_str()).collect();
            let own = lines.iter_mut().find(|line| {
                line.kind == "target" && line.subject == label && names.contains(&line.sentence.as_str())
            });
            let line = match own {
                Some(line) => line,
                None if depends.amounts.is_empty() => continue,
                None => {
                    lines.push(self.figure_line(figure, id, &depends));
                    let Some(line) = lines.last_mut() else { continue };
                    line
                }
            };
            line.steps = steps;
            line.unclaimed.extend(unclaimed.map(str::to_owned));
        }
    }

    fn depends<'s>(&'s self, figure: &'s Figure) -> Depends<'s> {
        let policy = self.material.policy;
        let mut amounts = Vec::new();
        let mut runs = Vec::new();
        for (place, judged) in figure.judged.iter().enumerate() {
            let Some(duty) = policy.duties.find(judged.duty) else { continue };
            for of in duty.otherwise.iter().filter_map(|id| policy.consequences.find(*id)) {
                if matches!(of.effect, Effect::Entry(_)) {
                    amounts.push((Some(place), of));
                }
            }
            runs.push(self.run(judged, figure));
        }
        let window = policy.measures.find(figure.measure).map(|measure| measure.window);
        for of in policy.consequences.values() {
            let Signal::Each(each) = &of.on else { continue };
            if Some(*each) == window && reads(of, figure.measure) {
                amounts.push((None, of));
            }
        }
        let (mut tables, mut compared) = (Vec::new(), Vec::new());
        for (_, of) in &amounts {
            if let Effect::Entry(rule) = &of.effect {
                collect_tables(&rule.amount, figure.measure, &mut tables);
            }
            if let Some(only) = &of.only {
                collect_compared(only, figure.measure, &mut compared);
            }
        }
        Depends { figure, amounts, tables, compared, runs }
    }

    /// The breaches of a duty in the windows before, one behind the other, and one for the window at hand.
    fn run(&self, judged: &Judged, figure: &Figure) -> Vec<&Verdict> {
        let outcome = self.material.outcome;
        let before = figure.window.index.saturating_sub(1);
        let mut run = outcome.misses_running(self.material.policy, judged.duty, before);
        let own = outcome.verdicts.iter().find(|verdict| {
            verdict.duty == judged.duty
                && verdict.subject.window().is_some_and(|it| it.start == figure.window.start)
                && verdict.subject.group() == figure.group.as_ref()
        });
        run.extend(own);
        run
    }

    /// What is said of a figure of this value.
    fn said(&self, depends: &Depends<'_>, value: &Quantity) -> Option<Said> {
        let measure = self.material.policy.measures.find(depends.figure.measure)?;
        let judged = |judged: &Judged| -> Option<Kind> {
            if *value == Quantity::NoData {
                return Some(match measure.empty {
                    Empty::NoData => Kind::NotApplicable,
                    Empty::Kept => Kind::Kept,
                    Empty::Broken => Kind::Broken,
                });
            }
            let mut kept = true;
            for (relation, target) in &judged.targets {
                match compare(*relation, value, target) {
                    Truth::Yes => {}
                    Truth::No => kept = false,
                    Truth::Unknown(_) => return None,
                }
            }
            Some(if kept { Kind::Kept } else { Kind::Broken })
        };
        let verdicts = depends.figure.judged.iter().map(judged).collect::<Option<Vec<Kind>>>()?;
        let scope = self.scope(depends.figure, value);
        let row = |table: &&Expr| {
            let (ExprKind::Table { rows, .. }, Quantity::Known(key)) = (&table.kind, value) else {
                return None;
            };
            let fitting = row_of(key, rows, &scope)?;
            rows.iter().position(|row| std::ptr::eq(row, fitting))
        };
        let only = depends.amounts.iter().filter_map(|(_, of)| of.only.as_ref());
        let held = only.map(|only| holds(only, &scope) == Truth::Yes);
        Some((verdicts, depends.tables.iter().map(row).collect(), held.collect()))
    }

    fn steps(&self, depends: &Depends<'_>) -> Result<Vec<ForecastStep>, &'static str> {
        let policy = self.material.policy;
        let figure = depends.figure;
        let Some(measure) = policy.measures.find(figure.measure) else { return Ok(Vec::new()) };
        for judged in &figure.judged {
            let form = policy.duties.find(judged.duty).map(|duty| &duty.form);
            let Some(Form::Keep { targets, .. }) = form else { continue };
            let changes =
                |expr: &Expr| expr.any(&|it| matches!(it.kind, ExprKind::Fold(_) | ExprKind::Measure(_)));
            if targets.iter().any(|(_, target)| changes(target)) {
                return Err("the target depends on a figure that may still change");
            }
            if judged.verdict == Kind::NotApplicable && figure.value != Quantity::NoData {
                return Err("the window is not judged");
            }
        }
        let mut steps = Vec::new();
        for of in self.moves(measure, figure)? {
            self.along(depends, &of, &mut steps);
        }
        Ok(steps)
    }

    /// Where a figure of this value lies between all bounds of its targets and tables.
    fn place(&self, depends: &Depends<'_>, value: &Quantity) -> Option<Place> {
        if *value == Quantity::NoData {
            return Some((false, Vec::new()));
        }
        let scope = self.scope(depends.figure, value);
        let targets = depends.figure.judged.iter().flat_map(|judged| &judged.targets);
        let mut bounds: Vec<Quantity> = targets.map(|(_, target)| target.clone()).collect();
        for table in &depends.tables {
            let ExprKind::Table { rows, .. } = &table.kind else { continue };
            for row in rows {
                match &row.key {
                    RowKey::OneOf(values) => bounds.extend(values.iter().map(|it| evaluate(it, &scope))),
                    RowKey::Range(from, to) => {
                        let ends = [from, to].into_iter().flatten();
                        bounds.extend(ends.map(|(bound, _)| evaluate(bound, &scope)));
                    }
                    RowKey::Otherwise => {}
                }
            }
        }
        bounds.extend(depends.compared.iter().map(|bound| evaluate(bound, &scope)));
        // What is not known yet is nothing that a figure could reach now.
        bounds.retain(|bound| matches!(bound, Quantity::Known(_)));
        let lies = |bound: &Quantity| match compare(Relation::Exactly, value, bound) {
            Truth::Yes => Some(Ordering::Equal),
            Truth::Unknown(_) => None,
            Truth::No => match compare(Relation::Below, value, bound) {
                Truth::Yes => Some(Ordering::Less),
                Truth::No => Some(Ordering::Greater),
                Truth::Unknown(_) => None,
            },
        };
        Some((true, bounds.iter().map(lies).collect::<Option<Vec<Ordering>>>()?))
    }

    /// Each number of further units from which on something else is said.
    fn along(&self, depends: &Depends<'_>, of: &Move, steps: &mut Vec<ForecastStep>) {
        let lies = |further: i128| self.place(depends, &of.figure(further));
        let Some(mut known) = self.said(depends, &of.figure(0)) else { return };
        let (mut from, mut told) = (0_i128, 0);
        for _ in 0..BOUNDS {
            let Some(beyond) = first_change(from, of.most.unwrap_or(FAR).min(FAR), lies) else { return };
            let Some(then) = self.said(depends, &of.figure(beyond)) else { return };
            if then != known {
                steps.push(self.step(depends, of, beyond, &then));
                told += 1;
                known = then;
            }
            if told >= TOLD {
                return;
            }
            from = beyond;
        }
    }

    fn step(&self, depends: &Depends<'_>, of: &Move, from: i128, (verdicts, ..): &Said) -> ForecastStep {
        let given = of.figure(from);
        let word = |(judged, verdict): (&Judged, &Kind)| ForecastVerdict {
            duty: self
                .material
                .policy
                .duties
                .find(judged.duty)
                .map_or_else(String::new, |it| it.name.clone()),
            verdict: verdict.word(),
        };
        let arises = |place: &Option<usize>| match place {
            None => true,
            Some(place) => verdicts.get(*place) == Some(&Kind::Broken),
        };
        let amounts = depends.amounts.iter().filter(|(place, _)| arises(place)).filter_map(|(place, of)| {
            let run = place.and_then(|place| depends.runs.get(place)).map_or(&[][..], Vec::as_slice);
            self.amount_with(of, depends.figure, &given, run)
        });
        let room = from.saturating_sub(1);
        let (unit, exact, text) = match of.unit {
            MoveUnit::One => {
                ("count".to_owned(), [Exact::integer(room), Exact::integer(from)], from.to_string())
            }
            MoveUnit::Coin => {
                let currency = self.material.agreement.currency;
                let major = |minor| Exact::ratio(minor, currency.minor_per_major()).unwrap_or(Exact::ZERO);
                let text = major(room).to_decimal_string(currency.digits(), Rounding::Down);
                (
                    currency.code().to_owned(),
                    [major(room), major(from)],
                    format!("{text} {}", currency.code()),
                )
            }
            MoveUnit::Time(kind) => {
                let seconds = |nanos| Exact::ratio(nanos, 1_000_000_000).unwrap_or(Exact::ZERO);
                let text = length_text(self.material.policy, &Length { kind, amount: seconds(room) });
                ("seconds".to_owned(), [seconds(room), seconds(from)], text)
            }
        };
        let [room, exact_from] = exact.map(|number| exact_text(&number));
        ForecastStep {
            of: of.of.clone(),
            unit,
            room,
            from: exact_from,
            text,
            fits: of.most.map(|most| from <= most),
            verdicts: depends.figure.judged.iter().zip(verdicts).map(word).collect(),
            amounts: amounts.collect(),
        }
    }

    /// The line of a figure that no open duty keeps.
    fn figure_line(&self, figure: &Figure, id: String, depends: &Depends<'_>) -> ForecastLine {
        let (policy, agreement) = (self.material.policy, self.material.agreement);
        let measure = policy.measures.find(figure.measure);
        let of = depends.amounts.first().map(|(_, of)| *of);
        let debtor = of.and_then(|of| match &of.effect {
            Effect::Entry(rule) => Some(rule.debtor),
            _ => None,
        });
        let shown = ShownDeadline::at(&agreement.zone, figure.window.end);
        let as_of = self.material.outcome.as_of;
        let judged = figure.judged.first();
        let targets = judged.map_or(&[][..], |judged| &judged.targets);
        let unit = measure.map(|measure| measure.unit);
        let names = (policy, agreement);
        ForecastLine {
            kind: "figure",
            party: debtor.map_or_else(String::new, |party| self.material.party(party).to_owned()),
            id: Some(id),
            clause: of
                .and_then(|of| policy.clauses.find(of.clause))
                .map_or_else(String::new, |clause| clause.number.clone()),
            sentence: of.map_or_else(String::new, |of| of.name.clone()),
            what: measure.map_or_else(String::new, |measure| measure.name.clone()),
            subject: of_figure(figure, &agreement.zone),
            subject_kind: if figure.group.is_some() { "group" } else { "window" }.to_owned(),
            standing: if figure.window.end > as_of { "running" } else { "waiting" },
            until: shown.date.or(shown.moment),
            late_from: Some(self.instant(figure.window.end)),
            left: (figure.window.end > as_of)
                .then(|| self.length(figure.window.end.nanos_since(as_of), None)),
            open_left: None,
            figure: unit.map(|unit| figure_text(policy, agreement, figure, unit, targets)),
            target: judged.zip(unit).map(|(judged, unit)| targets_text(names, &judged.targets, unit)),
            verdict: judged.map(|judged| judged.verdict.word()),
            steps: Vec::new(),
            pays: Vec::new(),
            in_silence: None,
            follows: Vec::new(),
            unclaimed: Vec::new(),
            span: measure.and_then(|measure| self.material.place(measure.span)),
            last: Some(figure.window.end),
        }
    }
}

/// Whether an amount or its condition reads a figure.
fn reads(of: &Consequence, measure: MeasureId) -> bool {
    let Effect::Entry(rule) = &of.effect else { return false };
    let is_it = |part: &Expr| matches!(part.kind, ExprKind::Measure(it) if it == measure);
    rule.amount.any(&is_it) || of.only.as_ref().is_some_and(|only| only.any(&is_it))
}

/// The tables in an expression whose key is a figure.
fn collect_tables<'e>(expr: &'e Expr, measure: MeasureId, found: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Table { on, .. } if matches!(on.kind, ExprKind::Measure(it) if it == measure) => {
            found.push(expr);
        }
        ExprKind::Binary(_, left, right) | ExprKind::Excess(left, right) => {
            collect_tables(left, measure, found);
            collect_tables(right, measure, found);
        }
        ExprKind::Least(parts) => parts.iter().for_each(|part| collect_tables(part, measure, found)),
        _ => {}
    }
}

/// What a figure is compared with in a condition.
fn collect_compared<'e>(expr: &'e Expr, measure: MeasureId, found: &mut Vec<&'e Expr>) {
    let is_it = |expr: &Expr| matches!(expr.kind, ExprKind::Measure(it) if it == measure);
    match &expr.kind {
        ExprKind::Is(_, left, right) if is_it(left) => found.push(right),
        ExprKind::Is(_, left, right) if is_it(right) => found.push(left),
        ExprKind::OneOf(left, list) if is_it(left) => found.extend(list),
        ExprKind::Not(inner) => collect_compared(inner, measure, found),
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().for_each(|part| collect_compared(part, measure, found));
        }
        _ => {}
    }
}

/// The first number behind one from which on a figure lies elsewhere, up to an end; none where it never does, or where it is
/// not known where it lies.
fn first_change(from: i128, end: i128, lies: impl Fn(i128) -> Option<Place>) -> Option<i128> {
    let now = lies(from)?;
    let mut step = 1_i128;
    let beyond = loop {
        let at = from.saturating_add(step).min(end);
        if at <= from {
            return None;
        }
        if lies(at)? != now {
            break at;
        }
        if at >= end {
            return None;
        }
        step = step.saturating_mul(2);
    };
    let (mut same, mut other) = (from, beyond);
    while other - same > 1 {
        let middle = same + (other - same) / 2;
        if lies(middle)? == now {
            same = middle;
        } else {
            other = middle;
        }
    }
    Some(other)
}
