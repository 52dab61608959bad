//! Verdicts on the items that other items name.

use super::World;
use servanda_policy::policy::{DutyId, Form, Life, Verdict as Kind};
use servanda_policy::time::Instant;

impl World<'_> {
    /// The verdict on the last item under a key that had begun before an instant, as it was known just before it.
    pub(super) fn verdict_on_named(&self, duty: DutyId, key: &str, at: Instant) -> Kind {
        let (Form::Do { case, .. } | Form::MustNot { case, .. }) = &self.policy.duties[duty].form else {
            panic!("it is a duty on items");
        };
        let all = self.lives.items.get(case).map_or(&[][..], Vec::as_slice);
        let Some(item) = all.iter().rfind(|item| item.key == key && item.born < at) else {
            return Kind::NotApplicable;
        };
        let Some(judged) = self.in_its_version(duty, item).filter(|_| item.in_scope) else {
            return Kind::NotApplicable;
        };
        // What was overdue when it began is known when it begins.
        let decided = judged.verdict.at.map(|decided| decided.max(item.born)).filter(|known| *known < at);
        let forbids = matches!(self.policy.duties[judged.verdict.duty].form, Form::MustNot { .. });
        let implicit = matches!(self.policy.cases[*case].life, Life::Implicit);
        let (verdict, since) = match decided {
            Some(known) => (judged.verdict.verdict, known),
            // Of what exists without a beginning, a prohibition says nothing before something is done.
            None if implicit && forbids => return Kind::NotApplicable,
            None => (Kind::Pending, item.born),
        };
        match self.policy.cases[*case].forget {
            Some(period) if at.0 - since.0 >= period => Kind::NotApplicable,
            _ => verdict,
        }
    }
}
