//! What stands behind an outcome and is no part of it: which items and events a figure counts, for how long which item
//! held a time fold on, how a clock ran, what a cap had left.
//!
//! It is told as it happens, from where it is decided, so that it cannot differ from what comes out; and only to a sink
//! that wants it, so that nobody else pays for it.

use crate::environment::InWindow;
use crate::open::Open;
use crate::outcome::{Evidence, Quantity, Sink, Subject};
use compact_str::CompactString;
use servanda_events::Fact;
use servanda_policy::policy::{CapId, CaseId, ConsequenceId, DutyId, ExprKind, FoldId, FoldKind, MeasureId};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;
use std::cell::RefCell;

use crate::expression::Truth;
use crate::gather::{Addition, figure, lengthen};
use crate::group::Group;
use crate::state::{Gathered, Item, OpenWindow};

/// One thing that stands behind an outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Behind {
    /// An item has begun, or an event has happened for which something is owed.
    Begun {
        /// The item or the event.
        subject: Subject,
        /// Its fields, by their place in the case's or the event's fields.
        fields: Vec<Quantity>,
        /// The event that began it; none where it is there without a beginning.
        by: Option<Evidence>,
    },
    /// An item is over.
    Over {
        /// The item.
        subject: Subject,
        /// When.
        at: Instant,
        /// By which event.
        by: Option<Evidence>,
    },
    /// An item that was closed has been opened again.
    Reopened {
        /// The item.
        subject: Subject,
        /// When.
        at: Instant,
        /// By which event.
        by: Option<Evidence>,
    },
    /// The deadline of a duty on an item has been set or moved, or its clock stands still.
    Clock {
        /// Which duty.
        duty: DutyId,
        /// The item.
        subject: Subject,
        /// When it was set.
        at: Instant,
        /// From when the clock runs, or ran until it stood still; none where it has not begun.
        since: Option<Instant>,
        /// Nanoseconds of its own kind of time that it had used before that.
        used: i128,
        /// Days of its own kind by which pauses have moved a deadline in days.
        moved: i128,
        /// The first instant that is late; none while it stands still.
        late_from: Option<Instant>,
    },
    /// Something has joined a fold over items, or counts in it in another way than before.
    Member(Member),
    /// An item is not counted in a fold any more.
    Leaves {
        /// Which fold.
        fold: FoldId,
        /// The item.
        subject: Subject,
    },
    /// An item begins to hold a leaf of a time fold on, or ends.
    Holds {
        /// Which fold.
        fold: FoldId,
        /// The place of the leaf among those of the fold, in the order of the text.
        leaf: u32,
        /// The item.
        subject: Subject,
        /// In which group, where there are any and its own can be read.
        group: Option<CompactString>,
        /// When.
        at: Instant,
        /// Whether it begins.
        begins: bool,
        /// Whether it is unknown that it counts.
        unknown: bool,
    },
    /// Time has gone on in a time fold.
    Elapsed {
        /// Which fold.
        fold: FoldId,
        /// In which window.
        window: Window,
        /// For which group, where there are any.
        group: Option<CompactString>,
        /// How it counts.
        time: Elapsed,
    },
    /// What a fold has come to in a window.
    Fold {
        /// Which fold.
        fold: FoldId,
        /// In which window.
        window: Window,
        /// For which group, where there are any.
        group: Option<CompactString>,
        /// Its figure.
        value: Quantity,
        /// For a share or an average: what is divided, unreduced; times in seconds.
        ratio: Option<(Exact, Exact)>,
    },
    /// An amount has met a cap.
    Cap {
        /// Which cap.
        cap: CapId,
        /// What the amount is about.
        subject: Subject,
        /// When it arose.
        at: Instant,
        /// The limit, in minor units; none where it is unknown.
        limit: Option<i128>,
        /// What of it was left; none where that is unknown.
        left: Option<i128>,
        /// What asked to pass; none where it is undetermined.
        asked: Option<i128>,
        /// What passed all caps together.
        passed: Option<i128>,
    },
    /// Something has been paid of the principal of a debt.
    Paid {
        /// The item that is the debt.
        subject: Subject,
        /// How much, in major units.
        amount: Exact,
        /// When.
        at: Instant,
        /// By what.
        by: PaidBy,
    },
    /// A payment, or a credit that pays, has left something that is kept as credit of a case.
    Left {
        /// The case.
        case: CaseId,
        /// How much, in major units.
        amount: Exact,
        /// When.
        at: Instant,
        /// By what; never what was left before.
        by: PaidBy,
    },
    /// A payment, or a credit that pays, has settled something of an amount that is owed on a debt beside its principal.
    Settled {
        /// The consequence that made the amount.
        consequence: ConsequenceId,
        /// The item that is the debt.
        subject: Subject,
        /// Its number among those of this consequence and subject.
        ordinal: u32,
        /// How much, in major units.
        amount: Exact,
        /// When.
        at: Instant,
        /// By what.
        by: PaidBy,
    },
    /// What is open as of the instant at which the outcome is read.
    Open(Open),
}

/// A member of a fold over items.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Which fold.
    pub fold: FoldId,
    /// By which instant it belongs to its window.
    pub at: Instant,
    /// What it is.
    pub of: MemberOf,
    /// In which group, where there are any and its own can be read.
    pub group: Option<CompactString>,
    /// How it counts.
    pub counts: Counts,
}

