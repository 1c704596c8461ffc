//! Spellings of organisations as French and Belgian portals have them, grouped by hand: within a group all are one agent,
//! between groups none are.

use super::{Organisation, Organisations};
use crate::{Agent, AgentKey, AgentRule, Text};

/// Each line is one body.
const BODIES: &[&[&str]] = &[
    // Communes and the intercommunality of the same name are two bodies.
    &[
        "Rennes",
        "Ville de Rennes",
        "VILLE DE RENNES",
        "Mairie de Rennes",
        "Commune de Rennes",
        "ville de rennes ",
        "Rennes (ville)",
        "Rennes, Ville de",
        "Hôtel de ville de Rennes",
    ],
    &[
        "RENNES METROPOLE",
        "Rennes Métropole",
        "Métropole de Rennes",
        "rennes-metropole",
        "Rennes (métropole)",
        "Communauté d'agglomération de Rennes Métropole",
    ],
    &["Ville de Rennes et Rennes Métropole", "Ville de Rennes et Rennes Metropole"],
    &["Office de tourisme de Rennes Métropole"],
    &["Keolis Rennes"],
    &["Université de Rennes"],
    &["Université Rennes 2"],
    &[
        "Département d'Ille-et-Vilaine",
        "Conseil départemental d'Ille-et-Vilaine",
        "DEPARTEMENT D'ILLE ET VILAINE",
        "Conseil Général d'Ille-et-Vilaine",
    ],
    &["Région Bretagne", "Conseil régional de Bretagne", "Region Bretagne", "REGION DE BRETAGNE", "Bretagne"],
    &["DREAL Bretagne"],
    &["Ville du Mans", "Le Mans", "Mairie du Mans", "VILLE DU MANS"],
    &["Le Mans Métropole", "LE MANS METROPOLE", "Métropole du Mans"],
    &["Ville des Sables-d'Olonne", "Les Sables d'Olonne"],
    &["Les Sables d'Olonne Agglomération", "Communauté d'agglomération des Sables d'Olonne"],
    &["Ville d'Angers", "Angers", "Mairie d'Angers"],
    &["Angers Loire Métropole", "Communauté urbaine Angers Loire Métropole"],
    &["La Rochelle", "Ville de La Rochelle", "Mairie de la Rochelle", "VILLE DE LA ROCHELLE"],
    &[
        "Communauté d'agglomération de La Rochelle",
        "Agglomération de La Rochelle",
        "La Rochelle Agglomération",
        "CA La Rochelle Agglomération",
    ],
    &["Ville de Nantes", "Nantes"],
    &["Nantes Métropole", "Métropole de Nantes", "NANTES METROPOLE"],
    &["Lille", "Ville de Lille"],
    &["Métropole Européenne de Lille", "Métropole européenne de Lille (MEL)"],
    &["Ville de Strasbourg", "Mairie de Strasbourg"],
    &["Eurométropole de Strasbourg", "Strasbourg Eurométropole"],
    &["Ville et Eurométropole de Strasbourg"],
    &["Ville d'Orange", "Mairie d'Orange", "Commune d'Orange"],
    &["Orange", "ORANGE"],
    &[
        "Communauté de communes du Pays de Fayence",
        "CC du Pays de Fayence",
        "Pays de Fayence (communauté de communes)",
    ],
    &["Ville de Fayence"],
    &["Saint-Malo", "Ville de Saint Malo", "VILLE DE SAINT-MALO"],
    &["Saint-Malo Agglomération", "Communauté d'agglomération de Saint-Malo"],
    &["Région Île-de-France", "Conseil régional d'Île-de-France", "REGION ILE DE FRANCE"],
    &["Île-de-France Mobilités", "Ile de France Mobilités"],
    &[
        "Institut national de la statistique et des études économiques (INSEE)",
        "Institut National de la Statistique et des Études Économiques",
    ],
    &["SNCF", "sncf"],
    &["SNCF Réseau"],
    &["Département de la Loire-Atlantique", "Conseil départemental de Loire-Atlantique"],
    &["Département de la Gironde", "Conseil départemental de la Gironde"],
    &["Ville de Digne-les-Bains", "Digne les Bains"],
    &["Syndicat mixte Mégalis Bretagne"],
    &["Montélimar Agglomération", "Communauté d'agglomération Montélimar-Agglomération"],
    &["Agence d'urbanisme de Rennes"],
    // Belgium and Germany.
    &["Stad Gent", "Gent", "stad Gent", "Stadsbestuur Gent"],
    &["Gemeente Sint-Niklaas", "Sint Niklaas"],
    &["Provincie Oost-Vlaanderen", "Provinciebestuur Oost-Vlaanderen"],
    &["Ville de Namur", "Administration communale de Namur", "Commune de Namur"],
    &["Province de Namur", "PROVINCE DE NAMUR"],
    &["Université de Namur"],
    &["Ville de Liège", "Liège"],
    &["Province de Liège"],
    &["Service public de Wallonie (SPW)", "Service Public de Wallonie", "SPW - Service public de Wallonie"],
    &["Hansestadt Rostock", "Rostock"],
    &["Stadt Köln", "Köln"],
    &["Landeshauptstadt Dresden", "Stadt Dresden"],
    // The table of places knows both names, and which of them a bare name is.
    &["Ville de Bruxelles", "Stad Brussel", "Commune de Bruxelles", "Gemeente Brussel"],
    &["Région de Bruxelles-Capitale"],
    &["Stad Antwerpen", "Ville d'Anvers"],
    &["Provincie Antwerpen", "Province d'Anvers"],
    &["Bretagne aménagement"],
    &["EU"],
    &["Ville d'Eu"],
    &["Ville de Saint-Denis (93)", "Saint-Denis (93)"],
    &["Ville de Saint-Denis (974)"],
    &["Ville de St-Étienne", "Saint-Etienne", "Mairie de Saint Étienne"],
    &["Saint-Étienne Métropole"],
];

