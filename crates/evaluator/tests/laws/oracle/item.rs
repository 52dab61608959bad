//! What is so about an item: asked of its history, for any instant.

use super::World;
use super::calendar::{Pause, merged};
use super::expression::Scope;
use super::silence::CountedAsDone;
use super::value::{Known, Maybe, Ratio};
use compact_str::CompactString;
use servanda_evaluator::outcome::Subject;
use servanda_events::Fact;
use servanda_policy::policy::{
    CaseId, ClauseId, Consequence, Fold, FoldKind, Form, Life, Pattern, Signal, Source,
};
use servanda_policy::time::Instant;

/// One thing that is followed. Facts are named by their place in [`World::facts`].
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub case: CaseId,
    pub key: CompactString,
    pub born: Instant,
    /// From when its time runs.
    pub begins: Instant,
    /// Whether it was closed under its key and begins anew: its time runs from its birth, whatever its fields say.
    pub anew: bool,
    pub opening: Option<usize>,
    pub fields: Vec<Maybe>,
    pub in_scope: bool,
    /// Each doing and undoing that counts: the act, when, whether it was done, and the fact; none where silence did it.
    pub moves: Vec<(u32, Instant, bool, Option<usize>)>,
    /// What has counted as done because of silence.
    pub silences: Vec<CountedAsDone>,
    /// Every fact that would do an act, whether the act was done already or not.
    pub acts: Vec<(u32, usize)>,
    /// The switches of each pair of pauses: when, and whether it pauses.
    pub switches: Vec<(usize, Instant, bool)>,
    /// When it was closed, and opened again.
    pub closings: Vec<(Instant, Option<Instant>)>,
    /// From when on it is over for good, where it was closed and could have come back.
    pub over_from: Option<Instant>,
    /// When it began anew because it was opened again.
    pub restarted: Option<Instant>,
    pub end: Option<Instant>,
    pub ended_by: Option<usize>,
    pub principal: Option<Maybe>,
    /// What was paid and when; none where the amount is unknown.
    pub paid: Vec<(Instant, Option<Ratio>, Option<usize>)>,
    /// The last fact on it.
    pub touched: Instant,
}

impl Item {
    /// From when its time runs, as it was known before an instant.
    pub(super) fn restarted_before(&self, seen_before: Instant) -> Instant {
        self.last_restart(seen_before).unwrap_or(self.begins)
    }

    /// Whether its time has begun anew before an instant.
    fn is_restarted_before(&self, seen_before: Instant) -> bool {
        self.last_restart(seen_before).is_some()
    }

    /// When its time began anew; what has not begun has nothing to begin anew.
    fn last_restart(&self, seen_before: Instant) -> Option<Instant> {
        self.restarted?;
        let again = self.closings.iter().filter_map(|it| it.1);
        again.filter(|again| *again < seen_before && *again >= self.begins).max()
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject::Item { case: self.case, born: self.born, key: self.key.clone() }
    }

    /// When the clocks stand still, as it was known just before an instant; they run again when the item is over.
    pub(crate) fn pauses(&self, seen_before: Instant) -> Vec<Pause> {
        let mut pauses: Vec<Pause> = Vec::new();
        let pairs = self.switches.iter().map(|(pair, ..)| *pair).max().map_or(0, |last| last + 1);
        for pair in 0..pairs {
            let mut since = None;
            // A pause ends when the item is closed, at which it had begun before.
            let switches = self.switches.iter().filter(|it| it.0 == pair).map(|it| (it.1, 0, it.2));
            let mut turns: Vec<_> = switches.chain(self.closings.iter().map(|it| (it.0, 1, false))).collect();
            turns.sort();
            for (at, _, stops) in turns.into_iter().filter(|it| it.0 < seen_before) {
                match (since, stops) {
                    (None, true) => since = Some(at),
                    (Some(start), false) => {
                        pauses.push((start, Some(at)));
                        since = None;
                    }
                    _ => {}
                }
            }
            if let Some(start) = since {
                pauses.push((start, self.end.filter(|end| *end < seen_before)));
            }
        }
        merged(pauses)
    }
}

