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

/// The value of a wanted key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) shape: Shape,
    /// Where the value begins in the line, quotes included.
    pub(crate) at: u32,
    /// The range of the value's text in the line.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The wanted entries of one object; storage that is used for line after line.
#[derive(Debug)]
pub(crate) struct Entries {
    /// For each key its last entry, and the number of the object that had it: what another object had is not there.
    slots: Vec<(u64, Entry)>,
    object: u64,
}

impl Entries {
    /// Room for so many keys.
    pub(crate) fn for_keys(count: usize) -> Self {
        let none = Entry { shape: Shape::Null, at: 0, start: 0, end: 0 };
        Self { slots: vec![(0, none); count], object: 1 }
    }

    /// Forgets all entries.
    pub(crate) fn clear(&mut self) {
        self.object = self.object.wrapping_add(1);
    }

    /// Adds an entry; false where its key has one.
    pub(crate) fn add(&mut self, key: Key, entry: Entry) -> bool {
        let Some(slot) = self.slots.get_mut(key as usize) else { return true };
        if slot.0 == self.object {
            return false;
        }
        *slot = (self.object, entry);
        true
    }

    /// The entry of a key; none where it is `null`, which says as much as nothing.
    pub(crate) fn find(&self, key: Key) -> Option<Entry> {
        let (object, entry) = self.slots.get(key as usize)?;
        (*object == self.object && entry.shape != Shape::Null).then_some(*entry)
    }
}

impl Entry {
    /// The text of the value as written, without quotes.
    pub(crate) fn raw(self, line: &str) -> &str {
        line.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// The value of a text without escapes that is not empty; none of any other value.
    pub(crate) fn plain(self, line: &str) -> Option<&str> {
        let text = line.get(self.start as usize..self.end as usize)?;
        (self.shape == Shape::Text && !text.is_empty()).then_some(text)
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
