//! Measures: each is read after those that it reads, and what it gathers becomes folds of its window.

use crate::arena::Id;
use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::order::{Node, Reference};
use crate::check::place::{Gathering, Place, Scope};
use crate::check::types::{Ty, Typed};
use crate::check::weight::Timed;
use crate::diagnostics;
use crate::policy::{
    CalendarId, CountedAt, Empty, Expr, ExprKind, Fold, FoldId, FoldKind, Hours, ItemFold, Length,
    LengthKind, Measure, MeasureId, OpenItems, Partial, Source, Steps, ValueType, WindowId,
};
use crate::time::WindowSpec;
use crate::value::{Exact, Rounding};
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, Aggregate, FoldOp, IntervalsKind, MeasureOptionKind};

/// A measure before it is read.
pub(in crate::check) struct MeasureSeed<'a> {
    pub(in crate::check) declared: &'a ast::Measure,
    state: State,
}

/// How far a measure is.
#[derive(Clone)]
enum State {
    Unread,
    /// It is being read: whoever reads it now is part of a circle.
    Open,
    Read(Option<(MeasureId, Ty, WindowId)>),
}

impl<'a> MeasureSeed<'a> {
    pub(in crate::check) fn new(declared: &'a ast::Measure) -> Self {
        Self { declared, state: State::Unread }
    }

    /// The measure, where it is sound.
    pub(in crate::check) fn id(&self) -> Option<MeasureId> {
        match &self.state {
            State::Read(Some((id, _, _))) => Some(*id),
            _ => None,
        }
    }
}

impl<'a> Draft<'a> {
    pub(in crate::check) fn check_measures(&mut self) {
        // Each has its place before it is read: what it was in the window before can be read by anything.
        for seed in &self.measure_seeds {
            let declared = seed.declared;
            let value = ExprKind::Value(crate::policy::Value::Bool(false));
            self.measures.push(Measure {
                name: declared.name.value.clone(),
                window: WindowId::at(0),
                value: Expr { kind: value, span: declared.span, name: None },
                unit: ValueType::Bool,
                needing: None,
                rounded: None,
                empty: Empty::NoData,
                partial: Partial::InFull,
                span: declared.span,
                name_span: declared.name.span,
                window_span: declared.window.as_ref().map_or(declared.name.span, |window| window.span),
            });
        }
        for at in 0..self.measure_seeds.len() {
            let _ = self.measure(at);
        }
    }

    /// A measure that something reads.
    pub(in crate::check) fn measure_read(
        &mut self,
        at: usize,
        span: Span,
        place: &Place,
    ) -> Option<(MeasureId, Ty, WindowId)> {
        if let Some(from) = place.reader {
            self.references.push(Reference { from, to: Node::Measure(at), span });
        }
        self.measure(at)
    }

    /// A measure with its type and window; nothing while it is read, and where it is wrong.
    pub(in crate::check) fn measure(&mut self, at: usize) -> Option<(MeasureId, Ty, WindowId)> {
        let seed = self.measure_seeds.get_mut(at)?;
        match std::mem::replace(&mut seed.state, State::Open) {
            State::Open => return None,
            State::Read(known) => {
                seed.state = State::Read(known.clone());
                return known;
            }
            State::Unread => {}
        }
        let declared = seed.declared;
        // A measure may be met while a `let` is inlined elsewhere; its own text is not part of that.
        let inlining = std::mem::take(&mut self.inlining);
        let read = self.read_measure(at, declared);
        self.inlining = inlining;
        if let Some(seed) = self.measure_seeds.get_mut(at) {
            seed.state = State::Read(read.clone());
        }
        read
    }

