//! `servanda explain`: what a code means, and why a line of a statement is what it is.

use super::each::{known, tell_problems};
use crate::arguments::{Explain, ExplanationFormat, Log};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::report::{Drawing, Period, Question, timeline_text};
use servanda::time::Date;
use servanda::{Code, spelling};
use std::fmt::Write;
use std::path::Path;

/// Explains a code or a line of a statement.
pub(super) fn run(arguments: &Explain, terminal: &Terminal) -> Result<Exit, Failure> {
    let Explain { subject, log_file, id, log, entry, .. } = arguments;
    let (events, id) = match (log_file, &log.events, id) {
        (Some(_), Some(_), Some(_)) => {
            return Err(Failure::usage("the events are given twice: before the id, or with `--events`"));
        }
        // With `--events`, what follows the policy is the id.
        (Some(id), Some(events), None) => (Some(events.clone()), Some(id)),
        (None, Some(events), _) => (Some(events.clone()), entry.as_ref()),
        (file, None, id) => (file.as_ref().map(Into::into), id.as_ref()),
    };
    let Some(subject) = subject else {
        return match (&events, id) {
            (None, None) => codes(terminal),
            _ => Err(Failure::usage(
                "name the policy of the line: `servanda explain POLICY --events FILE --entry ID …`",
            )),
        };
    };
    if events.is_none() && arguments.agreement.is_none() && arguments.period.is_none() {
        return page(subject, arguments.format, terminal);
    }
    let log = Log { events, ..log.clone() };
    let asked = Asked { arguments, log: &log, terminal };
    match (id, &arguments.timeline) {
        (_, Some(case)) => asked.timeline(Path::new(subject), case),
        (Some(id), None) => asked.line(Path::new(subject), id),
        (None, None) => asked.ids(Path::new(subject)),
    }
}

/// Every code with its name.
fn codes(terminal: &Terminal) -> Result<Exit, Failure> {
    let mut text = String::new();
    for code in Code::ALL {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{} {:7} {}", code.number(), code.severity().word(), code.name());
    }
    terminal.result(&text)?;
    Ok(Exit::Well)
}

fn page(wanted: &str, format: ExplanationFormat, terminal: &Terminal) -> Result<Exit, Failure> {
    let found = Code::find(wanted).or_else(|| Code::find(&format!("SLA{wanted}")));
    let Some(code) = found else {
        let known = Code::ALL.iter().flat_map(|code| [code.number(), code.name()]);
        let hint = match spelling::nearest(wanted, known) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if Path::new(wanted).exists() => {
                "; of a policy, add its events and the id of a line: `servanda explain POLICY EVENTS ID`"
                    .to_owned()
            }
            None => "; `servanda explain` lists them".to_owned(),
        };
        return Err(Failure::usage(format!("there is no code `{wanted}`{hint}")));
    };
    terminal.result(&match format {
        ExplanationFormat::Text => code.page_with(printed(code)),
        ExplanationFormat::Json => {
            let page = serde_json::json!({
                "code": code.number(), "name": code.name(), "severity": code.severity().word(), "page": code.page_with(printed(code)),
                "url": code.url(),
            });
            format!("{page}\n")
        }
    })?;
    Ok(Exit::Well)
}

/// What is printed of each example of the registry, under the number of its code; a test writes it.
const PRINTED: &str = include_str!("explain/printed.txt");

/// What is printed of the example of a code; nothing where the example is only described.
fn printed(code: Code) -> &'static str {
    let heading = format!("==== {code}\n");
    let behind = PRINTED.split_once(&heading).map_or("", |(_, behind)| behind);
    behind.split("==== ").next().unwrap_or_default()
}

/// How many columns a line is drawn in where nobody says it.
const COLUMNS: usize = 100;

/// How many keys are told that may have been meant.
const NEAREST_MAX: usize = 5;

/// What is asked about a statement.
#[derive(Clone, Copy)]
struct Asked<'a> {
    arguments: &'a Explain,
    log: &'a Log,
    terminal: &'a Terminal,
}

