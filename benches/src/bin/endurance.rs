//! What a stream holds: how large a snapshot of many open cases is and how long it takes, and how much memory a year
//! of events needs.
//!
//! ```text
//! endurance snapshot [CASES]     default: 1000000
//! endurance year OUT.csv [HOURS…] one column of resident memory for each lateness, a row for each week
//! endurance instances [N] [EVENTS] one template, so many instances and events; default: 100000 and 3000000
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program tells its user what it measures")]

use servanda::evaluator::{Revision, StreamSink, Told};
use servanda::time::Instant;
use servanda::{OtherData, Run, Snapshot, Sources, compile, moment};
use std::fmt::Write as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: cap::Cap<mimalloc::MiMalloc> = cap::Cap::new(mimalloc::MiMalloc, usize::MAX);

const POLICY: &str = r#"
language 1.
agreement "Desk" {
  party desk. party client.
  in force from 2026-01-01.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most LATENESS hours late.
  calendar office { open mon..fri 09:00..18:00. }
  event question.asked    { question: id, urgent: yes or no }
  event question.answered { question: id }
  case question {
    begins when question.asked. answer (answered) when question.answered. ends when answered.
  }
  clause 1 "Answers" {
    measure answers per calendar month = share of question in which 1(a) is kept.
    (a) desk must answer each question within 8 office hours otherwise desk credits client 1 EUR.
    (b) desk must keep answers at least 90%, without consequence.
  }
}
"#;

const MINUTE: i64 = 60 * 1_000_000_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["snapshot"] => snapshot(1_000_000),
        ["snapshot", cases] => cases.parse().map_err(|_| "CASES is no number".into()).and_then(snapshot),
        ["year", out, hours @ ..] => year(out, hours),
        ["instances", rest @ ..] => instances(rest),
        _ => Err(
            "endurance snapshot [CASES] | endurance year OUT.csv [HOURS…] | endurance instances [N] [EVENTS]"
                .into(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("endurance: {why}");
            ExitCode::from(3)
        }
    }
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn run(lateness: &str) -> Result<(servanda::Compiled, Run)> {
    let text = POLICY.replace("LATENESS", lateness);
    let compiled = compile(&Sources::new().with("desk.sla", text)).map_err(|why| why.to_string())?;
    let run = Run::of_log(&compiled)?;
    Ok((compiled, run))
}

/// Takes what is told and keeps nothing but how much it was.
#[derive(Default)]
struct Counted {
    told: u64,
}

impl StreamSink for Counted {
    fn told(&mut self, _: u32, _: Told) {
        self.told += 1;
    }

    fn revised(&mut self, _: u32, _: Revision) {
        self.told += 1;
    }
}

