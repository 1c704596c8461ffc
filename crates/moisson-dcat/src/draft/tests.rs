//! The draft as a whole: what is kept, what is remarked, which ids come out.

use super::{Defaults, Draft, NamedSaid, said};
use crate::{Extra, Mapped, RemarkCode, Resource};

fn french() -> Defaults {
    Defaults { language: Some("fr".to_owned()), ..Defaults::default() }
}

fn dataset(mapped: Mapped) -> crate::Dataset {
    match mapped.resource {
        Resource::Dataset(dataset) => *dataset,
        other => panic!("expected a dataset, found {other:?}"),
    }
}

#[test]
fn what_cannot_be_read_is_kept_beside_a_remark() {
    let mut draft = Draft::dataset(&french());
    draft.title(said("title", "T")).description(said("d", "D")).issued(said("issued", "0000-00-00"));
    let mapped = draft.finish();
    assert_eq!(mapped.remarks[0].code, RemarkCode::InvalidDate);
    assert_eq!(mapped.remarks[0].place, "issued");
    let dataset = dataset(mapped);
    assert_eq!(dataset.issued, None);
    assert_eq!(dataset.extra, [Extra::Key { key: "issued".to_owned(), value: "0000-00-00".to_owned() }]);
}

#[test]
fn a_second_value_of_a_single_property_is_kept_beside_it() {
    let mut draft = Draft::dataset(&french());
    draft
        .title(said("title", "T"))
        .description(said("d", "D"))
        .modified(said("a", "2020"))
        .modified(said("b", "2021"))
        .modified(said("c", "2020"));
    let mapped = draft.finish();
    assert_eq!(mapped.remarks.len(), 1);
    assert_eq!(mapped.remarks[0].code, RemarkCode::TooManyValues);
    assert_eq!(dataset(mapped).extra, [Extra::Key { key: "b".to_owned(), value: "2021".to_owned() }]);
}

#[test]
fn ten_thousand_distributions_keep_apart_ids_and_all_their_facts() {
    let mut draft = Draft::dataset(&french());
    draft.title(said("title", "T"));
    for n in 0..10_000 {
        let url = format!("https://x.example/{}.csv", n / 2);
        draft.distribution(None).download_url(said("url", &url));
    }
    let mapped = draft.finish();
    assert_eq!(mapped.remarks.iter().filter(|r| r.code == RemarkCode::DuplicateId).count(), 5_000);
    let dataset = dataset(mapped);
    let ids: std::collections::HashSet<_> = dataset.distribution.iter().map(|d| &d.id).collect();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn a_series_keeps_what_it_has_no_property_for() {
    let mut draft = Draft::series(&french());
    draft.title(said("title", "S")).page(NamedSaid::iri(said("page", "https://x.example/doc")));
    let Resource::Series(series) = draft.finish().resource else { panic!("expected a series") };
    assert_eq!(
        series.extra,
        [Extra::Key { key: "page".to_owned(), value: "https://x.example/doc".to_owned() }]
    );
}

#[test]
fn values_of_vocabularies_become_terms_and_keep_the_sources_words() {
    let mut draft = Draft::dataset(&french());
    draft
        .title(said("title", "T"))
        .description(said("d", "D"))
        .theme(said("theme", "Environnement, Vie des lutins"))
        .accrual_periodicity(said("freq", "Tous les 10 ans"))
        .language(said("lang", "fr, nl"))
        .license(said("licence", "Open Database License (ODbL)"));
    let mapped = draft.finish();
    assert_eq!(codes(&mapped), [RemarkCode::UnmappedValue]);
    assert_eq!(mapped.remarks[0].value, "Vie des lutins");
    let dataset = dataset(mapped);
    let themes: Vec<_> = dataset.theme.iter().map(|t| (t.iri.is_some(), t.label[0].value.as_str())).collect();
    assert_eq!(themes, [(true, "Environnement"), (false, "Vie des lutins")]);
    assert!(iri(dataset.accrual_periodicity.as_ref()).ends_with("frequency/DECENNIAL"));
    assert_eq!(dataset.language.len(), 2);
    assert!(iri(dataset.license.first()).ends_with("licence/ODC_BL"));
}

#[test]
fn a_theme_of_the_source_stays_beside_the_eu_theme_that_its_name_means() {
    let mut draft = Draft::dataset(&french());
    draft.title(said("t", "T")).description(said("d", "D")).theme(
        NamedSaid::iri(said("theme", "https://x.example/t/7")).label(said("theme/label", "Transports")),
    );
    let mapped = draft.finish();
    assert_eq!(codes(&mapped), []);
    let dataset = dataset(mapped);
    assert!(iri(dataset.theme.first()).ends_with("data-theme/TRAN"));
    assert_eq!(iri(dataset.theme.get(1)), "https://x.example/t/7");
}

#[test]
fn formats_and_media_types_complete_each_other() {
    let mut draft = Draft::dataset(&french());
    draft.title(said("t", "T")).description(said("d", "D"));
    draft
        .distribution(Some("a"))
        .access_url(said("u", "https://x.example/a"))
        .format(said("f", "Shapefile (zip)"));
    draft
        .distribution(Some("b"))
        .access_url(said("u", "https://x.example/b"))
        .media_type(said("m", "text/csv"));
    draft.distribution(Some("c")).access_url(said("u", "https://x.example/c.xls")).format(said("f", "Excel"));
    draft.distribution(Some("d")).access_url(said("u", "https://x.example/d")).format(said("f", "API"));
    let mapped = draft.finish();
    // The address that ends in `.xls` is that of the file, too.
    assert_eq!(codes(&mapped), [RemarkCode::DerivedValue]);
    let dataset = dataset(mapped);
    let [a, b, c, d] = dataset.distribution.as_slice() else { panic!("four distributions") };
    assert!(iri(a.format.as_ref()).ends_with("file-type/SHP"));
    assert!(iri(a.package_format.as_ref()).ends_with("/application/zip"));
    assert!(iri(b.format.as_ref()).ends_with("file-type/CSV"));
    assert!(iri(c.format.as_ref()).ends_with("file-type/XLS"));
    assert!(iri(c.media_type.as_ref()).ends_with("/application/vnd.ms-excel"));
    assert_eq!(d.format, None);
    let Extra::Statement { value: crate::ExtraValue::Iri { iri }, .. } = &d.extra[0] else {
        panic!("a statement, found {:?}", d.extra)
    };
    assert!(iri.as_str().ends_with("distribution-type/WEB_SERVICE"));
}

#[test]
fn a_licence_of_the_dataset_holds_for_distributions_without_one() {
    let mut draft = Draft::dataset(&french());
    draft.title(said("t", "T")).description(said("d", "D")).license(said("l", "lov2"));
    draft.distribution(Some("a")).access_url(said("u", "https://x.example/a"));
    draft.distribution(Some("b")).access_url(said("u", "https://x.example/b")).license(said("l", "CC0"));
    let mapped = draft.finish();
    assert_eq!(codes(&mapped), [RemarkCode::InheritedValue]);
    let dataset = dataset(mapped);
    assert!(iri(dataset.distribution[0].license.as_ref()).ends_with("licence/ETALAB_2_0"));
    assert!(iri(dataset.distribution[1].license.as_ref()).ends_with("licence/CC0"));
}

fn iri(concept: Option<&crate::Concept>) -> &str {
    concept.and_then(|c| c.iri.as_ref()).map_or("", crate::Iri::as_str)
}

fn codes(mapped: &Mapped) -> Vec<RemarkCode> {
    mapped.remarks.iter().map(|r| r.code).collect()
}
