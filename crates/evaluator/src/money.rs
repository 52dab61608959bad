//! Entries: asked for while a moment is played, booked through their caps when it is over, in their own order.

use crate::behind::Behind;
use crate::environment::{InWindow, OnDay, Things};
use crate::expression::{Environment, Truth, evaluate, holds};
use crate::outcome::{Cause, Entry, Evidence, Notice, Quantity, Sink, Subject};
use crate::play::Play;
use crate::state::{CapKey, Item, OpenWindow, Place};
use compact_str::CompactString;
use servanda_events::Fact;
use servanda_policy::policy::{
    CapId, CapScope, CaseId, ConsequenceId, DutyId, Effect, Entry as Rule, Signal, Value, WindowId,
};
use servanda_policy::time::{Date, Instant, Window, WindowSpec};
use servanda_policy::value::{Exact, Rounding};
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// An entry that is asked for: what the caps let through is decided when the moment is over.
#[derive(Debug)]
pub(crate) struct Asked {
    /// In this order what is asked for passes the caps: by instant, clause, beginning and key.
    pub(crate) rank: (Instant, u32, Instant, CompactString, ConsequenceId),
    pub(crate) consequence: ConsequenceId,
    pub(crate) subject: Subject,
    pub(crate) window: Option<Window>,
    pub(crate) amount: Result<i128, Vec<Cause>>,
    /// The limits of its caps, read with what the entry can read.
    pub(crate) limits: Vec<Option<i128>>,
    pub(crate) evidence: Vec<Evidence>,
    /// Where it waits for a claim: the first instant that is too late, if there is one.
    pub(crate) until: Option<Option<Instant>>,
    /// Its number, where it has waited for a claim and been claimed.
    pub(crate) ordinal: Option<u32>,
}

/// What an entry is about, and what its amount can read.
pub(crate) struct About<'e, E: Environment> {
    pub(crate) subject: Subject,
    pub(crate) born: Instant,
    pub(crate) window: Option<Window>,
    /// The first late instant of the duty that is broken, where it has a deadline.
    pub(crate) late_from: Option<Instant>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) env: &'e E,
}

