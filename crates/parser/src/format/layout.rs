//! How one line is laid out, and where it is broken when it is too long.

use std::collections::BTreeMap;
use std::ops::Range;

use pretty::RcDoc;

use super::WIDTH;
use super::output::Output;
use super::tokens::{Tokens, spaced};

/// The annotations are the tokens that have a comment behind them.
type Doc<'t> = RcDoc<'t, usize>;

/// Where a line may be broken: before the token at an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// All places of this kind, if the line does not fit.
    First,
    /// The same, in what is still too long.
    Second,
    /// Only if what follows does not fit.
    Fill,
}

/// What is special about a line.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where it may be broken, apart from the places that every line has.
    pub(super) breaks: BTreeMap<usize, Break>,
    /// How many blanks are added before a token, so that it stands in its column.
    pub(super) pads: BTreeMap<usize, usize>,
    /// An opening brace whose parts stand one a line if they do not fit on one.
    pub(super) list: Option<usize>,
    /// An opening brace whose parts stand on lines of their own, as many on each as fit.
    pub(super) record: Option<usize>,
}

/// What stands between two tokens if there is no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// A blank or nothing.
    Fixed,
    /// A blank, or a line end if what follows does not fit.
    Soft,
    /// A blank, or a line end if its group is broken.
    Line,
    /// A line end.
    End,
}

/// One line and what it is broken into.
pub(super) struct Layout<'l, 't> {
    pub(super) tokens: &'l Tokens<'t>,
    pub(super) marks: &'l Marks,
}

