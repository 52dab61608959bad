//! `servanda watch`: outcomes as they arise, from a log that may never end.
//!
//! What has been read, what time it is, the state and what has been written are kept together, so that it can be
//! ended anywhere. The points at which time goes on depend on the lines alone; those at which things are kept do not
//! show in the output.

mod clock;
mod folder;
mod input;
mod metrics;
mod outcomes;
mod output;
mod position;
mod store;

use crate::arguments::{Clock as ClockKind, LogLevel, Watch};
use crate::exit::{Exit, Failure};
use crate::input::is_standard_input;
use crate::log;
use crate::terminal::Terminal;
pub(in crate::command) use clock::wall;
use clock::{Clock, Leap};
use input::{Input, Next};
use metrics::{Board, Gauges};
use outcomes::Outcomes;
use output::Output;
use position::{Counts, FORMAT, Position};
use servanda::events::{Place, Problem};
use servanda::time::{Instant, NANOS_PER_DAY, Zone};
use servanda::{Code, Compiled, OtherData, RestoreError, Run, Snapshot, SnapshotError, moment};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};
use store::{Kept, Moment, Store};
use tracing::{debug, error, info, warn};
use tracing_subscriber::filter::LevelFilter;

/// How long it waits before it looks for more to read.
const POLL: Duration = Duration::from_millis(200);
/// How long nothing has to come before the time of day counts, and before what little there is is kept.
const QUIET: Duration = Duration::from_secs(1);
/// How far ahead of all others an event may lie: less than a wrong year, more than most silences.
const AHEAD_OF_EVENTS: i64 = 180 * NANOS_PER_DAY;
/// How far ahead of the time of day an event may lie and be no problem.
const AHEAD_OF_SYSTEM: i64 = NANOS_PER_DAY;
/// After how many lines the counters are shown anew.
const SHOW_EVERY: u64 = 4096;

/// Follows a log.
pub(super) fn run(arguments: &Watch, terminal: &Terminal) -> Result<Exit, Failure> {
    let pipes = [Some(&arguments.policy), arguments.instances.as_ref()];
    if pipes.into_iter().flatten().any(|path| is_standard_input(path)) {
        return Err(Failure::usage("only `--events` can be standard input here"));
    }
    trace(arguments.log);
    let stop = stop_signals()?;
    let compiled = log::compile(&arguments.policy, terminal)?;
    let mut stream = Stream::open(arguments, &compiled, terminal)?;
    if let Some(address) = arguments.metrics {
        let address = stream.board.serve(address)?;
        terminal.message(&format!("counters at http://{address}/metrics"));
    }
    let (lines, seq) = (stream.position.lines, stream.outcomes.seq);
    let ended = stream.run_until(&stop);
    if let Err(Failure::Invalid(Some(message)) | Failure::Usage(message)) = &ended {
        error!(message, "ended");
    }
    let left = ended?;
    stream.tell_end(terminal, lines, seq, left);
    Ok(Exit::Well)
}

/// What is being done is told on standard error, from a level on.
fn trace(level: LogLevel) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let subscriber = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_target(false);
    // There is one only where this is called twice.
    let _ = subscriber.with_writer(io::stderr).try_init();
}

/// Whether somebody has asked it to end. Who asks a second time is obeyed at once.
fn stop_signals() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Failure::usage(format!("signals cannot be caught: {error}")))?;
    }
    Ok(stop)
}

/// A log that is being followed.
#[derive(Debug)]
struct Stream<'c> {
    run: Run,
    clock: Clock,
    input: Input,
    outcomes: Outcomes<'c>,
    position: Position,
    /// The zone for what is of no agreement.
    zone: Zone,
    until: Option<Instant>,
    commit_every: u64,
    /// What of the position was kept last: lines and outcomes.
    kept: (u64, u64),
    kept_at: Stopwatch,
    /// Whether lines are kept that a pipe has got by now.
    in_doubt: bool,
    board: Board,
}

