//! The suite must find what is wrong with a harvester. These are about a small protocol: `{"ids", "next", "total"}`.

use std::{borrow::Cow, fs, path::Path};

use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, ConfigError, Found, Harvester, Listing, Page, Plan, ReadError, Record, RecordId, Reply, Request,
    Source, Unmappable,
};
use serde_json::Value;

use super::check;
use crate::scenario::Scenario;

/// How the harvester reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    Well,
    /// A body that is no JSON is a page without records.
    Sloppily,
    /// Panics on bodies that are no JSON.
    Wildly,
}

#[derive(Debug)]
struct Numbered(Reads);

impl Harvester for Numbered {
    fn name(&self) -> &'static str {
        "numbered"
    }

    fn about(&self) -> About {
        About { title: "", summary: "", specification: "", example: "", options: &[] }
    }

    fn plan(&self, source: &Source, _since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        let url = source.url.join("list?page=1").unwrap();
        Ok(Plan { start: vec![Request::get(url, "application/json", "list")], listing: Listing::Whole })
    }

    fn read(
        &self,
        _source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        let value: Value = match (serde_json::from_slice(&reply.body), self.0) {
            (Ok(value), _) => value,
            (Err(_), Reads::Sloppily) => Value::Null,
            (Err(error), Reads::Wildly) => panic!("{error}"),
            (Err(error), Reads::Well) => {
                let (expected, found) = ("JSON".to_owned(), error.to_string());
                return Err(ReadError { expected, found, place: String::new(), hint: String::new() });
            }
        };
        for id in value["ids"].as_array().into_iter().flatten() {
            emit(Found::Record(Record {
                id: RecordId(id.as_str().unwrap().to_owned()),
                media_type: Cow::Borrowed("application/json"),
                body: id.to_string().into(),
                remarks: Vec::new(),
            }));
        }
        let next = value["next"].as_str().map(|next| reply.url.join(next).unwrap());
        let follow = next.map(|url| Request::get(url, "application/json", "list"));
        Ok(Page { follow: follow.into_iter().collect(), total: value["total"].as_u64(), ..Page::default() })
    }

    fn map(&self, _source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        Err(Unmappable { reason: format!("`{}` is only a number", record.id) })
    }
}

const EXCHANGES: &str = r#"
shows = "Two pages, the second after a failure, gzipped."
known = ["a", "z"]
[[exchange]]
get = "/list?page=1"
type = "application/json"
text = '{"ids": ["a", "b"], "next": "list?page=2", "total": 3}'
[[exchange]]
get = "/list?page=2"
status = 503
times = 1
[[exchange]]
get = "/list?page=2"
encoding = "gzip"
text = '{"ids": ["c"]}'
"#;

const OUTCOME: &str = "\
whole: 3 records
absent: z

http://portal.example/list?page=1 (list): 2 records, of 3
http://portal.example/list?page=2 (list): 1 records
";

const REMARKS: &str = "\
a
  unmappable: `a` is only a number
b
  unmappable: `b` is only a number
c
  unmappable: `c` is only a number
";

async fn wrong(harvester: &'static Numbered, exchanges: &str, outcome: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(Path::join(folder.path(), name), text).unwrap();
    write("source.toml", "name = \"n\"\nkind = \"numbered\"\nurl = \"http://portal.example/\"\n");
    write("exchanges.toml", exchanges);
    fs::create_dir(folder.path().join("expected")).unwrap();
    write("expected/outcome.txt", outcome);
    write("expected/remarks.txt", REMARKS);
    check(harvester, &Scenario::load(folder.path())).await
}

#[tokio::test]
async fn a_good_harvester_passes() {
    assert_eq!(wrong(&Numbered(Reads::Well), EXCHANGES, OUTCOME).await, [""; 0]);
}

#[tokio::test]
async fn another_outcome_is_noticed() {
    let outcome = OUTCOME.replace("absent: z", "absent: y");
    let wrong = wrong(&Numbered(Reads::Well), EXCHANGES, &outcome).await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains("line 2") && wrong[0].contains("absent: y"), "{wrong:?}");
}

#[tokio::test]
async fn requests_and_exchanges_without_each_other_are_noticed() {
    let exchanges = format!("{EXCHANGES}[[exchange]]\nget = \"/never\"\ntext = \"\"\n");
    let unused = wrong(&Numbered(Reads::Well), &exchanges, OUTCOME).await;
    assert_eq!(unused, ["nobody asked for `GET /never`"]);
    let (exchanges, _) = EXCHANGES.split_once("[[exchange]]\nget = \"/list?page=2\"").unwrap();
    let unexpected = wrong(&Numbered(Reads::Well), exchanges, OUTCOME).await;
    assert!(unexpected.contains(&"no exchange answers `GET http://portal.example/list?page=2`".to_owned()));
}

#[tokio::test]
async fn a_harvester_that_takes_any_body_is_noticed() {
    // Without the walk's other proofs: the count, the encoding's checksum.
    let exchanges = EXCHANGES.replace(", \"total\": 3", "").replace("encoding = \"gzip\"", "");
    let outcome = OUTCOME.replace(", of 3", "");
    let good = wrong(&Numbered(Reads::Well), &exchanges, &outcome).await;
    assert_eq!(good, [""; 0]);
    let sloppy = wrong(&Numbered(Reads::Sloppily), &exchanges, &outcome).await;
    assert!(sloppy.iter().any(|text| text.contains("the walk is whole without 1 records")), "{sloppy:?}");
}

#[tokio::test]
async fn a_harvester_that_panics_is_noticed() {
    let wild = wrong(&Numbered(Reads::Wildly), EXCHANGES, OUTCOME).await;
    assert!(wild.iter().any(|text| text.contains("the harvester panicked")), "{wild:?}");
}
