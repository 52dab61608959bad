//! The agreements of a run one after the other, each as of its instant.

use crate::arguments::{ExplanationFormat, Log, OfEach};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use serde::Serialize;
use servanda::report::{Decided, Detail};
use servanda::{Compiled, Run};

/// The agreements of a run, and as of when they are looked at where nobody says it.
#[derive(Debug)]
pub(super) struct Each<'a> {
    run: &'a Run,
    asked: Option<&'a str>,
    /// Of each instant that was chosen, once.
    chosen: Vec<String>,
    /// How many lines of the log, or events, have a problem.
    problems: u64,
}

impl<'a> Each<'a> {
    /// The agreements of a run, as of the instant that is asked for.
    pub(super) fn new(run: &'a Run, asked: Option<&'a str>) -> Self {
        Self { run, asked, chosen: Vec::new(), problems: run.loose().counts.problems }
    }

    /// The outcome of an agreement.
    pub(super) fn decided(&mut self, number: u32) -> Result<Decided, Failure> {
        let Some(agreement) = self.run.agreement(number) else {
            return Err(Failure::usage(format!("there is no agreement number {number}")));
        };
        let (as_of, chosen) = log::as_of(self.asked, None, agreement, self.run.latest(number))?;
        let shown = as_of.format_in(&agreement.zone);
        if chosen && !self.chosen.contains(&shown) {
            self.chosen.push(shown);
        }
        let decided = self.run.decided(number, as_of).map_err(Failure::usage)?;
        self.problems += decided.outcome.problem_counts.values().sum::<u64>();
        Ok(decided)
    }

    /// Tells as of when, where nobody has said it, and that events have problems.
    pub(super) fn tell(&self, terminal: &Terminal) {
        tell_chosen(&self.chosen, terminal);
        tell_problems(self.problems, terminal);
    }
}

/// Prints what is told of each agreement as of its instant: how it is made, and how it reads.
pub(super) fn print_each<T: Serialize>(
    arguments: &OfEach,
    terminal: &Terminal,
    make: impl Fn(&Run, u32, &Decided) -> Result<T, Failure>,
    text: impl Fn(&T, Detail) -> String,
) -> Result<Exit, Failure> {
    let compiled = log::compile(&arguments.policy, terminal)?;
    let given = arguments.log_file.clone().or_else(|| arguments.log.events.clone());
    let log = Log { events: given, ..arguments.log.clone() };
    let run = log::run(&compiled, &log, log::Keeping { lines: false, hashes: false }, terminal)?;
    known_party(&compiled, arguments.party.as_deref())?;
    let mut each = Each::new(&run, log.as_of.as_deref());
    let mut is_first = true;
    for number in in_order(&run, arguments.agreement.as_deref())? {
        let decided = each.decided(number)?;
        let told = make(&run, number, &decided)?;
        let printed = match arguments.format {
            ExplanationFormat::Json => {
                let json = serde_json::to_string(&told).map_err(Failure::usage)?;
                format!("{json}\n")
            }
            ExplanationFormat::Text => {
                let text = text(&told, if arguments.all { Detail::All } else { Detail::Short });
                if is_first { text } else { format!("\n{text}") }
            }
        };
        terminal.result(&printed)?;
        is_first = false;
    }
    each.tell(terminal);
    Ok(Exit::Well)
}

/// Says that events have problems, so that something may be missing.
pub(super) fn tell_problems(problems: u64, terminal: &Terminal) {
    let problems = match problems {
        0 => return,
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    terminal.message(&format!("{problems}; `servanda evaluate` lists them"));
}

/// Tells as of when, where nobody has said it.
pub(super) fn tell_chosen(chosen: &[String], terminal: &Terminal) {
    match chosen {
        [] => {}
        [as_of] => {
            terminal.message(&format!("as of {as_of}: the end of what is known; `--as-of` says otherwise"));
        }
        _ => {
            terminal.message("each agreement as of the end of what is known of it; `--as-of` says otherwise")
        }
    }
}

/// The agreements in the order in which they were given; those that the log named, by name. Of those only the one that is
/// asked for, where one is.
///
/// # Errors
/// When there is no agreement of that name.
pub(super) fn in_order(run: &Run, wanted: Option<&str>) -> Result<Vec<u32>, Failure> {
    known(run, wanted)?;
    let name = |number: u32| run.agreement(number).map(|agreement| agreement.name.clone());
    let mut numbers: Vec<u32> = (0..).zip(run.agreements()).map(|(number, _)| number).collect();
    if run.names_come_from_the_log() {
        numbers.sort_by_key(|number| name(*number));
    }
    numbers.retain(|number| wanted.is_none_or(|wanted| name(*number).as_deref() == Some(wanted)));
    Ok(numbers)
}

/// Whether there is the agreement that is named.
///
/// # Errors
/// When there is none.
pub(super) fn known(run: &Run, wanted: Option<&str>) -> Result<(), Failure> {
    let names: Vec<&str> = run.agreements().iter().map(|agreement| agreement.name.as_str()).collect();
    match wanted.filter(|wanted| !names.contains(wanted)) {
        None => Ok(()),
        Some(wanted) => {
            let known: Vec<String> = names.iter().take(20).map(|name| format!("`{name}`")).collect();
            Err(Failure::usage(format!("no agreement `{wanted}`; there is {}", known.join(", "))))
        }
    }
}

/// Whether the agreement knows the party that is named.
///
/// # Errors
/// When it does not.
fn known_party(compiled: &Compiled, wanted: Option<&str>) -> Result<(), Failure> {
    let names: Vec<&str> = compiled.policy().parties.values().map(|party| party.name.as_str()).collect();
    match wanted.filter(|wanted| !names.contains(wanted)) {
        None => Ok(()),
        Some(wanted) => {
            let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            Err(Failure::usage(format!("no party or role `{wanted}`; there is {}", known.join(", "))))
        }
    }
}
