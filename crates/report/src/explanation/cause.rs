//! Why an entry arose: the breach, the window or the event, and what was decided before.

use super::{Material, Step};
use crate::statement::ShownDeadline;
use crate::subject::{subject_kind, subject_text};
use crate::text::{exact_text, quantity_text, value_text};
use servanda_evaluator::outcome::{Entry, Figure, Quantity, Subject, Verdict};
use servanda_policy::policy::{Consequence, DutyId, Form, MeasureId, Signal};

/// The steps that say why an entry arose.
pub(super) fn steps(material: &Material<'_>, entry: &Entry, consequence: &Consequence) -> Vec<Step> {
    let mut steps = match &consequence.on {
        Signal::Broken(duty) => vec![breach(material, *duty, &entry.subject)],
        Signal::Each(_) => {
            vec![Step::new(format!(
                "for the window {}",
                subject_text(material.policy, material.agreement, &entry.subject)
            ))]
        }
        Signal::ForEach(..) | Signal::ForEvent(_) => vec![Step::new(format!(
            "for {} {}",
            subject_kind(material.policy, &entry.subject),
            subject_text(material.policy, material.agreement, &entry.subject),
        ))],
    };
    if let Some(only) = &consequence.only {
        let mut step = Step::new(format!("only if {}", material.quoted(only.span))).value("yes");
        step.place = material.place(only.span);
        steps.push(step);
    }
    for cause in &entry.because {
        let mut step = Step::new(format!("undetermined: {}", cause.message));
        step.place = material.place(cause.span);
        steps.push(step);
    }
    steps
}

/// The breach of a duty on a subject.
fn breach(material: &Material<'_>, id: DutyId, subject: &Subject) -> Step {
    let policy = material.policy;
    let verdict =
        material.outcome.verdicts.iter().find(|verdict| verdict.duty == id && verdict.subject == *subject);
    let duty = policy.duties.find(id);
    let who = duty.map_or("?", |duty| material.party(duty.debtor));
    let name = duty.map_or("?", |duty| &duty.name);
    let mut step = Step::new(format!(
        "{who} has broken {name} for {} {}",
        subject_kind(policy, subject),
        subject_text(policy, material.agreement, subject),
    ));
    step.place = duty.and_then(|duty| material.place(duty.core_span));
    if let Some(verdict) = verdict {
        step.evidence = material.evidence(&verdict.evidence);
        step.steps.extend(instants(material, verdict));
    }
    if let (Some(Form::Keep { measure, targets }), Subject::Window(window)) =
        (duty.map(|duty| &duty.form), subject)
    {
        let figure = material
            .outcome
            .figures
            .iter()
            .find(|figure| figure.measure == *measure && figure.window.start == window.start);
        step.steps.extend(figure.and_then(|figure| figure_step(material, *measure, figure)));
        for (relation, target) in targets {
            let words = crate::text::relation_words(*relation);
            let mut bound = Step::new(format!("target: {words} {}", material.quoted(target.span)));
            bound.place = material.place(target.span);
            step.steps.push(bound);
        }
    }
    step
}

/// When it was due, done and decided.
fn instants(material: &Material<'_>, verdict: &Verdict) -> Vec<Step> {
    let zone = &material.agreement.zone;
    let mut steps = Vec::new();
    if let Some(late_from) = verdict.late_from {
        let shown = ShownDeadline::at(zone, late_from);
        let text = match (shown.moment, shown.date) {
            (Some(moment), _) => moment,
            (None, Some(date)) => format!("{date} (late from {})", late_from.format_in(zone)),
            (None, None) => late_from.format_in(zone),
        };
        steps.push(Step::new("deadline").value(text));
    }
    match verdict.done_at {
        Some(at) => steps.push(Step::new("done").value(at.format_in(zone))),
        None if verdict.late_from.is_some() => {
            let as_of = material.outcome.as_of.format_in(zone);
            steps.push(Step::new("done").value(format!("not before {as_of}")));
        }
        None => {}
    }
    steps
}

/// A figure with what was divided.
pub(super) fn figure_step(material: &Material<'_>, id: MeasureId, figure: &Figure) -> Option<Step> {
    let (policy, agreement) = (material.policy, material.agreement);
    let measure = policy.measures.find(id)?;
    let mut step = Step::new(format!("{} in {}", measure.name, figure.window.label()));
    step.place = material.place(measure.span);
    step.value = Some(match &figure.value {
        Quantity::Known(value) => value_text(policy, agreement, value, measure.unit),
        Quantity::NoData => "no data".to_owned(),
        Quantity::Unknown { between: Some((low, high)), .. } => format!(
            "between {} and {}",
            quantity_text(policy, agreement, low, measure.unit),
            quantity_text(policy, agreement, high, measure.unit),
        ),
        Quantity::Unknown { between: None, .. } => "undetermined".to_owned(),
    });
    if let Some((above, below)) = &figure.ratio {
        step.steps.push(Step::new(format!("{} / {}", exact_text(above), exact_text(below))));
    }
    if figure.provisional {
        step.steps.push(Step::new("provisional: it may still change"));
    }
    Some(step)
}
