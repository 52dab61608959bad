//! Policies, grown from what is declared: a phrase is only written where its type fits.

mod case;
mod duty;
mod measure;

use super::tape::Tape;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A policy and the constructs that it uses.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) uses: BTreeSet<&'static str>,
}

/// What a case is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Begun, worked on, ended.
    Task,
    /// From an event to an event.
    State,
    /// Money owed.
    Debt,
    /// Every key exists.
    Implicit,
    /// Once in each window.
    Recurring,
}

#[derive(Debug, Clone)]
struct Case {
    number: usize,
    shape: Shape,
    ends: bool,
    /// The second act of a task.
    finish: bool,
    undone: bool,
    /// Whether its time runs from a field.
    from_field: bool,
}

/// The type of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Number,
    Money,
    Share,
    /// Of physical time.
    Time,
    /// Of open time.
    Open,
}

#[derive(Debug, Clone)]
struct Measure {
    name: String,
    kind: Kind,
    window: &'static str,
}

/// A duty that breaches can be counted of.
#[derive(Debug, Clone)]
struct Duty {
    clause: usize,
    /// Its case where it is an act on each item.
    case: Option<usize>,
}

struct Growing<'t> {
    tape: Tape<'t>,
    uses: BTreeSet<&'static str>,
    cases: Vec<Case>,
    duties: Vec<Duty>,
    measures: Vec<Measure>,
    clauses: Vec<String>,
    start: &'static str,
    kinds: Vec<String>,
}

/// A date on which nothing is open though it is a weekday, and one with hours of its own.
const CLOSED: &str = "2026-03-13";
const DATED: &str = "2026-04-04";

/// Grows a policy from a tape.
pub(crate) fn policy(numbers: &[u32]) -> Text {
    let mut growing = Growing {
        tape: Tape::new(numbers),
        uses: BTreeSet::new(),
        cases: Vec::new(),
        duties: Vec::new(),
        measures: Vec::new(),
        clauses: Vec::new(),
        start: "2026-03-01",
        kinds: Vec::new(),
    };
    let text = growing.document();
    Text { text, uses: growing.uses }
}

impl Growing<'_> {
    fn used(&mut self, construct: &'static str) {
        self.uses.insert(construct);
    }

    /// One of these, noted by the name after it.
    fn one_of<T: Clone>(&mut self, choices: &[(T, &'static str)]) -> T {
        let (choice, construct) = self.tape.pick(choices).clone();
        self.used(construct);
        choice
    }

    fn document(&mut self) -> String {
        let header = self.header();
        let calendar = self.calendar();
        let mut events = String::new();
        let mut cases = String::new();
        let shapes: &[(Shape, &'static str)] = &[
            (Shape::Task, "case task"),
            (Shape::Debt, "case debt"),
            (Shape::State, "case state"),
            (Shape::Implicit, "case implicit"),
            (Shape::Recurring, "case recurring"),
        ];
        for number in 0..=self.tape.below(3) {
            let shape = self.one_of(shapes);
            let (event, case) = self.case(number, shape);
            events.push_str(&event);
            cases.push_str(&case);
        }
        for case in self.cases.clone() {
            self.duties_of(&case);
        }
        for _ in 0..self.tape.below(4) {
            self.measure();
        }
        for _ in 0..self.tape.below(3) {
            self.money();
        }
        let mut text =
            String::from("language 1.\n\nagreement \"Generated\" takes {\n  fee: money = 1000 EUR.\n} {\n");
        text += &header;
        text += &calendar;
        text += &events;
        text += &cases;
        for (number, clause) in self.clauses.iter().enumerate() {
            let surviving = if clause.starts_with(SURVIVING) { ", surviving" } else { "" };
            let clause = clause.trim_start_matches(SURVIVING);
            let _ = write!(text, "  clause {} \"Clause\"{surviving} {{\n{clause}  }}\n", number + 1);
        }
        text.push_str("}\n");
        text
    }

    fn header(&mut self) -> String {
        self.start = *self.tape.pick(&["2026-03-01", "2026-01-31", "2026-02-16", "2026-03-28"]);
        let end = self.one_of(&[
            ("", "term without end"),
            (" for 2 months", "term of months"),
            (" for 45 calendar days", "term of days"),
            (" until 2026-04-10", "term until"),
        ]);
        let zone = *self.tape.pick(&[
            "Etc/UTC",
            "Europe/Berlin",
            "America/New_York",
            "Africa/Cairo",
            "Asia/Beirut",
            "Australia/Lord_Howe",
        ]);
        let rounding = self.one_of(&[
            ("", "rounding default"),
            (", rounded half even", "rounded half even"),
            (", rounded up", "rounded up"),
            (", rounded down", "rounded down"),
        ]);
        let lateness = *self.tape.pick(&[48, 744, 1]);
        let start = self.start;
        format!(
            "  party ann.\n  party ben.\n  role rep of ann.\n  in force from {start}{end}.\n  time zone {zone}.\n  \
             money in EUR{rounding}.\n  events arrive at most {lateness} hours late.\n"
        )
    }

    fn calendar(&mut self) -> String {
        let lines = self.one_of(&[
            ("open mon..fri 09:00..18:00.".to_owned(), "calendar plain"),
            (format!("open mon..fri 09:00..12:00, 13:00..18:00. closed on {CLOSED}."), "calendar split"),
            ("open mon..fri 09:00..18:00. open sat 22:00..02:00.".to_owned(), "calendar overnight"),
            ("open always.".to_owned(), "calendar always"),
            (format!("open mon..sat 08:00..24:00. open {DATED} 10:00..14:00."), "calendar dated"),
            ("open mon..fri 00:00..24:00. closed on holidays of DE.".to_owned(), "calendar holidays"),
            ("time zone America/New_York. open mon..fri 09:00..17:00.".to_owned(), "calendar zone"),
        ]);
        format!("  calendar work {{ {lines} }}\n")
    }

    /// Puts sentences into a clause of their own and gives its number.
    fn clause(&mut self, sentences: String) -> usize {
        let surviving = self.tape.chance(15);
        if surviving {
            self.used("surviving");
        }
        self.clauses.push(if surviving { format!("{SURVIVING}{sentences}") } else { sentences });
        self.clauses.len()
    }
}

/// Marks the text of a clause that survives, until its head is written.
const SURVIVING: char = '\u{1}';
