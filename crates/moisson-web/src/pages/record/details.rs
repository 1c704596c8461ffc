//! The properties of a resource, in words.

use jiff::{Timestamp, civil::Date};
use maud::{Markup, PreEscaped, html};
use moisson_dcat::{
    Agent, Concept, Contact, DataService, Dataset, DatasetSeries, Extra, ExtraValue, Iri, Location, Period,
    Reference, Resource, Temporal, Text,
    freshness::{State, freshness},
};

use super::{files::licence, search_for};
use crate::{
    labels,
    pages::html::{best, link_out, spoken},
    reader::Reader,
    texts::{fill, format, properties},
};

/// More values of one property than this are not listed.
const MAX_LISTED: usize = 50;

pub(super) fn section(reader: &Reader, resource: &Resource, now: Timestamp) -> Markup {
    let mut rows = Rows { reader, listed: Vec::new(), now };
    let extra = match resource {
        Resource::Dataset(dataset) => {
            rows.dataset(dataset);
            &dataset.extra
        }
        Resource::Series(series) => {
            rows.series(series);
            &series.extra
        }
        Resource::Service(service) => {
            rows.service(service);
            &service.extra
        }
    };
    html! {
        @if !rows.listed.is_empty() {
            section.card {
                h2 { (reader.texts.about_dataset_title) }
                dl.pairs {
                    @for (property, values) in &rows.listed {
                        dt { (properties::heading(property, reader.language)) }
                        dd { (joined(values)) }
                    }
                }
            }
        }
        (extras(reader, extra))
    }
}

/// One value as it is, several as a list.
fn joined(values: &[Markup]) -> Markup {
    let left_out = values.len().saturating_sub(MAX_LISTED);
    html! {
        @if let [one] = values { (one) } @else {
            ul.plain {
                @for value in values.iter().take(MAX_LISTED) { li { (value) } }
                @if left_out > 0 { li.muted { "+ " (left_out) } }
            }
        }
    }
}

/// Rows of property and values; empty ones are left out.
struct Rows<'a> {
    reader: &'a Reader,
    listed: Vec<(&'static str, Vec<Markup>)>,
    /// When they are shown.
    now: Timestamp,
}

