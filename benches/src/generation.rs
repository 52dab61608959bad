//! The log generator of the settlement task: the same parameters give the same bytes.
//!
//! The order of the draws from the random numbers is part of that promise, so a change here that
//! looks harmless may change every log; the test of the sums notices.
#![expect(
    clippy::indexing_slicing,
    reason = "kinds, currencies and months are indexes drawn below the length of their tables"
)]

use crate::calendar::{
    Calendar, DAY_SECONDS, DAYS, END, HOLIDAYS, LOCAL_START, START, date_from_days, day_of, instant_of,
};
use crate::log::Kind;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a log is made from.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// Events in the log, exactly.
    pub events: usize,
    /// Agreements that they belong to.
    pub agreements: usize,
    /// The start of the random numbers.
    pub seed: u64,
    /// The share of the lines that stand up to 48 hours later than their time says; 0 for a log in order.
    pub out_of_order: f64,
}

/// The files that were written.
#[derive(Debug, Clone)]
pub struct Files {
    /// The log.
    pub events: PathBuf,
    /// The agreements.
    pub agreements: PathBuf,
}

const CHANNELS: [&str; 5] = ["email", "whatsapp", "instagram", "phone", "web"];
const SERVICES: [&str; 3] = ["website", "api", "shop"];
const CURRENCIES: [&str; 3] = ["EUR", "USD", "TRY"];

/// Random numbers by SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included.
    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + ((u128::from(self.next()) * (most - least + 1) as u128) >> 64) as i64
    }

    /// True in `chance` of 10 000 cases.
    fn happens(&mut self, chance: i64) -> bool {
        self.between(0, 9_999) < chance
    }

    /// A whole number whose mean is `mean`.
    fn count(&mut self, mean: f64) -> i64 {
        let whole = mean.floor();
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        whole as i64 + i64::from(part <= mean - whole)
    }
}

/// An event before it is written; the fields that its kind does not have are 0.
struct Draft {
    instant: i64,
    /// The instant by which the line is placed in the log.
    place: i64,
    amount: i64,
    id: u64,
    invoice: u64,
    agreement: u32,
    received: i32,
    kind: Kind,
    /// The index of the channel, service or currency.
    name: u8,
}

impl Draft {
    fn new(agreement: u32, instant: i64, kind: Kind, id: u64) -> Draft {
        Draft { instant, place: instant, amount: 0, id, invoice: 0, agreement, received: 0, kind, name: 0 }
    }
}

/// What the drafting of all agreements shares.
struct Drafts {
    calendar: Calendar,
    log: Vec<Draft>,
    last_id: u64,
    /// Events of an agreement, as a share of the thousand that the means below are made for.
    density: f64,
}

impl Drafts {
    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Keeps an event unless it is outside of the settled year.
    fn put(&mut self, draft: Draft) {
        if (START..END).contains(&draft.instant) {
            self.log.push(draft);
        }
    }
}

/// Drafts the year of one agreement.
struct Agreement<'a> {
    drafts: &'a mut Drafts,
    random: Random,
    index: u32,
    currency: u8,
    /// How often its agency answers in time, of 10 000.
    promptness: i64,
}

