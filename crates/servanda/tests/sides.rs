//! What the analysis of a policy says of signs, sides and clocks comes out when it is evaluated, and where it says nothing,
//! nothing does: targets that the worst figure meets, breaches that cost one party only, openings in a change of clocks, and
//! duties that leave no time.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::report::Statement;
use servanda::time::{Calendar, CalendarSpec, Date, Instant, Weekday, Zone};
use servanda::{Code, Run, SourceId, Sources, Wanted, check_wanted, compile, moment};

fn agreement(lines: &str) -> String {
    format!(
        "language 1.\nagreement \"Sides\" {{\n  party desk. party client. role lead of desk.\n  \
         in force from 2026-01-01 for 12 months.\n  time zone Etc/UTC. money in EUR.\n  \
         event call.made {{ call: id }}\n  event call.answered {{ call: id }}\n  \
         case call {{ begins when call.made. answer (answered) when call.answered. ends when answered. }}\n  \
         event plan.sent {{ plan: id }}\n  case plan {{ send (sent) when plan.sent. }}\n\
         {lines}\n}}\n"
    )
}

fn told(text: &str) -> Vec<Code> {
    let compiled =
        compile(&Sources::new().with("sides.sla", text)).map_err(|told| format!("{text}\n{told}")).unwrap();
    compiled.warnings().iter().map(servanda::Diagnostic::code).collect()
}

/// With what is told only where it is wanted.
fn told_where_wanted(text: &str) -> Vec<Code> {
    let mut wanted = Wanted::default();
    wanted.both_sides = true;
    let checked = check_wanted(&Sources::new().with("sides.sla", text), SourceId(0), &wanted);
    checked.diagnostics.iter().map(servanda::Diagnostic::code).collect()
}

fn played(text: &str, log: &str) -> Statement {
    let compiled =
        compile(&Sources::new().with("sides.sla", text)).map_err(|told| format!("{text}\n{told}")).unwrap();
    let mut run = Run::of_log(&compiled).unwrap();
    run.read(log.as_bytes());
    run.close();
    let agreement = run.agreements().first().unwrap().clone();
    let decided = run.decided(0, moment("2027-02-01", &agreement.zone).unwrap()).unwrap();
    run.statement(0, &decided, None).unwrap()
}

