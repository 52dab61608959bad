//! Business time on its own: measured, added and compiled, beside a plain loop over the days.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has no figure")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use servanda::time::{
    Calendar, CalendarSpec, Date, Ending, Instant, NANOS_PER_SECOND, Side, Weekday, Zone, holidays,
};
use std::hint::black_box;

const HOUR: i64 = 3_600 * NANOS_PER_SECOND;
/// The first instants of 2020 and 2030.
const RANGE: (i64, i64) = (1_577_836_800 * NANOS_PER_SECOND, 1_893_456_000 * NANOS_PER_SECOND);
/// A power of two, so that which pair is next costs nothing.
const PAIRS: usize = 4_096;

fn spec() -> CalendarSpec {
    let hours = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3_600, 18 * 3_600);
    CalendarSpec { holidays: vec!["DE".into()], ..hours }
}

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").unwrap()
}

/// Two random instants of ten years, the earlier one first, and a random time of up to 400 hours.
fn pairs() -> Vec<(Instant, Instant, i64)> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: i64| {
        // SplitMix64: good enough to be unpredictable.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as i64
    };
    let range = RANGE.1 - RANGE.0;
    (0..PAIRS)
        .map(|_| {
            let (one, other) = (Instant(RANGE.0 + below(range)), Instant(RANGE.0 + below(range)));
            (one.min(other), one.max(other), below(400 * HOUR))
        })
        .collect()
}

/// What a plain loop does: every date between, the hours of each.
fn walked(zone: &Zone, from: Instant, to: Instant) -> i128 {
    let closed = holidays("DE").unwrap();
    let (first, last) = (zone.date_of(from), zone.date_of(to));
    let days = (first.0..=last.0).map(Date);
    let open = days.filter(|date| date.weekday().index() < 5 && closed.on(*date).is_none());
    open.map(|date| {
        let opens = zone.at(date, 9 * 3_600, Side::Opening).max(from);
        let closes = zone.at(date, 18 * 3_600, Side::Closing).min(to);
        closes.nanos_since(opens).max(0)
    })
    .sum()
}

fn business_time(c: &mut Criterion) {
    let (zone, pairs) = (berlin(), pairs());
    let calendar = Calendar::new(spec(), zone.clone()).unwrap();
    // The years are worked out, and both ways come to the same.
    for (from, to, _) in pairs.iter().take(64) {
        assert_eq!(calendar.open_time(*from, *to), walked(&zone, *from, *to));
    }
    calendar.open_time(Instant(RANGE.0), Instant(RANGE.1 + 1_000 * HOUR));
    let mut at = 0;
    let mut next = || {
        at = (at + 1) % PAIRS;
        pairs.get(at).copied().unwrap()
    };
    let mut group = c.benchmark_group("business time");
    group.bench_function("open time between two instants of ten years", |b| {
        b.iter(|| {
            let (from, to, _) = next();
            calendar.open_time(black_box(from), black_box(to))
        });
    });
    group.bench_function("the same by a loop over the days", |b| {
        b.iter(|| {
            let (from, to, _) = next();
            walked(&zone, black_box(from), black_box(to))
        });
    });
    group.bench_function("add open time of up to 400 hours", |b| {
        b.iter(|| {
            let (from, _, nanos) = next();
            calendar.add_open_time(black_box(from), black_box(i128::from(nanos)), Ending::AtClosing)
        });
    });
    group.bench_function("is it open", |b| b.iter(|| calendar.is_open(black_box(next().0))));
    group.bench_function("add business days", |b| {
        b.iter(|| {
            let (from, _, nanos) = next();
            calendar.business_day_closing(zone.date_of(from), black_box((nanos / HOUR) as u32 + 1))
        });
    });
    group.bench_function("business days between two instants of ten years", |b| {
        b.iter(|| {
            let (from, to, _) = next();
            calendar.business_days_between(black_box(from), black_box(to))
        });
    });
    group.finish();
}

fn compiled(c: &mut Criterion) {
    let zone = berlin();
    let (from, to) = (Instant(RANGE.0 + 4_000 * HOUR), Instant(RANGE.0 + 4_001 * HOUR));
    let calendar = || Calendar::new(spec(), zone.clone()).unwrap();
    let mut group = c.benchmark_group("calendar");
    group.bench_function("made", |b| b.iter(calendar));
    group.bench_function("a year compiled", |b| {
        b.iter_batched(calendar, |calendar| (calendar.open_time(from, to), calendar), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, business_time, compiled);
criterion_main!(benches);
