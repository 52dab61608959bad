//! A file of instances as a table: a row of names, and a row for each instance. What stands in a cell is read as the
//! text of a value; an empty cell gives nothing.
//!
//! What a parameter wants is no business of this module.

use crate::entry::{Entries, Entry, Shape};
use crate::keys::{Key, Keys};
use crate::problem::Place;

/// A row of a table, taken apart.
#[derive(Debug)]
pub(super) struct TableRow {
    /// What stands in its cells, one behind the other.
    pub(super) text: String,
    /// The line on which it begins.
    pub(super) line: u32,
    /// Where each cell begins in the text, and in the file.
    cells: Vec<(u32, Place)>,
    /// The wanted keys and the ranges of their cells.
    wanted: Vec<(Key, u32, u32)>,
    /// What is wrong with its layout.
    pub(super) fault: Option<(Place, String)>,
}

impl TableRow {
    /// Puts the wanted cells among the entries; an empty one gives nothing.
    pub(super) fn enter(&self, entries: &mut Entries) {
        for (key, start, end) in self.wanted.iter().filter(|(_, start, end)| start < end) {
            entries.add(*key, Entry { shape: Shape::Text, at: *start, start: *start, end: *end });
        }
    }

    /// The place of the cell that begins at an entry's place.
    pub(super) fn place(&self, at: u32) -> Place {
        let cell = self.cells.iter().find(|(start, _)| *start == at);
        cell.map_or(Place { line: self.line, column: 1 }, |(_, place)| *place)
    }
}

/// Whether a file is a table and not objects: its first line that is not blank does not begin as an object.
pub(super) fn is_table(text: &[u8]) -> bool {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| *byte != b'{')
}

/// The rows of a table behind the one with its names, which are separated as those are: by commas, semicolons or tabs.
/// Of names that nobody wants nothing is read.
///
/// # Errors
/// When two columns have one wanted name, or the table cannot be taken apart: where, and why.
pub(super) fn rows(text: &str, keys: &Keys) -> Result<Vec<TableRow>, (Place, String)> {
    let mut records = records(text);
    let Some(header) = records.next() else { return Ok(Vec::new()) };
    let header = header?;
    let mut names: Vec<Option<Key>> = Vec::new();
    for (name, place) in &header.cells {
        let name = name.trim();
        let key = keys.find(name.as_bytes());
        if key.is_some() && names.contains(&key) {
            return Err((*place, format!("the table has two columns `{name}`")));
        }
        names.push(key);
    }
    records.map(|record| record.map(|record| row(record, &names))).collect()
}

fn row(record: Record, names: &[Option<Key>]) -> TableRow {
    let mut row = TableRow {
        text: String::new(),
        line: record.line,
        cells: Vec::new(),
        wanted: Vec::new(),
        fault: None,
    };
    if record.cells.len() != names.len() {
        let place = record.cells.get(names.len()).or(record.cells.last()).map(|(_, place)| *place);
        let message =
            format!("the row has {} cells, and the table {} columns", record.cells.len(), names.len());
        row.fault = Some((place.unwrap_or(Place { line: record.line, column: 1 }), message));
    }
    for ((cell, place), name) in record.cells.iter().zip(names) {
        let start = row.text.len() as u32;
        row.text.push_str(cell.trim());
        row.cells.push((start, *place));
        row.wanted.extend(name.map(|key| (key, start, row.text.len() as u32)));
        // So that no two cells begin at one place.
        row.text.push('\n');
    }
    row
}

/// The cells of a row, and where each begins.
struct Record {
    line: u32,
    cells: Vec<(String, Place)>,
}

/// The rows of a text that are not blank.
fn records(text: &str) -> impl Iterator<Item = Result<Record, (Place, String)>> + '_ {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    // What stands most often in the names; of as many the comma.
    let separator = [',', ';', '\t'].into_iter().rev().max_by_key(|it| first.matches(*it).count());
    let separator = separator.unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes());
    let mut places = Places { text, at: 0, line: 1, separator };
    std::iter::from_fn(move || {
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return None,
                Err(error) => return Some(Err((Place { line: places.line, column: 1 }, error.to_string()))),
                Ok(true) => {}
            }
            let begins = record.position().map_or(0, csv::Position::byte);
            let (cells, open) = places.of(begins as usize, record.len());
            if let Some(place) = open {
                // The rest of the file would be one cell.
                return Some(Err((place, "a quote is opened here and not closed".to_owned())));
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = cells.first().map_or(places.line, |place| place.line);
            let cells = record.iter().map(str::to_owned).zip(cells).collect();
            return Some(Ok(Record { line, cells }));
        }
    })
}

/// Where cells begin in a text.
struct Places<'t> {
    text: &'t str,
    /// How far lines have been counted.
    at: usize,
    line: u32,
    separator: char,
}

impl Places<'_> {
    /// The places of so many cells of the row that begins at a byte, and the one whose quote is never closed.
    fn of(&mut self, begins: usize, count: usize) -> (Vec<Place>, Option<Place>) {
        let passed = self.text.get(self.at..begins).unwrap_or("");
        self.line = self.line.saturating_add(passed.matches('\n').count() as u32);
        self.at = begins;
        let mut rest = self.text.get(begins..).unwrap_or("").chars().peekable();
        // Blank lines before a row belong to none.
        let (mut line, mut column) = (self.line, 1_u32);
        while rest.peek().is_some_and(|it| matches!(it, '\n' | '\r')) {
            line += u32::from(rest.next() == Some('\n'));
        }
        let mut places = Vec::with_capacity(count);
        let mut open = None;
        while places.len() < count {
            let place = Place { line, column };
            places.push(place);
            // Only a cell that begins with a quote is a quoted one.
            let quotes = rest.peek() == Some(&'"');
            let mut quoted = false;
            for letter in rest.by_ref() {
                column = column.saturating_add(1);
                match letter {
                    '"' => quoted ^= quotes,
                    '\n' => (line, column) = (line.saturating_add(1), 1),
                    _ => {}
                }
                if !quoted && (letter == self.separator || letter == '\n') {
                    break;
                }
            }
            if quoted {
                open = Some(place);
            }
        }
        (places, open)
    }
}
