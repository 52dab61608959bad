//! Standard output for results, standard error for messages and progress, and whether to color them.

use crate::arguments::Color;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use servanda::render::HumanOptions;
use std::io::{self, IsTerminal, Write};

/// The streams of the command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    color: Color,
}

/// Which stream a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Result,
    /// Standard error.
    Message,
}

impl Terminal {
    /// Streams that are colored as asked for.
    pub(crate) const fn new(color: Color) -> Self {
        Self { color }
    }

    /// Writes a part of the result.
    ///
    /// # Errors
    /// When it cannot be written; when nobody reads it any more, too.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Whether the result goes to a terminal, and how many columns that has, where it says so.
    pub(crate) fn shown(&self) -> (bool, Option<usize>) {
        let out = io::stdout();
        let width = out.is_terminal().then(|| terminal_size::terminal_size_of(&out)).flatten();
        (out.is_terminal(), width.map(|(width, _)| usize::from(width.0)))
    }

    /// Tells something that is not the result. Where nobody listens, nothing is lost that matters.
    pub(crate) fn message(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{}", text.trim_end());
    }

    /// How findings are shown on a stream.
    pub(crate) fn findings(&self, stream: Stream) -> HumanOptions {
        let choice = match (self.color, stream) {
            (Color::Always, _) => ColorChoice::Always,
            (Color::Never, _) => ColorChoice::Never,
            (Color::Auto, Stream::Result) => AutoStream::choice(&io::stdout()),
            (Color::Auto, Stream::Message) => AutoStream::choice(&io::stderr()),
        };
        HumanOptions { color: choice != ColorChoice::Never, ..HumanOptions::default() }
    }

    /// A bar for reading so many bytes; invisible unless standard error is a terminal.
    pub(crate) fn progress(&self, bytes: u64) -> ProgressBar {
        if !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        match ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}
