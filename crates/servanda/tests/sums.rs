//! What the analysis of a policy says of its amounts and limits comes out when it is evaluated, and where it says nothing,
//! nothing does: minimums above limits, more than is paid, more than all of it, amounts for whoever broke the duty, interest
//! on more than is owed, amendments that change nothing, and amounts without data.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::report::Statement;
use servanda::{Code, Run, Sources, compile, moment};

fn agreement(lines: &str) -> String {
    format!(
        "language 1.\nagreement \"Sums\" {{\n  party desk. party client. role lead of desk. role buyer of client.\n  \
         in force from 2026-01-01 for 12 months.\n  time zone Etc/UTC. money in EUR.\n  let fee = 100 EUR.\n  \
         event call.made {{ call: id }}\n  event call.answered {{ call: id }}\n  \
         case call {{ begins when call.made. answer (answered) when call.answered. ends when answered. }}\n  \
         event bill.made {{ bill: id, amount: money }}\n  event bill.paid {{ bill: id, amount: money }}\n\
         {lines}\n}}\n"
    )
}

/// What comes out of a log at the beginning of a year behind the term, and what is told of the policy.
fn played(text: &str, log: &str) -> (Statement, Vec<Code>) {
    let compiled =
        compile(&Sources::new().with("sums.sla", text)).map_err(|told| format!("{text}\n{told}")).unwrap();
    let told = compiled.warnings().iter().map(servanda::Diagnostic::code).collect();
    let mut run = Run::of_log(&compiled).unwrap();
    run.read(log.as_bytes());
    run.close();
    let agreement = run.agreements().first().unwrap().clone();
    let decided = run.decided(0, moment("2027-02-01", &agreement.zone).unwrap()).unwrap();
    (run.statement(0, &decided, None).unwrap(), told)
}

/// What has been booked of a kind, in cents.
fn booked(statement: &Statement, kind: &str) -> Vec<i64> {
    let of_kind = statement.entries.iter().filter(|entry| entry.id.contains(&format!("/{kind}")));
    of_kind.map(|entry| entry.amount.as_ref().unwrap().replace('.', "").parse().unwrap()).collect()
}

/// Bills of so many EUR, none of which is paid.
fn bills(amounts: impl Iterator<Item = u32>) -> String {
    let one = |amount| {
        format!(
            "{{\"time\":\"2026-02-01T10:00:00Z\",\"type\":\"bill.made\",\"bill\":\"b{amount}\",\"amount\":\"{amount}.00\"}}\n"
        )
    };
    amounts.map(one).collect()
}

