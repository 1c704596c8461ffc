//! One run over a source: client, harvester and walk tied together.
//!
//! [`harvest`] fetches (as many requests at a time as the host may take), reads each reply on a thread that may
//! block, and sends what it finds through a bounded channel, in the order of the requests. Whoever receives is
//! thereby the brake: no more than the channel's capacity and the replies under way are ever in memory.
//!
//! ```no_run
//! # use moisson_harvest::{*, client::ClientConfig, runner::*};
//! # async fn example(harvester: &'static dyn Harvester, source: Source) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(ClientConfig::new("https://opendata.example/about", 1));
//! let access = SourceAccess::new(&source);
//! let (events, mut received) = tokio::sync::mpsc::channel(64);
//! let run = Run::new(source, access);
//! let pipeline = tokio::task::spawn_blocking(move || {
//!     while let Some(event) = received.blocking_recv() {
//!         match event {
//!             Event::Started(checkpoint) => { /* save it: the run can be resumed from here on */ }
//!             Event::Found(found) => { /* map, check, put into the batch */ }
//!             Event::PageEnd(end) => { /* add end.delta and the reading to the batch, commit it */ }
//!         }
//!     }
//! });
//! let ended = harvest(&client, harvester, run, events).await?;
//! pipeline.await?;
//! if let Ending::Finished(Outcome::Whole(proof)) = ended.ending {
//!     let known: Vec<RecordId> = Vec::new();
//!     let gone = proof.absent(&known).admit(DeletionLimit::default())?;
//! }
//! # Ok(()) }
//! ```

mod event;
mod page;

use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tracing::Instrument;

pub use self::event::{Event, PageEnd, PageResult};
use self::page::PageRead;
use crate::{
    Client, ConfigError, Failure, FetchError, Fetched, Harvester, ReadError, Reading, Request, Source,
    SourceAccess,
    client::{Body, Traffic},
    limits::ms,
    walk::{Checkpoint, Delta, Outcome, Tally, UnderWay, Walk},
};

/// What is kept of an earlier reply to a request, if anything is.
pub type Readings = Arc<dyn Fn(&Request) -> Option<Reading> + Send + Sync>;

/// Why a run stops when it may run no longer today.
pub const WINDOW_OVER: &str = "the hours of the source's `window` are over";

/// One run over a source.
#[derive(Clone)]
pub struct Run {
    /// The source.
    pub source: Arc<Source>,
    /// How it may be reached, and within which limits.
    pub access: SourceAccess,
    /// Where to begin.
    pub begin: Begin,
    /// How many records of the source are held from before.
    pub known: u64,
    /// Readings of earlier runs, for conditional requests. Must give one only while the ledger holds all of its
    /// records and the source is configured as it was.
    pub readings: Readings,
    /// End after so many entries: a look at the source. Such a run is never whole.
    pub preview: Option<u64>,
    /// How long the source may be asked now, if it has hours for it; what is left is resumed the next time.
    pub open_for: Option<Duration>,
    /// Ends the run after the page being read; it can be resumed.
    pub cancel: CancellationToken,
}

/// Where a run begins.
#[derive(Debug, Clone)]
pub enum Begin {
    /// At the beginning. With a time, only changes since may be asked for.
    Anew(Option<Timestamp>),
    /// Where an earlier run stood.
    At(Box<Checkpoint>),
}

impl Run {
    /// A whole run from the beginning, without memory of earlier ones.
    pub fn new(source: Source, access: SourceAccess) -> Self {
        Self {
            source: Arc::new(source),
            access,
            begin: Begin::Anew(None),
            known: 0,
            readings: Arc::new(|_| None),
            preview: None,
            open_for: None,
            cancel: CancellationToken::new(),
        }
    }

