//! Whole walks over small sites, through the real [`Walk`], without a network.

mod hostile;
mod links;
mod real;
mod scdl;
mod schema_org;

use std::collections::BTreeMap;

use bytes::Bytes;
use moisson_dcat::{Dataset, Remark, Resource};
use moisson_harvest::{
    Broken, Failure, Found, Harvester, Limits, Method, Outcome, Reading, Record, Reply, Request, Source, Walk,
};
use serde_json::{Value, json};
use url::Url;

use super::WebPage;

/// What a server answers to one address.
#[derive(Debug, Clone)]
struct Answer {
    body: Vec<u8>,
    headers: Vec<(String, String)>,
    /// For `HEAD`, when that differs.
    head_status: u16,
}

/// A site that answers, and the source that is configured for it.
#[derive(Debug, Clone)]
struct Site {
    url: &'static str,
    language: Option<&'static str>,
    options: Value,
    answers: BTreeMap<String, Answer>,
}

/// What a walk brought.
#[derive(Debug)]
struct Harvest {
    records: Vec<Record>,
    broken: Vec<Broken>,
    /// On pages, then on records and from mapping.
    remarks: Vec<Remark>,
    datasets: Vec<(String, Dataset)>,
    outcome: Outcome,
    /// `GET https://…`, in their order.
    requests: Vec<String>,
}

fn site(url: &'static str, options: Value) -> Site {
    Site { url, language: None, options, answers: BTreeMap::new() }
}

impl Site {
    fn answer(mut self, url: &str, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        self.answers
            .insert(url.to_owned(), Answer { body: body.as_ref().to_vec(), headers, head_status: 200 });
        self
    }

    fn page(self, url: &str, body: &str) -> Self {
        self.answer(
            url,
            "text/html; charset=utf-8",
            format!("<!doctype html><html lang=fr><body>{body}</body></html>"),
        )
    }

    fn file(mut self, url: &str, status: u16, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.answers.insert(url.to_owned(), Answer { body: Vec::new(), headers, head_status: status });
        self
    }

    fn source(&self) -> Source {
        let source = json!({"name": "ville", "kind": "web-page", "url": self.url, "language": self.language, "options": self.options});
        serde_json::from_value(source).unwrap()
    }

    fn harvest(&self) -> Harvest {
        let source = self.source();
        let mut walk = Walk::start(WebPage.plan(&source, None).unwrap(), Limits::default());
        let mut harvest = Harvest {
            records: Vec::new(),
            broken: Vec::new(),
            remarks: Vec::new(),
            datasets: Vec::new(),
            outcome: Outcome::Changes,
            requests: Vec::new(),
        };
        while let Some(ticket) = walk.next_request() {
            let request = ticket.request().clone();
            harvest.requests.push(format!(
                "{} {}",
                if request.method == Method::Head { "HEAD" } else { "GET" },
                request.url
            ));
            match self.ask(&source, &request, &mut harvest) {
                Ok(reading) => drop(walk.replied(ticket, &reading, 0)),
                Err(failure) => {
                    let instead = WebPage.instead(&source, &request, &failure);
                    drop(walk.failed(ticket, &failure, &[], instead));
                }
            }
            assert!(harvest.requests.len() < 1_000, "the walk does not end");
        }
        harvest.outcome = walk.finish(0);
        for record in &harvest.records {
            let mapped = WebPage.map(&source, record).unwrap();
            let Resource::Dataset(dataset) = mapped.resource else { panic!("a dataset") };
            harvest.datasets.push((record.id.0.clone(), *dataset));
            harvest.remarks.extend(record.remarks.iter().cloned().chain(mapped.remarks));
        }
        harvest
    }

    fn ask(&self, source: &Source, request: &Request, harvest: &mut Harvest) -> Result<Reading, Failure> {
        let answer = self.answers.get(request.url.as_str()).ok_or(Failure::Status(404))?;
        let is_head = request.method == Method::Head;
        if is_head && answer.head_status != 200 {
            return Err(Failure::Status(answer.head_status));
        }
        let body = if is_head { Bytes::new() } else { Bytes::from(answer.body.clone()) };
        let reply = Reply { request, url: &request.url, status: 200, headers: &answer.headers, body };
        let mut reading = Reading::default();
        let page = WebPage
            .read(source, &reply, &mut |found| match found {
                Found::Record(record) => {
                    reading.records.push(record.id.clone());
                    // As the pipeline does: what comes later is kept.
                    harvest.records.retain(|other| other.id != record.id);
                    harvest.records.push(record);
                }
                Found::Broken(broken) => {
                    reading.broken += 1;
                    harvest.broken.push(broken);
                }
            })
            .map_err(Failure::Read)?;
        harvest.remarks.extend(page.remarks);
        Ok(Reading { follow: page.follow, total: page.total, shortfall: page.shortfall, ..reading })
    }
}

