//! Statements that can be shown to others: ids are replaced by keyed hashes, equal ones by equal ones, so that everything
//! still adds up and whoever has the key can compute the statement again.

use crate::statement::{Booking, DecisionLine, Reason, Statement};
use crate::subject::{group_of_id, group_text, part_of_id};
use servanda_policy::policy::{FieldType, Policy};
use std::collections::BTreeSet;

/// How many digits of a hash are shown: 64 bits.
const DIGITS: usize = 16;

/// What ids are replaced with, and what is no id: the words of a policy.
///
/// ```
/// # use servanda_report::Redaction;
/// # let text = "language 1. agreement \"A\" { party ann. party ben. in force from 2026-01-01. money in EUR. time zone Etc/UTC. }";
/// # let policy = servanda_policy::check(&servanda_parser::parse(servanda_diagnostics::SourceId(0), text).document, text).policy;
/// # let policy = policy.expect("it is an agreement");
/// let (one, other) = (Redaction::new(b"our secret", &policy), Redaction::new(b"another", &policy));
/// assert_eq!(one.id("I-1"), one.id("I-1"));
/// assert_ne!(one.id("I-1"), other.id("I-1"));
/// ```
#[derive(Clone)]
pub struct Redaction {
    key: [u8; 32],
    words: BTreeSet<String>,
    /// The names of cases, which stand where `window`, `event` and `agreement` do.
    cases: BTreeSet<String>,
}

impl std::fmt::Debug for Redaction {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction").finish_non_exhaustive()
    }
}

impl Redaction {
    /// With a secret of any length, such as the bytes of a file.
    pub fn new(secret: &[u8], policy: &Policy) -> Self {
        let mut words = BTreeSet::new();
        let mut word = |word: &str| {
            words.insert(word.to_owned());
        };
        policy.cases.values().for_each(|case| word(&case.name));
        policy.parties.values().for_each(|party| word(&party.name));
        policy.measures.values().for_each(|measure| word(&measure.name));
        policy.duties.values().for_each(|duty| word(&duty.name));
        policy.kinds.values().for_each(|kind| word(kind));
        for event in policy.events.values() {
            word(&event.name);
            for field in &event.fields {
                word(&field.name);
                word(&field.log_name);
                if let FieldType::OneOf(those) = &field.ty {
                    those.iter().for_each(|one| word(one));
                }
            }
        }
        policy.params.values().for_each(|param| word(&param.name));
        let cases = policy.cases.values().map(|case| case.name.clone()).collect();
        Self { key: blake3::derive_key("servanda 2026 redaction of ids", secret), words, cases }
    }

    /// What stands for an id: `#` and sixteen digits.
    pub fn id(&self, id: &str) -> String {
        let hash = blake3::keyed_hash(&self.key, id.as_bytes()).to_hex();
        format!("#{}", hash.as_str().get(..DIGITS).unwrap_or_default())
    }

    /// An event as evidence: one without an id is told by its type and instant. What a log calls an id may look like that,
    /// but for the instant.
    fn evidence(&self, event: &str) -> String {
        let by_type = event.split_once('@').is_some_and(|(event, at)| {
            self.words.contains(event) && at.parse::<servanda_policy::time::Instant>().is_ok()
        });
        if by_type { event.to_owned() } else { self.id(event) }
    }

    /// A message: what stands in it between backticks or quotation marks and is no word of the policy is an id or another
    /// value of the input. A value may hold such marks itself, so all up to the last one is replaced with it.
    fn message(&self, message: &str) -> String {
        let mut told = String::new();
        let mut rest = message;
        while let Some(from) = rest.find(['`', '"']) {
            let (before, quoted) = rest.split_at(from);
            let mark = if quoted.starts_with('`') { '`' } else { '"' };
            let inner = quoted.get(1..).unwrap_or_default();
            told.push_str(before);
            told.push(mark);
            let (within, behind) = match inner.split_once(mark) {
                Some((word, behind)) if self.words.contains(word) => (word.to_owned(), behind),
                _ => {
                    let (value, behind) = inner.rsplit_once(mark).unwrap_or((inner, ""));
                    (self.id(value), behind)
                }
            };
            told.push_str(&within);
            told.push(mark);
            rest = behind;
        }
        told + rest
    }

    fn reasons(&self, reasons: &mut [Reason]) {
        for reason in reasons {
            reason.message = self.message(&reason.message);
        }
    }

    fn decision(&self, decision: &mut Option<DecisionLine>) {
        if let Some(decision) = decision {
            decision.event = self.evidence(&decision.event);
            decision.reason = decision.reason.take().map(|reason| self.id(&reason));
        }
    }

