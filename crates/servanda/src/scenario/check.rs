//! What is wrong with a scenario as it is written: names that the policy does not have, and units that do not fit.
//!
//! Nothing is evaluated here, so that `lint` can say the same. Whether values of events are right is not asked:
//! a scenario may show what bad data does.

mod given;
mod repeated;
mod vain;

pub(super) use vain::Bound;

use super::Fault;
use super::event::path_text;
use super::expectation::reference;
use super::literal::{NumberUnit, number};
use super::names::Names;
use servanda_diagnostics::{Code, Span, spelling};
use servanda_parser::ast::{
    DutyRef, Expect, ExpectKind, ExpectScope, Expr, ExprKind, Happens, InputCount, Name, Scenario, Step,
    Text, Unit,
};
use servanda_policy::policy::{FieldType, LengthKind, ValueType};
use servanda_policy::value::Currency;

/// The faults of a scenario, in the order of the text; amounts are held against a currency where it is known, what could
/// never come out otherwise against a policy where there is one.
pub(super) fn faults(names: &Names, scenario: &Scenario, bound: Option<Bound<'_>>) -> Vec<Fault> {
    let unread = scenario.steps.iter().any(|step| matches!(step, Step::Broken(_)));
    let mut check = Check {
        names,
        strangers: unread || expects_ignored(scenario),
        broken_coins: expects_broken_coins(scenario),
        // What could not be read may be an event.
        begun: unread,
        faults: Vec::new(),
    };
    check.of(scenario);
    for step in &scenario.steps {
        match step {
            Step::Happens(happens) => {
                check.when(happens);
                check.event(happens);
            }
            Step::Expect(expect) => {
                let sound = check.faults.len();
                check.expectation(expect);
                match bound {
                    _ if check.faults.len() > sound => {}
                    Some(bound) => check.vain(bound, scenario, expect),
                    None => check.key_alone(scenario, expect),
                }
            }
            Step::Let(given) => check.given(given),
            Step::AsOf { .. } | Step::Broken(_) => {}
        }
    }
    check.faults
}

/// Whether a scenario shows that lines are passed over, which events of no declared type are.
fn expects_ignored(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| match step {
        Step::Expect(Expect { kind: ExpectKind::Count { count, what }, .. }) => {
            what.value == InputCount::Ignored && count.value.chars().any(|digit| digit != '0')
        }
        _ => false,
    })
}

/// Whether a scenario shows what becomes of an amount with too many decimals.
fn expects_broken_coins(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| match step {
        Step::Expect(Expect { kind: ExpectKind::Problem(code), .. }) => {
            Code::find(&code.value) == Some(Code::TooManyPlaces)
        }
        _ => false,
    })
}

