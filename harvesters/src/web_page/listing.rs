//! A page of links as datasets: files that differ only in format or year are distributions of one.

mod cells;
mod groups;
mod listed;
mod next;
mod titles;

use std::collections::{BTreeMap, BTreeSet};

use moisson_dcat::vocabulary::licence;
use scraper::{ElementRef, Selector};
use url::Url;

use self::groups::{Group, Index, Keys, Member};
pub(super) use self::listed::{Head, Listed, ListedFile, Named};
use super::{
    address, dates,
    html::{Document, NodeId, text_of, text_without},
    label,
    links::{self, FileLink},
    nodes::shortened,
    options::{Grouping, Options},
    outline::{Outline, Section},
};

/// Most links to files on one page.
const MAX_FILES: usize = 10_000;

/// Longest text that is read as a title, in characters.
const MAX_TITLE: usize = 300;

/// Longest text that surrounds the links and can be the title of what they lead to, in characters.
const MAX_LEAD: usize = 150;

/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 10_000;

/// Shortest text of an item that is worth being a description, in characters.
const MIN_DESCRIPTION: usize = 20;

/// Most elements of an item that are looked at.
const MAX_ITEM_ELEMENTS: usize = 5_000;

/// What a page of links holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Id and dataset, in the order of the page.
    pub(super) datasets: Vec<(String, Listed)>,
    /// The next page of the list.
    pub(super) next: Option<Url>,
    /// Why files may be missing.
    pub(super) cut: Option<String>,
    /// Links to files in the header, menus and footer of the page, which were passed over.
    pub(super) passed_over: usize,
}

/// Reads a page. `first` is the first page of the list it belongs to, which ids are made of; `taken` are ids
/// that earlier pages of the list gave away.
pub(super) fn read(
    document: &Document,
    options: &Options,
    page: &Url,
    first: &Url,
    taken: &BTreeSet<String>,
) -> Listing {
    let (mut files, passed_over) = links::of_the_content(document, options);
    let mut cut = document.cut.clone();
    if files.len() > MAX_FILES {
        files.truncate(MAX_FILES);
        cut = Some(format!("the page links to more than {MAX_FILES} files; the rest was not read"));
    }
    let elements: Vec<ElementRef<'_>> = files.iter().map(|file| file.element).collect();
    let outline = Outline::of(document, &elements, options.selectors.item.as_ref());
    let mut reader = Reader::new(document, options, page, &outline);
    let groups = reader.groups(files);
    reader.look_around(&groups);
    let mut taken = taken.clone();
    let datasets = groups.iter().map(|group| (reader.id(group, first, &mut taken), reader.listed(group)));
    let datasets: Vec<(String, Listed)> = datasets.collect();
    let next = match &options.selectors.next {
        Some(next) => document.matching(next).into_iter().find_map(|next| links::target(document, next)),
        None => next::of(document).filter(|_| !datasets.is_empty()),
    };
    Listing { datasets, next, cut, passed_over }
}

struct Reader<'r, 'd> {
    document: &'d Document,
    options: &'r Options,
    page: &'r Url,
    outline: &'r Outline<'d>,
    /// How many files stand in each section.
    per_section: BTreeMap<usize, usize>,
    items: BTreeMap<NodeId, ItemFacts>,
    /// Whether the page has a heading of the first level.
    has_title: bool,
    publisher: Option<Named>,
    license: Option<Named>,
}

/// What the surroundings of links say, read once for each.
#[derive(Default)]
struct ItemFacts {
    /// How many datasets stand in it.
    groups: usize,
    /// How many of them have links that say nothing.
    nameless: usize,
    /// By the configured selector.
    title: Option<String>,
    /// The words that stand before the links.
    lead: Option<String>,
    description: String,
    /// Whether something says that this is the description.
    is_described: bool,
    date: Option<String>,
    publisher: Option<Named>,
    license: Option<Named>,
}

