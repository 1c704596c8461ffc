//! Rules on whole records: what is told apart, derived, inherited, detected, and what is remarked about it.

use super::{Defaults, Draft, said};
use crate::{Dataset, Distribution, Iri, Mapped, RemarkCode, Resource};

const FRENCH: &str =
    "Localisation des arbres d’alignement de la ville, avec le genre, l’espèce et la date de plantation.";
const DUTCH: &str =
    "Ligging van de bomen in de straten van de stad, met soort, hoogte en het jaar waarin ze zijn geplant.";

fn draft(language: Option<&str>) -> Draft {
    Draft::dataset(&Defaults { language: language.map(str::to_owned), base: None })
}

fn dataset(mapped: Mapped) -> (Dataset, Vec<(RemarkCode, String)>) {
    let remarks = mapped.remarks.iter().map(|r| (r.code, r.property.clone().into_owned())).collect();
    match mapped.resource {
        Resource::Dataset(dataset) => (*dataset, remarks),
        other => panic!("not a dataset: {other:?}"),
    }
}

fn iris(of: &[Iri]) -> Vec<&str> {
    of.iter().map(Iri::as_str).collect()
}

/// One distribution by its address of access and its format, and the codes of the remarks.
fn file(access: &str, format: &str) -> (Distribution, Vec<(RemarkCode, String)>) {
    let mut draft = draft(None);
    draft.title(said("t", "T")).description(said("d", "D"));
    draft.distribution(Some("a")).access_url(said("u", access)).format(said("f", format));
    let (mut dataset, remarks) = dataset(draft.finish());
    (dataset.distribution.remove(0), remarks)
}

#[test]
fn a_service_behind_an_address_is_named_and_the_address_stays() {
    let address = "https://g.example/wms?SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0";
    let (it, remarks) = file(address, "");
    assert_eq!(iris(&it.access_url), [address]);
    let [service] = it.access_service.as_slice() else { panic!("one service") };
    assert_eq!(iris(&service.endpoint_url), ["https://g.example/wms"]);
    assert_eq!(
        iris(&service.endpoint_description),
        ["https://g.example/wms?service=WMS&request=GetCapabilities"]
    );
    let standard = service.conforms_to[0].iri.as_ref().unwrap().as_str();
    assert_eq!(standard, "http://www.opengis.net/def/serviceType/ogc/wms");
    assert!(it.format.unwrap().iri.unwrap().as_str().ends_with("/WMS_SRVC"));
    assert!(remarks.contains(&(RemarkCode::DerivedValue, "access_service".to_owned())), "{remarks:?}");
    assert!(remarks.contains(&(RemarkCode::DerivedValue, "format".to_owned())), "{remarks:?}");
}

#[test]
fn a_service_is_no_download_but_data_out_of_one_are() {
    let mut draft = draft(None);
    let capabilities = "https://g.example/ows?service=WFS&request=GetCapabilities";
    let data = "https://g.example/ows?service=WFS&request=GetFeature&typeNames=a&outputFormat=csv";
    draft.distribution(Some("a")).download_url(said("u", capabilities)).format(said("f", "WFS"));
    draft.distribution(Some("b")).download_url(said("u", data)).format(said("f", "CSV"));
    let (it, remarks) = dataset(draft.finish());
    let [a, b] = it.distribution.as_slice() else { panic!("two distributions") };
    assert_eq!((iris(&a.access_url), iris(&a.download_url)), (vec![capabilities], vec![]));
    assert_eq!((iris(&b.access_url), iris(&b.download_url)), (vec![data], vec![data]));
    assert!(remarks.contains(&(RemarkCode::MovedValue, "download_url".to_owned())), "{remarks:?}");
    // One service, named alike in both.
    assert_eq!(a.access_service[0].id, b.access_service[0].id);
    let derived = remarks.iter().filter(|(_, property)| property == "access_service").count();
    assert_eq!(derived, 1);
}

