//! What people and programs see of a finding, also of one with a place that is not there.

use proptest::prelude::*;
use servanda_diagnostics::render::{HumanOptions, human, json, short};
use servanda_diagnostics::{Code, Diagnostic, SourceId, Sources, Span, Summary, sort};

const PLAIN: HumanOptions = HumanOptions { color: false, width: 80 };

fn one(text: &str, start: u32, end: u32) -> (Sources, Diagnostic) {
    let mut sources = Sources::new();
    let source = sources.add("a.sla", text);
    let finding =
        Diagnostic::new(Code::Syntax, Span::new(source, start, end), "not expected here").label("here");
    (sources, finding)
}

fn shown(text: &str, start: u32, end: u32) -> String {
    let (sources, finding) = one(text, start, end);
    human(&[finding], &sources, &PLAIN)
}

/// The text without its color.
fn bare(color: &str) -> String {
    let mut parts = color.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn several_places_help_and_fix() {
    let text = "agreement \"A\" {\n  let limit = 5 days.\n  agency must reply within limit.\n}\n";
    let mut sources = Sources::new();
    let policy = sources.add("a.sla", text);
    let holidays = sources.add("holidays.sla", "calendar office {\n}\n");
    let at = |word: &str| {
        let start = text.find(word).unwrap() as u32;
        Span::new(policy, start, start + word.len() as u32)
    };
    let finding = Diagnostic::new(Code::Syntax, at("5 days"), "`5 days` does not say which days are counted")
        .label("which days?")
        .also(at("within limit"), "used as a limit here")
        .also(Span::new(holidays, 9, 15), "this calendar could count them")
        .help("write `5 business days` or `5 calendar days`")
        .help("both may be right")
        .fix("write `5 business days`", at("5 days"), "5 business days");
    insta::assert_snapshot!(human(&[finding.clone(), finding], &sources, &PLAIN), @r#"
    error[SLA0001] syntax: `5 days` does not say which days are counted
       ╭─[a.sla:2:15]
     1 │ agreement "A" {
     2 │   let limit = 5 days.
       ·               ───┬──
       ·                  ╰── which days?
     3 │   agency must reply within limit.
       ·                     ──────┬─────
       ·                           ╰── used as a limit here
     4 │ }
       ╰────
      help: write `5 business days` or `5 calendar days`
            both may be right
            fix: write `5 business days`
    note: this finding also points into `holidays.sla`
       ╭─[holidays.sla:1:10]
     1 │ calendar office {
       ·          ───┬──
       ·             ╰── this calendar could count them
     2 │ }
       ╰────

    error[SLA0001] syntax: `5 days` does not say which days are counted
       ╭─[a.sla:2:15]
     1 │ agreement "A" {
     2 │   let limit = 5 days.
       ·               ───┬──
       ·                  ╰── which days?
     3 │   agency must reply within limit.
       ·                     ──────┬─────
       ·                           ╰── used as a limit here
     4 │ }
       ╰────
      help: write `5 business days` or `5 calendar days`
            both may be right
            fix: write `5 business days`
    note: this finding also points into `holidays.sla`
       ╭─[holidays.sla:1:10]
     1 │ calendar office {
       ·          ───┬──
       ·             ╰── this calendar could count them
     2 │ }
       ╰────
    "#);
}

#[test]
fn color_is_only_where_it_is_asked_for() {
    let (sources, finding) = one("some text", 5, 9);
    let plain = human(std::slice::from_ref(&finding), &sources, &PLAIN);
    let color = human(&[finding], &sources, &HumanOptions { color: true, width: 80 });
    assert!(!plain.contains('\u{1b}') && color.contains("\u{1b}[31m"));
    assert!(!color.contains("\u{1b}]8"), "a link was not asked for");
    assert_eq!(bare(&color), plain);
}

#[test]
fn the_end_of_the_text_is_a_place() {
    insta::assert_snapshot!(shown("first\nlast\n", 11, 11), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:3:1]
     2 │ last
     3 │
       · ▲
       · ╰── here
       ╰────
    "#);
    insta::assert_snapshot!(shown("first\nlast", 10, 10), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:2:5]
     1 │ first
     2 │ last
       ·     ▲
       ·     ╰── here
       ╰────
    "#);
    insta::assert_snapshot!(shown("", 0, 0), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:1]
     1 │
       · ▲
       · ╰── here
       ╰────
    "#);
    insta::assert_snapshot!(shown("short", 90, 95), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:6]
     1 │ short
       ·      ▲
       ·      ╰── here
       ╰────
    "#);
}

#[test]
fn a_place_inside_a_character_is_the_character() {
    insta::assert_snapshot!(shown("Größe 5 日本 weeks", 3, 4), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:3]
     1 │ Größe 5 日本 weeks
       ·   ┬
       ·   ╰── here
       ╰────
    "#);
    insta::assert_snapshot!(shown("Größe 5 日本 weeks", 11, 12), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:9]
     1 │ Größe 5 日本 weeks
       ·         ─┬
       ·          ╰── here
       ╰────
    "#);
}

#[test]
fn tabs_and_both_line_ends_are_quoted_in_place() {
    insta::assert_snapshot!(shown("one\r\n\ttwo\tthree\r\nfour\r\n", 10, 15), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:2:6]
     1 │ one
     2 │     two three
       ·         ──┬──
       ·           ╰── here
     3 │ four
       ╰────
    "#);
    insta::assert_snapshot!(shown("a\rb c\u{1b}[2Jd \u{202e}e", 4, 5), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:5]
     1 │ a?b c?[2Jd �e
       ·     ┬
       ·     ╰── here
       ╰────
    "#);
}

#[test]
fn a_place_of_several_lines_is_bracketed_and_one_of_very_many_is_cut() {
    insta::assert_snapshot!(shown("zero\none {\n two\n}\nthree\n", 5, 17), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:2:1]
     1 │     zero
     2 │ ╭─▶ one {
     3 │ │    two
     4 │ ├─▶ }
       · ╰──── here
     5 │     three
       ╰────
    "#);
    let long = format!("start {{\r\n{}}}\r\n", "  line\r\n".repeat(10_000));
    insta::assert_snapshot!(shown(&long, 0, long.len() as u32), @r#"
    error[SLA0001] syntax: not expected here
       ╭─[a.sla:1:1]
     1 │ start {
       · ───┬───
       ·    ╰── here
     2 │   line
       ╰────
    "#);
}

#[test]
fn far_places_are_quoted_apart() {
    let text: String = (1..=1000).map(|n| format!("line {n}\n")).collect();
    let at = |n: u32| text.find(&format!("line {n}\n")).unwrap() as u32;
    let (sources, finding) = one(&text, at(500), at(500) + 4);
    let far = finding.also(Span::new(SourceId(0), at(900), at(900) + 4), "and there");
    insta::assert_snapshot!(human(&[far], &sources, &PLAIN), @r#"
    error[SLA0001] syntax: not expected here
         ╭─[a.sla:500:1]
     499 │ line 499
     500 │ line 500
         · ──┬─
         ·   ╰── here
     501 │ line 501
         ╰────
         ╭─[a.sla:900:1]
     899 │ line 899
     900 │ line 900
         · ──┬─
         ·   ╰── and there
     901 │ line 901
         ╰────
    "#);
}

#[test]
fn long_messages_and_help_are_wrapped() {
    let (sources, _) = one("text", 0, 4);
    let finding = Diagnostic::new(Code::Syntax, Span::new(SourceId(0), 0, 4), "word ".repeat(20).trim_end())
        .help("help ".repeat(20).trim_end());
    insta::assert_snapshot!(human(&[finding], &sources, &HumanOptions { color: false, width: 60 }), @r#"
    error[SLA0001] syntax: word word word word word word
      │ word word word word word word word word word word word
      │ word word word
       ╭─[a.sla:1:1]
     1 │ text
       · ────
       ╰────
      help: help help help help help help help help help help
            help help help help help help help help help help
    "#);
}

#[test]
fn an_unknown_source_is_no_place() {
    let finding =
        Diagnostic::new(Code::Internal, Span::new(SourceId(7), 3, 9), "a duty without a party").label("x");
    assert_eq!(
        human(std::slice::from_ref(&finding), &Sources::new(), &PLAIN),
        "error[SLA0000] internal: a duty without a party\n"
    );
    assert_eq!(
        short(std::slice::from_ref(&finding), &Sources::new()),
        "error[SLA0000] a duty without a party\n"
    );
    let value = json(&[finding], &Sources::new());
    assert!(value["diagnostics"][0]["primary"]["file"].is_null());
}

#[test]
fn short_is_one_line_per_finding() {
    let (sources, finding) = one("één\ntwee drie", 11, 15);
    let broken = Diagnostic::new(Code::Syntax, finding.primary().span, "two\nlines\u{1b}[2J");
    assert_eq!(
        short(&[finding, broken], &sources),
        "a.sla:2:6: error[SLA0001] not expected here\na.sla:2:6: error[SLA0001] two lines?[2J\n"
    );
}

#[test]
fn json_has_the_documented_shape() {
    let (sources, finding) = one("één\ntwee drie", 11, 15);
    let place = finding.primary().span;
    let finding =
        finding.also(Span::new(SourceId(0), 0, 5), "first").help("a").help("b").fix("drop it", place, "");
    let at = |line, column, byte| serde_json::json!({ "line": line, "column": column, "byte": byte });
    assert_eq!(
        json(&[finding], &sources),
        serde_json::json!({
            "diagnostics": [{
                "code": "SLA0001",
                "name": "syntax",
                "severity": "error",
                "url": Code::Syntax.url(),
                "message": "not expected here",
                "help": "a\nb",
                "primary": { "file": "a.sla", "text": "here", "start": at(2, 6, 11), "end": at(2, 10, 15) },
                "labels": [{ "file": "a.sla", "text": "first", "start": at(1, 1, 0), "end": at(1, 4, 5) }],
                "fixes": [{
                    "title": "drop it",
                    "file": "a.sla",
                    "start": at(2, 6, 11),
                    "end": at(2, 10, 15),
                    "replacement": "",
                    "safe": true,
                }],
            }],
            "summary": { "errors": 1, "warnings": 0, "advice": 0 },
        })
    );
    assert_eq!(
        json(&[], &sources),
        serde_json::json!({ "diagnostics": [], "summary": { "errors": 0, "warnings": 0, "advice": 0 } })
    );
}

#[test]
fn a_summary_counts_and_speaks() {
    assert_eq!(Summary::default().to_string(), "no findings");
    assert_eq!(Summary { errors: 2, warnings: 1, advice: 0 }.to_string(), "2 errors, 1 warning");
    assert_eq!(Summary { errors: 0, warnings: 0, advice: 2 }.to_string(), "2 pieces of advice");
}

#[test]
fn repetitions_go_even_where_another_finding_stands_between() {
    let (_, finding) = one("text", 0, 4);
    let at = finding.primary().span;
    let new = |message: &str| Diagnostic::new(Code::Syntax, at, message);
    let all = [
        new("b"),
        new("a"),
        new("a").help("x"),
        new("a").label("y"),
        new("a").also(at, "z"),
        new("a").fix("f", at, ""),
    ];
    for turn in 0..all.len() {
        let mut findings = [all.clone(), all.clone()].concat();
        findings.rotate_left(turn);
        sort(&mut findings);
        assert_eq!(findings.len(), all.len());
        assert_eq!(findings.last().map(Diagnostic::message), Some("b"));
    }
}

/// Texts with everything that has ever broken a renderer, and ordinary unicode.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => any::<char>().prop_map(String::from),
        6 => "[a-z ]{0,6}".prop_map(String::from),
        6 => prop::sample::select(vec![
            "\n", "\r\n", "\r", "\t", "\u{1b}[31m", "\0", "\u{feff}", "\u{2028}", "\u{202e}", "日本", "e\u{301}",
            "👩\u{200d}👧", "\n\n\n", "\u{85}", "\u{b}", "\u{c}",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

prop_compose! {
    /// Spans in three sources of which two exist, mostly near the text, also reversed and far outside.
    fn spans()(source in 0u32..3, start in 0u32..60, len in 0u32..30, odd in 0u8..12) -> Span {
        match odd {
            0 => Span { source: SourceId(source), start: start + len, end: start },
            1 => Span::new(SourceId(source), u32::MAX - len, u32::MAX),
            2 => Span::new(SourceId(source), start, u32::MAX),
            _ => Span::new(SourceId(source), start, start + len),
        }
    }
}

prop_compose! {
    fn findings()(
        places in prop::collection::vec((spans(), prop::sample::select(vec!["", "one", "two\nlines", "日本\u{1b}[1m"])), 1..6),
        message in texts(),
        help in prop::option::of(texts()),
    ) -> Diagnostic {
        let (span, label) = places.first().copied().unwrap_or_default();
        let mut finding = Diagnostic::new(Code::Syntax, span, message).label(label).help_opt(help);
        for (span, text) in places.iter().skip(1) {
            finding = finding.also(*span, *text);
        }
        finding
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn rendering_takes_any_place_in_any_text(
        first in texts(), second in texts(), name in texts(),
        findings in prop::collection::vec(findings(), 1..3), width in prop_oneof![0usize..120, Just(usize::MAX)], color: bool,
    ) {
        let sources = Sources::new().with(name, first).with("b.sla", second);
        let text = human(&findings, &sources, &HumanOptions { color, width });
        prop_assert!(color || bare(&text) == text, "colored");
        let text = bare(&text);
        prop_assert_eq!(text.matches("error[SLA0001] syntax:").count(), findings.len());
        prop_assert!(!text.contains("Failed to read"));
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{:?}", text);
        let lines = short(&findings, &sources);
        prop_assert_eq!(lines.lines().count(), findings.len());
        for finding in &findings {
            let primary = finding.primary();
            if let Some(source) = sources.get(primary.span.source) {
                // Every renderer says the same place: that of the library.
                let at = source.position(primary.span.start);
                let place = format!(":{}:{}", at.line, at.column);
                prop_assert!(lines.contains(&format!("{place}: error")), "short: {}", &lines);
                prop_assert!(text.contains(&format!("{place}]")), "{place} is not in:\n{}", &text);
            }
            // Every text of a place in a known source is drawn.
            let known = |label: &&servanda_diagnostics::Label| sources.get(label.span.source).is_some();
            for label in std::iter::once(primary).chain(finding.labels()).filter(known) {
                let first_line = label.text.lines().next().unwrap_or("").replace('\u{1b}', "?");
                prop_assert!(text.contains(&first_line), "{first_line:?} is not in:\n{}", &text);
            }
        }
        let value = json(&findings, &sources);
        prop_assert_eq!(value["diagnostics"].as_array().map(Vec::len), Some(findings.len()));
    }

    #[test]
    fn positions_are_those_of_counting(text in texts(), offset in 0u32..80) {
        let mut sources = Sources::new();
        let id = sources.add("a", text.as_str());
        let at = sources.get(id).unwrap().position(offset);
        let byte = (0..=text.len().min(offset as usize)).rev().find(|b| text.is_char_boundary(*b)).unwrap();
        let before = text.get(..byte).unwrap();
        prop_assert_eq!(at.byte as usize, byte);
        prop_assert_eq!(at.line as usize, before.matches('\n').count() + 1);
        prop_assert_eq!(at.column as usize, before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
    }

    #[test]
    fn a_clipped_span_can_be_read(text in texts(), span in spans()) {
        let mut sources = Sources::new();
        sources.add("a", text.as_str());
        match sources.clip(span) {
            None => prop_assert!(span.source != SourceId(0)),
            Some(clipped) => {
                let range = clipped.start as usize..clipped.end as usize;
                prop_assert_eq!(text.get(range), Some(sources.text(clipped)));
                prop_assert_eq!(sources.clip(clipped), Some(clipped));
                let inside = (span.end as usize) <= text.len();
                prop_assert!(!inside || clipped.contains(span) || span.is_empty());
            }
        }
    }

    #[test]
    fn the_order_does_not_depend_on_how_findings_arrive(
        mut findings in prop::collection::vec(findings(), 0..8), again in 0usize..8,
    ) {
        findings.extend(findings.get(again).cloned());
        let mut other = findings.clone();
        other.reverse();
        sort(&mut findings);
        sort(&mut other);
        prop_assert_eq!(&findings, &other);
        let key = |d: &Diagnostic| (d.primary().span.source, d.primary().span.start, d.primary().span.end, d.code());
        prop_assert!(findings.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1]) && pair[0] != pair[1]));
    }
}
