//! Opening a ledger, bringing its database up to date, and keeping its journal short.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::Mutex,
};

use super::{
    Ledger, Writer,
    dump::{self, DumpWriter},
    frame::Frame,
    journal::{self, Journal, sync_folder},
    keys,
    kv::{Kv, Op},
};
use crate::StoreError;

/// The format of keys and values; another number means another layout.
const FORMAT: u32 = 1;
impl Ledger {
    /// Opens or makes the ledger in `folder`.
    pub(crate) fn open(folder: &Path, cache_bytes: u64, journal_bytes: u64) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        let checkpoint = newest_checkpoint(folder)?;
        let kv = match Self::database(folder, cache_bytes, checkpoint.as_ref()) {
            Ok(kv) => kv,
            Err(error @ StoreError::Engine { .. }) => {
                tracing::error!(%error, "the ledger's database is damaged; it is made again from checkpoint and journal");
                set_aside(&folder.join("database"))?;
                Self::database(folder, cache_bytes, checkpoint.as_ref())?
            }
            Err(error) => return Err(error),
        };
        let applied = kv.sequence()?;
        let base = checkpoint.as_ref().map_or(0, |(sequence, _)| *sequence);
        let mut journal = Journal::open(&folder.join("journal"), base, &mut |frame| {
            if frame.sequence > applied { kv.apply(frame.sequence, &frame.ops) } else { Ok(()) }
        })?;
        let size = match &checkpoint {
            None => 0,
            Some((_, path)) => fs::metadata(path).map_err(StoreError::io("read", path))?.len(),
        };
        let ahead = applied > journal.last();
        if ahead {
            // Somebody deleted or restored files. What the database has is complete, so it is kept.
            tracing::warn!(
                journal = journal.last(),
                database = applied,
                "the journal ends before the database; going on from the database"
            );
            journal.skip_to(applied);
        }
        let ledger = Self {
            folder: folder.to_owned(),
            kv,
            journal_bytes,
            writer: Mutex::new(Writer { journal, halted: None, checkpoint: size }),
            maintenance: Mutex::new(()),
        };
        ledger.check_format()?;
        if ahead {
            ledger.checkpoint()?;
        }
        Ok(ledger)
    }

    /// The database, not older than the checkpoint.
    fn database(
        folder: &Path,
        cache_bytes: u64,
        checkpoint: Option<&(u64, PathBuf)>,
    ) -> Result<Kv, StoreError> {
        let kv = Kv::open(&folder.join("database"), cache_bytes)?;
        if let Some((sequence, path)) = checkpoint
            && kv.sequence()? < *sequence
        {
            kv.clear()?;
            load(&kv, path)?;
        }
        Ok(kv)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        match self.kv.get(keys::FORMAT)? {
            Some(found) if found == FORMAT.to_string().as_bytes() => Ok(()),
            Some(found) => Err(StoreError::Format {
                found: String::from_utf8_lossy(&found).into_owned(),
                known: FORMAT,
                advice: "use the version that wrote it, or harvest into a new folder",
            }),
            None => {
                let ops = [Op::Put(keys::FORMAT.to_vec(), FORMAT.to_string().into_bytes())];
                let mut writer = self.writer();
                let sequence = writer.journal.last() + 1;
                let frame =
                    super::frame::encode(sequence, &ops).map_err(StoreError::io("write", &self.folder))?;
                writer.journal.append(sequence, &frame)?;
                self.kv.apply(sequence, &ops)
            }
        }
    }

    /// Writes a checkpoint if the journal has grown long.
    pub(crate) fn tidy(&self) -> Result<(), StoreError> {
        self.kv.flush()?;
        let due = {
            let writer = self.writer();
            writer.journal.size() > self.journal_bytes.max(writer.checkpoint * 2)
        };
        if due { self.checkpoint() } else { Ok(()) }
    }

    /// Writes all that there is to a file, after which the journal up to here is not needed any more.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        let _alone = self.maintenance.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let base = {
            let mut writer = self.writer();
            writer.journal.rotate()?;
            writer.journal.last()
        };
        let path = self.folder.join(format!("{base:020}.checkpoint"));
        let unfinished = self.folder.join("unfinished.checkpoint-part");
        let file = File::create(&unfinished).map_err(StoreError::io("make", &unfinished))?;
        let mut writer = DumpWriter::new(file, base).map_err(StoreError::io("write", &unfinished))?;
        writer.state(&self.kv, &unfinished)?;
        let file = writer.finish().map_err(StoreError::io("write", &unfinished))?;
        file.sync_all().map_err(StoreError::io("sync", &unfinished))?;
        let size = file.metadata().map_err(StoreError::io("read", &unfinished))?.len();
        fs::rename(&unfinished, &path).map_err(StoreError::io("rename", &unfinished))?;
        sync_folder(&self.folder)?;
        for (_, old) in checkpoints(&self.folder)?.into_iter().filter(|(sequence, _)| *sequence < base) {
            fs::remove_file(&old).map_err(StoreError::io("delete", &old))?;
        }
        let mut writer = self.writer();
        writer.checkpoint = size;
        writer.journal.forget(base)
    }

    /// Writes a backup: all that there is, and what is committed while it is written.
    pub(crate) fn backup(&self, to: &mut dyn Write, name: &Path) -> Result<(), StoreError> {
        let _alone = self.maintenance.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let base = self.writer().journal.last();
        let mut writer = DumpWriter::new(to, base).map_err(StoreError::io("write", name))?;
        writer.state(&self.kv, name)?;
        let until = self.writer().journal.last();
        journal::read_range(&self.folder.join("journal"), base, until, &mut |frame| {
            writer.frame(frame.sequence, &frame.ops).map_err(StoreError::io("write", name))
        })?;
        writer.finish().map(drop).map_err(StoreError::io("write", name))
    }

    /// Bytes of database, journal and checkpoint.
    pub(crate) fn size_on_disk(&self) -> Result<u64, StoreError> {
        let database = self.kv.size_on_disk()?;
        let writer = self.writer();
        Ok(database + writer.journal.size() + writer.checkpoint)
    }
}

