//! The known word that a misspelled one was meant to be, the participle that goes with a verb, and what a country
//! or a number in words is in figures and codes.
//!
//! How a suggestion is worded is up to whoever makes the finding.

mod subdivisions;

pub use subdivisions::{subdivision, subdivision_name};

/// A longer word is not compared: nobody mistypes it, and the comparison grows with the square of the length.
const WORD_CHARS_MAX: usize = 64;

/// The participle of a regular English verb, to be proposed: what an author calls an act is up to the author.
///
/// ```
/// use servanda_diagnostics::spelling::participle;
/// assert_eq!(participle("answer"), "answered");
/// assert_eq!(participle("approve"), "approved");
/// assert_eq!(participle("reply"), "replied");
/// ```
pub fn participle(verb: &str) -> String {
    match verb.strip_suffix('y') {
        _ if verb.ends_with('e') => format!("{verb}d"),
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ied"),
        _ => format!("{verb}ed"),
    }
}

/// The number that a word says, up to a hundred.
///
/// ```
/// use servanda_diagnostics::spelling::number;
/// assert_eq!(number("four"), Some(4));
/// assert_eq!(number("Twenty-four"), Some(24));
/// assert_eq!(number("office"), None);
/// ```
pub fn number(word: &str) -> Option<u32> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [(&str, u32); 9] = [
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
        ("sixty", 60),
        ("seventy", 70),
        ("eighty", 80),
        ("ninety", 90),
        ("hundred", 100),
    ];
    let one = |word: &str| (0..).zip(ONES).find(|(_, known)| word.eq_ignore_ascii_case(known));
    let ten = |word: &str| TENS.into_iter().find(|(known, _)| word.eq_ignore_ascii_case(known));
    match word.split_once(['-', '_']) {
        Some((tens, ones)) => {
            let (tens, ones) = (ten(tens)?.1, one(ones)?.0);
            (tens < 100 && 0 < ones && ones < 10).then_some(tens + ones)
        }
        None => one(word).map(|(number, _)| number).or_else(|| ten(word).map(|(_, number)| number)),
    }
}

