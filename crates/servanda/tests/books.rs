//! Laws of what was known and of closed periods, on generated logs: what was known then is what a log told then, the
//! balance after a period is the balance before the next, and what is closed stays.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::report::{Balance, InputLines, Period, Statement, journal_csv, outcome_json};
use servanda::testing::every_line_is_explained;
use servanda::time::Instant;
use servanda::{Compiled, Run, Sources, compile, moment};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const POLICY: &str = r#"
    language 1.
    agreement "Works" {
      party agency. party client.
      in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
      events arrive at most 2400 hours late.
      event invoice.received { invoice: id, amount: money }
      event payment.received { invoice: id, amount: money }
      event reply.sent { reply: id }
      case invoice {
        begins when invoice.received.
        client owes agency amount.
        paid by payment.received, settling principal, oldest first, any rest as credit.
        ends when paid.
      }
      clause 1 "Payment" {
        client must pay each invoice within 14 calendar days
          otherwise client owes agency 1% of invoice.unpaid per calendar day begun
            from the deadline until paid, as late_fee, at most 300 EUR in all.
      }
      clause 2 "Replies" {
        measure replies per calendar month = count of reply.sent.
        agency must keep replies at least 2
          otherwise agency credits client 50 EUR, as correction, at most 80 EUR in all.
      }
    }
"#;

static COMPILED: LazyLock<Compiled> =
    LazyLock::new(|| compile(&Sources::new().with("works.sla", POLICY)).unwrap());

fn at(text: &str) -> Instant {
    moment(text, &servanda::time::Zone::named("Europe/Berlin").unwrap()).unwrap()
}

/// An instant so many hours after the beginning of the year.
fn hour(hours: i64) -> Instant {
    at("2026-01-01").add_nanos(i128::from(hours) * 3_600_000_000_000).unwrap()
}

/// A line with when it became known.
type Told = (Instant, String);

