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
    frame: Frame,
}

/// Where a text that was read stands in its source.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    /// The source.
    pub(crate) source: SourceId,
    /// The offset in the source of the text's first byte.
    pub(crate) start: u32,
    /// Where the first word was respelled: its length as it was read, and as it is written in the source.
    pub(crate) respelled: (u32, u32),
}

impl Frame {
    /// A text that begins at `start` of its source.
    pub(crate) fn at(source: SourceId, start: u32) -> Self {
        Self { source, start, respelled: (0, 0) }
    }

    /// Letters of a respelled word stand nowhere in the source: they are where it begins.
    fn place(self, at: usize) -> u32 {
        let (read, written) = self.respelled;
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let behind = at.checked_sub(read).map_or(0, |behind| written.saturating_add(behind));
        self.start.saturating_add(behind)
    }

    fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.source, self.place(start), self.place(end))
    }
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
    ///
    /// What pest matched may end with the blanks and comments before something that did not follow; the place ends
    /// with the last word or sign.
    pub(crate) fn span(&self) -> Span {
        let span = self.pair.as_span();
        let input = span.get_input();
        let exact = span.end() < input.len()
            && self.pair.as_str().as_bytes().last().is_some_and(|byte| !byte.is_ascii_whitespace());
        let end = if exact { span.end() } else { last_end(&self.pair).max(span.start()) };
        self.frame.span(span.start(), end)
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
        Children { pairs: self.pair.into_inner(), frame: self.frame, behind: span.start, span }
    }
}

/// The end of the last word or sign in a pair.
fn last_end(pair: &Pair<'_, Rule>) -> usize {
    let mut children = pair.clone().into_inner();
    let mut leaf = true;
    while let Some(child) = children.next_back() {
        leaf = false;
        if !child.as_str().is_empty() {
            return last_end(&child);
        }
    }
    let span = pair.as_span();
    if leaf { span.end() } else { span.start() }
}

/// The children of a node that are still to be read.
pub(crate) struct Children<'i> {
    pairs: Pairs<'i, Rule>,
    frame: Frame,
    /// The end of the last child that was read.
    behind: u32,
    /// The parent.
    pub(crate) span: Span,
}

impl<'i> Children<'i> {
    /// What was found in a text of this length.
    pub(crate) fn roots(pairs: Pairs<'i, Rule>, frame: Frame, length: usize) -> Self {
        Self { pairs, frame, behind: frame.start, span: frame.span(0, length) }
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
        Span::new(self.frame.source, self.behind, self.behind)
    }

    /// From the first byte of the parent to the last child that was read.
    pub(crate) fn so_far(&self) -> Span {
        Span::new(self.frame.source, self.span.start, self.behind)
    }
}

impl<'i> Iterator for Children<'i> {
    type Item = Node<'i>;

    fn next(&mut self) -> Option<Node<'i>> {
        let pair = self.pairs.next()?;
        let node = Node { pair, frame: self.frame };
        self.behind = node.span().end;
        Some(node)
    }
}
