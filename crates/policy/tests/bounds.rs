//! No text makes the checker run without end, go too deep, or answer differently for the same meaning.

use servanda_diagnostics::{Code, SourceId, Span};
use servanda_policy::{Binder, Checked};

const FRAME: &str = include_str!("policies/frame.sla");
const MANY: &str = include_str!("policies/many.sla");

fn check(text: &str) -> Checked {
    let parsed = servanda_parser::parse(SourceId(0), text);
    servanda_policy::check(&parsed.document, text)
}

fn framed(lines: &str) -> Checked {
    check(&FRAME.replace("  // the lines\n", lines))
}

#[test]
fn values_that_double_are_told() {
    let mut lines = String::from("let v0 = 1 EUR.\n");
    for at in 1..60 {
        lines.push_str(&format!("let v{at} = v{} + v{}.\n", at - 1, at - 1));
    }
    lines.push_str("clause 1 \"Fee\" { client owes agency v59 each calendar month. }\n");
    let checked = framed(&lines);
    assert!(checked.policy.is_none());
    assert_eq!(checked.diagnostics.iter().filter(|one| one.code() == Code::TooComplex).count(), 1);
}

#[test]
fn values_that_need_each_other_in_a_long_row_are_told() {
    let mut lines = String::from("let v0 = 1 EUR.\n");
    for at in 1..5000 {
        lines.push_str(&format!("let v{at} = v{}.\n", at - 1));
    }
    lines.push_str("clause 1 \"Fee\" { client owes agency v4999 each calendar month. }\n");
    let checked = framed(&lines);
    assert!(checked.diagnostics.iter().any(|one| one.code() == Code::TooComplex));
}

#[test]
fn measures_that_need_each_other_in_a_long_row_are_told() {
    let mut lines =
        String::from("clause 1 \"Figures\" {\n measure m0 per calendar month = count of request.\n");
    for at in 1..2000 {
        lines.push_str(&format!("measure m{at} per calendar month = m{} + 1.\n", 2000 - at));
    }
    lines.push_str("}\n");
    let _ = framed(&lines);
    let forward: String =
        (1..2000).map(|at| format!("measure m{at} per calendar month = m{} + 1.\n", at + 1)).collect();
    let checked = framed(&format!(
        "clause 1 \"Figures\" {{ {forward} measure m2000 per calendar month = count of request. }}"
    ));
    assert!(checked.diagnostics.iter().any(|one| one.code() == Code::TooComplex));
}

#[test]
fn long_sums_are_read() {
    let sum = vec!["fee"; 250].join(" + ");
    let checked = framed(&format!("clause 1 \"Fee\" {{ client owes agency {sum} each calendar month. }}"));
    assert!(checked.policy.is_some(), "{:#?}", checked.diagnostics);
}

#[test]
fn the_hash_is_that_of_the_meaning() {
    let one = check(MANY).policy.unwrap().hash;
    let laid_out = MANY.replace("  ", "\t ").replace("// Every", "// Each and every");
    assert_eq!(check(&laid_out).policy.unwrap().hash, one);
    assert_ne!(check(&MANY.replace("80%", "81%")).policy.unwrap().hash, one);
}

#[test]
fn figures_come_after_what_they_read() {
    let text = FRAME.replace(
        "  // the lines\n",
        "clause 1 \"Figures\" {
          measure last  per calendar month = middle + 1.
          measure middle per calendar month = first_one + 1.
          measure first_one per calendar month = count of breach of 1(a).
          (a) agency must keep base at most 3 otherwise tell lead.
          measure base per calendar month = count of request.
        }",
    );
    let policy = check(&text).policy.unwrap();
    let names: Vec<String> = policy
        .order
        .iter()
        .map(|step| match step {
            servanda_policy::policy::Step::Measure(id) => policy.measures[*id].name.clone(),
            servanda_policy::policy::Step::Duty(id) => policy.duties[*id].name.clone(),
        })
        .collect();
    assert_eq!(names, ["base", "1(a)", "first_one", "middle", "last"]);
}

