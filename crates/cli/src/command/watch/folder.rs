//! Folders whose entries survive a power failure: a file that is on the disk is found only if its folder is, too.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Makes a folder with those above it that are missing, so that they stay.
///
/// # Errors
/// When it cannot be made.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let changed = changed_by(folder);
    fs::create_dir_all(folder)?;
    changed.iter().try_for_each(|folder| sync(folder))
}

/// The folders that get an entry when a folder is made.
fn changed_by(folder: &Path) -> Vec<PathBuf> {
    folder.ancestors().take_while(|folder| !folder.exists()).map(above).collect()
}

/// The folder that an entry is in.
pub(super) fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes the entries of a folder to the disk, where the system can.
///
/// # Errors
/// When the disk fails.
#[cfg(unix)]
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    // A folder that may be written and not read, and a file system that keeps no folders, leave it to the system.
    let Ok(folder) = fs::File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

/// There is nothing to be done where folders are no files.
#[cfg(not(unix))]
pub(super) fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{above, changed_by, make};
    use std::path::{Path, PathBuf};

    #[test]
    fn every_folder_that_gets_an_entry_is_synchronised() {
        let place = std::env::temp_dir().join(format!("servanda-folders-{}", std::process::id()));
        let (one, two) = (place.join("one"), place.join("one/two"));
        std::fs::create_dir_all(&place).unwrap();
        assert_eq!(changed_by(&two), [one.clone(), place.clone()]);
        make(&two).unwrap();
        assert!(two.is_dir());
        assert_eq!(changed_by(&two), Vec::<PathBuf>::new());
        std::fs::remove_dir_all(&place).unwrap();
        assert_eq!(above(Path::new("out")), Path::new("."));
        assert_eq!(above(Path::new("there/out")), Path::new("there"));
    }
}
