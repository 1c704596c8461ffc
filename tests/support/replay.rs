//! A scenario played through the real client, from the first request to the outcome.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    io,
    net::SocketAddr,
    sync::Arc,
};

use moisson_dcat::Remark;
use moisson_harvest::{
    Checkpoint, Client, Ended, Ending, Event, Found, Harvester, Outcome, Reading, Record, RecordId, Run,
    SourceAccess,
    client::{Allowed, ClientConfig, Politeness, Resolver, Resolving},
    harvest,
    runner::{Begin, PageEnd, PageResult},
    walk::{DeletionLimit, Fingerprint},
};

use crate::{
    exchanges::{Damage, Portal},
    loopback::Loopback,
    scenario::Scenario,
};

/// How a scenario is to be played.
#[derive(Debug, Clone, Default)]
pub struct Play {
    /// How the portal misbehaves besides.
    pub damage: Damage,
    /// What is kept of an earlier run.
    pub readings: HashMap<Fingerprint, Reading>,
    /// Where to go on.
    pub resume: Option<Checkpoint>,
    /// Die after so many pages.
    pub die_after: Option<usize>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Played {
    /// The records, the first of each id, as of the last page that ended.
    pub records: BTreeMap<RecordId, Record>,
    /// What was found in all.
    pub found: usize,
    /// One line for each page, and what it had to say.
    pub pages: Vec<String>,
    /// Remarks and broken entries, sorted by where they belong.
    pub remarks: BTreeMap<String, Vec<String>>,
    /// What to keep for the next run.
    pub readings: HashMap<Fingerprint, Reading>,
    /// Where the walk stands after the last page that ended.
    pub checkpoint: Option<Checkpoint>,
    /// How it ended; nothing if it died.
    pub outcome: Option<String>,
    /// Whether the walk was whole.
    pub whole: bool,
    /// Known records that would be deleted, or are held back.
    pub removals: Vec<String>,
    /// Requests without an exchange, exchanges without a request.
    pub complaints: Vec<String>,
}

/// Every name is at this address.
#[derive(Debug)]
struct Everything(SocketAddr);

impl Resolver for Everything {
    fn resolve<'a>(&'a self, _host: &'a str) -> Resolving<'a> {
        Box::pin(async { io::Result::Ok(vec![self.0]) })
    }
}

/// Plays a scenario.
pub async fn play(harvester: &'static dyn Harvester, scenario: &Scenario, play: Play) -> Played {
    let portal = Arc::new(Portal::new(scenario.exchanges.clone(), play.damage));
    let server = {
        let portal = Arc::clone(&portal);
        Loopback::start(move |asked| portal.answer(asked)).await
    };
    let client = Client::new(ClientConfig {
        resolver: Arc::new(Everything(server.address())),
        ..ClientConfig::new("https://moisson.example/about", 1)
    });
    let readings = play.readings;
    let run = Run {
        begin: match play.resume {
            Some(checkpoint) => Begin::At(Box::new(checkpoint)),
            None => Begin::Anew(scenario.exchanges.since),
        },
        known: scenario.exchanges.known.len() as u64,
        readings: Arc::new(move |request| readings.get(&Fingerprint::of_request(request)).cloned()),
        ..Run::new(scenario.source.clone(), access(scenario))
    };
    let (events, received) = tokio::sync::mpsc::channel(1);
    let (ended, mut played) =
        tokio::join!(harvest(&client, harvester, run, events), collect(received, play.die_after));
    let died = play.die_after.is_some_and(|pages| played.pages.len() >= pages);
    if !died {
        played.conclude(ended.unwrap_or_else(|error| panic!("{}: {error}", scenario.name)), scenario);
    }
    played.complaints = portal.complaints();
    played
}

fn access(scenario: &Scenario) -> SourceAccess {
    let mut access = SourceAccess::new(&scenario.source);
    access.allow = vec!["127.0.0.1".parse::<Allowed>().expect("an address")];
    access.politeness = Politeness { delay_ms: 0, ..Politeness::default() };
    access.limits = scenario.limits();
    access
}

async fn collect(mut received: tokio::sync::mpsc::Receiver<Event>, die_after: Option<usize>) -> Played {
    let mut played = Played::default();
    let mut batch = Vec::new();
    while let Some(event) = received.recv().await {
        match event {
            Event::Started(checkpoint) => played.checkpoint = Some(*checkpoint),
            Event::Found(found) => batch.push(found),
            Event::PageEnd(end) => played.page(*end, std::mem::take(&mut batch)),
        }
        if die_after.is_some_and(|pages| played.pages.len() >= pages) {
            break;
        }
    }
    played
}

impl Played {
    /// One batch: what a store would commit.
    fn page(&mut self, end: PageEnd, batch: Vec<Found>) {
        let PageEnd { request, result, delta, progress: _ } = end;
        let mut line = format!("{} ({}): ", request.url, request.step);
        match result {
            PageResult::Read { reading, remarks } => {
                let _ = write!(line, "{} records", reading.records.len());
                if reading.broken > 0 {
                    let _ = write!(line, ", {} broken", reading.broken);
                }
                if !reading.gone.is_empty() {
                    let _ = write!(line, ", gone: {}", join(&reading.gone));
                }
                if let Some(total) = reading.total {
                    let _ = write!(line, ", of {total}");
                }
                if let Some(shortfall) = &reading.shortfall {
                    let _ = write!(line, ", {shortfall}");
                }
                self.remark(request.url.as_str(), &remarks);
                self.readings.insert(Fingerprint::of_request(&request), reading);
            }
            PageResult::NotModified(reading) => {
                let _ = write!(line, "not modified");
                self.readings.insert(Fingerprint::of_request(&request), reading);
            }
            PageResult::Failed { error, replaced } => {
                let _ = write!(line, "failed{}: {error}", if replaced { ", asked otherwise" } else { "" });
            }
        }
        self.pages.push(line);
        for found in batch {
            self.found += 1;
            match found {
                Found::Record(record) => {
                    self.remark(&record.id.0, &record.remarks);
                    // As the pipeline does: of records that come twice, the first is kept.
                    self.records.entry(record.id.clone()).or_insert(record);
                }
                Found::Broken(broken) => {
                    let text = format!("broken at {}: {}", broken.place, broken.reason);
                    self.remarks.entry(request.url.to_string()).or_default().push(text);
                }
            }
        }
        if let Some(checkpoint) = &mut self.checkpoint {
            checkpoint.apply(delta).expect("deltas come in order");
        }
    }