    fn read_measure(&mut self, at: usize, declared: &'a ast::Measure) -> Option<(MeasureId, Ty, WindowId)> {
        let spec = match &declared.window {
            None => Some(WindowSpec::Term),
            Some(window) => self.measured_window(window),
        };
        let node = Node::Measure(at);
        let mut gathering = Gathering {
            counted_at: None,
            open: OpenItems::Wait,
            leaving_out: None,
            counting: Vec::new(),
            reader: node,
        };
        let mut empty = Empty::NoData;
        let mut partial = Partial::InFull;
        let mut rounded: Option<(Rounding, Length)> = None;
        self.one_answer_each(declared)?;
        for option in &declared.options {
            match &option.kind {
                MeasureOptionKind::LeavingOutOpen => gathering.open = OpenItems::LeaveOut,
                MeasureOptionKind::CountingOpenAs(kept) => gathering.open = OpenItems::CountAs(*kept),
                MeasureOptionKind::CountedAt(point) => {
                    gathering.counted_at = Some(match point {
                        ast::CountedAt::Beginning => CountedAt::Beginning,
                        ast::CountedAt::End => CountedAt::End,
                        ast::CountedAt::Deadline => CountedAt::Deadline,
                        ast::CountedAt::Decision => CountedAt::Decision,
                    });
                }
                MeasureOptionKind::LeavingOut(intervals) => {
                    gathering.leaving_out = Some(self.steps(intervals)?)
                }
                MeasureOptionKind::Counting(intervals, good) => {
                    let steps = self.steps(intervals)?;
                    gathering.counting.push((steps, *good));
                }
                MeasureOptionKind::Rounded(how, to) => {
                    rounded = Some(self.measure_rounding(*how, to, option.span)?)
                }
                // Read below: of what there has to be so much is known then.
                MeasureOptionKind::Needing(_) => {}
                MeasureOptionKind::NoDataAs(kept) => empty = if *kept { Empty::Kept } else { Empty::Broken },
                MeasureOptionKind::Partial(choice) => {
                    partial = match choice {
                        ast::Partial::Prorated => Partial::Prorated,
                        ast::Partial::InFull => Partial::InFull,
                        ast::Partial::LeftOut => Partial::LeftOut,
                    };
                }
                MeasureOptionKind::Broken => return self.unreadable(),
            }
        }
        // What is both counts as bad, whichever stands first.
        gathering.counting.sort_by_key(|(_, good)| !good);
        let spec = spec?;
        let window = match &declared.each {
            None => self.window_id(spec),
            Some(each) => self.window_of_groups(spec, each, declared)?,
        };
        let first_fold = self.folds.len();
        let mut place = Place::agreement().in_window(Some(window)).read_by(node);
        place.gathering = Some(gathering);
        let typed = self.expr(&declared.value, &place)?;
        if !typed.ty.is_linear() {
            let found = self.type_word(&typed.ty);
            return self.fail(diagnostics::wrong_type(declared.value.span, "a figure", &found));
        }
        self.check_options(declared, first_fold)?;
        if let Some(each) = &declared.each {
            self.group_by(each, window, first_fold, &typed.expr)?;
        }
        let needing = self.needing(declared, &typed.expr)?;
        let ty = typed.ty;
        let rounded = match rounded {
            Some((_, unit)) if ty != Ty::Plain(ValueType::Length(unit.kind)) => {
                let unit = self.type_word(&Ty::Plain(ValueType::Length(unit.kind)));
                let found = self.type_word(&ty);
                return self.fail(diagnostics::wrong_type(declared.value.span, &unit, &found));
            }
            Some((rounding, unit)) => Some((rounding, unit.amount)),
            None => None,
        };
        let id = MeasureId::at(at);
        let measure = self.measures.find_mut(id)?;
        (measure.window, measure.value, measure.unit) = (window, typed.expr, ty.stored());
        (measure.needing, measure.rounded) = (needing, rounded);
        (measure.empty, measure.partial) = (empty, partial);
        Some((id, ty, window))
    }

    /// Makes sure that no two options answer the same question: the order of the text says nothing. What counts as good
    /// several sentences can say, and so what counts as bad.
    fn one_answer_each(&mut self, declared: &ast::Measure) -> Option<()> {
        let mut said: Vec<(Question, Span)> = Vec::new();
        for option in &declared.options {
            let Some(question) = Question::of(&option.kind) else { continue };
            let first = said.iter().find(|(other, _)| other.meets(question)).map(|(_, first)| *first);
            if let Some(first) = first {
                return self.fail(diagnostics::said_twice(option.span, first));
            }
            said.push((question, option.span));
        }
        Some(())
    }