/// What authors call the countries whose holidays they ask for most.
const COUNTRIES: [(&str, &str); 34] = [
    ("austria", "AT"),
    ("belgium", "BE"),
    ("switzerland", "CH"),
    ("czechia", "CZ"),
    ("czech republic", "CZ"),
    ("germany", "DE"),
    ("denmark", "DK"),
    ("spain", "ES"),
    ("france", "FR"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("britain", "GB"),
    ("england", "GB"),
    ("uk", "GB"),
    ("ireland", "IE"),
    ("italy", "IT"),
    ("japan", "JP"),
    ("netherlands", "NL"),
    ("holland", "NL"),
    ("norway", "NO"),
    ("poland", "PL"),
    ("portugal", "PT"),
    ("sweden", "SE"),
    ("turkey", "TR"),
    ("türkiye", "TR"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("aut", "AT"),
    ("deu", "DE"),
    ("ger", "DE"),
    ("fra", "FR"),
    ("gbr", "GB"),
    ("tur", "TR"),
];

/// The code of a country that is named, for the countries whose holidays authors ask for most.
///
/// ```
/// use servanda_diagnostics::spelling::country;
/// assert_eq!(country("Austria"), Some("AT"));
/// assert_eq!(country("UK"), Some("GB"));
/// assert_eq!(country("Atlantis"), None);
/// ```
pub fn country(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    COUNTRIES.into_iter().find(|(known, _)| *known == name).map(|(_, code)| code)
}

/// The known word nearest to `wanted`, if one is near enough to be what was meant.
///
/// The distance counts inserted, lost, changed and swapped neighboring characters, whatever their case. A word is
/// near if at most a third of its characters (and always one) differ, but never all of them. Among equally near
/// words one that comes nearer in its case is first, then the first in the alphabet: the answer does not depend on
/// the order of `known`. The word itself is not a suggestion.
///
/// ```
/// use servanda_diagnostics::spelling::nearest;
/// let units = ["hours", "days", "months"];
/// assert_eq!(nearest("horus", units), Some("hours"));
/// assert_eq!(nearest("Days", units), Some("days"));
/// assert_eq!(nearest("furlongs", units), None);
/// ```
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let exact: Vec<char> = wanted.chars().take(WORD_CHARS_MAX + 1).collect();
    let folded = fold(&exact);
    known
        .into_iter()
        .filter(|word| *word != wanted)
        .filter_map(|word| {
            let letters: Vec<char> = word.chars().take(WORD_CHARS_MAX + 1).collect();
            let longer = exact.len().max(letters.len());
            let limit = (longer / 3).max(1);
            if longer > WORD_CHARS_MAX || exact.len().abs_diff(letters.len()) > limit {
                return None;
            }
            let away = distance(&folded, &fold(&letters));
            (away <= limit && away < longer).then(|| (away, distance(&exact, &letters), word))
        })
        .min()
        .map(|(_, _, word)| word)
}

/// The characters in lower case.
fn fold(letters: &[char]) -> Vec<char> {
    letters.iter().flat_map(|letter| letter.to_lowercase()).collect()
}

/// The number of insertions, losses, changes and swaps of neighbors that lead from one word to the other, no place
/// being edited twice (the optimal string alignment distance).
fn distance(from: &[char], to: &[char]) -> usize {
    // Three rows of the table are alive: the one before the last, the last, and the one being made.
    let mut older: Vec<usize> = Vec::new();
    let mut old: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, a) in from.iter().copied().enumerate() {
        let mut new = Vec::with_capacity(old.len());
        let mut left = row + 1;
        new.push(left);
        let mut before = None;
        for (column, b) in to.iter().copied().enumerate() {
            let at = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&old, column) + usize::from(a != b)).min(at(&old, column + 1) + 1).min(left + 1);
            if previous == Some(b) && before == Some(a) && column > 0 {
                best = best.min(at(&older, column - 1) + 1);
            }
            new.push(best);
            left = best;
            before = Some(b);
        }
        older = std::mem::replace(&mut old, new);
        previous = Some(a);
    }
    old.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};
    use proptest::prelude::*;

    fn away(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn each_kind_of_slip_counts_one() {
        for (slip, word) in [
            ("hous", "hours"),
            ("hoours", "hours"),
            ("hoers", "hours"),
            ("horus", "hours"),
            ("ohurs", "hours"),
        ] {
            assert_eq!(away(slip, word), 1, "{slip}");
        }
        assert_eq!(away("", "days"), 4);
        assert_eq!(away("kitten", "sitting"), 3);
    }

    #[test]
    fn a_far_word_is_no_suggestion() {
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("eu", ["us"]), None);
        assert_eq!(nearest("client", ["agency", "owner"]), None);
        assert_eq!(nearest("client", []), None);
        let long = "a".repeat(10_000);
        assert_eq!(nearest(&long, ["days", long.as_str()]), None);
    }

    #[test]
    fn the_nearer_word_wins_then_the_case_then_the_alphabet() {
        assert_eq!(nearest("credits", ["credited", "credit"]), Some("credit"));
        assert_eq!(nearest("cat", ["hat", "bat"]), Some("bat"));
        assert_eq!(nearest("cat", ["bat", "hat"]), Some("bat"));
        assert_eq!(nearest("Owned", ["owner", "Owner"]), Some("Owner"));
        assert_eq!(nearest("OWNER", ["owner"]), Some("owner"));
    }

    proptest! {
        #[test]
        fn the_distance_is_symmetric_and_bounded(a in "\\PC{0,8}", b in "\\PC{0,8}") {
            prop_assert_eq!(away(&a, &b), away(&b, &a));
            prop_assert!(away(&a, &b) <= a.chars().count().max(b.chars().count()));
            prop_assert_eq!(away(&a, &b) == 0, a == b);
        }

        #[test]
        fn the_answer_does_not_depend_on_the_order(wanted in "[abAB]{1,6}", mut known in prop::collection::vec("[abAB]{1,6}", 0..8)) {
            let one = nearest(&wanted, known.iter().map(String::as_str)).map(str::to_owned);
            known.reverse();
            let other = nearest(&wanted, known.iter().map(String::as_str)).map(str::to_owned);
            prop_assert_eq!(one, other);
        }
    }
}