impl<S: Sink> Play<'_, S> {
    /// A duty on an item is broken: what follows is asked for.
    pub(crate) fn broken_item(
        &mut self,
        duty: DutyId,
        case: CaseId,
        slot: u32,
        item: &mut Item,
        number: usize,
    ) {
        let subject = crate::duty::subject_of(case, item);
        let done_by = item.duties.get(number).and_then(|duty| duty.done_by.as_ref());
        let mut evidence: Vec<Evidence> = item.opened_by.iter().chain(done_by).cloned().collect();
        let place = (case, item.birth, number as u32);
        self.state.seldom.more.extend_evidence(place, Some(self.stamp), &mut evidence);
        for consequence in &self.policy.duties[duty].otherwise {
            if let Effect::Accrue(_) = self.policy.consequences[*consequence].effect {
                self.begin_accrual(case, slot, item, number, *consequence);
                continue;
            }
            if let Effect::CountsAs(silence) = self.policy.consequences[*consequence].effect {
                self.is_silent(case, slot, item, silence, *consequence);
                continue;
            }
            let env = Things::item(self.agreement, self.plan, &self.policy.cases[case], item);
            let about = About {
                subject: subject.clone(),
                born: item.born,
                window: None,
                late_from: item.duties.get(number).and_then(|duty| duty.late_from),
                evidence: evidence.clone(),
                env: &env,
            };
            let asked = self.ask(*consequence, &about);
            self.arise(*consequence, asked, subject.clone(), Some((slot, place, item)));
        }
    }

    /// A duty to keep a measure is broken: what follows is asked for, with the figures of that window.
    pub(crate) fn broken_window(&mut self, duty: DutyId, subject: Subject, open: &OpenWindow) {
        for consequence in &self.policy.duties[duty].otherwise {
            let asked = {
                let env = self.in_window(open);
                let about = in_window(&env, subject.clone());
                self.ask(*consequence, &about)
            };
            self.arise(*consequence, asked, subject.clone(), None);
        }
    }

    /// A duty in a window is broken: what follows is asked for; no figure is at hand.
    pub(crate) fn broken_in_window(
        &mut self,
        duty: DutyId,
        subject: Subject,
        window: Option<Window>,
        by: Option<&Fact>,
    ) {
        for consequence in &self.policy.duties[duty].otherwise {
            let env = Things::none(self.agreement, self.plan);
            let about = About {
                subject: subject.clone(),
                born: window.map_or(self.stamp, |window| window.start),
                window,
                late_from: None,
                evidence: by.map(crate::duty::evidence).into_iter().collect(),
                env: &env,
            };
            let asked = self.ask(*consequence, &about);
            self.arise(*consequence, asked, subject.clone(), None);
        }
    }

    /// A consequence at the end of a window.
    pub(crate) fn arises_in_window(
        &mut self,
        consequence: ConsequenceId,
        only: Truth,
        subject: Subject,
        open: &OpenWindow,
    ) {
        let mut asked = {
            let env = self.in_window(open);
            let about = in_window(&env, subject.clone());
            self.ask(consequence, &about)
        };
        match only {
            Truth::No => return,
            Truth::Yes => {}
            Truth::Unknown(causes) => {
                if let Some(asked) = &mut asked {
                    asked.amount = Err(causes);
                }
            }
        }
        self.arise(consequence, asked, subject, None);
    }

    /// A consequence for a new item, or for an event.
    pub(crate) fn arises_for(
        &mut self,
        consequence: ConsequenceId,
        filter: Truth,
        about: Option<Asked>,
        subject: Subject,
    ) {
        match filter {
            Truth::No => {}
            Truth::Yes => self.arise(consequence, about, subject, None),
            Truth::Unknown(causes) => {
                let asked = about.map(|asked| Asked { amount: Err(causes), ..asked });
                self.arise(consequence, asked, subject, None);
            }
        }
    }

    fn arise(
        &mut self,
        consequence: ConsequenceId,
        asked: Option<Asked>,
        subject: Subject,
        of: Option<(u32, Place, &Item)>,
    ) {
        if self.state.ended && !self.policy.clauses[self.policy.consequences[consequence].clause].survives {
            // After the end nothing new arises, but what follows from a living thing or a window of the term does.
            if let Signal::ForEach(..) | Signal::ForEvent(_) = self.policy.consequences[consequence].on {
                return;
            }
        }
        match &self.policy.consequences[consequence].effect {
            Effect::Entry(_) => self.asked.extend(asked),
            Effect::Tell(_) => self.is_told(consequence, subject, of),
            Effect::Right(right) => {
                if self.plan.used_rights.contains(&consequence) {
                    self.state.seldom.later.arisen.entry(consequence).or_insert(self.known);
                }
                self.sink.notice(Notice {
                    consequence,
                    to: right.holder,
                    subject,
                    at: self.stamp,
                    arose: None,
                });
            }
            Effect::Accrue(_) | Effect::End(_) | Effect::CountsAs(_) | Effect::Suspend(_) => {}
        }
    }

    /// The amount of an entry and the limits of its caps, as they are now; nothing where no entry follows.
    pub(crate) fn ask(
        &self,
        consequence: ConsequenceId,
        about: &About<'_, impl Environment>,
    ) -> Option<Asked> {
        let of = &self.policy.consequences[consequence];
        let Effect::Entry(rule) = &of.effect else { return None };
        let mut only = Truth::Yes;
        if let (Some(condition), Signal::Broken(_)) = (&of.only, &of.on) {
            only = holds(condition, about.env);
        }
        if only == Truth::No {
            return None;
        }
        let day = self.agreement.zone.date_of(self.stamp);
        let misses = match (&of.on, &about.window) {
            (Signal::Broken(duty), Some(window)) => self.misses_running(*duty, window),
            _ => None,
        };
        let mut exact = self.amount(rule, &OnDay { env: about.env, day, misses });
        if let (Some(least), Ok(amount)) = (&rule.nothing_below, &exact) {
            // What is too little is told by the amount itself: rounded, it could reach what it does not.
            match money(evaluate(least, about.env), least.span) {
                Ok(least) if *amount < least => return None,
                Ok(_) => {}
                // Whether it is too little is unknown.
                Err(causes) => exact = Err(causes),
            }
        }
        let mut amount = match only {
            Truth::Unknown(causes) => Err(causes),
            Truth::Yes | Truth::No => exact.and_then(|exact| self.in_minor_units(rule, &exact)),
        };
        let until = rule.claim.as_ref().map(|claim| {
            self.claim_until(claim, about).unwrap_or_else(|causes| {
                // Whether it is claimed in time would be unknown.
                amount = Err(causes);
                None
            })
        });
        Some(Asked {
            rank: (
                self.stamp,
                self.plan.clause_ranks[of.clause],
                about.born,
                key_of(&about.subject),
                consequence,
            ),
            consequence,
            subject: about.subject.clone(),
            window: about.window,
            amount,
            limits: rule.caps.iter().map(|cap| self.limit(*cap, about.env)).collect(),
            evidence: about.evidence.clone(),
            until,
            ordinal: None,
        })
    }

    /// What a cap lets through in all, in minor units; none where that is unknown.
    pub(crate) fn limit(&self, cap: CapId, env: &impl Environment) -> Option<i128> {
        match evaluate(&self.policy.caps[cap].limit, env) {
            Quantity::Known(Value::Number(limit)) => {
                // Rounded down, so that no more than the limit passes.
                limit.to_minor(self.agreement.currency.digits(), Rounding::Down)
            }
            _ => None,
        }
    }

    /// The exact amount of an entry, raised to the least that is said.
    fn amount(&self, rule: &Rule, env: &impl Environment) -> Result<Exact, Vec<Cause>> {
        let exact = money(evaluate(&rule.amount, env), rule.amount.span)?;
        if exact.is_negative() {
            return Err(vec![negative(rule.amount.span)]);
        }
        match &rule.at_least {
            None => Ok(exact),
            Some(least) => Ok(money(evaluate(least, env), least.span)?.max(exact)),
        }
    }

    /// An amount as it is booked: rounded once.
    fn in_minor_units(&self, rule: &Rule, exact: &Exact) -> Result<i128, Vec<Cause>> {
        exact.to_minor(self.agreement.currency.digits(), rule.rounding).ok_or_else(|| {
            vec![Cause { message: "the amount is too great to be booked".into(), span: rule.amount.span }]
        })
    }

    /// Books what was asked for in this moment.
    pub(crate) fn book(&mut self) {
        if !self.asked.is_empty() {
            self.book_asked();
        }
        // What is charged at this instant comes to it in its turn.
        if !self.owing.is_empty() && self.charged.is_empty() {
            self.use_rests();
        }
        if !self.turned.is_empty() {
            self.restore();
        }
    }

    fn book_asked(&mut self) {
        self.put_aside();
        let mut asked = std::mem::take(&mut self.asked);
        asked.sort_by(|left, right| left.rank.cmp(&right.rank));
        let mut alike = Alike::default();
        for asked in asked {
            let number = asked.ordinal.unwrap_or_else(|| alike.next(asked.consequence, &asked.subject));
            self.book_one(asked, number);
        }
    }

    fn book_one(&mut self, asked: Asked, ordinal: u32) {
        let of = &self.policy.consequences[asked.consequence];
        let Effect::Entry(rule) = &of.effect else { return };
        let at = asked.rank.0;
        let (gross, because) = match asked.amount {
            Ok(gross) => (Some(gross), Vec::new()),
            Err(causes) => (None, causes),
        };
        let window = asked.window.as_ref();
        let (amount, capped_by) =
            self.pass_caps(&rule.caps, &asked.limits, gross, &asked.subject, window, at, None);
        self.owe(asked.consequence, &asked.subject, ordinal, at, amount);
        let entry = Entry {
            consequence: asked.consequence,
            subject: asked.subject,
            ordinal,
            debtor: rule.debtor,
            creditor: rule.creditor,
            at,
            gross,
            amount,
            capped_by,
            window: asked.window,
            accrual: None,
            because,
            evidence: asked.evidence,
        };
        self.can_be_restored(&entry);
        self.will_pay(&entry);
        self.sink.entry(entry);
    }

    /// What all caps together let through, and the one that took the rest; every cap is charged with what passed.
    ///
    /// After what is undetermined a cap does not know what remains of it: what asks then is undetermined too, unless
    /// nothing remains of another.
    #[expect(clippy::too_many_arguments, reason = "what passes depends on this much")]
    pub(crate) fn pass_caps(
        &mut self,
        caps: &[CapId],
        limits: &[Option<i128>],
        gross: Option<i128>,
        subject: &Subject,
        window: Option<&Window>,
        at: Instant,
        accrual: Option<&Item>,
    ) -> (Option<i128>, Option<CapId>) {
        let left = |cap: CapId, limit: Option<i128>| {
            let used = match self.cap_key(cap, subject, window, at, accrual) {
                None => Some(0),
                Some(key) => self.used(cap, &key),
            };
            Some(limit?.saturating_sub(used?).max(0))
        };
        let left: SmallVec<[(CapId, Option<i128>); 2]> =
            caps.iter().zip(limits).map(|(cap, limit)| (*cap, left(*cap, *limit))).collect();
        let nothing_left = left.iter().any(|(_, left)| *left == Some(0));
        let passed = match gross {
            _ if nothing_left || gross == Some(0) => Some(0),
            None => None,
            Some(gross) => left.iter().try_fold(gross, |least, (_, left)| Some(least.min((*left)?))),
        };
        // Of several that bind, the one that leaves the least; of equal ones the first of the text.
        let binds = |left: &i128| gross.map_or(*left == 0, |gross| *left < gross);
        let capped_by = left
            .iter()
            .filter_map(|(cap, left)| left.filter(binds).map(|left| (cap, left)))
            .min_by_key(|(_, left)| *left);
        if self.sink.wants_behind() {
            for ((cap, left), limit) in left.iter().zip(limits) {
                let (cap, left, limit, subject) = (*cap, *left, *limit, subject.clone());
                self.sink.behind(Behind::Cap { cap, subject, at, limit, left, asked: gross, passed });
            }
        }
        for cap in caps {
            if let Some(key) = self.cap_key(*cap, subject, window, at, accrual) {
                let account = self.policy.caps[*cap].first;
                let accounts = &mut self.state.caps[account];
                // Nothing is nothing, whether it is remembered or not.
                if passed == Some(0) && !accounts.contains_key(&key) {
                    continue;
                }
                let used = accounts.entry(key).or_insert(Some(0));
                *used = used.zip(passed).map(|(used, passed)| used.saturating_add(passed));
            }
        }
        (passed, capped_by.map(|(cap, _)| *cap))
    }

    /// What a cap has let through that counts with what asks now.
    pub(crate) fn used(&self, cap: CapId, key: &CapKey) -> Option<i128> {
        let of = &self.policy.caps[cap];
        let account = &self.state.caps[of.first];
        let spec = match of.scope {
            CapScope::Window(id) => Some(self.policy.windows[id]),
            _ => None,
        };
        match (spec, key) {
            (Some(spec), CapKey::Window(date)) if spec.count() > 1 => rolled(account, spec, Date(*date)),
            _ => account.get(key).copied().unwrap_or(Some(0)),
        }
    }

    /// Under which key a cap adds up what it has let through; none where each entry stands alone. An accrual is one
    /// entry, and what is its limit in all is its own.
    fn cap_key(
        &self,
        cap: CapId,
        subject: &Subject,
        window: Option<&Window>,
        at: Instant,
        accrual: Option<&Item>,
    ) -> Option<CapKey> {
        match (self.policy.caps[cap].scope, accrual) {
            (CapScope::Entry | CapScope::InAll, Some(item)) => {
                Some(CapKey::Item(item.key.clone(), item.born))
            }
            (scope, _) => self.cap_key_of(scope, subject, window, at),
        }
    }

    fn cap_key_of(
        &self,
        scope: CapScope,
        subject: &Subject,
        window: Option<&Window>,
        at: Instant,
    ) -> Option<CapKey> {
        match scope {
            CapScope::Entry => None,
            CapScope::InAll | CapScope::Together => Some(CapKey::All),
            CapScope::Case(_) => match subject {
                Subject::Item { key, born, .. } => Some(CapKey::Item(key.clone(), *born)),
                Subject::Agreement | Subject::Window(_) | Subject::Group(..) | Subject::Event(_) => {
                    Some(CapKey::All)
                }
            },
            CapScope::Group(of) => {
                let of = of.map(|id| self.cap_window(id, window, at));
                Some(CapKey::Group(of, subject.group().cloned().unwrap_or_default()))
            }
            CapScope::Window(id) => Some(CapKey::Window(self.cap_window(id, window, at))),
        }
    }

    /// The window that an entry settles, else the one of its instant; where it rolls, the last date of it.
    pub(crate) fn cap_window(&self, id: WindowId, settles: Option<&Window>, at: Instant) -> i32 {
        let windows = self.agreement.windows.get(servanda_policy::arena::Id::index(id));
        if self.policy.windows[id].count() > 1 {
            let of_instant = || windows.map_or(Date::MIN, |windows| windows.date_at(at));
            return settles.map_or_else(of_instant, |window| window.last_date).0;
        }
        let of_entry = settles.filter(|window| windows.is_some_and(|windows| windows.spec() == window.spec));
        // After the term there are no windows, but months go on, and their caps with them.
        of_entry
            .map(|window| window.index)
            .or_else(|| windows.and_then(|windows| windows.number_at(at)))
            .unwrap_or(i32::MIN)
    }
}

