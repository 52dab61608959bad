//! The grammar's rules in the words of the language, for messages.

use crate::grammar::Rule;

/// The first word or sign of a text.
pub(crate) fn first(text: &str) -> &str {
    let end = match text.chars().next() {
        None => 0,
        Some(c) if c.is_alphanumeric() || c == '_' => {
            text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
        }
        Some(c) => c.len_utf8(),
    };
    text.get(..end).unwrap_or("")
}

/// What the rules stand for, each once, in the order of the rules.
pub(crate) fn expected(rules: &[Rule]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for rule in rules {
        if let Some(words) = shown(*rule)
            && !list.contains(&words)
        {
            list.push(words);
        }
    }
    list
}

/// What a rule stands for; nothing for rules that only the reading needs.
fn shown(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    if let Some(words) = name.strip_prefix("kw_") {
        return Some(format!("`{}`", words.replace('_', " ")));
    }
    None
}
