//! What a decision does: to the verdict of a duty, or to how an entry stands.
//!
//! A decision binds who takes it: who is owed something can give it up, who owes it can dispute it, and nobody can
//! decide for the other.

use super::admission::problem;
use super::register::Register;
use super::{Adjustment, Decided, Decider, Standing, Turn, TurnTo, tell};
use crate::accrual::accrued_at;
use crate::subject::part_of_id;
use crate::text::{instant_text, money_text};
use servanda_diagnostics::Code;
use servanda_evaluator::outcome::{Cause, Evidence, Subject, Verdict};
use servanda_events::{Decision, Ruling};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{PartyId, Policy, Verdict as Kind};
use servanda_policy::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Applies decisions, in their order.
pub(super) fn apply(policy: &Policy, agreement: &Agreement, decided: &mut Decided, decisions: &[&Decision]) {
    let register = Register::of(policy, agreement, &decided.outcome);
    decided.standings = vec![Standing::Due; decided.outcome.entries.len()];
    let mut court = Court {
        policy,
        agreement,
        decided,
        register,
        waived: BTreeSet::new(),
        added: BTreeMap::new(),
        adjustments: BTreeMap::new(),
    };
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
    register: Register<'a>,
    /// The places of the verdicts that are waived.
    waived: BTreeSet<usize>,
    /// What the adjustments of each entry come to.
    added: BTreeMap<usize, i128>,
    /// How many adjustments have an id, but for the number that tells them apart.
    adjustments: BTreeMap<String, usize>,
}

