//! The texts that a policy uses, fetched by whoever can read them.

use crate::standard;
use servanda_diagnostics::{SourceId, Sources};
use std::collections::BTreeSet;

/// How many files a policy may use.
const FILES_MAX: usize = 1000;

/// Adds to the texts what one of them uses, at once or through others, and is not among them yet: files with declarations,
/// and those of holidays. `read` is asked for
/// the text under a name: `None` where there is no such file, an error of one clause where it cannot be read. The
/// name is the path as written, behind the folder of the policy's own name.
///
/// The parts of the [standard library](crate::standard_library) are not asked for. What cannot be had, checking tells at the line that uses it.
///
/// ```
/// use servanda::{Sources, compile, gather};
///
/// let mut sources = Sources::new();
/// let policy = sources.add("works/agreement.sla", r#"
///     language 1.
///     use "shared/parties.sla".
///     agreement "Works" {
///       in force from 2026-01-01.
///       time zone Europe/Berlin.
///       money in EUR.
///     }
/// "#);
/// gather(&mut sources, policy, |name| {
///     assert_eq!(name, "works/shared/parties.sla");
///     Ok(Some("language 1. party agency. party client.".to_owned()))
/// });
/// assert_eq!(compile(&sources)?.policy().parties.len(), 2);
/// # Ok::<(), servanda::Diagnostics>(())
/// ```
pub fn gather(
    sources: &mut Sources,
    id: SourceId,
    mut read: impl FnMut(&str) -> Result<Option<String>, String>,
) {
    let mut waiting = vec![id];
    let mut seen = BTreeSet::from([id]);
    while let Some(next) = waiting.pop() {
        for name in servanda_parser::used_names(sources, id, next) {
            let known = sources.named(&name);
            let found = known.or_else(|| {
                let text = match text_of(&name, &mut read) {
                    Ok(text) if seen.len() <= FILES_MAX => text?,
                    Ok(_) => {
                        sources.add_unreadable(name, format!("the policy uses more than {FILES_MAX} files"));
                        return None;
                    }
                    Err(why) => {
                        sources.add_unreadable(name, why);
                        return None;
                    }
                };
                Some(sources.add(name, text))
            });
            waiting.extend(found.filter(|found| seen.insert(*found)));
        }
    }
}

fn text_of(
    name: &str,
    read: &mut impl FnMut(&str) -> Result<Option<String>, String>,
) -> Result<Option<String>, String> {
    if standard::is_standard(name) {
        return standard::text_of(name).map(|text| Some(text.to_owned()));
    }
    let text = read(name)?;
    if let Some(text) = &text {
        Sources::check_size(text.len() as u64).map_err(|error| error.to_string())?;
    }
    Ok(text)
}
