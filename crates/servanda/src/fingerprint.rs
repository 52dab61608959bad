//! What a finding is known by when lines have moved: its rule, the clause it stands in, and the text at its place.

use servanda_diagnostics::{Diagnostic, SourceId, Sources, Span};
use servanda_parser::ast::{ClausePart, Document, Item, Line};
use std::collections::BTreeMap;

/// How many characters of the hash are kept: 128 bits.
const LENGTH: usize = 32;

/// What a finding is known by, wherever its lines have moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    /// Where in the policy: the title of the agreement and the clause, as `Works/2(a)`; empty outside of any.
    pub path: String,
    /// The hash, in hexadecimal digits.
    pub hash: String,
}

/// The fingerprints of findings, in their order.
///
/// One is made of the code, of the address in the policy, and of the text at the place with the sentence it stands in,
/// their blanks made equal. Lines and columns are no part of it, nor is the message: it is the same after lines above
/// were added, after the file was laid out anew, and in another version of the tool. Findings that agree in all of it
/// are numbered in the order of the text.
///
/// ```
/// use servanda::{Sources, SourceId, check, fingerprints};
///
/// let policy = "language 1. agreement \"Works\" { party agency. party client. in force from 2026-01-01.
///   time zone Etc/UTC. money in EUR.
///   let fee = 5 EUR.
/// }";
/// let of = |text: &str| {
///     let sources = Sources::new().with("works.sla", text);
///     fingerprints(&check(&sources, SourceId(0)).diagnostics, &sources)
/// };
/// let moved = policy.replace("  let", "\n  // Of 2026.\n  let");
/// assert_eq!(of(policy), of(&moved));
/// assert_eq!(of(policy)[0].path, "Works");
/// assert_ne!(of(policy), of(&policy.replace("fee", "fine")));
/// ```
pub fn fingerprints(findings: &[Diagnostic], sources: &Sources) -> Vec<Fingerprint> {
    let mut documents: BTreeMap<SourceId, Document> = BTreeMap::new();
    let mut seen: BTreeMap<(SourceId, String), u32> = BTreeMap::new();
    let one = |finding: &Diagnostic| {
        let place = finding.primary().span;
        let Some(source) = sources.get(place.source) else {
            return Fingerprint { path: String::new(), hash: hash(&[finding.code().number()]) };
        };
        let parse = || servanda_parser::parse(place.source, source.text()).document;
        let (path, statement) = address(documents.entry(place.source).or_insert_with(parse), place);
        let text = text(sources, source.text(), place);
        let statement = statement.map_or_else(String::new, |span| plain(sources.text(span)));
        let first = hash(&[finding.code().number(), &path, &text, &statement]);
        let number = seen.entry((place.source, first.clone())).or_default();
        *number += 1;
        let hash = if *number == 1 { first } else { hash(&[&first, &number.to_string()]) };
        Fingerprint { path, hash }
    };
    findings.iter().map(one).collect()
}

/// The text at a place, or that of its line where the place is between two characters.
fn text(sources: &Sources, whole: &str, place: Span) -> String {
    let at = sources.text(place);
    let text = if at.trim().is_empty() {
        let (before, behind) = whole.split_at_checked(place.start as usize).unwrap_or((whole, ""));
        let first = before.rfind('\n').map_or(0, |end| end + 1);
        let rest = behind.find('\n').unwrap_or(behind.len());
        whole.get(first..before.len() + rest).unwrap_or_default()
    } else {
        at
    };
    plain(text)
}

/// A text with one blank between two words.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Parts with their lengths, so that no two lists of parts have the same bytes.
fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(LENGTH).collect()
}

/// The address of a place in a file, and the statement that it stands in where that is one.
fn address(document: &Document, place: Span) -> (String, Option<Span>) {
    for item in &document.items {
        let (title, lines, span) = match item {
            Item::Agreement(item) => (&item.title, item.lines.as_slice(), item.span),
            Item::Amendment(item) => (&item.title, item.lines.as_slice(), item.span),
            Item::Annex(item) => (&item.name, item.lines.as_slice(), item.span),
            Item::Scenario(item) => (&item.title, [].as_slice(), item.span),
            Item::Line(_) | Item::Use(_) | Item::Broken(_) => continue,
        };
        if span.contains(place) {
            let (clause, statement) = in_clause(lines, place);
            let clause = clause.map_or_else(String::new, |clause| format!("/{clause}"));
            return (format!("{}{clause}", title.value), statement);
        }
    }
    (String::new(), None)
}

/// The clause, and the paragraph of it, in which a place lies, and the statement there.
fn in_clause(lines: &[Line], place: Span) -> (Option<String>, Option<Span>) {
    let mut clauses = lines.iter().filter_map(|line| match line {
        Line::Clause(clause) if clause.span.contains(place) => Some(clause),
        _ => None,
    });
    let Some(clause) = clauses.next() else { return (None, None) };
    let number = &clause.number.value;
    for part in &clause.parts {
        let (span, label) = match part {
            ClausePart::Sentence(part) => (part.span, part.label.as_ref()),
            ClausePart::Let(part) => (part.span, None),
            ClausePart::Measure(part) => (part.span, None),
            ClausePart::Allow(part) => (part.span, None),
            ClausePart::Prose(_) | ClausePart::Case(_) | ClausePart::Broken(_) => continue,
        };
        if span.contains(place) {
            let label = label.map_or_else(String::new, |label| format!("({})", label.value));
            return (Some(format!("{number}{label}")), Some(span));
        }
    }
    (Some(number.clone()), None)
}
