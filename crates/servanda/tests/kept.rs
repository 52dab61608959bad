//! What is told of the state that an agreement needs is so when it is evaluated: snapshots of a stream grow with the log
//! where that is told, and nowhere else. And what never closes does not.
//!
//! Policies are drawn from lines of which each keeps something by itself. One log brings so many things, one behind the
//! other, and each is over before the next one; another log brings four times as many. When both are over and nothing can
//! come late any more, the two snapshots are compared.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use servanda::evaluator::Ledger;
use servanda::{Code, Footprint, Policy, Run, SourceId, Sources, check, compile, moment};

/// What may be kept, each by itself: lines of the agreement, and whether it grows with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// A case that ends, with a deadline or without.
    Ends { due: bool, again: bool },
    /// A case that nothing ends.
    Endless,
    /// A case without a beginning: with an end, with `forget after`, or with neither.
    Keys { ends: bool, forgotten: bool },
    /// A debt that is late: with a limit of the fee of each, with one of all fees of a month, or without.
    Debt { limited: bool, shared: bool, paid: bool },
    /// A figure that needs every value, of windows or of the whole term.
    Values { term: bool },
    /// A limit for each thing, or for each month.
    Limit { each: bool },
    /// Something that asks for a verdict on another thing: remembered for a time, or for good.
    Named { forgotten: bool },
    /// A figure for each value of a field, by the month.
    Groups,
}

impl Line {
    fn grows(self) -> bool {
        match self {
            Line::Ends { .. } | Line::Groups => false,
            Line::Endless => true,
            Line::Keys { ends, forgotten } => !ends && !forgotten,
            Line::Debt { limited, shared, paid } => (limited && shared) || !paid,
            Line::Values { term } => term,
            Line::Limit { each } => each,
            Line::Named { forgotten } => !forgotten,
        }
    }

