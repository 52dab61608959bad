//! Drafts in which a figure is just below a bound, at it, or just above it.

mod time;

use super::act::Attempt;
use super::bench::{Bench, later};
use super::draft::{Draft, Happens};
use super::values::{Want, letter};
use crate::coverage::Side;
use servanda_evaluator::expression::{Environment, evaluate};
use servanda_evaluator::outcome::Quantity;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    Case, DutyId, EventId, Expr, ExprKind, FieldType, FoldId, FoldKind, Form, ItemFold, Length, MeasureId,
    ParamId, Source, Value, ValueType, Verdict, VersionId,
};
use servanda_policy::time::{Instant, NANOS_PER_DAY, Window};
use servanda_policy::value::Exact;
use std::collections::{BTreeMap, BTreeSet};
use time::Lived;

/// How many items a draft has of one kind at most.
const ITEMS_MAX: i128 = 500;
/// Of how many items a share is taken at least, so that one more or less is near its bound.
const SHARE_OF: i128 = 20;
/// Seconds between items.
const APART: i64 = 60;
/// A window that is as long as this never ends: thirty years.
const NEVER: i128 = 30 * 366 * NANOS_PER_DAY as i128;
/// In how many windows a figure is tried.
const WINDOWS_MAX: usize = 4;
/// How long after a window what happens in it may still be decided, in days.
const DECIDED_DAYS: [i64; 2] = [1, 90];

impl<'p> Bench<'p> {
    /// The number that a bound is.
    pub(super) fn bound(&self, bound: &Expr) -> Attempt<Exact> {
        let none = Given { bench: self, folds: &BTreeMap::new() };
        number(evaluate(bound, &none))
            .ok_or_else(|| "its bound is no number that is known beforehand".to_owned())
    }

    /// Drafts in which a figure is on a side of a number.
    pub(super) fn around(&self, measure: MeasureId, wanted: &Exact, side: Side) -> Attempt<Vec<Draft>> {
        let folds = self.folds(&self.policy.measures[measure].value);
        if folds.is_empty() {
            return Err("its figure is computed from nothing that happens".to_owned());
        }
        let mut why = None;
        // A bound that no whole second of a long month hits may be hit by one of a short month.
        for window in self.windows(measure) {
            for fold in &folds {
                match self.by_fold(measure, *fold, &folds, wanted, side, &window) {
                    Ok(happens) => return Ok(self.looked_at(&happens, &window)),
                    Err(reason) => why = why.or(Some(reason)),
                }
            }
        }
        Err(why.unwrap_or_else(|| "its window never ends".to_owned()))
    }

    /// Windows of a figure that end, those first of which nothing is cut.
    pub(super) fn windows(&self, measure: MeasureId) -> Vec<Window> {
        let id = self.policy.measures[measure].window;
        let Some(windows) = self.agreement.windows.get(id.index()) else { return Vec::new() };
        let version = self.policy.window_versions.find(id).copied().flatten();
        let from = self.begin(version.unwrap_or(VersionId(0)));
        let first = windows.window_of(from).or_else(|| windows.first());
        let all = std::iter::successors(first, |window| windows.next(window));
        let mut found: Vec<Window> = all.take(WINDOWS_MAX).filter(|window| window.nanos() < NEVER).collect();
        found.sort_by_key(Window::is_partial);
        found
    }

    /// Drafts that are looked at when a window is over.
    pub(super) fn looked_at(&self, happens: &[Happens], window: &Window) -> Vec<Draft> {
        let end = happens.iter().map(Happens::last).max().map_or(window.end, |last| last.max(window.end));
        let drafts = DECIDED_DAYS.iter().map(|days| Draft {
            happens: happens.to_vec(),
            as_of: self.day_after(later(end, (days - 1) * 86_400)),
        });
        drafts.collect()
    }

