//! `servanda evaluate`: statements of agreements over their events.

use super::each::{in_order, tell_chosen};
use crate::arguments::{Evaluate, FailOn, StatementFormat};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::evaluator::outcome::Quantity;
use servanda::policy::Verdict;
use servanda::report::{
    Detail, Redaction, Statement, entries_csv, journal_csv, outcome_json, table, undeclared_table,
};
use servanda::{Outcome, Run};
use std::panic::resume_unwind;

/// How many agreements each thread settles before their statements are printed: more are not held at once.
const BATCH: usize = 16;

/// What agreements came to.
#[derive(Debug, Default)]
struct Tally {
    broken: bool,
    indeterminate: bool,
    problems: u64,
}

/// Evaluates a policy and prints the statements.
pub(super) fn run(arguments: &Evaluate, terminal: &Terminal) -> Result<Exit, Failure> {
    let compiled = log::compile(&arguments.policy, terminal)?;
    let keeping =
        log::Keeping { lines: arguments.period.is_some(), hashes: arguments.format == StatementFormat::Json };
    let given = arguments.log_file.clone().or_else(|| arguments.log.events.clone());
    let events = crate::arguments::Log { events: given, ..arguments.log.clone() };
    let run = log::run(&compiled, &events, keeping, terminal)?;
    let mut sum = Sum::default();
    let numbers = in_order(&run, None)?;
    let redaction = log::redaction(arguments.redact.as_deref(), &compiled)?;
    let redaction = redaction.as_ref();
    let work = Work { arguments, run: &run, first: numbers.first().copied(), redaction };
    let threads = arguments.threads.get();
    for batch in numbers.chunks(threads.saturating_mul(BATCH)) {
        for settled in work.settle_all(batch, threads) {
            sum.tell(settled?, terminal)?;
        }
    }
    let Sum { mut tally, chosen, shortened } = sum;
    if arguments.format == StatementFormat::Table {
        terminal.result(&undeclared_table(compiled.policy(), run.undeclared()))?;
    }
    if arguments.format == StatementFormat::Table {
        terminal.message(
            "`servanda explain POLICY EVENTS ID` says why; the id of a figure is NAME/WINDOW, of a duty DUTY/SUBJECT",
        );
    }
    if shortened {
        terminal.message("`--all` lists every figure and every entry");
    }
    tell_chosen(&chosen, terminal);
    tell_loose(&run, &mut tally, terminal);
    terminal.message(&match tally.problems {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    });
    Ok(exit(arguments, &run, &tally))
}

/// What the agreements are settled from.
#[derive(Debug, Clone, Copy)]
struct Work<'a> {
    arguments: &'a Evaluate,
    run: &'a Run,
    /// The agreement that is printed first.
    first: Option<u32>,
    /// What ids are replaced with.
    redaction: Option<&'a Redaction>,
}

/// An agreement, settled.
#[derive(Debug)]
struct Settled {
    printed: String,
    /// Whether the table leaves something out.
    shortened: bool,
    /// As of when, where nobody said it.
    chosen: Option<String>,
    tally: Tally,
}

/// What is known once every agreement is settled.
#[derive(Debug, Default)]
struct Sum {
    tally: Tally,
    /// As of when, where nobody said it: of each instant once.
    chosen: Vec<String>,
    /// Whether a table leaves something out.
    shortened: bool,
}

impl Work<'_> {
    /// Settles agreements on some threads, and gives them in their order.
    fn settle_all(self, numbers: &[u32], threads: usize) -> Vec<Result<Settled, Failure>> {
        let share = numbers.len().div_ceil(threads).max(1);
        if share >= numbers.len() {
            return self.settle_some(numbers);
        }
        std::thread::scope(|scope| {
            let shares: Vec<_> =
                numbers.chunks(share).map(|share| scope.spawn(move || self.settle_some(share))).collect();
            // A defect is not hidden by the thread that it struck.
            let settled = shares.into_iter().map(|share| share.join().unwrap_or_else(|it| resume_unwind(it)));
            settled.flatten().collect()
        })
    }

    fn settle_some(self, numbers: &[u32]) -> Vec<Result<Settled, Failure>> {
        numbers.iter().map(|number| self.settle(*number)).collect()
    }

    fn settle(self, number: u32) -> Result<Settled, Failure> {
        let Self { arguments, run, first, redaction } = self;
        let Some(agreement) = run.agreement(number) else {
            return Err(Failure::usage(format!("there is no agreement number {number}")));
        };
        let period = arguments.period.as_ref();
        let asked = arguments.log.as_of.as_deref();
        let (as_of, chosen) = log::as_of(asked, period, agreement, run.latest(number))?;
        let decided = run.decided(number, as_of).map_err(Failure::usage)?;
        let statement = run.statement(number, &decided, period).map_err(Failure::usage)?;
        let statement = match redaction {
            Some(redaction) => redaction.of(statement),
            None => statement,
        };
        let mut tally = Tally::default();
        tally.add(&decided.outcome);
        let shortened = arguments.format == StatementFormat::Table
            && detail(arguments) == Detail::Short
            && table(&statement, Detail::Short) != table(&statement, Detail::All);
        Ok(Settled {
            printed: printed(arguments, &statement, first == Some(number))?,
            shortened,
            chosen: chosen.then(|| as_of.format_in(&agreement.zone)),
            tally,
        })
    }
}

