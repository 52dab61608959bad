//! What the analysis of a policy says is so when the evaluator is asked, and where it says nothing, nothing is.
//!
//! Policies are generated: a target, and amounts in rows or behind conditions, with limits. Each is evaluated at every
//! value of a grid that has all their bounds and a value between each two of them, one agreement for each value. A
//! finding has to be told where, and only where, the amounts that come out have it; and the values and amounts that it
//! names have to come out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands, and knows how long its lists are"
)]

use proptest::prelude::*;
use servanda::{Code, Run, Sources, compile, moment};

/// Amounts in rows, or behind conditions.
#[derive(Debug, Clone)]
enum Amounts {
    /// The last one is of a row where the target is met, if there is one.
    Rows {
        bounds: Vec<u32>,
        amounts: Vec<u32>,
        met: Option<u32>,
    },
    Conditions(Vec<(u32, u32)>),
}

#[derive(Debug, Clone)]
struct Drawn {
    more_is_better: bool,
    target: u32,
    amounts: Amounts,
    most: Option<u32>,
    nothing_below: Option<u32>,
    /// Beside the duty: a relation, a bound and an amount.
    beside: Option<(&'static str, u32, u32)>,
}

impl Drawn {
    fn limits(&self) -> String {
        let most = self.most.map(|most| format!(", at most {most} EUR")).unwrap_or_default();
        let least =
            self.nothing_below.map(|least| format!(", nothing below {least} EUR")).unwrap_or_default();
        format!("{most}{least}")
    }

