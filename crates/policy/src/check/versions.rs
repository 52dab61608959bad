//! The versions of an agreement: from when on each amendment is in force, and the policy that all of them make.
//!
//! Each version is checked as a whole text of its own; only what an amendment brings is told of again.

use crate::check::amend::amended;
use crate::check::debt::set_off_twice;
use crate::check::draft::Draft;
use crate::check::is_unknown;
use crate::check::merge::Merge;
use crate::diagnostics;
use crate::policy::{Attachment, CivilTime, Extent, Point, Policy, Unsigned, Version};
use crate::wanted::Wanted;
use servanda_diagnostics::{Code, Diagnostic, Severity, Sources, Span};
use servanda_parser::ast::{self, Line};
use std::collections::BTreeSet;

/// Since when a text binds.
enum Binding {
    /// Nobody was asked to sign, or a signature could not be read.
    Unasked,
    /// All have signed; the last one at this time.
    Signed(CivilTime),
    /// Somebody has not.
    Unsigned,
}

/// An amendment, and from when on it is in force; none where it is not.
struct Dated<'a> {
    amendment: &'a ast::Amendment,
    from: Option<CivilTime>,
}

/// Checks an agreement with its amendments: the policy of all its versions, and the findings.
pub(in crate::check) fn check(
    (agreement, amendments): (&ast::Agreement, &[&ast::Amendment]),
    annexes: Vec<&ast::Annex>,
    scenarios: Vec<ast::Scenario>,
    (sources, wanted): (&Sources, &Wanted),
) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut draft = Draft::new(sources, wanted);
    draft.annex_seeds = annexes;
    let mut policy = draft.agreement(agreement, scenarios);
    if policy.as_ref().is_some_and(|policy| draft.settles_nothing(policy) || draft.never_nothing(policy)) {
        policy = None;
    }
    let annexes = std::mem::take(&mut draft.annexes);
    let mut unsigned = Vec::new();
    let asked = asks_to_sign(&agreement.lines);
    let mut parties = parties_of(&agreement.lines);
    let first = draft.signed(&agreement.lines, (&agreement.title, false), asked, &parties, &mut unsigned);
    let mut dated: Vec<Dated<'_>> = Vec::new();
    for amendment in amendments {
        let asked = asked || asks_to_sign(&amendment.lines);
        let from = draft.in_force_from(amendment);
        if let (Some((from, span)), Some(policy)) = (from, &policy) {
            draft.lint_amended_behind(&policy.term, from, span);
        }
        // Who comes with an amendment is bound by it, and signs it.
        parties.extend(parties_of(&amendment.lines));
        let signed = draft.signed(&amendment.lines, (&amendment.title, true), asked, &parties, &mut unsigned);
        let from = match (from, signed) {
            (Some((from, span)), Binding::Signed(last)) => {
                if last > from {
                    draft.tell(diagnostics::signed_late(span, &last.to_string(), &from.to_string()));
                }
                Some(from.max(last))
            }
            (Some((from, _)), Binding::Unasked) => Some(from),
            (Some(_), Binding::Unsigned) | (None, _) => None,
        };
        dated.push(Dated { amendment, from });
    }
    let findings = draft.into_findings();
    if let Some(policy) = &mut policy {
        policy.unsigned = unsigned;
        if let (Some(version), Binding::Signed(last)) = (policy.versions.values_mut().next(), first) {
            version.from = Some(last);
        }
    }
    let (mut policy, mut findings) = if amendments.is_empty() {
        (policy, findings)
    } else {
        // What is not in force changes nothing for what is, and is to be sound all the same.
        dated.sort_by_key(|dated| (dated.from.is_none(), dated.from));
        amend(agreement, &dated, policy, findings, (sources, wanted))
    };
    let twice = policy.as_ref().map(set_off_twice).unwrap_or_default();
    if !twice.is_empty() {
        policy = None;
        findings.extend(twice);
    }
    if let Some(policy) = &mut policy {
        policy.annexes = annexes;
        let lines = amendments.iter().flat_map(|amendment| &amendment.lines);
        policy.attachments = agreement.lines.iter().chain(lines).filter_map(attachment).collect();
    }
    (policy, findings)
}

