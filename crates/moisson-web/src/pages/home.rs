//! `/`: search, with everything that narrows it.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use moisson_store::search::{Facet, Hit, SearchPage, SearchQuery};
use url::form_urlencoded;

use super::{
    html::Highlighted,
    layout::{Here, Page},
};
use crate::{
    addresses::api_path,
    api::datasets::{FoundRecords, found},
    labels::{self, SourceTitles},
    problem::{Kind, Problem},
    reader::Reader,
    search,
    server::Shared,
    summary::Summary,
    texts::{counted, fill, format},
};

mod filters;

/// Results on a page.
const SIZE: usize = 20;

/// What the page can be narrowed by, in this order.
const FACETS: [Facet; 9] = [
    Facet::Theme,
    Facet::Publisher,
    Facet::Format,
    Facet::License,
    Facet::Source,
    Facet::Frequency,
    Facet::Language,
    Facet::Conforms,
    Facet::Kind,
];

/// Values of a facet that are counted; the first few are shown, the rest on demand.
const FACET_VALUES: usize = 40;

pub(super) fn router() -> Router<Shared> {
    at("/")
}

/// The page at another path.
pub(super) fn at(path: &str) -> Router<Shared> {
    Router::new().route(path, get(home))
}

/// What the page is made of.
struct Found<'a> {
    reader: &'a Reader,
    titles: &'a SourceTitles,
    /// The parameters of a search in the URL; pages ignore others, which people's mail programs add.
    pairs: &'a [(String, String)],
    query: &'a SearchQuery,
    page: &'a SearchPage,
    summaries: &'a [Summary],
    /// The page that was asked for is no longer there.
    lost: bool,
}

