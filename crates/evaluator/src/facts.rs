//! What happens at one instant: events open items, move them, end them; a set, whatever the order of arrival.
//!
//! Events that move or end an item look first for one that was there just before; then items open; then the rest
//! looks for an item that was opened at this instant. Charges come next, and payments last. Where events of one
//! instant say different things of one item, the one with the greatest content stands.

use crate::behind::Behind;
use crate::debt::Paid;
use crate::duty::evidence;
use crate::environment::Things;
use crate::expression::{Truth, holds};
use crate::money::About;
use crate::outcome::{Evidence, Sink, Subject};
use crate::plan::EventPlan;
use crate::play::Play;
use crate::state::Item;
use crate::touch::Touch;
use servanda_diagnostics::{Code, Span};
use servanda_events::{Fact, FieldValue, Place, Problem};
use servanda_policy::policy::{
    CaseId, ConsequenceId, DutyId, Effect, FoldId, Form, Life, Pattern, Signal, Trigger, VersionId,
};
use smallvec::SmallVec;

/// What has become of an event so far.
#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    /// It did something, or could have: nothing has to be told.
    used: bool,
    /// It found nothing to do, which the policy says is well.
    ignored: bool,
    /// It concerns what is out of scope.
    out_of_scope: bool,
    /// It found nothing to do, where something was expected.
    lost: Option<CaseId>,
    /// It claims something, and there was nothing to claim.
    unclaimed: bool,
}

/// What an event does to the item of one case under its key.
#[derive(Debug, Clone)]
struct Role<'f> {
    case: CaseId,
    key: &'f str,
    fact: &'f Fact,
    /// The event's place among those of the instant, in the order of their content.
    number: usize,
    opens: bool,
    /// Acts that it does, or takes back.
    acts: SmallVec<[(u32, bool); 2]>,
    /// Pauses that it begins, or ends.
    switches: SmallVec<[(usize, bool); 2]>,
    ends: bool,
    /// Whether it opens again what is closed.
    reopens: bool,
    /// Whether the policy says that it is well if it finds nothing to do.
    ignored: bool,
}

impl Role<'_> {
    fn moves(&self) -> bool {
        self.ends || !self.acts.is_empty() || !self.switches.is_empty()
    }
}

