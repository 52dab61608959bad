//! Whether the rows of a table fit every key once: gaps, overlaps and rows that nothing can reach.

use crate::check::draft::Draft;
use crate::check::place::Place;
use crate::check::types::{Ty, Typed, constant_number};
use crate::diagnostics;
use crate::policy::{Expr, ExprKind, Row, RowKey, Value, ValueType};
use crate::time::Date;
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::{self, Relation};

/// A bound of a range and whether it belongs to it.
type Bound = Option<(Exact, bool)>;

/// A row of numbers.
struct Tier {
    lower: Bound,
    upper: Bound,
    /// Where the row's key is written.
    span: Span,
    row: Span,
    /// Where it begins and ends, as the text says it.
    begins: String,
    ends: String,
}

/// What a sentence about a breach knows of the figure: that this relation does not hold.
#[derive(Debug, Clone)]
pub(in crate::check) struct Missed {
    pub(in crate::check) measure: crate::policy::MeasureId,
    pub(in crate::check) relation: Relation,
    pub(in crate::check) bound: Exact,
    /// Where the target is written, and where its relation is.
    pub(in crate::check) span: Span,
    pub(in crate::check) relation_span: Span,
}

impl Missed {
    /// Whether every value of a row meets the target.
    fn is_met_in(&self, tier: &Tier) -> bool {
        match self.relation {
            Relation::AtMost => tier.upper.as_ref().is_some_and(|(end, _)| *end <= self.bound),
            Relation::Below => tier
                .upper
                .as_ref()
                .is_some_and(|(end, inside)| *end < self.bound || (*end == self.bound && !inside)),
            Relation::AtLeast => tier.lower.as_ref().is_some_and(|(start, _)| *start >= self.bound),
            Relation::Above => tier
                .lower
                .as_ref()
                .is_some_and(|(start, inside)| *start > self.bound || (*start == self.bound && !inside)),
            Relation::Exactly => false,
        }
    }
}

