//! `/api/datasets`: search with facets.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use moisson_store::{
    Store,
    search::{Facet, SearchPage, SearchQuery},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    Language,
    addresses::api_path,
    copies,
    labels::SourceTitles,
    organisations::{self, Names},
    problem::Problem,
    reader::Reader,
    reply,
    search::{self, Asked},
    server::{ReadError, Shared},
    summary::Summary,
};

/// The parameters, as OpenAPI has them; [`search::KNOWN`] has the same names.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; they are read by `search::read`")]
pub(crate) struct Parameters {
    /// Words to look for; `"…"` for a phrase, `-word` to leave out. Accents, plurals and typos are forgiven.
    q: Option<String>,
    /// Only of these sources, by name. Repeatable, like all filters: values of one filter are alternatives,
    /// several filters must all hold.
    source: Option<Vec<String>>,
    /// Only of these publishers, by key as the facet has it, or by name in any spelling.
    publisher: Option<Vec<String>>,
    /// Only with these themes: IRIs, or the source's words where no vocabulary has them.
    theme: Option<Vec<String>>,
    /// Only with files in these formats: IRIs or words.
    format: Option<Vec<String>>,
    /// Only under these licences: IRIs or words.
    license: Option<Vec<String>>,
    /// Only in these languages: IRIs or words.
    language: Option<Vec<String>>,
    /// Only with these update frequencies (`dct:accrualPeriodicity`): IRIs or words.
    frequency: Option<Vec<String>>,
    /// Only records that conform to these profiles; `none` for those that conform to none.
    conforms: Option<Vec<String>>,
    /// `true`: only high-value datasets; `false`: only others.
    hvd: Option<Vec<String>>,
    /// Only in these categories of high-value datasets: IRIs or words.
    hvd_category: Option<Vec<String>>,
    /// `dataset`, `series` or `service`.
    kind: Option<Vec<String>>,
    /// Only with these keywords, as written.
    keyword: Option<Vec<String>>,
    /// Only about these places: IRIs or words.
    spatial: Option<Vec<String>>,
    /// Only with these access rights: IRIs or words.
    access_rights: Option<Vec<String>>,
    /// Only records on which the mapping made one of these remarks: codes, such as `unmapped_value`.
    #[param(example = json!(["unmapped_value"]))]
    remark: Option<Vec<String>>,
    /// Only records that touch this box: `west,south,east,north` in degrees; west greater than east crosses the
    /// antimeridian.
    #[param(example = "4.2,50.7,4.5,50.95")]
    bbox: Option<String>,
    /// Only records modified on this day or later.
    #[param(example = "2026-01-01")]
    modified_from: Option<String>,
    /// Only records modified on this day or earlier.
    modified_to: Option<String>,
    /// `relevance`, `modified`, `issued` or `title`.
    sort: Option<String>,
    /// How many results, 0 to 1000.
    #[param(minimum = 0, maximum = 1000)]
    size: Option<u32>,
    /// Where to go on: `next_cursor` of the page before. There is no last page that cannot be reached.
    cursor: Option<String>,
    /// Names of the facets to count, separated by commas or repeated; `all` for all, none by default. Each facet
    /// counts as if it had no filter itself.
    #[param(example = "theme,format")]
    facets: Option<Vec<String>>,
    /// How many values of each facet, 1 to 1000.
    #[param(minimum = 1, maximum = 1000)]
    facet_size: Option<u32>,
    /// `no` shows each copy of a dataset that several sources have; else they are one result, the authoritative record
    /// if it fits, and `copies` lists the others. Totals and counts of facets are of what is shown.
    fold: Option<String>,
    /// `true` marks the words found with `<mark>` in `highlight`, which is HTML.
    highlight: Option<bool>,
    /// The language of labels and, where there is a choice, of titles: `fr`, `nl`, `de` or `en`; else that of
    /// `Accept-Language`.
    lang: Option<Language>,
}

/// Where words were found. HTML in which only `<mark>` is markup.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Highlight {
    /// The title.
    pub(crate) title: String,
    /// The passage of the description that fits best.
    pub(crate) description: String,
}

/// One record found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Found {
    #[serde(flatten)]
    pub(crate) summary: Summary,
    /// How well it fits; comparable within one search only.
    pub(crate) score: f32,
    /// Where the words were found, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) highlight: Option<Highlight>,
    /// The record with everything, in this API.
    pub(crate) url: String,
}

/// A value of a facet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    /// The value to filter by.
    pub(crate) value: String,
    /// What it is called.
    pub(crate) label: String,
    /// How many records have it.
    pub(crate) count: u64,
    /// Whether it is among the filters.
    pub(crate) selected: bool,
}

/// One page of results.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ResultPage {
    /// How many records there are in all.
    pub(crate) total: u64,
    /// Whether words were taken to be misspelt, since as written they found (almost) nothing.
    pub(crate) fuzzy: bool,
    /// The records.
    pub(crate) results: Vec<Found>,
    /// The facets that were asked for, the most frequent values first.
    pub(crate) facets: BTreeMap<String, Vec<FacetValue>>,
    /// The cursor of the next page; absent on the last.
    pub(crate) next_cursor: Option<String>,
    /// The address of the next page; absent on the last.
    pub(crate) next: Option<String>,
    /// The state of the catalogue that was searched.
    pub(crate) generation: u64,
}

