//! What is written for small resources, and what holds for any.

use oxrdf::{Term, Triple};
use proptest::prelude::*;

use super::{Naming, Written, write};
use crate::*;

fn text(value: &str) -> Text {
    Text { value: value.to_owned(), lang: Some("fr".to_owned()) }
}

fn written(dataset: Dataset) -> Written {
    let base = Iri::new("https://data.example").unwrap();
    let naming = Naming { base: &base, source: "rennes", record_id: "arbres" };
    write(&Resource::Dataset(Box::new(dataset)), &naming)
}

fn lines(written: &Written) -> Vec<String> {
    let record = written.record.iter().map(ToString::to_string);
    let shared = written.shared.iter().map(|(g, t)| format!("{t} {g}"));
    record.chain(shared).collect()
}

#[test]
fn a_dataset_stands_in_its_catalogue_with_a_record_and_its_upstream_id() {
    let dataset = Dataset {
        title: vec![text("Arbres")],
        upstream: Upstream { iri: Iri::new("https://u.example/d/1").ok(), ..Upstream::default() },
        ..Dataset::default()
    };
    let written = written(dataset);
    assert_eq!(written.iri.as_str(), "https://data.example/id/dataset/rennes/arbres");
    assert_eq!(written.graph_name.as_str(), "https://data.example/id/record/rennes/arbres");
    let lines = lines(&written).join("\n");
    for expected in [
        "<https://data.example/id/catalog/rennes> <http://www.w3.org/ns/dcat#dataset> <https://data.example/id/dataset/rennes/arbres>",
        "<https://data.example/id/record/rennes/arbres> <http://www.w3.org/ns/prov#wasDerivedFrom> <https://u.example/d/1>",
        "<http://purl.org/dc/terms/title> \"Arbres\"@fr",
        "<http://www.w3.org/2004/02/skos/core#notation> \"arbres\"",
    ] {
        assert!(lines.contains(expected), "{expected} is not in\n{lines}");
    }
}

#[test]
fn a_term_of_a_table_is_only_named_and_an_unmapped_one_gets_a_node_with_its_label() {
    let environment = "http://publications.europa.eu/resource/authority/data-theme/ENVI";
    let dataset = Dataset {
        theme: vec![
            Concept { iri: Iri::new(environment).ok(), label: vec![text("Nature")] },
            Concept { iri: None, label: vec![text("Vie du quartier")] },
        ],
        ..Dataset::default()
    };
    let lines = lines(&written(dataset));
    let about = |iri: &str| lines.iter().filter(|l| l.starts_with(&format!("<{iri}"))).count();
    assert_eq!(about(environment), 0);
    assert_eq!(about("https://data.example/id/concept/rennes/vie-du-quartier-"), 2);
}

#[test]
fn an_agent_is_one_whatever_record_names_it() {
    let named = |record_id: &str| {
        let base = Iri::new("https://data.example").unwrap();
        let naming = Naming { base: &base, source: "rennes", record_id };
        let publisher = Some(Agent { name: vec![text("Ville de Rennes")], ..Agent::default() });
        let dataset = Dataset { publisher, ..Dataset::default() };
        write(&Resource::Dataset(Box::new(dataset)), &naming).shared
    };
    assert_eq!(named("a"), named("b"));
}

#[test]
fn a_copy_of_a_service_in_many_distributions_is_one_node() {
    let service = DataService {
        id: "api".to_owned(),
        endpoint_url: vec![Iri::new("https://u.example/api").unwrap()],
        ..DataService::default()
    };
    let distribution = |id: &str| Distribution {
        id: id.to_owned(),
        access_service: vec![service.clone()],
        ..Distribution::default()
    };
    let written =
        written(Dataset { distribution: vec![distribution("a"), distribution("b")], ..Dataset::default() });
    let endpoints = written.record.iter().filter(|t| t.predicate.as_str().ends_with("endpointURL")).count();
    assert_eq!(endpoints, 1);
}

prop_compose! {
    fn any_text()(value in "\\PC{1,12}", lang in proptest::option::of("[a-z]{2}(-[a-z]{2})?|\\PC{0,3}")) -> Text {
        Text { value, lang }
    }
}

