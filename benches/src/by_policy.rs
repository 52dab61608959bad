//! The settlement as Servanda does it: a policy read at run time, the agreements as its instances, the events
//! pushed, the outcome printed as the rows of the task.

use crate::csv::HEADER;
use crate::statement::{Books, Columns, Rows};
use servanda::events::{Instances, LineKind, Parameters, Reader, Schema, read_instances};
use servanda::time::Instant;
use servanda::{Binder, Evaluator, Sources};
use std::io::Read;
use std::sync::Arc;

/// The task as a policy.
pub const POLICY: &str = include_str!("../settlement/policy.sla");

/// A week, in nanoseconds.
const WEEK: i64 = 7 * 86_400 * 1_000_000_000;

/// A settlement.
#[derive(Debug)]
pub struct Settled {
    /// The output file of the task.
    pub csv: String,
    /// How many problems with events there were.
    pub problems: u64,
}

/// How the events are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// On one thread week by week, as what lies before the lateness is settled; on several, all at the end.
    Batch {
        /// On how many threads.
        threads: usize,
    },
    /// As a stream that is followed event by event, and revised where one comes late.
    Stream,
}

/// Settles events of agreements under a policy, as of the end of their term.
///
/// # Errors
/// If the policy or the agreements are not valid, or the events cannot be read.
pub fn settle(policy: &str, agreements: &[u8], events: &mut impl Read, way: Way) -> Result<Settled, String> {
    let compiled =
        servanda::compile(&Sources::new().with("policy.sla", policy)).map_err(|all| all.to_string())?;
    let policy = Arc::clone(compiled.policy());
    let columns = Columns::of(&policy)?;
    let (given, problems) = read_instances(agreements, &Parameters::new(&policy));
    if let Some(first) = problems.first() {
        return Err(format!("agreements: line {}: {}", first.problem.place.line, first.problem.message));
    }
    let mut binder = Binder::new(&policy);
    let mut agreements = Vec::with_capacity(given.len());
    for instance in given {
        let bound = binder.bind(&instance.name, instance.values);
        agreements.push(Arc::new(bound.map_err(|problems| format!("{}: {problems:?}", instance.name))?));
    }
    let as_of = agreements.first().and_then(|agreement| agreement.end).ok_or("no agreement has an end")?;

    let instances =
        Instances::given(agreements.iter().map(|agreement| (&agreement.name, agreement.currency)));
    let mut reader = Reader::new(Arc::new(Schema::new(&policy)), instances);
    let mut evaluator = Evaluator::new(Arc::clone(&policy), agreements);
    let mut books =
        Books(evaluator.agreements().map(|agreement| Rows::new(&policy, columns, agreement)).collect());
    let mut problems = 0_u64;
    let mut next = Instant::MIN;
    let read = reader.read_from(events, |line| {
        problems += line.problems.len() as u64;
        if let LineKind::Admitted { instance, fact } = line.kind {
            let at = fact.at;
            if at >= next {
                let gone_on = match way {
                    Way::Batch { threads: 1 } => {
                        next = Instant(at.0.saturating_add(WEEK));
                        evaluator.advance_into(at, &mut books.0)
                    }
                    Way::Batch { .. } => Ok(()),
                    Way::Stream => {
                        next = Instant(at.0.saturating_add(1));
                        evaluator.follow(at, &mut books)
                    }
                };
                problems += u64::from(gone_on.is_err());
            }
            // The reader numbers the instances as the evaluator does.
            problems += u64::from(evaluator.push(instance, fact).is_err());
        }
    });
    read.map_err(|error| format!("events: {error}"))?;
    let threads = match way {
        Way::Batch { threads } => threads,
        Way::Stream => 1,
    };
    let mut rows = books.0;
    evaluator.finish_into(threads, as_of, &mut rows).map_err(|error| error.to_string())?;
    problems += rows.iter().map(Rows::problems).sum::<u64>();
    rows.sort_by(|left, right| left.name().cmp(right.name()));
    let mut csv = String::with_capacity(rows.len() * 12 * 90);
    csv.push_str(HEADER);
    csv.push('\n');
    for rows in &rows {
        rows.print(&mut csv);
    }
    Ok(Settled { csv, problems })
}
