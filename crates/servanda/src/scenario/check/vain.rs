//! Expectations that could never come out otherwise: of a key that no event of the scenario names, of a window that
//! there is not, of a sentence that lets nobody owe, claim or hear anything in this direction.
//!
//! Whoever expects `nothing` there shows nothing, and a slip of the pen turns a test into none.

use super::{Check, listed};
use crate::scenario::Fault;
use crate::scenario::event::{path_text, plain};
use crate::scenario::expectation::reference;
use crate::scenario::timeline::{NUMBER, count};
use servanda_diagnostics::{Code, Span, Spanned, spelling};
use servanda_parser::ast::{
    DutyRef, Expect, ExpectKind, ExpectScope, Happens, Name, Scenario, Step, Subject, Text,
};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{
    Consequence, Duty, Effect, Entry, Form, Life, PartyId, Policy, RightKind, WindowId,
};
use servanda_policy::time::{Date, WindowSpec, Windows};
use servanda_report::numbered_key;
use std::collections::BTreeSet;

/// A policy, and the agreement that the parameters of the scenario make of it, where they make one.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Bound<'p> {
    pub(in crate::scenario) policy: &'p Policy,
    pub(in crate::scenario) agreement: Option<&'p Agreement>,
}

/// What a sentence does to money, or to whom it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It books an amount.
    Owed,
    /// It gives an amount that can be claimed.
    Claimed,
}

