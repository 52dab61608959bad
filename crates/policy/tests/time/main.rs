//! Zones, calendars, windows and deadlines, held to cases from law and to general laws.

#[cfg(test)]
mod calendars;
#[cfg(test)]
mod holidays;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod text;
#[cfg(test)]
mod windows;
#[cfg(test)]
mod zones;

#[cfg(test)]
mod given {
    //! What the tests share: short ways to write dates, instants and calendars.

    use servanda_policy::time::{Calendar, CalendarSpec, Date, DatedLine, DaySpans, Instant, Zone};

    pub(crate) const MINUTE: i128 = 60 * 1_000_000_000;
    pub(crate) const HOUR: i128 = 60 * MINUTE;

    pub(crate) fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    pub(crate) fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    pub(crate) fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// Monday to Friday 09:00 to 18:00.
    pub(crate) fn office() -> CalendarSpec {
        let day: DaySpans = vec![(9 * 3_600, 18 * 3_600)];
        let mut weekly: [DaySpans; 7] = std::array::from_fn(|_| day.clone());
        weekly[5].clear();
        weekly[6].clear();
        CalendarSpec { weekly, ..CalendarSpec::default() }
    }

    pub(crate) fn closed_on(mut spec: CalendarSpec, day: &str) -> CalendarSpec {
        spec.dated.push(DatedLine { date: date(day), spans: vec![] });
        spec
    }

    pub(crate) fn istanbul() -> Calendar {
        Calendar::new(office(), zone("Europe/Istanbul")).unwrap()
    }

    pub(crate) fn round_the_clock(name: &str) -> Calendar {
        let weekly = std::array::from_fn(|_| vec![(0, 86_400)]);
        Calendar::new(CalendarSpec { weekly, ..CalendarSpec::default() }, zone(name)).unwrap()
    }
}
