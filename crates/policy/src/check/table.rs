//! Tables: `depending on X { row, … }`.

use crate::check::draft::Draft;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{Band, Expr, ExprKind, Row, RowKey, Value, ValueType};
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast;

impl<'a> Draft<'a> {
    /// A table: its key is read where the table is used.
    pub(in crate::check) fn table(
        &mut self,
        on: &'a ast::Expr,
        rows: &'a [ast::Row],
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let key = self.expr(on, place);
        let values: Vec<Option<Typed>> = rows.iter().map(|row| self.expr(&row.value, place)).collect();
        let key = key?;
        let keys: Vec<Option<RowKey>> = rows.iter().map(|row| self.row_key(&row.key, &key, place)).collect();
        let mut ty: Option<Ty> = None;
        let mut typed_rows = Vec::new();
        let mut first: Option<Span> = None;
        for ((row, key), value) in rows.iter().zip(keys).zip(values) {
            let (key, value) = (key?, value?);
            ty = match ty {
                None => Some(value.ty.clone()),
                Some(known) => match joined_rows(&known, &value.ty) {
                    Some(ty) => Some(ty),
                    None => {
                        let (one, other) = (self.type_word(&known), self.type_word(&value.ty));
                        let at = value.expr.span;
                        return self.fail(diagnostics::rows_differ(at, &other, first.unwrap_or(span), &one));
                    }
                },
            };
            first = first.or(Some(value.expr.span));
            typed_rows.push(Row { key, value: value.expr, span: row.span });
        }
        let Some(ty) = ty else {
            return self.fail(diagnostics::empty_table(span));
        };
        self.check_rows(&key, &typed_rows, rows, span, place)?;
        let kind = ExprKind::Table { on: Box::new(key.expr), rows: typed_rows };
        Some(Typed::new(kind, ty, span))
    }

    /// `in bands of hours_used { from 0 hours to 10 hours: 50 EUR per hour, above 10 hours: 40 EUR per hour }`: the
    /// sum of what each row gives for the part of the key that lies in it.
    pub(in crate::check) fn bands(
        &mut self,
        on: &'a ast::Expr,
        rows: &'a [ast::Row],
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        let key = self.expr(on, place)?;
        if !key.ty.is_linear() {
            let found = self.type_word(&key.ty);
            return self.fail(diagnostics::wrong_type(on.span, "something that adds up", &found));
        }
        let (mut keys, mut bands) = (Vec::new(), Vec::new());
        let mut sum: Option<(Ty, Span)> = None;
        for row in rows {
            let ast::RowKey::Range(_) = &row.key else {
                return self.fail(diagnostics::band_without_bounds(row.span));
            };
            let value = self.expr(&row.value, place);
            let (bounds, value) = (self.row_key(&row.key, &key, place)?, value?);
            let per_unit = matches!(value.ty, Ty::Plain(ValueType::MoneyPer(_) | ValueType::SharePer(_)));
            let (span, given) = (row.span, value.expr.clone());
            // Only the type of what is applied counts here: the part of the key is taken when it is known.
            let part = Typed::new(ExprKind::Value(Value::Bool(false)), key.ty.clone(), on.span);
            let ty = if matches!(key.ty, Ty::Plain(ValueType::Count | ValueType::Number)) {
                let times = Spanned::new(ast::BinaryOp::Multiply, span);
                self.binary(&times, value, part, span)?.ty
            } else {
                self.of(value, part, span)?.ty
            };
            sum = match sum {
                None => Some((ty, given.span)),
                Some((known, first)) => match known.join(&ty) {
                    Some(ty) => Some((ty, first)),
                    None => {
                        let (one, other) = (self.type_word(&known), self.type_word(&ty));
                        return self.fail(diagnostics::rows_differ(given.span, &other, first, &one));
                    }
                },
            };
            if let RowKey::Range(from, to) = &bounds {
                let bound = |bound: &Option<(Expr, bool)>| bound.as_ref().map(|(bound, _)| bound.clone());
                bands.push(Band { from: bound(from), to: bound(to), value: given.clone(), per_unit, span });
            }
            keys.push(Row { key: bounds, value: given, span });
        }
        let Some((ty, _)) = sum else { return self.fail(diagnostics::empty_table(span)) };
        self.check_rows(&key, &keys, rows, span, place)?;
        Some(Typed::new(ExprKind::Bands { on: Box::new(key.expr), rows: bands }, ty, span))
    }

    fn row_key(&mut self, key: &'a ast::RowKey, on: &Typed, place: &Place) -> Option<RowKey> {
        match key {
            ast::RowKey::Otherwise(_) => Some(RowKey::Otherwise),
            ast::RowKey::Words(words) => {
                let mut values: Vec<Expr> = Vec::new();
                for name in words {
                    match self.row_word(name, &on.ty) {
                        Some(value) => values.push(value?),
                        None => {
                            let found = self.type_word(&on.ty);
                            return self.fail(diagnostics::row_word(name, &found, on.expr.span));
                        }
                    }
                }
                Some(RowKey::OneOf(values))
            }
            ast::RowKey::Range(range) => {
                if !on.ty.is_ordered() {
                    let found = self.type_word(&on.ty);
                    return self.fail(diagnostics::row_range(range.span, &found, on.expr.span));
                }
                let lower = self.bound(range.lower.as_ref(), on, place);
                let upper = self.bound(range.upper.as_ref(), on, place);
                Some(RowKey::Range(lower?, upper?))
            }
        }
    }

    fn row_word(&mut self, name: &ast::Name, ty: &Ty) -> Option<Option<Expr>> {
        if *ty == Ty::BOOL && matches!(name.value.as_str(), "yes" | "no") {
            let value = Value::Bool(name.value == "yes");
            return Some(Some(Typed::value(value, ValueType::Bool, name.span).expr));
        }
        self.word_named(name, ty).map(|word| word.map(|word| word.expr))
    }

    #[expect(clippy::option_option, reason = "the outer nothing: a finding tells; the inner one: no bound")]
    fn bound(
        &mut self,
        bound: Option<&'a ast::Bound>,
        on: &Typed,
        place: &Place,
    ) -> Option<Option<(Expr, bool)>> {
        let Some(bound) = bound else { return Some(None) };
        let value = self.expr(&bound.value, place)?;
        if on.ty.join(&value.ty).is_none() {
            return self.unlike(on, &value);
        }
        Some(Some((value.expr, bound.inclusive)))
    }
}

/// The type of a table with rows of both types: lengths may be of several kinds of time.
fn joined_rows(known: &Ty, next: &Ty) -> Option<Ty> {
    let any = Ty::Plain(ValueType::AnyLength);
    let length = |ty: &Ty| matches!(ty, Ty::Plain(ValueType::Length(_) | ValueType::AnyLength));
    known.join(next).or_else(|| (length(known) && length(next)).then_some(any))
}
