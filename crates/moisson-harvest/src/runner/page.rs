//! Reading one reply: on a thread that may block, record by record into the channel.

use std::{borrow::Cow, collections::HashSet};

use bytes::Bytes;
use moisson_dcat::{Remark, RemarkCode};
use tokio::sync::mpsc;

use super::event::Event;
use crate::{
    Broken, Found, Harvester, Page, ReadError, Reading, Record, RecordId, Request, Source, client::Body,
};

/// Longest id of a record, in bytes.
const LONGEST_ID: usize = 2_000;

/// What reading one reply gave.
#[derive(Debug, Default)]
pub(super) struct PageRead {
    pub(super) ids: Vec<RecordId>,
    pub(super) broken: u64,
    /// Records that were handed on; the others were beyond a preview.
    pub(super) sent: u64,
    /// Nobody listens any more.
    pub(super) deaf: bool,
}

/// Reads a reply, handing on at most `most` entries. Blocks while the channel is full.
pub(super) fn read(
    harvester: &dyn Harvester,
    source: &Source,
    (request, body): (&Request, &Body),
    events: &mpsc::Sender<Event>,
    most: u64,
) -> (PageRead, Result<Page, ReadError>) {
    let mut read = PageRead::default();
    let mut ids = HashSet::new();
    let result = harvester.read(source, &body.as_reply(request), &mut |found| {
        let found = match checked(found) {
            Found::Record(mut record) => {
                if !ids.insert(record.id.clone()) {
                    record.remarks.push(duplicate(&record.id));
                }
                read.ids.push(record.id.clone());
                Found::Record(record)
            }
            Found::Broken(broken) => {
                read.broken += 1;
                Found::Broken(broken)
            }
        };
        if read.sent < most && !read.deaf {
            read.sent += 1;
            read.deaf = events.blocking_send(Event::Found(found)).is_err();
        }
    });
    (read, result)
}

/// A record whose id cannot be one is an entry without an id.
fn checked(found: Found) -> Found {
    let reason = match &found {
        Found::Record(record) if record.id.0.trim().is_empty() => "the record's id is empty".to_owned(),
        Found::Record(record) if record.id.0.len() > LONGEST_ID => {
            format!("the record's id has {} bytes, more than {LONGEST_ID}", record.id.0.len())
        }
        _ => return found,
    };
    match found {
        Found::Record(Record { id, body, .. }) => {
            Found::Broken(Broken { place: excerpt(&id.0), reason, body })
        }
        broken @ Found::Broken(_) => broken,
    }
}

fn duplicate(id: &RecordId) -> Remark {
    Remark {
        code: RemarkCode::DuplicateId,
        property: Cow::Borrowed("identifier"),
        place: String::new(),
        value: excerpt(&id.0),
        detail: "a record before it on the same page has this id, too".to_owned(),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What to keep of a page that was read whole.
pub(super) fn reading(
    read: &mut PageRead,
    page: &Page,
    (request, body): (&Request, &Body),
) -> (Reading, u64) {
    let reading = Reading {
        validators: body.validators.clone(),
        state: request.state.clone(),
        records: std::mem::take(&mut read.ids),
        gone: page.gone.clone(),
        follow: page.follow.clone(),
        total: page.total,
        shortfall: page.shortfall.clone(),
        broken: read.broken,
    };
    (reading, size(&body.body))
}

fn size(body: &Bytes) -> u64 {
    body.len() as u64
}