    fn text(&self) -> String {
        let (relation, limits) = (if self.more_is_better { "at least" } else { "at most" }, self.limits());
        let (up, target) = (self.more_is_better, self.target);
        let otherwise = match &self.amounts {
            Amounts::Rows { bounds, amounts, met } => {
                // From the target on, away from it.
                let mut edges = vec![target];
                edges.extend(bounds.iter().map(|by| if up { target - by } else { target + by }));
                let mut rows: Vec<String> = (0..edges.len())
                    .map(|at| {
                        let amount = amounts[at];
                        match (up, edges.get(at + 1)) {
                            (true, Some(end)) => format!("from {end}% to below {}%: {amount} EUR", edges[at]),
                            (true, None) => format!("below {}%: {amount} EUR", edges[at]),
                            (false, Some(end)) => format!("above {}% to {end}%: {amount} EUR", edges[at]),
                            (false, None) => format!("above {}%: {amount} EUR", edges[at]),
                        }
                    })
                    .collect();
                let met = met.map(|met| match up {
                    true => format!("from {target}%: {met} EUR"),
                    false => format!("at most {target}%: {met} EUR"),
                });
                rows.extend(met);
                format!("desk credits client depending on level {{ {} }}{limits}, as own.", rows.join(", "))
            }
            Amounts::Conditions(conditions) => {
                let side = if up { "below" } else { "above" };
                let one = |(by, amount): &(u32, u32)| {
                    let bound = if up { target - by } else { target + by };
                    format!("desk credits client {amount} EUR if level is {side} {bound}%{limits}, as own.")
                };
                format!("{{ {} }}", conditions.iter().map(one).collect::<Vec<_>>().join(" "))
            }
        };
        let beside = self.beside.map(|(relation, bound, amount)| {
            format!("(b) desk credits client {amount} EUR each calendar month if level is {relation} {bound}%, as beside.")
        });
        format!(
            "language 1.\nagreement \"Levels\" {{\n  party desk. party client.\n  in force from 2026-01-01.\n  \
             time zone Etc/UTC. money in EUR.\n  event reading {{ value: percent }}\n  clause 1 \"Level\" {{\n    \
             measure level per calendar month = latest of value over reading.\n    \
             (a) desk must keep level {relation} {target}% otherwise {otherwise}\n    {}\n  }}\n}}\n",
            beside.unwrap_or_default()
        )
    }
}

/// What comes out at a value, in cents.
#[derive(Debug, Clone, Copy, PartialEq)]
struct At {
    value: i64,
    kept: bool,
    own: i64,
    beside: i64,
}

/// The policy at each value, in tenths of a percent.
fn played(text: &str, values: &[i64]) -> Vec<At> {
    let compiled =
        compile(&Sources::new().with("levels.sla", text)).map_err(|told| told.to_string()).unwrap();
    let mut run = Run::of_log(&compiled).unwrap();
    for value in values {
        let written = format!("{}.{}", value / 10, value % 10);
        let line = format!(
            "{{\"time\":\"2026-01-10T10:00:00Z\",\"type\":\"reading\",\"agreement\":\"{value}\",\"value\":\"{written}\"}}\n"
        );
        run.read(line.as_bytes());
    }
    run.close();
    let mut found = Vec::new();
    for (at, agreement) in run.agreements().to_vec().iter().enumerate() {
        let instance = u32::try_from(at).unwrap();
        let decided = run.decided(instance, moment("2026-02-01", &agreement.zone).unwrap()).unwrap();
        let statement = run.statement(instance, &decided, None).unwrap();
        let kept = statement.verdicts.iter().any(|verdict| verdict.verdict == "kept");
        let cents = |kind: &str| -> i64 {
            let of_kind = statement.entries.iter().filter(|entry| entry.id.contains(kind));
            of_kind.map(|entry| entry.amount.as_ref().unwrap().replace('.', "").parse::<i64>().unwrap()).sum()
        };
        let value: i64 = agreement.name.parse().unwrap();
        found.push(At { value, kept, own: cents("/own/"), beside: cents("/beside/") });
    }
    found.sort_by_key(|at| at.value);
    found
}

/// What is told of a policy, with the message of each.
fn told(text: &str) -> Vec<(Code, String)> {
    let compiled =
        compile(&Sources::new().with("levels.sla", text)).map_err(|told| told.to_string()).unwrap();
    compiled.warnings().iter().map(|one| (one.code(), one.message().to_owned())).collect()
}

/// The figures in a message, as tenths of a percent and as cents.
fn figures(message: &str) -> (Vec<i64>, Vec<i64>) {
    let tenths = |figure: &str| {
        let (whole, part) = figure.split_once('.').unwrap_or((figure, "0"));
        whole.parse::<i64>().unwrap() * 10 + part.parse::<i64>().unwrap()
    };
    let (mut percents, mut cents) = (Vec::new(), Vec::new());
    let words: Vec<&str> = message.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        if let Some(figure) = word.strip_suffix('%') {
            percents.push(tenths(figure));
        }
        if words.get(at + 1) == Some(&"EUR") {
            cents.push(word.replace('.', "").parse().unwrap());
        }
    }
    (percents, cents)
}

