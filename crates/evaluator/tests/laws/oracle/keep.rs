//! Duties to keep a figure: judged when it is final, or as soon as nothing can change the answer.

use super::duty::{Judged, decide, pending};
use super::expression::Scope;
use super::fold::asks_later;
use super::value::{Known, Maybe, whole};
use super::{World, after, group_subject};
use servanda_evaluator::outcome::Verdict;
use servanda_parser::ast::Relation;
use servanda_policy::policy::{
    CalendarId, CountedAt, DutyId, Effect, Empty, Expr, ExprKind, FieldType, Fold, FoldKind, Form, ItemFold,
    Measure, MeasureId, Partial, Running, Signal, Source, ValueType, Verdict as Kind,
};
use servanda_policy::time::{Date, Instant, Window, WindowSpec};

impl<'p> World<'p> {
    /// Judges all figures. A figure may ask what became of the one before it, or of one of another version, and so
    /// come back to its own duty, about an earlier instant: then that is guessed, at first that nothing is decided,
    /// until the guess is what comes out. What happens at an instant is right as soon as all before it is.
    pub(super) fn judge_figures(&self) {
        // Each round settles one more window at least; what goes on for longer goes round in a circle.
        for _ in 0..1_000 {
            self.asked.assigned.borrow_mut().clear();
            self.asked.kept.borrow_mut().clear();
            self.asked.figures.borrow_mut().clear();
            self.asked.guessed.set(false);
            for id in self.policy.duties.ids() {
                if matches!(self.policy.duties[id].form, Form::Keep { .. }) {
                    self.verdicts(id);
                }
            }
            let kept = self.asked.kept.borrow().clone();
            if !self.asked.guessed.get() || *self.asked.guess.borrow() == kept {
                return;
            }
            self.asked.guess.replace(kept);
        }
        panic!("the figures go round in a circle, and nothing settles them");
    }

