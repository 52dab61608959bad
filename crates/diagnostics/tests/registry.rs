//! The laws of the registry of codes. What a code's example means is tested where the code is found.

use std::collections::BTreeSet;

use servanda_diagnostics::{Code, Severity};

/// The ranges of numbers that the registry's table names.
const SECTIONS: [&str; 9] = ["00", "01", "02", "03", "04", "05", "06", "08", "09"];

#[test]
fn numbers_are_well_formed_and_in_order() {
    for code in Code::ALL {
        let digits = code.number().strip_prefix("SLA").unwrap_or_default();
        assert!(
            digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
            "{code} is not SLA and 4 digits"
        );
        assert!(
            SECTIONS.iter().any(|section| digits.starts_with(section)),
            "{code} is in no section of the registry"
        );
    }
    for pair in Code::ALL.windows(2) {
        assert!(
            pair[0].number() < pair[1].number(),
            "{} stands before {}: sort the entries, each number once",
            pair[0],
            pair[1]
        );
    }
}

#[test]
fn names_are_unique_lower_case_words_joined_by_hyphens() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        let name = code.name();
        assert!(seen.insert(name), "{name} names two codes");
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        assert!(name.split('-').all(word), "{name} is not lower-case words joined by hyphens");
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name} does not begin with a letter");
    }
}

#[test]
fn a_code_is_found_by_number_and_by_name_in_any_case() {
    for code in Code::ALL {
        assert_eq!(Code::find(code.number()), Some(*code));
        assert_eq!(Code::find(&code.number().to_lowercase()), Some(*code));
        assert_eq!(Code::find(&code.name().to_uppercase()), Some(*code));
    }
    assert_eq!(Code::find("SLA9999"), None);
}

#[test]
fn lints_are_never_errors() {
    for code in Code::ALL
        .iter()
        .filter(|code| code.number().starts_with("SLA05") || code.number().starts_with("SLA06"))
    {
        assert_ne!(code.severity(), Severity::Error, "{code} is a lint");
    }
}

#[test]
fn every_page_says_what_why_example_and_instead() {
    for code in Code::ALL {
        let page = code.page();
        assert!(page.starts_with(&format!("# {} {}\n", code.number(), code.name())), "{code}: title");
        let mut rest = page.as_str();
        for heading in ["\n## What\n", "\n## Why\n", "\n## Example\n", "\n## Instead\n"] {
            let (before, after) =
                rest.split_once(heading).unwrap_or_else(|| panic!("{code}: no {heading:?} in order"));
            assert!(before.trim().len() > 3, "{code}: nothing before {heading:?}");
            rest = after;
        }
        for part in [code.example(), code.instead()] {
            assert!(!part.trim().is_empty() && page.contains(part), "{code}: {part:?} is not on the page");
            assert!(!part.contains("```"), "{code}: {part:?} would end its own fence");
        }
        assert_ne!(code.example(), code.instead(), "{code}: the mended text is the wrong text");
    }
}

#[test]
fn prose_is_one_sentence_per_line() {
    for code in Code::ALL {
        let page = code.page();
        let prose = page.split("\n## Example\n").next().unwrap_or_default();
        for line in prose.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(line.ends_with(['.', ':', '?']), "{code}: {line:?} does not end like a sentence");
            let first = line.trim_start_matches(['-', '*', ' ']).chars().next();
            assert!(
                first.is_some_and(|c| !c.is_lowercase()),
                "{code}: {line:?} does not begin like a sentence"
            );
        }
    }
}