impl Court<'_> {
    fn rule(&mut self, decision: &Decision) -> Result<(), Refused> {
        match &decision.what {
            Ruling::Waived { duty, subject } => self.waive(decision, duty, subject.as_deref()),
            Ruling::Disputed { entry } => {
                let at = self.entry(decision, entry)?;
                self.debtor(decision, at, "disputes")?;
                self.still_owed(at)?;
                if let Standing::Disputed(_) = self.decided.standing(at) {
                    return Err(nothing(format!("`{entry}` is disputed already")));
                }
                self.set(at, Standing::Disputed(self.decider(decision)));
                self.turn(at, TurnTo::Disputed, decision);
                Ok(())
            }
            Ruling::Resumed { entry } => {
                let at = self.entry(decision, entry)?;
                self.debtor(decision, at, "gives up the dispute of")?;
                if !matches!(self.decided.standing(at), Standing::Disputed(_)) {
                    return Err(nothing(format!("`{entry}` is not disputed")));
                }
                self.set(at, Standing::Due);
                self.turn(at, TurnTo::Due, decision);
                Ok(())
            }
            Ruling::Lapsed { entry } => {
                let at = self.entry(decision, entry)?;
                self.creditor(decision, at, "gives up")?;
                self.still_owed(at)?;
                self.give_up(at, TurnTo::Lapsed, decision);
                Ok(())
            }
            Ruling::Adjusted { entry, by } => self.adjust(decision, entry, *by),
            // What is closed is decided by all closings together.
            Ruling::Closed { .. } => Ok(()),
        }
    }

    /// The verdicts of a duty on a subject, and what follows from them.
    fn waive(&mut self, decision: &Decision, address: &str, subject: Option<&str>) -> Result<(), Refused> {
        let named = self.named(decision, address, subject)?;
        let verdicts = &self.decided.outcome.verdicts;
        let theirs: Vec<usize> = named
            .into_iter()
            .filter(|at| verdicts.get(*at).is_some_and(|of| self.is_owed(decision.by, of)))
            .collect();
        if theirs.is_empty() {
            let message = format!("`{}` waives `{address}`: only who is owed it can", self.name(decision.by));
            return Err((Code::NotTheirsToDecide, message));
        }
        let moot: Vec<Option<&str>> = theirs.iter().map(|at| self.is_moot(*at, decision)).collect();
        if let Some(Some(why)) = moot.iter().find(|why| why.is_some())
            && moot.iter().all(Option::is_some)
        {
            let about =
                theirs.first().and_then(|at| verdicts.get(*at)).map(|of| self.register.part(&of.subject));
            let about = about.unwrap_or_default();
            return Err(nothing(format!("`{address}` on `{about}` is {why}: there is nothing to waive")));
        }
        for (at, _) in theirs.into_iter().zip(moot).filter(|(_, why)| why.is_none()).collect::<Vec<_>>() {
            self.excuse(at, decision);
        }
        Ok(())
    }

    /// The places of the verdicts that a waiver names: those of one subject, which was there when it was waived.
    fn named(
        &mut self,
        decision: &Decision,
        address: &str,
        subject: Option<&str>,
    ) -> Result<Vec<usize>, Refused> {
        let verdicts = &self.decided.outcome.verdicts;
        let of_duty = self.register.duty(address, verdicts);
        if of_duty.places.is_empty() {
            return Err(nothing(self.register.no_duty(address)));
        }
        let begun = |at: &usize| verdicts.get(*at).map(|of| begun(&of.subject));
        let is_there = |at: &usize| begun(at).is_some_and(|begun| begun <= decision.at);
        let named: Vec<usize> = match subject {
            Some(name) => {
                let named = of_duty.named(name).to_vec();
                if named.is_empty() {
                    let near = self.register.near_subject(address, name);
                    return Err(nothing(format!("`{address}` has no verdict on `{name}`{near}")));
                }
                if let (false, Some(begun)) = (named.iter().any(is_there), named.first().and_then(begun)) {
                    let (then, begun) = (self.instant(decision.at), self.instant(begun));
                    let message = format!(
                        "`{address}` has no verdict on `{name}` yet on {then}: that begins on {begun}, and can be waived from then on"
                    );
                    return Err(nothing(message));
                }
                named
            }
            None => of_duty.places.iter().map(|(at, _)| *at).collect(),
        };
        let named: Vec<usize> = named.into_iter().filter(is_there).collect();
        let about: Vec<&Verdict> = named.iter().filter_map(|at| verdicts.get(*at)).collect();
        let Some((first, rest)) = about.split_first() else {
            return Err(nothing(format!("`{address}` has no verdict yet on {}", self.instant(decision.at))));
        };
        if rest.iter().any(|other| !other.subject.is_same(&first.subject)) {
            let first = self.register.part(&first.subject);
            let message =
                format!("`{address}` has several verdicts: say which with `subject`, such as `{first}`");
            return Err(nothing(message));
        }
        let is_another = |other: &&&Verdict| other.duty == first.duty;
        if let (Subject::Event(Evidence { id: None, .. }), Some(_)) =
            (&first.subject, rest.iter().find(is_another))
        {
            let first = self.register.part(&first.subject);
            let message = format!(
                "several events without an id are `{first}`: give them ids in the log, and say which with `subject`"
            );
            return Err(nothing(message));
        }
        Ok(named)
    }

    /// Why there is nothing to waive of a verdict, where that is so.
    fn is_moot(&self, at: usize, decision: &Decision) -> Option<&'static str> {
        if self.waived.contains(&at) {
            return Some("waived already");
        }
        let verdict = self.decided.outcome.verdicts.get(at)?;
        let before = verdict.at.is_some_and(|decided| decided <= decision.at);
        match verdict.verdict {
            Kind::Kept if before => Some("kept"),
            Kind::Excused if before => Some("excused already"),
            _ => None,
        }
    }

    /// The verdict at a place is excused, and its entries are not due.
    fn excuse(&mut self, at: usize, decision: &Decision) {
        self.waived.insert(at);
        let cause = self.cause(decision);
        let Some(verdict) = self.decided.outcome.verdicts.get_mut(at) else { return };
        if !matches!(verdict.verdict, Kind::Broken | Kind::Pending | Kind::Indeterminate) {
            return;
        }
        let span = self.policy.duties.find(verdict.duty).map(|duty| duty.span);
        verdict.verdict = Kind::Excused;
        verdict.at = verdict.at.or(Some(decision.at));
        verdict.because = span.map(|span| Cause { message: cause, span }).into_iter().collect();
        for at in self.register.follow(verdict) {
            self.give_up(at, TurnTo::Waived, decision);
        }
    }

    fn adjust(&mut self, decision: &Decision, entry: &str, by: i64) -> Result<(), Refused> {
        let at = self.entry(decision, entry)?;
        match by {
            0 => {
                let message = format!(
                    "`{entry}` is adjusted by nothing: write what `less` takes off or `more` adds, or leave the decision out"
                );
                return Err(nothing(message));
            }
            ..0 => self.creditor(decision, at, "takes something off")?,
            1.. => self.debtor(decision, at, "adds something to")?,
        }
        self.still_owed(at)?;
        let by = i128::from(by);
        let added = self.added.get(&at).copied().unwrap_or(0);
        if by < 0 {
            self.within(decision, at, (by, added))?;
        }
        let Some(sum) = added.checked_add(by) else {
            return Err(nothing(format!("what is added to `{entry}` is too much to be held")));
        };
        self.added.insert(at, sum);
        let decider = self.decider(decision);
        let mut id = format!("{entry}/{}", part_of_id(&decider.event));
        let alike = self.adjustments.entry(id.clone()).or_insert(0);
        *alike += 1;
        if *alike > 1 {
            id = format!("{id}~{alike}");
        }
        self.turn(at, TurnTo::Adjusted(by), decision);
        self.decided.adjustments.push(Adjustment { id, entry: at, amount: by, decider });
        Ok(())
    }

    /// Whether an entry was at least what is taken off, together with what was added or taken off before.
    fn within(&self, decision: &Decision, at: usize, (by, added): (i128, i128)) -> Result<(), Refused> {
        let Some(entry) = self.decided.outcome.entries.get(at) else { return Ok(()) };
        let id = self.register.id(at);
        // What is booked at the instant of the decision is there.
        let behind = Instant(decision.at.0.saturating_add(1));
        let Some(amount) = accrued_at(entry, self.policy, self.agreement, behind) else {
            let message = format!(
                "the amount of `{id}` is undetermined, so that nothing can be taken off: give it up with `entry.lapsed`, or wait until it is known"
            );
            return Err(nothing(message));
        };
        let left = amount.saturating_add(added);
        if left.saturating_add(by) >= 0 {
            return Ok(());
        }
        let shown = |minor| money_text(minor, self.agreement);
        let less = by.saturating_neg();
        let message = format!(
            "{} are taken off `{id}`, which is {} then: write at most that as `less`, or give it up with `entry.lapsed`",
            shown(less),
            shown(left)
        );
        Err(nothing(message))
    }

    /// The place of the entry with this id, which is there when it is decided about.
    fn entry(&mut self, decision: &Decision, id: &str) -> Result<usize, Refused> {
        let at = match *self.register.entries(id) {
            [at] => at,
            [] => return Err(nothing(format!("there is no entry `{id}`{}", self.register.near_entry(id)))),
            [..] => {
                let message = format!(
                    "several entries are `{id}`, as an id was used again: give the events ids of their own in the log"
                );
                return Err(nothing(message));
            }
        };
        let Some(entry) = self.decided.outcome.entries.get(at) else { return Ok(at) };
        let alike = self.register.alike(entry.consequence, &entry.subject);
        if alike > 1 {
            let message = format!(
                "`{id}` is one of {alike} entries of one instant whose events have no id, and which of them may change: give the events ids in the log, and name the entry by that"
            );
            return Err(nothing(message));
        }
        if entry.at > decision.at {
            let (then, arises) = (self.instant(decision.at), self.instant(entry.at));
            let message = format!(
                "there is no entry `{id}` yet on {then}: it arises on {arises}, and can be decided about from then on"
            );
            return Err(nothing(message));
        }
        Ok(at)
    }

    /// Whether an entry is not given up.
    fn still_owed(&self, at: usize) -> Result<(), Refused> {
        match self.decided.standing(at) {
            Standing::Waived(_) => Err(nothing(format!("`{}` is not owed any more", self.register.id(at)))),
            _ => Ok(()),
        }
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
        let id = self.register.id(at);
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
    fn give_up(&mut self, at: usize, to: TurnTo, decision: &Decision) {
        if !matches!(self.decided.standing(at), Standing::Waived(_)) {
            self.set(at, Standing::Waived(self.decider(decision)));
            self.turn(at, to, decision);
        }
    }

    /// What a decision has done to an entry is kept.
    fn turn(&mut self, entry: usize, to: TurnTo, decision: &Decision) {
        let (kind, line) = (decision.what.type_name(), decision.line);
        let decider = self.decider(decision);
        self.decided.turns.push(Turn { entry, to, kind, line, decider });
    }

    fn instant(&self, at: Instant) -> String {
        instant_text(at, self.agreement)
    }

    fn decider(&self, decision: &Decision) -> Decider {
        Decider::of(self.agreement, decision)
    }

    /// Why a duty is excused, one clause.
    fn cause(&self, decision: &Decision) -> String {
        let date = self.agreement.zone.date_of(decision.at);
        let reason =
            self.decider(decision).reason.map(|reason| format!(": \"{reason}\"")).unwrap_or_default();
        format!("waived by {} on {date}{reason}", self.name(decision.by))
    }

    fn name(&self, party: PartyId) -> String {
        self.policy.parties.find(party).map_or_else(String::new, |party| party.name.clone())
    }
}

/// When a subject began.
fn begun(subject: &Subject) -> Instant {
    match subject {
        Subject::Agreement => Instant::MIN,
        Subject::Item { born, .. } => *born,
        Subject::Event(event) => event.at,
        Subject::Window(window) | Subject::Group(window, _) => window.start,
    }
}

fn nothing(message: String) -> Refused {
    (Code::NothingToDecide, message)
}
