//! Exact fractions: small integers in registers, larger ones in a boxed big fraction.
//!
//! There is no rounding here except where a caller names one.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Rounding;

/// An exact rational number.
///
/// It is kept reduced with a positive denominator, in 128-bit integers while both parts fit and
/// in big integers otherwise, so equal numbers are equal values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exact(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr {
    Small { num: i128, den: i128 },
    Big(Box<BigRational>),
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self::integer(0);
    /// One.
    pub const ONE: Self = Self::integer(1);

    /// A whole number.
    #[inline]
    pub const fn integer(value: i128) -> Self {
        Self(Repr::Small { num: value, den: 1 })
    }

    /// The fraction `num / den`; none when `den` is zero.
    pub fn ratio(num: i128, den: i128) -> Option<Self> {
        match den {
            0 => None,
            1 => Some(Self::integer(num)),
            _ => Some(Self::reduced(num, den).unwrap_or_else(|| Self::big_reduced(num, den))),
        }
    }

    #[cold]
    fn big_reduced(num: i128, den: i128) -> Self {
        Self::from_big(BigRational::new(BigInt::from(num), BigInt::from(den)))
    }

    /// The fraction `num / den` of integers of any size; none when `den` is zero.
    pub fn big_ratio(num: BigInt, den: BigInt) -> Option<Self> {
        (!den.is_zero()).then(|| Self::from_big(BigRational::new(num, den)))
    }

    /// Small and reduced, unless a sign change would overflow.
    fn reduced(num: i128, den: i128) -> Option<Self> {
        if den == i128::MIN || num == i128::MIN {
            return None;
        }
        let (num, den) = if den < 0 { (num.checked_neg()?, den.checked_neg()?) } else { (num, den) };
        let divisor = i128::try_from(gcd(num.unsigned_abs(), den.unsigned_abs())).ok()?;
        Some(Self(Repr::Small { num: num.checked_div(divisor)?, den: den.checked_div(divisor)? }))
    }

    /// Back to small when both parts fit: the representation must be unique for `Eq` and `Hash`.
    fn from_big(value: BigRational) -> Self {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(num), Some(den)) => Self(Repr::Small { num, den }),
            _ => Self(Repr::Big(Box::new(value))),
        }
    }

    /// The same number with big parts.
    fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small { num, den } => BigRational::new_raw(BigInt::from(*num), BigInt::from(*den)),
            Repr::Big(value) => (**value).clone(),
        }
    }

    #[cold]
    fn big_cmp(&self, other: &Self) -> Ordering {
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        (a * d).cmp(&(c * b))
    }

    /// Numerator and denominator as big integers, reduced, denominator positive.
    pub fn parts(&self) -> (BigInt, BigInt) {
        match &self.0 {
            Repr::Small { num, den } => (BigInt::from(*num), BigInt::from(*den)),
            Repr::Big(value) => (value.numer().clone(), value.denom().clone()),
        }
    }

    /// Numerator and denominator when both fit 128 bits.
    pub fn small_parts(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Repr::Small { num, den } => Some((*num, *den)),
            Repr::Big(_) => None,
        }
    }

    /// The integer that this is; none for a proper fraction or beyond 128 bits.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Repr::Small { num, den: 1 } => Some(*num),
            _ => None,
        }
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small { num: 0, .. })
    }

    /// Whether this is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { num, .. } => *num < 0,
            Repr::Big(value) => value.is_negative(),
        }
    }

    /// Whether this is a whole number.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { den, .. } => *den == 1,
            Repr::Big(value) => value.is_integer(),
        }
    }

    /// The distance from zero.
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// `self / other`, exactly; none when `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && *c != i128::MIN
        {
            let sign = if *c < 0 { -1 } else { 1 };
            let flipped = c.checked_abs().and_then(|c| Some((d.checked_mul(sign)?, c)));
            if let Some((num, den)) = flipped
                && let Some(result) = small_mul((*a, *b), (num, den))
            {
                return Some(result);
            }
        }
        Some(self.big(other, |left, right| left / right))
    }

    /// The way of numbers that do not fit 128 bits: kept out of the way of those that do.
    #[cold]
    fn big(&self, other: &Self, operate: impl FnOnce(BigRational, BigRational) -> BigRational) -> Self {
        Self::from_big(operate(self.to_big(), other.to_big()))
    }

    /// The nearest number with at most `digits` decimal places.
    ///
    /// Beyond 1 000 places the number is returned as it is.
    pub fn round_to(&self, digits: u32, rounding: Rounding) -> Self {
        if self.is_integer() || digits > super::decimal::MOST_PLACES {
            return self.clone();
        }
        if let Some(scale) = 10_i128.checked_pow(digits)
            && let Some(minor) = self.scaled_small(scale, rounding)
        {
            return Self::reduced(minor, scale).unwrap_or_else(|| Self::big_reduced(minor, scale));
        }
        let scale = BigInt::from(10).pow(digits);
        Self::from_big(BigRational::new(self.scaled_big(&scale, rounding), scale))
    }

    /// This number in units of `10^-digits`, rounded; none when it does not fit 128 bits.
    pub fn to_minor(&self, digits: u32, rounding: Rounding) -> Option<i128> {
        if let Some(scale) = 10_i128.checked_pow(digits)
            && let Some(minor) = self.scaled_small(scale, rounding)
        {
            return Some(minor);
        }
        self.big_minor(digits, rounding)
    }

    #[cold]
    fn big_minor(&self, digits: u32, rounding: Rounding) -> Option<i128> {
        if digits > super::decimal::MOST_PLACES {
            return None;
        }
        self.scaled_big(&BigInt::from(10).pow(digits), rounding).to_i128()
    }

    /// The greatest integer not above this, when it fits 128 bits.
    pub fn floor(&self) -> Option<i128> {
        let way = if self.is_negative() { Rounding::Up } else { Rounding::Down };
        self.to_minor(0, way)
    }

    /// The least integer not below this, when it fits 128 bits.
    pub fn ceil(&self) -> Option<i128> {
        let way = if self.is_negative() { Rounding::Down } else { Rounding::Up };
        self.to_minor(0, way)
    }

    fn scaled_small(&self, scale: i128, rounding: Rounding) -> Option<i128> {
        let (num, den) = self.small_parts()?;
        let scaled = num.checked_mul(scale)?;
        if den == 1 { Some(scaled) } else { rounding.divide_small(scaled, den) }
    }

    pub(super) fn scaled_big(&self, scale: &BigInt, rounding: Rounding) -> BigInt {
        let (num, den) = self.parts();
        rounding.divide_big(&(num * scale), &den)
    }
}

