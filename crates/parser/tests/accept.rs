//! Every file in `accept/` is read without a finding.

use servanda_diagnostics::{SourceId, Sources};

#[test]
fn every_accepted_file_is_read_without_a_finding() {
    let mut count = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accept")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let parsed = servanda_parser::parse(SourceId(0), &text);
        let sources = Sources::new().with(path.display().to_string(), text);
        for diagnostic in &parsed.diagnostics {
            let primary = diagnostic.primary();
            let place = sources.get(SourceId(0)).unwrap().position(primary.span.start);
            println!(
                "{}:{place:?} {} {}: {}",
                path.display(),
                diagnostic.code(),
                diagnostic.message(),
                primary.text
            );
        }
        assert!(parsed.diagnostics.is_empty(), "{} has findings", path.display());
        count += 1;
    }
    assert!(count >= 2, "{count} files");
}
