//! Terms and their numbers.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use oxrdf::Term;

use crate::codec::{self, Reader};

/// Terms are kept in pieces of this many bytes (longer ones in a piece of their own), so that none is ever
/// moved and a fork shares them.
const PIECE: usize = 1 << 20;

/// A dictionary: a number for every term, a term for every number.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pieces: Vec<Vec<u8>>,
    /// Piece, offset and length of each term.
    places: Vec<(u32, u32, u32)>,
    numbers: HashTable<u32>,
    hasher: RandomState,
    scratch: Vec<u8>,
}

impl Terms {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The number of a term, a new one if need be.
    pub(super) fn insert(&mut self, term: &Term) -> u32 {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        codec::term(&mut bytes, term);
        let number = self.find(&bytes).unwrap_or_else(|| self.add(&bytes));
        self.scratch = bytes;
        number
    }

    /// The number of a term, if it has one.
    pub(super) fn number(&self, term: &Term) -> Option<u32> {
        let mut bytes = Vec::with_capacity(128);
        codec::term(&mut bytes, term);
        self.find(&bytes)
    }

    /// The term of a number.
    pub(super) fn get(&self, number: u32) -> Option<Term> {
        Reader::new(self.bytes(number)).term()
    }

    fn find(&self, bytes: &[u8]) -> Option<u32> {
        self.numbers.find(self.hasher.hash_one(bytes), |number| self.bytes(*number) == bytes).copied()
    }

    fn bytes(&self, number: u32) -> &[u8] {
        let place = usize::try_from(number).ok().and_then(|at| self.places.get(at));
        let bytes = place.and_then(|(piece, offset, length)| {
            let offset = usize::try_from(*offset).ok()?;
            let end = offset.checked_add(usize::try_from(*length).ok()?)?;
            self.pieces.get(usize::try_from(*piece).ok()?)?.get(offset..end)
        });
        bytes.unwrap_or_default()
    }

    fn add(&mut self, bytes: &[u8]) -> u32 {
        let room = |piece: &&mut Vec<u8>| piece.capacity() - piece.len() >= bytes.len();
        if self.pieces.last_mut().as_ref().is_none_or(|piece| !room(piece)) {
            self.pieces.push(Vec::with_capacity(PIECE.max(bytes.len())));
        }
        let (piece, offset) = match self.pieces.split_last_mut() {
            Some((last, before)) => {
                let offset = last.len();
                last.extend_from_slice(bytes);
                (before.len(), offset)
            }
            None => (0, 0),
        };
        // As many terms as there are numbers take some 400 GB: memory ends before numbers do.
        let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let number = short(self.places.len());
        self.places.push((short(piece), short(offset), short(bytes.len())));
        let mut numbers = std::mem::take(&mut self.numbers);
        let hash = |number: &u32| self.hasher.hash_one(self.bytes(*number));
        numbers.insert_unique(hash(&number), number, hash);
        self.numbers = numbers;
        number
    }

    /// Keeps the terms that are marked, in the same order, and gives the new number of each.
    pub(super) fn keep(&mut self, marked: &[bool]) -> Vec<u32> {
        let mut kept = Self { hasher: self.hasher.clone(), ..Self::default() };
        let mut renumbered = Vec::with_capacity(marked.len());
        for (number, marked) in (0_u32..).zip(marked) {
            renumbered.push(if *marked { kept.add(self.bytes(number)) } else { u32::MAX });
        }
        *self = kept;
        renumbered
    }
}