impl Harvest {
    fn ids(&self) -> Vec<&str> {
        self.datasets.iter().map(|(id, _)| id.as_str()).collect()
    }

    fn titles(&self) -> Vec<&str> {
        self.datasets
            .iter()
            .map(|(_, dataset)| dataset.title.first().map_or("", |title| title.value.as_str()))
            .collect()
    }

    #[track_caller]
    fn only(&self) -> &Dataset {
        assert_eq!(self.datasets.len(), 1, "{:?} {:?}", self.ids(), self.remarks);
        &self.datasets[0].1
    }

    #[track_caller]
    fn titled(&self, title: &str) -> &Dataset {
        let found =
            self.datasets.iter().find(|(_, dataset)| dataset.title.iter().any(|text| text.value == title));
        &found.unwrap_or_else(|| panic!("{title} is not in {:?}", self.titles())).1
    }

    #[track_caller]
    fn assert_whole(&self) {
        assert!(matches!(self.outcome, Outcome::Whole(_)), "{:?}", self.outcome);
    }

    #[track_caller]
    fn assert_partial(&self, because: &str) {
        match &self.outcome {
            Outcome::Partial(reason) => assert!(reason.contains(because), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

/// `key=value` of everything that no property holds.
fn extras(dataset: &Dataset) -> Vec<String> {
    let line = |extra: &moisson_dcat::Extra| match extra {
        moisson_dcat::Extra::Key { key, value } => format!("{key}={value}"),
        statement @ moisson_dcat::Extra::Statement { .. } => format!("{statement:?}"),
    };
    dataset.extra.iter().map(line).collect()
}

fn urls(dataset: &Dataset) -> Vec<&str> {
    dataset.distribution.iter().flat_map(|file| &file.download_url).map(moisson_dcat::Iri::as_str).collect()
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_example_parses_and_plans() {
    let example: toml_value::Example = toml_value::parse(WebPage.about().example);
    let [source] = example.source.as_slice() else { panic!("one source") };
    assert_eq!(WebPage.plan(source, None).unwrap().start.len(), 1);
}

mod toml_value {
    use moisson_harvest::Source;

    #[derive(serde::Deserialize)]
    pub(super) struct Example {
        pub(super) source: Vec<Source>,
    }

    pub(super) fn parse(text: &str) -> Example {
        toml::from_str(text).unwrap()
    }
}

#[test]
fn options_that_cannot_be_used_are_refused_with_the_way_out() {
    for (options, expected) in [
        (json!({"mdoe": "links"}), "unknown field `mdoe`, expected one of `mode`"),
        (
            json!({"mode": "rss"}),
            "unknown variant `rss`, expected one of `auto`, `schema-org`, `links`, `scdl`",
        ),
        (json!({"item": "div["}), "option `item` is not a CSS selector: `div[`"),
        (json!({"pattern": "("}), "option `pattern` is not a regular expression"),
        (
            json!({"sitemap": "file:///etc/passwd"}),
            "option `sitemap` holds `file:///etc/passwd` with the scheme `file`",
        ),
        (json!({"max_pages": 0}), "option `max_pages` must be at least 1"),
        (
            json!({"max_heads": 100_000}),
            "option `max_heads` must be at most 2000; remove it or set a smaller number",
        ),
        (json!({"extensions": []}), "option `extensions` is empty"),
        (json!({"charset": "klingon"}), "option `charset` names the unknown character set `klingon`"),
        (json!({"delimiter": "x"}), "option `delimiter` is `x`; use one of"),
    ] {
        let error = WebPage
            .plan(&site("https://v.example/", options.clone()).source(), None)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{options}: {error}");
    }
}

#[test]
fn changes_are_asked_for_only_where_a_sitemap_dates_its_pages() {
    let since = Some("2024-01-01T00:00:00Z".parse().unwrap());
    let listing = |site: Site| WebPage.plan(&site.source(), since).unwrap().listing;
    assert_eq!(listing(site("https://v.example/", json!({}))), moisson_harvest::Listing::Whole);
    assert_eq!(listing(site("https://v.example/sitemap.xml", json!({}))), moisson_harvest::Listing::Changes);
    assert_eq!(
        listing(site("https://v.example/", json!({"sitemap": "/plan.xml"}))),
        moisson_harvest::Listing::Changes
    );
    assert_eq!(
        listing(site("https://v.example/sitemap.html", json!({"mode": "links"}))),
        moisson_harvest::Listing::Whole
    );
}
