//! When an agreement ends, of all that could end it.

use servanda_evaluator::outcome::Outcome;
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Effect;
use servanda_policy::time::Instant;

/// The first instant after the end of the agreement, where that is sooner than another one: by its term, or because
/// somebody else has ended it.
pub(crate) fn sooner_than(
    end: Instant,
    policy: &Policy,
    agreement: &Agreement,
    outcome: &Outcome,
) -> Option<Instant> {
    let used = outcome.notices.iter().filter_map(|notice| {
        let Effect::End(ending) = &policy.consequences.find(notice.consequence)?.effect else { return None };
        agreement.end_by(ending, notice.at)
    });
    used.chain(agreement.end).min().filter(|sooner| *sooner < end)
}
