//! The outcome of the settlement policy as the rows of the task: which figure of which measure stands in which
//! column. What the figures are is the policy's business; here they are only printed.

use servanda::Agreement;
use servanda::evaluator::{Entry, Figure, Notice, Quantity, Sink, Subject, Verdict, gross};
use servanda::events::Problem;
use servanda::policy::{DutyId, Effect, MeasureId, Policy, Value, Verdict as Kind};
use servanda::time::Instant;
use servanda::value::{Exact, Rounding, format_minor};
use servanda::{Revision, StreamSink, Told};
use std::fmt::Write as _;

/// The names that the policy gives to what the columns show.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    response: MeasureId,
    downtime: MeasureId,
    availability: MeasureId,
    credit_rate: MeasureId,
    posts: MeasureId,
    unapproved: MeasureId,
    leads: MeasureId,
    response_duty: DutyId,
    posts_duty: DutyId,
}

impl Columns {
    /// Finds the names in a policy.
    ///
    /// # Errors
    /// Names the measure or the duty that the policy does not have.
    pub fn of(policy: &Policy) -> Result<Self, String> {
        let measure = |name: &str| {
            let found = policy.measures.iter().find(|(_, measure)| measure.name == name);
            found.map(|(id, _)| id).ok_or_else(|| format!("the policy has no measure `{name}`"))
        };
        let duty = |name: &str| {
            let found = policy.duties.iter().find(|(_, duty)| duty.name == name);
            found.map(|(id, _)| id).ok_or_else(|| format!("the policy has no duty `{name}`"))
        };
        Ok(Self {
            response: measure("response")?,
            downtime: measure("downtime")?,
            availability: measure("availability")?,
            credit_rate: measure("credit_rate")?,
            posts: measure("posts")?,
            unapproved: measure("unapproved")?,
            leads: measure("leads")?,
            response_duty: duty("1(b)")?,
            posts_duty: duty("3(a)")?,
        })
    }
}

/// The twelve months of one agreement.
#[derive(Debug)]
pub struct Rows<'p> {
    policy: &'p Policy,
    columns: Columns,
    agreement: Agreement,
    months: Vec<Month>,
    problems: u64,
}

#[derive(Debug, Clone, Default)]
struct Month {
    label: String,
    end: Option<Instant>,
    in_time: i128,
    total: i128,
    response_met: bool,
    down_seconds: i128,
    availability: Option<Exact>,
    credit_percent: i128,
    credit: i128,
    posts: i128,
    unapproved: i128,
    posts_met: bool,
    leads: i128,
    late_fees: i128,
}

impl<'p> Rows<'p> {
    /// Rows without figures yet.
    pub fn new(policy: &'p Policy, columns: Columns, agreement: &Agreement) -> Self {
        let window = policy.measures[columns.response].window;
        let windows = agreement.windows.get(window.0 as usize);
        let end = agreement.end.unwrap_or(Instant::MAX);
        let months = windows
            .into_iter()
            .flat_map(|windows| windows.between(agreement.start, end))
            .map(|window| Month {
                label: window.label(&agreement.zone),
                end: Some(window.end),
                ..Month::default()
            })
            .collect();
        Self { policy, columns, agreement: agreement.clone(), months, problems: 0 }
    }

    /// The agreement's name, by which rows are sorted.
    pub fn name(&self) -> &str {
        &self.agreement.name
    }

    /// How many problems with its events there were.
    pub fn problems(&self) -> u64 {
        self.problems
    }

    /// Appends the rows.
    pub fn print(&self, text: &mut String) {
        let currency = self.agreement.currency;
        let mut before = 0;
        for month in &self.months {
            let percent = Exact::ratio(month.in_time * 100, month.total);
            let percent =
                percent.map_or(String::new(), |percent| percent.to_decimal_string(2, Rounding::HalfUp));
            let ppm = month.availability.clone().map(|share| share * Exact::integer(1_000_000));
            let ppm = ppm.map_or(String::new(), |ppm| ppm.to_decimal_string(0, Rounding::HalfUp));
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{},{percent},{},{},{ppm},{},{},{},{},{},{},{},{},{}",
                self.agreement.name,
                month.label,
                month.total,
                month.in_time,
                u8::from(month.response_met),
                month.down_seconds,
                month.credit_percent,
                format_minor(month.credit, currency),
                month.posts,
                month.unapproved,
                u8::from(month.posts_met && month.unapproved == 0),
                month.leads,
                format_minor(month.late_fees, currency),
                format_minor(month.late_fees - before, currency),
                currency,
            );
            before = month.late_fees;
        }
    }
}

