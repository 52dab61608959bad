//! The laws, by their numbers in the reference.

use crate::generate::Tape;
use crate::meaning::{self, ALL, Parts};
use crate::oracle::Line;
use crate::scene::{Scene, clauses, compile, hold, push, texts};
use compact_str::{CompactString, format_compact};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use servanda_diagnostics::SourceId;
use servanda_evaluator::{Evaluator, Outcome, Subject};
use servanda_events::{Fact, FieldValue};
use servanda_policy::policy::{CapScope, Effect, ExprKind, FieldType, Value, Verdict};
use servanda_policy::time::{Date, Instant};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many events a scene has at most.
const EVENTS: usize = 24;

fn fail(message: String) -> TestCaseResult {
    Err(TestCaseError::fail(message))
}

fn shuffled<T: Clone>(things: &[T], tape: &mut Tape<'_>) -> Vec<T> {
    let mut left = things.to_vec();
    let mut shuffled = Vec::new();
    while !left.is_empty() {
        shuffled.push(left.swap_remove(tape.below(left.len())));
    }
    shuffled
}

/// Numbers for choices beyond those of the scene.
pub(crate) fn spread(choices: &[u32], count: usize) -> Vec<u32> {
    let mut state = choices.iter().fold(1_u64, |sum, it| sum.wrapping_mul(31).wrapping_add(u64::from(*it)));
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        })
        .collect()
}

/// 1: the same agreement, events and as_of give the same outcome, on any number of threads.
#[test]
fn determinism() {
    hold(EVENTS, |scene| {
        let first = scene.outcome();
        let others: Vec<Outcome> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| scene.outcome())).collect();
            threads.into_iter().map(|it| it.join().expect("it does not panic")).collect()
        });
        for other in others {
            prop_assert_eq!(&first, &other);
        }
        Ok(())
    });
}

/// 2: shuffling the input changes nothing.
#[test]
fn permutation() {
    hold(EVENTS, |scene| {
        let numbers = spread(&scene.choices, EVENTS);
        let lines = shuffled(&scene.log.lines, &mut Tape::new(&numbers));
        scene.same(&scene.outcome(), &scene.outcome_of(&lines, scene.log.as_of), ALL)
    });
}

/// The instant by which a line is late: a retraction is as late as what it removes.
pub(crate) fn touches(line: &Line, all: &[Line]) -> Instant {
    match line {
        Line::Fact(fact) => fact.at,
        Line::Retraction { id, at, .. } => all
            .iter()
            .filter_map(|other| match other {
                Line::Fact(fact) if fact.id.as_ref() == Some(id) => Some(fact.at),
                _ => None,
            })
            .fold(*at, Instant::min),
    }
}

/// Pushes lines one by one and lets time go on as far as the lines that are still to come allow.
fn stream(scene: &Scene, lines: &[Line], late: i64, tape: &mut Tape<'_>) -> Evaluator {
    let mut evaluator = scene.evaluator();
    let mut now = Instant::MIN;
    for (place, line) in lines.iter().enumerate() {
        let rest = lines[place..].iter().map(|it| touches(it, &scene.log.lines)).min().unwrap_or(line.at());
        let limit = Instant(rest.0.saturating_add(late)).min(scene.log.as_of);
        if tape.chance(60) && limit > now {
            now = match tape.below(3) {
                0 => limit,
                1 => Instant(limit.0 - 1).max(now),
                _ => Instant(limit.0 - late / 2).max(now),
            };
            evaluator.advance_to(now).expect("time goes on");
        }
        push(&mut evaluator, 0, line);
    }
    evaluator
}

/// 3: pushing events one by one in order, advancing anywhere, and asking gives what the set gives.
#[test]
fn stream_in_order() {
    hold(EVENTS, |scene| {
        let mut lines = scene.log.lines.clone();
        lines.sort_by_key(|line| touches(line, &scene.log.lines));
        let numbers = spread(&scene.choices, 4 * EVENTS);
        let evaluator = stream(scene, &lines, 0, &mut Tape::new(&numbers));
        let streamed = evaluator.outcome(0, scene.log.as_of).expect("it is not settled");
        scene.same(&scene.outcome(), &streamed, ALL)
    });
}

