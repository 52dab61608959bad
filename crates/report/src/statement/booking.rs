//! Entries as lines of a statement.

use super::{Material, PlaceRange, Reason};
use crate::accrual::{Amounts, amounts_at};
use crate::decision::{Adjustment, Decider, Standing};
use crate::subject::{Lives, consequence_kind, evidence_text, identify, subject_kind, subject_text};
use serde::Serialize;
use servanda_evaluator::outcome::Entry;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::{Date, Instant, Zone};
use servanda_policy::value::format_minor;

/// One amount that a party owes another: of a period, the part that fell into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// `clause/subject/kind/ordinal`: the same in every run and at every later `as_of`.
    pub id: String,
    /// The instance's name.
    pub instance: String,
    /// The number of the clause.
    pub clause: String,
    /// The address of the sentence: `7(b)`.
    pub duty: String,
    /// The word after `as`, else `credit` or `fee`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What kind of thing that is: the name of a case, `window`, `event` or `agreement`.
    pub subject_kind: String,
    /// The label of the window that it settles.
    pub window: Option<String>,
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// Before caps, with the currency's digits; none where it is undetermined.
    pub gross: Option<String>,
    /// After caps, with the currency's digits; none where it is undetermined.
    pub amount: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// When it arose; of an accrual, the first instant of its first period. RFC 3339.
    pub at: String,
    /// The date on which it is due: that of its instant, for no sentence says otherwise.
    pub due_on: String,
    /// The cap that took the difference, as written.
    pub capped_by: Option<String>,
    /// Whether it is an accrual, which may still grow.
    pub accrues: bool,
    /// `disputed` or `waived`; none where it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<&'static str>,
    /// Who has decided that it stands so, or that it is adjusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionLine>,
    /// The id of the entry that this one adjusts or corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<String>,
    /// Why the amount is undetermined.
    pub because: Vec<Reason>,
    /// The events behind it.
    pub evidence: Vec<String>,
    /// The sentence.
    pub span: Option<PlaceRange>,
    /// Whether it follows from the text, adjusts an entry or corrects one; its kind is a word of the policy and does
    /// not tell.
    #[serde(skip)]
    pub nature: Nature,
    /// The amount after caps in minor units.
    #[serde(skip)]
    pub minor: Option<i128>,
    /// The amount before caps in minor units.
    #[serde(skip)]
    pub gross_minor: Option<i128>,
    /// Of an accrual: how much of it was added in each month.
    #[serde(skip)]
    pub(crate) months: Vec<Month>,
}

/// What was added to an accrual in a month, or in what the statement's period has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Month {
    /// `2026-02`, or the dates of a part of it.
    pub(crate) label: String,
    /// The last date on which it can have grown.
    pub(crate) date: String,
    /// After caps, in minor units.
    pub(crate) minor: i128,
}

/// What a line of the entries is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// It follows from a sentence of the agreement.
    Entry,
    /// A party has added so much to an entry, or taken it off.
    Adjustment,
    /// It corrects an entry of a closed period.
    Correction,
}

/// Who has decided something about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionLine {
    /// The party or role.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in words.
    pub reason: Option<String>,
    /// The event: its id, or its type and instant.
    pub event: String,
}

impl DecisionLine {
    pub(super) fn of(policy: &Policy, agreement: &Agreement, decider: &Decider) -> Self {
        let party = policy.parties.find(decider.by);
        Self {
            by: party.map_or_else(String::new, |party| party.name.clone()),
            at: decider.at.format_in(&agreement.zone),
            reason: decider.reason.clone(),
            event: decider.event.clone(),
        }
    }
}

/// The entries of a statement: of a period, those booked in it, and what accrued in it; then what was adjusted in it.
pub(super) fn all(material: &Material<'_>, lives: &Lives) -> Vec<Booking> {
    let mut lines: Vec<Booking> = (0..)
        .zip(&material.outcome.entries)
        .filter_map(|(at, entry)| line(material, lives, (at, entry), part(material, entry)?))
        .collect();
    let adjustments = material.decided.map_or(&[][..], |decided| decided.adjustments());
    let of_period = adjustments.iter().filter(|adjustment| material.in_period(adjustment.decider.at));
    lines.extend(of_period.filter_map(|adjustment| adjusted(material, lives, adjustment)));
    lines
}

