//! The header of an agreement: parameters, parties, term, zone, currency, and how the log writes events.

use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed, constant, constant_number};
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, LengthKind, LogNames, Term, TermEnd, Value, ValueType};
use crate::time::Zone;
use crate::value::Rounding;
use servanda_diagnostics::Span;
use servanda_parser::ast;

/// How late events may be where the agreement does not say: 31 days of 24 hours, in nanoseconds.
const DEFAULT_LATENESS: i64 = 31 * 24 * 3600 * 1_000_000_000;

/// What the header says.
#[derive(Debug)]
pub(in crate::check) struct Header {
    pub(in crate::check) term: Option<Term>,
    pub(in crate::check) zone: Option<Expr>,
    pub(in crate::check) currency: Option<Expr>,
    pub(in crate::check) rounding: Rounding,
    pub(in crate::check) rounded_daily: bool,
    pub(in crate::check) lateness: i64,
    pub(in crate::check) log: LogNames,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            term: None,
            zone: None,
            currency: None,
            rounding: Rounding::HalfUp,
            rounded_daily: false,
            lateness: DEFAULT_LATENESS,
            log: LogNames::default(),
        }
    }
}

/// The rounding that a word means; none for `daily`, which says when and not how.
pub(in crate::check) fn rounding(word: ast::Rounding) -> Option<Rounding> {
    match word {
        ast::Rounding::HalfUp => Some(Rounding::HalfUp),
        ast::Rounding::HalfEven => Some(Rounding::HalfEven),
        ast::Rounding::Up => Some(Rounding::Up),
        ast::Rounding::Down => Some(Rounding::Down),
        ast::Rounding::Daily => None,
    }
}

impl<'a> Draft<'a> {
    pub(in crate::check) fn read_header(&mut self, agreement: &'a ast::Agreement) {
        self.read_params();
        self.read_money(agreement);
        self.read_param_values();
        self.read_zone(agreement);
        self.read_term(agreement);
        self.read_parties(agreement);
        self.read_log(agreement);
        self.read_law(agreement);
        self.tell_missing(agreement);
        self.read_annexes(agreement);
    }

    /// Tells what every agreement must say and this one does not; a place that could not be read may have said it.
    fn tell_missing(&mut self, agreement: &'a ast::Agreement) {
        let lines = || agreement.lines.iter();
        let mut missing = Vec::new();
        match lines().filter(|line| matches!(line, ast::Line::Party(party) if party.third.is_none())).count()
        {
            0 => missing.push(("two parties", "party agency \"Agency Ltd\". party client \"Client Inc\".")),
            1 => missing.push(("a second party", "party client \"Client Inc\".")),
            _ => {}
        }
        if !lines().any(|line| matches!(line, ast::Line::InForce(_))) {
            missing.push(("`in force …`", "in force from 2026-01-01 for 12 months."));
        }
        if !lines().any(|line| matches!(line, ast::Line::TimeZone(_))) {
            missing.push(("`time zone …`", "time zone Europe/Berlin."));
        }
        if !lines().any(|line| matches!(line, ast::Line::MoneyIn(_))) {
            missing.push(("`money in …`", "money in EUR."));
        }
        if !missing.is_empty() && !self.broken {
            self.tell(diagnostics::missing_lines(agreement.title.span, &missing));
        }
    }

    /// The parameter of this name and type.
    pub(in crate::check) fn param_of(&mut self, name: &ast::Name, wanted: ValueType) -> Option<Expr> {
        let (Thing::Param(id), declared) = self.names.get(&name.value)? else { return None };
        self.used.insert(declared);
        let ty = self.params[id].ty;
        if ty != wanted {
            let (wanted, found) = (self.type_word(&Ty::Plain(wanted)), self.type_word(&Ty::Plain(ty)));
            return self
                .fail(diagnostics::wrong_type(name.span, &wanted, &found).also(declared, "declared here"));
        }
        Some(Expr { kind: ExprKind::Param(id), span: name.span, name: Some(name.value.clone()) })
    }

    fn read_money(&mut self, agreement: &'a ast::Agreement) {
        let mut first: Option<Span> = None;
        for line in &agreement.lines {
            let ast::Line::MoneyIn(money) = line else { continue };
            if let Some(first) = first {
                self.tell(diagnostics::line_twice(money.span, "money in", first));
                continue;
            }
            first = Some(money.span);
            let is_name = self.names.get(&money.currency.value).is_some();
            self.header.currency = if is_name {
                self.param_of(&money.currency, ValueType::Currency)
                    .or_else(|| self.not_a_param(&money.currency))
            } else {
                self.currency_named(&money.currency).map(|currency| Expr {
                    kind: ExprKind::Value(Value::Currency(currency)),
                    span: money.currency.span,
                    name: None,
                })
            };
            if let Some(word) = &money.rounding {
                match rounding(word.value) {
                    Some(rounding) => self.header.rounding = rounding,
                    None => self.header.rounded_daily = true,
                }
            }
        }
    }