impl<'c> Stream<'c> {
    fn open(arguments: &Watch, compiled: &'c Compiled, terminal: &Terminal) -> Result<Self, Failure> {
        let mut run = match &arguments.instances {
            None => Run::of_log(compiled)
                .map_err(|error| Failure::invalid(format!("{error}: add `--instances FILE`")))?,
            Some(path) => log::instances(compiled, path, terminal)?,
        };
        let zone = run.zone().cloned().unwrap_or_else(Zone::utc);
        let until = arguments.until.as_deref().map(|text| moment(text, &zone)).transpose();
        let until = until.map_err(Failure::usage)?;
        let opened = Store::open(&arguments.state)?;
        // A pipe is opened once: what is read from it is gone.
        let open = |position: &Position| Input::open(&arguments.events, arguments.follow, position);
        let in_doubt = opened.as_ref().is_some_and(|(_, kept)| !kept.outbox.is_empty());
        let (store, input, output, position) = match opened {
            Some((store, kept)) => {
                run = restored(arguments, compiled, &kept)?;
                let input = open(&kept.position)?;
                let mut output = Output::open(&arguments.out, &kept.position.output)?;
                output.again(&kept.outbox)?;
                (store, input, output, kept.position)
            }
            None => {
                let policy = arguments.policy.display().to_string();
                let mut position = Position { format: FORMAT, policy, ..Position::default() };
                let input = open(&position)?;
                let mut output = Output::open(&arguments.out, &position.output)?;
                position.output = output.sync()?;
                let head = run.snapshot_head().map_err(Failure::usage)?;
                let instances = run.take_changed().map_err(Failure::usage)?;
                let moment = Moment { position: &position, head: &head, instances: &instances, outbox: &[] };
                (Store::create(&arguments.state, &moment)?, input, output, position)
            }
        };
        let by_default = if arguments.follow { ClockKind::System } else { ClockKind::Events };
        let kind = arguments.clock.unwrap_or(by_default);
        let by_default = match kind {
            ClockKind::Events => AHEAD_OF_EVENTS,
            ClockKind::System => AHEAD_OF_SYSTEM,
        };
        let ahead = arguments.ahead.unwrap_or(by_default);
        let counts = position.counts.told.clone();
        info!(lines = position.lines, seq = position.seq, "begun");
        Ok(Self {
            run,
            clock: Clock::new(kind, ahead, position.hands),
            input,
            outcomes: Outcomes::new(compiled, store, output, position.seq, counts),
            zone,
            until,
            commit_every: arguments.commit_every.get(),
            kept: (position.lines, position.seq),
            kept_at: Stopwatch::now(),
            in_doubt,
            position,
            board: Board::default(),
        })
    }

    /// Reads until the end or until it is asked to stop; gives how many bytes are left that are no line yet.
    fn run_until(&mut self, stop: &AtomicBool) -> Result<u64, Failure> {
        let mut quiet_since = Stopwatch::now();
        self.show();
        while !stop.load(Ordering::Relaxed) {
            let number = self.next_number();
            match self.input.next()? {
                Next::Line(line) => {
                    let read = self.run.read_line(number, line);
                    self.position.lines += 1;
                    self.position.counts.read(read.fate);
                    let before = self.clock.hands.now;
                    let leap = read.at.and_then(|at| self.clock.see(at, number));
                    // What lies ahead of time counts when time goes on to it.
                    let moved = self.clock.hands.now.filter(|now| Some(*now) > before);
                    let latest = moved.max(read.at.filter(|at| Some(*at) <= self.clock.hands.now));
                    // What lies too far ahead may be a line before this one.
                    let instance = read.instance.filter(|_| leap.is_none_or(|leap| leap.line == number));
                    self.go_on(instance, leap)?;
                    // What is told as a problem does not say how far the log has come.
                    if self.outcomes.latest_problem != Some(number) {
                        self.position.latest = self.position.latest.max(latest.map(|at| at.0));
                    }
                    quiet_since = Stopwatch::now();
                    if self.wants_to_be_kept() {
                        self.keep()?;
                    } else if self.position.lines.is_multiple_of(SHOW_EVERY) {
                        self.show();
                    }
                }
                Next::Nothing => {
                    if quiet_since.elapsed() >= QUIET {
                        self.clock.tick();
                        self.go_on(None, None)?;
                        self.keep_if_anything()?;
                        self.settle()?;
                        self.show();
                    }
                    self.outcomes.output.flush()?;
                    if !self.outcomes.output.outbox().is_empty() {
                        self.keep()?;
                    }
                    self.input.wait(POLL)?;
                }
                Next::End { left } => {
                    self.end()?;
                    return Ok(left);
                }
            }
        }
        info!("asked to end");
        self.keep()?;
        self.settle()?;
        Ok(0)
    }

