//! What the subdivisions of countries are called.

use super::{COUNTRIES, country};

/// A line for each: the code of ISO 3166-2, and its names, in English first where it has one.
const NAMES: &str = include_str!("../../data/subdivisions.csv");

/// How many bytes the name of a subdivision has at most, with that of its country.
const NAME_MAX: usize = 120;

/// The code of ISO 3166-2 of a subdivision of a country that is named, with its country or without.
///
/// ```
/// use servanda_diagnostics::spelling::subdivision;
/// assert_eq!(subdivision("Bavaria"), Some("DE-BY"));
/// assert_eq!(subdivision("Germany, Bayern"), Some("DE-BY"));
/// assert_eq!(subdivision("DE-Baden Württemberg"), Some("DE-BW"));
/// assert_eq!(subdivision("de_by"), Some("DE-BY"));
/// assert_eq!(subdivision("Atlantis"), None);
/// assert_eq!(subdivision("DE, BE"), None, "Germany and Belgium");
/// ```
pub fn subdivision(name: &str) -> Option<&'static str> {
    // No name is so long, and what is would be looked at at each of its seams.
    if name.len() > NAME_MAX {
        return None;
    }
    let whole = letters(name);
    let named = lines().find(|(_, names)| names.split(',').any(|known| letters(known) == whole));
    if let Some((code, _)) = named {
        return Some(code);
    }
    let seams = name.char_indices().filter(|(_, c)| !c.is_alphanumeric());
    seams.filter_map(|(at, _)| Some((name.get(..at)?, name.get(at..)?))).find_map(|(one, other)| {
        let (one, other) = (trimmed(one), trimmed(other));
        within(one, other).or_else(|| within(other, one))
    })
}

/// What the subdivision with a code of ISO 3166-2 is called.
///
/// ```
/// use servanda_diagnostics::spelling::subdivision_name;
/// assert_eq!(subdivision_name("DE-BY"), Some("Bavaria"));
/// assert_eq!(subdivision_name("DE-XX"), None);
/// ```
pub fn subdivision_name(code: &str) -> Option<&'static str> {
    let (_, names) = lines().find(|(known, _)| *known == code)?;
    names.split(',').next()
}

/// The code of a part of a country, by its name or its code.
fn within(of: &str, part: &str) -> Option<&'static str> {
    let of = country(of).map(str::to_owned).or_else(|| {
        let code = of.len() == 2 && of.bytes().all(|letter| letter.is_ascii_alphabetic());
        code.then(|| of.to_ascii_uppercase())
    })?;
    let wanted = letters(part);
    let figures = wanted.trim_start_matches('0');
    // What is a country itself stands beside the other one.
    let beside = COUNTRIES.iter().any(|(_, code)| letters(code) == wanted);
    lines().filter(|(code, _)| code.get(..2) == Some(&of)).find_map(|(code, names)| {
        let own = letters(code.get(3..)?);
        let same = own.trim_start_matches('0') == figures && !figures.is_empty() && !beside;
        (same || names.split(',').any(|known| letters(known) == wanted)).then_some(code)
    })
}

/// The codes with their names.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(','))
}

/// Without what stands between letters and digits, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn trimmed(words: &str) -> &str {
    words.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{country, letters, lines, subdivision, subdivision_name};

    #[test]
    fn every_name_leads_to_its_code_alone_and_behind_its_country() {
        for (code, names) in lines() {
            let (of, _) = code.split_once('-').unwrap();
            for name in names.split(',') {
                assert_eq!(subdivision(name), Some(code), "{name}");
                assert_eq!(subdivision(&format!("{of}-{name}")), Some(code), "{name}");
                assert_eq!(subdivision(&format!("{name} ({of})")), Some(code), "{name}");
            }
            assert_eq!(subdivision_name(code), names.split(',').next());
        }
    }

    #[test]
    fn the_lines_are_in_order_and_no_two_subdivisions_share_a_name() {
        let codes: Vec<&str> = lines().map(|(code, _)| code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        let mut names: Vec<String> =
            lines().flat_map(|(_, names)| names.split(',').map(letters).collect::<Vec<_>>()).collect();
        names.sort();
        assert!(names.iter().all(|name| name.len() > 2));
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn it_is_said_in_many_ways() {
        for (written, code) in [
            ("Bavaria, Germany", "DE-BY"),
            ("BAYERN", "DE-BY"),
            ("at-9", "AT-9"),
            ("AT-09", "AT-9"),
            ("PT-1", "PT-01"),
            ("UK Scotland", "GB-SCT"),
            ("England", "GB-ENG"),
            ("US, CA", "US-CA"),
            ("US/New York", "US-NY"),
            ("fr_6ae", "FR-6AE"),
        ] {
            assert_eq!(subdivision(written), Some(code), "{written}");
        }
        for written in
            ["", "DE", "Germany", "BY", "DE-BX", "DE and CH", "CH, FR", "DE, BE", "DE-", "-", "IE-D", "PT-0"]
        {
            assert_eq!(subdivision(written), None, "{written}");
        }
        assert_eq!(country("England"), Some("GB"), "a law is that of a country");
    }
}
