//! What a first-time author does wrong, and what is said to it: one finding at the wrong word, with help.
//!
//! The renderings are snapshots, for somebody to read them.

use servanda::{Severity, SourceId, Sources, check, render};

const DESK: &str = include_str!("slips/desk.sla");

/// The slip, what stands in the policy, what is written instead, the words at the place of the finding.
const SLIPS: &[(&str, &str, &str, &str)] = &[
    ("a misspelt keyword", "desk must keep visits", "desk mst keep visits", "mst"),
    ("a misspelt beginning of a line", "  measure visits", "  mesure visits", "mesure"),
    ("a dash", "mon..fri", "mon-fri", "-"),
    ("max", "at most 50 EUR", "max 50 EUR", "max"),
    ("every", "answer each question", "answer every question", "every"),
    ("shall", "desk must keep visits", "desk shall keep visits", "shall"),
    ("in", "each invoice within 30", "each invoice in 30", "in"),
    ("a short unit", "within 30 calendar days", "within 30 h", "h"),
    ("a short unit of a calendar", "within 30 calendar days", "within 30 office hrs", "hrs"),
    ("one of a short unit", "within 30 calendar days", "within 1 hr", "hr"),
    ("hours and minutes", "within 30 calendar days", "within 1 hour 30 min", "1 hour 30 min"),
    (
        "hours and minutes in words",
        "within 30 calendar days",
        "within 1 hour and 30 minutes",
        "1 hour and 30 minutes",
    ),
    ("within at most", "within 30 calendar days", "within at most 30 calendar days", "at most"),
    ("within max", "within 30 calendar days", "within max 30 calendar days", "max"),
    ("within or less", "within 30 calendar days", "within 30 calendar days or less", "or less"),
    ("no later than", "within 30 calendar days", "no later than 30 calendar days", "no later than"),
    ("no later than a date", "within 30 calendar days", "no later than 2026-03-31", "no later than"),
    (
        "no later than the end",
        "within 30 calendar days",
        "no later than the end of the period",
        "no later than",
    ),
    (
        "a warning so long before",
        "within 30 calendar days",
        "within 30 calendar days, telling lead 2 hours before the deadline",
        "2 hours before",
    ),
    ("an article", "(a) desk must", "(a) the desk must", "the"),
    ("an act without its participle", "answer (answered) when", "answer when", "when"),
    ("a missing brace", "    ends when answered.\n  }\n", "    ends when answered.\n", "{"),
    ("a missing full stop", "money in EUR.", "money in EUR", ""),
    (
        "a missing introducing word",
        "otherwise desk credits client 20 EUR",
        "desk credits client 20 EUR",
        "desk",
    ),
    ("days without their kind", "within 30 calendar days", "within 30 days", "30 days"),
    ("a percentage without its base", "1% of invoice.amount", "1%", "1%"),
    ("a percentage without its base in a row", "10% of monthly_fee", "10%", "10%"),
    ("an unknown party", "client must pay", "clent must pay", "clent"),
    ("an unknown calendar", "4 office hours", "4 ofice hours", "ofice"),
    ("an unknown calendar that is not near", "4 office hours", "4 business hours", "business"),
    ("a number instead of a length", "let reply_time = 4 office hours", "let reply_time = 4", "reply_time"),
    (
        "a length instead of money",
        "desk credits client 20 EUR",
        "desk credits client 20 office hours",
        "20 office hours",
    ),
    ("a gap between rows", "from 90% to below 95%", "from 92% to below 95%", "below 90%"),
    ("another currency", "20 EUR", "20 USD", "USD"),
    ("an unknown placeholder", "within {reply_time}", "within {replytime}", "replytime"),
    ("a point between thousands", "let monthly_fee = 400 EUR", "let monthly_fee = 2.000 EUR", "2.000 EUR"),
    ("a comma between thousands", "let monthly_fee = 400 EUR", "let monthly_fee = 2,000 EUR", "2,000"),
    ("a decimal comma", "at least 95%", "at least 99,5%", "99,5%"),
    ("the sign of a currency", "money in EUR", "money in €", "€"),
    ("an hour of one digit", "09:00..17:00", "8:00..17:00", "8:00..17:00"),
    ("an hour before noon", "09:00..17:00", "8am..5pm", "8am..5pm"),
    ("a day with a capital", "mon..fri", "Mon..Fri", "Mon"),
    ("a text with a full stop", "{reply_time}.\"", "{reply_time}.\".", "."),
    ("a share without its sign", "at least 95%", "at least 0.9", "0.9"),
    ("a name with an article", "(a) desk must answer", "(a) The desk must answer", "The"),
    ("the word for a currency", "credits client 20 EUR", "credits client 20 euro", "20 euro"),
    ("the small letters of a country", "holidays of DE", "holidays of at", "at"),
    ("the name of a country", "holidays of DE", "holidays of Austria", "Austria"),
    ("two countries", "holidays of DE", "holidays of Germany and Austria", "Germany and Austria"),
    ("another code of a country", "holidays of DE", "holidays of UK", "UK"),
    ("the name of a part of a country", "holidays of DE", "holidays of Lower Saxony", "Lower Saxony"),
    ("a part of a country by its name", "holidays of DE", "holidays of DE-Bavaria", "DE-Bavaria"),
    ("a part of a country behind a comma", "holidays of DE", "holidays of DE, Bavaria", "DE, Bavaria"),
    ("the small letters of a part of a country", "holidays of DE", "holidays of de-by", "de-by"),
    ("two parts of a country", "holidays of DE", "holidays of DE-BY and Hesse", "DE-BY and Hesse"),
    ("a part of a country without it", "holidays of DE", "holidays of BY", "BY"),
    ("an unknown part of a country", "holidays of DE", "holidays of DE-BX", "DE-BX"),
    ("an unknown part of a country that is near", "holidays of DE", "holidays of GB-SC", "GB-SC"),
    ("an unknown part of a country of many", "holidays of DE", "holidays of IT-25", "IT-25"),
    ("a part of a country without data of parts", "holidays of DE", "holidays of IE-D", "IE-D"),
    ("words to choose from", "urgent: yes or no", "urgent: urgent or normal", "urgent or normal"),
    (
        "words to choose from without parentheses",
        "urgent: yes or no",
        "urgent: one of urgent, normal",
        "one of urgent, normal",
    ),
    (
        "a choice in a condition",
        "count of visit.made",
        "count of visit.made where visit is one of v, w",
        "one of v, w",
    ),
    ("a number in words", "let reply_time = 4 office", "let reply_time = four business", "four"),
    ("a number in words and figures", "within 30 calendar", "within thirty (30) calendar", "thirty (30)"),
    ("a number in words that is compared", "visits at least 4", "visits at least four", "four"),
    ("a name of two words", "let monthly_fee", "let monthly fee", "monthly fee"),
    ("a name read as two words", "10% of monthly_fee", "10% of monthly fee", "monthly fee"),
    ("an article before a quantity", "5% of monthly_fee,\n", "5% of the monthly_fee,\n", "the"),
    ("per cent", "at least 95%", "at least 95 per cent", "95 per cent"),
    ("a figure that must be", "desk must keep visits at least 4", "visits must be at least 4", "be at least"),
    ("a party that must be", "desk must keep visits at least 4", "desk must be at least 95%", "be at least"),
    ("a limit in other words", "at most 50 EUR", "up to 50 EUR", "up to"),
    (
        "a figure that must not be more",
        "desk must keep visits at least 4",
        "visits must not be more than 4",
        "be more than",
    ),
    ("a field as two words", "1% of invoice.amount", "1% of invoice amount", "invoice amount"),
    ("an article for a number", "within reply_time", "within a week", "a"),
    ("a number of acts", "desk must keep visits at least 4", "desk must make 4 visits", "make 4"),
    ("an amount that must be paid", "desk must keep visits at least 4", "desk must pay 400 EUR", "pay 400"),
    (
        "a window of a figure",
        "desk must keep visits at least 4",
        "desk must keep visits at least 4 each calendar month",
        "each calendar month",
    ),
    (
        "a rhythm of a prohibition",
        "desk must keep visits at least 4",
        "desk must not answer any question each calendar month",
        "each calendar month",
    ),
    ("a word that no table has", "within {reply_time}", "within {reply_time of urgent}", "urgent"),
    ("a begun week", "amount per calendar day begun", "amount per begun week", "begun week"),
    ("a week that is not counted yet", "amount per calendar day begun", "amount per week", "week"),
    ("a begun length", "within 30 calendar days", "within 30 begun days", "begun"),
    ("what is outstanding", "1% of invoice.amount", "1% of invoice.outstanding", "invoice.outstanding"),
    ("breaches as events", "count of visit.made", "count of breaches", "breaches"),
    (
        "a claim by a party",
        "otherwise desk credits client 20 EUR",
        "otherwise desk credits client 20 EUR, claimed by client within 2 months of the end of the period",
        "client",
    ),
    ("a blank before the sign", "at least 95%", "at least 95 %", "95 %"),
    ("a misspelt act", "must answer each", "must anwser each", "anwser"),
    ("a misspelt kind of days", "30 calendar days", "30 calender days", "calender"),
    ("a misspelt kind of a window", "visits per calendar month", "visits per calender month", "calender"),
    ("a misspelt kind of a period", "per calendar day begun", "per calender day begun", "calender"),
    ("a misspelt point in time", "from the deadline until", "from the deadlin until", "deadlin"),
    (
        "two lengths",
        "each question within reply_time",
        "each question within 4 office hours or 2 calendar days",
        "or 2 calendar days",
    ),
    ("a full stop behind a text", "within {reply_time}.\"", "within {reply_time}.\".", "."),
    (
        "the number of a lint",
        "  clause 2 \"Visits\" {",
        "  clause 2 \"Visits\" {\n    allow SLA0501 because \"They trust each other.\".",
        "SLA0501",
    ),
    ("rows up to a bound", "        below 90%: ", "        up to 90%: ", "up to"),
    ("rows that overlap", "below 90%: ", "below 91%: ", "below 91%"),
    (
        "a sign that is turned round",
        "answered_share at least 95%",
        "answered_share at most 95%",
        "at most 95%",
    ),
];