prop_compose! {
    fn any_iri()(path in "[a-zé/]{0,8}", fragment in "(#[a-z]{1,3})?") -> Iri {
        Iri::new(format!("https://u.example/{path}{fragment}")).unwrap()
    }
}

prop_compose! {
    fn any_concept()(
        iri in proptest::option::of(any_iri()), label in proptest::collection::vec(any_text(), 0..2),
    ) -> Concept {
        Concept { iri, label }
    }
}

fn any_extra() -> impl Strategy<Value = ExtraValue> {
    let leaf =
        prop_oneof![
            any_iri().prop_map(|iri| ExtraValue::Iri { iri }),
            ("\\PC{0,8}", proptest::option::of("\\PC{0,3}"))
                .prop_map(|(literal, lang)| ExtraValue::Literal { literal, datatype: None, lang }),
        ];
    leaf.prop_recursive(20, 40, 2, |inner| {
        proptest::collection::vec((any_iri(), inner), 0..3).prop_map(|node| ExtraValue::Node { node })
    })
}

prop_compose! {
    fn any_agent()(
        iri in proptest::option::of(any_iri()), name in proptest::collection::vec(any_text(), 0..2),
        r#type in proptest::option::of(any_concept()), identifier in proptest::collection::vec("\\PC{0,6}", 0..2),
    ) -> Agent {
        Agent { iri, name, r#type, identifier, ..Agent::default() }
    }
}

prop_compose! {
    fn any_dataset()(
        title in proptest::collection::vec(any_text(), 0..3),
        theme in proptest::collection::vec(any_concept(), 0..3),
        license in proptest::collection::vec(any_concept(), 0..2),
        publisher in proptest::option::of(any_agent()),
        creator in proptest::collection::vec(any_agent(), 0..2),
        page in proptest::collection::vec((proptest::option::of(any_iri()), proptest::collection::vec(any_text(), 0..2)), 0..3),
        extra in proptest::collection::vec((any_iri(), any_extra()), 0..3),
        keys in proptest::collection::vec(("\\PC{0,6}", "\\PC{0,6}"), 0..3),
        ids in proptest::collection::vec("\\PC{0,6}", 0..4),
    ) -> Dataset {
        let distribution = ids.into_iter().map(|id| Distribution { id, ..Distribution::default() }).collect();
        let page = page.into_iter().map(|(iri, title)| Reference { iri, title }).collect();
        let statements = extra.into_iter().map(|(property, value)| Extra::Statement { property, value });
        let extra = statements.chain(keys.into_iter().map(|(key, value)| Extra::Key { key, value })).collect();
        Dataset { title, distribution, publisher, theme, creator, page, license, extra, ..Dataset::default() }
    }
}

/// The IRIs in a triple.
fn iris(triple: &Triple) -> Vec<String> {
    let mut iris = vec![triple.subject.to_string(), triple.predicate.to_string()];
    if let Term::NamedNode(object) = &triple.object {
        iris.push(object.to_string());
    }
    iris
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_has_valid_iris_no_blank_nodes_and_one_fingerprint(
        dataset in any_dataset(), record_id in "\\PC{0,12}",
    ) {
        let base = Iri::new("https://data.example/").unwrap();
        let naming = Naming { base: &base, source: "s", record_id: &record_id };
        let resource = Resource::Dataset(Box::new(dataset));
        let once = write(&resource, &naming);
        prop_assert_eq!(&once, &write(&resource, &naming));
        let again: Resource = serde_json::from_str(&serde_json::to_string(&resource).unwrap()).unwrap();
        prop_assert_eq!(once.fingerprint, write(&again, &naming).fingerprint);
        for triple in once.record.iter().chain(once.shared.iter().map(|(_, t)| t)) {
            for iri in iris(triple) {
                let iri = iri.strip_prefix('<').and_then(|i| i.strip_suffix('>'));
                prop_assert!(iri.is_some_and(|i| Iri::new(i).is_ok()), "{:?}", triple);
            }
        }
        let all: Vec<&Triple> = once.record.iter().chain(once.shared.iter().map(|(_, t)| t)).collect();
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        prop_assert_eq!(distinct.len(), all.len(), "a triple stands twice");
    }
}
