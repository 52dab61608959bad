//! What changed in meaning between two texts of an agreement, or between its versions.
//!
//! The texts are compared by the words of their syntax trees, piece by piece, so that nothing can be forgotten and
//! layout, comments and the order of clauses count for nothing. Scenarios are no part of what is agreed. Nothing here
//! judges whether a change is good for anybody; what it costs on a log is compared in `outcomes`.

mod holidays;
mod outcomes;
mod pairing;
mod piece;
mod print;
mod sentence;
mod split;
mod uses;
mod walk;

pub use outcomes::{FigureDifference, OutcomeDifference, TotalDifference, VerdictDifference};
pub use piece::Nature;
pub use print::comparison_table;

use crate::statement::{PlaceRange, clause_order};
use piece::{Names, Piece};
use serde::Serialize;
use servanda_diagnostics::{SourceId, Sources, Span};
use servanda_parser::ast::{Agreement, Amendment, Document, Item, Line};
use servanda_policy::amended;
use servanda_policy::policy::Policy;
use split::Splitter;
use uses::Uses;
use walk::Walk;

/// The name of the schema of a comparison.
const DIFF_SCHEMA_NAME: &str = "servanda/diff/1";

/// A policy with the texts that it was read from; its own is the first of them.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The policy, which says which versions are in force.
    pub policy: &'a Policy,
    /// Its text.
    pub sources: &'a Sources,
}

/// What changed in meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The name of the schema.
    pub schema: &'static str,
    /// The file of the old text.
    pub old: String,
    /// The file of the new text; of versions of one file, the same.
    pub new: String,
    /// Whether nothing changed.
    pub same: bool,
    /// The agreement and its amendments, each with its changes.
    pub sections: Vec<Section>,
    /// What the changes come to on a log, one for each agreement; nothing where none was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<OutcomeDifference>,
    /// What has another name or number in the new text.
    #[serde(skip)]
    names: Names,
}

/// Changes of one text: of the agreement, or of an amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What is compared.
    pub of: SectionOf,
    /// The title of the agreement or the amendment.
    pub title: String,
    /// Of an amendment: from when on it governs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force_from: Option<String>,
    /// Whether it is in force, or will be.
    pub in_force: bool,
    /// Where an amendment is new or gone: its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceRange>,
    /// The changes: those of no clause first, then by clause.
    pub changes: Vec<Change>,
}

/// What a section compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionOf {
    /// The agreement of the old text with that of the new one.
    Agreement,
    /// An amendment of the old text with that of the same title in the new one.
    Amendment,
    /// An amendment that only the new text has, with the version before it.
    AmendmentAdded,
    /// An amendment that only the old text has, with the version before it.
    AmendmentRemoved,
    /// A version with the one before it, in one text.
    Version,
}

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the new text has it.
    Added,
    /// Only the old text has it.
    Removed,
    /// Both have it, and say different things of it.
    Changed,
    /// Both have it, under another name or number.
    Renamed,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// To what: `clause`, `duty`, `let`, `calendar`, `length`, `amount`, `cap` and so on.
    pub what: &'static str,
    /// The number of the clause in which it stands.
    pub clause: Option<String>,
    /// The title of that clause.
    pub clause_title: Option<String>,
    /// The sentence or the definition: `1(a)`, `let reply_time`, `calendar business`.
    pub thing: String,
    /// What of it, from the outside to the inside: `consequence`, `cap`.
    pub aspect: Vec<String>,
    /// The kind of the value.
    pub nature: Nature,
    /// What the old text says.
    pub old: Option<Quote>,
    /// What the new text says.
    pub new: Option<Quote>,
    /// What names a definition that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
    /// The sentences that it bears on through others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bears_on: Vec<String>,
    /// One clause for people.
    pub message: String,
}

/// Words of a text, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// In one line, in the canonical layout.
    pub text: String,
    /// Where.
    pub place: Option<PlaceRange>,
}

/// One of the two texts.
#[derive(Debug, Clone, Copy)]
struct Side<'a> {
    sources: &'a Sources,
}

