//! The book holds: every policy in it is checked, its scenarios pass, and its commands print what it says.
//!
//! A block says in its info string what it is; `docs/README.md` tells the words. This test knows nothing of what the
//! book teaches. With `BOOK=write` it writes what the commands print into the book instead of comparing.

use servanda::{Severity, Sources, check, compile, gather, is_library, scenarios};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the lines of an agreement stand in the frame of a chapter.
const LINES: &str = "  // the lines stand here\n";
/// What of the frame is followed by the steps of a scenario.
const CLAUSE: &str = "  clause 99 \"Examples\" {\n";

/// A fenced block.
#[derive(Debug)]
struct Block {
    /// The words of the info string.
    info: Vec<String>,
    text: String,
    /// The line of its fence, from 1.
    line: usize,
    /// The line of the closing fence, from 1.
    end: usize,
}

impl Block {
    fn is(&self, word: &str) -> bool {
        self.info.iter().any(|known| known == word)
    }

    /// What follows a word and an equals sign.
    fn value(&self, key: &str) -> Option<&str> {
        self.info.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    /// The codes that the block is to be told of.
    fn codes(&self) -> BTreeSet<String> {
        self.info.iter().filter(|word| word.starts_with("SLA")).cloned().collect()
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    // The fence of the open block: only one as long closes it.
    let mut open: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let info = line.trim_start_matches('`');
        let fence = line.strip_suffix(info).filter(|fence| fence.len() >= 3);
        match (open, fence) {
            (None, Some(fence)) => {
                let info = info.split([',', ' ']).filter(|word| !word.is_empty());
                found.push(Block {
                    info: info.map(str::to_owned).collect(),
                    text: String::new(),
                    line: number,
                    end: 0,
                });
                open = Some(fence);
            }
            (Some(first), Some(fence)) if fence.len() >= first.len() && info.is_empty() => {
                open = None;
                if let Some(block) = found.last_mut() {
                    block.end = number;
                }
            }
            (Some(_), _) => {
                if let Some(block) = found.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            (None, None) => {}
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Markdown files of the book, the front page first.
fn chapters() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The agreement in which lines and sentences of the reference stand.
fn frame() -> String {
    let text = fs::read_to_string(root().join("docs/reference.md")).unwrap_or_default();
    blocks(&text).into_iter().find(|block| block.is("frame")).map(|block| block.text).unwrap_or_default()
}

/// A block as a whole file.
fn whole(block: &Block, frame: &str) -> String {
    if block.is("lines") {
        return frame.replace(LINES, &block.text);
    }
    if block.is("clause") {
        return frame.replace(LINES, &format!("{CLAUSE}{}  }}\n", block.text));
    }
    if block.is("steps") {
        return format!("{frame}\nscenario \"steps\" {{\n{}}}\n", block.text);
    }
    block.text.clone()
}

/// What is wrong with a policy of the book.
fn wrong_with(block: &Block, text: &str, folder: &Path) -> Option<String> {
    let mut sources = Sources::new();
    let policy = sources.add("block.sla", text);
    gather(&mut sources, policy, |name| Ok(fs::read_to_string(folder.join(name)).ok()));
    let findings = check(&sources, policy).diagnostics;
    let only_syntax = block.is("syntax");
    let told: BTreeSet<String> = findings
        .iter()
        .filter(|finding| finding.severity() > Severity::Advice)
        .map(|finding| finding.code().number().to_owned())
        .filter(|number| !only_syntax || number.starts_with("SLA00"))
        .collect();
    if told != block.codes() {
        let shown = servanda::render::short(&findings, &sources);
        return Some(format!("told of {told:?} and not of {:?}\n{shown}{text}", block.codes()));
    }
    if !told.is_empty() || only_syntax || is_library(&sources, policy) {
        return None;
    }
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(_) => return Some("it has findings, and none of them was told".to_owned()),
    };
    let failed: Vec<_> = scenarios(&compiled).into_iter().filter(|result| !result.passed()).collect();
    (!failed.is_empty()).then(|| format!("{failed:#?}"))
}

/// Runs the commands of a block in a folder: its text with what they print.
fn played(block: &Block, folder: &Path) -> Result<String, std::io::Error> {
    let mut text = String::new();
    for line in block.text.lines().filter(|line| line.starts_with("$ ")) {
        text.push_str(line);
        text.push('\n');
        let mut words = line.trim_start_matches("$ ").split_whitespace().map(|word| word.trim_matches('\''));
        match words.next() {
            Some("servanda") => {}
            other => return Err(std::io::Error::other(format!("{other:?} is not run here"))),
        }
        let path = folder.join("printed.txt");
        let printed = File::create(&path)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_servanda"));
        command.args(words).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
        command.stdout(printed.try_clone()?).stderr(printed);
        command.status()?;
        let printed = fs::read_to_string(&path)?;
        text.push_str(printed.trim_end());
        text.push('\n');
    }
    Ok(text)
}

/// The chapter with other texts in some of its blocks.
fn rewritten(text: &str, changed: &[(usize, usize, String)]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut at = 0;
    for (from, to, block) in changed {
        for line in lines.iter().take(*from).skip(at) {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(block);
        at = to - 1;
    }
    for line in lines.iter().skip(at) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Goes through a chapter in the order of its text; what is wrong with it.
fn read(path: &Path, frame: &str, write: bool) -> Result<Vec<String>, std::io::Error> {
    let text = fs::read_to_string(path)?;
    let name = path.file_stem().unwrap_or_default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut wrong = Vec::new();
    let mut changed = Vec::new();
    for block in blocks(&text) {
        let at = format!("{}:{}", path.display(), block.line);
        let mut policy = whole(&block, frame);
        if let Some(file) = block.value("append") {
            policy = format!("{}\n{}", fs::read_to_string(folder.join(file))?, block.text);
        }
        if let Some(file) = block.value("file").or_else(|| block.value("append")) {
            fs::write(folder.join(file), &policy)?;
        }
        if block.is("sla") {
            wrong.extend(wrong_with(&block, &policy, &folder).map(|what| format!("{at}: {what}")));
        }
        if block.is("console") {
            let played = played(&block, &folder)?;
            if played != block.text {
                wrong.push(format!("{at}: the book says\n{}\nand it prints\n{played}", block.text));
                changed.push((block.line, block.end, played));
            }
        }
    }
    if write && !changed.is_empty() {
        fs::write(path, rewritten(&text, &changed))?;
    }
    Ok(wrong)
}

#[test]
fn the_book_holds() {
    let write = std::env::var_os("BOOK").is_some_and(|what| what == "write");
    let frame = frame();
    assert!(frame.contains(LINES), "docs/reference.md has no frame");
    let mut wrong = Vec::new();
    for path in chapters() {
        wrong.extend(read(&path, &frame, write).unwrap());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fixed words of the grammar: the rule of each is named after it.
fn phrases(grammar: &str) -> BTreeSet<String> {
    let names = grammar.lines().filter_map(|line| line.strip_prefix("kw_")?.split_once(" = "));
    names.map(|(name, _)| name.replace('_', " ")).collect()
}

/// The phrases in the first column of a table, row by row.
fn rows(page: &str) -> Vec<Vec<String>> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    cells.map(quoted).filter(|phrases| !phrases.is_empty()).collect()
}

/// Everything that is written in the examples, but for texts and comments, with one blank between words.
fn words_of_examples() -> std::io::Result<String> {
    let mut folders = vec![root().join("examples")];
    let mut words = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "sla") {
                for line in fs::read_to_string(path)?.lines() {
                    let outside = line.split('"').step_by(2).collect::<Vec<_>>().join(" ");
                    let code = outside.split("//").next().unwrap_or_default();
                    words.extend(code.split_whitespace().flat_map(|word| [" ", word]));
                }
            }
        }
    }
    Ok(words)
}

/// A phrase that no example needs is not worth its place in the language.
#[test]
fn every_phrase_is_used_by_an_example() {
    let grammar = fs::read_to_string(root().join("grammar/sla.pest")).unwrap();
    let words = words_of_examples().unwrap();
    let is_used = |phrase: &String| {
        words.match_indices(phrase.as_str()).any(|(at, _)| {
            let is_word = |near: Option<char>| near.is_some_and(|it| it.is_alphanumeric() || it == '_');
            let behind = words.get(at + phrase.len()..).and_then(|rest| rest.chars().next());
            let before = words.get(..at).and_then(|rest| rest.chars().next_back());
            !is_word(before) && !is_word(behind)
        })
    };
    let idle: Vec<String> = phrases(&grammar).into_iter().filter(|phrase| !is_used(phrase)).collect();
    assert!(idle.is_empty(), "no example uses {idle:?}");
}

#[test]
fn the_table_has_every_phrase_of_the_grammar() {
    let grammar = fs::read_to_string(root().join("grammar/sla.pest")).unwrap();
    let page = fs::read_to_string(root().join("docs/reference/phrases.md")).unwrap();
    let (phrases, listed) = (phrases(&grammar), rows(&page));
    assert!(phrases.len() > 100, "{phrases:?}");
    // One that only goes on with another one stands in its row, too.
    let mut begun = BTreeSet::new();
    let twice: Vec<_> = listed.iter().filter_map(|row| row.first()).filter(|it| !begun.insert(*it)).collect();
    assert!(twice.is_empty(), "several rows begin with {twice:?}");
    let rows: BTreeSet<String> = listed.iter().flatten().cloned().collect();
    let missing: Vec<_> = phrases.difference(&rows).collect();
    let invented: Vec<_> = rows.difference(&phrases).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "without a row: {missing:?}; not in the grammar: {invented:?}"
    );
}

#[test]
fn a_wrong_block_is_found() {
    let frame = frame();
    let one = |text: &str| blocks(text).pop().unwrap();
    let block =
        one("```sla,clause\nagency must close each request within 5 days otherwise tell lead.\n```\n");
    assert!(wrong_with(&block, &whole(&block, &frame), Path::new("")).unwrap().contains("SLA0201"));
    let block = one("```sla,lines SLA0201\nlet fine = 5 EUR.\n```\n");
    assert!(wrong_with(&block, &whole(&block, &frame), Path::new("")).is_some());
    let block = one("```sla,steps\nas of 2026-02-01.\nexpect 3 lines.\n```\n");
    assert!(wrong_with(&block, &whole(&block, &frame), Path::new("")).is_some());
    let block = one("```console\n$ servanda explain SLA0201\nnothing\n```\n");
    assert_ne!(played(&block, Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap(), block.text);
}
