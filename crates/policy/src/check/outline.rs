//! The sentences before they are read: which duties there are, what they are called and what they are about.

use crate::check::draft::{Draft, id_at};
use crate::diagnostics;
use crate::policy::{CaseId, ClauseId, DutyId, PartyId};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, ClausePart, Core};

/// A sentence with its address.
#[derive(Clone)]
pub(in crate::check) struct SentenceSeed<'a> {
    pub(in crate::check) clause: ClauseId,
    pub(in crate::check) name: String,
    pub(in crate::check) sentence: &'a ast::Sentence,
    /// The duties that it makes: one, or one for each party.
    pub(in crate::check) duties: Vec<DutyId>,
}

/// A duty before it is read.
#[derive(Clone)]
pub(in crate::check) struct DutySeed<'a> {
    pub(in crate::check) number: &'a str,
    pub(in crate::check) label: Option<&'a str>,
    pub(in crate::check) name: String,
    pub(in crate::check) clause: ClauseId,
    pub(in crate::check) debtor: Option<PartyId>,
    pub(in crate::check) sentence: &'a ast::Sentence,
    pub(in crate::check) norm: &'a ast::Norm,
    /// The case on whose items it is judged one by one.
    pub(in crate::check) items: Option<CaseId>,
}

/// The names of the cases that a sentence begins: those with `a`.
pub(in crate::check) fn windowed_cases(agreement: &ast::Agreement) -> Vec<&str> {
    sentences(agreement)
        .filter_map(|(_, _, sentence)| match &sentence.core {
            Core::Norm(ast::Norm { act: ast::Act::Do { quantity, case, .. }, .. })
                if quantity.value == ast::Quantity::A =>
            {
                Some(case.value.as_str())
            }
            _ => None,
        })
        .collect()
}

/// Every sentence with its clause's place and declaration.
fn sentences(agreement: &ast::Agreement) -> impl Iterator<Item = (usize, &ast::Clause, &ast::Sentence)> {
    let clauses = agreement.lines.iter().filter_map(|line| match line {
        ast::Line::Clause(clause) => Some(clause),
        _ => None,
    });
    clauses.enumerate().flat_map(|(at, clause)| {
        clause.parts.iter().filter_map(move |part| match part {
            ClausePart::Sentence(sentence) => Some((at, clause, sentence)),
            _ => None,
        })
    })
}

impl<'a> Draft<'a> {
    /// Gives every duty its id and address.
    pub(in crate::check) fn outline_sentences(&mut self, agreement: &'a ast::Agreement) {
        let all: Vec<(usize, &'a ast::Clause, &'a ast::Sentence)> = sentences(agreement).collect();
        let mut labels: Vec<(usize, &str, Span)> = Vec::new();
        let mut unlabelled_before = vec![0_usize; self.clauses.len()];
        for (at, clause, sentence) in &all {
            let name = match &sentence.label {
                Some(label) => {
                    let first = labels.iter().find(|(place, known, _)| place == at && *known == label.value);
                    if let Some((_, _, first)) = first {
                        let finding = diagnostics::label_twice(&clause.number.value, label, *first);
                        self.tell(finding);
                    }
                    labels.push((*at, &label.value, label.span));
                    format!("{}({})", clause.number.value, label.value)
                }
                None => {
                    let alike =
                        all.iter().filter(|(place, _, other)| place == at && other.label.is_none()).count();
                    let before = unlabelled_before.get_mut(*at).map_or(0, |count| {
                        *count += 1;
                        *count
                    });
                    if alike > 1 {
                        format!("{}#{before}", clause.number.value)
                    } else {
                        clause.number.value.clone()
                    }
                }
            };
            let clause_id = Self::clause_id(*at);
            let duties = match &sentence.core {
                Core::Norm(norm) => self.outline_norm(clause, clause_id, &name, sentence, norm),
                Core::Money(_)
                | Core::Right(_)
                | Core::Joint(_)
                | Core::Tell(_)
                | Core::Deemed(_)
                | Core::Suspension(_) => Vec::new(),
            };
            self.sentences.push(SentenceSeed { clause: clause_id, name, sentence, duties });
        }
    }

    fn outline_norm(
        &mut self,
        clause: &'a ast::Clause,
        clause_id: ClauseId,
        name: &str,
        sentence: &'a ast::Sentence,
        norm: &'a ast::Norm,
    ) -> Vec<DutyId> {
        let debtors: Vec<Option<PartyId>> = match &norm.subject {
            ast::Subject::Name(subject) => vec![self.party(subject)],
            ast::Subject::EitherParty(span) => {
                self.tell(diagnostics::either_party_must(*span));
                return Vec::new();
            }
            ast::Subject::EachParty(_) => {
                let parties = self.parties.iter().filter(|(_, party)| party.has_agreed());
                parties.map(|(id, _)| Some(id)).collect()
            }
        };
        let items = match &norm.act {
            ast::Act::Keep { .. } => None,
            ast::Act::Do { quantity, case, .. } if quantity.value != ast::Quantity::A => self.case(case),
            ast::Act::Do { .. } => None,
        };
        let mut ids = Vec::new();
        for debtor in debtors {
            ids.push(id_at(self.duty_seeds.len()));
            self.duty_seeds.push(DutySeed {
                number: &clause.number.value,
                label: sentence.label.as_ref().map(|label| label.value.as_str()),
                name: name.to_owned(),
                clause: clause_id,
                debtor,
                sentence,
                norm,
                items,
            });
        }
        ids
    }

    /// The duties that a reference means: those of one sentence.
    pub(in crate::check) fn duties_named(&mut self, reference: &ast::DutyRef) -> Option<Vec<DutyId>> {
        let seeds = self.duty_seeds.iter().enumerate();
        let in_clause: Vec<(usize, &DutySeed<'a>)> =
            seeds.filter(|(_, seed)| seed.number == reference.clause).collect();
        let wanted = reference.label.as_deref();
        let found: Vec<(usize, &DutySeed<'a>)> = in_clause
            .iter()
            .filter(|(_, seed)| seed.label == wanted)
            .map(|(at, seed)| (*at, *seed))
            .collect();
        let mut sentences: Vec<Span> = found.iter().map(|(_, seed)| seed.sentence.span).collect();
        sentences.dedup();
        let mut addresses: Vec<String> = in_clause.iter().map(|(_, seed)| seed.name.clone()).collect();
        addresses.dedup();
        let ids: Vec<DutyId> = found.iter().map(|(at, _)| id_at(*at)).collect();
        match sentences.len() {
            1 => Some(ids),
            0 => {
                let clause = self.clauses.values().find(|clause| clause.number == reference.clause);
                let clause = clause.map(|clause| clause.span);
                self.fail(diagnostics::unknown_duty(
                    self.words_at(reference.span),
                    reference.span,
                    clause,
                    &addresses,
                ))
            }
            _ => self.fail(diagnostics::several_duties(
                self.words_at(reference.span),
                reference.span,
                &sentences,
            )),
        }
    }
}
