//! The outline of a page: under which headings a link stands, and in which item of a list.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{ElementRef, Selector};

use super::{
    html::{Document, NodeId, text_of},
    text::slug,
};

/// Longest heading that is kept, in characters.
const MAX_HEADING: usize = 300;

/// Longest text of bold type that is taken for a heading, in characters.
const MAX_BOLD: usize = 150;

/// How much of the text under a heading is kept, in characters.
const MAX_PROSE: usize = 2_000;

/// Elements that stand for one entry of a list.
const ITEMS: &[&str] = &["li", "tr", "article", "dd", "p", "figure"];

/// Elements that stand for one entry if they hold the links of no other: lists of what is said of one thing.
const LISTS_OF_ONE: &[&str] = &["dl"];

/// A part of the page under the same headings.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// From the outermost to the nearest.
    pub(super) headings: Vec<String>,
    /// What names it in ids: the headings without the page's own.
    pub(super) slug: String,
    /// The paragraphs that stand in it, without those that hold links.
    pub(super) prose: String,
}

/// Where a link stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'d> {
    /// Index of its section.
    pub(super) section: usize,
    /// What surrounds the link and says more about it; `None` when it stands outside of the configured items.
    pub(super) item: Option<ElementRef<'d>>,
}

/// The sections of a page, and the place of each link asked for.
#[derive(Debug, Default)]
pub(super) struct Outline<'d> {
    pub(super) sections: Vec<Section>,
    pub(super) places: BTreeMap<NodeId, Place<'d>>,
    by_path: BTreeMap<Vec<String>, usize>,
    open: Vec<Heading>,
    /// How many links an element holds, where it holds any.
    inside: BTreeMap<NodeId, usize>,
}

#[derive(Debug)]
struct Heading {
    level: u8,
    text: String,
    /// What it is the heading of, when that ends before the next heading.
    scope: Option<NodeId>,
}

impl<'d> Outline<'d> {
    /// Goes through the page once.
    pub(super) fn of(document: &'d Document, links: &[ElementRef<'d>], item: Option<&Selector>) -> Self {
        let links: BTreeMap<NodeId, ElementRef<'d>> = links.iter().map(|link| (link.id(), *link)).collect();
        let mut outline = Self::default();
        let mut sections = BTreeMap::new();
        for element in document.elements() {
            if let Some(level) = level(element) {
                outline.open(element, level);
            } else if element.value().name() == "p" && !has_link(element) {
                outline.read(element);
            }
            if links.contains_key(&element.id()) {
                sections.insert(element.id(), outline.section(element));
            }
        }
        let entries = Entries::of(document, &links, &sections);
        outline.places = links
            .iter()
            .filter_map(|(id, link)| {
                let around = match item {
                    Some(item) => around(*link).find(|element| item.matches(element)),
                    None => entries.around(*link),
                };
                Some((*id, Place { section: *sections.get(id)?, item: around }))
            })
            .collect();
        outline.inside = entries.links;
        outline
    }

    /// How many of the links asked for stand in an element.
    pub(super) fn inside(&self, element: ElementRef<'_>) -> usize {
        self.inside.get(&element.id()).copied().unwrap_or_default()
    }

    fn open(&mut self, element: ElementRef<'d>, level: u8) {
        let text = text_of(element, MAX_HEADING);
        if text.is_empty() {
            return;
        }
        let scope = (level == SCOPED).then(|| element.parent().map(|parent| parent.id())).flatten();
        self.open.retain(|heading| heading.level < level);
        self.open.push(Heading { level, text, scope });
    }

    fn read(&mut self, element: ElementRef<'d>) {
        let section = self.section(element);
        if let Some(section) = self.sections.get_mut(section) {
            let left = MAX_PROSE.saturating_sub(section.prose.chars().count());
            let text = text_of(element, left);
            if !text.is_empty() {
                if !section.prose.is_empty() {
                    section.prose.push_str("\n\n");
                }
                section.prose.push_str(&text);
            }
        }
    }

    /// The section that an element stands in.
    fn section(&mut self, element: ElementRef<'d>) -> usize {
        let around: Vec<NodeId> = element.ancestors().map(|ancestor| ancestor.id()).collect();
        let holds = |heading: &&Heading| heading.scope.is_none_or(|scope| around.contains(&scope));
        let headings: Vec<&Heading> = self.open.iter().filter(holds).collect();
        let path: Vec<String> = headings.iter().map(|heading| heading.text.clone()).collect();
        if let Some(known) = self.by_path.get(&path) {
            return *known;
        }
        let inner = headings.iter().filter(|heading| heading.level > 1);
        let inner: Vec<&str> = inner.map(|heading| heading.text.as_str()).collect();
        let named = if inner.is_empty() { path.join(" ") } else { inner.join(" ") };
        let here = self.sections.len();
        self.sections.push(Section { headings: path.clone(), slug: slug(&named), prose: String::new() });
        self.by_path.insert(path, here);
        here
    }
}

