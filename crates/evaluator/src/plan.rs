//! What each event touches, worked out once per policy: so that an event costs what it concerns and no more.

use crate::state::{Item, ItemDuty};
use crate::touch::Touch;
use servanda_policy::arena::{Id, Table};
use servanda_policy::policy::{
    CaseId, Clause, ClauseId, ConsequenceId, CountedAt, DutyId, Effect, EventId, Expr, ExprKind, FieldType,
    FoldId, FoldKind, Form, ItemFold, KindId, MeasureId, Policy, Running, Signal, Source, Steps, Trigger,
    ValueType, VersionId, WindowId,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A policy with its tables of what touches what.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) policy: Arc<Policy>,
    pub(crate) events: Table<EventId, EventPlan>,
    pub(crate) cases: Table<CaseId, CasePlan>,
    pub(crate) windows: Table<WindowId, WindowPlan>,
    /// The place of each fold among the folds of its window.
    pub(crate) fold_places: Table<FoldId, usize>,
    /// The folds upon what of which a fold looks back: itself, and the same of other versions; of those that do.
    pub(crate) alike_folds: Table<FoldId, Vec<FoldId>>,
    /// Whether what a fold counts waits for a verdict.
    pub(crate) waits: Table<FoldId, bool>,
    /// The place of each measure among the measures of its window.
    pub(crate) measure_places: Table<MeasureId, usize>,
    /// The place of each duty among those of its case (`Do`, `MustNot`) or of its window (`Keep`).
    pub(crate) duty_places: Table<DutyId, usize>,
    /// The leaves of each time fold: which case's items hold it on, and which of them. Those of `within` first.
    pub(crate) leaves: Table<FoldId, Vec<(CaseId, Option<Expr>)>>,
    /// The duties to keep each measure.
    pub(crate) measure_keeps: Table<MeasureId, Vec<DutyId>>,
    /// The duties to keep a measure that is a fold that only grows, or only falls: what crosses the target decides
    /// them.
    pub(crate) crossed: Table<FoldId, Vec<DutyId>>,
    /// The same duty in every version, by the first of them.
    pub(crate) same_duties: Table<DutyId, Vec<DutyId>>,
    /// The same measure, by its name and the cut of its windows, in every version: itself, and those of others.
    pub(crate) same_measures: Table<MeasureId, Vec<MeasureId>>,
    /// Whether anything reads what a measure was in the window before.
    pub(crate) remembered: Table<MeasureId, bool>,
    /// Where each clause stands by its number, wherever it stands in the text.
    pub(crate) clause_ranks: Table<ClauseId, u32>,
    /// The duty under which the windows of a duty are counted, where something arises from so many breaches: the
    /// earliest version of it with windows of the same cut.
    pub(crate) runs: Table<DutyId, Option<DutyId>>,
    /// What arises from so many breaches, by that duty.
    pub(crate) running: std::collections::BTreeMap<DutyId, Vec<ConsequenceId>>,
    /// Of how many of the last windows the breaches are asked for, at most, by that duty.
    pub(crate) reach: BTreeMap<DutyId, u32>,
    /// What goes back when that duty has been kept so many windows in a row.
    pub(crate) earned_by: BTreeMap<DutyId, Vec<(ConsequenceId, u32)>>,
    /// What goes back of an amount that has followed a breach, by that amount.
    pub(crate) restored_by: BTreeMap<ConsequenceId, ConsequenceId>,
    /// By what is booked what a credit has paid.
    pub(crate) paid_by: BTreeMap<ConsequenceId, ConsequenceId>,
    /// What the delay of a duty extends: duties on items that its own items name in this field, or on the same item.
    pub(crate) extends: Table<DutyId, Vec<(DutyId, Option<u32>)>>,
    /// Whether any delay extends anything.
    pub(crate) any_extends: bool,
    /// The debt with whose payments what follows is settled, and its kind.
    pub(crate) settled: Table<ConsequenceId, Option<(CaseId, KindId)>>,
    /// What arises from what holds, and the cases of which it is asked whether nothing is owed.
    pub(crate) standing: Vec<ConsequenceId>,
    pub(crate) asked_whether_paid: Table<CaseId, bool>,
    /// How many delays lie behind each other that extend a duty, at most.
    pub(crate) delay_ranks: Table<DutyId, u32>,
    /// Whether how long the items of a case take is measured.
    pub(crate) timed: Table<CaseId, bool>,
    /// Rights that somebody may come to use.
    pub(crate) used_rights: std::collections::BTreeSet<ConsequenceId>,
    /// The sentences by which duties can be suspended.
    pub(crate) suspensions: Vec<ConsequenceId>,
    /// The duties on items that each of them suspends: the case, and the place among its duties.
    pub(crate) suspended_on: BTreeMap<ConsequenceId, Vec<(CaseId, usize)>>,
    /// Which of them suspend a duty.
    pub(crate) suspended: Table<DutyId, Vec<ConsequenceId>>,
    /// The duties of each case that are asked for on its items by what names them, each by its first version.
    pub(crate) asked_on: Table<CaseId, Vec<DutyId>>,
    /// Duties that arise from the breach of a duty.
    pub(crate) raised_by: Table<DutyId, Vec<DutyId>>,
    /// Folds that count breaches of a duty.
    pub(crate) breach_folds: Table<DutyId, Vec<FoldId>>,
}

