//! Single lines of a statement, for what is told one by one: without an outcome, a period or a decision.

use super::{
    Booking, ClaimLine, Material, MeasureLine, NoticeLine, ProblemLine, VerdictLine, booking, claim, figure,
    notice_line, problem, verdict,
};
use crate::subject::Lives;
use servanda_diagnostics::Sources;
use servanda_evaluator::outcome::{Claim, Entry, Figure, Notice, Outcome, Verdict};
use servanda_events::Problem;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::{Instant, Zone};

/// Makes a line from nothing but what is told.
fn alone<T>(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    line: impl FnOnce(&Material<'_>) -> T,
) -> T {
    let outcome = Outcome::new(String::new(), Instant::MIN);
    line(&Material { policy, agreement, outcome: &outcome, decided: None, sources, period: None })
}

/// A verdict as a statement has it.
pub(crate) fn verdict_told(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    told: &Verdict,
) -> VerdictLine {
    alone(policy, agreement, sources, |material| verdict::line(material, told))
}

/// A figure as a statement has it.
pub(crate) fn figure_told(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    told: &Figure,
) -> Option<MeasureLine> {
    alone(policy, agreement, sources, |material| figure::line(material, told))
}

/// An entry as a statement of all time has it.
pub(crate) fn booking_told(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    lives: &Lives,
    told: &Entry,
) -> Option<Booking> {
    alone(policy, agreement, sources, |material| booking::whole(material, lives, told))
}

/// A notice as a statement has it.
pub(crate) fn notice_told(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    told: &Notice,
) -> NoticeLine {
    alone(policy, agreement, sources, |material| notice_line(material, told))
}

/// A claim as a statement has it.
pub(crate) fn claim_told(
    policy: &Policy,
    agreement: &Agreement,
    sources: &Sources,
    told: &Claim,
) -> ClaimLine {
    alone(policy, agreement, sources, |material| claim::line(material, told))
}

/// A problem as a statement has it.
pub(crate) fn problem_told(zone: &Zone, sources: &Sources, told: &Problem) -> ProblemLine {
    problem(zone, sources, told)
}
