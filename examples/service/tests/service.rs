//! The service over a directory: what it answers, and that it answers the same when it was ended without warning.
#![expect(clippy::unwrap_used, reason = "what cannot be read or written fails the test")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use servanda::testing::{Event, event};
use servanda::time::{Instant, Zone};
use servanda::{Compiled, Run, Sources, compile, moment, scenarios};
use servanda_example_service::{Desk, Store, router};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;

const POLICY: &str = include_str!("../desk.sla");

fn compiled() -> Compiled {
    compile(&Sources::new().with("desk.sla", POLICY)).unwrap()
}

/// A directory of this test that is empty.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("service-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn copy(from: &Path, name: &str) -> PathBuf {
    let to = directory(name);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    to
}

/// A service with a clock that is set.
struct Service {
    router: Router,
    now: Arc<AtomicI64>,
    zone: Zone,
}

impl Service {
    fn start(directory: &Path, every: u32) -> Self {
        let now = Arc::new(AtomicI64::new(i64::MIN));
        let clock = Arc::clone(&now);
        let store = Store::open(&compiled(), directory, every).unwrap();
        let desk = Desk::open(store, move || Instant(clock.load(Ordering::SeqCst)));
        Self { router: router(desk), now, zone: Zone::named("Europe/Berlin").unwrap() }
    }

    fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        })
    }

    fn post(&self, now: &str, lines: impl Into<Body>) -> (StatusCode, String) {
        self.now.store(moment(now, &self.zone).unwrap().0, Ordering::SeqCst);
        self.ask(Request::post("/events").body(lines.into()).unwrap())
    }

    fn get(&self, path: &str) -> (StatusCode, String) {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
    }

    /// Everything that can be asked.
    fn answers(&self) -> [String; 3] {
        let statement = |name: &str| self.get(&format!("/statement/{name}?as_of=2026-04-01")).1;
        [self.get("/outcomes").1, statement("acme"), statement("zenith")]
    }
}

/// Batches with the instants at which they come; one event is late.
fn batches() -> Vec<(&'static str, String)> {
    let run = Run::of_log(&compiled()).unwrap();
    let line = |kind: &str, at: &str, agreement: &str, key: &str| {
        let event: Event = event(kind).id(format!("{kind}-{key}")).at(at).agreement(agreement);
        event.field("question", key).line(&run).unwrap()
    };
    let first = line("question.asked", "2026-03-02 09:00", "acme", "Q-1");
    vec![
        ("2026-03-02 09:10", first + &line("question.asked", "2026-03-02 09:05", "zenith", "Q-1")),
        ("2026-03-02 17:30", String::new()),
        ("2026-03-02 17:40", line("question.answered", "2026-03-02 16:00", "acme", "Q-1")),
        ("2026-03-03 10:00", line("question.asked", "2026-03-03 09:30", "acme", "Q-2") + "what?\n"),
        ("2026-03-04 10:00:00.123456789", line("question.answered", "2026-03-03 19:00", "acme", "Q-2")),
        ("2026-03-05 10:00", line("question.asked", "2026-03-05 09:00", "zenith", "Q-2")),
    ]
}

#[test]
fn the_policy_says_what_its_scenario_says() {
    let results = scenarios(&compiled());
    assert!(results.len() == 1 && results.iter().all(|result| result.passed()), "{results:?}");
}

