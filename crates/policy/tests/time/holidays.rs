//! The holiday data: complete, in order, as the law has them.

use servanda_policy::time::{countries, holidays};

use crate::given::date;

#[test]
fn every_file_is_read_whole() {
    for country in countries() {
        let set = holidays(country).unwrap();
        let path = format!("{}/data/holidays/{country}.csv", env!("CARGO_MANIFEST_DIR"));
        #[expect(clippy::disallowed_methods, reason = "the test compares with the file itself")]
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(set.days().len(), lines, "{country}: a line was not understood");
        assert!(set.days().windows(2).all(|pair| pair[0].date < pair[1].date));
        assert!(set.first() <= date("2015-01-01") && set.last() >= date("2035-12-31"));
        assert!(set.version().contains("holidays-0.108"), "{}", set.version());
        let first = set.on(date("2026-01-01"));
        assert!(first.is_some(), "{country} closes on New Year's Day");
        assert!(set.days().iter().all(|day| set.covers(day.date)));
    }
    assert!(holidays("XX").is_none());
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
