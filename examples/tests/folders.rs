//! Every folder with an agreement and its events: the policy is sound and laid out, its scenarios come out, what is for
//! the public is short, and the statement of its README's command is the committed one.

use servanda::policy::{Prose, ProsePart};
use servanda::report::{Detail, Statement, table, undeclared_table};
use servanda::{Compiled, Run, SourceId, Sources};
use servanda::{check, check_scenarios, compile, format, gather, moment, render, scenarios};
use servanda_examples::expected::hold;
use servanda_examples::folder::folders;
use std::error::Error;
use std::fs;
use std::path::Path;

/// As long as a short form for the public may be: what fits into a profile.
const PUBLIC_MAX: usize = 280;

const COMMAND: &str = "servanda evaluate agreement.sla --events events.jsonl";

/// The policy of a folder with what it uses, under its path.
fn sources(folder: &Path) -> Result<(Sources, SourceId), Box<dyn Error>> {
    let path = folder.join("agreement.sla");
    let mut sources = Sources::new();
    let policy = sources.add(path.display().to_string(), fs::read_to_string(&path)?);
    gather(&mut sources, policy, |used| Ok(fs::read_to_string(used).ok()));
    Ok((sources, policy))
}

/// Holds a policy to be sound and laid out, and its scenarios to come out.
fn sound(folder: &Path) -> Result<Compiled, Box<dyn Error>> {
    let (sources, policy) = sources(folder)?;
    let checked = check(&sources, policy);
    assert!(checked.diagnostics.is_empty(), "{}", render::short(&checked.diagnostics, &sources));
    let of_scenarios = checked.policy.as_ref().map(check_scenarios).unwrap_or_default();
    assert!(of_scenarios.is_empty(), "{}", render::short(&of_scenarios, &sources));
    // It is laid out in the one way, as `servanda fmt` would do it.
    hold(&folder.join("agreement.sla"), &format(&sources, policy)?)?;

    let compiled = compile(&sources)?;
    let results = scenarios(&compiled);
    assert!(!results.is_empty(), "{} has no scenario", folder.display());
    let failed: Vec<&str> =
        results.iter().filter(|result| !result.passed()).map(|result| result.title.as_str()).collect();
    assert!(failed.is_empty(), "{}: {}", folder.display(), failed.join("; "));
    Ok(compiled)
}

/// How long a text is, in characters; its values count as they are written, and a run of blanks as one.
fn length(prose: &Prose, compiled: &Compiled) -> usize {
    let mut text = String::new();
    for part in &prose.parts {
        match part {
            ProsePart::Text(words) => text.push_str(words),
            ProsePart::Value(value) => text.push_str(compiled.sources().text(value.span)),
        }
    }
    text.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>().saturating_sub(1)
}

/// Holds each short form for the public to fit into a profile.
fn fits(compiled: &Compiled) {
    let policy = compiled.policy();
    let of_clauses = policy.clauses.values().flat_map(|clause| &clause.prose);
    for prose in policy.prose.iter().chain(of_clauses).filter(|prose| prose.public) {
        let length = length(prose, compiled);
        assert!(length <= PUBLIC_MAX, "{}: {length} characters", compiled.sources().text(prose.span));
    }
}

/// What the command of the README prints.
fn printed(folder: &Path, compiled: &Compiled, as_of: &str) -> Result<String, Box<dyn Error>> {
    let mut run = Run::of_log(compiled)?;
    run.read(&fs::read(folder.join("events.jsonl"))?);
    run.close();
    assert_eq!(run.loose().counts.lines, 0, "{}: lines of no agreement", folder.display());
    let mut statements = String::new();
    for (number, agreement) in (0..).zip(run.agreements()) {
        let outcome = run.outcome(number, moment(as_of, &agreement.zone)?)?;
        assert!(outcome.input.add_up(), "{:?}", outcome.input);
        let statement = Statement::new(compiled.policy(), agreement, &outcome, compiled.sources(), None);
        statements.push_str(if statements.is_empty() { "" } else { "\n" });
        statements.push_str(&table(&statement, Detail::Short));
    }
    Ok(statements + &undeclared_table(compiled.policy(), run.undeclared()))
}

#[test]
fn every_folder_is_sound_and_has_its_statement() -> Result<(), Box<dyn Error>> {
    let folders = folders()?;
    assert!(folders.len() >= 10, "only {} folders were found", folders.len());
    for folder in folders {
        let compiled = sound(&folder)?;
        fits(&compiled);
        let readme = fs::read_to_string(folder.join("README.md"))?;
        let (_, rest) = readme.split_once(COMMAND).ok_or(format!("{}: no `{COMMAND}`", folder.display()))?;
        let options = rest.split('`').next().unwrap_or_default();
        // What a file of instances gives is held by a test of that example.
        if options.contains("--instances") {
            continue;
        }
        let as_of = options.strip_prefix(" --as-of ").ok_or(format!("{}: as of when?", folder.display()))?;
        hold(&folder.join("expected/statement.txt"), &printed(&folder, &compiled, as_of.trim())?)?;
    }
    Ok(())
}
