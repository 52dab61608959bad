//! The lines of claims: who can claim what, and until when.

use super::{Detail, about, write_rest};
use crate::statement::ClaimLine;
use crate::text::read_instant;
use std::fmt::{self, Write as _};

/// What can be claimed, what was claimed, and what has lapsed.
pub(super) fn write(out: &mut String, claims: &[&ClaimLine], detail: Detail) -> fmt::Result {
    for claim in claims.iter().take(detail.listed(claims.len())) {
        let about = about(&claim.subject_kind, &claim.subject);
        let id = claim.id.as_deref().unwrap_or_default();
        let amount = match &claim.amount {
            Some(amount) => format!("{amount} {}", claim.currency),
            None => "an undetermined amount".to_owned(),
        };
        let by = &claim.creditor;
        let until = claim.until.as_deref().map(until_text);
        let told = match (claim.standing, until) {
            ("claimed", _) => {
                let at = claim.claimed_at.as_deref().map(read_instant).unwrap_or_default();
                format!("{by} has claimed {amount} for {about}, booked {at}")
            }
            ("lapsed", Some(until)) => format!("{by} has not claimed {amount} for {about} by {until}"),
            (_, Some(until)) => format!("{by} can claim {amount} for {about} until {until}"),
            (_, None) => format!("{by} can claim {amount} for {about}"),
        };
        writeln!(out, "{}", format!("    {told}  {id}").trim_end())?;
    }
    write_rest(out, claims.len(), detail)
}

/// A date stays as it is, an instant is told without what nobody reads.
fn until_text(until: &str) -> String {
    if until.contains('T') { read_instant(until) } else { until.to_owned() }
}
