//! What payments settle beside the principal.

use super::{Growing, Shape};

impl Growing<'_> {
    /// Lets payments of debts settle what follows there from late payment, before the principal or behind it.
    pub(super) fn settled(&mut self, cases: &mut String) {
        // What is drawn here is drawn again behind it, so that everything else stays as it was without it.
        let tape = self.tape.clone();
        let debts: Vec<usize> =
            self.cases.iter().filter(|it| it.shape == Shape::Debt).map(|it| it.number).collect();
        for n in &debts {
            self.settled_on(*n, cases);
        }
        self.set_off(&debts, cases);
        self.tape = tape;
    }

    /// Something that passes when the agreement has ended, and when nothing is owed, where that can be asked.
    pub(super) fn passing(&mut self, text: &mut String) {
        let tape = self.tape.clone();
        if self.tape.chance(60) {
            let whole = text.clone();
            let when = self.tape.pick(&[
                "this agreement has ended and ben owes ann nothing",
                "ben owes ann nothing",
                "ben owes ann nothing and this agreement has ended",
                "this agreement has ended",
            ]);
            let mut choices = vec![*when];
            choices.push("this agreement has ended");
            for when in choices {
                let sentence = format!("    ann has \"it\" when {when}.\n");
                let number = self.clauses.len() + 1;
                let clause = super::written(number, &sentence);
                *text = format!("{}{clause}}}\n", whole.strip_suffix("}\n").expect("it ends with its brace"));
                if super::amendment::sound(text) {
                    self.used(match when.contains("nothing") {
                        true => "title once nothing is owed",
                        false => "title with the end",
                    });
                    self.clauses.push(sentence);
                    self.recipes.push(super::Recipe::Money);
                    break;
                }
                text.clone_from(&whole);
            }
        }
        self.tape = tape;
    }

    /// What is owed when the agreement has ended: what payments have left, or a sum.
    pub(super) fn at_the_end(&mut self, text: &mut String) {
        let tape = self.tape.clone();
        if self.tape.chance(60) {
            let whole = text.clone();
            let debts = self.cases.iter().filter(|it| it.shape == Shape::Debt);
            let rests = debts.map(|it| format!("ann owes ben any rest of c{}", it.number));
            let mut amounts: Vec<(String, &str)> = rests.map(|it| (it, "any rest")).collect();
            if self.tape.chance(50) {
                amounts.reverse();
            }
            amounts.push(("ben owes ann 7 EUR".to_owned(), "owed at the end"));
            let limit = *self.tape.pick(&["", ", nothing below 1 EUR", ", rounded up"]);
            for (amount, what) in amounts {
                let sentence = format!("    {amount} when this agreement has ended, as at_the_end{limit}.\n");
                let number = self.clauses.len() + 1;
                let clause = super::written(number, &sentence);
                *text = format!("{}{clause}}}\n", whole.strip_suffix("}\n").expect("it ends with its brace"));
                if super::amendment::sound(text) {
                    self.used(what);
                    self.clauses.push(sentence);
                    self.recipes.push(super::Recipe::Money);
                    break;
                }
                text.clone_from(&whole);
            }
        }
        self.tape = tape;
    }

    /// Lets what is credited pay one of the debts.
    fn set_off(&mut self, debts: &[usize], cases: &mut String) {
        let credits = self.clauses.iter().any(|it| it.contains("ann credits ben "));
        let (Some(n), true) = (debts.first(), credits) else { return };
        let line = format!("paid by e{n}.paid");
        let of = cases.split(&line).nth(1).and_then(|rest| rest.split('.').next());
        let names_one = of.is_none_or(|rest| rest.contains("the named one only"));
        if !names_one && self.tape.chance(60) {
            let said = self.one_of(&[(" and credits", "paid by credits")]);
            *cases = cases.replacen(&line, &format!("{line}{said}"), 1);
        }
    }

    fn settled_on(&mut self, n: usize, cases: &mut String) {
        let pays = format!("must pay each c{n} ");
        let Some(place) = self.clauses.iter().position(|it| it.contains(&pays)) else { return };
        let line = format!("paid by e{n}.paid");
        if !cases.contains(&line) || !self.tape.chance(70) {
            return;
        }
        let clause = self.clauses[place].clone();
        let fixed = "ben owes ann 5 EUR, as reminder_fee";
        let accrues = clause.contains("as late_fee");
        let kinds = if accrues && self.tape.chance(50) {
            let Some(start) = clause.find("otherwise ben owes ann") else { return };
            let Some(end) = clause[start..].find(".\n").map(|it| start + it) else { return };
            let follows = &clause[start + "otherwise ".len()..end];
            let both = format!("otherwise {{\n        {fixed}.\n        {follows}.\n      }}");
            self.clauses[place] = format!("{}{both}{}", &clause[..start], &clause[end + 1..]);
            self.one_of(&[
                ("reminder_fee then late_fee then principal", "two kinds settled first"),
                ("late_fee then principal then reminder_fee", "principal settled between"),
                ("principal then reminder_fee", "one kind of two settled"),
            ])
        } else if accrues {
            self.one_of(&[
                ("late_fee then principal", "fees settled first"),
                ("principal then late_fee", "principal settled first"),
            ])
        } else if clause.contains(", without consequence.") {
            let follows = format!("\n      otherwise {fixed}.");
            self.clauses[place] = clause.replacen(", without consequence.", &follows, 1);
            self.one_of(&[
                ("reminder_fee then principal", "fixed amounts settled first"),
                ("principal then reminder_fee", "fixed amounts settled last"),
            ])
        } else {
            return;
        };
        let plain = cases.replace(&format!("{line}, settling principal"), &line);
        *cases = plain.replace(&line, &format!("{line}, settling {kinds}"));
    }
}