/// 3: late within the lateness, too.
#[test]
fn stream_late() {
    hold(EVENTS, |scene| {
        let numbers = spread(&scene.choices, 6 * EVENTS);
        let mut tape = Tape::new(&numbers);
        let lateness = scene.policy.lateness;
        let mut arriving: Vec<(i64, Line)> = scene
            .log
            .lines
            .iter()
            .map(|line| {
                let late = *tape.pick(&[0, lateness, lateness / 2, 1]);
                (touches(line, &scene.log.lines).0.saturating_add(late), line.clone())
            })
            .collect();
        arriving.sort_by_key(|it| it.0);
        let lines: Vec<Line> = arriving.into_iter().map(|it| it.1).collect();
        let evaluator = stream(scene, &lines, lateness, &mut tape);
        let streamed = evaluator.outcome(0, scene.log.as_of).expect("it is not settled");
        scene.same(&scene.outcome(), &streamed, ALL)
    });
}

/// 5: delivering events with ids again changes nothing but the count of duplicates.
#[test]
fn idempotence() {
    hold(EVENTS, |scene| {
        let numbers = spread(&scene.choices, EVENTS);
        let mut tape = Tape::new(&numbers);
        let again: Vec<Line> = scene
            .log
            .lines
            .iter()
            .filter(|line| matches!(line, Line::Fact(fact) if fact.id.is_some()) && tape.chance(50))
            .cloned()
            .collect();
        let parts = Parts { input: false, problems: false, ..ALL };
        let (once, twice) =
            (scene.outcome(), scene.outcome_of(&[scene.log.lines.clone(), again].concat(), scene.log.as_of));
        prop_assert_eq!(once.input.evaluated, twice.input.evaluated);
        scene.same(&once, &twice, parts)
    });
}

/// 6: evaluating two agreements together is evaluating them apart.
#[test]
fn locality() {
    hold(EVENTS, |scene| {
        let numbers = spread(&scene.choices, EVENTS);
        let mut tape = Tape::new(&numbers);
        let mut evaluator = Evaluator::new(
            Arc::clone(&scene.policy),
            vec![Arc::clone(&scene.agreement), Arc::clone(&scene.agreement)],
        );
        let mut parts: [Vec<Line>; 2] = Default::default();
        for line in &scene.log.lines {
            let instance = tape.below(2);
            push(&mut evaluator, instance as u32, line);
            parts[instance].push(line.clone());
        }
        let together = evaluator.outcomes(scene.log.as_of).expect("nothing is settled");
        for (together, lines) in together.iter().zip(&parts) {
            scene.same(&scene.outcome_of(lines, scene.log.as_of), together, ALL)?;
        }
        Ok(())
    });
}

/// 7: what is decided stays, what is final stays, what accrues until payment never shrinks.
#[test]
fn monotony() {
    hold(EVENTS, |scene| {
        // A field that says when an item began makes its event late; such items are left to the other laws.
        if scene.text.contains("begins at") {
            return Ok(());
        }
        let lines: Vec<Line> =
            scene.log.lines.iter().filter(|line| matches!(line, Line::Fact(_))).cloned().collect();
        let mut instants: Vec<Instant> = lines.iter().map(|line| Instant(line.at().0 + 1)).collect();
        instants.push(scene.log.as_of);
        instants.sort();
        let numbers = spread(&scene.choices, 4);
        let mut tape = Tape::new(&numbers);
        let earlier = *tape.pick(&instants);
        let later = (*tape.pick(&instants)).max(earlier);
        let (before, after) = (scene.outcome_of(&lines, earlier), scene.outcome_of(&lines, later));
        for old in before.verdicts.iter().filter(|it| it.verdict != Verdict::Pending) {
            let new = after.verdicts.iter().find(|it| it.duty == old.duty && it.subject == old.subject);
            let stays = new.is_some_and(|new| {
                // A breach by silence learns later when the act was done after all.
                new.verdict == old.verdict
                    && new.at == old.at
                    && (old.done_at.is_none() || new.done_at == old.done_at)
            });
            if !stays {
                return fail(format!("as of {earlier} {old:?}\nas of {later} {new:?}"));
            }
        }
        for old in before.figures.iter().filter(|it| !it.provisional) {
            let new = after
                .figures
                .iter()
                .find(|it| it.measure == old.measure && it.window == old.window && it.group == old.group);
            if new != Some(old) {
                return fail(format!("as of {earlier} {old:?}\nas of {later} {new:?}"));
            }
        }
        for old in &before.entries {
            let number = |it: &servanda_evaluator::outcome::Entry| (it.consequence, it.ordinal);
            let new = after.entries.iter().find(|it| number(it) == number(old) && it.subject == old.subject);
            let stays = new.is_some_and(|new| match old.accrual {
                // What is undetermined from a later event on, and says why, has not shrunk.
                Some(_) if new.gross.is_none() => !new.because.is_empty(),
                Some(_) => new.gross >= old.gross && new.amount >= old.amount,
                None => new.gross == old.gross && new.amount == old.amount && new.at == old.at,
            });
            if !stays {
                return fail(format!("as of {earlier} {old:?}\nas of {later} {new:?}"));
            }
        }
        Ok(())
    });
}

