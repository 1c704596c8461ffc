//! Quads on disk: one writer here, and read-only snapshots for the processes that answer queries.

use std::{
    borrow::Cow,
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
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

/// So many new quads are gathered before they are written, some 100 MB: each load makes nine files, and many small
/// ones cost more to merge than to write. As many again may be on their way to the disk.
const GATHERED: usize = 200_000;

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
    /// New quads that are not in the store yet, and their graphs.
    new: Vec<Quad>,
    new_graphs: HashSet<NamedNode>,
    /// Those that are on their way.
    loading: Option<Loading>,
    /// Whether some of them could not be written, so that the ledger has to give them once more.
    lost: bool,
    /// Changes since it was opened.
    changes: u64,
    /// The last generation applied.
    at: Generation,
    snapshot: Option<Arc<Snapshot>>,
    /// How many snapshots there were.
    snapshots: u64,
}

struct Loading {
    graphs: HashSet<NamedNode>,
    thread: JoinHandle<Result<(), StorageError>>,
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

impl Drop for Inner {
    /// Nobody is at the files any more when this is gone. What could not be written comes again from the ledger.
    fn drop(&mut self) {
        let _told = self.wait();
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
            new: Vec::new(),
            new_graphs: HashSet::new(),
            loading: None,
            lost: false,
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
            thread::sleep(wait);
        }
    }

