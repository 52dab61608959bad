//! Cases and the events that touch them.

use super::{Case, Growing, Shape};
use std::fmt::Write as _;

impl Growing<'_> {
    /// The declaration of a case and of its events.
    pub(super) fn case(&mut self, number: usize, shape: Shape) -> (String, String) {
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
}
