//! Whether what was stored fits the policy that is to go on with it. A snapshot may have been made by anybody: every
//! name in it must be one of the policy's, every table as long as the policy makes it, and nothing may be due before
//! the instant up to which it was played.

use crate::claim::Claimable;
use crate::group::Cells;
use crate::items::Items;
use crate::outcome::{
    Claim, ClaimStanding, Entry, Evidence, Figure, Notice, Outcome, Quantity, Subject, Verdict,
};
use crate::plan::Plan;
use crate::pot::Pot;
use crate::restored::Restorable;
use crate::row::Rows;
use crate::state::{
    Bound, BoundKind, Gathered, Item, ItemDuty, More, OpenWindow, Place, Seldom, Settled, State, WindowDuty,
};
use crate::tally::Tally;
use servanda_events::{Fact, FieldValue, InputCounts};
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{
    CaseId, ConsequenceId, Effect, FoldKind, Form, LengthKind, PartyId, Policy, Signal, Value, WindowId,
};
use servanda_policy::time::{Instant, Window};
use std::collections::BTreeMap;

/// No count gets so far by counting.
const MOST: u64 = 1 << 60;

/// Whether the policy has an event of this type with as many fields, and what they name.
pub(crate) fn fact(policy: &Policy, fact: &Fact) -> bool {
    policy.events.find(fact.event).is_some_and(|of| of.fields.len() == fact.fields.len())
        && fact.fields.iter().all(|value| field(policy, value))
}

fn field(policy: &Policy, value: &FieldValue) -> bool {
    match value {
        FieldValue::Party(id) => party(policy, *id),
        FieldValue::Decimal { scale, .. } => *scale <= 9,
        _ => true,
    }
}

pub(crate) fn party(policy: &Policy, id: PartyId) -> bool {
    policy.parties.find(id).is_some()
}

fn value(policy: &Policy, value: &Value) -> bool {
    match value {
        Value::Party(id) => party(policy, *id),
        Value::Length(length) => match length.kind {
            LengthKind::Open(id) | LengthKind::BusinessDays(id) => policy.calendars.find(id).is_some(),
            _ => true,
        },
        _ => true,
    }
}

fn quantity(policy: &Policy, it: &Quantity) -> bool {
    match it {
        Quantity::Known(known) => value(policy, known),
        Quantity::NoData | Quantity::Unknown { .. } => true,
    }
}

