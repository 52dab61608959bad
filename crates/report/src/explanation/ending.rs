//! Why an agreement ends when it does: the right that was used, and how long its notice is.

use super::{Material, Step, verdict};
use servanda_evaluator::outcome::Notice;
use servanda_policy::policy::Ending;

/// The steps from the event by which a right is used to the end that it brings.
pub(super) fn steps(material: &Material<'_>, ending: &Ending, told: &Notice) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(right) = ending.right {
        let arisen = material.outcome.notices.iter().filter(|it| it.consequence == right && it.at < told.at);
        steps.extend(arisen.min_by_key(|it| it.at).map(|it| {
            let shown = crate::text::instant_text(it.at, material.agreement);
            Step::new("the right has arisen").value(shown)
        }));
    }
    let Some(end) = material.agreement.end_by(ending, told.at) else { return steps };
    let given = material.agreement.zone.date_of(told.at);
    let notice = ending.notice.as_ref();
    let said = notice.map_or_else(|| "the end of that day".to_owned(), |notice| material.quoted(notice.span));
    let mut step = Step::new(format!("{given} and {said}")).value(verdict::deadline_text(material, end));
    step.place = notice.and_then(|notice| material.place(notice.span));
    steps.push(step);
    if let Some(sooner) =
        crate::ending::sooner_than(end, material.policy, material.agreement, material.outcome)
    {
        let shown = verdict::deadline_text(material, sooner);
        steps.push(Step::new("the agreement ends sooner").value(shown));
    }
    steps
}
