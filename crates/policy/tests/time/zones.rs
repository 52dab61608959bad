//! Local time where clocks do odd things.

use servanda_policy::time::{Civil, Date, NANOS_PER_SECOND, Side, Zone, tzdb_version};

use crate::given::{HOUR, at, date, zone};

#[test]
fn names_are_the_databases_own() {
    assert_eq!(tzdb_version(), "2026e");
    assert!(Zone::named("Europe/Istanbul").is_ok());
    let error = Zone::named("Europe/Istambul").unwrap_err();
    assert_eq!(&*error.nearest[0], "Europe/Istanbul");
    let error = Zone::named("Berlin").unwrap_err();
    assert_eq!(&*error.nearest[0], "Europe/Berlin");
    assert!(Zone::named("europe/berlin").is_err(), "two spellings would name one zone");
    assert!(Zone::named("").is_err());
    assert!(Zone::named("UTC+2").is_err());
    assert_eq!(Zone::utc(), zone("UTC"));
}

#[test]
fn berlin_has_days_of_23_and_25_hours() {
    let berlin = zone("Europe/Berlin");
    let hours = |day: &str| berlin.end_of(date(day)).nanos_since(berlin.start_of(date(day))) / HOUR;
    assert_eq!(hours("2026-03-28"), 24);
    assert_eq!(hours("2026-03-29"), 23);
    assert_eq!(hours("2026-10-25"), 25);
}

#[test]
fn a_gap_ends_at_the_jump_and_a_fold_has_two_instants() {
    let berlin = zone("Europe/Berlin");
    let half_past_two = 9_000 * NANOS_PER_SECOND;
    let gap = at("2026-03-29T01:00:00Z");
    assert_eq!(berlin.resolve_civil(date("2026-03-29"), half_past_two), Civil::Gap(gap));
    assert_eq!(berlin.at(date("2026-03-29"), 9_000, Side::Opening), gap);
    assert_eq!(berlin.at(date("2026-03-29"), 9_000, Side::Closing), gap);
    let (first, second) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
    assert_eq!(berlin.resolve_civil(date("2026-10-25"), half_past_two), Civil::Fold(first, second));
    assert_eq!(berlin.at(date("2026-10-25"), 9_000, Side::Opening), first);
    assert_eq!(berlin.at(date("2026-10-25"), 9_000, Side::Closing), second);
    let one = at("2026-10-25T02:00:00Z");
    assert_eq!(berlin.resolve_civil(date("2026-10-25"), 10_800 * NANOS_PER_SECOND), Civil::One(one));
    // The rules go on after 2100.
    assert_eq!(berlin.offset_at(at("2150-07-01T00:00:00Z")), 7_200);
}

#[test]
fn a_date_whose_midnight_is_missing_starts_at_the_jump() {
    for (name, day, start) in [
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"),
    ] {
        let zone = zone(name);
        let begins = zone.start_of(date(day));
        assert_eq!(begins.format_in(&zone), start);
        let before = begins.add_nanos(-1).unwrap();
        assert_eq!(zone.date_of(begins), date(day));
        assert_eq!(zone.date_of(before), date(day).add_days(-1).unwrap());
        assert_eq!(zone.at(date(day), 0, Side::Opening), begins);
    }
}

#[test]
fn a_date_whose_midnight_comes_twice_starts_when_it_is_never_earlier_again() {
    // Clocks go from 01:00 to 00:00: the date is the same before and after.
    let havana = zone("America/Havana");
    let midnight = havana.start_of(date("2026-11-01"));
    assert_eq!(midnight, at("2026-11-01T00:00:00-04:00"));
    assert_eq!(havana.end_of(date("2026-11-01")).nanos_since(midnight), 25 * HOUR);
    assert_eq!(
        havana.resolve_civil(date("2026-11-01"), 0),
        Civil::Fold(midnight, at("2026-11-01T00:00:00-05:00"))
    );
    // Clocks go from 00:01 to 23:01 of the day before: the date comes twice.
    let st_johns = zone("America/St_Johns");
    let first = at("2006-10-29T00:00:30-02:30");
    assert_eq!(st_johns.date_of(first), date("2006-10-29"));
    assert_eq!(st_johns.date_of(at("2006-10-28T23:30:00-03:30")), date("2006-10-28"));
    assert_eq!(st_johns.start_of(date("2006-10-29")), at("2006-10-29T00:00:00-03:30"));
    assert_eq!(st_johns.at(date("2006-10-29"), 0, Side::Opening), at("2006-10-29T00:00:00-02:30"));
    assert_eq!(st_johns.at(date("2006-10-28"), 86_400, Side::Closing), at("2006-10-29T00:00:00-03:30"));
}

#[test]
fn a_date_that_is_skipped_is_empty() {
    let apia = zone("Pacific/Apia");
    let jump = at("2011-12-30T10:00:00Z");
    assert_eq!(apia.start_of(date("2011-12-30")), jump);
    assert_eq!(apia.start_of(date("2011-12-31")), jump);
    assert_eq!(apia.date_of(jump), date("2011-12-31"));
    assert_eq!(apia.at(date("2011-12-30"), 9 * 3_600, Side::Opening), jump);
}

#[test]
fn starts_of_dates_agree_with_a_scan_in_every_zone() {
    // The definition, read literally, at every change of offset in steps of a quarter of an hour.
    for name in [
        "Africa/Casablanca",
        "America/Havana",
        "America/St_Johns",
        "America/Godthab",
        "Asia/Gaza",
        "Asia/Manila",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kwajalein",
    ] {
        let zone = zone(name);
        for year in [1969, 1993, 2006, 2010, 2011, 2025] {
            let first = Date::from_civil(year, 1, 1).unwrap();
            for day in 0..365 {
                let day = first.add_days(day).unwrap();
                let start = zone.start_of(day);
                let before = start.add_nanos(-1).unwrap();
                assert!(zone.date_of(before) < day, "{name} {day}");
                for step in 0..200 {
                    let later = start.add_nanos(step * 15 * 60 * 1_000_000_000).unwrap();
                    assert!(zone.date_of(later) >= day, "{name} {day}");
                }
            }
        }
    }
}
