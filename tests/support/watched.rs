//! A harvester whose replies are kept, and walks over kept replies without a network: fast enough to cut every
//! reply at every byte.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use bytes::Bytes;
use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, ConfigError, Failure, Found, Harvester, Limits, Outcome, Page, Plan, ReadError, Reading, Record,
    RecordId, Reply, Request, Source, Unmappable, Walk,
    walk::{Fingerprint, UnderWay},
};
use url::Url;

/// A harvester that keeps what it is given to read.
#[derive(Debug)]
pub struct Watched {
    inner: &'static dyn Harvester,
    kept: Mutex<BTreeMap<Fingerprint, Kept>>,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub enum Kept {
    /// A reply.
    Reply {
        /// Where it came from.
        url: Url,
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Vec<(String, String)>,
        /// Its body.
        body: Bytes,
    },
    /// No reply.
    Failure(Failure),
}

impl Watched {
    /// Watches a harvester, for as long as the test lives.
    pub fn new(inner: &'static dyn Harvester) -> &'static Self {
        Box::leak(Box::new(Self { inner, kept: Mutex::default() }))
    }

    /// The harvester itself.
    pub fn inner(&self) -> &'static dyn Harvester {
        self.inner
    }

    /// What was kept.
    pub fn kept(&self) -> BTreeMap<Fingerprint, Kept> {
        self.kept.lock().expect("no test failed while keeping").clone()
    }

    fn keep(&self, request: &Request, kept: Kept) {
        self.kept
            .lock()
            .expect("no test failed while keeping")
            .insert(Fingerprint::of_request(request), kept);
    }
}

impl Harvester for Watched {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn about(&self) -> About {
        self.inner.about()
    }

    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        self.inner.plan(source, since)
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        let (url, body) = (reply.url.clone(), reply.body.clone());
        let headers = reply.headers.to_vec();
        self.keep(reply.request, Kept::Reply { url, status: reply.status, headers, body });
        self.inner.read(source, reply, emit)
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        if !matches!(failure, Failure::Read(_)) {
            self.keep(request, Kept::Failure(failure.clone()));
        }
        self.inner.instead(source, request, failure)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        self.inner.map(source, record)
    }
}

/// One walk over kept replies, of which one may be cut.
#[derive(Debug)]
pub struct Rewalk<'a> {
    /// The harvester itself.
    pub harvester: &'static dyn Harvester,
    /// The source.
    pub source: &'a Source,
    /// As in the walk whose replies were kept.
    pub since: Option<Timestamp>,
    /// Records held from before.
    pub known: u64,
    /// The replies.
    pub kept: &'a BTreeMap<Fingerprint, Kept>,
}

/// What a walk over kept replies gave.
#[derive(Debug)]
pub struct Rewalked {
    /// Whether it was whole.
    pub whole: bool,
    /// The records that it saw.
    pub seen: BTreeSet<RecordId>,
    /// The harvester panicked.
    pub panicked: bool,
}

impl Rewalk<'_> {
    /// Walks, with one reply cut after so many bytes.
    pub fn cut(&self, which: Fingerprint, at: usize) -> Rewalked {
        let plan = self.harvester.plan(self.source, self.since).expect("it was planned before");
        let mut walk = Walk::start(plan, Limits::default());
        let mut rewalked = Rewalked { whole: false, seen: BTreeSet::new(), panicked: false };
        while let Some(under_way) = walk.next_request() {
            let fingerprint = Fingerprint::of_request(under_way.request());
            let cut = (fingerprint == which).then_some(at);
            if !self.step(&mut walk, under_way, cut, &mut rewalked.seen) {
                rewalked.panicked = true;
                return rewalked;
            }
        }
        rewalked.whole = matches!(walk.finish(self.known), Outcome::Whole(_));
        rewalked
    }

    fn step(
        &self,
        walk: &mut Walk,
        under_way: UnderWay,
        cut: Option<usize>,
        seen: &mut BTreeSet<RecordId>,
    ) -> bool {
        let request = under_way.request().clone();
        let failure = match self.kept.get(&Fingerprint::of_request(&request)) {
            Some(Kept::Reply { url, status, headers, body }) => {
                let body = body.slice(..cut.map_or(body.len(), |at| at.min(body.len())));
                let reply = Reply { request: &request, url, status: *status, headers, body };
                let mut reading = Reading::default();
                let result = catch_unwind(AssertUnwindSafe(|| {
                    self.harvester.read(self.source, &reply, &mut |found| match found {
                        Found::Record(record) => reading.records.push(record.id),
                        Found::Broken(_) => reading.broken += 1,
                    })
                }));
                let Ok(result) = result else { return false };
                match result {
                    Ok(Page { gone, follow, total, shortfall, .. }) => {
                        seen.extend(reading.records.iter().cloned());
                        let reading = Reading { gone, follow, total, shortfall, ..reading };
                        walk.replied(under_way, &reading, 0);
                        return true;
                    }
                    Err(error) => Failure::Read(error),
                }
            }
            Some(Kept::Failure(failure)) => failure.clone(),
            None => Failure::Status(503),
        };
        let instead = self.harvester.instead(self.source, &request, &failure);
        walk.failed(under_way, &failure, &[], instead);
        true
    }
}
