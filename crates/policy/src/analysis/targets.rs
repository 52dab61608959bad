//! Targets: those that no figure meets, that every figure meets, that the worst figure meets, and two that cannot both
//! be met.

use crate::analysis::{Analysis, is, words};
use crate::diagnostics;
use crate::policy::{
    Duty, ExprKind, Fold, FoldKind, Form, ItemFold, MeasureId, Source, ValueType, Verdict, Verdicts,
};
use crate::time::{WindowSpec, WindowUnit};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;

/// So many windows are looked at: those of four years of months.
const LOOKED_AT: usize = 48;

/// A target with a constant bound.
#[derive(Debug, Clone)]
struct Target {
    relation: Relation,
    bound: Exact,
    span: Span,
}

impl<'p> Analysis<'p> {
    pub(in crate::analysis) fn targets(&mut self) {
        let mut kept: Vec<(&'p Duty, MeasureId, Vec<Target>)> = Vec::new();
        for (id, duty) in self.policy.duties.iter().filter(|(_, duty)| !duty.silent) {
            let Form::Keep { measure, targets, .. } = &duty.form else { continue };
            let target = |(relation, bound): &(Relation, crate::policy::Expr)| {
                let number = self.number(bound)?;
                Some(Target { relation: *relation, bound: number, span: bound.span })
            };
            let Some(targets) = targets.iter().map(target).collect::<Option<Vec<_>>>() else { continue };
            let sound = self.reachable(duty, *measure, &targets);
            // Beside a floor a ceiling has no wrong sign.
            let between =
                self.more_is_better(id).is_some_and(|up| self.is_bounded_on_both_sides(id, *measure, up));
            if !between && self.worst_meets(*measure, &targets) {
                self.turned_round.insert(duty.first);
            } else if sound {
                kept.push((duty, *measure, targets));
            }
        }
        for (at, (duty, measure, targets)) in kept.iter().enumerate() {
            for (other, other_measure, others) in kept.iter().skip(at + 1) {
                if self.party_of(duty.debtor) != self.party_of(other.debtor) {
                    continue;
                }
                if measure == other_measure {
                    self.clash(duty, other, *measure, targets, others);
                } else {
                    self.nested((duty, *measure, targets), (other, *other_measure, others));
                    self.nested((other, *other_measure, others), (duty, *measure, targets));
                }
            }
        }
    }

    /// Tells of a target that no value of the figure meets, or that every value does; whether it is neither.
    fn reachable(&mut self, duty: &Duty, measure: MeasureId, targets: &[Target]) -> bool {
        let (floor, ceiling) = self.domain(measure);
        let stepped = self.policy.measures[measure].unit == ValueType::Count;
        if !meetable(targets, floor.as_ref(), ceiling.as_ref(), stepped) {
            let span = targets.last().map_or(duty.core_span, |target| target.span);
            let shown = |at: &Exact| self.shown(at, measure);
            let range = match targets {
                [_] => Range { least: floor.as_ref().map(shown), greatest: ceiling.as_ref().map(shown) },
                _ => Range::default(),
            };
            let first = targets.first().filter(|_| targets.len() > 1).map(|target| target.span);
            self.tell(diagnostics::target_never_met(span, (range.least, range.greatest), first));
            return false;
        }
        let worst = |target: &Target| {
            let end = match target.relation {
                Relation::AtLeast | Relation::Above => &floor,
                Relation::AtMost | Relation::Below => &ceiling,
                Relation::Exactly => return None,
            };
            end.as_ref().filter(|end| is(end, target.relation, &target.bound))
        };
        // `at most 100%` beside another target says where the scale ends.
        if let (true, Some(target)) = (targets.iter().all(|one| worst(one).is_some()), targets.first()) {
            let shown = worst(target).map(|worst| self.shown(worst, measure)).unwrap_or_default();
            self.tell(diagnostics::target_always_met(target.span, &shown, duty.core_span));
            return false;
        }
        true
    }

    /// The sign of a target is the other way round: keeping it asks for what the figure counts as bad. Whether that is so.
    fn worst_meets(&mut self, measure: MeasureId, targets: &[Target]) -> bool {
        let [target] = targets else { return false };
        let Some((worst, what)) = self.worst(measure) else { return false };
        // Of breaches there can be any number: as many as the target asks for are the worst that has to be looked at.
        let more = if target.relation == Relation::Above { Exact::ONE } else { Exact::ZERO };
        let worst = worst.unwrap_or_else(|| (&target.bound + &more).max(Exact::ONE));
        if target.relation == Relation::Exactly || !is(&worst, target.relation, &target.bound) {
            return false;
        }
        // The best figure is at the other end.
        let best = if worst.is_zero() { self.domain(measure).1 } else { Some(Exact::ZERO) };
        let missed = best.filter(|best| !is(best, target.relation, &target.bound));
        let Some(best) = missed else { return false };
        let written = |relation| words(relation, &self.shown(&target.bound, measure));
        let finding = diagnostics::worst_meets_target(
            target.span,
            (&self.shown(&worst, measure), what),
            &self.shown(&best, measure),
            (&written(target.relation), &written(target.relation.opposite())),
            self.policy.measures[measure].name_span,
        );
        self.tell(finding);
        true
    }

    /// The worst value of a figure, where what it is made of tells good from bad: time outside of something, kept
    /// duties and acts that are done are good, breaches and broken duties are bad. The inner nothing: there is no end to it.
    fn worst(&self, measure: MeasureId) -> Option<(Option<Exact>, &'static str)> {
        let ExprKind::Fold(fold) = self.policy.measures[measure].value.kind else { return None };
        match &self.policy.folds[fold].kind {
            FoldKind::Time { negated: true, share: true, .. } => {
                Some((Some(Exact::ZERO), "none of the time is good"))
            }
            FoldKind::Items { source: Source::Breaches(_), of: ItemFold::Count, .. } => {
                Some((None, "so many breaches"))
            }
            FoldKind::Items { of: ItemFold::Share(cond), source, .. } => match &cond.kind {
                ExprKind::Verdict(_, verdicts) => {
                    let (kept, broken) = (Verdicts::only(Verdict::Kept), Verdicts::only(Verdict::Broken));
                    match *verdicts {
                        of if of == kept => Some((Some(Exact::ZERO), "none of them is kept")),
                        of if of == kept.inverted() => Some((Some(Exact::ONE), "none of them is kept")),
                        of if of == broken => Some((Some(Exact::ONE), "all of them are broken")),
                        of if of == broken.inverted() => Some((Some(Exact::ZERO), "all of them are broken")),
                        _ => None,
                    }
                }
                // An act that somebody has to do is a good one.
                ExprKind::Done(act)
                    if self.policy.duties.values().any(|duty| asks_for(duty, source, *act)) =>
                {
                    Some((Some(Exact::ZERO), "none of them is done"))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Two duties on one figure of which no value meets both.
    fn clash(&mut self, duty: &Duty, other: &Duty, measure: MeasureId, one: &[Target], two: &[Target]) {
        let (floor, ceiling) = self.domain(measure);
        let stepped = self.policy.measures[measure].unit == ValueType::Count;
        let both: Vec<Target> = one.iter().chain(two).cloned().collect();
        if meetable(&both, floor.as_ref(), ceiling.as_ref(), stepped) {
            return;
        }
        let said = |targets: &[Target]| {
            let said: Vec<String> = targets
                .iter()
                .map(|target| words(target.relation, &self.shown(&target.bound, measure)))
                .collect();
            said.join(" and ")
        };
        let why = format!("no figure is {} and {}", said(one), said(two));
        let finding = diagnostics::cannot_both_be_kept(
            other.core_span,
            (&duty.name, &other.name),
            &why,
            duty.core_span,
        );
        self.tell(finding);
    }

    /// At most so many in each short window, and in each long one at least more than all of these can hold; or at most
    /// so many that they can never be more.
    fn nested(
        &mut self,
        (short_duty, short, shorts): (&Duty, MeasureId, &[Target]),
        (long_duty, long, longs): (&Duty, MeasureId, &[Target]),
    ) {
        let (Some(short_fold), Some(long_fold)) = (self.counted(short), self.counted(long)) else { return };
        let same = short_fold.kind == long_fold.kind;
        // What is counted for each value of a field is counted apart.
        let by = |measure: MeasureId| self.policy.grouped_by(self.policy.measures[measure].window);
        if !same || by(short) != by(long) {
            return;
        }
        let window = |measure: MeasureId| self.policy.windows[self.policy.measures[measure].window];
        let Some((most, fewest, least_name)) = self.windows_within(short, long) else { return };
        let most_each = shorts.iter().filter_map(|target| match target.relation {
            Relation::AtMost | Relation::Exactly => target.bound.floor(),
            Relation::Below => target.bound.ceil().map(|bound| bound - 1),
            Relation::AtLeast | Relation::Above => None,
        });
        let Some(most_each) = most_each.min() else { return };
        let (at_most, in_least) = (most_each.saturating_mul(most), most_each.saturating_mul(fewest));
        for target in longs {
            let finding = match target.relation {
                Relation::AtLeast | Relation::Above | Relation::Exactly
                    if !is(&Exact::integer(in_least), target.relation, &target.bound)
                        && Exact::integer(in_least) <= target.bound =>
                {
                    let asked = words(target.relation, &target.bound.to_string());
                    let why = format!(
                        "{least_name} has {fewest} {}, and {fewest} times {most_each} is {in_least}, not {asked}",
                        plural(window(short))
                    );
                    let names = (short_duty.name.as_str(), long_duty.name.as_str());
                    diagnostics::cannot_both_be_kept(target.span, names, &why, short_duty.core_span)
                }
                Relation::AtMost | Relation::Below
                    if is(&Exact::integer(at_most), target.relation, &target.bound) =>
                {
                    let why = format!(
                        "{most} {} of at most {most_each} make {at_most} at most",
                        plural(window(short))
                    );
                    diagnostics::quota_never_binds(target.span, &short_duty.name, &why, short_duty.core_span)
                }
                _ => continue,
            };
            return self.tell(finding);
        }
    }

    /// How many short windows the long ones have, at most and at least, and which of them has the fewest: of those that
    /// the term does not cut. Where an instance says when it is, what holds of every one is taken.
    fn windows_within(&self, short: MeasureId, long: MeasureId) -> Option<(i128, i128, String)> {
        let id = |measure: MeasureId| self.policy.measures[measure].window;
        let (most, _, name) = windows_in(self.policy.windows[id(short)], self.policy.windows[id(long)])?;
        let Some(placed) = &self.placed else { return Some((most, most, name.to_owned())) };
        let find = |measure: MeasureId| placed.windows.get(crate::arena::Id::index(id(measure)));
        let (short, long) = (find(short)?, find(long)?);
        let counted = |window: crate::time::Window| {
            let inside = short.between(window.start, window.end).count();
            Some((i128::try_from(inside).ok()?, window.label(&placed.zone)))
        };
        let whole = long.all().take(LOOKED_AT).filter(|window| !window.is_partial());
        let mut counts: Vec<(i128, String)> = whole.filter_map(counted).collect();
        counts.sort();
        let (fewest, label) = counts.first()?.clone();
        Some((counts.last()?.0, fewest, label))
    }

    /// The fold of a figure that counts each item once, at its instant.
    fn counted(&self, measure: MeasureId) -> Option<&'p Fold> {
        let ExprKind::Fold(fold) = self.policy.measures[measure].value.kind else { return None };
        let fold = &self.policy.folds[fold];
        matches!(fold.kind, FoldKind::Items { of: ItemFold::Count, .. }).then_some(fold)
    }
}

/// Whether a duty is to do an act on each item that is gathered.
fn asks_for(duty: &Duty, source: &Source, wanted: u32) -> bool {
    match (&duty.form, source) {
        (Form::Do { case, act, .. }, Source::Cases(of)) => !duty.silent && case == of && *act == wanted,
        _ => false,
    }
}

/// The ends of what a figure can be, as the text would write them.
#[derive(Default)]
struct Range {
    least: Option<String>,
    greatest: Option<String>,
}

/// Whether some figure is as all the targets ask for it.
fn meetable(targets: &[Target], floor: Option<&Exact>, ceiling: Option<&Exact>, stepped: bool) -> bool {
    let mut candidates: Vec<Exact> = targets.iter().map(|target| target.bound.clone()).collect();
    candidates.extend(floor.cloned().into_iter().chain(ceiling.cloned()));
    candidates.sort();
    candidates.dedup();
    let mut between = Vec::new();
    if stepped {
        let near = candidates.iter().filter_map(|at| Some([at.floor()?, at.ceil()?]));
        let near: Vec<i128> = near.flatten().collect();
        between.extend(near.iter().flat_map(|at| [at - 1, *at, at + 1]).map(Exact::integer));
        candidates.clear();
    } else {
        for pair in candidates.windows(2) {
            let [low, high] = pair else { continue };
            between.extend((low + high).checked_div(&Exact::integer(2)));
        }
        between.extend(candidates.first().map(|first| first - &Exact::ONE));
        between.extend(candidates.last().map(|last| last + &Exact::ONE));
    }
    candidates.into_iter().chain(between).any(|at| {
        floor.is_none_or(|floor| &at >= floor)
            && ceiling.is_none_or(|ceiling| &at <= ceiling)
            && targets.iter().all(|target| is(&at, target.relation, &target.bound))
    })
}

/// How many windows of the civil calendar lie in a longer one, whole: at most, at least, and in which of them the
/// fewest do.
pub(in crate::analysis) fn windows_in(
    short: WindowSpec,
    long: WindowSpec,
) -> Option<(i128, i128, &'static str)> {
    use WindowUnit::{Day, Month, Quarter, Week, Year};
    let (short, long) = match (short, long) {
        (WindowSpec::Calendar(short), WindowSpec::Calendar(long)) => (short, long),
        // What is counted from the same date is cut alike, but for days, which are the same dates.
        (WindowSpec::Contract(short), WindowSpec::Contract(long)) if short != Week => (short, long),
        (WindowSpec::Calendar(Day), WindowSpec::Contract(long)) => (Day, long),
        _ => return None,
    };
    match (short, long) {
        (Day, Week) => Some((7, 7, "a week")),
        (Day, Month) => Some((31, 28, "a February of 28 days")),
        (Day, Quarter) => Some((92, 90, "a quarter of 90 days")),
        (Day, Year) => Some((366, 365, "a year")),
        (Month, Quarter) => Some((3, 3, "a quarter")),
        (Month, Year) => Some((12, 12, "a year")),
        (Quarter, Year) => Some((4, 4, "a year")),
        _ => None,
    }
}

/// What the windows are called, several of them.
pub(in crate::analysis) fn plural(spec: WindowSpec) -> &'static str {
    let unit = match spec {
        WindowSpec::Calendar(unit) | WindowSpec::Contract(unit) | WindowSpec::From(unit, _) => unit,
        WindowSpec::Rolling { unit, .. } => unit,
        WindowSpec::Term => return "terms",
        WindowSpec::Clock(_) => return "windows",
    };
    match unit {
        WindowUnit::Day => "days",
        WindowUnit::Week => "weeks",
        WindowUnit::Month => "months",
        WindowUnit::Quarter => "quarters",
        WindowUnit::Year => "years",
    }
}
