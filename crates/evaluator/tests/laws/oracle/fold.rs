//! Folds: what is gathered in one window, over all items or events, or over time.

use super::admission::by_content;
use super::duty::Judged;
use super::expression::Scope;
use super::figure::Figured;
use super::groups::Belongs;
use super::lives::Item;
use super::value::{Known, Maybe, Ratio, strict, whole};
use super::window::{together, walk};
use super::{World, after, before};
use num_traits::{One, Signed, Zero};
use servanda_events::Fact;
use servanda_policy::policy::{
    CountedAt, DutyId, Expr, ExprKind, Fold, FoldId, FoldKind, ItemFold, LengthKind, OpenItems, Source,
    ValueType, Verdict as Kind,
};
use servanda_policy::time::{Instant, Window};

/// Something that may be gathered.
pub(super) struct Member<'a> {
    at: Instant,
    pub(super) fact: Option<&'a Fact>,
    pub(super) item: Option<&'a Item>,
    /// Whether nobody can read to which value of the field it belongs.
    unread: bool,
    /// By which fold it is gathered, and the end of the window that it is in: in another version, or in one upon which
    /// another looks back.
    fold: FoldId,
    cell_end: Instant,
}

impl World<'_> {
    /// The figure of a fold in a window, from what is dated before an instant.
    pub(crate) fn fold(&self, id: FoldId, window: &Window, seen_before: Instant) -> Figured {
        let fold: &Fold = &self.policy.folds[id];
        let parts = self.parts(id, window);
        match &fold.kind {
            FoldKind::Items { .. } => {
                let mut members: Vec<Member<'_>> = Vec::new();
                for (id, cell) in &parts {
                    let mut own = self.members_of(*id, cell, seen_before);
                    let window = self.policy.folds[*id].window;
                    if let (Some(group), Some(of)) = (self.group_in(window), &self.policy.groups[window]) {
                        own.retain_mut(|it| match self.belongs(of, it.item, it.fact) {
                            Belongs::To(own) => own == group,
                            Belongs::Nowhere => false,
                            Belongs::Unread => {
                                it.unread = true;
                                true
                            }
                        });
                    }
                    members.extend(own.into_iter().map(|it| Member { fold: *id, cell_end: cell.end, ..it }));
                }
                let mut figured = self.gather(&members, id, window, seen_before, fold.span);
                // The sum of no lengths of time is no time.
                if let (ValueType::Length(kind), Maybe::Known(Known::Number(sum))) =
                    (fold.unit, &figured.value)
                {
                    figured.value = Maybe::Known(Known::Length(kind, sum.clone()));
                }
                figured
            }
            FoldKind::Time { share, during, .. } => {
                let end = Figured {
                    value: Maybe::NoData,
                    ratio: None,
                    made_of: (0, 0),
                    final_at: before(window.end),
                };
                let (mut part, mut whole_time) = (Ratio::zero(), Ratio::zero());
                for (id, cell) in &parts {
                    let Some((on, all)) = self.time_of(*id, cell, seen_before) else {
                        return Figured { value: Maybe::failed(fold.span), ..end };
                    };
                    part += on;
                    whole_time += all;
                }
                if !share {
                    let kind = during.map_or(LengthKind::Physical, LengthKind::Open);
                    return Figured { value: Maybe::Known(Known::Length(kind, part)), ..end };
                }
                let value =
                    if whole_time.is_zero() { Maybe::NoData } else { Maybe::number(&part / &whole_time) };
                Figured { value, ratio: Some((part, whole_time)), ..end }
            }
        }
    }

    /// What is counted together in a window: of each window upon which it looks back the fold there, in whichever version
    /// that is, where there is one that gathers the same.
    fn parts(&self, id: FoldId, window: &Window) -> Vec<(FoldId, Window)> {
        let own = self.policy.folds[id].window;
        let measure_of = |id: FoldId| {
            self.policy.measures.iter().find_map(|(measure, of)| {
                folds_in(&of.value).iter().position(|fold| *fold == id).map(|place| (measure, place))
            })
        };
        let cells = together(window, self.agreement, self.agreed.end);
        if cells.len() == 1 {
            return vec![(id, *window)];
        }
        let (measure, place) = measure_of(id).expect("a fold belongs to a measure");
        let mine = folds_in(&self.policy.measures[measure].value);
        let mut parts = Vec::new();
        for cell in cells {
            let governing = self.version_at(cell.start);
            let in_force = |id: FoldId| {
                self.policy.window_versions[self.policy.folds[id].window]
                    .is_none_or(|version| version.0 as usize == governing)
            };
            if in_force(id) && self.policy.folds[id].window == own {
                parts.push((id, cell));
                continue;
            }
            for other in self.policy.same_measures(measure) {
                let theirs = folds_in(&self.policy.measures[other].value);
                let alike = mine.len() == theirs.len()
                    && mine.iter().zip(&theirs).all(|(a, b)| self.policy.gathers_alike(*a, *b));
                if alike && in_force(theirs[place]) {
                    parts.push((theirs[place], cell));
                    break;
                }
            }
        }
        parts
    }

    /// What may be counted by a fold in a window, in the hours in which it counts.
    pub(super) fn members_of(&self, id: FoldId, window: &Window, seen_before: Instant) -> Vec<Member<'_>> {
        let FoldKind::Items { source, filter, during, counted_at, of, .. } = &self.policy.folds[id].kind
        else {
            return Vec::new();
        };
        let asked = asked_duty(of).or(filter.as_ref().and_then(duty_in));
        let waits_for = [filter.as_ref(), condition(of)];
        let mut own = self.members(source, *counted_at, asked, waits_for, window, seen_before);
        own.retain(|it| {
            during.is_none_or(|it_is| self.hours(it_is.calendar).is_open(it.at) != it_is.outside)
        });
        own
    }

    fn members(
        &self,
        source: &Source,
        counted_at: CountedAt,
        asked: Option<DutyId>,
        waits_for: [Option<&Expr>; 2],
        window: &Window,
        seen_before: Instant,
    ) -> Vec<Member<'_>> {
        let mut members: Vec<Member<'_>> = Vec::new();
        let ahead = matches!(source, Source::Cases(_))
            && matches!(counted_at, CountedAt::Beginning | CountedAt::Deadline);
        match source {
            Source::Events(event) => {
                for fact in self.facts.iter().filter(|fact| fact.event == *event && fact.at < seen_before) {
                    members.push(Member {
                        at: fact.at,
                        fact: Some(fact),
                        item: None,
                        unread: false,
                        fold: FoldId(0),
                        cell_end: window.end,
                    });
                }
            }
            Source::Cases(case) => {
                for item in self.items(*case).into_iter().filter(|item| item.born < seen_before) {
                    let judged = asked.and_then(|duty| self.in_its_version(duty, item));
                    let decided = judged.as_ref().and_then(|it| it.verdict.at).filter(|at| *at < seen_before);
                    let at = match counted_at {
                        CountedAt::Beginning => Some(item.begins),
                        CountedAt::End => item.end.filter(|end| *end < seen_before),
                        CountedAt::Deadline => judged.and_then(|it| it.verdict.late_from).map(before),
                        CountedAt::Decision => decided,
                    };
                    let at = at.map(|at| self.counted(window, at, item));
                    members.extend(at.map(|at| Member {
                        at,
                        fact: None,
                        item: Some(item),
                        unread: false,
                        fold: FoldId(0),
                        cell_end: window.end,
                    }));
                }
            }
            Source::Breaches(duties) => {
                for duty in duties {
                    for judged in self.verdicts_for_breaches(*duty) {
                        let Some(decided) = judged.verdict.at.filter(|at| *at < seen_before) else {
                            continue;
                        };
                        // What was overdue when it began is not known before.
                        let unborn = judged.item.is_some_and(|item| item.born >= seen_before);
                        if judged.verdict.verdict != Kind::Broken || unborn {
                            continue;
                        }
                        let at = match (counted_at, judged.item, judged.window) {
                            (CountedAt::Beginning, Some(item), _) => item.begins,
                            (CountedAt::Beginning, _, Some(window)) => window.start,
                            (CountedAt::End, Some(item), _) => item.end.unwrap_or(decided),
                            (CountedAt::Deadline, ..) => judged.verdict.late_from.map_or(decided, before),
                            _ => decided,
                        };
                        let at = judged.item.map_or(at, |item| self.counted(window, at, item));
                        members.push(Member {
                            at,
                            fact: None,
                            item: judged.item,
                            unread: false,
                            fold: FoldId(0),
                            cell_end: window.end,
                        });
                    }
                }
            }
        }
        members
            .into_iter()
            .filter_map(|member| {
                // Only what counts by its beginning or its deadline can have been counted ahead.
                let at = self.still_counted(member.at, member.item.filter(|_| ahead), waits_for, window)?;
                window.contains(at).then_some(Member { at, ..member })
            })
            .collect()
    }

    /// What belongs to a window that was over before the item was known counts when the item was known, whichever
    /// versions these windows are of.
    fn counted(&self, window: &Window, at: Instant, item: &Item) -> Instant {
        let over = walk(window.spec, self.agreement, self.agreed.end, after(at))
            .into_iter()
            .any(|window| window.contains(at) && window.end <= item.born);
        if over { item.born } else { at }
    }

    fn verdicts_for_breaches(&self, duty: DutyId) -> Vec<Judged<'_>> {
        self.verdicts(duty)
    }

    fn gather(
        &self,
        members: &[Member<'_>],
        id: FoldId,
        window: &Window,
        seen_before: Instant,
        span: servanda_diagnostics::Span,
    ) -> Figured {
        let rule_of = |id: FoldId| match &self.policy.folds[id].kind {
            FoldKind::Items { filter, open, of, .. } => (filter.as_ref(), *open, of),
            FoldKind::Time { .. } => panic!("a fold over items"),
        };
        let (_, _, of) = rule_of(id);
        let of_member = |member: &Member<'_>| rule_of(member.fold).2;
        // What may still change is read at the end of its window; a verdict is waited for, unless it is said otherwise.
        let read = |expr: &Expr, member: &Member<'_>| {
            let open = rule_of(member.fold).1;
            let closing = member.cell_end.min(seen_before);
            let waits = open == OpenItems::Wait && duty_in(expr).is_some();
            let seen_before = if waits || !asks_later(expr) { seen_before } else { closing };
            self.value(
                expr,
                Scope {
                    fact: member.fact,
                    item: member.item,
                    window: None,
                    before: seen_before,
                    day: None,
                    breach: None,
                },
            )
        };
        let mut final_at = before(window.end);
        let mut wait_for = |member: &Member<'_>, expr: Option<&Expr>| {
            let open = rule_of(member.fold).1;
            if let (OpenItems::Wait, Some(duty), Some(item)) = (open, expr.and_then(duty_in), member.item)
                && let Some(judged) = self.in_its_version(duty, item)
            {
                final_at = final_at.max(judged.verdict.at.unwrap_or(Instant::MAX));
            }
        };
        // Each member with whether it belongs (none: it cannot be known).
        let mut chosen: Vec<(&Member<'_>, Option<bool>)> = Vec::new();
        for member in members {
            let filter = rule_of(member.fold).0;
            wait_for(member, filter);
            match filter.map_or(Maybe::bool(true), |filter| read(filter, member)) {
                it if it.is_true() => chosen.push((member, (!member.unread).then_some(true))),
                it if it.is_false() => {}
                // Where there is nothing to compare, no condition holds.
                Maybe::Pending | Maybe::NoData => {}
                _ => chosen.push((member, None)),
            }
        }
        let sure = chosen.iter().filter(|it| it.1.is_some()).count() as i128;
        let mut made_of = (sure, chosen.len() as i128);
        let quantity = |member: &Member<'_>| {
            let of = of_member(member).quantity().expect("a fold over amounts");
            read(of, member)
        };
        if of.quantity().is_some() {
            let absent = |(member, belongs): &&(&Member<'_>, Option<bool>)| {
                belongs.is_some() && quantity(member) == Maybe::NoData
            };
            let absent = chosen.iter().filter(absent).count() as i128;
            made_of = (made_of.0 - absent, made_of.1 - absent);
        }
        let figured = |value, ratio| Figured { value, ratio, made_of, final_at: before(window.end) };
        let mut result = match of {
            ItemFold::Count if sure == chosen.len() as i128 => figured(Maybe::number(whole(sure)), None),
            ItemFold::Count => {
                let between = (whole(sure), whole(chosen.len() as i128));
                figured(Maybe::Unknown([span].into(), Some(between)), None)
            }
            ItemFold::Share(_) => {
                let mut counted: Vec<(Option<bool>, Option<bool>)> = Vec::new();
                for (member, belongs) in &chosen {
                    let (which, open) =
                        (condition(of_member(member)).expect("a share"), rule_of(member.fold).1);
                    // An item that the duty does not concern is no member of a share of its verdicts.
                    if let (Some(duty), Some(item)) = (duty_in(which), member.item)
                        && self.in_its_version(duty, item).is_none()
                    {
                        continue;
                    }
                    wait_for(member, Some(which));
                    let holds = match (read(which, member), open) {
                        (Maybe::Pending, OpenItems::CountAs(holds)) => Maybe::bool(holds),
                        (other, _) => other,
                    };
                    match holds {
                        Maybe::Pending => {}
                        it if it.is_true() => counted.push((*belongs, Some(true))),
                        it if it.is_false() || it == Maybe::NoData => counted.push((*belongs, Some(false))),
                        _ => counted.push((*belongs, None)),
                    }
                }
                let (value, ratio) = share(&counted, span);
                let belong = counted.iter().filter(|(belongs, _)| belongs.is_some()).count() as i128;
                Figured { made_of: (belong, counted.len() as i128), ..figured(value, ratio) }
            }
            _ if chosen.iter().any(|it| it.1.is_none()) => figured(Maybe::failed(span), None),
            ItemFold::Distinct(_) => {
                let values = self.amounts(&chosen, quantity);
                figured(
                    values.map_or_else(
                        |failed| failed,
                        |values| {
                            let mut different: Vec<Maybe> = Vec::new();
                            for value in values {
                                if !different.contains(&value) {
                                    different.push(value);
                                }
                            }
                            Maybe::number(whole(different.len() as i128))
                        },
                    ),
                    None,
                )
            }
            ItemFold::Percentile { rank, linear, .. } => {
                let values = self.amounts(&chosen, quantity);
                figured(values.map_or_else(|failed| failed, |values| percentile(values, rank, *linear)), None)
            }
            ItemFold::Sum(_) => {
                let values = self.amounts(&chosen, quantity);
                figured(values.map_or_else(|failed| failed, |values| total(&values, false)), None)
            }
            ItemFold::Average(_) => match self.amounts(&chosen, quantity) {
                Err(failed) => figured(failed, None),
                Ok(values) => {
                    let sum = total(&values, false).as_number().cloned().unwrap_or_else(Ratio::zero);
                    figured(total(&values, true), Some((sum, whole(values.len() as i128))))
                }
            },
            ItemFold::Highest(_) => {
                let values = self.amounts(&chosen, quantity);
                figured(extreme(values, |a, b| a > b), None)
            }
            ItemFold::Lowest(_) => {
                let values = self.amounts(&chosen, quantity);
                figured(extreme(values, |a, b| a < b), None)
            }
            ItemFold::First(_) | ItemFold::Latest(_) => {
                let mut ordered: Vec<&Member<'_>> = chosen.iter().map(|it| it.0).collect();
                let latest = matches!(of, ItemFold::Latest(_));
                // The one that stands comes last: of one instant, the event with the greatest content, the item with
                // the greatest key.
                ordered.sort_by(|a, b| {
                    let by_time = if latest { a.at.cmp(&b.at) } else { b.at.cmp(&a.at) };
                    by_time.then_with(|| match (a.fact, b.fact) {
                        (Some(a), Some(b)) => by_content(a, b),
                        _ => a.item.map(|it| (&it.key, it.born)).cmp(&b.item.map(|it| (&it.key, it.born))),
                    })
                });
                let values: Vec<Maybe> = ordered.into_iter().map(quantity).collect();
                let known: Vec<&Maybe> = values.iter().filter(|it| **it != Maybe::NoData).collect();
                figured(strict(&known, || known.last().map_or(Maybe::NoData, |it| (*it).clone())), None)
            }
        };
        result.final_at = final_at;
        result
    }

    /// The values of the members, or why they cannot be known.
    fn amounts(
        &self,
        chosen: &[(&Member<'_>, Option<bool>)],
        read: impl Fn(&Member<'_>) -> Maybe,
    ) -> Result<Vec<Maybe>, Maybe> {
        let values: Vec<Maybe> =
            chosen.iter().map(|(member, _)| read(member)).filter(|it| *it != Maybe::NoData).collect();
        match strict(&values.iter().collect::<Vec<_>>(), || Maybe::NoData) {
            Maybe::NoData => Ok(values),
            failed => Err(failed),
        }
    }
}

/// The folds of an expression, in the order of the text.
fn folds_in(expr: &Expr) -> Vec<FoldId> {
    let folds = std::cell::RefCell::new(Vec::new());
    expr.any(&|part| {
        if let ExprKind::Fold(fold) = part.kind {
            folds.borrow_mut().push(fold);
        }
        false
    });
    folds.into_inner()
}

/// Whether a condition may change after the beginning.
pub(crate) fn asks_later(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Done(_) | ExprKind::Verdict(..) | ExprKind::Unpaid | ExprKind::Rest(_) => true,
        ExprKind::Not(inner) => asks_later(inner),
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Least(parts) => parts.iter().any(asks_later),
        ExprKind::Binary(_, a, b)
        | ExprKind::Excess(a, b)
        | ExprKind::Growth(a, b)
        | ExprKind::Is(_, a, b) => asks_later(a) || asks_later(b),
        ExprKind::OneOf(a, list) => asks_later(a) || list.iter().any(asks_later),
        ExprKind::Table { on, rows } => asks_later(on) || rows.iter().any(|row| asks_later(&row.value)),
        ExprKind::Bands { on, rows } => asks_later(on) || rows.iter().any(|row| asks_later(&row.value)),
        _ => false,
    }
}

/// The condition of a share.
fn condition(of: &ItemFold) -> Option<&Expr> {
    match of {
        ItemFold::Share(which) => Some(which),
        _ => None,
    }
}

/// The duty that a share asks for.
fn asked_duty(of: &ItemFold) -> Option<DutyId> {
    condition(of).and_then(duty_in)
}

pub(crate) fn duty_in(expr: &Expr) -> Option<DutyId> {
    match &expr.kind {
        ExprKind::Verdict(duty, _) => Some(*duty),
        ExprKind::Not(inner) => duty_in(inner),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().find_map(duty_in),
        _ => None,
    }
}

/// The share of members for which a condition holds, each with whether it belongs and whether it holds.
fn share(
    counted: &[(Option<bool>, Option<bool>)],
    span: servanda_diagnostics::Span,
) -> (Maybe, Option<(Ratio, Ratio)>) {
    let of = |counts: &dyn Fn(Option<bool>, Option<bool>) -> (bool, bool)| {
        let mut ratio = (0, 0);
        for (belongs, holds) in counted {
            let (inside, holds) = counts(*belongs, *holds);
            ratio.0 += i128::from(inside && holds);
            ratio.1 += i128::from(inside);
        }
        (whole(ratio.0), whole(ratio.1))
    };
    let divide = |(part, all): &(Ratio, Ratio)| (!all.is_zero()).then(|| part / all);
    let known = of(&|belongs, holds| (belongs == Some(true) && holds.is_some(), holds == Some(true)));
    if counted.iter().all(|(belongs, holds)| belongs.is_some() && holds.is_some()) {
        return (divide(&known).map_or(Maybe::NoData, Maybe::number), Some(known));
    }
    let lowest = of(&|belongs, holds| (belongs == Some(true) || holds != Some(true), holds == Some(true)));
    let highest = of(&|belongs, holds| (belongs == Some(true) || holds != Some(false), holds != Some(false)));
    let between = divide(&lowest).zip(divide(&highest));
    (Maybe::Unknown([span].into(), between), None)
}

fn total(values: &[Maybe], mean: bool) -> Maybe {
    let sum: Ratio = values.iter().filter_map(Maybe::as_number).sum();
    let amount = match (mean, values.len()) {
        (true, 0) => return Maybe::NoData,
        (true, count) => sum / whole(count as i128),
        (false, _) => sum,
    };
    match values.first() {
        Some(Maybe::Known(Known::Length(kind, _))) => Maybe::Known(Known::Length(*kind, amount)),
        _ => Maybe::number(amount),
    }
}

fn extreme(values: Result<Vec<Maybe>, Maybe>, better: impl Fn(&Ratio, &Ratio) -> bool) -> Maybe {
    match values {
        Err(failed) => failed,
        Ok(values) => values
            .into_iter()
            .reduce(|best, next| {
                let wins = better(next.as_number().expect("a number"), best.as_number().expect("a number"));
                if wins { next } else { best }
            })
            .unwrap_or(Maybe::NoData),
    }
}

/// The least value that so many are not above; or what lies on the line through all of them in their order.
fn percentile(mut values: Vec<Maybe>, rank: &servanda_policy::value::Exact, linear: bool) -> Maybe {
    let number = |value: &Maybe| value.as_number().expect("a number").clone();
    values.sort_by_key(&number);
    let Some(last) = values.last() else { return Maybe::NoData };
    let rank = super::value::ratio(rank);
    if !linear {
        let wanted = &rank * whole(values.len() as i128);
        let reached = values.iter().enumerate().find(|(place, _)| whole(*place as i128 + 1) >= wanted);
        return reached.map_or(Maybe::NoData, |(_, value)| value.clone());
    }
    let place = &rank * whole(values.len() as i128 - 1);
    let mut at = number(last);
    for (number_below, pair) in values.windows(2).enumerate() {
        let along = &place - whole(number_below as i128);
        if !along.is_negative() && along < Ratio::one() {
            at = number(&pair[0]) + along * (number(&pair[1]) - number(&pair[0]));
        }
    }
    match last {
        Maybe::Known(Known::Length(kind, _)) => Maybe::Known(Known::Length(*kind, at)),
        _ => Maybe::number(at),
    }
}
