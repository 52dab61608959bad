//! The rules of the house that no lint of the compiler knows: who may depend on whom, what a file begins with, how
//! long it is, and which words do not belong into it.
//!
//! Every rule is a function from texts to findings, so that each is also shown a text that breaks it.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that cannot read the repository, or cuts it inside a character, should stop"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

// ---- What is looked at ------------------------------------------------------------------------------------

/// A Rust file, by its path from the root of the repository.
#[derive(Debug, Clone)]
struct File {
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The text up to the tests at its end.
    fn without_tests(&self) -> &str {
        self.text.find("\n#[cfg(test)]\nmod ").map_or(&self.text, |at| &self.text[..at])
    }

    /// The crate of ours that this file is part of, where it is in its `src`.
    fn crate_source(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn is_hidden_or_built(name: &str) -> bool {
    name.starts_with('.') || name == "target" || name.starts_with("target-")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && !is_hidden_or_built(&name) {
            walk(&entry.path(), found);
        } else if kind.is_file() && name.ends_with(".rs") {
            found.push(entry.path());
        }
    }
}

/// Every Rust file of the repository.
fn files() -> Vec<File> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "the walk found {} files", paths.len());
    let file = |path: PathBuf| File {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(file).collect()
}

// ---- A Rust text in its parts -----------------------------------------------------------------------------