/// The check of one scenario.
struct Check<'p> {
    names: &'p Names,
    /// Whether events of types that are not declared are meant.
    strangers: bool,
    /// Whether amounts of events with too many decimals are meant.
    broken_coins: bool,
    /// Whether an event stands above.
    begun: bool,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn event(&mut self, happens: &Happens) {
        let name = path_text(&happens.event.parts);
        for field in &happens.fields {
            if let ExprKind::Money { amount, currency } = &field.value.kind
                && let Ok(currency) = Currency::named(&currency.value)
                && !self.broken_coins
            {
                self.decimals(&amount.value, currency, field.value.span);
            }
        }
        let Some(event) = self.names.events.iter().find(|event| event.name == name) else {
            if let Some(known) = servanda_events::built_in_fields(&name) {
                for written in happens.fields.iter().map(|field| &field.name) {
                    if !known.contains(&written.value.as_str()) {
                        self.no_field(&name, written, known.iter().copied(), None);
                    }
                }
            } else if !self.strangers {
                let known = self.names.events.iter().map(|event| event.name.as_str());
                let help = match spelling::nearest(&name, known) {
                    Some(near) => did_you_mean(near),
                    None => {
                        "an event that is meant to be passed over is shown by `expect 1 ignored`".to_owned()
                    }
                };
                let fault = Fault::new(format!("no event `{name}`"), happens.event.span);
                self.faults.push(fault.code(Code::UnknownEvent).help(help));
            }
            return;
        };
        let Some(fields) = &event.fields else { return };
        for written in &happens.fields {
            let Some((field, ty)) = fields.iter().find(|(field, _)| *field == written.name.value) else {
                let known = fields.iter().map(|(field, _)| field.as_str());
                self.no_field(&name, &written.name, known, Some(event.span));
                continue;
            };
            let Some(ty) = ty else { continue };
            let fits = match (ty, &written.value.kind) {
                (FieldType::Money { .. } | FieldType::MinorMoney, ExprKind::Percent(_)) => Some("money"),
                (FieldType::Count, ExprKind::Percent(_) | ExprKind::Money { .. }) => Some("a whole number"),
                (FieldType::Number, ExprKind::Percent(_) | ExprKind::Money { .. }) => Some("a number"),
                (FieldType::Percent, ExprKind::Money { .. }) => Some("a percentage"),
                (FieldType::Length { .. }, ExprKind::Percent(_) | ExprKind::Money { .. }) => {
                    Some("a length of time")
                }
                _ => None,
            };
            if let Some(due) = fits {
                let message = format!("`{field}` is {due}");
                self.faults.push(Fault::new(message, written.value.span).code(Code::WrongType));
            }
        }
    }

    fn no_field<'n>(
        &mut self,
        event: &str,
        name: &Name,
        known: impl Iterator<Item = &'n str> + Clone,
        declared: Option<Span>,
    ) {
        let message = format!("`{event}` has no field `{}`", name.value);
        let help = meant(&name.value, known, "its fields are");
        let fault = Fault::new(message, name.span).code(Code::UnknownField).help_opt(help);
        self.faults.push(match declared {
            Some(declared) => fault.also(declared, "its fields are declared here".to_owned()),
            None => fault,
        });
    }

    /// What is expected to pass is what some sentence lets pass.
    fn title(&mut self, holder: &Name, title: &Text) {
        let Some(titles) = &self.names.titles else { return };
        if titles.iter().any(|(who, what)| (who, what) == (&holder.value, &title.value)) {
            return;
        }
        let message = format!("no sentence lets \"{}\" pass to `{}`", title.value, holder.value);
        let known = titles.iter().map(|(_, title)| title.as_str());
        let help = meant(&title.value, known, "what passes is");
        self.faults.push(Fault::new(message, title.span).code(Code::UnknownName).help_opt(help));
    }

    fn expectation(&mut self, expect: &Expect) {
        match &expect.kind {
            ExpectKind::Verdict { party, duty, .. } => {
                self.party(party);
                self.duty(duty);
            }
            ExpectKind::Owes { debtor, creditor, amount, under, capped_by, .. } => {
                self.party(debtor);
                self.party(creditor);
                for amount in [amount, capped_by].into_iter().flatten() {
                    self.money(amount);
                }
                if let Some(under) = under {
                    self.clause(under);
                }
            }
            ExpectKind::MayClaim { holder, amount, under } => {
                self.party(holder);
                if let Some(amount) = amount {
                    self.money(amount);
                }
                if let Some(under) = under {
                    self.clause(under);
                }
            }
            ExpectKind::Tell { to, .. } | ExpectKind::NoTell { to, .. } => self.party(to),
            ExpectKind::May { holder: servanda_parser::ast::Subject::Name(holder), .. } => self.party(holder),
            ExpectKind::Has { holder, title, .. } => {
                self.party(holder);
                self.title(holder, title);
            }
            ExpectKind::May { .. } | ExpectKind::Ends { .. } | ExpectKind::GoesOn => {}
            ExpectKind::Deadline { duty, .. } | ExpectKind::NoClock { duty } => self.duty(duty),
            ExpectKind::Measure { measure, value, .. } => {
                let found = self.names.measures.iter().find(|(other, _)| *other == measure.value);
                match (found, value) {
                    (Some((name, Some(unit))), Some(value)) => self.figure(name, *unit, value),
                    (Some((_, None)), Some(value)) => self.amount(value, true),
                    (Some(_), None) => {}
                    (None, _) => {
                        let known = self.names.measures.iter().map(|(other, _)| other.as_str());
                        let help = meant(&measure.value, known, "the measures are");
                        let fault = Fault::new(format!("no measure `{}`", measure.value), measure.span);
                        self.faults.push(fault.code(Code::UnknownMeasure).help_opt(help));
                    }
                }
            }
            ExpectKind::Problem(_)
            | ExpectKind::NoProblem
            | ExpectKind::Count { .. }
            | ExpectKind::Broken => {}
        }
        if let Some(ExpectScope::Case { case, .. }) = &expect.scope
            && !self.names.cases.contains(&case.value)
            && !self.names.groups.contains(&case.value)
        {
            let known = self.names.cases.iter().chain(&self.names.groups).map(String::as_str);
            let help = meant(&case.value, known, "the cases are");
            let fault = Fault::new(format!("no case `{}`", case.value), case.span);
            self.faults.push(fault.code(Code::UnknownCase).help_opt(help));
        }
    }

    fn party(&mut self, name: &Name) {
        if self.names.parties.contains(&name.value) {
            return;
        }
        let known = self.names.parties.iter().map(String::as_str);
        let help = meant(&name.value, known, "there is");
        let fault = Fault::new(format!("no party or role `{}`", name.value), name.span);
        self.faults.push(fault.code(Code::UnknownParty).help_opt(help));
    }

    fn duty(&mut self, duty: &DutyRef) {
        let address = reference(duty);
        if self.names.duties.contains(&(address.clone(), false)) {
            return;
        }
        let names: Vec<&str> = self.names.duties.iter().map(|(name, _)| name.as_str()).collect();
        self.no_address(format!("no duty `{address}`"), duty, &names);
    }

    /// A sentence from which something follows, or a clause that has one.
    fn clause(&mut self, under: &DutyRef) {
        let address = reference(under);
        let clause = self.names.clauses.iter().any(|(number, _)| *number == under.clause);
        let known = match under.label {
            None => clause,
            Some(_) => self.names.consequences.contains(&address),
        };
        if !known {
            let names: Vec<&str> = self.names.consequences.iter().map(String::as_str).collect();
            self.no_address(format!("nothing is owed under `{address}`"), under, &names);
        }
    }

    /// Tells the addresses of the same clause, else all of them.
    fn no_address(&mut self, message: String, wanted: &DutyRef, names: &[&str]) {
        let of_clause = |name: &&&str| {
            name.strip_prefix(wanted.clause.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
        };
        let mut near: Vec<&str> = names.iter().filter(of_clause).copied().collect();
        if near.is_empty() {
            near = names.to_vec();
        }
        near.dedup();
        let help = (!near.is_empty()).then(|| format!("there is {}", listed(near)));
        let fault = Fault::new(message, wanted.span).code(Code::UnknownDuty).help_opt(help);
        let clauses = self.names.clauses.iter().map(|(number, span)| (number.as_str(), *span));
        self.faults.push(match servanda_policy::clause_in_place_of(&wanted.clause, clauses) {
            Some((span, label)) => fault.also(span, label),
            None => fault,
        });
    }

    /// An amount that is owed.
    fn money(&mut self, expr: &Expr) {
        let Ok(number) = number(expr) else { return };
        let own = self.names.currency.map_or("EUR", Currency::code);
        let digits = servanda_report::exact_text(&number.exact);
        match &number.unit {
            NumberUnit::Money(_) => self.amount(expr, false),
            NumberUnit::Percent | NumberUnit::Points => {
                let fault = Fault::new(format!("`{digits}%` of what? an amount is owed"), expr.span);
                self.faults
                    .push(fault.code(Code::PercentWithoutBase).help(format!("write `{digits} {own}`")));
            }
            NumberUnit::Plain | NumberUnit::Length(..) => {
                let found = found(&number.unit);
                let fault = Fault::new(format!("what is owed is money, this is {found}"), expr.span);
                self.faults.push(fault.code(Code::CompareUnlike).help(format!("write `{digits} {own}`")));
            }
        }
    }

    /// An amount as written; a figure, which no rounding has seen, may have parts of the smallest coin.
    fn amount(&mut self, expr: &Expr, figure: bool) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.amount(inner, figure),
            ExprKind::Money { amount, currency } => {
                match (Currency::named(&currency.value), self.names.currency) {
                    (Err(_), _) => {
                        let fault = Fault::new(format!("no currency `{}`", currency.value), currency.span);
                        self.faults.push(fault.code(Code::UnknownCurrency));
                    }
                    (Ok(written), Some(own)) if written != own => {
                        let message = format!("`{written}` is not the currency of the agreement");
                        let fault = Fault::new(message, currency.span).code(Code::CurrencyMismatch);
                        let fault = fault.help(format!("write the amount in {own}"));
                        self.faults.push(match self.names.money_in {
                            Some(span) => fault.also(span, format!("money is in {own}")),
                            None => fault,
                        });
                    }
                    (Ok(_), _) if figure && !amount.value.ends_with('0') => {}
                    (Ok(written), _) => self.decimals(&amount.value, written, expr.span),
                }
            }
            _ => {}
        }
    }

    fn decimals(&mut self, written: &str, currency: Currency, span: Span) {
        if let Some(finding) = servanda_policy::too_many_decimals(written, currency, span) {
            let help = finding.helps().first().cloned();
            let fault = Fault::new(finding.message(), span);
            self.faults.push(fault.code(finding.code()).help_opt(help));
        }
    }

    /// The value of a measure.
    fn figure(&mut self, name: &str, unit: ValueType, expr: &Expr) {
        let Ok(number) = number(expr) else { return };
        let (due, example) = match unit {
            ValueType::Count => ("a count", ""),
            ValueType::Number => ("a number", ""),
            ValueType::Share => ("a percentage", "%"),
            ValueType::Points => ("percentage points", " percentage points"),
            ValueType::Money => ("money", ""),
            ValueType::Length(LengthKind::Physical | LengthKind::Open(_)) => ("hours or minutes", " hours"),
            ValueType::Length(LengthKind::CalendarDays | LengthKind::BusinessDays(_)) => {
                ("days", " calendar days")
            }
            ValueType::Length(LengthKind::Months) => ("months", " months"),
            _ => return,
        };
        let fits = match (&number.unit, unit) {
            (NumberUnit::Plain, ValueType::Count | ValueType::Number)
            | (NumberUnit::Percent, ValueType::Share)
            | (NumberUnit::Points, ValueType::Points) => true,
            (NumberUnit::Money(_), ValueType::Money) => {
                self.amount(expr, true);
                true
            }
            (NumberUnit::Length(_, unit), ValueType::Length(kind)) => match unit {
                Unit::Second | Unit::Minute | Unit::Hour => {
                    matches!(kind, LengthKind::Physical | LengthKind::Open(_))
                }
                Unit::Day | Unit::Week => {
                    matches!(kind, LengthKind::CalendarDays | LengthKind::BusinessDays(_))
                }
                Unit::Month | Unit::Quarter | Unit::Year => kind == LengthKind::Months,
            },
            _ => false,
        };
        if !fits {
            let digits = servanda_report::exact_text(&number.exact);
            let message = format!("`{name}` is measured in another unit: {due}, not {}", found(&number.unit));
            let unit = match (unit, self.names.currency) {
                (ValueType::Money, Some(own)) => format!(" {own}"),
                _ => example.to_owned(),
            };
            let fault = Fault::new(message, expr.span).code(Code::CompareUnlike);
            self.faults.push(fault.help(format!("write `{digits}{unit}`, if that is meant")));
        }
    }
}

/// What a written number is of, in words.
const fn found(unit: &NumberUnit) -> &'static str {
    match unit {
        NumberUnit::Plain => "a plain number",
        NumberUnit::Percent => "a percentage",
        NumberUnit::Points => "percentage points",
        NumberUnit::Money(_) => "money",
        NumberUnit::Length(_, Unit::Second | Unit::Minute | Unit::Hour) => "hours or minutes",
        NumberUnit::Length(_, Unit::Day | Unit::Week) => "days",
        NumberUnit::Length(_, Unit::Month | Unit::Quarter | Unit::Year) => "months",
    }
}

/// What was probably meant, else what there is.
fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone, there: &str) -> Option<String> {
    match spelling::nearest(name, known.clone()) {
        Some(near) => Some(did_you_mean(near)),
        None => {
            let names = listed(known);
            (!names.is_empty()).then(|| format!("{there} {names}"))
        }
    }
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

/// Names in backticks.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
