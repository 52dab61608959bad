//! What counts as an act of a recurring duty, in a policy of several versions: what the case says at the instant of the
//! act, in whichever version the duty is. An act settles windows of other versions too, and is read once.

use crate::check::cond::all_of;
use crate::policy::{Expr, ExprKind, FieldType, Form, Pattern, Policy};

pub(super) fn read_at_its_instant(all: &mut Policy) {
    let Policy { duties, cases, events, .. } = all;
    for duty in duties.values_mut() {
        let Form::DoEach { case, acts, .. } = &mut duty.form else { continue };
        let alike = |when: &[Pattern], acts: &[Pattern]| {
            when.len() == acts.len() && when.iter().zip(acts).all(|(when, act)| when.event == act.event)
        };
        let Some(declared) = cases[*case].acts.iter().find(|act| alike(&act.when, acts)) else { continue };
        for (act, when) in acts.iter_mut().zip(&declared.when) {
            let parties = events[act.event].fields.iter().filter(|it| matches!(it.ty, FieldType::Party(_)));
            let own = act.filter.take().filter(|_| parties.count() == 1);
            act.filter = all_of(when.filter.clone().into_iter().chain(own.map(of_the_debtor)));
        }
    }
}

/// That an event is the debtor's own: the last of what its act must be, or all of it.
fn of_the_debtor(filter: Expr) -> Expr {
    match filter.kind {
        ExprKind::And(mut parts) => match parts.pop() {
            Some(own) => own,
            None => Expr { kind: ExprKind::And(parts), ..filter },
        },
        kind => Expr { kind, ..filter },
    }
}
