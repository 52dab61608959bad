//! `servanda evaluate`: statements of agreements over their events.

use crate::arguments::{Evaluate, FailOn, StatementFormat};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::evaluator::outcome::Quantity;
use servanda::policy::Verdict;
use servanda::report::{Detail, Statement, entries_csv, outcome_json, table, undeclared_table};
use servanda::{Compiled, Outcome, Run};

/// What a run came to, over all agreements.
#[derive(Debug, Default)]
struct Tally {
    broken: bool,
    indeterminate: bool,
    problems: u64,
}

/// Evaluates a policy and prints the statements.
pub(super) fn run(arguments: &Evaluate, terminal: &Terminal) -> Result<Exit, Failure> {
    let compiled = log::compile(&arguments.policy, terminal)?;
    let run = log::run(&compiled, &arguments.log, terminal)?;
    let mut tally = Tally::default();
    let mut chosen = Vec::new();
    let (mut first, mut shortened) = (true, false);
    for number in in_order(&run) {
        let (statement, outcome, told) = statement(arguments, &compiled, &run, number)?;
        chosen.extend(told.filter(|as_of| !chosen.contains(as_of)));
        tally.add(&outcome);
        terminal.result(&printed(arguments, &statement, first)?)?;
        shortened = shortened
            || arguments.format == StatementFormat::Table
                && detail(arguments) == Detail::Short
                && table(&statement, Detail::Short) != table(&statement, Detail::All);
        first = false;
    }
    if arguments.format == StatementFormat::Table {
        terminal.result(&undeclared_table(compiled.policy(), run.undeclared()))?;
    }
    if shortened {
        terminal.message("`--all` lists every figure and every entry");
    }
    if let [as_of] = chosen.as_slice() {
        terminal.message(&format!("as of {as_of}: the end of what is known; `--as-of` says otherwise"));
    } else if !chosen.is_empty() {
        terminal.message("each agreement as of the end of what is known of it; `--as-of` says otherwise");
    }
    tell_loose(&run, &mut tally, terminal);
    terminal.message(&match tally.problems {
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    });
    Ok(exit(arguments, &run, &tally))
}

/// The agreements in the order in which they were given; those that the log named, by name.
fn in_order(run: &Run) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..).zip(run.agreements()).map(|(number, _)| number).collect();
    if run.names_come_from_the_log() {
        numbers.sort_by_key(|number| run.agreement(*number).map(|agreement| agreement.name.clone()));
    }
    numbers
}

fn statement(
    arguments: &Evaluate,
    compiled: &Compiled,
    run: &Run,
    number: u32,
) -> Result<(Statement, Outcome, Option<String>), Failure> {
    let Some(agreement) = run.agreement(number) else {
        return Err(Failure::usage(format!("there is no agreement number {number}")));
    };
    let period = arguments.period.as_ref();
    let asked = arguments.log.as_of.as_deref();
    let (as_of, chosen) = log::as_of(asked, period, agreement, run.latest(number))?;
    let outcome = run.outcome(number, as_of).map_err(Failure::usage)?;
    let statement = Statement::new(compiled.policy(), agreement, &outcome, compiled.sources(), period);
    Ok((statement, outcome, chosen.then(|| as_of.format_in(&agreement.zone))))
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
        StatementFormat::Csv => {
            let text = entries_csv([statement]).map_err(|error| failed(&error))?;
            let lines =
                if first { text.as_str() } else { text.split_once('\n').map_or("", |(_, rest)| rest) };
            Ok(lines.to_owned())
        }
    }
}

impl Tally {
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
    terminal.message(&format!(
        "{} {lines} of no agreement = {} ignored + {} out of scope + {} problems",
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
