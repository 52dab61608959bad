//! Findings as JUnit XML: a suite for each file, a test case for each finding, and one that passes for a file without.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use servanda::render::{self, HumanOptions};
use servanda::{Diagnostic, SourceId, Sources};
use std::collections::BTreeMap;

/// The document; what fails here is what makes the command fail, all other findings are told as output.
pub(super) fn report(
    findings: &[Diagnostic],
    sources: &Sources,
    files: &[SourceId],
    fails: impl Fn(&Diagnostic) -> bool,
) -> Result<String, SerializeError> {
    let mut by_file: BTreeMap<SourceId, Vec<&Diagnostic>> =
        files.iter().map(|id| (*id, Vec::new())).collect();
    for finding in findings {
        by_file.entry(finding.primary().span.source).or_default().push(finding);
    }
    let mut report = Report::new("servanda lint");
    for (id, findings) in by_file {
        let name = sources.get(id).map_or("", |source| source.name());
        let mut suite = TestSuite::new(name);
        if findings.is_empty() {
            let mut case = TestCase::new("no findings", TestCaseStatus::success());
            case.set_classname(name);
            suite.add_test_case(case);
        }
        for finding in findings {
            suite.add_test_case(case(finding, name, sources, fails(finding)));
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}

fn case(finding: &Diagnostic, file: &str, sources: &Sources, fails: bool) -> TestCase {
    let one = std::slice::from_ref(finding);
    let shown = render::human(one, sources, &HumanOptions::default());
    let line = render::short(one, sources);
    let place = line.split(": ").next().unwrap_or_default();
    let code = finding.code();
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status
            .set_type(finding.severity().word())
            .set_message(render::one_line(finding))
            .set_description(&shown);
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(format!("{code} {} at {place}", code.name()), status);
    case.set_classname(file);
    if !fails {
        case.set_system_out(&shown);
    }
    case
}
