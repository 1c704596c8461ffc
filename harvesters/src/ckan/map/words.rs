//! Title, description, keywords, themes, dates and the other plain properties.

use std::collections::HashSet;

use moisson_dcat::draft::{Draft, NamedSaid, Said, said};

use super::{super::package::kept, Mapper, Package};
use crate::{
    json::Json,
    spelling::Field::{
        self, AccessRights, AlternateIdentifier, ApplicableLegislation, ConformsTo, Created, Description,
        Documentation, Frequency, HasVersion, HvdCategory, InSeries, IsReferencedBy, IsVersionOf, Issued,
        Keyword, Language, Modified, Provenance, QualifiedRelation, Relation, Rights, Sample, Source,
        SpatialResolution, TemporalResolution, Theme, Title, Type, Version, VersionNotes,
    },
    words::{Words, is_code, is_link, opened, parts, things, words},
};

/// How a property takes a text.
type Say = fn(&mut Draft, Said<'_>);

/// How a property takes a thing with a name.
type SayNamed = fn(&mut Draft, NamedSaid<'_>);

/// Whether a part of a text is one of several.
type IsPart = fn(&str) -> bool;

/// Properties of one text each.
const TEXTS: [(Field, Say); 7] = [
    (Issued, |draft, said| {
        draft.issued(said);
    }),
    (Created, |draft, said| {
        draft.created(said);
    }),
    (Modified, |draft, said| {
        draft.modified(said);
    }),
    (Version, |draft, said| {
        draft.version(said);
    }),
    (TemporalResolution, |draft, said| {
        draft.temporal_resolution(said);
    }),
    (SpatialResolution, |draft, said| {
        draft.spatial_resolution_in_meters(said);
    }),
    (AlternateIdentifier, |draft, said| {
        draft.other_identifier(said, None);
    }),
];

/// Properties that are things with a name, and what separates several in one text.
const THINGS: [(Field, IsPart, SayNamed); 12] = [
    (Frequency, is_nothing, |draft, named| {
        draft.accrual_periodicity(named);
    }),
    (AccessRights, is_nothing, |draft, named| {
        draft.access_rights(named);
    }),
    (Type, is_nothing, |draft, named| {
        draft.r#type(named);
    }),
    (Theme, is_link, |draft, named| {
        draft.theme(named);
    }),
    (Language, is_code, |draft, named| {
        draft.language(named);
    }),
    (HvdCategory, is_link, |draft, named| {
        draft.hvd_category(named);
    }),
    (Provenance, is_nothing, |draft, named| {
        draft.provenance(named);
    }),
    (Rights, is_nothing, |draft, named| {
        draft.rights(named);
    }),
    (ConformsTo, is_link, |draft, named| {
        draft.conforms_to(named);
    }),
    (ApplicableLegislation, is_link, |draft, named| {
        draft.applicable_legislation(named);
    }),
    (Documentation, is_link, |draft, named| {
        draft.page(named);
    }),
    (Relation, is_link, |draft, named| {
        draft.relation(named);
    }),
];

/// Properties that are addresses of other resources.
const LINKS: [(Field, Say); 5] = [
    (HasVersion, |draft, said| {
        draft.has_version(said);
    }),
    (IsVersionOf, |draft, said| {
        draft.is_version_of(said);
    }),
    (IsReferencedBy, |draft, said| {
        draft.is_referenced_by(said);
    }),
    (Source, |draft, said| {
        draft.source(said);
    }),
    (Sample, |draft, said| {
        draft.sample(None).access_url(said);
    }),
];

fn is_nothing(_: &str) -> bool {
    false
}

impl Mapper {
    /// All of them.
    pub(super) fn words(&mut self, package: &mut Package<'_>) {
        for title in once(package.words(Title)) {
            self.draft.title(title.said());
        }
        for description in once(package.words(Description)) {
            self.draft.description(description.said());
        }
        for notes in once(package.words(VersionNotes)) {
            self.draft.version_notes(notes.said());
        }
        self.keywords(package);
        for (field, say) in TEXTS {
            for text in package.words(field) {
                say(&mut self.draft, text.said());
            }
        }
        self.reference_dates(package);
        for (field, is_part, say) in THINGS {
            self.things(package, field, is_part, say);
        }
        // DKAN's groups are organisations; `parties` has taken them.
        let groups = package.take("groups").map(|groups| things("groups", groups, is_nothing));
        for group in groups.unwrap_or_default() {
            self.draft.theme(group.said());
        }
        self.related(package);
    }

    fn keywords(&mut self, package: &mut Package<'_>) {
        let mut keywords = Vec::new();
        for (place, value) in package.values(Keyword) {
            let listed = !matches!(value, Json::Text(_));
            let found = words(place, value);
            match found.as_slice() {
                // A text of several keywords.
                [one] if !listed && one.lang.is_none() => {
                    self.draft.keywords(one.said());
                }
                _ => keywords.extend(found),
            }
        }
        match package.take("tags").map(opened) {
            Some(Json::Text(text)) => {
                self.draft.keywords(said("tags", &text));
            }
            Some(tags) => {
                keywords.extend(things("tags", tags, is_nothing).into_iter().flat_map(|tag| tag.label));
            }
            None => {}
        }
        for keyword in once(keywords) {
            self.draft.keyword(keyword.said());
        }
    }

    /// The dates of ISO 19115 as ckanext-spatial notes them: `[{"type": "publication", "value": "2012"}]`, and those of
    /// Germany's older metadata: `[{"role": "veroeffentlicht", "date": "2013-02-01"}]`.
    fn reference_dates(&mut self, package: &mut Package<'_>) {
        let mut dates = package.take_extra("dataset-reference-date");
        dates.extend(package.take_extra("dates"));
        for (place, value) in dates {
            for (index, item) in opened(value).into_list().into_iter().enumerate() {
                let place = format!("{place}/{index}");
                let Json::Object(mut object) = item else {
                    self.draft.extra(said(&place, &item.to_extra()));
                    continue;
                };
                let kind = object.take("type").or_else(|| object.take("role"));
                let kind = kind.and_then(Json::into_text).unwrap_or_default();
                let date = object.take("value").or_else(|| object.take("date"));
                for date in date.map(|value| words(place.clone(), value)).unwrap_or_default() {
                    match kind.as_ref() {
                        "publication" | "veroeffentlicht" => self.draft.issued(date.said()),
                        "creation" | "erstellt" => self.draft.created(date.said()),
                        "revision" | "aktualisiert" => self.draft.modified(date.said()),
                        _ => self.draft.extra(date.said()),
                    };
                }
            }
        }
    }

    fn things(&mut self, package: &mut Package<'_>, field: Field, is_part: IsPart, say: SayNamed) {
        for (place, lang, value) in package.tagged(field) {
            for mut thing in things(&place, value, is_part) {
                for label in thing.label.iter_mut().filter(|label| label.lang.is_none()) {
                    label.lang.clone_from(&lang);
                }
                say(&mut self.draft, thing.said());
                for rest in &thing.rest {
                    self.draft.extra(rest.said());
                }
            }
        }
    }

    /// Other resources.
    fn related(&mut self, package: &mut Package<'_>) {
        for (field, say) in LINKS {
            for (place, value) in package.values(field) {
                for word in parts(place, value, is_link) {
                    say(&mut self.draft, word.said());
                }
            }
        }
        for (place, value) in package.values(InSeries) {
            for series in parts(place, value, is_code) {
                let iri =
                    if is_link(&series.text) { None } else { self.below(&["dataset", series.text.trim()]) };
                self.draft.in_series(said(&series.place, iri.as_deref().unwrap_or(&series.text)));
            }
        }
        for (place, value) in package.values(QualifiedRelation) {
            self.qualified_relations(&place, value);
        }
    }

    fn qualified_relations(&mut self, place: &str, value: Json<'_>) {
        for (index, item) in opened(value).into_list().into_iter().enumerate() {
            let place = format!("{place}/{index}");
            let Json::Object(mut object) = item else {
                self.draft.extra(said(&place, &item.to_extra()));
                continue;
            };
            let relation = object.take("relation").or_else(|| object.take("uri")).and_then(Json::into_text);
            let role = object.take("role").or_else(|| object.take("had_role")).and_then(Json::into_text);
            let role = role.as_deref().map(|role| said(&place, role));
            if let Some(relation) = &relation {
                self.draft.qualified_relation(said(&place, relation), role);
            } else if let Some(role) = role {
                self.draft.extra(role);
            }
            for rest in kept(object) {
                self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
            }
        }
    }
}

/// Texts without those that are said again: with a language (`title` beside `title_translated`), or just so.
pub(super) fn once(mut texts: Vec<Words<'_>>) -> Vec<Words<'_>> {
    let tagged: HashSet<String> =
        texts.iter().filter(|text| text.lang.is_some()).map(|text| text.text.trim().to_owned()).collect();
    let mut seen = HashSet::new();
    texts.retain(|text| {
        let own = text.text.trim();
        (text.lang.is_some() || !tagged.contains(own)) && seen.insert((own.to_owned(), text.lang.clone()))
    });
    texts
}
