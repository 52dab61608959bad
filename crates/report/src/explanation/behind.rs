//! What stands behind a figure: the items that failed, the spans that count.
//!
//! An outcome keeps verdicts and no items, so that items are known here by the verdicts of a duty on them. They are
//! told only where they account for the figure exactly: fewer than all would be misleading.

use super::cause::instants;
use super::{Material, Step, cause};
use crate::text::instant_text;
use servanda_evaluator::outcome::{Figure, Quantity, Subject, Verdict};
use servanda_policy::policy::{
    CaseId, CountedAt, DutyId, Expr, ExprKind, FoldKind, Form, ItemFold, Life, Measure, OpenItems, Source,
    Steps, Value, Verdict as VerdictKind,
};
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;

/// How many items or spans are told before the rest is counted.
const LISTED_MAX: usize = 10;

/// The step that tells what stands behind a figure; none where that is not known.
pub(super) fn step(material: &Material<'_>, measure: &Measure, figure: &Figure) -> Option<Step> {
    let ExprKind::Fold(fold) = &measure.value.kind else { return None };
    match &material.policy.folds.find(*fold)?.kind {
        FoldKind::Items { open: OpenItems::CountAs(_), .. } => None,
        FoldKind::Items {
            source: Source::Cases(case),
            filter,
            during,
            counted_at,
            of: ItemFold::Share(condition),
            ..
        } => {
            let all = filter.is_none() && during.is_none();
            share(material, figure, (*case, *counted_at, all), condition)
        }
        FoldKind::Items { source: Source::Breaches(duties), of: ItemFold::Count, .. } => {
            breaches(material, figure, duties)
        }
        FoldKind::Time { within: Steps::Alive { case, .. }, negated, share, .. } => {
            spans(material, figure, *case, (*negated, *share))
        }
        FoldKind::Items { .. } | FoldKind::Time { .. } => None,
    }
}

/// The items of a share whose duty was broken; `all` where nothing else is asked of the items.
fn share(
    material: &Material<'_>,
    figure: &Figure,
    (case, counted_at, all): (CaseId, CountedAt, bool),
    condition: &Expr,
) -> Option<Step> {
    let (duty, verdicts) = match &condition.kind {
        ExprKind::Verdict(duty, verdicts) => (*duty, *verdicts),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Verdict(duty, verdicts) => (*duty, verdicts.inverted()),
            _ => return None,
        },
        _ => return None,
    };
    let (above, below) = figure.ratio.as_ref()?;
    let count = if verdicts.contains(VerdictKind::Broken) { above.clone() } else { below - above };
    let counted = |verdict: &&Verdict| {
        verdict.duty == duty
            && instant(material, verdict, case, counted_at).is_some_and(|at| figure.window.contains(at))
    };
    let (broken, others): (Vec<&Verdict>, Vec<&Verdict>) = material
        .outcome
        .verdicts
        .iter()
        .filter(counted)
        .partition(|verdict| verdict.verdict == VerdictKind::Broken);
    // An excused one that counts as failed could stand for a broken one that is left out.
    let plain = all || others.iter().all(|verdict| verdict.verdict == VerdictKind::Kept);
    (plain && accounts(&broken, &count)).then(|| list(material, "late or missed", &broken)).flatten()
}

/// The instant by which an item is counted, where its verdict tells it.
fn instant(material: &Material<'_>, verdict: &Verdict, of: CaseId, counted_at: CountedAt) -> Option<Instant> {
    let Subject::Item { case, born, .. } = &verdict.subject else { return None };
    let begins_later =
        matches!(&material.policy.cases.find(of)?.life, Life::Begins(begin) if begin.at.is_some());
    match counted_at {
        _ if *case != of => None,
        CountedAt::Beginning => (!begins_later).then_some(*born),
        CountedAt::Deadline => verdict.late_from?.add_nanos(-1),
        CountedAt::Decision => verdict.at,
        CountedAt::End => None,
    }
}

/// The breaches that are counted.
fn breaches(material: &Material<'_>, figure: &Figure, duties: &[DutyId]) -> Option<Step> {
    let Quantity::Known(Value::Number(count)) = &figure.value else { return None };
    let counted = |verdict: &&Verdict| {
        duties.contains(&verdict.duty)
            && verdict.verdict == VerdictKind::Broken
            && verdict.at.is_some_and(|at| figure.window.contains(at))
    };
    let broken: Vec<&Verdict> = material.outcome.verdicts.iter().filter(counted).collect();
    accounts(&broken, count).then(|| list(material, "breaches", &broken)).flatten()
}

