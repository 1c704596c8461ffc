//! JSON as portals send it ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), more or less): pages cut into
//! records without copying, and records as trees that borrow their text, keep the order of their keys and
//! lose none of them, not even a repeated one.
//!
//! What strict JSON forbids but portals send (raw control characters, `NaN`, lone surrogates, other character
//! sets) is mended in [`mend`], and only when strict reading failed.

mod body;
mod mend;
mod pick;
mod tree;

pub(crate) use body::{Body, excerpt};
pub(crate) use pick::{Layer, layers, pick, scalar};
pub(crate) use tree::{Json, Object, parse};
