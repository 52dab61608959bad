//! Why a line of a statement is what it is: the question goes to what stood behind the outcome that it tells.

use super::Run;
use servanda_evaluator::{Misuse, Outcome};
use servanda_policy::time::Instant;
use servanda_report::{Decided, Explanation, Forecast, Owed, Period, Question, Trail};

/// The answer to a question about a line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Why it is what it is.
    Because(Box<Explanation>),
    /// There is no such line; these are the ids that are most like the one that was asked about.
    NoSuchLine(Vec<String>),
}

impl Answer {
    /// The explanation, where there is one.
    pub fn explanation(self) -> Option<Explanation> {
        match self {
            Self::Because(explanation) => Some(*explanation),
            Self::NoSuchLine(_) => None,
        }
    }
}

impl Run {
    /// Why the line with an id is what it is in [`Run::statement`] of the same outcome and period.
    ///
    /// The events of the instance are evaluated once more, for what stands behind its outcome is not kept.
    ///
    /// # Errors
    /// When there is no such instance, or the state behind the outcome is gone.
    pub fn explain(
        &self,
        instance: u32,
        decided: &Decided,
        period: Option<&Period>,
        id: &str,
    ) -> Result<Answer, Misuse> {
        let asked = |question: &Question<'_>| question.explain(id).ok_or_else(|| question.nearest(id));
        let answer = self.ask(instance, decided, period, asked)?;
        Ok(match answer {
            Ok(explanation) => Answer::Because(Box::new(explanation)),
            Err(nearest) => Answer::NoSuchLine(nearest),
        })
    }

    /// What is still owed in an instance as of the instant of an outcome: by whom, to whom, until when.
    ///
    /// The events of the instance are evaluated once more, for what stands behind its outcome is not kept.
    ///
    /// ```
    /// use servanda::{Run, Sources, compile, moment};
    ///
    /// let sources = Sources::new().with("works.sla", r#"
    ///     language 1.
    ///     agreement "Works" {
    ///       party agency. party client.
    ///       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
    ///       event question.asked { question: id }
    ///       event question.answered { question: id }
    ///       case question {
    ///         begins when question.asked.
    ///         answer (answered) when question.answered.
    ///         ends when answered.
    ///       }
    ///       clause 1 "Answers" { agency must answer each question within 30 calendar days. }
    ///     }
    /// "#);
    /// let policy = compile(&sources)?;
    /// let mut run = Run::of_log(&policy)?;
    /// run.read(br#"{"time": "2026-01-05T10:00:00+01:00", "type": "question.asked", "question": "Q-1"}"#);
    /// run.close();
    ///
    /// let as_of = moment("2026-02-01", &run.agreements()[0].zone)?;
    /// let owed = run.owed(0, &run.decided(0, as_of)?)?;
    /// let (party, line) = owed.lines().next().ok_or("something is owed")?;
    /// assert_eq!((party, line.what.as_str()), ("agency", "must answer each question"));
    /// assert_eq!((line.id.as_deref(), line.until.as_deref()), (Some("1/Q-1"), Some("2026-02-04")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such instance, or the state behind the outcome is gone.
    pub fn owed(&self, instance: u32, decided: &Decided) -> Result<Owed, Misuse> {
        self.ask(instance, decided, None, |question: &Question<'_>| question.owed())
    }

    /// What is ahead in an instance from the instant of an outcome on: the last instants to act and what follows if they
    /// pass, how far figures may still go, what debts cost from when on.
    ///
    /// The events of the instance are evaluated twice more: for what stands behind the outcome, and up to later instants as
    /// if nothing more happened.
    ///
    /// ```
    /// use servanda::{Run, Sources, compile, moment};
    ///
    /// let sources = Sources::new().with("works.sla", r#"
    ///     language 1.
    ///     agreement "Works" {
    ///       party agency. party client.
    ///       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
    ///       event post.published { post: id }
    ///       clause 1 "Posts" {
    ///         measure posts per calendar month = count of post.published.
    ///         agency must keep posts at least 2 otherwise agency credits client 50 EUR.
    ///       }
    ///     }
    /// "#);
    /// let policy = compile(&sources)?;
    /// let mut run = Run::of_log(&policy)?;
    /// run.read(br#"{"time": "2026-03-05T10:00:00+01:00", "type": "post.published", "post": "P-1"}"#);
    /// run.close();
    ///
    /// let as_of = moment("2026-03-20", &run.agreements()[0].zone)?;
    /// let forecast = run.forecast(0, &run.decided(0, as_of)?)?;
    /// let line = &forecast.lines[0];
    /// assert_eq!((line.steps[0].from.as_str(), line.steps[0].verdicts[0].verdict), ("1", "kept"));
    /// assert_eq!(line.in_silence, Some("broken"));
    /// assert_eq!(line.follows[0].amount.as_deref(), Some("50.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such instance, or the state behind the outcome is gone.
    pub fn forecast(&self, instance: u32, decided: &Decided) -> Result<Forecast, Misuse> {
        self.ask(instance, decided, None, |question: &Question<'_>| {
            let owed = question.owed();
            let silent = self.in_silence(instance, decided.outcome.as_of, question.horizon(&owed))?;
            Ok(question.forecast(&owed, &silent))
        })?
    }

    fn in_silence(&self, instance: u32, from: Instant, as_of: Instant) -> Result<Outcome, Misuse> {
        match (&self.desk.archive, self.agreement(instance)) {
            (Some(archive), Some(agreement)) => archive.in_silence((instance, agreement), from, as_of),
            _ => self.desk.evaluator.in_silence(instance, from, as_of),
        }
    }

    /// Asks about several lines of [`Run::statement`] of the same outcome and period, evaluating the events of the
    /// instance once more for all of them.
    ///
    /// # Errors
    /// When there is no such instance, or the state behind the outcome is gone.
    pub fn ask<T>(
        &self,
        instance: u32,
        decided: &Decided,
        period: Option<&Period>,
        asked: impl FnOnce(&Question<'_>) -> T,
    ) -> Result<T, Misuse> {
        let Some(agreement) = self.agreement(instance) else { return Err(Misuse::NoInstance(instance)) };
        let corrections = self.corrections(instance, decided)?;
        let closings = decided.closings();
        let closing = period
            .filter(|_| self.desk.archive.is_some())
            .and_then(|period| closings.iter().find(|closing| closing.covers(period)));
        let closed = closing.map(|closing| self.as_closed(instance, closing)).transpose()?;
        let known_on = closing.map(|closing| closing.decision.known);
        let decided = closed.as_ref().unwrap_or(decided);
        let trail = self.trail(instance, decided.outcome.as_of, known_on)?;
        Ok(asked(&Question {
            policy: self.compiled.policy(),
            agreement,
            decided,
            corrections: &corrections,
            trail: &trail,
            sources: self.compiled.sources(),
            period,
        }))
    }

    fn trail(&self, instance: u32, as_of: Instant, known_on: Option<Instant>) -> Result<Trail, Misuse> {
        match (&self.desk.archive, self.agreement(instance)) {
            (Some(archive), Some(agreement)) => archive.trail((instance, agreement), as_of, known_on),
            _ => {
                let mut trail = Trail::default();
                self.desk.evaluator.play_again(instance, as_of, &mut trail)?;
                Ok(trail)
            }
        }
    }
}