impl Agreement<'_> {
    fn draft(&self, instant: i64, kind: Kind, id: u64) -> Draft {
        Draft::new(self.index, instant, kind, id)
    }

    fn put(&mut self, instant: i64, kind: Kind, id: u64, name: u8) {
        let draft = self.draft(instant, kind, id);
        self.drafts.put(Draft { name, ..draft });
    }

    fn count(&mut self, mean: f64) -> i64 {
        self.random.count(mean * self.drafts.density)
    }

    fn inquiry(&mut self, start: i64, end: i64) {
        let received = if self.random.happens(7_000) {
            let day = self.random.between(day_of(start).into(), day_of(end - 1).into());
            instant_of(day as usize, self.random.between(8 * 3600, 19 * 3600))
        } else {
            self.random.between(start, end - 1)
        };
        let (id, channel) = (self.drafts.new_id(), self.random.between(0, 4) as u8);
        self.put(received, Kind::Received, id, channel);
        if self.random.happens(300) {
            return;
        }
        let random = &mut self.random;
        let calendar = &self.drafts.calendar;
        let answered = if random.happens(self.promptness) {
            if random.happens(200) {
                calendar.after_business_seconds(received, 900)
            } else if random.happens(1_000) {
                received + random.between(5, 895)
            } else {
                calendar.after_business_seconds(received, random.between(5, 890))
            }
        } else if random.happens(300) {
            calendar.after_business_seconds(received, 901)
        } else {
            let seconds = random.between(901, 40_000);
            let seconds =
                if random.happens(5_000) { seconds.min(random.between(901, 40_000)) } else { seconds };
            calendar.after_business_seconds(received, seconds)
        };
        self.put(answered, Kind::Answered, id, channel);
        if self.random.happens(200) {
            let again = answered + self.random.between(30, 90_000);
            self.put(again, Kind::Answered, id, channel);
        }
    }

    fn outage(&mut self, start: i64, end: i64) {
        let random = &mut self.random;
        let down = random.between(start, end - 1);
        let seconds = match random.between(0, 9_999) {
            ..6_500 => random.between(20, 400),
            6_500..9_300 => random.between(300, 2_400),
            9_300..9_930 => random.between(3_600, 36_000),
            _ => random.between(36_000, 216_000),
        };
        let (id, service) = (self.drafts.new_id(), random.between(0, 2) as u8);
        self.put(down, Kind::Down, id, service);
        self.put(down + seconds, Kind::Up, id, service);
        if self.random.happens(1_500) {
            // Another service fails while the first one is down.
            let (down, id) = (down + self.random.between(0, seconds), self.drafts.new_id());
            let up = down + self.random.between(20, 2 * seconds);
            self.put(down, Kind::Down, id, (service + 1) % 3);
            self.put(up, Kind::Up, id, (service + 1) % 3);
        }
    }

    fn invoice(&mut self, start: i64, end: i64) {
        let issued = self.random.between(start, end - 1);
        let (id, amount) = (self.drafts.new_id(), self.random.between(10_000, 2_000_000));
        let received = day_of(issued) - self.random.between(0, 3) as i32;
        let draft = self.draft(issued, Kind::Issued, id);
        self.drafts.put(Draft { amount, received, name: self.currency, ..draft });
        let due = i64::from(received) + 30;
        match self.random.between(0, 99) {
            ..50 => {
                let at = self.in_time(issued);
                self.pay(id, at, amount);
            }
            // On the day on which it is due, at its two ends.
            50..55 if due < DAYS as i64 => {
                let second = if self.random.happens(5_000) { 0 } else { DAY_SECONDS - 1 };
                let surplus = self.random.between(0, 500);
                self.pay(id, instant_of(due as usize, second), amount + surplus);
            }
            55..70 => {
                let part = self.random.between(1, amount - 1);
                let (first, second) = (self.in_time(issued), self.in_time(issued));
                self.pay(id, first, part);
                self.pay(id, second, amount - part);
            }
            70..82 => {
                let at = self.too_late(due);
                self.pay(id, at, amount);
            }
            82..92 => {
                let part = self.random.between(1, amount - 1);
                let (first, second) = (self.in_time(issued), self.too_late(due));
                self.pay(id, first, part);
                self.pay(id, second, amount - part);
            }
            92..97 => {
                let part = self.random.between(1, amount - 1);
                let at = self.in_time(issued);
                self.pay(id, at, part);
            }
            _ => {}
        }
    }

    fn in_time(&mut self, issued: i64) -> i64 {
        (issued + self.random.between(60, 26 * DAY_SECONDS)).min(END)
    }

    fn too_late(&mut self, due: i64) -> i64 {
        let day = due + 1 + self.random.between(0, 40).min(self.random.between(0, 40));
        if day >= DAYS as i64 { END } else { instant_of(day as usize, self.random.between(0, 82_000)) }
    }

    fn pay(&mut self, invoice: u64, at: i64, amount: i64) {
        // An id is used up even by a payment after the end of the year.
        let id = self.drafts.new_id();
        let draft = self.draft(at, Kind::Paid, id);
        self.drafts.put(Draft { amount, invoice, name: self.currency, ..draft });
    }

    fn post(&mut self, start: i64, end: i64) {
        let (published, id) = (self.random.between(start, end - 1), self.drafts.new_id());
        self.put(published, Kind::Published, id, 0);
        if self.random.happens(20) {
            // In the same second, which is not before.
            self.put(published, Kind::Approved, id, 0);
        } else if self.random.happens(9_930) {
            let approved = (published - self.random.between(3_600, 10 * DAY_SECONDS)).max(START);
            self.put(approved, Kind::Approved, id, 0);
        } else if self.random.happens(5_000) {
            let approved = published + self.random.between(60, DAY_SECONDS);
            self.put(approved, Kind::Approved, id, 0);
        }
    }

    fn month(&mut self, start: i64, end: i64) {
        for _ in 0..self.count(16.0) {
            self.inquiry(start, end);
        }
        for _ in 0..self.count(2.6) {
            self.outage(start, end);
        }
        for _ in 0..self.count(1.5) {
            self.invoice(start, end);
        }
        let posts = self.count(13.0) + self.random.between(-1, 2);
        for _ in 0..posts.max(0) {
            self.post(start, end);
        }
    }
}

