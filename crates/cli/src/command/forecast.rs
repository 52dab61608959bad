//! `servanda forecast`: what is ahead.

use super::each::{Each, in_order, known_party};
use crate::arguments::{ExplanationFormat, Forecast, Log};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::report::{Detail, forecast_text};

/// Tells what is ahead under each agreement.
pub(super) fn run(arguments: &Forecast, terminal: &Terminal) -> Result<Exit, Failure> {
    let compiled = log::compile(&arguments.policy, terminal)?;
    let given = arguments.log_file.clone().or_else(|| arguments.log.events.clone());
    let log = Log { events: given, ..arguments.log.clone() };
    let run = log::run(&compiled, &log, log::Keeping { lines: false, hashes: false }, terminal)?;
    let party = arguments.party.as_deref();
    known_party(&compiled, party)?;
    let mut each = Each::new(&run, log.as_of.as_deref());
    let mut is_first = true;
    for number in in_order(&run, arguments.agreement.as_deref())? {
        let decided = each.decided(number)?;
        let mut forecast = run.forecast(number, &decided).map_err(Failure::usage)?;
        forecast.lines.retain(|line| party.is_none_or(|party| line.party == party));
        let printed = match arguments.format {
            ExplanationFormat::Json => {
                let json = serde_json::to_string(&forecast).map_err(Failure::usage)?;
                format!("{json}\n")
            }
            ExplanationFormat::Text => {
                let detail = if arguments.all { Detail::All } else { Detail::Short };
                let text = forecast_text(&forecast, detail);
                if is_first { text } else { format!("\n{text}") }
            }
        };
        terminal.result(&printed)?;
        is_first = false;
    }
    each.tell(terminal);
    Ok(Exit::Well)
}