#[test]
fn what_the_source_says_of_its_services_stands() {
    let mut draft = draft(None);
    let exports = "https://d.example/api/explore/v2.1/catalog/datasets/a/exports";
    for format in ["csv", "json", "geojson"] {
        let url = format!("{exports}/{format}");
        draft.distribution(Some(format)).download_url(said("u", &url)).format(said("f", format));
    }
    let mut own = draft.distribution(Some("wms"));
    own.access_url(said("u", "https://g.example/wms")).format(said("f", "WMS"));
    own.access_service(Some("s")).title(said("t", "Plan")).endpoint_url(said("e", "https://g.example/wms"));
    let (it, _) = dataset(draft.finish());
    let services: Vec<usize> = it.distribution.iter().map(|d| d.access_service.len()).collect();
    assert_eq!(services, [0, 1, 0, 1]);
    assert_eq!(it.distribution[3].access_service[0].title[0].value, "Plan");
    assert_eq!(
        iris(&it.distribution[1].access_service[0].endpoint_url),
        ["https://d.example/api/explore/v2.1"]
    );
}

#[test]
fn an_address_of_access_that_ends_as_the_format_says_is_that_of_the_file() {
    let (it, _) = file("https://d.example/arbres.csv", "CSV");
    assert_eq!(iris(&it.download_url), ["https://d.example/arbres.csv"]);
    for (address, format) in [
        ("https://d.example/arbres", "CSV"),
        ("https://d.example/arbres.html", "HTML"),
        ("https://d.example/arbres.csv", "Excel"),
        ("https://d.example/page?file=arbres.csv", "CSV"),
    ] {
        assert!(file(address, format).0.download_url.is_empty(), "{address}");
    }
}

#[test]
fn archives_have_their_package_and_their_compression() {
    for (address, format, package, compression) in [
        ("https://d.example/arbres.zip", "SHP", "zip", ""),
        ("https://d.example/arbres", "Shapefile (zip)", "zip", ""),
        ("https://d.example/arbres.csv.gz", "CSV", "", "gzip"),
        ("https://d.example/arbres.tar.gz", "CSV", "application/x-tar", "gzip"),
        ("https://d.example/arbres.tgz", "CSV", "application/x-tar", "gzip"),
        ("https://d.example/arbres.7z", "GeoJSON", "application/x-7z-compressed", ""),
        ("https://d.example/arbres.zip", "ZIP", "", ""),
        ("https://d.example/arbres.csv", "CSV", "", ""),
    ] {
        let (it, _) = file(address, format);
        let name = |concept: Option<crate::Concept>| {
            let concept = concept.unwrap_or_default();
            let iri = concept.iri.map(|iri| iri.as_str().rsplit('/').next().unwrap_or_default().to_owned());
            iri.or_else(|| Some(concept.label.first()?.value.clone())).unwrap_or_default()
        };
        let found = (name(it.package_format), name(it.compress_format));
        assert_eq!(found, (package.to_owned(), compression.to_owned()), "{address} {format}");
    }
}

#[test]
fn schemas_are_standards_and_a_whole_one_is_kept() {
    let mut draft = draft(None);
    let table = r#"{"fields": [{"name": "id", "type": "string"}]}"#;
    draft
        .distribution(Some("a"))
        .access_url(said("u", "https://d.example/a"))
        .conforms_to(said("schema", table));
    draft
        .distribution(Some("b"))
        .access_url(said("u", "https://d.example/b"))
        .conforms_to(said("s", "scdl/budget"));
    let (it, _) = dataset(draft.finish());
    let standard = |at: usize| it.distribution[at].conforms_to[0].iri.as_ref().unwrap().as_str();
    assert_eq!(standard(0), "https://specs.frictionlessdata.io/table-schema/");
    assert_eq!(it.distribution[0].extra.len(), 1);
    assert_eq!(standard(1), "https://schema.data.gouv.fr/scdl/budget/");
    assert!(it.distribution[1].extra.is_empty());
}