impl Draft<'_> {
    /// Makes sure that exactly one row fits each key.
    pub(in crate::check) fn check_rows(
        &mut self,
        key: &Typed,
        rows: &[Row],
        written: &[ast::Row],
        span: Span,
        place: &Place,
    ) -> Option<()> {
        let otherwise: Vec<Span> =
            rows.iter().filter(|row| matches!(row.key, RowKey::Otherwise)).map(|row| row.span).collect();
        if let [first, second, ..] = otherwise.as_slice() {
            return self.fail(diagnostics::tier_overlap(*second, "`otherwise`", *first));
        }
        let otherwise = otherwise.first().copied();
        if key.ty.is_ordered() {
            self.check_ranges(key, rows, written, span, otherwise, place)
        } else {
            self.check_words(key, rows, span, otherwise)
        }
    }

    fn check_words(&mut self, key: &Typed, rows: &[Row], span: Span, otherwise: Option<Span>) -> Option<()> {
        let mut seen: Vec<(&Value, Span)> = Vec::new();
        for row in rows {
            let RowKey::OneOf(values) = &row.key else { continue };
            for expr in values {
                let ExprKind::Value(value) = &expr.kind else { continue };
                if let Some((_, first)) = seen.iter().find(|(known, _)| *known == value) {
                    let (word, first) = (format!("`{}`", self.words_at(expr.span)), *first);
                    return self.fail(diagnostics::tier_overlap(expr.span, &word, first));
                }
                seen.push((value, expr.span));
            }
        }
        let all: Vec<(String, Value)> = match &key.ty {
            Ty::Word(words) => words
                .iter()
                .enumerate()
                .map(|(at, word)| (word.clone(), Value::Word(crate::check::draft::index_of(at))))
                .collect(),
            Ty::Plain(ValueType::Bool) => {
                vec![("yes".into(), Value::Bool(true)), ("no".into(), Value::Bool(false))]
            }
            Ty::Plain(_) if otherwise.is_none() => {
                return self.fail(diagnostics::row_missing(span, key.expr.span, &["any other".to_owned()]));
            }
            Ty::Plain(_) => return Some(()),
        };
        let missing: Vec<String> = all
            .into_iter()
            .filter(|(_, value)| seen.iter().all(|(known, _)| *known != value))
            .map(|(word, _)| word)
            .collect();
        match (missing.is_empty(), otherwise) {
            (false, None) => self.fail(diagnostics::row_missing(span, key.expr.span, &missing)),
            (true, Some(row)) => self.fail(diagnostics::unreachable_row(row, "every word has its row")),
            _ => Some(()),
        }
    }

    fn check_ranges(
        &mut self,
        key: &Typed,
        rows: &[Row],
        written: &[ast::Row],
        span: Span,
        otherwise: Option<Span>,
        place: &Place,
    ) -> Option<()> {
        let whole = is_stepped(&key.ty);
        let mut tiers = Vec::new();
        for (row, written) in rows.iter().zip(written) {
            let RowKey::Range(lower, upper) = &row.key else { continue };
            let span = match &written.key {
                ast::RowKey::Range(range) => range.span,
                _ => row.span,
            };
            // A bound that an instance gives is known only then.
            let (Some(lower), Some(upper)) = (known(lower.as_ref()), known(upper.as_ref())) else {
                return Some(());
            };
            let word = |bound: &Bound, on: &str, off: &str| match bound {
                Some((number, true)) => format!("{on} {}", self.shown(number, &key.ty)),
                Some((number, false)) => format!("{off} {}", self.shown(number, &key.ty)),
                None => String::new(),
            };
            let begins = word(&lower, "begins at", "begins above");
            let ends = word(&upper, "ends at", "ends below");
            tiers.push(Tier {
                begins,
                ends,
                lower: closed(lower, whole, true),
                upper: closed(upper, whole, false),
                span,
                row: row.span,
            });
        }
        for tier in &tiers {
            if let (Some((from, _)), Some((to, _))) = (&tier.lower, &tier.upper)
                && (from > to || (from == to && !(inclusive(&tier.lower) && inclusive(&tier.upper))))
            {
                return self.fail(diagnostics::unreachable_row(tier.span, "no value lies in this range"));
            }
        }
        tiers.sort_by(|one, other| lower_order(&one.lower, &other.lower));
        let Some((mut below, rest)) = tiers.split_first() else { return Some(()) };
        let mut sound = true;
        for above in rest {
            let joint = meets(&below.upper, &above.lower, whole);
            if joint == Joint::Overlap {
                let (later, earlier) =
                    if below.row.start < above.row.start { (above, below) } else { (below, above) };
                let at = above.lower.as_ref().map(|(number, _)| number.clone());
                let shown = at.map_or_else(|| "any value".to_owned(), |number| self.shown(&number, &key.ty));
                self.tell(diagnostics::tier_overlap(later.span, &shown, earlier.span));
                sound = false;
            }
            if joint == Joint::Gap && otherwise.is_none() {
                self.gap(below, above, &key.ty);
                sound = false;
            }
            // What the rows so far reach to: a later one may end before them.
            if upper_order(&below.upper, &above.upper).is_le() {
                below = above;
            }
        }
        if !sound {
            return None;
        }
        if place.unsound {
            return Some(());
        }
        self.check_ends(key, &tiers, span, otherwise, place)
    }

    /// Tells of a gap between two rows, at the one that stands below in the text.
    fn gap(&mut self, below: &Tier, above: &Tier, ty: &Ty) {
        let end = below.upper.as_ref().map(|(number, _)| number.clone()).unwrap_or_default();
        let start = above.lower.as_ref().map(|(number, _)| number.clone()).unwrap_or_default();
        let between = match is_stepped(ty) {
            true => &end + &Exact::ONE,
            false if end == start => end.clone(),
            false => (&end + &start).checked_div(&Exact::integer(2)).unwrap_or_else(|| end.clone()),
        };
        let example = self.shown(&between, ty);
        let finding = diagnostics::tier_gap(&example, (below.span, &below.ends), (above.span, &above.begins));
        self.tell(finding);
    }

    /// Makes sure that the rows reach from the least to the greatest value that the key can have.
    fn check_ends(
        &mut self,
        key: &Typed,
        tiers: &[Tier],
        span: Span,
        otherwise: Option<Span>,
        place: &Place,
    ) -> Option<()> {
        let (Some(lowest), Some(highest)) = (tiers.first(), tiers.last()) else { return Some(()) };
        let missed = place.missed.as_ref().filter(
            |missed| matches!(&key.expr.kind, ExprKind::Measure(measure) if *measure == missed.measure),
        );
        let (floor, ceiling) = self.domain(key, missed);
        let bottom = match (&lowest.lower, &floor) {
            (None, _) => true,
            // Where an instance says when the term begins, the days before it are known only then.
            (Some(_), None) if matches!(key.expr.kind, ExprKind::Day) => true,
            (Some(lower), Some(floor)) => lower.0 < floor.0 || (lower.0 == floor.0 && (lower.1 || !floor.1)),
            (Some(_), None) => false,
        };
        let top = match (&highest.upper, &ceiling) {
            (None, _) => true,
            (Some(upper), Some(ceiling)) => {
                upper.0 > ceiling.0 || (upper.0 == ceiling.0 && (upper.1 || !ceiling.1))
            }
            (Some(_), None) => false,
        };
        match (bottom && top, otherwise) {
            (true, Some(row)) => {
                return self.fail(diagnostics::unreachable_row(row, "every value has its row"));
            }
            (true, None) | (false, Some(_)) => return Some(()),
            (false, None) => {}
        }
        if let Some(missed) = missed.filter(|missed| tiers.iter().all(|tier| missed.is_met_in(tier))) {
            let target = self.shown(&missed.bound, &key.ty);
            let rows = lowest.span.join(highest.span);
            let first = if rows.start == lowest.span.start { lowest.span } else { highest.span };
            let finding = diagnostics::sign_turned_round(
                missed.relation,
                (missed.relation_span, missed.span),
                &target,
                first,
            );
            return self.fail(finding);
        }
        let (tier, bound, side) = match bottom {
            false => (lowest, &lowest.lower, "below"),
            true => (highest, &highest.upper, "above"),
        };
        let number = bound.as_ref().map(|(number, _)| number.clone()).unwrap_or_default();
        let shown = self.shown(&number, &key.ty);
        match missed {
            Some(missed) => {
                let target = self.shown(&missed.bound, &key.ty);
                let from_below = matches!(missed.relation, Relation::AtLeast | Relation::Above);
                self.fail(diagnostics::target_without_credit(
                    (missed.span, &target),
                    (tier.span, &shown),
                    (side, (side == "above") == from_below),
                ))
            }
            None => self.fail(diagnostics::tier_end(span, (tier.span, &shown), side)),
        }
    }

    /// The least and the greatest value of a key.
    fn domain(&self, key: &Typed, missed: Option<&Missed>) -> (Bound, Bound) {
        let from_zero = matches!(
            key.ty,
            Ty::Plain(ValueType::Count | ValueType::Share | ValueType::Money | ValueType::Length(_))
        );
        let mut floor = from_zero.then_some((Exact::ZERO, true));
        if let (ExprKind::Day, Some(term)) = (&key.expr.kind, &self.header.term)
            && let ExprKind::Value(Value::Date(first)) = &term.from.kind
        {
            floor = Some((of_date(*first), true));
        }
        if let ExprKind::Misses(_) = &key.expr.kind {
            // The breach at hand is one of them.
            floor = Some((Exact::ONE, true));
        }
        let mut ceiling = self.is_part(&key.expr).then_some((Exact::ONE, true));
        match missed.map(|missed| (missed.relation, missed.bound.clone())) {
            Some((Relation::AtLeast, bound)) => ceiling = Some((bound, false)),
            Some((Relation::Above, bound)) => ceiling = Some((bound, true)),
            Some((Relation::AtMost, bound)) => floor = Some((bound, false)),
            Some((Relation::Below, bound)) => floor = Some((bound, true)),
            Some((Relation::Exactly, _)) | None => {}
        }
        // Between two whole numbers lies none.
        let whole = is_stepped(&key.ty);
        (closed(floor, whole, true), closed(ceiling, whole, false))
    }

    /// Whether a share is one of a whole, and so never above 100 %.
    fn is_part(&self, expr: &Expr) -> bool {
        use crate::policy::{FoldKind, ItemFold};
        match &expr.kind {
            ExprKind::Measure(id) => self.is_part(&self.measures[*id].value),
            ExprKind::Fold(id) => match &self.folds[*id].kind {
                FoldKind::Items { of, .. } => matches!(of, ItemFold::Share(_)),
                FoldKind::Time { share, .. } => *share,
            },
            _ => false,
        }
    }

    /// A number as the text would write it.
    pub(in crate::check) fn shown(&self, number: &Exact, ty: &Ty) -> String {
        match ty {
            Ty::Plain(ValueType::Share) => format!("{}%", number * &Exact::integer(100)),
            Ty::Plain(ValueType::Money) => match self.header.currency.as_ref().map(|expr| &expr.kind) {
                Some(ExprKind::Value(Value::Currency(currency))) => format!("{number} {currency}"),
                _ => number.to_string(),
            },
            Ty::Plain(ValueType::Date) => {
                date_of(number).map_or_else(|| number.to_string(), |it| it.to_string())
            }
            Ty::Plain(ValueType::Length(kind)) if crate::check::event::in_seconds(*kind) => {
                format!("{number} seconds")
            }
            _ => number.to_string(),
        }
    }
}

