//! The hand-written program for the settlement task: what any other program for it is measured against.

use servanda_benches::csv::render;
use servanda_benches::log::read_agreements;
use servanda_benches::settlement::{Settlement, settle_sorted, settle_stream};
use servanda_benches::terms::Terms;
use std::path::Path;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "reference stream|sort EVENTS AGREEMENTS OUT
    [--target-percent 95] [--reply-seconds 900] [--tiers 99.9:10,99:25,95:100]
    [--late-percent 1] [--posts 12] [--holiday-add DATE]... [--holiday-remove DATE]...

stream  holds only what is open, and needs events in ascending order of time
sort    holds all events, which may come in any order";

fn run(arguments: &[String]) -> Result<Settlement, String> {
    let [mode, events, agreements_path, out, options @ ..] = arguments else {
        return Err("a mode and three files are needed".to_owned());
    };
    let settle = match mode.as_str() {
        "stream" => settle_stream,
        "sort" => settle_sorted,
        _ => return Err(format!("unknown mode `{mode}`")),
    };
    let mut terms = Terms::default();
    for option in options.chunks(2) {
        match option {
            [name, value] => terms.set(name, value)?,
            _ => return Err("an option has no value".to_owned()),
        }
    }
    let named = |path: &str, error: std::io::Error| format!("{path}: {error}");
    let agreements =
        read_agreements(Path::new(agreements_path)).map_err(|error| named(agreements_path, error))?;
    let settlement = settle(Path::new(events), &agreements, &terms).map_err(|error| named(events, error))?;
    std::fs::write(out, render(&settlement, &agreements, &terms)).map_err(|error| named(out, error))?;
    Ok(settlement)
}

#[expect(clippy::print_stderr, reason = "a program says what it did and what stopped it")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(settlement) => {
            eprintln!("{} events, at most {} subjects open", settlement.events, settlement.open_subjects_max);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\nusage: {USAGE}");
            ExitCode::from(3)
        }
    }
}