/// Whether a state that was played up to an instant is one of this agreement.
pub(crate) fn state(plan: &Plan, agreement: &Agreement, state: &State, at: Instant) -> bool {
    let policy = &plan.policy;
    let State { cases, windows, leaves, windowed, caps, credit, agenda, begun: _, ended: _, seldom } = state;
    let Seldom { set_off, more, later, fees, pot, suspended, closed, group_leaves, waiting: _ } = &**seldom;
    let More { previous, runs, holds, delays, pauses: _, claims, restorable, rows, earned } = &**more;
    // Only where delays extend anything are items looked up by their births.
    let extended = if holds.is_empty() && delays.is_empty() { None } else { Some(cases.iter()) };
    let stored = extended.into_iter().flatten().flat_map(|(case, of)| {
        let items = (0..).zip(of.slots()).filter_map(|(slot, item)| Some((slot, item.as_deref()?)));
        items.map(move |(slot, item): (u32, &Item)| ((case, item.birth), (slot, item.duties.len())))
    });
    let births: BTreeMap<(CaseId, u64), (u32, usize)> = stored.collect();
    let slot_of = |(case, birth, duty): &Place| {
        let item = births.get(&(*case, *birth)).filter(|(_, duties)| (*duty as usize) < *duties);
        item.map(|(slot, _)| *slot)
    };
    let known = |place: &Place| slot_of(place).is_some();
    cases.len() == policy.cases.len()
        && windows.len() == policy.windows.len()
        && leaves.len() == plan.leaves.len()
        && caps.len() == policy.caps.len()
        && leaves.values().zip(plan.leaves.values()).all(|(counts, of)| counts.len() == of.len())
        && group_leaves.iter().all(|((fold, _), counts)| {
            plan.leaves.find(*fold).is_some_and(|of| of.len() == counts.len())
                && plan.grouping(policy.folds[*fold].window).is_some()
        })
        && cases.iter().all(|(case, of)| items(plan, case, of))
        && windows.iter().all(|(id, open)| {
            open.iter().all(|open| open_window(plan, agreement, id, open))
                && open.iter().is_sorted_by_key(|open| open.window.index)
        })
        && runs.keys().chain(rows.keys()).all(|duty| policy.duties.find(*duty).is_some())
        && rows.values().all(Rows::is_sound)
        && earned.keys().all(|id| policy.consequences.find(*id).and_then(crate::restored::kept).is_some())
        && holds.iter().all(|(held, hold)| slot_of(held) == Some(hold.slot))
        && delays.iter().all(|(own, held)| known(own) && held.iter().all(known))
        && previous.keys().all(|measure| policy.measures.find(*measure).is_some())
        && windowed.iter().all(|(duty, of)| match policy.duties.find(*duty).map(|duty| &duty.form) {
            Some(Form::DoEach { window: id, .. }) => {
                of.iter().all(|WindowDuty { window: it, .. }| was_window(agreement, *id, it))
            }
            _ => false,
        })
        && later.named.keys().all(|duty| policy.duties.find(*duty).is_some())
        && later.arisen.keys().all(|right| policy.consequences.find(*right).is_some())
        && credit.keys().all(|case| policy.cases.find(*case).is_some())
        && later.paid_out.keys().all(|case| policy.cases.find(*case).is_some())
        && set_off.keys().all(|(_, case)| policy.cases.find(*case).is_some())
        && pot_fits(policy, pot)
        && claims.iter().all(|claim| claimable(policy, claim))
        && fees.iter().all(|(of, fees)| {
            fees.open.keys().all(|(.., id, _)| plan.settled.find(*id).is_some_and(|it| *it == Some(*of)))
        })
        && restorable.values().flatten().all(|it| can_be_restored(policy, it))
        && crate::suspension::fits(plan, suspended)
        && crate::reopening::fits(plan, cases, closed)
        && crate::waiting::fits(policy, state)
        && agenda.iter().all(|due| due.at >= at && bound(policy, due))
}

/// Whether an amount that waits for a claim is one of the policy's.
fn claimable(policy: &Policy, it: &Claimable) -> bool {
    let rule = policy.consequences.find(it.consequence).map(|of| &of.effect);
    matches!(rule, Some(Effect::Entry(entry)) if entry.claim.is_some() && entry.caps.len() == it.limits.len())
        && subject(policy, &it.subject)
        && it.evidence.iter().all(|event| evidence(policy, event))
}

/// Whether what can be earned back is one of the policy's.
fn can_be_restored(policy: &Policy, it: &Restorable) -> bool {
    policy.consequences.find(it.consequence).and_then(crate::restored::kept).is_some()
        && matches!(it.subject, Subject::Window(_))
        && subject(policy, &it.subject)
}

fn is_window(agreement: &Agreement, id: WindowId, window: &Window) -> bool {
    agreement.windows.get(id.index()).and_then(|windows| windows.window(window.index)) == Some(*window)
}

/// Whether it is one of the windows, or was before the end was brought nearer: what has been decided keeps the window in
/// which it was.
fn was_window(agreement: &Agreement, id: WindowId, window: &Window) -> bool {
    let Some(is) = agreement.windows.get(id.index()).and_then(|windows| windows.window(window.index)) else {
        return false;
    };
    let longer = is.end <= window.end && window.end <= window.full_end;
    let dates = is.last_date <= window.last_date && window.last_date <= window.full_last;
    let Window { end, last_date, full_end, full_last, .. } = *window;
    longer && dates && Window { end, last_date, full_end, full_last, ..is } == *window
}

fn items(plan: &Plan, case: CaseId, items: &Items) -> bool {
    let empty = items.slots().iter().filter(|slot| slot.is_none()).count();
    let mut free = items.free().to_vec();
    free.sort_unstable();
    free.dedup();
    free.len() == empty
        && items.free().len() == empty
        && free.iter().all(|slot| items.slots().get(*slot as usize).is_some_and(Option::is_none))
        && items.births < MOST
        && items.slots().iter().flatten().all(|it| item(plan, case, it) && it.birth <= items.births)
}