impl Side<'_> {
    fn quote(self, piece: &Piece, text: String) -> Quote {
        Quote { text, place: PlaceRange::of(self.sources, piece.span) }
    }
}

/// A parsed text with its policy.
struct Parsed<'a> {
    compared: Compared<'a>,
    document: Document,
    name: String,
}

impl<'a> Parsed<'a> {
    fn of(compared: Compared<'a>) -> Self {
        let name = compared.sources.get(SourceId(0)).map_or("", |source| source.name()).to_owned();
        Self { compared, document: servanda_parser::read(compared.sources, SourceId(0)).document, name }
    }

    fn agreement(&self) -> Option<&Agreement> {
        self.document.items.iter().find_map(|item| match item {
            Item::Agreement(agreement) => Some(agreement),
            _ => None,
        })
    }

    fn amendments(&self) -> Vec<&Amendment> {
        let mut amendments = Vec::new();
        for item in &self.document.items {
            if let Item::Amendment(amendment) = item {
                amendments.push(amendment);
            }
        }
        amendments
    }

    fn side(&self) -> Side<'a> {
        Side { sources: self.compared.sources }
    }

    /// Each amendment with the text that it amends and the one that it makes, in the order in which they come into
    /// force; those that are not in force come last.
    fn versions(&self) -> Vec<Version<'_>> {
        let Some(agreement) = self.agreement() else { return Vec::new() };
        let mut before = agreement.clone();
        let mut versions = Vec::new();
        let known = self.compared.policy.versions.values().skip(1);
        let amendments = self.amendments();
        let of_span = |span: Span| amendments.iter().find(|amendment| amendment.title.span == span);
        for version in known {
            let Some(amendment) = of_span(version.span) else { continue };
            let after = amended(&before, amendment);
            let from = version.from.map(|from| from.to_string());
            versions.push(Version { amendment, from, before: before.clone(), after: after.clone() });
            before = after;
        }
        let in_force: Vec<Span> = versions.iter().map(|version| version.amendment.span).collect();
        for amendment in amendments {
            if !in_force.contains(&amendment.span) {
                let after = amended(&before, amendment);
                versions.push(Version { amendment, from: None, before: before.clone(), after });
            }
        }
        versions
    }

    /// The pieces of an agreement.
    fn pieces(&self, agreement: &Agreement) -> Vec<Piece> {
        let split = Splitter::new(&agreement.lines, self.compared.sources);
        let mut pieces: Vec<Piece> = agreement.params.iter().map(|param| split.parameter(param)).collect();
        pieces.push(split.name("title of the agreement", agreement.title.span));
        pieces.extend(agreement.lines.iter().flat_map(|line| split.line(line)));
        pieces
    }

    fn language(&self) -> Vec<Piece> {
        let split = Splitter::new(&[], self.compared.sources);
        self.document.language.iter().map(|digits| split.name("language", digits.span)).collect()
    }

    fn lines(&self, lines: &[Line]) -> Vec<Piece> {
        let split = Splitter::new(lines, self.compared.sources);
        lines.iter().flat_map(|line| split.line(line)).collect()
    }
}

/// A version, and what it is made of.
struct Version<'d> {
    amendment: &'d Amendment,
    from: Option<String>,
    before: Agreement,
    after: Agreement,
}

