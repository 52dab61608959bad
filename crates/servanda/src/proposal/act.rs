//! Drafts about acts: at a deadline, and the short sequences of events by which a duty is kept or broken.

use super::bench::{Bench, later};
use super::draft::{Draft, Happens};
use super::goal::Found;
use super::values::{Want, letter};
use crate::civil::civil;
use crate::coverage::{Moment, Part};
use servanda_evaluator::outcome::Verdict as Decision;
use servanda_policy::policy::{
    Case, CaseId, Deadline, DutyId, Expr, Form, From, Life, Pattern, Trigger, Value, Verdict,
};
use servanda_policy::time::{Instant, NANOS_PER_SECOND};

/// Seconds between the events of a sequence.
const STEP: i64 = 60;
/// How many events a sequence has at most.
const SEQUENCE_MAX: u32 = 3;
/// How many events sequences are made of at most.
const POOL_MAX: usize = 8;
/// Noon.
const NOON: i64 = 12 * 3600 * NANOS_PER_SECOND;

/// What a duty demands once it has begun.
struct Begun<'p> {
    /// What begins it.
    before: Vec<Happens>,
    case: CaseId,
    /// What does it, of a duty that recurs.
    acts: &'p [Pattern],
    /// When it has begun.
    last: Instant,
    late_from: Instant,
}

/// What comes of trying: a draft, or why there is none.
pub(super) type Attempt<T> = Result<T, String>;

impl<'p> Bench<'p> {
    /// The key of the one item that a draft is about.
    pub(super) fn key(&self, case: CaseId) -> String {
        format!("{}-1", letter(&self.policy.cases[case].name))
    }

    /// Events that open an item for which a duty or a figure chooses it.
    pub(super) fn openings(
        &self,
        case: CaseId,
        key: &str,
        wants: &[Want<'p>],
        at: Instant,
        most: usize,
    ) -> Attempt<Vec<Happens>> {
        let of = &self.policy.cases[case];
        let Life::Begins(begin) = &of.life else {
            return Err(format!("no event begins a `{}`", of.name));
        };
        let found = begin.when.iter().flat_map(|pattern| {
            let mut wants = wants.to_vec();
            wants.extend(pattern.filter.as_ref().map(|filter| Want::of(filter, true)));
            wants.extend(of.out_of_scope.as_ref().map(|out| Want::of(out, false)));
            self.events(pattern.event, Some((case, key)), &wants, at, most)
        });
        let found: Vec<Happens> = found.take(most).collect();
        if found.is_empty() {
            return Err(format!(
                "no values were found with which a `{}` begins as it would have to",
                of.name
            ));
        }
        Ok(found)
    }

    /// Events that do an act; what is paid is what the opening says that is owed.
    pub(super) fn acts(
        &self,
        case: CaseId,
        act: u32,
        key: &str,
        opening: Option<&Happens>,
        at: Instant,
    ) -> Vec<Happens> {
        let of = &self.policy.cases[case];
        if let Some((debt, payments)) =
            of.debt.as_ref().and_then(|debt| Some((debt, debt.payments.as_ref()?)))
            && debt.paid == act
        {
            let amount = opening.and_then(|opening| self.of_opening(&debt.amount, case, opening));
            let mut paid = self.events(payments.event, Some((case, key)), &[], at, 1);
            for event in &mut paid {
                event.fields.extend(amount.clone().map(|amount| (payments.amount, amount)));
                event.fields.extend(payments.named.map(|named| (named, Value::Text(key.into()))));
            }
            return paid;
        }
        let patterns = of.acts.get(act as usize).map_or(&[][..], |act| &act.when);
        patterns.iter().flat_map(|pattern| self.matching(pattern, Some((case, key)), at, 1)).collect()
    }

    /// Events that fit a pattern.
    pub(super) fn matching(
        &self,
        pattern: &'p Pattern,
        case: Option<(CaseId, &str)>,
        at: Instant,
        most: usize,
    ) -> Vec<Happens> {
        let wants: Vec<Want<'p>> = pattern.filter.iter().map(|filter| Want::of(filter, true)).collect();
        self.events(pattern.event, case, &wants, at, most)
    }

    /// What begins what a duty demands, the events that would do it, and the first instant that is late.
    fn begun(&self, id: DutyId) -> Attempt<Begun<'p>> {
        let duty = &self.policy.duties[id];
        let begin = self.begin(self.policy.version_of(duty.clause));
        let mut before = Vec::new();
        let (case, acts): (CaseId, &'p [Pattern]) = match &duty.form {
            Form::Do { case, filter, deadline, .. } => {
                let key = self.key(*case);
                let wants: Vec<Want<'p>> = filter.iter().map(|filter| Want::of(filter, true)).collect();
                before = self.openings(*case, &key, &wants, begin, 1)?;
                if let Some(Deadline::Within { from: From::Done(first), .. }) = deadline {
                    let first = self.acts(*case, *first, &key, before.first(), later(begin, STEP));
                    before.extend(first.into_iter().take(1));
                }
                (*case, &[])
            }
            Form::DoEach { case, acts, .. } => (*case, acts),
            Form::Keep { .. } | Form::MustNot { .. } => {
                return Err("it has no deadline for an act".to_owned());
            }
        };
        let last = before.last().map_or(begin, |event| event.at);
        // What recurs is done for the oldest window that is open: for the first one, if nothing came before.
        let first = self.came_into_force(self.policy.version_of(duty.clause));
        let looks = if before.is_empty() { vec![first, begin] } else { vec![last] };
        let pending = looks.iter().map(|look| {
            let draft = Draft { happens: before.clone(), as_of: later(*look, 1) };
            self.pending(id, &draft).map(|late_from| (*look, late_from))
        });
        let pending: Vec<Attempt<(Instant, Instant)>> = pending.collect();
        let found = pending.iter().find_map(|pending| pending.as_ref().ok().copied());
        let (last, late_from) = match (found, pending.into_iter().next()) {
            (Some(found), _) | (None, Some(Ok(found))) => found,
            (None, Some(Err(why))) => return Err(why),
            (None, None) => return Err("nothing begins it".to_owned()),
        };
        Ok(Begun { before, case, acts, last, late_from })
    }

