//! Binds a policy to the parameters of an instance, and shares between instances what is alike.

use crate::agreement::{Agreement, Placed};
use crate::arena::Id;
use crate::policy::{
    CalendarId, Expr, ExprKind, FieldType, LengthKind, Param, ParamId, ParamInput, Policy, TermEnd, Value,
    ValueType, WindowId,
};
use crate::time::{Calendar, CalendarError, Date, Instant, Windows, Zone, ZoneError};
use crate::value::Currency;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Binds a policy to instances. What places them alike is kept once.
#[derive(Debug)]
pub struct Binder<'p> {
    policy: &'p Policy,
    zones: BTreeMap<String, Zone>,
    calendars: BTreeMap<(CalendarId, String), Calendar>,
    values: BTreeSet<Arc<[Value]>>,
    /// By all that parameters can say of where an instance stands: the rest is the policy's.
    placed: BTreeMap<(String, Currency, Date, Option<Instant>), Arc<Placed>>,
}

/// How a term is cut into the times of its versions.
struct Cut<'c> {
    begins: Instant,
    versions: &'c [Instant],
    end: Option<Instant>,
}

/// Why an instance cannot be bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindProblem {
    /// A parameter that has no default is not given.
    #[error("the parameter `{0}` is missing")]
    Missing(String),
    /// A parameter has a value of another type.
    #[error("the parameter `{0}` has a value of another type")]
    Type(String),
    /// A parameter has a value that the policy does not allow.
    #[error("the parameter `{parameter}` is not {bound}")]
    Bound {
        /// The parameter.
        parameter: String,
        /// What its values are held to, as the policy writes it.
        bound: String,
    },
    /// The zone that the instance gives does not exist.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// The currency cannot be known.
    #[error("the currency is not given")]
    Currency,
    /// The term does not begin at a date, or ends before it begins.
    #[error("the term has no first date, or ends before it begins")]
    Term,
    /// A calendar cannot be placed in the zone.
    #[error("the calendar `{name}`: {error}")]
    Calendar {
        /// Its name.
        name: String,
        /// Why not.
        error: CalendarError,
    },
}