/// Writes the log and the agreements into a directory, which is made if there is none.
///
/// # Errors
///
/// A file cannot be written.
pub fn generate(parameters: &Parameters, directory: &Path) -> io::Result<Files> {
    let Parameters { events, agreements, seed, out_of_order } = *parameters;
    let mut drafts = Drafts {
        calendar: Calendar::new(&BTreeSet::from(HOLIDAYS)),
        log: Vec::with_capacity(events + 1000),
        last_id: 0,
        density: events as f64 / agreements as f64 / 1000.0,
    };
    let mut agreement_lines = Vec::new();
    for index in 0..agreements as u64 {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ (index << 20));
        random.next();
        // Three in five agreements are in euros.
        let currency = [0, 0, 0, 1, 2][random.between(0, 4) as usize];
        let fee = random.between(50_000, 1_200_099);
        push_agreement(&mut agreement_lines, index, currency, fee)?;
        let promptness = random.between(8_800, 9_950);
        let mut agreement =
            Agreement { drafts: &mut drafts, random, index: index as u32, currency, promptness };
        for month in 0..12 {
            let [start, end] = [month, month + 1].map(|month| agreement.drafts.calendar.month_start[month]);
            agreement.month(start, end);
        }
    }
    fill_with_leads(&mut drafts, parameters);
    let mut log = drafts.log;
    if out_of_order > 0.0 {
        let mut random = Random(seed ^ 0x00D_E12);
        for draft in &mut log {
            if random.happens((out_of_order * 10_000.0) as i64) {
                draft.place += random.between(60, 48 * 3600);
            }
        }
    }
    log.sort_by_key(|draft| (draft.place, draft.instant));

    let suffix = if out_of_order > 0.0 { "-ooo" } else { "" };
    let files = Files {
        events: directory.join(format!("events-{events}{suffix}.jsonl")),
        agreements: directory.join(format!("agreements-{events}.jsonl")),
    };
    fs::create_dir_all(directory)?;
    fs::write(&files.agreements, &agreement_lines)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&files.events)?);
    let mut line = Vec::new();
    for draft in &log {
        line.clear();
        push_event(&mut line, draft)?;
        out.write_all(&line)?;
    }
    out.flush()?;
    Ok(files)
}

/// Makes the log exactly as long as it should be.
fn fill_with_leads(drafts: &mut Drafts, parameters: &Parameters) {
    let mut random = Random(parameters.seed ^ 0x1EAD);
    drafts.log.truncate(parameters.events);
    while drafts.log.len() < parameters.events {
        let id = drafts.new_id();
        let instant = random.between(START, END - 1);
        let agreement = random.between(0, parameters.agreements as i64 - 1) as u32;
        let name = random.between(0, 4) as u8;
        drafts.log.push(Draft { name, ..Draft::new(agreement, instant, Kind::Lead, id) });
    }
}

