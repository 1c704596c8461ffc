//! The tables against themselves and against the authority tables.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::{ALL, LANGUAGES, TABLES, Vocabulary, fold, label, vocabulary_graph};

#[test]
fn every_table_says_where_it_is_from_and_labels_every_term() {
    for (about, table) in ALL.iter().zip(TABLES.iter()) {
        assert!(about.csv.starts_with("# "), "{} has no comment on its origin", about.scheme);
        let rows = about.csv.lines().filter(|l| !l.starts_with('#')).count() - 1;
        assert_eq!(table.terms().count(), rows, "{}", about.scheme);
        for term in table.terms() {
            for lang in LANGUAGES {
                assert!(!term.label(lang).is_empty(), "{} has no label in `{lang}`", term.iri());
            }
        }
    }
}

#[test]
fn the_enum_and_the_list_of_tables_have_one_order() {
    for (index, about) in ALL.iter().enumerate() {
        assert_eq!(about.vocabulary as usize, index);
    }
}

#[test]
fn terms_are_found_by_iri_code_and_label() {
    let annual = "http://publications.europa.eu/resource/authority/frequency/ANNUAL";
    for name in
        [annual, &annual.replace("http:", "https:"), "ANNUAL", "annual", "Annuel", "jaarlijks", "JÄHRLICH"]
    {
        assert_eq!(Vocabulary::Frequency.term(name).unwrap().iri().as_str(), annual, "{name}");
    }
    assert!(Vocabulary::Frequency.term("chaque lune bleue").is_none());
    assert_eq!(label(annual, "fr-be"), Some("annuel"));
    assert_eq!(label(annual, "pt"), Some("annual"));
}

#[test]
fn the_graph_has_no_blank_nodes_and_no_doubles() {
    let graph = vocabulary_graph();
    let distinct: HashSet<_> = graph.iter().collect();
    assert_eq!(distinct.len(), graph.len());
    assert!(graph.iter().all(|t| t.subject.is_named_node()));
}

#[test]
fn every_term_is_in_its_authority_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vocabularies");
    if !folder.is_dir() {
        println!("skipped: no authority tables beside the workspace");
        return;
    }
    // Whole IRIs, and quoted codes together with the namespaces that their file declares.
    let mut known: HashSet<String> = HashSet::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let tokens: HashSet<&str> = text.split(['<', '>', '"', ' ', '\n', ',', ';', '\t']).collect();
        let namespaces: Vec<&&str> =
            tokens.iter().filter(|t| t.starts_with("http") && t.ends_with('/')).collect();
        known.extend(tokens.iter().filter(|t| t.starts_with("http")).map(|t| (*t).to_owned()));
        if path.extension().is_some_and(|e| e == "ttl") {
            for code in text.split('"').skip(1).step_by(2).filter(|c| c.len() < 40) {
                known.extend(namespaces.iter().map(|n| format!("{n}{code}")));
            }
        }
    }
    for table in TABLES.iter() {
        for term in table.terms().filter(|t| !t.code().contains("://")) {
            assert!(known.contains(term.iri().as_str()), "{} is in no authority table", term.iri());
        }
    }
}

#[test]
fn no_word_of_ours_leads_to_two_terms() {
    for about in &ALL {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(about.csv.as_bytes());
        let column = reader.headers().unwrap().iter().position(|h| h == "alias").unwrap();
        let mut seen: HashMap<String, String> = HashMap::new();
        for row in reader.records().map(Result::unwrap) {
            for alias in row[column].split('|').map(str::trim).filter(|a| !a.is_empty()) {
                let name = fold(alias).unwrap_or_else(|| panic!("`{alias}` has no letter or digit"));
                let first = seen.entry(name).or_insert_with(|| row[0].to_owned());
                assert_eq!(first.as_str(), &row[0], "`{alias}` in {}", about.scheme);
            }
        }
    }
}

#[test]
fn every_word_for_a_theme_leads_to_terms() {
    let words = ALL[0].words.unwrap();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(words.as_bytes());
    for row in reader.records().map(Result::unwrap) {
        let found: Vec<&str> = Vocabulary::DataTheme.find(&row[0]).iter().map(|t| t.code()).collect();
        assert_eq!(found.join(" "), row[1], "{}", &row[0]);
    }
}