fn item(plan: &Plan, case: CaseId, it: &Item) -> bool {
    let policy = &plan.policy;
    let (Some(of), Some(case_plan)) = (policy.cases.find(case), plan.cases.find(case)) else { return false };
    it.acts.len() == of.acts.len()
        && it.fields.len() == of.fields.len()
        && it.fields.iter().all(|value| field(policy, value))
        && it.duties.len() == case_plan.duties.len()
        && it.duties.iter().all(|duty| item_duty(policy, duty))
        && it.marks.iter().all(|mark| (mark.fold as usize) < case_plan.folds.len())
        && it
            .alive
            .iter()
            .all(|leaf| plan.leaves.find(leaf.fold).is_some_and(|leaves| (leaf.leaf as usize) < leaves.len()))
        && it.debt.is_some() <= of.debt.is_some()
        && it.opened_by.iter().all(|event| evidence(policy, event))
}

fn item_duty(policy: &Policy, duty: &ItemDuty) -> bool {
    duty.done_by.iter().all(|event| evidence(policy, event))
        && duty.accruals.iter().all(|accrual| {
            let effect = policy.consequences.find(accrual.consequence).map(|of| &of.effect);
            matches!(effect, Some(Effect::Accrue(_)))
                && accrual.capped_by.is_none_or(|cap| policy.caps.find(cap).is_some())
        })
}

fn open_window(plan: &Plan, agreement: &Agreement, id: WindowId, open: &OpenWindow) -> bool {
    let Some(of) = plan.windows.find(id) else { return false };
    let folds = |folds: &[Gathered]| {
        folds.len() == of.folds.len()
            && of.folds.iter().zip(folds).all(|(fold, gathered)| {
                let time = matches!(plan.policy.folds[*fold].kind, FoldKind::Time { .. });
                match gathered {
                    Gathered::Items(of) => !time && tally(&plan.policy, of),
                    Gathered::Time(_) => time,
                }
            })
    };
    let figures = |figures: &[Option<Box<Settled>>]| {
        figures.len() == of.measures.len()
            && figures.iter().flatten().all(|figure| quantity(&plan.policy, &figure.value))
    };
    let cells = |of_group: &Cells| {
        folds(&of_group.folds)
            && figures(&of_group.figures)
            && of_group.keeps.len() == of.keeps.len()
            && of_group.weighed.len() == of.consequences.len()
    };
    folds(&open.folds)
        && figures(&open.figures)
        && is_window(agreement, id, &open.window)
        && open.keeps.len() == of.keeps.len()
        && open.weighed.len() == of.consequences.len()
        && (open.groups.is_empty() || plan.grouping(id).is_some())
        && open.groups.values().all(cells)
}

/// Whether the parts of what was counted are no greater than their wholes, and all of it can go on being counted.
fn tally(policy: &Policy, of: &Tally) -> bool {
    let unsure = &*of.unsure;
    let parts = u128::from(of.fulfilling) + u128::from(unsure.unknown);
    let unplaced = u128::from(unsure.unplaced_fulfilling) + u128::from(unsure.unplaced_failing);
    parts <= u128::from(of.count)
        && unplaced <= u128::from(unsure.unplaced)
        && unsure.waiting_unplaced <= of.waiting
        && [of.count, unsure.unplaced, of.waiting].iter().all(|count| *count < MOST)
        && of.value.as_ref().is_none_or(|held| {
            let counted = held.values.values().try_fold(0_u64, |sum, count| sum.checked_add(*count));
            value(policy, &held.amount)
                && held.of <= of.count
                && held.values.keys().all(|it| value(policy, it))
                && (held.values.is_empty() || counted == Some(held.of))
        })
}

/// Whether counts of lines can go on being counted.
pub(crate) fn counts(of: &InputCounts) -> bool {
    let InputCounts { lines, evaluated, duplicates, ignored, out_of_scope, problems } = of;
    [lines, evaluated, duplicates, ignored, out_of_scope, problems].iter().all(|count| **count < MOST)
}

