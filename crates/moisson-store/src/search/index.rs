//! The index itself: made from the ledger's deltas, asked by the API.

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, Term,
    collector::Count,
    directory::MmapDirectory,
    query::{Query, TermQuery},
    schema::IndexRecordOption,
};

use super::{
    Facet, FacetCount, Hit, SearchError, SearchPage, SearchQuery, Sort, Suggestion, analysis,
    collect::{Collected, CountValues, FirstAfter, Gathered, Place},
    document::{Shown, document, key_term},
    highlight,
    query::{Typed, filters, together},
    schema::{Fields, VERSION, schema},
    suggest,
};
use crate::{
    Delta, Generation, Projection, RecordKey, StoreError,
    copies::{Folding, SharedFolding},
};

/// Fewer hits than this, and misspelt words are looked for as well.
const FEW: u64 = 3;

/// The search index. Clones share it.
#[derive(Clone)]
pub struct SearchIndex {
    inner: Arc<Inner>,
}

struct Inner {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<Writing>,
    folding: OnceLock<SharedFolding>,
}

struct Writing {
    writer: IndexWriter,
    /// What is applied, of which what is committed is a part.
    applied: Generation,
    committed: Generation,
}

impl fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchIndex").finish_non_exhaustive()
    }
}

impl SearchIndex {
    /// Opens the index in a folder, or makes an empty one. One of another version is made anew, empty.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open(folder: &Path, heap_bytes: usize) -> Result<Self, StoreError> {
        let folder = folder.join(format!("v{VERSION}"));
        std::fs::create_dir_all(&folder).map_err(StoreError::io("make", &folder))?;
        let (schema, fields) = schema();
        let directory = MmapDirectory::open(&folder).map_err(|error| failed("open", &error))?;
        let index = Index::builder()
            .schema(schema)
            .tokenizers(analysis::tokenizers())
            .open_or_create(directory)
            .map_err(|error| failed("open", &error))?;
        let writer: IndexWriter = index
            .writer_with_num_threads(1, heap_bytes)
            .map_err(|error| failed("open for writing", &error))?;
        // What a killed process wrote and did not commit would be in the way when the same is written again.
        writer.garbage_collect_files().wait().map_err(|error| failed("clean", &error))?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error: tantivy::TantivyError| failed("read", &error))?;
        let metas = index.load_metas().map_err(|error| failed("read", &error))?;
        let committed = Generation(metas.payload.and_then(|text| text.parse().ok()).unwrap_or_default());
        let writing = Writing { writer, applied: committed, committed };
        let inner = Inner { fields, reader, writer: Mutex::new(writing), folding: OnceLock::new() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Folds copies in searches by this from now on. To be called once.
    #[must_use]
    pub(crate) fn folded_by(self, folding: SharedFolding) -> Self {
        if self.inner.folding.set(folding).is_err() {
            tracing::debug!("the index was folded already");
        }
        self
    }

    /// What a search folds by; nothing if it shall not.
    fn folding(&self, query: &SearchQuery) -> Arc<Folding> {
        let folding = self.inner.folding.get().filter(|_| query.fold);
        folding.map(SharedFolding::get).unwrap_or_default()
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        // A panic while writing leaves the writer usable: what it did is not committed.
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Searches.
    ///
    /// # Errors
    /// When the cursor is not one of ours, or the index cannot be read.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchPage, SearchError> {
        let searcher = self.inner.reader.searcher();
        let typed = Typed::parse(&query.text);
        let sort = match query.sort {
            Sort::Relevance if typed.is_empty() => Sort::Modified,
            sort => sort,
        };
        let (after, forced) = match &query.cursor {
            Some(cursor) => {
                let (place, fuzzy) = cursor_from(cursor, sort)?;
                (Some(place), Some(fuzzy))
            }
            None => (None, None),
        };
        let size = query.size.min(SearchQuery::MAX_SIZE);
        let folding = self.folding(query);
        let collector = FirstAfter { sort, after, most: size + 1, folding: Arc::clone(&folding) };
        let (mut fuzzy, mut words) = (forced.unwrap_or(false), self.words(&typed, forced.unwrap_or(false)));
        let (mut total, mut found) = self.collect(&searcher, query, words.as_ref(), &collector)?;
        if forced.is_none() && total < FEW && !typed.wanted.is_empty() {
            let wider = self.words(&typed, true);
            let (more, others) = self.collect(&searcher, query, wider.as_ref(), &collector)?;
            if more > total {
                (fuzzy, words, total, found) = (true, wider, more, others);
            }
        }
        let next = (found.len() > size)
            .then(|| found.get(size.saturating_sub(1)).map(|last| cursor_to(&last.place, sort, fuzzy)))
            .flatten();
        found.truncate(size);
        let hits = found
            .iter()
            .map(|hit| self.hit(&searcher, hit, query, (&typed, fuzzy)))
            .collect::<Result<_, _>>()?;
        let facets = self.facets(&searcher, query, words.as_ref(), &folding)?;
        Ok(SearchPage { total, hits, facets, next, fuzzy, generation: self.writing().committed })
    }

    fn words(&self, typed: &Typed, fuzzy: bool) -> Box<dyn Query> {
        typed.query(&self.inner.fields, fuzzy)
    }

    fn collect(
        &self,
        searcher: &Searcher,
        query: &SearchQuery,
        words: &dyn Query,
        collector: &FirstAfter,
    ) -> Result<(u64, Vec<Collected>), SearchError> {
        let all = together(words.box_clone(), filters(&self.inner.fields, query, None));
        let Gathered { total, hits, .. } = searcher.search(&all, collector)?;
        Ok((total, hits))
    }

    fn hit(
        &self,
        searcher: &Searcher,
        hit: &Collected,
        query: &SearchQuery,
        (typed, fuzzy): (&Typed, bool),
    ) -> Result<Hit, SearchError> {
        let Shown { source, id, title, description } = Shown::at(searcher, &self.inner.fields, hit.address)?;
        let lang = query.lang.as_deref();
        let title = highlight::choose(&title, lang).cloned().unwrap_or_default();
        let description = highlight::choose(&description, lang).map_or("", |text| text.value.as_str());
        let form = (fuzzy, query.highlight);
        Ok(Hit {
            key: RecordKey { source, id },
            score: hit.score,
            title: highlight::whole(&title.value, typed, form),
            lang: title.lang,
            snippet: highlight::passage(description, typed, form),
        })
    }

    /// Counts facets. One with a filter of its own is counted as if it had none, so that its other values show.
    fn facets(
        &self,
        searcher: &Searcher,
        query: &SearchQuery,
        words: &dyn Query,
        folding: &Arc<Folding>,
    ) -> Result<BTreeMap<Facet, Vec<FacetCount>>, SearchError> {
        let is_filtered = |facet: &Facet| query.filters.get(facet).is_some_and(|values| !values.is_empty());
        let (own, common): (Vec<Facet>, Vec<Facet>) =
            query.facets.iter().partition(|facet| is_filtered(facet));
        let mut counted = BTreeMap::new();
        let groups = own.into_iter().map(|facet| (Some(facet), vec![facet])).chain([(None, common)]);
        for (but, facets) in groups.filter(|(_, facets)| !facets.is_empty()) {
            let all = together(words.box_clone(), filters(&self.inner.fields, query, but));
            let fields = facets.iter().map(|facet| facet.as_str()).collect();
            let mut counts =
                searcher.search(&all, &CountValues { fields, folding: Arc::clone(folding) })?.counts;
            for facet in facets {
                let values = counts.remove(facet.as_str()).unwrap_or_default();
                counted.insert(facet, most_frequent(values, query.facet_size));
            }
        }
        Ok(counted)
    }

    /// Completes what somebody is typing: keywords, publishers and titles, most frequent first.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn suggest(&self, prefix: &str, size: usize) -> Result<Vec<Suggestion>, SearchError> {
        suggest::suggest(&self.inner.reader.searcher(), &self.inner.fields, prefix, size)
    }

    /// How many records are in the index, as committed.
    pub fn len(&self) -> u64 {
        self.inner.reader.searcher().num_docs()
    }

    /// Whether no record is in the index.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a record is in the index, as committed.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn contains(&self, key: &RecordKey) -> Result<bool, SearchError> {
        let term = Term::from_field_text(self.inner.fields.key, &key_term(key));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        Ok(self.inner.reader.searcher().search(&query, &Count)? > 0)
    }
}

