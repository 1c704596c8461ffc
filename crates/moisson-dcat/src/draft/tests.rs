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
    draft.title(said("title", "T")).issued(said("issued", "0000-00-00"));
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