fn bound(policy: &Policy, bound: &Bound) -> bool {
    match bound.kind {
        BoundKind::ItemLate { case, .. }
        | BoundKind::PeriodOver { case, .. }
        | BoundKind::PeriodBegins { case, .. }
        | BoundKind::Alive { case, .. }
        | BoundKind::Forget { case, .. }
        | BoundKind::Final { case, .. }
        | BoundKind::SetOff { case } => policy.cases.find(case).is_some(),
        BoundKind::WindowLate { duty, .. } => policy.duties.find(duty).is_some(),
        BoundKind::WindowOver { window, .. } | BoundKind::WindowBegins { window, .. } => {
            policy.windows.find(window).is_some()
        }
        BoundKind::TermOver
        | BoundKind::TermBegins
        | BoundKind::ClaimOver
        | BoundKind::Standing
        | BoundKind::Told => true,
    }
}

fn evidence(policy: &Policy, event: &Evidence) -> bool {
    policy.events.find(event.event).is_some()
}

fn subject(policy: &Policy, it: &Subject) -> bool {
    match it {
        Subject::Agreement => true,
        Subject::Item { case, .. } => policy.cases.find(*case).is_some(),
        Subject::Event(event) => evidence(policy, event),
        Subject::Window(span) => policy.windows.find(span.window).is_some(),
        Subject::Group(span, _) => policy.grouped_by(span.window).is_some(),
    }
}

/// Whether outcomes that were kept are of this policy.
pub(crate) fn outcome(policy: &Policy, it: &Outcome) -> bool {
    let Outcome { verdicts, figures, entries, notices, claims, problem_counts, input, .. } = it;
    counts(input)
        && problem_counts.values().all(|count| *count < MOST)
        && verdicts.iter().all(|Verdict { duty, subject: of, evidence: events, .. }| {
            policy.duties.find(*duty).is_some()
                && subject(policy, of)
                && events.iter().all(|event| evidence(policy, event))
        })
        && figures.iter().all(|Figure { measure, value: it, judged, .. }| {
            policy.measures.find(*measure).is_some()
                && quantity(policy, it)
                && judged.iter().all(|judged| {
                    policy.duties.find(judged.duty).is_some()
                        && judged.targets.iter().all(|(_, target)| quantity(policy, target))
                })
        })
        && entries.iter().all(
            |Entry { consequence, subject: of, debtor, creditor, capped_by, evidence: events, .. }| {
                policy.consequences.find(*consequence).is_some()
                    && subject(policy, of)
                    && party(policy, *debtor)
                    && party(policy, *creditor)
                    && capped_by.is_none_or(|cap| policy.caps.find(cap).is_some())
                    && events.iter().all(|event| evidence(policy, event))
            },
        )
        && notices.iter().all(|Notice { consequence, to, subject: of, at: _, arose: _ }| {
            policy.consequences.find(*consequence).is_some() && party(policy, *to) && subject(policy, of)
        })
        && claims.iter().all(
            |Claim { consequence, subject: of, debtor, creditor, standing, evidence: events, .. }| {
                let by = match standing {
                    ClaimStanding::Claimed(by) => Some(by),
                    ClaimStanding::Open | ClaimStanding::Lapsed => None,
                };
                policy.consequences.find(*consequence).is_some()
                    && subject(policy, of)
                    && party(policy, *debtor)
                    && party(policy, *creditor)
                    && events.iter().chain(by).all(|event| evidence(policy, event))
            },
        )
}

fn pot_fits(policy: &Policy, pot: &Pot) -> bool {
    let Pot { credits, unknown, waiting, told } = pot;
    let pays = |case: &CaseId, id: &ConsequenceId| policy.sets_off(*id) == Some(*case);
    let paid = |id: &ConsequenceId| {
        policy
            .consequences
            .find(*id)
            .is_some_and(|of| matches!(of.on, Signal::Paid(_)) || of.pays_out().is_some())
    };
    credits.iter().all(|((case, id), rest)| pays(case, id) && !rest.is_negative())
        && unknown.keys().all(|case| policy.cases.find(*case).is_some())
        && waiting.iter().all(|((_, case, id), amount)| pays(case, id) && *amount > 0)
        && told.keys().all(paid)
}
