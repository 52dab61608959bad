//! Committed files that are generated, and how a test holds them to what is generated.

use std::error::Error;
use std::fs;
use std::path::Path;

/// The name of the variable that has what is generated written instead of compared.
pub const UPDATE: &str = "UPDATE_EXPECTED";

/// Holds a committed file to what was generated.
///
/// # Errors
/// When they differ: the first line that does. When the file cannot be read, or written anew.
pub fn hold(path: &Path, generated: &str) -> Result<(), Box<dyn Error>> {
    if std::env::var_os(UPDATE).is_some() {
        fs::write(path, generated)?;
    }
    let name = path.display();
    let committed = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let different = committed.lines().zip(generated.lines()).find(|(one, other)| one != other);
    if let Some((committed, generated)) = different {
        return Err(format!("{name} has `{committed}`, and now it is `{generated}`").into());
    }
    if committed != generated {
        return Err(format!("{name}: one of them is longer; write it anew with {UPDATE}=1").into());
    }
    Ok(())
}
