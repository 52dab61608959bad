//! What an outcome says, as lines of text with names instead of numbers: two outcomes mean the same if their
//! lines are the same, and a difference is a line that can be read.
//!
//! Lines of the input, messages and spans are no part of it.

use servanda_evaluator::{
    Accrued, Claim, ClaimStanding, Entry, Evidence, Figure, Notice, Outcome, Quantity, Subject, Verdict,
};
use servanda_policy::policy::{CapId, CapScope, ConsequenceId, DutyId, Effect, Policy};
use servanda_policy::value::Exact;
use std::collections::BTreeMap;

/// Which parts are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// The events behind it, by their ids.
    pub(crate) evidence: bool,
    /// What became of the lines of the input.
    pub(crate) input: bool,
    pub(crate) problems: bool,
}

pub(crate) const ALL: Parts = Parts { evidence: true, input: true, problems: true };

/// The outcome as lines, in an order that does not depend on the order of the text.
pub(crate) fn lines(policy: &Policy, outcome: &Outcome, parts: Parts) -> Vec<String> {
    let telling = Telling { policy, parts };
    let mut lines: Vec<String> = Vec::new();
    lines.extend(outcome.verdicts.iter().map(|it| telling.verdict(it)));
    lines.extend(outcome.figures.iter().map(|it| telling.figure(it)));
    lines.extend(outcome.entries.iter().map(|it| telling.entry(it)));
    lines.extend(outcome.notices.iter().map(|it| telling.notice(it)));
    lines.extend(outcome.claims.iter().map(|it| telling.claim(it)));
    if parts.problems {
        for problem in &outcome.problems {
            let event = problem.event.as_deref().filter(|_| parts.evidence).unwrap_or("-");
            lines.push(format!("problem {} at {:?} of {event}", problem.code.name(), problem.at));
        }
        for (code, count) in &outcome.problem_counts {
            lines.push(format!("problems {} {count}", code.name()));
        }
    }
    if parts.input {
        lines.push(format!("input {:?}", outcome.input));
    }
    lines.sort();
    lines
}

/// The lines that only one of two outcomes has.
pub(crate) fn differences(left: &[String], right: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&String, i32> = BTreeMap::new();
    for line in left {
        *counts.entry(line).or_default() += 1;
    }
    for line in right {
        *counts.entry(line).or_default() -= 1;
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count != 0)
        .map(|(line, count)| format!("{} {line}", if count > 0 { "-" } else { "+" }))
        .collect()
}

struct Telling<'a> {
    policy: &'a Policy,
    parts: Parts,
}

