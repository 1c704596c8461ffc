//! Pages that describe datasets with schema.org.

use std::collections::BTreeSet;

use bytes::Bytes;
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Broken, Found, ReadError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    super::{
        address,
        content::{Content, Kind},
        html::Document,
        json_ld::{self, Unreadable},
        links, microdata,
        nodes::{self, Datasets, Nodes},
        rdfa,
        record::Body,
        steps,
    },
    Visit, may_be_page, remark,
};

/// A dataset that a page names and another page of the site describes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mention {
    id: String,
    node: Map<String, Value>,
}

/// What a page says about all that stands on it.
#[derive(Debug, Default)]
pub(super) struct Around {
    base: Option<Url>,
    lang: Option<String>,
}

impl Around {
    /// Of a page.
    pub(super) fn of(document: &Document) -> Self {
        Self { base: Some(document.base.clone()), lang: document.lang.clone() }
    }
}

impl Visit<'_> {
    /// A page that may describe datasets, or a file of JSON-LD.
    pub(super) fn described_page(
        &mut self,
        content: &Content,
        emit: &mut dyn FnMut(Found),
    ) -> Result<(), ReadError> {
        let mentions = match content.kind {
            Kind::Html => {
                let document = Document::parse(&content.text, self.reply.url);
                let (datasets, unreadable) = self.datasets(&document);
                self.cut(document.cut.clone());
                if datasets.described.is_empty() && datasets.elsewhere.is_empty() && unreadable.is_empty() {
                    self.files_without_description(&document);
                }
                self.describe(datasets, unreadable, &Around::of(&document), emit)
            }
            Kind::Json => {
                let mut nodes = Nodes::default();
                let place = String::new();
                let values = json_ld::read_text(&content.text, self.reply.url, &place, &mut nodes)
                    .map_err(|reason| content.unexpected("JSON-LD", &reason))?;
                let datasets = nodes::datasets(self.reply.url, &[("json-ld", &nodes)]);
                self.page.remarks.append(&mut nodes.remarks);
                let next = json_ld::next_page(&values);
                let next = next.and_then(|next| address::resolve(self.reply.url, &next));
                self.follow_pages(next.into_iter().collect());
                self.describe(datasets, Vec::new(), &Around::default(), emit)
            }
            // A sitemap may list anything; what is no page describes nothing.
            _ => Vec::new(),
        };
        if steps::name(self.reply.request) == steps::MENTIONED {
            // What this page says of other pages was said by the one that led here.
            return Ok(());
        }
        self.follow_mentions(mentions);
        Ok(())
    }

    /// A page that was followed for its descriptions, and has none, may have files all the same.
    fn files_without_description(&mut self, document: &Document) {
        let (files, _) = links::of_the_content(document, self.options);
        if !files.is_empty() {
            let detail = "links to data files on a page that describes no dataset were passed over; list the page in `pages` of a source with `mode = \"links\"` to read them";
            self.page
                .remarks
                .push(Remark { value: files.len().to_string(), ..remark(RemarkCode::MissingValue, detail) });
        }
    }

    pub(super) fn datasets(&mut self, document: &Document) -> (Datasets, Vec<Unreadable>) {
        let [mut json_ld, mut microdata, mut rdfa] = [Nodes::default(), Nodes::default(), Nodes::default()];
        let unreadable = json_ld::read_page(document, &mut json_ld);
        microdata::read_page(document, &mut microdata);
        rdfa::read_page(document, &mut rdfa);
        self.page.remarks.append(&mut json_ld.remarks);
        let syntaxes = [("json-ld", &json_ld), ("microdata", &microdata), ("rdfa", &rdfa)];
        let datasets = nodes::datasets(self.reply.url, &syntaxes);
        // Breadcrumbs and menus that cannot be read are no loss.
        let (about_data, other): (Vec<_>, Vec<_>) = unreadable
            .into_iter()
            .partition(|block| block.text.contains("Dataset") || block.text.contains("DataCatalog"));
        for block in other {
            self.page.remarks.push(Remark {
                place: block.place,
                ..remark(RemarkCode::UnreadableStatement, &block.reason)
            });
        }
        (datasets, about_data)
    }

    /// Hands out the datasets of a page. Returns those that have a page of their own that says more.
    pub(super) fn describe(
        &mut self,
        datasets: Datasets,
        unreadable: Vec<Unreadable>,
        around: &Around,
        emit: &mut dyn FnMut(Found),
    ) -> Vec<(Url, Mention)> {
        self.cut(datasets.cut);
        for Unreadable { place, reason, text } in unreadable {
            emit(Found::Broken(Broken { place, reason, body: Bytes::from(text) }));
        }
        let is_mention = steps::name(self.reply.request) == steps::MENTIONED;
        let mut mentions = Vec::new();
        let mut emitted = BTreeSet::new();
        for described in datasets.described {
            match self.own_page(&described.node) {
                Some(url) if !is_mention => {
                    mentions.push((url, Mention { id: described.id, node: described.node }));
                }
                _ => {
                    emitted.insert(described.id.clone());
                    emit(self.record(described.id, described.node, around));
                }
            }
        }
        for (url, catalog) in datasets.elsewhere {
            let id = url.to_string();
            let mut node = Map::new();
            node.insert("@id".to_owned(), Value::String(id.clone()));
            node.insert("includedInDataCatalog".to_owned(), catalog);
            mentions.push((url, Mention { id, node }));
        }
        if is_mention {
            self.emit_mentioned(&emitted, around, emit);
        }
        mentions
    }

    /// The dataset that led here, unless its page said more about it.
    fn emit_mentioned(&mut self, emitted: &BTreeSet<String>, around: &Around, emit: &mut dyn FnMut(Found)) {
        let Some(Mention { id, node }) = steps::memory::<Option<Mention>>(self.reply.request) else { return };
        let named = node.contains_key("name");
        if emitted.contains(&id) || !emitted.is_empty() && !named {
            return;
        }
        if !named {
            let detail = "a catalogue of the site lists this address, but no dataset is described there";
            self.page.remarks.push(Remark { value: id, ..remark(RemarkCode::MissingValue, detail) });
            return;
        }
        if emitted.is_empty() {
            emit(self.record(id, node, around));
        }
    }

    fn record(&self, id: String, node: Map<String, Value>, around: &Around) -> Found {
        let page: String = address::without_fragment(self.reply.url).into();
        let base = around.base.as_ref().map(Url::to_string).filter(|base| *base != page);
        Body::SchemaOrg { page, base, lang: around.lang.clone(), node }.into_record(id, Vec::new())
    }

    /// Another page of the site where a dataset that is only named here is described.
    fn own_page(&self, node: &Map<String, Value>) -> Option<Url> {
        let says_enough =
            ["distribution", "description", "license"].iter().any(|name| node.contains_key(*name));
        if says_enough {
            return None;
        }
        let url = node
            .get("url")
            .and_then(nodes::first_text)
            .or_else(|| node.get("@id").and_then(Value::as_str))?;
        let url = address::resolve(self.reply.url, url)?;
        let here = [self.reply.url, &self.reply.request.url].map(address::without_fragment);
        (!here.contains(&url) && self.is_own(&url) && may_be_page(&url)).then_some(url)
    }

    pub(super) fn follow_mentions(&mut self, mentions: Vec<(Url, Mention)>) {
        for (count, (url, mention)) in mentions.into_iter().enumerate() {
            if count >= self.options.max_pages {
                let most = self.options.max_pages;
                self.cut(Some(format!(
                    "more than `max_pages` ({most}) datasets are described on pages of their own"
                )));
                return;
            }
            if self.is_own(&url) {
                self.page.follow.push(steps::remembering(steps::MENTIONED, url, &mention));
            } else {
                self.strange_address(url.as_str());
            }
        }
    }
}
