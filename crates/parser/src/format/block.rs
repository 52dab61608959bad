//! What stands on lines of its own: declarations, sentences, the blocks between braces, and the columns of lines
//! of one kind.

mod entry;
mod sentence;

use std::collections::BTreeMap;
use std::ops::Range;

use super::WIDTH;
use super::layout::{Layout, Marks};
use super::output::Output;
use super::tokens::Tokens;
use crate::ast::{Agreement, Calendar, Case, Clause, Document, Event, Item, Line, Scenario};
use entry::{Column, Entry, Kind};

/// Prints a whole file.
pub(super) fn print(tokens: &Tokens<'_>, document: &Document) -> String {
    let mut printer = Printer { tokens, output: Output::new(tokens), fresh: true };
    printer.document(document);
    printer.output.finish()
}

/// How many blanks stand before which token more than one, by the first token of the line.
type Pads = BTreeMap<usize, BTreeMap<usize, usize>>;

/// What prints a file, line by line.
struct Printer<'t> {
    tokens: &'t Tokens<'t>,
    output: Output<'t>,
    /// Whether nothing stands in the block yet: there is no empty line at its beginning.
    fresh: bool,
}

impl Printer<'_> {
    fn document(&mut self, document: &Document) {
        let starts: Vec<usize> = document.items.iter().map(|item| self.tokens.at(start_of(item))).collect();
        let end = self.tokens.end();
        let first = starts.first().copied().unwrap_or(end);
        if first > 0 {
            self.line(0..first, 0, &Marks::default());
        }
        let start = |at: usize| starts.get(at).copied().unwrap_or(end);
        let mut uses = false;
        let mut at = 0;
        while let Some(item) = document.items.get(at) {
            let lines = document.items.iter().skip(at).map_while(|item| match item {
                Item::Line(line) => Some(entry::line(self.tokens, line)),
                _ => None,
            });
            let lines: Vec<_> = lines.collect();
            let next = at + lines.len().max(1);
            let range = start(at)..start(next);
            at = next;
            // What a file uses stands together.
            let is_use = matches!(item, Item::Use(_));
            if !std::mem::replace(&mut uses, is_use) || !is_use {
                self.output.empty_line();
            }
            match item {
                Item::Agreement(agreement) => self.agreement(agreement, range),
                Item::Amendment(amendment) => self.lines_of(&amendment.lines, range),
                Item::Annex(annex) => self.lines_of(&annex.lines, range),
                Item::Scenario(scenario) => self.scenario(scenario, range),
                Item::Line(_) => self.entries(&lines, range.end, 0),
                Item::Use(_) | Item::Broken(_) => self.line(range, 0, &Marks::default()),
            }
        }
        self.notes(end, 0);
    }

    /// Writes the comments before a token, each on its line.
    fn notes(&mut self, at: usize, indent: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        for note in &token.before {
            if note.blank && !self.fresh {
                self.output.empty_line();
            }
            self.output.begin(indent);
            self.output.words(note.text);
            self.fresh = false;
        }
    }

    /// Writes a declaration, a sentence or a part of one, with the comments before it.
    fn line(&mut self, range: Range<usize>, indent: usize, marks: &Marks) {
        if range.is_empty() {
            return;
        }
        self.notes(range.start, indent);
        if self.tokens.get(range.start).is_some_and(|token| token.blank) && !self.fresh {
            self.output.empty_line();
        }
        Layout { tokens: self.tokens, marks }.write(range, indent, &mut self.output);
        self.fresh = false;
    }

    /// Writes the line with the closing brace. There is no empty line before it.
    fn close(&mut self, range: Range<usize>, inner: usize, indent: usize) {
        self.notes(range.start, inner);
        Layout { tokens: self.tokens, marks: &Marks::default() }.write(range, indent, &mut self.output);
        self.fresh = false;
    }

    /// Writes the head of a block up to its brace, what is in it, and its end.
    fn block(&mut self, range: Range<usize>, open: usize, entries: &[Entry<'_>], indent: usize) {
        let close = self.tokens.get(open).and_then(|token| token.partner).unwrap_or(range.end);
        let empty = entries.is_empty() && !self.tokens.comment_within(open..close + 1);
        if empty || close >= range.end {
            return self.line(range, indent, &Marks::default());
        }
        self.line(range.start..open + 1, indent, &Marks::default());
        self.fresh = true;
        self.entries(entries, close, indent + 2);
        self.close(close..range.end, indent + 2, indent);
    }

    fn agreement(&mut self, agreement: &Agreement, range: Range<usize>) {
        let mut head = range.start;
        let mut open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        if self.tokens.find(range.start..open, "takes").is_some() {
            let close = self.tokens.get(open).and_then(|token| token.partner).unwrap_or(range.end);
            if !agreement.params.is_empty() || self.tokens.comment_within(open..close + 1) {
                self.line(range.start..open + 1, 0, &Marks::default());
                self.fresh = true;
                let params: Vec<_> =
                    agreement.params.iter().map(|param| entry::param(self.tokens, param)).collect();
                self.entries(&params, close, 4);
                self.notes(close, 4);
                head = close;
            }
            open = self.tokens.find(close..range.end, "{").unwrap_or(range.end);
        }
        let entries: Vec<_> = agreement.lines.iter().map(|line| entry::line(self.tokens, line)).collect();
        if head == range.start {
            return self.block(range, open, &entries, 0);
        }
        let close = self.tokens.get(open).and_then(|token| token.partner).unwrap_or(range.end);
        Layout { tokens: self.tokens, marks: &Marks::default() }.write(head..open + 1, 2, &mut self.output);
        self.fresh = true;
        self.entries(&entries, close, 2);
        self.close(close..range.end, 2, 0);
    }

    /// An amendment or an annex with these lines.
    fn lines_of(&mut self, lines: &[Line], range: Range<usize>) {
        let open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        let entries: Vec<_> = lines.iter().map(|line| entry::line(self.tokens, line)).collect();
        self.block(range, open, &entries, 0);
    }

    fn scenario(&mut self, scenario: &Scenario, range: Range<usize>) {
        let open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        let entries: Vec<_> = scenario.steps.iter().map(|step| entry::step(self.tokens, step)).collect();
        self.block(range, open, &entries, 0);
    }

    fn clause(&mut self, clause: &Clause, range: Range<usize>, indent: usize) {
        let open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        let entries: Vec<_> = clause.parts.iter().map(|part| entry::part(self.tokens, part)).collect();
        self.block(range, open, &entries, indent);
    }

    fn case(&mut self, case: &Case, range: Range<usize>, indent: usize, marks: &Marks) {
        let open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        if case.lines.len() == 1 && self.on_one_line(&range, indent) {
            return self.line(range, indent, marks);
        }
        let entries: Vec<_> = case.lines.iter().map(entry::case_line).collect();
        self.block(range, open, &entries, indent);
    }

    fn calendar(&mut self, calendar: &Calendar, range: Range<usize>, indent: usize) {
        let open = self.tokens.find(range.clone(), "{").unwrap_or(range.end);
        if calendar.lines.len() == 1 && self.on_one_line(&range, indent) {
            return self.line(range, indent, &Marks::default());
        }
        let entries: Vec<_> = calendar.lines.iter().map(entry::calendar_line).collect();
        self.block(range, open, &entries, indent);
    }

    /// Whether a block of one line stands on one line with its braces.
    fn on_one_line(&self, range: &Range<usize>, indent: usize) -> bool {
        !self.tokens.comment_within(range.clone()) && indent + self.tokens.width(range.clone()) <= WIDTH
    }

    fn event(&mut self, event: &Event, range: Range<usize>, indent: usize, mut marks: Marks) {
        entry::mark_event(self.tokens, event, &range, &mut marks);
        self.line(range, indent, &marks);
    }

    /// Writes what is in a block, up to its closing brace.
    fn entries(&mut self, entries: &[Entry<'_>], close: usize, indent: usize) {
        let starts: Vec<usize> = entries.iter().map(|entry| self.tokens.at(entry.start)).collect();
        let ends = starts.iter().copied().skip(1).chain([close]);
        let ranges: Vec<Range<usize>> =
            starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
        let mut pads = self.columns(entries, &ranges, indent);
        for (entry, range) in entries.iter().zip(ranges) {
            let mut marks = entry.marks(self.tokens);
            marks.pads = pads.remove(&range.start).unwrap_or_default();
            // What has braces is not moved into its column where it would then be broken.
            let width = indent + self.tokens.width(range.clone());
            let moved = width + marks.pads.values().sum::<usize>();
            if entry.column.has_braces() && width <= WIDTH && moved > WIDTH {
                marks.pads.clear();
            }
            match entry.kind {
                Kind::Plain => self.line(range, indent, &marks),
                Kind::Event(event) => self.event(event, range, indent, marks),
                Kind::Case(case) => self.case(case, range, indent, &marks),
                Kind::Calendar(calendar) => self.calendar(calendar, range, indent),
                Kind::Clause(clause) => self.clause(clause, range, indent),
                Kind::Sentence(sentence) => self.sentence(sentence, range, indent),
            }
        }
    }

    /// The blanks that bring the parts of neighboring lines of one kind into columns, by the line's first token.
    fn columns(&self, entries: &[Entry<'_>], ranges: &[Range<usize>], indent: usize) -> Pads {
        let mut pads = BTreeMap::new();
        let mut run: Vec<(usize, Vec<Option<usize>>)> = Vec::new();
        let mut kind = Column::None;
        for (entry, range) in entries.iter().zip(ranges) {
            let next = self.column_of(entry, range, indent);
            if next != kind || self.is_apart(range.start) {
                self.align(&run, &mut pads);
                run.clear();
            }
            kind = next;
            let places = entry.places(self.tokens, range, next);
            let behind = places.iter().flatten().last().map_or(range.start, |place| place + 1);
            // What has braces and stands on several lines would only push the others aside.
            let broken = next.has_braces() && indent + self.tokens.width(range.clone()) > WIDTH;
            if !places.is_empty() && !broken && !self.tokens.comment_within(range.start..behind) {
                run.push((range.start, places));
            }
        }
        self.align(&run, &mut pads);
        pads
    }

    fn column_of(&self, entry: &Entry<'_>, range: &Range<usize>, indent: usize) -> Column {
        match entry.kind {
            Kind::Case(case) if case.lines.len() != 1 || !self.on_one_line(range, indent) => Column::None,
            _ => entry.column,
        }
    }

    /// Whether an empty line stands before a token or its comments.
    fn is_apart(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.blank || token.before.iter().any(|note| note.blank))
    }

    /// Finds the blanks for lines of one kind; each has the same places, of which some may be missing.
    fn align(&self, run: &[(usize, Vec<Option<usize>>)], pads: &mut Pads) {
        let count = run.iter().map(|(_, places)| places.len()).max().unwrap_or(0);
        // How far each line has come, and up to which token.
        let mut reached: Vec<(usize, usize)> = run.iter().map(|(start, _)| (*start, 0)).collect();
        for column in 0..count {
            let width =
                |(start, width): (usize, usize), place: usize| width + self.tokens.width(start..place) + 1;
            let place_of = |places: &[Option<usize>]| places.get(column).copied().flatten();
            let ends = run
                .iter()
                .zip(&reached)
                .filter_map(|((_, places), reached)| place_of(places).map(|place| width(*reached, place)));
            let Some(target) = ends.max() else { continue };
            for ((start, places), reached) in run.iter().zip(&mut reached) {
                let Some(place) = place_of(places) else { continue };
                let pad = target - width(*reached, place);
                if pad > 0 {
                    pads.entry(*start).or_default().insert(place, pad);
                }
                *reached = (place, target);
            }
        }
    }
}

fn start_of(item: &Item) -> u32 {
    match item {
        Item::Agreement(agreement) => agreement.span.start,
        Item::Amendment(amendment) => amendment.span.start,
        Item::Annex(annex) => annex.span.start,
        Item::Scenario(scenario) => scenario.span.start,
        Item::Use(used) => used.span.start,
        Item::Line(line) => line.span().start,
        Item::Broken(span) => span.start,
    }
}
