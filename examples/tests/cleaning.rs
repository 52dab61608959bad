//! The cleaning example: one policy, a file of instances, and a statement of each.

use servanda::report::{Detail, Statement, table};
use servanda::{Compiled, Run, Sources, compile, moment};
use servanda_examples::expected::hold;
use std::error::Error;
use std::fs;
use std::path::Path;

#[test]
fn each_instance_has_its_statement() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cleaning");
    let text = fs::read_to_string(folder.join("agreement.sla"))?;
    let compiled = compile(&Sources::new().with("agreement.sla", text))?;
    let statements = statements_of(&folder, &compiled, "instances.jsonl")?;
    hold(&folder.join("expected/statements.txt"), &statements)?;
    // A spreadsheet gives the same.
    assert_eq!(statements_of(&folder, &compiled, "instances.csv")?, statements);
    Ok(())
}

fn statements_of(folder: &Path, compiled: &Compiled, instances: &str) -> Result<String, Box<dyn Error>> {
    let (mut run, problems) = Run::of_instances(compiled, &fs::read(folder.join(instances))?)?;
    assert!(problems.is_empty(), "{problems:?}");
    run.read(&fs::read(folder.join("events.jsonl"))?);
    run.close();
    // The library's visits belong to no agreement of the file.
    assert_eq!(run.loose().counts.out_of_scope, 1);
    let mut statements = String::new();
    for (number, agreement) in (0..).zip(run.agreements()) {
        let outcome = run.outcome(number, moment("2026-03-01", &agreement.zone)?)?;
        assert!(outcome.input.add_up(), "{:?}", outcome.input);
        let statement = Statement::new(compiled.policy(), agreement, &outcome, compiled.sources(), None);
        statements.push_str(if statements.is_empty() { "" } else { "\n" });
        statements.push_str(&table(&statement, Detail::Short));
    }
    Ok(statements)
}
