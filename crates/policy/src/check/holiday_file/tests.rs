//! Files of holidays as programs write them, and what is told of those that are none.

use super::*;

fn read_text(text: &str) -> Result<GivenHolidays, Vec<String>> {
    read(SourceId(0), "x.ics", text).map_err(|findings| {
        let sources = servanda_diagnostics::Sources::new().with("x.ics", text);
        let told = |it: &Diagnostic| {
            let place = it.primary().span;
            let position = sources.get(SourceId(0)).map(|source| source.position(place.start)).unwrap();
            format!("{}:{} {}", position.line, position.column, it.message())
        };
        findings.iter().map(told).collect()
    })
}

/// The holidays of events, each of its lines joined by `|`.
fn of(events: &[&str]) -> Result<GivenHolidays, Vec<String>> {
    let events: Vec<String> = events
        .iter()
        .map(|it| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", it.replace('|', "\r\n")))
        .collect();
    read_text(&format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.concat()))
}

fn days(events: &[&str]) -> Vec<String> {
    let given = of(events).unwrap();
    given.days.iter().take(8).map(|(date, name)| format!("{date} {name}")).collect()
}

#[test]
fn one_date_and_several() {
    let one = "DTSTART;VALUE=DATE:20261224|SUMMARY:Christmas\\, early|DTEND;VALUE=DATE:20261225";
    let several = "DTSTART;VALUE=DATE:20261229|DTEND;VALUE=DATE:20270101";
    assert_eq!(days(&[one]), ["2026-12-24 Christmas, early"]);
    assert_eq!(days(&[several]), ["2026-12-29 holiday", "2026-12-30 holiday", "2026-12-31 holiday"]);
    assert_eq!(days(&["DTSTART:20261224|DURATION:P2D|SUMMARY:X"]), ["2026-12-24 X", "2026-12-25 X"]);
    assert_eq!(days(&["DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261224"]), ["2026-12-24 holiday"]);
    assert_eq!(days(&["DTSTART:20261224|RDATE;VALUE=DATE:20271224,20281224"]).len(), 3);
}

