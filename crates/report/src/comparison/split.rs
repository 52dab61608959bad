//! The lines of an agreement or an amendment as pieces.
//!
//! Every line gives a piece; what its parts leave out is the piece's rest. How sentences are split stands in
//! `sentence`.

use super::holidays;
use super::piece::{Identity, Nature, Piece};
use super::sentence;
use servanda_diagnostics::{Sources, Span};
use servanda_parser::Wording;
use servanda_parser::ast::{
    Calendar, CalendarLineKind, Case, CaseLineKind, Clause, ClausePart, Expr, ExprKind, InForce, Let,
    LetValue, Line, Mapping, Measure, MeasureOptionKind, Param, ParamBoundKind, Prose, Relation, TermEnd,
    Title,
};

/// Splits parts of texts.
#[derive(Debug)]
pub(super) struct Splitter<'t> {
    wording: Wording<'t>,
    sources: &'t Sources,
}

impl<'t> Splitter<'t> {
    /// For texts that hold these lines.
    pub(super) fn new(lines: &[Line], sources: &'t Sources) -> Self {
        Self { wording: Wording::new(lines, sources), sources }
    }

    /// A piece that is known by its name.
    fn definition(&self, what: &'static str, span: Span) -> Piece {
        Piece::new(Identity::Definition, what, span, self.wording.of(span))
    }

    /// A piece that is known by its place.
    pub(super) fn aspect(&self, what: &'static str, span: Span) -> Piece {
        Piece::new(Identity::Aspect, what, span, self.wording.of(span))
    }

    /// A quantity, whose nature is that of its value; of a table, its rows.
    pub(super) fn quantity(&self, what: &'static str, expr: &Expr) -> Piece {
        let piece = self.aspect(what, expr.span).of_nature(nature(expr));
        let ExprKind::Table { on, rows, .. } = &expr.kind else { return piece };
        let mut parts = vec![self.aspect("key", on.span)];
        parts.extend(rows.iter().map(|row| {
            let key = Span::new(row.span.source, row.span.start, row.value.span.start);
            let name = servanda_parser::in_one_line(&self.wording.of(key));
            self.aspect("row", row.span)
                .called(name.trim_end_matches(':'), key)
                .with(vec![self.quantity("", &row.value)])
        }));
        piece.with(parts)
    }

    /// A name.
    pub(super) fn name(&self, what: &'static str, span: Span) -> Piece {
        self.aspect(what, span).of_nature(Nature::Name)
    }

    /// The words of a sentence as a piece.
    pub(super) fn sentence(&self, what: &'static str, sentence: &servanda_parser::ast::Sentence) -> Piece {
        Piece::new(Identity::Sentence, what, sentence.span, self.wording.of_sentence(sentence))
    }

    /// A parameter.
    pub(super) fn parameter(&self, param: &Param) -> Piece {
        let mut parts = vec![self.name("type", param.ty.span)];
        parts.extend(param.default.iter().map(|default| self.quantity("default", default)));
        parts.extend(param.bounds.iter().flat_map(|bound| match &bound.kind {
            ParamBoundKind::Is(target) => {
                vec![self.quantity(bound_word(target.relation.value), &target.value)]
            }
            ParamBoundKind::OneOf(_) => vec![self.aspect("choice", bound.span)],
        }));
        self.definition("parameter", param.span).called(&param.name.value, param.name.span).with(parts)
    }

