//! When a length of time after a start is over, in each way in which it can count.

use super::calendar::{
    Hours, Pause, business_day, days_ended, late_of_business_days, late_of_clock, late_of_days, merged,
};
use super::duty::Delay;
use super::lives::Item;
use super::value::{Known, Maybe, Ratio, integer, ratio, whole};
use super::{World, after, before};
use servanda_policy::policy::{Counting, Deadline, From, Landing, LengthKind, PausesCount, Whole};
use servanda_policy::time::{Civil, Date, Ending, Instant, Zone};

impl World<'_> {
    /// The first late instant of a length after a start, with the pauses and delays that were known before an instant.
    pub(super) fn late_after(
        &self,
        within: &Deadline,
        length: (LengthKind, &Ratio),
        start: Instant,
        item: &Item,
        seen_before: Instant,
        delays: &[Delay],
    ) -> Option<Instant> {
        // A deadline that has passed when a delay from before becomes known has passed.
        let known = delays.iter().filter(|it| it.known < seen_before);
        let (mut later, mut delays): (Vec<&Delay>, Vec<&Delay>) = known.partition(|it| it.from < it.known);
        later.sort_by_key(|it| it.known);
        for delay in later {
            let late = self.late_with(within, length, start, item, seen_before, &delays);
            if late.is_some_and(|late| late <= delay.known) {
                return late;
            }
            delays.push(delay);
        }
        self.late_with(within, length, start, item, seen_before, &delays)
    }

    fn late_with(
        &self,
        within: &Deadline,
        (kind, amount): (LengthKind, &Ratio),
        start: Instant,
        item: &Item,
        seen_before: Instant,
        delays: &[&Delay],
    ) -> Option<Instant> {
        let Deadline::Within { from, ending, share, roll, counting, .. } = within else { return None };
        let (ending, roll, counting) = (*ending, *roll, *counting);
        let mut pauses = match counting.pauses {
            PausesCount::Ignored => Vec::new(),
            PausesCount::Stop | PausesCount::Elapsed => item.pauses(seen_before),
        };
        let until = |until: Option<Instant>| until.filter(|until| *until < seen_before);
        pauses.extend(delays.iter().map(|it| (it.from, until(it.until))));
        pauses.extend(self.closed_times(item, seen_before));
        let pauses = merged(pauses);
        let zone = self.zone();
        let days = || integer(amount) as i64;
        let by_date = !matches!(kind, LengthKind::Physical | LengthKind::Open(_));
        let share = share.as_ref().map(ratio);
        let reduced = amount * share.clone().unwrap_or_else(|| whole(1));
        // Where it falls on a closed day, the deadline is the one that it goes to: what pauses it comes before that one.
        let goes_to = |late: Instant| match roll {
            Some((roll, calendar)) => end_of(zone, self.moved(zone.date_of(before(late)), roll, calendar)),
            None => late,
        };
        // A start that is a date has no time of day, and its date is the same in every zone.
        let dated = match (from, self.dated_beginning(item, seen_before)) {
            (From::Field(place), _) => self.item_field(item, *place),
            (From::Beginning, Some(field)) => field,
            _ => Maybe::NoData,
        };
        let dated = match dated {
            Maybe::Known(Known::Date(date)) => Some(date),
            _ => None,
        };
        let lands = |zone: &Zone, date: Date| match (counting.landing, dated) {
            (Landing::SameTimeOfDay, None) => {
                let at = same_time(zone, start, date);
                if counting.late_at_deadline { at } else { after(at) }
            }
            _ => end_of(zone, date),
        };
        let late_with = |until_then: &[Pause]| match kind {
            LengthKind::Physical => late_of_hours(None, start, &reduced, ending, counting, &pauses),
            LengthKind::Open(calendar) => {
                late_of_hours(Some(&self.hours(calendar)), start, &reduced, ending, counting, &pauses)
            }
            LengthKind::CalendarDays => {
                let first = i64::from(counting.first_day && days() > 0);
                let late = |n| Some(goes_to(lands(zone, zone.date_of(start).add_days(n - first)?)));
                let ends = |date| Some(lands(zone, date));
                late_of_days(days(), start, until_then, late, |from, to| days_ended(zone, from, to, ends))
            }
            LengthKind::BusinessDays(calendar) => {
                let hours = self.hours(calendar);
                let date = dated.unwrap_or_else(|| hours.zone.date_of(start));
                let closes = |date| closing(&hours, date).is_some_and(|at| dated.is_some() || start < at);
                let first = counting.first_day && days() > 0 && hours.is_business_day(date) && closes(date);
                let since = Date(date.0 - i32::from(first));
                let ends = |date| match counting.landing {
                    Landing::Closing if counting.late_at_deadline => closing(&hours, date),
                    Landing::Closing => hours.late_after_closing(date),
                    _ => hours.is_business_day(date).then(|| lands(&hours.zone, date)),
                };
                let late = |n| {
                    let date = business_day(&hours, since, n)?;
                    Some(goes_to(if n > 0 { ends(date)? } else { lands(&hours.zone, date) }))
                };
                late_of_days(days(), start, until_then, late, |from, to| {
                    days_ended(&hours.zone, from, to, ends)
                })
            }
            LengthKind::Months => {
                let landed = zone.date_of(start).add_months(days());
                let late = |n| Some(goes_to(lands(zone, landed?.add_days(n)?)));
                let ends = |date| Some(lands(zone, date));
                late_of_days(0, start, until_then, late, |from, to| days_ended(zone, from, to, ends))
            }
        };
        let Some(share) = share.filter(|_| by_date) else { return late_with(&pauses) };
        let hours = match kind {
            LengthKind::BusinessDays(calendar) => Some(self.hours(calendar)),
            _ => None,
        };
        let passed = |from: Instant, to: Instant| -> i128 {
            match &hours {
                None => i128::from(to.0 - from.0).max(0),
                Some(hours) => hours.open_within(from, to).iter().map(|it| i128::from(it.1.0 - it.0.0)).sum(),
            }
        };
        // A part of days is a part of the time until their end without the pauses that were before it.
        for known in 0..=pauses.len() {
            let before = &pauses[..known];
            let late = late_with(before)?;
            let stood: i128 =
                before.iter().map(|&(from, to)| passed(from.max(start), to.unwrap_or(late).max(start))).sum();
            let all = (passed(start, late) - stood).max(0);
            let budget = whole(all) * &share / whole(1_000_000_000);
            let told = late_of_hours(hours.as_ref(), start, &budget, ending, counting, before)?;
            // It was not told before the last of them, and nothing is told while the clock stands still.
            let told = before.last().and_then(|last| last.1).map_or(told, |resumed| told.max(after(resumed)));
            if pauses.get(known).is_none_or(|next| told <= next.0.max(start)) {
                return Some(told);
            }
        }
        None
    }
}

