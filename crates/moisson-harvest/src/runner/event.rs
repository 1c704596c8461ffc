//! What a run tells the pipeline, in order.

use moisson_dcat::Remark;

use crate::{
    Found, Reading, Request,
    walk::{Checkpoint, Delta, Progress},
};

/// What a run tells the pipeline: once [`Started`](Event::Started), then for each page its
/// [`Found`](Event::Found) entries and one [`PageEnd`].
///
/// To lose nothing, save the records of a page, its reading and its delta in one batch when its end comes. What
/// came after the last saved page end comes again when the run is resumed.
#[derive(Debug)]
pub enum Event {
    /// The walk as it begins or is resumed; the deltas that follow add to it.
    Started(Box<Checkpoint>),
    /// An entry of the page whose end comes next.
    Found(Found),
    /// A page is over.
    PageEnd(Box<PageEnd>),
}

/// The end of a page.
#[derive(Debug)]
pub struct PageEnd {
    /// What was asked.
    pub request: Request,
    /// What came of it.
    pub result: PageResult,
    /// What it adds to the checkpoint.
    pub delta: Delta,
    /// How far the walk is now.
    pub progress: Progress,
}

/// What came of one request.
#[derive(Debug)]
pub enum PageResult {
    /// It was read to its end.
    Read {
        /// To keep for a conditional request next time.
        reading: Reading,
        /// What was wrong with the page as a whole.
        remarks: Vec<Remark>,
    },
    /// It is as it was; the records of the reading were not sent again.
    NotModified(Reading),
    /// It failed for good. Records found before stay valid.
    Failed {
        /// Why, with the URL and the start of what came.
        error: String,
        /// Whether the harvester knew another way, which is tried.
        replaced: bool,
    },
}
