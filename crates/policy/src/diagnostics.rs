//! The messages about what a policy means: one function for each kind of mistake.
//!
//! A function gets the user's words and places and makes the finding of them. When a finding is due is decided where
//! the policy is checked.

mod amounts;
mod analysis;
mod cases;
mod groups;
mod holidays;
mod lints;
mod names;
mod params;
mod prose;
mod structure;
mod tables;
mod types;
mod weights;
mod windows;

pub(crate) use amounts::*;
pub(crate) use analysis::*;
pub(crate) use cases::*;
pub(crate) use groups::*;
pub(crate) use holidays::*;
pub(crate) use lints::*;
pub(crate) use names::*;
pub(crate) use params::*;
pub(crate) use prose::*;
pub(crate) use structure::*;
pub(crate) use tables::*;
pub use types::too_many_decimals;
pub(crate) use types::*;
pub(crate) use weights::*;
pub(crate) use windows::*;

/// Names in backticks, joined for a help.
fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    names.join(", ")
}

/// A help that lists what there is, where there is anything.
fn there_is<T: AsRef<str>>(what: &str, names: impl IntoIterator<Item = T>) -> Option<String> {
    let names = listed(names);
    (!names.is_empty()).then(|| format!("{what}: {names}"))
}

/// A name in backticks with its article: a `case`, an `event`.
fn one(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} `{name}`")
}
