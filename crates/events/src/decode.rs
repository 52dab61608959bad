//! The sure way through a line: an object taken apart by serde_json.
//!
//! Values stay ranges of the line, so that no number goes through a float; only keys are unescaped.

use crate::entry::{Entries, Entry, Shape};
use crate::keys::Keys;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use servanda_diagnostics::Code;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Levels of nesting that a value may have.
const MOST_LEVELS: usize = 127;

/// Why a line, or an object in it, cannot be taken apart.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// Where in the line, in bytes.
    pub(crate) at: usize,
    /// Whether the text ends too early.
    pub(crate) ends: bool,
}

/// Takes apart the object that is `line[from..to]`.
#[cold]
pub(crate) fn decode(
    line: &str,
    (from, to): (usize, usize),
    keys: &Keys,
    entries: &mut Entries,
) -> Result<(), Unreadable> {
    let text = line.get(from..to).unwrap_or("");
    let mut decoder = serde_json::Deserializer::from_str(text);
    let is_object = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    let mut object = Object { line, keys, entries, seen: BTreeSet::new(), wrong: None };
    let read = match is_object {
        true => decoder.deserialize_map(&mut object),
        false => decoder.deserialize_ignored_any(IgnoredAny).map(|_| ()),
    };
    read.and_then(|()| decoder.end()).map_err(|error| invalid(&error, text, from))?;
    if !is_object {
        let blank = text.len().saturating_sub(text.trim_start_matches([' ', '\t', '\r', '\n']).len());
        let message = "the line is not an object".to_owned();
        return Err(Unreadable { code: Code::NotAnObject, message, at: from + blank, ends: false });
    }
    object.wrong.map_or(Ok(()), Err)
}

/// What serde_json finds wrong, with its place in the line.
fn invalid(error: &serde_json::Error, text: &str, from: usize) -> Unreadable {
    // It counts bytes from the last line feed, of which a line of ours has none.
    let at = error.column().saturating_sub(1).min(text.len()).saturating_add(from);
    let told = error.to_string();
    let what = told.split_once(" at line ").map_or(told.as_str(), |(what, _)| what);
    let message = format!("not valid JSON: {}", what.replacen("EOF", "the end of the line", 1));
    Unreadable { code: Code::InvalidJson, message, at, ends: error.is_eof() }
}

struct Object<'a, 'e> {
    line: &'a str,
    keys: &'e Keys,
    entries: &'e mut Entries,
    seen: BTreeSet<Cow<'a, str>>,
    /// The first thing that is wrong although it is valid JSON.
    wrong: Option<Unreadable>,
}

impl<'a> Visitor<'a> for &mut Object<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(Name(name)) = map.next_key::<Name<'a>>()? {
            let raw = map.next_value::<&'a RawValue>()?.get();
            let at = (raw.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
            let key = self.keys.find(name.as_bytes());
            let value = entry(raw, at);
            if self.wrong.is_none() {
                self.wrong = wrong(&name, self.seen.contains(&name), raw, at);
            }
            if let Some(key) = key
                && let Some(value) = value
            {
                self.entries.add(key, value);
            }
            self.seen.insert(name);
        }
        Ok(())
    }
}

fn wrong(name: &str, again: bool, raw: &str, at: usize) -> Option<Unreadable> {
    if again {
        let message = format!("the key `{}` is there twice", shortened(name));
        return Some(Unreadable { code: Code::DuplicateKey, message, at, ends: false });
    }
    if levels(raw) > MOST_LEVELS {
        let message = format!("`{}` is nested deeper than {MOST_LEVELS} levels", shortened(name));
        return Some(Unreadable { code: Code::NestedTooDeep, message, at, ends: false });
    }
    None
}

/// The beginning of a text, for a message.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(""))),
        None => Cow::Borrowed(text),
    }
}

/// How deep the lists and objects of a valid value are nested.
fn levels(raw: &str) -> usize {
    let (mut deepest, mut level, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    if !raw.starts_with(['{', '[']) {
        return 0;
    }
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => level = level.saturating_add(1),
            b'}' | b']' if !in_text => level = level.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(level);
    }
    deepest
}

/// A value of the line.
fn entry(raw: &str, at: usize) -> Option<Entry> {
    let shape = match raw.as_bytes().first()? {
        b'"' if memchr::memchr(b'\\', raw.as_bytes()).is_some() => Shape::Escaped,
        b'"' => Shape::Text,
        b't' => Shape::True,
        b'f' => Shape::False,
        b'n' => Shape::Null,
        b'[' => Shape::List,
        b'{' => Shape::Object,
        _ => Shape::Number,
    };
    let quote = usize::from(matches!(shape, Shape::Text | Shape::Escaped));
    let place = |at: usize| u32::try_from(at).ok();
    let end = at.checked_add(raw.len())?.checked_sub(quote)?;
    Some(Entry { shape, at: place(at)?, start: place(at.checked_add(quote)?)?, end: place(end)? })
}

/// A key, borrowed from the line where it has no escape.
struct Name<'a>(Cow<'a, str>);

impl<'a> serde::Deserialize<'a> for Name<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'a> Visitor<'a> for Text {
            type Value = Name<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Name<'a>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'a>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