fn with(right: &str, wrong: &str) -> String {
    assert_eq!(DESK.matches(right).count(), 1, "{right}");
    DESK.replace(right, wrong)
}

#[test]
fn the_policy_without_slips_has_no_finding() {
    let sources = Sources::new().with("desk.sla", DESK);
    let findings = check(&sources, SourceId(0)).diagnostics;
    assert!(findings.is_empty(), "{}", render::human(&findings, &sources, &render::HumanOptions::default()));
}

fn findings(text: &str) -> Vec<(&'static str, String)> {
    let sources = Sources::new().with("desk.sla", text);
    let findings = check(&sources, SourceId(0)).diagnostics;
    findings.iter().map(|it| (it.code().name(), sources.text(it.primary().span).to_owned())).collect()
}

#[test]
fn whatever_the_head_lacks_is_told_in_one_finding() {
    let text = "language 1.\nagreement \"A\" { party desk. time zone UTC. }";
    let sources = Sources::new().with("a.sla", text);
    let findings = check(&sources, SourceId(0)).diagnostics;
    let [only] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(only.message(), "the agreement lacks a second party, `in force …` and `money in …`");
    assert_eq!(only.helps().len(), 3);
    let none = "language 1.\nagreement \"A\" { }";
    assert_eq!(crate::findings(none), [("incomplete-agreement", "\"A\"".to_owned())]);
}

