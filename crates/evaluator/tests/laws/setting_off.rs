//! The oracle law, and that of streams, on agreements in which credits pay: among all that can be said they seldom have an
//! effect.

use crate::generate::Tape;
use crate::meaning::ALL;
use crate::scene::hold_in;
use crate::stream::drive;

/// How many events a scene has at most.
const EVENTS: usize = 18;

/// Bills that are paid by events and by what is credited: for what goes wrong, for late answers, for each week.
fn policy(numbers: &[u32]) -> String {
    let mut tape = Tape::new(numbers);
    let zone = *tape.pick(&["Europe/Berlin", "America/New_York", "Etc/UTC"]);
    let settling = *tape.pick(&[
        ", settling late_fee then principal",
        ", settling principal then late_fee",
        ", settling reminder_fee then late_fee then principal",
        ", settling principal then late_fee then reminder_fee",
        "",
    ]);
    let order = *tape.pick(&[", oldest first", ", newest first", ""]);
    let rest = *tape.pick(&[", any rest as credit", ", any rest returned", ""]);
    let key = *tape.pick(&["bill?: id, ", "bill?: id, ", ""]);
    let ends = *tape.pick(&["ends when paid.", "ends when paid.", "ends when bill.dropped.", ""]);
    let within = *tape.pick(&["1 calendar day", "5 calendar days", "20 hours", "7 calendar days"]);
    let rate = *tape.pick(&["5 EUR", "10% of bill.unpaid", "33.3% of bill.amount", "0.75 EUR"]);
    let period = *tape.pick(&["calendar day begun", "calendar day completed", "calendar week begun"]);
    let late =
        *tape.pick(&["", "", ", at most 12 EUR", ", rounded daily", ", at most 20 EUR per calendar month"]);
    let (least, week) = (*tape.pick(&["90%", "50%"]), *tape.pick(&["calendar week", "calendar day"]));
    let credit = *tape.pick(&["20 EUR", "40 EUR, at most 50 EUR per calendar month", "7.77 EUR, as bonus"]);
    let slip = *tape.pick(&[
        "ann credits ben slip.told.sum for each slip.told",
        "ann credits ben 50% of slip.told.sum for each slip.told, at most 30 EUR per calendar month",
        "ann credits ben 3 EUR for each slip.told",
        "ann owes ben 3 EUR for each slip.told",
    ]);
    let answer = *tape.pick(&[
        "5 EUR",
        "5 EUR, at most 8 EUR per calendar week",
        "12 EUR, claimed by fee.asked within 10 calendar days",
        "12 EUR, claimed by fee.asked within 2 calendar days",
    ]);
    let of = *tape.pick(&["1 calendar day", "2 hours", "1 calendar day of question.got"]);
    let rest_of = crate::settling::paid_out(&mut tape, rest);
    let survives = *tape.pick(&["", ", surviving"]);
    // What is owed and never settled cannot be asked for.
    let all = settling.contains("reminder_fee") && settling.contains("late_fee");
    let passes = *tape.pick(&["this agreement has ended and ben owes ann nothing", "ben owes ann nothing"]);
    let passes = if all { passes } else { "this agreement has ended" };
    format!(
        "language 1.

agreement \"Setting off\" {{
  party ann. party ben.
  in force from 2026-03-01 for 1 month.
  time zone {zone}.
  money in EUR.
  events arrive at most 48 hours late.
  event bill.sent      {{ bill: id, amount: money }}
  event bill.paid      {{ {key}sum: money }}
  event bill.dropped   {{ bill: id }}
  event slip.told      {{ sum: money }}
  event fee.asked      {{ question?: id }}
  event question.put   {{ question: id, got: date }}
  event question.met   {{ question: id }}
  event line.down      {{ fault: id }}
  event line.up        {{ fault: id }}
  case fault {{ begins when line.down. ends when line.up. }}
  case question {{ begins when question.put. answer (answered) when question.met. ends when answered. }}
  case bill {{
    begins when bill.sent.
    ben owes ann amount.
    paid by bill.paid and credits{settling}{order}{rest}.
    {ends}
  }}
  clause 1 \"One\"{survives} {{
    ben must pay each bill within {within} otherwise {{
      ben owes ann 5 EUR, as reminder_fee.
      ben owes ann {rate} per {period} from the deadline until paid, as late_fee{late}.
    }}
  }}
  clause 2 \"Two\" {{
    measure up per {week} = share of time not in fault.
    ann must keep up at least {least} otherwise ann credits ben {credit}.
  }}
  clause 3 \"Three\" {{
    {slip}.
    ann must answer each question within {of} otherwise ann credits ben {answer}.
    ann has \"all of it\" when {passes}.
{rest_of}    ben owes ann 7 EUR when {passes}, as handover.
  }}
}}
"
    )
}

/// 12: a second, naive evaluator gives the same outcome where credits pay.
#[test]
fn oracle_of_setting_off() {
    hold_in(policy, EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}

/// 3 and 4: so does a stream of them, late, stopped and restored.
#[test]
fn followed_setting_off() {
    hold_in(policy, EVENTS, |scene| drive(scene, scene.policy.lateness, 10));
}
