//! The period of a statement: `2026-03`, `2026-Q1`, `2026`, `2026-03-05`, `2026-01-01..2026-03-31`.
//!
//! A period is whole dates; where they begin and end is decided by the agreement's zone.

use servanda_policy::time::{Date, Instant, Zone};

/// Dates from the first to the last, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    label: String,
    first: Date,
    last: Date,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// It has none of the forms.
    #[error(
        "`{0}` is not a period: write `2026-03`, `2026-Q1`, `2026`, `2026-03-05` or `2026-01-01..2026-03-31`"
    )]
    Shape(String),
    /// The last date is before the first.
    #[error("the period `{0}` ends before it begins")]
    Backwards(String),
}

impl Period {
    /// The period of these dates, both included.
    ///
    /// # Errors
    /// When the last date is before the first.
    pub fn dates(first: Date, last: Date) -> Result<Self, PeriodError> {
        let label = format!("{first}..{last}");
        if last < first { Err(PeriodError::Backwards(label)) } else { Ok(Self { label, first, last }) }
    }

    /// As it was written.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The first date.
    pub const fn first(&self) -> Date {
        self.first
    }

    /// The last date, included.
    pub const fn last(&self) -> Date {
        self.last
    }

    /// The first instant in a zone.
    pub fn start(&self, zone: &Zone) -> Instant {
        zone.start_of(self.first)
    }

    /// The first instant after it in a zone.
    pub fn end(&self, zone: &Zone) -> Instant {
        zone.end_of(self.last)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label)
    }
}

impl std::str::FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let shape = || PeriodError::Shape(text.to_owned());
        let (first, last) = if let Some((first, last)) = text.split_once("..") {
            let date = |text: &str| text.parse::<Date>().map_err(|_| shape());
            (date(first)?, date(last)?)
        } else if let Ok(date) = text.parse::<Date>() {
            (date, date)
        } else {
            months(text).ok_or_else(shape)?
        };
        if last < first {
            return Err(PeriodError::Backwards(text.to_owned()));
        }
        Ok(Self { label: text.to_owned(), first, last })
    }
}

/// A month, a quarter or a year.
fn months(text: &str) -> Option<(Date, Date)> {
    let digits = |text: &str, width: usize| {
        (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<i32>().ok())?
    };
    let (year, first, count) = match text.split_once('-') {
        None => (digits(text, 4)?, 1, 12),
        Some((year, part)) => {
            let year = digits(year, 4)?;
            match part.strip_prefix('Q') {
                Some(quarter) => match digits(quarter, 1)? {
                    quarter @ 1..=4 => (year, quarter * 3 - 2, 3),
                    _ => return None,
                },
                None => (year, digits(part, 2)?, 1),
            }
        }
    };
    let first = Date::from_civil(year, u8::try_from(first).ok()?, 1)?;
    let last = first.add_months(count)?.add_days(-1)?;
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> String {
        match text.parse::<Period>() {
            Ok(period) => format!("{} {}", period.first(), period.last()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_form() {
        assert_eq!(dates("2026-02"), "2026-02-01 2026-02-28");
        assert_eq!(dates("2028-02"), "2028-02-01 2028-02-29");
        assert_eq!(dates("2026-Q4"), "2026-10-01 2026-12-31");
        assert_eq!(dates("2026"), "2026-01-01 2026-12-31");
        assert_eq!(dates("2026-03-05"), "2026-03-05 2026-03-05");
        assert_eq!(dates("2026-01-01..2026-03-31"), "2026-01-01 2026-03-31");
    }

    #[test]
    fn what_is_no_period_says_what_is() {
        for text in ["", "2026-13", "2026-Q5", "26", "2026-3", "2026-02-30", "march", "2026-01..2026-02"] {
            assert!(dates(text).contains("is not a period"), "{text}: {}", dates(text));
        }
        assert_eq!(
            dates("2026-02-01..2026-01-01"),
            "the period `2026-02-01..2026-01-01` ends before it begins"
        );
    }
}
