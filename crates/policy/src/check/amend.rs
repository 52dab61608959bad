//! An agreement with an amendment: the text as it is read once the amendment is in force.
//!
//! What the amendment says in place of something takes its place: a `let`, a measure or a calendar of the same name,
//! a clause's sentence of the same label, a clause's text. What is new is added. Nothing is looked up here.

use crate::diagnostics;
use servanda_diagnostics::{Diagnostic, Span};
use servanda_parser::ast::{self, ClausePart, Line};

/// The agreement as amended, and what the amendment says and cannot.
pub(super) fn amended(
    agreement: &ast::Agreement,
    amendment: &ast::Amendment,
) -> (ast::Agreement, Vec<Diagnostic>) {
    let mut all = Amended { text: agreement.clone(), said: Vec::new(), findings: Vec::new() };
    // What is removed goes first: an amendment may put something else in its place.
    for line in &amendment.lines {
        if let Line::Removes(removes) = line {
            removes.what.iter().for_each(|what| all.remove(what));
        }
    }
    for line in &amendment.lines {
        all.line(line);
    }
    (all.text, all.findings)
}

struct Amended {
    text: ast::Agreement,
    /// What the amendment itself has said so far: each has one meaning there, too.
    said: Vec<ast::Name>,
    findings: Vec<Diagnostic>,
}

impl Amended {
    fn line(&mut self, line: &Line) {
        match line {
            Line::InForce(_) | Line::Signed(_) | Line::Removes(_) => {}
            Line::Let(value) => self.put_let(value, None),
            Line::Measure(measure) => self.put_measure(measure, None),
            Line::Calendar(calendar) => {
                self.says(&calendar.name);
                let same = self.text.lines.iter_mut().find(
                    |line| matches!(line, Line::Calendar(known) if known.name.value == calendar.name.value),
                );
                match same {
                    Some(place) => *place = line.clone(),
                    None => self.text.lines.push(line.clone()),
                }
            }
            Line::Clause(clause) => self.put_clause(clause),
            Line::Prose(prose) => {
                self.text
                    .lines
                    .retain(|line| !matches!(line, Line::Prose(known) if in_place_of(known, prose)));
                self.text.lines.push(line.clone());
            }
            // What is new is added; what is there already is told of as a name with two meanings.
            Line::Party(_)
            | Line::Role(_)
            | Line::Event(_)
            | Line::Case(_)
            | Line::Allow(_)
            | Line::Broken(_) => {
                self.text.lines.push(line.clone());
            }
            Line::TimeZone(line) => self.cannot(line.span, "the time zone"),
            Line::MoneyIn(line) => self.cannot(line.span, "the currency or the rounding"),
            Line::Law(line) => self.cannot(line.span, "the law"),
            Line::Attached(attached) => {
                self.text.lines.retain(
                    |line| !matches!(line, Line::Attached(known) if known.title.value == attached.title.value),
                );
                self.text.lines.push(line.clone());
            }
            Line::Log(line) => self.cannot(line.span, "how the log writes events"),
            Line::Lateness(line) => self.cannot(line.span, "how late events may arrive"),
        }
    }

    /// Notes that the amendment says something of a name, and tells where it has done so already.
    fn says(&mut self, name: &ast::Name) {
        match self.said.iter().find(|known| known.value == name.value) {
            Some(first) => self.findings.push(diagnostics::name_twice(&name.value, name.span, first.span)),
            None => self.said.push(name.clone()),
        }
    }

    fn cannot(&mut self, span: Span, what: &str) {
        self.findings.push(diagnostics::unamendable(span, what));
    }

    fn clauses(&mut self) -> impl Iterator<Item = &mut ast::Clause> {
        self.text.lines.iter_mut().filter_map(|line| match line {
            Line::Clause(clause) => Some(clause),
            _ => None,
        })
    }

    /// Puts a value or a measure in the place of the one of its name, wherever that stands; a new one where it is said.
    fn put_named(&mut self, name: &ast::Name, line: Line, part: ClausePart, clause: Option<&str>) {
        self.says(name);
        for known in &mut self.text.lines {
            if let (Some(one), Some(other)) = (named_by(known), named_by(&line))
                && one == other
            {
                *known = line;
                return;
            }
            let Line::Clause(of) = known else { continue };
            let same = |known: &&mut ClausePart| {
                named_in(known).is_some_and(|known| named_in(&part).is_some_and(|part| known == part))
            };
            if let Some(place) = of.parts.iter_mut().find(same) {
                *place = part;
                return;
            }
        }
        self.put(clause, line, part);
    }

    fn put_let(&mut self, value: &ast::Let, clause: Option<&str>) {
        self.put_named(&value.name, Line::Let(value.clone()), ClausePart::Let(value.clone()), clause);
    }

    fn put_measure(&mut self, measure: &ast::Measure, clause: Option<&str>) {
        let (line, part) = (Line::Measure(measure.clone()), ClausePart::Measure(measure.clone()));
        self.put_named(&measure.name, line, part, clause);
    }

