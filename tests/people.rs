//! Organisations and people through the whole pipeline: one agent for all spellings, joined and split by hand, and no
//! personal value in anything that leaves a masked portal.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use moisson::{
    config::Config,
    pipeline::{Checker, Harvesting, Lines, RunMode, RunReport},
};
use moisson_dcat::{AgentKey, RemarkCode, Resource, serialise::Syntax, vocabulary::vocabulary_graph};
use moisson_harvest::{Client, client::ClientConfig};
use moisson_store::{
    Export, RecordKey, Store, StoreOptions,
    search::{Facet, SearchQuery},
};
use moisson_tests::loopback::{Answer, Loopback};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Each look at the clock is a minute later.
fn clock() -> Timestamp {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    Timestamp::from_second(1_795_000_000 + 60 * MINUTES.fetch_add(1, Ordering::Relaxed)).unwrap()
}

/// What a portal has: id, organisation, and one package with people in every place.
fn packages() -> Vec<Value> {
    let plain = |id: &str, organization: &str| {
        json!({ "id": id, "name": id, "title": format!("Jeu {id}"), "notes": "Un jeu.",
            "organization": { "title": organization }, "resources": [] })
    };
    let mut person = plain("p", "Ville de Rennes");
    for (key, value) in [
        ("notes", "Contact : jean.dupont@ville.example, 06 12 34 56 78. Jean DUPONT y travaille."),
        ("author", "Jean Dupont"),
        ("author_email", "jean.dupont@ville.example"),
        ("maintainer", "Dupont, Jean"),
        ("maintainer_email", "jean.dupont@ville.example"),
        ("owner", "Jean Dupont"),
        ("metadata_created", "Jean Dupont"),
    ] {
        person[key] = value.into();
    }
    vec![
        plain("a", "VILLE DE RENNES"),
        plain("b", "Mairie de Rennes"),
        plain("c", "Rennes"),
        plain("d", "RENNES METROPOLE"),
        plain("e", "Rennes Métropole"),
        plain("f", "Service SIG"),
        person,
    ]
}

