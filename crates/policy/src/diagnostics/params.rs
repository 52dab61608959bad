//! Messages about the bounds of parameters, and about annexes.

use crate::policy::Bound;
use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::{Annex, Line, Name, Party, Text};

pub(crate) fn outside_bound(span: Span, written: &str, parameter: &str, bound: &Bound) -> Diagnostic {
    let message = format!("`{written}` is not {} for `{parameter}`", bound.written);
    Diagnostic::new(Code::ParameterBounds, span, message).label("does not fit").also(bound.span, "the bound")
}

pub(crate) fn bounds_meet(bound: &Bound, other: &Bound) -> Diagnostic {
    let message = format!("no value is both {} and {}", other.written, bound.written);
    Diagnostic::new(Code::ParameterBounds, bound.span, message)
        .label("leaves nothing")
        .also(other.span, "of what fits here")
}

pub(crate) fn bound_without_order(relation: Span) -> Diagnostic {
    Diagnostic::new(Code::ParameterBounds, relation, "the values of this parameter have no order")
        .label("more or less of what?")
        .help("name those that fit: `one of (…)`")
}

pub(crate) fn annex_to_other(annex: &Annex, title: &Text) -> Diagnostic {
    let message = format!("there is no agreement `{}`", annex.to.value);
    Diagnostic::new(Code::UnknownName, annex.to.span, message)
        .label("an annex to what?")
        .also(title.span, "the agreement")
        .help(format!("`annex \"{}\" to \"{}\"`", annex.name.value, title.value))
}

pub(crate) fn annex_twice(annex: &Annex, first: Span) -> Diagnostic {
    let message = format!("there are two annexes `{}`", annex.name.value);
    Diagnostic::new(Code::SaidTwice, annex.name.span, message)
        .label("again here")
        .also(first, "first here")
        .help("events find their agreement by its name: give each its own")
}

pub(crate) fn annex_lacks(name: &Text, missing: &[&str], declared: Span) -> Diagnostic {
    let message = format!("the annex does not give {}", super::listed(missing));
    let lets: Vec<String> = missing.iter().map(|name| format!("`let {name} = ….`")).collect();
    Diagnostic::new(Code::MissingParameter, name.span, message)
        .label("this annex")
        .also(declared, "has no default")
        .help(lets.join(" "))
}

pub(crate) fn annex_gives_other(name: &Name, what: &str, declared: Span) -> Diagnostic {
    let message = format!("`{}` is {what} of the agreement, and the same in all annexes", name.value);
    Diagnostic::new(Code::Misplaced, name.span, message)
        .label("not a parameter")
        .also(declared, "defined here")
        .help("what differs between annexes stands behind `takes` in the agreement, with its type")
}

pub(crate) fn annex_party(party: &Party, declared: Span) -> Diagnostic {
    let name = &party.name.value;
    Diagnostic::new(Code::Misplaced, party.span, format!("the agreement itself names `{name}`"))
        .label("an annex names a party only where a parameter does")
        .also(declared, "declared here")
        .help(format!(
            "`party {name} named {name}_name.` in the agreement, and `{name}_name: text.` behind `takes`"
        ))
}

pub(crate) fn annex_line(line: &Line) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::Misplaced,
        line.span(),
        "an annex gives parameters their values, and nothing else",
    )
    .label("the same in all annexes");
    match line {
        Line::InForce(_) => finding
            .help("`in force from first_day …` in the agreement, and `first_day: date.` behind `takes`"),
        Line::Calendar(_) | Line::Clause(_) => {
            finding.help("what has other hours or clauses is an agreement of its own; both can use one file")
        }
        _ => finding.help("`let NAME = VALUE.` gives the parameter of that name its value"),
    }
}
