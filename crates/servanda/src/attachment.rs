//! Papers that belong to an agreement: whether they still are what was agreed.

use servanda_diagnostics::{Code, Diagnostic, SourceId, Sources};
use servanda_policy::Policy;
use servanda_policy::policy::Attachment;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Compares the papers that a policy attaches with the hashes that it gives them: what has changed, is not there, or
/// has no hash. `read` is asked for the contents under a name: `None` where there is no such file, an error of one
/// clause where it cannot be read. The name is the path as written, behind the folder of the text that names it.
///
/// ```
/// use servanda::{Code, SourceId, Sources, check, check_attachments};
///
/// let sources = Sources::new().with("works/agreement.sla", r#"
///     language 1.
///     agreement "Works" {
///       party agency. party client.
///       in force from 2026-01-01.
///       time zone Europe/Berlin.
///       money in EUR.
///       attached "Confidentiality" in "nda.txt"
///         with hash "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".
///     }
/// "#);
/// let policy = check(&sources, SourceId(0)).policy.expect("it is sound");
/// let finding = |text: &'static str| check_attachments(&policy, &sources, move |name| {
///     assert_eq!(name, "works/nda.txt");
///     Ok(Some(text.into()))
/// });
/// assert_eq!(finding("abc"), []);
/// assert_eq!(finding("abc, and more")[0].code(), Code::AttachmentChanged);
/// ```
pub fn check_attachments(
    policy: &Policy,
    sources: &Sources,
    mut read: impl FnMut(&str) -> Result<Option<Vec<u8>>, String>,
) -> Vec<Diagnostic> {
    let main = policy.span.source;
    policy.attachments.iter().filter_map(|paper| check_one(paper, main, sources, &mut read)).collect()
}

fn check_one(
    paper: &Attachment,
    main: SourceId,
    sources: &Sources,
    read: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>, String>,
) -> Option<Diagnostic> {
    let missing = |label: String| {
        let message = format!("the paper `{}` cannot be compared with what was agreed", paper.title);
        Some(Diagnostic::new(Code::AttachmentMissing, paper.file_span, message).label(label))
    };
    let Some(name) = servanda_parser::name_beside(sources, main, paper.file_span.source, &paper.file) else {
        return missing("is not in the folder of the policy, or below it".to_owned())
            .map(|finding| finding.help("put the file beside the policy, and write its path from there"));
    };
    let bytes = match read(&name) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            return missing(format!("there is no file `{name}`"))
                .map(|finding| finding.help("put the file beside the policy that names it"));
        }
        Err(why) => return missing(format!("it cannot be read: {why}")),
    };
    let is = hash_of(&bytes);
    match &paper.hash {
        Some((written, _)) if written.eq_ignore_ascii_case(&is) => None,
        Some((_, span)) => {
            let message = format!("the paper `{}` is not the one that was agreed", paper.title);
            Some(
                Diagnostic::new(Code::AttachmentChanged, *span, message)
                    .label("another hash than that of the file")
                    .also(paper.file_span, "this file has changed, or is another one")
                    .help(format!("put the paper back; where both have agreed to the new one: `\"{is}\"`")),
            )
        }
        None => {
            let message = format!("nothing says which paper `{}` is", paper.title);
            Some(
                Diagnostic::new(Code::AttachmentMissing, paper.file_span, message)
                    .label("whatever is in this file is taken")
                    .help(format!("`… with hash \"{is}\"`")),
            )
        }
    }
}

/// What the contents of a file are known by.
fn hash_of(bytes: &[u8]) -> String {
    let mut hash = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}