impl Comparison {
    /// What changed from an old text to a new one.
    pub fn of(old: Compared<'_>, new: Compared<'_>) -> Self {
        let (old, new) = (Parsed::of(old), Parsed::of(new));
        let pieces = |parsed: &Parsed<'_>| {
            let mut pieces = parsed.language();
            pieces.extend(parsed.agreement().map(|agreement| parsed.pieces(agreement)).unwrap_or_default());
            pieces
        };
        let (before, after) = (pieces(&old), pieces(&new));
        let sides = (old.side(), new.side());
        let (changes, names) = between(sides, (&before, &after), Names::default());
        let title = new.compared.policy.title.clone();
        let mut sections = vec![Section {
            of: SectionOf::Agreement,
            title,
            in_force_from: None,
            in_force: true,
            place: None,
            changes,
        }];
        let (old_versions, new_versions) = (old.versions(), new.versions());
        let alike = |version: &Version<'_>, other: &Version<'_>| {
            version.amendment.title.value == other.amendment.title.value
        };
        for version in &new_versions {
            let Some(known) = old_versions.iter().find(|known| alike(known, version)) else {
                sections.push(new.amends(version, SectionOf::AmendmentAdded));
                continue;
            };
            let (before, after) = (old.lines(&known.amendment.lines), new.lines(&version.amendment.lines));
            let (changes, _) = between(sides, (&before, &after), names.clone());
            sections.push(Section { changes, place: None, ..Section::of(SectionOf::Amendment, version) });
        }
        for version in &old_versions {
            if !new_versions.iter().any(|other| alike(version, other)) {
                sections.push(old.amends(version, SectionOf::AmendmentRemoved));
            }
        }
        Self::new(old.name, new.name, sections, names)
    }

    /// What each amendment of a text changes of the version before it.
    pub fn of_versions(text: Compared<'_>) -> Self {
        let text = Parsed::of(text);
        let sections =
            text.versions().iter().map(|version| text.amends(version, SectionOf::Version)).collect();
        Self::new(text.name.clone(), text.name, sections, Names::default())
    }

    fn new(old: String, new: String, mut sections: Vec<Section>, names: Names) -> Self {
        sections.retain(|section| section.place.is_some() || !section.changes.is_empty());
        let same = sections.is_empty();
        Self { schema: DIFF_SCHEMA_NAME, old, new, same, sections, outcomes: Vec::new(), names }
    }

    /// How many changes there are; an amendment that is new or gone is one more.
    pub fn count(&self) -> usize {
        let count = |section: &Section| {
            let itself = matches!(section.of, SectionOf::AmendmentAdded | SectionOf::AmendmentRemoved);
            section.changes.len() + usize::from(itself)
        };
        self.sections.iter().map(count).sum()
    }
}

impl Section {
    fn of(of: SectionOf, version: &Version<'_>) -> Self {
        Self {
            of,
            title: version.amendment.title.value.clone(),
            in_force_from: version.from.clone(),
            in_force: version.from.is_some(),
            place: None,
            changes: Vec::new(),
        }
    }
}

impl Parsed<'_> {
    /// A version compared with the one before it.
    fn amends(&self, version: &Version<'_>, of: SectionOf) -> Section {
        let (before, after) = (self.pieces(&version.before), self.pieces(&version.after));
        let (changes, _) = between((self.side(), self.side()), (&before, &after), Names::default());
        let place = PlaceRange::of(self.compared.sources, version.amendment.title.span);
        Section { changes, place, ..Section::of(of, version) }
    }
}

/// The changes from the pieces of one text to those of another, in the order in which they are told.
fn between(sides: (Side<'_>, Side<'_>), pieces: (&[Piece], &[Piece]), names: Names) -> (Vec<Change>, Names) {
    let ((old, new), (before, after)) = (sides, pieces);
    let mut walk = Walk { old, new, names, changes: Vec::new() };
    walk.run(before, after);
    let Walk { mut changes, names, .. } = walk;
    let (was, is) = (Uses::of(before), Uses::of(after));
    for change in &mut changes {
        let used = change.thing.split_once(' ').filter(|(what, _)| is_used(what));
        if let Some((_, name)) = used {
            let uses = if change.kind == ChangeKind::Removed { &was } else { &is };
            (change.used_by, change.bears_on) = uses.of_name(name);
        }
        change.message = print::message(change);
    }
    // What has no number comes first; a clause that is gone behind the one that has its number now.
    changes.sort_by_key(|change| {
        let is_gone = pieces.1.iter().all(|piece| Some(&piece.key) != change.clause_title.as_ref());
        (change.clause.as_deref().map(clause_order), change.clause.is_some() && is_gone)
    });
    (changes, names)
}

/// Whether others name a thing of this kind, so that it matters which do.
fn is_used(what: &str) -> bool {
    matches!(what, "let" | "measure" | "calendar" | "case" | "parameter")
}
