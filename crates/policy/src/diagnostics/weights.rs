//! What is wrong with a weight, and with what a figure is rounded to.

use servanda_diagnostics::{Code, Diagnostic, Span};

pub(crate) fn weight_of_several(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "weights are of the items of one case")
        .label("made of several")
        .help("measure each by itself, and take the mean of both: `(one + other) / 2`")
}

pub(crate) fn weight_unknown(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a weight is a percentage that stands in the text")
        .label("not known beforehand")
        .help("`weighted depending on severity { down: 100%, degraded: 30% }`")
}

pub(crate) fn weight_beyond(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "a weight lies between 0% and 100%")
        .label("more than all of the time, or less than none")
}

pub(crate) fn weight_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "no weight of these is more than nothing")
        .label("nothing would count")
        .help("give at least one of them a weight, such as `100%`")
}

pub(crate) fn good_time_in(span: Span, good: bool, value: Span) -> Diagnostic {
    let (word, instead) = if good { ("good", "but not") } else { ("bad", "or") };
    Diagnostic::new(
        Code::Misplaced,
        span,
        "time is good or bad where the time is measured that is not in something",
    )
    .label(format!("which of it would be {word}?"))
    .also(value, "measures the time that is in it")
    .help(format!("say it of the time itself, with `{instead}`: `time in one {instead} other`"))
}

pub(crate) fn daily_measure(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a figure is rounded once, and not each day")
        .label("said of amounts that accrue")
        .help("`rounded down to 1 minute`, `rounded up to 1 minute` or `rounded half up to 1 minute`")
}

pub(crate) fn rounded_to_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "nothing can be rounded to this")
        .label("no length of time that stands in the text")
        .help("`1 minute`, or whatever one of them is: `15 minutes`, `1 hour`")
}
