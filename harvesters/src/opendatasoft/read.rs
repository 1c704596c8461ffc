//! Replies of the Explore API and of the search before it as records.
//!
//! | version | shape |
//! | --- | --- |
//! | 2.1 | `{total_count, results: [dataset]}` |
//! | 2.1 export | `[dataset]` |
//! | 2.0 | `{total_count, datasets: [{links, dataset}]}` |
//! | 1 | `{nhits, datasets: [dataset]}`, with other keys in the dataset |

use std::borrow::Cow;

use jiff::Timestamp;
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Found, Page, ReadError, Record, RecordId, Reply, Source};
use serde_json::value::RawValue;

use super::{
    api::{self, Keyset},
    options::Options,
    table,
};
use crate::{
    json::{Body, Layer, excerpt, pick, scalar},
    paging::Window,
};

/// Longest id of a record, in bytes.
const ID_MAX: usize = 2_000;

/// What the walk passes for each entry.
type Emit<'e> = &'e mut dyn FnMut(Found);

/// Reads the reply to a request of ours.
pub(super) fn read(
    source: &Source,
    options: &Options,
    reply: &Reply<'_>,
    emit: Emit<'_>,
) -> Result<Page, ReadError> {
    match reply.request.step.as_ref() {
        api::EXPORT => export(options, reply, emit),
        api::TABLE => table::read(options, reply, emit),
        api::KEYSET => by_change(source, options, reply, emit),
        _ => pages(options, reply, emit),
    }
}

/// A listing as it came: its entries and how many there are in all.
struct Listing<'a> {
    items: Vec<&'a RawValue>,
    total: Option<u64>,
    first: Option<String>,
}

fn listing<'a>(body: &Body, envelope: &Layer<'a>) -> Result<Listing<'a>, ReadError> {
    let items = ["results", "datasets"].into_iter().find_map(|key| envelope.get(key));
    let items = match items {
        Some(items) => items.items().ok_or_else(|| body.other("/results", "something else than a list"))?,
        None => return Err(body.other("", refusal(envelope).unwrap_or_else(|| excerpt(body.as_str())))),
    };
    let total =
        ["total_count", "nhits"].into_iter().find_map(|key| envelope.get(key)?.scalar()?.parse().ok());
    let first = items.first().and_then(|item| id_of(unwrapped(item)));
    Ok(Listing { items, total, first })
}

/// What a portal says that refuses with status 200.
fn refusal(envelope: &Layer<'_>) -> Option<String> {
    let text = ["message", "error", "error_code", "errorcode"]
        .into_iter()
        .filter_map(|key| envelope.get(key)?.scalar());
    let text = text.collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then(|| format!("an error: {}", excerpt(&text)))
}

/// A page of any version but in the order of changes.
fn pages(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    let body = Body::of(reply, "a page of the catalogue with `total_count` and a list of datasets")?;
    body.open(2, |body, envelope| {
        let Listing { items, total, first } = listing(body, envelope)?;
        let request = reply.request;
        let window = Window::of(request, options.limit);
        let received = len(&items);
        let seen = window.start.saturating_add(received);
        let counted = request.step != api::UNDATED;
        let mut page =
            Page { total: total.filter(|_| counted), shortfall: window.shortfall(), ..Page::default() };
        let beyond = total.is_some_and(|total| total >= api::TOO_MANY);
        let exports = matches!(request.step.as_ref(), api::V2_1 | api::V2_0);
        if beyond && window.start == 0 && exports {
            // Too many for pages; all at once is one call of the quota.
            page.follow.push(api::export_of(request));
            return Ok(page);
        }
        if first.is_some() && first == window.first {
            page.remarks.push(Remark {
                code: RemarkCode::UnreadableStatement,
                property: Cow::Borrowed(""),
                place: "offset".to_owned(),
                value: request.url.to_string(),
                detail: "the portal gives the same page whatever page is asked for".to_owned(),
            });
            if exports {
                page.follow.push(api::export_of(request));
            } else if total.is_none() {
                page.shortfall = Some("the portal gives the same page again and again".to_owned());
            }
            return Ok(page);
        }
        page.gone = emit_all(options, body, &items, emit);
        if let Some(few) = total.filter(|few| *few < seen) {
            page.total = counted.then_some(seen);
            page.remarks.push(Remark {
                code: RemarkCode::UnreadableStatement,
                property: Cow::Borrowed(""),
                place: "total_count".to_owned(),
                value: few.to_string(),
                detail: format!(
                    "the portal counts {few} datasets and has given {seen}; its count is not heeded"
                ),
            });
        }
        if received == 0 || total == Some(seen) {
            return Ok(page);
        }
        let next = window.next(received, first);
        if api::is_within_reach(&request.step, &next) {
            page.follow.push(api::page(request, &next));
        } else if exports {
            page.follow.push(api::export_of(request));
        } else {
            page.shortfall = Some(format!("the portal gives no datasets beyond the first {seen}"));
        }
        Ok(page)
    })
}

