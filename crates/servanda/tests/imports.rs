//! A policy that uses files is the policy with their lines in it: the same hash, the same figures, places in each file.

#![expect(clippy::unwrap_used, reason = "a test that is mistaken should stop")]

use servanda::{Compiled, Run, SourceId, Sources, check, compare, compile, gather, moment, render};

const HOURS: &str = "language 1.\n\
    // When we work.\n\
    time zone Europe/Istanbul.\n\
    calendar office { open mon..fri 09:00..18:00. }\n";

const TERMS: &str = "language 1.\n\
    use \"hours.sla\".\n\
    let answer_time = 30 office minutes.\n\
    clause 9 \"Answers\" {\n\
    \x20 agency must answer each question within answer_time\n\
    \x20   otherwise agency credits client 5 EUR.\n\
    }\n";

const OWN: &str = "\
    \x20 party agency. party client.\n\
    \x20 in force from 2026-01-01. money in EUR.\n\
    \x20 event question.asked { question: id }\n\
    \x20 event question.answered { question: id }\n\
    \x20 case question { begins when question.asked. answer (answered) when question.answered. ends when answered. }\n";

const AMENDMENT: &str =
    "amendment \"Faster\" { in force from 2026-04-01. let answer_time = 10 office minutes. }\n";

fn policy() -> String {
    format!(
        "language 1.\nuse \"shared/terms.sla\".\nuse \"shared/hours.sla\".\nagreement \"A\" {{\n{OWN}}}\n{AMENDMENT}"
    )
}

/// The policy in a folder, with these files.
fn sources(policy: &str, hours: &str, terms: &str) -> Sources {
    let mut sources = Sources::new();
    let id = sources.add("works/policy.sla", policy);
    gather(&mut sources, id, |name| {
        Ok(match name {
            "works/shared/hours.sla" => Some(hours.to_owned()),
            "works/shared/terms.sla" => Some(terms.to_owned()),
            _ => None,
        })
    });
    sources
}

fn using() -> Compiled {
    compile(&sources(&policy(), HOURS, TERMS)).unwrap()
}

/// The same policy in one file.
fn in_one() -> Compiled {
    let lines = |text: &str| {
        text.lines().skip(1).filter(|line| !line.starts_with("use")).collect::<Vec<_>>().join("\n")
    };
    let text =
        format!("language 1.\nagreement \"A\" {{\n{}\n{}\n{OWN}}}\n{AMENDMENT}", lines(HOURS), lines(TERMS));
    compile(&Sources::new().with("one.sla", text)).unwrap()
}

fn told(policy: &str, hours: &str, terms: &str) -> String {
    let sources = sources(policy, hours, terms);
    render::short(&check(&sources, SourceId(0)).diagnostics, &sources)
}

#[test]
fn a_policy_that_uses_files_is_the_policy_with_their_lines() {
    let (using, in_one) = (using(), in_one());
    let hashes =
        |policy: &Compiled| policy.policy().versions.values().map(|one| one.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&using), hashes(&in_one));
    assert!(using.warnings().is_empty() && in_one.warnings().is_empty());
    assert!(compare(&using, &in_one).same);
    assert_eq!(servanda::versions(&using).unwrap().len(), 2);
}

#[test]
fn the_hash_covers_what_is_used_and_not_how_it_is_laid_out() {
    let hash =
        |hours: &str, terms: &str| compile(&sources(&policy(), hours, terms)).unwrap().policy().hash.clone();
    let before = hash(HOURS, TERMS);
    assert_eq!(hash(&HOURS.replace("// When we work.\n", "\n\n"), TERMS), before);
    assert_ne!(hash(&HOURS.replace("18:00", "17:00"), TERMS), before);
    assert_ne!(hash(HOURS, &TERMS.replace("5 EUR", "6 EUR")), before);
    assert_eq!(hash(HOURS, &TERMS.replace("answer_time\n   ", "answer_time   ")), before);
}

#[test]
fn what_changed_in_a_file_that_is_used_is_told_with_its_place() {
    let changed = compile(&sources(&policy(), &HOURS.replace("18:00", "17:00"), TERMS)).unwrap();
    let comparison = compare(&using(), &changed);
    let change = &comparison.sections[0].changes[0];
    assert_eq!(change.thing, "calendar office");
    assert_eq!(change.new.as_ref().unwrap().place.as_ref().unwrap().file, "works/shared/hours.sla");
}

#[test]
fn a_figure_leads_to_the_file_that_its_clause_is_in() {
    let policy = using();
    let mut run = Run::of_log(&policy).unwrap();
    run.read(br#"{"time": "2026-01-05T10:00:00+03:00", "type": "question.asked", "question": "Q"}"#);
    run.close();
    let agreement = &run.agreements()[0];
    let decided = run.decided(0, moment("2026-02-01", &agreement.zone).unwrap()).unwrap();
    let statement = run.statement(0, &decided, None).unwrap();
    let place = statement.verdicts[0].span.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.start.line), ("works/shared/terms.sla", 5));
}

