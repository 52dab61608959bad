//! What the analysis of a policy says of its prose, of whose figure it is, of pauses, of holidays and of days in another
//! zone comes out when it is evaluated, and where it says nothing, nothing does.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::report::Statement;
use servanda::time::{Calendar, CalendarSpec, Date, Instant, Weekday, Zone};
use servanda::{Code, Run, Sources, compile, moment};

fn agreement(zone: &str, calendars: &str, lines: &str) -> String {
    format!(
        "language 1.\nagreement \"Words\" {{\n  party desk. party client. role lead of desk.\n  \
         in force from 2026-01-01 for 12 months.\n  time zone {zone}. money in EUR.\n  {calendars}\n  \
         event call.made {{ call: id }}\n  event call.answered {{ call: id }}\n  \
         event call.held {{ call: id }}\n  event call.freed {{ call: id }}\n  \
         event bill.made {{ bill: id, amount: money }}\n  event bill.paid {{ bill: id, amount: money }}\n  \
         event reading {{ value: percent }}\n{lines}\n}}\n"
    )
}

const OFFICE: &str = "calendar office { open mon..fri 09:00..17:00. }";
const CALL: &str =
    "case call { begins when call.made. answer (answered) when call.answered. ends when answered. }";

fn played(text: &str, log: &str) -> (Statement, Vec<Code>) {
    let compiled =
        compile(&Sources::new().with("words.sla", text)).map_err(|told| format!("{text}\n{told}")).unwrap();
    let told = compiled.warnings().iter().map(servanda::Diagnostic::code).collect();
    let mut run = Run::of_log(&compiled).unwrap();
    run.read(log.as_bytes());
    run.close();
    let agreement = run.agreements().first().unwrap().clone();
    let decided = run.decided(0, moment("2027-06-01", &agreement.zone).unwrap()).unwrap();
    (run.statement(0, &decided, None).unwrap(), told)
}

/// A call on each of the first days of February.
fn calls() -> String {
    (1..15)
        .map(|day| {
            format!("{{\"time\":\"2026-02-{day:02}T10:00:00Z\",\"type\":\"call.made\",\"call\":\"{day}\"}}\n")
        })
        .collect()
}

/// The deadlines of every call, as they are told.
fn deadlines(statement: &Statement) -> Vec<(String, Option<String>, Option<String>)> {
    let one = |of: &servanda::report::VerdictLine| {
        (of.subject.clone(), of.deadline.clone(), of.deadline_date.clone())
    };
    statement.verdicts.iter().filter(|of| of.subject_kind == "call").map(one).collect()
}

/// The lints of a policy but those of what nothing uses, each with what it points at.
fn lints(text: &str) -> Vec<(Code, String)> {
    let sources = Sources::new().with("words.sla", text);
    let compiled = compile(&sources).map_err(|told| format!("{text}\n{told}")).unwrap();
    let words = |told: &servanda::Diagnostic| (told.code(), sources.text(told.primary().span).to_owned());
    compiled.warnings().iter().filter(|told| told.code() != Code::Unused).map(words).collect()
}