/// The level of headings that end with the table, list or block they belong to.
const SCOPED: u8 = 7;

/// The level of a line in bold type.
const BOLD: u8 = 8;

fn level(element: ElementRef<'_>) -> Option<u8> {
    match element.value().name() {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        "caption" | "summary" | "legend" => Some(SCOPED),
        "p" if is_bold_line(element) => Some(BOLD),
        _ => None,
    }
}

/// A paragraph with nothing but bold type and no link is a heading that was not marked up as one.
fn is_bold_line(element: ElementRef<'_>) -> bool {
    let mut bold = false;
    for child in element.children() {
        match child.value().as_element().map(scraper::node::Element::name) {
            Some("strong" | "b") => bold = true,
            Some("br") => {}
            Some(_) => return false,
            None if child
                .value()
                .as_text()
                .is_some_and(|text| !text.trim().trim_matches([':', '\u{a0}']).is_empty()) =>
            {
                return false;
            }
            None => {}
        }
    }
    bold && !has_link(element) && text_of(element, MAX_BOLD + 1).chars().count() <= MAX_BOLD
}

fn has_link(element: ElementRef<'_>) -> bool {
    element.descendent_elements().any(|inner| inner.value().name() == "a" && inner.attr("href").is_some())
}

/// Which elements can be one entry of something.
#[derive(Debug, Default)]
struct Entries {
    /// The section of the links inside, if it is the same for all.
    sections: BTreeMap<NodeId, Option<usize>>,
    /// How many links are inside.
    links: BTreeMap<NodeId, usize>,
    /// What holds the only heading of the first level: the page itself, and no entry of it.
    page: BTreeSet<NodeId>,
}

impl Entries {
    fn of(
        document: &Document,
        links: &BTreeMap<NodeId, ElementRef<'_>>,
        sections: &BTreeMap<NodeId, usize>,
    ) -> Self {
        let mut entries = Self::default();
        for (id, link) in links {
            let Some(section) = sections.get(id) else { continue };
            for element in around(*link) {
                let known = entries.sections.entry(element.id()).or_insert(Some(*section));
                if *known != Some(*section) {
                    *known = None;
                }
                *entries.links.entry(element.id()).or_default() += 1;
            }
        }
        let mut titles = document.elements().filter(|element| element.value().name() == "h1");
        if let (Some(title), None) = (titles.next(), titles.next()) {
            entries.page = title.ancestors().map(|ancestor| ancestor.id()).collect();
        }
        entries
    }

    /// The nearest element that is one entry of something: what holds the page's own heading, or files under
    /// several headings, is none.
    fn around<'d>(&self, link: ElementRef<'d>) -> Option<ElementRef<'d>> {
        let is_entry = |element: &ElementRef<'_>| {
            let (name, id) = (element.value().name(), element.id());
            let of_one_section = self.sections.get(&id).is_some_and(Option::is_some);
            (ITEMS.contains(&name) && of_one_section && !self.page.contains(&id))
                || (LISTS_OF_ONE.contains(&name) && self.links.get(&id) == Some(&1))
        };
        around(link).find(is_entry).or_else(|| link.parent().and_then(ElementRef::wrap))
    }
}

fn around(link: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    link.ancestors().filter_map(ElementRef::wrap)
}
