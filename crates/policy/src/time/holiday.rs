//! Public holidays by country and subdivision, from dated data files that are part of the program.
//!
//! Holidays are set by law and decree: each file names its source and the years that it covers.

use std::collections::BTreeMap;
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

/// The public holidays of a whole country, or of one of its subdivisions with those of the country.
#[derive(Debug)]
pub struct HolidaySet {
    code: String,
    version: &'static str,
    first: Date,
    last: Date,
    /// Ascending, one for each date.
    days: Vec<Holiday>,
}

impl HolidaySet {
    /// The two letters of the country, `DE`, or the code of the subdivision, `DE-BY`.
    pub fn code(&self) -> &str {
        &self.code
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
}

/// The data file of a country, and what has been read of it.
struct Country {
    code: &'static str,
    text: &'static str,
    nationwide: OnceLock<HolidaySet>,
    subdivisions: OnceLock<Vec<Subdivision>>,
}

struct Subdivision {
    /// `DE-BY`
    code: String,
    set: OnceLock<HolidaySet>,
}

/// What separates the days of the whole country from what is different in its subdivisions.
const SUBDIVISIONS: &str = "# subdivisions: ";

impl Country {
    const fn new(code: &'static str, text: &'static str) -> Self {
        Self { code, text, nationwide: OnceLock::new(), subdivisions: OnceLock::new() }
    }

    /// Reads what holds in the whole country, and nothing behind it; lines that do not have their form are left out
    /// (a test finds them).
    fn nationwide(&self) -> &HolidaySet {
        self.nationwide.get_or_init(|| {
            let text = self.text.split_once(SUBDIVISIONS).map_or(self.text, |(nationwide, _)| nationwide);
            let date = |key: &str| header(text, key).parse().unwrap_or(Date::MIN);
            HolidaySet {
                code: self.code.to_owned(),
                version: header(text, "version:"),
                first: date("first:"),
                last: date("last:"),
                days: text.lines().filter_map(read_line).collect(),
            }
        })
    }

    /// The codes of the subdivisions, and in the lines behind them what is different there.
    fn there(&self) -> &'static str {
        self.text.split_once(SUBDIVISIONS).map_or("", |(_, there)| there)
    }

    fn subdivisions(&self) -> &[Subdivision] {
        self.subdivisions.get_or_init(|| {
            let listed = self.there().lines().next().unwrap_or("").split_whitespace();
            let of = |part: &str| Subdivision { code: format!("{}-{part}", self.code), set: OnceLock::new() };
            listed.map(of).collect()
        })
    }

    /// The days of the country with what is different in one subdivision.
    fn subdivision(&self, code: &str) -> Option<&HolidaySet> {
        let found = self.subdivisions().iter().find(|subdivision| subdivision.code == code)?;
        let part = code.get(self.code.len() + 1..)?;
        Some(found.set.get_or_init(|| {
            let text = self.there();
            let nationwide = self.nationwide();
            let different = text.lines().filter_map(|line| read_line(named(line, part)?));
            let mut days: BTreeMap<Date, Holiday> =
                nationwide.days.iter().map(|day| (day.date, day.clone())).collect();
            days.extend(different.map(|day| (day.date, day)));
            // What has no name is no holiday there.
            days.retain(|_, day| !day.name.is_empty());
            HolidaySet {
                code: found.code.clone(),
                version: header(text, "version there:"),
                first: nationwide.first,
                last: nationwide.last,
                days: days.into_values().collect(),
            }
        }))
    }
}

/// What stands behind a key in a line of its own.
fn header(text: &'static str, key: &str) -> &'static str {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("# "));
    lines.find_map(|line| line.strip_prefix(key)).map_or("", str::trim)
}

/// Of `2026-01-06,,Epiphany,BW BY ST`, or `2026-10-12,,,CA HI` where a day is no holiday, what stands before the codes,
/// if the one is among them.
fn named(line: &'static str, part: &str) -> Option<&'static str> {
    let (day, codes) = line.rsplit_once(',')?;
    codes.split(' ').any(|code| code == part).then_some(day)
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
        const CODES: &[&str] = &[$($code),*];

        static COUNTRIES: [Country; CODES.len()] =
            [$(Country::new($code, include_str!(concat!("../../data/holidays/", $code, ".csv")))),*];
    };
}

countries!(
    "AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FR", "GB", "IE", "IT", "JP", "NL", "NO", "PL", "PT", "SE",
    "TR", "US"
);

/// The countries with data, by two-letter code.
pub fn countries() -> &'static [&'static str] {
    CODES
}

/// The subdivisions of a country with data, by their codes of ISO 3166-2; none where there are data of the whole
/// country only.
///
/// ```
/// use servanda_policy::time::subdivisions;
/// assert_eq!(subdivisions("GB"), ["GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"]);
/// assert!(subdivisions("JP").is_empty());
/// ```
pub fn subdivisions(country: &str) -> Vec<&'static str> {
    let found = COUNTRIES.iter().find(|known| known.code == country);
    found.map_or(&[][..], Country::subdivisions).iter().map(|known| known.code.as_str()).collect()
}

/// The public holidays of a country, `DE`, or of a subdivision, `DE-BY`; none when there are no data for it.
///
/// ```
/// use servanda_policy::time::{Date, holidays};
/// let epiphany: Date = "2026-01-06".parse()?;
/// assert!(holidays("DE").is_some_and(|set| set.on(epiphany).is_none()));
/// assert!(holidays("DE-BY").is_some_and(|set| set.on(epiphany).is_some()));
/// assert!(holidays("DE-XX").is_none());
/// # Ok::<(), servanda_policy::time::DateError>(())
/// ```
pub fn holidays(code: &str) -> Option<&'static HolidaySet> {
    let country = COUNTRIES.iter().find(|known| code.starts_with(known.code))?;
    if code == country.code { Some(country.nationwide()) } else { country.subdivision(code) }
}