    /// A line; a line of signatures gives one piece for each, one of what is removed too.
    pub(super) fn line(&self, line: &Line) -> Vec<Piece> {
        vec![match line {
            Line::InForce(line) => self.in_force(line),
            Line::TimeZone(line) => {
                self.definition("time zone", line.span).with(vec![self.name("", line.zone.span)])
            }
            Line::MoneyIn(line) => {
                let mut parts = vec![self.name("currency", line.currency.span)];
                parts.extend(line.rounding.iter().map(|rounding| self.name("rounding", rounding.span)));
                self.definition("money", line.span).with(parts)
            }
            Line::Log(line) => {
                let mut parts = self.mappings("key in the log", &line.names);
                parts.extend(line.without_id.map(|span| self.aspect("ids", span)));
                self.definition("log", line.span).with(parts)
            }
            Line::Lateness(line) => {
                self.definition("lateness", line.span).with(vec![self.quantity("", &line.length)])
            }
            Line::Party(line) => {
                let mut parts = self.title(line.title.as_ref());
                parts.extend(line.third.map(|span| self.aspect("standing", span)));
                self.definition("party", line.span).called(&line.name.value, line.name.span).with(parts)
            }
            Line::Role(line) => {
                let mut parts = vec![self.name("party", line.of.span)];
                parts.extend(self.title(line.title.as_ref()));
                self.definition("role", line.span).called(&line.name.value, line.name.span).with(parts)
            }
            Line::Let(line) => self.value(line),
            Line::Calendar(line) => self.calendar(line),
            Line::Event(line) => {
                let mut parts: Vec<Piece> = line
                    .fields
                    .iter()
                    .map(|field| {
                        let piece = self.aspect("field", field.name.span.join(field.ty.span));
                        piece.called(&field.name.value, field.name.span)
                    })
                    .collect();
                parts.extend(line.log_type.iter().map(|name| self.name("name in the log", name.span)));
                parts.extend(self.mappings("key in the log", &line.names));
                let names = line.name.parts.iter().map(|part| part.value.as_str());
                let name = names.collect::<Vec<_>>().join(".");
                self.definition("event", line.span).called(&name, line.name.span).with(parts)
            }
            Line::Case(line) => self.case(line),
            Line::Measure(line) => self.measure(line),
            Line::Prose(line) => self.prose(line),
            Line::Clause(line) => self.clause(line),
            Line::Signed(line) => {
                let signature = |by: &servanda_parser::ast::Signature| {
                    let mut parts = vec![self.quantity("date", &by.on)];
                    parts.extend(by.effect.iter().map(|date| self.quantity("effect", date)));
                    self.definition("signature", by.span).called(&by.by.value, by.by.span).with(parts)
                };
                return line.signatures.iter().map(signature).collect();
            }
            Line::Removes(line) => {
                return line
                    .what
                    .iter()
                    .map(|what| {
                        let label = what.label.as_ref().map_or(String::new(), |label| format!("({label})"));
                        let name = format!("{}{label}", what.clause);
                        self.definition("removal", what.span).called(&name, what.span)
                    })
                    .collect();
            }
            Line::Law(line) => {
                let mut parts = vec![self.name("", line.of.span)];
                parts.extend(line.ceiling.iter().map(|ceiling| self.name("interest", ceiling.span)));
                self.definition("law", line.span).with(parts)
            }
            Line::Attached(line) => {
                let mut parts = vec![self.name("file", line.file.span)];
                parts.extend(line.hash.iter().map(|hash| self.name("hash", hash.span)));
                self.definition("attachment", line.span)
                    .called(&line.title.value, line.title.span)
                    .with(parts)
            }
            // What its author has seen is no part of what is agreed.
            Line::Allow(_) => return Vec::new(),
            Line::Broken(span) => self.definition("unread text", *span),
        }]
    }

    fn in_force(&self, line: &InForce) -> Piece {
        let mut parts = vec![self.quantity("beginning", &line.from)];
        if let Some(end) = &line.end {
            let (TermEnd::For(expr) | TermEnd::Until(expr)) = end;
            parts.push(self.aspect("end", behind(line.from.span, expr.span)).of_nature(nature(expr)));
        }
        parts.extend(line.renewing.map(|span| self.aspect("renewal", span)));
        self.definition("term", line.span).with(parts)
    }

    fn title(&self, title: Option<&Title>) -> Vec<Piece> {
        let span = title.map(|title| match title {
            Title::Text(text) => text.span,
            Title::Param(name) => name.span,
        });
        span.map(|span| self.name("title", span)).into_iter().collect()
    }

