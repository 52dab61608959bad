//! What formatting must keep: what is said, every comment, and its own result.
//!
//! The laws run over every accepted file of the repository. Each is taken apart at the boundaries of its words,
//! the blanks are made anew by chance, and comments are put in.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test stops it where it is mistaken")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use servanda_diagnostics::{SourceId, Sources};
use servanda_parser::ast::{Agreement, Item, Line};
use servanda_parser::{Parsed, WIDTH, canonical_words, parse};

/// A text without errors, or a panic that says where the error is.
fn read(text: &str) -> Parsed {
    let parsed = parse(SourceId(0), text);
    if let Some(diagnostic) = parsed.diagnostics.first() {
        let rest: String = text.chars().skip(diagnostic.primary().span.start as usize).take(60).collect();
        panic!("{} near {rest:?} of\n{text}", diagnostic.message());
    }
    parsed
}

fn formatted(text: &str) -> String {
    servanda_parser::format(&read(text), text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// Every policy of the repository that is meant to be read without a finding.
fn policies() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["tests/accept", "tests/format", "../../examples", "../../benches"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    assert!(paths.len() >= 4, "{paths:?}");
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "sla") {
            paths.push(path);
        }
    }
}

/// The tree as text, without its places.
fn tree(text: &str) -> String {
    let debug = format!("{:?}", read(text).document);
    let mut parts = debug.split("Span { source: SourceId(0), start: ");
    let mut tree = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        tree.push_str(part.split_once('}').map_or("", |(_, behind)| behind));
    }
    tree
}

fn comments(text: &str) -> Vec<String> {
    read(text).comments.into_iter().map(|comment| comment.text.trim_end().to_owned()).collect()
}

/// The words of the agreements in their canonical order.
fn said(text: &str) -> String {
    let items = read(text).document.items;
    let agreements = items.iter().filter_map(|item| match item {
        Item::Agreement(agreement) => Some(agreement),
        _ => None,
    });
    agreements.map(|agreement| canonical_words(agreement, &Sources::new().with("", text))).collect()
}

/// A formatted text without comments, cut at the boundaries of its words: each with what stands behind it, and
/// whether a comment can stand there.
fn words(text: &str) -> Vec<(String, String, bool)> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut quoted = false;
        let ends = |c: char| {
            quoted ^= c == '"';
            !quoted && c.is_whitespace()
        };
        let (chunk, behind) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        let (gap, behind) = behind.split_at(behind.len() - behind.trim_start().len());
        let bare = chunk.trim_end_matches(['.', ',', ':']);
        // The grammar reads a date and the time behind it as one.
        let instant =
            bare.starts_with("20") && bare.contains('-') && behind.starts_with(|c: char| c.is_ascii_digit());
        if bare.is_empty() || bare.len() == chunk.len() {
            words.push((chunk.to_owned(), gap.to_owned(), !instant));
        } else {
            words.push((bare.to_owned(), String::new(), true));
            words.push((chunk.split_at(bare.len()).1.to_owned(), gap.to_owned(), true));
        }
        rest = behind;
    }
    words
}

