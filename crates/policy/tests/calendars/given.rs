//! Zones with their changes, calendars of every kind, and how a law is tried.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use servanda_policy::time::{Calendar, CalendarSpec, Date, DatedLine, DaySpans, Instant, Zone};
use std::sync::OnceLock;

pub(crate) const SECOND: i64 = 1_000_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const DAY: i64 = 1_440 * MINUTE;

/// Midnights that are missing or come twice, a date that is missing, changes of half an hour and of two hours, clocks
/// that change for a month of each year, and zones whose clocks hardly ever change.
const ZONES: [&str; 19] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Kwajalein",
];

/// Zones whose clocks have not changed since 1990.
const STEADY: [&str; 5] = ["UTC", "Asia/Kathmandu", "Asia/Kolkata", "America/Phoenix", "Africa/Lagos"];

/// A zone and the instants at which its clocks change, by a database of zones that is asked directly.
#[derive(Debug)]
pub(crate) struct Clocks {
    pub(crate) zone: Zone,
    pub(crate) changes: Vec<Instant>,
}

/// The zones with all their changes.
pub(crate) fn clocks() -> &'static [Clocks] {
    static CLOCKS: OnceLock<Vec<Clocks>> = OnceLock::new();
    CLOCKS.get_or_init(|| {
        let zone = |name: &&str| Clocks { zone: Zone::named(name).unwrap(), changes: changes(name) };
        ZONES.iter().map(zone).collect()
    })
}

/// The rules of a zone, past everything of ours.
pub(crate) fn rules(name: &str) -> jiff::tz::TimeZone {
    static DATABASE: OnceLock<jiff::tz::TimeZoneDatabase> = OnceLock::new();
    DATABASE.get_or_init(jiff::tz::TimeZoneDatabase::bundled).get(name).unwrap()
}

fn changes(name: &str) -> Vec<Instant> {
    let at = |date: &str| format!("{date}T00:00:00Z").parse::<Instant>().unwrap();
    let from = jiff::Timestamp::from_second(at("1990-01-01").0 / SECOND).unwrap();
    let until = at("2041-01-01");
    let rules = rules(name);
    let instants = rules.following(from).map(|change| Instant(change.timestamp().as_second() * SECOND));
    instants.take_while(|change| *change < until).collect()
}

/// How many cases are tried where nobody says it.
const CASES: u32 = 512;

