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
    insta::assert_snapshot!(explained("3(a)/agreement/pay_out/1"));
    insta::assert_snapshot!(explained("3(a)/agreement/pay_out/2"));
}
