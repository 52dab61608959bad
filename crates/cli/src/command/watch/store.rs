//! Where a stream is: kept in a folder so that the position in the input, the state and the length of the output are
//! always those of one moment.
//!
//! It knows nothing of what the bytes that it keeps of the state mean.

use super::folder;
use super::position::{FORMAT, Position};
use crate::exit::{Failure, reason};
use redb::{
    Builder, CommitError, Database, DatabaseError, ReadableTable, ReadableTableMetadata, StorageError,
    TableDefinition, TableError, TransactionError,
};
use servanda::time::Instant;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `position` and `head`, and `outbox`: lines of the output that are kept before a pipe gets them.
const WHOLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("whole");
/// By the name of the instance: four bytes for its place among the others, then its part of a snapshot.
const INSTANCES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("instances");
/// By instance, name of the case and key: when the items began that were told of, eight bytes each, in the order in
/// which they were told of first.
const BIRTHS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("births");

/// The file in the folder.
const FILE: &str = "state.redb";
/// What a file is called while it is made.
const UNFINISHED: &str = "unfinished-";
/// How much of the store is held in memory, in bytes.
const CACHE: usize = 32 * 1024 * 1024;

/// The items of a key: its instance, its case and the key itself.
pub(super) type ItemKey = (String, String, String);

/// The state of a stream, on disk.
#[derive(Debug)]
pub(super) struct Store {
    db: Database,
    folder: PathBuf,
    /// Births that have been told of since they were kept last.
    births: BTreeMap<ItemKey, Vec<Instant>>,
}

/// What a store holds.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) position: Position,
    pub(super) head: Vec<u8>,
    /// In the order in which the instances were kept first.
    pub(super) instances: Vec<Vec<u8>>,
    /// Lines of the output that a pipe may not have got.
    pub(super) outbox: Vec<u8>,
}

/// What is kept together.
#[derive(Debug)]
pub(super) struct Moment<'m> {
    pub(super) position: &'m Position,
    pub(super) head: &'m [u8],
    /// Those that have changed, by name.
    pub(super) instances: &'m [(String, Vec<u8>)],
    /// Lines of the output that a pipe gets once they are kept.
    pub(super) outbox: &'m [u8],
}

/// What went wrong with the store, in its own words; boxed, for they are many.
#[derive(Debug)]
struct Wrong(Box<redb::Error>);

/// The errors of the store, each of which is one of all of them.
macro_rules! wrong {
    ($($error:ty),*) => {$(
        impl From<$error> for Wrong {
            fn from(error: $error) -> Self {
                Self(Box::new(error.into()))
            }
        }
    )*};
}

wrong!(DatabaseError, TransactionError, TableError, StorageError, CommitError);

/// Something with the store went wrong.
fn failed(folder: &Path, error: impl Into<Wrong>) -> Failure {
    let folder = folder.display();
    let Wrong(error) = error.into();
    match *error {
        redb::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            Failure::usage(format!("the state `{folder}` has vanished"))
        }
        redb::Error::Io(error)
            if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) =>
        {
            damaged(&folder, &reason(&error))
        }
        redb::Error::Io(error) => Failure::usage(format!("the state `{folder}`: {}", reason(&error))),
        redb::Error::DatabaseAlreadyOpen => {
            Failure::usage(format!("another process works with the state `{folder}`"))
        }
        redb::Error::UpgradeRequired(_) => {
            Failure::usage(format!("the state `{folder}` was made by another version of servanda"))
        }
        redb::Error::Corrupted(what) => damaged(&folder, &what),
        error => damaged(&folder, &error),
    }
}

fn damaged(folder: &impl std::fmt::Display, what: &impl std::fmt::Display) -> Failure {
    Failure::usage(format!(
        "the state `{folder}` is damaged: {what}; begin anew with another folder and another output"
    ))
}

