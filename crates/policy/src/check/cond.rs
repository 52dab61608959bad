//! Conditions.

use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::place::{Place, Scope};
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, Verdict, Verdicts};
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{self, CondKind, Relation, Status, Test};

fn bare(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span, name: None }
}

/// The opposite of a condition, where it is negated.
pub(in crate::check) fn negated_if(negated: bool, expr: Expr) -> Expr {
    if negated {
        let span = expr.span;
        bare(ExprKind::Not(Box::new(expr)), span)
    } else {
        expr
    }
}

/// All of some conditions; nothing where there are none.
pub(in crate::check) fn all_of(conditions: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    let mut all: Vec<Expr> = conditions.into_iter().collect();
    match all.len() {
        0 | 1 => all.pop(),
        _ => {
            let span = all.iter().map(|one| one.span).reduce(Span::join).unwrap_or_default();
            Some(bare(ExprKind::And(all), span))
        }
    }
}

impl<'a> Draft<'a> {
    /// A condition at its place.
    pub(in crate::check) fn cond(&mut self, cond: &'a ast::Cond, place: &Place) -> Option<Expr> {
        let span = cond.span;
        match &cond.kind {
            CondKind::And(parts) => Some(bare(ExprKind::And(self.conds(parts, place)?), span)),
            CondKind::Or(parts) => Some(bare(ExprKind::Or(self.conds(parts, place)?), span)),
            CondKind::Not(inner) => {
                let inner = self.cond(inner, place)?;
                Some(bare(ExprKind::Not(Box::new(inner)), span))
            }
            CondKind::Paren(inner) => self.cond(inner, place),
            CondKind::Holds(path) => {
                let typed = self.path(path, place)?;
                if typed.ty != Ty::BOOL {
                    let found = self.type_word(&typed.ty);
                    return self.fail(diagnostics::no_condition(self.words_at(path.span), path.span, &found));
                }
                Some(typed.expr)
            }
            CondKind::Verdict { duty, negated, status } => self.verdict(duty, *negated, status, span, place),
            CondKind::Is { left, negated, test } => self.is(left, *negated, test, span, place),
            CondKind::Broken => self.unreadable(),
        }
    }

    fn conds(&mut self, parts: &'a [ast::Cond], place: &Place) -> Option<Vec<Expr>> {
        // Each part is read, so that each tells its own mistake.
        let read: Vec<Option<Expr>> = parts.iter().map(|part| self.cond(part, place)).collect();
        read.into_iter().collect()
    }

    fn verdict(
        &mut self,
        duty: &ast::DutyRef,
        negated: bool,
        status: &Spanned<Status>,
        span: Span,
        place: &Place,
    ) -> Option<Expr> {
        let duties = self.duties_named(duty)?;
        let case = match place.scope {
            Scope::Case(case) if place.verdicts || place.named => case,
            _ => return self.fail(diagnostics::verdict_out_of_place(span)),
        };
        let wanted = Verdicts::only(match status.value {
            Status::Kept => Verdict::Kept,
            Status::Broken => Verdict::Broken,
            Status::Pending => Verdict::Pending,
        });
        let mut each = Vec::new();
        for id in duties {
            let seed = self.duty_seeds.get(crate::arena::Id::index(id))?;
            if let Some(other) = seed.items.filter(|other| place.named && *other != case) {
                let field = self.names_item(case, other, duty.span)?;
                each.push(bare(ExprKind::VerdictOf(id, wanted, field), span));
                continue;
            }
            if !place.verdicts {
                return self.fail(diagnostics::verdict_out_of_place(span));
            }
            if seed.items != Some(case) {
                let (name, declared) = (seed.name.clone(), seed.sentence.span);
                let case = self.cases[case].name.clone();
                return self.fail(diagnostics::verdict_of_other(duty.span, &name, &case, declared));
            }
            each.push(bare(ExprKind::Verdict(id, wanted), span));
        }
        // One broken duty breaks the sentence; it is kept when all are.
        let all = match (each.len(), status.value) {
            (1, _) => each.pop()?,
            (_, Status::Broken) => bare(ExprKind::Or(each), span),
            (_, Status::Kept | Status::Pending) => bare(ExprKind::And(each), span),
        };
        match (all.kind, negated) {
            (ExprKind::Verdict(id, wanted), true) => {
                Some(bare(ExprKind::Verdict(id, wanted.inverted()), span))
            }
            (ExprKind::VerdictOf(id, wanted, field), true) => {
                Some(bare(ExprKind::VerdictOf(id, wanted.inverted(), field), span))
            }
            (kind, negated) => Some(negated_if(negated, bare(kind, span))),
        }
    }

