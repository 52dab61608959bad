//! The policy in the making: its tables while they are filled, the names that are known, and the findings.
//!
//! Each part of the language fills its own tables in a module of its own; here is only the order in which they do.

use crate::arena::Id;
use crate::arena::Table;
use crate::check::case::CaseOutline;
use crate::check::header::Header;
use crate::check::measure::MeasureSeed;
use crate::check::names::Names;
use crate::check::order::Reference;
use crate::check::outline::{DutySeed, SentenceSeed};
use crate::diagnostics;
use crate::policy::{
    Annex, Calendar, CalendarId, Cap, CapId, Case, CaseId, Clause, ClauseId, Consequence, ConsequenceId,
    Duty, EventId, EventType, Extent, Fold, FoldId, Grouping, KindId, Measure, MeasureId, Param, ParamId,
    Party, PartyId, Policy, Prose, Version, WindowId,
};
use crate::time::WindowSpec;
use crate::wanted::Wanted;
use servanda_diagnostics::{Diagnostic, Severity, Sources, Span};
use servanda_parser::ast;
use std::collections::BTreeSet;

/// How deep expressions may lie in each other: the evaluator walks them with the machine's stack.
const DEPTH_MAX: usize = 300;

/// How many parts of expressions an agreement may have, lets inlined.
const PARTS_MAX: usize = 200_000;

/// The policy in the making.
pub(in crate::check) struct Draft<'a> {
    /// The texts that places are in.
    pub(in crate::check) sources: &'a Sources,
    /// What is wanted of every agreement.
    wanted: &'a Wanted,
    /// The findings so far.
    findings: Vec<Diagnostic>,
    /// Whether something could not be read, of which the parser has told.
    pub(in crate::check) broken: bool,
    /// Fields of events whose types are told to be wrong, by where they stand.
    pub(in crate::check) untyped: Vec<Span>,
    /// Every name of the agreement.
    pub(in crate::check) names: Names<'a>,
    /// The places of the declarations that something uses.
    pub(in crate::check) used: BTreeSet<Span>,
    /// The lets that are being inlined, each with the place of its use.
    pub(in crate::check) inlining: Vec<(&'a str, Span)>,
    /// How deep the expression that is being read lies in others, lets and measures followed.
    depth: usize,
    /// How many expressions were read, those of a `let` once for each use.
    read: usize,
    /// What the header says.
    pub(in crate::check) header: Header,
    /// The annexes that are still to be read.
    pub(in crate::check) annex_seeds: Vec<&'a ast::Annex>,
    pub(in crate::check) annexes: Vec<Annex>,
    pub(in crate::check) params: Table<ParamId, Param>,
    pub(in crate::check) parties: Table<PartyId, Party>,
    pub(in crate::check) calendars: Table<CalendarId, Calendar>,
    pub(in crate::check) windows: Table<WindowId, WindowSpec>,
    /// Of the windows in which something is counted for each value of a field: of which.
    pub(in crate::check) groups: Table<WindowId, Option<Grouping>>,
    pub(in crate::check) events: Table<EventId, EventType>,
    pub(in crate::check) cases: Table<CaseId, Case>,
    pub(in crate::check) outlines: Table<CaseId, CaseOutline<'a>>,
    pub(in crate::check) folds: Table<FoldId, Fold>,
    pub(in crate::check) measures: Table<MeasureId, Measure>,
    pub(in crate::check) measure_seeds: Vec<MeasureSeed<'a>>,
    pub(in crate::check) duty_seeds: Vec<DutySeed<'a>>,
    pub(in crate::check) duties: Vec<Option<Duty>>,
    /// Duties behind those of the sentences that only see to it that something else happens.
    pub(in crate::check) silent: Vec<Option<Duty>>,
    pub(in crate::check) sentences: Vec<SentenceSeed<'a>>,
    pub(in crate::check) consequences: Table<ConsequenceId, Consequence>,
    pub(in crate::check) caps: Table<CapId, Cap>,
    pub(in crate::check) clauses: Table<ClauseId, Clause>,
    pub(in crate::check) kinds: Table<KindId, String>,
    /// What is read in the same moment by what, for circularity.
    pub(in crate::check) references: Vec<Reference>,
    /// What is read of windows before.
    pub(in crate::check) previous: Vec<crate::check::arithmetic::Previous>,
    pub(in crate::check) prose: Vec<Prose>,
}

