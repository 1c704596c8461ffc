//! A dataset of any version in one shape: its own keys, and the templates of its metadata.
//!
//! | | version 2 | version 1 |
//! | --- | --- | --- |
//! | id | `dataset_id`, `dataset_uid` | `datasetid` |
//! | basic metadata | `metas.default.title` | `metas.title` |
//! | other templates | `metas.dcat.created` | `interop_metas.dcat.created` |
//!
//! Places are named as in version 2.

use std::borrow::Cow;

use crate::{
    json::{Json, Object},
    spelling::{Field, field},
    words::{Words, is_language, words},
};

/// The template of the basic metadata.
pub(super) const DEFAULT: &str = "default";

/// The template whose keys every portal makes up for itself.
const CUSTOM: &str = "custom";

/// Templates that are no metadata: visits, how things are shown.
const NO_METADATA: [&str; 3] = ["asset_content_configuration", "explore", "visualization"];

/// Keys that count, or move without a change of the dataset, or say how another key came about. Not kept in `extra`;
/// the raw record has them.
const HOUSEKEEPING: [&str; 10] = [
    "data_processed",
    "domain",
    "geographic_reference_auto",
    "links",
    "metadata_languages",
    "modified_updates_on_data_change",
    "modified_updates_on_metadata_change",
    "records_count",
    "staged",
    "_links",
];

/// A dataset whose values are taken out as they are understood.
#[derive(Debug)]
pub(super) struct Metas<'a> {
    root: Object<'a>,
    templates: Vec<(Cow<'a, str>, Object<'a>)>,
    /// What the templates say under keys that mean the same everywhere, with their places.
    known: Vec<(Field, String, Json<'a>)>,
}

impl<'a> Metas<'a> {
    /// Brings a dataset into one shape.
    pub(super) fn new(mut root: Object<'a>) -> Self {
        let mut templates = Vec::new();
        if let Some(Json::Object(metas)) = root.take("metas") {
            let is_old = root.get("datasetid").is_some() || metas.get(DEFAULT).is_none();
            if is_old {
                templates.push((Cow::Borrowed(DEFAULT), metas));
            } else {
                templates.extend(named_objects(metas, &mut root));
            }
        }
        if let Some(Json::Object(metas)) = root.take("interop_metas") {
            templates.extend(named_objects(metas, &mut root));
        }
        templates.retain(|(name, _)| !NO_METADATA.contains(&name.as_ref()));
        let mut metas = Self { root, templates: Vec::new(), known: Vec::new() };
        for (name, template) in templates {
            if name == DEFAULT || name == CUSTOM {
                metas.templates.push((name, template));
            } else {
                metas.sort(name, template);
            }
        }
        metas
    }

    /// Sorts the values of a template by what their keys mean.
    fn sort(&mut self, name: Cow<'a, str>, template: Object<'a>) {
        let mut others = Object::default();
        for (key, value) in template.rest() {
            match field(&key) {
                Some((field, _)) => self.known.push((field, format!("metas.{name}.{key}"), value)),
                None => others.push(key, value),
            }
        }
        self.templates.push((name, others));
    }

    /// The dataset's id, which is part of its address.
    pub(super) fn id(&mut self) -> Option<String> {
        let new = self.root.take("dataset_id").and_then(Json::into_text);
        let old = self.root.take("datasetid").and_then(Json::into_text);
        new.or(old).map(|id| id.trim().to_owned())
    }

    /// A value of the dataset's own.
    pub(super) fn own(&mut self, key: &str) -> Option<Json<'a>> {
        self.root.take(key)
    }

    /// A value of the dataset's own, left where it is.
    pub(super) fn peek_own(&self, key: &str) -> Option<&Json<'a>> {
        self.root.get(key)
    }

    /// A value of a template, and its place.
    pub(super) fn take(&mut self, template: &str, key: &str) -> Option<(String, Json<'a>)> {
        let (_, object) = self.templates.iter_mut().find(|(name, _)| name == template)?;
        Some((format!("metas.{template}.{key}"), object.take(key)?))
    }

    /// The texts of a value of a template.
    pub(super) fn words(&mut self, template: &str, key: &str) -> Vec<Words<'a>> {
        self.take(template, key).map(|(place, value)| words(place, value)).unwrap_or_default()
    }

    /// The first text of a value of a template.
    pub(super) fn one(&mut self, template: &str, key: &str) -> Option<Words<'a>> {
        self.words(template, key).into_iter().next()
    }

    /// A value of the basic metadata without taking it.
    pub(super) fn peek(&self, key: &str) -> Option<&Json<'a>> {
        self.templates.iter().find(|(name, _)| name == DEFAULT)?.1.get(key)
    }

    /// The values of a key of the basic metadata and of its translations (`title`, `title_de`), with their languages.
    pub(super) fn translated(&mut self, key: &str) -> Vec<(Option<String>, String, Json<'a>)> {
        let Some((_, object)) = self.templates.iter_mut().find(|(name, _)| name == DEFAULT) else {
            return Vec::new();
        };
        let is_translation = |name: &&str| {
            name.strip_prefix(key).and_then(|rest| rest.strip_prefix('_')).is_some_and(is_language)
        };
        let mut keys = vec![key.to_owned()];
        keys.extend(object.keys().filter(is_translation).map(str::to_owned));
        let lang =
            |name: &str| name.strip_prefix(key).and_then(|rest| rest.strip_prefix('_')).map(str::to_owned);
        keys.into_iter()
            .filter_map(|name| Some((lang(&name), format!("metas.{DEFAULT}.{name}"), object.take(&name)?)))
            .collect()
    }

    /// What the templates but the basic one say of a field, under any of its names.
    pub(super) fn elsewhere(&mut self, wanted: Field) -> Vec<Words<'a>> {
        let mut out = Vec::new();
        for (_, place, value) in self.known.iter_mut().filter(|(field, ..)| *field == wanted) {
            out.extend(words(std::mem::take(place), std::mem::replace(value, Json::Null)));
        }
        out
    }

    /// What was not understood, and says something of the dataset.
    pub(super) fn rest(self) -> impl Iterator<Item = Words<'a>> {
        let own = self.root.rest().map(|(key, value)| (key.clone(), key, value));
        let metas = self.templates.into_iter().flat_map(|(template, object)| {
            object.rest().map(move |(key, value)| (Cow::Owned(format!("metas.{template}.{key}")), key, value))
        });
        let others = own.chain(metas).filter(|(_, key, _)| !HOUSEKEEPING.contains(&key.as_ref()));
        let others = others.map(|(place, _, value)| (place, value));
        let known = self.known.into_iter().map(|(_, place, value)| (Cow::Owned(place), value));
        others.chain(known.filter(|(_, value)| !value.is_empty())).map(|(place, value)| {
            let text = value.to_extra();
            Words::new(place, text)
        })
    }
}

/// The objects in an object; what else is in it goes back to the dataset.
fn named_objects<'a>(object: Object<'a>, root: &mut Object<'a>) -> Vec<(Cow<'a, str>, Object<'a>)> {
    let mut out = Vec::new();
    for (key, value) in object.rest() {
        match value {
            Json::Object(template) => out.push((key, template)),
            other => root.push(Cow::Owned(format!("metas.{key}")), other),
        }
    }
    out
}
