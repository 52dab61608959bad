//! Why a verdict is what it is: what was owed from when, how the clock ran, what was done, and what follows.

use super::{Material, Step, amount, cause, figure, payment, silence};
use crate::expression::{Scope, value};
use crate::statement::{ShownDeadline, came_to};
use crate::subject::{Lives, identify};
use crate::text::{
    instant_text, length_text, money_text, read_instant, relation_words, share_text, value_text,
};
use crate::trail::Clock;
use servanda_diagnostics::Span;
use servanda_evaluator::outcome::{Figure, Judged, Quantity, Subject, Verdict};
use servanda_policy::policy::{
    CalendarId, Deadline, DutyId, Expr, Form, From, Length, LengthKind, Signal, Value, Verdict as Kind,
};
use servanda_policy::time::holidays;
use servanda_policy::value::Exact;

/// How many holidays are told of one clock at most.
const HOLIDAYS_MAX: usize = 50;

/// The verdict of a duty on a subject, with what led to it; of none, that the duty is broken, for what follows a breach
/// is told with it.
pub(super) fn step(
    material: &Material<'_>,
    id: DutyId,
    subject: &Subject,
    verdict: Option<&Verdict>,
) -> Step {
    let policy = material.policy;
    let duty = policy.duties.find(id);
    let who = duty.map_or("?", |duty| material.party(duty.debtor));
    let name = duty.map_or("?", |duty| &duty.name);
    let about = cause::about(material, subject);
    let said = match verdict.map_or(Kind::Broken, |verdict| verdict.verdict) {
        Kind::Kept => format!("{who} has kept {name} for {about}"),
        Kind::Broken => format!("{who} has broken {name} for {about}"),
        Kind::Pending => format!("{who} has neither kept nor broken {name} for {about} yet"),
        Kind::Excused => format!("{who} is excused from {name} for {about}"),
        Kind::NotApplicable => format!("{name} asks nothing of {who} for {about}"),
        Kind::Indeterminate => format!("whether {who} has kept {name} for {about} is not known"),
    };
    let mut step = Step::new(said);
    step.place = duty.and_then(|duty| material.place(duty.core_span));
    let form = duty.map(|duty| &duty.form);
    if let Some(verdict) = verdict {
        step.evidence = material.evidence(&verdict.evidence);
        if let Some(Form::Do { deadline: Some(deadline), .. }) = form {
            step.steps.extend(clock(material, verdict, deadline));
        }
        if let Some(Form::MustNot { when: Some(when), .. }) = form {
            step.steps.push(forbidden(material, verdict, when));
        }
        step.steps.extend(form.and_then(|form| payment::principal(material, form, verdict)));
        step.steps.extend(cause::instants(material, verdict));
        step.steps.extend(cause::unknown(material, &verdict.because));
    }
    if let (Some(Form::Keep { targets, .. }), Some(window)) = (form, subject.window()) {
        let judges = |figure: &&Figure| {
            figure.window.start == window.start
                && figure.group.as_ref() == subject.group()
                && figure.judged.iter().any(|judged| judged.duty == id)
        };
        let figure = material.outcome.figures.iter().find(judges);
        step.steps.extend(figure.and_then(|figure| figure::figure_step(material, figure)));
        let judged = figure.and_then(|figure| figure.judged.iter().find(|judged| judged.duty == id));
        let applied = judged.map_or(&[][..], |judged| &judged.targets);
        for (place, (relation, target)) in targets.iter().enumerate() {
            let applied = applied.get(place).map(|(_, target)| target);
            step.steps.push(bound(material, figure, (*relation, target), applied));
        }
    }
    step
}

/// A duty that judges a figure, and what the figure as it stands comes to.
pub(super) fn judged(material: &Material<'_>, told: &Figure, judged: &Judged) -> Step {
    let duty = material.policy.duties.find(judged.duty);
    let name = duty.map_or("?", |duty| &duty.name);
    let word = came_to(material.policy, material.outcome, told, judged).word();
    let mut step = Step::new(format!("judged by {name}")).value(word);
    step.place = duty.and_then(|duty| material.place(duty.core_span));
    if let Some(Form::Keep { targets, .. }) = duty.map(|duty| &duty.form) {
        for ((relation, target), (_, applied)) in targets.iter().zip(&judged.targets) {
            step.steps.push(bound(material, Some(told), (*relation, target), Some(applied)));
        }
    }
    step
}

