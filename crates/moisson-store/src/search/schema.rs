//! The fields of the index.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::{Facet, analysis};

/// Counts up when fields change: an index of another version is made anew.
pub(super) const VERSION: u32 = 3;

/// The fields, by what they are for.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Source and id, as one exact term.
    pub(super) key: Field,
    /// What is shown of a hit, as JSON.
    pub(super) shown: Field,
    /// Titles, stemmed, one field per language of [`analysis::LANGUAGES`].
    pub(super) title: [Field; 4],
    /// Everything else, stemmed, likewise.
    pub(super) body: [Field; 4],
    /// Titles, only folded.
    pub(super) title_folded: Field,
    /// Everything else, only folded.
    pub(super) body_folded: Field,
    /// One per facet, in the order of [`Facet::ALL`].
    pub(super) facets: [Field; Facet::ALL.len()],
    /// The first title, folded, for sorting.
    pub(super) title_sort: Field,
    /// Tells records apart that sort alike.
    pub(super) tie: Field,
    /// Seconds since 1970.
    pub(super) modified: Field,
    /// Seconds since 1970.
    pub(super) issued: Field,
    /// The box around all places: west, south, east, north.
    pub(super) bbox: [Field; 4],
    /// Completions: folded text, a separator, the kind, and for keywords and publishers the text that it completes to. That
    /// of a title is in the records that have the term: it would make as many long terms as there are words in titles.
    pub(super) complete: Field,
}

/// The name of a box's field.
pub(super) const BBOX: [&str; 4] = ["west", "south", "east", "north"];

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = |analyser: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(analyser)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let exact = STRING | FAST;
    let fields = Fields {
        key: builder.add_text_field("key", STRING | STORED),
        shown: builder.add_text_field("shown", STORED),
        title: analysis::LANGUAGES.map(|l| builder.add_text_field(&format!("title_{l}"), words(l))),
        body: analysis::LANGUAGES.map(|l| builder.add_text_field(&format!("body_{l}"), words(l))),
        title_folded: builder.add_text_field("title", words(analysis::FOLDED)),
        body_folded: builder.add_text_field("body", words(analysis::FOLDED)),
        facets: Facet::ALL.map(|facet| builder.add_text_field(facet.as_str(), exact.clone())),
        title_sort: builder.add_text_field("title_sort", FAST),
        tie: builder.add_u64_field("tie", FAST),
        modified: builder.add_i64_field("modified", FAST | INDEXED),
        issued: builder.add_i64_field("issued", FAST),
        bbox: BBOX.map(|side| builder.add_f64_field(side, FAST)),
        complete: builder.add_text_field("complete", STRING),
    };
    (builder.build(), fields)
}

impl Fields {
    /// The field of a facet.
    pub(super) fn facet(&self, facet: Facet) -> Option<Field> {
        let position = Facet::ALL.iter().position(|other| *other == facet)?;
        self.facets.get(position).copied()
    }
}
