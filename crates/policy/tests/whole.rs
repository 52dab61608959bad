//! Whole agreements check without a finding.

use servanda_diagnostics::render::{HumanOptions, human};
use servanda_diagnostics::{SourceId, Sources};

/// The findings as people read them; nothing where the agreement is sound.
fn findings(name: &str, text: &str) -> String {
    let sources = Sources::new().with(name, text);
    let parsed = servanda_parser::parse(SourceId(0), text);
    let checked = servanda_policy::check(&parsed.document, text);
    let all: Vec<_> = parsed.diagnostics.into_iter().chain(checked.diagnostics).collect();
    assert!(checked.policy.is_some() || !all.is_empty(), "a policy is missing without a word");
    human(&all, &sources, &HumanOptions::default())
}

#[test]
fn settlement() {
    assert_eq!(findings("settlement.sla", include_str!("policies/settlement.sla")), "");
}

#[test]
fn social_media() {
    let text = include_str!("../../../examples/social-media/agreement.sla");
    assert_eq!(findings("agreement.sla", text), "");
}

#[test]
fn every_other_construct() {
    assert_eq!(findings("many.sla", include_str!("policies/many.sla")), "");
}