/// Writes an id that looks opaque: a bijection of 40 bits, in base 32.
fn push_id(line: &mut Vec<u8>, prefix: &str, number: u64) {
    const MASK: u64 = (1 << 40) - 1;
    let mut x = number & MASK;
    x = x.wrapping_mul(0x9E37_79B9_7F4A_7C15) & MASK;
    x ^= x >> 19;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93) & MASK;
    x ^= x >> 21;
    line.extend_from_slice(prefix.as_bytes());
    let digits = b"0123456789abcdefghijklmnopqrstuv";
    line.extend((0..8).rev().map(|place| digits[(x >> (5 * place) & 31) as usize]));
}

fn push_agreement(line: &mut Vec<u8>, index: u64, currency: u8, fee: i64) -> io::Result<()> {
    line.extend_from_slice(b"{\"agreement\":\"");
    push_id(line, "agr_", index);
    line.extend_from_slice(b"\",\"client\":\"");
    push_id(line, "cli_", index * 4 / 5);
    line.extend_from_slice(b"\",\"agency\":\"");
    push_id(line, "agy_", index / 50);
    let currency = CURRENCIES[usize::from(currency)];
    writeln!(line, "\",\"currency\":\"{currency}\",\"monthly_fee\":\"{}.{:02}\"}}", fee / 100, fee % 100)
}

/// The name of a kind in the log, and the prefix of the id of such an event.
fn names(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Received => ("inquiry.received", "inq_"),
        Kind::Answered => ("inquiry.answered", "inq_"),
        Kind::Down => ("service.down", "out_"),
        Kind::Up => ("service.up", "out_"),
        Kind::Issued => ("invoice.issued", "inv_"),
        Kind::Paid => ("payment.received", "pay_"),
        Kind::Approved => ("post.approved", "pst_"),
        Kind::Published => ("post.published", "pst_"),
        Kind::Lead => ("lead.created", "led_"),
    }
}

fn push_event(line: &mut Vec<u8>, draft: &Draft) -> io::Result<()> {
    let (kind, prefix) = names(draft.kind);
    let (year, month, day) = date_from_days(draft.instant.div_euclid(DAY_SECONDS));
    let second = draft.instant.rem_euclid(DAY_SECONDS);
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    write!(line, "{{\"ts\":\"{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z\"")?;
    write!(line, ",\"kind\":\"{kind}\",\"agreement\":\"")?;
    push_id(line, "agr_", draft.agreement.into());
    line.extend_from_slice(b"\",\"id\":\"");
    push_id(line, prefix, draft.id);
    let name = usize::from(draft.name);
    match draft.kind {
        Kind::Received | Kind::Answered | Kind::Lead => {
            write!(line, "\",\"channel\":\"{}", CHANNELS[name])?;
        }
        Kind::Down | Kind::Up => write!(line, "\",\"service\":\"{}", SERVICES[name])?,
        Kind::Issued => {
            push_amount(line, draft)?;
            let (year, month, day) = date_from_days(i64::from(draft.received) + LOCAL_START / DAY_SECONDS);
            write!(line, "\",\"received\":\"{year:04}-{month:02}-{day:02}")?;
        }
        Kind::Paid => {
            line.extend_from_slice(b"\",\"invoice\":\"");
            push_id(line, "inv_", draft.invoice);
            push_amount(line, draft)?;
        }
        Kind::Approved | Kind::Published => {}
    }
    line.extend_from_slice(b"\"}\n");
    Ok(())
}

fn push_amount(line: &mut Vec<u8>, draft: &Draft) -> io::Result<()> {
    let currency = CURRENCIES[usize::from(draft.name)];
    let (units, cents) = (draft.amount / 100, draft.amount % 100);
    write!(line, "\",\"amount\":\"{units}.{cents:02}\",\"currency\":\"{currency}")
}
