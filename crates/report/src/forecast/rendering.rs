//! A forecast as text: the nearest instant first, and under each thing what is left, what changes, and what follows.

use super::{Forecast, ForecastAmount, ForecastFollows, ForecastLine, ForecastStep};
use crate::table::Detail;
use crate::text::read_instant;
use crate::wrapping::wrapped;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// How many lines of one sentence are told before the rest is counted.
const LISTED_MAX: usize = 5;

/// A forecast as text, each line ended by a line break. The short form tells the first lines of each sentence and counts
/// the others.
pub fn forecast_text(forecast: &Forecast, detail: Detail) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write(&mut out, forecast, detail) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write(out: &mut String, forecast: &Forecast, detail: Detail) -> fmt::Result {
    let name = match forecast.agreement == forecast.title {
        true => String::new(),
        false => format!(" ({})", forecast.agreement),
    };
    writeln!(out, "{}{name}: what is ahead", forecast.title)?;
    writeln!(out, "as of {}, times of {}", read_instant(&forecast.as_of), forecast.zone)?;
    if forecast.lines.is_empty() {
        writeln!(out, "\nno time runs, and no window")?;
    }
    let mut told: BTreeMap<(&str, &str, &str, &str), usize> = BTreeMap::new();
    for line in &forecast.lines {
        let count = told.entry((&line.party, line.kind, &line.sentence, &line.what)).or_default();
        *count += 1;
        if detail == Detail::All || *count <= LISTED_MAX {
            write_line(out, line)?;
        }
    }
    let more = told.iter().filter(|(_, count)| detail == Detail::Short && **count > LISTED_MAX);
    for (number, ((party, _, sentence, what), count)) in more.enumerate() {
        let blank = if number == 0 { "\n" } else { "" };
        writeln!(out, "{blank}and {} more like {sentence}: {party} {what}", count - LISTED_MAX)?;
    }
    if forecast.limits.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nlimits")?;
    for limit in &forecast.limits {
        let window = limit.window.as_ref().map(|label| format!(" in {label}")).unwrap_or_default();
        let about = limit.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
        let left = match &limit.left {
            Some(left) => format!("{left} of {} {} left", limit.limit, limit.currency),
            None => format!("of {} {} nobody knows how much is left", limit.limit, limit.currency),
        };
        let of = limit.sentences.join(", ");
        wrapped(out, &format!("  {of}{about}{window}: {left} ({})", limit.written), 4)?;
    }
    Ok(())
}

fn write_line(out: &mut String, line: &ForecastLine) -> fmt::Result {
    let until = match (&line.until, line.standing) {
        (_, "late") => "late".to_owned(),
        (Some(until), _) if until.contains('T') => read_instant(until),
        (Some(date), _) => format!("{date} 24:00"),
        (None, standing) => standing.to_owned(),
    };
    let id = line.id.as_ref().map(|id| format!("  [{id}]")).unwrap_or_default();
    let then = if line.standing == "counting" { "then " } else { "" };
    let head = match line.kind {
        "figure" => format!("{} {}", line.what, line.subject),
        _ => format!("{} {then}{}: {}", line.party, line.what, about(line)),
    };
    writeln!(out)?;
    wrapped(out, &format!("{until}  {head}{id}"), 4)?;
    for text in said(line) {
        wrapped(out, &format!("  {text}"), 4)?;
    }
    Ok(())
}

fn about(line: &ForecastLine) -> String {
    match line.subject_kind.as_str() {
        "window" if line.subject == "term" => "the term".to_owned(),
        "window" => line.subject.clone(),
        kind => format!("{kind} {}", line.subject),
    }
}