/// The most that an account has let through in any stretch of dates that rolls over one: what counts later already counts
/// there, too.
fn rolled(account: &BTreeMap<CapKey, Option<i128>>, spec: WindowSpec, date: Date) -> Option<i128> {
    let from = CapKey::Window(date.0.saturating_add(1));
    let later = account.range(from..).map_while(|(key, _)| match key {
        CapKey::Window(later) => Some(Date(*later)),
        _ => None,
    });
    let reaching = later.take_while(|later| spec.beyond(*later).is_some_and(|beyond| beyond < date));
    let mut most = Some(0);
    for last in std::iter::once(date).chain(reaching) {
        let beyond = spec.beyond(last)?;
        let counted = CapKey::Window(beyond.0.saturating_add(1))..=CapKey::Window(last.0);
        let sum =
            account.range(counted).try_fold(0_i128, |sum, (_, used)| Some(sum.saturating_add((*used)?)));
        most = most.zip(sum).map(|(most, sum)| most.max(sum));
    }
    most
}

/// How many amounts of one consequence there have been at an instant about events without ids: these are told apart by
/// nothing but their number, whatever stands between them.
#[derive(Debug, Default)]
pub(crate) struct Alike(Vec<(ConsequenceId, Subject, u32)>);

impl Alike {
    /// The number of one more.
    pub(crate) fn next(&mut self, consequence: ConsequenceId, subject: &Subject) -> u32 {
        if !matches!(subject, Subject::Event(Evidence { id: None, .. })) {
            return 1;
        }
        let known = self.0.iter_mut().find(|(of, about, _)| *of == consequence && about.is_same(subject));
        match known {
            Some((.., number)) => {
                *number = number.saturating_add(1);
                *number
            }
            None => {
                self.0.push((consequence, subject.clone(), 1));
                1
            }
        }
    }
}

