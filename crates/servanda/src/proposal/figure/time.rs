//! Figures over time: one item that lives just so long that its share of a window is what it has to be.

use super::{stepped, whole};
use crate::coverage::Side;
use crate::proposal::act::Attempt;
use crate::proposal::bench::{Bench, later};
use crate::proposal::draft::Happens;
use crate::proposal::values::Want;
use servanda_policy::policy::{Case, MeasureId, Steps, Trigger};
use servanda_policy::time::{Instant, NANOS_PER_SECOND, Window};
use servanda_policy::value::Exact;

/// A length of time that a figure counts: in things that are alive, or not in them.
pub(super) struct Lived<'p> {
    pub(super) within: &'p Steps,
    pub(super) negated: bool,
    pub(super) share: bool,
    pub(super) measure: MeasureId,
}

impl<'p> Bench<'p> {
    /// One item that lives so long.
    pub(super) fn time(
        &self,
        of: &Lived<'p>,
        wanted: &Exact,
        side: Side,
        (begin, window): (Instant, &Window),
    ) -> Attempt<Vec<Happens>> {
        let all = match of.share {
            true => self.counted_time(of, begin, window),
            false => None,
        };
        let all = all.or_else(|| Exact::ratio(window.nanos(), i128::from(NANOS_PER_SECOND)));
        let all = all.ok_or("its window has no length")?;
        let needed = if of.share { wanted * &all } else { wanted.clone() };
        let (alive, side) = match (of.negated, side) {
            (false, side) => (needed, side),
            (true, Side::At) => (&all - &needed, Side::At),
            (true, Side::Below) => (&all - &needed, Side::Above),
            (true, Side::Above) => (&all - &needed, Side::Below),
        };
        let seconds = whole(&stepped(&alive, side, &Exact::integer(1))?)?;
        if seconds == 0 {
            return Ok(Vec::new());
        }
        let room = window.end.nanos_since(begin) / i128::from(NANOS_PER_SECOND);
        let begin = if room >= seconds { begin } else { window.start };
        self.alive(of.within, i64::try_from(seconds).unwrap_or(i64::MAX), begin, window)
    }

    /// How many seconds of a window count for a share of time: those of its openings, without what is left out.
    fn counted_time(&self, of: &Lived<'p>, begin: Instant, window: &Window) -> Option<Exact> {
        let happens = self.alive(of.within, 1, begin, window).ok()?;
        let tried = self.looked_at(&happens, window).into_iter().find_map(|draft| self.tried(&draft))?;
        let mut figures = tried.decided.outcome.figures.into_iter();
        let figure = figures.find(|it| it.measure == of.measure && it.window.index == window.index)?;
        figure.ratio.map(|(_, all)| all)
    }

    /// An item that lives for some seconds.
    fn alive(
        &self,
        within: &'p Steps,
        seconds: i64,
        begin: Instant,
        window: &Window,
    ) -> Attempt<Vec<Happens>> {
        let Steps::Alive { case, filter } = within else {
            return Err("it needs a figure over the time in several things at once".to_owned());
        };
        let wants: Vec<Want<'p>> = filter.iter().map(|filter| Want::of(filter, true)).collect();
        let key = self.key(*case);
        let mut happens = self.openings(*case, &key, &wants, begin, 1)?;
        let end = later(begin, seconds);
        if end > window.end {
            return Err("it would take longer than its window".to_owned());
        }
        if end < window.end {
            let of: &'p Case = &self.policy.cases[*case];
            let ends = of.ends.iter().flat_map(|trigger| match trigger {
                Trigger::Event(pattern) => self.matching(pattern, Some((*case, &key)), end, 1),
                Trigger::Done(act) => self.acts(*case, *act, &key, happens.first(), end),
            });
            let ended = ends.into_iter().next().ok_or("nothing ends what its time is counted in")?;
            happens.push(ended);
        }
        Ok(happens)
    }
}
