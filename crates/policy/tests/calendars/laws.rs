//! The laws.

use crate::given::{Clocks, DAY, MINUTE, budget, calendar, clocks, distance, hold, said, spec, steady};
use crate::walk::Walk;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use servanda_policy::time::{Calendar, CalendarSpec, Ending, Instant};

/// How long a walk around a change is.
const WALK_MINUTES: i64 = 80 * 60;

fn after(instant: Instant, nanos: i64) -> Instant {
    instant.add_nanos(i128::from(nanos)).unwrap()
}

/// Compares every minute of a walk with what the calendar answers.
fn compare(spec: &CalendarSpec, of: &Clocks, start: Instant, minutes: usize) {
    let calendar = Calendar::new(spec.clone(), of.zone.clone()).unwrap();
    let walk = Walk::new(spec, of.zone.name(), start, minutes);
    let sums = walk.sums();
    let where_ = || format!("{} from {start}: {spec:?}", of.zone.name());
    for (minute, open) in walk.open.iter().enumerate() {
        let at = walk.at(minute);
        assert_eq!(calendar.is_open(at), *open, "{at}, {}", where_());
        let open_time = |to| i64::try_from(calendar.open_time(start, to)).unwrap();
        assert_eq!(open_time(at), sums[minute] * MINUTE, "up to {at}, {}", where_());
        let inside = after(at, 7);
        let nanos = if *open { 7 } else { 0 };
        assert_eq!(open_time(inside), sums[minute] * MINUTE + nanos, "{inside}, {}", where_());
    }
    let all = sums[sums.len() - 1];
    for wanted in (1..all).step_by(97).chain([1, all]).filter(|wanted| (1..=all).contains(wanted)) {
        // The first minute with so much open time behind it, and the last one with no more.
        let first = walk.at(sums.partition_point(|sum| *sum < wanted));
        let landed = calendar.add_open_time(start, i128::from(wanted * MINUTE), Ending::AtClosing);
        assert_eq!(landed, Some(first), "{wanted} minutes, {}", where_());
        if wanted < all {
            let last = walk.at(sums.partition_point(|sum| *sum <= wanted) - 1);
            let landed = calendar.add_open_time(start, i128::from(wanted * MINUTE), Ending::AtNextOpening);
            assert_eq!(landed, Some(last), "{wanted} minutes, {}", where_());
        }
    }
    let next = walk.open.iter().position(|open| *open).map(|minute| walk.at(minute));
    assert!(next.is_none() || calendar.next_opening(start) == next, "{}", where_());
    let last = walk.open.iter().rposition(|open| *open).map(|minute| walk.at(minute + 1));
    assert!(last.is_none() || calendar.previous_closing(walk.at(minutes)) == last, "{}", where_());
}

#[test]
fn sums_are_what_a_walk_over_the_minutes_of_every_change_finds() {
    let said = said("SERVANDA_LAW_CASES").and_then(|cases| cases.parse::<u32>().ok());
    let mut runner = match said {
        None => TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        Some(_) => TestRunner::new(Config::default()),
    };
    // A walk is as dear as some hundred cases.
    let mut rounds = said.map_or(1, |cases| cases.div_ceil(200));
    let mut changes = 0;
    while rounds > 0 {
        rounds -= 1;
        for of in clocks() {
            for change in &of.changes {
                let spec = spec(of.zone.date_of(*change)).new_tree(&mut runner).unwrap().current();
                let start = Instant(change.0 - WALK_MINUTES / 2 * MINUTE);
                compare(&spec, of, start, WALK_MINUTES as usize);
                changes += 1;
            }
        }
    }
    assert!(changes > 1_000, "{changes} changes of clocks");
}

#[test]
fn every_zone_has_its_changes_and_the_odd_ones_are_there() {
    let named = |name: &str| clocks().iter().find(|of| of.zone.name() == name).unwrap();
    assert!(clocks().len() >= 10);
    // A date that is missing: clocks go on by 24 hours.
    let apia = named("Pacific/Apia");
    let jump = |of: &Clocks, at: &Instant| {
        i64::from(of.zone.offset_at(*at)) - i64::from(of.zone.offset_at(Instant(at.0 - 1)))
    };
    assert!(apia.changes.iter().any(|at| jump(apia, at) == 86_400));
    let half = named("Australia/Lord_Howe");
    assert!(half.changes.iter().all(|at| jump(half, at).abs() == 1_800));
    // Midnights that are missing, and midnights that come twice.
    for (name, missing) in [("America/Sao_Paulo", true), ("Asia/Beirut", true), ("America/Havana", false)] {
        let of = named(name);
        let at_midnight = |at: &&Instant| {
            let (_, nanos) = of.zone.local(**at);
            let hour = 60 * MINUTE;
            if missing { jump(of, at) > 0 && nanos == hour } else { jump(of, at) < 0 && nanos == 0 }
        };
        assert!(of.changes.iter().filter(at_midnight).count() > 10, "{name}");
    }
}

