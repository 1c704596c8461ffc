//! Where the record came from.

use super::words::first;
use super::{Draft, NamedSaid, Said};

impl Draft {
    /// The IRI that the source gives the resource.
    pub fn upstream_iri(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(iri) = self.notes.iri("upstream_iri", said) {
            self.notes.only("upstream_iri", &mut self.dataset.upstream.iri, iri, said);
        }
        self.settle()
    }

    /// The page of the resource at the source, for people.
    pub fn upstream_page(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(iri) = self.notes.iri("upstream_page", said) {
            self.notes.only("upstream_page", &mut self.dataset.upstream.page, iri, said);
        }
        self.settle()
    }

    /// When the source first listed the record.
    pub fn upstream_issued(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("upstream_issued", said) {
            self.notes.only("upstream_issued", &mut self.dataset.upstream.issued, moment, said);
        }
        self.settle()
    }

    /// When the source last changed the record (not the data).
    pub fn upstream_modified(&mut self, said: Said<'_>) -> &mut Self {
        if let Some(moment) = self.notes.moment("upstream_modified", said) {
            self.notes.only("upstream_modified", &mut self.dataset.upstream.modified, moment, said);
        }
        self.settle()
    }

    /// The catalogue inside the source, when it holds several.
    pub fn upstream_catalog<'a>(&mut self, catalog: impl Into<NamedSaid<'a>>) -> &mut Self {
        let catalog = catalog.into();
        if let Some(said) = first(&catalog) {
            for reference in self.notes.references("upstream_catalog", &catalog) {
                self.notes.only("upstream_catalog", &mut self.dataset.upstream.catalog, reference, said);
            }
        }
        self.settle()
    }

    /// The original, when the source says that the record is a harvested or federated copy.
    pub fn copy_of<'a>(&mut self, original: impl Into<NamedSaid<'a>>) -> &mut Self {
        let original = original.into();
        if let Some(said) = first(&original) {
            for reference in self.notes.references("copy_of", &original) {
                self.notes.only("copy_of", &mut self.dataset.upstream.copy_of, reference, said);
            }
        }
        self.settle()
    }
}
