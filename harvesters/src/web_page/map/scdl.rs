//! Rows of an SCDL catalogue to DCAT-AP.

use std::collections::BTreeSet;

use moisson_dcat::{
    Mapped,
    draft::{AgentSaid, Defaults, Draft, NamedSaid, Said, said},
};
use serde_json::{Map, Value};

use super::{
    super::{dates, formats, nodes::hash, text::folded},
    node::{Node, Told},
};

/// Maps the rows with one id.
pub(super) fn map(defaults: &Defaults, file: &str, rows: Vec<Map<String, Value>>) -> Mapped {
    let mut draft = Draft::dataset(defaults);
    let mut resources = Vec::new();
    let mut known = BTreeSet::new();
    for (index, row) in rows.into_iter().enumerate() {
        let mut node = Node::new(format!("rows/{index}"), row);
        let (urls, formats) = (node.texts("URL"), node.texts("FORMAT_RESSOURCES"));
        let title = node.texts("TITRE");
        // What a further row repeats is said already.
        node.forget_known(&mut known);
        parties(&mut draft, &mut node, file);
        words(&mut draft, &mut node, &title, index);
        facts(&mut draft, &mut node);
        resources.push((urls, formats, title));
        for item in node.rest() {
            draft.extra(said(&item.place, &item.as_text()));
        }
    }
    let several = resources.len() > 1;
    for (urls, formats, title) in &resources {
        resource(&mut draft, urls, formats, if several { title } else { &[] });
    }
    draft.finish()
}

/// The collectivity publishes the dataset by listing it; the producer made it.
fn parties(draft: &mut Draft, node: &mut Node, file: &str) {
    let (coll, coll_siret) = (node.texts("COLL_NOM"), siret(node.texts("COLL_SIRET")));
    let (producer, producer_siret) = (node.texts("PRODUCTEUR_NOM"), siret(node.texts("PRODUCTEUR_SIRET")));
    if !coll.is_empty() {
        let file = Some(said("file", file)).filter(|file| !file.is_empty());
        draft.upstream_catalog(NamedSaid { iri: file, label: coll.iter().map(Told::said).collect() });
        draft.publisher(agent(&coll, &coll_siret));
    } else if !producer.is_empty() {
        draft.publisher(agent(&producer, &producer_siret));
    }
    if !producer.is_empty() {
        draft.creator(agent(&producer, &producer_siret));
    }
    // A number without a name to it.
    for (names, numbers) in [(&coll, &coll_siret), (&producer, &producer_siret)] {
        for number in numbers.iter().filter(|_| names.is_empty()) {
            draft.extra(number.said());
        }
    }
}

fn agent<'a>(names: &'a [Told], siret: &'a [Told]) -> AgentSaid<'a> {
    let (name, identifier) = (names.iter().map(Told::said).collect(), siret.iter().map(Told::said).collect());
    AgentSaid { name, identifier, ..AgentSaid::default() }
}

/// Digits only: spreadsheets group them.
fn siret(told: Vec<Told>) -> Vec<Told> {
    let digits = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect();
    told.into_iter().map(|told| Told { text: digits(&told.text), ..told }).collect()
}

fn words(draft: &mut Draft, node: &mut Node, title: &[Told], index: usize) {
    if index == 0 {
        for told in title {
            draft.title(told.said());
        }
    }
    for told in node.texts("ID") {
        draft.identifier(told.said());
    }
    for told in node.texts("DESCRIPTION") {
        draft.description(told.said());
    }
    for told in node.texts("THEME") {
        draft.theme(told.said());
    }
    for told in node.texts("MOTS_CLES") {
        draft.keywords(told.said());
    }
    for told in node.texts("LICENCE") {
        draft.license(told.said());
    }
}

fn facts(draft: &mut Draft, node: &mut Node) {
    let said_date = |told: &Told| Told { text: dates::iso(&told.text), ..told.clone() };
    let (start, end) = (node.texts("COUV_TEMP_DEBUT"), node.texts("COUV_TEMP_FIN"));
    let (start, end) = (start.first().map(said_date), end.first().map(said_date));
    if start.is_some() || end.is_some() {
        draft.temporal(start.as_ref().map(Told::said), end.as_ref().map(Told::said));
    }
    for told in node.texts("COUV_SPAT_NOM") {
        draft.spatial_text(told.said());
    }
    for told in node.texts("DATE_PUBL") {
        draft.issued(said_date(&told).said());
    }
    for told in node.texts("DATE_MAJ") {
        draft.modified(said_date(&told).said());
    }
    for told in node.texts("FREQ_MAJ") {
        draft.accrual_periodicity(told.said());
    }
}

/// The address is a page or a file: its extension tells, and one format for one address.
fn resource(draft: &mut Draft, urls: &[Told], formats: &[Told], title: &[Told]) {
    let formats: Vec<Told> = formats.iter().flat_map(parts).collect();
    let Some(url) = urls.first() else {
        for told in formats.iter().chain(title) {
            draft.extra(told.said());
        }
        return;
    };
    let parsed = url::Url::parse(url.text.trim()).ok();
    let extension =
        parsed.as_ref().and_then(|url| formats::extension(url).or_else(|| formats::extension_in_query(url)));
    let extension =
        extension.filter(|found| formats::is_format(found) && !matches!(found.as_str(), "html" | "htm"));
    if extension.is_some() {
        let mut distribution = draft.distribution(None);
        distribution.download_url(url.said());
        for told in title {
            distribution.title(told.said());
        }
        let matching =
            formats.iter().find(|format| extension.as_deref() == Some(folded(&format.text).as_str()));
        if let Some(format) = matching.or(formats.first().filter(|_| formats.len() == 1)) {
            distribution.format(format.said());
        } else if let Some(extension) = &extension {
            distribution.format(Said { value: extension, ..url.said() });
        }
        let used = matching.map(|told| told.place.clone());
        for other in formats.iter().filter(|format| formats.len() > 1 && Some(&format.place) != used.as_ref())
        {
            draft.extra(other.said());
        }
        return;
    }
    draft.landing_page(NamedSaid { iri: Some(url.said()), label: title.iter().map(Told::said).collect() });
    // The files behind the page are not known, only their formats; each is to be had there.
    for format in &formats {
        let id = format!("{}-{}", folded(&format.text), hash(&url.text));
        draft.distribution(Some(&id)).access_url(url.said()).format(format.said());
    }
    if formats.is_empty() {
        draft.distribution(None).access_url(url.said());
    }
}

/// `csv;xls, json` as single values.
fn parts(told: &Told) -> Vec<Told> {
    let parts = told.text.split([';', ',', '|', '/']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .enumerate()
        .map(|(index, part)| Told {
            place: format!("{}/{index}", told.place),
            text: part.to_owned(),
            lang: None,
        })
        .collect()
}
