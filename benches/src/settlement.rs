//! The figures of the settlement task, written out by hand: the yardstick for speed and for figures.
//!
//! One thread, whole cents, one pass over events in order of time.
//! It relies on what the generator promises: the event that opens a subject is not later than those that follow it.
#![expect(
    clippy::indexing_slicing,
    reason = "agreements and months are indexes that the tables were made for"
)]

use crate::calendar::{Calendar, END, day_of};
use crate::log::{Agreement, Event, Kind, each_event};
use crate::terms::{Terms, WHOLE};
use rustc_hash::FxHashMap;
use std::io;
use std::path::Path;

/// Days from the receipt of an invoice to the day on which it is due.
const PAYMENT_DAYS: i32 = 30;

/// The counts and sums of one agreement in one month.
#[derive(Debug, Clone, Copy, Default)]
pub struct Month {
    /// Inquiries received, without those still open at the horizon.
    pub inquiries: u32,
    /// Inquiries answered in time.
    pub in_time: u32,
    /// Posts published.
    pub posts: u32,
    /// Posts published without an earlier approval.
    pub unapproved: u32,
    /// Leads created.
    pub leads: u32,
    /// Seconds in which at least one outage was open.
    pub down_seconds: i64,
    /// Cents of late fees as at the end of the month, those of earlier months included.
    pub late_fees: i64,
}

#[derive(Clone, Copy, Default)]
struct Account {
    months: [Month; 12],
    outages_open: u32,
    down_since: i64,
}

#[derive(Clone, Copy)]
struct Inquiry {
    received: i64,
    agreement: u32,
}

#[derive(Clone, Copy)]
struct Invoice {
    amount: i64,
    paid: i64,
    agreement: u32,
    due: i32,
}

/// The state between two events: the finished figures so far, and the subjects that are open.
struct Evaluation<'a> {
    terms: &'a Terms,
    calendar: Calendar,
    accounts: Vec<Account>,
    inquiries: FxHashMap<u128, Inquiry>,
    approvals: FxHashMap<u128, i64>,
    invoices: FxHashMap<u128, Invoice>,
}

/// The result: a month of each agreement, and how much the run held.
#[derive(Debug)]
pub struct Settlement {
    /// The twelve months of each agreement, in the order of the file of agreements.
    pub accounts: Vec<[Month; 12]>,
    /// Events read.
    pub events: usize,
    /// The most inquiries, approvals and invoices open at once, looked at every 4096 events.
    pub open_subjects_max: usize,
}

/// Settles a log in ascending order of time, holding only what is open.
///
/// # Errors
///
/// The file cannot be read.
///
/// # Panics
///
/// An event is earlier than the one before it, or the log is not one of the task.
pub fn settle_stream(events: &Path, agreements: &[Agreement], terms: &Terms) -> io::Result<Settlement> {
    let mut evaluation = Evaluation::new(agreements.len(), terms);
    let (mut count, mut open_subjects_max, mut before) = (0_usize, 0, 0);
    each_event(events, agreements, |event| {
        assert!(event.instant >= before, "an event is earlier than the one before it");
        before = event.instant;
        evaluation.take(event);
        count += 1;
        if count & 0xfff == 0 {
            open_subjects_max = open_subjects_max.max(evaluation.open_subjects());
        }
    })?;
    let accounts = evaluation.finish();
    Ok(Settlement { accounts, events: count, open_subjects_max })
}

/// Settles a log in any order, holding all of its events.
///
/// # Errors
///
/// The file cannot be read.
///
/// # Panics
///
/// The log is not one of the task.
pub fn settle_sorted(events: &Path, agreements: &[Agreement], terms: &Terms) -> io::Result<Settlement> {
    let mut log: Vec<Event> = Vec::new();
    each_event(events, agreements, |event| log.push(*event))?;
    // Sorting by the instant alone finds the long runs that are in order already; few events share a second.
    log.sort_by_key(|event| event.instant);
    log.chunk_by_mut(|one, next| one.instant == next.instant)
        .for_each(|second| second.sort_by_key(|event| event.kind));
    let mut evaluation = Evaluation::new(agreements.len(), terms);
    let mut open_subjects_max = 0;
    for block in log.chunks(4096) {
        block.iter().for_each(|event| evaluation.take(event));
        open_subjects_max = open_subjects_max.max(evaluation.open_subjects());
    }
    Ok(Settlement { accounts: evaluation.finish(), events: log.len(), open_subjects_max })
}

