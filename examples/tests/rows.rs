//! Every scenario of every example comes out as it says, and each row of what an agreement says has its scenarios.

use servanda::{Compiled, ScenarioResult, Sources, check, compile, gather, is_library, render, scenarios};
use servanda_examples::expected::hold;
use servanda_examples::folder::policies;
use servanda_examples::rows::{ROWS, Row, rows_of};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What is refused: the row, what is wrong, what stands in `rows/kinds.sla` and what is written instead, the name of
/// the finding and a part of its help.
const REFUSED: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "P1",
        "a party that is not declared",
        "shop must send each order where speed is hours",
        "shoop must send each order where speed is hours",
        "unknown-party",
        "",
    ),
    ("F20", "days that do not say which", "2 office days", "2 days", "bare-days", "`2 office days`"),
    (
        "F20",
        "a percentage without its base",
        "fee of order.placed.price",
        "fee",
        "percent-without-base",
        "of",
    ),
    (
        "F20",
        "pieces and money added up",
        "work.logged.pieces * piece",
        "work.logged.pieces + piece",
        "units-differ",
        "",
    ),
    ("F20", "a number instead of money", "piece = 2 EUR", "piece = 2", "wrong-type", "currency"),
    ("F21", "a version that is not known", "language 1.", "language 2.", "language-line", "`language 1.`"),
    ("F21", "no version", "language 1.\n", "", "language-line", "`language 1.`"),
];

fn examples() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A policy with what it uses, under its path from this package's folder; none for a file that others use.
fn compiled(path: &Path) -> Result<Option<(String, Compiled)>, Box<dyn Error>> {
    let name = path.strip_prefix(examples())?.display().to_string().replace('\\', "/");
    let mut sources = Sources::new();
    let policy = sources.add(name.clone(), fs::read_to_string(path)?);
    gather(&mut sources, policy, |used| Ok(fs::read_to_string(examples().join(used)).ok()));
    if is_library(&sources, policy) {
        let findings = check(&sources, policy).diagnostics;
        assert!(findings.is_empty(), "{}", render::short(&findings, &sources));
        return Ok(None);
    }
    match compile(&sources) {
        Ok(compiled) => Ok(Some((name, compiled))),
        Err(diagnostics) => Err(format!("{name} cannot be evaluated:\n{diagnostics}").into()),
    }
}

fn all() -> Result<Vec<(String, Compiled)>, Box<dyn Error>> {
    policies(examples())?.iter().filter_map(|path| compiled(path).transpose()).collect()
}

/// What did not come out, with what was expected.
fn failures(name: &str, compiled: &Compiled, result: &ScenarioResult) -> String {
    let mut text = format!("{name}: {}\n", result.title);
    // Writing into a string cannot fail.
    for fault in &result.faults {
        let _ = writeln!(text, "  {}: {}", compiled.sources().text(fault.span), fault.message);
    }
    for failed in result.expectations.iter().filter(|expectation| !expectation.passed) {
        let _ = writeln!(text, "  {}", compiled.sources().text(failed.span));
        let _ = writeln!(text, "    expected {}\n    came out {}", failed.expected, failed.actual);
    }
    text
}

/// Rows that are about a tool or a text and not about what comes out of events: the tests that show them, from the
/// folder of the repository.
const TESTED: &[(&str, &str)] = &[
    ("P6", "crates/cli/tests/command/lint.rs"),
    ("P9", "crates/cli/tests/command/diff.rs"),
    ("P10", "examples/tests/folders.rs"),
    ("P11", "crates/cli/tests/command/lint.rs"),
    ("K7", "crates/cli/tests/command/lint.rs"),
    ("R3", "examples/tests/social_media.rs"),
    ("H12", "crates/cli/tests/command/time.rs"),
    ("F15", "crates/cli/tests/command/diff.rs"),
    ("F16", "crates/servanda/tests/forecast.rs"),
    ("F17", "crates/cli/tests/command/owed.rs"),
    ("F25", "crates/cli/tests/command/verify.rs"),
];

/// A scenario that shows a row.
struct Shown<'a> {
    file: &'a str,
    title: &'a str,
    kept: bool,
    broken: bool,
}

/// Which scenarios show which row.
fn shown(policies: &[(String, Compiled)]) -> BTreeMap<&str, Vec<Shown<'_>>> {
    let mut shown: BTreeMap<&str, Vec<Shown<'_>>> = BTreeMap::new();
    for (file, compiled) in policies {
        for scenario in &compiled.policy().scenarios {
            let text = compiled.sources().text(scenario.span);
            let (kept, broken) = (text.contains(" has kept "), text.contains(" has broken "));
            let title = &scenario.title.value;
            for row in rows_of(title) {
                shown.entry(row).or_default().push(Shown { file, title, kept, broken });
            }
        }
    }
    shown
}

/// A number, or a dash where there is none.
fn told(count: usize) -> String {
    if count == 0 { "–".to_owned() } else { count.to_string() }
}

