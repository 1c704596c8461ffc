//! How many of the values that a real portal has lead to a term of the EU's vocabularies.

use std::{collections::BTreeMap, fmt::Write};

use moisson_dcat::{
    Concept, Distribution, Iri, RemarkCode, Resource,
    vocabulary::{Vocabulary, media_type, term},
};
use moisson_store::Store;

/// The properties that are measured.
const PROPERTIES: [&str; 5] = ["theme", "license", "accrual_periodicity", "format", "language"];

/// The least share of values that must lead to a term, in percent.
pub(super) const LEAST_PERCENT: usize = 95;

/// Names and addresses of terms of use that are no licence of any vocabulary, and themes without a name, each looked
/// at: nothing could be made of them without guessing, so they are not counted.
const NO_TERM: [&str; 20] = [
    // Words that restate "open" or name the owner.
    "Open Data Paris",
    "Insee",
    "Netatmo",
    "Public Domain",
    "https://en.wikipedia.org/wiki/Public_domain",
    // Terms of one publisher.
    "Nutzungsbedingungen der LHP",
    "http://data.gov.be/license/cbe/full",
    "http://data.gov.be/license/cbe/open",
    "http://data.gov.be/license/cbe/webservice",
    "http://www.insee.fr/fr/service/default.asp?page=rediffusion/rediffusion.htm",
    "http://www.worldbank.org/terms-datasets",
    "https://developer.jcdecaux.com/#/opendata/license",
    "https://www.insee.fr/fr/information/2381861",
    "https://www.netatmo.com/site/terms",
    // A theme whose address ends before its name, and one that names no theme.
    "http://public.opendatasoft.com/id/theme/",
    "http://public.opendatasoft.com/id/theme/spatial",
    "Spatial",
    "spatial",
    "permitting",
    "Permitting",
];

/// Values of one property.
#[derive(Debug, Default)]
struct Counted {
    mapped: usize,
    /// What no table knows, with its number.
    left: BTreeMap<String, usize>,
}

impl Counted {
    fn left(&self) -> usize {
        self.left.values().sum()
    }
}

/// The values of all records of a store.
#[derive(Debug, Default)]
pub(super) struct Mapped(BTreeMap<&'static str, Counted>);

impl Mapped {
    pub(super) fn of(store: &Store) -> Self {
        let mut all = Self::default();
        for record in store.records(None) {
            let record = record.expect("the store can be read");
            if let Resource::Dataset(dataset) = &record.resource {
                all.count("theme", &dataset.theme);
                all.count("license", &dataset.license);
                all.count("accrual_periodicity", dataset.accrual_periodicity.as_slice());
                all.count("language", &dataset.language);
                dataset.distribution.iter().for_each(|distribution| all.distribution(distribution));
            }
            let left = record.remarks.iter().filter(|r| r.code == RemarkCode::UnmappedValue);
            for remark in left.filter(|r| !NO_TERM.contains(&r.value.as_str())) {
                if let Some(property) = PROPERTIES.iter().find(|name| **name == remark.property) {
                    *all.of_property(property).left.entry(remark.value.clone()).or_default() += 1;
                }
            }
        }
        all
    }

    fn of_property(&mut self, property: &'static str) -> &mut Counted {
        self.0.entry(property).or_default()
    }

    fn distribution(&mut self, distribution: &Distribution) {
        self.count("license", distribution.license.as_slice());
        self.count("format", distribution.format.as_slice());
        self.count("language", &distribution.language);
    }

    /// Counts the terms among concepts; the others have a remark.
    fn count(&mut self, property: &'static str, concepts: &[Concept]) {
        let known = concepts.iter().filter(|c| c.iri.as_ref().is_some_and(|iri| is_term(property, iri)));
        self.of_property(property).mapped += known.count();
    }

    /// One line of shares, and the properties that have less than they must.
    pub(super) fn tell(&self) -> (String, Vec<String>) {
        let (mut line, mut short) = (String::new(), Vec::new());
        for (property, counted) in &self.0 {
            let seen = counted.mapped + counted.left();
            let percent = (counted.mapped * 100).checked_div(seen);
            let shown = percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
            write!(line, " {property} {shown} of {seen};").expect("a string takes all");
            if percent.is_some_and(|percent| percent < LEAST_PERCENT) {
                let mut left: Vec<_> = counted.left.iter().collect();
                left.sort_by_key(|(value, count)| (std::cmp::Reverse(**count), value.as_str()));
                let left: Vec<String> =
                    left.iter().take(40).map(|(value, count)| format!("{count} × {value}")).collect();
                short.push(format!("{property} {shown} of {seen}; left: {}", left.join(" | ")));
            }
        }
        (line, short)
    }
}

/// Whether an IRI is one of a vocabulary that the property may have.
fn is_term(property: &str, iri: &Iri) -> bool {
    let vocabulary = term(iri.as_str()).map(moisson_dcat::vocabulary::Term::vocabulary);
    match property {
        "theme" => matches!(vocabulary, Some(Vocabulary::DataTheme | Vocabulary::HvdCategory)),
        "license" => vocabulary == Some(Vocabulary::Licence),
        "accrual_periodicity" => vocabulary == Some(Vocabulary::Frequency),
        "language" => vocabulary == Some(Vocabulary::Language),
        _ => vocabulary == Some(Vocabulary::FileType) || media_type(iri.as_str()).is_some(),
    }
}
