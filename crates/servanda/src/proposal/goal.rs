//! What is tried for each part of a policy that no scenario shows.

use super::act::Attempt;
use super::bench::{Bench, Tried, later};
use super::draft::Draft;
use super::figure::repeated;
use super::values::Want;
use crate::coverage::{Moment, Part, Side};
use servanda_policy::policy::{
    CapId, ConsequenceId, DutyId, Effect, Expr, ExprKind, Form, MeasureId, RowKey, Signal,
};
use servanda_policy::value::Exact;
use std::cell::RefCell;

/// How often what is limited happens, and how many days later it is looked at, until the limit is reached.
const UNTIL_REACHED: [(u32, i64); 18] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (12, 0),
    (1, 40),
    (1, 120),
    (24, 0),
    (1, 400),
    (48, 0),
    (96, 0),
    (1, 1500),
];
/// How many drafts are taken as the beginning of what reaches a limit.
const BEGINNINGS_MAX: usize = 6;

/// A draft that shows what it is to show.
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) tried: Tried,
    pub(super) part: Part,
    /// What it is called after its address, where not after its part.
    pub(super) title: Option<String>,
}

impl<'p> Bench<'p> {
    /// The draft, if it shows a part of the policy and that can be written as an expectation.
    pub(super) fn found(&self, part: Part, draft: Draft) -> Option<Found> {
        let tried = self.tried(&draft)?;
        let shows = tried.parts.contains(&part) && !self.told(part, &tried).is_empty();
        shows.then_some(Found { draft, tried, part, title: None })
    }

    /// A draft that shows a part of the policy, or why none was found.
    pub(super) fn seek(&self, part: Part) -> Attempt<Found> {
        if let Part::Deadline(id, _) | Part::Duty(id, _) = part
            && self.policy.duties[id].name.contains('#')
        {
            return Err("its sentence has no letter by which a scenario could ask for it".to_owned());
        }
        match part {
            Part::Deadline(id, moment) => self.at_deadline(part, id, moment),
            Part::Duty(id, kept) => self.duty(part, id, kept),
            Part::Bound(at, side) => {
                let bound = self.parts.bounds.get(at).ok_or("it has no bound")?;
                let drafts = self.around(bound.measure, &self.bound(&bound.value)?, side)?;
                let mut found = self.first(part, drafts)?;
                found.title = self.beside(part);
                Ok(found)
            }
            Part::Row(id, _) => self.first(part, self.following_drafts(id)?),
            Part::Consequence(id) => self.first(part, self.following_drafts(id)?),
            Part::Cap(cap, reached) => self.limit(part, cap, reached),
        }
    }

    /// A figure beside a bound in words: `availability just below 99.9%`; nothing of another part.
    pub(super) fn beside(&self, part: Part) -> Option<String> {
        let Part::Bound(at, side) = part else { return None };
        let measure = &self.policy.measures[self.parts.bounds.get(at)?.measure].name;
        self.near(at, side).map(|near| format!("{measure} {near}"))
    }

    /// The side of a bound in words: `just below 99.9%`.
    fn near(&self, at: usize, side: Side) -> Option<String> {
        let place = self.parts.places.get(&Part::Bound(at, side))?;
        let said = &self.parts.list.get(*place)?.part;
        let (_, bound) = said.split_once(&format!(" {} ", side.word()))?;
        let just = if side == Side::At { "" } else { "just " };
        Some(format!("{just}{} {bound}", side.word()))
    }

    fn duty(&self, part: Part, id: DutyId, kept: bool) -> Attempt<Found> {
        match &self.policy.duties[id].form {
            Form::Keep { measure, .. } => self.first(part, self.around_all(*measure)?),
            Form::MustNot { .. } => self.by_sequence(part, id),
            Form::Do { .. } | Form::DoEach { .. } => {
                let simple = match kept {
                    true => self.at_deadline(part, id, Moment::Before),
                    false => self.in_silence(part, id),
                };
                simple.or_else(|why| self.by_sequence(part, id).map_err(|_| why))
            }
        }
    }

    /// The first of several drafts that shows a part.
    fn first(&self, part: Part, drafts: Vec<Draft>) -> Attempt<Found> {
        let found = drafts.into_iter().find_map(|draft| self.found(part, draft));
        found.ok_or_else(|| "what was tried comes out otherwise".to_owned())
    }

    /// A figure at each of its bounds and beside them, and one of nothing.
    fn around_all(&self, measure: MeasureId) -> Attempt<Vec<Draft>> {
        let bounds = self.parts.bounds.iter().filter(|bound| bound.measure == measure);
        let sides = bounds.flat_map(|bound| Side::ALL.map(|side| (bound, side)));
        let attempts: Vec<_> = sides
            .map(|(bound, side)| self.around(measure, &self.bound(&bound.value)?, side))
            .chain(self.windows(measure).iter().take(1).map(|window| Ok(self.looked_at(&[], window))))
            .collect();
        let why = attempts.iter().find_map(|attempt| attempt.as_ref().err().cloned());
        let drafts: Vec<Draft> = attempts.into_iter().flatten().flatten().collect();
        match why {
            Some(why) if drafts.is_empty() => Err(why),
            _ => Ok(drafts),
        }
    }

