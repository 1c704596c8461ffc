//! What narrows a search: facets, the range of changes, and the filters in use.

use maud::{Markup, html};
use moisson_store::search::{Facet, FacetCount};

use super::{FACETS, Found};
use crate::{
    api::datasets::is_selected,
    texts::{fill, format},
};

/// Values of a facet that are shown at once.
const SHOWN: usize = 7;

/// Facets that stand open; the others open on demand.
const OPEN: [Facet; 4] = [Facet::Theme, Facet::Publisher, Facet::Format, Facet::License];

impl Found<'_> {
    /// The filters in use, each a link that removes it.
    pub(super) fn chips(&self) -> Markup {
        let texts = self.reader.texts;
        let mut chips: Vec<(String, String, String)> = Vec::new();
        for (facet, values) in self.chosen() {
            for (value, label) in values {
                let name = format!("{}: {label}", self.heading(facet));
                chips.push((name, facet.as_str().to_owned(), value));
            }
        }
        let ranges = [("modified_from", texts.modified_from), ("modified_to", texts.modified_to)];
        for (name, value) in self.pairs {
            if let Some((_, label)) = ranges.iter().find(|(range, _)| range == name) {
                let label = format!("{}: {} {value}", texts.modified_title, label.to_lowercase());
                chips.push((label, name.clone(), value.clone()));
            }
            if name == "bbox" {
                chips.push((fill(texts.filter_area, &[("value", value)]), name.clone(), value.clone()));
            }
        }
        if chips.is_empty() {
            return html! {};
        }
        html! {
            h2.hidden { (texts.filters_active) }
            ul.chips {
                @for (label, name, value) in &chips {
                    li {
                        a.chip href=(self.without(name, value)) {
                            span.hidden { (fill(texts.filter_remove, &[("value", label)])) }
                            span aria-hidden="true" { (label) " ✕" }
                        }
                    }
                }
                @if chips.len() > 1 {
                    li { a href=(self.everything()) { (texts.filters_clear) } }
                }
            }
        }
    }

    /// The same words without any filter.
    fn everything(&self) -> String {
        let pairs: Vec<_> =
            self.pairs.iter().filter(|(name, _)| name == "q" || name == "sort").cloned().collect();
        self.reader.link(&format!("/?{}", super::written(&pairs)))
    }

    /// The column of facets.
    pub(super) fn filters(&self) -> Markup {
        html! {
            h2 #filters-title { (self.reader.texts.filters_title) }
            @for facet in FACETS {
                @if let Some(counts) = self.page.facets.get(&facet).filter(|counts| is_telling(facet, counts, self)) {
                    (self.facet(facet, counts))
                }
            }
            (self.range())
        }
    }

    fn facet(&self, facet: Facet, counts: &[FacetCount]) -> Markup {
        let chosen = self.query.filters.contains_key(&facet);
        html! {
            details.facet open[chosen || OPEN.contains(&facet)] {
                summary { h3 { (self.heading(facet)) } }
                ul { @for count in counts.iter().take(SHOWN) { (self.value(facet, count)) } }
                @if counts.len() > SHOWN {
                    details {
                        summary { (self.reader.texts.facet_more) span.hidden { ": " (self.heading(facet)) } }
                        ul { @for count in counts.iter().skip(SHOWN) { (self.value(facet, count)) } }
                    }
                }
            }
        }
    }

    fn value(&self, facet: Facet, count: &FacetCount) -> Markup {
        let selected = is_selected(self.query, facet, &count.value);
        let (name, value) = (facet.as_str(), count.value.as_str());
        let target = if selected { self.without(name, value) } else { self.with(name, value) };
        html! {
            li {
                a href=(target) rel="nofollow" aria-current=[selected.then_some("true")] {
                    span {
                        @if selected { span aria-hidden="true" { "✓ " } span.hidden { (self.reader.texts.facet_selected) ": " } }
                        (self.titles.value(facet, value, self.reader.language))
                    }
                    span.n { (format::number(count.count, self.reader.language)) }
                }
            }
        }
    }

    /// When the records were changed.
    fn range(&self) -> Markup {
        let texts = self.reader.texts;
        let given = |name: &str| self.pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let ours = ["modified_from", "modified_to", "cursor"];
        let kept = self.pairs.iter().filter(|(name, _)| !ours.contains(&name.as_str()));
        let open = given("modified_from").is_some() || given("modified_to").is_some();
        html! {
            details.facet open[open] {
                summary { h3 { (texts.modified_title) } }
                form action=(self.reader.link("/")) method="get" {
                    @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
                    (self.language())
                    fieldset {
                        legend.hidden { (texts.modified_title) }
                        label for="modified-from" { (texts.modified_from) }
                        input #modified-from type="date" name="modified_from" value=[given("modified_from")];
                        label for="modified-to" { (texts.modified_to) }
                        input #modified-to type="date" name="modified_to" value=[given("modified_to")];
                        button.quiet type="submit" { (texts.apply) }
                    }
                }
            }
        }
    }
}

/// Whether a facet helps: more than one value to choose from, or one that is chosen.
fn is_telling(facet: Facet, counts: &[FacetCount], found: &Found<'_>) -> bool {
    counts.len() > 1 || found.query.filters.contains_key(&facet)
}
