//! What the rules for personal data are worth: values labelled by hand, of the kinds that portals have.
//!
//! The names and addresses are invented; the shapes are real ones. `cargo test -p moisson-dcat party::sample -- --nocapture`
//! prints precision and recall.

use super::{PersonalData, Rules, is_mobile, is_person, is_personal_email, settle};
use crate::draft::{AgentSaid, ContactSaid, Defaults, Draft, said};
use crate::{AgentKey, Mapped, RemarkCode, Resource};

const PERSONS: &[&str] = &[
    "Jean Dupont",
    "Marie Lefèvre",
    "DUPONT Jean",
    "Dupont Jean-Pierre",
    "Jean-Pierre Martin",
    "M. Durand",
    "Mme Le Goff",
    "Mme Claire Petit",
    "Monsieur Paul Henry",
    "Dr. Anne Leroy",
    "J. Dupont",
    "J.-P. Peeters",
    "Peeters, Jan",
    "Jan Peeters",
    "Els Van den Broeck",
    "Sofie De Smet",
    "Dhr. Janssens",
    "Mevrouw Claes",
    "Herr Schmidt",
    "Frau Müller",
    "Jürgen Weber",
    "Sabine Krüger",
    "Thomas Bernard",
    "Bernard Thomas",
    "Martin Simon",
    "Gaëlle Kervella",
    "Yann Le Bihan",
    "Maëlle Tanguy",
    "Mohamed Benali",
    "Fatima El Amrani",
    "Nguyen Thi Lan",
    "LE GOFF Erwan",
    "jean dupont",
    "Laurent MOREAU",
    "Sylvie de la Fontaine",
    "Charles van der Meer",
    "Koen Maes",
    "Lieve Goossens",
    "Pierre-Yves Corre",
    "Anne-Sophie Marchand",
    "Ludovic R.",
    "Hervé Quéré",
    "Katrien Wouters",
    "Cédric Lambert",
    "Bénédicte Roux",
    "Isabelle GUYOT",
    "Stéphane O'Brien",
    "Zoë Mertens",
    "Ousmane Diallo",
    "Kévin Le Roux",
];

const ORGANISATIONS: &[&str] = &[
    "Ville de Rennes",
    "Rennes Métropole",
    "RENNES METROPOLE",
    "Nancy",
    "Métropole du Grand Nancy",
    "Service SIG",
    "Saint-Denis",
    "Saint Martin",
    "Lycée Jean Jaurès",
    "École Jacques Prévert",
    "Bibliothèque Marguerite Yourcenar",
    "Fondation Abbé Pierre",
    "Institut Pasteur",
    "INSEE",
    "IGN",
    "Bruxelles Mobilité",
    "Brussel Mobiliteit",
    "Stad Gent",
    "Vlaamse overheid",
    "Île-de-France Mobilités",
    "Agence Nationale",
    "Pays de Fayence",
    "Clermont Auvergne Métropole",
    "Valence Romans Agglo",
    "Charente-Maritime",
    "Loire Forêt",
    "Direction de l'urbanisme",
    "Direction Jean Moulin",
    "Département du Nord",
    "Open Data",
    "Producteur inconnu",
    "Grand Lyon",
    "Le Mans",
    "Aix-Marseille-Provence",
    "Orange",
    "La Poste",
    "Enedis",
    "GRDF",
    "Keolis Rennes",
    "Tisséo Collectivités",
    "Airparif",
    "Air Breizh",
    "Atmo Occitanie",
    "Stade Roger Salengro",
    "Rue Victor Hugo",
    "Place Charles de Gaulle",
    "Landeshauptstadt Dresden",
    "Bundesamt für Kartographie",
    "Statistik Berlin",
    "Villeneuve d'Ascq",
    "Bourg-en-Bresse",
    "M2A",
    "SPW",
    "Administrateur SIG",
    "Responsable données",
    "Aéroport Charles de Gaulle",
    "Musée Claude Monet",
    "Théâtre Sarah Bernhardt",
    "Port de Brest",
    "Moselle Open Data",
    "Contact",
    "Webmestre",
    "Mission numérique",
];

