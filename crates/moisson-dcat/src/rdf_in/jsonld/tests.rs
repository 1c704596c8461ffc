//! What JSON-LD documents say, and what is left of those with errors.

use super::read;
use crate::rdf_in::{
    gate::{self, Hints},
    graph::Term,
    intake::Intake,
};

fn check(text: &str) -> (Vec<String>, Vec<String>) {
    let mut intake = Intake::default();
    let admitted = gate::admit(text.as_bytes(), Hints::default(), &mut intake).unwrap();
    read(&admitted.text, &admitted.json, &mut intake);
    let graph = &intake.graph;
    let shown = |id| match graph.term(id) {
        Term::Iri(iri) => format!("<{iri}>"),
        Term::Blank(_) => "_".to_owned(),
        Term::Literal { value, .. } => format!("{value:?}"),
    };
    let mut lines: Vec<String> = graph
        .triples()
        .iter()
        .map(|t| {
            t.map(shown)
                .join(" ")
                .replace("http://purl.org/dc/terms/", "")
                .replace("http://www.w3.org/ns/dcat#", "dcat:")
        })
        .collect();
    lines.sort();
    (lines, intake.troubles.iter().map(|t| format!("{}: {}", t.remark.value, t.remark.detail)).collect())
}

#[test]
fn references_are_kept_as_written_however_bad() {
    let (lines, _) = check(
        r#"{"@context": {"t": "http://purl.org/dc/terms/title", "u": {"@id": "http://x/u", "@type": "@id"}},
            "@graph": [{"@id": "data set 1", "t": "a"}, {"@id": "http://x/{2}", "u": "not an iri at all"}]}"#,
    );
    assert_eq!(lines, ["<data set 1> <title> \"a\"", "<http://x/{2}> <http://x/u> <not an iri at all>"]);
}

#[test]
fn one_bad_value_costs_itself() {
    let (lines, remarks) = check(
        r#"{"@context": {"dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#"},
            "@id": "http://x/c", "@type": "dcat:Catalog", "dct:title": "C", "dcat:dataset": [
              {"@id": "http://x/1", "@type": "dcat:Dataset", "dct:title": "one"},
              {"@id": "http://x/2", "@type": "dcat:Dataset", "dct:title": {"@value": {"oh": "no"}}, "dct:identifier": "2"},
              {"@id": 3, "dct:title": "three"}]}"#,
    );
    assert!(lines.contains(&"<http://x/1> <title> \"one\"".to_owned()), "{lines:?}");
    assert!(lines.contains(&"<http://x/2> <identifier> \"2\"".to_owned()), "{lines:?}");
    assert!(lines.contains(&"_ <title> \"three\"".to_owned()), "{lines:?}");
    assert_eq!(lines.iter().filter(|l| l.starts_with("<http://x/c> <dcat:dataset>")).count(), 3, "{lines:?}");
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(remarks[0].starts_with("{\"@value\""), "{remarks:?}");
}

#[test]
fn contexts_are_built_in_and_never_fetched() {
    let (lines, remarks) = check(
        r#"{"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "@type": "dcat:Catalog",
            "dataset": [{"@type": "dcat:Dataset", "title": "T", "identifier": "1", "landingPage": "http://x/1"}]}"#,
    );
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert!(lines.contains(&"_ <dcat:landingPage> <http://x/1>".to_owned()), "{lines:?}");
    assert_eq!(remarks, Vec::<String>::new());
    let (lines, remarks) =
        check(r#"{"@context": "http://127.0.0.1:1/secret", "@type": "Dataset", "title": "T"}"#);
    assert_eq!(
        lines,
        ["_ <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <dcat:Dataset>", "_ <title> \"T\""]
    );
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    let (lines, _) =
        check(r#"{"@context": "https://schema.org", "@type": "Dataset", "name": "N", "url": "http://x/"}"#);
    assert!(lines.contains(&"_ <http://schema.org/url> <http://x/>".to_owned()), "{lines:?}");
}

#[test]
fn keys_without_a_meaning_are_named() {
    let (_, remarks) =
        check(r#"{"@context": {"title": "http://purl.org/dc/terms/title"}, "title": "T", "subtitle": "S"}"#);
    assert_eq!(remarks, ["subtitle: no context says what this key means; JSON-LD passes over it"]);
}
