//! What the analysis of a policy says of its deadlines and its term is so when the evaluator is asked, and where it says
//! nothing, nothing is.
//!
//! A deadline behind the term: of what begins at the first instant of any date of the term, the nearest deadline is
//! looked at. A day that no period has: each window is due at the end of its last date, and none at that day. What takes
//! more windows than there are: with nothing done at all it does not arise.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::report::Statement;
use servanda::{Code, Run, Sources, compile, moment};

fn agreement(from: &str, months: u32, lines: &str) -> String {
    format!(
        "language 1.\nagreement \"Terms\" {{\n  party desk. party client. role lead of desk.\n  \
         in force from {from} for {months} months.\n  time zone Europe/Berlin. money in EUR.\n  \
         calendar office {{ open mon..fri 09:00..17:00. closed on holidays of DE. }}\n  \
         calendar fair {{ open 2026-03-02 09:00..17:00. open 2026-03-03. open 2026-09-07 09:00..12:00. }}\n  \
         event call.made {{ call: id }}\n  event call.answered {{ call: id }}\n  \
         case call {{ begins when call.made. answer (answered) when call.answered. ends when answered. }}\n  \
         event note.sent {{ note: id }}\n  case note {{ send (sent) when note.sent. }}\n  \
         clause 1 \"Terms\" {{\n{lines}\n  }}\n}}\n"
    )
}

/// What comes out of a log long after the term, and what is told of the policy.
fn played(text: &str, log: &str) -> (Statement, Vec<Code>) {
    let compiled = compile(&Sources::new().with("terms.sla", text)).map_err(|told| told.to_string()).unwrap();
    let told = compiled.warnings().iter().map(servanda::Diagnostic::code).collect();
    let mut run = Run::of_log(&compiled).unwrap();
    run.read(log.as_bytes());
    run.close();
    let agreement = run.agreements().first().unwrap().clone();
    let decided = run.decided(0, moment("2035-01-01", &agreement.zone).unwrap()).unwrap();
    (run.statement(0, &decided, None).unwrap(), told)
}

fn first_dates() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("2026-01-01"), Just("2026-01-31"), Just("2026-02-16"), Just("2026-03-29")]
}

