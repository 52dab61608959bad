//! Statements in every format: what they say, that they add up, and that they follow their schema.

use crate::binary::{events, servanda};
use serde_json::Value;

fn outcome(more: &[&str]) -> Value {
    let mut arguments = vec!["evaluate", "works.sla", "--events", "-", "--format", "json"];
    arguments.extend(more);
    let ran = servanda(&arguments, events());
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The late fee's amount.
fn late_fee(more: &[&str]) -> String {
    let outcome = outcome(more);
    let entries = outcome["entries"].as_array().unwrap().clone();
    let fee = entries.iter().find(|entry| entry["id"] == "1/I-1/late_fee/1");
    fee.map_or("none".to_owned(), |fee| fee["amount"].as_str().unwrap_or("null").to_owned())
}

pub(crate) fn follows(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(&servanda(&["schema", schema], "").stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(instance).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn outcomes_follow_their_schema() {
    follows("outcome", &outcome(&[]));
    follows("outcome", &outcome(&["--period", "2026-01"]));
    follows("outcome", &outcome(&["--as-of", "2026-01-10"]));
    // A schema that holds for everything would be none.
    let mut wrong = outcome(&[]);
    wrong["verdicts"][0]["verdict"] = "perhaps".into();
    let schema: Value = serde_json::from_str(&servanda(&["schema"], "").stdout).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&wrong));
}

#[test]
fn figures_of_groups_follow_the_schemas() {
    let files = ["regions.sla", "regions.ndjson", "--as-of", "2026-02-10", "--format", "json"];
    for (command, schema) in [("evaluate", "outcome"), ("owed", "owed"), ("forecast", "forecast")] {
        let told = servanda(&[&[command][..], &files].concat(), "").stdout;
        let told: Value = serde_json::from_str(&told).unwrap();
        follows(schema, &told);
        if command == "evaluate" {
            let of = |group: &str| {
                let measures = told["measures"].as_array().unwrap();
                measures.iter().filter(|measure| measure["group"] == group).count()
            };
            assert_eq!((of("eu"), of("us")), (2, 2));
        }
    }
}

/// Who ends the agreement later than somebody else has ended it changes nothing: it is told, and nothing of it is ahead.
#[test]
fn a_notice_that_changes_nothing_says_so() {
    let files = ["leaving.sla", "leaving.ndjson", "--as-of", "2026-03-20"];
    let run = |command: &str, more: &[&str]| servanda(&[&[command][..], &files, more].concat(), "").stdout;
    let told: Value = serde_json::from_str(&run("evaluate", &["--format", "json"])).unwrap();
    follows("outcome", &told);
    let sooner: Vec<&Value> =
        told["notices"].as_array().unwrap().iter().map(|notice| &notice["ends_sooner"]).collect();
    assert_eq!(sooner, [&Value::Null, &Value::from("2026-04-01T00:00:00+02:00")]);
    assert!(
        run("evaluate", &[]).contains("desk ends this agreement at 2026-07-01 00:00, but it ends sooner")
    );
    let (owed, forecast) = (run("owed", &[]), run("forecast", &[]));
    assert!(owed.contains("event e-1") && forecast.contains("event e-1"), "{owed}{forecast}");
    assert!(!owed.contains("event e-2") && !forecast.contains("event e-2"), "{owed}{forecast}");
}

#[test]
fn diagnostics_follow_their_schema() {
    for text in
        ["", "agreement", "language 1.\nagreement \"X\" { party a. }", include_str!("../data/works.sla")]
    {
        let ran = servanda(&["lint", "-", "--format", "json"], text);
        follows("diagnostics", &serde_json::from_str(&ran.stdout).unwrap());
    }
}

#[test]
fn the_lines_of_the_input_add_up() {
    let input = outcome(&[])["input"].clone();
    let count = |name: &str| input[name].as_u64().unwrap();
    assert_eq!(count("lines"), 7);
    let parts = ["evaluated", "duplicates", "ignored", "out_of_scope", "problems"];
    assert_eq!(parts.map(count), [4, 1, 1, 0, 1]);
}

#[test]
fn the_parts_of_an_accrual_add_up_to_the_whole() {
    // 1 % a day of 33.33 from 5 February to 10 March: 34 days are 11.3322.
    assert_eq!(late_fee(&[]), "11.33");
    assert_eq!(late_fee(&["--period", "2026-01"]), "none");
    // 24 days are 7.9992.
    assert_eq!(late_fee(&["--period", "2026-02"]), "8.00");
    assert_eq!(late_fee(&["--period", "2026-03"]), "3.33");
    assert_eq!(late_fee(&["--period", "2026-02-05..2026-02-06"]), "0.67");
    assert_eq!(late_fee(&["--period", "2026-Q1"]), "11.33");
}

#[test]
fn totals_are_the_sums_of_the_entries() {
    for period in [&[][..], &["--period", "2026-02"]] {
        let outcome = outcome(period);
        let cents =
            |value: &Value| value.as_str().map_or(0, |text| text.replace('.', "").parse::<i64>().unwrap());
        for total in outcome["totals"]["parties"].as_array().unwrap() {
            let entries = outcome["entries"].as_array().unwrap();
            let own = entries.iter().filter(|entry| entry["debtor"] == total["debtor"]);
            assert_eq!(cents(&total["amount"]), own.map(|entry| cents(&entry["amount"])).sum::<i64>());
            let clauses = outcome["totals"]["clauses"].as_array().unwrap();
            let own = clauses.iter().filter(|clause| clause["debtor"] == total["debtor"]);
            assert_eq!(cents(&total["amount"]), own.map(|clause| cents(&clause["amount"])).sum::<i64>());
        }
    }
}

#[test]
fn ids_stay_as_time_goes_on() {
    let ids = |as_of: &str| -> Vec<String> {
        let outcome = outcome(&["--as-of", as_of]);
        let entries = outcome["entries"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
    };
    let later = ids("2026-06-01");
    for as_of in ["2026-02-01", "2026-02-20", "2026-04-01"] {
        assert!(ids(as_of).iter().all(|id| later.contains(id)), "{as_of}: {:?}", ids(as_of));
    }
    assert_eq!(ids("2026-02-20"), ["2/2026-01/credit/1", "1/I-1/late_fee/1"]);
}

#[test]
fn a_cap_shows_what_it_took() {
    let outcome = outcome(&["--as-of", "2026-03-01"]);
    let entries = outcome["entries"].as_array().unwrap().clone();
    let second = entries.iter().find(|entry| entry["id"] == "2/2026-02/credit/1").unwrap();
    assert_eq!((second["gross"].as_str(), second["amount"].as_str()), (Some("5.00"), Some("3.00")));
    assert_eq!(second["capped_by"], "at most 8 EUR in all");
}

#[test]
fn the_table() {
    let ran = servanda(&["evaluate", "works.sla", "--events", "works.ndjson"], "");
    insta::assert_snapshot!(ran.stdout);
}

/// What the table has behind a heading.
fn behind(heading: &str, events: &str) -> Vec<String> {
    let ran = servanda(&["evaluate", "works.sla", "--events", "-"], events);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let lines = ran.stdout.lines().skip_while(|line| !line.starts_with(heading));
    lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn problems_are_told_in_the_order_of_the_lines() {
    let unreadable = |day: u32| {
        format!(
            "{{\"time\":\"2026-01-0{day}T10:00:00Z\",\"type\":\"invoice.received\",\"invoice\":\"I-{day}\"}}\n"
        )
    };
    let told = behind("Problems", &[unreadable(7), unreadable(3), unreadable(5)].concat());
    let numbers: Vec<_> = told.iter().filter_map(|line| line.trim().split(':').next()).collect();
    assert_eq!(numbers, ["Problems", "line 1", "line 2", "line 3"], "{told:#?}");
}

#[test]
fn any_number_of_threads_prints_the_same() {
    let event = |of: u32, day: u32| {
        let data = format!("\"invoice\":\"I-{day}\",\"amount\":\"{day}.00\",\"agreement\":\"a{of:03}\"");
        format!("{{\"time\":\"2026-01-0{day}T10:00:00Z\",\"type\":\"invoice.received\",{data}}}\n")
    };
    let events: String = (0..90).flat_map(|of| [event(of, 1 + of % 9), event(of, 1 + of % 5)]).collect();
    for format in ["table", "json", "csv"] {
        let on = |threads: &str| {
            let how = ["--as-of", "2026-03-15", "--format", format, "--threads", threads];
            let ran = servanda(&[&["evaluate", "works.sla", "--events", "-"], &how[..]].concat(), &events);
            assert_eq!(ran.exit, 0, "{}", ran.stderr);
            (ran.stdout, ran.stderr)
        };
        let one = on("1");
        assert!(one.0.contains("a089"), "{}", one.0);
        for threads in ["2", "3", "64", "1000"] {
            assert_eq!(on(threads), one, "{threads}");
        }
    }
    assert_eq!(servanda(&["evaluate", "works.sla", "--events", "-", "--threads", "0"], "").exit, 3);
}

#[test]
fn types_that_nobody_declared_are_named() {
    let heading = "Types that the policy does not declare";
    let line = |kind: &str| format!("{{\"time\":\"2026-01-07T10:00:00Z\",\"type\":\"{kind}\"}}\n");
    assert_eq!(behind(heading, &line("reply.sent")), [""; 0]);
    let few = ["weather.changed", "reply.send", "weather.changed"].map(line).concat();
    assert_eq!(
        behind(heading, &few),
        [heading, "    weather.changed  2 lines", "    reply.send       1 line   did you mean `reply.sent`?"]
    );
    let many: String = (0..9).map(|number| line(&format!("x{number}.y")).repeat(number + 1)).collect();
    let told = behind(heading, &many);
    assert_eq!((told.len(), told[1].as_str()), (7, "    x8.y  9 lines"), "{told:#?}");
    assert_eq!(told[6], "    and 4 more, 10 lines");
    let many: String = (0..70).map(|number| line(&format!("x{number}.y"))).collect();
    assert_eq!(behind(heading, &many)[6], "    and more than 59 more, 65 lines");
}

/// The events of the works, where the payment of 20 January is recorded in February only.
fn told_late() -> String {
    let late = r#""invoice":"I-2","amount":"100.00","recorded":"2026-02-12T08:00:00+03:00"}"#;
    let (before, after) = events().split_once("\"e-3\"").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    format!("{before}\"e-3\"{}", after.replacen(r#""invoice":"I-2","amount":"100.00"}"#, late, 1))
}

#[test]
fn as_known_on_tells_what_was_owed_then() {
    let owed = |more: &[&str]| {
        let mut arguments = vec!["evaluate", "works.sla", "--events", "-", "--format", "json"];
        arguments.extend(["--as-of", "2026-02-11"].iter().chain(more));
        let ran = servanda(&arguments, told_late());
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        let outcome: Value = serde_json::from_str(&ran.stdout).unwrap();
        follows("outcome", &outcome);
        let totals = outcome["totals"]["parties"].as_array().unwrap().clone();
        let client = totals.iter().find(|total| total["debtor"] == "client").unwrap();
        (client["amount"].as_str().unwrap().to_owned(), outcome["known_on"].clone())
    };
    // I-1 is late from 5 February on, at 0.3333 a day; I-2 from the 6th on, at 1.00 a day, if nobody paid.
    let (then, known_on) = owed(&["--known-on", "2026-02-11"]);
    assert_eq!((then.as_str(), known_on.as_str()), ("7.00", Some("2026-02-11T00:00:00+03:00")));
    let (now, known_on) = owed(&[]);
    assert_eq!((now.as_str(), known_on), ("2.00", Value::Null));
    assert_eq!(owed(&["--known-on", "2026-02-12 08:00:01"]).0, now);
}

#[test]
fn the_table_says_what_was_known_when() {
    let arguments =
        ["evaluate", "works.sla", "--events", "-", "--as-of", "2026-02-11", "--known-on", "2026-02-11"];
    let ran = servanda(&arguments, told_late());
    insta::assert_snapshot!(ran.stdout);
}

/// A measure over days, with a target that one of them misses, and one without.
const DAILY: &str = "language 1.
agreement \"Daily\" {
  party agency. party client. in force from 2026-01-01 for 12 months. time zone UTC. money in EUR.
  event post.made { post: id, spent: minutes }
  clause 1 \"Posts\" {
    measure posts per calendar day = count of post.made.
    measure time_spent per calendar day = sum of spent over post.made.
    agency must keep posts at most 1 otherwise agency credits client 5 EUR, at most 5 EUR in all.
  }
}";

#[test]
fn many_windows_are_told_together_and_those_that_miss_alone() {
    let post = |id: u32, day: u32| {
        format!(
            "{{\"id\":\"{id}\",\"time\":\"2026-01-{day:02}T10:00:00Z\",\"type\":\"post.made\",\"post\":\"{id}\",\"spent\":{}}}\n",
            id * 45
        )
    };
    let lines: String = [(1, 2), (2, 5), (3, 5), (4, 8), (5, 8)].map(|(id, day)| post(id, day)).concat();
    let folder = std::env::temp_dir().join(format!("servanda-daily-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let policy = folder.join("daily.sla");
    std::fs::write(&policy, DAILY).unwrap();
    let policy = policy.to_str().unwrap();
    let run = |more: &[&str]| {
        let mut arguments = vec!["evaluate", policy, "--events", "-", "--as-of", "2026-02-01"];
        arguments.extend(more);
        servanda(&arguments, &lines)
    };
    let (short, all) = (run(&[]), run(&["--all"]));
    insta::assert_snapshot!(short.stdout);
    assert!(short.stderr.contains("`--all`"), "{}", short.stderr);
    assert!(!all.stderr.contains("`--all`"), "{}", all.stderr);
    assert_eq!(all.stdout.matches("    posts  2026-01-").count(), 31, "{}", all.stdout);
    assert!(all.stdout.contains("0.00 EUR"), "{}", all.stdout);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_booking_lines() {
    let ran = servanda(&["evaluate", "works.sla", "--events", "works.ndjson", "--format", "csv"], "");
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn an_explanation_has_the_clause_the_events_and_the_arithmetic() {
    let ran =
        servanda(&["explain", "works.sla", "--events", "works.ndjson", "--entry", "1/I-1/late_fee/1"], "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn a_statement_for_each_instance() {
    let instances = "{\"agreement\":\"beta\"}\n{\"agreement\":\"acme\"}\n";
    let path = std::env::temp_dir().join(format!("servanda-instances-{}.ndjson", std::process::id()));
    std::fs::write(&path, instances).unwrap();
    let events = "{\"time\":\"2026-01-05T10:00:00+03:00\",\"type\":\"reply.sent\",\"reply\":\"1\",\"agreement\":\"acme\"}\n\
                  {\"time\":\"2026-01-05T10:00:00+03:00\",\"type\":\"reply.sent\",\"reply\":\"1\",\"agreement\":\"gamma\"}\n";
    let arguments = [
        "evaluate",
        "works.sla",
        "--events",
        "-",
        "--format",
        "json",
        "--as-of",
        "2026-02-01",
        "--instances",
        path.to_str().unwrap(),
    ];
    let ran = servanda(&arguments, events);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<_> =
        lines.iter().map(|line| (line["agreement"].clone(), line["input"]["lines"].clone())).collect();
    assert_eq!(seen, [("beta".into(), 0.into()), ("acme".into(), 1.into())]);
    assert!(ran.stderr.contains("1 line of no agreement = 0 ignored + 1 out of scope"), "{}", ran.stderr);
}

/// What `explain` tells of an entry, over questions of the days of January; the last ones are answered late.
fn explained(entry: &str, late: u32, urgent: impl Fn(u32) -> bool) -> String {
    let event = |kind: &str, day: u32, hour: u32, more: &str| {
        format!(
            "{{\"id\":\"{kind}-{day}\",\"time\":\"2026-01-{day:02}T{hour:02}:00:00Z\",\"type\":\"question.{kind}\",\"question\":\"Q-{day}\"{more}}}\n"
        )
    };
    let mut events = String::new();
    for day in 1..=20 {
        events += &event("asked", day, 9, &format!(",\"urgent\":{}", urgent(day)));
        let answered = if day > 20 - late { 22 } else { day };
        events += &event("answered", day, 11, "")
            .replace(&format!("2026-01-{day:02}T11"), &format!("2026-01-{answered:02}T11"));
    }
    let arguments = ["explain", "figures.sla", "--events", "-", "--as-of", "2026-02-10", "--entry", entry];
    let ran = servanda(&arguments, events);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn a_figure_names_the_items_that_failed() {
    let told = explained("1(b)/2026-01/share/1", 3, |_| true);
    assert!(told.contains("it is not so that 1(a) is kept: 3"), "{told}");
    assert!(told.contains("question Q-20, begun 2026-01-20 09:00"), "{told}");
    assert!(told.contains("event answered-20 question.answered at 2026-01-22 11:00, line 40"), "{told}");
    assert!(!told.contains("Q-17"), "{told}");
    let told = explained("1(b)/2026-01/share/1", 14, |_| true);
    assert!(told.contains("is kept: 14") && told.contains("and 4 more"), "{told}");
    // Of those that are urgent only, the others are not told.
    let told = explained("1(b)/2026-01/share/1", 3, |day| day > 18);
    assert!(told.contains("is kept: 2") && told.contains("Q-20") && !told.contains("Q-18"), "{told}");
}

#[test]
fn a_time_names_the_spans_that_count() {
    let told = explained("1(c)/2026-01/time/1", 3, |_| true);
    assert!(told.contains("spans in question: 20"), "{told}");
    assert!(told.contains("question Q-1, 2026-01-01 09:00 to 2026-01-01 11:00: 2 h"), "{told}");
    // Of the last three, those that are open at the same time.
    assert!(told.contains("together: 256 h") && told.contains("counted once: 124 h"), "{told}");
    assert!(told.contains("and 10 more"), "{told}");
}

#[test]
fn a_number_of_breaches_names_them_once() {
    let told = explained("1(d)/2026-01/breaches/1", 3, |_| true);
    assert_eq!(told.matches("breaches: 3").count(), 1, "{told}");
    assert!(told.contains("1(a) for question Q-18: broken 2026-01-19 09:00"), "{told}");
}

#[test]
fn bands_tell_what_lies_in_each_and_a_figure_what_it_was_before() {
    let told = explained("2/2026-01/volume/1", 3, |_| true);
    assert!(told.contains("2/2026-01/volume/1: 38.00 EUR"), "{told}");
    assert!(told.contains("at most 10: 2 EUR: 10\n"), "{told}");
    assert!(told.contains("above 10 to 40: 1 EUR: 18\n"), "{told}");
    // Nothing lies in the last one.
    assert!(!told.contains("above 40: 0.50 EUR: "), "{told}");
    assert!(explained("left_over/2026-01", 3, |_| true).contains("no window before: 3"), "{told}");
    let told = explained("left_over/2026-02", 3, |_| true);
    assert!(told.contains("left_over in 2026-01: 8"), "{told}");
    assert!(told.contains("(previous left_over or 3) + 5: 13"), "{told}");
}

/// What `explain` tells of a line of `works.sla`, as JSON, which its schema has to accept.
fn explained_as_json(id: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["explain", "works.sla", "works.ndjson", id, "--format", "json"];
    arguments.extend(more);
    let ran = servanda(&arguments, "");
    assert_eq!(ran.exit, 0, "{id}: {}", ran.stderr);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let schema: Value = serde_json::from_str(&servanda(&["schema", "explanation"], "").stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&told).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{id}");
    let mut other = told.clone();
    other["of"] = "rumor".into();
    assert!(!validator.is_valid(&other));
    told
}

#[test]
fn every_id_that_is_listed_is_explained_and_follows_the_schema() {
    let listed = servanda(&["explain", "works.sla", "works.ndjson"], "");
    assert_eq!(listed.exit, 0, "{}", listed.stderr);
    let ids: Vec<&str> = listed.stdout.lines().collect();
    let mut of = std::collections::BTreeSet::new();
    for id in ids {
        let told = explained_as_json(id, &[]);
        assert_eq!(told["id"], id);
        assert_eq!(told["version"]["title"], "original", "{id}");
        assert!(!told["clause"]["lines"].as_array().unwrap().is_empty(), "{id}");
        of.insert(told["of"].as_str().unwrap().to_owned());
    }
    assert!(["entry", "verdict", "figure"].iter().all(|kind| of.contains(*kind)), "{of:?}");
}

#[test]
fn the_part_of_a_fee_in_a_period_is_explained_with_that_amount() {
    let arguments =
        ["evaluate", "works.sla", "--events", "works.ndjson", "--period", "2026-02", "--format", "json"];
    let statement: Value = serde_json::from_str(&servanda(&arguments, "").stdout).unwrap();
    let entries = statement["entries"].as_array().unwrap();
    let fee = entries.iter().find(|entry| entry["accrues"] == true).unwrap();
    let told = explained_as_json(fee["id"].as_str().unwrap(), &["--period", "2026-02"]);
    let amount = format!("{} {}", fee["amount"].as_str().unwrap(), fee["currency"].as_str().unwrap());
    assert_eq!(told["value"], amount.as_str());
}

#[test]
fn a_journal_has_one_line_for_each_posting() {
    let ran = servanda(&["evaluate", "works.sla", "--events", "works.ndjson", "--format", "journal"], "");
    insta::assert_snapshot!(ran.stdout);
    let period =
        ["evaluate", "works.sla", "--events", "works.ndjson", "--format", "journal", "--period", "2026-02"];
    insta::assert_snapshot!(servanda(&period, "").stdout);
}
