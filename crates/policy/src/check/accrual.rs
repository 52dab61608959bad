//! What runs while a debt is unpaid: an amount for each period, or by the days of a year, and whether it compounds.

use crate::arena::Id;
use crate::check::case::PAY;
use crate::check::consequence::{Limits, Stretch, default_kind};
use crate::check::draft::Draft;
use crate::check::length::is_nearly_calendar;
use crate::check::names::Thing;
use crate::check::place::Place;
use crate::check::types::Ty;
use crate::diagnostics;
use crate::policy::{
    Accrual, CaseId, Compounding, Counted, DutyId, Expr, Form, LengthKind, PartyId, ValueType,
};
use crate::time::{DayCount, WindowSpec, WindowUnit};
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{self, PointKind};

/// How an amount runs.
pub(in crate::check) struct Running {
    amount: Expr,
    period: ast::Unit,
    counted: Counted,
    by: Option<DayCount>,
    delay: Option<Expr>,
    grace: Option<Expr>,
}

impl<'a> Draft<'a> {
    /// The amount per period that an amount is, where it is one.
    pub(in crate::check) fn find_per(&self, amount: &'a ast::Expr) -> Option<&'a ast::Expr> {
        match &amount.kind {
            ast::ExprKind::Per { .. } => Some(amount),
            ast::ExprKind::Paren(inner) => self.find_per(inner),
            _ => None,
        }
    }

    /// `late_rate of bill.amount per calendar day begun from the deadline until paid`
    pub(in crate::check) fn accrual(
        &mut self,
        per: &'a ast::Expr,
        place: &Place,
        stretch: &Stretch<'a>,
        duty: Option<DutyId>,
    ) -> Option<Running> {
        let ast::ExprKind::Per { amount, kind, unit, counted, by } = &per.kind else { return None };
        let amount = self.money_at(amount, &place.for_a_day());
        let owed = duty.and_then(|duty| match self.duties.get(duty.index())?.as_ref()?.form {
            Form::Do { case, act, .. } => {
                self.cases[case].debt.as_ref().is_some_and(|debt| debt.paid == act).then_some(case)
            }
            _ => None,
        });
        let Some(owed) = owed else {
            return self.fail(diagnostics::accrual_without_debt(per.span));
        };
        let (delay, grace) = self.check_stretch(per.span, stretch, owed)?;
        if let Some(by) = by {
            let by = self.day_count(by, kind.as_ref(), unit)?;
            let (period, counted) = (ast::Unit::Day, Counted::Begun);
            return Some(Running { amount: amount?, period, counted, by: Some(by), delay, grace });
        }
        let Some(counted) = counted else {
            let finding = match kind {
                Some(word) if matches!(word.value.as_str(), "begun" | "completed") => {
                    diagnostics::counted_before(word, unit, self.words_at(unit.span))
                }
                kind => diagnostics::accrual_uncounted(unit, kind.is_some(), self.words_at(unit.span)),
            };
            return self.fail(finding);
        };
        match (kind.as_ref().map(|kind| kind.value.as_str()), unit.value) {
            (Some("calendar"), ast::Unit::Day | ast::Unit::Week)
            | (Some("calendar") | None, ast::Unit::Month | ast::Unit::Quarter | ast::Unit::Year) => {}
            (None, ast::Unit::Day | ast::Unit::Week) => {
                let known = self.names.of_kind(|_| false);
                return self.fail(diagnostics::bare_days(unit.span, None, self.words_at(unit.span), &known));
            }
            _ => {
                if let Some(kind) = kind.as_ref().filter(|kind| is_nearly_calendar(kind)) {
                    return self.fail(diagnostics::nearly_calendar(kind));
                }
                let span = kind.as_ref().map_or(unit.span, |kind| kind.span.join(unit.span));
                let what = format!("an amount per {}", self.words_at(span));
                return self.fail(diagnostics::not_supported(span, &what, "write `per calendar day begun`"));
            }
        }
        let counted = match counted.value {
            ast::Counted::Begun => Counted::Begun,
            ast::Counted::Completed => Counted::Completed,
        };
        Some(Running { amount: amount?, period: unit.value, counted, by: None, delay, grace })
    }

    /// `from the deadline until paid`: how much later it begins, and until when it is forgiven.
    fn check_stretch(
        &mut self,
        per: Span,
        stretch: &Stretch<'a>,
        owed: CaseId,
    ) -> Option<(Option<Expr>, Option<Expr>)> {
        let until = match stretch.until.map(|point| &point.kind) {
            Some(PointKind::Path(path)) => Some(path),
            _ => None,
        };
        if let Some(path) = until
            && !self.is_payment_of(path, owed)
        {
            let name = &self.cases[owed].name;
            let finding = diagnostics::accrual_until_other(self.words_at(path.span), path.span, name);
            return self.fail(finding);
        }
        let delay = match stretch.from.map(|point| &point.kind) {
            Some(PointKind::Deadline) if until.is_some() => None,
            Some(PointKind::AfterDeadline(length)) if until.is_some() => Some(self.free_days(length)?),
            _ => {
                let part = stretch.from.or(stretch.until).map(|point| point.span);
                return self.fail(diagnostics::accrual_without_stretch(per, part));
            }
        };
        let grace = match &stretch.grace {
            None => None,
            Some(grace) if self.is_payment_of(grace.act, owed) => Some(self.free_days(grace.length)?),
            Some(grace) => {
                let name = &self.cases[owed].name;
                let written = self.words_at(grace.act.span);
                let finding = diagnostics::grace_until_other(written, grace.act.span, name);
                return self.fail(finding);
            }
        };
        Some((delay, grace))
    }

    /// Whether a path is the participle of the payment of a case.
    fn is_payment_of(&self, path: &ast::Path, case: CaseId) -> bool {
        match path.parts.as_slice() {
            [paid] => paid.value == PAY.1,
            [owner, paid] => owner.value == self.cases[case].name && paid.value == PAY.1,
            _ => false,
        }
    }

    /// A number of calendar days behind a deadline.
    fn free_days(&mut self, length: &'a ast::Expr) -> Option<Expr> {
        let typed = self.expr(length, &Place::agreement())?;
        if typed.ty == Ty::Plain(ValueType::Length(LengthKind::CalendarDays)) {
            return Some(typed.expr);
        }
        let found = self.type_word(&typed.ty);
        self.fail(diagnostics::free_days(length.span, &found))
    }

    /// `per year by actual/365`
    fn day_count(
        &mut self,
        by: &Spanned<String>,
        kind: Option<&ast::Name>,
        unit: &Spanned<ast::Unit>,
    ) -> Option<DayCount> {
        let Some(known) = DayCount::ALL.into_iter().find(|known| known.words() == by.value) else {
            return self.fail(diagnostics::unknown_day_count(by));
        };
        let year = unit.value == ast::Unit::Year && kind.is_none_or(|kind| kind.value == "calendar");
        if !year {
            let span = kind.map_or(unit.span, |kind| kind.span.join(unit.span));
            let finding = diagnostics::day_count_of_no_year(span, self.words_at(span), by);
            return self.fail(finding);
        }
        Some(known)
    }

    /// What accrues, with its parties and limits.
    pub(in crate::check) fn accrues(
        &mut self,
        money: &'a ast::Money,
        (debtor, creditor): (PartyId, PartyId),
        limits: Limits<'a>,
        running: Running,
        place: &Place,
    ) -> Option<Accrual> {
        if let Some(below) = &limits.nothing_below {
            let instead = "raise it with `at least`, or leave it out: what accrues grows";
            let what = "`nothing below` for what accrues";
            return self.fail(diagnostics::not_supported(below.span, what, instead));
        }
        let compounding = match limits.compounding {
            None => None,
            Some((each, span)) => Some(self.compounding(money, &running, each, span, place)?),
        };
        let kind = limits.kind.unwrap_or_else(|| self.kind_id(default_kind(money.credits)));
        let Running { amount, period, counted, by, delay, grace } = running;
        Some(Accrual {
            debtor,
            creditor,
            kind,
            amount,
            period,
            counted,
            by,
            compounding,
            delay,
            grace,
            at_least: limits.at_least,
            caps: limits.caps,
            rounding: limits.rounding.unwrap_or(self.header.rounding),
            rounded_each: limits.rounded_each || self.header.rounded_daily,
        })
    }

    /// `compounding`, `compounding each calendar month`
    fn compounding(
        &mut self,
        money: &'a ast::Money,
        running: &Running,
        each: Option<&'a ast::Window>,
        span: Span,
        place: &Place,
    ) -> Option<Compounding> {
        let per = self.find_per(&money.amount)?;
        let ast::ExprKind::Per { amount, .. } = &per.kind else { return None };
        if !self.is_percentage_of_money(amount, &place.for_a_day()) {
            return self.fail(diagnostics::compounds_no_percentage(amount.span, span));
        }
        let Some(window) = each else {
            return match running.by {
                Some(by) => self.fail(diagnostics::compounding_when(span, by)),
                None => Some(Compounding::EachPeriod),
            };
        };
        let spec = self.window(window)?;
        let WindowSpec::Calendar(unit) = spec else {
            return self.fail(diagnostics::compounding_window(window.span));
        };
        // One way to say it: each period of a day is a day, and longer ones end within the windows of the calendar.
        if running.by.is_none() && (running.period != ast::Unit::Day || unit == WindowUnit::Day) {
            return self.fail(diagnostics::compounding_periods(span));
        }
        Some(Compounding::Each(unit))
    }

    /// Whether an amount, which is sound, is a percentage applied to money.
    fn is_percentage_of_money(&mut self, amount: &'a ast::Expr, place: &Place) -> bool {
        match &amount.kind {
            ast::ExprKind::Paren(inner) => self.is_percentage_of_money(inner, place),
            ast::ExprKind::Of { left, right } => {
                let types = (self.expr(left, place), self.expr(right, place));
                matches!(types, (Some(rate), Some(base)) if rate.ty == Ty::SHARE && base.ty == Ty::MONEY)
            }
            ast::ExprKind::Path(path) => match path.parts.as_slice() {
                [name] => match self.names.get(&name.value) {
                    Some((Thing::Let(value), _)) => match &value.value {
                        ast::LetValue::Expr(expr) => self.is_percentage_of_money(expr, place),
                        _ => false,
                    },
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
}
