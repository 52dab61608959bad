//! What we follow from its beginning to its end: a key, a life, and acts that are done or not.

use crate::arena::Id;
use crate::policy::{
    CaseId, ConsequenceId, Effect, EventId, Expr, Form, KindId, PartyId, Policy, Signal, ValueType,
};
use servanda_diagnostics::Span;

/// One kind of thing that is followed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// Its name.
    pub name: String,
    /// How its items come to life.
    pub life: Life,
    /// Which field of an event holds the key, for each event type that names an item.
    pub keys: Vec<(EventId, u32)>,
    /// What is kept of the opening event: what anything reads later.
    pub fields: Vec<CaseField>,
    /// Its acts, in the order of the text; of a debt, the last one is `pay (paid)`.
    pub acts: Vec<ActTrack>,
    /// What ends an item.
    pub ends: Vec<Trigger>,
    /// Pairs of events between which the clocks of an item stand still.
    pub pauses: Vec<(Pattern, Pattern)>,
    /// How long an item that is closed can be opened again, by what, and what that means.
    pub reopens: Option<Reopens>,
    /// Where true of the opening event, the item is out of scope: no duty, no figure.
    pub out_of_scope: Option<Expr>,
    /// Events that may find nothing to do.
    pub ignores: Vec<EventId>,
    /// How long an item is remembered after its end (of an implicit one: after its last event), in nanoseconds.
    pub forget: Option<i64>,
    /// What is owed, where the case is a debt.
    pub debt: Option<Debt>,
    /// Where it is declared.
    pub span: Span,
}

/// How items of a case come to life.
#[derive(Debug, Clone, PartialEq)]
pub enum Life {
    /// An event opens them.
    Begins(Begin),
    /// Every key exists, with no act done, until an event says otherwise; an end puts it back.
    Implicit,
    /// A duty begins one in each of its windows; acts settle the oldest open one.
    Windowed,
}

/// How an item that is closed can be opened again.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reopens {
    /// What opens it again.
    pub when: Pattern,
    /// For how long after it was closed: a length.
    pub within: Expr,
    /// What becomes of its clocks.
    pub way: servanda_parser::ast::Reopening,
    /// Where it is written.
    pub span: Span,
}

impl Reopens {
    /// Whether the same item goes on, and no new one begins.
    pub fn goes_on(&self) -> bool {
        self.way != servanda_parser::ast::Reopening::NewCase
    }
}

impl Case {
    /// Whether an act closes an item that may be opened again, and is undone then.
    pub fn is_taken_back(&self, act: u32) -> bool {
        self.reopens.as_ref().is_some_and(Reopens::goes_on) && self.ends.contains(&Trigger::Done(act))
    }
}

/// What opens an item.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Begin {
    /// The events that open it.
    pub when: Vec<Pattern>,
    /// The field in [`Case::fields`] from which its time runs; without one, the instant of the event.
    pub at: Option<u32>,
}

/// An event of a type that fulfills a condition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pattern {
    /// The type.
    pub event: EventId,
    /// Read just before the event, over its own fields ([`crate::policy::ExprKind::FactField`]).
    pub filter: Option<Expr>,
    /// Where it is written.
    pub span: Span,
}

/// A field kept of the opening event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CaseField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ValueType,
    /// Which field it is, for each event type that opens the case.
    pub from: Vec<(EventId, u32)>,
}

/// An act: done or not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ActTrack {
    /// The infinitive.
    pub verb: String,
    /// The participle.
    pub done: String,
    /// What does it; of `pay`, nothing: it is done while no principal is unpaid.
    pub when: Vec<Pattern>,
    /// What takes it back.
    pub undone_by: Option<EventId>,
    /// Where it is declared.
    pub span: Span,
}

/// An event, or an act of the case itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Trigger {
    /// An event.
    Event(Pattern),
    /// The act of this place in [`Case::acts`] is done.
    Done(u32),
}

/// A debt: principal that is owed from the item's beginning.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Debt {
    /// Who owes.
    pub debtor: PartyId,
    /// To whom.
    pub creditor: PartyId,
    /// The principal, money, read at the beginning.
    pub amount: Expr,
    /// How it is paid.
    pub payments: Option<Payments>,
    /// The place of `pay (paid)` in [`Case::acts`].
    pub paid: u32,
    /// Where it is written.
    pub span: Span,
}

/// What a payment settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// What the debt is.
    Principal,
    /// What follows from a breach of a duty on the debt, of this kind, between the same parties.
    Kind(KindId),
}

