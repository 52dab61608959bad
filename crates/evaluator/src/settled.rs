//! What payments had settled of accruals that compound, stretch by stretch: texts have it with the stretches, and snapshots
//! apart from them, so that those of earlier versions of the format are read.

use crate::outcome::{Accrued, Outcome, Stretch};
use crate::state::State;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use servanda_policy::policy::CaseId;
use servanda_policy::time::Instant;
use servanda_policy::value::Exact;
use std::borrow::Cow;

/// A stretch in the bytes of a snapshot.
#[derive(Serialize, Deserialize)]
struct Stored<'s> {
    from: Instant,
    until: Option<Instant>,
    periods: u32,
    each: Cow<'s, Exact>,
    base: Cow<'s, Option<Exact>>,
}

/// A stretch in a text.
#[derive(Serialize, Deserialize)]
struct Told<'s> {
    from: Instant,
    until: Option<Instant>,
    periods: u32,
    each: Cow<'s, Exact>,
    base: Cow<'s, Option<Exact>>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    settled: Cow<'s, Exact>,
}

fn is_nothing(settled: &Exact) -> bool {
    settled.is_zero()
}

impl Serialize for Stretch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Stretch { from, until, periods, each, base, settled } = self;
        let (from, until, periods) = (*from, *until, *periods);
        let (each, base) = (Cow::Borrowed(each), Cow::Borrowed(base));
        if serializer.is_human_readable() {
            Told { from, until, periods, each, base, settled: Cow::Borrowed(settled) }.serialize(serializer)
        } else {
            Stored { from, until, periods, each, base }.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Stretch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let told = if deserializer.is_human_readable() {
            Told::deserialize(deserializer)?
        } else {
            let Stored { from, until, periods, each, base } = Stored::deserialize(deserializer)?;
            Told { from, until, periods, each, base, settled: Cow::Owned(Exact::ZERO) }
        };
        let Told { from, until, periods, each, base, settled } = told;
        let (each, base) = (each.into_owned(), base.into_owned());
        Ok(Stretch { from, until, periods, each, base, settled: settled.into_owned() })
    }
}

/// What was settled before stretches of an accrual, by their places.
type OfStretches = Vec<(u32, Exact)>;

/// Of the accruals of items, each by its case, slot, duty and place; and of entries that are kept, each by its place.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SettledAccruals {
    items: Vec<((CaseId, u32, u32, u32), OfStretches)>,
    kept: Vec<(u32, OfStretches)>,
}

/// What is stored of a state and of what is kept beside it.
pub(crate) fn of(state: &State, kept: &Outcome) -> SettledAccruals {
    let mut items = Vec::new();
    for (case, of) in state.cases.iter() {
        for (slot, item) in (0..).zip(of.slots()) {
            let duties = (0..).zip(item.iter().flat_map(|item| &item.duties));
            for (duty, place, accrual) in duties
                .flat_map(|(duty, it)| (0..).zip(&it.accruals).map(move |(place, it)| (duty, place, it)))
            {
                items.extend(of_stretches(&accrual.accrued).map(|of| ((case, slot, duty, place), of)));
            }
        }
    }
    let entries = (0..).zip(&kept.entries);
    let kept = entries.filter_map(|(place, entry)| Some((place, of_stretches(entry.accrual.as_ref()?)?)));
    SettledAccruals { items, kept: kept.collect() }
}

fn of_stretches(accrued: &Accrued) -> Option<OfStretches> {
    let all = (0..).zip(&accrued.stretches).filter(|(_, stretch)| !stretch.settled.is_zero());
    let all: OfStretches = all.map(|(place, stretch)| (place, stretch.settled.clone())).collect();
    (!all.is_empty()).then_some(all)
}

/// Puts it where it belongs; none where there is no such place.
pub(crate) fn put(state: &mut State, kept: &mut Outcome, settled: SettledAccruals) -> Option<()> {
    for ((case, slot, duty, place), all) in settled.items {
        let item = state.cases.find_mut(case)?.get_mut(slot)?;
        let accrual = item.duties.get_mut(duty as usize)?.accruals.get_mut(place as usize)?;
        put_into(&mut accrual.accrued, all)?;
    }
    for (place, all) in settled.kept {
        put_into(kept.entries.get_mut(place as usize)?.accrual.as_mut()?, all)?;
    }
    Some(())
}

fn put_into(accrued: &mut Accrued, all: OfStretches) -> Option<()> {
    for (place, settled) in all {
        let stretch = accrued.stretches.get_mut(place as usize).filter(|_| !settled.is_negative())?;
        stretch.settled = settled;
    }
    Some(())
}
