//! Sentences: the promise on one line, what follows on the next.

use std::ops::Range;

use super::super::layout::{Break, Marks};
use super::super::order;
use super::{Printer, entry};
use crate::ast::{Core, Modifier, Sentence};

impl Printer<'_> {
    pub(super) fn sentence(&mut self, sentence: &Sentence, range: Range<usize>, indent: usize) {
        let marks = self.core(&sentence.core);
        let Some(first) = sentence.otherwise.first() else { return self.line(range, indent, &marks) };
        let behind = self.tokens.at(first.span.start);
        let open = behind.saturating_sub(1);
        let otherwise = if sentence.braces { open.saturating_sub(1) } else { open };
        self.line(range.start..otherwise, indent, &marks);
        // An empty line before `otherwise` would tear the sentence apart.
        self.fresh = true;
        if !sentence.braces {
            let marks = self.core(&first.core);
            return self.line(otherwise..range.end, indent + 2, &marks);
        }
        let close = self.tokens.get(open).and_then(|token| token.partner).unwrap_or(range.end);
        self.line(otherwise..behind, indent + 2, &Marks::default());
        self.fresh = true;
        let entries: Vec<_> = sentence.otherwise.iter().map(entry::sentence).collect();
        self.entries(&entries, close, indent + 4);
        self.close(close..range.end, indent + 4, indent + 2);
    }

    /// Where a sentence may be broken: after its commas, then before its first qualifier.
    fn core(&self, core: &Core) -> Marks {
        let modifiers: &[Modifier] = match core {
            Core::Norm(norm) => &norm.modifiers,
            Core::Money(money) => &money.modifiers,
            Core::Right(_) | Core::Joint(_) | Core::Tell(_) | Core::Suspension(_) | Core::Deemed(_) => &[],
        };
        let mut marks = Marks::default();
        let starts = order::qualifiers(core).iter().map(|qualifier| self.place(qualifier.span.start));
        marks.breaks.extend(starts.map(|at| (at, Break::Fill)));
        if let Some(mut first) = marks.breaks.first_entry() {
            first.insert(Break::Second);
        }
        let starts = modifiers.iter().map(|modifier| self.place(modifier.span.start));
        marks.breaks.extend(starts.map(|at| (at, Break::First)));
        marks
    }

    fn place(&self, start: u32) -> usize {
        self.tokens.at(start)
    }
}