/// Whether these are all that a figure counts. What a figure leaves out by a condition that is not known here is
/// among them, so that as many as the figure counts are the same ones.
fn accounts(verdicts: &[&Verdict], count: &Exact) -> bool {
    i128::try_from(verdicts.len()).is_ok_and(|number| Exact::integer(number) == *count)
}

/// The first items with what became of them, and how many more there are.
fn list(material: &Material<'_>, what: &str, verdicts: &[&Verdict]) -> Option<Step> {
    if verdicts.is_empty() {
        return None;
    }
    let mut step = Step::new(what).value(verdicts.len().to_string());
    for verdict in verdicts.iter().take(LISTED_MAX) {
        let about = cause::about(material, &verdict.subject);
        let mut item = Step::new(match &verdict.subject {
            Subject::Item { born, .. } => {
                format!("{about}, begun {}", instant_text(*born, material.agreement))
            }
            _ => about,
        });
        item.evidence = material.evidence(&verdict.evidence);
        item.steps = instants(material, verdict);
        step.steps.push(item);
    }
    step.steps.extend(rest(verdicts.len()));
    Some(step)
}

fn rest(count: usize) -> Option<Step> {
    match count.saturating_sub(LISTED_MAX) {
        0 => None,
        more => Some(Step::new(format!("and {more} more"))),
    }
}

/// The time in which items of a case were alive, where a duty that ends them tells from when until when.
fn spans(
    material: &Material<'_>,
    figure: &Figure,
    of: CaseId,
    (negated, share): (bool, bool),
) -> Option<Step> {
    let seconds = match (&figure.ratio, &figure.value) {
        (Some((above, below)), _) if share => {
            if negated {
                below - above
            } else {
                above.clone()
            }
        }
        (_, Quantity::Known(Value::Length(length))) if !negated => length.amount.clone(),
        _ => return None,
    };
    let (window, as_of) = (&figure.window, material.outcome.as_of);
    let cut = |verdict: &Verdict| match &verdict.subject {
        Subject::Item { case, born, .. } if *case == of => {
            let from = (*born).max(window.start);
            let until = verdict.done_at.unwrap_or(as_of).min(as_of).min(window.end);
            (from < until).then_some((from, until))
        }
        _ => None,
    };
    let on_case = |duty: &DutyId| matches!(material.policy.duties.find(*duty).map(|duty| &duty.form), Some(Form::Do { case, .. }) if *case == of);
    let mut duties: Vec<DutyId> = material.outcome.verdicts.iter().map(|verdict| verdict.duty).collect();
    duties.dedup();
    // Several duties may speak of the same items; one whose acts end them accounts for the time.
    duties.into_iter().filter(on_case).find_map(|duty| {
        let mut spans: Vec<(Instant, Instant, &Verdict)> = material
            .outcome
            .verdicts
            .iter()
            .filter(|verdict| verdict.duty == duty)
            .filter_map(|verdict| cut(verdict).map(|(from, until)| (from, until, verdict)))
            .collect();
        spans.sort_by_key(|(from, until, _)| (*from, *until));
        (!spans.is_empty() && together(&spans)? == seconds).then(|| {
            let mut step = Step::new("spans that count").value(spans.len().to_string());
            for (from, until, verdict) in spans.iter().take(LISTED_MAX) {
                let shown = |at| instant_text(at, material.agreement);
                let about = cause::about(material, &verdict.subject);
                let mut span = Step::new(format!("{about}, {} to {}", shown(*from), shown(*until)));
                span.evidence = material.evidence(&verdict.evidence);
                step.steps.push(span);
            }
            step.steps.extend(rest(spans.len()));
            step
        })
    })
}

/// How many seconds lie in spans that are in order, what several cover counted once.
fn together(spans: &[(Instant, Instant, &Verdict)]) -> Option<Exact> {
    let mut nanos = 0_i128;
    let mut reached = None;
    for (from, until, _) in spans {
        let from = reached.map_or(*from, |reached: Instant| reached.max(*from));
        nanos = nanos.checked_add(i128::from(until.nanos_since(from)).max(0))?;
        reached = reached.max(Some(*until));
    }
    Exact::ratio(nanos, 1_000_000_000)
}
