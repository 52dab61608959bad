//! What is read of a sentence beside a part of it that is wrong: one mistake silences what depends on it, and not what
//! would be wrong whatever stood there.

use crate::check::consequence::Stretch;
use crate::check::draft::Draft;
use crate::check::names::{Thing, nearest};
use crate::check::outline::SentenceSeed;
use crate::check::place::{Place, Scope};
use crate::policy::{CaseId, DutyId};
use servanda_diagnostics::Code;
use servanda_parser::ast::{self, Act, Core, QualifierKind, Quantity};

/// How much is known of the place where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Known {
    /// Whose fields can be read there.
    Fields,
    /// Nothing but what is the same in the whole agreement.
    Nothing,
}

impl Known {
    /// Whether a finding of this kind is so whatever the rest of the sentence says.
    const fn keeps(self, code: Code) -> bool {
        match code {
            Code::UnknownParty
            | Code::UnknownCalendar
            | Code::UnknownCurrency
            | Code::OtherThing
            | Code::WrongParty
            | Code::CurrencyMismatch
            | Code::PercentWithoutBase
            | Code::BareDays
            | Code::ImpossibleValue
            | Code::TierGap
            | Code::TierOverlap => true,
            Code::UnknownName
            | Code::NoSuchWord
            | Code::UnitsDiffer
            | Code::WrongType
            | Code::CompareUnlike
            | Code::RowsUnlike => matches!(self, Self::Fields),
            _ => false,
        }
    }
}

impl<'a> Draft<'a> {
    /// Reads something beside a mistake: of what is told, only what does not depend on it stays.
    pub(in crate::check) fn beside(&mut self, known: Known, read: impl FnOnce(&mut Self)) {
        for finding in self.told_by(read) {
            if known.keeps(finding.code()) {
                self.tell(finding);
            }
        }
    }

    /// The amount after the breach of a duty that is wrong itself.
    pub(in crate::check) fn amount_beside(
        &mut self,
        seed: &SentenceSeed<'a>,
        duty: DutyId,
        money: &'a ast::Money,
    ) {
        let Core::Norm(norm) = &seed.sentence.core else { return };
        let (place, known) = self.place_beside(norm);
        self.beside(known, |draft| {
            let mut stretch = Stretch::default();
            let _ = draft.breach_qualifiers(money, &place, &mut stretch);
            let _ = draft.amount(money, &place, &stretch, Some(duty));
        });
    }

    /// The amount of a sentence of its own of which it is not known when it arises.
    pub(in crate::check) fn amount_anywhere(&mut self, money: &'a ast::Money) {
        let place = Place { unsound: true, ..Place::agreement().lenient() };
        self.beside(Known::Nothing, |draft| {
            let _ = draft.amount(money, &place, &Stretch::default(), None);
        });
    }

    /// The lengths of a duty on something that is not known.
    pub(in crate::check) fn lengths_beside(&mut self, norm: &'a ast::Norm) {
        for qualifier in &norm.qualifiers {
            let (QualifierKind::Within { length, .. } | QualifierKind::Every(length)) = &qualifier.kind
            else {
                continue;
            };
            self.beside(Known::Nothing, |draft| {
                let _ = draft.expr(length, &Place::agreement().lenient());
            });
        }
    }

    /// What can be read where a duty is broken that is wrong itself, as far as its words tell.
    fn place_beside(&mut self, norm: &ast::Norm) -> (Place, Known) {
        let (place, known) = match &norm.act {
            Act::Do { verb, quantity, case, .. } => {
                let (found, sure) = match self.names.get(&case.value) {
                    Some((Thing::Case(id), _)) => (Some(id), self.has_act_like(id, verb)),
                    Some(_) => (None, false),
                    None => (self.case_like(case), false),
                };
                match found {
                    // What happens in windows has no fields.
                    Some(_) if quantity.value == Quantity::A => (Place::agreement(), Known::Nothing),
                    Some(id) => {
                        let known = if sure { Known::Fields } else { Known::Nothing };
                        (Place::new(Scope::Case(id)).after_charge(), known)
                    }
                    None => (Place::agreement(), Known::Nothing),
                }
            }
            Act::Keep { measure, .. } => {
                let known = match self.names.get(&measure.value) {
                    Some((Thing::Measure(at), _)) => Some(at),
                    Some(_) => None,
                    None => self.measure_like(measure),
                };
                let read = known.and_then(|at| self.measure(at));
                match read {
                    Some((.., window)) => (Place::agreement().in_window(Some(window)), Known::Fields),
                    None => (Place::agreement(), Known::Nothing),
                }
            }
        };
        (Place { unsound: true, ..place }, known)
    }

    /// Whether a case has an act with this verb, or one that is written nearly so.
    fn has_act_like(&self, case: CaseId, verb: &ast::Name) -> bool {
        let acts: Vec<_> = self.cases[case].acts.iter().map(|act| (act.verb.as_str(), act.span)).collect();
        acts.iter().any(|(known, _)| *known == verb.value) || nearest(&verb.value, &acts).is_some()
    }

    /// The case whose name is nearly this one.
    fn case_like(&self, name: &ast::Name) -> Option<CaseId> {
        match self.thing_like(name, |thing| matches!(thing, Thing::Case(_)))? {
            Thing::Case(id) => Some(id),
            _ => None,
        }
    }

    /// The measure whose name is nearly this one, by its place in the text.
    fn measure_like(&self, name: &ast::Name) -> Option<usize> {
        match self.thing_like(name, |thing| matches!(thing, Thing::Measure(_)))? {
            Thing::Measure(at) => Some(at),
            _ => None,
        }
    }

    /// What is called nearly so, of one kind.
    fn thing_like(&self, name: &ast::Name, kind: fn(&Thing<'_>) -> bool) -> Option<Thing<'a>> {
        let known = self.names.of_kind(kind);
        let (near, _) = nearest(&name.value, &known)?;
        self.names.get(near).map(|(thing, _)| thing)
    }
}
