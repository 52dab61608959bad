//! A file with the files that it uses, read as one: the lines of those files become lines of its agreement.
//!
//! No file is read here: the texts are given, each under its name, and a path is turned into such a name. A file that
//! is used by several counts once, and stands before those that use it.

mod holidays;
mod name;

use servanda_diagnostics::{Code, Diagnostic, Source, SourceId, Sources, Span, sort};
use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{Item, Line, Use};
use crate::{Parsed, parse};
use name::{PathFault, beside, folder, resolve};

/// How deep files may use each other: they are followed with the machine's stack.
const DEPTH_MAX: usize = 64;

/// Reads one of the texts with the files that it uses: the lines of those files stand in each agreement of it, before
/// its own. The comments are those of the text itself, the diagnostics those of all.
///
/// The tree keeps an [`Item::Use`] for each file that is not known: what is missing may then be declared there.
///
/// ```
/// use servanda_diagnostics::{SourceId, Sources};
/// use servanda_parser::ast::Item;
///
/// let sources = Sources::new()
///     .with("works.sla", "language 1. use \"parties.sla\". agreement \"Works\" { party client. }")
///     .with("parties.sla", "language 1. party agency.");
/// let parsed = servanda_parser::read(&sources, SourceId(0));
/// assert!(parsed.diagnostics.is_empty());
/// let [Item::Agreement(agreement)] = parsed.document.items.as_slice() else { panic!("one agreement") };
/// assert_eq!(agreement.lines.len(), 2);
/// ```
pub fn read(sources: &Sources, id: SourceId) -> Parsed {
    let source = sources.get(id);
    let mut parsed = parse(id, source.map_or("", |source| source.text()));
    let items = std::mem::take(&mut parsed.document.items);
    let mut reading = Reading {
        sources,
        folder: folder(source.map_or("", |source| source.name())),
        path: Vec::new(),
        known: BTreeSet::from([id]),
        wants_agreement: items.iter().any(|item| matches!(item, Item::Annex(_)))
            && !items.iter().any(|item| matches!(item, Item::Agreement(_))),
        agreements: Vec::new(),
        lines: Vec::new(),
        missing: Vec::new(),
        diagnostics: std::mem::take(&mut parsed.diagnostics),
    };
    reading.follow(id, &items);
    let mut lines = reading.lines;
    let items: Vec<Item> = items.into_iter().chain(reading.agreements).collect();
    let shared = items.iter().any(|item| matches!(item, Item::Agreement(_)));
    // A file without agreement goes on being one that others use.
    let own = if shared { Vec::new() } else { std::mem::take(&mut lines) };
    parsed.document.items = own
        .into_iter()
        .map(Item::Line)
        .chain(items)
        .filter(|item| !matches!(item, Item::Use(_)))
        .map(|item| match item {
            Item::Agreement(mut agreement) => {
                agreement.lines.splice(0..0, lines.iter().cloned());
                Item::Agreement(agreement)
            }
            item => item,
        })
        .chain(reading.missing.into_iter().map(Item::Use))
        .collect();
    parsed.diagnostics = reading.diagnostics;
    holidays::find(sources, id, &mut parsed);
    sort(&mut parsed.diagnostics);
    parsed
}

/// The names of the files that one of the texts uses, in the order of the text, for a policy whose first text is
/// `main`, and of those from which it takes holidays; a path that cannot be followed is left out.
pub fn used_names(sources: &Sources, main: SourceId, id: SourceId) -> Vec<String> {
    let name = |id: SourceId| sources.get(id).map_or("", |source| source.name());
    let may = |source: &&Source| !holidays::is_calendar(source.name()) && may_use(source.text());
    let Some(source) = sources.get(id).filter(may) else { return Vec::new() };
    let mut items = parse(id, source.text()).document.items;
    let uses = items.iter().filter_map(|item| match item {
        Item::Use(used) => resolve(folder(name(main)), name(id), &used.file.value).ok(),
        _ => None,
    });
    let mut names: Vec<String> = uses.collect();
    holidays::each(&mut items, |file, _| {
        names.extend(holidays::name_of(folder(name(main)), name(id), &file.file.value));
    });
    names
}

