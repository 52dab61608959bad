//! Windows begin and end; at their end figures become final, duties to keep them are judged, and what is due at
//! each end is asked for.

use crate::behind::Behind;
use crate::environment::{InWindow, Standing};
use crate::expression::{Truth, compare, evaluate, holds, unite};
use crate::gather::{figure, lengthen, rolling};
use crate::group::Group;
use crate::outcome::{Cause, Figure, Judged, Quantity, Sink, Span, Subject, Verdict};
use crate::plan::Plan;
use crate::play::Play;
use crate::shape::{number_of, shaped};
use crate::state::{Bound, BoundKind, Gathered, OpenWindow, Settled, WindowDuty, put_window};
use compact_str::CompactString;
use servanda_parser::ast::Relation;
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    CalendarId, ConsequenceId, DutyId, Effect, Empty, ExprKind, FoldId, FoldKind, Form, ItemFold, MeasureId,
    Operation, Partial, Step, Value, ValueType, Verdict as Kind, WindowId,
};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;

impl<S: Sink> Play<'_, S> {
    pub(crate) fn term_begins(&mut self) {
        self.state.begun = true;
        for (id, windows) in self.policy.windows.ids().zip(&self.agreement.windows) {
            match windows.first() {
                Some(first) if first.start <= self.now => self.begin(id, first),
                // The first window of a later version.
                Some(first) => {
                    self.arm(first.start, BoundKind::WindowBegins { window: id, index: first.index });
                }
                None => {}
            }
        }
        if let Some(end) = self.agreement.end {
            self.arm(end, BoundKind::TermOver);
        }
        if !self.plan.standing.is_empty() {
            // A later version may ask for something that holds already.
            let (agreement, now) = (self.agreement, self.now);
            for start in agreement.versions.iter().filter(|start| **start > now) {
                self.arm(*start, BoundKind::Standing);
            }
        }
    }

    pub(crate) fn window_begins(&mut self, id: WindowId, index: i32) {
        let windows = self.agreement.windows.get(id.index());
        if let Some(window) = windows.and_then(|windows| windows.window(index)) {
            self.begin(id, window);
        }
    }

    fn begin(&mut self, id: WindowId, window: Window) {
        let opened_ahead = self.state.windows[id].iter().any(|open| open.window.index == window.index);
        if !opened_ahead {
            let open = OpenWindow::new(self.plan, id, window);
            put_window(&mut self.state.windows[id], open);
        }
        self.groups_alive(id, window.index);
        self.arm(window.end, BoundKind::WindowOver { window: id, index: window.index });
        let plan = self.plan;
        for duty in &plan.windows[id].windowed {
            let Form::DoEach { by, rise: None, .. } = &self.policy.duties[*duty].form else { continue };
            let late_from =
                crate::clock::point_late_from(self.agreement, by, Some(&window)).unwrap_or(window.end);
            let instance = WindowDuty { window, late_from, verdict: Kind::Pending, at: None };
            self.state.windowed.entry(*duty).or_default().push_back(instance);
            self.arm(late_from, BoundKind::WindowLate { duty: *duty, index: window.index });
        }
    }

    pub(crate) fn window_over(&mut self, id: WindowId, index: i32) {
        let (plan, agreement, now) = (self.plan, self.agreement, self.now);
        let state = &mut *self.state;
        let (leaves, of_groups, windows) = (&state.leaves, &*state.seldom.group_leaves, &mut state.windows);
        let Some(open) = windows[id].iter_mut().rev().find(|open| open.window.index == index) else { return };
        let of = open.window;
        let mut go_on = |folds: &mut [Gathered], group: Option<&CompactString>| {
            for (fold, gathered) in plan.windows[id].folds.iter().zip(folds) {
                let Gathered::Time(lengths) = gathered else { continue };
                let counts = crate::group::leaves(leaves, of_groups, *fold, group);
                let time = lengthen(plan, agreement, &counts, *fold, lengths, now);
                if let (Some(time), true) = (time, self.sink.wants_behind()) {
                    let group = group.cloned();
                    self.sink.behind(Behind::Elapsed { fold: *fold, window: of, group, time });
                }
            }
        };
        if plan.grouping(id).is_none() {
            go_on(&mut open.folds, None);
        } else if !open.groups.is_empty() {
            open.groups.iter_mut().for_each(|(name, cells)| go_on(&mut cells.folds, Some(name)));
        }
        open.over = true;
        let next = agreement.windows.get(id.index()).and_then(|windows| windows.next(&open.window));
        if let Some(next) = next {
            self.arm(next.start, BoundKind::WindowBegins { window: id, index: next.index });
        }
        self.closing.push((id, index));
    }

    /// Settles the windows that have ended at this instant, together: a figure may read breaches that another of
    /// them brings.
    pub(crate) fn settle_closing(&mut self) {
        let closing = std::mem::take(&mut self.closing);
        self.settle_windows(&closing);
    }

    /// Makes final what can be of a window that is over, and lets the window go when all of it is.
    ///
    /// Only the group is looked at that is concerned; all of them where its own cannot be read.
    pub(crate) fn settle_window(&mut self, id: WindowId, index: i32, group: &Group) {
        // A window that is being closed is settled with the others of its instant.
        if !self.closing.contains(&(id, index)) {
            let before = std::mem::replace(&mut self.concerned, group.name().cloned());
            self.settle_windows(&[(id, index)]);
            self.concerned = before;
        }
    }

    /// With the windows behind them that have waited for their figures, and those behind these.
    fn settle_windows(&mut self, ended: &[(WindowId, i32)]) {
        let mut ended = ended.to_vec();
        while !ended.is_empty() {
            self.with_those_behind(&mut ended);
            self.settle_together(&ended);
            ended = ended.iter().flat_map(|(id, index)| self.waits_for(*id, *index)).collect();
        }
    }

    fn settle_together(&mut self, ended: &[(WindowId, i32)]) {
        let policy = self.policy;
        for step in &policy.order {
            let (measure, duty) = match step {
                Step::Measure(measure) => (*measure, None),
                Step::Duty(duty) => match &policy.duties[*duty].form {
                    Form::Keep { measure, .. } => (*measure, Some(*duty)),
                    _ => continue,
                },
            };
            for (id, index) in ended.iter().filter(|(id, _)| *id == policy.measures[measure].window) {
                self.with_ended(*id, *index, |play, open| {
                    play.each_group(*id, open, |play, open| match duty {
                        None => play.settle_measure(measure, open),
                        Some(duty) if is_final(play.plan, open, measure) => play.judge(duty, measure, open),
                        Some(_) => {}
                    });
                });
            }
            // A breach may raise a duty that is late at once, or decide one whose window goes on: figures that come later in
            // the order count these.
            self.late_when_raised();
            self.crossings();
        }
        for (id, index) in ended {
            let plan = self.plan;
            let mut all_final = false;
            self.with_ended(*id, *index, |play, open| {
                all_final = play.let_go_of_groups(*id, open).unwrap_or_else(|| {
                    plan.windows[*id].measures.iter().all(|measure| is_final(plan, open, *measure))
                });
                // What is due waits only for the figures that it reads itself.
                play.weigh(*id, open);
            });
            if all_final {
                if self.policy.windows[*id].count() == 1 {
                    self.state.windows[*id].retain(|open| open.window.index != *index);
                } else {
                    self.let_go_of_rolling(*id);
                }
                self.let_go_of_previous(*id, *index);
            }
        }
    }

    /// What was known of the window before one that is settled: nothing reads it any more.
    fn let_go_of_previous(&mut self, id: WindowId, index: i32) {
        if self.state.seldom.more.previous.is_empty() {
            return;
        }
        let before = index.saturating_sub(1);
        for measure in &self.plan.windows[id].measures {
            for same in &self.plan.same_measures[*measure] {
                if let Some(known) = self.state.seldom.more.previous.get_mut(same) {
                    known.remove(&before);
                }
            }
        }
        self.state.seldom.more.previous.retain(|_, known| !known.is_empty());
    }

    /// The windows behind one that has been settled, which are over and may have waited for its figures.
    fn waits_for(&self, id: WindowId, index: i32) -> Vec<(WindowId, i32)> {
        let of = &self.plan.windows[id].measures;
        let remembered = of.iter().filter(|measure| self.plan.remembered[**measure]);
        let same = remembered.flat_map(|measure| &self.plan.same_measures[*measure]);
        let mut windows: Vec<WindowId> = same.map(|measure| self.policy.measures[*measure].window).collect();
        windows.sort_unstable();
        windows.dedup();
        let next = index.saturating_add(1);
        let over = |id: &WindowId| {
            let list = &self.state.windows[*id];
            list.iter().any(|open| open.window.index == next && open.over)
        };
        windows.into_iter().filter(over).map(|id| (id, next)).collect()
    }

    /// Does something to a window that is over, taken out of the state for as long.
    fn with_ended(&mut self, id: WindowId, index: i32, act: impl FnOnce(&mut Self, &mut OpenWindow)) {
        let list = &mut self.state.windows[id];
        let place = list.iter().rposition(|open| open.window.index == index && open.over);
        let Some(mut open) = place.and_then(|place| list.remove(place)) else { return };
        let before = self.settling.replace((id, index));
        act(self, &mut open);
        self.settling = before;
        put_window(&mut self.state.windows[id], open);
    }

    /// Duties that have been raised at this instant and were due before it.
    fn late_when_raised(&mut self) {
        let is_late =
            |bound: &Bound, now| bound.at == now && matches!(bound.kind, BoundKind::WindowLate { .. });
        while self.state.agenda.first().is_some_and(|bound| is_late(bound, self.now)) {
            let Some(bound) = self.state.agenda.pop_first() else { return };
            self.fire(bound.kind);
        }
    }

    fn settle_measure(&mut self, measure: MeasureId, open: &mut OpenWindow) {
        let place = self.plan.measure_places[measure];
        let settled = open.figures.get(place).is_some_and(Option::is_some);
        if settled || !self.can_be_final(open, measure) {
            return;
        }
        let figure = figure_of(&self.in_window(open), measure, false);
        if self.sink.wants_behind() {
            let folds = crate::behind::folds_of(&self.in_window(open), measure);
            folds.into_iter().for_each(|told| self.sink.behind(told));
        }
        if self.plan.remembered[measure] {
            let known = self.state.seldom.more.previous.entry(measure).or_default();
            known.insert(open.window.index, figure.value.clone());
        }
        if let Some(place) = open.figures.get_mut(place) {
            *place = Some(Box::new(Settled { value: figure.value.clone() }));
        }
        self.sink.figure(figure);
    }

    pub(crate) fn in_window<'w>(&'w self, open: &'w OpenWindow) -> InWindow<'w> {
        // What is settled reads figures that are final; only an amount for an early breach may read others.
        static NONE: Standing = Standing::new();
        InWindow {
            agreement: self.agreement,
            plan: self.plan,
            open,
            state: self.state,
            at: self.now,
            standing: &NONE,
        }
    }

    /// Judges a duty to keep a measure whose figure is final.
    fn judge(&mut self, duty: DutyId, measure: MeasureId, open: &mut OpenWindow) {
        let place = self.plan.duty_places[duty];
        if open.keeps.get(place).is_none_or(Option::is_some) {
            return;
        }
        let (verdict, because) = judgement(&self.in_window(open), duty, measure);
        self.decide_keep(duty, open, verdict, because);
    }

    fn decide_keep(&mut self, duty: DutyId, open: &mut OpenWindow, verdict: Kind, because: Vec<Cause>) {
        let place = self.plan.duty_places[duty];
        let (verdict, excusing) = match verdict {
            Kind::Broken => self.unless_suspended(duty, &open.window),
            verdict => (verdict, Vec::new()),
        };
        if let Some(place) = open.keeps.get_mut(place) {
            *place = Some(verdict);
        }
        let Form::Keep { measure, .. } = &self.policy.duties[duty].form else { return };
        let window = self.policy.measures[*measure].window;
        let subject = subject_in(window, open);
        if verdict == Kind::Broken {
            self.raise(duty, open.window);
        }
        if self.policy.duties[duty].silent {
            return;
        }
        self.sink.verdict(Verdict {
            duty,
            subject: subject.clone(),
            verdict,
            at: Some(self.stamp),
            late_from: None,
            done_at: None,
            because,
            evidence: excusing,
        });
        if verdict == Kind::Broken {
            self.gather_breach(duty, Some(open));
            self.broken_window(duty, subject, open);
        }
        self.counts_window(duty, &open.window, verdict, Some(open));
    }

    /// What has joined folds at this instant, all of it, may decide duties to keep figures that only grow.
    pub(crate) fn crossings(&mut self) {
        // What is decided may bring breaches, which are counted in turn.
        while !self.grown.is_empty() {
            let mut grown = std::mem::take(&mut self.grown);
            grown.sort_unstable();
            grown.dedup();
            for (fold, at, group) in grown {
                self.crossing(fold, at, group.as_ref());
            }
        }
    }

    fn crossing(&mut self, fold: FoldId, at: Instant, group: Option<&CompactString>) {
        let plan = self.plan;
        let window = self.policy.folds[fold].window;
        for duty in &plan.crossed[fold] {
            let list = &self.state.windows[window];
            let Some(slot) = list.iter().position(|open| open.window.contains(at) && !open.over) else {
                continue;
            };
            if group.is_none() && list.get(slot).is_none_or(|open| self.crossed(*duty, fold, open).is_none())
            {
                continue;
            }
            let Some(mut open) = self.state.windows[window].remove(slot) else { continue };
            let before = self.settling.replace((window, open.window.index));
            self.one_group(&mut open, group, |play, open| {
                if let Some(verdict) = play.crossed(*duty, fold, open) {
                    play.decide_keep(*duty, open, verdict, Vec::new());
                }
            });
            self.settling = before;
            put_window(&mut self.state.windows[window], open);
        }
    }

    /// The verdict on a duty to keep a figure that only grows, or only falls, if it is open and decided for good.
    fn crossed(&self, duty: DutyId, fold: FoldId, open: &OpenWindow) -> Option<Kind> {
        let Form::Keep { measure, targets, .. } = &self.policy.duties[duty].form else { return None };
        let undecided = open.keeps.get(self.plan.duty_places[duty]).is_some_and(Option::is_none);
        if !undecided || !is_judged(self.plan, self.agreement, duty, &open.window) {
            return None;
        }
        let env = self.in_window(open);
        let figure = match figure(&env, fold).0 {
            Quantity::Known(value) => Quantity::Known(value),
            Quantity::Unknown { between: Some((low, _)), .. } => Quantity::Known(Value::Number(low)),
            Quantity::Unknown { .. } | Quantity::NoData => return None,
        };
        let falls = matches!(self.policy.folds[fold].kind, FoldKind::Items { of: ItemFold::Lowest(_), .. });
        // With each target: whether nothing can fulfill it any more, and whether nothing can break it.
        let mut safe = true;
        for (relation, target) in targets {
            let target = prorated(&env, *measure, evaluate(target, &env));
            let is = |relation| compare(relation, &figure, &target) == Truth::Yes;
            let holds = is(*relation);
            let known = matches!(target, Quantity::Known(_));
            let lost = match (relation, falls) {
                (Relation::AtMost | Relation::Below, false) | (Relation::AtLeast | Relation::Above, true) => {
                    known && !holds
                }
                (Relation::Exactly, false) => is(Relation::Above),
                (Relation::Exactly, true) => is(Relation::Below),
                _ => false,
            };
            if lost {
                return Some(Kind::Broken);
            }
            safe &= match (relation, falls) {
                (Relation::AtLeast | Relation::Above, false) | (Relation::AtMost | Relation::Below, true) => {
                    holds
                }
                _ => false,
            };
        }
        safe.then_some(Kind::Kept)
    }

    /// What is asked for at the end of each window, once the figures that it reads are final; it waits for no other.
    fn weigh(&mut self, id: WindowId, open: &mut OpenWindow) {
        let plan = self.plan;
        for (place, consequence) in plan.windows[id].consequences.iter().enumerate() {
            if !self.reads_final(*consequence, open) {
                continue;
            }
            match open.weighed.get_mut(place) {
                Some(weighed) if !*weighed => *weighed = true,
                _ => continue,
            }
            let holds_now = {
                let env = self.in_window(open);
                self.policy.consequences[*consequence]
                    .only
                    .as_ref()
                    .map_or(Truth::Yes, |only| holds(only, &env))
            };
            self.arises_in_window(*consequence, holds_now, subject_in(id, open), open);
        }
    }
}

