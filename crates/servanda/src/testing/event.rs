//! Events built by the names of a policy, with civil times: as lines of a log, or as facts.
//!
//! A line is not checked: a test may want one that is wrong. A fact has passed the reader.

use super::Broken;
use crate::{Run, moment};
use serde_json::{Map, Value as Json};
use servanda_events::{Fact, Instances, LineKind, Reader, Schema};
use servanda_policy::agreement::Agreement;
use std::sync::Arc;

/// An event to be told to a run, by the names of its policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: String,
    at: Option<String>,
    id: Option<String>,
    agreement: Option<String>,
    recorded: Option<String>,
    fields: Vec<(String, Json)>,
}

/// An event of the type that the policy calls so.
///
/// ```
/// # use servanda::{Run, Sources, compile};
/// use servanda::testing::event;
/// # let policy = compile(&Sources::new().with("works.sla", r#"
/// #     language 1. agreement "Works" {
/// #       party agency. party client. in force from 2026-01-01.
/// #       time zone Europe/Istanbul. money in EUR.
/// #       event invoice.received { invoice: id, amount: money }
/// #       case invoice { begins when invoice.received. }
/// #       clause 1 "Fee" { client owes agency 1% of invoice.amount for each invoice. }
/// #     }"#))?;
/// let mut run = Run::of_log(&policy)?;
/// let received = event("invoice.received").at("2026-01-05 10:00").field("invoice", "I-1").field("amount", "1000.00");
/// run.read(received.line(&run)?.as_bytes());
/// // Or without a log: what a reader would make of it.
/// let later = received.at("2026-01-06 10:00").field("invoice", "I-2");
/// run.push(0, later.fact(&run)?)?;
///
/// let outcome = run.outcome(0, servanda::moment("2026-02-01", &run.agreements()[0].zone)?)?;
/// assert_eq!(outcome.entries.len(), 2);
/// assert!(later.field("sum", "1.00").line(&run).is_err_and(|why| why.contains("`invoice`, `amount`")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn event(kind: impl Into<String>) -> Event {
    Event { kind: kind.into(), at: None, id: None, agreement: None, recorded: None, fields: Vec::new() }
}

impl Event {
    /// When it happens: a date or a civil time of the agreement's zone, or an instant with its offset.
    #[must_use]
    pub fn at(&self, at: impl Into<String>) -> Self {
        Self { at: Some(at.into()), ..self.clone() }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self.clone() }
    }

    /// The agreement that it belongs to.
    #[must_use]
    pub fn agreement(&self, name: impl Into<String>) -> Self {
        Self { agreement: Some(name.into()), ..self.clone() }
    }

    /// When it became known, written like [`Event::at`].
    #[must_use]
    pub fn recorded(&self, at: impl Into<String>) -> Self {
        Self { recorded: Some(at.into()), ..self.clone() }
    }

    /// A field by its name in the policy, as a log has it: an amount is text. Given again, it takes the place of the
    /// one before.
    #[must_use]
    pub fn field(&self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        let name = name.into();
        let mut event = self.clone();
        event.fields.retain(|(known, _)| *known != name);
        event.fields.push((name, value.into()));
        event
    }

    /// The event as a line of the log, with its line ending, under the names that the policy gives to what is in it.
    /// An event type that the policy does not declare is told as it is.
    ///
    /// # Errors
    /// When there is no time or no such time, or the type has no such field.
    pub fn line(&self, run: &Run) -> Result<String, Broken> {
        let policy = run.evaluator().policy();
        let zone = &self.found(run)?.zone;
        let written = |text: &str| {
            moment(text, zone).map(|at| Json::from(at.format_in(zone))).map_err(|error| error.to_string())
        };
        let log = &policy.log;
        let mut line = Map::new();
        let at = self.at.as_deref().ok_or_else(|| format!("a `{}` needs a time", self.kind))?;
        line.insert(log.time.clone(), written(at)?);
        let declared = policy.events.values().find(|event| event.name == self.kind);
        line.insert(log.kind.clone(), declared.map_or(&self.kind, |event| &event.log_name).as_str().into());
        if let (Some(key), Some(id)) = (&log.id, &self.id) {
            line.insert(key.clone(), id.as_str().into());
        }
        if let Some(agreement) = &self.agreement {
            line.insert(log.agreement.clone(), agreement.as_str().into());
        }
        if let Some(recorded) = &self.recorded {
            line.insert(log.recorded.clone(), written(recorded)?);
        }
        for (name, value) in &self.fields {
            let key = match declared {
                None => name,
                Some(event) => match event.fields.iter().find(|field| field.name == *name) {
                    Some(field) => &field.log_name,
                    None => {
                        let known: Vec<String> =
                            event.fields.iter().map(|field| format!("`{}`", field.name)).collect();
                        let known = known.join(", ");
                        return Err(format!("`{}` has no field `{name}`, but {known}", self.kind));
                    }
                },
            };
            line.insert(key.clone(), value.clone());
        }
        Ok(format!("{}\n", Json::Object(line)))
    }

    /// The event as a fact, to be pushed.
    ///
    /// # Errors
    /// When it cannot be written as a line, or the reader finds something wrong with it.
    pub fn fact(&self, run: &Run) -> Result<Fact, Broken> {
        let line = self.line(run)?;
        let policy = run.evaluator().policy();
        let agreement = self.found(run)?;
        let instances = Instances::discovered(&policy.title, agreement.currency);
        let mut reader = Reader::new(Arc::new(Schema::new(policy)), instances);
        let read = reader.read_line(0, line.trim_end().as_bytes());
        match (read.kind, read.problems.first()) {
            (LineKind::Admitted { fact, .. }, None) => Ok(fact),
            (_, Some(problem)) => Err(format!("`{}` cannot be read: {}", line.trim_end(), problem.message)),
            (_, None) => Err(format!("the policy declares no event `{}`", self.kind)),
        }
    }

    /// The agreement that it belongs to: the one of its name, or what every one is like that the log names.
    fn found<'r>(&self, run: &'r Run) -> Result<&'r Agreement, Broken> {
        let agreements = || run.agreements().iter().map(AsRef::as_ref);
        let named = agreements().find(|agreement| Some(&agreement.name) == self.agreement.as_ref());
        let found = named.or(run.desk.template.as_ref()).or_else(|| agreements().next());
        found.ok_or_else(|| "the run has no agreement".to_owned())
    }
}
