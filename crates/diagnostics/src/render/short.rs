//! One line for each finding, for editors and for `grep`.

use super::{one_line, place, visible};
use crate::{Diagnostic, Sources};

/// One line for each finding: `file:line:column: error[SLA0201] message`, each ended by a line feed.
///
/// The message is as [`one_line`] tells it. Line and column count from 1, the column in characters. A finding whose source is unknown has no place.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Sources, Span, render};
/// let mut sources = Sources::new();
/// let policy = sources.add("agreement.sla", "within 5 days");
/// let finding = Diagnostic::new(Code::Syntax, Span::new(policy, 9, 13), "`days` without its kind");
/// assert_eq!(
///     render::short(&[finding], &sources),
///     "agreement.sla:1:10: error[SLA0001] `days` without its kind\n",
/// );
/// ```
pub fn short(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        if let Some(place) = place(diagnostic, sources) {
            text.push_str(&place);
            text.push_str(": ");
        }
        let (severity, code) = (diagnostic.severity().word(), diagnostic.code());
        text.push_str(&format!("{severity}[{code}] {}\n", visible::line(&one_line(diagnostic))));
    }
    text
}
