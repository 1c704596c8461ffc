//! Full-text search over the records, with facets.

mod analysis;
mod collect;
mod document;
mod highlight;
mod index;
mod query;
mod schema;
mod suggest;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Generation, RecordKey};

pub(crate) use document::tie;
pub use index::SearchIndex;

/// What records can be counted and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// The source's name.
    Source,
    /// The publisher's name, or its IRI if it has no name.
    Publisher,
    /// Themes: IRIs, or the source's words where no table has them.
    Theme,
    /// Formats of the distributions (file type, else media type): IRIs or words.
    Format,
    /// Licences of the dataset and its distributions: IRIs or words.
    License,
    /// Languages: IRIs or words.
    Language,
    /// `accrual_periodicity`: IRI or words.
    Frequency,
    /// The profiles that the record conforms to; `none` where it conforms to none.
    Conforms,
    /// `true` if the record names a category of high-value datasets, else `false`.
    Hvd,
    /// The categories of high-value datasets: IRIs or words.
    HvdCategory,
    /// `dataset`, `series` or `service`.
    Kind,
    /// Keywords, as written.
    Keyword,
    /// Places: IRIs or words.
    Spatial,
    /// `access_rights`: IRI or words.
    AccessRights,
    /// Codes of the remarks that the mapping made on it.
    Remark,
}

impl Facet {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::Source,
        Self::Publisher,
        Self::Theme,
        Self::Format,
        Self::License,
        Self::Language,
        Self::Frequency,
        Self::Conforms,
        Self::Hvd,
        Self::HvdCategory,
        Self::Kind,
        Self::Keyword,
        Self::Spatial,
        Self::AccessRights,
        Self::Remark,
    ];

    /// The name in the API and the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Publisher => "publisher",
            Self::Theme => "theme",
            Self::Format => "format",
            Self::License => "license",
            Self::Language => "language",
            Self::Frequency => "frequency",
            Self::Conforms => "conforms",
            Self::Hvd => "hvd",
            Self::HvdCategory => "hvd_category",
            Self::Kind => "kind",
            Self::Keyword => "keyword",
            Self::Spatial => "spatial",
            Self::AccessRights => "access_rights",
            Self::Remark => "remark",
        }
    }

    /// The facet of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.as_str() == name)
    }
}

/// A box in degrees (CRS84). `west` greater than `east` crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BBox {
    /// -180 to 180.
    pub west: f64,
    /// -90 to 90.
    pub south: f64,
    /// -180 to 180.
    pub east: f64,
    /// -90 to 90.
    pub north: f64,
}

/// The order of hits. Those without the value come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best first; with no words, newest change first.
    #[default]
    Relevance,
    /// Newest `modified` first.
    Modified,
    /// Newest `issued` first.
    Issued,
    /// By title, accents and case aside.
    Title,
}

/// What is searched for. The default finds everything.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// The words; `"…"` for a phrase, `-word` to leave out. Empty for all.
    pub text: String,
    /// The language that titles and snippets are wanted in, such as `nl`.
    pub lang: Option<String>,
    /// Values of one facet are alternatives; several facets must all hold.
    pub filters: BTreeMap<Facet, Vec<String>>,
    /// Only records that touch this box.
    pub bbox: Option<BBox>,
    /// Only records modified then or later.
    pub modified_from: Option<Timestamp>,
    /// Only records modified before then.
    pub modified_to: Option<Timestamp>,
    /// The order.
    pub sort: Sort,
    /// Where to go on: [`SearchPage::next`] of the page before.
    pub cursor: Option<String>,
    /// How many hits, at most [`SearchQuery::MAX_SIZE`].
    pub size: usize,
    /// Which facets to count; each counts as if it had no filter itself.
    pub facets: Vec<Facet>,
    /// How many values of each facet, at most [`SearchQuery::MAX_VALUES`]; 0 for the default of 20.
    pub facet_size: usize,
    /// Whether to mark the words in title and snippet.
    pub highlight: bool,
    /// Whether copies of one dataset are one hit: of those that fit, the authoritative one, or else the first. Then the
    /// total and the counts of facets are those of datasets, not of records.
    pub fold: bool,
}

impl SearchQuery {
    /// The most hits of one page.
    pub const MAX_SIZE: usize = 1_000;
    /// The most values of one facet.
    pub const MAX_VALUES: usize = 1_000;
    /// The longest text, in bytes.
    pub const MAX_TEXT: usize = 1_000;
    /// The most words that are looked for; further ones are left aside.
    pub const MAX_WORDS: usize = 32;
}

/// One page of hits.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPage {
    /// How many records there are in all.
    pub total: u64,
    /// The hits.
    pub hits: Vec<Hit>,
    /// The facets asked for, most frequent values first, then by name.
    pub facets: BTreeMap<Facet, Vec<FacetCount>>,
    /// The cursor of the next page; none if this is the last.
    pub next: Option<String>,
    /// Whether words were taken to be misspelt, since as written they found (almost) nothing.
    pub fuzzy: bool,
    /// The generation that was searched.
    pub generation: Generation,
}

/// How many records have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// One record found.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// Which record.
    pub key: RecordKey,
    /// How well it fits; only comparable within one search.
    pub score: f32,
    /// Its title in the language asked for, or else in another; HTML-escaped and with `<mark>` if
    /// [`SearchQuery::highlight`] is set, else plain text.
    pub title: String,
    /// The language of the title.
    pub lang: Option<String>,
    /// The passage of the description that fits best (or its beginning), in the same form.
    pub snippet: String,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A keyword of datasets.
    Keyword,
    /// A publisher's name.
    Publisher,
    /// The title of one record.
    Title,
}

/// A completion of what somebody is typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The text to search for.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// How many records have it.
    pub count: u64,
    /// The record, for a title.
    pub key: Option<RecordKey>,
}

/// A search that has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The cursor was not given out for this search.
    #[error("the cursor is not one of a search with this `sort`; search again without `cursor`")]
    Cursor,
    /// What is stored of a hit cannot be read.
    #[error("the search index is damaged ({0}); `moisson rebuild` makes it anew from the ledger")]
    Damaged(String),
    /// The index cannot be read.
    #[error("the search index cannot be read: {0}; `moisson rebuild` makes it anew from the ledger")]
    Index(#[from] tantivy::TantivyError),
    /// A file of the index cannot be read.
    #[error("the search index cannot be read: {0}; `moisson rebuild` makes it anew from the ledger")]
    Io(#[from] std::io::Error),
}
