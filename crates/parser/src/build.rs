//! From what pest found to the syntax tree: one function for each rule, in the order of the grammar.
//!
//! Building never fails. Where the text was not understood the tree holds a `Broken` part and a diagnostic tells;
//! where the grammar and these functions disagree, a diagnostic of the code `internal` tells.

mod calendar;
mod case;
mod clause;
mod cond;
mod document;
mod event;
mod expr;
mod measure;
mod passing;
mod right;
mod scenario;
mod sentence;
mod tokens;
mod top;

pub(crate) use clause::clause_part;
pub(crate) use document::{agreement, amendment, document, line, version};
pub(crate) use measure::window_literal;
pub(crate) use scenario::{scenario, step};
pub(crate) use sentence::time_limit;
pub(crate) use top::{annex, use_item};

use servanda_diagnostics::{Diagnostic, SourceId, Span, Spanned};
use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::ast::{
    Collection, CollectionKind, Cond, CondKind, DutyRef, Expr, ExprKind, Intervals, IntervalsKind, Name,
    Path, Point, PointKind, Relation, Target, Trigger, Type, TypeKind, Unit, Window, WindowKind, Words,
};
use crate::diagnostics;
use crate::words;

/// The most operators in one statement: with the depth of brackets this bounds the depth of a tree, and so the
/// recursion of whoever walks over it.
const OPERATORS_MAX: u32 = 256;

/// What the building functions share: the whole source, and the findings so far.
pub(crate) struct Builder<'t> {
    /// Which source is read.
    pub(crate) source: SourceId,
    /// The whole source.
    pub(crate) text: &'t str,
    /// The findings, in the order in which they were made.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The operators of the statement so far.
    operators: u32,
    /// The names of several parts in the source, looked for once somebody asks.
    names: OnceCell<BTreeSet<&'t str>>,
}

impl<'t> Builder<'t> {
    /// A builder without findings.
    pub(crate) fn new(source: SourceId, text: &'t str) -> Self {
        Self { source, text, diagnostics: Vec::new(), operators: 0, names: OnceCell::new() }
    }

    /// Notes a finding.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The grammar found something that no function here expects.
    pub(crate) fn mismatch(&mut self, span: Span) {
        debug_assert!(false, "mismatch between grammar and builder at {span:?}");
        self.report(diagnostics::mismatch(span));
    }

    /// A new statement begins to count its operators.
    fn statement(&mut self) {
        self.operators = 0;
    }

    /// Counts one operator; false where the statement has too many. The first one too many is reported.
    fn operator(&mut self, span: Span) -> bool {
        self.operators += 1;
        if self.operators == OPERATORS_MAX + 1 {
            self.report(diagnostics::too_many_operators(span, OPERATORS_MAX));
        }
        self.operators <= OPERATORS_MAX
    }

    /// The first word of the text, comments apart.
    fn first_word(&self) -> Span {
        let mut at = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            let start = at + (rest.len() - rest.trim_start().len());
            let rest = rest.trim_start();
            if !rest.starts_with("//") {
                return Span::new(self.source, start as u32, (start + words::first(rest).len()) as u32);
            }
            at = start + rest.find('\n').unwrap_or(rest.len());
        }
    }

    /// Whether a name of several parts stands somewhere in the source, or such a party or case: `party desk`.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.get_or_init(|| words::parted(self.text)).contains(name)
    }

    /// The text at a span.
    pub(crate) fn at(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// What stands in the tree where something could not be read.
pub(crate) trait Broken {
    /// The broken thing at this place.
    fn broken(span: Span) -> Self;
}

impl Broken for Name {
    fn broken(span: Span) -> Self {
        Spanned::new(String::new(), span)
    }
}

impl Broken for Spanned<Unit> {
    fn broken(span: Span) -> Self {
        Spanned::new(Unit::Day, span)
    }
}

impl Broken for Path {
    fn broken(span: Span) -> Self {
        Path { parts: vec![Name::broken(span)], span }
    }
}

impl Broken for Expr {
    fn broken(span: Span) -> Self {
        Expr { kind: ExprKind::Broken, span }
    }
}

impl Broken for Target {
    fn broken(span: Span) -> Self {
        Target { relation: Spanned::new(Relation::Exactly, span), value: Expr::broken(span) }
    }
}

impl Broken for Cond {
    fn broken(span: Span) -> Self {
        Cond { kind: CondKind::Broken, span }
    }
}

impl Broken for Point {
    fn broken(span: Span) -> Self {
        Point { kind: PointKind::Broken, span }
    }
}

impl Broken for Window {
    fn broken(span: Span) -> Self {
        Window { kind: WindowKind::Broken, span }
    }
}

impl Broken for Type {
    fn broken(span: Span) -> Self {
        Type { kind: TypeKind::Broken, span }
    }
}

impl Broken for Trigger {
    fn broken(span: Span) -> Self {
        Trigger { path: Path::broken(span), filter: None, span }
    }
}

impl Broken for Vec<Trigger> {
    fn broken(_: Span) -> Self {
        Vec::new()
    }
}

impl Broken for DutyRef {
    fn broken(span: Span) -> Self {
        DutyRef { clause: String::new(), label: None, span }
    }
}

impl Broken for Words {
    fn broken(span: Span) -> Self {
        Words { words: Vec::new(), span }
    }
}

impl Broken for Collection {
    fn broken(span: Span) -> Self {
        Collection { kind: CollectionKind::Path(Path::broken(span)), filter: None, during: None, span }
    }
}

impl Broken for Intervals {
    fn broken(span: Span) -> Self {
        Intervals { kind: IntervalsKind::Case { case: Name::broken(span), filter: None }, span }
    }
}