    /// Everything that a figure is gathered from, in its order.
    fn folds(&self, expr: &Expr) -> Vec<FoldId> {
        let found = std::cell::RefCell::new(Vec::new());
        expr.any(&|part| {
            let more = match part.kind {
                ExprKind::Fold(fold) => vec![fold],
                ExprKind::Measure(measure) => self.folds(&self.policy.measures[measure].value),
                _ => Vec::new(),
            };
            let mut found = found.borrow_mut();
            for fold in more {
                if !found.contains(&fold) {
                    found.push(fold);
                }
            }
            false
        });
        found.into_inner()
    }

    /// What has to happen for one of the things that a figure is gathered from, the others being some plain number.
    fn by_fold(
        &self,
        measure: MeasureId,
        fold: FoldId,
        folds: &[FoldId],
        wanted: &Exact,
        side: Side,
        window: &Window,
    ) -> Attempt<Vec<Happens>> {
        let value = &self.policy.measures[measure].value;
        let plain = |other: FoldId| match &self.policy.folds[other].kind {
            FoldKind::Items { of: ItemFold::Count, .. } => Exact::integer(10),
            FoldKind::Items { of: ItemFold::Share(_), .. } | FoldKind::Time { share: true, .. } => {
                Exact::integer(1)
            }
            FoldKind::Items { .. } => Exact::integer(1000),
            FoldKind::Time { .. } => Exact::integer(3600),
        };
        let mut given: BTreeMap<FoldId, Exact> = folds.iter().map(|other| (*other, plain(*other))).collect();
        let mut figure = |with: &Exact| {
            given.insert(fold, with.clone());
            number(evaluate(value, &Given { bench: self, folds: &given }))
        };
        let shape = || "its figure is no straight line in what it is gathered from".to_owned();
        let (zero, one) =
            (figure(&Exact::ZERO).ok_or_else(shape)?, figure(&Exact::integer(1)).ok_or_else(shape)?);
        let slope = &one - &zero;
        let needed = (wanted - &zero).checked_div(&slope).ok_or_else(shape)?;
        if figure(&needed).as_ref() != Some(wanted) {
            return Err(shape());
        }
        let side = match (side, slope.is_negative()) {
            (Side::Below, true) => Side::Above,
            (Side::Above, true) => Side::Below,
            (side, _) => side,
        };
        let mut happens = Vec::new();
        for (place, other) in folds.iter().enumerate() {
            let (of, side) = if *other == fold { (&needed, side) } else { (&plain(*other), Side::At) };
            happens.extend(self.gathered((measure, *other), of, side, window, place)?);
        }
        happens.sort_by_key(|event| event.at);
        Ok(happens)
    }

    /// What has to happen for a fold to be on a side of a number.
    fn gathered(
        &self,
        (measure, id): (MeasureId, FoldId),
        wanted: &Exact,
        side: Side,
        window: &Window,
        place: usize,
    ) -> Attempt<Vec<Happens>> {
        let fold = &self.policy.folds[id];
        // Each of several folds begins an hour behind the one before.
        let begin = later(self.within(window), i64::try_from(place).unwrap_or(0).saturating_mul(3600));
        match &fold.kind {
            FoldKind::Items { source, filter, of, .. } => {
                let wants: Vec<Want<'p>> = filter.iter().map(|filter| Want::of(filter, true)).collect();
                match of {
                    ItemFold::Count => {
                        let count = whole(&stepped(wanted, side, &Exact::integer(1))?)?;
                        self.items(source, &wants, count, begin, "")
                    }
                    ItemFold::Share(condition) => self.share(source, &wants, condition, wanted, side, begin),
                    ItemFold::Distinct(_) => Err("it counts different values".to_owned()),
                    ItemFold::Percentile { of, .. }
                    | ItemFold::Sum(of)
                    | ItemFold::Average(of)
                    | ItemFold::Highest(of)
                    | ItemFold::Lowest(of)
                    | ItemFold::First(of)
                    | ItemFold::Latest(of) => self.valued(source, &wants, of, wanted, side, begin),
                }
            }
            FoldKind::Time { within, negated, leaving_out: _, share, .. } => {
                let lived = Lived { within, negated: *negated, share: *share, measure };
                self.time(&lived, wanted, side, (begin, window))
            }
        }
    }

