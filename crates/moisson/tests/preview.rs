//! A look at a source that somebody describes reaches nothing that a harvest may not: every name is resolved and every
//! connection made by something that only writes down what it was asked.

#![expect(clippy::unwrap_used, reason = "a failure here is a failure of the test")]

use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use moisson::{
    config::{Config, SourceConfig},
    pipeline::{Checker, Harvesting, Lines},
    schedule,
};
use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_harvest::{
    Client,
    client::{ClientConfig, Recorder, Resolver, Resolving},
};
use moisson_store::{Store, StoreOptions};
use serde_json::json;

/// Knows some names, and writes down what it is asked.
#[derive(Debug, Default)]
struct Network {
    asked: Mutex<Vec<String>>,
    connected: Mutex<Vec<SocketAddr>>,
}

impl Resolver for Network {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        self.asked.lock().unwrap().push(host.to_owned());
        let address = match host {
            "intranet.example" => "10.0.0.5:0",
            "metadata.example" => "169.254.169.254:0",
            "mapped.example" => "[::ffff:127.0.0.1]:0",
            "six.example" => "[fd00::5]:0",
            _ => return Box::pin(async { Err(io::Error::other("no such name")) }),
        };
        Box::pin(async move { Ok(vec![address.parse().unwrap()]) })
    }
}

impl Recorder for Network {
    fn connecting(&self, _host: &str, address: SocketAddr) {
        self.connected.lock().unwrap().push(address);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_private_is_connected_to() {
    let text = "[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\npublisher = { name = \"Essai\" }\n";
    let config = Config::parse(text, Path::new("moisson.toml")).unwrap_or_else(|faults| panic!("{faults:?}"));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &StoreOptions::default(), &|_| {}).unwrap();
    let network = Arc::new(Network::default());
    let mut client = ClientConfig::new("https://catalogue.example/", 1);
    client.resolver = Arc::clone(&network) as Arc<dyn Resolver>;
    client.recorder = Arc::clone(&network) as Arc<dyn Recorder>;
    let parts = (Client::new(client), Arc::new(Checker::new(&vocabulary_graph()).unwrap()));
    let harvesting = Harvesting::new(Arc::new(config), store.clone(), parts, Arc::new(Lines), schedule::now);
    for (url, part) in [
        ("http://127.0.0.1:9/", "127.0.0.1"),
        ("http://[::1]:9/", "::1"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://intranet.example/", "10.0.0.5"),
        ("http://metadata.example/", "169.254.169.254"),
        ("http://mapped.example/", "127.0.0.1"),
        ("https://six.example/", "fd00::5"),
    ] {
        let settings = json!({ "name": "a", "kind": "ckan", "url": url });
        let source = SourceConfig::from_json(&settings).unwrap();
        let preview = harvesting.preview(&source).await.unwrap();
        let said = format!("{} {} {:?}", preview.errors.join(" "), preview.notes.join(" "), preview.said);
        assert!(preview.records.is_empty() && said.contains(part), "{url}: {said}");
    }
    assert_eq!(*network.connected.lock().unwrap(), []);
    assert!(network.asked.lock().unwrap().iter().any(|host| host == "metadata.example"));
    assert_eq!(store.counts().unwrap().datasets, 0);
}
