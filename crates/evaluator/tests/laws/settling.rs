//! The oracle law, and that of streams, on agreements whose payments settle more than the principal: among all that can be
//! said, what is settled first seldom has an effect.

use crate::generate::Tape;
use crate::meaning::ALL;
use crate::scene::hold_in;
use crate::stream::drive;

/// How many events a scene has at most.
const EVENTS: usize = 20;

/// One debt, what follows when it is paid late, and payments that settle some of that.
fn policy(numbers: &[u32]) -> String {
    let mut tape = Tape::new(numbers);
    let zone = *tape.pick(&["Europe/Berlin", "America/New_York", "Etc/UTC"]);
    let settling = *tape.pick(&[
        "late_fee then principal",
        "principal then late_fee",
        "reminder_fee then late_fee then principal",
        "late_fee then principal then reminder_fee",
        "principal then late_fee then reminder_fee",
        "reminder_fee then principal",
        "principal",
    ]);
    let order = *tape.pick(&[", oldest first", ", newest first", ", the named one only", ""]);
    let rest = *tape.pick(&[", any rest as credit", ", any rest returned", ""]);
    let key = if order == ", the named one only" {
        "bill: id, "
    } else {
        *tape.pick(&["bill?: id, ", "bill?: id, ", ""])
    };
    let ends = *tape.pick(&["ends when paid.", "ends when paid.", "ends when bill.dropped.", ""]);
    let within = *tape.pick(&["1 calendar day", "2 calendar days", "20 hours", "1 calendar day of bill.got"]);
    let rate = *tape.pick(&["5 EUR", "10% of bill.unpaid", "33.3% of bill.amount", "0.75 EUR"]);
    let period = *tape.pick(&["calendar day begun", "calendar day completed", "calendar week begun"]);
    let from = *tape.pick(&["the deadline", "the deadline", "1 calendar day after the deadline"]);
    let grace = *tape.pick(&["", "", " unless paid within 2 calendar days of the deadline"]);
    let compounds = if rate.contains('%') && period == "calendar day begun" {
        *tape.pick(&["", ", compounding"])
    } else {
        ""
    };
    let caps = ["", "", ", at most 12 EUR", ", rounded daily", ", at most 20 EUR per calendar month"];
    // Of what is unknown and may be forgiven, nothing is said here about which limit it has met.
    let cap = *tape.pick(if grace.is_empty() { &caps[..] } else { &caps[..4] });
    let fixed = *tape.pick(&[
        "5 EUR, as reminder_fee",
        "50% of bill.amount, as reminder_fee, at most 10 EUR in all",
        "5 EUR, as reminder_fee, claimed by fee.asked within 10 calendar days",
    ]);
    // What is owed and never settled cannot be asked for.
    let all = settling.contains("reminder_fee") && settling.contains("late_fee");
    let when = *tape.pick(&[
        "this agreement has ended and ben owes ann nothing",
        "ben owes ann nothing",
        "this agreement has ended",
    ]);
    let when = if all { when } else { "this agreement has ended" };
    let rest_of = paid_out(&mut tape, rest);
    let survives = *tape.pick(&["", ", surviving"]);
    let lines = format!(
        "      ben owes ann {fixed}.
      ben owes ann {rate} per {period} from {from} until paid{grace}, as late_fee{compounds}{cap}."
    );
    format!(
        "language 1.

agreement \"Settling\" {{
  party ann. party ben.
  in force from 2026-03-01 for 1 month.
  time zone {zone}.
  money in EUR.
  events arrive at most 48 hours late.
  event bill.sent    {{ bill: id, amount: money, got: date }}
  event bill.paid    {{ {key}sum: money }}
  event bill.dropped {{ bill: id }}
  event fee.asked    {{ bill?: id }}
  case bill {{
    begins when bill.sent.
    ben owes ann amount.
    paid by bill.paid, settling {settling}{order}{rest}.
    {ends}
  }}
  clause 1 \"One\"{survives} {{
    ben must pay each bill within {within} otherwise {{
{lines}
    }}
  }}
  clause 2 \"Two\" {{
    ann has \"it\" when {when}.
{rest_of}    ben owes ann 7 EUR when {when}, as handover.
  }}
}}
"
    )
}

/// The sentence that pays out what payments have left, where they leave something.
pub(crate) fn paid_out(tape: &mut Tape<'_>, rest: &str) -> String {
    let out = *tape.pick(&["", ", rounded up", ", nothing below 2 EUR"]);
    match rest {
        ", any rest as credit" => {
            format!("    ann owes ben any rest of bill when this agreement has ended, as pay_out{out}.\n")
        }
        _ => String::new(),
    }
}

/// 12: a second, naive evaluator gives the same outcome where payments settle more than the principal.
#[test]
fn oracle_of_settling() {
    hold_in(policy, EVENTS, |scene| scene.same(&scene.oracle(), &scene.outcome(), ALL));
}

/// 3 and 4: so does a stream of them, late, stopped and restored.
#[test]
fn followed_settling() {
    hold_in(policy, EVENTS, |scene| drive(scene, scene.policy.lateness, 10));
}
