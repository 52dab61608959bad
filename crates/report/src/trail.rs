//! What stands behind the outcome of one instance, as the evaluator told it: what explanations look up.

use compact_str::CompactString;
use servanda_evaluator::outcome::{Entry, Evidence, Figure, Notice, Quantity, Sink, Subject, Verdict};
use servanda_evaluator::{Behind, Elapsed, Member, MemberOf, Open, PaidBy};
use servanda_events::Problem;
use servanda_policy::Agreement;
use servanda_policy::policy::{CapId, CaseId, ConsequenceId, DutyId, FoldId, Tell};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;
use std::collections::BTreeMap;

/// What stands behind the outcome of one instance. It is filled by [`servanda_evaluator::Evaluator::play_again`].
#[derive(Debug, Clone, Default)]
pub struct Trail {
    begun: BTreeMap<Subject, Begun>,
    over: BTreeMap<Subject, Again>,
    /// When an item was opened again, and by what.
    reopened: BTreeMap<Subject, Vec<Again>>,
    clocks: BTreeMap<(DutyId, Subject), Vec<Clock>>,
    /// Members of each fold in the order in which they joined; none where one has left.
    members: BTreeMap<FoldId, Vec<Option<Member>>>,
    /// Where the items among them stand.
    places: BTreeMap<(FoldId, Subject), usize>,
    held: BTreeMap<FoldId, Vec<Held>>,
    elapsed: BTreeMap<FoldId, Vec<(Window, Option<CompactString>, Elapsed)>>,
    folds: Vec<(FoldId, Window, Option<CompactString>, FoldFigure)>,
    caps: Vec<Met>,
    settled: BTreeMap<(ConsequenceId, Subject, u32), Vec<Paid>>,
    principal: BTreeMap<Subject, Vec<Paid>>,
    left: Vec<(CaseId, Paid)>,
    open: Vec<Open>,
}

/// What a fold came to, and what was divided by what.
pub(crate) type FoldFigure = (Quantity, Option<(Exact, Exact)>);

/// The group that is looked at, where there are any.
pub(crate) type Of<'g> = Option<&'g CompactString>;

/// Whether something counts in a group: what has none that is known may count in each.
fn is_of(name: Of<'_>, group: Of<'_>) -> bool {
    name.is_none() || group.is_none() || name == group
}

/// What is known of an item from its beginning on.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) fields: Vec<Quantity>,
    pub(crate) by: Option<Evidence>,
}

/// When an item was over, or opened again, and by what.
pub(crate) type Again = (Instant, Option<Evidence>);

/// How a clock ran from an instant on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) at: Instant,
    pub(crate) since: Option<Instant>,
    pub(crate) used: i128,
    pub(crate) moved: i128,
    pub(crate) late_from: Option<Instant>,
}

/// For how long an item held a leaf of a time fold on.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) leaf: u32,
    pub(crate) subject: Subject,
    pub(crate) group: Option<CompactString>,
    pub(crate) from: Instant,
    /// None while it goes on.
    pub(crate) until: Option<Instant>,
    pub(crate) unknown: bool,
}

/// What a payment has settled, or left.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    /// In major units.
    pub(crate) amount: Exact,
    /// When.
    pub(crate) at: Instant,
    /// By what.
    pub(crate) by: PaidBy,
}

/// An amount that met a cap.
#[derive(Debug, Clone)]
pub(crate) struct Met {
    cap: CapId,
    subject: Subject,
    at: Instant,
    pub(crate) limit: Option<i128>,
    pub(crate) left: Option<i128>,
    pub(crate) asked: Option<i128>,
    pub(crate) passed: Option<i128>,
}

impl Trail {
    /// What is known of an item, or of an event for which something is owed.
    pub(crate) fn begun(&self, subject: &Subject) -> Option<&Begun> {
        self.begun.get(subject)
    }

    /// The event that ended an item.
    pub(crate) fn ended_by(&self, subject: &Subject) -> Option<&Evidence> {
        self.over.get(subject)?.1.as_ref()
    }

    /// When an item was opened again, and by what.
    pub(crate) fn reopened(&self, subject: &Subject) -> &[Again] {
        self.reopened.get(subject).map_or(&[], Vec::as_slice)
    }

    /// How the clock of a duty on an item ran, in the order of time.
    pub(crate) fn clocks(&self, duty: DutyId, subject: &Subject) -> &[Clock] {
        self.clocks.get(&(duty, subject.clone())).map_or(&[], Vec::as_slice)
    }