fn event(line: &mut String, at: Instant, kind: &str, number: u64, more: &str) {
    line.clear();
    // Writing to a string cannot fail.
    let _ = write!(line, r#"{{"time":"{at}","type":"question.{kind}","question":"q-{number:07}"{more}}}"#);
}

/// A snapshot of so many open cases: its size, and how long it takes to write and to restore.
fn snapshot(cases: u64) -> Result<()> {
    let (compiled, mut run) = run("0")?;
    let zone = run.zone().ok_or("there is no zone")?.clone();
    let start = moment("2026-01-05 09:00", &zone)?;
    let mut line = String::new();
    let mut sink = Counted::default();
    let mut at = start;
    for number in 0..cases {
        at = Instant(start.0 + number as i64 * 1_000_000);
        event(&mut line, at, "asked", number, r#","urgent":true"#);
        run.read_line(0, line.as_bytes());
        if number % 1000 == 0 {
            run.follow(at, &mut sink)?;
        }
    }
    run.follow(Instant(at.0 + 1), &mut sink)?;
    let open = run.open_items();
    let clock = std::time::Instant::now();
    let bytes = run.snapshot()?;
    let written = clock.elapsed();
    drop(run);
    let clock = std::time::Instant::now();
    let again = Run::restore(&compiled, None, Snapshot::read(&bytes)?, OtherData::Refuse)?;
    let restored = clock.elapsed();
    if again.open_items() != open {
        return Err("not everything was restored".into());
    }
    let bytes = bytes.len() as u64;
    println!(
        "{open} open cases: {bytes} bytes, {} a case; written in {} ms, restored in {} ms",
        bytes.div_ceil(open.max(1)),
        written.as_millis(),
        restored.as_millis()
    );
    Ok(())
}

/// The resident memory of the process in KiB.
fn resident() -> Result<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm")?
        .split_whitespace()
        .nth(1)
        .ok_or("there is no resident memory")?
        .parse()?;
    Ok(pages * 4)
}

/// One template with so many instances, none with the parameters of another: what an idle one holds, before any event
/// and when all that was open is over. In use is what was asked of the allocator, resident what it has of the system.
fn instances(rest: &[&str]) -> Result<()> {
    let number = |at: usize, or: u64| rest.get(at).map_or(Ok(or), |it| it.parse());
    let (count, events) = (number(0, 100_000)?, number(1, 3_000_000)?);
    let text = POLICY
        .replace("LATENESS", "1")
        .replace(r#""Desk" {"#, r#""Desk" takes { fee: money. hours: office hours = 8 office hours. } {"#);
    let text = text.replace("8 office hours otherwise", "hours otherwise").replace("1 EUR.", "1% of fee.");
    let compiled = compile(&Sources::new().with("desk.sla", text)).map_err(|why| why.to_string())?;
    let (before, used_before) = (resident()?, ALLOCATOR.allocated());
    let mut file = String::new();
    for instance in 0..count {
        let _ = writeln!(file, r#"{{"agreement":"desk-{instance:06}","fee":"{}.00"}}"#, 1000 + instance);
    }
    let (mut run, problems) = Run::of_instances(&compiled, file.as_bytes())?;
    if let Some(problem) = problems.first() {
        return Err(format!("{problem:?}").into());
    }
    drop(file);
    let idle = resident()?.saturating_sub(before);
    let used = || (ALLOCATOR.allocated() as u64).saturating_sub(used_before as u64) / count.max(1);
    let used_idle = used();
    let zone = run.zone().ok_or("there is no zone")?.clone();
    let start = moment("2026-01-05 09:00", &zone)?;
    let (mut line, mut sink) = (String::new(), Counted::default());
    let clock = std::time::Instant::now();
    let mut at = start;
    let mut most = 0;
    for number in 0..events {
        // Asked and answered in turn, each instance after the other; the same question is answered one round later.
        let (instance, round) = (number % count, number / count);
        at = Instant(start.0 + number as i64 * 500_000_000);
        line.clear();
        let kind = if round % 2 == 0 { r#"asked","urgent":false"# } else { r#"answered""# };
        let question = round / 2;
        let _ = write!(
            line,
            r#"{{"time":"{at}","type":"question.{kind},"agreement":"desk-{instance:06}","question":"q-{question}"}}"#
        );
        run.read_line(0, line.as_bytes());
        if number % 1000 == 0 {
            run.follow(at, &mut sink)?;
        }
        if number % count == 0 {
            most = most.max(resident()?.saturating_sub(before));
        }
    }
    // Two lateness behind the last event nothing of what has happened can change.
    run.follow(Instant(at.0 + 120 * MINUTE), &mut sink)?;
    let after = resident()?.saturating_sub(before);
    println!(
        "{count} instances, {events} events in {} ms, {} told, {} open at the end",
        clock.elapsed().as_millis(),
        sink.told,
        run.open_items()
    );
    let each = |kib: u64| kib * 1024 / count.max(1);
    println!("bytes of each in use: {used_idle} before any event, {} at the end", used());
    println!(
        "bytes of each resident: {} before any event, at most {}, {} at the end",
        each(idle),
        each(most),
        each(after)
    );
    Ok(())
}

/// A year in which a case opens every minute and is answered a day later, so that as many are open all the time.
fn year(out: &str, hours: &[&str]) -> Result<()> {
    let hours = if hours.is_empty() { &["0", "48", "96"] } else { hours };
    let mut columns = Vec::new();
    for lateness in hours {
        let (_, mut run) = run(lateness)?;
        let zone = run.zone().ok_or("there is no zone")?.clone();
        let start = moment("2026-01-01", &zone)?;
        let (mut line, mut sink) = (String::new(), Counted::default());
        let mut column = Vec::new();
        for minute in 0..365 * 24 * 60_u64 {
            let at = Instant(start.0 + minute as i64 * MINUTE);
            run.follow(at, &mut sink)?;
            event(&mut line, at, "asked", minute, r#","urgent":false"#);
            run.read_line(0, line.as_bytes());
            if let Some(answered) = minute.checked_sub(24 * 60) {
                event(&mut line, at, "answered", answered, "");
                run.read_line(0, line.as_bytes());
            }
            if minute % (7 * 24 * 60) == 0 {
                column.push(resident()?);
            }
        }
        println!(
            "{lateness} hours late: {} open, {} told, {} KiB at the end",
            run.open_items(),
            sink.told,
            resident()?
        );
        columns.push(column);
    }
    let mut table = format!("week,{}\n", hours.join(","));
    for week in 0..columns.first().map_or(0, Vec::len) {
        let row: Vec<String> =
            columns.iter().filter_map(|column| column.get(week)).map(u64::to_string).collect();
        let _ = writeln!(table, "{week},{}", row.join(","));
    }
    std::fs::write(out, table)?;
    Ok(())
}
