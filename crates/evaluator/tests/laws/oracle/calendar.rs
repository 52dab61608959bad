//! Open hours, date by date, and the bounds that clocks with pauses lead to.

use super::after;
use super::value::{Ratio, integer, whole};
use num_traits::Zero;
use servanda_policy::time::{CalendarSpec, Date, Ending, Instant, Side, Zone, holidays};

/// A stretch of time; without an end it goes on.
pub(crate) type Pause = (Instant, Option<Instant>);

/// The hours of a calendar in its zone.
pub(crate) struct Hours<'a> {
    pub spec: &'a CalendarSpec,
    pub zone: Zone,
}

/// How far a clock looks ahead before it says that it never ends.
const DATES: i32 = 4_000;

impl Hours<'_> {
    /// The openings that start on a date, in seconds after midnight.
    fn spans_of(&self, date: Date) -> Vec<(u32, u32)> {
        if let Some(line) = self.spec.dated.iter().find(|line| line.date == date) {
            return line.spans.clone();
        }
        let mut spans = self.spec.weekly[date.weekday().index()].clone();
        if self.spec.always {
            spans = vec![(0, 86_400)];
        }
        if self.spec.given.iter().flat_map(|given| &given.days).any(|(day, _)| *day == date) {
            return Vec::new();
        }
        for country in &self.spec.holidays {
            let days = holidays(country).expect("the checker knows the country").days();
            for day in days.iter().filter(|day| day.date == date) {
                let (from, to) = day.closed.unwrap_or((0, 2 * 86_400));
                spans = spans
                    .iter()
                    .flat_map(|&(start, end)| [(start, end.min(from)), (start.max(to), end)])
                    .filter(|(start, end)| start < end)
                    .collect();
            }
        }
        spans
    }

    fn closing_instant(&self, date: Date, seconds: u32) -> Instant {
        match seconds {
            86_400 => self.zone.start_of(Date(date.0 + 1)),
            _ => self.zone.at(date, seconds, Side::Closing),
        }
    }

    pub(crate) fn is_business_day(&self, date: Date) -> bool {
        !self.spans_of(date).is_empty()
    }

    /// The first instant that is later than the closing of a date; of a closing at 24:00, than the date.
    pub(crate) fn late_after_closing(&self, date: Date) -> Option<Instant> {
        let seconds = self.spans_of(date).into_iter().map(|(_, end)| end).max()?;
        let closing = self.closing_instant(date, seconds);
        Some(if seconds == 86_400 { closing } else { after(closing) })
    }

    /// The open stretches of so many dates from an instant on, ascending and apart.
    fn stretches(&self, from: Instant, dates: i32) -> Vec<(Instant, Instant)> {
        let first = self.zone.date_of(from).0;
        let mut stretches: Vec<(Instant, Instant)> = Vec::new();
        let mut all: Vec<_> = (first - 3..first + dates)
            .map(Date)
            .flat_map(|date| {
                self.spans_of(date).into_iter().map(move |(start, end)| {
                    (self.zone.at(date, start, Side::Opening), self.closing_instant(date, end))
                })
            })
            .map(|(start, end)| (start.max(from), end))
            .filter(|(start, end)| start < end)
            .collect();
        all.sort();
        for (start, end) in all {
            match stretches.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => stretches.push((start, end)),
            }
        }
        stretches
    }

    pub(crate) fn is_open(&self, at: Instant) -> bool {
        let date = self.zone.date_of(at);
        (date.0 - 3..=date.0 + 1).map(Date).any(|date| {
            self.spans_of(date).into_iter().any(|(start, end)| {
                self.zone.at(date, start, Side::Opening) <= at && at < self.closing_instant(date, end)
            })
        })
    }

    /// The first open instant that is not earlier.
    pub(crate) fn opens_from(&self, at: Instant) -> Option<Instant> {
        if self.is_open(at) {
            return Some(at);
        }
        [20, 300, DATES].into_iter().find_map(|dates| self.stretches(at, dates).first().map(|it| it.0))
    }

    /// The open part of an interval.
    pub(crate) fn open_within(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        let dates = self.zone.date_of(to).0 - self.zone.date_of(from).0 + 2;
        self.stretches(from, dates)
            .into_iter()
            .take_while(|(start, _)| *start < to)
            .map(|(start, end)| (start, end.min(to)))
            .collect()
    }
}

