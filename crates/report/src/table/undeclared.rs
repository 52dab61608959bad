//! The types of a log that the policy does not declare, under the tables of a run.
//!
//! They belong to the run and to none of its agreements.

use super::{plain, write_rows};
use servanda_diagnostics::spelling;
use servanda_events::Undeclared;
use servanda_policy::policy::Policy;
use std::fmt::{self, Write};

/// How many types are told, those with the most lines first.
const TYPES_MAX: usize = 5;

/// The types that a log has and the policy does not declare, as text; nothing where there are none.
pub fn undeclared_table(policy: &Policy, undeclared: &Undeclared) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    match write_types(&mut out, policy, undeclared) {
        Ok(()) | Err(fmt::Error) => out,
    }
}

fn write_types(out: &mut String, policy: &Policy, undeclared: &Undeclared) -> fmt::Result {
    let mut types: Vec<(&str, u64)> = undeclared.types().collect();
    if types.is_empty() && undeclared.further() == 0 {
        return Ok(());
    }
    writeln!(out, "\nTypes that the policy does not declare")?;
    types.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    let (told, rest) = types.split_at(types.len().min(TYPES_MAX));
    let mut table = plain();
    for (name, lines) in told {
        let hint = meant(policy, name).map(|near| format!("did you mean `{near}`?"));
        table.add_row(vec![shown(name), counted(*lines), hint.unwrap_or_default()]);
    }
    write_rows(out, &table)?;
    let lines = rest.iter().map(|(_, lines)| lines).sum::<u64>().saturating_add(undeclared.further());
    match (rest.len(), undeclared.further()) {
        (0, 0) => Ok(()),
        (more, 0) => writeln!(out, "    and {more} more, {}", counted(lines)),
        (more, _) => writeln!(out, "    and more than {more} more, {}", counted(lines)),
    }
}

fn counted(lines: u64) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

/// A name from a log on one line.
fn shown(name: &str) -> String {
    if name.is_empty() { "\"\"".to_owned() } else { name.escape_debug().to_string() }
}

/// The declared type that is near, each part of its name near to the same part.
fn meant<'p>(policy: &'p Policy, name: &str) -> Option<&'p str> {
    let known = policy.events.values().map(|event| event.log_name.as_str());
    let near = spelling::nearest(name, known)?;
    let parts = |name: &str| name.split(['.', '_', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (parts(near), parts(name));
    let alike = |(ours, theirs): (&String, &String)| {
        ours == theirs || spelling::nearest(theirs, [ours.as_str()]).is_some()
    };
    (ours.len() != theirs.len() || ours.iter().zip(&theirs).all(alike)).then_some(near)
}
