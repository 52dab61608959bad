//! The constants of the settlement task as values, so that one of them can be changed for a run.
//!
//! Terms change figures, never the kinds of events or the columns.

use crate::calendar::{DAY_SECONDS, DAYS, HOLIDAYS, LOCAL_START, date_from_days, days_from_date};
use std::collections::BTreeSet;

/// Millionths that make a whole.
pub const WHOLE: i64 = 1_000_000;

/// What the agreements of the task promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The share of inquiries to be answered in time, in millionths.
    pub response_target: i64,
    /// Business seconds within which an answer is in time, the last one included.
    pub reply_seconds: i64,
    /// Credits for poor availability, from the highest limit to the lowest.
    pub tiers: Vec<Tier>,
    /// The share of an invoice owed for each late day, in millionths.
    pub late_fee_per_day: i64,
    /// The least number of posts in a month.
    pub posts_min: u32,
    /// Days of the year that are not business days whatever their weekday.
    pub holidays: BTreeSet<usize>,
}

/// A credit that is due if availability is below a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The limit in millionths; availability that equals it is not below it.
    pub below: i64,
    /// The credit in percent of the monthly fee.
    pub credit_percent: i64,
}

impl Default for Terms {
    fn default() -> Terms {
        let tier = |below, credit_percent| Tier { below, credit_percent };
        Terms {
            response_target: 950_000,
            reply_seconds: 900,
            tiers: vec![tier(999_000, 10), tier(990_000, 25), tier(950_000, 100)],
            late_fee_per_day: 10_000,
            posts_min: 12,
            holidays: BTreeSet::from(HOLIDAYS),
        }
    }
}

impl Terms {
    /// Changes the constant that a command line option names.
    ///
    /// # Errors
    ///
    /// A message if there is no such option or its value has not the right form.
    pub fn set(&mut self, option: &str, value: &str) -> Result<(), String> {
        let refused = |wanted: &str| format!("`{value}` for `{option}` is not {wanted}");
        match option {
            "--target-percent" => {
                self.response_target = millionths(value).ok_or_else(|| refused("a percentage"))?;
            }
            "--reply-seconds" => {
                let seconds = value.parse().ok().filter(|seconds| (0..=31_536_000).contains(seconds));
                self.reply_seconds =
                    seconds.ok_or_else(|| refused("a number of seconds of at most a year"))?;
            }
            "--tiers" => {
                self.tiers = tiers(value)
                    .ok_or_else(|| refused("a list of `LIMIT:CREDIT` in percent with falling limits"))?;
            }
            "--late-percent" => {
                self.late_fee_per_day = millionths(value).ok_or_else(|| refused("a percentage"))?;
            }
            "--posts" => self.posts_min = value.parse().map_err(|_| refused("a count"))?,
            "--holiday-add" => {
                let day = day_of_year(value).ok_or_else(|| refused("a date of 2025"))?;
                if !self.holidays.insert(day) {
                    return Err(refused("a new holiday"));
                }
            }
            "--holiday-remove" => {
                let day = day_of_year(value).ok_or_else(|| refused("a date of 2025"))?;
                if !self.holidays.remove(&day) {
                    return Err(refused("one of the holidays"));
                }
            }
            _ => return Err(format!("unknown option `{option}`")),
        }
        Ok(())
    }
}

/// Reads a percentage from 0 to 100 with at most four decimal places.
fn millionths(text: &str) -> Option<i64> {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(places) || places.len() > 4 {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|&whole| whole <= 100)?;
    let places: i64 = format!("{places:0<4}").parse().ok()?;
    Some(whole * 10_000 + places).filter(|&share| share <= WHOLE)
}

fn tiers(text: &str) -> Option<Vec<Tier>> {
    let mut tiers: Vec<Tier> = Vec::new();
    for part in text.split(',') {
        let (limit, credit) = part.split_once(':')?;
        let below = millionths(limit)?;
        let credit_percent = credit.parse().ok().filter(|percent| (0..=100).contains(percent))?;
        if tiers.last().is_some_and(|higher| higher.below <= below) {
            return None;
        }
        tiers.push(Tier { below, credit_percent });
    }
    Some(tiers)
}

fn day_of_year(text: &str) -> Option<usize> {
    let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || year != 2025 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_from_date(year, month, day);
    let exists = date_from_days(days) == (year, month, day);
    usize::try_from(days - LOCAL_START / DAY_SECONDS).ok().filter(|&day| exists && day < DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_of_the_task_are_its_defaults() {
        let mut terms = Terms::default();
        for (option, value) in [
            ("--target-percent", "95"),
            ("--reply-seconds", "900"),
            ("--tiers", "99.9:10,99:25,95:100"),
            ("--late-percent", "1"),
            ("--posts", "12"),
        ] {
            terms.set(option, value).unwrap();
        }
        assert_eq!(terms, Terms::default());
    }

    #[test]
    fn a_change_that_changes_nothing_or_says_nothing_is_refused() {
        for (option, value) in [
            ("--target-percent", "100.0001"),
            ("--target-percent", "95.00001"),
            ("--target-percent", "-1"),
            ("--reply-seconds", "-1"),
            ("--tiers", "99:10,99.9:25"),
            ("--tiers", "99:101"),
            ("--posts", "many"),
            ("--holiday-add", "2025-12-25"),
            ("--holiday-add", "2025-02-29"),
            ("--holiday-add", "2026-01-01"),
            ("--holiday-remove", "2025-12-24"),
            ("--grace", "1"),
        ] {
            assert!(Terms::default().set(option, value).is_err(), "{option} {value}");
        }
    }
}