impl<S: Sink> Play<'_, S> {
    /// All events of one instant.
    pub(crate) fn facts(&mut self, group: &[Fact]) {
        if !self.state.begun {
            self.counts.out_of_scope += group.len() as u64;
            return;
        }
        let plan = self.plan;
        if let [fact] = group {
            // An event that is alone at its instant meets each case by itself: nothing has to be put in order.
            let mut fates = [Fate::default()];
            for touch in &plan.events[fact.event].touches {
                if let Some(role) = self.role(touch, fact, 0) {
                    self.meet(std::slice::from_ref(&role), &mut fates);
                }
            }
            self.settle(&[fact], &mut fates);
            return;
        }
        let mut sorted: SmallVec<[&Fact; 4]> = group.iter().collect();
        // Equal content orders by id, which only decides what is listed.
        sorted.sort_by(|left, right| left.canonical_cmp(right).then_with(|| left.id.cmp(&right.id)));
        let mut fates: SmallVec<[Fate; 4]> = SmallVec::from_elem(Fate::default(), sorted.len());
        let mut roles: SmallVec<[Role<'_>; 4]> = SmallVec::new();
        for (number, fact) in sorted.iter().enumerate() {
            for touch in &plan.events[fact.event].touches {
                roles.extend(self.role(touch, fact, number));
            }
        }
        roles.sort_by_key(|role| (role.case, role.key, role.number));
        for roles in roles.chunk_by(|left, right| (left.case, left.key) == (right.case, right.key)) {
            self.meet(roles, &mut fates);
        }
        self.settle(&sorted, &mut fates);
    }

    /// What follows when the events of an instant have met their items: charges, payments, and what counts events.
    fn settle(&mut self, facts: &[&Fact], fates: &mut [Fate]) {
        let plan = self.plan;
        // Of what was overdue when it began, nobody can have said anything in time.
        self.count_as_done();
        let pays = facts.iter().any(|fact| plan.events[fact.event].pays);
        let rests = self.charged.iter().any(|(case, _)| self.has_rest(*case));
        if pays || rests {
            self.book_fees();
        }
        if !self.charged.is_empty() || !self.owing.is_empty() {
            self.use_rests();
        }
        if pays {
            self.payments(facts, fates);
        }
        self.suspensions(facts);
        for (fact, fate) in facts.iter().zip(fates.iter_mut()) {
            self.count(fact, fate);
        }
        if !self.grown.is_empty() {
            self.crossings();
        }
        if facts.iter().any(|fact| !plan.events[fact.event].claims.is_empty()) {
            // What arises at this instant can be claimed at once.
            self.put_aside();
            for (number, found) in self.claims(facts) {
                if let Some(fate) = fates.get_mut(number) {
                    if found { fate.used = true } else { fate.unclaimed = true }
                }
            }
        }
        for (fact, fate) in facts.iter().zip(fates) {
            self.account(fact, *fate);
        }
    }

    /// What an event does to a case; nothing where no pattern is fulfilled.
    fn role<'f>(&self, touch: &Touch, fact: &'f Fact, number: usize) -> Option<Role<'f>> {
        let of = &self.policy.cases[touch.case];
        let key = key_of(touch, fact)?;
        if !self.is_there(touch.case, fact) {
            return None;
        }
        let fulfilled = |pattern: Option<&Pattern>| {
            // A pattern of which it is unknown whether it is fulfilled does nothing: its field has been told of.
            pattern.is_some_and(|pattern| self.fits(pattern, fact))
        };
        let opens = match &of.life {
            Life::Begins(begin) => touch.opens.iter().any(|place| fulfilled(begin.when.get(*place))),
            Life::Implicit | Life::Windowed => false,
        };
        let mut acts: SmallVec<[(u32, bool); 2]> = SmallVec::new();
        for (act, place) in &touch.acts {
            let track = of.acts.get(*act as usize);
            if !acts.contains(&(*act, true)) && fulfilled(track.and_then(|track| track.when.get(*place))) {
                acts.push((*act, true));
            }
        }
        acts.extend(touch.undoes.iter().map(|act| (*act, false)));
        let begun = touch.pauses.iter().filter(|place| fulfilled(of.pauses.get(**place).map(|pair| &pair.0)));
        let over = touch.resumes.iter().filter(|place| fulfilled(of.pauses.get(**place).map(|pair| &pair.1)));
        let switches = begun.map(|place| (*place, true)).chain(over.map(|place| (*place, false))).collect();
        let ends = touch.ends.iter().any(|place| match of.ends.get(*place) {
            Some(Trigger::Event(pattern)) => fulfilled(Some(pattern)),
            _ => false,
        });
        let reopens = touch.reopens && fulfilled(of.reopens.as_ref().map(|reopens| &reopens.when));
        let ignored = touch.ignored;
        let role =
            Role { case: touch.case, key, fact, number, opens, acts, switches, ends, reopens, ignored };
        (role.opens || role.reopens || role.moves()).then_some(role)
    }

    /// Whether the version in force at an event knows a case: an amendment may bring one.
    fn is_there(&self, case: CaseId, fact: &Fact) -> bool {
        let since = self.plan.cases[case].since;
        since == VersionId(0) || self.agreement.version_at(fact.at) >= since
    }

    /// Events of one instant meet the item under their key, all of one case and key.
    fn meet(&mut self, roles: &[Role<'_>], fates: &mut [Fate]) {
        let Some(Role { case, key, .. }) = roles.first() else { return };
        let (case, key) = (*case, *key);
        let there = self.state.cases[case].slot_of(key);
        if matches!(self.policy.cases[case].life, Life::Implicit) {
            let acts = |role: &Role<'_>| role.acts.iter().any(|(_, done)| *done);
            match there {
                Some(slot) => self.apply(case, slot, roles.iter(), fates),
                // Nothing is to be remembered before the first act is done.
                None => match roles.iter().find(|role| acts(role)) {
                    Some(first) => {
                        let slot = self.begin_item(case, key, first.fact, None);
                        self.apply(case, slot, roles.iter(), fates);
                    }
                    None => roles.iter().for_each(|role| mark(fates, role, |fate| fate.used = true)),
                },
            }
            return;
        }
        if let Some(slot) = there {
            self.apply(case, slot, roles.iter().filter(|role| !role.opens && role.moves()), fates);
        }
        // What can begin an item and open it again opens again what is closed.
        let both = |role: &Role<'_>| role.opens && role.reopens;
        let again: Vec<Role<'_>>;
        let roles = if roles.iter().any(both) && self.is_closed(case, key) {
            let mut reopening = roles.to_vec();
            reopening.iter_mut().for_each(|role| role.opens &= !role.reopens);
            again = reopening;
            &again
        } else {
            roles
        };
        let opens = roles.iter().any(|role| role.opens);
        let reopening = |role: &&Role<'_>| role.reopens && !role.opens;
        let slot = match self.state.cases[case].slot_of(key) {
            Some(slot) => {
                if opens {
                    self.open_already(case, slot, roles, fates, |role| role.opens);
                }
                // What moves something here has done something.
                self.open_already(case, slot, roles, fates, |role| reopening(&role) && !role.moves());
                Some(slot)
            }
            None if opens => {
                self.replace_closed(case, key);
                let slot = self.open(case, key, roles, fates);
                if let Some(slot) = slot {
                    self.open_already(case, slot, roles, fates, |role| reopening(&role) && !role.moves());
                }
                slot
            }
            None => {
                let by = roles.iter().filter(reopening).max_by_key(|role| role.number);
                let slot = by.and_then(|role| self.reopen(case, key, role.fact));
                let excluded =
                    slot.and_then(|slot| self.state.cases[case].get(slot)).map(|item| item.excluded);
                for role in roles.iter().filter(reopening).filter(|_| excluded.is_some()) {
                    let out = excluded == Some(true);
                    mark(fates, role, |fate| if out { fate.out_of_scope = true } else { fate.used = true });
                }
                slot
            }
        };
        match slot {
            Some(slot) => {
                let opening = roles.iter().filter(|role| role.opens && role.moves());
                let late = roles.iter().filter(|role| !role.opens && role.moves() && there.is_none());
                self.apply(case, slot, opening.chain(late), fates);
            }
            None if there.is_none() => {
                for role in roles.iter().filter(|role| !role.opens) {
                    mark(fates, role, |fate| found_nothing(fate, role));
                }
            }
            None => {}
        }
    }

    /// Events that open an item find one that is open.
    #[inline(never)]
    fn open_already(
        &mut self,
        case: CaseId,
        slot: u32,
        roles: &[Role<'_>],
        fates: &mut [Fate],
        which: impl Fn(&Role<'_>) -> bool,
    ) {
        let excluded = self.state.cases[case].get(slot).is_some_and(|item| item.excluded);
        let out_of_scope = excluded || self.is_over(case);
        for role in roles.iter().filter(|role| which(role)) {
            if out_of_scope {
                mark(fates, role, |fate| fate.out_of_scope = true);
            } else if role.ignored {
                mark(fates, role, |fate| fate.ignored = true);
            } else {
                mark(fates, role, |fate| fate.used = true);
                let name = &self.policy.cases[case].name;
                let message = format!("the `{name}` `{}` is open already", role.key);
                self.tell(role.fact, Code::AlreadyOpen, message, case);
            }
        }
    }

    /// An item opens: of several events of one instant that open it, the one with the greatest content stands.
    fn open(&mut self, case: CaseId, key: &str, roles: &[Role<'_>], fates: &mut [Fate]) -> Option<u32> {
        let Life::Begins(begin) = &self.policy.cases[case].life else { return None };
        let mut openings = roles.iter().filter(|role| role.opens);
        let greatest = openings.clone().max_by_key(|role| role.number)?;
        let stands = openings.find(|role| role.fact.canonical_cmp(greatest.fact).is_eq())?;
        let slot = self.begin_item(case, key, stands.fact, begin.at);
        let excluded = self.state.cases[case].get(slot).is_some_and(|item| item.excluded);
        for role in roles.iter().filter(|role| role.opens) {
            if excluded {
                mark(fates, role, |fate| fate.out_of_scope = true);
                continue;
            }
            if role.ignored && role.number != stands.number {
                mark(fates, role, |fate| fate.ignored = true);
                continue;
            }
            mark(fates, role, |fate| fate.used = true);
            if role.number == stands.number {
                continue;
            }
            let name = &self.policy.cases[case].name;
            let (code, message) = if role.fact.canonical_cmp(stands.fact).is_eq() {
                (Code::AlreadyOpen, format!("the `{name}` `{key}` is open already"))
            } else {
                (Code::ConflictingFacts, format!("two events of one instant open the `{name}` `{key}`"))
            };
            self.tell(role.fact, code, message, case);
        }
        Some(slot)
    }

    /// Whether the agreement has ended, and nothing that survives it in the version in force is about the case.
    pub(crate) fn is_over(&self, case: CaseId) -> bool {
        let version = || self.agreement.version_at(self.now);
        self.state.ended && !self.plan.cases[case].surviving.contains(&version())
    }

    /// Applies events of one instant to one item, as a set.
    fn apply<'r, 'f: 'r>(
        &mut self,
        case: CaseId,
        slot: u32,
        roles: impl Iterator<Item = &'r Role<'f>> + Clone,
        fates: &mut [Fate],
    ) {
        if roles.clone().next().is_none() {
            return;
        }
        let Some(mut item) = self.state.cases[case].take(slot) else { return };
        item.touched = self.now;
        for role in roles.clone() {
            let excluded = item.excluded;
            mark(fates, role, |fate| if excluded { fate.out_of_scope = true } else { fate.used = true });
            for (act, _) in role.acts.iter().filter(|(_, done)| *done) {
                self.forbidden(case, slot, &mut item, *act, role.fact);
            }
        }
        for act in 0..item.acts.len() as u32 {
            let ways = roles.clone().flat_map(|role| {
                role.acts.iter().filter(move |(of, _)| *of == act).map(move |(_, done)| (role, *done))
            });
            if let Some((role, done)) = self.stands(case, &item, ways) {
                self.act(case, slot, &mut item, act, done, Some(role.fact));
            }
        }
        let mut switches: SmallVec<[(usize, bool); 2]> = SmallVec::new();
        for pair in 0..self.policy.cases[case].pauses.len() {
            let ways = roles.clone().flat_map(|role| {
                role.switches.iter().filter(move |(of, _)| *of == pair).map(move |(_, on)| (role, *on))
            });
            switches.extend(self.stands(case, &item, ways).map(|(_, on)| (pair, on)));
        }
        if !switches.is_empty() {
            self.pause(case, slot, &mut item, &switches);
        }
        let now = self.now;
        let done_now =
            |act: &u32| item.acts.get(*act as usize).is_some_and(|act| act.done && act.changed == Some(now));
        if roles.clone().any(|role| role.ends) || self.plan.cases[case].ending_acts.iter().any(done_now) {
            let by = match self.sink.wants_behind() {
                true => roles.clone().find(|role| role.ends).or_else(|| roles.clone().last()),
                false => None,
            };
            self.end_or_close(case, slot, &mut item, by.map(|role| role.fact));
        }
        self.keep_or_let_go(case, slot, item);
    }

    /// Of events of one instant that move the same thing one way or the other, the one with the greatest content
    /// stands, and the others are told of.
    fn stands<'r, 'f: 'r>(
        &mut self,
        case: CaseId,
        item: &Item,
        ways: impl Iterator<Item = (&'r Role<'f>, bool)> + Clone,
    ) -> Option<(&'r Role<'f>, bool)> {
        let (_, stands) = ways.clone().max_by_key(|(role, _)| role.number)?;
        if !item.excluded {
            for (role, _) in ways.clone().filter(|(_, way)| *way != stands) {
                let name = &self.policy.cases[case].name;
                let message =
                    format!("two events of one instant say different things of the `{name}` `{}`", item.key);
                self.tell(role.fact, Code::ConflictingFacts, message, case);
            }
        }
        let mut ways = ways;
        ways.find(|(_, way)| *way == stands)
    }

    /// The payments of one instant, the greatest first.
    #[inline(never)]
    fn payments(&mut self, facts: &[&Fact], fates: &mut [Fate]) {
        let plan = self.plan;
        let mut payments: SmallVec<[(usize, &Touch, Paid); 1]> = SmallVec::new();
        for (number, fact) in facts.iter().enumerate() {
            let pays = |touch: &&Touch| touch.pays && self.is_there(touch.case, fact);
            let touches: SmallVec<[&Touch; 1]> =
                plan.events[fact.event].touches.iter().filter(pays).collect();
            for touch in touches {
                payments.push((number, touch, self.amount_of(touch.case, fact)));
            }
        }
        payments.sort_by(|left, right| match (&left.2, &right.2) {
            (Ok(left), Ok(right)) => right.cmp(left),
            (left, right) => left.is_err().cmp(&right.is_err()),
        });
        for (number, touch, amount) in payments {
            let (Some(fact), Some(fate)) = (facts.get(number), fates.get_mut(number)) else { continue };
            if self.pay(touch.case, fact, amount) {
                fate.used = true;
            } else if touch.ignored {
                fate.ignored = true;
            } else {
                fate.lost = Some(touch.case);
            }
        }
    }

    /// What counts events counts this one, and what follows from each such event is asked for.
    fn count(&mut self, fact: &Fact, fate: &mut Fate) {
        let plan = self.plan;
        let of = &plan.events[fact.event];
        self.gather_event(fact);
        let version = self.agreement.version_at(fact.at);
        let mut settled: SmallVec<[DutyId; 1]> = SmallVec::new();
        for (duty, place) in &of.windowed {
            let Form::DoEach { acts, case, .. } = &self.policy.duties[*duty].form else { continue };
            // What a later version will ask for concerns nothing yet.
            if self.policy.version_of(self.policy.duties[*duty].clause) > version {
                continue;
            }
            let Some(pattern) = acts.get(*place) else { continue };
            let first = self.policy.duties[*duty].first;
            if !self.fits(pattern, fact) || settled.contains(&first) || self.older_is_open(*duty) {
                continue;
            }
            // What is counted, or followed by an entry, has done something even where nothing recurring is open.
            let counted = self.is_counted(of, version);
            let settles = self.settle_windowed(*duty, fact);
            if settles {
                settled.push(first);
            }
            if settles || counted {
                fate.used = true;
            } else if self.state.ended {
                fate.out_of_scope = true;
            } else if self.policy.cases[*case].ignores.contains(&fact.event) {
                fate.ignored = true;
            } else {
                fate.lost = Some(*case);
            }
        }
        self.use_rights(fact);
        for consequence in &of.consequences {
            if let Effect::End(_) | Effect::Suspend(_) = self.policy.consequences[*consequence].effect {
                continue;
            }
            if self.policy.version_of(self.policy.consequences[*consequence].clause) != version {
                continue;
            }
            let Signal::ForEvent(pattern) = &self.policy.consequences[*consequence].on else { continue };
            let truth = self.matches(pattern, fact);
            let subject = Subject::Event(evidence(fact));
            let asked = {
                let env = Things::fact(self.agreement, self.plan, fact);
                let about = About {
                    subject: subject.clone(),
                    born: fact.at,
                    window: None,
                    late_from: None,
                    evidence: vec![evidence(fact)],
                    env: &env,
                };
                self.ask(*consequence, &about)
            };
            if self.sink.wants_behind() {
                use crate::expression::Environment;
                let env = Things::fact(self.agreement, self.plan, fact);
                let fields = (0..fact.fields.len() as u32).map(|place| env.fact_field(place)).collect();
                let (subject, by) = (subject.clone(), Some(evidence(fact)));
                self.sink.behind(Behind::Begun { subject, fields, by });
            }
            self.arises_for(*consequence, truth, asked, subject);
        }
    }

    /// Whether something of the version in force follows from events of a type, or something of it or of a version
    /// before it counts them.
    fn is_counted(&self, of: &EventPlan, version: VersionId) -> bool {
        let policy = self.policy;
        let begun =
            |fold: &FoldId| policy.window_versions[policy.folds[*fold].window].is_none_or(|it| it <= version);
        let follows = |it: &ConsequenceId| policy.version_of(policy.consequences[*it].clause) == version;
        of.folds.iter().any(begun) || of.consequences.iter().any(follows)
    }

    /// Whether an event fulfills a pattern.
    fn matches(&self, pattern: &Pattern, fact: &Fact) -> Truth {
        match &pattern.filter {
            None => Truth::Yes,
            Some(filter) => holds(filter, &Things::fact(self.agreement, self.plan, fact)),
        }
    }

    /// Whether an event surely fulfills a pattern.
    pub(crate) fn fits(&self, pattern: &Pattern, fact: &Fact) -> bool {
        pattern.filter.is_none() || self.matches(pattern, fact) == Truth::Yes
    }

    /// Counts an event once, and tells where it found nothing to do.
    fn account(&mut self, fact: &Fact, fate: Fate) {
        if fate.out_of_scope && !fate.used {
            self.counts.out_of_scope += 1;
        } else if fate.ignored && !fate.used && fate.lost.is_none() && !fate.unclaimed {
            self.counts.ignored += 1;
        } else {
            self.counts.evaluated += 1;
        }
        if fate.used || fate.out_of_scope {
            return;
        }
        if fate.unclaimed {
            self.nothing_to_claim(fact);
        } else if let Some(case) = fate.lost {
            let name = &self.policy.cases[case].name;
            let event = &self.policy.events[fact.event].name;
            self.tell(fact, Code::NothingToMove, format!("`{event}` finds no open `{name}`"), case);
        }
    }

    #[cold]
    fn tell(&mut self, fact: &Fact, code: Code, message: String, case: CaseId) {
        self.problem(code, message, Some(&evidence(fact)), case);
    }

    /// Tells of an event that is not as a sentence wants it.
    #[cold]
    pub(crate) fn unwanted(&mut self, code: Code, message: String, fact: &Fact, wanted_by: Option<Span>) {
        self.sink.problem(Problem {
            code,
            message,
            place: Place { line: fact.line, column: u32::from(fact.line > 0) },
            at: Some(fact.at),
            event: fact.id.clone(),
            wanted_by,
        });
    }

    /// Tells of an event that is not as a case wants it.
    #[cold]
    pub(crate) fn problem(&mut self, code: Code, message: String, event: Option<&Evidence>, case: CaseId) {
        let line = event.map_or(0, |event| event.line);
        self.sink.problem(Problem {
            code,
            message,
            place: Place { line, column: u32::from(line > 0) },
            at: event.map(|event| event.at),
            event: event.and_then(|event| event.id.clone()),
            wanted_by: Some(self.policy.cases[case].span),
        });
    }
}

fn key_of<'f>(touch: &Touch, fact: &'f Fact) -> Option<&'f str> {
    match touch.key.map(|field| fact.field(field)) {
        Some(FieldValue::Text(key)) => Some(key),
        _ => None,
    }
}

fn mark(fates: &mut [Fate], role: &Role<'_>, change: impl FnOnce(&mut Fate)) {
    if let Some(fate) = fates.get_mut(role.number) {
        change(fate);
    }
}

fn found_nothing(fate: &mut Fate, role: &Role<'_>) {
    if role.ignored {
        fate.ignored = true;
    } else {
        fate.lost = Some(role.case);
    }
}