impl Telling<'_> {
    fn duty(&self, id: DutyId) -> String {
        let duty = &self.policy.duties[id];
        format!("{} of {:?}", duty.name, self.policy.version_of(duty.clause))
    }

    fn consequence(&self, id: ConsequenceId) -> String {
        let consequence = &self.policy.consequences[id];
        format!("{} of {:?}", consequence.name, self.policy.version_of(consequence.clause))
    }

    fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Agreement => "the agreement".to_owned(),
            Subject::Item { case, born, key } => {
                format!("{} {key} of {born}", self.policy.cases[*case].name)
            }
            Subject::Event(evidence) => self.event(evidence),
            Subject::Group(span, group) => {
                format!("{group} in {}", self.subject(&Subject::Window(*span)))
            }
            Subject::Window(span) => {
                let spec = self.policy.windows[span.window];
                format!("{spec:?} {} {}..{}", span.index, span.start, span.end)
            }
        }
    }

    fn event(&self, evidence: &Evidence) -> String {
        let id = evidence.id.as_deref().filter(|_| self.parts.evidence).unwrap_or("-");
        format!("{} {id} at {}", self.policy.events[evidence.event].name, evidence.at)
    }

    fn evidence(&self, evidence: &[Evidence]) -> String {
        if !self.parts.evidence {
            return String::new();
        }
        let mut all: Vec<String> = evidence.iter().map(|it| self.event(it)).collect();
        all.sort();
        all.dedup();
        format!(" because of {}", all.join(", "))
    }

    fn verdict(&self, it: &Verdict) -> String {
        format!(
            "verdict {} on {}: {} at {:?} late_from {:?} done {:?} unknown {}{}",
            self.duty(it.duty),
            self.subject(&it.subject),
            it.verdict.word(),
            it.at,
            it.late_from,
            it.done_at,
            !it.because.is_empty(),
            self.evidence(&it.evidence),
        )
    }

    fn figure(&self, it: &Figure) -> String {
        let mut judged: Vec<String> = it
            .judged
            .iter()
            .map(|judged| {
                let targets: Vec<String> = judged
                    .targets
                    .iter()
                    .map(|(relation, target)| format!("{relation:?} {}", quantity(target)))
                    .collect();
                format!("{} {} {}", self.duty(judged.duty), judged.verdict.word(), targets.join(" "))
            })
            .collect();
        judged.sort();
        format!(
            "figure {} for {:?} in {:?} {} {}..{}: {} of {} provisional {} judged {}",
            self.policy.measures[it.measure].name,
            it.group,
            it.window.spec,
            it.window.index,
            it.window.start,
            it.window.end,
            quantity(&it.value),
            it.ratio
                .as_ref()
                .filter(|_| it.value != Quantity::NoData)
                .map_or("-".to_owned(), |(part, all)| format!("{}/{}", number(part), number(all))),
            it.provisional,
            judged.join(", "),
        )
    }

    fn entry(&self, it: &Entry) -> String {
        let consequence = &self.policy.consequences[it.consequence];
        let accrual = it.accrual.as_ref().map_or("-".to_owned(), accrual);
        let kind = match &consequence.effect {
            Effect::Entry(entry) => self.policy.kinds[entry.kind].as_str(),
            Effect::Accrue(accrual) => self.policy.kinds[accrual.kind].as_str(),
            Effect::Tell(_)
            | Effect::Right(_)
            | Effect::End(_)
            | Effect::CountsAs(_)
            | Effect::Suspend(_) => "notice",
        };
        format!(
            "entry {} {kind} on {} #{}: {} owes {} gross {:?} amount {:?} capped {} at {} in {:?} accrual {accrual} \
             unknown {}{}",
            self.consequence(it.consequence),
            self.subject(&it.subject),
            it.ordinal,
            self.policy.parties[it.debtor].name,
            self.policy.parties[it.creditor].name,
            it.gross,
            it.amount,
            it.capped_by.map_or("-".to_owned(), |cap| self.cap(cap)),
            it.at,
            it.window.map(|window| (window.start, window.end)),
            !it.because.is_empty(),
            self.evidence(&it.evidence),
        )
    }

    fn cap(&self, cap: CapId) -> String {
        match self.policy.caps[cap].scope {
            CapScope::Window(window) => format!("per {:?}", self.policy.windows[window]),
            CapScope::Group(of) => format!("for each value {:?}", of.map(|of| self.policy.windows[of])),
            CapScope::Case(case) => format!("for each {}", self.policy.cases[case].name),
            other => format!("{other:?}"),
        }
    }

    fn claim(&self, it: &Claim) -> String {
        let standing = match &it.standing {
            ClaimStanding::Open => "open".to_owned(),
            ClaimStanding::Lapsed => "lapsed".to_owned(),
            ClaimStanding::Claimed(by) if self.parts.evidence => {
                format!("claimed by {:?} at {}", by.id, by.at)
            }
            ClaimStanding::Claimed(by) => format!("claimed at {}", by.at),
        };
        format!(
            "claim {} on {} #{}: {} of {} at {} until {:?} of {:?} unknown {}: {standing}",
            self.consequence(it.consequence),
            self.subject(&it.subject),
            it.ordinal,
            self.policy.parties[it.creditor].name,
            self.policy.parties[it.debtor].name,
            it.at,
            it.until,
            it.amount,
            !it.because.is_empty(),
        )
    }

    fn notice(&self, it: &Notice) -> String {
        format!(
            "notice {} to {} about {} at {}, arose {:?}",
            self.consequence(it.consequence),
            self.policy.parties[it.to].name,
            self.subject(&it.subject),
            it.at,
            it.arose
        )
    }
}

fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Known(value) => format!("{value:?}"),
        Quantity::NoData => "no data".to_owned(),
        Quantity::Unknown { between, .. } => {
            let between = between.as_ref().map(|(low, high)| format!("{}..{}", number(low), number(high)));
            format!("unknown {}", between.unwrap_or_default())
        }
    }
}

fn number(exact: &Exact) -> String {
    let (numer, denom) = exact.parts();
    format!("{numer}/{denom}")
}

/// How many periods at which amounts: stretches of one amount are one.
fn accrual(accrued: &Accrued) -> String {
    let mut stretches: Vec<(u32, String)> = Vec::new();
    for stretch in accrued.stretches.iter().filter(|stretch| stretch.periods > 0) {
        let each = number(&stretch.each);
        match stretches.last_mut() {
            Some((periods, last)) if *last == each => *periods += stretch.periods,
            _ => stretches.push((stretch.periods, each)),
        }
    }
    // A stretch in which nothing was counted says nothing.
    let from = accrued.stretches.first().filter(|_| !stretches.is_empty()).map(|stretch| stretch.from);
    format!("from {from:?} {stretches:?} until {:?}", accrued.until)
}