fn line(kind: &str, happened: i64, late: i64, fields: &str) -> Told {
    let zone = servanda::time::Zone::named("UTC").unwrap();
    let (happened, known) = (hour(happened), hour(happened + late));
    let recorded = match late {
        0 => String::new(),
        _ => format!(r#""recorded":"{}","#, known.format_in(&zone)),
    };
    (known, format!(r#"{{"time":"{}",{recorded}"type":"{kind}",{fields}}}"#, happened.format_in(&zone)))
}

/// What happens until the end of April, some of it known much later.
fn told() -> impl Strategy<Value = Told> {
    let late = prop_oneof![3 => Just(0_i64), 2 => 1..1500_i64];
    let when = 0..2800_i64;
    let invoice = prop::sample::select(vec!["I-1", "I-2", "I-3"]);
    let kind = 0..13_u32;
    (kind, when, late, invoice, 1..900_i64).prop_map(|(kind, when, late, of, amount)| {
        let entry = format!("1/{of}/late_fee/1");
        match kind {
            0..=2 => line(
                "invoice.received",
                when,
                late,
                &format!(r#""id":"e-{of}-{amount}","invoice":"{of}","amount":"{amount}.50""#),
            ),
            3 | 4 => {
                line("payment.received", when, late, &format!(r#""invoice":"{of}","amount":"{amount}.00""#))
            }
            5 => line("reply.sent", when, late, &format!(r#""reply":"R-{amount}""#)),
            6 => line("duty.waived", when, late, &format!(r#""duty":"1","subject":"{of}","by":"agency""#)),
            7 => line("entry.disputed", when, late, &format!(r#""entry":"{entry}","by":"client""#)),
            // Nobody knows what these come to, nor what depends on it.
            8 => line("invoice.received", when, late, &format!(r#""invoice":"{of}","amount":"much""#)),
            9 => line("payment.received", when, late, &format!(r#""invoice":"{of}","amount":"some""#)),
            10 => {
                line("weather.changed", when, late, &format!(r#""agreement":"Works","degrees":"{amount}""#))
            }
            11 => line("entry.resumed", when, late, &format!(r#""entry":"{entry}","by":"client""#)),
            _ => line(
                "entry.adjusted",
                when,
                late,
                &format!(r#""entry":"{entry}","less":"{}.00","by":"agency""#, amount % 40),
            ),
        }
    })
}

/// January, February and March, each closed a few days after it.
fn closings(days: [i64; 3]) -> Vec<Told> {
    let months = [("2026-01", 31), ("2026-02", 59), ("2026-03", 90)];
    let close = |((period, end), days): ((&str, i64), i64)| {
        line("period.closed", (end + days) * 24, 0, &format!(r#""period":"{period}","by":"agency""#))
    };
    months.into_iter().zip(days).map(close).collect()
}

fn run(how: impl FnOnce(Run) -> Run, log: &[Told]) -> Run {
    let mut run = how(Run::of_log(&COMPILED).unwrap());
    let lines: Vec<&str> = log.iter().map(|(_, line)| line.as_str()).collect();
    run.read(lines.join("\n").as_bytes());
    run.close();
    run
}

fn statement(run: &Run, as_of: Instant, period: Option<&str>) -> Statement {
    let period: Option<Period> = period.map(|period| period.parse().unwrap());
    let decided = run.decided(0, as_of).unwrap();
    run.statement(0, &decided, period.as_ref()).unwrap()
}

/// The lines of a journal: the id, between whom, and the amount in cents; none where it is undetermined.
type Posting = (String, (String, String), Option<i128>);

fn postings(statement: &Statement) -> Vec<Posting> {
    let text = journal_csv([statement]).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let of_line = |line: &str| {
        // No cell of this policy has a comma or a quote.
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| {
            let place = names.iter().position(|of| *of == name).unwrap();
            (*cells.get(place).unwrap()).to_owned()
        };
        let amount = cell("amount").replace('.', "").parse().ok();
        (cell("id"), (cell("debtor"), cell("creditor")), amount)
    };
    lines.map(of_line).collect()
}

fn summed(postings: &[Posting]) -> BTreeMap<(String, String), i128> {
    let mut sums = BTreeMap::new();
    for (_, pair, amount) in postings {
        *sums.entry(pair.clone()).or_insert(0) += amount.unwrap_or(0);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn cents(amounts: BTreeMap<(String, String), String>) -> BTreeMap<(String, String), i128> {
    amounts.into_iter().map(|(pair, amount)| (pair, amount.replace('.', "").parse().unwrap())).collect()
}

/// One of the amounts of the balances, where it is not nothing.
fn amounts(
    statement: &Statement,
    part: impl Fn(&Balance) -> &Option<String>,
) -> BTreeMap<(String, String), String> {
    let of = |balance: &Balance| {
        let amount = part(balance).clone().unwrap_or_default();
        ((balance.debtor.clone(), balance.creditor.clone()), amount)
    };
    statement.balances.iter().map(of).filter(|(_, amount)| amount != "0.00").collect()
}

/// What a statement says of the client: before, entries, corrections, after.
fn of_client(statement: &Statement) -> [String; 4] {
    let of = statement.balances.iter().find(|balance| balance.debtor == "client").unwrap();
    [&of.opening, &of.entries, &of.corrections, &of.closing].map(|part| part.clone().unwrap())
}

#[test]
fn what_was_undetermined_is_corrected_when_it_is_known_and_taken_out_when_it_is_not_known_any_more() {
    let invoice = |known: i64, amount: &str| {
        line("invoice.received", 24, known - 24, &format!(r#""invoice":"I-1","amount":"{amount}""#))
    };
    let owed = |log: Vec<Told>| {
        let log: Vec<Told> = log.into_iter().chain(closings([2, 2, 2])).collect();
        let books = run(Run::keeping, &log);
        ["2026-01", "2026-02", "2026-03"]
            .map(|month| of_client(&statement(&books, at("2026-05-01"), Some(month))))
    };
    // 1% of 1000.00 for each of 15 days of January, 28 of February and 31 of March, at most 300.00 in all; how much
    // was paid on 20 January could not be read, which is taken back in February.
    let bad = line("payment.received", 460, 0, r#""id":"p-1","invoice":"I-1","amount":"some""#);
    let back = line("retraction", 840, 0, r#""retracts":"p-1""#);
    assert_eq!(
        owed(vec![invoice(24, "1000.00"), bad.clone(), back]),
        [
            ["0.00", "0.00", "0.00", "0.00"].map(String::from),
            ["0.00", "150.00", "150.00", "300.00"].map(String::from),
            ["300.00", "0.00", "0.00", "300.00"].map(String::from),
        ]
    );
    // What was known in January is not known any more in February.
    let late = (hour(840), bad.1.replace(r#""type""#, r#""recorded":"2026-02-05T00:00:00Z","type""#));
    assert_eq!(
        owed(vec![invoice(24, "1000.00"), late]),
        [
            ["0.00", "150.00", "0.00", "150.00"].map(String::from),
            ["150.00", "0.00", "-150.00", "0.00"].map(String::from),
            ["0.00", "0.00", "0.00", "0.00"].map(String::from),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_was_known_is_what_the_log_told_then(
        log in prop::collection::vec(told(), 1..14), known in 0..4000_i64, as_of in 0..3000_i64,
    ) {
        let (known, as_of) = (hour(known), hour(as_of));
        let then: Vec<Told> = log.iter().filter(|(recorded, _)| *recorded < known).cloned().collect();
        let told = statement(&run(|run| run, &then), as_of, None);
        let asked = statement(&run(|run| run.known_on(known), &log), as_of, None);
        prop_assert_eq!(&asked.verdicts, &told.verdicts);
        prop_assert_eq!(&asked.measures, &told.measures);
        prop_assert_eq!(&asked.entries, &told.entries);
        prop_assert_eq!(&asked.totals, &told.totals);
        prop_assert_eq!(&asked.problem_counts, &told.problem_counts);
        prop_assert_eq!(asked.input.lines, log.len() as u64);
        let unknown = (log.len() - then.len()) as u64;
        prop_assert_eq!(asked.input.ignored, told.input.ignored + unknown);
        // A run that keeps its lines tells the same of all that is known now.
        let now = hour(9000);
        let kept = statement(&run(Run::keeping, &log), as_of, None);
        let asked = statement(&run(|run| run.known_on(now), &log), as_of, None);
        prop_assert_eq!(kept.as_known_on(now, run(|run| run, &log).agreement(0).unwrap()), asked);
    }

    #[test]
    fn balances_go_on_from_period_to_period_and_end_at_what_is_known_now(
        log in prop::collection::vec(told(), 1..14), days in prop::array::uniform3(0..20_i64),
    ) {
        let log: Vec<Told> = log.into_iter().chain(closings(days)).collect();
        let books = run(Run::keeping, &log);
        let as_of = at("2026-05-01");
        let months = ["2026-01", "2026-02", "2026-03", "2026-04"];
        let statements = months.map(|month| statement(&books, as_of, Some(month)));
        for pair in statements.windows(2) {
            let (after, before) = (amounts(&pair[0], |of| &of.closing), amounts(&pair[1], |of| &of.opening));
            prop_assert_eq!(after, before);
        }
        let now = statement(&books, as_of, None);
        let due: BTreeMap<_, _> = now.totals.parties.iter()
            .map(|total| ((total.debtor.clone(), total.creditor.clone()), total.amount.clone().unwrap()))
            .filter(|(_, amount)| amount != "0.00")
            .collect();
        prop_assert_eq!(amounts(&statements[3], |of| &of.closing), due);
        // A total is the sum of the entries of its statement, corrections among them.
        for statement in &statements {
            for balance in &statement.balances {
                let due = |is_correction: bool| statement.entries.iter()
                    .filter(|line| line.debtor == balance.debtor && line.standing.is_none())
                    .filter(|line| line.refers_to.as_ref().is_some_and(|of| line.id.starts_with(&format!("{of}/correction/"))) == is_correction)
                    .map(|line| line.minor.unwrap_or(0))
                    .sum::<i128>();
                let cents = |amount: &Option<String>| amount.as_ref().unwrap().replace('.', "").parse::<i128>().unwrap();
                prop_assert_eq!(due(false), cents(&balance.entries));
                prop_assert_eq!(due(true), cents(&balance.corrections));
            }
        }
    }

    #[test]
    fn a_closed_statement_is_the_one_of_the_log_as_it_was(
        log in prop::collection::vec(told(), 1..14), days in prop::array::uniform3(0..20_i64),
    ) {
        let closings = closings(days);
        let log: Vec<Told> = log.into_iter().chain(closings.iter().cloned()).collect();
        let books = run(Run::keeping, &log);
        for (month, (closed, _)) in ["2026-01", "2026-02", "2026-03"].into_iter().zip(&closings) {
            // The log up to the closing, with it.
            let then: Vec<Told> = log.iter().filter(|(known, line)| {
                known < closed || (known == closed && line.contains("period.closed"))
            }).cloned().collect();
            let then = run(Run::keeping, &then);
            let json = |run: &Run| {
                let mut statement = statement(run, at("2026-05-01"), Some(month));
                // The numbers of lines are those of another file.
                statement.problems.iter_mut().for_each(|problem| problem.line = None);
                outcome_json(&statement).unwrap()
            };
            prop_assert_eq!(json(&books), json(&then));
            // Of what was known then, no line is lost.
            let input = statement(&books, at("2026-05-01"), Some(month)).input;
            let InputLines { lines, evaluated, duplicates, ignored, out_of_scope, problems } = input;
            prop_assert_eq!(lines, evaluated + duplicates + ignored + out_of_scope + problems);
            prop_assert_eq!(lines, log.iter().filter(|(known, _)| known < closed).count() as u64);
        }
    }

    #[test]
    fn every_line_is_explained_also_of_periods_that_are_closed(
        log in prop::collection::vec(told(), 1..14), days in prop::array::uniform3(0..20_i64),
    ) {
        let log: Vec<Told> = log.into_iter().chain(closings(days)).collect();
        let books = run(Run::keeping, &log);
        let decided = books.decided(0, at("2026-05-01")).unwrap();
        let months = ["2026-01", "2026-02", "2026-03", "2026-04"].map(|month| month.parse::<Period>().unwrap());
        for period in months.iter().map(Some).chain([None]) {
            let told = every_line_is_explained(&books, 0, &decided, period);
            prop_assert!(told.is_ok(), "{:?} {:?}", period, told);
        }
    }

    #[test]
    fn a_journal_adds_up_to_what_is_owed(
        log in prop::collection::vec(told(), 1..14), days in prop::array::uniform3(0..20_i64),
    ) {
        let as_of = at("2026-05-01");
        let months = ["2026-01", "2026-02", "2026-03", "2026-04"];
        // What nobody has closed: the months together are the whole, line by line.
        let open = run(Run::keeping, &log);
        let whole = postings(&statement(&open, as_of, None));
        let mut parts: Vec<Posting> = months.iter()
            .flat_map(|month| postings(&statement(&open, as_of, Some(month))))
            .filter(|(id, _, _)| !id.starts_with("opening/"))
            .collect();
        let known = |posting: &&Posting| posting.2.is_some();
        let mut sorted: Vec<Posting> = whole.iter().filter(known).cloned().collect();
        parts.retain(|posting| posting.2.is_some());
        sorted.sort();
        parts.sort();
        prop_assert_eq!(&parts, &sorted);
        let due = statement(&open, as_of, None).totals.parties.iter()
            .map(|total| ((total.debtor.clone(), total.creditor.clone()), total.minor.unwrap()))
            .filter(|(_, minor)| *minor != 0)
            .collect::<BTreeMap<_, _>>();
        prop_assert_eq!(summed(&whole), due);
        // Each posting can be asked about, with its amount.
        let decided = open.decided(0, as_of).unwrap();
        for (id, _, minor) in whole.iter().filter(|(_, _, minor)| minor.is_some_and(|minor| minor != 0)) {
            let explanation = open.explain(0, &decided, None, id).unwrap().explanation();
            let value = explanation.map(|told| told.value.replace('.', ""));
            prop_assert_eq!(value, Some(format!("{:03} EUR", minor.unwrap())), "{}", id);
        }
        // What is closed and corrected: each month comes to its balance, and no posting has the id of another.
        let log: Vec<Told> = log.into_iter().chain(closings(days)).collect();
        let books = run(Run::keeping, &log);
        for month in months {
            let statement = statement(&books, as_of, Some(month));
            let lines = postings(&statement);
            prop_assert_eq!(summed(&lines), cents(amounts(&statement, |of| &of.closing)), "{}", month);
            let mut ids: Vec<&(String, (String, String))> = Vec::new();
            let named: Vec<(String, (String, String))> =
                lines.iter().map(|(id, pair, _)| (id.clone(), pair.clone())).collect();
            ids.extend(&named);
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), lines.len(), "{:?}", named);
        }
    }
}
