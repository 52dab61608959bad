//! Expressions: what each part means at its place, and which type it has.

use crate::check::case::PAY;
use crate::check::draft::{Draft, index_of};
use crate::check::names::{Thing, joined, nearest};
use crate::check::place::{Place, Scope};
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{CaseId, EventId, Expr, ExprKind, Value, ValueType};
use servanda_diagnostics::Span;
use servanda_parser::ast;

impl<'a> Draft<'a> {
    /// An expression with its type.
    pub(in crate::check) fn expr(&mut self, expr: &'a ast::Expr, place: &Place) -> Option<Typed> {
        self.nested(expr.span, |draft| draft.read_expr(expr, place))
    }

    fn read_expr(&mut self, expr: &'a ast::Expr, place: &Place) -> Option<Typed> {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Number(digits) => self.plain_number(digits, span),
            ast::ExprKind::Percent(digits) => self.share(digits, span, ValueType::Share),
            ast::ExprKind::Points(digits) => self.share(digits, span, ValueType::Points),
            ast::ExprKind::Money { amount, currency } => self.money(amount, currency, span),
            ast::ExprKind::Length { amount, kind, unit } => self.length(amount, kind.as_ref(), unit, span),
            ast::ExprKind::Instant(text) => self.date_value(text, span),
            ast::ExprKind::Text(text) => {
                Some(Typed::value(Value::Text(text.as_str().into()), ValueType::Text, span))
            }
            ast::ExprKind::YesNo(yes) => Some(Typed::value(Value::Bool(*yes), ValueType::Bool, span)),
            ast::ExprKind::Path(path) => self.path(path, place),
            ast::ExprKind::Day if place.day || place.lenient => {
                Some(Typed::plain(ExprKind::Day, ValueType::Date, span))
            }
            ast::ExprKind::Day => {
                let used = self.inlining.last().map(|(name, used)| (*name, *used));
                self.fail(diagnostics::day_out_of_place(span, used))
            }
            ast::ExprKind::Paren(inner) => self.expr(inner, place),
            ast::ExprKind::Binary { op, left, right } => {
                let factor = matches!(op.value, ast::BinaryOp::Multiply);
                let (left, right) = (self.operand(left, place, factor), self.operand(right, place, factor));
                self.binary(op, left?, right?, span)
            }
            ast::ExprKind::Of { left, right } => {
                let (left, right) = (self.expr(left, place), self.expr(right, place));
                self.of(left?, right?, span)
            }
            ast::ExprKind::Per { amount, kind, unit, counted, by } => {
                let typed = self.operand(amount, place, true);
                if let Some(span) = counted.as_ref().map(|it| it.span).or(by.as_ref().map(|it| it.span)) {
                    return self.fail(diagnostics::accrual_out_of_place(span));
                }
                self.per(typed?, kind.as_ref(), unit, span)
            }
            ast::ExprKind::Table { bands: false, on, rows } => self.table(on, rows, place, span),
            ast::ExprKind::Table { bands: true, on, rows } => self.bands(on, rows, place, span),
            ast::ExprKind::Elapsed { kind, unit, to } => self.elapsed(kind, unit, to, place, span),
            ast::ExprKind::Misses(reference) => self.misses(reference, place, span),
            ast::ExprKind::AnyRest(case) => self.any_rest(case, place, span),
            ast::ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, place, span),
            ast::ExprKind::Broken => self.unreadable(),
        }
    }

    /// A part of an expression, which may be the price of a unit.
    fn operand(&mut self, expr: &'a ast::Expr, place: &Place, price: bool) -> Option<Typed> {
        if price && let Some(read) = self.unit_price(expr) {
            return read;
        }
        self.expr(expr, place)
    }

    /// An expression of the type that is due at its place.
    pub(in crate::check) fn expr_wanted(
        &mut self,
        expr: &'a ast::Expr,
        place: &Place,
        wanted: &Ty,
    ) -> Option<Typed> {
        if let Some(word) = self.word(expr, wanted) {
            return word;
        }
        let typed = self.expr(expr, place)?;
        if typed.ty.fits(wanted) {
            return Some(typed);
        }
        let finding = self.misfit(&typed, wanted, place);
        self.fail(finding)
    }

    /// Money, as an entry needs it.
    pub(in crate::check) fn money_at(&mut self, expr: &'a ast::Expr, place: &Place) -> Option<Expr> {
        self.expr_wanted(expr, place, &Ty::MONEY).map(|typed| typed.expr)
    }

    /// What is wrong with a value of another type than is due.
    pub(in crate::check) fn misfit(
        &self,
        typed: &Typed,
        wanted: &Ty,
        place: &Place,
    ) -> servanda_diagnostics::Diagnostic {
        let span = narrowest(&typed.expr);
        if *wanted == Ty::MONEY && typed.ty == Ty::SHARE {
            return diagnostics::percent_without_base(self.words_at(span), span, &self.money_in_scope(place));
        }
        diagnostics::wrong_type(span, &self.type_word(wanted), &self.type_word(&typed.ty))
            .help_opt(hint(wanted, self.words_at(span)))
    }

    /// The names of money that can be read at a place.
    pub(in crate::check) fn money_in_scope(&self, place: &Place) -> Vec<String> {
        let mut names = Vec::new();
        if let Scope::Case(case) | Scope::Act(case, _) = place.scope {
            let prefix = &self.cases[case].name;
            for event in &self.outlines[case].opening {
                for (at, field) in self.events[*event].fields.iter().enumerate() {
                    if self.type_of_field(*event, index_of(at)) == Some(Ty::MONEY) {
                        names.push(format!("{prefix}.{}", field.name));
                    }
                }
            }
            if self.outlines[case].debt {
                names.push(format!("{prefix}.unpaid"));
            }
        }
        if let Scope::Fact(event) = place.scope {
            for (at, field) in self.events[event].fields.iter().enumerate() {
                if self.type_of_field(event, index_of(at)) == Some(Ty::MONEY) {
                    names.push(field.name.clone());
                }
            }
        }
        for param in self.params.values().filter(|param| param.ty == ValueType::Money) {
            names.push(param.name.clone());
        }
        for value in &self.names.lets {
            if matches!(
                &value.value,
                ast::LetValue::Expr(ast::Expr { kind: ast::ExprKind::Money { .. }, .. })
            ) {
                names.push(value.name.value.clone());
            }
        }
        names
    }

    /// A word where a word, a text or a party is due. The outer nothing: it is no such word.
    pub(in crate::check) fn word(&mut self, expr: &'a ast::Expr, wanted: &Ty) -> Option<Option<Typed>> {
        let ast::ExprKind::Path(path) = &expr.kind else { return None };
        let [name] = path.parts.as_slice() else { return None };
        self.word_named(name, wanted)
    }

    /// A name where a word, a text or a party is due. The outer nothing: it is no such word.
    pub(in crate::check) fn word_named(&mut self, name: &ast::Name, wanted: &Ty) -> Option<Option<Typed>> {
        match wanted {
            Ty::Word(words) => Some(match words.iter().position(|word| *word == name.value) {
                Some(at) => {
                    let value = ExprKind::Value(Value::Word(index_of(at)));
                    Some(Typed::new(value, wanted.clone(), name.span))
                }
                None => match self.names.get(&name.value) {
                    Some((Thing::Param(_) | Thing::Let(_), _)) => return None,
                    _ => self.fail(diagnostics::unknown_word(name, words)),
                },
            }),
            Ty::Plain(ValueType::Text) => match self.names.get(&name.value) {
                Some((Thing::Param(_) | Thing::Let(_), _)) => None,
                _ => {
                    let value = Value::Text(name.value.as_str().into());
                    Some(Some(Typed::value(value, ValueType::Text, name.span)))
                }
            },
            Ty::Plain(ValueType::Party) => Some(
                self.party(name).map(|party| Typed::value(Value::Party(party), ValueType::Party, name.span)),
            ),
            Ty::Plain(_) => None,
        }
    }

    /// What a name or a path means at its place.
    pub(in crate::check) fn path(&mut self, path: &'a ast::Path, place: &Place) -> Option<Typed> {
        let name = joined(path);
        let global = if path.parts.len() == 1 { self.names.get(&name) } else { None };
        let is_value = matches!(global, Some((Thing::Param(_) | Thing::Let(_) | Thing::Measure(_), _)));
        match (self.local(path, place), global) {
            (Some(_), Some((thing, declared))) if is_value => self.fail(diagnostics::ambiguous(
                &name,
                path.span,
                &[(declared, thing.word())],
                "a field or act at hand",
            )),
            (Some(found), _) => found,
            (None, Some((thing, declared))) => {
                self.used.insert(declared);
                self.global(&name, path.span, thing, declared, place)
            }
            (None, None) => {
                let unsound = self.scope_is_unsound(place);
                if unsound || (place.lenient && self.is_somewhere(path)) {
                    return None;
                }
                let finding = self.unknown(&name, path.span, place);
                self.fail(finding)
            }
        }
    }

    fn unknown(&self, name: &str, span: Span, place: &Place) -> servanda_diagnostics::Diagnostic {
        let mut readable = self.readable(place);
        if let Scope::Case(case) | Scope::Act(case, _) = place.scope
            && self.outlines[case].debt
            && place.charged
        {
            readable.push(format!("{}.unpaid", self.cases[case].name));
        }
        let mut known: Vec<(&str, Span)> =
            self.names.of_kind(|thing| matches!(thing, Thing::Param(_) | Thing::Let(_) | Thing::Measure(_)));
        known.extend(readable.iter().map(|name| (name.as_str(), Span::default())));
        let finding = diagnostics::unknown_name(name, span, nearest(name, &known), &readable);
        match self.inlining.last() {
            Some((name, used)) => finding.also(*used, format!("`{name}` is used here")),
            None => finding,
        }
    }

    /// Whether the fields of the item at hand are not known, of which a finding tells.
    fn scope_is_unsound(&self, place: &Place) -> bool {
        match place.scope {
            Scope::Case(case) | Scope::Act(case, _) => self.outlines[case].unsound,
            Scope::Agreement | Scope::Fact(_) => false,
        }
    }

    /// Whether some event has a field or some case an act of this name, which a table may read where it is used.
    fn is_somewhere(&self, path: &ast::Path) -> bool {
        let Some(name) = path.parts.last() else { return false };
        let mut fields = self.events.values().flat_map(|event| &event.fields);
        let mut acts = self.cases.values().flat_map(|case| &case.acts);
        fields.any(|field| field.name == name.value) || acts.any(|act| act.done == name.value)
    }

    /// A name of the item or the event at hand. The outer nothing: it is none.
    fn local(&mut self, path: &ast::Path, place: &Place) -> Option<Option<Typed>> {
        match place.scope {
            Scope::Agreement => None,
            Scope::Case(case) => self.of_case(path, case, place),
            Scope::Fact(event) => self.of_event(path, event),
            Scope::Act(case, event) => {
                self.of_case(path, case, place).or_else(|| event.and_then(|event| self.of_event(path, event)))
            }
        }
    }

    fn of_case(&mut self, path: &ast::Path, case: CaseId, place: &Place) -> Option<Option<Typed>> {
        let span = path.span;
        let name = match path.parts.as_slice() {
            [name] => name,
            [owner, name] if owner.value == self.cases[case].name => name,
            [.., name] => {
                let (field, event) = (joined(path), &name.value);
                let prefix =
                    field.strip_suffix(event.as_str()).and_then(|prefix| prefix.strip_suffix('.'))?;
                let opening = &self.outlines[case].opening;
                opening.iter().find(|event| self.events[**event].name == prefix)?;
                name
            }
            [] => return None,
        };
        if let Some(act) = self.cases[case].acts.iter().position(|act| act.done == name.value) {
            // A debt can be paid as it begins, from what was paid too much before: an amount may ask.
            let paid_at_once = place.charged && self.outlines[case].debt && name.value == PAY.1;
            if place.beginning && !paid_at_once {
                let finding = diagnostics::act_at_beginning(&name.value, span, &self.cases[case].name);
                let used = self.inlining.last().map(|(name, used)| (*used, format!("`{name}` is used here")));
                return Some(self.fail(match used {
                    Some((used, text)) => finding.also(used, text),
                    None => finding,
                }));
            }
            return Some(Some(Typed::new(ExprKind::Done(index_of(act)), Ty::BOOL, span)));
        }
        let outline = &self.outlines[case];
        if outline.debt && place.charged {
            if name.value == "unpaid" {
                return Some(Some(Typed::new(ExprKind::Unpaid, Ty::MONEY, span)));
            }
            if outline.principal.as_ref() == Some(&name.value) {
                return Some(Some(Typed::new(ExprKind::Charge, Ty::MONEY, span)));
            }
        }
        let kept = self.case_field(case, &name.value, span)?;
        Some(kept.map(|(at, ty)| Typed::new(ExprKind::Field(at), ty, span)))
    }

    fn of_event(&mut self, path: &ast::Path, event: EventId) -> Option<Option<Typed>> {
        let name = path.parts.last()?;
        if path.parts.len() > 1 {
            let whole = joined(path);
            let prefix =
                whole.strip_suffix(name.value.as_str()).and_then(|prefix| prefix.strip_suffix('.'))?;
            if self.events[event].name != prefix {
                return None;
            }
        }
        let at = self.field_at(event, &name.value)?;
        if self.readable_money(event, at, path.span).is_none() {
            return Some(None);
        }
        Some(self.type_of_field(event, at).map(|ty| Typed::new(ExprKind::FactField(at), ty, path.span)))
    }

    /// A name of the whole agreement.
    fn global(
        &mut self,
        name: &str,
        span: Span,
        thing: Thing<'a>,
        declared: Span,
        place: &Place,
    ) -> Option<Typed> {
        match thing {
            Thing::Param(id) => {
                let ty = Ty::of_param(&self.params[id]);
                let mut typed = Typed::new(ExprKind::Param(id), ty, span);
                typed.expr.name = Some(name.to_owned());
                Some(typed)
            }
            Thing::Let(value) => self.inlined(value, span, place),
            Thing::Measure(at) => {
                let (id, ty, window) = self.measure_read(at, span, place)?;
                match place.window {
                    Some(here) if here == window => Some(Typed::new(ExprKind::Measure(id), ty, span)),
                    Some(here) => self.other_windows(name, (span, declared), (window, here)),
                    None => self.fail(diagnostics::no_window(name, span, declared)),
                }
            }
            Thing::Party(_) | Thing::Calendar(_) | Thing::Case(_) => {
                self.fail(diagnostics::no_value(name, span, thing.word(), declared))
            }
        }
    }

    /// What a `let` stands for, read at the place of its use.
    fn inlined(&mut self, value: &'a ast::Let, span: Span, place: &Place) -> Option<Typed> {
        let name = value.name.value.as_str();
        if let Some(first) = self.inlining.iter().position(|(known, _)| *known == name) {
            let cycle: Vec<(String, Span)> = self
                .inlining
                .iter()
                .skip(first + 1)
                .map(|(known, span)| ((*known).to_owned(), *span))
                .collect();
            return self.fail(diagnostics::circular_let(name, span, &cycle));
        }
        let expr = match &value.value {
            ast::LetValue::Expr(expr) => expr,
            ast::LetValue::Words(_) => {
                return self.fail(diagnostics::no_value(name, span, "a list of words", value.name.span));
            }
            ast::LetValue::Window(_) => {
                return self.fail(diagnostics::no_value(name, span, "a window", value.name.span));
            }
        };
        self.inlining.push((name, span));
        let typed = self.expr(expr, place);
        self.inlining.pop();
        let mut typed = typed?;
        typed.expr.span = span;
        typed.expr.name = Some(name.to_owned());
        Some(typed)
    }
}

/// The part of an expression that a message about its type points at: of a table, its first row's value.
fn narrowest(expr: &Expr) -> Span {
    match &expr.kind {
        ExprKind::Table { rows, .. } if expr.name.is_none() => {
            rows.first().map_or(expr.span, |row| narrowest(&row.value))
        }
        _ => expr.span,
    }
}

/// How a value of the type is written: with the number that stands there, if it is one.
fn hint(wanted: &Ty, written: &str) -> Option<String> {
    let digits = written.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let number = |otherwise| if digits && !written.is_empty() { written } else { otherwise };
    match wanted {
        Ty::Plain(ValueType::Share) => Some(format!("a percentage has its sign: `{}%`", number("95"))),
        Ty::Plain(ValueType::Money) => Some(format!("an amount has its currency: `{} EUR`", number("20"))),
        Ty::Plain(ValueType::Length(_) | ValueType::AnyLength) => {
            Some(format!("a length of time has its unit: `{} hours`", number("4")))
        }
        Ty::Plain(ValueType::Date) => Some("a date is written `2026-01-31`".to_owned()),
        _ => None,
    }
}
