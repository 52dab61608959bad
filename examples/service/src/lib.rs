//! A web service that embeds the evaluator with a durable state: events in, outcomes as they arise, statements.
//!
//! One thread owns the [`Store`] with the run; requests wait for it in a queue of bounded length, so that whoever
//! sends faster than the disk writes has to wait. There is no global: two services can live in one process. Who may
//! send what is not decided here, and two processes on one directory are not kept apart.

mod desk;
mod routes;
mod store;
mod words;

pub use desk::{Closed, Desk, Reply};
pub use routes::router;
pub use store::{Receipt, Store, StoreError};
