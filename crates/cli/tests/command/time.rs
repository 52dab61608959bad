//! Business time on its own: the answers are those by which duties are judged, and mistakes are told with what to write.

use crate::binary::{Ran, servanda};
use crate::statements::follows;
use serde_json::Value;

fn time(words: &str) -> Ran {
    let arguments: Vec<&str> = ["time", "office.sla"].into_iter().chain(words.split(' ')).collect();
    servanda(&arguments, "")
}

/// What is printed by a question that has an answer.
fn told(words: &str) -> String {
    let ran = time(words);
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""), "{words}");
    ran.stdout
}

fn json(words: &str) -> Value {
    let value = serde_json::from_str(&told(&format!("{words} --format json"))).unwrap();
    follows("time", &value);
    value
}

#[test]
fn when_a_length_of_time_ends() {
    for (length, from, end) in [
        ("4 office hours", "2026-03-06 16:00", "2026-03-09T11:00:00+01:00"),
        ("15 office minutes", "2026-03-06 17:50", "2026-03-09T09:05:00+01:00"),
        ("2 office hours", "2026-03-06 16:00", "2026-03-06T18:00:00+01:00"),
        ("2 office hours, ending at the next opening", "2026-03-06 16:00", "2026-03-09T09:00:00+01:00"),
        ("reply_time", "2026-03-06 16:00", "2026-03-09T11:00:00+01:00"),
        // Two days from Friday end at the closing on Tuesday; Easter is a holiday.
        ("2 office days", "2026-03-06 17:50", "2026-03-10T18:00:00+01:00"),
        ("2 office days", "2026-04-02 10:00", "2026-04-08T18:00:00+02:00"),
        // Clocks go forward, and an hour is not there.
        ("24 hours", "2026-03-28 12:00", "2026-03-29T13:00:00+02:00"),
        ("24 helpline hours", "2026-03-28 12:00", "2026-03-29T13:00:00+02:00"),
        ("1 night hour", "2026-03-06 20:30", "2026-03-06T21:30:00+01:00"),
        ("30 calendar days", "2026-01-16", "2026-02-15"),
        ("30 calendar days, or the next office day", "2026-01-16", "2026-02-16"),
        ("30 calendar days, or the previous office day", "2026-01-16", "2026-02-13"),
        ("1 month", "2026-01-31 23:00", "2026-02-28"),
        ("first_sign", "2026-05-31 19:00", "2026-05-31T21:00:00+02:00"),
        ("first_sign", "2026-06-01 19:30", "2026-06-02T08:30:00+02:00"),
        // What begins after the amendment is in force has its hours.
        ("4 office hours", "2026-06-01 17:00", "2026-06-02T09:00:00+02:00"),
    ] {
        let question = format!("add {length} --from {from}");
        assert_eq!(told(&format!("{question} --format plain")).trim_end(), end, "{question}");
        let answer = json(&question);
        let deadline = if end.contains('T') { "deadline" } else { "deadline_date" };
        assert_eq!(answer[deadline], end, "{question}");
    }
}

#[test]
fn words_need_no_quotes_and_may_have_them() {
    let bare = told("add 4 office hours --from 2026-03-06 16:00");
    let quoted =
        servanda(&["time", "office.sla", "add", "4 office hours", "--from", "2026-03-06 16:00"], "").stdout;
    assert_eq!(bare, quoted);
    let spaced = told("between 2026-03-06 16:00 and 2026-03-09 10:00");
    let arguments = ["time", "office.sla", "between", "2026-03-06 16:00", "2026-03-09 10:00"];
    assert_eq!(servanda(&arguments, "").stdout, spaced);
    assert_eq!(told("between 2026-03-06 16:00 2026-03-09 10:00"), spaced);
}

#[test]
fn answers_for_people() {
    let questions = [
        "add 4 office hours --from 2026-03-06 16:00",
        "add 500 office hours --from 2026-03-06",
        "add 30 calendar days, or the next office day --from 2026-01-16",
        "between 2026-03-06 16:00 and 2026-03-09 10:00",
        "open --at 2026-03-06 18:00",
        "open --at 2026-06-01 19:00 --in office",
        "windows --of calendar month --in office",
        "windows --of contract month --from 2026-06-15",
        "windows --of the term",
    ];
    let page: Vec<String> = questions.iter().map(|words| format!("$ {words}\n{}", told(words))).collect();
    insta::assert_snapshot!(page.join("\n"));
}