#[test]
fn adding_and_measuring_are_inverse() {
    hold((calendar(), distance(), budget()), |((calendar, a), apart, nanos)| {
        let nanos = i128::from(nanos);
        let land = |nanos: i128, ending| calendar.add_open_time(a, nanos, ending).unwrap();
        let (closing, opening) = (land(nanos, Ending::AtClosing), land(nanos, Ending::AtNextOpening));
        prop_assert!(a <= closing && closing <= opening);
        prop_assert_eq!(calendar.open_time(a, closing), nanos);
        prop_assert_eq!(calendar.open_time(a, opening), nanos);
        // The least instant and the greatest.
        if nanos > 0 {
            prop_assert_eq!(calendar.open_time(a, after(closing, -1)), nanos - 1);
        }
        prop_assert_eq!(calendar.open_time(a, after(opening, 1)), nanos + 1);
        // The other way round, up to closed time.
        let b = after(a, apart);
        let between = calendar.open_time(a, b);
        let expected = if between == 0 { a } else { calendar.previous_closing(b).unwrap() };
        prop_assert_eq!(land(between, Ending::AtClosing), expected);
        prop_assert_eq!(land(between, Ending::AtNextOpening), calendar.next_opening(b).unwrap());
        Ok(())
    });
}

#[test]
fn open_time_split_anywhere_adds_up() {
    hold((calendar(), distance(), distance()), |((calendar, a), first, second)| {
        let (b, c) = (after(a, first), after(a, first + second));
        prop_assert_eq!(calendar.open_time(a, b) + calendar.open_time(b, c), calendar.open_time(a, c));
        prop_assert_eq!(calendar.open_time(b, a), 0);
        Ok(())
    });
}

#[test]
fn adding_twice_is_adding_the_sum() {
    hold((calendar(), budget(), budget()), |((calendar, a), first, second)| {
        for ending in [Ending::AtClosing, Ending::AtNextOpening] {
            let land = |from, nanos| calendar.add_open_time(from, i128::from(nanos), ending).unwrap();
            prop_assert_eq!(land(land(a, first), second), land(a, first + second));
        }
        Ok(())
    });
}

#[test]
fn open_time_is_no_longer_than_the_wall() {
    hold((calendar(), distance(), distance()), |((calendar, a), first, second)| {
        let (b, c) = (after(a, first), after(a, first + second));
        let (short, long) = (calendar.open_time(a, b), calendar.open_time(a, c));
        prop_assert!(0 <= short && short <= long);
        let (first, second) = (i128::from(first), i128::from(second));
        prop_assert!(short <= first && long - short <= second);
        // It is all of the wall exactly where one opening holds all of it.
        let around = calendar.opening_around(a);
        prop_assert_eq!(around.is_some(), calendar.is_open(a));
        let within = around.is_some_and(|(from, until)| from <= a && b <= until);
        prop_assert_eq!(first > 0 && short == first, first > 0 && within);
        Ok(())
    });
}

#[test]
fn openings_are_apart_and_hold_all_open_time() {
    hold((calendar(), 0..700 * DAY), |((calendar, a), apart)| {
        let b = after(a, apart);
        let openings: Vec<_> = calendar.openings(a, b).collect();
        let sum: i128 = openings.iter().map(|(from, until)| until.nanos_since(*from)).sum();
        prop_assert_eq!(sum, calendar.open_time(a, b));
        prop_assert!(openings.windows(2).all(|pair| pair[0].1 < pair[1].0), "joined");
        for (from, until) in openings {
            prop_assert!(a <= from && from < until && until <= b);
            let (begins, ends) = calendar.opening_around(from).unwrap();
            prop_assert_eq!((begins.max(a), ends.min(b)), (from, until));
        }
        Ok(())
    });
}

#[test]
fn the_next_opening_and_the_previous_closing_bound_closed_time() {
    hold(calendar(), |(calendar, at)| {
        let next = calendar.next_opening(at).unwrap();
        prop_assert!(at <= next && calendar.is_open(next));
        prop_assert_eq!(calendar.open_time(at, next), 0);
        let previous = calendar.previous_closing(at).unwrap();
        prop_assert!(previous <= at && calendar.is_open(after(previous, -1)));
        prop_assert_eq!(calendar.open_time(previous, at), 0);
        prop_assert_eq!(next == at, calendar.is_open(at));
        Ok(())
    });
}

#[test]
fn whole_weeks_later_everything_is_the_same() {
    let weeks = (-200_i64..200).prop_map(|weeks| weeks * 7);
    hold((steady(), distance(), budget(), weeks), |((calendar, a), apart, nanos, days)| {
        let later = |at: Instant| after(at, days * DAY);
        let b = after(a, apart);
        prop_assert_eq!(calendar.open_time(later(a), later(b)), calendar.open_time(a, b));
        prop_assert_eq!(calendar.is_open(later(a)), calendar.is_open(a));
        for ending in [Ending::AtClosing, Ending::AtNextOpening] {
            let landed = calendar.add_open_time(a, i128::from(nanos), ending).unwrap();
            prop_assert_eq!(calendar.add_open_time(later(a), i128::from(nanos), ending), Some(later(landed)));
        }
        prop_assert_eq!(calendar.next_opening(later(a)), calendar.next_opening(a).map(later));
        prop_assert_eq!(calendar.previous_closing(later(a)), calendar.previous_closing(a).map(later));
        let days_between = calendar.business_days_between(a, b);
        prop_assert_eq!(calendar.business_days_between(later(a), later(b)), days_between);
        let (date, number) = (calendar.zone().date_of(a), u32::try_from(apart % 90).unwrap());
        let nth = calendar.nth_business_day(date, number).and_then(|date| date.add_days(days));
        prop_assert_eq!(date.add_days(days).and_then(|date| calendar.nth_business_day(date, number)), nth);
        Ok(())
    });
}
