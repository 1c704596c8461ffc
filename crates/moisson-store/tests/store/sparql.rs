//! Queries, and what they are answered.

use std::{sync::Arc, time::Duration};

use moisson_store::{
    FixedFromNotes, Note, QuadsIn, StoreOptions,
    sparql::{AnswerEnd, QueryError, QueryLimits, ServiceState, WorkerCommand},
};
use oxrdf::{Literal, Triple};
use oxrdfio::RdfFormat;
use sparesults::QueryResultsFormat;

use crate::QUADS;
use crate::support::{
    ask, ask_as, batch, block_on, dataset, dcat, dct, entry, limits, node, open, options, put, query, read,
    remove, soon,
};

const TITLES: &str = "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t } ORDER BY ?t";

#[test]
fn queries_see_what_was_committed_before_them() {
    let (_folder, store) = open();
    block_on(async {
        let titles = async |expected: &[&str]| {
            let ask = || ask_as(&store, TITLES, QueryResultsFormat::Tsv, RdfFormat::Turtle);
            let lines = [&["?t"], expected, &[""]].concat().join("\n");
            soon(async || ask().await.unwrap().body, lines).await;
        };
        titles(&[]).await;
        store.commit(batch("a", 1, vec![put(entry("a", "1", dataset("Un")))])).unwrap();
        titles(&["\"Un\"@fr"]).await;
        let changes = vec![put(entry("a", "1", dataset("Une"))), put(entry("a", "2", dataset("Deux")))];
        store.commit(batch("a", 2, changes)).unwrap();
        titles(&["\"Deux\"@fr", "\"Une\"@fr"]).await;
        store.commit(batch("a", 3, vec![remove("a", "1")])).unwrap();
        titles(&["\"Deux\"@fr"]).await;
    });
    let agreement = store.verify().unwrap();
    assert_eq!(agreement.faults, [""; 0]);
    assert_eq!(agreement.quads, store.counts().unwrap().quads);
}