/// A bound as it is written, with its value for the window at hand.
fn bound(
    material: &Material<'_>,
    figure: Option<&Figure>,
    (relation, target): (servanda_parser::ast::Relation, &Expr),
    applied: Option<&Quantity>,
) -> Step {
    let written = material.quoted(target.span);
    let unit = figure.and_then(|figure| material.policy.measures.find(figure.measure)).map(|it| it.unit);
    let scope = Scope::of(material.agreement);
    let full = value(&scope, target).zip(unit).map(|(value, unit)| {
        (value_text(material.policy, material.agreement, &value, unit), Quantity::Known(value))
    });
    let mut step = Step::new(format!("target: {} {written}", relation_words(relation)));
    step.place = material.place(target.span);
    let applied = applied.zip(unit).map(|(target, unit)| (figure::quantity(material, target, unit), target));
    match (full, applied) {
        (Some((full, whole)), Some((shown, of))) if *of != whole => {
            step.value = Some(shown);
            step.steps.push(Step::new("of a whole window").value(full));
        }
        // A figure that stands in the text is not told twice.
        (Some((shown, _)), _) | (None, Some((shown, _))) => {
            step.value = Some(shown).filter(|shown| shown.replace(' ', "") != written.replace(' ', ""));
        }
        (None, None) => {}
    }
    step
}

/// What was forbidden, and whether it was so.
fn forbidden(material: &Material<'_>, verdict: &Verdict, when: &Expr) -> Step {
    let written = material.quoted(when.span);
    let sentence = material.policy.duties.find(verdict.duty).map(|duty| duty.span);
    let before = sentence.map_or("", |of| {
        material.sources.text(Span::new(of.source, of.start, when.span.start.max(of.start))).trim_end()
    });
    // What stands behind `unless` allows the act.
    let (text, broken, kept) = match before.ends_with("unless") {
        true => (format!("broken by the act unless this is so: {written}"), "it was not", "it always was"),
        false => (format!("broken by the act where this is so: {written}"), "it was", "it never was"),
    };
    let mut step = Step::new(text);
    step.place = material.place(when.span);
    step.value = match verdict.verdict {
        Kind::Broken => Some(broken.to_owned()),
        Kind::Kept => Some(kept.to_owned()),
        _ => None,
    };
    step
}

/// That a time is over in which something had not been done, where no duty binds anybody: who is told then, what counts as
/// done then.
pub(super) fn time_is_over(material: &Material<'_>, id: DutyId, subject: &Subject) -> Step {
    let mut step = Step::new(format!("the time is over for {}", cause::about(material, subject)));
    let Some(duty) = material.policy.duties.find(id) else { return step };
    step.place = material.place(duty.core_span);
    let begun = material.trail.begun(subject).and_then(|begun| begun.by.clone());
    step.evidence = material.evidence(begun.as_slice());
    let late_from = material.trail.clocks(id, subject).last().and_then(|clock| clock.late_from);
    if let Form::Do { deadline: Some(deadline), .. } = &duty.form {
        let told = Verdict {
            duty: id,
            subject: subject.clone(),
            verdict: Kind::Broken,
            at: None,
            late_from,
            done_at: None,
            because: Vec::new(),
            evidence: Vec::new(),
        };
        step.steps.extend(clock(material, &told, deadline));
    }
    let shown = late_from.map(|late_from| deadline_text(material, late_from));
    step.steps.extend(shown.map(|shown| Step::new("until").value(shown)));
    step
}

/// How long there was, from when, and how the clock stood still and ran on.
fn clock(material: &Material<'_>, verdict: &Verdict, deadline: &Deadline) -> Vec<Step> {
    let Deadline::Within { length, from, counting, share, .. } = deadline else { return Vec::new() };
    let scope = Scope::of(material.agreement).about(material.trail, &verdict.subject, material.version);
    let kind = match value(&scope, length) {
        Some(Value::Length(length)) => Some(length.kind),
        _ => None,
    };
    let mut within = amount::expression(material, &scope, length, None);
    // A length that stands in the text as it is is not told twice.
    within.value = within.value.filter(|value| *value != within.text);
    within.text = format!("within {}", within.text);
    let mut steps = vec![within];
    let clocks = material.trail.clocks(verdict.duty, &verdict.subject);
    let shown = |at| instant_text(at, material.agreement);
    if let Some(share) = share {
        steps.extend(kind.and_then(|kind| {
            part_of_time(material, kind, (share, counting.is_over_at_deadline()), clocks.last()?)
        }));
    }
    if let Some(since) = clocks.iter().find_map(|clock| clock.since) {
        let of = match from {
            From::Beginning => "",
            From::Field(_) => ", as the opening event says",
            From::Done(_) => ", when the other act was done",
            From::Again => ", and then from the last time",
        };
        let mut counted = Step::new(format!("counted from {}{of}", shown(since)));
        counted.steps.extend(silence::of_start(material, deadline, &verdict.subject, since));
        steps.push(counted);
    }
    for (before, now) in clocks.iter().zip(clocks.iter().skip(1)) {
        steps.extend(kind.and_then(|kind| turned(material, kind, before, now)));
    }
    if *from == From::Again {
        let anew = clocks.iter().zip(clocks.iter().skip(1)).filter(|(before, now)| before.since != now.since);
        let last = anew.filter_map(|(_, now)| now.since).next_back();
        steps.extend(last.map(|last| Step::new(format!("done before that at {}", shown(last)))));
    }
    for (at, by) in material.trail.reopened(&verdict.subject) {
        let mut step = Step::new(format!("opened again at {}", shown(*at)));
        step.evidence = material.evidence(by.as_slice());
        steps.push(step);
    }
    if let Some(LengthKind::Open(calendar) | LengthKind::BusinessDays(calendar)) = kind {
        steps.extend(holidays_met(material, calendar, clocks));
    }
    if let (Some(LengthKind::BusinessDays(calendar)), None) = (kind, share) {
        steps.extend(days_met(material, calendar, clocks, counting.first_day));
    }
    if let Some(LengthKind::Open(calendar)) = kind {
        steps.extend(open_time(material, calendar, clocks, counting.is_over_at_deadline()));
    }
    steps
}