/// What an event of a type touches.
#[derive(Debug, Default)]
pub(crate) struct EventPlan {
    /// Cases that it opens or moves, in the order of the text.
    pub(crate) touches: Vec<Touch>,
    /// Whether any of them is a payment.
    pub(crate) pays: bool,
    /// Folds over events of this type.
    pub(crate) folds: Vec<FoldId>,
    /// Duties in each window that it settles: the duty and the pattern's place among its acts.
    pub(crate) windowed: Vec<(DutyId, usize)>,
    /// Consequences that arise for each such event.
    pub(crate) consequences: Vec<ConsequenceId>,
    /// Consequences whose amounts it claims.
    pub(crate) claims: Vec<ConsequenceId>,
}

/// What follows items of a case.
#[derive(Debug)]
pub(crate) struct CasePlan {
    /// Duties on each item: `Do` and `MustNot`.
    pub(crate) duties: Vec<DutyId>,
    /// Folds over items.
    pub(crate) folds: Vec<FoldId>,
    /// Leaves of time folds that ask whether an item is alive.
    pub(crate) leaves: Vec<(FoldId, u32)>,
    /// Consequences for each item.
    pub(crate) consequences: Vec<ConsequenceId>,
    /// The version that has brought it: before that, no event opens an item.
    pub(crate) since: VersionId,
    /// Acts that end an item.
    pub(crate) ending_acts: Vec<u32>,
    /// The versions of which a surviving clause is about it: while one of them is in force, it is born after the end of
    /// the agreement, too.
    pub(crate) surviving: Vec<VersionId>,
}

impl CasePlan {
    const fn none() -> Self {
        CasePlan {
            duties: Vec::new(),
            folds: Vec::new(),
            leaves: Vec::new(),
            consequences: Vec::new(),
            since: VersionId(0),
            ending_acts: Vec::new(),
            surviving: Vec::new(),
        }
    }

    fn survives_in(&mut self, clause: &Clause) {
        if clause.survives {
            self.surviving.push(clause.version);
        }
    }
}

/// What is judged when a window is over.
#[derive(Debug, Default)]
pub(crate) struct WindowPlan {
    pub(crate) folds: Vec<FoldId>,
    pub(crate) measures: Vec<MeasureId>,
    /// Duties to keep one of the measures.
    pub(crate) keeps: Vec<DutyId>,
    /// Duties to do something in each window.
    pub(crate) windowed: Vec<DutyId>,
    /// Consequences at the end of each window.
    pub(crate) consequences: Vec<ConsequenceId>,
}