/// What a piece of a Rust text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// Cuts a Rust text into code, comments and text literals; together they are the text.
fn pieces(text: &str) -> Vec<(Kind, &str)> {
    let mut pieces = Vec::new();
    let (mut code, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let inside_word = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (kind, length) = if rest.starts_with("//") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Kind::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if let Some(length) = (!inside_word).then(|| raw_literal(rest)).flatten() {
            (Kind::Literal, length)
        } else if rest.starts_with('"') {
            (Kind::Literal, literal(rest, '"'))
        } else if let Some(length) = char_literal(rest) {
            (Kind::Literal, length)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        pieces.push((Kind::Code, &text[code..at]));
        pieces.push((kind, &rest[..length]));
        at += length;
        code = at;
    }
    pieces.push((Kind::Code, &text[code..]));
    pieces
}

/// The length of a literal between two `quote`s, with escapes.
fn literal(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, found) in rest.char_indices().skip(1) {
        match found {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if found == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_literal(rest: &str) -> Option<usize> {
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let start = rest.len() - raw.len() + hashes;
    let end = format!("\"{}", "#".repeat(hashes));
    rest[start..].starts_with('"').then(|| {
        let body = start + 1;
        rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len())
    })
}

/// The length of a character literal; a lifetime is none.
fn char_literal(rest: &str) -> Option<usize> {
    let mut inside = rest.strip_prefix('\'')?.chars();
    match inside.next()? {
        '\\' => Some(literal(rest, '\'')),
        one => (inside.next()? == '\'').then(|| one.len_utf8() + 2),
    }
}

fn code_of(text: &str) -> String {
    let code = pieces(text).into_iter().filter(|(kind, _)| *kind == Kind::Code);
    code.map(|(_, piece)| piece).collect::<Vec<_>>().join(" ")
}

/// The words of a text in lower case: names are split at `_` and where a capital follows a small letter.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for found in text.chars() {
        if !found.is_alphanumeric() || (small && found.is_uppercase()) {
            words.push(String::new());
        }
        if found.is_alphanumeric() {
            words.last_mut().unwrap().extend(found.to_lowercase());
        }
        small = found.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

// ---- Dependencies -----------------------------------------------------------------------------------------

/// Which crates of ours each crate depends on: the chain diagnostics ← parser ← policy ← events ← evaluator ← report
/// ← servanda ← cli. A crate may also use those further down the chain whose types it hands on.
///
/// The evaluator and the report name the parser for the small closed words that the tree and the policy share
/// (relations, units, the order of payments), never for a tree.
const EDGES: &[(&str, &[&str])] = &[
    ("diagnostics", &[]),
    ("parser", &["diagnostics"]),
    ("policy", &["diagnostics", "parser"]),
    ("events", &["diagnostics", "policy"]),
    ("evaluator", &["diagnostics", "events", "parser", "policy"]),
    ("report", &["diagnostics", "evaluator", "events", "parser", "policy"]),
    ("servanda", &["diagnostics", "evaluator", "events", "parser", "policy", "report"]),
    ("cli", &["servanda"]),
];

/// Foreign crates that only these crates of ours may name: others see our own types in their place.
const KEPT_BY: &[(&str, &[&str])] = &[
    ("miette", &["diagnostics"]),
    ("pest", &["parser"]),
    ("pest_derive", &["parser"]),
    ("pretty", &["parser"]),
    ("comfy-table", &["report"]),
    ("csv", &["events", "report"]),
    ("icalendar", &["policy"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstream", &["cli"]),
];

/// The names under `[dependencies]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[dependencies]").skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split(['.', '=', ' ']).next().unwrap().to_owned())
        .collect()
}

fn wrong_edges(name: &str, manifest: &str) -> Vec<String> {
    let Some((_, wanted)) = EDGES.iter().find(|(of, _)| *of == name) else {
        return vec![format!("{name}: not in the table of edges")];
    };
    let found = dependencies(manifest);
    let ours: BTreeSet<&str> = found
        .iter()
        .filter_map(|name| if name == "servanda" { Some("servanda") } else { name.strip_prefix("servanda-") })
        .collect();
    let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
    let mut wrong = Vec::new();
    wrong.extend(ours.difference(&wanted).map(|extra| format!("{name}: must not depend on {extra}")));
    wrong.extend(wanted.difference(&ours).map(|missing| format!("{name}: no longer depends on {missing}")));
    for (foreign, keepers) in KEPT_BY {
        if found.contains(*foreign) && !keepers.contains(&name) {
            wrong.push(format!("{name}: {foreign} is for {} alone", keepers.join(" and ")));
        }
    }
    wrong
}

/// The manifests of our crates, by the name of their folder.
fn manifests() -> BTreeMap<String, String> {
    let folders = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    folders
        .map(|folder| {
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(folder.join("Cargo.toml")).unwrap())
        })
        .collect()
}

#[test]
fn crates_depend_along_the_chain() {
    let manifests = manifests();
    assert_eq!(manifests.len(), EDGES.len());
    let wrong: Vec<String> =
        manifests.iter().flat_map(|(name, manifest)| wrong_edges(name, manifest)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stray = "[dependencies]\nservanda-policy.workspace = true\nmiette = \"7\"\n[dev-dependencies]\npest = \"2\"\n";
    assert_eq!(
        wrong_edges("parser", stray),
        [
            "parser: must not depend on policy",
            "parser: no longer depends on diagnostics",
            "parser: miette is for diagnostics alone"
        ]
    );
}

#[test]
fn every_crate_keeps_the_lints_of_the_house() {
    for (name, manifest) in manifests() {
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name} has lints of its own, or none");
    }
}

// ---- What a library does not know -------------------------------------------------------------------------

/// What only the command may know: files, the environment, clocks, threads that wait, terminals.
const WORLD: &[&str] = &[
    "fs::",
    "env::",
    "net::",
    "process::",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "Zoned::now",
    "thread::sleep",
    "stdin(",
    "stdout(",
    "stderr(",
];

fn names_of_the_world(file: &File) -> Vec<String> {
    if file.crate_source().is_none_or(|name| name == "cli") {
        return Vec::new();
    }
    let code = code_of(file.without_tests());
    let named = WORLD.iter().filter(|word| {
        code.match_indices(**word).any(|(at, _)| {
            !code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
        })
    });
    named.map(|word| format!("{}: a library names `{word}`", file.path)).collect()
}

#[test]
fn libraries_know_no_file_no_clock_and_no_terminal() {
    let wrong: Vec<String> = files().iter().flat_map(names_of_the_world).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stray = "//! Like std::fs::read.\nuse std::{fs, io};\nfn f() { fs::read(\"std::env::var\"); }\n";
    let stray = |path| names_of_the_world(&File::new(path, stray));
    assert_eq!(stray("crates/policy/src/x.rs"), ["crates/policy/src/x.rs: a library names `fs::`"]);
    assert!(stray("crates/cli/src/x.rs").is_empty());
    assert!(stray("crates/policy/tests/x.rs").is_empty());
}

// ---- Files ------------------------------------------------------------------------------------------------

/// More lines than this are more than one thing.
const MOST_LINES: usize = 600;

/// Files that may be longer, each with its reason.
const LONG: &[(&str, &str)] =
    &[("crates/parser/src/ast.rs", "the tree as one page of plain data, to be read beside the grammar")];

/// Folders and files are named after what they are about.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager", "handler"];

fn misshapen(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    if !file.text.starts_with("//!") {
        wrong.push(format!("{}: does not begin by saying what it is for", file.path));
    }
    let lines = file.text.lines().count();
    if lines > MOST_LINES && !LONG.iter().any(|(path, _)| *path == file.path) {
        wrong.push(format!("{}: {lines} lines", file.path));
    }
    let named = file.path.trim_end_matches(".rs").split('/').find(|part| EMPTY_NAMES.contains(part));
    wrong.extend(named.map(|part| format!("{}: `{part}` is a name for anything", file.path)));
    let code = code_of(&file.text);
    for left in ["#[ignore", "todo!", "unimplemented!"] {
        if code.contains(left) {
            wrong.push(format!("{}: `{left}` leaves something for later", file.path));
        }
    }
    let comments = pieces(&file.text).into_iter().filter(|(kind, _)| *kind == Kind::Comment);
    if comments
        .into_iter()
        .any(|(_, comment)| ["TODO", "FIXME", "XXX"].iter().any(|left| comment.contains(left)))
    {
        wrong.push(format!("{}: a comment leaves something for later", file.path));
    }
    wrong
}

#[test]
fn files_say_what_they_are_for_and_are_short() {
    let files = files();
    let wrong: Vec<String> = files.iter().flat_map(misshapen).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (path, _) in LONG {
        let file = files.iter().find(|file| file.path == *path);
        let needed = file.is_some_and(|file| file.text.lines().count() > MOST_LINES);
        assert!(needed, "{path} needs no exception any more");
    }
    let long = format!("{}fn f() {{ todo!() }} // TODO: all of it\n", "\n".repeat(MOST_LINES));
    assert_eq!(misshapen(&File::new("crates/policy/src/utils.rs", &long)).len(), 5);
    assert!(misshapen(&File::new("benches/src/lib.rs", "//! No todo!() and no #[ignore].\n")).is_empty());
}

// ---- Words ------------------------------------------------------------------------------------------------

/// Things of some trade. The core knows events, cases, acts, measures, duties and entries, and no such thing.
const OF_A_TRADE: &[&str] = &[
    "inquiry",
    "invoice",
    "post",
    "outage",
    "ticket",
    "campaign",
    "influencer",
    "follower",
    "hashtag",
    "instagram",
    "facebook",
    "tiktok",
    "complaint",
    "newsletter",
    "tweet",
    "reel",
    "engagement",
    "impression",
    "uptime",
    "incident",
    "helpdesk",
    "shipment",
];

/// Things of a trade that are also verbs: in sentences they may stand.
const ALSO_VERBS: &[&str] = &["lead"];

/// The sections of the registry of codes: their text literals are examples of policies, as documentation.
const REGISTRY: &str = "crates/diagnostics/src/code/";

/// The sentences of comments: without code spans, and without blocks of code.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fenced = false;
    for (kind, piece) in pieces(text) {
        if kind != Kind::Comment {
            continue;
        }
        if piece.contains("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push('\n');
            prose.push_str(piece);
        }
    }
    prose.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

fn words_of_a_trade(file: &File) -> Vec<String> {
    if file.crate_source().is_none() {
        return Vec::new();
    }
    let text = file.without_tests();
    let examples = file.path.starts_with(REGISTRY);
    let named =
        |kind, piece: &str| kind == Kind::Code || (kind == Kind::Literal && !examples && !piece.is_empty());
    let code = pieces(text).into_iter().filter(|(kind, piece)| named(*kind, piece));
    let code: BTreeSet<String> = code.flat_map(|(_, piece)| words(piece)).collect();
    let prose: BTreeSet<String> = words(&prose(text)).into_iter().collect();
    let one = |word: &String| match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    };
    let is =
        |words: &[&str], word: &String| words.contains(&word.as_str()) || words.contains(&one(word).as_str());
    let mut wrong: BTreeSet<&String> = code.union(&prose).filter(|word| is(OF_A_TRADE, word)).collect();
    wrong.extend(code.iter().filter(|word| is(ALSO_VERBS, word)));
    wrong.into_iter().map(|word| format!("{}: `{word}` is a thing of a trade", file.path)).collect()
}

#[test]
fn the_core_names_nothing_of_a_trade() {
    let wrong: Vec<String> = files().iter().flat_map(words_of_a_trade).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let found = |text: &str| words_of_a_trade(&File::new("crates/policy/src/x.rs", text)).len();
    assert_eq!(
        found("struct OpenInquiries { lead_ids: u8 } // of a ticket\nconst X: &str = \"the outage\";\n"),
        4
    );
    assert_eq!(found("//! What this may lead to.\n// `outage where …`\nfn posted() {}\n"), 0);
    assert_eq!(
        found("/// ```\n/// invoice(1)\n/// ```\nfn f<'a>(x: &'a str, c: char) -> bool { c == '\"' }\n"),
        0
    );
    assert_eq!(found("fn f() {}\n\n#[cfg(test)]\nmod tests { const INVOICE: u8 = 1; }\n"), 0);
}

// ---- Examples ---------------------------------------------------------------------------------------------

/// What is missing in a folder of policies that holds these files, each with its text.
///
/// An agreement has a folder with its log and what comes of it; a folder of small policies by theme has scenarios in
/// each.
fn missing_of_example(files: &BTreeMap<String, String>) -> Vec<String> {
    let has_scenario = |text: &str| text.lines().any(|line| line.starts_with("scenario "));
    let policies = || files.iter().filter(|(name, _)| name.ends_with(".sla"));
    if !files.contains_key("agreement.sla") {
        let bare = policies().filter(|(_, text)| !has_scenario(text));
        return bare.map(|(name, _)| format!("no scenario in {name}")).collect();
    }
    let has = |wanted: &str| files.keys().any(|name| name.starts_with(wanted));
    let parts = ["events.", "expected", "README.md"].into_iter().filter(|part| !has(part));
    let mut missing: Vec<String> = parts.map(|part| format!("no {part}")).collect();
    if !policies().any(|(_, text)| has_scenario(text)) {
        missing.push("no scenario".to_owned());
    }
    missing
}

#[test]
fn every_example_is_whole() {
    let mut wrong = Vec::new();
    let mut agreements = 0;
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if !folder.is_dir() {
            continue;
        }
        let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let text = |path: &Path| match path.extension() {
            Some(end) if end == "sla" => fs::read_to_string(path).unwrap(),
            _ => String::new(),
        };
        let name_of = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let files: BTreeMap<String, String> = paths.map(|path| (name_of(&path), text(&path))).collect();
        agreements += usize::from(files.contains_key("agreement.sla"));
        wrong.extend(
            missing_of_example(&files).into_iter().map(|missing| format!("examples/{name}: {missing}")),
        );
    }
    assert!(agreements > 0, "there is no example");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of = |names: &[&str]| {
        missing_of_example(&names.iter().map(|name| ((*name).to_owned(), "language 1.".to_owned())).collect())
    };
    assert_eq!(of(&["agreement.sla", "events.jsonl"]), ["no expected", "no README.md", "no scenario"]);
    assert_eq!(of(&["windows.sla"]), ["no scenario in windows.sla"]);
}

