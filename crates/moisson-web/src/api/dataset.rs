//! `/api/datasets/{source}/{id}`: one record with everything that is known of it, and the record as received.

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use jiff::Timestamp;
use moisson_dcat::{
    Remark, Resource,
    freshness::{Freshness, freshness},
    party::{MASK, mask_text},
    vocabulary,
};
use moisson_store::{CopyGroup, HistoryEntry, Kind, Raw, RecordKey, StoreError, StoredRecord};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    Language,
    addresses::{api_path, key_of},
    api::openapi::ProblemDetails,
    copies::Copies,
    findings::{self, Finding},
    language::best_text,
    parameters::Parameters,
    problem::{Kind as ProblemKind, Problem},
    reader::Reader,
    reply,
    server::Shared,
    summary::Facts,
    texts::remarks,
};

/// A remark in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SaidRemark {
    /// What kind of thing was wrong, such as `invalid_date`.
    #[schema(value_type = String)]
    pub(crate) code: moisson_dcat::RemarkCode,
    /// The DCAT-AP property in snake case; empty when none is concerned.
    pub(crate) property: String,
    /// Where in the record.
    pub(crate) place: String,
    /// The value as the source wrote it, at most 200 characters.
    pub(crate) value: String,
    /// What was made of it, or more about what is wrong; may be empty.
    pub(crate) detail: String,
    /// The remark as a sentence in the reader's language.
    pub(crate) message: String,
}

/// The check of a record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Check {
    /// Whether the record conforms, for each profile that was asked.
    pub(crate) conforms: BTreeMap<String, bool>,
    /// What was found, grouped, the worst first.
    pub(crate) findings: Vec<Finding>,
    /// The graph of the report, for SPARQL.
    pub(crate) graph: String,
}

/// The record as received.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RawReceipt {
    /// What the source declared, or what it was found to be.
    pub(crate) media_type: String,
    /// In bytes.
    pub(crate) byte_size: usize,
    /// Where to download it.
    pub(crate) url: String,
}

/// Where a record comes from and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Provenance {
    /// The source's name.
    pub(crate) source: String,
    /// The record's id at its source.
    pub(crate) id: String,
    /// The record's graph, for SPARQL.
    pub(crate) graph: String,
    /// When it was first stored.
    pub(crate) listed: String,
    /// When it was last changed.
    pub(crate) changed: String,
    /// The run that found it first.
    pub(crate) first_run: String,
    /// The run that changed it last.
    pub(crate) last_run: String,
    /// The version of the mapping that made it.
    pub(crate) mapping_version: u32,
    /// The record as received.
    pub(crate) raw: Option<RawReceipt>,
}

/// When and why a record went.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Removal {
    /// When.
    pub(crate) at: String,
    /// The run that removed it.
    pub(crate) run: String,
    /// Why, in a sentence.
    pub(crate) reason: String,
}

/// One record with everything that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RecordDocument {
    /// The IRI of the resource on this portal; it resolves.
    pub(crate) iri: String,
    /// `dataset`, `series` or `service`.
    pub(crate) kind: String,
    /// The title, in the reader's language if possible.
    pub(crate) title: String,
    /// The resource with all properties of DCAT-AP 3 that it has, in snake case, texts in all their languages.
    #[schema(value_type = Object)]
    pub(crate) resource: Resource,
    /// Of a dataset: its declared frequency against the last change that is known, today.
    #[schema(value_type = Option<Object>)]
    pub(crate) freshness: Option<Freshness>,
    /// What the terms in `resource` are called, in the reader's language.
    pub(crate) labels: BTreeMap<String, String>,
    /// The check against the profiles.
    pub(crate) report: Check,
    /// What had to be mended or could not be read.
    pub(crate) remarks: Vec<SaidRemark>,
    /// Where it comes from.
    pub(crate) provenance: Provenance,
    /// What happened to it, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub(crate) history: Vec<HistoryEntry>,
    /// When and why it was removed, if it was.
    pub(crate) removed: Option<Removal>,
    /// The records of the same dataset at other sources, if there are any: which is the authoritative one, and why they
    /// are taken for copies.
    pub(crate) copies: Option<Copies>,
    /// The same in other forms: `html`, `turtle`, `rdf_xml`, `json_ld`, `n_triples`.
    pub(crate) links: BTreeMap<String, String>,
}

/// Read one record with everything, by source and id in one segment.
#[utoipa::path(get, path = "/api/datasets/{key}", tag = "datasets", operation_id = "dataset_by_key",
    params(("key" = String, Path, description = "Source and id with a slash between them, percent-encoded as one segment"),
        ("lang" = Option<Language>, Query, description = "The language of labels and messages")),
    responses(
        (status = 200, description = "The record", body = RecordDocument),
        (status = 304, description = "The client has the current state"),
        (status = 404, description = "No such record", content_type = "application/problem+json", body = ProblemDetails),
        (status = 410, description = "Removed; the member `last_state` has what it was", content_type = "application/problem+json", body = ProblemDetails),
    ))]