fn event(kind: &str, at: &str) -> String {
    let field = kind.split('.').next().unwrap();
    format!("{{\"time\":\"2026-02-{at}Z\",\"type\":\"{kind}\",\"{field}\":\"n\"}}\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn a_target_that_the_worst_figure_meets_and_the_best_one_misses_is_told(
        figure in prop_oneof![
            Just("share of call in which 1(a) is kept"), Just("share of call in which 1(a) is broken"),
            Just("share of call in which 1(a) is not kept"), Just("share of call in which answered"),
            Just("count of breach of 1(a)"),
        ],
        relation in prop_oneof![Just("at least"), Just("at most"), Just("above"), Just("below")],
        bound in 0u32..6,
    ) {
        let bound = if figure.starts_with("count") { format!("{bound}") } else { format!("{}%", bound * 20) };
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{
                measure level per calendar month = {figure}{}.
                (a) desk must answer each call within 1 hour, without consequence.
                (b) desk must keep level {relation} {bound} otherwise tell client.
              }}",
            if figure.starts_with("count") { ", partial windows in full" } else { "" }
        ));
        let told = told(&text);
        // Answered in time, and never: of breaches, as many as nobody would want.
        let many: String = (0..9).map(|call| {
            event("call.made", "03T10:00:00").replace("\"n\"", &format!("\"{call}\""))
        }).collect();
        let answered: String = (0..9).map(|call| {
            event("call.answered", "03T10:10:00").replace("\"n\"", &format!("\"{call}\""))
        }).collect();
        let verdict = |log: &str| {
            let statement = played(&text, log);
            let found = statement.verdicts.iter().find(|of| of.duty == "1(b)" && of.subject.contains("2026-02"));
            found.map(|of| of.verdict.to_owned()).unwrap()
        };
        let (best, worst) = (verdict(&(many.clone() + &answered)), verdict(&many));
        let round = best == "broken" && worst == "kept";
        prop_assert_eq!(told.contains(&Code::WorstMeetsTarget), round, "{} {} {}", best, worst, text);
    }

    #[test]
    fn breaches_that_cost_one_party_only_are_told(
        ours in 0u32..5,
        theirs in prop::collection::vec(0u32..5, 0..3),
        swapped in any::<bool>(),
    ) {
        let (us, them) = if swapped { ("client", "desk") } else { ("desk", "client") };
        let follows = |kind: u32, who: &str, other: &str| match kind {
            0 => ", without consequence.".to_owned(),
            1 => format!(" otherwise {who} owes {other} 5 EUR."),
            2 => format!(" otherwise tell {other}."),
            // The right is in a sentence of its own.
            3 => ", without consequence.".to_owned(),
            _ => format!(" otherwise {{ tell {who}. {who} owes {other} 5 EUR. }}"),
        };
        let right = (theirs.first() == Some(&3))
            .then(|| format!("(d) {us} may end this agreement when 1(b) is broken 2 windows running."));
        let theirs: Vec<String> = theirs
            .iter()
            .zip(["(b)", "(c)"])
            .map(|(kind, label)| {
                format!("{label} {them} must send a plan each calendar quarter by the end of the period{}", follows(*kind, them, us))
            })
            .collect();
        let text = agreement(&format!(
            "  clause 1 \"Both\" {{\n    (a) {us} must answer each call within 1 hour{}\n    {}\n    {}\n  }}",
            follows(ours, us, them), theirs.join("\n    "), right.as_deref().unwrap_or_default()
        ));
        // Nothing is done, so that every duty is broken.
        let statement = played(&text, &event("call.made", "03T10:00:00"));
        let bears = |duty: &str| statement.entries.iter().any(|entry| entry.duty == duty);
        let ends = statement.notices.iter().any(|notice| notice.right.is_some());
        prop_assert_eq!(ends, right.is_some(), "{}", text);
        let broken = |duty: &str| statement.verdicts.iter().any(|of| of.duty == duty && of.verdict == "broken");
        let names = ["1(b)", "1(c)"].get(..theirs.len()).unwrap();
        prop_assert!(broken("1(a)") && names.iter().all(|name| broken(name)), "{}\n{:?}", text, statement.verdicts);
        let others = ends || names.iter().any(|name| bears(name));
        let one_sided = !names.is_empty() && bears("1(a)") != others;
        prop_assert_eq!(told_where_wanted(&text).contains(&Code::OneSided), one_sided, "{}", text);
    }

    #[test]
    fn openings_in_a_change_of_clocks_are_told(
        name in prop_oneof![
            Just("Europe/Berlin"), Just("America/New_York"), Just("Atlantic/Azores"), Just("Australia/Lord_Howe"),
            Just("Asia/Istanbul"), Just("Etc/UTC"), Just("America/Santiago"),
        ],
        // Clocks are changed on Sundays, mostly between one and three.
        weekday in prop_oneof![4 => Just(6usize), 3 => Just(5), 1 => 0usize..5],
        (from, length) in (2u32..14, 1u32..9),
        late in any::<bool>(),
        (months, first) in (4i64..14, 1u8..13),
        own in any::<bool>(),
    ) {
        // Quarters of an hour, early in the night or from the evening on.
        let (from, to) = if late { (90 + from % 6, 98 + length) } else { (from, from + length) };
        let at = |quarter: u32| format!("{:02}:{:02}", quarter % 96 / 4, quarter % 4 * 15);
        let end = if to == 96 { "24:00".to_owned() } else { at(to) };
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].get(weekday).unwrap();
        let (zone, calendar_zone) = if own { ("Etc/UTC", format!(" time zone {name}.")) } else { (name, String::new()) };
        let text = format!(
            "language 1.\nagreement \"Sides\" {{\n  party desk. party client.\n  in force from 2026-{first:02}-01 for {months} months.
  time zone {zone}. money in EUR.\n  calendar night {{ open {day} {}..{end}.{calendar_zone} }}
  event call.made {{ call: id }}\n  event call.answered {{ call: id }}
  case call {{ begins when call.made. answer (answered) when call.answered. ends when answered. }}
  clause 1 \"Calls\" {{ desk must answer each call within 1 night day, without consequence. }}\n}}\n", at(from)
        );
        let weekdays = [
            Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday,
            Weekday::Saturday, Weekday::Sunday,
        ];
        let of_calendar = Zone::named(name).unwrap();
        let spec = CalendarSpec::default().open([*weekdays.get(weekday).unwrap()], from * 900, to * 900);
        let calendar = Calendar::new(spec, of_calendar.clone()).unwrap();
        let begins = Date::from_civil(2026, first, 1).unwrap();
        let ends = begins.add_months(months).unwrap();
        let placed = Zone::named(zone).unwrap();
        let (start, end) = (placed.start_of(begins), placed.start_of(ends));
        // By the clock alone: a time that is shown at no instant of a date, or at two, while the clocks are being changed
        // within the term.
        let mut found = false;
        for date in (-2..800).filter_map(|day| begins.add_days(day)).take_while(|date| *date <= ends) {
            let (opens, closes) = (of_calendar.start_of(date), of_calendar.end_of(date));
            let whole = 24 * 3_600_000_000_000;
            if closes.0 - opens.0 == whole && of_calendar.offset_at(opens) == of_calendar.offset_at(closes) {
                continue;
            }
            let quarters = |of: Date| calendar.hours_of(of).into_iter().flat_map(|(from, to)| [from, to]);
            let yesterday = date.add_days(-1).unwrap();
            let today = quarters(date).filter(|seconds| *seconds < 86_400);
            let over = quarters(yesterday).filter(|seconds| *seconds > 86_400).map(|seconds| seconds - 86_400);
            for seconds in today.chain(over).filter(|seconds| *seconds > 0) {
                let nanos = i64::from(seconds) * 1_000_000_000;
                let minutes = (0..26 * 60).map(|minute| Instant(opens.0 + minute * 60_000_000_000));
                let shown = minutes
                    .filter(|at| *at < closes && of_calendar.date_of(*at) == date && of_calendar.local_time_of(*at) == nanos)
                    .count();
                let changes = (0..26 * 60).map(|minute| Instant(opens.0 + minute * 60_000_000_000));
                let mut changed = changes.filter(|at| {
                    of_calendar.offset_at(*at) != of_calendar.offset_at(at.previous()) && *at > start && *at < end
                });
                found |= shown != 1 && changed.next().is_some();
            }
        }
        prop_assert_eq!(told(&text).contains(&Code::OpeningInAClockChange), found, "{}", text);
    }

    #[test]
    fn duties_that_leave_no_time_are_told(minutes in 0u32..3, seconds in any::<bool>(), at_once in any::<bool>()) {
        let unit = if seconds { "seconds" } else { "minutes" };
        let late = if at_once { ", late at the deadline" } else { "" };
        let text = agreement(&format!(
            "  clause 1 \"Calls\" {{ desk must answer each call within {minutes} {unit}{late}, without consequence. }}"
        ));
        let text = if at_once { text.replace(", late at the deadline", "") } else { text };
        let log = event("call.made", "03T10:00:00") + &event("call.answered", "03T10:00:00.000000001");
        let statement = played(&text, &log);
        let broken = statement.verdicts.iter().any(|of| of.verdict == "broken");
        prop_assert_eq!(told(&text).contains(&Code::NoTime), broken, "{}", text);
    }
}
