//! Completions out of the index's own terms.

use std::collections::BTreeMap;

use tantivy::{Searcher, Term, collector::Count, query::TermQuery, schema::IndexRecordOption};

use super::{SearchError, Suggestion, SuggestionKind, analysis, document::SEPARATOR, schema::Fields};
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
    // How often each completion occurs; counts of terms include removed records until segments are merged.
    let mut found: BTreeMap<(SuggestionKind, String, String), (u64, Vec<String>)> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.complete)?;
        let mut stream = index.terms().range().ge(folded.as_bytes()).into_stream()?;
        for _ in 0..MOST_TERMS {
            if !stream.advance() || !stream.key().starts_with(folded.as_bytes()) {
                break;
            }
            let Ok(term) = std::str::from_utf8(stream.key()) else { continue };
            let Some((kind, text, key)) = parts(term) else { continue };
            let (count, terms) = found.entry((kind, text.to_owned(), key.to_owned())).or_default();
            *count += u64::from(stream.value().doc_freq);
            terms.push(term.to_owned());
        }
    }
    let mut ranked: Vec<_> = found.into_iter().collect();
    ranked.sort_by_key(|((kind, _, _), (count, _))| {
        (*kind == SuggestionKind::Title, std::cmp::Reverse(*count))
    });
    let mut suggestions = Vec::new();
    for ((kind, text, key), (_, terms)) in ranked {
        if suggestions.len() >= size {
            break;
        }
        let Some(term) = terms.first() else { continue };
        let query = TermQuery::new(Term::from_field_text(fields.complete, term), IndexRecordOption::Basic);
        let count = searcher.search(&query, &Count)? as u64;
        if count > 0 {
            let key = key.split_once(SEPARATOR).map(|(source, id)| RecordKey::new(source, id));
            suggestions.push(Suggestion { text, kind, count, key });
        }
    }
    Ok(suggestions)
}

/// Kind, text and key of a completion term.
fn parts(term: &str) -> Option<(SuggestionKind, &str, &str)> {
    let mut parts = term.splitn(4, SEPARATOR);
    let _folded = parts.next()?;
    let kind = SuggestionKind::from_letter(parts.next()?)?;
    Some((kind, parts.next()?, parts.next()?))
}
