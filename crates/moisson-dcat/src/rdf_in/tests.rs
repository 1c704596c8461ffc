//! The readers on real feeds, against the reference parsers, and on bytes that mean harm.

use std::{collections::BTreeSet, fs, path::PathBuf};

use oxrdfio::{RdfFormat, RdfParser};
use proptest::prelude::*;

use super::{Hints, Reading, Term, Unreadable, names, read};
use crate::Iri;

pub(super) fn base() -> Iri {
    Iri::new("https://x.example/catalog.rdf").unwrap()
}

pub(super) fn parse(bytes: &[u8]) -> Result<Reading, Unreadable> {
    read(bytes, Hints::default(), &base())
}

/// A file of the folder of real answers, if this machine has it.
pub(super) fn real(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/portals")).join(name);
    let bytes = fs::read(path).ok();
    if bytes.is_none() {
        println!("skipped: {name} is not there");
    }
    bytes
}

/// The statements without blank nodes, and how many have some.
fn lines(reading: &Reading) -> (BTreeSet<String>, usize) {
    let graph = &reading.graph;
    let shown = |id| match graph.term(id) {
        Term::Iri(iri) => format!("<{iri}>"),
        Term::Blank(_) => "_:".to_owned(),
        Term::Literal { value, lang: Some(lang), .. } => format!("{value:?}@{lang}"),
        Term::Literal { value, datatype: Some(datatype), .. } => format!("{value:?}^^<{datatype}>"),
        Term::Literal { value, .. } => format!("{value:?}"),
    };
    split(graph.triples().iter().map(|t| t.map(shown)))
}

fn split(triples: impl Iterator<Item = [String; 3]>) -> (BTreeSet<String>, usize) {
    let (blank, named): (Vec<_>, Vec<_>) =
        triples.partition(|t| t[0].starts_with("_:") || t[2].starts_with("_:"));
    (named.into_iter().map(|t| t.join(" ")).collect(), blank.len())
}

/// What the reference parsers read.
fn reference(bytes: &[u8], format: RdfFormat) -> (BTreeSet<String>, usize) {
    let parser = RdfParser::from_format(format).lenient().with_base_iri(base().as_str()).unwrap();
    let mut seen = BTreeSet::new();
    let quads = parser.for_slice(bytes).map(Result::unwrap);
    split(
        quads
            .map(|q| {
                let object = match &q.object {
                    oxrdf::Term::Literal(l) => match (l.language(), l.datatype().as_str()) {
                        (Some(lang), _) => format!("{:?}@{}", l.value(), lang.to_ascii_lowercase()),
                        (None, "http://www.w3.org/2001/XMLSchema#string") => format!("{:?}", l.value()),
                        (None, datatype) => format!("{:?}^^<{datatype}>", l.value()),
                    },
                    other => other.to_string(),
                };
                [q.subject.to_string(), q.predicate.to_string(), object]
            })
            .filter(|t| seen.insert(t.clone())),
    )
}

#[test]
fn real_feeds_say_what_the_reference_parsers_read() {
    // With how many statements are read otherwise or not at all: IRIs that were mended, and hints to validators.
    for (name, format, mended, passed) in [
        ("dcat/brandenburg-catalog.rdf", RdfFormat::RdfXml, 0, 0),
        ("dcat/brandenburg-catalog.ttl", RdfFormat::Turtle, 0, 0),
        ("dcat/be_fpsecocbe.xml", RdfFormat::RdfXml, 0, 0),
        ("dcat/be_fpsfinance.xml", RdfFormat::RdfXml, 2, 4),
        ("dcat/catalog_dati_unibo.rdf", RdfFormat::RdfXml, 0, 0),
        ("dcat/cz_nkod_test.trig", RdfFormat::TriG, 0, 0),
        ("dcat/dcatap-ch_catalog.ttl", RdfFormat::Turtle, 0, 0),
        ("dcat/dcatde_catalog-endpoint.rdf", RdfFormat::RdfXml, 2, 0),
        ("dcat/rostock-catalog.rdf", RdfFormat::RdfXml, 0, 0),
        ("opendatasoft/catalogue-2015/catalog.ttl", RdfFormat::Turtle, 0, 0),
        ("opendatasoft/rennes/catalog-exports-dcat.rdf", RdfFormat::RdfXml, 37, 0),
    ] {
        let Some(bytes) = real(name) else { continue };
        let reading = parse(&bytes).unwrap();
        let (got, _) = lines(&reading);
        let (wanted, _) = reference(&bytes, format);
        let missing: Vec<_> = wanted.difference(&got).collect();
        assert_eq!(missing.len(), mended + passed, "{name}: {missing:#?}");
        assert_eq!(got.difference(&wanted).count(), mended, "{name}");
    }
}

