//! From which bytes a run was computed: hashes of what it has read.

use std::io::{self, Read};

/// The hashes of the log and of the instances' file.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// Of the log so far; none where nobody asks.
    log: Option<blake3::Hasher>,
    /// Of the instances' file, where there was one.
    instances: Option<String>,
}

impl Bytes {
    /// Those of a run over the instances of a file.
    pub(super) fn of_instances(file: &[u8]) -> Self {
        Self { log: None, instances: Some(blake3::hash(file).to_hex().to_string()) }
    }

    /// The same, with the hash of the log.
    pub(super) fn hashing(self) -> Self {
        Self { log: Some(blake3::Hasher::new()), ..self }
    }

    /// Bytes of the log were read.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        if let Some(log) = &mut self.log {
            log.update(bytes);
        }
    }

    /// The hashes of the log and of the instances; none where nobody asked.
    pub(super) fn told(&self) -> Option<(String, Option<String>)> {
        let log = self.log.as_ref()?.finalize().to_hex().to_string();
        Some((log, self.instances.clone()))
    }
}

/// An input whose bytes are hashed as they are read.
pub(super) struct Hashed<'a, R> {
    pub(super) input: &'a mut R,
    pub(super) bytes: &'a mut Bytes,
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.bytes.add(buffer.get(..count).unwrap_or(&[]));
        Ok(count)
    }
}