/// The name of the file that a path means in one of the texts, for a policy whose first text is `main`; none where the
/// path leads out of the policy's folder.
pub fn name_beside(sources: &Sources, main: SourceId, from: SourceId, path: &str) -> Option<String> {
    let name = |id: SourceId| sources.get(id).map_or("", |source| source.name());
    beside(folder(name(main)), name(from), path).ok()
}

/// Whether a text is a library: it holds declarations outside of any agreement, and nothing else.
pub fn is_library(parsed: &Parsed) -> bool {
    let items = &parsed.document.items;
    items.iter().any(|item| matches!(item, Item::Line(_)))
        && items.iter().all(|item| matches!(item, Item::Line(_) | Item::Use(_)))
}

/// Whether the word `use`, or that of holidays, stands before a quote or a comment anywhere in a text: reading the others
/// to look for what they use is left out.
fn may_use(text: &str) -> bool {
    let before_quote = |behind: &str| {
        let behind = behind.trim_start();
        behind.starts_with('"') || behind.starts_with("//")
    };
    text.split("use").skip(1).any(before_quote)
        || text.split("holidays").skip(1).any(|behind| {
            let behind = behind.trim_start();
            behind.starts_with("//") || behind.strip_prefix("of").is_some_and(before_quote)
        })
}

/// What has been read so far.
struct Reading<'s> {
    sources: &'s Sources,
    /// The folder of the policy, with the mark behind it.
    folder: &'s str,
    /// The lines by which the file that is being read is reached from the policy, each with its file that is being read.
    path: Vec<(SourceId, Span)>,
    /// What has been read, or is being read.
    known: BTreeSet<SourceId>,
    /// Whether the policy has annexes and no agreement: that is then one that it uses.
    wants_agreement: bool,
    /// That agreement with its amendments.
    agreements: Vec<Item>,
    lines: Vec<Line>,
    missing: Vec<Use>,
    diagnostics: Vec<Diagnostic>,
}

impl Reading<'_> {
    /// Follows the `use` lines of a file.
    fn follow(&mut self, id: SourceId, items: &[Item]) {
        let mut used: BTreeMap<SourceId, Span> = BTreeMap::new();
        for item in items {
            let Item::Use(line) = item else { continue };
            let Some(file) = self.find(id, line) else {
                self.missing.push(line.clone());
                continue;
            };
            let place = line.file.span;
            match used.get(&file) {
                Some(first) => self.diagnostics.push(told::twice(line, *first)),
                None => self.read(id, file, line),
            }
            used.entry(file).or_insert(place);
        }
    }

    /// The text that a line names; told where there is none.
    fn find(&mut self, from: SourceId, line: &Use) -> Option<SourceId> {
        let from = self.sources.get(from).map_or("", |source| source.name());
        let finding = match resolve(self.folder, from, &line.file.value) {
            Ok(name) => match self.sources.named(&name) {
                Some(file) => return Some(file),
                None => told::unknown(line, &name, self.sources.why_unreadable(&name)),
            },
            Err(fault) => told::outside(line, fault),
        };
        self.diagnostics.push(finding);
        None
    }

    fn read(&mut self, from: SourceId, file: SourceId, line: &Use) {
        let place = line.file.span;
        let start = self.path.iter().position(|(id, _)| *id == file);
        if from == file || start.is_some() {
            // From the file that is reached again to this line.
            let others = self.path.iter().skip(start.unwrap_or(self.path.len())).map(|(_, span)| *span);
            self.diagnostics.push(told::cycle(line, others.collect()));
            return;
        }
        if self.path.len() >= DEPTH_MAX {
            self.diagnostics.push(told::too_deep(place, DEPTH_MAX));
            return;
        }
        if !self.known.insert(file) {
            return;
        }
        let parsed = parse(file, self.sources.get(file).map_or("", |source| source.text()));
        self.diagnostics.extend(parsed.diagnostics);
        self.path.push((from, place));
        self.follow(file, &parsed.document.items);
        self.path.pop();
        // Annexes stand in a file of their own, and use the one of their agreement: its scenarios remain there.
        let template = self.wants_agreement
            && parsed.document.items.iter().any(|item| matches!(item, Item::Agreement(_)));
        self.wants_agreement &= !template;
        for item in parsed.document.items {
            let more = match item {
                Item::Line(line) => {
                    self.lines.push(line);
                    continue;
                }
                Item::Broken(span) => {
                    self.lines.push(Line::Broken(span));
                    continue;
                }
                Item::Use(_) => continue,
                Item::Agreement(_) | Item::Amendment(_) if template => {
                    self.agreements.push(item);
                    continue;
                }
                Item::Scenario(_) | Item::Annex(_) if template => continue,
                Item::Agreement(agreement) => ("an agreement", agreement.title.span),
                Item::Amendment(amendment) => ("an amendment", amendment.title.span),
                Item::Annex(annex) => ("an annex", annex.name.span),
                Item::Scenario(scenario) => ("a scenario", scenario.title.span),
            };
            self.diagnostics.push(told::more_than_lines(line, more));
            // What the agreement declares would be missed.
            self.missing.push(line.clone());
        }
    }
}

