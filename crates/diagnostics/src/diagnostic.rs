//! A finding about a text that a user wrote, as data; rendering is elsewhere.

use crate::{Code, Severity, Span};

/// A place and what that place is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What this place is, in a few words; may be empty.
    pub text: String,
}

/// An edit that mends the finding: replace the text at `span` by `replacement`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What the edit does, as an imperative sentence.
    pub title: String,
    /// The text to replace.
    pub span: Span,
    /// What to write there.
    pub replacement: String,
    /// Whether this is the one right answer. Else it is a likely one, such as a name that is spelled alike, and may
    /// say something else than what its author meant.
    pub safe: bool,
}

/// One finding: what is wrong (`message`), where (`primary`, `labels`), and what to write instead (`help`).
///
/// A message is one clause in lower case without a full stop, with the user's words in backticks.
///
/// ```
/// use servanda_diagnostics::{Code, Diagnostic, SourceId, Span};
/// let here = Span::new(SourceId(0), 4, 8);
/// let finding = Diagnostic::new(Code::Syntax, here, "`days` without its kind")
///     .label("which days?")
///     .help("`5 business days` or `5 calendar days`");
/// assert_eq!(finding.primary().span, here);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    code: Code,
    severity: Severity,
    message: String,
    primary: Label,
    labels: Vec<Label>,
    help: Vec<String>,
    fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding with the severity of its code, at its smallest wrong place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label { span, text: String::new() },
            labels: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Says what the primary place is.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a sentence on what to write instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a help where there is one.
    #[must_use]
    pub fn help_opt(mut self, text: Option<String>) -> Self {
        self.help.extend(text);
        self
    }

    /// Adds the edit that mends the finding, where no other one would.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.with(Fix { title: title.into(), span, replacement: replacement.into(), safe: true })
    }

    /// Adds an edit that probably says what was meant; a person has to look at it.
    #[must_use]
    pub fn guess(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.with(Fix { title: title.into(), span, replacement: replacement.into(), safe: false })
    }

    fn with(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// The finding with another severity than that of its code.
    ///
    /// ```
    /// use servanda_diagnostics::{Code, Diagnostic, Severity, Span};
    /// let finding = Diagnostic::new(Code::Unused, Span::default(), "nothing uses the let `fee`");
    /// assert_eq!(finding.severity(), Severity::Advice);
    /// assert_eq!(finding.with_severity(Severity::Error).severity(), Severity::Error);
    /// ```
    #[must_use]
    pub const fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What kind of finding this is.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The smallest wrong place.
    pub const fn primary(&self) -> &Label {
        &self.primary
    }

    /// Other places that matter, in the order in which they were added.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// What to write instead, one sentence each.
    pub fn helps(&self) -> &[String] {
        &self.help
    }

    /// Edits that mend the finding.
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }
}