impl<S: Sink> Play<'_, S> {
    /// Whether every figure that a consequence reads is final.
    fn reads_final(&self, consequence: ConsequenceId, open: &OpenWindow) -> bool {
        let of = &self.policy.consequences[consequence];
        let read = match &of.effect {
            Effect::Entry(entry) => {
                [Some(&entry.amount), entry.at_least.as_ref(), entry.nothing_below.as_ref()]
            }
            Effect::Accrue(_)
            | Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => [None, None, None],
        };
        let open_figure = |kind: &ExprKind| match kind {
            ExprKind::Measure(measure) => !is_final(self.plan, open, *measure),
            ExprKind::Previous(measure, _) => self.previous_is_open(open, *measure),
            _ => false,
        };
        !of.only.iter().chain(read.into_iter().flatten()).any(|expr| crate::plan::find(expr, &open_figure))
    }
}

/// The window as the subject of a verdict or an entry.
pub(crate) fn subject_of(id: WindowId, window: &Window) -> Subject {
    Subject::Window(Span { start: window.start, end: window.end, window: id, index: window.index })
}

/// The window as the subject of what is said of it: where it is one group's, with the group.
pub(crate) fn subject_in(id: WindowId, open: &OpenWindow) -> Subject {
    match (subject_of(id, &open.window), open.name()) {
        (Subject::Window(span), Some(name)) => Subject::Group(span, name.clone()),
        (subject, _) => subject,
    }
}

