//! The quick way through a line: one flat object, taken apart without allocating.
//!
//! It accepts only what is valid JSON, and leaves to `decode` whatever it does not expect: a nested value, an
//! escape in a key, a key that is there twice, anything that is wrong.

use crate::entry::{Entries, Entry, Shape};
use crate::keys::{Key, Keys};

/// Keys that nobody wants are compared with each other up to this number.
const MOST_UNWANTED: usize = 16;

/// Places of a line that are remembered, and names that are remembered for each.
const MOST_PLACES: usize = 64;
const MOST_HINTS: usize = 8;

/// What earlier lines teach about the next: at which place which names stood.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    places: Vec<Vec<Hint>>,
    /// Ranges of the keys of this line that nobody wants.
    unwanted: Vec<(usize, usize)>,
}

/// A name with its closing quote and colon, as the number that its bytes are: compared at once, not byte by byte.
#[derive(Debug, Clone, Copy)]
struct Hint {
    bytes: u128,
    mask: u128,
    length: usize,
    /// None of a name that nobody wants.
    key: Option<Key>,
}

impl Hint {
    /// None where the name is too long for a hint.
    fn of(name: &[u8], key: Option<Key>) -> Option<Self> {
        let mut bytes = [0; 16];
        let length = name.len().checked_add(2)?;
        let written = bytes.get_mut(..length)?;
        written.get_mut(..name.len())?.copy_from_slice(name);
        written.get_mut(name.len()..)?.copy_from_slice(b"\":");
        let mask = u128::MAX.checked_shr(u32::try_from(128_usize.checked_sub(length * 8)?).ok()?)?;
        Some(Self { bytes: u128::from_le_bytes(bytes), mask, length, key })
    }
}

/// What is left of a line.
struct Cursor<'a> {
    rest: &'a [u8],
    /// The length of the whole line.
    length: usize,
    /// Whether the line has neither a backslash nor a control character: then a text ends at the next quote.
    plain: bool,
}

impl Scanner {
    /// Takes a line apart; none where `decode` must do it. The entries are then of no use.
    ///
    /// Only a line without backslashes and control characters may be said to be `plain`.
    pub(crate) fn scan(&mut self, line: &str, plain: bool, keys: &Keys, entries: &mut Entries) -> Option<()> {
        self.unwanted.clear();
        let mut cursor = Cursor { rest: line.as_bytes(), length: line.len(), plain };
        cursor.blank();
        cursor.take(b'{')?;
        cursor.blank();
        if cursor.rest.first() == Some(&b'}') {
            cursor.take(b'}')?;
            return cursor.end();
        }
        let mut place = 0;
        loop {
            cursor.take(b'"')?;
            let name = cursor.rest;
            // Most lines have at this place a key that earlier ones had there: then its end is known.
            let (key, length) = match self.hinted(place, name) {
                Some((key, length)) => {
                    cursor.skip(length)?;
                    (key, length - 2)
                }
                None => {
                    let (length, escaped) = cursor.text()?;
                    if escaped {
                        return None;
                    }
                    cursor.blank();
                    cursor.take(b':')?;
                    (self.key(place, name.get(..length)?, keys), length)
                }
            };
            let value = cursor.value()?;
            match key {
                Some(key) => entries.add(key, value).then_some(())?,
                None => self.unwanted(line.as_bytes(), line.len() - name.len(), length)?,
            }
            place += 1;
            cursor.blank();
            match cursor.rest {
                [b',', rest @ ..] => cursor.rest = rest,
                [b'}', rest @ ..] => {
                    cursor.rest = rest;
                    return cursor.end();
                }
                _ => return None,
            }
            cursor.blank();
        }
    }

    /// The name that stands here, if earlier lines had it at this place, and how long it is with quote and colon.
    fn hinted(&self, place: usize, rest: &[u8]) -> Option<(Option<Key>, usize)> {
        let next = u128::from_le_bytes(*rest.first_chunk::<16>()?);
        let hint = self.places.get(place)?.iter().find(|hint| next & hint.mask == hint.bytes)?;
        Some((hint.key, hint.length))
    }

    /// The number of a name, which is remembered for this place of the lines that follow.
    fn key(&mut self, place: usize, name: &[u8], keys: &Keys) -> Option<Key> {
        let key = keys.find(name);
        if place < MOST_PLACES && place >= self.places.len() {
            self.places.resize(place + 1, Vec::new());
        }
        if let Some(hints) = self.places.get_mut(place).filter(|hints| hints.len() < MOST_HINTS) {
            hints.extend(Hint::of(name, key));
        }
        key
    }