/// Prose beside a target of 99.9%, credits below 95%, amounts and 10 office days.
#[test]
fn figures_of_something_else_are_not_compared() {
    let told = |prose: &str| {
        let text = agreement(
            "Etc/UTC",
            OFFICE,
            &format!(
                "{CALL} case outage {{ begins when call.held. ends when call.freed. known by call. }}
                 clause 1 \"Availability\" {{ text \"{prose}\"
                   measure uptime per calendar month = share of time not in outage.
                   (a) desk must keep uptime at least 99.9% otherwise desk credits client depending on uptime {{
                     from 95% to below 99.9%: 10 EUR, below 95%: 20 EUR }}.
                   (b) desk must answer each call within 10 office days otherwise desk credits client 20 EUR. }}"
            ),
        );
        lints(&text)
    };
    let contradicts = |words: &str| vec![(Code::ProseContradicts, words.to_owned())];
    for prose in [
        "The service is up at least 99.9% of each month.",
        "The service is up no less than 99.9% of each month, and no more than 95% of a day.",
        "The service may not be below 99.9%. Staff turnover is at most 95%.",
        "Calls are answered within 10 business days. Reports come every 10 calendar days.",
        "Calls are answered within ten (10) business days.",
        "Each late answer is credited with 20 EUR.",
        "The service is up, and nobody pays 500 USD.",
    ] {
        assert_eq!(told(prose), Vec::new(), "{prose}");
    }
    for (prose, words) in [
        ("The service is up at most 99.9% of each month.", "at most 99.9%"),
        ("The service is up not more than 99.9% of each month.", "not more than 99.9%"),
        ("The service cannot be more than 99.9% up.", "cannot be more than 99.9%"),
        ("It is up at least 99.9%. A credit is due where it is 95% or less.", "95% or less"),
        ("It is up at least 99.9%. A credit is due where the uptime is 95% or less.", "95% or less"),
        ("Calls are answered within ten (10) calendar days.", "ten (10) calendar days"),
        (
            "Calls are answered within 10 calendar days. Reports come every 10 calendar days.",
            "10 calendar days",
        ),
    ] {
        assert_eq!(told(prose).first(), contradicts(words).first(), "{prose}");
    }
    let unused = |words: &str| vec![(Code::ProseNotBound, words.to_owned())];
    assert_eq!(told("Each late answer is credited with 25 EUR."), unused("25 EUR"));
    assert_eq!(told("Each late answer is credited with 20 EUR, at most 300 EUR."), unused("300 EUR"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn prose_with_another_deadline_than_the_sentence_is_told(
        (prose, sentence) in (1u32..5, 1u32..5),
        prose_kind in prop_oneof![Just("calendar"), Just("business"), Just("working"), Just("office")],
        kind in prop_oneof![Just("calendar"), Just("office")],
    ) {
        let text = |number: u32, kind: &str, words: &str| {
            agreement("Etc/UTC", OFFICE, &format!(
                "{CALL} clause 1 \"Calls\" {{ {words} desk must answer each call within {number} {kind} days, without consequence. }}"
            ))
        };
        let said = format!("text \"Calls are answered within {prose} {prose_kind} days.\"");
        let (statement, told) = played(&text(sentence, kind, &said), &calls());
        let (as_said, _) = played(&text(prose, if prose_kind == "calendar" { "calendar" } else { "office" }, ""), &calls());
        let differs = deadlines(&statement) != deadlines(&as_said);
        prop_assert!(deadlines(&statement).len() == 14);
        prop_assert_eq!(told.contains(&Code::ProseContradicts), differs && prose == sentence, "{}", said);
        prop_assert_eq!(told.contains(&Code::ProseNotBound), differs && prose != sentence, "{}", said);
    }

    #[test]
    fn prose_that_puts_the_bound_on_the_other_side_is_told(
        words in prop_oneof![
            Just("at least 90%"), Just("90% or more"), Just("more than 90%"), Just("above 90%"), Just("less than 90%"),
            Just("below 90%"), Just("at most 90%"), Just("90% or less"),
        ],
        relation in prop_oneof![Just("at least"), Just("above"), Just("at most"), Just("below")],
    ) {
        let text = agreement("Etc/UTC", "", &format!(
            "clause 1 \"Level\" {{ text \"Something is owed if the level is {words}.\"
               measure level per calendar month = latest of value over reading.
               desk credits client 5 EUR each calendar month if level is {relation} 90%, as own. }}"
        ));
        let owed = |value: u32| {
            let log = format!("{{\"time\":\"2026-02-10T10:00:00Z\",\"type\":\"reading\",\"value\":\"{value}\"}}\n");
            let (statement, told) = played(&text, &log);
            (!statement.entries.is_empty(), told)
        };
        let as_said = |value: u32| match words {
            "at least 90%" | "90% or more" => value >= 90,
            "more than 90%" | "above 90%" => value > 90,
            "less than 90%" | "below 90%" => value < 90,
            _ => value <= 90,
        };
        let values = [89, 90, 91];
        let is: Vec<bool> = values.iter().map(|value| owed(*value).0).collect();
        let same = values.iter().zip(&is).all(|(value, is)| as_said(*value) == *is);
        // "Below" says of a bound "at least" the same, the other way round.
        let opposite = values.iter().zip(&is).all(|(value, is)| as_said(*value) != *is);
        prop_assert_eq!(owed(90).1.contains(&Code::ProseContradicts), !same && !opposite, "{}", text);
    }

    #[test]
    fn a_figure_that_another_party_alone_moves_is_told(
        figure in prop_oneof![
            Just("share of bill in which paid"), Just("share of bill in which 1(b) is kept"),
            Just("share of call in which 1(a) is kept"), Just("count of breach of 1(a)"),
            Just("count of breach of 1(b)"), Just("count of breach of 1(a) or 1(b)"), Just("count of call"),
        ],
        who in prop_oneof![Just("desk"), Just("client"), Just("lead")],
    ) {
        prop_assume!(!figure.contains(" or "));
        let bound = if figure.starts_with("share") { "50%" } else { "50" };
        let partial = if figure.starts_with("count") { ", partial windows in full" } else { "" };
        let text = agreement("Etc/UTC", "", &format!(
            "{CALL} case bill {{ begins when bill.made. client owes desk amount.
               paid by bill.paid, settling principal, the named one only, any rest as credit. ends when paid. }}
             clause 1 \"Both\" {{
               measure level per calendar month = {figure}{partial}.
               (a) desk must answer each call within 1 hour, without consequence.
               (b) client must pay each bill within 1 hour, without consequence.
               (c) {who} must keep level at least {bound} otherwise tell lead. }}"
        ));
        let bills: String = (1..15).map(|day| {
            format!("{{\"time\":\"2026-02-{day:02}T11:00:00Z\",\"type\":\"bill.made\",\"bill\":\"{day}\",\"amount\":\"1.00\"}}\n")
        }).collect();
        let answered = calls().replace("T10:00:00", "T10:10:00").replace("made", "answered");
        let paid = bills.replace("T11:00:00", "T11:10:00").replace("made", "paid");
        // What the figure is, by what each of the two does.
        let level = |desk: bool, client: bool| {
            let log = [calls(), bills.clone(), if desk { answered.clone() } else { String::new() }, if client { paid.clone() } else { String::new() }];
            let (statement, told) = played(&text, &log.concat());
            let found = statement.measures.iter().find(|of| of.name == "level" && of.window.starts_with("2026-02"));
            (found.map(|of| of.value.clone()), told)
        };
        let moves = |by_desk: bool| [false, true].into_iter().any(|other| {
            if by_desk { level(false, other).0 != level(true, other).0 } else { level(other, false).0 != level(other, true).0 }
        });
        let (own, others) = if who == "client" { (moves(false), moves(true)) } else { (moves(true), moves(false)) };
        prop_assert!(level(true, true).0.is_some());
        prop_assert_eq!(level(true, true).1.contains(&Code::FigureOfAnother), others && !own, "{}", text);
    }

    #[test]
    fn what_is_said_of_pauses_where_there_are_none_is_told(
        words in prop_oneof![Just(", ignoring pauses"), Just(", counting pauses in elapsed time"), Just("")],
        pauses in any::<bool>(),
    ) {
        let paused = if pauses { " pauses from call.held to call.freed." } else { "" };
        let text = |words: &str| {
            let case = CALL.replace(" ends", &format!("{paused} ends"));
            agreement("Etc/UTC", OFFICE, &format!(
                "{case} clause 1 \"Calls\" {{ desk must answer each call within 6 office hours{words}, without consequence. }}"
            ))
        };
        let log = "{\"time\":\"2026-02-03T10:00:00Z\",\"type\":\"call.made\",\"call\":\"1\"}
{\"time\":\"2026-02-03T12:00:00Z\",\"type\":\"call.held\",\"call\":\"1\"}
{\"time\":\"2026-02-03T20:00:00Z\",\"type\":\"call.freed\",\"call\":\"1\"}\n";
        let (with, told) = played(&text(words), log);
        let (without, _) = played(&text(""), log);
        let idle = !words.is_empty() && deadlines(&with) == deadlines(&without);
        prop_assert!(!deadlines(&with).is_empty());
        prop_assert_eq!(told.contains(&Code::NoPauses), idle, "{}", text(words));
    }

    #[test]
    fn holidays_that_nobody_knows_in_the_term_are_told(year in 1995i32..2045, months in 1i64..40, closed in proptest::option::of(proptest::sample::select(vec!["DE", "DE-BY", "US-CA"]))) {
        let holidays = closed.map_or(String::new(), |code| format!(" closed on holidays of {code}."));
        let text = agreement("Europe/Berlin", &OFFICE.replace(" }", &format!("{holidays} }}")), &format!(
            "{CALL} clause 1 \"Calls\" {{ desk must answer each call within 2 office days, without consequence. }}"
        ));
        let text = text.replace("2026-01-01 for 12 months", &format!("{year}-07-01 for {months} months"));
        let mut spec = CalendarSpec::default().open(Weekday::MON_TO_FRI, 9 * 3600, 17 * 3600);
        spec.holidays.extend(closed.map(Into::into));
        let calendar = Calendar::new(spec, Zone::named("Europe/Berlin").unwrap()).unwrap();
        let first = Date::from_civil(year, 7, 1).unwrap();
        let end = first.add_months(months).unwrap();
        let mut dates = (0..1300).filter_map(|day| first.add_days(day)).take_while(|date| *date < end);
        let unknown = dates.any(|date| !calendar.covers(date, date));
        let compiled = compile(&Sources::new().with("words.sla", &text)).map_err(|told| told.to_string()).unwrap();
        let told = compiled.warnings().iter().any(|one| one.code() == Code::HolidaysRunOut);
        prop_assert_eq!(told, unknown, "{}", text);
    }

    #[test]
    fn days_that_end_on_another_date_are_told(
        zone in prop_oneof![Just("Europe/Berlin"), Just("Asia/Tokyo"), Just("America/Los_Angeles"), Just("Etc/UTC")],
        own in prop_oneof![Just("Europe/Berlin"), Just("Asia/Tokyo"), Just("America/Los_Angeles"), Just("Etc/UTC")],
        closes in 12u32..25,
    ) {
        let calendar = format!("calendar far {{ open mon..fri 09:00..{closes:02}:00. time zone {own}. }}");
        let text = agreement(zone, &calendar, &format!(
            "{CALL} clause 1 \"Calls\" {{ desk must answer each call within 1 far days, without consequence. }}"
        ));
        // Noon of a Tuesday where the calendar is, so that the day behind it is one of its days.
        let of_calendar = Zone::named(own).unwrap();
        let noon = Instant(of_calendar.start_of(Date::from_civil(2026, 1, 6).unwrap()).0 + 12 * 3_600_000_000_000);
        let log = format!("{{\"time\":\"{noon}\",\"type\":\"call.made\",\"call\":\"1\"}}\n");
        let (statement, told) = played(&text, &log);
        let verdict = statement.verdicts.first().unwrap();
        let at: Instant = match (&verdict.deadline, &verdict.deadline_date) {
            (Some(deadline), _) => deadline.parse().unwrap(),
            (None, Some(date)) => Zone::named(zone).unwrap().end_of(date.parse().unwrap()).previous(),
            (None, None) => return Err(TestCaseError::fail("no deadline")),
        };
        let differs = Zone::named(zone).unwrap().date_of(at) != of_calendar.date_of(at);
        prop_assert_eq!(told.contains(&Code::EndsOnAnotherDate), differs, "{} {}", at, text);
    }
}