    /// Tells that a name is no parameter, unless something was told of it already.
    fn not_a_param(&mut self, name: &ast::Name) -> Option<Expr> {
        match self.names.get(&name.value) {
            Some((Thing::Param(_), _)) | None => None,
            Some((thing, span)) => {
                self.fail(diagnostics::other_thing(name, "a parameter", thing.word(), span))
            }
        }
    }

    fn read_zone(&mut self, agreement: &'a ast::Agreement) {
        let mut first: Option<Span> = None;
        for line in &agreement.lines {
            let ast::Line::TimeZone(zone) = line else { continue };
            if let Some(first) = first {
                self.tell(diagnostics::line_twice(zone.span, "time zone", first));
                continue;
            }
            first = Some(zone.span);
            let is_name = self.names.get(&zone.zone.value).is_some();
            self.header.zone = if is_name {
                self.param_of(&zone.zone, ValueType::Zone).or_else(|| self.not_a_param(&zone.zone))
            } else {
                self.zone_named(&zone.zone).map(|name| Expr {
                    kind: ExprKind::Value(Value::Text(name.as_str().into())),
                    span: zone.zone.span,
                    name: None,
                })
            };
        }
    }

    /// The zone with this name, as the database writes it.
    pub(in crate::check) fn zone_named(&mut self, name: &ast::Name) -> Option<String> {
        match Zone::named(&name.value) {
            Ok(zone) => Some(zone.name().to_owned()),
            Err(error) => self.fail(diagnostics::unknown_zone(name, &error.nearest)),
        }
    }

    fn read_term(&mut self, agreement: &'a ast::Agreement) {
        let mut first: Option<Span> = None;
        for line in &agreement.lines {
            let ast::Line::InForce(in_force) = line else { continue };
            if let Some(first) = first {
                self.tell(diagnostics::line_twice(in_force.span, "in force", first));
                continue;
            }
            first = Some(in_force.span);
            self.header.term = self.term(in_force);
        }
    }

    fn term(&mut self, in_force: &'a ast::InForce) -> Option<Term> {
        let place = Place::agreement();
        let date = Ty::Plain(ValueType::Date);
        let from = self.expr_wanted(&in_force.from, &place, &date);
        let end = match &in_force.end {
            None => None,
            Some(ast::TermEnd::Until(until)) => {
                let until = self.expr_wanted(until, &place, &date)?;
                if let (Some(Value::Date(first)), Some(Value::Date(last))) = (
                    from.as_ref().and_then(|from| constant(&from.expr, &from.ty)),
                    constant(&until.expr, &until.ty),
                ) && last < first
                {
                    return self.fail(diagnostics::empty_term(until.expr.span, in_force.from.span));
                }
                Some(TermEnd::Until(self.given(until, "the last date")?))
            }
            Some(ast::TermEnd::For(length)) => {
                let length = self.term_length(length)?;
                Some(TermEnd::For(self.given(length, "the length of the term")?))
            }
        };
        if let (Some(renewing), None) = (in_force.renewing, &end) {
            return self.fail(diagnostics::renewing_without_end(renewing));
        }
        let from = self.given(from?, "the first date")?;
        Some(Term { from, end, renewing: in_force.renewing.is_some(), span: in_force.span })
    }

    /// A value that is a constant or a parameter itself: it is needed before anything can be computed.
    pub(in crate::check) fn given(&mut self, typed: Typed, what: &str) -> Option<Expr> {
        if let Some(value) = constant(&typed.expr, &typed.ty) {
            return Some(Expr { kind: ExprKind::Value(value), ..typed.expr });
        }
        match typed.expr.kind {
            ExprKind::Param(_) => Some(typed.expr),
            _ => self.fail(diagnostics::not_constant(typed.expr.span, what)),
        }
    }

    fn term_length(&mut self, length: &'a ast::Expr) -> Option<Typed> {
        let typed = self.length_in_days(length)?;
        if constant_number(&typed.expr).is_some_and(|number| number.is_zero()) {
            return self.fail(diagnostics::empty_term(length.span, length.span));
        }
        Some(typed)
    }