    /// How long it may take: as its limit says, or until the source's window is over.
    pub fn longest(&self) -> Duration {
        let longest = ms(self.access.limits.max_run_ms);
        self.open_for.map_or(longest, |open| open.min(longest))
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, access, begin, known, readings: _, preview, open_for, cancel: _ } = self;
        f.debug_struct("Run")
            .field("source", source)
            .field("access", access)
            .field("begin", begin)
            .field("known", known)
            .field("preview", preview)
            .field("open_for", open_for)
            .finish_non_exhaustive()
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// Finished or stopped.
    pub ending: Ending,
    /// What the walk counted, earlier runs of the same walk included.
    pub tally: Tally,
    /// What this run asked and received.
    pub traffic: Traffic,
}

/// Finished or stopped.
#[derive(Debug)]
pub enum Ending {
    /// Nothing is left to ask.
    Finished(Outcome),
    /// Something is left, and can be asked by another run that begins at this checkpoint. It is the one from
    /// [`Event::Started`] with all deltas since.
    Stopped {
        /// Why, in a sentence.
        reason: String,
        /// How long the source wants to be left alone.
        come_back_after: Option<Duration>,
        /// Where the walk stands.
        checkpoint: Box<Checkpoint>,
    },
}

/// Runs until nothing is left to ask, or something stops it.
///
/// # Errors
/// When the harvester cannot plan for the source as it is configured. Nothing was asked then.
pub async fn harvest(
    client: &Client,
    harvester: &'static dyn Harvester,
    run: Run,
    events: mpsc::Sender<Event>,
) -> Result<Ended, ConfigError> {
    if !run.source.url.username().is_empty() || run.source.url.password().is_some() {
        return Err(ConfigError {
            key: Some("url".to_owned()),
            reason: "`url` holds a user name or password; use `credentials` instead".to_owned(),
        });
    }
    let limits = run.access.limits.clone();
    let walk = match &run.begin {
        Begin::Anew(since) => Walk::start(harvester.plan(&run.source, *since)?, limits),
        Begin::At(checkpoint) => Walk::resume(Checkpoint::clone(checkpoint), limits),
    };
    let before = run.access.counters.traffic();
    let deadline = Instant::now() + run.longest();
    let preview_left = run.preview.unwrap_or(u64::MAX);
    let runner = Runner {
        client,
        harvester,
        walk,
        events,
        deadline,
        preview_left,
        under_way: VecDeque::new(),
        in_doubt: Vec::new(),
        silences: 0,
        refusals: 0,
        run,
    };
    let (stop, runner) = runner.go().await;
    let tally = runner.walk.progress().tally;
    let traffic = runner.run.access.counters.traffic().since(before);
    let ending = match stop {
        None => Ending::Finished(runner.walk.finish(runner.run.known)),
        Some(Stop { reason, come_back_after }) => {
            let checkpoint = Box::new(runner.walk.checkpoint().clone());
            Ending::Stopped { reason, come_back_after, checkpoint }
        }
    };
    Ok(Ended { ending, tally, traffic })
}

/// Why a run stops before its end.
struct Stop {
    reason: String,
    come_back_after: Option<Duration>,
}

impl Stop {
    fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), come_back_after: None }
    }
}

struct Runner<'a> {
    client: &'a Client,
    harvester: &'static dyn Harvester,
    run: Run,
    walk: Walk,
    events: mpsc::Sender<Event>,
    deadline: Instant,
    preview_left: u64,
    under_way: VecDeque<Fetching>,
    /// Requests that got no answer, one after the other. When too many did, the host is down and they are not
    /// to blame: the run stops, and they are made again when it is resumed.
    in_doubt: Vec<(UnderWay, FetchError)>,
    /// Requests without an answer one after the other, settled ones included.
    silences: u32,
    /// Requests that were refused one after the other.
    refusals: u32,
}

struct Fetching {
    ticket: UnderWay,
    kept: Option<Reading>,
    task: AbortOnDropHandle<Result<Fetched, FetchError>>,
}

