//! The reader: a line of a log to an event, a retraction, or the reason why it is neither.
//!
//! It keeps nothing of a line but what makes the next one quicker to read; `input` cuts an input into lines.

use crate::admission::{Parts, Recorded, admit, admit_plainly, recorded};
use crate::decode::{Unreadable, decode};
use crate::entry::{Entries, Shape, column};
use crate::instances::Instances;
use crate::instant::Clock;
use crate::line::{Line, LineKind};
use crate::problem::{Place, Problem};
use crate::scan::Scanner;
use crate::schema::Schema;
use crate::undeclared::Undeclared;
use servanda_diagnostics::Code;
use servanda_policy::time::Instant;
use std::sync::Arc;

/// The longest line that is read, in bytes without its line feed.
pub const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// Reads the lines of logs for one policy.
#[derive(Debug)]
pub struct Reader {
    schema: Arc<Schema>,
    instances: Instances,
    clock: Clock,
    scanner: Option<Scanner>,
    entries: Entries,
    payload: Entries,
    undeclared: Undeclared,
    knowledge: Knowledge,
}

/// What is asked about when events became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knowledge {
    /// Nothing: it is not looked for.
    Unasked,
    /// Of each line, when.
    Told,
    /// The same, and only lines that were known before this instant are read.
    Before(Instant),
}

impl Reader {
    /// A reader of events for these agreements.
    pub fn new(schema: Arc<Schema>, instances: Instances) -> Self {
        let entries = || Entries::for_keys(schema.keys.len());
        let (entries, payload) = (entries(), entries());
        let scanner = Some(Scanner::default());
        let (clock, undeclared) = (Clock::default(), Undeclared::default());
        let knowledge = Knowledge::Unasked;
        Self { schema, instances, clock, scanner, entries, payload, undeclared, knowledge }
    }

    /// A reader without any short cut, that takes every line apart with serde_json: slower, and the same in all else.
    pub fn without_scanner(schema: Arc<Schema>, instances: Instances) -> Self {
        Self { scanner: None, ..Self::new(schema, instances) }
    }

    /// The same reader, which tells of each line when it became known: its `recorded`, else its own instant.
    ///
    /// A `recorded` that cannot be read is a problem and taken as absent: what happened stays what it is.
    #[must_use]
    pub fn telling_recorded(self) -> Self {
        Self { knowledge: Knowledge::Told, ..self }
    }

    /// The same reader, to which lines that became known at this instant or later are [`LineKind::NotKnown`].
    #[must_use]
    pub fn known_on(self, instant: Instant) -> Self {
        Self { knowledge: Knowledge::Before(instant), ..self }
    }

    /// The agreements, with those that were found so far.
    pub fn instances(&self) -> &Instances {
        &self.instances
    }

    /// Finds the agreement of this name, as an event of it would.
    pub fn find_instance(&mut self, name: &str) -> Option<u32> {
        self.instances.find(name)
    }

    /// The agreements, when there is nothing more to read.
    pub fn into_instances(self) -> Instances {
        self.instances
    }

    /// The types of the lines so far that the policy does not declare.
    pub const fn undeclared(&self) -> &Undeclared {
        &self.undeclared
    }

    /// Reads one line, given without its line ending.
    pub fn read_line(&mut self, number: u32, bytes: &[u8]) -> Line {
        self.line(number, bytes, true)
    }

