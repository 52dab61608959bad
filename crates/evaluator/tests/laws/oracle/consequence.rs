//! What follows: entries, accruals, notices; caps over all of them in the order of the instants.

use super::claim::Waiting;
use super::expression::Scope;
use super::lives::Item;
use super::value::{Maybe, Ratio, round, whole};
use super::{World, before, evidence, window_subject};
use num_traits::Zero;
use servanda_evaluator::outcome::{Cause, Claim, Entry, Evidence, Notice, Subject};
use servanda_policy::policy::{
    CapId, CapScope, Consequence, ConsequenceId, Effect, Expr, Right, Signal, Verdict as Kind,
};
use servanda_policy::time::{Date, Instant, Window, WindowSpec, WindowUnit};
use servanda_policy::value::Rounding;

/// One time that a consequence arises.
pub(super) struct Arising<'a> {
    pub(super) consequence: ConsequenceId,
    pub(super) at: Instant,
    seen_before: Instant,
    pub(super) subject: Subject,
    pub(super) item: Option<&'a Item>,
    fact: Option<&'a servanda_events::Fact>,
    window: Option<Window>,
    /// The first late instant of the breached duty.
    late_from: Option<Instant>,
    evidence: Vec<Evidence>,
    /// Whether a fact makes it arise; else something that ends does, which is dated to the instant before.
    by_fact: bool,
    /// Why it is not known whether it arises.
    unsure: Vec<Cause>,
    /// Its number among those of its subject.
    ordinal: u32,
}

/// What follows, and which facts have claimed something of it, or nothing.
pub(crate) struct Following {
    pub(crate) entries: Vec<Entry>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) claims: Vec<Claim>,
    pub(super) found: Vec<(usize, bool)>,
}

/// An amount that caps may take from, at its instant.
struct Posting {
    at: Instant,
    /// When the limits are read.
    read_at: Instant,
    entry: usize,
    asked: Option<i128>,
}

