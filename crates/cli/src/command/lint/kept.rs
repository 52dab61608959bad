//! What is kept of each agreement while it is evaluated, for people and for programs.

use super::checked::Kept;
use serde_json::{Value, json};
use servanda::{Held, Sources};
use std::fmt::Write;

/// For people: a line for each kind of thing.
pub(super) fn human(all: &[Kept], sources: &Sources) -> String {
    let mut text = String::new();
    for of in all {
        let name = sources.get(of.file).map_or("", |source| source.name());
        let footprint = &of.footprint;
        if !text.is_empty() {
            text.push('\n');
        }
        let mut lines = vec![format!("kept of each instance of \"{}\" ({name})", of.agreement)];
        lines.extend(footprint.held.iter().map(|held| format!("  {held}")));
        if let Some(lateness) = &footprint.lateness {
            lines.push(format!(
                "  each event: for {lateness}, in which it may be corrected; its id for as long again"
            ));
        }
        let growing: Vec<String> = footprint.growing().map(Held::subject).collect();
        lines.push(match growing.as_slice() {
            [] => "  nothing grows with the log: what is kept is bounded by what is open".to_owned(),
            growing => format!("  with the log grow: {}", growing.join("; ")),
        });
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// For programs.
pub(super) fn json(all: &[Kept], sources: &Sources) -> Value {
    let one = |of: &Kept| {
        let footprint = &of.footprint;
        let held: Vec<Value> = footprint
            .held
            .iter()
            .map(|held| {
                let place = sources.get(held.span.source);
                json!({
                    "kind": held.kind,
                    "of": held.of,
                    "holds": held.holds,
                    "until": held.until,
                    "then": held.then,
                    "most": held.most,
                    "grows": held.grows,
                    "words": held.to_string(),
                    "file": place.map(|source| source.name()),
                    "line": place.map(|source| source.position(held.span.start).line),
                })
            })
            .collect();
        json!({
            "file": sources.get(of.file).map_or("", |source| source.name()),
            "agreement": of.agreement,
            "lateness": footprint.lateness,
            "bounded": !footprint.grows(),
            "held": held,
        })
    };
    all.iter().map(one).collect()
}
