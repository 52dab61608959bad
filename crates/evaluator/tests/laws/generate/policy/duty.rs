//! Duties on cases and what follows a breach of them.

use super::{Case, Duty, Growing, Recipe, Shape};
use std::fmt::Write as _;

impl Growing<'_> {
    pub(super) fn duties_of(&mut self, case: &Case) {
        match case.shape {
            Shape::Task => {
                for _ in 0..=self.tape.below(2) {
                    self.task_duty(case);
                }
                if self.tape.chance(30) {
                    self.must_not(case);
                }
                if self.tape.chance(25) {
                    self.told(case);
                }
                if self.tape.chance(15) && !case.reopens {
                    self.silent(case);
                }
            }
            Shape::State => {}
            Shape::Debt => self.pay(case),
            Shape::Implicit => self.show(case),
            Shape::Recurring => self.send(case),
        }
    }

    pub(super) fn must_not(&mut self, case: &Case) {
        let n = case.number;
        self.used("must not of task");
        let condition = self.condition(case);
        let unless = self.one_of(&[
            (String::new(), "must not always"),
            (" unless flag".to_owned(), "unless field"),
            (format!(" unless {condition}"), "unless condition"),
            (format!(" if {condition}"), "must not if"),
            if case.two_acts {
                (String::new(), "must not always")
            } else {
                (" if m is at least 3".to_owned(), "must not if of the act")
            },
        ]);
        let filter = if self.tape.chance(30) {
            self.used("must not where");
            self.filter(case)
        } else {
            String::new()
        };
        let otherwise = self.otherwise_item(case);
        let clause = self.clause(
            Recipe::MustNot(case.clone()),
            format!("    ann must not do{n} any c{n}{filter}{unless}{otherwise}\n"),
        );
        self.duties.push(Duty { clause, case: Some(n) });
    }

    pub(super) fn pay(&mut self, case: &Case) {
        let n = case.number;
        let length = self.one_of(&[
            ("10 calendar days", "pay in days"),
            ("3 work days", "pay in business days"),
            ("1 month", "pay in months"),
            ("36 hours", "pay in hours"),
            ("2 calendar weeks", "pay in weeks"),
            ("1 quarter", "pay in quarters"),
            ("days", "pay in a parameter"),
        ]);
        let debtor = self.one_of(&[("ben", "party pays"), ("aide", "role pays")]);
        let of = if self.tape.chance(30) {
            self.used("within of field");
            format!(" of c{n}.got")
        } else {
            String::new()
        };
        let beside = self.beside_deadline(n, &format!(" within {length}"));
        let otherwise = match self.tape.below(4) {
            0 => ", without consequence.".to_owned(),
            1 => self.otherwise_item(case),
            _ => self.accrual(case),
        };
        let clause = self.clause(
            Recipe::Pay(case.clone()),
            format!("    {debtor} must pay each c{n} within {length}{of}{beside}{otherwise}\n"),
        );
        self.duties.push(Duty { clause, case: Some(n) });
    }

    pub(super) fn show(&mut self, case: &Case) {
        let n = case.number;
        let unless = self
            .one_of(&[(format!(" unless approved{n}"), "unless done"), (String::new(), "must not at all")]);
        let otherwise = self.otherwise_item(case);
        let clause = self.clause(
            Recipe::Show(case.clone()),
            format!("    ann must not show{n} any c{n}{unless}{otherwise}\n"),
        );
        self.duties.push(Duty { clause, case: None });
    }

    pub(super) fn send(&mut self, case: &Case) {
        let n = case.number;
        let subject = self.one_of(&[
            ("ann", "recurring of one"),
            ("each party", "each party"),
            ("rep", "recurring of a role"),
        ]);
        let window = *self.tape.pick(&[
            "calendar month",
            "calendar week",
            "contract month",
            "calendar day",
            "calendar quarter",
            "contract quarter",
            "calendar year",
            "season",
        ]);
        let (a, office) = (*self.tape.pick(&["a", "an"]), self.office());
        let by = self.one_of(&[
            (String::new(), "by default"),
            (" by the end of the period".to_owned(), "by the end"),
            (format!(" by the last {office} day of the period"), "by the last business day"),
            (format!(" by the 3rd {office} day of the period"), "by the nth business day"),
            (format!(" by the end of the 2nd {office} day of the period"), "by the end of a business day"),
            (" by the 5th calendar day of the period".to_owned(), "by the nth calendar day"),
            (format!(" by the first {office} day of the period"), "by the first business day"),
        ]);
        let otherwise = self.one_of(&[
            (", without consequence.".to_owned(), "recurring without consequence"),
            ("\n      otherwise tell rep.".to_owned(), "recurring tells"),
            (
                "\n      otherwise ann credits ben 5 EUR, at most 8 EUR per calendar quarter.".to_owned(),
                "recurring credits",
            ),
        ]);
        let otherwise = if otherwise.contains("5 EUR,") && self.tape.chance(50) {
            otherwise.replace("5 EUR,", &format!("{},", self.ladder()))
        } else {
            otherwise
        };
        let otherwise = if otherwise.contains("per calendar quarter.") {
            otherwise.replace("quarter.", &format!("quarter{}.", self.restored()))
        } else {
            otherwise
        };
        let otherwise = if subject != "each party" { otherwise } else { ", without consequence.".to_owned() };
        let clause = self.clause(
            Recipe::Send(case.clone()),
            format!("    {subject} must send{n} {a} c{n} each {window}{by}{otherwise}\n"),
        );
        if subject != "each party" {
            self.duties.push(Duty { clause, case: None });
        }
    }

    pub(super) fn task_duty(&mut self, case: &Case) {
        let n = case.number;
        let finish = case.finish && self.tape.chance(50);
        let verb = if finish { "finish" } else { "do" };
        let condition = self.condition(case);
        let filter = self.one_of(&[
            (String::new(), "do each"),
            (" where flag".to_owned(), "do where"),
            (format!(" where {condition}"), "do where condition"),
        ]);
        let office = self.office();
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
                        (format!("3 {office} hours"), "open hours"),
                        (format!("15 {office} minutes"), "open minutes"),
                        (format!("9 {office} hours"), "a whole open day"),
                        ("30 minutes".to_owned(), "physical minutes"),
                        ("24 hours".to_owned(), "physical hours"),
                        ("3 calendar days".to_owned(), "calendar days"),
                        (format!("2 {office} days"), "business days"),
                        (format!("1 {office} day"), "one business day"),
                        (format!("0 {office} days"), "no business day"),
                        ("1 month".to_owned(), "months"),
                        ("1 calendar week".to_owned(), "weeks"),
                        ("1 quarter".to_owned(), "quarters"),
                        ("1 year".to_owned(), "years"),
                        ("5400 seconds".to_owned(), "seconds"),
                        ("2 elapsed hours".to_owned(), "elapsed hours"),
                        ("reply".to_owned(), "length of a parameter"),
                        ("delay".to_owned(), "length of a let"),
                        ("office_time".to_owned(), "open time of a parameter"),
                        (
                            format!("(depending on kind {{ red: 2 {office} hours, blue or green: 1 calendar day }})"),
                            "length by table",
                        ),
                        (
                            format!("(depending on flag {{ yes: 1 {office} days, no: 3 hours }})"),
                            "length by yes or no",
                        ),
                        (
                            "(depending on n { at most 2: 1 hour, above 2 to 4: 3 hours, exactly 5: 4 hours, otherwise: reply })".to_owned(),
                            "length by count",
                        ),
                        (format!("(n * 1 {office} days / 2)"), "length in parts of days"),
                    ]);
                    let of = match (finish, self.tape.below(6)) {
                        (_, 4) => {
                            self.used("within of a date");
                            format!(" of c{n}.since{n}")
                        }
                        (_, 5) if case.rich => {
                            self.used("within of a time");
                            format!(" of c{n}.at{n}")
                        }
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
                    let open = !length.contains("depending")
                        && (length.contains(&format!("{office} hours"))
                            || length.contains(&format!("{office} minutes")));
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
        let mut within = within;
        let mut named = String::new();
        if let Some(table) = within.strip_prefix(" within (depending").and_then(|it| it.split_once(')'))
            && self.tape.chance(50)
        {
            self.used("let of a table");
            let number = self.anew.as_ref().map_or(self.clauses.len() + 1, |anew| anew.0);
            let name = format!("pace{number}");
            named = format!("    let {name} = depending{}.\n", table.0);
            within = format!(" within {name}{}", table.1);
        }
        let again = self.again(case, finish);
        let uses = self.uses.clone();
        let beside = self.beside_deadline(n, &within);
        let (within, modifier, beside) = if again.is_empty() {
            (within, modifier, beside)
        } else {
            // What is drawn is left out, so that everything else stays as it was without it.
            self.uses = uses;
            (again, "", String::new())
        };
        let counting = if beside.contains("or the ") { String::new() } else { self.counting(&within) };
        let modifier = format!("{modifier}{counting}{beside}");
        let otherwise = self.otherwise_item(case);
        let debtor = self.one_of(&[("ann", "party does"), ("rep", "role does")]);
        let sentence =
            format!("{named}    {debtor} must {verb}{n} each c{n}{filter}{within}{modifier}{otherwise}\n");
        let clause = self.clause(Recipe::Task(case.clone()), sentence);
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
                    Some(path) if self.tape.chance(30) => {
                        self.used("percent of field");
                        format!("{} of {path}", self.tape.pick(&["10%", "33.3%"]))
                    }
                    _ if self.tape.chance(10) => {
                        self.used("amount by the day");
                        "depending on the day { below 2026-03-20: 5 EUR, from 2026-03-20: 7 EUR }".to_owned()
                    }
                    _ if case.shape == Shape::Task && self.tape.chance(70) => self.one_of(&[
                        ("depending on kind { red: 5 EUR, blue or green: 7.50 EUR }".to_owned(), "amount by table"),
                        ("depending on kind { red: 5 EUR, otherwise: 1 EUR }".to_owned(), "otherwise of a table"),
                        ("depending on flag { yes: 5 EUR, no: 0 EUR }".to_owned(), "amount by yes or no"),
                        (
                            "depending on price { below 5 EUR: 1 EUR, from 5 EUR to 20 EUR: 2 EUR, above 20 EUR: 3 EUR }"
                                .to_owned(),
                            "amount by money",
                        ),
                        ("excess of price over 9.99 EUR".to_owned(), "excess of a field"),
                        ("rate of (price + 100 EUR)".to_owned(), "rate of money"),
                        (format!("fee - 2 * c{n}.price"), "money minus"),
                        ("price / 3".to_owned(), "money divided"),
                    ]),
                    _ => "5 EUR".to_owned(),
                };
                let condition = match case.shape {
                    Shape::Task => {
                        let condition = self.condition(case);
                        self.one_of(&[
                            (String::new(), "always"),
                            (String::new(), "always"),
                            (format!(" if {condition}"), "if of an amount"),
                            (format!(" unless {condition}"), "unless of an amount"),
                        ])
                    }
                    Shape::Debt => self.one_of(&[
                        (String::new(), "always"),
                        (" if amount is above 10 EUR".to_owned(), "if of a debt"),
                        (format!(" unless c{n}.unpaid is at most 5 EUR"), "unless of what is unpaid"),
                    ]),
                    _ => String::new(),
                };
                let limits = self.limits(Some(n));
                let creditor = "ben";
                let entry = format!("ann credits {creditor} {amount}{condition}{limits}");
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
        if self.tape.chance(15) {
            self.used("nothing below");
            limits += self.tape.pick::<&str>(&[
                ", nothing below 5 EUR",
                ", nothing below 2.5% of fee",
                // Rounded up, it would reach what it does not.
                ", at least 33.37% of 15 EUR, nothing below 5.01 EUR",
            ]);
        }
        let mut caps = vec![
            (", at most 4 EUR".to_owned(), "cap per entry"),
            (", at most top per calendar month".to_owned(), "cap per window"),
            (", at most 12 EUR in all".to_owned(), "cap in all"),
            (", at most 1.5% of fee per calendar quarter".to_owned(), "cap of a percentage"),
            (", at most 9 EUR per season".to_owned(), "cap per named window"),
            (", at most 11 EUR per rolling 2 months".to_owned(), "cap per rolling months"),
            (", at most 8 EUR per rolling 10 calendar days".to_owned(), "cap per rolling days"),
        ];
        if let Some(n) = case {
            caps.push((format!(", at most 7 EUR for each c{n}"), "cap per case"));
        }
        for (cap, construct) in self.tape.some(&caps, 25) {
            self.used(construct);
            limits += &cap;
        }
        if self.tape.chance(30) {
            limits += self.one_of(&[
                (", rounded down", "rounded down of entry"),
                (", rounded up", "rounded up of entry"),
                (", rounded half even", "rounded half even of entry"),
                (", rounded half up", "rounded half up of entry"),
            ]);
        }
        if self.tape.chance(25) {
            self.used("kind of entry");
            let kind = format!("kind_{}", self.kinds.len());
            let _ = write!(limits, ", as {kind}");
            self.kinds.push(kind);
        }
        limits
    }
}
