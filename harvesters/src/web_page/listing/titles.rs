//! What a dataset of a page of links is called.

use std::collections::BTreeSet;

use scraper::ElementRef;

use super::{
    super::{
        address,
        html::{text_of, text_without},
        label,
        options::Grouping,
        text::slug,
    },
    ItemFacts, MAX_LEAD, MAX_TITLE, Reader, cells, descendants,
    groups::Group,
};

/// Elements that hold one entry and stand in each other.
const WIDER: [&str; 5] = ["li", "tr", "dd", "article", "figure"];

/// Elements whose text names what they stand in.
const LEADS: [&str; 5] = ["strong", "b", "th", "td", "dt"];

impl<'d> Reader<'_, 'd> {
    /// The labels' own words if they have any that are no file name, else the words beside the links, else the
    /// heading, else the name of the file.
    pub(super) fn title(&self, group: &Group<'d>, facts: Option<&ItemFacts>) -> String {
        let heading = self.section(group).headings.last().cloned();
        if self.options.grouping == Grouping::Section {
            return heading.or_else(|| self.document.title.clone()).unwrap_or_default();
        }
        let labelled = || group.files.iter().filter(|member| !member.keys.label.is_empty());
        let words = labelled().find(|member| !member.is_named_as_its_file());
        let words = words.map(|member| {
            let years: BTreeSet<&Vec<String>> = group.files.iter().map(|member| &member.keys.years).collect();
            let short = label::without_year(&member.file.label.title);
            if years.len() > 1 && !short.is_empty() { short } else { member.file.label.title.clone() }
        });
        let lead = || facts.and_then(|facts| Self::of_item(group, facts)).or_else(|| self.wider_lead(group));
        // A heading over several datasets is not the title of one.
        let heading = || heading.filter(|_| self.is_alone_in_section(group));
        // Nor is the page's own that of a file that has a name.
        let is_of_the_page = self.section(group).headings.len() == 1 && self.has_title;
        let heading = || heading().filter(|_| !is_of_the_page || labelled().next().is_none());
        let file_name = || {
            let named = labelled().next().map(|member| member.file.label.title.clone());
            named.or_else(|| group.files.first().map(|member| address::file_name(&member.file.url)))
        };
        let title = words.or_else(lead).or_else(heading).or_else(file_name);
        title.filter(|title| !title.is_empty()).or_else(|| self.document.title.clone()).unwrap_or_default()
    }

    /// The words of the item, if they can be the group's: it is alone in there, or alone without words of its own.
    /// Several of that kind are told apart by the names of their files.
    fn of_item(group: &Group<'d>, facts: &ItemFacts) -> Option<String> {
        let lead = facts.lead.clone()?;
        if facts.groups == 1 || facts.nameless == 1 && group.is_nameless() {
            return Some(lead);
        }
        let name = address::file_name(&group.files.first()?.file.url);
        let stem = address::stem(&name);
        let told_apart = if slug(stem) == slug(&lead) { lead } else { format!("{lead} ({stem})") };
        group.is_nameless().then_some(told_apart)
    }

    /// The words of the nearest entry that holds these files and no others: a list inside an entry of a list.
    fn wider_lead(&self, group: &Group<'d>) -> Option<String> {
        let count = group.files.len();
        let first = group.files.first()?.file.element;
        let around = first.ancestors().filter_map(ElementRef::wrap);
        around
            .skip_while(|element| self.outline.inside(*element) < count)
            .take_while(|element| self.outline.inside(*element) == count)
            .filter(|element| WIDER.contains(&element.value().name()))
            .find_map(|element| self.lead(element))
    }

    /// The words of an item that stand before its links: a heading, bold type, the first cell, the first of several
    /// paragraphs, or all of a short text.
    pub(super) fn lead(&self, item: ElementRef<'_>) -> Option<String> {
        let is_link = |element: ElementRef<'_>| element.value().name() == "a";
        let marked = descendants(item).filter_map(|element| {
            let name = element.value().name();
            // Of a cell with a heading or bold type in it, that is what names it.
            let is_cell = matches!(name, "th" | "td");
            if is_cell && descendants(element).any(|inner| is_heading(inner) || is_bold(inner)) {
                return None;
            }
            // A heading may link to the page of what it names.
            if is_heading(element) {
                Some(text_without(element, MAX_TITLE, &|inner| self.is_file_link(inner)))
            } else {
                let counts = LEADS.contains(&name) || is_called_title(element);
                counts.then(|| text_without(element, MAX_TITLE, &is_link))
            }
        });
        let mut said: Vec<String> = marked.take(20).collect();
        if item.value().name() == "dd" {
            let mut before = item.prev_siblings().filter_map(ElementRef::wrap);
            let term = before.find(|element| element.value().name() == "dt");
            said.extend(term.map(|term| text_of(term, MAX_TITLE)));
        }
        let mut paragraphs = descendants(item).filter(|element| element.value().name() == "p");
        if let (Some(first), Some(_)) = (paragraphs.next(), paragraphs.next()) {
            said.push(text_without(first, MAX_TITLE, &is_link));
        }
        said.push(text_without(item, MAX_LEAD + 1, &is_link));
        said.into_iter().map(|text| label::read(&text).title).find(|title| {
            cells::is_name(title) && !label::key(title).is_empty() && title.chars().count() <= MAX_LEAD
        })
    }
}

fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_bold(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "strong" | "b")
}

/// Whether the site itself calls an element a title.
fn is_called_title(element: ElementRef<'_>) -> bool {
    let is_title = |class: &str| {
        let class = class.to_lowercase();
        ["title", "titre", "titel"].iter().any(|word| class.starts_with(word) || class.ends_with(word))
    };
    element.value().classes().any(is_title)
}
