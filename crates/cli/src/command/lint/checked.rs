//! Reading policies one after the other and checking them at once.

use crate::exit::Failure;
use crate::input;
use servanda::{Diagnostic, Footprint, Severity, SourceId, Sources, Wanted};
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
    /// What is kept of each that can be evaluated, in the order of the files.
    pub(super) kept: Vec<Kept>,
    /// The files with an error, in them or in what they use: not every lint has been looked for there.
    pub(super) unsound: Vec<SourceId>,
    /// Why some of several files could not be read.
    pub(super) unread: Vec<Failure>,
}

/// What is kept of an agreement while it is evaluated.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) file: SourceId,
    pub(super) agreement: String,
    pub(super) footprint: Footprint,
}

/// Checks every policy, and tells what is kept of it where `state` says so. The outcome does not depend on how many threads there are.
///
/// # Errors
/// When the only file cannot be read; of several, those that cannot are told beside the findings of the others.
pub(super) fn all(
    paths: &[PathBuf],
    stdin_name: Option<&str>,
    wanted: &Wanted,
    state: bool,
) -> Result<Checked, Failure> {
    let mut sources = Sources::new();
    let mut files = Vec::with_capacity(paths.len());
    let mut unread = Vec::new();
    for path in paths {
        match input::add_policy_named(&mut sources, path, stdin_name) {
            Ok(id) if !files.contains(&id) => files.push(id),
            Ok(_) => {}
            Err(failure) if paths.len() == 1 => return Err(failure),
            Err(failure) => unread.push(failure),
        }
    }
    let Found { mut findings, mut kept, mut unsound } =
        at_once(&sources, &files, wanted, state).map_err(Failure::usage)?;
    // What several policies use is told once.
    servanda::sort(&mut findings);
    kept.sort_by_key(|kept| kept.file);
    unsound.sort_unstable();
    Ok(Checked { sources, files, findings, kept, unsound, unread })
}

/// The findings of one policy.
pub(super) fn one(sources: &Sources, id: SourceId, wanted: &Wanted) -> Vec<Diagnostic> {
    with_kept(sources, id, wanted, false).0
}

/// The findings of one policy, of its text, of its scenarios, and of the papers that are part of it; and what is kept of
/// it.
fn with_kept(
    sources: &Sources,
    id: SourceId,
    wanted: &Wanted,
    state: bool,
) -> (Vec<Diagnostic>, Option<Kept>) {
    let checked = servanda::check_wanted(sources, id, wanted);
    let mut findings = checked.diagnostics;
    if let Some(policy) = &checked.policy {
        findings.extend(servanda::check_scenarios(policy));
        findings.extend(servanda::check_attachments(policy, sources, input::contents));
    }
    let kept = checked.policy.filter(|_| state).map(|policy| {
        let footprint = Footprint::of(&policy);
        Kept { file: id, agreement: policy.title, footprint }
    });
    (findings, kept)
}

/// What is found in some of the files.
#[derive(Debug, Default)]
struct Found {
    findings: Vec<Diagnostic>,
    kept: Vec<Kept>,
    unsound: Vec<SourceId>,
}

fn at_once(sources: &Sources, files: &[SourceId], wanted: &Wanted, state: bool) -> io::Result<Found> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(files.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Found::default();
        while let Some(id) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (findings, kept) = with_kept(sources, *id, wanted, state);
            if findings.iter().any(|finding| finding.code().severity() == Severity::Error) {
                found.unsound.push(*id);
            }
            found.findings.extend(findings);
            found.kept.extend(kept);
        }
        found
    };
    if threads <= 1 {
        return Ok(work());
    }
    std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let threads = (0..threads).map(spawn).collect::<io::Result<Vec<_>>>()?;
        let mut all = Found::default();
        for thread in threads {
            let died = |_| io::Error::other("a thread that checks policies has died");
            let found = thread.join().map_err(died)?;
            all.findings.extend(found.findings);
            all.kept.extend(found.kept);
            all.unsound.extend(found.unsound);
        }
        Ok(all)
    })
}
