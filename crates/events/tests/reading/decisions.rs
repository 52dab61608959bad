//! Decisions as they are read: who, what, and what is wrong with them.

use crate::schema::{codes, eur};
use servanda_diagnostics::SourceId;
use servanda_events::{Decision, Instances, Line, LineKind, Reader, Ruling, Schema};
use std::sync::Arc;

const POLICY: &str = r#"
    language 1.
    agreement "Visits" {
      party desk. party client.
      in force from 2026-01-01. time zone Europe/Berlin. money in EUR.
      event visit.made { visit: id, cost: money }
      event entry.lapsed { visit: id }
      clause 1 "Costs" { client owes desk visit.made.cost for each visit.made. }
      clause 2 "Lapses" { measure lapses per calendar month = count of entry.lapsed. desk must keep lapses at most 2, without consequence. }
    }
"#;

fn read(kind: &str, fields: &str) -> Line {
    let parsed = servanda_parser::parse(SourceId(0), POLICY);
    let policy = servanda_policy::check(&parsed.document, POLICY).policy.unwrap();
    let schema = Arc::new(Schema::new(&policy));
    let line = format!(
        r#"{{"id":"d-1","time":"2026-03-02T10:00:00+01:00","type":"{kind}","agreement":"acme",{fields}}}"#
    );
    let instances = || Instances::given([("acme", eur())]);
    let quick = Reader::new(Arc::clone(&schema), instances()).read_line(7, line.as_bytes());
    let sure = Reader::without_scanner(schema, instances()).read_line(7, line.as_bytes());
    assert_eq!(quick, sure);
    quick
}

fn decision(kind: &str, fields: &str) -> Decision {
    let line = read(kind, fields);
    assert_eq!(codes(&line).len(), 0, "{line:?}");
    match line.kind {
        LineKind::Decision { instance: 0, decision } => *decision,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_type_is_read() {
    let waived = decision("duty.waived", r#""duty":"1(a)","subject":"V-1","by":"desk","reason":"our fault""#);
    assert_eq!(waived.what, Ruling::Waived { duty: "1(a)".into(), subject: Some("V-1".into()) });
    assert_eq!((waived.by.0, waived.line, waived.id.as_deref()), (0, 7, Some("d-1")));
    assert_eq!(waived.reason.as_deref(), Some("our fault"));
    let number = decision("duty.waived", r#""duty":1,"by":"desk""#);
    assert_eq!(number.what, Ruling::Waived { duty: "1".into(), subject: None });
    let entry = || "1/V-1/fee/1".into();
    let by = r#""entry":"1/V-1/fee/1","by":"client""#;
    assert_eq!(decision("entry.disputed", by).what, Ruling::Disputed { entry: entry() });
    assert_eq!(decision("entry.resumed", by).what, Ruling::Resumed { entry: entry() });
    let less = decision("entry.adjusted", &format!(r#"{by},"less":"2.50""#));
    assert_eq!(less.what, Ruling::Adjusted { entry: entry(), by: -250 });
    let more = decision("entry.adjusted", &format!(r#"{by},"more":"2.50","currency":"EUR""#));
    assert_eq!(more.what, Ruling::Adjusted { entry: entry(), by: 250 });
    let closed = decision("period.closed", r#""period":"2026-03","hash":"sha256:00","by":"desk""#);
    assert_eq!(closed.what, Ruling::Closed { period: "2026-03".into(), hash: Some("sha256:00".into()) });
}

#[test]
fn what_does_not_say_who_or_what_is_not_admitted() {
    let by = r#""entry":"1/V-1/fee/1","by":"client""#;
    for (kind, fields, code) in [
        ("entry.disputed", r#""entry":"1/V-1/fee/1""#, "missing-field"),
        ("entry.disputed", r#""by":"client""#, "missing-field"),
        ("entry.disputed", r#""entry":"1/V-1/fee/1","by":"anna""#, "unknown-party-name"),
        ("duty.waived", r#""subject":"V-1","by":"desk""#, "missing-field"),
        ("period.closed", r#""by":"desk""#, "missing-field"),
        ("entry.adjusted", by, "missing-field"),
        ("entry.adjusted", &format!(r#"{by},"less":"1","more":"2""#), "missing-field"),
        ("entry.adjusted", &format!(r#"{by},"less":"-1""#), "negative-number"),
        ("entry.adjusted", &format!(r#"{by},"more":"-1""#), "negative-number"),
        ("entry.adjusted", &format!(r#"{by},"more":1.5"#), "float-amount"),
        ("entry.adjusted", &format!(r#"{by},"more":"1","currency":"USD""#), "other-currency"),
    ] {
        let line = read(kind, fields);
        assert_eq!(codes(&line), [code], "{kind} {fields}: {line:?}");
        assert!(matches!(line.kind, LineKind::NotAdmitted { instance: Some(0), .. }), "{line:?}");
    }
}

#[test]
fn a_type_that_the_policy_declares_is_its_own() {
    let line = read("entry.lapsed", r#""visit":"V-1""#);
    assert!(matches!(line.kind, LineKind::Admitted { .. }), "{line:?}");
}
