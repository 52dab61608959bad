//! Messages about prose that says something else than its clause.

use servanda_diagnostics::{Code, Diagnostic, Span};

pub(crate) fn prose_counts_other_days(
    figure: Span,
    written: &str,
    (length, said): (Span, &str),
    dates: Option<(&str, &str, &str)>,
) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::ProseContradicts,
        figure,
        format!("the prose says {written}, and the clause counts {said}"),
    )
    .label("of another kind")
    .also(length, format!("counts {said}"));
    let finding = match dates {
        Some((from, prose, sentence)) => {
            finding.help(format!("from {from}: by the prose until {prose}, by the clause until {sentence}"))
        }
        None => finding,
    };
    finding.help("write the kind that is meant in both, or let the prose print the value: `{NAME}`")
}

pub(crate) fn prose_bound_differs(
    words: Span,
    (figure, said): (&str, &str),
    (bound, written): (Span, &str),
) -> Diagnostic {
    let message = format!("at exactly {figure} the prose, \"{said}\", says one thing and the clause another");
    Diagnostic::new(Code::ProseContradicts, words, message)
        .label("the prose puts the bound on the other side")
        .also(bound, format!("`{written}` belongs to the other side here"))
        .help("`at least` and `from` have their bound, `above` has not; `at most` and `to` have it, `below` has not")
}

/// `bound`: as the clause writes it, with its relation.
pub(crate) fn prose_turned_round(words: Span, said: &str, (span, bound): (Span, &str)) -> Diagnostic {
    let message = format!("the prose says \"{said}\", and the clause `{bound}`: the opposite direction");
    Diagnostic::new(Code::ProseContradicts, words, message)
        .label("the other way round")
        .also(span, format!("`{bound}` here"))
        .help("if the prose says what is to be kept, one of the two is turned round; if it says when something follows, the two differ at the bound itself")
}

pub(crate) fn prose_figure_unused(figure: Span, written: &str, clause: &str) -> Diagnostic {
    Diagnostic::new(Code::ProseNotBound, figure, format!("no sentence of the agreement says {written}"))
        .label(format!("clause {clause} has other figures of this kind"))
        .help("let the prose print the value that is meant, `{NAME}`, or write the figure of the sentence")
}

pub(crate) fn prose_of_other_unit(figure: Span, written: &str, clause: &str) -> Diagnostic {
    Diagnostic::new(
        Code::ProseContradicts,
        figure,
        format!("the prose says {written}, and clause {clause} the same number of something else"),
    )
    .label("another unit")
    .help("write the unit that is meant in both, or let the prose print the value: `{NAME}`")
}
