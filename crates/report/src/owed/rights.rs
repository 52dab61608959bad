//! Rights that stand, and what happens when a time is over: rights that arise, notices, what counts as done by silence.

use super::{Making, OwedLine};
use crate::explanation::Material;
use servanda_evaluator::outcome::{Evidence, Subject};
use servanda_evaluator::{Open, Stands};
use servanda_policy::policy::{Consequence, Deadline, DutyId, Effect, Ending, Form, From, PartyId};
use servanda_policy::time::Instant;

impl Making<'_> {
    /// Rights that stand or come to stand, notices to come, and what is suspended.
    pub(super) fn rights(&mut self) {
        self.standing();
        let trail = self.material.trail;
        for open in trail.open() {
            match open {
                Open::Pending { duty, subject, late_from, stands, evidence } => {
                    self.coming(*duty, subject, (*late_from, stands.as_ref()), evidence);
                }
                Open::Suspended { consequence, since, by } => {
                    let Some(of) = self.material.policy.consequences.find(*consequence) else { continue };
                    let Effect::Suspend(suspension) = &of.effect else { continue };
                    let line = OwedLine {
                        what: suspension.words(),
                        since: Some(self.instant(*since)),
                        standing: "standing",
                        evidence: self.evidence(std::slice::from_ref(by)),
                        ..self.right(suspension.holder, "suspension", of, &Subject::Agreement)
                    };
                    self.lines.push(line);
                }
                Open::Waiting { consequence, subject, arose, told } => {
                    let Some(of) = self.material.policy.consequences.find(*consequence) else { continue };
                    let Effect::Tell(tell) = &of.effect else { continue };
                    let line = OwedLine {
                        what: "is told".to_owned(),
                        since: Some(self.instant(*arose)),
                        standing: "waiting",
                        ..self.right(tell.to, "notice", of, subject)
                    };
                    let line = line.late_from(self, Some(told.next()));
                    self.lines.push(line);
                }
                Open::Principal { .. } | Open::Beside { .. } | Open::Rest { .. } | Open::Limit { .. } => {}
            }
        }
    }

    fn right(&self, party: PartyId, kind: &'static str, of: &Consequence, about: &Subject) -> OwedLine {
        OwedLine {
            sentence: of.name.clone(),
            span: self.material.place(of.span),
            ..self.line(kind, party, of.clause, about)
        }
    }

    /// What has arisen and stands, and what stands from the beginning.
    fn standing(&mut self) {
        let statement = self.statement;
        for (notice, told) in self.material.outcome.notices.iter().zip(&statement.notices) {
            let Some(of) = self.material.policy.consequences.find(notice.consequence) else { continue };
            let (what, ends) = match &of.effect {
                Effect::Right(right) => (right.what.words().into_owned(), None),
                Effect::End(ending) => {
                    let (policy, agreement) = (self.material.policy, self.material.agreement);
                    let ends = agreement.end_by(ending, notice.at);
                    let sooner =
                        |end| crate::ending::sooner_than(end, policy, agreement, self.material.outcome);
                    // What changes nothing is not ahead.
                    if ends.and_then(sooner).is_some() {
                        continue;
                    }
                    (Ending::WORDS.to_owned(), ends)
                }
                _ => continue,
            };
            let line = OwedLine {
                id: told.id.clone(),
                what,
                since: Some(told.at.clone()),
                standing: "standing",
                ..self.right(notice.to, "right", of, &notice.subject)
            };
            let line = line.late_from(self, ends);
            self.lines.push(line);
        }
        let as_of = self.material.outcome.as_of;
        // What an ending asks for no right that has to arise first, while the agreement goes on.
        if self.ends().is_some_and(|end| end <= as_of) {
            return;
        }
        let version = self.material.agreement.version_at(as_of.previous());
        for of in self.material.policy.consequences.values() {
            let Effect::End(ending) = &of.effect else { continue };
            if ending.right.is_some() || self.material.policy.version_of(of.clause) != version {
                continue;
            }
            let line = OwedLine {
                what: self.without_party(ending.holder, of.span),
                standing: "standing",
                ..self.right(ending.holder, "right", of, &Subject::Agreement)
            };
            self.lines.push(line);
        }
    }

    /// What has to be done so that nothing happens.
    fn unless(&self, form: &Form) -> Option<&str> {
        let Form::Do { case, act, .. } = form else { return None };
        let acts = &self.material.policy.cases.find(*case)?.acts;
        acts.get(*act as usize).map(|act| act.done.as_str())
    }

    /// What happens when the time of a duty that binds nobody is over. What follows from a breach of any other is no
    /// matter of what is owed.
    fn coming(
        &mut self,
        id: DutyId,
        subject: &Subject,
        (late_from, stands): (Option<Instant>, Option<&Stands>),
        evidence: &[Evidence],
    ) {
        let policy = self.material.policy;
        let Some(duty) = policy.duties.find(id).filter(|duty| duty.silent) else { return };
        for consequence in &duty.otherwise {
            let Some(of) = policy.consequences.find(*consequence) else { continue };
            let (party, kind, what) = match &of.effect {
                Effect::Tell(tell) => (tell.to, "notice", "is told".to_owned()),
                Effect::Right(right) => (right.holder, "right", right.what.words().into_owned()),
                Effect::CountsAs(silence) => {
                    (silence.by, "silence", policy.words_of_silence(of).unwrap_or_default())
                }
                Effect::Entry(_) | Effect::Accrue(_) | Effect::End(_) | Effect::Suspend(_) => continue,
            };
            let what = match (kind, self.unless(&duty.form)) {
                ("notice" | "right", Some(done)) => format!("{what} unless {done}"),
                _ => what,
            };
            let not_begun = matches!(
                &duty.form,
                Form::Do { deadline: Some(Deadline::Within { from: From::Done(_), .. }), .. }
            );
            let born = match subject {
                Subject::Item { born, .. } => Some(self.instant(*born)),
                _ => None,
            };
            let line = OwedLine {
                what,
                since: born,
                standing: match (late_from, stands) {
                    (None, Some(_)) => "stands still",
                    (None, None) if not_begun => "not begun",
                    _ => "counting",
                },
                evidence: self.evidence(evidence),
                ..self.right(party, kind, of, subject)
            };
            let happens = match (late_from, &of.effect) {
                (Some(late), Effect::Tell(tell)) => {
                    let Material { trail, agreement, .. } = self.material;
                    let Some(told) = trail.will_be_told(agreement, tell, subject, late.previous()) else {
                        continue;
                    };
                    Some(if tell.during.is_some() { told.next() } else { late })
                }
                _ => late_from,
            };
            let line = self.stands(line.late_from(self, happens), stands);
            self.lines.push(line);
        }
    }
}
