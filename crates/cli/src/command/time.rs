//! `servanda time`: business time from a policy's calendars, without any event.

use super::watch::wall;
use crate::arguments::{Calendars, FailOnClosed, Question, Time, TimeFormat, Windows};
use crate::exit::{Exit, Failure};
use crate::input::is_standard_input;
use crate::log;
use crate::terminal::{Stream, Terminal};
use servanda::policy::CalendarId;
use servanda::report::{Answer, TimeAnswer};
use servanda::time::{Date, Instant, WindowSpec};
use servanda::{BusinessTime, Compiled, Diagnostics, Run, Since, moment, spelling};
use std::sync::Arc;

/// Answers a question.
pub(super) fn run(arguments: &Time, terminal: &Terminal) -> Result<Exit, Failure> {
    if let Question::Other(words) = &arguments.question {
        return Err(no_question(words.first().map_or("", String::as_str)));
    }
    let files = [Some(&arguments.policy), arguments.instances.as_ref()];
    if files.into_iter().flatten().filter(|path| is_standard_input(path)).count() > 1 {
        return Err(Failure::usage("only one of the policy and `--instances` can be standard input"));
    }
    let compiled = log::compile(&arguments.policy, terminal)?;
    let asked = Asked { time: of_agreement(arguments, &compiled, terminal)?, terminal };
    let mut exit = Exit::Well;
    let answer = match &arguments.question {
        Question::Add(add) => asked.add(&add.length.join(" "), &add.from.join(" "))?,
        Question::Between(between) => asked.between(&between.instants, &between.calendars)?,
        Question::Open(open) => {
            let answer = asked.open(&open.at.join(" "), &open.calendars)?;
            if open.fail_on == Some(FailOnClosed::Closed) && is_closed(&answer) {
                exit = Exit::Findings;
            }
            answer
        }
        Question::Windows(windows) => asked.windows(windows)?,
        Question::Other(_) => return Err(no_question("")),
    };
    for unknown in &answer.unknown_holidays {
        terminal.message(&format!(
            "the holidays that `{}` uses are known from {} to {}: on other dates none are counted",
            unknown.calendar, unknown.known_from, unknown.known_until
        ));
    }
    terminal.result(&match arguments.format {
        TimeFormat::Text => answer.to_string(),
        TimeFormat::Plain => answer.plain(),
        TimeFormat::Json => serde_json::to_string(&answer).map_err(Failure::usage)? + "\n",
    })?;
    Ok(exit)
}

fn no_question(word: &str) -> Failure {
    const QUESTIONS: [&str; 4] = ["add", "between", "open", "windows"];
    Failure::usage(match spelling::nearest(word, QUESTIONS) {
        Some(near) => format!("there is no question `{word}`; did you mean `{near}`?"),
        None => format!("there is no question `{word}`; there are `{}`", QUESTIONS.join("`, `")),
    })
}

fn is_closed(answer: &TimeAnswer) -> bool {
    matches!(&answer.answer, Answer::Open(open) if open.calendars.iter().any(|of| !of.open))
}

/// The time of the agreement that is asked about: the one that is named, or the only one that there is.
fn of_agreement(arguments: &Time, compiled: &Compiled, terminal: &Terminal) -> Result<BusinessTime, Failure> {
    let invalid = |error| Failure::invalid(format!("{error}: add `--instances FILE`"));
    let alone;
    let run;
    let agreements = match &arguments.instances {
        None if compiled.policy().annexes.is_empty() => {
            alone = [Arc::clone(BusinessTime::of(compiled).map_err(invalid)?.agreement())];
            &alone[..]
        }
        None => {
            run = Run::of_log(compiled).map_err(invalid)?;
            run.agreements()
        }
        Some(path) => {
            run = log::instances(compiled, path, terminal)?;
            run.agreements()
        }
    };
    let names = || {
        let names: Vec<String> = agreements.iter().take(20).map(|one| format!("`{}`", one.name)).collect();
        names.join(", ")
    };
    let chosen = match (&arguments.agreement, agreements) {
        (None, [only]) => only,
        (None, _) => {
            let several = "there are several agreements, which may differ: add `--agreement NAME`";
            return Err(Failure::usage(format!("{several}, one of {}", names())));
        }
        (Some(wanted), _) => agreements
            .iter()
            .find(|one| one.name == *wanted)
            .ok_or_else(|| Failure::usage(format!("no agreement `{wanted}`; there is {}", names())))?,
    };
    Ok(BusinessTime::of_agreement(compiled, chosen))
}

