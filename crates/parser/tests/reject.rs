//! Every file in `reject/` has the findings of its snapshot, and no others.

use servanda_diagnostics::{SourceId, Sources, render};

#[test]
fn every_rejected_file_has_the_findings_of_its_snapshot() {
    insta::glob!("reject/*.sla", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let parsed = servanda_parser::parse(SourceId(0), &text);
        assert!(!parsed.diagnostics.is_empty(), "{} is accepted", path.display());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let sources = Sources::new().with(name, text);
        let options = render::HumanOptions { color: false, width: 100 };
        insta::assert_snapshot!(render::human(&parsed.diagnostics, &sources, &options));
    });
}