/// The first of every month and the 16th of it, from 2026 to 2029: 05:00 in Berlin is before any opening.
fn calls(from: &str) -> String {
    let mut log =
        format!("{{\"time\":\"{from}T00:00:00+02:00\",\"type\":\"call.made\",\"call\":\"too early\"}}\n");
    log += &format!("{{\"time\":\"{from}T00:00:00+01:00\",\"type\":\"call.made\",\"call\":\"first\"}}\n");
    for month in 0..40 {
        for day in [1, 16] {
            let (year, month) = (2026 + month / 12, month % 12 + 1);
            log += &format!(
                "{{\"time\":\"{year}-{month:02}-{day:02}T04:00:00Z\",\"type\":\"call.made\",\"call\":\"{year}-{month}-{day}\"}}\n"
            );
        }
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn deadlines_behind_the_term_are_those_that_are_told(
        from in first_dates(),
        months in 1u32..14,
        kind in prop_oneof![
            Just("hours"), Just("office hours"), Just("fair hours"), Just("calendar days"), Just("office days"),
            Just("fair days"), Just("months"),
        ],
        near in 0u32..12,
    ) {
        // About as long as the term: what is far from its end shows nothing.
        let number = match kind {
            "months" => months + near / 4,
            "fair days" => near % 4 + 1,
            "fair hours" => near * 4 + 1,
            "hours" => (months * 30 + near - 5) * 24 + near,
            "office hours" => (months * 20 + near) * 8 + near,
            "office days" => months * 20 + near,
            _ => months * 30 + near - 5,
        };
        let lines = format!("    desk must answer each call within {number} {kind} otherwise tell lead.");
        let text = agreement(from, months, &lines);
        let (statement, told) = played(&text, &calls(from));
        // What begins at the first instant is due first of all.
        let first = statement.verdicts.iter().find(|of| of.subject == "first").unwrap();
        let zone = servanda::time::Zone::named("Europe/Berlin").unwrap();
        let date = |text: &str| text.parse::<servanda::time::Date>().unwrap();
        let over = zone.start_of(date(from).add_months(i64::from(months)).unwrap());
        let due = match (&first.deadline, &first.deadline_date) {
            (Some(moment), _) => Some(moment.parse::<servanda::time::Instant>().unwrap().next()),
            (None, Some(last)) => Some(zone.end_of(date(last))),
            (None, None) => None,
        };
        let behind = due.is_some_and(|due| due > over);
        prop_assert_eq!(told.contains(&Code::NeverDue), due.is_none(), "{}", text);
        prop_assert_eq!(told.contains(&Code::DueBehindTheTerm), behind, "{}", text);
    }

    #[test]
    fn days_that_no_period_has_are_those_that_are_told(
        from in first_dates(),
        months in 1u32..14,
        window in prop_oneof![Just("calendar month"), Just("calendar week"), Just("contract month")],
        nth in 3u32..28,
    ) {
        let lines =
            format!("    desk must send a note each {window} by the {nth}th office day of the period, without consequence.");
        let lines = lines.replace("3th", "3rd").replace("13rd", "13th").replace("21th", "21st").replace("22th", "22nd");
        let (statement, told) = played(&agreement(from, months, &lines), "");
        // A day of the calendar ends at its closing, which is a moment; the last date of a window does not.
        let found = statement.verdicts.iter().any(|of| of.deadline.is_some());
        prop_assert_eq!(told.contains(&Code::NoSuchDay), !found, "{}", lines);
    }

    #[test]
    fn what_takes_more_windows_than_there_are_is_told(
        from in first_dates(),
        months in 1u32..14,
        window in prop_oneof![Just("calendar month"), Just("calendar quarter"), Just("contract month"), Just("contract year")],
        count in 1u32..16,
        row in any::<bool>(),
    ) {
        let (least, beside) = if row {
            let table = format!("{{ at most {count}: 10 EUR, above {count}: 30 EUR }}");
            (format!("{{ tell lead. desk credits client depending on misses running of 1(a) {table}. }}"), String::new())
        } else {
            let right = format!("(b) client may end this agreement when 1(a) is broken {count} windows running.");
            ("tell lead.".to_owned(), right)
        };
        let lines = format!(
            "    measure calls per {window} = count of call, partial windows in full.\n    \
             (a) desk must keep calls at least 1 otherwise {least}\n    {beside}"
        );
        let text = agreement(from, months, &lines);
        let (statement, told) = played(&text, "");
        let ends = statement.notices.iter().any(|notice| notice.right.is_some());
        let highest = statement.entries.iter().any(|entry| entry.amount.as_deref() == Some("30.00"));
        prop_assert_eq!(told.contains(&Code::NeverArises), !ends && !highest, "{}", text);
    }

    #[test]
    fn quotas_that_do_not_go_together_are_told(
        from in first_dates(),
        months in 2u32..14,
        window in prop_oneof![Just("calendar month"), Just("calendar week"), Just("contract month"), Just("calendar quarter")],
        each_day in 1u32..4,
        relation in prop_oneof![Just("at least"), Just("above"), Just("at most"), Just("below")],
        near in 0u32..8,
    ) {
        let days = match window {
            "calendar week" => 7,
            "calendar quarter" => 91,
            _ => 30,
        };
        let bound = each_day * days + near - 4;
        let lines = format!(
            "    measure day_calls per calendar day = count of call.\n    \
             measure calls per {window} = count of call, partial windows left out.\n    \
             (a) desk must keep day_calls at most {each_day} otherwise tell lead.\n    \
             (b) desk must keep calls {relation} {bound} otherwise tell lead."
        );
        let text = agreement(from, months, &lines);
        // As many as the first of the two duties lets through, on every day.
        let mut log = String::new();
        let first = servanda::time::Date::from_civil(2026, 1, 1).unwrap();
        for day in 0..600 {
            for call in 0..each_day {
                let date = first.add_days(day).unwrap();
                log += &format!(
                    "{{\"time\":\"{date}T10:00:00Z\",\"type\":\"call.made\",\"call\":\"{date}/{call}\"}}\n"
                );
            }
        }
        let (statement, told) = played(&text, &log);
        let of = |duty: &str, verdict: &str| {
            statement.verdicts.iter().any(|of| of.duty == duty && of.verdict == verdict)
        };
        prop_assert!(!of("1(a)", "broken"), "{}", text);
        let (some, broken) = (of("1(b)", "kept") || of("1(b)", "broken"), of("1(b)", "broken"));
        let asks_for_more = matches!(relation, "at least" | "above");
        prop_assert_eq!(told.contains(&Code::CannotBothBeKept), asks_for_more && broken, "{}", text);
        prop_assert_eq!(told.contains(&Code::QuotaNeverBinds), !asks_for_more && some && !broken, "{}", text);
    }

    #[test]
    fn limits_that_never_bind_and_those_that_always_do_are_told(
        (short, long, most) in prop_oneof![
            Just(("calendar day", "calendar week", 7u32)),
            Just(("calendar day", "calendar month", 31)),
            Just(("calendar month", "calendar quarter", 3)),
            Just(("calendar week", "calendar month", 6)),
        ],
        each in 1u32..16,
        single in 5u32..16,
        near in 0u32..5,
        by in 1u32..8,
    ) {
        // Three on each day: together they reach every limit of a day.
        let (each, single) = (each * 10, single * 10);
        let all = (each * most + near * by).saturating_sub(2 * by);
        let lines = format!(
            "    desk must answer each call within 1 hours\n      otherwise desk credits client 100 EUR, at most {single} \
             EUR, at most {each} EUR per {short}, at most {all} EUR per {long}."
        );
        let text = agreement("2026-01-01", 6, &lines);
        let mut log = String::new();
        for day in 0..181 {
            let date = servanda::time::Date::from_civil(2026, 1, 1).unwrap().add_days(day).unwrap();
            for call in 0..3 {
                log += &format!(
                    "{{\"time\":\"{date}T10:00:00Z\",\"type\":\"call.made\",\"call\":\"{date}/{call}\"}}\n"
                );
            }
        }
        let (statement, told) = played(&text, &log);
        let mut by_window: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
        let mut greatest = 0;
        for entry in &statement.entries {
            let cents: i64 = entry.amount.as_ref().unwrap().replace('.', "").parse().unwrap();
            let date: servanda::time::Date = entry.at.split('T').next().unwrap().parse().unwrap();
            let (year, month, _) = date.civil();
            let window = match long {
                "calendar week" => format!("{:?}", date.iso_week()),
                "calendar month" => format!("{year}-{month}"),
                _ => format!("{year}-Q{}", (month - 1) / 3),
            };
            *by_window.entry(window).or_default() += cents;
            greatest = greatest.max(cents);
        }
        let reached = by_window.values().max().copied().unwrap_or(0);
        if told.contains(&Code::LimitNeverBinds) {
            prop_assert!(reached < i64::from(all) * 100, "{}", text);
        }
        // Weeks do not fill a month exactly, so that there the other way holds of enough days only.
        if reached < i64::from(all) * 100 && short != "calendar week" {
            prop_assert!(told.contains(&Code::LimitNeverBinds), "{reached} {}", text);
        }
        let always_cut = greatest < 10_000;
        if told.contains(&Code::LimitBelowLeast) {
            prop_assert!(always_cut, "{}", text);
        }
        if always_cut && single < 100 {
            prop_assert!(told.contains(&Code::LimitBelowLeast), "{}", text);
        }
    }

    #[test]
    fn targets_in_windows_without_an_opening_are_told(
        from in first_dates(),
        window in prop_oneof![
            Just("hour"), Just("8 hours"), Just("calendar day"), Just("calendar week"), Just("calendar month"), Just("contract month")
        ],
        counts in prop_oneof![Just("during office"), Just("during fair"), Just("outside office"), Just("")],
        judged in prop_oneof![Just(""), Just(" during office"), Just(" during fair")],
        partial in prop_oneof![Just(""), Just(", partial windows in full"), Just(", partial windows left out")],
        target in prop_oneof![Just("at least 1"), Just("above 0")],
    ) {
        // Only windows by the clock are judged during some hours.
        let judged = if window.ends_with("hour") || window.ends_with("hours") { judged } else { "" };
        let lines = format!(
            "    measure calls per {window} = count of call.made {counts}{partial}.\n    \
             desk must keep calls {target}{judged} otherwise tell lead."
        );
        let text = agreement(from, 1, &lines);
        // A call in each half of an hour: only where nothing is counted there is none.
        let first: servanda::time::Date = from.parse().unwrap();
        let mut log = String::new();
        for half in 0..(40 * 48) {
            let date = first.add_days(half / 48 - 1).unwrap();
            let (hour, minute) = (half % 48 / 2, half % 2 * 30);
            log += &format!(
                "{{\"time\":\"{date}T{hour:02}:{minute:02}:00Z\",\"type\":\"call.made\",\"call\":\"{half}\"}}\n"
            );
        }
        let (statement, told) = played(&text, &log);
        let missed = statement.verdicts.iter().any(|of| of.verdict == "broken");
        // Outside of the openings there is time in every window.
        let is_told = told.contains(&Code::ClosedWindow);
        prop_assert_eq!(is_told, missed && counts.starts_with("during"), "{}", text);
    }
}
