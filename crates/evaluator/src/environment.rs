//! What expressions read: of an item and an event, and of a window.

use crate::expression::{Environment, unknown};
use crate::outcome::Quantity;
use crate::plan::Plan;
use crate::state::{Item, Later, LeafCount, OpenWindow, State};
use servanda_events::{Fact, FieldValue};
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    CalendarId, Case, CaseId, DutyId, EventType, FieldType, FoldId, Length, LengthKind, MeasureId, ParamId,
    Unit, Value, ValueType, Verdict, VersionId,
};
use servanda_policy::time::{Date, Instant};
use servanda_policy::value::{Currency, Exact};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An item, an event, or both.
pub(crate) struct Things<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) plan: &'a Plan,
    pub(crate) item: Option<(&'a Case, &'a Item)>,
    pub(crate) fact: Option<(&'a EventType, &'a Fact)>,
    /// Acts are read as they were just before this instant.
    pub(crate) before: Option<Instant>,
    /// What is known of other items, where it can be asked for.
    pub(crate) others: Option<&'a Later>,
}

impl<'a> Things<'a> {
    pub(crate) fn none(agreement: &'a Agreement, plan: &'a Plan) -> Self {
        Things { agreement, plan, item: None, fact: None, before: None, others: None }
    }

    pub(crate) fn item(agreement: &'a Agreement, plan: &'a Plan, case: &'a Case, item: &'a Item) -> Self {
        Things { agreement, plan, item: Some((case, item)), fact: None, before: None, others: None }
    }

    pub(crate) fn fact(agreement: &'a Agreement, plan: &'a Plan, fact: &'a Fact) -> Self {
        Things {
            agreement,
            plan,
            item: None,
            fact: Some((&plan.policy.events[fact.event], fact)),
            before: None,
            others: None,
        }
    }
}

impl Environment for Things<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        param_of(self.agreement, param)
    }

    fn version(&self) -> VersionId {
        let item = self.item.map(|(_, item)| item.born);
        let fact = self.fact.map(|(_, fact)| fact.at);
        item.or(fact).map_or(VersionId(0), |at| self.agreement.version_at(at))
    }

    fn field(&self, place: u32) -> Quantity {
        let Some((case, item)) = self.item else { return Quantity::NoData };
        let Some(field) = case.fields.get(place as usize) else { return Quantity::NoData };
        let value = item.fields.get(place as usize).unwrap_or(&FieldValue::Absent);
        quantity_of(value, field.ty, self.agreement.currency, &field.name, case.span)
    }

    fn fact_field(&self, place: u32) -> Quantity {
        let Some((event, fact)) = self.fact else { return Quantity::NoData };
        let Some(field) = event.fields.get(place as usize) else { return Quantity::NoData };
        quantity_of(fact.field(place), type_of(&field.ty), self.agreement.currency, &field.name, field.span)
    }

    fn done(&self, act: u32) -> Option<bool> {
        let Some((case, item)) = self.item else { return Some(false) };
        let done = item.acts.get(act as usize).is_some_and(|act| match self.before {
            Some(at) => act.done_before(at),
            None => act.done,
        });
        let pays = case.debt.as_ref().is_some_and(|debt| debt.paid == act);
        let unknown = pays && item.debt.as_deref().is_some_and(|debt| debt.unpaid.is_none());
        (done || !unknown).then_some(done)
    }

    fn verdict(&self, duty: DutyId) -> Option<Verdict> {
        let (_, item) = self.item?;
        self.plan.duties_on(item, duty).find_map(|duty| duty.verdict)
    }

    fn verdict_of(&self, duty: DutyId, key: &str) -> Option<Verdict> {
        let (_, item) = self.item?;
        self.others?.verdict_of(self.plan, duty, key, item.born)
    }

    fn elapsed(&self, kind: LengthKind, act: u32) -> Quantity {
        let Some((case, item)) = self.item else { return Quantity::NoData };
        let Some(done) = item.acts.get(act as usize).and_then(|act| act.first) else {
            return Quantity::NoData;
        };
        let Some(start) = crate::clock::instant_of(self.agreement, item.start) else {
            return unknown("when it began is unknown", case.span);
        };
        let pauses = item.pauses.as_deref().map_or(&[][..], |pauses| pauses.over.as_slice());
        match crate::clock::elapsed(self.agreement, kind, start, done, pauses) {
            Some(amount) => Quantity::Known(Value::Length(Length { kind, amount })),
            None => unknown("how long it took is unknown", case.span),
        }
    }

    /// Items and events have no window.
    fn previous(&self, _measure: MeasureId) -> Option<Quantity> {
        None
    }

    fn during(&self, calendar: CalendarId) -> bool {
        let at = self.fact.map(|(_, fact)| fact.at).or_else(|| self.item.map(|(_, item)| item.born));
        let calendar = crate::clock::calendar_of(self.agreement, calendar);
        at.zip(calendar).is_some_and(|(at, calendar)| calendar.is_open(at))
    }

    fn charge(&self) -> Quantity {
        self.debt(|debt| debt.charge.clone())
    }

    fn unpaid(&self) -> Quantity {
        self.debt(|debt| debt.unpaid.clone())
    }
}

