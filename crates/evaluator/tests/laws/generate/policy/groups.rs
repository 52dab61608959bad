//! Figures for each value of a field, the duties to keep them, and what counts the breaches of these.

use super::{Case, Growing, Kind, Recipe, Shape};

impl Growing<'_> {
    /// Measures for each value of a field, in a clause of their own. Drawn from further on, and drawn again there: everything
    /// else stays as it was without it.
    pub(super) fn groups(&mut self) {
        let tape = self.tape.clone();
        self.tape.skip(53);
        for number in 0..=self.tape.below(2) {
            let tasks: Vec<Case> = self.cases.iter().filter(|it| it.shape == Shape::Task).cloned().collect();
            if tasks.is_empty() || !self.tape.chance(45) {
                break;
            }
            let case = self.tape.pick(&tasks).clone();
            let clause = self.group_of(format!("g{number}"), &case);
            if self.tape.chance(35) {
                self.used("breaches of groups");
                let counted = format!(
                    "    measure b{number} per calendar month = count of breach of {clause}.\n    ann must keep b{number} \
                     at most 1\n      otherwise ann credits ben 3 EUR.\n"
                );
                self.clause(Recipe::Money, counted);
            }
        }
        self.tape = tape;
    }

    /// A measure for each value of a field of a case, with a duty to keep it: its clause.
    pub(super) fn group_of(&mut self, name: String, case: &Case) -> usize {
        let window = self.one_of(&[
            ("calendar month", "groups by month"),
            ("calendar week", "groups by week"),
            ("contract month", "groups by contract month"),
            ("month from the 16th", "groups from a day"),
            ("calendar day", "groups by day"),
            ("the term", "groups of the term"),
        ]);
        let mut fields = vec![("kind".to_owned(), "groups of words"), ("kind".to_owned(), "groups of words")];
        if case.rich {
            fields.push(("note".to_owned(), "groups of an optional text"));
        }
        if let Some(other) = case.names {
            fields.push((format!("c{other}"), "groups of what is named"));
        }
        let field = self.one_of(&fields);
        let (kind, value, options) = self.group_value(case);
        let mut sentences = format!("    measure {name} per {window} for each {field} = {value}{options}.\n");
        let mut kept = name.clone();
        if self.tape.chance(20) {
            self.used("groups of groups");
            kept = format!("{name}_too");
            sentences += &format!("    measure {kept} per {window} for each {field} = {name} + {name}.\n");
        }
        let relation = *self.tape.pick(&["at least", "at most", "above", "below", "exactly"]);
        let target = super::measure::level(kind, self.tape.below(3));
        let otherwise = match self.tape.below(4) {
            0 => "\n      otherwise tell rep.".to_owned(),
            choice => {
                let amount = match (choice, kind) {
                    (1, Kind::Count) => format!("1.25 EUR * {kept}"),
                    (1, Kind::Money) => format!("10% of {kept}"),
                    _ => "10% of fee".to_owned(),
                };
                let limit = self.one_of(&[
                    ("".to_owned(), "groups without a limit"),
                    (format!(", at most 14 EUR for each {field}"), "limit for each group"),
                    (
                        format!(", at most 12 EUR per calendar month for each {field}"),
                        "limit for each group per window",
                    ),
                    (", at most 15 EUR per calendar month".to_owned(), "limit over groups"),
                    (", at most 18 EUR in all".to_owned(), "limit over groups in all"),
                ]);
                format!("\n      otherwise ann credits ben {amount}{limit}.")
            }
        };
        sentences += &format!("    ann must keep {kept} {relation} {target}{otherwise}\n");
        self.clause(Recipe::Groups(name, case.clone()), sentences)
    }

    fn group_value(&mut self, case: &Case) -> (Kind, String, String) {
        let n = case.number;
        let filter = self.filter(case);
        let kept = self.duties.iter().filter(|it| it.case == Some(n)).map(|it| it.clause).next_back();
        let mut choices = vec![
            ("count of cases", "groups of cases"),
            ("count of events", "groups of events"),
            ("sum", "sums of groups"),
            ("highest", "highest of groups"),
            ("percentile", "percentiles of groups"),
            ("distinct", "different ones of groups"),
            ("ratio", "ratios of groups"),
            ("done", "shares of groups"),
        ];
        if kept.is_some() {
            choices.extend([("kept", "verdicts of groups"), ("kept", "verdicts of groups")]);
        }
        if case.ends {
            choices.extend([
                ("time", "time of groups"),
                ("time", "time of groups"),
                ("leaving out", "time left out of groups"),
            ]);
        }
        let none = String::new();
        match self.one_of(&choices) {
            "count of cases" => {
                let during = *self.tape.pick(&["", "", " during work"]);
                (Kind::Count, format!("count of c{n}{filter}{during}"), none)
            }
            "count of events" => (Kind::Count, format!("count of e{n}.opened{filter}"), none),
            "sum" => {
                let of = *self.tape.pick(&["c", "e"]);
                let over = if of == "c" { format!("c{n}") } else { format!("e{n}.opened") };
                (Kind::Count, format!("sum of n over {over}{filter}"), none)
            }
            "highest" => (Kind::Count, format!("highest of n over c{n}"), self.needing()),
            "percentile" => {
                (Kind::Count, format!("{} of n over c{n}", self.rank().replace("linear ", "")), none)
            }
            "distinct" => (Kind::Count, format!("count of distinct flag over c{n}"), none),
            "ratio" => (Kind::Share, format!("(sum of n over e{n}.opened) / (count of c{n})"), none),
            "done" => (Kind::Share, format!("share of c{n}{filter} in which did{n}"), self.needing()),
            "time" => {
                let not = *self.tape.pick(&["not ", ""]);
                let during = *self.tape.pick(&["", "", " during work"]);
                (Kind::Share, format!("share of time {not}in c{n}{filter}{during}"), none)
            }
            "leaving out" => {
                let which = *self.tape.pick(&["", " where flag"]);
                (
                    Kind::Share,
                    format!("share of time not in c{n}{which}"),
                    format!(", leaving out c{n} where n is above 2"),
                )
            }
            _ => {
                let options = self.one_of(&[
                    ("", "open ones of groups wait"),
                    (", leaving out open ones", "open ones of groups left out"),
                    (", counting open ones as kept", "open ones of groups counted"),
                    (", counted at the deadline", "groups at the deadline"),
                    (", counted at the deadline", "groups at the deadline"),
                    (", counted at the deadline", "groups at the deadline"),
                    (", counted at the deadline", "groups at the deadline"),
                    (", counted at the decision", "groups at the decision"),
                ]);
                let duty = kept.unwrap_or_default();
                (Kind::Share, format!("share of c{n}{filter} in which {duty} is kept"), options.to_owned())
            }
        }
    }
}