pub(crate) async fn by_key(
    server: State<Shared>,
    reader: Reader,
    uri: Uri,
    query: RawQuery,
) -> Result<Response, Problem> {
    document(server, reader, uri, query).await
}

/// Read one record with everything.
#[utoipa::path(get, path = "/api/datasets/{source}/{id}", tag = "datasets", operation_id = "dataset",
    params(("source" = String, Path, description = "The source's name"),
        ("id" = String, Path, description = "The record's id at its source, percent-encoded"),
        ("lang" = Option<Language>, Query, description = "The language of labels and messages")),
    responses(
        (status = 200, description = "The record", body = RecordDocument),
        (status = 304, description = "The client has the current state"),
        (status = 404, description = "No such record", content_type = "application/problem+json", body = ProblemDetails),
        (status = 410, description = "Removed; the member `last_state` has what it was", content_type = "application/problem+json", body = ProblemDetails),
    ))]
pub(crate) async fn by_source_and_id(
    server: State<Shared>,
    reader: Reader,
    uri: Uri,
    query: RawQuery,
) -> Result<Response, Problem> {
    document(server, reader, uri, query).await
}

async fn document(
    State(server): State<Shared>,
    reader: Reader,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let language = language(query.as_deref(), &reader)?;
    let key = key_in(uri.path(), "")?;
    let (record, raw, history, group) = read(&server, &key).await?.ok_or_else(|| unknown(&key))?;
    let gone = record.is_gone();
    let telling = Telling { base: server.app.portal.base(), language, now: server.now() };
    let mut document = describe(record, raw.as_ref(), history, &telling);
    document.copies = group.map(|group| Copies::of(&group, server.app.portal.base()));
    if !gone {
        return reply::json(&reader, StatusCode::OK, &document);
    }
    let removed = serde_json::to_value(&document.removed).unwrap_or_default();
    let last_state =
        serde_json::to_value(&document).map_err(|error| Problem::internal("writing JSON", &error))?;
    let detail = format!("the record `{key}` has been removed; `last_state` has what it was");
    let problem =
        Problem::new(ProblemKind::Gone, detail).with("removed", removed).with("last_state", last_state);
    reply::json(&reader, StatusCode::GONE, &problem.to_json(server.app.portal.base(), uri.path()))
}

/// Download the record as it was received.
#[utoipa::path(get, path = "/api/datasets/{source}/{id}/raw", tag = "datasets", operation_id = "dataset_raw",
    params(("source" = String, Path, description = "The source's name"),
        ("id" = String, Path, description = "The record's id at its source, percent-encoded")),
    responses(
        (status = 200, description = "The bytes, as text to be saved, whatever they are; the header `Moisson-Media-Type` has their type", content_type = "text/plain", body = String),
        (status = 404, description = "No such record", content_type = "application/problem+json", body = ProblemDetails),
    ))]
pub(crate) async fn raw(
    State(server): State<Shared>,
    reader: Reader,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Parameters::read(query.as_deref(), &[])?;
    let key = key_in(uri.path(), "/raw")?;
    if server.app.sources.is_masked(&key.source) {
        let detail = format!(
            "the raw record `{key}` is not served: personal data of its source is withheld; the record itself is at `/api/datasets/{key}`"
        );
        return Err(Problem::new(ProblemKind::NotFound, detail));
    }
    let wanted = key.clone();
    let raw = server.read("reading a raw record", move |store| store.raw(&wanted)).await?;
    let Raw { media_type, body } = raw.ok_or_else(|| unknown(&key))?;
    let mut response = reply::bytes(&reader, StatusCode::OK, "text/plain; charset=utf-8", body.to_vec());
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"record.txt\""));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(&media_type) {
        headers.insert(HeaderName::from_static("moisson-media-type"), value);
    }
    Ok(response)
}

pub(crate) fn language(query: Option<&str>, reader: &Reader) -> Result<Language, Problem> {
    let languages = Language::ALL.map(|language| (language.tag(), language));
    let chosen = Parameters::read(query, &["lang"])?.among("lang", &languages)?;
    Ok(chosen.unwrap_or(reader.language))
}

/// The key in the path of a request; the path comes encoded, so that a slash in an id is told from one between.
pub(crate) fn key_in(path: &str, end: &str) -> Result<RecordKey, Problem> {
    let key = path.split_once("/api/datasets/").map_or("", |(_, key)| key);
    let key = key.strip_suffix(end).unwrap_or(key);
    key_of(key).ok_or_else(|| {
        let detail = format!("`{key}` is no record; write it as source/id with both parts percent-encoded");
        Problem::new(ProblemKind::NotFound, detail)
    })
}