    /// Other graphs that no record says take the place of those that there were.
    pub(crate) fn renew_fixed(&self, fixed: Arc<[(NamedNode, Vec<Triple>)]>) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.fixed = fixed;
        inner.write_fixed()
    }

    /// What there is, and at which generation.
    pub(crate) fn digest(&self) -> Result<(Generation, Digest), StoreError> {
        let mut inner = self.lock();
        inner.write_new()?;
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
        self.store = Some(Store::open(&folder).map_err(failed)?);
        self.write_fixed()?;
        self.at = self.read_generation()?;
        Ok(())
    }

    /// Brings the fixed graphs up to date.
    fn write_fixed(&mut self) -> Result<(), StoreError> {
        let list = self.folder.join("fixed.json");
        let before: Vec<String> = match fs::read(&list) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(StoreError::io("read", &list)(error)),
        };
        let fixed = Arc::clone(&self.fixed);
        let names: Vec<_> = fixed.iter().map(|(graph, _)| graph.as_str()).collect();
        // The names are written before the graphs, so that none is ever forgotten.
        let all: Vec<_> = before.iter().map(String::as_str).chain(names.iter().copied()).collect();
        self.write(&list, &serde_json::to_vec(&all).map_err(|error| damaged(&error))?)?;
        for graph in before.iter().filter(|graph| !names.contains(&graph.as_str())) {
            self.set_graph(&NamedNode::new_unchecked(graph), &[])?;
        }
        for (graph, triples) in fixed.iter() {
            self.set_graph(graph, triples)?;
        }
        self.write_new()?;
        self.write(&list, &serde_json::to_vec(&names).map_err(|error| damaged(&error))?)?;
        self.changes += 1;
        Ok(())
    }

    fn store(&self) -> Result<&Store, StoreError> {
        self.store
            .as_ref()
            .ok_or_else(|| StoreError::Quads { reason: "it could not be made anew".to_owned() })
    }

    fn take_snapshot(&mut self) -> Result<Arc<Snapshot>, StoreError> {
        let made = Instant::now();
        self.write_new()?;
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
    fn fill(&mut self, delta: &Delta) -> Result<(), StoreError> {
        for now in delta.records.iter().filter_map(|record| record.now.as_ref()) {
            self.add(&now.graph, &now.triples);
            self.add(&now.report.graph, &now.report.triples);
        }
        for SharedDelta { graph, triple, .. } in delta.shared.iter().filter(|shared| shared.present) {
            self.add(graph, std::slice::from_ref(triple));
        }
        self.write_new_if_many()
    }

    fn change(&mut self, delta: &Delta) -> Result<(), StoreError> {
        for graph in &delta.dropped {
            self.set_graph(graph, &[])?;
        }
        for record in &delta.records {
            let (triples, report) = match &record.now {
                Some(now) => (now.triples.as_slice(), now.report.triples.as_slice()),
                None => (&[][..], &[][..]),
            };
            self.set_graph(&record.graph, triples)?;
            self.set_graph(&record.report_graph, report)?;
        }
        for SharedDelta { graph, triple, present } in &delta.shared {
            if *present {
                self.add(graph, std::slice::from_ref(triple));
            } else {
                self.write_graph(graph)?;
                remove(self.store()?, graph, triple).map_err(failed)?;
            }
        }
        self.write_new_if_many()
    }

    /// Makes a graph consist of these triples: of one that is new, all are written without looking at them again; of
    /// one that changes, only what is different, on its own: long transactions that are read from take ever longer.
    fn set_graph(&mut self, graph: &NamedNode, triples: &[Triple]) -> Result<(), StoreError> {
        self.write_graph(graph)?;
        let name = GraphNameRef::NamedNode(graph.as_ref());
        let is_new = self.store()?.quads_for_pattern(None, None, None, Some(name)).next().is_none();
        if is_new {
            self.add(graph, triples);
            return Ok(());
        }
        replace(self.store()?, graph, triples).map_err(failed)
    }

    fn add(&mut self, graph: &NamedNode, triples: &[Triple]) {
        if !triples.is_empty() {
            self.new_graphs.insert(graph.clone());
            self.new.extend(triples.iter().map(|triple| triple.clone().in_graph(graph.clone())));
        }
    }

    fn write_new_if_many(&mut self) -> Result<(), StoreError> {
        if self.new.len() < GATHERED { Ok(()) } else { self.begin_to_write() }
    }

    /// Writes what there is of a graph, if any of it is not in the store yet.
    fn write_graph(&mut self, graph: &NamedNode) -> Result<(), StoreError> {
        if self.new_graphs.contains(graph) {
            self.write_new()
        } else if self.loading.as_ref().is_some_and(|loading| loading.graphs.contains(graph)) {
            self.wait()
        } else {
            Ok(())
        }
    }

    fn write_new(&mut self) -> Result<(), StoreError> {
        self.begin_to_write()?;
        self.wait()
    }

    /// Writes what is new while others go on.
    fn begin_to_write(&mut self) -> Result<(), StoreError> {
        self.wait()?;
        let store = self.store()?.clone();
        let (graphs, new) = (std::mem::take(&mut self.new_graphs), std::mem::take(&mut self.new));
        let thread = thread::spawn(move || load(&store, new));
        self.loading = Some(Loading { graphs, thread });
        Ok(())
    }

    /// Waits for what is being written.
    fn wait(&mut self) -> Result<(), StoreError> {
        let Some(loading) = self.loading.take() else { return Ok(()) };
        let written = match loading.thread.join() {
            Ok(written) => written.map_err(failed),
            Err(_) => Err(failed("the thread that wrote panicked")),
        };
        self.lost |= written.is_err();
        written
    }

    /// Says once that something was lost; then all since the last generation that is in the files comes again.
    fn find_lost(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.lost) {
            self.new.clear();
            self.new_graphs.clear();
            return Err(failed("an earlier change could not be written"));
        }
        Ok(())
    }
}

fn load(store: &Store, new: Vec<Quad>) -> Result<(), StorageError> {
    if new.len() < MANY {
        return store.extend(new);
    }
    let mut loader = store.bulk_loader();
    loader.load_quads(new)?;
    loader.commit()
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
        inner.find_lost()?;
        if delta.generation == Generation(0) {
            inner.fill(delta)?;
        } else {
            inner.change(delta)?;
            inner.at = delta.generation;
        }
        inner.changes += 1;
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.find_lost()?;
        if inner.read_generation()? == inner.at {
            return Ok(());
        }
        inner.write_new()?;
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
        // It is all made anew, whether the last of it was written or not.
        let _told = inner.wait();
        inner.snapshot = None;
        inner.store = None;
        inner.new.clear();
        inner.new_graphs.clear();
        inner.lost = false;
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

/// Makes a graph consist of these triples.
fn replace(store: &Store, graph: &NamedNode, triples: &[Triple]) -> Result<(), StorageError> {
    let name = GraphNameRef::NamedNode(graph.as_ref());
    let before = store.quads_for_pattern(None, None, None, Some(name));
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
