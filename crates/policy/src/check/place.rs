//! Where an expression stands, and therefore what names mean in it.

use crate::check::draft::Draft;
use crate::check::order::Node;
use crate::check::tiers::Missed;
use crate::policy::{CaseId, CountedAt, DutyId, EventId, OpenItems, WindowId};

/// Whose fields can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Scope {
    /// No item and no event is at hand.
    Agreement,
    /// An item of a case: its opening event's fields and its participles.
    Case(CaseId),
    /// An event: its own fields.
    Fact(EventId),
    /// An act on an item of a case: the item's, then the act's own fields.
    Act(CaseId, Option<EventId>),
}

/// How the folds of a measure are gathered.
#[derive(Debug, Clone)]
pub(in crate::check) struct Gathering {
    pub(in crate::check) counted_at: Option<CountedAt>,
    pub(in crate::check) open: OpenItems,
    pub(in crate::check) leaving_out: Option<crate::policy::Steps>,
    /// What counts as good (true) or as bad, in the order of the text.
    pub(in crate::check) counting: Vec<(crate::policy::Steps, bool)>,
    /// What the measure is, for circularity.
    pub(in crate::check) reader: Node,
}

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(in crate::check) struct Place {
    /// Whose fields can be read.
    pub(in crate::check) scope: Scope,
    /// The window whose measures can be read.
    pub(in crate::check) window: Option<WindowId>,
    /// Set inside a measure: aggregates are allowed.
    pub(in crate::check) gathering: Option<Gathering>,
    /// Whether verdicts can be asked for.
    pub(in crate::check) verdicts: bool,
    /// Whether verdicts on what the item names can be asked for.
    pub(in crate::check) named: bool,
    /// Whether an item's principal is on record yet: it is not while the item begins.
    pub(in crate::check) charged: bool,
    /// Whether an item only begins here: nothing is done to it yet.
    pub(in crate::check) beginning: bool,
    /// Whether the item is over here: how long it took is known.
    pub(in crate::check) over: bool,
    /// Whether what is read here is for a day: the amounts that arise.
    pub(in crate::check) day: bool,
    /// The duty after whose breach the amount stands that is read here.
    pub(in crate::check) breach: Option<DutyId>,
    /// Whether what payments have left can be read here: where something arises as soon as it holds.
    pub(in crate::check) rest: bool,
    /// What reads, for circularity.
    pub(in crate::check) reader: Option<Node>,
    /// What the figure of a broken duty is known to miss.
    pub(in crate::check) missed: Option<Missed>,
    /// Whether unknown names are passed over in silence: a `let` that nothing uses.
    pub(in crate::check) lenient: bool,
    /// Whether the duty is wrong itself after whose breach this stands: what its words tell of the item holds, what it
    /// would say of a figure or a deadline is not known.
    pub(in crate::check) unsound: bool,
}

impl Place {
    pub(in crate::check) fn new(scope: Scope) -> Self {
        Self {
            scope,
            window: None,
            gathering: None,
            verdicts: false,
            named: false,
            charged: false,
            beginning: false,
            over: false,
            day: false,
            breach: None,
            rest: false,
            reader: None,
            missed: None,
            lenient: false,
            unsound: false,
        }
    }

    pub(in crate::check) fn agreement() -> Self {
        Self::new(Scope::Agreement)
    }

    /// The same place over other fields, outside of any figure.
    pub(in crate::check) fn over(&self, scope: Scope) -> Self {
        let plain = Self::new(scope);
        let (missed, lenient, unsound) = (self.missed.clone(), self.lenient, self.unsound);
        Self { reader: self.reader, missed, lenient, unsound, ..plain }
    }

    #[must_use]
    pub(in crate::check) fn in_window(mut self, window: Option<WindowId>) -> Self {
        self.window = window;
        self
    }

    #[must_use]
    pub(in crate::check) fn with_verdicts(mut self) -> Self {
        self.verdicts = true;
        self
    }

    #[must_use]
    pub(in crate::check) fn with_verdicts_on_named(mut self) -> Self {
        self.named = true;
        self
    }

    #[must_use]
    pub(in crate::check) fn after_charge(mut self) -> Self {
        self.charged = true;
        self
    }

    #[must_use]
    pub(in crate::check) fn at_the_beginning(mut self) -> Self {
        self.beginning = true;
        self
    }

    /// The same place, where an amount is computed for a day.
    pub(in crate::check) fn for_a_day(&self) -> Self {
        Self { day: true, ..self.clone() }
    }

    /// The same place, where an amount after the breach of a duty is computed.
    #[must_use]
    pub(in crate::check) fn after_breach(mut self, duty: Option<DutyId>) -> Self {
        self.breach = duty;
        self
    }

    #[must_use]
    pub(in crate::check) fn read_by(mut self, reader: Node) -> Self {
        self.reader = Some(reader);
        self
    }

    #[must_use]
    pub(in crate::check) fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }
}

impl Draft<'_> {
    /// What can be read at a place, for messages.
    pub(in crate::check) fn readable(&self, place: &Place) -> Vec<String> {
        let mut names = Vec::new();
        match place.scope {
            Scope::Agreement => {}
            Scope::Case(case) => self.readable_of_case(case, &mut names),
            Scope::Fact(event) => self.readable_of_event(event, &mut names),
            Scope::Act(case, event) => {
                self.readable_of_case(case, &mut names);
                if let Some(event) = event {
                    self.readable_of_event(event, &mut names);
                }
            }
        }
        names
    }

    fn readable_of_case(&self, case: CaseId, names: &mut Vec<String>) {
        let outline = &self.outlines[case];
        for event in outline.opening.iter() {
            self.readable_of_event(*event, names);
        }
        names.extend(self.cases[case].acts.iter().map(|act| act.done.clone()));
    }

    fn readable_of_event(&self, event: EventId, names: &mut Vec<String>) {
        for field in &self.events[event].fields {
            if !names.contains(&field.name) {
                names.push(field.name.clone());
            }
        }
    }
}