/// 8: every line is counted once, and no cap lets more through.
#[test]
fn conservation() {
    hold(EVENTS, |scene| {
        let outcome = scene.outcome();
        if !outcome.input.add_up() || outcome.input.lines != scene.log.lines.len() as u64 {
            return fail(format!("{:?}", outcome.input));
        }
        let mut passed: BTreeMap<(u32, String), i128> = BTreeMap::new();
        for entry in &outcome.entries {
            if entry.amount.unwrap_or(0) > entry.gross.unwrap_or(i128::MAX)
                || entry.amount.is_some_and(|it| it < 0)
            {
                return fail(format!("{entry:?}"));
            }
            if entry.debtor == entry.creditor {
                return fail(format!("{entry:?}"));
            }
            let (caps, accrues) = match &scene.policy.consequences[entry.consequence].effect {
                Effect::Entry(it) => (&it.caps, false),
                Effect::Accrue(it) => (&it.caps, true),
                Effect::Tell(_)
                | Effect::Right(_)
                | Effect::End(_)
                | Effect::CountsAs(_)
                | Effect::Suspend(_) => continue,
            };
            for cap in caps {
                let scope = match (scene.policy.caps[*cap].scope, &entry.subject) {
                    (CapScope::Entry, subject) => format!("{subject:?}"),
                    (CapScope::Case(_), subject @ Subject::Item { .. }) => format!("{subject:?}"),
                    (CapScope::Group(None), subject) => format!("{:?}", subject.group()),
                    (CapScope::InAll, subject) if accrues => format!("{subject:?}"),
                    (CapScope::InAll, _) => "all".to_owned(),
                    _ => continue,
                };
                let account = scene.policy.caps[*cap].first;
                *passed.entry((account.0, scope)).or_default() += entry.amount.unwrap_or(0);
            }
        }
        for ((account, scope), sum) in passed {
            // No version of a cap lets more through than the one with the greatest limit.
            let versions = scene.policy.caps.values().filter(|cap| cap.first.0 == account);
            let limits: Option<Vec<i128>> = versions
                .map(|cap| match &cap.limit.kind {
                    ExprKind::Value(Value::Number(limit)) => {
                        limit.to_minor(2, servanda_policy::value::Rounding::Down)
                    }
                    _ => None,
                })
                .collect();
            if limits.is_some_and(|limits| limits.iter().all(|limit| sum > *limit)) {
                return fail(format!("{sum} passed the cap {account} in {scope}"));
            }
        }
        Ok(())
    });
}

/// The text with its clauses in the opposite order, each with its number.
fn reordered(text: &str) -> String {
    let reordered = |text: &str| {
        let mut clauses = clauses(text);
        let start = text.find("  clause ").unwrap_or(text.len());
        if clauses.is_empty() {
            return text.to_owned();
        }
        clauses.reverse();
        format!("{}{}}}\n", &text[..start], clauses.concat())
    };
    texts(text).into_iter().map(reordered).collect()
}

/// The text with a figure that is written in several places named once.
fn named(text: &str) -> String {
    let currency = if text.contains("money in USD") { "USD" } else { "EUR" };
    let named = text
        .replace(&format!("credits ben 5 {currency}"), "credits ben usual")
        .replace("10% of fee", "share_of_fee");
    let values = format!("  let usual = 5 {currency}.\n  let share_of_fee = 10% of fee.\n  calendar work");
    named.replace("  calendar work", &values)
}

/// The syntax tree as text, without the places.
fn tree(text: &str) -> String {
    let debug = format!("{:?}", servanda_parser::parse(SourceId(0), text).document);
    debug
        .split("Span {")
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once('}').map_or("", |(_, behind)| behind) })
        .collect()
}

/// 9: laying a text out changes nothing of its tree or of its outcome, and laying it out again nothing at all.
#[test]
fn printing() {
    hold(EVENTS, |scene| {
        let print = |text: &str| {
            servanda_parser::format(&servanda_parser::parse(SourceId(0), text), text)
                .map_err(|why| TestCaseError::fail(why.to_string()))
        };
        let text = print(&scene.text)?;
        prop_assert_eq!(&print(&text)?, &text);
        prop_assert_eq!(tree(&text), tree(&scene.text));
        let (policy, agreement) = compile(&text);
        prop_assert_eq!(&policy.hash, &scene.policy.hash);
        let other = Scene { text, policy, agreement, ..scene.clone() };
        scene.same(&scene.outcome(), &other.outcome(), ALL)
    });
}

