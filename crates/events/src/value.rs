//! The value of one field, by its declared type.
//!
//! It neither knows where the value stands nor what follows from a bad one.

use crate::decode::shortened;
use crate::entry::{Entry, Shape};
use crate::fact::FieldValue;
use crate::fault::Fault;
use crate::instant::{Clock, date};
use crate::number;
use servanda_diagnostics::Code;
use servanda_policy::policy::{FieldType, LengthKind};
use servanda_policy::value::Currency;
use std::borrow::Cow;

/// Reads the value of a field of this type; amounts without a currency of their own are in the agreement's.
pub(crate) fn read(
    ty: &FieldType,
    entry: Entry,
    line: &str,
    currency: Currency,
    clock: &mut Clock,
) -> Result<FieldValue, Fault> {
    // What most fields are comes first.
    if let (FieldType::Id | FieldType::Text, Some(text)) = (ty, entry.plain(line)) {
        return Ok(FieldValue::Text(text.into()));
    }
    let wanted = |what| wrong_type(entry, line, what);
    let text = |what| text(entry, line, what);
    Ok(match ty {
        FieldType::Id => FieldValue::Text(id(entry, line)?.as_ref().into()),
        FieldType::Text => FieldValue::Text(text("a text")?.as_ref().into()),
        FieldType::Count => FieldValue::Count(number::count(&digits(entry, line, "a whole number")?)?),
        FieldType::Number => number::decimal(&digits(entry, line, "a number")?)?.into(),
        FieldType::Percent => number::decimal(&digits(entry, line, "a percentage")?)?.into(),
        FieldType::Money { currency: own } => {
            FieldValue::Money(number::amount(&amount(entry, line)?, own.unwrap_or(currency))?)
        }
        FieldType::MinorMoney => FieldValue::Money(number::minor_units(&amount(entry, line)?)?),
        FieldType::Date => FieldValue::Date(date(&text("a date")?)?),
        FieldType::Instant => FieldValue::Instant(clock.instant(&text("an instant")?)?),
        FieldType::Party(parties) => {
            let name = text("the name of a party")?;
            let party = parties.iter().find(|(known, _)| *known == name);
            let known = || listed(parties.iter().map(|(name, _)| name.as_str()));
            let (_, party) = party.ok_or_else(|| {
                let what = format!("is not the name of a party: {}", known());
                Fault::new(Code::UnknownPartyName, &name, &what)
            })?;
            FieldValue::Party(*party)
        }
        FieldType::YesNo => FieldValue::Bool(match entry.shape {
            Shape::True => true,
            Shape::False => false,
            _ => match text("yes or no")?.as_ref() {
                "yes" => true,
                "no" => false,
                _ => return Err(wanted("yes or no")),
            },
        }),
        FieldType::OneOf(words) => {
            let word = text("a word of the list")?;
            let place = words.iter().position(|known| *known == word);
            let place = place.and_then(|place| u32::try_from(place).ok());
            FieldValue::Word(place.ok_or_else(|| {
                let what = format!("is none of {}", listed(words.iter().map(String::as_str)));
                Fault::new(Code::UnknownWord, &word, &what)
            })?)
        }
        FieldType::Length { kind, unit } => {
            let whole = !matches!(kind, LengthKind::Physical | LengthKind::Open(_));
            number::length(&digits(entry, line, "a length of time")?, *unit, whole)?.into()
        }
    })
}

/// Words as a message lists them.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The fault of a value that is not what it should be.
fn wrong_type(entry: Entry, line: &str, wanted: &str) -> Fault {
    let is = match entry.shape {
        Shape::Text | Shape::Escaped => format!("the text \"{}\"", shortened(entry.raw(line))),
        Shape::Number => format!("the number `{}`", shortened(entry.raw(line))),
        Shape::True | Shape::False | Shape::Null => format!("`{}`", entry.raw(line)),
        Shape::List => "a list".to_owned(),
        Shape::Object => "an object".to_owned(),
    };
    Fault { code: Code::WrongValueType, message: format!("{is} is not {wanted}") }
}

/// The text of a value that must be one.
pub(crate) fn text<'a>(entry: Entry, line: &'a str, wanted: &str) -> Result<Cow<'a, str>, Fault> {
    entry.text(line).ok_or_else(|| match entry.shape {
        Shape::Text | Shape::Escaped => {
            Fault::new(Code::LoneSurrogate, entry.raw(line), "has half of an escaped character")
        }
        _ => wrong_type(entry, line, wanted),
    })
}

/// An id: a text that is not empty; a whole number is taken as its digits.
pub(crate) fn id<'a>(entry: Entry, line: &'a str) -> Result<Cow<'a, str>, Fault> {
    let raw = entry.raw(line);
    if entry.shape == Shape::Number && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Cow::Borrowed(raw));
    }
    let id = text(entry, line, "an id")?;
    match id.is_empty() {
        true => Err(Fault { code: Code::EmptyId, message: "the id is empty".to_owned() }),
        false => Ok(id),
    }
}

/// The digits of a number, written as such or as text.
fn digits<'a>(entry: Entry, line: &'a str, wanted: &str) -> Result<Cow<'a, str>, Fault> {
    match entry.shape {
        Shape::Number => Ok(Cow::Borrowed(entry.raw(line))),
        _ => text(entry, line, wanted),
    }
}

/// The digits of an amount: a number of JSON may be one only if it is whole.
fn amount<'a>(entry: Entry, line: &'a str) -> Result<Cow<'a, str>, Fault> {
    let digits = digits(entry, line, "an amount")?;
    if entry.shape == Shape::Number && digits.contains(['.', 'e', 'E']) {
        let message =
            format!("the amount `{}` is a JSON number with a fraction: write it as text", shortened(&digits));
        return Err(Fault { code: Code::FloatAmount, message });
    }
    Ok(digits)
}
