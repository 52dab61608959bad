//! The instances that the text of a policy gives itself.

use super::instance_problem;
use servanda_diagnostics::Code;
use servanda_events::{Given, InstanceProblem, Parameters, Place, Problem, read_instances};
use servanda_policy::policy::{Annex, Policy, Value};
use servanda_policy::{Agreement, Binder};
use std::sync::Arc;

/// The annexes as agreements, and what is wrong with the others.
pub(super) fn bind(policy: &Policy, binder: &mut Binder<'_>) -> (Vec<Arc<Agreement>>, Vec<InstanceProblem>) {
    let (mut agreements, mut problems) = (Vec::new(), Vec::new());
    for annex in &policy.annexes {
        match binder.bind(&annex.name, annex.values.clone()) {
            Ok(agreement) => agreements.push(Arc::new(agreement)),
            Err(wrong) => problems.extend(wrong.iter().map(|wrong| {
                let mut problem = instance_problem(&annex.name, 1, wrong);
                problem.problem.message = format!("the annex `{}`: {wrong}", annex.name);
                problem.problem.wanted_by = Some(annex.span);
                problem
            })),
        }
    }
    (agreements, problems)
}

/// What is told of an instance of a file that has the name of an annex.
pub(super) fn named_already(given: &Given) -> InstanceProblem {
    let problem = Problem {
        code: Code::DuplicateInstance,
        message: format!("`{}` is the name of an annex too", given.name),
        place: Place { line: given.line, column: 1 },
        at: None,
        event: None,
        wanted_by: None,
    };
    InstanceProblem { instance: Some(given.name.clone()), parameter: None, problem }
}

/// What a hash of the instances is made of: the annexes' values, and the bytes of the file.
pub(super) fn with_file(policy: &Policy, file: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for annex in &policy.annexes {
        // Values can always be written; of what could not, the name would still tell the annexes apart.
        bytes.extend(serde_json::to_vec(&(&annex.name, &annex.values)).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(file);
    bytes
}

/// The agreement that a line of a file of instances gives, with the values of the annex of its name where it gives
/// none.
pub(super) fn completed(policy: &Policy, line: &str) -> Result<Agreement, Vec<InstanceProblem>> {
    let read = |parameters: &Parameters| read_instances(line.as_bytes(), parameters);
    let (given, _) = read(&Parameters::new(policy));
    let name = given.first().map_or("", |given| given.name.as_str());
    let annex = policy.annexes.iter().find(|annex| annex.name == name);
    let (given, problems) = match annex {
        None => read(&Parameters::new(policy)),
        Some(annex) => {
            let mut params = policy.params.clone();
            for (param, value) in params.values_mut().zip(&annex.values) {
                param.default = value.clone().or_else(|| param.default.clone());
            }
            read(&Parameters::of(&policy.log.agreement, &params, &policy.currency))
        }
    };
    let Some(given) = given.into_iter().next().filter(|_| problems.is_empty()) else { return Err(problems) };
    let values = with_annex(given.values, annex);
    Binder::new(policy)
        .bind(&given.name, values)
        .map_err(|wrong| wrong.iter().map(|wrong| instance_problem(&given.name, given.line, wrong)).collect())
}

fn with_annex(values: Vec<Option<Value>>, annex: Option<&Annex>) -> Vec<Option<Value>> {
    let Some(annex) = annex else { return values };
    values.into_iter().zip(&annex.values).map(|(value, own)| value.or_else(|| own.clone())).collect()
}
