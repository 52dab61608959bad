//! Every scenario of every example comes out as it says, and each row of what an agreement says has its scenarios.

use servanda::{Compiled, ScenarioResult, Sources, check, compile, gather, is_library, render, scenarios};
use servanda_examples::expected::hold;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What the examples must show, by the row's id and what the agreement says there.
const ROWS: &[(&str, &str)] = &[
    ("P1", "parties and roles"),
    ("P2", "in force from a date, for a term"),
    ("P3", "one template, figures for each client"),
    ("P4", "services that are covered, and not"),
    ("P5", "official channels"),
    ("P7", "signatures"),
    ("P8", "the version in force governs"),
    ("T1", "working hours and holidays"),
    ("T2", "calendar days"),
    ("T3", "business days"),
    ("T4", "windows"),
    ("T5", "zones with clock changes"),
    ("T6", "waiting stops the clock"),
    ("D1", "answer within a time"),
    ("D3", "recurring duties"),
    ("D4", "how often something is published"),
    ("D5", "approval before publication"),
    ("D6", "the client's duties"),
    ("D12", "prohibitions"),
    ("K1", "availability"),
    ("K3", "a count with a condition"),
    ("K4", "a share, and no data"),
    ("K5", "reach, engagement, leads"),
    ("K6", "growth against a baseline"),
    ("K8", "exact comparison"),
    ("M1", "a fee for each day late"),
    ("M2", "variants of it"),
    ("M4", "service credits in tiers"),
    ("M5", "flat penalties with a cap"),
    ("M8", "currency"),
    ("M9", "rounding"),
    ("H2", "where a clock starts"),
    ("H3", "a clock that is over at closing"),
    ("F11", "breach by silence"),
    ("F12", "what was true then, and what was known then"),
    ("F14", "how scenarios are written"),
    ("F18", "what is indeterminate"),
    ("F19", "files that are used"),
    ("F20", "figures of different kinds"),
    ("F21", "the version of the language"),
    ("F22", "periods that are closed"),
    ("F23", "what is waived, disputed and adjusted"),
    ("F24", "the lines of the input add up"),
];

/// What is refused: the row, what is wrong, what stands in `rows/kinds.sla` and what is written instead, the name of
/// the finding and a part of its help.
const REFUSED: &[(&str, &str, &str, &str, &str, &str)] = &[
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

/// Every policy under a folder, by its path.
fn policies(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(policies(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "sla") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
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

/// The rows that a title names before its colon: `T1, D1: …`.
fn rows_of(title: &str) -> Vec<&str> {
    let Some((rows, _)) = title.split_once(": ") else { return Vec::new() };
    let is_row = |word: &&str| {
        word.len() >= 2
            && word.starts_with(|letter: char| letter.is_ascii_uppercase())
            && word.chars().skip(1).all(|digit| digit.is_ascii_digit())
    };
    let words: Vec<&str> = rows.split(", ").collect();
    if words.iter().all(is_row) { words } else { Vec::new() }
}

/// Which scenarios show which row, as a page.
fn page(policies: &[(String, Compiled)]) -> String {
    let mut shown: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, compiled) in policies {
        for scenario in &compiled.policy().scenarios {
            for row in rows_of(&scenario.title.value) {
                shown.entry(row).or_default().push((name, &scenario.title.value));
            }
        }
    }
    let mut text = String::from(
        "# What the examples show\n\n\
         Each row is something that an agreement says; behind it stand the scenarios that show it, kept and broken.\n\
         This page is written from the titles of the scenarios by `UPDATE_EXPECTED=1 cargo test -p servanda-examples`.\n",
    );
    for (row, says) in ROWS {
        let _ = writeln!(text, "\n## {row}: {says}\n");
        for (name, title) in shown.get(row).into_iter().flatten() {
            let title = title.split_once(": ").map_or(*title, |(_, title)| title);
            let _ = writeln!(text, "- [{name}]({name}): {title}");
        }
        for (_, wrong, _, _, finding, _) in REFUSED.iter().filter(|refused| refused.0 == *row) {
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
fn every_row_has_scenarios_and_every_scenario_of_a_row_names_it() -> Result<(), Box<dyn Error>> {
    let policies = all()?;
    let mut shown: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, compiled) in &policies {
        for scenario in &compiled.policy().scenarios {
            let rows = rows_of(&scenario.title.value);
            let of_rows = name.starts_with("rows/");
            assert!(!of_rows || !rows.is_empty(), "{name}: `{}` names no row", scenario.title.value);
            for row in rows {
                assert!(ROWS.iter().any(|(known, _)| *known == row), "{name}: there is no row `{row}`");
                *shown.entry(row).or_default() += 1;
            }
        }
    }
    let missing: Vec<&str> =
        ROWS.iter().map(|(row, _)| *row).filter(|row| !shown.contains_key(row)).collect();
    assert!(missing.is_empty(), "no scenario shows {}", missing.join(", "));
    Ok(())
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
