//! What a stream has told, in the order in which it did, for tests to look at.

use crate::Run;
use servanda_evaluator::outcome::Quantity;
use servanda_evaluator::{ClaimStanding, Figure, Revision, StreamSink, Told};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_report::{money_text, subject_text, value_text};

/// A sink that records: everything that is told, and every revision, in their order.
///
/// ```
/// # use servanda::{Run, Sources, compile, moment};
/// use servanda::testing::{Transcript, event};
/// # let policy = compile(&Sources::new().with("desk.sla", r#"
/// #     language 1. agreement "Help desk" {
/// #       party desk. party client. in force from 2026-01-01.
/// #       time zone Europe/Berlin. money in EUR.
/// #       events arrive at most 1 hour late.
/// #       event question.asked { question: id } event question.answered { question: id }
/// #       case question {
/// #         begins when question.asked. answer (answered) when question.answered. ends when answered.
/// #       }
/// #       clause 1 "Answers" {
/// #         desk must answer each question within 8 hours otherwise desk credits client 5 EUR.
/// #       }
/// #     }"#))?;
/// let mut run = Run::of_log(&policy)?;
/// let mut transcript = Transcript::default();
/// let asked = event("question.asked").at("2026-03-02 09:00").field("question", "Q-1");
/// let answered = event("question.answered").at("2026-03-02 16:50").field("question", "Q-1");
///
/// run.read(asked.line(&run)?.as_bytes());
/// let zone = run.agreements()[0].zone.clone();
/// run.follow(moment("2026-03-02 17:30", &zone)?, &mut transcript)?;
/// assert_eq!(transcript.take_lines(&run), ["verdict 1 on Q-1: broken", "entry 1 on Q-1: 5.00 EUR"]);
///
/// run.read(answered.line(&run)?.as_bytes());
/// run.follow(moment("2026-03-02 17:40", &zone)?, &mut transcript)?;
/// assert_eq!(transcript.take_lines(&run), [
///     "verdict 1 on Q-1: broken → verdict 1 on Q-1: kept",
///     "entry 1 on Q-1: 5.00 EUR → nothing",
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transcript {
    heard: Vec<(u32, Revision)>,
}

impl Transcript {
    /// What was told, with the number of its instance; what was told for the first time replaces nothing.
    pub fn heard(&self) -> &[(u32, Revision)] {
        &self.heard
    }

    /// What was told as sentences for assertions, and nothing of it any more in the transcript. Where there are
    /// several agreements, each sentence begins with the name of its one.
    pub fn take_lines(&mut self, run: &Run) -> Vec<String> {
        let policy = run.evaluator().policy();
        let mut lines = Vec::new();
        for (instance, Revision { was, is }) in self.heard.drain(..) {
            let Some(agreement) = run.agreement(instance) else { continue };
            let of = match run.agreements().len() {
                1 => String::new(),
                _ => format!("{}: ", agreement.name),
            };
            let is_text = is.map_or_else(|| "nothing".to_owned(), |is| told_text(policy, agreement, &is));
            lines.push(match was {
                None => format!("{of}{is_text}"),
                Some(was) => format!("{of}{} → {is_text}", told_text(policy, agreement, &was)),
            });
        }
        lines
    }
}

impl StreamSink for Transcript {
    fn told(&mut self, instance: u32, told: Told) {
        self.heard.push((instance, Revision { was: None, is: Some(told) }));
    }

    fn revised(&mut self, instance: u32, revision: Revision) {
        self.heard.push((instance, revision));
    }
}

/// Something told, in a few words.
pub(super) fn told_text(policy: &Policy, agreement: &Agreement, told: &Told) -> String {
    let subject = |subject| subject_text(policy, agreement, subject);
    let consequence = |id| policy.consequences.find(id).map_or("?", |of| of.name.as_str());
    match told {
        Told::Verdict(it) => {
            let duty = policy.duties.find(it.duty).map_or("?", |duty| &duty.name);
            format!("verdict {duty} on {}: {}", subject(&it.subject), it.verdict.word())
        }
        Told::Figure(it) => figure_text(policy, agreement, it),
        Told::Entry(it) => {
            let amount =
                it.amount.map_or_else(|| "undetermined".to_owned(), |amount| money_text(amount, agreement));
            format!("entry {} on {}: {amount}", consequence(it.consequence), subject(&it.subject))
        }
        Told::Notice(it) => {
            let to = policy.parties.find(it.to).map_or("?", |party| &party.name);
            format!("notice {} on {}: to {to}", consequence(it.consequence), subject(&it.subject))
        }
        Told::Claim(it) => {
            let amount =
                it.amount.map_or_else(|| "undetermined".to_owned(), |amount| money_text(amount, agreement));
            let standing = match &it.standing {
                ClaimStanding::Open => "claimable",
                ClaimStanding::Claimed(_) => "claimed",
                ClaimStanding::Lapsed => "lapsed",
            };
            format!("claim {} on {}: {amount}, {standing}", consequence(it.consequence), subject(&it.subject))
        }
        Told::Problem(it) => format!("problem {}: {}", it.code.number(), it.message),
        other => format!("{other:?}"),
    }
}

fn figure_text(policy: &Policy, agreement: &Agreement, figure: &Figure) -> String {
    let measure = policy.measures.find(figure.measure);
    let text = match (&figure.value, measure) {
        (Quantity::Known(value), Some(measure)) => value_text(policy, agreement, value, measure.unit),
        (Quantity::NoData, _) => "no data".to_owned(),
        _ => "undetermined".to_owned(),
    };
    format!(
        "figure {} in {}: {text}",
        measure.map_or("?", |of| of.name.as_str()),
        figure.window.label(&agreement.zone)
    )
}
