//! `servanda forecast`: what is ahead.

use super::each::print_each;
use crate::arguments::Forecast;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use servanda::report::forecast_text;

/// Tells what is ahead under each agreement.
pub(super) fn run(arguments: &Forecast, terminal: &Terminal) -> Result<Exit, Failure> {
    let party = arguments.each.party.as_deref();
    let make = |run: &servanda::Run, number, decided: &_| {
        let mut forecast = run.forecast(number, decided).map_err(Failure::usage)?;
        forecast.lines.retain(|line| party.is_none_or(|party| line.party == party));
        Ok(forecast)
    };
    print_each(&arguments.each, terminal, make, forecast_text)
}
