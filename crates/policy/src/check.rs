//! From the syntax tree to the checked policy: names are resolved, types and units are made sure, and what cannot
//! be meant is told at the smallest place that is wrong.
//!
//! Checking never stops at the first finding and never panics. What depends on something that is wrong stays
//! silent, so that one mistake gives one finding. Nothing here reads files or evaluates events.

mod accrual;
mod allow;
mod amend;
mod arithmetic;
mod beside;
mod calendar;
mod case;
mod claim;
mod cond;
mod consequence;
pub(crate) mod counting;
mod deadline;
mod debt;
mod declared;
mod draft;
mod duty;
mod event;
mod expr;
mod extension;
mod fingerprint;
mod group;
mod header;
mod holiday_file;
mod joint;
mod ladder;
pub(crate) mod length;
mod lint;
mod measure;
mod merge;
pub(crate) mod names;
mod order;
mod outline;
mod param;
mod place;
mod prose;
mod renumber;
mod reopening;
mod rest;
mod sample;
mod set_off;
mod silent;
mod suspension;
mod table;
mod tiers;
mod title;
mod types;
mod versions;
mod weight;
pub(crate) mod window;

pub use declared::clause_in_place_of;
pub(crate) use event::in_seconds;

use crate::diagnostics;
use crate::policy::Policy;
use crate::wanted::Wanted;
use servanda_diagnostics::{Code, Diagnostic, Severity, Sources, Span};
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

/// Checks a file that has been parsed and uses no other; `text` is what it was parsed from.
///
/// Places that the parser could not read are not told again, but there is no policy then.
pub fn check(document: &ast::Document, text: &str) -> Checked {
    check_among(document, &Sources::new().with("", text))
}

/// Checks what has been parsed; `sources` are the texts that its places are in.
///
/// Places that the parser could not read are not told again, but there is no policy then.
pub fn check_among(document: &ast::Document, sources: &Sources) -> Checked {
    check_wanted(document, sources, &Wanted::default())
}

/// The same, with what is wanted of every agreement.
pub fn check_wanted(document: &ast::Document, sources: &Sources, wanted: &Wanted) -> Checked {
    let mut agreements = Vec::new();
    let mut amendments = Vec::new();
    let mut scenarios = Vec::new();
    let mut annexes = Vec::new();
    let mut broken = false;
    // A file that is used and is not there may declare whatever is missing.
    let mut unknown_file = false;
    let mut declares = false;
    for item in &document.items {
        match item {
            ast::Item::Agreement(agreement) => agreements.push(agreement),
            ast::Item::Scenario(scenario) => scenarios.push(scenario.clone()),
            ast::Item::Amendment(amendment) => amendments.push(amendment),
            ast::Item::Annex(annex) => annexes.push(annex),
            ast::Item::Use(_) => unknown_file = true,
            ast::Item::Line(_) => declares = true,
            ast::Item::Broken(_) => broken = true,
        }
    }
    let mut findings = Vec::new();
    let policy = match agreements.as_slice() {
        [] => {
            // Of a file that could not be read at all, or in which nothing is written, the parser has told.
            let nothing = document.items.is_empty() && document.language.is_none();
            // A file that others use need not have any.
            let library = declares && scenarios.is_empty() && annexes.is_empty();
            if !broken && !nothing && !library {
                let scenario =
                    scenarios.first().map(|scenario: &ast::Scenario| (scenario.title.span, "a scenario"));
                let annex = annexes.first().map(|annex: &&ast::Annex| (annex.to.span, "an annex"));
                findings.push(diagnostics::no_agreement(document.span, annex.or(scenario)));
            }
            None
        }
        [agreement, further @ ..] => {
            let (policy, told) =
                versions::check((agreement, &amendments), annexes, scenarios, (sources, wanted));
            findings = told;
            for other in further {
                findings.push(diagnostics::second_agreement(other.title.span, agreement.title.span));
            }
            findings.sort_by_key(|finding| (finding.primary().span, finding.code()));
            policy
        }
    };
    let sound =
        !broken && !unknown_file && findings.iter().all(|finding| finding.severity() < Severity::Error);
    let unread = unread(document);
    // What several agreements share, not each of them uses whole.
    let shared = |finding: &Diagnostic| finding.primary().span.source != document.span.source;
    findings.retain(|finding| finding.code() != Code::Unused || !shared(finding));
    findings.retain(|finding| !(unknown_file && is_unknown(finding)));
    findings.retain(|finding| !excused(finding, &unread, sources));
    let faults: Vec<Diagnostic> = findings
        .iter()
        .filter(|it| it.severity() == Severity::Error && it.code() != Code::BadDebt)
        .cloned()
        .collect();
    findings.retain(|finding| !follows(finding, &faults, document, sources));
    allow::settle(document, &mut findings, sources);
    declared::point(document, &mut findings, sources);
    Checked { policy: policy.filter(|_| sound), diagnostics: findings }
}

