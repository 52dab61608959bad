//! General laws of business days, windows, months and instants, on generated ones; those of open time are in `calendars`.

use proptest::prelude::*;
use servanda_policy::time::{
    Calendar, CalendarSpec, Closing, Date, DatedLine, DaySpans, Instant, WindowSpec, WindowUnit, Windows,
    Zone, after_business_days, days_ended, end_of_date,
};
use std::num::NonZeroU32;

use crate::given::{MINUTE, zone};

/// Zones with odd changes, most of them within the generated dates.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/Havana",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
];

fn zones() -> impl Strategy<Value = Zone> {
    proptest::sample::select(ZONES.as_slice()).prop_map(zone)
}

/// Openings in whole minutes, some past midnight, some touching.
fn spans() -> impl Strategy<Value = DaySpans> {
    let span = (0_u32..1_440, 1_u32..1_500)
        .prop_map(|(start, length)| (start * 60, (start + length).min(2_880) * 60));
    prop_oneof![
        2 => Just(vec![]),
        3 => Just(vec![(9 * 3_600, 12 * 3_600), (13 * 3_600, 18 * 3_600)]),
        1 => Just(vec![(0, 86_400)]),
        3 => proptest::collection::vec(span, 1..3),
    ]
}

/// A week in the years 2006 to 2027, where the zones above are at their oddest.
fn day() -> impl Strategy<Value = Date> {
    prop_oneof![
        4 => (13_149_i32..21_184).prop_map(Date),
        1 => proptest::sample::select(
            [15_337, 15_338, 20_758, 20_567, 20_576, 13_450, 17_839, 20_454].as_slice()
        ).prop_map(Date),
    ]
}

fn calendar() -> impl Strategy<Value = (Calendar, Date)> {
    let week = proptest::array::uniform7(spans());
    (week, proptest::collection::btree_map(-3_i32..10, spans(), 0..3), day(), zones()).prop_map(
        |(mut weekly, dated, day, zone)| {
            weekly[0].push((600, 1_200));
            let line = |(offset, spans)| DatedLine { date: Date(day.0 + offset), spans };
            let dated = dated.into_iter().map(line).collect();
            let spec = CalendarSpec { weekly, dated, ..CalendarSpec::default() };
            (Calendar::new(spec, zone).unwrap(), day)
        },
    )
}