impl Asked<'_> {
    /// Why a line is what it is. The ids may be the same in several agreements, so one of them is chosen, or there
    /// must be one alone.
    fn line(self, policy: &Path, id: &str) -> Result<Exit, Failure> {
        let mut found = Vec::new();
        let (mut nearest, mut is_key) = (Vec::new(), false);
        let looked_at = self.each(policy, |question| match question.explain(id) {
            Some(explanation) => found.push(explanation),
            None => {
                nearest.extend(question.nearest(id));
                is_key |= !question.timelines(id).is_empty();
            }
        })?;
        if found.len() > 1 {
            let names: Vec<String> = found.iter().take(3).map(|of| format!("`{}`", of.agreement)).collect();
            return Err(Failure::usage(format!(
                "several agreements have `{id}`: add `--agreement NAME`, as of {}",
                names.join(", ")
            )));
        }
        let Some(explanation) = found.first() else {
            looked_at.tell_problems(self.terminal);
            let as_of = match looked_at.as_of.as_slice() {
                [as_of] => format!(" as of {as_of}"),
                _ => String::new(),
            };
            nearest.dedup();
            nearest.truncate(NEAREST_MAX);
            let near: Vec<String> = nearest.iter().map(|near| format!("`{near}`")).collect();
            let hint = match (looked_at.later_window(id), near.as_slice()) {
                (Some(window), _) => format!("`{window}` is not over by then: add `--period {window}`"),
                (None, []) => "`servanda explain POLICY EVENTS` lists the ids".to_owned(),
                (None, near) if is_key => {
                    format!(
                        "`{id}` is a key: `--timeline {id}` draws it, and about it there are {}",
                        near.join(", ")
                    )
                }
                (None, near) => format!("the nearest: {}", near.join(", ")),
            };
            return Err(Failure::usage(format!("there is no line `{id}` in the statement{as_of}; {hint}")));
        };
        self.terminal.result(&match self.arguments.format {
            ExplanationFormat::Text => explanation.to_string(),
            ExplanationFormat::Json => {
                let json = serde_json::to_string(explanation).map_err(Failure::usage)?;
                format!("{json}\n")
            }
        })?;
        Ok(Exit::Well)
    }

    /// One case as a line. Several agreements may have one of that key, and each is drawn.
    fn timeline(self, policy: &Path, case: &str) -> Result<Exit, Failure> {
        let (mut found, mut nearest) = (Vec::new(), Vec::new());
        let looked_at = self.each(policy, |question| {
            let timelines = question.timelines(case);
            if timelines.is_empty() {
                nearest.extend(question.nearest_keys(case));
            }
            found.extend(timelines);
        })?;
        if found.is_empty() {
            looked_at.tell_problems(self.terminal);
            nearest.truncate(NEAREST_MAX);
            let near: Vec<String> = nearest.iter().map(|near| format!("`{near}`")).collect();
            let near = if near.is_empty() {
                "nothing has begun by then".to_owned()
            } else {
                format!("there are {}", near.join(", "))
            };
            return Err(Failure::usage(format!("nothing has the key `{case}`; {near}")));
        }
        let (is_shown, columns) = self.terminal.shown();
        let asked = self.arguments.width.map(usize::from);
        let drawing =
            Drawing { width: asked.or(columns).unwrap_or(COLUMNS), ascii: self.arguments.ascii || !is_shown };
        let mut text = String::new();
        for timeline in &found {
            match self.arguments.format {
                ExplanationFormat::Text => {
                    text.push_str(if text.is_empty() { "" } else { "\n" });
                    text.push_str(&timeline_text(timeline, drawing));
                }
                ExplanationFormat::Json => {
                    text.push_str(&serde_json::to_string(timeline).map_err(Failure::usage)?);
                    text.push('\n');
                }
            }
        }
        self.terminal.result(&text)?;
        Ok(Exit::Well)
    }

    /// Every id that can be asked about, one a line.
    fn ids(self, policy: &Path) -> Result<Exit, Failure> {
        let mut ids = Vec::new();
        let looked_at = self.each(policy, |question| ids.extend(question.ids()))?;
        looked_at.tell_problems(self.terminal);
        self.terminal.result(&match self.arguments.format {
            ExplanationFormat::Text => ids.iter().fold(String::new(), |text, id| text + id + "\n"),
            ExplanationFormat::Json => format!("{}\n", serde_json::json!({ "ids": ids })),
        })?;
        Ok(Exit::Well)
    }

    /// Asks each agreement, or the one that is named; as of which instants.
    fn each(self, policy: &Path, mut ask: impl FnMut(&Question<'_>)) -> Result<LookedAt, Failure> {
        let Self { arguments, log, terminal } = self;
        let compiled = log::compile(policy, terminal)?;
        let run = log::run(&compiled, log, log::Keeping { lines: true, hashes: false }, terminal)?;
        let wanted = arguments.agreement.as_ref();
        known(&run, wanted.map(String::as_str))?;
        let (mut looked_at, mut problems) = (Vec::new(), run.loose().counts.problems);
        let mut latest = None;
        for (number, agreement) in (0..).zip(run.agreements()) {
            if wanted.is_some_and(|name| *name != agreement.name) {
                continue;
            }
            let period = arguments.period.as_ref();
            let (as_of, _) = log::as_of(log.as_of.as_deref(), period, agreement, run.latest(number))?;
            let decided = run.decided(number, as_of).map_err(Failure::usage)?;
            run.ask(number, &decided, period, &mut ask).map_err(Failure::usage)?;
            problems += decided.outcome.problem_counts.values().sum::<u64>();
            latest = latest.max(Some(agreement.zone.date_of(as_of)));
            let as_of = as_of.format_in(&agreement.zone);
            if !looked_at.contains(&as_of) {
                looked_at.push(as_of);
            }
        }
        Ok(LookedAt { as_of: looked_at, latest, problems })
    }
}

/// What was looked at to answer.
struct LookedAt {
    /// As of which instants.
    as_of: Vec<String>,
    /// The date of the latest of them.
    latest: Option<Date>,
    /// How many lines of the log, or events, have a problem.
    problems: u64,
}

impl LookedAt {
    /// The window that an id names, if it goes on behind all that was looked at.
    fn later_window(&self, id: &str) -> Option<Period> {
        let latest = self.latest?;
        id.split('/').filter_map(|part| part.parse::<Period>().ok()).find(|window| window.last() >= latest)
    }

    /// Says that events have problems, which may be why there is nothing to ask about.
    fn tell_problems(&self, terminal: &Terminal) {
        tell_problems(self.problems, terminal);
    }
}