    fn put(&mut self, clause: Option<&str>, line: Line, part: ClausePart) {
        match clause.and_then(|number| self.clauses().find(|known| known.number.value == number)) {
            Some(clause) => clause.parts.push(part),
            None => self.text.lines.push(line),
        }
    }

    fn put_clause(&mut self, clause: &ast::Clause) {
        let number = clause.number.value.as_str();
        match self.said.iter().find(|known| known.value == number) {
            Some(first) => self.findings.push(diagnostics::clause_twice(&clause.number, first.span)),
            None => self.said.push(clause.number.clone()),
        }
        let Some(known) = self.clauses().find(|known| known.number.value == number) else {
            self.text.lines.push(Line::Clause(clause.clone()));
            return;
        };
        known.title = clause.title.clone();
        known.number = clause.number.clone();
        known.surviving = known.surviving.or(clause.surviving);
        for part in &clause.parts {
            match part {
                ClausePart::Let(value) => self.put_let(value, Some(number)),
                ClausePart::Measure(measure) => self.put_measure(measure, Some(number)),
                ClausePart::Sentence(sentence) => self.put_sentence(clause, sentence),
                ClausePart::Prose(_) | ClausePart::Case(_) | ClausePart::Allow(_) | ClausePart::Broken(_) => {
                    if let Some(known) = self.clauses().find(|known| known.number.value == number) {
                        if let ClausePart::Prose(prose) = part {
                            known.parts.retain(
                                |part| !matches!(part, ClausePart::Prose(known) if in_place_of(known, prose)),
                            );
                        }
                        known.parts.push(part.clone());
                    }
                }
            }
        }
    }

    /// Puts a sentence in the place of the one with its label. Without labels there must be one only.
    fn put_sentence(&mut self, clause: &ast::Clause, sentence: &ast::Sentence) {
        let label = |sentence: &ast::Sentence| sentence.label.as_ref().map(|label| label.value.clone());
        let alike = |part: &ClausePart| match part {
            ClausePart::Sentence(known) => label(known) == label(sentence),
            _ => false,
        };
        let number = clause.number.value.as_str();
        let said = clause.parts.iter().filter(|part| alike(part)).count();
        let Some(known) = self.clauses().find(|known| known.number.value == number) else { return };
        let mut places = known.parts.iter_mut().filter(|part| alike(part));
        match (places.next(), places.next()) {
            (Some(place), None) if said == 1 => *place = ClausePart::Sentence(sentence.clone()),
            (None, _) => known.parts.push(ClausePart::Sentence(sentence.clone())),
            (Some(ClausePart::Sentence(first)), _) => {
                let first = first.span;
                self.findings.push(diagnostics::which_sentence(sentence.span, number, first));
            }
            (Some(_), _) => {}
        }
    }

    fn remove(&mut self, what: &ast::DutyRef) {
        let number = what.clause.as_str();
        let is_clause = |line: &Line| matches!(line, Line::Clause(clause) if clause.number.value == number);
        let Some(label) = &what.label else {
            let before = self.text.lines.len();
            self.text.lines.retain(|line| !is_clause(line));
            if self.text.lines.len() == before {
                self.nothing_to_remove(what);
            }
            return;
        };
        let labelled = |part: &ClausePart| match part {
            ClausePart::Sentence(sentence) => {
                sentence.label.as_ref().is_some_and(|known| known.value == *label)
            }
            _ => false,
        };
        let clause = self.clauses().find(|clause| clause.number.value == number);
        let before = clause.as_ref().map_or(0, |clause| clause.parts.len());
        let after = clause.map_or(0, |clause| {
            clause.parts.retain(|part| !labelled(part));
            clause.parts.len()
        });
        if before == after {
            self.nothing_to_remove(what);
        }
    }

    fn nothing_to_remove(&mut self, what: &ast::DutyRef) {
        let numbers: Vec<String> = self.clauses().map(|clause| clause.number.value.clone()).collect();
        self.findings.push(diagnostics::nothing_to_remove(what, &numbers));
    }
}

/// Whether a text says in other words what another one said: for the same readers.
fn in_place_of(known: &ast::Prose, prose: &ast::Prose) -> bool {
    let language = |prose: &ast::Prose| prose.language.as_ref().map(|language| language.value.clone());
    known.public == prose.public && language(known) == language(prose)
}

/// What a line of an agreement gives a name to, and the name.
fn named_by(line: &Line) -> Option<(Named, &str)> {
    match line {
        Line::Let(value) => Some((Named::Value, &value.name.value)),
        Line::Measure(measure) => Some((Named::Measure, &measure.name.value)),
        _ => None,
    }
}

/// The same of a part of a clause.
fn named_in(part: &ClausePart) -> Option<(Named, &str)> {
    match part {
        ClausePart::Let(value) => Some((Named::Value, &value.name.value)),
        ClausePart::Measure(measure) => Some((Named::Measure, &measure.name.value)),
        _ => None,
    }
}

/// What may stand in an agreement or in a clause of it, under a name.
#[derive(PartialEq)]
enum Named {
    Value,
    Measure,
}
