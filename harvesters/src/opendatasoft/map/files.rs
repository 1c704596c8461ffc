//! What can be downloaded: exports of the records, attachments, other exports.

use std::borrow::Cow;

use moisson_dcat::draft::said;

use super::{
    super::{
        api,
        export::{EXPORTS, SHAPEFILE, SHAPEFILE_MAX},
        options::Options,
    },
    Mapper, Metas,
};
use crate::{
    json::{Json, Object},
    words::{Words, words},
};

/// Where the Explore API is described.
const EXPLORE_API: &str = "https://help.opendatasoft.com/apis/ods-explore-v2/";

/// Types of field that make a dataset a map, where its features are not said.
const GEO_TYPES: [&str; 2] = ["geo_point_2d", "geo_shape"];

impl Mapper {
    /// All of them, each a distribution.
    pub(super) fn files(&mut self, metas: &mut Metas<'_>, options: &Options) {
        let has_records = metas.own("has_records").and_then(|value| value.as_bool()).unwrap_or(false);
        let features = features(metas);
        let records =
            metas.peek("records_count").and_then(|count| count.clone().into_text()?.parse::<u64>().ok());
        if has_records && !self.is_hidden {
            for export in EXPORTS {
                let wanted = options.exports.0.iter().any(|name| name == export.name);
                let fits =
                    export.feature.is_none_or(|needed| features.iter().any(|feature| feature == needed));
                let small = export.name != SHAPEFILE || records.is_none_or(|count| count <= SHAPEFILE_MAX);
                if wanted && fits && small {
                    self.export(export.name, export.format, export.media_type);
                }
            }
        }
        for (key, kind) in [("attachments", "attachment"), ("alternative_exports", "alternative-export")] {
            for (index, file) in
                metas.own(key).map(Json::into_list).unwrap_or_default().into_iter().enumerate()
            {
                let place = format!("{key}/{index}");
                match file {
                    Json::Object(file) => self.file(key, kind, &place, file),
                    other => {
                        for word in words(place, other) {
                            self.draft.extra(word.said());
                        }
                    }
                }
            }
        }
    }

    fn export(&mut self, name: &str, format: &str, media_type: &str) {
        let dataset = ["api", "explore", "v2.1", "catalog", "datasets", &self.id];
        let url = String::from(api::below(&api::below(&self.base, &dataset), &["exports", name]));
        let root = api::below(&self.base, &["api", "explore", "v2.1"]);
        let mut distribution = self.draft.distribution(Some(&format!("export-{name}")));
        distribution
            .title(said("exports", format))
            .access_url(said("exports", &url))
            .download_url(said("exports", &url))
            .format(said("exports", format))
            .media_type(said("exports", media_type));
        if name == "json" {
            let description = api::below(&root, &["swagger.json"]);
            distribution
                .access_service(Some("explore-api"))
                .title(said("exports", "Explore API v2.1"))
                .endpoint_url(said("exports", root.as_str()))
                .endpoint_description(said("exports", description.as_str()))
                .conforms_to(said("exports", EXPLORE_API))
                .serves_dataset(said("exports", &self.page));
        }
    }

    /// A file that somebody uploaded.
    fn file(&mut self, key: &str, kind: &str, place: &str, mut file: Object<'_>) {
        let mut text = |name: &str| {
            let value = file.take(name)?;
            words(format!("{place}/{name}"), value).into_iter().next()
        };
        let (id, title, description) = (text("id"), text("title"), text("description"));
        let (media_type, url) = (text("mimetype"), text("url"));
        // Version 1 has an address of its own kind, `odsfile://name`.
        let made = id.as_ref().map(|id| {
            let dataset = ["api", "explore", "v2.1", "catalog", "datasets", &self.id];
            String::from(api::below(&api::below(&self.base, &dataset), &[key, id.text.trim()]))
        });
        let internal = |url: &&Words<'_>| url.text.trim().starts_with("odsfile:");
        let given = url.as_ref().filter(|url| !internal(url));
        let address = match (given, made) {
            (Some(given), _) => Some(Words::new(given.place.clone(), given.text.clone())),
            (None, Some(made)) => Some(Words::new(format!("{place}/id"), Cow::Owned(made))),
            (None, None) => None,
        };
        let name = id.as_ref().map(|id| format!("{kind}-{}", id.text.trim()));
        let mut distribution = self.draft.distribution(name.as_deref());
        if let Some(title) = &title {
            distribution.title(title.said());
        }
        if let Some(description) = &description {
            distribution.description(description.said());
        }
        if let Some(media_type) = &media_type {
            distribution.media_type(media_type.said());
        }
        if let Some(address) = &address {
            distribution.access_url(address.said()).download_url(address.said());
        }
        // The file's own name tells its format where the media type does not.
        let mut file_name = title.iter().chain(url.as_ref().filter(internal));
        let extension = file_name.find_map(|name| extension(name.text.trim()).map(|e| (name, e)));
        if let Some((name, extension)) = extension {
            distribution.format(said(&name.place, extension));
        }
        for (key, value) in file.rest() {
            distribution.extra(said(&key, &value.to_extra()));
        }
    }
}

/// What the platform says that a dataset is good for; where it says nothing, what its fields are.
fn features(metas: &Metas<'_>) -> Vec<String> {
    match (metas.peek_own("features"), metas.peek_own("fields")) {
        (Some(Json::List(features)), _) => {
            features.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        (None, Some(Json::List(fields))) if fields.iter().any(is_geo) => vec!["geo".to_owned()],
        _ => Vec::new(),
    }
}

fn is_geo(field: &Json<'_>) -> bool {
    let Json::Object(field) = field else { return false };
    field.get("type").and_then(Json::as_str).is_some_and(|kind| GEO_TYPES.contains(&kind))
}

/// The extension of a file's name, if it has one that is a word of letters and digits.
fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_word = (2..=7).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (!stem.is_empty() && is_word && !extension.bytes().all(|b| b.is_ascii_digit())).then_some(extension)
}
