//! Reading policies one after the other and checking them at once.

use crate::exit::Failure;
use crate::input;
use servanda::{Diagnostic, SourceId, Sources, Wanted};
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The stack of a thread that checks, as large as that of the main thread of a program.
const STACK: usize = 8 << 20;

/// Policies with their findings.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) sources: Sources,
    /// What was asked for; the texts hold what these use, too.
    pub(super) files: Vec<SourceId>,
    /// In the order of the texts.
    pub(super) findings: Vec<Diagnostic>,
}

/// Checks every policy. The outcome does not depend on how many threads there are.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn all(paths: &[PathBuf], stdin_name: Option<&str>, wanted: &Wanted) -> Result<Checked, Failure> {
    let mut sources = Sources::new();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let id = input::add_policy_named(&mut sources, path, stdin_name)?;
        if !files.contains(&id) {
            files.push(id);
        }
    }
    let mut findings = at_once(&sources, &files, wanted).map_err(Failure::usage)?;
    // What several policies use is told once.
    servanda::sort(&mut findings);
    Ok(Checked { sources, files, findings })
}

/// The findings of one policy: of its text, of its scenarios, and of the papers that are part of it.
pub(super) fn one(sources: &Sources, id: SourceId, wanted: &Wanted) -> Vec<Diagnostic> {
    let checked = servanda::check_wanted(sources, id, wanted);
    let mut findings = checked.diagnostics;
    if let Some(policy) = &checked.policy {
        findings.extend(servanda::check_scenarios(policy));
        findings.extend(servanda::check_attachments(policy, sources, input::contents));
    }
    findings
}

fn at_once(sources: &Sources, files: &[SourceId], wanted: &Wanted) -> io::Result<Vec<Diagnostic>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(files.len());
    if threads <= 1 {
        return Ok(files.iter().flat_map(|id| one(sources, *id, wanted)).collect());
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut findings = Vec::new();
        while let Some(id) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            findings.extend(one(sources, *id, wanted));
        }
        findings
    };
    std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let threads = (0..threads).map(spawn).collect::<io::Result<Vec<_>>>()?;
        let mut findings = Vec::new();
        for thread in threads {
            let died = |_| io::Error::other("a thread that checks policies has died");
            findings.extend(thread.join().map_err(died)?);
        }
        Ok(findings)
    })
}
