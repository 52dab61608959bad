//! Prose: its holes are values of the agreement.

use crate::check::draft::{Draft, id_at};
use crate::check::names::Thing;
use crate::check::place::Place;
use crate::diagnostics;
use crate::policy::{ClauseId, Expr, Prose, ProsePart};
use servanda_parser::ast::{self, ClausePart};

/// How many characters a short form may have: as many as the shortest profiles take.
const PUBLIC_MAX: usize = 280;

impl<'a> Draft<'a> {
    pub(in crate::check) fn check_prose(&mut self, agreement: &'a ast::Agreement) {
        let mut clauses = 0;
        for line in &agreement.lines {
            match line {
                ast::Line::Prose(prose) => {
                    let prose = self.prose(prose);
                    self.prose.extend(prose);
                }
                ast::Line::Clause(clause) => {
                    let id: ClauseId = id_at(clauses);
                    clauses += 1;
                    for part in &clause.parts {
                        let ClausePart::Prose(prose) = part else { continue };
                        let prose = self.prose(prose);
                        if let Some(clause) = self.clauses.find_mut(id) {
                            clause.prose.extend(prose);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn prose(&mut self, prose: &'a ast::Prose) -> Option<Prose> {
        // Each hole is read, so that each tells its own mistake.
        let holes: Vec<Option<Expr>> = prose.holes.iter().map(|hole| self.hole(hole)).collect();
        let mut holes = holes.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = prose.text.value.chars().peekable();
        while let Some(next) = rest.next() {
            match next {
                '{' | '}' if rest.peek() == Some(&next) => {
                    let _ = rest.next();
                    text.push(next);
                }
                '{' => {
                    let _ = rest.by_ref().find(|inner| *inner == '}');
                    if let Some(value) = holes.next() {
                        if !text.is_empty() {
                            parts.push(ProsePart::Text(std::mem::take(&mut text)));
                        }
                        parts.push(ProsePart::Value(value));
                    }
                }
                _ => text.push(next),
            }
        }
        if !text.is_empty() {
            parts.push(ProsePart::Text(text));
        }
        self.lint_public(prose, &parts);
        Some(Prose {
            public: prose.public,
            language: prose.language.as_ref().map(|language| language.value.clone()),
            parts,
            span: prose.span,
        })
    }

    /// A short form fits into the profile of a channel: what is written of it, with a character for each hole.
    fn lint_public(&mut self, prose: &ast::Prose, parts: &[ProsePart]) {
        let length = |part: &ProsePart| match part {
            ProsePart::Text(text) => text.chars().count(),
            ProsePart::Value(_) => 1,
        };
        let characters = parts.iter().map(length).sum();
        if prose.public && characters > PUBLIC_MAX {
            self.tell(diagnostics::public_too_long(prose.text.span, characters, PUBLIC_MAX));
        }
    }

    /// The value that a hole prints.
    fn hole(&mut self, hole: &'a ast::Hole) -> Option<Expr> {
        let Some(word) = &hole.of else {
            if let Some(rows) = self.table_named(&hole.path) {
                let words: Vec<&str> = rows.iter().filter_map(first_word).collect();
                let name = self.words_at(hole.path.span);
                return self.fail(diagnostics::hole_without_row(hole.span, name, words.first().copied()));
            }
            return self.path(&hole.path, &Place::agreement()).map(|typed| typed.expr);
        };
        let Some(rows) = self.table_named(&hole.path) else {
            let typed = self.path(&hole.path, &Place::agreement())?;
            return self.fail(diagnostics::hole_of_no_table(word.span, self.words_at(typed.expr.span)));
        };
        let row = rows.iter().find(|row| match &row.key {
            ast::RowKey::Words(words) => words.iter().any(|known| known.value == word.value),
            ast::RowKey::Otherwise(_) | ast::RowKey::Range(_) => false,
        });
        match row {
            Some(row) => {
                let typed = self.expr(&row.value, &Place::agreement())?;
                let mut expr = typed.expr;
                expr.span = hole.span;
                Some(expr)
            }
            None => {
                let words: Vec<String> = rows.iter().filter_map(first_word).map(str::to_owned).collect();
                self.fail(diagnostics::unknown_word(word, &words))
            }
        }
    }

    /// The rows of a `let` that is a table.
    fn table_named(&mut self, path: &ast::Path) -> Option<&'a [ast::Row]> {
        let [name] = path.parts.as_slice() else { return None };
        let (Thing::Let(value), declared) = self.names.get(&name.value)? else { return None };
        let ast::LetValue::Expr(expr) = &value.value else { return None };
        let mut expr = expr;
        while let ast::ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        let ast::ExprKind::Table { rows, .. } = &expr.kind else { return None };
        self.used.insert(declared);
        Some(rows)
    }
}

/// The first word of a row's key.
fn first_word(row: &ast::Row) -> Option<&str> {
    match &row.key {
        ast::RowKey::Words(words) => words.first().map(|word| word.value.as_str()),
        ast::RowKey::Otherwise(_) | ast::RowKey::Range(_) => None,
    }
}
