//! Why an entry arose: the breach, the window or the event, and what was decided before.

use super::{Material, Step, figure, silence, verdict};
use crate::subject::{subject_kind, subject_text};
use crate::text::instant_text;
use servanda_evaluator::outcome::{Cause, Entry, Evidence, Notice, Subject, Verdict};
use servanda_policy::policy::{
    Consequence, DutyId, Effect, ExprKind, Form, Kept, Running, Settled, Signal, Standing, Tell,
    Verdict as Kind,
};

/// The steps that say why an entry arose.
pub(super) fn steps(material: &Material<'_>, entry: &Entry, consequence: &Consequence) -> Vec<Step> {
    let mut steps = match &consequence.on {
        Signal::Kept(kept) => vec![earned(material, entry, kept)],
        Signal::Paid(_) => vec![Step::new("what a credit pays is not owed by it any more")],
        _ => of_signal(material, &entry.subject, consequence),
    };
    steps.extend(unknown(material, &entry.because));
    steps
}

/// By what something was earned back.
fn earned(material: &Material<'_>, entry: &Entry, kept: &Kept) -> Step {
    let duty = material.policy.duties.find(kept.duty).map_or("?", |duty| duty.name.as_str());
    let behind = about(material, &entry.subject);
    let mut step =
        Step::new(format!("{duty} is kept {} windows running, behind the breach for {behind}", kept.count));
    if let Subject::Window(window) = &entry.subject {
        let outcome = material.outcome;
        let run = outcome.kept_running(material.policy, kept.duty, window.index, kept.count, entry.at);
        step.steps = run
            .into_iter()
            .map(|verdict| {
                Step::new(format!("{duty} for {}", about(material, &verdict.subject))).value("kept")
            })
            .collect();
    }
    step
}

/// The steps that say why something followed.
pub(super) fn of_signal(material: &Material<'_>, subject: &Subject, consequence: &Consequence) -> Vec<Step> {
    let mut steps = match &consequence.on {
        Signal::Broken(duty) => vec![breach(material, *duty, subject)],
        Signal::Running(running) => vec![running_out(material, running, subject)],
        Signal::Kept(_) | Signal::Paid(_) => Vec::new(),
        Signal::Each(_) | Signal::ForEach(..) | Signal::ForEvent(_) => {
            vec![Step::new(format!("for {}", about(material, subject)))]
        }
        Signal::Standing(standing) => holding(material, standing),
    };
    if let Signal::ForEach(_, Some(filter)) = &consequence.on
        && filter.any(&|part| matches!(part.kind, ExprKind::VerdictOf(..)))
    {
        let mut step = Step::new(format!("where {}", material.quoted(filter.span))).value("yes");
        step.place = material.place(filter.span);
        steps.push(step);
    }
    if let Some(only) = &consequence.only {
        let mut step = Step::new(format!("only if {}", material.quoted(only.span))).value("yes");
        step.place = material.place(only.span);
        steps.push(step);
    }
    steps
}

/// Since when somebody was to be told, and why only now.
pub(super) fn waiting(material: &Material<'_>, consequence: &Consequence, told: &Notice) -> Vec<Step> {
    let (Effect::Tell(Tell { during: Some(hours), .. }), Some(arose)) = (&consequence.effect, told.arose)
    else {
        return Vec::new();
    };
    let calendar = material.policy.calendars.find(*hours);
    let name = calendar.map_or("?", |calendar| calendar.name.as_str());
    let at = |instant| instant_text(instant, material.agreement);
    vec![
        Step::new("it arose".to_owned()).value(at(arose)),
        Step::new(format!("it is told during `{name}` only, which opens next")).value(at(told.at)),
    ]
}

/// In which windows a duty is broken, where something follows from so many of them.
fn running_out(material: &Material<'_>, running: &Running, subject: &Subject) -> Step {
    let name = material.policy.duties.find(running.duty).map_or("?", |duty| duty.name.as_str());
    let many = match running.of {
        None => format!("{} windows running", running.count),
        Some(of) => format!("in {} of the last {of} windows", running.count),
    };
    let mut step = Step::new(format!("{name} is broken {many}"));
    let Subject::Window(window) = subject else { return step };
    let broken = material.outcome.broken_running(material.policy, running, window.index);
    // Of windows that are decided late the last one need not be the one with which there were enough.
    if broken.last().is_some_and(|last| last.subject != *subject) {
        step.text = format!(
            "{}; there are enough with {}, which was decided last",
            step.text,
            about(material, subject)
        );
    }
    step.steps = broken.into_iter().map(|verdict| in_window(material, verdict)).collect();
    step
}

