//! The rows of a settlement as text: derived figures, their rounding and their columns.

use crate::calendar::Calendar;
use crate::log::Agreement;
use crate::settlement::{Month, Settlement};
use crate::terms::{Terms, WHOLE};
use std::fmt::Write as _;

/// The first line of the file, without its end.
pub const HEADER: &str = "agreement,month,inq_total,inq_on_time,resp_pct,resp_met,down_s,avail_ppm,credit_pct,credit,\
posts,posts_unapproved,posts_met,leads,late_fee_total,late_fee_month,currency";

/// The whole output file: a header, then twelve rows for each agreement in order of their ids.
pub fn render(settlement: &Settlement, agreements: &[Agreement], terms: &Terms) -> String {
    let calendar = Calendar::new(&terms.holidays);
    let mut accounts: Vec<(&Agreement, &[Month; 12])> = agreements.iter().zip(&settlement.accounts).collect();
    accounts.sort_by_key(|(agreement, _)| agreement.id.as_bytes());
    let mut text = String::with_capacity(accounts.len() * 12 * 90);
    text.push_str(HEADER);
    text.push('\n');
    for (agreement, months) in accounts {
        let mut late_fees_before = 0;
        for (index, month) in months.iter().enumerate() {
            let seconds = calendar.month_seconds(index);
            push_row(&mut text, agreement, index, month, terms, seconds, late_fees_before);
            late_fees_before = month.late_fees;
        }
    }
    text
}

fn push_row(
    text: &mut String,
    agreement: &Agreement,
    index: usize,
    month: &Month,
    terms: &Terms,
    seconds: i64,
    late_fees_before: i64,
) {
    let (total, in_time) = (i64::from(month.inquiries), i64::from(month.in_time));
    let response = if total == 0 { String::new() } else { two_places(half_up(in_time * 10_000, total)) };
    let response_met = in_time * WHOLE >= total * terms.response_target;
    let up = seconds - month.down_seconds;
    let tier = terms.tiers.iter().rev().find(|tier| up * WHOLE < seconds * tier.below);
    let credit_percent = tier.map_or(0, |tier| tier.credit_percent);
    let posts_met = month.posts >= terms.posts_min && month.unapproved == 0;
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{},2025-{:02},{total},{in_time},{response},{},{},{},{credit_percent},{},{},{},{},{},{},{},{}",
        agreement.id,
        index + 1,
        u8::from(response_met),
        month.down_seconds,
        half_up(up * WHOLE, seconds),
        two_places(half_up(agreement.monthly_fee * credit_percent, 100)),
        month.posts,
        month.unapproved,
        u8::from(posts_met),
        month.leads,
        two_places(month.late_fees),
        two_places(month.late_fees - late_fees_before),
        agreement.currency,
    );
}

/// The quotient of two numbers that are not negative, rounded half up.
fn half_up(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator) / (2 * denominator)
}

fn two_places(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