/// An agreement as it is read once an amendment is in force: what the amendment says in place of something takes its
/// place, what is new is added, what it removes is gone. What is wrong with the amendment, [`check`] tells.
pub fn amended(agreement: &ast::Agreement, amendment: &ast::Amendment) -> ast::Agreement {
    amend::amended(agreement, amendment).0
}

/// The places of an agreement that the parser could not read, and may have declared something.
fn unread(document: &ast::Document) -> Vec<Span> {
    let mut spans = Vec::new();
    for item in &document.items {
        let lines = match item {
            ast::Item::Agreement(agreement) => &agreement.lines,
            ast::Item::Amendment(amendment) => &amendment.lines,
            ast::Item::Annex(annex) => &annex.lines,
            ast::Item::Use(_) | ast::Item::Line(_) | ast::Item::Scenario(_) | ast::Item::Broken(_) => {
                continue;
            }
        };
        for line in lines {
            match line {
                ast::Line::Broken(span) => spans.push(*span),
                ast::Line::Case(case) => spans.extend(unread_of_case(case)),
                ast::Line::Clause(clause) => {
                    for part in &clause.parts {
                        match part {
                            ast::ClausePart::Broken(span) => spans.push(*span),
                            ast::ClausePart::Case(case) => spans.extend(unread_of_case(case)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }
    spans
}

fn unread_of_case(case: &ast::Case) -> impl Iterator<Item = Span> {
    let broken = case.lines.iter().filter(|line| matches!(line.kind, ast::CaseLineKind::Broken));
    broken.map(|line| line.span)
}

/// Whether a finding says that something is not there.
fn is_unknown(finding: &Diagnostic) -> bool {
    matches!(
        finding.code(),
        Code::UnknownName
            | Code::UnknownParty
            | Code::UnknownMeasure
            | Code::UnknownEvent
            | Code::UnknownCase
            | Code::UnknownCalendar
            | Code::UnknownDuty
    )
}

/// Whether a finding is only that something is not declared whose name stands in a place that could not be read.
fn excused(finding: &Diagnostic, unread: &[Span], sources: &Sources) -> bool {
    let name = sources.text(finding.primary().span);
    let name = match finding.code() {
        // `1(a)` is declared as `(a)`.
        Code::UnknownDuty => name.find('(').and_then(|at| name.get(at..)).unwrap_or(name),
        Code::UnknownParty
        | Code::UnknownName
        | Code::UnknownMeasure
        | Code::UnknownEvent
        | Code::UnknownCase
        | Code::UnknownCalendar
        | Code::BadDebt
        | Code::CaseHasNoAct => name,
        _ => return false,
    };
    unread.iter().any(|span| mentions(sources.text(*span), name))
}

/// Whether a text has a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        let begins = name.starts_with(within) && before.is_some_and(within);
        let goes_on = name.ends_with(within) && after.is_some_and(within);
        !name.is_empty() && !begins && !goes_on
    })
}

/// Whether a finding is only that no amount has a kind which a sentence gives that is wrong itself.
fn follows(finding: &Diagnostic, faults: &[Diagnostic], document: &ast::Document, sources: &Sources) -> bool {
    if finding.code() != Code::BadDebt {
        return false;
    }
    let name = sources.text(finding.primary().span);
    let clauses = document.items.iter().flat_map(|item| match item {
        ast::Item::Agreement(agreement) => agreement.lines.as_slice(),
        ast::Item::Amendment(amendment) => amendment.lines.as_slice(),
        _ => &[],
    });
    let parts = clauses.flat_map(|line| match line {
        ast::Line::Clause(clause) => clause.parts.as_slice(),
        _ => &[],
    });
    let mut sentences = parts.filter_map(|part| match part {
        ast::ClausePart::Sentence(sentence) => Some(sentence.span),
        _ => None,
    });
    sentences.any(|span| {
        mentions(sources.text(span), name) && faults.iter().any(|fault| span.contains(fault.primary().span))
    })
}
