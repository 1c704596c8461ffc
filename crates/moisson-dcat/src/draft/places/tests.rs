//! Places out of a record's words, codes and geometries.

use super::super::{Defaults, Draft, LocationSaid, Rule, inherit_territory, said, traced};
use crate::vocabulary::place::{Place, by_iri};
use crate::write::{Naming, write};
use crate::{Iri, Location, Mapped, RemarkCode, Resource};

const RENNES: &str = "http://id.insee.fr/geo/commune/35238";

fn mapped(say: impl FnOnce(&mut Draft)) -> Mapped {
    let mut draft = Draft::dataset(&Defaults { language: Some("fr".to_owned()), ..Defaults::default() });
    draft.title(said("title", "T")).description(said("notes", "D"));
    say(&mut draft);
    draft.finish()
}

fn spatial(mapped: &Mapped) -> &[Location] {
    match &mapped.resource {
        Resource::Dataset(dataset) => &dataset.spatial,
        other => panic!("{other:?}"),
    }
}

fn iris(mapped: &Mapped) -> Vec<&str> {
    spatial(mapped).iter().map(|l| l.iri.as_ref().map_or("", Iri::as_str)).collect()
}

fn codes(mapped: &Mapped) -> Vec<RemarkCode> {
    mapped.remarks.iter().map(|remark| remark.code).collect()
}

fn rennes() -> Place {
    by_iri(RENNES).unwrap()
}

#[test]
fn a_place_of_the_table_has_its_names_and_box() {
    let it = mapped(|draft| _ = draft.spatial_text(said("spatial", "Ville de Rennes")));
    assert_eq!((iris(&it), codes(&it)), (vec![RENNES], vec![]));
    let [place] = spatial(&it) else { panic!("{it:?}") };
    assert_eq!(place.label[0].value, "Rennes");
    assert!(place.bbox.as_deref().unwrap().starts_with("POLYGON((-1.7526 48.0769"), "{place:?}");
    assert!(place.centroid.is_some());
    let several = mapped(|draft| _ = draft.spatial_text(said("spatial", "Rennes, Saint-Malo")));
    assert_eq!(iris(&several), [RENNES, "http://id.insee.fr/geo/commune/35288"]);
}

#[test]
fn a_box_beside_the_name_is_turned_round_or_left_out_where_the_name_shows_that_it_is_wrong() {
    let with = |bbox: &str| {
        mapped(|draft| {
            draft.spatial(&LocationSaid {
                label: vec![said("territory", "Rennes")],
                bbox: Some(said("bbox", bbox)),
                ..LocationSaid::default()
            });
        })
    };
    let swapped = with("48.08, -1.75, 48.15, -1.62");
    assert_eq!(codes(&swapped), [RemarkCode::SuspectGeometry]);
    assert!(spatial(&swapped)[0].bbox.as_deref().unwrap().starts_with("POLYGON((-1.75 48.08"));
    let world = with("-180,-90,180,90");
    assert_eq!((iris(&world), codes(&world)), (vec![RENNES], vec![RemarkCode::SuspectGeometry]));
    assert!(spatial(&world)[0].bbox.as_deref().unwrap().starts_with("POLYGON((-1.7526"));
    let projected = with("351000,6788000,353000,6790000");
    assert!(spatial(&projected)[0].bbox.as_deref().unwrap().starts_with("POLYGON((-1.6"), "{projected:?}");
}

#[test]
fn homonyms_are_told_by_the_record_or_left_with_a_remark() {
    let left = mapped(|draft| _ = draft.spatial_text(said("spatial", "Saint-Denis")));
    assert_eq!((iris(&left), codes(&left)), (vec![""], vec![RemarkCode::AmbiguousPlace]));
    assert!(left.remarks[0].detail.contains("Saint-Denis (Seine-Saint-Denis, 93066)"), "{:?}", left.remarks);
    let denis = "http://id.insee.fr/geo/commune/93066";
    let beside = mapped(|draft| {
        draft.spatial_text(said("a", "Saint-Denis")).spatial_text(said("b", "Seine-Saint-Denis"));
    });
    assert_eq!(iris(&beside), [denis, "http://id.insee.fr/geo/departement/93"]);
    assert_eq!(codes(&beside), []);
    let shaped = mapped(|draft| {
        draft.spatial(&LocationSaid {
            label: vec![said("a", "Saint-Denis")],
            centroid: Some(said("b", "POINT(2.355 48.936)")),
            ..LocationSaid::default()
        });
    });
    assert_eq!((iris(&shaped), codes(&shaped)), (vec![denis], vec![]));
}