impl World<'_> {
    /// The first late instant of a length of time after an instant, counted as usual.
    pub(super) fn late_of_length(
        &self,
        kind: LengthKind,
        amount: &Ratio,
        since: Instant,
        ending: Ending,
    ) -> Option<Instant> {
        let zone = self.zone();
        let days = integer(amount) as i64;
        match kind {
            LengthKind::Physical => late_of_clock(None, since, amount, ending, &[]),
            LengthKind::Open(calendar) => {
                late_of_clock(Some(&self.hours(calendar)), since, amount, ending, &[])
            }
            LengthKind::CalendarDays => zone.date_of(since).add_days(days).map(|date| end_of(zone, date)),
            LengthKind::Months => zone.date_of(since).add_months(days).map(|date| end_of(zone, date)),
            LengthKind::BusinessDays(calendar) => {
                let hours = self.hours(calendar);
                late_of_business_days(&hours, hours.zone.date_of(since), days)
            }
        }
    }

    /// The same, of open time that ends at a closing.
    pub(super) fn late_of_plain(&self, kind: LengthKind, amount: &Ratio, since: Instant) -> Option<Instant> {
        self.late_of_length(kind, amount, since, Ending::AtClosing)
    }
}

/// The first late instant of a clock of hours.
fn late_of_hours(
    hours: Option<&Hours<'_>>,
    start: Instant,
    budget: &Ratio,
    ending: Ending,
    counting: Counting,
    pauses: &[Pause],
) -> Option<Instant> {
    // So many whole units fit; where a unit counts when it is completed, one more has to be completed to be late.
    let (budget, moment_is_late) = match counting.rounded {
        None => (budget.clone(), counting.late_at_deadline),
        Some((which, unit)) => {
            let unit = whole(unit) / whole(1_000_000_000);
            let units = (budget / &unit).floor();
            match which {
                Whole::Begun => (units * unit, counting.late_at_deadline),
                Whole::Completed => ((units + whole(1)) * unit, true),
            }
        }
    };
    let at = |late: Instant| if moment_is_late { before(late) } else { late };
    if counting.pauses != PausesCount::Elapsed {
        return stepwise(hours, start, &budget, ending, pauses, at);
    }
    // Where pauses count as they pass, they lie behind the deadline that there would be without them.
    let mut late = at(late_of_clock(hours, start, &budget, ending, &[])?);
    for &(pause, resume) in pauses {
        if resume.is_some_and(|resume| resume <= start) {
            continue;
        }
        if late <= pause {
            break;
        }
        late = Instant(late.0 + resume?.0 - pause.max(start).0);
    }
    Some(late)
}

/// The same where pauses stop the clock: a pause that begins when it is late already changes nothing.
fn stepwise(
    hours: Option<&Hours<'_>>,
    start: Instant,
    budget: &Ratio,
    ending: Ending,
    pauses: &[Pause],
    at: impl Fn(Instant) -> Instant,
) -> Option<Instant> {
    for known in 0..=pauses.len() {
        let late = late_of_clock(hours, start, budget, ending, &pauses[..known]).map(&at);
        let next = pauses.get(known).map(|pause| pause.0);
        match (late, next) {
            (Some(late), Some(next)) if late <= next => return Some(late),
            (late, None) => return late,
            _ => {}
        }
    }
    None
}

/// When a calendar closes on a date.
fn closing(hours: &Hours<'_>, date: Date) -> Option<Instant> {
    let late = hours.late_after_closing(date)?;
    let midnight = (0..3).any(|n| hours.zone.start_of(Date(date.0 + n)) == late);
    Some(if midnight { late } else { before(late) })
}

/// The first instant behind a date.
fn end_of(zone: &Zone, date: Date) -> Instant {
    zone.start_of(Date(date.0 + 1))
}

/// When clocks show the same time of day on another date.
fn same_time(zone: &Zone, at: Instant, date: Date) -> Instant {
    match zone.resolve_civil(date, zone.local_time_of(at)) {
        Civil::One(at) | Civil::Gap(at) | Civil::Fold(at, _) => at,
    }
}
