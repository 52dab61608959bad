//! What a decision does: to the verdict of a duty, or to how an entry stands.
//!
//! A decision binds who takes it: who is owed something can give it up, who owes it can dispute it, and nobody can
//! decide for the other.

use super::admission::problem;
use super::{Adjustment, Decided, Decider, Standing, tell};
use crate::subject::{Lives, identify, part_of_id, subject_text};
use servanda_diagnostics::{Code, spelling};
use servanda_evaluator::outcome::{Cause, Subject, Verdict};
use servanda_events::{Decision, Ruling};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{PartyId, Policy, Signal, Verdict as Kind};

/// Applies decisions, in their order.
pub(super) fn apply(policy: &Policy, agreement: &Agreement, decided: &mut Decided, decisions: &[&Decision]) {
    let lives = Lives::of(&decided.outcome);
    let entries = &decided.outcome.entries;
    let ids = entries.iter().map(|entry| identify(policy, agreement, &lives, entry)).collect();
    decided.standings = vec![Standing::Due; entries.len()];
    let mut court = Court { policy, agreement, decided, lives, ids };
    for decision in decisions {
        if let Err((code, message)) = court.rule(decision) {
            tell(&mut court.decided.outcome, problem(decision, code, message));
        }
    }
}

/// Why a decision decides nothing.
type Refused = (Code, String);

/// What is decided about.
struct Court<'a> {
    policy: &'a Policy,
    agreement: &'a Agreement,
    decided: &'a mut Decided,
    lives: Lives,
    /// The ids of the entries, in their order.
    ids: Vec<String>,
}