pub(crate) fn is_final(plan: &Plan, open: &OpenWindow, measure: MeasureId) -> bool {
    open.figures.get(plan.measure_places[measure]).is_some_and(Option::is_some)
}

impl<S: Sink> Play<'_, S> {
    /// Whether nothing can change the figure of a measure in a window that is over.
    fn can_be_final(&self, open: &OpenWindow, measure: MeasureId) -> bool {
        let plan = self.plan;
        !crate::plan::find(&plan.policy.measures[measure].value, &|kind| match kind {
            ExprKind::Fold(fold) => match open.folds.get(plan.fold_places[*fold]) {
                Some(Gathered::Items(tally)) => {
                    rolling::counted(plan, self.state, *fold, open, tally).waiting > 0
                }
                _ => false,
            },
            ExprKind::Measure(other) => !is_final(plan, open, *other),
            ExprKind::Previous(other, _) => self.previous_is_open(open, *other),
            _ => false,
        })
    }

    /// Whether the figure of a measure in the window before one may still change.
    fn previous_is_open(&self, open: &OpenWindow, measure: MeasureId) -> bool {
        let before = open.window.index.saturating_sub(1);
        self.plan.same_measures[measure].iter().any(|measure| {
            let list = &self.state.windows[self.policy.measures[*measure].window];
            list.iter().any(|open| open.window.index == before && !is_final(self.plan, open, *measure))
        })
    }
}

