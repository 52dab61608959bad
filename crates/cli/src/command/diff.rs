//! `servanda diff`: what changed in meaning, and what that comes to over a log.

use crate::arguments::{Diff, DiffFormat};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::{input, log};
use servanda::report::{Comparison, comparison_table};
use servanda::{Compiled, Run, compare, compare_versions, versions};
use std::path::Path;

/// Compares two policies, or the versions of one, and prints what changed.
pub(super) fn run(arguments: &Diff, terminal: &Terminal) -> Result<Exit, Failure> {
    let given = [
        Some(&arguments.old),
        arguments.new.as_ref(),
        arguments.events.as_ref(),
        arguments.instances.as_ref(),
    ];
    if given.into_iter().flatten().filter(|path| input::is_standard_input(path)).count() > 1 {
        return Err(Failure::usage("only one of the files can be standard input"));
    }
    let old = log::compile(&arguments.old, terminal)?;
    let new = arguments.new.as_ref().map(|path| log::compile(path, terminal)).transpose()?;
    let mut comparison = match &new {
        Some(new) => compare(&old, new),
        None => compare_versions(&old),
    };
    if new.is_none() && old.policy().versions.len() < 2 && comparison.same {
        terminal.message("the policy has no amendments: give a second policy to compare it with");
    }
    if let Some(events) = &arguments.events {
        let over = Over { arguments, log: input::read(events)?, terminal };
        match &new {
            Some(new) => over.add(&mut comparison, &old, new, None)?,
            None => {
                let versions = versions(&old).map_err(|findings| Failure::invalid(findings.summary()))?;
                for pair in versions.windows(2) {
                    if let [(_, before), (title, after)] = pair {
                        over.add(&mut comparison, before, after, Some(title))?;
                    }
                }
            }
        }
    }
    terminal.result(&match arguments.format {
        DiffFormat::Table => comparison_table(&comparison),
        DiffFormat::Json => serde_json::to_string(&comparison).map_err(Failure::usage)? + "\n",
    })?;
    Ok(if comparison.same { Exit::Well } else { Exit::Findings })
}

/// A log over which two policies are evaluated.
struct Over<'a> {
    arguments: &'a Diff,
    log: Vec<u8>,
    terminal: &'a Terminal,
}

impl Over<'_> {
    /// Evaluates both policies, and adds what differs for each agreement that both have.
    fn add(
        &self,
        comparison: &mut Comparison,
        old: &Compiled,
        new: &Compiled,
        amendment: Option<&str>,
    ) -> Result<(), Failure> {
        let (before, after) = (self.run(old)?, self.run(new)?);
        let mut names: Vec<(String, u32)> = (0..)
            .zip(after.agreements())
            .map(|(number, agreement)| (agreement.name.clone(), number))
            .collect();
        if after.names_come_from_the_log() {
            names.sort();
        }
        for (name, number) in names {
            let single = before.agreements().len() == 1 && after.agreements().len() == 1;
            let same = (0..).zip(before.agreements()).find(|(_, agreement)| single || agreement.name == name);
            let (Some((of_old, _)), Some(agreement)) = (same, after.agreement(number)) else {
                self.terminal.message(&format!("the agreement `{name}` cannot be evaluated by the old text"));
                continue;
            };
            let latest = before.latest(of_old).max(after.latest(number));
            let (as_of, _) = log::as_of(self.arguments.as_of.as_deref(), None, agreement, latest)?;
            let statement = |run: &Run, number| {
                let decided = run.decided(number, as_of).map_err(Failure::usage)?;
                run.statement(number, &decided, None).map_err(Failure::usage)
            };
            comparison.add_outcome(&statement(&before, of_old)?, &statement(&after, number)?, amendment);
        }
        Ok(())
    }

    fn run(&self, compiled: &Compiled) -> Result<Run, Failure> {
        let mut run = match &self.arguments.instances {
            None => Run::of_log(compiled)
                .map_err(|error| Failure::invalid(format!("{error}: add `--instances FILE`")))?,
            Some(path) => self.instances(compiled, path)?,
        };
        run.read(&self.log);
        run.close();
        Ok(run)
    }

    fn instances(&self, compiled: &Compiled, path: &Path) -> Result<Run, Failure> {
        if input::is_standard_input(path) {
            return Err(Failure::usage("`--instances` is read more than once: give a file"));
        }
        log::instances(compiled, path, self.terminal)
    }
}
