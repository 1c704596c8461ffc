//! `moisson validate` and `moisson revalidate` as a person starts them.

#![expect(
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test"
)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use moisson_store::{Store, StoreOptions};
use serde_json::Value;

/// What every profile for all records is content with.
const CLEAN: &str = include_str!("validate/clean.ttl");

/// Two datasets: one without a title, one whose distribution has no address.
const BROKEN: &str = r#"@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .

<https://rennes.example/d/arbres> a dcat:Dataset ;
    dct:title "Arbres de la ville"@fr , "Bomen"@nl ;
    dct:description "Tous les arbres."@fr ;
    dcat:distribution <https://rennes.example/f/arbres> .

<https://rennes.example/f/arbres> a dcat:Distribution ;
    dct:license "Licence ouverte" .

<https://rennes.example/d/parcs> a dcat:Dataset ;
    dct:description "Tous les parcs."@fr .
"#;

fn moisson(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

fn with_input(folder: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_moisson"))
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that has seen enough closes its end.
        let _closed = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", err(output)))
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn run(&self, args: &[&str]) -> Output {
        moisson(self.0.path(), args)
    }
}

#[test]
fn a_clean_file_conforms_and_exits_with_0() {
    let folder = Folder::with(&[("clean.ttl", CLEAN)]);
    let output = folder.run(&["validate", "clean.ttl"]);
    let said = out(&output);
    assert_eq!(output.status.code(), Some(0), "{said}{}", err(&output));
    assert!(said.contains("clean.ttl: Turtle, ") && said.contains("dcat-ap-3: conforms"), "{said}");
    assert!(
        said.trim_end().ends_with(
            "Conforms: no rule is broken (1 dataset; 0 violations, 0 warnings, 2 pieces of advice)."
        ),
        "{said}"
    );
}

#[test]
fn what_is_wrong_is_told_by_dataset_and_rule_with_its_line_in_the_language_asked_for() {
    let folder = Folder::with(&[("broken.ttl", BROKEN)]);
    let output = folder.run(&["validate", "broken.ttl", "--lang", "fr", "--shapes", "dcat-ap-3"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    let said = out(&output);
    let trees = said
        .find("Jeu de données\u{a0}: Arbres de la ville <https://rennes.example/d/arbres> (ligne 4)")
        .unwrap();
    let parks =
        said.find("Jeu de données\u{a0}: sans titre <https://rennes.example/d/parcs> (ligne 12)").unwrap();
    assert!(trees < parks, "{said}");
    // What a distribution lacks is told under its dataset.
    let of_trees = &said[trees..parks];
    assert!(
        of_trees.contains("dcat:accessURL") && of_trees.contains("https://rennes.example/f/arbres"),
        "{said}"
    );
    // A wrong value is shown with the line it stands on.
    assert!(of_trees.contains("ligne 10 · https://rennes.example/f/arbres · \"Licence ouverte\""), "{said}");
    assert!(said[parks..].contains("titre"), "{said}");
    assert!(said.contains("Non conforme : des règles sont enfreintes (2 jeux de données; "), "{said}");
    assert!(!said.contains('\u{1b}'), "colours are for terminals");
    assert!(out(&folder.run(&["validate", "broken.ttl", "--colour", "always"])).contains("\u{1b}[1;31m"));
}

#[test]
fn json_says_the_same_for_programs() {
    let folder = Folder::with(&[("broken.ttl", BROKEN)]);
    let output =
        folder.run(&["validate", "broken.ttl", "--format", "json", "--lang", "nl", "--shapes", "dcat-ap-3"]);
    assert_eq!(output.status.code(), Some(2));
    let report = json(&output);
    assert_eq!((&report["verdict"], &report["conforms"]), (&"violations".into(), &false.into()));
    assert_eq!(report["documents"][0]["syntax"], "Turtle");
    assert_eq!(report["counts"]["datasets"], 2);
    assert_eq!(report["counts"]["datasets_with_violations"], 2);
    let trees = &report["groups"][0];
    assert_eq!((&trees["title"], &trees["line"]), (&"Bomen".into(), &4.into()));
    let rules = trees["rules"].as_array().unwrap();
    let license = rules.iter().find(|rule| rule["property"] == "dct:license").unwrap();
    assert_eq!(license["message_language"], "nl");
    assert_eq!(license["findings"][0]["line"], 10);
    assert_eq!(license["findings"][0]["value"], "\"Licence ouverte\"");
    let counted: u64 = report["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["rules"].as_array().unwrap())
        .map(|rule| rule["count"].as_u64().unwrap())
        .sum();
    let counts = &report["counts"];
    let sum =
        ["violations", "warnings", "infos"].iter().map(|name| counts[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(counted, sum);
}

#[test]
fn turtle_is_a_report_that_can_be_read_again() {
    let folder = Folder::with(&[("broken.ttl", BROKEN)]);
    let output = folder.run(&[
        "validate",
        "broken.ttl",
        "--format",
        "turtle",
        "--shapes",
        "dcat-ap-3",
        "-o",
        "report.ttl",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(out(&output).is_empty() && err(&output).contains("Does not conform"), "{}", err(&output));
    let report = std::fs::read_to_string(folder.0.path().join("report.ttl")).unwrap();
    for part in
        ["a sh:ValidationReport", "sh:conforms false", "sh:sourceShape <urn:moisson:shapes:dcat-ap-3:"]
    {
        assert!(report.contains(part), "{part}: {report}");
    }
    let again = folder.run(&["validate", "report.ttl", "--shapes", "dcat-ap-3"]);
    assert!(out(&again).contains("Nothing was checked"), "{}", out(&again));
    assert_eq!(again.status.code(), Some(0));
}

#[test]
fn sarif_has_rules_and_lines() {
    let folder = Folder::with(&[("broken file.ttl", BROKEN)]);
    let output = folder.run(&["validate", "broken file.ttl", "--format", "sarif", "--shapes", "dcat-ap-3"]);
    let log = json(&output);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "broken%20file.ttl");
        assert!(physical["region"]["startLine"].as_u64().unwrap() > 3, "{result}");
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn junit_has_a_failure_for_each_broken_rule() {
    let folder = Folder::with(&[("broken.ttl", BROKEN)]);
    let output =
        folder.run(&["validate", "broken.ttl", "--format", "junit", "--shapes", "dcat-ap-3", "--lang", "de"]);
    let text = out(&output);
    let mut open = Vec::new();
    let mut failures = 0;
    for tag in text.split('<').skip(2).map(|part| part.split('>').next().unwrap()) {
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{text}");
        } else if !tag.ends_with('/') {
            open.push(name.to_owned());
            failures += usize::from(name == "failure");
        }
    }
    assert!(open.is_empty() && failures >= 3, "{text}");
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"broken.ttl\" tests=\"3\" failures=\"2\" errors=\"0\">"), "{text}");
}

#[test]
fn standard_input_is_read_in_any_syntax() {
    let folder = Folder::with(&[]);
    let xml = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#">
        <dcat:Dataset rdf:about="https://x.example/d"/></rdf:RDF>"#;
    let jsonld = r#"{"@context": {"dcat": "http://www.w3.org/ns/dcat#"}, "@id": "https://x.example/d", "@type": "dcat:Dataset"}"#;
    let triples = "<https://x.example/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n";
    for (text, syntax) in [(xml, "RDF/XML"), (jsonld, "JSON-LD"), (triples, "TriG")] {
        let output = with_input(folder.0.path(), &["validate", "-", "--format", "json"], text.as_bytes());
        let report = json(&output);
        assert_eq!(output.status.code(), Some(2), "{report}");
        assert_eq!(report["documents"][0]["syntax"], syntax);
        assert_eq!(report["counts"]["datasets"], 1, "{syntax}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(BROKEN.as_bytes()).unwrap();
    let output =
        with_input(folder.0.path(), &["validate", "-", "--format", "json"], &packed.finish().unwrap());
    assert_eq!(json(&output)["counts"]["datasets"], 2);
    let twice = folder.run(&["validate", "-", "-"]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(err(&twice).contains("given twice"), "{}", err(&twice));
}

#[test]
fn syntax_that_breaks_half_way_is_told_with_its_line_and_the_rest_is_checked() {
    let broken = BROKEN.replace("\"Licence ouverte\"", "Licence ouverte");
    let folder = Folder::with(&[("broken.ttl", &broken)]);
    let output = folder.run(&["validate", "broken.ttl"]);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    let said = out(&output);
    assert!(said.contains("Reading error (line 10:"), "{said}");
    assert!(said.contains("d/parcs") && said.contains("The rest was checked."), "{said}");
    assert!(said.contains("No verdict: the document could not be read as it should be"), "{said}");
    let lenient = folder.run(&["validate", "broken.ttl", "--lenient"]);
    assert_eq!(lenient.status.code(), Some(2), "{}{}", out(&lenient), err(&lenient));
    assert!(out(&lenient).contains("Note (line 10)"), "{}", out(&lenient));
}

#[test]
fn xml_and_json_that_are_cut_off_are_errors() {
    let xml = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:d=\"http://www.w3.org/ns/dcat#\">\n<d:Dataset rdf:about=\"x:d\">\n";
    let json_text =
        "{\"@context\": {\"d\": \"http://www.w3.org/ns/dcat#\"},\n\"@id\": \"https://x.example/d\",\n";
    let wrong_iri = "{\"@id\": \"https://x.example/a b\", \"@type\": \"http://www.w3.org/ns/dcat#Dataset\"}";
    let folder = Folder::with(&[
        ("a.rdf", xml),
        ("b.jsonld", json_text),
        ("c.jsonld", wrong_iri),
        ("d.json", "{\"a\": 1}"),
    ]);
    for (name, part) in [
        ("a.rdf", "ends early"),
        ("b.jsonld", "ends early"),
        ("c.jsonld", "is not an IRI"),
        ("d.json", "no `@context`"),
    ] {
        let output = folder.run(&["validate", name]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", out(&output));
        assert!(out(&output).contains(part), "{name}: {}", out(&output));
    }
}

#[test]
fn a_line_without_end_is_an_error_and_takes_no_more_memory_than_the_limit() {
    let folder = Folder::with(&[]);
    let mut long = b"<x:a> <x:b> \"".to_vec();
    long.resize(40 << 20, b'x');
    let output = with_input(folder.0.path(), &["validate", "-"], &long);
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    assert!(out(&output).contains("16777216"), "{}", out(&output));
    let many = "<x:a> <x:b> \"c\" .\n".repeat(100);
    let output = with_input(folder.0.path(), &["validate", "-", "--max-statements", "50"], many.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("`max_statements`"), "{}", out(&output));
}

#[test]
fn several_documents_are_one_graph_and_findings_say_which_one_they_are_in() {
    let agent = "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n<https://x.example/org> a foaf:Agent .\n";
    let dataset = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
        <https://x.example/d> a dcat:Dataset ; dct:title \"T\"@en ; dct:description \"D\"@en ; dct:publisher <https://x.example/org> .\n";
    let folder = Folder::with(&[("d.ttl", dataset), ("org.ttl", agent)]);
    let report =
        json(&folder.run(&["validate", "d.ttl", "org.ttl", "--format", "json", "--shapes", "dcat-ap-3"]));
    assert_eq!(report["documents"].as_array().unwrap().len(), 2);
    let groups = report["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{report:#}");
    assert_eq!(
        (&groups[0]["node"], &groups[0]["document"]),
        (&"https://x.example/d".into(), &"d.ttl".into())
    );
    let name = &groups[0]["rules"][0];
    assert_eq!(name["property"], "foaf:name", "{report:#}");
    assert_eq!(
        (&name["findings"][0]["document"], &name["findings"][0]["line"]),
        (&"org.ttl".into(), &2.into())
    );
}

#[test]
fn shapes_of_ones_own_are_taken_and_unknown_profiles_list_the_known_ones() {
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix dcat: <http://www.w3.org/ns/dcat#> .\n\
        [] a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:path dcat:keyword ; sh:minCount 1 ; sh:severity sh:Warning ] .\n";
    let bad = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<x:s> sh:targetClass <x:C> ; sh:property [ sh:path <x:p> ; sh:minCount \"one\" ] .\n";
    let folder = Folder::with(&[("own.ttl", shapes), ("bad.ttl", bad), ("broken.ttl", BROKEN)]);
    let output = folder.run(&["validate", "broken.ttl", "--shapes", "own.ttl"]);
    assert_eq!(output.status.code(), Some(0), "warnings break no rule: {}", out(&output));
    assert!(
        out(&output).contains("dcat:keyword: a value is missing")
            && out(&output).contains("own.ttl: does not conform (2 warnings)"),
        "{}",
        out(&output)
    );
    let both = json(&folder.run(&[
        "validate",
        "broken.ttl",
        "--shapes",
        "own.ttl",
        "--shapes",
        "dcat-ap-3",
        "--format",
        "json",
    ]));
    let names: Vec<&str> =
        both["profiles"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["dcat-ap-3", "own.ttl"]);
    for (shapes, part) in
        [("dcatap-3", "did you mean `dcat-ap-3`?"), ("bad.ttl", "sh:minCount"), ("none.ttl", "none.ttl")]
    {
        let output = folder.run(&["validate", "broken.ttl", "--shapes", shapes]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains(part), "{}", err(&output));
    }
    let output = folder.run(&["validate", "broken.ttl", "--lang", "it"]);
    assert!(err(&output).contains("known are `fr`"), "{}", err(&output));
}

#[test]
fn an_address_is_fetched_through_the_guarded_client_only() {
    let folder = Folder::with(&[]);
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 4096];
            let _request = std::io::Read::read(&mut stream, &mut buffer).unwrap();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/turtle\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                BROKEN.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(BROKEN.as_bytes()).unwrap();
        }
    });
    let url = format!("http://{address}/catalog");
    let refused = folder.run(&["validate", &url]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("--allow"), "{}", err(&refused));
    let output = folder.run(&["validate", &url, "--allow", "127.0.0.1", "--format", "json"]);
    let report = json(&output);
    assert_eq!(report["counts"]["datasets"], 2, "{report}");
    assert_eq!(report["documents"][0]["name"], url);
}

/// A real portal's export, where it is at hand, and what comes of it.
#[test]
fn real_exports_are_checked_to_their_end() {
    let shared = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/portals/dcat"));
    if !shared.exists() {
        println!("skipped: no real exports here");
        return;
    }
    let folder = Folder::with(&[]);
    for name in ["rostock-catalog.rdf", "brandenburg-catalog.ttl"] {
        let path = shared.join(name);
        let output =
            folder.run(&["validate", path.to_str().unwrap(), "--format", "json", "--shapes", "dcat-ap-3"]);
        let report = json(&output);
        assert_eq!(report["documents"][0]["whole"], true, "{name}");
        assert!(report["counts"]["datasets"].as_u64().unwrap() > 50, "{name}: {}", report["counts"]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", report["documents"]);
        let placed = report["groups"].as_array().unwrap().iter().all(|group| group["line"].is_u64());
        assert!(placed, "{name}");
    }
}

const STORE: &str = r#"
[portal]
base = "http://127.0.0.1:8080"
title = "Test"
[portal.publisher]
name = "Test"
[[source]]
name = "ville"
kind = "web-page"
url = "file://FOLDER/catalogue.csv"
language = "fr"
"#;

#[test]
fn revalidation_writes_only_what_changed_and_says_when_the_store_is_in_use() {
    let folder = Folder::with(&[("catalogue.csv", include_str!("validate/catalogue.csv"))]);
    let path = folder.0.path().canonicalize().unwrap();
    std::fs::write(path.join("moisson.toml"), STORE.replace("FOLDER", path.to_str().unwrap())).unwrap();
    let harvested = folder.run(&["harvest"]);
    assert!(harvested.status.success(), "{}{}", out(&harvested), err(&harvested));
    let report = json(&folder.run(&["revalidate", "--format", "json"]));
    assert!(report["checked"].as_u64().unwrap() >= 2, "{report}");
    assert_eq!(report["changed"], 0, "the shapes are the same: {report:#}");
    assert_eq!(report["profiles"]["dcat-ap-3"]["checked"], report["checked"]);
    // Reports are in the store in the standard's own terms, linked to dataset, run and shape.
    let store = Store::open(&path.join("moisson-data"), &StoreOptions::default(), &|_| ()).unwrap();
    for record in store.records(None) {
        let report = record.unwrap().report;
        let statements: Vec<String> = report.triples.iter().map(ToString::to_string).collect();
        for (property, value) in [
            ("http://www.w3.org/ns/prov#wasDerivedFrom", "<http://127.0.0.1:8080/id/dataset/ville/"),
            ("http://www.w3.org/ns/prov#wasGeneratedBy", "<http://127.0.0.1:8080/id/run/ville/"),
            ("http://www.w3.org/ns/shacl#sourceShape", "<urn:moisson:shapes:"),
        ] {
            let wanted = format!("<{property}> {value}");
            assert!(statements.iter().any(|line| line.contains(&wanted)), "{wanted}: {statements:#?}");
        }
    }
    drop(store);
    let unknown = folder.run(&["revalidate", "vile"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(err(&unknown).contains("`ville`"), "{}", err(&unknown));
    // Another profile for the source: reports change, once.
    let on_request = moisson_shapes::PROFILES.iter().find(|p| p.pipeline != moisson_shapes::Pipeline::Always);
    if let Some(profile) = on_request {
        let text =
            STORE.replace("FOLDER", path.to_str().unwrap()) + &format!("profiles = [\"{}\"]\n", profile.name);
        std::fs::write(path.join("moisson.toml"), text).unwrap();
        let dry = json(&folder.run(&["revalidate", "--dry-run", "--format", "json"]));
        assert_eq!(dry["changed"], dry["checked"], "{dry:#}");
        let real = json(&folder.run(&["revalidate", "ville", "--format", "json"]));
        assert_eq!(real["changed"], dry["changed"], "a dry run writes nothing");
        assert_eq!(real["profiles"][profile.name]["new"], real["checked"]);
        let again = json(&folder.run(&["revalidate", "--format", "json"]));
        assert_eq!(again["changed"], 0, "{again:#}");
        let verified = folder.run(&["rebuild"]);
        assert!(out(&verified).contains("agree"), "{}", out(&verified));
    }
}
