//! Measures, the duties to keep them, and money that follows no breach.

use super::{Case, Duty, Growing, Kind, Measure, Shape};

impl Growing<'_> {
    /// A condition on the fields of a task, where there is one.
    pub(super) fn filter(&mut self, case: &Case) -> &'static str {
        let filters = [
            "",
            " where flag",
            " where kind is red",
            " where kind is one of (red, blue) and n is above 1",
            " where not flag or n is at most 4",
        ];
        if case.shape == Shape::Task { filters[self.tape.below(filters.len())] } else { "" }
    }

    pub(super) fn measure(&mut self) {
        let window = self.one_of(&[
            ("calendar month", "calendar month"),
            ("calendar week", "calendar week"),
            ("calendar day", "calendar day"),
            ("contract month", "contract month"),
            ("calendar quarter", "calendar quarter"),
            ("the term", "the term"),
        ]);
        let name = format!("m{}", self.measures.len());
        let Some((kind, value, options)) = self.quantity(window) else { return };
        let mut options = options;
        match self.tape.below(6) {
            1 => {
                self.used("no data counts as kept");
                options += ", no data counts as kept";
            }
            2 => {
                self.used("no data counts as broken");
                options += ", no data counts as broken";
            }
            _ => {}
        }
        match self.tape.below(6) {
            1 => {
                self.used("prorated");
                options += ", partial windows prorated";
            }
            2 => {
                self.used("left out");
                options += ", partial windows left out";
            }
            3 => {
                self.used("in full");
                options += ", partial windows in full";
            }
            _ => {}
        }
        let mut sentences = format!("    measure {name} per {window} = {value}{options}.\n");
        let measure = Measure { name, kind, window };
        if self.tape.chance(70) {
            sentences += &self.keep(&measure);
            let clause = self.clause(sentences);
            self.duties.push(Duty { clause, case: None });
        } else {
            self.clause(sentences);
        }
        self.measures.push(measure);
    }

    /// A quantity of some type, with the options that belong to it.
    fn quantity(&mut self, window: &'static str) -> Option<(Kind, String, String)> {
        let tasks: Vec<Case> = self.cases.iter().filter(|it| it.shape == Shape::Task).cloned().collect();
        let states: Vec<Case> = self
            .cases
            .iter()
            .filter(|it| matches!(it.shape, Shape::State | Shape::Task) && it.ends)
            .cloned()
            .collect();
        let duties = self.duties.clone();
        let on_items: Vec<Duty> = duties.iter().filter(|it| it.case.is_some()).cloned().collect();
        let before: Vec<Measure> = self.measures.iter().filter(|it| it.window == window).cloned().collect();
        let mut wanted: Vec<&'static str> = Vec::new();
        if !tasks.is_empty() {
            wanted.extend([
                "count of cases",
                "count of events",
                "sum of counts",
                "sum of money",
                "average",
                "highest",
                "lowest",
                "first",
                "latest",
                "share done",
                "growth",
                "ratio of folds",
                "during",
            ]);
        }
        if !on_items.is_empty() {
            wanted.extend(["share kept", "share kept", "share not broken"]);
        }
        if !duties.is_empty() {
            wanted.push("count of breaches");
        }
        if !states.is_empty() {
            wanted.extend(["share of time", "time in", "steps", "leaving out", "time during"]);
        }
        if !before.is_empty() {
            wanted.extend(["of measures", "table of measure"]);
        }
        if wanted.is_empty() {
            return None;
        }
        let what = *self.tape.pick(&wanted);
        self.used(what);
        let task = |it: &mut Self| it.tape.pick(&tasks).clone();
        let none = String::new();
        Some(match what {
            "count of cases" => {
                let case = task(self);
                let filter = self.filter(&case);
                let counted = if case.ends {
                    self.one_of(&[
                        ("", "counted by default"),
                        (", counted at its end", "counted at its end"),
                        (", counted at its beginning", "counted at its beginning"),
                    ])
                } else {
                    ""
                };
                (Kind::Count, format!("count of c{}{filter}", case.number), counted.to_owned())
            }
            "count of events" => {
                let case = task(self);
                let filter = self.filter(&case);
                (Kind::Count, format!("count of e{}.opened{filter}", case.number), none)
            }
            "during" => {
                let case = task(self);
                (Kind::Count, format!("count of e{}.opened during work", case.number), none)
            }
            "sum of counts" => {
                let case = task(self);
                let filter = self.filter(&case);
                (Kind::Count, format!("sum of n over e{}.opened{filter}", case.number), none)
            }
            "sum of money" => {
                let case = task(self);
                (Kind::Money, format!("sum of price over c{}", case.number), none)
            }
            "average" => (Kind::Number, format!("average of n over e{}.opened", task(self).number), none),
            "highest" => (Kind::Count, format!("highest of n over c{}", task(self).number), none),
            "lowest" => (Kind::Count, format!("lowest of n over e{}.opened", task(self).number), none),
            "first" => (Kind::Count, format!("first of n over e{}.opened", task(self).number), none),
            "latest" => {
                let case = task(self);
                let filter = self.filter(&case);
                (Kind::Count, format!("latest of n over e{}.opened{filter}", case.number), none)
            }
            "share done" => {
                let n = task(self).number;
                let not = *self.tape.pick(&["", "not "]);
                (Kind::Share, format!("share of c{n} in which {not}did{n}"), none)
            }
            "share kept" | "share not broken" => {
                let duty = self.tape.pick(&on_items).clone();
                let case = self.cases[duty.case.unwrap_or(0)].clone();
                let filter = self.filter(&case);
                let options = self.one_of(&[
                    ("", "open ones wait"),
                    (", leaving out open ones", "leaving out open ones"),
                    (", counting open ones as kept", "counting open ones as kept"),
                    (", counting open ones as broken", "counting open ones as broken"),
                    (", counted at the deadline", "counted at the deadline"),
                    (", counted at the decision", "counted at the decision"),
                ]);
                let is = if what == "share kept" { "is kept" } else { "is not broken" };
                let share = format!("share of c{}{filter} in which {} {is}", case.number, duty.clause);
                (Kind::Share, share, options.to_owned())
            }
            "count of breaches" => {
                let duty = self.tape.pick(&duties).clone();
                (Kind::Count, format!("count of breach of {}", duty.clause), none)
            }
            "growth" => (
                Kind::Share,
                format!("growth of (latest of n over e{}.opened) over 4", task(self).number),
                none,
            ),
            "ratio of folds" => {
                let n = task(self).number;
                (Kind::Share, format!("(sum of n over e{n}.opened) / (count of e{n}.opened)"), none)
            }
            "share of time" => {
                let n = self.tape.pick(&states).number;
                let not = *self.tape.pick(&["not ", ""]);
                (Kind::Share, format!("share of time {not}in c{n}"), none)
            }
            "time in" => (Kind::Time, format!("time in c{}", self.tape.pick(&states).number), none),
            "time during" => {
                (Kind::Open, format!("time in c{} during work", self.tape.pick(&states).number), none)
            }
            "steps" => {
                let (x, y) = (self.tape.pick(&states).number, self.tape.pick(&states).number);
                let word =
                    self.one_of(&[("or", "steps or"), ("and", "steps and"), ("but not", "steps but not")]);
                (Kind::Time, format!("time in c{x} {word} c{y}"), none)
            }
            "leaving out" => {
                let (x, y) = (self.tape.pick(&states).number, self.tape.pick(&states).number);
                let during = self.one_of(&[("", "all day"), (" during work", "share during")]);
                (Kind::Share, format!("share of time not in c{x}{during}"), format!(", leaving out c{y}"))
            }
            "of measures" => {
                let one = self.tape.pick(&before).clone();
                (one.kind, format!("{} + {}", one.name, one.name), none)
            }
            _ => {
                let one = self.tape.pick(&before).clone();
                let (low, high) = (level(one.kind, 0), level(one.kind, 1));
                let table = format!(
                    "depending on {} {{ below {low}: 1%, from {low} to below {high}: 25%, from {high}: 40% }}",
                    one.name
                );
                (Kind::Share, table, none)
            }
        })
    }

    fn keep(&mut self, measure: &Measure) -> String {
        let name = &measure.name;
        let relation = self.one_of(&[
            ("at least", "at least"),
            ("at most", "at most"),
            ("above", "above"),
            ("below", "below"),
        ]);
        let target = level(measure.kind, self.tape.below(3));
        let second = if relation == "at least" && self.tape.chance(15) {
            self.used("two targets");
            format!(" and at most {}", level(measure.kind, 2))
        } else {
            String::new()
        };
        let otherwise = match self.tape.below(5) {
            0 => ", without consequence.".to_owned(),
            1 => "\n      otherwise tell rep.".to_owned(),
            choice => {
                let amount = match (choice, measure.kind) {
                    (2, Kind::Count) => {
                        self.used("money times count");
                        format!("1.25 EUR * {name}")
                    }
                    (2, Kind::Money) => {
                        self.used("percent of measure");
                        format!("10% of {name}")
                    }
                    (3, Kind::Share) => {
                        self.used("amount by measure");
                        format!(
                            "depending on {name} {{ below 50%: 20 EUR, from 50% to below 90%: 10 EUR, from 90%: 1 EUR }}"
                        )
                    }
                    _ => "10% of fee".to_owned(),
                };
                let limits = self.limits(None);
                format!("\n      otherwise ann credits ben {amount}{limits}.")
            }
        };
        format!("    ann must keep {name} {relation} {target}{second}{otherwise}\n")
    }

    /// A sentence of money that follows no breach.
    pub(super) fn money(&mut self) {
        let tasks: Vec<usize> =
            self.cases.iter().filter(|it| it.shape == Shape::Task).map(|it| it.number).collect();
        let counts: Vec<Measure> = self
            .measures
            .iter()
            .filter(|it| it.kind == Kind::Count && it.window != "the term")
            .cloned()
            .collect();
        let sentence = match self.tape.below(3) {
            0 if !counts.is_empty() => {
                let measure = self.tape.pick(&counts).clone();
                let condition = self.one_of(&[
                    (String::new(), "each window"),
                    (format!(" if {} is at least 2", measure.name), "each window if"),
                ]);
                format!("ben owes ann 3 EUR * {} each {}{condition}", measure.name, measure.window)
            }
            1 if !tasks.is_empty() => {
                let n = *self.tape.pick(&tasks);
                let filter = self.one_of(&[("", "for each case"), (" where flag", "for each case where")]);
                format!("ben owes ann 50% of c{n}.price for each c{n}{filter}")
            }
            _ if !tasks.is_empty() => {
                let n = *self.tape.pick(&tasks);
                let filter =
                    self.one_of(&[("", "for each event"), (" where not flag", "for each event where")]);
                format!("ben owes ann 25% of e{n}.opened.price for each e{n}.opened{filter}")
            }
            _ => return,
        };
        let limits = self.limits(None);
        self.clause(format!("    {sentence}{limits}.\n"));
    }
}

/// Three values of a type, from low to high.
fn level(kind: Kind, level: usize) -> &'static str {
    let levels = match kind {
        Kind::Count => ["2", "3", "5"],
        Kind::Number => ["1.5", "3", "5"],
        Kind::Money => ["10 EUR", "20 EUR", "50 EUR"],
        Kind::Share => ["50%", "90%", "99.9%"],
        Kind::Time => ["1 hour", "24 hours", "200 hours"],
        Kind::Open => ["1 work hour", "9 work hours", "40 work hours"],
    };
    levels[level]
}