/// The figure of a measure as it stands.
pub(crate) fn figure_of(env: &InWindow<'_>, measure: MeasureId, provisional: bool) -> Figure {
    let of = &env.plan.policy.measures[measure];
    let (value, ratio) = match &of.value.kind {
        ExprKind::Fold(fold) => figure(env, *fold),
        ExprKind::Binary(Operation::Divide, part, all) => {
            let ratio = number_of(&evaluate(part, env)).zip(number_of(&evaluate(all, env)));
            (evaluate(&of.value, env), ratio)
        }
        _ => (evaluate(&of.value, env), None),
    };
    let value = shaped(env, measure, value);
    let judged = env.plan.measure_keeps[measure].iter().map(|duty| judged(env, *duty, measure)).collect();
    let (window, group) = (env.open.window, env.open.name().cloned());
    Figure { measure, window, group, value, ratio, provisional, judged }
}

fn judged(env: &InWindow<'_>, duty: DutyId, measure: MeasureId) -> Judged {
    let targets = match &env.plan.policy.duties[duty].form {
        Form::Keep { targets, .. } => targets
            .iter()
            .map(|(relation, target)| (*relation, prorated(env, measure, evaluate(target, env))))
            .collect(),
        _ => Vec::new(),
    };
    Judged { duty, verdict: judgement(env, duty, measure).0, targets }
}

