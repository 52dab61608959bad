//! A figure of its own for each value of a field: what is gathered in a window for each of them.
//!
//! A window of such figures is opened, ended and let go of once, and holds for each value that something has that counts
//! in it what any other window holds. What belongs to one of them costs one look-up, however many there are.

use crate::behind::Joins;
use crate::expression::{Truth, unite};
use crate::gather::rolling;
use crate::outcome::{Cause, Sink};
use crate::plan::Plan;
use crate::play::Play;
use crate::rarely::rare;
use crate::state::{Gathered, Item, LeafCount, Lengths, OpenWindow, Settled, State, Values};
use crate::tally::Tally;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_events::FieldValue;
use servanda_policy::arena::Table;
use servanda_policy::policy::{CaseId, FoldId, FoldKind, Grouping, Verdict, WindowId};
use servanda_policy::time::Window;
use smallvec::{SmallVec, smallvec};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// To which group something belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Group {
    /// There are no groups.
    All,
    /// To this one.
    Of(CompactString),
    /// To none: it does not have the field.
    None,
    /// To one of them, but the field cannot be read.
    Unread(Vec<Cause>),
}

/// What a window has gathered for each group.
pub(crate) type Groups = BTreeMap<CompactString, Cells>;

/// How many items of each group hold each leaf of a time fold on; only of those that any item holds on.
pub(crate) type GroupLeaves = BTreeMap<(FoldId, CompactString), Box<[LeafCount]>>;

rare! { Groups GroupLeaves }

/// What a window has gathered for one group: as a window without groups has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cells {
    pub(crate) folds: Box<[Gathered]>,
    pub(crate) figures: Box<[Option<Box<Settled>>]>,
    pub(crate) keeps: SmallVec<[Option<Verdict>; 16]>,
    pub(crate) weighed: SmallVec<[bool; 16]>,
    /// Whether the group is there for good; else it is while something waits that counts in it.
    pub(crate) stays: bool,
}

impl Cells {
    pub(crate) fn new(plan: &Plan, id: WindowId, window: &Window) -> Self {
        let of = &plan.windows[id];
        Cells {
            folds: gathered(plan, id, window),
            figures: vec![None; of.measures.len()].into(),
            keeps: smallvec![None; of.keeps.len()],
            weighed: smallvec![false; of.consequences.len()],
            stays: false,
        }
    }

    /// Whether nothing is known of the group any more.
    fn is_gone(&self) -> bool {
        let waits = |of: &Gathered| matches!(of, Gathered::Items(tally) if tally.waiting > 0);
        !self.stays && !self.folds.iter().any(waits)
    }
}

/// What the folds of a window have gathered when it begins.
pub(crate) fn gathered(plan: &Plan, id: WindowId, window: &Window) -> Box<[Gathered]> {
    let gathered = |fold: &FoldId| match plan.policy.folds[*fold].kind {
        FoldKind::Items { .. } => Gathered::Items(Tally::default()),
        FoldKind::Time { .. } => {
            Gathered::Time(Lengths { since: window.start, within: 0, all: 0, causes: Vec::new() })
        }
    };
    plan.windows[id].folds.iter().map(gathered).collect()
}

/// The groups of a window that are there in any case.
pub(crate) fn listed(plan: &Plan, id: WindowId, window: &Window) -> Groups {
    let words = plan.grouping(id).and_then(|of| of.words.as_ref());
    let cells = || Cells { stays: true, ..Cells::new(plan, id, window) };
    words.into_iter().flatten().map(|word| (word.as_str().into(), cells())).collect()
}

impl Plan {
    /// By what the things are told apart that count in a window.
    pub(crate) fn grouping(&self, id: WindowId) -> Option<&Grouping> {
        self.policy.groups.find(id)?.as_ref()
    }

    /// To which group an item belongs in a fold.
    pub(crate) fn group_of_item(&self, fold: FoldId, case: CaseId, item: &Item) -> Group {
        let Some(grouping) = self.grouping(self.policy.folds[fold].window) else { return Group::All };
        let Some(place) = grouping.cases.get(&case) else { return Group::None };
        let value = item.fields.get(*place as usize);
        group_of(grouping, value.unwrap_or(&FieldValue::Absent), self.policy.folds[fold].span)
    }

