//! How batches are written to files: the journal, checkpoints and backups are all made of these frames.
//!
//! A frame is its length (u32), its sequence number (u64), the first eight bytes of the SHA-256 of number and
//! payload, and the payload: one operation after another. All numbers are little-endian.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::kv::Op;

/// The greatest payload that is believed, in bytes.
const MAX_PAYLOAD: usize = 1 << 30;
/// Length, number and check.
pub(super) const HEAD: usize = 4 + 8 + 8;

/// One batch of operations with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) sequence: u64,
    pub(crate) ops: Vec<Op>,
}

/// What reading on gives.
#[derive(Debug)]
pub(crate) enum Read1 {
    /// A whole frame.
    Frame(Frame),
    /// Nothing more.
    End,
    /// Something that is no whole frame.
    Torn,
}

/// The bytes of a frame.
pub(crate) fn encode(sequence: u64, ops: &[Op]) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; HEAD];
    for op in ops {
        match op {
            Op::Put(key, value) => {
                bytes.push(1);
                push(&mut bytes, key)?;
                push(&mut bytes, value)?;
            }
            Op::Delete(key) => {
                bytes.push(0);
                push(&mut bytes, key)?;
            }
        }
    }
    let payload = bytes.split_off(HEAD);
    if payload.len() > MAX_PAYLOAD {
        return Err(io::Error::other(format!(
            "a batch of {} bytes is over the limit of {MAX_PAYLOAD}; make smaller batches",
            payload.len()
        )));
    }
    bytes.clear();
    bytes.extend_from_slice(&length(&payload)?);
    bytes.extend_from_slice(&sequence.to_le_bytes());
    bytes.extend_from_slice(&check(sequence, &payload));
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

/// Writes a frame.
pub(crate) fn write(to: &mut impl Write, sequence: u64, ops: &[Op]) -> io::Result<()> {
    to.write_all(&encode(sequence, ops)?)
}

/// Reads a frame.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Read1> {
    let mut head = [0; HEAD];
    let got = read_up_to(from, &mut head)?;
    if got == 0 {
        return Ok(Read1::End);
    }
    if got < HEAD {
        return Ok(Read1::Torn);
    }
    let (length, sequence, expected) = parts(head);
    if length > MAX_PAYLOAD {
        return Ok(Read1::Torn);
    }
    let mut payload = Vec::new();
    let got = from.take(length as u64).read_to_end(&mut payload)?;
    if got < length || check(sequence, &payload) != expected {
        return Ok(Read1::Torn);
    }
    Ok(decode(&payload).map_or(Read1::Torn, |ops| Read1::Frame(Frame { sequence, ops })))
}

fn parts(head: [u8; HEAD]) -> (usize, u64, [u8; 8]) {
    let [l0, l1, l2, l3, s0, s1, s2, s3, s4, s5, s6, s7, check @ ..] = head;
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    let sequence = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
    (usize::try_from(length).unwrap_or(usize::MAX), sequence, check)
}

fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = buffer.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

fn check(sequence: u64, payload: &[u8]) -> [u8; 8] {
    let digest = Sha256::new().chain_update(sequence.to_le_bytes()).chain_update(payload).finalize();
    let mut check = [0; 8];
    check.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    check
}

fn length(bytes: &[u8]) -> io::Result<[u8; 4]> {
    u32::try_from(bytes.len())
        .map(u32::to_le_bytes)
        .map_err(|_| io::Error::other(format!("a value of {} bytes is too long", bytes.len())))
}

fn push(to: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    to.extend_from_slice(&length(bytes)?);
    to.extend_from_slice(bytes);
    Ok(())
}

fn decode(mut payload: &[u8]) -> Option<Vec<Op>> {
    fn take(from: &mut &[u8]) -> Option<Vec<u8>> {
        let (length, rest) = from.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        *from = rest;
        Some(bytes.to_vec())
    }
    let mut ops = Vec::new();
    while let Some((kind, rest)) = payload.split_first() {
        payload = rest;
        let key = take(&mut payload)?;
        ops.push(match kind {
            0 => Op::Delete(key),
            1 => Op::Put(key, take(&mut payload)?),
            _ => return None,
        });
    }
    Some(ops)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_and_every_flipped_byte_is_noticed() {
        let ops = vec![Op::Put(b"k".to_vec(), b"value".to_vec()), Op::Delete(b"gone".to_vec())];
        let bytes = encode(7, &ops).unwrap();
        let Read1::Frame(frame) = read(&mut bytes.as_slice()).unwrap() else { panic!("a whole frame") };
        assert_eq!(frame, Frame { sequence: 7, ops });
        for end in 1..bytes.len() {
            assert!(matches!(read(&mut &bytes[..end]).unwrap(), Read1::Torn), "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert!(matches!(read(&mut bad.as_slice()).unwrap(), Read1::Torn), "flipped at {at}");
        }
        assert!(matches!(read(&mut [].as_slice()).unwrap(), Read1::End));
    }
}
