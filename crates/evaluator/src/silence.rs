//! Acts that count as done because nobody has said otherwise in time.
//!
//! A duty that binds nobody is broken by the silence. What then counts as done is done when all deadlines of the instant
//! have passed, so that it fulfills none of them, and is dated like them: to the last instant of the time that there was.

use crate::duty::subject_of;
use crate::outcome::{Notice, Sink};
use crate::play::Play;
use crate::state::{BoundKind, Item};
use servanda_policy::policy::{CaseId, ConsequenceId, Silence};

/// An act that is about to count as done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silent {
    case: CaseId,
    slot: u32,
    birth: u64,
    silence: Silence,
    consequence: ConsequenceId,
}

impl<S: Sink> Play<'_, S> {
    /// The time is over in which somebody could have said otherwise.
    pub(crate) fn is_silent(
        &mut self,
        case: CaseId,
        slot: u32,
        item: &Item,
        silence: Silence,
        consequence: ConsequenceId,
    ) {
        self.silent.push(Silent { case, slot, birth: item.birth, silence, consequence });
    }

    /// Deadlines of this instant have passed in silence: what counts as done is done, as it is dated.
    pub(crate) fn silence_at_deadlines(&mut self) {
        if self.silent.is_empty() {
            return;
        }
        let (now, stamp) = (self.now, self.stamp);
        self.moment(stamp, stamp);
        self.count_as_done();
        self.end_suspensions();
        self.moment(now, stamp);
        if !self.plan.standing.is_empty() {
            // What was owed may be over with its item.
            self.arm(now, BoundKind::Standing);
        }
    }

    /// What counts as done is done now, where its item is not over and it has not been done.
    pub(crate) fn count_as_done(&mut self) {
        for silent in std::mem::take(&mut self.silent) {
            let Silent { case, slot, birth, silence, consequence } = silent;
            self.with_item(case, slot, birth, |play, item| {
                let done = item.acts.get(silence.act as usize).is_none_or(|act| act.done);
                if item.over || done {
                    return;
                }
                let (subject, at) = (subject_of(case, item), play.stamp);
                play.sink.notice(Notice { consequence, to: silence.by, subject, at, arose: None });
                play.act(case, slot, item, silence.act, true, None);
                if play.plan.cases[case].ending_acts.contains(&silence.act) {
                    play.end_or_close(case, slot, item, None);
                }
            });
        }
    }
}