    /// The members of a fold in a window, or in a group of it, by the instants at which they count.
    pub(crate) fn members(&self, fold: FoldId, window: &Window, group: Of<'_>) -> Vec<&Member> {
        let members = self.members.get(&fold).into_iter().flatten().flatten();
        // Of a window that the end has cut, what had been counted ahead of it remains.
        let end = window.end.max(window.full_end);
        let counts = |member: &&Member| {
            window.start <= member.at && member.at < end && is_of(member.group.as_ref(), group)
        };
        let mut members: Vec<&Member> = members.filter(counts).collect();
        members.sort_by_key(|member| member.at);
        members
    }

    /// Which items held a time fold on within a window, by the instants at which they began.
    pub(crate) fn held(&self, fold: FoldId, window: &Window, group: Of<'_>) -> Vec<&Held> {
        let within = |held: &&Held| {
            held.from < window.end
                && held.until.is_none_or(|until| until > window.start && until > held.from)
                && is_of(held.group.as_ref(), group)
        };
        let mut held: Vec<&Held> = self.held.get(&fold).into_iter().flatten().filter(within).collect();
        held.sort_by_key(|held| (held.leaf, held.from, held.until));
        held
    }

    /// How time went on in a time fold within a window.
    pub(crate) fn elapsed<'t>(
        &'t self,
        fold: FoldId,
        window: &'t Window,
        group: Of<'t>,
    ) -> impl Iterator<Item = &'t Elapsed> {
        let all = self.elapsed.get(&fold).into_iter().flatten();
        // Of a window that looks back, also those before it.
        let counts =
            |of: &Window| of.index == window.index || of.start >= window.start && of.index < window.index;
        all.filter(move |(of, name, _)| counts(of) && is_of(name.as_ref(), group)).map(|(_, _, time)| time)
    }

    /// What a fold came to in a window.
    pub(crate) fn fold(&self, fold: FoldId, window: &Window, group: Of<'_>) -> Option<&FoldFigure> {
        let is_it = |(of, in_window, name, _): &&(FoldId, Window, Option<CompactString>, FoldFigure)| {
            *of == fold && in_window.index == window.index && is_of(name.as_ref(), group)
        };
        self.folds.iter().rfind(is_it).map(|(_, _, _, figure)| figure)
    }

    /// How an entry met a cap: of several alike, the one of its number.
    pub(crate) fn met(&self, cap: CapId, entry: &Entry) -> Option<&Met> {
        let is_its = |met: &&Met| {
            met.cap == cap
                && met.at == entry.at
                && met.asked == entry.gross
                && met.subject.is_same(&entry.subject)
        };
        let place = usize::try_from(entry.ordinal.max(1) - 1).unwrap_or(0);
        let mut of = self.caps.iter().filter(is_its);
        of.clone().nth(place).or_else(|| of.next_back())
    }

    /// What payments have settled of an entry, in their order.
    pub(crate) fn settled(&self, entry: &Entry) -> &[Paid] {
        let of = (entry.consequence, entry.subject.clone(), entry.ordinal);
        self.settled.get(&of).map_or(&[], Vec::as_slice)
    }

    /// What has been paid of the principal of a debt, in its order.
    pub(crate) fn principal(&self, subject: &Subject) -> &[Paid] {
        self.principal.get(subject).map_or(&[], Vec::as_slice)
    }

    /// What payments of a case have left as credit, in its order.
    pub(crate) fn left(&self, case: CaseId) -> impl Iterator<Item = &Paid> {
        self.left.iter().filter(move |it| it.0 == case).map(|it| &it.1)
    }

    /// What of that has paid debts of the case since then, by the debt.
    pub(crate) fn used(&self, case: CaseId) -> impl Iterator<Item = (&Subject, &Paid)> {
        self.principals(case).filter(|(_, paid)| paid.by == PaidBy::Rest)
    }

    /// What has been paid of the principals of debts of a case, by the debt.
    pub(crate) fn principals(&self, case: CaseId) -> impl Iterator<Item = (&Subject, &Paid)> {
        let of = move |subject: &Subject| matches!(subject, Subject::Item { case: of, .. } if *of == case);
        let debts = self.principal.iter().filter(move |(subject, _)| of(subject));
        debts.flat_map(|(subject, paid)| paid.iter().map(move |paid| (subject, paid)))
    }

    /// What is open as of the instant of the outcome.
    pub(crate) fn open(&self) -> &[Open] {
        &self.open
    }

    /// When somebody will be told, as it stands, of what arises at an instant: none where what it warns of will be decided.
    pub(crate) fn will_be_told(
        &self,
        agreement: &Agreement,
        tell: &Tell,
        subject: &Subject,
        arises: Instant,
    ) -> Option<Instant> {
        let at = agreement.told_at(tell, arises);
        let passes = |open: &Open| match open {
            Open::Pending { duty, subject: of, late_from: Some(late), .. } => {
                Some(*duty) == tell.warns_of && of == subject && *late <= at
            }
            _ => false,
        };
        (at == arises || !self.open.iter().any(passes)).then_some(at)
    }

    /// Everything that has begun.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.begun.keys()
    }

    /// When an item was over, and by what.
    pub(crate) fn over_at(&self, subject: &Subject) -> Option<(Instant, Option<Evidence>)> {
        self.over.get(subject).cloned()
    }

    /// Whether an item is over, or closed.
    pub(crate) fn is_over(&self, subject: &Subject) -> bool {
        self.over.contains_key(subject)
    }

    fn join(&mut self, member: Member) {
        let all = self.members.entry(member.fold).or_default();
        let MemberOf::Subject(subject @ Subject::Item { .. }) = &member.of else {
            return all.push(Some(member));
        };
        let place = *self.places.entry((member.fold, subject.clone())).or_insert(all.len());
        match all.get_mut(place) {
            Some(before) => *before = Some(member),
            None => all.push(Some(member)),
        }
    }

    fn leave(&mut self, fold: FoldId, subject: Subject) {
        if let Some(place) = self.places.get(&(fold, subject))
            && let Some(member) = self.members.get_mut(&fold).and_then(|all| all.get_mut(*place))
        {
            *member = None;
        }
    }

    fn hold(&mut self, fold: FoldId, held: Held, begins: bool) {
        let all = self.held.entry(fold).or_default();
        if begins {
            return all.push(held);
        }
        let is_it = |of: &&mut Held| of.leaf == held.leaf && of.subject == held.subject && of.until.is_none();
        if let Some(of) = all.iter_mut().rev().find(is_it) {
            of.until = Some(held.from);
        }
    }
}