    /// A morning within a window; of a long one, of its first Monday.
    fn within(&self, window: &Window) -> Instant {
        let monday = self.monday(window.start);
        let ten = later(window.start, 10 * 3600);
        [monday, ten].into_iter().find(|at| window.contains(*at)).unwrap_or(window.start)
    }

    /// So many items of what is counted.
    fn items(
        &self,
        source: &Source,
        wants: &[Want<'p>],
        count: i128,
        begin: Instant,
        mark: &str,
    ) -> Attempt<Vec<Happens>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        if !(0..=ITEMS_MAX).contains(&count) {
            return Err(format!("it would take {count} of what is counted"));
        }
        let one = match source {
            Source::Events(event) => {
                let found = self.events(*event, None, wants, begin, 1);
                found.into_iter().next().ok_or("no values were found with which such an event would count")?
            }
            Source::Cases(case) => {
                let key = format!("{}{mark}-1", letter(&self.policy.cases[*case].name));
                let mut found = self.openings(*case, &key, wants, begin, 1)?;
                found.pop().ok_or("no values were found with which such an item would count")?
            }
            Source::Breaches(duties) => return self.breaches(duties, count, begin),
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Ok(vec![repeated(one, count, self)])
    }

    /// So many breaches of duties: of what nothing is done about.
    fn breaches(&self, duties: &[DutyId], count: i128, begin: Instant) -> Attempt<Vec<Happens>> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        for id in duties {
            if let Form::Do { case, filter, .. } = &self.policy.duties[*id].form {
                let wants: Vec<Want<'p>> = filter.iter().map(|filter| Want::of(filter, true)).collect();
                let mut found = self.openings(*case, &self.key(*case), &wants, begin, 1)?;
                let one = found.pop().ok_or("nothing opens what would be broken")?;
                return Ok(vec![repeated(one, count, self)]);
            }
            if let Ok(found) = self.by_sequence(crate::coverage::Part::Duty(*id, false), *id) {
                let moved = found.draft.happens.iter().zip(0..).map(|(event, place)| {
                    repeated(Happens { at: later(begin, place), ..event.clone() }, count, self)
                });
                return Ok(moved.collect());
            }
        }
        Err("it counts breaches for which no events were found".to_owned())
    }

