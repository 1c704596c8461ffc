//! Replies of the action API as records.
//!
//! Every answer is an envelope `{help, success, result}`; a status of 200 does not mean that it went well.

use std::{borrow::Cow, collections::HashSet};

use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Found, Page, ReadError, Record, RecordId, Reply, Request};
use serde_json::value::RawValue;

use super::{
    api,
    options::{Options, Way},
};
use crate::{
    json::{Body, Layer, excerpt, layers, pick, scalar},
    paging::Window,
};

/// Longest id of a record, in bytes.
const ID_MAX: usize = 2_000;

/// What the walk passes for each entry.
type Emit<'e> = &'e mut dyn FnMut(Found);

/// Reads the reply to a request of ours.
pub(super) fn read(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    match reply.request.step.as_ref() {
        api::LIST => list(options, reply, emit),
        api::NAMES => names(reply),
        api::SHOW => show(options, reply, emit),
        _ => search(options, reply, emit),
    }
}

fn search(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    let body =
        Body::of(reply, "an answer to `package_search` with `success`, `result.count` and `result.results`")?;
    body.open(3, |body, envelope| {
        let result = result(body, envelope)?;
        let items = match result.get("results") {
            Some(results) => {
                results.items().ok_or_else(|| body.other("/result/results", "something else than a list"))?
            }
            None if count(result) == Some(0) => Vec::new(),
            None => return Err(body.other("/result/results", "nothing")),
        };
        let total = count(result);
        let received = len(&items);
        let window = Window::of(reply.request, options.rows);
        let first = items.first().and_then(|item| id_of(item));
        let mut page = Page { total, shortfall: window.shortfall(), ..Page::default() };
        if first.is_some() && first == window.first {
            same_again(&mut page, options, reply.request, total);
            return Ok(page);
        }
        page.gone = Sieve { options, filter: false }.pass(body, "result/results", &items, emit);
        let seen = window.start.saturating_add(received);
        if let Some(counted) = total.filter(|counted| *counted < seen) {
            page.total = Some(seen);
            page.remarks.push(remark(
                "result/count",
                counted.to_string(),
                format!("the portal counts {counted} packages and has given {seen}; its count is not heeded"),
            ));
        }
        if received > 0 && total != Some(seen) {
            page.follow.push(api::page(reply.request, &window.next(received, first)));
        }
        Ok(page)
    })
}

/// The portal gave the page before once more: it does not heed `start`. Its names are all we can go by.
fn same_again(page: &mut Page, options: &Options, request: &Request, total: Option<u64>) {
    page.remarks.push(remark(
        "start",
        request.url.to_string(),
        "the portal gives the same page whatever page is asked for".to_owned(),
    ));
    if options.filters_are_plain() {
        page.follow.push(api::first(&api::root_of(request), Way::PackageList, options, None));
    } else if total.is_none() {
        page.shortfall = Some(
            "the portal gives the same page again and again; what lies behind it is not seen".to_owned(),
        );
    }
}

fn list(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    let body = Body::of(
        reply,
        "an answer to `current_package_list_with_resources` with `success` and a list as `result`",
    )?;
    body.open(2, |body, envelope| {
        let items = result(body, envelope)?;
        let items = items.items().ok_or_else(|| body.other("/result", "something else than a list"))?;
        let window = Window::of(reply.request, options.rows);
        let (received, first) = (len(&items), items.first().and_then(|item| id_of(item)));
        let mut page = Page { shortfall: window.shortfall(), ..Page::default() };
        if first.is_some() && first == window.first {
            // A portal that gives all it has, whatever is asked for, has given all it has.
            if window.start.is_multiple_of(window.full) {
                same_again(&mut page, options, reply.request, None);
            }
            return Ok(page);
        }
        page.gone = Sieve { options, filter: true }.pass(body, "result", &items, emit);
        if received > 0 {
            page.follow.push(api::page(reply.request, &window.next(received, first)));
        } else {
            page.total = Some(window.start);
        }
        Ok(page)
    })
}

fn names(reply: &Reply<'_>) -> Result<Page, ReadError> {
    let body = Body::of(reply, "an answer to `package_list` with `success` and a list of names as `result`")?;
    body.open(2, |body, envelope| {
        let items = result(body, envelope)?;
        let items = items.items().ok_or_else(|| body.other("/result", "something else than a list"))?;
        let root = api::root_of(reply.request);
        let (mut page, mut known) = (Page::default(), HashSet::new());
        for (index, item) in items.iter().enumerate() {
            match name_of(item) {
                Some(name) if known.insert(name.clone()) => page.follow.push(api::show(&root, &name)),
                Some(_) => {}
                None => page.remarks.push(remark(
                    &format!("result/{index}"),
                    excerpt(item.get()),
                    "not a name; passed over".to_owned(),
                )),
            }
        }
        page.total = u64::try_from(known.len()).ok();
        Ok(page)
    })
}

fn show(options: &Options, reply: &Reply<'_>, emit: Emit<'_>) -> Result<Page, ReadError> {
    let body = Body::of(reply, "an answer to `package_show` with `success` and a package as `result`")?;
    body.open(1, |body, envelope| {
        let result = result(body, envelope)?;
        let mut page = Page::default();
        let items = match result {
            // DKAN answers with a list of one.
            Layer::Raw(raw) if raw.get().starts_with('[') => result.items().unwrap_or_default(),
            Layer::Raw(raw) => vec![*raw],
            _ => Vec::new(),
        };
        if items.is_empty() {
            return Err(body.other("/result", "no package"));
        }
        page.gone = Sieve { options, filter: true }.pass(body, "result", &items, emit);
        Ok(page)
    })
}