/// The constant value of a bound; the outer nothing: an instance gives it.
fn known(bound: Option<&(Expr, bool)>) -> Option<Bound> {
    match bound {
        None => Some(None),
        Some((expr, inclusive)) => {
            let number = match &expr.kind {
                ExprKind::Value(Value::Date(date)) => Some(of_date(*date)),
                _ => constant_number(expr),
            };
            number.map(|number| Some((number, *inclusive)))
        }
    }
}

/// Whether values of a type have a next one: whole numbers and dates.
fn is_stepped(ty: &Ty) -> bool {
    matches!(ty, Ty::Plain(ValueType::Count | ValueType::Date))
}

/// A date as the number of its day.
fn of_date(date: Date) -> Exact {
    Exact::integer(i128::from(date.0))
}

fn date_of(number: &Exact) -> Option<Date> {
    Date(i32::try_from(number.to_i128()?).ok()?).in_range()
}

/// Of whole numbers, the bound that belongs to the range: the nearest one within.
fn closed(bound: Bound, whole: bool, lower: bool) -> Bound {
    match bound {
        Some((number, false)) if whole && number.is_integer() => {
            Some((if lower { &number + &Exact::ONE } else { &number - &Exact::ONE }, true))
        }
        Some((number, _)) if whole && !number.is_integer() => {
            let next = if lower { number.ceil() } else { number.floor() };
            Some((next.map_or(number, Exact::integer), true))
        }
        bound => bound,
    }
}

