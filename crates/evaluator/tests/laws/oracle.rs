//! A second evaluator, naive on purpose: it answers every question by scanning all events again.
//!
//! It is written from the meaning of the language alone and shares with the machine only the data types: the
//! checked policy, facts, outcomes, dates, instants and zones. Numbers are `BigRational`, open hours are walked
//! date by date, windows too. It is slow, and it does not care.
//!
//! What a reader of it should know: every decision has an instant at which it is stamped, and a question "as of
//! T" is answered by what is stamped before T. So one replay of the events before `as_of` is enough, and the
//! verdict at an earlier instant is the verdict of now if it was stamped before, and pending if not.

mod accrual;
mod admission;
mod calendar;
mod claim;
mod consequence;
mod counted;
mod debt;
mod delay;
mod duty;
mod ending;
mod expression;
mod fees;
mod figure;
mod fold;
mod groups;
mod hours;
mod item;
mod keep;
mod lives;
mod named;
mod pot;
mod reopening;
mod run;
mod silence;
mod standing;
mod stretches;
mod suspension;
mod value;
mod window;

pub(crate) use admission::Line;

use admission::Admitted;
use calendar::Hours;
use compact_str::CompactString;
use lives::Lives;
use servanda_diagnostics::Code;
use servanda_evaluator::outcome::{Evidence, Outcome, Subject, Verdict};
use servanda_events::{Fact, Place, Problem};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CalendarId, ClauseId, DutyId, Effect, Form, MeasureId, Policy, WindowId};
use servanda_policy::time::{Instant, Window, Zone};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that an answer is computed from.
pub(crate) struct World<'a> {
    policy: &'a Policy,
    /// With the end that it has come to have.
    agreement: &'a Agreement,
    /// As it was agreed on.
    agreed: &'a Agreement,
    ends: ending::Ends,
    as_of: Instant,
    /// What accrues is asked for as if it stopped with a payment at this instant.
    paying: Option<Instant>,
    /// Whether it is only asked what is owed at an instant.
    then: bool,
    /// The facts of the term before `as_of`, by instant, then content, then id.
    facts: Vec<Fact>,
    lives: Lives,
    /// What credits pay which debts, and when; none of those whose amount is not known.
    credited: Vec<debt::Credited>,
    /// What has been asked before about duties in windows: the answer is the same each time.
    asked: Asked,
}

/// A verdict on a figure in a window, and whether a fact decided it.
type Kept = (Verdict, Window, bool);

/// A figure: its measure, the start of its window, before which instant it is seen, and of which value of a field.
type OfFigure = (MeasureId, Instant, Instant, Option<CompactString>);

/// Answers that are always the same.
#[derive(Default)]
struct Asked {
    assigned: RefCell<BTreeMap<DutyId, Vec<duty::Assigned>>>,
    kept: RefCell<BTreeMap<DutyId, Vec<Kept>>>,
    /// Figures, by the start of their window and the instant before which they are seen.
    figures: RefCell<BTreeMap<OfFigure, figure::Figured>>,
    /// Of which value of a field something is asked, where there is a figure for each.
    group: RefCell<Option<CompactString>>,
    /// What somebody has suspended.
    suspended: RefCell<Option<suspension::AllSuspended>>,
    /// What is judged at the moment.
    busy: RefCell<BTreeSet<DutyId>>,
    /// What came out the last time, for what asks about itself.
    guess: RefCell<BTreeMap<DutyId, Vec<Kept>>>,
    /// Whether something has asked about itself.
    guessed: Cell<bool>,
}

/// The outcome of one instance.
pub(crate) fn evaluate(policy: &Policy, agreement: &Agreement, lines: &[Line], as_of: Instant) -> Outcome {
    let Admitted { facts, mut problems, mut input } = admission::admit(policy, agreement, lines, as_of);
    let ends = ending::ends(policy, agreement, &facts, as_of);
    let ended = ends.ended(agreement);
    let world = World::of(policy, agreement, &ended, facts, as_of, ends);
    problems.extend(world.ends.problems.clone());
    for ruling in world.lives.rulings.clone() {
        ruling.count(&mut input);
    }
    problems.extend(world.lives.problems.clone());
    problems.extend(world.suspensions().problems);
    problems.sort_by(|a, b| (a.at, a.code, &a.event, a.place).cmp(&(b.at, b.code, &b.event, b.place)));
    let mut outcome = Outcome::new(agreement.name.as_str(), as_of);
    outcome.input = input;
    for problem in &problems {
        *outcome.problem_counts.entry(problem.code).or_default() += 1;
    }
    outcome.problems = problems.into_iter().take(Outcome::PROBLEMS_MAX).collect();
    outcome.verdicts = policy
        .duties
        .iter()
        .filter(|(_, duty)| !duty.silent)
        .flat_map(|(id, _)| world.verdicts(id))
        .map(|it| it.verdict)
        .collect();
    outcome.verdicts.sort_by(|a, b| (a.duty, &a.subject).cmp(&(b.duty, &b.subject)));
    outcome.figures = world.figures();
    let following = world.consequences();
    (outcome.entries, outcome.notices) = (following.entries, following.notices);
    outcome.claims = following.claims;
    outcome.notices.extend(world.titles());
    outcome.notices.sort_by(|a, b| {
        (a.at, a.consequence, &a.subject, a.arose).cmp(&(b.at, b.consequence, &b.subject, b.arose))
    });
    outcome
}