const PERSONAL_EMAILS: &[&str] = &[
    "jean.dupont@ville.example",
    "marie-claire.petit@region.example",
    "j.dupont@ville.example",
    "dupont.j@ville.example",
    "jean_dupont@metropole.example",
    "lefevre.marie@ville.example",
    "Jean.DUPONT@Ville.example",
    "jan.peeters@stad.example",
    "s.desmet@gemeente.example",
    "juergen.weber@stadt.example",
    "marie@commune.example",
    "pdurand75@gmail.com",
    "tartempion@orange.fr",
    "les.martin@wanadoo.fr",
    "kevin123@hotmail.com",
    "jdoe@outlook.fr",
    "anne-sophie.marchand@pays.example",
    "yann.le-bihan@bretagne.example",
    "m.leroy-moreau@agglo.example",
    "elsvdb@telenet.be",
    "koen.maes@skynet.be",
    "uwe.krause@web.de",
    "t.bernard@laposte.net",
    "pierre.yves.corre@ville.example",
    "mohamed.benali@yahoo.fr",
    "dupontel@free.fr",
];

const SERVICE_EMAILS: &[&str] = &[
    "opendata@ville.example",
    "sig@metropole.example",
    "contact@region.example",
    "mairie.plouneour@wanadoo.fr",
    "mairie-de-bourg@orange.fr",
    "commune.saint-martin@laposte.net",
    "donnees.ouvertes@agglo.example",
    "info@stad.example",
    "geo.data@departement.example",
    "service.urbanisme@ville.example",
    "webmaster@portail.example",
    "dsi@ville.example",
    "accueil.mairie@ville.example",
    "rennes.metropole@ville.example",
    "open-data@brussels.example",
    "ddt-sig@ain.example",
    "support@portail.example",
    "poststelle@stadt.example",
    "geodaten@land.example",
    "bibliotheque@ville.example",
    "tourisme.rennes@ville.example",
    "smiage@maralpin.example",
    "epl-geo@habitat.example",
    "cartographie@insee.example",
    "noreply@portail.example",
    "observatoire.mobilites@region.example",
    "data.lab@ville.example",
    "dienst.gis@gemeente.example",
    "service-public@wallonie.example",
    "dpo@ville.example",
];

const MOBILES: &[&str] = &[
    "tel:+33612345678",
    "tel:+33712345678",
    "tel:0612345678",
    "tel:+32475123456",
    "tel:+4915123456789",
    "tel:+31612345678",
    "tel:+352621123456",
];

const LANDLINES: &[&str] = &[
    "tel:+33223621010",
    "tel:0223621010",
    "tel:+3222796811",
    "tel:+3242218111",
    "tel:+4930123456",
    "tel:+31201234567",
    "tel:+3522678",
    "tel:3939",
    "tel:+33800123456",
];

/// Precision and recall of a test on labelled values, and those that it got wrong.
fn measure(what: &str, positive: &[&str], negative: &[&str], test: fn(&str) -> bool) -> (f64, f64) {
    let missed: Vec<&&str> = positive.iter().filter(|value| !test(value)).collect();
    let wrong: Vec<&&str> = negative.iter().filter(|value| test(value)).collect();
    let (count, missing, extra) =
        [positive.len(), missed.len(), wrong.len()].map(|n| u32::try_from(n).unwrap()).into();
    let hits = f64::from(count - missing);
    let (precision, recall) = (hits / (hits + f64::from(extra)), hits / f64::from(count));
    println!(
        "{what}: {} values, precision {precision:.3}, recall {recall:.3}; missed {missed:?}; wrong {wrong:?}",
        positive.len() + negative.len()
    );
    (precision, recall)
}

#[test]
fn persons_are_told_from_services_and_in_doubt_it_is_a_service() {
    let count = [PERSONS, ORGANISATIONS, PERSONAL_EMAILS, SERVICE_EMAILS, MOBILES, LANDLINES]
        .iter()
        .map(|l| l.len())
        .sum::<usize>();
    assert!(count >= 150, "{count} values");
    for (what, (precision, recall)) in [
        ("names", measure("names", PERSONS, ORGANISATIONS, is_person)),
        ("e-mail", measure("e-mail", PERSONAL_EMAILS, SERVICE_EMAILS, |value| is_personal_email(value, &[]))),
        ("telephone", measure("telephone", MOBILES, LANDLINES, is_mobile)),
    ] {
        assert!(precision >= 0.97 && recall >= 0.9, "{what}: precision {precision:.3}, recall {recall:.3}");
    }
}

