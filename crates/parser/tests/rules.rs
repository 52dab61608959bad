//! Every rule of the grammar is used: by another rule, and, where it leaves a node in the tree, by a builder.

/// The rules with the sign of their kind and their text.
fn rules(grammar: &str) -> Vec<(&str, char, &str)> {
    let mut list: Vec<(&str, char, &str)> = Vec::new();
    for line in grammar.lines() {
        let head = line.split_once(" = ").or_else(|| line.split_once("\t= "));
        if let Some((name, rest)) = head
            && !line.starts_with([' ', '/'])
        {
            let kind = rest.chars().next().filter(|c| "_@$!".contains(*c)).unwrap_or(' ');
            list.push((name.trim(), kind, rest));
        }
    }
    list
}

fn builders() -> String {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut text = String::new();
    let mut folders = vec![std::path::PathBuf::from(source)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "words.rs") {
                text += &std::fs::read_to_string(path).unwrap_or_default();
            }
        }
    }
    text
}

/// Whether `word` stands in `text` as a whole word.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !part(text.get(..at).and_then(|before| before.chars().next_back()))
            && !part(text.get(at + word.len()..).and_then(|behind| behind.chars().next()))
    })
}

#[test]
fn every_rule_is_used() {
    let grammar = include_str!("../grammar/sla.pest");
    let rules = rules(grammar);
    assert!(rules.len() > 300, "{} rules", rules.len());
    let builders = builders();
    let roots = ["WHITESPACE", "COMMENT", "document"];
    // Only looked for, or read with the children of their parent whatever they are.
    let passed = [
        "joint_ahead",
        "rate_ahead",
        "intervals_ahead",
        "times_ahead",
        "hard_start_here",
        "case_stop_here",
        "top_start_here",
        "kw_nothing",
    ];
    for (name, kind, _) in &rules {
        // A rule's own line does not count.
        let others: String = grammar
            .lines()
            .filter(|line| !line.trim_start().starts_with("//") && !line.starts_with(&format!("{name} ")))
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            roots.contains(name) || name.starts_with("only_") || holds(&others, name),
            "no rule uses `{name}`"
        );
        let silent = *kind == '_' || name.starts_with("kw_") || passed.contains(name);
        assert!(
            silent
                || roots.contains(name)
                || holds(&builders, &format!("Rule::{name}"))
                || builders.contains(&format!("`{name}`")),
            "no builder uses `{name}`"
        );
    }
}
