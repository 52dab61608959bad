//! What is wrong with one value, before it is known where it stands and who wanted it.

use crate::decode::shortened;
use servanda_diagnostics::Code;

/// What is wrong with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Fault {
    /// A fault of a value as written: "`value` is not …".
    #[cold]
    pub(crate) fn new(code: Code, value: &str, what: &str) -> Self {
        Self { code, message: format!("`{}` {what}", shortened(value)) }
    }
}