#[test]
fn each_year() {
    let first = |event: &str| {
        days(&[event]).iter().map(|it| it.chars().take(10).collect::<String>()).take(3).collect::<Vec<_>>()
    };
    assert_eq!(first("DTSTART:20200501|RRULE:FREQ=YEARLY"), ["2020-05-01", "2021-05-01", "2022-05-01"]);
    assert_eq!(
        first("DTSTART:20241128|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ["2024-11-28", "2025-11-27", "2026-11-26"]
    );
    assert_eq!(
        first("DTSTART:20260525|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"),
        ["2026-05-25", "2027-05-31", "2028-05-29"]
    );
    assert_eq!(first("DTSTART:20240229|RRULE:FREQ=YEARLY"), ["2024-02-29", "2028-02-29", "2032-02-29"]);
    assert_eq!(first("DTSTART:20240229|RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=2"), ["2024-02-29", "2036-02-29"]);
    assert_eq!(
        first("DTSTART:20260101|RRULE:FREQ=YEARLY;UNTIL=20270101T000000Z"),
        ["2026-01-01", "2027-01-01"]
    );
    assert_eq!(
        first("DTSTART:20260101|RRULE:FREQ=YEARLY;COUNT=3|EXDATE;VALUE=DATE:20270101"),
        ["2026-01-01", "2028-01-01"]
    );
}

#[test]
fn what_is_listed_ends_with_its_last_year() {
    let listed = of(&["DTSTART:20260406", "DTSTART:20270329", "DTSTART:20200101|RRULE:FREQ=YEARLY"]).unwrap();
    assert_eq!((listed.first, listed.last), ("2020-01-01".parse().unwrap(), "2027-12-31".parse().unwrap()));
    let yearly = of(&["DTSTART:20200101|RRULE:FREQ=YEARLY"]).unwrap();
    assert_eq!((yearly.last, yearly.days.len()), (Date::MAX, 181));
}

#[test]
fn lines_may_be_folded_and_beside_the_point() {
    let text = "\u{feff}BEGIN:VCALENDAR\nX-WR-CALNAME:Days\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:2026\n 1224\nSUMMARY:Long\n  name\nBEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR";
    let given = read_text(text).unwrap();
    assert_eq!(given.days, [("2026-12-24".parse().unwrap(), "Long name".into())]);
}

#[test]
fn what_is_cancelled_is_no_holiday() {
    assert_eq!(days(&["DTSTART:20261224|STATUS:CANCELLED", "DTSTART:20261225"]), ["2026-12-25 holiday"]);
}

#[test]
fn what_is_not_understood_is_told_at_its_line() {
    let wrong = |event: &str| of(&[event]).unwrap_err();
    assert_eq!(wrong("DTSTART:20261224T090000Z"), ["4:1 `20261224T090000Z` is no whole day"]);
    assert_eq!(wrong("SUMMARY:X|DTSTART;VALUE=DATE:20261324"), ["5:1 `20261324` is no whole day"]);
    assert_eq!(wrong("SUMMARY:X"), ["5:1 an event without a date"]);
    assert_eq!(wrong("DTSTART:20261224|DURATION:PT5H"), ["5:1 `PT5H` is no whole day"]);
    assert_eq!(wrong("DTSTART:20261224|DTEND:20261223"), ["5:1 an event of -1 days"]);
    assert_eq!(wrong("DTSTART:20261224|DTSTART:20261225"), ["5:1 `20261225` is no whole day"]);
    let otherwise = |rule: &str| wrong(&format!("DTSTART:20261224|RRULE:{rule}")).concat();
    assert_eq!(
        otherwise("FREQ=MONTHLY"),
        "5:1 `FREQ=MONTHLY` is not understood: holidays come back each year"
    );
    assert!(otherwise("FREQ=YEARLY;BYEASTER=1").contains("`BYEASTER=1`"));
    assert!(otherwise("FREQ=YEARLY;BYMONTH=1,2").contains("`BYMONTH=1,2`"));
    assert!(otherwise("FREQ=YEARLY;BYDAY=1MO").contains("`BYDAY` without `BYMONTH`"));
    assert!(otherwise("COUNT=2").contains("without `FREQ=YEARLY`"));
    assert!(otherwise("FREQ=YEARLY;COUNT=0").contains("`COUNT=0`"));
    assert_eq!(otherwise("FREQ=YEARLY;BYMONTH=12;BYDAY=1MO"), "4:1 the rule does not give 2026-12-24");
    assert_eq!(wrong("DTSTART:20261224|EXDATE:20251224"), ["5:1 the event is not on 2025-12-24"]);
    assert!(wrong("DTSTART:20261224|RECURRENCE-ID:20261223").concat().contains("RECURRENCE-ID"));
}

#[test]
fn what_is_no_calendar_is_told() {
    assert_eq!(read_text("").unwrap_err(), ["1:1 there is no holiday in `x.ics`"]);
    assert_eq!(
        read_text("BEGIN:VCALENDAR\nEND:VCALENDAR").unwrap_err(),
        ["1:1 there is no holiday in `x.ics`"]
    );
    assert_eq!(read_text("2026-12-24,Christmas\n").unwrap_err().len(), 1);
    assert_eq!(
        read_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\n").unwrap_err(),
        ["1:1 `VCALENDAR` begins here and does not end", "2:1 `VEVENT` begins here and does not end"]
    );
    // The outer one of two events is not passed over.
    let nested = "BEGIN:VEVENT\nDTSTART:20260101\nBEGIN:VEVENT\nDTSTART:20260501\nEND:VEVENT\nEND:VEVENT\n";
    assert_eq!(
        read_text(&format!("BEGIN:VCALENDAR\n{nested}END:VCALENDAR\n")).unwrap_err(),
        ["2:1 `VEVENT` begins here and does not end"]
    );
    assert_eq!(read_text("\u{a0}").unwrap_err(), ["1:1 there is no holiday in `x.ics`"]);
    let lost = read_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART 20261224\nEND:VEVENT\nEND:VCALENDAR\n")
        .unwrap_err();
    assert_eq!(lost, ["3:1 this is no line of an iCalendar file", "4:1 an event without a date"]);
}
