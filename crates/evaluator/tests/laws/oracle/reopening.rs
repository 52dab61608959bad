//! What is closed and may be opened again: until when, by what, and what its duties come to.

use super::duty::{Late, decide};
use super::expression::Scope;
use super::lives::{Item, Moment, Role, Use};
use super::value::{Known, Maybe};
use super::{World, after, before, evidence};
use compact_str::CompactString;
use servanda_evaluator::outcome::Verdict;
use servanda_parser::ast::Reopening;
use servanda_policy::policy::{Deadline, From, Reopens, Verdict as Kind};
use servanda_policy::time::Instant;

/// A stretch in which an item is open: from when, until it is closed, until it is opened again.
type Stretch = (Instant, Option<Instant>, Option<Instant>);

impl Item {
    /// Whether it is closed now, and may be opened again.
    pub(super) fn is_closed(&self) -> bool {
        self.closings.last().is_some_and(|closing| closing.1.is_none())
    }

    /// When it was open.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let mut from = self.born;
        let mut stretches: Vec<Stretch> = Vec::new();
        for &(at, again) in &self.closings {
            stretches.push((from, Some(at), again));
            let Some(again) = again else { return stretches };
            from = again;
        }
        stretches.push((from, None, None));
        stretches
    }
}

impl World<'_> {
    /// How the items of a case reopen, where the same item goes on.
    pub(super) fn reopening(&self, item: &Item) -> Option<&Reopens> {
        self.policy.cases[item.case].reopens.as_ref().filter(|it| it.way != Reopening::NewCase)
    }

    /// The first instant at which an item that was closed cannot be opened again.
    fn too_late(&self, item: &Item, closed: Instant) -> Option<Instant> {
        let reopens = self.policy.cases[item.case].reopens.as_ref()?;
        match self.value(&reopens.within, Scope::item(item, closed)) {
            Maybe::Known(Known::Length(kind, amount)) => self.late_of_plain(kind, &amount, closed),
            _ => Some(closed),
        }
    }

    /// The time in which clocks stand still because the item is closed, as it was known just before an instant.
    pub(super) fn closed_times(&self, item: &Item, seen_before: Instant) -> Vec<(Instant, Option<Instant>)> {
        if self.reopening(item).is_none_or(|it| it.way != Reopening::GoesOn) {
            return Vec::new();
        }
        let known = item.closings.iter().filter(|it| it.0 < seen_before);
        let over = item.over_from.filter(|_| item.end.is_some_and(|end| end < seen_before));
        let ends = |again: Option<Instant>| again.filter(|again| *again < seen_before).or(over);
        known.map(|it| (it.0, ends(it.1))).collect()
    }

    /// What a duty on an item that may be opened again comes to, stretch by stretch.
    pub(super) fn judge_reopening(
        &self,
        verdict: &mut Verdict,
        item: &Item,
        act: u32,
        deadline: Option<&Deadline>,
    ) -> bool {
        let case = &self.policy.cases[item.case];
        let silent = self.policy.duties[verdict.duty].silent;
        let undone = case.ends.contains(&servanda_policy::policy::Trigger::Done(act));
        let done_from = |from: Instant| item.moves.iter().find(|it| it.0 == act && it.2 && it.1 >= from);
        let mut behind = Instant::MIN;
        for (number, (from, close, again)) in item.stretches().into_iter().enumerate() {
            let here = |at: Instant| at > behind && close.is_none_or(|close| at <= close);
            let done = item.moves.iter().find(|it| it.0 == act && it.2 && here(it.1));
            let done = done.map(|it| (it.1, it.3));
            let over = close.filter(|_| silent && !undone).map(|close| (close, None));
            let done = done.or(over);
            let seen_before = done.map(|it| it.0).or(close).unwrap_or(self.as_of);
            let late_of =
                |item: &Item, seen_before: Instant| match self.late(deadline, item, seen_before, &[]) {
                    // What would have been late while it was closed is late as soon as it is opened again.
                    Late::At(late) if number > 0 => Late::At(late.max(after(from))),
                    late => late,
                };
            // That it was opened again is known to what is done at that very instant; that it is closed then is not.
            let found = if number > 0 {
                let so_far = Item { closings: item.closings[..number].to_vec(), ..item.clone() };
                late_of(&so_far, seen_before.max(after(from)))
            } else {
                late_of(item, seen_before)
            };
            if let Late::Failed(why) = found {
                decide(verdict, Kind::Indeterminate, self.known_from(item, deadline));
                verdict.because = why.causes();
                self.add_done(verdict, done_from(item.born).map(|it| (it.1, it.3)));
                return true;
            }
            let at = match found {
                Late::At(at) => Some(at),
                _ => None,
            };
            verdict.late_from = at;
            let is_late = |limit: Instant| at.filter(|at| *at <= limit);
            if let Some(late) = is_late(seen_before) {
                decide(verdict, Kind::Broken, before(late));
                self.add_done(verdict, done_from(late).map(|it| (it.1, it.3)));
                return false;
            }
            if let Some((when, by)) = done {
                if !undone {
                    decide(verdict, Kind::Kept, when);
                    self.add_done(verdict, Some((when, by)));
                    return true;
                }
                if again.is_none() {
                    self.add_done(verdict, Some((when, by)));
                    if let Some(end) = item.end {
                        decide(verdict, Kind::Kept, end);
                    }
                    return false;
                }
            } else if let Some(close) = close {
                // Of what is over for good nobody is told any more.
                let limit = again.or(item.end.filter(|_| silent)).unwrap_or(self.as_of);
                let at = match late_of(item, limit) {
                    Late::At(at) => Some(at),
                    _ => None,
                };
                verdict.late_from = at;
                if let Some(late) = at.filter(|at| *at <= limit) {
                    decide(verdict, Kind::Broken, before(late));
                    self.add_done(verdict, done_from(late).map(|it| (it.1, it.3)));
                    return false;
                }
                if again.is_none() {
                    match (item.end, deadline) {
                        (Some(end), _) if silent => decide(verdict, Kind::Kept, end),
                        (Some(end), None) => decide(verdict, Kind::Broken, end),
                        (Some(end), Some(Deadline::Within { from: From::Done(start), .. }))
                            if self.first_done(item, *start).is_none() =>
                        {
                            decide(verdict, Kind::NotApplicable, end);
                        }
                        _ => {}
                    }
                    return false;
                }
                behind = close;
                continue;
            }
            behind = close.unwrap_or(behind);
        }
        false
    }

    /// What a duty comes to that has to be done again and again while its item is open.
    pub(super) fn judge_again(
        &self,
        verdict: &mut Verdict,
        item: &Item,
        act: u32,
        again: &Deadline,
        length: &Maybe,
    ) -> bool {
        let Maybe::Known(Known::Length(kind, amount)) = length else {
            decide(verdict, Kind::Indeterminate, item.born);
            verdict.because = length.causes();
            let first = item.moves.iter().find(|it| it.0 == act && it.2);
            self.add_done(verdict, first.map(|it| (it.1, it.3)));
            return true;
        };
        // The first time it counts as from the beginning, which may be a date.
        let mut first = again.clone();
        if let Deadline::Within { from, .. } = &mut first {
            *from = From::Beginning;
        }
        let (mut within, mut start, mut last) = (&first, item.begins, None);
        let times = item.moves.iter().filter(|it| it.0 == act && it.2).map(|it| Some((it.1, it.3)));
        for done in times.chain([None]) {
            let limit = done.map(|it| it.0).or(item.end).unwrap_or(self.as_of);
            // Its clock runs again with the end of the item.
            let ended = item.end.filter(|_| done.is_none()).map(after);
            let seen_before = ended.unwrap_or(limit);
            let late = self.late_after(within, (*kind, amount), start, item, seen_before, &[]);
            verdict.late_from = late;
            let by = match done {
                Some((at, None)) => item.later_than(act, at),
                None => item.end.map_or(limit, |end| item.later_than(act, end)),
                Some(_) => limit,
            };
            if let Some(late) = late.filter(|late| *late <= by) {
                decide(verdict, Kind::Broken, before(late));
                self.add_done(verdict, done);
                return false;
            }
            if let Some((at, _)) = done {
                (within, start, last) = (again, at, done);
            }
        }
        self.add_done(verdict, last);
        if let Some(end) = item.end {
            decide(verdict, Kind::Kept, end);
        }
        true
    }

    fn add_done(&self, verdict: &mut Verdict, done: Option<(Instant, Option<usize>)>) {
        let Some((at, by)) = done else { return };
        verdict.done_at = Some(at);
        verdict.evidence.extend(by.map(|fact| evidence(&self.facts[fact])));
        verdict.evidence.dedup();
    }
}

