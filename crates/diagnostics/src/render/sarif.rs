//! Findings as SARIF 2.1.0, the format that code hosts and security tools read.

use super::{one_line, place_of};
use crate::{Code, Diagnostic, Fix, Severity, Sources, Span};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name under which a fingerprint stands: its number goes up when fingerprints are made in another way.
const FINGERPRINT: &str = "servanda/v1";

/// What relative paths begin at.
const BASE: &str = "%SRCROOT%";

/// What a result has beside its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity<'a> {
    /// The address in the policy; empty where there is none.
    pub path: &'a str,
    /// What stays the same when lines move.
    pub fingerprint: &'a str,
}

/// A log of one run: the rules that findings name, each with the address of its page, and a result for each finding.
///
/// `identities` belong to the findings in their order; where there are none, results have no fingerprints. Paths are
/// written as references: `/` between folders, other characters escaped, an absolute path as `file://…`, any other one
/// from `%SRCROOT%` on, which is the folder in which the command ran.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Sources, Span, render};
/// let mut sources = Sources::new();
/// let policy = sources.add("our agreement.sla", "within 5 days");
/// let finding = Diagnostic::new(Code::BareDays, Span::new(policy, 7, 13), "`days` without its kind");
/// let identity = render::Identity { path: "Works/2", fingerprint: "0af1" };
/// let log = render::sarif(&[finding], &[identity], &sources);
/// let result = &log["runs"][0]["results"][0];
/// assert_eq!(result["ruleId"], "SLA0201");
/// assert_eq!(result["partialFingerprints"]["servanda/v1"], "0af1");
/// let place = &result["locations"][0]["physicalLocation"];
/// assert_eq!(place["artifactLocation"]["uri"], "our%20agreement.sla");
/// ```
pub fn sarif(diagnostics: &[Diagnostic], identities: &[Identity<'_>], sources: &Sources) -> Value {
    let codes: BTreeSet<Code> = diagnostics.iter().map(Diagnostic::code).collect();
    let rules: Vec<Code> = codes.into_iter().collect();
    let identities = identities.iter().copied().map(Some).chain(std::iter::repeat(None));
    let results: Vec<Value> = diagnostics
        .iter()
        .zip(identities)
        .map(|(diagnostic, identity)| result(diagnostic, identity, &rules, sources))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "servanda",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            // Where relative paths begin is known to whoever reads the log: the folder in which the command ran.
            "originalUriBaseIds": { BASE: { "description": { "text": "The folder in which the command ran." } } },
            "results": results,
        }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.number(),
        "name": code.name(),
        "shortDescription": { "text": code.what().trim_end() },
        "fullDescription": { "text": code.why().trim_end() },
        "help": { "text": code.page(), "markdown": code.page() },
        "helpUri": code.url(),
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn result(
    diagnostic: &Diagnostic,
    identity: Option<Identity<'_>>,
    rules: &[Code],
    sources: &Sources,
) -> Value {
    let mut text = one_line(diagnostic);
    for help in diagnostic.helps() {
        text.push_str(&format!("\nhelp: {help}"));
    }
    let mut result = Map::new();
    result.insert("ruleId".into(), diagnostic.code().number().into());
    result.insert("ruleIndex".into(), rules.binary_search(&diagnostic.code()).unwrap_or_default().into());
    result.insert("level".into(), level(diagnostic.severity()).into());
    result.insert("message".into(), json!({ "text": text }));
    let primary = diagnostic.primary();
    let mut location = physical(primary.span, sources)
        .map_or_else(Map::new, |place| Map::from_iter([("physicalLocation".to_owned(), place)]));
    if !primary.text.is_empty() {
        location.insert("message".into(), json!({ "text": primary.text }));
    }
    if let Some(identity) = identity.filter(|identity| !identity.path.is_empty()) {
        location.insert("logicalLocations".into(), json!([{ "fullyQualifiedName": identity.path }]));
    }
    result.insert("locations".into(), json!([location]));
    let related: Vec<Value> = diagnostic
        .labels()
        .iter()
        .filter_map(|label| {
            let place = physical(label.span, sources)?;
            Some(json!({ "physicalLocation": place, "message": { "text": label.text } }))
        })
        .collect();
    if !related.is_empty() {
        result.insert("relatedLocations".into(), related.into());
    }
    let fixes: Vec<Value> = diagnostic.fixes().iter().filter_map(|one| fix(one, sources)).collect();
    if !fixes.is_empty() {
        result.insert("fixes".into(), fixes.into());
    }
    if let Some(identity) = identity {
        result.insert("partialFingerprints".into(), json!({ FINGERPRINT: identity.fingerprint }));
    }
    Value::Object(result)
}

fn fix(fix: &Fix, sources: &Sources) -> Option<Value> {
    let (source, ..) = place_of(fix.span, sources)?;
    Some(json!({
        "description": { "text": fix.title },
        "artifactChanges": [{
            "artifactLocation": artifact(source.name()),
            "replacements": [{
                "deletedRegion": region(fix.span, sources)?,
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    }))
}

fn physical(span: Span, sources: &Sources) -> Option<Value> {
    let (source, ..) = place_of(span, sources)?;
    Some(json!({ "artifactLocation": artifact(source.name()), "region": region(span, sources)? }))
}

fn region(span: Span, sources: &Sources) -> Option<Value> {
    let (_, start, end) = place_of(span, sources)?;
    Some(json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    }))
}

/// Where a text lies: an absolute path by itself, another one from the folder in which the command ran.
fn artifact(path: &str) -> Value {
    let uri = uri(path);
    if uri.starts_with("file://") { json!({ "uri": uri }) } else { json!({ "uri": uri, "uriBaseId": BASE }) }
}

/// A path as a reference of RFC 3986.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path).replace('\\', "/");
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
