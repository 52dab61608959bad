//! What can stand in a block: where it begins, where it may be broken, and what stands in columns.

use std::ops::Range;

use super::super::layout::{Break, Marks};
use super::super::tokens::Tokens;
use crate::ast::{
    Attached, Calendar, CalendarLine, Case, CaseLine, Clause, ClausePart, Event, ExprKind, Happens, Let,
    LetValue, Line, Measure, Param, Removes, Sentence, Signed, Step,
};

/// A line or a block in a block.
pub(super) struct Entry<'d> {
    /// Where it begins in the text.
    pub(super) start: u32,
    /// What it is.
    pub(super) kind: Kind<'d>,
    /// With which lines it shares columns.
    pub(super) column: Column,
    /// Where it may be broken.
    breaks: Vec<(usize, Break)>,
    /// An event in a scenario.
    happens: Option<&'d Happens>,
}

/// What stands in a block.
#[derive(Clone, Copy)]
pub(super) enum Kind<'d> {
    Plain,
    Event(&'d Event),
    Case(&'d Case),
    Calendar(&'d Calendar),
    Clause(&'d Clause),
    Sentence(&'d Sentence),
}

/// Lines of one kind share columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    None,
    Param,
    Role,
    Let,
    Event,
    Case,
    Measure,
    Happens,
}

impl Column {
    /// Whether its lines are broken between braces.
    pub(super) fn has_braces(self) -> bool {
        matches!(self, Column::Event | Column::Happens)
    }
}

impl<'d> Entry<'d> {
    fn new(start: u32, kind: Kind<'d>, column: Column) -> Self {
        Entry { start, kind, column, breaks: Vec::new(), happens: None }
    }

    fn plain(start: u32) -> Self {
        Entry::new(start, Kind::Plain, Column::None)
    }

    /// What is special about its line.
    pub(super) fn marks(&self, tokens: &Tokens<'_>) -> Marks {
        let breaks = self.breaks.iter().copied().collect();
        let at = tokens.at(self.start);
        let braces = self.happens.is_some_and(|step| step.braces);
        let record = braces.then(|| tokens.find(at..tokens.end(), "{")).flatten();
        Marks { breaks, record, ..Marks::default() }
    }

    /// The tokens that stand in columns.
    pub(super) fn places(
        &self,
        tokens: &Tokens<'_>,
        range: &Range<usize>,
        column: Column,
    ) -> Vec<Option<usize>> {
        let find = |text: &str| tokens.find(range.clone(), text);
        match column {
            Column::None => Vec::new(),
            Column::Param => vec![find(":").map(|colon| colon + 1), find("=")],
            Column::Role => {
                let title = range.start + 4;
                vec![find("of"), Some(title).filter(|title| title + 1 < range.end)]
            }
            Column::Let => vec![find("=")],
            Column::Event | Column::Case => vec![find("{")],
            Column::Happens => {
                let event = self.happens.map(|step| tokens.at(step.event.span.start));
                vec![event, find("as"), find("{")]
            }
            Column::Measure => {
                let equals = find("=");
                let end = equals.unwrap_or(range.end);
                vec![tokens.find(range.start..end, "per"), equals]
            }
        }
    }
}

/// A parameter.
pub(super) fn param<'d>(_: &Tokens<'_>, param: &'d Param) -> Entry<'d> {
    Entry::new(param.span.start, Kind::Plain, Column::Param)
}

/// A line of an agreement.
pub(super) fn line<'d>(tokens: &Tokens<'_>, line: &'d Line) -> Entry<'d> {
    match line {
        Line::InForce(line) => Entry::plain(line.span.start),
        Line::TimeZone(line) => Entry::plain(line.span.start),
        Line::MoneyIn(line) => Entry::plain(line.span.start),
        Line::Log(line) => Entry::plain(line.span.start),
        Line::Lateness(line) => Entry::plain(line.span.start),
        Line::Party(line) => Entry::plain(line.span.start),
        Line::Prose(line) => Entry::plain(line.span.start),
        Line::Broken(span) => Entry::plain(span.start),
        Line::Role(line) => Entry::new(line.span.start, Kind::Plain, Column::Role),
        Line::Let(line) => let_line(tokens, line),
        Line::Measure(line) => measure(tokens, line),
        Line::Calendar(line) => Entry::new(line.span.start, Kind::Calendar(line), Column::None),
        Line::Event(line) => Entry::new(line.span.start, Kind::Event(line), Column::Event),
        Line::Case(line) => Entry::new(line.span.start, Kind::Case(line), Column::Case),
        Line::Clause(line) => Entry::new(line.span.start, Kind::Clause(line), Column::None),
        Line::Signed(line) => signed(tokens, line),
        Line::Removes(line) => removes(tokens, line),
        Line::Law(line) => Entry::plain(line.span.start),
        Line::Allow(line) => Entry::plain(line.span.start),
        Line::Attached(line) => attached(tokens, line),
    }
}

/// A part of a clause.
pub(super) fn part<'d>(tokens: &Tokens<'_>, part: &'d ClausePart) -> Entry<'d> {
    match part {
        ClausePart::Prose(part) => Entry::plain(part.span.start),
        ClausePart::Allow(part) => Entry::plain(part.span.start),
        ClausePart::Broken(span) => Entry::plain(span.start),
        ClausePart::Let(part) => let_line(tokens, part),
        ClausePart::Measure(part) => measure(tokens, part),
        ClausePart::Case(part) => Entry::new(part.span.start, Kind::Case(part), Column::Case),
        ClausePart::Sentence(part) => sentence(part),
    }
}

/// A sentence.
pub(super) fn sentence(sentence: &Sentence) -> Entry<'_> {
    Entry::new(sentence.span.start, Kind::Sentence(sentence), Column::None)
}

/// A step of a scenario.
pub(super) fn step<'d>(tokens: &Tokens<'_>, step: &'d Step) -> Entry<'d> {
    match step {
        Step::Let(step) => let_line(tokens, step),
        Step::Happens(step) => {
            let mut entry = Entry::new(step.span.start, Kind::Plain, Column::Happens);
            entry.happens = Some(step);
            let times = step.times.as_ref();
            entry.breaks.extend(times.map(|times| (tokens.at(times.span.start), Break::Fill)));
            entry
        }
        Step::AsOf { span, .. } | Step::Broken(span) => Entry::plain(span.start),
        Step::Expect(step) => Entry::plain(step.span.start),
    }
}

/// A line of a case.
pub(super) fn case_line(line: &CaseLine) -> Entry<'_> {
    Entry::plain(line.span.start)
}

/// A line of a calendar.
pub(super) fn calendar_line(line: &CalendarLine) -> Entry<'_> {
    Entry::plain(line.span.start)
}

