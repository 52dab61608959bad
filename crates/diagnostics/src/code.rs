//! The registry of codes: every kind of finding that Servanda can report, in one place.
//!
//! The registry holds what a kind of finding is called and what it means. It does not hold messages: they are
//! made where the finding is made, with the user's own words in them.
//!
//! A new code is one entry in `codes!` below, at the place of its number:
//!
//! ```text
//! BareDays "SLA0201" Error "bare-days"
//!     what    "A number of days is written without saying which days are counted."
//!     why     "Five calendar days and five business days may end a week apart."
//!     example "…the wrong text, one literal per line…"
//!     instead "…the mended text, one literal per line…"
//! ```
//!
//! | numbers | findings |
//! | --- | --- |
//! | SLA00xx | text and layout |
//! | SLA01xx | names |
//! | SLA02xx | types and units |
//! | SLA03xx | tables, tiers and targets |
//! | SLA04xx | circularity and structure |
//! | SLA05xx | lints: warnings and advice, never errors |
//! | SLA08xx | problems in events |
//! | SLA09xx | problems in instances and other input |

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

/// The parts of an entry put together as the page of the code.
///
/// The fences say `text` so that rustdoc shows the examples and does not run them.
macro_rules! page {
    ($number:literal $name:literal $what:expr, $why:expr, $example:expr, $instead:expr) => {
        concat!(
            "# ",
            $number,
            " ",
            $name,
            "\n\n",
            "## What\n\n",
            $what,
            "\n",
            "## Why\n\n",
            $why,
            "\n",
            "## Example\n\n```text\n",
            $example,
            "```\n\n",
            "## Instead\n\n```text\n",
            $instead,
            "```\n",
        )
    };
}

/// Writes the registry once: variant, number, severity, name, and the parts of the page, each a list of lines.
macro_rules! codes {
    ($(
        $variant:ident $number:literal $severity:ident $name:literal
        what $($what:literal)+
        why $($why:literal)+
        example $($example:literal)+
        instead $($instead:literal)+
    )*) => {
        /// A kind of finding. Numbers and names are stable; texts are not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(
                #[doc = concat!("`", $number, "` `", $name, "`: ", $($what, "\n",)+)]
                $variant,
            )*
        }

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

            /// What the code means: what is found, why it matters, an example, and what to write instead
            /// (Markdown, one heading for each).
            pub const fn page(self) -> &'static str {
                match self {
                    $(Code::$variant => page!(
                        $number $name
                        concat!($($what, "\n",)+),
                        concat!($($why, "\n",)+),
                        concat!($($example, "\n",)+),
                        concat!($($instead, "\n",)+)
                    ),)*
                }
            }

            /// The text of the page's example, which has the finding.
            pub const fn example(self) -> &'static str {
                match self { $(Code::$variant => concat!($($example, "\n",)+),)* }
            }

            /// The mended text of the page, which does not have the finding.
            pub const fn instead(self) -> &'static str {
                match self { $(Code::$variant => concat!($($instead, "\n",)+),)* }
            }
        }
    };
}

codes! {
    // SLA00xx: text and layout.
    Internal "SLA0000" Error "internal"
        what    "The tool met a state that it should never meet: this is a defect of the tool, not of the policy."
        why     "It says so instead of guessing, because a wrong figure is worse than none."
        example "(no policy should show this)"
        instead "(please report it together with the policy that showed it)"

    Syntax "SLA0001" Error "syntax"
        what    "The text does not follow the grammar at this place."
        why     "What cannot be read has no meaning; the rest of the text is still checked."
        example "agreement"
        instead "agreement \"Acme support\""

    // SLA01xx: names.

    // SLA02xx: types and units.

    // SLA03xx: tables, tiers and targets.

    // SLA04xx: circularity and structure.

    // SLA05xx: lints.

    // SLA08xx: problems in events.

    // SLA09xx: problems in instances and other input.
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