    /// Notes a key that nobody wants; none where it is there twice, or there are too many to compare.
    fn unwanted(&mut self, line: &[u8], start: usize, length: usize) -> Option<()> {
        if self.unwanted.len() >= MOST_UNWANTED {
            return None;
        }
        let name = |(start, length): (usize, usize)| line.get(start..)?.get(..length);
        let known = self.unwanted.iter().any(|other| name(*other) == name((start, length)));
        self.unwanted.push((start, length));
        (!known).then_some(())
    }
}

impl Cursor<'_> {
    /// Where in the line it stands.
    fn at(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.rest = self.rest.get(count..)?;
        Some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        (*first == byte).then_some(())
    }

    fn blank(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Nothing but blanks to the end of the line.
    fn end(&mut self) -> Option<()> {
        self.blank();
        self.rest.is_empty().then_some(())
    }

    /// The value that stands here or after blanks; none where it is nested or not valid. The cursor then stands
    /// behind it.
    fn value(&mut self) -> Option<Entry> {
        let place = |at: usize| u32::try_from(at).ok();
        // Most values are texts that follow at once, and most lines are plain.
        if let ([b'"', text @ ..], true) = (self.rest, self.plain) {
            let length = memchr::memchr(b'"', text)?;
            let start = self.length.checked_sub(text.len())?;
            let end = start.checked_add(length)?;
            self.rest = text.get(length..)?.get(1..)?;
            let (start, end) = (place(start)?, place(end)?);
            return Some(Entry { shape: Shape::Text, at: start.checked_sub(1)?, start, end });
        }
        self.blank();
        let at = self.at();
        let (shape, quote) = match *self.rest.first()? {
            b'"' => {
                self.take(b'"')?;
                let (_, escaped) = self.text()?;
                (if escaped { Shape::Escaped } else { Shape::Text }, 1)
            }
            b't' => (self.word(b"true", Shape::True)?, 0),
            b'f' => (self.word(b"false", Shape::False)?, 0),
            b'n' => (self.word(b"null", Shape::Null)?, 0),
            _ => (self.number()?, 0),
        };
        Some(Entry { shape, at: place(at)?, start: place(at + quote)?, end: place(self.at() - quote)? })
    }

    fn word(&mut self, word: &[u8], shape: Shape) -> Option<Shape> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(shape)
    }

    /// The length of the text whose first byte stands here, and whether it has escapes; none where it has no end,
    /// or holds a byte or an escape that JSON does not allow. The cursor then stands behind its closing quote.
    fn text(&mut self) -> Option<(usize, bool)> {
        let start = self.rest;
        let mut escaped = false;
        loop {
            while let Some((eight, rest)) = self.rest.split_first_chunk::<8>() {
                let eight = u64::from_le_bytes(*eight);
                let special = if self.plain { bytes_like(b'"', eight) } else { special_bytes(eight) };
                if special != 0 {
                    self.skip(special.trailing_zeros() as usize / 8)?;
                    break;
                }
                self.rest = rest;
            }
            match self.rest {
                [b'"', rest @ ..] => {
                    let length = start.len().checked_sub(self.rest.len())?;
                    self.rest = rest;
                    return Some((length, escaped));
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => {
                    escaped = true;
                    self.rest = rest;
                }
                [b'\\', b'u', a, b, c, d, rest @ ..] => {
                    [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    escaped = true;
                    self.rest = rest;
                }
                [b'\\' | 0..0x20, ..] | [] => return None,
                [_, rest @ ..] => self.rest = rest,
            }
        }
    }

    fn number(&mut self) -> Option<Shape> {
        if let [b'-', rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [b'0', rest @ ..] => self.rest = rest,
            _ => self.digits()?,
        }
        if let [b'.', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
        }
        if let [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            if let [b'+' | b'-', rest @ ..] = self.rest {
                self.rest = rest;
            }
            self.digits()?;
        }
        Some(Shape::Number)
    }

    fn digits(&mut self) -> Option<()> {
        let before = self.rest.len();
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
        (self.rest.len() < before).then_some(())
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Marks, in the top bit of each byte, those of eight bytes that are this one.
///
/// A borrow can mark bytes above a true one wrongly, never below: the lowest mark is always true.
fn bytes_like(byte: u8, eight: u64) -> u64 {
    let zero_where_like = eight ^ (ONES * u64::from(byte));
    zero_where_like.wrapping_sub(ONES) & !zero_where_like & TOPS
}

/// Marks, as [`bytes_like`] does, the quotes, backslashes and control characters.
fn special_bytes(eight: u64) -> u64 {
    let control = eight.wrapping_sub(ONES * 0x20) & !eight & TOPS;
    bytes_like(b'"', eight) | bytes_like(b'\\', eight) | control
}

/// Whether a text has neither a backslash nor a control character but line feeds.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a branch the compiler looks at many bytes at once.
    let strange = |byte: u8| (byte == b'\\') | ((byte < 0x20) & (byte != b'\n'));
    !text.bytes().fold(false, |found, byte| found | strange(byte))
}
