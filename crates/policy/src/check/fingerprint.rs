//! The hash of a policy's meaning: comments and blank space do not change it, everything else does.

/// The hash of the words and marks of a text, without comments and without the blank space between them.
///
/// Inside quotes a run of blank space counts as one blank, for prose may be indented anew.
pub(in crate::check) fn fingerprint(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for token in tokens(text) {
        hasher.update(token.as_bytes());
        // The line feed occurs in no token, so that two of them never run into one.
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().to_string()
}

/// The words, numbers, marks and quoted texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        let joins = next.is_alphanumeric() || matches!(next, '_' | '%');
        if !joins && !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        match next {
            _ if joins => word.push(next),
            '/' if rest.peek() == Some(&'/') => {
                let _ = rest.by_ref().find(|skipped| *skipped == '\n');
            }
            '"' => tokens.push(quoted(&mut rest)),
            _ if next.is_whitespace() => {}
            _ => tokens.push(next.to_string()),
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

/// A quoted text behind its opening quote.
fn quoted(rest: &mut impl Iterator<Item = char>) -> String {
    let mut text = String::from('"');
    let mut escaped = false;
    for next in rest {
        match next {
            '"' if !escaped => break,
            _ if next.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            _ => text.push(next),
        }
        escaped = next == '\\' && !escaped;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn blank_space_and_comments_do_not_count() {
        let one = fingerprint("let a = 5 EUR. // the fee\n text \"as\n   said\"");
        assert_eq!(one, fingerprint("let a=5   EUR .\ntext \"as said\""));
    }

    #[test]
    fn words_and_marks_count() {
        assert_ne!(fingerprint("let a = 5 EUR."), fingerprint("let a = 6 EUR."));
        assert_ne!(fingerprint("ab"), fingerprint("a b"));
        assert_ne!(fingerprint("\"a // b\""), fingerprint("\"a // c\""));
    }
}
