//! Findings as annotations of a pull request: one workflow command for each, which GitHub reads from a job's output.

use super::{one_line, place_of};
use crate::{Diagnostic, Severity, Sources};

/// One workflow command for each finding, each ended by a line feed.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Sources, Span, render};
/// let mut sources = Sources::new();
/// let policy = sources.add("agreement.sla", "within 5 days");
/// let finding = Diagnostic::new(Code::BareDays, Span::new(policy, 7, 13), "`days` without its kind")
///     .help("`5 business days`, or `5 calendar days`");
/// assert_eq!(
///     render::github(&[finding], &sources),
///     "::error file=agreement.sla,line=1,endLine=1,col=8,endColumn=14,title=SLA0201 bare-days::\
///      `days` without its kind%0Ahelp: `5 business days`, or `5 calendar days`\n",
/// );
/// ```
pub fn github(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let kind = match diagnostic.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "notice",
        };
        let mut place = String::new();
        if let Some((source, start, end)) = place_of(diagnostic.primary().span, sources) {
            // Columns are understood within one line only.
            let columns = if start.line == end.line {
                format!(",col={},endColumn={}", start.column, end.column)
            } else {
                String::new()
            };
            // The path is understood from the root of the repository on.
            let file = property(source.name().trim_start_matches("./"));
            place = format!("file={file},line={},endLine={}{columns},", start.line, end.line);
        }
        let title = property(&format!("{} {}", diagnostic.code(), diagnostic.code().name()));
        let mut message = one_line(diagnostic);
        for help in diagnostic.helps() {
            message.push_str(&format!("\nhelp: {help}"));
        }
        text.push_str(&format!("::{kind} {place}title={title}::{}\n", data(&message)));
    }
    text
}

/// A text behind the colons of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
