//! [schema.org Dataset](https://schema.org/Dataset) to DCAT-AP, after the
//! [alignment in DCAT 3](https://www.w3.org/TR/vocab-dcat-3/#dcat-sdo).

use moisson_dcat::{
    Mapped,
    draft::{Defaults, Draft, NamedSaid, Said, said},
};
use serde_json::{Map, Value};
use url::Url;

use super::{
    coverage, files,
    node::{Item, Node, Told},
    parties,
};

/// Vocabularies whose terms are themes rather than keywords.
const THEME_VOCABULARIES: [&str; 4] = [
    "://publications.europa.eu/resource/authority/data-theme/",
    "://eurovoc.europa.eu/",
    "://inspire.ec.europa.eu/theme/",
    "://data.europa.eu/bna/",
];

/// Maps one node.
pub(super) fn map(defaults: &Defaults, page: &str, mut properties: Map<String, Value>) -> Mapped {
    let language = properties.shift_remove("@language");
    let mut node = Node::new("", properties);
    let mut draft = Draft::dataset(defaults);
    if let Some(language) = language.as_ref().and_then(Value::as_str) {
        draft.default_language(language);
    }
    node.forget_types(&["Dataset"]);
    origin(&mut draft, &mut node, page, defaults.base.as_ref());
    words(&mut draft, &mut node);
    keywords(&mut draft, &mut node);
    license(&mut draft, &mut node);
    dates(&mut draft, &mut node);
    parties::all(&mut draft, &mut node);
    coverage::temporal(&mut draft, &mut node);
    coverage::spatial(&mut draft, &mut node);
    relations(&mut draft, &mut node);
    files::all(&mut draft, &mut node, defaults.base.as_ref());
    for item in node.rest() {
        draft.extra(said(&item.place, &item.as_text()));
    }
    draft.finish()
}

