//! What is stored of figures for each value of a field goes on, and takes no room when it is over.
#![expect(clippy::unwrap_used, reason = "what cannot be compiled or read fails the test")]

use servanda::{Compiled, Ledger, OtherData, RestoreError, Run, Snapshot, Sources, compile, moment};

const GROUPS: &str = r#"
language 1.
agreement "Regions" {
  party host. party shop.
  in force from 2026-01-01 for 2 years.
  time zone Europe/Berlin.
  money in EUR.
  events arrive at most 1 hour late.
  event line.down   { line: id, region: text }
  event line.up     { line: id }
  event call.taken  { call: id, channel: text, took: count }
  case line { begins when line.down. ends when line.up. }
  clause 1 "Lines" {
    measure up per calendar month for each region = share of time not in line.
    host must keep up at least 99% otherwise host credits shop 5 EUR, at most 8 EUR for each region.
  }
  clause 2 "Calls" {
    measure long per calendar month for each channel = percentile 90 of took over call.taken.
    host must keep long at most 20 otherwise host credits shop 1 EUR, at most 2 EUR per calendar month.
  }
}
"#;

fn compiled(policy: &str) -> Compiled {
    compile(&Sources::new().with("regions.sla", policy)).map_err(|why| why.to_string()).unwrap()
}

fn restored(compiled: &Compiled, bytes: &[u8]) -> Result<Run, RestoreError> {
    Run::restore(compiled, None, Snapshot::read(bytes)?, OtherData::Accept)
}

fn call(day: i32, hour: u32, what: &str) -> String {
    let date = servanda::time::Date(20_454 + day);
    format!(r#"{{"time":"{date}T{hour:02}:00:00Z",{what}}}"#)
}

/// What has been gathered for each value of a field goes on.
#[test]
fn groups_go_on() {
    let compiled = compiled(GROUPS);
    let (mut run, mut ledger) = (Run::of_log(&compiled).unwrap(), Ledger::new());
    let lines = [
        call(3, 9, r#""type":"line.down","line":"a","region":"north""#),
        call(3, 10, r#""type":"call.taken","call":"1","channel":"mail","took":5"#),
        call(4, 10, r#""type":"call.taken","call":"2","channel":"mail","took":30"#),
        call(4, 11, r#""type":"call.taken","call":"3","took":30"#),
        call(5, 10, r#""type":"call.taken","call":"4","channel":"phone","took":8"#),
        call(6, 10, r#""type":"line.up","line":"a""#),
        call(40, 10, r#""type":"call.taken","call":"5","channel":"mail","took":8"#),
        call(41, 10, r#""type":"line.down","line":"b","region":"south""#),
    ];
    let mut stored: Option<Run> = None;
    for (number, line) in (1..).zip(&lines) {
        for run in [Some(&mut run), stored.as_mut()].into_iter().flatten() {
            run.read_line(number, line.as_bytes());
        }
        let latest = run.latest_of_all().unwrap();
        let mut again = ledger.clone();
        run.follow(latest, &mut ledger).unwrap();
        if let Some(stored) = &mut stored {
            stored.follow(latest, &mut again).unwrap();
            assert_eq!(again, ledger, "line {number}");
        }
        // Each is read again from what was stored of the one before.
        let bytes = stored.as_ref().unwrap_or(&run).snapshot().unwrap();
        stored = Some(restored(&compiled, &bytes).unwrap());
        assert_eq!(stored.as_ref().unwrap().snapshot().unwrap(), run.snapshot().unwrap());
    }
    let mut again = ledger.clone();
    let end = moment("2026-04-01", run.zone().unwrap()).unwrap();
    run.follow(end, &mut ledger).unwrap();
    stored.unwrap().follow(end, &mut again).unwrap();
    assert_eq!(again, ledger);
    let told: String = ledger.told(0).map(|told| format!("{told:?}\n")).collect();
    assert!(told.contains("group: Some(\"north\")") && told.contains("Group("), "{told}");
    // What was told is stored with its groups.
    let text = serde_json::to_vec(&ledger).unwrap();
    assert_eq!(serde_json::from_slice::<Ledger>(&text).unwrap(), ledger);
}

/// A value of a field of which nothing is open takes no room, however many there have been.
#[test]
fn groups_that_are_over_take_no_room() {
    let compiled = compiled(GROUPS);
    let (mut run, mut ledger) = (Run::of_log(&compiled).unwrap(), Ledger::new());
    let mut sizes = Vec::new();
    for month in 0..20 {
        for number in 0..20 {
            let day = month * 30 + number;
            let what = format!(r#""type":"call.taken","call":"c","channel":"channel {day}","took":5"#);
            run.read_line(1, call(day, 9, &what).as_bytes());
            let what = format!(r#""type":"line.down","line":"{day}","region":"region {day}""#);
            run.read_line(1, call(day, 10, &what).as_bytes());
            let what = format!(r#""type":"line.up","line":"{day}""#);
            run.read_line(1, call(day, 11, &what).as_bytes());
        }
        let latest = run.latest_of_all().unwrap();
        run.follow(latest, &mut ledger).unwrap();
        sizes.push(run.snapshot().unwrap().len());
    }
    let most = |sizes: &[usize]| sizes.iter().copied().max().unwrap();
    assert!(most(&sizes[10..]) <= most(&sizes[..6]) * 12 / 10, "{sizes:?}");
}