/// The holidays on which a calendar would have been open otherwise, from the start of a clock until its deadline.
fn holidays_met(material: &Material<'_>, id: CalendarId, clocks: &[Clock]) -> Option<Step> {
    let declared = material.policy.calendars.find(id)?;
    let calendar = material.agreement.calendars.get(id.0 as usize)?;
    let zone = calendar.zone();
    let since = clocks.iter().find_map(|clock| clock.since)?;
    let late_from = clocks.last()?.late_from?;
    let mut step = Step::new(format!("{} holidays until the deadline", declared.name));
    step.lists = true;
    let mut date = zone.date_of(since);
    let last = zone.date_of(late_from.add_nanos(-1)?);
    while date <= last && step.steps.len() < HOLIDAYS_MAX {
        let spec = &declared.spec;
        let weekly = spec.weekly.get(date.weekday().index()).is_some_and(|hours| !hours.is_empty());
        let own = spec.dated.iter().any(|line| line.date == date);
        let open = (weekly || spec.always) && !own;
        let met = spec.holidays.iter().filter_map(|country| holidays(country)?.on(date));
        let met = met.map(|holiday| holiday.name).chain(spec.given.iter().filter_map(|given| given.on(date)));
        // A country and its subdivision have most days in common.
        let mut names: Vec<&str> = Vec::new();
        for name in met.filter(|_| open) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        step.steps.extend(names.into_iter().map(|name| Step::new(format!("{date} {name}"))));
        if (weekly || spec.always) && own && !calendar.is_business_day(date) {
            step.steps.push(Step::new(format!("{date} as `{}` says", declared.name)));
        }
        date = date.add_days(1)?;
    }
    (!step.steps.is_empty()).then_some(step)
}

/// A share of the time, by the clock that measures it.
fn part_of_time(
    material: &Material<'_>,
    kind: LengthKind,
    (share, late_at_deadline): (&Exact, bool),
    clock: &Clock,
) -> Option<Step> {
    let kind = kind.clock();
    let late_from = clock.late_from?;
    let until = if late_at_deadline { late_from } else { late_from.previous() };
    let passed = material.agreement.used_between(kind, clock.since?, until);
    let part = Exact::ratio(passed.checked_add(clock.used)?, 1_000_000_000)?;
    let text = |amount| length_text(material.policy, &Length { kind, amount });
    let whole = text(part.checked_div(share)?);
    Some(Step::new(format!("{} of {whole}", share_text(share))).value(text(part)))
}

/// The days of a calendar that are counted until a deadline, with those by which pauses have moved it.
fn days_met(material: &Material<'_>, id: CalendarId, clocks: &[Clock], first_day: bool) -> Option<Step> {
    let calendar = material.agreement.calendars.get(id.0 as usize)?;
    let name = &material.policy.calendars.find(id)?.name;
    let since = clocks.iter().find_map(|clock| clock.since)?;
    let start = calendar.zone().date_of(since);
    let last = calendar.zone().date_of(clocks.last()?.late_from?.previous());
    let mut step = Step::new(format!("{name} days until the deadline"));
    step.lists = true;
    // The first day counts unless the calendar has closed by then.
    let first = first_day && calendar.closing_of(start).is_some_and(|closing| since <= closing.instant());
    let mut date = if first { start } else { start.add_days(1)? };
    let mut count = 0_usize;
    while date <= last && count <= HOLIDAYS_MAX {
        if calendar.is_business_day(date) {
            count += 1;
            step.steps.push(Step::new(date.to_string()));
        }
        date = date.add_days(1)?;
    }
    let moved = clocks.last().map_or(0, |clock| clock.moved);
    let counted = if moved > 0 { format!("{count}, {moved} of them for pauses") } else { count.to_string() };
    (1..=HOLIDAYS_MAX).contains(&count).then(|| step.value(counted))
}