impl Plan {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        let mut plan = Plan {
            events: policy.events.ids().map(|_| EventPlan::default()).collect(),
            cases: policy.cases.ids().map(|_| CasePlan::none()).collect(),
            windows: policy.windows.ids().map(|_| WindowPlan::default()).collect(),
            fold_places: policy.folds.ids().map(|_| 0).collect(),
            alike_folds: policy.folds.ids().map(|id| policy.looked_back_upon(id)).collect(),
            waits: policy.folds.values().map(|fold| waits(&fold.kind)).collect(),
            measure_places: policy.measures.ids().map(|_| 0).collect(),
            duty_places: policy.duties.ids().map(|_| 0).collect(),
            leaves: policy.folds.ids().map(|_| Vec::new()).collect(),
            measure_keeps: policy.measures.ids().map(|_| Vec::new()).collect(),
            crossed: policy.folds.ids().map(|_| Vec::new()).collect(),
            same_duties: policy.duties.ids().map(|_| Vec::new()).collect(),
            same_measures: policy.measures.ids().map(|id| policy.same_measures(id).collect()).collect(),
            runs: runs(&policy, policy.versions.len()),
            running: std::collections::BTreeMap::new(),
            reach: BTreeMap::new(),
            earned_by: BTreeMap::new(),
            restored_by: BTreeMap::new(),
            paid_by: BTreeMap::new(),
            extends: extends(&policy),
            settled: policy.consequences.ids().map(|id| policy.settled_with(id)).collect(),
            any_extends: policy.duties.values().any(|duty| !duty.extended_by.is_empty())
                || !suspensions(&policy).is_empty(),
            standing: crate::standing::standing(&policy),
            asked_whether_paid: policy
                .cases
                .ids()
                .map(|case| crate::standing::is_asked(&policy, case))
                .collect(),
            delay_ranks: delay_ranks(&policy),
            timed: timed(&policy, policy.versions.len()),
            remembered: remembered(&policy, policy.versions.len()),
            clause_ranks: clause_ranks(&policy),
            used_rights: crate::ending::used_rights(&policy),
            suspensions: suspensions(&policy),
            suspended_on: BTreeMap::new(),
            suspended: policy.duties.ids().map(|_| Vec::new()).collect(),
            asked_on: asked_on(&policy),
            raised_by: policy.duties.ids().map(|_| Vec::new()).collect(),
            breach_folds: policy.duties.ids().map(|_| Vec::new()).collect(),
            policy: Arc::clone(&policy),
        };
        for (id, case) in policy.cases.iter() {
            for event in policy.events.ids() {
                if let Some(touch) = crate::touch::touch_of(id, case, event) {
                    plan.events[event].pays |= touch.pays;
                    plan.events[event].touches.push(touch);
                }
            }
            plan.cases[id].since = policy.brought_by(id);
            plan.cases[id].ending_acts = case.ends.iter().filter_map(ending_act).collect();
        }
        for (id, fold) in policy.folds.iter() {
            let place = plan.windows[fold.window].folds.len();
            plan.windows[fold.window].folds.push(id);
            plan.fold_places[id] = place;
            match &fold.kind {
                FoldKind::Items { source: Source::Events(event), .. } => plan.events[*event].folds.push(id),
                FoldKind::Items { source: Source::Cases(case), .. } => plan.cases[*case].folds.push(id),
                FoldKind::Items { source: Source::Breaches(duties), .. } => {
                    for duty in duties {
                        plan.breach_folds[*duty].push(id);
                    }
                }
                FoldKind::Time { within, leaving_out, .. } => {
                    let mut leaves = Vec::new();
                    leaves_of(within, &mut leaves);
                    if let Some(steps) = leaving_out {
                        leaves_of(steps, &mut leaves);
                    }
                    for (number, (case, _)) in leaves.iter().enumerate() {
                        plan.cases[*case].leaves.push((id, number as u32));
                    }
                    plan.leaves[id] = leaves;
                }
            }
        }
        for (id, measure) in policy.measures.iter() {
            let place = plan.windows[measure.window].measures.len();
            plan.windows[measure.window].measures.push(id);
            plan.measure_places[id] = place;
        }
        for (id, duty) in policy.duties.iter() {
            plan.same_duties[duty.first].push(id);
            match &duty.form {
                Form::Do { case, .. } | Form::MustNot { case, .. } => {
                    plan.duty_places[id] = plan.cases[*case].duties.len();
                    plan.cases[*case].duties.push(id);
                    plan.cases[*case].survives_in(&policy.clauses[duty.clause]);
                }
                Form::DoEach { acts, window, rise, .. } => {
                    if let Some(rise) = rise {
                        plan.raised_by[rise.cause].push(id);
                    }
                    plan.duty_places[id] = plan.windows[*window].windowed.len();
                    plan.windows[*window].windowed.push(id);
                    for (place, act) in acts.iter().enumerate() {
                        plan.events[act.event].windowed.push((id, place));
                    }
                }
                Form::Keep { measure, targets, .. } => {
                    // A target that is a figure itself is known only at the end, like an amount that is made of one.
                    let moving = targets.iter().any(|(_, target)| reads_figures(target));
                    let waits = moving || comes_to_figures(&policy, id);
                    if let Some(fold) = plan.growing(*measure).filter(|_| !waits) {
                        plan.crossed[fold].push(id);
                    }
                    let window = policy.measures[*measure].window;
                    plan.duty_places[id] = plan.windows[window].keeps.len();
                    plan.windows[window].keeps.push(id);
                    if !duty.silent {
                        plan.measure_keeps[*measure].push(id);
                    }
                }
            }
        }
        for (id, consequence) in policy.consequences.iter() {
            if let Effect::Entry(entry) = &consequence.effect
                && let Some(claim) = &entry.claim
            {
                plan.events[claim.by.event].claims.push(id);
            }
            match &consequence.on {
                Signal::Broken(_) | Signal::Standing(_) => {}
                Signal::Each(window) => plan.windows[*window].consequences.push(id),
                Signal::ForEach(case, _) => {
                    plan.cases[*case].consequences.push(id);
                    plan.cases[*case].survives_in(&policy.clauses[consequence.clause]);
                }
                Signal::ForEvent(pattern) => plan.events[pattern.event].consequences.push(id),
                Signal::Kept(kept) => {
                    plan.restored_by.insert(kept.of, id);
                    if let Some(key) = plan.runs[kept.duty] {
                        plan.earned_by.entry(key).or_default().push((id, kept.count));
                    }
                }
                Signal::Paid(of) => {
                    plan.paid_by.insert(*of, id);
                }
                Signal::Running(running) => {
                    if let Some(key) = plan.runs[running.duty] {
                        plan.running.entry(key).or_default().push(id);
                    }
                }
            }
        }
        plan.reach = reach(&policy, &plan.runs, policy.versions.len());
        crate::suspension::work_out(&mut plan);
        plan
    }

    /// What is known on an item of a duty, in whichever version: at most one of them concerns it.
    pub(crate) fn duties_on<'i>(
        &'i self,
        item: &'i Item,
        duty: DutyId,
    ) -> impl Iterator<Item = &'i ItemDuty> {
        let first = self.policy.duties[duty].first;
        self.same_duties[first].iter().filter_map(|duty| item.duties.get(self.duty_places[*duty]))
    }

    /// The fold that the figure of a measure is, where it only grows (a count, a sum of counts, the highest) or only
    /// falls (the lowest): then a duty to keep it can be decided by what crosses its target.
    fn growing(&self, measure: MeasureId) -> Option<FoldId> {
        let measured = &self.policy.measures[measure];
        // What has not come to be a figure yet decides nothing.
        let (ExprKind::Fold(fold), None) = (&measured.value.kind, &measured.needing) else { return None };
        let FoldKind::Items { source, filter, counted_at, of, .. } = &self.policy.folds[*fold].kind else {
            return None;
        };
        let is_count = |place: u32| match source {
            Source::Events(event) => {
                self.policy.events[*event].fields.get(place as usize).map(|field| &field.ty)
                    == Some(&FieldType::Count)
            }
            Source::Cases(case) => {
                self.policy.cases[*case].fields.get(place as usize).map(|field| field.ty)
                    == Some(ValueType::Count)
            }
            Source::Breaches(_) => false,
        };
        // What is looked back upon has decided some of them before they begin.
        if self.policy.windows[measured.window].count() > 1 {
            return None;
        }
        let grows = match of {
            ItemFold::Count => true,
            ItemFold::Distinct(_) => !matches!(source, Source::Breaches(_)),
            ItemFold::Highest(_) | ItemFold::Lowest(_) => !matches!(source, Source::Breaches(_)),
            ItemFold::Sum(Expr { kind: ExprKind::Field(place) | ExprKind::FactField(place), .. }) => {
                is_count(*place)
            }
            _ => false,
        };
        let at_once = match source {
            Source::Events(_) | Source::Cases(_) => *counted_at == CountedAt::Beginning,
            Source::Breaches(_) => *counted_at == CountedAt::Decision,
        };
        let known = !filter.as_ref().is_some_and(reads_verdict);
        (grows && at_once && known).then_some(*fold)
    }
}

