//! The parameters of an agreement: their types, defaults and bounds, and the annexes that give them values.

use crate::arena::Id;
use crate::check::draft::{Draft, id_at};
use crate::check::event::InputType;
use crate::check::names::{Thing, nearest};
use crate::check::place::Place;
use crate::check::types::{Ty, constant};
use crate::diagnostics;
use crate::policy::{
    Annex, Bound, BoundKind, ExprKind, FieldType, Param, ParamId, ParamInput, Value, ValueType, order,
};
use servanda_diagnostics::Span;
use servanda_parser::ast;

impl<'a> Draft<'a> {
    pub(in crate::check) fn read_params(&mut self) {
        for param in self.names.params.clone() {
            // Where the type is wrong, the finding is told; the id must be there for the names.
            let (ty, input) = match self.input_type(&param.ty) {
                Some(InputType { ty, field: Some(field) }) => (ty.stored(), ParamInput::Field(field)),
                Some(InputType { ty: Ty::Plain(ValueType::Zone), .. }) => (ValueType::Zone, ParamInput::Zone),
                Some(InputType { ty, .. }) => (ty.stored(), ParamInput::Currency),
                None => (ValueType::Text, ParamInput::Field(FieldType::Text)),
            };
            self.params.push(Param::new(param.name.value.clone(), ty, input, None, param.span));
        }
    }

    pub(in crate::check) fn read_param_values(&mut self) {
        for (at, param) in self.names.params.clone().into_iter().enumerate() {
            let id = id_at(at);
            if let ast::TypeKind::Money { currency: Some(name) } = &param.ty.kind
                && let Ok(code) = crate::value::Currency::named(&name.value)
            {
                let own = self.agreement_currency(code, name.span);
                if let (Some(()), Some(param)) = (own, self.params.find_mut(id)) {
                    param.input = ParamInput::Field(FieldType::Money { currency: None });
                }
            }
            let default = param.default.as_ref().and_then(|expr| self.param_value(id, expr, "a default"));
            let bounds: Vec<Bound> =
                param.bounds.iter().filter_map(|bound| self.param_bound(id, bound)).collect();
            self.tell_bounds(param, default.as_ref(), &bounds);
            if let Some(param) = self.params.find_mut(id) {
                param.default = default;
                param.bounds = bounds;
            }
        }
    }

    /// A constant of a parameter's type.
    fn param_value(&mut self, id: ParamId, expr: &'a ast::Expr, what: &str) -> Option<Value> {
        let param = self.params.find(id)?;
        let (ty, input) = (Ty::of_param(param), param.input.clone());
        let written = match &expr.kind {
            ast::ExprKind::Text(text) => Some(text.clone()),
            ast::ExprKind::Path(path) => Some(crate::check::names::joined(path)),
            _ => None,
        };
        match (input, written) {
            (ParamInput::Currency, Some(code)) => {
                self.currency_named(&ast::Name::new(code, expr.span)).map(Value::Currency)
            }
            (ParamInput::Zone, Some(name)) => {
                let zone = self.zone_named(&ast::Name::new(name, expr.span))?;
                Some(Value::Text(zone.as_str().into()))
            }
            _ => {
                let typed = self.expr_wanted(expr, &Place::agreement(), &ty)?;
                let value = constant(&typed.expr, &typed.ty);
                if value.is_none() {
                    self.tell(diagnostics::not_constant(expr.span, what));
                }
                value
            }
        }
    }

