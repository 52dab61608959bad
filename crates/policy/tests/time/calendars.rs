//! Calendars: the rows of the requirements, and the corners of their rules.

use servanda_policy::time::{
    Calendar, CalendarError, CalendarSpec, Closing, DatedLine, Ending, Instant, after_business_days,
    after_calendar_days, after_months, within_open, within_physical,
};

use crate::given::{HOUR, MINUTE, at, closed_on, date, istanbul, office, round_the_clock, zone};

#[test]
fn t1_minutes_go_on_after_the_weekend() {
    let support = istanbul();
    let received = at("2026-03-06T17:50:00+03:00");
    let due = support.add_open_time(received, 15 * MINUTE, Ending::AtClosing);
    assert_eq!(due, Some(at("2026-03-09T09:05:00+03:00")));
    let answered = at("2026-03-09T09:04:00+03:00");
    assert_eq!(support.open_time(received, answered), 14 * MINUTE);
    let late = within_open(&support, received, 15 * MINUTE, Ending::AtClosing).unwrap();
    assert!(at("2026-03-09T09:05:00+03:00") < late);
    assert!(at("2026-03-09T09:05:00.000000001+03:00") >= late);
}

#[test]
fn a_budget_that_ends_at_closing_ends_as_said() {
    let support = istanbul();
    let received = at("2026-03-06T17:45:00+03:00");
    let closing = at("2026-03-06T18:00:00+03:00");
    let opening = at("2026-03-09T09:00:00+03:00");
    let land = |from, nanos, ending| support.add_open_time(from, nanos, ending);
    assert_eq!(land(received, 15 * MINUTE, Ending::AtClosing), Some(closing));
    assert_eq!(land(received, 15 * MINUTE, Ending::AtNextOpening), Some(opening));
    assert_eq!(land(closing, 0, Ending::AtClosing), Some(closing));
    assert_eq!(land(closing, 0, Ending::AtNextOpening), Some(opening));
    assert_eq!(land(received, -1, Ending::AtClosing), None);
    assert_eq!(land(received, i128::from(i64::MAX), Ending::AtClosing), None);
    assert_eq!(land(received, i128::MAX, Ending::AtClosing), None);
}

#[test]
fn t3_business_days_end_at_closing() {
    let from = date("2026-03-06");
    let closing = at("2026-03-13T18:00:00+03:00");
    let support = istanbul();
    assert_eq!(support.business_day_closing(from, 5), Some(Closing::Moment(closing)));
    assert_eq!(after_business_days(&support, from, 5), closing.add_nanos(1));
    let spec = closed_on(office(), "2026-03-11");
    let holiday = Calendar::new(spec, zone("Europe/Istanbul")).unwrap();
    assert_eq!(holiday.nth_business_day(from, 5), Some(date("2026-03-16")));
    assert_eq!(after_business_days(&support, from, 0), Some(at("2026-03-07T00:00:00+03:00")));
}

#[test]
fn business_days_between_count_what_would_have_been_on_time() {
    let support = istanbul();
    let asked = at("2026-03-06T10:00:00+03:00");
    for (answered, days) in [
        ("2026-03-06T23:59:59+03:00", 0),
        ("2026-03-07T12:00:00+03:00", 1),
        ("2026-03-09T18:00:00+03:00", 1),
        ("2026-03-09T18:00:00.000000001+03:00", 2),
        ("2026-03-13T18:00:00+03:00", 5),
        ("2026-03-05T18:00:00+03:00", 0),
    ] {
        assert_eq!(support.business_days_between(asked, at(answered)), Some(days), "{answered}");
    }
}

#[test]
fn d3_last_business_day_of_a_month() {
    let support = istanbul();
    let last = |from, to| support.last_business_day(date(from), date(to));
    assert_eq!(last("2026-03-01", "2026-03-31"), Some(date("2026-03-31")));
    assert_eq!(last("2026-01-01", "2026-01-31"), Some(date("2026-01-30")));
    assert_eq!(last("2026-03-07", "2026-03-08"), None);
    assert_eq!(support.business_day_from(date("2026-03-07")), Some(date("2026-03-09")));
    assert_eq!(support.business_day_from(date("2026-03-06")), Some(date("2026-03-06")));
    assert_eq!(support.business_day_until(date("2026-03-08")), Some(date("2026-03-06")));
    assert_eq!(support.count_business_days(date("2026-03-01"), date("2026-03-31")), 22);
}

