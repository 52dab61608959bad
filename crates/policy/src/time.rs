//! Instants, dates, zones, calendars, windows and deadlines.
//!
//! Nothing here reads a clock or the machine's zone data, and nothing uses floating point.

mod calendar;
mod calendar_spec;
mod civil;
mod date;
mod day_count;
mod deadline;
mod holiday;
mod instant;
mod rfc3339;
mod window;
mod zone;

pub use calendar::{Calendar, Closing, Ending, Openings};
pub use calendar_spec::{CalendarError, CalendarSpec, DatedLine, DaySpans, GivenHolidays};
pub use civil::Weekday;
pub use date::{Date, DateError};
pub use day_count::DayCount;
pub use deadline::{
    after_business_days, after_calendar_days, after_months, days_ended, end_of_date, moment, within_open,
    within_physical,
};
pub use holiday::{Holiday, HolidaySet, countries, holidays, subdivisions};
pub use instant::{Instant, NANOS_PER_DAY, NANOS_PER_SECOND};
pub use rfc3339::InstantError;
pub use window::{Window, WindowSpec, WindowUnit, Windows};
pub use zone::{Civil, Side, Zone, ZoneError, tzdb_version};