/// An adjustment: an entry of its own, which stands as the one that it adjusts.
fn adjusted(material: &Material<'_>, lives: &Lives, adjustment: &Adjustment) -> Option<Booking> {
    let entry = material.outcome.entries.get(adjustment.entry)?;
    let amount = Amounts { gross: adjustment.amount, amount: adjustment.amount };
    let of = line(material, lives, (adjustment.entry, entry), Some(amount))?;
    Some(Booking {
        refers_to: Some(of.id),
        id: adjustment.id.clone(),
        kind: "adjustment".to_owned(),
        at: material.instant(adjustment.decider.at),
        due_on: material.date(adjustment.decider.at),
        months: Vec::new(),
        capped_by: None,
        accrues: false,
        decision: Some(DecisionLine::of(material.policy, material.agreement, &adjustment.decider)),
        because: Vec::new(),
        evidence: vec![adjustment.decider.event.clone()],
        nature: Nature::Adjustment,
        ..of
    })
}

/// An entry by itself, whole and as it was told.
pub(super) fn whole(material: &Material<'_>, lives: &Lives, entry: &Entry) -> Option<Booking> {
    let booking = line(material, lives, (0, entry), amounts_of(entry))?;
    let Some(until) = entry.accrual.as_ref().and_then(|accrued| accrued.until) else { return Some(booking) };
    // It is told when it has stopped, without months.
    let Material { policy, agreement, .. } = material;
    let zone = &agreement.zone;
    let dates = (zone.date_of(entry.at), zone.date_of(until.max(entry.at)));
    let due = last_grown(zone, dates, |end| amounts_at(entry, policy, agreement, end));
    Some(Booking { due_on: due.to_string(), ..booking })
}

/// The date on which an entry is due that has not grown within the statement: of what accrues, the last date before its
/// end on which it did.
fn due_before(material: &Material<'_>, entry: &Entry) -> String {
    let Material { policy, agreement, outcome, .. } = material;
    let end = material.period.map_or(outcome.as_of, |(_, end)| end.min(outcome.as_of));
    if entry.accrual.is_none() || end <= entry.at {
        return material.date(entry.at);
    }
    let zone = &agreement.zone;
    let dates = (zone.date_of(entry.at), zone.date_of(end.previous()));
    last_grown(zone, dates, |until| amounts_at(entry, policy, agreement, until.min(end))).to_string()
}

/// The last of these dates on which an accrual grew: from its end on it is what it is at the end of all of them.
fn last_grown(
    zone: &Zone,
    (mut first, mut last): (Date, Date),
    at: impl Fn(Instant) -> Option<Amounts>,
) -> Date {
    let end_of = |date: Date| date.add_days(1).map_or(Instant::MAX, |next| zone.start_of(next));
    let amount = |date: Date| at(end_of(date)).map(|amounts| amounts.amount);
    let whole = amount(last);
    while first < last {
        let middle = first.add_days(last.days_since(first) / 2).unwrap_or(last);
        if amount(middle) == whole {
            last = middle;
        } else {
            first = middle.add_days(1).unwrap_or(last);
        }
    }
    first
}

/// What an entry comes to, in minor units, where that is known: of what accrues, where all of it is. Of any other amount that
/// is undetermined nothing passes a limit that is used up, and that is known.
pub(crate) fn known_amount(entry: &Entry) -> Option<i128> {
    if entry.accrual.is_some() { entry.gross.and(entry.amount) } else { entry.amount }
}

fn amounts_of(entry: &Entry) -> Option<Amounts> {
    let amount = known_amount(entry)?;
    Some(Amounts { gross: entry.gross.unwrap_or(amount), amount })
}

/// What of an entry belongs to the statement: amounts, none of them where they are undetermined; nothing at all
/// where it does not touch the period.
fn part(material: &Material<'_>, entry: &Entry) -> Option<Option<Amounts>> {
    let (policy, agreement) = (material.policy, material.agreement);
    let whole = || amounts_of(entry);
    let Some((start, end)) = material.period else { return Some(whole()) };
    if entry.accrual.is_none() {
        return material.in_period(entry.at).then(whole);
    }
    let end = end.min(material.outcome.as_of);
    let until = amounts_at(entry, policy, agreement, end);
    let before = amounts_at(entry, policy, agreement, start);
    let Some((until, before)) = until.zip(before) else {
        return (entry.at < end).then_some(None);
    };
    let part = Amounts {
        gross: until.gross.checked_sub(before.gross)?,
        amount: until.amount.checked_sub(before.amount)?,
    };
    (part != Amounts::default() || material.in_period(entry.at)).then_some(Some(part))
}

