//! What time it is for a stream: by its events, or by the clock of the computer once everything is read.
//!
//! By its events, time is a function of the lines alone, so that a stream that was cut anywhere tells the same.

use crate::arguments::Clock as Kind;
use serde::{Deserialize, Serialize};
use servanda::time::Instant;
use std::time::SystemTime;

/// What time it is, and what it goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    kind: Kind,
    /// How far ahead an event may lie, in nanoseconds.
    ahead: i64,
    pub(super) hands: Hands,
}

/// Where the clock stands: what is kept of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hands {
    /// Up to where time has gone on.
    pub(super) now: Option<Instant>,
    /// An event so far ahead of the others, or ahead of the time of day, that time waits for another one to confirm it.
    waits: Option<Leap>,
}

/// An event that lies too far ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leap {
    /// Its instant.
    pub(super) at: Instant,
    /// Its line.
    pub(super) line: u32,
}

impl Clock {
    /// A clock that stands where it stood.
    pub(super) const fn new(kind: Kind, ahead: i64, hands: Hands) -> Self {
        Self { kind, ahead, hands }
    }

    /// An event of an instant has come. It is given back where it lies too far ahead to move time.
    pub(super) fn see(&mut self, at: Instant, line: u32) -> Option<Leap> {
        match self.kind {
            Kind::Events => self.see_by_events(Leap { at, line }),
            Kind::System => self.see_at(Leap { at, line }, wall()),
        }
    }

    /// An event from the future moves nothing: what is read may lie far back, and would be late at once. Where the
    /// clocks of others run ahead of ours, every event is one of them; when another one confirms that so much time has
    /// gone by, time goes on to what our clock has reached.
    fn see_at(&mut self, leap: Leap, wall: Instant) -> Option<Leap> {
        if leap.at <= wall {
            self.go_on_to(leap.at);
            return None;
        }
        match self.hands.waits {
            Some(first) if first.at <= leap.at && first.at <= wall => {
                self.go_on_to(first.at);
                self.hands.waits = Some(leap);
            }
            Some(first) if first.at <= leap.at => {}
            _ => self.hands.waits = Some(leap),
        }
        (leap.at.nanos_since(wall) > i128::from(self.ahead)).then_some(leap)
    }

    /// The first event moves nothing: without another one beside it, nobody knows whether its date is right.
    fn see_by_events(&mut self, leap: Leap) -> Option<Leap> {
        let Some(now) = self.hands.now else {
            let first = self.hands.waits.replace(leap)?;
            self.hands.waits = None;
            return self.confirm(first, leap);
        };
        if leap.at.nanos_since(now) <= i128::from(self.ahead) {
            self.hands.waits = None;
            self.go_on_to(leap.at);
            return None;
        }
        match self.hands.waits.take() {
            // The first one has been told.
            Some(first) => self.confirm(first, leap).filter(|later| *later == leap),
            None => {
                self.hands.waits = Some(leap);
                Some(leap)
            }
        }
    }

    /// Two events that lie beyond the others: time goes on to the earlier one, and to the later if it is near it.
    fn confirm(&mut self, first: Leap, second: Leap) -> Option<Leap> {
        let (earlier, later) = if first.at <= second.at { (first, second) } else { (second, first) };
        self.go_on_to(earlier.at);
        if later.at.nanos_since(earlier.at) <= i128::from(self.ahead) {
            self.go_on_to(later.at);
            return None;
        }
        self.hands.waits = Some(later);
        Some(later)
    }

    /// There is nothing to read for now.
    pub(super) fn tick(&mut self) {
        if self.kind == Kind::System {
            self.go_on_to(wall());
        }
    }

    /// Time goes on, never back.
    pub(super) fn go_on_to(&mut self, at: Instant) {
        self.hands.now = self.hands.now.max(Some(at));
    }
}

/// The time of day.
pub(in crate::command) fn wall() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Clock, Hands, Kind, Leap};
    use servanda::time::Instant;

    const HOUR: i64 = 3_600_000_000_000;

    fn clock() -> Clock {
        Clock::new(Kind::Events, 24 * HOUR, Hands::default())
    }

    /// Lets events of these hours pass by; the lines of those that are too far ahead, and the hour at the end.
    fn pass(hours: &[i64]) -> (Vec<u32>, Option<i64>) {
        let mut clock = clock();
        let leaps = (1..).zip(hours).filter_map(|(line, hour)| clock.see(Instant(hour * HOUR), line));
        (leaps.map(|leap| leap.line).collect(), clock.hands.now.map(|now| now.0 / HOUR))
    }

    /// Lets events pass by, each at an hour of the computer's clock; the lines and the hour as above.
    fn pass_by_system(hours: &[(i64, i64)]) -> (Vec<u32>, Option<i64>) {
        let mut clock = Clock::new(Kind::System, 24 * HOUR, Hands::default());
        let leaps = (1..).zip(hours).filter_map(|(line, (wall, hour))| {
            clock.see_at(Leap { at: Instant(hour * HOUR), line }, Instant(wall * HOUR))
        });
        (leaps.map(|leap| leap.line).collect(), clock.hands.now.map(|now| now.0 / HOUR))
    }

    #[test]
    fn an_event_from_the_future_does_not_drag_time_to_the_clock_of_the_computer() {
        assert_eq!(pass_by_system(&[(1000, 1), (1000, 1001), (1000, 9000), (1000, 2)]), (vec![3], Some(2)));
        // The clock reaches it while old events are still being read.
        assert_eq!(pass_by_system(&[(1000, 1), (1000, 1001), (1002, 2)]), (vec![], Some(2)));
        assert_eq!(pass_by_system(&[(1000, 9000), (1000, 1000)]), (vec![1], Some(1000)));
    }

    #[test]
    fn where_all_events_come_from_a_clock_that_runs_ahead_time_goes_on_behind_them() {
        let skewed: Vec<(i64, i64)> = (1000..1010).map(|wall| (wall, wall + 2)).collect();
        let (leaps, now) = pass_by_system(&skewed);
        assert!(leaps.is_empty() && now.is_some_and(|now| (1005..1010).contains(&now)), "{now:?}");
    }

    #[test]
    fn time_follows_the_latest_event() {
        assert_eq!(pass(&[1]), (vec![], None));
        assert_eq!(pass(&[1, 3, 2, 5]), (vec![], Some(5)));
    }

    #[test]
    fn an_event_far_ahead_is_told_and_does_not_move_time() {
        assert_eq!(pass(&[1, 2, 9000, 3, 4]), (vec![3], Some(4)));
        assert_eq!(pass(&[1, 2, 9000, 3, 8000, 4]), (vec![3, 5], Some(4)));
        assert_eq!(pass(&[9000, 1, 2]), (vec![1], Some(2)));
    }

    #[test]
    fn time_goes_on_after_a_silence() {
        assert_eq!(pass(&[1, 2, 100, 101, 102]), (vec![3], Some(102)));
        assert_eq!(pass(&[1, 2, 9000, 100, 101]), (vec![3], Some(101)));
        assert_eq!(pass(&[1, 2, 100, 9000, 101]), (vec![3, 4], Some(101)));
    }
}
