//! Whether the tables are whole: every concept of the lists that they say they cover.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::{Term as Object, vocab::rdf};

use super::{LANGUAGES, TABLES, Vocabulary, format, media_type, themes, vocabulary_graph};
use crate::ns::skos;

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vocabularies");
    if !folder.is_dir() {
        println!("skipped: no authority tables beside the workspace");
        return None;
    }
    Some(folder)
}

/// What follows a prefix in a file, up to the first character that no code has.
fn codes(file: &Path, prefix: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let code =
        |rest: &str| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned);
    text.split(prefix).skip(1).filter_map(code).filter(|code| !code.is_empty()).collect()
}

#[test]
fn every_file_type_of_the_authority_table_is_there() {
    let Some(folder) = folder() else { return };
    let wanted = codes(&folder.join("file-type.europarl.rdf"), "authority/file-type/");
    assert_eq!(wanted.len(), 201);
    let known: BTreeSet<String> = Vocabulary::FileType.terms().map(|t| t.code().to_owned()).collect();
    assert_eq!(wanted.difference(&known).collect::<Vec<_>>(), [] as [&String; 0]);
}

#[test]
fn every_topic_category_and_every_theme_of_inspire_leads_to_an_eu_theme() {
    let Some(folder) = folder() else { return };
    let topics = codes(&folder.join("inspire-topic-category.metadata101.rdf"), "TopicCategory/");
    assert_eq!(topics.len(), 19);
    let scheme = "https://inspire.ec.europa.eu/metadata-codelist/TopicCategory/";
    for topic in &topics {
        assert!(!themes(topic).is_empty(), "{topic}");
        assert!(!themes(&format!("{scheme}{topic}")).is_empty(), "{topic}");
    }
    // Annexes I, II and III of the directive.
    let inspire = [
        "rs", "gg", "gn", "au", "ad", "cp", "tn", "hy", "ps", "el", "lc", "oi", "ge", "su", "bu", "so", "lu",
        "hh", "us", "ef", "pf", "af", "pd", "am", "nz", "ac", "mf", "of", "sr", "br", "hb", "sd", "er", "mr",
    ];
    assert_eq!(inspire.len(), 34);
    for code in inspire {
        assert!(!themes(&format!("http://inspire.ec.europa.eu/theme/{code}")).is_empty(), "{code}");
    }
}

#[test]
fn themes_of_portals_are_known_in_four_languages() {
    for (origin, names) in [
        (
            "Opendatasoft",
            [
                "Administration, Gouvernement, Finances publiques, Citoyenneté",
                "Administratie, Overheid, Overheidsfinanciën, Burgerschap",
                "Verwaltung, Regierung, Öffentliche Finanzen, Bürgerschaft",
                "Administration, Government, Public finances, Citizenship",
            ],
        ),
        ("CKAN", ["Transports", "Mobiliteit", "Verkehr", "Transportation"]),
        ("CKAN", ["Élections", "Verkiezingen", "Wahlen", "Elections"]),
        ("CKAN", ["Petite enfance", "Kinderopvang", "Kita", "Children"]),
        (
            "data.gouv.fr",
            [
                "Logement et urbanisme",
                "Éducation et recherche",
                "Santé et social",
                "Culture et communication",
            ],
        ),
    ] {
        for name in names {
            assert!(!themes(name).is_empty(), "{origin}: {name}");
        }
    }
}

#[test]
fn file_types_are_found_by_extension_and_media_type() {
    for term in Vocabulary::FileType.terms() {
        for extension in term.extensions() {
            // Several types share some extensions, such as `xml`; one of them is found.
            assert!(format(extension).is_some(), "{}: .{extension}", term.code());
        }
        if let Some(iri) = term.media_type() {
            assert!(media_type(iri.as_str()).is_some(), "{}: {}", term.code(), iri.as_str());
        }
    }
    for (raw, code) in [
        ("Excel", "XLSX"),
        ("csv.", "CSV"),
        ("zip+csv", "CSV"),
        ("Shapefile (zip)", "SHP"),
        ("WMS", "WMS_SRVC"),
        ("fichier Excel", "XLSX"),
        ("Texte brut", "TXT"),
        ("Feuille de calcul OpenDocument", "ODS"),
    ] {
        assert_eq!(format(raw).map(|found| found.term.code()), Some(code), "{raw}");
    }
}

#[test]
fn every_term_has_labels_in_four_languages_in_the_graph() {
    let mut labels: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut concepts = BTreeSet::new();
    for triple in vocabulary_graph() {
        let subject = triple.subject.to_string();
        if triple.predicate.as_ref() == skos::PREF_LABEL
            && let Object::Literal(label) = &triple.object
        {
            labels.entry(subject).or_default().extend(label.language().map(str::to_owned));
        } else if triple.predicate.as_ref() == rdf::TYPE
            && triple.object == Object::from(skos::CONCEPT.into_owned())
        {
            concepts.insert(subject);
        }
    }
    let terms: usize = TABLES.iter().map(|table| table.terms().count()).sum();
    assert_eq!(concepts.len(), terms);
    let four: BTreeSet<String> = LANGUAGES.iter().map(|lang| (*lang).to_owned()).collect();
    for concept in &concepts {
        assert_eq!(labels.get(concept), Some(&four), "{concept}");
    }
}

#[test]
fn every_table_tells_its_origin_and_version_in_its_first_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables");
    let mut seen = 0;
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for file in files.filter(|file| file.extension().is_some_and(|end| end == "csv")) {
        let text = fs::read_to_string(&file).unwrap();
        let head: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        let own = head.contains("Our own") || head.contains("our own");
        let dated = head.contains("version") || head.contains("as of") || head.contains(" of 20");
        assert!(head.len() > 40 && (own || dated), "{} says too little of its origin", file.display());
        seen += 1;
    }
    assert!(seen >= 15, "{seen} tables");
}
