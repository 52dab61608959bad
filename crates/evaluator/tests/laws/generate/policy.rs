//! Policies, grown from what is declared: a phrase is only written where its type fits.

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

    /// The declaration of a case and of its events.
    fn case(&mut self, number: usize, shape: Shape) -> (String, String) {
        let n = number;
        let mut case = Case { number, shape, ends: true, finish: false, undone: false, from_field: false };
        let (events, lines) = match shape {
            Shape::Task => {
                case.finish = self.tape.chance(40);
                case.undone = self.tape.chance(30);
                case.from_field = self.tape.chance(8);
                let pauses = self.tape.chance(40);
                let mut events = format!(
                    "  event e{n}.opened {{ c{n}: id, flag: yes or no, n: count, kind: one of (red, blue), \
                     price: money, since{n}: date }}\n  event e{n}.done {{ c{n}: id, m: count }}\n  event \
                     e{n}.closed {{ c{n}: id }}\n"
                );
                let mut lines = String::new();
                if case.from_field {
                    self.used("begins at");
                    let _ = writeln!(lines, "    begins at since{n}.");
                } else {
                    let filter = self.one_of(&[("", "begins when"), (" where kind is red", "begins where")]);
                    let _ = writeln!(lines, "    begins when e{n}.opened{filter}.");
                }
                let filter = self.one_of(&[("", "act when"), (" where m is at least 2", "act where")]);
                let undone = if case.undone { format!(", undone by e{n}.undone") } else { String::new() };
                let _ = writeln!(lines, "    do{n} (did{n}) when e{n}.done{filter}{undone}.");
                if case.undone {
                    self.used("undone by");
                    let _ = writeln!(events, "  event e{n}.undone {{ c{n}: id }}");
                }
                if case.finish {
                    let _ = writeln!(events, "  event e{n}.finished {{ c{n}: id }}");
                    let _ = writeln!(lines, "    finish{n} (finished{n}) when e{n}.finished.");
                }
                let act = if case.finish { "finished" } else { "did" };
                let end = self.one_of(&[
                    (format!("    ends when {act}{n}.\n"), "ends when done"),
                    (format!("    ends when e{n}.closed.\n"), "ends when event"),
                    (format!("    ends when {act}{n} or e{n}.closed.\n"), "ends when either"),
                    (String::new(), "no end"),
                ]);
                case.ends = !end.is_empty();
                lines += &end;
                if pauses {
                    self.used("pauses");
                    let _ = writeln!(
                        events,
                        "  event e{n}.stopped {{ c{n}: id }}\n  event e{n}.resumed {{ c{n}: id }}"
                    );
                    let _ = writeln!(lines, "    pauses from e{n}.stopped to e{n}.resumed.");
                }
                if self.tape.chance(20) {
                    self.used("out of scope");
                    lines += "    out of scope where kind is blue and n is below 3.\n";
                }
                if self.tape.chance(40) {
                    self.used("ignored");
                    let _ = writeln!(lines, "    further e{n}.done are ignored.");
                }
                (events, lines)
            }
            Shape::State => (
                format!("  event e{n}.down {{ c{n}: id, bad: yes or no }}\n  event e{n}.up {{ c{n}: id }}\n"),
                format!("    begins when e{n}.down.\n    ends when e{n}.up.\n"),
            ),
            Shape::Debt => {
                let order = self.one_of(&[
                    ("oldest first", "oldest first"),
                    ("newest first", "newest first"),
                    ("the named one only", "the named one only"),
                ]);
                let rest = self.one_of(&[("as credit", "rest as credit"), ("returned", "rest returned")]);
                let ends = if self.tape.chance(60) { "    ends when paid.\n" } else { "" };
                case.ends = !ends.is_empty();
                (
                    format!(
                        "  event e{n}.issued {{ c{n}: id, amount: money, got: date }}\n  event e{n}.paid {{ c{n}: \
                         id, sum: money }}\n"
                    ),
                    format!(
                        "    begins when e{n}.issued.\n    ben owes ann amount.\n    paid by e{n}.paid, settling \
                         principal, {order}, any rest {rest}.\n{ends}"
                    ),
                )
            }
            Shape::Implicit => {
                case.undone = self.tape.chance(50);
                let mut events = format!(
                    "  event e{n}.approved {{ c{n}: id }}\n  event e{n}.shown {{ c{n}: id, size: count }}\n"
                );
                let undone = if case.undone {
                    self.used("implicit undone by");
                    let _ = writeln!(events, "  event e{n}.revoked {{ c{n}: id }}");
                    format!(", undone by e{n}.revoked")
                } else {
                    String::new()
                };
                let ends =
                    if self.tape.chance(80) { format!("    ends when shown{n}.\n") } else { String::new() };
                case.ends = !ends.is_empty();
                let forget = if case.ends && self.tape.chance(30) {
                    self.used("forget");
                    "    forget after 10 calendar days.\n"
                } else {
                    ""
                };
                (
                    events,
                    format!(
                        "    approve{n} (approved{n}) when e{n}.approved{undone}.\n    show{n} (shown{n}) when \
                         e{n}.shown.\n{ends}{forget}"
                    ),
                )
            }
            Shape::Recurring => (
                format!("  event e{n}.sent {{ c{n}: id, who: party }}\n"),
                format!("    send{n} (sent{n}) when e{n}.sent.\n"),
            ),
        };
        self.cases.push(case);
        (events, format!("  case c{n} {{\n{lines}  }}\n"))
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

    fn duties_of(&mut self, case: &Case) {
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
    fn limits(&mut self, case: Option<usize>) -> String {
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

    /// A condition on the fields of a task, where there is one.
    fn filter(&mut self, case: &Case) -> &'static str {
        match case.shape {
            Shape::Task => *self.tape.pick(&[
                "",
                " where flag",
                " where kind is red",
                " where kind is one of (red, blue) and n is above 1",
                " where not flag or n is at most 4",
            ]),
            _ => "",
        }
    }

    fn measure(&mut self) {
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
    fn money(&mut self) {
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

/// Marks the text of a clause that survives, until its head is written.
const SURVIVING: char = '\u{1}';
