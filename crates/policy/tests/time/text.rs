//! Dates and instants as text.

use servanda_policy::time::{Date, DateError, Instant, InstantError, Weekday};

use crate::given::{at, date, zone};

#[test]
fn dates_read_and_write() {
    assert_eq!(date("1970-01-01").0, 0);
    assert_eq!(date("2026-03-06").weekday(), Weekday::Friday);
    assert_eq!(date("2000-02-29").to_string(), "2000-02-29");
    assert_eq!(date("2200-01-01"), Date::MAX);
    assert_eq!(date("1899-12-31"), Date::MIN);
    assert_eq!(date("1899-12-31").weekday(), Weekday::Sunday);
    for (text, error) in [
        ("2026-3-06", DateError::Shape),
        ("2026-03-06 ", DateError::Shape),
        ("+026-03-06", DateError::Shape),
        ("2026-02-29", DateError::NoSuchDay),
        ("2100-02-29", DateError::NoSuchDay),
        ("2026-13-01", DateError::NoSuchDay),
        ("2026-00-01", DateError::NoSuchDay),
        ("2026-01-00", DateError::NoSuchDay),
        ("1899-12-30", DateError::Range),
        ("2200-01-02", DateError::Range),
    ] {
        assert_eq!(text.parse::<Date>(), Err(error), "{text}");
    }
}

#[test]
fn every_date_of_the_range_is_its_own_civil_parts() {
    let mut day = Date::MIN;
    let mut civil = chrono::NaiveDate::from_ymd_opt(1899, 12, 31).unwrap();
    while let Some(next) = day.add_days(1) {
        assert_eq!(day.to_chrono(), Some(civil));
        assert_eq!(Date::from_chrono(civil), Some(day));
        let week = chrono::Datelike::iso_week(&civil);
        assert_eq!(day.iso_week(), (week.year(), u8::try_from(week.week()).unwrap()));
        day = next;
        civil = civil.succ_opt().unwrap();
    }
    assert_eq!(day, Date::MAX);
}

#[test]
fn months_clamp_from_the_original_date() {
    let start = date("2026-01-31");
    assert_eq!(start.add_months(1), Some(date("2026-02-28")));
    assert_eq!(start.add_months(2), Some(date("2026-03-31")));
    assert_eq!(start.add_months(25), Some(date("2028-02-29")));
    assert_eq!(start.add_months(-2), Some(date("2025-11-30")));
    assert_eq!(start.add_months(i64::MAX), None);
    assert_eq!(start.add_days(i64::MAX), None);
    assert_eq!(date("2028-02-10").end_of_month(), date("2028-02-29"));
}

#[test]
fn instants_read_strictly() {
    assert_eq!(at("1970-01-01T00:00:00Z"), Instant(0));
    assert_eq!(at("1969-12-31T23:59:59.999999999Z"), Instant(-1));
    assert_eq!(at("2026-03-09T09:05:00+03:00"), at("2026-03-09T06:05:00Z"));
    assert_eq!(at("2026-03-09T09:05:00.5-00:30"), at("2026-03-09T09:35:00.500Z"));
    assert_eq!(at("1900-01-01T00:00:00Z"), Instant::MIN);
    assert_eq!(at("2199-12-31T23:59:59.999999999Z").0, Instant::MAX.0 - 1);
    for (text, error) in [
        ("", InstantError::Shape),
        ("2026-03-09", InstantError::Shape),
        ("2026-03-09 09:05:00Z", InstantError::Shape),
        ("2026-03-09T09:05Z", InstantError::Shape),
        ("2026-03-09T09:05:00.Z", InstantError::Shape),
        ("2026-03-09T09:05:00Zx", InstantError::Shape),
        ("2026-03-09T09:05:00é", InstantError::Shape),
        ("2026-03-09T09:05:00", InstantError::NoOffset),
        ("2026-03-09T09:05:00.5", InstantError::NoOffset),
        ("2026-03-09T09:05:00+03", InstantError::NoOffset),
        ("2026-03-09T09:05:00+24:00", InstantError::NoSuchOffset),
        ("2026-03-09T09:05:00+03:60", InstantError::NoSuchOffset),
        ("2026-02-29T09:05:00Z", InstantError::NoSuchDay),
        ("2026-03-09T24:00:00Z", InstantError::NoSuchTime),
        ("2026-03-09T09:60:00Z", InstantError::NoSuchTime),
        ("2026-03-09T09:05:61Z", InstantError::NoSuchTime),
        ("2016-12-31T23:59:60Z", InstantError::LeapSecond),
        ("2026-03-09T09:05:00.1234567890Z", InstantError::TooPrecise),
        ("2200-01-01T00:00:00Z", InstantError::Range),
        ("1899-12-31T23:59:59Z", InstantError::Range),
        ("9999-12-31T23:59:59Z", InstantError::Range),
        ("0000-01-01T00:00:00Z", InstantError::Range),
    ] {
        assert_eq!(text.parse::<Instant>(), Err(error), "{text}");
    }
}

#[test]
fn instants_write_with_the_zones_offset() {
    let instant = at("2026-03-09T06:05:00.050Z");
    assert_eq!(instant.to_string(), "2026-03-09T06:05:00.050Z");
    assert_eq!(instant.format_in(&zone("Europe/Istanbul")), "2026-03-09T09:05:00.050+03:00");
    assert_eq!(instant.format_in(&zone("America/St_Johns")), "2026-03-09T03:35:00.050-02:30");
    assert_eq!(Instant::from_chrono(instant.to_chrono()), Some(instant));
    // Local mean time had seconds in its offset; the text must still name the same instant.
    let old = at("1900-01-01T00:00:00Z");
    assert_eq!(at(&old.format_in(&zone("Asia/Kolkata"))), old);
}
