//! Every code has a page, and what the page says happens: its example has the finding, its mended text has none.
//!
//! The command is run on both. What it prints of the example stands in `printed.txt` of `explain`, and the pages of
//! `docs/codes` are what `servanda explain` prints. With `UPDATE_EXPECTED=1` both are written.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot run the command, or read what it prints, should stop"
)]

use servanda::Code;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The agreement in which the lines of a page stand.
const AGREEMENT: &str = include_str!("data/codes/agreement.sla");
/// Its lines where a page shows events.
const EVENTS: &str = include_str!("data/codes/events.txt");
/// Its lines where a page shows instances.
const INSTANCES: &str = include_str!("data/codes/instances.sla");
/// Where they stand.
const LINES: &str = "  // the lines\n";

/// The only code that no text can show.
const OF_THE_TOOL: Code = Code::Internal;

/// A folder of its own for each run.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn folder() -> PathBuf {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pages/{number}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    // What pages use beside their own text.
    let files = [
        ("nda.txt", include_str!("data/codes/nda.txt")),
        ("calendars.sla", "language 1.\ncalendar night { open mon..fri 20:00..24:00. }\n"),
        ("company.ics", include_str!("data/codes/company.ics")),
        ("meetings.ics", include_str!("data/codes/meetings.ics")),
        ("other-agreement.sla", "language 1.\nagreement \"Other\" { party client. }\n"),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// Both streams of a run of the command.
fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servanda"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    let output = command.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// What is found in a text of a page: the codes, and how the first is printed.
#[derive(Debug, Default)]
struct Found {
    codes: Vec<String>,
    printed: String,
}

impl Found {
    /// Findings as they are printed, each with its code behind a mark.
    fn of(printed: impl IntoIterator<Item = String>, mark: &str) -> Self {
        let mut found = Self::default();
        for one in printed {
            let Some((_, behind)) = one.split_once(&format!("{mark}SLA")) else { continue };
            found.codes.push(format!("SLA{}", behind.chars().take(4).collect::<String>()));
            if found.printed.is_empty() {
                found.printed = format!("{}\n", one.trim_end());
            }
        }
        found
    }
}

/// Whether a text is a policy of its own, and not lines of one.
fn is_whole(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.starts_with("language") || text.starts_with("agreement")
}

/// The findings of a policy, each as it is printed.
fn findings(code: Code, policy: &str) -> Vec<String> {
    let folder = folder();
    // What is wanted of every agreement stands in the settings of a repository.
    let wanted = match code {
        Code::MissingPart => "[lint]\nparts = [\"payment\", \"liability\"]\n",
        Code::TooManyFigures => "[lint]\nmost-figures = 1\n",
        Code::StateGrows => "[lint]\nbounded-state = true\n",
        Code::OneSided => "[lint]\nboth-sides = true\n",
        _ => "",
    };
    fs::write(folder.join("servanda.toml"), wanted).unwrap();
    fs::write(folder.join("agreement.sla"), policy).unwrap();
    let mut found: Vec<String> = Vec::new();
    for line in run(&folder, &["lint", "agreement.sla"]).0.split_inclusive('\n') {
        let head = ["error[", "warning[", "advice["].iter().any(|head| line.starts_with(head));
        match found.last_mut() {
            Some(last) if !head => last.push_str(line),
            _ => found.push(line.to_owned()),
        }
    }
    found
}

/// A policy, or lines of one. That nothing uses the names of the agreement of the examples is not told of the lines.
fn lint(code: Code, text: &str) -> Found {
    // What an example declares, it need not use: only one of them is about that.
    let relevant = |finding: &String| code == Code::Unused || !finding.starts_with("advice[SLA0503]");
    if is_whole(text) {
        return Found::of(findings(code, text).into_iter().filter(relevant), "[");
    }
    let head = |finding: &str| finding.lines().next().unwrap_or_default().to_owned();
    let of_frame: Vec<String> = findings(code, AGREEMENT).iter().map(|finding| head(finding)).collect();
    let lines: String = text.lines().map(|line| format!("  {line}\n")).collect();
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        // Steps of a scenario begin with a time.
        let policy = AGREEMENT.replace(LINES, EVENTS);
        let policy = format!("{policy}\nscenario \"example\" {{\n{lines}}}\n");
        return Found::of(findings(code, &policy).into_iter().filter(relevant), "[");
    }
    let mut found = findings(code, &AGREEMENT.replace(LINES, &lines));
    found.retain(|finding| relevant(finding) && !of_frame.contains(&head(finding)));
    Found::of(found, "[")
}