impl Things<'_> {
    fn debt(&self, part: impl Fn(&crate::state::DebtState) -> Option<Exact>) -> Quantity {
        let Some((case, item)) = self.item else { return Quantity::NoData };
        let Some(debt) = item.debt.as_deref() else { return Quantity::NoData };
        match part(debt) {
            Some(amount) => Quantity::Known(Value::Number(amount)),
            None if debt.causes.is_empty() => unknown("what is owed is unknown", case.span),
            None => Quantity::Unknown { causes: debt.causes.clone(), between: None },
        }
    }
}

/// What can be read elsewhere, for a day.
pub(crate) struct OnDay<'e, E> {
    pub(crate) env: &'e E,
    pub(crate) day: Date,
    /// How many breaches in a row there are with the one that is at hand, if one is.
    pub(crate) misses: Option<u32>,
}

impl<E: Environment> Environment for OnDay<'_, E> {
    fn day(&self) -> Quantity {
        known(Value::Date(self.day))
    }

    /// Only the misses of the duty that is broken can be asked for.
    fn misses(&self, _duty: DutyId) -> Quantity {
        self.misses
            .map_or(Quantity::NoData, |misses| known(Value::Number(Exact::integer(i128::from(misses)))))
    }

    fn param(&self, param: ParamId) -> Quantity {
        self.env.param(param)
    }

    fn version(&self) -> VersionId {
        self.env.version()
    }

    fn field(&self, place: u32) -> Quantity {
        self.env.field(place)
    }

    fn fact_field(&self, place: u32) -> Quantity {
        self.env.fact_field(place)
    }

    fn done(&self, act: u32) -> Option<bool> {
        self.env.done(act)
    }

    fn verdict(&self, duty: DutyId) -> Option<Verdict> {
        self.env.verdict(duty)
    }

    fn charge(&self) -> Quantity {
        self.env.charge()
    }

    fn unpaid(&self) -> Quantity {
        self.env.unpaid()
    }

    fn rest(&self, case: CaseId) -> Quantity {
        self.env.rest(case)
    }

    fn fold(&self, fold: FoldId) -> Quantity {
        self.env.fold(fold)
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        self.env.measure(measure)
    }

    fn previous(&self, measure: MeasureId) -> Option<Quantity> {
        self.env.previous(measure)
    }

    fn elapsed(&self, kind: LengthKind, act: u32) -> Quantity {
        self.env.elapsed(kind, act)
    }

    fn during(&self, calendar: CalendarId) -> bool {
        self.env.during(calendar)
    }
}

/// Parameters alone.
pub(crate) struct Given<'a>(pub(crate) &'a Agreement);

impl Environment for Given<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        param_of(self.0, param)
    }

    /// Parameters have no window.
    fn previous(&self, _measure: MeasureId) -> Option<Quantity> {
        None
    }
}

/// A window: the figures of its folds and measures as they stand at an instant.
pub(crate) struct InWindow<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) plan: &'a Plan,
    pub(crate) open: &'a OpenWindow,
    pub(crate) state: &'a State,
    pub(crate) at: Instant,
    /// Figures of windows before that are not final, as they stand at the instant: those that are known already.
    pub(crate) standing: &'a Standing,
}

impl InWindow<'_> {
    /// How many items hold each leaf of a time fold on, in the window or in the group of which it is the window.
    pub(crate) fn leaves(&self, fold: FoldId) -> Cow<'_, [LeafCount]> {
        crate::group::leaves(&self.state.leaves, &self.state.seldom.group_leaves, fold, self.open.name())
    }
}

/// Figures as they stand, by measure and window number.
pub(crate) type Standing = BTreeMap<(MeasureId, i32), Quantity>;

