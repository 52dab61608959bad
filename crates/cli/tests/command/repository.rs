//! `lint` in a repository: which files are looked at, how much each lint matters, what is known already, what is
//! mended, and what other tools are told.

use crate::binary::Ran;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A policy with a warning in clause 2 and a piece of advice.
const DESK: &str = "\
language 1.
agreement \"Desk\" {
  party agency. party client.
  in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
  event request.opened { request: id }
  event request.closed { request: id }
  case request { begins when request.opened. close (closed) when request.closed. ends when closed. }
  let deposit = 100 EUR.
  clause 2 \"Care\" {
    (a) agency must close each request within 2 calendar days.
  }
}
";

/// The same with an error that has one right answer.
fn without_stop() -> String {
    DESK.replace("100 EUR.", "100 EUR")
}

/// Each test has folders of its own.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A repository of files.
struct Repository(PathBuf);

impl Repository {
    fn of(files: &[(&str, &str)]) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("repository/{number}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join(".git")).unwrap();
        let repository = Self(folder);
        files.iter().for_each(|(name, text)| repository.put(name, text));
        repository
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// Runs `servanda` in a folder of it.
    fn run_in(&self, folder: &str, arguments: &[&str], stdin: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .args(arguments)
            .current_dir(self.0.join(folder))
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            exit: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn lint(&self, arguments: &[&str]) -> Ran {
        self.run_in("", &[&["lint"], arguments].concat(), "")
    }

    /// The findings on one line each, and the exit.
    fn short(&self, arguments: &[&str]) -> (String, i32) {
        let ran = self.lint(&[arguments, &["--format", "short"]].concat());
        (ran.stdout, ran.exit)
    }
}

fn codes(short: &str) -> Vec<&str> {
    short.match_indices("[SLA").filter_map(|(at, _)| short.get(at + 1..at + 8)).collect()
}

// ---- Which files -------------------------------------------------------------------------------------------

#[test]
fn folders_are_walked_and_what_is_left_out_is_left_out() {
    let of = Repository::of(&[
        ("b/desk.sla", DESK),
        ("a.sla", DESK),
        ("notes.md", "no policy"),
        ("drafts/x.sla", DESK),
        (".gitignore", "drafts/\n"),
        ("old/.servandaignore", "*.sla\n"),
        ("old/y.sla", DESK),
        (".hidden/z.sla", DESK),
    ]);
    let names = |short: &str| {
        let mut names: Vec<String> =
            short.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect();
        names.dedup();
        names
    };
    assert_eq!(names(&of.short(&["."]).0), ["./a.sla", "./b/desk.sla"]);
    // What is named is looked at.
    assert_eq!(names(&of.short(&["drafts/x.sla", "old/y.sla"]).0), ["drafts/x.sla", "old/y.sla"]);
    // Once, however often it is named.
    assert_eq!(of.short(&["a.sla", "a.sla"]).0, of.short(&["a.sla"]).0);
    assert_eq!(of.lint(&["."]).stderr, "2 warnings, 2 pieces of advice in 2 of 2 files\n");
    assert_eq!(of.lint(&["."]).stdout, of.lint(&["."]).stdout);
}

#[test]
fn standard_input_has_the_name_that_is_given_to_it() {
    let of = Repository::of(&[("shared/parties.sla", "language 1.\nparty agency. party client.\n")]);
    let text = DESK
        .replace("  party agency. party client.\n", "")
        .replace("language 1.\n", "language 1.\nuse \"parties.sla\".\n");
    let ran = of.run_in("", &["lint", "-", "--stdin-name", "shared/desk.sla", "--format", "short"], &text);
    assert_eq!(ran.exit, 0, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("shared/desk.sla:8:7: advice[SLA0503]"), "{}", ran.stdout);
    // Without a name it lies here, where there are no parties.
    assert_eq!(of.run_in("", &["lint", "-"], &text).exit, 2);
    // Of a file the name is its own.
    let unused = of.run_in("", &["lint", ".", "--stdin-name", "shared/desk.sla"], "");
    assert_eq!((unused.exit, unused.stdout.as_str()), (3, ""));
    assert!(unused.stderr.contains("`-` is not among the paths"), "{}", unused.stderr);
}

// ---- How much it matters -----------------------------------------------------------------------------------

#[test]
fn levels_are_settled_for_the_repository() {
    let of = Repository::of(&[("desk.sla", DESK), ("in/here.sla", DESK)]);
    assert_eq!(codes(&of.short(&["desk.sla"]).0), ["SLA0503", "SLA0501"]);
    assert_eq!(of.short(&["desk.sla"]).1, 0);
    assert_eq!(of.short(&["desk.sla", "--deny", "warnings"]).1, 1);
    of.put("servanda.toml", "[lint.levels]\nunused = \"allow\"\nno-consequence = \"error\"\n");
    let (short, exit) = of.short(&["desk.sla"]);
    assert_eq!(short, "desk.sla:10:16: error[SLA0501] nothing follows if 2(a) is broken\n");
    // It can be evaluated: it is not invalid, it is not wanted.
    assert_eq!(exit, 1);
    let inside = of.run_in("in", &["lint", "here.sla"], "");
    assert_eq!((inside.exit, inside.stderr.as_str()), (1, "1 error\n"));
}

#[test]
fn what_is_wanted_of_every_agreement_is_asked_for() {
    let of = Repository::of(&[("desk.sla", DESK)]);
    of.put("servanda.toml", "[lint]\nparts = [\"liability\", \"notice\", \"parties\"]\n");
    let (short, exit) = of.short(&["desk.sla"]);
    let missing =
        "desk.sla:2:11: warning[SLA0511] the agreement says nothing about liability, notice, parties\n";
    assert_eq!((short.starts_with(missing), exit), (true, 0), "{short}");
    // What is meant is allowed, and without the settings nobody calls that unused.
    let allowed = "  allow missing-part because \"A frame agreement says it.\".\n  let deposit";
    of.put("desk.sla", &DESK.replacen("  let deposit", allowed, 1));
    assert_eq!(codes(&of.short(&["desk.sla"]).0), ["SLA0503", "SLA0501"]);
    of.put("servanda.toml", "");
    assert_eq!(codes(&of.short(&["desk.sla"]).0), ["SLA0503", "SLA0501"]);
}

#[test]
fn warnings_can_be_counted() {
    let of = Repository::of(&[("a.sla", DESK), ("b.sla", DESK)]);
    assert_eq!(of.lint(&[".", "--max-warnings", "2"]).exit, 0);
    let ran = of.lint(&[".", "--max-warnings", "1"]);
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.ends_with("too many warnings: 2 where 1 are allowed\n"), "{}", ran.stderr);
    of.put("servanda.toml", "[lint]\nmax-warnings = 0\n");
    assert_eq!(of.lint(&["a.sla"]).exit, 1);
    assert_eq!(of.lint(&["a.sla", "--max-warnings", "1"]).exit, 0);
}

#[test]
fn what_settings_say_is_understood_or_told() {
    let told = |settings: &str| {
        let of = Repository::of(&[("desk.sla", DESK), ("servanda.toml", settings)]);
        let ran = of.lint(&["desk.sla"]);
        assert_eq!((ran.exit, ran.stdout.as_str()), (3, ""));
        ran.stderr
    };
    let all: Vec<String> = [
        "[lint.levels]\nunusd = \"allow\"\n",
        "[lint.levels]\nunused = \"off\"\n",
        "[lint.levels]\n\nbare-days = \"allow\"\n",
        "[lint.levels]\ntoo-late = \"allow\"\n",
        "[lint]\nparts = [\"payment\", \"liabilty\"]\n",
        "[lint]\nparts = [\"fun\"]\n",
        "[lint]\nlevel = 1\n",
        "[lint\n",
    ]
    .into_iter()
    .map(told)
    .collect();
    insta::assert_snapshot!(all.concat());
}

// ---- What is known -----------------------------------------------------------------------------------------

#[test]
fn a_baseline_leaves_out_what_is_known_wherever_it_moves() {
    let of = Repository::of(&[("in/desk.sla", DESK)]);
    let written = of.lint(&["in", "--write-baseline", "known.json"]);
    assert_eq!((written.exit, written.stderr.as_str()), (0, "no findings; 2 in known.json\n"));
    insta::assert_snapshot!(of.text("known.json"));
    of.put("in/desk.sla", &DESK.replace("  let deposit", "\n\n  // Further down.\n  let deposit"));
    let known = of.lint(&["in", "--baseline", "known.json"]);
    assert_eq!(
        (known.stdout.as_str(), known.stderr.as_str()),
        ("", "no findings; 2 known from the baseline\n")
    );
    // From another folder too, and by the settings.
    of.put("servanda.toml", "[lint]\nbaseline = \"known.json\"\n");
    assert_eq!(of.run_in("in", &["lint", "desk.sla"], "").stdout, "");
    // What is new is told; what has gone is counted.
    of.put("in/desk.sla", &DESK.replace("deposit = 100", "down_payment = 100"));
    let new = of.lint(&["in"]);
    assert!(new.stdout.contains("nothing uses the let `down_payment`"), "{}", new.stdout);
    let told = "1 piece of advice; 1 known from the baseline; 1 of the baseline no longer there\n";
    assert_eq!(new.stderr, told);
    // An error is told whatever is known.
    of.put("in/desk.sla", &without_stop());
    assert_eq!(of.lint(&["in"]).exit, 2);
    of.put("known.json", "{}");
    assert_eq!(of.lint(&["in"]).exit, 3);
}

#[test]
fn a_baseline_keeps_what_an_error_hides() {
    let of = Repository::of(&[("desk.sla", DESK), ("other.sla", &DESK.replace("Desk", "Other"))]);
    assert_eq!(
        of.lint(&[".", "--write-baseline", "known.json"]).stderr,
        "no findings in 2 files; 4 in known.json\n"
    );
    let before = of.text("known.json");
    of.put("desk.sla", &DESK.replace("ends when closed", "ends when clsoed"));
    let written = of.lint(&[".", "--write-baseline", "known.json"]);
    let kept = "1 error in 1 of 2 files; 4 in known.json, 1 of them kept of files with errors, in which not every lint \
                can be looked for\n";
    assert_eq!((written.exit, written.stderr.as_str()), (2, kept));
    assert_eq!(of.text("known.json"), before);
    // Nor has it gone for whoever only reads.
    let told = of.lint(&[".", "--baseline", "known.json"]);
    assert_eq!(told.stderr, "1 error in 1 of 2 files; 3 known from the baseline\n");
    of.put("desk.sla", DESK);
    assert_eq!(
        of.lint(&[".", "--baseline", "known.json"]).stderr,
        "no findings in 2 files; 4 known from the baseline\n"
    );
}

#[test]
fn what_the_settings_call_an_error_is_in_no_baseline() {
    let of = Repository::of(&[("desk.sla", DESK)]);
    assert_eq!(of.lint(&["desk.sla", "--write-baseline", "known.json"]).exit, 0);
    of.put("servanda.toml", "[lint]\nbaseline = \"known.json\"\n[lint.levels]\nno-consequence = \"error\"\n");
    let told = of.lint(&["desk.sla"]);
    assert_eq!((told.exit, told.stderr.as_str()), (1, "1 error; 1 known from the baseline\n"));
    let written = of.lint(&["desk.sla", "--write-baseline", "known.json"]);
    assert_eq!((written.exit, written.stderr.as_str()), (1, "1 error; 1 in known.json\n"));
}

#[test]
fn a_file_that_is_named_twice_is_told_of_once() {
    let of = Repository::of(&[("in/desk.sla", DESK)]);
    for paths in [["in/desk.sla", "./in/desk.sla"], ["in", "in/../in/desk.sla"], ["in/desk.sla", "."]] {
        let ran = of.lint(&[paths.as_slice(), &["--max-warnings", "1"]].concat());
        assert_eq!((ran.exit, ran.stderr.as_str()), (0, "1 warning, 1 piece of advice\n"), "{paths:?}");
    }
}

// ---- What is allowed in the text ---------------------------------------------------------------------------

#[test]
fn a_policy_says_what_its_author_has_seen() {
    let allow = |name: &str| format!("allow {name} because \"Both know it.\".\n");
    let told = |text: &str| {
        let of = Repository::of(&[("desk.sla", text)]);
        let ran = of.short(&["desk.sla"]);
        codes(&ran.0).iter().map(|code| (*code).to_owned()).collect::<Vec<_>>()
    };
    let in_clause = |name: &str| DESK.replace("    (a)", &format!("    {}    (a)", allow(name)));
    let in_agreement = |name: &str| DESK.replace("  let", &format!("  {}  let", allow(name)));
    assert_eq!(told(&in_clause("no-consequence")), ["SLA0503"]);
    assert_eq!(told(&in_agreement("no-consequence")), ["SLA0503"]);
    assert_eq!(told(&in_agreement("no-consequence, unused")), [""; 0]);
    // A clause speaks of itself alone, and what allows nothing is told.
    assert_eq!(told(&in_clause("unused")), ["SLA0503", "SLA0520", "SLA0501"]);
    assert_eq!(told(&in_clause("no-consequense")), ["SLA0130", "SLA0501"]);
    assert_eq!(told(&in_clause("bare-days")), ["SLA0130", "SLA0501"]);
}

// ---- What is mended ----------------------------------------------------------------------------------------

#[test]
fn edits_with_one_right_answer_are_made_and_told() {
    let allowed = DESK.replace("    (a)", "    allow unused, partial-window because \"?\".\n    (a)");
    let of = Repository::of(&[("desk.sla", &without_stop()), ("allowed.sla", &allowed)]);
    let ran = of.lint(&["desk.sla", "--fix"]);
    assert_eq!(of.text("desk.sla"), DESK);
    let line = "desk.sla:8:24: error[SLA0003] this statement has no end; mended: Add the full stop\n";
    assert_eq!((ran.exit, ran.stderr.lines().next()), (0, Some(line.trim_end())));
    // A second time there is nothing to do.
    assert!(!of.lint(&["desk.sla", "--fix"]).stderr.contains("mended"));
    of.lint(&["allowed.sla", "--fix"]);
    assert_eq!(of.text("allowed.sla"), DESK);
}

#[test]
fn edits_that_are_only_likely_are_made_when_they_are_asked_for() {
    let misspelt = DESK.replace("agency must", "agenci must");
    let of = Repository::of(&[("desk.sla", &misspelt)]);
    assert_eq!(of.lint(&["desk.sla", "--fix"]).exit, 2);
    assert_eq!(of.text("desk.sla"), misspelt);
    let ran = of.lint(&["desk.sla", "--unsafe-fixes"]);
    assert_eq!(of.text("desk.sla"), DESK);
    let told = ran.stderr.lines().next().unwrap();
    assert!(told.ends_with("mended: Write `agency`, perhaps not what was meant"), "{told}");
    assert_eq!(of.run_in("", &["lint", "-", "--fix"], DESK).exit, 3);
}

#[test]
fn an_edit_that_says_something_else_is_told_with_what_it_changes() {
    let debt = "  event bill.received { bill: id, amount: money }
  event bill.paid { bill: id, amount: money }
  case bill { begins when bill.received. client owes agency amount. paid by bill.paid. }
";
    let title = "    client has \"the works\" when client owes agency nothing.\n    (a)";
    let titled = DESK.replace("    (a)", title).replace("  let deposit = 100 EUR.\n", debt);
    let of = Repository::of(&[("desk.sla", &titled)]);
    of.lint(&["desk.sla", "--fix"]);
    assert_eq!(of.text("desk.sla"), titled);
    let ran = of.lint(&["desk.sla", "--unsafe-fixes"]);
    assert!(of.text("desk.sla").contains("when this agreement has ended and client owes agency nothing"));
    insta::assert_snapshot!(ran.stderr);
}

// ---- What other tools are told -----------------------------------------------------------------------------

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../data/sarif/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let of = Repository::of(&[("our desk.sla", &without_stop()), ("b.sla", DESK)]);
    let log = json(&of.lint(&[".", "--format", "sarif"]));
    let wrong: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["level"] = "severe".into();
    assert!(!validator.is_valid(&broken));
    let mut shown = log;
    for rule in shown["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        // The pages have snapshots of their own.
        rule["help"] = "…".into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let prints = |text: &str| {
        let of = Repository::of(&[("desk.sla", text)]);
        let log = json(&of.lint(&["desk.sla", "--format", "sarif"]));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let print =
            |result: &Value| result["partialFingerprints"]["servanda/v1"].as_str().unwrap().to_owned();
        results.iter().map(print).collect::<Vec<_>>()
    };
    let before = prints(DESK);
    assert_eq!(before, prints(&DESK.replace("  let", "\n  // A remark.\n  let")));
    let twice = DESK.replace(
        "  }\n}",
        "  }\n  clause 3 \"Care\" {\n    (a) agency must close each request within 3 calendar days.\n  }\n}",
    );
    let after = prints(&twice);
    assert_eq!(before, after[..2]);
    assert_ne!(after[1], after[2]);
}

#[test]
fn json_is_what_its_schema_says() {
    let of = Repository::of(&[("desk.sla", &without_stop())]);
    let schema = json(&of.run_in("", &["schema", "diagnostics"], ""));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let told = json(&of.lint(&["desk.sla", "--format", "json"]));
    let wrong: Vec<String> = validator.iter_errors(&told).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(
        told["diagnostics"][0]["url"],
        "https://github.com/servanda/servanda/blob/main/docs/codes/SLA0003.md"
    );
    assert_eq!(told["diagnostics"][0]["path"], "Desk");
    assert_eq!(told["diagnostics"][0]["fixes"][0]["safe"], true);
}

#[test]
fn annotations_and_junit() {
    let misspelt = DESK.replace("must close", "must colse").replace("request within", "reqest within");
    let of = Repository::of(&[
        ("a.sla", &without_stop()),
        ("b.sla", DESK),
        ("c.sla", "language 1.\nparty x.\n"),
        ("d.sla", &misspelt),
        ("e.sla", &DESK.replace("agency must close each", "agency must colse each")),
    ]);
    let github = of.lint(&[".", "--format", "github"]).stdout;
    let junit = of.lint(&[".", "--format", "junit"]).stdout;
    insta::assert_snapshot!(format!("{github}\n{junit}"));
}

#[test]
fn manual_pages_and_completions_are_written() {
    let of = Repository::of(&[]);
    let ran = of.run_in("", &["man", "man1"], "");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(of.text("man1/servanda-lint.1").contains("max\\-warnings"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(of.run_in("", &["completions", shell], "").stdout.contains("max-warnings"), "{shell}");
    }
}
