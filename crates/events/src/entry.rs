//! One object of a line taken apart: which wanted key has which value, as ranges of bytes.
//!
//! Values are neither typed nor unescaped here.

use crate::keys::Key;
use std::borrow::Cow;

/// What a value is, as far as its first byte tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text without escapes; the range is what stands between the quotes.
    Text,
    /// A text with escapes; the range is what stands between the quotes.
    Escaped,
    Number,
    True,
    False,
    Null,
    List,
    Object,
}

/// A wanted key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) shape: Shape,
    /// Where the value begins in the line, quotes included.
    pub(crate) at: u32,
    /// The range of the value's text in the line.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The wanted entries of one object; storage that is used for line after line.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    list: Vec<Entry>,
    /// For each key one more than the place of its entry in `list`, or 0.
    places: Vec<u32>,
}

impl Entries {
    /// Room for so many keys.
    pub(crate) fn for_keys(count: usize) -> Self {
        Self { list: Vec::new(), places: vec![0; count] }
    }

    /// Forgets all entries.
    pub(crate) fn clear(&mut self) {
        for entry in self.list.drain(..) {
            if let Some(place) = self.places.get_mut(entry.key as usize) {
                *place = 0;
            }
        }
    }

    /// Adds an entry; false where its key has one.
    pub(crate) fn add(&mut self, entry: Entry) -> bool {
        let Some(place) = self.places.get_mut(entry.key as usize) else { return true };
        if *place != 0 {
            return false;
        }
        self.list.push(entry);
        *place = u32::try_from(self.list.len()).unwrap_or(0);
        true
    }

    /// The entry of a key; none where it is `null`, which says as much as nothing.
    pub(crate) fn find(&self, key: Key) -> Option<Entry> {
        let place = self.places.get(key as usize)?.checked_sub(1)?;
        self.list.get(place as usize).copied().filter(|entry| entry.shape != Shape::Null)
    }
}

impl Entry {
    /// The text of the value as written, without quotes.
    pub(crate) fn raw(self, line: &str) -> &str {
        line.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// The value of a text with its escapes replaced; none where it is no text, or half of a character is
    /// escaped.
    pub(crate) fn text(self, line: &str) -> Option<Cow<'_, str>> {
        match self.shape {
            Shape::Text => Some(Cow::Borrowed(self.raw(line))),
            Shape::Escaped => {
                let quoted = line.get(self.at as usize..(self.end as usize).checked_add(1)?)?;
                serde_json::from_str::<String>(quoted).ok().map(Cow::Owned)
            }
            _ => None,
        }
    }
}

/// The column of a byte of a line: characters, from 1.
pub(crate) fn column(line: &str, at: usize) -> u32 {
    let before = line.char_indices().take_while(|(start, _)| *start < at).count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}