/// The window of a duty that has one.
pub(crate) fn window_of(policy: &Policy, duty: DutyId) -> Option<WindowId> {
    match &policy.duties[duty].form {
        Form::Keep { measure, .. } => Some(policy.measures[*measure].window),
        Form::DoEach { window, .. } => Some(*window),
        Form::Do { .. } | Form::MustNot { .. } => None,
    }
}

/// Under which duty the windows of each are counted, where one of the first so many versions says what arises from
/// several breaches, or how much from one behind others.
pub(crate) fn runs(policy: &Policy, versions: usize) -> Table<DutyId, Option<DutyId>> {
    let key = |duty: DutyId| {
        // Of a figure for each value of a field no windows are followed.
        if window_of(policy, duty).is_some_and(|window| policy.grouped_by(window).is_some()) {
            return None;
        }
        let cut = window_of(policy, duty).map(|window| policy.windows[window]);
        let first = policy.duties[duty].first;
        let mut alike = policy.duties.iter().filter(|(id, other)| {
            other.first == first && window_of(policy, *id).map(|window| policy.windows[window]) == cut
        });
        alike.next().map(|(id, _)| id)
    };
    let watched: Vec<DutyId> = policy
        .consequences
        .values()
        .filter(|consequence| policy.version_of(consequence.clause).index() < versions)
        .filter_map(|consequence| match (&consequence.on, &consequence.effect) {
            (Signal::Running(running), _) => key(running.duty),
            (Signal::Kept(kept), _) => key(kept.duty),
            (Signal::Broken(duty), Effect::Entry(entry)) => {
                find(&entry.amount, &|kind| matches!(kind, ExprKind::Misses(_))).then(|| key(*duty)).flatten()
            }
            _ => None,
        })
        .collect();
    policy.duties.ids().map(|duty| key(duty).filter(|key| watched.contains(key))).collect()
}