/// Makes a ledger in an empty folder from a backup.
pub(crate) fn restore(from: &Path, folder: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
    let unfinished = folder.join("unfinished.checkpoint-part");
    // First look at all of it, so that a damaged backup is refused before anything is made of it.
    let name = from.display().to_string();
    let open = || File::open(from).map_err(StoreError::io("open", from));
    let mut last = 0;
    let base = dump::read(open()?, &name, &mut |frame| {
        last = last.max(frame.sequence);
        Ok(())
    })?;
    fs::copy(from, &unfinished).map_err(StoreError::io("copy", from))?;
    File::open(&unfinished).and_then(|file| file.sync_all()).map_err(StoreError::io("sync", &unfinished))?;
    let path = folder.join(format!("{:020}.checkpoint", last.max(base)));
    fs::rename(&unfinished, &path).map_err(StoreError::io("rename", &unfinished))?;
    sync_folder(folder)
}

/// Fills an empty database from a checkpoint.
fn load(kv: &Kv, path: &Path) -> Result<(), StoreError> {
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let mut last = 0;
    // Number 0 until all of it is there, so that a half-loaded database is loaded again.
    let base = dump::read(file, &path.display().to_string(), &mut |Frame { sequence, ops }| {
        last = last.max(sequence);
        kv.apply(0, &ops)
    })?;
    kv.apply(last.max(base), &[])
}

fn newest_checkpoint(folder: &Path) -> Result<Option<(u64, PathBuf)>, StoreError> {
    Ok(checkpoints(folder)?.pop())
}

/// The checkpoints with the number of the batch that each goes up to, oldest first.
fn checkpoints(folder: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).map_err(StoreError::io("read", folder))? {
        let path = item.map_err(StoreError::io("read", folder))?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        if let Some(number) = number
            && path.extension().is_some_and(|extension| extension == "checkpoint")
        {
            found.push((number, path));
        }
    }
    found.sort();
    Ok(found)
}

/// Keeps a damaged database for those who want to know why; one is enough.
fn set_aside(path: &Path) -> Result<(), StoreError> {
    let aside = path.with_extension("damaged");
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(StoreError::io("delete", &aside))?;
    }
    fs::rename(path, &aside).map_err(StoreError::io("rename", path))
}