impl<'t> Layout<'_, 't> {
    /// Writes the tokens of a range. The comments before the first one are already written.
    pub(super) fn write(&self, range: Range<usize>, indent: usize, output: &mut Output<'_>) {
        let inner = match self.prose(&range) {
            Some(doc) => doc,
            None => self.piece(range, Some(Break::First)),
        };
        let doc = RcDoc::text(" ".repeat(indent)).append(inner.nest(indent as isize));
        output.begin(0);
        // The only errors are those of `output`, which has none.
        let _ = doc.render_raw(WIDTH, output);
    }

    /// A prose: its lines stand below each other, as they are.
    fn prose(&self, range: &Range<usize>) -> Option<Doc<'t>> {
        let at = range.clone().find(|at| self.tokens.get(*at).is_some_and(|token| token.prose))?;
        let column = self.tokens.width(range.start..at) + 2;
        let mut lines = super::prose_lines(self.tokens.text(at));
        let first = RcDoc::text(lines.next().unwrap_or(""));
        let rest = lines.map(|line| RcDoc::hardline().append(RcDoc::text(line)));
        let mut doc = self.run(range.start..at, None);
        if at > range.start {
            doc = doc.append(self.gap(at - 1, at, Gap::Fixed));
        }
        let doc = doc.append(first).append(RcDoc::concat(rest).nest(column as isize)).append(self.remark(at));
        Some(match at + 1 < range.end {
            true => doc.append(self.gap(at, at + 1, Gap::Fixed)).append(self.run(at + 1..range.end, None)),
            false => doc,
        })
    }

    /// A range that is broken at the places of one kind, and each part at those of the next.
    fn piece(&self, range: Range<usize>, kind: Option<Break>) -> Doc<'t> {
        let Some(kind) = kind else { return self.run(range, None).nest(2) };
        let next = match kind {
            Break::First => Some(Break::Second),
            Break::Second | Break::Fill => None,
        };
        let inner = range.start + 1..range.end.max(range.start + 1);
        let places: Vec<usize> =
            self.marks.breaks.range(inner).filter(|(_, mark)| **mark == kind).map(|(at, _)| *at).collect();
        if places.is_empty() {
            return self.piece(range, next);
        }
        // A table is broken always; what stands behind it need not be.
        let has_table = range.clone().any(|at| self.tokens.get(at).is_some_and(|token| token.table));
        let gap = if has_table { Gap::Soft } else { Gap::Line };
        let ends = places.iter().copied().chain([range.end]);
        let mut start = range.start;
        let mut doc = RcDoc::nil();
        for end in ends {
            let part = self.piece(start..end, next);
            doc = doc.append(match start == range.start {
                true => part,
                false => self.gap(start - 1, start, gap).append(part).nest(2),
            });
            start = end;
        }
        doc.group()
    }

    /// Tokens one after the other. `padded` is a token that stands so many blanks further right.
    fn run(&self, range: Range<usize>, padded: Option<(usize, usize)>) -> Doc<'t> {
        let mut doc = RcDoc::nil();
        let mut at = range.start;
        while at < range.end {
            if at > range.start {
                doc = doc.append(self.gap(at - 1, at, self.gap_before(at)));
                let pad = padded.filter(|(place, _)| *place == at).map(|(_, pad)| pad);
                if let Some(pad) = pad.or_else(|| self.marks.pads.get(&at).copied()) {
                    doc = doc.append(RcDoc::text(" ".repeat(pad)));
                }
            }
            let Some(token) = self.tokens.get(at) else { return doc };
            let close = token.partner.filter(|close| *close > at && *close < range.end);
            let (part, last) = match close {
                Some(close) if token.table => (self.table(at, close), close),
                Some(close) if close > at + 1 && self.marks.list == Some(at) => {
                    (self.list(at, close, Gap::Line), close)
                }
                Some(close) if close > at + 1 && self.marks.record == Some(at) => {
                    (self.list(at, close, Gap::Soft), close)
                }
                _ => (self.token(at), at),
            };
            doc = doc.append(part);
            at = last + 1;
        }
        doc
    }

    /// What a line may be broken at wherever it stands: behind commas, before the words and signs that join.
    fn gap_before(&self, at: usize) -> Gap {
        if self.marks.breaks.contains_key(&at) {
            return Gap::Soft;
        }
        let previous = at.checked_sub(1).map_or("", |at| self.tokens.text(at));
        match self.tokens.text(at) {
            "or" if previous == "yes" => Gap::Fixed,
            "and" | "or" | "but" | "where" | "over" | "+" | "-" | "*" | "/" => Gap::Soft,
            "in" if self.tokens.text(at + 1) == "which" => Gap::Soft,
            _ if previous == "," => Gap::Soft,
            _ => Gap::Fixed,
        }
    }

    /// The table between two braces: a row a line, its values in one column.
    fn table(&self, open: usize, close: usize) -> Doc<'t> {
        let rows = self.parts(open + 1..close);
        let colon = |row: &Range<usize>| row.clone().find(|at| self.tokens.text(*at) == ":");
        let width = |row: &Range<usize>| {
            let colon = colon(row).filter(|colon| !self.tokens.comment_within(row.start..colon + 2))?;
            Some((colon + 1, self.tokens.width(row.start..colon + 1)))
        };
        let widest = rows.iter().filter_map(width).map(|(_, width)| width).max().unwrap_or(0);
        let mut doc = self.token(open);
        for row in rows {
            let padded = width(&row).map(|(value, width)| (value, widest - width));
            doc = doc.append(self.gap(row.start - 1, row.start, Gap::End));
            doc = doc.append(self.run(row, padded).nest(2));
        }
        doc.append(self.closing(close, Gap::End))
    }

    /// The parts between two braces, on one line if they fit.
    fn list(&self, open: usize, close: usize, gap: Gap) -> Doc<'t> {
        let mut doc = self.token(open);
        for part in self.parts(open + 1..close) {
            let gap = if part.start == open + 1 { Gap::Line } else { gap };
            doc = doc.append(self.gap(part.start - 1, part.start, gap)).append(self.run(part, None).nest(2));
        }
        doc.append(self.closing(close, Gap::Line)).group()
    }

    /// A closing brace on a line of its own. What is between the braces stands two blanks deeper.
    fn closing(&self, close: usize, gap: Gap) -> Doc<'t> {
        // Comments before the brace belong to what stands before it.
        let has_notes = self.tokens.get(close).is_some_and(|token| !token.before.is_empty());
        if !has_notes {
            return self.gap(close - 1, close, gap).append(self.token(close)).nest(-2);
        }
        let notes = self.notes(close);
        notes.append(RcDoc::hardline().append(self.token(close)).nest(-2))
    }

    /// The parts of a range that end with a comma.
    fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (range.start, 0_usize);
        for at in range.clone() {
            match self.tokens.text(at) {
                "(" | "{" => depth += 1,
                ")" | "}" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    parts.push(start..at + 1);
                    start = at + 1;
                }
                _ => {}
            }
        }
        if start < range.end {
            parts.push(start..range.end);
        }
        parts
    }

    /// What stands between two tokens that follow each other.
    fn gap(&self, previous: usize, next: usize, gap: Gap) -> Doc<'t> {
        let after = self.tokens.get(previous).is_some_and(|token| token.after.is_some());
        let before = self.tokens.get(next).is_some_and(|token| !token.before.is_empty());
        if before {
            return self.notes(next).append(RcDoc::hardline());
        }
        if after {
            return RcDoc::hardline();
        }
        let spaced = spaced(self.tokens.text(previous), self.tokens.text(next));
        match gap {
            Gap::End => RcDoc::hardline(),
            _ if !spaced => RcDoc::nil(),
            Gap::Fixed => RcDoc::space(),
            Gap::Soft => RcDoc::softline(),
            Gap::Line => RcDoc::line(),
        }
    }

    /// The comments before a token, each on a line of its own.
    fn notes(&self, next: usize) -> Doc<'t> {
        let notes = self.tokens.get(next).map_or(&[][..], |token| &token.before);
        RcDoc::concat(notes.iter().map(|note| RcDoc::hardline().append(RcDoc::text(note.text))))
    }

    fn token(&self, at: usize) -> Doc<'t> {
        RcDoc::text(self.tokens.text(at)).append(self.remark(at))
    }

    /// The comment behind a token.
    fn remark(&self, at: usize) -> Doc<'t> {
        let commented = self.tokens.get(at).is_some_and(|token| token.after.is_some());
        if commented { RcDoc::nil().annotate(at) } else { RcDoc::nil() }
    }
}
