//! What the properties of DCAT-AP are called in each language.

use crate::Language;

/// Property in snake case, then French, Dutch, German, English.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Sorted by property.
const NAMES: &[Row] = &[
    ("access_rights", "droits d’accès", "toegangsrechten", "Zugangsrechte", "access rights"),
    ("access_service", "service d’accès", "toegangsservice", "Zugangsdienst", "access service"),
    ("access_url", "adresse d’accès", "toegangsadres", "Zugangsadresse", "access address"),
    (
        "accrual_periodicity",
        "fréquence de mise à jour",
        "bijwerkfrequentie",
        "Aktualisierungsfrequenz",
        "update frequency",
    ),
    ("address", "adresse", "adres", "Anschrift", "address"),
    ("agent", "agent", "actor", "Akteur", "agent"),
    ("algorithm", "algorithme", "algoritme", "Algorithmus", "algorithm"),
    ("alt_label", "autre nom", "andere naam", "anderer Name", "other name"),
    (
        "applicable_legislation",
        "législation applicable",
        "toepasselijke wetgeving",
        "geltendes Recht",
        "applicable legislation",
    ),
    ("availability", "disponibilité", "beschikbaarheid", "Verfügbarkeit", "availability"),
    ("bbox", "emprise", "begrenzingsvak", "Begrenzungsrahmen", "bounding box"),
    ("byte_size", "taille en octets", "grootte in bytes", "Größe in Bytes", "size in bytes"),
    ("centroid", "centroïde", "middelpunt", "Mittelpunkt", "centre"),
    ("checksum", "somme de contrôle", "controlesom", "Prüfsumme", "checksum"),
    (
        "checksum_value",
        "valeur de la somme de contrôle",
        "waarde van de controlesom",
        "Wert der Prüfsumme",
        "checksum value",
    ),
    (
        "compress_format",
        "format de compression",
        "compressieformaat",
        "Kompressionsformat",
        "compression format",
    ),
    ("conforms_to", "conforme à", "voldoet aan", "konform mit", "conforms to"),
    ("contact_point", "point de contact", "contactpunt", "Kontaktstelle", "contact point"),
    ("created", "date de création", "aanmaakdatum", "Erstellungsdatum", "creation date"),
    ("creator", "créateur", "maker", "Urheber", "creator"),
    ("dataset", "jeu de données", "dataset", "Datensatz", "dataset"),
    ("description", "description", "beschrijving", "Beschreibung", "description"),
    ("distribution", "distribution", "distributie", "Distribution", "distribution"),
    ("download_url", "adresse de téléchargement", "downloadadres", "Download-Adresse", "download address"),
    ("end_date", "date de fin", "einddatum", "Enddatum", "end date"),
    (
        "endpoint_description",
        "description du point d’accès",
        "beschrijving van het eindpunt",
        "Beschreibung des Endpunkts",
        "endpoint description",
    ),
    (
        "endpoint_url",
        "adresse du service",
        "adres van de service",
        "Adresse des Dienstes",
        "endpoint address",
    ),
    ("fn", "nom", "naam", "Name", "name"),
    ("format", "format", "formaat", "Format", "format"),
    ("freshness", "fraîcheur", "actualiteit", "Aktualität", "freshness"),
    ("geometry", "géométrie", "geometrie", "Geometrie", "geometry"),
    ("had_role", "rôle", "rol", "Rolle", "role"),
    ("has_email", "adresse électronique", "e-mailadres", "E-Mail-Adresse", "e-mail address"),
    ("has_policy", "politique d’usage", "gebruiksbeleid", "Nutzungsregeln", "policy"),
    ("has_telephone", "téléphone", "telefoon", "Telefon", "telephone"),
    ("has_url", "site web", "website", "Website", "web site"),
    ("has_version", "a pour version", "heeft versie", "hat Version", "has version"),
    ("homepage", "page d’accueil", "homepage", "Startseite", "home page"),
    (
        "hvd_category",
        "catégorie de données de forte valeur",
        "categorie hoogwaardige data",
        "Kategorie hochwertiger Daten",
        "high-value dataset category",
    ),
    ("identifier", "identifiant", "identificatie", "Kennung", "identifier"),
    ("in_series", "dans la série", "in reeks", "in Reihe", "in series"),
    ("is_referenced_by", "est cité par", "aangehaald door", "wird zitiert von", "is referenced by"),
    ("is_version_of", "est une version de", "is een versie van", "ist Version von", "is version of"),
    ("issued", "date de publication", "publicatiedatum", "Veröffentlichungsdatum", "publication date"),
    ("keyword", "mots-clés", "trefwoorden", "Schlagwörter", "keywords"),
    ("label", "libellé", "label", "Bezeichnung", "label"),
    ("landing_page", "page d’accueil du jeu", "landingspagina", "Zielseite", "landing page"),
    ("language", "langue", "taal", "Sprache", "language"),
    ("license", "licence", "licentie", "Lizenz", "licence"),
    ("mbox", "adresse électronique", "e-mailadres", "E-Mail-Adresse", "e-mail address"),
    ("media_type", "type de média", "mediatype", "Medientyp", "media type"),
    ("modified", "date de modification", "wijzigingsdatum", "Änderungsdatum", "modification date"),
    ("name", "nom", "naam", "Name", "name"),
    ("notation", "notation", "notatie", "Notation", "notation"),
    (
        "organization_name",
        "nom de l’organisation",
        "naam van de organisatie",
        "Name der Organisation",
        "organisation name",
    ),
    ("other_identifier", "autre identifiant", "andere identificatie", "weitere Kennung", "other identifier"),
    ("package_format", "format d’empaquetage", "verpakkingsformaat", "Paketformat", "packaging format"),
    ("page", "documentation", "documentatie", "Dokumentation", "documentation"),
    ("pref_label", "libellé", "label", "Bezeichnung", "label"),
    ("provenance", "provenance", "herkomst", "Herkunft", "provenance"),
    ("publisher", "éditeur", "uitgever", "Herausgeber", "publisher"),
    (
        "qualified_attribution",
        "attribution qualifiée",
        "toeschrijving met rol",
        "Zuordnung mit Rolle",
        "qualified attribution",
    ),
    (
        "qualified_relation",
        "relation qualifiée",
        "relatie met rol",
        "Beziehung mit Rolle",
        "qualified relation",
    ),
    ("relation", "ressource liée", "verwante bron", "verwandte Ressource", "related resource"),
    ("rights", "droits", "rechten", "Rechte", "rights"),
    ("rule", "règle", "regel", "Regel", "rule"),
    ("sample", "échantillon", "voorbeeld", "Beispiel", "sample"),
    ("serves_dataset", "données servies", "bediende dataset", "bereitgestellter Datensatz", "serves dataset"),
    ("service", "service de données", "dataservice", "Datendienst", "data service"),
    ("source", "source", "bron", "Quelle", "source"),
    (
        "spatial",
        "couverture géographique",
        "geografische dekking",
        "räumliche Abdeckung",
        "geographical coverage",
    ),
    (
        "spatial_resolution_in_meters",
        "résolution spatiale (mètres)",
        "ruimtelijke resolutie (meter)",
        "räumliche Auflösung (Meter)",
        "spatial resolution (metres)",
    ),
    ("spelling", "graphie", "schrijfwijze", "Schreibweise", "spelling"),
    ("start_date", "date de début", "begindatum", "Anfangsdatum", "start date"),
    ("status", "statut", "status", "Status", "status"),
    ("temporal", "couverture temporelle", "dekking in de tijd", "zeitliche Abdeckung", "temporal coverage"),
    (
        "temporal_resolution",
        "résolution temporelle",
        "resolutie in de tijd",
        "zeitliche Auflösung",
        "temporal resolution",
    ),
    ("theme", "thèmes", "thema’s", "Themen", "themes"),
    ("title", "titre", "titel", "Titel", "title"),
    ("type", "type", "type", "Typ", "type"),
    ("version", "version", "versie", "Version", "version"),
    ("version_notes", "notes de version", "versienotities", "Versionshinweise", "version notes"),
    ("was_generated_by", "produit par", "voortgebracht door", "erzeugt durch", "generated by"),
];

