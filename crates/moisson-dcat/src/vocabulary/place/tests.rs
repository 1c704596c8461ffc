//! The table of places, and how lists and codes are read.

use super::key::key;
use super::table::TABLE;
use super::{Context, Found, Kind, Place, by_iri, find, find_all, label, nearest};

fn all() -> impl Iterator<Item = Place> {
    (0..TABLE.len()).map(Place)
}

#[test]
fn every_place_is_found_by_its_iri_and_its_names() {
    let mut count = 0;
    for place in all() {
        let iri = place.iri();
        let again = by_iri(iri.as_str()).unwrap_or_else(|| panic!("{iri}"));
        // A former commune may have given its code to another place.
        assert!(again == place || place.kind().is_former(), "{place:?} is {again:?}");
        assert!(crate::Iri::new(iri.as_str()).is_ok(), "{iri}");
        if place.kind() != Kind::District {
            for text in place.labels() {
                let key = key(&text.value).unwrap();
                assert!(TABLE.by_name(&key).any(|(row, _)| Place(row) == place), "{place:?}: {key}");
            }
        }
        count += 1;
    }
    assert!(count > 42_000);
}

#[test]
fn every_place_leads_to_a_country_and_lies_in_its_box() {
    for place in all() {
        let country = place.country();
        assert!(country.is_some() || matches!(place.kind(), Kind::World | Kind::Continent), "{place:?}");
        let Some([x, y]) = place.centre() else { continue };
        if let Some([west, south, east, north]) = place.bounds() {
            assert!(west <= x && x <= east && south <= y && y <= north, "{place:?}");
        }
        let parent = place.parent().filter(|parent| parent.kind() != Kind::World);
        if let Some([west, south, east, north]) = parent.and_then(Place::bounds) {
            let inside = x >= west - 0.2 && x <= east + 0.2 && y >= south - 0.2 && y <= north + 0.2;
            let overseas =
                ["01", "02", "03", "04", "06"].contains(&place.code()) && place.kind() == Kind::Region;
            assert!(inside || overseas, "{place:?} is not in {parent:?}");
        }
    }
}

#[test]
fn numbers_of_the_table_are_those_of_its_sources() {
    let count = |kind: Kind| TABLE.rows_of(kind).len();
    assert_eq!(count(Kind::Commune), 34_969);
    assert_eq!(count(Kind::Department), 101);
    assert_eq!(count(Kind::Region), 18);
    assert_eq!(count(Kind::BelgianCommune), 565);
    assert_eq!(count(Kind::Province), 10);
    assert_eq!(count(Kind::BelgianRegion), 3);
}

#[test]
fn places_of_the_eu_tables_exist_there() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vocabularies"));
    if !folder.exists() {
        println!("skipped: no authority tables beside the workspace");
        return;
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (countries, continents, places) =
        (read("country.europarl.rdf"), read("continent.piveau.rdf"), read("place.piveau.rdf"));
    let mut checked = 0;
    for place in all() {
        let own = matches!(place.kind(), Kind::Country | Kind::Continent | Kind::Town).then(|| place.iri());
        for iri in own.into_iter().chain(place.same()) {
            let table = match iri.as_str() {
                iri if iri.contains("/country/") => &countries,
                iri if iri.contains("/continent/") => &continents,
                _ => &places,
            };
            assert!(table.contains(&format!("rdf:about=\"{iri}\"")), "{iri}");
            checked += 1;
        }
    }
    assert!(checked > 2_500, "{checked}");
}

#[test]
fn several_places_are_parted_when_each_is_one() {
    let codes = |raw: &str| {
        find_all(raw, &Context::default()).map(|places| places.iter().map(|p| p.code()).collect::<Vec<_>>())
    };
    assert_eq!(codes("Rennes, Saint-Malo et Fougères"), Ok(vec!["35238", "35288", "35115"]));
    assert_eq!(codes("Bretagne ; Pays de la Loire"), Ok(vec!["53", "52"]));
    assert_eq!(codes("France, Belgique"), Ok(vec!["FRA", "BEL"]));
    assert_eq!(codes("Loir-et-Cher et Ille-et-Vilaine"), Ok(vec!["41", "35"]));
    assert_eq!(codes("Liège/Luik"), Ok(vec!["62063"]));
    assert_eq!(codes("Rennes, centre-ville"), Err(vec![]));
    assert_eq!(codes("Rennes et Saint-Denis").map_err(|several| several.len() > 1), Err(true));
    assert_eq!(codes(&"a,".repeat(5_000)), Err(vec![]));
}

#[test]
fn names_are_said_in_the_readers_language() {
    let liege = "http://vocab.belgif.be/auth/refnis2019/62063";
    assert_eq!(
        ["fr", "nl", "de", "en", "nl-BE"].map(|lang| label(liege, lang).unwrap()),
        ["Liège", "Luik", "Lüttich", "Liège", "Luik"]
    );
    assert_eq!(label("http://id.insee.fr/geo/commune/35238", "nl"), Some("Rennes"));
    assert_eq!(label("http://id.insee.fr/geo/commune/00000", "fr"), None);
    let gent = by_iri("http://vocab.belgif.be/auth/refnis2019/44021").unwrap();
    let texts = gent.labels();
    assert_eq!(texts.len(), 3, "{texts:?}");
}

#[test]
fn a_commune_knows_what_is_around_it() {
    let Found::One(rennes) = find("Rennes", &Context::default()) else { panic!("Rennes") };
    let around: Vec<&str> = rennes.lineage().map(|place| place.name("fr")).collect();
    assert_eq!(around, ["Rennes", "Rennes Métropole", "Ille-et-Vilaine", "Bretagne", "France", "Monde"]);
    assert_eq!((rennes.siren(), rennes.population()), (Some("213502388"), 230_890));
    assert_eq!(rennes.bounds(), Some([-1.7526, 48.0769, -1.6245, 48.155]));
    assert_eq!(rennes.described("fr"), "Rennes (Ille-et-Vilaine, 35238)");
}

#[test]
fn unknown_names_lead_to_the_nearest() {
    let names = |raw: &str| nearest(raw, 3).iter().map(|place| place.name("fr")).collect::<Vec<_>>();
    assert_eq!(names("Renes").first(), Some(&"Rennes"));
    assert_eq!(names("xyzzyqqq"), Vec::<&str>::new());
}
