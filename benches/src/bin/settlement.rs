//! Settles a year of agreements from a policy that is read at run time, through the library's public API:
//! `settlement EVENTS AGREEMENTS OUT [--policy FILE] [--threads N | --stream]`.
#![expect(clippy::print_stderr, reason = "a program tells its user what is wrong")]

use servanda_benches::by_policy::Way;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: settlement EVENTS AGREEMENTS OUT [--policy FILE] [--threads N | --stream]";

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
    way: Way,
}

fn arguments() -> Result<Arguments, String> {
    let mut files = Vec::new();
    let (mut policy, mut way) = (None, Way::Batch { threads: 1 });
    let mut rest = std::env::args().skip(1);
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--policy" => policy = Some(rest.next().ok_or(USAGE)?),
            "--threads" => {
                let threads = rest.next().and_then(|count| count.parse().ok());
                way = Way::Batch { threads: threads.filter(|count| *count > 0).ok_or(USAGE)? };
            }
            "--stream" => way = Way::Stream,
            _ => files.push(word),
        }
    }
    let [events, agreements, out] = <[String; 3]>::try_from(files).map_err(|_| USAGE)?;
    Ok(Arguments { events, agreements, out, policy, way })
}

fn settle(arguments: &Arguments) -> Result<(), String> {
    let failed = |path: &str, error: std::io::Error| format!("{path}: {error}");
    let policy = match &arguments.policy {
        Some(path) => std::fs::read_to_string(path).map_err(|error| failed(path, error))?,
        None => servanda_benches::by_policy::POLICY.to_owned(),
    };
    let agreements =
        std::fs::read(&arguments.agreements).map_err(|error| failed(&arguments.agreements, error))?;
    let mut events =
        std::fs::File::open(&arguments.events).map_err(|error| failed(&arguments.events, error))?;
    let settled = servanda_benches::by_policy::settle(&policy, &agreements, &mut events, arguments.way)?;
    if settled.problems > 0 {
        eprintln!("{} problems with events", settled.problems);
    }
    std::fs::write(&arguments.out, settled.csv).map_err(|error| failed(&arguments.out, error))
}
