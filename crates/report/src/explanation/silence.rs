//! That an act counted as done because somebody had not said otherwise in time.

use super::{Material, Step};
use servanda_evaluator::outcome::{Notice, Subject};
use servanda_policy::policy::{Deadline, DutyId, Effect, Form, From, Silence};
use servanda_policy::time::Instant;

/// The silence by which the act of a duty was done at an instant, where nothing else did it.
pub(super) fn of_duty(material: &Material<'_>, id: DutyId, subject: &Subject, at: Instant) -> Option<Step> {
    match &material.policy.duties.find(id)?.form {
        Form::Do { act, .. } => of_act(material, *act, subject, at),
        Form::DoEach { .. } | Form::Keep { .. } | Form::MustNot { .. } => None,
    }
}

/// The silence by which the act was done from which the time of a duty counts.
pub(super) fn of_start(
    material: &Material<'_>,
    deadline: &Deadline,
    subject: &Subject,
    since: Instant,
) -> Option<Step> {
    match deadline {
        Deadline::Within { from: From::Done(act), .. } => of_act(material, *act, subject, since),
        Deadline::Within { .. } | Deadline::By(_) => None,
    }
}

fn of_act(material: &Material<'_>, act: u32, subject: &Subject, at: Instant) -> Option<Step> {
    let by_silence = |notice: &&Notice| {
        let of = material.policy.consequences.find(notice.consequence).map(|of| &of.effect);
        let is_act = matches!(of, Some(Effect::CountsAs(Silence { act: done, .. })) if *done == act);
        is_act && notice.subject == *subject && notice.at == at
    };
    let notice = material.outcome.notices.iter().find(by_silence)?;
    let consequence = material.policy.consequences.find(notice.consequence)?;
    let words = material.policy.words_of_silence(consequence)?;
    let mut step = Step::new(format!("{} {words}, under {}", material.party(notice.to), consequence.name));
    step.place = material.place(consequence.span);
    Some(step)
}