impl Projection for SearchIndex {
    fn name(&self) -> &'static str {
        "search index"
    }

    fn generation(&self) -> Result<Generation, StoreError> {
        Ok(self.writing().committed)
    }

    fn apply(&mut self, delta: &Delta) -> Result<(), StoreError> {
        let fields = self.inner.fields.clone();
        let mut writing = self.writing();
        for record in &delta.records {
            writing.writer.delete_term(Term::from_field_text(fields.key, &key_term(&record.key)));
            if let Some(now) = &record.now {
                let document = document(&fields, now).map_err(|error| {
                    failed("write to", &tantivy::TantivyError::InternalError(error.to_string()))
                })?;
                writing.writer.add_document(document).map_err(|error| failed("write to", &error))?;
            }
        }
        writing.applied = delta.generation;
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        {
            let mut writing = self.writing();
            if writing.applied == writing.committed {
                return Ok(());
            }
            let generation = writing.applied;
            let mut prepared = writing.writer.prepare_commit().map_err(|error| failed("commit", &error))?;
            prepared.set_payload(&generation.to_string());
            prepared.commit().map_err(|error| failed("commit", &error))?;
            writing.committed = generation;
        }
        self.inner.reader.reload().map_err(|error| failed("read", &error))
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        {
            let mut writing = self.writing();
            writing.writer.delete_all_documents().map_err(|error| failed("empty", &error))?;
            let mut prepared = writing.writer.prepare_commit().map_err(|error| failed("commit", &error))?;
            prepared.set_payload("0");
            prepared.commit().map_err(|error| failed("commit", &error))?;
            (writing.applied, writing.committed) = (Generation(0), Generation(0));
        }
        self.inner.reader.reload().map_err(|error| failed("read", &error))
    }
}

