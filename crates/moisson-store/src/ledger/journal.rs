//! The journal: every batch is appended here and synced before it counts as committed.
//!
//! sled says "flushed" when the kernel has the bytes, and reuses the space of old pages by that word; a power
//! cut can then leave neither the old nor the new. So the journal is what makes a commit durable. It lives in
//! files named by the first batch that they hold; files are deleted when a checkpoint has what they say.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::frame::{self, Frame, Read1};
use crate::StoreError;

const MAGIC: &[u8] = b"moisson journal 1\n";

/// The journal, open for appending.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    /// Bytes of the current file that are known to be good.
    length: u64,
    /// Bytes of all files.
    total: u64,
    /// The last number that was appended.
    last: u64,
}

impl Journal {
    /// Opens the journal after reading it: hands every batch beyond `after` to `replay`. What a crash left
    /// half-written at the end is cut off.
    pub(crate) fn open(
        folder: &Path,
        after: u64,
        replay: &mut dyn FnMut(Frame) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        let files = files(folder)?;
        let mut last = after;
        let mut total = 0;
        let mut good = 0;
        for (index, (_, path)) in files.iter().enumerate() {
            let is_last = index + 1 == files.len();
            (good, last) = read_file(path, is_last, last, replay)?;
            total += good;
        }
        let Some((_, path)) = files.last() else {
            return Self::start(folder, last);
        };
        let mut file =
            OpenOptions::new().read(true).write(true).open(path).map_err(StoreError::io("open", path))?;
        let found = file.metadata().map_err(StoreError::io("read", path))?.len();
        if good < MAGIC.len() as u64 {
            // Torn while it was made; nothing was in it.
            file.set_len(0).and_then(|()| file.write_all(MAGIC)).map_err(StoreError::io("write", path))?;
            good = MAGIC.len() as u64;
        } else if found > good {
            tracing::warn!(path = %path.display(), bytes = found - good, "cut off a batch that a crash left half-written");
            file.set_len(good).map_err(StoreError::io("cut", path))?;
        }
        file.seek(std::io::SeekFrom::Start(good)).map_err(StoreError::io("read", path))?;
        file.sync_all().map_err(StoreError::io("sync", path))?;
        Ok(Self { folder: folder.to_owned(), path: path.clone(), file, length: good, total, last })
    }

    /// Begins a new file after the batch `last`.
    fn start(folder: &Path, last: u64) -> Result<Self, StoreError> {
        let path = folder.join(format!("{:020}.log", last + 1));
        let mut file = File::create(&path).map_err(StoreError::io("make", &path))?;
        file.write_all(MAGIC).map_err(StoreError::io("write", &path))?;
        file.sync_all().map_err(StoreError::io("sync", &path))?;
        sync_folder(folder)?;
        let length = MAGIC.len() as u64;
        Ok(Self { folder: folder.to_owned(), path, file, length, total: length, last })
    }

    /// The number of the last batch.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Goes on after this number although the ones before it are not here. A checkpoint must follow.
    pub(crate) fn skip_to(&mut self, sequence: u64) {
        self.last = sequence;
    }

    /// Bytes in all files.
    pub(crate) fn size(&self) -> u64 {
        self.total
    }

    /// Appends a batch and makes it durable. After an error the file is as before, or nobody can say how it
    /// is: then `Halted` is returned, and nothing must be appended any more.
    pub(crate) fn append(&mut self, sequence: u64, frame: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write_all(frame).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            let undone = self
                .file
                .set_len(self.length)
                .and_then(|()| self.file.seek(std::io::SeekFrom::Start(self.length)).map(drop))
                .and_then(|()| self.file.sync_all());
            return Err(match undone {
                Ok(()) => StoreError::Io { what: "write", path: self.path.clone(), source: error },
                Err(undoing) => StoreError::Halted { reason: format!("{error}, then {undoing}") },
            });
        }
        self.length += frame.len() as u64;
        self.total += frame.len() as u64;
        self.last = sequence;
        Ok(())
    }

    /// Begins a new file, so that the ones before it hold everything up to now.
    pub(crate) fn rotate(&mut self) -> Result<(), StoreError> {
        if self.length > MAGIC.len() as u64 {
            let total = self.total;
            let next = Self::start(&self.folder, self.last)?;
            *self = next;
            self.total += total;
        }
        Ok(())
    }

    /// Deletes the files in which no batch is later than `sequence`.
    pub(crate) fn forget(&mut self, sequence: u64) -> Result<(), StoreError> {
        let files = files(&self.folder)?;
        for pair in files.windows(2) {
            if let [(_, path), (next, _)] = pair
                && *next <= sequence + 1
            {
                fs::remove_file(path).map_err(StoreError::io("delete", path))?;
            }
        }
        sync_folder(&self.folder)?;
        self.total = 0;
        for (_, path) in self::files(&self.folder)? {
            self.total += fs::metadata(&path).map_err(StoreError::io("read", &path))?.len();
        }
        Ok(())
    }
}

