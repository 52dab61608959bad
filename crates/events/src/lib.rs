//! Bytes of a log to typed events, driven by the fields that a policy declares.

mod admission;
mod canonical;
mod decode;
mod entry;
mod fact;
mod fault;
mod index;
mod input;
mod instances;
mod instant;
mod keys;
mod line;
mod number;
mod problem;
mod reader;
mod scan;
mod schema;
mod value;

pub use fact::{Fact, FieldValue, InputCounts};
pub use index::Index;
pub use instances::{Given, InstanceProblem, Instances, Parameters, read_instances};
pub use line::{Line, LineKind};
pub use problem::{Place, Problem};
pub use reader::{LONGEST_LINE, Reader};
pub use schema::Schema;
