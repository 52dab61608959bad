//! Public holidays by country, from dated data files that are part of the program.
//!
//! Holidays are set by law and decree: each file names its source and the years that it covers.

use std::sync::OnceLock;

use super::Date;

/// One holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The date.
    pub date: Date,
    /// Its name in English.
    pub name: &'static str,
    /// The closed part of the day in seconds after midnight; none when all of it is closed.
    pub closed: Option<(u32, u32)>,
}

/// The nationwide public holidays of one country.
#[derive(Debug)]
pub struct HolidaySet {
    country: &'static str,
    version: &'static str,
    first: Date,
    last: Date,
    /// Ascending, one for each date.
    days: Vec<Holiday>,
}

impl HolidaySet {
    /// The two letters of the country.
    pub fn country(&self) -> &'static str {
        self.country
    }

    /// Which data these are, for statements and snapshots.
    pub fn version(&self) -> &'static str {
        self.version
    }

    /// The first date that the data cover.
    pub fn first(&self) -> Date {
        self.first
    }

    /// The last date that the data cover.
    pub fn last(&self) -> Date {
        self.last
    }

    /// Whether the data say anything about a date.
    pub fn covers(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// The holiday on a date.
    pub fn on(&self, date: Date) -> Option<&Holiday> {
        let at = self.days.binary_search_by_key(&date, |holiday| holiday.date).ok()?;
        self.days.get(at)
    }

    /// All holidays, ascending.
    pub fn days(&self) -> &[Holiday] {
        &self.days
    }

    /// Reads a data file; lines that do not have its form are left out (a test finds them).
    fn read(country: &'static str, text: &'static str) -> Self {
        let header = |key: &str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix("# "));
            lines.find_map(|line| line.strip_prefix(key)).map_or("", str::trim)
        };
        let date = |key: &str| header(key).parse().unwrap_or(Date::MIN);
        let mut days: Vec<Holiday> = text.lines().filter_map(read_line).collect();
        days.sort_by_key(|holiday| holiday.date);
        Self { country, version: header("version:"), first: date("first:"), last: date("last:"), days }
    }
}

/// `2026-10-28,13:00-24:00,Name`; the middle is empty when the whole day is closed.
fn read_line(line: &'static str) -> Option<Holiday> {
    let (date, rest) = line.split_once(',')?;
    let (part, name) = rest.split_once(',')?;
    let closed = match part {
        "" => None,
        _ => {
            let (from, to) = part.split_once('-')?;
            Some((read_time(from)?, read_time(to)?))
        }
    };
    Some(Holiday { date: date.parse().ok()?, name, closed })
}

fn read_time(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)
}

macro_rules! countries {
    ($($code:literal),* $(,)?) => {
        /// The countries with data, by two-letter code.
        pub fn countries() -> &'static [&'static str] {
            &[$($code),*]
        }

        /// The nationwide public holidays of a country; none when there are no data for it.
        pub fn holidays(country: &str) -> Option<&'static HolidaySet> {
            match country {
                $($code => {
                    static SET: OnceLock<HolidaySet> = OnceLock::new();
                    let text = include_str!(concat!("../../data/holidays/", $code, ".csv"));
                    Some(SET.get_or_init(|| HolidaySet::read($code, text)))
                })*
                _ => None,
            }
        }
    };
}

countries!(
    "AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FR", "GB", "IE", "IT", "JP", "NL", "NO", "PL", "PT", "SE",
    "TR", "US"
);
