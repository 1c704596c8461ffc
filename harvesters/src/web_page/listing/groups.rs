//! Which files are one dataset: what differs only in format or year.

use std::collections::BTreeMap;

use super::super::{address, formats, html::NodeId, label, links::FileLink, outline::Place, text::slug};

/// Files that are one dataset.
pub(super) struct Group<'d> {
    pub(super) place: Place<'d>,
    pub(super) files: Vec<Member<'d>>,
}

/// A file of a group.
pub(super) struct Member<'d> {
    pub(super) file: FileLink<'d>,
    pub(super) keys: Keys,
}

/// What files are compared by.
pub(super) struct Keys {
    /// The label without year and format; empty when it says nothing else.
    pub(super) label: String,
    /// The file's name without year and format; empty when it says nothing.
    pub(super) file: String,
    pub(super) years: Vec<String>,
}

impl<'d> Group<'d> {
    /// Whether its links say nothing but formats and years.
    pub(super) fn is_nameless(&self) -> bool {
        self.files.iter().all(|member| member.keys.label.is_empty())
    }

    /// Whether a file without words of its own can be another form of what is in here.
    pub(super) fn lacks(&self, file: &FileLink<'d>, keys: &Keys) -> bool {
        self.files.iter().all(|member| member.file.format != file.format || member.keys.years != keys.years)
    }
}

impl Member<'_> {
    /// Whether the link's words are the name of its file.
    pub(super) fn is_named_as_its_file(&self) -> bool {
        let title = &self.file.label.title;
        let name = address::file_name(&self.file.url);
        let stem = address::stem(&name);
        let of_file = [name.as_str(), stem].iter().any(|name| slug(name) == slug(title));
        // People put spaces between words; a single plain word may well be both.
        let is_code = title.contains('_')
            || !title.contains(' ') && title.chars().any(|c| c == '-' || c.is_ascii_digit());
        formats::extension_of_name(title).is_some_and(|found| formats::is_format(&found))
            || (of_file && is_code)
    }
}

impl Keys {
    /// What a link says.
    pub(super) fn of(file: &FileLink<'_>) -> Self {
        let name = address::file_name(&file.url);
        let years = label::years(&file.text);
        Self {
            label: label::key(&file.label.title),
            file: label::key_of_file(&name),
            years: if years.is_empty() { label::years(&name) } else { years },
        }
    }
}

/// Which group has files of a kind: the last one added.
#[derive(Default)]
pub(super) struct Index {
    pub(super) sections: BTreeMap<usize, usize>,
    pub(super) items: BTreeMap<NodeId, usize>,
    labels: BTreeMap<(usize, String), usize>,
    files: BTreeMap<(usize, String), usize>,
    /// Groups in a section without any name of their own.
    nameless: BTreeMap<usize, usize>,
}

impl Index {
    /// The group that a file belongs to: the same words in its label; with nothing to say in the label, the
    /// same file name, or what stands in the same item, or alone under the same heading.
    pub(super) fn like(&self, keys: &Keys, place: Place<'_>, fits: impl Fn(usize) -> bool) -> Option<usize> {
        if !keys.label.is_empty() {
            return self.labels.get(&(place.section, keys.label.clone())).copied();
        }
        let by_file = self.files.get(&(place.section, keys.file.clone())).filter(|_| !keys.file.is_empty());
        let by_item = place.item.and_then(|item| self.items.get(&item.id())).filter(|group| fits(**group));
        let nameless =
            self.nameless.get(&place.section).filter(|group| keys.file.is_empty() && fits(**group));
        by_file.or(by_item).or(nameless).copied()
    }

    /// A file went into a group.
    pub(super) fn add(&mut self, keys: &Keys, place: Place<'_>, group: usize) {
        self.sections.insert(place.section, group);
        if let Some(item) = place.item {
            self.items.insert(item.id(), group);
        }
        if keys.label.is_empty() && keys.file.is_empty() {
            self.nameless.insert(place.section, group);
        }
        if !keys.label.is_empty() {
            self.labels.insert((place.section, keys.label.clone()), group);
        }
        if !keys.file.is_empty() {
            self.files.entry((place.section, keys.file.clone())).or_insert(group);
        }
    }
}
