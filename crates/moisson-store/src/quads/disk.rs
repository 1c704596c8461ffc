//! Quads on disk: one writer here, and read-only snapshots for the processes that answer queries.

use std::{
    borrow::Cow,
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use oxigraph::store::{StorageError, Store};
use oxrdf::{GraphNameRef, NamedNode, Quad, Triple};

use super::{Digest, literal};
use crate::{Delta, Generation, Projection, SharedDelta, StoreError};

/// How many times longer than it takes to make a snapshot it is kept, at least.
const KEPT: u32 = 3;
/// Nobody waits longer than this for a snapshot of their own; they get the one before.
const PATIENCE: Duration = Duration::from_millis(500);

/// So many new quads are sorted into files of their own, which takes a third of the time of writing them one by one.
const MANY: usize = 5_000;

/// The quads on disk. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct DiskQuads {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    folder: PathBuf,
    fixed: Arc<[(NamedNode, Vec<Triple>)]>,
    /// None only while it is made anew.
    store: Option<Store>,
    /// Changes since it was opened.
    changes: u64,
    /// The last generation applied.
    at: Generation,
    snapshot: Option<Arc<Snapshot>>,
    /// How many snapshots there were.
    snapshots: u64,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("folder", &self.folder).field("at", &self.at).finish_non_exhaustive()
    }
}

/// The quads as they were at some moment, in a folder of its own that is deleted when nobody needs it.
#[derive(Debug)]
pub(crate) struct Snapshot {
    folder: PathBuf,
    changes: u64,
    made: Instant,
    cost: Duration,
}

impl Snapshot {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, folder = %self.folder.display(), "cannot delete a snapshot of the quads");
        }
    }
}

impl DiskQuads {
    /// Opens or makes the quads in `folder`.
    pub(crate) fn open(folder: &Path, fixed: Arc<[(NamedNode, Vec<Triple>)]>) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        let snapshots = folder.join("snapshots");
        if snapshots.exists() {
            // Left by a process that was killed.
            fs::remove_dir_all(&snapshots).map_err(StoreError::io("delete", &snapshots))?;
        }
        fs::create_dir_all(&snapshots).map_err(StoreError::io("make", &snapshots))?;
        let mut inner = Inner {
            folder: folder.to_owned(),
            fixed,
            store: None,
            changes: 0,
            at: Generation(0),
            snapshot: None,
            snapshots: 0,
        };
        inner.start()?;
        Ok(Self { inner: Arc::new(Mutex::new(inner)) })
    }

    /// The quads as they are, or as they were a moment ago while they change all the time. May wait a moment.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        loop {
            let mut inner = self.lock();
            let (wait, last) = match &inner.snapshot {
                None => return inner.take_snapshot(),
                Some(last) if last.changes == inner.changes => return Ok(Arc::clone(last)),
                Some(last) => ((last.cost * KEPT).saturating_sub(last.made.elapsed()), Arc::clone(last)),
            };
            if wait.is_zero() {
                return inner.take_snapshot();
            }
            drop(inner);
            if wait > PATIENCE {
                return Ok(last);
            }
            std::thread::sleep(wait);
        }
    }

    /// What there is, and at which generation.
    pub(crate) fn digest(&self) -> Result<(Generation, Digest), StoreError> {
        let inner = self.lock();
        Ok((inner.at, digest(inner.store()?).map_err(failed)?))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Opens the store and brings the fixed graphs up to date.
    fn start(&mut self) -> Result<(), StoreError> {
        let folder = self.folder.join("store");
        let store = Store::open(&folder).map_err(failed)?;
        let list = self.folder.join("fixed.json");
        let before: Vec<String> = match fs::read(&list) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(StoreError::io("read", &list)(error)),
        };
        let names: Vec<_> = self.fixed.iter().map(|(graph, _)| graph.as_str()).collect();
        // The names are written before the graphs, so that none is ever forgotten.
        let all: Vec<_> = before.iter().map(String::as_str).chain(names.iter().copied()).collect();
        self.write(&list, &serde_json::to_vec(&all).map_err(|error| damaged(&error))?)?;
        let mut new = Vec::new();
        for graph in before.iter().filter(|graph| !names.contains(&graph.as_str())) {
            set_graph(&store, &NamedNode::new_unchecked(graph), &[], &mut new).map_err(failed)?;
        }
        for (graph, triples) in self.fixed.iter() {
            set_graph(&store, graph, triples, &mut new).map_err(failed)?;
        }
        store.extend(new).map_err(failed)?;
        self.write(&list, &serde_json::to_vec(&names).map_err(|error| damaged(&error))?)?;
        self.store = Some(store);
        self.changes += 1;
        self.at = self.read_generation()?;
        Ok(())
    }

    fn store(&self) -> Result<&Store, StoreError> {
        self.store
            .as_ref()
            .ok_or_else(|| StoreError::Quads { reason: "it could not be made anew".to_owned() })
    }

    fn take_snapshot(&mut self) -> Result<Arc<Snapshot>, StoreError> {
        let made = Instant::now();
        self.snapshots += 1;
        let folder = self.folder.join("snapshots").join(self.snapshots.to_string());
        self.store()?.backup(&folder).map_err(failed)?;
        let snapshot = Snapshot { folder, changes: self.changes, made: Instant::now(), cost: made.elapsed() };
        let snapshot = Arc::new(snapshot);
        self.snapshot = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// The generation that is in the files for good. What was applied later is applied again after a crash,
    /// which changes nothing.
    fn read_generation(&self) -> Result<Generation, StoreError> {
        let path = self.folder.join("generation");
        match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Generation).map_err(|error| damaged(&error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Generation(0)),
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let part = self.folder.join("unfinished.part");
        let mut file = fs::File::create(&part).map_err(StoreError::io("make", &part))?;
        std::io::Write::write_all(&mut file, bytes).map_err(StoreError::io("write", &part))?;
        file.sync_all().map_err(StoreError::io("sync", &part))?;
        fs::rename(&part, path).map_err(StoreError::io("rename", &part))
    }

    /// While it is filled anew nothing need be compared.
    fn fill(&self, delta: &Delta) -> Result<(), StoreError> {
        let records = delta.records.iter().filter_map(|record| record.now.as_ref()).flat_map(|now| {
            let triples = now.triples.iter().map(|triple| (&now.graph, triple));
            triples.chain(now.report.triples.iter().map(|triple| (&now.report.graph, triple)))
        });
        let shared = delta.shared.iter().filter(|shared| shared.present);
        let all = records.chain(shared.map(|shared| (&shared.graph, &shared.triple)));
        let quads = all.map(|(graph, triple)| {
            Quad::new(triple.subject.clone(), triple.predicate.clone(), triple.object.clone(), graph.clone())
        });
        let mut loader = self.store()?.bulk_loader();
        loader.load_quads(quads).map_err(failed)?;
        loader.commit().map_err(failed)
    }

    /// What is new is written at once, without looking at it again; each graph that changes, on its own: long
    /// transactions that are read from take ever longer.
    fn change(&self, delta: &Delta) -> Result<(), StorageError> {
        let Some(store) = &self.store else { return Ok(()) };
        let mut new = Vec::new();
        for graph in &delta.dropped {
            set_graph(store, graph, &[], &mut new)?;
        }
        for record in &delta.records {
            let (triples, report) = match &record.now {
                Some(now) => (now.triples.as_slice(), now.report.triples.as_slice()),
                None => (&[][..], &[][..]),
            };
            set_graph(store, &record.graph, triples, &mut new)?;
            set_graph(store, &record.report_graph, report, &mut new)?;
        }
        for SharedDelta { graph, triple, present } in &delta.shared {
            if *present {
                new.push(triple.clone().in_graph(graph.clone()));
            } else {
                remove(store, graph, triple)?;
            }
        }
        if new.len() < MANY {
            return store.extend(new);
        }
        let mut loader = store.bulk_loader();
        loader.load_quads(new)?;
        loader.commit()
    }
}

