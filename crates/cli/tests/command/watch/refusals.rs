//! What `watch` refuses, in which words: a state that is not its own, files that are gone, a full disk.

use super::{Folder, log};
use crate::binary::Ran;
use redb::ReadableTable;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::{Command, Stdio};

/// Where the version of a snapshot stands in it.
const MAGIC_BYTES: usize = 8;

/// A folder in which the log has been watched.
fn watched() -> Folder {
    let folder = Folder::new();
    folder.write("events", log());
    assert_eq!(folder.watch(&[]).exit, 0);
    folder
}

/// What it said, with the folder left out.
#[track_caller]
fn refused(folder: &Folder, ran: &Ran, message: &str) {
    let said = ran.stderr.replace(&folder.path(""), "");
    assert_eq!((ran.exit, ran.stdout.as_str()), (3, ""), "{said}");
    assert_eq!(said.trim_end(), format!("error: {message}"));
}

#[test]
fn another_policy() {
    let folder = watched();
    let other = folder.write("other.sla", include_str!("../../data/works.sla").replace("1%", "2%"));
    let mut arguments = folder.arguments(&[]);
    arguments[1] = other;
    let ran = crate::binary::servanda(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
    let message = "the state `state` is of another policy than `other.sla`: it was made with `works.sla` as it stood then";
    refused(&folder, &ran, message);
}

#[test]
fn an_output_that_is_not_its_own() {
    let folder = watched();
    let whole = folder.read("out");
    folder.write("out", &whole.as_bytes()[..100]);
    let message = format!(
        "the output `out` has become shorter: {} bytes have been written, and it has 100",
        whole.len()
    );
    refused(&folder, &folder.watch(&[]), &message);
    folder.write("out", whole.replace("acme", "ACME") + "more");
    let message = format!(
        "`out` is not the output of this state: what stands before byte {} is different",
        whole.len()
    );
    refused(&folder, &folder.watch(&[]), &message);
    assert!(folder.read("out").ends_with("more"), "nothing is cut off what is not its own");
    let fresh = Folder::new();
    fresh.write("events", log());
    fresh.write("out", "my diary");
    let message = "the output `out` is not empty, and the state knows nothing of it: say another one";
    refused(&fresh, &fresh.watch(&[]), message);
}

#[test]
fn an_input_that_is_not_its_own() {
    let folder = watched();
    let log = log();
    folder.write("events", &log.as_bytes()[..200]);
    let message = format!("`events` has become shorter: {} bytes have been read, and it has 200", log.len());
    refused(&folder, &folder.watch(&[]), &message);
    folder.write("events", log.replace("I-1", "I-7"));
    let message =
        format!("`events` is not the file that was read: what stands before byte {} is different", log.len());
    refused(&folder, &folder.watch(&[]), &message);
}

#[test]
fn time_that_goes_back() {
    let folder = watched();
    assert_eq!(folder.watch(&["--until", "2026-07-01"]).exit, 0);
    let message =
        "time has gone on to 2026-07-01T00:00:00+03:00 already, beyond `--until` 2026-05-01T00:00:00+03:00";
    refused(&folder, &folder.watch(&["--until", "2026-05-01"]), message);
}

#[test]
fn a_state_that_is_damaged() {
    let folder = watched();
    let file = folder.path("state/state.redb");
    let sound = fs::read(&file).unwrap();
    let mut told = 0;
    // Cut off, and with a byte changed here and there: what is not found out does no harm.
    for step in 0..24 {
        let mut bytes = sound.clone();
        bytes.truncate(sound.len() * step / 24);
        fs::write(&file, &bytes).unwrap();
        let ran = folder.watch(&[]);
        assert!(ran.exit == 3 || ran.exit == 0, "cut at {step}: {} {}", ran.exit, ran.stderr);
        told += u32::from(ran.stderr.contains("the state `") && ran.stderr.contains("is damaged: "));
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        let mut bytes = sound.clone();
        let at = (sound.len() / 24 * step + step * 37).min(bytes.len() - 1);
        bytes[at] ^= 0x55;
        fs::write(&file, &bytes).unwrap();
        let ran = folder.watch(&[]);
        assert!(ran.exit == 3 || ran.exit == 0, "changed at {at}: {} {}", ran.exit, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    assert!(told > 12, "{told} were told");
    fs::write(&file, b"").unwrap();
    let ran = folder.watch(&[]);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
}

#[test]
fn folders_that_are_none() {
    let folder = Folder::new();
    folder.write("events", log());
    fs::create_dir(folder.path("state")).unwrap();
    folder.write("state/diary", "");
    refused(
        &folder,
        &folder.watch(&[]),
        "the folder `state` holds something else than a state: say an empty one",
    );
    let there = folder.path("nowhere/out");
    let mut arguments = folder.arguments(&[]);
    arguments[5] = there;
    let ran = crate::binary::servanda(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
    refused(&folder, &ran, "the folder of the output `nowhere/out` is not there");
}

/// Runs it in a shell that has been told something before.
fn in_a_shell(folder: &Folder, before: &str, further: &[&str]) -> Ran {
    let output = Command::new("bash")
        .args(["-c", &format!("{before}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_servanda")])
        .args(folder.arguments(further))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        exit: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_disk_that_is_full_stops_it_and_it_goes_on_when_there_is_room() {
    let folder = Folder::new();
    let mut text = log();
    folder.write("events", &text);
    assert_eq!(folder.watch(&[]).exit, 0);
    for number in 0..20_000 {
        text += &format!("{{\"agreement\":\"acme\",\"line\":{number}}}\n");
    }
    folder.write("events", &text);
    // No file may become larger than 4 MiB, which the output does.
    let ran = in_a_shell(&folder, "trap '' XFSZ; ulimit -f 4096", &["--commit-every", "500"]);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("no file may be that large here"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert_eq!(folder.watch(&[]).exit, 0);
    let whole = Folder::new();
    whole.write("events", &text);
    assert_eq!(whole.watch(&[]).exit, 0);
    assert_eq!(folder.read("out").len(), whole.read("out").len());
    assert!(folder.read("out") == whole.read("out"));
    if cfg!(target_os = "linux") {
        let full = Folder::new();
        full.write("events", &text);
        let mut arguments = full.arguments(&[]);
        arguments[5] = "/dev/full".to_owned();
        let ran = crate::binary::servanda(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
        refused(&full, &ran, "`/dev/full`: the disk is full");
    }
}

/// A follower that is running, and ends with the test.
struct Following(std::process::Child);

impl Following {
    fn start(folder: &Folder) -> Self {
        let mut following = Command::new(env!("CARGO_BIN_EXE_servanda"));
        following.args(folder.arguments(&["--follow", "--clock", "events"]));
        following.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"));
        let following = following.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        // Its first outcomes say that it is there.
        for _ in 0..200 {
            if fs::metadata(folder.path("out")).is_ok_and(|metadata| metadata.len() > 0) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Self(following)
    }

    fn end(mut self) -> Ran {
        let mut stderr = String::new();
        std::io::Read::read_to_string(self.0.stderr.as_mut().unwrap(), &mut stderr).unwrap();
        Ran { exit: self.0.wait().unwrap().code().unwrap(), stdout: String::new(), stderr }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[test]
fn a_second_process_on_the_same_state() {
    let folder = Folder::new();
    folder.write("events", log());
    let _following = Following::start(&folder);
    refused(&folder, &folder.watch(&[]), "another process works with the state `state`");
}

#[test]
fn a_log_that_is_rotated() {
    let folder = Folder::new();
    folder.write("events", log());
    let following = Following::start(&folder);
    fs::rename(folder.path("events"), folder.path("events.1")).unwrap();
    folder.write("events", "");
    let message = "`events` has been replaced by another file: one file is read from its beginning on, and never rotated";
    let ran = following.end();
    refused(&folder, &ran, message);
}

#[test]
fn a_state_or_an_output_that_vanishes() {
    for gone in ["state", "out"] {
        let folder = Folder::new();
        folder.write("events", log());
        let following = Following::start(&folder);
        let path = folder.path(gone);
        if gone == "state" { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        let mut events = OpenOptions::new().append(true).open(folder.path("events")).unwrap();
        events.write_all(b"no JSON\n").unwrap();
        let ran = following.end();
        let message = match gone {
            "state" => "the state `state` has vanished",
            _ => "the output `out` has vanished",
        };
        refused(&folder, &ran, message);
    }
}

/// Changes a value that a state holds as a whole.
fn rewrite(folder: &Folder, key: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let whole: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("whole");
    let db = redb::Database::open(folder.path("state/state.redb")).unwrap();
    let transaction = db.begin_write().unwrap();
    {
        let mut table = transaction.open_table(whole).unwrap();
        let before = table.get(key).unwrap().unwrap().value().to_vec();
        table.insert(key, change(before).as_slice()).unwrap();
    }
    transaction.commit().unwrap();
}

#[test]
fn a_state_of_a_later_version() {
    let folder = watched();
    rewrite(&folder, "position", |sealed| {
        let json = String::from_utf8(sealed[32..].to_vec()).unwrap();
        let json = json.replacen("\"format\":1,", "\"format\":7,\"moon\":\"full\",", 1);
        [blake3::hash(json.as_bytes()).as_bytes().as_slice(), json.as_bytes()].concat()
    });
    let message = "the state `state` has version 7 of the format, and only versions up to 1 can be read: use the servanda that made it, or a later one";
    refused(&folder, &folder.watch(&[]), message);

    let folder = watched();
    rewrite(&folder, "head", |mut head| {
        head[MAGIC_BYTES] = 99;
        head
    });
    let message = "the state `state` has version 99 of the format of snapshots, which this servanda cannot read: use the servanda that made it, or a later one";
    refused(&folder, &folder.watch(&[]), message);
}

#[test]
fn what_a_killed_process_of_the_same_number_was_making_is_not_taken_up() {
    let other = watched();
    let folder = Folder::new();
    folder.write("events", log().replace("acme", "zenith"));
    let state = folder.path("state");
    // The shell's number is that of what it becomes.
    let leave = format!("cp '{}' '{state}'/unfinished-$$", other.path("state/state.redb"));
    let before = format!("mkdir '{state}'; {leave}; cp '{state}'/unfinished-$$ '{state}'/unfinished-$$-0");
    let ran = in_a_shell(&folder, &before, &[]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let names: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["state.redb"]);
    // Nothing of the other log is in it.
    let again = folder.watch(&[]);
    assert_eq!(again.exit, 0, "{}", again.stderr);
}
