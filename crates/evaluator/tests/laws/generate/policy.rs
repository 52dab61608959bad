//! Policies, grown from what is declared: a phrase is only written where its type fits.

mod accrual;
mod amendment;
mod case;
mod claim;
mod clock;
mod condition;
mod duty;
mod further;
mod groups;
mod header;
mod keep;
mod measure;
mod notice;
mod settling;
mod shaped;

use super::tape::Tape;
use std::collections::BTreeSet;

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
    /// Whether the events that open it have fields of every type.
    rich: bool,
    /// The case whose item its events name.
    names: Option<usize>,
    /// Whether time can stop for it.
    pauses: bool,
    /// Whether what is closed goes on when it is opened again.
    reopens: bool,
    /// Whether events of two types do its act.
    two_acts: bool,
}

/// The type of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Number,
    Money,
    Share,
    Points,
    Days,
    /// Of physical time.
    Time,
    /// Of open time.
    Open,
    /// Of business days.
    WorkDays,
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

/// What a clause says, so that an amendment can say it otherwise.
#[derive(Debug, Clone)]
enum Recipe {
    Task(Case),
    MustNot(Case),
    Pay(Case),
    Show(Case),
    Send(Case),
    Measure(Measure),
    /// A measure for each value of a field of a case.
    Groups(String, Case),
    Money,
}

#[derive(Clone)]
struct Growing<'t> {
    tape: Tape<'t>,
    uses: BTreeSet<&'static str>,
    cases: Vec<Case>,
    duties: Vec<Duty>,
    measures: Vec<Measure>,
    clauses: Vec<String>,
    /// What each of the clauses says.
    recipes: Vec<Recipe>,
    /// The number of the clause that is written anew, and its text.
    anew: Option<(usize, String)>,
    start: &'static str,
    kinds: Vec<String>,
    /// The calendars, the one that each policy has first.
    calendars: Vec<&'static str>,
    currency: &'static str,
    /// Whether the agreement asks to be signed.
    asks: bool,
}

/// Grows a policy from a tape.
pub(crate) fn policy(numbers: &[u32]) -> Text {
    let mut growing = Growing {
        tape: Tape::new(numbers),
        uses: BTreeSet::new(),
        cases: Vec::new(),
        duties: Vec::new(),
        measures: Vec::new(),
        clauses: Vec::new(),
        recipes: Vec::new(),
        anew: None,
        start: "2026-03-01",
        kinds: Vec::new(),
        calendars: vec!["work"],
        currency: "EUR",
        asks: false,
    };
    let text = growing.document();
    let text = text.replace("EUR", growing.currency);
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
        // What names another case comes first, so that its delay can extend the other.
        for case in self.cases.clone().iter().rev() {
            self.duties_of(case);
        }
        for _ in 0..self.tape.below(5) {
            self.measure();
        }
        for _ in 0..self.tape.below(3) {
            self.money();
        }
        if self.tape.chance(40) {
            self.risen();
        }
        if self.tape.chance(40) {
            self.joint();
        }
        if self.tape.chance(40) {
            self.running();
        }
        if self.tape.chance(30) {
            events.push_str(&self.notice());
        }
        events += &self.claimed();
        self.groups();
        self.by_the_clock();
        self.settled(&mut cases);
        if self.tape.chance(50) {
            events += &self.suspended();
        }
        let mut text = String::from("language 1.\n\n");
        text += &self.takes();
        text += &header;
        text += &calendar;
        text += &events;
        text += &cases;
        for (number, clause) in self.clauses.iter().enumerate() {
            text += &written(number + 1, clause);
        }
        text.push_str("}\n");
        self.passing(&mut text);
        self.at_the_end(&mut text);
        self.amended(text)
    }

    /// Puts sentences into a clause of their own, or into the one that is written anew, and gives its number.
    fn clause(&mut self, recipe: Recipe, sentences: String) -> usize {
        let sentences = self.prose() + &sentences;
        let sentences = self.in_hours(sentences);
        let surviving = self.tape.chance(15);
        if surviving {
            self.used("surviving");
        }
        let clause = if surviving { format!("{SURVIVING}{sentences}") } else { sentences };
        if let Some((number, text)) = &mut self.anew {
            *text = clause;
            return *number;
        }
        self.clauses.push(clause);
        self.recipes.push(recipe);
        self.clauses.len()
    }
}

/// A clause with its number.
fn written(number: usize, clause: &str) -> String {
    let surviving = if clause.starts_with(SURVIVING) { ", surviving" } else { "" };
    let clause = clause.trim_start_matches(SURVIVING);
    format!("  clause {number} \"Clause\"{surviving} {{\n{clause}  }}\n")
}

/// Marks the text of a clause that survives, until its head is written.
const SURVIVING: char = '\u{1}';
