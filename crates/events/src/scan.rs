//! The quick way through a line: one flat object, taken apart without allocating.
//!
//! It accepts only what is valid JSON, and leaves to `decode` whatever it does not expect: a nested value, an
//! escape in a key, a key that is there twice, anything that is wrong.

use crate::entry::{Entries, Entry, Shape};
use crate::keys::{Key, Keys};

/// Keys that nobody wants are compared with each other up to this number.
const MOST_UNWANTED: usize = 16;

/// Places of a line that are remembered.
const MOST_HINTS: usize = 64;

/// What earlier lines teach about the next: at which place which key stood.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    places: Vec<Key>,
    /// Ranges of the keys of this line that nobody wants.
    unwanted: Vec<(usize, usize)>,
}

/// A place in a line.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The end of a text, at its closing quote.
struct TextEnd {
    at: usize,
    escaped: bool,
}

impl Scanner {
    /// Takes a line apart; none where `decode` must do it. The entries are then of no use.
    pub(crate) fn scan(&mut self, line: &str, keys: &Keys, entries: &mut Entries) -> Option<()> {
        self.unwanted.clear();
        let mut cursor = Cursor { bytes: line.as_bytes(), at: 0 };
        cursor.blank();
        cursor.take(b'{')?;
        cursor.blank();
        if cursor.peek() == Some(b'}') {
            cursor.at += 1;
            return cursor.end();
        }
        let mut place = 0;
        loop {
            cursor.take(b'"')?;
            let start = cursor.at;
            // Most lines have the key that earlier ones had at this place: then its end is known.
            let hinted =
                self.places.get(place).copied().filter(|key| cursor.skip_name(keys.name(*key)).is_some());
            let key = match hinted {
                Some(key) => Some(key),
                None => {
                    let end = cursor.text()?;
                    if end.escaped {
                        return None;
                    }
                    let name = cursor.bytes.get(start..end.at)?;
                    cursor.at = end.at + 1;
                    self.key(place, name, keys)
                }
            };
            let end = cursor.at - 1;
            cursor.blank();
            cursor.take(b':')?;
            cursor.blank();
            let value = cursor.value(key.unwrap_or(Key::MAX))?;
            match key {
                Some(_) => entries.add(value).then_some(())?,
                None => self.unwanted(cursor.bytes, start, end)?,
            }
            place += 1;
            cursor.blank();
            match cursor.peek()? {
                b',' => cursor.at += 1,
                b'}' => {
                    cursor.at += 1;
                    return cursor.end();
                }
                _ => return None,
            }
            cursor.blank();
        }
    }

    /// The number of a name, which is remembered for this place of the lines that follow.
    fn key(&mut self, place: usize, name: &[u8], keys: &Keys) -> Option<Key> {
        let key = keys.find(name)?;
        if place < MOST_HINTS && place >= self.places.len() {
            self.places.resize(place + 1, key);
        }
        if let Some(hint) = self.places.get_mut(place) {
            *hint = key;
        }
        Some(key)
    }

    /// Notes a key that nobody wants; none where it is there twice, or there are too many to compare.
    fn unwanted(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<()> {
        let name = bytes.get(start..end)?;
        if self.unwanted.len() >= MOST_UNWANTED {
            return None;
        }
        let known = self.unwanted.iter().any(|(start, end)| bytes.get(*start..*end) == Some(name));
        self.unwanted.push((start, end));
        (!known).then_some(())
    }
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Goes behind this name and its closing quote, if they stand here.
    fn skip_name(&mut self, name: &[u8]) -> Option<()> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(name)?;
        (*rest.first()? == b'"').then(|| self.at += name.len() + 1)
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    /// Nothing but blanks to the end of the line.
    fn end(&mut self) -> Option<()> {
        self.blank();
        (self.at == self.bytes.len()).then_some(())
    }

    /// The value that begins here; none where it is nested or not valid. The cursor then stands behind it.
    fn value(&mut self, key: Key) -> Option<Entry> {
        let at = u32::try_from(self.at).ok()?;
        let entry =
            |shape, start, end: usize| Some(Entry { key, shape, at, start, end: u32::try_from(end).ok()? });
        match self.peek()? {
            b'"' => {
                self.at += 1;
                let end = self.text()?;
                self.at = end.at + 1;
                let shape = if end.escaped { Shape::Escaped } else { Shape::Text };
                entry(shape, at + 1, end.at)
            }
            b't' => self.word(b"true").and_then(|end| entry(Shape::True, at, end)),
            b'f' => self.word(b"false").and_then(|end| entry(Shape::False, at, end)),
            b'n' => self.word(b"null").and_then(|end| entry(Shape::Null, at, end)),
            _ => self.number().and_then(|end| entry(Shape::Number, at, end)),
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<usize> {
        self.bytes.get(self.at..)?.starts_with(word).then(|| self.at += word.len())?;
        Some(self.at)
    }

    /// Finds the end of the text whose first byte the cursor is at; none where it has none, or holds a byte or
    /// an escape that JSON does not allow.
    fn text(&mut self) -> Option<TextEnd> {
        let mut at = self.at;
        let mut escaped = false;
        loop {
            if let Some(eight) = self.bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
                let special = special_bytes(u64::from_le_bytes(*eight));
                if special == 0 {
                    at += 8;
                    continue;
                }
                at += special.trailing_zeros() as usize / 8;
            }
            match *self.bytes.get(at)? {
                b'"' => return Some(TextEnd { at, escaped }),
                b'\\' => {
                    escaped = true;
                    at += 2;
                    match *self.bytes.get(at - 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        b'u' => {
                            let digits = self.bytes.get(at..at + 4)?;
                            digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                            at += 4;
                        }
                        _ => return None,
                    }
                }
                0..0x20 => return None,
                _ => at += 1,
            }
        }
    }

    /// Finds the end of the number that begins here.
    fn number(&mut self) -> Option<usize> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(self.at)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// Marks, in the top bit of each byte, the quotes, backslashes and control characters among eight bytes.
///
/// A borrow can mark bytes above a true one wrongly, never below: the lowest mark is always true.
fn special_bytes(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & TOPS;
    let quote = zero(eight ^ (ONES * 0x22));
    let backslash = zero(eight ^ (ONES * 0x5c));
    let control = eight.wrapping_sub(ONES * 0x20) & !eight & TOPS;
    quote | backslash | control
}