/// Of how many of the last windows of each duty under which they are counted one of the first so many versions asks in how
/// many it was broken.
pub(crate) fn reach(
    policy: &Policy,
    runs: &Table<DutyId, Option<DutyId>>,
    versions: usize,
) -> BTreeMap<DutyId, u32> {
    let mut reach = BTreeMap::new();
    for consequence in policy.consequences.values() {
        if let Signal::Running(Running { duty, of: Some(of), .. }) = &consequence.on
            && policy.version_of(consequence.clause).index() < versions
            && let Some(key) = runs[*duty]
        {
            let most: &mut u32 = reach.entry(key).or_default();
            *most = (*most).max(*of);
        }
    }
    reach
}

fn asked_on(policy: &Policy) -> Table<CaseId, Vec<DutyId>> {
    let mut on: Table<CaseId, Vec<DutyId>> = policy.cases.ids().map(|_| Vec::new()).collect();
    for (duty, asked) in crate::named::asked(policy, policy.versions.len()).iter() {
        if let (Form::Do { case, .. } | Form::MustNot { case, .. }, true) = (&policy.duties[duty].form, asked)
        {
            on[*case].push(duty);
        }
    }
    on
}

fn suspensions(policy: &Policy) -> Vec<ConsequenceId> {
    let suspends = policy.consequences.iter().filter(|(_, it)| matches!(it.effect, Effect::Suspend(_)));
    suspends.map(|(id, _)| id).collect()
}

fn extends(policy: &Policy) -> Table<DutyId, Vec<(DutyId, Option<u32>)>> {
    let mut extends: Table<_, Vec<_>> = policy.duties.ids().map(|_| Vec::new()).collect();
    for (id, duty) in policy.duties.iter() {
        for by in &duty.extended_by {
            extends[by.duty].push((id, by.field));
        }
    }
    extends
}

/// The policy has no delay that extends itself, so that this comes to an end.
fn delay_ranks(policy: &Policy) -> Table<DutyId, u32> {
    let mut ranks: Table<DutyId, u32> = policy.duties.ids().map(|_| 0).collect();
    for _ in policy.duties.ids() {
        let mut same = true;
        for (id, duty) in policy.duties.iter() {
            let rank = duty.extended_by.iter().map(|by| ranks[by.duty].saturating_add(1)).max().unwrap_or(0);
            same &= ranks[id] == rank;
            ranks[id] = rank;
        }
        if same {
            break;
        }
    }
    ranks
}

/// Of which cases one of the first so many versions measures how long they take.
pub(crate) fn timed(policy: &Policy, versions: usize) -> Table<CaseId, bool> {
    let mut timed: Table<CaseId, bool> = policy.cases.ids().map(|_| false).collect();
    let of_them = |fold: &&servanda_policy::policy::Fold| {
        policy.window_versions[fold.window].is_none_or(|version| version.index() < versions)
    };
    for fold in policy.folds.values().filter(of_them) {
        let FoldKind::Items { source: Source::Cases(case), of, .. } = &fold.kind else { continue };
        let Some(of) = of.quantity() else { continue };
        timed[*case] |= find(of, &|kind| matches!(kind, ExprKind::Elapsed(..)));
    }
    timed
}

fn clause_ranks(policy: &Policy) -> Table<ClauseId, u32> {
    let number = |clause: &Clause| -> Vec<u64> {
        clause.number.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect()
    };
    let mut numbers: Vec<Vec<u64>> = policy.clauses.values().map(number).collect();
    numbers.sort();
    numbers.dedup();
    let rank = |clause: &Clause| numbers.partition_point(|other| *other < number(clause)) as u32;
    policy.clauses.values().map(rank).collect()
}