/// Events under the agreement of the examples.
fn events(code: Code, text: &[u8]) -> Found {
    let folder = folder();
    fs::write(folder.join("agreement.sla"), AGREEMENT.replace(LINES, EVENTS)).unwrap();
    // The last line of a file that is whole has an end.
    let text = if code == Code::TruncatedLine { text.trim_ascii_end() } else { text };
    fs::write(folder.join("events.ndjson"), text).unwrap();
    // What is too late or too far ahead is so only where time goes on.
    if matches!(code, Code::TooLate | Code::TooFarAhead) {
        let watch = ["watch", "agreement.sla", "--events", "events.ndjson", "--out", "-", "--state", "state"];
        let told = run(&folder, &watch).0;
        let told = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let lines = told.filter(|told| told["kind"] == "problem").map(|told| {
            let of = |key: &str| told["is"][key].as_str().unwrap_or_default().to_owned();
            format!("line {}: {} ({})", told["is"]["line"], of("message"), of("code"))
        });
        return Found::of(lines, "(");
    }
    let mut evaluate = vec!["evaluate", "agreement.sla", "--events", "events.ndjson"];
    if code == Code::StatementDiffers {
        evaluate.extend(["--period", "2026-02"]);
    }
    let statement = run(&folder, &evaluate).0;
    let (_, problems) = statement.split_once("\nProblems: ").unwrap_or_default();
    Found::of(problems.lines().map(|line| line.trim_start().to_owned()), "(")
}

/// Instances of a template.
fn instances(text: &str) -> Found {
    let folder = folder();
    fs::write(folder.join("agreement.sla"), INSTANCES).unwrap();
    fs::write(folder.join("events.ndjson"), "").unwrap();
    fs::write(folder.join("instances.ndjson"), text).unwrap();
    let evaluate =
        ["evaluate", "agreement.sla", "--events", "events.ndjson", "--instances", "instances.ndjson"];
    let told = run(&folder, &evaluate).1;
    Found::of(told.lines().map(str::to_owned), ": ")
}

/// What a page only describes, because it is too long for one or no text.
fn described(code: Code) -> Option<Vec<u8>> {
    let lines = |many: usize, line: &dyn Fn(usize) -> String| (0..many).map(line).collect::<String>();
    Some(match code {
        Code::TooDeep => format!("let deposit = {}100 EUR{}.", "(".repeat(70), ")".repeat(70)).into_bytes(),
        Code::TooLong => {
            lines(400_000, &|at| format!("// This is the line {at} of a text that nobody reads.\n"))
                .into_bytes()
        }
        Code::TooComplex => {
            let chain = lines(400, &|at| format!("let step_{at} = step_{} + 1 EUR.\n", at + 1));
            format!("{chain}let step_400 = 1 EUR.\n").into_bytes()
        }
        Code::InvalidUtf8 => {
            b"{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"visit.made\",\"note\":\"caf\xe9\"}".to_vec()
        }
        Code::LineTooLong => format!("[{}{{}}]", "{},".repeat(6_000_000)).into_bytes(),
        _ => return None,
    })
}

/// What is found in a text of a page.
fn found(code: Code, text: &str) -> Found {
    if code.number().starts_with("SLA08") {
        let text = text.replace("[[[[ ... ]]]]", &format!("{}{}", "[".repeat(200), "]".repeat(200)));
        return events(code, text.as_bytes());
    }
    let of_instances = Code::MissingParameter.number()..=Code::ParameterOutside.number();
    if of_instances.contains(&code.number()) { instances(text) } else { lint(code, text) }
}

/// The mended text, with what nobody can know beforehand: the hash of a statement.
fn mended(code: Code, printed: &str) -> String {
    let hash = printed.rsplit("blake3:").next().unwrap_or_default();
    let hash: String = hash.chars().take_while(char::is_ascii_hexdigit).collect();
    if code == Code::StatementDiffers {
        code.instead().replace('…', &hash)
    } else {
        code.instead().to_owned()
    }
}

/// What is wrong with a page, and what is printed of its example.
fn held(code: Code) -> (String, String) {
    if let Some(text) = described(code) {
        let found = match String::from_utf8(text) {
            Ok(text) if code == Code::TooLong => {
                let sources = servanda::Sources::new().with("agreement.sla", text);
                let told = servanda::check(&sources, servanda::SourceId(0)).diagnostics;
                Found {
                    codes: told.iter().map(|one| one.code().number().to_owned()).collect(),
                    ..Found::default()
                }
            }
            Ok(text) if code != Code::LineTooLong => lint(code, &text),
            Ok(text) => events(code, text.as_bytes()),
            Err(text) => events(code, text.as_bytes()),
        };
        let as_said = !found.codes.is_empty() && found.codes.iter().all(|told| told == code.number());
        return (if as_said { String::new() } else { format!("{code}: {:?}\n", found.codes) }, String::new());
    }
    let example = found(code, code.example());
    let mut wrong = String::new();
    if example.codes != [code.number()] {
        wrong = format!("{code} {}, the example: {:?}\n{}", code.name(), example.codes, example.printed);
    }
    let mended = found(code, &mended(code, &example.printed));
    if !mended.codes.is_empty() {
        wrong += &format!("{code} {}, the mended text: {:?}\n{}", code.name(), mended.codes, mended.printed);
    }
    (wrong, example.printed)
}