    /// To which group something belongs that joins a fold.
    pub(crate) fn group_of(&self, fold: FoldId, who: &Joins<'_>) -> Group {
        match who {
            Joins::Item(case, item) => self.group_of_item(fold, *case, item),
            Joins::Breach(..) => Group::All,
            Joins::Event(fact) => {
                let Some(grouping) = self.grouping(self.policy.folds[fold].window) else { return Group::All };
                let Some(place) = grouping.events.get(&fact.event) else { return Group::None };
                group_of(grouping, fact.field(*place), self.policy.folds[fold].span)
            }
        }
    }
}

fn group_of(grouping: &Grouping, value: &FieldValue, span: servanda_diagnostics::Span) -> Group {
    match value {
        FieldValue::Text(text) => Group::Of(text.clone()),
        FieldValue::Word(place) => {
            let word = grouping.words.as_ref().and_then(|words| words.get(*place as usize));
            word.map_or(Group::None, |word| Group::Of(word.as_str().into()))
        }
        FieldValue::Bad => {
            let message =
                format!("the field `{}`, which tells the group, is missing or unreadable", grouping.field);
            Group::Unread(vec![Cause { message, span }])
        }
        _ => Group::None,
    }
}

impl Group {
    /// Whether something counts in a group: in each of them it is unknown where its own cannot be read.
    pub(crate) fn member(&self, member: Truth) -> Truth {
        match (self, member) {
            (_, Truth::No) | (Group::None, _) => Truth::No,
            (Group::Unread(causes), Truth::Yes) => Truth::Unknown(causes.clone()),
            (Group::Unread(causes), Truth::Unknown(more)) => Truth::Unknown(unite(causes.clone(), more)),
            (Group::All | Group::Of(_), member) => member,
        }
    }

    /// Its name.
    pub(crate) fn name(&self) -> Option<&CompactString> {
        match self {
            Group::Of(name) => Some(name),
            Group::All | Group::None | Group::Unread(_) => None,
        }
    }
}

/// How many items hold each leaf of a time fold on, in a group: of those whose group cannot be read it is unknown.
pub(crate) fn leaves<'s>(
    all: &'s Table<FoldId, Box<[LeafCount]>>,
    of_groups: &'s GroupLeaves,
    fold: FoldId,
    group: Option<&CompactString>,
) -> Cow<'s, [LeafCount]> {
    let unread = &all[fold];
    let own = group.and_then(|group| of_groups.get(&(fold, group.clone())));
    let Some(own) = own else { return Cow::Borrowed(unread) };
    if unread.iter().all(|count| *count == LeafCount::default()) {
        return Cow::Borrowed(own);
    }
    let both = own.iter().zip(unread).map(|(own, unread)| LeafCount {
        on: own.on.saturating_add(unread.on),
        unknown: own.unknown.saturating_add(unread.unknown),
    });
    Cow::Owned(both.collect())
}

/// What a window of one group is, as long as something is done to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OfGroup {
    /// Its value of the field.
    pub(crate) name: CompactString,
    stays: bool,
    /// What it has gathered itself, where what has no group that can be read is counted with it.
    own: Option<Box<[Gathered]>>,
}

impl OpenWindow {
    /// What the window has gathered that belongs somewhere.
    pub(crate) fn gathered(&mut self, place: usize, group: &Group) -> Option<&mut Gathered> {
        match group {
            Group::Of(name) => self.groups.get_mut(name)?.folds.get_mut(place),
            Group::All | Group::Unread(_) => self.folds.get_mut(place),
            Group::None => None,
        }
    }

    /// What a group has gathered; from now on it is there.
    pub(crate) fn cells(&mut self, plan: &Plan, id: WindowId, name: &CompactString) -> &mut Cells {
        let window = self.window;
        self.groups.entry(name.clone()).or_insert_with(|| Cells::new(plan, id, &window))
    }

    /// Lets a group go in which nothing waits any more, if it was there only for that.
    pub(crate) fn let_go_of(&mut self, name: &CompactString) {
        if self.groups.get(name).is_some_and(Cells::is_gone) {
            self.groups.remove(name);
        }
    }

    /// The window as one group has it, taken out.
    pub(crate) fn take_group(&mut self, name: &CompactString) -> Option<OpenWindow> {
        let Cells { folds, figures, keeps, weighed, stays } = self.groups.remove(name)?;
        let is_in_doubt = |of: &Gathered| matches!(of, Gathered::Items(tally) if *tally != Tally::default());
        let mut view = OpenWindow {
            window: self.window,
            over: self.over,
            folds,
            figures,
            keeps,
            weighed,
            groups: Groups::new().into(),
            group: None,
        };
        let mut of = OfGroup { name: name.clone(), stays, own: None };
        if self.folds.iter().any(is_in_doubt) {
            of.own = Some(view.folds.clone());
            for (own, unread) in view.folds.iter_mut().zip(&self.folds) {
                if let (Gathered::Items(own), Gathered::Items(unread)) = (own, unread) {
                    rolling::join(own, unread, None);
                }
            }
        }
        view.group = Some(Box::new(of));
        Some(view)
    }