/// The greatest common divisor; in 64 bits as soon as both fit, which is most of the time.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(mut x), Ok(mut y)) = (u64::try_from(a), u64::try_from(b)) {
            while y != 0 {
                (x, y) = (y, x.checked_rem(y).unwrap_or(0));
            }
            return u128::from(x);
        }
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    a.max(1)
}

/// The part of both that divides the other is removed first, so the product stays small.
#[inline]
fn small_mul((a, b): (i128, i128), (c, d): (i128, i128)) -> Option<Exact> {
    if b == 1 && d == 1 {
        return Some(Exact::integer(a.checked_mul(c)?));
    }
    let left = i128::try_from(gcd(a.unsigned_abs(), d.unsigned_abs())).ok()?;
    let right = i128::try_from(gcd(c.unsigned_abs(), b.unsigned_abs())).ok()?;
    let num = a.checked_div(left)?.checked_mul(c.checked_div(right)?)?;
    let den = b.checked_div(right)?.checked_mul(d.checked_div(left)?)?;
    Some(Exact(Repr::Small { num, den }))
}

#[inline]
fn small_add((a, b): (i128, i128), (c, d): (i128, i128)) -> Option<Exact> {
    if b == 1 && d == 1 {
        return Some(Exact::integer(a.checked_add(c)?));
    }
    if b == d {
        return Exact::reduced(a.checked_add(c)?, b);
    }
    let shared = i128::try_from(gcd(b.unsigned_abs(), d.unsigned_abs())).ok()?;
    let (b_rest, d_rest) = (b.checked_div(shared)?, d.checked_div(shared)?);
    let num = a.checked_mul(d_rest)?.checked_add(c.checked_mul(b_rest)?)?;
    Exact::reduced(num, b.checked_mul(d_rest)?)
}

impl Add for &Exact {
    type Output = Exact;

    #[inline]
    fn add(self, other: &Exact) -> Exact {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && let Some(sum) = small_add((*a, *b), (*c, *d))
        {
            return sum;
        }
        self.big(other, |left, right| left + right)
    }
}

impl Sub for &Exact {
    type Output = Exact;

    #[inline]
    fn sub(self, other: &Exact) -> Exact {
        self + &-other
    }
}

impl Mul for &Exact {
    type Output = Exact;

    #[inline]
    fn mul(self, other: &Exact) -> Exact {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && let Some(product) = small_mul((*a, *b), (*c, *d))
        {
            return product;
        }
        self.big(other, |left, right| left * right)
    }
}

impl Neg for &Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        if let Repr::Small { num, den } = &self.0
            && let Some(num) = num.checked_neg()
        {
            return Exact(Repr::Small { num, den: *den });
        }
        Exact::from_big(-self.to_big())
    }
}

impl Add for Exact {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        &self + &other
    }
}

impl Sub for Exact {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        &self - &other
    }
}

impl Mul for Exact {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        &self * &other
    }
}

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        -&self
    }
}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return left.cmp(&right);
            }
        }
        self.big_cmp(other)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, |total, item| &total + &item)
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Exact {
            fn from(value: $integer) -> Self {
                Self::integer(i128::from(value))
            }
        }
    )*};
}

from_integer!(i32, u32, i64, u64, i128);

impl From<BigInt> for Exact {
    fn from(value: BigInt) -> Self {
        Self::from_big(BigRational::new_raw(value, BigInt::one()))
    }
}
