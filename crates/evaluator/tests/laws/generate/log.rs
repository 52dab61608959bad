//! Logs that crowd around the instants at which something is decided.

use super::tape::Tape;
use crate::oracle::{self, Line};
use compact_str::{CompactString, format_compact};
use servanda_events::{Fact, FieldValue};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    Case, Effect, Entry, EventId, FieldType, Form, Life, Pattern, Policy, Signal, Trigger,
};
use servanda_policy::time::{Date, Instant, NANOS_PER_DAY, NANOS_PER_SECOND};
use std::collections::BTreeSet;

/// Lines and an instant as of which they are evaluated.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) lines: Vec<Line>,
    pub(crate) as_of: Instant,
}

/// Numbers and percentages.
const DECIMALS: [FieldValue; 4] = [
    FieldValue::Decimal { mantissa: 15, scale: 1 },
    FieldValue::Decimal { mantissa: 20, scale: 0 },
    FieldValue::Decimal { mantissa: 333_333_333, scale: 9 },
    FieldValue::Decimal { mantissa: -1, scale: 0 },
];

/// How many days after the start of the term a log reaches.
const DAYS: i64 = 75;

/// From when until when a log reaches, even of an agreement that never begins.
fn reach(agreement: &Agreement) -> (Instant, Instant) {
    let start = agreement.zone.start_of(agreement.first_date);
    (start, Instant(start.0 + DAYS * NANOS_PER_DAY))
}

/// Instants at which something begins, ends or is late, whatever happens.
fn edges(policy: &Policy, agreement: &Agreement) -> BTreeSet<Instant> {
    let zone = &agreement.zone;
    let first = agreement.first_date;
    let mut edges = BTreeSet::from([agreement.start]);
    edges.extend(agreement.end);
    edges.extend(&agreement.versions);
    for day in 0..DAYS as i32 {
        let (start, end) = (zone.start_of(Date(first.0 + day)), zone.start_of(Date(first.0 + day + 1)));
        if end.0 - start.0 != NANOS_PER_DAY {
            // The clocks change on this date.
            edges.extend((0..=8).map(|hour| Instant(start.0 + hour * 1_800 * NANOS_PER_SECOND)));
        }
        if day % 5 == 0 {
            edges.insert(start);
        }
    }
    let (start, until) = reach(agreement);
    for (id, _) in policy.calendars.iter() {
        let hours = &agreement.calendars[id.0 as usize];
        for (open, close) in hours.openings(start, until).step_by(3) {
            edges.extend([open, close]);
        }
    }
    for windows in &agreement.windows {
        for window in windows.between(start, until).take(12) {
            edges.extend([window.start, window.end]);
        }
    }
    edges.retain(|at| *at < until);
    edges
}

struct Drawing<'a> {
    policy: &'a Policy,
    agreement: &'a Agreement,
    /// Critical instants in their order.
    critical: Vec<Instant>,
    lines: Vec<Line>,
}

/// Draws a log: one short tape for each event, one for the instant as of which it is evaluated.
pub(crate) fn log(policy: &Policy, agreement: &Agreement, events: &[[u32; 10]], as_of: &[u32]) -> Log {
    let critical = edges(policy, agreement).into_iter().collect();
    let mut drawing = Drawing { policy, agreement, critical, lines: Vec::new() };
    let (births, others) = events.split_at(events.len() / 3);
    for (number, numbers) in births.iter().enumerate() {
        drawing.event(number, numbers, true);
    }
    // What was born has deadlines, and what is decided about them is where the rest of the log should be.
    let (_, far) = reach(agreement);
    let mut critical: BTreeSet<Instant> = drawing.critical.iter().copied().collect();
    critical
        .extend(oracle::decisions(policy, agreement, &drawing.lines, far).into_iter().filter(|at| *at < far));
    drawing.critical = critical.into_iter().collect();
    for (number, numbers) in others.iter().enumerate() {
        drawing.event(births.len() + number, numbers, false);
    }
    let mut tape = Tape::new(as_of);
    let as_of = match tape.below(4) {
        0 => far,
        _ => {
            let instant = if tape.chance(50) || drawing.lines.is_empty() {
                *tape.pick(&drawing.critical)
            } else {
                drawing.lines[tape.below(drawing.lines.len())].at()
            };
            Instant(instant.0 + tape.pick(&[0, 1, -1]))
        }
    };
    Log { lines: drawing.lines, as_of }
}