    fn text(self) -> String {
        match self {
            Line::Ends { due, again } => {
                let due = if due { " within 3 hours" } else { "" };
                let again = if again { " reopens when call.again within 5 hours, the clock goes on." } else { "" };
                format!(
                    "event call.made {{ call: id }} event call.taken {{ call: id }} event call.again {{ call: id }}
                     case call {{ begins when call.made. take (taken) when call.taken. ends when taken.{again} }}
                     clause 1 \"Calls\" {{ desk must take each call{due} otherwise desk credits client 1 EUR. }}"
                )
            }
            Line::Endless => "event fine.issued { fine: id, amount: money } case fine { begins when fine.issued. }
                 clause 2 \"Fines\" { desk owes client fine.amount for each fine. }"
                .to_owned(),
            Line::Keys { ends, forgotten } => {
                let ends = if ends { " ends when post.out." } else { "" };
                let forgotten = if forgotten { " forget after 72 hours." } else { "" };
                format!(
                    "event post.passed {{ post: id }} event post.out {{ post: id }}
                     case post {{ approve (approved) when post.passed. publish (published) when post.out.{ends}{forgotten} }}
                     clause 3 \"Posts\" {{ desk must not publish any post unless approved otherwise tell client. }}"
                )
            }
            Line::Debt { limited, shared, paid } => {
                let limited = if limited { ", at most 9 EUR in all" } else { "" };
                let shared = if shared { ", at most 900 EUR per calendar month" } else { "" };
                let paid = if paid {
                    " paid by bill.paid, settling principal, the named one only, any rest as credit."
                } else {
                    ""
                };
                format!(
                    "event bill.made {{ bill: id, amount: money }} event bill.paid {{ bill: id, amount: money }}
                     event bill.void {{ bill: id }}
                     case bill {{ begins when bill.made. client owes desk amount.{paid} ends when paid. ends when bill.void. }}
                     clause 4 \"Bills\" {{ client must pay each bill within 2 hours otherwise client owes desk 1% of bill.amount
                       per calendar day begun from the deadline until paid{limited}{shared}, as fee. }}"
                )
            }
            Line::Values { term } => {
                let window = if term { "" } else { " per calendar month" };
                format!(
                    "event page.served {{ took: number }}
                     clause 5 \"Pages\" {{ measure slow{window} = percentile 95 of took over page.served.
                       desk must keep slow at most 9 otherwise tell client. }}"
                )
            }
            Line::Limit { each } => {
                let over = if each { "for each ticket" } else { "per calendar month" };
                format!(
                    "event ticket.made {{ ticket: id }} event ticket.shut {{ ticket: id }}
                     case ticket {{ begins when ticket.made. ends when ticket.shut. }}
                     clause 6 \"Tickets\" {{ client owes desk 2 EUR for each ticket, at most 1 EUR {over}. }}"
                )
            }
            Line::Named { forgotten } => {
                let forgotten = if forgotten { " forget after 72 hours." } else { "" };
                format!(
                    "event part.sent {{ part: id }} event part.here {{ part: id }} event loss.told {{ loss: id, part: id }}
                     case part {{ begins when part.sent. receive (received) when part.here. ends when received.{forgotten} }}
                     case loss {{ begins when loss.told. ends when loss.told. }}
                     clause 7 \"Parts\" {{ (a) desk must receive each part within 2 hours, without consequence.
                       (b) desk owes client 5 EUR for each loss where 7(a) is broken. }}"
                )
            }
            Line::Groups => "event visit.made { place: text }
                 clause 8 \"Visits\" { measure visits per calendar month for each place = count of visit.made, partial windows in full.
                   desk must keep visits at most 9 otherwise tell client. }"
                .to_owned(),
        }
    }

    /// What happens at one of the hours of the log: a thing begins, and is over before the next one.
    fn events(self, number: usize) -> Vec<(u32, String)> {
        let of = |minute: u32, kind: &str, rest: &str| (minute, format!("\"type\":\"{kind}\"{rest}"));
        let named = |minute, kind: &str| {
            let field = kind.split('.').next().unwrap();
            of(minute, kind, &format!(",\"{field}\":\"n{number}\""))
        };
        let amount = |minute, kind: &str| {
            let field = kind.split('.').next().unwrap();
            of(minute, kind, &format!(",\"{field}\":\"n{number}\",\"amount\":\"5.00\""))
        };
        match self {
            Line::Ends { .. } => vec![named(0, "call.made"), named(30, "call.taken")],
            Line::Endless => vec![amount(1, "fine.issued")],
            Line::Keys { .. } => vec![named(2, "post.passed"), named(31, "post.out")],
            // Late by a day, so that the fee has begun.
            Line::Debt { paid, .. } => {
                let over =
                    if paid { amount(5 + 24 * 60, "bill.paid") } else { named(5 + 24 * 60, "bill.void") };
                vec![amount(3, "bill.made"), over]
            }
            Line::Values { .. } => vec![of(4, "page.served", &format!(",\"took\":{number}.5"))],
            Line::Limit { .. } => vec![named(6, "ticket.made"), named(32, "ticket.shut")],
            Line::Named { .. } => {
                let loss = of(200, "loss.told", &format!(",\"loss\":\"n{number}\",\"part\":\"n{number}\""));
                vec![named(7, "part.sent"), named(190, "part.here"), loss]
            }
            Line::Groups => vec![of(8, "visit.made", &format!(",\"place\":\"p{number}\""))],
        }
    }
}

fn agreement(lines: &[Line]) -> String {
    let text: Vec<String> = lines.iter().map(|line| line.text()).collect();
    format!(
        "language 1.\nagreement \"Kept\" {{\n  party desk. party client.\n  in force from 2026-01-01.\n  \
         time zone Etc/UTC. money in EUR.\n  events arrive at most 1 hour late.\n{}\n}}\n",
        text.join("\n")
    )
}

fn policy(text: &str) -> Policy {
    let checked = check(&Sources::new().with("kept.sla", text), SourceId(0));
    checked.policy.unwrap_or_else(|| panic!("{text}\n{:?}", checked.diagnostics))
}

