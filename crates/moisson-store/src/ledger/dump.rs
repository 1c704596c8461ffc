//! The whole ledger as one file: what checkpoints and backups are.
//!
//! After the first line and the number of the batch that it begins with comes one zstd stream of
//! [frames](super::frame): first all keys and values, read while others may write; then the batches that were
//! committed meanwhile, which put right what was caught half-way; then a frame that says that this is all.

use std::io::{self, BufWriter, Read, Write};

use super::{
    frame::{self, Frame, Read1},
    kv::{Kv, Op},
};
use crate::StoreError;

const MAGIC: &[u8] = b"moisson ledger 1\n";
/// The number of the frame that ends a dump.
const END: u64 = u64::MAX;
/// Frames of about this many bytes are made of the keys and values.
const FRAME: usize = 1 << 20;
/// The level of compression: most values are compressed already.
const LEVEL: i32 = 1;

/// Writes a dump, part by part.
pub(crate) struct DumpWriter<W: Write> {
    to: zstd::Encoder<'static, BufWriter<W>>,
    base: u64,
    entries: u64,
}

impl<W: Write> DumpWriter<W> {
    /// Begins a dump of the state after the batch `base`.
    pub(crate) fn new(to: W, base: u64) -> io::Result<Self> {
        let mut to = BufWriter::with_capacity(1 << 18, to);
        to.write_all(MAGIC)?;
        to.write_all(&base.to_le_bytes())?;
        let mut to = zstd::Encoder::new(to, LEVEL)?;
        to.include_checksum(true)?;
        Ok(Self { to, base, entries: 0 })
    }

    /// Writes all that is there. Others may write to it at the same time.
    pub(crate) fn state(&mut self, kv: &Kv, path: &std::path::Path) -> Result<(), StoreError> {
        let mut ops = Vec::new();
        let mut size = 0;
        for item in kv.scan(b"", None) {
            let (key, value) = item?;
            size += key.len() + value.len();
            ops.push(Op::Put(key, value));
            if size >= FRAME {
                self.frame(self.base, &ops).map_err(StoreError::io("write", path))?;
                ops.clear();
                size = 0;
            }
        }
        self.frame(self.base, &ops).map_err(StoreError::io("write", path))
    }

    /// Writes one batch.
    pub(crate) fn frame(&mut self, sequence: u64, ops: &[Op]) -> io::Result<()> {
        self.entries += ops.len() as u64;
        frame::write(&mut self.to, sequence, ops)
    }

    /// Says that this is all, and gives back what it was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let end = [Op::Put(b"entries".to_vec(), self.entries.to_le_bytes().to_vec())];
        frame::write(&mut self.to, END, &end)?;
        self.to.finish()?.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// Reads a dump: hands all frames to `take` and gives the number of the batch that it began with. What was
/// handed out counts only when this succeeds.
pub(crate) fn read(
    mut from: impl Read,
    name: &str,
    take: &mut dyn FnMut(Frame) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let cut = |error: io::Error| StoreError::damaged(name, error);
    let mut magic = vec![0; MAGIC.len()];
    from.read_exact(&mut magic).map_err(cut)?;
    if magic != MAGIC {
        return Err(StoreError::damaged(name, "it is no ledger of this version"));
    }
    let mut base = [0; 8];
    from.read_exact(&mut base).map_err(cut)?;
    let mut from = io::BufReader::with_capacity(1 << 18, zstd::Decoder::new(from).map_err(cut)?);
    let mut entries = 0_u64;
    loop {
        match frame::read(&mut from).map_err(cut)? {
            Read1::Frame(Frame { sequence: END, ops }) => {
                let expected = [Op::Put(b"entries".to_vec(), entries.to_le_bytes().to_vec())];
                if ops != expected {
                    return Err(StoreError::damaged(name, "it does not hold as many entries as it should"));
                }
                // Only now is the stream's own checksum compared.
                io::copy(&mut from, &mut io::sink()).map_err(cut)?;
                return Ok(u64::from_le_bytes(base));
            }
            Read1::Frame(frame) => {
                entries += frame.ops.len() as u64;
                take(frame)?;
            }
            Read1::End | Read1::Torn => return Err(StoreError::damaged(name, "its end is missing")),
        }
    }
}