/// An instant within some days of a date, in whole minutes.
fn near(calendar: &Calendar, day: Date, minutes: i64) -> Instant {
    calendar.zone().start_of(day).add_nanos(i128::from(minutes) * MINUTE).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn business_days_between_is_the_least_on_time((calendar, day) in calendar(), from in -9_000_i64..9_000, length in 0_i64..40_000) {
        let start = near(&calendar, day, from);
        let end = start.add_nanos(i128::from(length) * MINUTE).unwrap();
        let date = calendar.zone().date_of(start);
        let least = (0..).find(|n| end < after_business_days(&calendar, date, *n).unwrap());
        prop_assert_eq!(calendar.business_days_between(start, end), least);
    }

    #[test]
    fn days_that_end_are_those_of_a_walk_and_add_up(
        (calendar, day) in calendar(), from in -9_000_i64..9_000, lengths in (0_i64..20_000, 0_i64..20_000),
    ) {
        let zone = calendar.zone();
        let start = near(&calendar, day, from);
        let later = |start: Instant, minutes: i64| start.add_nanos(i128::from(minutes) * MINUTE).unwrap();
        let (middle, end) = (later(start, lengths.0), later(start, lengths.0 + lengths.1));
        let closes = |date: Date| calendar.closing_of(date).and_then(Closing::late_from);
        let ended = |from, to| days_ended(zone, Some(&calendar), from, to, closes);
        let days = (zone.date_of(start).0 - 4..=zone.date_of(end).0 + 1).map(Date);
        let walked = days.filter_map(closes).filter(|late| start < *late && *late <= end).count();
        prop_assert_eq!(ended(start, end), i64::try_from(walked).unwrap());
        prop_assert_eq!(ended(start, middle) + ended(middle, end), ended(start, end));
        let midnight = |date| end_of_date(zone, date);
        let dates = zone.date_of(end).days_since(zone.date_of(start));
        prop_assert_eq!(days_ended(zone, None, start, end, midnight), dates);
    }

    #[test]
    fn business_days_count_as_they_are_walked((calendar, day) in calendar(), n in 1_u32..300) {
        let mut date = day;
        for _ in 0..n {
            date = date.add_days(1).unwrap();
            while !calendar.is_business_day(date) {
                date = date.add_days(1).unwrap();
            }
        }
        prop_assert_eq!(calendar.nth_business_day(day, n), Some(date));
        prop_assert_eq!(calendar.count_business_days(Date(day.0 + 1), date), n);
        prop_assert_eq!(calendar.business_day_until(date), Some(date));
    }

    #[test]
    fn windows_partition_the_term(
        zone in zones(), day in day(), unit in 0..5_usize, cut in 0..6_usize, turn in 1_u8..=31,
        from in 0_i64..1_440, length in 1_i64..1_200_000, inside in 0_i64..1_200_000,
    ) {
        use WindowUnit::{Day, Month, Quarter, Week, Year};
        let (at, unit) = (unit, [Day, Week, Month, Quarter, Year][unit]);
        let spec = match cut {
            0 => WindowSpec::Contract(unit),
            1 => WindowSpec::Calendar(unit),
            5 => WindowSpec::Clock(NonZeroU32::new(u32::from(turn) * [30, 60, 600, 1800, 2700][at]).unwrap()),
            2 if matches!(unit, Month | Quarter | Year) => WindowSpec::From(unit, turn),
            _ => WindowSpec::Rolling { count: u16::from(turn) + 1, unit, contract: cut == 3 },
        };
        let start = zone.start_of(day).add_nanos(i128::from(from) * MINUTE).unwrap();
        let end = start.add_nanos(i128::from(length) * MINUTE).unwrap();
        let windows = Windows::new(spec, zone.clone(), start, Some(end));
        let all: Vec<_> = windows.between(start, end).collect();
        prop_assert_eq!(all[0].start, start);
        prop_assert_eq!(all[0].index, 0);
        prop_assert_eq!(all[all.len() - 1].end, end);
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
            prop_assert_eq!(windows.next(&pair[0]), Some(pair[1]));
            prop_assert_eq!(windows.previous(&pair[1]), Some(pair[0]));
        }
        for window in &all {
            prop_assert!(window.start < window.end);
            prop_assert!(window.full_start <= window.start && window.end <= window.full_end);
            prop_assert!(window.full_first <= window.first_date && window.last_date <= window.full_last);
            prop_assert_eq!(windows.window_of(window.start), Some(*window));
            prop_assert_eq!(windows.window_of(window.end.add_nanos(-1).unwrap()), Some(*window));
        }
        let instant = start.add_nanos(i128::from(inside.min(length - 1)) * MINUTE).unwrap();
        let window = windows.window_of(instant).unwrap();
        prop_assert!(window.contains(instant));
        for known in &all {
            prop_assert_eq!(windows.window_near(known, instant), Some(window));
        }
    }

    #[test]
    fn months_clamp(day in day(), months in -200_i64..200) {
        let later = day.add_months(months).unwrap();
        let (year, month, number) = day.civil();
        let (later_year, later_month, later_number) = later.civil();
        let count = |year: i32, month: u8| i64::from(year) * 12 + i64::from(month);
        prop_assert_eq!(count(later_year, later_month) - count(year, month), months);
        prop_assert!(later_number == number || (later_number < number && later == later.end_of_month()));
    }

    #[test]
    fn instants_read_what_they_write(nanos in Instant::MIN.0..Instant::MAX.0, zone in zones()) {
        let instant = Instant(nanos);
        prop_assert_eq!(instant.to_string().parse::<Instant>(), Ok(instant));
        prop_assert_eq!(instant.format_in(&zone).parse::<Instant>(), Ok(instant));
    }
}
