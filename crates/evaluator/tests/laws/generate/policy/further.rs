//! What stands beside duties: warnings, dates that move, what arises from breaches, limits of several sentences.

use super::{Case, Duty, Growing, Recipe, Shape};

impl Growing<'_> {
    /// What a deadline may have beside it: a warning before it, and where its date goes on a closed day.
    pub(super) fn beside_deadline(&mut self, case: usize, within: &str) -> String {
        let mut beside = String::new();
        if !within.starts_with(" within") {
            return beside;
        }
        let office = self.office();
        let by_date = ["calendar", "month", "quarter", "year", "days"];
        let open = [
            " hours",
            " minutes",
            " hour",
            " minute",
            "seconds",
            "work day",
            "shop day",
            "reply",
            "office_time",
            "pace",
        ];
        let dated =
            by_date.iter().any(|it| within.contains(it)) && !open.iter().any(|it| within.contains(it));
        if dated && self.tape.chance(35) {
            beside += &self.one_of(&[
                (format!(", or the next {office} day"), "the next open day"),
                (format!(", or the previous {office} day"), "the previous open day"),
                (format!(", or the next {office} day of the month"), "the next open day of the month"),
            ]);
        }
        let extending: Vec<usize> = self.extending(case);
        if within.contains("within") && !extending.is_empty() && self.tape.chance(90) {
            self.used("extended by a delay");
            beside += &format!(", extended by any delay under {}", self.tape.pick(&extending));
        }
        if self.tape.chance(25) {
            self.used("warning");
            beside += self.tape.pick::<&str>(&[
                ", telling rep at 80% of the time",
                ", telling aide at 33.3% of the time",
                ", telling rep at 50% of the time",
            ]);
        }
        beside
    }

    /// That something is to be done again and again, sometimes.
    pub(super) fn again(&mut self, case: &Case, finish: bool) -> String {
        // Drawn from further on, and drawn again there: everything else stays as it was without it.
        let tape = self.tape.clone();
        self.tape.skip(57);
        let office = self.office();
        let ends = case.ends && finish == case.finish;
        let again = if !ends && !case.reopens && self.tape.chance(40) {
            self.one_of(&[
                (" every 4 hours".to_owned(), "every so many hours"),
                (format!(" every 3 {office} hours"), "every so many open hours"),
                (format!(" every 1 {office} day"), "every business day"),
                (" every 2 calendar days".to_owned(), "every so many days"),
                (" every reply".to_owned(), "every length of a parameter"),
            ])
        } else {
            String::new()
        };
        self.tape = tape;
        again
    }

    /// How the length of time of a duty counts, where nothing moves its deadline off closed days.
    pub(super) fn counting(&mut self, within: &str) -> String {
        let mut counting = String::new();
        if !within.starts_with(" within") && !within.starts_with(" every") {
            return counting;
        }
        // Drawn from further on, and drawn again there: everything else stays as it was without it.
        let tape = self.tape.clone();
        self.tape.skip(23);
        let counted = within.split(" of ").next().unwrap_or(within);
        let any = ["depending", "reply", "pace", "days", "office_time", "delay"];
        let hours = ["hour", "minute", "second"].iter().any(|it| counted.contains(it));
        let hours = hours && !any.iter().any(|it| counted.ends_with(it) || counted.contains("depending"));
        let work_days =
            ["work day", "shop day"].iter().any(|it| counted.contains(it)) && !counted.contains("depending");
        if self.tape.chance(30) {
            counting += &self.one_of(&[
                (", ignoring pauses".to_owned(), "ignoring pauses"),
                if hours {
                    (", counting pauses in elapsed time".to_owned(), "pauses in elapsed time")
                } else {
                    (", ignoring pauses".to_owned(), "ignoring pauses")
                },
            ]);
        }
        if hours && self.tape.chance(20) {
            counting += self.one_of(&[
                (", rounded up to 1 minute", "rounded up to a unit"),
                (", rounded down to 1 minute", "rounded down to a unit"),
                (", rounded down to 7 minutes", "rounded down to a unit"),
                (", rounded up to 1 hour", "rounded up to a unit"),
            ]);
        }
        if work_days && self.tape.chance(50) {
            counting += self.one_of(&[
                (", landing at the same time of day", "same time of day"),
                (", landing at the end of the date", "end of the date"),
                (", counting the first day", "counting the first day"),
                (", counting the first day, landing at the same time of day", "counting the first day"),
            ]);
        }
        // The end of a date has no moment at which one could be late.
        let moment = !counting.contains("end of the date");
        if (hours || work_days) && self.tape.chance(20) && moment {
            self.used("late at the deadline");
            counting += ", late at the deadline";
        }
        self.tape = tape;
        counting
    }

    /// The clauses with a duty on items that name those of a case.
    fn extending(&self, case: usize) -> Vec<usize> {
        let goes_on = |number: usize| self.cases.iter().any(|it| it.number == number && it.reopens);
        if goes_on(case) {
            return Vec::new();
        }
        let naming = self.cases.iter().filter(|it| it.names == Some(case) && !it.reopens).map(|it| it.number);
        let naming: Vec<usize> = naming.collect();
        let duties = self.duties.iter().filter(|duty| {
            let one = !self
                .clauses
                .get(duty.clause - 1)
                .is_none_or(|it| it.contains("(b)") || it.contains("must not"));
            one && duty.case.is_some_and(|of| naming.contains(&of))
                && self.clauses.get(duty.clause - 1).is_some_and(|it| {
                    (it.contains(" within ") || it.contains(" by ")) && !it.contains(" every ")
                })
        });
        duties.map(|duty| duty.clause).collect()
    }

    /// Who is told something is told it in the hours of a calendar only, sometimes.
    pub(super) fn in_hours(&mut self, sentences: String) -> String {
        let names = |said: &str| ["rep", "ben", "aide"].map(|who| format!("{said} {who}"));
        let (telling, tell) = (names("telling"), names("tell"));
        let warns = telling.iter().any(|it| sentences.contains(it));
        let tells = tell.iter().any(|it| sentences.contains(it));
        if !warns && !tells {
            return sentences;
        }
        // Drawn from further on, and drawn again there: everything else stays as it was without it.
        let tape = self.tape.clone();
        self.tape.skip(71);
        let mut sentences = sentences;
        if self.tape.chance(30) {
            let office = self.office();
            for who in telling.iter().chain(&tell) {
                sentences = sentences.replace(who.as_str(), &format!("{who} during {office}"));
            }
            if warns {
                self.used("warned in hours");
            }
            if tells {
                self.used("told in hours");
            }
        }
        self.tape = tape;
        sentences
    }

    /// Somebody is told at an instant of an item's life.
    pub(super) fn told(&mut self, case: &Case) {
        let n = case.number;
        let office = self.office();
        let length = self.one_of(&[
            ("15 minutes".to_owned(), "told after minutes"),
            (format!("2 {office} hours"), "told after open time"),
            ("1 calendar day".to_owned(), "told after days"),
            (format!("2 {office} days"), "told after business days"),
        ]);
        let unless =
            self.one_of(&[(String::new(), "told always"), (format!(" unless did{n}"), "told unless done")]);
        let filter = if self.tape.chance(40) { self.filter(case) } else { String::new() };
        let to = *self.tape.pick(&["rep", "ben"]);
        let text =
            format!("    tell {to} about each c{n}{filter} at {length} after its beginning{unless}.\n");
        let text = if self.tape.chance(20) {
            self.used("right after a time");
            let to = if to == "rep" { "either party" } else { to };
            text.replace("tell rep", to)
                .replace("tell ben", to)
                .replace("about each", "may end this agreement for each")
        } else {
            text
        };
        self.clause(Recipe::Task(case.clone()), text);
    }

    /// What counts as done because nobody has said otherwise.
    pub(super) fn silent(&mut self, case: &Case) {
        let n = case.number;
        let office = self.office();
        let length = self.one_of(&[
            (format!("2 {office} hours"), "silence in open time"),
            ("1 calendar day".to_owned(), "silence in days"),
            (format!("1 {office} day"), "silence in business days"),
            ("36 hours".to_owned(), "silence in hours"),
        ]);
        let act =
            if case.finish && self.tape.chance(50) { format!("finished{n}") } else { format!("did{n}") };
        let filter = if self.tape.chance(30) { self.filter(case) } else { String::new() };
        let by = *self.tape.pick(&["ann", "ben", "rep"]);
        let text =
            format!("    each c{n}{filter} counts as {act} by {by} at {length} after its beginning.\n");
        self.clause(Recipe::Task(case.clone()), text);
    }

    /// The clauses with one duty, that has windows.
    fn windowed(&self) -> Vec<usize> {
        let windowed = self.clauses.iter().enumerate().filter(|(_, it)| {
            (it.contains("must keep") || (it.contains(" each ") && it.contains("ann must send")))
                && !it.contains("(b)")
                && !it.contains(" for each breach ")
                && !it.contains(" once ")
        });
        windowed.map(|(at, _)| at + 1).collect()
    }

    /// A duty that arises from a breach, or once a figure reaches something.
    pub(super) fn risen(&mut self) {
        let recurring: Vec<Case> =
            self.cases.iter().filter(|it| it.shape == Shape::Recurring).cloned().collect();
        if recurring.is_empty() {
            return;
        }
        let case = self.tape.pick(&recurring).clone();
        let n = case.number;
        let keeps = self.windowed();
        let counts = self.measures.iter().filter(|it| it.kind == super::Kind::Count);
        let counts: Vec<String> = counts.map(|it| it.name.clone()).collect();
        let cause = if !counts.is_empty() && (keeps.is_empty() || self.tape.chance(50)) {
            self.used("once");
            let relation = *self.tape.pick(&["at least", "at least", "above", "below", "at most"]);
            format!("once {} is {relation} {}", self.tape.pick(&counts), self.tape.pick(&["1", "2", "3"]))
        } else if !keeps.is_empty() {
            self.used("for each breach");
            format!("for each breach of {}", self.tape.pick(&keeps))
        } else {
            return;
        };
        let office = self.office();
        let due = self.one_of(&[
            (String::new(), "risen until the end"),
            (format!(" by the last {office} day of the period"), "risen by a day of the period"),
            (" within 3 calendar days".to_owned(), "risen within days"),
            (format!(" within 2 {office} days"), "risen within business days"),
            (format!(" within 4 {office} hours"), "risen within open time"),
            (" within 36 hours".to_owned(), "risen within hours"),
            (" within 1 month".to_owned(), "risen within months"),
        ]);
        let ending = if due.contains(&format!("{office} hours")) && self.tape.chance(40) {
            ", ending at the next opening"
        } else {
            ""
        };
        let otherwise = self.one_of(&[
            (", without consequence.", "risen without consequence"),
            ("\n      otherwise tell rep.", "risen tells"),
            ("\n      otherwise ann credits ben 5 EUR.", "risen credits"),
        ]);
        let text = format!("    ann must send{n} a c{n} {cause}{due}{ending}{otherwise}\n");
        let clause = self.clause(Recipe::Send(case), text);
        self.duties.push(Duty { clause, case: None });
    }

    /// An amount that rises from breach to breach, after the duty of the clause that is being written.
    pub(super) fn ladder(&mut self) -> String {
        let number = self.anew.as_ref().map_or(self.clauses.len() + 1, |anew| anew.0);
        let amount = self.one_of(&[
            (
                "depending on misses running of N { exactly 1: 1 EUR, exactly 2: 2 EUR, from 3: 4 EUR }",
                "ladder of rows",
            ),
            ("depending on misses running of N { at most 2: 0 EUR, otherwise: 3 EUR }", "ladder of rows"),
            ("1.50 EUR * misses running of N", "ladder times"),
            ("in bands of misses running of N { at most 1: 5 EUR, above 1: 2 EUR }", "ladder in bands"),
        ]);
        amount.replace('N', &number.to_string())
    }

    /// What goes back of an amount after the breach of the duty of the clause that is being written.
    pub(super) fn restored(&mut self) -> String {
        // What is drawn here is drawn again behind it, so that everything else stays as it was without it.
        let tape = self.tape.clone();
        if !self.tape.chance(35) {
            self.tape = tape;
            return String::new();
        }
        let number = self.anew.as_ref().map_or(self.clauses.len() + 1, |anew| anew.0);
        let back = self.one_of(&[
            ("50% when N is kept 1 windows running", "restored after one"),
            ("33.3% when N is kept 2 windows running", "restored after two"),
            ("100% when N is kept 2 windows running", "restored all"),
        ]);
        self.tape = tape;
        format!(", restored {}", back.replace('N', &number.to_string()))
    }

    /// What arises from several breaches.
    pub(super) fn running(&mut self) {
        let keeps = self.windowed();
        if keeps.is_empty() {
            return;
        }
        let duty = *self.tape.pick(&keeps);
        let many = self.one_of(&[
            ("2 windows running", "windows running"),
            ("3 windows running", "windows running"),
            ("in 2 of the last 3 windows", "windows of the last"),
            ("in 1 of the last 4 windows", "windows of the last"),
        ]);
        let text = self.one_of(&[
            (
                format!("    either party may end this agreement when {duty} is broken {many}.\n"),
                "right of either",
            ),
            (format!("    ben may end this agreement when {duty} is broken {many}.\n"), "right of one"),
            (format!("    tell rep when {duty} is broken {many}.\n"), "told of a run"),
            (format!("    ann credits ben 7 EUR when {duty} is broken {many}.\n"), "credit for a run"),
        ]);
        self.clause(Recipe::Money, text);
    }

    /// What somebody suspends while the other side is late, and the events by which it does.
    pub(super) fn suspended(&mut self) -> String {
        let late = self.duties.iter().filter(|duty| {
            let text = self.clauses.get(duty.clause - 1);
            text.is_some_and(|it| {
                !it.contains("(b)") && !it.contains("extended") && it.contains("ben must pay")
            })
        });
        let late: Vec<usize> = late.map(|duty| duty.clause).collect();
        let theirs = self
            .clauses
            .iter()
            .enumerate()
            .filter(|(_, it)| it.contains("ann must ") && !it.contains("must not") && !it.contains(" every "))
            .filter(|(_, it)| {
                !self.cases.iter().any(|of| of.reopens && it.contains(&format!(" each c{}", of.number)))
            });
        let theirs: Vec<usize> = theirs.map(|(at, _)| at + 1).collect();
        if late.is_empty() || theirs.is_empty() {
            return String::new();
        }
        self.used("suspension");
        let until = self.one_of(&[("", "suspended while late"), (", until work.resumed", "suspended until")]);
        let (first, second) = (*self.tape.pick(&theirs), *self.tape.pick(&theirs));
        let what = if first == second { first.to_string() } else { format!("{first} and {second}") };
        let under = *self.tape.pick(&late);
        self.clause(
            Recipe::Money,
            format!("    ann may suspend {what} by work.suspended during any delay under {under}{until}.\n"),
        );
        let resumed = if until.is_empty() { "" } else { "  event work.resumed {}\n" };
        format!("  event work.suspended {{}}\n{resumed}")
    }

    /// A limit of what several sentences let through.
    pub(super) fn joint(&mut self) {
        let credits = self.clauses.iter().enumerate().filter(|(_, it)| it.contains("ann credits ben"));
        let credits: Vec<usize> = credits.map(|(at, _)| at + 1).collect();
        if credits.is_empty() {
            return;
        }
        let first = *self.tape.pick(&credits);
        let others: Vec<usize> = credits.into_iter().filter(|it| *it != first).collect();
        let under = if others.is_empty() {
            first.to_string()
        } else {
            self.used("limit of several clauses");
            format!("{first} and {}", self.tape.pick(&others))
        };
        let scope = self.one_of(&[
            ("7 EUR per calendar month", "joint limit per window"),
            ("1% of fee in all", "joint limit in all"),
            ("6 EUR per season", "joint limit per named window"),
        ]);
        self.clause(Recipe::Money, format!("    ann credits ben at most {scope} under {under}.\n"));
    }
}
