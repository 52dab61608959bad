//! What each stage costs: parsing, checking, reading, evaluating.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has no figure")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use servanda::events::{Instances, LineKind, Parameters, Reader, Schema, read_instances};
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

criterion_group!(stages, policies, events);
criterion_main!(stages);
