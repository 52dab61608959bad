//! The parser that pest makes of `grammar/sla.pest`. Nothing outside of this crate sees its types.

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "grammar/sla.pest"]
pub(crate) struct Grammar;
