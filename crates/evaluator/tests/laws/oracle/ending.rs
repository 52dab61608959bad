//! How an agreement comes to end earlier: who uses a right, and which end was known when.

use super::admission::by_content;
use super::fold::duty_in;
use super::lives::Item;
use super::window::walk;
use super::{World, after, before, evidence, problem};
use servanda_diagnostics::Code;
use servanda_evaluator::outcome::{Notice, Subject};
use servanda_events::{Fact, FieldValue, Problem};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    ConsequenceId, Effect, Ending, Expr, ExprKind, LengthKind, Policy, Signal, Value, WindowId,
};
use servanda_policy::time::{Date, Instant, Window};

/// What notices have come to.
#[derive(Default, Clone)]
pub(super) struct Ends {
    /// When the end was brought nearer, and the first instant after it, in order.
    pub cuts: Vec<(Instant, Instant)>,
    pub notices: Vec<Notice>,
    pub problems: Vec<Problem>,
}

impl Ends {
    /// The end as it was known just before an instant.
    pub(super) fn known(&self, agreed: &Agreement, at: Instant) -> Option<Instant> {
        let cut = self.cuts.iter().rev().find(|cut| cut.0 < at).map(|cut| cut.1);
        cut.or(agreed.end)
    }

    /// The agreement with the end that it has come to have.
    pub(super) fn ended(&self, agreed: &Agreement) -> Agreement {
        let mut ended = agreed.clone();
        std::sync::Arc::make_mut(&mut ended.placed).end = self.known(agreed, Instant::MAX);
        ended
    }
}

/// The notices among the facts, one instant after the other.
pub(super) fn ends(policy: &Policy, agreed: &Agreement, facts: &[Fact], as_of: Instant) -> Ends {
    let mut ends = Ends::default();
    let is_notice = |fact: &&Fact| {
        policy.consequences.values().any(|it| {
            matches!((&it.effect, &it.on), (Effect::End(_), Signal::ForEvent(by)) if by.event == fact.event)
        })
    };
    let mut instants: Vec<Instant> = facts.iter().filter(is_notice).map(|fact| fact.at).collect();
    instants.dedup();
    for at in instants {
        let end = ends.known(agreed, at);
        if end.is_some_and(|end| end <= at) {
            break;
        }
        let ended = ends.ended(agreed);
        let world = World::of(policy, agreed, &ended, facts.to_vec(), as_of, ends.clone());
        let mut here: Vec<&Fact> = facts.iter().filter(|fact| fact.at == at).filter(is_notice).collect();
        here.sort_by(|a, b| by_content(a, b).then_with(|| a.id.cmp(&b.id)));
        let mut nearest = end;
        for fact in here {
            let mut meant = false;
            let mut used = false;
            for (id, consequence) in policy.consequences.iter() {
                let (Effect::End(ending), Signal::ForEvent(by)) = (&consequence.effect, &consequence.on)
                else {
                    continue;
                };
                let there = ending.right.is_some() || world.is_of_version(consequence.clause, at);
                if !there || !world.matches(by, fact) {
                    continue;
                }
                meant = true;
                let theirs =
                    ending.giver.is_none_or(|giver| *fact.field(giver) == FieldValue::Party(ending.holder));
                if !theirs || !ending.right.is_none_or(|right| world.has_arisen(right, at)) {
                    continue;
                }
                let Some(end) = world.end_by(ending, at) else { continue };
                used = true;
                ends.notices.push(Notice {
                    consequence: id,
                    to: ending.holder,
                    subject: Subject::Event(evidence(fact)),
                    at,
                    arose: None,
                });
                nearest = Some(nearest.map_or(end, |it| it.min(end)));
            }
            if meant && !used {
                ends.problems.push(problem(Code::NoRight, fact));
            }
        }
        if let Some(nearest) = nearest.filter(|it| Some(*it) != end) {
            ends.cuts.push((at, nearest));
        }
    }
    ends
}

impl World<'_> {
    /// Whether it was known before an instant that a right has arisen.
    fn has_arisen(&self, right: ConsequenceId, at: Instant) -> bool {
        self.arisings(right, &self.policy.consequences[right]).iter().any(|it| it.known_at() < at)
    }

    /// The end of the date on which a notice is over, or of what holds it.
    fn end_by(&self, ending: &Ending, given: Instant) -> Option<Instant> {
        let date = self.zone().date_of(given);
        let last = match &ending.notice {
            None => Some(date),
            Some(notice) => {
                let value = match &notice.kind {
                    ExprKind::Param(param) => self.agreed.params.get(param.0 as usize)?,
                    ExprKind::Value(value) => value,
                    other => panic!("a notice has a length that is known, not {other:?}"),
                };
                let Value::Length(length) = value else { panic!("a notice has a length, not {value:?}") };
                let amount = length.amount.to_i128()? as i64;
                match length.kind {
                    LengthKind::Months => date.add_months(amount),
                    _ => date.add_days(amount),
                }
            }
        };
        let over = self.zone().start_of(Date(last?.0 + 1));
        let Some(spec) = ending.to else { return Some(over) };
        let windows = super::window::walk(spec, self.agreement, None, over);
        let held = windows.iter().find(|window| window.contains(before(over)));
        // Behind the end of the term it ends nothing.
        Some(held.map_or(over, |window| window.full_end))
    }

    /// A window as it was known to be just before an instant.
    pub(super) fn window_known(&self, id: WindowId, window: &Window, at: Instant) -> Window {
        let mut then = self.agreed.clone();
        std::sync::Arc::make_mut(&mut then.placed).end = self.ends.known(self.agreed, at);
        walk(self.policy.windows[id], &then, self.agreed.end, after(window.start))
            .into_iter()
            .find(|it| it.index == window.index)
            .unwrap_or(*window)
    }

    /// When an item counts that would count at an instant which the end has taken away since: at the end, if it had been
    /// counted by then in the window that is cut; never otherwise.
    pub(super) fn still_counted(
        &self,
        at: Instant,
        item: Option<&Item>,
        waits_for: [Option<&Expr>; 2],
        window: &Window,
    ) -> Option<Instant> {
        let mut at = at;
        let cuts: Vec<(Instant, Instant)> =
            self.ends.cuts.iter().copied().filter(|cut| cut.1 >= window.end).collect();
        for (given, end) in cuts {
            if at < end {
                continue;
            }
            let item = item?;
            let mut for_ever = self.agreed.clone();
            std::sync::Arc::make_mut(&mut for_ever.placed).end = self.ends.known(self.agreed, given);
            let mut cells = walk(window.spec, &for_ever, self.agreed.end, after(at)).into_iter();
            let cell = cells.find(|cell| cell.contains(at))?;
            let decided = waits_for.into_iter().flatten().filter_map(duty_in).all(|duty| {
                self.in_its_version(duty, item).is_none_or(|judged| {
                    let by = if judged.by_fact { given } else { before(given) };
                    judged.verdict.at.is_some_and(|at| at <= by)
                })
            });
            if item.born > given || !decided || cell.start >= end {
                return None;
            }
            at = before(end);
        }
        Some(at)
    }
}
