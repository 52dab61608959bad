//! Chance with a fixed seed: the same draws at every run and on every machine.

/// A generator of numbers (SplitMix64).
#[derive(Debug)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// The draws of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to below `high`; `low` where the range is empty.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let width = u64::from(high.saturating_sub(low).max(1));
        low + u32::try_from(self.next() % width).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.between(0, 100) < percent
    }
}
