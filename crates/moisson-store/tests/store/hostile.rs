//! Queries that would take all time, memory or stack: each is ended with a clear word, and the others go on.

use std::time::{Duration, Instant};

use moisson_store::{
    QuadsIn, Store, StoreOptions,
    sparql::{MAX_PATTERNS, QueryError, QueryLimits},
};
use oxrdfio::RdfFormat;
use sparesults::QueryResultsFormat;

use crate::{
    QUADS,
    support::{ask, batch, block_on, dataset, entry, limits, open, options, put, query, read, worker},
};

const EASY: &str =
    "SELECT ?t { <https://portal.example/id/dataset/a/7> <http://purl.org/dc/terms/title> ?t }";

/// How many query processes there are while nothing is asked: quads in memory are held by one.
const HOLDERS: usize = match QUADS {
    QuadsIn::Memory => 1,
    QuadsIn::Disk => 0,
};

/// A store with some 10,000 quads.
fn filled() -> (tempfile::TempDir, Store) {
    let (folder, store) = open();
    for part in 0..5 {
        let changes =
            (0..200).map(|n| put(entry("a", &(part * 200 + n).to_string(), dataset(&format!("Jeu {n}")))));
        store.commit(batch("a", part, changes.collect())).unwrap();
    }
    (folder, store)
}

/// The time of an easy query.
async fn easy(store: &Store) -> Duration {
    let start = Instant::now();
    let answered = ask(store, EASY).await.unwrap();
    assert!(answered.body.contains("Jeu 7"), "{}", answered.body);
    start.elapsed()
}

/// Asks while an easy query is asked again and again; gives the error, the time until it came, and the time
/// that half of the easy queries did not take.
async fn ordeal(store: &Store, text: &str, limits: QueryLimits) -> (QueryError, Duration, Duration) {
    let start = Instant::now();
    let hard = query(text, QueryResultsFormat::Json, RdfFormat::NTriples);
    let hard = async {
        match store.sparql().query(hard, limits).await {
            Ok(answer) => read(answer).await.map(|answered| answered.body.len()),
            Err(error) => Err(error),
        }
    };
    let mut hard = std::pin::pin!(hard);
    let mut times = Vec::new();
    loop {
        tokio::select! {
            biased;
            outcome = &mut hard => match outcome {
                Err(error) => {
                    times.sort();
                    let median = times.get(times.len() / 2).copied().unwrap_or_default();
                    return (error, start.elapsed(), median);
                }
                Ok(length) => panic!("was answered in {:?} with {length} bytes: {text}", start.elapsed()),
            },
            took = easy(store) => times.push(took),
        }
    }
}