/// What is told of the lines that use files.
mod told {
    use super::holidays::is_calendar;
    use super::{Code, Diagnostic, PathFault, Span, Use};

    pub(super) fn unknown(line: &Use, name: &str, why: Option<&str>) -> Diagnostic {
        let written = &line.file.value;
        let span = line.file.span;
        if let Some(why) = why {
            let message = format!("`{written}` cannot be used: {why}");
            return Diagnostic::new(Code::UnknownFile, span, message).label("used here");
        }
        let finding = Diagnostic::new(Code::UnknownFile, span, format!("there is no file `{name}`"))
            .label("looked for from the folder of this file");
        if written.ends_with(".sla") || is_calendar(written) {
            finding
        } else {
            finding.help(format!("`use \"{written}.sla\".`"))
        }
    }

    pub(super) fn outside(line: &Use, fault: PathFault) -> Diagnostic {
        let (written, span) = (&line.file.value, line.file.span);
        let told = |message: String| Diagnostic::new(Code::PathOutside, span, message);
        match fault {
            PathFault::Leaves => told(format!("`{written}` leaves the folder of the policy"))
                .label("outside of that folder")
                .help("a used file lies beside the policy, or in a folder there"),
            PathFault::Absolute => told(format!("`{written}` does not begin at this file"))
                .label("not a path from the folder of this file")
                .help("write the path from here, as in `use \"shared/calendars.sla\".`"),
            PathFault::Backslash => told(format!("`{written}` has a `\\`"))
                .label("folders are divided by `/`")
                .help(format!("`use \"{}\".`", written.replace('\\', "/"))),
        }
    }

    pub(super) fn twice(line: &Use, first: Span) -> Diagnostic {
        Diagnostic::new(Code::UsedTwice, line.file.span, format!("`{}` is used already", line.file.value))
            .label("used again")
            .also(first, "used here")
            .help("remove one of the two lines")
    }

    pub(super) fn cycle(line: &Use, others: Vec<Span>) -> Diagnostic {
        let (written, span) = (&line.file.value, line.file.span);
        if others.is_empty() {
            return Diagnostic::new(Code::UseCycle, span, format!("`{written}` uses itself"))
                .label("this is the file itself")
                .help("remove the line");
        }
        let finding = Diagnostic::new(Code::UseCycle, span, "files use each other in a circle")
            .label(format!("this comes back to `{written}`"))
            .help("move what both need into a third file, and use that one in both");
        others.into_iter().fold(finding, |finding, other| finding.also(other, "which uses this file"))
    }

    pub(super) fn too_deep(span: Span, max: usize) -> Diagnostic {
        Diagnostic::new(Code::TooDeep, span, format!("more than {max} files use each other in a row"))
            .label("one too many")
            .help("use the file in the policy itself")
    }

    pub(super) fn more_than_lines(line: &Use, (what, title): (&str, Span)) -> Diagnostic {
        let message = format!("`{}` holds {what}, and a file that is used only declares", line.file.value);
        Diagnostic::new(Code::UsedFile, line.file.span, message)
            .label("used here")
            .also(title, format!("{what} of its own"))
            .help(
                "move what both need into a file without agreements and scenarios, and use that one in both",
            )
    }
}
