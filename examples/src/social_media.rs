//! Three months in the life of one social-media agreement, as a log: inquiries, posts, outages, invoices, figures.
//!
//! It is invented, and the same at every run: it reads no clock, and its randomness has a fixed seed. It knows
//! nothing of what the agreement makes of these events.

mod chance;
mod day;
mod log;

use chance::Chance;
use day::{Day, MINUTE, Moment, clock};
use log::Log;

/// The log of January to March 2026: one JSON object per line, by time.
pub fn events() -> String {
    let mut log = Log::default();
    let mut chance = Chance::new(20_260_101);
    for day in Day::all() {
        inquiries(&mut log, &mut chance, day);
        requests(&mut log, &mut chance, day);
        posts(&mut log, &mut chance, day);
        figures(&mut log, &mut chance, day);
        work(&mut log, &mut chance, day);
    }
    outages(&mut log);
    money(&mut log);
    meetings_and_reports(&mut log);
    imperfections(&mut log);
    log.into_lines()
}

/// A moment of the office hours that follow: this day's, or those of the next open day.
fn answer_on(day: Day, received: Moment, wait: u32, chance: &mut Chance) -> Moment {
    if day.is_open() && received.second() >= clock(9, 0) {
        let planned = received.second() + wait;
        if planned < day.closing() {
            return day.at(planned);
        }
    }
    let next = if day.is_open() && received.second() < clock(9, 0) { day } else { day.next_open() };
    next.at(clock(9, 0) + chance.between(90, wait.clamp(91, 13 * MINUTE)))
}

fn inquiries(log: &mut Log, chance: &mut Chance, day: Day) {
    let count = if day.is_open() { chance.between(9, 14) } else { chance.between(1, 4) };
    for _ in 0..count {
        let received = if day.is_open() && chance.percent(85) {
            day.at(chance.between(clock(9, 0), clock(17, 20)))
        } else {
            day.at(chance.between(clock(7, 0), clock(22, 0)))
        };
        let urgent = chance.percent(20);
        let key = log.key("Q");
        let topic = match chance.between(0, 100) {
            0..=59 => "question",
            60..=79 => "complaint",
            80..=91 => "feedback",
            _ => "direct_message",
        };
        let channel = match chance.between(0, 100) {
            0..=34 => "instagram",
            35..=59 => "email",
            60..=79 => "facebook",
            80..=89 => "portal",
            90..=96 => "x",
            _ => "voicemail",
        };
        let priority = if urgent { "urgent" } else { "normal" };
        log.tell(
            received,
            "inquiry.received",
            &[("inquiry", &key), ("channel", channel), ("topic", topic), ("priority", priority)],
        );
        if topic == "direct_message" && chance.percent(50) {
            continue;
        }
        let late = chance.percent(if day.month() == 2 { 8 } else { 2 });
        let wait = match (urgent, late) {
            (true, false) => chance.between(2 * MINUTE, 14 * MINUTE),
            (true, true) => chance.between(17 * MINUTE, 55 * MINUTE),
            (false, false) => chance.between(10 * MINUTE, 180 * MINUTE),
            (false, true) => chance.between(250 * MINUTE, 400 * MINUTE),
        };
        let asks = !urgent && wait > 40 * MINUTE && chance.percent(25);
        if asks
            && day.is_open()
            && received.second() + 2 * wait < day.closing()
            && received.second() > clock(9, 0)
        {
            let asked = day.at(received.second() + wait / 4);
            let replied = day.at(asked.second() + chance.between(10 * MINUTE, wait / 2));
            log.tell(asked, "inquiry.client_asked", &[("inquiry", &key)]);
            log.tell(replied, "inquiry.client_replied", &[("inquiry", &key)]);
            let answered = day.at(replied.second() + wait / 2);
            log.tell(answered, "inquiry.answered", &[("inquiry", &key)]);
            continue;
        }
        let answered = answer_on(day, received, wait, chance);
        log.tell(answered, "inquiry.answered", &[("inquiry", &key)]);
    }
}

