//! The oracle law on agreements in which delays extend deadlines: among all that can be said they seldom have an effect.

use crate::generate::Tape;
use crate::meaning::ALL;
use crate::scene::hold_in;

/// How many events a scene has at most.
const EVENTS: usize = 16;

/// Two cases, one of which names the other, so that its delay extends the other's deadline.
fn policy(numbers: &[u32]) -> String {
    let mut tape = Tape::new(numbers);
    let zone = *tape.pick(&["Europe/Berlin", "America/New_York", "Etc/UTC"]);
    let office = *tape.pick(&["open mon..fri 09:00..18:00.", "open always.", "open mon..sat 22:00..06:00."]);
    let pauses = *tape.pick(&["", "", "pauses from order.stopped to order.resumed."]);
    let own = *tape.pick(&["1 office day", "1 calendar day", "3 hours", "2 office hours", "4 office days"]);
    let other = *tape.pick(&["2 office days", "20 hours", "10 office hours", "3 calendar days", "1 month"]);
    let closed = *tape.pick(&["", ", or the next office day"]);
    let closed = if other.contains("calendar") || other.contains("month") { closed } else { "" };
    let chain = *tape.pick(&["", ", extended by any delay under 3"]);
    let under = *tape.pick(&["1", "1", "1 and 3", "4", "4", "1 and 4"]);
    let accepting = *tape.pick(&["1 calendar day", "3 hours", "2 office hours"]);
    let survives = *tape.pick(&["", ", surviving"]);
    let term = *tape.pick(&["1 year", "1 month"]);
    format!(
        "language 1.

agreement \"Delays\" {{
  party ann. party ben.
  in force from 2026-03-01 for {term}.
  time zone {zone}.
  money in EUR.
  events arrive at most 48 hours late.
  calendar office {{ {office} }}
  event order.made    {{ order: id }}
  event order.done    {{ order: id }}
  event order.agreed  {{ order: id }}
  event order.stopped {{ order: id }}
  event order.resumed {{ order: id }}
  event need.told     {{ need: id, order: id }}
  event need.met      {{ need: id }}
  event part.sent     {{ part: id, order: id, need: id }}
  event part.checked  {{ part: id }}
  case order {{
    begins when order.made.
    finish (finished) when order.done.
    accept (accepted) when order.agreed.
    ends when finished.
    {pauses}
    further order.done are ignored.
    further order.stopped are ignored.
    further order.resumed are ignored.
  }}
  case need {{ begins when need.told. meet (met) when need.met. ends when met. }}
  case part {{ begins when part.sent. check (checked) when part.checked. ends when checked. }}
  clause 1 \"One\" {{
    ben must meet each need within {own}{chain}, without consequence.
  }}
  clause 2 \"Two\"{survives} {{
    ann must finish each order within {other}{closed}, extended by any delay under {under}, telling ben at 50% of \
         the time
      otherwise ann credits ben 5 EUR.
  }}
  clause 3 \"Three\" {{
    ben must check each part within 1 calendar day, without consequence.
  }}
  clause 4 \"Four\" {{
    ben must accept each order within {accepting}, without consequence.
  }}
}}
"
    )
}

/// 12: a second, naive evaluator gives the same outcome where delays extend deadlines.
#[test]
fn oracle_of_delays() {
    hold_in(policy, EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}