fn failed(what: &'static str, error: &dyn fmt::Display) -> StoreError {
    StoreError::Index { reason: format!("cannot {what} it: {error}") }
}

fn most_frequent(counts: BTreeMap<String, u64>, size: usize) -> Vec<FacetCount> {
    let size = if size == 0 { 20 } else { size.min(SearchQuery::MAX_VALUES) };
    let mut counts: Vec<FacetCount> =
        counts.into_iter().map(|(value, count)| FacetCount { value, count }).collect();
    // Stable, so that equals stay in the order of their names.
    counts.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    counts.truncate(size);
    counts
}

/// A cursor: the order, whether misspelt words count, and the place of the last hit.
fn cursor_to(place: &Place, sort: Sort, fuzzy: bool) -> String {
    // Plain values in memory: writing them as JSON does not fail; were it to, the cursor would be refused.
    hex::encode(serde_json::to_vec(&(sort, fuzzy, place)).unwrap_or_default())
}

fn cursor_from(cursor: &str, sort: Sort) -> Result<(Place, bool), SearchError> {
    let bytes = hex::decode(cursor).map_err(|_| SearchError::Cursor)?;
    let (its_sort, fuzzy, place): (Sort, bool, Place) =
        serde_json::from_slice(&bytes).map_err(|_| SearchError::Cursor)?;
    if its_sort == sort { Ok((place, fuzzy)) } else { Err(SearchError::Cursor) }
}
