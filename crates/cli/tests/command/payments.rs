//! What `explain` tells of payments: what paid a debt, and what was left and is paid out.

use crate::binary::servanda;

const POLICY: &str = "../../../../examples/rows/paying-out.sla";

const EVENTS: &str = r#"{"id":"e1","time":"2026-02-01T10:00:00+03:00","type":"invoice.received","invoice":"A","amount":"100.00"}
{"id":"e2","time":"2026-02-10T10:00:00+03:00","type":"payment.received","amount":"180.00"}
{"id":"e3","time":"2026-03-01T10:00:00+03:00","type":"invoice.received","invoice":"B","amount":"50.00"}
{"id":"e4","time":"2026-06-10T10:00:00+03:00","type":"service.down","outage":"O-1"}
{"id":"e5","time":"2026-06-11T10:00:00+03:00","type":"service.up","outage":"O-1"}
{"id":"e6","time":"2026-06-20T10:00:00+03:00","type":"invoice.received","invoice":"C","amount":"170.00"}
{"id":"e7","time":"2026-07-05T10:00:00+03:00","type":"payment.received","amount":"1.00"}
"#;

fn explained(id: &str) -> String {
    let ran = servanda(&["explain", POLICY, "--events", "-", "--as-of", "2026-08-01", id], EVENTS);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

#[test]
fn a_debt_that_a_rest_and_a_credit_have_paid_says_so() {
    insta::assert_snapshot!(explained("1/C"));
}

#[test]
fn a_debt_that_one_payment_has_paid_says_when_it_was_done() {
    let told = explained("1/A");
    assert!(told.contains("done: 2026-02-10 10:00") && !told.contains("of the principal"), "{told}");
}

#[test]
fn what_is_paid_out_says_what_was_left_of_what_and_what_was_used_before() {
    insta::assert_snapshot!(explained("3(a)/agreement/pay_out/2026070101"));
    insta::assert_snapshot!(explained("3(a)/agreement/pay_out/2026070501"));
}

fn explained_of(policy: &str, events: &str, as_of: &str, id: &str) -> String {
    let ran = servanda(&["explain", policy, "--events", "-", "--as-of", as_of, id], events);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.stdout
}

/// Two parts of an invoice of 1000.00 and the rest of it, the first two within one week.
fn paid_in_parts(first: &str, second: &str, third: &str) -> String {
    let paid = |at: &str, amount: &str| {
        format!(
            "{{\"time\":\"2026-03-{at}:00+01:00\",\"type\":\"payment.received\",\"invoice\":\"I-1\",\"amount\":\"{amount}\"}}\n"
        )
    };
    let received = "{\"time\":\"2026-03-01T09:00:00+01:00\",\"type\":\"invoice.received\",\"invoice\":\"I-1\",\"amount\":\"1000\"}\n";
    let parts = paid("17T09:00", first) + &paid("18T09:00", second) + &paid("29T11:00", third);
    received.to_owned() + &parts
}

#[test]
fn a_late_fee_has_a_line_for_each_run_of_equal_periods_whatever_was_paid_within_one() {
    let events = paid_in_parts("400", "300", "300");
    insta::assert_snapshot!(explained_of("late.sla", &events, "2026-05-01", "1/I-1/late_fee/1"));
}

#[test]
fn a_minimum_says_what_it_raised_and_a_limit_what_it_took() {
    let events = paid_in_parts("990", "2", "8");
    let told = explained_of("late.sla", &events, "2026-05-01", "1/I-1/late_fee/1");
    assert!(told.contains("at least 5 EUR: 5.00 EUR, raised nothing"), "{told}");
    let small = events.replace("1000", "20").replace("990", "10");
    insta::assert_snapshot!(explained_of("late.sla", &small, "2026-05-01", "1/I-1/late_fee/1"));
}

const INVOICED: &str = r#"{"time":"2026-06-10T10:00:00+03:00","type":"service.down","outage":"O-1"}
{"time":"2026-06-11T10:00:00+03:00","type":"service.up","outage":"O-1"}
{"time":"2026-06-20T10:00:00+03:00","type":"invoice.received","invoice":"A","amount":"100"}
{"time":"2026-06-21T10:00:00+03:00","type":"payment.received","amount":"10"}
{"time":"2026-08-21T10:00:00+03:00","type":"invoice.received","invoice":"B","amount":"40"}
"#;

#[test]
fn a_credit_that_pays_is_named_where_it_paid_and_says_itself_what_it_paid() {
    let told = |id: &str| explained_of("credited.sla", INVOICED, "2027-02-01", id);
    let all = [
        "1/A",
        "1/B",
        "2/2026-06/credit/1",
        "3#1/agreement/pay_out/2027010101",
        "2/agreement/set_off/2026070101",
        "3#2/agreement/tell/client",
    ];
    insta::assert_snapshot!(all.map(told).join("\n"));
}

const ACCEPTED: &str = r#"{"time":"2026-03-02T10:00:00+03:00","type":"draft.delivered","draft":"D1","price":"100"}
{"time":"2026-03-30T10:00:00+03:00","type":"draft.paid","amount":"150"}
"#;

#[test]
fn an_act_that_silence_has_done_says_so_and_no_clock_runs_again_that_never_stood_still() {
    let told = |id: &str| explained_of("silence.sla", ACCEPTED, "2026-06-01", id);
    insta::assert_snapshot!(["2(a)/D1", "2(b)/D1"].map(told).join("\n"));
}

const HELD: &str = r#"{"time":"2026-01-25T10:00:00+03:00","type":"request.made","request":"A"}
{"time":"2026-01-26T10:00:00+03:00","type":"request.held","request":"A"}
{"time":"2026-02-04T10:00:00+03:00","type":"request.made","request":"B"}
{"time":"2026-03-03T10:00:00+03:00","type":"request.made","request":"C"}
{"time":"2026-03-03T11:00:00+03:00","type":"request.done","request":"C"}
{"time":"2026-05-01T11:00:00+03:00","type":"request.freed","request":"A"}
"#;

#[test]
fn what_follows_from_several_breaches_lists_each_with_its_figure() {
    let told = |id: &str| explained_of("running.sla", HELD, "2026-08-01", id);
    insta::assert_snapshot!(["3(b)/2026-01/credit/1", "3(c)/2026-01/credit/1"].map(told).join("\n"));
}

#[test]
fn a_balance_says_that_something_beside_it_is_undetermined() {
    let events = paid_in_parts("400", "300", "300").replace("\"400\"", "\"forty\"");
    let ran = servanda(&["evaluate", "late.sla", "-", "--period", "2026-03"], &events);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let balance =
        ran.stdout.lines().find(|line| line.contains("client owes agency") && line.ends_with("EUR"));
    assert!(ran.stdout.contains("undetermined  client owes agency  late_fee"), "{}", ran.stdout);
    let lines: Vec<&str> =
        ran.stdout.lines().skip_while(|line| !line.starts_with("Balances")).take(2).collect();
    assert!(balance.is_some() && lines[1].matches("0.00 + undetermined").count() == 2, "{}", ran.stdout);
}