/// Tries a law: the same cases in every run, unless somebody says how many.
pub(crate) fn hold<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
    law: impl Fn(T) -> TestCaseResult,
) {
    let said = said("SERVANDA_LAW_CASES").and_then(|cases| cases.parse().ok());
    let config = Config { cases: said.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    let mut runner = match said {
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        Some(_) => TestRunner::new(config),
    };
    if let Err(why) = runner.run(&strategy, law) {
        panic!("{why}");
    }
}

/// What is said from outside of how the laws are tried.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of what they test")]
pub(crate) fn said(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Openings of a date: none, the whole date, past midnight, until 24:00, several, some of them touching.
fn spans() -> impl Strategy<Value = DaySpans> {
    let span = (0_u32..1_440, 1_u32..1_500)
        .prop_map(|(start, length)| (start * 60, (start + length).min(2_880) * 60));
    let until_midnight = (0_u32..1_440).prop_map(|start| vec![(start * 60, 86_400)]);
    let overnight =
        (1_000_u32..1_440, 1_450_u32..2_880).prop_map(|(start, end)| vec![(start * 60, end * 60)]);
    // Near the hours at which clocks change.
    let early =
        (0_u32..240, 1_u32..240).prop_map(|(start, length)| vec![(start * 60, (start + length) * 60)]);
    prop_oneof![
        2 => Just(vec![]),
        2 => Just(vec![(9 * 3_600, 12 * 3_600), (13 * 3_600, 18 * 3_600)]),
        2 => Just(vec![(0, 86_400)]),
        2 => early,
        2 => until_midnight,
        2 => overnight,
        2 => proptest::collection::vec(span, 1..4),
    ]
}

/// Hours of the week, never closed for all of it.
pub(crate) fn weekly() -> impl Strategy<Value = CalendarSpec> {
    (proptest::array::uniform7(spans()), 0_usize..7).prop_map(|(mut weekly, open)| {
        weekly[open].push((10 * 3_600, 11 * 3_600));
        CalendarSpec { weekly, ..CalendarSpec::default() }
    })
}

/// The same with dates of their own near a date, and holidays.
pub(crate) fn spec(around: Date) -> impl Strategy<Value = CalendarSpec> {
    let country = proptest::option::weighted(
        0.3,
        proptest::sample::select(["TR", "DE", "US", "JP", "DE-BY", "US-CA", "GB-SCT"].as_slice()),
    );
    let dated = proptest::collection::btree_map(-4_i32..5, spans(), 0..4);
    (weekly(), dated, country, proptest::bool::weighted(0.1)).prop_map(
        move |(spec, dated, country, always)| {
            let line = |(offset, spans)| DatedLine { date: Date(around.0 + offset), spans };
            let holidays = country.into_iter().map(Into::into).collect();
            CalendarSpec { dated: dated.into_iter().map(line).collect(), holidays, always, ..spec }
        },
    )
}

/// An instant to begin with: near a change of clocks, some days apart.
fn near_changes() -> impl Strategy<Value = (Zone, Instant)> {
    let zone = proptest::sample::select(clocks().iter().collect::<Vec<_>>());
    (zone, any::<proptest::sample::Index>(), -3 * DAY..3 * DAY).prop_map(|(clocks, at, offset)| {
        let change = if clocks.changes.is_empty() { Instant(0) } else { *at.get(&clocks.changes) };
        (clocks.zone.clone(), Instant(change.0 + offset))
    })
}

/// A calendar with an instant near a change of its clocks, which is a whole minute most of the time.
pub(crate) fn calendar() -> impl Strategy<Value = (Calendar, Instant)> {
    (near_changes(), proptest::bool::weighted(0.8)).prop_flat_map(|((zone, near), whole)| {
        let near = if whole { Instant(near.0.div_euclid(MINUTE) * MINUTE) } else { near };
        (spec(zone.date_of(near)), 0_u8..6).prop_map(move |(spec, edge)| {
            let calendar = Calendar::new(spec, zone.clone()).unwrap();
            // What goes wrong at an edge goes wrong at no other instant.
            let at = match edge {
                0 => calendar.next_opening(near),
                1 => calendar.next_opening(near).and_then(|at| Some(calendar.opening_around(at)?.1)),
                _ => None,
            };
            let at = at.filter(|at| at.nanos_since(near) < i128::from(30 * DAY)).unwrap_or(near);
            (calendar, at)
        })
    })
}

/// A calendar of weekly hours alone, where clocks never change.
pub(crate) fn steady() -> impl Strategy<Value = (Calendar, Instant)> {
    let zone = proptest::sample::select(STEADY.as_slice()).prop_map(|name| Zone::named(name).unwrap());
    // From 1995 to 2034, so that weeks more and less are in 1990 to 2040 too.
    let at = (9_131 * DAY..23_741 * DAY).prop_map(Instant);
    (weekly(), zone, at).prop_map(|(spec, zone, at)| (Calendar::new(spec, zone).unwrap(), at))
}

/// How far apart two instants are: minutes, days, years.
pub(crate) fn distance() -> impl Strategy<Value = i64> {
    prop_oneof![
        0..6 * 60 * MINUTE,
        0..20 * DAY,
        0..4_000 * DAY,
        (0_i64..20_000).prop_map(|minutes| minutes * MINUTE)
    ]
}

/// Lengths of open time, often whole minutes, so that they end exactly at a closing.
pub(crate) fn budget() -> impl Strategy<Value = i64> {
    prop_oneof![
        (0_i64..20 * 1_440).prop_map(|minutes| minutes * MINUTE),
        (0_i64..90).prop_map(|tens| tens * 10 * MINUTE),
        0..400 * DAY,
    ]
}
