//! Types of events and of their fields.

use crate::check::draft::{Draft, index_of};
use crate::check::names::{joined, nearest};
use crate::check::types::Ty;
use crate::diagnostics;
use crate::policy::{EventId, EventType, Expr, ExprKind, Field, FieldType, LengthKind, Value, ValueType};
use servanda_diagnostics::Span;
use servanda_parser::ast;

/// What is read from outside: a field of an event or a parameter.
pub(in crate::check) struct InputType {
    pub(in crate::check) ty: Ty,
    /// How it is read, where an event can have it.
    pub(in crate::check) field: Option<FieldType>,
}

impl<'a> Draft<'a> {
    pub(in crate::check) fn read_events(&mut self) {
        for event in self.names.events_declared.clone() {
            let name = joined(&event.name);
            let mut fields: Vec<Field> = Vec::new();
            for field in &event.fields {
                if let Some(first) = fields.iter().find(|known| known.name == field.name.value) {
                    let first = first.span;
                    self.tell(diagnostics::name_twice(&field.name.value, field.name.span, first));
                    continue;
                }
                let ty = self.field_type(&field.ty);
                if ty.is_none() {
                    self.untyped.push(field.name.span);
                }
                fields.push(Field {
                    name: field.name.value.clone(),
                    log_name: field.name.value.clone(),
                    // The finding is told, and no policy is made of this.
                    ty: ty.unwrap_or(FieldType::Text),
                    optional: field.optional.is_some(),
                    key: false,
                    span: field.name.span,
                });
            }
            for mapping in &event.names {
                let found = fields.iter_mut().find(|field| field.name == mapping.ours.value);
                match found {
                    Some(field) => field.log_name = mapping.theirs.value.clone(),
                    None => {
                        let known: Vec<_> =
                            fields.iter().map(|field| (field.name.as_str(), field.span)).collect();
                        let near = nearest(&mapping.ours.value, &known);
                        let finding =
                            diagnostics::unknown_field(&mapping.ours.value, mapping.ours.span, &name, near);
                        self.tell(finding);
                    }
                }
            }
            let log_name = event.log_type.as_ref().map_or_else(|| name.clone(), |text| text.value.clone());
            self.events.push(EventType { name, log_name, fields, span: event.name.span });
        }
    }

    fn field_type(&mut self, ty: &ast::Type) -> Option<FieldType> {
        let input = self.input_type(ty)?;
        match input.field {
            Some(field) => Some(field),
            None => {
                let word = self.type_word(&input.ty);
                self.fail(diagnostics::not_supported(
                    ty.span,
                    &format!("{word} as a field"),
                    "use it as a parameter",
                ))
            }
        }
    }

    /// What a written type means.
    pub(in crate::check) fn input_type(&mut self, ty: &ast::Type) -> Option<InputType> {
        let plain = |ty, field| Some(InputType { ty: Ty::Plain(ty), field });
        match &ty.kind {
            ast::TypeKind::Id => plain(ValueType::Text, Some(FieldType::Id)),
            ast::TypeKind::Text => plain(ValueType::Text, Some(FieldType::Text)),
            ast::TypeKind::Count => plain(ValueType::Count, Some(FieldType::Count)),
            ast::TypeKind::Number => plain(ValueType::Number, Some(FieldType::Number)),
            ast::TypeKind::Money { currency } => {
                let currency = match currency {
                    None => None,
                    Some(name) => {
                        let code = self.currency_named(name)?;
                        let own = self.header.currency.as_ref().map(|expr| &expr.kind);
                        let same = matches!(own, Some(ExprKind::Value(Value::Currency(own))) if *own == code);
                        (!same).then_some(code)
                    }
                };
                plain(ValueType::Money, Some(FieldType::Money { currency }))
            }
            ast::TypeKind::MinorMoney => plain(ValueType::Money, Some(FieldType::MinorMoney)),
            ast::TypeKind::Percent => plain(ValueType::Share, Some(FieldType::Percent)),
            ast::TypeKind::Date => plain(ValueType::Date, Some(FieldType::Date)),
            ast::TypeKind::Instant => plain(ValueType::Instant, Some(FieldType::Instant)),
            ast::TypeKind::Party => {
                let parties = self.parties.iter().filter(|(_, party)| party.of.is_none());
                let names = parties.map(|(id, party)| (party.name.clone(), id)).collect();
                plain(ValueType::Party, Some(FieldType::Party(names)))
            }
            ast::TypeKind::YesNo => plain(ValueType::Bool, Some(FieldType::YesNo)),
            ast::TypeKind::Currency => plain(ValueType::Currency, None),
            ast::TypeKind::Zone => plain(ValueType::Zone, None),
            ast::TypeKind::OneOf(names) => {
                let mut words: Vec<String> = Vec::new();
                for name in names {
                    if words.contains(&name.value) {
                        self.tell(diagnostics::word_twice(name));
                    }
                    words.push(name.value.clone());
                }
                Some(InputType { ty: Ty::Word(words.clone()), field: Some(FieldType::OneOf(words)) })
            }
            ast::TypeKind::Length { kind, unit } => {
                let (kind, per_unit) = self.length_kind(kind.as_ref(), unit, ty.span, None)?;
                Some(InputType {
                    ty: Ty::Plain(ValueType::Length(kind)),
                    field: Some(FieldType::Length { kind, unit: per_unit }),
                })
            }
            ast::TypeKind::Broken => self.unreadable(),
        }
    }

