//! The oracle law on agreements in which what is closed comes back, waits, and is updated again and again: among all
//! that can be said these seldom have an effect.

use crate::generate::Tape;
use crate::meaning::ALL;
use crate::scene::hold_in;

/// How many events a scene has at most.
const EVENTS: usize = 18;

/// Tickets that pause and reopen in one of the four ways, the messages in them, and how well they were dealt with.
fn policy(numbers: &[u32]) -> String {
    let mut tape = Tape::new(numbers);
    let zone = *tape.pick(&["Europe/Berlin", "America/New_York", "Etc/UTC"]);
    let office = *tape.pick(&["open mon..fri 09:00..18:00.", "open always.", "open mon..sat 22:00..06:00."]);
    let way = *tape.pick(&[
        "the clock goes on",
        "the clock goes on",
        "closed time counts",
        "the clock restarts",
        "as a new case",
    ]);
    let within = *tape.pick(&["36 hours", "3 calendar days", "2 office days", "7 calendar days"]);
    let begins = *tape.pick(&["", "", ", or ticket.back"]);
    // What also begins a ticket says of it what its beginning does.
    let sized = if begins.is_empty() { "" } else { ", big: yes or no, rush: yes or no, size: count" };
    let further = *tape.pick(&["", "further ticket.back are ignored."]);
    let pauses = *tape.pick(&["", "pauses from ticket.stopped to ticket.resumed."]);
    let undone = *tape.pick(&["", "", ", undone by ticket.refused"]);
    let time = *tape.pick(&[
        "2 office days",
        "20 hours",
        "10 office hours",
        "3 calendar days",
        "2 calendar days",
        "40 hours",
    ]);
    let reply = *tape.pick(&["2 hours", "4 office hours", "1 office day", "1 calendar day"]);
    let counting =
        *tape.pick(&["", ", late at the deadline", ", ignoring pauses", ", counting pauses in elapsed time"]);
    // The end of a day is no moment of its own, and days have no time in which pauses could count.
    let counted_as = |time: &str| {
        let ends = counting.contains("late at") && time.contains("calendar day");
        let elapses = counting.contains("elapsed") && time.contains("day");
        if ends || elapses { "" } else { counting }
    };
    let (time_counting, reply_counting) = (counted_as(time), counted_as(reply));
    let landing =
        *tape.pick(&["", "", ", landing at the same time of day", ", landing at the end of the date"]);
    let landing = if time.contains("day") && time_counting.is_empty() { landing } else { "" };
    // Dates end at their end.
    let landing = if landing.contains("end of") && time.contains("calendar") { "" } else { landing };
    let rolled = *tape.pick(&["", ", or the next office day", ", or the previous office day"]);
    let rolled = if time.contains("calendar day") && landing.is_empty() { rolled } else { "" };
    let warning = *tape.pick(&[
        "",
        ", telling ben at 50% of the time",
        ", telling ben during office at 80% of the time",
    ]);
    let rhythm = *tape.pick(&["4 hours", "3 office hours", "1 calendar day"]);
    let counted = *tape.pick(&["", ", counted at its end", ", counted at its beginning"]);
    let unit = *tape.pick(&["elapsed hours", "office hours"]);
    let which = *tape.pick(&["big", "size is above 2", "big or size is 3", "rush and size is below 5"]);
    let what = *tape.pick(&["answered", "solved", "not answered", "answered and not solved"]);
    // No delay extends what goes on.
    let extended = *tape.pick(&["", ", extended by any delay under 3"]);
    let extended = if way == "as a new case" { extended } else { "" };
    let term = *tape.pick(&["1 year", "1 month"]);
    format!(
        "language 1.

agreement \"Clocks\" {{
  party ann. party ben.
  in force from 2026-03-01 for {term}.
  time zone {zone}.
  money in EUR.
  events arrive at most 48 hours late.
  calendar office {{ {office} }}
  event ticket.opened  {{ ticket: id, big: yes or no, rush: yes or no, size: count }}
  event ticket.solved  {{ ticket: id }}
  event ticket.back    {{ ticket: id{sized} }}
  event ticket.written {{ ticket: id, asked: yes or no }}
  event ticket.stopped {{ ticket: id }}
  event ticket.resumed {{ ticket: id }}
  event ticket.refused {{ ticket: id }}
  event part.asked     {{ part: id, ticket: id }}
  event part.sent      {{ part: id }}
  case ticket {{
    begins when ticket.opened{begins}.
    answer (answered) when ticket.written where not asked.
    solve (solved) when ticket.solved{undone}.
    ends when solved.
    reopens when ticket.back within {within}, {way}.
    {pauses}
    further ticket.written are ignored.
    further ticket.solved are ignored.
    further ticket.stopped are ignored.
    further ticket.resumed are ignored.
    {further}
  }}
  case question {{
    known by ticket.
    begins when ticket.written where asked.
    reply (replied) when ticket.written where not asked.
    ends when replied or ticket.solved.
    further ticket.written are ignored.
    further ticket.solved are ignored.
  }}
  case trouble {{
    known by ticket.
    begins when ticket.opened where big.
    update (updated) when ticket.written where not asked.
    ends when ticket.solved.
    {pauses}
    further ticket.opened are ignored.
    further ticket.written are ignored.
    further ticket.solved are ignored.
    further ticket.stopped are ignored.
    further ticket.resumed are ignored.
  }}
  case part {{ begins when part.asked. send (sent) when part.sent. ends when sent. }}
  clause 1 \"Solutions\" {{
    ann must solve each ticket within {time}{rolled}{extended}{time_counting}{landing}{warning}
      otherwise ann credits ben 5 EUR.
  }}
  clause 2 \"Replies\" {{
    (a) ann must answer each ticket within {reply}, ignoring pauses
      otherwise ann credits ben 3 EUR.
    (b) ann must reply each question within {reply}{reply_counting}
      otherwise tell ann.
    (c) ann must update each trouble every {rhythm}
      otherwise tell ben.
  }}
  clause 3 \"Parts\" {{
    ben must send each part within 1 calendar day, without consequence.
  }}
  clause 4 \"Figures\" {{
    measure solving per calendar week = average of ({unit} to solved) over ticket, counted at its end.
    measure replying per calendar week = percentile 90 of ({unit} to replied) over question, counted at its end.
    measure in_time per calendar week = share of ticket in which 1 is kept.
    measure answered_big per calendar quarter = share of ticket where {which} in which {what}, counted at its beginning.
    measure solved_big per calendar month = share of ticket where {which} in which {what}{counted}.
    measure open_time per calendar week = time in ticket.
    ann must keep in_time at least 75%
      otherwise ann credits ben 10 EUR.
  }}
}}
"
    )
}

/// 12: a second, naive evaluator gives the same outcome where clocks stand still, go on and begin anew.
#[test]
fn oracle_of_clocks() {
    hold_in(policy, EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}
