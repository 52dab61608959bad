//! A scenario under way: what happens in it, and how that is written.

use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{EventId, FieldType, LengthKind, Policy, Value};
use servanda_policy::time::{Instant, NANOS_PER_SECOND};
use servanda_policy::value::{Exact, Rounding};
use std::collections::BTreeMap;

/// What happens, and as of when it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) happens: Vec<Happens>,
    pub(super) as_of: Instant,
}

/// An event, once or several times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Happens {
    pub(super) at: Instant,
    pub(super) event: EventId,
    /// By the place of the field.
    pub(super) fields: BTreeMap<u32, Value>,
    /// How often, and how many seconds apart; the texts of the fields have `{n}` then.
    pub(super) times: Option<(u32, i64)>,
}

impl Happens {
    /// When the last one of them happens.
    pub(super) fn last(&self) -> Instant {
        let Some((count, apart)) = self.times else { return self.at };
        let nanos = i64::from(count.saturating_sub(1)).saturating_mul(apart).saturating_mul(NANOS_PER_SECOND);
        self.at.add_nanos(i128::from(nanos)).unwrap_or(self.at)
    }
}

impl Draft {
    /// As a scenario, with what it is called, the lines that give parameters, a comment and what is expected.
    pub(super) fn written(
        &self,
        policy: &Policy,
        agreement: &Agreement,
        title: &str,
        lines: [&[String]; 3],
    ) -> String {
        let [comments, lets, expectations] = lines;
        let title = title.replace(['"', '\\', '{', '}'], "'");
        let mut text = format!("scenario \"{title}\" {{\n");
        for line in comments.iter().chain(lets) {
            text.push_str(line);
            text.push('\n');
        }
        for happens in &self.happens {
            text.push_str(&event(policy, agreement, happens));
            text.push('\n');
        }
        text.push_str(&format!("as of {}.\n", instant(self.as_of, agreement)));
        for line in expectations {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str("}\n");
        text
    }
}

/// An event as a step of a scenario.
fn event(policy: &Policy, agreement: &Agreement, happens: &Happens) -> String {
    let ty = &policy.events[happens.event];
    let fields = happens.fields.iter().filter_map(|(place, value)| {
        let field = ty.fields.get(*place as usize)?;
        Some(format!("{}: {}", field.name, literal(policy, agreement, &field.ty, value)?))
    });
    let fields = fields.collect::<Vec<_>>().join(", ");
    let times = match happens.times {
        Some((count, apart)) => format!(" {count} times, {} apart.", seconds(apart)),
        None => String::new(),
    };
    format!("{} {} {{ {fields} }}{times}", moment(happens.at, agreement), ty.name)
}

/// A number of seconds in the largest unit that it is a whole number of.
fn seconds(count: i64) -> String {
    let (count, unit) = match count {
        count if count % 3600 == 0 => (count / 3600, "hour"),
        count if count % 60 == 0 => (count / 60, "minute"),
        count => (count, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// An instant as it is written in a scenario: in the agreement's zone, with an offset where clocks show it twice.
pub(super) fn instant(at: Instant, agreement: &Agreement) -> String {
    let zone = &agreement.zone;
    let (date, nanos) = zone.local(at);
    if nanos == 0 && zone.start_of(date) == at {
        return date.to_string();
    }
    let text = format!("{date} {}", time_of_day(nanos));
    match crate::moment(&text, zone) {
        Ok(read) if read == at => text,
        _ => at.format_in(zone).replace('T', " "),
    }
}

/// The time of day, with seconds only where there are some.
fn time_of_day(nanos: i64) -> String {
    let seconds = nanos / NANOS_PER_SECOND;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (second, nanos % NANOS_PER_SECOND) {
        (0, 0) => format!("{hour:02}:{minute:02}"),
        (second, 0) => format!("{hour:02}:{minute:02}:{second:02}"),
        (second, nanos) => format!("{hour:02}:{minute:02}:{second:02}.{nanos:09}"),
    }
}

/// An event's time as it is written: always with its time of day.
pub(super) fn moment(at: Instant, agreement: &Agreement) -> String {
    let text = instant(at, agreement);
    if text.contains(' ') { text } else { format!("{text} 00:00") }
}

/// The date with the end of which a deadline ends, or its moment.
pub(super) fn deadline(late_from: Instant, agreement: &Agreement) -> String {
    let zone = &agreement.zone;
    let date = zone.date_of(late_from);
    if zone.start_of(date) == late_from
        && let Some(before) = date.add_days(-1)
    {
        return format!("{before} 24:00");
    }
    let last = late_from.add_nanos(-1).unwrap_or(late_from);
    let whole = zone.local_time_of(last) % NANOS_PER_SECOND == 0;
    moment(if whole { last } else { late_from }, agreement)
}

/// A value of a field as it is written in a scenario.
pub(super) fn literal(
    policy: &Policy,
    agreement: &Agreement,
    ty: &FieldType,
    value: &Value,
) -> Option<String> {
    let exact = |number: &Exact| servanda_report::exact_text(number);
    Some(match (ty, value) {
        (_, Value::Text(text)) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        (FieldType::Money { .. } | FieldType::MinorMoney, Value::Number(number)) => money(number, agreement)?,
        (FieldType::Percent, Value::Number(number)) => {
            format!("{}%", exact(&(number * &Exact::integer(100))))
        }
        (_, Value::Number(number)) => exact(number),
        (FieldType::Length { kind, unit }, Value::Length(length)) => {
            let count = length.amount.checked_div(&Exact::integer(i128::from(*unit)))?;
            format!("{} {}", exact(&count), unit_word(policy, *kind, *unit))
        }
        (_, Value::Date(date)) => date.to_string(),
        (_, Value::Instant(at)) => moment(*at, agreement),
        (_, Value::Party(party)) => policy.parties.find(*party)?.name.clone(),
        (_, Value::Bool(yes)) => (if *yes { "yes" } else { "no" }).to_owned(),
        (FieldType::OneOf(words), Value::Word(word)) => words.get(*word as usize)?.clone(),
        _ => return None,
    })
}

/// An amount with its currency's decimals.
pub(super) fn money(number: &Exact, agreement: &Agreement) -> Option<String> {
    let minor = number.to_minor(agreement.currency.digits(), Rounding::HalfUp)?;
    Some(servanda_report::money_text(minor, agreement))
}

/// The words of a unit of a field's length.
pub(super) fn unit_word(policy: &Policy, kind: LengthKind, unit: i64) -> String {
    match (kind, unit) {
        (LengthKind::Physical | LengthKind::Open(_), 3600) => "hours".to_owned(),
        (LengthKind::Physical | LengthKind::Open(_), 60) => "minutes".to_owned(),
        (LengthKind::Physical | LengthKind::Open(_), _) => "seconds".to_owned(),
        (LengthKind::CalendarDays, 7) => "calendar weeks".to_owned(),
        (LengthKind::CalendarDays, _) => "calendar days".to_owned(),
        (LengthKind::BusinessDays(calendar), _) => {
            format!("{} days", policy.calendars.find(calendar).map_or("", |calendar| &calendar.name))
        }
        (LengthKind::Months, _) => "months".to_owned(),
    }
}
