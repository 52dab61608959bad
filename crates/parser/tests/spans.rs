//! Whatever is read, every place lies inside of its text, on the bounds of characters, and inside of its parent.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that goes wrong may panic"
)]

use proptest::prelude::*;
use servanda_diagnostics::{SourceId, Span};
use servanda_parser::{Parsed, parse};

/// Checks the spans of a tree in its debug form: every one lies in its parent's, and beside its siblings. Gives all
/// of them.
fn spans(parsed: &Parsed) -> Result<Vec<Span>, String> {
    let text = format!("{:?}", parsed.document);
    let mut all = Vec::new();
    // Of each open brace: its own span, and those of its children.
    let mut open: Vec<(Option<Span>, Vec<Span>, bool)> = vec![(None, Vec::new(), false)];
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with('"') {
            at += 1;
            while bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
        } else if rest.starts_with("Span { source") {
            let end = rest.find(" }").unwrap() + 2;
            let numbers: Vec<u32> = rest[..end]
                .split(|c: char| !c.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().unwrap())
                .collect();
            let (start, stop) = (numbers[numbers.len() - 2], numbers[numbers.len() - 1]);
            let span = Span { source: SourceId(0), start, end: stop };
            all.push(span);
            let frame = open.last_mut().unwrap();
            if text[..at].ends_with(" span: ") {
                frame.0 = Some(span)
            } else {
                frame.1.push(span)
            }
            at += end - 1;
        } else if rest.starts_with('{') {
            // The holes of a prose lie in its text, which stands beside them.
            open.push((None, Vec::new(), text[..at].ends_with("Prose ")));
        } else if rest.starts_with('}') {
            let (own, mut children, prose) = open.pop().unwrap();
            children.sort_by_key(|span| (span.start, span.end));
            for pair in children.windows(2) {
                if pair[1].start < pair[0].end && pair[0] != pair[1] && !prose {
                    return Err(format!("{pair:?} overlap in {}", &text[at.saturating_sub(1200)..at]));
                }
            }
            let parent = open.last_mut().unwrap();
            match own {
                Some(own) => {
                    if let Some(child) = children.iter().find(|child| !own.contains(**child)) {
                        return Err(format!("{child:?} is not in {own:?}"));
                    }
                    parent.1.push(own);
                }
                None => parent.1.extend(children),
            }
        }
        at += 1;
    }
    Ok(all)
}

fn sane(text: &str) -> Result<(), String> {
    let parsed = parse(SourceId(0), text);
    let inside = |span: Span| {
        span.start <= span.end
            && text.is_char_boundary(span.start as usize)
            && text.is_char_boundary(span.end as usize)
    };
    for span in spans(&parsed)? {
        if !inside(span) {
            return Err(format!("{span:?} of the tree"));
        }
    }
    for diagnostic in &parsed.diagnostics {
        let labels = std::iter::once(diagnostic.primary()).chain(diagnostic.labels());
        if diagnostic.code() == servanda_diagnostics::Code::Internal {
            return Err(format!("{diagnostic:?}"));
        }
        for label in labels {
            if !inside(label.span) {
                return Err(format!("{:?} of {}", label.span, diagnostic.message()));
            }
        }
    }
    for comment in &parsed.comments {
        if text.get(comment.span.start as usize..comment.span.end as usize) != Some(comment.text.as_str()) {
            return Err(format!("comment at {:?}", comment.span));
        }
    }
    Ok(())
}

fn samples() -> Vec<String> {
    ["accept", "reject"]
        .iter()
        .flat_map(|folder| {
            std::fs::read_dir(format!("{}/tests/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap()
        })
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "sla"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn places_of_every_sample_are_sane() {
    for text in samples() {
        sane(&text).unwrap();
        sane(&text.replace('\n', "\r\n")).unwrap();
        sane(&format!("\u{feff}{text}")).unwrap();
    }
}

/// A first word that is misspelt by a letter of several bytes: the line begins with it, not in it.
#[test]
fn a_respelled_line_begins_with_its_first_letter() {
    for line in ["\u{e9}et fee = 5 EUR.", "mesure m = count of a.b.", "l\u{e9}t fee = 5 EUR."] {
        let text = format!("language 1.\nagreement \"A\" {{\n  {line}\n}}\n");
        sane(&text).unwrap();
        let start = text.find(line).unwrap() as u32;
        let all = spans(&parse(SourceId(0), &text)).unwrap();
        assert!(all.iter().any(|span| span.start == start), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn places_of_changed_samples_are_sane(
        which in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, "[a-z {}().,\"é€/%0-9\n]{0,6}"), 1..4),
    ) {
        let samples = samples();
        let mut text: Vec<char> = which.get(&samples).chars().collect();
        for (at, length, insert) in cuts {
            if text.is_empty() { break }
            let start = at.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        prop_assert!(sane(&text).is_ok(), "{:?}", sane(&text));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        prop_assert!(sane(&text).is_ok());
    }

    #[test]
    fn any_row_of_words_is_read(words in prop::collection::vec(prop::sample::select(vec![
        "language 1.", "agreement", "clause", "1(a)", "3", "\"x\"", "{", "}", "(", ")", ".", ",", "must", "keep",
        "agency", "each", "within", "of", "per", "calendar", "month", "measure", "=", "let", "case", "event", "a.b",
        "when", "begins", "otherwise", "is", "not", "and", "or", "at", "least", "5%", "5 EUR", "depending on",
        "from", "to", "scenario", "expect", "2026-01-01", "//", "\n", "text",
        "amendment", "signed by", "on", "with effect from", "removes", "third party", "law of", "DE",
        "attached", "in", "with hash",
    ]), 0..60)) {
        let text = words.join(" ");
        prop_assert!(sane(&text).is_ok(), "{:?}", sane(&text));
    }
}