#[test]
fn an_empty_file_has_one_finding() {
    for empty in ["", "\n", "// nothing yet\n"] {
        assert_eq!(findings(empty).len(), 1, "{:?}", findings(empty));
    }
    assert_eq!(findings("language 1.\n").len(), 1);
}

#[test]
fn nothing_is_called_unused_where_the_text_has_errors() {
    let unused = with("  let monthly_fee = 400 EUR.\n", "  let monthly_fee = 400 EUR. let other = 1 EUR.\n");
    assert_eq!(findings(&unused), [("unused", "other".to_owned())]);
    let broken = unused.replace("desk must keep visits", "desk mst keep visits");
    assert_eq!(findings(&broken), [("misspelled", "mst".to_owned())]);
}

#[test]
fn a_sentence_that_cannot_be_read_is_told_once_wherever_it_is_named() {
    let broken = with("desk must keep visits at least 4", "desk mst keep visits at least four or so");
    let scenario = "\nscenario \"s\" { as of 2026-03-01. expect desk has broken 2. }\n";
    let measure = "measure misses per calendar month = count of breach of 2.\n    measure visits per";
    let text = broken.replace("measure visits per", measure) + scenario;
    assert_eq!(findings(&text).len(), 1, "{:?}", findings(&text));
    let elsewhere = text.replace("has broken 2.", "has broken 9.");
    assert_eq!(findings(&elsewhere).last(), Some(&("unknown-duty", "9".to_owned())));
}

