//! The lines of each instance with when they became known, kept to ask what was known at any instant.
//!
//! Only a run that is asked to keep them has an archive; it evaluates one instance at a time.

use super::Loose;
use servanda_evaluator::{Evaluator, Misuse, Outcome};
use servanda_events::{Fact, Line, LineKind};
use servanda_policy::agreement::Agreement;
use servanda_policy::time::Instant;
use servanda_report::{Decided, Trail};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Desk;

/// The lines of all instances.
#[derive(Debug)]
pub(super) struct Archive {
    /// An evaluator of the policy without any instance.
    blank: Evaluator,
    lines: BTreeMap<u32, Vec<Line>>,
    /// Lines of no instance of which it is known when they became known.
    of_none: Vec<Line>,
    /// Whether the log names the instances, so that one that is alone may not stay so.
    is_named_by_log: bool,
    /// What is told of all lines of no instance, where there is one instance alone.
    loose: Option<Loose>,
}

impl Archive {
    pub(super) const fn new(blank: Evaluator, is_named_by_log: bool) -> Self {
        Self { blank, lines: BTreeMap::new(), of_none: Vec::new(), is_named_by_log, loose: None }
    }

    pub(super) fn keep(&mut self, instance: u32, line: Line) {
        self.lines.entry(instance).or_default().push(line);
    }

    /// A line of no instance is one of the only instance, where there is one alone.
    pub(super) fn keep_of_none(&mut self, line: &Line) {
        if line.recorded.is_some() {
            self.of_none.push(line.clone());
        }
    }

    /// An event that no line has told is known when it happened.
    pub(super) fn push(&mut self, instance: u32, fact: Fact) {
        let (number, recorded) = (fact.line, Some(fact.at));
        let kind = LineKind::Admitted { instance, fact };
        self.keep(instance, Line { number, kind, recorded, problems: Vec::new() });
    }

    pub(super) fn keep_loose(&mut self, loose: Loose) {
        self.loose = Some(loose);
    }

    /// What an outcome of an instance was as known on an instant, which is exclusive; without one, as known now.
    /// Lines that were not known then are as if they were not there; neither are those of which that is not known.
    pub(super) fn decided(
        &self,
        of: (u32, &Arc<Agreement>),
        as_of: Instant,
        known_on: Option<Instant>,
    ) -> Result<Decided, Misuse> {
        self.desk(of, known_on).decided(0, as_of)
    }

    /// What stands behind such an outcome.
    pub(super) fn trail(
        &self,
        of: (u32, &Arc<Agreement>),
        as_of: Instant,
        known_on: Option<Instant>,
    ) -> Result<Trail, Misuse> {
        let mut trail = Trail::default();
        self.desk(of, known_on).evaluator.play_again(0, as_of, &mut trail)?;
        Ok(trail)
    }

    /// The outcome of an instance as of an instant, as known now, if nothing happens from an earlier one on.
    pub(super) fn in_silence(
        &self,
        of: (u32, &Arc<Agreement>),
        from: Instant,
        as_of: Instant,
    ) -> Result<Outcome, Misuse> {
        self.desk(of, None).evaluator.in_silence(0, from, as_of)
    }

    /// A desk with the lines of an instance that were known then.
    fn desk(&self, (instance, agreement): (u32, &Arc<Agreement>), known_on: Option<Instant>) -> Desk {
        let mut desk = Desk::of_one(self.blank.clone(), agreement);
        let is_known = |line: &&Line| is_known_on(line, known_on);
        for line in self.lines.get(&instance).into_iter().flatten().filter(is_known) {
            desk.take(of_the_first(line.clone()));
        }
        match (&self.loose, known_on) {
            (Some(loose), None) => desk.note(Some(0), loose.problems.clone(), &loose.counts),
            (None, None) => {}
            (_, Some(_)) if self.was_alone(instance, known_on) => {
                self.of_none.iter().filter(is_known).for_each(|line| desk.take(line.clone()));
                let loose = std::mem::take(&mut desk.loose);
                desk.note(Some(0), loose.problems, &loose.counts);
            }
            (_, Some(_)) => {}
        }
        desk.release();
        desk
    }

    /// Whether no line of another instance was known on an instant: what came later does not change what was told.
    fn was_alone(&self, instance: u32, known_on: Option<Instant>) -> bool {
        let has_known = |lines: &[Line]| lines.iter().any(|line| is_known_on(line, known_on));
        match self.is_named_by_log {
            true => !self.lines.iter().any(|(other, lines)| *other != instance && has_known(lines)),
            false => self.loose.is_some(),
        }
    }
}

/// Whether a line was known on an instant, which is exclusive; without one, it is.
fn is_known_on(line: &Line, known_on: Option<Instant>) -> bool {
    known_on.is_none_or(|known_on| line.recorded.is_some_and(|at| at < known_on))
}

/// The same line of the instance of number 0.
fn of_the_first(mut line: Line) -> Line {
    match &mut line.kind {
        LineKind::Admitted { instance, .. }
        | LineKind::Retraction { instance, .. }
        | LineKind::Decision { instance, .. } => *instance = 0,
        LineKind::NotAdmitted { instance, .. } => *instance = Some(0),
        LineKind::Ignored | LineKind::OutOfScope | LineKind::NotKnown | LineKind::Blank => {}
    }
    line
}

impl Desk {
    /// A desk of one instance, before any line.
    fn of_one(mut evaluator: Evaluator, agreement: &Arc<Agreement>) -> Self {
        evaluator.add(Arc::clone(agreement));
        Self {
            evaluator,
            agreements: vec![Arc::clone(agreement)],
            named: 1,
            latest: vec![None],
            template: None,
            docket: super::Docket::default(),
            archive: None,
            loose: Loose::default(),
            unknown: 0,
        }
    }

    /// The outcome of an instance with what its parties have decided.
    pub(super) fn decided(&self, instance: u32, as_of: Instant) -> Result<Decided, Misuse> {
        let outcome = self.evaluator.outcome(instance, as_of)?;
        let Some(agreement) = self.agreements.get(instance as usize) else {
            return Ok(Decided::nothing(outcome));
        };
        Ok(super::docket::decided(&self.evaluator, (instance, agreement), outcome))
    }
}
