//! The protocol of these tests.

use std::borrow::Cow;

use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, Broken, ConfigError, Failure, Found, Harvester, Listing, Page, Plan, ReadError, Record, RecordId,
    Reply, Request, Source, Unmappable,
};
use serde_json::Value;

/// Reads `{"ids": […], "next": […], "total": n}`.
#[derive(Debug)]
pub(crate) struct Numbered;

impl Harvester for Numbered {
    fn name(&self) -> &'static str {
        "numbered"
    }

    fn about(&self) -> About {
        About { title: "", summary: "", specification: "", example: "", options: &[] }
    }

    fn plan(&self, source: &Source, _since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        if source.options.contains_key("wrong") {
            return Err(ConfigError { key: Some("wrong".to_owned()), reason: "`wrong` is wrong".to_owned() });
        }
        Ok(Plan { start: vec![page(source, "/1")], listing: Listing::Whole })
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        assert_ne!(&reply.body[..], b"panic", "as told");
        let Ok(value) = serde_json::from_slice::<Value>(&reply.body) else {
            if reply.body.starts_with(b"some") {
                emit(Found::Record(record("early")));
            }
            return Err(ReadError {
                expected: "JSON".to_owned(),
                found: "something else".to_owned(),
                place: "byte 0".to_owned(),
                hint: String::new(),
            });
        };
        for id in value["ids"].as_array().into_iter().flatten() {
            emit(match id.as_str() {
                Some(id) => Found::Record(record(id)),
                None => Found::Broken(Broken {
                    place: "ids".to_owned(),
                    reason: "no text".to_owned(),
                    body: id.to_string().into(),
                }),
            });
        }
        let next = value["next"].as_array().into_iter().flatten();
        let follow = next.filter_map(|path| Some(page(source, path.as_str()?))).collect();
        Ok(Page { follow, total: value["total"].as_u64(), ..Page::default() })
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        if request.url.path() == "/poisoned" && *failure == Failure::Status(500) {
            return vec![page(source, "/half/1"), page(source, "/half/2")];
        }
        Vec::new()
    }

    fn map(&self, _source: &Source, _record: &Record) -> Result<Mapped, Unmappable> {
        Err(Unmappable { reason: "not mapped here".to_owned() })
    }
}

fn page(source: &Source, path: &str) -> Request {
    Request::get(source.url.join(path).expect("a path"), "application/json", "list")
}

fn record(id: &str) -> Record {
    Record {
        id: RecordId(id.to_owned()),
        media_type: Cow::Borrowed("text/plain"),
        body: id.to_owned().into(),
        remarks: Vec::new(),
    }
}