    pub(super) fn keep(
        &self,
        id: DutyId,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
    ) -> Vec<Judged<'_>> {
        let known = self.asked.kept.borrow().get(&id).cloned();
        let known = known.unwrap_or_else(|| {
            if !self.asked.busy.borrow_mut().insert(id) {
                self.asked.guessed.set(true);
                return self.asked.guess.borrow().get(&id).cloned().unwrap_or_default();
            }
            let kept = self.judge_all(id, measure, targets);
            self.asked.busy.borrow_mut().remove(&id);
            self.asked.kept.borrow_mut().insert(id, kept.clone());
            kept
        });
        let judged =
            |(verdict, window, by_fact)| Judged { verdict, item: None, window: Some(window), by_fact };
        known.into_iter().map(judged).collect()
    }

    fn judge_all(
        &self,
        id: DutyId,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
    ) -> Vec<(Verdict, Window, bool)> {
        let declared = &self.policy.measures[measure];
        let mut judged = Vec::new();
        for window in self.windows(declared.window, self.as_of) {
            for group in self.groups(declared.window, &window, self.as_of) {
                let subject = group_subject(declared.window, &window, group.as_ref());
                let mut verdict = pending(id, subject);
                let waits = self.owes_by_figures(id);
                let early = self.for_group(group.as_ref(), || {
                    self.judge_keep(&mut verdict, measure, targets, &window, waits)
                });
                let (window, by_fact) = early.unwrap_or((window, false));
                self.excuse(&mut verdict, &window);
                judged.push((verdict, window, by_fact));
            }
        }
        judged
    }

    /// Whether an amount behind a breach reads figures: then only the end of the window tells how much it is.
    fn owes_by_figures(&self, id: DutyId) -> bool {
        self.policy.consequences.values().any(|it| match (&it.on, &it.effect) {
            (Signal::Broken(duty) | Signal::Running(Running { duty, .. }), Effect::Entry(entry)) => {
                let mut parts = vec![&entry.amount];
                parts.extend(entry.at_least.iter().chain(&entry.nothing_below));
                parts.extend(entry.caps.iter().map(|cap| &self.policy.caps[*cap].limit));
                *duty == id && parts.into_iter().any(reads_figures)
            }
            _ => false,
        })
    }

    /// The window as it was known when it was decided early, if it was, and whether a fact decided it.
    fn judge_keep(
        &self,
        verdict: &mut Verdict,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
        window: &Window,
        waits: bool,
    ) -> Option<(Window, bool)> {
        let declared = &self.policy.measures[measure];
        let rolls = self.policy.windows[declared.window].count() > 1;
        if let (ExprKind::Fold(fold), None, false) = (&declared.value.kind, &declared.needing, rolls)
            && !waits
            && let Some(direction) = self.direction(&self.policy.folds[*fold])
            && !targets.iter().any(|(_, target)| reads_figures(target))
        {
            let fold = &self.policy.folds[*fold];
            let changes = self.changes(fold, window).into_iter();
            // What happens at an instant comes before what ends with it, which knows what has happened.
            for (at, by_fact) in changes.flat_map(|at| [(at, true), (at, false)]) {
                let known = if by_fact { at } else { after(at) };
                let window = &self.window_known(declared.window, window, known);
                if !self.is_judged(verdict.duty, window) {
                    continue;
                }
                let before = self.figure(measure, window, at).value;
                let after = self.figure(measure, window, after(at)).value;
                let by_facts = self.by_facts_at(fold, at, &before, after.clone());
                let (before, value) = if by_fact { (before, by_facts) } else { (by_facts, after) };
                if before == value {
                    continue;
                }
                if let Some(kind) = self.decided_for_good(&value, direction, declared, targets, window) {
                    decide(verdict, kind, at);
                    let group = self.group_in(declared.window);
                    verdict.subject = group_subject(declared.window, window, group.as_ref());
                    return Some((*window, by_fact));
                }
            }
        }
        let figure = self.figure(measure, window, self.as_of);
        if figure.final_at >= self.as_of {
            return None;
        }
        let (kind, holds) = self.as_it_stands(measure, targets, window, &figure.value, verdict.duty);
        verdict.because = holds.causes();
        decide(verdict, kind, figure.final_at);
        None
    }

    /// Whether a duty looks at a window: not at one that is cut, if so said, nor at one that begins while it is closed.
    fn is_judged(&self, duty: DutyId, window: &Window) -> bool {
        let Form::Keep { measure, during, .. } = &self.policy.duties[duty].form else {
            panic!("a duty to keep")
        };
        let left_out = self.policy.measures[*measure].partial == Partial::LeftOut && window.is_partial();
        let is_open = |calendar: CalendarId| {
            let hours = self.hours(calendar).open_within(window.start, Instant(window.start.0 + 1));
            !hours.is_empty()
        };
        !left_out && during.is_none_or(is_open)
    }

    /// What a value of a measure comes to.
    pub(crate) fn as_it_stands(
        &self,
        measure: MeasureId,
        targets: &[(Relation, Expr)],
        window: &Window,
        value: &Maybe,
        duty: DutyId,
    ) -> (Kind, Maybe) {
        let declared = &self.policy.measures[measure];
        let silent = self.policy.duties[duty].silent;
        if !self.is_judged(duty, window) {
            return (Kind::NotApplicable, Maybe::NoData);
        }
        let mut holds = Maybe::bool(true);
        for (relation, target) in targets {
            let target = self.target(target, declared.partial, declared.unit, window, self.as_of);
            let one = self.compare(*relation, value, &target);
            holds = match (&holds, &one) {
                (known, _) if known.is_false() => holds,
                (_, one) if one.is_false() => one.clone(),
                (known, _) if !known.is_true() => holds,
                _ => one,
            };
        }
        let empty = if silent { Empty::NoData } else { declared.empty };
        let kind = match (&holds, empty) {
            (Maybe::NoData, Empty::Kept) => Kind::Kept,
            (Maybe::NoData, Empty::Broken) => Kind::Broken,
            (Maybe::NoData, Empty::NoData) => Kind::NotApplicable,
            (holds, _) if holds.is_true() => Kind::Kept,
            (holds, _) if holds.is_false() => Kind::Broken,
            _ => Kind::Indeterminate,
        };
        (kind, holds)
    }

    /// A target, of a window that the term cuts shrunk where the measure says so.
    pub(crate) fn target(
        &self,
        target: &Expr,
        partial: Partial,
        unit: ValueType,
        window: &Window,
        seen_before: Instant,
    ) -> Maybe {
        let value = self.value(target, Scope::window(window, seen_before));
        let shrinks =
            matches!(unit, ValueType::Count | ValueType::Number | ValueType::Money | ValueType::Length(_));
        if partial != Partial::Prorated || !window.is_partial() || !shrinks {
            return value;
        }
        let dates = |from: Date, to: Date| whole(i128::from(to.days_since(from)) + 1);
        let nanos = |from: Instant, until: Instant| whole(i128::from(until.0 - from.0));
        let share = match window.spec {
            WindowSpec::Clock(_) => {
                nanos(window.start, window.end) / nanos(window.full_start, window.full_end)
            }
            _ => dates(window.first_date, window.last_date) / dates(window.full_first, window.full_last),
        };
        match value {
            Maybe::Known(Known::Number(it)) => Maybe::number(it * share),
            Maybe::Known(Known::Length(kind, it)) => Maybe::Known(Known::Length(kind, it * share)),
            other => other,
        }
    }

    /// The instants of a window at which something may join a fold.
    fn changes(&self, fold: &Fold, window: &Window) -> Vec<Instant> {
        let FoldKind::Items { source, .. } = &fold.kind else { return Vec::new() };
        let mut changes: Vec<Instant> = match source {
            Source::Breaches(duties) => duties
                .iter()
                .flat_map(|duty| self.verdicts(*duty))
                .filter(|judged| judged.verdict.verdict == Kind::Broken)
                .flat_map(|judged| [judged.verdict.at, judged.item.map(|item| item.born)])
                .flatten()
                .collect(),
            Source::Events(_) | Source::Cases(_) => self.facts.iter().map(|fact| fact.at).collect(),
        };
        changes.retain(|at| window.contains(*at));
        changes.sort();
        changes.dedup();
        changes
    }

    /// What a figure comes to by the facts of an instant alone, without the breaches that are found when it is over.
    fn by_facts_at(&self, fold: &Fold, at: Instant, before: &Maybe, after: Maybe) -> Maybe {
        let FoldKind::Items { source: Source::Breaches(duties), .. } = &fold.kind else { return after };
        let breaches = duties.iter().flat_map(|duty| self.verdicts(*duty));
        let by_fact = breaches.filter(|judged| {
            let decided = judged.verdict.at.filter(|_| judged.verdict.verdict == Kind::Broken);
            let overdue = judged.item.filter(|item| decided.is_some_and(|decided| decided < item.born));
            overdue.map_or(decided.filter(|_| judged.by_fact), |item| Some(item.born)) == Some(at)
        });
        let all = match (before.as_number(), after.as_number()) {
            (Some(before), Some(after)) => after - before,
            _ => return after,
        };
        let facts = whole(by_fact.count() as i128).min(all);
        before.as_number().map_or(after, |before| Maybe::number(before + facts))
    }

    /// What targets come to whatever else happens: a figure that grows can only go on growing.
    fn decided_for_good(
        &self,
        value: &Maybe,
        direction: Direction,
        declared: &Measure,
        targets: &[(Relation, Expr)],
        window: &Window,
    ) -> Option<Kind> {
        let mut all_safe = true;
        for (relation, target) in targets {
            let target = self.target(target, declared.partial, declared.unit, window, self.as_of);
            let is = |relation| self.compare(relation, value, &target);
            let (upper, beyond) = match direction {
                Direction::Up => ([Relation::AtMost, Relation::Below], Relation::Above),
                Direction::Down => ([Relation::AtLeast, Relation::Above], Relation::Below),
            };
            if *relation == Relation::Exactly {
                if is(beyond).is_true() {
                    return Some(Kind::Broken);
                }
                all_safe = false;
            } else if upper.contains(relation) {
                if is(*relation).is_false() {
                    return Some(Kind::Broken);
                }
                all_safe = false;
            } else {
                all_safe &= is(*relation).is_true();
            }
        }
        all_safe.then_some(Kind::Kept)
    }

    /// Whether a figure can only grow, or only fall, while its window goes on.
    fn direction(&self, fold: &Fold) -> Option<Direction> {
        let FoldKind::Items { source, filter, counted_at, of, .. } = &fold.kind else { return None };
        let settled = filter.as_ref().is_none_or(|filter| !asks_later(filter));
        let counts = |place: u32| match source {
            Source::Events(event) => self.policy.events[*event].fields[place as usize].ty == FieldType::Count,
            Source::Cases(case) => self.policy.cases[*case].fields[place as usize].ty == ValueType::Count,
            Source::Breaches(_) => false,
        };
        let direction = match of {
            ItemFold::Count | ItemFold::Highest(_) => Direction::Up,
            ItemFold::Distinct(_) if !matches!(source, Source::Breaches(_)) => Direction::Up,
            ItemFold::Lowest(_) => Direction::Down,
            ItemFold::Sum(Expr { kind: ExprKind::Field(place) | ExprKind::FactField(place), .. })
                if counts(*place) =>
            {
                Direction::Up
            }
            _ => return None,
        };
        let at_once = match source {
            Source::Events(_) => true,
            Source::Cases(_) => *counted_at == CountedAt::Beginning,
            Source::Breaches(_) => *counted_at == CountedAt::Decision,
        };
        (settled && at_once).then_some(direction)
    }
}

/// Where a figure goes.
#[derive(Debug, Clone, Copy)]
enum Direction {
    Up,
    Down,
}

/// Whether an expression reads other figures, which are known only at the end.
fn reads_figures(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Measure(_) | ExprKind::Fold(_) => true,
        ExprKind::Binary(_, a, b) | ExprKind::Excess(a, b) | ExprKind::Growth(a, b) => {
            reads_figures(a) || reads_figures(b)
        }
        ExprKind::Table { on, rows } => reads_figures(on) || rows.iter().any(|row| reads_figures(&row.value)),
        ExprKind::Least(parts) => parts.iter().any(reads_figures),
        ExprKind::Bands { on, rows } => reads_figures(on) || rows.iter().any(|row| reads_figures(&row.value)),
        _ => false,
    }
}
