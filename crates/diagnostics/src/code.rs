//! The registry of codes: every kind of finding that Servanda can report, in one place.
//!
//! The registry holds what a kind of finding is called and what it means. It does not hold messages: they are
//! made where the finding is made, with the user's own words in them.
//!
//! A new code is one entry in the file of its section, at the place of its number:
//!
//! ```text
//! BareDays "SLA0201" Error "bare-days"
//!     what    "A number of days is written without saying which days are counted."
//!     why     "Five calendar days and five business days may end a week apart."
//!     example "…the wrong text, one literal per line…"
//!     instead "…the mended text, one literal per line…"
//! ```
//!
//! Then `UPDATE_EXPECTED=1 cargo test --workspace --test pages` runs the example, notes what is printed of it
//! for `servanda explain`, and makes the pages of `docs/codes`. A test fails where the example does not have the finding, where
//! the mended text has any, or where a page is not what it would be.
//!
//! | numbers | findings | file |
//! | --- | --- | --- |
//! | SLA00xx | text and layout | `code/text.rs` |
//! | SLA01xx | names | `code/names.rs` |
//! | SLA02xx | types and units | `code/types.rs` |
//! | SLA03xx | tables, tiers and targets | `code/tables.rs` |
//! | SLA04xx | circularity and structure | `code/structure.rs` |
//! | SLA05xx | lints: warnings and advice, never errors | `code/lints.rs` |
//! | SLA06xx | lints that compute: each with a value or a date at which it shows | `code/analysis.rs` |
//! | SLA08xx | problems in events | `code/events.rs` |
//! | SLA09xx | problems in instances and other input | `code/input.rs` |

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

            /// What is found, one sentence a line.
            pub const fn what(self) -> &'static str {
                match self { $(Code::$variant => concat!($($what, "\n",)+),)* }
            }

            /// Why it matters, one sentence a line.
            pub const fn why(self) -> &'static str {
                match self { $(Code::$variant => concat!($($why, "\n",)+),)* }
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

/// Asks each section for its entries, one after the other, and writes the registry of all of them.
macro_rules! gather {
    ([] $($entries:tt)*) => { codes! { $($entries)* } };
    ([$section:ident $($rest:ident)*] $($entries:tt)*) => { $section! { [$($rest)*] $($entries)* } };
}

#[macro_use]
mod text;
#[macro_use]
mod names;
#[macro_use]
mod types;
#[macro_use]
mod tables;
#[macro_use]
mod structure;
#[macro_use]
mod lints;
#[macro_use]
mod analysis;
#[macro_use]
mod events;
#[macro_use]
mod input;

gather! { [text names types tables structure lints analysis events input] }

/// Where the pages of the codes can be read, as this version's source says.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/codes/");

impl Code {
    /// The page of the code: what is found, why it matters, an example, and what to write instead (Markdown, one
    /// heading for each).
    ///
    /// ```
    /// let page = servanda_diagnostics::Code::BareDays.page();
    /// assert!(page.starts_with("# SLA0201 bare-days\n\nAn error.\n\n## What\n"));
    /// ```
    pub fn page(self) -> String {
        self.page_with("")
    }

    /// The page with what is printed of the example, where that is known.
    pub fn page_with(self, printed: &str) -> String {
        let severity = match self.severity() {
            Severity::Error => "An error.",
            Severity::Warning => "A warning.",
            Severity::Advice => "Advice.",
        };
        let text = |body: &str| format!("```text\n{body}```\n");
        let example = self.example();
        let stands = if example.starts_with("language") || example.starts_with('(') {
            ""
        } else {
            "In [the agreement of the examples](README.md#the-agreement-of-the-examples):\n\n"
        };
        let printed =
            if printed.is_empty() { String::new() } else { format!("\n## Printed\n\n{}", text(printed)) };
        let meant = if self.can_be_allowed() {
            format!(
                "\n## Where it is meant\n\nIn the policy: `allow {} because \"…\".`\n\
                 For a whole repository, its `servanda.toml` sets [a level](../ci.md#levels).\n",
                self.name()
            )
        } else {
            String::new()
        };
        format!(
            "# {} {}\n\n{severity}\n\n## What\n\n{}\n## Why\n\n{}\n## Example\n\n{stands}{}{printed}\n## Instead\n\n{}{meant}",
            self.number(),
            self.name(),
            self.what(),
            self.why(),
            text(example),
            text(self.instead()),
        )
    }

    /// Whether a policy with such a finding can be evaluated all the same, so that whoever keeps it may say how much
    /// the finding matters.
    pub fn is_lint(self) -> bool {
        self.severity() < Severity::Error && !self.number().starts_with("SLA08")
    }

    /// Whether a policy may say itself, by `allow`, that such findings in it are meant.
    ///
    /// ```
    /// use servanda_diagnostics::Code;
    /// assert!(Code::NoConsequence.can_be_allowed() && !Code::BareDays.can_be_allowed());
    /// ```
    pub fn can_be_allowed(self) -> bool {
        (self.number().starts_with("SLA05") || self.number().starts_with("SLA06"))
            && self != Code::UnusedAllow
    }

    /// The address of the page.
    ///
    /// ```
    /// let url = servanda_diagnostics::Code::BareDays.url();
    /// assert!(url.starts_with("https://") && url.ends_with("/docs/codes/SLA0201.md"));
    /// ```
    pub fn url(self) -> String {
        format!("{PAGES}{}.md", self.number())
    }

    /// The code with this number or name, whatever its case.
    pub fn find(text: &str) -> Option<Code> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.number().eq_ignore_ascii_case(text) || code.name().eq_ignore_ascii_case(text))
    }
}

/// Codes are stored by their numbers, which are stable.
impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = String::deserialize(deserializer)?;
        Self::find(&number).ok_or_else(|| serde::de::Error::custom("there is no such code"))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.number())
    }
}
