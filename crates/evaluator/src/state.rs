//! The state of one instance: what is open, as a value. It can be cloned, compared and stored, and points into
//! nothing else.

use crate::agenda::Agenda;
use crate::claims::Claims;
use crate::fees::Fees;
use crate::group::{GroupLeaves, Groups, OfGroup};
use crate::growth::Reckoning;
use crate::items::Items;
use crate::outcome::{Accrued, Cause, Evidence, Quantity};
use crate::pot::Pot;
use crate::rarely::{Rarely, rare};
use crate::row::Rows;
use crate::set_off::SetOffs;
use crate::suspension::Suspensions;
use crate::tally::Tally;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use servanda_events::FieldValue;
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Table;
use servanda_policy::policy::{CapId, CaseId, ConsequenceId, DutyId, KindId, MeasureId, Verdict, WindowId};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;
use smallvec::{SmallVec, smallvec};
use std::collections::{BTreeMap, VecDeque};

use crate::plan::Plan;
use crate::reopening::ClosedItems;
use crate::waiting::Waiting;

/// All that an instance has to remember.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) cases: Table<CaseId, Items>,
    pub(crate) windows: Table<WindowId, VecDeque<OpenWindow>>,
    /// Per time fold: how many items hold each of its leaves on.
    pub(crate) leaves: Table<servanda_policy::policy::FoldId, Box<[LeafCount]>>,
    /// Per duty in each window: its open instances, oldest first.
    pub(crate) windowed: Rarely<Windowed>,
    /// What each cap has let through; none after something undetermined.
    pub(crate) caps: Table<CapId, BTreeMap<CapKey, Option<i128>>>,
    /// What has been paid and found no debt, in major units, per case that is a debt.
    pub(crate) credit: Rarely<BTreeMap<CaseId, Exact>>,
    pub(crate) agenda: Agenda,
    /// Whether the term has begun.
    pub(crate) begun: bool,
    /// Whether the term has ended.
    pub(crate) ended: bool,
    /// What most instances have nothing of: stored behind the rest, each by the version of the format that has it.
    #[serde(skip)]
    pub(crate) seldom: Rarely<Seldom>,
}

/// Parts of a state in which most instances have nothing, so that they share the room of one pointer.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Seldom {
    /// What has been credited and pays debts of a case at an instant ahead; the ninth version of the format stores it.
    pub(crate) set_off: Rarely<SetOffs>,
    /// What the third version of the format adds.
    pub(crate) more: Rarely<More>,
    /// What the fourth version of the format adds.
    pub(crate) later: Rarely<Later>,
    /// What payments settle beside the principal of debts, by case and kind; the sixth version of the format stores it.
    pub(crate) fees: Rarely<BTreeMap<(CaseId, KindId), Fees>>,
    /// What credits have left, and what is unknown of it; the thirteenth version of the format stores it.
    pub(crate) pot: Rarely<Pot>,
    /// What is suspended; the eighth version of the format stores it.
    pub(crate) suspended: Rarely<Suspensions>,
    /// What is closed and may be opened again; the fourteenth version of the format stores it.
    pub(crate) closed: Rarely<ClosedItems>,
    /// Per time fold with groups: how many items of each hold its leaves on. The sixteenth version of the format stores it.
    pub(crate) group_leaves: Rarely<GroupLeaves>,
    /// Notices that wait for the hours in which they are told; the eighteenth version of the format stores them.
    pub(crate) waiting: Rarely<Waiting>,
}

/// Duties in each window, with their open instances.
pub(crate) type Windowed = BTreeMap<DutyId, VecDeque<WindowDuty>>;

/// The number of the last entry by which something has been paid out, by case.
pub(crate) type PaidOut = BTreeMap<CaseId, u32>;

rare! { Seldom Windowed BTreeMap<CaseId, Exact> SetOffs Pot More Later BTreeMap<(CaseId, KindId), Fees> Suspensions ClosedItems Waiting }