/// The policy with another text of clause 1, in which `reply_time` is a table on yes and no.
fn with_text(text: &str) -> Vec<(&'static str, String)> {
    let table = "depending on urgent { yes: 4 office hours, no: 2 office days }";
    let policy = with("let reply_time = 4 office hours", &format!("let reply_time = {table}"));
    findings(&policy.replace("Each question is answered within {reply_time}.", text))
}

#[test]
fn the_holes_of_a_text_are_values() {
    assert!(
        with_text("Urgent: {reply_time of yes}; others: {reply_time of no}; {monthly_fee} {{as is}}.")
            .is_empty()
    );
    assert_eq!(with_text("Within {reply_time}."), [("unknown-name", "{reply_time}".to_owned())]);
    assert_eq!(with_text("Within {reply_time of maybe}."), [("no-such-word", "maybe".to_owned())]);
    assert_eq!(with_text("For {monthly_fee of yes}."), [("other-thing", "yes".to_owned())]);
    assert_eq!(with_text("For {fee}."), [("unknown-name", "fee".to_owned())]);
}

#[test]
fn one_slip_gives_one_finding_with_help() {
    let mut said = String::new();
    let mut wrong = Vec::new();
    for (slip, right, written, word) in SLIPS {
        let sources = Sources::new().with("desk.sla", with(right, written));
        let findings = check(&sources, SourceId(0)).diagnostics;
        let options = render::HumanOptions { color: false, width: 100 };
        said += &format!("==== {slip}\n{}\n", render::human(&findings, &sources, &options));
        let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error).count();
        let helped = findings.first().is_some_and(|it| !it.helps().is_empty() || !it.fixes().is_empty());
        let at = findings.first().map(|it| sources.text(it.primary().span)).unwrap_or_default();
        if findings.len() != 1 || errors != 1 || !helped || at != *word {
            wrong.push(format!("{slip}: {} findings, helped {helped}, at {at:?}", findings.len()));
        }
    }
    insta::assert_snapshot!(said);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Slips that say something else than the policy without them, or hold another one: mended, they still do.
const OTHERWISE_MEANT: [&str; 11] = [
    "hours and minutes",
    "hours and minutes in words",
    "an hour of one digit",
    "an hour before noon",
    "the small letters of a country",
    "the name of a country",
    "words to choose from",
    "words to choose from without parentheses",
    "a choice in a condition",
    "a number in words",
    "an article for a number",
];

#[test]
fn an_edit_with_one_right_answer_says_what_was_meant() {
    let compiled = |text: &str| servanda::compile(&Sources::new().with("desk.sla", text));
    let meant = compiled(DESK).unwrap();
    let mut mended = 0;
    let mut other = Vec::new();
    for (slip, right, written, _) in SLIPS {
        let text = with(right, written);
        let sources = Sources::new().with("desk.sla", text.as_str());
        let findings = check(&sources, SourceId(0)).diagnostics;
        let Some([fix]) = findings.first().map(|finding| finding.fixes()) else { continue };
        if !fix.safe || findings.len() != 1 {
            continue;
        }
        let (before, behind) = text.split_at(fix.span.start as usize);
        let behind = behind.split_at((fix.span.end - fix.span.start) as usize).1;
        let is = compiled(&format!("{before}{}{behind}", fix.replacement));
        if !is.is_ok_and(|is| servanda::compare(&meant, &is).same) {
            other.push(*slip);
        }
        mended += 1;
    }
    assert_eq!(other, OTHERWISE_MEANT);
    assert!(mended >= 8, "{mended} slips have an edit with one right answer");
}

/// The faults of a scenario: the code's name and the words at its place.
#[expect(clippy::unwrap_used, reason = "the policy of the test compiles")]
fn faults(steps: &str) -> Vec<(&'static str, String)> {
    let text = format!("{DESK}\nscenario \"s\" {{ as of 2026-03-01. {steps} }}");
    let sources = Sources::new().with("desk.sla", text);
    let compiled = servanda::compile(&sources).unwrap();
    let results = servanda::scenarios(&compiled);
    let faults = results.iter().flat_map(|result| &result.faults);
    let run: Vec<_> = faults
        .map(|fault| (fault.code.map_or("", |code| code.name()), sources.text(fault.span).to_owned()))
        .collect();
    let linted: Vec<_> = servanda::check_scenarios(compiled.policy())
        .iter()
        .map(|it| (it.code().name(), sources.text(it.primary().span).to_owned()))
        .collect();
    assert_eq!(run, linted, "{steps}");
    run
}