impl<'p> Binder<'p> {
    /// A binder for a policy.
    pub fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            zones: BTreeMap::new(),
            calendars: BTreeMap::new(),
            values: BTreeSet::new(),
            placed: BTreeMap::new(),
        }
    }

    /// The agreement of this name, with these values of the parameters, by [`ParamId`]; a parameter that is not
    /// given has its default.
    ///
    /// # Errors
    /// Every parameter that is missing or does not fit, or why the agreement cannot be placed in time.
    pub fn bind(&mut self, name: &str, given: Vec<Option<Value>>) -> Result<Agreement, Vec<BindProblem>> {
        let params = self.params(given)?;
        let placed = self.place(&params).map_err(|problem| vec![problem])?;
        let params = self.shared(params);
        Ok(Agreement { name: name.to_owned(), params, placed })
    }

    /// The same values, kept once.
    fn shared(&mut self, params: Vec<Value>) -> Arc<[Value]> {
        if let Some(known) = self.values.get(params.as_slice()) {
            return Arc::clone(known);
        }
        let values: Arc<[Value]> = params.into();
        self.values.insert(Arc::clone(&values));
        values
    }

    fn params(&self, given: Vec<Option<Value>>) -> Result<Vec<Value>, Vec<BindProblem>> {
        let mut given = given.into_iter();
        let mut problems = Vec::new();
        let mut params = Vec::with_capacity(self.policy.params.len());
        for param in self.policy.params.values() {
            match given.next().flatten().or_else(|| param.default.clone()) {
                None => problems.push(BindProblem::Missing(param.name.clone())),
                Some(value) if self.fits(&value, param) => {
                    if let Some(bound) = param.broken_bound(&value) {
                        let (parameter, bound) = (param.name.clone(), bound.written.clone());
                        problems.push(BindProblem::Bound { parameter, bound });
                    }
                    params.push(value);
                }
                Some(_) => problems.push(BindProblem::Type(param.name.clone())),
            }
        }
        if problems.is_empty() { Ok(params) } else { Err(problems) }
    }

    /// Whether a value is one that the parameter can have.
    fn fits(&self, value: &Value, param: &Param) -> bool {
        let listed = match (value, &param.input) {
            (Value::Word(at), ParamInput::Field(FieldType::OneOf(words))) => (*at as usize) < words.len(),
            (Value::Party(party), _) => self.policy.parties.find(*party).is_some(),
            _ => true,
        };
        listed && fits(value, param.ty)
    }

    fn place(&mut self, params: &[Value]) -> Result<Arc<Placed>, BindProblem> {
        let policy = self.policy;
        let zone = match constant(&policy.zone, params) {
            Some(Value::Text(name)) => self.zone(name)?,
            _ => return Err(BindProblem::Zone(ZoneError { name: "".into(), nearest: Vec::new() })),
        };
        let Some(Value::Currency(currency)) = constant(&policy.currency, params) else {
            return Err(BindProblem::Currency);
        };
        let currency: Currency = *currency;
        let Some(Value::Date(first_date)) = constant(&policy.term.from, params) else {
            return Err(BindProblem::Term);
        };
        let first_date = *first_date;
        let begins = zone.start_of(first_date);
        let end = match &policy.term.end {
            // A term that renews itself goes on until somebody ends it.
            _ if policy.term.renewing => None,
            None => None,
            Some(end) => {
                let after = end_of(end, first_date, params).ok_or(BindProblem::Term)?;
                Some(zone.start_of(after))
            }
        };
        if end.is_some_and(|end| end <= begins) {
            return Err(BindProblem::Term);
        }
        let key = (zone.name().to_owned(), currency, first_date, end);
        if let Some(placed) = self.placed.get(&key) {
            return Ok(Arc::clone(placed));
        }
        let versions = self.versions(begins, &zone);
        let start = versions.first().copied().unwrap_or(begins);
        let mut calendars = Vec::with_capacity(policy.calendars.len());
        for id in policy.calendars.ids() {
            calendars.push(self.calendar(id, &zone)?);
        }
        let cut = Cut { begins, versions: &versions, end };
        let windows = policy.windows.ids().map(|id| self.windows(id, &zone, &cut)).collect();
        let placed = Placed { zone, currency, first_date, start, end, calendars, windows, versions };
        Ok(Arc::clone(self.placed.entry(key).or_insert(Arc::new(placed))))
    }

    fn zone(&mut self, name: &str) -> Result<Zone, ZoneError> {
        if let Some(zone) = self.zones.get(name) {
            return Ok(zone.clone());
        }
        let zone = Zone::named(name)?;
        self.zones.insert(name.to_owned(), zone.clone());
        Ok(zone)
    }

    fn calendar(&mut self, id: CalendarId, zone: &Zone) -> Result<Calendar, BindProblem> {
        let of = &self.policy.calendars[id];
        let zone = match &of.zone {
            Some(name) => self.zone(name)?,
            None => zone.clone(),
        };
        let key = (id, zone.name().to_owned());
        if let Some(calendar) = self.calendars.get(&key) {
            return Ok(calendar.clone());
        }
        let calendar = Calendar::new(of.spec.clone(), zone)
            .map_err(|error| BindProblem::Calendar { name: of.name.clone(), error })?;
        self.calendars.insert(key, calendar.clone());
        Ok(calendar)
    }

    /// From when on each version governs: the first one from the beginning of the term.
    fn versions(&self, begins: Instant, zone: &Zone) -> Vec<Instant> {
        let mut from = begins;
        let mut starts = Vec::with_capacity(self.policy.versions.len());
        for version in self.policy.versions.values() {
            let own = version.from.map_or(from, |civil| civil.instant(zone));
            from = from.max(own);
            starts.push(from);
        }
        if !self.policy.is_signed() {
            // What nobody is bound by never begins, and no amendment of it.
            starts.fill(Instant::MAX);
        }
        starts
    }

    fn windows(&self, id: WindowId, zone: &Zone, cut: &Cut<'_>) -> Windows {
        let start = cut.versions.first().copied().unwrap_or(cut.begins);
        let all = Windows::new(self.policy.windows[id], zone.clone(), cut.begins, cut.end).begun_at(start);
        let Some(version) = self.policy.window_versions.find(id).copied().flatten() else { return all };
        let start = |at: usize| cut.versions.get(at).copied();
        let from = start(version.index()).filter(|_| version.index() > 0).unwrap_or(Instant::MIN);
        all.starting(from, start(version.index() + 1).unwrap_or(Instant::MAX))
    }
}

/// The date after the last one of a term.
fn end_of(end: &TermEnd, first: Date, params: &[Value]) -> Option<Date> {
    match end {
        TermEnd::Until(last) => match constant(last, params)? {
            Value::Date(last) => last.add_days(1),
            _ => None,
        },
        TermEnd::For(length) => match constant(length, params)? {
            Value::Length(length) => {
                let amount = i64::try_from(length.amount.to_i128()?).ok()?;
                match length.kind {
                    LengthKind::Months => first.add_months(amount),
                    LengthKind::CalendarDays => first.add_days(amount),
                    LengthKind::Physical | LengthKind::Open(_) | LengthKind::BusinessDays(_) => None,
                }
            }
            _ => None,
        },
    }
}

/// The value of an expression that is a constant or a parameter.
pub(crate) fn constant<'v>(expr: &'v Expr, params: &'v [Value]) -> Option<&'v Value> {
    match &expr.kind {
        ExprKind::Value(value) => Some(value),
        ExprKind::Param(param) => params.get(ParamId::index(*param)),
        _ => None,
    }
}

/// Whether a value is of a type.
fn fits(value: &Value, ty: ValueType) -> bool {
    match (value, ty) {
        (Value::Bool(_), ValueType::Bool)
        | (Value::Word(_), ValueType::Word)
        | (Value::Text(_), ValueType::Text | ValueType::Zone)
        | (Value::Party(_), ValueType::Party)
        | (
            Value::Number(_),
            ValueType::Number
            | ValueType::Share
            | ValueType::Points
            | ValueType::Money
            | ValueType::MoneyPer(_)
            | ValueType::SharePer(_),
        )
        | (Value::Length(_), ValueType::AnyLength)
        | (Value::Date(_), ValueType::Date)
        | (Value::Instant(_), ValueType::Instant)
        | (Value::Currency(_), ValueType::Currency) => true,
        (Value::Number(number), ValueType::Count) => number.is_integer() && !number.is_negative(),
        (Value::Length(length), ValueType::Length(kind)) => length.kind == kind,
        _ => false,
    }
}
