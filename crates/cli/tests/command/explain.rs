//! How a deadline came about: the days counted, those that the calendar closes, and of a warning the part of the time.

use crate::binary::servanda;
use serde_json::Value;

fn explained(id: &str) -> String {
    let ran = servanda(&["explain", "warned.sla", "warned.ndjson", id], "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

/// What is listed below a line.
fn listed(told: &str, head: &str) -> Vec<String> {
    let behind = told.lines().skip_while(|line| line.trim() != head).skip(1);
    let dates = behind.take_while(|line| line.trim().starts_with("2026-"));
    dates.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn business_days_are_listed_with_those_for_pauses() {
    let told = explained("1/A");
    let counted = ["2026-04-02", "2026-04-07", "2026-04-09", "2026-04-10", "2026-04-13"];
    assert_eq!(listed(&told, "office days until the deadline: 5, 1 of them for pauses"), counted);
    let closed = ["2026-04-03 Good Friday", "2026-04-06 Easter Monday", "2026-04-08 as `office` says"];
    assert_eq!(listed(&told, "office holidays until the deadline"), closed);
    assert!(told.contains("deadline: 2026-04-13 18:00"), "{told}");
}

#[test]
fn the_first_day_is_listed_where_it_counts() {
    let told = explained("2/A");
    let counted = ["2026-04-01", "2026-04-02", "2026-04-07"];
    assert_eq!(listed(&told, "office days until the deadline: 3, 1 of them for pauses"), counted);
}

/// 8 hours of 1 April and 9 of each of five days are 53, of which the pause takes 9: half of 44 is over on the 9th at 14:00.
#[test]
fn a_warning_says_of_how_much_time_it_is_which_part() {
    let told = explained("1/A/tell/lead");
    assert!(told.contains("50 % of 44 h (office hours): 22 h (office hours)"), "{told}");
    assert!(told.contains("until: 2026-04-09 14:00"), "{told}");
}

/// A calendar that names a country and a subdivision of it has most holidays twice.
#[test]
fn holidays_of_a_subdivision_are_named_once_and_their_data_are_told() {
    let of = |question: &str| {
        let arguments = ["explain", "munich.sla", "munich.ndjson", question, "--as-of", "2026-06-01"];
        let ran = servanda(&arguments, "");
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        listed(&ran.stdout, "office holidays until the deadline")
    };
    assert_eq!(of("1/E"), ["2026-01-06 Epiphany"]);
    assert_eq!(of("1/G"), ["2026-04-03 Good Friday", "2026-04-06 Easter Monday"]);
    let arguments = ["evaluate", "munich.sla", "munich.ndjson", "--as-of", "2026-06-01", "--format", "json"];
    let outcome: Value = serde_json::from_str(&servanda(&arguments, "").stdout).unwrap();
    let data = outcome["produced_by"]["holiday_data"].as_object().unwrap();
    assert_eq!(data.keys().collect::<Vec<_>>(), ["DE", "DE-BY"]);
    assert!(data.values().all(|version| version.as_str().unwrap().starts_with("DE holidays-")));
}

/// Three hours of outage, of which two were not watched, and four of work: one hour of 740 counts.
#[test]
fn what_is_taken_out_of_a_time_is_listed_apart() {
    let ran =
        servanda(&["explain", "gaps.sla", "gaps.ndjson", "uptime/2026-03", "--as-of", "2026-04-01"], "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    for line in [
        "739 h of 740 h",
        "spans in outage: 1",
        "in several at once, or taken out: 2 h",
        "spans in gap, which do not count: 1",
        "spans in work, left out of all time: 1",
        "time in outage but not gap: 1 h",
        "time not in (outage but not gap), of 740 h: 739 h",
    ] {
        assert!(ran.stdout.lines().any(|told| told.trim() == line), "{line}\n{}", ran.stdout);
    }
}
