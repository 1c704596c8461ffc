//! Completions out of the index's own terms.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::{
    DocAddress, Order, Searcher, Term,
    collector::{Count, TopDocs},
    query::TermQuery,
    schema::IndexRecordOption,
};

use super::{
    SearchError, Suggestion, SuggestionKind, analysis,
    document::{SEPARATOR, Shown, completed},
    schema::Fields,
};
use crate::RecordKey;

/// Terms looked at in one segment, so that one letter does not walk through them all.
const MOST_TERMS: usize = 5_000;

/// Completes a prefix.
pub(super) fn suggest(
    searcher: &Searcher,
    fields: &Fields,
    prefix: &str,
    size: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let folded = analysis::fold(prefix);
    if folded.is_empty() || size == 0 {
        return Ok(Vec::new());
    }
    // How often each completion occurs, and a term for it; counts of terms include removed records until segments
    // are merged.
    let mut found: BTreeMap<(SuggestionKind, String), (u64, String)> = BTreeMap::new();
    let mut titles = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.complete)?;
        let mut stream = index.terms().range().ge(folded.as_bytes()).into_stream()?;
        for _ in 0..MOST_TERMS {
            if !stream.advance() || !stream.key().starts_with(folded.as_bytes()) {
                break;
            }
            let Ok(term) = std::str::from_utf8(stream.key()) else { continue };
            match parts(term) {
                Some((SuggestionKind::Title, _)) => {
                    titles.insert(term.to_owned());
                }
                Some((kind, text)) => {
                    let (count, _) = found.entry((kind, text.to_owned())).or_insert((0, term.to_owned()));
                    *count += u64::from(stream.value().doc_freq);
                }
                None => {}
            }
        }
    }
    let mut ranked: Vec<_> = found.into_iter().collect();
    ranked.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let mut suggestions = Vec::new();
    for ((kind, text), (_, term)) in ranked {
        if suggestions.len() >= size {
            return Ok(suggestions);
        }
        let query = TermQuery::new(Term::from_field_text(fields.complete, &term), IndexRecordOption::Basic);
        let count = searcher.search(&query, &Count)? as u64;
        if count > 0 {
            suggestions.push(Suggestion { text, kind, count, key: None });
        }
    }
    let mut met = BTreeSet::new();
    for term in titles {
        for record in records_with(searcher, fields, &term, size)? {
            if suggestions.len() >= size {
                return Ok(suggestions);
            }
            let Some((text, key)) = title(searcher, fields, record, &term)? else { continue };
            if met.insert((text.clone(), key.clone())) {
                suggestions.push(Suggestion { text, kind: SuggestionKind::Title, count: 1, key: Some(key) });
            }
        }
    }
    Ok(suggestions)
}

/// Kind and text of a completion term; that of a title is empty.
fn parts(term: &str) -> Option<(SuggestionKind, &str)> {
    let mut parts = term.splitn(3, SEPARATOR);
    let _folded = parts.next()?;
    let kind = SuggestionKind::from_letter(parts.next()?)?;
    Some((kind, parts.next().unwrap_or_default()))
}

/// Some records that have a term: the same ones however the index is cut into segments.
fn records_with(
    searcher: &Searcher,
    fields: &Fields,
    term: &str,
    most: usize,
) -> Result<Vec<DocAddress>, SearchError> {
    let query = TermQuery::new(Term::from_field_text(fields.complete, term), IndexRecordOption::Basic);
    let first = TopDocs::with_limit(most).order_by_fast_field::<u64>("tie", Order::Asc);
    Ok(searcher.search(&query, &first)?.into_iter().map(|(_, record)| record).collect())
}

/// The title of a record that a term completes to.
fn title(
    searcher: &Searcher,
    fields: &Fields,
    record: DocAddress,
    term: &str,
) -> Result<Option<(String, RecordKey)>, SearchError> {
    let from_here = term.split(SEPARATOR).next().unwrap_or_default();
    let Shown { source, id, title, .. } = Shown::at(searcher, fields, record)?;
    let mut texts = title.iter().map(|text| completed(&text.value));
    let text = texts.find(|text| analysis::fold(text).ends_with(from_here));
    Ok(text.map(|text| (text.to_owned(), RecordKey::new(source, id))))
}
