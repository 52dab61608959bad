//! Why an entry arose: the breach, the window or the event, and what was decided before.

use super::{Material, Step, behind};
use crate::expression::{Scope, value};
use crate::statement::ShownDeadline;
use crate::subject::{subject_kind, subject_text};
use crate::text::{instant_text, number_text, quantity_text, read_instant, relation_words, value_text};
use servanda_evaluator::outcome::{Entry, Figure, Quantity, Subject, Verdict};
use servanda_policy::policy::{
    Consequence, DutyId, ExprKind, FoldKind, Form, LengthKind, Measure, MeasureId, Signal, ValueType,
};
use servanda_policy::value::Exact;

/// The steps that say why an entry arose.
pub(super) fn steps(material: &Material<'_>, entry: &Entry, consequence: &Consequence) -> Vec<Step> {
    let mut steps = match &consequence.on {
        Signal::Broken(duty) => vec![breach(material, *duty, &entry.subject)],
        Signal::Each(_) => {
            vec![Step::new(format!("for {}", about(material, &entry.subject)))]
        }
        Signal::ForEach(..) | Signal::ForEvent(_) => {
            vec![Step::new(format!("for {}", about(material, &entry.subject)))]
        }
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

/// What something is about: `invoice I-1`; of a window its label alone.
pub(super) fn about(material: &Material<'_>, subject: &Subject) -> String {
    let text = subject_text(material.policy, material.agreement, subject);
    match subject {
        Subject::Window(_) if text == "term" => "the term".to_owned(),
        Subject::Window(_) => text,
        _ => format!("{} {text}", subject_kind(material.policy, subject)),
    }
}

/// The breach of a duty on a subject.
fn breach(material: &Material<'_>, id: DutyId, subject: &Subject) -> Step {
    let policy = material.policy;
    let verdict =
        material.outcome.verdicts.iter().find(|verdict| verdict.duty == id && verdict.subject == *subject);
    let duty = policy.duties.find(id);
    let who = duty.map_or("?", |duty| material.party(duty.debtor));
    let name = duty.map_or("?", |duty| &duty.name);
    let mut step = Step::new(format!("{who} has broken {name} for {}", about(material, subject)));
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
        let unit = policy.measures.find(*measure).map(|measure| measure.unit);
        for (relation, target) in targets {
            let written = material.quoted(target.span);
            let scope = Scope::of(material.agreement);
            let shown = value(&scope, target)
                .zip(unit)
                .map(|(value, unit)| value_text(policy, material.agreement, &value, unit));
            let mut bound = Step::new(format!("target: {} {written}", relation_words(*relation)));
            // A figure that stands in the text is not told twice.
            bound.value = shown.filter(|shown| shown.replace(' ', "") != written.replace(' ', ""));
            bound.place = material.place(target.span);
            step.steps.push(bound);
        }
    }
    step
}

/// When it was due, done and decided.
pub(super) fn instants(material: &Material<'_>, verdict: &Verdict) -> Vec<Step> {
    let zone = &material.agreement.zone;
    let shown = |at| instant_text(at, material.agreement);
    let mut steps = Vec::new();
    if let Some(late_from) = verdict.late_from {
        let deadline = ShownDeadline::at(zone, late_from);
        let text = match (deadline.moment, deadline.date) {
            (Some(moment), _) => read_instant(&moment),
            (None, Some(date)) => format!("{date}, until the end of that day"),
            (None, None) => shown(late_from),
        };
        steps.push(Step::new("deadline").value(text));
    }
    match (verdict.done_at, verdict.late_from) {
        (Some(at), Some(late_from)) if at >= late_from => {
            steps.push(Step::new("done, late").value(shown(at)));
        }
        (Some(at), _) => steps.push(Step::new("done").value(shown(at))),
        (None, Some(_)) => {
            steps.push(Step::new(format!("not done before {}", shown(material.outcome.as_of))))
        }
        (None, None) => {}
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
        step.steps.push(Step::new(ratio_text(material, measure, above, below)));
    }
    if material.told != Some(id) {
        step.steps.extend(behind::step(material, measure, figure));
    }
    if figure.provisional {
        step.steps.push(Step::new("provisional: it may still change"));
    }
    Some(step)
}

/// What was divided by what: `660 of 700`, `671 h of 672 h`.
fn ratio_text(material: &Material<'_>, measure: &Measure, above: &Exact, below: &Exact) -> String {
    let amount = |number: &Exact, unit| quantity_text(material.policy, material.agreement, number, unit);
    let fold = match &measure.value.kind {
        ExprKind::Fold(fold) => material.policy.folds.find(*fold).map(|fold| &fold.kind),
        _ => None,
    };
    match (fold, measure.unit) {
        (Some(FoldKind::Time { during, .. }), _) => {
            let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
            format!(
                "{} of {}",
                amount(above, ValueType::Length(kind)),
                amount(below, ValueType::Length(kind))
            )
        }
        (_, ValueType::Share) => format!("{} of {}", number_text(above), number_text(below)),
        (_, unit @ (ValueType::Length(_) | ValueType::Money)) => {
            format!("{} / {}", amount(above, unit), number_text(below))
        }
        _ => format!("{} / {}", number_text(above), number_text(below)),
    }
}