/// The row of the table: how many scenarios show it, how many of them expect that something is kept or broken, and
/// where they stand.
fn line(row: Row, scenarios: &[Shown<'_>]) -> String {
    let kept = scenarios.iter().filter(|shown| shown.kept).count();
    let broken = scenarios.iter().filter(|shown| shown.broken).count();
    let refused = REFUSED.iter().filter(|refused| refused.0 == row.id).count();
    let mut files: Vec<&str> = scenarios.iter().map(|shown| shown.file).collect();
    files.sort_unstable();
    files.dedup();
    // Of a folder its name, of a file of rows its own.
    let name = |file: &str| file.trim_end_matches(".sla").trim_end_matches("/agreement").to_owned();
    let mut places: Vec<String> = files.iter().map(|file| format!("[{}]({file})", name(file))).collect();
    for (_, test) in TESTED.iter().filter(|tested| tested.0 == row.id) {
        places.push(format!("[{test}](../{test})"));
    }
    if refused > 0 {
        places.push(format!("{refused} refused"));
    }
    let places = if places.is_empty() { told(0) } else { places.join(", ") };
    let (all, kept, broken) = (told(scenarios.len()), told(kept), told(broken));
    format!("| {} | {} | {all} | {kept} | {broken} | {places} |", row.id, row.says)
}

/// Which scenarios show which row, as a page.
fn page(policies: &[(String, Compiled)]) -> String {
    let shown = shown(policies);
    let of = |row: &Row| shown.get(row.id).map_or(&[][..], Vec::as_slice);
    let mut text = String::from(
        "# What the examples show\n\n\
         Each row is something that an agreement says; behind it stand the scenarios that show it.\n\
         *Kept* and *broken* count those of them that expect a duty to be kept or broken; a dash is none.\n\
         This page is written from the titles of the scenarios by `UPDATE_EXPECTED=1 cargo test -p servanda-examples`.\n\n\
         | row | what an agreement says | scenarios | kept | broken | where |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in ROWS {
        let _ = writeln!(text, "{}", line(*row, of(row)));
    }
    for row in ROWS {
        let refused: Vec<_> = REFUSED.iter().filter(|refused| refused.0 == row.id).collect();
        if of(row).is_empty() && refused.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n## {}: {}\n", row.id, row.says);
        for Shown { file, title, .. } in of(row) {
            let title = title.split_once(": ").map_or(*title, |(_, title)| title);
            let _ = writeln!(text, "- [{file}]({file}): {title}");
        }
        for (_, wrong, _, _, finding, _) in refused {
            let _ = writeln!(text, "- refused (`{finding}`): {wrong}");
        }
    }
    text
}

#[test]
fn every_example_is_checked_without_a_finding() -> Result<(), Box<dyn Error>> {
    let mut count = 0;
    for (name, compiled) in all()? {
        let told: Vec<String> = compiled
            .warnings()
            .iter()
            .map(|finding| format!("{} {}", finding.code().number(), finding.message()))
            .collect();
        assert!(told.is_empty(), "{name}: {}", told.join("; "));
        count += 1;
    }
    assert!(count >= 12, "only {count} policies were found");
    Ok(())
}

#[test]
fn every_scenario_comes_out_as_it_says() -> Result<(), Box<dyn Error>> {
    let mut failed = String::new();
    let mut count = 0;
    for (name, compiled) in all()? {
        for result in scenarios(&compiled) {
            count += 1;
            if !result.passed() {
                failed.push_str(&failures(&name, &compiled, &result));
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(count >= 100, "only {count} scenarios were found");
    Ok(())
}

#[test]
fn every_line_of_every_scenario_is_explained() -> Result<(), Box<dyn Error>> {
    let mut count = 0;
    for (name, compiled) in all()? {
        count += servanda::testing::every_line_of_scenarios_is_explained(&compiled)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    assert!(count > 100, "{count} outcomes");
    Ok(())
}

#[test]
fn every_scenario_of_a_row_names_rows_that_there_are() -> Result<(), Box<dyn Error>> {
    for (name, compiled) in all()? {
        for scenario in &compiled.policy().scenarios {
            let title = &scenario.title.value;
            let rows = rows_of(title);
            assert!(!name.starts_with("rows/") || !rows.is_empty(), "{name}: `{title}` names no row");
            for row in rows {
                assert!(ROWS.iter().any(|known| known.id == row), "{name}: there is no row `{row}`");
            }
        }
    }
    Ok(())
}

#[test]
fn every_test_that_shows_a_row_is_there() {
    for (row, test) in TESTED {
        assert!(examples().join("..").join(test).is_file(), "{row}: there is no {test}");
        assert!(ROWS.iter().any(|known| known.id == *row), "{test}: there is no row `{row}`");
    }
}

#[test]
fn what_a_row_refuses_is_refused_with_help() -> Result<(), Box<dyn Error>> {
    let kinds = fs::read_to_string(examples().join("rows/kinds.sla"))?;
    for (row, wrong, right, slip, name, help) in REFUSED {
        assert_eq!(kinds.matches(right).count(), 1, "{right}");
        let sources = Sources::new().with("kinds.sla", kinds.replace(right, slip));
        let Err(diagnostics) = compile(&sources) else {
            return Err(format!("{row}: {wrong} is accepted").into());
        };
        let [only] = diagnostics.list() else { return Err(format!("{row}: {wrong}:\n{diagnostics}").into()) };
        assert_eq!(only.code().name(), *name, "{row}: {wrong}");
        let helps = only.helps().join("; ");
        assert!(helps.contains(help), "{row}: {wrong}: {helps}");
    }
    Ok(())
}

#[test]
fn the_page_of_rows_is_up_to_date() -> Result<(), Box<dyn Error>> {
    let path = examples().join("ROWS.md");
    let page = page(&all()?);
    hold(&path, &page)
}