#[test]
fn t5_round_the_clock_counts_the_hours_that_there_are() {
    let berlin = round_the_clock("Europe/Berlin");
    let hours = |from: &str, to: &str| berlin.open_time(at(from), at(to)) / HOUR;
    assert_eq!(hours("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"), 23);
    assert_eq!(hours("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"), 25);
    // A night shift over the change: 22:00 to 06:00 is seven hours.
    let weekly = std::array::from_fn(|_| vec![(22 * 3_600, 30 * 3_600)]);
    let spec = CalendarSpec { weekly, ..CalendarSpec::default() };
    let night = Calendar::new(spec, zone("Europe/Berlin")).unwrap();
    let (from, to) = (at("2026-03-28T12:00:00+01:00"), at("2026-03-29T12:00:00+02:00"));
    assert_eq!(night.open_time(from, to), 7 * HOUR);
    assert_eq!(night.openings(from, to).count(), 1);
}

#[test]
fn lengths_are_told_over_the_whole_range() {
    // 300 years, of which 73 are leap years: more nanoseconds than 64 bits with a sign can tell.
    let all = 109_573 * 24 * HOUR;
    assert!(all > i128::from(i64::MAX));
    assert_eq!(Instant::MAX.nanos_since(Instant::MIN), all);
    assert_eq!(Instant::MIN.nanos_since(Instant::MAX), -all);
    assert_eq!(Instant::MIN.add_nanos(all), Some(Instant::MAX));
    assert_eq!(Instant::MAX.add_nanos(-all), Some(Instant::MIN));
    assert_eq!(Instant::MIN.add_nanos(all + 1), None);
    assert_eq!(within_physical(Instant::MIN, all - 1), Some(Instant::MAX));
    let always = CalendarSpec { always: true, ..CalendarSpec::default() };
    for calendar in [round_the_clock("UTC"), Calendar::new(always, zone("UTC")).unwrap()] {
        assert_eq!(calendar.open_time(Instant::MIN, Instant::MAX), all);
        for ending in [Ending::AtClosing, Ending::AtNextOpening] {
            let land = |nanos| calendar.add_open_time(Instant::MIN, nanos, ending);
            assert_eq!(land(all - 1), Instant::MAX.add_nanos(-1));
            assert_eq!(land(all + 1), None);
        }
    }
    // Of an office no more than a quarter of it: every year adds what it has, and nothing twice.
    let office = istanbul();
    let years = |from: i32| at(&format!("{from}-01-01T00:00:00Z"));
    let each: i128 = (1900..2199).map(|year| office.open_time(years(year), years(year + 1))).sum();
    let last = office.open_time(years(2199), Instant::MAX);
    assert_eq!(office.open_time(Instant::MIN, Instant::MAX), each + last);
    let whole = each + last;
    let landed = office.add_open_time(Instant::MIN, whole - 1, Ending::AtClosing).unwrap();
    assert_eq!(office.open_time(Instant::MIN, landed), whole - 1);
}

#[test]
fn round_the_clock_is_never_closed_in_any_zone() {
    for name in [
        "Africa/Cairo",
        "America/Havana",
        "America/St_Johns",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Pacific/Apia",
        "Asia/Manila",
        "America/Juneau",
    ] {
        let calendar = round_the_clock(name);
        let openings: Vec<_> = calendar.openings(Instant::MIN, Instant::MAX).collect();
        assert_eq!(openings, [(Instant::MIN, Instant::MAX)], "{name}");
        let spec = CalendarSpec { always: true, ..CalendarSpec::default() };
        let always = Calendar::new(spec, zone(name)).unwrap();
        let (from, to) = (at("1950-05-05T05:05:05Z"), at("2050-05-05T05:05:05Z"));
        assert_eq!(always.open_time(from, to), to.nanos_since(from));
        assert_eq!(calendar.open_time(from, to), to.nanos_since(from));
        let opening = |calendar: &Calendar| calendar.openings(from, to).collect::<Vec<_>>();
        assert_eq!(opening(&always), opening(&calendar));
    }
}

#[test]
fn a_calendar_that_closes_at_midnight_gives_the_whole_date() {
    let berlin = round_the_clock("Europe/Berlin");
    let start = at("2026-03-10T00:00:00+01:00");
    assert_eq!(berlin.business_day_closing(date("2026-03-06"), 3), Some(Closing::EndOfDate(start)));
    assert_eq!(after_business_days(&berlin, date("2026-03-06"), 3), Some(start));
}