    /// Drafts from which a consequence may follow.
    fn following_drafts(&self, id: ConsequenceId) -> Attempt<Vec<Draft>> {
        let consequence = &self.policy.consequences[id];
        let begin = self.begin(self.policy.version_of(consequence.clause));
        match &consequence.on {
            Signal::Broken(duty) => match &self.policy.duties[*duty].form {
                Form::Keep { measure, .. } => self.around_all(*measure),
                _ => {
                    let draft = self.duty(Part::Duty(*duty, false), *duty, false)?.draft;
                    // What accrues by the month is there a month later.
                    let later = [40, 400].map(|days| self.again(&draft, 1, days));
                    Ok([draft].into_iter().chain(later).collect())
                }
            },
            Signal::Each(window) => {
                let mut drafts = Vec::new();
                for (measure, bound) in self.read_in(id) {
                    for side in [Side::Above, Side::At, Side::Below] {
                        drafts.extend(self.around(measure, &bound, side).unwrap_or_default());
                    }
                }
                let windows = self.agreement.windows.get(window.0 as usize);
                let window = windows.and_then(|windows| windows.window_of(begin));
                drafts.extend(window.map(|window| self.looked_at(&[], &window)).unwrap_or_default());
                Ok(drafts)
            }
            Signal::ForEach(case, only) => {
                let wants: Vec<Want<'p>> = only.iter().map(|only| Want::of(only, true)).collect();
                let events = self.openings(*case, &self.key(*case), &wants, begin, 4)?;
                Ok(events.into_iter().map(|event| self.draft(vec![event], begin)).collect())
            }
            Signal::Running(_) => Err("needs breaches in several windows".to_owned()),
            Signal::Kept(_) => Err("needs windows that are kept behind a breach".to_owned()),
            Signal::Standing(_) => {
                Err("needs the end of the agreement, or payments of all that is owed".to_owned())
            }
            Signal::Paid(_) => Err("needs a debt that a credit pays".to_owned()),
            Signal::ForEvent(pattern) => {
                let events = self.matching(pattern, None, begin, 4);
                Ok(events.into_iter().map(|event| self.draft(vec![event], begin)).collect())
            }
        }
    }

    /// The figures that an amount is computed from, each with what it is compared with there.
    fn read_in(&self, id: ConsequenceId) -> Vec<(MeasureId, Exact)> {
        let consequence = &self.policy.consequences[id];
        let amount = match &consequence.effect {
            Effect::Entry(entry) => Some(&entry.amount),
            Effect::Accrue(_)
            | Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => None,
        };
        let found = RefCell::new(Vec::new());
        let keep = |measure: &Expr, bound: &Expr| {
            if let (ExprKind::Measure(measure), Ok(bound)) = (&measure.kind, self.bound(bound)) {
                found.borrow_mut().push((*measure, bound));
            }
        };
        for expr in amount.into_iter().chain(&consequence.only) {
            expr.any(&|part| {
                match &part.kind {
                    ExprKind::Excess(left, right) | ExprKind::Is(_, left, right) => keep(left, right),
                    ExprKind::Table { on, rows } => {
                        for row in rows {
                            if let RowKey::Range(from, to) = &row.key {
                                from.iter().chain(to).for_each(|(bound, _)| keep(on, bound));
                            }
                        }
                    }
                    ExprKind::Measure(measure) => {
                        found.borrow_mut().push((*measure, Exact::integer(1)));
                    }
                    _ => {}
                }
                false
            });
        }
        found.into_inner()
    }

    /// What is limited, again and again until the limit is reached, or once.
    fn limit(&self, part: Part, cap: CapId, reached: bool) -> Attempt<Found> {
        let limited = self.policy.consequences.iter().filter(|(_, consequence)| match &consequence.effect {
            Effect::Entry(entry) => entry.caps.contains(&cap),
            Effect::Accrue(accrual) => accrual.caps.contains(&cap),
            Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => false,
        });
        let mut why = "nothing that it limits was found".to_owned();
        for (id, _) in limited {
            let drafts = match self.following_drafts(id) {
                Ok(drafts) => drafts,
                Err(reason) => {
                    why = reason;
                    continue;
                }
            };
            let owed: Vec<Draft> = drafts
                .into_iter()
                .filter(|draft| {
                    let tried = self.tried(draft);
                    tried.is_some_and(|tried| tried.parts.contains(&Part::Consequence(id)))
                })
                .take(BEGINNINGS_MAX)
                .collect();
            let steps: &[(u32, i64)] = if reached { &UNTIL_REACHED } else { &[(1, 0)] };
            for (count, days) in steps {
                for draft in &owed {
                    if let Some(found) = self.found(part, self.again(draft, *count, *days)) {
                        return Ok(found);
                    }
                }
            }
            why = match reached {
                true => "more of what it limits than is reasonable does not reach it".to_owned(),
                false => "what is owed once reaches it".to_owned(),
            };
        }
        Err(why)
    }

    /// A draft whose events happen so many times, looked at so many days later.
    fn again(&self, draft: &Draft, count: u32, days: i64) -> Draft {
        let one_each = draft.happens.iter().all(|event| event.times.is_none());
        let happens = draft.happens.iter().cloned();
        let happens = happens.map(|event| if one_each { repeated(event, count, self) } else { event });
        let as_of = match (count, days) {
            (1, 0) => draft.as_of,
            (_, days) => self.day_after(later(draft.as_of, days.saturating_mul(86_400))),
        };
        Draft { happens: happens.collect(), as_of }
    }
}