/// A record with a person in every place where one may stand.
fn record() -> Mapped {
    let defaults = Defaults { language: Some("fr".to_owned()), ..Defaults::default() };
    let mut draft = Draft::dataset(&defaults);
    draft
        .title(said("title", "Arbres"))
        .description(said("notes", "Écrire à jean.dupont@ville.example ou au 06 12 34 56 78. Standard : 02 23 62 10 10. Voir Jean DUPONT."))
        .publisher(AgentSaid { name: vec![said("organization", "Ville de Rennes")], email: Some(said("o/email", "opendata@ville.example")), ..AgentSaid::default() })
        .creator(AgentSaid { name: vec![said("author", "Jean Dupont")], email: Some(said("author_email", "jean.dupont@ville.example")), ..AgentSaid::default() })
        .contact_point(&ContactSaid {
            name: vec![said("maintainer", "Jean Dupont (Service SIG)")],
            email: vec![said("maintainer_email", "jean.dupont@ville.example, sig@ville.example")],
            phone: vec![said("phone", "06 12 34 56 78")],
            ..ContactSaid::default()
        })
        .extra(said("extras/owner", "DUPONT Jean"))
        .issued(said("date", "par Jean Dupont"));
    draft.finish()
}

fn settled(personal_data: PersonalData) -> Mapped {
    let mut mapped = record();
    settle(&mut mapped, &Rules { personal_data, ..Rules::default() }, "a").unwrap();
    mapped
}

fn codes(mapped: &Mapped) -> Vec<(RemarkCode, &str, &str)> {
    let personal = [RemarkCode::PersonalName, RemarkCode::PersonalEmail, RemarkCode::PersonalPhone];
    let remarks = mapped.remarks.iter().filter(|remark| personal.contains(&remark.code));
    remarks.map(|remark| (remark.code, remark.place.as_str(), remark.value.as_str())).collect()
}

#[test]
fn personal_data_is_remarked_by_place_and_never_by_value() {
    assert!(codes(&settled(PersonalData::Keep)).is_empty());
    let flagged = settled(PersonalData::Flag);
    assert_eq!(
        codes(&flagged),
        [
            (RemarkCode::PersonalName, "creator/0/name", ""),
            (RemarkCode::PersonalEmail, "creator/0/mbox", ""),
            (RemarkCode::PersonalName, "contact_point/0/fn", ""),
            (RemarkCode::PersonalEmail, "contact_point/0/has_email", ""),
            (RemarkCode::PersonalPhone, "contact_point/0/has_telephone", ""),
        ]
    );
    let Resource::Dataset(dataset) = &flagged.resource else { panic!("a dataset") };
    assert_eq!(dataset.creator[0].name[0].value, "Jean Dupont");
    assert!(matches!(dataset.creator[0].key, Some(AgentKey::Source(_))));
    assert!(matches!(dataset.publisher.as_ref().unwrap().key, Some(AgentKey::Portal(_))));
}

#[test]
fn masking_leaves_no_personal_value_in_any_text_and_keeps_the_service() {
    let masked = settled(PersonalData::Mask);
    let text = format!(
        "{} {}",
        serde_json::to_string(&masked.resource).unwrap(),
        serde_json::to_string(&masked.remarks).unwrap()
    );
    let lower = text.to_lowercase();
    for personal in ["dupont", "jean", "0612345678", "06 12 34 56 78", "612345678"] {
        assert!(!lower.contains(personal), "{personal} in {text}");
    }
    for service in
        ["opendata@ville.example", "sig@ville.example", "Service SIG", "02 23 62 10 10", "Ville de Rennes"]
    {
        assert!(text.contains(service), "{service} not in {text}");
    }
    let base = crate::Iri::new("https://x.example").unwrap();
    let naming = crate::write::Naming { base: &base, source: "a", record_id: "1" };
    let written = crate::write::write(&masked.resource, &naming);
    let mut triples = written.record.iter().chain(written.shared.iter().map(|(_, triple)| triple));
    assert!(!triples.any(|triple| triple.to_string().to_lowercase().contains("dupont")));
}