impl<'r, 'd> Reader<'r, 'd> {
    fn new(document: &'d Document, options: &'r Options, page: &'r Url, outline: &'r Outline<'d>) -> Self {
        let mut per_section = BTreeMap::new();
        for place in outline.places.values() {
            *per_section.entry(place.section).or_default() += 1;
        }
        let mut reader = Self {
            document,
            options,
            page,
            outline,
            per_section,
            items: BTreeMap::new(),
            has_title: document.elements().any(|element| element.value().name() == "h1"),
            publisher: None,
            license: None,
        };
        // What stands in one item is said of that item only.
        let items: BTreeSet<NodeId> =
            outline.places.values().filter_map(|place| place.item).map(|item| item.id()).collect();
        let in_item = |element: &ElementRef<'_>| {
            items.len() > 1
                && (items.contains(&element.id())
                    || element.ancestors().any(|node| items.contains(&node.id())))
        };
        let first = |selector: &Selector| {
            document.elements().find(|element| selector.matches(element) && !in_item(element))
        };
        let publisher = options.selectors.publisher.as_ref().and_then(first);
        let license =
            options.selectors.license.as_ref().or(Self::declared_license().as_ref()).and_then(first);
        reader.publisher = publisher.and_then(|element| reader.named(element));
        let license = license.or_else(|| {
            if options.selectors.license.is_some() { None } else { only_license(document, &in_item) }
        });
        reader.license = license.and_then(|element| reader.named(element));
        reader
    }

    fn groups(&self, files: Vec<FileLink<'d>>) -> Vec<Group<'d>> {
        let mut groups: Vec<Group<'d>> = Vec::new();
        let mut index = Index::default();
        for file in files {
            let Some(place) = self.outline.places.get(&file.element.id()).copied() else { continue };
            if self.options.selectors.item.is_some() && place.item.is_none() {
                continue;
            }
            let keys = Keys::of(&file);
            let found = match self.options.grouping {
                Grouping::File => None,
                Grouping::Section => index.sections.get(&place.section).copied(),
                Grouping::Item if self.options.selectors.item.is_some() => {
                    place.item.and_then(|item| index.items.get(&item.id())).copied()
                }
                Grouping::Item => index.like(&keys, place, |group| {
                    groups.get(group).is_some_and(|group| group.lacks(&file, &keys))
                }),
            };
            let here = found.unwrap_or(groups.len());
            index.add(&keys, place, here);
            let member = Member { file, keys };
            match groups.get_mut(here) {
                Some(group) => group.files.push(member),
                None => groups.push(Group { place, files: vec![member] }),
            }
        }
        groups
    }

    /// Reads what surrounds the links of each group.
    fn look_around(&mut self, groups: &[Group<'d>]) {
        for group in groups {
            let Some(item) = group.place.item else { continue };
            if !self.items.contains_key(&item.id()) {
                let facts = self.facts(item);
                self.items.insert(item.id(), facts);
            }
            if let Some(known) = self.items.get_mut(&item.id()) {
                known.groups += 1;
                known.nameless += usize::from(group.is_nameless());
            }
        }
    }

    fn facts(&self, item: ElementRef<'d>) -> ItemFacts {
        let selectors = &self.options.selectors;
        let inside = |selector: &Option<Selector>| Self::inside(item, selector.as_ref()?);
        let text =
            |selector: &Option<Selector>, limit| inside(selector).map(|element| text_of(element, limit));
        let license = inside(&selectors.license).or_else(|| Self::inside(item, &Self::declared_license()?));
        let cells = cells::of(item);
        ItemFacts {
            groups: 0,
            nameless: 0,
            title: text(&selectors.title, MAX_TITLE).filter(|title| !title.is_empty()),
            lead: if cells.has_headings { cells.title } else { self.lead(item) },
            is_described: cells.has_headings,
            description: match &selectors.description {
                Some(_) => text(&selectors.description, MAX_DESCRIPTION).unwrap_or_default(),
                None => match cells.description {
                    Some(description) if cells.others.is_empty() => description,
                    Some(description) => format!("{description}\n{}", cells.others),
                    None if cells.has_headings => cells.others,
                    None => text_without(item, MAX_DESCRIPTION, &|element| {
                        self.is_file_link(element) || is_note(element)
                    }),
                },
            },
            date: self.date(item).or(cells.date),
            publisher: inside(&selectors.publisher).and_then(|element| self.named(element)),
            license: license.and_then(|element| self.named(element)),
        }
    }

    /// The id: of one undated file its address; of several the section and what they have in common.
    fn id(&self, group: &Group<'d>, first: &Url, taken: &mut BTreeSet<String>) -> String {
        let section = self.section(group);
        let smallest = group.files.iter().map(|member| member.file.url.as_str()).min().unwrap_or_default();
        let mut keys = group.files.iter().flat_map(|member| [&member.keys.file, &member.keys.label]);
        let common = keys.find(|key| !key.is_empty());
        let several = group.files.len() > 1;
        let is_dated = group.files.iter().any(|member| !member.keys.years.is_empty());
        let named = match (self.options.grouping, common) {
            (Grouping::Section, _) => Some(section.slug.clone()),
            (Grouping::Item, Some(common)) if several || is_dated => {
                Some(format!("{}/{common}", section.slug))
            }
            (Grouping::Item, None) if several => Some(section.slug.clone()),
            (Grouping::File | Grouping::Item, _) => None,
        };
        let named = named.map(|name| name.trim_matches('/').to_owned()).filter(|name| !name.is_empty());
        let id = named.map(|name| shortened(format!("{}#{name}", address::without_fragment(first))));
        let id = id.filter(|id| !taken.contains(id)).unwrap_or_else(|| shortened(smallest.to_owned()));
        taken.insert(id.clone());
        id
    }

    fn listed(&self, group: &Group<'d>) -> Listed {
        let section = self.section(group);
        let facts = group.place.item.and_then(|item| self.items.get(&item.id()));
        let title = facts.and_then(|facts| facts.title.clone()).unwrap_or_else(|| self.title(group, facts));
        let own = |of: fn(&ItemFacts) -> &Option<Named>, page: &Option<Named>| {
            facts.and_then(|f| of(f).clone()).or_else(|| page.clone())
        };
        Listed {
            page: self.page.to_string(),
            page_title: self.document.title.clone(),
            site: self.document.site.clone(),
            lang: self.document.lang.clone(),
            description: self.description(group, facts, &title),
            date: facts.and_then(|facts| facts.date.clone()).or_else(|| self.section_date(group)),
            publisher: own(|facts| &facts.publisher, &self.publisher),
            license: own(|facts| &facts.license, &self.license),
            title,
            headings: section.headings.clone(),
            files: group.files.iter().map(|member| listed_file(&member.file)).collect(),
        }
    }

    /// Whether no other dataset stands under the same heading.
    fn is_alone_in_section(&self, group: &Group<'d>) -> bool {
        self.per_section.get(&group.place.section) == Some(&group.files.len())
    }

    /// A date of change in the paragraphs under a heading, if they speak of one dataset.
    fn section_date(&self, group: &Group<'d>) -> Option<String> {
        if self.options.selectors.date.is_some() || !self.is_alone_in_section(group) {
            return None;
        }
        dates::after_words_of_change(&self.section(group).prose)
    }

    /// Whether an element is a link to a file, or one whose words say nothing without it.
    fn is_file_link(&self, element: ElementRef<'_>) -> bool {
        let is_link = element.value().name() == "a";
        is_link
            && (self.outline.places.contains_key(&element.id())
                || label::key(&label::read(&text_of(element, label::MAX_LABEL)).title).is_empty())
    }

    fn description(&self, group: &Group<'d>, facts: Option<&ItemFacts>, title: &str) -> String {
        let own = facts.map(|facts| facts.description.as_str()).unwrap_or_default();
        if self.options.selectors.description.is_some() {
            return own.to_owned();
        }
        let is_own =
            self.options.grouping != Grouping::Section && facts.is_some_and(|facts| facts.groups == 1);
        let own = own.strip_prefix(title).unwrap_or(own);
        let own = own.trim_matches(|c: char| !c.is_alphanumeric() && !"().!?»\"".contains(c));
        let is_described = facts.is_some_and(|facts| facts.is_described);
        if is_own && (is_described || own.chars().count() >= MIN_DESCRIPTION) {
            return own.to_owned();
        }
        let section = self.section(group);
        if section.headings.last().is_some_and(|heading| heading == title) {
            section.prose.clone()
        } else {
            String::new()
        }
    }

    fn date(&self, item: ElementRef<'d>) -> Option<String> {
        if let Some(selector) = &self.options.selectors.date {
            let element = Self::inside(item, selector)?;
            let machine = element.attr("datetime").or_else(|| element.attr("content"));
            let text = machine.map_or_else(|| text_of(element, MAX_TITLE), str::to_owned);
            return dates::find(&text).or(Some(text)).filter(|date| !date.trim().is_empty());
        }
        let time = descendants(item).find(|element| element.value().name() == "time");
        let machine = time.and_then(|time| time.attr("datetime")).map(|machine| machine.trim().to_owned());
        // Beside a `time`, only words that say so make a date the date of last change.
        machine.or_else(|| dates::after_words_of_change(&text_of(item, MAX_DESCRIPTION)))
    }

    /// HTML's own way to name a licence.
    fn declared_license() -> Option<Selector> {
        Selector::parse("a[rel~='license'], link[rel~='license']").ok()
    }

    fn named(&self, element: ElementRef<'_>) -> Option<Named> {
        let text = text_of(element, MAX_TITLE);
        let text = if text.is_empty() {
            element.attr("content").unwrap_or_default().trim().to_owned()
        } else {
            text
        };
        Some(Named { text, href: links::target(self.document, element).map(String::from) })
            .filter(|named| *named != Named::default())
    }

    fn inside(item: ElementRef<'d>, selector: &Selector) -> Option<ElementRef<'d>> {
        descendants(item).find(|element| selector.matches(element))
    }

    fn section(&self, group: &Group<'d>) -> &Section {
        static NONE: Section = Section { headings: Vec::new(), slug: String::new(), prose: String::new() };
        self.outline.sections.get(group.place.section).unwrap_or(&NONE)
    }
}

/// The elements inside an item, as many as are looked at.
fn descendants(item: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    item.descendent_elements().take(MAX_ITEM_ELEMENTS)
}

fn listed_file(file: &FileLink<'_>) -> ListedFile {
    ListedFile {
        url: file.url.to_string(),
        text: file.text.clone(),
        title: file.label.title.clone(),
        format: file.format.clone(),
        size: file.label.size.clone(),
        media_type: file.media_type.clone(),
        language: file.language.clone(),
        hint: file.hint.clone(),
        head: None,
    }
}

/// The link to a licence that everybody knows, if the page has links to no other: what it says is said of its data.
fn only_license<'d>(
    document: &'d Document,
    in_item: &dyn Fn(&ElementRef<'d>) -> bool,
) -> Option<ElementRef<'d>> {
    let links = document.elements().filter(|element| element.value().name() == "a" && !in_item(element));
    let known = links.filter(|link| !links::is_of_every_page(*link)).filter_map(|link| {
        let target = links::target(document, link)?;
        Some((link, licence(target.as_str())?.iri()))
    });
    let known: Vec<_> = known.collect();
    let (link, license) = known.first()?;
    known.iter().all(|(_, other)| other == license).then_some(*link)
}

/// Whether an element only notes the size or the format of a file, or a date for machines.
fn is_note(element: ElementRef<'_>) -> bool {
    if element.value().name() == "time" {
        return element.attr("datetime").is_some();
    }
    if element.value().name() != "span" {
        return false;
    }
    let label = label::read(&text_of(element, MAX_LEAD));
    label.title.is_empty() && (label.size.is_some() || label.format.is_some())
}
