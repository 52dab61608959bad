//! Measures, the duties to keep them, and money that follows no breach.

use super::{Case, Duty, Growing, Kind, Measure, Recipe, Shape};

impl Growing<'_> {
    pub(super) fn measure(&mut self) {
        let window = self.one_of(&[
            ("calendar month", "calendar month"),
            ("calendar week", "calendar week"),
            ("calendar day", "calendar day"),
            ("contract month", "contract month"),
            ("calendar quarter", "calendar quarter"),
            ("the term", "the term"),
            ("calendar year", "calendar year"),
            ("contract week", "contract week"),
            ("contract quarter", "contract quarter"),
            ("contract year", "contract year"),
            ("season", "named window"),
            ("month from the 16th", "from a day"),
            ("quarter from the 31st", "from a day that not all have"),
            ("rolling 3 calendar days", "rolling days"),
            ("rolling 2 calendar weeks", "rolling weeks"),
            ("rolling 3 months", "rolling months"),
            ("rolling 2 contract months", "rolling contract months"),
        ]);
        let name = format!("m{}", self.measures.len());
        let before = self.measures.len();
        self.measure_of(name, window, before);
    }

    /// A measure that may read so many of those before it.
    pub(super) fn measure_of(&mut self, name: String, window: &'static str, before: usize) {
        let Some((kind, mut value, options)) = self.quantity(window, before) else { return };
        if self.tape.chance(12)
            && !matches!(kind, Kind::Points)
            && !options.contains("needing")
            && !options.contains("rounded")
        {
            let low = level(kind, 0);
            value = self.one_of(&[
                (format!("({value}) + (previous {name} or {low})"), "previous of itself"),
                (format!("excess of ({value}) over (previous {name} or {low})"), "excess over the previous"),
                (format!("least of ({value}, {low})"), "least of"),
            ]);
        }
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
            let clause = self.clause(Recipe::Measure(measure.clone()), sentences);
            self.duties.push(Duty { clause, case: None });
        } else {
            self.clause(Recipe::Measure(measure.clone()), sentences);
        }
        self.measures.push(measure);
    }

    /// A quantity of some type, with the options that belong to it.
    fn quantity(&mut self, window: &'static str, before: usize) -> Option<(Kind, String, String)> {
        let tasks: Vec<Case> = self.cases.iter().filter(|it| it.shape == Shape::Task).cloned().collect();
        let states: Vec<Case> = self
            .cases
            .iter()
            .filter(|it| matches!(it.shape, Shape::State | Shape::Task) && it.ends)
            .cloned()
            .collect();
        let duties = self.duties.clone();
        let on_items: Vec<Duty> = duties.iter().filter(|it| it.case.is_some()).cloned().collect();
        let before: Vec<Measure> =
            self.measures.iter().take(before).filter(|it| it.window == window).cloned().collect();
        let mut wanted: Vec<&'static str> = Vec::new();
        if !tasks.is_empty() {
            wanted.extend([
                "count of cases",
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
                "outside",
                "in bands",
                "in bands",
                "how long it took",
                "how long it took",
                "excess of",
                "minus of folds",
                "sum of products",
                "collection during",
                "table of counts",
                "points",
                "overtime",
                "percentile",
                "percentile of money",
                "how long most took",
                "count of distinct",
                "count of distinct",
            ]);
        }
        if tasks.iter().any(|it| it.rich) {
            wanted.extend([
                "sum of lengths",
                "sum of days",
                "sum of days",
                "sum of open time",
                "sum of minor money",
                "highest of numbers",
                "highest of numbers",
                "sum of optional",
            ]);
        }
        if !on_items.is_empty() {
            wanted.extend(["share kept", "share kept", "share not broken"]);
        }
        if !duties.is_empty() {
            wanted.push("count of breaches");
        }
        if !states.is_empty() {
            wanted.extend([
                "share of time",
                "share of time",
                "time in",
                "time in",
                "time not in",
                "steps",
                "nested steps",
                "leaving out",
                "time during",
            ]);
        }
        if !before.is_empty() {
            wanted.extend(["of measures", "table of measure", "previous of another"]);
        }
        if wanted.is_empty() {
            return None;
        }
        let what = *self.tape.pick(&wanted);
        self.used(what);
        let task = |it: &mut Self| it.tape.pick(&tasks).clone();
        let rich: Vec<Case> = tasks.iter().filter(|it| it.rich).cloned().collect();
        let rich = |it: &mut Self| it.tape.pick(&rich).number;
        let none = String::new();
        Some(match what {
            "count of cases" => {
                let case = task(self);
                let filter = self.filter(&case);
                let counted = if case.ends {
                    self.one_of(&[
                        ("", "counted by default"),
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
                (Kind::Count, format!("count of e{}.opened during {}", case.number, self.office()), none)
            }
            "outside" => {
                let case = task(self);
                let what = self.one_of(&[("e", "events outside"), ("c", "cases outside")]);
                let what = if what == "e" {
                    format!("e{}.opened", case.number)
                } else {
                    format!("c{}", case.number)
                };
                (Kind::Count, format!("count of {what} outside {}", self.office()), none)
            }
            "how long it took" => {
                let case = task(self);
                let n = case.number;
                let fold = *self.tape.pick(&["average", "highest", "sum", "latest"]);
                let (kind, unit) = self.one_of(&[
                    ((Kind::Days, "calendar days".to_owned()), "calendar days to"),
                    ((Kind::Days, "calendar days".to_owned()), "calendar days to"),
                    ((Kind::Time, "elapsed hours".to_owned()), "elapsed hours to"),
                    ((Kind::Open, "work minutes".to_owned()), "open minutes to"),
                    ((Kind::Open, "work minutes".to_owned()), "open minutes to"),
                    ((Kind::WorkDays, "work days".to_owned()), "business days to"),
                ]);
                // Drawn from further on, and drawn again there.
                let mut ahead = self.tape.clone();
                ahead.skip(61);
                let least = if ahead.chance(40) {
                    let least = ahead.below(3);
                    self.used("chosen by how long it took");
                    format!(" where ({unit} to did{n}) is at least {}", level(kind, least))
                } else {
                    String::new()
                };
                let value = format!("{fold} of ({unit} to did{n}) over c{n}{least}");
                (kind, value, ", counted at its end".to_owned())
            }
            "in bands" => {
                let n = task(self).number;
                let value = self.one_of(&[
                    (
                        format!("in bands of (count of c{n}) {{ at most 2: 5 EUR, above 2 to 4: 3 EUR, above 4: 1 EUR }}"),
                        "bands of a count",
                    ),
                    (
                        format!("in bands of (sum of price over c{n}) {{ below 10 EUR: 50%, from 10 EUR: 20% }}"),
                        "bands of money",
                    ),
                ]);
                (Kind::Money, value, none)
            }
            "percentile" => {
                let case = task(self);
                let (rank, source) =
                    (self.rank(), self.one_of(&[("c", "ranked cases"), ("e", "ranked events")]));
                let over = if source == "c" {
                    format!("c{}{}", case.number, self.filter(&case))
                } else {
                    format!("e{}.opened{}", case.number, self.filter(&case))
                };
                let kind = if rank.starts_with("linear") { Kind::Number } else { Kind::Count };
                (kind, format!("{rank} of n over {over}"), self.needing())
            }
            "percentile of money" => {
                let rank = self.rank();
                (Kind::Money, format!("{rank} of price over c{}", task(self).number), self.needing())
            }
            "how long most took" => {
                let (rank, n) = (self.rank(), task(self).number);
                let (kind, unit) = self.one_of(&[
                    ((Kind::Days, "calendar days"), "calendar days to"),
                    ((Kind::Open, "work minutes"), "open minutes to"),
                    ((Kind::Time, "elapsed hours"), "elapsed hours to"),
                ]);
                let options = ", counted at its end".to_owned() + &self.needing();
                (kind, format!("{rank} of ({unit} to did{n}) over c{n}"), options)
            }
            "count of distinct" => {
                let case = task(self);
                let of = self.one_of(&[
                    ("n", "distinct numbers"),
                    ("price", "distinct money"),
                    ("price", "distinct money"),
                    ("flag", "distinct yes or no"),
                    ("kind", "distinct words"),
                ]);
                let over = *self.tape.pick(&["c", "e"]);
                let over = if over == "c" {
                    format!("c{}", case.number)
                } else {
                    format!("e{}.opened", case.number)
                };
                let filter = self.filter(&case);
                (Kind::Count, format!("count of distinct {of} over {over}{filter}"), self.needing())
            }
            "excess of" => {
                let n = task(self).number;
                (Kind::Count, format!("excess of (count of e{n}.opened) over quota"), none)
            }
            "minus of folds" => {
                let n = task(self).number;
                (Kind::Number, format!("2 * (count of e{n}.opened) - (count of e{n}.done) * 1.5"), none)
            }
            "sum of products" => {
                let n = task(self).number;
                (Kind::Money, format!("sum of (price + n * 1 EUR) over c{n}"), none)
            }
            "collection during" => {
                let case = task(self);
                let filter = self.filter(&case);
                (Kind::Count, format!("count of c{}{filter} during {}", case.number, self.office()), none)
            }
            "table of counts" => {
                let n = task(self).number;
                (
                    Kind::Money,
                    format!(
                        "depending on (count of c{n}) {{ exactly 0: 0 EUR, exactly 1: 5 EUR, above 1 to below 4: 20 EUR, \
                         otherwise: 30 EUR }}"
                    ),
                    none,
                )
            }
            "points" => {
                let n = task(self).number;
                let value = *self.tape.pick(&[" - 50%", " - 20%"]);
                (Kind::Points, format!("(share of c{n} in which did{n}){value}"), none)
            }
            "overtime" => {
                let n = task(self).number;
                (Kind::Money, format!("(60 EUR per hour) of ((count of e{n}.done) * 20 minutes)"), none)
            }
            "sum of lengths" => {
                let n = rich(self);
                let fold = *self.tape.pick(&["sum", "average", "highest"]);
                (Kind::Time, format!("{fold} of took over e{n}.opened"), none)
            }
            "sum of days" => {
                let n = rich(self);
                let fold = *self.tape.pick(&["sum", "lowest", "latest"]);
                (Kind::Days, format!("{fold} of span over c{n}"), none)
            }
            "sum of open time" => {
                let n = rich(self);
                (Kind::Open, format!("sum of desk over e{n}.opened"), none)
            }
            "sum of minor money" => {
                let n = rich(self);
                let fold = *self.tape.pick(&["sum", "average", "first"]);
                (Kind::Money, format!("{fold} of cost over c{n}"), none)
            }
            "highest of numbers" => {
                let n = rich(self);
                let fold = *self.tape.pick(&["highest", "average", "sum"]);
                (Kind::Number, format!("{fold} of weight over e{n}.opened"), none)
            }
            "sum of optional" => {
                let n = rich(self);
                let fold = *self.tape.pick(&["sum", "average", "highest", "latest"]);
                let kind = if fold == "average" { Kind::Number } else { Kind::Count };
                (kind, format!("{fold} of extra over e{n}.opened"), none)
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
            "average" => {
                (Kind::Number, format!("average of n over e{}.opened", task(self).number), self.needing())
            }
            "highest" => (Kind::Count, format!("highest of n over c{}", task(self).number), self.needing()),
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
                (Kind::Share, format!("share of c{n} in which {not}did{n}"), self.needing())
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
                let is = match what {
                    "share kept" => "is kept",
                    _ => self.one_of(&[
                        ("is not broken", "is not broken"),
                        ("is broken", "is broken"),
                        ("is pending", "is pending"),
                        ("is not pending", "is not pending"),
                    ]),
                };
                let share = format!("share of c{}{filter} in which {} {is}", case.number, duty.clause);
                (Kind::Share, share, options.to_owned() + &self.needing())
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
                let options = self.needing();
                (Kind::Share, format!("(sum of n over e{n}.opened) / (count of e{n}.opened)"), options)
            }
            "share of time" => {
                let case = self.tape.pick(&states).clone();
                let not = *self.tape.pick(&["not ", ""]);
                let weighted = self.weighted(&case);
                let counting = if not.is_empty() { String::new() } else { self.time_counting(&states) };
                (Kind::Share, format!("share of time {not}in c{}{weighted}", case.number), counting)
            }
            "time in" => {
                let case = self.tape.pick(&states).clone();
                let not = *self.tape.pick(&["not ", "", ""]);
                let weighted = self.weighted(&case);
                let counting = if not.is_empty() { String::new() } else { self.time_counting(&states) };
                let options = counting + &self.rounded();
                (Kind::Time, format!("time {not}in c{}{weighted}", case.number), options)
            }
            "time not in" => {
                (Kind::Time, format!("time not in c{}", self.tape.pick(&states).number), self.rounded())
            }
            "nested steps" => {
                let (x, y) = (self.tape.pick(&states).clone(), self.tape.pick(&states).number);
                let filter = match x.shape {
                    Shape::Task => self.filter(&x),
                    _ => self.one_of(&[(" where bad", "interval where"), ("", "interval always")]).to_owned(),
                };
                let word = *self.tape.pick(&["but not", "and", "or"]);
                (Kind::Time, format!("time in (c{}{filter}) {word} (c{y} or c{})", x.number, x.number), none)
            }
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
            "previous of another" => {
                let one = self.tape.pick(&before).clone();
                (one.kind, format!("previous {} or {}", one.name, level(one.kind, 1)), none)
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
                let filter = self.one_of(&[
                    ("", "for each case"),
                    (" where flag", "for each case where"),
                    (" outside work", "for each case outside"),
                ]);
                let named = self.verdicts_on_named(n);
                let filter = if named.is_empty() || self.tape.chance(30) {
                    filter.to_owned()
                } else {
                    self.used("verdict on what is named");
                    self.tape.pick(&named).clone()
                };
                format!("ben owes ann 50% of c{n}.price for each c{n}{filter}")
            }
            _ if !tasks.is_empty() => {
                let n = *self.tape.pick(&tasks);
                let filter = self.one_of(&[
                    ("", "for each event"),
                    (" where not flag", "for each event where"),
                    (" where flag during work", "for each event during"),
                ]);
                format!("ben owes ann 25% of e{n}.opened.price for each e{n}.opened{filter}")
            }
            _ => return,
        };
        let limits = self.limits(None);
        if self.tape.chance(50) {
            // Several sentences of one clause.
            self.used("labels");
            let other = self.one_of(&[
                ("(b) ann owes ben fee each calendar month", "several sentences"),
                ("ann credits aide 1.05 EUR each season", "role as creditor"),
            ]);
            self.clause(Recipe::Money, format!("    (a) {sentence}{limits}.\n    {other}.\n"));
            return;
        }
        self.clause(Recipe::Money, format!("    {sentence}{limits}.\n"));
    }
}

/// Three values of a type, from low to high.
pub(super) fn level(kind: Kind, level: usize) -> &'static str {
    let levels = match kind {
        Kind::Count => ["2", "3", "5"],
        Kind::Number => ["1.5", "3", "5"],
        Kind::Money => ["10 EUR", "20 EUR", "50 EUR"],
        Kind::Share => ["50%", "90%", "99.9%"],
        Kind::Points => ["1 percentage points", "30 percentage points", "49.5 percentage points"],
        Kind::Days => ["1 calendar days", "4 calendar days", "9 calendar days"],
        Kind::Time => ["1 hour", "24 hours", "200 hours"],
        Kind::WorkDays => ["1 work day", "4 work days", "9 work days"],
        Kind::Open => ["1 work hour", "9 work hours", "40 work hours"],
    };
    levels[level]
}
