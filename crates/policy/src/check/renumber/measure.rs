//! Measures and what they gather.

use super::Places;
use crate::policy::{
    CaseId, Fold, FoldKind, Grouping, Hours, ItemFold, Measure, Needing, Sample, Source, Steps,
};

impl Places {
    pub(in crate::check) fn fold_of(&self, fold: Fold) -> Fold {
        let Fold { window, kind, unit, span } = fold;
        let kind = match kind {
            FoldKind::Items { source, filter, during, counted_at, open, of } => {
                let (source, case) = self.source(source);
                FoldKind::Items {
                    source,
                    filter: self.some(filter, case),
                    during: during.map(|hours| Hours { calendar: self.calendar(hours.calendar), ..hours }),
                    counted_at,
                    open,
                    of: self.item_fold(of, case),
                }
            }
            FoldKind::Time { within, negated, during, leaving_out, share } => FoldKind::Time {
                within: self.steps(within),
                negated,
                during: during.map(|calendar| self.calendar(calendar)),
                leaving_out: leaving_out.map(|steps| self.steps(steps)),
                share,
            },
        };
        Fold { window: self.window(window), kind, unit: self.value_type(unit), span }
    }

    pub(in crate::check) fn grouping(&self, grouping: Grouping) -> Grouping {
        let Grouping { field, words, cases, events } = grouping;
        let cases =
            cases.into_iter().map(|(case, place)| (self.case_id(case), self.field(Some(case), place)));
        let events = events.into_iter().map(|(event, place)| (self.event(event), place));
        Grouping { field, words, cases: cases.collect(), events: events.collect() }
    }

    fn source(&self, source: Source) -> (Source, Option<CaseId>) {
        match source {
            Source::Events(event) => (Source::Events(self.event(event)), None),
            Source::Cases(case) => (Source::Cases(self.case_id(case)), Some(case)),
            Source::Breaches(duties) => {
                let case = duties.first().and_then(|duty| self.case_of_duty(*duty));
                (Source::Breaches(duties.into_iter().map(|duty| self.duty_id(duty)).collect()), case)
            }
        }
    }

    fn item_fold(&self, of: ItemFold, case: Option<CaseId>) -> ItemFold {
        match of {
            ItemFold::Count => ItemFold::Count,
            ItemFold::Share(expr) => ItemFold::Share(self.expr(expr, case)),
            ItemFold::Sum(expr) => ItemFold::Sum(self.expr(expr, case)),
            ItemFold::Average(expr) => ItemFold::Average(self.expr(expr, case)),
            ItemFold::Highest(expr) => ItemFold::Highest(self.expr(expr, case)),
            ItemFold::Lowest(expr) => ItemFold::Lowest(self.expr(expr, case)),
            ItemFold::First(expr) => ItemFold::First(self.expr(expr, case)),
            ItemFold::Latest(expr) => ItemFold::Latest(self.expr(expr, case)),
            ItemFold::Distinct(expr) => ItemFold::Distinct(self.expr(expr, case)),
            ItemFold::Percentile { of, rank, linear } => {
                ItemFold::Percentile { of: self.expr(of, case), rank, linear }
            }
        }
    }

    fn steps(&self, steps: Steps) -> Steps {
        let all = |parts: Vec<Steps>| parts.into_iter().map(|part| self.steps(part)).collect();
        match steps {
            Steps::Alive { case, filter } => {
                Steps::Alive { case: self.case_id(case), filter: self.some(filter, Some(case)) }
            }
            Steps::All(parts) => Steps::All(all(parts)),
            Steps::Any(parts) => Steps::Any(all(parts)),
            Steps::ButNot(left, right) => {
                Steps::ButNot(Box::new(self.steps(*left)), Box::new(self.steps(*right)))
            }
        }
    }

    pub(in crate::check) fn measure(&self, measure: Measure) -> Measure {
        let Measure {
            name,
            window,
            value,
            unit,
            needing,
            rounded,
            empty,
            partial,
            span,
            name_span,
            window_span,
        } = measure;
        let needing = needing.map(|needing| Needing {
            least: self.expr(needing.least, None),
            sample: match needing.sample {
                Sample::Members(fold) => Sample::Members(self.fold(fold)),
                Sample::Divisor(of) => Sample::Divisor(self.expr(of, None)),
            },
        });
        Measure {
            name,
            window: self.window(window),
            value: self.expr(value, None),
            unit: self.value_type(unit),
            needing,
            rounded,
            empty,
            partial,
            span,
            name_span,
            window_span,
        }
    }
}