impl Check<'_> {
    /// What an expectation could never find.
    pub(super) fn vain(&mut self, bound: Bound<'_>, scenario: &Scenario, expect: &Expect) {
        let found = self.faults.len();
        self.direction(bound.policy, expect);
        if self.faults.len() == found {
            self.scope(bound, scenario, expect);
        }
    }

    // What is owed, claimed and told, from whom to whom.

    fn direction(&mut self, policy: &Policy, expect: &Expect) {
        match &expect.kind {
            ExpectKind::Verdict { party, duty, .. } => self.debtor(policy, party, duty),
            ExpectKind::Owes { debtor, creditor, under, .. } => {
                self.owed(policy, Way::Owed, (Some(debtor), creditor), under.as_ref());
            }
            ExpectKind::MayClaim { holder, under, .. } => {
                self.owed(policy, Way::Claimed, (None, holder), under.as_ref());
            }
            ExpectKind::Tell { to, .. } | ExpectKind::NoTell { to, .. } => {
                let told = |effect: &Effect| match effect {
                    Effect::Tell(tell) => Some(tell.to),
                    _ => None,
                };
                self.somebody(policy, to, told, |to| format!("no sentence tells `{to}` anything"), "told is");
            }
            ExpectKind::May { holder: Subject::Name(holder), .. } => {
                let may = |effect: &Effect| match effect {
                    Effect::Right(right) if right.what == RightKind::End => Some(right.holder),
                    _ => None,
                };
                let none = |holder: &str| {
                    format!("nothing that happens gives `{holder}` the right to end this agreement")
                };
                self.somebody(policy, holder, may, none, "it can arise for");
            }
            _ => {}
        }
    }

    /// Who has to keep a duty.
    fn debtor(&mut self, policy: &Policy, party: &Name, duty: &DutyRef) {
        let address = reference(duty);
        let of_it = policy.duties.values().filter(|duty| duty.name == address && !duty.silent);
        let bound: Vec<&Duty> = of_it.collect();
        let own = party_named(policy, party);
        let Some(first) = bound.first().filter(|_| own.is_some()) else { return };
        if bound.iter().any(|duty| Some(duty.debtor) == own) {
            return;
        }
        let who = &policy.parties[first.debtor].name;
        let fault = empty(format!("`{address}` does not bind `{}`", party.value), party.span);
        let fault = fault.help(format!("it binds `{who}`"));
        self.faults.push(fault.also(first.core_span, format!("`{who}` has to do this")));
    }

    fn owed(
        &mut self,
        policy: &Policy,
        way: Way,
        (debtor, creditor): (Option<&Name>, &Name),
        under: Option<&DutyRef>,
    ) {
        let to = party_named(policy, creditor);
        let from = debtor.map(|debtor| party_named(policy, debtor));
        if to.is_none() || from == Some(None) {
            return;
        }
        let from = from.flatten();
        let under_it = |of: &&Consequence| {
            under.is_none_or(|under| {
                let clause = &policy.clauses[of.clause].number;
                of.name == reference(under) || (under.label.is_none() && *clause == under.clause)
            })
        };
        let any = policy.consequences.values().any(|of| under_it(&of));
        // An address that there is not is told already.
        if under.is_some() && !any {
            return;
        }
        let sentences: Vec<(&Consequence, PartyId, PartyId)> = policy
            .consequences
            .values()
            .filter(under_it)
            .filter_map(|of| flow(&of.effect, way).map(|(from, to)| (of, from, to)))
            .collect();
        if sentences
            .iter()
            .any(|(_, debtor, creditor)| from.is_none_or(|from| *debtor == from) && Some(*creditor) == to)
        {
            return;
        }
        let name = |party: PartyId| policy.parties[party].name.as_str();
        let place = under.map(|under| format!(" under `{}`", reference(under))).unwrap_or_default();
        let (message, span) = match (way, debtor) {
            (Way::Owed, Some(debtor)) => (
                format!("`{}` can never owe `{}` anything{place}", debtor.value, creditor.value),
                debtor.span.join(creditor.span),
            ),
            _ => (format!("`{}` can never claim anything{place}", creditor.value), creditor.span),
        };
        let fault = empty(message, span);
        let Some((first, debtor, creditor)) = sentences.first() else {
            let help = match way {
                Way::Owed => "no sentence books an amount",
                Way::Claimed => "no sentence says `claimed by …`",
            };
            return self.faults.push(fault.help(format!("{help}{place}")));
        };
        let other = match way {
            Way::Owed => format!("`{}` owes `{}`", name(*debtor), name(*creditor)),
            Way::Claimed => format!("`{}` may claim", name(*creditor)),
        };
        let fault = fault.help(format!("{other}{place}"));
        self.faults.push(if under.is_some() { fault.also(first.span, other) } else { fault });
    }

    /// Somebody of whom a sentence speaks.
    fn somebody(
        &mut self,
        policy: &Policy,
        who: &Name,
        of: impl Fn(&Effect) -> Option<PartyId>,
        none: impl Fn(&str) -> String,
        there: &str,
    ) {
        let Some(party) = party_named(policy, who) else { return };
        let all: BTreeSet<PartyId> = policy.consequences.values().filter_map(|it| of(&it.effect)).collect();
        if !all.contains(&party) {
            let fault = empty(none(&who.value), who.span);
            let names = listed(all.into_iter().map(|party| policy.parties[party].name.as_str()));
            let help = (!names.is_empty()).then(|| format!("{there} {names}"));
            self.faults.push(fault.help_opt(help));
        }
    }

    // What an expectation is about.

    fn scope(&mut self, bound: Bound<'_>, scenario: &Scenario, expect: &Expect) {
        let Some(scope) = &expect.scope else { return };
        let duty = match &expect.kind {
            ExpectKind::Verdict { duty, .. }
            | ExpectKind::Deadline { duty, .. }
            | ExpectKind::NoClock { duty } => Some(duty),
            _ => None,
        };
        let forms: Vec<&Form> = duty
            .map(|duty| {
                let address = reference(duty);
                let of_it = bound.policy.duties.values().filter(move |duty| duty.name == address);
                of_it.map(|duty| &duty.form).collect()
            })
            .unwrap_or_default();
        match scope {
            ExpectScope::Case { case, key, window, .. } => {
                let of_measure = bound.policy.measures.values().filter(|it| match &expect.kind {
                    ExpectKind::Measure { measure, .. } => it.name == measure.value,
                    _ => false,
                });
                let of_duty = forms.iter().filter_map(|form| self::window(bound.policy, form));
                let mut windows = of_measure.map(|it| it.window).chain(of_duty);
                let is_it = |id: &WindowId| bound.policy.grouped_by(*id) == Some(case.value.as_str());
                if let Some(id) = windows.find(is_it) {
                    return self.group(bound, scenario, id, (case, key, window.as_ref()));
                }
                if let Some(duty) = duty.filter(|_| !forms.is_empty()) {
                    let own: Vec<&str> = forms.iter().filter_map(|form| items(bound.policy, form)).collect();
                    if !own.contains(&case.value.as_str()) {
                        return self.judged_on(duty, own.first().copied(), case.span);
                    }
                }
                self.key(bound.policy, scenario, case, key);
            }
            ExpectScope::Window(label) => {
                if let Some(duty) = duty.filter(|_| !forms.is_empty())
                    && let Some(case) = forms.iter().find_map(|form| items(bound.policy, form))
                    && forms.iter().all(|form| items(bound.policy, form).is_some())
                {
                    return self.judged_on(duty, Some(case), label.span);
                }
                let Some(agreement) = bound.agreement else { return };
                let of_duty = forms.iter().filter_map(|form| window(bound.policy, form));
                let mut ids: BTreeSet<WindowId> = of_duty.collect();
                if let ExpectKind::Measure { measure, .. } = &expect.kind {
                    let named = bound.policy.measures.values().filter(|it| it.name == measure.value);
                    ids.extend(named.map(|it| it.window));
                }
                let windows = bound.policy.windows.iter().map(|(id, _)| id);
                let windows: Vec<&Windows> = windows
                    .filter(|id| ids.is_empty() || ids.contains(id))
                    .filter_map(|id| agreement.windows.get(id.0 as usize))
                    .collect();
                // What says which windows there are: the measure that is named, or kept, or the duty of which there is one
                // in each.
                let of_measure = || {
                    let named = match &expect.kind {
                        ExpectKind::Measure { measure, .. } => Some(measure.value.as_str()),
                        _ => None,
                    };
                    let kept = forms.iter().find_map(|form| match form {
                        Form::Keep { measure, .. } => bound.policy.measures.find(*measure),
                        _ => None,
                    });
                    let named = bound.policy.measures.values().find(|it| Some(it.name.as_str()) == named);
                    named.or(kept).map(|it| it.window_span)
                };
                let of_duty = || {
                    let address = duty.map(reference)?;
                    bound.policy.duties.values().find(|it| it.name == address).map(|it| it.core_span)
                };
                let declared = of_measure().or_else(of_duty);
                self.window(&windows, agreement, label, (declared, bound.policy.term.span));
            }
        }
    }

    /// A group that there can be, and a window in which it is.
    fn group(
        &mut self,
        bound: Bound<'_>,
        scenario: &Scenario,
        id: WindowId,
        (field, value, label): (&Name, &Text, Option<&Text>),
    ) {
        let Some(Some(grouping)) = bound.policy.groups.find(id) else { return };
        let mut known: Vec<String> = grouping.words.clone().unwrap_or_default();
        if grouping.words.is_none() {
            for step in &scenario.steps {
                match step {
                    Step::Happens(happens) => names_of(happens, &field.value, &value.value, &mut known),
                    // What cannot be read may have it.
                    Step::Broken(_) => return,
                    Step::Expect(_) | Step::Let(_) | Step::AsOf { .. } => {}
                }
            }
        }
        if !known.contains(&value.value) {
            let what =
                if grouping.words.is_some() { "there is no" } else { "no event of the scenario has the" };
            let message = format!("{what} `{}` \"{}\"", field.value, value.value);
            let near = spelling::nearest(&value.value, known.iter().map(String::as_str));
            let help = match near {
                Some(near) => Some(format!("did you mean \"{near}\"?")),
                None if known.is_empty() => None,
                None => {
                    let names: Vec<String> =
                        known.iter().take(10).map(|value| format!("\"{value}\"")).collect();
                    Some(format!("there is {}", names.join(", ")))
                }
            };
            self.faults.push(empty(message, value.span).help_opt(help));
        }
        if let (Some(label), Some(agreement)) = (label, bound.agreement)
            && let Some(windows) = agreement.windows.get(id.0 as usize)
        {
            let declared = bound.policy.measures.values().find(|it| it.window == id).map(|it| it.window_span);
            self.window(&[windows], agreement, label, (declared, bound.policy.term.span));
        }
    }

    /// A duty that is judged on something else.
    fn judged_on(&mut self, duty: &DutyRef, case: Option<&str>, span: Span) {
        let address = reference(duty);
        let (what, help) = match case {
            Some(case) => (format!("each `{case}`"), format!("write `for {case} \"…\"`")),
            None => ("each window".to_owned(), "name the window, such as `for 2026-03`".to_owned()),
        };
        self.faults.push(empty(format!("`{address}` is judged for {what}"), span).help(help));
    }

    /// A key that an event of the scenario names.
    fn key(&mut self, policy: &Policy, scenario: &Scenario, case: &Name, key: &Text) {
        let Some((_, of)) = policy.cases.iter().find(|(_, of)| of.name == case.value) else { return };
        // What cannot be read may name it.
        if of.life == Life::Windowed || scenario.steps.iter().any(|step| matches!(step, Step::Broken(_))) {
            return;
        }
        let mut known: Vec<String> = Vec::new();
        for step in &scenario.steps {
            let Step::Happens(happens) = step else { continue };
            let event = path_text(&happens.event.parts);
            let Some((id, event)) = policy.events.iter().find(|(_, it)| it.name == event) else { continue };
            let fields = of.keys.iter().filter(|(event, _)| *event == id);
            for field in fields.filter_map(|(_, field)| event.fields.get(*field as usize)) {
                names_of(happens, &field.name, &key.value, &mut known);
            }
        }
        self.named(&known, case, key);
    }

    /// The same beside an agreement that is wrong: an event names an item by the field with the name of its case.
    pub(super) fn key_alone(&mut self, scenario: &Scenario, expect: &Expect) {
        let Some(ExpectScope::Case { case, key, .. }) = &expect.scope else { return };
        // Which values a field can have, the agreement would tell.
        if self.names.groups.contains(&case.value) {
            return;
        }
        let mut known: Vec<String> = Vec::new();
        for step in &scenario.steps {
            match step {
                Step::Happens(happens) => names_of(happens, &case.value, &key.value, &mut known),
                Step::Broken(_) => return,
                Step::Expect(_) | Step::Let(_) | Step::AsOf { .. } => {}
            }
        }
        if !known.is_empty() {
            self.named(&known, case, key);
        }
    }

    fn named(&mut self, known: &[String], case: &Name, key: &Text) {
        if known.contains(&key.value) {
            return;
        }
        // `T-1~2` is the second item of a key, which two events name at least.
        let (of, number) = numbered_key(&key.value);
        let times = known.iter().filter(|known| **known == of).count();
        if number.is_some_and(|number| (1..=times).contains(&number)) {
            return;
        }
        let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
        let mut message = format!("no event of the scenario names the `{}` \"{}\"", case.value, key.value);
        if let Some(number) = number.filter(|_| times > 0) {
            let events =
                if times == 1 { "one event names".to_owned() } else { format!("{times} events name") };
            message = format!("there is no `{}` \"{of}\" number {number}: {events} it", case.value);
        }
        let help = match spelling::nearest(&key.value, known.iter().copied()) {
            _ if times > 0 => None,
            Some(near) => Some(format!("did you mean \"{near}\"?")),
            None if known.is_empty() => None,
            None => {
                let names: Vec<String> = known.iter().take(10).map(|key| format!("\"{key}\"")).collect();
                Some(format!("its events name {}", names.join(", ")))
            }
        };
        self.faults.push(empty(message, key.span).help_opt(help));
    }

    /// A window that there is in the term.
    fn window(
        &mut self,
        windows: &[&Windows],
        agreement: &Agreement,
        label: &Spanned<String>,
        (declared, term_span): (Option<Span>, Span),
    ) {
        let near = |windows: &Windows| around(windows, agreement, &label.value);
        if windows.is_empty() || windows.iter().any(|windows| near(windows).contains(&label.value)) {
            return;
        }
        let examples: BTreeSet<String> = windows
            .iter()
            .filter_map(|windows| windows.first())
            .map(|first| first.label(&agreement.zone))
            .collect();
        let (first, zone) = (agreement.first_date, &agreement.zone);
        let term = match agreement.end {
            None => format!("from {first} on"),
            Some(end) => format!("from {first} to {}", zone.date_of(end.add_nanos(-1).unwrap_or(end))),
        };
        let are = if examples.len() == 1 { "window is" } else { "windows are" };
        let shape = |label: &str| label.replace(|c: char| c.is_ascii_digit(), "0");
        let outside = examples.iter().any(|example| shape(example) == shape(&label.value));
        let examples = listed(examples.iter().map(String::as_str));
        let fault = empty(format!("there is no window `{}` in the term", label.value), label.span);
        let fault = fault.help(format!("the term is {term}; the first {are} {examples}"));
        self.faults.push(match declared.filter(|_| !outside) {
            Some(declared) => fault.also(declared, "this says which windows there are".to_owned()),
            None => fault.also(term_span, "the term".to_owned()),
        });
    }
}