impl Sink for Trail {
    fn verdict(&mut self, _: Verdict) {}
    fn figure(&mut self, _: Figure) {}
    fn entry(&mut self, _: Entry) {}
    fn notice(&mut self, _: Notice) {}
    fn problem(&mut self, _: Problem) {}

    fn wants_behind(&self) -> bool {
        true
    }

    fn behind(&mut self, behind: Behind) {
        match behind {
            Behind::Begun { subject, fields, by } => {
                self.begun.insert(subject, Begun { fields, by });
            }
            Behind::Over { subject, at, by } => {
                self.over.insert(subject, (at, by));
            }
            Behind::Reopened { subject, at, by } => {
                self.over.remove(&subject);
                self.reopened.entry(subject).or_default().push((at, by));
            }
            Behind::Clock { duty, subject, at, since, used, moved, late_from } => {
                let clock = Clock { at, since, used, moved, late_from };
                self.clocks.entry((duty, subject)).or_default().push(clock);
            }
            Behind::Member(member) => self.join(member),
            Behind::Leaves { fold, subject } => self.leave(fold, subject),
            Behind::Holds { fold, leaf, subject, group, at, begins, unknown } => {
                self.hold(fold, Held { leaf, subject, group, from: at, until: None, unknown }, begins);
            }
            Behind::Elapsed { fold, window, group, time } => {
                self.elapsed.entry(fold).or_default().push((window, group, time));
            }
            Behind::Fold { fold, window, group, value, ratio } => {
                self.folds.push((fold, window, group, (value, ratio)));
            }
            Behind::Settled { consequence, subject, ordinal, amount, at, by } => {
                let paid = Paid { amount, at, by };
                self.settled.entry((consequence, subject, ordinal)).or_default().push(paid);
            }
            Behind::Paid { subject, amount, at, by } => {
                self.principal.entry(subject).or_default().push(Paid { amount, at, by });
            }
            Behind::Open(open) => self.open.push(open),
            Behind::Left { case, amount, at, by } => self.left.push((case, Paid { amount, at, by })),
            Behind::Cap { cap, subject, at, limit, left, asked, passed } => {
                self.caps.push(Met { cap, subject, at, limit, left, asked, passed });
            }
        }
    }
}
