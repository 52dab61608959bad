//! The laws of calendar arithmetic, on generated calendars in zones with odd clocks, near all their changes from 1990 to 2040.
//!
//! `SERVANDA_LAW_CASES` says how many cases are tried of each law; then they are other ones in every run.

#[cfg(test)]
mod given;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod walk;
