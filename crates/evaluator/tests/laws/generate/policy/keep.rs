//! Duties to keep a figure.

use super::clock::CLOCK;
use super::measure::level;
use super::{Growing, Kind, Measure};

impl Growing<'_> {
    /// A duty to keep a figure within some bound, and what follows.
    pub(super) fn keep(&mut self, measure: &Measure) -> String {
        let name = &measure.name;
        let relation = self.one_of(&[
            ("at least", "at least"),
            ("at most", "at most"),
            ("above", "above"),
            ("below", "below"),
            ("exactly", "exactly"),
        ]);
        let target = level(measure.kind, self.tape.below(3));
        let by_the_clock = CLOCK.iter().any(|(window, _)| *window == measure.window);
        let hours = if by_the_clock && self.tape.chance(50) {
            self.used("kept during hours");
            format!(" during {}", self.office())
        } else {
            String::new()
        };
        let second = if relation == "at least" && self.tape.chance(35) {
            self.used("two targets");
            format!(" and {} {}", self.tape.pick(&["at most", "below"]), level(measure.kind, 2))
        } else {
            String::new()
        };
        let otherwise = match self.tape.below(5) {
            0 => ", without consequence.".to_owned(),
            1 => "\n      otherwise tell rep.".to_owned(),
            choice => {
                let ladder = self.tape.chance(35).then(|| self.ladder());
                let amount = match (choice, measure.kind) {
                    _ if ladder.is_some() => ladder.unwrap_or_default(),
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
                let limits = self.limits(None) + &self.restored();
                format!("\n      otherwise ann credits ben {amount}{limits}.")
            }
        };
        format!("    ann must keep {name} {relation} {target}{second}{hours}{otherwise}\n")
    }
}
