//! A check, off the threads that serve connections, within limits of size, time and number.

use std::{
    collections::BTreeMap,
    io::Cursor,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use moisson_shacl::Options;
use moisson_validate::{Checked, Document, FaultKind, Limits as DocumentLimits, Reading, Rules, check};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::asked::{Asked, Sent, What};
use crate::{
    CheckLimits,
    problem::{Kind, Problem},
    server::Server,
};

/// Compiled rules that are kept, by the profiles that were asked for.
const RULES_KEPT: usize = 16;
/// Most bytes of a document that has to be held, which takes some 14 times as much memory: JSON-LD, lenient readings.
const HELD_MAX: u64 = 10 << 20;
/// How long the last steps of a check may take after its time is up: no document is read any more then.
const GRACE: Duration = Duration::from_secs(5);

/// Turns and rules of checks.
#[derive(Debug)]
pub(crate) struct Checks {
    rules: Mutex<BTreeMap<Vec<String>, Arc<Rules>>>,
    /// Bodies being received; each takes memory.
    receiving: Arc<Semaphore>,
    /// Checks under way; each takes a processor.
    checking: Arc<Semaphore>,
}

impl Checks {
    pub(crate) fn new(limits: &CheckLimits) -> Self {
        Self {
            rules: Mutex::default(),
            receiving: Arc::new(Semaphore::new(limits.at_once.max(1) * 4)),
            checking: Arc::new(Semaphore::new(limits.at_once.max(1))),
        }
    }

    /// Waits for room for a body.
    pub(super) async fn receive(&self, wait: Duration) -> Result<OwnedSemaphorePermit, Problem> {
        turn(&self.receiving, wait).await
    }

    fn rules(&self, profiles: &[String], results: usize) -> Result<Arc<Rules>, Problem> {
        let mut key = profiles.to_vec();
        key.sort_unstable();
        if let Some(known) = self.kept().get(&key) {
            return Ok(Arc::clone(known));
        }
        let options = Options { strict: true, max_results: results, ..Options::default() };
        let names: Vec<&str> = key.iter().map(String::as_str).collect();
        let rules = if names.is_empty() {
            Rules::usual_with(&options)
        } else {
            Rules::new(&names, Vec::new(), &options)
        };
        let rules = Arc::new(rules.map_err(|error| Problem::internal("compiling the shapes", &error))?);
        let mut kept = self.kept();
        if kept.len() >= RULES_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&rules));
        Ok(rules)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<Vec<String>, Arc<Rules>>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn turn(of: &Arc<Semaphore>, wait: Duration) -> Result<OwnedSemaphorePermit, Problem> {
    if let Ok(Ok(permit)) = tokio::time::timeout(wait, Arc::clone(of).acquire_owned()).await {
        return Ok(permit);
    }
    let detail = "the server is busy with other checks; try again in a few seconds";
    Err(Problem::new(Kind::TooBusy, detail).retry_after(10))
}

/// Sets a flag when it is dropped, so that nobody reads on for a client that went away.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Checks what is asked.
pub(super) async fn run(server: &Arc<Server>, asked: &Asked) -> Result<Checked, Problem> {
    let limits = server.app.limits.check.clone();
    let documents = documents(server, asked).await?;
    let permit = turn(&server.checks.checking, server.app.limits.queue_timeout).await?;
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Stop(Arc::clone(&stopped));
    let deadline = Instant::now() + limits.time;
    let (asked, shared) = (asked.clone(), Arc::clone(server));
    let time = limits.time;
    let work = tokio::task::spawn_blocking(move || {
        // The turn ends with the work, also if nobody waits for it any more.
        let _permit = permit;
        let rules = shared.checks.rules(&asked.profiles, limits.results)?;
        let of_one = DocumentLimits {
            max_bytes: limits.bytes,
            max_held_bytes: limits.bytes.min(HELD_MAX),
            max_statements: limits.statements,
        };
        let documents = documents.into_iter().map(|(sent, base)| Document {
            base,
            content_type: sent.content_type,
            syntax: asked.syntax,
            reading: if asked.lenient { Reading::Lenient } else { Reading::Strict },
            ..Document::new(sent.name, Cursor::new(sent.body))
        });
        let stop = || stopped.load(Ordering::Relaxed) || Instant::now() >= deadline;
        check(&rules, documents.collect(), &of_one, &stop)
            .map_err(|error| Problem::internal("the check", &error))
    });
    let checked = tokio::time::timeout(time + GRACE, work).await;
    drop(stop);
    let slow = || {
        let seconds = time.as_secs();
        Problem::new(
            Kind::Timeout,
            format!("the check was not done in {seconds} seconds; check the data in parts"),
        )
    };
    let checked = match checked {
        Ok(Ok(checked)) => checked?,
        Ok(Err(error)) => return Err(Problem::internal("the check", &error)),
        Err(_) => return Err(slow()),
    };
    let faults = checked.documents.iter().flat_map(|document| &document.faults);
    if faults.into_iter().any(|fault| fault.kind == FaultKind::Stopped) {
        return Err(slow());
    }
    Ok(checked)
}

/// The documents with their bases.
async fn documents(server: &Server, asked: &Asked) -> Result<Vec<(Sent, Option<String>)>, Problem> {
    match &asked.what {
        None => {
            let detail = "there is nothing to check; send RDF as the body, a file or text in a form, or an address \
                          in the field `url`";
            Err(Problem::new(Kind::BadRequest, detail))
        }
        Some(What::Documents(sent)) => Ok(sent.iter().map(|sent| (sent.clone(), None)).collect()),
        Some(What::At(url)) => {
            let fetched = server.app.documents.fetch(url.clone()).await.map_err(|reason| {
                Problem::new(Kind::NotFetched, format!("the document was not fetched: {reason}"))
            })?;
            let sent = Sent { name: url.to_string(), content_type: fetched.content_type, body: fetched.body };
            Ok(vec![(sent, Some(fetched.url))])
        }
    }
}
