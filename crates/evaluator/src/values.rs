//! The values of which percentiles are made, and of which the different ones are counted: as they are stored, behind all
//! that versions of the format before the twelfth have.

use crate::state::{Gathered, State, Values};
use servanda_policy::policy::WindowId;

/// The values of a fold in an open window: the window, its number, the place of the fold among those of the window.
pub(crate) type ValuesOf = (WindowId, i32, u32, Values);

/// All that there are.
pub(crate) fn of(state: &State) -> Vec<ValuesOf> {
    let mut all = Vec::new();
    for (id, list) in state.windows.iter() {
        for open in list {
            for (place, gathered) in (0..).zip(&open.folds) {
                let Gathered::Items(tally) = gathered else { continue };
                let values = tally.value.as_deref().map(|held| &held.values);
                if let Some(values) = values.filter(|values| !values.is_empty()) {
                    all.push((id, open.window.index, place, values.clone()));
                }
            }
        }
    }
    all
}

/// Puts them where they belong; none where there is no such place.
pub(crate) fn put(state: &mut State, all: Vec<ValuesOf>) -> Option<()> {
    for (id, index, place, values) in all {
        let open = state.windows.find_mut(id)?.iter_mut().find(|open| open.window.index == index)?;
        let Gathered::Items(tally) = open.folds.get_mut(place as usize)? else { return None };
        tally.value.as_deref_mut()?.values = values;
    }
    Some(())
}
