//! Records that a whole walk did not see: asked for once more, one by one, before they are removed.
//!
//! A list that moves while it is read can hide a record although all counts fit, and a portal's search index can lack
//! what the portal has. Where a protocol cannot ask for one record, and the list was read in pages, a record must be
//! absent from two whole walks.

use std::collections::BTreeSet;

use moisson_harvest::runner::Ending;
use moisson_harvest::{
    Client, FetchError, Fetched, Found, Harvester, Record, RecordId, Request, Source, SourceAccess,
    client::{Body, Fault},
    walk::{DeletionLimit, Outcome},
};

/// Records asked for in one run. Of more, so many are asked for that stand for all.
const MOST_ASKED: usize = 500;

/// What asking gave.
#[derive(Debug, Default)]
pub(super) enum Answers {
    /// Nobody was asked: nothing is absent, too much is, or a person has decided.
    #[default]
    NotAsked,
    /// The protocol cannot ask for one record.
    Unaskable,
    /// The source was asked.
    Asked {
        /// Records that are there when asked for alone.
        there: BTreeSet<String>,
        /// Records of which it could not be found out.
        unsure: BTreeSet<String>,
        /// What came of those that are there.
        records: Vec<Record>,
    },
}

/// Asks after what a whole walk did not see, if it may be removed at all, until the run has to be `over`.
pub(super) async fn ask_after(
    client: &Client,
    harvester: &'static dyn Harvester,
    (source, access): (&Source, &SourceAccess),
    (ending, known): (&Ending, &[RecordId]),
    (limit, over): (Option<DeletionLimit>, impl Future<Output = ()>),
) -> Answers {
    let mut over = std::pin::pin!(over);
    let (Ending::Finished(Outcome::Whole(proof)), Some(limit)) = (ending, limit) else {
        return Answers::NotAsked;
    };
    let absent = proof.absent(known);
    let absent = absent.ids();
    if absent.is_empty() || !limit.admits(absent.len() as u64, known.len() as u64) {
        return Answers::NotAsked;
    }
    let (mut there, mut unsure, mut records) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let asked = absent.len().min(MOST_ASKED);
    let spread = (0..asked).filter_map(|n| absent.get(n * absent.len() / asked));
    let mut answers = true;
    for id in spread {
        let Some(request) = harvester.ask_after(source, id) else { return Answers::Unaskable };
        let answer = async {
            tokio::select! {
                biased;
                () = &mut over => None,
                answer = client.fetch(access, &request, None) => Some(answer),
            }
        };
        let gone = match if answers { answer.await } else { None } {
            Some(Ok(Fetched::Body(body))) => {
                let gone = harvester.is_gone(source, id, body.status, &body.body);
                if gone == Some(false) {
                    records.extend(read(harvester, source, (&request, &body), id));
                }
                gone
            }
            Some(Err(FetchError { fault: Fault::Status { status, excerpt, .. }, .. })) => {
                harvester.is_gone(source, id, status, excerpt.as_bytes())
            }
            _ => {
                // The others are not asked for at a portal that does not answer, or when the time is over.
                answers = false;
                None
            }
        };
        match gone {
            Some(true) => {}
            Some(false) => {
                there.insert(id.0.clone());
            }
            None => {
                unsure.insert(id.0.clone());
            }
        }
    }
    if absent.len() > asked && !(there.is_empty() && unsure.is_empty()) {
        // Those that were asked for do not stand for the others.
        unsure.extend(absent.iter().map(|id| id.0.clone()).filter(|id| !there.contains(id)));
    }
    Answers::Asked { there, unsure, records }
}

/// The record in an answer about it alone. That it is there is known already; what cannot be read is read the next time.
fn read(
    harvester: &dyn Harvester,
    source: &Source,
    (request, body): (&Request, &Body),
    id: &RecordId,
) -> Option<Record> {
    let mut found = None;
    let read = harvester.read(source, &body.as_reply(request), &mut |it| match it {
        Found::Record(record) if record.id == *id => found = Some(record),
        Found::Record(_) | Found::Broken(_) => {}
    });
    read.ok().and(found)
}
