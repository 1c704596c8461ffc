//! The store: the ledger and what is made from it.

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use moisson_dcat::{same::Likeness, serialise::Syntax};
use oxrdf::{NamedNode, Triple};

use crate::{
    Batch, Broken, Committed, Counts, Delta, FixedFromNotes, Generation, HistoryEntry, Life, Projection, Raw,
    RecordKey, RequestHash, Run, RunGraph, RunId, StandingFromNotes, StoreError, StoredRecord,
    copies::{Copies, CopyGroup, CopyOptions, SharedFolding},
    export::{self, Export},
    fixed::Fixed,
    follow::Followers,
    ledger::{self, Ledger},
    lock::FolderLock,
    quads::{DiskQuads, QuadsIn},
    search::SearchIndex,
    sparql::{QuadSource, QueryService, WorkerCommand},
    verify::{self, Agreement},
};

/// Memory of the search index's writer.
const SEARCH_HEAP_BYTES: usize = 50_000_000;

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Memory for pages of the ledger's database, in bytes.
    pub cache_bytes: u64,
    /// How long the ledger's journal may grow before all is written anew as a checkpoint, in bytes; at least as
    /// long as twice the last checkpoint.
    pub journal_bytes: u64,
    /// Graphs that no record says, such as vocabularies, shapes and the portal's own description. They are
    /// among the quads, and not in the ledger.
    pub fixed: Vec<(NamedNode, Vec<Triple>)>,
    /// More of them, made of notes.
    pub fixed_from_notes: Option<FixedFromNotes>,
    /// Where the quads are.
    pub quads: QuadsIn,
    /// How the process that evaluates queries is started; none for this very program with `query-worker`.
    pub worker: Option<WorkerCommand>,
    /// How copies of one dataset are recognised.
    pub copies: CopyOptions,
    /// What sources are that only notes know.
    pub standing_from_notes: Option<StandingFromNotes>,
    /// How many queries may be under way at a time; further ones wait a moment.
    pub queries: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 32 << 20,
            journal_bytes: 128 << 20,
            fixed: Vec::new(),
            fixed_from_notes: None,
            quads: QuadsIn::Memory,
            worker: None,
            copies: CopyOptions::default(),
            standing_from_notes: None,
            queries: 4,
        }
    }
}

/// What is being done while the store opens or is rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is being filled: `search index`, `quads`.
    pub what: &'static str,
    /// Records done.
    pub done: u64,
    /// Records in all.
    pub total: u64,
}