#[test]
fn records_and_shared_things_are_in_graphs_of_their_own_and_the_union_is_the_default() {
    let fixed = (
        node("https://portal.example/id/graph/vocabulary"),
        vec![Triple::new(node("http://t.example/ENVI"), dct("title"), Literal::from("Environment"))],
    );
    let folder = tempfile::tempdir().unwrap();
    let options = StoreOptions { fixed: vec![fixed], ..options() };
    let store = moisson_store::Store::open(folder.path(), &options, &|_| ()).unwrap();
    let changes = ["1", "2"].map(|id| put(entry("a", id, dataset(id)))).to_vec();
    store.commit(batch("a", 1, changes)).unwrap();
    let count = async |text: &'static str| {
        let body = ask_as(&store, text, QueryResultsFormat::Csv, RdfFormat::Turtle).await.unwrap().body;
        body.lines().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let check = |text: &'static str, expected: u64| block_on(soon(async || count(text).await, expected));
    let all = store.counts().unwrap();
    check("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", all.quads);
    check("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", all.quads);
    // Two records, two reports, agents, vocabulary.
    check("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }", 6);
    check("SELECT (COUNT(*) AS ?n) { ?s <http://xmlns.com/foaf/0.1/name> ?o }", 1);
    check(
        "SELECT (COUNT(*) AS ?n) FROM <https://portal.example/graph/agents> { ?s ?p ?o }",
        all.shared_quads,
    );
    assert_eq!((all.shared_quads, all.fixed_quads), (1, 1));
    store.commit(batch("a", 2, vec![remove("a", "1")])).unwrap();
    check("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { } }", 4);
    store.commit(batch("a", 3, vec![remove("a", "2")])).unwrap();
    check("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { } }", 1);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn graphs_that_are_made_of_notes_change_with_them_at_once() {
    let make = |notes: &[(String, Vec<u8>)]| {
        let said = |(key, value): &(String, Vec<u8>)| {
            let value = String::from_utf8(value.clone()).unwrap();
            Triple::new(node(&format!("http://n.example/{key}")), dct("title"), Literal::from(value))
        };
        let triples: Vec<_> = notes.iter().map(said).collect();
        if triples.is_empty() {
            Vec::new()
        } else {
            vec![(node("https://portal.example/id/graph/notes"), triples)]
        }
    };
    let from_notes = FixedFromNotes { area: "notes", make: Arc::new(make) };
    let always = Triple::new(node("http://t.example/ENVI"), dct("title"), Literal::from("Always"));
    let options = StoreOptions {
        fixed: vec![(node("https://portal.example/id/graph/vocabulary"), vec![always])],
        fixed_from_notes: Some(from_notes),
        ..options()
    };
    let folder = tempfile::tempdir().unwrap();
    let store = moisson_store::Store::open(folder.path(), &options, &|_| ()).unwrap();
    let write = |area, key: &str, value: Option<&str>| {
        let value = value.map(|value| value.as_bytes().to_vec());
        store.write_notes(&[Note { area, key: key.to_owned(), value }]).unwrap();
    };
    let titles = |expected: &[&str]| {
        let lines = [&["?t"], expected, &[""]].concat().join("\n");
        let ask = || ask_as(&store, TITLES, QueryResultsFormat::Tsv, RdfFormat::Turtle);
        block_on(soon(async || ask().await.unwrap().body, lines));
        assert_eq!(store.verify().unwrap().faults, [""; 0]);
        assert_eq!(store.counts().unwrap().fixed_quads, expected.len() as u64);
    };
    titles(&["\"Always\""]);
    write("notes", "a", Some("One"));
    write("other", "b", Some("Not of the area"));
    titles(&["\"Always\"", "\"One\""]);
    write("notes", "a", Some("Two"));
    write("notes", "c", Some("Three"));
    titles(&["\"Always\"", "\"Three\"", "\"Two\""]);
    write("notes", "a", None);
    write("notes", "c", None);
    titles(&["\"Always\""]);
}

#[test]
fn numbers_and_dates_are_found_by_value_and_in_memory_come_out_as_written() {
    let (_folder, store) = open();
    let mut entry = entry("a", "1", dataset("Un"));
    let iri = entry.written.iri.clone();
    let xsd = |name: &str| node(&format!("http://www.w3.org/2001/XMLSchema#{name}"));
    let written =
        [("007", "integer"), ("7", "nonNegativeInteger"), ("7.0", "decimal"), ("07", "nonNegativeInteger")];
    for (text, datatype) in written {
        let literal = Literal::new_typed_literal(text, xsd(datatype));
        entry.written.record.push(Triple::new(iri.clone(), dcat("byteSize"), literal));
    }
    let date = Literal::new_typed_literal("2026-01-01T00:00:00.50Z", xsd("dateTimeStamp"));
    entry
        .written
        .shared
        .push((node("https://portal.example/graph/agents"), Triple::new(iri, dct("issued"), date)));
    store.commit(batch("a", 1, vec![put(entry.clone())])).unwrap();
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
    let sizes = "SELECT ?size { ?s <http://www.w3.org/ns/dcat#byteSize> ?size FILTER(?size = 7) }";
    let found = block_on(ask_as(&store, sizes, QueryResultsFormat::Csv, RdfFormat::Turtle)).unwrap().body;
    let mut found: Vec<_> = found.lines().skip(1).collect();
    found.sort_unstable();
    match QUADS {
        QuadsIn::Memory => assert_eq!(found, ["007", "07", "7", "7.0"]),
        QuadsIn::Disk => assert_eq!(found, ["7", "7"]),
    }
    // What is replaced by what is the same there stays.
    entry.written.record.retain(|triple| !triple.to_string().contains("\"007\""));
    entry.written.fingerprint = [1; 32];
    store.commit(batch("a", 2, vec![put(entry)])).unwrap();
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
    store.commit(batch("a", 3, vec![remove("a", "1")])).unwrap();
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn graphs_named_by_the_protocol_take_the_place_of_the_querys_own() {
    let (_folder, store) = open();
    store.commit(batch("a", 1, ["1", "2"].map(|id| put(entry("a", id, dataset(id)))).to_vec())).unwrap();
    let graph = |id: &str| node(&format!("https://portal.example/id/record/a/{id}"));
    let titles = |default: &[&str], named: &[&str], text: &str| {
        let mut query = query(text, QueryResultsFormat::Csv, RdfFormat::Turtle);
        query.default_graphs = default.iter().map(|id| graph(id)).collect();
        query.named_graphs = named.iter().map(|id| graph(id)).collect();
        let answered = block_on(async { read(store.sparql().query(query, limits()).await?).await }).unwrap();
        answered.body.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let from =
        "SELECT ?t FROM <https://portal.example/id/record/a/2> { ?s <http://purl.org/dc/terms/title> ?t }";
    let inside = "SELECT ?t { GRAPH ?g { ?s <http://purl.org/dc/terms/title> ?t } }";
    assert_eq!(titles(&[], &[], from), ["2"]);
    assert_eq!(titles(&["1"], &[], from), ["1"]);
    assert_eq!(titles(&["1"], &[], inside), [""; 0]);
    assert_eq!(titles(&["1"], &["2"], inside), ["2"]);
    assert_eq!(titles(&["1"], &["2"], TITLES), ["1"]);
}

#[test]
fn answers_come_in_every_format() {
    let (_folder, store) = open();
    store.commit(batch("a", 1, vec![put(entry("a", "1", dataset("É & <b>")))])).unwrap();
    let title = "<http://purl.org/dc/terms/title>";
    let ask_as = |text: &str, solutions, graph| block_on(ask_as(&store, text, solutions, graph)).unwrap();
    for (format, content_type, part) in [
        (QueryResultsFormat::Json, "application/sparql-results+json", "\"xml:lang\":\"fr\""),
        (QueryResultsFormat::Xml, "application/sparql-results+xml", "É &amp; &lt;b"),
        (QueryResultsFormat::Csv, "text/csv; charset=utf-8", "É & <b>"),
        (QueryResultsFormat::Tsv, "text/tab-separated-values; charset=utf-8", "\"É & <b>\"@fr"),
    ] {
        let select = ask_as(&format!("SELECT ?t {{ ?s {title} ?t }}"), format, RdfFormat::Turtle);
        assert_eq!(
            (select.content_type.as_str(), select.end),
            (content_type, AnswerEnd::Complete { rows: 1 })
        );
        assert!(select.body.contains(part), "{}", select.body);
        let yes = ask_as("ASK { ?s ?p ?o }", format, RdfFormat::Turtle);
        assert!(yes.body.contains("true"), "{}", yes.body);
    }
    for format in [
        RdfFormat::Turtle,
        RdfFormat::NTriples,
        RdfFormat::RdfXml,
        RdfFormat::TriG,
        RdfFormat::NQuads,
        RdfFormat::N3,
        RdfFormat::JsonLd { profile: oxrdfio::JsonLdProfileSet::empty() },
    ] {
        for form in ["CONSTRUCT { ?s <http://e.example/p> ?t } WHERE", "DESCRIBE ?s WHERE"] {
            let graph = ask_as(&format!("{form} {{ ?s {title} ?t }}"), QueryResultsFormat::Json, format);
            assert_eq!(graph.content_type, format.media_type());
            let parser = oxrdfio::RdfParser::from_format(format);
            let quads: Vec<_> = parser.for_slice(&graph.body).collect::<Result<_, _>>().unwrap();
            assert_eq!(quads.len(), if form.starts_with("CONSTRUCT") { 1 } else { 4 }, "{format:?}");
        }
    }
}

#[test]
fn a_form_that_is_not_welcome_is_said_to_be_so() {
    let (_folder, store) = open();
    let refused = |text: &str| {
        let mut query = query(text, QueryResultsFormat::Json, RdfFormat::Turtle);
        (query.solutions, query.graph) =
            if text.starts_with("ASK") { (None, query.graph) } else { (query.solutions, None) };
        block_on(store.sparql().query(query, limits())).unwrap_err().to_string()
    };
    assert_eq!(
        refused("ASK {}"),
        "a query of this form is answered in SPARQL results in JSON, XML, CSV and TSV only; ask for one of these"
    );
    assert!(refused("DESCRIBE <a:b>").starts_with("a query of this form is answered in Turtle, N-Triples,"));
}

#[test]
fn syntax_errors_tell_line_and_column() {
    let (_folder, store) = open();
    let error = block_on(ask(&store, "SELECT *\nWHERE { ?s ?p }")).unwrap_err();
    let QueryError::Syntax { line: 2, column: 16, message } = &error else { panic!("{error:?}") };
    assert!(message.starts_with("expected "), "{message}");
    assert!(error.to_string().starts_with("line 2, column 16: expected "));
}

#[test]
fn an_answer_with_too_many_rows_is_cut_and_says_so() {
    let (_folder, store) = open();
    let changes = (0..30).map(|n| put(entry("a", &n.to_string(), dataset("x"))));
    store.commit(batch("a", 1, changes.collect())).unwrap();
    let limits = QueryLimits { rows: 10, ..limits() };
    let ask = |text: &str, solutions, graph| {
        block_on(async { read(store.sparql().query(query(text, solutions, graph), limits).await?).await })
            .unwrap()
    };
    let all = "SELECT * { ?s ?p ?o }";
    let json = ask(all, QueryResultsFormat::Json, RdfFormat::Turtle);
    assert_eq!(json.end, AnswerEnd::Cut { rows: 10 });
    let value: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(value["cut"]["rows"], 10);
    assert_eq!(value["results"]["bindings"].as_array().unwrap().len(), 10);
    let xml = ask(all, QueryResultsFormat::Xml, RdfFormat::Turtle).body;
    assert!(xml.ends_with("</sparql><!-- cut after 10 solutions -->"), "{xml}");
    assert_eq!(ask(all, QueryResultsFormat::Csv, RdfFormat::Turtle).body.lines().count(), 11);
    let graph = ask("CONSTRUCT WHERE { ?s ?p ?o }", QueryResultsFormat::Csv, RdfFormat::NTriples);
    assert_eq!((graph.end, graph.body.lines().count()), (AnswerEnd::Cut { rows: 10 }, 11));
    assert!(graph.body.ends_with("# cut after 10 triples\n"));
    // Exactly as many as allowed is not cut.
    let exact = ask("SELECT * { ?s ?p ?o } LIMIT 10", QueryResultsFormat::Json, RdfFormat::Turtle);
    assert_eq!(exact.end, AnswerEnd::Complete { rows: 10 });
}

#[test]
fn a_large_answer_flows_and_a_slow_reader_stops_it() {
    let (_folder, store) = open();
    let rows = "VALUES ?a { 1 2 3 4 5 6 7 8 9 10 } ";
    let text = format!(
        "SELECT * {{ {} }}",
        "abcdef".chars().map(|v| rows.replace('a', &v.to_string())).collect::<String>()
    );
    let text = text.replace("VdLUES", "VALUES");
    let ask = || query(&text, QueryResultsFormat::Tsv, RdfFormat::Turtle);
    let limits = QueryLimits { rows: 200_000, time: Duration::from_secs(20), ..limits() };
    block_on(async {
        let answer = store.sparql().query(ask(), limits).await.unwrap();
        assert_eq!(*answer.end.borrow(), AnswerEnd::Open);
        let answered = read(answer).await.unwrap();
        assert_eq!(answered.end, AnswerEnd::Cut { rows: 200_000 });
        assert_eq!(answered.body.lines().count(), 200_001);

        let limits = QueryLimits { time: Duration::from_secs(1), ..limits };
        let mut answer = store.sparql().query(ask(), limits).await.unwrap();
        answer.end.wait_for(|end| *end != AnswerEnd::Open).await.unwrap();
        assert_eq!(*answer.end.borrow(), AnswerEnd::Failed(QueryError::TimedOut { seconds: 1 }));
        let error = read(answer).await.unwrap_err();
        assert_eq!(error, QueryError::TimedOut { seconds: 1 });
    });
}

#[test]
fn a_program_that_is_no_query_process_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let worker = WorkerCommand { program: "/nonexistent/moisson".into(), args: Vec::new() };
    let options = StoreOptions { worker: Some(worker), ..options() };
    let store = moisson_store::Store::open(folder.path(), &options, &|_| ()).unwrap();
    let limits = QueryLimits { time: Duration::from_millis(500), ..limits() };
    let query = query("ASK {}", QueryResultsFormat::Json, RdfFormat::Turtle);
    let error = block_on(store.sparql().query(query, limits)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the query process failed: No such file or directory (os error 2); try again"
    );
    assert!(matches!(&*store.sparql().state().borrow(), ServiceState::Failed { .. }));
}