/// The whole catalogue at once.
fn export(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    let body = Body::of(reply, "the catalogue as a list of datasets")?;
    body.open(1, |body, list| {
        let items = match list {
            Layer::List(_) => list.items(),
            // Some versions wrap the list.
            Layer::Object(_) => ["results", "datasets"].into_iter().find_map(|key| list.get(key)?.items()),
            _ => None,
        };
        let Some(items) = items else {
            return Err(body.other("", refusal(list).unwrap_or_else(|| excerpt(body.as_str()))));
        };
        let gone = emit_all(options, body, &items, emit);
        Ok(Page { total: Some(len(&items)), gone, ..Page::default() })
    })
}

/// A page in the order of changes. Its count is of those from some time on, so it is not the catalogue's.
fn by_change(
    source: &Source,
    options: &Options,
    reply: &Reply<'_>,
    emit: Emit<'_>,
) -> Result<Page, ReadError> {
    let body = Body::of(reply, "a page of the catalogue with `total_count` and `results`")?;
    body.open(2, |body, envelope| {
        let Listing { items, total, first } = listing(body, envelope)?;
        let keyset: Keyset = serde_json::from_value(reply.request.state.0.clone()).unwrap_or_default();
        let received = len(&items);
        let seen = keyset.window.start.saturating_add(received);
        let mut page = Page { shortfall: keyset.window.shortfall(), ..Page::default() };
        page.gone = emit_all(options, body, &items, emit);
        if received == 0 || total == Some(seen) {
            return Ok(page);
        }
        let next = keyset.window.clone().next(received, first);
        if api::is_within_reach(api::KEYSET, &next) {
            page.follow.push(api::by_change(source, options, &Keyset { window: next, ..keyset }));
            return Ok(page);
        }
        // The window is full: go on from the last time seen in it.
        match items.iter().rev().find_map(|item| modified(unwrapped(item))) {
            Some(last) if keyset.from.is_none_or(|from| last > from) => {
                let window = Window { lost: keyset.window.lost.clone(), ..Window::new(options.limit) };
                let keyset = Keyset { from: Some(last), window, condition: keyset.condition };
                page.follow.push(api::by_change(source, options, &keyset));
            }
            Some(last) => {
                page.shortfall = Some(format!(
                    "more than {seen} datasets were changed at {last}; those beyond cannot be reached"
                ));
            }
            None => {
                page.shortfall = Some(format!("no dataset after the first {seen} says when it was changed"));
            }
        }
        Ok(page)
    })
}

fn len(items: &[&RawValue]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

/// Hands on the datasets that are to be harvested, and gives the ids of the others.
fn emit_all(options: &Options, body: &Body, items: &[&RawValue], emit: Emit<'_>) -> Vec<RecordId> {
    let mut others = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let dataset = unwrapped(item);
        match id_of(dataset) {
            Some(id) if id.len() > ID_MAX => {
                let reason = format!("an id of {} bytes; at most {ID_MAX} are taken", id.len());
                emit(Found::Broken(body.broken(index.to_string(), reason, item.get())));
            }
            Some(id) if !options.federated && is_copy(dataset) => others.push(RecordId(id)),
            Some(id) => emit(Found::Record(Record {
                id: RecordId(id),
                media_type: Cow::Borrowed("application/json"),
                body: body.slice(dataset),
                remarks: Vec::new(),
            })),
            None => {
                let reason = "a dataset without `dataset_id`; the portal should give one";
                emit(Found::Broken(body.broken(index.to_string(), reason, item.get())));
            }
        }
    }
    others
}

/// The dataset itself, out of the wrapping that version 2.0 has.
fn unwrapped(item: &RawValue) -> &str {
    let wrapped = pick(item.get(), ["dataset", "dataset_id", "datasetid"]);
    match wrapped {
        Ok([Some(dataset), None, None]) if dataset.get().starts_with('{') => dataset.get(),
        _ => item.get(),
    }
}

fn id_of(dataset: &str) -> Option<String> {
    let [new, old] = pick(dataset, ["dataset_id", "datasetid"]).ok()?;
    scalar(new).or_else(|| scalar(old)).map(Cow::into_owned)
}

/// A value of the basic metadata, in any version.
fn basic<'a>(dataset: &'a str, key: &str) -> Option<Cow<'a, str>> {
    let [metas] = pick(dataset, ["metas"]).ok()?;
    let [default, old] = pick(metas?.get(), ["default", key]).ok()?;
    match default {
        Some(default) => scalar(pick(default.get(), [key]).ok()?[0]),
        None => scalar(old),
    }
}

/// Whether a dataset is a copy of another portal's.
fn is_copy(dataset: &str) -> bool {
    basic(dataset, "federated").is_some_and(|federated| federated.eq_ignore_ascii_case("true"))
        || basic(dataset, "source_dataset").is_some()
}

fn modified(dataset: &str) -> Option<Timestamp> {
    basic(dataset, "modified")?.parse().ok()
}

#[cfg(test)]
mod tests;
