//! Walking over what pest found: nodes with spans of the whole source, and their children in order.
//!
//! A slice of the source may be read alone; its nodes still answer with places of the whole source.

use pest::iterators::{Pair, Pairs};
use servanda_diagnostics::{SourceId, Span, Spanned};

use crate::ast::Name;
use crate::build::{Broken, Builder};
use crate::grammar::Rule;

/// One thing that pest found.
#[derive(Clone)]
pub(crate) struct Node<'i> {
    pair: Pair<'i, Rule>,
    source: SourceId,
    base: u32,
}

impl<'i> Node<'i> {
    /// Which rule matched.
    pub(crate) fn rule(&self) -> Rule {
        self.pair.as_rule()
    }

    /// The matched text.
    pub(crate) fn text(&self) -> &'i str {
        self.pair.as_str()
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        let start = self.base + self.pair.as_span().start() as u32;
        Span::new(self.source, start, start + written(self.pair.as_str()).len() as u32)
    }

    /// The text with its place.
    pub(crate) fn spanned(&self) -> Name {
        Spanned::new(self.text().to_owned(), self.span())
    }

    /// A value with this node's place.
    pub(crate) fn with<T>(&self, value: T) -> Spanned<T> {
        Spanned::new(value, self.span())
    }

    /// What it is made of.
    pub(crate) fn children(self) -> Children<'i> {
        let span = self.span();
        Children {
            pairs: self.pair.into_inner(),
            source: self.source,
            base: self.base,
            behind: span.start,
            span,
        }
    }
}

/// A matched text without what a rule skips before an option that is not there: blank space and comments.
fn written(text: &str) -> &str {
    let mut text = text.trim_end();
    loop {
        let line = text.rfind('\n').map_or(0, |at| at + 1);
        let comment = text.get(line..).and_then(|last| last.find("//"));
        match comment.and_then(|at| Some((text.get(..line + at)?, text.get(line + at..)?))) {
            // A quote behind the slashes may close a text that they belong to.
            Some((before, skipped)) if !skipped.contains('"') => text = before.trim_end(),
            _ => return text,
        }
    }
}

/// The children of a node that are still to be read.
pub(crate) struct Children<'i> {
    pairs: Pairs<'i, Rule>,
    source: SourceId,
    base: u32,
    /// The end of the last child that was read.
    behind: u32,
    /// The parent.
    pub(crate) span: Span,
}

impl<'i> Children<'i> {
    /// The roots of a text that was read alone and begins at `base`.
    pub(crate) fn roots(pairs: Pairs<'i, Rule>, source: SourceId, base: u32, end: u32) -> Self {
        Self { pairs, source, base, behind: base, span: Span::new(source, base, end) }
    }

    /// The rule of the next child.
    pub(crate) fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|pair| pair.as_rule())
    }

    /// The next child if it is of this rule.
    pub(crate) fn accept(&mut self, rule: Rule) -> Option<Node<'i>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    /// The next child of a block, until its end.
    pub(crate) fn take_unless_close(&mut self) -> Option<Node<'i>> {
        match self.peek() {
            Some(Rule::brace_close | Rule::unclosed) => None,
            _ => self.next(),
        }
    }

    /// Whether the next child is of this rule; then it is read.
    pub(crate) fn pass(&mut self, rule: Rule) -> bool {
        self.accept(rule).is_some()
    }

    /// The next child if it is of this rule, built; nothing otherwise.
    pub(crate) fn opt<T>(
        &mut self,
        build: &mut Builder<'_>,
        rule: Rule,
        f: fn(&mut Builder<'_>, Node<'i>) -> T,
    ) -> Option<T> {
        let node = self.accept(rule)?;
        Some(f(build, node))
    }

    /// The next child, which must be of this rule, built.
    pub(crate) fn one<T: Broken>(
        &mut self,
        build: &mut Builder<'_>,
        rule: Rule,
        f: fn(&mut Builder<'_>, Node<'i>) -> T,
    ) -> T {
        match self.accept(rule) {
            Some(node) => f(build, node),
            None => {
                let here = self.here();
                build.mismatch(here);
                T::broken(here)
            }
        }
    }

    /// The next child, which must be a name.
    pub(crate) fn name(&mut self, build: &mut Builder<'_>) -> Name {
        self.one(build, Rule::name, |_, node| node.spanned())
    }

    /// The empty place behind the last child that was read.
    pub(crate) fn here(&self) -> Span {
        Span::new(self.source, self.behind, self.behind)
    }

    /// From the first byte of the parent to the last child that was read.
    pub(crate) fn so_far(&self) -> Span {
        Span::new(self.source, self.span.start, self.behind)
    }
}

impl<'i> Iterator for Children<'i> {
    type Item = Node<'i>;

    fn next(&mut self) -> Option<Node<'i>> {
        let pair = self.pairs.next()?;
        let node = Node { pair, source: self.source, base: self.base };
        self.behind = node.span().end;
        Some(node)
    }
}
