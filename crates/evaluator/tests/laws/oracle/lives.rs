//! The lives of the items of every case, replayed instant by instant.
//!
//! At one instant, facts that move or close first look for an item alive just before; then items open; then the
//! remaining facts look for one opened at this instant; then charges, then payments.

use super::admission::by_content;
use super::expression::Scope;
use super::fees::Part;
pub(crate) use super::item::Item;
use super::pot::{Rest, Used};
use super::value::{Maybe, Ratio};
use super::{World, before, problem};
use compact_str::CompactString;
use servanda_diagnostics::Code;
use servanda_events::{Fact, FieldValue, InputCounts, Problem};
use servanda_policy::arena::Id;
use servanda_policy::policy::{Case, CaseId, Life, Pattern, Settled, Trigger};
use servanda_policy::time::Instant;
use std::collections::BTreeMap;

/// What became of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruling {
    Evaluated,
    Ignored,
    OutOfScope,
}

impl Ruling {
    pub(crate) fn count(self, input: &mut InputCounts) {
        match self {
            Ruling::Evaluated => input.evaluated += 1,
            Ruling::Ignored => input.ignored += 1,
            Ruling::OutOfScope => input.out_of_scope += 1,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Lives {
    /// By case, in the order of birth.
    pub items: BTreeMap<CaseId, Vec<Item>>,
    pub rulings: Vec<Ruling>,
    pub problems: Vec<Problem>,
    /// What is left of payments and credits, by case.
    pub rests: BTreeMap<CaseId, Rest>,
    /// What credits have paid of principals.
    pub used: Vec<Used>,
    /// What was left and is paid out, by case: when, and how much.
    pub paid_out: BTreeMap<CaseId, Vec<(Instant, Option<Ratio>)>>,
    /// What pay-outs have left that was less than the smallest coin, or less than nothing, by case.
    pub carried: BTreeMap<CaseId, Ratio>,
    /// What payments have settled beside the principal, by case.
    pub parts: BTreeMap<CaseId, Vec<Part>>,
}

/// What a fact does to one case.
#[derive(Debug, Clone, Default)]
pub(super) struct Role {
    pub(super) opens: bool,
    pub(super) reopens: bool,
    does: Vec<u32>,
    undoes: Vec<u32>,
    ends: bool,
    /// Pairs, and whether they pause.
    switches: Vec<(usize, bool)>,
}

impl Role {
    pub(super) fn moves(&self) -> bool {
        self.ends || !self.does.is_empty() || !self.undoes.is_empty() || !self.switches.is_empty()
    }
}

/// What one case made of one fact; a fact may mean something to several cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Used,
    Problem,
    /// An act on something recurring of which nothing is open.
    Surplus,
    OutOfScope,
    Ignored,
}

pub(crate) fn replay(world: &World<'_>) -> Lives {
    let mut lives = Lives::default();
    let mut uses: Vec<Vec<Use>> = vec![Vec::new(); world.facts.len()];
    let mut first = 0;
    let paying = |from: usize| world.credited.get(from).map(|it| it.0);
    let mut paid = 0;
    let mut turns = world.turns();
    loop {
        let fact = world.facts.get(first).map(|fact| fact.at);
        let turn = turns.first().copied();
        let Some(at) = fact.into_iter().chain(paying(paid)).chain(turn).min() else { break };
        turns.retain(|turn| *turn > at);
        // What is credited pays before anything happens at the instant.
        while let Some((_, id, amount, by)) = world.credited.get(paid).filter(|it| it.0 == at) {
            let case = &world.policy.cases[*id];
            Moment { world, id: *id, case, at, lives: &mut lives, uses: &mut uses }.set_off(
                first,
                amount.clone(),
                *by,
            );
            paid += 1;
        }
        let next =
            (first..world.facts.len()).find(|it| world.facts[*it].at > at).unwrap_or(world.facts.len());
        for (id, case) in world.policy.cases.iter() {
            // What an amendment brings is not there before it.
            let known = world.policy.versions.values().nth(world.version_at(at)).expect("one is in force");
            if id.index() >= known.extent.cases {
                continue;
            }
            let mut instant = Moment { world, id, case, at, lives: &mut lives, uses: &mut uses };
            let facts: Vec<(usize, Role)> = (first..next)
                .map(|fact| (fact, instant.role(&world.facts[fact])))
                .filter(|(_, role)| role.opens || role.reopens || role.moves())
                .collect();
            instant.too_late_to_reopen(at);
            instant.silent_until(at);
            match &case.life {
                Life::Begins(_) => instant.begun(&facts),
                Life::Implicit => instant.implicit(&facts),
                Life::Windowed => {}
            }
            instant.silent_at_once();
            instant.debts(first..next);
            instant.pay_out();
        }
        first = next;
    }
    for (id, case) in world.policy.cases.iter() {
        let at = world.as_of;
        let mut last = Moment { world, id, case, at, lives: &mut lives, uses: &mut uses };
        last.too_late_to_reopen(at);
        last.silent_until(at);
    }
    let over = |at: Instant| world.agreement.end.is_some_and(|end| at >= end);
    for (place, case, settled) in world.recurring() {
        let fact = &world.facts[place];
        let counted = world.is_counted(fact);
        if settled || counted {
            uses[place].push(Use::Used);
        } else if over(fact.at) {
            uses[place].push(Use::OutOfScope);
        } else if world.policy.cases[case].ignores.contains(&fact.event) {
            uses[place].push(Use::Ignored);
        } else {
            uses[place].push(Use::Surplus);
        }
    }
    for (place, found) in world.claims_found() {
        uses[place].push(if found { Use::Used } else { Use::Surplus });
    }
    for (place, uses) in uses.iter().enumerate() {
        let told = uses.contains(&Use::Surplus);
        if told && !uses.iter().any(|it| matches!(it, Use::Used | Use::Problem | Use::OutOfScope)) {
            lives.problems.push(problem(Code::NothingToMove, &world.facts[place]));
        }
    }
    lives.rulings = uses
        .iter()
        .map(|uses| {
            let any = |wanted| uses.contains(&wanted);
            if any(Use::Used) || any(Use::Problem) || any(Use::Surplus) && !any(Use::OutOfScope) {
                Ruling::Evaluated
            } else if any(Use::OutOfScope) {
                Ruling::OutOfScope
            } else if any(Use::Ignored) {
                Ruling::Ignored
            } else {
                Ruling::Evaluated
            }
        })
        .collect();
    lives
}

/// One case at one instant.
pub(super) struct Moment<'a, 'w> {
    pub(super) world: &'a World<'w>,
    pub(super) id: CaseId,
    pub(super) case: &'a Case,
    pub(super) at: Instant,
    pub(super) lives: &'a mut Lives,
    pub(super) uses: &'a mut Vec<Vec<Use>>,
}

impl Moment<'_, '_> {
    fn matches(&self, pattern: &Pattern, fact: &Fact) -> bool {
        self.world.matches(pattern, fact)
    }

    fn role(&self, fact: &Fact) -> Role {
        let mut role = Role::default();
        if let Life::Begins(begin) = &self.case.life {
            role.opens = begin.when.iter().any(|it| self.matches(it, fact));
        }
        for (act, track) in self.case.acts.iter().enumerate() {
            if track.when.iter().any(|it| self.matches(it, fact)) {
                role.does.push(act as u32);
            }
            if track.undone_by == Some(fact.event) {
                role.undoes.push(act as u32);
            }
        }
        role.ends = self
            .case
            .ends
            .iter()
            .any(|it| matches!(it, Trigger::Event(pattern) if self.matches(pattern, fact)));
        role.reopens = self.case.reopens.as_ref().is_some_and(|it| self.matches(&it.when, fact));
        for (pair, (from, to)) in self.case.pauses.iter().enumerate() {
            if self.matches(from, fact) {
                role.switches.push((pair, true));
            }
            if self.matches(to, fact) {
                role.switches.push((pair, false));
            }
        }
        role
    }

    fn key(&self, fact: usize) -> CompactString {
        let fact = &self.world.facts[fact];
        let place = self
            .case
            .keys
            .iter()
            .find(|(event, _)| *event == fact.event)
            .expect("a fact of a case has a key")
            .1;
        match fact.field(place) {
            FieldValue::Text(key) => key.clone(),
            other => panic!("an admitted fact has its key, not {other:?}"),
        }
    }

    pub(super) fn items(&mut self) -> &mut Vec<Item> {
        self.lives.items.entry(self.id).or_default()
    }

    /// The item of a key that is alive now, and not closed.
    fn alive(&mut self, key: &CompactString) -> Option<usize> {
        let lives = |item: &Item| item.end.is_none() && !item.is_closed();
        self.items().iter().rposition(|item| item.key == *key && lives(item))
    }

    fn ignores(&self, fact: usize) -> bool {
        self.case.ignores.contains(&self.world.facts[fact].event)
    }

    pub(super) fn found_nothing(&mut self, fact: usize, code: Code) {
        if self.ignores(fact) {
            self.uses[fact].push(Use::Ignored);
        } else {
            self.uses[fact].push(Use::Problem);
            self.lives.problems.push(problem(code, &self.world.facts[fact]));
        }
    }

    fn begun(&mut self, facts: &[(usize, Role)]) {
        let mut keys: Vec<CompactString> = facts.iter().map(|(fact, _)| self.key(*fact)).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let here: Vec<(usize, Role)> =
                facts.iter().filter(|(fact, _)| self.key(*fact) == key).cloned().collect();
            let (mut openings, mut others): (Vec<_>, Vec<_>) =
                here.into_iter().partition(|(_, role)| role.opens);
            let moving = |role: &Role| role.moves();
            let alive_before = self.alive(&key);
            if let Some(item) = alive_before {
                let moving: Vec<_> = others.iter().filter(|it| moving(&it.1)).cloned().collect();
                self.apply(item, &moving);
            }
            // What can begin an item and open it again opens again what is closed.
            if self.can_be_reopened(&key) {
                let (mut again, first): (Vec<_>, Vec<_>) =
                    openings.into_iter().partition(|(_, role)| role.reopens);
                again.iter_mut().for_each(|(_, role)| role.opens = false);
                openings = first;
                others.extend(again);
                others.sort_by_key(|it| it.0);
            }
            let only_reopens: Vec<usize> =
                others.iter().filter(|(_, role)| role.reopens && !role.moves()).map(|it| it.0).collect();
            let alive = self.alive(&key);
            let target = match (alive, openings.is_empty()) {
                (Some(item), _) => {
                    let open = openings.iter().map(|it| it.0).chain(only_reopens.iter().copied());
                    self.open_already(item, open);
                    Some(item)
                }
                (None, true) => self.reopen(&key, &others),
                (None, false) => {
                    self.no_longer_reopens(&key);
                    let item = self.open(&key, &openings);
                    self.open_already(item, only_reopens.iter().copied());
                    Some(item)
                }
            };
            if let Some(item) = target {
                let opening: Vec<_> = openings.into_iter().filter(|it| moving(&it.1)).collect();
                let late = if alive_before.is_none() { others.clone() } else { Vec::new() };
                let late: Vec<_> = late.into_iter().filter(|it| moving(&it.1)).collect();
                self.apply(item, &[opening, late].concat());
            } else if alive_before.is_none() {
                for (fact, _) in &others {
                    self.found_nothing(*fact, Code::NothingToMove);
                }
            }
        }
    }

    /// Facts that open find what is open already.
    fn open_already(&mut self, item: usize, facts: impl Iterator<Item = usize>) {
        let over = self.over();
        for fact in facts {
            if self.items()[item].in_scope && !over {
                self.found_nothing(fact, Code::AlreadyOpen);
            } else {
                self.uses[fact].push(Use::OutOfScope);
            }
        }
    }

    /// Whether the term is over, and nothing of the case survives it.
    fn over(&self) -> bool {
        self.world.agreement.end.is_some_and(|end| self.at >= end) && !self.world.survives(self.id, self.at)
    }

    /// An item that begins now.
    fn fresh(&self, key: CompactString, fields: Vec<Maybe>, opening: usize) -> Item {
        Item {
            case: self.id,
            key,
            born: self.at,
            begins: self.at,
            anew: false,
            opening: Some(opening),
            fields,
            in_scope: true,
            moves: Vec::new(),
            silences: Vec::new(),
            acts: Vec::new(),
            switches: Vec::new(),
            closings: Vec::new(),
            over_from: None,
            restarted: None,
            end: None,
            ended_by: None,
            principal: None,
            paid: Vec::new(),
            touched: self.at,
        }
    }

    /// Whether an item is in scope, and the term is not over.
    fn covers(&self, item: &Item) -> bool {
        let left_out = self.case.out_of_scope.as_ref();
        let left_out = left_out
            .is_some_and(|condition| self.world.value(condition, Scope::item(item, self.at)).is_true());
        !left_out && !self.over()
    }

    /// What was closed begins anew, with the fields that it had.
    pub(super) fn begin_anew(&mut self, key: CompactString, fields: Vec<Maybe>, opening: usize) -> usize {
        let mut item = self.fresh(key, fields, opening);
        item.anew = true;
        item.in_scope = self.covers(&item);
        self.items().push(item);
        self.items().len() - 1
    }

    /// Opens an item: of several openings of one instant the one with the greatest content stands.
    fn open(&mut self, key: &CompactString, openings: &[(usize, Role)]) -> usize {
        let world = self.world;
        let content = |a: &usize, b: &usize| by_content(&world.facts[*a], &world.facts[*b]);
        let greatest = openings.iter().map(|(fact, _)| *fact).max_by(content).expect("there is one");
        let opening = openings
            .iter()
            .map(|(fact, _)| *fact)
            .find(|fact| content(fact, &greatest).is_eq())
            .expect("the greatest is one of them");
        let fact = &world.facts[opening];
        let fields: Vec<Maybe> = self
            .case
            .fields
            .iter()
            .map(|field| match field.from.iter().find(|(event, _)| *event == fact.event) {
                None => Maybe::NoData,
                Some((_, place)) => world.field(fact, *place).map_or_else(|missing| missing, Maybe::Known),
            })
            .collect();
        let begins = match &self.case.life {
            Life::Begins(begin) => begin.at.and_then(|field| world.start_of(&fields[field as usize])),
            _ => None,
        };
        let mut item = self.fresh(key.clone(), fields, opening);
        item.begins = begins.unwrap_or(self.at);
        item.in_scope = self.covers(&item);
        for (fact, _) in openings {
            if !item.in_scope {
                self.uses[*fact].push(Use::OutOfScope);
            } else if *fact == opening {
                self.uses[*fact].push(Use::Used);
            } else if content(fact, &opening).is_eq() {
                self.found_nothing(*fact, Code::AlreadyOpen);
            } else {
                self.found_nothing(*fact, Code::ConflictingFacts);
            }
        }
        if let Some(debt) = &self.case.debt
            && item.in_scope
        {
            let mut principal = world.value(&debt.amount, Scope::item(&item, self.at));
            if principal.as_number().is_some_and(|amount| *amount < Ratio::default()) {
                self.lives.problems.push(problem(Code::NegativeNumber, fact));
                principal = Maybe::failed(debt.amount.span);
            }
            item.principal = Some(principal);
        }
        self.items().push(item);
        self.items().len() - 1
    }

    /// Applies the facts of this instant to one item, as a set.
    fn apply(&mut self, place: usize, facts: &[(usize, Role)]) {
        let mut item = self.items()[place].clone();
        let usage = if item.in_scope { Use::Used } else { Use::OutOfScope };
        for (fact, role) in facts {
            self.uses[*fact].push(usage);
            item.touched = self.at;
            item.acts.extend(role.does.iter().map(|act| (*act, *fact)));
        }
        for act in 0..self.case.acts.len() as u32 {
            let ways = facts.iter().flat_map(|(fact, role)| {
                let does = role.does.contains(&act).then_some((*fact, true));
                let undoes = role.undoes.contains(&act).then_some((*fact, false));
                does.into_iter().chain(undoes)
            });
            if let Some((fact, done)) = self.settle(item.in_scope, ways.collect()) {
                item.moves.push((act, self.at, done, Some(fact)));
            }
        }
        for pair in 0..self.case.pauses.len() {
            let ways = facts.iter().flat_map(|(fact, role)| {
                role.switches.iter().filter(move |it| it.0 == pair).map(|it| (*fact, it.1))
            });
            if let Some((_, stops)) = self.settle(item.in_scope, ways.collect()) {
                item.switches.push((pair, self.at, stops));
            }
        }
        let done_now = |act: u32| {
            // What opens an item again at the instant at which it was closed has taken back what closed it.
            item.moves.iter().rev().find(|it| it.0 == act && it.1 == self.at).filter(|it| it.2)?.3
        };
        let by_act = self.case.ends.iter().find_map(|end| match end {
            Trigger::Done(act) => done_now(*act),
            Trigger::Event(_) => None,
        });
        let by_event = facts.iter().find(|(_, role)| role.ends).map(|(fact, _)| *fact);
        if let Some(fact) = by_event.or(by_act) {
            item.ended_by = Some(fact);
            self.end_or_close(&mut item);
        }
        self.items()[place] = item;
    }

    /// Where facts of one instant move a track both ways, the one with the greatest content stands.
    fn settle(&mut self, in_scope: bool, ways: Vec<(usize, bool)>) -> Option<(usize, bool)> {
        let world = self.world;
        let greatest = *ways.iter().max_by(|a, b| by_content(&world.facts[a.0], &world.facts[b.0]))?;
        for (fact, way) in &ways {
            if *way != greatest.1 && in_scope {
                self.lives.problems.push(problem(Code::ConflictingFacts, &world.facts[*fact]));
            }
        }
        ways.into_iter().find(|(_, way)| *way == greatest.1)
    }

    /// Every key has a life; a record begins with the first act done in it.
    fn implicit(&mut self, facts: &[(usize, Role)]) {
        let mut keys: Vec<CompactString> = facts.iter().map(|(fact, _)| self.key(*fact)).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let here: Vec<(usize, Role)> =
                facts.iter().filter(|(fact, _)| self.key(*fact) == key).cloned().collect();
            if let (Some(place), Some(forget)) = (self.alive(&key), self.case.forget) {
                let at = self.at;
                let item = &mut self.items()[place];
                if at.0 - item.touched.0 >= forget {
                    item.end = Some(before(Instant(item.touched.0 + forget)));
                }
            }
            let place = match self.alive(&key) {
                Some(place) => place,
                None if here.iter().any(|(_, role)| !role.does.is_empty()) => {
                    let mut item = self.fresh(key.clone(), Vec::new(), 0);
                    item.opening = None;
                    self.items().push(item);
                    self.items().len() - 1
                }
                None => {
                    for (fact, _) in &here {
                        self.uses[*fact].push(Use::Used);
                    }
                    continue;
                }
            };
            self.apply(place, &here);
        }
    }