/// All that was harvested: an open data folder. Clones share it.
///
/// Everything here blocks on files except where it says otherwise; asynchronous callers use
/// `spawn_blocking`.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    ledger: Arc<Ledger>,
    search: SearchIndex,
    copies: Copies,
    /// What is made from the ledger within this process.
    followers: Followers,
    quads: QuadsIn,
    fixed: Fixed,
    fixed_from_notes: Option<FixedFromNotes>,
    /// Held while graphs are made anew of notes, so that the last ones stay.
    renewing: Mutex<()>,
    sparql: QueryService,
    _lock: FolderLock,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or makes the store in `folder`, and brings what is behind up to date.
    ///
    /// # Errors
    /// When another process has the folder, when it cannot be read or written, or when it is damaged.
    pub fn open(
        folder: &Path,
        options: &StoreOptions,
        progress: &dyn Fn(Progress),
    ) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        let lock = FolderLock::take(folder)?;
        let ledger =
            Arc::new(Ledger::open(&folder.join("ledger"), options.cache_bytes, options.journal_bytes)?);
        let folding = SharedFolding::default();
        // First, since what it changes in the ledger is for the others to follow.
        let mut copies = options.copies.clone();
        if let Some(StandingFromNotes { area, read }) = &options.standing_from_notes {
            let notes: Vec<_> = ledger.notes(area, None).collect::<Result<_, _>>()?;
            for (source, standing) in read(&notes) {
                copies.standing.entry(source).or_insert(standing);
            }
        }
        let copies = Copies::open(copies, folding.clone(), &ledger, progress)?;
        let search = SearchIndex::open(&folder.join("search"), SEARCH_HEAP_BYTES)?.folded_by(folding);
        let mut projections: Vec<Box<dyn Projection>> = vec![Box::new(search.clone())];
        let noted = match &options.fixed_from_notes {
            Some(FixedFromNotes { area, make }) => {
                make(&ledger.notes(area, None).collect::<Result<Vec<_>, _>>()?)
            }
            None => Vec::new(),
        };
        let fixed = Fixed::new(options.fixed.clone(), noted);
        let source = match options.quads {
            QuadsIn::Memory => QuadSource::Memory { ledger: Arc::clone(&ledger), fixed: fixed.clone() },
            QuadsIn::Disk => {
                let quads = DiskQuads::open(&folder.join("quads"), fixed.now())?;
                projections.push(Box::new(quads.clone()));
                QuadSource::Disk(quads)
            }
        };
        let mut followers = Followers::default();
        for projection in projections {
            followers.add(projection, &ledger, progress)?;
        }
        let worker = match &options.worker {
            Some(worker) => worker.clone(),
            None => WorkerCommand::this_program().map_err(StoreError::io("find", "the program that runs"))?,
        };
        let sparql = QueryService::new(source, worker, options.queries.max(1));
        let inner = Inner {
            folder: folder.to_owned(),
            ledger,
            search,
            copies,
            followers,
            quads: options.quads,
            fixed,
            fixed_from_notes: options.fixed_from_notes.clone(),
            renewing: Mutex::default(),
            sparql,
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Stores a batch: all of it, durably, or nothing. One batch at a time; others wait.
    ///
    /// # Errors
    /// When the batch makes no sense or cannot be written.
    pub fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.inner.ledger.commit(batch, |delta| {
            self.inner.copies.follow(&delta);
            self.follow(delta);
        })
    }

    /// The ledger itself.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    /// Makes the graphs that are made of notes anew, after notes of these areas changed.
    pub(crate) fn renew_fixed(&self, areas: &[&str]) -> Result<(), StoreError> {
        let Some(FixedFromNotes { area, make }) = &self.inner.fixed_from_notes else { return Ok(()) };
        if !areas.contains(area) {
            return Ok(());
        }
        let _alone = self.inner.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        let notes: Vec<_> = self.inner.ledger.notes(area, None).collect::<Result<_, _>>()?;
        let different = self.inner.fixed.replace(make(&notes));
        if different.is_empty() {
            Ok(())
        } else {
            self.inner.sparql.renew_fixed(different, &self.inner.fixed)
        }
    }

    fn follow(&self, mut delta: Delta) {
        if self.inner.quads == QuadsIn::Memory {
            // Whoever holds the quads reads the ledger, and a search index needs none of them to wait in memory.
            delta.forget_statements();
        }
        self.inner.followers.follow(delta);
        self.inner.sparql.follow();
    }

    /// The search index: shows what was committed before the last [`Store::settle`].
    pub fn search(&self) -> &SearchIndex {
        &self.inner.search
    }

    /// Makes what was committed visible in searches. To be called at the end of a run and every few seconds
    /// within one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.inner.copies.settle(&self.inner.ledger, &|delta| self.follow(delta))?;
        self.inner.followers.settle(&self.inner.ledger)?;
        self.inner.ledger.tidy()
    }

    /// Makes all anew that is made from the ledger.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn rebuild(&self, progress: &dyn Fn(Progress)) -> Result<(), StoreError> {
        self.inner.copies.rebuild(&self.inner.ledger, &|delta| self.follow(delta), progress)?;
        self.inner.followers.rebuild(&self.inner.ledger, progress)
    }

    /// Queries on the quads.
    pub fn sparql(&self) -> &QueryService {
        &self.inner.sparql
    }

    /// Whether the record is there and its raw bytes and the mapping are as these: then nothing need be done.
    ///
    /// # Errors
    /// When the ledger cannot be read, as for all methods below.
    pub fn unchanged(&self, key: &RecordKey, raw: &[u8], mapping_version: u32) -> Result<bool, StoreError> {
        self.inner.ledger.unchanged(key, raw, mapping_version)
    }

    /// The fingerprint of the record, if it is there: if the new one is the same and shapes and mapping are as
    /// before, it need not be validated again.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn fingerprint(&self, key: &RecordKey) -> Result<Option<[u8; 32]>, StoreError> {
        self.inner.ledger.fingerprint(key)
    }

    /// A record; if it is gone, its last content.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn record(&self, key: &RecordKey) -> Result<Option<StoredRecord>, StoreError> {
        self.inner.ledger.record(key)
    }

    /// The record with this IRI; if it is gone, its last content.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn record_by_iri(&self, iri: &str) -> Result<Option<StoredRecord>, StoreError> {
        match self.inner.ledger.key_of(iri)? {
            None => Ok(None),
            Some(key) => self.inner.ledger.record(&key),
        }
    }

    /// The record as its source sent it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn raw(&self, key: &RecordKey) -> Result<Option<Raw>, StoreError> {
        self.inner.ledger.raw(key)
    }

    /// What happened to the record, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn history(&self, key: &RecordKey) -> Result<Vec<HistoryEntry>, StoreError> {
        self.inner.ledger.history(key)
    }

    /// The records that are there, in the order of keys: at most `limit` after `after`, of one source or all.
    /// Gives stable pages: what comes or goes elsewhere shifts nothing.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn records_after(
        &self,
        source: Option<&str>,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        self.inner.ledger.records(source, after, false).take(limit).collect()
    }

    /// The keys of records that are there, in order: at most `limit` after `after`. Cheaper than the records.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn keys_after(
        &self,
        source: Option<&str>,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<RecordKey>, StoreError> {
        self.inner.ledger.keys_after(source, after).take(limit).collect()
    }

    /// The keys of the last records that are there up to `up_to` (itself included), or of all: at most `limit`,
    /// in order. For the way back through pages.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn keys_up_to(
        &self,
        source: Option<&str>,
        up_to: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<RecordKey>, StoreError> {
        let keys: Result<Vec<_>, _> = self.inner.ledger.keys_back(source, up_to).take(limit).collect();
        keys.map(|mut keys| {
            keys.reverse();
            keys
        })
    }

    /// The records that are gone, in the order of keys, like [`Store::records_after`].
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn gone_after(
        &self,
        source: Option<&str>,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        self.inner.ledger.records(source, after, true).take(limit).collect()
    }

    /// All records that are there, one by one, in the order of keys.
    pub fn records<'a>(
        &'a self,
        source: Option<&str>,
    ) -> impl Iterator<Item = Result<StoredRecord, StoreError>> + use<'a> {
        self.inner.ledger.records(source, None, false)
    }

    /// When and by whom the records of a source that are there were made, without their content.
    pub fn lives<'a>(&'a self, source: &str) -> impl Iterator<Item = Result<Life, StoreError>> + use<'a> {
        self.inner.ledger.lives(source)
    }

    /// The ids of the records of a source that are there, in order.
    pub fn known_ids<'a>(
        &'a self,
        source: &str,
    ) -> impl Iterator<Item = Result<String, StoreError>> + use<'a> {
        self.inner.ledger.known_ids(source)
    }

    /// What the records say together about a thing in a shared graph; of all things in it without `subject`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn shared(&self, graph: &NamedNode, subject: Option<&NamedNode>) -> Result<Vec<Triple>, StoreError> {
        self.inner
            .ledger
            .shared(Some((graph, subject)))
            .map(|item| item.map(|(_, triple, _)| triple))
            .collect()
    }

    /// The same with how many records say each.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn shared_counted<'a>(
        &'a self,
        graph: &NamedNode,
        subject: Option<&NamedNode>,
    ) -> impl Iterator<Item = Result<(Triple, u64), StoreError>> + use<'a> {
        let about = self.inner.ledger.shared(Some((graph, subject)));
        about.map(|item| item.map(|(_, triple, count)| (triple, count)))
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = self.inner.ledger.counts()?;
        counts.fixed_quads = self.inner.fixed.now().iter().map(|(_, triples)| triples.len() as u64).sum();
        counts.quads += counts.fixed_quads;
        Ok(counts)
    }

    /// The generation that the ledger is at: another number means that something that is served changed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn generation(&self) -> Result<Generation, StoreError> {
        self.inner.ledger.generation()
    }

    /// The last generation that changed a record, and not only the report of a run.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn records_generation(&self) -> Result<Generation, StoreError> {
        self.inner.ledger.records_generation()
    }

    /// The records that each generation after `from` touched, oldest first, at most `limit` generations. The
    /// log goes 10,000 generations back.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn changes_since(
        &self,
        from: Generation,
        limit: usize,
    ) -> Result<std::collections::BTreeMap<Generation, Vec<RecordKey>>, StoreError> {
        self.inner.ledger.changes_since(from, limit)
    }

    /// The checkpoint of the source's unfinished run, if there is one.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn checkpoint(&self, source: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.ledger.checkpoint_of(source)
    }

    /// The ids that the source's unfinished run has met, as its batches said them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn seen(&self, source: &str) -> Result<Vec<String>, StoreError> {
        self.inner.ledger.seen(source)
    }

    /// What is remembered of a request.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reading(&self, source: &str, request: &RequestHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.ledger.reading(source, request)
    }

    /// The state of a source, as its last batch with one said it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn source_state(&self, source: &str) -> Result<Option<serde_json::Value>, StoreError> {
        self.inner.ledger.state(source)
    }

    /// The last runs of a source, or of all, newest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn runs(&self, source: Option<&str>) -> Result<Vec<Run>, StoreError> {
        self.inner.ledger.runs(source)
    }

    /// One run.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn run(&self, source: &str, run: &RunId) -> Result<Option<Run>, StoreError> {
        self.inner.ledger.run(source, run)
    }

    /// What is said of a run in RDF.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn run_graph(&self, source: &str, run: &RunId) -> Result<Option<RunGraph>, StoreError> {
        self.inner.ledger.run_graph(source, run)
    }

    /// What a run set aside, in the order in which it did.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn broken(&self, source: &str, run: &RunId) -> Result<Vec<Broken>, StoreError> {
        self.inner.ledger.broken(source, run)
    }

    /// The group of copies that a record is in, as of the last [`Store::settle`].
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn copies(&self, key: &RecordKey) -> Result<Option<CopyGroup>, StoreError> {
        self.inner.ledger.group_of(key)
    }

    /// All groups of copies, in the order of their authoritative records.
    pub fn copy_groups(&self) -> impl Iterator<Item = Result<CopyGroup, StoreError>> + use<'_> {
        self.inner.ledger.groups()
    }

    /// Bytes of the ledger on disk.
    ///
    /// # Errors
    /// When it cannot be found out.
    pub fn ledger_bytes(&self) -> Result<u64, StoreError> {
        self.inner.ledger.size_on_disk()
    }

    /// Looks whether ledger, quads and index say the same, record by record and quad by quad. Starts the process
    /// that holds the quads if need be. To be called while nothing is committed.
    ///
    /// # Errors
    /// When one of them cannot be read; what does not agree is no error.
    pub fn verify(&self) -> Result<Agreement, StoreError> {
        let mut agreement = Agreement::default();
        let ledger = &self.inner.ledger;
        let search = &self.inner.search;
        self.settle()?;
        let mut likenesses = Vec::new();
        let mut each = |record: &StoredRecord, agreement: &mut Agreement| {
            let likeness = Likeness::of(record.iri.as_str(), &record.resource);
            likenesses.extend(likeness.map(|likeness| (record.key.clone(), likeness)));
            let found = search.contains(&record.key);
            if !found.map_err(|error| StoreError::Index { reason: error.to_string() })? {
                agreement.fault(format!("record `{}` is not in the search index", record.key));
            }
            Ok(())
        };
        let expected =
            verify::ledger(ledger, (self.inner.quads, &self.inner.fixed.now()), &mut agreement, &mut each)?;
        verify::copies(ledger, &self.inner.copies.given_all(&likenesses), &mut agreement)?;
        let generation = ledger.generation()?;
        agreement.same("generation of the search index", &search.generation()?, &generation);
        let (records, found) = (agreement.records, search.len());
        agreement.same("records in the search index", &found, &records);
        let (at, found) = self.inner.sparql.digest()?;
        agreement.same("generation of the quads", &at, &generation);
        agreement.same("quads", &found, &expected);
        Ok(agreement)
    }

    /// Writes the catalogue as RDF, record by record, and gives the number of statements. What is committed
    /// meanwhile may be in it or not.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `to` not be written.
    pub fn export(&self, what: &Export, syntax: Syntax, to: impl Write) -> Result<u64, StoreError> {
        export::write(&self.inner.ledger, &self.inner.fixed.now(), what, syntax, to)
    }

    /// Writes a backup of the ledger to a file that must not exist. Harvests and queries go on meanwhile.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let unfinished = to.with_extension("part");
        let mut file = std::fs::File::create_new(&unfinished).map_err(StoreError::io("make", &unfinished))?;
        self.inner.ledger.backup(&mut file, &unfinished)?;
        file.sync_all().map_err(StoreError::io("sync", &unfinished))?;
        if to.exists() {
            return Err(StoreError::io("write", to)(std::io::ErrorKind::AlreadyExists.into()));
        }
        std::fs::rename(&unfinished, to).map_err(StoreError::io("rename", &unfinished))
    }

    /// Makes a data folder from a backup. The folder must be empty or not exist.
    ///
    /// # Errors
    /// When the backup is damaged, or the folder is not empty or cannot be written.
    pub fn restore(from: &Path, folder: &Path) -> Result<(), StoreError> {
        std::fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        let mut items = std::fs::read_dir(folder).map_err(StoreError::io("read", folder))?;
        if items.next().is_some() {
            return Err(StoreError::io("restore into", folder)(std::io::ErrorKind::DirectoryNotEmpty.into()));
        }
        ledger::restore(from, &folder.join("ledger"))
    }
}
