//! Amounts that grow while a debt is unpaid.

use super::{Case, Growing};

/// Percentages that change on some days.
const DAILY: &str = "depending on the day { below 2026-03-17: 20%, from 2026-03-17 to 2026-04-02: 30%, above 2026-04-02: 10% }";

impl Growing<'_> {
    pub(super) fn accrual(&mut self, case: &Case) -> String {
        let n = case.number;
        let base = self.one_of(&[("amount", "accrual of principal"), ("unpaid", "accrual of unpaid")]);
        let mut limits = String::new();
        if self.tape.chance(20) {
            self.used("accrual rounded daily");
            limits += ", rounded daily";
        }
        if self.tape.chance(20) {
            self.used("accrual at least");
            limits += ", at least 1 EUR";
        }
        let caps = [
            (format!(", at most 20% of c{n}.amount in all"), "accrual cap in all"),
            (", at most 3 EUR".to_owned(), "accrual cap"),
            (", at most half_top per calendar month".to_owned(), "accrual cap per window"),
        ];
        for (cap, construct) in self.tape.some(&caps, 20) {
            self.used(construct);
            limits += &cap;
        }
        let days = self.tape.chance(35);
        let rate = match days {
            true => self.one_of(&[
                (format!("365% of c{n}.{base}"), "a year's percentage"),
                (format!("rate of c{n}.{base}"), "a year's parameter"),
                (format!("(rate + 8 percentage points) of c{n}.{base}"), "a year's percentage and points"),
                (format!("({DAILY} + 8 percentage points) of c{n}.{base}"), "a year's percentage by the day"),
                ("360 EUR".to_owned(), "a year's flat sum"),
            ]),
            false => self.one_of(&[
                (format!("1% of c{n}.{base}"), "accrual of a percentage"),
                (format!("0.333% of c{n}.{base}"), "accrual of a fraction"),
                (format!("rate of c{n}.{base}"), "accrual of a parameter"),
                ("0.75 EUR".to_owned(), "accrual of a flat sum"),
                (format!("({DAILY}) of c{n}.{base}"), "accrual by the day"),
                (
                    "depending on the day { at most 2026-03-24: 1 EUR, otherwise: 2 EUR }".to_owned(),
                    "accrual of a sum by the day",
                ),
            ]),
        };
        let each = [
            (", compounding each calendar day", "compounding each day"),
            (", compounding each calendar week", "compounding each week"),
            (", compounding each calendar month", "compounding each month"),
            (", compounding each calendar quarter", "compounding each quarter"),
            (", compounding each calendar year", "compounding each year"),
        ];
        let compounds = rate.contains(" of ") && self.tape.chance(40);
        let period = if days {
            if compounds {
                limits += self.one_of(&each);
            }
            self.one_of(&[
                ("year by actual/365", "by actual/365"),
                ("year by actual/360", "by actual/360"),
                ("year by actual/actual", "by actual/actual"),
                ("year by 30/360", "by 30/360"),
            ])
            .to_owned()
        } else {
            let period = self.one_of(&[
                ("calendar day", "per day"),
                ("calendar week", "per week"),
                ("calendar month", "per month"),
                ("month", "per elapsed month"),
                ("quarter", "per quarter"),
                ("year", "per year"),
            ]);
            if compounds && period == "calendar day" && self.tape.chance(50) {
                limits += self.one_of(&each[1..]);
            } else if compounds {
                self.used("compounding");
                limits += ", compounding";
            }
            format!("{period} {}", self.one_of(&[("begun", "begun"), ("completed", "completed")]))
        };
        let from = self.one_of(&[
            ("", "from the deadline"),
            ("", "from the deadline"),
            ("3 calendar days after ", "from days after the deadline"),
            ("1 calendar week after ", "from a week after the deadline"),
        ]);
        let grace = self.one_of(&[
            ("", "without grace"),
            ("", "without grace"),
            (" unless paid within 5 calendar days of the deadline", "forgiven within days"),
            (" unless paid within 1 calendar week of the deadline", "forgiven within a week"),
        ]);
        format!(
            "\n      otherwise ben owes ann {rate} per {period} from {from}the deadline until paid{grace}, as \
             late_fee{limits}."
        )
    }
}
