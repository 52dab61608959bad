//! Conditions on the fields of a task.

use super::{Case, Growing, Shape};

impl Growing<'_> {
    /// A condition on the fields of a task.
    pub(super) fn condition(&mut self, case: &Case) -> String {
        let n = case.number;
        let mut conditions: Vec<(String, &'static str)> = vec![
            ("flag".to_owned(), "if a field"),
            ("kind is red".to_owned(), "is a word"),
            ("not flag".to_owned(), "not a field"),
            ("kind is not red".to_owned(), "is not a word"),
            ("kind is one of (red, blue)".to_owned(), "is one of"),
            ("kind is not one of (red, blue)".to_owned(), "is not one of"),
            ("kind is one of colors".to_owned(), "is one of a list"),
            ("n is at least 2".to_owned(), "is at least"),
            ("n is above quota".to_owned(), "is above a parameter"),
            ("n is exactly 2".to_owned(), "is exactly"),
            ("n is 3".to_owned(), "is a number"),
            ("price is below 10 EUR".to_owned(), "is below money"),
            ("n * 2 is not at most quota + 1".to_owned(), "is not at most"),
            (format!("since{n} is above 2026-03-08"), "is above a date"),
            ("flag or n is at most 4".to_owned(), "or"),
            ("not (flag and n is above 1)".to_owned(), "not both"),
            ("(flag or kind is blue) and n is above 1".to_owned(), "and of or"),
            ("flag and strict".to_owned(), "and a parameter"),
            ("flag is yes".to_owned(), "is yes"),
            ("n - 1 is above 1".to_owned(), "minus"),
        ];
        if case.rich {
            let rich = [
                ("note is k1".to_owned(), "is a text"),
                ("extra is above 2".to_owned(), "an optional field"),
                ("weight is above 1.5".to_owned(), "is above a number"),
                ("part is at least 20%".to_owned(), "is at least a share"),
                ("took is at most 3 minutes".to_owned(), "is at most a length"),
                ("span is above 2 calendar days".to_owned(), "is above days"),
                ("cost is above 10 EUR".to_owned(), "is above minor money"),
                ("who is ann".to_owned(), "is a party"),
            ];
            conditions.extend(rich.iter().cloned());
            conditions.extend(rich);
        }
        self.one_of(&conditions)
    }

    /// ` where` and a condition, or nothing.
    pub(super) fn filter(&mut self, case: &Case) -> String {
        if case.shape != Shape::Task || self.tape.chance(40) {
            return String::new();
        }
        format!(" where {}", self.condition(case))
    }

    /// ` where` and a verdict on the item that a case names.
    pub(super) fn verdicts_on_named(&self, case: usize) -> Vec<String> {
        let named = self.cases.iter().find(|it| it.number == case).and_then(|it| it.names);
        let duties = self.duties.iter().filter(|duty| named.is_some() && duty.case == named);
        let one = |clause: &usize| {
            let text = self.clauses.get(*clause - 1).map_or("", |it| it.as_str());
            !text.is_empty() && !text.contains("(b)") && !text.contains("each party")
        };
        let clauses: Vec<usize> = duties.map(|duty| duty.clause).filter(one).collect();
        let states = ["is broken", "is not broken", "is kept", "is not pending"];
        clauses.iter().flat_map(|clause| states.map(|state| format!(" where {clause} {state}"))).collect()
    }
}
