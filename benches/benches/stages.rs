//! What each stage costs: parsing, checking, reading, evaluating, and business time on its own.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has no figure")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use servanda::events::{Instances, LineKind, Parameters, Reader, Schema, read_instances};
use servanda::time::{Calendar, CalendarSpec, Ending, Instant, Zone};
use servanda::{Binder, Evaluator, SourceId, Sources};
use servanda_benches::by_policy::POLICY;
use servanda_benches::statement::{Columns, Rows};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

const FLAGSHIP: &str = include_str!("../../examples/social-media/agreement.sla");

fn policies(c: &mut Criterion) {
    let sources = Sources::new().with("agreement.sla", FLAGSHIP);
    let mut group = c.benchmark_group("policy");
    group.throughput(Throughput::Bytes(FLAGSHIP.len() as u64));
    group.bench_function("parse", |b| b.iter(|| servanda_parser::parse(SourceId(0), black_box(FLAGSHIP))));
    group.bench_function("parse and check", |b| b.iter(|| servanda::check(black_box(&sources), SourceId(0))));
    group.finish();
}

/// The agreements and the lines of a small settlement.
fn settlement() -> (Vec<u8>, Vec<u8>) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stages");
    let parameters = servanda_benches::generation::Parameters {
        events: 20_000,
        agreements: 20,
        seed: 1,
        out_of_order: 0.0,
    };
    let files = servanda_benches::generation::generate(&parameters, &directory).unwrap();
    (std::fs::read(files.agreements).unwrap(), std::fs::read(files.events).unwrap())
}

fn events(c: &mut Criterion) {
    let (agreements, lines) = settlement();
    let compiled = servanda::compile(&Sources::new().with("policy.sla", POLICY)).unwrap();
    let policy = Arc::clone(compiled.policy());
    let columns = Columns::of(&policy).unwrap();
    let (given, _) = read_instances(&agreements, &Parameters::new(&policy));
    let mut binder = Binder::new(&policy);
    let bound: Vec<_> =
        given.into_iter().map(|given| Arc::new(binder.bind(&given.name, given.values).unwrap())).collect();
    let as_of = bound.first().unwrap().end.unwrap();
    let schema = Arc::new(Schema::new(&policy));
    let reader = || {
        Reader::new(Arc::clone(&schema), Instances::given(bound.iter().map(|one| (&one.name, one.currency))))
    };

    let mut full = Evaluator::new(Arc::clone(&policy), bound.clone());
    let mut count = 0_u64;
    reader().read(&lines, |line| {
        if let LineKind::Admitted { instance, fact } = line.kind {
            full.push(instance, fact).unwrap();
            count += 1;
        }
    });
    let mut group = c.benchmark_group("settlement");
    group.throughput(Throughput::Elements(count));
    group.bench_function("read", |b| {
        b.iter(|| reader().read(black_box(&lines), |line| drop(black_box(line))))
    });
    group.bench_function("evaluate", |b| {
        b.iter_batched(
            || full.clone(),
            |evaluator| {
                evaluator.finish(as_of, |_, agreement| Rows::new(&policy, columns, agreement)).unwrap()
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn business_time(c: &mut Criterion) {
    let hours = vec![(9 * 3600, 18 * 3600)];
    let closed = Vec::new();
    let weekly = [&hours, &hours, &hours, &hours, &hours, &closed, &closed].map(Clone::clone);
    let spec = CalendarSpec { weekly, ..CalendarSpec::default() };
    let calendar = Calendar::new(spec, Zone::named("Europe/Istanbul").unwrap()).unwrap();
    let from = Instant::from_seconds(1_767_225_600).unwrap();
    let to = Instant::from_seconds(1_767_225_600 + 315_360_000).unwrap();
    let mut group = c.benchmark_group("business time");
    group.bench_function("open time between", |b| {
        b.iter(|| calendar.open_time(black_box(from), black_box(to)))
    });
    group.bench_function("add open time", |b| {
        b.iter(|| calendar.add_open_time(black_box(from), 400 * 3_600_000_000_000, Ending::AtClosing));
    });
    group.finish();
}

criterion_group!(stages, policies, events, business_time);
criterion_main!(stages);
