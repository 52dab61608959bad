//! The oracle law on agreements in which what is owed is suspended while somebody is late, and in which silence counts, and
//! credits are earned back: among all that can be said these seldom have an effect.

use crate::generate::Tape;
use crate::meaning::ALL;
use crate::scene::hold_in;

/// How many events a scene has at most.
const EVENTS: usize = 18;

/// Bills that may be late, orders and reports that can be suspended meanwhile, drafts on which silence is an answer.
fn policy(numbers: &[u32]) -> String {
    let mut tape = Tape::new(numbers);
    let zone = *tape.pick(&["Europe/Berlin", "America/New_York", "Etc/UTC"]);
    let office = *tape.pick(&["open mon..fri 09:00..18:00.", "open always.", "open mon..sat 22:00..06:00."]);
    let pauses = *tape.pick(&["", "pauses from order.stopped to order.resumed."]);
    let due = *tape.pick(&["2 calendar days", "1 office day", "30 hours"]);
    let time = *tape.pick(&["2 office days", "20 hours", "10 office hours", "3 calendar days", "1 month"]);
    let warning = *tape.pick(&["", ", telling ben at 50% of the time"]);
    let silence = *tape.pick(&["1 office day", "1 calendar day", "36 hours", "3 office hours"]);
    let refused = *tape.pick(&["refused", "refused or accepted"]);
    let until = *tape.pick(&["", ", until work.resumed", ", until work.resumed where meant"]);
    let who = *tape.pick(&["who: party, ", ""]);
    let what = *tape.pick(&["2 and 3", "2, 3(a) and 4", "2(a)", "3 and 4", "2 and 5"]);
    let surviving = *tape.pick(&["", ", surviving"]);
    let many = *tape.pick(&["0", "1", "2"]);
    let share = *tape.pick(&["50%", "100%", "33.3%"]);
    let clean = *tape.pick(&["1", "2", "3"]);
    let term = *tape.pick(&["1 year", "1 month"]);
    let extended = *tape.pick(&["", "", ", extended by any delay under 2(b)"]);
    let paid = *tape.pick(&[
        "paid by bill.paid, settling principal, oldest first, any rest as credit.",
        "paid by bill.paid, the named one only.",
    ]);
    format!(
        "language 1.

agreement \"Powers\" {{
  party ann. party ben.
  in force from 2026-03-01 for {term}.
  time zone {zone}.
  money in EUR.
  events arrive at most 48 hours late.
  calendar office {{ {office} }}
  event bill.sent      {{ bill: id, amount: money }}
  event bill.paid      {{ bill: id, amount: money }}
  event order.made     {{ order: id }}
  event order.done     {{ order: id }}
  event order.checked  {{ order: id }}
  event order.stopped  {{ order: id }}
  event order.resumed  {{ order: id }}
  event part.sent      {{ part: id, order: id }}
  event part.checked   {{ part: id }}
  event draft.sent     {{ draft: id }}
  event draft.accepted {{ draft: id }}
  event draft.refused  {{ draft: id }}
  event draft.shown    {{ draft: id }}
  event report.sent    {{ report: id }}
  event work.suspended {{ {who}meant: yes or no }}
  event work.resumed   {{ meant: yes or no }}
  case bill {{
    begins when bill.sent.
    ben owes ann amount.
    {paid}
    ends when paid.
  }}
  case order {{
    begins when order.made.
    finish (finished) when order.done.
    check (checked) when order.checked.
    ends when finished.
    {pauses}
    further order.done are ignored.
    further order.checked are ignored.
    further order.stopped are ignored.
    further order.resumed are ignored.
  }}
  case part {{ begins when part.sent. test (tested) when part.checked. ends when tested. }}
  case draft {{
    begins when draft.sent.
    accept (accepted) when draft.accepted.
    refuse (refused) when draft.refused.
    show (shown) when draft.shown.
    ends when {refused} or shown.
    further draft.accepted are ignored.
    further draft.refused are ignored.
    further draft.shown are ignored.
  }}
  case report {{ send (sent) when report.sent. further report.sent are ignored. }}
  clause 1 \"Bills\"{surviving} {{
    (a) ben must pay each bill within {due}
      otherwise ben owes ann 1% of bill.amount per calendar day begun from the deadline until paid.
    (b) ann may suspend {what} by work.suspended where meant during any delay under 1(a){until}.
  }}
  clause 2 \"Orders\" {{
    (a) ann must finish each order within {time}{extended}{warning}
      otherwise ann credits ben 5 EUR.
    (b) ann must test each part within 1 calendar day, without consequence.
  }}
  clause 3 \"Reports\" {{
    measure done per calendar week = count of order.done.
    (a) ann must send a report each calendar week by the 3rd office day of the period
      otherwise ann credits ben 3 EUR.
    (b) ann must keep done at least 1
      otherwise ann credits ben 2 EUR.
    (c) ann must keep done at most {many}
      otherwise ann credits ben 8 EUR, at most 12 EUR in all, restored {share} when 3(c) is kept {clean} windows running.
  }}
  clause 4 \"Drafts\" {{
    (a) each draft counts as accepted by ben at {silence} after its beginning.
    (b) ann must show each draft within 1 office day of accepted
      otherwise ann credits ben 4 EUR.
    (c) ann must not show any draft unless accepted
      otherwise ann credits ben 6 EUR.
    (d) ben must accept each draft within {silence}, without consequence.
  }}
  clause 5 \"Runs\" {{
    ann must send a report for each breach of 3(b) within 30 hours, without consequence.
    ann credits ben 7 EUR when 3(b) is broken 2 windows running.
  }}
}}
"
    )
}

/// 12: a second, naive evaluator gives the same outcome where duties are suspended and silence counts.
#[test]
fn oracle_of_powers() {
    hold_in(policy, EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}
