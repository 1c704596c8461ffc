//! Real feeds: among themselves almost nothing is the same; each and itself under another name is all the same. Reads
//! `../shared/portals` beside the project; where it is absent, says so and passes.

use std::path::Path;

use moisson_dcat::{
    Iri, Resource,
    draft::Defaults,
    rdf_in::{self, Hints, Wanted},
    same::{self, Decisions, Likeness, Member, Standing},
};

const FEEDS: [&str; 9] = [
    "dcat/rostock-catalog.rdf",
    "dcat/brandenburg-catalog.ttl",
    "dcat/be_fpsfinance.xml",
    "dcat/be_fpsecocbe.xml",
    "dcat/catalog_dati_unibo.rdf",
    "dcat/dcatap-ch_catalog.ttl",
    "dcat/cz_nkod_test.trig",
    "opendatasoft/rennes/catalog-exports-dcat.rdf",
    "opendatasoft/catalogue-2015/catalog.ttl",
];

/// The datasets of a feed, as one source.
struct Feed {
    source: String,
    records: Vec<(String, String, Likeness)>,
}

fn read(folder: &Path, name: &str) -> Feed {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let base = Iri::new("https://feed.example/catalog").unwrap();
    let hints = Hints { path: Some(name), ..Hints::default() };
    let reading = rdf_in::read(&bytes, hints, &base).unwrap();
    let mut records = Vec::new();
    rdf_in::split(&reading, &Wanted::default(), &mut |record| {
        let mapped = rdf_in::map(record.body.as_bytes(), &Defaults::default()).unwrap();
        let title = match &mapped.resource {
            Resource::Dataset(dataset) => dataset.title.first().map(|title| title.value.clone()),
            Resource::Series(_) | Resource::Service(_) => None,
        };
        let id = records.len().to_string();
        let ours = format!("https://moisson.example/id/dataset/{name}/{id}");
        if let Some(likeness) = Likeness::of(&ours, &mapped.resource) {
            records.push((id, title.unwrap_or_default(), likeness));
        }
    });
    Feed { source: name.to_owned(), records }
}

fn members<'a>(feed: &'a Feed, source: &'a str) -> Vec<Member<'a>> {
    let member = |(id, _, likeness): &'a (String, String, Likeness)| Member {
        source,
        id,
        standing: Standing::Unsaid,
        likeness,
    };
    feed.records.iter().map(member).collect()
}

#[test]
fn real_feeds_have_almost_nothing_in_common_and_all_with_themselves() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/portals");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let feeds: Vec<Feed> = FEEDS.iter().map(|name| read(&folder, name)).collect();
    let all: Vec<Member<'_>> = feeds.iter().flat_map(|feed| members(feed, &feed.source)).collect();
    let found = same::all(&all, &Decisions::default());
    println!("{} records of {} feeds: {} groups", all.len(), feeds.len(), found.len());
    for group in &found {
        let names: Vec<String> = group
            .members
            .iter()
            .map(|at| {
                let feed = feeds.iter().find(|feed| feed.source == all[*at].source).unwrap();
                let title = feed
                    .records
                    .iter()
                    .find(|(id, ..)| id == all[*at].id)
                    .map(|(_, title, _)| title.as_str());
                format!("{}: {}", all[*at].source, title.unwrap_or_default())
            })
            .collect();
        println!("  {} {:?}", names.join(" | "), group.ties[0].evidence);
    }
    assert!(found.len() * 100 <= all.len(), "{} groups among {} records", found.len(), all.len());
    for feed in &feeds {
        let mut twice = members(feed, &feed.source);
        twice.extend(members(feed, "the same again"));
        let groups = same::all(&twice, &Decisions::default());
        let pairs = groups
            .iter()
            .filter(|group| {
                let ids: Vec<&str> = group.members.iter().map(|at| twice[*at].id).collect();
                ids.len() == 2 && ids[0] == ids[1]
            })
            .count();
        println!("{} and itself: {} of {} records are found", feed.source, pairs, feed.records.len());
        assert!(pairs * 100 >= feed.records.len() * 95, "{}: {pairs} of {}", feed.source, feed.records.len());
        assert_eq!(pairs, groups.len(), "{}: groups of other records", feed.source);
    }
}
