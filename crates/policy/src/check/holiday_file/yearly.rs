//! What comes back each year: on a date, or on a weekday of a month.

use super::basic_date;
use crate::time::{Date, Weekday};

/// A rule by which an event comes back.
pub(super) struct Yearly {
    /// Each so many years.
    interval: i32,
    /// Not behind this date.
    until: Option<Date>,
    /// At most so many times, the first one included.
    count: Option<usize>,
    on: On,
}

/// On which date of a year.
enum On {
    /// A day of a month; years that do not have it are left out.
    Day(u8, u8),
    /// The nth weekday of a month, or, below zero, counted from its end.
    Nth(u8, Weekday, i64),
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Yearly {
    /// Reads the value of an `RRULE`; what is more than this is told in words.
    pub(super) fn read(rule: &str, from: Date) -> Result<Self, String> {
        let (mut yearly, mut interval, mut until, mut count) = (false, 1, None, None);
        let (mut month, mut day, mut nth) = (None, None, None);
        for part in rule.split(';').filter(|part| !part.trim().is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| format!("`{part}`"))?;
            let more = || format!("`{}`", part.trim());
            match (key.trim().to_ascii_uppercase().as_str(), value.trim()) {
                ("FREQ", value) if value.eq_ignore_ascii_case("YEARLY") => yearly = true,
                ("INTERVAL", value) => {
                    interval = value.parse().ok().filter(|it| (1..=1000).contains(it)).ok_or_else(more)?;
                }
                ("COUNT", value) => {
                    count = Some(value.parse().ok().filter(|it| *it > 0).ok_or_else(more)?);
                }
                ("UNTIL", value) => {
                    let date = value.split(['T', 't']).next().and_then(basic_date);
                    until = Some(date.ok_or_else(more)?);
                }
                // On which day a week begins does not matter to a day of a year.
                ("WKST", _) => {}
                ("BYMONTH", value) => {
                    month =
                        Some(value.parse::<u8>().ok().filter(|it| (1..=12).contains(it)).ok_or_else(more)?);
                }
                ("BYMONTHDAY", value) => {
                    day = Some(value.parse::<u8>().ok().filter(|it| (1..=31).contains(it)).ok_or_else(more)?);
                }
                ("BYDAY", value) => nth = Some(weekday(value).ok_or_else(more)?),
                _ => return Err(more()),
            }
        }
        if !yearly {
            return Err("a rule without `FREQ=YEARLY`".to_owned());
        }
        let (_, own_month, own_day) = from.civil();
        let on = match (month, day, nth) {
            (None, None, None) => On::Day(own_month, own_day),
            (Some(month), day, None) => On::Day(month, day.unwrap_or(own_day)),
            (Some(month), None, Some((nth, weekday))) => On::Nth(month, weekday, nth),
            (None, Some(_), None) => return Err("`BYMONTHDAY` without `BYMONTH`".to_owned()),
            (None, None, Some(_)) => return Err("`BYDAY` without `BYMONTH`".to_owned()),
            (_, Some(_), Some(_)) => return Err("`BYDAY` with `BYMONTHDAY`".to_owned()),
        };
        Ok(Self { interval, until, count, on })
    }

    /// The dates on which it is, from the first one on.
    pub(super) fn dates(&self, from: Date) -> Vec<Date> {
        let years = (from.year()..=Date::MAX.year()).step_by(usize::try_from(self.interval).unwrap_or(1));
        years
            .filter_map(|year| self.on.date(year))
            .skip_while(|date| *date < from)
            .take_while(|date| self.until.is_none_or(|until| *date <= until))
            .take(self.count.unwrap_or(usize::MAX))
            .collect()
    }
}

impl On {
    fn date(&self, year: i32) -> Option<Date> {
        match self {
            On::Day(month, day) => Date::checked_civil(year, *month, *day).ok()?.in_range(),
            On::Nth(month, weekday, nth) => {
                let first = Date::from_civil(year, *month, 1)?;
                let days = |start: Date| {
                    let ahead = weekday.index() + 7 - start.weekday().index();
                    i64::try_from(ahead % 7).ok()
                };
                let date = if *nth > 0 {
                    first.add_days(days(first)? + 7 * (nth - 1))?
                } else {
                    let behind = first.end_of_month().add_days(1)?;
                    behind.add_days(days(behind)? + 7 * nth)?
                };
                // A fifth one that the month does not have.
                (date.civil().1 == *month).then_some(date)?.in_range()
            }
        }
    }
}

/// `4TH`, `-1MO`: which one of a month.
fn weekday(text: &str) -> Option<(i64, Weekday)> {
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (_, weekday) = WEEKDAYS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name))?;
    let number: i64 = number.parse().ok()?;
    let is_one = number != 0 && (-5..=5).contains(&number);
    is_one.then_some((number, *weekday))
}