pub(crate) fn unknown(key: &RecordKey) -> Problem {
    let detail = format!("there is no record `{key}`; `/api/datasets` finds those that there are");
    Problem::new(ProblemKind::NotFound, detail)
}

/// A record with its raw bytes, its history and its copies.
pub(crate) type Everything = (StoredRecord, Option<Raw>, Vec<HistoryEntry>, Option<CopyGroup>);

pub(crate) async fn read(server: &Shared, key: &RecordKey) -> Result<Option<Everything>, Problem> {
    let key = key.clone();
    let masked = server.app.sources.is_masked(&key.source);
    server
        .read("reading a record", move |store| {
            let Some(record) = store.record(&key)? else { return Ok(None) };
            let (raw, mut history) = (store.raw(&key)?.filter(|_| !masked), store.history(&key)?);
            if masked {
                history.iter_mut().for_each(withhold);
            }
            Ok::<_, StoreError>(Some((record, raw, history, store.copies(&key)?)))
        })
        .await
}

/// Takes personal data out of a line of history that was written before the source was masked.
fn withhold(entry: &mut HistoryEntry) {
    // Fields that hold parties, and what no field holds: a name alone is not told from other words there.
    const PARTIES: [&str; 5] = ["publisher", "creator", "contact_point", "qualified_attribution", "extra"];
    for change in &mut entry.changes {
        let is_party = PARTIES.iter().any(|field| change.property.split('.').any(|part| part == *field));
        for value in [&mut change.before, &mut change.after].into_iter().flatten() {
            *value = if is_party { MASK.to_owned() } else { mask_text(value) };
        }
    }
}

/// How a record is told.
pub(crate) struct Telling<'a> {
    pub(crate) base: &'a str,
    pub(crate) language: Language,
    /// When it is told.
    pub(crate) now: Timestamp,
}

fn describe(
    record: StoredRecord,
    raw: Option<&Raw>,
    history: Vec<HistoryEntry>,
    telling: &Telling<'_>,
) -> RecordDocument {
    let Telling { base, language, now } = *telling;
    let iri = record.iri.as_str().to_owned();
    let link = |extension: &str| format!("{iri}{extension}");
    let links = [
        ("html", ".html"),
        ("turtle", ".ttl"),
        ("rdf_xml", ".rdf"),
        ("json_ld", ".jsonld"),
        ("n_triples", ".nt"),
    ];
    let life = &record.life;
    let raw = raw.map(|raw| RawReceipt {
        media_type: raw.media_type.clone(),
        byte_size: raw.body.len(),
        url: format!("{base}{}/raw", api_path(&record.key)),
    });
    let provenance = Provenance {
        source: record.key.source.clone(),
        id: record.key.id.clone(),
        graph: record.graph.as_str().to_owned(),
        listed: life.listed.to_string(),
        changed: life.changed.to_string(),
        first_run: life.first_run.to_string(),
        last_run: life.last_run.to_string(),
        mapping_version: life.mapping_version,
        raw,
    };
    let removed = life.gone.as_ref().map(|gone| Removal {
        at: gone.at.to_string(),
        run: gone.run.to_string(),
        reason: gone.reason.clone(),
    });
    RecordDocument {
        kind: Kind::of(&record.resource).as_str().to_owned(),
        title: best_text(Facts::of(&record.resource).title, language)
            .map(|text| text.value.clone())
            .unwrap_or_default(),
        freshness: match &record.resource {
            Resource::Dataset(dataset) => Some(freshness(dataset, now)),
            Resource::Series(_) | Resource::Service(_) => None,
        },
        labels: labels_in(&record.resource, language),
        report: Check {
            conforms: record.report.conforms.clone(),
            findings: findings::grouped(&record.report, language),
            graph: record.report.graph.as_str().to_owned(),
        },
        remarks: record.remarks.into_iter().map(|remark| said(remark, language)).collect(),
        provenance,
        history,
        removed,
        copies: None,
        links: links.into_iter().map(|(name, extension)| (name.to_owned(), link(extension))).collect(),
        resource: record.resource,
        iri,
    }
}

pub(crate) fn said(remark: Remark, language: Language) -> SaidRemark {
    SaidRemark {
        message: remarks::message(&remark, language),
        code: remark.code,
        property: remark.property.into_owned(),
        place: remark.place,
        value: remark.value,
        detail: remark.detail,
    }
}

/// Labels of all terms of vocabularies that are mentioned anywhere in a resource.
fn labels_in(resource: &Resource, language: Language) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    collect(&serde_json::to_value(resource).unwrap_or_default(), language, &mut labels);
    labels
}

fn collect(value: &Value, language: Language, labels: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) if text.contains("://") => {
            if let Some(label) = vocabulary::label(text, language.tag()) {
                labels.insert(text.clone(), label.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, language, labels)),
        Value::Object(members) => members.values().for_each(|member| collect(member, language, labels)),
        _ => {}
    }
}
