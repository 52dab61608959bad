//! What came of a draft, as expectations: of the duty, the figure or the amount that it is about.

use super::bench::{Bench, Tried};
use super::draft::{deadline, money};
use crate::coverage::{Part, Side};
use servanda_evaluator::outcome::{Entry, Figure, Quantity, Subject, Verdict as Decision};
use servanda_policy::policy::{
    ConsequenceId, DutyId, Effect, Form, LengthKind, MeasureId, RightKind, Signal, Value, ValueType, Verdict,
};
use servanda_policy::value::{Exact, Rounding};
use servanda_report::Standing;

/// How many decimals of a percentage are written.
const PERCENT_PLACES: u32 = 6;

/// What a scenario is about.
#[derive(Debug, Clone)]
enum Focus {
    Duty(DutyId, Subject),
    Figure(MeasureId, i32, Option<String>),
    Consequence(ConsequenceId, Subject),
}

impl Bench<'_> {
    /// What is expected of the part of a policy that a draft shows; nothing where that cannot be written.
    pub(super) fn told(&self, part: Part, tried: &Tried) -> Vec<String> {
        let Some(focus) = self.focus(part, tried) else { return Vec::new() };
        match focus {
            Focus::Duty(duty, subject) => self.of_duty(duty, &subject, tried),
            Focus::Consequence(id, subject) => match self.policy.consequences[id].on {
                Signal::Broken(duty) => {
                    let mut lines = self.of_window(&subject, duty, tried);
                    lines.extend(self.of_duty(duty, &subject, tried));
                    lines
                }
                _ => self.following(&[id], &subject, tried),
            },
            Focus::Figure(measure, window, group) => {
                let figures = tried.decided.outcome.figures.iter();
                let mut found = figures.filter(|it| {
                    it.measure == measure
                        && it.window.index == window
                        && it.group.as_deref() == group.as_deref()
                });
                let Some(figure) = found.next() else { return Vec::new() };
                self.of_figure(figure, tried)
            }
        }
    }

    /// Where in an outcome a part is shown.
    fn focus(&self, part: Part, tried: &Tried) -> Option<Focus> {
        let outcome = &tried.decided.outcome;
        let verdict = |wanted: &dyn Fn(&Decision) -> bool| {
            let found = outcome.verdicts.iter().find(|verdict| wanted(verdict))?;
            Some(Focus::Duty(found.duty, found.subject.clone()))
        };
        let entry = |wanted: &dyn Fn(&Entry) -> bool| {
            let found = outcome.entries.iter().find(|entry| wanted(entry))?;
            Some(Focus::Consequence(found.consequence, found.subject.clone()))
        };
        match part {
            Part::Duty(duty, kept) => {
                let wanted = if kept { Verdict::Kept } else { Verdict::Broken };
                verdict(&|it| it.duty == duty && it.verdict == wanted)
            }
            Part::Deadline(duty, moment) => {
                verdict(&|it| it.duty == duty && crate::coverage::moment(it) == Some(moment))
            }
            Part::Consequence(id) => {
                let notice = outcome.notices.iter().find(|notice| notice.consequence == id);
                let notice = notice.map(|notice| Focus::Consequence(id, notice.subject.clone()));
                notice.or_else(|| entry(&|it| it.consequence == id && it.gross != Some(0)))
            }
            Part::Row(id, at) => {
                let row = |it: &Entry| {
                    crate::coverage::row(self.policy, &self.agreement.params, outcome, it) == Some(at)
                };
                entry(&|it| it.consequence == id && row(it))
            }
            Part::Cap(cap, true) => entry(&|it| it.capped_by == Some(cap)),
            Part::Cap(cap, false) => {
                entry(&|it| crate::coverage::caps(self.policy, it).contains(&Part::Cap(cap, false)))
            }
            Part::Bound(at, side) => self.bounded(at, side, tried),
        }
    }

    fn bounded(&self, at: usize, side: Side, tried: &Tried) -> Option<Focus> {
        let outcome = &tried.decided.outcome;
        let bound = self.parts.bounds.get(at)?;
        let figures = outcome.figures.iter().filter(|figure| !figure.provisional);
        let mut found = figures.filter(|figure| {
            figure.measure == bound.measure
                && crate::coverage::side_of(
                    self.policy,
                    (figure, true),
                    &bound.value,
                    &self.agreement.params,
                    outcome,
                ) == Some(side)
        });
        found
            .next()
            .map(|it| Focus::Figure(it.measure, it.window.index, it.group.as_ref().map(ToString::to_string)))
    }

    fn of_duty(&self, id: DutyId, subject: &Subject, tried: &Tried) -> Vec<String> {
        let duty = &self.policy.duties[id];
        let outcome = &tried.decided.outcome;
        let found = outcome.verdicts.iter().find(|it| it.duty == id && it.subject.is_same(subject));
        let (Some(verdict), Some(scope)) = (found, self.scope(subject)) else { return Vec::new() };
        let mut lines = Vec::new();
        if let (Some(late_from), Form::Do { .. } | Form::DoEach { .. }) = (verdict.late_from, &duty.form) {
            let at = deadline(late_from, &self.agreement);
            lines.push(format!("expect deadline of {} is {at}{scope}.", duty.name));
        }
        let party = &self.policy.parties[duty.debtor].name;
        let said = match verdict.verdict {
            Verdict::Kept => "has kept",
            Verdict::Broken => "has broken",
            Verdict::Pending => "is pending under",
            Verdict::Excused => "is excused under",
            Verdict::NotApplicable => "is not applicable under",
            Verdict::Indeterminate => "is indeterminate under",
        };
        lines.push(format!("expect {party} {said} {}{scope}.", duty.name));
        lines.extend(self.following(&duty.otherwise, subject, tried));
        lines
    }

    /// The figure that a duty to keep one was judged by.
    fn of_window(&self, subject: &Subject, duty: DutyId, tried: &Tried) -> Vec<String> {
        let (Form::Keep { measure, .. }, Some(window)) = (&self.policy.duties[duty].form, subject.window())
        else {
            return Vec::new();
        };
        let figures = tried.decided.outcome.figures.iter();
        let mut found = figures.filter(|it| {
            it.measure == *measure && it.window.index == window.index && it.group.as_ref() == subject.group()
        });
        found.next().and_then(|figure| self.figure(figure)).into_iter().collect()
    }

    /// A figure, what the duties to keep it come to, and what is owed for it.
    fn of_figure(&self, figure: &Figure, tried: &Tried) -> Vec<String> {
        let mut lines: Vec<String> = self.figure(figure).into_iter().collect();
        let outcome = &tried.decided.outcome;
        let is_window = |subject: &Subject| {
            let window = subject.window().is_some_and(|window| window.index == figure.window.index);
            window && subject.group() == figure.group.as_ref()
        };
        for verdict in outcome.verdicts.iter().filter(|verdict| is_window(&verdict.subject)) {
            let keeps = matches!(&self.policy.duties[verdict.duty].form,
                Form::Keep { measure, .. } if *measure == figure.measure);
            if keeps {
                lines.extend(self.of_duty(verdict.duty, &verdict.subject, tried));
            }
        }
        lines
    }

    fn figure(&self, figure: &Figure) -> Option<String> {
        let measure = &self.policy.measures[figure.measure];
        let provisional = if figure.provisional { ", provisional" } else { "" };
        let value = match &figure.value {
            Quantity::NoData => "no data".to_owned(),
            Quantity::Known(value) => self.quantity(value, measure.unit)?,
            Quantity::Unknown { .. } => return None,
        };
        let label = label(&figure.window.label(&self.agreement.zone));
        Some(format!("expect {} is {value} for {label}{provisional}.", measure.name))
    }

    /// A figure as expectations have it.
    fn quantity(&self, value: &Value, unit: ValueType) -> Option<String> {
        let digits = |number: &Exact, places: u32| {
            servanda_report::exact_text(&number.round_to(places, Rounding::HalfUp))
        };
        Some(match (unit, value) {
            (ValueType::Share, Value::Number(number)) => {
                format!("{}%", digits(&(number * &Exact::integer(100)), PERCENT_PLACES))
            }
            (ValueType::Points, Value::Number(number)) => {
                format!("{} percentage points", digits(&(number * &Exact::integer(100)), PERCENT_PLACES))
            }
            (ValueType::Money, Value::Number(number)) => money(number, &self.agreement)?,
            (_, Value::Number(number)) if number.is_negative() => return None,
            (_, Value::Number(number)) => digits(number, PERCENT_PLACES),
            (_, Value::Length(length)) => match length.kind {
                LengthKind::Physical | LengthKind::Open(_) => {
                    format!("{} seconds", digits(&length.amount, PERCENT_PLACES))
                }
                LengthKind::CalendarDays => {
                    format!("{} calendar days", digits(&length.amount, PERCENT_PLACES))
                }
                LengthKind::BusinessDays(_) | LengthKind::Months => return None,
            },
            _ => return None,
        })
    }

    /// What follows from a duty or a sentence for a subject: who is told, and what is owed.
    fn following(&self, ids: &[ConsequenceId], subject: &Subject, tried: &Tried) -> Vec<String> {
        let Some(scope) = self.scope(subject) else { return Vec::new() };
        let mut lines = Vec::new();
        for id in ids {
            let consequence = &self.policy.consequences[*id];
            let line = match &consequence.effect {
                Effect::Tell(tell) => {
                    let told = tried.decided.outcome.notices.iter();
                    let told = told.filter(|it| it.to == tell.to && it.subject.is_same(subject)).count();
                    let no = if told == 0 { "no " } else { "" };
                    Some(format!("expect {no}tell {}{scope}.", self.policy.parties[tell.to].name))
                }
                Effect::End(ending) => {
                    let told = tried.decided.outcome.notices.iter();
                    let told = told.filter(|it| it.consequence == *id && it.subject.is_same(subject));
                    let end = told.filter_map(|it| self.agreement.end_by(ending, it.at)).min();
                    // Another right may have ended it sooner.
                    end.filter(|_| ids.len() == 1).and_then(|end| {
                        let last = self.agreement.zone.date_of(end).add_days(-1)?;
                        Some(format!("expect this agreement ends at {last}."))
                    })
                }
                Effect::Right(right) => {
                    let told = tried.decided.outcome.notices.iter();
                    let told = told.filter(|it| it.consequence == *id && it.subject.is_same(subject)).count();
                    let not = if told == 0 { " not" } else { "" };
                    let holder = &self.policy.parties[right.holder].name;
                    let no = if told == 0 { " no" } else { "" };
                    Some(match &right.what {
                        RightKind::Title(title) => format!("expect {holder} has{no} \"{title}\"."),
                        _ => format!("expect {holder} may{not} end this agreement{scope}."),
                    })
                }
                // What counts as done shows in what depends on it.
                Effect::CountsAs(_) | Effect::Suspend(_) => None,
                Effect::Entry(entry) => {
                    let word = if entry.credits { "credits" } else { "owes" };
                    self.owed(*id, (entry.debtor, word, entry.creditor), subject, &scope, tried)
                }
                Effect::Accrue(accrual) => {
                    let parties = (accrual.debtor, "owes", accrual.creditor);
                    self.owed(*id, parties, subject, &scope, tried)
                }
            };
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        lines
    }

    /// What is owed under an address for a subject, added up as expectations do.
    fn owed(
        &self,
        id: ConsequenceId,
        (debtor, word, creditor): (servanda_policy::policy::PartyId, &str, servanda_policy::policy::PartyId),
        subject: &Subject,
        scope: &str,
        tried: &Tried,
    ) -> Option<String> {
        // A sentence without a letter among several is asked for with its whole clause.
        let consequence = &self.policy.consequences[id];
        let number = &self.policy.clauses[consequence.clause].number;
        let name = consequence.name.split_once('#').map_or(&consequence.name, |_| number);
        let is_under = |entry: &Entry| {
            let of = &self.policy.consequences[entry.consequence];
            of.name == *name || (name == number && self.policy.clauses[of.clause].number == *number)
        };
        let label = match subject {
            Subject::Window(_) => Some(self.name(subject)),
            _ => None,
        };
        let entries = (0..).zip(&tried.decided.outcome.entries).filter(|(at, entry)| {
            let settles =
                || entry.window.is_some_and(|window| Some(window.label(&self.agreement.zone)) == label);
            (entry.debtor, entry.creditor) == (debtor, creditor)
                && is_under(entry)
                && (matches!(subject, Subject::Agreement | Subject::Event(_))
                    || self.name(&entry.subject) == self.name(subject)
                    || settles())
                && *tried.decided.standing(*at) == Standing::Due
        });
        let (mut owed, mut gross) = (0_i128, 0_i128);
        for (_, entry) in entries {
            owed = owed.checked_add(entry.amount?)?;
            gross = gross.checked_add(entry.gross?)?;
        }
        let party = |id| self.policy.parties.find(id).map(|party| party.name.as_str());
        let shown = |minor: i128| match minor {
            0 => "nothing".to_owned(),
            minor => servanda_report::money_text(minor, &self.agreement),
        };
        let taken = gross.checked_sub(owed)?;
        let capped = match taken {
            0 => String::new(),
            taken => format!(", capped by {}", servanda_report::money_text(taken, &self.agreement)),
        };
        if owed < 0 || taken < 0 {
            return None;
        }
        let (debtor, creditor) = (party(debtor)?, party(creditor)?);
        Some(format!("expect {debtor} {word} {creditor} {} under {name}{scope}{capped}.", shown(owed)))
    }

    fn name(&self, subject: &Subject) -> String {
        servanda_report::subject_text(self.policy, &self.agreement, subject)
    }

    /// What an expectation asks for: nothing of a subject that it cannot name.
    fn scope(&self, subject: &Subject) -> Option<String> {
        match subject {
            Subject::Agreement | Subject::Event(_) => Some(String::new()),
            Subject::Item { case, key, .. } => {
                let case = &self.policy.cases[*case].name;
                Some(format!(" for {case} \"{key}\""))
            }
            Subject::Window(_) => Some(format!(" for {}", label(&self.name(subject)))),
            Subject::Group(span, group) => {
                let field = self.policy.grouped_by(span.window)?;
                let window = label(&self.name(&Subject::Window(*span)));
                Some(format!(" for {field} \"{group}\" in {window}"))
            }
        }
    }
}

/// The label of a window as expectations have it: in quotes unless it is a date, a month or a year.
fn label(label: &str) -> String {
    let plain = label.split('-').enumerate().all(|(at, part)| {
        let length = if at == 0 { 4 } else { 2 };
        at < 3 && part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    if plain { label.to_owned() } else { format!("\"{label}\"") }
}