/// What is remembered of the end of an agreement, and of items that others name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Later {
    /// The first instant after its end, since somebody has brought it nearer.
    pub(crate) end: Option<Instant>,
    /// Rights by whose use it can be ended, and since when it is known that they have arisen.
    pub(crate) arisen: BTreeMap<ConsequenceId, Instant>,
    /// Verdicts that are asked for on items that others name, by the first version of the duty and the key.
    pub(crate) named: BTreeMap<DutyId, BTreeMap<CompactString, Named>>,
    /// The number of the last entry by which what payments of a case had left has been paid out; the tenth version of the
    /// format stores it.
    #[serde(skip)]
    pub(crate) paid_out: PaidOut,
}

/// What is known of a duty on the item under a key, and since when: last, and before that.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Named {
    /// The birth of the item.
    pub(crate) birth: u64,
    pub(crate) last: Option<(Instant, Option<Verdict>)>,
    pub(crate) before: Option<(Instant, Option<Verdict>)>,
}

/// What some policies have to remember beside what all do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct More {
    /// Final figures of windows that are over, as long as the window behind them may read them: by window number.
    pub(crate) previous: BTreeMap<MeasureId, BTreeMap<i32, Quantity>>,
    /// What became of duties in their windows, by window number: only in what versions of the format before the eleventh
    /// stored, from which the rows of them are made.
    pub(crate) runs: BTreeMap<DutyId, BTreeMap<i32, Verdict>>,
    /// Duties on items that delays of others extend, or have extended.
    pub(crate) holds: BTreeMap<Place, Hold>,
    /// What the delay of a duty on an item extends, while it is late and not done.
    pub(crate) delays: BTreeMap<Place, Vec<Place>>,
    /// When items were paused, where how long they take is measured; only of those that are stored.
    pub(crate) pauses: Vec<PausesOf>,
    /// What can be claimed, in the order in which it arose; the fourth version of the format stores it behind the rest.
    #[serde(skip)]
    pub(crate) claims: Claims,
    /// What can be earned back; the seventh version of the format stores it behind the rest.
    #[serde(skip)]
    pub(crate) restorable: crate::restored::Restorables,
    /// Rows of windows of duties, where something arises from so many breaches, or goes back; the eleventh version of the
    /// format stores them, and what has been earned back.
    #[serde(skip)]
    pub(crate) rows: BTreeMap<DutyId, Rows>,
    /// The last window, by its number, before which everything has been earned back, by what goes back.
    #[serde(skip)]
    pub(crate) earned: BTreeMap<ConsequenceId, i32>,
}

/// The pauses of the item of a case in a slot.
pub(crate) type PausesOf = (CaseId, u32, Vec<(Instant, Instant)>);

/// A duty on an item: the case, the item's birth, the place of the duty among those of the case.
pub(crate) type Place = (CaseId, u64, u32);

/// A duty that delays extend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hold {
    /// The slot of the item.
    pub(crate) slot: u32,
    /// How many delays there are now.
    pub(crate) delays: u32,
    /// Since when its clock stands still, for delays or pauses.
    pub(crate) since: Option<Instant>,
    /// The events of the delays.
    pub(crate) by: Vec<Evidence>,
}

/// One thing that is followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) key: CompactString,
    pub(crate) birth: u64,
    /// When it began.
    pub(crate) born: Instant,
    /// From when its clocks run; none where the field that says so is unreadable.
    pub(crate) start: Start,
    /// Out of scope: it lives, but nothing follows from it.
    pub(crate) excluded: bool,
    /// Whether it has ended: nothing reaches it any more but its own deadlines.
    pub(crate) over: bool,
    pub(crate) acts: SmallVec<[Act; 2]>,
    pub(crate) fields: SmallVec<[FieldValue; 2]>,
    pub(crate) duties: SmallVec<[ItemDuty; 1]>,
    pub(crate) marks: SmallVec<[Mark; 2]>,
    /// Where steps count it as alive: by the place of the time fold and leaf; only while it is alive.
    pub(crate) alive: SmallVec<[Leaf; 2]>,
    pub(crate) pauses: Option<Box<Pauses>>,
    pub(crate) debt: Option<Box<DebtState>>,
    pub(crate) opened_by: Option<Evidence>,
    /// The last event about it, for `forget after`.
    pub(crate) touched: Instant,
}

/// From when clocks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Start {
    /// From an instant.
    Instant(Instant),
    /// From a date: its first instant, or the date itself where days are counted.
    Date(servanda_policy::time::Date),
    /// From a field that is unreadable.
    Bad,
}