    fn param_bound(&mut self, id: ParamId, bound: &'a ast::ParamBound) -> Option<Bound> {
        let kind = match &bound.kind {
            ast::ParamBoundKind::Is(target) => {
                let value = self.param_value(id, &target.value, "a bound")?;
                let ordered = self.params.find(id).is_some_and(|param| Ty::of_param(param).is_ordered());
                if !ordered && target.relation.value != ast::Relation::Exactly {
                    return self.fail(diagnostics::bound_without_order(target.relation.span));
                }
                BoundKind::Is(target.relation.value, value)
            }
            ast::ParamBoundKind::OneOf(choices) => {
                let values = choices.iter().map(|choice| self.param_value(id, choice, "a bound"));
                BoundKind::OneOf(values.collect::<Option<Vec<_>>>()?)
            }
        };
        let written = self.words_at(bound.span).split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Bound { kind, written, span: bound.span })
    }

    /// Tells where the default does not keep a bound, or no value can keep two of them.
    fn tell_bounds(&mut self, param: &'a ast::Param, default: Option<&Value>, bounds: &[Bound]) {
        if let (Some(value), Some(expr)) = (default, &param.default)
            && let Some(bound) = bounds.iter().find(|bound| !bound.holds(value))
        {
            let finding =
                diagnostics::outside_bound(expr.span, self.words_at(expr.span), &param.name.value, bound);
            self.tell(finding);
        }
        for (at, bound) in bounds.iter().enumerate() {
            let BoundKind::Is(relation, value) = &bound.kind else { continue };
            let meets = |other: &&Bound| match &other.kind {
                BoundKind::Is(further, against) => contradict((*relation, value), (*further, against)),
                BoundKind::OneOf(_) => false,
            };
            if let Some(other) = bounds.iter().skip(at + 1).find(meets) {
                self.tell(diagnostics::bounds_meet(other, bound));
            }
        }
        for bound in bounds {
            let BoundKind::OneOf(choices) = &bound.kind else { continue };
            if let Some(other) = bounds.iter().find(|other| !choices.iter().any(|one| other.holds(one))) {
                self.tell(diagnostics::bounds_meet(other, bound));
            }
        }
    }

    /// The instances that the text gives itself.
    pub(in crate::check) fn read_annexes(&mut self, agreement: &'a ast::Agreement) {
        let mut known: Vec<&ast::Text> = Vec::new();
        for annex in std::mem::take(&mut self.annex_seeds) {
            if annex.to.value != agreement.title.value {
                self.tell(diagnostics::annex_to_other(annex, &agreement.title));
                continue;
            }
            match known.iter().find(|known| known.value == annex.name.value) {
                Some(first) => self.tell(diagnostics::annex_twice(annex, first.span)),
                None => known.push(&annex.name),
            }
            self.read_annex(annex, agreement);
        }
    }

    fn read_annex(&mut self, annex: &'a ast::Annex, agreement: &'a ast::Agreement) {
        let mut given: Vec<(ParamId, &'a ast::Name, Span)> = Vec::new();
        let mut values: Vec<Option<Value>> = self.params.ids().map(|_| None).collect();
        let mut lets: Vec<(ParamId, &'a ast::Expr)> = Vec::new();
        let mut sound = true;
        for line in &annex.lines {
            let (id, name, value) = match line {
                ast::Line::Let(line) => {
                    let Some(id) = self.param_named(&line.name) else { continue };
                    let ast::LetValue::Expr(value) = &line.value else {
                        self.tell(diagnostics::not_constant(line.span, "a parameter"));
                        continue;
                    };
                    lets.push((id, value));
                    (id, &line.name, None)
                }
                ast::Line::Party(party) => match self.named_by(party, agreement) {
                    Some((id, title)) => (id, &party.name, Some(Value::Text(title.value.as_str().into()))),
                    None => continue,
                },
                ast::Line::Broken(_) => {
                    self.broken = true;
                    sound = false;
                    continue;
                }
                line => {
                    self.tell(diagnostics::annex_line(line));
                    continue;
                }
            };
            if let Some((_, _, first)) = given.iter().find(|(known, ..)| *known == id) {
                self.tell(diagnostics::name_twice(&name.value, name.span, *first));
            }
            given.push((id, name, name.span));
            if let (Some(value), Some(place)) = (value, values.get_mut(id.index())) {
                *place = Some(value);
            }
        }
        // The currency comes first: amounts are in the instance's own.
        let is_currency = |draft: &Self, id: ParamId| {
            draft.params.find(id).is_some_and(|param| param.input == ParamInput::Currency)
        };
        let (first, rest): (Vec<_>, Vec<_>) = lets.into_iter().partition(|(id, _)| is_currency(self, *id));
        let currency = self.header.currency.clone();
        for (id, expr) in first.into_iter().chain(rest) {
            let value = self.param_value(id, expr, "a parameter");
            let param = self.params.find(id);
            let broken = param.zip(value.as_ref()).and_then(|(param, value)| {
                let bound = param.broken_bound(value)?;
                Some(diagnostics::outside_bound(expr.span, self.words_at(expr.span), &param.name, bound))
            });
            if let Some(finding) = broken {
                self.tell(finding);
            }
            let own =
                currency.as_ref().is_some_and(|expr| matches!(expr.kind, ExprKind::Param(own) if own == id));
            if let (true, Some(value), Some(head)) = (own, &value, &mut self.header.currency) {
                head.kind = ExprKind::Value(value.clone());
            }
            if let Some(place) = values.get_mut(id.index()) {
                *place = value;
            }
        }
        self.header.currency = currency;
        let missing: Vec<(String, Span)> = self
            .params
            .iter()
            .filter(|(id, param)| param.default.is_none() && given.iter().all(|(known, ..)| known != id))
            .map(|(_, param)| (param.name.clone(), param.span))
            .collect();
        if let (true, Some((_, declared))) = (sound, missing.first()) {
            let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
            self.tell(diagnostics::annex_lacks(&annex.name, &names, *declared));
        }
        self.annexes.push(Annex::new(annex.name.value.clone(), values, annex.name.span));
    }

    /// The parameter that a line of an annex gives.
    fn param_named(&mut self, name: &ast::Name) -> Option<ParamId> {
        match self.names.get(&name.value) {
            Some((Thing::Param(id), _)) => Some(id),
            Some((thing, declared)) => {
                self.fail(diagnostics::annex_gives_other(name, thing.word(), declared))
            }
            None => {
                let known = self.names.of_kind(|thing| matches!(thing, Thing::Param(_)));
                let near = nearest(&name.value, &known);
                self.fail(diagnostics::unknown_name(&name.value, name.span, near, &[]))
            }
        }
    }

    /// `party client "Acme".` in an annex: the parameter by which the agreement names that party.
    fn named_by(
        &mut self,
        party: &'a ast::Party,
        agreement: &'a ast::Agreement,
    ) -> Option<(ParamId, &'a ast::Text)> {
        let declared = agreement.lines.iter().find_map(|line| match line {
            ast::Line::Party(known) if known.name.value == party.name.value => Some(known),
            _ => None,
        });
        let Some(declared) = declared else {
            self.party(&party.name);
            return None;
        };
        match (&declared.title, &party.title) {
            (Some(ast::Title::Param(param)), Some(ast::Title::Text(title))) => {
                self.param_named(param).map(|id| (id, title))
            }
            _ => self.fail(diagnostics::annex_party(party, declared.span)),
        }
    }
}

/// Whether no value keeps two bounds.
fn contradict(one: (ast::Relation, &Value), other: (ast::Relation, &Value)) -> bool {
    use ast::Relation::{Above, AtLeast, AtMost, Below, Exactly};
    let (lower, upper) = match (one.0, other.0) {
        (AtLeast | Above, AtMost | Below) => (one, other),
        (AtMost | Below, AtLeast | Above) => (other, one),
        (Exactly, _) => {
            let kind = BoundKind::Is(other.0, other.1.clone());
            return !Bound { kind, written: String::new(), span: Span::default() }.holds(one.1);
        }
        (_, Exactly) => {
            let kind = BoundKind::Is(one.0, one.1.clone());
            return !Bound { kind, written: String::new(), span: Span::default() }.holds(other.1);
        }
        _ => return false,
    };
    order(lower.1, upper.1).is_some_and(|order| match (lower.0, upper.0) {
        (AtLeast, AtMost) => order.is_gt(),
        _ => order.is_ge(),
    })
}
