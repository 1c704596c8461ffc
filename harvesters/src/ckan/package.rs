//! A package: where its values are found, at the root or in the extras, in every spelling.

use std::borrow::Cow;

use crate::{
    json::{Json, Object},
    spelling::{Field, Rank, field},
    words::{Words, is_language, opened, words},
};

/// Keys that are looked at by themselves, whatever else they might be taken for.
const BY_THEMSELVES: [&str; 9] =
    ["extras", "groups", "id", "name", "organization", "resources", "state", "tags", "type"];

/// What the portal notes for itself, or counts of what follows, or what moves without a change of the dataset (visits,
/// versions of the record, how often it was harvested). Not kept in `extra`; the raw record has it all.
const HOUSEKEEPING: [&str; 24] = [
    "approval_status",
    "cache_last_updated",
    "creator_user_id",
    "datastore_active",
    "datastore_contains_all_records_of_source_file",
    "harvest_object_id",
    "image_display_url",
    "is_organization",
    "isopen",
    "num_followers",
    "num_resources",
    "num_tags",
    "owner_org",
    "package_count",
    "package_id",
    "position",
    "private",
    "resource_group_id",
    "revision_id",
    "revision_timestamp",
    "state",
    "tracking_summary",
    "type",
    "webstore_last_updated",
];

/// A package whose values are taken out as they are understood.
#[derive(Debug)]
pub(super) struct Package<'a> {
    root: Object<'a>,
    known: Vec<Known<'a>>,
    extras: Vec<(Cow<'a, str>, Json<'a>)>,
}

/// A value whose meaning is known by its key.
#[derive(Debug)]
struct Known<'a> {
    field: Field,
    /// Root before extras, and good spellings before others.
    rank: (bool, Rank),
    place: Cow<'a, str>,
    lang: Option<Cow<'a, str>>,
    value: Json<'a>,
}

impl<'a> Package<'a> {
    /// Sorts the values of a package by what their keys mean.
    pub(super) fn new(mut object: Object<'a>) -> Self {
        let extras = extras(object.take("extras").unwrap_or(Json::Null));
        let mut package = Self { root: Object::default(), known: Vec::new(), extras: Vec::new() };
        for (key, value) in object.rest() {
            if BY_THEMSELVES.contains(&key.as_ref()) {
                package.root.push(key, value);
            } else if let Some(left) = package.sort(key.clone(), &key, false, value) {
                package.root.push(key, left);
            }
        }
        for (key, value) in extras {
            let place = Cow::Owned(format!("extras/{key}"));
            if let Some(left) = package.sort(place, &key, true, value) {
                package.extras.push((key, left));
            }
        }
        // Stable: within a rank the order is that of the record.
        package.known.sort_by_key(|known| known.rank);
        package
    }

    /// Takes a value whose key is known, or gives it back.
    fn sort(&mut self, place: Cow<'a, str>, key: &str, extra: bool, value: Json<'a>) -> Option<Json<'a>> {
        let (found, lang) = match field(key) {
            Some(found) => (found, None),
            None => match with_language(key) {
                Some((found, lang)) => (found, Some(Cow::Owned(lang.to_owned()))),
                None => return Some(value),
            },
        };
        self.known.push(Known { field: found.0, rank: (extra, found.1), place, lang, value });
        None
    }

    /// A value of the root that is looked at by itself.
    pub(super) fn take(&mut self, key: &str) -> Option<Json<'a>> {
        self.root.take(key)
    }

    /// A value of the root as one text.
    pub(super) fn take_text(&mut self, key: &'static str) -> Option<Words<'a>> {
        let text = self.root.take(key)?.into_text()?;
        Some(Words::new(key, text))
    }

    /// Takes the values of a key of the extras out, with their place.
    pub(super) fn take_extra(&mut self, key: &str) -> Vec<(String, Json<'a>)> {
        let place = format!("extras/{key}");
        let values = self.extras.iter_mut().filter(|(name, value)| name == key && !value.is_empty());
        values.map(|(_, value)| (place.clone(), std::mem::replace(value, Json::Null))).collect()
    }

    /// Whether anything is said of a field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.known.iter().any(|known| known.field == field && !known.value.is_empty())
    }

    /// The values of a field and their places, the best first.
    pub(super) fn values(&mut self, field: Field) -> Vec<(Cow<'a, str>, Json<'a>)> {
        let mut values = Vec::new();
        for known in self.known.iter_mut().filter(|known| known.field == field && !known.value.is_empty()) {
            values.push((known.place.clone(), std::mem::replace(&mut known.value, Json::Null)));
        }
        values
    }

    /// The values of a field, their places, and the languages that their keys name.
    pub(super) fn tagged(&mut self, field: Field) -> Vec<(Cow<'a, str>, Option<Cow<'a, str>>, Json<'a>)> {
        let known = self.known.iter_mut().filter(|known| known.field == field && !known.value.is_empty());
        known
            .map(|known| {
                (known.place.clone(), known.lang.clone(), std::mem::replace(&mut known.value, Json::Null))
            })
            .collect()
    }

    /// The texts of a field, the best first.
    pub(super) fn words(&mut self, field: Field) -> Vec<Words<'a>> {
        let mut out = Vec::new();
        for known in self.known.iter_mut().filter(|known| known.field == field && !known.value.is_empty()) {
            let value = std::mem::replace(&mut known.value, Json::Null);
            let from = out.len();
            out.append(&mut words(known.place.clone(), value));
            for word in out.iter_mut().skip(from).filter(|word| word.lang.is_none()) {
                word.lang.clone_from(&known.lang);
            }
        }
        out
    }

    /// The best text of a field; others stay.
    pub(super) fn one(&mut self, field: Field) -> Option<Words<'a>> {
        let known = self.known.iter_mut().find(|known| known.field == field && !known.value.is_empty())?;
        let value = std::mem::replace(&mut known.value, Json::Null);
        words(known.place.clone(), value).into_iter().next()
    }

    /// What was not understood, and says something of the dataset.
    pub(super) fn rest(self) -> impl Iterator<Item = Words<'a>> {
        let root = kept(self.root);
        let known = self.known.into_iter().map(|known| (known.place, known.value));
        let extras = self.extras.into_iter().filter(|(key, _)| !HOUSEKEEPING.contains(&key.as_ref()));
        let extras = extras.map(|(key, value)| (Cow::Owned(format!("extras/{key}")), value));
        root.chain(known.chain(extras).filter(|(_, value)| !value.is_empty()).map(|(place, value)| {
            let text = value.to_extra();
            Words::new(place, text)
        }))
    }
}