    /// Reads one line; of one that is not `ended` by a line feed, more may have been meant to come.
    pub(crate) fn line(&mut self, number: u32, bytes: &[u8], ended: bool) -> Line {
        if bytes.len() > LONGEST_LINE {
            return too_long(number);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(number, text, ended, false),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or(b"");
                let before = String::from_utf8_lossy(valid);
                let message = "not valid UTF-8".to_owned();
                let place = Place { line: number, column: column(&before, before.len()) };
                rejected(number, Code::InvalidUtf8, message, place)
            }
        }
    }

    /// Reads one line that is text; it may be said to be plain where [`crate::scan::is_plain`] holds.
    pub(crate) fn text(&mut self, number: u32, line: &str, ended: bool, plain: bool) -> Line {
        if line.len() > LONGEST_LINE {
            return too_long(number);
        }
        if line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            return Line { number, kind: LineKind::Blank, recorded: None, problems: Vec::new() };
        }
        match self.take_apart(line, plain) {
            Ok(cloud) if self.knowledge == Knowledge::Unasked => self.admitted(number, line, cloud),
            Ok(cloud) => self.admitted_if_known(number, line, cloud),
            Err(wrong) => {
                let code = if wrong.ends && !ended { Code::TruncatedLine } else { wrong.code };
                let place = Place { line: number, column: column(line, wrong.at) };
                rejected(number, code, wrong.message, place)
            }
        }
    }

    /// What a line is that has been taken apart.
    fn admitted(&mut self, number: u32, line: &str, cloud: bool) -> Line {
        let Self { schema, instances, clock, scanner, entries, payload, undeclared, knowledge: _ } = self;
        let parts = parts(schema, (entries, payload), number, line, cloud);
        let plainly = match scanner {
            Some(_) => admit_plainly(schema, &parts, instances, clock),
            None => None,
        };
        plainly.unwrap_or_else(|| admit(schema, parts, instances, clock, undeclared))
    }

    /// The same, where it is asked when lines became known.
    #[cold]
    fn admitted_if_known(&mut self, number: u32, line: &str, cloud: bool) -> Line {
        let parts = parts(&self.schema, (&self.entries, &self.payload), number, line, cloud);
        let recorded = recorded(&parts, &mut self.clock);
        if let (Knowledge::Before(known_on), Some(at)) = (self.knowledge, recorded.at)
            && at >= known_on
        {
            return Line { number, kind: LineKind::NotKnown, recorded: Some(at), problems: Vec::new() };
        }
        with_recorded(self.admitted(number, line, cloud), recorded)
    }

    /// Takes a line apart into `entries`, and the fields of a CloudEvent into `payload`; says whether it is one.
    fn take_apart(&mut self, line: &str, plain: bool) -> Result<bool, Unreadable> {
        let schema = &*self.schema;
        self.entries.clear();
        let scanned = match &mut self.scanner {
            Some(scanner) => scanner.scan(line, plain, &schema.keys, &mut self.entries).is_some(),
            None => false,
        };
        if !scanned {
            self.entries.clear();
            decode(line, (0, line.len()), &schema.keys, &mut self.entries)?;
        }
        let version = self.entries.find(schema.specversion);
        if version.and_then(|version| version.text(line)).as_deref() != Some("1.0") {
            return Ok(false);
        }
        self.payload.clear();
        match self.entries.find(schema.data) {
            None => {}
            Some(data) if data.shape == Shape::Object => {
                let range = (data.start as usize, data.end as usize);
                decode(line, range, &schema.keys, &mut self.payload)?;
            }
            Some(data) => {
                let message = "the payload in `data` is not an object".to_owned();
                return Err(Unreadable {
                    code: Code::NotAnObject,
                    message,
                    at: data.at as usize,
                    ends: false,
                });
            }
        }
        Ok(true)
    }
}

/// A line taken apart: of a CloudEvent, the fields stand in the payload.
fn parts<'a>(
    schema: &Schema,
    (entries, payload): (&'a Entries, &'a Entries),
    number: u32,
    line: &'a str,
    cloud: bool,
) -> Parts<'a> {
    let (envelope, fields) = if cloud { (schema.cloud, payload) } else { (schema.flat, entries) };
    Parts { number, line, outer: entries, fields, envelope }
}

/// A line with when it became known; a problem with that is told of what is of an agreement.
fn with_recorded(line: Line, recorded: Recorded) -> Line {
    let Line { number, mut kind, mut problems, .. } = line;
    if let (LineKind::Decision { decision, .. }, Some(at)) = (&mut kind, recorded.at) {
        decision.known = at;
    }
    if kind.instance().is_some() {
        problems.extend(recorded.problem);
    }
    Line { number, kind, recorded: recorded.at, problems }
}

/// A line that is longer than what is read.
pub(crate) fn too_long(number: u32) -> Line {
    let message = "the line is longer than 16 MiB".to_owned();
    rejected(number, Code::LineTooLong, message, Place { line: number, column: 1 })
}

/// A line of which nothing is known but what is wrong with it.
#[cold]
fn rejected(number: u32, code: Code, message: String, place: Place) -> Line {
    let problem = Problem { code, message, place, at: None, event: None, wanted_by: None };
    let kind = LineKind::NotAdmitted { instance: None, event: None, at: None };
    Line { number, kind, recorded: None, problems: vec![problem] }
}
