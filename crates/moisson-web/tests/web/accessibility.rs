//! What can be checked of [WCAG 2.1 AA](https://www.w3.org/TR/WCAG21/) without eyes; contrast is checked with the
//! style sheet.

use std::collections::BTreeMap;

use crate::{
    pages::PAGES,
    support::{LANGUAGES, world},
};

/// A start tag: name and attributes.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The start tags of a page written by our own templates, with the text until the next tag.
fn tags(page: &str) -> Vec<(Tag, String)> {
    let mut tags = Vec::new();
    for piece in page.split('<').skip(1).filter(|piece| piece.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        let (inside, text) = piece.split_once('>').unwrap();
        let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = BTreeMap::new();
        while let Some(start) = rest.split_once(|c: char| !c.is_whitespace()).map(|(space, _)| space.len()) {
            rest = &rest[start..];
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let attribute = rest[..end].to_owned();
            rest = &rest[end..];
            match rest.strip_prefix("=\"") {
                Some(value) => {
                    let (value, after) = value.split_once('"').unwrap();
                    attributes.insert(attribute, value.to_owned());
                    rest = after;
                }
                None => {
                    attributes.insert(attribute, String::new());
                }
            }
        }
        tags.push((Tag { name: name.to_owned(), attributes }, text.to_owned()));
    }
    tags
}

#[tokio::test]
async fn every_page_keeps_the_rules_that_can_be_checked() {
    let world = world();
    for language in LANGUAGES {
        for path in PAGES.into_iter().chain(["/sparql"]) {
            let page = world.page(path, language.tag()).await.text();
            let tags = tags(&page);
            let where_ = format!("{path} in {language}");
            headings(&tags, &where_);
            controls(&tags, &where_);
            landmarks(&tags, &where_);
            references(&tags, &where_);
        }
    }
}

/// One first heading, and no level is left out on the way down.
fn headings(tags: &[(Tag, String)], page: &str) {
    let levels: Vec<u32> =
        tags.iter().filter_map(|(tag, _)| tag.name.strip_prefix('h')?.parse().ok()).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{page}: {levels:?}");
    assert_eq!(levels.first(), Some(&1), "{page}: {levels:?}");
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{page}: {levels:?}");
    }
}

/// Every control has a label, every image a text, every button and link something to say.
fn controls(tags: &[(Tag, String)], page: &str) {
    let labelled: Vec<&str> =
        tags.iter().filter(|(tag, _)| tag.name == "label").filter_map(|(tag, _)| tag.get("for")).collect();
    for (at, (tag, text)) in tags.iter().enumerate() {
        match tag.name.as_str() {
            "input" | "select" | "textarea" if tag.get("type") != Some("hidden") => {
                let id = tag.get("id").unwrap_or_else(|| panic!("{page}: {tag:?} has no id"));
                assert!(labelled.contains(&id), "{page}: `{id}` has no label");
            }
            "img" => assert!(tag.get("alt").is_some(), "{page}: {tag:?}"),
            "a" | "button" => {
                let inside = tags.iter().skip(at + 1).take(4).any(|(_, text)| !text.trim().is_empty());
                assert!(!text.trim().is_empty() || inside, "{page}: {tag:?} says nothing");
                assert!(
                    tag.name == "button" || tag.get("href").is_some_and(|href| !href.is_empty()),
                    "{page}: {tag:?}"
                );
            }
            "th" => assert!(tag.get("scope").is_some(), "{page}: {tag:?}"),
            _ => {}
        }
        assert!(
            !tag.attributes.keys().any(|name| name.starts_with("on") || name == "style"),
            "{page}: {tag:?}"
        );
    }
}

/// One main part that the first link skips to; menus have names.
fn landmarks(tags: &[(Tag, String)], page: &str) {
    let html = &tags.iter().find(|(tag, _)| tag.name == "html").unwrap().0;
    assert!(html.get("lang").is_some_and(|lang| lang.len() == 2), "{page}");
    let mains: Vec<_> = tags.iter().filter(|(tag, _)| tag.name == "main").collect();
    assert_eq!(mains.len(), 1, "{page}");
    let first_link = &tags.iter().find(|(tag, _)| tag.name == "a").unwrap().0;
    assert_eq!(first_link.get("href").unwrap(), format!("#{}", mains[0].0.get("id").unwrap()), "{page}");
    for (tag, _) in tags.iter().filter(|(tag, _)| tag.name == "nav") {
        assert!(tag.get("aria-label").is_some(), "{page}: {tag:?}");
    }
    let title = tags.iter().find(|(tag, _)| tag.name == "title").unwrap();
    assert!(!title.1.trim().is_empty(), "{page}");
}

/// Ids are there once, and what refers to one finds it.
fn references(tags: &[(Tag, String)], page: &str) {
    let ids: Vec<&str> = tags.iter().filter_map(|(tag, _)| tag.get("id")).collect();
    for id in &ids {
        assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{page}: `{id}` is there twice");
    }
    for (tag, _) in tags {
        let named =
            ["aria-labelledby", "aria-describedby", "for"].into_iter().filter_map(|name| tag.get(name));
        for id in named.chain(tag.get("href").and_then(|href| href.strip_prefix('#'))) {
            assert!(ids.contains(&id), "{page}: `{id}` is nowhere");
        }
    }
}
