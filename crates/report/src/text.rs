//! Values as text for people: money with its currency's digits, shares in percent, lengths with their unit.
//!
//! Text here is for reading; exact fractions for programs come from [`exact_text`].

use servanda_parser::ast::Relation;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CalendarId, Length, LengthKind, Policy, Steps, Value, ValueType};
use servanda_policy::time::Instant;
use servanda_policy::value::{Exact, Rounding, format_minor};

/// How many decimal places a share is shown with, in percent, where it has no shorter exact form.
const SHARE_PLACES: u32 = 3;

/// How many decimal places a number is shown with where it has no shorter exact form.
const NUMBER_PLACES: u32 = 6;

/// A number exactly: a decimal where it has a finite one, else a reduced fraction `n/d`.
pub fn exact_text(number: &Exact) -> String {
    match number.finite_places() {
        Some(places) => number.to_decimal_string(places, Rounding::Down),
        None => number.to_fraction_string(),
    }
}

/// A number for reading: at most six decimal places.
pub fn number_text(number: &Exact) -> String {
    rounded_text(number, NUMBER_PLACES)
}

/// At most so many decimal places, without zeros at the end.
fn rounded_text(number: &Exact, places: u32) -> String {
    let places = number.finite_places().map_or(places, |exact| exact.min(places));
    let text = number.to_decimal_string(places, Rounding::HalfUp);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Minor units with their currency: `100.00 EUR`.
pub fn money_text(minor: i128, agreement: &Agreement) -> String {
    format!("{} {}", format_minor(minor, agreement.currency), agreement.currency.code())
}

/// An exact amount in major units: with the currency's digits where that is exact, else with up to six places.
pub(crate) fn exact_money_text(amount: &Exact, agreement: &Agreement) -> String {
    let digits = agreement.currency.digits();
    let places = amount.finite_places().unwrap_or(NUMBER_PLACES).clamp(digits, NUMBER_PLACES.max(digits));
    format!("{} {}", amount.to_decimal_string(places, Rounding::HalfUp), agreement.currency.code())
}

/// A share in percent: `99.907 %`.
pub(crate) fn share_text(share: &Exact) -> String {
    format!("{} %", rounded_text(&(share * &Exact::integer(100)), SHARE_PLACES))
}

/// A share in percent with as many places as it takes not to look equal to a bound that it is not equal to.
pub(crate) fn share_text_beside(share: &Exact, bounds: &[Exact]) -> String {
    let percent = share * &Exact::integer(100);
    let bounds: Vec<Exact> = bounds.iter().map(|bound| bound * &Exact::integer(100)).collect();
    let places = (SHARE_PLACES..12).find(|places| {
        let shown = percent.round_to(*places, Rounding::HalfUp);
        bounds.iter().all(|bound| shown.cmp(bound) == percent.cmp(bound))
    });
    format!("{} %", rounded_text(&percent, places.unwrap_or(12)))
}

/// An instant in RFC 3339 for reading: without its offset, and without what is zero. What the end of a date decides is
/// dated to its last instant, which is written 24:00.
pub fn read_instant(at: &str) -> String {
    let Some((date, rest)) = at.split_once('T') else { return at.to_owned() };
    let time = rest.split(['Z', '+', '-']).next().unwrap_or(rest);
    if time == "23:59:59.999999999" {
        return format!("{date} 24:00");
    }
    format!("{date} {}", time.strip_suffix(":00").filter(|short| short.contains(':')).unwrap_or(time))
}

/// An instant for reading, in the agreement's zone.
pub(crate) fn instant_text(at: Instant, agreement: &Agreement) -> String {
    read_instant(&at.format_in(&agreement.zone))
}

/// A value of a type, for reading.
pub fn value_text(policy: &Policy, agreement: &Agreement, value: &Value, ty: ValueType) -> String {
    match value {
        Value::Bool(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Value::Word(place) => format!("word {place}"),
        Value::Text(text) => text.to_string(),
        Value::Party(party) => {
            policy.parties.find(*party).map_or_else(|| "?".to_owned(), |party| party.name.clone())
        }
        Value::Number(number) => quantity_text(policy, agreement, number, ty),
        Value::Length(length) => length_text(policy, length),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant_text(*instant, agreement),
        Value::Currency(currency) => currency.code().to_owned(),
    }
}

/// A number of a type, for reading.
pub(crate) fn quantity_text(policy: &Policy, agreement: &Agreement, number: &Exact, ty: ValueType) -> String {
    match ty {
        ValueType::Share => share_text(number),
        ValueType::Points => {
            format!("{} percentage points", rounded_text(&(number * &Exact::integer(100)), SHARE_PLACES))
        }
        ValueType::Money => exact_money_text(number, agreement),
        ValueType::Length(kind) => length_text(policy, &Length { kind, amount: number.clone() }),
        ValueType::MoneyPer(kind) => {
            let (times, unit) = rate_unit(policy, kind);
            format!("{} per {unit}", exact_money_text(&(number * &times), agreement))
        }
        ValueType::SharePer(kind) => {
            let (times, unit) = rate_unit(policy, kind);
            format!("{} per {unit}", share_text(&(number * &times)))
        }
        _ => number_text(number),
    }
}

/// The unit in which a rate is shown, and how many of the stored units it is.
fn rate_unit(policy: &Policy, kind: LengthKind) -> (Exact, String) {
    let hour = Exact::integer(3600);
    match kind {
        LengthKind::Physical => (hour, "hour".to_owned()),
        LengthKind::Open(calendar) => (hour, format!("{} hour", calendar_name(policy, calendar))),
        LengthKind::CalendarDays => (Exact::ONE, "calendar day".to_owned()),
        LengthKind::BusinessDays(calendar) => {
            (Exact::ONE, format!("{} day", calendar_name(policy, calendar)))
        }
        LengthKind::Months => (Exact::ONE, "month".to_owned()),
    }
}

/// The name of a calendar, which is also the kind of its days and hours.
fn calendar_name(policy: &Policy, calendar: CalendarId) -> &str {
    policy.calendars.find(calendar).map_or("business", |calendar| &calendar.name)
}

/// A length of time: `14 min`, `1 h 30 min`, `4 h (business hours)`, `30 calendar days`, `12 months`.
pub fn length_text(policy: &Policy, length: &Length) -> String {
    let plural = |unit: &str| {
        let ending = if length.amount == Exact::ONE { "" } else { "s" };
        format!("{} {unit}{ending}", number_text(&length.amount))
    };
    match length.kind {
        LengthKind::Physical => seconds_text(&length.amount),
        LengthKind::Open(calendar) => {
            format!("{} ({} hours)", seconds_text(&length.amount), calendar_name(policy, calendar))
        }
        LengthKind::CalendarDays => plural("calendar day"),
        LengthKind::BusinessDays(calendar) => plural(&format!("{} day", calendar_name(policy, calendar))),
        LengthKind::Months => plural("month"),
    }
}

/// Seconds as hours, minutes and seconds, without those that are zero.
pub(crate) fn seconds_text(seconds: &Exact) -> String {
    let sign = if seconds.is_negative() { "-" } else { "" };
    // As much as is shown of a part of a second, so that nothing rounds to sixty of them.
    let seconds = seconds.abs().round_to(6, Rounding::HalfUp);
    let Some(whole) = seconds.floor() else { return format!("{sign}{} s", number_text(&seconds)) };
    let (hours, minutes) = (whole / 3600, whole % 3600 / 60);
    let rest = &seconds - &Exact::integer(hours * 3600 + minutes * 60);
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours} h"));
    }
    if minutes > 0 {
        parts.push(format!("{minutes} min"));
    }
    if !rest.is_zero() {
        parts.push(format!("{} s", number_text(&rest)));
    }
    if parts.is_empty() {
        parts.push("0 min".to_owned());
    }
    format!("{sign}{}", parts.join(" "))
}