impl Store {
    /// Opens the store in a folder for this process alone, and reads what it holds; none where there is no store yet.
    ///
    /// # Errors
    /// When another process has it, or it cannot be read.
    pub(super) fn open(folder: &Path) -> Result<Option<(Self, Kept)>, Failure> {
        let file = folder.join(FILE);
        match fs::metadata(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file(folder, &error)),
            Ok(metadata) if !metadata.is_file() => return Err(damaged(&folder.display(), &"it is no file")),
            Ok(_) => {}
        }
        // The store trusts the bytes of its own file, and stops where they make no sense.
        let opened = quietly(folder, || {
            let db = Builder::new().set_cache_size(CACHE).open(&file)?;
            let store = Self { db, folder: folder.to_owned(), births: BTreeMap::new() };
            let bytes = store.read()?;
            Ok::<_, Wrong>((store, bytes))
        });
        let (store, bytes) = match opened {
            Some(opened) => opened.map_err(|error| failed(folder, error))?,
            None => return Err(damaged(&folder.display(), &"its pages do not fit together")),
        };
        let kept = bytes.understood(folder)?;
        store.tidy();
        Ok(Some((store, kept)))
    }

    fn read(&self) -> Result<Bytes, Wrong> {
        let transaction = self.db.begin_read()?;
        let whole = transaction.open_table(WHOLE)?;
        let bytes = |key: &str| Ok::<_, StorageError>(whole.get(key)?.map(|value| value.value().to_vec()));
        let mut instances = Vec::new();
        for row in transaction.open_table(INSTANCES)?.iter()? {
            let (_, value) = row?;
            if let Some((place, part)) = value.value().split_first_chunk::<4>() {
                instances.push((u32::from_be_bytes(*place), part.to_vec()));
            }
        }
        instances.sort_by_key(|(place, _)| *place);
        Ok(Bytes {
            position: bytes("position")?,
            head: bytes("head")?,
            outbox: bytes("outbox")?.unwrap_or_default(),
            instances: instances.into_iter().map(|(_, part)| part).collect(),
        })
    }

    /// Makes a store that holds a first moment. It appears in its folder whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written, or another process has made one in the meantime.
    pub(super) fn create(folder: &Path, moment: &Moment<'_>) -> Result<Self, Failure> {
        folder::make(folder).map_err(|error| Failure::file(folder, &error))?;
        let strange = |entry: &fs::DirEntry| !entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let mut entries = fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))?.flatten();
        if entries.any(|entry| strange(&entry)) {
            return Err(Failure::usage(format!(
                "the folder `{}` holds something else than a state: say an empty one",
                folder.display()
            )));
        }
        let (unfinished, new) = unfinished(folder).map_err(|error| Failure::file(folder, &error))?;
        let made = (|| {
            let mut builder = Builder::new();
            let db = builder.create_with_file_format_v3(true).set_cache_size(CACHE).create_file(new)?;
            let mut store = Self { db, folder: folder.to_owned(), births: BTreeMap::new() };
            store.write(moment)?;
            Ok::<_, Wrong>(())
        })();
        made.map_err(|error| failed(folder, error))?;
        let file = folder.join(FILE);
        let was_first = match fs::hard_link(&unfinished, &file) {
            Ok(()) => true,
            // Who was first has also removed what this process was making.
            Err(_) if file.exists() || !unfinished.exists() => false,
            // Not every file system has links.
            Err(_) => fs::rename(&unfinished, &file)
                .map(|()| true)
                .map_err(|error| Failure::file(folder, &error))?,
        };
        if !was_first {
            // It does no harm where it stays.
            let _ = fs::remove_file(&unfinished);
            return Err(failed(folder, DatabaseError::DatabaseAlreadyOpen));
        }
        folder::sync(folder).map_err(|error| Failure::file(folder, &error))?;
        let db = Builder::new().set_cache_size(CACHE).open(&file).map_err(|error| failed(folder, error))?;
        let store = Self { db, folder: folder.to_owned(), births: BTreeMap::new() };
        store.tidy();
        Ok(store)
    }

    /// Removes what was never finished.
    fn tidy(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // It does no harm where it stays.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Keeps a moment, all of it or nothing.
    ///
    /// # Errors
    /// When it cannot be written, or the file is gone.
    pub(super) fn keep(&mut self, moment: &Moment<'_>) -> Result<(), Failure> {
        if !self.folder.join(FILE).is_file() {
            return Err(Failure::usage(format!("the state `{}` has vanished", self.folder.display())));
        }
        self.write(moment).map_err(|error| failed(&self.folder, error))
    }

    fn write(&mut self, moment: &Moment<'_>) -> Result<(), Wrong> {
        let transaction = self.db.begin_write()?;
        {
            let mut whole = transaction.open_table(WHOLE)?;
            whole.insert("position", moment.position.sealed().as_slice())?;
            whole.insert("head", moment.head)?;
            whole.insert("outbox", moment.outbox)?;
            let mut instances = transaction.open_table(INSTANCES)?;
            let mut next = instances.len()?;
            for (name, part) in moment.instances {
                let place =
                    instances.get(name.as_str())?.and_then(|it| it.value().first_chunk::<4>().copied());
                let place = place.unwrap_or_else(|| {
                    let place = u32::try_from(next).unwrap_or(u32::MAX).to_be_bytes();
                    next += 1;
                    place
                });
                instances.insert(name.as_str(), [place.as_slice(), part.as_slice()].concat().as_slice())?;
            }
            let mut births = transaction.open_table(BIRTHS)?;
            for (key, new) in &self.births {
                let key = birth_key(key);
                let mut all = births.get(key.as_slice())?.map(|it| instants(it.value())).unwrap_or_default();
                append(&mut all, new);
                let bytes: Vec<u8> = all.iter().flat_map(|at| at.0.to_be_bytes()).collect();
                births.insert(key.as_slice(), bytes.as_slice())?;
            }
        }
        transaction.commit()?;
        self.births.clear();
        Ok(())
    }

    /// A pipe has got everything that was kept for it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn empty_outbox(&self) -> Result<(), Failure> {
        let write = || {
            let transaction = self.db.begin_write()?;
            transaction.open_table(WHOLE)?.insert("outbox", [].as_slice())?;
            transaction.commit()?;
            Ok::<_, Wrong>(())
        };
        write().map_err(|error| failed(&self.folder, error))
    }

    /// An item of a key that began at an instant has been told of. It stays so, so that no number is given twice.
    pub(super) fn note_birth(&mut self, key: ItemKey, at: Instant) {
        append(self.births.entry(key).or_default(), &[at]);
    }

    /// When the items of a key began that were told of, in the order in which they were.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn births(&self, key: &ItemKey) -> Result<Vec<Instant>, Failure> {
        let read = || {
            let transaction = self.db.begin_read()?;
            let table = match transaction.open_table(BIRTHS) {
                Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                table => table?,
            };
            let kept = table.get(birth_key(key).as_slice())?;
            Ok::<_, Wrong>(kept.map(|it| instants(it.value())).unwrap_or_default())
        };
        let mut births = read().map_err(|error| failed(&self.folder, error))?;
        append(&mut births, self.births.get(key).map(Vec::as_slice).unwrap_or_default());
        Ok(births)
    }
}