impl<'a> Evaluation<'a> {
    fn new(agreements: usize, terms: &'a Terms) -> Evaluation<'a> {
        Evaluation {
            terms,
            calendar: Calendar::new(&terms.holidays),
            accounts: vec![Account::default(); agreements],
            inquiries: FxHashMap::default(),
            approvals: FxHashMap::default(),
            invoices: FxHashMap::default(),
        }
    }

    fn open_subjects(&self) -> usize {
        self.inquiries.len() + self.approvals.len() + self.invoices.len()
    }

    #[inline(always)]
    fn take(&mut self, event: &Event) {
        let Event { instant, subject, agreement, .. } = *event;
        let account = &mut self.accounts[agreement as usize];
        match event.kind {
            Kind::Received => {
                account.months[self.calendar.month_of(instant)].inquiries += 1;
                self.inquiries.insert(subject, Inquiry { received: instant, agreement });
            }
            Kind::Answered => {
                // The inquiry leaves with its first answer, so that later ones find nothing.
                if let Some(Inquiry { received, .. }) = self.inquiries.remove(&subject) {
                    let calendar = &self.calendar;
                    let taken =
                        calendar.business_seconds_until(instant) - calendar.business_seconds_until(received);
                    let in_time = taken <= self.terms.reply_seconds;
                    account.months[calendar.month_of(received)].in_time += u32::from(in_time);
                }
            }
            Kind::Down => {
                if account.outages_open == 0 {
                    account.down_since = instant;
                }
                account.outages_open += 1;
            }
            Kind::Up => {
                account.outages_open -= 1;
                if account.outages_open == 0 && instant > account.down_since {
                    add_downtime(&self.calendar, account, instant);
                }
            }
            Kind::Issued => {
                let due = event.received + PAYMENT_DAYS;
                self.invoices.insert(subject, Invoice { amount: event.amount, paid: 0, agreement, due });
            }
            Kind::Paid => {
                if let Some(invoice) = self.invoices.get_mut(&subject) {
                    invoice.paid += event.amount;
                    if invoice.paid >= invoice.amount {
                        add_late_fee(&self.calendar, self.terms, account, invoice, day_of(instant));
                        self.invoices.remove(&subject);
                    }
                }
            }
            Kind::Approved => {
                self.approvals.entry(subject).or_insert(instant);
            }
            Kind::Published => {
                let approved = self.approvals.remove(&subject).is_some_and(|approval| approval < instant);
                let month = &mut account.months[self.calendar.month_of(instant)];
                month.posts += 1;
                month.unapproved += u32::from(!approved);
            }
            Kind::Lead => account.months[self.calendar.month_of(instant)].leads += 1,
        }
    }

    #[expect(clippy::iter_over_hash_type, reason = "what is added up does not depend on the order")]
    fn finish(mut self) -> Vec<[Month; 12]> {
        let calendar = &self.calendar;
        for inquiry in self.inquiries.values() {
            let waited =
                calendar.business_seconds_until(END) - calendar.business_seconds_until(inquiry.received);
            if waited <= self.terms.reply_seconds {
                let months = &mut self.accounts[inquiry.agreement as usize].months;
                months[calendar.month_of(inquiry.received)].inquiries -= 1;
            }
        }
        for invoice in self.invoices.values() {
            let account = &mut self.accounts[invoice.agreement as usize];
            add_late_fee(calendar, self.terms, account, invoice, i32::MAX);
        }
        for account in &mut self.accounts {
            if account.outages_open > 0 {
                add_downtime(calendar, account, END);
            }
        }
        self.accounts.into_iter().map(|account| account.months).collect()
    }
}

/// Adds the fee of an invoice paid in full on a day to every month at whose end it was late.
fn add_late_fee(calendar: &Calendar, terms: &Terms, account: &mut Account, invoice: &Invoice, paid_on: i32) {
    if paid_on <= invoice.due {
        return;
    }
    for (month, &last_day) in account.months.iter_mut().zip(&calendar.month_last_day) {
        let late_days = i64::from(paid_on.min(last_day) - invoice.due);
        if late_days > 0 {
            month.late_fees += (invoice.amount * terms.late_fee_per_day * late_days + WHOLE / 2) / WHOLE;
        }
    }
}

/// Adds the downtime that began when the account's first outage did, cut at the months.
fn add_downtime(calendar: &Calendar, account: &mut Account, end: i64) {
    let start = account.down_since;
    for month in calendar.month_of(start)..=calendar.month_of(end - 1) {
        let (first, next) = (calendar.month_start[month], calendar.month_start[month + 1]);
        account.months[month].down_seconds += end.min(next) - start.max(first);
    }
}
