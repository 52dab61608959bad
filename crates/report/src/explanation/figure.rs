//! How a figure came about: what was counted, each with what it adds, and how the parts make the whole.
//!
//! Which items and events those are was told by the evaluator when it counted them; nothing is counted here again.

use super::{Material, Step, amount, cause, ranked, time};
use crate::expression::Scope;
use crate::statement::figure_text;
use crate::text::{instant_text, number_text, quantity_text, value_text};
use servanda_evaluator::outcome::{Figure, Quantity, Subject, Verdict};
use servanda_evaluator::{Counts, Member, MemberOf};
use servanda_policy::policy::{
    DutyId, Expr, ExprKind, FoldId, FoldKind, ItemFold, LengthKind, Measure, OpenItems, Source, Value,
    ValueType,
};
use servanda_policy::time::{Window, Zone};
use servanda_policy::value::Exact;

/// A figure with what it is made of.
pub(super) fn figure_step(material: &Material<'_>, figure: &Figure) -> Option<Step> {
    let material = &material.of_group(figure.group.as_ref());
    let (policy, agreement) = (material.policy, material.agreement);
    let measure = policy.measures.find(figure.measure)?;
    let targets = figure.judged.first().map_or(&[][..], |judged| &judged.targets);
    let of_group = match (&figure.group, policy.grouped_by(measure.window)) {
        (Some(group), Some(field)) => format!(" for {field} {group}"),
        _ => String::new(),
    };
    let what = format!("{}{of_group} in {}", measure.name, label(&figure.window, &agreement.zone));
    let value = figure_text(policy, agreement, figure, measure.unit, targets);
    let mut step = Step::new(what).value(value);
    step.place = material.place(measure.span);
    if let Some((above, below)) = &figure.ratio {
        step.steps.push(Step::new(ratio_text(material, measure, above, below)));
    }
    if material.told != Some(figure.measure) {
        step.steps.extend(made_of(material, measure, figure));
    }
    step.steps.extend(ranked::sample(material, measure, figure));
    if let Quantity::Unknown { causes, .. } = &figure.value {
        step.steps.extend(cause::unknown(material, causes));
    }
    if figure.window.is_partial() {
        let shown = |at| instant_text(at, agreement);
        let (start, end) = (shown(figure.window.start), shown(figure.window.end));
        step.steps.push(Step::new(format!("the term leaves of this window {start} to {end}")));
    }
    if let Some((_, unit)) = &measure.rounded {
        let unit = quantity_text(policy, agreement, unit, measure.unit);
        step.steps.push(Step::new(format!("rounded to whole multiples of {unit}")));
    }
    if figure.provisional {
        step.steps.push(Step::new("provisional: it may still change"));
    }
    Some(step)
}

/// What a window is called.
pub(super) fn label(window: &Window, zone: &Zone) -> String {
    match window.label(zone) {
        label if label == "term" => "the term".to_owned(),
        label => label,
    }
}

fn made_of(material: &Material<'_>, measure: &Measure, figure: &Figure) -> Vec<Step> {
    if let ExprKind::Fold(fold) = &measure.value.kind {
        return gathered(material, *fold, &figure.window);
    }
    let scope = Scope::of(material.agreement).in_window(
        material.policy,
        material.outcome,
        material.trail,
        &figure.window,
    );
    let scope = scope.of_group(figure.group.as_ref());
    vec![amount::expression(material, &scope, &measure.value, Some(measure.unit))]
}

