//! What counts as done because nobody has said otherwise in time.

use super::before;
use super::lives::{Item, Moment};
use servanda_policy::policy::{ConsequenceId, Effect, Signal, Trigger, Verdict as Kind};
use servanda_policy::time::Instant;

/// An act that has counted as done.
#[derive(Debug, Clone)]
pub(crate) struct CountedAsDone {
    pub consequence: ConsequenceId,
    pub act: u32,
    pub at: Instant,
    /// The deadline that had passed: what was due by then is late all the same.
    pub late: Instant,
}

impl Item {
    /// The instant by which what was done at another is late: what counts as done, or is over, because a
    /// deadline has passed is so behind that deadline.
    pub(crate) fn later_than(&self, act: u32, done: Instant) -> Instant {
        let ended = self.end == Some(done);
        let silence = self.silences.iter().find(|it| it.at == done && (it.act == act || ended));
        silence.map_or(done, |it| it.late.max(done))
    }
}

impl Moment<'_, '_> {
    /// What counts as done until an instant because nobody has said otherwise: of what has begun before it.
    pub(super) fn silent_until(&mut self, until: Instant) {
        for place in 0..self.items().len() {
            let mut item = self.items()[place].clone();
            for (late, silence, act) in self.silences(&item) {
                if late <= until && item.born < late {
                    let counted = CountedAsDone { consequence: silence, act, at: before(late), late };
                    self.count_as_done(&mut item, counted);
                }
            }
            self.items()[place] = item;
        }
    }

    /// What counts as done as soon as it begins: the time was over before.
    pub(super) fn silent_at_once(&mut self) {
        for place in 0..self.items().len() {
            let mut item = self.items()[place].clone();
            if item.born == self.at {
                for (late, silence, act) in self.silences(&item) {
                    if late <= self.at {
                        let counted = CountedAsDone { consequence: silence, act, at: self.at, late };
                        self.count_as_done(&mut item, counted);
                    }
                }
            }
            self.items()[place] = item;
        }
    }

    fn count_as_done(&self, item: &mut Item, counted: CountedAsDone) {
        let CountedAsDone { act, at, .. } = counted;
        // What was done before, also if it was taken back since, is not done by silence.
        let done = item.moves.iter().any(|it| it.0 == act && it.2);
        // It counts once.
        let counted_before = item.silences.iter().any(|it| it.consequence == counted.consequence);
        if item.end.is_some() || done || counted_before {
            return;
        }
        item.moves.push((act, at, true, None));
        item.silences.push(counted);
        if self.case.ends.iter().any(|end| matches!(end, Trigger::Done(of) if *of == act)) {
            item.end = Some(at);
        }
    }

    /// From when on it is too late to say otherwise, in this order, with the acts that count as done then.
    fn silences(&self, item: &Item) -> Vec<(Instant, ConsequenceId, u32)> {
        if !item.in_scope || item.end.is_some() {
            return Vec::new();
        }
        let mut silences = Vec::new();
        for (id, consequence) in self.world.policy.consequences.iter() {
            let (Effect::CountsAs(silence), Signal::Broken(duty)) = (&consequence.effect, &consequence.on)
            else {
                continue;
            };
            let judged = self.world.on_item(*duty, item).map(|judged| judged.verdict);
            let broken = judged.filter(|verdict| verdict.verdict == Kind::Broken);
            if let Some(late) = broken.and_then(|verdict| verdict.late_from) {
                silences.push((late, *duty, id, silence.act));
            }
        }
        silences.sort();
        silences.into_iter().map(|(late, _, id, act)| (late, id, act)).collect()
    }
}