/// An act of an item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Act {
    pub(crate) done: bool,
    /// When it last changed.
    pub(crate) changed: Option<Instant>,
    /// What it was just before it last changed.
    pub(crate) before: bool,
    /// When it was first done.
    pub(crate) first: Option<Instant>,
}

impl Act {
    /// Whether it was done just before an instant.
    pub(crate) fn done_before(&self, at: Instant) -> bool {
        if self.changed == Some(at) { self.before } else { self.done }
    }

    pub(crate) fn set(&mut self, done: bool, at: Instant) {
        if self.changed != Some(at) {
            self.before = self.done;
            self.changed = Some(at);
        }
        self.done = done;
    }
}

/// What has become of a duty on an item, in the order of the case's duties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ItemDuty {
    /// None where the duty does not concern the item.
    pub(crate) verdict: Option<Verdict>,
    pub(crate) at: Option<Instant>,
    pub(crate) late_from: Option<Instant>,
    pub(crate) done_at: Option<Instant>,
    pub(crate) done_by: Option<Evidence>,
    /// Whether the record as it is has left through the sink.
    pub(crate) told: bool,
    pub(crate) because: Vec<Cause>,
    /// The clock where it has been stopped and started: what of the budget was used, and since when it runs.
    pub(crate) clock: Option<Box<Clock>>,
    /// Accruals that its breach began, by the order of the duty's consequences.
    pub(crate) accruals: Vec<AccrualState>,
}

/// A clock that has been stopped and started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Clock {
    /// Nanoseconds of its own kind of time that were used up before it last began to run.
    pub(crate) used: i128,
    /// From when it runs.
    pub(crate) since: Instant,
    /// Days of its own kind by which pauses have moved a deadline in days.
    pub(crate) moved: i128,
}

/// Pauses of an item: how many hold, and since when any does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Pauses {
    /// By the place among the case's pauses: whether it holds.
    pub(crate) holding: SmallVec<[bool; 2]>,
    pub(crate) since: Option<Instant>,
    /// The pauses that are over, where how long an item takes is measured; stored with what is more.
    #[serde(skip)]
    pub(crate) over: SmallVec<[(Instant, Instant); 1]>,
}

/// Where an item counts in a fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The place among the case's folds.
    pub(crate) fold: u32,
    /// When it counts, which says in which window.
    pub(crate) at: Instant,
    pub(crate) counted: Counted,
}

/// How an item counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Counted {
    /// It waits for a verdict.
    Waiting,
    /// It counts, and fulfills the condition or not.
    Member(bool),
    /// It counts, and whether it fulfills the condition is unknown.
    Unknown,
    /// Decided for good.
    Settled,
    /// Whether it counts is unknown; if it does, it fulfills the condition, or not, or that is unknown, too.
    Unplaced(Option<bool>),
}

/// A leaf of a step function that counts an item as alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leaf {
    pub(crate) fold: servanda_policy::policy::FoldId,
    pub(crate) leaf: u32,
    pub(crate) unknown: bool,
}

/// A debt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DebtState {
    /// The principal in major units; unknown where its field is unreadable.
    pub(crate) charge: Option<Exact>,
    /// What of it is unpaid.
    pub(crate) unpaid: Option<Exact>,
    /// The due date under which it stands among the debts that can be paid, if it does.
    #[serde(skip)]
    pub(crate) payable: Option<Instant>,
    /// A payment of unreadable amount has reached it: from then on what is unpaid is unknown.
    pub(crate) causes: Vec<Cause>,
}

/// An accrual that is running or has stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AccrualState {
    pub(crate) consequence: ConsequenceId,
    /// The first instant of its first period.
    pub(crate) from: Instant,
    pub(crate) accrued: Accrued,
    /// The causes why its amount is unknown.
    pub(crate) because: Vec<Cause>,
    /// What it has asked for and what has passed so far, where it is booked period by period.
    pub(crate) posted: Option<(i128, Option<i128>)>,
    pub(crate) capped_by: Option<CapId>,
    pub(crate) told: bool,
    /// How far it has been added up, where it is booked period by period.
    #[serde(skip)]
    pub(crate) reckoning: Reckoning,
}