/// Whether a duty to keep a figure judges a window at all.
fn is_judged(plan: &Plan, agreement: &Agreement, duty: DutyId, window: &Window) -> bool {
    let Form::Keep { measure, during, .. } = &plan.policy.duties[duty].form else { return false };
    let left_out = plan.policy.measures[*measure].partial == Partial::LeftOut && window.is_partial();
    let is_open = |calendar: CalendarId| {
        crate::clock::calendar_of(agreement, calendar).is_some_and(|it| it.is_open(window.start))
    };
    !left_out && during.is_none_or(is_open)
}

/// The verdict on a figure as it stands, and why it is indeterminate.
pub(crate) fn judgement(env: &InWindow<'_>, duty: DutyId, measure: MeasureId) -> (Kind, Vec<Cause>) {
    use crate::expression::Environment;
    let Form::Keep { targets, .. } = &env.plan.policy.duties[duty].form else {
        return (Kind::NotApplicable, Vec::new());
    };
    let of = &env.plan.policy.measures[measure];
    if !is_judged(env.plan, env.agreement, duty, &env.open.window) {
        return (Kind::NotApplicable, Vec::new());
    }
    let figure = env.measure(measure);
    if figure == Quantity::NoData {
        return match of.empty {
            // That there is nothing lets nothing arise.
            _ if env.plan.policy.duties[duty].silent => (Kind::NotApplicable, Vec::new()),
            Empty::NoData => (Kind::NotApplicable, Vec::new()),
            Empty::Kept => (Kind::Kept, Vec::new()),
            Empty::Broken => (Kind::Broken, Vec::new()),
        };
    }
    let mut causes = Vec::new();
    let mut known = true;
    for (relation, target) in targets {
        let target = prorated(env, measure, evaluate(target, env));
        if target == Quantity::NoData {
            return (Kind::NotApplicable, Vec::new());
        }
        match compare(*relation, &figure, &target) {
            Truth::Yes => {}
            Truth::No => return (Kind::Broken, Vec::new()),
            Truth::Unknown(more) => {
                causes = unite(causes, more);
                known = false;
            }
        }
    }
    if known { (Kind::Kept, Vec::new()) } else { (Kind::Indeterminate, causes) }
}

/// A target as it applies to a window that the term cuts.
pub(crate) fn prorated(env: &InWindow<'_>, measure: MeasureId, target: Quantity) -> Quantity {
    let of = &env.plan.policy.measures[measure];
    let shrinks =
        matches!(of.unit, ValueType::Count | ValueType::Number | ValueType::Money | ValueType::Length(_));
    if of.partial != Partial::Prorated || !env.open.window.is_partial() || !shrinks {
        return target;
    }
    let share: Exact = env.open.window.share_of_full();
    match target {
        Quantity::Known(Value::Number(number)) => Quantity::Known(Value::Number(&number * &share)),
        Quantity::Known(Value::Length(length)) => {
            Quantity::Known(Value::Length(servanda_policy::policy::Length {
                kind: length.kind,
                amount: &length.amount * &share,
            }))
        }
        other => other,
    }
}
