//! Duties on cases and what follows a breach of them.

use super::{Case, Duty, Growing, Shape};
use std::fmt::Write as _;

impl Growing<'_> {
    pub(super) fn duties_of(&mut self, case: &Case) {
        let n = case.number;
        match case.shape {
            Shape::Task => {
                for _ in 0..=self.tape.below(2) {
                    self.task_duty(case);
                }
                if self.tape.chance(30) {
                    self.used("must not of task");
                    let unless = self.one_of(&[
                        ("", "must not always"),
                        (" unless flag", "unless field"),
                        (" unless kind is red", "unless word"),
                    ]);
                    let otherwise = self.otherwise_item(case);
                    let clause = self.clause(format!("    ann must not do{n} any c{n}{unless}{otherwise}\n"));
                    self.duties.push(Duty { clause, case: Some(n) });
                }
            }
            Shape::State => {}
            Shape::Debt => {
                let length = self.one_of(&[
                    ("10 calendar days", "pay in days"),
                    ("3 work days", "pay in business days"),
                    ("1 month", "pay in months"),
                    ("36 hours", "pay in hours"),
                ]);
                let of = if self.tape.chance(30) {
                    self.used("within of field");
                    format!(" of c{n}.got")
                } else {
                    String::new()
                };
                let otherwise = match self.tape.below(4) {
                    0 => ", without consequence.".to_owned(),
                    1 => self.otherwise_item(case),
                    _ => self.accrual(case),
                };
                let clause =
                    self.clause(format!("    ben must pay each c{n} within {length}{of}{otherwise}\n"));
                self.duties.push(Duty { clause, case: Some(n) });
            }
            Shape::Implicit => {
                let unless = self.one_of(&[
                    (format!(" unless approved{n}"), "unless done"),
                    (String::new(), "must not at all"),
                ]);
                let otherwise = self.otherwise_item(case);
                let clause = self.clause(format!("    ann must not show{n} any c{n}{unless}{otherwise}\n"));
                self.duties.push(Duty { clause, case: None });
            }
            Shape::Recurring => {
                let subject = self.one_of(&[("ann", "recurring of one"), ("each party", "each party")]);
                let window = *self.tape.pick(&["calendar month", "calendar week", "contract month"]);
                let by = self.one_of(&[
                    ("", "by default"),
                    (" by the end of the period", "by the end"),
                    (" by the last work day of the period", "by the last business day"),
                    (" by the 3rd work day of the period", "by the nth business day"),
                    (" by the end of the 2nd work day of the period", "by the end of a business day"),
                    (" by the 5th calendar day of the period", "by the nth calendar day"),
                ]);
                let otherwise = self.one_of(&[
                    (", without consequence.".to_owned(), "recurring without consequence"),
                    ("\n      otherwise tell rep.".to_owned(), "recurring tells"),
                    (
                        "\n      otherwise ann credits ben 5 EUR, at most 8 EUR per calendar quarter."
                            .to_owned(),
                        "recurring credits",
                    ),
                ]);
                let otherwise =
                    if subject == "ann" { otherwise } else { ", without consequence.".to_owned() };
                let clause =
                    self.clause(format!("    {subject} must send{n} a c{n} each {window}{by}{otherwise}\n"));
                if subject == "ann" {
                    self.duties.push(Duty { clause, case: None });
                }
            }
        }
    }

    fn task_duty(&mut self, case: &Case) {
        let n = case.number;
        let finish = case.finish && self.tape.chance(50);
        let verb = if finish { "finish" } else { "do" };
        let filter = self.one_of(&[
            ("", "do each"),
            (" where flag", "do where"),
            (" where n is at least 2", "do where count"),
        ]);
        let (within, modifier) = if case.from_field {
            (
                format!(
                    " within {}",
                    self.one_of(&[
                        ("12 calendar days", "days from field"),
                        ("8 work days", "business days from field")
                    ])
                ),
                "",
            )
        } else {
            match self.tape.below(10) {
                0 if case.ends => {
                    self.used("no deadline");
                    (String::new(), "")
                }
                1 => {
                    self.used("by date");
                    (self.tape.pick(&[" by 2026-03-20", " by 2026-03-29"]).to_string(), "")
                }
                2 => {
                    self.used("by civil time");
                    (" by 2026-03-20 12:00".to_owned(), "")
                }
                _ => {
                    let length = self.one_of(&[
                        ("3 work hours", "open hours"),
                        ("15 work minutes", "open minutes"),
                        ("9 work hours", "a whole open day"),
                        ("30 minutes", "physical minutes"),
                        ("24 hours", "physical hours"),
                        ("3 calendar days", "calendar days"),
                        ("2 work days", "business days"),
                        ("1 work day", "one business day"),
                        ("1 month", "months"),
                        (
                            "(depending on kind { red: 2 work hours, blue: 1 calendar day })",
                            "length by table",
                        ),
                    ]);
                    let of = match (finish, self.tape.below(4)) {
                        (true, 0 | 1) => {
                            self.used("from done");
                            format!(" of did{n}")
                        }
                        (_, 2) => {
                            self.used("of its beginning");
                            " of its beginning".to_owned()
                        }
                        _ => String::new(),
                    };
                    let open = length.contains("work hours") || length.contains("work minutes");
                    let modifier = if open && self.tape.chance(40) {
                        self.used("ending at the next opening");
                        ", ending at the next opening"
                    } else {
                        ""
                    };
                    (format!(" within {length}{of}"), modifier)
                }
            }
        };
        let otherwise = self.otherwise_item(case);
        let clause =
            self.clause(format!("    ann must {verb}{n} each c{n}{filter}{within}{modifier}{otherwise}\n"));
        self.duties.push(Duty { clause, case: Some(n) });
    }

    /// What follows the breach of a duty on an item.
    fn otherwise_item(&mut self, case: &Case) -> String {
        let n = case.number;
        let money = match case.shape {
            Shape::Task => Some(format!("c{n}.price")),
            Shape::Debt => Some(format!("c{n}.amount")),
            _ => None,
        };
        match self.tape.below(4) {
            0 => ", without consequence.".to_owned(),
            1 => {
                self.used("tell");
                "\n      otherwise tell rep.".to_owned()
            }
            choice => {
                let amount = match money {
                    Some(path) if self.tape.chance(50) => {
                        self.used("percent of field");
                        format!("{} of {path}", self.tape.pick(&["10%", "33.3%"]))
                    }
                    _ if case.shape == Shape::Task && self.tape.chance(30) => {
                        self.used("amount by table");
                        "depending on kind { red: 5 EUR, blue: 7.50 EUR }".to_owned()
                    }
                    _ => "5 EUR".to_owned(),
                };
                let limits = self.limits(Some(n));
                let entry = format!("ann credits ben {amount}{limits}");
                if choice == 3 {
                    self.used("two consequences");
                    format!("\n      otherwise {{\n        {entry}.\n        tell rep.\n      }}")
                } else {
                    self.used("entry on breach");
                    format!("\n      otherwise {entry}.")
                }
            }
        }
    }

    /// Caps, floors, kinds and roundings of an entry.
    pub(super) fn limits(&mut self, case: Option<usize>) -> String {
        let mut limits = String::new();
        if self.tape.chance(15) {
            self.used("at least");
            limits += ", at least 6 EUR";
        }
        let mut caps = vec![
            (", at most 4 EUR".to_owned(), "cap per entry"),
            (", at most 8 EUR per calendar month".to_owned(), "cap per window"),
            (", at most 12 EUR in all".to_owned(), "cap in all"),
        ];
        if let Some(n) = case {
            caps.push((format!(", at most 7 EUR for each c{n}"), "cap per case"));
        }
        for (cap, construct) in self.tape.some(&caps, 25) {
            self.used(construct);
            limits += &cap;
        }
        if self.tape.chance(20) {
            self.used("rounded down of entry");
            limits += ", rounded down";
        }
        if self.tape.chance(25) {
            self.used("kind of entry");
            let kind = format!("kind_{}", self.kinds.len());
            let _ = write!(limits, ", as {kind}");
            self.kinds.push(kind);
        }
        limits
    }

    fn accrual(&mut self, case: &Case) -> String {
        let n = case.number;
        let base = self.one_of(&[("amount", "accrual of principal"), ("unpaid", "accrual of unpaid")]);
        let period = self.one_of(&[
            ("calendar day", "per day"),
            ("calendar week", "per week"),
            ("calendar month", "per month"),
        ]);
        let counted = self.one_of(&[("begun", "begun"), ("completed", "completed")]);
        let mut limits = String::new();
        if self.tape.chance(20) {
            self.used("accrual rounded daily");
            limits += ", rounded daily";
        }
        if self.tape.chance(20) {
            self.used("accrual at least");
            limits += ", at least 1 EUR";
        }
        let caps = [
            (format!(", at most 20% of c{n}.amount in all"), "accrual cap in all"),
            (", at most 3 EUR".to_owned(), "accrual cap"),
            (", at most 5 EUR per calendar month".to_owned(), "accrual cap per window"),
        ];
        for (cap, construct) in self.tape.some(&caps, 20) {
            self.used(construct);
            limits += &cap;
        }
        let rate = *self.tape.pick(&["1%", "0.333%"]);
        format!(
            "\n      otherwise ben owes ann {rate} of c{n}.{base} per {period} {counted} from the deadline until paid, as \
             late_fee{limits}."
        )
    }
}
