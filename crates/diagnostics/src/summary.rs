//! Findings taken together: their order, and how many there are of each severity.
//!
//! What a count means for an exit code is not decided here.

use crate::{Diagnostic, Severity};

/// Puts findings in the order of the text (source, start, end, code) and removes repetitions.
///
/// Findings that agree in all of that are ordered by their texts, so that the outcome is the same in whatever
/// order the findings were made.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let place = |d: &Diagnostic| (d.primary().span, d.code());
        place(a)
            .cmp(&place(b))
            .then_with(|| a.severity().cmp(&b.severity()))
            .then_with(|| a.message().cmp(b.message()))
            .then_with(|| a.primary().cmp(b.primary()))
            .then_with(|| a.labels().cmp(b.labels()))
            .then_with(|| a.helps().cmp(b.helps()))
            .then_with(|| a.fixes().cmp(b.fixes()))
    });
    diagnostics.dedup();
}

/// How many findings there are of each severity.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, Severity, Span, Summary};
/// let findings = [Diagnostic::new(Code::Syntax, Span::default(), "`x` is not expected here")];
/// let summary = Summary::of(&findings);
/// assert_eq!(summary.worst(), Some(Severity::Error));
/// assert_eq!(summary.to_string(), "1 error");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Summary {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of pieces of advice.
    pub advice: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let mut summary = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity() {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Advice => summary.advice += 1,
            }
        }
        summary
    }

    /// The greatest severity among the findings; none where there is no finding.
    pub const fn worst(&self) -> Option<Severity> {
        if self.errors > 0 {
            Some(Severity::Error)
        } else if self.warnings > 0 {
            Some(Severity::Warning)
        } else if self.advice > 0 {
            Some(Severity::Advice)
        } else {
            None
        }
    }
}

impl std::fmt::Display for Summary {
    /// Writes the counts that are not zero, such as `2 errors, 1 warning`, or `no findings`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            (self.errors, "error", "errors"),
            (self.warnings, "warning", "warnings"),
            (self.advice, "piece of advice", "pieces of advice"),
        ];
        let mut separator = "";
        for (count, one, many) in counts.into_iter().filter(|(count, ..)| *count > 0) {
            write!(f, "{separator}{count} {}", if count == 1 { one } else { many })?;
            separator = ", ";
        }
        if separator.is_empty() { f.write_str("no findings") } else { Ok(()) }
    }
}