#[test]
fn a_document_cut_anywhere_is_refused_or_admitted_to_be_open() {
    let xml = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"http://x/é\"/></rdf:RDF>";
    let json = "{\"@id\": \"http://x/\", \"http://x/p\": [1, {\"@id\": \"c]}\\\"\"}]}";
    let turtle = "<http://x/s> <http://x/p> \"é\" , [ <http://x/q> ( 1 2 ) ] .";
    for document in [xml, json, turtle] {
        assert!(parse(document.as_bytes()).unwrap().shortfall.is_none());
        for end in 0..document.len() {
            let bytes = &document.as_bytes()[..end];
            let read = parse(bytes);
            assert!(read.map_or(true, |r| r.shortfall.is_some()), "{}", String::from_utf8_lossy(bytes));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..3_usize) {
        let syntax = [super::Syntax::Xml, super::Syntax::Json, super::Syntax::Turtle][kind];
        let _unused = read(&bytes, Hints { syntax: Some(syntax), ..Hints::default() }, &base());
    }

    #[test]
    fn no_text_of_the_languages_own_signs_makes_a_reader_panic(
        parts in proptest::collection::vec(prop_oneof![
            Just("<"), Just(">"), Just("\""), Just("'"), Just("\"\"\""), Just("."), Just(";"), Just(","), Just("["), Just("]"),
            Just("("), Just(")"), Just("{"), Just("}"), Just("@"), Just("^^"), Just("a"), Just("_:b"), Just("x:y"), Just("\\"),
            Just("\n"), Just(" "), Just("#"), Just("<http://x/>"), Just("é"), Just("&"), Just("&amp;"), Just("<!--"), Just("-->"),
            Just("<![CDATA["), Just("]]>"), Just("<dcat:Dataset rdf:about=\"http://x/\">"), Just("</dcat:Dataset>"), Just("<dct:title>"),
            Just("</dct:title>"), Just("<p>"), Just("@prefix"), Just("@context"), Just(":"), Just("\"@id\""), Just("null"), Just("1"),
        ], 0..60),
        kind in 0..3_usize,
    ) {
        let text = parts.concat();
        let syntax = [super::Syntax::Xml, super::Syntax::Json, super::Syntax::Turtle][kind];
        if let Ok(reading) = read(text.as_bytes(), Hints { syntax: Some(syntax), ..Hints::default() }, &base()) {
            for triple in reading.graph.triples() {
                for id in triple {
                    if let Term::Iri(iri) = reading.graph.term(*id) {
                        prop_assert!(Iri::new(iri).is_ok(), "{iri}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_iri_of_every_real_feed_is_valid() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/portals/dcat/udata");
    let Ok(files) = fs::read_dir(folder) else {
        println!("skipped: {folder} is not there");
        return;
    };
    for file in files {
        let path = file.unwrap().path();
        let reading = parse(&fs::read(&path).unwrap()).unwrap();
        let kind = reading.graph.find_iri(names::rdf::TYPE);
        assert!(kind.is_some(), "{path:?}");
        for id in reading.graph.triples().iter().flatten() {
            if let Term::Iri(iri) = reading.graph.term(*id) {
                assert!(Iri::new(iri).is_ok(), "{path:?}: {iri}");
            }
        }
    }
}