// ---- Codes ------------------------------------------------------------------------------------------------

/// Names of the registry that no place tells.
fn untold(codes: &BTreeSet<String>, files: &[File]) -> Vec<String> {
    let told: BTreeSet<String> = files
        .iter()
        .filter(|file| file.crate_source().is_some() && !file.path.starts_with(REGISTRY))
        .flat_map(|file| {
            let code = code_of(file.without_tests());
            let named = code
                .split("Code::")
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>());
            named.collect::<Vec<_>>()
        })
        .collect();
    codes.difference(&told).cloned().collect()
}

#[test]
fn every_code_is_told_somewhere() {
    let files = files();
    let registry = files.iter().filter(|file| file.path.starts_with(REGISTRY));
    // An entry begins with its variant and its number.
    let lines = registry.flat_map(|file| file.text.lines());
    let entries = lines.filter_map(|line| line.trim().split_once(" \"SLA"));
    let codes: BTreeSet<String> = entries
        .filter(|(variant, _)| variant.chars().all(char::is_alphanumeric))
        .map(|(variant, _)| variant.to_owned())
        .collect();
    assert!(codes.len() > 40, "the registry has {} codes", codes.len());
    let wrong = untold(&codes, &files);
    assert!(wrong.is_empty(), "no place tells {}", wrong.join(", "));
    let told = File::new("crates/policy/src/x.rs", "//! Code::Second\nfn f() -> Code { Code::First }\n");
    let codes = ["First", "Second"].map(str::to_owned).into_iter().collect();
    assert_eq!(untold(&codes, &[told]), ["Second"]);
}
