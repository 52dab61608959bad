//! How the agreement may be ended: by notice, or for a cause that has arisen.

use super::{Growing, Recipe};

impl Growing<'_> {
    /// Sentences by which somebody may end the agreement, and the event by which they do.
    pub(super) fn notice(&mut self) -> String {
        let (event, given) = self.one_of(&[
            (("  event notice.given { giver: party }\n", "notice.given"), "notice by a party"),
            (
                ("  event notice.given { giver: party, meant: yes or no }\n", "notice.given where meant"),
                "notice where",
            ),
        ]);
        let rights: Vec<usize> = (0..self.clauses.len())
            .filter(|at| self.clauses.get(*at).is_some_and(|it| it.contains("may end this agreement")))
            .collect();
        let notice = self.one_of(&[
            (" with 10 calendar days notice", "notice of days"),
            (" with 1 month notice", "notice of a month"),
            (" with 0 calendar days notice", "notice of no days"),
            ("", "notice at once"),
        ]);
        let to = self.one_of(&[
            ("", "notice to any date"),
            ("", "notice to any date"),
            (" to the end of a calendar month", "notice to the end of a month"),
            (" to the end of a contract quarter", "notice to the end of a quarter"),
            (" to the end of a month from the 16th", "notice to the end of a month from a day"),
        ]);
        if !rights.is_empty() && self.tape.chance(70) {
            self.used("right that is used");
            let at = *self.tape.pick(&rights);
            if let Some(clause) = self.clauses.get_mut(at) {
                *clause = used(clause, &format!("{notice}{to} by {given}"));
            }
        }
        if self.tape.chance(60) {
            let holder = self.one_of(&[("either party", "notice of either"), ("ben", "notice of one")]);
            self.clause(
                Recipe::Money,
                format!("    {holder} may end this agreement{notice}{to} by {given}.\n"),
            );
        }
        event.to_owned()
    }
}

/// A clause in which the first right is used by an event.
fn used(clause: &str, exercise: &str) -> String {
    let Some(at) = clause.find("may end this agreement") else { return clause.to_owned() };
    let (before, behind) = clause.split_at(at);
    match behind.split_once(".\n") {
        Some((right, rest)) => format!("{before}{right}{exercise}.\n{rest}"),
        None => clause.to_owned(),
    }
}