    /// Items of which a share fulfills a condition.
    fn share(
        &self,
        source: &Source,
        wants: &[Want<'p>],
        condition: &'p Expr,
        wanted: &Exact,
        side: Side,
        begin: Instant,
    ) -> Attempt<Vec<Happens>> {
        let (part, of) = wanted.small_parts().ok_or("its bound is no simple fraction")?;
        let times = (SHARE_OF + of - 1) / of.max(1);
        let all = of.checked_mul(times.max(1)).filter(|all| *all <= ITEMS_MAX);
        let all = all.ok_or_else(|| format!("it would take {of} of what is counted"))?;
        let fulfilled = part * (all / of.max(1))
            + match side {
                Side::Below => -1,
                Side::At => 0,
                Side::Above => 1,
            };
        if !(0..=all).contains(&fulfilled) {
            return Err("no share is on that side".to_owned());
        }
        let second = later(begin, APART / 2);
        let groups = |with: &[Want<'p>], without: &[Want<'p>], acts: (Option<u32>, Option<u32>)| {
            let mut happens = self.group(source, with, fulfilled, begin, "", acts.0)?;
            happens.extend(self.group(source, without, all - fulfilled, second, "L", acts.1)?);
            Ok(happens)
        };
        let also = |more: Want<'p>| wants.iter().copied().chain([more]).collect::<Vec<Want<'p>>>();
        match (&condition.kind, source) {
            (ExprKind::Verdict(duty, verdicts), Source::Cases(_)) => {
                let Form::Do { act, filter, .. } = &self.policy.duties[*duty].form else {
                    return Err("it asks for a verdict that no act decides".to_owned());
                };
                let wants: Vec<Want<'p>> =
                    wants.iter().copied().chain(filter.iter().map(|filter| Want::of(filter, true))).collect();
                match verdicts.contains(Verdict::Kept) {
                    true => groups(&wants, &wants, (Some(*act), None)),
                    false => groups(&wants, &wants, (None, Some(*act))),
                }
            }
            (_, Source::Cases(case)) if done_in(condition).is_some() => {
                let act = done_in(condition);
                let silent = also(Want::of(condition, true));
                let of_silence = self.openings(*case, &self.key(*case), &silent, begin, 1).is_ok();
                if of_silence { groups(wants, wants, (None, act)) } else { groups(wants, wants, (act, None)) }
            }
            _ => groups(&also(Want::of(condition, true)), &also(Want::of(condition, false)), (None, None)),
        }
    }

    /// So many items, of which an act is done right away.
    fn group(
        &self,
        source: &Source,
        wants: &[Want<'p>],
        count: i128,
        begin: Instant,
        mark: &str,
        act: Option<u32>,
    ) -> Attempt<Vec<Happens>> {
        let mut happens = self.items(source, wants, count, begin, mark)?;
        if let (Source::Cases(case), Some(act), Some(opening)) = (source, act, happens.first().cloned()) {
            let number = if opening.times.is_some() { "{n}" } else { "1" };
            let key = format!("{}{mark}-{number}", letter(&self.policy.cases[*case].name));
            let act = self.acts(*case, act, &key, Some(&opening), later(begin, 1)).into_iter().next();
            let act = act.ok_or("no event does what is asked for")?;
            happens.push(Happens { times: opening.times, ..act });
        }
        Ok(happens)
    }

    /// One item whose field has the value.
    fn valued(
        &self,
        source: &Source,
        wants: &[Want<'p>],
        of: &Expr,
        wanted: &Exact,
        side: Side,
        begin: Instant,
    ) -> Attempt<Vec<Happens>> {
        let mut one = self.items(source, wants, 1, begin, "")?;
        let (Some(event), ExprKind::Field(_) | ExprKind::FactField(_)) = (one.first_mut(), &of.kind) else {
            return Err(
                "it needs a figure over events that is computed from several of their fields".to_owned()
            );
        };
        let place = match (&of.kind, source) {
            (ExprKind::FactField(place), _) => Some(*place),
            (ExprKind::Field(field), Source::Cases(case)) => {
                kept(&self.policy.cases[*case], *field, event.event)
            }
            _ => None,
        };
        let place = place.ok_or("its figure is of a field that the opening event does not have")?;
        let field = self.policy.events[event.event].fields.get(place as usize);
        let ty = field.map(|field| &field.ty).ok_or("its figure is of a field that is not there")?;
        let step = self.step(ty, wanted).ok_or("its figure is of a field that is no number")?;
        let value = stepped(wanted, side, &step)?;
        let value = match ty {
            FieldType::Length { kind, .. } => Value::Length(Length { kind: *kind, amount: value }),
            _ => Value::Number(value),
        };
        event.fields.insert(place, value);
        Ok(one)
    }

    /// The smallest step between values of a field.
    fn step(&self, ty: &FieldType, near: &Exact) -> Option<Exact> {
        match ty {
            FieldType::Count => Some(Exact::integer(1)),
            FieldType::Number if near.is_integer() => Some(Exact::integer(1)),
            FieldType::Number => Exact::ratio(1, 1000),
            FieldType::Percent => Exact::ratio(1, 10_000),
            FieldType::Money { .. } | FieldType::MinorMoney => self.major(1),
            FieldType::Length { unit, .. } => Some(Exact::integer(i128::from(*unit))),
            _ => None,
        }
    }
}

/// An event that happens so many times, each of its ids with its number.
pub(super) fn repeated(one: Happens, count: u32, bench: &Bench<'_>) -> Happens {
    if count <= 1 {
        return one;
    }
    let ids: BTreeSet<u32> = ids(bench, one.event);
    let fields = one.fields.into_iter().map(|(place, value)| match value {
        Value::Text(text) if ids.contains(&place) => {
            let stem = text.strip_suffix("-1").unwrap_or(&text);
            let text = if text.contains("{n}") { text.to_string() } else { format!("{stem}-{{n}}") };
            (place, Value::Text(text.into()))
        }
        value => (place, value),
    });
    Happens { fields: fields.collect(), times: Some((count, APART)), ..one }
}

/// An act that a condition asks for.
fn done_in(condition: &Expr) -> Option<u32> {
    let found = std::cell::Cell::new(None);
    condition.any(&|part| {
        if let ExprKind::Done(act) = part.kind {
            found.set(found.get().or(Some(act)));
        }
        false
    });
    found.get()
}

/// The fields of an event that are ids.
fn ids(bench: &Bench<'_>, event: EventId) -> BTreeSet<u32> {
    let fields = (0..).zip(&bench.policy.events[event].fields);
    let ids = fields.filter(|(_, field)| field.ty == FieldType::Id || field.key);
    ids.map(|(place, _)| place).collect()
}

fn kept(case: &Case, field: u32, event: EventId) -> Option<u32> {
    let field = case.fields.get(field as usize)?;
    field.from.iter().find(|(from, _)| *from == event).map(|(_, place)| *place)
}

/// The number itself where whole steps reach it, else the nearest one on a side.
fn stepped(wanted: &Exact, side: Side, step: &Exact) -> Attempt<Exact> {
    let steps = wanted.checked_div(step).ok_or("its bound cannot be reached in steps")?;
    let (floor, ceil) = steps.floor().zip(steps.ceil()).ok_or("its bound is too large")?;
    let count = match side {
        Side::At if floor != ceil => return Err("nothing that can be written is exactly at it".to_owned()),
        Side::At => floor,
        Side::Below => ceil - 1,
        Side::Above => floor + 1,
    };
    if count < 0 {
        return Err("nothing can be below it".to_owned());
    }
    Ok(step * &Exact::integer(count))
}

fn whole(number: &Exact) -> Attempt<i128> {
    number.to_i128().ok_or_else(|| "its bound is too large".to_owned())
}

/// The number of a figure or a bound: of a length, its amount.
fn number(quantity: Quantity) -> Option<Exact> {
    match quantity {
        Quantity::Known(Value::Number(number)) => Some(number),
        Quantity::Known(Value::Length(length)) => Some(length.amount),
        _ => None,
    }
}

/// What figures are computed from, as it is thought of.
struct Given<'g, 'p> {
    bench: &'g Bench<'p>,
    folds: &'g BTreeMap<FoldId, Exact>,
}

impl Environment for Given<'_, '_> {
    fn param(&self, param: ParamId) -> Quantity {
        let value = self.bench.agreement.params.get(param.index());
        value.map_or(Quantity::NoData, |value| Quantity::Known(value.clone()))
    }

    fn fold(&self, id: FoldId) -> Quantity {
        let Some(number) = self.folds.get(&id) else { return Quantity::NoData };
        Quantity::Known(match self.bench.policy.folds[id].unit {
            ValueType::Length(kind) => Value::Length(Length { kind, amount: number.clone() }),
            _ => Value::Number(number.clone()),
        })
    }

    fn measure(&self, id: MeasureId) -> Quantity {
        evaluate(&self.bench.policy.measures[id].value, self)
    }

    /// A first window is thought of. What comes out in a later one is seen when the draft is run.
    fn previous(&self, _measure: MeasureId) -> Option<Quantity> {
        None
    }
}