impl<'a> Draft<'a> {
    pub(in crate::check) fn new(sources: &'a Sources, wanted: &'a Wanted) -> Self {
        Self {
            sources,
            wanted,
            findings: Vec::new(),
            broken: false,
            untyped: Vec::new(),
            names: Names::default(),
            used: BTreeSet::new(),
            inlining: Vec::new(),
            depth: 0,
            read: 0,
            header: Header::default(),
            annex_seeds: Vec::new(),
            annexes: Vec::new(),
            params: Table::new(),
            parties: Table::new(),
            calendars: Table::new(),
            windows: Table::new(),
            groups: Table::new(),
            events: Table::new(),
            cases: Table::new(),
            outlines: Table::new(),
            folds: Table::new(),
            measures: Table::new(),
            measure_seeds: Vec::new(),
            duty_seeds: Vec::new(),
            duties: Vec::new(),
            silent: Vec::new(),
            sentences: Vec::new(),
            consequences: Table::new(),
            caps: Table::new(),
            clauses: Table::new(),
            kinds: Table::new(),
            references: Vec::new(),
            previous: Vec::new(),
            prose: Vec::new(),
        }
    }

    /// Whether nothing that is wrong has been told so far.
    pub(in crate::check) fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() < Severity::Error)
    }

    /// Tells something that may have been told already.
    pub(in crate::check) fn tell_once(&mut self, finding: Diagnostic) {
        if !self.findings.contains(&finding) {
            self.tell(finding);
        }
    }

    /// Adds a finding.
    pub(in crate::check) fn tell(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Adds a finding and gives nothing, for what depends on it to stay silent.
    pub(in crate::check) fn fail<T>(&mut self, finding: Diagnostic) -> Option<T> {
        self.findings.push(finding);
        None
    }

    /// What reading something tells; none of it is among the findings yet.
    pub(in crate::check) fn told_by(&mut self, read: impl FnOnce(&mut Self)) -> Vec<Diagnostic> {
        let before = self.findings.len();
        read(self);
        self.findings.split_off(before)
    }

    /// Whether something that is wrong has been told within a place.
    pub(in crate::check) fn is_wrong_within(&self, span: Span) -> bool {
        let wrong = |finding: &Diagnostic| {
            finding.severity() == Severity::Error && span.contains(finding.primary().span)
        };
        self.findings.iter().any(wrong)
    }

    /// Notes that something could not be read, and gives nothing.
    pub(in crate::check) fn unreadable<T>(&mut self) -> Option<T> {
        self.broken = true;
        None
    }

    /// Reads a part of an expression, unless it lies too deep or the values have grown without bound: each use of a
    /// `let` is read anew, so that few lines can stand for very many parts.
    pub(in crate::check) fn nested<T>(
        &mut self,
        span: Span,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            return self.fail(diagnostics::too_deep(span));
        }
        if self.read >= PARTS_MAX {
            // Told once: every later part would tell the same.
            if self.read == PARTS_MAX {
                self.read += 1;
                self.tell(diagnostics::too_large(span));
            }
            return None;
        }
        self.read += 1;
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The words at a place.
    pub(in crate::check) fn words_at(&self, span: Span) -> &'a str {
        self.sources.text(span)
    }

    /// The findings in the order of the text, each once: a `let` is checked at each of its uses.
    pub(in crate::check) fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        findings.sort_by_key(|finding| (finding.primary().span, finding.code()));
        findings.dedup_by(|b, a| a.code() == b.code() && a.primary().span == b.primary().span);
        findings
    }

    /// The window with this meaning, one for all that use it.
    pub(in crate::check) fn window_id(&mut self, spec: WindowSpec) -> WindowId {
        let mut alike = self.windows.iter().filter(|(_, known)| **known == spec).map(|(id, _)| id);
        let known = alike.find(|id| self.groups[*id].is_none());
        drop(alike);
        known.unwrap_or_else(|| {
            self.groups.push(None);
            self.windows.push(spec)
        })
    }

    /// The kind of entry with this name, one for all that use it.
    pub(in crate::check) fn kind_id(&mut self, name: &str) -> KindId {
        let known = self.kinds.iter().find(|(_, known)| *known == name).map(|(id, _)| id);
        known.unwrap_or_else(|| self.kinds.push(name.to_owned()))
    }

    /// Checks an agreement: every declaration first, so that the order of the text never matters.
    pub(in crate::check) fn agreement(
        &mut self,
        agreement: &'a ast::Agreement,
        scenarios: Vec<ast::Scenario>,
    ) -> Option<Policy> {
        self.declare(agreement);
        self.read_header(agreement);
        self.read_calendars();
        self.read_events();
        self.outline_cases(&crate::check::outline::windowed_cases(agreement));
        self.outline_sentences(agreement);
        self.complete_cases();
        self.check_measures();
        self.check_sentences();
        self.check_previous();
        self.check_prose(agreement);
        self.check_unused();
        let order = self.order_steps();
        self.lint(agreement);
        if self.broken {
            return None;
        }
        let policy = self.assemble(agreement, scenarios, order?)?;
        if self.is_sound() {
            let attached = agreement.lines.iter().any(|line| matches!(line, ast::Line::Attached(_)));
            self.findings.extend(crate::analysis::analyse(&policy, self.sources, (self.wanted, attached)));
        }
        Some(policy)
    }

    /// Puts the tables together; nothing where a part is missing, of which a finding tells.
    fn assemble(
        &mut self,
        agreement: &ast::Agreement,
        scenarios: Vec<ast::Scenario>,
        order: Vec<crate::policy::Step>,
    ) -> Option<Policy> {
        let duties = std::mem::take(&mut self.duties).into_iter().collect::<Option<Vec<_>>>()?;
        let header = std::mem::take(&mut self.header);
        let hash = crate::check::fingerprint::fingerprint(agreement, self.sources);
        let (title, span) = (agreement.title.value.clone(), agreement.title.span);
        let calendars = self.calendars.ids().collect();
        let (lengths, extent) = (self.named_lengths(), Extent::default());
        let version = Version { title, from: None, hash: hash.clone(), calendars, lengths, extent, span };
        let mut policy = Policy {
            title: agreement.title.value.clone(),
            span: agreement.title.span,
            language: 1,
            params: std::mem::take(&mut self.params),
            // Signatures are read against them after this.
            parties: self.parties.clone(),
            term: header.term?,
            zone: header.zone?,
            currency: header.currency?,
            rounding: header.rounding,
            lateness: header.lateness,
            log: header.log,
            calendars: std::mem::take(&mut self.calendars),
            window_versions: self.windows.ids().map(|_| None).collect(),
            groups: std::mem::take(&mut self.groups),
            windows: std::mem::take(&mut self.windows),
            events: std::mem::take(&mut self.events),
            cases: std::mem::take(&mut self.cases),
            folds: std::mem::take(&mut self.folds),
            measures: std::mem::take(&mut self.measures),
            duties: duties.into_iter().collect(),
            consequences: std::mem::take(&mut self.consequences),
            caps: std::mem::take(&mut self.caps),
            clauses: std::mem::take(&mut self.clauses),
            kinds: std::mem::take(&mut self.kinds),
            prose: std::mem::take(&mut self.prose),
            order,
            scenarios,
            attachments: Vec::new(),
            annexes: Vec::new(),
            versions: [version].into_iter().collect(),
            unsigned: Vec::new(),
            hash,
        };
        // Which credits pay which debts, the debts of the version tell.
        reaches_all(&mut policy);
        crate::check::set_off::take_back_what_pays(&mut policy);
        reaches_all(&mut policy);
        Some(policy)
    }
}

/// Its only version has all that it has.
fn reaches_all(policy: &mut Policy) {
    let extent = policy.extent();
    policy.versions.values_mut().for_each(|version| version.extent = extent.clone());
}

/// A place in a list as the index that the policy stores; no text is long enough for it not to fit.
pub(in crate::check) fn index_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The id of a place in a list.
pub(in crate::check) fn id_at<I: Id>(at: usize) -> I {
    I::at(at)
}