impl World<'_> {
    pub(crate) fn consequences(&self) -> Following {
        self.consequences_of(|_, _| true)
    }

    /// What follows of some of the consequences alone.
    pub(super) fn consequences_of(&self, wanted: impl Fn(ConsequenceId, &Arising<'_>) -> bool) -> Following {
        let mut entries = Vec::new();
        let mut postings = Vec::new();
        let mut notices = self.ends.notices.clone();
        notices.extend(self.suspensions().notices);
        for item in self.lives.items.values().flatten() {
            for silence in &item.silences {
                let Effect::CountsAs(of) = &self.policy.consequences[silence.consequence].effect else {
                    continue;
                };
                let (consequence, subject) = (silence.consequence, item.subject());
                notices.push(Notice { consequence, to: of.by, subject, at: silence.at, arose: None });
            }
        }
        let mut births = Vec::new();
        let mut waiting: Vec<Waiting> = Vec::new();
        for (id, consequence) in self.policy.consequences.iter() {
            for arising in self.arisings(id, consequence).into_iter().filter(|it| wanted(id, it)) {
                // What it reads is of the same value, where there is a figure for each.
                self.asked.group.replace(arising.subject.group().cloned());
                match &consequence.effect {
                    Effect::Tell(tell) => notices.extend(self.told(&arising, tell)),
                    Effect::Right(Right { holder, .. }) => notices.push(Notice {
                        consequence: id,
                        to: *holder,
                        subject: arising.subject.clone(),
                        at: arising.at,
                        arose: None,
                    }),
                    // What counts as done is asked of the items.
                    Effect::CountsAs(_) | Effect::Suspend(_) => {}
                    // Told once for each of those who may: see the notices of the ends.
                    Effect::End(_) => {}
                    Effect::Entry(entry) => {
                        let day = self.zone().date_of(arising.at);
                        let breach = match (&consequence.on, &arising.window) {
                            (Signal::Broken(duty), Some(window)) => Some((*duty, window.index, arising.at)),
                            _ => None,
                        };
                        let amount = match consequence.pays_out() {
                            Some(case) => self.paid_out(case, arising.at),
                            None => self.owed(&entry.amount, arising.scope().on(day).after(breach)),
                        };
                        let least = entry.at_least.as_ref().map(|it| self.value(it, arising.scope()));
                        let gross = self.booked(&amount, entry.rounding).map(|gross| {
                            let least = least.as_ref().and_then(|it| self.booked(it, entry.rounding));
                            gross.max(least.unwrap_or(gross))
                        });
                        // Too little is what the exact amount is, before anything is rounded, whether it arises or not.
                        let below = entry.nothing_below.as_ref().map(|it| self.value(it, arising.scope()));
                        let floor = least.as_ref().and_then(Maybe::as_number);
                        let exact = amount.as_number().map(|it| it.max(floor.unwrap_or(it)));
                        // Where a bound is unknown, so is what is booked.
                        let bounds = [&least, &below];
                        let unclear = bounds.into_iter().flatten().any(|it| it.as_number().is_none());
                        let below = below.as_ref().and_then(Maybe::as_number);
                        if below.zip(exact).is_some_and(|(below, exact)| exact < below) {
                            continue;
                        }
                        let gross = gross.filter(|_| arising.unsure.is_empty() && !unclear);
                        let mut because = amount.causes();
                        if amount == Maybe::NoData {
                            because = Maybe::failed(entry.amount.span).causes();
                        }
                        because.extend(arising.unsure.clone());
                        if let Some(claim) = &entry.claim {
                            if gross == Some(0) {
                                // Of nothing there is nothing to claim.
                                continue;
                            }
                            let until =
                                self.claim_until(claim, arising.scope(), arising.at, arising.late_from);
                            let gross = gross.filter(|_| until.is_ok());
                            because.extend(until.as_ref().err().into_iter().flat_map(Maybe::causes));
                            let mut made = arising.entry(gross, because);
                            (made.debtor, made.creditor) = (entry.debtor, entry.creditor);
                            let same = |it: &&Waiting| {
                                it.entry.consequence == made.consequence
                                    && it.entry.subject.is_same(&made.subject)
                            };
                            made.ordinal += waiting.iter().filter(same).count() as u32;
                            let (until, birth) = (until.ok().flatten(), arising.birth());
                            let from = if arising.by_fact { arising.at } else { super::after(arising.at) };
                            // What was overdue when it began is known with its beginning.
                            let from = arising.item.map_or(from, |item| from.max(item.born));
                            waiting.push(Waiting { entry: made, birth, from, until, by: None });
                            continue;
                        }
                        let (at, place) = (arising.at, entries.len());
                        postings.push(Posting { at, read_at: at, entry: place, asked: gross });
                        births.push(arising.birth());
                        let mut made = arising.entry(gross, because);
                        (made.debtor, made.creditor) = (entry.debtor, entry.creditor);
                        // Events without ids of one type and instant are told apart by their order alone.
                        if let Subject::Event(Evidence { id: None, .. }) = made.subject {
                            let same = |it: &&Entry| {
                                it.consequence == made.consequence && it.subject.is_same(&made.subject)
                            };
                            made.ordinal += entries.iter().filter(same).count() as u32;
                        }
                        entries.push(made);
                    }
                    Effect::Accrue(accrual) => {
                        let Some(late_from) = arising.late_from else { continue };
                        let least = accrual.at_least.as_ref().map(|it| self.value(it, arising.scope()));
                        let least = least.and_then(|it| self.booked(&it, accrual.rounding));
                        let item = arising.item.expect("what accrues is about an item");
                        let from = self.first_of(accrual, late_from);
                        let (accrued, sums) = self.accrue((id, accrual), item, least, late_from);
                        if sums.is_empty() {
                            continue;
                        }
                        let mut posted = 0;
                        for (at, sum) in &sums {
                            let asked = sum.map(|sum| sum - posted);
                            posted = sum.unwrap_or(posted);
                            postings.push(Posting { at: *at, read_at: *at, entry: entries.len(), asked });
                        }
                        births.push(arising.birth());
                        let gross = sums.last().and_then(|it| it.1);
                        let because = if gross.is_none() {
                            Maybe::failed(accrual.amount.span).causes()
                        } else {
                            Vec::new()
                        };
                        let mut made = arising.entry(gross, because);
                        made.at = from;
                        made.window = None;
                        (made.debtor, made.creditor) = (accrual.debtor, accrual.creditor);
                        if let Some(paid) = accrued.until {
                            let by = item.paid.iter().rev().find(|it| it.0 == paid).and_then(|it| it.2);
                            made.evidence.extend(by.map(|fact| evidence(&self.facts[fact])));
                        }
                        made.accrual = Some(accrued);
                        entries.push(made);
                    }
                }
            }
        }
        self.asked.group.replace(None);
        let found = self.settle_claims(&mut waiting);
        for claimed in &waiting {
            let Some(fact) = claimed.by else { continue };
            let by = evidence(&self.facts[fact]);
            let (at, read_at, asked) = (by.at, claimed.entry.at, claimed.entry.gross);
            postings.push(Posting { at, read_at, entry: entries.len(), asked });
            births.push(claimed.birth);
            let mut made = Entry { at, ..claimed.entry.clone() };
            made.evidence.push(by);
            entries.push(made);
        }
        self.limit(&mut entries, postings, &births);
        let paid = self.entries_of_what_is_paid();
        let earned = self.earned_back(&entries);
        entries.extend(earned);
        entries.extend(paid);
        entries.sort_by(|a, b| (a.at, a.consequence, &a.subject).cmp(&(b.at, b.consequence, &b.subject)));
        notices.sort_by(|a, b| {
            (a.at, a.consequence, &a.subject, a.arose).cmp(&(b.at, b.consequence, &b.subject, b.arose))
        });
        let mut claims: Vec<Claim> = waiting.iter().map(|it| it.claim(self)).collect();
        claims.sort_by(|a, b| {
            (a.at, a.consequence, &a.subject, a.ordinal).cmp(&(b.at, b.consequence, &b.subject, b.ordinal))
        });
        Following { entries, notices, claims, found }
    }

    /// Each time that a consequence arises before `as_of`.
    pub(super) fn arisings(&self, id: ConsequenceId, consequence: &Consequence) -> Vec<Arising<'_>> {
        let arising = |at: Instant, seen_before: Instant, subject: Subject| Arising {
            consequence: id,
            at,
            seen_before,
            subject,
            item: None,
            fact: None,
            window: None,
            late_from: None,
            evidence: Vec::new(),
            by_fact: true,
            unsure: Vec::new(),
            ordinal: 1,
        };
        let mut found: Vec<Arising<'_>> = Vec::new();
        match &consequence.on {
            Signal::Broken(duty) => {
                for judged in self.verdicts(*duty) {
                    let Some(at) = judged.verdict.at.filter(|_| judged.verdict.verdict == Kind::Broken)
                    else {
                        continue;
                    };
                    found.push(Arising {
                        item: judged.item,
                        window: judged.window,
                        late_from: judged.verdict.late_from,
                        evidence: judged
                            .verdict
                            .evidence
                            .iter()
                            .filter(|it| it.at <= at || judged.item.is_some_and(|item| self.opens(item, it)))
                            .cloned()
                            .collect(),
                        by_fact: judged.by_fact,
                        ..arising(at, judged.seen_before(), judged.verdict.subject.clone())
                    });
                }
            }
            Signal::Running(running) => {
                for judged in self.turning_true(running) {
                    let window = judged.window.expect("it is about a window");
                    if self.is_of_version(consequence.clause, window.start) {
                        let at = judged.verdict.at.expect("it is decided");
                        let subject = window_subject(running.window, &window);
                        found.push(Arising {
                            window: Some(window),
                            by_fact: judged.by_fact,
                            ..arising(at, judged.seen_before(), subject)
                        });
                    }
                }
            }
            // Of rights it is told by itself: see the titles.
            Signal::Standing(_) => {
                for (at, ordinal) in self.owed_at_once(id) {
                    found.push(Arising { ordinal, ..arising(at, at, Subject::Agreement) });
                }
            }
            Signal::Each(window_id) => {
                for window in self.windows(*window_id, self.as_of) {
                    let mut read: Vec<&Expr> = consequence.only.iter().collect();
                    if let Effect::Entry(entry) = &consequence.effect {
                        read.push(&entry.amount);
                        read.extend(&entry.at_least);
                        read.extend(&entry.nothing_below);
                    }
                    let last = read.into_iter().map(|expr| self.final_at(expr, &window, self.as_of)).max();
                    let at = last.unwrap_or(before(window.end)).max(before(window.end));
                    if at < self.as_of {
                        let subject = window_subject(*window_id, &window);
                        // What waits for nothing behind the window arises with its end.
                        let by_fact = at > before(window.end);
                        found.push(Arising {
                            window: Some(window),
                            by_fact,
                            ..arising(at, self.as_of, subject)
                        });
                    }
                }
            }
            Signal::ForEach(case, condition) => {
                for item in self.items(*case) {
                    if !self.in_force(consequence.clause, item.born) {
                        continue;
                    }
                    let mut one =
                        Arising { item: Some(item), ..arising(item.born, item.born, item.subject()) };
                    one.evidence.extend(item.opening.map(|fact| evidence(&self.facts[fact])));
                    if self.chosen(&mut one, condition.as_ref()) {
                        found.push(one);
                    }
                }
            }
            // Made of what has been booked, when all of that is known.
            Signal::Kept(_) | Signal::Paid(_) => {}
            Signal::ForEvent(pattern) => {
                for fact in self.facts.iter().filter(|fact| self.matches(pattern, fact)) {
                    if self.in_force(consequence.clause, fact.at) {
                        let subject = Subject::Event(evidence(fact));
                        found.push(Arising {
                            fact: Some(fact),
                            evidence: vec![evidence(fact)],
                            ..arising(fact.at, fact.at, subject)
                        });
                    }
                }
            }
        }
        found.retain_mut(|one| self.chosen(one, consequence.only.as_ref()));
        found
    }

    fn opens(&self, item: &Item, by: &Evidence) -> bool {
        item.opening.is_some_and(|fact| evidence(&self.facts[fact]) == *by)
    }

    /// Whether a condition lets it arise; where that is unknown, it arises without an amount.
    fn chosen(&self, arising: &mut Arising<'_>, condition: Option<&Expr>) -> bool {
        let Some(condition) = condition else { return true };
        match self.for_group(arising.subject.group(), || self.value(condition, arising.scope())) {
            it if it.is_true() => true,
            it @ Maybe::Unknown(..) => {
                arising.unsure.extend(it.causes());
                true
            }
            _ => false,
        }
    }

    /// What somebody owes: who it is is said by the text and not by a sign, so that less than nothing is unknown.
    pub(super) fn owed(&self, amount: &Expr, scope: Scope<'_>) -> Maybe {
        let value = self.value(amount, scope);
        match value.as_number() {
            Some(number) if *number < Ratio::zero() => Maybe::failed(amount.span),
            _ => value,
        }
    }

    /// Minor units, rounded once; none where the amount cannot be known.
    pub(super) fn booked(&self, amount: &Maybe, rounding: Rounding) -> Option<i128> {
        let minor = whole(self.agreement.currency.minor_per_major());
        amount.as_number().map(|amount| round(&(amount * minor), rounding))
    }

    /// Lets pass what the caps leave, in the order of the instant, the clause's number and the subject's birth.
    fn limit(&self, entries: &mut [Entry], mut postings: Vec<Posting>, births: &[Instant]) {
        let clause = |entry: &Entry| {
            clause_number(&self.policy.clauses[self.policy.consequences[entry.consequence].clause].number)
        };
        postings.sort_by_key(|posting| {
            let entry = &entries[posting.entry];
            let birth = births[posting.entry];
            // What was overdue when it became known takes nothing back from what was let through before.
            let known = posting.at.max(birth);
            (known, posting.at, clause(entry), birth, key(entry), entry.consequence)
        });
        // What each cap has let through so far, in each of its scopes; none after something undetermined.
        let mut passed: Vec<(CapId, Bucket, Option<i128>)> = Vec::new();
        for entry in entries.iter_mut() {
            entry.amount = Some(0);
        }
        for Posting { at, read_at, entry: place, asked } in postings {
            let entry = entries[place].clone();
            let consequence = &self.policy.consequences[entry.consequence];
            let (caps, accrues) = match &consequence.effect {
                Effect::Entry(it) => (&it.caps, false),
                Effect::Accrue(it) => (&it.caps, true),
                Effect::Tell(_)
                | Effect::Right(_)
                | Effect::End(_)
                | Effect::CountsAs(_)
                | Effect::Suspend(_) => continue,
            };
            let mut limits: Vec<(CapId, Bucket, Option<i128>)> = Vec::new();
            for cap in caps {
                let Some(bucket) = self.bucket(*cap, place, &entry, at, accrues) else { continue };
                let limit = self.cap_limit(*cap, &entry, read_at);
                // One account for all versions of a cap.
                let account = self.policy.caps[*cap].first;
                let so_far = match &bucket {
                    Bucket::Date(spec, date) => rolled(&passed, account, *spec, *date),
                    bucket => {
                        passed.iter().find(|it| it.0 == account && it.1 == *bucket).map_or(Some(0), |it| it.2)
                    }
                };
                let left = limit.zip(so_far).map(|(limit, so_far)| (limit - so_far).max(0));
                limits.push((*cap, bucket, left));
            }
            let through = match asked {
                None if limits.iter().any(|it| it.2 == Some(0)) => Some(0),
                None => None,
                Some(0) => Some(0),
                Some(_) if limits.iter().any(|it| it.2 == Some(0)) => Some(0),
                Some(asked) => limits.iter().try_fold(asked, |least, it| it.2.map(|left| left.min(least))),
            };
            let binds = |left: i128| asked.map_or(left == 0, |asked| left < asked);
            let binding = limits.iter().filter(|it| it.2.is_some_and(binds)).min_by_key(|it| it.2);
            if let Some(binding) = binding {
                entries[place].capped_by = entries[place].capped_by.or(Some(binding.0));
            }
            entries[place].amount = entries[place].amount.zip(through).map(|(sum, part)| sum + part);
            for (cap, bucket, _) in limits {
                let account = self.policy.caps[cap].first;
                match passed.iter_mut().find(|it| it.0 == account && it.1 == bucket) {
                    Some(sum) => sum.2 = sum.2.zip(through).map(|(sum, part)| sum + part),
                    None => passed.push((account, bucket, through)),
                }
            }
        }
    }

    /// The limit of a cap in minor units: rounded down, so that it never lets more through.
    fn cap_limit(&self, cap: CapId, entry: &Entry, at: Instant) -> Option<i128> {
        let Subject::Item { case, born, key } = &entry.subject else {
            let mut scope = Scope::none(at);
            scope.window = entry.window.as_ref();
            let limit =
                self.for_group(entry.subject.group(), || self.value(&self.policy.caps[cap].limit, scope));
            return self.booked(&limit, Rounding::Down);
        };
        let items = self.items(*case);
        let item = items.iter().find(|it| it.born == *born && it.key == *key).expect("the entry's item");
        self.booked(&self.value(&self.policy.caps[cap].limit, Scope::item(item, at)), Rounding::Down)
    }

    /// What a cap counts together; none where it does not apply.
    fn bucket(&self, cap: CapId, place: usize, entry: &Entry, at: Instant, accrues: bool) -> Option<Bucket> {
        Some(match self.policy.caps[cap].scope {
            CapScope::Entry => Bucket::Entry(place),
            CapScope::Case(case) => match &entry.subject {
                Subject::Item { case: of, .. } if *of == case => Bucket::Subject(entry.subject.clone()),
                _ => return None,
            },
            CapScope::Group(window) => {
                let group = entry.subject.group().expect("an amount of one group").clone();
                let number = window.and_then(|id| self.number_in(id, entry, at));
                Bucket::Group(number, group)
            }
            CapScope::InAll if accrues => Bucket::Subject(entry.subject.clone()),
            CapScope::InAll | CapScope::Together => Bucket::All,
            CapScope::Window(id) if matches!(self.policy.windows[id], WindowSpec::Rolling { .. }) => {
                let date = entry
                    .window
                    .map_or_else(|| super::window::date_at(self.agreement, at), |window| window.last_date);
                Bucket::Date(self.policy.windows[id], date)
            }
            CapScope::Window(id) => Bucket::Window(self.number_in(id, entry, at)),
        })
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Bucket {
    Entry(usize),
    Subject(Subject),
    Window(Option<i32>),
    /// One value of a field, in a window or in all.
    Group(Option<i32>, compact_str::CompactString),
    /// A date up to which a limit that rolls counts.
    Date(WindowSpec, Date),
    All,
}

/// The most that has passed in any stretch of dates with this one in it; none after something undetermined.
fn rolled(
    passed: &[(CapId, Bucket, Option<i128>)],
    account: CapId,
    spec: WindowSpec,
    date: Date,
) -> Option<i128> {
    let dated = || {
        passed.iter().filter_map(|(of, bucket, sum)| match bucket {
            Bucket::Date(_, date) if *of == account => Some((*date, *sum)),
            _ => None,
        })
    };
    let WindowSpec::Rolling { count, unit, .. } = spec else { return Some(0) };
    let back = |last: Date| {
        let count = i64::from(count);
        match unit {
            WindowUnit::Day => last.add_days(-count),
            WindowUnit::Week => last.add_days(-7 * count),
            WindowUnit::Month => last.add_months(-count),
            WindowUnit::Quarter => last.add_months(-3 * count),
            WindowUnit::Year => last.add_months(-12 * count),
        }
        .expect("a date")
    };
    let lasts = dated().map(|it| it.0).filter(|last| *last > date && back(*last) < date);
    let mut most = Some(0);
    for last in std::iter::once(date).chain(lasts) {
        let inside = dated().filter(|(on, _)| back(last) < *on && *on <= last);
        let sum = inside.map(|it| it.1).try_fold(0, |sum, part| Some(sum + part?));
        most = most.zip(sum).map(|(most, sum): (i128, i128)| most.max(sum));
    }
    most
}

pub(super) fn clause_number(number: &str) -> Vec<u32> {
    number.split('.').map(|part| part.parse().expect("a clause has a number")).collect()
}

pub(super) fn key(entry: &Entry) -> String {
    match &entry.subject {
        Subject::Item { key, .. } => key.to_string(),
        Subject::Group(_, group) => group.to_string(),
        _ => String::new(),
    }
}

impl Arising<'_> {
    fn scope(&self) -> Scope<'_> {
        Scope {
            item: self.item,
            fact: self.fact,
            window: self.window.as_ref(),
            before: self.seen_before,
            day: None,
            breach: None,
        }
    }

    /// Whether it has arisen before the payments of an instant: what ends with the instant ends behind them.
    pub(super) fn comes_before_payments_at(&self, at: Instant) -> bool {
        self.at < at || self.by_fact
    }

    /// When it was known: not before what it is about.
    pub(super) fn known_at(&self) -> Instant {
        self.item.map_or(self.at, |item| self.at.max(item.born))
    }

    fn birth(&self) -> Instant {
        match (self.item, self.window) {
            (Some(item), _) => item.born,
            (None, Some(window)) => window.start,
            (None, None) => self.at,
        }
    }

    fn entry(&self, gross: Option<i128>, because: Vec<Cause>) -> Entry {
        Entry {
            consequence: self.consequence,
            subject: self.subject.clone(),
            ordinal: self.ordinal,
            debtor: servanda_policy::policy::PartyId(0),
            creditor: servanda_policy::policy::PartyId(0),
            at: self.at,
            gross,
            amount: None,
            capped_by: None,
            window: self.window,
            accrual: None,
            because,
            evidence: self.evidence.clone(),
        }
    }
}
