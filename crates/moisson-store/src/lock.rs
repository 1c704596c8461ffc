//! One process per data folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
    time::{Duration, Instant},
};

use crate::StoreError;

/// A folder just closed may be locked for a moment longer, by a process that is being started and has not yet closed
/// the files of its parent.
const PATIENCE: Duration = Duration::from_millis(500);

/// Held while the data folder is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io("open", &path))?;
        let start = Instant::now();
        let locked = loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(PATIENCE / 20);
                }
                locked => break locked,
            }
        };
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.take(200).read_to_string(&mut holder);
                let holder = read.ok().map(|_| holder.trim().to_owned()).filter(|holder| !holder.is_empty());
                return Err(StoreError::InUse {
                    folder: folder.to_owned(),
                    holder: holder.unwrap_or_else(|| "another process".to_owned()),
                });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
        }
        let name = std::env::args().next().unwrap_or_default();
        let name = Path::new(&name).file_name().map(|name| name.to_string_lossy().into_owned());
        let line = format!("process {} ({})\n", std::process::id(), name.unwrap_or_default());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(line.as_bytes()))
            .map_err(StoreError::io("write", &path))?;
        Ok(Self { _file: file })
    }
}
