//! The rows of what an agreement says: what the examples have to show, kept and broken. The page `ROWS.md` lists them
//! all, those that nothing shows yet too.

/// Something that an agreement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its id, with which the titles of scenarios begin: `D1`.
    pub id: &'static str,
    /// What it says, in a few words.
    pub says: &'static str,
}

const fn row(id: &'static str, says: &'static str) -> Row {
    Row { id, says }
}

/// All of them, in the order of the page.
pub const ROWS: &[Row] = &[
    row("P1", "parties and roles"),
    row("P2", "in force from a date, for a term"),
    row("P3", "one template, figures for each client"),
    row("P4", "services that are covered, and not"),
    row("P5", "official channels"),
    row("P6", "confidentiality and attachments"),
    row("P7", "signatures"),
    row("P8", "the version in force governs"),
    row("P9", "nothing can be slipped in"),
    row("P10", "an overview, and a short form for each channel"),
    row("P11", "in line with the law"),
    row("T1", "working hours and holidays"),
    row("T2", "calendar days"),
    row("T3", "business days"),
    row("T4", "windows"),
    row("T5", "zones with clock changes"),
    row("T6", "waiting stops the clock"),
    row("D1", "answer within a time"),
    row("D2", "turnaround, each and on average"),
    row("D3", "recurring duties"),
    row("D4", "how often something is published"),
    row("D5", "approval before publication"),
    row("D6", "the client's duties"),
    row("D7", "the client's failure excuses the agency"),
    row("D8", "security duties"),
    row("D9", "crisis: severity, and who is told when"),
    row("D10", "stages: what begins with the fiftieth sale"),
    row("D11", "a duty after a breach"),
    row("D12", "prohibitions"),
    row("D13", "nothing without consequence, unless it is meant"),
    row("K1", "availability"),
    row("K2", "throughput at peak"),
    row("K3", "a count with a condition"),
    row("K4", "a share, and no data"),
    row("K5", "reach, engagement, leads"),
    row("K6", "growth against a baseline"),
    row("K7", "not too many figures, and only one's own"),
    row("K8", "exact comparison"),
    row("M1", "a fee for each day late"),
    row("M2", "variants of it"),
    row("M3", "parts, too much, and what is settled first"),
    row("M4", "service credits in tiers"),
    row("M5", "flat penalties with a cap"),
    row("M6", "an allowance, and a price above it"),
    row("M7", "surcharges"),
    row("M8", "currency"),
    row("M9", "rounding"),
    row("M10", "a bonus above the target"),
    row("E1", "notice"),
    row("E2", "the right to end after three misses running"),
    row("E3", "works pass to the client at the end"),
    row("E4", "who bears a fine"),
    row("E5", "what goes on after the end"),
    row("R2", "who is told, before a breach and at it"),
    row("R3", "why"),
    row("H1", "opening hours of every kind"),
    row("H2", "where a clock starts"),
    row("H3", "a clock that is over at closing"),
    row("H4", "at the deadline: on time, or late"),
    row("H5", "what pauses do to a clock"),
    row("H6", "what comes back: four ways to go on"),
    row("H7", "next replies, and who has waited for whom"),
    row("H8", "what changes on the way"),
    row("H9", "where days land, and whether the first one counts"),
    row("H10", "begun and completed minutes"),
    row("H11", "degraded, unobserved, several parts"),
    row("H12", "business time on its own"),
    row("H13", "a deadline that falls on a closed day"),
    row("F1", "exclusions, and what they are taken from"),
    row("F2", "windows from any day, and windows that roll"),
    row("F3", "slices and samples"),
    row("F4", "several limits at once"),
    row("F5", "misses running, ladders, and what is earned back"),
    row("F6", "claims, least credits, sole remedies"),
    row("F7", "grace, begun and completed periods, a fixed sum and a rate"),
    row("F8", "tiers: of the whole amount, or in bands"),
    row("F9", "suspension, acceptance by silence, notice and cure"),
    row("F11", "breach by silence"),
    row("F12", "what was true then, and what was known then"),
    row("F14", "how scenarios are written"),
    row("F15", "what changed in meaning"),
    row("F16", "what is left before the next tier, and the last instant to act"),
    row("F17", "what is still owed"),
    row("F18", "what is indeterminate"),
    row("F19", "files that are used"),
    row("F20", "figures of different kinds"),
    row("F21", "the version of the language"),
    row("F22", "periods that are closed"),
    row("F23", "what is waived, disputed and adjusted"),
    row("F24", "the lines of the input add up"),
    row("F25", "proof"),
];

/// The rows that a title names before its colon: `T1, D1: …`; none where it begins otherwise.
pub fn rows_of(title: &str) -> Vec<&str> {
    let Some((rows, _)) = title.split_once(": ") else { return Vec::new() };
    let is_row = |word: &&str| {
        word.len() >= 2
            && word.starts_with(|letter: char| letter.is_ascii_uppercase())
            && word.chars().skip(1).all(|digit| digit.is_ascii_digit())
    };
    let words: Vec<&str> = rows.split(", ").collect();
    if words.iter().all(is_row) { words } else { Vec::new() }
}