fn in_window<'e, 'a>(env: &'e InWindow<'a>, subject: Subject) -> About<'e, InWindow<'a>> {
    About {
        subject,
        born: env.open.window.start,
        window: Some(env.open.window),
        late_from: None,
        evidence: Vec::new(),
        env,
    }
}

/// The key that orders what is booked: ids of events order nothing, they come in the order of their content.
pub(crate) fn key_of(subject: &Subject) -> CompactString {
    match subject {
        Subject::Item { key, .. } => key.clone(),
        Subject::Group(_, name) => name.clone(),
        Subject::Agreement | Subject::Window(_) | Subject::Event(_) => CompactString::default(),
    }
}

/// Why an amount below nothing is none: whoever owes and whoever is owed are said by the text, not by a sign.
pub(crate) fn negative(span: servanda_diagnostics::Span) -> Cause {
    Cause { message: "the amount is negative".into(), span }
}

/// An amount in major units.
pub(crate) fn money(quantity: Quantity, span: servanda_diagnostics::Span) -> Result<Exact, Vec<Cause>> {
    match quantity {
        Quantity::Known(Value::Number(amount)) => Ok(amount),
        Quantity::Unknown { causes, .. } => Err(causes),
        Quantity::Known(_) | Quantity::NoData => {
            Err(vec![Cause { message: "there is no data to compute the amount from".into(), span }])
        }
    }
}