/// Hands the batches with `after < number <= until` to `replay`, while the journal may be written.
pub(crate) fn read_range(
    folder: &Path,
    after: u64,
    until: u64,
    replay: &mut dyn FnMut(Frame) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut last = after;
    for (_, path) in files(folder)? {
        if last >= until {
            break;
        }
        let mut reader = open_file(&path)?;
        skip_magic(&mut reader, &path)?;
        while last < until {
            match frame::read(&mut reader).map_err(StoreError::io("read", &path))? {
                Read1::Frame(frame) if frame.sequence <= last => {}
                Read1::Frame(frame) => {
                    last = frame.sequence;
                    replay(frame)?;
                }
                Read1::End => break,
                Read1::Torn => return Err(StoreError::damaged(path.display().to_string(), "torn frame")),
            }
        }
    }
    if last < until {
        return Err(StoreError::damaged(
            folder.display().to_string(),
            format!("batches {} to {until} are missing", last + 1),
        ));
    }
    Ok(())
}

/// Reads one file; gives the length of its good part and the last number.
fn read_file(
    path: &Path,
    is_last: bool,
    mut last: u64,
    replay: &mut dyn FnMut(Frame) -> Result<(), StoreError>,
) -> Result<(u64, u64), StoreError> {
    let mut reader = open_file(path)?;
    if !skip_magic(&mut reader, path)? {
        return if is_last { Ok((0, last)) } else { Err(torn(path, 0)) };
    }
    let mut good = MAGIC.len() as u64;
    loop {
        let found = frame::read(&mut reader).map_err(StoreError::io("read", path))?;
        let position = reader.stream_position().map_err(StoreError::io("read", path))?;
        match found {
            Read1::End => return Ok((good, last)),
            Read1::Frame(frame) => {
                good = position;
                if frame.sequence > last {
                    if frame.sequence != last + 1 {
                        return Err(StoreError::damaged(
                            path.display().to_string(),
                            format!("batches {} to {} are missing", last + 1, frame.sequence - 1),
                        ));
                    }
                    last = frame.sequence;
                    replay(frame)?;
                }
            }
            Read1::Torn => {
                // A crash tears the end only. A whole frame behind it means that the disk did it.
                let behind = frame::read(&mut reader).map_err(StoreError::io("read", path))?;
                if !is_last || matches!(behind, Read1::Frame(_)) {
                    return Err(torn(path, good));
                }
                return Ok((good, last));
            }
        }
    }
}

fn torn(path: &Path, at: u64) -> StoreError {
    StoreError::damaged(path.display().to_string(), format!("byte {at} begins no whole batch"))
}

fn open_file(path: &Path) -> Result<BufReader<File>, StoreError> {
    Ok(BufReader::with_capacity(1 << 18, File::open(path).map_err(StoreError::io("open", path))?))
}

/// Whether the file begins as it must; not if it is shorter.
fn skip_magic(reader: &mut impl Read, path: &Path) -> Result<bool, StoreError> {
    let mut magic = vec![0; MAGIC.len()];
    match reader.read_exact(&mut magic) {
        Ok(()) if magic == MAGIC => Ok(true),
        Ok(()) => Err(StoreError::damaged(path.display().to_string(), "it is no journal of this version")),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(StoreError::Io { what: "read", path: path.to_owned(), source: error }),
    }
}

/// The files with the number of their first batch, in order.
fn files(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let mut files = Vec::new();
    for item in fs::read_dir(folder).map_err(StoreError::io("read", folder))? {
        let path = item.map_err(StoreError::io("read", folder))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let Some(number) = number
            && path.extension().is_some_and(|extension| extension == "log")
        {
            files.push((number, path));
        }
    }
    files.sort();
    Ok(files)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(StoreError::io("sync", folder))
}