/// A file for a store that is being made, which no other process has: what one that was killed has left behind is
/// never taken up, for its number may come again.
fn unfinished(folder: &Path) -> io::Result<(PathBuf, fs::File)> {
    let mut number = 0_u32;
    loop {
        let path = folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
        match fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < u32::MAX => number += 1,
            opened => return Ok((path, opened?)),
        }
    }
}

/// The lengths make different keys different.
fn birth_key((instance, case, key): &ItemKey) -> Vec<u8> {
    let length = |text: &str| (text.len() as u64).to_be_bytes();
    let (of_instance, of_case) = (length(instance), length(case));
    [&of_instance[..], instance.as_bytes(), &of_case[..], case.as_bytes(), key.as_bytes()].concat()
}

/// Adds what is not there yet at the end, so that nothing changes its place.
fn append(births: &mut Vec<Instant>, new: &[Instant]) {
    for birth in new {
        if !births.contains(birth) {
            births.push(*birth);
        }
    }
}

fn instants(bytes: &[u8]) -> Vec<Instant> {
    bytes
        .chunks_exact(8)
        .filter_map(|chunk| Some(Instant(i64::from_be_bytes(*chunk.first_chunk()?))))
        .collect()
}

/// What stands in the tables.
#[derive(Debug)]
struct Bytes {
    position: Option<Vec<u8>>,
    head: Option<Vec<u8>>,
    instances: Vec<Vec<u8>>,
    outbox: Vec<u8>,
}

impl Bytes {
    fn understood(self, folder: &Path) -> Result<Kept, Failure> {
        let folder = folder.display();
        let (Some(position), Some(head)) = (self.position, self.head) else {
            return Err(damaged(&folder, &"it does not say where it is"));
        };
        match Position::opened(&position) {
            Err(wrong) => Err(damaged(&folder, &wrong)),
            Ok(Err(version)) => Err(Failure::usage(format!(
                "the state `{folder}` has version {version} of the format, and only versions up to {FORMAT} can be \
                 read: use the servanda that made it, or a later one"
            ))),
            Ok(Ok(position)) => Ok(Kept { position, head, instances: self.instances, outbox: self.outbox }),
        }
    }
}

/// Runs something that may panic over bytes that are none of its own, without a word on standard error; none where
/// it has panicked. Where a panic ends the process, it ends as any other failure does.
fn quietly<T>(folder: &Path, run: impl FnOnce() -> T) -> Option<T> {
    let before = std::panic::take_hook();
    let ending = format!("the state `{}` is damaged: its pages do not fit together", folder.display());
    std::panic::set_hook(Box::new(move |_| {
        if cfg!(panic = "abort") {
            // Nobody is left to be told that it cannot be told.
            let _ = writeln!(io::stderr(), "error: {ending}");
            std::process::exit(3);
        }
    }));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok();
    std::panic::set_hook(before);
    result
}