/// What a member of a fold is.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberOf {
    /// An item or an event.
    Subject(Subject),
    /// A breach of a duty, decided at an instant.
    Breach(DutyId, Instant),
}

/// How a member of a fold counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Counts {
    /// As one.
    One,
    /// As one that fulfills the condition of the share or does not; none where that is unknown.
    Fulfills(Option<bool>),
    /// With a quantity.
    Amount(Quantity),
    /// Not yet: a verdict on it is open.
    Waits,
    /// Whether it counts at all is unknown.
    Unknown,
}

/// Time that has gone on in a time fold, in nanoseconds of the fold's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elapsed {
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// How much of it is time of the fold.
    pub length: i128,
    /// Whether its steps were on; none where that is unknown.
    pub on: Option<bool>,
    /// Whether it was left out; none where that is unknown.
    pub left_out: Option<bool>,
}

/// Who joins a fold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Joins<'a> {
    Event(&'a Fact),
    Item(CaseId, &'a Item),
    Breach(DutyId, Instant),
}

impl Joins<'_> {
    fn named(self) -> MemberOf {
        match self {
            Joins::Event(fact) => MemberOf::Subject(Subject::Event(crate::duty::evidence(fact))),
            Joins::Item(case, item) => MemberOf::Subject(crate::duty::subject_of(case, item)),
            Joins::Breach(duty, at) => MemberOf::Breach(duty, at),
        }
    }
}

/// A member as it is told; none of what adds nothing, and where nobody wants it.
#[inline]
pub(crate) fn member(
    sink: &impl Sink,
    (fold, at, group): (FoldId, Instant, &Group),
    who: Joins<'_>,
    member: &Truth,
    add: &Addition,
) -> Option<Behind> {
    if !sink.wants_behind() {
        return None;
    }
    let counts = match (member, add) {
        (Truth::No, _) | (_, Addition::Amount { quantity: Quantity::NoData, .. }) => return None,
        (Truth::Unknown(_), _) => Counts::Unknown,
        (Truth::Yes, Addition::One) => Counts::One,
        (Truth::Yes, Addition::Condition(truth)) => Counts::Fulfills(truth.known()),
        (Truth::Yes, Addition::Amount { quantity, .. }) => Counts::Amount(quantity.clone()),
    };
    Some(Behind::Member(Member { fold, at, of: who.named(), group: group.name().cloned(), counts }))
}

/// A member of a share whose condition is now this; none where nobody wants it.
#[inline]
pub(crate) fn counted(
    sink: &impl Sink,
    (fold, at, group): (FoldId, Instant, &Group),
    who: Joins<'_>,
    truth: &Truth,
) -> Option<Behind> {
    let counts = || Counts::Fulfills(truth.known());
    sink.wants_behind().then(|| {
        Behind::Member(Member { fold, at, of: who.named(), group: group.name().cloned(), counts: counts() })
    })
}

/// Tells of a member that waits for a verdict.
#[inline]
pub(crate) fn waits(sink: &mut impl Sink, (fold, at, group): (FoldId, Instant, &Group), who: Joins<'_>) {
    if sink.wants_behind() {
        let (of, group) = (who.named(), group.name().cloned());
        sink.behind(Behind::Member(Member { fold, at, of, group, counts: Counts::Waits }));
    }
}

/// What the folds that a measure reads have come to in a window.
pub(crate) fn folds_of(env: &InWindow<'_>, measure: MeasureId) -> Vec<Behind> {
    let read = RefCell::new(Vec::new());
    crate::plan::find(&env.plan.policy.measures[measure].value, &|kind| {
        if let ExprKind::Fold(fold) = kind {
            read.borrow_mut().push(*fold);
        }
        false
    });
    let told = read.into_inner().into_iter().map(|fold| {
        let (value, ratio) = figure(env, fold);
        Behind::Fold { fold, window: env.open.window, group: env.open.name().cloned(), value, ratio }
    });
    told.collect()
}

/// What a window that goes on would come to: the figures that are not final, and the time since it was last gathered.
pub(crate) fn tell_open(
    env: &InWindow<'_>,
    folds: &[FoldId],
    open_measures: &[MeasureId],
    sink: &mut impl Sink,
) {
    for measure in open_measures {
        folds_of(env, *measure).into_iter().for_each(|told| sink.behind(told));
    }
    let until = env.at.min(env.open.window.end);
    let OpenWindow { window, over, folds: gathered, .. } = env.open;
    for (fold, gathered) in folds.iter().zip(gathered).filter(|_| !over) {
        let (Gathered::Time(lengths), FoldKind::Time { .. }) = (gathered, &env.plan.policy.folds[*fold].kind)
        else {
            continue;
        };
        let mut lengths = lengths.clone();
        let leaves = env.leaves(*fold);
        if let Some(time) = lengthen(env.plan, env.agreement, &leaves, *fold, &mut lengths, until) {
            let group = env.open.name().cloned();
            sink.behind(Behind::Elapsed { fold: *fold, window: *window, group, time });
        }
    }
}

/// By what something is paid.
#[derive(Debug, Clone, PartialEq)]
pub enum PaidBy {
    /// A payment.
    Payment(Evidence),
    /// What payments had left before.
    Rest,
    /// A credit that pays, at the instant behind its own.
    Credit,
}
