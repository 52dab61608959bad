//! Whether an outcome is as a scenario expects it.

use super::Fault;
use super::literal::{Number, instant, number};
use servanda_evaluator::expression::fulfills;
use servanda_evaluator::outcome::{
    ClaimStanding, Entry, Figure, Notice, Outcome, Quantity, Subject, Verdict,
};
use servanda_parser::ast::{
    self, DutyRef, Expect, ExpectKind, ExpectScope, ExpectVerdict, Expr, InputCount, Relation,
};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{ConsequenceId, Effect, PartyId, Policy, RightKind, Value, Verdict as Kind};
use servanda_policy::time::{Instant, Window};
use servanda_policy::value::Exact;
use servanda_report::{Decided, Lives, Standing, money_text, subject_text, value_text};

/// What expectations are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) policy: &'a Policy,
    pub(super) agreement: &'a Agreement,
    pub(super) outcome: &'a Outcome,
    pub(super) decided: &'a Decided,
    /// Which item of its key each one is.
    pub(super) lives: &'a Lives,
}

/// Whether it holds, what was expected and what came out.
type Judged = Result<(bool, String, String), Fault>;

/// Holds an expectation against the outcome at its instant.
pub(super) fn judge(material: &Material<'_>, expect: &Expect) -> Judged {
    let scope = expect.scope.as_ref();
    match &expect.kind {
        ExpectKind::Verdict { party, verdict, duty } => {
            let party = material.party(&party.value, party.span)?;
            material.verdict(party, verdict.value, duty, scope)
        }
        ExpectKind::Owes { debtor, creditor, amount, under, capped_by, .. } => {
            let parties = (
                material.party(&debtor.value, debtor.span)?,
                material.party(&creditor.value, creditor.span)?,
            );
            material.owes(parties, amount.as_ref(), under.as_ref(), capped_by.as_ref(), scope)
        }
        ExpectKind::MayClaim { holder, amount, under } => {
            let holder = material.party(&holder.value, holder.span)?;
            material.may_claim(holder, amount.as_ref(), under.as_ref(), scope)
        }
        ExpectKind::Tell { to, at } | ExpectKind::NoTell { to, at } => {
            let zone = &material.agreement.zone;
            let at = at.as_ref().map(|at| instant(&at.value, zone, at.span)).transpose()?;
            let told = material.tell(material.party(&to.value, to.span)?, at, scope, false);
            match expect.kind {
                ExpectKind::NoTell { .. } => {
                    told.map(|(passed, expected, actual)| (!passed, format!("no {expected}"), actual))
                }
                _ => told,
            }
        }
        ExpectKind::Has { holder, no, title, at } => {
            let zone = &material.agreement.zone;
            let at = at.as_ref().map(|at| instant(&at.value, zone, at.span)).transpose()?;
            let holder = material.party(&holder.value, holder.span)?;
            let (passed, expected, actual) = material.has(holder, &title.value, at);
            Ok(if *no { (!passed, format!("not: {expected}"), actual) } else { (passed, expected, actual) })
        }
        ExpectKind::May { holder, not, at } => {
            let zone = &material.agreement.zone;
            let at = at.as_ref().map(|at| instant(&at.value, zone, at.span)).transpose()?;
            let holders: Vec<PartyId> = match holder {
                ast::Subject::Name(name) => vec![material.party(&name.value, name.span)?],
                ast::Subject::EachParty(_) | ast::Subject::EitherParty(_) => {
                    let parties = material.policy.parties.iter().filter(|(_, party)| party.has_agreed());
                    parties.map(|(id, _)| id).collect()
                }
            };
            let mut last = Err(Fault::new("nobody could end this agreement", expect.span));
            for holder in holders {
                let (passed, expected, actual) = material.tell(holder, at, scope, true)?;
                last = Ok(if *not {
                    (!passed, format!("not: {expected}"), actual)
                } else {
                    (passed, expected, actual)
                });
                if matches!(last, Ok((false, ..))) {
                    break;
                }
            }
            last
        }
        ExpectKind::Ends { at } => material.ends(Some(at)),
        ExpectKind::GoesOn => material.ends(None),
        ExpectKind::Deadline { duty, at } => material.deadline(duty, &at.value, at.span, scope),
        ExpectKind::NoClock { duty } => material.no_clock(duty, scope),
        ExpectKind::Measure { measure, value, relation, provisional } => {
            // The same measure of every version.
            let named = material.policy.measures.iter().filter(|(_, other)| other.name == measure.value);
            let ids: Vec<_> = named.map(|(id, _)| id).collect();
            if ids.is_empty() {
                return Err(Fault::new(format!("no measure `{}`", measure.value), measure.span));
            }
            let figures: Vec<_> = material
                .outcome
                .figures
                .iter()
                .filter(|figure| ids.contains(&figure.measure))
                .filter(|figure| match scope {
                    Some(ExpectScope::Window(label)) => material.label(&figure.window) == label.value,
                    Some(ExpectScope::Case { case, key, window, .. }) => {
                        let of = material.policy.measures.find(figure.measure).map(|it| it.window);
                        of.and_then(|of| material.policy.grouped_by(of)) == Some(case.value.as_str())
                            && figure.group.as_deref() == Some(key.value.as_str())
                            && window
                                .as_ref()
                                .is_none_or(|label| material.label(&figure.window) == label.value)
                    }
                    None => true,
                })
                .collect();
            let relation = relation.as_ref().map_or(Relation::Exactly, |relation| relation.value);
            material.measure(&figures, value.as_ref(), relation, *provisional)
        }
        ExpectKind::Problem(code) => material.problem(&code.value, code.span),
        ExpectKind::NoProblem => {
            let count: u64 = material.outcome.problem_counts.values().sum();
            Ok((count == 0, "no problem".to_owned(), material.problems()))
        }
        ExpectKind::Count { count, what } => {
            let input = &material.outcome.input;
            let (actual, word) = match what.value {
                InputCount::Lines => (input.lines, "lines"),
                InputCount::Evaluated => (input.evaluated, "evaluated"),
                InputCount::Duplicates => (input.duplicates, "duplicates"),
                InputCount::Ignored => (input.ignored, "ignored"),
                InputCount::OutOfScope => (input.out_of_scope, "out of scope"),
                InputCount::Problems => (input.problems, "problems"),
            };
            let expected = count.value.replace('_', "").parse::<u64>();
            let expected = expected.map_err(|_| Fault::new("a whole number is written here", count.span))?;
            Ok((actual == expected, format!("{expected} {word}"), format!("{actual} {word}")))
        }
        ExpectKind::Broken => Err(Fault::new("this expectation cannot be read", expect.span)),
    }
}

