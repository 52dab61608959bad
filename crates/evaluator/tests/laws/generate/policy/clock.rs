//! Figures that the clock cuts, the duties to keep them, and what counts the breaches of these.

use super::{Growing, Recipe};

/// Windows by the clock. A term holds hundreds of them, and every one of them is looked at again and again.
pub(super) const CLOCK: [(&str, &str); 4] = [
    ("11 hours", "windows by the clock"),
    ("24 hours", "windows of a day by the clock"),
    ("1155 minutes", "windows of minutes"),
    ("shift", "windows of a named length"),
];

impl Growing<'_> {
    /// A figure by the clock in a clause of its own, and how often it is missed. Drawn from further on, and drawn again
    /// there: everything else stays as it was without it.
    pub(super) fn by_the_clock(&mut self) {
        let (tape, measures, duties) = (self.tape.clone(), self.measures.clone(), self.duties.clone());
        self.tape.skip(59);
        if self.tape.chance(15) {
            let window = self.one_of(&CLOCK);
            self.measure_of("s0".to_owned(), window, measures.len());
            if let Some(clause) = self.duties.get(duties.len()).map(|duty| duty.clause) {
                let during =
                    self.one_of(&[("", "breaches by the clock"), (" during work", "breaches during hours")]);
                let counted = format!(
                    "    measure s1 per calendar month = count of breach of {clause}{during}.\n    ann must keep s1 at \
                     most 9\n      otherwise ann credits ben 3 EUR.\n"
                );
                self.clause(Recipe::Money, counted);
            }
        }
        (self.tape, self.measures, self.duties) = (tape, measures, duties);
    }
}