/// Which measures one of the first so many versions reads in the window behind.
pub(crate) fn remembered(policy: &Policy, versions: usize) -> Table<MeasureId, bool> {
    let mut read: Table<MeasureId, bool> = policy.measures.ids().map(|_| false).collect();
    let note = |expr: &Expr| {
        let found = std::cell::RefCell::new(Vec::new());
        expr.any(&|part| {
            if let ExprKind::Previous(measure, _) = &part.kind {
                found.borrow_mut().push(*measure);
            }
            false
        });
        found.into_inner()
    };
    let values = policy.measures.values().filter(|measure| {
        policy.window_versions[measure.window].is_none_or(|version| version.index() < versions)
    });
    let values = values.map(|measure| &measure.value);
    let early = |clause: ClauseId| policy.version_of(clause).index() < versions;
    let consequences = policy.consequences.values().filter(|consequence| early(consequence.clause));
    let amounts = consequences.flat_map(|consequence| {
        let amount = match &consequence.effect {
            servanda_policy::policy::Effect::Entry(entry) => [Some(&entry.amount), entry.at_least.as_ref()],
            _ => [None, None],
        };
        amount.into_iter().flatten().chain(&consequence.only)
    });
    let measures: Vec<MeasureId> = values.chain(amounts).flat_map(note).collect();
    for measure in measures {
        for same in policy.same_measures(measure) {
            read[same] = true;
        }
    }
    read
}

fn ending_act(trigger: &Trigger) -> Option<u32> {
    match trigger {
        Trigger::Done(act) => Some(*act),
        Trigger::Event(_) => None,
    }
}

fn leaves_of(steps: &Steps, leaves: &mut Vec<(CaseId, Option<Expr>)>) {
    match steps {
        Steps::Alive { case, filter } => leaves.push((*case, filter.clone())),
        Steps::All(parts) | Steps::Any(parts) => parts.iter().for_each(|part| leaves_of(part, leaves)),
        Steps::ButNot(left, right) => {
            leaves_of(left, leaves);
            leaves_of(right, leaves);
        }
    }
}

/// Whether what a fold counts, or what it counts it by, waits for a verdict.
fn waits(kind: &FoldKind) -> bool {
    let FoldKind::Items { filter, of, .. } = kind else { return false };
    filter.as_ref().into_iter().chain(crate::gather::condition(of)).any(reads_verdict)
}

/// Whether a condition waits for a verdict.
pub(crate) fn reads_verdict(expr: &Expr) -> bool {
    find(expr, &|kind| matches!(kind, ExprKind::Verdict(..)))
}

/// Whether an amount depends on what is unpaid.
pub(crate) fn reads_unpaid(expr: &Expr) -> bool {
    find(expr, &|kind| matches!(kind, ExprKind::Unpaid))
}

/// The duty whose verdict a condition reads first.
pub(crate) fn duty_read(expr: &Expr) -> Option<DutyId> {
    let found = std::cell::Cell::new(None);
    find(expr, &|kind| {
        if let ExprKind::Verdict(duty, _) = kind {
            found.set(Some(*duty));
        }
        found.get().is_some()
    });
    found.get()
}

/// Whether any part of an expression is like this.
pub(crate) fn find(expr: &Expr, like: &impl Fn(&ExprKind) -> bool) -> bool {
    expr.any(&|part| like(&part.kind))
}

fn reads_figures(expr: &Expr) -> bool {
    find(expr, &|kind| matches!(kind, ExprKind::Measure(_) | ExprKind::Fold(_)))
}

/// Whether what follows a breach is an amount that reads figures: the end of the window tells how much is owed, the
/// instant at which the breach is certain does not.
fn comes_to_figures(policy: &Policy, duty: DutyId) -> bool {
    policy.consequences.values().any(|it| {
        let follows = match &it.on {
            Signal::Broken(broken) => *broken == duty,
            Signal::Running(running) => running.duty == duty,
            _ => false,
        };
        match &it.effect {
            Effect::Entry(entry) if follows => {
                let limits = entry.caps.iter().map(|cap| &policy.caps[*cap].limit);
                let parts = [Some(&entry.amount), entry.at_least.as_ref(), entry.nothing_below.as_ref()];
                parts.into_iter().flatten().chain(limits).any(reads_figures)
            }
            _ => false,
        }
    })
}