    /// A length that ends with a date.
    pub(in crate::check) fn length_in_days(&mut self, length: &'a ast::Expr) -> Option<Typed> {
        let typed = self.expr(length, &Place::agreement())?;
        match typed.ty {
            Ty::Plain(ValueType::Length(LengthKind::Months | LengthKind::CalendarDays)) => {}
            _ => {
                let found = self.type_word(&typed.ty);
                return self.fail(diagnostics::wrong_type(length.span, "months or calendar days", &found));
            }
        }
        Some(typed)
    }

    fn read_parties(&mut self, agreement: &'a ast::Agreement) {
        let mut parties = agreement.lines.iter().filter_map(|line| match line {
            ast::Line::Party(party) => Some(party),
            _ => None,
        });
        let mut at = 0;
        for party in parties.by_ref() {
            let title = self.title(party.title.as_ref());
            if let Some(entry) = self.parties.find_mut(crate::check::draft::id_at(at)) {
                entry.title = title;
            }
            at += 1;
        }
        for line in &agreement.lines {
            let ast::Line::Role(role) = line else { continue };
            let title = self.title(role.title.as_ref());
            let of = self.party(&role.of);
            if let Some(of) = of
                && self.parties[of].of.is_some()
            {
                self.tell(diagnostics::role_of_role(&role.of));
            }
            if let Some(entry) = self.parties.find_mut(crate::check::draft::id_at(at)) {
                entry.title = title;
                entry.of = of;
            }
            at += 1;
        }
    }

    fn title(&mut self, title: Option<&'a ast::Title>) -> Option<Expr> {
        match title? {
            ast::Title::Text(text) => Some(Expr {
                kind: ExprKind::Value(Value::Text(text.value.as_str().into())),
                span: text.span,
                name: None,
            }),
            ast::Title::Param(name) => {
                if self.names.get(&name.value).is_none() {
                    let known = self.names.of_kind(|thing| matches!(thing, Thing::Param(_)));
                    let finding = diagnostics::unknown_name(
                        &name.value,
                        name.span,
                        crate::check::names::nearest(&name.value, &known),
                        &[],
                    );
                    return self.fail(finding);
                }
                self.param_of(name, ValueType::Text).or_else(|| self.not_a_param(name))
            }
        }
    }

    fn read_law(&mut self, agreement: &'a ast::Agreement) {
        let mut first: Option<Span> = None;
        for line in &agreement.lines {
            let ast::Line::Law(law) = line else { continue };
            match first {
                Some(first) => self.tell(diagnostics::line_twice(law.span, "law of", first)),
                None => first = Some(law.span),
            }
        }
    }

    fn read_log(&mut self, agreement: &'a ast::Agreement) {
        let mut log_first: Option<Span> = None;
        let mut lateness_first: Option<Span> = None;
        for line in &agreement.lines {
            match line {
                ast::Line::Log(log) => match log_first {
                    Some(first) => self.tell(diagnostics::line_twice(log.span, "events from log", first)),
                    None => {
                        log_first = Some(log.span);
                        self.log_names(log);
                    }
                },
                ast::Line::Lateness(lateness) => match lateness_first {
                    Some(first) => self.tell(diagnostics::line_twice(lateness.span, "events arrive", first)),
                    None => {
                        lateness_first = Some(lateness.span);
                        if let Some(nanos) = self.physical_nanos(&lateness.length) {
                            self.header.lateness = nanos;
                        }
                    }
                },
                _ => {}
            }
        }
    }

    fn log_names(&mut self, log: &ast::LogMapping) {
        for mapping in &log.names {
            let theirs = mapping.theirs.value.clone();
            match mapping.ours.value.as_str() {
                "time" => self.header.log.time = theirs,
                "type" => self.header.log.kind = theirs,
                "id" => self.header.log.id = Some(theirs),
                "agreement" => self.header.log.agreement = theirs,
                "recorded" => self.header.log.recorded = theirs,
                _ => self.tell(diagnostics::unknown_envelope(&mapping.ours)),
            }
        }
        if log.without_id.is_some() {
            self.header.log.id = None;
        }
    }

    /// A constant length of time by the clock, in nanoseconds.
    fn physical_nanos(&mut self, length: &'a ast::Expr) -> Option<i64> {
        let typed = self.expr_wanted(
            length,
            &Place::agreement(),
            &Ty::Plain(ValueType::Length(LengthKind::Physical)),
        )?;
        match constant_number(&typed.expr).and_then(|seconds| seconds.floor()) {
            Some(seconds) => i64::try_from(seconds).ok()?.checked_mul(1_000_000_000),
            None => self.fail(diagnostics::not_constant(length.span, "the lateness")),
        }
    }
}