impl Moment<'_, '_> {
    /// An item is over; where it may be opened again, it is closed.
    pub(super) fn end_or_close(&self, item: &mut Item) {
        if self.world.reopening(item).is_some() {
            item.closings.push((self.at, None));
        } else {
            item.end = Some(self.at);
        }
    }

    /// What can no longer be opened again by an instant is over for good.
    pub(super) fn too_late_to_reopen(&mut self, at: Instant) {
        let world = self.world;
        for item in self.items().iter_mut().filter(|item| item.end.is_none() && item.is_closed()) {
            let closed = item.closings.last().expect("it is closed").0;
            let too_late = world.too_late(item, closed).filter(|too_late| *too_late <= at);
            // What is over is dated to the last instant at which it could have come back.
            item.end = too_late.map(before);
            item.over_from = too_late;
        }
    }

    /// A new item begins under the key of one that is closed.
    pub(super) fn no_longer_reopens(&mut self, key: &CompactString) {
        let at = self.at;
        for item in self.items().iter_mut().filter(|item| item.key == *key) {
            if item.end.is_none() && item.is_closed() {
                item.end = Some(at);
                item.over_from = Some(at);
            }
        }
    }

    /// Whether what lived last under a key is closed and can be opened again.
    pub(super) fn can_be_reopened(&mut self, key: &CompactString) -> bool {
        let (world, at, reopens) = (self.world, self.at, self.case.reopens.is_some());
        let Some(item) = self.items().iter().rfind(|item| item.key == *key) else { return false };
        match (world.reopening(item), item.end) {
            (Some(_), end) => end.is_none() && item.is_closed(),
            (None, Some(end)) => reopens && world.too_late(item, end).is_none_or(|late| late > at),
            (None, None) => false,
        }
    }