/// What was not taken from an object and is no housekeeping.
pub(super) fn kept(object: Object<'_>) -> impl Iterator<Item = Words<'_>> {
    object.rest().filter(|(key, _)| !HOUSEKEEPING.contains(&key.as_ref())).map(|(key, value)| {
        let text = value.to_extra();
        Words::new(key, text)
    })
}

/// The meaning of `title_fr` or `notes-nl`, and the language in it.
fn with_language(key: &str) -> Option<((Field, Rank), &str)> {
    let (name, lang) = key.rsplit_once(['_', '-'])?;
    let found = field(name).filter(|_| lang.len() == 2 && is_language(lang))?;
    let texts = matches!(
        found.0,
        Field::Title
            | Field::Description
            | Field::Keyword
            | Field::Provenance
            | Field::Rights
            | Field::VersionNotes
    );
    texts.then_some((found, lang))
}

/// The free fields: a list of `{key, value}`, or an object as older portals have it.
fn extras(value: Json<'_>) -> Vec<(Cow<'_, str>, Json<'_>)> {
    match opened(value) {
        Json::Object(object) => object.rest().collect(),
        Json::List(items) => items
            .into_iter()
            .enumerate()
            .filter_map(|(index, item)| match item {
                Json::Object(mut entry) => match entry.take("key").and_then(Json::into_text) {
                    Some(key) => Some((key, entry.take("value")?)),
                    None => Some((Cow::Owned(index.to_string()), Json::Object(entry))),
                },
                other => Some((Cow::Owned(index.to_string()), other)),
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Package};
    use crate::json::Json;

    fn package(json: &str) -> Package<'_> {
        match serde_json::from_str(json).unwrap() {
            Json::Object(object) => Package::new(object),
            other => panic!("not an object: {other}"),
        }
    }

    fn texts(package: &mut Package<'_>, field: Field) -> Vec<String> {
        let show = |w: crate::words::Words<'_>| {
            format!("{}={}{}", w.place, w.text, w.lang.map(|l| format!("@{l}")).unwrap_or_default())
        };
        package.words(field).into_iter().map(show).collect()
    }

    #[test]
    fn values_are_found_at_the_root_and_in_the_extras_the_best_first() {
        let mut it = package(
            r#"{"periodicity":"c","extras":[{"key":"Fréquence","value":"e"},{"key":"frequency","value":"d"}],
               "dcat_frequency":"b","frequency":"a"}"#,
        );
        assert_eq!(
            texts(&mut it, Field::Frequency),
            ["frequency=a", "dcat_frequency=b", "periodicity=c", "extras/frequency=d", "extras/Fréquence=e"]
        );
        assert_eq!(it.rest().count(), 0);
    }

    #[test]
    fn languages_are_found_in_objects_and_in_keys() {
        let mut it =
            package(r#"{"title":{"fr":"a","nl":"b"},"title_de":"c","title_id":"d","contact_it":"e"}"#);
        assert_eq!(texts(&mut it, Field::Title), ["title/fr=a@fr", "title/nl=b@nl", "title_de=c@de"]);
        let rest: Vec<_> = it.rest().map(|w| w.place.into_owned()).collect();
        assert_eq!(rest, ["title_id", "contact_it"]);
    }

    #[test]
    fn what_is_not_understood_remains_but_for_housekeeping() {
        let it = package(
            r#"{"id":"x","colour":["red"],"num_tags":3,"theme":null,"issued":"2020",
               "extras":{"VCGE":"y","harvest_object_id":"z"}}"#,
        );
        let rest: Vec<_> = it.rest().map(|w| format!("{}={}", w.place, w.text)).collect();
        assert_eq!(rest, ["id=x", r#"colour=["red"]"#, "issued=2020", "extras/VCGE=y"]);
    }
}