/// What became of a duty in a window, with the figure or the instants that decided it.
fn in_window(material: &Material<'_>, told: &Verdict) -> Step {
    let name = material.policy.duties.find(told.duty).map_or("?", |duty| duty.name.as_str());
    let mut step = Step::new(format!("{name} for {}", about(material, &told.subject)));
    step.value = Some(told.verdict.word().to_owned());
    let figure = material.outcome.figures.iter().find(|figure| {
        let Subject::Window(window) = &told.subject else { return false };
        figure.window.start == window.start && figure.judged.iter().any(|judged| judged.duty == told.duty)
    });
    match figure {
        Some(told) => step.steps.extend(figure::figure_step(material, told)),
        None => step.steps.extend(instants(material, told)),
    }
    step
}

/// What holds, each of it with what it asks for.
fn holding(material: &Material<'_>, standing: &Standing) -> Vec<Step> {
    let mut steps = Vec::new();
    if standing.ended {
        steps.push(Step::new("this agreement has ended").value("yes"));
    }
    for (debtor, creditor, span) in &standing.settled {
        let nothing = format!("{} owes {} nothing", material.party(*debtor), material.party(*creditor));
        let mut step = Step::new(nothing).value("yes");
        step.place = material.place(*span);
        let between = material.policy.cases.values().filter(|case| {
            case.debt.as_ref().is_some_and(|debt| (debt.debtor, debt.creditor) == (*debtor, *creditor))
        });
        for case in between {
            step.steps.push(Step::new(format!("no open `{}` is unpaid", case.name)));
            let settling = case.debt.as_ref().and_then(|debt| debt.payments.as_ref());
            let kinds = settling.map_or(&[][..], |payments| &payments.settling);
            for (settled, span) in kinds {
                let Settled::Kind(kind) = settled else { continue };
                let kind = material.policy.kinds.find(*kind).map_or("entry", String::as_str);
                let mut also = Step::new(format!("no `{kind}` on one is left to settle"));
                also.place = material.place(*span);
                step.steps.push(also);
            }
        }
        steps.push(step);
    }
    steps
}

/// What something is about: `invoice I-1`; of a window its label alone.
pub(super) fn about(material: &Material<'_>, subject: &Subject) -> String {
    let text = subject_text(material.policy, material.agreement, subject);
    match subject {
        Subject::Window(_) if text == "term" => "the term".to_owned(),
        Subject::Window(_) => text,
        Subject::Group(span, group) => {
            let field = material.policy.grouped_by(span.window).unwrap_or("group");
            let window = subject_text(material.policy, material.agreement, &Subject::Window(*span));
            let window = if window == "term" { "the term" } else { &window };
            format!("{field} {group} in {window}")
        }
        _ => format!("{} {text}", subject_kind(material.policy, subject)),
    }
}

/// The breach of a duty on a subject.
fn breach(material: &Material<'_>, id: DutyId, subject: &Subject) -> Step {
    let bare = material.policy.duties.find(id);
    if bare.is_some_and(|duty| duty.silent && matches!(duty.form, Form::Do { .. })) {
        return verdict::time_is_over(material, id, subject);
    }
    let mut verdicts = material.outcome.verdicts.iter();
    let told = verdicts.find(|verdict| verdict.duty == id && verdict.subject == *subject);
    // What is excused now was broken when this followed from it.
    let told = told.cloned().map(|told| Verdict { verdict: Kind::Broken, because: Vec::new(), ..told });
    verdict::step(material, id, subject, told.as_ref())
}

/// Why something is not known.
pub(super) fn unknown(material: &Material<'_>, causes: &[Cause]) -> Vec<Step> {
    let told = causes.iter().map(|cause| {
        let mut step = Step::new(format!("because {}", cause.message));
        step.place = material.place(cause.span);
        step
    });
    told.collect()
}

/// An event for reading: `work.logged at 2026-03-10 18:00`.
pub(super) fn event_text(material: &Material<'_>, event: &Evidence) -> String {
    let name = material.policy.events.find(event.event).map_or("event", |event| &event.name);
    format!("{name} at {}", instant_text(event.at, material.agreement))
}

/// When it was due, done and decided.
pub(super) fn instants(material: &Material<'_>, told: &Verdict) -> Vec<Step> {
    let shown = |at| instant_text(at, material.agreement);
    let mut steps = Vec::new();
    if let Some(late_from) = told.late_from {
        steps.push(Step::new("deadline").value(verdict::deadline_text(material, late_from)));
    }
    match (told.done_at, told.late_from) {
        (Some(at), late_from) => {
            let late = late_from.is_some_and(|late_from| at >= late_from);
            let mut done = Step::new(if late { "done, late" } else { "done" }).value(shown(at));
            if let Some(silence) = silence::of_duty(material, told.duty, &told.subject, at) {
                // What counts as done with the deadline is done behind whatever is due then.
                let then = told.late_from.is_some_and(|late_from| at.add_nanos(1) == Some(late_from));
                done.text = if then { "done, behind the deadline".to_owned() } else { done.text };
                done.steps.push(silence);
            }
            steps.push(done);
        }
        (None, Some(_)) => {
            steps.push(Step::new(format!("not done before {}", shown(material.outcome.as_of))))
        }
        (None, None) => {}
    }
    steps
}
