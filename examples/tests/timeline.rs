//! A case as a line adds up: the time that counts, and what is left of it, is the length that the text gives, and what
//! `explain` tells of the same clock, for every thing of every example.

use servanda::evaluator::Outcome;
use servanda::evaluator::expression::{Environment, evaluate};
use servanda::evaluator::outcome::{Quantity, Subject};
use servanda::policy::{Counting, Deadline, Form, Length, LengthKind, MeasureId, ParamId, Value};
use servanda::report::{Drawing, Step, Timeline, TimelineLine, timeline_text};
use servanda::value::Exact;
use servanda::{Agreement, Compiled, Run};
use servanda_examples::folder::{folders, run_of};
use std::collections::BTreeSet;
use std::error::Error;

/// How many things of each agreement are looked at.
const LOOKED_AT: usize = 60;

/// What lengths can read that do not depend on the thing.
struct Constants<'a>(&'a Agreement);

impl Environment for Constants<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        self.0.params.get(param.0 as usize).cloned().map_or(Quantity::NoData, Quantity::Known)
    }

    fn previous(&self, _: MeasureId) -> Option<Quantity> {
        None
    }
}

/// The length of a deadline that counts as lengths do where nothing else is said.
fn length_of(agreement: &Agreement, form: &Form) -> Option<Length> {
    let Form::Do {
        deadline: Some(Deadline::Within { length, share: None, roll: None, counting, .. }), ..
    } = form
    else {
        return None;
    };
    match evaluate(length, &Constants(agreement)) {
        Quantity::Known(Value::Length(length)) if *counting == Counting::default() => Some(length),
        _ => None,
    }
}

fn number(text: &str) -> Exact {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    let (whole, part) = above.split_once('.').unwrap_or((above, ""));
    let scale = 10_i128.pow(u32::try_from(part.len()).unwrap_or(0));
    let above: i128 = format!("{whole}{part}").parse().unwrap_or(i128::MAX);
    Exact::ratio(above, scale * below.parse::<i128>().unwrap_or(1)).unwrap_or(Exact::ZERO)
}

fn sum(line: &TimelineLine, kinds: &[&str]) -> Exact {
    let of = line.stretches.iter().filter(|it| kinds.contains(&it.kind));
    of.fold(Exact::ZERO, |sum, it| &sum + &number(&it.length))
}

/// Hours, minutes and seconds for people, in seconds.
fn seconds(text: &str) -> Exact {
    let mut words = text.split(' ');
    let mut sum = Exact::ZERO;
    while let (Some(count), Some(unit)) = (words.next(), words.next()) {
        let times = match unit {
            "h" => 3600,
            "min" => 60,
            _ => 1,
        };
        sum = &sum + &(&number(count) * &Exact::integer(times));
    }
    sum
}

/// What an explanation tells of the openings until the deadline, all together.
fn explained(step: &Step) -> Option<Exact> {
    let openings = step.steps.iter().find(|it| it.text.ends_with(" hours until the deadline"))?;
    let lengths = openings.steps.iter().filter_map(|it| it.value.as_deref());
    Some(lengths.fold(Exact::ZERO, |sum, it| &sum + &seconds(it)))
}

/// Whether one stretch follows the other, apart from where nothing is drawn.
fn in_order(line: &TimelineLine) -> bool {
    line.stretches.iter().all(|it| it.from != it.until)
        && line.stretches.windows(2).all(|pair| match pair {
            [one, other] => one.until <= other.from || one.until.get(19..) != other.from.get(19..),
            _ => true,
        })
}

/// In ASCII and with other signs, each line has as many columns, none more than asked for, and signs alone differ.
fn drawn_alike(timeline: &Timeline) {
    for width in [60, 100, 200] {
        let plain = timeline_text(timeline, Drawing { width, ascii: true });
        let signs = timeline_text(timeline, Drawing { width, ascii: false });
        assert_eq!(plain.lines().count(), signs.lines().count());
        for (plain, signs) in plain.lines().zip(signs.lines()) {
            assert_eq!(plain.chars().count(), signs.chars().count(), "{plain}\n{signs}");
        }
        let drawn = plain.lines().skip(2).take(2 * timeline.lines.len());
        assert!(drawn.clone().all(|row| row.chars().count() <= width && row.is_ascii()), "{plain}");
    }
}

#[derive(Default)]
struct Seen {
    lengths: u32,
    days: u32,
    explained: u32,
    still: u32,
}

fn adds_up(
    (compiled, run, agreement): (&Compiled, &Run, &Agreement),
    (instance, outcome): (u32, &Outcome),
    timeline: &Timeline,
    seen: &mut Seen,
) -> Result<(), Box<dyn Error>> {
    let decided = run.decided(instance, outcome.as_of)?;
    let statement = run.statement(instance, &decided, None)?;
    for line in &timeline.lines {
        assert!(in_order(line), "{line:#?}");
        let place = statement.verdicts.iter().position(|it| it.id.as_ref() == Some(&line.id));
        let verdict = place.and_then(|place| outcome.verdicts.get(place)).ok_or("a verdict")?;
        let duty = compiled.policy().duties.find(verdict.duty).ok_or("a duty")?;
        if verdict.late_from.is_none() || line.stretches.is_empty() {
            continue;
        }
        seen.still += u32::from(line.stretches.iter().any(|it| it.kind == "stands still"));
        let counts = sum(line, &["counted", "left"]);
        if let Some(length) = length_of(agreement, &duty.form) {
            match length.kind {
                LengthKind::Physical | LengthKind::Open(_) => {
                    assert_eq!(counts, length.amount, "{line:#?}");
                    seen.lengths += 1;
                }
                LengthKind::BusinessDays(_) | LengthKind::CalendarDays => {
                    assert_eq!(counts, length.amount, "{line:#?}");
                    seen.days += 1;
                }
                LengthKind::Months => {}
            }
        }
        if line.clock.as_deref().is_some_and(|clock| clock.ends_with("hours")) && seen.explained < 400 {
            let explanation = run.explain(instance, &decided, None, &line.id)?.explanation();
            let told = explanation.and_then(|it| explained(&it.step));
            if let Some(told) = told {
                assert_eq!(counts, told, "{line:#?}");
                seen.explained += 1;
            }
        }
    }
    Ok(())
}

#[test]
fn a_case_as_a_line_adds_up() -> Result<(), Box<dyn Error>> {
    let mut seen = Seen::default();
    for folder in folders()? {
        let (compiled, run) = run_of(&folder)?;
        for (number, agreement) in (0..).zip(run.agreements()).take(2) {
            let Some(last) = run.latest(number) else { continue };
            let decided = run.decided(number, last)?;
            let keys: BTreeSet<&str> = decided
                .outcome
                .verdicts
                .iter()
                .filter_map(|it| match &it.subject {
                    Subject::Item { key, .. } => Some(key.as_str()),
                    _ => None,
                })
                .collect();
            // Spread over all of them.
            let step = keys.len().div_ceil(LOOKED_AT).max(1);
            let keys: Vec<&str> = keys.into_iter().step_by(step).collect();
            let timelines = run.ask(number, &decided, None, |question| {
                keys.iter().flat_map(|key| question.timelines(key)).collect::<Vec<_>>()
            })?;
            for timeline in &timelines {
                drawn_alike(timeline);
                adds_up((&compiled, &run, agreement), (number, &decided.outcome), timeline, &mut seen)?;
            }
        }
    }
    // A test of nothing would hold, too.
    let Seen { lengths, days, explained, still } = seen;
    assert!(lengths > 30 && days > 20 && explained > 20 && still > 5, "{lengths} {days} {explained} {still}");
    Ok(())
}