    /// Makes sure that each option says something about what is measured.
    fn check_options(&mut self, declared: &ast::Measure, first_fold: usize) -> Option<()> {
        let kinds = || self.folds.values().skip(first_fold).map(|fold| &fold.kind);
        let timed = kinds().any(|kind| matches!(kind, FoldKind::Time { .. }));
        let decided = kinds().any(|kind| {
            matches!(kind, FoldKind::Items { source: Source::Cases(_) | Source::Breaches(_), .. })
        });
        let mut findings = Vec::new();
        let counted_in = kinds().any(|kind| matches!(kind, FoldKind::Time { negated: false, .. }));
        for option in &declared.options {
            if let (MeasureOptionKind::Counting(_, good), true) = (&option.kind, counted_in) {
                findings.push(diagnostics::good_time_in(option.span, *good, declared.value.span));
                continue;
            }
            let wanted = match option.kind {
                MeasureOptionKind::LeavingOut(_) | MeasureOptionKind::Counting(..) if !timed => {
                    "a share of time or a time"
                }
                MeasureOptionKind::LeavingOutOpen
                | MeasureOptionKind::CountingOpenAs(_)
                | MeasureOptionKind::CountedAt(_)
                    if !decided =>
                {
                    "a figure over cases or breaches"
                }
                _ => continue,
            };
            findings.push(diagnostics::option_without_object(option.span, wanted, declared.value.span));
        }
        if findings.is_empty() {
            return Some(());
        }
        for finding in findings {
            self.tell(finding);
        }
        None
    }

    /// A figure over many things, or one made of two.
    pub(in crate::check) fn aggregate(
        &mut self,
        aggregate: &'a Aggregate,
        place: &Place,
        span: Span,
    ) -> Option<Typed> {
        match aggregate {
            Aggregate::Growth { of, over } => {
                let (of, over) = (self.expr(of, place), self.expr(over, place));
                return self.growth(of?, over?, span);
            }
            Aggregate::Excess { of, over } => {
                let (of, over) = (self.expr(of, place), self.expr(over, place));
                return self.excess(of?, over?, span);
            }
            Aggregate::Least(parts) => return self.least(parts, place, span),
            Aggregate::Previous { measure, or } => return self.previous(measure, or, place, span),
            _ => {}
        }
        let (Some(gathering), Some(window)) = (place.gathering.clone(), place.window) else {
            if place.lenient {
                return None;
            }
            return self.fail(diagnostics::aggregate_out_of_place(span));
        };
        let (kind, ty) = match aggregate {
            Aggregate::Count(over) => {
                let items = self.items(over, place, &gathering)?;
                (items.fold(ItemFold::Count, &gathering), Ty::COUNT)
            }
            Aggregate::Fold { op, of, over } => {
                let items = self.items(over, place, &gathering)?;
                let of = self.of_each(of, &items, place)?;
                if !of.ty.is_linear() {
                    let found = self.type_word(&of.ty);
                    return self.fail(diagnostics::wrong_type(
                        of.expr.span,
                        "something that adds up",
                        &found,
                    ));
                }
                let ty = match op.value {
                    FoldOp::Average | FoldOp::Percentile { linear: true, .. } if of.ty == Ty::COUNT => {
                        Ty::NUMBER
                    }
                    _ => of.ty.clone(),
                };
                (items.fold(self.item_fold(&op.value, of.expr)?, &gathering), ty)
            }
            Aggregate::Distinct { of, over } => {
                let items = self.items(over, place, &gathering)?;
                let of = self.of_each(of, &items, place)?;
                if !of.ty.is_told_apart() {
                    let found = self.type_word(&of.ty);
                    let wanted = "a text, a word, a number or a date";
                    return self.fail(diagnostics::wrong_type(of.expr.span, wanted, &found));
                }
                (items.fold(ItemFold::Distinct(of.expr), &gathering), Ty::COUNT)
            }
            Aggregate::Share { of, which } => {
                let items = self.items(of, place, &gathering)?;
                let which = self.cond(which, &place.over(items.scope).with_verdicts())?;
                (items.fold(ItemFold::Share(which), &gathering), Ty::SHARE)
            }
            Aggregate::TimeShare { negated, intervals, weighted: Some(table), during } => {
                let time = Timed { intervals, negated: *negated, during: during.as_ref(), share: true };
                return self.weighted(&time, table, &gathering, window, span);
            }
            Aggregate::TimeIn { negated, intervals, weighted: Some(table), during } => {
                let time = Timed { intervals, negated: *negated, during: during.as_ref(), share: false };
                return self.weighted(&time, table, &gathering, window, span);
            }
            Aggregate::TimeShare { negated, intervals, during, .. } => {
                (self.time_fold(intervals, *negated, during.as_ref(), true, &gathering)?, Ty::SHARE)
            }
            Aggregate::TimeIn { negated, intervals, during, .. } => {
                let kind = self.time_fold(intervals, *negated, during.as_ref(), false, &gathering)?;
                let length = match &kind {
                    FoldKind::Time { during: Some(calendar), .. } => LengthKind::Open(*calendar),
                    _ => LengthKind::Physical,
                };
                (kind, Ty::Plain(ValueType::Length(length)))
            }
            Aggregate::Growth { .. }
            | Aggregate::Excess { .. }
            | Aggregate::Least(_)
            | Aggregate::Previous { .. } => return None,
        };
        let fold: FoldId = self.folds.push(Fold { window, kind, unit: ty.stored(), span });
        Some(Typed::new(ExprKind::Fold(fold), ty, span))
    }

