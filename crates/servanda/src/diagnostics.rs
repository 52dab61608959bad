//! The findings of a policy that cannot be evaluated, with the texts that they point into.

use servanda_diagnostics::{Diagnostic, Sources, Summary, render};

/// Every finding of a policy, as an error: at least one of them is one.
///
/// It is data first: [`Diagnostics::list`]. As text it is one line for each finding; [`Diagnostics::human`] quotes
/// the places.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    sources: Sources,
}

impl Diagnostics {
    /// Findings with their texts.
    pub(crate) const fn new(list: Vec<Diagnostic>, sources: Sources) -> Self {
        Self { list, sources }
    }

    /// The findings in the order of the text.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// The texts that they point into.
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }

    /// How many there are of each severity.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.list)
    }

    /// For people: with the places quoted.
    pub fn human(&self, options: &render::HumanOptions) -> String {
        render::human(&self.list, &self.sources, options)
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Value {
        render::json(&self.list, &self.sources)
    }
}

impl std::fmt::Display for Diagnostics {
    /// One line for each finding.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(render::short(&self.list, &self.sources).trim_end())
    }
}

impl std::error::Error for Diagnostics {}
