//! What a trace tells of each kind of value.

use super::*;
use crate::draft::{AgentSaid, ContactSaid, Defaults, Draft, LocationSaid, NamedSaid, said};

/// What was made of what is said: part, property, value, rule.
fn steps(say: impl FnOnce(&mut Draft)) -> Vec<(String, String, String, Rule, bool)> {
    let (_, trace) = traced(|| {
        let mut draft = Draft::dataset(&Defaults::default());
        say(&mut draft);
        draft.finish()
    });
    trace.steps.into_iter().map(|s| (s.part, s.property, s.value, s.rule, s.inner)).collect()
}

fn rules(say: impl FnOnce(&mut Draft)) -> Vec<(String, Rule)> {
    steps(say)
        .into_iter()
        .map(|(_, property, value, rule, _)| (format!("{property}={value}"), rule))
        .collect()
}

fn of(expected: &[(&str, Rule)]) -> Vec<(String, Rule)> {
    expected.iter().map(|(said, rule)| ((*said).to_owned(), *rule)).collect()
}

#[test]
fn nothing_is_noted_unless_somebody_asks() {
    let mut draft = Draft::dataset(&Defaults::default());
    draft.title(said("t", "T"));
    assert!(draft.notes.trace.is_none());
    let ((), trace) = traced(|| ());
    assert_eq!(trace, Trace::default());
    assert!(Tracing::begin().is_none());
}

#[test]
fn a_panic_does_not_leave_the_trace_on() {
    let panicked = std::panic::catch_unwind(|| traced(|| panic!("as if")));
    assert!(panicked.is_err());
    assert!(Tracing::begin().is_none());
}

#[test]
fn concepts_tell_the_row_the_pattern_and_what_is_left() {
    let found = rules(|draft| {
        draft.theme(said("a", "environnement")).theme(said("b", "Zorglub"));
        draft.theme(said("c", "https://x.example/theme/9"));
        draft
            .accrual_periodicity(said("d", "Annuelle : mise à jour le 1er novembre"))
            .accrual_periodicity(said("e", "mensuelle"));
        draft.license(
            NamedSaid::iri(said("f", "https://creativecommons.org/licenses/by/4.0/")).label(said("g", "CC")),
        );
    });
    let expected = of(&[
        ("theme=environnement", Rule::TableRow),
        ("theme=Zorglub", Rule::SourceWords),
        ("theme=https://x.example/theme/9", Rule::OwnConcept),
        ("accrual_periodicity=Annuelle : mise à jour le 1er novembre", Rule::Pattern),
        ("accrual_periodicity=mensuelle", Rule::TableRow),
        ("accrual_periodicity=mensuelle", Rule::TooMany),
        ("license=https://creativecommons.org/licenses/by/4.0/", Rule::TableRow),
        ("license=CC", Rule::Text),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn wholes_come_before_their_parts() {
    let found = steps(|draft| {
        draft.publisher(AgentSaid {
            name: vec![said("org/title", "Ville")],
            homepage: Some(said("org/url", "https://ville.example/")),
            ..AgentSaid::default()
        });
        draft.contact_point(&ContactSaid {
            email: vec![said("mail", "a@ville.example")],
            ..ContactSaid::default()
        });
        draft.spatial(&LocationSaid {
            bbox: Some(said("box", "POLYGON((4 50, 5 50, 5 51, 4 51, 4 50))")),
            ..LocationSaid::default()
        });
        draft.spatial_text(said("place", "Zorglubville"));
    });
    let short: Vec<_> =
        found.iter().map(|(_, p, v, r, inner)| (p.as_str(), v.as_str(), *r, *inner)).collect();
    let box_text = "POLYGON((4 50, 5 50, 5 51, 4 51, 4 50))";
    let expected = [
        ("publisher", "Ville", Rule::Composed, false),
        ("publisher", "https://ville.example/", Rule::Address, true),
        ("contact_point", "a@ville.example", Rule::Composed, false),
        ("contact_point", "a@ville.example", Rule::Email, true),
        ("spatial", box_text, Rule::Composed, false),
        ("spatial", box_text, Rule::Geometry, true),
        ("spatial", "Zorglubville", Rule::SourceWords, false),
    ];
    assert_eq!(short, expected);
}

#[test]
fn distributions_are_named_and_what_follows_is_told() {
    let found = steps(|draft| {
        draft.license(said("l", "cc-by"));
        draft.distribution(Some("a")).download_url(said("url", "https://x.example/a.csv"));
        draft.distribution(None).access_url(said("url", "https://x.example/b")).format(said("f", "PDF"));
        draft.extra(said("foo", "bar"));
    });
    let short: Vec<_> = found.iter().map(|(part, p, _, r, _)| (part.as_str(), p.as_str(), *r)).collect();
    let second =
        short.iter().find(|(part, ..)| part.starts_with("distribution[") && *part != "distribution[a]");
    let second = second.expect("the other has an id in the end").0;
    for expected in [
        ("", "license", Rule::TableRow),
        ("distribution[a]", "download_url", Rule::Address),
        ("distribution[a]", "access_url", Rule::AccessIsDownload),
        ("distribution[a]", "format", Rule::FormatOfExtension),
        ("distribution[a]", "license", Rule::Inherited),
        (second, "access_url", Rule::Address),
        (second, "format", Rule::TableRow),
        (second, "media_type", Rule::MediaTypeOfFormat),
        ("", "", Rule::NoProperty),
    ] {
        assert!(short.contains(&expected), "{expected:?} in {short:#?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_once() {
    let found = rules(|draft| {
        draft.issued(said("a", "soon")).issued(said("b", "2020-01-01")).issued(said("c", "2021-01-01"));
        draft.temporal_text(said("d", "2009-2012")).temporal_text(said("e", "jadis"));
        draft.distribution(Some("x")).byte_size(said("f", "huge")).checksum(None, said("g", "zz"));
    });
    let expected = of(&[
        ("issued=soon", Rule::Unreadable),
        ("issued=2020-01-01", Rule::Date),
        ("issued=2021-01-01", Rule::Date),
        ("issued=2021-01-01", Rule::TooMany),
        ("temporal=2009-2012", Rule::Period),
        ("temporal=jadis", Rule::SourceWords),
        ("byte_size=huge", Rule::Unreadable),
        ("checksum=zz", Rule::Unreadable),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn the_trace_is_bounded() {
    let (_, trace) = traced(|| {
        let mut draft = Draft::dataset(&Defaults::default());
        for n in 0..STEPS_MAX + 7 {
            draft.extra(said("k", &n.to_string()));
        }
        draft.finish()
    });
    assert_eq!((trace.steps.len(), trace.left_out), (STEPS_MAX, 7));
}
