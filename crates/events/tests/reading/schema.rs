//! A policy's wants, and short ways to read a line by them.

use std::sync::Arc;

use servanda_diagnostics::{SourceId, Span};
use servanda_events::{Fact, FieldValue, Instances, Line, LineKind, Reader, Schema};
use servanda_policy::arena::Table;
use servanda_policy::policy::{EventId, EventType, Field, FieldType, LengthKind, LogNames, PartyId};
use servanda_policy::value::Currency;

pub(crate) fn eur() -> Currency {
    Currency::named("EUR").unwrap()
}

/// Where the n-th field of a type stands in the policy.
pub(crate) fn span(n: u32) -> Span {
    Span::new(SourceId(0), n * 10, n * 10 + 5)
}

fn event(name: &str, fields: Vec<Field>) -> EventType {
    EventType::new(name.into(), name.into(), fields, span(0))
}

fn field(name: &str, ty: FieldType, n: u32) -> Field {
    Field::new(name.into(), name.into(), ty, span(n))
}

fn optional(mut field: Field) -> Field {
    field.optional = true;
    field
}

fn key(mut field: Field) -> Field {
    field.key = true;
    field
}

/// The types of events that the tests use: one with a key, one with a field of each type.
pub(crate) fn events() -> Table<EventId, EventType> {
    let usd = Currency::named("USD").unwrap();
    let words = vec!["low".to_owned(), "high".to_owned()];
    let parties = vec![("supplier".to_owned(), PartyId(0)), ("buyer".to_owned(), PartyId(1))];
    let all = [
        ("id1", FieldType::Id),
        ("text1", FieldType::Text),
        ("count1", FieldType::Count),
        ("number1", FieldType::Number),
        ("money1", FieldType::Money { currency: None }),
        ("usd1", FieldType::Money { currency: Some(usd) }),
        ("minor1", FieldType::MinorMoney),
        ("percent1", FieldType::Percent),
        ("date1", FieldType::Date),
        ("time1", FieldType::Instant),
        ("party1", FieldType::Party(parties)),
        ("yes1", FieldType::YesNo),
        ("word1", FieldType::OneOf(words)),
        ("hours1", FieldType::Length { kind: LengthKind::Physical, unit: 3600 }),
        ("weeks1", FieldType::Length { kind: LengthKind::CalendarDays, unit: 7 }),
        ("currency", FieldType::Text),
    ];
    let all = all.into_iter().zip(1..).map(|((name, ty), n)| optional(field(name, ty, n))).collect();
    let money = FieldType::Money { currency: None };
    let bill = vec![
        key(field("bill", FieldType::Id, 1)),
        field("amount", money, 2),
        optional(field("note", FieldType::Text, 3)),
    ];
    Table::from_iter([event("bill.received", bill), event("all", all)])
}

pub(crate) fn schema() -> Arc<Schema> {
    Arc::new(Schema::of(&LogNames::default(), &events()))
}

pub(crate) fn reader() -> Reader {
    Reader::new(schema(), Instances::given([("acme", eur()), ("other", eur())]))
}

pub(crate) fn sure_reader() -> Reader {
    Reader::without_scanner(schema(), Instances::given([("acme", eur()), ("other", eur())]))
}

/// Reads one line both ways, which must agree.
pub(crate) fn line(text: &str) -> Line {
    let line = reader().read_line(1, text.as_bytes());
    assert_eq!(line, sure_reader().read_line(1, text.as_bytes()), "the two ways differ on {text}");
    line
}

/// The fact of a line that must be admitted.
pub(crate) fn fact(line: &Line) -> &Fact {
    match &line.kind {
        LineKind::Admitted { fact, .. } => fact,
        other => panic!("not admitted: {other:?}, {:?}", line.problems),
    }
}

/// A line of the type that has a field of each type.
pub(crate) fn with(fields: &str) -> String {
    format!(r#"{{"id":"e1","time":"2026-01-05T10:00:00Z","type":"all","agreement":"acme",{fields}}}"#)
}

/// What the one field of such a line is read as, and the names of the codes of its problems.
pub(crate) fn value(name: &str, json: &str) -> (FieldValue, Vec<&'static str>) {
    let read = line(&with(&format!(r#""{name}":{json}"#)));
    let place = events()[EventId(1)].fields.iter().position(|field| field.name == name).unwrap();
    let codes = read.problems.iter().map(|problem| problem.code.name()).collect();
    (fact(&read).fields[place].clone(), codes)
}

/// The names of the codes of a line's problems.
pub(crate) fn codes(line: &Line) -> Vec<&'static str> {
    line.problems.iter().map(|problem| problem.code.name()).collect()
}

/// The column of the last place of a part of a line, counted in characters from 1.
pub(crate) fn column_of(text: &str, part: &str) -> u32 {
    let (before, _) = text.rsplit_once(part).unwrap();
    u32::try_from(before.chars().count()).unwrap() + 1
}