    fn mappings(&self, what: &'static str, names: &[Mapping]) -> Vec<Piece> {
        let piece = |name: &Mapping| {
            let piece = self.aspect(what, name.ours.span.join(name.theirs.span));
            piece.called(&name.ours.value, name.ours.span).with(vec![self.name("", name.theirs.span)])
        };
        names.iter().map(piece).collect()
    }

    fn value(&self, line: &Let) -> Piece {
        let value = match &line.value {
            LetValue::Expr(expr) => self.quantity("", expr),
            LetValue::Words(words) => {
                let piece = |word: &servanda_parser::ast::Name| self.aspect("word", word.span);
                self.aspect("", words.span).with(words.words.iter().map(piece).collect())
            }
            LetValue::Window(window) => self.aspect("", window.span),
        };
        self.definition("let", line.span).called(&line.name.value, line.name.span).with(vec![value])
    }

    fn calendar(&self, calendar: &Calendar) -> Piece {
        let line = |line: &servanda_parser::ast::CalendarLine| {
            let what = match &line.kind {
                CalendarLineKind::Always => "hours",
                CalendarLineKind::SameAs(_) => "calendar that it is the same as",
                CalendarLineKind::TimeZone(_) => "time zone",
                CalendarLineKind::Weekly { open: true, .. } => "weekly hours",
                CalendarLineKind::Weekly { open: false, .. } => "weekly closing",
                CalendarLineKind::Dated { open: true, .. } => "dated hours",
                CalendarLineKind::Dated { open: false, .. } => "dated closing",
                CalendarLineKind::Holidays(_) | CalendarLineKind::HolidayFile(_) => "holidays",
                CalendarLineKind::Broken => "unread text",
            };
            self.aspect(what, line.span)
        };
        let files = calendar.lines.iter().filter_map(|line| match &line.kind {
            CalendarLineKind::HolidayFile(file) => file.source,
            _ => None,
        });
        let texts = files.filter_map(|id| Some((id, self.sources.get(id)?.text())));
        let given = texts.flat_map(|(id, text)| holidays::pieces(id, text));
        let parts = calendar.lines.iter().map(line).chain(given).collect();
        self.definition("calendar", calendar.span)
            .called(&calendar.name.value, calendar.name.span)
            .with(parts)
    }

    fn case(&self, case: &Case) -> Piece {
        let line = |line: &servanda_parser::ast::CaseLine| {
            let what = match &line.kind {
                CaseLineKind::KnownBy(_) => "key",
                CaseLineKind::BeginsWhen(_) | CaseLineKind::BeginsAt(_) => "beginning",
                CaseLineKind::EndsWhen(_) => "end",
                CaseLineKind::Act { verb, .. } => {
                    return self.aspect("act", line.span).called(&verb.value, verb.span);
                }
                CaseLineKind::Pauses { .. } => "pause",
                CaseLineKind::Reopens { .. } => "reopening",
                CaseLineKind::OutOfScope(_) => "scope",
                CaseLineKind::Ignores(_) => "ignored event",
                CaseLineKind::Forget(_) => "memory",
                CaseLineKind::Owes { debtor, creditor, amount } => {
                    return self.aspect("debt", line.span).with(vec![
                        self.name("debtor", debtor.span),
                        self.aspect("kind", between(debtor.span, creditor.span)),
                        self.name("creditor", creditor.span),
                        self.quantity("amount", amount),
                    ]);
                }
                CaseLineKind::PaidBy { .. } => "payment",
                CaseLineKind::Broken => "unread text",
            };
            self.aspect(what, line.span)
        };
        let parts = case.lines.iter().map(line).collect();
        self.definition("case", case.span).called(&case.name.value, case.name.span).with(parts)
    }