    /// A pipe gets what is kept alone, and so it is not let wait for long.
    fn wants_to_be_kept(&self) -> bool {
        let output = &self.outcomes.output;
        self.position.lines - self.kept.0 >= self.commit_every
            || output.outbox_is_full()
            || (!output.outbox().is_empty() && self.kept_at.elapsed() >= QUIET)
    }

    /// What a pipe has got is not told again.
    fn settle(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.in_doubt) { self.outcomes.store.empty_outbox() } else { Ok(()) }
    }

    fn next_number(&self) -> u32 {
        u32::try_from(self.position.lines.saturating_add(1)).unwrap_or(u32::MAX)
    }

    /// Tells what is wrong with a line, and lets time go on to where it is now.
    fn go_on(&mut self, instance: Option<u32>, leap: Option<Leap>) -> Result<(), Failure> {
        let now = self.clock.hands.now;
        self.outcomes.tell_of(self.run.agreements(), now);
        for problem in self.run.take_loose_problems() {
            self.outcomes.problem(None, &self.zone, &problem);
        }
        if let Some(leap) = leap {
            warn!(line = leap.line, at = %leap.at, "an event lies too far ahead");
            self.outcomes.problem(instance, &self.zone, &too_far_ahead(leap));
        }
        if let Some(now) = now {
            // A clock goes on, never back.
            self.run.follow(now, &mut self.outcomes).map_err(Failure::usage)?;
        }
        self.outcomes.check()
    }

    /// There is nothing more to read.
    fn end(&mut self) -> Result<(), Failure> {
        let now = self.clock.hands.now;
        if let Some(until) = self.until.filter(|until| now.is_none_or(|now| now <= *until)) {
            self.clock.go_on_to(until);
            self.go_on(None, None)?;
        }
        self.keep()?;
        self.settle()?;
        match (self.until, now) {
            (Some(until), Some(now)) if until < now => Err(Failure::usage(format!(
                "time has gone on to {} already, beyond `--until` {}",
                now.format_in(&self.zone),
                until.format_in(&self.zone)
            ))),
            _ => Ok(()),
        }
    }

    fn keep_if_anything(&mut self) -> Result<(), Failure> {
        if self.kept == (self.position.lines, self.outcomes.seq) { Ok(()) } else { self.keep() }
    }

    /// Keeps where it is: behind what is written to a file, so that everything that is told to be in it is, and before
    /// what a pipe gets, so that no number is given to another line.
    fn keep(&mut self) -> Result<(), Failure> {
        let Self { run, input, outcomes, position, clock, .. } = self;
        position.output = outcomes.output.sync()?;
        position.input = input.place()?;
        position.unended = input.unended;
        position.seq = outcomes.seq;
        position.hands = clock.hands;
        position.counts.told = outcomes.counts.clone();
        position.counts.commits += 1;
        let instances = run.take_changed().map_err(Failure::usage)?;
        let head = run.snapshot_head().map_err(Failure::usage)?;
        let outbox = outcomes.output.outbox();
        self.in_doubt = !outbox.is_empty();
        outcomes.store.keep(&Moment { position, head: &head, instances: &instances, outbox })?;
        self.kept = (self.position.lines, self.outcomes.seq);
        self.kept_at = Stopwatch::now();
        self.outcomes.output.deliver()?;
        debug!(lines = self.position.lines, seq = self.position.seq, "kept");
        self.show();
        Ok(())
    }

    fn show(&self) {
        let counts = Counts { told: self.outcomes.counts.clone(), ..self.position.counts.clone() };
        self.board.show(Gauges {
            counts,
            open_items: self.run.open_items(),
            agreements: self.run.agreements().len() as u64,
            now: self.clock.hands.now,
            latest: self.position.latest.map(Instant),
            unread: self.input.unread(),
        });
    }

    fn tell_end(&self, terminal: &Terminal, lines: u64, seq: u64, left: u64) {
        let counted = |count: u64, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let (lines, told) = (self.position.lines - lines, self.outcomes.seq - seq);
        let now = match self.clock.hands.now {
            Some(now) => format!("; it is {}", now.format_in(&self.zone)),
            None => String::new(),
        };
        terminal.message(&format!("{} read, {} told{now}", counted(lines, "line"), counted(told, "outcome")));
        if left > 0 {
            terminal.message(&format!(
                "line {} is not complete: {} wait for the rest of it",
                self.next_number(),
                counted(left, "byte")
            ));
        }
        info!(lines = self.position.lines, seq = self.position.seq, "ended");
    }
}