/// So many calls on the first days of a month.
fn calls(month: u32, number: u32) -> String {
    let one = |call| {
        format!(
            "{{\"time\":\"2026-{month:02}-01T1{call}:00:00Z\",\"type\":\"call.made\",\"call\":\"{month}/{call}\"}}\n"
        )
    };
    (0..number).map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_minimum_above_the_limit_is_never_reached(
        least in 1u32..20,
        most in 1u32..20,
        accrues in any::<bool>(),
        scope in prop_oneof![Just(""), Just(" in all"), Just(" per calendar month"), Just(" for each bill")],
        first in any::<bool>(),
    ) {
        let amount = if accrues {
            "1% of bill.amount per calendar day begun from the deadline until paid"
        } else {
            "bill.amount"
        };
        // One bill at a time, so that a limit of several does not matter.
        let limits = if first {
            format!("at most {most} EUR{scope}, at least {least} EUR")
        } else {
            format!("at least {least} EUR, at most {most} EUR{scope}")
        };
        let text = agreement(&format!(
            "  case bill {{ begins when bill.made. client owes desk amount.
               paid by bill.paid, settling principal, the named one only, any rest as credit. ends when paid. }}
               clause 1 \"Bills\" {{ client must pay each bill within 10 calendar days otherwise client owes desk {amount}, {limits}, as own. }}"
        ));
        let mut below = false;
        let mut told = Vec::new();
        for amount in [1, 5, 30] {
            let (statement, codes) = played(&text, &bills(std::iter::once(amount)));
            below |= booked(&statement, "own").iter().sum::<i64>() < i64::from(least) * 100;
            told = codes;
        }
        prop_assert_eq!(told.contains(&Code::MinimumAboveLimit), below, "{}", text);
    }

    #[test]
    fn more_than_is_paid_for_a_month_is_told(
        fees in prop::collection::vec(1u32..8, 1..3),
        rows in (0u32..12, 0u32..12),
        most in prop::option::of(1u32..12),
        each in any::<bool>(),
    ) {
        let paid: Vec<String> =
            fees.iter().map(|fee| format!("client owes desk {} EUR each calendar month, as fee.", fee * 10)).collect();
        let most = most.map(|most| format!(", at most {} EUR{}", most * 10, if each { "" } else { " per calendar month" }));
        let labelled: Vec<String> = paid.iter().zip(["(c)", "(d)"]).map(|(fee, label)| format!("{label} {fee}")).collect();
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{
                measure calls per calendar month = count of call.
                (a) desk must keep calls at least 5 otherwise desk credits client
                  depending on calls {{ from 3 to below 5: {} EUR, below 3: {} EUR }}{}, as own.
                {}
              }}",
            rows.0 * 10, rows.1 * 10, most.unwrap_or_default(), labelled.join("\n")
        ));
        // Three calls in February, and none in March.
        let (statement, told) = played(&text, &calls(2, 3));
        let month = |kind: &str, month: &str| -> i64 {
            let of = statement.entries.iter().filter(|entry| {
                entry.id.contains(&format!("/{kind}")) && entry.subject.contains(month)
            });
            of.map(|entry| entry.amount.as_ref().unwrap().replace('.', "").parse::<i64>().unwrap()).sum()
        };
        let more = ["2026-02", "2026-03"].iter().any(|at| month("own", at) > month("fee", at));
        prop_assert!(month("fee", "2026-02") > 0, "{:?}", statement.entries);
        prop_assert_eq!(told.contains(&Code::MoreThanIsPaid), more, "{}", text);
    }

    #[test]
    fn more_than_all_of_an_amount_is_told(tenths in 1u32..3500, percent in any::<bool>(), after in any::<bool>()) {
        let (whole, part) = (tenths / 10, tenths % 10);
        let written = if percent { format!("{whole}.{part}% of fee") } else { format!("{whole}.{part} * fee") };
        let line = if after {
            format!("(b) desk must keep calls at least 1 otherwise desk credits client {written}, as own.")
        } else {
            // What is owed for nothing that somebody has broken may be any number of times.
            format!("(b) desk owes client {written} each calendar month, as own.")
        };
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{ measure calls per calendar month = count of call, partial windows in full.
                (c) client must keep calls at most 100, without consequence.\n{line} }}"
        ));
        let (statement, told) = played(&text, "");
        let booked = booked(&statement, "own").first().copied().unwrap();
        // A whole number of times is meant as it is written.
        let times = !percent && part == 0;
        prop_assert_eq!(told.contains(&Code::ShareAboveWhole), after && booked > 10_000 && !times, "{} {}", booked, text);
    }

    #[test]
    fn what_is_owed_to_whoever_broke_the_duty_is_told(
        (debtor, creditor) in prop_oneof![
            Just(("desk", "client")), Just(("client", "desk")), Just(("lead", "client")), Just(("client", "lead")),
            Just(("buyer", "desk")), Just(("desk", "buyer")),
        ],
        duty in prop_oneof![Just("desk"), Just("client"), Just("lead"), Just("buyer")],
        kind in 0u32..3,
    ) {
        let who = duty;
        let line = match kind {
            0 => format!("{who} must answer each call within 1 hour otherwise {debtor} owes {creditor} 5 EUR, as own."),
            1 => format!("measure calls per calendar month = count of call.
                {who} must keep calls at most 0 otherwise {debtor} owes {creditor} 5 EUR, as own."),
            _ => format!("{who} must not answer any call otherwise {debtor} owes {creditor} 5 EUR, as own."),
        };
        let text = agreement(&format!("  clause 1 \"Calls\" {{ {line} }}"));
        let log = calls(2, 1) + "{\"time\":\"2026-02-03T10:00:00Z\",\"type\":\"call.answered\",\"call\":\"2/0\"}\n";
        let (statement, told) = played(&text, &log);
        let party = |name: &str| match name {
            "lead" | "desk" => "desk",
            _ => "client",
        };
        let broken = statement.verdicts.iter().any(|verdict| verdict.verdict == "broken");
        prop_assert!(broken && statement.entries.len() == 1, "{} {:?}", text, statement.verdicts);
        let paid = statement.entries.iter().any(|entry| party(&entry.creditor) == party(who));
        prop_assert_eq!(told.contains(&Code::BreachPaysBreaker), paid, "{}", text);
    }

    #[test]
    fn interest_on_more_than_is_owed_is_told(
        owed in prop_oneof![
            Just("price"), Just("price - deposit"), Just("40% of price"), Just("100% of price"), Just("deposit"),
        ],
        base in prop_oneof![Just("sale.price"), Just("sale.deposit"), Just("sale.unpaid")],
    ) {
        let text = agreement(&format!(
            "  event sale.made {{ sale: id, price: money, deposit: money }}
               case sale {{ begins when sale.made. client owes desk {owed}.
                 paid by bill.paid, settling principal, oldest first, any rest as credit. ends when paid. }}
               clause 1 \"Sales\" {{ client must pay each sale within 10 calendar days otherwise
                 client owes desk 1% of {base} per calendar day begun from the deadline until paid, as own. }}"
        ));
        let log = "{\"time\":\"2026-01-01T10:00:00Z\",\"type\":\"sale.made\",\"sale\":\"s\",\"price\":\"1000.00\",\"deposit\":\"300.00\"}\n";
        let (statement, told) = played(&text, log);
        // A year of interest on what is owed; the deposit is less than each part that is owed.
        let principal = match owed {
            "price" | "100% of price" => 1000,
            "price - deposit" => 700,
            "40% of price" => 400,
            _ => 300,
        };
        let grown = match base {
            "sale.price" => 1000,
            "sale.deposit" => 300,
            _ => principal,
        };
        prop_assert!(!booked(&statement, "own").is_empty(), "{:?}", statement.entries);
        prop_assert_eq!(told.contains(&Code::InterestOnMore), grown > principal && owed != "deposit", "{}", text);
    }

    #[test]
    fn an_amendment_that_changes_nothing_in_the_term_is_told(
        months in 1u32..30,
        (year, month) in (2026i32..2029, 1u32..13),
        until in any::<bool>(),
    ) {
        prop_assume!((year, month) > (2026, 1));
        let date = servanda::time::Date::from_civil(2026, 1, 1).unwrap().add_months(i64::from(months)).unwrap();
        let last = date.add_days(-1).unwrap();
        let term = if until { format!("until {last}") } else { format!("for {months} months") };
        let text = format!(
            "language 1.\nagreement \"Sums\" {{ party desk. party client. in force from 2026-01-01 {term}.
               time zone Etc/UTC. money in EUR. let fee = 100 EUR.
               clause 1 \"Fee\" {{ client owes desk fee each calendar month, as own. }} }}
             amendment \"Dearer\" {{ in force from {year}-{month:02}-01. let fee = 120 EUR. }}\n"
        );
        let compiled = compile(&Sources::new().with("sums.sla", &text)).map_err(|told| told.to_string()).unwrap();
        let told = compiled.warnings().iter().any(|one| one.code() == Code::AmendedBehindTheTerm);
        let mut run = Run::of_log(&compiled).unwrap();
        run.close();
        let zone = servanda::time::Zone::named("Etc/UTC").unwrap();
        let decided = run.decided(0, moment("2032-01-01", &zone).unwrap()).unwrap();
        let statement = run.statement(0, &decided, None).unwrap();
        let dearer = booked(&statement, "own").contains(&12_000);
        prop_assert_eq!(told, !dearer, "{}", text);
    }

    #[test]
    fn amounts_that_nobody_can_compute_without_data_are_told(
        figure in prop_oneof![
            Just("share of call in which answered"), Just("count of call"), Just("percentile 90 of amount over bill.made"),
            Just("average of amount over bill.made"), Just("sum of amount over bill.made"), Just("others / calls"),
            Just("calls / 7"),
        ],
        guard in prop_oneof![Just(""), Just(" if calls is at least 1"), Just(" if level is above 0")],
        reads in any::<bool>(),
    ) {
        let zero = match figure {
            "count of call" => "0",
            "share of call in which answered" | "others / calls" | "calls / 7" => "0%",
            _ => "0 EUR",
        };
        let guard = if guard.contains("level") { format!(" if level is above {zero}") } else { guard.to_owned() };
        let amount = if reads { format!("depending on level {{ above {zero}: 5 EUR, at most {zero}: 7 EUR }}") } else { "5 EUR".to_owned() };
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{
                measure calls per calendar month = count of call, partial windows in full.
                measure others per calendar month = count of bill.made, partial windows in full.
                measure level per calendar month = {figure}.
                desk credits client {amount} each calendar month{guard}, as own.
              }}"
        ));
        let (statement, told) = played(&text, "");
        let unknown = statement.entries.iter().any(|entry| entry.id.contains("/own") && entry.amount.is_none());
        prop_assert_eq!(told.contains(&Code::AmountWithoutData), unknown, "{}\n{:?}", text, statement.entries);
    }

    #[test]
    fn limits_over_the_whole_agreement_that_never_bind_are_told(
        window in prop_oneof![Just("calendar month"), Just("calendar quarter"), Just("contract month"), Just("contract year")],
        beside in prop_oneof![Just("calendar month"), Just("calendar quarter")],
        (own, other) in (1u32..9, 1u32..9),
        near in 0u32..7,
        joint in any::<bool>(),
        most in prop::option::of(1u32..9),
    ) {
        // As much as there is with nothing done: a duty is broken in each window, and something is owed for each other one.
        let all = |all: u32| {
            let each = format!("desk credits client {} EUR", own * 10);
            let most = most.map(|most| format!(", at most {} EUR per calendar month", most * 10)).unwrap_or_default();
            let (own_limit, together) = match joint {
                true => (String::new(), format!("(c) desk credits client at most {all} EUR in all under 1(a) and 1(b).")),
                false => (format!(", at most {all} EUR in all"), String::new()),
            };
            agreement(&format!(
                "  clause 1 \"Calls\" {{
                    measure calls per {window} = count of call, partial windows in full.
                    (a) desk must keep calls at least 5 otherwise {each}{most}{own_limit}, as own.
                    (b) desk credits client {} EUR each {beside}, as own.
                    {together}
                  }}", other * 10
            ))
        };
        // Without a limit that matters, and with one around what comes out then.
        let (statement, _) = played(&all(100_000), "");
        let counted = |name: &str| -> i64 {
            let of = statement.entries.iter().filter(|entry| joint || entry.duty == name);
            of.map(|entry| entry.amount.as_ref().unwrap().replace('.', "").parse::<i64>().unwrap()).sum()
        };
        let reached = u32::try_from(counted("1(a)") / 100).unwrap();
        let limit = (reached + near * 10).saturating_sub(30).max(1);
        let text = all(limit);
        let (_, told) = played(&text, "");
        // A limit of the windows themselves that is above what one of them comes to is told, too.
        let idle = window == "calendar month" && most.is_some_and(|most| most > own);
        let expected = limit > reached || idle;
        prop_assert_eq!(told.contains(&Code::LimitNeverBinds), expected, "{} {} {}", limit, reached, text);
    }

    #[test]
    fn limits_above_what_a_window_comes_to_are_told(
        (few, many) in (0u32..6, 0u32..6),
        over in prop_oneof![Just("calendar month"), Just("calendar quarter")],
        (limit, least) in (1u32..20, prop::option::of(1u32..6)),
        each_call in any::<bool>(),
    ) {
        // For each call there is no saying how many there are.
        let broken = match each_call {
            true => "(a) desk must answer each call within 1 hour".to_owned(),
            false => "(a) desk must keep calls at least 5".to_owned(),
        };
        let amount = match each_call {
            true => format!("{few} EUR"),
            false => format!("depending on calls {{ below 2: {few} EUR, from 2 to 4: {many} EUR }}"),
        };
        let least = least.map(|least| format!(", at least {least} EUR")).unwrap_or_default();
        let text = |limit: u32| agreement(&format!(
            "  clause 1 \"Calls\" {{
                measure calls per calendar month = count of call, partial windows in full.
                {broken} otherwise desk credits client {amount}{least}, at most {limit} EUR per {over}, as own.
              }}"
        ));
        // Months of one row alone, each of them in turn, and many calls at once.
        let logs = [0, 2, 4].map(|number| (1..=12).map(|month| calls(month, number)).collect::<String>());
        let comes_to = |log: &str| {
            let (statement, _) = played(&text(100_000), log);
            let mut sums: std::collections::BTreeMap<u32, i64> = std::collections::BTreeMap::new();
            for entry in statement.entries.iter().filter(|entry| entry.id.contains("/own")) {
                let date: servanda::time::Date = entry.at.split('T').next().unwrap().parse().unwrap();
                let month = u32::from(date.civil().1);
                let window = if over == "calendar month" { month } else { (month - 1) / 3 };
                let cents: i64 = entry.amount.as_ref().unwrap().replace('.', "").parse().unwrap();
                *sums.entry(window).or_default() += cents;
            }
            sums.into_values().max().unwrap_or(0)
        };
        let reached = logs.iter().map(|log| comes_to(log)).max().unwrap_or(0);
        let (_, told) = played(&text(limit), "");
        let never = !each_call && i64::from(limit) * 100 > reached;
        prop_assert_eq!(told.contains(&Code::LimitNeverBinds), never, "{} {}", reached, text(limit));
    }

    #[test]
    fn a_fixed_amount_among_rows_that_go_with_the_fee_is_told(
        rows in prop::collection::vec((any::<bool>(), 0u32..3), 3),
    ) {
        let row = |(share, number): &(bool, u32)| match share {
            true => format!("{}% of fee", number + 1),
            false => format!("{number} EUR"),
        };
        let rows: Vec<String> = rows.iter().map(row).collect();
        let [none, some, most] = rows.as_slice() else { return Ok(()) };
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{
                measure calls per calendar month = count of call, partial windows in full.
                desk credits client depending on calls {{ below 1: {none}, from 1 to 2: {some}, above 2: {most} }}
                  each calendar month, as own.
              }}"
        ));
        let comes_to = |fee: u32, number: u32| -> i64 {
            let (statement, _) = played(&text.replace("100 EUR", &format!("{fee} EUR")), &calls(3, number));
            let found = statement.entries.iter().find(|entry| entry.at.starts_with("2026-04-01") || entry.at.starts_with("2026-03"));
            found.map_or(0, |entry| entry.amount.as_ref().unwrap().replace('.', "").parse().unwrap())
        };
        let all = [0, 1, 3].map(|number| (comes_to(100, number), comes_to(200, number)));
        let fixed = all.iter().filter(|(once, twice)| *once != 0 && once == twice).count();
        let shares = all.iter().filter(|(once, twice)| once != twice).count();
        let (_, told) = played(&text, "");
        prop_assert_eq!(told.contains(&Code::MixedRows), fixed == 1 && shares > 0, "{:?} {}", all, text);
    }
}
