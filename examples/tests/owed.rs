//! What is still owed agrees with the statement, for every example at instants all through its log: each duty that is open
//! is told once, nothing else is, and the sums are those of the statement and of the lines.

use servanda::evaluator::outcome::{Subject, Verdict};
use servanda::policy::{Form, Verdict as Kind};
use servanda::report::{Decided, Owed};
use servanda::time::Instant;
use servanda::value::Exact;
use servanda::{Compiled, Run};
use servanda_examples::folder::{folders, run_of};
use std::collections::BTreeSet;
use std::error::Error;

/// At how many instants each log is looked at.
const LOOKED_AT: i64 = 30;

/// The sum of amounts that the lines of some kinds tell, apart from those that are disputed.
fn sum(owed: &Owed, party: &str, to: &str, has: impl Fn(&str) -> bool) -> Result<Exact, Box<dyn Error>> {
    let mut sum = Exact::ZERO;
    for (of, line) in owed.lines() {
        let is_its = of == party && line.to.as_deref() == Some(to) && has(line.kind);
        if let Some(amount) = line.amount.as_ref().filter(|_| is_its && line.standing != "disputed") {
            sum = &sum + &number(amount)?;
        }
    }
    Ok(sum)
}

fn number(text: &str) -> Result<Exact, Box<dyn Error>> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let scale = 10_i128.pow(u32::try_from(part.len())?);
    Ok(Exact::ratio(format!("{whole}{part}").parse()?, scale).ok_or("a fraction")?)
}

/// Whether an act is late, and has not been done.
fn is_late(verdict: &Verdict, form: &Form) -> bool {
    verdict.done_at.is_none()
        && matches!(verdict.verdict, Kind::Broken | Kind::Indeterminate)
        && matches!(form, Form::Do { .. } | Form::DoEach { .. })
}

fn agrees(
    (compiled, run): (&Compiled, &Run),
    number_of: u32,
    decided: &Decided,
) -> Result<(), Box<dyn Error>> {
    let owed = run.owed(number_of, decided)?;
    let statement = run.statement(number_of, decided, None)?;
    let told: Vec<(&str, &str)> = owed
        .lines()
        .filter(|(_, line)| matches!(line.kind, "duty" | "target" | "prohibition"))
        .filter_map(|(_, line)| Some((line.id.as_deref()?, line.standing)))
        .collect();
    let once: BTreeSet<&str> = told.iter().map(|(id, _)| *id).collect();
    assert_eq!(once.len(), told.len(), "a duty is told twice: {told:?}");
    let pending: BTreeSet<&str> = statement
        .verdicts
        .iter()
        .filter(|line| line.kind == Kind::Pending)
        .filter_map(|line| line.id.as_deref())
        .collect();
    let open: BTreeSet<&str> =
        told.iter().filter(|(_, standing)| *standing != "late").map(|(id, _)| *id).collect();
    assert_eq!(open, pending);
    for (id, _) in told.iter().filter(|(_, standing)| *standing == "late") {
        let at = statement.verdicts.iter().position(|line| line.id.as_deref() == Some(id));
        let verdict = at.and_then(|at| decided.outcome.verdicts.get(at)).ok_or("a verdict")?;
        let duty = compiled.policy().duties.find(verdict.duty).ok_or("a duty")?;
        assert!(is_late(verdict, &duty.form), "{verdict:?}");
        assert!(!matches!(verdict.subject, Subject::Agreement));
    }
    for total in &statement.totals.parties {
        let of = owed.sums.iter().find(|it| (&it.debtor, &it.creditor) == (&total.debtor, &total.creditor));
        let booked = of.map_or("0", |sum| &sum.booked);
        assert_eq!(number(booked)?, number(total.amount.as_deref().unwrap_or("0"))?, "{total:?}");
    }
    for of in owed.sums.iter().filter(|of| of.undetermined == 0) {
        let (from, to) = (&of.debtor, &of.creditor);
        assert_eq!(sum(&owed, from, to, |kind| kind == "amount")?, number(&of.open)?, "{of:?}");
        assert_eq!(sum(&owed, to, from, |kind| kind == "claim")?, number(&of.claimable)?, "{of:?}");
        assert_eq!(&number(&of.booked)? - &number(&of.settled)?, number(&of.open)?, "{of:?}");
    }
    Ok(())
}

#[test]
fn what_is_owed_agrees_with_the_statement() -> Result<(), Box<dyn Error>> {
    let mut lines = 0;
    let mut late = 0;
    for folder in folders()? {
        let (compiled, run) = run_of(&folder)?;
        for (number, agreement) in (0..).zip(run.agreements()) {
            let Some(last) = run.latest(number) else { continue };
            let whole = last.nanos_since(agreement.start);
            for part in 1..=LOOKED_AT {
                let nanos = whole / i128::from(LOOKED_AT) * i128::from(part);
                let as_of = Instant(agreement.start.0 + i64::try_from(nanos)?);
                let decided = run.decided(number, as_of)?;
                agrees((&compiled, &run), number, &decided)?;
                let owed = run.owed(number, &decided)?;
                lines += owed.len();
                late += owed.lines().filter(|(_, line)| line.standing == "late").count();
            }
        }
    }
    // A test of nothing would hold, too.
    assert!(lines > 1000 && late > 10, "{lines} lines, {late} late");
    Ok(())
}
