//! `distribution`: the files of a dataset.

use moisson_dcat::draft::{Draft, NamedSaid, Said, said};
use serde_json::{Map, Value};
use url::Url;

use super::{
    node::{Item, Node, Told, told},
    schema_org::named,
};

/// Properties of a file that stand on the dataset itself when there is no `distribution`.
const OF_A_FILE: [&str; 4] = ["contentUrl", "encodingFormat", "fileFormat", "contentSize"];

/// Maps all of them.
pub(super) fn all(draft: &mut Draft, node: &mut Node, base: Option<&Url>) {
    for item in node.take("distribution") {
        match item.into_node() {
            Ok(file) => one(draft, file, base),
            Err(item) => {
                for told in told(&item).unwrap_or_default() {
                    draft.distribution(None).access_url(told.said());
                }
            }
        }
    }
    let own = node.take("contentUrl");
    if own.is_empty() {
        return;
    }
    let mut file = Map::new();
    file.insert("contentUrl".to_owned(), Value::Array(own.into_iter().map(|item| item.value).collect()));
    for name in OF_A_FILE {
        for item in node.take(name) {
            file.insert(name.to_owned(), item.value);
        }
    }
    one(draft, Node::new("", file), base);
}

fn one(draft: &mut Draft, mut file: Node, base: Option<&Url>) {
    file.forget_types(&["DataDownload", "MediaObject", "CreativeWork"]);
    let id = file.id();
    let mut distribution = draft.distribution(None);
    if let Some(id) = &id {
        distribution.upstream_iri(id.said());
    }
    for told in file.links("contentUrl", base) {
        distribution.download_url(told.said());
    }
    for told in file.links("url", base) {
        distribution.access_url(told.said());
    }
    for told in file.texts_of_first(&["name", "headline"]) {
        distribution.title(told.said());
    }
    for told in file.texts("description") {
        distribution.description(told.said());
    }
    for name in ["encodingFormat", "fileFormat"] {
        for told in file.texts(name) {
            if told.text.contains('/') && !told.is_link() {
                distribution.media_type(told.said());
            }
            distribution.format(told.said());
        }
    }
    for told in file.texts("contentSize") {
        distribution.byte_size(told.said());
    }
    for told in file.texts("datePublished") {
        distribution.issued(told.said());
    }
    for told in file.texts_of_first(&["dateModified", "uploadDate"]) {
        distribution.modified(told.said());
    }
    for told in file.texts("inLanguage") {
        distribution.language(told.said());
    }
    let mut has_checksum = false;
    for told in file.texts("sha256") {
        distribution.checksum(Some(said("sha256", "sha256")), told.said());
        has_checksum = true;
    }
    for item in file.take("spdx:checksum").into_iter().chain(file.take("http://spdx.org/rdf/terms#checksum"))
    {
        // There is room for one; a second would lose which algorithm it is of.
        match checksum(&item).filter(|_| !has_checksum) {
            Some((algorithm, value)) => {
                distribution.checksum(algorithm.as_ref().map(Told::said), value.said());
                has_checksum = true;
            }
            None => file.leave(item),
        }
    }
    for item in file.take("license") {
        match item.into_node() {
            Ok(mut license) => {
                let (iri, names) = named(&mut license);
                let label = names.iter().map(Told::said).collect();
                distribution.license(NamedSaid { iri: iri.as_ref().map(Told::said), label });
                file.absorb(license);
            }
            Err(item) => {
                for told in told(&item).unwrap_or_default() {
                    distribution.license(told.said());
                }
            }
        }
    }
    for item in file.rest() {
        distribution.extra(Said { value: &item.as_text(), ..said(&item.place, "") });
    }
}

/// Algorithm and value of an SPDX checksum, whatever prefix its names have.
fn checksum(item: &Item) -> Option<(Option<Told>, Told)> {
    let object = item.value.as_object()?;
    let of = |name: &str| {
        let found = object.iter().find(|(key, _)| key.ends_with(name))?.1;
        let text = match found {
            Value::Object(reference) => reference.get("@id").and_then(Value::as_str),
            value => super::super::nodes::first_text(value),
        };
        Some(Told { place: item.place.clone(), text: text?.to_owned(), lang: None })
    };
    Some((of("hecksumAlgorithm").or_else(|| of("#algorithm")), of("checksumValue")?))
}
