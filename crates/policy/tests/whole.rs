//! Whole agreements check without a finding.

use servanda_diagnostics::{SourceId, Sources};

fn findings(name: &str, text: &str) -> String {
    let sources = Sources::new().with(name, text);
    let parsed = servanda_parser::parse(SourceId(0), text);
    let checked = servanda_policy::check(&parsed.document, text);
    let all: Vec<_> = parsed.diagnostics.into_iter().chain(checked.diagnostics).collect();
    let mut out = String::new();
    for finding in &all {
        out.push_str(&format!("{finding:#?}"));
        out.push_str(sources.text(finding.primary().span));
    }
    assert_eq!(checked.policy.is_some(), all.is_empty(), "{out}");
    out
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
