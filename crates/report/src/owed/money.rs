//! Money that is open: what of principals is unpaid, what of entries no payment has settled, what can be claimed, what
//! payments have left.

use super::{Making, OwedLine};
use crate::decision::Decided;
use crate::statement::{Booking, Nature, Reason};
use crate::text::exact_text;
use serde::Serialize;
use servanda_evaluator::Open;
use servanda_evaluator::outcome::{ClaimStanding, Entry, Subject, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CapScope, Duty, Effect, PartyId};
use servanda_policy::value::{Exact, Rounding};
use std::collections::BTreeMap;

/// What is open of money between two parties. What the statement has booked, less what payments have settled of it, is
/// what is open of entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwedSum {
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// The sum of the entries that are known and due, as the totals of the statement have it.
    pub booked: String,
    /// What payments have settled of them.
    pub settled: String,
    /// What of them is open.
    pub open: String,
    /// What of principals is unpaid, which no statement holds.
    pub principal: String,
    /// What the creditor can claim, before limits.
    pub claimable: String,
    /// How many of the entries, the principals and the claims have no known amount.
    pub undetermined: u64,
    /// What payments have left, which the debtor holds for the creditor until something comes to be owed.
    pub rest: String,
    /// The currency's code.
    pub currency: &'static str,
}

/// Sums under way, in major units.
#[derive(Debug, Clone)]
struct Sum {
    booked: Exact,
    settled: Exact,
    open: Exact,
    principal: Exact,
    claimable: Exact,
    rest: Exact,
    undetermined: u64,
}

impl Sum {
    const NOTHING: Self = Self {
        booked: Exact::ZERO,
        settled: Exact::ZERO,
        open: Exact::ZERO,
        principal: Exact::ZERO,
        claimable: Exact::ZERO,
        rest: Exact::ZERO,
        undetermined: 0,
    };

    fn is_nothing(&self) -> bool {
        let sums = [&self.open, &self.principal, &self.claimable, &self.rest, &self.booked];
        sums.iter().all(|sum| sum.is_zero()) && self.undetermined == 0
    }
}

type Sums = BTreeMap<(PartyId, PartyId), Sum>;

/// An amount in major units, with the currency's digits where that is exact.
pub(super) fn amount_text(amount: &Exact, agreement: &Agreement) -> String {
    let digits = agreement.currency.digits();
    match amount.finite_places() {
        Some(places) => amount.to_decimal_string(places.max(digits), Rounding::Down),
        None => exact_text(amount),
    }
}

/// Adds to a sum.
fn add(to: &mut Exact, amount: &Exact) {
    *to = &*to + amount;
}

