//! One slip of the pen gives one finding, at the word that is wrong; independent slips give one each.

use servanda_diagnostics::{Diagnostic, Severity, SourceId, Sources};

const AGREEMENT: &str = include_str!("policies/agency.sla");

/// Errors and warnings, each with its number and the words that it points at.
fn findings(text: &str) -> Vec<(String, String)> {
    let sources = Sources::new().with("agreement.sla", text);
    let parsed = servanda_parser::parse(SourceId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    let checked = servanda_policy::check(&parsed.document, text);
    let errors = checked.diagnostics.iter().any(|finding| finding.severity() == Severity::Error);
    assert_eq!(checked.policy.is_none(), errors);
    for finding in &checked.diagnostics {
        assert!(!finding.primary().text.is_empty(), "a place without a word: {finding:?}");
    }
    let grave = checked.diagnostics.iter().filter(|finding| finding.severity() > Severity::Advice);
    grave.map(|finding| (finding.code().name().to_owned(), at(finding, &sources))).collect()
}

fn at(finding: &Diagnostic, sources: &Sources) -> String {
    sources.text(finding.primary().span).to_owned()
}

/// The agreement with one text in place of another, which occurs once.
fn with(right: &str, wrong: &str) -> String {
    assert_eq!(AGREEMENT.matches(right).count(), 1, "{right}");
    AGREEMENT.replace(right, wrong)
}

/// What stands in the agreement, what is written instead, the name of the code, the words at its place.
const SLIPS: &[(&str, &str, &str, &str)] = &[
    // The mistakes that a first-time author makes.
    ("let turnaround = 5 business days", "let turnaround = 5 days", "bare-days", "5 days"),
    ("credits client 20 EUR", "credits client 1%", "percent-without-base", "1%"),
    ("agency must deliver", "agncy must deliver", "unknown-party", "agncy"),
    ("5 business days", "5 working days", "unknown-calendar", "working"),
    ("let reply_share = 95%", "let reply_share = 95", "compare-unlike", "reply_share"),
    ("from 95% to below 99%:", "from 95% to below 98%:", "tier-gap", "from 95% to below 98%"),
    ("from 95% to below 99%:", "from 95% to below 99.5%:", "tier-overlap", "from 95% to below 99.5%"),
    ("= 5 EUR", "= 5 USD", "currency-mismatch", "USD"),
    ("agency must deliver each", "agency must resolve each", "case-has-no-act", "resolve"),
    ("must send a report", "must send each report", "each-or-a", "report"),
    // Names.
    ("begins when request.received", "begins when request.recieved", "unknown-event", "request.recieved"),
    ("within turnaround\n", "within turnarond\n", "unknown-name", "turnarond"),
    ("within {payment_time}", "within {paymnt_time}", "unknown-name", "paymnt_time"),
    ("each request within", "each reqest within", "unknown-case", "reqest"),
    ("in which 2(a) is", "in which 2(c) is", "unknown-duty", "2(c)"),
    ("in which 2(a) is", "in which 2 is", "unknown-duty", "2"),
    ("where format is video", "where format is vidio", "no-such-word", "vidio"),
    ("Europe/Istanbul", "Europe/Istambul", "unknown-zone", "Europe/Istambul"),
    ("holidays of TR", "holidays of QQ", "unknown-country", "QQ"),
    ("holidays of TR", "holidays of TR-34", "unknown-country", "TR-34"),
    ("holidays of TR", "holidays of DE-XX", "unknown-country", "DE-XX"),
    ("money in EUR", "money in EUQ", "unknown-currency", "EUQ"),
    (
        "let late_reply  = 5 EUR.",
        "let late_reply  = 5 EUR. let turnaround = 5 business days.",
        "name-twice",
        "turnaround",
    ),
    ("tell owner", "tell business", "other-thing", "business"),
    ("of invoice.received", "of invoice.sent", "no-start", "invoice.sent"),
    // Types.
    ("urgent: 15 business minutes", "urgent: 15 calendar minutes", "no-such-length", "15 calendar minutes"),
    ("late_rate of invoice.amount", "late_rate", "percent-without-base", "late_rate"),
    ("= 5 EUR", "= 5", "wrong-type", "late_reply"),
    ("let payment_time = 30 calendar days", "let payment_time = 30", "wrong-type", "payment_time"),
    ("engagements / reach", "engagements + 5%", "units-differ", "+"),
    ("in force from 2026-01-01", "in force from 2026-02-29", "impossible-value", "2026-02-29"),
    // Tables.
    (
        "      normal: 4 business hours,\n    }",
        "      normal: 4 business hours,\n      otherwise: 1 hours,\n    }",
        "unreachable-row",
        "otherwise: 1 hours",
    ),
    ("one of (urgent, normal)", "one of (urgent, normal, low)", "tier-gap", "priority"),
    (
        "from 99% to below 99.9%:",
        "from 99% to below 99.8%:",
        "target-without-credit",
        "from 99% to below 99.8%",
    ),
    ("from 99% to below 99.9%:", "from 99.9% to below 99%:", "unreachable-row", "from 99.9% to below 99%"),
    // Structure.
    ("tell lead", "client owes client 5 EUR", "wrong-party", "client"),
    ("per calendar day begun\n", "per calendar day\n", "amount-per-time", "day"),
    ("= engagements / reach", "= engagements / engagement_rate", "circular", "engagement_rate"),
    ("known by service.\n    begins when service.down", "begins when service.down", "", ""),
    ("clause 7 \"Figures\"", "clause 6 \"Figures\"", "name-twice", "6"),
    ("\n      otherwise tell lead.", ".", "no-consequence", "must"),
    // What is earned back.
    (
        "credits client 5% of monthly_fee",
        "credits client 5% of monthly_fee, restored 150% when 6(a) is kept 2 windows running",
        "wrong-type",
        "150%",
    ),
    (
        "credits client 5% of monthly_fee",
        "credits client 5% of monthly_fee, restored 50% when 4 is kept 2 windows running",
        "misplaced",
        "4",
    ),
    (
        "10 EUR per calendar month",
        "10 EUR per calendar month, restored 50% when 2(a) is kept 2 windows running",
        "not-supported",
        "2(a)",
    ),
    // Misses in a row.
    ("credits client 20 EUR", "credits client misses running of 6(a) * 20 EUR", "misplaced", "6(a)"),
    ("credits client 5% of monthly_fee", "credits client misses running of 4 * 5 EUR", "misplaced", "4"),
    (
        "credits client late_reply,",
        "credits client misses running of 2(a) * late_reply,",
        "not-supported",
        "2(a)",
    ),
    ("count of lead.created", "misses running of 4", "misplaced", "misses running of 4"),
    // Figures.
    ("= count of lead.created", "= percentile 101 of value over metric.measured", "impossible-value", "101"),
    ("= count of lead.created", "= percentile 0 of value over metric.measured", "impossible-value", "0"),
    ("= count of lead.created.", "= count of lead.created, needing at least 1.5.", "wrong-type", "1.5"),
    ("= time in outage.", "= time in outage, needing at least 20.", "misplaced", "needing at least 20"),
    (
        "= time in outage.",
        "= time in outage, rounded daily to 1 minute.",
        "misplaced",
        "rounded daily to 1 minute",
    ),
    (
        "= time in outage.",
        "= time in outage, rounded down to 1 business minute.",
        "wrong-type",
        "time in outage",
    ),
    (
        "= time in outage.",
        "= time in outage weighted depending on nothing { yes: 100%, no: 0% }.",
        "unknown-name",
        "nothing",
    ),
    (
        "= count of lead.created.",
        "= count of lead.created, counting outage as bad.",
        "misplaced",
        "counting outage as bad",
    ),
    (
        "leads           per calendar month",
        "leads           per rolling 30 days",
        "bare-days",
        "rolling 30 days",
    ),
    ("leads           per calendar month", "leads           per rolling 1 months", "impossible-value", "1"),
    (
        "leads           per calendar month",
        "leads           per month from the 32nd",
        "impossible-value",
        "month from the 32nd",
    ),
    (
        "leads           per calendar month",
        "leads           per week from the 2nd",
        "impossible-value",
        "week from the 2nd",
    ),
    (
        "each party must attend a meeting each calendar month,",
        "each party must attend a meeting each rolling 2 months,",
        "misplaced",
        "each rolling 2 months",
    ),
    // What passes once nothing is owed.
    (
        "each party must attend a meeting each calendar month, without consequence",
        "client has \"it\" when client owes agency nothing",
        "bad-debt",
        "client owes agency nothing",
    ),
    (
        "each party must attend a meeting each calendar month, without consequence",
        "client has \"it\" when agency owes client nothing",
        "bad-debt",
        "agency owes client nothing",
    ),
    (
        "each party must attend a meeting each calendar month, without consequence",
        "each party has \"it\" when this agreement has ended",
        "not-supported",
        "each party",
    ),
    (
        "each party must attend a meeting each calendar month, without consequence",
        "client has \"it\" when client owes client nothing",
        "wrong-party",
        "client",
    ),
    ("settling principal", "settling principal then late_fe", "bad-debt", "late_fe"),
    ("settling principal", "settling late_fee", "bad-debt", "late_fee"),
    ("settling principal", "settling principal then principal", "said-twice", "principal"),
    (
        "payment.received, settling principal, oldest first",
        "payment.received and credits, the named one only",
        "bad-debt",
        "and credits",
    ),
    ("from 2026-01-01 for 12 months", "from 2026-01-15 for 12 months", "", ""),
    // What is read when an item begins, and asks for what is done to it later.
    (
        "deliver each request within",
        "deliver each request where not delivered within",
        "misplaced",
        "delivered",
    ),
    ("count of lead.created", "count of request where request.delivered", "misplaced", "request.delivered"),
    (
        "count of lead.created",
        "count of request where delivered, counted at the deadline",
        "misplaced",
        "delivered",
    ),
    ("count of lead.created", "count of request where delivered, counted at its end", "", ""),
    ("count of lead.created", "share of request in which delivered", "", ""),
    ("count of lead.created", "time in request where delivered", "misplaced", "delivered"),
    ("out of scope where topic", "out of scope where answered or topic", "misplaced", "answered"),
    (
        "clause 9",
        "clause 10 \"More\" { client owes agency 5 EUR for each request where delivered. }\n  clause 9",
        "misplaced",
        "delivered",
    ),
    (
        "clause 9",
        "clause 10 \"More\" { client owes agency 5 EUR for each request if delivered. }\n  clause 9",
        "misplaced",
        "delivered",
    ),
    (
        "clause 9",
        "clause 10 \"More\" { client owes agency 5 EUR for each invoice if paid or unpaid is below 9 EUR. }\n  clause 9",
        "",
        "",
    ),
    (
        "clause 9",
        "clause 10 \"More\" { client owes agency 5 EUR for each invoice where paid. }\n  clause 9",
        "misplaced",
        "paid",
    ),
    // What ends with the term.
    ("clause 5 \"Posts\"", "clause 5 \"Posts\", surviving", "", ""),
    (
        "clause 6 \"Reports and meetings\"",
        "clause 6 \"Reports and meetings\", surviving",
        "nothing-survives",
        "surviving",
    ),
    ("clause 7 \"Figures\"", "clause 7 \"Figures\", surviving", "nothing-survives", "surviving"),
    ("clause 1 \"Scope\"", "clause 1 \"Scope\", surviving", "", ""),
    // Words of another case.
    (
        "late_reply, at most 10 EUR per calendar month",
        "late_reply, at most 10 EUR for each request",
        "misplaced",
        "request",
    ),
    ("late_reply, at most 10 EUR per calendar month", "late_reply, at most 10 EUR for each inquiry", "", ""),
    ("at most credit_cap per calendar month", "at most credit_cap for each request", "misplaced", "request"),
    ("until paid,\n", "until request.paid,\n", "misplaced", "request.paid"),
    ("until paid,\n", "until nonsense.paid,\n", "misplaced", "nonsense.paid"),
    ("until paid,\n", "until invoice.paid,\n", "", ""),
    // What is owed at the end.
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of invoice when this agreement has ended.",
        "",
        "",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { client owes agency any rest of invoice when this agreement has ended.",
        "bad-debt",
        "any rest of invoice",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency credits client any rest of invoice when this agreement has ended.",
        "bad-debt",
        "any rest of invoice",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of inquiry when this agreement has ended.",
        "bad-debt",
        "inquiry",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of invoice each calendar month.",
        "misplaced",
        "any rest of invoice",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of invoice.",
        "misplaced",
        "any rest of invoice",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of invoice when this agreement has ended, at most 5 EUR.",
        "not-supported",
        "at most 5 EUR",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { agency owes client any rest of invoice when this agreement has ended, claimed by request.received within 5 calendar days.",
        "not-supported",
        "claimed by request.received within 5 calendar days",
    ),
    (
        "clause 6 \"Reports and meetings\" {",
        "clause 6 \"Reports and meetings\" { client owes agency 5 EUR when this agreement has ended if 5 EUR is above 1 EUR.",
        "misplaced",
        "5 EUR is above 1 EUR",
    ),
    // What a contract says beside its duties.
    ("time zone", "law of TR.\n  law of DE.\n  time zone", "said-twice", "law of DE."),
    ("time zone", "law of TR.\n  attached \"Prices\" in \"prices.pdf\".\n  time zone", "", ""),
    (
        "party client \"Acme Foods\"",
        "third party client \"Acme Foods\"",
        "incomplete-agreement",
        "\"Social media services\"",
    ),
];

#[test]
fn one_slip_gives_one_finding_at_the_word() {
    let mut wrong = String::new();
    for (right, slip, code, word) in SLIPS {
        let found = findings(&with(right, slip));
        let expected: Vec<(String, String)> =
            if code.is_empty() { Vec::new() } else { vec![((*code).to_owned(), (*word).to_owned())] };
        if found != expected {
            wrong.push_str(&format!("{slip:?}: expected {expected:?}, found {found:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn independent_slips_give_one_finding_each() {
    let mut text = AGREEMENT.to_owned();
    let slips = [0, 1, 2, 4, 5, 9, 10, 16, 17];
    for (right, slip, _, _) in slips.iter().map(|at| SLIPS[*at]) {
        text = text.replacen(right, slip, 1);
    }
    assert_eq!(findings(&text).len(), slips.len(), "{:#?}", findings(&text));
}

/// One mistake hides what depends on it, and nothing else of its sentence or its table.
#[test]
fn what_does_not_depend_on_a_mistake_is_told_beside_it() {
    let beside = |edits: &[(&str, &str)]| {
        let text = edits.iter().fold(AGREEMENT.to_owned(), |text, (right, wrong)| {
            assert_eq!(text.matches(right).count(), 1, "{right}");
            text.replace(right, wrong)
        });
        findings(&text).into_iter().map(|(_, at)| at).collect::<Vec<_>>()
    };
    let payment = ("must pay each invoice within payment_time", "must pay each invoice within payment_tim");
    let consequence =
        ("client owes agency late_rate of invoice.amount", "client owes agncy late_rat of invoice.amont");
    assert_eq!(beside(&[payment, consequence]), ["payment_tim", "agncy", "late_rat", "invoice.amont"]);
    // Whoever must do it, and what must be done, says nothing of whose fields they are.
    for wrong in [
        "clent must pay each invoice within payment_time",
        "client must pya each invoice within payment_time",
    ] {
        let edit = ("client must pay each invoice within payment_time", wrong);
        let found = beside(&[edit, consequence]);
        assert_eq!(found.get(1..).unwrap_or_default(), ["agncy", "late_rat", "invoice.amont"], "{wrong}");
    }
    // Of what is not known nothing is said of its fields.
    let case = ("must pay each invoice within payment_time", "must pay each contract within payment_time");
    assert_eq!(beside(&[case, consequence]), ["contract", "agncy"]);
    // A figure that is not known has no window, and no target that rows could miss.
    let figure = (
        "keep follower_growth at least growth_target, without consequence",
        "keep folower_growth at least growth_target \
         otherwise agency credits clint depending on follower_growth { from 5% to 10%: 5 EUR, from 9%: 1 USD }",
    );
    assert_eq!(beside(&[figure]), ["folower_growth", "clint", "USD"]);
    // In a table.
    let rows = [("from 95% to below 99%:", "from 95% to below 98%:"), ("below 95%:", "below 96%:")];
    assert_eq!(beside(&rows), ["from 95% to below 98%", "below 96%"]);
    // A sentence of its own of which it is not known when it arises.
    let alone = (
        "clause 7 \"Figures\" {",
        "clause 70 \"More\" { clent owes agency 5 EUR for each reqest. }\n  clause 7 \"Figures\" {",
    );
    assert_eq!(beside(&[alone]), ["clent", "reqest"]);
}

#[test]
fn any_word_may_be_missing() {
    let words: Vec<&str> = AGREEMENT.split_inclusive(' ').collect();
    for at in (0..words.len()).step_by(7) {
        let text: String =
            words.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, word)| *word).collect();
        let parsed = servanda_parser::parse(SourceId(0), &text);
        let checked = servanda_policy::check(&parsed.document, &text);
        let told = parsed.diagnostics.len() + checked.diagnostics.len();
        assert!(told > 0 || checked.policy.is_some(), "silence without {:?}", words[at]);
        let errors = parsed.diagnostics.iter().any(|finding| finding.severity() == Severity::Error);
        assert!(!errors || checked.policy.is_none() || parsed.document.items.len() == 1);
    }
}

#[test]
fn the_order_of_the_text_does_not_matter() {
    let (head, rest) = AGREEMENT.split_once("  // What we are told.").unwrap();
    let (declared, clauses) = rest.split_once("  clause 1 \"Scope\"").unwrap();
    let (opening, lines) = head.split_once("agreement \"Social media services\" {\n").unwrap();
    let clauses = clauses.trim_end().strip_suffix('}').unwrap();
    let turned = format!(
        "{opening}agreement \"Social media services\" {{\n  clause 1 \"Scope\"{clauses}{declared}{lines}}}\n"
    );
    assert_eq!(findings(&turned), Vec::new());
}

/// Between two whole numbers lies none: a row from 3 begins right behind a target of at most 2.
#[test]
fn rows_of_a_count_meet_its_target_at_the_next_number() {
    let told = |target: &str, rows: &str| {
        let clause = format!(
            "measure calls_made per calendar month = count of request.received.\n agency must keep calls_made {target} \
             otherwise agency credits client depending on calls_made {{ {rows} }}.\n }}\n clause 7 \"Figures\" {{"
        );
        let findings = findings(&with("clause 7 \"Figures\" {", &format!("clause 80 \"Calls\" {{ {clause}")));
        findings.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    for (target, rows) in [
        ("at most 2", "from 3 to 5: 5 EUR, above 5: 10 EUR"),
        ("at most 2", "above 2 to 5: 5 EUR, above 5: 10 EUR"),
        ("below 3", "from 3 to 5: 5 EUR, from 6: 10 EUR"),
        ("at most 2.5", "from 3: 10 EUR"),
        ("at least 4", "below 2: 10 EUR, from 2 to 3: 5 EUR"),
        ("above 4", "at most 4: 10 EUR"),
    ] {
        assert_eq!(told(target, rows), none, "{target} {rows}");
    }
    for (target, rows) in [
        ("at most 2", "from 4: 10 EUR"),
        ("at most 2", "from 3 to 5: 5 EUR"),
        ("at least 4", "at most 2: 10 EUR"),
        ("at least 4", "from 1 to 3: 10 EUR"),
    ] {
        assert_eq!(told(target, rows), ["target-without-credit"], "{target} {rows}");
    }
}

/// What cannot be told apart by a field, or is asked of one of its values.
#[test]
fn figures_for_each_value_of_a_field() {
    let told = |lines: &str| {
        let text = format!(
            "language 1. agreement \"A\" {{ party ann. party ben. in force from 2026-01-01. time zone Etc/UTC. money in EUR.\n\
             event call.taken {{ call: id, region: one of (eu, us), line: text, took: count }}\n\
             event line.down {{ outage: id, region: text }} event line.up {{ outage: id }}\n\
             case outage {{ begins when line.down. ends when line.up. }}\n\
             measure plain per calendar month = count of call.taken.\n\
             measure calls per calendar month for each region = count of call.taken.\n\
             clause 1 \"One\" {{ {lines} }} }}"
        );
        findings(&text)
    };
    let one = |code: &str, at: &str| vec![(code.to_owned(), at.to_owned())];
    let month = "per calendar month";
    let of_calls = "= count of call.taken.";
    let kept = |rest: &str| format!("ann must keep calls at least 3 otherwise ann credits ben {rest}.");
    for (lines, code, at) in [
        (format!("measure m {month} for each regin {of_calls}"), "unknown-field", "regin"),
        (format!("measure m {month} for each took {of_calls}"), "wrong-type", "took"),
        (format!("measure m {month} for each region = (count of call.taken) + (count of outage)."), "wrong-type", "region"),
        (format!("measure m {month} for each region = count of breach of 1. ann must keep plain at least 3, without consequence."), "not-supported", "count of breach of 1"),
        (format!("measure m {month} for each region = 5 + 5."), "misplaced", "region"),
        (format!("measure m per rolling 3 months for each region {of_calls}"), "not-supported", "rolling 3 months"),
        (format!("measure m {month} = calls + 1."), "windows-differ", "calls"),
        (format!("measure m {month} for each line = (count of call.taken) + calls."), "windows-differ", "calls"),
        (format!("measure m {month} for each region = (count of call.taken) + plain."), "windows-differ", "plain"),
        (format!("measure m {month} for each region = (count of call.taken) + (previous m or 0)."), "not-supported", "previous m or 0"),
        ("ben owes ann 1 EUR each calendar month if calls is at least 3.".to_owned(), "windows-differ", "calls"),
        (kept("1 EUR, at most 3 EUR per calendar month for each line"), "other-thing", "line"),
        (kept("1 EUR, restored 50% when 1 is kept 2 windows running"), "not-supported", "1"),
        (kept("depending on misses running of 1 { at most 2: 1 EUR, otherwise: 2 EUR }"), "not-supported", "1"),
        (
            "ann must keep plain at least 3 otherwise ann credits ben 1 EUR, at most 3 EUR per calendar month for each region."
                .to_owned(),
            "other-thing",
            "region",
        ),
    ] {
        assert_eq!(told(&lines), one(code, at), "{lines}");
    }
    for lines in [
        kept("1 EUR, at most 3 EUR per calendar month for each region"),
        kept("1 EUR, at most 3 EUR for each region"),
        format!(
            "measure m {month} for each region = (sum of took over call.taken) / calls. ann must keep m at least 1%, without consequence."
        ),
        "measure m per calendar week for each region = share of time not in outage, partial windows in full. ann must keep m at \
             least 1%, without consequence."
            .to_owned(),
    ] {
        assert_eq!(told(&lines), Vec::new(), "{lines}");
    }
}