/// Search the catalogue.
#[utoipa::path(get, path = "/api/datasets", tag = "datasets", params(Parameters), responses(
    (status = 200, description = "One page of results", body = ResultPage),
    (status = 400, description = "A parameter is unknown or has a value that cannot be used", content_type = "application/problem+json", body = crate::api::openapi::ProblemDetails),
    (status = 503, description = "The server is busy", content_type = "application/problem+json", body = crate::api::openapi::ProblemDetails),
))]
pub(crate) async fn search(
    State(server): State<Shared>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = search::read(query.as_deref())?;
    let language = asked.language.unwrap_or(reader.language);
    let turn = server.dear_turn().await?;
    let sources = SourceTitles::of(server.app.sources.sources());
    let base = server.app.portal.base().to_owned();
    let words = asked.query.clone();
    let at = base.clone();
    let FoundRecords { page, summaries, organisations } =
        server.read("the search", move |store| found(store, &at, &words, language)).await?;
    drop(turn);
    let sources = sources.and(organisations);
    let naming = Naming { base: &base, sources: &sources, language, query: query.as_deref() };
    let results = results((page, summaries), &asked, &naming);
    reply::json(&reader, StatusCode::OK, &results)
}

/// A page of hits with the records' summaries, and what the organisations in its facet are called.
pub(crate) struct FoundRecords {
    pub(crate) page: SearchPage,
    pub(crate) summaries: Vec<Summary>,
    pub(crate) organisations: Names,
}

/// Searches.
pub(crate) fn found(
    store: &Store,
    base: &str,
    query: &SearchQuery,
    language: Language,
) -> Result<FoundRecords, ReadError> {
    let mut query = query.clone();
    let chosen = query.filters.get(&Facet::Publisher).cloned().unwrap_or_default();
    if let Some(publishers) = query.filters.get_mut(&Facet::Publisher) {
        // A name in any spelling is that of the organisation whose key it gives.
        publishers.extend(chosen.iter().filter_map(|name| organisations::key_of_name(name)));
    }
    query.lang = Some(language.tag().to_owned());
    let mut page = store.search().search(&query)?;
    let mut summaries = Vec::with_capacity(page.hits.len());
    let mut hits = Vec::with_capacity(page.hits.len());
    for hit in page.hits {
        // A record may have gone since the index was last written.
        if let Some(record) = store.record(&hit.key)?.filter(|record| !record.is_gone()) {
            let group = store.copies(&hit.key)?;
            let copies = group.map(|group| copies::others(&group, &hit.key, base)).unwrap_or_default();
            summaries.push(Summary { copies, ..Summary::of(&record, language) });
            hits.push(hit);
        }
    }
    page.hits = hits;
    let counted = page.facets.get(&Facet::Publisher).into_iter().flatten().map(|count| &count.value);
    let organisations = organisations::names(store, base, counted.chain(&chosen))?;
    Ok(FoundRecords { page, summaries, organisations })
}

/// What results are put in words with.
struct Naming<'a> {
    base: &'a str,
    sources: &'a SourceTitles,
    language: Language,
    query: Option<&'a str>,
}

fn results((page, summaries): (SearchPage, Vec<Summary>), asked: &Asked, naming: &Naming<'_>) -> ResultPage {
    let results = page.hits.into_iter().zip(summaries).map(|(hit, summary)| Found {
        url: format!("{}{}", naming.base, api_path(&hit.key)),
        score: hit.score,
        highlight: asked.query.highlight.then_some(Highlight { title: hit.title, description: hit.snippet }),
        summary,
    });
    let facets = page.facets.into_iter().map(|(facet, counts)| {
        let values = counts.into_iter().map(|count| FacetValue {
            label: naming.sources.value(facet, &count.value, naming.language),
            selected: is_selected(&asked.query, facet, &count.value),
            value: count.value,
            count: count.count,
        });
        (facet.as_str().to_owned(), values.collect())
    });
    ResultPage {
        total: page.total,
        fuzzy: page.fuzzy,
        results: results.collect(),
        facets: facets.collect(),
        next: page.next.as_deref().map(|cursor| next(naming, cursor)),
        next_cursor: page.next,
        generation: page.generation.0,
    }
}

/// Whether a value is among the filters.
pub(crate) fn is_selected(query: &SearchQuery, facet: Facet, value: &str) -> bool {
    query.filters.get(&facet).is_some_and(|values| values.iter().any(|chosen| chosen == value))
}

fn next(naming: &Naming<'_>, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let before = url::form_urlencoded::parse(naming.query.unwrap_or_default().as_bytes());
    query.extend_pairs(before.filter(|(name, _)| name != "cursor"));
    query.append_pair("cursor", cursor);
    format!("{}/api/datasets?{}", naming.base, query.finish())
}