/// How large a snapshot is when so many of each thing have come, one each hour of January to May, and all is over.
fn snapshot(text: &str, lines: &[Line], number: usize) -> usize {
    let compiled = compile(&Sources::new().with("kept.sla", text)).map_err(|told| told.to_string()).unwrap();
    let begin: servanda::time::Instant = "2026-01-02T00:00:00Z".parse().unwrap();
    let mut events: Vec<(servanda::time::Instant, String)> = Vec::new();
    for at in 0..number {
        for (minute, event) in lines.iter().flat_map(|line| line.events(at)) {
            let minutes = i64::try_from(at).unwrap() * 60 + i64::from(minute);
            events.push((servanda::time::Instant(begin.0 + minutes * 60_000_000_000), event));
        }
    }
    events.sort();
    let mut run = Run::of_log(&compiled).unwrap();
    let mut ledger = Ledger::new();
    for (line, (at, event)) in (1..).zip(&events) {
        run.read_line(line, format!("{{\"time\":\"{at}\",{event}}}").as_bytes());
        if line % 50 == 0 {
            run.follow(*at, &mut ledger).unwrap();
        }
    }
    let zone = servanda::time::Zone::named("Etc/UTC").unwrap();
    run.follow(moment("2027-01-20", &zone).unwrap(), &mut ledger).unwrap();
    run.snapshot().unwrap().len()
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        (any::<bool>(), any::<bool>()).prop_map(|(due, again)| Line::Ends { due, again }),
        Just(Line::Endless),
        (any::<bool>(), any::<bool>()).prop_map(|(ends, forgotten)| Line::Keys { ends, forgotten }),
        any::<(bool, bool, bool)>().prop_map(|(limited, shared, paid)| Line::Debt { limited, shared, paid }),
        any::<bool>().prop_map(|term| Line::Values { term }),
        any::<bool>().prop_map(|each| Line::Limit { each }),
        any::<bool>().prop_map(|forgotten| Line::Named { forgotten }),
        Just(Line::Groups),
    ]
}

/// Lines of different kinds.
fn some_lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(line(), 1..4).prop_map(|mut lines| {
        let mut seen = Vec::new();
        lines.retain(|line| {
            let kind = std::mem::discriminant(line);
            let new = !seen.contains(&kind);
            seen.push(kind);
            new
        });
        lines
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn snapshots_grow_with_the_log_where_that_is_told(lines in some_lines()) {
        let text = agreement(&lines);
        let footprint = Footprint::of(&policy(&text));
        let grows = lines.iter().any(|line| line.grows());
        let told: Vec<String> = footprint.held.iter().map(ToString::to_string).collect();
        prop_assert_eq!(footprint.grows(), grows, "{:#?}\n{}", told, text);
        let (few, many) = (snapshot(&text, &lines, 100), snapshot(&text, &lines, 400));
        // Numbers of things and of windows that have been have a few digits more.
        let grown = many > few + 100;
        prop_assert_eq!(grown, grows, "{} {}\n{:#?}\n{}", few, many, told, text);
    }
}

/// What never closes: with and without an end, with and without a deadline, and what waits for it.
#[test]
fn what_is_told_to_be_open_for_good_is_pending_at_the_end_of_the_term() {
    for (ends, due, told) in
        [(true, true, false), (true, false, false), (false, true, false), (false, false, true)]
    {
        let due = if due { " within 3 hours" } else { "" };
        let ends = if ends { " ends when call.ended." } else { "" };
        let text = format!(
            "language 1.\nagreement \"Kept\" {{\n  party desk. party client.\n  in force from 2026-01-01 for 12 months.
  time zone Etc/UTC. money in EUR.
  event call.made {{ call: id }} event call.taken {{ call: id }} event call.ended {{ call: id }}
  case call {{ begins when call.made. take (taken) when call.taken.{ends} further call.ended are ignored. }}
  clause 1 \"Calls\" {{ desk must take each call{due} otherwise desk credits client 1 EUR. }}\n}}\n"
        );
        let compiled =
            compile(&Sources::new().with("kept.sla", &text)).map_err(|told| told.to_string()).unwrap();
        let found = compiled.warnings().iter().any(|one| one.code() == Code::NeverCloses);
        assert_eq!(found, told, "{text}");
        let mut run = Run::of_log(&compiled).unwrap();
        run.read(
            br#"{"time":"2026-01-01T00:00:00Z","type":"call.made","call":"c"}
{"time":"2026-01-02T00:00:00Z","type":"call.ended","call":"c"}
"#,
        );
        run.close();
        let zone = servanda::time::Zone::named("Etc/UTC").unwrap();
        let decided = run.decided(0, moment("2030-01-01", &zone).unwrap()).unwrap();
        let statement = run.statement(0, &decided, None).unwrap();
        let pending = statement.verdicts.iter().any(|verdict| verdict.verdict == "pending");
        assert_eq!(pending, told, "{text}\n{:?}", statement.verdicts);
    }
}