    /// The act of a duty at its deadline.
    pub(super) fn at_deadline(&self, part: Part, id: DutyId, moment: Moment) -> Attempt<Found> {
        let Begun { before, case, acts, last, late_from } = self.begun(id)?;
        let (at, name) = self.place(late_from, moment, last);
        if !before.is_empty() && at <= last {
            return Err("there is no time between its beginning and its deadline".to_owned());
        }
        let key = self.key(case);
        let done: Vec<Happens> = match &self.policy.duties[id].form {
            Form::Do { case, act, .. } => self.acts(*case, *act, &key, before.first(), at),
            _ => acts.iter().flat_map(|pattern| self.matching(pattern, Some((case, &key)), at, 1)).collect(),
        };
        if done.is_empty() {
            return Err("no values were found with which an event does it".to_owned());
        }
        let tried = done.into_iter().find_map(|act| {
            let happens = before.iter().cloned().chain([act]).collect();
            self.found(part, self.draft(happens, late_from.max(at)))
        });
        let mut found = tried.ok_or_else(|| "an act at that time comes out otherwise".to_owned())?;
        found.title = Some(name);
        Ok(found)
    }

    /// A duty about which nothing is done.
    pub(super) fn in_silence(&self, part: Part, id: DutyId) -> Attempt<Found> {
        let Begun { before, late_from, .. } = self.begun(id)?;
        let found = self.found(part, self.draft(before, late_from));
        found.ok_or_else(|| "doing nothing comes out otherwise".to_owned())
    }

    /// The deadline of what is pending.
    fn pending(&self, id: DutyId, draft: &Draft) -> Attempt<Instant> {
        let tried = self.tried(draft).ok_or("its beginning cannot be written without a problem")?;
        let pending = |it: &&Decision| it.duty == id && it.verdict == Verdict::Pending;
        let deadlines = tried.decided.outcome.verdicts.iter().filter(pending).filter_map(|it| it.late_from);
        deadlines.min().ok_or_else(|| "nothing that it demands is pending when it begins".to_owned())
    }

    /// One unit before the first late instant, the last one in time, and one unit later: of a date, days; of a moment, seconds.
    fn place(&self, late_from: Instant, moment: Moment, after: Instant) -> (Instant, String) {
        let zone = &self.agreement.zone;
        let date = zone.date_of(late_from);
        let (at, name) = if zone.start_of(date) == late_from {
            match moment {
                Moment::Before => {
                    let noon =
                        date.add_days(-2).map(|date| civil(zone, date, NOON)).filter(|noon| *noon > after);
                    match noon {
                        Some(noon) => (noon, "one day before the deadline"),
                        None => (later(late_from, -2), "two seconds before the deadline"),
                    }
                }
                Moment::Last => (later(late_from, -1), "at the end of the last day"),
                Moment::After => (late_from, "one day after the deadline"),
            }
        } else {
            let last = late_from.add_nanos(-1).unwrap_or(late_from);
            match moment {
                Moment::Before => (later(last, -1), "one second before the deadline"),
                Moment::Last => (last, "at the deadline"),
                Moment::After => (later(last, 1), "one second after the deadline"),
            }
        };
        (at, name.to_owned())
    }