impl Rows<'_> {
    fn dataset(&mut self, d: &Dataset) {
        self.agents("publisher", d.publisher.as_slice());
        self.agents("creator", &d.creator);
        self.push("contact_point", d.contact_point.iter().map(|contact| self.contact(contact)).collect());
        self.facet("theme", "theme", &d.theme);
        self.push("spatial", d.spatial.iter().filter_map(|place| self.place(place)).collect());
        self.push("temporal", d.temporal.iter().filter_map(|period| self.period(period)).collect());
        self.facet("accrual_periodicity", "frequency", d.accrual_periodicity.as_slice());
        self.freshness(d);
        self.moment("issued", d.issued.as_ref());
        self.moment("modified", d.modified.as_ref());
        self.moment("created", d.created.as_ref());
        self.facet("language", "language", &d.language);
        self.push("license", d.license.iter().map(|concept| licence(self.reader, concept)).collect());
        self.references("rights", &d.rights);
        self.facet("access_rights", "access_rights", d.access_rights.as_slice());
        self.facet("hvd_category", "hvd_category", &d.hvd_category);
        self.references("applicable_legislation", &d.applicable_legislation);
        self.references("conforms_to", &d.conforms_to);
        self.references("landing_page", &d.landing_page);
        self.references("page", &d.page);
        self.iris("in_series", &d.in_series);
        self.iris("has_version", &d.has_version);
        self.iris("is_version_of", &d.is_version_of);
        self.references("relation", &d.relation);
        self.iris("source", &d.source);
        self.iris("is_referenced_by", &d.is_referenced_by);
        self.references("provenance", &d.provenance);
        self.references("was_generated_by", &d.was_generated_by);
        self.concepts("type", &d.r#type);
        self.plain("version", d.version.iter());
        self.texts("version_notes", &d.version_notes);
        self.plain("spatial_resolution_in_meters", d.spatial_resolution_in_meters.iter());
        self.plain("temporal_resolution", d.temporal_resolution.iter());
        self.plain("identifier", d.identifier.iter());
        self.plain("other_identifier", d.other_identifier.iter().map(|identifier| &identifier.notation));
        let attributions = d.qualified_attribution.iter().filter_map(|a| self.agent(&a.agent)).collect();
        self.push("qualified_attribution", attributions);
        let relations = d.qualified_relation.iter().map(|r| self.iri(&r.relation)).collect();
        self.push("qualified_relation", relations);
    }

    fn series(&mut self, d: &DatasetSeries) {
        self.agents("publisher", d.publisher.as_slice());
        self.push("contact_point", d.contact_point.iter().map(|contact| self.contact(contact)).collect());
        self.facet("theme", "theme", &d.theme);
        self.push("spatial", d.spatial.iter().filter_map(|place| self.place(place)).collect());
        self.push("temporal", d.temporal.iter().filter_map(|period| self.period(period)).collect());
        self.facet("accrual_periodicity", "frequency", d.accrual_periodicity.as_slice());
        self.moment("issued", d.issued.as_ref());
        self.moment("modified", d.modified.as_ref());
        self.references("applicable_legislation", &d.applicable_legislation);
        self.references("landing_page", &d.landing_page);
        self.plain("identifier", d.identifier.iter());
    }

    fn service(&mut self, d: &DataService) {
        self.agents("publisher", d.publisher.as_slice());
        self.push("contact_point", d.contact_point.iter().map(|contact| self.contact(contact)).collect());
        self.facet("theme", "theme", &d.theme);
        self.concepts("format", &d.format);
        self.push("spatial", d.spatial.iter().filter_map(|place| self.place(place)).collect());
        self.moment("issued", d.issued.as_ref());
        self.moment("modified", d.modified.as_ref());
        self.facet("language", "language", &d.language);
        self.push("license", d.license.iter().map(|concept| licence(self.reader, concept)).collect());
        self.references("rights", &d.rights);
        self.facet("access_rights", "access_rights", d.access_rights.as_slice());
        self.facet("hvd_category", "hvd_category", &d.hvd_category);
        self.references("applicable_legislation", &d.applicable_legislation);
        self.references("conforms_to", &d.conforms_to);
        self.iris("serves_dataset", &d.serves_dataset);
        self.references("landing_page", &d.landing_page);
        self.references("page", &d.page);
        self.plain("identifier", d.identifier.iter());
    }

    /// Whether the data are late; nothing where that is not known.
    fn freshness(&mut self, d: &Dataset) {
        let texts = self.reader.texts;
        let fresh = freshness(d, self.now);
        let (class, sentence) = match fresh.state {
            State::Late => ("warn", texts.freshness_late),
            State::OnTime if fresh.due.is_some() => ("good", texts.freshness_on_time),
            State::OnTime | State::Unknown => return,
        };
        let due = fresh.due.and_then(|day| day.parse::<Date>().ok());
        let date = due.map(|day| format::date(day, self.reader.language)).unwrap_or_default();
        let said = fill(sentence, &[("date", &date)]);
        self.push("freshness", vec![html! { span class={ "badge " (class) } { (said) } }]);
    }

    fn push(&mut self, property: &'static str, values: Vec<Markup>) {
        let values: Vec<_> = values.into_iter().filter(|PreEscaped(text)| !text.is_empty()).collect();
        if !values.is_empty() {
            self.listed.push((property, values));
        }
    }

    fn texts(&mut self, property: &'static str, texts: &[Text]) {
        self.push(property, best(self.reader, texts).into_iter().collect());
    }

    fn plain<'t>(&mut self, property: &'static str, values: impl Iterator<Item = &'t String>) {
        let values = values.map(|value| link_out(self.reader, value, value)).collect();
        self.push(property, values);
    }

    fn moment(&mut self, property: &'static str, value: Option<&Temporal>) {
        let words = value.map(|value| self.time(value));
        self.push(property, words.into_iter().collect());
    }

    fn time(&self, value: &Temporal) -> Markup {
        html! { time datetime=(value.lexical()) { (format::temporal(value, self.reader.language)) } }
    }

    fn iris(&mut self, property: &'static str, iris: &[Iri]) {
        let values = iris.iter().map(|iri| self.iri(iri)).collect();
        self.push(property, values);
    }

    fn iri(&self, iri: &Iri) -> Markup {
        link_out(self.reader, iri.as_str(), iri.as_str())
    }

    fn references(&mut self, property: &'static str, references: &[Reference]) {
        let values = references.iter().map(|reference| self.reference(reference)).collect();
        self.push(property, values);
    }

    fn reference(&self, reference: &Reference) -> Markup {
        let title = best(self.reader, &reference.title);
        match (&reference.iri, crate::language::best_text(&reference.title, self.reader.language)) {
            (Some(iri), Some(title)) => link_out(self.reader, iri.as_str(), &title.value),
            (Some(iri), None) => self.iri(iri),
            (None, _) => title.unwrap_or_default(),
        }
    }

    /// Values of a vocabulary with links to all that have them.
    fn facet(&mut self, property: &'static str, facet: &str, concepts: &[Concept]) {
        let values = concepts.iter().map(|concept| {
            let label = labels::of_concept(concept, self.reader.language);
            let value = concept.iri.as_ref().map(Iri::as_str).or(concept.label.first().map(|text| text.value.as_str()));
            html! { a href=(search_for(self.reader, facet, value.unwrap_or_default())) { (spoken(self.reader, &label)) } }
        });
        let values = values.collect();
        self.push(property, values);
    }

    fn concepts(&mut self, property: &'static str, concepts: &[Concept]) {
        let values = concepts
            .iter()
            .map(|concept| spoken(self.reader, &labels::of_concept(concept, self.reader.language)));
        let values = values.collect();
        self.push(property, values);
    }

    fn agents(&mut self, property: &'static str, agents: &[Agent]) {
        let values = agents.iter().filter_map(|agent| self.agent(agent)).collect();
        self.push(property, values);
    }

    fn agent(&self, agent: &Agent) -> Option<Markup> {
        let link = agent.homepage.as_ref().or(agent.iri.as_ref());
        let name = crate::language::best_text(&agent.name, self.reader.language);
        Some(match (name, link) {
            (Some(name), Some(link)) => link_out(self.reader, link.as_str(), &name.value),
            (Some(name), None) => spoken(self.reader, name),
            (None, Some(link)) => self.iri(link),
            (None, None) => self.iri(agent.mbox.as_ref()?),
        })
    }

    fn contact(&self, contact: &Contact) -> Markup {
        let name = best(self.reader, &contact.r#fn).or_else(|| best(self.reader, &contact.organization_name));
        let reached = contact.has_email.iter().chain(&contact.has_telephone).chain(&contact.has_url);
        let short =
            |iri: &Iri| iri.as_str().trim_start_matches("mailto:").trim_start_matches("tel:").to_owned();
        html! {
            @if let Some(name) = name { (name) br; }
            @for (at, iri) in reached.enumerate() { @if at > 0 { br; } (link_out(self.reader, iri.as_str(), &short(iri))) }
            @if let Some(address) = &contact.address { br; (address) }
        }
    }

    fn place(&self, place: &Location) -> Option<Markup> {
        let label = crate::language::best_text(&place.label, self.reader.language);
        let words = label.map(|label| spoken(self.reader, label));
        let words = words.or_else(|| {
            place.iri.as_ref().map(|iri| {
                link_out(self.reader, iri.as_str(), &labels::of_iri(iri.as_str(), self.reader.language))
            })
        });
        let corners =
            place.bbox.as_deref().and_then(crate::corners::of_polygon).map(|[west, south, east, north]| {
                let shown = |n: f64| format!("{n:.3}");
                fill(
                    self.reader.texts.map_alternative,
                    &[
                        ("west", &shown(west)),
                        ("south", &shown(south)),
                        ("east", &shown(east)),
                        ("north", &shown(north)),
                    ],
                )
            });
        match (words, corners) {
            (Some(words), Some(corners)) => Some(html! { (words) br; span.muted.small { (corners) } }),
            (Some(words), None) => Some(words),
            (None, Some(corners)) => Some(html! { (corners) }),
            (None, None) => None,
        }
    }

    fn period(&self, period: &Period) -> Option<Markup> {
        let texts = self.reader.texts;
        let words = |value: &Temporal| format::temporal(value, self.reader.language);
        let said = match (&period.start_date, &period.end_date) {
            (Some(from), Some(to)) => {
                Some(fill(texts.coverage_from_to, &[("from", &words(from)), ("to", &words(to))]))
            }
            (Some(from), None) => Some(fill(texts.coverage_from, &[("from", &words(from))])),
            (None, Some(to)) => Some(fill(texts.coverage_to, &[("to", &words(to))])),
            (None, None) => None,
        };
        said.map(|said| html! { (said) }).or_else(|| best(self.reader, &period.label))
    }
}

