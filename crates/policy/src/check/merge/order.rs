//! The order in which the figures of all versions become final, and are judged.

use crate::arena::Id;
use crate::policy::{DutyId, Expr, ExprKind, FoldKind, Form, Policy, Source, Step};
use std::collections::BTreeSet;

/// The order of measures and duties to keep them: version by version, but what another version's figure counts
/// before it.
///
/// Figures of several versions that count each other's breaches may need each other although those of no version do:
/// then there is no order, but the steps that need each other.
pub(super) fn order(all: &Policy) -> Result<Vec<Step>, Vec<Step>> {
    let mut steps = Vec::new();
    let mut done = BTreeSet::new();
    let mut awaited: Vec<Step> = Vec::new();
    let measures = all.measures.ids().map(Step::Measure);
    let duties = all.duties.iter().filter(|(_, duty)| matches!(duty.form, Form::Keep { .. }));
    for step in measures.chain(duties.map(|(id, _)| Step::Duty(id))) {
        // A stack of its own: a chain of measures may be longer than the machine's stack.
        let mut open = vec![(step, false)];
        while let Some((step, expanded)) = open.pop() {
            if expanded {
                awaited.pop();
                steps.push(step);
            } else if let Some(first) = awaited.iter().position(|one| *one == step) {
                return Err(awaited.split_off(first));
            } else if done.insert(key_of(step)) {
                awaited.push(step);
                open.push((step, true));
                open.extend(needed(all, step).into_iter().rev().map(|step| (step, false)));
            }
        }
    }
    Ok(steps)
}

fn key_of(step: Step) -> (bool, usize) {
    match step {
        Step::Measure(measure) => (false, measure.index()),
        Step::Duty(duty) => (true, duty.index()),
    }
}

/// What must be known before a step.
fn needed(all: &Policy, step: Step) -> Vec<Step> {
    let measure = match step {
        Step::Duty(duty) => {
            return match &all.duties[duty].form {
                Form::Keep { measure, targets, .. } => {
                    let mut needed = vec![Step::Measure(*measure)];
                    targets.iter().for_each(|(_, target)| read_by(all, target, &mut needed));
                    needed
                }
                Form::Do { .. } | Form::DoEach { .. } | Form::MustNot { .. } => Vec::new(),
            };
        }
        Step::Measure(measure) => measure,
    };
    let mut needed = Vec::new();
    read_by(all, &all.measures[measure].value, &mut needed);
    needed
}

fn read_by(all: &Policy, expr: &Expr, needed: &mut Vec<Step>) {
    let read = std::cell::RefCell::new(needed);
    expr.any(&|part| {
        match &part.kind {
            ExprKind::Measure(measure) => read.borrow_mut().push(Step::Measure(*measure)),
            ExprKind::Fold(fold) => {
                if let FoldKind::Items { source: Source::Breaches(duties), .. } = &all.folds[*fold].kind {
                    let judged = duties.iter().filter_map(|duty| judged_before(all, *duty));
                    read.borrow_mut().extend(judged.map(Step::Duty));
                }
            }
            _ => {}
        }
        false
    });
}

/// The duty to keep a figure that brings a breach of this one at the same moment: itself, or the one from whose breach it
/// arises.
pub(super) fn judged_before(all: &Policy, duty: DutyId) -> Option<DutyId> {
    match &all.duties[duty].form {
        Form::Keep { .. } => Some(duty),
        Form::DoEach { rise: Some(rise), .. } if rise.may_be_late_at_once() => {
            matches!(all.duties[rise.cause].form, Form::Keep { .. }).then_some(rise.cause)
        }
        Form::Do { .. } | Form::DoEach { .. } | Form::MustNot { .. } => None,
    }
}
