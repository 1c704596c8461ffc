//! Licences out of the several values in which portals say them.

use moisson_dcat::draft::{NamedSaid, Said};

use crate::words::{Words, is_link};

/// A licence out of all that is said of it: the first address is its IRI, the rest are names.
pub(crate) fn license<'w>(words: &'w [Words<'_>]) -> Option<NamedSaid<'w>> {
    let iri = words.iter().find(|word| is_link(word.text.trim()));
    let label: Vec<Said<'_>> =
        words.iter().filter(|word| iri.is_none_or(|iri| *word != iri)).map(Words::said).collect();
    (iri.is_some() || !label.is_empty()).then(|| NamedSaid { iri: iri.map(Words::said), label })
}
