//! The holiday data: complete, in order, as the law has them.

use std::collections::BTreeSet;

use servanda_diagnostics::spelling;
use servanda_policy::time::{Holiday, countries, holidays, subdivisions};

use crate::given::date;

#[expect(clippy::disallowed_methods, reason = "the tests compare with the files themselves")]
fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The lines of the whole country and those of its subdivisions.
fn data(country: &str) -> (Vec<String>, Vec<String>) {
    let text = file(&format!("data/holidays/{country}.csv"));
    let (nationwide, there) = text.split_once("# subdivisions: ").unwrap_or((&text, ""));
    // What stands behind the key are the codes.
    let there = there.split_once('\n').map_or("", |(_, lines)| lines);
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    (lines(nationwide), lines(there))
}

#[test]
fn every_file_is_read_whole() {
    for country in countries() {
        let set = holidays(country).unwrap();
        assert_eq!(set.code(), *country);
        assert_eq!(set.days().len(), data(country).0.len(), "{country}: a line was not understood");
        assert!(set.days().windows(2).all(|pair| pair[0].date < pair[1].date));
        assert!(set.days().iter().all(|day| !day.name.is_empty() && !day.name.contains(',')));
        assert!(set.first() <= date("2015-01-01") && set.last() >= date("2035-12-31"));
        assert!(set.version().contains("holidays-0.108"), "{}", set.version());
        let first = set.on(date("2026-01-01"));
        assert!(first.is_some(), "{country} closes on New Year's Day");
        assert!(set.days().iter().all(|day| set.covers(day.date)));
    }
    for code in ["", "D", "XX", "DE-", "DE-XX", "DEBY", "DE-BY-", "de-by", "IE-D", "TR-34"] {
        assert!(holidays(code).is_none(), "{code}");
    }
}

#[test]
fn every_line_of_subdivisions_is_read_for_all_that_it_names() {
    for country in countries() {
        let (_, lines) = data(country);
        let codes = subdivisions(country);
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(codes.iter().all(|code| code.strip_prefix(country).is_some_and(|part| {
            let part = part.strip_prefix('-').unwrap_or("");
            (1..=3).contains(&part.len())
                && part.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })));
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{country}: in order");
        let nationwide = holidays(country).unwrap();
        let mut said = BTreeSet::new();
        let mut days: Vec<usize> = codes.iter().map(|_| nationwide.days().len()).collect();
        for line in &lines {
            let [day, part, name, named] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let day = date(day);
            let named: Vec<&str> = named.split(' ').collect();
            assert!(named.windows(2).all(|pair| pair[0] < pair[1]), "{line}");
            for part_of in named {
                let code = format!("{country}-{part_of}");
                let at = codes.iter().position(|known| *known == code).unwrap_or_else(|| panic!("{line}"));
                assert!(said.insert((day, at)), "{line}: said twice of {code}");
                let there = holidays(&code).unwrap().on(day);
                assert_eq!(there.map_or("", |holiday| holiday.name), name, "{line}");
                assert!(part.is_empty() && there.is_none_or(|holiday| holiday.closed.is_none()), "{line}");
                assert_ne!(there, nationwide.on(day), "{line}: nothing is different");
                days[at] += usize::from(!name.is_empty());
                days[at] -= usize::from(nationwide.on(day).is_some());
            }
        }
        for (code, days) in codes.iter().zip(days) {
            let set = holidays(code).unwrap();
            assert_eq!((set.code(), set.days().len()), (*code, days));
            assert!(set.days().windows(2).all(|pair| pair[0].date < pair[1].date));
            assert_eq!((set.first(), set.last()), (nationwide.first(), nationwide.last()));
            assert!(set.version().starts_with(country) && set.version().contains("holidays-0.109"));
            let same = |day: &&Holiday| said.contains(&(day.date, at(&codes, code)));
            assert!(
                set.days().iter().filter(|day| !same(day)).all(|day| nationwide.on(day.date) == Some(day))
            );
        }
    }
}