fn amounts() -> impl Strategy<Value = Amounts> {
    // Away from the target by steps of five; what is equal would be one bound.
    let away = prop::collection::btree_set(1u32..7, 0..4);
    let met = prop::option::weighted(0.3, (0u32..3).prop_map(|of| of * 10));
    let rows =
        (away, prop::collection::vec(0u32..6, 5), met).prop_map(|(away, amounts, met)| Amounts::Rows {
            met,
            bounds: away.into_iter().map(|by| by * 5).collect(),
            amounts: amounts.into_iter().map(|amount| amount * 10).collect(),
        });
    let conditions = prop::collection::vec((0u32..7, 1u32..6), 1..4)
        .prop_map(|drawn| Amounts::Conditions(drawn.into_iter().map(|(by, of)| (by * 5, of * 10)).collect()));
    prop_oneof![rows, conditions]
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let relation =
        prop_oneof![Just("below"), Just("above"), Just("at least"), Just("at most"), Just("exactly")];
    let beside =
        prop::option::of((relation, (7u32..14).prop_map(|by| by * 5), (1u32..5).prop_map(|of| of * 10)));
    let limit = || prop::option::weighted(0.3, (1u32..6).prop_map(|of| of * 10 - 5));
    (any::<bool>(), amounts(), limit(), limit(), beside).prop_map(
        |(more_is_better, amounts, most, nothing_below, beside)| Drawn {
            more_is_better,
            target: 50,
            amounts,
            most,
            nothing_below,
            beside,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_comes_out_and_what_is_not_found_does_not(drawn in drawn()) {
        let text = drawn.text();
        // Every bound is a multiple of five; each 2.5 there is one between two of them.
        let grid: Vec<i64> = (0..=40).map(|step| step * 25).collect();
        let at = played(&text, &grid);
        let told = told(&text);
        let has = |code: Code| told.iter().any(|(known, _)| *known == code);
        let from_worst: Vec<At> = match drawn.more_is_better {
            true => at.clone(),
            false => at.iter().rev().copied().collect(),
        };
        let owed = |at: &At| at.own + at.beside;

        let better_costs_more = from_worst.windows(2).any(|pair| owed(&pair[1]) > owed(&pair[0]));
        prop_assert_eq!(has(Code::BetterCostsMore), better_costs_more, "{}", text);

        let best = from_worst.last().unwrap();
        let met_yet_owed = best.beside == 0 && at.iter().any(|at| at.kept && at.beside > 0);
        prop_assert_eq!(has(Code::MetYetOwed), met_yet_owed, "{}", text);

        let missed: Vec<&At> = from_worst.iter().filter(|at| !at.kept).collect();
        let nearest_free = missed.iter().rev().find(|at| owed(at) == 0);
        // A row that says nothing is owed is an answer.
        let said = match (&drawn.amounts, nearest_free) {
            (Amounts::Rows { bounds, amounts, .. }, Some(free)) => {
                let away = (free.value - i64::from(drawn.target) * 10).abs();
                let inside = |by: &u32| match drawn.more_is_better {
                    true => away > i64::from(*by) * 10,
                    false => away > i64::from(*by) * 10,
                };
                amounts[bounds.iter().filter(|by| inside(by)).count()] == 0
            }
            _ => false,
        };
        let free = nearest_free.is_some() && !said && missed.iter().any(|at| owed(at) > 0);
        prop_assert_eq!(has(Code::MissedYetFree), free, "{}", text);

        let alone = |of: fn(&At) -> i64| {
            at.windows(3).any(|three| of(&three[0]) == 0 && of(&three[1]) > 0 && of(&three[2]) == 0 && three[1].value % 50 == 0)
        };
        prop_assert_eq!(has(Code::OnlyAtOneValue), alone(|at| at.beside), "{}", text);

        let never_booked = drawn.nothing_below.is_some_and(|least| match &drawn.amounts {
            Amounts::Rows { bounds, amounts, met } => {
                amounts[..=bounds.len()].iter().chain(met).all(|of| *of < least)
            }
            Amounts::Conditions(conditions) => conditions.iter().any(|(_, of)| *of < least),
        });
        prop_assert_eq!(has(Code::NeverBooked), never_booked, "{}", text);

        // An amount of a row where the target is met never comes.
        let unreached = matches!(drawn.amounts, Amounts::Rows { met: Some(1..), .. });
        prop_assert_eq!(has(Code::RowNeverReached), unreached, "{}", text);

        // What a message says comes out.
        for (code, message) in &told {
            let (percents, cents) = figures(message);
            if percents.iter().any(|of| *of < 0) {
                continue;
            }
            let comes: Vec<At> = percents.iter().map(|of| played(&text, &[*of])[0]).collect();
            match code {
                Code::BetterCostsMore => {
                    prop_assert_eq!(comes.iter().map(owed).collect::<Vec<_>>(), cents, "{}\n{}", message, text);
                }
                Code::MetYetOwed => {
                    prop_assert!(comes[0].kept, "{}\n{}", message, text);
                    prop_assert_eq!(comes[0].beside, cents[0], "{}\n{}", message, text);
                }
                Code::MissedYetFree => {
                    prop_assert!(!comes[0].kept && owed(&comes[0]) == 0, "{}\n{}", message, text);
                }
                Code::OnlyAtOneValue => prop_assert_eq!(comes[0].beside, cents[0], "{}\n{}", message, text),
                _ => {}
            }
        }
    }
}