    /// A duty kept or broken by a short sequence of the events of its case, each tried.
    pub(super) fn by_sequence(&self, part: Part, id: DutyId) -> Attempt<Found> {
        let duty = &self.policy.duties[id];
        let (Form::Do { case, .. } | Form::MustNot { case, .. } | Form::DoEach { case, .. }) = &duty.form
        else {
            return Err("it is about no act".to_owned());
        };
        let begin = self.begin(self.policy.version_of(duty.clause));
        let openings = match &self.policy.cases[*case].life {
            Life::Begins(_) => {
                let filter = match &duty.form {
                    Form::Do { filter, .. } | Form::MustNot { filter, .. } => filter.as_ref(),
                    _ => None,
                };
                let wants: Vec<Want<'p>> = filter.into_iter().map(|filter| Want::of(filter, true)).collect();
                self.beginnings(*case, &duty.form, &wants, begin)?.into_iter().map(Some).collect()
            }
            Life::Implicit | Life::Windowed => vec![None],
        };
        let mut ends = vec![None];
        ends.extend(self.agreement.end.map(Some));
        for opening in openings {
            let pool = self.pool(*case, id, opening.as_ref(), begin);
            for length in 0..=SEQUENCE_MAX {
                for sequence in sequences(&pool, length) {
                    let mut happens: Vec<Happens> = opening.iter().cloned().collect();
                    for (step, event) in (1..).zip(sequence) {
                        happens.push(Happens { at: later(begin, step * STEP), ..event.clone() });
                    }
                    // The end of the term is waited for after an event or none: a year of windows takes its time.
                    let looks = if length > 1 { 1 } else { ends.len() };
                    for end in ends.iter().take(looks) {
                        let draft = self.draft(happens.clone(), end.unwrap_or(begin));
                        if let Some(found) = self.found(part, draft) {
                            return Ok(found);
                        }
                    }
                }
            }
        }
        let case = &self.policy.cases[*case].name;
        Err(format!("no {SEQUENCE_MAX} events or fewer of a `{case}` come to that"))
    }

    /// Events that open an item. What opens it may be itself what is forbidden, or not be it.
    fn beginnings(
        &self,
        case: CaseId,
        form: &'p Form,
        wants: &[Want<'p>],
        begin: Instant,
    ) -> Attempt<Vec<Happens>> {
        let key = self.key(case);
        let mut found = self.openings(case, &key, wants, begin, 2)?;
        let of = &self.policy.cases[case];
        if let (Form::MustNot { act, when: Some(when), .. }, Life::Begins(opens)) = (form, &of.life) {
            let acts = of.acts.get(*act as usize).map_or(&[][..], |act| &act.when);
            let is_act = |opening: &Pattern| acts.iter().any(|act| act.event == opening.event);
            if opens.when.iter().all(is_act) {
                for holds in [true, false] {
                    let wants: Vec<Want<'p>> = wants.iter().copied().chain([Want::of(when, holds)]).collect();
                    found.extend(self.openings(case, &key, &wants, begin, 2).unwrap_or_default());
                }
            }
        }
        Ok(found)
    }

    /// What can happen to an item: its acts, what takes them back, what ends it.
    fn pool(&self, case: CaseId, id: DutyId, opening: Option<&Happens>, at: Instant) -> Vec<Happens> {
        let of: &'p Case = &self.policy.cases[case];
        let key = self.key(case);
        let mut pool: Vec<Happens> = Vec::new();
        let mut add = |events: Vec<Happens>| {
            for event in events {
                if !pool.iter().any(|known| (known.event, &known.fields) == (event.event, &event.fields)) {
                    pool.push(event);
                }
            }
        };
        if let Form::MustNot { act, when: Some(when), .. } = &self.policy.duties[id].form {
            let patterns = of.acts.get(*act as usize).map_or(&[][..], |act| &act.when);
            for (pattern, (holds, done)) in patterns.iter().flat_map(|pattern| {
                [(true, false), (false, false), (true, true), (false, true)].map(|want| (pattern, want))
            }) {
                let condition: &'p Expr = when;
                let mut wants = vec![Want { expr: condition, holds, done }];
                wants.extend(pattern.filter.as_ref().map(|filter| Want::of(filter, true)));
                add(self.events(pattern.event, Some((case, &key)), &wants, at, 1));
            }
        }
        for place in (0..).take(of.acts.len()) {
            add(self.acts(case, place, &key, opening, at));
        }
        for event in of.acts.iter().filter_map(|act| act.undone_by) {
            add(self.events(event, Some((case, &key)), &[], at, 1));
        }
        for trigger in &of.ends {
            if let Trigger::Event(pattern) = trigger {
                add(self.matching(pattern, Some((case, &key)), at, 1));
            }
        }
        if let Form::DoEach { acts, .. } = &self.policy.duties[id].form {
            for pattern in acts {
                add(self.matching(pattern, Some((case, &key)), at, 1));
            }
        }
        pool.truncate(POOL_MAX);
        pool
    }
}

/// Every sequence of so many things.
fn sequences<T>(pool: &[T], length: u32) -> Vec<Vec<&T>> {
    (0..length).fold(vec![Vec::new()], |shorter, _| {
        let longer = shorter.iter().flat_map(|shorter| {
            pool.iter().map(move |one| shorter.iter().copied().chain([one]).collect::<Vec<_>>())
        });
        longer.collect()
    })
}
