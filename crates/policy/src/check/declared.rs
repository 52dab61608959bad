//! Where what is not found was probably meant to be declared: under a name that is nearly it, or as the clause that
//! has another number.

use servanda_diagnostics::{Code, Diagnostic, Sources, Span, spelling};
use servanda_parser::ast::{self, ClausePart, Item, Line};

/// The clause that stands where clause `wanted` should, and what it is, where no clause has that number: `clauses` are
/// the numbers in the order of the text.
///
/// ```
/// use servanda_diagnostics::{SourceId, Span};
/// let place = |at| Span::new(SourceId(0), at, at + 1);
/// let clauses = [("1", place(10)), ("5", place(20)), ("3", place(30))];
/// let found = servanda_policy::clause_in_place_of("2", clauses);
/// assert_eq!(found, Some((place(20), "the clause behind 1 has the number 5".to_owned())));
/// assert_eq!(servanda_policy::clause_in_place_of("3", clauses), None);
/// ```
pub fn clause_in_place_of<'c>(
    wanted: &str,
    clauses: impl IntoIterator<Item = (&'c str, Span)>,
) -> Option<(Span, String)> {
    let wanted: u32 = wanted.parse().ok()?;
    let before = wanted.checked_sub(1)?;
    let mut follows = before == 0;
    let mut found = None;
    for (number, span) in clauses {
        let own = number.parse().ok();
        if own == Some(wanted) {
            return None;
        }
        // Behind the last clause, those of an amendment begin anew.
        if std::mem::take(&mut follows) && own > Some(wanted) {
            found = Some((span, number));
        }
        follows = own == Some(before);
    }
    let (span, number) = found?;
    let place =
        if before == 0 { "the first clause".to_owned() } else { format!("the clause behind {before}") };
    Some((span, format!("{place} has the number {number}")))
}

/// Adds to what is not found the place where it was probably meant, unless a finding names other places already.
pub(in crate::check) fn point(document: &ast::Document, findings: &mut [Diagnostic], sources: &Sources) {
    let mut declared = Declared::default();
    for item in &document.items {
        match item {
            Item::Agreement(agreement) => {
                declared
                    .names
                    .extend(agreement.params.iter().map(|it| (it.name.value.as_str(), it.name.span)));
                agreement.lines.iter().for_each(|line| declared.line(line));
            }
            Item::Amendment(amendment) => amendment.lines.iter().for_each(|line| declared.line(line)),
            _ => {}
        }
    }
    for finding in findings.iter_mut().filter(|finding| finding.labels().is_empty()) {
        let text = sources.text(finding.primary().span);
        let place = match finding.code() {
            Code::UnknownDuty => {
                let number = text.split('(').next().unwrap_or(text);
                clause_in_place_of(number, declared.clauses.iter().copied())
            }
            // What is of one kind is looked for among its own where it is told.
            Code::UnknownName => declared.near(text.trim_matches(['{', '}'])),
            _ => None,
        };
        if let Some((span, label)) = place {
            *finding = finding.clone().also(span, label);
        }
    }
}

/// What a text declares, with where it does.
#[derive(Default)]
struct Declared<'d> {
    names: Vec<(&'d str, Span)>,
    clauses: Vec<(&'d str, Span)>,
}

impl<'d> Declared<'d> {
    fn line(&mut self, line: &'d Line) {
        match line {
            Line::Let(line) => self.name(&line.name),
            Line::Measure(line) => self.name(&line.name),
            Line::Calendar(line) => self.name(&line.name),
            Line::Case(line) => self.name(&line.name),
            Line::Event(event) => event.fields.iter().for_each(|field| self.name(&field.name)),
            Line::Clause(clause) => {
                self.clauses.push((&clause.number.value, clause.number.span));
                for part in &clause.parts {
                    match part {
                        ClausePart::Let(line) => self.name(&line.name),
                        ClausePart::Measure(line) => self.name(&line.name),
                        ClausePart::Case(line) => self.name(&line.name),
                        ClausePart::Prose(_)
                        | ClausePart::Sentence(_)
                        | ClausePart::Allow(_)
                        | ClausePart::Broken(_) => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, name: &'d ast::Name) {
        self.names.push((&name.value, name.span));
    }

    /// The declaration whose name is nearly this one.
    fn near(&self, wanted: &str) -> Option<(Span, String)> {
        let near = spelling::nearest(wanted, self.names.iter().map(|(name, _)| *name))?;
        let (name, span) = self.names.iter().find(|(name, _)| *name == near)?;
        Some((*span, format!("`{name}` is declared here")))
    }
}