/// An expectation that shows nothing.
fn empty(message: String, span: Span) -> Fault {
    Fault::new(message, span).code(Code::EmptyExpectation)
}

/// The party or role of a name.
fn party_named(policy: &Policy, name: &Name) -> Option<PartyId> {
    policy.parties.iter().find(|(_, party)| party.name == name.value).map(|(id, _)| id)
}

/// From whom to whom money goes.
fn flow(effect: &Effect, way: Way) -> Option<(PartyId, PartyId)> {
    match effect {
        Effect::Entry(Entry { debtor, creditor, claim, .. }) if way == Way::Owed || claim.is_some() => {
            Some((*debtor, *creditor))
        }
        Effect::Accrue(accrual) if way == Way::Owed => Some((accrual.debtor, accrual.creditor)),
        _ => None,
    }
}

/// The case on each item of which a duty is judged.
fn items<'p>(policy: &'p Policy, form: &Form) -> Option<&'p str> {
    match form {
        Form::Do { case, .. } | Form::MustNot { case, .. } => Some(policy.cases[*case].name.as_str()),
        Form::DoEach { .. } | Form::Keep { .. } => None,
    }
}

/// The windows in each of which a duty is judged.
fn window(policy: &Policy, form: &Form) -> Option<WindowId> {
    match form {
        Form::DoEach { window, .. } => Some(*window),
        Form::Keep { measure, .. } => Some(policy.measures[*measure].window),
        Form::Do { .. } | Form::MustNot { .. } => None,
    }
}

