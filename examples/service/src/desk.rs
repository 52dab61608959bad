//! The thread that owns the store, and the queue before it.

use crate::store::{Receipt, Store, has_mark};
use crate::words::words;
use servanda::report::outcome_json;
use servanda::time::Instant;
use servanda::{Misuse, moment};
use std::sync::Arc;
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// How many requests wait at most; whoever comes then waits for room.
const WAITING: usize = 64;
/// How many batches become durable with one wait for the disk.
const TOGETHER: usize = 32;
/// How many outcomes are told at once.
const OUTCOMES: usize = 1000;

/// What comes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Events are on the disk and applied.
    Taken(Receipt),
    /// Lines or an object of JSON.
    Text(String),
    /// There is nothing of that name.
    Unknown(String),
    /// The request says something that cannot be.
    Wrong(String),
    /// It asks for what is gone.
    Gone(String),
}

/// The store is closed: it could not be written, and is to be opened anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store is closed")]
pub struct Closed;

enum Ask {
    Take(Vec<u8>),
    Outcomes { after: u64 },
    Statement { agreement: String, as_of: Option<String> },
}

type Waiting = (Ask, oneshot::Sender<Reply>);

/// Where requests are handed in. When the last one is dropped the store is closed, so that another can be opened.
#[derive(Debug, Clone)]
pub struct Desk {
    asked: mpsc::Sender<Waiting>,
    // Behind the sender: nobody can ask any more when the last one waits for the thread.
    _thread: Arc<Serving>,
}

/// The thread that serves, which is waited for.
#[derive(Debug)]
struct Serving(Option<thread::JoinHandle<()>>);

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            // If it has failed, its store is closed all the same.
            let _ = thread.join();
        }
    }
}

impl Desk {
    /// A desk over a store. The clock says when what comes in has come in.
    pub fn open(store: Store, clock: impl Fn() -> Instant + Send + 'static) -> Self {
        let (asked, asks) = mpsc::channel(WAITING);
        let thread = thread::spawn(move || serve(store, clock, asks));
        Self { asked, _thread: Arc::new(Serving(Some(thread))) }
    }

    /// Events, one a line; the reply comes when they are durable.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn take(&self, lines: Vec<u8>) -> Result<Reply, Closed> {
        self.ask(Ask::Take(lines)).await
    }

    /// Lets time go on to now: silence breaks duties, too.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn tick(&self) -> Result<Reply, Closed> {
        self.take(Vec::new()).await
    }

    /// Outcomes behind the one of a number, one a line.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn outcomes(&self, after: u64) -> Result<Reply, Closed> {
        self.ask(Ask::Outcomes { after }).await
    }

    /// The statement of an agreement as of an instant that is not before the last event, or as of now.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn statement(&self, agreement: String, as_of: Option<String>) -> Result<Reply, Closed> {
        self.ask(Ask::Statement { agreement, as_of }).await
    }

    async fn ask(&self, ask: Ask) -> Result<Reply, Closed> {
        let (reply, replied) = oneshot::channel();
        self.asked.send((ask, reply)).await.map_err(|_| Closed)?;
        replied.await.map_err(|_| Closed)
    }
}

/// Serves requests until nobody can ask any more, or the store fails. Whoever waits then is told by the channel.
fn serve(mut store: Store, clock: impl Fn() -> Instant, mut asks: mpsc::Receiver<Waiting>) {
    while let Some(first) = asks.blocking_recv() {
        let mut batches = Vec::new();
        let mut senders = Vec::new();
        let mut others = Vec::new();
        let mut next = Some(first);
        while let Some((ask, reply)) = next.take() {
            match ask {
                Ask::Take(lines) if has_mark(&lines) => {
                    // Nobody waits for it any more, where it cannot be sent.
                    let _ = reply.send(Reply::Wrong("a line begins with `#`, which is no event".to_owned()));
                }
                Ask::Take(lines) => {
                    batches.push(lines);
                    senders.push(reply);
                }
                other => others.push((other, reply)),
            }
            if batches.len() + others.len() < TOGETHER {
                next = asks.try_recv().ok();
            }
        }
        if !batches.is_empty() {
            let Ok(receipts) = store.take(&batches, clock()) else { return };
            for (receipt, reply) in receipts.into_iter().zip(senders) {
                let _ = reply.send(Reply::Taken(receipt));
            }
        }
        for (ask, reply) in others {
            let answer = match ask {
                Ask::Take(_) => continue,
                Ask::Outcomes { after } => outcomes(&mut store, after),
                Ask::Statement { agreement, as_of } => Some(statement(&store, &agreement, as_of.as_deref())),
            };
            let Some(answer) = answer else { return };
            let _ = reply.send(answer);
        }
    }
}

fn outcomes(store: &mut Store, after: u64) -> Option<Reply> {
    let heard = store.told_after(after, OUTCOMES).ok()?;
    let policy = store.compiled.policy();
    let mut text = String::new();
    for heard in &heard {
        let of = store.run.agreements().iter().find(|agreement| agreement.name == heard.agreement);
        if let Some(agreement) = of {
            text.push_str(&words(policy, agreement, heard).to_string());
            text.push('\n');
        }
    }
    Some(Reply::Text(text))
}

fn statement(store: &Store, name: &str, as_of: Option<&str>) -> Reply {
    let run = &store.run;
    let Some((number, agreement)) = (0..).zip(run.agreements()).find(|(_, of)| of.name == name) else {
        return Reply::Unknown(format!("there is no agreement `{name}`"));
    };
    let as_of = match as_of.map(|text| moment(text, &agreement.zone)) {
        Some(Err(error)) => return Reply::Wrong(error.to_string()),
        Some(Ok(as_of)) => as_of,
        None => run.now().unwrap_or(agreement.start),
    };
    let decided = run.decided_with(store.told.ledger(), number, as_of);
    match decided.and_then(|decided| run.statement(number, &decided, None)) {
        Ok(statement) => match outcome_json(&statement) {
            Ok(json) => Reply::Text(json),
            Err(error) => Reply::Wrong(error.to_string()),
        },
        Err(error @ Misuse::Settled(_)) => Reply::Gone(error.to_string()),
        Err(error) => Reply::Wrong(error.to_string()),
    }
}