/// Says each text of a property to the draft.
fn each(draft: &mut Draft, node: &mut Node, name: &str, say: fn(&mut Draft, Said<'_>)) {
    for told in node.texts(name) {
        say(draft, told.said());
    }
}

fn origin(draft: &mut Draft, node: &mut Node, page: &str, base: Option<&Url>) {
    if let Some(id) = node.id() {
        draft.upstream_iri(id.said());
    }
    let urls = node.links("url", base);
    match urls.first() {
        Some(url) => draft.upstream_page(url.said()),
        None => draft.upstream_page(said("page", page)),
    };
    for url in &urls {
        draft.landing_page(NamedSaid::iri(url.said()));
    }
    for item in node.take("identifier") {
        match item.into_node() {
            Ok(value) => identifier(draft, node, value),
            Err(item) => say_or_leave(node, item, |told| {
                draft.identifier(told.said());
            }),
        }
    }
    each(draft, node, "sdDatePublished", |draft, said| {
        draft.upstream_issued(said);
    });
    for catalog in node.take("includedInDataCatalog") {
        let (title, iri) = match catalog.into_node() {
            Ok(mut catalog) => {
                catalog.forget_types(&["DataCatalog"]);
                let id = catalog.id();
                let (title, url) = (catalog.texts("name"), catalog.texts("url").into_iter().next());
                let iri = match (id, url) {
                    (Some(id), Some(url)) if id.is_link() || !url.is_link() => {
                        catalog.leave(Item { place: url.place, value: Value::String(url.text) });
                        Some(id)
                    }
                    (id, url) => url.or(id),
                };
                node.absorb(catalog);
                (title, iri)
            }
            Err(item) => (item_text(&item), None),
        };
        let named =
            NamedSaid { iri: iri.as_ref().map(Told::said), label: title.iter().map(Told::said).collect() };
        draft.upstream_catalog(named);
    }
}

fn item_text(item: &Item) -> Vec<Told> {
    super::node::told(item).unwrap_or_default()
}

/// An identifier with the register that it is from, or one given as a reference.
fn identifier(draft: &mut Draft, node: &mut Node, mut value: Node) {
    value.forget_types(&["PropertyValue", "@id", "URL"]);
    let (id, values) = (value.id(), value.texts_of_first(&["@value", "value"]));
    let agency = value.texts("propertyID");
    for told in values.iter().chain(&id) {
        draft.identifier(told.said());
    }
    for url in value.texts("url") {
        let agency = agency.first().map(|agency| agency.text.as_str());
        draft.other_identifier(url.said(), agency);
    }
    for agency in agency {
        value.leave(Item { place: agency.place, value: Value::String(agency.text) });
    }
    node.absorb(value);
}

fn say_or_leave(node: &mut Node, item: Item, mut say: impl FnMut(&Told)) {
    match super::node::told(&item) {
        Some(told) => told.iter().for_each(&mut say),
        None => node.leave(item),
    }
}

fn words(draft: &mut Draft, node: &mut Node) {
    for told in node.texts_of_first(&["name", "headline"]) {
        draft.title(told.said());
    }
    for told in node.texts_of_first(&["description", "abstract"]) {
        // Some pages escape their HTML once more.
        let text = if told.text.contains("&lt;") && !told.text.contains('<') {
            told.text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
        } else {
            told.text.clone()
        };
        draft.description(Said { value: &text, ..told.said() });
    }
    each(draft, node, "version", |draft, said| {
        draft.version(said);
    });
    for item in node.take("inLanguage") {
        match item.into_node() {
            Ok(mut language) => {
                language.forget_types(&["Language"]);
                let known = language.texts_of_first(&["alternateName", "name", "identifier"]);
                for told in &known {
                    draft.language(told.said());
                }
                node.absorb(language);
            }
            Err(item) => say_or_leave(node, item, |told| {
                draft.language(told.said());
            }),
        }
    }
    for name in [
        "dct:accrualPeriodicity",
        "dcterms:accrualPeriodicity",
        "http://purl.org/dc/terms/accrualPeriodicity",
    ] {
        each(draft, node, name, |draft, said| {
            draft.accrual_periodicity(said);
        });
    }
}

fn keywords(draft: &mut Draft, node: &mut Node) {
    for item in node.take("keywords") {
        let is_listed = item.place != "keywords";
        match item.into_node() {
            Ok(term) => defined_term(draft, node, term, false),
            Err(item) => say_or_leave(node, item, |told| {
                // In an array each text is one keyword, alone it is a list.
                if is_listed {
                    draft.keyword(told.said());
                } else {
                    draft.keywords(told.said());
                }
            }),
        }
    }
    for name in ["category", "about"] {
        for item in node.take(name) {
            match item.into_node() {
                Ok(term) => defined_term(draft, node, term, true),
                Err(item) => say_or_leave(node, item, |told| {
                    draft.theme(told.said());
                }),
            }
        }
    }
}

/// A term: a theme if its vocabulary is one of themes, else its name as keyword.
fn defined_term(draft: &mut Draft, node: &mut Node, mut term: Node, is_subject: bool) {
    term.forget_types(&["DefinedTerm", "Thing", "CategoryCode", "Text", "@id"]);
    if let Some(told) = term.take("@value").into_iter().next() {
        let language = term.texts("@language").into_iter().next();
        let told = Told {
            place: told.place.clone(),
            text: told.as_text(),
            lang: language.map(|language| language.text),
        };
        draft.keyword(told.said());
        node.absorb(term);
        return;
    }
    let id = term.id();
    let (names, url) = (term.texts("name"), term.texts("url").into_iter().next());
    let is_theme = |iri: &&Told| THEME_VOCABULARIES.iter().any(|vocabulary| iri.text.contains(vocabulary));
    let theme = [&id, &url].into_iter().flatten().find(is_theme);
    match theme {
        Some(iri) => {
            draft.theme(NamedSaid { iri: Some(iri.said()), label: names.iter().map(Told::said).collect() });
        }
        None if is_subject => {
            draft.theme(NamedSaid { iri: None, label: names.iter().map(Told::said).collect() });
        }
        None => {
            for name in &names {
                draft.keyword(name.said());
            }
        }
    }
    let used = theme.map(|iri| iri.place.clone());
    for told in [id, url].into_iter().flatten().filter(|told| Some(&told.place) != used.as_ref()) {
        term.leave(Item { place: told.place, value: Value::String(told.text) });
    }
    node.absorb(term);
}

fn license(draft: &mut Draft, node: &mut Node) {
    for item in node.take("license") {
        match item.into_node() {
            Ok(mut license) => {
                let (iri, names) = named(&mut license);
                draft.license(NamedSaid {
                    iri: iri.as_ref().map(Told::said),
                    label: names.iter().map(Told::said).collect(),
                });
                node.absorb(license);
            }
            Err(item) => say_or_leave(node, item, |told| {
                draft.license(told.said());
            }),
        }
    }
    for name in ["conditionsOfAccess", "usageInfo", "copyrightNotice"] {
        for item in node.take(name) {
            match item.into_node() {
                Ok(mut statement) => {
                    let (iri, names) = named(&mut statement);
                    draft.rights(NamedSaid {
                        iri: iri.as_ref().map(Told::said),
                        label: names.iter().map(Told::said).collect(),
                    });
                    node.absorb(statement);
                }
                Err(item) => say_or_leave(node, item, |told| {
                    draft.rights(told.said());
                }),
            }
        }
    }
}

/// Address and names of something that is not looked at further.
pub(super) fn named(thing: &mut Node) -> (Option<Told>, Vec<Told>) {
    thing.forget_types(&[
        "CreativeWork",
        "Dataset",
        "WebPage",
        "DigitalDocument",
        "URL",
        "@id",
        "Thing",
        "ScholarlyArticle",
        "Article",
    ]);
    if let Some(value) = thing.take("@value").into_iter().next() {
        return (None, super::node::told(&value).unwrap_or_default());
    }
    let id = thing.id();
    let url = thing.texts("url").into_iter().next();
    let names = thing.texts_of_first(&["name", "headline", "alternateName"]);
    let (iri, other) = match (id, url) {
        (Some(id), Some(url)) if url.is_link() && !id.is_link() => (Some(url), Some(id)),
        (Some(id), url) => (Some(id), url),
        (None, url) => (url, None),
    };
    if let Some(other) = other.filter(|other| iri.as_ref().is_none_or(|iri| iri.text != other.text)) {
        thing.leave(Item { place: other.place, value: Value::String(other.text) });
    }
    (iri, names)
}

fn dates(draft: &mut Draft, node: &mut Node) {
    each(draft, node, "datePublished", |draft, said| {
        draft.issued(said);
    });
    each(draft, node, "dateCreated", |draft, said| {
        draft.created(said);
    });
    each(draft, node, "dateModified", |draft, said| {
        draft.modified(said);
    });
}

fn relations(draft: &mut Draft, node: &mut Node) {
    type Say = fn(&mut Draft, NamedSaid<'_>);
    let say: [(&str, Say); 7] = [
        ("sameAs", |draft, named| {
            draft.page(named);
        }),
        ("mainEntityOfPage", |draft, named| {
            draft.page(named);
        }),
        ("isPartOf", |draft, named| {
            draft.relation(named);
        }),
        ("hasPart", |draft, named| {
            draft.relation(named);
        }),
        ("isRelatedTo", |draft, named| {
            draft.relation(named);
        }),
        ("isBasedOn", |draft, named| match named.iri {
            Some(iri) => {
                draft.source(iri);
            }
            None => {
                draft.provenance(named);
            }
        }),
        ("citation", |draft, named| match named.iri {
            Some(iri) => {
                draft.is_referenced_by(iri);
            }
            None => {
                draft.relation(named);
            }
        }),
    ];
    for (name, say) in say {
        for item in node.take(name) {
            match item.into_node() {
                Ok(mut thing) => {
                    let (iri, names) = named(&mut thing);
                    if matches!(name, "isBasedOn" | "citation") && iri.is_some() {
                        for told in &names {
                            let value = Value::String(told.text.clone());
                            thing.leave(Item { place: told.place.clone(), value });
                        }
                    }
                    say(
                        draft,
                        NamedSaid {
                            iri: iri.as_ref().map(Told::said),
                            label: names.iter().map(Told::said).collect(),
                        },
                    );
                    node.absorb(thing);
                }
                Err(item) => say_or_leave(node, item, |told| {
                    let named = if told.is_link() {
                        NamedSaid::iri(told.said())
                    } else {
                        NamedSaid::from(told.said())
                    };
                    say(draft, named);
                }),
            }
        }
    }
}