/// The instants at which something was decided about an act, or will be late.
pub(crate) fn decisions(
    policy: &Policy,
    agreement: &Agreement,
    lines: &[Line],
    as_of: Instant,
) -> Vec<Instant> {
    let Admitted { facts, .. } = admission::admit(policy, agreement, lines, as_of);
    let ends = ending::ends(policy, agreement, &facts, as_of);
    let ended = ends.ended(agreement);
    let world = World::of(policy, agreement, &ended, facts, as_of, ends);
    let acts = policy.duties.iter().filter(|(_, duty)| !matches!(duty.form, Form::Keep { .. }));
    acts.flat_map(|(duty, _)| world.verdicts(duty))
        .flat_map(|judged| [judged.verdict.at, judged.verdict.late_from])
        .flatten()
        .collect()
}

impl<'a> World<'a> {
    /// What is so with these facts and ends.
    fn of(
        policy: &'a Policy,
        agreed: &'a Agreement,
        agreement: &'a Agreement,
        facts: Vec<Fact>,
        as_of: Instant,
        ends: ending::Ends,
    ) -> Self {
        Self::alive(policy, (agreed, agreement), facts, as_of, ends, false)
    }

    /// The same, or where it is only asked what is owed then.
    fn alive(
        policy: &'a Policy,
        (agreed, agreement): (&'a Agreement, &'a Agreement),
        facts: Vec<Fact>,
        as_of: Instant,
        ends: ending::Ends,
        then: bool,
    ) -> Self {
        let (lives, asked) = (Lives::default(), Asked::default());
        let mut world = World {
            policy,
            agreement,
            agreed,
            ends,
            as_of,
            paying: None,
            then,
            facts,
            lives,
            credited: Vec::new(),
            asked,
        };
        world.live();
        world
    }

    /// Replays the lives of all items. What an act settles may depend on them: on a breach from which a duty arises; so
    /// that what becomes of each fact is known the second time. What credits pay follows from lives in which they have
    /// paid: until it is what was paid.
    fn live(&mut self) {
        // What counts as done by silence may depend on what is suspended, and that on what is late.
        let suspends = self.policy.consequences.values().any(|it| matches!(it.effect, Effect::Suspend(_)));
        loop {
            for _ in 0..if suspends { 4 } else { 2 } {
                self.lives = lives::replay(self);
                self.asked = Asked::default();
                self.judge_figures();
            }
            let credited = self.credited();
            if credited == self.credited {
                return;
            }
            self.credited = credited;
        }
    }

    fn zone(&self) -> &Zone {
        &self.agreement.zone
    }

    fn hours(&self, calendar: CalendarId) -> Hours<'_> {
        let declared = &self.policy.calendars[calendar];
        let zone = match &declared.zone {
            Some(name) => Zone::named(name).expect("the checker knows the zone"),
            None => self.agreement.zone.clone(),
        };
        Hours { spec: &declared.spec, zone }
    }

    /// The windows that have begun before an instant: each belongs to the version in force at its start.
    fn windows(&self, window: WindowId, before: Instant) -> Vec<Window> {
        let of = self.policy.window_versions[window];
        let mut windows = window::walk(self.policy.windows[window], self.agreement, self.agreed.end, before);
        windows.retain(|it| of.is_none_or(|of| of.0 as usize == self.version_at(it.start)));
        windows
    }

    /// The version in force at an instant: the last one that is in force by then.
    fn version_at(&self, at: Instant) -> usize {
        let starts = &self.agreement.versions;
        (0..starts.len()).rev().find(|version| starts[*version] <= at).unwrap_or(0)
    }

    /// Whether a clause makes something new of what begins at an instant: it is one of the version in force then, and
    /// the term goes on or the clause survives it.
    fn in_force(&self, clause: ClauseId, at: Instant) -> bool {
        self.is_of_version(clause, at)
            && (self.agreement.end.is_none_or(|end| at < end) || self.policy.clauses[clause].survives)
    }

    fn is_of_version(&self, clause: ClauseId, at: Instant) -> bool {
        self.policy.clauses[clause].version.0 as usize == self.version_at(at)
    }
}

/// The same window as a subject, of a value of a field where there is a figure for each.
fn group_subject(id: WindowId, window: &Window, group: Option<&CompactString>) -> Subject {
    match (window_subject(id, window), group) {
        (Subject::Window(span), Some(group)) => Subject::Group(span, group.clone()),
        (subject, _) => subject,
    }
}

/// The same window as a subject.
fn window_subject(id: WindowId, window: &Window) -> Subject {
    Subject::Window(servanda_evaluator::outcome::Span {
        start: window.start,
        end: window.end,
        window: id,
        index: window.index,
    })
}

fn evidence(fact: &Fact) -> Evidence {
    Evidence { id: fact.id.clone(), event: fact.event, at: fact.at, line: fact.line }
}

fn problem(code: Code, fact: &Fact) -> Problem {
    Problem {
        code,
        message: String::new(),
        place: Place { line: fact.line, column: 0 },
        at: Some(fact.at),
        event: fact.id.clone(),
        wanted_by: None,
    }
}

/// The last instant before this one.
fn before(at: Instant) -> Instant {
    Instant(at.0 - 1)
}

/// The first instant after this one.
fn after(at: Instant) -> Instant {
    Instant(at.0 + 1)
}
