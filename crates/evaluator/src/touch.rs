//! What an event of a type does to the items of a case.

use servanda_policy::policy::{Case, CaseId, EventId, Life, Pattern, Trigger};

/// All that an event of one type does to one case.
#[derive(Debug)]
pub(crate) struct Touch {
    pub(crate) case: CaseId,
    /// The field that holds the key.
    pub(crate) key: Option<u32>,
    /// The places of the patterns among [`servanda_policy::policy::Begin::when`] that open the case.
    pub(crate) opens: Vec<usize>,
    /// Act and the place of the pattern among [`servanda_policy::policy::ActTrack::when`].
    pub(crate) acts: Vec<(u32, usize)>,
    /// Acts that it takes back.
    pub(crate) undoes: Vec<u32>,
    /// Places among the ends of the case.
    pub(crate) ends: Vec<usize>,
    /// Places among the pauses of the case: those that it begins, those that it ends.
    pub(crate) pauses: Vec<usize>,
    pub(crate) resumes: Vec<usize>,
    /// Whether it may open again what is closed.
    pub(crate) reopens: bool,
    pub(crate) pays: bool,
    pub(crate) ignored: bool,
}

impl Touch {
    /// Whether it does anything to an item that is there.
    pub(crate) fn moves(&self) -> bool {
        !(self.acts.is_empty()
            && self.undoes.is_empty()
            && self.ends.is_empty()
            && self.pauses.is_empty()
            && self.resumes.is_empty())
    }
}

pub(crate) fn touch_of(id: CaseId, case: &Case, event: EventId) -> Option<Touch> {
    let places = |patterns: &[Pattern]| -> Vec<usize> {
        patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| pattern.event == event)
            .map(|(place, _)| place)
            .collect()
    };
    let mut touch = Touch {
        case: id,
        key: case.keys.iter().find(|(of, _)| *of == event).map(|(_, field)| *field),
        opens: match &case.life {
            Life::Begins(begin) => places(&begin.when),
            Life::Implicit | Life::Windowed => Vec::new(),
        },
        acts: Vec::new(),
        undoes: Vec::new(),
        ends: Vec::new(),
        pauses: Vec::new(),
        resumes: Vec::new(),
        reopens: case.reopens.as_ref().is_some_and(|reopens| reopens.when.event == event),
        pays: case
            .debt
            .as_ref()
            .and_then(|debt| debt.payments.as_ref())
            .is_some_and(|paid| paid.event == event),
        ignored: case.ignores.contains(&event),
    };
    if !matches!(case.life, Life::Windowed) {
        for (number, act) in case.acts.iter().enumerate() {
            let number = number as u32;
            touch.acts.extend(places(&act.when).into_iter().map(|place| (number, place)));
            if act.undone_by == Some(event) {
                touch.undoes.push(number);
            }
        }
        touch.ends.extend(case.ends.iter().enumerate().filter_map(|(place, end)| match end {
            Trigger::Event(pattern) if pattern.event == event => Some(place),
            Trigger::Event(_) | Trigger::Done(_) => None,
        }));
        for (place, (from, to)) in case.pauses.iter().enumerate() {
            if from.event == event {
                touch.pauses.push(place);
            }
            if to.event == event {
                touch.resumes.push(place);
            }
        }
    }
    (touch.moves() || touch.reopens || !touch.opens.is_empty() || touch.pays).then_some(touch)
}