/// What the source said beyond DCAT-AP.
fn extras(reader: &Reader, extras: &[Extra]) -> Markup {
    if extras.is_empty() {
        return html! {};
    }
    html! {
        section.card {
            details {
                summary { (reader.texts.extra_title) }
                p.muted { (reader.texts.extra_intro) }
                dl.pairs {
                    @for extra in extras.iter().take(MAX_LISTED * 4) {
                        @match extra {
                            Extra::Key { key, value } => { dt { (key) } dd { (link_out(reader, value, value)) } }
                            Extra::Statement { property, value } => { dt { (property.as_str()) } dd { (extra_value(reader, value, 0)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Nodes within nodes deeper than this are not shown.
const MAX_DEPTH: u8 = 8;

fn extra_value(reader: &Reader, value: &ExtraValue, depth: u8) -> Markup {
    match value {
        ExtraValue::Iri { iri } => link_out(reader, iri.as_str(), iri.as_str()),
        ExtraValue::Literal { literal, lang, .. } => html! { span lang=[lang.as_deref()] { (literal) } },
        ExtraValue::Node { node } if depth < MAX_DEPTH => html! {
            ul.plain { @for (property, value) in node { li { span.muted { (labels::of_iri(property.as_str(), reader.language)) ": " } (extra_value(reader, value, depth + 1)) } } }
        },
        ExtraValue::Node { .. } => html! { "…" },
    }
}
