//! The command as others run it: its exit codes, its streams, and what it prints.

#[path = "command/binary.rs"]
mod binary;
#[path = "command/exits.rs"]
mod exits;
#[path = "command/help.rs"]
mod help;
#[path = "command/statements.rs"]
mod statements;
