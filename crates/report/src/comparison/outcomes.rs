//! What a change comes to on a log: two statements of one agreement, side by side.
//!
//! Duties, clauses and measures that only have another number or name are the same ones.

use super::Comparison;
use super::piece::Names;
use crate::statement::{Statement, Total, VerdictLine, clause_order};
use serde::Serialize;
use servanda_policy::value::{Currency, format_minor};
use std::collections::BTreeMap;

/// What differs between the outcomes of two texts over the same log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeDifference {
    /// Of versions: the amendment with and without which the log was evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
    /// The agreement's name.
    pub agreement: String,
    /// As of when both were evaluated, RFC 3339.
    pub as_of: String,
    /// What is due, for each debtor and creditor, also where it is the same.
    pub totals: Vec<TotalDifference>,
    /// The same for each clause where it differs, by its new number.
    pub clauses: Vec<TotalDifference>,
    /// The verdicts that differ.
    pub verdicts: Vec<VerdictDifference>,
    /// The figures that differ.
    pub figures: Vec<FigureDifference>,
}

/// A sum before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TotalDifference {
    /// The number of the clause, in sums by clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// Who owes.
    pub debtor: String,
    /// To whom.
    pub creditor: String,
    /// The currency's code.
    pub currency: &'static str,
    /// By the old text, with the currency's digits; none where it is too large to be held.
    pub before: Option<String>,
    /// By the new text.
    pub after: Option<String>,
    /// By how much it is more.
    pub difference: Option<String>,
    /// How many entries that are due have no amount, by the old text and by the new one.
    pub undetermined: (u64, u64),
}

/// A verdict that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictDifference {
    /// The address of the duty, by its new number.
    pub duty: String,
    /// Who must.
    pub party: String,
    /// A case's key, or a window's label.
    pub subject: String,
    /// What kind of thing that is.
    pub subject_kind: String,
    /// By the old text; none where it says nothing of it.
    pub old: Option<String>,
    /// By the new text.
    pub new: Option<String>,
}

/// A figure that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureDifference {
    /// The measure's name, the new one.
    pub name: String,
    /// The window's label.
    pub window: String,
    /// By the old text, for people; none where it has no such figure.
    pub old: Option<String>,
    /// By the new text.
    pub new: Option<String>,
}

/// What stands under one key on both sides.
type Both<K, V> = BTreeMap<K, (Vec<V>, Vec<V>)>;

impl Comparison {
    /// Adds what the change comes to: the statements of one agreement by the old text and by the new one, over the
    /// same log and as of the same instant. Of versions, of which amendment.
    pub fn add_outcome(&mut self, old: &Statement, new: &Statement, amendment: Option<&str>) {
        let names = if amendment.is_none() { self.names.clone() } else { Names::default() };
        self.outcomes.push(OutcomeDifference {
            amendment: amendment.map(str::to_owned),
            agreement: new.agreement.clone(),
            as_of: new.as_of.clone(),
            totals: totals(&old.totals.parties, &new.totals.parties, &names),
            clauses: totals(&old.totals.clauses, &new.totals.clauses, &names)
                .into_iter()
                .filter(|line| line.before != line.after || line.undetermined.0 != line.undetermined.1)
                .collect(),
            verdicts: verdicts(&old.verdicts, &new.verdicts, &names),
            figures: figures(old, new, &names),
        });
    }
}

/// A name of the old text as the new one has it.
fn renewed(map: &BTreeMap<String, String>, name: &str) -> String {
    map.get(name).cloned().unwrap_or_else(|| name.to_owned())
}

fn totals(old: &[Total], new: &[Total], names: &Names) -> Vec<TotalDifference> {
    let mut both: Both<_, &Total> = BTreeMap::new();
    for total in old {
        let clause = total.clause.as_deref().map(|number| renewed(&names.renumbered, number));
        let party = |name: &str| renewed(&names.renamed, name);
        let key = (clause, party(&total.debtor), party(&total.creditor), total.currency);
        both.entry(key).or_default().0.push(total);
    }
    for total in new {
        let key = (total.clause.clone(), total.debtor.clone(), total.creditor.clone(), total.currency);
        both.entry(key).or_default().1.push(total);
    }
    let mut lines: Vec<TotalDifference> = both
        .into_iter()
        .map(|((clause, debtor, creditor, currency), (old, new))| {
            let sum = |totals: &[&Total]| {
                totals.iter().try_fold(0_i128, |sum, total| sum.checked_add(total.minor?))
            };
            let text = |minor: Option<i128>| Some(format_minor(minor?, Currency::named(currency).ok()?));
            let undetermined = |totals: &[&Total]| totals.iter().map(|total| total.undetermined).sum();
            let (before, after) = (sum(&old), sum(&new));
            let difference = before.zip(after).and_then(|(before, after)| after.checked_sub(before));
            TotalDifference {
                clause,
                debtor,
                creditor,
                currency,
                before: text(before),
                after: text(after),
                difference: text(difference),
                undetermined: (undetermined(&old), undetermined(&new)),
            }
        })
        .collect();
    lines.sort_by_key(|line| line.clause.as_deref().map(clause_order));
    lines
}

fn verdicts(old: &[VerdictLine], new: &[VerdictLine], names: &Names) -> Vec<VerdictDifference> {
    let key = |line: &VerdictLine, duty: String, kind: String, party: String| {
        (clause_order(&line_clause(&duty)), duty, kind, line.subject.clone(), party)
    };
    let mut both: Both<_, &VerdictLine> = BTreeMap::new();
    for line in old {
        let duty = renewed(&names.renumbered, &line.duty);
        let kind = renewed(&names.renamed, &line.subject_kind);
        let party = renewed(&names.renamed, &line.party);
        both.entry(key(line, duty, kind, party)).or_default().0.push(line);
    }
    for line in new {
        let key = key(line, line.duty.clone(), line.subject_kind.clone(), line.party.clone());
        both.entry(key).or_default().1.push(line);
    }
    let mut differ = Vec::new();
    for ((_, duty, subject_kind, subject, party), (old, new)) in both {
        // Several verdicts of one duty on one subject come in the same order in both outcomes.
        for at in 0..old.len().max(new.len()) {
            let verdict = |lines: &[&VerdictLine]| lines.get(at).map(|line| line.verdict.to_owned());
            let (old, new) = (verdict(&old), verdict(&new));
            if old != new {
                let (duty, party) = (duty.clone(), party.clone());
                let (subject, subject_kind) = (subject.clone(), subject_kind.clone());
                differ.push(VerdictDifference { duty, party, subject, subject_kind, old, new });
            }
        }
    }
    differ
}

/// The number of the clause in the address of a duty.
fn line_clause(duty: &str) -> String {
    duty.split('(').next().unwrap_or(duty).to_owned()
}

fn figures(old: &Statement, new: &Statement, names: &Names) -> Vec<FigureDifference> {
    let mut both: Both<(String, String), (&Option<String>, &str)> = BTreeMap::new();
    for line in &old.measures {
        let key = (renewed(&names.renamed, &line.name), line.window.clone());
        both.entry(key).or_default().0.push((&line.value, &line.text));
    }
    for line in &new.measures {
        let key = (line.name.clone(), line.window.clone());
        both.entry(key).or_default().1.push((&line.value, &line.text));
    }
    let differ = both.into_iter().filter(|(_, (old, new))| old != new);
    differ
        .map(|((name, window), (old, new))| {
            let text = |lines: &[(&Option<String>, &str)]| lines.first().map(|(_, text)| (*text).to_owned());
            FigureDifference { name, window, old: text(&old), new: text(&new) }
        })
        .collect()
}