impl Runner<'_> {
    async fn go(mut self) -> (Option<Stop>, Self) {
        let stop = self.steps().await.err();
        // Requests under way are dropped here, and count as not made.
        self.under_way.clear();
        (stop, self)
    }

    async fn steps(&mut self) -> Result<(), Stop> {
        self.tell(Event::Started(Box::new(self.walk.checkpoint().clone()))).await?;
        loop {
            self.ask();
            let Some(mut fetching) = self.under_way.pop_front() else {
                if self.in_doubt.is_empty() {
                    return Ok(());
                }
                // They may know another way; if not, nothing is left.
                self.settle_doubts().await?;
                continue;
            };
            let answer = tokio::select! {
                biased;
                () = self.run.cancel.cancelled() => return Err(Stop::because("the run was cancelled")),
                () = tokio::time::sleep_until(self.deadline) => {
                    let limit = self.run.access.limits.max_run_ms;
                    return Err(Stop::because(match self.run.open_for {
                        Some(open) if open < ms(limit) => WINDOW_OVER.to_owned(),
                        _ => format!("the run took longer than `max_run_ms` ({limit})"),
                    }));
                }
                answer = &mut fetching.task => answer,
            };
            let Fetching { ticket, kept, .. } = fetching;
            match answer {
                Ok(Ok(Fetched::Body(body))) => self.read(ticket, kept, body).await?,
                Ok(Ok(Fetched::NotModified)) => self.not_modified(ticket, kept).await?,
                Ok(Err(error)) => self.no_answer(ticket, error).await?,
                Err(error) => {
                    let reason = format!("the client failed: {error}");
                    self.fail(ticket, &Failure::Transport(reason), &PageRead::default()).await?;
                }
            }
            if self.run.cancel.is_cancelled() {
                return Err(Stop::because("the run was cancelled"));
            }
        }
    }

    /// Sends out requests while there are some and the host may take more.
    fn ask(&mut self) {
        let most = usize::try_from(self.run.access.politeness.concurrency.max(1)).unwrap_or(usize::MAX);
        while self.under_way.len() < most {
            let Some(ticket) = self.walk.next_request() else { return };
            let kept =
                (self.run.readings)(ticket.request()).filter(|kept| kept.state == ticket.request().state);
            let validators = kept.as_ref().and_then(|reading| reading.validators.clone());
            let (client, access) = (self.client.clone(), self.run.access.clone());
            let request = ticket.request().clone();
            let fetching = async move { client.fetch(&access, &request, validators.as_ref()).await };
            let task = AbortOnDropHandle::new(tokio::spawn(fetching.in_current_span()));
            self.under_way.push_back(Fetching { ticket, kept, task });
        }
    }

    async fn read(
        &mut self,
        mut ticket: UnderWay,
        kept: Option<Reading>,
        body: Box<Body>,
    ) -> Result<(), Stop> {
        ticket.had(kept.map(|kept| kept.records).unwrap_or_default());
        self.settle_doubts().await?;
        (self.silences, self.refusals) = (0, 0);
        let (harvester, source, events) = (self.harvester, Arc::clone(&self.run.source), self.events.clone());
        let (request, most) = (ticket.request().clone(), self.preview_left);
        let reading = tokio::task::spawn_blocking(move || {
            let (read, result) = page::read(harvester, &source, (&request, &body), &events, most);
            (body, read, result)
        });
        let (body, mut read, result) = match reading.await {
            Ok(done) => done,
            Err(error) => {
                let reason = format!("the harvester `{}` failed: {error}", self.harvester.name());
                return self.fail(ticket, &Failure::Transport(reason), &PageRead::default()).await;
            }
        };
        if read.deaf {
            return Err(Stop::because("nobody receives the records any more"));
        }
        self.preview_left -= read.sent;
        match result {
            Ok(mut page) => {
                let remarks = std::mem::take(&mut page.remarks);
                let request = ticket.request().clone();
                let (reading, bytes) = page::reading(&mut read, &page, (&request, &body));
                let delta = self.walk.replied(ticket, &reading, bytes);
                self.end_page(request, PageResult::Read { reading, remarks }, delta).await?;
            }
            Err(error) => self.fail(ticket, &Failure::Read(with_url(error, &body)), &read).await?,
        }
        if self.preview_left == 0 {
            let count = self.run.preview.unwrap_or_default();
            return Err(Stop::because(format!("only the first {count} records were wanted")));
        }
        Ok(())
    }

    async fn not_modified(&mut self, ticket: UnderWay, kept: Option<Reading>) -> Result<(), Stop> {
        self.settle_doubts().await?;
        (self.silences, self.refusals) = (0, 0);
        let Some(reading) = kept else {
            // The client takes 304 only when validators were sent, and they come from a reading.
            let failure = Failure::Status(304);
            return self.fail(ticket, &failure, &PageRead::default()).await;
        };
        let request = ticket.request().clone();
        let delta = self.walk.not_modified(ticket, &reading);
        self.end_page(request, PageResult::NotModified(reading), delta).await
    }

    async fn no_answer(&mut self, ticket: UnderWay, error: FetchError) -> Result<(), Stop> {
        if let Some(wait) = error.come_back_after() {
            return Err(Stop { reason: error.to_string(), come_back_after: Some(wait) });
        }
        let limits = &self.run.access.limits;
        if error.blames_the_host() {
            self.silences += 1;
            if self.silences >= limits.max_failures_in_a_row.max(2) {
                return Err(Stop::because(format!(
                    "{} requests in a row got no answer (`max_failures_in_a_row`), the last {error}",
                    self.silences
                )));
            }
            self.in_doubt.push((ticket, error));
            return Ok(());
        }
        self.refusals += 1;
        let (refusals, limit) = (self.refusals, limits.max_refusals_in_a_row);
        let text = error.to_string();
        self.fail_fetch(ticket, &error).await?;
        if refusals >= limit.max(2) {
            return Err(Stop::because(format!(
                "{refusals} requests in a row were refused (`max_refusals_in_a_row`), the last {text}"
            )));
        }
        Ok(())
    }

    /// Another request was answered, or none is left: those without answer failed for their own reasons.
    async fn settle_doubts(&mut self) -> Result<(), Stop> {
        for (ticket, error) in std::mem::take(&mut self.in_doubt) {
            self.fail_fetch(ticket, &error).await?;
        }
        Ok(())
    }

    async fn fail_fetch(&mut self, ticket: UnderWay, error: &FetchError) -> Result<(), Stop> {
        let request = ticket.request().clone();
        let failure = error.to_failure();
        let instead = self.harvester.instead(&self.run.source, &request, &failure);
        let delta = self.walk.failed(ticket, &failure, &[], instead);
        let result = PageResult::Failed { error: error.to_string(), replaced: delta.is_replacement() };
        self.end_page(request, result, delta).await
    }

    async fn fail(&mut self, ticket: UnderWay, failure: &Failure, read: &PageRead) -> Result<(), Stop> {
        let request = ticket.request().clone();
        let instead = self.harvester.instead(&self.run.source, &request, failure);
        let delta = self.walk.failed(ticket, failure, &read.ids, instead);
        let error = format!("{}: {failure}", request.url);
        let result = PageResult::Failed { error, replaced: delta.is_replacement() };
        self.end_page(request, result, delta).await
    }

    async fn end_page(&mut self, request: Request, result: PageResult, delta: Delta) -> Result<(), Stop> {
        let progress = self.walk.progress();
        self.tell(Event::PageEnd(Box::new(PageEnd { request, result, delta, progress }))).await
    }

    async fn tell(&self, event: Event) -> Result<(), Stop> {
        self.events.send(event).await.map_err(|_| Stop::because("nobody receives the records any more"))
    }
}

/// A reply from elsewhere than asked says so.
fn with_url(mut error: ReadError, body: &Body) -> ReadError {
    let kind = body.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    if let (true, Some(kind)) = (error.hint.is_empty(), kind) {
        error.hint = format!("the reply calls itself `{}`", kind.chars().take(100).collect::<String>());
    }
    error
}