impl Sum {
    /// Prints an agreement, and adds what it comes to.
    fn tell(&mut self, settled: Settled, terminal: &Terminal) -> Result<(), Failure> {
        let Settled { printed, shortened, chosen, tally } = settled;
        self.chosen.extend(chosen.filter(|as_of| !self.chosen.contains(as_of)));
        self.tally.join(&tally);
        self.shortened |= shortened;
        terminal.result(&printed)?;
        Ok(())
    }
}

/// How much of a statement the table tells.
const fn detail(arguments: &Evaluate) -> Detail {
    if arguments.all { Detail::All } else { Detail::Short }
}

/// A statement as it is printed; of CSV, one header for all of them.
fn printed(arguments: &Evaluate, statement: &Statement, first: bool) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::usage(error);
    match arguments.format {
        StatementFormat::Table if first => Ok(table(statement, detail(arguments))),
        StatementFormat::Table => Ok(format!("\n{}", table(statement, detail(arguments)))),
        StatementFormat::Json => {
            outcome_json(statement).map(|json| format!("{json}\n")).map_err(|error| failed(&error))
        }
        StatementFormat::Csv | StatementFormat::Journal => {
            let text = match arguments.format {
                StatementFormat::Journal => journal_csv([statement]),
                _ => entries_csv([statement]),
            };
            let text = text.map_err(|error| failed(&error))?;
            let lines =
                if first { text.as_str() } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
            Ok(lines.to_owned())
        }
    }
}

impl Tally {
    fn join(&mut self, other: &Self) {
        self.broken |= other.broken;
        self.indeterminate |= other.indeterminate;
        self.problems += other.problems;
    }

    fn add(&mut self, outcome: &Outcome) {
        self.broken |= outcome.verdicts.iter().any(|verdict| verdict.verdict == Verdict::Broken);
        self.indeterminate |=
            outcome.verdicts.iter().any(|verdict| verdict.verdict == Verdict::Indeterminate)
                || outcome.figures.iter().any(|figure| matches!(figure.value, Quantity::Unknown { .. }))
                || outcome.entries.iter().any(|entry| entry.amount.is_none());
        self.problems += outcome.problem_counts.values().sum::<u64>();
    }
}

/// Lines that are of no agreement stand in no statement, so they are told here.
fn tell_loose(run: &Run, tally: &mut Tally, terminal: &Terminal) {
    let counts = run.loose().counts;
    if counts.lines == 0 {
        return;
    }
    tally.problems += counts.problems;
    let lines = if counts.lines == 1 { "line" } else { "lines" };
    let whose = match run.is_known_on() {
        None => "of no agreement",
        Some(_) => "of no agreement or not known then",
    };
    terminal.message(&format!(
        "{} {lines} {whose} = {} ignored + {} out of scope + {} problems",
        counts.lines, counts.ignored, counts.out_of_scope, counts.problems
    ));
    for problem in &run.loose().problems {
        terminal.message(&format!(
            "line {}: {} {}",
            problem.place.line,
            problem.code.number(),
            problem.message
        ));
    }
}

fn exit(arguments: &Evaluate, run: &Run, tally: &Tally) -> Exit {
    let failed = arguments.fail_on.iter().any(|what| match what {
        FailOn::Broken => tally.broken,
        FailOn::Problem => tally.problems > 0,
        FailOn::Indeterminate => tally.indeterminate,
    });
    let strict = arguments.strict && run.unknown_lines() > 0;
    if failed || strict { Exit::Findings } else { Exit::Well }
}