    /// Notes remarks about a record or a page.
    pub fn remark(&mut self, about: &str, remarks: &[Remark]) {
        for Remark { code, property, place, value, detail } in remarks {
            let code = serde_json::to_value(code).ok().and_then(|code| code.as_str().map(ToOwned::to_owned));
            let mut text = code.unwrap_or_default();
            for part in [property.as_ref(), place] {
                if !part.is_empty() {
                    let _ = write!(text, " {part}");
                }
            }
            let _ = write!(text, " {value:?}");
            if !detail.is_empty() {
                let _ = write!(text, ": {detail}");
            }
            self.remarks.entry(about.to_owned()).or_default().push(text);
        }
    }

    fn conclude(&mut self, ended: Ended, scenario: &Scenario) {
        let records = ended.tally.records;
        self.outcome = Some(match ended.ending {
            Ending::Finished(Outcome::Whole(proof)) => {
                self.whole = true;
                let known: Vec<_> = scenario.exchanges.known.iter().cloned().map(RecordId).collect();
                self.removals = match proof.absent(&known).admit(DeletionLimit::default()) {
                    Ok(ids) => ids.iter().map(|id| format!("absent: {id}")).collect(),
                    Err(error) => vec![format!("held back: {error}")],
                };
                format!("whole: {records} records")
            }
            Ending::Finished(Outcome::Changes) => format!("changes: {records} records"),
            Ending::Finished(Outcome::Partial(reason)) => format!("partial: {records} records; {reason}"),
            Ending::Stopped { reason, .. } => format!("stopped: {records} records; {reason}"),
        });
    }
}

fn join(ids: &[RecordId]) -> String {
    ids.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(" ")
}
