//! What `servanda scenarios` proposes for every example is laid out, passes, and shows what it says that it shows.

use servanda::{
    Compiled, SourceId, Sources, compile, format, gather, is_library, propose, scenarios,
    scenarios_with_coverage,
};
use servanda_examples::expected::hold;
use servanda_examples::folder::policies;
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

fn examples() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A policy with what it uses, and with more behind it; none for a file that others use.
fn compiled(path: &Path, more: &str) -> Result<Option<(String, Compiled)>, Box<dyn Error>> {
    let name = path.strip_prefix(examples())?.display().to_string().replace('\\', "/");
    let mut sources = Sources::new();
    let policy = sources.add(name.clone(), format!("{}{more}", fs::read_to_string(path)?));
    gather(&mut sources, policy, |used| Ok(fs::read_to_string(examples().join(used)).ok()));
    if is_library(&sources, policy) {
        return Ok(None);
    }
    match compile(&sources) {
        Ok(compiled) => Ok(Some((name, compiled))),
        Err(findings) => Err(format!("{name}:\n{findings}").into()),
    }
}

#[test]
fn what_is_proposed_is_laid_out_passes_and_shows_what_it_says() -> Result<(), Box<dyn Error>> {
    let mut proposed = 0;
    for path in policies(examples())? {
        let Some((name, policy)) = compiled(&path, "")? else { continue };
        let proposals = propose(&policy);
        proposed += proposals.scenarios.len();

        let alone = format!("language 1.\n\n{}", proposals.text());
        let sources = Sources::new().with(name.clone(), alone.clone());
        assert_eq!(format(&sources, SourceId(0))?, alone, "{name}");

        let Some((_, whole)) = compiled(&path, &format!("\n{}", proposals.text()))? else { continue };
        let titles: BTreeSet<&str> = proposals.scenarios.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles.len(), proposals.scenarios.len(), "{name}: a title stands twice");
        let results = scenarios(&whole);
        assert_eq!(results.len(), policy.policy().scenarios.len() + titles.len(), "{name}");
        for result in results {
            assert!(result.passed() && !result.expectations.is_empty(), "{name}: {result:#?}");
        }

        // What no scenario shows then is what was said that it could not be shown.
        let (_, coverage) = scenarios_with_coverage(&whole);
        let unshown = coverage.parts.iter().filter(|part| part.scenarios == 0);
        let unshown: BTreeSet<_> = unshown.map(|part| (&part.address, &part.part)).collect();
        let said = proposals.missing.iter().map(|one| (&one.address, &one.part)).collect();
        assert_eq!(unshown, said, "{name}");
    }
    assert!(proposed > 100, "only {proposed} scenarios are proposed");
    Ok(())
}

#[test]
fn what_is_proposed_for_one_policy() -> Result<(), Box<dyn Error>> {
    let path = examples().join("social-media/agreement.sla");
    let Some((_, policy)) = compiled(&path, "")? else { return Err("it is no policy".into()) };
    hold(&examples().join("social-media/expected/proposed.txt"), &propose(&policy).text())
}