    /// What a line is about, and the ids that are made of it.
    fn subject(&self, kind: &str, subject: &mut String, ids: [Option<&mut String>; 2]) {
        let own = !self.cases.contains(kind);
        if own && matches!(kind, "window" | "agreement") {
            return;
        }
        if own && kind == "group" {
            return self.group(subject, ids);
        }
        let shown = if own && kind == "event" { self.evidence(subject) } else { self.id(subject) };
        let (before, after) = (part_of_id(subject), part_of_id(&shown));
        for id in ids.into_iter().flatten() {
            // An id has the subject behind the address of its sentence.
            let Some((address, rest)) = id.split_once('/') else { continue };
            let (about, behind) =
                rest.split_once('/').map_or((rest, None), |(it, behind)| (it, Some(behind)));
            let Some(number) = about.strip_prefix(before.as_str()) else { continue };
            if number.is_empty() || number.starts_with('~') {
                let behind = behind.map(|behind| format!("/{behind}")).unwrap_or_default();
                *id = format!("{address}/{after}{number}{behind}");
            }
        }
        *subject = shown;
    }

    /// A window of one group: the value of a field that the policy does not list is of the input.
    fn group(&self, subject: &mut String, ids: [Option<&mut String>; 2]) {
        let Some((window, value)) = subject.split_once(' ') else { return };
        if self.words.contains(value) {
            return;
        }
        let (window, value, shown) = (window.to_owned(), value.to_owned(), self.id(value));
        let (before, after) = (group_of_id(&window, &value), group_of_id(&window, &shown));
        for id in ids.into_iter().flatten() {
            if let Some((address, rest)) = id.split_once('/')
                && let Some(behind) = rest.strip_prefix(before.as_str())
                && (behind.is_empty() || behind.starts_with(['/', '~']))
            {
                *id = format!("{address}/{after}{behind}");
            }
        }
        *subject = group_text(&window, &shown);
    }

    fn booking(&self, line: &mut Booking) {
        // What is adjusted has the event of the decision behind the id of the entry.
        if let Some(event) = line.decision.as_ref().map(|decision| &decision.event) {
            let (told, shown) = (part_of_id(event), part_of_id(&self.evidence(event)));
            for id in [Some(&mut line.id), line.refers_to.as_mut()].into_iter().flatten() {
                let ends = |it: &str| {
                    it.strip_prefix(told.as_str()).is_some_and(|it| it.is_empty() || it.starts_with('~'))
                };
                if let Some((before, number)) =
                    id.rsplit_once('/').filter(|(_, last)| ends(last)).map(|(before, last)| {
                        (before.to_owned(), last.get(told.len()..).unwrap_or_default().to_owned())
                    })
                {
                    *id = format!("{before}/{shown}{number}");
                }
            }
        }
        let ids = [Some(&mut line.id), line.refers_to.as_mut()];
        self.subject(&line.subject_kind, &mut line.subject, ids);
        line.evidence.iter_mut().for_each(|event| *event = self.evidence(event));
        self.reasons(&mut line.because);
        self.decision(&mut line.decision);
    }

    /// A statement without the ids of things, of events and of people, and without the reasons of decisions. Amounts,
    /// verdicts, instants, the names of parties and of agreements stay, and so do the hashes: they are those of the
    /// statement as it was.
    #[must_use]
    pub fn of(&self, mut statement: Statement) -> Statement {
        for line in &mut statement.verdicts {
            self.subject(&line.subject_kind, &mut line.subject, [line.id.as_mut(), None]);
            line.evidence.iter_mut().for_each(|event| *event = self.evidence(event));
            self.reasons(&mut line.because);
        }
        for line in &mut statement.measures {
            if line.group.is_some() {
                let mut subject = line.subject();
                self.group(&mut subject, [line.id.as_mut(), None]);
                line.group = subject.split_once(' ').map(|(_, group)| group.to_owned());
            }
            self.reasons(&mut line.because);
        }
        statement.entries.iter_mut().for_each(|line| self.booking(line));
        for line in &mut statement.notices {
            self.subject(&line.subject_kind, &mut line.subject, [line.id.as_mut(), None]);
        }
        for line in &mut statement.claims {
            self.subject(&line.subject_kind, &mut line.subject, [line.id.as_mut(), None]);
            line.claimed_by = line.claimed_by.take().map(|event| self.evidence(&event));
            self.reasons(&mut line.because);
        }
        for line in &mut statement.problems {
            line.message = self.message(&line.message);
            line.event = line.event.take().map(|event| self.id(&event));
        }
        self.decision(&mut statement.closed);
        statement
    }
}