#[test]
fn a_skipped_date_is_no_business_day() {
    let apia = Calendar::new(office(), zone("Pacific/Apia")).unwrap();
    assert!(apia.is_business_day(date("2011-12-29")));
    assert!(!apia.is_business_day(date("2011-12-30")), "a Friday that never was");
    assert_eq!(apia.nth_business_day(date("2011-12-29"), 1), Some(date("2012-01-02")));
}

#[test]
fn a_dated_line_goes_before_holidays_and_these_before_weekdays() {
    let mut spec = CalendarSpec { holidays: vec!["TR".into()], ..office() };
    let open = |spec: &CalendarSpec, day: &str| {
        let calendar = Calendar::new(spec.clone(), zone("Europe/Istanbul")).unwrap();
        let zone = calendar.zone().clone();
        calendar.open_time(zone.start_of(date(day)), zone.end_of(date(day))) / HOUR
    };
    assert_eq!(open(&spec, "2026-10-27"), 9);
    assert_eq!(open(&spec, "2026-10-28"), 4, "closed from 13:00");
    assert_eq!(open(&spec, "2026-10-29"), 0);
    spec.dated.push(DatedLine { date: date("2026-10-29"), spans: vec![(36_000, 43_200)] });
    assert_eq!(open(&spec, "2026-10-29"), 2);
    let calendar = Calendar::new(spec, zone("Europe/Istanbul")).unwrap();
    assert!(calendar.covers(date("2026-01-01"), date("2035-12-31")));
    assert!(!calendar.covers(date("2026-01-01"), date("2099-12-31")));
    assert!(istanbul().covers(date("1900-01-01"), date("2199-12-31")));
}

#[test]
fn an_opening_belongs_to_the_date_on_which_it_starts() {
    // Friday night lasts into a closed Saturday.
    let mut weekly: [Vec<(u32, u32)>; 7] = Default::default();
    weekly[4] = vec![(22 * 3_600, 30 * 3_600)];
    let spec = closed_on(CalendarSpec { weekly, ..CalendarSpec::default() }, "2026-03-07");
    let calendar = Calendar::new(spec, zone("Europe/Istanbul")).unwrap();
    assert!(calendar.is_open(at("2026-03-07T05:59:59+03:00")));
    assert!(!calendar.is_open(at("2026-03-07T06:00:00+03:00")));
    assert!(calendar.is_business_day(date("2026-03-06")));
    assert!(!calendar.is_business_day(date("2026-03-07")));
}

#[test]
fn next_opening_and_previous_closing() {
    let support = istanbul();
    let saturday = at("2026-03-07T12:00:00+03:00");
    let open = at("2026-03-06T12:00:00+03:00");
    assert_eq!(support.next_opening(saturday), Some(at("2026-03-09T09:00:00+03:00")));
    assert_eq!(support.previous_closing(saturday), Some(at("2026-03-06T18:00:00+03:00")));
    assert_eq!(support.next_opening(open), Some(open));
    assert_eq!(support.previous_closing(open), Some(open));
    let opening = at("2026-03-09T09:00:00+03:00");
    assert_eq!(support.previous_closing(opening), Some(at("2026-03-06T18:00:00+03:00")));
    assert_eq!(support.next_opening(Instant::MAX), None);
    assert_eq!(support.previous_closing(Instant::MIN), None);
}

#[test]
fn malformed_calendars_are_refused() {
    let new = |spec| Calendar::new(spec, zone("UTC")).map(|_| ());
    let span = |start, end| {
        let mut spec = office();
        spec.weekly[6] = vec![(start, end)];
        spec
    };
    assert_eq!(new(CalendarSpec::default()), Err(CalendarError::NeverOpen));
    assert_eq!(new(span(9, 9)), Err(CalendarError::Span { start: 9, end: 9 }));
    assert_eq!(new(span(86_400, 90_000)), Err(CalendarError::Span { start: 86_400, end: 90_000 }));
    assert_eq!(new(span(0, 172_801)), Err(CalendarError::Span { start: 0, end: 172_801 }));
    let twice = closed_on(closed_on(office(), "2026-03-07"), "2026-03-07");
    assert_eq!(new(twice), Err(CalendarError::TwoLines(date("2026-03-07"))));
    let spec = CalendarSpec { holidays: vec!["XX".into()], ..office() };
    assert_eq!(new(spec), Err(CalendarError::NoHolidays("XX".into())));
}

