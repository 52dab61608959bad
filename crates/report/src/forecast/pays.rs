//! What it costs to pay a debt from which instant on: the figure of what accrues, were it paid then.

use super::Ahead;
use serde::Serialize;
use servanda_evaluator::outcome::{Entry, Verdict};
use servanda_evaluator::{grace_over, period_start, periods};
use servanda_policy::policy::{Counted, Signal};
use servanda_policy::time::Instant;
use servanda_policy::value::format_minor;

use crate::accrual::{accrual_of, amounts_at};

/// How many changes are told.
const TOLD: usize = 3;

/// How many periods are looked through for them.
const LOOKED_THROUGH: i64 = 400;

/// What something that accrues on a debt comes to, if the debt is paid from an instant on and before the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastPay {
    /// The id of the entry.
    pub id: String,
    /// From which instant on, RFC 3339; none: from now on.
    pub from: Option<String>,
    /// The last instant before, RFC 3339.
    pub until: Option<String>,
    /// What it comes to, after limits.
    pub amount: String,
    /// The currency's code.
    pub currency: &'static str,
}

impl Ahead<'_> {
    /// What accrues on a debt, as it goes on while nothing is paid.
    pub(super) fn pays(&self, verdict: &Verdict) -> Vec<ForecastPay> {
        let (policy, agreement) = (self.material.policy, self.material.agreement);
        let accrues = |entry: &Entry| {
            let on = policy.consequences.find(entry.consequence).map(|of| &of.on);
            entry.accrual.is_some() && matches!(on, Some(Signal::Broken(duty)) if *duty == verdict.duty)
        };
        let mut all = Vec::new();
        for (entry, id, _) in self.later.entries(&verdict.subject).iter().filter(|(entry, ..)| accrues(entry))
        {
            let Some(steps) = self.steps_of(entry) else { continue };
            let ends = steps.iter().skip(1).map(|(from, _)| *from).chain(std::iter::once(None));
            for ((from, amount), next) in steps.iter().zip(ends).take(TOLD + 1) {
                all.push(ForecastPay {
                    id: id.clone(),
                    from: from.map(|from| self.instant(from)),
                    until: next.map(|next| self.instant(next.previous())),
                    amount: format_minor(*amount, agreement.currency),
                    currency: agreement.currency.code(),
                });
            }
        }
        all
    }

    /// What an accrual comes to if it is paid at an instant: charges come before payments, so that a period counts that
    /// begins then, or is completed then.
    fn paid_at(&self, entry: &Entry, at: Instant) -> Option<i128> {
        let rule = accrual_of(self.material.policy, entry)?;
        // What is paid when the grace is over is paid too late for it.
        let over = grace_over(self.material.agreement, rule, entry.at);
        let before = match rule.counted {
            Counted::Completed if over != Some(at) => at,
            Counted::Begun | Counted::Completed => Instant(at.0.saturating_add(1)),
        };
        Some(amounts_at(entry, self.material.policy, self.material.agreement, before)?.amount)
    }

    /// What it comes to now, and from when on it is something else.
    fn steps_of(&self, entry: &Entry) -> Option<Vec<(Option<Instant>, i128)>> {
        let (agreement, as_of) = (self.material.agreement, self.material.outcome.as_of);
        let rule = accrual_of(self.material.policy, entry)?;
        let first = periods(agreement, rule, entry.at, as_of).max(0);
        let starts = (first..first.saturating_add(LOOKED_THROUGH))
            .map_while(|number| period_start(agreement, rule.period, entry.at, number));
        let mut instants: Vec<Instant> = starts.chain(grace_over(agreement, rule, entry.at)).collect();
        instants.retain(|at| *at > as_of && *at < self.silent.as_of);
        instants.sort_unstable();
        let mut known = self.paid_at(entry, as_of)?;
        let mut steps = vec![(None, known)];
        for at in instants {
            let amount = self.paid_at(entry, at)?;
            if amount != known {
                steps.push((Some(at), amount));
                known = amount;
            }
            // The one behind the last that is told says until when that is so.
            if steps.len() > TOLD + 1 {
                break;
            }
        }
        Some(steps)
    }

    /// From when on an accrual that has not begun comes to something, and to what.
    pub(super) fn first_figure(&self, entry: &Entry) -> Option<(Instant, i128)> {
        self.steps_of(entry)?.into_iter().find_map(|(from, amount)| Some((from?, amount)))
    }
}
