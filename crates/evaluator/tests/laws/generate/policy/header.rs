//! What stands before the cases: parameters, parties, the term, money, the log and the calendars.

use super::Growing;

/// A date on which nothing is open though it is a weekday, and one with hours of its own.
const CLOSED: &str = "2026-03-13";
const DATED: &str = "2026-04-04";

/// What the text names, and what it and its amendments say of it.
pub(super) const LETS: &[(&str, [&str; 3])] = &[
    ("colors", ["(red, green)", "(red, green, blue)", "(green)"]),
    ("threshold", ["2", "1", "4"]),
    ("markup", ["1.5", "2", "0.5"]),
    ("delay", ["90 minutes", "10 minutes", "26 hours"]),
    ("top", ["8 EUR", "3 EUR", "20 EUR"]),
    ("half_top", ["5 EUR", "2 EUR", "9 EUR"]),
];

pub(super) fn said(name: &str, value: &str) -> String {
    format!("  let {name} = {value}.\n")
}

impl Growing<'_> {
    /// The head of the agreement with its parameters, which all have defaults.
    pub(super) fn takes(&mut self) -> String {
        let start = self.start;
        format!(
            "agreement \"Generated\" takes {{\n  fee: money = 1000 EUR.\n  rate: percent = 2.5%.\n  quota: count = 3.\n  \
             reply: hours = 4 hours.\n  office_time: work hours = 5 work hours.\n  spell: months = 2 months.\n  \
             days: calendar days = 4 calendar days.\n  first_day: date = {start}.\n  strict: yes or no = yes.\n  \
             ann_name: text = \"Ann\".\n}} {{\n"
        )
    }

    pub(super) fn header(&mut self) -> String {
        self.start = *self.tape.pick(&["2026-03-01", "2026-01-31", "2026-02-16", "2026-03-28"]);
        let end = self.one_of(&[
            ("", "term without end"),
            (" for 2 months", "term of months"),
            (" for 45 calendar days", "term of days"),
            (" until 2026-04-10", "term until"),
            (" for 1 month, renewing", "renewing"),
            (" for spell", "term of a parameter"),
        ]);
        let start = self.one_of(&[(self.start, "start written"), ("first_day", "start of a parameter")]);
        let zone = *self.tape.pick(&[
            "Etc/UTC",
            "Europe/Berlin",
            "America/New_York",
            "Africa/Cairo",
            "Asia/Beirut",
            "Australia/Lord_Howe",
        ]);
        self.currency = self.one_of(&[("EUR", "currency usual"), ("USD", "currency other")]);
        let rounding = self.one_of(&[
            ("", "rounding default"),
            (", rounded half even", "rounded half even"),
            (", rounded up", "rounded up"),
            (", rounded down", "rounded down"),
            (", rounded half up", "rounded half up"),
            (", rounded daily", "rounded daily of all"),
        ]);
        let lateness = *self.tape.pick(&[48, 744, 1, 0]);
        let title = self.one_of(&[
            ("", "party plain"),
            (" \"Ann of the office\"", "party with title"),
            (" named ann_name", "party named"),
        ]);
        let log = self.one_of(&[
            ("", "log as usual"),
            ("  events from log with time = \"ts\", type = \"kind\", agreement = \"deal\".\n", "log mapped"),
            ("  events from log with time = \"ts\", without id.\n", "log without id"),
        ]);
        let prose = self.one_of(&[
            ("", "prose none"),
            ("  text \"The fee is {fee}, {{always}}.\"\n", "prose of the agreement"),
            ("  public de \"Kurz\"\n", "prose for the public"),
        ]);
        let lets: Vec<String> = LETS.iter().map(|(name, values)| said(name, values[0])).collect();
        format!(
            "  party ann{title}.\n  party ben.\n  third party state \"Any regulator\".\n  law of DE, interest at most 48% per year.\n  attached \"Prices\" in \
             \"prices.pdf\" with hash \"sha256:9f\".\n  role rep of ann.\n  role aide of ben \"Bo\".\n  in force from \
             {start}{end}.\n{}  time zone {zone}.\n  money in EUR{rounding}.\n{log}  events arrive at most {lateness} \
             hours late.\n{prose}  let season = contract quarter.\n  let shift = 13 hours.\n{}",
            self.signatures(),
            lets.concat(),
        )
    }

    /// The hours of the first calendar.
    pub(super) fn work(&mut self) -> String {
        self.one_of(&[
            ("open mon..fri 09:00..18:00.".to_owned(), "calendar plain"),
            (format!("open mon..fri 09:00..12:00, 13:00..18:00. closed on {CLOSED}."), "calendar split"),
            ("open mon..fri 09:00..18:00. open sat 22:00..02:00.".to_owned(), "calendar overnight"),
            ("open always.".to_owned(), "calendar always"),
            (format!("open mon..sat 08:00..24:00. open {DATED} 10:00..14:00."), "calendar dated"),
            ("open mon..fri 00:00..24:00. closed on holidays of DE.".to_owned(), "calendar holidays"),
            (
                "open mon..fri 08:00..16:00. closed on holidays of US-CA.".to_owned(),
                "calendar holidays of a subdivision",
            ),
            ("time zone America/New_York. open mon..fri 09:00..17:00.".to_owned(), "calendar zone"),
            (
                "open mon..sun 09:00..17:00. closed on holidays of \"days.ics\".".to_owned(),
                "calendar of a file",
            ),
            (
                "open mon..sun 08:00..20:00. closed wed, sun. closed fri 12:00..14:00.".to_owned(),
                "calendar closed days",
            ),
            (
                format!("open mon..fri 07:00..15:00. closed on {CLOSED} 09:00..11:00. open {DATED}."),
                "calendar closed hours",
            ),
        ])
    }

    /// The hours of the second calendar.
    pub(super) fn shop(&mut self) -> &'static str {
        self.one_of(&[
            ("same as work. closed tue.", "same as"),
            ("same as work. closed on 2026-03-11, 2026-03-30.", "same as with dates"),
            ("open tue..thu 10:00..11:30, 22:00..23:00. open sun.", "second calendar"),
        ])
    }

    pub(super) fn calendar(&mut self) -> String {
        let mut text = format!("  calendar work {{ {} }}\n", self.work());
        if self.tape.chance(25) {
            self.used("one calendar");
        } else {
            self.calendars.push("shop");
            text += &format!("  calendar shop {{ {} }}\n", self.shop());
        }
        text
    }

    /// One of the calendars.
    pub(super) fn office(&mut self) -> &'static str {
        let calendars = self.calendars.clone();
        let office = *self.tape.pick(&calendars);
        if office == "shop" {
            self.used("on the second calendar");
        }
        office
    }

    /// The wording of a clause.
    pub(super) fn prose(&mut self) -> String {
        match self.tape.below(8) {
            6 => {
                self.used("prose of a clause");
                "    text \"What {ann_name} does.\"\n".to_owned()
            }
            7 => {
                self.used("prose in a language");
                "    text tr \"Bir\"\n    public \"In short\"\n".to_owned()
            }
            _ => String::new(),
        }
    }
}