/// Overlapping and touching stretches made one.
pub(crate) fn merged(mut pauses: Vec<Pause>) -> Vec<Pause> {
    pauses.sort();
    let mut merged: Vec<Pause> = Vec::new();
    for (start, end) in pauses {
        match merged.last_mut() {
            Some((_, None)) => {}
            Some((_, last @ Some(_))) if Some(start) <= *last => {
                *last = end.map(|end| end.max(last.expect("it has an end")));
            }
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The first late instant of a clock that runs through the open hours (none: always) and stands still in pauses.
pub(crate) fn late_of_clock(
    hours: Option<&Hours<'_>>,
    start: Instant,
    budget: &Ratio,
    ending: Ending,
    pauses: &[Pause],
) -> Option<Instant> {
    let mut left = budget * whole(1_000_000_000);
    let mut from = start;
    for &(pause, resume) in pauses {
        if resume.is_some_and(|resume| resume <= from) {
            continue;
        }
        let pause = pause.max(from);
        let (landed, elapsed) = land(hours, from, &left, ending, pause);
        if let Some(deadline) = landed.filter(|deadline| after(*deadline) <= pause) {
            return Some(after(deadline));
        }
        left -= elapsed;
        from = resume?;
    }
    land(hours, from, &left, ending, Instant::MAX).0.map(after)
}

/// Where the budget ends, and how much of it is spent before `until`.
fn land(
    hours: Option<&Hours<'_>>,
    from: Instant,
    budget: &Ratio,
    ending: Ending,
    until: Instant,
) -> (Option<Instant>, Ratio) {
    let Some(hours) = hours else {
        return land_in(vec![(from, Instant::MAX)], from, budget, ending, until);
    };
    let until_date = if until == Instant::MAX { 0 } else { hours.zone.date_of(until).0 };
    let paused = (until_date - hours.zone.date_of(from).0 + 2).max(0);
    let mut answer = (None, Ratio::zero());
    for dates in [paused, 20, 300, DATES] {
        answer = land_in(hours.stretches(from, dates), from, budget, ending, until);
        if answer.0.is_some() || dates == paused && paused > 0 {
            break;
        }
    }
    answer
}

fn land_in(
    stretches: Vec<(Instant, Instant)>,
    from: Instant,
    budget: &Ratio,
    ending: Ending,
    until: Instant,
) -> (Option<Instant>, Ratio) {
    let mut landed = (ending == Ending::AtClosing && budget.is_zero()).then_some(from);
    let (mut spent, mut elapsed) = (Ratio::zero(), Ratio::zero());
    for (start, end) in stretches {
        let length = whole(i128::from(end.0 - start.0));
        let rest = budget - &spent;
        let here = match ending {
            Ending::AtClosing => length >= rest,
            Ending::AtNextOpening => length > rest,
        };
        if landed.is_none() && here {
            let rest = if ending == Ending::AtClosing { rest.ceil() } else { rest.floor() };
            landed = Some(Instant(start.0 + integer(&rest) as i64));
        }
        spent += length;
        if start < until {
            elapsed += whole(i128::from(end.min(until).0 - start.0));
        }
        if landed.is_some() && end >= until {
            break;
        }
    }
    (landed, elapsed)
}

/// The first late instant of so many days: `late(n)` is that of `n` days, `begun` counts the days of a pause.
pub(crate) fn late_of_days(
    days: i64,
    start: Instant,
    pauses: &[Pause],
    late: impl Fn(i64) -> Option<Instant>,
    ended: impl Fn(Instant, Instant) -> i64,
) -> Option<Instant> {
    let mut days = days;
    for &(pause, resume) in pauses {
        if resume.is_some_and(|resume| resume <= start) {
            continue;
        }
        let pause = pause.max(start);
        let bound = late(days)?;
        if bound <= pause {
            return Some(bound);
        }
        days += ended(pause, resume?);
        // What is not late when a pause begins is not late when it ends.
        while late(days)? <= resume? {
            days += 1;
        }
    }
    late(days)
}

/// The first late instant of `n` business days after a date.
pub(crate) fn late_of_business_days(hours: &Hours<'_>, start: Date, n: i64) -> Option<Instant> {
    let date = business_day(hours, start, n)?;
    if n == 0 { Some(hours.zone.start_of(Date(date.0 + 1))) } else { hours.late_after_closing(date) }
}

/// The nth business day after a date; the date itself for none.
pub(crate) fn business_day(hours: &Hours<'_>, start: Date, n: i64) -> Option<Date> {
    let mut date = start;
    let mut left = n;
    let last = date.0 + DATES;
    while left > 0 && date.0 < last {
        date = Date(date.0 + 1);
        left -= i64::from(hours.is_business_day(date));
    }
    (left == 0).then_some(date)
}

/// How many days end in a pause, by when what lands on a date is late.
pub(crate) fn days_ended(
    zone: &Zone,
    from: Instant,
    to: Instant,
    ends: impl Fn(Date) -> Option<Instant>,
) -> i64 {
    let dates = zone.date_of(from).0 - 3..=zone.date_of(to).0;
    let ended = dates.filter_map(|date| ends(Date(date))).filter(|late| from < *late && *late <= to);
    i64::try_from(ended.count()).expect("few days")
}

/// The least `n` such that `to` is on time for `n` business days after `from`.
pub(crate) fn business_days_between(hours: &Hours<'_>, from: Instant, to: Instant) -> i64 {
    (0..)
        .find(|n| late_of_business_days(hours, hours.zone.date_of(from), *n).is_none_or(|late| to < late))
        .expect("it ends")
}