/// The list of all pages, with the agreement of the examples.
fn index() -> String {
    let mut rows = String::new();
    for code in Code::ALL {
        let what = code.what().lines().next().unwrap_or_default();
        let (number, name, severity) = (code.number(), code.name(), code.severity().word());
        rows += &format!("| [{number}]({number}.md) | `{name}` | {severity} | {what} |\n");
    }
    format!(
        "# The codes of findings\n\n\
         Every finding has a code: its number and its name mean the same for ever, texts may change.\n\
         `servanda explain SLA0201` and `servanda explain bare-days` print the page of a code.\n\n\
         These pages are made from the registry (`crates/diagnostics/src/code/`) by \
         `UPDATE_EXPECTED=1 cargo test --workspace --test pages`; the same test runs every example.\n\n\
         | number | name | severity | what |\n| --- | --- | --- | --- |\n{rows}\n\
         ## The agreement of the examples\n\n\
         Lines of a policy stand in this agreement, at its end:\n\n```text\n{AGREEMENT}```\n\n\
         Events (SLA08xx) are read under it with these lines:\n\n```text\n{EVENTS}```\n\n\
         Steps of a scenario (SLA0908) stand in a scenario of the same agreement.\n\n\
         Instances (SLA0901 to SLA0905) are instances of this one:\n\n```text\n{INSTANCES}```\n"
    )
}

/// Compares a file with what it should be, or writes it; what is wrong with it.
fn expect(path: &str, text: &str, write: bool) -> Option<String> {
    let place = root().join(path);
    if fs::read_to_string(&place).is_ok_and(|known| known == text) {
        return None;
    }
    if write {
        fs::create_dir_all(place.parent()?).unwrap();
        fs::write(&place, text).unwrap();
        return None;
    }
    Some(format!(
        "{path} is not what it should be: `UPDATE_EXPECTED=1 cargo test --workspace --test pages`\n"
    ))
}

#[test]
fn every_code_has_its_page_and_what_the_page_says_happens() {
    let write = std::env::var_os("UPDATE_EXPECTED").is_some();
    let codes = Code::ALL.iter().copied().filter(|code| *code != OF_THE_TOOL);
    let codes: Vec<Code> = codes.collect();
    // Most of the time is spent on starting the command.
    let held: Vec<(String, String)> = std::thread::scope(|scope| {
        let parts: Vec<_> = codes
            .chunks(codes.len().div_ceil(4))
            .map(|part| scope.spawn(|| part.iter().map(|code| held(*code)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let wrong: String = held.iter().map(|(wrong, _)| wrong.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong}");
    let printed =
        codes.iter().zip(held.iter().map(|(_, printed)| printed)).filter(|(_, printed)| !printed.is_empty());
    let all: String = printed.clone().map(|(code, printed)| format!("==== {code}\n{printed}")).collect();
    let mut stale: Vec<String> = Vec::new();
    stale.extend(expect("crates/cli/src/command/explain/printed.txt", &all, write));
    stale.extend(expect(&format!("docs/codes/{OF_THE_TOOL}.md"), &OF_THE_TOOL.page(), write));
    for (code, (_, printed)) in codes.iter().zip(&held) {
        stale.extend(expect(&format!("docs/codes/{code}.md"), &code.page_with(printed), write));
    }
    stale.extend(expect("docs/codes/README.md", &index(), write));
    assert!(stale.is_empty(), "{}", stale.concat());
}

#[test]
fn no_page_is_left_behind_by_a_code() {
    let entries = fs::read_dir(root().join("docs/codes")).unwrap();
    for name in entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let number = name.trim_end_matches(".md");
        assert!(
            number == "README" || Code::find(number).is_some(),
            "docs/codes/{name} is the page of no code"
        );
    }
}

#[test]
fn explain_prints_the_page_by_number_and_by_name() {
    let folder = folder();
    for asked in ["SLA0201", "sla0201", "0201", "bare-days"] {
        let page = fs::read_to_string(root().join("docs/codes/SLA0201.md")).unwrap();
        assert_eq!(run(&folder, &["explain", asked]).0, page, "{asked}");
    }
}
