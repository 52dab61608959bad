//! What may stand beside a figure: weights, what time counts as, how much there must be, what it is rounded to.

use super::{Case, Growing, Shape};

impl Growing<'_> {
    /// How much of the time of an item counts.
    pub(super) fn weighted(&mut self, case: &Case) -> &'static str {
        if !self.tape.chance(70) {
            return "";
        }
        if case.shape == Shape::Task {
            return self.one_of(&[
                (" weighted depending on kind { red: 100%, blue: 30%, green: 0% }", "weights of words"),
                (" weighted depending on flag { yes: 50%, no: 25% }", "weights of yes or no"),
                (" weighted depending on n { below 2: 20%, otherwise: 80% }", "weights of a number"),
            ]);
        }
        self.one_of(&[
            (" weighted depending on bad { yes: 100%, no: 12.5% }", "weights of a state"),
            (" weighted depending on bad { yes: 75%, no: 75% }", "one weight"),
        ])
    }

    /// What time counts as.
    pub(super) fn time_counting(&mut self, states: &[Case]) -> String {
        if !self.tape.chance(30) {
            return String::new();
        }
        let of = self.tape.pick(states).number;
        let counts = self.one_of(&[("good", "counting as good"), ("bad", "counting as bad")]);
        format!(", counting c{of} as {counts}")
    }

    /// To what a length is rounded.
    pub(super) fn rounded(&mut self) -> String {
        if !self.tape.chance(30) {
            return String::new();
        }
        self.used("rounded length");
        let how = *self.tape.pick(&["down", "up", "half up", "half even"]);
        let to = *self.tape.pick(&["1 minute", "1 hour", "90 seconds"]);
        format!(", rounded {how} to {to}")
    }

    /// Which place of a hundred.
    pub(super) fn rank(&mut self) -> String {
        let linear = self.one_of(&[("", "nearest rank"), ("linear ", "between two ranks")]);
        let rank = *self.tape.pick(&["50", "95", "33.3", "100", "0.001"]);
        format!("{linear}percentile {rank}")
    }

    /// Of how much a figure has to be made, if it has to.
    pub(super) fn needing(&mut self) -> String {
        if !self.tape.chance(25) {
            return String::new();
        }
        self.used("needing at least");
        let least = *self.tape.pick(&["1", "2", "3", "quota"]);
        format!(", needing at least {least}")
    }
}
