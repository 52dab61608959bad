//! What a forecast claims comes true when it is played: with as much more as it says changes nothing, nothing changes, and
//! with one unit more everything is as it said; with all that there is time for, what it said last still holds.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use servanda::policy::LengthKind;
use servanda::report::{Forecast, ForecastLine, ForecastStep};
use servanda::time::Instant;
use servanda::{Compiled, Run, Sources, compile, moment};
use std::cell::Cell;
use std::fmt::Write;

/// How many agreements and logs are tried.
const CASES: u32 = 400;

/// A policy about one figure, and what makes more of it.
#[derive(Debug, Clone)]
struct Tried {
    text: String,
    log: String,
    as_of: Instant,
    way: Way,
}

/// What makes more of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Time,
    OfficeTime,
    Events(&'static str),
    Sum,
}

fn policy(measure: &str, sentence: &str) -> String {
    format!(
        r#"language 1.
agreement "Figures" {{
  party ann. party ben.
  in force from 2026-03-01.
  time zone Europe/Berlin.
  money in EUR.
  calendar office {{ open mon..fri 09:00..17:00. }}
  event page.down {{ page: id }}
  event page.up {{ page: id }}
  event work.began {{ work: id }}
  event work.ended {{ work: id }}
  event post.made {{ post: id, good: yes or no, price: money }}
  case outage {{ known by page. begins when page.down. ends when page.up. }}
  case work {{ begins when work.began. ends when work.ended. }}
  clause 1 "Figure" {{
    measure m per calendar month = {measure}.
    {sentence}
  }}
}}
"#
    )
}

