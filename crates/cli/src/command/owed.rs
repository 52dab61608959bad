//! `servanda owed`: what is still owed, by whom, to whom, until when.

use super::each::print_each;
use crate::arguments::Owed;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use servanda::report::owed_text;

/// Tells what is owed under each agreement.
pub(super) fn run(arguments: &Owed, terminal: &Terminal) -> Result<Exit, Failure> {
    let make = |run: &servanda::Run, number, decided: &_| {
        let mut owed = run.owed(number, decided).map_err(Failure::usage)?;
        if let Some(party) = arguments.each.party.as_deref() {
            owed.parties.retain(|of| of.party == party);
            owed.sums.retain(|sum| sum.debtor == party || sum.creditor == party);
        }
        Ok(owed)
    };
    print_each(&arguments.each, terminal, make, owed_text)
}