#[test]
fn a_name_in_two_files_is_told_with_both_places() {
    let policy = policy().replace(OWN, &format!("{OWN}  let answer_time = 1 office hour.\n"));
    let sources = sources(&policy, HOURS, TERMS);
    let findings = check(&sources, SourceId(0)).diagnostics;
    let [only] = findings.as_slice() else { panic!("{}", render::short(&findings, &sources)) };
    assert_eq!(only.code().name(), "name-twice");
    let file = |span: servanda::Span| sources.get(span.source).unwrap().name().to_owned();
    assert_eq!(file(only.primary().span), "works/policy.sla");
    assert_eq!(file(only.labels()[0].span), "works/shared/terms.sla");
    // Between two used files, too.
    let twice = told(&self::policy(), HOURS, &format!("{TERMS}calendar office {{ open always. }}\n"));
    assert_eq!(twice, "works/shared/terms.sla:8:10: error[SLA0103] `office` is defined twice\n");
}

#[test]
fn where_a_file_is_missing_nothing_else_is() {
    let gone = told(&policy().replace("shared/terms", "shared/trems"), HOURS, TERMS);
    assert_eq!(gone, "works/policy.sla:2:5: error[SLA0120] there is no file `works/shared/trems.sla`\n");
    let deeper = told(&policy(), HOURS, &TERMS.replace("hours.sla", "ours.sla"));
    assert_eq!(
        deeper,
        "works/shared/terms.sla:2:5: error[SLA0120] there is no file `works/shared/ours.sla`\n"
    );
    let broken = told(&policy(), HOURS, &TERMS.replace("let answer_time = 30", "let answer_time = about 30"));
    assert_eq!(broken.lines().count(), 1, "{broken}");
    assert!(broken.starts_with("works/shared/terms.sla:3:"), "{broken}");
}

#[test]
fn files_that_use_each_other_in_a_circle_are_told_once() {
    let circle = told(&policy(), &HOURS.replace("// When", "use \"terms.sla\".\n// When"), TERMS);
    assert_eq!(circle, "works/shared/hours.sla:2:5: error[SLA0416] files use each other in a circle\n");
    let sources = sources(&policy(), &HOURS.replace("// When", "use \"../policy.sla\".\n// When"), TERMS);
    let findings = check(&sources, SourceId(0)).diagnostics;
    let [only] = findings.as_slice() else { panic!("{}", render::short(&findings, &sources)) };
    let names: Vec<&str> =
        only.labels().iter().map(|label| sources.get(label.span.source).unwrap().name()).collect();
    assert_eq!(names, ["works/policy.sla", "works/shared/terms.sla"]);
}

#[test]
fn a_file_of_declarations_has_no_policy_and_no_finding() {
    let library = Sources::new().with("hours.sla", HOURS);
    let checked = check(&library, SourceId(0));
    assert!(checked.policy.is_none() && checked.diagnostics.is_empty());
    assert!(servanda::is_library(&library, SourceId(0)));
    assert!(!servanda::is_library(&Sources::new().with("x.sla", policy()), SourceId(0)));
    let told = compile(&library).unwrap_err();
    assert_eq!(told.list()[0].code().name(), "agreement-count");
}

/// A policy with a calendar that takes its holidays from a file of these lines.
fn with_holidays(events: &str) -> Sources {
    let mut sources = Sources::new();
    let text = format!(
        "language 1.\nagreement \"A\" {{\n\
         time zone Europe/Istanbul. \
         calendar office {{ open mon..fri 09:00..18:00. closed on holidays of \"shared/days.ics\". }}\n\
         {OWN}\n\
         clause 1 \"Answers\" {{ agency must answer each question within 1 office day, without consequence. }}\n}}\n"
    );
    let id = sources.add("works/policy.sla", text);
    gather(&mut sources, id, |name| {
        assert_eq!(name, "works/shared/days.ics");
        Ok(Some(format!("BEGIN:VCALENDAR\nPRODID:-//X//EN\n{events}END:VCALENDAR\n")))
    });
    sources
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
}

#[test]
fn the_days_of_a_holiday_file_are_part_of_the_agreement() {
    let may = event("DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY\nSUMMARY:May Day");
    let compiled = |events: &str| compile(&with_holidays(events)).unwrap();
    let one = compiled(&may);
    // When it was written does not matter, which days there are does.
    let again = compiled(&may.replace("SUMMARY", "DTSTAMP:20260101T000000Z\nSUMMARY"));
    assert_eq!(one.policy().hash, again.policy().hash);
    assert!(compare(&one, &again).same);
    let moved = compiled(&may.replace("0501", "0502"));
    assert_ne!(one.policy().hash, moved.policy().hash);
    let difference = compare(&one, &moved);
    let messages: Vec<&str> = difference
        .sections
        .iter()
        .flat_map(|section| &section.changes)
        .map(|change| change.message.as_str())
        .collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages.concat().contains("May Day"), "{messages:?}");
    let more = compiled(&format!("{may}{}", event("DTSTART;VALUE=DATE:20260504\nSUMMARY:Bridge")));
    assert!(!compare(&one, &more).same);
    assert_ne!(one.policy().hash, more.policy().hash);
}

#[test]
fn what_is_wrong_in_a_holiday_file_is_told_there() {
    let sources = with_holidays(&event("DTSTART:20260501T090000Z\nSUMMARY:Meeting"));
    let findings = check(&sources, SourceId(0)).diagnostics;
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    let place = finding.primary().span;
    let source = sources.get(place.source).unwrap();
    let position = source.position(place.start);
    assert_eq!((source.name(), position.line, position.column), ("works/shared/days.ics", 4, 1));
}
