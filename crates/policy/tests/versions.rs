//! What is wrong with versions together though each of them is sound.

use servanda_diagnostics::{Code, SourceId};

fn findings(text: &str) -> Vec<Code> {
    let parsed = servanda_parser::parse(SourceId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let checked = servanda_policy::check(&parsed.document, text);
    checked.diagnostics.iter().map(|finding| finding.code()).collect()
}

const CARE: &str = r#"language 1.

agreement "Care" {
  party agency.
  party client.
  in force from 2026-01-01 for 12 months.
  time zone Etc/UTC.
  money in EUR.
  event report.sent { report: id }
  case report { send (sent) when report.sent. }
  clause 1 "Report" {
    agency must send a report each calendar month, without consequence.
  }
  clause 2 "One" {
    measure one per calendar month = count of breach of 1.
    agency must keep one at most 1, without consequence.
  }
  clause 3 "Two" {
    measure two per calendar quarter = count of breach of 2.
    agency must keep two at most 1, without consequence.
  }
}
"#;

/// Breaches are counted of a duty in whichever version, so figures of two versions may need each other.
#[test]
fn figures_of_two_versions_that_need_each_other_are_told() {
    let amended = |two: &str| {
        format!(
            "{CARE}\namendment \"Other way round\" {{\n  in force from 2026-04-01.\n  clause 2 \"One\" {{\n    measure \
             one per calendar month = count of breach of 3.\n  }}\n  clause 3 \"Two\" {{\n    measure two per calendar \
             quarter = count of breach of {two}.\n  }}\n}}\n"
        )
    };
    assert!(!findings(CARE).contains(&Code::Circular));
    assert!(findings(&amended("1")).contains(&Code::Circular));
}
