//! Windows: borders, clipping, labels.

use std::num::NonZeroU32;

use servanda_policy::time::{Instant, Window, WindowSpec, WindowUnit, Windows};
use servanda_policy::value::Exact;

use crate::given::{HOUR, MINUTE, at, date, zone};

fn windows(spec: WindowSpec, name: &str, from: &str, to: &str) -> Windows {
    let zone = zone(name);
    let (start, end) = (zone.start_of(date(from)), zone.end_of(date(to)));
    Windows::new(spec, zone, start, Some(end))
}

fn all(windows: &Windows) -> Vec<Window> {
    windows.between(Instant::MIN, Instant::MAX).collect()
}

#[test]
fn t4_contract_months_count_from_the_anchor() {
    let spec = WindowSpec::Contract(WindowUnit::Month);
    let windows = windows(spec, "Europe/Istanbul", "2026-01-31", "2027-01-30");
    let firsts: Vec<String> = all(&windows).iter().map(|window| window.first_date.to_string()).collect();
    assert_eq!(firsts[..4], ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    assert_eq!(firsts.len(), 12);
    let march = windows.window_of(at("2026-03-30T23:59:59+03:00")).unwrap();
    assert_eq!(march.label(windows.zone()), "2026-02-28..");
    assert!(all(&windows).iter().all(|window| !window.is_partial()));
}

#[test]
fn t4_june_has_43200_minutes_and_berlins_march_lacks_an_hour() {
    let spec = WindowSpec::Calendar(WindowUnit::Month);
    let windows = windows(spec, "Europe/Berlin", "2026-01-01", "2026-12-31");
    let of = |text: &str| windows.window_of(at(text)).unwrap();
    assert_eq!(of("2026-06-15T00:00:00Z").nanos(), 43_200 * MINUTE);
    assert_eq!(of("2026-03-15T00:00:00Z").nanos(), 31 * 24 * HOUR - HOUR);
    assert_eq!(of("2026-10-15T00:00:00Z").nanos(), 31 * 24 * HOUR + HOUR);
    assert_eq!(all(&windows).len(), 12);
    assert_eq!(windows.window_of(at("2026-12-31T23:00:00Z")), None);
}

#[test]
fn windows_are_clipped_to_the_term() {
    let spec = WindowSpec::Calendar(WindowUnit::Month);
    let windows = windows(spec, "Europe/Istanbul", "2026-04-16", "2026-06-10");
    let months = all(&windows);
    let april = months[0];
    assert!(april.is_partial());
    assert_eq!(april.label(windows.zone()), "2026-04");
    assert_eq!(april.share_of_full(), Exact::ratio(15, 30).unwrap());
    assert_eq!((april.first_date, april.full_first), (date("2026-04-16"), date("2026-04-01")));
    assert_eq!(months[1].share_of_full(), Exact::ONE);
    assert_eq!(months[2].share_of_full(), Exact::ratio(10, 30).unwrap());
    assert_eq!(months[2].last_date, date("2026-06-10"));
    assert_eq!(windows.next(&months[2]), None);
    assert_eq!(windows.previous(&months[0]), None);
    assert_eq!(windows.previous(&months[2]), Some(months[1]));
}

#[test]
fn labels_name_the_window() {
    let label = |spec| {
        let windows = windows(spec, "Europe/Berlin", "2026-03-05", "2027-12-31");
        windows.first().unwrap().label(windows.zone())
    };
    assert_eq!(label(WindowSpec::Calendar(WindowUnit::Day)), "2026-03-05");
    assert_eq!(label(WindowSpec::Calendar(WindowUnit::Week)), "2026-W10");
    assert_eq!(label(WindowSpec::Calendar(WindowUnit::Month)), "2026-03");
    assert_eq!(label(WindowSpec::Calendar(WindowUnit::Quarter)), "2026-Q1");
    assert_eq!(label(WindowSpec::Calendar(WindowUnit::Year)), "2026");
    assert_eq!(label(WindowSpec::Contract(WindowUnit::Quarter)), "2026-03-05..");
    assert_eq!(label(WindowSpec::Term), "term");
}

#[test]
fn the_term_is_one_window_and_may_have_no_end() {
    let zone = zone("Europe/Berlin");
    let start = zone.start_of(date("2026-03-05"));
    let windows = Windows::new(WindowSpec::Term, zone.clone(), start, None);
    let term = windows.window_of(at("2100-01-01T00:00:00Z")).unwrap();
    assert_eq!((term.start, term.end), (start, Instant::MAX));
    assert!(!term.is_partial());
    assert_eq!(term.share_of_full(), Exact::ONE);
    assert_eq!(windows.next(&term), None);
    assert_eq!(windows.window_of(start.add_nanos(-1).unwrap()), None);
    let empty = Windows::new(WindowSpec::Term, zone, start, Some(start));
    assert_eq!(empty.first(), None);
}

#[test]
fn a_skipped_date_has_no_window() {
    let spec = WindowSpec::Calendar(WindowUnit::Day);
    let windows = windows(spec, "Pacific/Apia", "2011-12-28", "2012-01-02");
    let labels: Vec<String> = all(&windows).iter().map(|window| window.label(windows.zone())).collect();
    assert_eq!(labels, ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"]);
}

#[test]
fn a_date_that_comes_twice_has_one_window() {
    // Clocks go from 00:01 on the 29th to 23:01 on the 28th.
    let spec = WindowSpec::Calendar(WindowUnit::Day);
    let windows = windows(spec, "America/St_Johns", "2006-10-20", "2006-11-05");
    let label = |text: &str| windows.window_of(at(text)).unwrap().label(windows.zone());
    assert_eq!(label("2006-10-29T00:00:30-02:30"), "2006-10-28");
    assert_eq!(label("2006-10-28T23:30:00-03:30"), "2006-10-28");
    assert_eq!(label("2006-10-29T00:00:00-03:30"), "2006-10-29");
    // A term that starts in the minute of the 29th that is taken back starts on the 28th.
    let zone = zone("America/St_Johns");
    let start = at("2006-10-29T00:00:30-02:30");
    for spec in [spec, WindowSpec::Contract(WindowUnit::Day)] {
        let windows = Windows::new(spec, zone.clone(), start, None);
        let first = windows.first().unwrap();
        assert_eq!((first.start, first.first_date), (start, date("2006-10-28")));
    }
}

#[test]
fn months_from_a_day_begin_there_and_at_the_end_of_those_that_are_too_short() {
    let zone = "Europe/Istanbul";
    let labels = |spec, from, to| -> Vec<String> {
        let windows = windows(spec, zone, from, to);
        all(&windows).iter().map(|window| window.label(windows.zone())).collect()
    };
    let from_the = |day| WindowSpec::From(WindowUnit::Month, day);
    assert_eq!(
        labels(from_the(16), "2026-01-16", "2026-03-20"),
        ["2026-01-16..", "2026-02-16..", "2026-03-16.."]
    );
    // A term that begins before the day begins within the window of the month before.
    assert_eq!(labels(from_the(16), "2026-01-15", "2026-02-01"), ["2025-12-16..", "2026-01-16.."]);
    assert_eq!(
        labels(from_the(31), "2026-01-31", "2026-05-01"),
        ["2026-01-31..", "2026-02-28..", "2026-03-31..", "2026-04-30.."]
    );
    let quarters = labels(WindowSpec::From(WindowUnit::Quarter, 2), "2026-01-01", "2026-07-01");
    assert_eq!(quarters, ["2025-10-02..", "2026-01-02..", "2026-04-02.."]);
}

#[test]
fn a_rolling_window_is_the_last_of_those_that_it_counts() {
    let spec = WindowSpec::Rolling { count: 3, unit: WindowUnit::Month, contract: false };
    let windows = windows(spec, "Europe/Istanbul", "2026-01-11", "2026-05-01");
    let of = |text: &str| windows.window_of(at(text)).unwrap();
    let march = of("2026-03-10T00:00:00+03:00");
    assert_eq!(march.label(windows.zone()), "..2026-03");
    assert_eq!((march.start, march.end), (at("2026-03-01T00:00:00+03:00"), at("2026-04-01T00:00:00+03:00")));
    // It looks back upon a January that the term has cut.
    assert!(march.is_partial());
    assert_eq!((march.first_date, march.full_first), (date("2026-01-11"), date("2026-01-01")));
    assert_eq!(windows.counts_from(&march), at("2026-01-11T00:00:00+03:00"));
    let april = of("2026-04-10T00:00:00+03:00");
    assert!(!april.is_partial());
    assert_eq!((april.first_date, april.last_date), (date("2026-02-01"), date("2026-04-30")));
    assert_eq!(windows.counts_from(&april), at("2026-02-01T00:00:00+03:00"));
    assert_eq!(spec.beyond(date("2026-05-31")), Some(date("2026-02-28")));
}

#[test]
fn windows_by_the_clock_are_as_long_where_clocks_change() {
    let spec = |seconds| WindowSpec::Clock(NonZeroU32::new(seconds).unwrap());
    // Clocks go from 03:00 back to 02:00 on the 25th.
    let hours = windows(spec(3600), "Europe/Berlin", "2026-10-25", "2026-10-25");
    let labels: Vec<String> = all(&hours).iter().map(|window| window.label(hours.zone())).collect();
    assert_eq!(labels.len(), 25);
    assert_eq!(
        labels[1..5],
        ["2026-10-25 01:00", "2026-10-25 02:00+02:00", "2026-10-25 02:00+01:00", "2026-10-25 03:00"]
    );
    assert!(all(&hours).iter().all(|window| window.nanos() == 3_600_000_000_000 && !window.is_partial()));
    // 23 hours hold two windows of eleven and a part of one.
    let long = windows(spec(39_600), "Europe/Berlin", "2026-03-29", "2026-03-29");
    let all = all(&long);
    assert_eq!(all[1].label(long.zone()), "2026-03-29 12:00");
    assert_eq!((all.len(), all[2].share_of_full()), (3, Exact::ratio(1, 11).unwrap()));
    assert_eq!(
        windows(spec(90), "UTC", "2026-01-01", "2026-01-01").window(1).unwrap().label(&zone("UTC")),
        "2026-01-01 00:01:30"
    );
}