    /// What is gathered of each item.
    fn of_each(&mut self, of: &'a ast::Expr, items: &Items, place: &Place) -> Option<Typed> {
        let mut of_place = place.over(items.scope);
        of_place.over = items.counted_at == CountedAt::End;
        self.expr(of, &of_place)
    }

    fn item_fold(&mut self, op: &FoldOp, of: Expr) -> Option<ItemFold> {
        Some(match op {
            FoldOp::Sum => ItemFold::Sum(of),
            FoldOp::Average => ItemFold::Average(of),
            FoldOp::Highest => ItemFold::Highest(of),
            FoldOp::Lowest => ItemFold::Lowest(of),
            FoldOp::First => ItemFold::First(of),
            FoldOp::Latest => ItemFold::Latest(of),
            FoldOp::Percentile { rank, linear } => {
                let number = self.number(&rank.value, rank.span)?;
                let hundred = Exact::integer(100);
                if number <= Exact::ZERO || number > hundred {
                    return self.fail(diagnostics::impossible_rank(&rank.value, rank.span));
                }
                ItemFold::Percentile { of, rank: number.checked_div(&hundred)?, linear: *linear }
            }
        })
    }

    /// The items of a collection.
    fn items(&mut self, over: &'a ast::Collection, place: &Place, gathering: &Gathering) -> Option<Items> {
        let during = match &over.during {
            None => None,
            Some(during) => Some(Hours::new(self.calendar(&during.calendar)?, during.outside)),
        };
        let (source, scope, default) = match &over.kind {
            ast::CollectionKind::BreachOf(reference) => {
                let duties = self.duties_named(reference)?;
                for duty in &duties {
                    let to = Node::Duty(*duty);
                    self.references.push(Reference { from: gathering.reader, to, span: reference.span });
                }
                if let Some(filter) = &over.filter {
                    let what = "a condition on breaches";
                    let instead = "put the condition into the duty, or count the items";
                    return self.fail(diagnostics::not_supported(filter.span, what, instead));
                }
                (Source::Breaches(duties), Scope::Agreement, CountedAt::Decision)
            }
            ast::CollectionKind::Path(path) => match path.parts.as_slice() {
                [name] if matches!(self.names.get(&name.value), Some((Thing::Case(_), _))) => {
                    let case = self.case_of_items(name)?;
                    (Source::Cases(case), Scope::Case(case), CountedAt::Beginning)
                }
                _ => {
                    let event = self.event(path)?;
                    (Source::Events(event), Scope::Fact(event), CountedAt::Beginning)
                }
            },
        };
        let counted_at = match &source {
            Source::Events(_) => default,
            Source::Cases(_) | Source::Breaches(_) => gathering.counted_at.unwrap_or(default),
        };
        let mut chosen = place.over(scope);
        // A deadline is mostly known from the beginning, and the item is chosen as soon as it is.
        chosen.beginning = matches!(counted_at, CountedAt::Beginning | CountedAt::Deadline);
        chosen.over = counted_at == CountedAt::End;
        let filter = match &over.filter {
            None => None,
            Some(cond) => Some(self.cond(cond, &chosen)?),
        };
        Some(Items { source, scope, filter, during, counted_at })
    }