fn agent(name: &str) -> Agent {
    Agent { name: vec![Text { value: name.to_owned(), lang: None }], ..Agent::default() }
}

fn key(organisations: &Organisations, name: &str) -> Option<AgentKey> {
    organisations.recognise(&agent(name), "a").map(|found| found.key)
}

#[test]
fn spellings_of_one_body_are_one_agent_and_those_of_two_are_two() {
    let none = Organisations::default();
    let (mut spellings, mut wrong) = (0, Vec::new());
    let all: Vec<(usize, &str, Option<AgentKey>)> = BODIES
        .iter()
        .enumerate()
        .flat_map(|(body, names)| names.iter().map(move |name| (body, *name)))
        .map(|(body, name)| (body, name, key(&none, name)))
        .collect();
    for (at, (body, name, key)) in all.iter().enumerate() {
        spellings += 1;
        for (other_body, other, other_key) in all.iter().skip(at + 1) {
            if (body == other_body) != (key == other_key) {
                wrong.push(format!("{name} / {other}: {key:?} {other_key:?}"));
            }
        }
    }
    assert!(spellings >= 100, "{spellings} spellings");
    assert!(wrong.is_empty(), "{} wrong pairs:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_name_that_every_administration_has_is_one_within_its_source() {
    let none = Organisations::default();
    for name in [
        "Service SIG",
        "Direction de l'urbanisme",
        "Mairie",
        "Office de tourisme",
        "DSI",
        "Open data",
        "admin",
        "Bibliothèque",
    ] {
        let found = none.recognise(&agent(name), "a").unwrap();
        assert!(matches!(found.key, AgentKey::Source(_)), "{name}: {found:?}");
        assert_eq!(found.rule, AgentRule::Source, "{name}");
    }
    for name in [
        "Direction départementale des territoires de l'Ain",
        "Service hydrographique et océanographique de la marine",
    ] {
        assert!(matches!(key(&none, name), Some(AgentKey::Portal(_))), "{name}");
    }
}

#[test]
fn the_commune_of_a_name_has_its_number_type_and_place() {
    let none = Organisations::default();
    let found = none.recognise(&agent("Mairie de Rennes"), "a").unwrap();
    assert_eq!((found.key, found.rule), (AgentKey::Portal("siren-213502388".to_owned()), AgentRule::Place));
    assert_eq!(found.place.unwrap().iri.as_str(), "http://id.insee.fr/geo/commune/35238");
    // By number and by name it is the same agent.
    let by_number = Agent { identifier: vec!["21350238800019".to_owned()], ..agent("Rennes, service SIG") };
    let found = none.recognise(&by_number, "a").unwrap();
    assert_eq!(found.key, AgentKey::Portal("siren-213502388".to_owned()));
    assert!(found.place.is_some());
    // Several communes have this name, and nothing says which.
    for name in ["Ville de Saint-Denis", "Saint-Denis"] {
        let found = none.recognise(&agent(name), "a").unwrap();
        assert!(matches!(found.key, AgentKey::Source(_)), "{name}: {found:?}");
    }
}

#[test]
fn a_registered_number_is_stronger_than_the_name() {
    let none = Organisations::default();
    let with = |name: &str, number: &str| {
        let agent = Agent { identifier: vec![number.to_owned()], ..agent(name) };
        none.recognise(&agent, "a").map(|found| (found.key, found.rule))
    };
    let rennes = Some((AgentKey::Portal("siren-213502388".to_owned()), AgentRule::Number));
    assert_eq!(with("Ville de Rennes", "21350238800019"), rennes);
    assert_eq!(with("Direction de la voirie", "213 502 388"), rennes);
    // A number that fails its check decides nothing.
    assert_eq!(with("Ville de Rennes", "213502389").map(|found| found.1), Some(AgentRule::Place));
}

fn organisation(id: &str) -> Organisation {
    Organisation { id: id.to_owned(), ..Organisation::default() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_list_joins_and_splits_by_hand() {
    let list = vec![
        Organisation {
            name: vec![Text { value: "Métropole de Lyon".to_owned(), lang: None }],
            also: names(&["Grand Lyon", "Communauté urbaine de Lyon"]),
            identifier: names(&["200046977"]),
            same_as: names(&["https://data.example/organization/grandlyon"]),
            ..organisation("grand-lyon")
        },
        Organisation {
            also: names(&["Ville de Saint-Denis"]),
            source: names(&["plaine"]),
            ..organisation("saint-denis-93")
        },
        Organisation {
            also: names(&["Ville de Saint-Denis"]),
            source: names(&["reunion"]),
            ..organisation("saint-denis-974")
        },
        Organisation {
            same_as: names(&["vannes"]),
            distinct: names(&["Vannes"]),
            ..organisation("ville-vannes")
        },
    ];
    let list = Organisations::new(&list).unwrap();
    let key = |agent: &Agent, source: &str| match list.recognise(agent, source).unwrap().key {
        AgentKey::Portal(key) => key,
        AgentKey::Source(key) => panic!("{key}"),
    };
    for name in ["Grand Lyon", "GRAND LYON", "Métropole de Lyon", "Lyon Métropole"] {
        assert_eq!(key(&agent(name), "a"), "grand-lyon", "{name}");
    }
    let by_number = Agent { identifier: names(&["20004697700019"]), ..agent("Direction de l'eau") };
    assert_eq!(key(&by_number, "a"), "grand-lyon");
    let by_iri = Agent {
        iri: Some(crate::Iri::new("http://data.example/organization/grandlyon/").unwrap()),
        ..agent("X")
    };
    assert_eq!(key(&by_iri, "a"), "grand-lyon");
    assert_ne!(key(&agent("Ville de Lyon"), "a"), "grand-lyon");
    // The same name at two sources.
    assert_eq!(key(&agent("Ville de Saint-Denis"), "plaine"), "saint-denis-93");
    assert_eq!(key(&agent("Ville de Saint-Denis"), "reunion"), "saint-denis-974");
    assert_eq!(key(&agent("Ville de Vannes"), "a"), "ville-vannes");
    assert_eq!(key(&agent("Vannes"), "a"), "vannes-apart");
}

#[test]
fn what_is_wrong_in_the_list_is_said() {
    let error = |list: Vec<Organisation>| Organisations::new(&list).unwrap_err().to_string();
    assert!(error(vec![organisation("é")]).contains("letters, digits and hyphens"));
    let number = Organisation { identifier: names(&["123"]), ..organisation("a") };
    assert!(error(vec![number]).contains("check digits"));
    let kind = Organisation { r#type: Some("Town".to_owned()), ..organisation("a") };
    assert!(error(vec![kind]).contains("LocalAuthority"));
    let twice = |id: &str| Organisation { also: names(&["Ville de X"]), ..organisation(id) };
    assert!(error(vec![twice("a"), twice("b")]).contains("already that of organisation 0"));
    assert!(error(vec![organisation("a"), organisation("a")]).contains("already"));
}

#[test]
fn the_same_list_has_the_same_version_and_another_another() {
    assert_eq!(Organisations::default().version(), 0);
    let version = |id: &str| Organisations::new(&[organisation(id)]).unwrap().version();
    assert_eq!(version("a"), version("a"));
    assert_ne!(version("a"), version("b"));
}