impl World<'_> {
    /// Whether a fact is of this type and fulfills the condition.
    pub(crate) fn matches(&self, pattern: &Pattern, fact: &Fact) -> bool {
        pattern.event == fact.event
            && pattern.filter.as_ref().is_none_or(|filter| self.value(filter, Scope::fact(fact)).is_true())
    }

    /// Whether something that is in force counts events of its type, or follows from each; figures of versions before
    /// go on in their windows.
    pub(crate) fn is_counted(&self, fact: &Fact) -> bool {
        let now = self.version_at(fact.at);
        let begun =
            |fold: &Fold| self.policy.window_versions[fold.window].is_none_or(|of| of.0 as usize <= now);
        let counts = |fold: &Fold| {
            matches!(&fold.kind, FoldKind::Items { source: Source::Events(event), .. } if *event == fact.event)
                && begun(fold)
        };
        let follows = |it: &Consequence| {
            matches!(&it.on, Signal::ForEvent(pattern) if pattern.event == fact.event)
                && self.is_of_version(it.clause, fact.at)
        };
        self.policy.folds.values().any(counts) || self.policy.consequences.values().any(follows)
    }

    /// Whether something of a surviving clause of the version in force is about the case.
    pub(super) fn survives(&self, case: CaseId, at: Instant) -> bool {
        let survives =
            |clause: ClauseId| self.policy.clauses[clause].survives && self.is_of_version(clause, at);
        let duties = self.policy.duties.values().any(|duty| {
            survives(duty.clause)
                && match &duty.form {
                    Form::Do { case: of, .. }
                    | Form::DoEach { case: of, .. }
                    | Form::MustNot { case: of, .. } => *of == case,
                    Form::Keep { .. } => false,
                }
        });
        let about =
            |it: &Consequence| survives(it.clause) && matches!(it.on, Signal::ForEach(of, _) if of == case);
        duties || self.policy.consequences.values().any(about)
    }

    /// The instant that a field says: of a date, its first.
    pub(crate) fn start_of(&self, field: &Maybe) -> Option<Instant> {
        match field {
            Maybe::Known(Known::Date(date)) => Some(self.zone().start_of(*date)),
            Maybe::Known(Known::Instant(at)) => Some(*at),
            _ => None,
        }
    }

    /// The field from which an item's time runs, where it has one, as it was known before an instant.
    pub(crate) fn dated_beginning(&self, item: &Item, seen_before: Instant) -> Option<Maybe> {
        match &self.policy.cases[item.case].life {
            Life::Begins(begin) if !item.anew && !item.is_restarted_before(seen_before) => {
                begin.at.map(|place| self.item_field(item, place))
            }
            _ => None,
        }
    }

    pub(crate) fn items(&self, case: CaseId) -> Vec<&Item> {
        self.lives.items.get(&case).into_iter().flatten().filter(|item| item.in_scope).collect()
    }

    pub(crate) fn item_field(&self, item: &Item, place: u32) -> Maybe {
        item.fields[place as usize].clone()
    }

    /// Whether an act is done just before an instant; none where it cannot be known.
    pub(crate) fn done(&self, item: &Item, act: u32, seen_before: Instant) -> Option<bool> {
        if self.policy.cases[item.case].debt.as_ref().is_some_and(|debt| debt.paid == act) {
            let known = !matches!(self.unpaid(item, seen_before), Maybe::Unknown(..));
            return match self.paid_at(item) {
                Some(paid) if paid < seen_before => Some(true),
                _ => known.then_some(false),
            };
        }
        Some(item.moves.iter().rev().find(|it| it.0 == act && it.1 < seen_before).is_some_and(|it| it.2))
    }

    /// When an act was done first, and by which fact.
    pub(crate) fn first_done(&self, item: &Item, act: u32) -> Option<(Instant, Option<usize>)> {
        if self.policy.cases[item.case].debt.as_ref().is_some_and(|debt| debt.paid == act) {
            let paid = self.paid_at(item)?;
            return Some((paid, item.paid.iter().rev().find(|it| it.0 == paid).and_then(|it| it.2)));
        }
        if self.policy.cases[item.case].is_taken_back(act) {
            // What has been undone is not done.
            return item.moves.iter().rev().find(|it| it.0 == act).filter(|it| it.2).map(|it| (it.1, it.3));
        }
        item.moves.iter().find(|it| it.0 == act && it.2).map(|it| (it.1, it.3))
    }
}
