//! What is left of limits: so much more passes before they take the rest.

use super::Ahead;
use crate::statement::PlaceRange;
use serde::Serialize;
use servanda_evaluator::Open;
use servanda_policy::policy::{CapId, CapScope, Effect};
use servanda_policy::value::format_minor;

/// What is left of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastLimit {
    /// The addresses of the sentences that it limits, as far as they are of one amount each.
    pub sentences: Vec<String>,
    /// The key of the thing, or the value, where each has a limit of its own.
    pub of: Option<String>,
    /// The limit, as the text says it.
    pub written: String,
    /// The label of the window at hand, where it counts by windows.
    pub window: Option<String>,
    /// How much passes.
    pub limit: String,
    /// How much has passed; none where that is unknown.
    pub passed: Option<String>,
    /// How much more passes; none where that is unknown.
    pub left: Option<String>,
    /// The currency's code.
    pub currency: &'static str,
    /// Where the text says so.
    pub span: Option<PlaceRange>,
}

impl Ahead<'_> {
    /// What is left of limits of the version in force, in their order.
    pub(super) fn limits(&self) -> Vec<ForecastLimit> {
        let open = self.material.trail.open().iter();
        let told = open.filter_map(|open| match open {
            Open::Limit { cap, of, limit, passed } => self.limit((*cap, of.as_deref()), *limit, *passed),
            _ => None,
        });
        told.collect()
    }

    fn limit(
        &self,
        (id, of): (CapId, Option<&str>),
        limit: i128,
        passed: Option<i128>,
    ) -> Option<ForecastLimit> {
        let (policy, agreement) = (self.material.policy, self.material.agreement);
        let cap = policy.caps.find(id)?;
        let money = |minor| format_minor(minor, agreement.currency);
        let mut sentences: Vec<String> = Vec::new();
        for of in policy.consequences.values() {
            let limits = matches!(&of.effect, Effect::Entry(rule) if rule.caps.contains(&id));
            if limits && !sentences.contains(&of.name) {
                sentences.push(of.name.clone());
            }
        }
        let window = match cap.scope {
            CapScope::Window(window) | CapScope::Group(Some(window)) => {
                let windows = agreement.windows.get(window.0 as usize)?;
                // All that is ahead falls into the window that holds now.
                let number = windows.number_at(self.material.outcome.as_of);
                number.and_then(|number| windows.window(number)).map(|window| window.label(&agreement.zone))
            }
            _ => None,
        };
        Some(ForecastLimit {
            sentences,
            of: of.map(str::to_owned),
            written: self.material.quoted(cap.span),
            window,
            limit: money(limit),
            passed: passed.map(money),
            left: passed.map(|passed| money(limit.saturating_sub(passed).max(0))),
            currency: agreement.currency.code(),
            span: self.material.place(cap.span),
        })
    }
}