impl Sink for Rows<'_> {
    fn wants_verdict(&self, _: DutyId) -> bool {
        // The verdicts that the rows show come with the figures.
        false
    }

    fn verdict(&mut self, _: Verdict) {}

    fn figure(&mut self, figure: Figure) {
        let columns = self.columns;
        let Some(month) = self.months.get_mut(figure.window.index as usize) else { return };
        let number = match &figure.value {
            Quantity::Known(Value::Number(number)) => number.clone(),
            Quantity::Known(Value::Length(length)) => length.amount.clone(),
            _ => Exact::ZERO,
        };
        let kept =
            |duty| figure.judged.iter().any(|judged| judged.duty == duty && judged.verdict == Kind::Kept);
        let whole = |number: &Exact| number.floor().unwrap_or(0);
        match figure.measure {
            measure if measure == columns.response => {
                if let Some((in_time, total)) = &figure.ratio {
                    (month.in_time, month.total) = (whole(in_time), whole(total));
                }
                month.response_met = kept(columns.response_duty);
            }
            measure if measure == columns.downtime => month.down_seconds = whole(&number),
            measure if measure == columns.availability => month.availability = Some(number),
            measure if measure == columns.credit_rate => {
                month.credit_percent = whole(&(number * Exact::integer(100)));
            }
            measure if measure == columns.posts => {
                month.posts = whole(&number);
                month.posts_met = kept(columns.posts_duty);
            }
            measure if measure == columns.unapproved => month.unapproved = whole(&number),
            measure if measure == columns.leads => month.leads = whole(&number),
            _ => {}
        }
    }

    fn entry(&mut self, entry: Entry) {
        self.add(&entry, 1);
    }

    fn notice(&mut self, _: Notice) {}

    fn problem(&mut self, _: Problem) {
        self.problems += 1;
    }
}

/// The rows of all agreements, kept up with a stream.
#[derive(Debug)]
pub struct Books<'p>(pub Vec<Rows<'p>>);

impl StreamSink for Books<'_> {
    fn wants_verdict(&self, _: DutyId) -> bool {
        false
    }

    fn told(&mut self, instance: u32, told: Told) {
        let Some(rows) = self.0.get_mut(instance as usize) else { return };
        match told {
            Told::Figure(figure) => rows.figure(figure),
            Told::Entry(entry) => rows.add(&entry, 1),
            Told::Problem(problem) => rows.problem(problem),
            _ => {}
        }
    }

    fn revised(&mut self, instance: u32, Revision { was, is }: Revision) {
        if let Some(rows) = self.0.get_mut(instance as usize) {
            match was {
                Some(Told::Entry(was)) => rows.add(&was, -1),
                // An event that found nothing to move has found it when the one before it came.
                Some(Told::Problem(_)) => rows.problems = rows.problems.saturating_sub(1),
                _ => {}
            }
        }
        // A figure that is revised takes the place of the one before.
        if let Some(is) = is {
            self.told(instance, is);
        }
    }
}

impl Rows<'_> {
    /// Adds an entry, or takes it back.
    fn add(&mut self, entry: &Entry, sign: i128) {
        match (&entry.accrual, &entry.subject) {
            (Some(accrued), _) => {
                let Effect::Accrue(rule) = &self.policy.consequences[entry.consequence].effect else {
                    return;
                };
                for month in &mut self.months {
                    let Some(end) = month.end.filter(|end| entry.at < *end) else { continue };
                    let figure = gross(&self.agreement, rule, accrued, entry.at, end);
                    month.late_fees += sign * figure.unwrap_or(0);
                }
            }
            (None, Subject::Window(window)) => {
                if let Some(month) = self.months.get_mut(window.index as usize) {
                    month.credit += sign * entry.amount.unwrap_or(0);
                }
            }
            _ => {}
        }
    }
}
