//! Findings for people: the text quoted, the places drawn under it, the help below.
//!
//! This is the only file that knows miette. Width and color are given by the caller: nothing here asks a terminal
//! or the environment.

use std::collections::BTreeMap;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::visible;
use crate::{Diagnostic, Label, Severity, Source, SourceId, Sources, Span};

/// A narrower page would not hold the header of a finding.
const WIDTH_MIN: usize = 40;
/// A wider page is not read by people.
const WIDTH_MAX: usize = 1000;
/// The lines quoted before and behind a place.
const CONTEXT_LINES: usize = 1;
/// A place of more lines is drawn at its first line only: nobody reads a whole file quoted under one message.
const PLACE_LINES_MAX: usize = 8;

/// How findings are shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HumanOptions {
    /// Whether to color the text with ANSI escapes.
    pub color: bool,
    /// The width in columns to which messages and help are wrapped; quoted lines keep their length.
    pub width: usize,
}

impl Default for HumanOptions {
    /// No color, 100 columns.
    fn default() -> Self {
        Self { color: false, width: 100 }
    }
}

/// Findings with their sources quoted, in the order given, an empty line between two of them.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Sources, Span, render};
/// let mut sources = Sources::new();
/// let policy = sources.add("agreement.sla", "within 5 days");
/// let finding = Diagnostic::new(Code::Syntax, Span::new(policy, 9, 13), "`days` without its kind")
///     .label("which days?")
///     .help("write `5 business days` or `5 calendar days`");
/// let text = render::human(&[finding], &sources, &render::HumanOptions::default());
/// assert_eq!(text, "\
/// error[SLA0001] syntax: `days` without its kind
///    ╭─[agreement.sla:1:10]
///  1 │ within 5 days
///    ·          ──┬─
///    ·            ╰── which days?
///    ╰────
///   help: write `5 business days` or `5 calendar days`
/// ");
/// ```
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, options: &HumanOptions) -> String {
    let mut quoted = BTreeMap::new();
    for diagnostic in diagnostics {
        for label in places(diagnostic) {
            let id = label.span.source;
            if let Some(source) = sources.get(id) {
                quoted.entry(id).or_insert_with(|| Quoted::new(source));
            }
        }
    }
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        let home = diagnostic.primary().span.source;
        write(&mut text, &Report::new(diagnostic, home, sources, &quoted), options);
        for source in elsewhere(diagnostic, sources) {
            write(&mut text, &Report::new(diagnostic, source, sources, &quoted), options);
        }
    }
    text
}

/// The places of a finding, the primary one first.
fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    std::iter::once(diagnostic.primary()).chain(diagnostic.labels())
}

/// The sources other than the primary one that a finding points into, in the order of its labels.
fn elsewhere(diagnostic: &Diagnostic, sources: &Sources) -> Vec<SourceId> {
    let mut found = vec![diagnostic.primary().span.source];
    for label in diagnostic.labels() {
        let id = label.span.source;
        if !found.contains(&id) && sources.get(id).is_some() {
            found.push(id);
        }
    }
    found.split_off(1)
}

