//! The registry of codes: every kind of finding that Servanda can report, in one place.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A remark that changes nothing.
    Advice,
    /// The policy can be evaluated, but its author should look.
    Warning,
    /// The policy cannot be evaluated.
    Error,
}

impl Severity {
    /// The word in messages and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Writes the registry once: variant, number, severity, name, and the page that `servanda explain` prints.
macro_rules! codes {
    ($($variant:ident $number:literal $severity:ident $name:literal $page:literal)*) => {
        /// A kind of finding. Numbers and names are stable; texts are not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $page] $variant,)* }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable number, such as `SLA0201`.
            pub const fn number(self) -> &'static str {
                match self { $(Code::$variant => $number,)* }
            }

            /// The stable name, such as `bare-days`; it reads well after "allow".
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// The severity that a finding of this code has.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What the code means, with an example and what to write instead (Markdown).
            pub const fn page(self) -> &'static str {
                match self { $(Code::$variant => $page,)* }
            }
        }
    };
}

codes! {
    // SLA00xx: the text cannot be read.
    Internal "SLA0000" Error "internal" "A defect of the tool itself. Please report it with the policy that showed it."
    Syntax "SLA0001" Error "syntax" "The text does not follow the grammar at this place."
}

impl Code {
    /// The code with this number or name, whatever its case.
    pub fn find(text: &str) -> Option<Code> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.number().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.number())
    }
}
