//! The named ways of rounding, and rounding of a fraction to an integer.
//!
//! It does not decide where rounding happens.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use serde::{Deserialize, Serialize};

/// How a figure that lies between two representable ones is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; a half goes away from zero.
    #[default]
    HalfUp,
    /// To the nearest; a half goes to the even neighbor.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

impl Rounding {
    /// Whether a magnitude with this quotient and remainder moves away from zero by one.
    ///
    /// `twice` compares twice the remainder with the denominator.
    fn moves_away(self, exact: bool, odd: bool, twice: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::{Equal, Greater};
        if exact {
            return false;
        }
        match self {
            Self::Up => true,
            Self::Down => false,
            Self::HalfUp => matches!(twice, Greater | Equal),
            Self::HalfEven => twice == Greater || (twice == Equal && odd),
        }
    }

    /// The integer that `num / den` rounds to, `den` > 0; none when it does not fit.
    pub(super) fn divide_small(self, num: i128, den: i128) -> Option<i128> {
        let quotient = num.checked_div(den)?;
        let rest = num.checked_rem(den)?.unsigned_abs();
        // Twice the rest against the denominator, written so that it cannot overflow.
        let twice = rest.cmp(&den.unsigned_abs().checked_sub(rest)?);
        if self.moves_away(rest == 0, quotient % 2 != 0, twice) {
            quotient.checked_add(if num < 0 { -1 } else { 1 })
        } else {
            Some(quotient)
        }
    }

    /// The integer that `num / den` rounds to, `den` > 0.
    pub(super) fn divide_big(self, num: &BigInt, den: &BigInt) -> BigInt {
        if den.is_zero() {
            return BigInt::zero();
        }
        let quotient = num / den;
        let rest = (num % den).abs();
        let twice = (&rest + &rest).cmp(&den.abs());
        if self.moves_away(rest.is_zero(), quotient.bit(0), twice) {
            quotient + num.signum()
        } else {
            quotient
        }
    }
}