/// What a figure is measured in, one word or two: `share`, `count`, `EUR`, `seconds`.
pub fn unit_text(policy: &Policy, agreement: &Agreement, ty: ValueType) -> String {
    match ty {
        ValueType::Share => "share".to_owned(),
        ValueType::Points => "points".to_owned(),
        ValueType::Count => "count".to_owned(),
        ValueType::Money => agreement.currency.code().to_owned(),
        ValueType::Length(LengthKind::Physical) => "seconds".to_owned(),
        ValueType::Length(LengthKind::Open(calendar)) => {
            format!("{} seconds", calendar_name(policy, calendar))
        }
        ValueType::Length(LengthKind::CalendarDays) => "calendar days".to_owned(),
        ValueType::Length(LengthKind::BusinessDays(calendar)) => {
            format!("{} days", calendar_name(policy, calendar))
        }
        ValueType::Length(LengthKind::Months) => "months".to_owned(),
        ValueType::MoneyPer(kind) => {
            format!("{} per {}", agreement.currency.code(), stored_unit(policy, kind))
        }
        ValueType::SharePer(kind) => format!("share per {}", stored_unit(policy, kind)),
        ValueType::AnyLength => "length".to_owned(),
        ValueType::Date => "date".to_owned(),
        ValueType::Instant => "instant".to_owned(),
        ValueType::Bool => "yes or no".to_owned(),
        ValueType::Currency => "currency".to_owned(),
        ValueType::Word | ValueType::Text | ValueType::Zone => "text".to_owned(),
        ValueType::Party => "party".to_owned(),
        ValueType::Number => "number".to_owned(),
    }
}