#[test]
fn a_scenario_is_held_to_the_names_and_units_of_its_policy() {
    for (step, code, at) in [
        ("expect desk credits client 100%.", "percent-without-base", "100%"),
        ("expect desk credits client 100 hours.", "compare-unlike", "100 hours"),
        ("expect desk credits client 100 USD.", "currency-mismatch", "USD"),
        ("expect desk credits client 2.000 EUR.", "impossible-value", "2.000 EUR"),
        ("expect desk credits client nothing under 9.", "unknown-duty", "9"),
        ("expect answered_share is 0 EUR for \"2026-01\".", "compare-unlike", "0 EUR"),
        ("expect visits is 4%.", "compare-unlike", "4%"),
        ("expect no clock under 9.", "unknown-duty", "9"),
        ("expect visit is 4.", "unknown-measure", "visit"),
        ("expect helpco has kept 1(a).", "unknown-party", "helpco"),
        (
            "2026-01-05 10:00 question.askd { question: \"1\" } expect no problem.",
            "unknown-event",
            "question.askd",
        ),
        ("2026-01-05 10:00 visit.made { vist: \"1\" } expect no problem.", "unknown-field", "vist"),
    ] {
        assert_eq!(faults(step), [(code, at.to_owned())], "{step}");
    }
    assert_eq!(faults("2026-01-05 10:00 weather.changed. expect 1 ignored."), []);
    assert_eq!(faults("expect desk credits client 0.00 EUR. expect visits is 0 for \"2026-02\"."), []);
}

#[test]
fn when_an_event_of_a_scenario_happens_and_how_often_is_checked() {
    let asked = "visit.made { visit: \"1\" }";
    for (step, code, at) in [
        (format!("1 hour later {asked}"), "misplaced", "1 hour"),
        (format!("2026-01-05 10:00 {asked} 3 days later {asked}"), "bare-days", "3 days"),
        (format!("2026-01-05 10:00 {asked} 3 office days later {asked}"), "not-supported", "3 office days"),
        (
            format!("2026-01-05 10:00 {asked} 3 calendar hours later {asked}"),
            "no-such-length",
            "3 calendar hours",
        ),
        (format!("2026-01-05 10:00 {asked} 1.5 months later {asked}"), "impossible-value", "1.5 months"),
        (format!("2026-01-05 10:00 {asked} 0 hours later {asked}"), "impossible-value", "0 hours"),
        (format!("2026-01-05 10:00 {asked} 0 times."), "impossible-value", "0"),
        (format!("2026-01-05 10:00 {asked} 2.5 times."), "impossible-value", "2.5"),
        (format!("2026-01-05 10:00 {asked} 10_001 times."), "impossible-value", "10_001"),
        (format!("2026-01-05 10:00 {asked} 2 times, 2 weeks apart."), "bare-days", "2 weeks"),
        ("2026-01-05 10:00 visit.made as \"e\" { visit: \"1\" } 2 times.".to_owned(), "name-twice", "\"e\""),
        ("2026-01-05 10:00 visit.made { visit: \"{i}\" } 2 times.".to_owned(), "unknown-name", "\"{i}\""),
    ] {
        assert_eq!(faults(&format!("{step} expect no problem.")), [(code, at.to_owned())], "{step}");
    }
    assert_eq!(faults("2026-01-05 10:00 visit.made { visit: \"{n}\" } 2 times. expect 2 lines."), []);
    assert_eq!(faults("expect no tell helpco."), [("unknown-party", "helpco".to_owned())]);
}