fn inclusive(bound: &Bound) -> bool {
    bound.as_ref().is_some_and(|(_, inclusive)| *inclusive)
}

fn lower_order(one: &Bound, other: &Bound) -> std::cmp::Ordering {
    match (one, other) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, Some(_)) => std::cmp::Ordering::Less,
        (Some(_), None) => std::cmp::Ordering::Greater,
        // A range with its bound begins before one without it.
        (Some(one), Some(other)) => one.0.cmp(&other.0).then(other.1.cmp(&one.1)),
    }
}

fn upper_order(one: &Bound, other: &Bound) -> std::cmp::Ordering {
    match (one, other) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (Some(_), None) => std::cmp::Ordering::Less,
        // A range with its bound ends behind one without it.
        (Some(one), Some(other)) => one.0.cmp(&other.0).then(one.1.cmp(&other.1)),
    }
}

/// How two ranges lie beside each other.
#[derive(PartialEq, Eq)]
enum Joint {
    Meet,
    Gap,
    Overlap,
}

fn meets(upper: &Bound, lower: &Bound, whole: bool) -> Joint {
    let (Some((end, end_in)), Some((start, start_in))) = (upper, lower) else { return Joint::Overlap };
    match end.cmp(start) {
        std::cmp::Ordering::Greater => Joint::Overlap,
        std::cmp::Ordering::Equal if *end_in && *start_in => Joint::Overlap,
        std::cmp::Ordering::Equal if *end_in || *start_in => Joint::Meet,
        std::cmp::Ordering::Less if whole && &(end + &Exact::ONE) == start => Joint::Meet,
        std::cmp::Ordering::Equal | std::cmp::Ordering::Less => Joint::Gap,
    }
}
