//! Title, description, keywords, themes, dates and the other plain properties.

use std::collections::{BTreeMap, HashSet};

use moisson_dcat::draft::{Draft, NamedSaid, Said};

use super::{DEFAULT, Mapper, Metas};
use crate::{
    json::Json,
    spelling::Field,
    words::{Words, is_link, words},
};

impl Mapper {
    /// All of them.
    pub(super) fn words(&mut self, metas: &mut Metas<'_>) {
        let titles = translations(metas.translated("title"));
        self.first(metas, &titles, Field::Title, |draft, said| {
            draft.title(said);
        });
        let descriptions = translations(metas.translated("description"));
        self.first(metas, &descriptions, Field::Description, |draft, said| {
            draft.description(said);
        });
        self.keywords(metas);
        self.themes(metas);
        self.dates(metas);
        self.documents(metas);
    }

    /// Says the texts of the basic metadata, else those of the other templates; what these say besides is kept.
    fn first(
        &mut self,
        metas: &mut Metas<'_>,
        own: &[Words<'_>],
        field: Field,
        say: fn(&mut Draft, Said<'_>),
    ) {
        let elsewhere = metas.elsewhere(field);
        for text in own {
            say(&mut self.draft, text.said());
        }
        for other in
            elsewhere.iter().filter(|other| own.iter().all(|text| text.text.trim() != other.text.trim()))
        {
            if own.is_empty() {
                say(&mut self.draft, other.said());
            } else {
                self.draft.extra(other.said());
            }
        }
    }

    fn keywords(&mut self, metas: &mut Metas<'_>) {
        let mut known = HashSet::new();
        for (lang, place, value) in metas.translated("keyword") {
            match value {
                // Version 1 writes one text.
                Json::Text(text) => {
                    let text = Words { lang: lang.map(Into::into), ..Words::new(place, text) };
                    known.extend(text.text.split([',', ';']).map(|keyword| keyword.trim().to_owned()));
                    self.draft.keywords(text.said());
                }
                value => {
                    for word in words(place, value) {
                        let word = Words { lang: lang.clone().map(Into::into), ..word };
                        known.insert(word.text.trim().to_owned());
                        self.draft.keyword(word.said());
                    }
                }
            }
        }
        for word in metas.elsewhere(Field::Keyword) {
            if known.insert(word.text.trim().to_owned()) {
                self.draft.keyword(word.said());
            }
        }
    }

    /// Themes; the names of one in several languages are one theme.
    fn themes(&mut self, metas: &mut Metas<'_>) {
        let mut known = HashSet::new();
        let mut named: BTreeMap<usize, Vec<Words<'_>>> = BTreeMap::new();
        let columns: Vec<Vec<Words<'_>>> = metas
            .translated("theme")
            .into_iter()
            .map(|(lang, place, value)| {
                let texts = words(place, value).into_iter();
                texts.map(|text| Words { lang: lang.clone().map(Into::into), ..text }).collect()
            })
            .collect();
        let length = columns.first().map_or(0, Vec::len);
        for column in columns {
            let together = column.len() == length;
            for (index, text) in column.into_iter().enumerate() {
                known.insert(text.text.trim().to_owned());
                let index = if together { index } else { named.len() };
                named.entry(index).or_default().push(text);
            }
        }
        for texts in named.values() {
            // The first has no language of its own and may be said again with one.
            let repeated = |text: &&Words<'_>| {
                text.lang.is_none()
                    && texts.iter().any(|other| other.lang.is_some() && other.text == text.text)
            };
            let label = texts.iter().filter(|text| !repeated(text)).map(Words::said).collect();
            self.draft.theme(NamedSaid { iri: None, label });
        }
        for text in metas.elsewhere(Field::Theme) {
            // Dublin Core has the keywords under `subject`, which are said already.
            if known.insert(text.text.trim().to_owned()) && !text.place.contains(".subject") {
                self.draft.theme(text.said());
            } else if text.place.contains(".subject") {
                self.draft.keyword(text.said());
            }
        }
    }

    fn dates(&mut self, metas: &mut Metas<'_>) {
        for date in metas.words(DEFAULT, "modified") {
            self.draft.modified(date.said());
        }
        self.elsewhere(metas, Field::Modified, |draft, said| {
            draft.modified(said);
        });
        self.elsewhere(metas, Field::Issued, |draft, said| {
            draft.issued(said);
        });
        self.elsewhere(metas, Field::Created, |draft, said| {
            draft.created(said);
        });
        self.elsewhere(metas, Field::Version, |draft, said| {
            draft.version(said);
        });
        self.elsewhere(metas, Field::VersionNotes, |draft, said| {
            draft.version_notes(said);
        });
        let mut frequencies = metas.words(DEFAULT, "update_frequency");
        frequencies.extend(metas.elsewhere(Field::Frequency));
        // Templates repeat it as `ANNUAL` and `annual`.
        let mut known = HashSet::new();
        for frequency in frequencies.iter().filter(|word| known.insert(word.text.trim().to_lowercase())) {
            self.draft.accrual_periodicity(frequency.said());
        }
    }

    fn documents(&mut self, metas: &mut Metas<'_>) {
        for reference in metas.words(DEFAULT, "references") {
            // Several addresses in one text are several documents; the draft takes them apart.
            if reference.text.split([' ', ';', ',', '\n']).any(is_link) {
                self.draft.page(NamedSaid::iri(reference.said()));
            } else {
                self.draft.page(reference.said());
            }
        }
        self.elsewhere(metas, Field::Documentation, |draft, said| {
            draft.page(said);
        });
        self.elsewhere(metas, Field::LandingPage, |draft, said| {
            draft.landing_page(NamedSaid::iri(said));
        });
        self.elsewhere(metas, Field::ConformsTo, |draft, said| {
            draft.conforms_to(said);
        });
        self.elsewhere(metas, Field::Provenance, |draft, said| {
            draft.provenance(said);
        });
        self.elsewhere(metas, Field::Relation, |draft, said| {
            draft.relation(said);
        });
        self.elsewhere(metas, Field::HvdCategory, |draft, said| {
            draft.hvd_category(said);
        });
        self.elsewhere(metas, Field::ApplicableLegislation, |draft, said| {
            draft.applicable_legislation(said);
        });
        // Portals write the name of who made the data here; only an address is a source in DCAT's sense.
        for source in metas.elsewhere(Field::Source) {
            if is_link(source.text.trim()) {
                self.draft.source(source.said());
            } else {
                self.draft.extra(source.said());
            }
        }
        self.elsewhere(metas, Field::IsReferencedBy, |draft, said| {
            draft.is_referenced_by(said);
        });
    }
}

/// Texts with their languages; one without that is said again with one is left out.
pub(super) fn translations<'a>(values: Vec<(Option<String>, String, Json<'a>)>) -> Vec<Words<'a>> {
    let mut out: Vec<Words<'a>> = Vec::new();
    for (lang, place, value) in values {
        let texts = words(place, value).into_iter();
        out.extend(texts.map(|text| Words { lang: lang.clone().map(Into::into), ..text }));
    }
    let tagged: HashSet<String> =
        out.iter().filter(|text| text.lang.is_some()).map(|text| text.text.trim().to_owned()).collect();
    out.retain(|text| text.lang.is_some() || !tagged.contains(text.text.trim()));
    out
}
