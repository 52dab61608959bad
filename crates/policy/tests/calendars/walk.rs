//! A second reading of calendars that looks at every minute: what clocks show then is asked of the database of zones,
//! and each opening and closing is looked for among what they show.
//!
//! It is written from the meaning alone and knows no sums, no years and no zone of ours.

use crate::given::{MINUTE, rules};
use servanda_policy::time::{CalendarSpec, Date, DaySpans, Instant, holidays};

const DAY_MINUTES: i64 = 1_440;

/// Some days of minutes, and whether each is open.
pub(crate) struct Walk {
    /// The first minute.
    pub(crate) start: Instant,
    /// For each minute whether it is open.
    pub(crate) open: Vec<bool>,
}

impl Walk {
    /// Walks over all minutes from one to another; both are whole ones.
    pub(crate) fn new(spec: &CalendarSpec, zone: &str, start: Instant, minutes: usize) -> Self {
        // What opens or closes outside may hold inside, so the clocks are looked at for three days more on both sides.
        let margin = 3 * DAY_MINUTES as usize;
        let first = start.0 - margin as i64 * MINUTE;
        let shown = shown(zone, first, minutes + 2 * margin);
        let mut open = vec![false; shown.len()];
        let dates = shown.iter().map(|minute| minute.div_euclid(DAY_MINUTES));
        let (earliest, latest) = (dates.clone().min().unwrap_or(0), dates.max().unwrap_or(0));
        // The openings of the outermost dates are not all in sight.
        for date in earliest + 1..latest {
            for (from, to) in spans(spec, Date(i32::try_from(date).unwrap())) {
                let (from, to) = (i64::from(from) / 60, i64::from(to) / 60);
                let begins = opening(&shown, date * DAY_MINUTES + from);
                let ends = closing(&shown, date, to);
                if let (Some(begins), Some(ends)) = (begins, ends)
                    && begins < ends
                {
                    open[begins..ends].fill(true);
                }
            }
        }
        Self { start, open: open[margin..margin + minutes].to_vec() }
    }

    /// The instant at which a minute begins.
    pub(crate) fn at(&self, minute: usize) -> Instant {
        Instant(self.start.0 + minute as i64 * MINUTE)
    }

    /// The open minutes before each minute, and before the end.
    pub(crate) fn sums(&self) -> Vec<i64> {
        let mut sums = vec![0];
        for open in &self.open {
            sums.push(sums[sums.len() - 1] + i64::from(*open));
        }
        sums
    }
}

/// What clocks show at each minute, as minutes of days of the civil calendar.
fn shown(zone: &str, first: i64, minutes: usize) -> Vec<i64> {
    let rules = rules(zone);
    let instants = (0..minutes as i64).map(|minute| first + minute * MINUTE);
    instants
        .map(|at| {
            let offset = rules.to_offset(jiff::Timestamp::from_second(at / (MINUTE / 60)).unwrap()).seconds();
            at.div_euclid(MINUTE) + i64::from(offset / 60)
        })
        .collect()
}

/// The first minute at which clocks show this time, or the first one after they jump over it.
fn opening(shown: &[i64], time: i64) -> Option<usize> {
    shown.iter().position(|minute| *minute == time).or_else(|| jump(shown, time))
}

/// The last minute at which clocks show this time, or the first one after they jump over it; of 24:00 the one from
/// which no earlier date is shown.
fn closing(shown: &[i64], date: i64, minute_of_day: i64) -> Option<usize> {
    if minute_of_day == DAY_MINUTES {
        return shown.iter().rposition(|minute| minute.div_euclid(DAY_MINUTES) <= date).map(|last| last + 1);
    }
    let time = date * DAY_MINUTES + minute_of_day;
    shown.iter().rposition(|minute| *minute == time).or_else(|| jump(shown, time))
}

fn jump(shown: &[i64], time: i64) -> Option<usize> {
    shown.windows(2).position(|pair| pair[0] < time && time < pair[1]).map(|before| before + 1)
}

/// The hours of a date: its own, or those of its weekday, unless it is a holiday.
fn spans(spec: &CalendarSpec, date: Date) -> DaySpans {
    if let Some(line) = spec.dated.iter().find(|line| line.date == date) {
        return line.spans.clone();
    }
    let mut spans = match spec.always {
        true => vec![(0, 86_400)],
        false => spec.weekly[date.weekday().index()].clone(),
    };
    for country in &spec.holidays {
        let Some(holiday) = holidays(country).unwrap().on(date) else { continue };
        let Some((from, to)) = holiday.closed else { return Vec::new() };
        let parts =
            spans.iter().flat_map(|(start, end)| [(*start, *end.min(&from)), (*start.max(&to), *end)]);
        spans = parts.filter(|(start, end)| start < end).collect();
    }
    spans
}
