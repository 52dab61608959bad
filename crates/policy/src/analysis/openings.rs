//! Openings of calendars that begin or end at a time of day that clocks do not show once on its date.

use crate::agreement::Agreement;
use crate::analysis::Analysis;
use crate::analysis::term::clock;
use crate::diagnostics;
use crate::time::{Calendar, Civil, Date};
use servanda_diagnostics::Span;

/// So many changes of clocks are looked at where the term has no end: those of four years, as a rule.
const CHANGES: usize = 8;
const DAY: u32 = 86_400;

/// A border of an opening in a change of clocks.
struct Border {
    /// Its date, and the time as written in seconds after midnight.
    date: Date,
    seconds: u32,
    begins: bool,
    civil: Civil,
}

impl Analysis<'_> {
    /// Each calendar is told of once, with the first date on which it shows.
    pub(in crate::analysis) fn openings_in_changes(&mut self, placed: &Agreement) {
        for (id, declared) in self.policy.calendars.iter() {
            let Some(calendar) = placed.calendar(id) else { continue };
            let Some(border) = first_border(placed, calendar) else { continue };
            let zone = calendar.zone();
            let nanos = i64::from(border.seconds % DAY) * 1_000_000_000;
            let shown = clock(nanos);
            let (twice, counts) = match border.civil {
                Civil::Gap(at) => (false, clock(zone.local_time_of(at))),
                Civil::One(_) | Civil::Fold(..) => (true, shown.clone()),
            };
            let span = self.time_of_day(declared.span, &shown);
            let finding = diagnostics::opening_in_a_clock_change(
                span,
                (&declared.name, &shown, border.begins),
                (zone.name(), &border.date.to_string()),
                twice,
                &counts,
            );
            self.tell(finding);
        }
    }

    /// Where a time stands in a declaration; its beginning where it is written otherwise.
    fn time_of_day(&self, span: Span, shown: &str) -> Span {
        let text = self.sources.text(span);
        let place = |at: usize| span.start.saturating_add(u32::try_from(at).unwrap_or(0));
        match text.find(shown) {
            Some(at) => Span::new(span.source, place(at), place(at + shown.len())),
            None => span,
        }
    }
}

/// The first border of an opening in the term that lies in a change of clocks. Midnight is no time of a clock: an opening
/// from it begins with its date, and one until it ends with it.
fn first_border(placed: &Agreement, calendar: &Calendar) -> Option<Border> {
    let zone = calendar.zone();
    let mut at = placed.start;
    for _ in 0..CHANGES {
        at = zone.next_change(at).filter(|at| placed.end.is_none_or(|end| *at < end))?;
        let (before, behind) = (zone.date_of(at.previous()), zone.date_of(at));
        // An opening of the date before may last over midnight.
        let dates = [before.add_days(-1), Some(before), Some(behind).filter(|behind| *behind != before)];
        for date in dates.into_iter().flatten() {
            for (from, to) in calendar.hours_of(date) {
                for (seconds, begins) in [(from, true), (to, false)] {
                    if seconds % DAY == 0 {
                        continue;
                    }
                    let own = date.add_days(i64::from(seconds / DAY))?;
                    let civil = zone.resolve_civil(own, i64::from(seconds % DAY) * 1_000_000_000);
                    if !matches!(civil, Civil::One(_)) {
                        return Some(Border { date: own, seconds, begins, civil });
                    }
                }
            }
        }
    }
    None
}
