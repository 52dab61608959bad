//! Measures: each is read after those that it reads, and what it gathers becomes folds of its window.

use crate::arena::Id;
use crate::check::draft::Draft;
use crate::check::names::Thing;
use crate::check::order::{Node, Reference};
use crate::check::place::{Gathering, Place, Scope};
use crate::check::types::{Ty, Typed};
use crate::diagnostics;
use crate::policy::{
    CountedAt, Empty, Expr, ExprKind, Fold, FoldId, FoldKind, Hours, ItemFold, LengthKind, Measure,
    MeasureId, OpenItems, Partial, Source, Steps, ValueType, WindowId,
};
use crate::time::{WindowSpec, WindowUnit};
use servanda_diagnostics::{Diagnostic, Span};
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

/// The unit of a window: a day is the shortest.
pub(crate) fn window_unit(unit: ast::Unit, span: Span) -> Result<WindowUnit, Box<Diagnostic>> {
    match unit {
        ast::Unit::Day => Ok(WindowUnit::Day),
        ast::Unit::Week => Ok(WindowUnit::Week),
        ast::Unit::Month => Ok(WindowUnit::Month),
        ast::Unit::Quarter => Ok(WindowUnit::Quarter),
        ast::Unit::Year => Ok(WindowUnit::Year),
        ast::Unit::Second | ast::Unit::Minute | ast::Unit::Hour => Err(Box::new(diagnostics::not_supported(
            span,
            "a window shorter than a day",
            "write `calendar day`",
        ))),
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
                empty: Empty::NoData,
                partial: Partial::InFull,
                span: declared.span,
                name_span: declared.name.span,
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
            Some(window) => self.window(window),
        };
        let node = Node::Measure(at);
        let mut gathering =
            Gathering { counted_at: None, open: OpenItems::Wait, leaving_out: None, reader: node };
        let mut empty = Empty::NoData;
        let mut partial = Partial::InFull;
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
        let window = self.window_id(spec?);
        let first_fold = self.folds.len();
        let mut place = Place::agreement().in_window(Some(window)).read_by(node);
        place.gathering = Some(gathering);
        let typed = self.expr(&declared.value, &place)?;
        if !typed.ty.is_linear() {
            let found = self.type_word(&typed.ty);
            return self.fail(diagnostics::wrong_type(declared.value.span, "a figure", &found));
        }
        self.check_options(declared, first_fold)?;
        let ty = typed.ty;
        let id = MeasureId::at(at);
        let measure = self.measures.find_mut(id)?;
        (measure.window, measure.value, measure.unit) = (window, typed.expr, ty.stored());
        (measure.empty, measure.partial) = (empty, partial);
        Some((id, ty, window))
    }

    /// Makes sure that each option says something about what is measured.
    fn check_options(&mut self, declared: &ast::Measure, first_fold: usize) -> Option<()> {
        let kinds = || self.folds.values().skip(first_fold).map(|fold| &fold.kind);
        let timed = kinds().any(|kind| matches!(kind, FoldKind::Time { .. }));
        let decided = kinds().any(|kind| {
            matches!(kind, FoldKind::Items { source: Source::Cases(_) | Source::Breaches(_), .. })
        });
        let mut findings = Vec::new();
        for option in &declared.options {
            let wanted = match option.kind {
                MeasureOptionKind::LeavingOut(_) if !timed => "a share of time or a time",
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

    /// The window that is written.
    pub(in crate::check) fn window(&mut self, window: &'a ast::Window) -> Option<WindowSpec> {
        match &window.kind {
            ast::WindowKind::Calendar(unit) => self.window_unit(*unit, window.span).map(WindowSpec::Calendar),
            ast::WindowKind::Contract(unit) => self.window_unit(*unit, window.span).map(WindowSpec::Contract),
            ast::WindowKind::Term => Some(WindowSpec::Term),
            ast::WindowKind::Named(name) => match self.names.get(name) {
                Some((Thing::Let(value), declared)) => {
                    self.used.insert(declared);
                    match &value.value {
                        // A window is never named by another window's name in a `let`, so this ends.
                        ast::LetValue::Window(inner) if !matches!(inner.kind, ast::WindowKind::Named(_)) => {
                            self.window(inner)
                        }
                        _ => self.fail(diagnostics::no_window_named(name, window.span, "a value", declared)),
                    }
                }
                Some((thing, declared)) => {
                    self.fail(diagnostics::no_window_named(name, window.span, thing.word(), declared))
                }
                None => self.fail(diagnostics::unknown_window(name, window.span)),
            },
            ast::WindowKind::Broken => self.unreadable(),
        }
    }

    fn window_unit(&mut self, unit: ast::Unit, span: Span) -> Option<WindowUnit> {
        match window_unit(unit, span) {
            Ok(unit) => Some(unit),
            Err(finding) => self.fail(*finding),
        }
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
                let mut of_place = place.over(items.scope);
                of_place.over = items.counted_at == CountedAt::End;
                let of = self.expr(of, &of_place)?;
                if !of.ty.is_linear() {
                    let found = self.type_word(&of.ty);
                    return self.fail(diagnostics::wrong_type(
                        of.expr.span,
                        "something that adds up",
                        &found,
                    ));
                }
                let ty = match op.value {
                    FoldOp::Average if of.ty == Ty::COUNT => Ty::NUMBER,
                    _ => of.ty.clone(),
                };
                (items.fold(item_fold(op.value, of.expr), &gathering), ty)
            }
            Aggregate::Share { of, which } => {
                let items = self.items(of, place, &gathering)?;
                let which = self.cond(which, &place.over(items.scope).with_verdicts())?;
                (items.fold(ItemFold::Share(which), &gathering), Ty::SHARE)
            }
            Aggregate::TimeShare { negated, intervals, during } => {
                (self.time_fold(intervals, *negated, during.as_ref(), true, &gathering)?, Ty::SHARE)
            }
            Aggregate::TimeIn { negated, intervals, during } => {
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
        let filter = match &over.filter {
            None => None,
            Some(cond) => Some(self.cond(cond, &chosen)?),
        };
        Some(Items { source, scope, filter, during, counted_at })
    }

    fn time_fold(
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
        let leaving_out = gathering.leaving_out.clone();
        Some(FoldKind::Time { within: within?, negated, during, leaving_out, share })
    }

    /// Stretches of time, made of the lives of items.
    fn steps(&mut self, intervals: &'a ast::Intervals) -> Option<Steps> {
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

fn item_fold(op: FoldOp, of: Expr) -> ItemFold {
    match op {
        FoldOp::Sum => ItemFold::Sum(of),
        FoldOp::Average => ItemFold::Average(of),
        FoldOp::Highest => ItemFold::Highest(of),
        FoldOp::Lowest => ItemFold::Lowest(of),
        FoldOp::First => ItemFold::First(of),
        FoldOp::Latest => ItemFold::Latest(of),
    }
}
