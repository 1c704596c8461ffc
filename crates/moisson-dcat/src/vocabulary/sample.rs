//! What portals write, and the terms that people would choose for it: a sample checked by hand. A value without a code
//! must stay without a term.

use super::{Vocabulary, format, frequency, languages, licence, themes};

/// The codes that a table finds, in order.
fn wrong(values: &[(&str, &str)], codes: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let all = values.iter().map(|(raw, wanted)| (*raw, *wanted, codes(raw).join(" ")));
    all.filter(|(_, wanted, found)| wanted != found)
        .map(|(raw, wanted, found)| format!("`{raw}`: {found}, not {wanted}"))
        .collect()
}

#[test]
fn themes_of_portals_are_those_that_people_would_choose() {
    let values = [
        ("Environnement", "ENVI"),
        ("Aménagement du territoire, Urbanisme, Bâtiments, Equipements, Logement", "REGI"),
        ("Administration, Gouvernement, Finances publiques, Citoyenneté", "GOVE"),
        ("Transports, Déplacements", "TRAN"),
        ("Éducation, Formation, Recherche, Enseignement", "EDUC"),
        ("Santé", "HEAL"),
        ("Services, Social", "SOCI"),
        ("Culture, Patrimoine", "EDUC"),
        ("Sport, Loisirs", "EDUC"),
        ("Hébergement, industrie hôtelière", "ECON"),
        ("Économie, Business, PME, Développement économique, Emploi", "ECON"),
        ("Justice, Sécurité, Police, Criminalité", "JUST"),
        ("Agriculture et alimentation", "AGRI"),
        ("Agriculture", "AGRI"),
        ("Mobilité", "TRAN"),
        ("Démographie", "SOCI"),
        ("Population", "SOCI"),
        ("Énergie", "ENER"),
        ("Climat", "ENVI"),
        ("Biodiversité", "ENVI"),
        ("Déchets", "ENVI"),
        ("Cadastre", "REGI"),
        ("Élections", "GOVE"),
        ("Budget", "ECON"),
        ("Finances", "ECON"),
        ("Tourisme", "ECON EDUC"),
        ("Logement", "REGI"),
        ("Citoyenneté", "GOVE"),
        ("Égalité des chances", "SOCI"),
        ("Mobiliteit", "TRAN"),
        ("Milieu", "ENVI"),
        ("Onderwijs", "EDUC"),
        ("Cultuur", "EDUC"),
        ("Gezondheid", "HEAL"),
        ("Bevolking", "SOCI"),
        ("Landbouw", "AGRI"),
        ("Bestuur", "GOVE"),
        ("Economie", "ECON"),
        ("Energie", "ENER"),
        ("Ruimtelijke ordening", "REGI"),
        ("Verkehr", "TRAN"),
        ("Umwelt", "ENVI"),
        ("Bildung", "EDUC"),
        ("Gesundheit", "HEAL"),
        ("Wirtschaft", "ECON"),
        ("Bevölkerung", "SOCI"),
        ("Transport und Verkehr", "TRAN"),
        ("Politik und Wahlen", "GOVE"),
        ("Transport", "TRAN"),
        ("Health", "HEAL"),
        ("Education", "EDUC"),
        ("Environment", "ENVI"),
        ("http://inspire.ec.europa.eu/theme/hy", "ENVI"),
        ("https://inspire.ec.europa.eu/metadata-codelist/TopicCategory/farming", "AGRI"),
        ("farming", "AGRI"),
        ("inlandWaters", "ENVI"),
        ("http://datos.gob.es/kos/sector-publico/sector/salud", "HEAL"),
        ("http://opendata.swiss/themes/population", "SOCI"),
        ("TRAN", "TRAN"),
        ("http://publications.europa.eu/resource/authority/data-theme/OP_DATPRO", "OP_DATPRO"),
        ("Divers", ""),
        ("Autres", ""),
        ("SCDL", ""),
    ];
    let codes = |raw: &str| {
        let mut codes: Vec<String> =
            themes(raw).into_iter().flat_map(|(_, terms)| terms).map(|term| term.code().to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    };
    let wrong = wrong(&values, codes);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn licences_are_never_taken_for_others() {
    let values = [
        ("Licence Ouverte v2.0 (Etalab)", "ETALAB_2_0"),
        ("lov2", "ETALAB_2_0"),
        (
            "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
            "ETALAB_2_0",
        ),
        ("https://spdx.org/licenses/etalab-2.0.html", "ETALAB_2_0"),
        ("https://github.com/etalab/licence-ouverte/blob/master/LO.md", "ETALAB_2_0"),
        ("Licence Ouverte (Etalab)", "https://github.com/etalab/licence-ouverte"),
        ("Open Database License (ODbL)", "ODC_BL"),
        ("ODbL Paris", "ODC_BL"),
        ("http://opendatacommons.org/licenses/odbl/summary/", "ODC_BL"),
        ("odc-odbl", "ODC_BL"),
        ("Open Data Commons Attribution License", "ODC_BY"),
        ("odc-by", "ODC_BY"),
        ("odc-pddl", "ODC_PDDL"),
        ("CC0", "CC0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.fr", "CC0"),
        ("cc-zero", "CC0"),
        ("CC BY 4.0", "CC_BY_4_0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.nl", "CC_BY_4_0"),
        ("CC-BY-SA-4.0", "CC_BYSA_4_0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode", "CC_BYNCSA_4_0"),
        ("Creative Commons Attribution-NonCommercial 4.0", "CC_BYNC_4_0"),
        ("http://dcat-ap.de/def/licenses/dl-by-de/2.0", "DLDE_BY_2_0"),
        ("dl-de/by-2-0", "DLDE_BY_2_0"),
        ("dl-de-zero-2.0", "DLDE_ZERO_2_0"),
        ("Datenlizenz Deutschland – Namensnennung – Version 2.0", "DLDE_BY_2_0"),
        ("http://www.formez.it/iodl/", "IODL_1_0"),
        ("Italian Open Data License v2.0", "IODL_2_0"),
        ("Open Government Licence v3.0", "OGL_3_0"),
        ("uk-ogl", "OGL_3_0"),
        ("http://reference.data.gov.uk/id/open-government-licence", "OGL_3_0"),
        ("https://data.norge.no/nlod/no/2.0", "NLOD_2_0"),
        ("<a href=\"https://creativecommons.org/licenses/by/4.0/\">Creative Commons</a>", "CC_BY_4_0"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BYSA_4_0", "CC_BYSA_4_0"),
        (
            "https://creativecommons.org/licenses/by/2.0/be/",
            "https://creativecommons.org/licenses/by/2.0/be/",
        ),
        ("Creative Commons Attribution 3.0 Germany", "https://creativecommons.org/licenses/by/3.0/de/"),
        ("CC BY-NC-SA 2.0 FR", "https://creativecommons.org/licenses/by-nc-sa/2.0/fr/"),
        ("CC-BY-SA-3.0-NL", "CC_BYSA_3_0_NL"),
        ("CC-BY-3.0", "CC_BY_3_0"),
        ("Licence Ouverte 1.0", "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf"),
        ("Licence ODbL de Nantes Métropole", "ODC_BL"),
        ("Open Database Licence – Toulouse", "ODC_BL"),
        ("PDDL", "ODC_PDDL"),
        (
            "Modellicentie Gratis Hergebruik v1.0",
            "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0",
        ),
        ("https://creativecommons.org/licenses/by/3.0/xx/", ""),
        ("libre", ""),
        ("vrij gebruik", ""),
        ("frei zugänglich", ""),
        ("https://spdx.org/licenses/MIT.html", "MIT"),
        ("Other (Open)", ""),
        ("other-pd", ""),
        ("Open Data", ""),
        ("notspecified", ""),
        ("Domaine public", ""),
        ("Usage libre", ""),
        ("Creative Commons", ""),
        ("CC BY 4.0 ou Licence Ouverte 2.0", ""),
        ("Toutes les données sont ouvertes", ""),
        ("Copyright Ville de Gent", ""),
    ];
    let wrong = wrong(&values, |raw| licence(raw).map(|term| term.code().to_owned()).into_iter().collect());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn frequencies_are_read_in_four_languages() {
    let values = [
        ("Annuelle", "ANNUAL"),
        ("mise à jour annuelle", "ANNUAL"),
        ("tous les 10 ans", "DECENNIAL"),
        ("non précisée", "UNKNOWN"),
        ("jaarlijks", "ANNUAL"),
        ("R/P1M", "MONTHLY"),
        ("R/P1Y", "ANNUAL"),
        ("Mensuelle", "MONTHLY"),
        ("Hebdomadaire", "WEEKLY"),
        ("Quotidienne", "DAILY"),
        ("temps réel", "CONT"),
        ("Trimestrielle", "QUARTERLY"),
        ("semestriel", "ANNUAL_2"),
        ("ponctuelle", "IRREG"),
        ("Au fil de l'eau", "IRREG"),
        ("dagelijks", "DAILY"),
        ("wekelijks", "WEEKLY"),
        ("maandelijks", "MONTHLY"),
        ("onregelmatig", "IRREG"),
        ("täglich", "DAILY"),
        ("vierteljährlich", "QUARTERLY"),
        ("halbjährlich", "ANNUAL_2"),
        ("bei Bedarf", "AS_NEEDED"),
        ("continual", "CONT"),
        ("asNeeded", "AS_NEEDED"),
        ("notPlanned", "NOT_PLANNED"),
        ("biannually", "ANNUAL_2"),
        ("fortnightly", "BIWEEKLY"),
        ("http://purl.org/cld/freq/quarterly", "QUARTERLY"),
        ("http://publications.europa.eu/resource/authority/frequency/UPDATE_CONT", "UPDATE_CONT"),
        ("https://publications.europa.eu/resource/authority/frequency/ANNUAL", "ANNUAL"),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/annually", "ANNUAL"),
        ("ANNUAL", "ANNUAL"),
        ("unknown", "UNKNOWN"),
        ("une fois par an", "ANNUAL"),
        ("tous les trimestres", "QUARTERLY"),
        ("deux fois par an", "ANNUAL_2"),
        ("bisannuelle", "BIENNIAL"),
        ("toutes les semaines", "WEEKLY"),
        ("En continu", "CONT"),
        ("jamais", "NEVER"),
        ("inconnue", "UNKNOWN"),
        ("non renseignée", "UNKNOWN"),
        ("elk jaar", "ANNUAL"),
        ("om de twee jaar", "BIENNIAL"),
        ("driemaandelijks", "QUARTERLY"),
        ("halfjaarlijks", "ANNUAL_2"),
        ("nooit", "NEVER"),
        ("onbekend", "UNKNOWN"),
        ("wöchentlich", "WEEKLY"),
        ("unregelmäßig", "IRREG"),
        ("unbekannt", "UNKNOWN"),
        ("alle zwei Wochen", "BIWEEKLY"),
        ("einmal pro Woche", "WEEKLY"),
        ("every six months", "ANNUAL_2"),
        ("twice a month", "MONTHLY_2"),
        ("never", "NEVER"),
        ("R/P1D", "DAILY"),
        ("R/PT1H", "HOURLY"),
        ("quand on peut", ""),
        ("2019", ""),
        ("Paris", ""),
    ];
    let wrong = wrong(&values, |raw| frequency(raw).map(|term| term.code().to_owned()).into_iter().collect());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn periods_are_read_in_four_languages() {
    let values = [
        ("2009-2012", "2009 2012"),
        ("depuis 2015", "2015 .."),
        ("année scolaire 2021/2022", "2021 2022"),
        ("T2 2020", "2020-04 2020-06"),
        ("1er trimestre 2020", "2020-01 2020-03"),
        ("sinds 2015", "2015 .."),
        ("seit 2015", "2015 .."),
        ("since 2015", "2015 .."),
        ("du 1er janvier au 31 mars 2020", "2020-01-01 2020-03-31"),
        ("vom 1. Januar bis 31. März 2020", "2020-01-01 2020-03-31"),
        ("van januari tot maart 2020", "2020-01 2020-03"),
        ("2019-01-01/2019-12-31", "2019-01-01 2019-12-31"),
        ("2019/..", "2019 .."),
        ("juin 2019", "2019-06 2019-06"),
        ("zomer", ""),
        ("2019 (provisoire)", ""),
        ("plusieurs années", ""),
        ("bis auf Weiteres", ""),
    ];
    let found = |raw: &str| {
        let ends = crate::value::period::read(raw, crate::value::date::DayOrder::DayFirst);
        let shown = |end: Option<crate::Temporal>| end.map_or("..".to_owned(), |e| e.lexical().to_owned());
        ends.map(|(start, end)| vec![shown(start), shown(end)]).unwrap_or_default()
    };
    let wrong = wrong(&values, found);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn formats_are_read_from_what_people_write() {
    let values = [
        ("CSV", "CSV"),
        (".csv", "CSV"),
        ("csv.", "CSV"),
        ("text/csv", "CSV"),
        ("text/csv; charset=utf-8", "CSV"),
        ("Comma Separated Values", "CSV"),
        ("zip+csv", "CSV"),
        ("CSV (zip)", "CSV"),
        ("Excel", "XLSX"),
        ("xls", "XLS"),
        ("XLSX", "XLSX"),
        ("application/vnd.ms-excel", "XLS"),
        ("Shapefile", "SHP"),
        ("Shapefile (zip)", "SHP"),
        ("ESRI Shapefile", "SHP"),
        ("shp.zip", "SHP"),
        ("GeoJSON", "GEOJSON"),
        ("application/geo+json", "GEOJSON"),
        ("application/vnd.geo+json", "GEOJSON"),
        ("JSON", "JSON"),
        ("JSON-LD", "JSON_LD"),
        ("WMS", "WMS_SRVC"),
        ("OGC:WFS", "WFS_SRVC"),
        ("WMTS", "WMTS_SRVC"),
        ("KML", "KML"),
        ("application/vnd.google-earth.kmz", "KMZ"),
        ("GTFS", "GTFS"),
        ("PDF", "PDF"),
        ("HTML", "HTML"),
        ("text/html", "HTML"),
        ("RDF/XML", "RDF_XML"),
        ("Turtle", "RDF_TURTLE"),
        ("N-Triples", "RDF_N_TRIPLES"),
        ("GeoPackage", "GPKG"),
        ("GML", "GML"),
        ("ODS", "ODS"),
        ("Word", "DOC"),
        ("TXT", "TXT"),
        ("XML", "XML"),
        ("ZIP", "ZIP"),
        ("GeoTIFF", "GEOTIFF"),
        ("TIFF", "TIFF"),
        ("JPEG", "JPEG"),
        ("parquet", "PARQUET"),
        ("DXF", "DXF"),
        ("http://publications.europa.eu/resource/authority/file-type/TSV", "TSV"),
        ("https://www.iana.org/assignments/media-types/application/json", "JSON"),
        ("autre", ""),
        ("données", ""),
    ];
    let wrong =
        wrong(&values, |raw| format(raw).map(|found| found.term.code().to_owned()).into_iter().collect());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn languages_and_access_are_read_by_code_and_name() {
    let values = [
        ("fr", "FRA"),
        ("fre", "FRA"),
        ("fra", "FRA"),
        ("fr-FR", "FRA"),
        ("Français", "FRA"),
        ("french", "FRA"),
        ("Nederlands", "NLD"),
        ("dut", "NLD"),
        ("ger", "DEU"),
        ("deutsch", "DEU"),
        ("http://id.loc.gov/vocabulary/iso639-1/de", "DEU"),
        ("http://lexvo.org/id/iso639-3/nld", "NLD"),
        ("fr, nl", "FRA NLD"),
        ("http://publications.europa.eu/resource/authority/language/ENG", "ENG"),
        ("martien", ""),
    ];
    let found =
        |raw: &str| languages(raw).unwrap_or_default().iter().map(|term| term.code().to_owned()).collect();
    let mut wrong = wrong(&values, found);
    let access = [
        ("public", "PUBLIC"),
        ("PUBLIC", "PUBLIC"),
        ("restricted", "RESTRICTED"),
        ("non-public", "NON_PUBLIC"),
        ("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", "NON_PUBLIC"),
        ("http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations", "PUBLIC"),
        ("voir conditions", ""),
    ];
    let found =
        |raw: &str| Vocabulary::AccessRight.term(raw).map(|t| t.code().to_owned()).into_iter().collect();
    wrong.extend(self::wrong(&access, found));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