fn too_far_ahead(leap: Leap) -> Problem {
    Problem {
        code: Code::TooFarAhead,
        message: "the event lies too far ahead for time to go on to it".to_owned(),
        place: Place { line: leap.line, column: 1 },
        at: Some(leap.at),
        event: None,
        wanted_by: None,
    }
}

/// The run that was kept.
fn restored(arguments: &Watch, compiled: &Compiled, kept: &Kept) -> Result<Run, Failure> {
    let wrong = |error| refused(&arguments.state, &arguments.policy, &kept.position.policy, error);
    let instances = arguments.instances.as_deref().map(crate::input::read).transpose()?;
    let parts = kept.instances.iter().map(Vec::as_slice);
    let snapshot = Snapshot::of_parts(&kept.head, parts).map_err(|error| wrong(error.into()))?;
    let other_data = if arguments.accept_other_data { OtherData::Accept } else { OtherData::Refuse };
    Run::restore(compiled, instances.as_deref(), snapshot, other_data).map_err(wrong)
}

/// Why a state is not that of what is asked for.
fn refused(state: &Path, policy: &Path, was: &str, error: RestoreError) -> Failure {
    let (state, policy) = (state.display(), policy.display());
    Failure::usage(match error {
        RestoreError::Snapshot(SnapshotError::OtherPolicy { .. }) => {
            format!(
                "the state `{state}` is of another policy than `{policy}`: it was made with `{was}` as it stood then"
            )
        }
        RestoreError::Snapshot(SnapshotError::OtherData { what, was, is }) => format!(
            "the state `{state}` was made with {what} of {was}, and {is} is what there is: \
             `--accept-other-data` goes on all the same"
        ),
        RestoreError::Snapshot(SnapshotError::Missing(name)) => {
            format!("the state `{state}` has the agreement `{name}`, which is not given any more")
        }
        RestoreError::Snapshot(SnapshotError::OtherParameters(name)) => {
            format!("the agreement `{name}` has other parameters than in the state `{state}`")
        }
        RestoreError::Snapshot(SnapshotError::Newer(version)) => format!(
            "the state `{state}` has version {version} of the format of snapshots, which this servanda cannot read: \
             use the servanda that made it, or a later one"
        ),
        RestoreError::Snapshot(SnapshotError::Damaged(what)) => {
            format!("the state `{state}` is damaged: {what}")
        }
        error => format!("the state `{state}`: {error}"),
    })
}
