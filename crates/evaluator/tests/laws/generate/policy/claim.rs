//! Amounts that wait for a claim, and those that are the only ones that follow.

use super::{Growing, Shape};

impl Growing<'_> {
    /// Lets some amounts that have been written wait for a claim; the event that claims them.
    pub(super) fn claimed(&mut self) -> String {
        // What is drawn here is drawn again behind it, so that everything else stays as it was without claims.
        let tape = self.tape.clone();
        let event = self.claiming();
        self.tape = tape;
        event
    }

    fn claiming(&mut self) -> String {
        if !self.tape.chance(40) {
            return String::new();
        }
        let nameable = self.cases.iter().find(|it| matches!(it.shape, Shape::Task | Shape::Debt));
        let event = match nameable.map(|it| it.number) {
            Some(n) if self.tape.chance(60) => {
                self.used("claim may name");
                format!("  event claim.made {{ c{n}?: id, strong: yes or no, claimant: party }}\n")
            }
            _ => "  event claim.made { strong: yes or no }\n".to_owned(),
        };
        let mut clauses = std::mem::take(&mut self.clauses);
        let counted = clauses.iter().any(|it| it.contains("is broken"));
        for clause in &mut clauses {
            let Some(start) = clause.find("ann credits ben ") else { continue };
            let Some(end) = clause[start..].find(".\n").map(|it| start + it) else { continue };
            // What is earned back waits for no claim.
            let never = [" under ", ", restored "].iter().any(|it| clause[start..end].contains(it));
            if never || !self.tape.chance(70) {
                continue;
            }
            let followed = clause[..start].contains("otherwise");
            let mut of = vec![("", "claim from when it arises")];
            if followed && clause.contains("must keep") {
                of.push((" of the end of the period", "claim of the period"));
                of.push((" of the end of the period", "claim of the period"));
            } else if followed && clause[..start].contains(" within ") && clause.contains(" each c") {
                of.push((" of the deadline", "claim of the deadline"));
            }
            let length = self.one_of(&[
                ("10 calendar days", "claim in days"),
                ("36 hours", "claim in hours"),
                ("1 month", "claim in months"),
                ("2 work days", "claim in business days"),
                ("4 work hours", "claim in open hours"),
            ]);
            let of = self.one_of(&of);
            let condition = self.one_of(&[("", "claim"), (" where strong", "claim where")]);
            let mut said = format!(", claimed by claim.made{condition} within {length}{of}");
            let alone = clause.matches("ann credits").count() == 1 && !clause.contains(" owes ");
            if followed && alone && !counted && self.tape.chance(40) {
                self.used("sole remedy");
                said += ", as sole remedy";
            }
            clause.insert_str(end, &said);
        }
        self.clauses = clauses;
        event
    }
}
