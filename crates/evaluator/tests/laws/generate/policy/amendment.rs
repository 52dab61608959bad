//! Amendments: what is said otherwise, what is new, what is removed; from when on, and who signed it when.
//!
//! What cannot be said beside the rest, such as a measure of a clause that is removed, is left out again.

use super::header::{self, LETS};
use super::{Growing, Recipe, Shape, written};
use servanda_diagnostics::{Severity, SourceId};
use servanda_policy::time::Date;
use std::collections::BTreeMap;

/// What an amendment says so far.
#[derive(Debug, Clone, Default)]
struct Said {
    lines: String,
    declared: String,
    clauses: BTreeMap<usize, String>,
}

impl Said {
    fn text(&self, title: usize) -> String {
        let clauses: Vec<String> = self.clauses.iter().map(|(number, text)| written(*number, text)).collect();
        format!("\namendment \"{title}\" {{\n{}{}{}}}\n", self.lines, self.declared, clauses.concat())
    }
}

impl Growing<'_> {
    /// The agreement with its amendments.
    pub(super) fn amended(&mut self, agreement: String) -> String {
        let amendments = match self.tape.below(12) {
            0..8 => 0,
            8..11 => 1,
            _ => 2,
        };
        let mut text = agreement;
        for title in 1..=amendments {
            let amendment = self.amendment(&text, title);
            text += &amendment;
        }
        match amendments {
            0 => {}
            1 => self.used("amendment"),
            _ => self.used("two amendments"),
        }
        text
    }

    fn amendment(&mut self, before: &str, title: usize) -> String {
        let mut said = Said { lines: self.in_force(), ..Said::default() };
        for _ in 0..2 + self.tape.below(5) {
            let (growing, known) = (self.clone(), said.clone());
            let construct = self.said_otherwise(&mut said);
            // The tape goes on, whatever becomes of what it said.
            let at = self.tape.clone();
            if construct.is_some_and(|_| sound(&format!("{before}{}", said.text(title)))) {
                self.used(construct.unwrap_or_default());
            } else {
                (*self, said) = (growing, known);
            }
            self.tape = at;
        }
        said.text(title)
    }

    /// Says one more thing, and gives what it is.
    fn said_otherwise(&mut self, said: &mut Said) -> Option<&'static str> {
        let clauses = self.clauses.len();
        Some(match self.tape.below(16) {
            0 | 1 => {
                let (name, values) = *self.tape.pick(LETS);
                let line = header::said(name, self.tape.pick::<&str>(&values));
                if said.lines.contains(&format!("  let {name} ")) {
                    return None;
                }
                said.lines += &line;
                "amended let"
            }
            2 => {
                let hours = if self.calendars.len() > 1 && self.tape.chance(40) {
                    format!("  calendar shop {{ {} }}\n", self.shop())
                } else {
                    format!("  calendar work {{ {} }}\n", self.work())
                };
                if said.lines.contains(&hours[..16]) {
                    return None;
                }
                said.lines += &hours;
                "amended calendar"
            }
            3..=8 if clauses > 0 => {
                let number = 1 + self.tape.below(clauses);
                if said.clauses.contains_key(&number) {
                    return None;
                }
                let recipe = self.recipes[number - 1].clone();
                let construct = self.anew(said, number, &recipe);
                self.recipes[number - 1] = recipe;
                construct?
            }
            9 | 10 if clauses > 0 => {
                let labelled = self.clauses.iter().position(|it| it.contains("(b)")).map(|at| at + 1);
                let any = 1 + self.tape.below(clauses);
                let number = labelled.filter(|_| self.tape.chance(40)).unwrap_or(any);
                let label = if self.clauses[number - 1].contains("(b)") { "(b)" } else { "" };
                if said.clauses.contains_key(&number) {
                    return None;
                }
                said.lines += &format!("  removes {number}{label}.\n");
                if !label.is_empty() {
                    return Some("removed sentence");
                }
                self.duties.retain(|duty| duty.clause != number);
                if self.tape.chance(40) {
                    let recipe = self.tape.pick(&self.recipes.clone()).clone();
                    self.anew(said, number, &recipe)?;
                    self.recipes[number - 1] = recipe;
                    "something else in the place of what is removed"
                } else {
                    "removed clause"
                }
            }
            11 => {
                let shape = *self.tape.pick(&[
                    Shape::Task,
                    Shape::Debt,
                    Shape::State,
                    Shape::Implicit,
                    Shape::Recurring,
                ]);
                let number = self.cases.len();
                let (events, case) = self.case(number, shape);
                said.declared += &(events + &case);
                let case = self.cases[number].clone();
                self.duties_of(&case);
                "new case"
            }
            12 | 13 => {
                self.measure();
                "new measure"
            }
            14 => {
                self.money();
                "new money"
            }
            _ if !self.cases.is_empty() => {
                let case = self.tape.pick(&self.cases.clone()).clone();
                self.duties_of(&case);
                "new duty"
            }
            _ => return None,
        })
        .inspect(|_| {
            for number in clauses..self.clauses.len() {
                said.clauses.insert(number + 1, self.clauses[number].clone());
            }
        })
    }

    /// Writes a clause anew.
    fn anew(&mut self, said: &mut Said, number: usize, recipe: &Recipe) -> Option<&'static str> {
        let (duties, measures) = (self.duties.clone(), self.measures.clone());
        self.anew = Some((number, String::new()));
        let construct = match recipe {
            Recipe::Task(case) => {
                self.task_duty(case);
                "amended duty"
            }
            Recipe::MustNot(case) => {
                self.must_not(case);
                "amended prohibition"
            }
            Recipe::Pay(case) => {
                self.pay(case);
                "amended payment"
            }
            Recipe::Show(case) => {
                self.show(case);
                "amended approval"
            }
            Recipe::Send(case) => {
                self.send(case);
                "amended recurring duty"
            }
            Recipe::Measure(measure) => {
                let place = self.measures.iter().position(|it| it.name == measure.name).unwrap_or(0);
                self.measure_of(measure.name.clone(), measure.window, place);
                "amended measure"
            }
            Recipe::Groups(name, case) => {
                self.group_of(name.clone(), case);
                "amended groups"
            }
            Recipe::Money => {
                self.money();
                "amended money"
            }
        };
        let (_, text) = self.anew.take()?;
        (self.duties, self.measures) = (duties, measures);
        if text.is_empty() {
            return None;
        }
        said.clauses.insert(number, text);
        Some(construct)
    }

    /// From when on it is in force, and who signs it when.
    fn in_force(&mut self) -> String {
        let from = self.time(&[5, 11, 0, 20, 31, 33, -4, 100]);
        self.used(if from.contains(':') { "in force from a time" } else { "in force from a date" });
        let signed = if self.asks || self.tape.chance(30) { self.signed(&from, 8) } else { String::new() };
        format!("  in force from {from}.\n{signed}")
    }

    /// The signatures of the agreement, where it asks for them.
    pub(super) fn signatures(&mut self) -> String {
        self.asks = self.tape.chance(15);
        if !self.asks {
            return String::new();
        }
        self.used("agreement to be signed");
        let start = self.start.to_owned();
        self.signed(&start, 3)
    }

    /// A line of signatures: in time for an instant, late, or not by all, in so many of a hundred cases.
    fn signed(&mut self, from: &str, missing: usize) -> String {
        if self.tape.chance(missing) {
            self.used("not signed by all");
            return format!("  signed by ben on {from}.\n");
        }
        let date = from.split(' ').next().unwrap_or_default();
        let earlier = shifted(date, -3);
        let late = |growing: &mut Self| {
            let by = *growing.tape.pick(&[2, 9, 1]);
            shifted(date, by) + *growing.tape.pick::<&str>(&["", " 14:30", " 24:00"])
        };
        match self.tape.below(4) {
            0 => {
                self.used("signed in time");
                format!("  signed by ann on {earlier}, by ben on {from}.\n")
            }
            1 | 2 => {
                self.used("signed late");
                let late = late(self);
                format!("  signed by ann on {late}, by ben on {earlier}.\n")
            }
            _ => {
                self.used("signed late with effect from");
                let late = late(self);
                let effect = if self.tape.chance(50) { from.to_owned() } else { shifted(date, 1) };
                format!("  signed by ann on {earlier}, by ben on {late} with effect from {effect}.\n")
            }
        }
    }

    /// A date so many days after the start, the start of a window, or a time of such a date.
    fn time(&mut self, days: &[i64]) -> String {
        let days = *self.tape.pick(days);
        let start = date(self.start);
        let day = match self.tape.below(4) {
            0 | 1 => start.add_days(days),
            2 => start.end_of_month().add_days(1),
            _ => start.add_months(1),
        };
        let day = day.expect("a date of the calendar");
        let time = *self.tape.pick(&["", "", "", " 14:30", " 02:30", " 24:00", " 09:00:01"]);
        format!("{day}{time}")
    }
}

fn date(text: &str) -> Date {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().expect("a number")).collect();
    Date::from_civil(parts[0], parts[1] as u8, parts[2] as u8).expect("a date of the calendar")
}

fn shifted(text: &str, days: i64) -> String {
    date(text).add_days(days).expect("a date of the calendar").to_string()
}

/// Whether a text has no errors.
pub(super) fn sound(text: &str) -> bool {
    let sources = crate::scene::sources(text);
    let parsed = servanda_parser::read(&sources, SourceId(0));
    let checked = servanda_policy::check_among(&parsed.document, &sources);
    let mut findings = parsed.diagnostics.iter().chain(&checked.diagnostics);
    !findings.any(|finding| finding.severity() == Severity::Error)
}
