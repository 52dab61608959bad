//! Prints the events of the social-media example: the same bytes at every run.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(servanda_examples::social_media::events().as_bytes())?;
    out.flush()
}