/// 10: reordering clauses and naming what is written twice change no outcome.
#[test]
fn refactoring() {
    hold(EVENTS, |scene| {
        let lines = scene.meaning(&scene.outcome(), ALL);
        for text in [reordered(&scene.text), named(&scene.text)] {
            let (policy, agreement) = compile(&text);
            let other = Scene { text, policy, agreement, ..scene.clone() };
            let differences = meaning::differences(&lines, &other.meaning(&other.outcome(), ALL));
            if !differences.is_empty() {
                return fail(format!("{}\n{}", differences.join("\n"), other.text));
            }
        }
        Ok(())
    });
}

/// 11: whatever the fields and the instants, nothing panics, and every line is counted.
#[test]
fn totality() {
    hold(EVENTS, |scene| {
        let numbers = spread(&scene.choices, 24 * EVENTS);
        let mut tape = Tape::new(&numbers);
        let last = Instant(Instant::MAX.0 - 1);
        let mut lines = scene.log.lines.clone();
        for line in &mut lines {
            let Line::Fact(fact) = line else { continue };
            if tape.chance(20) {
                fact.at = *tape.pick(&[Instant::MIN, last, scene.agreement.start, Instant(0)]);
            }
            let declared = &scene.policy.events[fact.event].fields;
            for (field, value) in declared.iter().zip(fact.fields.iter_mut()) {
                if tape.chance(30) {
                    *value = extreme(&field.ty, field.key, &mut tape);
                }
            }
        }
        let as_of = *tape.pick(&[scene.log.as_of, Instant::MIN, last, Instant::MAX, scene.agreement.start]);
        // A term without end has windows up to the end of the range, which nobody asks for.
        let as_of = if scene.agreement.end.is_none() { as_of.min(scene.log.as_of) } else { as_of };
        let outcome = scene.outcome_of(&lines, as_of);
        prop_assert!(outcome.input.add_up(), "{:?}", outcome.input);
        Ok(())
    });
}

fn extreme(ty: &FieldType, key: bool, tape: &mut Tape<'_>) -> FieldValue {
    let most = 1_000_000_000_000_000 - 1;
    if !key && tape.chance(20) {
        return tape.pick(&[FieldValue::Bad, FieldValue::Absent]).clone();
    }
    match ty {
        FieldType::Count | FieldType::Length { .. } => FieldValue::Count(*tape.pick(&[0, (1 << 53) - 1])),
        FieldType::Money { .. } | FieldType::MinorMoney => FieldValue::Money(*tape.pick(&[-most, most, 0])),
        FieldType::Date => FieldValue::Date(*tape.pick(&[Date::MIN, Date::MAX])),
        FieldType::YesNo => FieldValue::Bool(true),
        FieldType::OneOf(words) => FieldValue::Word(words.len() as u32 - 1),
        FieldType::Party(parties) => FieldValue::Party(parties[parties.len() - 1].1),
        FieldType::Instant => FieldValue::Instant(*tape.pick(&[Instant::MIN, Instant(Instant::MAX.0 - 1)])),
        FieldType::Number | FieldType::Percent => {
            FieldValue::Decimal { mantissa: *tape.pick(&[i64::MAX, i64::MIN + 1, 1]), scale: 9 }
        }
        FieldType::Id | FieldType::Text => FieldValue::Text("\u{10ffff}".into()),
    }
}

/// 12: a second, naive evaluator gives the same outcome.
#[test]
fn oracle() {
    hold(EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}

/// 13: renaming ids changes no verdict and no total.
#[test]
fn renaming() {
    hold(EVENTS, |scene| {
        let rename = |id: &CompactString| -> CompactString {
            match id[1..].parse::<u32>() {
                Ok(number) => format_compact!("r{}", 900 - number),
                Err(_) => id.clone(),
            }
        };
        let lines: Vec<Line> = scene
            .log
            .lines
            .iter()
            .map(|line| match line {
                Line::Fact(fact) => Line::Fact(Fact { id: fact.id.as_ref().map(rename), ..fact.clone() }),
                Line::Retraction { id, at, line } => {
                    Line::Retraction { id: rename(id), at: *at, line: *line }
                }
            })
            .collect();
        let parts = Parts { evidence: false, ..ALL };
        scene.same(&scene.outcome(), &scene.outcome_of(&lines, scene.log.as_of), parts)
    });
}
