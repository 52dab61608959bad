//! Figures: a measure in one window, and when it is final.

use super::expression::Scope;
use super::value::{Known, Maybe, Ratio, exact, ratio, round, whole};
use super::{World, before};
use servanda_evaluator::outcome::{Figure, Judged};
use servanda_policy::policy::{
    Expr, ExprKind, Form, LengthKind, MeasureId, Needing, Operation, RowKey, Sample, Unit, ValueType,
};
use servanda_policy::time::{Instant, Window};

#[derive(Clone)]
pub(crate) struct Figured {
    pub value: Maybe,
    /// What is divided.
    pub ratio: Option<(Ratio, Ratio)>,
    /// Of how many members it is made, at least and at most.
    pub made_of: (i128, i128),
    /// The last instant that can change it; the end of time while a member is undecided.
    pub final_at: Instant,
}

impl World<'_> {
    /// A figure as it stands before an instant; what reads the window before, and that one the one before it, asks for
    /// the same again and again.
    pub(crate) fn figure(&self, id: MeasureId, window: &Window, seen_before: Instant) -> Figured {
        let asked = (id, window.start, seen_before, self.group_in(self.policy.measures[id].window));
        if let Some(known) = self.asked.figures.borrow().get(&asked) {
            return known.clone();
        }
        let figure = self.figure_anew(id, window, seen_before);
        self.asked.figures.borrow_mut().insert(asked, figure.clone());
        figure
    }

    fn figure_anew(&self, id: MeasureId, window: &Window, seen_before: Instant) -> Figured {
        let expr = &self.policy.measures[id].value;
        let mut value = self.value(expr, Scope::window(window, seen_before));
        // A rate of a length gives money; only the type tells.
        if let (Maybe::Known(Known::Length(_, amount)), false) =
            (&value, matches!(self.policy.measures[id].unit, ValueType::Length(_)))
        {
            value = Maybe::number(amount.clone());
        }
        if let Some(needing) = &self.policy.measures[id].needing {
            value = self.needed(value, needing, window, seen_before);
        }
        if let (Some((rounding, unit)), Maybe::Known(Known::Length(kind, amount))) =
            (&self.policy.measures[id].rounded, &value)
        {
            let unit = ratio(unit);
            let times = round(&(amount / &unit), *rounding);
            value = Maybe::Known(Known::Length(*kind, whole(times) * unit));
        }
        Figured {
            value,
            made_of: (0, 0),
            ratio: self.ratio_of(expr, window, seen_before),
            final_at: self.final_at(expr, window, seen_before),
        }
    }

    /// No data where a figure is made of less than it needs.
    fn needed(&self, value: Maybe, needing: &Needing, window: &Window, seen_before: Instant) -> Maybe {
        let scope = Scope::window(window, seen_before);
        let least = self.value(&needing.least, scope);
        let least = least.as_number().expect("a number of things").clone();
        let (low, high) = match &needing.sample {
            Sample::Members(fold) => {
                let (low, high) = self.fold(*fold, window, seen_before).made_of;
                (whole(low), whole(high))
            }
            Sample::Divisor(of) => match self.value(of, scope) {
                Maybe::Unknown(_, Some(between)) => between,
                Maybe::Unknown(causes, None) => return Maybe::Unknown(causes, None),
                other => match other.as_number() {
                    Some(number) => (number.clone(), number.clone()),
                    None => return Maybe::NoData,
                },
            },
        };
        match (low >= least, high >= least, value) {
            (true, _, value) => value,
            (false, false, _) => Maybe::NoData,
            (false, true, Maybe::Unknown(causes, _)) => Maybe::Unknown(causes, None),
            (false, true, _) => Maybe::failed(needing.least.span),
        }
    }

    fn ratio_of(&self, expr: &Expr, window: &Window, seen_before: Instant) -> Option<(Ratio, Ratio)> {
        match &expr.kind {
            ExprKind::Fold(fold) => self.fold(*fold, window, seen_before).ratio,
            ExprKind::Binary(Operation::Divide, left, right) => {
                let scope = Scope::window(window, seen_before);
                let (left, right) = (self.value(left, scope), self.value(right, scope));
                Some((left.as_number()?.clone(), right.as_number()?.clone()))
            }
            _ => None,
        }
    }

    /// The window before one, and the measure of that name there, in whichever version it is.
    pub(crate) fn window_before(&self, id: MeasureId, window: &Window) -> Option<(MeasureId, Window)> {
        let own = &self.policy.measures[id];
        self.policy.measures.iter().find_map(|(other, measure)| {
            let alike = self.policy.windows[measure.window] == self.policy.windows[own.window];
            let unit = self.unit_in_words(measure.unit) == self.unit_in_words(own.unit);
            if !alike || !unit || measure.name != own.name {
                return None;
            }
            let windows = self.windows(measure.window, window.start);
            let before = windows.into_iter().find(|it| it.end == window.start)?;
            Some((other, before))
        })
    }

    /// What a figure is measured in, with the name of its calendar; all numbers are one.
    fn unit_in_words(&self, unit: Unit) -> String {
        let name = |calendar| &self.policy.calendars[calendar].name;
        let length = |kind| match kind {
            LengthKind::Open(calendar) => format!("hours of {}", name(calendar)),
            LengthKind::BusinessDays(calendar) => format!("days of {}", name(calendar)),
            kind => format!("{kind:?}"),
        };
        match unit {
            Unit::Length(kind) => length(kind),
            Unit::MoneyPer(kind) => format!("money per {}", length(kind)),
            Unit::SharePer(kind) => format!("share per {}", length(kind)),
            Unit::Count | Unit::Number => "number".into(),
            unit => format!("{unit:?}"),
        }
    }

    /// The last instant that can change an expression in a window.
    pub(crate) fn final_at(&self, expr: &Expr, window: &Window, seen_before: Instant) -> Instant {
        let of = |expr: &Expr| self.final_at(expr, window, seen_before);
        match &expr.kind {
            ExprKind::Fold(fold) => self.fold(*fold, window, seen_before).final_at,
            ExprKind::Measure(measure) => {
                self.final_at(&self.policy.measures[*measure].value, window, seen_before)
            }
            ExprKind::Previous(measure, first) => match self.window_before(*measure, window) {
                None => of(first),
                Some((measure, earlier)) => {
                    self.figure(measure, &earlier, seen_before).final_at.max(before(window.end))
                }
            },
            ExprKind::Binary(_, a, b)
            | ExprKind::Excess(a, b)
            | ExprKind::Growth(a, b)
            | ExprKind::Is(_, a, b) => of(a).max(of(b)),
            ExprKind::Not(inner) => of(inner),
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Least(parts) => {
                parts.iter().map(of).max().unwrap_or(before(window.end))
            }
            ExprKind::OneOf(inner, _) => of(inner),
            ExprKind::Table { on, rows } => rows
                .iter()
                .flat_map(|row| {
                    let bounds = match &row.key {
                        RowKey::Range(a, b) => [a, b].into_iter().flatten().map(|it| of(&it.0)).max(),
                        _ => None,
                    };
                    [Some(of(&row.value)), bounds]
                })
                .flatten()
                .max()
                .unwrap_or(before(window.end))
                .max(of(on)),
            ExprKind::Bands { on, rows } => {
                let parts = rows.iter().flat_map(|row| row.from.iter().chain(&row.to).chain([&row.value]));
                parts.map(of).fold(of(on), Instant::max)
            }
            _ => before(window.end),
        }
    }

    /// What the duties to keep a measure come to with a value of it.
    fn judged(&self, id: MeasureId, window: &Window, value: &Maybe) -> Vec<Judged> {
        let measure = &self.policy.measures[id];
        let mut judged = Vec::new();
        for (duty, declared) in self.policy.duties.iter() {
            let Form::Keep { measure: of, targets, .. } = &declared.form else { continue };
            if *of == id && !declared.silent {
                let target =
                    |expr| self.target(expr, measure.partial, measure.unit, window, self.as_of).quantity();
                judged.push(Judged {
                    duty,
                    verdict: self.as_it_stands(id, targets, window, value, duty).0,
                    targets: targets.iter().map(|(relation, expr)| (*relation, target(expr))).collect(),
                });
            }
        }
        judged
    }

    pub(crate) fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (id, measure) in self.policy.measures.iter() {
            for window in self.windows(measure.window, self.as_of) {
                for group in self.groups(measure.window, &window, self.as_of) {
                    figures.push(self.for_group(group.as_ref(), || {
                        let figured = self.figure(id, &window, self.as_of);
                        Figure {
                            measure: id,
                            window,
                            group: group.clone(),
                            value: figured.value.quantity(),
                            ratio: figured.ratio.map(|(part, all)| (exact(&part), exact(&all))),
                            provisional: figured.final_at >= self.as_of,
                            judged: self.judged(id, &window, &figured.value),
                        }
                    }));
                }
            }
        }
        figures
    }
}