#[test]
fn a_service_that_ended_without_warning_goes_on_as_if_it_had_not() {
    let home = directory("ended");
    let service = Service::start(&home, 5);
    for (now, lines) in batches() {
        let (status, receipt) = service.post(now, lines);
        assert_eq!(status, StatusCode::OK, "{receipt}");
    }
    let answers = service.answers();
    let [outcomes, acme, zenith] = &answers;
    assert!(outcomes.contains(r#""seq":1"#) && outcomes.contains(r#""verdict":"broken""#), "{outcomes}");
    // The answer that came late takes the credit back.
    assert!(outcomes.contains(r#""difference":"-5.00 EUR""#), "{outcomes}");
    assert!(acme.contains("1(a)/Q-2/credit/1") && !acme.contains("1(a)/Q-1/credit"), "{acme}");
    assert!(zenith.contains("1(a)/Q-1/credit/1"), "{zenith}");

    // As the disk is now, with a snapshot somewhere in the middle, and half of what was coming.
    let torn = copy(&home, "torn");
    assert!(torn.join("state").exists());
    let append = |file: &str, text: &str| {
        let path = torn.join(file);
        fs::write(&path, [fs::read(&path).unwrap(), text.as_bytes().to_vec()].concat()).unwrap();
    };
    append("input.jsonl", "{\"time\":\"2026-03-05T10:00:00Z\"}\n#2026-03-0");
    append("told.jsonl", "{\"seq\":99,");
    fs::write(torn.join("state.new"), "half").unwrap();
    drop(service);
    for directory in [&home, &torn] {
        assert_eq!(Service::start(directory, 5).answers(), answers);
    }

    // It goes on: both come to the same.
    let ends = [&home, &torn].map(|directory| {
        let service = Service::start(directory, 5);
        assert_eq!(service.post("2026-03-06 10:00", "").0, StatusCode::OK);
        service.answers()
    });
    assert_eq!(ends[0], ends[1]);
    assert!(ends[0][0].len() > outcomes.len());
}

#[test]
fn a_log_that_is_cut_anywhere_is_one_of_fewer_batches() {
    let home = directory("cut");
    let service = Service::start(&home, u32::MAX);
    let mut known = vec![service.answers()];
    for (now, lines) in batches() {
        service.post(now, lines);
        known.push(service.answers());
    }
    let log = fs::read(home.join("input.jsonl")).unwrap();
    let is_mark = |line: &&[u8]| line.starts_with(b"#") && line.ends_with(b"\n");
    let marks = |bytes: &[u8]| bytes.split_inclusive(|byte| *byte == b'\n').filter(is_mark).count();
    for length in (0..=log.len()).rev().step_by(11) {
        let cut = directory("cut-off");
        fs::write(cut.join("input.jsonl"), &log[..length]).unwrap();
        assert_eq!(Service::start(&cut, u32::MAX).answers(), known[marks(&log[..length])], "{length} bytes");
    }
}

#[test]
fn outcomes_go_on_behind_a_number() {
    let service = Service::start(&directory("after"), 2);
    for (now, lines) in batches() {
        service.post(now, lines);
    }
    let all = service.get("/outcomes").1;
    let rest = service.get("/outcomes?after=2").1;
    assert_eq!(rest, all.lines().skip(2).map(|line| format!("{line}\n")).collect::<String>());
    assert!(rest.starts_with('{') && service.get("/outcomes?after=9999").1.is_empty());
}

#[test]
fn what_cannot_be_is_told_and_changes_nothing() {
    let home = directory("wrong");
    let service = Service::start(&home, 2);
    for (now, lines) in batches() {
        service.post(now, lines);
    }
    let answers = service.answers();
    assert_eq!(service.post("2026-03-06", "#2026-03-07T10:00:00Z\n").0, StatusCode::BAD_REQUEST);
    assert_eq!(service.get("/statement/nobody").0, StatusCode::NOT_FOUND);
    assert_eq!(service.get("/statement/acme?as_of=soon").0, StatusCode::BAD_REQUEST);
    let (status, why) = service.get("/statement/acme?as_of=2026-03-01");
    assert!(status == StatusCode::CONFLICT && why.contains("is settled"), "{why}");
    assert_eq!(service.post("2026-03-06", vec![b' '; 2 << 20]).0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(service.answers(), answers);
    let (_, receipt) = service.post("2026-03-05 11:00", "what?\n");
    assert!(receipt.contains(r#""lines":1"#) && receipt.contains("line 8"), "{receipt}");

    let other = compile(&Sources::new().with("desk.sla", POLICY.replace("8 hours", "9 hours"))).unwrap();
    drop(service);
    let why = Store::open(&other, &home, 2).map(|_| ()).unwrap_err().to_string();
    assert!(why.contains("of the policy with the hash"), "{why}");
    fs::write(home.join("told.jsonl"), "").unwrap();
    let why = Store::open(&compiled(), &home, 2).map(|_| ()).unwrap_err().to_string();
    assert!(why.contains("shorter than it was"), "{why}");
}

#[cfg(unix)]
#[test]
fn a_directory_is_for_one_service_alone() {
    let home = directory("claimed");
    let service = Service::start(&home, 2);
    let why = Store::open(&compiled(), &home, 2).map(|_| ()).unwrap_err().to_string();
    assert!(why.starts_with("another process works with `") && why.ends_with("lock`"), "{why}");
    let (now, lines) = batches().remove(0);
    assert_eq!(service.post(now, lines).0, StatusCode::OK, "the first one goes on");
    drop(service);
    assert!(Store::open(&compiled(), &home, 2).is_ok());
}
