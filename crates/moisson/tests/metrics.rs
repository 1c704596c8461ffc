//! `/metrics` of a server that harvests, and the alerting rules that are made for it.

#![expect(clippy::unwrap_used, reason = "a failure here is a failure of the test")]

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use yaml_rust2::{Yaml, YamlLoader};

const RULES: &str = include_str!("../alerts/prometheus-rules.yml");
/// What a machine with much other work may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server that ends with the test.
struct Server(Child, SocketAddr);

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

fn serve(folder: &Path) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(["serve", "--address", "127.0.0.1:0"])
        .current_dir(folder)
        .env("MOISSON_LOG", "error")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = said.next().unwrap().unwrap();
        if let Some((_, address)) = line.rsplit_once(" at http://") {
            break address.trim_end_matches('/').parse().unwrap();
        }
    };
    std::thread::spawn(move || said.for_each(drop));
    Server(child, address)
}

fn get(address: SocketAddr, target: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn every_metric_of_the_rules_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    std::fs::write(path.join("catalogue.csv"), include_str!("validate/catalogue.csv")).unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let source = |name: &str, file: &str| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"web-page\"\nurl = \"file://{}/{file}\"\nlanguage = \"fr\"\n\
             schedule = \"* * * * * *\"\n",
            path.display()
        )
    };
    let text = format!(
        "data = \"data\"\n[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\n\
         publisher = {{ name = \"Essai\" }}\n[schedule]\njitter_seconds = 0\n\
         [[alert]]\nname = \"morte\"\nwebhook = {{ url = \"http://{dead}/\", allow = [\"127.0.0.1\"] }}\n{}{}",
        source("ville", "catalogue.csv"),
        source("absente", "absente.csv")
    );
    std::fs::write(path.join("moisson.toml"), text).unwrap();
    let server = serve(&path);
    let awaited = [
        "moisson_source_last_outcome{source=\"ville\",outcome=\"whole\"} 1",
        "moisson_source_last_outcome{source=\"absente\",outcome=\"failed\"} 1",
        "moisson_source_last_outcome{source=\"absente\",outcome=\"whole\"} 0",
        "moisson_source_last_success_timestamp_seconds{source=\"absente\"} 0",
        "moisson_source_held_back{source=\"ville\"} 0",
        "moisson_run_records_total{source=\"ville\",what=\"new\"} 2",
        "moisson_source_records{source=\"ville\"} 2",
        "moisson_alerts_waiting{alert=\"morte\"} 1",
        "moisson_alert_deliveries_total{alert=\"morte\",outcome=\"failed\"}",
    ];
    let started = Instant::now();
    let mut scraped = String::new();
    while !awaited.iter().all(|line| scraped.contains(line)) {
        assert!(
            started.elapsed() < PATIENCE,
            "missing {:?} in\n{scraped}",
            awaited.iter().filter(|line| !scraped.contains(**line)).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(100));
        scraped = get(server.1, "/metrics");
    }
    let families: BTreeSet<&str> = scraped
        .lines()
        .filter(|line| line.starts_with("moisson_"))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let used: BTreeSet<&str> =
        RULES.split(|c| !word(c)).filter(|name| name.starts_with("moisson_")).collect();
    assert!(used.len() >= 8, "{used:?}");
    assert_eq!(used.difference(&families).collect::<Vec<_>>(), Vec::<&&str>::new(), "{families:?}");
    // What the documentation lists is there too.
    let documented: BTreeSet<&str> = include_str!("../alerts/README.md")
        .split(|c| !word(c))
        .filter(|name| name.starts_with("moisson_"))
        .filter(|name| *name != "moisson_http_request_duration_seconds")
        .collect();
    assert_eq!(documented.difference(&families).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn the_rules_have_the_shape_that_prometheus_reads() {
    let documents = YamlLoader::load_from_str(RULES).unwrap();
    let [document] = documents.as_slice() else { panic!("one document") };
    let keys = |yaml: &Yaml| -> BTreeSet<String> {
        let map = yaml.as_hash().unwrap_or_else(|| panic!("{yaml:?} is no map"));
        map.keys().map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(keys(document), BTreeSet::from(["groups".to_owned()]));
    let mut names = BTreeSet::new();
    for group in document["groups"].as_vec().unwrap() {
        assert_eq!(keys(group), BTreeSet::from(["name".to_owned(), "rules".to_owned()]));
        for rule in group["rules"].as_vec().unwrap() {
            let known = ["alert", "expr", "for", "labels", "annotations"].map(str::to_owned);
            assert!(keys(rule).is_subset(&BTreeSet::from(known)), "{rule:?}");
            let name = rule["alert"].as_str().unwrap();
            assert!(names.insert(name), "{name} is there twice");
            let expr = rule["expr"].as_str().unwrap();
            for (open, close) in [('(', ')'), ('{', '}'), ('[', ']')] {
                assert_eq!(expr.matches(open).count(), expr.matches(close).count(), "{expr}");
            }
            assert!(["critical", "warning", "info"].contains(&rule["labels"]["severity"].as_str().unwrap()));
            for annotation in ["summary", "description"] {
                assert!(!rule["annotations"][annotation].as_str().unwrap().is_empty());
            }
            if let Some(time) = rule["for"].as_str() {
                assert!(time.ends_with(['m', 'h', 'd']), "{time}");
            }
        }
    }
}
