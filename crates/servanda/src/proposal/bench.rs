//! Where drafts of scenarios are tried: the policy bound to one agreement.

use super::draft::{Draft, Happens};
use super::values::constants;
use crate::civil::civil;
use crate::coverage::{Part, Parts, happens};
use crate::{Compiled, scenario};
use servanda_diagnostics::SourceId;
use servanda_parser::ast::{Item, Scenario, Step};
use servanda_policy::agreement::Agreement;
use servanda_policy::arena::Id;
use servanda_policy::policy::{FieldType, Param, ParamInput, Policy, Value, VersionId};
use servanda_policy::time::{Instant, NANOS_PER_DAY, NANOS_PER_SECOND, Weekday};
use servanda_report::Decided;
use std::sync::Arc;

/// The time of day at which things begin: ten in the morning, when most calendars are open.
const MORNING: i64 = 10 * 3600 * NANOS_PER_SECOND;

/// A policy with one agreement, on which drafts are tried.
pub(super) struct Bench<'p> {
    pub(super) compiled: &'p Compiled,
    pub(super) policy: &'p Policy,
    pub(super) parts: &'p Parts,
    pub(super) agreement: Arc<Agreement>,
    /// The lines that give its parameters.
    pub(super) lets: Vec<String>,
    pub(super) constants: Vec<Value>,
}

/// What became of a draft.
pub(super) struct Tried {
    pub(super) decided: Decided,
    pub(super) parts: Vec<Part>,
}

impl<'p> Bench<'p> {
    /// Nothing where no parameters can be thought of that make an agreement.
    pub(super) fn new(compiled: &'p Compiled, parts: &'p Parts) -> Option<Self> {
        let policy = compiled.policy();
        let (lets, agreement) = givens(compiled)?;
        let mut constants = constants(policy);
        constants.extend(agreement.params.iter().cloned());
        Some(Self { compiled, policy, parts, agreement, lets, constants })
    }

    /// What comes of a draft; nothing where it has a problem, so that it would show something else than it says.
    pub(super) fn tried(&self, draft: &Draft) -> Option<Tried> {
        let text = draft.written(self.policy, &self.agreement, "draft", [&[], &self.lets, &[]]);
        let scenario = read(&text)?;
        let decided = scenario::outcome(self.compiled, &scenario, draft.as_of)?;
        let outcome = &decided.outcome;
        if !outcome.problem_counts.is_empty() || outcome.input.out_of_scope > 0 {
            return None;
        }
        let parts = happens(self.policy, self.parts, &self.agreement.params, outcome);
        Some(Tried { decided, parts })
    }

    /// When a version came into force, or the agreement began.
    pub(super) fn came_into_force(&self, version: VersionId) -> Instant {
        let from = self.agreement.versions.get(version.index()).copied().unwrap_or(self.agreement.start);
        from.max(self.agreement.start)
    }

    /// When something can begin under a version: in the morning of a Monday, a week after it came into force.
    pub(super) fn begin(&self, version: VersionId) -> Instant {
        let from = self.came_into_force(version);
        let later = from.add_nanos(i128::from(7 * NANOS_PER_DAY)).unwrap_or(from);
        let until = self.agreement.versions.get(version.index() + 1).copied();
        let ends = until.into_iter().chain(self.agreement.end).min();
        let monday = self.monday(later);
        if ends.is_none_or(|end| monday < end) { monday } else { from }
    }

    /// The first Monday morning from an instant on.
    pub(super) fn monday(&self, from: Instant) -> Instant {
        let zone = &self.agreement.zone;
        let date = zone.date_of(from);
        let mornings = (0..8).filter_map(|days| date.add_days(days));
        let mondays = mornings.filter(|date| date.weekday() == Weekday::Monday);
        mondays.map(|date| civil(zone, date, MORNING)).find(|at| *at >= from).unwrap_or(from)
    }

    /// The beginning of the date after the next one: what is looked at then is over.
    pub(super) fn day_after(&self, at: Instant) -> Instant {
        let zone = &self.agreement.zone;
        zone.date_of(at).add_days(2).map_or(at, |date| zone.start_of(date))
    }

    /// A draft that is looked at when all of its events are over.
    pub(super) fn draft(&self, happens: Vec<Happens>, until: Instant) -> Draft {
        let last = happens.iter().map(Happens::last).max();
        let as_of = self.day_after(last.map_or(until, |last| last.max(until)));
        Draft { happens, as_of }
    }
}

/// An instant so many seconds later.
pub(super) fn later(at: Instant, seconds: i64) -> Instant {
    seconds.checked_mul(NANOS_PER_SECOND).and_then(|nanos| at.add_nanos(i128::from(nanos))).unwrap_or(at)
}

/// A scenario that is written here.
pub(super) fn read(text: &str) -> Option<Scenario> {
    let parsed = servanda_parser::parse(SourceId(0), &format!("{LANGUAGE}{text}"));
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    parsed.document.items.into_iter().find_map(|item| match item {
        Item::Scenario(scenario) => Some(scenario),
        _ => None,
    })
}

/// The line without which no text is read.
pub(super) const LANGUAGE: &str = "language 1.\n\n";

/// Lines that give the parameters which have no default, and the agreement that they make: those of a scenario that
/// is there, else plain values.
fn givens(compiled: &Compiled) -> Option<(Vec<String>, Arc<Agreement>)> {
    let policy = compiled.policy();
    let missing: Vec<&Param> = policy.params.values().filter(|param| param.default.is_none()).collect();
    let made = |lets: Vec<String>| {
        let scenario = read(&format!("scenario \"draft\" {{\n{}\n}}\n", lets.join("\n")))?;
        Some((lets, scenario::agreement(compiled, &scenario)?))
    };
    if missing.is_empty() {
        return made(Vec::new());
    }
    let known = policy.scenarios.iter().find_map(|scenario| {
        let lets = scenario.steps.iter().filter_map(|step| match step {
            Step::Let(given) => Some(given),
            _ => None,
        });
        let needed = lets.filter(|given| missing.iter().any(|param| param.name == given.name.value));
        made(needed.map(|given| compiled.sources().text(given.span).to_owned()).collect())
    });
    known.or_else(|| {
        let lets =
            missing.into_iter().map(|param| Some(format!("let {} = {}.", param.name, plain(policy, param)?)));
        made(lets.collect::<Option<_>>()?)
    })
}

/// A plain value of a parameter.
fn plain(policy: &Policy, param: &Param) -> Option<String> {
    let currency = match &policy.currency.kind {
        servanda_policy::policy::ExprKind::Value(Value::Currency(currency)) => currency.code(),
        _ => "EUR",
    };
    Some(match &param.input {
        ParamInput::Currency => "\"EUR\"".to_owned(),
        ParamInput::Zone => "\"UTC\"".to_owned(),
        ParamInput::Field(ty) => match ty {
            FieldType::Id | FieldType::Text => "\"any\"".to_owned(),
            FieldType::Count | FieldType::Number => "10".to_owned(),
            FieldType::Money { .. } | FieldType::MinorMoney => format!("100 {currency}"),
            FieldType::Percent => "50%".to_owned(),
            FieldType::Date => "2026-01-01".to_owned(),
            FieldType::Instant => "2026-01-01 00:00".to_owned(),
            FieldType::YesNo => "yes".to_owned(),
            FieldType::Party(parties) => parties.first()?.0.clone(),
            FieldType::OneOf(words) => words.first()?.clone(),
            FieldType::Length { kind, unit } => {
                let words = super::draft::unit_word(policy, *kind, *unit);
                format!("10 {words}")
            }
        },
    })
}