impl Court<'_> {
    fn rule(&mut self, decision: &Decision) -> Result<(), Refused> {
        match &decision.what {
            Ruling::Waived { duty, subject } => self.waive(decision, duty, subject.as_deref()),
            Ruling::Disputed { entry } => {
                let at = self.entry(entry)?;
                self.debtor(decision, at, "disputes")?;
                if let Standing::Waived(_) = self.decided.standing(at) {
                    return Err(nothing(format!("`{entry}` is not owed any more")));
                }
                self.set(at, Standing::Disputed(self.decider(decision)));
                Ok(())
            }
            Ruling::Resumed { entry } => {
                let at = self.entry(entry)?;
                self.debtor(decision, at, "gives up the dispute of")?;
                if !matches!(self.decided.standing(at), Standing::Disputed(_)) {
                    return Err(nothing(format!("`{entry}` is not disputed")));
                }
                self.set(at, Standing::Due);
                Ok(())
            }
            Ruling::Lapsed { entry } => {
                let at = self.entry(entry)?;
                self.creditor(decision, at, "gives up")?;
                self.give_up(at, decision);
                Ok(())
            }
            Ruling::Adjusted { entry, by } => self.adjust(decision, entry, *by),
            // What is closed is decided by all closings together.
            Ruling::Closed { .. } => Ok(()),
        }
    }

    /// The verdicts of a duty on a subject, and what follows from them.
    fn waive(&mut self, decision: &Decision, address: &str, subject: Option<&str>) -> Result<(), Refused> {
        let policy = self.policy;
        let of_duty =
            |verdict: &Verdict| policy.duties.find(verdict.duty).is_some_and(|duty| duty.name == address);
        let verdicts = &self.decided.outcome.verdicts;
        let places: Vec<usize> =
            (0..).zip(verdicts).filter(|(_, verdict)| of_duty(verdict)).map(|(at, _)| at).collect();
        if places.is_empty() {
            return Err(nothing(self.no_duty(address)));
        }
        let about = |at: &usize| verdicts.get(*at).map(|verdict| &verdict.subject);
        let named: Vec<usize> = match subject {
            Some(name) => {
                let is_id = |at: &usize| about(at).is_some_and(|of| self.part(of) == name);
                let is_text = |at: &usize| about(at).is_some_and(|of| self.text(of) == name);
                match places.iter().copied().filter(is_id).collect::<Vec<_>>() {
                    found if found.is_empty() => places.iter().copied().filter(is_text).collect(),
                    found => found,
                }
            }
            None => places.clone(),
        };
        let subjects: Vec<&Subject> = named.iter().filter_map(about).collect();
        match (subjects.as_slice(), subject) {
            ([], Some(name)) => {
                let known: Vec<String> = places.iter().filter_map(about).map(|of| self.part(of)).collect();
                return Err(nothing(format!("`{address}` has no verdict on `{name}`{}", near(name, &known))));
            }
            ([first, rest @ ..], None) if rest.iter().any(|other| other != first) => {
                let first = self.part(first);
                let message =
                    format!("`{address}` has several verdicts: say which with `subject`, such as `{first}`");
                return Err(nothing(message));
            }
            _ => {}
        }
        let theirs: Vec<usize> = named
            .into_iter()
            .filter(|at| verdicts.get(*at).is_some_and(|of| self.is_owed(decision.by, of)))
            .collect();
        if theirs.is_empty() {
            let message = format!("`{}` waives `{address}`: only who is owed it can", self.name(decision.by));
            return Err((Code::NotTheirsToDecide, message));
        }
        for at in theirs {
            self.excuse(at, decision);
        }
        Ok(())
    }

    /// The verdict at a place is excused, and its entries are not due.
    fn excuse(&mut self, at: usize, decision: &Decision) {
        let cause = self.cause(decision);
        let Some(verdict) = self.decided.outcome.verdicts.get_mut(at) else { return };
        if !matches!(verdict.verdict, Kind::Broken | Kind::Pending | Kind::Indeterminate) {
            return;
        }
        let span = self.policy.duties.find(verdict.duty).map(|duty| duty.span);
        verdict.verdict = Kind::Excused;
        verdict.at = verdict.at.or(Some(decision.at));
        verdict.because = span.map(|span| Cause { message: cause, span }).into_iter().collect();
        let (duty, subject) = (verdict.duty, verdict.subject.clone());
        let follows = |consequence| {
            let of = self.policy.consequences.find(consequence);
            of.is_some_and(|of| matches!(of.on, Signal::Broken(broken) if broken == duty))
        };
        let entries = (0..).zip(&self.decided.outcome.entries);
        let places: Vec<usize> = entries
            .filter(|(_, entry)| entry.subject == subject && follows(entry.consequence))
            .map(|(at, _)| at)
            .collect();
        for at in places {
            self.give_up(at, decision);
        }
    }

    fn adjust(&mut self, decision: &Decision, entry: &str, by: i64) -> Result<(), Refused> {
        let at = self.entry(entry)?;
        if by < 0 {
            self.creditor(decision, at, "takes something off")?;
        } else {
            self.debtor(decision, at, "adds something to")?;
        }
        let decider = self.decider(decision);
        let mut id = format!("{entry}/{}", part_of_id(&decider.event));
        let alike =
            self.decided.adjustments.iter().filter(|other| other.decider.event == decider.event).count();
        if alike > 0 {
            id = format!("{id}~{}", alike + 1);
        }
        self.decided.adjustments.push(Adjustment { id, entry: at, amount: i128::from(by), decider });
        Ok(())
    }

    /// The place of the entry with this id.
    fn entry(&self, id: &str) -> Result<usize, Refused> {
        self.ids
            .iter()
            .position(|known| known == id)
            .ok_or_else(|| nothing(format!("there is no entry `{id}`{}", near(id, &self.ids))))
    }

    /// Whether the decision is of the debtor of an entry.
    fn debtor(&self, decision: &Decision, at: usize, does: &str) -> Result<(), Refused> {
        let Some(entry) = self.decided.outcome.entries.get(at) else { return Ok(()) };
        match self.speaks_for(decision.by, entry.debtor) {
            true => Ok(()),
            false => Err(self.not_theirs(decision, at, does, ("owes it", entry.debtor))),
        }
    }

    /// Whether the decision is of the creditor of an entry.
    fn creditor(&self, decision: &Decision, at: usize, does: &str) -> Result<(), Refused> {
        let Some(entry) = self.decided.outcome.entries.get(at) else { return Ok(()) };
        match self.speaks_for(decision.by, entry.creditor) {
            true => Ok(()),
            false => Err(self.not_theirs(decision, at, does, ("is owed it", entry.creditor))),
        }
    }

    fn not_theirs(&self, decision: &Decision, at: usize, does: &str, (how, who): (&str, PartyId)) -> Refused {
        let id = self.ids.get(at).map_or("", String::as_str);
        let (by, who) = (self.name(decision.by), self.name(who));
        (Code::NotTheirsToDecide, format!("`{by}` {does} `{id}`: only `{who}`, who {how}, can"))
    }

    /// Whether a duty is owed to somebody.
    fn is_owed(&self, by: PartyId, verdict: &Verdict) -> bool {
        let Some(duty) = self.policy.duties.find(verdict.duty) else { return false };
        match duty.creditor {
            Some(creditor) => self.speaks_for(by, creditor),
            // Of several parties, everybody but who must.
            None => !self.speaks_for(by, duty.debtor),
        }
    }

    /// Whether somebody decides for a party or a role: it is the same, its party, or one of its roles.
    fn speaks_for(&self, by: PartyId, of: PartyId) -> bool {
        let party = |id: PartyId| self.policy.parties.find(id).and_then(|party| party.of);
        by == of || party(by) == Some(of) || party(of) == Some(by)
    }

    fn set(&mut self, at: usize, standing: Standing) {
        if let Some(place) = self.decided.standings.get_mut(at) {
            *place = standing;
        }
    }

    /// What is given up once stays so, by the first who did it.
    fn give_up(&mut self, at: usize, decision: &Decision) {
        if !matches!(self.decided.standing(at), Standing::Waived(_)) {
            self.set(at, Standing::Waived(self.decider(decision)));
        }
    }

    fn decider(&self, decision: &Decision) -> Decider {
        Decider::of(self.agreement, decision)
    }

    /// Why a duty is excused, one clause.
    fn cause(&self, decision: &Decision) -> String {
        let date = self.agreement.zone.date_of(decision.at);
        let reason = self.decider(decision).reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("waived by {} on {date}{reason}", self.name(decision.by))
    }

    fn name(&self, party: PartyId) -> String {
        self.policy.parties.find(party).map_or_else(String::new, |party| party.name.clone())
    }

    /// A subject as it stands in ids.
    fn part(&self, subject: &Subject) -> String {
        crate::subject::subject_of_id(self.policy, self.agreement, &self.lives, subject)
    }

    fn text(&self, subject: &Subject) -> String {
        subject_text(self.policy, self.agreement, subject)
    }

    fn no_duty(&self, address: &str) -> String {
        let known: Vec<String> = self.policy.duties.values().map(|duty| duty.name.clone()).collect();
        if known.iter().any(|known| known == address) {
            return format!("`{address}` has no verdict yet");
        }
        format!("there is no duty `{address}`{}", near(address, &known))
    }
}

fn nothing(message: String) -> Refused {
    (Code::NothingToDecide, message)
}

/// What was probably meant, else what there is.
fn near(wanted: &str, known: &[String]) -> String {
    const SHOWN_MAX: usize = 5;
    if let Some(near) = spelling::nearest(wanted, known.iter().map(String::as_str)) {
        return format!("; did you mean `{near}`?");
    }
    let mut names: Vec<String> = known.iter().take(SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    names.dedup();
    match (names.as_slice(), known.len()) {
        ([], _) => String::new(),
        (names, count) if count > SHOWN_MAX => format!("; there is {} and more", names.join(", ")),
        (names, _) => format!("; there is {}", names.join(", ")),
    }
}