#[test]
fn words_that_are_no_place_stay_with_a_remark() {
    let it = mapped(|draft| _ = draft.spatial_text(said("spatial", "annuelle")));
    assert_eq!((iris(&it), codes(&it)), (vec![""], vec![RemarkCode::UnmappedValue]));
    assert_eq!(spatial(&it)[0].label[0].value, "annuelle");
}

#[test]
fn the_own_iri_of_a_known_list_stays_and_that_of_a_portal_becomes_the_place() {
    let of = |iri: &str| {
        mapped(|draft| {
            draft.spatial(&LocationSaid {
                iri: Some(said("uri", iri)),
                label: vec![said("label", "Rennes")],
                ..LocationSaid::default()
            });
        })
    };
    assert_eq!(iris(&of("https://sws.geonames.org/2983990/")), ["https://sws.geonames.org/2983990/"]);
    assert_eq!(iris(&of("https://portail.example/lieu/7")), [RENNES]);
    let word = mapped(|draft| _ = draft.spatial_iri(said("spatial", "https://portail.example/Rennes")));
    assert_eq!(iris(&word), [RENNES]);
    let eu = "http://publications.europa.eu/resource/authority/country/FRA";
    assert_eq!(iris(&mapped(|draft| _ = draft.spatial_iri(said("spatial", eu)))), [eu]);
}

#[test]
fn the_territory_is_for_records_that_speak_of_no_place() {
    let mut silent = mapped(|_| ());
    inherit_territory(&mut silent, rennes());
    assert_eq!((iris(&silent), codes(&silent)), (vec![RENNES], vec![RemarkCode::DerivedValue]));
    for text in ["Bretagne", "Kergrist", "centre"] {
        let mut speaking = mapped(|draft| _ = draft.spatial_text(said("spatial", text)));
        let before = speaking.clone();
        inherit_territory(&mut speaking, rennes());
        assert_eq!(spatial(&speaking), spatial(&before), "{text}");
    }
    let last_step = |text: &str| {
        let ((), trace) = traced(|| {
            let mut mapped = mapped(|draft| _ = draft.spatial_text(said("spatial", text)));
            inherit_territory(&mut mapped, rennes());
        });
        trace.steps.last().map(|step| (step.rule, step.result.clone())).unwrap()
    };
    assert_eq!(last_step(""), (Rule::Configured, RENNES.to_owned()));
    let found = "http://id.insee.fr/geo/commune/35278".to_owned();
    assert_eq!(last_step("Saint-Grégoire"), (Rule::Pattern, found));
    let mut homonym = mapped(|draft| _ = draft.spatial_text(said("spatial", "Saint-Grégoire")));
    assert_eq!(codes(&homonym), [RemarkCode::AmbiguousPlace]);
    inherit_territory(&mut homonym, rennes());
    assert_eq!(iris(&homonym), ["http://id.insee.fr/geo/commune/35278"]);
    assert_eq!(codes(&homonym), []);
}

#[test]
fn what_the_table_says_is_written_once_for_all_records() {
    let lines = |bbox: &str| {
        let it = mapped(|draft| {
            draft.spatial(&LocationSaid {
                label: vec![said("territory", "Rennes")],
                bbox: Some(said("bbox", bbox)),
                ..LocationSaid::default()
            });
        });
        let base = Iri::new("https://data.example").unwrap();
        let written = write(&it.resource, &Naming { base: &base, source: "s", record_id: "1" });
        let record: Vec<String> = written.record.iter().map(ToString::to_string).collect();
        let shared: Vec<String> = written.shared.iter().map(|(_, triple)| triple.to_string()).collect();
        (record, shared)
    };
    let (record, shared) = lines("");
    let has = |lines: &[String], part: &str| lines.iter().any(|line| line.contains(part));
    assert!(has(&record, &format!("spatial> <{RENNES}>")));
    assert!(!has(&record, "bbox"), "{record:#?}");
    for part in
        ["prefLabel> \"Rennes\"@fr", "dcat#bbox>", "dcat#centroid>", "terms/Location>", "notation> \"35238\""]
    {
        assert!(has(&shared, part), "{part}: {shared:#?}");
    }
    let (record, again) = lines("-1.7, 48.1, -1.6, 48.2");
    assert!(has(&record, "dcat#bbox> \"POLYGON((-1.7 48.1"), "{record:#?}");
    assert_eq!(shared, again);
}