#[derive(Debug, Clone)]
enum Mutation {
    Keep,
    Blanks(&'static str),
    Trailing(&'static str),
    OwnLine(&'static str),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => Just(Mutation::Keep),
        8 => prop::sample::select(vec![" ", "  \t", "\n", "\r\n", "\n   \n\n\n", " \n\t"]).prop_map(Mutation::Blanks),
        1 => prop::sample::select(vec![" ", "", "\t"]).prop_map(Mutation::Trailing),
        1 => prop::sample::select(vec!["\n", "\n\n\n  ", "\r\n"]).prop_map(Mutation::OwnLine),
    ]
}

/// The words with other blanks and further comments. Empty lines say what belongs together, so that without
/// comments they stay where they are.
fn mutate(words: &[(String, String, bool)], mutations: &[Mutation], with_comments: bool) -> String {
    let mut text = String::new();
    for (at, ((word, gap, open), mutation)) in words.iter().zip(mutations.iter().cycle()).enumerate() {
        text.push_str(word);
        let is_zone =
            at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|(word, ..)| word == "zone");
        let apart = gap.matches('\n').count() > 1;
        match mutation {
            _ if !open => text.push_str(gap),
            Mutation::Keep => text.push_str(gap),
            Mutation::Blanks(blanks) if with_comments => text.push_str(blanks),
            Mutation::Blanks(blanks) if apart => text.push_str(&format!("\n{blanks}\n")),
            Mutation::Blanks(blanks) if blanks.matches('\n').count() > 1 => text.push('\n'),
            Mutation::Blanks(blanks) => text.push_str(blanks),
            Mutation::Trailing(_) | Mutation::OwnLine(_) if !with_comments => text.push_str(gap),
            // Behind a `/` and behind a zone the comment would begin a character too early.
            Mutation::Trailing(_) if word.contains('/') || is_zone => text.push_str(&format!(" // {at}\n")),
            Mutation::Trailing(blanks) => text.push_str(&format!("{blanks}// \"{at} {{\n")),
            Mutation::OwnLine(blanks) => text.push_str(&format!("{blanks}// {at}.\n")),
        }
    }
    text
}

/// Every policy, formatted and without comments.
static BARE: LazyLock<Vec<String>> = LazyLock::new(|| policies().iter().map(|text| bare(text)).collect());

/// A formatted text without comments.
fn bare(text: &str) -> String {
    let mut bare = text.to_owned();
    for comment in read(text).comments.iter().rev() {
        bare.replace_range(comment.span.start as usize..comment.span.end as usize, "");
    }
    formatted(&bare)
}

#[test]
fn a_formatted_file_is_formatted() {
    for text in policies() {
        let once = formatted(&text);
        assert_eq!(formatted(&once), once);
        assert_eq!(comments(&once), comments(&text));
        assert_eq!(said(&once), said(&text));
        for line in once.lines() {
            assert_eq!(line.trim_end(), line);
        }
    }
}

#[test]
fn lines_of_a_formatted_file_are_not_too_long() {
    for text in policies() {
        // Prose is indented anew and never wrapped, so that what stands between quotes is as long as it was.
        let formatted = formatted(&text);
        let code: String = formatted.split('"').step_by(2).collect();
        for line in code.lines().filter(|line| !line.contains("//")) {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blanks_say_nothing(which in any::<prop::sample::Index>(), mutations in prop::collection::vec(mutation(), 1..400)) {
        let canonical = which.get(BARE.as_slice());
        let mutated = mutate(&words(canonical), &mutations, false);
        prop_assert_eq!(tree(&mutated), tree(canonical));
        prop_assert_eq!(&formatted(&mutated), canonical);
    }

    #[test]
    fn comments_survive_in_order(which in any::<prop::sample::Index>(), mutations in prop::collection::vec(mutation(), 1..400)) {
        let canonical = which.get(BARE.as_slice());
        let mutated = mutate(&words(canonical), &mutations, true);
        let once = formatted(&mutated);
        prop_assert_eq!(tree(&once), tree(&mutated));
        prop_assert_eq!(comments(&once), comments(&mutated));
        prop_assert_eq!(formatted(&once), once);
    }
}

#[test]
fn a_comment_on_every_word() {
    for text in BARE.iter() {
        let words = words(text);
        for mutation in [Mutation::Trailing(" "), Mutation::OwnLine("\n")] {
            let mutated = mutate(&words, &[mutation], true);
            let once = formatted(&mutated);
            assert_eq!(comments(&once), comments(&mutated));
            assert_eq!(formatted(&once), once);
        }
    }
}

#[test]
fn a_file_with_errors_is_refused() {
    let text = "language 1. agreement \"A\" { party . }";
    let error = servanda_parser::format(&parse(SourceId(0), text), text).unwrap_err();
    assert_eq!(error, servanda_parser::FormatError::Unreadable);
}

#[test]
fn a_crowded_file() {
    insta::assert_snapshot!(formatted(include_str!("format/crowded.sla")));
}

/// A version is an agreement with lines of its amendments: they stand elsewhere in the text, in any order.
#[test]
fn the_words_of_an_amended_agreement_are_those_of_its_tree() {
    let text = "language 1.
amendment \"One\" {
  // Before the agreement.
  in force from 2026-04-01.
  let shares = depending on level { urgent: 5%, high: 4% }.
  calendar night { open mon..fri 08:00..18:00. time zone Europe/Berlin. }
  text \"As
      agreed\"
  clause 1 \"Faster\", surviving {
    // Within the clause.
    (a) agency must answer each inquiry if rush within 4 hours, otherwise agency credits client 5 EUR.
  }
}
agreement \"Works\" takes { fee: money. } {
  calendar night { open mon..fri 09:00..18:00. }
  clause 1 \"First\" {
    (a) agency must answer each inquiry within 8 hours.
    (b) agency must keep share at least 1 if rush each calendar month.
  }
  let shares = depending on level { urgent: 7%, high: 6% }.
  party agency.
}
amendment \"Two\" { event x.y { one: id, two: id, } }
";
    let parsed = read(text);
    let [Item::Amendment(one), Item::Agreement(agreement), Item::Amendment(two)] =
        parsed.document.items.as_slice()
    else {
        panic!("{:?}", parsed.document.items)
    };
    let [_, shares, night, prose, Line::Clause(faster)] = one.lines.as_slice() else { panic!("{one:?}") };
    let [_, Line::Clause(first), _, party] = agreement.lines.as_slice() else { panic!("{agreement:?}") };
    let mut clause = faster.clone();
    clause.parts.extend(first.parts.iter().skip(1).cloned());
    let lines = [night, &Line::Clause(clause), shares, party, prose];
    let lines = lines.into_iter().chain(&two.lines).cloned().collect();
    let amended = Agreement { lines, ..agreement.clone() };
    let consolidated = "language 1.
agreement \"Works\" takes { fee: money. } {
  calendar night { open mon..fri 08:00..18:00. time zone Europe/Berlin. }
  clause 1 \"Faster\", surviving {
    (a) agency must answer each inquiry within 4 hours if rush otherwise agency credits client 5 EUR.
    (b) agency must keep share at least 1 each calendar month if rush.
  }
  let shares = depending on level { urgent: 5%, high: 4%, }.
  party agency.
  text \"As
  agreed\"
  event x.y { one: id, two: id }
}
";
    let sources = Sources::new().with("", text);
    assert_eq!(canonical_words(&amended, &sources), said(consolidated));
    assert_ne!(canonical_words(&amended, &sources), said(text));
}
