//! `servanda owed`: what is still owed, by whom, to whom, until when.

use super::each::{Each, in_order, known_party};
use crate::arguments::{ExplanationFormat, Log, Owed};
use crate::exit::{Exit, Failure};
use crate::log;
use crate::terminal::Terminal;
use servanda::report::{Detail, owed_text};

/// Tells what is owed under each agreement.
pub(super) fn run(arguments: &Owed, terminal: &Terminal) -> Result<Exit, Failure> {
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
        let mut owed = run.owed(number, &decided).map_err(Failure::usage)?;
        if let Some(party) = party {
            owed.parties.retain(|of| of.party == party);
            owed.sums.retain(|sum| sum.debtor == party || sum.creditor == party);
        }
        let printed = match arguments.format {
            ExplanationFormat::Json => {
                let json = serde_json::to_string(&owed).map_err(Failure::usage)?;
                format!("{json}\n")
            }
            ExplanationFormat::Text => {
                let detail = if arguments.all { Detail::All } else { Detail::Short };
                let text = owed_text(&owed, detail);
                if is_first { text } else { format!("\n{text}") }
            }
        };
        terminal.result(&printed)?;
        is_first = false;
    }
    each.tell(terminal);
    Ok(Exit::Well)
}
