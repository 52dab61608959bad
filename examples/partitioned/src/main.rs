//! The consumer as a program: `servanda-example-partitioned POLICY LOGS STATES AS-OF`, where `LOGS` holds the files
//! `partition-0.jsonl` to `partition-3.jsonl`.

use servanda::{Sources, compile};
use servanda_example_partitioned::{consume_all, written};
use std::error::Error;
use std::io::Write;
use std::path::Path;

const PARTITIONS: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [policy, logs, states, as_of] = arguments.as_slice() else {
        return Err("usage: servanda-example-partitioned POLICY LOGS STATES AS-OF".into());
    };
    let compiled = compile(&Sources::new().with(policy.as_str(), std::fs::read_to_string(policy)?))?;
    let statements = consume_all(&compiled, (Path::new(logs), Path::new(states)), PARTITIONS, as_of)?;
    Ok(writeln!(std::io::stdout(), "{}", written(&statements)?)?)
}
