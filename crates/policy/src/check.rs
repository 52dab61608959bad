//! From the syntax tree to the checked policy: names are resolved, types and units are made sure, and what cannot
//! be meant is told at the smallest place that is wrong.
//!
//! Checking never stops at the first finding and never panics. What depends on something that is wrong stays
//! silent, so that one mistake gives one finding. Nothing here reads files or evaluates events.

mod arithmetic;
mod calendar;
mod case;
mod cond;
mod consequence;
mod deadline;
mod debt;
mod draft;
mod duty;
mod event;
mod expr;
mod fingerprint;
mod header;
mod length;
mod lint;
mod measure;
mod names;
mod order;
mod outline;
mod place;
mod prose;
mod table;
mod tiers;
mod types;

use crate::diagnostics;
use crate::policy::Policy;
use draft::Draft;
use servanda_diagnostics::{Diagnostic, Severity};
use servanda_parser::ast;

/// What checking a file gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The policy; none where there is an error, here or in the parser's findings.
    pub policy: Option<Policy>,
    /// The findings in the order of the text: errors, warnings and advice.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a file that has been parsed; `text` is what it was parsed from.
///
/// Places that the parser could not read are not told again, but there is no policy then.
pub fn check(document: &ast::Document, text: &str) -> Checked {
    let mut agreements = Vec::new();
    let mut scenarios = Vec::new();
    let mut broken = false;
    for item in &document.items {
        match item {
            ast::Item::Agreement(agreement) => agreements.push(agreement),
            ast::Item::Scenario(scenario) => scenarios.push(scenario.clone()),
            ast::Item::Broken(_) => broken = true,
        }
    }
    let mut draft = Draft::new(text);
    let policy = match agreements.as_slice() {
        [] => {
            // A file that could not be read at all has been told already.
            if !broken {
                draft.tell(diagnostics::no_agreement(document.span, scenarios.first().map(|s| s.title.span)));
            }
            None
        }
        [agreement, further @ ..] => {
            for other in further {
                draft.tell(diagnostics::second_agreement(other.title.span, agreement.title.span));
            }
            draft.agreement(agreement, scenarios)
        }
    };
    let findings = draft.into_findings();
    let sound = !broken && findings.iter().all(|finding| finding.severity() < Severity::Error);
    Checked { policy: policy.filter(|_| sound), diagnostics: findings }
}
