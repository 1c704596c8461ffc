//! Pages of links to files, the headers of the files, and catalogues in CSV.

use bytes::Bytes;
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Broken, Found, ReadError, Reply};
use url::Url;

use super::{
    super::{
        address,
        content::{Content, Kind},
        formats,
        html::Document,
        listing::{self, Head},
        record::Body,
        scdl,
        steps::{self, HeadMemory, ListMemory},
    },
    Visit, remark,
};

impl Visit<'_> {
    pub(super) fn links_page(
        &mut self,
        content: &Content,
        emit: &mut dyn FnMut(Found),
    ) -> Result<(), ReadError> {
        if content.kind != Kind::Html {
            return Err(content.unexpected("an HTML page", "check `url`, or set `mode`"));
        }
        let document = Document::parse(&content.text, self.reply.url);
        let heads: Option<HeadMemory> =
            (steps::name(self.reply.request) == steps::FILES).then(|| steps::memory(self.reply.request));
        let list = match &heads {
            Some(memory) => memory.list.clone(),
            None => steps::memory(self.reply.request),
        };
        let first = list.first.clone().unwrap_or_else(|| self.reply.url.clone());
        let listing = listing::read(&document, self.options, self.reply.url, &first, &list.taken);
        if let Some(memory) = heads {
            self.cut(listing.cut);
            emit_listed(listing.datasets, &memory.heads, emit);
            return Ok(());
        }
        if listing.datasets.is_empty() {
            self.page.remarks.push(remark(
                RemarkCode::MissingValue,
                "the page links to no file that counts as data; check `link`, `item` and `extensions`",
            ));
        }
        self.listing(listing, list, emit);
        Ok(())
    }

    /// Goes on to the headers of the files and to the next page; without headers, hands out the datasets.
    pub(super) fn listing(
        &mut self,
        listing: listing::Listing,
        list: ListMemory,
        emit: &mut dyn FnMut(Found),
    ) {
        let here = address::without_fragment(self.reply.url);
        if listing.passed_over > 0 {
            let detail = "links to files in the page's header, menu or footer were passed over; set `link` if they are data";
            self.page.remarks.push(Remark {
                value: listing.passed_over.to_string(),
                ..remark(RemarkCode::MissingValue, detail)
            });
        }
        if let Some(next) = listing.next {
            let mut memory = list.clone();
            memory.first.get_or_insert_with(|| here.clone());
            memory
                .seen
                .extend([here.to_string(), address::without_fragment(&self.reply.request.url).to_string()]);
            memory.taken.extend(listing.datasets.iter().map(|(id, _)| id.clone()));
            if memory.seen.contains(next.as_str()) {
                // The last page of many lists leads to itself.
            } else if memory.seen.len() > 2 * self.options.max_pages {
                let most = self.options.max_pages;
                self.cut(Some(format!(
                    "the list has more than `max_pages` ({most}) pages; the rest was not followed"
                )));
            } else if self.is_own(&next) {
                self.page.follow.push(steps::remembering(steps::LINKS, next, &memory));
            } else {
                self.strange_address(next.as_str());
            }
        }
        let files = listing.datasets.iter().flat_map(|(_, dataset)| &dataset.files);
        let files = files.filter(|file| !file.format.as_deref().is_some_and(formats::is_service));
        let files = files.filter_map(|file| Url::parse(&file.url).ok()).filter(|url| url.scheme() != "ftp");
        let mut rest: Vec<Url> = files.take(self.options.max_heads).collect();
        if rest.is_empty() {
            self.cut(listing.cut);
            emit_listed(listing.datasets, &[], emit);
            return;
        }
        rest.reverse();
        let memory = HeadMemory { page: Some(here), list, rest, ..HeadMemory::default() };
        self.page.follow.extend(steps::next_head(memory));
    }

    /// The headers of a file.
    pub(super) fn headers(&mut self) {
        let mut memory: HeadMemory = steps::memory(self.reply.request);
        memory.refused = 0;
        memory.heads.push((self.reply.request.url.clone(), head(self.reply)));
        self.page.follow.extend(steps::next_head(memory));
    }

    pub(super) fn catalogue(
        &mut self,
        content: &Content,
        emit: &mut dyn FnMut(Found),
    ) -> Result<(), ReadError> {
        let text = matches!(content.kind, Kind::Catalogue | Kind::Text).then_some(content.text.as_str());
        let read = text.and_then(|text| scdl::read(text, self.reply.url, self.options));
        let Some(read) = read else {
            return Err(content.unexpected(
                "a CSV file with the columns of an SCDL catalogue (`ID`, `TITRE`, …)",
                "see https://schema.data.gouv.fr/scdl/catalogue/",
            ));
        };
        self.cut(read.cut);
        self.page.remarks.extend(read.remarks);
        let file: String =
            if self.reply.url.scheme() == "file" { String::new() } else { self.reply.url.to_string() };
        for entry in read.datasets {
            emit(Body::Scdl { file: file.clone(), rows: entry.rows }.into_record(entry.id, entry.remarks));
        }
        for row in read.broken {
            emit(Found::Broken(Broken {
                place: format!("line {}", row.line),
                reason: row.reason,
                body: Bytes::from(row.text),
            }));
        }
        Ok(())
    }
}

fn emit_listed(datasets: Vec<(String, listing::Listed)>, heads: &[(Url, Head)], emit: &mut dyn FnMut(Found)) {
    let heads: std::collections::BTreeMap<&str, &Head> =
        heads.iter().map(|(url, head)| (url.as_str(), head)).collect();
    for (id, mut dataset) in datasets {
        for file in &mut dataset.files {
            file.head = heads
                .get(file.url.as_str())
                .map(|head| (*head).clone())
                .filter(|head| *head != Head::default());
        }
        emit(Body::Links(dataset).into_record(id, Vec::new()));
    }
}

/// What the headers say, as far as they can be about the file: an error page in its place says nothing, and a
/// date of change in the minute of the reply is that of a script.
fn head(reply: &Reply<'_>) -> Head {
    const SCRIPT_SECONDS: i64 = 60;
    let media_type = reply
        .header("content-type")
        .map(|value| value.split(';').next().unwrap_or_default().trim().to_lowercase());
    if media_type.as_deref() == Some("text/html")
        && formats::extension(&reply.request.url).is_none_or(|found| !found.starts_with("htm"))
    {
        return Head::default();
    }
    let plain = reply.header("content-encoding").is_none_or(|encoding| encoding == "identity");
    let bytes = reply.header("content-length").filter(|_| plain).and_then(|value| value.trim().parse().ok());
    let moment = |name| {
        reply
            .header(name)
            .and_then(|value| jiff::fmt::rfc2822::parse(value.trim()).ok())
            .map(|zoned| zoned.timestamp())
    };
    let modified = moment("last-modified").filter(|modified| {
        moment("date").is_none_or(|now| now.as_second() - modified.as_second() > SCRIPT_SECONDS)
    });
    Head {
        bytes: bytes.filter(|bytes| *bytes > 0),
        modified: modified.map(|moment| moment.to_string()),
        media_type,
    }
}
