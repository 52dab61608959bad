//! Counters for whoever watches the watcher: Prometheus text on request.

use super::clock::wall;
use super::position::Counts;
use crate::exit::Failure;
use servanda::time::{Instant, NANOS_PER_SECOND};
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tiny_http::{Header, Method, Response, Server};

/// What is told of a stream that is running.
#[derive(Debug, Clone, Default)]
pub(super) struct Gauges {
    pub(super) counts: Counts,
    pub(super) open_items: u64,
    pub(super) agreements: u64,
    /// Up to where time has gone on.
    pub(super) now: Option<Instant>,
    /// The latest event.
    pub(super) latest: Option<Instant>,
    /// Bytes of the input that have not been read; none of a pipe.
    pub(super) unread: Option<u64>,
}

/// Gauges that somebody may ask for at any time.
#[derive(Debug, Clone, Default)]
pub(super) struct Board(Arc<Mutex<Gauges>>);

impl Board {
    /// Shows other gauges.
    pub(super) fn show(&self, gauges: Gauges) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = gauges;
    }

    /// Serves the gauges on an address, and on no other, until the process ends.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub(super) fn serve(&self, address: SocketAddr) -> Result<SocketAddr, Failure> {
        let server = Server::http(address)
            .map_err(|error| Failure::usage(format!("counters cannot be served on `{address}`: {error}")))?;
        let bound = server.server_addr().to_ip().unwrap_or(address);
        let board = self.clone();
        thread::spawn(move || {
            for request in server.incoming_requests() {
                let (status, text) = match (request.method(), request.url()) {
                    (Method::Get | Method::Head, "/metrics") => (200, board.text()),
                    (Method::Get | Method::Head, _) => (404, "counters are at /metrics\n".to_owned()),
                    _ => (405, "counters can only be read\n".to_owned()),
                };
                let mut response = Response::from_string(text).with_status_code(status);
                let kind = "text/plain; version=0.0.4; charset=utf-8";
                if let Ok(header) = Header::from_bytes("Content-Type", kind) {
                    response.add_header(header);
                }
                // Who asks and goes away gets no answer.
                let _ = request.respond(response);
            }
        });
        Ok(bound)
    }

    fn text(&self) -> String {
        let gauges = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        exposition(&gauges, wall())
    }
}

/// The gauges in the text format of Prometheus.
fn exposition(gauges: &Gauges, wall: Instant) -> String {
    let counts = &gauges.counts;
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, rows: &[(&str, String)]| {
        // Writing into a text does not fail.
        let _ = write!(text, "# HELP servanda_{name} {help}\n# TYPE servanda_{name} {kind}\n");
        for (labels, value) in rows {
            let _ = writeln!(text, "servanda_{name}{labels} {value}");
        }
    };
    let lines = [
        ("{fate=\"event\"}", counts.events),
        ("{fate=\"retraction\"}", counts.retractions),
        ("{fate=\"decision\"}", counts.decisions),
        ("{fate=\"ignored\"}", counts.ignored),
        ("{fate=\"out_of_scope\"}", counts.out_of_scope),
        ("{fate=\"problem\"}", counts.problems),
        ("{fate=\"blank\"}", counts.blank),
    ];
    let told = [
        ("{kind=\"verdict\"}", counts.told.verdicts),
        ("{kind=\"figure\"}", counts.told.figures),
        ("{kind=\"entry\"}", counts.told.entries),
        ("{kind=\"notice\"}", counts.told.notices),
        ("{kind=\"claim\"}", counts.told.claims),
        ("{kind=\"problem\"}", counts.told.problems),
        ("{kind=\"revision\"}", counts.told.revisions),
    ];
    let rows = |rows: &[(&'static str, u64)]| -> Vec<(&'static str, String)> {
        rows.iter().map(|(labels, count)| (*labels, count.to_string())).collect()
    };
    let since = |at: Instant| (wall.nanos_since(at) / i128::from(NANOS_PER_SECOND)).to_string();
    family(
        "lines_total",
        "counter",
        "Lines of the input that have been read, by what they are.",
        &rows(&lines),
    );
    family("told_total", "counter", "Lines of the output, by what they tell.", &rows(&told));
    family("commits_total", "counter", "How often the state has been kept.", &rows(&[("", counts.commits)]));
    family("open_items", "gauge", "Items of all cases that are open.", &rows(&[("", gauges.open_items)]));
    family("agreements", "gauge", "Agreements that are followed.", &rows(&[("", gauges.agreements)]));
    if let Some(unread) = gauges.unread {
        family(
            "unread_bytes",
            "gauge",
            "Bytes of the input that have not been read.",
            &rows(&[("", unread)]),
        );
    }
    if let Some(latest) = gauges.latest {
        family(
            "lag_seconds",
            "gauge",
            "The time of day less the instant of the latest event that time has reached.",
            &[("", since(latest))],
        );
    }
    if let Some(now) = gauges.now {
        let seconds = (now.0 / NANOS_PER_SECOND).to_string();
        family("now_seconds", "gauge", "Up to where time has gone on, since 1970.", &[("", seconds)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Gauges, Instant, exposition};

    #[test]
    fn what_is_not_known_is_left_out() {
        let gauges = Gauges { latest: Some(Instant(1_000_000_000)), ..Gauges::default() };
        let text = exposition(&gauges, Instant(61_500_000_000));
        assert!(text.contains("\n# TYPE servanda_lag_seconds gauge\nservanda_lag_seconds 60\n"), "{text}");
        assert!(text.contains("\nservanda_lines_total{fate=\"out_of_scope\"} 0\n"), "{text}");
        assert!(!text.contains("unread_bytes"), "{text}");
    }
}
