//! Writes the log and the agreements of the settlement task into a directory.

use servanda_benches::generation::{Files, Parameters, generate};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "generate --events N [--agreements A] [--seed S] [--ooo SHARE] --out DIRECTORY";

fn run(mut arguments: impl Iterator<Item = String>) -> Result<Files, String> {
    let (mut events, mut agreements, mut seed, mut out_of_order, mut directory) = (None, None, 1, 0.0, None);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{option}` has no value"))?;
        let refused = |wanted: &str| format!("`{value}` for `{option}` is not {wanted}");
        let count = || value.parse().ok().filter(|&count: &u32| count > 0).ok_or_else(|| refused("a count"));
        match option.as_str() {
            "--events" => events = Some(count()? as usize),
            "--agreements" => agreements = Some(count()? as usize),
            "--seed" => seed = value.parse().map_err(|_| refused("a seed"))?,
            "--ooo" => {
                let share = value.parse().ok().filter(|share| (0.0..=1.0).contains(share));
                out_of_order = share.ok_or_else(|| refused("a share from 0 to 1"))?;
            }
            "--out" => directory = Some(value),
            _ => return Err(format!("unknown option `{option}`")),
        }
    }
    let (Some(events), Some(directory)) = (events, directory) else {
        return Err("`--events` and `--out` are needed".to_owned());
    };
    // A thousand events for each agreement, unless told otherwise.
    let agreements = agreements.unwrap_or((events / 1000).max(1));
    let parameters = Parameters { events, agreements, seed, out_of_order };
    generate(&parameters, Path::new(&directory)).map_err(|error| format!("{directory}: {error}"))
}

#[expect(clippy::print_stderr, clippy::print_stdout, reason = "a program reports what it did")]
fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(files) => {
            println!("{}\n{}", files.events.display(), files.agreements.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\nusage: {USAGE}");
            ExitCode::from(3)
        }
    }
}
