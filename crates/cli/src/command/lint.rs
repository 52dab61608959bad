//! `servanda lint`: what is wrong with policies, and what their authors should look at.

use crate::arguments::{Deny, FindingsFormat, Lint};
use crate::exit::{Exit, Failure};
use crate::input;
use crate::terminal::{Stream, Terminal};
use servanda::{Severity, Sources, Summary, render};

/// Checks policies and prints the findings.
pub(super) fn run(arguments: &Lint, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut sources = Sources::new();
    let mut findings = Vec::new();
    for path in input::policies(&arguments.paths)? {
        let id = input::add_policy(&mut sources, &path)?;
        let checked = servanda::check(&sources, id);
        let mut of_file = checked.diagnostics;
        of_file.extend(checked.policy.iter().flat_map(servanda::check_scenarios));
        let papers = checked.policy.iter();
        of_file
            .extend(papers.flat_map(|policy| servanda::check_attachments(policy, &sources, input::contents)));
        servanda::sort(&mut of_file);
        findings.extend(of_file);
    }
    let summary = Summary::of(&findings);
    let text = match arguments.format {
        FindingsFormat::Human => render::human(&findings, &sources, &terminal.findings(Stream::Result)),
        FindingsFormat::Short => render::short(&findings, &sources),
        FindingsFormat::Json => format!("{}\n", render::json(&findings, &sources)),
    };
    terminal.result(&text)?;
    if arguments.format == FindingsFormat::Human {
        terminal.message(&summary.to_string());
    }
    let denied = match arguments.deny {
        None => Severity::Error,
        Some(Deny::Warnings) => Severity::Warning,
        Some(Deny::Advice) => Severity::Advice,
    };
    Ok(match summary.worst() {
        Some(Severity::Error) => Exit::Invalid,
        Some(worst) if worst >= denied => Exit::Findings,
        Some(_) | None => Exit::Well,
    })
}
