//! What the parties have made of an entry: its decisions, its adjustments and its corrections, each with who, when and
//! why, and what it did to the amount.
//!
//! What follows from the text is not explained here.

use super::{EvidenceLine, Explanation, Question, Quotation, Step};
use crate::decision::{Closing, Decider, Standing, Turn, TurnTo};
use crate::statement::{Booking, Nature};
use crate::subject::{Lives, identify};
use crate::text::{instant_text, money_text, read_instant};
use servanda_events::Ruling;
use servanda_policy::policy::{PartyId, VersionId};

/// What became known of a closed period, booked in the period behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The line of that period's statement.
    pub line: Booking,
    /// The closing of the period before it, whose statement did not know that yet.
    pub closing: Closing,
}

impl Correction {
    /// Those of a period's entries, behind a period that is closed.
    pub fn all(entries: Vec<Booking>, closing: &Closing) -> impl Iterator<Item = Self> {
        let corrections = entries.into_iter().filter(|line| line.nature == Nature::Correction);
        corrections.map(|line| Self { line, closing: closing.clone() })
    }
}

impl Question<'_> {
    /// Why an entry, an adjustment or a correction is what it is, and what the parties have made of it.
    pub(super) fn of_money(&self, id: &str) -> Option<Explanation> {
        self.entry(id)
            .or_else(|| self.adjustment(id))
            .or_else(|| self.correction(id))
            .or_else(|| self.gone(id))
    }

    fn entry(&self, id: &str) -> Option<Explanation> {
        let outcome = &self.decided.outcome;
        let lives = Lives::of(outcome);
        let at = outcome
            .entries
            .iter()
            .position(|entry| identify(self.policy, self.agreement, &lives, entry) == id)?;
        let mut explanation = self.of_entry(at, id)?;
        let turns: Vec<&Turn> = self.decided.turns().iter().filter(|turn| turn.entry == at).collect();
        let steps = &mut explanation.step.steps;
        steps.extend(turns.iter().map(|turn| self.turn(turn)));
        if !turns.is_empty() {
            steps.push(self.what_is_due(at, &turns));
        }
        let adjustments = self.decided.adjustments().iter().filter(|of| of.entry == at);
        let ids: Vec<&str> = std::iter::once(id).chain(adjustments.map(|of| of.id.as_str())).collect();
        steps.extend(ids.iter().flat_map(|id| self.corrections_of(id)));
        Some(explanation)
    }

    fn adjustment(&self, id: &str) -> Option<Explanation> {
        let at = self.decided.adjustments().iter().position(|adjustment| adjustment.id == id)?;
        let adjustment = self.decided.adjustments().get(at)?;
        let is_its = |turn: &&Turn| matches!(turn.to, TurnTo::Adjusted(_));
        let turn = self
            .decided
            .turns()
            .iter()
            .filter(is_its)
            .find(|turn| turn.entry == adjustment.entry && turn.decider == adjustment.decider)?;
        let entry = self.decided.outcome.entries.get(adjustment.entry)?;
        let lives = Lives::of(&self.decided.outcome);
        let of = identify(self.policy, self.agreement, &lives, entry);
        let entry = self.entry(&of)?;
        let mut step = self.turn(turn);
        step.steps.extend(self.corrections_of(id));
        step.steps.push(Step { text: format!("{of}: {}", entry.step.text), ..entry.step });
        let value = self.amount(adjustment.amount);
        Some(Explanation { id: id.to_owned(), of: "adjustment", value, step, ..entry })
    }

    fn correction(&self, id: &str) -> Option<Explanation> {
        let correction = self.corrections.iter().find(|correction| correction.line.id == id)?;
        let of = correction.line.refers_to.as_deref()?;
        let mut step = self.corrected(correction);
        match self.entry(of).or_else(|| self.adjustment(of)) {
            Some(explanation) => {
                let Step { text, .. } = &explanation.step;
                step.steps.push(Step { text: format!("{of}: {text}"), ..explanation.step });
                let value = amount_text(&correction.line);
                Some(Explanation { id: id.to_owned(), of: "correction", value, step, ..explanation })
            }
            None => {
                step.steps.push(Step::new(format!("{of} is not there any more")));
                Some(self.alone(id, step, &correction.line))
            }
        }
    }

    /// An entry that was there when a period was closed.
    fn gone(&self, id: &str) -> Option<Explanation> {
        let mut steps = Vec::new();
        for correction in self.behind(id) {
            steps.push(self.corrected(correction));
        }
        let line = &self.behind(id).next()?.line;
        let step = Step { steps, ..Step::new(format!("{id} is not there any more")) };
        Some(self.alone(id, step, line))
    }

    /// An explanation that has a line alone to go by.
    fn alone(&self, id: &str, step: Step, line: &Booking) -> Explanation {
        let mut clauses = self.policy.clauses.iter();
        let clause = clauses.find(|(_, clause)| clause.number == line.clause).map(|(_, clause)| clause);
        let version = clause.map_or(VersionId(0), |clause| clause.version);
        let quoted = Quotation {
            number: line.clause.clone(),
            title: clause.map_or_else(String::new, |clause| clause.title.clone()),
            place: line.span.clone(),
            lines: Vec::new(),
        };
        let value = if line.id == id { amount_text(line) } else { "not there any more".to_owned() };
        let of = if line.id == id { "correction" } else { "entry" };
        self.quoting((id, of, value), (self.governing(version, None), quoted), step)
    }

    /// A decision, and what it did to the amount.
    fn turn(&self, turn: &Turn) -> Step {
        let by = self.party(turn.decider.by);
        let (what, value) = match turn.to {
            TurnTo::Disputed => (format!("disputed by {by}"), "not due".to_owned()),
            TurnTo::Due => (format!("the dispute given up by {by}"), "due again".to_owned()),
            TurnTo::Lapsed => (format!("given up by {by}"), "not due any more".to_owned()),
            TurnTo::Waived => (format!("waived by {by} with the duty"), "not due any more".to_owned()),
            TurnTo::Adjusted(minor) if minor < 0 => (format!("taken off by {by}"), self.amount(minor)),
            TurnTo::Adjusted(minor) => (format!("added by {by}"), format!("+{}", self.amount(minor))),
        };
        let mut step = Step::new(format!("{what}{}", because(&turn.decider))).value(value);
        step.evidence = vec![self.evidence(&turn.decider, turn.kind, turn.line)];
        step
    }

    /// What decisions have made of the amount of the entry at a place.
    fn what_is_due(&self, at: usize, turns: &[&Turn]) -> Step {
        let added = |sum: i128, turn: &&Turn| match turn.to {
            TurnTo::Adjusted(minor) => sum.checked_add(minor),
            _ => Some(sum),
        };
        let amount = self.decided.outcome.entries.get(at).and_then(|entry| entry.amount);
        let due = match self.decided.standing(at) {
            Standing::Due => amount.and_then(|amount| turns.iter().try_fold(amount, added)),
            Standing::Disputed(_) | Standing::Waived(_) => Some(0),
        };
        let due = due.map_or_else(|| "undetermined".to_owned(), |due| self.amount(due));
        Step::new("due with what was decided").value(due)
    }

    fn behind(&self, id: &str) -> impl Iterator<Item = &Correction> {
        self.corrections.iter().filter(move |correction| correction.line.refers_to.as_deref() == Some(id))
    }

    fn corrections_of(&self, id: &str) -> Vec<Step> {
        self.behind(id).map(|correction| self.corrected(correction)).collect()
    }

    /// A correction, and the closing that it could not wait for.
    fn corrected(&self, correction: &Correction) -> Step {
        let Correction { line, closing } = correction;
        let value = match line.minor {
            Some(minor) if minor > 0 => format!("+{}", self.amount(minor)),
            Some(minor) => self.amount(minor),
            None => "undetermined".to_owned(),
        };
        let from = read_instant(&line.at);
        let of = line.refers_to.as_deref().unwrap_or_default();
        let mut step = Step::new(format!("correction of {of} in the period from {from}")).value(value);
        let by = self.party(closing.decider.by);
        let known = instant_text(closing.decision.known, self.agreement);
        let mut closed = Step::new(format!(
            "known since `{}` was closed by {by} on {known}{}",
            closing.period,
            because(&closing.decider)
        ));
        let kind = Ruling::type_name(&closing.decision.what);
        closed.evidence = vec![self.evidence(&closing.decider, kind, closing.decision.line)];
        step.steps.push(closed);
        if let Some(decision) = &line.decision {
            let why = decision.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let at = read_instant(&decision.at);
            step.steps.push(Step::new(format!("decided by {} on {at}{why}", decision.by)));
        }
        step
    }

    fn evidence(&self, decider: &Decider, kind: &str, line: u32) -> EvidenceLine {
        EvidenceLine {
            event: decider.event.clone(),
            kind: kind.to_owned(),
            at: decider.at.format_in(&self.agreement.zone),
            line: (line > 0).then_some(line),
        }
    }

    fn party(&self, party: PartyId) -> &str {
        self.policy.parties.find(party).map_or("?", |party| &party.name)
    }

    fn amount(&self, minor: i128) -> String {
        money_text(minor, self.agreement)
    }
}

/// The amount of a line with its currency.
fn amount_text(line: &Booking) -> String {
    let text = |amount: &String| format!("{amount} {}", line.currency);
    line.amount.as_ref().map_or_else(|| "undetermined".to_owned(), text)
}

/// Why somebody has decided something.
fn because(decider: &Decider) -> String {
    decider.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}
