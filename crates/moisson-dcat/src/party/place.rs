//! The places that bodies are the administration of.

use super::{Body, Name, Number};
use crate::Iri;

/// A commune, intercommunality, département or region that a table knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// What administers it.
    pub body: Body,
    /// The number under which the administration is registered, else the code of the area.
    pub number: Result<Number, String>,
    /// The area's IRI.
    pub iri: Option<Iri>,
}

impl Area {
    /// The key of its administration.
    pub fn key(&self) -> String {
        match &self.number {
            Ok(number) => number.key(),
            Err(code) => code.clone(),
        }
    }
}

/// What a table has for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    None,
    /// One area.
    One(Area),
    /// Several areas of that name.
    Many,
}

/// The area that a name is of.
pub(super) fn of_name(_name: &Name) -> Found {
    Found::None
}

/// The area whose administration has a number.
pub(super) fn of_number(_number: &Number) -> Option<Area> {
    None
}