    /// The place of an event's field.
    pub(in crate::check) fn field_at(&self, event: EventId, name: &str) -> Option<u32> {
        self.events[event].fields.iter().position(|field| field.name == name).map(index_of)
    }

    /// The type of an event's field; none where that is told to be wrong.
    pub(in crate::check) fn type_of_field(&self, event: EventId, at: u32) -> Option<Ty> {
        let field = self.events[event].fields.get(at as usize)?;
        if self.untyped.contains(&field.span) {
            return None;
        }
        Some(match &field.ty {
            FieldType::Id | FieldType::Text => Ty::Plain(ValueType::Text),
            FieldType::Count => Ty::COUNT,
            FieldType::Number => Ty::NUMBER,
            FieldType::Money { .. } | FieldType::MinorMoney => Ty::MONEY,
            FieldType::Percent => Ty::SHARE,
            FieldType::Date => Ty::Plain(ValueType::Date),
            FieldType::Instant => Ty::Plain(ValueType::Instant),
            FieldType::Party(_) => Ty::Plain(ValueType::Party),
            FieldType::YesNo => Ty::BOOL,
            FieldType::OneOf(words) => Ty::Word(words.clone()),
            FieldType::Length { kind, .. } => Ty::Plain(ValueType::Length(*kind)),
        })
    }

    /// Tells where a field's money is of a currency that the agreement does not have: nothing converts it.
    pub(in crate::check) fn readable_money(&mut self, event: EventId, at: u32, span: Span) -> Option<()> {
        let field = self.events[event].fields.get(at as usize)?;
        let FieldType::Money { currency: Some(currency) } = &field.ty else { return Some(()) };
        let (code, declared) = (currency.code(), field.span);
        self.fail(diagnostics::foreign_money(self.words_at(span), span, code, declared))
    }

    /// The only field of a type of an event, where there is exactly one.
    pub(in crate::check) fn only_field(
        &self,
        event: EventId,
        wanted: impl Fn(&FieldType) -> bool,
    ) -> Option<u32> {
        let mut found = self.events[event].fields.iter().enumerate().filter(|(_, field)| wanted(&field.ty));
        let first = found.next()?;
        found.next().is_none().then(|| index_of(first.0))
    }

    /// The test that an act is a party's, where its event names exactly one.
    pub(in crate::check) fn party_test(
        &self,
        event: EventId,
        party: crate::policy::PartyId,
        span: Span,
    ) -> Option<Expr> {
        let at = self.only_field(event, |ty| matches!(ty, FieldType::Party(_)))?;
        let bare = |kind| Expr { kind, span, name: None };
        let party = self.party_of(party);
        Some(bare(ExprKind::Is(
            ast::Relation::Exactly,
            Box::new(bare(ExprKind::FactField(at))),
            Box::new(bare(ExprKind::Value(Value::Party(party)))),
        )))
    }

    /// Marks a field as one by which items are known.
    pub(in crate::check) fn mark_key(&mut self, event: EventId, at: u32) {
        if let Some(field) = self.events[event].fields.get_mut(at as usize) {
            field.key = true;
        }
    }
}

/// Whether a kind of time is counted in seconds.
pub(crate) fn in_seconds(kind: LengthKind) -> bool {
    matches!(kind, LengthKind::Physical | LengthKind::Open(_))
}
