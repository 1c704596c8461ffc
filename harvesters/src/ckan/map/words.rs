//! Title, description, keywords, themes, dates and the other plain properties.

use moisson_dcat::draft::{Draft, NamedSaid, Said, said};

use super::{super::package::kept, Mapper, Package};
use crate::{
    json::Json,
    spelling::Field::{
        AccessRights, AlternateIdentifier, ApplicableLegislation, ConformsTo, Created, Description,
        Documentation, Frequency, HasVersion, HvdCategory, InSeries, IsReferencedBy, IsVersionOf, Issued,
        Keyword, Language, Modified, Provenance, QualifiedRelation, Relation, Rights, Sample, Source,
        SpatialResolution, TemporalResolution, Theme, Title, Type, Version, VersionNotes,
    },
    words::{Words, is_code, is_link, opened, parts, words},
};

/// Keys under which an object has its name, the best first.
const NAMES: [&str; 6] = ["title", "display_name", "label", "prefLabel", "name", "id"];

impl Mapper {
    /// All of them.
    pub(super) fn words(&mut self, package: &mut Package<'_>) {
        for title in once(package.words(Title)) {
            self.draft.title(title.said());
        }
        for description in once(package.words(Description)) {
            self.draft.description(description.said());
        }
        self.keywords(package);
        self.themes(package);
        self.dates(package);
        self.codes(package);
        self.statements(package);
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
            Some(tags) => keywords.extend(labelled("tags", tags)),
            None => {}
        }
        for keyword in once(keywords) {
            self.draft.keyword(keyword.said());
        }
    }

    fn themes(&mut self, package: &mut Package<'_>) {
        for (place, value) in package.values(Theme) {
            let themes = match value {
                Json::List(_) | Json::Object(_) => labelled(&place, value),
                value => parts(place, value, is_link),
            };
            for theme in named(&themes) {
                self.draft.theme(theme);
            }
        }
        // DKAN's groups are organisations; `parties` has taken them.
        if let Some(groups) = package.take("groups") {
            for group in labelled("groups", groups) {
                self.draft.theme(group.said());
            }
        }
    }

    fn dates(&mut self, package: &mut Package<'_>) {
        self.each(package, Issued, |draft, said| {
            draft.issued(said);
        });
        self.each(package, Created, |draft, said| {
            draft.created(said);
        });
        self.each(package, Modified, |draft, said| {
            draft.modified(said);
        });
        self.each(package, Version, |draft, said| {
            draft.version(said);
        });
        for notes in once(package.words(VersionNotes)) {
            self.draft.version_notes(notes.said());
        }
        self.each(package, TemporalResolution, |draft, said| {
            draft.temporal_resolution(said);
        });
        self.each(package, SpatialResolution, |draft, said| {
            draft.spatial_resolution_in_meters(said);
        });
    }

    /// Values of vocabularies.
    fn codes(&mut self, package: &mut Package<'_>) {
        for frequency in named(&package.words(Frequency)) {
            self.draft.accrual_periodicity(frequency);
        }
        for rights in named(&package.words(AccessRights)) {
            self.draft.access_rights(rights);
        }
        for kind in named(&package.words(Type)) {
            self.draft.r#type(kind);
        }
        for (place, value) in package.values(Language) {
            for language in parts(place, value, is_code) {
                self.draft.language(language.said());
            }
        }
        for (place, value) in package.values(HvdCategory) {
            for category in parts(place, value, is_link) {
                self.draft.hvd_category(category.said());
            }
        }
    }

    /// Documents, standards, laws, statements.
    fn statements(&mut self, package: &mut Package<'_>) {
        for statement in named(&package.words(Provenance)) {
            self.draft.provenance(statement);
        }
        for statement in named(&package.words(Rights)) {
            self.draft.rights(statement);
        }
        for (place, value) in package.values(ConformsTo) {
            for standard in parts(place, value, is_link) {
                self.draft.conforms_to(standard.said());
            }
        }
        for (place, value) in package.values(ApplicableLegislation) {
            for law in parts(place, value, is_link) {
                self.draft.applicable_legislation(law.said());
            }
        }
        for (place, value) in package.values(Documentation) {
            for page in parts(place, value, is_link) {
                self.draft.page(page.said());
            }
        }
        self.each(package, AlternateIdentifier, |draft, said| {
            draft.other_identifier(said, None);
        });
    }

    /// Other resources.
    fn related(&mut self, package: &mut Package<'_>) {
        type Say = fn(&mut Draft, Said<'_>);
        let all: [(_, Say); 6] = [
            (Relation, |draft, said| {
                draft.relation(said);
            }),
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
        for (field, say) in all {
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
            match &relation {
                Some(relation) => {
                    self.draft.qualified_relation(said(&place, relation), role);
                }
                None => {
                    if let Some(role) = role {
                        self.draft.extra(role);
                    }
                }
            }
            for rest in kept(object) {
                self.draft.extra(said(&format!("{place}/{}", rest.place), &rest.text));
            }
        }
    }
}

/// Texts without those that are said again in a language: `title` beside `title_translated`.
pub(super) fn once(mut texts: Vec<Words<'_>>) -> Vec<Words<'_>> {
    let in_a_language: Vec<String> =
        texts.iter().filter(|text| text.lang.is_some()).map(|text| text.text.clone().into_owned()).collect();
    if !in_a_language.is_empty() {
        let known: std::collections::HashSet<&str> = in_a_language.iter().map(|text| text.trim()).collect();
        texts.retain(|text| text.lang.is_some() || !known.contains(text.text.trim()));
    }
    texts
}

/// Texts as things with a name: one thing of all that have a language, one of each other.
pub(super) fn named<'w>(texts: &'w [Words<'_>]) -> Vec<NamedSaid<'w>> {
    let label: Vec<Said<'_>> = texts.iter().filter(|text| text.lang.is_some()).map(Words::said).collect();
    let translated = (!label.is_empty()).then_some(NamedSaid { iri: None, label });
    let others = texts.iter().filter(|text| text.lang.is_none()).map(|text| text.said().into());
    translated.into_iter().chain(others).collect()
}

/// Names out of a list of texts or of objects with one.
pub(super) fn labelled<'a>(place: &str, value: Json<'a>) -> Vec<Words<'a>> {
    let mut out = Vec::new();
    let (listed, items) = match opened(value) {
        Json::List(items) => (true, items),
        one => (false, vec![one]),
    };
    for (index, item) in items.into_iter().enumerate() {
        let place = if listed { format!("{place}/{index}") } else { place.to_owned() };
        match item {
            Json::Object(mut object) => {
                match NAMES.iter().find_map(|key| object.take(key)) {
                    Some(name) => out.extend(words(place, name)),
                    // An object of languages, or one that we do not know.
                    None => out.extend(words(place, Json::Object(object))),
                }
            }
            item => out.extend(words(place, item)),
        }
    }
    out
}
