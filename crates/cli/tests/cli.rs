//! The command as others run it: its exit codes, its streams, and what it prints.

#[cfg(test)]
#[path = "command/bad_input.rs"]
mod bad_input;
#[cfg(test)]
#[path = "command/binary.rs"]
mod binary;
#[cfg(test)]
#[path = "command/closed.rs"]
mod closed;
#[cfg(test)]
#[path = "command/decisions.rs"]
mod decisions;
#[cfg(test)]
#[path = "command/diff.rs"]
mod diff;
#[cfg(test)]
#[path = "command/exits.rs"]
mod exits;

#[path = "command/explain.rs"]
mod explain;
#[cfg(test)]
#[path = "command/forecast.rs"]
mod forecast;
#[cfg(test)]
#[path = "command/help.rs"]
mod help;
#[cfg(test)]
#[path = "command/lint.rs"]
mod lint;
#[cfg(test)]
#[path = "command/owed.rs"]
mod owed;
#[cfg(test)]
#[path = "command/payments.rs"]
mod payments;
#[cfg(test)]
#[path = "command/repository.rs"]
mod repository;
#[cfg(test)]
#[path = "command/statements.rs"]
mod statements;
#[cfg(test)]
#[path = "command/time.rs"]
mod time;
#[cfg(test)]
#[path = "command/timeline.rs"]
mod timeline;
#[cfg(test)]
#[path = "command/verify.rs"]
mod verify;
#[cfg(test)]
#[path = "command/watch.rs"]
mod watch;