/// What a fold has gathered in a window.
pub(super) fn gathered(material: &Material<'_>, fold: FoldId, window: &Window) -> Vec<Step> {
    let Some(rule) = material.policy.folds.find(fold) else { return Vec::new() };
    let FoldKind::Items { source, open, of, .. } = &rule.kind else {
        return time::gathered(material, fold, window);
    };
    let members = material.members(fold, window);
    let counted = |member: &&&Member| {
        !matches!(member.counts, Counts::Waits | Counts::Unknown | Counts::Fulfills(None))
    };
    let of_verdict = verdict_read(of);
    let group = |text: &str, members: &[&Member]| listed(material, text, members, of_verdict, rule.unit);
    let some =
        |counts: &Counts| members.iter().filter(|it| it.counts == *counts).copied().collect::<Vec<_>>();
    let mut steps = Vec::new();
    match of {
        ItemFold::Count => {
            let known: Vec<_> = members.iter().filter(counted).copied().collect();
            let what = if matches!(source, Source::Breaches(_)) { "breaches" } else { "counted" };
            steps.extend(group(what, &known));
        }
        ItemFold::Share(condition) => {
            let asked = material.quoted(condition.span);
            // What failed is what is asked about.
            steps.extend(group(&format!("it is not so that {asked}"), &some(&Counts::Fulfills(Some(false)))));
            steps.extend(group(&asked, &some(&Counts::Fulfills(Some(true)))));
            steps.extend(group("it is not known whether", &some(&Counts::Fulfills(None))));
        }
        ItemFold::Sum(expr) | ItemFold::Average(expr) => {
            let known: Vec<_> = members.iter().filter(counted).copied().collect();
            steps.extend(group(&format!("{} of each", material.quoted(expr.span)), &known));
        }
        ItemFold::Distinct(expr) => {
            let known: Vec<_> = members.iter().filter(counted).copied().collect();
            steps.extend(ranked::different(material, source, expr, &known));
        }
        ItemFold::Percentile { rank, linear, .. } => {
            let known: Vec<_> = members.iter().filter(counted).copied().collect();
            steps.extend(ranked::at(material, (rank, *linear), &known, rule.unit));
            steps.extend(group("of", &known));
        }
        ItemFold::Highest(_) | ItemFold::Lowest(_) | ItemFold::First(_) | ItemFold::Latest(_) => {
            let known: Vec<_> = members.iter().filter(counted).copied().collect();
            steps.extend(decisive(material, fold, window, of, &known, rule.unit));
            steps.extend(group("of", &known));
        }
    }
    let waiting = match open {
        OpenItems::Wait | OpenItems::LeaveOut => "not decided yet, and not counted",
        OpenItems::CountAs(true) => "not decided yet, and counted as so",
        OpenItems::CountAs(false) => "not decided yet, and counted as not so",
    };
    steps.extend(group(waiting, &some(&Counts::Waits)));
    steps.extend(group("it is not known whether it counts", &some(&Counts::Unknown)));
    if members.is_empty() {
        steps.push(Step::new("nothing was counted"));
    }
    steps
}