fn requests(log: &mut Log, chance: &mut Chance, day: Day) {
    if !day.is_open() || !chance.percent(45) {
        return;
    }
    let key = log.key("R");
    let kind = if chance.percent(70) { "content" } else { "campaign" };
    let received = day.at(chance.between(clock(9, 0), clock(17, 0)));
    log.tell(received, "request.received", &[("request", &key), ("kind", kind)]);
    let days = if chance.percent(12) { chance.between(6, 8) } else { chance.between(2, 5) };
    let mut delivered = day;
    for _ in 0..days {
        delivered = delivered.next_open();
    }
    let at = delivered.at(chance.between(clock(9, 30), delivered.closing() - 10 * MINUTE));
    log.tell(at, "request.delivered", &[("request", &key)]);
    if chance.percent(60) {
        let asked = day.next_open().at(chance.between(clock(9, 0), clock(12, 0)));
        let supplied_on =
            if chance.percent(75) { day.next_open().next_open() } else { delivered.next_open() };
        let material = log.key("M");
        log.tell(asked, "material.requested", &[("material", &material)]);
        let supplied = supplied_on.at(chance.between(clock(13, 0), supplied_on.closing().max(clock(13, 1))));
        log.tell(supplied, "material.supplied", &[("material", &material)]);
    }
}

fn posts(log: &mut Log, chance: &mut Chance, day: Day) {
    // A busy day in February, a thin March.
    let count = match (day.month(), day.of_month()) {
        (2, 14) => 4,
        (3, 15..) => u32::from(day.of_month().is_multiple_of(7)),
        _ => u32::from(chance.percent(48)),
    };
    for number in 0..count {
        let key = log.key("P");
        let published = day.at(clock(10, 0) + number * 2 * 60 * MINUTE + chance.between(0, 30 * MINUTE));
        let approved = day.at(published.second() - chance.between(20 * MINUTE, 80 * MINUTE));
        let format = match chance.between(0, 10) {
            0..=5 => "image",
            6..=8 => "video",
            _ => "text",
        };
        let forgotten = (day.month(), day.of_month()) == (2, 20);
        if !forgotten {
            log.tell(approved, "post.approved", &[("post", &key)]);
        }
        if (day.month(), day.of_month(), number) == (2, 14, 3) {
            let withdrawn = day.at(published.second() - 5 * MINUTE);
            log.tell(withdrawn, "post.approval_withdrawn", &[("post", &key)]);
        }
        log.tell(published, "post.published", &[("post", &key), ("format", format)]);
    }
    if (day.month(), day.of_month()) == (2, 20) && count == 0 {
        let key = log.key("P");
        log.tell(day.at(clock(11, 0)), "post.published", &[("post", &key), ("format", "image")]);
        log.tell(day.at(clock(11, 4)), "post.approved", &[("post", &key)]);
    }
}

fn figures(log: &mut Log, chance: &mut Chance, day: Day) {
    let evening = day.at(clock(23, 30));
    let reach = chance.between(700, 1_900);
    let engagements = reach * chance.between(20, 45) / 1_000;
    log.measure(evening, "reach", reach);
    log.measure(evening, "engagements", engagements);
    if day.weekday() == 6 {
        log.measure(evening, "followers", 2_000 + day.number() * 4 + chance.between(0, 12));
    }
    for _ in 0..chance.between(0, 3) {
        let key = log.key("L");
        let channel = if chance.percent(60) { "instagram" } else { "facebook" };
        let at = day.at(chance.between(clock(8, 0), clock(22, 0)));
        log.tell(at, "lead.created", &[("lead", &key), ("channel", channel)]);
    }
}

fn work(log: &mut Log, chance: &mut Chance, day: Day) {
    if !day.is_open() {
        return;
    }
    let minutes = if day.month() == 3 { chance.between(100, 180) } else { chance.between(70, 140) };
    log.spend(day.at(clock(17, 45)), minutes);
}

