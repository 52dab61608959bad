//! Laws of files of holidays.

use super::{Broken, findings_are_sound, hold, same};
use crate::{SourceId, Sources};
use servanda_diagnostics::Severity;
use servanda_policy::Binder;
use servanda_policy::time::{Date, GivenHolidays};

const POLICY: &str = r#"language 1.
agreement "Days" {
  party ann.
  party ben.
  in force from 2026-01-01 for 12 months.
  time zone Etc/UTC.
  money in EUR.
  calendar work { open mon..sun. closed on holidays of "days.ics". }
  event thing.asked { thing: id }
  event thing.done  { thing: id }
  case thing {
    begins when thing.asked.
    do (done) when thing.done.
    ends when done.
  }
  clause 1 "Things" { ann must do each thing within 2 work days, without consequence. }
}
"#;

/// So many holidays of a file are looked up one by one.
const LOOKED_UP: usize = 1_000;

/// Any bytes are read as a file of holidays: either there is an error, which stands in the file, or every holiday is
/// closed and no date on which an event begins is passed over. How lines end and where they are folded means nothing.
///
/// # Errors
/// What broke the law.
pub fn holidays_are_total(bytes: &[u8]) -> Result<(), Broken> {
    let text = String::from_utf8_lossy(bytes);
    let read = holidays_of(&text)?;
    same("a second reading", &holidays_of(&text)?, &read)?;
    same("the holidays of lines that end otherwise", &holidays_of(&text.replace("\r\n", "\n"))?, &read)?;
    same("the holidays of folded lines", &holidays_of(&folded(&text))?, &read)?;
    let Ok(given) = read else { return Ok(()) };
    let dates: Vec<Date> = given.days.iter().map(|(date, _)| *date).collect();
    hold(dates.iter().zip(dates.iter().skip(1)).all(|(one, next)| one < next), || {
        format!("the holidays are not in order: {dates:?}")
    })?;
    hold(dates.first().is_some_and(|date| given.first <= *date && given.first <= given.last), || {
        format!("{:?} lies before {}, from which on they are known", dates.first(), given.first)
    })?;
    let begun = beginnings(&text).unwrap_or_default();
    let missing = begun.into_iter().find(|date| given.on(*date).is_none());
    hold(missing.is_none(), || format!("an event begins on {missing:?}, which is no holiday"))
}

/// The holidays of a file, or what is told of it.
fn holidays_of(text: &str) -> Result<Result<GivenHolidays, Vec<String>>, Broken> {
    let sources = Sources::new().with("policy.sla", POLICY).with("days.ics", text);
    let checked = crate::check(&sources, SourceId(0));
    findings_are_sound(&checked.diagnostics, &sources)?;
    let errors: Vec<_> =
        checked.diagnostics.iter().filter(|finding| finding.severity() == Severity::Error).collect();
    let elsewhere = errors.iter().find(|finding| finding.primary().span.source != SourceId(1));
    hold(elsewhere.is_none(), || format!("{elsewhere:?} is not told in the file"))?;
    hold(errors.is_empty() == checked.policy.is_some(), || {
        format!("{} errors, and policy is {}", errors.len(), checked.policy.is_some())
    })?;
    let Some(policy) = &checked.policy else {
        return Ok(Err(errors.iter().map(|finding| finding.message().to_owned()).collect()));
    };
    let agreement = Binder::new(policy).bind("Days", Vec::new()).map_err(|why| format!("{why:?}"))?;
    let Some((id, calendar)) = policy.calendars.iter().next() else { return Err("no calendar".to_owned()) };
    let Some(given) = calendar.spec.given.first() else { return Err("no holidays of the file".to_owned()) };
    let placed = agreement.calendar(id);
    let open = given
        .days
        .iter()
        .take(LOOKED_UP)
        .find(|(date, _)| placed.is_none_or(|calendar| calendar.is_business_day(*date)));
    hold(open.is_none(), || format!("the holiday {open:?} is open"))?;
    Ok(Ok(given.clone()))
}

/// The same lines, in pieces of ten characters. Left as they are is what could be taken for another line.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for line in text.split_inclusive('\n') {
        let plain = line.starts_with(|c: char| c.is_ascii_alphanumeric());
        let content = line.trim_end_matches(['\n', '\r']);
        let mut before = None;
        for (at, c) in content.chars().enumerate() {
            if plain && at > 0 && at % 10 == 0 && before != Some('\r') {
                folded.push_str("\r\n ");
            }
            folded.push(c);
            before = Some(c);
        }
        folded.push_str(line.get(content.len()..).unwrap_or(""));
    }
    folded
}

/// The dates on which events begin, as the plainest lines say them; none where something may take them away, or where
/// they may be those of something else.
fn beginnings(text: &str) -> Option<Vec<Date>> {
    let mut dates = Vec::new();
    let mut within = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let upper = line.to_ascii_uppercase();
        if let Some(part) = upper.strip_prefix("BEGIN:") {
            within.push(part.to_owned());
        } else if upper.starts_with("END:") {
            within.pop();
        } else if ["EXDATE", "STATUS", " ", "\t"].iter().any(|start| upper.starts_with(start)) {
            return None;
        } else if let Some(date) = line.strip_prefix("DTSTART;VALUE=DATE:") {
            let (year, rest) = date.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            let date: Date = format!("{year}-{month}-{day}").parse().ok()?;
            dates.extend(within.last().is_some_and(|part| part == "VEVENT").then_some(date));
        }
    }
    Some(dates)
}
