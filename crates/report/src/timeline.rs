//! One case as a line: from when to when each clock ran, stood still or met closed hours, until it was done or late.
//!
//! It is told from what the evaluator has told of each clock, and from the calendar that it runs by; so the time that counts
//! adds up to the length that the text gives.

mod drawing;
mod stretches;

pub use drawing::{Drawing, timeline_text};
pub use stretches::TimelineStretch;

use crate::explanation::{EvidenceLine, Material, Question};
use crate::statement::PlaceRange;
use crate::subject::{Lives, subject_kind, subject_text};
use crate::text::instant_text;
use serde::Serialize;
use servanda_evaluator::Open;
use servanda_evaluator::outcome::{Subject, Verdict};
use servanda_policy::policy::{DutyId, Effect, Form, Signal, VersionId};
use servanda_policy::time::Instant;
use std::collections::BTreeSet;

/// The name of the schema of a timeline as JSON.
pub const TIMELINE: &str = "servanda/timeline/1";

/// One thing that is followed, with the clocks of its duties.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// The name of the schema.
    pub schema: &'static str,
    /// The instance's name.
    pub agreement: String,
    /// The name of the case.
    pub case: String,
    /// Its key.
    pub key: String,
    /// Exclusive, RFC 3339.
    pub as_of: String,
    /// The first instant that is drawn, RFC 3339.
    pub from: String,
    /// The first instant behind what is drawn, RFC 3339.
    pub until: String,
    /// The duties on it, each with its clock.
    pub lines: Vec<TimelineLine>,
    /// What happened to it.
    pub marks: Vec<TimelineMark>,
    /// The name of the zone in which instants are told.
    pub zone: String,
    #[serde(skip)]
    pub(crate) span: (Instant, Instant),
}

/// The clock of one duty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineLine {
    /// The id of the verdict.
    pub id: String,
    /// The address of the duty: `7(b)`.
    pub duty: String,
    /// Who must.
    pub party: String,
    /// What, as the text says it.
    pub what: String,
    /// The verdict.
    pub verdict: &'static str,
    /// What its time counts in: `seconds` of all time, the name of a calendar with `hours` or `days`, `calendar days`,
    /// `months`; none where there is no length.
    pub clock: Option<String>,
    /// From when to when it was so, one behind the other.
    pub stretches: Vec<TimelineStretch>,
    /// How much time counts, over all of it: in seconds, or days.
    pub counted: String,
    /// The deadline, and when it was done.
    pub marks: Vec<TimelineMark>,
    /// Where the text says so.
    pub span: Option<PlaceRange>,
}

/// Something at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineMark {
    /// `begun`, `told`, `reopened`, `over`, `deadline`, `done` or `as of`.
    pub kind: &'static str,
    /// When, RFC 3339; of a deadline the last instant in time.
    pub at: String,
    /// What, for people.
    pub text: String,
    /// The event, where one did it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceLine>,
    #[serde(skip)]
    pub(crate) instant: Instant,
}

impl Question<'_> {
    /// The timelines of the things that are meant: by their key, `Q-7`, with the name of the case where several cases have
    /// it, `question/Q-7`, with the number of the item where several have had it, `Q-7~2`.
    pub fn timelines(&self, of: &str) -> Vec<Timeline> {
        let material = self.material(None, VersionId(0));
        let (case, key) = match of.split_once('/') {
            Some((case, key)) if self.policy.cases.values().any(|it| it.name == case) => (Some(case), key),
            _ => (None, of),
        };
        let lives = Lives::of(material.outcome);
        let meant = self.subjects().into_iter().filter(|subject| {
            let Subject::Item { case: of, born, key: own } = subject else { return false };
            case.is_none_or(|case| self.policy.cases.find(*of).is_some_and(|it| it.name == case))
                && lives.is_called((*of, own.as_str(), *born), key)
        });
        meant.map(|subject| Drawn { question: self, material, subject: &subject }.timeline()).collect()
    }

    /// The keys that one which nothing has may have meant, the nearest first; where none is near, the first ones.
    pub fn nearest_keys(&self, of: &str) -> Vec<String> {
        let key = of.rsplit('/').next().unwrap_or(of);
        let known: BTreeSet<String> =
            self.subjects().iter().map(|it| subject_text(self.policy, self.agreement, it)).collect();
        let mut known: Vec<String> = known.into_iter().collect();
        let mut nearest = Vec::new();
        while nearest.len() < 5
            && let Some(near) = servanda_diagnostics::spelling::nearest(key, known.iter().map(String::as_str))
        {
            let near = near.to_owned();
            known.retain(|other| *other != near);
            nearest.push(near);
        }
        if nearest.is_empty() {
            known.truncate(5);
            return known;
        }
        nearest
    }

    /// Everything that is followed and has begun.
    fn subjects(&self) -> BTreeSet<Subject> {
        let of_verdicts = self.decided.outcome.verdicts.iter().map(|verdict| &verdict.subject);
        let all = of_verdicts.chain(self.trail.subjects());
        all.filter(|subject| matches!(subject, Subject::Item { .. })).cloned().collect()
    }
}

