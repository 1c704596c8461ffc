//! The profiles: their names, what they stand on, and which records they are for.

use std::collections::BTreeSet;

use moisson_shacl::{Options, Shapes};
use moisson_shapes::{PROFILES, Pipeline, SHAPES, find, of_shape, with_bases};
use oxrdf::{NamedNode, NamedOrBlankNode, Triple};

#[test]
fn every_profile_compiles_as_the_standard_says_alone_and_with_all_others() {
    let strict = Options { strict: true, ..Options::default() };
    let mut all: Vec<Triple> = Vec::new();
    for profile in PROFILES {
        let triples = profile.triples().unwrap();
        let shapes = Shapes::compile(&triples, &strict).unwrap();
        assert!(!shapes.is_empty(), "{}", profile.name);
        assert_eq!(shapes.notices(), [], "{}", profile.name);
        all.extend(triples);
    }
    assert_eq!(Shapes::compile(&all, &strict).unwrap().notices(), []);
}

#[test]
fn a_shape_belongs_to_the_profile_in_whose_file_it_is() {
    for profile in PROFILES {
        for triple in profile.triples().unwrap() {
            if let NamedOrBlankNode::NamedNode(node) = &triple.subject {
                assert!(node.as_str().starts_with(SHAPES), "{}: {triple}", profile.name);
                assert_eq!(of_shape(node.as_str()).unwrap().name, profile.name, "{triple}");
            }
        }
    }
    assert!(of_shape("urn:moisson:shapes:unknown:Dataset-title").is_none());
    assert!(of_shape("https://example.org/Dataset").is_none());
}

#[test]
fn profiles_have_titles_in_four_languages_and_a_specification() {
    for profile in PROFILES {
        for (language, title) in profile.titles() {
            assert!(!title.trim().is_empty(), "{} in {language}", profile.name);
            assert_eq!(profile.title(language), title);
        }
        assert!(profile.specification.starts_with("https://"), "{}", profile.name);
        assert_eq!(profile.title("it"), profile.title("en"));
        assert_eq!(profile.title("fr-BE"), profile.title("fr"));
    }
}

#[test]
fn a_profile_is_asked_for_with_what_it_stands_on() {
    for profile in PROFILES {
        let names: BTreeSet<&str> =
            with_bases([profile.name]).unwrap().iter().map(|each| each.name).collect();
        assert!(names.contains(profile.name));
        assert!(profile.base.iter().all(|base| names.contains(base)), "{names:?}");
    }
    let all = with_bases(PROFILES.iter().rev().map(|profile| profile.name)).unwrap();
    assert_eq!(
        all.iter().map(|profile| profile.name).collect::<Vec<_>>(),
        PROFILES.iter().map(|profile| profile.name).collect::<Vec<_>>(),
        "each once, in the order of reports"
    );
}

#[test]
fn an_unknown_profile_is_answered_with_the_known_ones() {
    let error = find("dcatap-3").unwrap_err().to_string();
    assert!(
        error.starts_with("unknown profile `dcatap-3`, did you mean `dcat-ap-3`? known are `dcat-ap-3`, "),
        "{error}"
    );
    let error = find("xyz").unwrap_err().to_string();
    assert!(error.starts_with("unknown profile `xyz`; known are `dcat-ap-3`, "), "{error}");
    assert!(with_bases(["portal", "xyz"]).is_err());
}

#[test]
fn profiles_for_all_records_need_no_sign() {
    for profile in PROFILES.iter().filter(|profile| profile.pipeline == Pipeline::Always) {
        assert!(profile.is_for(&Vec::<Triple>::new()), "{}", profile.name);
    }
}

#[test]
fn a_record_declares_a_profile_by_what_it_says() {
    let node = |iri: &str| NamedNode::new(iri).unwrap();
    let says = |property: &str, object: &str| {
        let statement = Triple::new(node("https://e.example/dataset"), node(property), node(object));
        let declared = PROFILES.iter().filter(|profile| profile.pipeline != Pipeline::Always);
        declared
            .filter(|profile| profile.is_for([&statement]))
            .map(|profile| profile.name)
            .collect::<Vec<_>>()
    };
    let (publisher, legislation) =
        ("http://purl.org/dc/terms/publisher", "http://data.europa.eu/r5r/applicableLegislation");
    assert_eq!(says(legislation, "http://data.europa.eu/eli/reg_impl/2023/138/oj"), ["dcat-ap-hvd"]);
    assert_eq!(
        says("http://data.europa.eu/r5r/hvdCategory", "http://data.europa.eu/bna/c_ac64a52d"),
        ["dcat-ap-hvd"]
    );
    assert_eq!(says(publisher, "https://org.belgif.be/id/CbeRegisteredEntity/0207373429"), ["belgium"]);
    assert!(says(legislation, "http://data.europa.eu/eli/dir/2007/2/oj").is_empty());
    assert!(says(publisher, "https://org.example/id/belgif.be").is_empty());
}