impl Drawing<'_> {
    fn event(&mut self, number: usize, numbers: &[u32], birth: bool) {
        let mut tape = Tape::new(numbers);
        // The order of the choices is that in which a smaller one makes a simpler event.
        let mutation = tape.below(108);
        if !birth && mutation >= 100 {
            self.walk(&mut tape, number);
            return;
        }
        if !birth && mutation >= 88 && !self.lines.is_empty() {
            self.mutated(mutation, &mut tape, number);
            return;
        }
        let Some(event) = self.choose(&mut tape, birth) else { return };
        let at = self.instant(&mut tape);
        let id = (!tape.chance(12)).then(|| format_compact!("e{number}"));
        let fact = self.fact(event, at, id, number, &mut tape);
        self.lines.push(Line::Fact(fact));
    }

    /// Time stops for an item, it is worked on, and time goes on.
    fn walk(&mut self, tape: &mut Tape<'_>, number: usize) {
        let cases: Vec<&Case> =
            self.policy.cases.values().filter(|it| !it.pauses.is_empty() || it.reopens.is_some()).collect();
        if cases.is_empty() {
            return;
        }
        let case = *tape.pick(&cases);
        let acts: Vec<EventId> = case.acts.iter().flat_map(|it| it.when.iter().map(|it| it.event)).collect();
        if acts.is_empty() {
            return;
        }
        let act = *tape.pick(&acts);
        let steps = match &case.reopens {
            Some(reopens) if case.pauses.is_empty() || tape.chance(60) => [act, reopens.when.event, act],
            _ => {
                let (from, to) = tape.pick(&case.pauses).clone();
                [from.event, act, to.event]
            }
        };
        let key = FieldValue::Text((*tape.pick(&["k1", "k2", "k3"])).into());
        let mut at = self.instant(tape);
        for (step, event) in steps.into_iter().enumerate() {
            let id = Some(format_compact!("w{}", 10 * number + step));
            let mut fact = self.fact(event, at, id, number, tape);
            for (field, value) in self.policy.events[event].fields.iter().zip(fact.fields.iter_mut()) {
                if field.key {
                    *value = key.clone();
                }
            }
            self.lines.push(Line::Fact(fact));
            let minutes = *tape.pick(&[90, 0, 10, 1_500, 9_000]);
            at = Instant(at.0 + minutes * 60 * NANOS_PER_SECOND);
        }
    }

    fn instant(&self, tape: &mut Tape<'_>) -> Instant {
        let how = tape.below(100);
        if how >= 85 && !self.lines.is_empty() {
            return self.lines[tape.below(self.lines.len())].at();
        }
        let start = reach(self.agreement).0.0 - NANOS_PER_DAY;
        if how >= 60 {
            let minutes = tape.below(((DAYS + 1) * 24 * 60) as usize) as i64;
            return Instant(start + minutes * 60 * NANOS_PER_SECOND);
        }
        // A version that is never in force begins when time ends.
        let mut amended = self.agreement.versions.get(1..).unwrap_or_default().to_vec();
        amended.retain(|at| *at < Instant::MAX);
        let near = how >= 45 && !amended.is_empty();
        let edge = if near { *tape.pick(&amended) } else { *tape.pick(&self.critical) };
        Instant(
            edge.0 + tape.pick(&[0, -NANOS_PER_SECOND, -1, 1, NANOS_PER_SECOND, 3_600 * NANOS_PER_SECOND]),
        )
    }

    /// The types of events that may come next: any that something reads, openings more often.
    fn choose(&self, tape: &mut Tape<'_>, birth: bool) -> Option<EventId> {
        let mut openings: Vec<EventId> = Vec::new();
        let mut others: Vec<EventId> = Vec::new();
        let of = |patterns: &[Pattern]| patterns.iter().map(|it| it.event).collect::<Vec<_>>();
        for case in self.policy.cases.values() {
            match &case.life {
                Life::Begins(begin) => openings.extend(of(&begin.when)),
                Life::Implicit | Life::Windowed => {
                    openings.extend(case.acts.iter().flat_map(|act| of(&act.when)))
                }
            }
            others.extend(self.moving(case));
        }
        let notices = self.policy.consequences.values().filter_map(|it| match (&it.effect, &it.on) {
            (Effect::End(_) | Effect::Suspend(_), Signal::ForEvent(by)) => Some(by.event),
            _ => None,
        });
        others.extend(notices);
        others.extend(self.policy.consequences.values().filter_map(|it| match &it.effect {
            Effect::Suspend(of) => of.until.as_ref().map(|until| until.event),
            _ => None,
        }));
        // What can be claimed is claimed often.
        for consequence in self.policy.consequences.values() {
            if let Effect::Entry(Entry { claim: Some(claim), .. }) = &consequence.effect {
                others.extend([claim.by.event, claim.by.event]);
            }
        }
        openings.dedup();
        let all =
            if birth || others.is_empty() { openings } else { [others.clone(), others, openings].concat() };
        (!all.is_empty()).then(|| *tape.pick(&all))
    }

    fn moving(&self, case: &Case) -> Vec<EventId> {
        let mut moving: Vec<EventId> =
            case.acts.iter().flat_map(|act| act.when.iter().map(|it| it.event)).collect();
        moving.extend(case.acts.iter().filter_map(|act| act.undone_by));
        for end in &case.ends {
            if let Trigger::Event(pattern) = end {
                moving.push(pattern.event);
            }
        }
        if let Some(reopens) = &case.reopens {
            moving.extend([reopens.when.event, reopens.when.event]);
        }
        for (from, to) in &case.pauses {
            moving.extend([from.event, to.event, from.event, to.event]);
        }
        if let Some(payments) = case.debt.as_ref().and_then(|debt| debt.payments.as_ref()) {
            moving.extend([payments.event, payments.event]);
        }
        moving
    }

    fn fact(
        &self,
        event: EventId,
        at: Instant,
        id: Option<CompactString>,
        number: usize,
        tape: &mut Tape<'_>,
    ) -> Fact {
        let declared = &self.policy.events[event];
        let fields = declared
            .fields
            .iter()
            .enumerate()
            .map(|(place, field)| {
                if !field.key && tape.chance(4) && self.may_fail(event, place as u32) {
                    return FieldValue::Bad;
                }
                if field.optional && tape.chance(30) {
                    return FieldValue::Absent;
                }
                match &field.ty {
                    FieldType::Id | FieldType::Text => {
                        FieldValue::Text((*tape.pick(&["k1", "k2", "k3"])).into())
                    }
                    FieldType::Count => FieldValue::Count(tape.below(7) as i64),
                    FieldType::Money { .. } | FieldType::MinorMoney => {
                        if tape.chance(3) {
                            return FieldValue::Money(-700);
                        }
                        FieldValue::Money(*tape.pick(&[1_000, 0, 1, 999, 1_050, 2_000, 12_345, 500]))
                    }
                    FieldType::YesNo => FieldValue::Bool(tape.chance(50)),
                    FieldType::OneOf(words) => FieldValue::Word(tape.below(words.len()) as u32),
                    FieldType::Date => {
                        let date = self.agreement.zone.date_of(at);
                        let days: &[i32] = &[0, -1, -2, -9, 3, 14, 1];
                        FieldValue::Date(Date(date.0 + *tape.pick(days)))
                    }
                    FieldType::Party(parties) => FieldValue::Party(tape.pick(parties).1),
                    FieldType::Percent | FieldType::Number => tape.pick(&DECIMALS).clone(),
                    FieldType::Instant => {
                        let hours: &[i64] = &[0, -1, -50, -400, 3, 70, 300];
                        FieldValue::Instant(Instant(at.0 + tape.pick(hours) * 3_600 * NANOS_PER_SECOND))
                    }
                    FieldType::Length { .. } => FieldValue::Count(tape.below(7) as i64),
                }
            })
            .collect();
        Fact { at, event, line: number as u32 + 1, id, fields }
    }

    /// Whether a field may be unreadable: not where it decides whether an event is one of a case at all.
    fn may_fail(&self, event: EventId, place: u32) -> bool {
        let declared = &self.policy.events[event];
        let field = &declared.fields[place as usize];
        let used_before = self.policy.consequences.values().any(|it| matches!(it.on, Signal::ForEvent(_)));
        let left_out = self.policy.cases.values().any(|it| it.out_of_scope.is_some());
        match &field.ty {
            FieldType::Count => declared.name.ends_with("opened") && !left_out,
            FieldType::Money { .. } => declared.name.ends_with("opened"),
            FieldType::YesNo => !used_before,
            _ => false,
        }
    }

    /// The same event again, another event under its id, or a retraction.
    fn mutated(&mut self, mutation: usize, tape: &mut Tape<'_>, number: usize) {
        let line = self.lines[tape.below(self.lines.len())].clone();
        let Line::Fact(mut fact) = line else { return };
        fact.line = number as u32 + 1;
        match mutation {
            88..=91 => {
                let far = [
                    3_600,
                    0,
                    1,
                    self.policy.lateness / NANOS_PER_SECOND,
                    self.policy.lateness / NANOS_PER_SECOND + 1,
                ];
                let at = Instant(fact.at.0 + tape.pick(&far) * NANOS_PER_SECOND);
                let id = fact.id.unwrap_or_else(|| "none".into());
                self.lines.push(Line::Retraction { id, at, line: fact.line });
            }
            92..=95 => self.lines.push(Line::Fact(fact)),
            _ => {
                let far = [0, 1, self.policy.lateness, self.policy.lateness + 1];
                fact.at = Instant(fact.at.0 + tape.pick(&far));
                let other = self.fact(fact.event, fact.at, fact.id.clone(), number, tape);
                self.lines.push(Line::Fact(other));
            }
        }
    }
}

/// Which of the constructs of the checked policy it has, for the coverage of the generator.
pub(crate) fn forms(policy: &Policy) -> BTreeSet<&'static str> {
    policy
        .duties
        .values()
        .map(|duty| match duty.form {
            Form::Do { .. } => "do",
            Form::DoEach { .. } => "do each window",
            Form::Keep { .. } => "keep",
            Form::MustNot { .. } => "must not",
        })
        .collect()
}
