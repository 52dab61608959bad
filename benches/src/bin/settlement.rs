//! Settles a year of agreements from a policy that is read at run time, through the library's public API:
//! `settlement EVENTS AGREEMENTS OUT [--policy FILE] [--threads N]`.
#![expect(clippy::print_stderr, reason = "a program tells its user what is wrong")]

use servanda::events::{Instances, LineKind, Parameters, Reader, Schema, read_instances};
use servanda::{Binder, Evaluator, Sources};
use servanda_benches::csv::HEADER;
use servanda_benches::statement::{Columns, Rows};
use std::process::ExitCode;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: settlement EVENTS AGREEMENTS OUT [--policy FILE] [--threads N]";

fn main() -> ExitCode {
    match arguments().and_then(|arguments| settle(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("settlement: {message}");
            ExitCode::from(2)
        }
    }
}

struct Arguments {
    events: String,
    agreements: String,
    out: String,
    policy: Option<String>,
    threads: usize,
}

fn arguments() -> Result<Arguments, String> {
    let mut files = Vec::new();
    let (mut policy, mut threads) = (None, 1);
    let mut rest = std::env::args().skip(1);
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--policy" => policy = Some(rest.next().ok_or(USAGE)?),
            "--threads" => {
                threads = rest.next().and_then(|count| count.parse().ok()).filter(|count| *count > 0).ok_or(USAGE)?;
            }
            _ => files.push(word),
        }
    }
    let [events, agreements, out] = <[String; 3]>::try_from(files).map_err(|_| USAGE)?;
    Ok(Arguments { events, agreements, out, policy, threads })
}

fn settle(arguments: &Arguments) -> Result<(), String> {
    let read = |path: &str| std::fs::read(path).map_err(|error| format!("{path}: {error}"));
    let text = match &arguments.policy {
        Some(path) => std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?,
        None => include_str!("../../settlement/policy.sla").to_owned(),
    };
    let name = arguments.policy.as_deref().unwrap_or("policy.sla");
    let compiled = servanda::compile(&Sources::new().with(name, text)).map_err(|findings| findings.to_string())?;
    let policy = Arc::clone(compiled.policy());
    let columns = Columns::of(&policy)?;

    let parameters = Parameters::new(&policy);
    let (given, problems) = read_instances(&read(&arguments.agreements)?, &parameters);
    if let Some(first) = problems.first() {
        return Err(format!("{}: line {}: {}", arguments.agreements, first.problem.place.line, first.problem.message));
    }
    let mut binder = Binder::new(&policy);
    let mut agreements = Vec::with_capacity(given.len());
    for instance in given {
        let bound = binder.bind(&instance.name, instance.values);
        agreements.push(Arc::new(bound.map_err(|problems| format!("{}: {problems:?}", instance.name))?));
    }
    let as_of = agreements.first().and_then(|agreement| agreement.end).ok_or("there is no agreement with an end")?;

    let instances = Instances::given(agreements.iter().map(|agreement| (&agreement.name, agreement.currency)));
    let mut reader = Reader::new(Arc::new(Schema::new(&policy)), instances);
    let mut evaluator = Evaluator::new(Arc::clone(&policy), agreements);
    let mut lost = 0_u64;
    let mut events = std::fs::File::open(&arguments.events).map_err(|error| format!("{}: {error}", arguments.events))?;
    reader
        .read_from(&mut events, |line| {
            lost += line.problems.len() as u64;
            if let LineKind::Admitted { instance, fact } = line.kind {
                // The reader numbers instances as the evaluator does.
                lost += u64::from(evaluator.push(instance, fact).is_err());
            }
        })
        .map_err(|error| format!("{}: {error}", arguments.events))?;
    let rows = evaluator.finish_on(arguments.threads, as_of, |_, agreement| Rows::new(&policy, columns, agreement));
    let mut rows = rows.map_err(|error| error.to_string())?;
    rows.sort_by(|left, right| left.name().cmp(right.name()));
    let mut csv = String::with_capacity(rows.len() * 12 * 90);
    csv.push_str(HEADER);
    csv.push('\n');
    for rows in &rows {
        rows.print(&mut csv);
    }
    if lost > 0 {
        eprintln!("{lost} problems with events");
    }
    std::fs::write(&arguments.out, csv).map_err(|error| format!("{}: {error}", arguments.out))
}