    /// Facts open again what is closed under a key.
    pub(super) fn reopen(&mut self, key: &CompactString, facts: &[(usize, Role)]) -> Option<usize> {
        let by: Vec<usize> = facts.iter().filter(|it| it.1.reopens).map(|it| it.0).collect();
        let (world, at) = (self.world, self.at);
        let greatest =
            |a: &&usize, b: &&usize| super::admission::by_content(&world.facts[**a], &world.facts[**b]);
        let fact = *by.iter().max_by(greatest)?;
        let place = self.items().iter().rposition(|item| item.key == *key)?;
        let mut item = self.items()[place].clone();
        let place = match world.reopening(&item) {
            Some(reopens) => {
                if item.end.is_some() || !item.is_closed() {
                    return None;
                }
                item.closings.last_mut().expect("it is closed").1 = Some(at);
                if reopens.way == Reopening::Restarts {
                    item.restarted = Some(at);
                }
                item.touched = at;
                for act in 0..self.case.acts.len() as u32 {
                    let undone = self.case.is_taken_back(act);
                    if undone && item.moves.iter().rev().find(|it| it.0 == act).is_some_and(|it| it.2) {
                        item.moves.push((act, at, false, Some(fact)));
                    }
                }
                self.items()[place] = item;
                place
            }
            None => {
                self.case.reopens.as_ref()?;
                let closed = item.end?;
                if world.too_late(&item, closed).is_some_and(|too_late| too_late <= at) {
                    return None;
                }
                self.begin_anew(item.key.clone(), item.fields.clone(), fact)
            }
        };
        let usage = if self.items()[place].in_scope { Use::Used } else { Use::OutOfScope };
        for fact in by {
            self.uses[fact].push(usage);
        }
        Some(place)
    }
}