/// The keys that an event gives a field, however often it happens; of those with its number the one that is asked for.
fn names_of(happens: &Happens, field: &str, wanted: &str, known: &mut Vec<String>) {
    let written = happens.fields.iter().find(|written| written.name.value == field);
    let Some(text) = written.and_then(|written| plain(&written.value).ok()) else { return };
    let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
    let times = happens.times.as_ref().and_then(|times| count(times).ok()).unwrap_or(0);
    if times == 0 || !text.contains(NUMBER) {
        // No more of them than can be asked for.
        let asked = numbered_key(wanted).1.unwrap_or(1);
        let times = usize::try_from(times).unwrap_or(usize::MAX).min(asked).max(1);
        known.extend(std::iter::repeat_n(text, times));
        return;
    }
    known.push(text.replace(NUMBER, "1"));
    known.extend(
        (2..=times).map(|number| text.replace(NUMBER, &number.to_string())).filter(|it| it == wanted),
    );
}

/// The labels of the windows in and around the year with which a label begins.
fn around(windows: &Windows, agreement: &Agreement, label: &str) -> Vec<String> {
    // What looks back is named after its end.
    let year = label.trim_start_matches("..").get(..4).and_then(|year| year.parse::<i32>().ok());
    let date = |year: i32| format!("{year:04}-01-01").parse::<Date>().ok();
    let years = || year.and_then(|year| Some((date(year.checked_sub(1)?)?, date(year.checked_add(2)?)?)));
    // By the clock there are many in a year.
    let dates = match (windows.spec(), label.get(..10).and_then(|date| date.parse::<Date>().ok())) {
        (WindowSpec::Clock(_), Some(date)) => date.add_days(1).map(|next| (date, next)),
        (WindowSpec::Clock(_), None) => None,
        _ => years(),
    };
    let Some((from, to)) = dates else {
        return windows.first().map(|first| first.label(&agreement.zone)).into_iter().collect();
    };
    let (from, to) = (agreement.zone.start_of(from), agreement.zone.start_of(to));
    // Of a version that begins later there is no window before its first.
    let first = windows.window_of(from).or_else(|| windows.first());
    let all = std::iter::successors(first, |window| windows.next(window));
    all.take_while(|window| window.start < to).map(|window| window.label(&agreement.zone)).collect()
}