impl Environment for InWindow<'_> {
    fn param(&self, param: ParamId) -> Quantity {
        param_of(self.agreement, param)
    }

    fn fold(&self, fold: FoldId) -> Quantity {
        crate::gather::figure(self, fold).0
    }

    fn measure(&self, measure: MeasureId) -> Quantity {
        let settled = self.open.figures.get(self.plan.measure_places[measure]).and_then(Option::as_deref);
        match settled {
            Some(settled) => settled.value.clone(),
            None => crate::shape::shaped(
                self,
                measure,
                crate::expression::evaluate(&self.plan.policy.measures[measure].value, self),
            ),
        }
    }

    fn previous(&self, measure: MeasureId) -> Option<Quantity> {
        let before = self.open.window.index.checked_sub(1)?;
        let unit = self.plan.policy.measures[measure].unit;
        let figure = self.plan.same_measures[measure].iter().find_map(|measure| {
            let known = self.state.seldom.more.previous.get(measure).and_then(|known| known.get(&before));
            if let Some(known) = known.or_else(|| self.standing.get(&(*measure, before))) {
                return Some(known.clone());
            }
            let list = &self.state.windows[self.plan.policy.measures[*measure].window];
            let open = list.iter().find(|open| open.window.index == before)?;
            Some(InWindow { open, ..*self }.measure(*measure))
        });
        figure.map(|figure| in_unit(figure, unit))
    }
}

/// A figure of a version before as a version reads it: an hour of a calendar is one of the calendar of that name.
fn in_unit(figure: Quantity, unit: Unit) -> Quantity {
    match (figure, unit) {
        (Quantity::Known(Value::Length(Length { amount, .. })), Unit::Length(kind)) => {
            known(Value::Length(Length { kind, amount }))
        }
        (figure, _) => figure,
    }
}

pub(crate) fn param_of(agreement: &Agreement, param: ParamId) -> Quantity {
    agreement.params.get(param.index()).map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
}

/// The type of an event's field as a value.
pub(crate) const fn type_of(ty: &FieldType) -> ValueType {
    match ty {
        FieldType::Id | FieldType::Text => ValueType::Text,
        FieldType::Count => ValueType::Count,
        FieldType::Number => ValueType::Number,
        FieldType::Money { .. } | FieldType::MinorMoney => ValueType::Money,
        FieldType::Percent => ValueType::Share,
        FieldType::Date => ValueType::Date,
        FieldType::Instant => ValueType::Instant,
        FieldType::Party(_) => ValueType::Party,
        FieldType::YesNo => ValueType::Bool,
        FieldType::OneOf(_) => ValueType::Word,
        FieldType::Length { kind, .. } => ValueType::Length(*kind),
    }
}

/// The value of a field as expressions compute with it.
pub(crate) fn quantity_of(
    field: &FieldValue,
    ty: ValueType,
    currency: Currency,
    name: &str,
    span: servanda_diagnostics::Span,
) -> Quantity {
    let number = |exact: Exact| match ty {
        ValueType::Share => exact
            .checked_div(&Exact::integer(100))
            .map_or(Quantity::NoData, |share| known(Value::Number(share))),
        ValueType::Length(kind) => known(Value::Length(Length { kind, amount: exact })),
        _ => known(Value::Number(exact)),
    };
    match field {
        FieldValue::Absent => Quantity::NoData,
        FieldValue::Bad => unknown(format!("the field `{name}` of the event is missing or unreadable"), span),
        FieldValue::Text(text) => known(Value::Text(text.clone())),
        FieldValue::Word(word) => known(Value::Word(*word)),
        FieldValue::Party(party) => known(Value::Party(*party)),
        FieldValue::Bool(yes) => known(Value::Bool(*yes)),
        FieldValue::Count(count) => number(Exact::integer(i128::from(*count))),
        FieldValue::Money(minor) => {
            Exact::ratio(i128::from(*minor), currency.minor_per_major()).map_or(Quantity::NoData, number)
        }
        FieldValue::Decimal { mantissa, scale } => {
            let scale = 10_i128.checked_pow(u32::from(*scale)).unwrap_or(1);
            Exact::ratio(i128::from(*mantissa), scale).map_or(Quantity::NoData, number)
        }
        FieldValue::Date(date) => known(Value::Date(*date)),
        FieldValue::Instant(instant) => known(Value::Instant(*instant)),
    }
}

const fn known(value: Value) -> Quantity {
    Quantity::Known(value)
}

/// A physical length in seconds, from nanoseconds.
pub(crate) fn seconds(nanos: i128) -> Exact {
    Exact::ratio(nanos, 1_000_000_000).unwrap_or_else(|| Exact::integer(0))
}