/// A paper that a line attaches.
fn attachment(line: &Line) -> Option<Attachment> {
    let Line::Attached(line) = line else { return None };
    Some(Attachment {
        title: line.title.value.clone(),
        file: line.file.value.clone(),
        file_span: line.file.span,
        hash: line.hash.as_ref().map(|hash| (hash.value.clone(), hash.span)),
        span: line.span,
    })
}

/// The parties of a text that have agreed to it, each with the roles that sign for it.
fn parties_of(lines: &[Line]) -> Vec<(&str, Vec<&str>)> {
    let parties = lines.iter().filter_map(|line| match line {
        Line::Party(party) if party.third.is_none() => Some(party.name.value.as_str()),
        _ => None,
    });
    let roles = |of: &str| {
        let roles = lines.iter().filter_map(move |line| match line {
            Line::Role(role) if role.of.value == of => Some(role.name.value.as_str()),
            _ => None,
        });
        roles.collect()
    };
    parties.map(|party| (party, roles(party))).collect()
}

/// Whether a text states signatures.
fn asks_to_sign(lines: &[Line]) -> bool {
    lines.iter().any(|line| matches!(line, Line::Signed(_)))
}

/// The policy with its amendments, each of which amends what is in force before it.
fn amend(
    agreement: &ast::Agreement,
    dated: &[Dated<'_>],
    policy: Option<Policy>,
    mut findings: Vec<Diagnostic>,
    (sources, wanted): (&Sources, &Wanted),
) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut texts: Vec<ast::Agreement> = Vec::new();
    let mut in_force: Option<usize> = None;
    for Dated { amendment, from } in dated {
        let before = in_force.and_then(|at| texts.get(at)).unwrap_or(agreement);
        let (text, told) = amended(before, amendment);
        findings.extend(told);
        if from.is_some() {
            in_force = Some(texts.len());
        }
        texts.push(text);
    }
    let mut merge = policy.map(Merge::new);
    let out_of_force = dated.iter().find(|dated| dated.from.is_none()).map(|dated| &dated.amendment.title);
    let mut unused: Option<BTreeSet<Span>> = None;
    for (Dated { amendment, from }, amended) in dated.iter().zip(&texts) {
        let mut draft = Draft::new(sources, wanted);
        let next = draft.agreement(amended, Vec::new());
        let next = next.filter(|next| !draft.never_nothing(next));
        let told = draft.into_findings();
        let not_used = told.iter().filter(|it| it.code() == Code::Unused).map(|it| it.primary().span);
        let not_used: BTreeSet<Span> = not_used.collect();
        unused = Some(unused.map_or_else(|| not_used.clone(), |known| &known & &not_used));
        let brought = told.into_iter().filter_map(|finding| brought(finding, amendment, &findings));
        let brought: Vec<Diagnostic> = brought
            .map(|finding| match out_of_force {
                // What it names may be what another amendment would bring.
                Some(title) if is_unknown(&finding) && title.span != amendment.title.span => {
                    finding.also(title.span, "this amendment is not in force, and brings nothing")
                }
                _ => finding,
            })
            .collect();
        findings.extend(brought);
        if let (Some(merge), Some(next), Some(from)) = (&mut merge, next, *from) {
            let (title, span) = (amendment.title.value.clone(), amendment.title.span);
            let hash = next.hash.clone();
            let (calendars, lengths, extent) = (Vec::new(), Vec::new(), Extent::default());
            let version = Version { title, from: Some(from), hash, calendars, lengths, extent, span };
            let removed = amendment.lines.iter().flat_map(|line| match line {
                Line::Removes(removes) => removes.what.as_slice(),
                _ => &[],
            });
            let removed: Vec<ast::DutyRef> = removed.cloned().collect();
            findings.extend(merge.add(next, version, &removed).into_iter().map(|(declared, what)| {
                diagnostics::unamendable(span, &what).also(declared, "declared here")
            }));
        }
    }
    // What one version uses is used.
    let used = |span: Span| unused.as_ref().is_some_and(|unused| !unused.contains(&span));
    findings.retain(|finding| {
        let own = dated.iter().any(|dated| dated.amendment.span.contains(finding.primary().span));
        finding.code() != Code::Unused || own || !used(finding.primary().span)
    });
    let policy = merge.map(|merge| {
        let (policy, circular) = merge.finish();
        findings.extend(circular);
        policy
    });
    findings.sort_by_key(|finding| (finding.primary().span, finding.code()));
    (policy, findings)
}

