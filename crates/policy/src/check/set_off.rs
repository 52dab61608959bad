//! Credits that pay: what of a credit goes to a principal, or is paid out, is owed no more.

use crate::policy::{
    Consequence, ConsequenceId, Effect, Entry, Expr, ExprKind, KindId, Policy, Signal, Value,
};
use crate::value::Exact;

/// The kind of what a credit has paid.
const SET_OFF: &str = "set_off";

/// With each credit that pays, the entry the other way of what it has paid: a principal stands in no balance, and so what
/// has paid one must not stay there either.
pub(in crate::check) fn take_back_what_pays(policy: &mut Policy) {
    let pays = policy.consequences.ids().filter(|id| policy.sets_off(*id).is_some());
    let pays: Vec<ConsequenceId> = pays.collect();
    for of in pays {
        let Consequence { clause, name, effect, span, .. } = policy.consequences[of].clone();
        let Effect::Entry(Entry { debtor, creditor, rounding, .. }) = effect else { continue };
        let kind = kind_of(policy);
        // How much it is, the debts tell.
        let amount = Expr { kind: ExprKind::Value(Value::Number(Exact::ZERO)), span, name: None };
        let entry = Entry {
            debtor: creditor,
            creditor: debtor,
            credits: false,
            kind,
            amount,
            at_least: None,
            nothing_below: None,
            caps: Vec::new(),
            rounding,
            claim: None,
        };
        let effect = Effect::Entry(entry);
        policy.consequences.push(Consequence {
            clause,
            name,
            on: Signal::Paid(of),
            only: None,
            effect,
            sole: None,
            span,
        });
    }
}

fn kind_of(policy: &mut Policy) -> KindId {
    let known = policy.kinds.iter().find(|(_, name)| *name == SET_OFF).map(|(id, _)| id);
    known.unwrap_or_else(|| policy.kinds.push(SET_OFF.to_owned()))
}
