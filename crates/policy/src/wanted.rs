//! What whoever keeps agreements wants of each of them: the parts that it must have, how many figures it may judge, and
//! that what is kept of it has a
//! bound, and that breaches cost both sides something.

/// What is wanted of every agreement; as a rule nothing is but that it judges not too many figures.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// The parts that an agreement must have.
    pub parts: Vec<Part>,
    /// How many figures one party has to keep at most.
    pub most_figures: usize,
    /// Whether nothing that is kept of an agreement may grow with the log.
    pub bounded_state: bool,
    /// Whether the breaches of each party must cost something, where those of another one do.
    pub both_sides: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { parts: Vec::new(), most_figures: Self::MOST_FIGURES, bounded_state: false, both_sides: false }
    }
}

impl Wanted {
    /// How many figures there may be where nothing is said: more than anybody looks at each month.
    pub const MOST_FIGURES: usize = 12;
}

/// A part of an agreement that is often missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// Who the parties are, by their full names.
    Parties,
    /// What is covered.
    Scope,
    /// What is not.
    Exclusions,
    /// What is paid, and when.
    Payment,
    /// How it is ended.
    Notice,
    /// To whom works and data belong.
    Ownership,
    /// For how much somebody is liable at most.
    Liability,
    /// Who is told of the figures.
    Reporting,
    /// When it is looked at again.
    Review,
    /// What is not told to others.
    Confidentiality,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 10] = [
        Self::Parties,
        Self::Scope,
        Self::Exclusions,
        Self::Payment,
        Self::Notice,
        Self::Ownership,
        Self::Liability,
        Self::Reporting,
        Self::Review,
        Self::Confidentiality,
    ];

    /// The word for it.
    ///
    /// ```
    /// use servanda_policy::Part;
    /// assert!(Part::ALL.iter().all(|part| Part::named(part.word()) == Some(*part)));
    /// ```
    pub const fn word(self) -> &'static str {
        match self {
            Self::Parties => "parties",
            Self::Scope => "scope",
            Self::Exclusions => "exclusions",
            Self::Payment => "payment",
            Self::Notice => "notice",
            Self::Ownership => "ownership",
            Self::Liability => "liability",
            Self::Reporting => "reporting",
            Self::Review => "review",
            Self::Confidentiality => "confidentiality",
        }
    }

    /// The part with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// Beginnings of the words by which a title says that a clause is this part: in English, German and Turkish.
    pub(crate) const fn titles(self) -> &'static [&'static str] {
        match self {
            Self::Parties => &["part", "taraf"],
            Self::Scope => &["scope", "service", "umfang", "leistung", "kapsam", "hizmet"],
            Self::Exclusions => &["exclu", "not covered", "ausschl", "ausnahm", "istisna", "kapsam dışı"],
            Self::Payment => &["pay", "fee", "price", "charge", "zahl", "vergüt", "preis", "ödeme", "ücret"],
            Self::Notice => &["notice", "terminat", "ending", "künd", "beendig", "fesih", "sona er"],
            Self::Ownership => &["owner", "title", "property", "eigentum", "rechte", "mülkiyet"],
            Self::Liability => &["liab", "haft", "sorumluluk"],
            Self::Reporting => &["report", "bericht", "rapor"],
            Self::Review => &["review", "revision", "überprüf", "gözden"],
            Self::Confidentiality => &["confiden", "secre", "vertraulich", "geheim", "gizli"],
        }
    }

    /// What says it, for a help.
    pub(crate) const fn said_by(self) -> &'static str {
        match self {
            Self::Parties => "give each party its full name: `party client \"Acme Foods\".`",
            Self::Scope => "a clause with the title \"Scope\"",
            Self::Exclusions => "`out of scope where …` in a case, or a clause with the title \"Exclusions\"",
            Self::Payment => {
                "a case that is a debt, an amount `each` window, or a clause with the title \"Payment\""
            }
            Self::Notice => {
                "`either party may end this agreement with 3 months notice by …`, or a clause with the title \"Notice\""
            }
            Self::Ownership => "`client has \"the works\" when …`, or a clause with the title \"Ownership\"",
            Self::Liability => "a limit `in all`, or a clause with the title \"Liability\"",
            Self::Reporting => {
                "`must send a report each calendar month`, or a clause with the title \"Reports\""
            }
            Self::Review => {
                "`must hold a review each calendar quarter`, or a clause with the title \"Review\""
            }
            Self::Confidentiality => {
                "a paper that is `attached`, or a clause with the title \"Confidentiality\""
            }
        }
    }
}
