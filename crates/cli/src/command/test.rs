//! `servanda test`: the scenarios that policies hold.

mod junit;

use crate::arguments::{Test, TestFormat};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::{input, log};
use servanda::{
    Code, Compiled, Coverage, CoveredPart, PartKind, ScenarioResult, Span, scenarios_with_coverage,
};
use std::fmt::Write;

/// Runs the scenarios of policies.
pub(super) fn run(arguments: &Test, terminal: &Terminal) -> Result<Exit, Failure> {
    let (mut passed, mut failed) = (0_usize, 0_usize);
    let mut invalid = false;
    let mut suites = Vec::new();
    for path in input::policies(&arguments.paths)? {
        let compiled = match log::compile_unless_library(&path, terminal) {
            Ok(None) => continue,
            Ok(Some(compiled)) => compiled,
            // The other policies can still be run.
            Err(Failure::Invalid(None)) => {
                invalid = true;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let (results, coverage) = scenarios_with_coverage(&compiled);
        if arguments.format == TestFormat::Junit {
            suites.push(junit::suite(&compiled, &results));
        }
        for result in results {
            if result.passed() {
                passed += 1
            } else {
                failed += 1
            }
            terminal.result(&match arguments.format {
                TestFormat::Human => human(&compiled, &result),
                TestFormat::Json => json(&compiled, &result),
                TestFormat::Junit => continue,
            })?;
        }
        if arguments.coverage {
            terminal.result(&match arguments.format {
                TestFormat::Human => covered(&compiled, &coverage),
                TestFormat::Json => covered_json(&compiled, &coverage),
                TestFormat::Junit => continue,
            })?;
        }
    }
    if arguments.format == TestFormat::Junit {
        terminal.result(&junit::report(suites).map_err(Failure::usage)?)?;
    }
    let word = if passed + failed == 1 { "scenario" } else { "scenarios" };
    terminal.message(&format!("{} {word}: {passed} passed, {failed} failed", passed + failed));
    Ok(match (invalid, failed) {
        (true, _) => Exit::Invalid,
        (false, 0) => Exit::Well,
        (false, _) => Exit::Findings,
    })
}

/// Where a span begins: `file:line:column`.
fn place(compiled: &Compiled, span: Span) -> String {
    compiled.sources().get(span.source).map_or_else(String::new, |source| {
        let position = source.position(span.start);
        format!("{}:{}:{}", source.name(), position.line, position.column)
    })
}

fn human(compiled: &Compiled, result: &ScenarioResult) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let mark = if result.passed() { "passed" } else { "FAILED" };
    let _ = writeln!(text, "{mark}  {}", result.title);
    for fault in &result.faults {
        let code = fault.code.map(|code| format!(" ({})", code.number())).unwrap_or_default();
        let _ = writeln!(text, "  {}: {}{code}", place(compiled, fault.span), fault.message);
        if let Some(help) = &fault.help {
            let _ = writeln!(text, "    {help}");
        }
    }
    for expectation in result.expectations.iter().filter(|expectation| !expectation.passed) {
        let line = compiled.sources().text(expectation.span);
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "  {}: {line}", place(compiled, expectation.span));
        let _ = writeln!(text, "    expected {}", expectation.expected);
        let _ = writeln!(text, "    came out {}", expectation.actual);
    }
    text
}

/// One object a line.
fn json(compiled: &Compiled, result: &ScenarioResult) -> String {
    let expectations = result.expectations.iter().map(|expectation| {
        serde_json::json!({
            "passed": expectation.passed, "expected": expectation.expected, "actual": expectation.actual,
            "place": place(compiled, expectation.span),
        })
    });
    let faults = result.faults.iter().map(|fault| {
        serde_json::json!({
            "message": fault.message, "help": fault.help, "code": fault.code.map(Code::number),
            "place": place(compiled, fault.span),
        })
    });
    let object = serde_json::json!({
        "scenario": result.title, "passed": result.passed(), "place": place(compiled, result.span),
        "expectations": expectations.collect::<Vec<_>>(), "faults": faults.collect::<Vec<_>>(),
    });
    format!("{object}\n")
}

/// What the scenarios of a policy show of it by kind, and each part that they do not.
fn covered(compiled: &Compiled, coverage: &Coverage) -> String {
    let mut text = String::new();
    let (shown, all) = (coverage.shown(), coverage.parts.len());
    let name = compiled.sources().get(compiled.policy().span.source).map_or("", |source| source.name());
    // Writing into a string cannot fail.
    let _ = writeln!(text, "\n{name}: the scenarios show {shown} of {all} parts");
    for kind in PartKind::ALL {
        let (shown, all) = coverage.of(kind);
        if all > 0 {
            let _ = writeln!(text, "  {:10}  {shown:>3} of {all:>3}", kind.word());
        }
    }
    let missing: Vec<_> = coverage.parts.iter().filter(|part| part.scenarios == 0).collect();
    let width =
        |of: fn(&CoveredPart) -> &str| missing.iter().map(|part| of(part).chars().count()).max().unwrap_or(0);
    let (addresses, parts) = (width(|part| &part.address), width(|part| &part.part));
    for part in missing {
        let CoveredPart { address, part, span, .. } = part;
        let at = place(compiled, *span);
        let _ = writeln!(text, "  not shown  {address:addresses$}  {part:parts$}  {at}");
    }
    text
}

/// One object of all parts.
fn covered_json(compiled: &Compiled, coverage: &Coverage) -> String {
    let parts = coverage.parts.iter().map(|part| {
        serde_json::json!({
            "kind": part.kind, "address": part.address, "part": part.part, "scenarios": part.scenarios,
            "place": place(compiled, part.span),
        })
    });
    let kinds = PartKind::ALL.into_iter().map(|kind| {
        let (shown, all) = coverage.of(kind);
        serde_json::json!({ "kind": kind, "shown": shown, "all": all })
    });
    let object = serde_json::json!({
        "coverage": {
            "shown": coverage.shown(), "all": coverage.parts.len(), "kinds": kinds.collect::<Vec<_>>(),
            "parts": parts.collect::<Vec<_>>(),
        },
    });
    format!("{object}\n")
}