#[test]
fn open_time_between_two_instants() {
    let answer = json("between 2026-03-28 12:00 and 2026-03-30 10:00");
    assert_eq!((answer["seconds"].as_str(), answer["calendar_days"].as_i64()), (Some("162000"), Some(2)));
    let calendars: Vec<(&str, &str, i64)> = answer["calendars"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            let text = |key: &str| of[key].as_str().unwrap();
            (text("calendar"), text("seconds"), of["days"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(calendars, [("office", "3600", 1), ("helpline", "162000", 2), ("night", "0", 1)]);
    assert_eq!(told("between 2026-03-06 and 2026-03-07 --in office --format plain"), "32400\n");
    let several = told("between 2026-03-06 and 2026-03-07 --in office --in helpline --format plain");
    assert_eq!(several, "office\t32400\nhelpline\t86400\n");
}

#[test]
fn three_centuries_are_told_to_the_second() {
    // More nanoseconds than a number of 64 bits with a sign can tell.
    let answer = json("between 1900-01-02 and 2199-12-31 --in helpline");
    assert_eq!(answer["seconds"].as_str(), Some("9466934400"));
    assert_eq!(answer["calendar_days"].as_i64(), Some(109_571));
    assert_eq!(answer["calendars"][0]["seconds"].as_str(), Some("9466934400"));
}

#[test]
fn open_or_closed_for_pipes() {
    let open = |at: &str, more: &str| {
        let ran = time(&format!("open --at {at} --in office --format plain{more}"));
        (ran.stdout.trim_end().to_owned(), ran.exit)
    };
    let is = |word: &str, exit| (word.to_owned(), exit);
    assert_eq!(open("2026-03-06 09:00", ""), is("open", 0));
    assert_eq!(open("2026-03-06 18:00", ""), is("closed", 0));
    assert_eq!(open("2026-03-06 18:00", " --fail-on closed"), is("closed", 1));
    assert_eq!(open("2026-03-06 17:59:59.999999999", " --fail-on closed"), is("open", 0));
    // Good Friday.
    assert_eq!(open("2026-04-03 12:00", ""), is("closed", 0));
    let answer = json("open --at 2026-03-06 23:00 --in night");
    assert_eq!(answer["calendars"][0]["since"], "2026-03-06T20:00:00+01:00");
    assert_eq!(answer["calendars"][0]["until"], "2026-03-07T04:00:00+01:00");
    let answer = json("open --at 2026-03-06 23:00 --in helpline");
    assert_eq!(
        (answer["calendars"][0]["open"].as_bool(), &answer["calendars"][0]["until"]),
        (Some(true), &Value::Null)
    );
    assert!(["open", "closed"].contains(&told("open --at now --in helpline --format plain").trim_end()));
}

#[test]
fn windows_of_the_term() {
    let answer = json("windows --of calendar month --in office");
    let windows = answer["windows"].as_array().unwrap();
    let labels: Vec<&str> = windows.iter().map(|window| window["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]);
    assert_eq!((windows[0]["partial"].as_bool(), windows[1]["partial"].as_bool()), (Some(true), Some(false)));
    // An hour of March is not there.
    assert_eq!(windows[2]["seconds"], "2674800");
    assert_eq!(windows[2]["calendars"][0]["days"], 22);
    // A window has the hours of the version at its start: nine a day in May, twelve in June.
    let open =
        |at: usize| windows[at]["calendars"][0]["seconds"].as_str().unwrap().parse::<u32>().unwrap() / 3600;
    assert_eq!((open(4), open(5)), (18 * 9, 22 * 12));
    let plain = told("windows --of contract month --until 2026-03-01 --format plain");
    assert_eq!(
        plain,
        "2026-01-31..\t2026-01-31T00:00:00+01:00\t2026-02-28T00:00:00+01:00\n\
         2026-02-28..\t2026-02-28T00:00:00+01:00\t2026-03-31T00:00:00+02:00\n"
    );
    assert_eq!(json("windows --of the term")["windows"][0]["seconds"], "15634800");
    assert_eq!(json("windows --of calendar week --from 2027-01-01")["windows"], Value::Array(Vec::new()));
}

#[test]
fn holidays_that_nobody_knows_are_told() {
    let ran = time("add 2 office days --from 2041-03-01 --format json");
    assert_eq!(ran.exit, 0);
    assert!(
        ran.stderr.contains("the holidays that `office` uses are known from 2015-01-01 to 2040-12-31"),
        "{}",
        ran.stderr
    );
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    follows("time", &answer);
    assert_eq!(answer["unknown_holidays"][0]["calendar"], "office");
}

#[test]
fn mistakes_are_told_with_what_to_write() {
    for (words, exit, says) in [
        ("add 4 ofice hours --from 2026-03-06", 2, "did you mean `office`?"),
        ("add 4 days --from 2026-03-06", 2, "`4 office days`"),
        ("add four hours --from 2026-03-06", 2, "write `4`"),
        ("add 2 office weeks --from 2026-03-06", 2, "SLA0208"),
        ("add 1.5 office days --from 2026-03-06", 2, "write hours for a part of a day"),
        ("add replytime --from 2026-03-06", 2, "did you mean `reply_time`?"),
        ("add patience --from 2026-03-06", 2, "lengths of time with a name are: `reply_time`, `first_sign`"),
        ("add 5 calendar days, ending at the next opening --from 2026-03-06", 2, "only time of a calendar"),
        (
            "add 5 office days, or the next office day --from 2026-03-06",
            2,
            "only a date can fall on a closed day",
        ),
        ("add 999999999 hours --from 2026-03-06", 3, "ends beyond the year 2199"),
        ("add 4 office hours --from yesterday", 3, "or `now`"),
        ("add 4 office hours", 3, "--from"),
        ("between 2026-03-06 16:00 2026-03-09", 3, "put `and` between them"),
        ("between 2026-03-07 and 2026-03-06", 3, "say the earlier one first"),
        ("open --at 2026-03-06 --in ofice", 3, "no calendar `ofice`; did you mean `office`?"),
        ("open --at 2026-03-06 --in x", 3, "no calendar `x`; there are `office`, `helpline`, `night`"),
        ("windows --of calendar hour", 2, "write `calendar day`"),
        ("windows --of fortnight", 2, "a window such as `calendar month`"),
        ("open --at 2026-03-06 --agreement Acme", 3, "no agreement `Acme`; there is `Support`"),
        ("opne", 3, "did you mean `open`?"),
        ("weather", 3, "there are `add`, `between`, `open`, `windows`"),
    ] {
        let ran = time(words);
        assert_eq!((ran.exit, ran.stdout.as_str()), (exit, ""), "{words}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{words}: {}", ran.stderr);
    }
}

#[test]
fn an_agreement_of_several_is_named() {
    let policy = include_str!("../data/office.sla")
        .replace("time zone Europe/Berlin", "time zone zone_name")
        .replace("= 4 office hours.\n", "= 4 office hours.\n    zone_name: zone.\n")
        .replace("for 6 months", "");
    let asked = |more: &[&str]| {
        let arguments =
            ["time", "-", "open", "--at", "2026-03-06 09:00", "--in", "office", "--format", "plain"];
        servanda(&arguments.into_iter().chain(more.iter().copied()).collect::<Vec<_>>(), &policy)
    };
    let ran = asked(&[]);
    assert_eq!(ran.exit, 2);
    assert!(
        ran.stderr
            .contains("the policy takes `zone_name`, and no instance gives them: add `--instances FILE`")
    );
    let ran = asked(&["--instances", "-"]);
    assert_eq!((ran.exit, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("only one of the policy and `--instances`"), "{}", ran.stderr);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("time.ndjson");
    let instances = r#"{"agreement":"acme","zone_name":"Europe/Berlin"}
{"agreement":"bolt","zone_name":"America/New_York"}
"#;
    std::fs::write(&file, instances).unwrap();
    let path = file.to_str().unwrap();
    let ran = asked(&["--instances", path]);
    assert_eq!(ran.exit, 3);
    assert!(ran.stderr.contains("add `--agreement NAME`, one of `acme`, `bolt`"), "{}", ran.stderr);
    for name in ["acme", "bolt"] {
        let ran = asked(&["--instances", path, "--agreement", name]);
        assert_eq!((ran.exit, ran.stdout.as_str(), ran.stderr.as_str()), (0, "open\n", ""));
    }
    // An open end has windows without end.
    let arguments =
        ["time", "-", "windows", "--of", "calendar", "year", "--instances", path, "--agreement", "acme"];
    let ran = servanda(&arguments, &policy);
    assert_eq!(ran.exit, 3);
    assert!(ran.stderr.contains("the term has no end: say up to when"), "{}", ran.stderr);
}
