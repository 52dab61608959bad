//! `servanda explain`: what a code means, and why an entry is what it is.

use crate::arguments::{Explain, ExplanationFormat};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::report::explain_decided;
use servanda::{Code, spelling};
use std::fmt::Write;
use std::path::Path;

/// Explains a code or an entry.
pub(super) fn run(arguments: &Explain, terminal: &Terminal) -> Result<Exit, Failure> {
    match (&arguments.subject, &arguments.entry) {
        (None, Some(_)) => {
            Err(Failure::usage("name the policy of the entry: `servanda explain POLICY --entry ID …`"))
        }
        (None, None) => codes(terminal),
        (Some(code), None) => page(code, arguments.format, terminal),
        (Some(policy), Some(id)) => entry(arguments, Path::new(policy), id, terminal),
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
                "; of a policy, say which entry with `--entry ID`".to_owned()
            }
            None => "; `servanda explain` lists them".to_owned(),
        };
        return Err(Failure::usage(format!("there is no code `{wanted}`{hint}")));
    };
    terminal.result(&match format {
        ExplanationFormat::Text => code.page().to_owned(),
        ExplanationFormat::Json => {
            let page = serde_json::json!({
                "code": code.number(), "name": code.name(), "severity": code.severity().word(), "page": code.page(),
            });
            format!("{page}\n")
        }
    })?;
    Ok(Exit::Well)
}

/// The ids may be the same in several agreements, so one of them is chosen, or there must be one alone.
fn entry(arguments: &Explain, policy: &Path, id: &str, terminal: &Terminal) -> Result<Exit, Failure> {
    let compiled = log::compile(policy, terminal)?;
    let run = log::run(&compiled, &arguments.log, log::Keeping { lines: true, hashes: false }, terminal)?;
    let names: Vec<&str> = run.agreements().iter().map(|agreement| agreement.name.as_str()).collect();
    if let Some(wanted) = &arguments.agreement
        && !names.contains(&wanted.as_str())
    {
        let known: Vec<String> = names.iter().take(20).map(|name| format!("`{name}`")).collect();
        return Err(Failure::usage(format!("no agreement `{wanted}`; there is {}", known.join(", "))));
    }
    let mut found = Vec::new();
    let mut looked_at = Vec::new();
    for (number, agreement) in (0..).zip(run.agreements()) {
        if arguments.agreement.as_ref().is_some_and(|name| *name != agreement.name) {
            continue;
        }
        let (as_of, _) = log::as_of(arguments.log.as_of.as_deref(), None, agreement, run.latest(number))?;
        let decided = run.decided(number, as_of).map_err(Failure::usage)?;
        let corrections = run.corrections(number, &decided).map_err(Failure::usage)?;
        let as_of = as_of.format_in(&agreement.zone);
        if !looked_at.contains(&as_of) {
            looked_at.push(as_of);
        }
        let (policy, sources) = (compiled.policy(), compiled.sources());
        found.extend(explain_decided(policy, agreement, &decided, &corrections, sources, id));
        if found.len() > 1 {
            return Err(Failure::usage(format!(
                "several agreements have an entry `{id}`: add `--agreement NAME`"
            )));
        }
    }
    let Some(explanation) = found.first() else {
        let as_of = match looked_at.as_slice() {
            [as_of] => format!(" as of {as_of}"),
            _ => String::new(),
        };
        return Err(Failure::usage(format!(
            "there is no entry `{id}`{as_of}; `servanda evaluate` prints the ids, `--as-of` says as of when"
        )));
    };
    terminal.result(&match arguments.format {
        ExplanationFormat::Text => explanation.to_string(),
        ExplanationFormat::Json => {
            let json = serde_json::to_string(explanation).map_err(Failure::usage)?;
            format!("{json}\n")
        }
    })?;
    Ok(Exit::Well)
}