/// A window that has begun and is not settled, or one ahead that items already belong to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OpenWindow {
    pub(crate) window: Window,
    pub(crate) over: bool,
    /// By the folds of the window.
    pub(crate) folds: Box<[Gathered]>,
    /// By the measures of the window: the figure once it is final.
    pub(crate) figures: Box<[Option<Box<Settled>>]>,
    /// By the duties to keep: the verdict once it is decided.
    pub(crate) keeps: SmallVec<[Option<Verdict>; 16]>,
    /// By the consequences at its end: whether they have been weighed.
    pub(crate) weighed: SmallVec<[bool; 16]>,
    /// Where there is a figure for each value of a field: what there is of each. What stands beside them then is what has a
    /// field that cannot be read. The sixteenth version of the format stores it.
    #[serde(skip)]
    pub(crate) groups: Rarely<Groups>,
    /// Of which of them it is the window, as long as something is done to it.
    #[serde(skip)]
    pub(crate) group: Option<Box<OfGroup>>,
}

/// The final figure of a measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub(crate) value: Quantity,
}

/// What a fold has gathered in one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Gathered {
    /// Over items.
    Items(Tally),
    /// Over time.
    Time(Lengths),
}

/// A quantity gathered over members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gathering {
    pub(crate) amount: servanda_policy::policy::Value,
    /// Of how many members it is made.
    pub(crate) of: u64,
    /// Of `first` and `latest`: the instant, and the item that it is of.
    pub(crate) at: Instant,
    pub(crate) item: Option<(CompactString, Instant)>,
    /// Of percentiles and of different ones: the values, each with how often it has come; the twelfth version of the
    /// format stores them.
    #[serde(skip)]
    pub(crate) values: Values,
}

/// Values in their order, each with how often it has come.
pub(crate) type Values = BTreeMap<servanda_policy::policy::Value, u64>;

/// Time gathered so far, in nanoseconds of the fold's own time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lengths {
    /// Up to where it is gathered.
    pub(crate) since: Instant,
    /// While the steps were on.
    pub(crate) within: i128,
    /// All of the time that is there.
    pub(crate) all: i128,
    pub(crate) causes: Vec<Cause>,
}

/// How many items hold a leaf of a time fold on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct LeafCount {
    pub(crate) on: u32,
    pub(crate) unknown: u32,
}

/// A duty in one window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WindowDuty {
    pub(crate) window: Window,
    pub(crate) late_from: Instant,
    pub(crate) verdict: Verdict,
    pub(crate) at: Option<Instant>,
}

/// Over what a cap counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum CapKey {
    All,
    Window(i32),
    Item(CompactString, Instant),
    /// One group, in one window or in all.
    Group(Option<i32>, CompactString),
}

/// Something that happens when an instant is reached, in the order in which things happen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bound {
    pub(crate) at: Instant,
    pub(crate) kind: BoundKind,
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // What is stored numbers the kinds, so that later ones stand behind those that begin.
        (self.at, self.kind.turn(), &self.kind).cmp(&(other.at, other.kind.turn(), &other.kind))
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What happens: first what ends at an instant, then what begins there, each in the order of the variants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum BoundKind {
    /// The deadline of a duty on an item: the first instant that is late.
    ItemLate { case: CaseId, slot: u32, birth: u64, duty: u32 },
    /// The deadline of a duty in a window.
    WindowLate { duty: DutyId, index: i32 },
    /// A completed period of an accrual that is booked period by period.
    PeriodOver { case: CaseId, slot: u32, birth: u64, duty: u32, accrual: u32 },
    /// The end of the current window.
    WindowOver { window: WindowId, index: i32 },
    /// The end of the agreement.
    TermOver,
    /// The start of the term.
    TermBegins,
    /// The start of a window.
    WindowBegins { window: WindowId, index: i32 },
    /// A begun period of an accrual that is booked period by period.
    PeriodBegins { case: CaseId, slot: u32, birth: u64, duty: u32, accrual: u32 },
    /// An item whose interval begins at a field begins to be alive.
    Alive { case: CaseId, slot: u32, birth: u64 },
    /// An item is forgotten if nothing has happened to it.
    Forget { case: CaseId, slot: u32, birth: u64 },
    /// The first instant at which it is too late to claim something.
    ClaimOver,
    /// An instant at which something may hold that did not hold before: the first one after the end, or of a version.
    Standing,
    /// What has been credited pays debts of a case, behind all that ends and begins at the instant.
    SetOff { case: CaseId },
    /// The first instant at which it is too late to open an item again.
    Final { case: CaseId, slot: u32, birth: u64 },
    /// The hours begin for which notices have waited.
    Told,
}

