//! How a figure over time came about: from when to when something was so, and what of it counts once.

use super::{Material, Step, cause};
use crate::text::{instant_text, length_text, steps_text};
use crate::trail::Held;
use servanda_evaluator::Elapsed;
use servanda_policy::policy::{CaseId, FoldId, FoldKind, Length, LengthKind, Steps};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;

/// What a fold over time has gathered in a window.
pub(super) fn gathered(material: &Material<'_>, fold: FoldId, window: &Window) -> Vec<Step> {
    let Some(FoldKind::Time { within, negated, during, leaving_out, .. }) =
        material.policy.folds.find(fold).map(|fold| &fold.kind)
    else {
        return Vec::new();
    };
    let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
    let window = &material.counted(fold, window);
    let of = Spans { material, kind, window };
    let held = material.trail.held(fold, window, material.group);
    let mut leaves = Vec::new();
    cases(within, true, &mut leaves);
    let counting = leaves.len();
    if let Some(out) = leaving_out {
        cases(out, true, &mut leaves);
    }
    let leaf = |held: &Held| usize::try_from(held.leaf).unwrap_or(usize::MAX);
    // Those that count, those that are taken out of them, and those whose time is not there at all.
    let of_kind = |kind: fn(bool, bool) -> bool| {
        let is_meant = |at: usize| leaves.get(at).is_some_and(|(_, counts)| kind(at < counting, *counts));
        let spans: Vec<&Held> = held.iter().copied().filter(|held| is_meant(leaf(held))).collect();
        let cases = leaves.iter().enumerate().filter(|(at, _)| is_meant(*at)).map(|(_, (case, _))| *case);
        (spans, names(material, cases))
    };
    let (on, whose) = of_kind(|counting, counts| counting && counts);
    let (off, whose_not) = of_kind(|counting, counts| counting && !counts);
    let (out, others) = of_kind(|counting, _| !counting);
    let passed: Vec<&Elapsed> = material.elapsed(fold, window);
    let sum = |of: &dyn Fn(&Elapsed) -> bool| -> i128 {
        passed.iter().filter(|time| of(time)).map(|time| time.length).sum()
    };
    let counted = sum(&|time| time.left_out == Some(false) && time.on == Some(true));
    let left_out = sum(&|time| time.left_out == Some(true));
    let all = sum(&|time| time.left_out == Some(false));
    let what = format!("in {}", steps_text(material.policy, within));
    let mut steps = Vec::new();
    // Of one case alone, what does not count once more lies in several spans at once.
    let plain = counting == 1 && leaving_out.is_none();
    let less = match (plain, off.is_empty()) {
        (true, _) => "in several at once, counted once",
        (false, true) => "in several at once, or left out",
        (false, false) => "in several at once, or taken out",
    };
    steps.extend(of.listed(&format!("spans {whose}"), &on, (counted, less)));
    steps.extend(of.taken_out(&format!("spans {whose_not}, which do not count"), &off));
    steps.extend(of.listed(
        &format!("spans {others}, left out of all time"),
        &out,
        (left_out, "in several at once"),
    ));
    if left_out > 0 {
        steps.push(Step::new("left out of all time").value(of.length(left_out)));
    }
    steps.push(Step::new(format!("time {what}")).value(of.length(counted)));
    if *negated {
        let (rest, all) = (of.length(all - counted), of.length(all));
        let what = match within {
            Steps::Alive { .. } => what,
            _ => format!("in ({})", steps_text(material.policy, within)),
        };
        steps.push(Step::new(format!("time not {what}, of {all}")).value(rest));
    }
    let unknown = sum(&|time| time.left_out.is_none() || time.left_out == Some(false) && time.on.is_none());
    if unknown > 0 {
        steps.push(Step::new("time of which it is not known").value(of.length(unknown)));
    }
    steps
}

/// The cases of steps, in the order of the leaves, and whether each counts or is taken out of what does.
fn cases(steps: &Steps, counts: bool, into: &mut Vec<(CaseId, bool)>) {
    match steps {
        Steps::Alive { case, .. } => into.push((*case, counts)),
        Steps::All(parts) | Steps::Any(parts) => parts.iter().for_each(|part| cases(part, counts, into)),
        Steps::ButNot(left, right) => {
            cases(left, counts, into);
            cases(right, !counts, into);
        }
    }
}

/// `in outage`, `in outage, degradation`
fn names(material: &Material<'_>, leaves: impl IntoIterator<Item = CaseId>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for case in leaves {
        let name = material.policy.cases.find(case).map_or("?", |case| &case.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!("in {}", names.join(", "))
}

/// What spans are told with.
struct Spans<'a> {
    material: &'a Material<'a>,
    kind: LengthKind,
    window: &'a Window,
}

impl Spans<'_> {
    /// A length in nanoseconds of the fold's own time.
    fn length(&self, nanos: i128) -> String {
        let amount = Exact::ratio(nanos, 1_000_000_000).unwrap_or_else(|| Exact::integer(0));
        length_text(self.material.policy, &Length { kind: self.kind, amount })
    }

    /// How much of the fold's own time lies between two instants.
    fn between(&self, from: Instant, until: Instant) -> i128 {
        match self.kind {
            LengthKind::Open(calendar) => self
                .material
                .agreement
                .calendars
                .get(calendar.0 as usize)
                .map_or(0, |calendar| calendar.open_time(from, until)),
            _ => until.nanos_since(from).max(0),
        }
    }

    /// The spans of items, and how much of them lies in several or is not counted for another reason.
    fn listed(&self, what: &str, held: &[&Held], (counted, less): (i128, &str)) -> Option<Step> {
        if held.is_empty() {
            return None;
        }
        let mut step = Step::new(what).value(held.len().to_string());
        step.lists = true;
        let mut sum = 0_i128;
        for held in held {
            let end = self.window.end.min(self.material.outcome.as_of);
            let (from, until) = (held.from.max(self.window.start), held.until.unwrap_or(end).min(end));
            let length = self.between(from, until);
            sum += length;
            step.steps.push(self.one(held, (from, until), length));
        }
        if sum != counted {
            step.after.push(Step::new("together").value(self.length(sum)));
            step.after.push(Step::new(less).value(self.length(sum - counted)));
        }
        Some(step)
    }

    /// The spans of items that are taken out of what counts.
    fn taken_out(&self, what: &str, held: &[&Held]) -> Option<Step> {
        let mut step = self.listed(what, held, (0, ""))?;
        step.after.clear();
        Some(step)
    }

    fn one(&self, held: &Held, (from, until): (Instant, Instant), length: i128) -> Step {
        let material = self.material;
        let shown = |at| instant_text(at, material.agreement);
        let about = cause::about(material, &held.subject);
        let goes_on = if held.until.is_none() { ", goes on" } else { "" };
        let unknown = if held.unknown { ", not known whether it counts" } else { "" };
        let text = format!("{about}, {} to {}{goes_on}{unknown}", shown(from), shown(until));
        let mut step = Step::new(text).value(self.length(length));
        let begun = material.trail.begun(&held.subject).and_then(|begun| begun.by.clone());
        let over = material.trail.ended_by(&held.subject).cloned();
        step.evidence = material.evidence(&begun.into_iter().chain(over).collect::<Vec<_>>());
        step
    }
}
