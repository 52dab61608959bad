//! Partitions come to what one evaluator over all of them comes to, also when they were ended in the middle.
#![expect(clippy::unwrap_used, reason = "what cannot be read or written fails the test")]

use servanda::testing::event;
use servanda::{Compiled, Run, Sources, compile, moment};
use servanda_example_partitioned::{Partition, consume_all, file_of, partition_of, written};
use std::fs;
use std::path::{Path, PathBuf};

const POLICY: &str = include_str!("../../service/desk.sla");
const PARTITIONS: u32 = 4;
const AS_OF: &str = "2026-06-01";

fn compiled() -> Compiled {
    compile(&Sources::new().with("desk.sla", POLICY)).unwrap()
}

/// An empty directory with one for logs and one for states.
fn directory(name: &str) -> (PathBuf, PathBuf) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("partitioned-{name}"));
    let _ = fs::remove_dir_all(&path);
    let (logs, states) = (path.join("logs"), path.join("states"));
    fs::create_dir_all(&logs).unwrap();
    fs::create_dir_all(&states).unwrap();
    (logs, states)
}

/// What happens to twenty agreements in March: line by line, with the agreement of each.
fn lines(compiled: &Compiled) -> Vec<(String, String)> {
    let run = Run::of_log(compiled).unwrap();
    let mut lines = Vec::new();
    for day in 1..=28 {
        for number in 0..20 {
            let (agreement, key) = (format!("client-{number}"), format!("Q-{day}"));
            let tell = |kind: &str, hour: u32| {
                let event =
                    event(kind).id(format!("{kind}-{key}")).at(format!("2026-03-{day:02} {hour:02}:00"));
                event.agreement(&agreement).field("question", key.as_str()).line(&run).unwrap()
            };
            lines.push((agreement.clone(), tell("question.asked", 8)));
            lines.push((agreement.clone(), tell("question.answered", 10 + (day * number) % 13)));
        }
    }
    lines
}

/// Writes the lines into partitions, and tells what one evaluator says of all of them.
fn written_down(compiled: &Compiled, logs: &Path) -> String {
    let lines = lines(compiled);
    let used: Vec<usize> = (0..PARTITIONS)
        .map(|number| {
            let of = lines.iter().filter(|(agreement, _)| partition_of(agreement, PARTITIONS) == number);
            let text: String = of.map(|(_, line)| line.as_str()).collect();
            fs::write(logs.join(file_of(number)), &text).unwrap();
            text.len()
        })
        .collect();
    assert!(used.iter().all(|length| *length > 0), "a partition is empty: {used:?}");

    let mut run = Run::of_log(compiled).unwrap();
    lines.iter().for_each(|(_, line)| run.read(line.as_bytes()));
    run.close();
    let mut statements: Vec<_> = (0..)
        .zip(run.agreements())
        .map(|(number, agreement)| {
            let decided = run.decided(number, moment(AS_OF, &agreement.zone).unwrap()).unwrap();
            run.statement(number, &decided, None).unwrap()
        })
        .collect();
    statements.sort_by(|one, other| one.agreement.cmp(&other.agreement));
    written(&statements).unwrap()
}

#[test]
fn partitions_come_to_what_one_evaluator_comes_to() {
    let (compiled, (logs, states)) = (compiled(), directory("whole"));
    let wanted = written_down(&compiled, &logs);
    assert!(wanted.contains("1(a)/Q-9/credit/1"));
    let found = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    assert_eq!(written(&found).unwrap(), wanted);
    // There is nothing new: what was stored comes to the same.
    let again = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    assert_eq!(written(&again).unwrap(), wanted);
}

#[test]
fn a_restart_in_the_middle_changes_nothing() {
    let (compiled, (logs, states)) = (compiled(), directory("restarted"));
    let wanted = written_down(&compiled, &logs);
    for number in 0..PARTITIONS {
        // Each is stored at a place of its own, goes on, and ends before it is stored again.
        let mut partition = Partition::open(&compiled, &logs, &states, number).unwrap();
        partition.consume(50 + 17 * number).unwrap();
        if number > 0 {
            partition.store().unwrap();
        }
        partition.consume(40).unwrap();
    }
    // What was being written when it ended is not there.
    fs::write(states.join("partition-1.new"), "half").unwrap();
    let found = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    assert_eq!(written(&found).unwrap(), wanted);
}

#[test]
fn a_line_that_is_not_whole_is_read_when_it_is() {
    let (compiled, (logs, states)) = (compiled(), directory("half"));
    let wanted = written_down(&compiled, &logs);
    let path = logs.join(file_of(2));
    let log = fs::read(&path).unwrap();
    fs::write(&path, log.get(..log.len() - 30).unwrap()).unwrap();
    let found = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    assert_ne!(written(&found).unwrap(), wanted);
    fs::write(&path, log).unwrap();
    let found = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    assert_eq!(written(&found).unwrap(), wanted);
}

#[test]
fn an_event_from_the_far_future_does_not_make_the_others_late() {
    let (compiled, (logs, states)) = (compiled(), directory("future"));
    let wanted = written_down(&compiled, &logs);
    for number in 0..PARTITIONS {
        // In the third line, when time goes on already.
        let path = logs.join(file_of(number));
        let log = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = log.split_inclusive('\n').map(str::to_owned).collect();
        let wrong = lines[0]
            .replace("2026-", "2062-")
            .replace("question.asked-Q-1", "wrong")
            .replace("Q-1", "Q-wrong");
        assert_ne!(wrong, lines[0]);
        lines.insert(2, wrong);
        fs::write(&path, lines.concat()).unwrap();
    }
    let found = consume_all(&compiled, (&logs, &states), PARTITIONS, AS_OF).unwrap();
    let entries = |text: &str| -> Vec<String> {
        text.split("{\"id\":\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    };
    let found = written(&found).unwrap();
    assert!(!found.contains("SLA0856"), "{found}");
    assert!(!entries(&wanted).is_empty());
    assert_eq!(entries(&found), entries(&wanted));
}

#[test]
fn what_was_told_is_written_once() {
    let (compiled, (logs, states)) = (compiled(), directory("once"));
    written_down(&compiled, &logs);
    let mut partition = Partition::open(&compiled, &logs, &states, 0).unwrap();
    let mut lengths = Vec::new();
    for _ in 0..6 {
        partition.consume(40).unwrap();
        partition.store().unwrap();
        lengths.push(fs::metadata(states.join("partition-0.state")).unwrap().len());
    }
    // What is open stays about the same, and what was told goes on growing beside it.
    assert!(lengths[5] < lengths[1] * 2, "{lengths:?}");
    assert!(fs::metadata(states.join("partition-0.told.jsonl")).unwrap().len() > lengths[5]);
}

#[cfg(unix)]
#[test]
fn a_partition_is_for_one_consumer_alone() {
    let (compiled, (logs, states)) = (compiled(), directory("claimed"));
    let first = Partition::open(&compiled, &logs, &states, 0).unwrap();
    assert!(Partition::open(&compiled, &logs, &states, 1).is_ok());
    let why = Partition::open(&compiled, &logs, &states, 0).map(|_| ()).unwrap_err().to_string();
    assert!(why.starts_with("another process works with `"), "{why}");
    drop(first);
    assert!(Partition::open(&compiled, &logs, &states, 0).is_ok());
}