/// A reference as text: `7(b)`.
pub(super) fn reference(duty: &DutyRef) -> String {
    match &duty.label {
        Some(label) => format!("{}({label})", duty.clause),
        None => duty.clause.clone(),
    }
}

impl Material<'_> {
    fn party(&self, name: &str, span: servanda_diagnostics::Span) -> Result<PartyId, Fault> {
        let found = self.policy.parties.iter().find(|(_, party)| party.name == name);
        found.map(|(id, _)| id).ok_or_else(|| Fault::new(format!("no party or role `{name}`"), span))
    }

    /// What a window is called.
    fn label(&self, window: &Window) -> String {
        window.label(&self.agreement.zone)
    }

    /// Whether something settles the window that is asked for.
    fn settles(&self, window: Option<Window>, scope: Option<&ExpectScope>) -> bool {
        let Some(ExpectScope::Window(label)) = scope else { return false };
        window.is_some_and(|window| self.label(&window) == label.value)
    }

    /// Whether a subject is the one asked for.
    fn fits(&self, subject: &Subject, scope: Option<&ExpectScope>) -> bool {
        match scope {
            None => true,
            Some(ExpectScope::Case { case, key, window, .. }) => match subject {
                Subject::Group(span, own) => {
                    let label = || self.name(&Subject::Window(*span));
                    *own == key.value
                        && self.policy.grouped_by(span.window) == Some(case.value.as_str())
                        && window.as_ref().is_none_or(|window| label() == window.value)
                }
                Subject::Item { case: id, key: own, born } => {
                    self.policy.cases.find(*id).is_some_and(|own| own.name == case.value)
                        && self.lives.is_called((*id, own.as_str(), *born), &key.value)
                }
                _ => false,
            },
            Some(ExpectScope::Window(label)) => {
                subject.window().is_some_and(|span| self.name(&Subject::Window(*span)) == label.value)
            }
        }
    }

    fn name(&self, subject: &Subject) -> String {
        subject_text(self.policy, self.agreement, subject)
    }

    fn shown(&self, at: Instant) -> String {
        at.format_in(&self.agreement.zone)
    }

    /// The verdicts of a duty on what is asked for; a wrong address is a fault.
    fn verdicts(&self, duty: &DutyRef, scope: Option<&ExpectScope>) -> Result<Vec<&Verdict>, Fault> {
        let address = reference(duty);
        let ids: Vec<_> =
            self.policy.duties.iter().filter(|(_, duty)| duty.name == address).map(|(id, _)| id).collect();
        if ids.is_empty() {
            return Err(Fault::new(format!("no duty `{address}`"), duty.span));
        }
        let wanted = |verdict: &&Verdict| ids.contains(&verdict.duty) && self.fits(&verdict.subject, scope);
        Ok(self.outcome.verdicts.iter().filter(wanted).collect())
    }

    fn verdict(
        &self,
        party: PartyId,
        expected: ExpectVerdict,
        duty: &DutyRef,
        scope: Option<&ExpectScope>,
    ) -> Judged {
        let wanted = match expected {
            ExpectVerdict::Kept => Kind::Kept,
            ExpectVerdict::Broken => Kind::Broken,
            ExpectVerdict::Pending => Kind::Pending,
            ExpectVerdict::Excused => Kind::Excused,
            ExpectVerdict::NotApplicable => Kind::NotApplicable,
            ExpectVerdict::Indeterminate => Kind::Indeterminate,
        };
        let debtor = |verdict: &&Verdict| {
            self.policy.duties.find(verdict.duty).is_some_and(|duty| duty.debtor == party)
        };
        let found: Vec<_> = self.verdicts(duty, scope)?.into_iter().filter(debtor).collect();
        let holds = |verdict: &&Verdict| verdict.verdict == wanted;
        // One breach is a breach; anything else is said of all of them.
        let passed = match wanted {
            Kind::Broken | Kind::Indeterminate => found.iter().any(holds),
            _ => !found.is_empty() && found.iter().all(holds),
        };
        Ok((passed, wanted.word().to_owned(), self.listed(&found)))
    }

    /// Verdicts as text: one word where there is one, else each with its subject.
    fn listed(&self, verdicts: &[&Verdict]) -> String {
        match verdicts {
            [] => "no verdict".to_owned(),
            [one] => one.verdict.word().to_owned(),
            several => {
                let each = |verdict: &&Verdict| {
                    let subject = match &verdict.subject {
                        Subject::Item { case, key, born } => self.lives.called((*case, key.as_str(), *born)),
                        other => self.name(other),
                    };
                    format!("{subject} {}", verdict.verdict.word())
                };
                several.iter().take(10).map(each).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn owes(
        &self,
        (debtor, creditor): (PartyId, PartyId),
        amount: Option<&Expr>,
        under: Option<&DutyRef>,
        capped_by: Option<&Expr>,
        scope: Option<&ExpectScope>,
    ) -> Judged {
        let wanted = |entry: &&Entry| {
            entry.debtor == debtor
                && entry.creditor == creditor
                && under.is_none_or(|under| self.is_under(entry.consequence, under))
                && (self.fits(&entry.subject, scope) || self.settles(entry.window, scope))
        };
        // What is disputed or waived is not owed; what was added to an entry or taken off is owed with it.
        let due = |at: &usize| *self.decided.standing(*at) == Standing::Due;
        let places: Vec<usize> = (0..)
            .zip(&self.outcome.entries)
            .filter(|(at, entry)| wanted(entry) && due(at))
            .map(|(at, _)| at)
            .collect();
        let entries: Vec<&Entry> = places.iter().filter_map(|at| self.outcome.entries.get(*at)).collect();
        let adjustments = self.decided.adjustments().iter().filter(|of| places.contains(&of.entry));
        let adjusted: i128 = adjustments.map(|of| of.amount).sum();
        let expected = amount.map_or(Ok(0), |amount| self.minor(amount))?;
        let sum = |part: fn(&Entry) -> Option<i128>| {
            entries.iter().try_fold(adjusted, |sum, entry| sum.checked_add(part(entry)?))
        };
        let (owed, gross) = (sum(|entry| entry.amount), sum(|entry| entry.gross));
        let shown = |minor: Option<i128>| {
            minor.map_or_else(|| "undetermined".to_owned(), |minor| money_text(minor, self.agreement))
        };
        let mut passed = owed == Some(expected);
        let mut expected_text = shown(Some(expected));
        let mut actual_text = shown(owed);
        if let Some(taken) = capped_by {
            let taken = self.minor(taken)?;
            let took = gross.zip(owed).and_then(|(gross, owed)| gross.checked_sub(owed));
            passed &= took == Some(taken);
            expected_text = format!("{expected_text}, capped by {}", shown(Some(taken)));
            actual_text = format!("{actual_text}, capped by {}", shown(took));
        }
        Ok((passed, expected_text, actual_text))
    }

    /// Whether an entry follows from a sentence, or from any sentence of a clause.
    fn is_under(&self, of: ConsequenceId, under: &DutyRef) -> bool {
        let Some(consequence) = self.policy.consequences.find(of) else { return false };
        let of_clause =
            self.policy.clauses.find(consequence.clause).is_some_and(|own| own.number == under.clause);
        consequence.name == reference(under) || (under.label.is_none() && of_clause)
    }

    /// What a party can claim at the instant that is asked for, in all.
    fn may_claim(
        &self,
        holder: PartyId,
        amount: Option<&Expr>,
        under: Option<&DutyRef>,
        scope: Option<&ExpectScope>,
    ) -> Judged {
        let mut open = self.outcome.claims.iter().filter(|claim| {
            claim.standing == ClaimStanding::Open
                && claim.creditor == holder
                && under.is_none_or(|under| self.is_under(claim.consequence, under))
                && (self.fits(&claim.subject, scope) || self.settles(claim.window, scope))
        });
        let sum = open.try_fold(0_i128, |sum, claim| sum.checked_add(claim.amount?));
        let expected = amount.map_or(Ok(0), |amount| self.minor(amount))?;
        let actual = sum.map_or_else(|| "undetermined".to_owned(), |sum| money_text(sum, self.agreement));
        Ok((sum == Some(expected), money_text(expected, self.agreement), actual))
    }

    /// An amount that is written here, in minor units.
    fn minor(&self, expr: &Expr) -> Result<i128, Fault> {
        let exact = number(expr)?.exact;
        let minor =
            exact.to_minor(self.agreement.currency.digits(), servanda_policy::value::Rounding::HalfUp);
        minor.ok_or_else(|| Fault::new("this amount is too large", expr.span))
    }

    /// What has passed to somebody, and when.
    fn has(&self, holder: PartyId, title: &str, at: Option<Instant>) -> (bool, String, String) {
        let is_it = |notice: &&Notice| {
            let of = self.policy.consequences.find(notice.consequence);
            let right = of.and_then(|of| match &of.effect {
                Effect::Right(right) => Some(right),
                _ => None,
            });
            right.is_some_and(|right| matches!(&right.what, RightKind::Title(it) if it == title))
        };
        let mut passed = self.outcome.notices.iter().filter(is_it).filter(|notice| notice.to == holder);
        let since = passed.next().map(|notice| notice.at);
        let name = self.policy.parties.find(holder).map_or("?", |party| &party.name);
        let wanted = format!("{name} has \"{title}\"");
        let expected = at.map_or_else(|| wanted.clone(), |at| format!("{wanted} at {}", self.shown(at)));
        let actual = match since {
            Some(since) => format!("{wanted} from {}", self.shown(since)),
            None => format!("{name} has no \"{title}\""),
        };
        (since.is_some() && at.is_none_or(|at| since == Some(at)), expected, actual)
    }

    /// Who is told, or has a right, and when.
    fn tell(&self, to: PartyId, at: Option<Instant>, scope: Option<&ExpectScope>, right: bool) -> Judged {
        let is_wanted =
            |notice: &&Notice| match self.policy.consequences.find(notice.consequence).map(|it| &it.effect) {
                Some(Effect::Right(it)) => right && it.what == RightKind::End,
                Some(Effect::Tell(_)) => !right,
                _ => false,
            };
        let told: Vec<Instant> = self
            .outcome
            .notices
            .iter()
            .filter(is_wanted)
            .filter(|notice| notice.to == to && self.fits(&notice.subject, scope))
            .map(|notice| notice.at)
            .collect();
        let name = self.policy.parties.find(to).map_or("?", |party| &party.name);
        let passed = at.map_or(!told.is_empty(), |at| told.contains(&at));
        let (wanted, is, is_not) = match right {
            true => (format!("{name} may end this agreement"), "may from", "may not"),
            false => (format!("tell {name}"), "is told at", "is not told"),
        };
        let expected = at.map_or_else(|| wanted.clone(), |at| format!("{wanted} at {}", self.shown(at)));
        let actual = match told.as_slice() {
            [] => format!("{name} {is_not}"),
            told => {
                let each: Vec<_> = told.iter().take(10).map(|at| self.shown(*at)).collect();
                format!("{name} {is} {}", each.join(", "))
            }
        };
        Ok((passed, expected, actual))
    }

    /// When the agreement ends by a right that somebody has used; none: nobody has used one. A bare date is the last one.
    fn ends(&self, at: Option<&servanda_diagnostics::Spanned<String>>) -> Judged {
        let zone = &self.agreement.zone;
        let wanted = match at {
            None => None,
            Some(at) => Some(match at.value.trim().parse::<servanda_policy::time::Date>() {
                Ok(date) => zone.end_of(date),
                Err(_) => instant(&at.value, zone, at.span)?,
            }),
        };
        let used = self.outcome.notices.iter().filter_map(|notice| {
            match &self.policy.consequences.find(notice.consequence)?.effect {
                Effect::End(ending) => self.agreement.end_by(ending, notice.at),
                _ => None,
            }
        });
        let end = used.chain(self.agreement.end).min();
        // Its own end is none that anybody has brought about.
        let end = end.filter(|end| wanted.is_some() || self.agreement.end != Some(*end));
        let told = |end: Option<Instant>| match end {
            None => "this agreement goes on".to_owned(),
            Some(end) => format!("this agreement ends at {}", shown_end(zone, end, self.shown(end))),
        };
        Ok((end == wanted, told(wanted), told(end)))
    }

    /// A bare date is the deadline that includes it; a moment is the last instant in time, or 24:00 of a date.
    fn deadline(
        &self,
        duty: &DutyRef,
        text: &str,
        span: servanda_diagnostics::Span,
        scope: Option<&ExpectScope>,
    ) -> Judged {
        let zone = &self.agreement.zone;
        let at = instant(text, zone, span)?;
        let late_from = match text.trim().parse::<servanda_policy::time::Date>() {
            Ok(date) => zone.end_of(date),
            Err(_) => at,
        };
        let verdicts = self.verdicts(duty, scope)?;
        let deadlines: Vec<Instant> = verdicts.iter().filter_map(|verdict| verdict.late_from).collect();
        let is = |found: &Instant| *found == late_from || found.add_nanos(-1) == Some(at);
        let shown = |found: &Instant| {
            let date = zone.date_of(*found);
            if zone.start_of(date) == *found {
                date.add_days(-1).map_or_else(|| self.shown(*found), |date| format!("{date} 24:00"))
            } else {
                self.shown(found.add_nanos(-1).unwrap_or(*found))
            }
        };
        let actual = match deadlines.as_slice() {
            [] => "no deadline".to_owned(),
            found => found.iter().take(10).map(shown).collect::<Vec<_>>().join(", "),
        };
        Ok((!deadlines.is_empty() && deadlines.iter().all(is), text.trim().to_owned(), actual))
    }

    fn no_clock(&self, duty: &DutyRef, scope: Option<&ExpectScope>) -> Judged {
        let found = self.verdicts(duty, scope)?;
        let actual = if found.is_empty() { "no clock".to_owned() } else { self.listed(&found) };
        Ok((found.is_empty(), "no clock".to_owned(), actual))
    }

    fn measure(
        &self,
        figures: &[&Figure],
        value: Option<&Expr>,
        relation: Relation,
        provisional: bool,
    ) -> Judged {
        let expected = value.map(number).transpose()?;
        let words = |provisional: bool| if provisional { ", provisional" } else { "" };
        let expected_text = match &expected {
            None => format!("no data{}", words(provisional)),
            Some(number) => format!("{}{}", written(number, relation), words(provisional)),
        };
        let Some(figure) = figures.last() else {
            return Ok((false, expected_text, "no figure".to_owned()));
        };
        if figures.len() > 1 {
            let name = |figure: &&Figure| match &figure.group {
                Some(group) => format!("{} {group}", self.label(&figure.window)),
                None => self.label(&figure.window),
            };
            let labels: Vec<_> = figures.iter().take(6).map(name).collect();
            return Ok((false, expected_text, format!("several windows: {}", labels.join(", "))));
        }
        let holds = match (&figure.value, &expected) {
            (Quantity::NoData, None) => true,
            (Quantity::Known(value), Some(expected)) => held(value, expected, relation),
            _ => false,
        };
        let unit = self.policy.measures.find(figure.measure).map(|measure| measure.unit);
        let actual = match (&figure.value, unit) {
            (Quantity::Known(value), Some(unit)) => value_text(self.policy, self.agreement, value, unit),
            (Quantity::NoData, _) => "no data".to_owned(),
            (Quantity::Known(_) | Quantity::Unknown { .. }, _) => "undetermined".to_owned(),
        };
        let actual_text = format!("{actual}{}", words(figure.provisional));
        Ok((holds && figure.provisional == provisional, expected_text, actual_text))
    }

    fn problem(&self, code: &str, span: servanda_diagnostics::Span) -> Judged {
        let Some(code) = servanda_diagnostics::Code::find(code) else {
            return Err(Fault::new(format!("there is no code `{code}`"), span));
        };
        let passed = self.outcome.problem_counts.contains_key(&code);
        Ok((passed, format!("problem {}", code.name()), self.problems()))
    }

    /// The problems that there were, by name.
    fn problems(&self) -> String {
        let counts = &self.outcome.problem_counts;
        if counts.is_empty() {
            return "no problem".to_owned();
        }
        counts.iter().map(|(code, count)| format!("{count} {}", code.name())).collect::<Vec<_>>().join(", ")
    }
}

/// An instant that is the first after a date, as the end of that date.
fn shown_end(zone: &servanda_policy::time::Zone, end: Instant, otherwise: String) -> String {
    let date = zone.date_of(end);
    let last = date.add_days(-1).filter(|_| zone.start_of(date) == end);
    last.map_or(otherwise, |last| format!("{last} 24:00"))
}

/// Whether a figure fulfills an expectation; equality is of what is written, comparisons are exact.
fn held(value: &Value, expected: &Number, relation: Relation) -> bool {
    let figure: &Exact = match value {
        Value::Number(number) => number,
        Value::Length(length) => &length.amount,
        _ => return false,
    };
    match relation {
        Relation::Exactly => expected.matches(figure),
        other => fulfills(other, figure.cmp(&expected.value())),
    }
}

/// A number as written, with its comparison.
fn written(number: &Number, relation: Relation) -> String {
    use super::literal::NumberUnit;
    let exact = servanda_report::exact_text(&number.exact);
    let text = match &number.unit {
        NumberUnit::Plain => exact,
        NumberUnit::Percent => format!("{exact} %"),
        NumberUnit::Points => format!("{exact} percentage points"),
        NumberUnit::Money(currency) => format!("{exact} {currency}"),
        NumberUnit::Length(_, unit) => format!("{exact} {unit:?}").to_lowercase(),
    };
    match relation {
        Relation::AtLeast => format!("at least {text}"),
        Relation::AtMost => format!("at most {text}"),
        Relation::Above => format!("above {text}"),
        Relation::Below => format!("below {text}"),
        Relation::Exactly => text,
    }
}
