//! What a forecast says of deadlines comes true when it is played, for every example: what is done by the last instant is
//! kept, one nanosecond later it is broken, and what follows from silence is what the forecast says, to the cent.

use servanda::policy::{Form, Verdict as Kind};
use servanda::report::{ForecastLine, Statement, entry_id};
use servanda::testing::event;
use servanda::time::Instant;
use servanda::{Compiled, Run};
use servanda_examples::folder::{begun, compiled, folders};
use std::error::Error;
use std::fs;
use std::path::Path;

/// At how many instants each log is looked at, and how many lines are played at each.
const LOOKED_AT: i64 = 8;
const PLAYED: usize = 6;

/// A policy with the instances of its folder.
struct Example {
    compiled: Compiled,
    instances: Option<Vec<u8>>,
    lines: Vec<(Instant, String)>,
}

impl Example {
    fn of(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let log = fs::read_to_string(folder.join("events.jsonl"))?;
        let at = |line: &str| {
            let json: serde_json::Value = serde_json::from_str(line).ok()?;
            json.as_object()?.values().find_map(|value| value.as_str()?.parse::<Instant>().ok())
        };
        let lines = log.lines().filter_map(|line| Some((at(line)?, line.to_owned()))).collect();
        let instances = fs::read(folder.join("instances.jsonl")).ok();
        Ok(Self { compiled: compiled(folder)?, instances, lines })
    }

    /// A run over what had happened before an instant, and lines beside that.
    fn run(&self, before: Instant, more: &str) -> Result<Run, Box<dyn Error>> {
        let mut run = begun(&self.compiled, self.instances.as_deref())?;
        for (_, line) in self.lines.iter().filter(|(at, _)| *at < before) {
            run.read(format!("{line}\n").as_bytes());
        }
        run.read(more.as_bytes());
        run.close();
        Ok(run)
    }

    /// The event by which the act of a duty is done on an item, and the field that holds the key: where any event of a type
    /// does it.
    fn act(&self, duty: &Form) -> Option<(&str, &str)> {
        let Form::Do { case, act, .. } = duty else { return None };
        let policy = self.compiled.policy();
        let case = policy.cases.find(*case)?;
        let by = case.acts.get(*act as usize)?.when.iter().find(|pattern| pattern.filter.is_none())?;
        let (_, key) = case.keys.iter().find(|(event, _)| *event == by.event)?;
        let of = policy.events.find(by.event)?;
        Some((&of.name, &of.fields.get(*key as usize)?.name))
    }
}

fn verdict<'s>(statement: &'s Statement, id: &str) -> Option<&'s str> {
    statement.verdicts.iter().find(|line| line.id.as_deref() == Some(id)).map(|line| line.verdict)
}

/// What the amounts are that follow from silence, from the outcome itself.
fn silence(
    example: &Example,
    name: &str,
    as_of: Instant,
    line: &ForecastLine,
) -> Result<u32, Box<dyn Error>> {
    let run = example.run(as_of, "")?;
    let number = (0..).zip(run.agreements()).find(|(_, it)| it.name == name).map(|(number, _)| number);
    let number = number.ok_or("the agreement")?;
    let mut played = 0;
    for follows in line.follows.iter().filter(|it| it.kind == "entry") {
        let at: Instant = follows.at.parse()?;
        let decided = run.decided(number, Instant(at.0 + 1))?;
        let agreement = run.agreement(number).ok_or("the agreement")?;
        let ids = decided
            .outcome
            .entries
            .iter()
            .map(|entry| entry_id(example.compiled.policy(), agreement, &decided.outcome, entry));
        let entry =
            ids.zip(&decided.outcome.entries).find(|(id, _)| *id == follows.id).map(|(_, entry)| entry);
        let statement = run.statement(number, &decided, None)?;
        let amount = statement.entries.iter().find(|it| it.id == follows.id).and_then(|it| it.amount.clone());
        assert_eq!((entry.map(|it| it.at), amount), (Some(at), follows.amount.clone()), "{line:#?}");
        played += 1;
        // Just before, nothing of it is there.
        let before = run.statement(number, &run.decided(number, at)?, None)?;
        assert!(before.entries.iter().all(|it| it.id != follows.id), "{line:#?}");
    }
    Ok(played)
}

/// Whether a duty is kept by an act at an instant.
fn with_act(
    example: &Example,
    (name, as_of): (&str, Instant),
    (kind, key, subject): (&str, &str, &str),
    at: Instant,
    id: &str,
) -> Result<Option<String>, Box<dyn Error>> {
    let blank = example.run(as_of, "")?;
    let act = event(kind).at(at.to_string()).agreement(name).field(key, subject).line(&blank);
    let Ok(act) = act else { return Ok(None) };
    let run = example.run(as_of, &act)?;
    let number = (0..).zip(run.agreements()).find(|(_, it)| it.name == name).map(|(number, _)| number);
    let decided = run.decided(number.ok_or("the agreement")?, Instant(at.0 + 2))?;
    let statement = run.statement(number.ok_or("the agreement")?, &decided, None)?;
    Ok(verdict(&statement, id).map(str::to_owned))
}

#[test]
fn what_a_forecast_says_of_deadlines_comes_true() -> Result<(), Box<dyn Error>> {
    let (mut acts, mut amounts) = (0, 0);
    for folder in folders()? {
        let example = Example::of(&folder)?;
        let (Some(first), Some(last)) =
            (example.lines.iter().map(|it| it.0).min(), example.lines.iter().map(|it| it.0).max())
        else {
            continue;
        };
        for part in 1..=LOOKED_AT {
            let nanos = last.nanos_since(first) / i128::from(LOOKED_AT) * i128::from(part);
            let as_of = Instant(first.0 + i64::try_from(nanos)?);
            let run = example.run(as_of, "")?;
            for (number, agreement) in (0..).zip(run.agreements()).take(2) {
                let decided = run.decided(number, as_of)?;
                let forecast = run.forecast(number, &decided)?;
                let statement = run.statement(number, &decided, None)?;
                let open = forecast.lines.iter().filter(|line| line.in_silence == Some(Kind::Broken.word()));
                for line in open.take(PLAYED) {
                    amounts += silence(&example, &agreement.name, as_of, line)?;
                    let (Some(id), Some(late_from)) = (&line.id, &line.late_from) else { continue };
                    let late_from: Instant = late_from.parse()?;
                    let place = statement.verdicts.iter().position(|it| it.id.as_ref() == Some(id));
                    let told = place.and_then(|place| decided.outcome.verdicts.get(place));
                    let duty = told.and_then(|told| example.compiled.policy().duties.find(told.duty));
                    let Some((kind, key)) = duty.and_then(|duty| example.act(&duty.form)) else { continue };
                    let of = (agreement.name.as_str(), as_of);
                    let what = (kind, key, line.subject.as_str());
                    let at = |instant| with_act(&example, of, what, instant, id);
                    let in_time = at(Instant(late_from.0 - 1))?;
                    // An event that needs more than its key, or an item that may come back, says nothing here.
                    if in_time.as_deref() != Some("kept") {
                        continue;
                    }
                    assert_eq!(at(late_from)?.as_deref(), Some("broken"), "{line:#?}");
                    acts += 1;
                }
            }
        }
    }
    // A test of nothing would hold, too.
    assert!(acts > 30 && amounts > 30, "{acts} acts and {amounts} amounts were played");
    Ok(())
}