#[test]
fn a_parameter_of_a_scenario_has_its_type() {
    const TAKES: &str = "takes { fee: money. share: percent. first: date. patience: minutes. many: count. \
        plan: one of (small, large). place: zone. open: yes or no. }";
    let policy = |given: &str| {
        format!(
            "language 1. agreement \"A\" {TAKES} {{ party desk. party client. in force from first. \
             time zone place. money in EUR. }} scenario \"s\" {{ {given} as of 2026-03-01. expect no problem. }}"
        )
    };
    let told = |given: &str| {
        let sources = Sources::new().with("a.sla", policy(given));
        let policy = check(&sources, SourceId(0)).policy;
        let findings = policy.iter().flat_map(servanda::check_scenarios).collect::<Vec<_>>();
        let each = findings.iter().map(|it| (it.code().name(), it.helps().join("; ")));
        (policy.is_some(), each.collect::<Vec<_>>())
    };
    let one = |code, help: &str| (true, vec![(code, help.to_owned())]);
    assert_eq!(told("let fee = 5%."), one("wrong-type", "write `5 EUR`"));
    assert_eq!(told("let fee = 5 USD."), one("currency-mismatch", "write the amount in EUR"));
    assert_eq!(told("let share = 5."), one("wrong-type", "write `5%`"));
    assert_eq!(told("let first = \"2026\"."), one("wrong-type", ""));
    assert_eq!(told("let patience = 5."), one("wrong-type", "write `5 minutes`"));
    assert_eq!(told("let patience = 5 calendar days."), one("wrong-type", "write `5 minutes`"));
    assert_eq!(told("let many = 5%."), one("wrong-type", "write `5`"));
    assert_eq!(told("let plan = medium."), one("wrong-type", ""));
    assert_eq!(told("let place = 5."), one("wrong-type", "write it in quotes, such as `\"Europe/Berlin\"`"));
    assert_eq!(told("let open = 1."), one("wrong-type", ""));
    assert_eq!(told("let fees = 5 EUR."), one("unknown-name", "did you mean `fee`?"));
    let sound = "let fee = 5 EUR. let share = 5%. let first = 2026-01-01. let patience = 2 hours. let many = 5. \
        let plan = small. let place = \"UTC\". let open = yes.";
    assert_eq!(told(sound), (true, Vec::new()));
}

/// Expectations that could never come out otherwise, for a policy in which there is a bit of everything.
const VAIN: &[(&str, &str)] = &[
    ("expect desk credits client nothing for question \"2\".", "\"2\""),
    ("expect desk credits client nothing under 1(b) for 2026-77.", "2026-77"),
    ("expect desk credits client nothing for 2027-01.", "2027-01"),
    ("expect visits is at least 0 for 2026.", "2026"),
    ("expect no clock under 1(a) for question \"one\".", "\"one\""),
    ("expect no clock under 1(a) for question \"1~2\".", "\"1~2\""),
    ("expect no clock under 1(a) for question \"1~0\".", "\"1~0\""),
    ("expect no clock under 1(a) for 2026-01.", "2026-01"),
    ("expect no clock under 1(a) for invoice \"1\".", "invoice"),
    ("expect no clock under 1(b) for question \"1\".", "question"),
    ("expect client owes desk nothing under 1(b).", "client owes desk"),
    ("expect desk owes desk nothing.", "desk owes desk"),
    ("expect client may claim nothing under 1(a).", "client"),
    ("expect client has kept 1(a).", "client"),
    ("expect no tell client.", "client"),
    ("expect client may not end this agreement.", "client"),
];

#[test]
fn what_could_never_come_out_otherwise_is_told() {
    let asked = "2026-01-05 10:00 question.asked { question: \"1\", urgent: no }";
    let visited = "2026-01-06 10:00 visit.made { visit: \"v-{n}\" } 3 times.";
    let mut said = String::new();
    for (expected, at) in VAIN {
        let steps = format!("{asked} {visited} {expected}");
        assert_eq!(faults(&steps), [("empty-expectation", (*at).to_owned())], "{expected}");
        let text = format!(
            "{DESK}\nscenario \"s\" {{\n  as of 2026-03-01.\n  {asked}\n  {visited}\n  {expected}\n}}"
        );
        let sources = Sources::new().with("desk.sla", text);
        let policy = check(&sources, SourceId(0)).policy;
        let findings: Vec<_> = policy.iter().flat_map(servanda::check_scenarios).collect();
        let options = render::HumanOptions { color: false, width: 100 };
        said += &format!("==== {expected}\n{}\n", render::human(&findings, &sources, &options));
    }
    insta::assert_snapshot!(said);
    for right in [
        "expect desk credits client nothing for question \"1\".",
        "expect desk credits client nothing under 1(b) for 2026-01.",
        "expect visits is at least 0 for \"2026-12\".",
        "expect client owes desk nothing under 3.",
        "expect desk is pending under 1(a).",
    ] {
        assert_eq!(faults(&format!("{asked} {visited} {right}")), [], "{right}");
    }
}