/// The name of a property, given in snake case; the property itself where there is none.
pub(crate) fn name(property: &str, language: Language) -> &str {
    match NAMES.binary_search_by(|row| row.0.cmp(property)).ok().and_then(|at| NAMES.get(at)) {
        Some((_, fr, nl, de, en)) => match language {
            Language::Fr => fr,
            Language::Nl => nl,
            Language::De => de,
            Language::En => en,
        },
        None => property,
    }
}

/// The name with a capital, for headings.
pub(crate) fn heading(property: &str, language: Language) -> String {
    let name = name(property, language);
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The snake-case property of an IRI, such as `access_url` for `http://www.w3.org/ns/dcat#accessURL`.
pub(crate) fn of_iri(iri: &str) -> String {
    let local = iri.rsplit(['#', '/']).next().unwrap_or(iri);
    let mut out = String::new();
    let mut upper_before = true;
    for c in local.chars() {
        let upper = c.is_uppercase();
        if upper && !upper_before {
            out.push('_');
        }
        upper_before = upper;
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{NAMES, heading, name, of_iri};
    use crate::Language::{De, En, Fr};

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0), "{:?}", NAMES.windows(2).find(|w| w[0].0 >= w[1].0));
        assert!(
            NAMES.iter().all(|(p, fr, nl, de, en)| [p, fr, nl, de, en].iter().all(|text| !text.is_empty()))
        );
    }

    #[test]
    fn every_property_of_the_model_has_a_name() {
        let records: [serde_json::Value; 4] = [
            serde_json::to_value(moisson_dcat::Dataset::default()).unwrap(),
            serde_json::to_value(moisson_dcat::DatasetSeries::default()).unwrap(),
            serde_json::to_value(moisson_dcat::DataService::default()).unwrap(),
            serde_json::to_value(moisson_dcat::Distribution::default()).unwrap(),
        ];
        let ours = ["upstream", "upstream_page", "extra", "id"];
        for record in records {
            for property in record.as_object().unwrap().keys().filter(|key| !ours.contains(&key.as_str())) {
                assert!(NAMES.iter().any(|row| row.0 == property), "{property} has no name");
            }
        }
    }

    #[test]
    fn properties_are_named_in_the_reader_s_language() {
        assert_eq!(name("publisher", De), "Herausgeber");
        assert_eq!(heading("issued", Fr), "Date de publication");
        assert_eq!(name("foo_bar", En), "foo_bar");
    }

    #[test]
    fn iris_of_properties_are_read_as_snake_case() {
        for (iri, expected) in [
            ("http://www.w3.org/ns/dcat#accessURL", "access_url"),
            ("http://purl.org/dc/terms/accrualPeriodicity", "accrual_periodicity"),
            ("http://www.w3.org/2006/vcard/ns#hasEmail", "has_email"),
            ("http://www.w3.org/2006/vcard/ns#fn", "fn"),
            ("title", "title"),
        ] {
            assert_eq!(of_iri(iri), expected);
        }
    }
}