/// The openings in which a clock ran until the deadline, each with how long that is.
fn open_time(
    material: &Material<'_>,
    calendar: CalendarId,
    clocks: &[Clock],
    late_at_deadline: bool,
) -> Option<Step> {
    let of = material.agreement.calendars.get(calendar.0 as usize)?;
    let name = material.policy.calendars.find(calendar).map_or("?", |calendar| &calendar.name);
    let mut step = Step::new(format!("{name} hours until the deadline"));
    step.lists = true;
    let ends = clocks.iter().skip(1).map(|next| Some(next.at)).chain(std::iter::once(None));
    for (clock, stopped) in clocks.iter().zip(ends) {
        let (Some(since), Some(late_from)) = (clock.since, clock.late_from) else { continue };
        let until = stopped.map_or(late_from, |at| at.min(late_from));
        for (from, to) in of.openings(since, until) {
            // The last instant in time is told, and not the first one that is late.
            let is_late = to == late_from && !late_at_deadline;
            let to = if is_late { to.add_nanos(-1).unwrap_or(to) } else { to };
            let amount = Exact::ratio(to.nanos_since(from), 1_000_000_000)?;
            let shown = |at| instant_text(at, material.agreement);
            let length = length_text(material.policy, &Length { kind: LengthKind::Physical, amount });
            step.steps.push(Step::new(format!("{} to {}", shown(from), shown(to))).value(length));
        }
    }
    // Of one opening there is nothing to add up.
    (step.steps.len() > 1).then_some(step)
}

/// A clock that stopped, or runs on.
fn turned(material: &Material<'_>, kind: LengthKind, before: &Clock, now: &Clock) -> Option<Step> {
    let shown = |at| instant_text(at, material.agreement);
    // What a share of days has used is time by the clock that measures it: days are moved as a whole.
    let kind = kind.clock();
    let length = |nanos: i128| {
        let amount = Exact::ratio(nanos, 1_000_000_000)?;
        Some(length_text(material.policy, &Length { kind, amount }))
    };
    match (before.late_from, now.late_from) {
        (Some(_), None) => {
            let step = Step::new(format!("the clock stands still from {}", shown(now.at)));
            let used = (now.used > 0).then(|| length(now.used)).flatten();
            Some(match used {
                Some(used) => step.value(format!("{used} used")),
                None => step,
            })
        }
        // What has not begun has not stood still: from when it is counted is told.
        (None, Some(_)) if before.since.is_none() => None,
        (None, Some(_)) => {
            let step = Step::new(format!("it runs again from {}", shown(now.at)));
            Some(match now.moved.saturating_sub(before.moved) {
                0 => step,
                1 => step.value("moved by 1 day"),
                days => step.value(format!("moved by {days} days")),
            })
        }
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// The entries and notices that follow from a verdict, each with how to ask about it.
pub(super) fn follows(material: &Material<'_>, verdict: &Verdict, notices: &[String]) -> Option<Step> {
    let (policy, outcome) = (material.policy, material.outcome);
    let of = |consequence| {
        let of = policy.consequences.find(consequence);
        of.is_some_and(|of| match of.on {
            Signal::Broken(duty) => duty == verdict.duty,
            Signal::Kept(kept) => kept.duty == verdict.duty,
            _ => false,
        })
    };
    let lives = Lives::of(outcome);
    let mut step = Step::new("what follows");
    for entry in outcome.entries.iter().filter(|it| of(it.consequence) && it.subject == verdict.subject) {
        let id = identify(policy, material.agreement, &lives, entry);
        let amount = entry.amount.map(|amount| money_text(amount, material.agreement));
        step.steps.push(Step::new(id).value(amount.unwrap_or_else(|| "undetermined".to_owned())));
    }
    let notices = outcome.notices.iter().zip(notices);
    for (notice, id) in notices.filter(|(it, _)| of(it.consequence) && it.subject == verdict.subject) {
        let told = instant_text(notice.at, material.agreement);
        step.steps.push(Step::new(id.clone()).value(format!("told {told}")));
    }
    (!step.steps.is_empty()).then_some(step)
}

/// How a deadline is told.
pub(super) fn deadline_text(material: &Material<'_>, late_from: servanda_policy::time::Instant) -> String {
    let deadline = ShownDeadline::at(&material.agreement.zone, late_from);
    match (deadline.moment, deadline.date) {
        (Some(moment), _) => read_instant(&moment),
        (None, Some(date)) => format!("{date}, until the end of that day"),
        (None, None) => instant_text(late_from, material.agreement),
    }
}
