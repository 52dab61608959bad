//! A web service that embeds the evaluator with a durable state: events in, outcomes as they arise, statements.
//!
//! One thread owns the [`Store`] with the run; requests wait for it in a queue of bounded length, so that whoever
//! sends faster than the disk writes has to wait. There is no global: two services can live in one process. A
//! directory is for one of them: a second one is refused. Who may send what is not decided here.

mod desk;
mod routes;
mod store;
mod words;

pub use desk::{Closed, Desk, Reply};
pub use routes::router;
pub use servanda_examples::state::StateError;
pub use store::{Receipt, Store};