async fn home(State(server): State<Shared>, reader: Reader, RawQuery(query): RawQuery) -> Response {
    answer(&server, &reader, query.as_deref()).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(server: &Shared, reader: &Reader, query: Option<&str>) -> Result<Response, Problem> {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .into_owned()
        .filter(|(name, value)| name != "lang" && !value.is_empty() && search::KNOWN.contains(&name.as_str()))
        .collect();
    let mut asked = search::read(Some(&written(&pairs)))?.query;
    asked.size = SIZE;
    asked.facets = FACETS.to_vec();
    asked.facet_size = FACET_VALUES;
    asked.highlight = true;
    let turn = server.dear_turn().await?;
    let language = reader.language;
    let (wanted, base) = (asked.clone(), server.app.portal.base().to_owned());
    let at = base.clone();
    let first = server.read("the search", move |store| found(store, &at, &wanted, language)).await;
    let (lost, FoundRecords { page, summaries, organisations }) = match first {
        Err(problem) if problem.kind == Kind::InvalidParameter && asked.cursor.is_some() => {
            asked.cursor = None;
            pairs.retain(|(name, _)| name != "cursor");
            let wanted = asked.clone();
            (true, server.read("the search", move |store| found(store, &base, &wanted, language)).await?)
        }
        first => (false, first?),
    };
    drop(turn);
    let titles = SourceTitles::of(server.app.sources.sources()).and(organisations);
    let found = Found {
        reader,
        titles: &titles,
        pairs: &pairs,
        query: &asked,
        page: &page,
        summaries: &summaries,
        lost,
    };
    Ok(found.response())
}

/// Parameters as a query string.
fn written(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Found<'_> {
    fn response(&self) -> Response {
        let texts = self.reader.texts;
        let searched = !self.pairs.is_empty();
        let title = match (searched, self.query.text.as_str()) {
            (false, _) => String::new(),
            (true, "") => texts.results_title.to_owned(),
            (true, words) => fill(texts.results_for, &[("q", words)]),
        };
        let body = html! {
            @if !searched {
                div.hero { h1 { (texts.home_title) } (self.form()) }
            } @else { (self.form()) }
            @if self.is_empty_catalogue() { (self.nothing_yet()) } @else { (self.results(&title)) }
        };
        // Pages of results are for people; search engines find the datasets by the site map.
        Page { title: &title, here: Some(Here::Datasets), hidden: searched, ..Page::new(self.reader) }
            .response(&body)
    }

    fn is_empty_catalogue(&self) -> bool {
        self.page.total == 0 && self.pairs.is_empty()
    }

    fn form(&self) -> Markup {
        let texts = self.reader.texts;
        let kept = self.pairs.iter().filter(|(name, _)| name != "q" && name != "cursor");
        html! {
            form.search role="search" action=(self.reader.link("/")) method="get" {
                label for="q" { (texts.search_label) }
                input #q type="search" name="q" value=(self.query.text) aria-describedby="q-hint" maxlength="500";
                button type="submit" { (texts.search_button) }
                p.hint.muted.small #q-hint { (texts.search_hint) }
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                (self.language())
            }
        }
    }

    fn language(&self) -> Markup {
        html! { @if let Some(language) = self.reader.chosen() { input type="hidden" name="lang" value=(language); } }
    }

    fn results(&self, title: &str) -> Markup {
        let texts = self.reader.texts;
        html! {
            @if self.lost { p.note role="status" { (texts.cursor_invalid) } }
            div.columns {
                section aria-labelledby="found" {
                    div.found {
                        (self.count(title))
                        @if self.page.total > 1 { (self.sorting()) }
                    }
                    (self.chips())
                    @if self.page.fuzzy && self.page.total > 0 { p.note role="status" { (texts.results_fuzzy) } }
                    @if self.page.total == 0 { (self.nothing_found()) } @else {
                        a.to-filters.button.quiet.get href="#filters" { (texts.filters_go) }
                        ol.results {
                            @for (hit, summary) in self.page.hits.iter().zip(self.summaries) { (self.hit(hit, summary)) }
                        }
                        (self.pager())
                    }
                }
                aside.filters #filters tabindex="-1" aria-labelledby="filters-title" { (self.filters()) }
            }
        }
    }

    /// How many; the heading of the page if it is one of results.
    fn count(&self, title: &str) -> Markup {
        let texts = self.reader.texts;
        let n = match self.page.total {
            0 => texts.results_none.to_owned(),
            n => counted(n, texts.results_one, texts.results_many, self.reader.language),
        };
        html! {
            @if title.is_empty() { h2 #found { (n) } }
            @else { h1 #found { (n) @if !self.query.text.is_empty() { span.hidden { ", " (title) } } } }
        }
    }

    fn sorting(&self) -> Markup {
        let texts = self.reader.texts;
        let kept = self.pairs.iter().filter(|(name, _)| name != "sort" && name != "cursor");
        let names = [texts.sort_relevance, texts.sort_modified, texts.sort_issued, texts.sort_title];
        html! {
            form action=(self.reader.link("/")) method="get" {
                @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                (self.language())
                label for="sort" { (texts.sort_label) }
                select #sort name="sort" {
                    @for ((value, sort), name) in search::SORTS.iter().zip(names) {
                        option value=(value) selected[*sort == self.query.sort] { (name) }
                    }
                }
                button.quiet type="submit" { (texts.apply) }
            }
        }
    }

    fn hit(&self, hit: &Hit, summary: &Summary) -> Markup {
        let (reader, texts) = (self.reader, self.reader.texts);
        let page = reader.link_to_iri(&summary.iri).unwrap_or_else(|| api_path(&hit.key));
        let lang = hit.lang.as_deref().filter(|tag| tag.split('-').next() != Some(reader.language.tag()));
        let kind = match summary.kind.as_str() {
            "series" => Some(texts.kind_series),
            "service" => Some(texts.kind_service),
            _ => None,
        };
        let modified =
            summary.modified.as_deref().and_then(|day| day.get(..10)).and_then(|day| day.parse().ok());
        let modified: Option<String> = modified.map(|date| format::date(date, reader.language));
        let heading = html! {
            a href=(page) lang=[lang] { @if hit.title.is_empty() { (texts.untitled) } @else { (Highlighted(&hit.title)) } }
        };
        html! {
            li {
                @if self.pairs.is_empty() { h3 { (heading) } } @else { h2 { (heading) } }
                p.by {
                    @if let Some(kind) = kind { span { span.tag.kind { (kind) } } }
                    @if let Some(publisher) = &summary.publisher { span { (publisher) } }
                    @let source = self.titles.title(&summary.source, reader.language);
                    @if summary.publisher.as_deref() != Some(source) { span { (source) } }
                    @if !summary.copies.is_empty() {
                        @let n = u64::try_from(summary.copies.len()).unwrap_or_default();
                        span { (counted(n, texts.copies_one, texts.copies_many, reader.language)) }
                    }
                    @if let Some(modified) = modified { span { (fill(texts.modified_on, &[("date", &modified)])) } }
                }
                @if !hit.snippet.is_empty() { p lang=[lang] { (Highlighted(&hit.snippet)) } }
                @if !summary.format.is_empty() {
                    ul.tags aria-label=(texts.facet_format) {
                        @for format in summary.format.iter().take(6) { li { span.tag { (format.label) } } }
                    }
                }
            }
        }
    }

    fn pager(&self) -> Markup {
        let texts = self.reader.texts;
        let with_cursor = |cursor: Option<&str>| {
            let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| name != "cursor").cloned().collect();
            pairs.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor.to_owned())));
            self.reader.link(&format!("/?{}", written(&pairs)))
        };
        let is_first = self.query.cursor.is_none();
        html! {
            @if !is_first || self.page.next.is_some() {
                nav.pager aria-label=(texts.pages_label) {
                    @if !is_first { a.button.quiet href=(with_cursor(None)) rel="first" { (texts.page_first) } }
                    @if let Some(next) = &self.page.next { a.button href=(with_cursor(Some(next))) rel="next" { (texts.page_next) } }
                }
            }
        }
    }

    fn nothing_found(&self) -> Markup {
        let texts = self.reader.texts;
        let filtered = self.pairs.iter().any(|(name, _)| !["q", "sort", "cursor"].contains(&name.as_str()));
        let words = written(&[("q".to_owned(), self.query.text.clone())]);
        html! {
            div.prose {
                p.lead { (texts.empty_title) }
                ul {
                    @if !self.query.text.is_empty() { li { (texts.empty_spelling) } li { (texts.empty_fewer_words) } }
                    @if filtered && !self.query.text.is_empty() { li { a href=(self.reader.link(&format!("/?{words}"))) { (texts.empty_fewer_filters) } } }
                    li { a href=(self.reader.link("/")) { (texts.empty_everything) } }
                }
            }
        }
    }

    fn nothing_yet(&self) -> Markup {
        let texts = self.reader.texts;
        html! {
            div.card.prose {
                h2 { (texts.catalogue_empty_title) }
                p { (texts.catalogue_empty_text) }
                p { a.button href=(self.reader.link("/sources")) { (texts.nav_sources) } }
            }
        }
    }

    /// The labels of the filters in use, by facet.
    fn chosen(&self) -> BTreeMap<Facet, Vec<(String, String)>> {
        let label = |facet: Facet, value: &String| {
            (value.clone(), self.titles.value(facet, value, self.reader.language))
        };
        let filters = self.query.filters.iter();
        filters
            .map(|(facet, values)| (*facet, values.iter().map(|value| label(*facet, value)).collect()))
            .collect()
    }

    /// The same search without one parameter.
    fn without(&self, name: &str, value: &str) -> String {
        let pairs: Vec<_> =
            self.pairs.iter().filter(|(n, v)| n != "cursor" && !(n == name && v == value)).cloned().collect();
        self.reader.link(&format!("/?{}", written(&pairs)))
    }

    /// The same search with one more filter.
    fn with(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(n, _)| n != "cursor").cloned().collect();
        pairs.push((name.to_owned(), value.to_owned()));
        self.reader.link(&format!("/?{}", written(&pairs)))
    }

    fn heading(&self, facet: Facet) -> &'static str {
        labels::facet(facet, self.reader.texts)
    }
}
