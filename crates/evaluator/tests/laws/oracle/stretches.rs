//! Stretches of time: while items are alive, while calendars are open, and what is left of them.

use super::World;
use super::expression::Scope;
use super::groups::Belongs;
use super::value::{Maybe, Ratio, seconds};
use compact_str::CompactString;
use servanda_policy::policy::{CalendarId, FoldId, FoldKind, Grouping, Steps};
use servanda_policy::time::{Instant, Window};

type Stretches = Vec<(Instant, Instant)>;

/// The value of a field for which something is asked.
type By<'b> = Option<(&'b Grouping, &'b CompactString)>;

impl World<'_> {
    /// The time of a fold in one window, and of how much; none where it makes a difference of which items a condition
    /// holds, and that is unknown of one.
    pub(super) fn time_of(
        &self,
        id: FoldId,
        window: &Window,
        seen_before: Instant,
    ) -> Option<(Ratio, Ratio)> {
        let FoldKind::Time { within, negated, during, leaving_out, .. } = &self.policy.folds[id].kind else {
            return None;
        };
        let until = window.end.min(seen_before);
        let windows = self.policy.folds[id].window;
        let group = self.group_in(windows);
        let by = self.policy.groups[windows].as_ref().zip(group.as_ref());
        let of = |sure: bool| {
            let there = self.there(*during, leaving_out.as_ref(), window.start, until, sure, by);
            let on = both(&there, &self.stretches(within, until, sure, by));
            (there, on)
        };
        let (there, on) = of(true);
        let without = self.there(*during, leaving_out.as_ref(), window.start, until, false, by);
        if without != there || both(&there, &of(false).1) != on {
            return None;
        }
        let part = length(&if *negated { minus(&there, &on) } else { on });
        Some((part, length(&there)))
    }

    /// The time that is there at all: surely, or possibly.
    fn there(
        &self,
        during: Option<CalendarId>,
        leaving_out: Option<&Steps>,
        from: Instant,
        until: Instant,
        sure: bool,
        by: By<'_>,
    ) -> Stretches {
        let mut there = if from < until { vec![(from, until)] } else { Vec::new() };
        if let Some(calendar) = during
            && from < until
        {
            there = self.hours(calendar).open_within(from, until);
        }
        if let Some(steps) = leaving_out {
            there = minus(&there, &self.stretches(steps, until, !sure, by));
        }
        there
    }

    /// When a step is surely on; or when it possibly is, because a condition of an item cannot be known.
    fn stretches(&self, steps: &Steps, until: Instant, sure: bool, by: By<'_>) -> Stretches {
        match steps {
            Steps::Alive { case, filter } => {
                let mut stretches = Vec::new();
                for item in self.items(*case) {
                    let belongs = filter
                        .as_ref()
                        .map_or(Maybe::bool(true), |it| self.value(it, Scope::item(item, item.born)));
                    let of_group = by.map(|(of, group)| (self.belongs(of, Some(item), None), group));
                    let unread = match &of_group {
                        None => false,
                        Some((Belongs::To(own), group)) if own == *group => false,
                        Some((Belongs::Unread, _)) => true,
                        Some(_) => continue,
                    };
                    if belongs.is_false() || sure && (unread || !belongs.is_true()) {
                        continue;
                    }
                    // Time is counted from when it is known.
                    let begins = item.begins.max(item.born);
                    for (number, (from, close, _)) in item.stretches().into_iter().enumerate() {
                        let end = close.or(item.end).unwrap_or(until).min(until);
                        let anew = number > 0 && item.restarted.is_some();
                        let from = if anew { from } else { from.max(begins) };
                        if from < end {
                            stretches.push((from, end));
                        }
                    }
                }
                united(stretches)
            }
            Steps::Any(parts) => {
                united(parts.iter().flat_map(|part| self.stretches(part, until, sure, by)).collect())
            }
            Steps::All(parts) => parts
                .iter()
                .map(|part| self.stretches(part, until, sure, by))
                .reduce(|all, part| both(&all, &part))
                .unwrap_or_default(),
            Steps::ButNot(on, off) => {
                minus(&self.stretches(on, until, sure, by), &self.stretches(off, until, !sure, by))
            }
        }
    }
}

fn united(mut stretches: Stretches) -> Stretches {
    stretches.sort();
    let mut united: Stretches = Vec::new();
    for (start, end) in stretches {
        match united.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => united.push((start, end)),
        }
    }
    united
}

fn both(a: &Stretches, b: &Stretches) -> Stretches {
    let pieces = a.iter().flat_map(|x| b.iter().map(move |y| (x.0.max(y.0), x.1.min(y.1))));
    united(pieces.filter(|(start, end)| start < end).collect())
}

fn minus(a: &Stretches, b: &Stretches) -> Stretches {
    b.iter().fold(a.clone(), |left, hole| {
        left.into_iter()
            .flat_map(|(start, end)| [(start, end.min(hole.0)), (start.max(hole.1), end)])
            .filter(|(start, end)| start < end)
            .collect()
    })
}

fn length(stretches: &Stretches) -> Ratio {
    seconds(stretches.iter().map(|(start, end)| end.0 - start.0).sum())
}