/// The unit in which a rate's value is stored.
fn stored_unit(policy: &Policy, kind: LengthKind) -> String {
    match kind {
        LengthKind::Physical => "second".to_owned(),
        LengthKind::Open(calendar) => format!("{} second", calendar_name(policy, calendar)),
        other => rate_unit(policy, other).1,
    }
}

/// The words of a comparison, as in the language.
pub(crate) fn relation_words(relation: Relation) -> &'static str {
    match relation {
        Relation::AtLeast => "at least",
        Relation::AtMost => "at most",
        Relation::Above => "above",
        Relation::Below => "below",
        Relation::Exactly => "exactly",
    }
}

/// A target with its value: `at least 99.9 %`.
pub fn target_text(
    policy: &Policy,
    agreement: &Agreement,
    relation: Relation,
    value: &Value,
    ty: ValueType,
) -> String {
    format!("{} {}", relation_words(relation), value_text(policy, agreement, value, ty))
}

/// The cases of which a time is made: `outage but not gap`.
pub(crate) fn steps_text(policy: &Policy, steps: &Steps) -> String {
    let joined = |parts: &[Steps], word: &str| {
        parts.iter().map(|part| steps_text(policy, part)).collect::<Vec<_>>().join(word)
    };
    match steps {
        Steps::Alive { case, .. } => policy.cases.find(*case).map_or("?", |case| &case.name).to_owned(),
        Steps::All(parts) => joined(parts, " and "),
        Steps::Any(parts) => joined(parts, " or "),
        Steps::ButNot(first, second) => {
            format!("{} but not {}", steps_text(policy, first), steps_text(policy, second))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(num: i128, den: i128) -> Exact {
        Exact::ratio(num, den).unwrap()
    }

    #[test]
    fn shares_have_three_places_and_no_zeros_at_the_end() {
        assert_eq!(share_text(&ratio(999, 1000)), "99.9 %");
        assert_eq!(share_text(&ratio(2, 3)), "66.667 %");
        assert_eq!(share_text(&Exact::ONE), "100 %");
        assert_eq!(share_text(&Exact::ZERO), "0 %");
    }

    #[test]
    fn a_share_just_below_its_target_does_not_look_like_it() {
        let share = ratio(9_489_999, 9_990_000);
        let target = ratio(95, 100);
        assert_eq!(share_text(&share), "94.995 %");
        assert_eq!(
            share_text_beside(&ratio(94_999_999, 100_000_000), std::slice::from_ref(&target)),
            "94.999999 %"
        );
        assert_eq!(share_text_beside(&ratio(95, 100), std::slice::from_ref(&target)), "95 %");
    }

    #[test]
    fn seconds_are_hours_minutes_and_seconds() {
        assert_eq!(seconds_text(&Exact::integer(840)), "14 min");
        assert_eq!(seconds_text(&Exact::integer(5400)), "1 h 30 min");
        assert_eq!(seconds_text(&ratio(121, 2)), "1 min 0.5 s");
        assert_eq!(seconds_text(&Exact::integer(-60)), "-1 min");
        assert_eq!(seconds_text(&Exact::ZERO), "0 min");
    }

    #[test]
    fn instants_are_read_without_what_is_zero() {
        assert_eq!(read_instant("2026-04-01T00:00:00+03:00"), "2026-04-01 00:00");
        assert_eq!(read_instant("2026-04-01T12:30:05-04:00"), "2026-04-01 12:30:05");
        assert_eq!(read_instant("2026-04-01T12:00:00.25Z"), "2026-04-01 12:00:00.25");
        assert_eq!(read_instant("2026-03-31T23:59:59.999999999+03:00"), "2026-03-31 24:00");
    }

    #[test]
    fn exact_numbers_are_decimals_or_fractions() {
        assert_eq!(exact_text(&ratio(999, 1000)), "0.999");
        assert_eq!(exact_text(&ratio(1, 3)), "1/3");
        assert_eq!(exact_text(&Exact::integer(12)), "12");
    }
}
