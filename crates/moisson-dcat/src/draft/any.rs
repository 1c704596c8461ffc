//! What holds whatever a source says: no panic, valid values, nothing lost, and it can be written.

use proptest::prelude::*;

use super::{AgentSaid, ContactSaid, Defaults, Draft, LocationSaid, said};
use crate::write::{Naming, write};
use crate::{Iri, Mapped, Resource, Temporal, Text};

/// Texts that have broken readers.
const NASTY: [&str; 24] = [
    "",
    " ",
    "\u{feff}",
    "%",
    "http://",
    "http://%",
    "https://x.example/é à|b",
    "<a href=",
    "&#x;&#99999999999;",
    "[](",
    "0000-00-00",
    "99999999999999999999",
    "P",
    "R/P1",
    "-",
    "1e999",
    "POINT(",
    "{\"type\":\"Polygon\",\"coordinates\":[[[1]]]}",
    "@",
    "a@b",
    "\"\\",
    "\u{1f600}\u{301}",
    "ßœÆİ",
    "..",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(&NASTY[..]).prop_map(str::to_owned),
        "\\PC{0,30}",
        "(?s).{0,30}",
        "[0-9/:. TZ+-]{0,24}",
        "(http|www\\.|<p>|&|%|#|,| ){1,6}[a-z.]{0,12}",
        "[A-Z()0-9,. -]{0,30}",
    ]
}

/// Says the texts in every way there is.
fn draft(texts: &[String], language: Option<String>) -> Mapped {
    let base = url::Url::parse("https://base.example/").ok();
    let mut draft = Draft::dataset(&Defaults { language, base });
    for text in texts {
        let said = said("place", text).lang(text.as_str());
        draft.title(said).description(said).keyword(said).keywords(said).theme(said).license(said);
        draft.access_rights(said).accrual_periodicity(said).language(said).r#type(said).hvd_category(said);
        draft.issued(said).created(said).modified(said).version(said).version_notes(said);
        draft.temporal(said, said).temporal_text(said).spatial_resolution_in_meters(said);
        draft.temporal_resolution(said).spatial_text(said).spatial_iri(said).spatial_bbox(said);
        draft.spatial(&LocationSaid {
            centroid: Some(said),
            geometry: Some(said),
            ..LocationSaid::default()
        });
        let agent = || AgentSaid {
            iri: Some(said),
            name: vec![said],
            email: Some(said),
            homepage: Some(said),
            r#type: Some(said),
            identifier: vec![said],
        };
        draft.publisher(agent()).creator(agent()).qualified_attribution(agent(), Some(said));
        draft.contact_point(&ContactSaid {
            iri: Some(said),
            name: vec![said],
            organization_name: vec![said],
            email: vec![said],
            phone: vec![said],
            url: vec![said],
            address: Some(said),
        });
        draft.qualified_relation(said, Some(said)).identifier(said).other_identifier(said, Some(text));
        draft.landing_page(said).page(said).conforms_to(said).provenance(said).rights(said).relation(said);
        draft.applicable_legislation(said).was_generated_by(said).source(said).has_version(said);
        draft
            .is_version_of(said)
            .is_referenced_by(said)
            .in_series(said)
            .upstream_iri(said)
            .upstream_page(said);
        draft.upstream_issued(said).upstream_modified(said).upstream_catalog(said).copy_of(said).extra(said);
        let mut file = draft.distribution(Some(text));
        file.upstream_iri(said)
            .title(said)
            .description(said)
            .access_url(said)
            .download_url(said)
            .format(said);
        file.media_type(said).compress_format(said).package_format(said).license(said).availability(said);
        file.status(said).language(said).byte_size(said).checksum(Some(said), said).rights(said).page(said);
        file.conforms_to(said).applicable_legislation(said).has_policy(said).issued(said).modified(said);
        file.spatial_resolution_in_meters(said).temporal_resolution(said).extra(said);
        let mut service = file.access_service(None);
        service.title(said).endpoint_url(said).endpoint_description(said).conforms_to(said).format(said);
        service.license(said).access_rights(said).theme(said).keyword(said).page(said).rights(said);
    }
    draft.finish()
}

fn is_clean(text: &Text) -> bool {
    let lang = text.lang.as_deref().is_none_or(|l| !l.is_empty() && l.to_lowercase() == l);
    let control = |c: char| c.is_control() && c != '\n' && c != '\t';
    lang && !text.value.trim().is_empty() && text.value.trim() == text.value && !text.value.contains(control)
}

/// Whether the lexical form is one of its datatype, as another implementation reads it.
fn is_valid(moment: &Temporal) -> bool {
    match moment {
        Temporal::DateTime(v) => v.parse::<oxsdatatypes::DateTime>().is_ok(),
        Temporal::Date(v) => v.parse::<oxsdatatypes::Date>().is_ok(),
        Temporal::YearMonth(v) => v.parse::<oxsdatatypes::GYearMonth>().is_ok(),
        Temporal::Year(v) => v.parse::<oxsdatatypes::GYear>().is_ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_becomes_valid_values_that_can_be_written(
        texts in proptest::collection::vec(any_text(), 1..4), language in proptest::option::of("[a-z]{2}"),
    ) {
        let mapped = draft(&texts, language.clone());
        prop_assert_eq!(&mapped, &draft(&texts, language));
        let Resource::Dataset(dataset) = &mapped.resource else { panic!("a dataset") };
        for text in dataset.title.iter().chain(&dataset.description).chain(&dataset.keyword) {
            prop_assert!(is_clean(text), "{:?}", text);
        }
        let periods = dataset.temporal.iter().flat_map(|p| p.start_date.iter().chain(&p.end_date));
        for moment in dataset.issued.iter().chain(&dataset.modified).chain(periods) {
            prop_assert!(is_valid(moment), "{:?}", moment);
        }
        for metres in &dataset.spatial_resolution_in_meters {
            prop_assert!(metres.parse::<oxsdatatypes::Decimal>().is_ok() || metres.len() > 18, "{}", metres);
        }
        for remark in &mapped.remarks {
            prop_assert!(remark.value.chars().count() <= 200 && !remark.message("fr").is_empty());
        }
        let base = Iri::new("https://data.example").unwrap();
        let written = write(&mapped.resource, &Naming { base: &base, source: "s", record_id: &texts[0] });
        for triple in written.record.iter().chain(written.shared.iter().map(|(_, t)| t)) {
            let node = triple.subject.to_string();
            prop_assert!(Iri::new(node.trim_matches(['<', '>'])).is_ok(), "{}", node);
            if let oxrdf::Term::NamedNode(object) = &triple.object {
                prop_assert!(Iri::new(object.as_str()).is_ok(), "{}", object);
                prop_assert!(!object.as_str().starts_with("javascript:"), "{}", object);
            }
        }
        for text in texts.iter().filter(|t| !t.trim().is_empty()) {
            let kept = dataset.extra.iter().any(|e| matches!(e, crate::Extra::Key { value, .. } if value == text));
            prop_assert!(kept, "`{}` was given to `extra` and is gone", text);
        }
    }
}