    /// Charges what opened now, then takes in what is paid now.
    fn debts(&mut self, facts: std::ops::Range<usize>) {
        let Some(debt) = &self.case.debt else { return };
        let payments: Vec<usize> = match &debt.payments {
            None => Vec::new(),
            Some(payments) => {
                facts.clone().filter(|fact| self.world.facts[*fact].event == payments.event).collect()
            }
        };
        let left = self.lives.rests.get(&self.id).is_some_and(|rest| !rest.is_nothing());
        let fees = if payments.is_empty() && !left {
            vec![(Settled::Principal, Vec::new())]
        } else {
            self.world.fees(self.id, debt, &self.world.facts[..facts.end], self.lives, self.at)
        };
        let mut told = Vec::new();
        let (world, at) = (self.world, self.at);
        let idle = self
            .on_account(debt, |account| world.settle_debts(debt, account, &fees, (&payments, at), &mut told));
        for (code, fact) in told {
            if code == Code::NegativeNumber || !self.ignores(fact) {
                self.lives.problems.push(problem(code, &self.world.facts[fact]));
                self.uses[fact].push(Use::Used);
            }
        }
        for fact in payments {
            if idle.contains(&fact) && !self.uses[fact].contains(&Use::Used) {
                self.found_nothing(fact, Code::NothingToMove);
            } else {
                self.uses[fact].push(Use::Used);
            }
        }
    }
}