/// The duty whose verdict a share asks for.
fn verdict_read(of: &ItemFold) -> Option<DutyId> {
    fn read(expr: &Expr) -> Option<DutyId> {
        match &expr.kind {
            ExprKind::Verdict(duty, _) => Some(*duty),
            ExprKind::Not(inner) => read(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().find_map(read),
            _ => None,
        }
    }
    match of {
        ItemFold::Share(condition) => read(condition),
        _ => None,
    }
}

/// The member of which a greatest, least, first or last quantity is.
fn decisive(
    material: &Material<'_>,
    fold: FoldId,
    window: &Window,
    of: &ItemFold,
    members: &[&Member],
    unit: ValueType,
) -> Option<Step> {
    let (Quantity::Known(value), _) = material.trail.fold(fold, window, material.group)? else { return None };
    let is_it =
        |member: &&&Member| matches!(&member.counts, Counts::Amount(Quantity::Known(of)) if of == value);
    let (what, member) = match of {
        ItemFold::Highest(_) => ("the highest", members.iter().find(is_it)?),
        ItemFold::Lowest(_) => ("the lowest", members.iter().find(is_it)?),
        ItemFold::First(_) => ("the first", members.iter().find(is_it)?),
        _ => ("the latest", members.iter().rfind(is_it)?),
    };
    let mut step = one(material, member, None, unit);
    step.text = format!("{what}: {}", step.text);
    Some(step)
}

/// Members with what each adds, and how many they are; none where there is none.
fn listed(
    material: &Material<'_>,
    what: &str,
    members: &[&Member],
    duty: Option<DutyId>,
    unit: ValueType,
) -> Option<Step> {
    if members.is_empty() {
        return None;
    }
    let mut step = Step::new(what).value(members.len().to_string());
    step.lists = true;
    step.steps = members.iter().map(|member| one(material, member, duty, unit)).collect();
    Some(step)
}

/// A member of a fold: what it is, since when, and what it adds.
pub(super) fn one(material: &Material<'_>, member: &Member, duty: Option<DutyId>, unit: ValueType) -> Step {
    let mut step = match &member.of {
        MemberOf::Subject(subject) => item(material, subject, duty),
        MemberOf::Breach(duty, at) => breach(material, *duty, *at),
    };
    if let Counts::Amount(amount) = &member.counts {
        step.value = Some(match amount {
            Quantity::Known(value) => value_text(material.policy, material.agreement, value, unit),
            Quantity::NoData => "no data".to_owned(),
            Quantity::Unknown { .. } => "undetermined".to_owned(),
        });
    }
    step
}

fn item(material: &Material<'_>, subject: &Subject, duty: Option<DutyId>) -> Step {
    let about = cause::about(material, subject);
    let mut step = match subject {
        Subject::Item { born, .. } => {
            Step::new(format!("{about}, begun {}", instant_text(*born, material.agreement)))
        }
        // The event itself says which it is.
        Subject::Event(event) => {
            let mut step = Step::new(cause::event_text(material, event));
            step.evidence = material.evidence(std::slice::from_ref(event));
            step.is_event = true;
            return step;
        }
        Subject::Agreement | Subject::Window(_) | Subject::Group(..) => Step::new(about),
    };
    let first = duty.and_then(|duty| material.policy.duties.find(duty)).map(|duty| duty.first);
    let same = |verdict: &&Verdict| {
        material.policy.duties.find(verdict.duty).map(|duty| duty.first) == first
            && verdict.subject == *subject
    };
    match material.outcome.verdicts.iter().filter(|_| first.is_some()).find(same) {
        Some(verdict) => {
            step.evidence = material.evidence(&verdict.evidence);
            step.steps = cause::instants(material, verdict);
        }
        None => {
            let begun = material.trail.begun(subject).and_then(|begun| begun.by.clone());
            step.evidence = material.evidence(begun.as_slice());
        }
    }
    step
}

/// A breach that is counted: of several at one instant, all are counted alike.
fn breach(material: &Material<'_>, duty: DutyId, at: servanda_policy::time::Instant) -> Step {
    let name = material.policy.duties.find(duty).map_or("?", |duty| &duty.name);
    let decided = instant_text(at, material.agreement);
    let verdicts = material.outcome.verdicts.iter();
    let mut of = verdicts.filter(|verdict| verdict.duty == duty && verdict.at == Some(at));
    let mut step = match (of.next(), of.next()) {
        (Some(verdict), None) => {
            let mut step = Step::new(format!("{name} for {}", cause::about(material, &verdict.subject)));
            step.evidence = material.evidence(&verdict.evidence);
            step
        }
        (Some(_), Some(_)) => Step::new(format!("{name}, one of several at this instant")),
        (None, _) => Step::new(name),
    };
    step.value = Some(format!("broken {decided}"));
    step
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
            let unit = ValueType::Length(kind);
            format!("{} of {}", amount(above, unit), amount(below, unit))
        }
        (_, ValueType::Share) => format!("{} of {}", number_text(above), number_text(below)),
        (_, unit @ (ValueType::Length(_) | ValueType::Money)) => {
            format!("{} / {}", amount(above, unit), number_text(below))
        }
        _ => format!("{} / {}", number_text(above), number_text(below)),
    }
}

/// A quantity of a type, for reading.
pub(super) fn quantity(material: &Material<'_>, quantity: &Quantity, unit: ValueType) -> String {
    match quantity {
        Quantity::Known(Value::Number(number)) => {
            quantity_text(material.policy, material.agreement, number, unit)
        }
        Quantity::Known(value) => value_text(material.policy, material.agreement, value, unit),
        Quantity::NoData => "no data".to_owned(),
        Quantity::Unknown { .. } => "undetermined".to_owned(),
    }
}
