//! The hash of a policy's meaning: layout does not change it, every word does.

use crate::check::holiday_file;
use servanda_diagnostics::Sources;
use servanda_parser::ast::{Agreement, CalendarLineKind, ClausePart, Line};

/// The hash of an agreement's words in their canonical order: without comments, blank space and needless commas. Who
/// has signed them is no part of what is signed, nor which findings its author has seen.
pub(in crate::check) fn fingerprint(agreement: &Agreement, sources: &Sources) -> String {
    if agreement.lines.iter().any(|line| !signed(line) || holds_unsigned(line)) {
        let mut agreed = agreement.clone();
        agreed.lines.retain(signed);
        for line in &mut agreed.lines {
            if let Line::Clause(clause) = line {
                clause.parts.retain(|part| !matches!(part, ClausePart::Allow(_)));
            }
        }
        return fingerprint(&agreed, sources);
    }
    let mut words = servanda_parser::canonical_words(agreement, sources);
    holidays_of(agreement, sources, &mut words);
    blake3::hash(words.as_bytes()).to_hex().to_string()
}

/// Adds the holidays that calendars take from files: which days they are is part of what is said.
fn holidays_of(agreement: &Agreement, sources: &Sources, words: &mut String) {
    for line in &agreement.lines {
        let Line::Calendar(calendar) = line else { continue };
        for line in &calendar.lines {
            let CalendarLineKind::HolidayFile(file) = &line.kind else { continue };
            let Some((id, source)) = file.source.and_then(|id| Some((id, sources.get(id)?))) else {
                continue;
            };
            // Of a file that cannot be read there is no policy.
            let Ok(given) = holiday_file::read(id, source.name(), source.text()) else { continue };
            words.push_str("\nholidays\n");
            for (date, name) in &given.days {
                words.push_str(&format!("{date} {name}\n"));
            }
        }
    }
}

/// Whether a line is part of what is signed.
fn signed(line: &Line) -> bool {
    !matches!(line, Line::Signed(_) | Line::Allow(_))
}

/// Whether it has parts that are not.
fn holds_unsigned(line: &Line) -> bool {
    let Line::Clause(clause) = line else { return false };
    clause.parts.iter().any(|part| matches!(part, ClausePart::Allow(_)))
}

#[cfg(test)]
mod tests {
    use servanda_diagnostics::{SourceId, Sources};
    use servanda_parser::ast::Item;

    fn fingerprint(lines: &str) -> String {
        let text = format!("language 1. agreement \"A\" {{ {lines} }}");
        let parsed = servanda_parser::parse(SourceId(0), &text);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let Some(Item::Agreement(agreement)) = parsed.document.items.first() else { panic!("no agreement") };
        super::fingerprint(agreement, &Sources::new().with("", text))
    }

    #[test]
    fn blank_space_and_comments_do_not_count() {
        let one = fingerprint("let x = 5 EUR. // the fee\n text \"as\n   said\"");
        assert_eq!(one, fingerprint("let x=5   EUR .\ntext \"as\nsaid\""));
    }

    #[test]
    fn the_order_of_qualifiers_and_needless_commas_do_not_count() {
        let one = fingerprint(
            "clause 1 \"C\" { x must keep y at least 1 if z each calendar month, otherwise tell z. }",
        );
        assert_eq!(
            one,
            fingerprint(
                "clause 1 \"C\" { x must keep y at least 1 each calendar month if z otherwise tell z. }"
            )
        );
    }

    #[test]
    fn words_and_marks_count() {
        assert_ne!(fingerprint("let x = 5 EUR."), fingerprint("let x = 6 EUR."));
        assert_ne!(fingerprint("let x = 5 EUR."), fingerprint("let x = 5 EUR + 0 EUR."));
        assert_ne!(fingerprint("text \"one  blank\""), fingerprint("text \"one blank\""));
        assert_ne!(fingerprint("text \"a // b\""), fingerprint("text \"a // c\""));
    }

    #[test]
    fn what_is_allowed_does_not_count() {
        let clause = |allow: &str| fingerprint(&format!("clause 1 \"C\" {{ {allow} text \"as said\" }}"));
        assert_eq!(clause(""), clause("allow no-consequence because \"both know it\"."));
        let line = "let x = 5 EUR.";
        assert_eq!(fingerprint(line), fingerprint(&format!("allow unused because \"for later\". {line}")));
    }
}