    fn measure(&self, measure: &Measure) -> Piece {
        let mut parts: Vec<Piece> = Vec::new();
        if let Some(window) = &measure.window {
            parts.push(self.aspect("window", behind(measure.name.span, window.span)));
        }
        if let Some(each) = &measure.each {
            parts.push(self.aspect("groups", each.span));
        }
        parts.push(self.quantity("", &measure.value));
        parts.extend(measure.options.iter().map(|option| {
            let what = match &option.kind {
                MeasureOptionKind::LeavingOutOpen | MeasureOptionKind::CountingOpenAs(_) => "open ones",
                MeasureOptionKind::CountedAt(_) => "instant that counts",
                MeasureOptionKind::LeavingOut(_) => "time left out",
                MeasureOptionKind::Counting(..) => "time that counts as good or bad",
                MeasureOptionKind::Rounded(..) => "rounding",
                MeasureOptionKind::Needing(_) => "sample that it needs",
                MeasureOptionKind::NoDataAs(_) => "verdict without data",
                MeasureOptionKind::Partial(_) => "partial windows",
                MeasureOptionKind::Broken => "unread text",
            };
            self.aspect(what, option.span)
        }));
        self.definition("measure", measure.span).called(&measure.name.value, measure.name.span).with(parts)
    }

    fn prose(&self, prose: &Prose) -> Piece {
        let what = if prose.public { "public text" } else { "text" };
        let piece = self.definition(what, prose.span).with(vec![self.aspect("", prose.text.span)]);
        match &prose.language {
            Some(language) => piece.called(&language.value, language.span),
            None => piece,
        }
    }

    fn clause(&self, clause: &Clause) -> Piece {
        let mut parts = vec![self.name("title", clause.title.span)];
        parts.extend(clause.surviving.map(|span| self.aspect("survival", span)));
        parts.extend(clause.parts.iter().filter_map(|part| {
            Some(match part {
                ClausePart::Prose(prose) => self.prose(prose),
                ClausePart::Let(line) => self.value(line),
                ClausePart::Measure(measure) => self.measure(measure),
                ClausePart::Case(case) => self.case(case),
                ClausePart::Sentence(said) => sentence::piece(self, said),
                ClausePart::Allow(_) => return None,
                ClausePart::Broken(span) => self.definition("unread text", *span),
            })
        }));
        // The parts of a clause that is amended stand in several places of the text.
        let words = parts.iter().flat_map(|part| part.words.clone()).collect();
        let piece = Piece::new(Identity::Clause, "clause", clause.number.span, words);
        let piece = piece.called(&clause.number.value, clause.number.span).with(parts);
        Piece { key: clause.title.value.clone(), ..piece }
    }
}

/// From behind one place to the end of another.
pub(super) fn behind(before: Span, last: Span) -> Span {
    Span::new(last.source, before.end, last.end)
}

/// What stands between two places.
pub(super) fn between(before: Span, after: Span) -> Span {
    Span::new(after.source, before.end, after.start)
}

fn nature(expr: &Expr) -> Nature {
    match &expr.kind {
        ExprKind::Number(_) => Nature::Number,
        ExprKind::Percent(_) | ExprKind::Points(_) => Nature::Percentage,
        ExprKind::Money { .. } => Nature::Amount,
        ExprKind::Length { .. } => Nature::Length,
        ExprKind::Instant(_) => Nature::Date,
        ExprKind::Text(_) | ExprKind::YesNo(_) | ExprKind::Path(_) | ExprKind::Day => Nature::Name,
        ExprKind::Elapsed { .. } | ExprKind::Misses(_) | ExprKind::AnyRest(_) => Nature::Name,
        ExprKind::Paren(_)
        | ExprKind::Binary { .. }
        | ExprKind::Of { .. }
        | ExprKind::Per { .. }
        | ExprKind::Table { .. }
        | ExprKind::Aggregate(_)
        | ExprKind::Broken => Nature::Words,
    }
}

/// What a bound of a parameter is called.
fn bound_word(relation: Relation) -> &'static str {
    match relation {
        Relation::AtLeast => "lower bound",
        Relation::Above => "lower bound, exclusive",
        Relation::AtMost => "upper bound",
        Relation::Below => "upper bound, exclusive",
        Relation::Exactly => "only value",
    }
}