/// A question is asked of this.
struct Asked<'a> {
    time: BusinessTime,
    terminal: &'a Terminal,
}

impl Asked<'_> {
    fn add(&self, length: &str, from: &str) -> Result<TimeAnswer, Failure> {
        let since = self.since(from)?;
        let at = match since {
            Since::Instant(instant) => instant,
            Since::Date(date) => self.time.agreement().zone.start_of(date),
        };
        let limit = self.time.limit(length, at).map_err(|findings| self.told(&findings))?;
        let answer = self.time.answers().add(length, &limit, since);
        answer.ok_or_else(|| Failure::usage(format!("`{length}` from {from} ends beyond the year 2199")))
    }

    fn between(&self, words: &[String], calendars: &Calendars) -> Result<TimeAnswer, Failure> {
        let said = words.join(" ");
        let (from, until) = match (said.split_once(" and "), words) {
            (Some((from, until)), _) => (from.to_owned(), until.to_owned()),
            (None, [from, until]) => (from.clone(), until.clone()),
            (None, [day, time, other_day, other_time]) => {
                (format!("{day} {time}"), format!("{other_day} {other_time}"))
            }
            (None, _) => {
                return Err(Failure::usage(format!(
                    "`{said}` does not say where the second instant begins: put `and` between them"
                )));
            }
        };
        let (from, until) = (self.instant(&from)?, self.instant(&until)?);
        if until < from {
            return Err(Failure::usage(
                "the second instant lies before the first: say the earlier one first",
            ));
        }
        let calendars = self.calendars(&calendars.calendars, from)?;
        Ok(self.time.answers().between(from, until, &calendars))
    }

    fn open(&self, at: &str, calendars: &Calendars) -> Result<TimeAnswer, Failure> {
        let at = self.instant(at)?;
        let calendars = self.calendars(&calendars.calendars, at)?;
        if calendars.is_empty() {
            return Err(Failure::usage("the policy has no calendar that could be open"));
        }
        Ok(self.time.answers().open(at, &calendars))
    }

    fn windows(&self, arguments: &Windows) -> Result<TimeAnswer, Failure> {
        let of = arguments.of.join(" ");
        let windows = self.time.windows(&of).map_err(|findings| self.told(&findings))?;
        let bound =
            |said: &Option<Vec<String>>| said.as_ref().map(|said| self.instant(&said.join(" "))).transpose();
        let (from, until) = (bound(&arguments.from)?, bound(&arguments.until)?);
        let agreement = self.time.agreement();
        if until.is_none() && agreement.end.is_none() && windows.spec() != WindowSpec::Term {
            return Err(Failure::usage("the term has no end: say up to when, such as `--until 2030-01-01`"));
        }
        let from = from.unwrap_or(agreement.start);
        let calendars = match arguments.calendars.as_slice() {
            [] => Vec::new(),
            named => self.calendars(named, from.max(agreement.start))?,
        };
        let range = (from, until.unwrap_or(Instant::MAX));
        Ok(self.time.answers().windows(&of, &windows, range, &calendars))
    }

    /// The calendars of these names; all of them where none is named.
    fn calendars(&self, names: &[String], at: Instant) -> Result<Vec<CalendarId>, Failure> {
        if names.is_empty() {
            return Ok(self.time.calendars(at).map(|(_, id)| id).collect());
        }
        names.iter().map(|name| self.time.calendar_id(name, at).map_err(Failure::usage)).collect()
    }

    /// A date, which stands for all of itself, or an instant.
    fn since(&self, text: &str) -> Result<Since, Failure> {
        match text.trim().parse::<Date>() {
            Ok(date) => Ok(Since::Date(date)),
            Err(_) => self.instant(text).map(Since::Instant),
        }
    }

    fn instant(&self, text: &str) -> Result<Instant, Failure> {
        if text.trim() == "now" {
            return Ok(wall());
        }
        moment(text, &self.time.agreement().zone)
            .map_err(|error| Failure::usage(format!("{error}, or `now`")))
    }

    /// Findings about what was written on the command line have been told.
    fn told(&self, findings: &Diagnostics) -> Failure {
        self.terminal.message(&findings.human(&self.terminal.findings(Stream::Message)));
        Failure::Invalid(None)
    }
}