/// A `let` is broken behind its `=`, unless a table stands there.
fn let_line<'d>(tokens: &Tokens<'_>, line: &'d Let) -> Entry<'d> {
    let mut entry = Entry::new(line.span.start, Kind::Plain, Column::Let);
    let place = match &line.value {
        LetValue::Expr(value) if matches!(value.kind, ExprKind::Table { .. }) => return entry,
        LetValue::Expr(value) => value.span.start,
        LetValue::Words(value) => value.span.start,
        LetValue::Window(value) => value.span.start,
    };
    entry.breaks.push((tokens.at(place), Break::Second));
    entry
}

/// Signatures are broken behind the commas between them.
fn signed<'d>(tokens: &Tokens<'_>, line: &'d Signed) -> Entry<'d> {
    let mut entry = Entry::plain(line.span.start);
    let further = line.signatures.iter().skip(1);
    entry.breaks.extend(further.map(|signature| (tokens.at(signature.span.start), Break::First)));
    entry
}

/// What an amendment removes is filled in like a text.
fn removes<'d>(tokens: &Tokens<'_>, line: &'d Removes) -> Entry<'d> {
    let mut entry = Entry::plain(line.span.start);
    let further = line.what.iter().skip(1);
    entry.breaks.extend(further.map(|duty| (tokens.at(duty.span.start), Break::Fill)));
    entry
}

/// What is attached is broken before its file and its hash.
fn attached<'d>(tokens: &Tokens<'_>, line: &'d Attached) -> Entry<'d> {
    let mut entry = Entry::plain(line.span.start);
    let file = tokens.at(line.file.span.start);
    entry.breaks.push((file.saturating_sub(1), Break::Fill));
    let hash = line.hash.as_ref().map(|hash| tokens.at(hash.span.start));
    entry.breaks.extend(hash.map(|hash| (hash.saturating_sub(2), Break::Fill)));
    entry
}

/// A measure is broken behind the commas before its options, then behind its `=`.
fn measure<'d>(tokens: &Tokens<'_>, line: &'d Measure) -> Entry<'d> {
    let mut entry = Entry::new(line.span.start, Kind::Plain, Column::Measure);
    if !matches!(line.value.kind, ExprKind::Table { .. }) {
        entry.breaks.push((tokens.at(line.value.span.start), Break::Second));
    }
    entry.breaks.extend(line.options.iter().map(|option| (tokens.at(option.span.start), Break::First)));
    entry
}

/// An event is broken between its fields, and before what its log calls it.
pub(super) fn mark_event(tokens: &Tokens<'_>, event: &Event, range: &Range<usize>, marks: &mut Marks) {
    let open = tokens.find(range.clone(), "{");
    marks.list = open;
    let close = open.and_then(|open| tokens.get(open)?.partner).unwrap_or(range.end);
    if event.log_type.is_some() {
        marks.breaks.insert(close + 1, Break::Fill);
    }
    if let Some(with) = tokens.find(close..range.end, "with") {
        marks.breaks.insert(with, Break::Fill);
    }
}
