//! The service as a program: `servanda-example-service POLICY DIRECTORY [ADDRESS]`.

use servanda::time::Instant;
use servanda::{Sources, compile};
use servanda_example_service::{Desk, Store, router};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How many lines may have to be played again at a start.
const SNAPSHOT_EVERY: u32 = 10_000;
/// How often time goes on where nothing comes in.
const TICK: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (policy, directory, address) = match arguments.as_slice() {
        [policy, directory] => (policy, directory, "127.0.0.1:8080"),
        [policy, directory, address] => (policy, directory, address.as_str()),
        _ => return Err("usage: servanda-example-service POLICY DIRECTORY [ADDRESS]".into()),
    };
    let compiled = compile(&Sources::new().with(policy.as_str(), std::fs::read_to_string(policy)?))?;
    let desk = Desk::open(Store::open(&compiled, Path::new(directory), SNAPSHOT_EVERY)?, now);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let ticking = desk.clone();
        tokio::spawn(async move {
            while ticking.tick().await.is_ok() {
                tokio::time::sleep(TICK).await;
            }
        });
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, router(desk)).await?;
        Ok(())
    })
}

/// The clock of the machine.
fn now() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
