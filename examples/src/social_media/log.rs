//! Lines under way: each with its moment, so that they can be put into order at the end.

use super::day::Moment;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The agreement to which the lines belong.
const AGREEMENT: &str = "acme";

/// Lines in the order in which they were told.
#[derive(Debug, Default)]
pub(super) struct Log {
    lines: Vec<(Moment, String)>,
    told: u32,
    keys: BTreeMap<&'static str, u32>,
}

impl Log {
    /// The next key of a kind: `Q-0001`.
    pub(super) fn key(&mut self, kind: &'static str) -> String {
        let number = self.keys.entry(kind).or_insert(0);
        *number += 1;
        format!("{kind}-{number:04}")
    }

    /// Tells an event whose fields are texts; gives its id.
    pub(super) fn tell(&mut self, at: Moment, event: &str, fields: &[(&str, &str)]) -> String {
        let mut rest = String::new();
        for (name, value) in fields {
            // Nothing fails when text is written into a text.
            let _ = write!(rest, ",\"{name}\":\"{value}\"");
        }
        self.line(at, event, &rest)
    }

    /// Tells the value of a metric.
    pub(super) fn measure(&mut self, at: Moment, metric: &str, value: u32) {
        self.line(at, "metric.measured", &format!(",\"metric\":\"{metric}\",\"value\":{value}"));
    }

    /// Tells how many minutes of work were spent.
    pub(super) fn spend(&mut self, at: Moment, minutes: u32) {
        self.line(at, "work.logged", &format!(",\"spent\":{minutes}"));
    }

    /// Tells the receipt of an invoice.
    pub(super) fn invoice(&mut self, at: Moment, invoice: &str, amount: &str) {
        self.tell(at, "invoice.received", &[("invoice", invoice), ("amount", amount), ("currency", "EUR")]);
    }

    /// Tells the receipt of a payment.
    pub(super) fn pay(&mut self, at: Moment, invoice: &str, amount: &str, currency: &str) {
        let payment = self.key("Y");
        let fields =
            [("payment", payment.as_str()), ("invoice", invoice), ("amount", amount), ("currency", currency)];
        self.tell(at, "payment.received", &fields);
    }

    /// Tells the first line of an event type a second time, under the same id.
    pub(super) fn repeat(&mut self, event: &str) {
        let wanted = format!("\"type\":\"{event}\"");
        if let Some(found) = self.lines.iter().find(|(_, line)| line.contains(&wanted)).cloned() {
            self.lines.push(found);
        }
    }

    fn line(&mut self, at: Moment, event: &str, rest: &str) -> String {
        self.told += 1;
        let id = format!("e-{:05}", self.told);
        if at.is_told() {
            let time = at.text();
            let line = format!(
                "{{\"id\":\"{id}\",\"time\":\"{time}\",\"type\":\"{event}\",\"agreement\":\"{AGREEMENT}\"{rest}}}"
            );
            self.lines.push((at, line));
        }
        id
    }

    /// The lines by time; of one second, in the order in which they were told.
    pub(super) fn into_lines(mut self) -> String {
        self.lines.sort_by_key(|(at, _)| *at);
        let mut text = String::new();
        for (_, line) in self.lines {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}
