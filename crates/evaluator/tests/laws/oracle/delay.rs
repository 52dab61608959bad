//! Delays that extend a duty, and how long things took.

use super::World;
use super::before;
use super::calendar::{business_days_between, days_ended};
use super::duty::{Delay, Late};
use super::evidence;
use super::lives::Item;
use super::value::{Known, Maybe, whole};
use servanda_evaluator::outcome::{Evidence, Verdict};
use servanda_policy::policy::{Deadline, DutyId, Expr, Form, LengthKind, Verdict as Kind};
use servanda_policy::time::{Date, Instant};

impl World<'_> {
    /// When the item, or the agreement, ends while a delay holds the duty on it.
    pub(super) fn excused_at(
        &self,
        item: &Item,
        deadline: Option<&Deadline>,
        delays: &[Delay],
        done: Option<Instant>,
    ) -> Option<Instant> {
        let over = self.agreement.end.filter(|end| *end <= self.as_of);
        let mut ends: Vec<(Instant, Instant)> = item.end.map(|end| (end, end)).into_iter().collect();
        ends.extend(over.map(|end| (end, before(end))));
        ends.sort();
        ends.into_iter().find_map(|(end, stamp)| {
            let held = delays.iter().any(|it| it.known < end && it.until.is_none_or(|until| until >= end));
            let open = matches!(self.late(deadline, item, end, delays), Late::Open);
            (held && open && done.is_none_or(|done| done > stamp)).then_some(stamp)
        })
    }

    /// What has extended a duty stands among what its verdict rests on.
    pub(super) fn add_delays(&self, verdict: &mut Verdict, delays: &[Delay]) {
        for Delay { from, events, .. } in delays {
            // A delay that begins with the end of the agreement excuses, and could extend nothing.
            let excused = verdict.verdict == Kind::Excused;
            if verdict.at.is_some_and(|at| *from > at || *from == at && !excused) {
                continue;
            }
            for event in events {
                let before = verdict.at.is_none_or(|at| event.at < at);
                if before && !verdict.evidence.contains(event) {
                    verdict.evidence.push(event.clone());
                }
            }
        }
    }

    /// How long an item took until an act was first done, without its pauses.
    pub(crate) fn elapsed(&self, item: &Item, kind: LengthKind, act: u32, expr: &Expr) -> Maybe {
        let Some((done, _)) = self.first_done(item, act) else { return Maybe::NoData };
        let start = item.restarted.unwrap_or(item.begins);
        let _ = expr;
        let zone = self.zone();
        let taken = |from: Instant, to: Instant| -> i128 {
            if to <= from {
                return 0;
            }
            match kind {
                LengthKind::Physical => i128::from(to.0 - from.0),
                LengthKind::Open(calendar) => {
                    let open = self.hours(calendar).open_within(from, to);
                    open.iter().map(|it| i128::from(it.1.0 - it.0.0)).sum()
                }
                LengthKind::CalendarDays | LengthKind::Months => {
                    i128::from(zone.date_of(to).days_since(zone.date_of(from)))
                }
                LengthKind::BusinessDays(calendar) => {
                    i128::from(business_days_between(&self.hours(calendar), from, to))
                }
            }
        };
        // A pause takes away the days that end in it.
        let stood = |from: Instant, to: Instant| -> i128 {
            if to <= from {
                return 0;
            }
            i128::from(match kind {
                LengthKind::Physical | LengthKind::Open(_) => return taken(from, to),
                LengthKind::CalendarDays | LengthKind::Months => {
                    days_ended(zone, from, to, |date| Some(zone.start_of(Date(date.0 + 1))))
                }
                LengthKind::BusinessDays(calendar) => {
                    let hours = self.hours(calendar);
                    days_ended(&hours.zone, from, to, |date| hours.late_after_closing(date))
                }
            })
        };
        let pauses = [item.pauses(self.as_of), self.closed_times(item, self.as_of)].concat();
        let paused: i128 = super::calendar::merged(pauses)
            .into_iter()
            .map(|(from, to)| stood(from.max(start), to.map_or(done, |to| to.min(done))))
            .sum();
        let taken = whole((taken(start, done) - paused).max(0));
        let by_clock = matches!(kind, LengthKind::Physical | LengthKind::Open(_));
        Maybe::Known(Known::Length(kind, if by_clock { taken / whole(1_000_000_000) } else { taken }))
    }

    /// The delays that hold a duty on an item: from the deadline of what is late until it is done, or over.
    pub(super) fn delays(&self, id: DutyId, item: &Item) -> Vec<Delay> {
        let mut delays = self.suspended_on(id, item);
        for by in &self.policy.duties[id].extended_by {
            let Form::Do { case, act, .. } = &self.policy.duties[by.duty].form else { continue };
            for other in self.items(*case) {
                let names = match by.field {
                    None => (other.case, &other.key, other.born) == (item.case, &item.key, item.born),
                    Some(field) => {
                        self.item_field(other, field) == Maybe::Known(Known::Text(item.key.to_string()))
                    }
                };
                let Some(judged) = self.on_item(by.duty, other).filter(|_| names) else { continue };
                let broken = judged.verdict.verdict == Kind::Broken;
                let Some(from) = judged.verdict.at.filter(|_| broken) else { continue };
                let known = from.max(other.born);
                let alive = item.born <= from && item.end.is_none_or(|end| end > known);
                let over = other.end.is_some_and(|end| end <= from);
                if !alive || over {
                    continue;
                }
                let done = self.first_done(other, *act);
                let until = [done.map(|done| done.0), other.end].into_iter().flatten().min();
                let mut events: Vec<Evidence> =
                    other.opening.iter().map(|fact| evidence(&self.facts[*fact])).collect();
                let by = done.filter(|done| Some(done.0) == until).and_then(|done| done.1);
                events.extend(by.map(|fact| evidence(&self.facts[fact])));
                delays.push(Delay { from, until, known, events });
            }
        }
        delays
    }
}