    fn is(
        &mut self,
        left: &'a ast::Expr,
        negated: bool,
        test: &'a Test,
        span: Span,
        place: &Place,
    ) -> Option<Expr> {
        let typed = self.expr(left, place);
        let found = match test {
            Test::OneOf(words) => {
                let typed = typed?;
                self.one_of(typed, &words.words, span)?
            }
            Test::OneOfNamed(name) => {
                let words = self.word_list(name);
                let typed = typed?;
                self.one_of(typed, &words?.words, span)?
            }
            Test::Relation(target) => {
                let right = self.expr(&target.value, place);
                self.compare(&target.relation, typed?, right?, span)?
            }
            Test::Equals(right) => {
                let typed = typed?;
                let right = match self.word(right, &typed.ty) {
                    Some(word) => word?,
                    None => self.expr(right, place)?,
                };
                if typed.ty.join(&right.ty).is_none() {
                    return self.unlike(&typed, &right);
                }
                let kind = ExprKind::Is(Relation::Exactly, Box::new(typed.expr), Box::new(right.expr));
                bare(kind, span)
            }
        };
        Some(negated_if(negated, found))
    }

    fn one_of(&mut self, typed: Typed, words: &'a [ast::Name], span: Span) -> Option<Expr> {
        let mut values = Vec::new();
        for name in words {
            match self.word_named(name, &typed.ty) {
                Some(Some(value)) => values.push(value.expr),
                Some(None) => return None,
                None => {
                    let found = self.type_word(&typed.ty);
                    return self.fail(diagnostics::no_words(typed.expr.span, &found));
                }
            }
        }
        Some(bare(ExprKind::OneOf(Box::new(typed.expr), values), span))
    }

    /// The list of words that a `let` names.
    fn word_list(&mut self, name: &'a ast::Name) -> Option<&'a ast::Words> {
        match self.names.get(&name.value) {
            Some((Thing::Let(value), declared)) => {
                self.used.insert(declared);
                match &value.value {
                    ast::LetValue::Words(words) => Some(words),
                    ast::LetValue::Expr(_) | ast::LetValue::Window(_) => {
                        self.fail(diagnostics::other_thing(name, "a list of words", "a value", declared))
                    }
                }
            }
            Some((thing, declared)) => {
                self.fail(diagnostics::other_thing(name, "a list of words", thing.word(), declared))
            }
            None => {
                let known = self.names.of_kind(
                    |thing| matches!(thing, Thing::Let(value) if matches!(value.value, ast::LetValue::Words(_))),
                );
                let near = crate::check::names::nearest(&name.value, &known);
                let finding = diagnostics::unknown_name(&name.value, name.span, near, &[]);
                self.fail(finding)
            }
        }
    }

    /// A comparison of two values of one ordered type.
    pub(in crate::check) fn compare(
        &mut self,
        relation: &Spanned<Relation>,
        left: Typed,
        right: Typed,
        span: Span,
    ) -> Option<Expr> {
        let ordered = left.ty.join(&right.ty).is_some_and(|ty| ty.is_ordered());
        let equality = relation.value == Relation::Exactly && left.ty.join(&right.ty).is_some();
        if !ordered && !equality {
            return self.unlike(&left, &right);
        }
        Some(bare(ExprKind::Is(relation.value, Box::new(left.expr), Box::new(right.expr)), span))
    }
}