    /// Puts a window back that is one group's.
    pub(crate) fn put_group(&mut self, view: OpenWindow) {
        let OpenWindow { folds, figures, keeps, weighed, group, .. } = view;
        let Some(OfGroup { name, stays, own }) = group.map(|of| *of) else { return };
        let folds = own.unwrap_or(folds);
        self.groups.insert(name, Cells { folds, figures, keeps, weighed, stays });
    }

    /// The window as each of its groups has it, to be read.
    pub(crate) fn views(&self) -> Vec<OpenWindow> {
        let mut whole = self.clone();
        self.groups.keys().filter_map(|name| whole.take_group(name)).collect()
    }

    /// The group of which it is the window.
    pub(crate) fn name(&self) -> Option<&CompactString> {
        self.group.as_deref().map(|of| &of.name)
    }
}

impl<S: Sink> Play<'_, S> {
    /// Does something to a window that is over, or to it as each of its groups has it.
    pub(crate) fn each_group(
        &mut self,
        id: WindowId,
        open: &mut OpenWindow,
        mut act: impl FnMut(&mut Self, &mut OpenWindow),
    ) {
        if self.plan.grouping(id).is_none() {
            return act(self, open);
        }
        let names: Vec<CompactString> = match &self.concerned {
            Some(name) => vec![name.clone()],
            None => open.groups.keys().cloned().collect(),
        };
        for name in names {
            self.one_group(open, Some(&name), &mut act);
        }
    }

    /// Does something to a window as a group has it.
    pub(crate) fn one_group(
        &mut self,
        open: &mut OpenWindow,
        name: Option<&CompactString>,
        act: impl FnOnce(&mut Self, &mut OpenWindow),
    ) {
        let Some(name) = name else { return act(self, open) };
        let Some(mut view) = open.take_group(name) else { return };
        act(self, &mut view);
        open.put_group(view);
    }

    /// Lets groups go of which all figures are final. Whether none is left; nothing where there are no groups.
    pub(crate) fn let_go_of_groups(&mut self, id: WindowId, open: &mut OpenWindow) -> Option<bool> {
        self.plan.grouping(id)?;
        let all_final = |cells: &Cells| cells.figures.iter().all(Option::is_some);
        match &self.concerned {
            Some(name) => {
                if open.groups.get(name).is_some_and(all_final) {
                    open.groups.remove(name);
                }
            }
            None => open.groups.retain(|_, cells| !all_final(cells)),
        }
        Some(open.groups.is_empty())
    }
}

/// What a window has gathered for a group, as it is stored: the window, its number, the group, and the values of which its
/// percentiles are made, by the places of the folds.
pub(crate) type StoredGroup = (WindowId, i32, CompactString, Cells, Vec<(u32, Values)>);

/// All that there is.
pub(crate) fn stored(state: &State) -> Vec<StoredGroup> {
    let mut all = Vec::new();
    for (id, open) in state.windows.iter().flat_map(|(id, list)| list.iter().map(move |open| (id, open))) {
        for (name, cells) in open.groups.iter() {
            let values = (0..).zip(&cells.folds).filter_map(|(place, gathered)| {
                let Gathered::Items(tally) = gathered else { return None };
                let values = &tally.value.as_deref()?.values;
                (!values.is_empty()).then(|| (place, values.clone()))
            });
            all.push((id, open.window.index, name.clone(), cells.clone(), values.collect()));
        }
    }
    all
}

/// Puts it where it belongs; none where there is no such place.
pub(crate) fn put(state: &mut State, all: Vec<StoredGroup>) -> Option<()> {
    for (id, index, name, mut cells, values) in all {
        for (place, values) in values {
            let Gathered::Items(tally) = cells.folds.get_mut(place as usize)? else { return None };
            tally.value.as_deref_mut()?.values = values;
        }
        let open = state.windows.find_mut(id)?.iter_mut().find(|open| open.window.index == index)?;
        open.groups.insert(name, cells);
    }
    Some(())
}
