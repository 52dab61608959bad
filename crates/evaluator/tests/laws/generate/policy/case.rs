//! Cases and the events that touch them.

use super::{Case, Growing, Shape};
use std::fmt::Write as _;

impl Growing<'_> {
    /// The declaration of a case and of its events.
    pub(super) fn case(&mut self, number: usize, shape: Shape) -> (String, String) {
        let n = number;
        let mut case = Case {
            number,
            shape,
            ends: true,
            finish: false,
            undone: false,
            from_field: false,
            rich: false,
            names: None,
            pauses: false,
            reopens: false,
            two_acts: false,
        };
        let (events, lines) = match shape {
            Shape::Task => self.task(&mut case),
            Shape::State => {
                let filter = self.one_of(&[("", "state plain"), (" where bad", "state where")]);
                let end = self.one_of(&[
                    (format!("e{n}.up"), "one way to end"),
                    (format!("e{n}.up where good, or e{n}.gone"), "two ways to end"),
                ]);
                (
                    format!(
                        "  event e{n}.down {{ c{n}: id, bad: yes or no }}\n  event e{n}.up {{ c{n}: id, good: yes or no \
                         }}\n  event e{n}.gone {{ c{n}: id }}\n"
                    ),
                    format!("    begins when e{n}.down{filter}.\n    ends when {end}.\n"),
                )
            }
            Shape::Debt => self.debt(&mut case),
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
                format!("  event e{n}.sent {{ c{n}: id, who: party, size: count }}\n"),
                format!(
                    "    send{n} (sent{n}) when e{n}.sent{}.\n",
                    self.one_of(&[
                        ("", "send plain"),
                        (" where size is at least threshold", "send where"),
                        ("", "send plain"),
                    ])
                ),
            ),
        };
        self.cases.push(case);
        (events, format!("  case c{n} {{\n{lines}  }}\n"))
    }

    fn task(&mut self, case: &mut Case) -> (String, String) {
        let n = case.number;
        case.finish = self.tape.chance(40);
        case.undone = self.tape.chance(30);
        case.from_field = self.tape.chance(15);
        case.pauses = self.tape.chance(40);
        case.rich = self.tape.chance(40);
        let mut lines = String::new();
        let key = if self.tape.chance(20) {
            self.used("known by");
            let _ = writeln!(lines, "    known by key{n}.");
            format!("key{n}: id, other: id")
        } else {
            format!("c{n}: id")
        };
        let rich = if case.rich {
            self.used("fields of every type");
            format!(
                ", note?: text, extra?: count, weight: number, part: percent, at{n}: time, cost: money in minor units, \
                 took: minutes, desk: work hours, span: calendar days, who: party"
            )
        } else {
            String::new()
        };
        let others =
            self.cases.iter().filter(|it| matches!(it.shape, Shape::Task | Shape::Debt | Shape::Implicit));
        let others: Vec<usize> = others.map(|it| it.number).collect();
        let names = if !others.is_empty() && self.tape.chance(80) {
            self.used("names another");
            let other = *self.tape.pick(&others);
            case.names = Some(other);
            format!(", c{other}: id")
        } else {
            String::new()
        };
        let fields = format!(
            "{key}{names}, flag: yes or no, n: count, kind: one of (red, blue, green), price: money, since{n}: date{rich}"
        );
        let log = self.one_of(&[
            (String::new(), "event as in the log"),
            (format!(" from log \"OPENED{n}\" with flag = \"yes\", n = \"number\""), "event from log"),
            (" with price = \"sum\"".to_owned(), "event with other keys"),
        ]);
        let by =
            self.one_of(&[("", "act of anyone"), ("", "act of anyone"), (", doer: party", "act of a party")]);
        let mut events = format!(
            "  event e{n}.opened {{ {fields} }}{log}\n  event e{n}.done {{ {key}, m: count{by} }}\n  event e{n}.closed {{ \
             {key}, good: yes or no, m: count }}\n"
        );
        if case.from_field {
            let field = if case.rich {
                self.one_of(&[("since", "begins at"), ("at", "begins at a time")])
            } else {
                self.one_of(&[("since", "begins at")])
            };
            let _ = writeln!(lines, "    begins at {field}{n}.");
        } else {
            let (begins, more) = self.one_of(&[
                ((format!("e{n}.opened"), false), "begins when"),
                ((format!("e{n}.opened where kind is red"), false), "begins where"),
                ((format!("e{n}.opened where kind is one of colors"), false), "begins where of a let"),
                ((format!("e{n}.opened, or e{n}.again where flag"), true), "begins when either"),
            ]);
            if more {
                let _ = writeln!(events, "  event e{n}.again {{ {fields} }}");
            }
            let _ = writeln!(lines, "    begins when {begins}.");
        }
        let mut whens = vec![
            ((format!("e{n}.done"), false), "act when"),
            ((format!("e{n}.done where m is at least 2"), false), "act where"),
            ((format!("e{n}.done where m is at least threshold"), false), "act where of a let"),
        ];
        // Where several events do an act, none of them or all name a party.
        if by.is_empty() {
            whens.push(((format!("e{n}.done where m is above 1, or e{n}.made"), true), "act when either"));
        }
        let (when, more) = self.one_of(&whens);
        case.two_acts = more;
        if more {
            let _ = writeln!(events, "  event e{n}.made {{ {key} }}");
        }
        let undone = if case.undone { format!(", undone by e{n}.undone") } else { String::new() };
        let _ = writeln!(lines, "    do{n} (did{n}) when {when}{undone}.");
        if case.undone {
            self.used("undone by");
            let _ = writeln!(events, "  event e{n}.undone {{ {key} }}");
        }
        if case.finish {
            let _ = writeln!(events, "  event e{n}.finished {{ {key} }}");
            let _ = writeln!(lines, "    finish{n} (finished{n}) when e{n}.finished.");
        }
        let act = if case.finish { "finished" } else { "did" };
        let end = self.one_of(&[
            (format!("    ends when {act}{n}.\n"), "ends when done"),
            (format!("    ends when e{n}.closed.\n"), "ends when event"),
            (format!("    ends when {act}{n} or e{n}.closed.\n"), "ends when either"),
            (format!("    ends when {act}{n} or e{n}.closed where good.\n"), "ends where"),
            (
                format!("    ends when e{n}.closed where good or m is above threshold.\n"),
                "ends where of a let",
            ),
            (String::new(), "no end"),
        ]);
        case.ends = !end.is_empty();
        lines += &end;
        // Drawn from further on, and drawn again there: everything else stays as it was without it.
        let tape = self.tape.clone();
        self.tape.skip(31);
        if case.ends && self.tape.chance(30) {
            let by_act = end.contains(&format!("{act}{n}"));
            let mut ways = vec![(", as a new case", "reopens as a new case")];
            if by_act {
                ways.extend([
                    (", the clock goes on", "reopens and goes on"),
                    ("", "reopens and goes on"),
                    (", closed time counts", "reopens and closed time counts"),
                    (", the clock restarts", "reopens and restarts"),
                ]);
            }
            let way = self.one_of(&ways);
            case.reopens = !way.contains("new case");
            let within = self.one_of(&[
                ("36 hours", "reopens within hours"),
                ("2 calendar days", "reopens within days"),
                ("1 work day", "reopens within business days"),
                ("delay", "reopens within a let"),
            ]);
            let filter = if self.tape.chance(30) { " where hard" } else { "" };
            // What begins one, too, opens again what is closed.
            let both = lines.contains(&format!("or e{n}.again")) && self.tape.chance(50);
            if both {
                self.used("reopens by what begins");
                let _ = writeln!(lines, "    reopens when e{n}.again within {within}{way}.");
            } else {
                let _ = writeln!(events, "  event e{n}.reopened {{ {key}, hard: yes or no }}");
                let _ = writeln!(lines, "    reopens when e{n}.reopened{filter} within {within}{way}.");
            }
            if !both && self.tape.chance(30) {
                let _ = writeln!(lines, "    further e{n}.reopened are ignored.");
            }
        }
        self.tape = tape;
        if case.pauses {
            self.used("pauses");
            let _ = writeln!(
                events,
                "  event e{n}.stopped {{ {key}, hard: yes or no, m: count }}\n  event e{n}.resumed {{ {key}, hard: yes or no }}"
            );
            let filter = self.one_of(&[
                (("", ""), "pauses always"),
                ((" where hard", ""), "pauses where"),
                (("", " where not hard"), "resumes where"),
                ((" where hard or m is below threshold", ""), "pauses where of a let"),
            ]);
            let _ = writeln!(lines, "    pauses from e{n}.stopped{} to e{n}.resumed{}.", filter.0, filter.1);
            if self.tape.chance(40) {
                self.used("two pauses");
                let _ = writeln!(events, "  event e{n}.lost {{ {key} }}\n  event e{n}.found {{ {key} }}");
                let _ = writeln!(lines, "    pauses from e{n}.lost to e{n}.found.");
            }
        }
        if self.tape.chance(20) {
            self.used("out of scope");
            lines += self.one_of(&[
                ("    out of scope where kind is blue and n is below 3.\n", "out of scope where"),
                ("    out of scope where kind is not one of colors.\n", "out of scope where of a let"),
            ]);
        }
        if self.tape.chance(40) {
            let are = self.one_of(&[("are ignored", "ignored"), ("is ignored", "is ignored")]);
            let _ = writeln!(lines, "    further e{n}.done {are}.");
        }
        (events, lines)
    }

    fn debt(&mut self, case: &mut Case) -> (String, String) {
        let n = case.number;
        let order = self.one_of(&[
            (", oldest first", "oldest first"),
            (", newest first", "newest first"),
            (", the named one only", "the named one only"),
            ("", "order by default"),
        ]);
        let rest = self.one_of(&[
            (", any rest as credit", "rest as credit"),
            (", any rest returned", "rest returned"),
            ("", "rest by default"),
        ]);
        let settling =
            self.one_of(&[(", settling principal", "settling principal"), ("", "settling by default")]);
        let ends = if self.tape.chance(60) { "    ends when paid.\n" } else { "" };
        case.ends = !ends.is_empty();
        let key = if order == ", the named one only" {
            format!("c{n}: id, ")
        } else {
            self.one_of(&[
                (format!("c{n}: id, "), "payment names"),
                (format!("c{n}?: id, "), "payment may name"),
                (String::new(), "payment names nothing"),
            ])
        };
        let principal = self.one_of(&[
            ("amount", "principal of a field"),
            ("1.5 * amount", "principal computed"),
            ("(amount + 2 EUR)", "principal added"),
            ("20 EUR", "principal constant"),
            ("markup * amount", "principal of a let"),
        ]);
        let paid = if self.tape.chance(10) {
            self.used("never paid");
            case.ends = false;
            return (
                format!("  event e{n}.issued {{ c{n}: id, amount: money, got: date }}\n"),
                format!("    begins when e{n}.issued.\n    ben owes ann {principal}.\n"),
            );
        } else {
            format!("    paid by e{n}.paid{settling}{order}{rest}.\n")
        };
        (
            format!(
                "  event e{n}.issued {{ c{n}: id, amount: money, got: date }}\n  event e{n}.paid {{ {key}sum: money }}\n"
            ),
            format!("    begins when e{n}.issued.\n    ben owes ann {principal}.\n{paid}{ends}"),
        )
    }
}
