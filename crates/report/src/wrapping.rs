//! Lines for a terminal, broken where they are too wide.

use std::fmt::{self, Write};

/// How many columns a line may have.
const WIDTH: usize = 100;

/// A line, broken between words where it is too wide; what follows stands further in.
pub(crate) fn wrapped(out: &mut String, text: &str, indent: usize) -> fmt::Result {
    let mut width = 0;
    let mut line = String::new();
    let mut empty = true;
    for word in text.split(' ') {
        let more = word.chars().count() + 1;
        if width + more > WIDTH && !empty && !line.trim().is_empty() {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(indent);
            width = indent;
            empty = true;
        }
        if !empty || (width == 0 && !line.is_empty()) {
            line.push(' ');
        }
        line.push_str(word);
        width += more;
        empty = false;
    }
    writeln!(out, "{}", line.trim_end())
}