impl Projection for DiskQuads {
    fn name(&self) -> &'static str {
        "quads"
    }

    fn generation(&self) -> Result<Generation, StoreError> {
        self.lock().read_generation()
    }

    fn apply(&mut self, delta: &Delta) -> Result<(), StoreError> {
        let mut inner = self.lock();
        if delta.generation == Generation(0) {
            inner.fill(delta)?;
        } else {
            inner.store()?;
            inner.change(delta).map_err(failed)?;
            inner.at = delta.generation;
        }
        inner.changes += 1;
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        let inner = self.lock();
        if inner.read_generation()? == inner.at {
            return Ok(());
        }
        inner.store()?.flush().map_err(failed)?;
        inner.write(&inner.folder.join("generation"), inner.at.to_string().as_bytes())
    }

    /// Also gives back the space of texts that nothing says any more, which the store itself never does.
    fn clear(&mut self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        for path in [inner.folder.join("generation"), inner.folder.join("fixed.json")] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io("delete", &path)(error));
                }
                _ => {}
            }
        }
        inner.snapshot = None;
        inner.store = None;
        let folder = inner.folder.join("store");
        fs::remove_dir_all(&folder).map_err(StoreError::io("delete", &folder))?;
        inner.start()
    }
}

/// What a store comes to.
fn digest(store: &Store) -> Result<Digest, StorageError> {
    let mut digest = Digest::default();
    for quad in store {
        digest.count(quad?.as_ref());
    }
    Ok(digest)
}

/// Makes a graph consist of these triples. Only what is different is written; if all is new, it is left to be.
fn set_graph(
    store: &Store,
    graph: &NamedNode,
    triples: &[Triple],
    new: &mut Vec<Quad>,
) -> Result<(), StorageError> {
    let name = GraphNameRef::NamedNode(graph.as_ref());
    let mut before = store.quads_for_pattern(None, None, None, Some(name)).peekable();
    if before.peek().is_none() && !triples.is_empty() {
        new.extend(triples.iter().map(|triple| triple.clone().in_graph(graph.clone())));
        return Ok(());
    }
    let mut wanted: HashSet<Cow<'_, Triple>> = triples.iter().map(as_stored).collect();
    let mut transaction = store.start_transaction()?;
    for quad in before {
        let before = Triple::from(quad?);
        if !wanted.remove(&before) {
            transaction.remove(before.as_ref().in_graph(name));
        }
    }
    for triple in &wanted {
        transaction.insert(triple.as_ref().as_ref().in_graph(name));
    }
    if triples.is_empty() {
        transaction.remove_named_graph(graph.as_ref())?;
    }
    transaction.commit()
}

/// The triple that comes back when this one is stored.
pub(crate) fn as_stored(triple: &Triple) -> Cow<'_, Triple> {
    literal::stored(triple).map_or(Cow::Borrowed(triple), Cow::Owned)
}

/// Takes a triple from a graph, and the graph away if it was the last one.
fn remove(store: &Store, graph: &NamedNode, triple: &Triple) -> Result<(), StorageError> {
    let mut transaction = store.start_transaction()?;
    transaction.remove(triple.as_ref().in_graph(graph.as_ref()));
    if transaction.quads_for_pattern(None, None, None, Some(graph.as_ref().into())).next().is_none() {
        transaction.remove_named_graph(graph.as_ref())?;
    }
    transaction.commit()
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: impl ToString) -> StoreError {
    StoreError::Quads { reason: error.to_string() }
}

fn damaged(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Quads { reason: error.to_string() }
}