/// Draws one report and appends it.
fn write(text: &mut String, report: &Report<'_>, options: &HumanOptions) {
    let mut theme = if options.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    // The sign before the message is where miette has room for our header, in the color of the severity.
    let signs = &mut theme.characters;
    for sign in [&mut signs.error, &mut signs.warning, &mut signs.advice] {
        sign.clone_from(&report.header);
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(options.width.clamp(WIDTH_MIN, WIDTH_MAX))
        .with_context_lines(CONTEXT_LINES)
        .without_syntax_highlighting()
        .with_urls(false);
    let mut drawn = String::new();
    // Writing to a string does not fail, and the sources answer every span; were it otherwise, what was drawn so
    // far begins with the header and the message.
    let _: fmt::Result = handler.render_report(&mut drawn, report);
    for (at, line) in drawn.lines().enumerate() {
        let line = if at == 0 { line.trim_start() } else { line };
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// The part of a finding that lies in one source: miette quotes one source in a report.
///
/// The report on the primary source has the message and the help; the one on any other source is a note.
#[derive(Debug)]
struct Report<'a> {
    header: String,
    message: String,
    severity: Severity,
    help: Option<String>,
    quoted: Option<&'a Quoted<'a>>,
    labels: Vec<LabeledSpan>,
}

impl<'a> Report<'a> {
    fn new(
        diagnostic: &Diagnostic,
        id: SourceId,
        sources: &Sources,
        quoted: &'a BTreeMap<SourceId, Quoted<'a>>,
    ) -> Self {
        let quoted = quoted.get(&id);
        let drawn = |(at, label): (usize, &Label)| {
            let span = (label.span.source == id).then(|| sources.clip(label.span))??;
            Some(quoted?.label(span, &label.text, at == 0))
        };
        let labels = places(diagnostic).enumerate().filter_map(drawn).collect();
        if id != diagnostic.primary().span.source {
            let name = quoted.map_or("", |quoted| quoted.name.as_str());
            return Self {
                header: "note:".to_owned(),
                message: format!("this finding also points into `{name}`"),
                severity: Severity::Advice,
                help: None,
                quoted,
                labels,
            };
        }
        let (severity, code) = (diagnostic.severity(), diagnostic.code());
        let help: Vec<String> = diagnostic
            .helps()
            .iter()
            .map(|help| visible::lines(help))
            .chain(diagnostic.fixes().iter().map(|fix| format!("fix: {}", visible::line(&fix.title))))
            .collect();
        Self {
            header: format!("{}[{code}] {}:", severity.word(), code.name()),
            message: visible::line(diagnostic.message()),
            severity,
            help: (!help.is_empty()).then(|| help.join("\n")),
            quoted,
            labels,
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.quoted.map(|quoted| quoted as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }
}

/// A source made fit to be quoted, with every offset where it was.
///
/// One line feed more than the source has ends its last line, so that a place at the end of the text has a line to
/// be drawn under. miette's own reading of texts takes a lone carriage return for a line end, counts columns in
/// bytes, and reads the text from its beginning for each label; this one asks the source's table of lines.
#[derive(Debug)]
struct Quoted<'a> {
    name: String,
    text: String,
    source: &'a Source,
}

impl<'a> Quoted<'a> {
    fn new(source: &'a Source) -> Self {
        let mut text = visible::source(source.text());
        text.push('\n');
        Self { name: visible::line(source.name()), text, source }
    }

    /// The line, from 0, in which an offset stands.
    fn line_of(&self, offset: usize) -> usize {
        self.source.line_starts().partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The offset at which a line begins; of a line behind the last, the end of the text.
    fn start_of(&self, line: usize) -> usize {
        self.source.line_starts().get(line).map_or(self.text.len(), |start| *start as usize)
    }

    /// The first and the last line of a range.
    fn lines_of(&self, start: usize, end: usize) -> (usize, usize) {
        (self.line_of(start), self.line_of(if end > start { end - 1 } else { start }))
    }

    /// A label as miette wants it, without the line breaks at its end; a place of very many lines is cut to its
    /// first line.
    fn label(&self, span: Span, text: &str, primary: bool) -> LabeledSpan {
        let (start, mut end) = (span.start as usize, span.end as usize);
        let (first, last) = self.lines_of(start, end);
        if last - first >= PLACE_LINES_MAX {
            end = self.start_of(first + 1);
        }
        let trimmed = self.text.get(start..end).map_or(0, |place| place.trim_end_matches(['\r', '\n']).len());
        if trimmed > 0 {
            end = start + trimmed;
        }
        let text = visible::lines(text);
        let text = (!text.is_empty()).then_some(text);
        let range = SourceSpan::new(start.into(), end - start);
        if primary {
            LabeledSpan::new_primary_with_span(text, range)
        } else {
            LabeledSpan::new_with_span(text, range)
        }
    }
}

impl SourceCode for Quoted<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (first, last) = self.lines_of(span.offset(), span.offset() + span.len());
        // miette asks for no context where it wants the position that the header shows, and then only for the line
        // and the column. Labels are whole characters, so the position is what the other renderers say.
        let column = if lines_before == 0 && lines_after == 0 {
            let offset = u32::try_from(span.offset()).unwrap_or(u32::MAX);
            self.source.position(offset).column as usize - 1
        } else {
            0
        };
        let begin = first.saturating_sub(lines_before);
        let mut behind = (last + 1 + lines_after).min(self.source.line_starts().len());
        // The empty line behind the last line feed is quoted only where a place reaches it.
        let last_start = self.start_of(self.source.line_starts().len() - 1);
        let is_empty = last_start == self.source.text().len();
        if is_empty
            && begin < behind - 1
            && behind == self.source.line_starts().len()
            && span.offset() + span.len() < last_start
        {
            behind -= 1;
        }
        let (start, end) = (self.start_of(begin), self.start_of(behind));
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            SourceSpan::new(start.into(), end - start),
            begin,
            column,
            behind - begin,
        )))
    }
}