/// The entry of this place with the amounts that belong to the statement, where they are known.
fn line(
    material: &Material<'_>,
    lives: &Lives,
    (at, entry): (usize, &Entry),
    part: Option<Amounts>,
) -> Option<Booking> {
    let (policy, agreement) = (material.policy, material.agreement);
    let consequence = policy.consequences.find(entry.consequence)?;
    let party = |party| policy.parties.find(party).map_or_else(String::new, |party| party.name.clone());
    let text = |minor: i128| format_minor(minor, agreement.currency);
    let cap = entry.capped_by.and_then(|cap| policy.caps.find(cap));
    let standing = material.decided.map_or(&Standing::Due, |decided| decided.standing(at));
    let months = if part.is_some() { months(material, entry) } else { Vec::new() };
    let took = entry.gross.is_none() || part.is_none_or(|part| part.gross != part.amount);
    Some(Booking {
        id: identify(policy, agreement, lives, entry),
        instance: agreement.name.clone(),
        clause: policy
            .clauses
            .find(consequence.clause)
            .map_or_else(String::new, |clause| clause.number.clone()),
        duty: consequence.name.clone(),
        kind: consequence_kind(consequence)
            .and_then(|kind| policy.kinds.find(kind))
            .map_or_else(String::new, Clone::clone),
        subject: subject_text(policy, agreement, &entry.subject),
        subject_kind: subject_kind(policy, &entry.subject).to_owned(),
        window: entry.window.map(|window| window.label(&agreement.zone)),
        debtor: party(entry.debtor),
        creditor: party(entry.creditor),
        gross: part.map(|part| text(part.gross)),
        amount: part.map(|part| text(part.amount)),
        currency: agreement.currency.code(),
        at: material.instant(entry.at),
        // What accrues has come to what it is with the last date on which it grew.
        due_on: months.last().map_or_else(|| due_before(material, entry), |month| month.date.clone()),
        months,
        capped_by: cap.filter(|_| took).map(|cap| one_line(material.sources.text(cap.span))),
        accrues: entry.accrual.is_some(),
        standing: standing.decider().map(|_| standing.word()),
        decision: standing
            .decider()
            .map(|decider| DecisionLine::of(material.policy, material.agreement, decider)),
        refers_to: None,
        because: Reason::all(material, &entry.because),
        evidence: entry.evidence.iter().map(|event| evidence_text(policy, agreement, event)).collect(),
        span: PlaceRange::of(material.sources, consequence.span),
        nature: Nature::Entry,
        minor: part.map(|part| part.amount),
        gross_minor: part.map(|part| part.gross),
    })
}

/// What was added to an accrual in each month of the statement, apart from months without any.
fn months(material: &Material<'_>, entry: &Entry) -> Vec<Month> {
    let Material { policy, agreement, outcome, .. } = material;
    if entry.accrual.is_none() {
        return Vec::new();
    }
    let zone = &agreement.zone;
    let (start, end) = material.period.unwrap_or((entry.at, outcome.as_of));
    let last = Instant(end.min(outcome.as_of).0.saturating_sub(1));
    let date = zone.date_of(start.max(entry.at));
    let (year, month, _) = date.civil();
    let Some(first) = Date::from_civil(year, month, 1) else { return Vec::new() };
    let mut months = Vec::new();
    let mut begins = first;
    while zone.start_of(begins) <= last {
        let Some(next) = begins.add_months(1) else { break };
        let whole = (zone.start_of(begins), zone.start_of(next));
        let of = material.period.map_or(whole, |(start, end)| (whole.0.max(start), whole.1.min(end)));
        let at = |instant: Instant| amounts_at(entry, policy, agreement, instant.min(outcome.as_of));
        let added =
            at(of.1).zip(at(of.0)).and_then(|(after, before)| after.amount.checked_sub(before.amount));
        let until = entry.accrual.as_ref().and_then(|accrued| accrued.until).unwrap_or(Instant::MAX);
        let grown = Instant(of.1.min(outcome.as_of).0.saturating_sub(1)).min(until.max(entry.at));
        if let Some(minor) = added.filter(|minor| *minor != 0) {
            let (from, to) = (zone.date_of(of.0), zone.date_of(Instant(of.1.0.saturating_sub(1))));
            let label = if of == whole {
                let (year, month, _) = begins.civil();
                format!("{year:04}-{month:02}")
            } else {
                format!("{from}..{to}")
            };
            let dates = (zone.date_of(of.0.max(entry.at)), zone.date_of(grown.max(of.0)));
            let date = last_grown(zone, dates, |end| at(end.min(of.1)));
            months.push(Month { label, date: date.to_string(), minor });
        }
        begins = next;
    }
    months
}

/// A text of several lines as one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