#[test]
fn a_breach_that_its_own_figure_counts_is_circular() {
    let checked = framed(
        "clause 1 \"Figures\" {
          measure broken per calendar month = count of breach of 1(a).
          (a) agency must keep broken at most 3 otherwise tell lead.
        }",
    );
    let codes: Vec<Code> =
        checked.diagnostics.iter().map(|one| one.code()).filter(|code| *code != Code::Unused).collect();
    assert_eq!(codes, [Code::Circular]);
}

/// What is told of figures that need each other: the words at each place, and what is said of them.
fn circular_words(lines: &str) -> Option<Vec<String>> {
    let report =
        "event report.sent { report: id }\n  case report { send (sent) when report.sent. }\n  ".to_owned();
    let text = FRAME.replace("  // the lines\n", &(report + lines));
    let checked = check(&text);
    let finding = checked.diagnostics.iter().find(|one| one.code() == Code::Circular)?;
    let words = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let labels = std::iter::once(finding.primary()).chain(finding.labels());
    Some(labels.map(|label| format!("{}: {}", words(label.span), label.text)).collect())
}

#[test]
fn a_breach_that_arises_from_its_own_figure_at_the_same_moment_is_circular() {
    let counted = |due: &str| {
        format!(
            "clause 1 \"Figures\" {{
              measure missed per calendar month = count of breach of 1(b).
              (a) agency must keep missed at least 2 otherwise tell lead.
              (b) agency must send a report for each breach of 1(a){due} otherwise tell lead.
            }}"
        )
    };
    let told = [
        "1(b): `missed` needs `1(b)`",
        "for each breach of 1(a): `1(b)` needs `1(a)`",
        "missed: `1(a)` needs `missed`",
    ];
    assert_eq!(circular_words(&counted("")).unwrap(), told);
    assert!(circular_words(&counted(" within 0 calendar days")).is_some());
    // What has time of its own is late another time.
    assert_eq!(circular_words(&counted(" within 1 calendar day")), None);
}

#[test]
fn a_stage_of_a_figure_that_counts_its_breaches_is_circular() {
    let told = circular_words(
        "clause 1 \"Figures\" {
          measure missed per calendar month = count of breach of 1(a).
          (a) agency must send a report once missed is at least 1 otherwise tell lead.
        }",
    );
    assert_eq!(told.unwrap(), ["1(a): `missed` needs `1(a)`", "missed: `1(a)` needs `missed`"]);
}

#[test]
fn instances_are_bound_or_say_what_they_lack() {
    use servanda_policy::BindProblem;
    use servanda_policy::policy::{LengthKind, Value};
    let policy = check(MANY).policy.unwrap();
    let mut binder = Binder::new(&policy);
    let mut values: Vec<Option<Value>> = vec![None; policy.params.len()];
    let at = |name: &str| policy.param_named(name).expect("a parameter").0 as usize;
    let problems = binder.bind("one", values.clone()).expect_err("nothing is given");
    let missing =
        ["limit", "first_day", "title", "zone_name"].map(|name| BindProblem::Missing(name.to_owned()));
    assert_eq!(problems, missing);
    values[at("limit")] = Some(Value::Number(servanda_policy::value::Exact::integer(100)));
    values[at("first_day")] = Some(Value::Date("2026-01-31".parse().expect("a date")));
    values[at("title")] = Some(Value::Text("Contentworks".into()));
    values[at("zone_name")] = Some(Value::Text("Europe/Berlin".into()));
    let agreement = binder.bind("one", values.clone()).expect("an agreement");
    assert_eq!(agreement.first_date.to_string(), "2026-01-31");
    assert_eq!(
        agreement.end.map(|end| agreement.zone.date_of(end).to_string()).as_deref(),
        Some("2027-01-31")
    );
    let Value::Length(patience) = &agreement.params[at("patience")] else { panic!("a length") };
    assert!(matches!(patience.kind, LengthKind::Open(_)));
    values[at("plan")] = Some(Value::Word(2));
    values[at("first_day")] = Some(Value::Bool(true));
    let problems = binder.bind("two", values).expect_err("two wrong types");
    assert_eq!(problems, ["plan", "first_day"].map(|name| BindProblem::Type(name.to_owned())));
}