#[test]
fn dates_are_late_from_the_start_of_the_next() {
    let berlin = zone("Europe/Berlin");
    let from = date("2026-03-06");
    assert_eq!(after_calendar_days(&berlin, from, 30), Some(at("2026-04-06T00:00:00+02:00")));
    let from = date("2026-01-31");
    assert_eq!(after_months(&berlin, from, 1), Some(at("2026-03-01T00:00:00+01:00")));
    assert_eq!(after_months(&berlin, from, 100_000), None);
    assert_eq!(within_physical(Instant(0), 5), Some(Instant(6)));
    assert_eq!(within_physical(Instant::MAX, 0), None);
}

#[test]
fn a_closing_at_the_very_instant_is_on_time_for_fewer_business_days() {
    // Monday is open until Wednesday 00:00, later than Tuesday's closing.
    let mut weekly: [Vec<(u32, u32)>; 7] = Default::default();
    weekly[0] = vec![(0, 172_800)];
    weekly[1] = vec![(9 * 3_600, 18 * 3_600)];
    let spec = CalendarSpec { weekly, ..CalendarSpec::default() };
    let calendar = Calendar::new(spec, zone("Europe/Istanbul")).unwrap();
    let asked = at("2026-03-08T10:00:00+03:00");
    let midnight = at("2026-03-11T00:00:00+03:00");
    assert_eq!(calendar.business_days_between(asked, midnight), Some(1));
    let later = midnight.add_nanos(1).unwrap();
    assert_eq!(calendar.business_days_between(asked, later), Some(3));
}

#[test]
fn a_closing_at_24_is_the_end_of_the_date_though_midnight_comes_twice() {
    let weekly = std::array::from_fn(|_| vec![(20 * 3_600, 86_400)]);
    let spec = CalendarSpec { weekly, ..CalendarSpec::default() };
    let calendar = Calendar::new(spec, zone("America/Havana")).unwrap();
    let (from, to) = (at("2026-10-31T12:00:00-04:00"), at("2026-11-01T12:00:00-05:00"));
    assert_eq!(calendar.open_time(from, to), 4 * HOUR);
    let end = calendar.zone().start_of(date("2026-11-01"));
    assert_eq!(calendar.closing_of(date("2026-10-31")), Some(Closing::EndOfDate(end)));
}

#[test]
fn a_part_of_a_holiday_leaves_what_is_before_and_after() {
    // From 10:00 to 06:00 of the next day, without 13:00 to 24:00 of 28 October.
    let weekly = std::array::from_fn(|_| vec![(10 * 3_600, 30 * 3_600)]);
    let holidays = vec!["TR".into()];
    let spec = CalendarSpec { weekly, holidays, ..CalendarSpec::default() };
    let calendar = Calendar::new(spec, zone("Europe/Istanbul")).unwrap();
    let hours = |from: &str, to: &str| calendar.open_time(at(from), at(to)) / HOUR;
    assert_eq!(hours("2026-10-28T10:00:00+03:00", "2026-10-28T13:00:00+03:00"), 3);
    assert_eq!(hours("2026-10-28T13:00:00+03:00", "2026-10-29T00:00:00+03:00"), 0);
    assert_eq!(hours("2026-10-29T00:00:00+03:00", "2026-10-29T12:00:00+03:00"), 6);
}

#[test]
fn openings_over_new_year_are_one() {
    let mut weekly: [Vec<(u32, u32)>; 7] = Default::default();
    weekly[3] = vec![(20 * 3_600, 32 * 3_600)];
    let spec = CalendarSpec { weekly, ..CalendarSpec::default() };
    let calendar = Calendar::new(spec, zone("Europe/Berlin")).unwrap();
    let evening = at("2026-12-31T20:00:00+01:00");
    let morning = at("2027-01-01T08:00:00+01:00");
    let (from, to) = (at("2026-12-26T00:00:00Z"), at("2027-01-06T00:00:00Z"));
    assert_eq!(calendar.openings(from, to).collect::<Vec<_>>(), [(evening, morning)]);
    assert_eq!(calendar.open_time(from, to), 12 * HOUR);
    for ending in [Ending::AtClosing, Ending::AtNextOpening] {
        let four = calendar.add_open_time(evening, 4 * HOUR, ending);
        assert_eq!(four, Some(at("2027-01-01T00:00:00+01:00")));
        let five = calendar.add_open_time(evening, 5 * HOUR, ending);
        assert_eq!(five, Some(at("2027-01-01T01:00:00+01:00")));
    }
}
