//! Licences, which portals name once for a dataset and DCAT-AP wants on its distributions.

use moisson_dcat::{
    Resource,
    draft::{NamedSaid, Said},
};

use crate::words::{Words, is_link};

/// A licence out of all that is said of it: the first address is its IRI, the rest are names.
pub(crate) fn license<'w>(words: &'w [Words<'_>]) -> Option<NamedSaid<'w>> {
    let iri = words.iter().find(|word| is_link(word.text.trim()));
    let label: Vec<Said<'_>> =
        words.iter().filter(|word| iri.is_none_or(|iri| *word != iri)).map(Words::said).collect();
    (iri.is_some() || !label.is_empty()).then(|| NamedSaid { iri: iri.map(Words::said), label })
}

/// Gives a dataset's licence to its distributions that name none of their own; how many those are, and of how many.
pub(crate) fn inherit_license(resource: &mut Resource) -> (usize, usize) {
    let Resource::Dataset(dataset) = resource else { return (0, 0) };
    let Some(license) = dataset.license.first() else { return (0, dataset.distribution.len()) };
    let mut given = 0;
    for distribution in dataset.distribution.iter_mut().filter(|distribution| distribution.license.is_none())
    {
        distribution.license = Some(license.clone());
        given += 1;
    }
    (given, dataset.distribution.len())
}