/// A policy that numbers choose, with a log and an instant in March.
fn tried(numbers: &[u32]) -> Tried {
    let mut numbers = numbers.iter().copied();
    let mut below = |count: u32| numbers.next().unwrap_or(0) % count;
    let (measure, way, (relation, bounds)): (&str, Way, (&str, [&str; 3])) = match below(9) {
        0 => ("share of time not in outage", Way::Time, ("at least", ["99.9%", "99%", "90%"])),
        1 => (
            "share of time not in outage during office",
            Way::OfficeTime,
            ("at least", ["99.5%", "97%", "80%"]),
        ),
        2 => ("share of time not in outage, leaving out work", Way::Time, ("above", ["99.9%", "95%", "33%"])),
        3 => ("time in outage", Way::Time, ("at most", ["30 minutes", "5 hours", "50 hours"])),
        4 => ("share of time in outage", Way::Time, ("below", ["0.1%", "1%", "7%"])),
        5 => ("count of post.made", Way::Events("yes"), ("at least", ["7", "4", "2"])),
        6 => ("count of post.made where not good", Way::Events("no"), ("at most", ["3", "5", "8"])),
        7 => ("share of post.made in which good", Way::Events("either"), ("at least", ["90%", "75%", "40%"])),
        _ => ("sum of price over post.made", Way::Sum, ("at most", ["99.99 EUR", "150 EUR", "1000 EUR"])),
    };
    let [target, second, third] = bounds;
    let falls = matches!(relation, "at least" | "above");
    let rows = match (falls, below(2)) {
        (true, 0) => format!(
            "from {target}: 2 EUR, from {second} to below {target}: 10 EUR, from {third} to below {second}: 20 EUR, below {third}: 45 EUR"
        ),
        (true, _) => {
            format!("above {second}: 5 EUR, above {third} to {second}: 12 EUR, at most {third}: 31 EUR")
        }
        (false, 0) => format!(
            "from {target} to below {second}: 10 EUR, from {second} to below {third}: 20 EUR, from {third}: 45 EUR, below {target}: 1 EUR"
        ),
        (false, _) => {
            format!("above {third}: 45 EUR, above {second} to {third}: 20 EUR, at most {second}: 7 EUR")
        }
    };
    let sentence = match below(3) {
        0 => format!(
            "ann must keep m {relation} {target} otherwise ann credits ben depending on m {{ {rows} }}."
        ),
        1 => format!(
            "ann must keep m {relation} {target} otherwise ann credits ben 9 EUR.\n    ben owes ann depending on m {{ {rows} }} each calendar month."
        ),
        _ => format!(
            "ann must keep m {relation} {target}, without consequence.\n    ann credits ben 3 EUR each calendar month if m is {relation} {second}."
        ),
    };
    let mut log = String::new();
    let minute = 60_000_000_000_i64;
    let march: Instant = "2026-03-01T00:00:00+01:00".parse().unwrap();
    let mut at = march.0;
    let gap = [50, 700, 3000][below(3) as usize];
    let (mut down, mut left_out) = (false, false);
    for number in 0..below(14) {
        at += i64::from(below(gap)) * minute + i64::from(below(1000)) + 1;
        let time = Instant(at).to_string();
        match way {
            Way::Time | Way::OfficeTime if measure.contains("leaving") && below(3) == 0 => {
                let kind = if left_out { "work.ended" } else { "work.began" };
                left_out = !left_out;
                writeln!(log, r#"{{"time":"{time}","type":"{kind}","work":"W"}}"#).unwrap();
            }
            Way::Time | Way::OfficeTime => {
                let kind = if down { "page.up" } else { "page.down" };
                down = !down;
                writeln!(log, r#"{{"time":"{time}","type":"{kind}","page":"P"}}"#).unwrap();
            }
            Way::Events(_) | Way::Sum => {
                let good = below(4) != 0;
                let price = format!("{}.{:02}", below(40), below(100));
                writeln!(
                    log,
                    r#"{{"time":"{time}","type":"post.made","post":"{number}","good":{good},"price":"{price}"}}"#
                )
                .unwrap();
            }
        }
    }
    let end: Instant = "2026-04-01T00:00:00+02:00".parse().unwrap();
    let as_of = Instant((at + 1 + i64::from(below(2000)) * minute).min(end.0 - 3600 * minute / 60));
    Tried { text: policy(measure, &sentence), log, as_of, way }
}

fn run_of(compiled: &Compiled, log: &str) -> Run {
    let mut run = Run::of_log(compiled).unwrap();
    run.read(log.as_bytes());
    run.close();
    run
}

/// What comes out at the end of March: the verdict, and what is owed by whom in cents.
type CameOut = (Option<&'static str>, Vec<(String, i128)>);

fn came_out(compiled: &Compiled, log: &str) -> CameOut {
    let run = run_of(compiled, log);
    let end = moment("2026-04-01", &run.agreements()[0].zone).unwrap();
    let statement = run.statement(0, &run.decided(0, end).unwrap(), None).unwrap();
    assert_eq!(statement.problem_count(), 0, "{:?}\n{log}", statement.problems);
    let verdict = statement.verdicts.iter().find(|line| line.subject == "2026-03").map(|line| line.verdict);
    let mut entries: Vec<(String, i128)> = statement
        .entries
        .iter()
        .filter(|entry| entry.subject == "2026-03")
        .map(|entry| (entry.debtor.clone(), entry.minor.unwrap()))
        .filter(|(_, minor)| *minor != 0)
        .collect();
    entries.sort();
    (verdict, entries)
}

/// The same as a step says it.
fn said(step: &ForecastStep) -> CameOut {
    let mut amounts: Vec<(String, i128)> = step
        .amounts
        .iter()
        .map(|of| (of.debtor.clone(), of.amount.as_ref().unwrap().replace('.', "").parse().unwrap()))
        .collect();
    amounts.sort();
    (step.verdicts.first().map(|of| of.verdict), amounts)
}

/// An exact number of seconds, events or major units in nanoseconds, events or cents.
fn units(text: &str, unit: &str) -> i128 {
    let places = match unit {
        "seconds" => 9,
        "count" => 0,
        _ => 2,
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<places$}");
    assert_eq!(part.len(), places, "{text} is finer than a unit");
    format!("{whole}{part}").parse().unwrap()
}

/// The log with so many further units from the instant of the forecast on.
fn with(tried: &Tried, compiled: &Compiled, step: &ForecastStep, further: i128) -> String {
    let mut log = tried.log.clone();
    match tried.way {
        Way::Time | Way::OfficeTime => {
            let run = run_of(compiled, &tried.log);
            let agreement = &run.agreements()[0];
            let kind = match tried.way {
                Way::OfficeTime => {
                    let office = compiled.policy().calendars.ids().next().unwrap();
                    LengthKind::Open(office)
                }
                _ => LengthKind::Physical,
            };
            // The first instant until which so much time has passed.
            let (mut low, mut high) = (tried.as_of.0, tried.as_of.0 + 40 * 24 * 3600 * 1_000_000_000);
            while low < high {
                let middle = low + (high - low) / 2;
                match agreement.used_between(kind, tried.as_of, Instant(middle)) >= further {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
            let goes_on = step.of.contains("goes on");
            let (from, to) = (tried.as_of, Instant(low));
            if !goes_on && further > 0 {
                writeln!(log, r#"{{"time":"{from}","type":"page.down","page":"P"}}"#).unwrap();
            }
            if goes_on || further > 0 {
                writeln!(log, r#"{{"time":"{to}","type":"page.up","page":"P"}}"#).unwrap();
            }
        }
        Way::Events(good) => {
            let good = match good {
                "either" => !step.of.contains("each fails"),
                good => good == "yes",
            };
            for number in 0..further {
                let at = Instant(tried.as_of.0 + i64::try_from(number).unwrap());
                writeln!(
                    log,
                    r#"{{"time":"{at}","type":"post.made","post":"x{number}","good":{good},"price":"1.00"}}"#
                )
                .unwrap();
            }
        }
        Way::Sum => {
            let (at, price) = (tried.as_of, format!("{}.{:02}", further / 100, further % 100));
            writeln!(log, r#"{{"time":"{at}","type":"post.made","post":"x","good":true,"price":"{price}"}}"#)
                .unwrap();
        }
    }
    log
}

fn ahead(compiled: &Compiled, log: &str, as_of: Instant) -> Forecast {
    let run = run_of(compiled, log);
    run.forecast(0, &run.decided(0, as_of).unwrap()).unwrap()
}

/// The line of the figure of March.
fn line_of(forecast: &Forecast) -> Option<&ForecastLine> {
    forecast
        .lines
        .iter()
        .find(|line| line.subject == "2026-03" && !(line.steps.is_empty() && line.unclaimed.is_empty()))
}

/// Tries agreements and logs that numbers choose, always the same ones.
fn try_all(length: usize, each: impl Fn(&[u32])) {
    let config =
        Config { cases: CASES, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tried = runner.run(&proptest::collection::vec(any::<u32>(), length), |numbers| {
        each(&numbers);
        Ok(())
    });
    tried.unwrap();
}

#[test]
fn a_figure_says_something_else_exactly_where_the_forecast_says() {
    let (steps, none, way_to_go) = (Cell::new(0), Cell::new(0), Cell::new(0));
    try_all(120, |numbers| {
        let tried = tried(numbers);
        let compiled = compile(&Sources::new().with("figures.sla", &tried.text))
            .unwrap_or_else(|why| panic!("{why:?}\n{}", tried.text));
        let forecast = ahead(&compiled, &tried.log, tried.as_of);
        let Some(line) = line_of(&forecast) else { return };
        if line.steps.is_empty() {
            none.set(none.get() + 1);
        }
        // Each way to go on by itself.
        let mut ways: Vec<&str> = line.steps.iter().map(|step| step.of.as_str()).collect();
        ways.dedup();
        for way in ways {
            let its: Vec<&ForecastStep> = line.steps.iter().filter(|step| step.of == way).collect();
            let mut before = came_out(&compiled, &with(&tried, &compiled, its[0], 0));
            for step in &its {
                let (room, from) = (units(&step.room, &step.unit), units(&step.from, &step.unit));
                assert_eq!(room + 1, from, "{step:?}");
                let context = format!("{step:#?}\n{}\nas of {}\n{}", tried.text, tried.as_of, tried.log);
                let last = came_out(&compiled, &with(&tried, &compiled, step, room));
                assert_eq!(last, before, "with the room something is different: {context}");
                let after = came_out(&compiled, &with(&tried, &compiled, step, from));
                assert_eq!(after, said(step), "with one more it is not as was said: {context}");
                before = after;
                steps.set(steps.get() + 1);
            }
            // With all that there is time for, what was said last still holds.
            let (Some(last), Some(left)) = (its.last(), &line.left) else { continue };
            if last.unit == "seconds" && tried.way == Way::Time && its.len() < 8 {
                let all = units(&left.seconds, "seconds");
                assert_eq!(
                    came_out(&compiled, &with(&tried, &compiled, last, all)),
                    before,
                    "{last:#?}\n{}",
                    tried.text
                );
                way_to_go.set(way_to_go.get() + 1);
            }
        }
    });
    // A test of nothing would hold, too.
    let counts = (steps.get(), none.get(), way_to_go.get());
    assert!(counts.0 > 600 && counts.1 > 3 && counts.2 > 60, "{counts:?}");
}

/// A debt and what accrues on it, as numbers choose.
fn debt(numbers: &[u32]) -> (String, String, Instant) {
    let mut numbers = numbers.iter().copied();
    let mut below = |count: u32| numbers.next().unwrap_or(0) % count;
    let mut one = |of: &[&'static str]| of[below(u32::try_from(of.len()).unwrap()) as usize];
    let within = one(&["5 calendar days", "36 hours", "2 office days", "1 month"]);
    let rate = one(&["1% of bill.unpaid", "2.50 EUR", "0.7% of bill.amount"]);
    let period = one(&["calendar day begun", "calendar day completed", "calendar week begun", "month begun"]);
    let from = one(&[
        "from the deadline until paid",
        "from 5 calendar days after the deadline until paid",
        "from the deadline until paid unless paid within 5 calendar days of the deadline",
    ]);
    let cap = one(&["", "", ", at most 12 EUR in all", ", at least 4 EUR", ", rounded daily"]);
    let text = format!(
        r#"language 1.
agreement "Debts" {{
  party ann. party ben.
  in force from 2026-03-01.
  time zone Europe/Berlin.
  money in EUR.
  calendar office {{ open mon..fri 09:00..17:00. }}
  event bill.got {{ bill: id, amount: money }}
  event bill.paid {{ bill: id, amount: money }}
  case bill {{
    begins when bill.got.
    ben owes ann amount.
    paid by bill.paid.
    ends when paid.
  }}
  clause 1 "Payment" {{
    ben must pay each bill within {within} of bill.got
      otherwise ben owes ann {rate} per {period} {from}{cap}, as late_fee.
  }}
}}
"#
    );
    let hour = 3600 * 1_000_000_000_i64;
    let start: Instant = "2026-03-01T00:00:00+01:00".parse().unwrap();
    let got = Instant(start.0 + i64::from(below(60 * 24)) * hour / 2 + i64::from(below(hour as u32 / 1000)));
    let amount = format!("{}.{:02}", 50 + below(400), below(100));
    let log = format!(r#"{{"time":"{got}","type":"bill.got","bill":"B","amount":"{amount}"}}"#) + "\n";
    (text, log, Instant(got.0 + 1 + i64::from(below(40 * 24)) * hour))
}

#[test]
fn a_debt_costs_exactly_what_the_forecast_says_from_exactly_when_it_says() {
    let (told, free) = (Cell::new(0), Cell::new(0));
    try_all(40, |numbers| {
        let (text, log, as_of) = debt(numbers);
        // Two ways to begin cannot be said together with a part of a day, which the checker tells.
        let Ok(compiled) = compile(&Sources::new().with("debts.sla", &text)) else { return };
        let amount = log.split("\"amount\":\"").nth(1).unwrap().trim_end_matches("\"}\n");
        let paid_at = |at: Instant| {
            let paid = format!(r#"{{"time":"{at}","type":"bill.paid","bill":"B","amount":"{amount}"}}"#);
            let run = run_of(&compiled, &format!("{log}{paid}\n"));
            let later = moment("2027-06-01", &run.agreements()[0].zone).unwrap();
            let statement = run.statement(0, &run.decided(0, later).unwrap(), None).unwrap();
            statement.entries.first().map_or_else(|| "0.00".to_owned(), |entry| entry.amount.clone().unwrap())
        };
        let forecast = ahead(&compiled, &log, as_of);
        let Some(line) = forecast.lines.iter().find(|line| !line.pays.is_empty()) else { return };
        for pay in &line.pays {
            let from = pay.from.as_ref().map_or(as_of, |from| from.parse().unwrap());
            assert_eq!(paid_at(from), pay.amount, "from {pay:?}\n{text}{log}as of {as_of}\n{:#?}", line.pays);
            if let Some(until) = &pay.until {
                let until = until.parse().unwrap();
                assert_eq!(
                    paid_at(until),
                    pay.amount,
                    "until {pay:?}\n{text}{log}as of {as_of}\n{:#?}",
                    line.pays
                );
            }
            told.set(told.get() + 1);
            free.set(free.get() + u32::from(pay.amount == "0.00"));
        }
    });
    assert!(told.get() > 800 && free.get() > 60, "{} {}", told.get(), free.get());
}
