//! The days of January to March 2026 in Istanbul, which is three hours ahead of UTC all year.

/// The seconds of a minute.
pub(super) const MINUTE: u32 = 60;

/// The second of a day at which a clock shows this.
pub(super) const fn clock(hour: u32, minute: u32) -> u32 {
    hour * 3_600 + minute * MINUTE
}

/// The days of January and February.
const JANUARY: u32 = 31;
const FEBRUARY: u32 = 28;

/// How many days the log has.
const DAYS: u32 = 90;

/// A day, counted from 1 January 2026, which is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(u32);

impl Day {
    /// Every day of the log.
    pub(super) fn all() -> impl Iterator<Item = Day> {
        (0..DAYS).map(Day)
    }

    /// A day of January (1) to March (3).
    pub(super) fn of(month: u32, day: u32) -> Self {
        let before = match month {
            1 => 0,
            2 => JANUARY,
            _ => JANUARY + FEBRUARY,
        };
        Self(before + day - 1)
    }

    /// Its number from the first day of the log, which is 0.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// 1 for January; what is after March still counts as March.
    pub(super) fn month(self) -> u32 {
        match self.0 {
            0..JANUARY => 1,
            JANUARY..59 => 2,
            _ => 3,
        }
    }

    /// The day of its month, from 1.
    pub(super) fn of_month(self) -> u32 {
        match self.month() {
            1 => self.0 + 1,
            2 => self.0 - JANUARY + 1,
            _ => self.0 - JANUARY - FEBRUARY + 1,
        }
    }

    /// 0 for Monday.
    pub(super) fn weekday(self) -> u32 {
        (self.0 + 3) % 7
    }

    /// Whether the office works: New Year and the days of Ramazan are holidays.
    pub(super) fn is_open(self) -> bool {
        let holiday = matches!((self.month(), self.of_month()), (1, 1) | (3, 20..=22));
        self.weekday() < 5 && !holiday
    }

    /// When the office closes: on the eve of Ramazan at 13:00.
    pub(super) fn closing(self) -> u32 {
        if (self.month(), self.of_month()) == (3, 19) { clock(13, 0) } else { clock(18, 0) }
    }

    /// The next day on which the office works.
    pub(super) fn next_open(self) -> Day {
        let mut next = Day(self.0 + 1);
        while !next.is_open() {
            next = Day(next.0 + 1);
        }
        next
    }

    /// A moment of this day, by its second.
    pub(super) fn at(self, second: u32) -> Moment {
        Moment { day: self, second }
    }
}

/// A second of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    day: Day,
    second: u32,
}

impl Moment {
    /// The second of its day.
    pub(super) fn second(self) -> u32 {
        self.second
    }

    /// Whether it lies in the months of the log.
    pub(super) fn is_told(self) -> bool {
        self.day.0 < DAYS
    }

    /// As logs write it, with its offset.
    pub(super) fn text(self) -> String {
        let (hour, minute, second) = (self.second / 3_600, self.second / 60 % 60, self.second % 60);
        let (month, day) = (self.day.month(), self.day.of_month());
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+03:00")
    }
}