#[test]
fn a_licence_is_inherited_where_absent_and_stays_where_it_differs() {
    let mut draft = draft(None);
    draft.license(said("license", "lov2"));
    draft.distribution(Some("a")).access_url(said("u", "https://d.example/a"));
    draft.distribution(Some("b")).access_url(said("u", "https://d.example/b")).license(said("l", "ODbL"));
    let (it, remarks) = dataset(draft.finish());
    let codes: Vec<&str> = it
        .distribution
        .iter()
        .filter_map(|d| d.license.as_ref()?.iri.as_ref()?.as_str().rsplit('/').next())
        .collect();
    assert_eq!(codes, ["ETALAB_2_0", "ODC_BL"]);
    assert_eq!(remarks.iter().filter(|(code, _)| *code == RemarkCode::InheritedValue).count(), 1);
}

#[test]
fn terms_of_use_of_the_publishers_own_stay_where_a_licence_stands() {
    let page = "https://portal.example/terms";
    let mut draft = draft(None);
    draft.license(super::NamedSaid::iri(said("license", page)).label(said("title", "Terms")));
    draft.distribution(Some("a")).license(said("l", "Nutzungsbedingungen der Stadt"));
    let (it, remarks) = dataset(draft.finish());
    assert_eq!(it.license[0].iri.as_ref().unwrap().as_str(), page);
    assert_eq!(it.license[0].label[0].value, "Terms");
    assert_eq!(it.distribution[0].license.as_ref().unwrap().label[0].value, "Nutzungsbedingungen der Stadt");
    assert_eq!(remarks.iter().filter(|(code, _)| *code == RemarkCode::OwnTerms).count(), 2);
}

#[test]
fn what_only_says_open_is_no_licence_and_its_words_are_kept() {
    for words in
        ["Open Data", "Libre", "open", "Données ouvertes", "vrij te gebruiken", "Freie Nutzung", "free"]
    {
        let mut draft = draft(None);
        draft.license(said("license", words));
        let (it, remarks) = dataset(draft.finish());
        assert!(it.license.is_empty(), "{words}");
        assert_eq!(it.rights[0].title[0].value, words);
        assert!(remarks.contains(&(RemarkCode::NoLicence, "license".to_owned())), "{words}");
    }
}

#[test]
fn a_language_is_detected_where_none_is_declared_and_remarked_once() {
    let mut it = draft(None);
    it.title(said("title", "Bomen"))
        .description(said("description", DUTCH))
        .version_notes(said("notes", DUTCH));
    let (it, remarks) = dataset(it.finish());
    assert_eq!((it.title[0].lang.as_deref(), it.description[0].lang.as_deref()), (None, Some("nl")));
    assert_eq!(it.version_notes[0].lang.as_deref(), Some("nl"));
    let detected = remarks.iter().filter(|(code, _)| *code == RemarkCode::DetectedLanguage);
    assert_eq!(detected.count(), 1);
}

#[test]
fn a_text_in_another_language_than_the_sources_usual_one_has_its_own() {
    let mut it = draft(Some("fr"));
    it.description(said("a", DUTCH)).description(said("b", FRENCH));
    let (it, remarks) = dataset(it.finish());
    let tags: Vec<_> = it.description.iter().map(|text| text.lang.as_deref()).collect();
    assert_eq!(tags, [Some("nl"), Some("fr")]);
    assert!(remarks.contains(&(RemarkCode::DetectedLanguage, "description".to_owned())));
}

#[test]
fn a_declared_language_is_never_overruled() {
    let mut of_text = draft(None);
    of_text.description(said("a", DUTCH).lang("fr"));
    let mut of_record = draft(Some("de"));
    of_record.default_language("fr").description(said("a", DUTCH));
    for it in [of_text, of_record] {
        let (it, remarks) = dataset(it.finish());
        assert_eq!(it.description[0].lang.as_deref(), Some("fr"));
        assert!(remarks.iter().all(|(code, _)| *code != RemarkCode::DetectedLanguage), "{remarks:?}");
    }
}

