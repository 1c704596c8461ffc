//! Whether two records of different sources describe one dataset.
//!
//! A commune publishes a dataset, the region's portal, data.gouv.fr and an Opendatasoft federation copy it, and all four
//! are harvested here. What says that records are copies of one dataset, the strongest first:
//!
//! 1. [`EvidenceKind::Decision`]: a person said so.
//! 2. [`EvidenceKind::Origin`]: one names the address of the other as its original (`dct:source`, the source of an
//!    Opendatasoft federation, a CKAN harvest object, the remote address that data.gouv.fr keeps).
//! 3. [`EvidenceKind::SameOrigin`]: both name the same original, which is not here itself.
//! 4. [`EvidenceKind::Identifier`]: both are called the same by an identifier that is unique in the world: an address, a
//!    UUID, a URN.
//! 5. [`EvidenceKind::Files`]: their distributions have the same addresses, and their titles do not speak against it.
//! 6. [`EvidenceKind::Title`]: title, publisher, place and every number and year in them agree.
//!
//! Addresses are compared [normalised](address). What very many records share is no evidence, nor an identifier that
//! one source gives twice. Everything is pure and exact: the same records give the same groups, in whatever order they
//! came. [`all`] does it for some records; a store keeps [`Likeness::keys`] and calls [`meet`] and [`cluster`] for what
//! changed alone, with the same outcome.

mod address;
mod all;
mod cluster;
mod files;
mod likeness;
mod meet;
mod title;

pub use all::all;
pub use cluster::{Decisions, Group, Rule, Tie, cluster};
pub use likeness::{Likeness, Title};
pub use meet::{Edge, Evidence, EvidenceKind, LARGEST_BLOCK, alike, may_meet, meet};
pub use title::LEAST_TITLE;

use serde::{Deserialize, Serialize};

/// Counts up when the same records would give other keys or groups: what is kept of them is then made anew.
pub const VERSION: u32 = 3;

/// What a source is configured to be, for the choice of the authoritative copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The producer's own portal.
    Producer,
    /// A regional portal that collects others.
    Regional,
    /// A national portal that collects others.
    National,
    /// Nothing is said.
    #[default]
    Unsaid,
}

impl Standing {
    /// Whether nothing is said.
    pub fn is_unsaid(&self) -> bool {
        *self == Self::Unsaid
    }
}

/// One record among those that are compared.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The source's name.
    pub source: &'a str,
    /// The record's id at its source.
    pub id: &'a str,
    /// What the source is configured to be.
    pub standing: Standing,
    /// What is compared.
    pub likeness: &'a Likeness,
}

impl Member<'_> {
    /// The name by which decisions are told, and which orders members.
    pub(crate) fn name(&self) -> (&str, &str) {
        (self.source, self.id)
    }
}