/// How debts are paid.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Payments {
    /// The event.
    pub event: EventId,
    /// Its amount.
    pub amount: u32,
    /// The field that names a debt.
    pub named: Option<u32>,
    /// What the creditor credits to the debtor pays, too: where the text says so.
    pub set_off: Option<Span>,
    /// What of them is settled, in this order, and where the text says so.
    pub settling: Vec<(Settled, Span)>,
    /// Which debts are settled.
    pub order: servanda_parser::ast::PaymentOrder,
    /// What becomes of the rest.
    pub rest: servanda_parser::ast::PaymentRest,
    /// Where it is written.
    pub span: Span,
}

impl Policy {
    /// What can end an item of a case, as a message names it: an event, or an act that can come to be done. Empty where
    /// nothing ever does, but of a debt that it owes nothing from its beginning.
    pub fn ended_by(&self, id: CaseId) -> Vec<String> {
        let Some(case) = self.cases.find(id) else { return Vec::new() };
        let ending = case.ends.iter().filter_map(|trigger| match trigger {
            Trigger::Event(pattern) => Some(format!("`{}`", self.events.find(pattern.event)?.name)),
            Trigger::Done(act) => {
                let track = case.acts.get(*act as usize)?;
                self.can_be_done(id, case, *act).then(|| track.done.clone())
            }
        });
        let mut found: Vec<String> = Vec::new();
        for one in ending {
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }

    /// Whether an act can come to be done: by an event, by a payment, or by the silence of somebody.
    fn can_be_done(&self, id: CaseId, case: &Case, act: u32) -> bool {
        let by_event = case.acts.get(act as usize).is_some_and(|track| !track.when.is_empty());
        let pays = |debt: &Debt| debt.paid == act && debt.payments.is_some();
        let by_payment = case.debt.as_ref().is_some_and(pays);
        let by_silence = || {
            self.consequences.values().any(|of| match (&of.effect, &of.on) {
                (Effect::CountsAs(silence), Signal::Broken(duty)) => {
                    let on = self.duties.find(*duty).map(|duty| &duty.form);
                    silence.act == act && matches!(on, Some(Form::Do { case, .. }) if *case == id)
                }
                _ => false,
            })
        };
        by_event || by_payment || by_silence()
    }

    /// The debt that an amount is owed beside, and its kind: it follows from a breach of a duty on the items of a case that
    /// is a debt, and is owed between the same parties.
    pub fn owed_beside(&self, id: ConsequenceId) -> Option<(CaseId, KindId)> {
        let of = self.consequences.find(id)?;
        let Signal::Broken(duty) = of.on else { return None };
        let case = match &self.duties.find(duty)?.form {
            Form::Do { case, .. } | Form::MustNot { case, .. } => *case,
            Form::DoEach { .. } | Form::Keep { .. } => return None,
        };
        let debt = self.cases.find(case)?.debt.as_ref()?;
        let (parties, kind) = match &of.effect {
            Effect::Entry(entry) => ((entry.debtor, entry.creditor), entry.kind),
            Effect::Accrue(accrual) => ((accrual.debtor, accrual.creditor), accrual.kind),
            Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => return None,
        };
        (parties == (debt.debtor, debt.creditor)).then_some((case, kind))
    }

    /// The debt that an amount pays: its creditor credits it to its debtor, and the text says `and credits`. What accrues, and
    /// what goes back, pays none.
    pub fn sets_off(&self, id: ConsequenceId) -> Option<CaseId> {
        let Effect::Entry(entry) = &self.consequences.find(id)?.effect else { return None };
        let pays = |debt: &Debt| {
            debt.payments.as_ref().is_some_and(|payments| payments.set_off.is_some())
                && (debt.creditor, debt.debtor) == (entry.debtor, entry.creditor)
        };
        let paid = |(id, case): (CaseId, &Case)| case.debt.as_ref().is_some_and(pays).then_some(id);
        // A version does not know the debts of later ones.
        let version = self.version_of(self.consequences.find(id)?.clause);
        let known = self.versions.find(version)?.extent.cases;
        let found = if entry.credits { self.cases.iter().find_map(paid) } else { None };
        found.filter(|case| case.index() < known)
    }

    /// The debt with whose payments an amount is settled, and its kind; none where they settle nothing of it.
    pub fn settled_with(&self, id: ConsequenceId) -> Option<(CaseId, KindId)> {
        let (case, kind) = self.owed_beside(id)?;
        let payments = self.cases.find(case)?.debt.as_ref()?.payments.as_ref()?;
        let settles = payments.settling.iter().any(|(settled, _)| *settled == Settled::Kind(kind));
        settles.then_some((case, kind))
    }
}
