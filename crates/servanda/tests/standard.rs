//! The standard library: each part is laid out, declares and nothing else, and stands in the book as it is.

use servanda::{SourceId, Sources, check, compile, format, is_library, standard_library};

const PAGE: &str = include_str!("../../../docs/reference/standard-library.md");
const EXAMPLE: &str = include_str!("../../../examples/rows/standard.sla");

#[test]
fn each_part_is_a_library_in_the_one_layout() {
    for (name, text) in standard_library() {
        let sources = Sources::new().with(name, text);
        assert!(is_library(&sources, SourceId(0)), "{name}");
        assert!(check(&sources, SourceId(0)).diagnostics.is_empty(), "{name}");
        assert_eq!(format(&sources, SourceId(0)).unwrap(), text, "{name}");
    }
}

#[test]
fn each_part_stands_in_the_book_and_in_the_example() {
    for (name, text) in standard_library() {
        assert!(PAGE.contains(&format!("## `{name}`\n")), "{name} has no chapter");
        assert!(PAGE.contains(&format!("```sla\n{text}```\n")), "the text of {name} is another in the book");
        assert!(EXAMPLE.contains(&format!("use \"{name}\".\n")), "{name} is not shown");
    }
}

#[test]
fn a_part_that_is_not_there_is_told_with_those_that_are() {
    let told = |name: &str| {
        let policy = format!("language 1.\nuse \"{name}\".\nagreement \"A\" {{ party x. }}\n");
        let told = compile(&Sources::new().with("a.sla", policy)).unwrap_err();
        told.list()
            .iter()
            .find(|finding| finding.code().name() == "unknown-file")
            .unwrap()
            .message()
            .to_owned()
    };
    assert!(told("standard/ofice-hours").ends_with("did you mean `standard/office-hours`?"));
    assert!(told("standard/else").contains("`standard/availability`, "));
    assert_eq!(told("standard/office-hours.sla"), "there is no file `standard/office-hours.sla`");
}

#[test]
fn the_texts_of_a_policy_hold_the_parts_that_it_uses() {
    let compiled = compile(&Sources::new().with("standard.sla", EXAMPLE)).unwrap();
    let names: Vec<&str> = compiled.sources().iter().map(|(_, source)| source.name()).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(compiled.warnings().is_empty());
}
