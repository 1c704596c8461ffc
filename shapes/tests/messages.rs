//! What every shape must say: its rule, how bad it is, and what to do, in four languages.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use moisson_shapes::{LANGUAGES, PROFILES, Profile};
use oxrdf::{Graph, NamedNodeRef, NamedOrBlankNodeRef, TermRef};

const SH: &str = "http://www.w3.org/ns/shacl#";
/// What can stand at a shape that finds nothing itself.
const NO_CONSTRAINT: [&str; 8] =
    ["property", "path", "targetClass", "targetSubjectsOf", "severity", "message", "flags", "name"];

fn graph(profile: &Profile) -> Graph {
    profile.triples().unwrap().into_iter().collect()
}

fn objects<'a>(graph: &'a Graph, shape: NamedNodeRef<'a>, property: &str) -> Vec<TermRef<'a>> {
    let property = NamedNodeRef::new(property).unwrap();
    graph.objects_for_subject_predicate(shape, property).collect()
}

/// Shapes with a name that find something themselves: all whose results a reader sees.
fn finding(graph: &Graph) -> BTreeSet<NamedNodeRef<'_>> {
    let mut shapes = BTreeSet::new();
    for triple in graph {
        if let (NamedOrBlankNodeRef::NamedNode(shape), Some(local)) =
            (triple.subject, triple.predicate.as_str().strip_prefix(SH))
            && !NO_CONSTRAINT.contains(&local)
        {
            shapes.insert(shape);
        }
    }
    shapes
}

/// The messages of a shape by language.
fn messages<'a>(graph: &'a Graph, shape: NamedNodeRef<'a>) -> BTreeMap<&'a str, &'a str> {
    let mut messages = BTreeMap::new();
    for message in objects(graph, shape, &format!("{SH}message")) {
        let TermRef::Literal(message) = message else { panic!("{shape}: {message} is no text") };
        let language = message.language().unwrap_or_else(|| panic!("{shape}: {message} has no language"));
        assert_eq!(messages.insert(language, message.value()), None, "{shape}: two messages in {language}");
    }
    messages
}

#[test]
fn every_shape_names_its_rule_and_its_severity() {
    for profile in PROFILES {
        let graph = graph(profile);
        let shapes = finding(&graph);
        assert!(shapes.len() >= 10, "{}: {}", profile.name, shapes.len());
        for shape in shapes {
            let rules = objects(&graph, shape, "http://www.w3.org/2000/01/rdf-schema#seeAlso");
            assert!(
                matches!(*rules, [TermRef::NamedNode(rule)] if rule.as_str().starts_with("https://")),
                "{shape}: {rules:?}"
            );
            let severities = objects(&graph, shape, &format!("{SH}severity"));
            assert!(
                matches!(*severities, [TermRef::NamedNode(severity)]
                    if ["Violation", "Warning", "Info"].iter().any(|each| severity.as_str() == format!("{SH}{each}"))),
                "{shape}: {severities:?}"
            );
        }
    }
}

#[test]
fn every_shape_says_in_four_languages_what_is_wrong_and_what_to_do() {
    for profile in PROFILES {
        let graph = graph(profile);
        for shape in finding(&graph) {
            let messages = messages(&graph, shape);
            assert!(
                LANGUAGES.iter().all(|language| messages.contains_key(language)),
                "{shape}: {messages:?}"
            );
            assert_eq!(messages.len(), LANGUAGES.len(), "{shape}: {messages:?}");
            for (language, message) in messages {
                // What is wrong ends with a stop; why and what to do follow.
                assert!(
                    message.matches(['.', ':']).count() >= 2 && message.contains(". "),
                    "{shape}: {message}"
                );
                assert!(message.ends_with('.'), "{shape}: {message}");
                assert!((40..420).contains(&message.chars().count()), "{shape}: {message}");
                assert!(message.chars().next().is_some_and(char::is_uppercase), "{shape}: {message}");
                assert!(
                    !message.contains("  ") && !message.contains(['\'', '"', '{', '\n']),
                    "{shape}: {message}"
                );
                check_writing(language, message);
            }
        }
    }
}

/// Slips that a table of words and phrases makes: elision, contraction, spaces before the double marks.
fn check_writing(language: &str, message: &str) {
    let lower = format!(" {} ", message.to_lowercase());
    let wrong: &[&str] = match language {
        "fr" => &[
            " de le ",
            " de les ",
            " à le ",
            " à les ",
            " que il",
            " que elle",
            " que on ",
            " si il ",
            " le a",
            " la a",
            " le é",
            " la é",
            " de a",
            " de é",
            " de i",
            " le i",
            " la i",
            " le o",
            " la o",
            " de o",
            " se a",
            " ne a",
            " ne e",
        ],
        "de" => &[" dem die ", " der der ", " die die "],
        "nl" => &[" de het ", " het de ", " de de "],
        _ => &[" a a", " a e", " a i", " the the "],
    };
    for slip in wrong {
        assert!(!lower.contains(slip), "`{slip}` in: {message}");
    }
    if language == "fr" {
        for (at, mark) in message.match_indices([':', ';', '?', '!']) {
            let before = message.get(..at).and_then(|before| before.chars().next_back());
            let after = message.get(at + mark.len()..).and_then(|after| after.chars().next());
            // Within an address or a prefixed name no space is meant.
            let inside = after.is_some_and(|next| !next.is_whitespace());
            assert!(
                inside || before == Some(' ') || before == Some('\u{a0}'),
                "space before `{mark}`: {message}"
            );
        }
    }
}

#[test]
fn a_severity_fits_its_profile() {
    let severities = |name: &str| -> BTreeSet<String> {
        let graph = graph(moisson_shapes::find(name).unwrap());
        let property = NamedNodeRef::new("http://www.w3.org/ns/shacl#severity").unwrap();
        graph
            .triples_for_predicate(property)
            .map(|triple| triple.object.to_string().replace(SH, ""))
            .collect()
    };
    assert_eq!(severities("dcat-ap-3").into_iter().collect::<Vec<_>>(), ["<Violation>"]);
    assert_eq!(severities("dcat-ap-3-recommended").into_iter().collect::<Vec<_>>(), ["<Warning>"]);
    assert!(!severities("portal").contains("<Violation>"), "advice is no violation");
}