/// What is said of a line, each in a line of its own.
fn said(line: &ForecastLine) -> Vec<String> {
    let mut all = Vec::new();
    match (&line.left, &line.open_left) {
        (Some(left), Some(open)) => all.push(format!("{} left, {} of it", left.text, open.text)),
        (Some(left), None) => all.push(format!("{} left", left.text)),
        (None, open) if matches!(line.standing, "closed" | "done") => {
            let left = open.as_ref().map(|open| format!(", with {} left", open.text)).unwrap_or_default();
            all.push(format!("{}, and may come back until then{left}", line.standing));
        }
        (None, Some(open)) if line.standing == "stands still" => {
            all.push(format!("{} left when its clock runs again", open.text));
        }
        (None, None) if line.standing == "stands still" => all.push("its clock stands still".to_owned()),
        (None, _) => {}
    }
    if let Some(figure) = &line.figure {
        let target = line.target.as_ref().zip(line.verdict);
        let target = target.map(|(target, verdict)| format!(", {target}: {verdict}"));
        all.push(format!("{figure} as it stands{}", target.unwrap_or_default()));
    }
    all.extend(line.steps.iter().map(step));
    all.extend(line.unclaimed.iter().map(|why| format!("how far it may go is not claimed: {why}")));
    for (place, pay) in line.pays.iter().enumerate() {
        let of = format!(" of {}", pay.id);
        let is_last = line.pays.get(place + 1).is_none_or(|next| next.id != pay.id);
        let more = if is_last && pay.until.is_some() { ", and more later" } else { "" };
        let amount = match pay.amount.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
            true => "nothing".to_owned(),
            false => format!("{} {}", pay.amount, pay.currency),
        };
        all.push(match (&pay.from, &pay.until) {
            (None, Some(until)) => {
                format!("paid by {}: {amount}{of}{more}", read_instant(until))
            }
            (None, None) => format!("paid whenever: {amount}{of}"),
            (Some(from), _) => format!("paid from {} on: {amount}{of}{more}", read_instant(from)),
        });
    }
    if let Some(verdict) = line.in_silence {
        let closed = matches!(line.standing, "closed" | "done");
        let if_so = if closed { "if it does not come back" } else { "if nothing happens until then" };
        all.push(match line.follows.is_empty() {
            true => format!("{if_so}: {verdict}"),
            false => format!("{if_so}: {verdict}, and"),
        });
        all.extend(line.follows.iter().map(|follows| format!("  {}", follow(follows))));
    }
    all
}

fn step(step: &ForecastStep) -> String {
    let room = match step.unit.as_str() {
        "count" => format!("{} {}: ", step.text, step.of),
        "seconds" => format!("{} of {} left, beyond it: ", step.text, step.of),
        _ => format!("{} {} changes nothing, beyond it: ", step.text, step.of),
    };
    let several = step.verdicts.len() > 1;
    let mut then: Vec<String> = step
        .verdicts
        .iter()
        .map(|of| if several { format!("{} {}", of.duty, of.verdict) } else { of.verdict.to_owned() })
        .collect();
    then.extend(step.amounts.iter().map(amount));
    if step.amounts.is_empty() {
        then.push("nothing is owed".to_owned());
    }
    let fits = if step.fits == Some(false) { " (there is no time for it)" } else { "" };
    format!("{room}{}{fits}", then.join(", "))
}

fn amount(of: &ForecastAmount) -> String {
    let money = match &of.amount {
        Some(amount) => format!("{amount} {}", of.currency),
        None => "an amount that is not known yet".to_owned(),
    };
    let limited = if of.limited { " before limits" } else { "" };
    let claimed = if of.claimed { " if it is claimed" } else { "" };
    let varies = if of.varies { " there, and another amount further on" } else { "" };
    format!("{} owes {} {} {money}{limited}{claimed}{varies}", of.debtor, of.creditor, of.kind)
}

fn follow(of: &ForecastFollows) -> String {
    let money = match (&of.amount, of.currency) {
        (Some(amount), Some(currency)) if of.kind == "accrual" => format!(" {amount} {currency} first"),
        (Some(amount), Some(currency)) => format!(" {amount} {currency}"),
        (None, Some(_)) if of.because.is_empty() => " an amount that is not known yet".to_owned(),
        (None, Some(_)) => format!(" an amount that is not known: {}", of.because.join("; ")),
        (_, None) => String::new(),
    };
    format!("{}{money}, {}  [{}]", of.text, read_instant(&of.at), of.id)
}