/// What is told of an amended text and was not told before: all that is wrong, and what is advised where the
/// amendment says something.
fn brought(finding: Diagnostic, amendment: &ast::Amendment, known: &[Diagnostic]) -> Option<Diagnostic> {
    let span = finding.primary().span;
    let told = known.iter().any(|known| known.code() == finding.code() && known.primary().span == span);
    let own = amendment.span.contains(span);
    if told || (finding.severity() < Severity::Error && !own) {
        return None;
    }
    Some(if own { finding } else { finding.also(amendment.title.span, "as this amends it") })
}

impl Draft<'_> {
    /// From when on an amendment is in force by what it says itself, and where it says so.
    fn in_force_from(&mut self, amendment: &ast::Amendment) -> Option<(CivilTime, Span)> {
        let mut lines = amendment.lines.iter().filter_map(|line| match line {
            Line::InForce(line) => Some(line),
            _ => None,
        });
        let Some(line) = lines.next() else {
            let unread = amendment.lines.iter().any(|line| matches!(line, Line::Broken(_)));
            if !unread {
                self.tell(diagnostics::amendment_without_date(amendment.title.span));
            }
            return None;
        };
        for twice in lines {
            self.tell(diagnostics::line_twice(twice.span, "in force", line.span));
        }
        if line.end.is_some() || line.renewing.is_some() {
            self.tell(diagnostics::unamendable(line.span, "the term"));
        }
        Some((self.civil_time(&line.from)?, line.from.span))
    }

    /// Since when a text is signed; who has not signed is told of, and kept.
    fn signed(
        &mut self,
        lines: &[Line],
        (title, amends): (&ast::Text, bool),
        asked: bool,
        parties: &[(&str, Vec<&str>)],
        unsigned: &mut Vec<Unsigned>,
    ) -> Binding {
        let signatures = lines.iter().flat_map(|line| match line {
            Line::Signed(line) => line.signatures.as_slice(),
            _ => &[],
        });
        let mut by: Vec<(&str, Span)> = Vec::new();
        let mut last: Option<CivilTime> = None;
        let mut sound = true;
        for signature in signatures {
            let name = signature.by.value.as_str();
            let signs = |(party, roles): &&(&str, Vec<&str>)| *party == name || roles.contains(&name);
            let party = parties.iter().find(signs).map(|(party, _)| *party);
            if party.is_none() && self.party(&signature.by).is_some() {
                self.tell(diagnostics::cannot_sign(&signature.by));
            }
            let on = self.civil_time(signature.effect.as_ref().unwrap_or(&signature.on));
            let (Some(party), Some(on)) = (party, on) else {
                sound = false;
                continue;
            };
            if let Some((_, first)) = by.iter().find(|(known, _)| *known == party) {
                self.tell(diagnostics::said_twice(signature.span, *first));
            }
            by.push((party, signature.span));
            last = last.max(Some(on));
        }
        if !asked || !sound {
            return Binding::Unasked;
        }
        let missing: Vec<String> = parties
            .iter()
            .map(|(party, _)| *party)
            .filter(|party| by.iter().all(|(signed, _)| signed != party))
            .map(str::to_owned)
            .collect();
        if let (true, Some(last)) = (missing.is_empty(), last) {
            return Binding::Signed(last);
        }
        self.tell(diagnostics::not_signed(title.span, &missing, amends));
        unsigned.push(Unsigned { title: title.value.clone(), missing, span: title.span });
        Binding::Unsigned
    }

    /// `2026-04-01`, the first instant of that date; `2026-04-01 14:30`.
    fn civil_time(&mut self, expr: &ast::Expr) -> Option<CivilTime> {
        let ast::ExprKind::Instant(text) = &expr.kind else {
            return match expr.kind {
                ast::ExprKind::Broken => self.unreadable(),
                _ => self.fail(diagnostics::not_constant(expr.span, "the date of a version")),
            };
        };
        match self.civil_point(text, expr.span)? {
            Point::Civil(date, nanos) => Some(CivilTime::new(date, nanos)),
            // 24:00 is the end of a date, and the beginning of the next one.
            Point::Date(date) if text.split_whitespace().nth(1).is_some() => {
                Some(CivilTime::new(date.add_days(1)?, 0))
            }
            Point::Date(date) => Some(CivilTime::new(date, 0)),
            Point::EndOfPeriod | Point::DayOfPeriod { .. } => None,
        }
    }
}
