//! DCAT-AP 3 as values: the model, the vocabularies and mapping tables, and RDF in and out.
//!
//! Everything here is pure: no I/O, no clock, no state between calls but answers that are the same each time. The
//! specification is
//! [DCAT-AP 3.0.1](https://semiceu.github.io/DCAT-AP/releases/3.0.1/).

pub mod draft;
pub mod freshness;
mod future;
pub mod iri;
mod memo;
pub mod model;
pub mod ns;
pub mod party;
pub mod rdf_in;
pub mod remark;
pub mod same;
pub mod serialise;
pub mod value;
pub mod vocabulary;
pub mod write;

pub use future::future_dates;
pub use iri::{Iri, IriError};
pub use model::*;
pub use remark::{Mapped, Remark, RemarkCode};
