//! Amounts that can be claimed, were claimed, or have lapsed.

use super::{Material, PlaceRange, Reason, ShownDeadline};
use crate::address::claim_ids;
use crate::subject::{Lives, evidence_text, subject_kind, subject_text};

use serde::Serialize;
use servanda_evaluator::outcome::{Claim, ClaimStanding};
use servanda_policy::time::Instant;
use servanda_policy::value::format_minor;

/// An amount that is owed only if it is claimed in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimLine {
    /// `sentence/subject/claim`, by which it is asked about: the same in every run. None in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of the clause.
    pub clause: String,
    /// The instance's name.
    pub instance: String,
    /// About what.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// Who owes it once it is claimed.
    pub debtor: String,
    /// Who can claim it.
    pub creditor: String,
    /// How much, before limits; none where it is undetermined.
    pub amount: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// When it arose, RFC 3339.
    pub at: String,
    /// `claimable`, `claimed` or `lapsed`.
    pub standing: &'static str,
    /// The last date, or the last instant, on which a claim is in time; none where the time never runs out.
    pub until: Option<String>,
    /// When it was claimed, RFC 3339; its entry is booked then.
    pub claimed_at: Option<String>,
    /// The event that has claimed it.
    pub claimed_by: Option<String>,
    /// Why the amount is undetermined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Reason>,
    /// The sentence.
    pub span: Option<PlaceRange>,
}

/// The claims of a statement: of a period, those that had arisen by its end and were not settled before it.
pub(super) fn all(material: &Material<'_>, lives: &Lives) -> Vec<ClaimLine> {
    let shown = |(claim, _): &(&Claim, String)| {
        let open = |start: Instant| claim.closed_at().is_none_or(|closed| start <= closed);
        material.period.is_none_or(|(start, end)| claim.at < end && open(start))
    };
    let ids = claim_ids(material.policy, material.agreement, lives, material.outcome);
    let lines = material.outcome.claims.iter().zip(ids).filter(shown);
    lines.map(|(claim, id)| ClaimLine { id: Some(id), ..line(material, claim) }).collect()
}

pub(super) fn line(material: &Material<'_>, claim: &Claim) -> ClaimLine {
    let (policy, agreement) = (material.policy, material.agreement);
    let party = |party| policy.parties.find(party).map_or_else(String::new, |party| party.name.clone());
    let consequence = policy.consequences.find(claim.consequence);
    let by = match &claim.standing {
        ClaimStanding::Claimed(by) => Some(by),
        ClaimStanding::Open | ClaimStanding::Lapsed => None,
    };
    ClaimLine {
        id: None,
        clause: consequence
            .and_then(|consequence| policy.clauses.find(consequence.clause))
            .map_or_else(String::new, |clause| clause.number.clone()),
        instance: agreement.name.clone(),
        subject: subject_text(policy, agreement, &claim.subject),
        subject_kind: subject_kind(policy, &claim.subject).to_owned(),
        debtor: party(claim.debtor),
        creditor: party(claim.creditor),
        amount: claim.amount.map(|minor| format_minor(minor, agreement.currency)),
        currency: agreement.currency.code(),
        at: material.instant(claim.at),
        standing: standing_word(&claim.standing),
        until: claim.until.and_then(|until| {
            let shown = ShownDeadline::at(&agreement.zone, until);
            shown.date.or(shown.moment)
        }),
        claimed_at: by.map(|by| material.instant(by.at)),
        claimed_by: by.map(|by| evidence_text(policy, agreement, by)),
        because: Reason::all(material, &claim.because),
        span: consequence.and_then(|consequence| PlaceRange::of(material.sources, consequence.span)),
    }
}

/// What has become of an amount that can be claimed, in one word.
pub(crate) const fn standing_word(standing: &ClaimStanding) -> &'static str {
    match standing {
        ClaimStanding::Open => "claimable",
        ClaimStanding::Claimed(_) => "claimed",
        ClaimStanding::Lapsed => "lapsed",
    }
}
