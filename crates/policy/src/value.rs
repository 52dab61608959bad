//! Exact numbers and amounts of money: fractions without loss, one named rounding step, currencies.
//!
//! Nothing here knows which figure is rounded or when; that is said by the policy.

mod currency;
mod decimal;
mod exact;
mod rounding;

pub use currency::{AmountError, Currency, CurrencyError, MINOR_LIMIT, format_minor, parse_minor};
pub use decimal::NumberError;
pub use exact::Exact;
pub use rounding::Rounding;