impl BoundKind {
    /// Its turn at the instant: what is decided by silence, by the end of the term and by what can no longer come back is
    /// known to the windows that end with it; then what can no longer be claimed, and what begins.
    const fn turn(&self) -> u8 {
        match self {
            BoundKind::WindowOver { .. } => 1,
            BoundKind::ClaimOver => 2,
            kind if kind.ends() => 0,
            _ => 3,
        }
    }

    /// Whether it belongs to what ends at the instant: then it is dated to the instant before.
    pub(crate) const fn ends(&self) -> bool {
        matches!(
            self,
            BoundKind::ItemLate { .. }
                | BoundKind::WindowLate { .. }
                | BoundKind::PeriodOver { .. }
                | BoundKind::WindowOver { .. }
                | BoundKind::TermOver
                | BoundKind::ClaimOver
                | BoundKind::Final { .. }
        )
    }
}

impl State {
    /// Before anything has happened.
    pub(crate) fn new(plan: &Plan, agreement: &Agreement) -> Self {
        let policy = &plan.policy;
        let begins = Bound { at: agreement.start, kind: BoundKind::TermBegins };
        State {
            cases: policy.cases.ids().map(|_| Items::default()).collect(),
            windows: policy.windows.ids().map(|_| VecDeque::new()).collect(),
            leaves: plan
                .leaves
                .values()
                .map(|leaves| vec![LeafCount::default(); leaves.len()].into())
                .collect(),
            windowed: Rarely::default(),
            caps: policy.caps.ids().map(|_| BTreeMap::new()).collect(),
            credit: Rarely::default(),
            agenda: [begins].into_iter().collect(),
            begun: false,
            ended: false,
            seldom: Rarely::default(),
        }
    }
}

impl State {
    /// Gives back the room of what is over.
    pub(crate) fn let_go(&mut self) {
        let State {
            cases,
            windows,
            leaves: _,
            windowed,
            caps: _,
            credit,
            agenda,
            begun: _,
            ended: _,
            seldom,
        } = self;
        cases.values_mut().for_each(Items::let_go);
        windows.values_mut().for_each(VecDeque::shrink_to_fit);
        windowed.let_go();
        credit.let_go();
        agenda.let_go();
        if let Some(seldom) = seldom.held() {
            let Seldom { set_off, more, later, fees, pot, suspended, closed, group_leaves, waiting } = seldom;
            set_off.let_go();
            more.let_go();
            later.let_go();
            fees.let_go();
            pot.let_go();
            suspended.let_go();
            closed.let_go();
            group_leaves.let_go();
            waiting.let_go();
        }
        seldom.let_go();
    }

    /// The events that excuse a duty in a window.
    pub(crate) fn excusing(&self, plan: &Plan, duty: DutyId, of: &WindowDuty) -> Vec<Evidence> {
        match (of.verdict, of.at) {
            (Verdict::Excused, Some(at)) => self.seldom.suspended.excusing(plan, duty, &of.window, at),
            _ => Vec::new(),
        }
    }
}

impl OpenWindow {
    pub(crate) fn new(plan: &Plan, id: WindowId, window: Window) -> Self {
        let of = &plan.windows[id];
        OpenWindow {
            window,
            over: false,
            folds: crate::group::gathered(plan, id, &window),
            figures: vec![None; of.measures.len()].into(),
            keeps: smallvec![None; of.keeps.len()],
            weighed: smallvec![false; of.consequences.len()],
            groups: crate::group::listed(plan, id, &window).into(),
            group: None,
        }
    }
}

/// Puts a window into its place among those that are open, of which there are few.
pub(crate) fn put_window(list: &mut VecDeque<OpenWindow>, open: OpenWindow) {
    let place = list.partition_point(|other| other.window.index < open.window.index);
    if list.len() == list.capacity() {
        list.reserve_exact(list.len().max(1));
    }
    list.insert(place, open);
}