/// Easy queries take milliseconds; in an unoptimised build on a machine with much other work, less than this.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn what_takes_too_long_is_stopped() {
    let (_folder, store) = filled();
    let limits = QueryLimits { time: Duration::from_secs(1), memory: 2 << 30, ..limits() };
    block_on(async {
        easy(&store).await;
        for text in [
            // Cartesian products.
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
            "SELECT (COUNT(*) AS ?n) { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
            // Closures over everything, both ways.
            "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^(!<x:y>))+ ?b . ?c (!<x:y>|^(!<x:y>))* ?d }",
            // A required pattern after optional ones.
            "SELECT (COUNT(*) AS ?n) { OPTIONAL { ?a <x:p> ?b } OPTIONAL { ?c ?d ?e } OPTIONAL { ?f ?g ?h } \
             ?a a ?i . ?j ?k ?l FILTER(?e = ?h && ?l = ?e) }",
            // A filter that compares all with all.
            "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(CONCAT(STR(?c), STR(?f)) = \"x\" && ?a != ?d) ?g ?h ?i }",
        ] {
            let (error, took, median) = ordeal(&store, text, limits).await;
            assert_eq!(error, QueryError::TimedOut { seconds: 1 }, "{text}");
            assert!(took < limits.time * 20, "took {took:?}: {text}");
            assert!(median < SOON, "easy queries took {median:?} beside {text}");
        }
    });
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn what_takes_too_much_memory_is_stopped() {
    let (_folder, store) = filled();
    let limits = QueryLimits { time: Duration::from_mins(2), memory: 24 << 20, ..limits() };
    let values = |n: u32| (0..n).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    let join = |n: u32| format!("VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}", values(n));
    block_on(async {
        easy(&store).await;
        for text in [
            // Sorts and groups of what is too much to keep.
            "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c".to_owned(),
            "SELECT DISTINCT ?a ?b ?d ?e { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a".to_owned(),
            format!("SELECT * {{ {} }} ORDER BY ?c ?b ?a", join(300)),
            format!(
                "SELECT (GROUP_CONCAT(CONCAT(STR(?a), \"{}\")) AS ?t) {{ {} }}",
                "x".repeat(500),
                join(300)
            ),
            // A text that doubles with every line.
            format!(
                "SELECT (STRLEN(?x40) AS ?n) {{ BIND(\"{}\" AS ?x0) {} }}",
                "x".repeat(1_000),
                (0..40)
                    .map(|n| format!("BIND(CONCAT(?x{n}, ?x{n}) AS ?x{})", n + 1))
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
            format!(
                "SELECT (GROUP_CONCAT(?t) AS ?all) {{ BIND(\"{}\" AS ?t) {} }}",
                "x".repeat(9_000),
                join(200)
            ),
        ] {
            let (error, took, median) = ordeal(&store, &text, limits).await;
            assert_eq!(error, QueryError::TooMuchMemory { bytes: 24 << 20 }, "{text}");
            assert!(took < limits.time / 2, "took {took:?}: {text}");
            assert!(median < SOON, "easy queries took {median:?} beside {text}");
        }
    });
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn what_nests_too_deep_or_is_too_long_is_refused_at_once() {
    let (_folder, store) = filled();
    let nest = |open: &str, inner: &str, close: &str| {
        format!("SELECT * {{ ?s ?p ?o {}{inner}{} }}", open.repeat(1_600), close.repeat(1_600))
    };
    let filter = |open: &str, inner: &str, close: &str| {
        format!("SELECT * {{ ?s ?p ?o FILTER({}{inner}{}) }}", open.repeat(1_600), close.repeat(1_600))
    };
    block_on(async {
        easy(&store).await;
        for text in [
            nest("{", "", "}"),
            nest("OPTIONAL {", "", "}"),
            nest("{} UNION {", "", "}"),
            nest("{ } UNION ", "{ }", ""),
            nest("{ SELECT * { ", "", "} }"),
            nest("?s <x:p> [ <x:p> ", "1", " ] ."),
            nest("?s <x:p> ( ", "1", " ) ."),
            nest("?s (", "<x:p>", ")* ?o ."),
            filter("(", "1", ")"),
            filter("!", "1", ""),
            filter("!(", "1", ")"),
            filter("-", "1", ""),
            filter("1 + ", "1", ""),
            filter("true || ", "true", ""),
            filter("EXISTS { ?s ?p ?o FILTER(", "1", ") }"),
            filter("IF(", "1", ", 1, 1)"),
            format!("SELECT * {{ ?s {} ?o }}", vec!["<x:p>"; 1_600].join("/")),
            format!("SELECT * {{ ?s {} ?o }}", vec!["<x:p>"; 1_600].join("|")),
            format!("SELECT * {{ ?s ?p ?o }} # {}", "x".repeat(1 << 20)),
            format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(MAX_PATTERNS + 1)),
            format!("SELECT * {{ ?s ?p {} }}", vec!["?o"; 5_000].join(", ")),
        ] {
            let start = Instant::now();
            let error = ask(&store, &text).await.unwrap_err();
            let took = start.elapsed();
            let shown: String = text.chars().take(60).collect();
            assert!(matches!(error, QueryError::TooComplex { .. }), "{error:?}: {shown}");
            assert!(took < SOON * 2, "took {took:?}: {shown}");
        }
        easy(&store).await;
    });
}

#[test]
fn the_deepest_and_longest_that_is_allowed_is_evaluated() {
    let (_folder, store) = filled();
    let limits = QueryLimits { time: Duration::from_secs(3), ..limits() };
    let nest = |open: &str, inner: &str, close: &str, n: usize| {
        format!("SELECT * {{ ?s ?p 7 {}{inner}{} }}", open.repeat(n), close.repeat(n))
    };
    block_on(async {
        for text in [
            nest("{", "?s ?p ?o", "}", 98),
            nest("OPTIONAL {", "?s ?p ?o", "}", 98),
            nest("FILTER(", &format!("{}1{}", "!(".repeat(48), ")".repeat(48)), ")", 1),
            nest("FILTER(", &format!("{}1{}", "(".repeat(97), ")".repeat(97)), ")", 1),
            nest("{ } UNION ", "{ }", "", 290),
            nest("FILTER(", &format!("{}true", "false || ".repeat(490)), ")", 1),
            nest("FILTER(", &format!("{}1", "1 + ".repeat(990)), ")", 1),
            nest("{ SELECT * { ", "?s ?p ?o", "} }", 48),
            format!("SELECT * {{ ?s {} ?o }}", vec!["<x:p>"; MAX_PATTERNS / 2].join("/")),
            format!("ASK {{ ?s ?p ?o FILTER(REGEX(?o, \"{}\")) }}", "(a{1,99}){1,99}".repeat(100)),
            format!("ASK {{ ?s ?p ?o FILTER(REGEX(?o, \"{}\")) }}", "(a*)*".repeat(1_000)),
        ] {
            let query = query(&text, QueryResultsFormat::Json, RdfFormat::NTriples);
            let answered = async { read(store.sparql().query(query, limits).await?).await }.await;
            let shown: String = text.chars().take(60).collect();
            // The parser's time may grow with the power of the depth. What must not happen is that the stack
            // ends, which would end the process.
            let well = matches!(answered, Ok(_) | Err(QueryError::TimedOut { .. }));
            assert!(well, "{answered:?}: {shown}");
        }
    });
}

#[test]
fn whoever_goes_away_frees_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let mut worker = worker();
    let word = folder.path().display().to_string();
    worker.args.extend(["--skip".into(), word.clone().into()]);
    let options = StoreOptions { queries: 2, worker: Some(worker), ..options() };
    let store = Store::open(folder.path(), &options, &|_| ()).unwrap();
    let changes = (0..300).map(|n| put(entry("a", &n.to_string(), dataset(&format!("Jeu {n}")))));
    store.commit(batch("a", 1, changes.collect())).unwrap();
    let limits = QueryLimits { time: Duration::from_mins(5), memory: 2 << 30, rows: u64::MAX, ..limits() };
    let endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    let silent = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    block_on(async {
        easy(&store).await;
        for _ in 0..10 {
            // One goes while the answer flows, one before it begins.
            let flowing = query(endless, QueryResultsFormat::Tsv, RdfFormat::Turtle);
            let mut flowing = store.sparql().query(flowing, limits).await.unwrap();
            flowing.body.recv().await.unwrap().unwrap();
            let waiting = query(silent, QueryResultsFormat::Tsv, RdfFormat::Turtle);
            let waiting = store.sparql().query(waiting, limits);
            assert!(tokio::time::timeout(Duration::from_millis(100), waiting).await.is_err());
            drop(flowing);
        }
        // All twenty processes end: two easy queries at a time find their places at once.
        let (one, other) = tokio::join!(easy(&store), easy(&store));
        assert!(one.max(other) < SOON * 2, "{one:?} {other:?}");
        let start = Instant::now();
        while processes_with(&word) > HOLDERS {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{} processes are left",
                processes_with(&word)
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert_eq!(processes_with(&word), HOLDERS);
    drop(store);
    assert_eq!(processes_with(&word), 0, "it does not outlive the store");
}

/// How many processes have this word among their arguments and are no zombies.
fn processes_with(word: &str) -> usize {
    let mut count = 0;
    for item in std::fs::read_dir("/proc").unwrap() {
        let folder = item.unwrap().path();
        // A process may end while it is looked at.
        let cmdline = std::fs::read_to_string(folder.join("cmdline")).unwrap_or_default();
        count += usize::from(cmdline.split('\0').any(|arg| arg == word));
    }
    count
}

#[test]
fn too_many_at_a_time_are_told_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &StoreOptions { queries: 1, ..options() }, &|_| ()).unwrap();
    let changes = (0..300).map(|n| put(entry("a", &n.to_string(), dataset("x"))));
    store.commit(batch("a", 1, changes.collect())).unwrap();
    let limits = QueryLimits { time: Duration::from_mins(5), memory: 2 << 30, rows: u64::MAX, ..limits() };
    block_on(async {
        let endless = query("SELECT * { ?a ?b ?c . ?d ?e ?f }", QueryResultsFormat::Tsv, RdfFormat::Turtle);
        let endless = store.sparql().query(endless, limits).await.unwrap();
        let start = Instant::now();
        let easy = query(EASY, QueryResultsFormat::Tsv, RdfFormat::Turtle);
        let impatient = QueryLimits { turn: Duration::from_millis(300), ..limits };
        let error = store.sparql().query(easy, impatient).await.unwrap_err();
        assert_eq!(error, QueryError::TooBusy { limit: 1 });
        assert!(start.elapsed() < Duration::from_secs(15));
        drop(endless);
        ask(&store, EASY).await.unwrap();
    });
}