fn at(codes: &[&str], code: &str) -> usize {
    codes.iter().position(|known| *known == code).unwrap()
}

#[test]
fn every_subdivision_has_a_name_and_every_name_a_subdivision() {
    let names = file("../diagnostics/data/subdivisions.csv");
    let lines = names.lines().filter(|line| !line.starts_with('#'));
    let named: Vec<&str> = lines.filter_map(|line| Some(line.split_once(',')?.0)).collect();
    let known: Vec<&str> = countries().iter().flat_map(|country| subdivisions(country)).collect();
    assert_eq!(named, known);
    assert!(known.iter().all(|code| spelling::subdivision_name(code).is_some()));
}

#[test]
fn known_holidays_of_subdivisions_are_there() {
    for (code, day, closed) in [
        ("DE-BY", "2026-01-06", true),
        ("DE-BE", "2026-01-06", false),
        ("DE-BE", "2026-03-08", true),
        ("DE-BY", "2026-03-08", false),
        ("DE-TH", "2026-10-31", true),
        ("DE-BY", "2026-10-31", false),
        ("DE-SN", "2026-11-18", true),
        ("DE-SL", "2026-08-15", true),
        // Only in most of its municipalities.
        ("DE-BY", "2026-08-15", false),
        ("DE-BY", "2026-12-25", true),
        ("GB-SCT", "2026-01-02", true),
        ("GB-ENG", "2026-01-02", false),
        ("GB-ENG", "2026-04-06", true),
        ("GB-SCT", "2026-04-06", false),
        ("GB-NIR", "2026-07-13", true),
        ("US-CA", "2026-03-31", true),
        ("US-NY", "2026-03-31", false),
        // Columbus Day, which California has not.
        ("US-NY", "2026-10-12", true),
        ("US-CA", "2026-10-12", false),
        ("CH-ZH", "2026-05-01", true),
        ("CH-GE", "2026-05-01", false),
        ("ES-CT", "2026-09-11", true),
        ("ES-MD", "2026-09-11", false),
        ("IT-BZ", "2026-05-25", true),
        ("IT-MI", "2026-12-07", true),
        ("FR-57", "2026-12-26", true),
        ("FR-PM", "2026-12-26", false),
        ("PT-11", "2026-06-13", true),
        ("AT-9", "2026-10-26", true),
        ("NO-03", "2026-05-17", true),
    ] {
        assert_eq!(holidays(code).unwrap().on(date(day)).is_some(), closed, "{code} {day}");
    }
    let called = |code: &str| holidays(code).unwrap().on(date("2026-02-16")).unwrap().name;
    assert_eq!((called("US"), called("US-TX")), ("Washington's Birthday", "Presidents' Day"));
    assert!(holidays("US").unwrap().on(date("2026-10-12")).is_some());
}

#[test]
fn known_holidays_are_there() {
    for (country, day) in [
        ("TR", "2026-04-23"),
        ("TR", "2026-03-20"),
        ("DE", "2026-10-03"),
        ("DE", "2026-04-06"),
        ("US", "2026-11-26"),
        ("GB", "2026-12-25"),
        ("FR", "2026-07-14"),
        ("NL", "2026-04-27"),
        ("AT", "2026-10-26"),
        ("CH", "2026-08-01"),
        ("IT", "2026-06-02"),
        ("ES", "2026-10-12"),
        ("PL", "2026-11-11"),
        ("JP", "2026-05-05"),
    ] {
        let holiday = holidays(country).unwrap().on(date(day));
        assert_eq!(holiday.map(|holiday| holiday.closed), Some(None), "{country} {day}");
    }
    let eve = holidays("TR").unwrap().on(date("2026-10-28")).unwrap();
    assert_eq!(eve.closed, Some((13 * 3_600, 24 * 3_600)));
    assert!(holidays("DE").unwrap().on(date("2026-01-06")).is_none(), "only in some states");
}
