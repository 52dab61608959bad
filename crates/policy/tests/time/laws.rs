//! General laws of calendars and windows, on generated ones.

use proptest::prelude::*;
use servanda_policy::time::{
    Calendar, CalendarSpec, Date, DatedLine, DaySpans, Ending, Instant, Side, WindowSpec, WindowUnit,
    Windows, Zone, after_business_days,
};

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
            let spec = CalendarSpec { weekly, dated, holidays: vec![], always: false };
            (Calendar::new(spec, zone).unwrap(), day)
        },
    )
}

/// Lengths of open time, often whole minutes, so that they end exactly at a closing.
fn budget() -> impl Strategy<Value = i64> {
    prop_oneof![
        (0_i64..20 * 1_440).prop_map(|minutes| minutes * MINUTE),
        (0_i64..90).prop_map(|tens| tens * 10 * MINUTE),
        0..20 * 1_440 * MINUTE,
    ]
}

/// An instant within some days of a date, in whole minutes.
fn near(calendar: &Calendar, day: Date, minutes: i64) -> Instant {
    calendar.zone().start_of(day).add_nanos(minutes * MINUTE).unwrap()
}

/// Whether an instant lies in the openings of the dates around it: the definition, read literally.
fn open_by_definition(spec: &CalendarSpec, zone: &Zone, instant: Instant) -> bool {
    let today = zone.date_of(instant);
    (-3..=2).any(|offset| {
        let date = Date(today.0 + offset);
        let line = spec.dated.iter().find(|line| line.date == date);
        let spans = line.map_or(&spec.weekly[date.weekday().index()], |line| &line.spans);
        spans.iter().any(|&(from, to)| {
            zone.at(date, from, Side::Opening) <= instant && instant < zone.at(date, to, Side::Closing)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_equal_a_walk_by_minutes(
        weekly in proptest::array::uniform7(spans()), day in day(), zone in zones(),
        from in -3_000_i64..3_000, length in 0_i64..5_000,
    ) {
        let mut spec = CalendarSpec { weekly, ..CalendarSpec::default() };
        spec.weekly[2].push((600, 1_200));
        spec.dated.push(DatedLine { date: Date(day.0 + 1), spans: vec![(3_600, 100_020)] });
        let calendar = Calendar::new(spec.clone(), zone.clone()).unwrap();
        let start = near(&calendar, day, from);
        let instant = |minute: i64| start.add_nanos(minute * MINUTE).unwrap();
        let mut walked = 0;
        for minute in 0..length {
            let open = open_by_definition(&spec, &zone, instant(minute));
            prop_assert_eq!(calendar.is_open(instant(minute)), open);
            walked += i64::from(open);
        }
        prop_assert_eq!(calendar.open_time(start, instant(length)), walked * MINUTE);
    }

    #[test]
    fn measuring_undoes_adding((calendar, day) in calendar(), from in -9_000_i64..9_000, nanos in budget()) {
        let start = near(&calendar, day, from);
        let closing = calendar.add_open_time(start, nanos, Ending::AtClosing).unwrap();
        let opening = calendar.add_open_time(start, nanos, Ending::AtNextOpening).unwrap();
        prop_assert!(start <= closing && closing <= opening);
        prop_assert_eq!(calendar.open_time(start, closing), nanos);
        prop_assert_eq!(calendar.open_time(start, opening), nanos);
        // The least instant and the greatest.
        if nanos > 0 {
            prop_assert_eq!(calendar.open_time(start, closing.add_nanos(-1).unwrap()), nanos - 1);
        }
        prop_assert_eq!(calendar.open_time(start, opening.add_nanos(1).unwrap()), nanos + 1);
    }

    #[test]
    fn open_time_adds_up_and_never_exceeds_the_wall(
        (calendar, day) in calendar(), mut at in proptest::array::uniform3(-800_000_i64..800_000),
    ) {
        at.sort_unstable();
        let [a, b, c] = at.map(|minutes| near(&calendar, day, minutes));
        let open = |from, to| calendar.open_time(from, to);
        prop_assert_eq!(open(a, b) + open(b, c), open(a, c));
        prop_assert!(open(a, c) <= c.nanos_since(a));
        let listed: i64 = calendar.openings(a, c).map(|(from, to)| to.nanos_since(from)).sum();
        prop_assert_eq!(listed, open(a, c));
        let openings: Vec<_> = calendar.openings(a, c).collect();
        prop_assert!(openings.windows(2).all(|pair| pair[0].1 < pair[1].0), "joined");
    }

    #[test]
    fn next_opening_and_previous_closing_bound_closed_time((calendar, day) in calendar(), from in -9_000_i64..9_000) {
        let instant = near(&calendar, day, from);
        let next = calendar.next_opening(instant).unwrap();
        prop_assert!(calendar.is_open(next));
        prop_assert_eq!(calendar.open_time(instant, next), 0);
        let previous = calendar.previous_closing(instant).unwrap();
        prop_assert!(calendar.is_open(previous.add_nanos(-1).unwrap()));
        prop_assert_eq!(calendar.open_time(previous, instant), 0);
    }

    #[test]
    fn business_days_between_is_the_least_on_time((calendar, day) in calendar(), from in -9_000_i64..9_000, length in 0_i64..40_000) {
        let start = near(&calendar, day, from);
        let end = start.add_nanos(length * MINUTE).unwrap();
        let date = calendar.zone().date_of(start);
        let least = (0..).find(|n| end < after_business_days(&calendar, date, *n).unwrap());
        prop_assert_eq!(calendar.business_days_between(start, end), least);
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
        zone in zones(), day in day(), unit in 0..5_usize, contract in any::<bool>(),
        from in 0_i64..1_440, length in 1_i64..1_200_000, inside in 0_i64..1_200_000,
    ) {
        use WindowUnit::{Day, Month, Quarter, Week, Year};
        let unit = [Day, Week, Month, Quarter, Year][unit];
        let spec = if contract { WindowSpec::Contract(unit) } else { WindowSpec::Calendar(unit) };
        let start = zone.start_of(day).add_nanos(from * MINUTE).unwrap();
        let end = start.add_nanos(length * MINUTE).unwrap();
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
        let instant = start.add_nanos(inside.min(length - 1) * MINUTE).unwrap();
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
