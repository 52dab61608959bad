//! Characters that would steer a terminal or reorder a line, made visible.
//!
//! Texts and names come from anywhere; what a person reads must be what is written. JSON is not for the eye and
//! keeps every character.

/// What to show in place of a character, of the same length in UTF-8 so that offsets stay; nothing for one that
/// may be shown as it is.
fn stand_in(character: char) -> Option<char> {
    let steers =
        character.is_control() || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    match (steers, character.len_utf8()) {
        (false, _) => None,
        (true, 1) => Some('?'),
        (true, 2) => Some('·'),
        (true, _) => Some('\u{FFFD}'),
    }
}

/// A text of one line: breaks and tabs become spaces.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            other => stand_in(other).unwrap_or(other),
        })
        .collect()
}

/// A text of several lines, broken by line feeds alone.
pub(super) fn lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, part) in text.lines().enumerate() {
        if at > 0 {
            shown.push('\n');
        }
        shown.push_str(&line(part));
    }
    shown
}

/// The text of a source with every offset where it was: line breaks and tabs stay, a lone carriage return does not.
pub(super) fn source(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 1);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let kept = match character {
            '\n' | '\t' => true,
            '\r' => rest.peek() == Some(&'\n'),
            _ => false,
        };
        shown.push(if kept { character } else { stand_in(character).unwrap_or(character) });
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn offsets_stay_and_nothing_steers(text in any::<String>()) {
            let shown = super::source(&text);
            prop_assert_eq!(shown.len(), text.len());
            for ((at, was), (shown_at, is)) in text.char_indices().zip(shown.char_indices()) {
                prop_assert_eq!(at, shown_at);
                prop_assert!(was == is || super::stand_in(was) == Some(is));
            }
            prop_assert!(!super::line(&text).contains(char::is_control));
        }
    }

    #[test]
    fn escapes_and_overrides_are_seen() {
        assert_eq!(super::source("a\u{1b}[2Jb\rc\r\nd\te"), "a?[2Jb?c\r\nd\te");
        assert_eq!(super::source("a\u{202E}b\u{9b}c"), "a\u{FFFD}b·c");
        assert_eq!(super::line("one\ntwo\u{7}"), "one two?");
        assert_eq!(super::lines("one\r\ntwo\u{7}\n"), "one\ntwo?");
    }
}
