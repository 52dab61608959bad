//! Choices read from a row of numbers; when it is over, every choice is the first.

/// A row of numbers and how far it has been read.
#[derive(Debug, Clone)]
pub(crate) struct Tape<'a> {
    numbers: &'a [u32],
    at: usize,
}

impl<'a> Tape<'a> {
    pub(crate) fn new(numbers: &'a [u32]) -> Self {
        Self { numbers, at: 0 }
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        // The high part counts, so that halving the number makes the choice simpler too.
        ((u64::from(number) * limit as u64) >> 32) as usize
    }

    /// True in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<'b, T>(&mut self, choices: &'b [T]) -> &'b T {
        &choices[self.below(choices.len())]
    }

    /// Goes on further behind.
    pub(crate) fn skip(&mut self, numbers: usize) {
        self.at += numbers;
    }

    /// A part of the choices, in their order.
    pub(crate) fn some<T: Clone>(&mut self, choices: &[T], percent: usize) -> Vec<T> {
        choices.iter().filter(|_| self.chance(percent)).cloned().collect()
    }
}
