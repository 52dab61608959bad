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

    LanguageLine "SLA0002" Error "language-line"
        what    "The first line of a policy names the version of the language, and this version must be known."
        why     "A later version may give the same words another meaning; a policy must never be read under the wrong one."
        example "agreement \"Acme support\" {}"
        instead "language 1."
                "agreement \"Acme support\" {}"

    FullStop "SLA0003" Error "full-stop"
        what    "A statement has no full stop at its end."
        why     "The full stop says where a sentence ends, so that what follows cannot be read as a part of it."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency"
                "  party client."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency."
                "  party client."
                "}"

    UnclosedBrace "SLA0004" Error "unclosed-brace"
        what    "A brace is opened and never closed."
        why     "Without it nobody can say what still belongs to the declaration."
        example "language 1."
                "agreement \"Acme support\" {"
                "  clause 1 \"Answers\" {"
                "    text \"We answer.\""
                "  clause 2 \"Payment\" {}"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  clause 1 \"Answers\" {"
                "    text \"We answer.\""
                "  }"
                "  clause 2 \"Payment\" {}"
                "}"

    AndOr "SLA0005" Error "and-or"
        what    "`and` stands beside `or` without parentheses."
        why     "Readers disagree on which of the two binds more tightly."
        example "language 1."
                "agreement \"Acme support\" {"
                "  case request { out of scope where rush and late or closed. }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  case request { out of scope where (rush and late) or closed. }"
                "}"

    StrayBrace "SLA0006" Error "stray-brace"
        what    "A closing brace closes nothing."
        why     "Some other brace above it has closed more than it should, or this one is left over."
        example "language 1."
                "agreement \"Acme support\" {}"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {}"

    StrayStop "SLA0007" Error "stray-stop"
        what    "A full stop stands where no statement ends."
        why     "The closing brace has already ended the declaration."
        example "language 1."
                "agreement \"Acme support\" {"
                "  case request {}."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  case request {}"
                "}"

    OutsideAgreement "SLA0008" Error "outside-agreement"
        what    "A line stands at the top of the file that belongs into the braces of an agreement."
        why     "A file may hold several agreements, and every line belongs to one."
        example "language 1."
                "party client."
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party client."
                "}"

    UnclosedString "SLA0009" Error "unclosed-string"
        what    "A text has no closing quote."
        why     "A text may go over several lines, so everything up to the next quote is taken for a part of it."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency \"Contentworks."
                "  party client \"Acme\"."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency \"Contentworks\"."
                "  party client \"Acme\"."
                "}"

    UnknownEscape "SLA0010" Error "unknown-escape"
        what    "A backslash in a text stands before a character with which it means nothing."
        why     "`\\\"` is a quote, `\\n` a line end and `\\\\` a backslash; nothing else is defined."
        example "language 1."
                "agreement \"Acme \\support\" {}"
        instead "language 1."
                "agreement \"Acme \\\\support\" {}"

    BadHole "SLA0011" Error "bad-hole"
        what    "The braces in a text hold something else than a name."
        why     "Braces in a text print a value of the policy; `{{` is a brace that is meant as one."
        example "language 1."
                "agreement \"Acme support\" {"
                "  text \"We answer within {15 minutes}.\""
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  let reply_time = 15 minutes."
                "  text \"We answer within {reply_time}.\""
                "}"

    UnknownType "SLA0012" Error "unknown-type"
        what    "A field or a parameter has a type that does not exist."
        why     "The type decides how the value is read from the events and what it can be compared with."
        example "language 1."
                "agreement \"Acme support\" {"
                "  event bill.received { bill: string }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  event bill.received { bill: id }"
                "}"

    TooDeep "SLA0013" Error "too-deep"
        what    "Brackets are nested more than 64 deep, or one statement has more than 256 operators."
        why     "Nobody can read it, and the limit keeps every tool that walks over a policy safe."
        example "(a quantity in more than 64 brackets)"
        instead "(name the parts of it with `let`)"

    TooLong "SLA0014" Error "too-long"
        what    "A source is longer than 16 MiB."
        why     "A policy is read by people; such a file is something else."
        example "(a file of more than 16 MiB)"
        instead "(split the file, one agreement in each)"

    ByteOrderMark "SLA0015" Warning "byte-order-mark"
        what    "The file begins with a byte order mark, an invisible character."
        why     "It has no use in UTF-8, and tools that do not expect it show it or fail."
        example "\u{feff}language 1."
        instead "language 1."

    Consequence "SLA0016" Error "consequence"
        what    "What follows from a breach is not led in by `otherwise`."
        why     "Only `otherwise` says that the second sentence holds where the first one is broken."
        example "language 1."
                "agreement \"Acme support\" {"
                "  clause 1 \"Answers\" {"
                "    agency must answer each request within 2 hours, agency credits client 5 EUR."
                "  }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  clause 1 \"Answers\" {"
                "    agency must answer each request within 2 hours"
                "      otherwise agency credits client 5 EUR."
                "  }"
                "}"

    Between "SLA0017" Error "between"
        what    "`between` does not say whether its ends belong to it."
        why     "`from 95% to 99%` includes both ends, `from 95% to below 99%` leaves the upper one out."
        example "language 1."
                "agreement \"Acme support\" {"
                "  let credit = depending on uptime { between 95% and 99%: 10%, below 95%: 25% }."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  let credit = depending on uptime { from 95% to below 99%: 10%, below 95%: 25% }."
                "}"

    Symbol "SLA0018" Error "symbol"
        what    "Comparisons are written in words, not in symbols."
        why     "A symbol is easily misread; `at least` and `above` say which side they are on."
        example "language 1."
                "agreement \"Acme support\" {"
                "  case request { out of scope where price > 100 EUR. }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  case request { out of scope where price is above 100 EUR. }"
                "}"

    Figure "SLA0019" Error "figure"
        what    "A figure and its unit are not written as the language writes them."
        why     "There is one way to write each: `1500 EUR`, `99.9%`, `15 minutes`."
        example "language 1."
                "agreement \"Acme support\" {"
                "  let fee = 1500EUR."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  let fee = 1500 EUR."
                "}"

    DateForm "SLA0020" Error "date-form"
        what    "A date is not written as year, month and day."
        why     "`05/01/26` is the fifth of January to some and the first of May to others."
        example "language 1."
                "agreement \"Acme support\" {"
                "  in force from 05/01/26."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  in force from 2026-01-05."
                "}"

    UnknownCharacter "SLA0021" Error "unknown-character"
        what    "A character stands outside of texts and comments that the language does not use."
        why     "It is often a typographic quote or dash that a word processor put in."
        example "language 1."
                "agreement \u{201c}Acme support\u{201d} {}"
        instead "language 1."
                "agreement \"Acme support\" {}"

    Misspelled "SLA0022" Error "misspelled"
        what    "A word of the language is misspelled."
        why     "Nothing is guessed: a policy says what it says."
        example "language 1."
                "agrement \"Acme support\" {}"
        instead "language 1."
                "agreement \"Acme support\" {}"

    // SLA01xx: names.

    UnknownParty "SLA0101" Error "unknown-party"
        what    "A sentence names a party or a role that the agreement does not declare."
        why     "A duty binds somebody: a name that stands for nobody would bind nobody."
        example "clause 1 \"Care\" {"
                "  ageny must close each request within 2 support days otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise tell lead."
                "}"

    UnknownName "SLA0102" Error "unknown-name"
        what    "A name is used that nothing at this place defines."
        why     "A value without a meaning cannot be computed."
        example "let late_fee = 5% of feee."
        instead "let late_fee = 5% of fee."

    NameTwice "SLA0103" Error "name-twice"
        what    "One name has two meanings in the agreement."
        why     "As with the defined terms of a contract, a reader must know what a word means wherever it stands."
        example "let reply_time = 4 support hours."
                "let reply_time = 8 support hours."
        instead "let reply_time = 4 support hours."
                "let solve_time = 8 support hours."

    Ambiguous "SLA0104" Error "ambiguous-name"
        what    "A name can be read in two ways at this place."
        why     "Which one is meant changes a deadline or an amount, and the text does not say."
        example "let price = 10 EUR."
                "clause 1 \"Price\" {"
                "  client owes agency price for each request."
                "}"
        instead "clause 1 \"Price\" {"
                "  client owes agency request.price for each request."
                "}"

    UnknownEvent "SLA0105" Error "unknown-event"
        what    "A type of event is named that the agreement does not declare."
        why     "What is not declared is ignored when events are read, so that this could never happen."
        example "case visit { begins when visit.began. }"
        instead "event visit.began { visit: id }"
                "case visit { begins when visit.began. }"

    UnknownCase "SLA0106" Error "unknown-case"
        what    "A case is named that the agreement does not declare."
        why     "A duty on something that nobody follows could be neither kept nor broken."
        example "clause 1 \"Care\" {"
                "  agency must close each reqest within 2 support days otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise tell lead."
                "}"

    CaseHasNoAct "SLA0107" Error "case-has-no-act"
        what    "A duty uses a verb that its case does not define."
        why     "The case says which event does what; without that nobody could tell when the act is done."
        example "clause 1 \"Care\" {"
                "  agency must resolve each request within 2 support days otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise tell lead."
                "}"

    UnknownCalendar "SLA0108" Error "unknown-calendar"
        what    "A calendar is named that the agreement does not declare."
        why     "The kind of a day or an hour is the name of a calendar: without its openings nothing can be counted."
        example "let solve_time = 5 working days."
        instead "let solve_time = 5 support days."

    UnknownField "SLA0109" Error "unknown-field"
        what    "A field is named that the event does not have."
        why     "What the events do not tell cannot be read."
        example "event visit.began { visit: id } with vist = \"id\""
        instead "event visit.began { visit: id } with visit = \"id\""

    EachOrA "SLA0110" Error "each-or-a"
        what    "The word before a case does not fit how its items begin."
        why     "`each` speaks of items that an event begins, `a` of one that the sentence itself begins in each window, and `any` of a prohibition."
        example "event report.sent { report: id }"
                "case report { send (sent) when report.sent. }"
                "clause 1 \"Reports\" {"
                "  agency must send each report within 5 calendar days otherwise tell lead."
                "}"
        instead "event report.sent { report: id }"
                "case report { send (sent) when report.sent. }"
                "clause 1 \"Reports\" {"
                "  agency must send a report each calendar month otherwise tell lead."
                "}"

    UnknownMeasure "SLA0111" Error "unknown-measure"
        what    "A duty is to keep a measure that the agreement does not declare."
        why     "A figure that nobody computes can be neither kept nor missed."
        example "clause 1 \"Care\" {"
                "  agency must keep requests at most 20 otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  agency must keep requests at most 20 otherwise tell lead."
                "}"

    UnknownDuty "SLA0112" Error "unknown-duty"
        what    "A reference leads to no duty, or to more than one."
        why     "A reference to a duty must say which sentence is meant."
        example "clause 1 \"Care\" {"
                "  (a) agency must close each request within 2 support days otherwise tell lead."
                "  measure solved per calendar month = share of request in which 1 is kept."
                "}"
        instead "clause 1 \"Care\" {"
                "  (a) agency must close each request within 2 support days otherwise tell lead."
                "  measure solved per calendar month = share of request in which 1(a) is kept."
                "}"

    NoSuchWord "SLA0113" Error "no-such-word"
        what    "A word is compared with a field that never has it."
        why     "A condition with a misspelled word would never be true, and nobody would notice."
        example "clause 1 \"Care\" {"
                "  measure urgent_ones per calendar month = count of request where priority is urgnt."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure urgent_ones per calendar month = count of request where priority is urgent."
                "}"

    UnknownZone "SLA0114" Error "unknown-zone"
        what    "A time zone is named that the zone database does not have."
        why     "Dates and opening hours belong to a zone; the rules of this one are not known."
        example "calendar night { time zone Europe/Berln. open mon..fri 20:00..24:00. }"
        instead "calendar night { time zone Europe/Berlin. open mon..fri 20:00..24:00. }"

    UnknownCurrency "SLA0115" Error "unknown-currency"
        what    "A currency is named that is no ISO 4217 code, or one without a smallest unit."
        why     "An entry is rounded to the smallest unit of its currency."
        example "let deposit = 100 EUX."
        instead "let deposit = 100 EUR."

    UnknownCountry "SLA0116" Error "unknown-country"
        what    "A calendar closes on the holidays of a country for which there are no data."
        why     "Holidays are set by law; a guess would move deadlines."
        example "calendar office { open mon..fri 09:00..17:00. closed on holidays of XX. }"
        instead "calendar office { open mon..fri 09:00..17:00. closed on holidays of DE. }"

    NoKey "SLA0117" Error "no-key"
        what    "An event does not say which item of a case it is about."
        why     "Two items that are open at one time could not be told apart."
        example "event visit.began { visit: id }"
                "event visit.ended { room: text }"
                "case visit { begins when visit.began. ends when visit.ended. }"
        instead "event visit.began { visit: id }"
                "event visit.ended { visit: id, room: text }"
                "case visit { begins when visit.began. ends when visit.ended. }"

    OtherThing "SLA0118" Error "other-thing"
        what    "A name stands for another kind of thing than is due at this place."
        why     "A calendar cannot owe anything, and a party has no opening hours."
        example "clause 1 \"Care\" {"
                "  support must close each request within 2 support days otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise tell lead."
                "}"

    NoStart "SLA0119" Error "no-start"
        what    "A length of time is to run from something that is not known of the case."
        why     "A deadline needs an instant from which it is counted."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days of request.arrived otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days of request.opened otherwise tell lead."
                "}"

    UnknownFile "SLA0120" Error "unknown-file"
        what    "A file that is used is not there, or cannot be read."
        why     "What it declares is part of the agreement; without it nothing can be made sure of."
        example "language 1."
                "use \"calendar.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    PathOutside "SLA0121" Error "path-outside"
        what    "A file that is used does not lie in the folder of the policy, or its path does not say so."
        why     "A policy with its folder is whole: it means the same wherever it is copied to."
        example "language 1."
                "use \"../calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    // SLA02xx: types and units.

    BareDays "SLA0201" Error "bare-days"
        what    "A number of days or weeks is written without saying which days are counted."
        why     "Five calendar days and five business days may end a week apart."
        example "let solve_time = 5 days."
        instead "let solve_time = 5 support days."

    UnitsDiffer "SLA0202" Error "units-differ"
        what    "Two quantities of different kinds are added, subtracted, multiplied or divided."
        why     "Business days and hours by the clock have no common unit, and neither have money and percentages."
        example "let solve_time = 4 hours + 15 support minutes."
        instead "let solve_time = 4 support hours + 15 support minutes."

    WrongType "SLA0203" Error "wrong-type"
        what    "A value has another type than is due at this place."
        why     "An amount must be money, a deadline a length of time, a condition yes or no."
        example "clause 1 \"Price\" {"
                "  client owes agency 10 for each request."
                "}"
        instead "clause 1 \"Price\" {"
                "  client owes agency 10 EUR for each request."
                "}"

    PercentWithoutBase "SLA0204" Error "percent-without-base"
        what    "Money is due, and only a percentage is written."
        why     "One percent of the bill and one percent of what is unpaid are different amounts."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise agency credits client 10%."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise agency credits client 10% of fee."
                "}"

    CompareUnlike "SLA0205" Error "compare-unlike"
        what    "Two values of different types are compared."
        why     "A share is never equal to a number, and a count never above a length of time."
        example "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 95 otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 95% otherwise tell lead."
                "}"

    ImpossibleValue "SLA0206" Error "impossible-value"
        what    "A date, a time of day or a number is written that cannot be."
        why     "The calendar has no 30 February, a day no 25th hour, and no figure needs 29 digits."
        example "let opening_day = 2026-02-30."
        instead "let opening_day = 2026-02-28."

    CurrencyMismatch "SLA0207" Error "currency-mismatch"
        what    "An amount is in another currency than the agreement's."
        why     "Nothing converts one currency into another: the rate would be a guess."
        example "let deposit = 100 USD."
        instead "let deposit = 100 EUR."

    NoSuchLength "SLA0208" Error "no-such-length"
        what    "A kind of time and a unit are joined that do not go together."
        why     "Calendar days have no hours of their own, and a month of business time has no fixed end."
        example "let solve_time = 4 calendar hours."
        instead "let solve_time = 4 hours."

    NotConstant "SLA0209" Error "not-constant"
        what    "A value must be known from the text alone at this place."
        why     "Defaults and how long things are remembered are fixed before any event is read."
        example "language 1."
                "agreement \"Hosting\" takes { rate: money. limit: money = 2 * rate. } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "agreement \"Hosting\" takes { rate: money. limit: money = 20 EUR. } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    TooComplex "SLA0210" Error "too-complex"
        what    "Values that need each other make an expression that is too deep or too large."
        why     "Each use of a `let` stands for all of its parts, so that few lines can mean very many of them."
        example "(more than 300 values, each of which needs the next)"
        instead "(name the parts that grow as measures)"

    // SLA03xx: tables, tiers and targets.

    TierGap "SLA0301" Error "tier-gap"
        what    "No row of a table fits some value of its key."
        why     "For that value nothing is said, and no amount can be computed."
        example "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  client owes agency depending on requests { from 0 to 10: 0 EUR, above 12: 50 EUR } each calendar month."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  client owes agency depending on requests { from 0 to 12: 0 EUR, above 12: 50 EUR } each calendar month."
                "}"

    TargetWithoutCredit "SLA0302" Error "target-without-credit"
        what    "A target can be missed by so little that no row of the table that follows fits."
        why     "The duty is broken then and nothing follows; if that is meant, a row can say so."
        example "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 99.9%"
                "    otherwise agency credits client depending on solved { below 99.5%: 10 EUR }."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 99.9%"
                "    otherwise agency credits client depending on solved { from 99.5% to below 99.9%: 0 EUR, below 99.5%: 10 EUR }."
                "}"

    TierOverlap "SLA0303" Error "tier-overlap"
        what    "Two rows of a table fit the same value of its key."
        why     "The value would have two results."
        example "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  client owes agency depending on requests { from 0 to 10: 0 EUR, from 10: 50 EUR } each calendar month."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  client owes agency depending on requests { from 0 to below 10: 0 EUR, from 10: 50 EUR } each calendar month."
                "}"

    UnreachableRow "SLA0304" Error "unreachable-row"
        what    "A row of a table fits no value."
        why     "What it says never applies, so something else was meant."
        example "clause 1 \"Care\" {"
                "  let reply_time = depending on priority { urgent: 1 support hours, normal: 4 support hours, otherwise: 8 support hours }."
                "  agency must close each request within reply_time otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  let reply_time = depending on priority { urgent: 1 support hours, normal: 4 support hours }."
                "  agency must close each request within reply_time otherwise tell lead."
                "}"

    RowsUnlike "SLA0305" Error "rows-unlike"
        what    "The rows of a table do not go together, or not with its key."
        why     "A table has one type of key and gives one type of value."
        example "clause 1 \"Care\" {"
                "  let reply_time = depending on priority { urgent: 1 support hours, normal: 5 EUR }."
                "  agency must close each request within reply_time otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  let reply_time = depending on priority { urgent: 1 support hours, normal: 5 support hours }."
                "  agency must close each request within reply_time otherwise tell lead."
                "}"

    // SLA04xx: circularity and structure.

    Circular "SLA0401" Error "circular"
        what    "Figures or values need each other at the same moment."
        why     "None of them can be computed first."
        example "clause 1 \"Care\" {"
                "  measure one per calendar month = two + 1."
                "  measure two per calendar month = one + 1."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure one per calendar month = count of request."
                "  measure two per calendar month = one + 1."
                "}"

    IncompleteAgreement "SLA0402" Error "incomplete-agreement"
        what    "The agreement lacks a line that it needs."
        why     "Without a term, a time zone, a currency and two parties no date and no amount has a meaning."
        example "language 1."
                "agreement \"Hosting\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. money in EUR."
                "}"
        instead "language 1."
                "agreement \"Hosting\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    SaidTwice "SLA0403" Error "said-twice"
        what    "Something is said twice that can be so only once."
        why     "Both cannot be true, and neither of them is the obvious one."
        example "money in EUR."
        instead "let deposit = 100 EUR."

    AgreementCount "SLA0404" Error "agreement-count"
        what    "The file holds no agreement, or more than one."
        why     "A policy is one agreement with its scenarios."
        example "language 1."
                "scenario \"nothing\" { as of 2026-01-01. expect no problem. }"
        instead "language 1."
                "agreement \"Hosting\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
                "scenario \"nothing\" { as of 2026-01-01. expect no problem. }"

    BadCalendar "SLA0405" Error "bad-calendar"
        what    "A calendar is never open, or its lines contradict each other."
        why     "A clock that runs on such a calendar would never end."
        example "calendar night { closed sat. }"
        instead "calendar night { open mon..fri 20:00..24:00. }"

    Misplaced "SLA0406" Error "misplaced"
        what    "A phrase stands where it has no meaning."
        why     "What has no meaning would be passed over, and the author would think that it holds."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days, rounded down otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise tell lead."
                "}"

    NotSupported "SLA0407" Error "not-supported"
        what    "The phrase is part of the language, but not yet in this place."
        why     "It is refused rather than passed over, for it would change figures."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days if priority is urgent otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request where priority is urgent within 2 support days otherwise tell lead."
                "}"

    AmountWithoutWhen "SLA0408" Error "amount-without-when"
        what    "An amount stands by itself without saying when it arises."
        why     "It could be owed once, every month or for each thing."
        example "clause 1 \"Fee\" {"
                "  client owes agency fee."
                "}"
        instead "clause 1 \"Fee\" {"
                "  client owes agency fee each calendar month."
                "}"

    AmountPerTime "SLA0409" Error "amount-per-time"
        what    "An amount per period of time does not say from when until when it runs, or which periods count."
        why     "Without a beginning and an end nobody knows how many periods there are."
        example "clause 1 \"Payment\" {"
                "  client must pay each bill within 30 calendar days"
                "    otherwise client owes agency 1% of bill.amount per calendar day from the deadline until paid."
                "}"
        instead "clause 1 \"Payment\" {"
                "  client must pay each bill within 30 calendar days"
                "    otherwise client owes agency 1% of bill.amount per calendar day begun from the deadline until paid."
                "}"

    WindowsDiffer "SLA0410" Error "windows-differ"
        what    "A measure is read in a window that is not its own."
        why     "A figure of the month has no value for the year, and outside of any window it has none at all."
        example "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  measure twice per calendar year = 2 * requests."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure requests per calendar year = count of request."
                "  measure twice per calendar year = 2 * requests."
                "}"

    FigureOutsideMeasure "SLA0411" Error "figure-outside-measure"
        what    "A figure over many things stands outside of a measure."
        why     "It needs a window in which it is gathered, and a name under which it is shown."
        example "clause 1 \"Care\" {"
                "  client owes agency 5 EUR * count of request each calendar month."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure requests per calendar month = count of request."
                "  client owes agency 5 EUR * requests each calendar month."
                "}"

    NoInterval "SLA0412" Error "no-interval"
        what    "A case is measured that has no beginning or no end."
        why     "Items without a beginning cannot be counted, and only what begins and ends is a stretch of time."
        example "event alarm.rang { alarm: id }"
                "case alarm { begins when alarm.rang. }"
                "clause 1 \"Care\" {"
                "  measure alarmed per calendar month = time in alarm."
                "}"
        instead "event alarm.rang { alarm: id }"
                "event alarm.ended { alarm: id }"
                "case alarm { begins when alarm.rang. ends when alarm.ended. }"
                "clause 1 \"Care\" {"
                "  measure alarmed per calendar month = time in alarm."
                "}"

    WrongParty "SLA0413" Error "wrong-party"
        what    "A sentence binds the wrong party: one would owe itself, or pay what another owes."
        why     "Each amount has one debtor and another creditor."
        example "clause 1 \"Fee\" {"
                "  client owes client fee each calendar month."
                "}"
        instead "clause 1 \"Fee\" {"
                "  client owes agency fee each calendar month."
                "}"

    BadDebt "SLA0414" Error "bad-debt"
        what    "A case that is a debt lacks what a debt needs."
        why     "Its principal is owed from its beginning, and a payment has one amount."
        example "event refund.paid { refund: id }"
                "event refund.due { refund: id, amount: money }"
                "case refund {"
                "  begins when refund.due."
                "  agency owes client amount."
                "  paid by refund.paid."
                "}"
        instead "event refund.paid { refund: id, amount: money }"
                "event refund.due { refund: id, amount: money }"
                "case refund {"
                "  begins when refund.due."
                "  agency owes client amount."
                "  paid by refund.paid."
                "}"

    Unamendable "SLA0415" Error "unamendable"
        what    "An amendment changes something that must be the same in all versions."
        why     "What is open when the amendment comes into force would be under two of it at once."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "}"
                "amendment \"Another currency\" {"
                "  in force from 2026-04-01."
                "  money in USD."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  let fee = 100 EUR."
                "  clause 1 \"Fee\" { client owes agency fee each calendar month. }"
                "}"
                "amendment \"Another fee\" {"
                "  in force from 2026-04-01."
                "  let fee = 120 EUR."
                "}"

    UseCycle "SLA0416" Error "use-cycle"
        what    "A file uses itself, at once or through others."
        why     "Which of them says something first could not be told."
        example "language 1."
                "use \"agreement.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    UsedFile "SLA0417" Error "used-file"
        what    "A file that is used holds more than declarations."
        why     "An agreement, an amendment or a scenario belongs to one file; what several files share are declarations."
        example "language 1."
                "use \"other-agreement.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    ParameterBounds "SLA0418" Error "parameter-bounds"
        what    "A value does not keep the bounds of its parameter, or no value can."
        why     "What an agreement promises is held to what was allowed when its template was written."
        example "language 1."
                "agreement \"Acme support\" takes {"
                "    fee: money = 100 EUR, at least 500 EUR."
                "  } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "  clause 1 \"Fee\" { client owes agency fee each calendar month. }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" takes {"
                "    fee: money = 500 EUR, at least 500 EUR."
                "  } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "  clause 1 \"Fee\" { client owes agency fee each calendar month. }"
                "}"

    SoleRemedy "SLA0419" Error "sole-remedy"
        what    "Money follows from a breach beside what is said to be its sole remedy."
        why     "Whoever reads that nothing else is owed would owe something else."
        example "clause 1 \"Closing\" {"
                "  agency must close each request within 48 hours otherwise {"
                "    agency credits client 25 EUR, as sole remedy."
                "    agency owes client 5 EUR, as penalty."
                "  }"
                "}"
        instead "clause 1 \"Closing\" {"
                "  agency must close each request within 48 hours otherwise {"
                "    agency credits client 25 EUR, as sole remedy."
                "    tell lead."
                "  }"
                "}"

    // SLA05xx: lints.

    NoConsequence "SLA0501" Warning "no-consequence"
        what    "A duty says nothing about what follows if it is broken."
        why     "A duty without consequence is often one that was forgotten."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days, without consequence."
                "}"

    PartialWindow "SLA0502" Warning "partial-window"
        what    "The term can begin or end inside of a window of a measure that a duty judges, and nothing is said of that."
        why     "A target for a whole month is hard to reach in half of one; it counts in full unless the measure says otherwise."
        example "language 1."
                "agreement \"Visits\" {"
                "  party agency. party client. role lead of agency."
                "  in force from 2026-01-15 for 12 months. time zone Europe/Berlin. money in EUR."
                "  event visit.made {}"
                "  clause 1 \"Visits\" {"
                "    measure visits per calendar month = count of visit.made."
                "    agency must keep visits at least 4 otherwise tell lead."
                "  }"
                "}"
        instead "language 1."
                "agreement \"Visits\" {"
                "  party agency. party client. role lead of agency."
                "  in force from 2026-01-15 for 12 months. time zone Europe/Berlin. money in EUR."
                "  event visit.made {}"
                "  clause 1 \"Visits\" {"
                "    measure visits per calendar month = count of visit.made, partial windows prorated."
                "    agency must keep visits at least 4 otherwise tell lead."
                "  }"
                "}"

    Unused "SLA0503" Advice "unused"
        what    "Something is declared that nothing uses."
        why     "It was forgotten, or it can go."
        example "let deposit = 100 EUR."
        instead "let deposit = 100 EUR."
                "clause 1 \"Deposit\" {"
                "  client owes agency deposit each contract year."
                "}"

    NothingSurvives "SLA0504" Warning "nothing-survives"
        what    "A clause is called surviving, and all that it says is said of windows, which end with the term."
        why     "Its author would think that it goes on, and after the term there is no window in which it could."
        example "event report.sent { report: id }"
                "case report { send (sent) when report.sent. }"
                "clause 1 \"Reports\", surviving {"
                "  agency must send a report each calendar month, without consequence."
                "}"
        instead "event report.sent { report: id }"
                "case report { send (sent) when report.sent. }"
                "clause 1 \"Reports\" {"
                "  agency must send a report each calendar month, without consequence."
                "}"

    NotSigned "SLA0505" Warning "not-signed"
        what    "Somebody whose signature is asked for has not signed."
        why     "Until all have signed, what was in force before stays in force."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  signed by agency on 2025-12-18."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  signed by agency on 2025-12-18, by client on 2025-12-19."
                "}"

    SignedLate "SLA0506" Warning "signed-late"
        what    "An amendment is signed after the date from which it says that it is in force."
        why     "A signature never takes effect backwards, unless it says so."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  let fee = 100 EUR."
                "  clause 1 \"Fee\" { client owes agency fee each calendar month. }"
                "}"
                "amendment \"Another fee\" {"
                "  in force from 2026-04-01."
                "  signed by agency on 2026-03-20, by client on 2026-04-07."
                "  let fee = 120 EUR."
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  let fee = 100 EUR."
                "  clause 1 \"Fee\" { client owes agency fee each calendar month. }"
                "}"
                "amendment \"Another fee\" {"
                "  in force from 2026-04-01."
                "  signed by agency on 2026-03-20, by client on 2026-04-07 with effect from 2026-04-01."
                "  let fee = 120 EUR."
                "}"

    UsedTwice "SLA0507" Warning "used-twice"
        what    "A file uses another one twice."
        why     "It counts once; perhaps the second line was to name another file."
        example "language 1."
                "use \"calendars.sla\"."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "use \"calendars.sla\"."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    RateAboveCeiling "SLA0508" Warning "rate-above-ceiling"
        what    "What grows with time comes to more in a year than the law allows, as the line `law of` states it."
        why     "A small rate for each day is a large one for a year; what is above the ceiling may not be owed at all."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Istanbul."
                "  money in EUR."
                "  law of TR, interest at most 48% per year."
                "  event bill.received { bill: id, amount: money }"
                "  event bill.paid     { bill: id, amount: money }"
                "  case bill { begins when bill.received. client owes agency amount. paid by bill.paid. }"
                "  clause 1 \"Payment\" {"
                "    client must pay each bill within 30 calendar days of its beginning"
                "      otherwise client owes agency 1% of bill.amount per calendar day begun from the deadline until paid."
                "  }"
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Istanbul."
                "  money in EUR."
                "  law of TR, interest at most 48% per year."
                "  event bill.received { bill: id, amount: money }"
                "  event bill.paid     { bill: id, amount: money }"
                "  case bill { begins when bill.received. client owes agency amount. paid by bill.paid. }"
                "  clause 1 \"Payment\" {"
                "    client must pay each bill within 30 calendar days of its beginning"
                "      otherwise client owes agency 0.1% of bill.amount per calendar day begun from the deadline until paid."
                "  }"
                "}"

    PublicTooLong "SLA0509" Warning "public-too-long"
        what    "A short form for the public is longer than the profile of a channel takes."
        why     "It would be cut off, perhaps in the middle of a promise."
        example "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  public \"Replies within four hours on every working day. Replies within four hours on every working day. Replies within four hours on every working day. Replies within four hours on every working day. Replies within four hours on every working day. Replies within four hours on every working day.\""
                "}"
        instead "language 1."
                "agreement \"Acme support\" {"
                "  party agency. party client."
                "  in force from 2026-01-01 for 12 months."
                "  time zone Europe/Berlin."
                "  money in EUR."
                "  public \"Replies within four hours on every working day.\""
                "}"

    HoldsFromTheStart "SLA0510" Warning "holds-from-the-start"
        what    "Something follows as soon as nobody owes anything, which is so before anything was ever owed."
        why     "It would be owed, or pass, in the first instant of the agreement."
        example "clause 1 \"Title\" {"
                "  client has \"the works\" when client owes agency nothing."
                "}"
        instead "clause 1 \"Title\" {"
                "  client has \"the works\" when this agreement has ended and client owes agency nothing."
                "}"

    // SLA08xx: problems in events.

    InvalidJson "SLA0801" Warning "invalid-json"
        what    "A line of the input is not one valid JSON object."
        why     "A line that is broken anywhere may be broken everywhere, so nothing of it is used."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\"}"

    InvalidUtf8 "SLA0802" Warning "invalid-utf8"
        what    "A line of the input is not UTF-8 text."
        why     "Bytes of another encoding would turn one name into another."
        example "(a line saved in Latin-1: the byte E9 for `é`)"
        instead "(the same line saved in UTF-8: the bytes C3 A9)"

    LineTooLong "SLA0803" Warning "line-too-long"
        what    "A line of the input is longer than 16 MiB."
        why     "The memory that reading takes is bounded, whatever the input."
        example "(one line that holds all events, as `[{...}, {...}, ...]`)"
        instead "(one line for each event)"

    TruncatedLine "SLA0804" Warning "truncated-line"
        what    "The last line of the input breaks off."
        why     "The file may have been read while it was being written, or copied only in part."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.rec"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\"}"

    NestedTooDeep "SLA0805" Warning "nested-too-deep"
        what    "A value of a line is nested deeper than 127 levels."
        why     "The depth is bounded so that no input can exhaust the stack of whatever reads it next."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"extra\":[[[[ ... ]]]]}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"extra\":[]}"

    DuplicateKey "SLA0806" Warning "duplicate-key"
        what    "An object has one key twice."
        why     "Which of the two values is meant cannot be known; readers of JSON differ."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"amount\":\"10.00\",\"amount\":\"12.00\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"amount\":\"12.00\"}"

    NotAnObject "SLA0807" Warning "not-an-object"
        what    "A line of the input, or the payload of a CloudEvent, is valid JSON but not an object."
        why     "An event has named fields."
        example "[\"bill.received\",\"2026-01-05T10:00:00Z\"]"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\"}"

    MissingEnvelope "SLA0808" Warning "missing-envelope"
        what    "A line has no time, no type or no agreement."
        why     "The event is not admitted, because nothing could be said about it with certainty."
        example "{\"type\":\"bill.received\",\"agreement\":\"acme\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\"}"

    MissingField "SLA0809" Warning "missing-field"
        what    "A field that the event's declaration requires is missing or null."
        why     "The event is admitted with this field undetermined; the rest of it counts."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"bill\":\"I-1\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"bill\":\"I-1\",\"amount\":\"10.00\"}"

    WrongValueType "SLA0810" Warning "wrong-value-type"
        what    "A value has another type than its declaration says."
        why     "The event is admitted with this field undetermined; the rest of it counts."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"amount\":true}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"amount\":\"10.00\"}"

    EmptyId "SLA0811" Warning "empty-id"
        what    "An id is the empty text."
        why     "An empty id would tie together things that have nothing to do with each other."
        example "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"bill\":\"\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\",\"type\":\"bill.received\",\"agreement\":\"acme\",\"bill\":\"I-1\"}"

    LoneSurrogate "SLA0812" Warning "lone-surrogate"
        what    "A text has half of an escaped character."
        why     "Such a text cannot be written as UTF-8, so it could be neither compared nor shown."
        example "{\"bill\":\"I-\\ud83d\"}"
        instead "{\"bill\":\"I-\\ud83d\\ude00\"}"

    NotAnInstant "SLA0813" Warning "not-an-instant"
        what    "A text is not an instant of RFC 3339, or there is no such day, time of day or offset."
        why     "Another way of writing may mean another day."
        example "{\"time\":\"05.01.2026 10:00\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\"}"

    NoOffset "SLA0814" Warning "no-offset"
        what    "An instant is written without its offset from UTC."
        why     "Without an offset the same text is another instant in each zone."
        example "{\"time\":\"2026-01-05T10:00:00\"}"
        instead "{\"time\":\"2026-01-05T10:00:00+03:00\"}"

    LeapSecond "SLA0815" Warning "leap-second"
        what    "An instant has the second 60."
        why     "Time is counted without leap seconds, so this instant has no number."
        example "{\"time\":\"2016-12-31T23:59:60Z\"}"
        instead "{\"time\":\"2016-12-31T23:59:59Z\"}"

    TooPrecise "SLA0816" Warning "too-precise"
        what    "An instant has more than nine fraction digits."
        why     "Instants are whole nanoseconds and are never rounded silently."
        example "{\"time\":\"2026-01-05T10:00:00.1234567891Z\"}"
        instead "{\"time\":\"2026-01-05T10:00:00.123456789Z\"}"

    InstantOutOfRange "SLA0817" Warning "instant-out-of-range"
        what    "An instant lies before 1900 or after 2199."
        why     "Such a date is most often a slip, and time is counted in numbers of bounded size."
        example "{\"time\":\"0206-01-05T10:00:00Z\"}"
        instead "{\"time\":\"2026-01-05T10:00:00Z\"}"

    NotADate "SLA0818" Warning "not-a-date"
        what    "A text is not a date of the form YYYY-MM-DD, or there is no such day."
        why     "Another order of day and month may mean another day."
        example "{\"received\":\"2026-02-30\"}"
        instead "{\"received\":\"2026-02-28\"}"

    DateOutOfRange "SLA0819" Warning "date-out-of-range"
        what    "A date lies before 1900 or after 2199."
        why     "Such a date is most often a slip."
        example "{\"received\":\"0206-01-05\"}"
        instead "{\"received\":\"2026-01-05\"}"

    FloatAmount "SLA0820" Warning "float-amount"
        what    "An amount of money is a JSON number with a point or an exponent."
        why     "Most programs read and write such a number as a binary fraction, which has no exact cents."
        example "{\"amount\":10.1}"
        instead "{\"amount\":\"10.10\"}"

    NotANumber "SLA0821" Warning "not-a-number"
        what    "A text is not a decimal number: an optional minus, digits, and perhaps a point with digits."
        why     "Separators of thousands and decimal commas mean different numbers in different countries."
        example "{\"amount\":\"1.000,50\"}"
        instead "{\"amount\":\"1000.50\"}"

    ExponentNumber "SLA0822" Warning "exponent-number"
        what    "A number is written with an exponent."
        why     "Its digits are not all there, and exactness is what is promised."
        example "{\"value\":1e3}"
        instead "{\"value\":1000}"

    NotWhole "SLA0823" Warning "not-whole"
        what    "A number that must be whole has decimal places."
        why     "A count, and a number of days or months, is whole."
        example "{\"copies\":2.5}"
        instead "{\"copies\":2}"

    TooManyPlaces "SLA0824" Warning "too-many-places"
        what    "A number has more decimal places than its currency has, or more than nine."
        why     "Numbers are never rounded silently."
        example "{\"amount\":\"10.005\"}"
        instead "{\"amount\":\"10.01\"}"

    NumberTooLarge "SLA0825" Warning "number-too-large"
        what    "A number is larger than arithmetic on many of them can hold: money of 10^15 minor units, a count of 2^53, 18 digits."
        why     "Bounds on what is read are what makes every sum exact."
        example "{\"amount\":\"99999999999999999999.00\"}"
        instead "{\"amount\":\"999.00\"}"

    NegativeNumber "SLA0826" Warning "negative-number"
        what    "A count, a length of time, a payment or what is owed is negative."
        why     "Nothing can be counted less than zero times."
        example "{\"copies\":-1}"
        instead "{\"copies\":1}"

    OtherCurrency "SLA0827" Warning "other-currency"
        what    "The amounts of an event are in another currency than the agreement's or the field's."
        why     "Nothing converts currencies, and amounts in different ones cannot be added."
        example "{\"amount\":\"10.00\",\"currency\":\"USD\"}"
        instead "{\"amount\":\"9.20\",\"currency\":\"EUR\"}"

    UnknownWord "SLA0828" Warning "unknown-word"
        what    "A text is none of the words that the field may have."
        why     "The event is admitted with this field undetermined; the rest of it counts."
        example "{\"priority\":\"hgih\"}"
        instead "{\"priority\":\"high\"}"

    UnknownPartyName "SLA0829" Warning "unknown-party-name"
        what    "A text names no party of the agreement."
        why     "The event is admitted with this field undetermined; the rest of it counts."
        example "{\"author\":\"suplier\"}"
        instead "{\"author\":\"supplier\"}"

    NothingToMove "SLA0851" Warning "nothing-to-move"
        what    "An event is about an item that is not there: it never began, or it is over."
        why     "An answer to nothing is a gap in the log, unless the policy says that further ones are ignored."
        example "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"request.delivered\",\"request\":\"R-1\"}"
        instead "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"request.received\",\"request\":\"R-1\"}"
                "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"request.delivered\",\"request\":\"R-1\"}"

    AlreadyOpen "SLA0852" Warning "already-open"
        what    "An event would begin an item that has begun and is not over."
        why     "Two items under one key at once could not be told apart; the first goes on."
        example "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"request.received\",\"request\":\"R-1\"}"
                "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"request.received\",\"request\":\"R-1\"}"
        instead "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"request.received\",\"request\":\"R-1\"}"
                "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"request.received\",\"request\":\"R-2\"}"

    SameIdOtherContent "SLA0853" Warning "same-id-other-content"
        what    "Two events have one id and say different things."
        why     "An id names one event; which of the two is meant cannot be known, so the earlier one stands."
        example "{\"id\":\"e-1\",\"type\":\"request.received\",\"request\":\"R-1\"}"
                "{\"id\":\"e-1\",\"type\":\"request.received\",\"request\":\"R-2\"}"
        instead "{\"id\":\"e-1\",\"type\":\"request.received\",\"request\":\"R-1\"}"
                "{\"id\":\"e-2\",\"type\":\"request.received\",\"request\":\"R-2\"}"

    NothingToRetract "SLA0854" Warning "nothing-to-retract"
        what    "A retraction names an id that no event has, or only one that is too long ago."
        why     "What is not there cannot be taken back; the id may be misspelled."
        example "{\"type\":\"retraction\",\"retracts\":\"e-l\"}"
        instead "{\"type\":\"retraction\",\"retracts\":\"e-1\"}"

    ConflictingFacts "SLA0855" Warning "conflicting-facts"
        what    "Two events of one instant say opposite things about one item."
        why     "Neither is before the other; the one that stands is chosen by its content, never by its id."
        example "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"draft.approved\",\"draft\":\"D-1\"}"
                "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"draft.rejected\",\"draft\":\"D-1\"}"
        instead "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"draft.approved\",\"draft\":\"D-1\"}"
                "{\"time\":\"2026-03-02T09:00:01Z\",\"type\":\"draft.rejected\",\"draft\":\"D-1\"}"

    TooLate "SLA0856" Warning "too-late"
        what    "An event arrives later than the agreement lets events be."
        why     "What was open at its instant has been settled, so that it can no longer count."
        example "events arrive at most 48 hours late."
                "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"draft.approved\",\"draft\":\"D-1\"}, three days later"
        instead "events arrive at most 744 hours late."

    NothingToDecide "SLA0857" Warning "nothing-to-decide"
        what    "A decision names a duty, an entry or a period that is not there, or about which there is nothing to decide."
        why     "A waiver or a dispute that finds nothing would be lost without a word; the name may be misspelled."
        example "{\"type\":\"entry.disputed\",\"entry\":\"1/I-1/latefee/1\",\"by\":\"client\"}"
        instead "{\"type\":\"entry.disputed\",\"entry\":\"1/I-1/late_fee/1\",\"by\":\"client\"}"

    NotTheirsToDecide "SLA0858" Warning "not-theirs-to-decide"
        what    "A decision is taken by somebody whose it is not."
        why     "Only who is owed something can give it up, and only who owes it can dispute it or owe more."
        example "{\"type\":\"entry.lapsed\",\"entry\":\"1/I-1/late_fee/1\",\"by\":\"client\"}, who owes it"
        instead "{\"type\":\"entry.lapsed\",\"entry\":\"1/I-1/late_fee/1\",\"by\":\"agency\"}"

    StatementDiffers "SLA0859" Warning "statement-differs"
        what    "A period was closed with the hash of another statement than the one that follows from what was known then."
        why     "What was closed must be what anyone can compute again; events, `recorded` or the policy were changed since."
        example "{\"type\":\"period.closed\",\"period\":\"2026-03\",\"by\":\"agency\",\"hash\":\"blake3:00\"}"
        instead "{\"type\":\"period.closed\",\"period\":\"2026-03\",\"by\":\"agency\",\"hash\":\"…\"}, as `evaluate --period 2026-03` tells it"

    NoRight "SLA0865" Warning "no-right"
        what    "An event by which a right is used comes from somebody who does not have it, or not now."
        why     "A right to end an agreement, or to suspend what is owed, is used by its holder, and not before it has arisen."
        example "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"notice.given\",\"giver\":\"agency\"}"
        instead "{\"time\":\"2026-03-02T10:00:00Z\",\"type\":\"notice.given\",\"giver\":\"client\"}"

    TooFarAhead "SLA0870" Warning "too-far-ahead"
        what    "An event of a stream lies so far ahead of all before it, or of the clock, that time does not go on to it."
        why     "One wrong date would make everything that follows it too late; the event waits for its time to come."
        example "{\"time\":\"2062-03-02T09:00:00Z\",\"type\":\"draft.approved\",\"draft\":\"D-1\"}, in March 2026"
        instead "{\"time\":\"2026-03-02T09:00:00Z\",\"type\":\"draft.approved\",\"draft\":\"D-1\"}"

    // SLA09xx: problems in instances and other input.

    MissingParameter "SLA0901" Error "missing-parameter"
        what    "An instance does not give a parameter that has no default."
        why     "Nothing can be said about an agreement of which a term is unknown."
        example "{\"agreement\":\"acme\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    BadParameter "SLA0902" Error "bad-parameter"
        what    "An instance gives a parameter a value that its type does not have."
        why     "Nothing can be said about an agreement of which a term is unknown."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"a lot\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    UnnamedInstance "SLA0903" Error "unnamed-instance"
        what    "An instance has no name."
        why     "Events find their agreement by its name."
        example "{\"monthly_fee\":\"1500.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    DuplicateInstance "SLA0904" Error "duplicate-instance"
        what    "Two instances have one name."
        why     "An event would belong to both; which terms apply to it cannot be known."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"
                "{\"agreement\":\"acme\",\"monthly_fee\":\"1700.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"
                "{\"agreement\":\"acme 2\",\"monthly_fee\":\"1700.00\"}"

    ParameterOutside "SLA0905" Error "parameter-outside"
        what    "An instance gives a parameter a value that the policy does not allow: it is not within its bounds."
        why     "What an agreement promises is held to what was allowed when its template was written."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"0.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    AttachmentChanged "SLA0906" Error "attachment-changed"
        what    "A paper that is part of the agreement is not the one whose hash the policy gives."
        why     "What is attached is agreed like the rest; whoever changes it afterwards changes the agreement."
        example "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:9f2c…\"."
        instead "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:ba78…\"."

    AttachmentMissing "SLA0907" Warning "attachment-missing"
        what    "A paper that is part of the agreement is not there, or has no hash by which it could be known."
        why     "Nobody can show then which paper was agreed."
        example "attached \"Confidentiality\" in \"nda.txt\"."
        instead "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:ba78…\"."

    EmptyExpectation "SLA0908" Error "empty-expectation"
        what    "A scenario expects something where nothing can ever be: of a key that none of its events names, of a window outside of the term, of a party of whom the sentence does not speak."
        why     "That nothing is owed there comes out whatever the agreement says: a slip of the pen would turn the test into none."
        example "2026-03-02 09:00 request.made { request: \"A-1\" }"
                "as of 2026-04-01."
                "expect agency credits client nothing for request \"A-2\"."
        instead "2026-03-02 09:00 request.made { request: \"A-1\" }"
                "as of 2026-04-01."
                "expect agency credits client nothing for request \"A-1\"."
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