/// What one timeline is made from.
pub(crate) struct Drawn<'a> {
    pub(crate) question: &'a Question<'a>,
    pub(crate) material: Material<'a>,
    pub(crate) subject: &'a Subject,
}

impl Drawn<'_> {
    fn timeline(&self) -> Timeline {
        let Question { policy, agreement, .. } = *self.question;
        let outcome = self.material.outcome;
        let lives = Lives::of(outcome);
        let ids = crate::address::verdict_ids(policy, agreement, &lives, outcome);
        let mut lines = Vec::new();
        let (mut from, mut until) = (self.begun(), self.begun());
        for (verdict, id) in outcome.verdicts.iter().zip(ids).filter(|(it, _)| it.subject == *self.subject) {
            let Some((line, span)) = self.line(verdict, id) else { continue };
            (from, until) = (from.min(span.0), until.max(span.1));
            lines.push(line);
        }
        let marks = self.marks();
        for mark in &marks {
            if mark.kind != "as of" {
                (from, until) = (from.min(mark.instant), until.max(mark.instant));
            }
        }
        // Where nothing has taken any time yet, it is drawn up to now.
        let until = if until > from { until } else { outcome.as_of };
        let until = until.max(Instant(from.0.saturating_add(1)));
        let within =
            |mark: &TimelineMark| mark.kind != "as of" || (from <= mark.instant && mark.instant < until);
        Timeline {
            schema: TIMELINE,
            agreement: agreement.name.clone(),
            case: subject_kind(policy, self.subject).to_owned(),
            key: subject_text(policy, agreement, self.subject),
            as_of: self.instant(outcome.as_of),
            from: self.instant(from),
            until: self.instant(until),
            lines,
            marks: marks.into_iter().filter(within).collect(),
            zone: agreement.zone.name().to_owned(),
            span: (from, until),
        }
    }

    pub(crate) fn instant(&self, at: Instant) -> String {
        at.format_in(&self.material.agreement.zone)
    }

    fn begun(&self) -> Instant {
        match self.subject {
            Subject::Item { born, .. } => *born,
            _ => self.material.outcome.as_of,
        }
    }

    fn line(&self, verdict: &Verdict, id: String) -> Option<(TimelineLine, (Instant, Instant))> {
        let duty = self.material.policy.duties.find(verdict.duty)?;
        let Form::Do { .. } = &duty.form else { return None };
        let drawn = self.stretches(verdict, duty)?;
        let mut marks = Vec::new();
        if let Some(late_from) = verdict.late_from {
            let shown = crate::statement::ShownDeadline::at(&self.material.agreement.zone, late_from);
            let last = late_from.previous();
            let text = match shown.date {
                Some(date) => format!("deadline, the end of {date}"),
                None => "deadline".to_owned(),
            };
            let evidence = Vec::new();
            marks.push(TimelineMark {
                kind: "deadline",
                at: self.instant(last),
                text,
                evidence,
                instant: last,
            });
        }
        if let Some(done) = verdict.done_at {
            let late = verdict.late_from.is_some_and(|late_from| done >= late_from);
            let text = if late { "done, late" } else { "done" };
            let by: Vec<_> = verdict.evidence.iter().filter(|it| it.at == done).cloned().collect();
            let (at, evidence) = (self.instant(done), self.material.evidence(&by));
            marks.push(TimelineMark { kind: "done", at, text: text.to_owned(), evidence, instant: done });
        }
        let ends = drawn.stretches.iter().map(|it| it.span.1).chain(marks.iter().map(|it| it.instant));
        let starts = drawn.stretches.iter().map(|it| it.span.0).chain(marks.iter().map(|it| it.instant));
        let begun = self.begun();
        let span = (starts.min().unwrap_or(begun), ends.max().unwrap_or(begun));
        let line = TimelineLine {
            id,
            duty: duty.name.clone(),
            party: self.material.party(duty.debtor).to_owned(),
            what: self.material.quoted(duty.core_span),
            verdict: verdict.verdict.word(),
            clock: drawn.clock,
            counted: drawn.counted,
            stretches: drawn.stretches,
            marks,
            span: self.material.place(duty.core_span),
        };
        Some((line, span))
    }

    /// What happened to the thing itself, in the order of time.
    fn marks(&self) -> Vec<TimelineMark> {
        let (trail, outcome) = (self.material.trail, self.material.outcome);
        let mark = |kind, instant: Instant, text: String, by: &[servanda_evaluator::outcome::Evidence]| {
            TimelineMark {
                kind,
                at: self.instant(instant),
                text,
                evidence: self.material.evidence(by),
                instant,
            }
        };
        let by = trail.begun(self.subject).and_then(|begun| begun.by.clone());
        let mut marks = vec![mark("begun", self.begun(), "begins".to_owned(), by.as_slice())];
        for (at, by) in trail.reopened(self.subject) {
            marks.push(mark("reopened", *at, "opened again".to_owned(), by.as_slice()));
        }
        if let Some((at, by)) = trail.over_at(self.subject) {
            marks.push(mark("over", at, "over".to_owned(), by.as_slice()));
        }
        for notice in outcome.notices.iter().filter(|it| it.subject == *self.subject) {
            let effect = self.material.policy.consequences.find(notice.consequence).map(|of| &of.effect);
            let who = self.material.party(notice.to);
            let text = match effect {
                Some(Effect::Tell(_)) => match notice.arose {
                    None => format!("{who} is told"),
                    Some(arose) => {
                        format!(
                            "{who} is told of what arose {}",
                            instant_text(arose, self.material.agreement)
                        )
                    }
                },
                Some(Effect::Right(right)) => format!("{who} {}", right.what.words()),
                _ => continue,
            };
            marks.push(mark("told", notice.at, text, &[]));
        }
        for open in trail.open() {
            let Open::Pending { duty, subject, late_from: Some(late_from), .. } = open else { continue };
            if subject == self.subject && self.is_silent(*duty) {
                let arises = late_from.previous();
                marks.extend(
                    self.will_be_told(*duty, subject, arises).map(|(at, text)| mark("told", at, text, &[])),
                );
            }
        }
        marks.push(mark("as of", outcome.as_of, "as of".to_owned(), &[]));
        marks.sort_by_key(|mark| mark.instant);
        marks
    }

    fn is_silent(&self, duty: DutyId) -> bool {
        self.material.policy.duties.find(duty).is_some_and(|duty| duty.silent)
    }

    /// What happens when the time of a duty that binds nobody is over, and when.
    fn will_be_told(&self, id: DutyId, about: &Subject, arises: Instant) -> Option<(Instant, String)> {
        let policy = self.material.policy;
        let of = |of: &&servanda_policy::policy::Consequence| matches!(of.on, Signal::Broken(on) if on == id);
        let of = policy.consequences.values().find(of)?;
        Some(match &of.effect {
            Effect::Tell(tell) => {
                let at = self.material.trail.will_be_told(self.material.agreement, tell, about, arises)?;
                (at, format!("{} will be told", self.material.party(tell.to)))
            }
            Effect::Right(right) => {
                (arises, format!("then {} {}", self.material.party(right.holder), right.what.words()))
            }
            _ => return None,
        })
    }
}
