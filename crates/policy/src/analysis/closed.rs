//! Counts that are kept above nothing, of what happens in the hours of a calendar, in windows in which that never opens.

use crate::agreement::Agreement;
use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{CalendarId, Duty, ExprKind, FoldKind, Form, ItemFold, MeasureId, Partial};
use crate::time::{Window, WindowSpec};
use servanda_parser::ast::Relation;

/// So many windows are looked at, which are a fortnight of hours; shorter ones come to less than a week.
const WINDOWS: usize = 400;

impl Analysis<'_> {
    /// A duty to keep a count, a sum or a length above nothing that is judged in windows in which it can only be nothing.
    pub(in crate::analysis) fn closed_windows(&mut self, placed: &Agreement) {
        for duty in self.policy.duties.values().filter(|duty| !duty.silent) {
            let Form::Keep { measure, targets, during } = &duty.form else { continue };
            let Some(calendar) = self.hours_of(*measure) else { continue };
            let least = targets.iter().find(|(relation, target)| {
                let Some(target) = self.number(target) else { return false };
                match relation {
                    Relation::AtLeast | Relation::Exactly => !target.is_zero() && !target.is_negative(),
                    Relation::Above => !target.is_negative(),
                    Relation::AtMost | Relation::Below => false,
                }
            });
            let Some((_, target)) = least else { continue };
            let Some(window) = self.first_closed(placed, *measure, calendar, *during) else { continue };
            self.tell_closed(placed, duty, (*measure, calendar), target.span, &window);
        }
    }

    /// The calendar in whose openings all lies that a measure counts: where it never opens in a window, the figure is nothing.
    fn hours_of(&self, measure: MeasureId) -> Option<CalendarId> {
        let measure = &self.policy.measures[measure];
        // Of a value of which nothing is heard there is no figure; what is too few is no data.
        if self.policy.grouped_by(measure.window).is_some() || measure.needing.is_some() {
            return None;
        }
        let ExprKind::Fold(fold) = measure.value.kind else { return None };
        match &self.policy.folds[fold].kind {
            FoldKind::Items { during: Some(hours), of, .. } => {
                let of_nothing = matches!(of, ItemFold::Count | ItemFold::Distinct(_) | ItemFold::Sum(_));
                (of_nothing && !hours.outside).then_some(hours.calendar)
            }
            FoldKind::Time { during, share: false, .. } => *during,
            _ => None,
        }
    }

    /// The first window that is judged and in which a calendar never opens.
    fn first_closed(
        &self,
        placed: &Agreement,
        measure: MeasureId,
        calendar: CalendarId,
        during: Option<CalendarId>,
    ) -> Option<Window> {
        let measure = &self.policy.measures[measure];
        let windows = placed.windows.get(crate::arena::Id::index(measure.window))?;
        let opens = placed.calendar(calendar)?;
        let all = std::iter::successors(windows.first(), |window| windows.next(window));
        all.take(WINDOWS)
            .filter(|window| !(measure.partial == Partial::LeftOut && window.is_partial()))
            .filter(|window| {
                during.and_then(|id| placed.calendar(id)).is_none_or(|hours| hours.is_open(window.start))
            })
            .find(|window| opens.open_time(window.start, window.end) == 0)
    }

    fn tell_closed(
        &mut self,
        placed: &Agreement,
        duty: &Duty,
        (measure, calendar): (MeasureId, CalendarId),
        target: servanda_diagnostics::Span,
        window: &Window,
    ) {
        let measure = &self.policy.measures[measure];
        let by_the_clock = matches!(self.policy.windows[measure.window], WindowSpec::Clock(_));
        let label = window.label(&placed.zone);
        let calendar = &self.policy.calendars[calendar].name;
        let names = (measure.name.as_str(), calendar.as_str());
        let finding = diagnostics::closed_window(
            duty.core_span,
            names,
            &label,
            by_the_clock,
            (target, measure.value.span),
        );
        self.tell(finding);
    }
}