/// What the envelope holds, if the portal says that it went well.
fn result<'l, 'a>(body: &Body, envelope: &'l Layer<'a>) -> Result<&'l Layer<'a>, ReadError> {
    let success = envelope.get("success").and_then(Layer::scalar);
    if success.as_deref().is_some_and(|success| success.eq_ignore_ascii_case("false")) {
        let error = envelope.get("error").map(|error| match error {
            Layer::Object(_) => {
                said(&["__type", "message"].map(|key| error.get(key).and_then(Layer::scalar)))
            }
            // Deeper than this request's answers are looked into.
            Layer::Raw(raw) if raw.get().starts_with('{') => {
                said(&pick(raw.get(), ["__type", "message"]).unwrap_or_default().map(scalar))
            }
            other => other.scalar().unwrap_or_default().into_owned(),
        });
        let error = error.filter(|error| !error.is_empty()).unwrap_or_else(|| "no reason given".to_owned());
        return Err(body.other("/success", format!("`false` ({})", excerpt(&error))));
    }
    match envelope.get("result") {
        Some(result) => Ok(result),
        None => Err(body.other("/result", format!("`{}`", excerpt(body.as_str())))),
    }
}

/// The parts of an error that are there.
fn said(parts: &[Option<Cow<'_, str>>]) -> String {
    parts.iter().flatten().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}

fn count(result: &Layer<'_>) -> Option<u64> {
    result.get("count").and_then(Layer::scalar)?.parse().ok()
}

fn len(items: &[&RawValue]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

/// What decides which packages are harvested.
struct Sieve<'o> {
    options: &'o Options,
    /// Whether organisation, groups and tags are looked at here, because the portal was not asked to.
    filter: bool,
}

impl Sieve<'_> {
    /// Hands on the packages that are to be harvested, and gives the ids of the others: to us they are as good as
    /// deleted, and so the portal's count fits what we know of.
    fn pass(&self, body: &Body, place: &str, items: &[&RawValue], emit: Emit<'_>) -> Vec<RecordId> {
        let mut others = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match self.sort(item.get()) {
                Ok((id, true)) => emit(Found::Record(Record {
                    id,
                    media_type: Cow::Borrowed("application/json"),
                    body: body.slice(item.get()),
                    remarks: Vec::new(),
                })),
                Ok((id, false)) => others.push(id),
                Err(reason) => {
                    emit(Found::Broken(body.broken(format!("{place}/{index}"), reason, item.get())));
                }
            }
        }
        others
    }

    /// The id of a package, and whether it is to be harvested.
    fn sort(&self, package: &str) -> Result<(RecordId, bool), String> {
        let [id, name, state, private, kind, organization, groups, tags] =
            pick(package, ["id", "name", "state", "private", "type", "organization", "groups", "tags"])
                .map_err(|error| {
                    format!("not a package ({error}); the portal should list objects with an `id`")
                })?;
        let id = scalar(id)
            .or_else(|| scalar(name))
            .ok_or("a package without `id` and `name`; the portal should give one")?;
        if id.len() > ID_MAX {
            return Err(format!("an id of {} bytes; at most {ID_MAX} are taken", id.len()));
        }
        let state = scalar(state).unwrap_or(Cow::Borrowed("active"));
        // DKAN marks every package as private and writes `Active`.
        let private =
            scalar(private).is_some_and(|private| private.eq_ignore_ascii_case("true")) && state != "Active";
        let skipped =
            scalar(kind).is_some_and(|kind| self.options.skip_types.0.iter().any(|skip| *skip == kind));
        let wanted = !self.filter || {
            let (organization, groups, tags) =
                (organization.and_then(name_of), names_in(groups), names_in(tags));
            self.options.wants(organization.as_deref(), &groups, &tags)
        };
        let take =
            state.eq_ignore_ascii_case("active") && (self.options.private || !private) && !skipped && wanted;
        Ok((RecordId(id.into_owned()), take))
    }
}

/// The id that a package is known by, for a look at the first of a page.
fn id_of(package: &RawValue) -> Option<String> {
    let [id, name] = pick(package.get(), ["id", "name"]).ok()?;
    scalar(id).or_else(|| scalar(name)).map(Cow::into_owned)
}

/// A name, or the name of an object.
fn name_of(item: &RawValue) -> Option<String> {
    let name = if item.get().starts_with('{') {
        let [name, id] = pick(item.get(), ["name", "id"]).ok()?;
        scalar(name).or_else(|| scalar(id))
    } else {
        scalar(Some(item))
    };
    name.map(Cow::into_owned).filter(|name| name.len() <= ID_MAX)
}

fn names_in(list: Option<&RawValue>) -> Vec<String> {
    let items = list.and_then(|list| layers(list.get(), 1).ok()?.items());
    items.unwrap_or_default().into_iter().filter_map(name_of).collect()
}

fn remark(place: &str, value: String, detail: String) -> Remark {
    Remark {
        code: RemarkCode::UnreadableStatement,
        property: Cow::Borrowed(""),
        place: place.to_owned(),
        value,
        detail,
    }
}

#[cfg(test)]
mod tests;