struct Bench {
    host: String,
    store: Store,
    checker: Arc<Checker>,
    _server: Loopback,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let server = Loopback::start(|asked| {
            if !asked.target.starts_with("/api/3/action/package_search") {
                return Answer::status(404, r#"{"success": false}"#);
            }
            let packages = packages();
            let start = asked.target.contains("start=0") || !asked.target.contains("start=");
            let results = if start { packages.clone() } else { Vec::new() };
            let body = json!({ "success": true, "result": { "count": packages.len(), "results": results } });
            Answer::ok("application/json", body.to_string())
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        Self {
            host: server.address().to_string(),
            store: Store::open(folder.path(), &StoreOptions::default(), &|_| {}).unwrap(),
            checker: Arc::new(Checker::new(&vocabulary_graph()).unwrap()),
            _server: server,
            _folder: folder,
        }
    }

    /// A run with more configuration.
    async fn run(&self, policy: &str, more: &str) -> RunReport {
        let host = &self.host;
        let text = format!(
            "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = {{ name = \"Essai\" }}\n\
             [[source]]\nname = \"portail\"\nkind = \"ckan\"\nurl = \"http://{host}/\"\nallow = [\"{host}\"]\n\
             language = \"fr\"\npoliteness = {{ delay_ms = 0 }}\npersonal_data = \"{policy}\"\n{more}"
        );
        let config =
            Config::parse(&text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"));
        let parts =
            (Client::new(ClientConfig::new("https://catalogue.example/", 1)), Arc::clone(&self.checker));
        let config = Arc::new(config);
        let harvesting =
            Harvesting::new(Arc::clone(&config), self.store.clone(), parts, Arc::new(Lines), clock);
        let report =
            harvesting.run(&config.source[0], RunMode::default(), CancellationToken::new()).await.unwrap();
        assert_eq!(report.errors, Vec::<String>::new());
        self.store.settle().unwrap();
        report
    }

    fn publisher(&self, id: &str) -> moisson_dcat::Agent {
        let record = self.store.record(&RecordKey::new("portail", id)).unwrap().unwrap();
        match record.resource {
            Resource::Dataset(dataset) => dataset.publisher.unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn key(&self, id: &str) -> AgentKey {
        self.publisher(id).key.unwrap()
    }

    /// Everything that leaves the portal, as one text in lower case.
    fn outgoing(&self) -> String {
        let mut all = Vec::new();
        self.store.export(&Export::default(), Syntax::NQuads, &mut all).unwrap();
        let mut text = String::from_utf8(all).unwrap();
        for record in self.store.records(None) {
            let record = record.unwrap();
            text += &serde_json::to_string(&record.resource).unwrap();
            text += &serde_json::to_string(&record.remarks).unwrap();
            let report = format!("{:?}", record.report);
            text.push_str(&report);
        }
        for prefix in ["jean", "dup", "jeu"] {
            let found = self.store.search().suggest(prefix, 50).unwrap();
            text.extend(found.into_iter().map(|suggestion| suggestion.text));
        }
        text.to_lowercase()
    }

    fn facet(&self) -> Vec<(String, u64)> {
        let query = SearchQuery { facets: vec![Facet::Publisher], facet_size: 50, ..SearchQuery::default() };
        let page = self.store.search().search(&query).unwrap();
        page.facets[&Facet::Publisher].iter().map(|count| (count.value.clone(), count.count)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spellings_of_one_body_are_one_agent_and_the_list_joins_and_splits_them() {
    let bench = Bench::new().await;
    assert_eq!(bench.run("flag", "").await.new, 7);
    let town = bench.key("a");
    assert!(matches!(town, AgentKey::Portal(_)), "{town:?}");
    assert_eq!([bench.key("b"), bench.key("c"), bench.key("p")], [town.clone(), town.clone(), town.clone()]);
    assert_eq!(bench.key("d"), bench.key("e"));
    assert_ne!(bench.key("d"), town);
    assert!(matches!(bench.key("f"), AgentKey::Source(_)));
    let counts: Vec<u64> = bench.facet().into_iter().map(|(_, count)| count).collect();
    assert_eq!(counts, [4, 2, 1]);
    // Nothing changed: nothing is written.
    let again = bench.run("flag", "").await;
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 7));

    // By hand: another name and key for the town, and one spelling that is not it.
    let list = "[[organisation]]\nid = \"rennes\"\nname = \"Rennes, ville et port\"\nalso = [\"Ville de Rennes\"]\ndistinct = [\"Mairie de Rennes\"]\n";
    let changed = bench.run("flag", list).await;
    assert_eq!((changed.new, changed.changed), (0, 4), "{changed:?}");
    assert_eq!(bench.key("a"), AgentKey::Portal("rennes".to_owned()));
    assert_ne!(bench.key("b"), bench.key("a"));
    let publisher = bench.publisher("a");
    assert_eq!(
        (&*publisher.name[0].value, &*publisher.alt_name[0].value),
        ("Rennes, ville et port", "VILLE DE RENNES")
    );
    assert_eq!(bench.run("flag", list).await.changed, 0);
    // And back.
    assert_eq!(bench.run("flag", "").await.changed, 4);
    assert_eq!(bench.key("b"), town);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_leaves_a_masked_portal_holds_a_personal_value() {
    let bench = Bench::new().await;
    bench.run("mask", "").await;
    let outgoing = bench.outgoing();
    for personal in ["dupont", "06 12 34 56 78", "0612345678"] {
        assert!(!outgoing.contains(personal), "{personal}: {outgoing}");
    }
    let record = bench.store.record(&RecordKey::new("portail", "p")).unwrap().unwrap();
    let codes: BTreeSet<RemarkCode> = record.remarks.iter().map(|remark| remark.code).collect();
    assert!(
        codes.contains(&RemarkCode::PersonalName) && codes.contains(&RemarkCode::PersonalEmail),
        "{codes:?}"
    );
    // The raw bytes stay.
    let raw = bench.store.raw(&RecordKey::new("portail", "p")).unwrap().unwrap();
    assert!(String::from_utf8_lossy(&raw.body).contains("jean.dupont@ville.example"));
    assert_eq!(bench.run("mask", "").await.changed, 0);

    // Published as the source does, and masked again.
    assert_eq!(bench.run("flag", "").await.changed, 1);
    assert!(bench.outgoing().contains("jean.dupont@ville.example"));
    assert!(!format!("{:?}", bench.store.search().suggest("jean", 50).unwrap()).contains("Dupont"));
    assert_eq!(bench.run("mask", "").await.changed, 1);
    assert!(!bench.outgoing().contains("dupont"));
}
