//! Results of scenarios as JUnit XML: a suite for each policy, a test case for each scenario.

use super::{human, place};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use servanda::{Compiled, ScenarioResult};

/// The results of one policy.
pub(super) fn suite(compiled: &Compiled, results: &[ScenarioResult]) -> TestSuite {
    let name = compiled.sources().get(compiled.policy().span.source).map_or("", |source| source.name());
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(results.iter().map(|result| case(compiled, name, result)));
    suite
}

fn case(compiled: &Compiled, policy: &str, result: &ScenarioResult) -> TestCase {
    let status = if result.passed() {
        TestCaseStatus::success()
    } else {
        // What cannot be run is an error, what comes out otherwise a failure.
        let kind = if result.faults.is_empty() { NonSuccessKind::Failure } else { NonSuccessKind::Error };
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(place(compiled, result.span)).set_description(human(compiled, result));
        status
    };
    let mut case = TestCase::new(result.title.as_str(), status);
    case.set_classname(policy);
    case
}

/// All suites as a document.
pub(super) fn report(suites: Vec<TestSuite>) -> Result<String, SerializeError> {
    let mut report = Report::new("servanda");
    report.add_test_suites(suites);
    report.to_string()
}