    pub(in crate::check) fn time_fold(
        &mut self,
        intervals: &'a ast::Intervals,
        negated: bool,
        during: Option<&ast::Name>,
        share: bool,
        gathering: &Gathering,
    ) -> Option<FoldKind> {
        let within = self.steps(intervals);
        let during = match during {
            None => None,
            Some(name) => Some(self.calendar(name)?),
        };
        Some(time_of(within?, negated, during, share, gathering))
    }

    /// Stretches of time, made of the lives of items.
    pub(in crate::check) fn steps(&mut self, intervals: &'a ast::Intervals) -> Option<Steps> {
        match &intervals.kind {
            IntervalsKind::Case { case: name, filter } => {
                let case = self.case(name)?;
                if !self.outlines[case].begins || !self.outlines[case].ends {
                    let declared = self.case_span(case);
                    let missing =
                        if self.outlines[case].opening.is_empty() { "begins when" } else { "ends when" };
                    return self.fail(diagnostics::no_interval(name, missing, declared));
                }
                let filter = match filter {
                    None => None,
                    Some(cond) => Some(self.cond(cond, &Place::new(Scope::Case(case)).at_the_beginning())?),
                };
                Some(Steps::Alive { case, filter })
            }
            IntervalsKind::Both(parts) => Some(Steps::All(self.all_steps(parts)?)),
            IntervalsKind::Any(parts) => Some(Steps::Any(self.all_steps(parts)?)),
            IntervalsKind::ButNot(one, other) => {
                let (one, other) = (self.steps(one), self.steps(other));
                Some(Steps::ButNot(Box::new(one?), Box::new(other?)))
            }
            IntervalsKind::Paren(inner) => self.steps(inner),
        }
    }

    fn all_steps(&mut self, parts: &'a [ast::Intervals]) -> Option<Vec<Steps>> {
        let read: Vec<Option<Steps>> = parts.iter().map(|part| self.steps(part)).collect();
        read.into_iter().collect()
    }
}

/// The items of a fold, before it is known what is gathered over them.
struct Items {
    source: Source,
    scope: Scope,
    filter: Option<Expr>,
    during: Option<Hours>,
    counted_at: CountedAt,
}

impl Items {
    fn fold(self, of: ItemFold, gathering: &Gathering) -> FoldKind {
        FoldKind::Items {
            source: self.source,
            filter: self.filter,
            during: self.during,
            counted_at: self.counted_at,
            open: gathering.open,
            of,
        }
    }
}

/// A fold over time, with what the measure says of time that counts as good or bad, or is not there.
pub(in crate::check) fn time_of(
    mut within: Steps,
    negated: bool,
    during: Option<CalendarId>,
    share: bool,
    gathering: &Gathering,
) -> FoldKind {
    for (steps, good) in &gathering.counting {
        // It is good not to be in what is measured: only figures of the time that is not in it have any.
        within = if *good {
            Steps::ButNot(Box::new(within), Box::new(steps.clone()))
        } else {
            Steps::Any(vec![within, steps.clone()])
        };
    }
    FoldKind::Time { within, negated, during, leaving_out: gathering.leaving_out.clone(), share }
}

/// What an option of a measure answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Open,
    CountedAt,
    LeavingOut,
    /// Whether time counts as good, or as bad.
    Counting(bool),
    Rounded,
    Needing,
    NoData,
    Partial,
}

impl Question {
    fn of(option: &MeasureOptionKind) -> Option<Self> {
        Some(match option {
            MeasureOptionKind::LeavingOutOpen | MeasureOptionKind::CountingOpenAs(_) => Question::Open,
            MeasureOptionKind::CountedAt(_) => Question::CountedAt,
            MeasureOptionKind::LeavingOut(_) => Question::LeavingOut,
            MeasureOptionKind::Counting(_, good) => Question::Counting(*good),
            MeasureOptionKind::Rounded(..) => Question::Rounded,
            MeasureOptionKind::Needing(_) => Question::Needing,
            MeasureOptionKind::NoDataAs(_) => Question::NoData,
            MeasureOptionKind::Partial(_) => Question::Partial,
            MeasureOptionKind::Broken => return None,
        })
    }

    /// Whether two options cannot both be said.
    fn meets(self, other: Self) -> bool {
        self == other && !matches!(self, Question::Counting(_))
    }
}
