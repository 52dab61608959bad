//! Two texts of an agreement, or the versions of one, side by side.

use crate::{Compiled, Diagnostics, compile};
use servanda_diagnostics::{SourceId, Span};
use servanda_parser::ast::{Amendment, Item};
use servanda_report::{Compared, Comparison};

/// What changed in meaning from an old policy to a new one; what it comes to on a log, [`Comparison::add_outcome`]
/// adds.
///
/// ```
/// use servanda::{Sources, compare, compile};
///
/// let policy = |time: &str| compile(&Sources::new().with("visits.sla", format!(r#"
///     language 1.
///     agreement "Visits" {{
///       party desk. party client.
///       in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
///       event visit.asked {{ visit: id }}
///       event visit.made {{ visit: id }}
///       case visit {{ begins when visit.asked. make (made) when visit.made. ends when made. }}
///       clause 1 "Visits" {{ desk must make each visit within {time}, otherwise tell client. }}
///     }}
/// "#)));
/// let (old, new) = (policy("2 calendar days")?, policy("1 calendar day")?);
/// assert!(compare(&old, &old).same);
/// let comparison = compare(&old, &new);
/// assert_eq!(comparison.sections[0].changes[0].message, "1, length was `2 calendar days`, is `1 calendar day`");
/// # Ok::<(), servanda::Diagnostics>(())
/// ```
pub fn compare(old: &Compiled, new: &Compiled) -> Comparison {
    Comparison::of(compared(old), compared(new))
}

/// What each amendment of a policy changes of the version before it.
pub fn compare_versions(policy: &Compiled) -> Comparison {
    Comparison::of_versions(compared(policy))
}

fn compared(compiled: &Compiled) -> Compared<'_> {
    Compared { policy: compiled.policy(), sources: compiled.sources() }
}

/// Each amendment that comes into force, in that order: its title, and the policy with it and without what comes
/// later. The policy before the first of them comes first, under its own title.
///
/// # Errors
/// When one of these policies cannot be evaluated; as all together can be, none of them is known to.
pub fn versions(policy: &Compiled) -> Result<Vec<(String, Compiled)>, Diagnostics> {
    let document = servanda_parser::read(policy.sources(), SourceId(0)).document;
    let amendments: Vec<&Amendment> = document
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Amendment(amendment) => Some(amendment),
            _ => None,
        })
        .collect();
    let of = |title: Span| amendments.iter().find(|amendment| amendment.title.span == title);
    let mut known: Vec<Span> = Vec::new();
    let mut versions = Vec::new();
    for version in policy.policy().versions.values() {
        known.extend(of(version.span).map(|amendment| amendment.span));
        // What comes later is blanked, so that all else stays in its place.
        let later = amendments.iter().map(|amendment| amendment.span).filter(|span| !known.contains(span));
        let mut sources = policy.sources().clone();
        later.for_each(|span| sources.blank(span));
        versions.push((version.title.clone(), compile(&sources)?));
    }
    Ok(versions)
}