fn outages(log: &mut Log) {
    let down = |log: &mut Log, service: &str, day: Day, from: u32, to: u32| {
        log.tell(day.at(from), "service.down", &[("service", service)]);
        log.tell(day.at(to), "service.up", &[("service", service)]);
    };
    let maintained = |log: &mut Log, service: &str, day: Day, from: u32, to: u32| {
        log.tell(day.at(from), "maintenance.started", &[("service", service)]);
        log.tell(day.at(to), "maintenance.ended", &[("service", service)]);
    };
    // January: 31 minutes, and the rest in maintenance. February: 55 minutes. March: two services at once.
    maintained(log, "landing", Day::of(1, 11), clock(2, 0), clock(4, 0));
    down(log, "landing", Day::of(1, 11), clock(2, 10), clock(3, 40));
    down(log, "landing", Day::of(1, 22), clock(14, 5), clock(14, 36));
    down(log, "shop", Day::of(2, 5), clock(11, 0), clock(11, 25) + 30);
    down(log, "landing", Day::of(2, 17), clock(19, 30), clock(19, 59) + 30);
    maintained(log, "shop", Day::of(3, 8), clock(3, 0), clock(5, 30));
    down(log, "landing", Day::of(3, 12), clock(16, 0), clock(16, 20));
    down(log, "shop", Day::of(3, 12), clock(16, 10), clock(16, 40));
}

fn money(log: &mut Log) {
    log.invoice(Day::of(1, 5).at(clock(10, 0)), "INV-2026-01", "1500.00");
    log.pay(Day::of(2, 14).at(clock(12, 0)), "INV-2026-01", "1500.00", "EUR");
    log.invoice(Day::of(2, 2).at(clock(10, 0)), "INV-2026-02", "1500.00");
    log.pay(Day::of(2, 24).at(clock(9, 30)), "INV-2026-02", "600.00", "EUR");
    log.pay(Day::of(3, 4).at(clock(23, 59) + 59), "INV-2026-02", "900.00", "EUR");
    log.invoice(Day::of(2, 20).at(clock(15, 0)), "INV-2026-02-B", "480.00");
    log.invoice(Day::of(3, 2).at(clock(10, 0)), "INV-2026-03", "1500.00");
}

fn meetings_and_reports(log: &mut Log) {
    // The report of February comes a second after closing.
    for (day, second, report) in [
        (Day::of(1, 30), clock(16, 0), "report-2026-01"),
        (Day::of(2, 27), clock(18, 0) + 1, "report-2026-02"),
        (Day::of(3, 31), clock(18, 0), "report-2026-03"),
    ] {
        log.tell(day.at(second), "report.sent", &[("report", report)]);
    }
    for (day, meeting) in [(Day::of(1, 14), "meeting-2026-01"), (Day::of(2, 11), "meeting-2026-02")] {
        log.tell(day.at(clock(14, 0)), "meeting.held", &[("meeting", meeting)]);
    }
}

/// What every real log has: lines that are repeated, taken back, unknown, or about nothing.
fn imperfections(log: &mut Log) {
    log.repeat("lead.created");
    let mistaken = log.tell(
        Day::of(2, 9).at(clock(9, 12)),
        "secret.disclosed",
        &[("secret", "price-list"), ("discloser", "client")],
    );
    log.tell(Day::of(2, 9).at(clock(16, 40)), "retraction", &[("retracts", &mistaken)]);
    log.tell(Day::of(2, 18).at(clock(8, 0)), "newsletter.sent", &[("newsletter", "N-7")]);
    log.tell(Day::of(3, 18).at(clock(10, 5)), "request.delivered", &[("request", "R-0")]);
    log.pay(Day::of(3, 25).at(clock(13, 0)), "INV-2026-02-B", "480.00", "USD");
}
