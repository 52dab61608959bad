//! A statement that somebody has beside the one that is computed anew: where they differ.
//!
//! Places in the text are not compared, so that a file may be laid out anew or stand elsewhere: the policy's hash
//! says whether it says the same. The version of the tool is not compared either: what it computes is.

use serde_json::Value;
use std::collections::BTreeMap;

/// A value of a statement that is not the one that is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Disagreement {
    /// Where in the statement: `entries 1(a)/R-1/credit/1, amount`.
    pub path: String,
    /// What the statement says; none where it says nothing.
    pub stated: Option<Value>,
    /// What is computed; none where there is nothing.
    pub computed: Option<Value>,
}

/// Members that are not compared, wherever they stand.
const LEFT_OUT: [&str; 4] = ["span", "wanted_by", "place", "tool"];

/// Members by which an element of a list is known again.
const NAMING: [&str; 15] = [
    "id", "duty", "party", "name", "window", "label", "title", "clause", "debtor", "creditor", "to",
    "subject", "code", "line", "at",
];

/// What a statement says otherwise than what is computed, in the order of the statement.
pub fn disagreements(stated: &Value, computed: &Value) -> Vec<Disagreement> {
    let mut found = Vec::new();
    compare("", Some(stated), Some(computed), &mut found);
    // By what something was computed explains the rest.
    found.sort_by_key(|one| !one.path.starts_with("produced_by"));
    found
}

fn compare(path: &str, stated: Option<&Value>, computed: Option<&Value>, found: &mut Vec<Disagreement>) {
    match (stated, computed) {
        (Some(Value::Object(stated)), Some(Value::Object(computed))) => {
            let more = computed.keys().filter(|key| !stated.contains_key(*key));
            for key in stated.keys().chain(more).filter(|key| !LEFT_OUT.contains(&key.as_str())) {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}, {key}") };
                compare(&inner, stated.get(key), computed.get(key), found);
            }
        }
        (Some(Value::Array(stated)), Some(Value::Array(computed))) => {
            let (stated, computed) = (named(stated), named(computed));
            let more = computed.iter().filter(|(name, _)| stated.iter().all(|(known, _)| known != name));
            for (name, _) in stated.iter().chain(more) {
                compare(&format!("{path} {name}"), find(&stated, name), find(&computed, name), found);
            }
        }
        (stated, computed) if stated != computed => found.push(Disagreement {
            path: path.to_owned(),
            stated: stated.cloned(),
            computed: computed.cloned(),
        }),
        _ => {}
    }
}

fn find<'v>(list: &[(String, &'v Value)], name: &str) -> Option<&'v Value> {
    list.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
}

/// The elements of a list with names: what names them, and a number for those that share it.
fn named(list: &[Value]) -> Vec<(String, &Value)> {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let name = |value: &Value| {
        let part = |key: &&str| match value.get(*key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match value.get("id") {
            Some(Value::String(id)) => id.clone(),
            _ => NAMING.iter().filter_map(part).collect::<Vec<_>>().join(" "),
        }
    };
    let mut named = Vec::new();
    for value in list {
        let name = name(value);
        let count = seen.entry(name.clone()).or_insert(0);
        *count += 1;
        named.push(match *count {
            1 if !name.is_empty() => (name, value),
            number => (format!("{name} #{number}").trim_start().to_owned(), value),
        });
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(stated: &Value, computed: &Value) -> Vec<String> {
        disagreements(stated, computed).into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn an_entry_that_is_missing_is_one_difference_and_not_all_behind_it() {
        let entry = |id: &str, amount: &str| json!({"id": id, "amount": amount, "span": {"file": id}});
        let stated = json!({"entries": [entry("a", "1"), entry("b", "2"), entry("c", "3")]});
        let computed = json!({"entries": [entry("a", "1"), entry("c", "4")]});
        assert_eq!(paths(&stated, &computed), ["entries b", "entries c, amount"]);
        assert_eq!(paths(&computed, &stated), ["entries c, amount", "entries b"]);
        assert_eq!(paths(&stated, &stated), Vec::<String>::new());
    }

    #[test]
    fn places_and_the_tool_do_not_count_and_hashes_come_first() {
        let stated = json!({"as_of": "x", "produced_by": {"tool": "1", "policy_hash": "p"}, "span": 1});
        let computed = json!({"as_of": "y", "produced_by": {"tool": "2", "policy_hash": "q"}, "span": 2});
        assert_eq!(paths(&stated, &computed), ["produced_by, policy_hash", "as_of"]);
    }

    #[test]
    fn lists_of_values_are_compared_one_by_one() {
        assert_eq!(
            paths(&json!({"evidence": ["a", "b"]}), &json!({"evidence": ["a", "c"]})),
            ["evidence #2"]
        );
    }
}
