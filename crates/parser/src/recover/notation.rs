//! Figures, times and days in the notation of other texts: what they are in the language.
//!
//! Whether a figure is right is not asked here.

use super::explain::{Failure, currency};
use crate::{diagnostics, words};
use servanda_diagnostics::Diagnostic;

/// What stands at the place where reading failed, from blank to blank, if it is written as other texts write it.
pub(super) fn notation(failure: &Failure<'_>) -> Option<Diagnostic> {
    let token = token(failure)?;
    let here = failure.place(token);
    if let Some(instead) = decimal_comma(token) {
        return Some(diagnostics::comma(here, token, &instead));
    }
    if let Some(instead) = hours(token, failure) {
        return Some(diagnostics::hours(here, token, &instead));
    }
    if let Some(instead) = time_of_day(token, failure) {
        return Some(diagnostics::time_of_day(here, token, &instead));
    }
    let word = words::first(failure.rest());
    let of_money = failure.before().trim_end().ends_with("money in");
    if let Some(code) = currency_word(word)
        && (of_money || words::last(failure.before()).starts_with(|c: char| c.is_ascii_digit()))
    {
        return Some(diagnostics::currency_code(failure.place(word), word, code));
    }
    let sign = token.chars().next()?;
    if let (Some(code), true) = (currency(sign), token.chars().count() == 1) {
        let amount = words::last(failure.before()).starts_with(|c: char| c.is_ascii_digit());
        return (!amount).then(|| diagnostics::currency_code(here, token, code));
    }
    if let Some(day) = weekday(word, failure) {
        return Some(diagnostics::misspelled(failure.place(word), word, day));
    }
    if word == "The" {
        return Some(diagnostics::article(failure.place(word)));
    }
    let text = words::first(failure.slice) == "text" && failure.before().trim_end().ends_with('"');
    if text && (token.is_empty() || failure.rest().starts_with('.')) {
        let stop = failure.rest().get(..1)?;
        return Some(diagnostics::text_stop(failure.place(stop)));
    }
    None
}

/// From blank to blank around the failure, without what ends a statement.
fn token<'t>(failure: &Failure<'t>) -> Option<&'t str> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '{' | '}' | '"');
    let before = failure.before();
    let start = before.rfind(blank).map_or(0, |at| at + 1);
    let end = failure.rest().find(blank).map_or(failure.slice.len(), |at| before.len() + at);
    Some(failure.slice.get(start..end)?.trim_end_matches(['.', ',']))
}

/// `2,000` and `99,5%` as the language writes them: both readings where both are possible.
fn decimal_comma(token: &str) -> Option<Vec<String>> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (figure, sign) = match token.strip_suffix('%') {
        Some(figure) => (figure, "%"),
        None => (token, ""),
    };
    let (whole, rest) = figure.split_once(',')?;
    // `2.000,50`: points between thousands.
    let mut parts = whole.split('.');
    let first = parts.next().filter(|first| digits(first) && first.len() <= 3);
    let grouped = whole.contains('.') && parts.all(|part| part.len() == 3 && digits(part));
    if first.is_some() && grouped && digits(rest) {
        return Some(vec![format!("{}.{rest}{sign}", whole.replace('.', ""))]);
    }
    let groups: Vec<&str> = rest.split(',').collect();
    if !digits(whole) || !groups.iter().all(|group| digits(group)) {
        return None;
    }
    let thousands =
        groups.iter().all(|group| group.len() == 3) && whole.len() <= 3 && !whole.starts_with('0');
    let mut ways = Vec::new();
    if thousands {
        ways.push(format!("{whole}{}{sign}", groups.concat()));
    }
    if groups.len() == 1 {
        ways.push(format!("{whole}.{rest}{sign}"));
    }
    (!ways.is_empty()).then_some(ways)
}

/// `9..17`, `9:00-17:00`, `8am-5pm` as the language writes them, where hours are expected.
fn hours(token: &str, failure: &Failure<'_>) -> Option<String> {
    let line = words::first(failure.slice);
    if !matches!(line, "open" | "closed") {
        return None;
    }
    let joint = ["..", "-", "\u{2013}"].into_iter().find(|joint| token.contains(joint))?;
    let (from, to) = token.split_once(joint)?;
    // The minute of the day, and whether the half of the day is said.
    let time = |text: &str| {
        let half =
            text.strip_suffix("pm").map(|time| (time, 12)).or_else(|| Some((text.strip_suffix("am")?, 0)));
        let (time, later) = half.unwrap_or((text, 0));
        let (hour, minute) = time.split_once(':').unwrap_or((time, "00"));
        let hour = hour.parse::<u32>().ok().filter(|hour| *hour <= 24)?;
        let hour = if half.is_some() { hour % 12 + later } else { hour };
        let minute = Some(minute).filter(|minute| minute.len() == 2)?;
        let minute =
            minute.parse::<u32>().ok().filter(|minute| *minute < 60 && hour * 60 + minute <= 1440)?;
        Some((hour * 60 + minute, half.is_some()))
    };
    let ((from, _), (to, to_half)) = (time(from)?, time(to)?);
    // Of `9-5` nobody knows whether the five is in the afternoon or behind midnight.
    if to <= from && !to_half {
        return None;
    }
    let written = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let instead = format!("{}..{}", written(from), written(to));
    (instead != token).then_some(instead)
}

/// `8am` and `8:00..17:00` as the language writes them.
fn time_of_day(token: &str, failure: &Failure<'_>) -> Option<String> {
    let token = token.split("..").next()?;
    let half = token
        .strip_suffix("am")
        .map(|hour| (hour, 0))
        .or_else(|| token.strip_suffix("pm").map(|hour| (hour, 12)));
    let (hour, minute, later) = match half {
        Some((time, later)) => {
            let (hour, minute) = time.split_once(':').unwrap_or((time, "00"));
            (hour, minute, later)
        }
        None => {
            let (hour, minute) = token.split_once(':')?;
            (hour.len() == 1 && failure.rest().len() > 1).then_some((hour, minute, 0))?
        }
    };
    if minute.len() != 2 || !minute.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hour = hour.parse::<u32>().ok().filter(|hour| *hour <= 12)?;
    let hour = match half {
        Some(_) => hour % 12 + later,
        None => hour,
    };
    Some(format!("{hour:02}:{minute}"))
}

/// The code of a currency's word.
pub(super) fn currency_word(word: &str) -> Option<&'static str> {
    match word {
        "euro" | "euros" | "Euro" | "Euros" | "EURO" | "EUROS" => Some("EUR"),
        "dollar" | "dollars" | "Dollar" | "Dollars" | "DOLLAR" | "DOLLARS" => Some("USD"),
        "pounds" | "Pounds" | "POUNDS" => Some("GBP"),
        "yen" | "Yen" | "YEN" => Some("JPY"),
        _ => None,
    }
}

/// The day of the week that a word with a capital letter is, or a whole word, where a day is expected.
fn weekday(word: &str, failure: &Failure<'_>) -> Option<&'static str> {
    const DAYS: [(&str, &str); 7] = [
        ("mon", "monday"),
        ("tue", "tuesday"),
        ("wed", "wednesday"),
        ("thu", "thursday"),
        ("fri", "friday"),
        ("sat", "saturday"),
        ("sun", "sunday"),
    ];
    let lower = word.to_ascii_lowercase();
    let (day, _) = DAYS.into_iter().find(|(short, long)| lower == *short || lower == *long)?;
    let expected = words::expected(failure.expected);
    let wanted = expected.iter().any(|known| known.contains("mon") || known.contains("day"));
    (wanted && word != day).then_some(day)
}