#[test]
fn keywords_are_split_and_differ_in_more_than_case_and_accents() {
    let mut it = draft(Some("fr"));
    it.keywords(said("tags", "Vélo; velo, VÉLO|piste")).keyword(said("tag", "Dupont, Jean"));
    let (it, _) = dataset(it.finish());
    let words: Vec<&str> = it.keyword.iter().map(|text| text.value.as_str()).collect();
    assert_eq!(words, ["Vélo", "piste", "Dupont, Jean"]);
}

#[test]
fn a_title_that_is_the_name_of_a_file_is_made_readable() {
    let mut it = draft(Some("fr"));
    it.title(said("title", "arbres_remarquables_2020.csv"));
    let (it, remarks) = dataset(it.finish());
    assert_eq!(it.title[0].value, "arbres remarquables 2020");
    assert!(remarks.contains(&(RemarkCode::FileNameTitle, "title".to_owned())));
}

#[test]
fn texts_that_are_too_long_are_cut_with_a_remark() {
    let mut it = draft(Some("fr"));
    let (title, text) = ("é".repeat(super::LINE_MAX + 1), "à ".repeat(super::PROSE_MAX));
    it.title(said("title", &title)).description(said("description", &text));
    let (it, remarks) = dataset(it.finish());
    assert_eq!(it.title[0].value.chars().count(), super::LINE_MAX);
    assert_eq!(it.description[0].value.chars().count(), super::PROSE_MAX);
    for property in ["title", "description"] {
        assert!(remarks.contains(&(RemarkCode::TooLong, property.to_owned())), "{property}");
    }
}

#[test]
fn mojibake_is_repaired_only_where_it_is_certain() {
    let mut it = draft(Some("fr"));
    it.title(said("title", "Ã‰coles et crÃ¨ches")).keyword(said("tag", "SÃO PAULO"));
    let (it, remarks) = dataset(it.finish());
    assert_eq!(
        (it.title[0].value.as_str(), it.keyword[0].value.as_str()),
        ("Écoles et crèches", "SÃO PAULO")
    );
    assert_eq!(remarks.iter().filter(|(code, _)| *code == RemarkCode::RepairedText).count(), 1);
}

#[test]
fn absurd_dates_are_kept_and_remarked() {
    let mut it = draft(Some("fr"));
    it.issued(said("a", "1970-01-01T00:00:00Z")).temporal(said("b", "2012"), said("c", "2009"));
    it.temporal(said("b", "2015"), said("c", "9999-12-31"));
    let (it, remarks) = dataset(it.finish());
    assert_eq!(it.issued.unwrap().lexical(), "1970-01-01T00:00:00Z");
    assert_eq!(it.temporal[0].end_date.as_ref().unwrap().lexical(), "2009");
    assert_eq!(it.temporal[1].end_date, None);
    let suspect: Vec<&str> = remarks
        .iter()
        .filter(|(code, _)| *code == RemarkCode::SuspectDate)
        .map(|(_, p)| p.as_str())
        .collect();
    assert_eq!(suspect, ["issued", "temporal", "temporal"]);
}

#[test]
fn sizes_and_checksums_are_read_as_people_write_them() {
    let mut it = draft(Some("fr"));
    let digits = "d41d8cd98f00b204e9800998ecf8427e";
    for (size, bytes) in [("1,2 Mo", 1_200_000), ("1.2 MB", 1_200_000), ("12 ko", 12_000), ("12 Ko", 12_000)]
    {
        let mut file = it.distribution(None);
        file.access_url(said("u", &format!("https://d.example/{size}"))).byte_size(said("size", size));
        file.checksum(None, said("hash", digits));
        let last = it.dataset.distribution.last().unwrap();
        assert_eq!(last.byte_size, Some(bytes), "{size}");
        assert!(last.checksum.as_ref().unwrap().algorithm.as_str().ends_with("checksumAlgorithm_md5"));
    }
}