impl Making<'_> {
    /// All money that is open, and its sums.
    pub(super) fn money(&mut self, decided: &Decided) -> Vec<OwedSum> {
        let mut sums = Sums::new();
        self.principals(&mut sums);
        self.entries(decided, &mut sums);
        self.claims(&mut sums);
        self.rests(&mut sums);
        let agreement = self.material.agreement;
        let text = |amount: &Exact| amount_text(amount, agreement);
        let known = sums.iter().filter(|(_, sum)| !sum.is_nothing());
        let told = known.map(|((debtor, creditor), sum)| OwedSum {
            debtor: self.material.party(*debtor).to_owned(),
            creditor: self.material.party(*creditor).to_owned(),
            booked: text(&sum.booked),
            settled: text(&sum.settled),
            open: text(&sum.open),
            principal: text(&sum.principal),
            claimable: text(&sum.claimable),
            undetermined: sum.undetermined,
            rest: text(&sum.rest),
            currency: agreement.currency.code(),
        });
        told.collect()
    }

    fn text(&self, amount: &Exact) -> String {
        amount_text(amount, self.material.agreement)
    }

    /// Minor units as major ones.
    fn major(&self, minor: i128) -> Option<Exact> {
        Exact::ratio(minor, self.material.agreement.currency.minor_per_major())
    }

    /// What is unpaid of a debt stands on the line of the duty to pay it.
    pub(super) fn with_principal(&self, line: OwedLine, duty: &Duty, verdict: &Verdict) -> OwedLine {
        if !self.pays(duty) {
            return line;
        }
        let principal = self.found.principals.get(&verdict.subject);
        let Some((charged, unpaid)) = principal else { return line };
        OwedLine {
            amount: unpaid.map(|it| self.text(it)),
            charged: charged.map(|it| self.text(it)),
            currency: Some(self.material.agreement.currency.code()),
            ..line
        }
    }

    /// Principals that are unpaid: those that no open duty is to pay have a line of their own.
    fn principals(&mut self, sums: &mut Sums) {
        let (policy, trail) = (self.material.policy, self.material.trail);
        for open in trail.open() {
            let Open::Principal { subject, charged, unpaid, because, by } = open else { continue };
            let Subject::Item { case, born, .. } = subject else { continue };
            let Some(debt) = policy.cases.find(*case).and_then(|case| case.debt.as_ref()) else { continue };
            let sum = sums.entry((debt.debtor, debt.creditor)).or_insert(Sum::NOTHING);
            match unpaid {
                Some(unpaid) => add(&mut sum.principal, unpaid),
                None => sum.undetermined += 1,
            }
            if self.found.payable.contains(subject) {
                continue;
            }
            let line = OwedLine {
                kind: "principal",
                to: Some(self.material.party(debt.creditor).to_owned()),
                what: format!("owes {} the principal", self.material.party(debt.creditor)),
                subject: crate::subject::subject_text(policy, self.material.agreement, subject),
                subject_kind: crate::subject::subject_kind(policy, subject).to_owned(),
                since: Some(self.instant(*born)),
                amount: unpaid.as_ref().map(|it| self.text(it)),
                charged: charged.as_ref().map(|it| self.text(it)),
                currency: Some(self.material.agreement.currency.code()),
                because: Reason::of(self.material.sources, because),
                evidence: self.evidence(by.as_slice()),
                span: self.material.place(debt.span),
                party: Some(debt.debtor),
                ..OwedLine::default()
            };
            self.lines.push(line);
        }
    }

    /// What payments have settled of an entry, in major units: none where that is unknown.
    fn settled_of(&self, entry: &Entry, amount: &Exact) -> Option<Exact> {
        if self.material.policy.settled_with(entry.consequence).is_none() {
            return Some(Exact::ZERO);
        }
        let of = (entry.consequence, &entry.subject, entry.ordinal);
        match self.found.beside.get(&of) {
            // What is settled and grows no more is no longer kept.
            None => Some(amount.clone()),
            Some(settled) => settled.map(|settled| settled.clone().min(amount.clone())),
        }
    }

    /// What is open of the entries of the statement: what is waived is not, what is disputed is told and not added up.
    fn entries(&mut self, decided: &Decided, sums: &mut Sums) {
        let (statement, outcome) = (self.statement, self.material.outcome);
        for (number, booking) in statement.entries.iter().enumerate() {
            let adjusts = decided.adjustments().get(number.saturating_sub(outcome.entries.len()));
            let place = match booking.nature {
                Nature::Adjustment => adjusts.map(|adjusts| adjusts.entry),
                Nature::Entry | Nature::Correction => Some(number),
            };
            let Some(entry) = place.and_then(|place| outcome.entries.get(place)) else { continue };
            if booking.standing == Some("waived") {
                continue;
            }
            let amount = booking.minor.and_then(|minor| self.major(minor));
            let settled = match (&amount, booking.nature) {
                (Some(amount), Nature::Entry) => self.settled_of(entry, amount),
                _ => Some(Exact::ZERO),
            };
            let open = amount.as_ref().zip(settled.as_ref()).map(|(amount, settled)| amount - settled);
            let sum = sums.entry((entry.debtor, entry.creditor)).or_insert(Sum::NOTHING);
            if booking.standing.is_none() {
                match (&amount, &open) {
                    (Some(amount), Some(open)) => {
                        add(&mut sum.booked, amount);
                        add(&mut sum.open, open);
                        add(&mut sum.settled, &(amount - open));
                    }
                    // What has been paid of it is unknown: it is booked, and how much of it is open nobody knows.
                    (Some(amount), None) => {
                        add(&mut sum.booked, amount);
                        add(&mut sum.open, amount);
                        sum.undetermined += 1;
                    }
                    (None, _) => sum.undetermined += 1,
                }
            }
            let grows = self.grows(entry, booking);
            if open.as_ref().is_some_and(Exact::is_zero) && grows.is_none() {
                continue;
            }
            let line = self.entry(entry, booking, (amount, open), grows);
            self.lines.push(line);
        }
    }

    /// By what an entry grows, where it does.
    fn grows(&self, entry: &Entry, booking: &Booking) -> Option<String> {
        let accrued = entry.accrual.as_ref().filter(|_| booking.nature == Nature::Entry)?;
        // A limit that does not begin anew has taken the rest of it for good.
        let cap = entry.capped_by.and_then(|cap| self.material.policy.caps.find(cap));
        let full = cap.is_some_and(|cap| !matches!(cap.scope, CapScope::Window(_)));
        let runs = accrued.until.is_none() && !full && !self.material.trail.is_over(&entry.subject);
        let of = self.material.policy.consequences.find(entry.consequence)?;
        runs.then(|| self.material.quoted(of.span).trim_end_matches('.').to_owned())
    }

    fn entry(
        &self,
        entry: &Entry,
        booking: &Booking,
        (amount, open): (Option<Exact>, Option<Exact>),
        grows: Option<String>,
    ) -> OwedLine {
        let Some(of) = self.material.policy.consequences.find(entry.consequence) else {
            return OwedLine::default();
        };
        let line = OwedLine {
            id: Some(booking.id.clone()),
            sentence: booking.duty.clone(),
            to: Some(booking.creditor.clone()),
            what: format!("owes {} {}", booking.creditor, booking.kind),
            standing: match (booking.standing, &grows) {
                (Some(_), _) => "disputed",
                (None, Some(_)) => "growing",
                (None, None) => "open",
            },
            since: Some(booking.at.clone()),
            amount: open.map(|it| self.text(&it)),
            charged: amount.map(|it| self.text(&it)),
            currency: Some(booking.currency),
            grows,
            because: booking.because.clone(),
            evidence: match booking.nature {
                Nature::Adjustment => Vec::new(),
                Nature::Entry | Nature::Correction => self.evidence(&entry.evidence),
            },
            span: booking.span.clone(),
            ..self.line("amount", entry.debtor, of.clause, &entry.subject)
        };
        // It is due with its date, and stands where that was.
        OwedLine { last: Some(entry.at), ..line }
    }

    /// What can be claimed.
    fn claims(&mut self, sums: &mut Sums) {
        let statement = self.statement;
        for (claim, told) in self.material.outcome.claims.iter().zip(&statement.claims) {
            if claim.standing != ClaimStanding::Open {
                continue;
            }
            let Some(of) = self.material.policy.consequences.find(claim.consequence) else { continue };
            let amount = claim.amount.and_then(|minor| self.major(minor));
            let sum = sums.entry((claim.debtor, claim.creditor)).or_insert(Sum::NOTHING);
            match &amount {
                Some(amount) => add(&mut sum.claimable, amount),
                None => sum.undetermined += 1,
            }
            let what = match &of.effect {
                Effect::Entry(entry) => {
                    let by = entry.claim.as_ref().map(|claim| self.material.quoted(claim.by.span));
                    format!("may claim from {} by {}", told.debtor, by.unwrap_or_default())
                }
                _ => continue,
            };
            let line = OwedLine {
                id: told.id.clone(),
                sentence: of.name.clone(),
                to: Some(told.debtor.clone()),
                what,
                since: Some(told.at.clone()),
                amount: amount.map(|it| self.text(&it)),
                currency: Some(told.currency),
                because: told.because.clone(),
                evidence: self.evidence(&claim.evidence),
                span: told.span.clone(),
                ..self.line("claim", claim.creditor, of.clause, &claim.subject)
            };
            let line = line.late_from(self, claim.until);
            self.lines.push(line);
        }
    }

    /// What payments have left.
    fn rests(&mut self, sums: &mut Sums) {
        let (policy, trail) = (self.material.policy, self.material.trail);
        for open in trail.open() {
            let Open::Rest { case, amount, because } = open else { continue };
            let Some(of) = policy.cases.find(*case) else { continue };
            let Some(debt) = &of.debt else { continue };
            // Who was paid too much holds it.
            let sum = sums.entry((debt.creditor, debt.debtor)).or_insert(Sum::NOTHING);
            match amount {
                Some(amount) => add(&mut sum.rest, amount),
                None => sum.undetermined += 1,
            }
            let debtor = self.material.party(debt.debtor);
            let line = OwedLine {
                kind: "rest",
                to: Some(debtor.to_owned()),
                what: format!("holds what payments of {debtor} have left"),
                subject: of.name.clone(),
                subject_kind: "case".to_owned(),
                amount: amount.as_ref().map(|it| self.text(it)),
                currency: Some(self.material.agreement.currency.code()),
                because: Reason::of(self.material.sources, because),
                span: self.material.place(debt.payments.as_ref().map_or(debt.span, |payments| payments.span)),
                party: Some(debt.creditor),
                ..OwedLine::default()
            };
            self.lines.push(line);
        }
    }
}
