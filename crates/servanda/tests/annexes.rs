//! Annexes are instances that stand in the text: the same figures as from a file, held to the same bounds.

#![expect(clippy::unwrap_used, reason = "a test that is mistaken should stop")]

use servanda::{BindProblem, Binder, Compiled, Run, Sources, compile, moment, scenarios};

const TEMPLATE: &str = include_str!("../../../examples/rows/template.sla");
const ANNEXES: &str = include_str!("../../../examples/rows/annexes.sla");
const LOG: &[u8] = br#"
{"time": "2026-01-12T10:00:00+03:00", "type": "inquiry.received", "agreement": "Bolt", "inquiry": "I-1"}
{"time": "2026-01-12T10:31:00+03:00", "type": "inquiry.answered", "agreement": "Bolt", "inquiry": "I-1"}
{"time": "2026-01-12T10:00:00+03:00", "type": "inquiry.received", "agreement": "Acme Foods", "inquiry": "I-2"}
{"time": "2026-01-12T10:00:00+03:00", "type": "inquiry.received", "agreement": "Cord", "inquiry": "I-3"}
"#;
const FILE: &str = r#"
{"agreement": "Acme Foods", "client_name": "Acme Foods", "monthly_fee": "1500"}
{"agreement": "Bolt", "client_name": "Bolt Ltd", "monthly_fee": 900, "reply_time": 30, "target": "99.5%", "credit": 20}
"#;

fn annexed() -> Compiled {
    compile(&Sources::new().with("annexes.sla", ANNEXES).with("template.sla", TEMPLATE)).unwrap()
}

fn template() -> Compiled {
    compile(&Sources::new().with("template.sla", TEMPLATE)).unwrap()
}

/// What each agreement owes and which lines were out of scope, by the text of its statement.
fn statements(mut run: Run) -> Vec<String> {
    run.read(LOG);
    run.close();
    let count = u32::try_from(run.agreements().len()).unwrap();
    let statement = |number: u32| {
        let agreement = run.agreement(number).unwrap();
        let decided = run.decided(number, moment("2026-02-01", &agreement.zone).unwrap()).unwrap();
        let statement = run.statement(number, &decided, None).unwrap();
        let owed: Vec<_> = statement.entries.iter().map(|entry| entry.amount.clone().unwrap()).collect();
        format!("{} {} {owed:?}", agreement.name, statement.verdicts.len())
    };
    (0..count).map(statement).collect()
}

#[test]
fn annexes_give_what_a_file_of_instances_gives() {
    let of_text = statements(Run::of_log(&annexed()).unwrap());
    let (run, problems) = Run::of_instances(&template(), FILE.as_bytes()).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(of_text, statements(run));
    assert_eq!(of_text[1], "Bolt 2 [\"180.00\"]");
}

#[test]
fn the_policy_is_that_of_its_template() {
    assert_eq!(annexed().policy().hash, template().policy().hash);
    assert!(annexed().warnings().is_empty());
    // The scenarios of the template stay with it.
    assert_eq!(scenarios(&annexed()).len(), 3);
}

#[test]
fn a_file_adds_to_the_annexes() {
    let more = r#"{"agreement": "Cord", "client_name": "Cord", "monthly_fee": 500}
{"agreement": "Bolt", "client_name": "Bolt again", "monthly_fee": 500}"#;
    let (run, problems) = Run::of_instances(&annexed(), more.as_bytes()).unwrap();
    let names: Vec<&str> = run.agreements().iter().map(|agreement| agreement.name.as_str()).collect();
    assert_eq!(names, ["Acme Foods", "Bolt", "Cord"]);
    let [only] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!((only.problem.code.number(), only.problem.place.line), ("SLA0904", 2));
}

#[test]
fn each_instance_is_held_to_the_bounds_of_the_policy() {
    let policy = template();
    let line = |more: &str| format!(r#"{{"agreement": "acme", "client_name": "Acme"{more}}}"#);
    let told = |more: &str| {
        let problems = match Run::of_instances(&policy, line(more).as_bytes()) {
            Ok((_, problems)) => problems,
            Err(servanda::RunError::Instances(problems)) => problems,
            Err(error) => panic!("{error}"),
        };
        let told = problems.iter().map(|problem| {
            let said = policy.sources().text(problem.problem.wanted_by.unwrap()).to_owned();
            assert_eq!(problem.instance.as_deref(), Some("acme"));
            (problem.problem.code.number(), problem.problem.message.clone(), said)
        });
        told.collect::<Vec<_>>()
    };
    for sound in [
        r#", "monthly_fee": "500""#,
        r#", "monthly_fee": 500, "reply_time": 5"#,
        r#", "monthly_fee": 500, "reply_time": "60""#,
        r#", "monthly_fee": 500, "target": "90%", "credit": "5""#,
        r#", "monthly_fee": 500, "target": 99.999"#,
    ] {
        assert_eq!(told(sound), [], "{sound}");
    }
    let [(code, message, said)] = &*told(r#", "monthly_fee": "499.99""#) else { panic!("one problem") };
    assert_eq!(
        (*code, message.as_str(), said.as_str()),
        ("SLA0905", "the parameter `monthly_fee`: `499.99` is not at least 500 EUR", "at least 500 EUR")
    );
    for (outside, bound) in [
        (r#", "monthly_fee": 500, "reply_time": 4.999"#, "at least 5 support minutes"),
        (r#", "monthly_fee": 500, "reply_time": 60.5"#, "at most 60 support minutes"),
        (r#", "monthly_fee": 500, "target": 100"#, "below 100%"),
        (r#", "monthly_fee": 500, "credit": 15"#, "one of (5%, 10%, 20%)"),
    ] {
        let told = told(outside);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].0, told[0].2.as_str()), ("SLA0905", bound));
    }
    let values = vec![Some(servanda::policy::Value::Text("Acme".into())), None, None, None, None];
    let told = Binder::new(policy.policy()).bind("acme", values).unwrap_err();
    assert_eq!(told, [BindProblem::Missing("monthly_fee".to_owned())]);
}

#[test]
fn what_an_annex_says_is_checked_with_the_text() {
    let told = |annex: &str| {
        let annexes =
            format!("language 1.\nuse \"template.sla\".\nannex \"A\" to \"Agency standard\" {{ {annex} }}\n");
        let sources = Sources::new().with("a.sla", annexes).with("template.sla", TEMPLATE);
        let Err(told) = compile(&sources) else { return Vec::new() };
        told.list().iter().map(|finding| finding.code().name()).collect()
    };
    let name = "let client_name = \"A\".";
    assert_eq!(told(&format!("{name} let monthly_fee = 500 EUR.")), [""; 0]);
    assert_eq!(told(&format!("{name} let monthly_fee = 499 EUR.")), ["parameter-bounds"]);
    assert_eq!(told(name), ["missing-parameter"]);
    assert_eq!(told(&format!("{name} let monthly_fee = 5 support minutes.")), ["wrong-type"]);
    assert_eq!(told(&format!("{name} let monthly_fee = 500 EUR. in force from 2026-01-01.")), ["misplaced"]);
    assert_eq!(told("party client \"A\". let monthly_fee = 500 EUR. party agency \"B\"."), ["misplaced"]);
    assert_eq!(told(&format!("party client \"A\". {name} let monthly_fee = 500 EUR.")), ["name-twice"]);
}
