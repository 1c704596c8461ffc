//! Agents, contact points, places and periods.

use super::facts::{Fact, Path, Value, facts, is_label, labels, leftover};
use crate::{
    Extra,
    draft::{AgentSaid, ContactSaid, LocationSaid, Said},
    rdf_in::graph::Term,
};

/// The first of the values.
fn first<'v>(values: &'v [Value<'_>]) -> Option<Said<'v>> {
    values.first().map(Value::said)
}

fn all<'v>(values: &'v [Value<'_>]) -> Vec<Said<'v>> {
    values.iter().map(Value::said).collect()
}

/// An agent in the record's words.
#[derive(Default)]
pub(super) struct Agent<'g> {
    iri: Option<Value<'g>>,
    name: Vec<Value<'g>>,
    email: Vec<Value<'g>>,
    homepage: Vec<Value<'g>>,
    kind: Vec<Value<'g>>,
    identifier: Vec<Value<'g>>,
    pub(super) left: Option<Extra>,
}

impl<'g> Agent<'g> {
    /// `None` when nothing names it.
    pub(super) fn of(fact: &Fact<'g>, path: Path<'_>) -> Option<Self> {
        let steps: Vec<&str> = path.steps.iter().copied().chain([fact.iri]).collect();
        let place = fact.place(path);
        let inner = Path { steps: &steps, name: &place };
        if let Some(name) = fact.literal(path) {
            return Some(Self { name: vec![name], ..Self::default() });
        }
        let mut agent = Self { iri: fact.iri_value(path), name: agent_names(fact, inner), ..Self::default() };
        if agent.iri.as_ref().is_some_and(|iri| iri.text().starts_with("mailto:")) {
            // An address of mail in place of who has it.
            agent.email.extend(agent.iri.take());
        }
        for about in facts(fact.graph, fact.object) {
            match Slot::of_agent(&about) {
                Some(Slot::Email) => agent.email.extend(held(&about, inner)),
                Some(Slot::Page) => agent.homepage.extend(about.value(inner)),
                Some(Slot::Kind) => agent.kind.extend(about.value(inner)),
                Some(Slot::Identifier) => agent.identifier.extend(identifier(&about, inner)),
                Some(Slot::Name) | None => {}
            }
        }
        let single = [agent.email.len(), agent.homepage.len(), agent.kind.len()].iter().all(|n| *n <= 1);
        // Where there are more than the model holds, all of them are kept together.
        agent.left =
            leftover(fact, path, |inner| Slot::of_agent(inner).is_some() && (single || is_label(inner)));
        let nothing =
            agent.iri.is_none() && agent.name.is_empty() && agent.email.is_empty() && agent.left.is_none();
        (!nothing).then_some(agent)
    }

    pub(super) fn said(&self) -> AgentSaid<'_> {
        AgentSaid {
            iri: self.iri.as_ref().map(Value::said),
            name: all(&self.name),
            email: first(&self.email),
            homepage: first(&self.homepage),
            r#type: first(&self.kind),
            identifier: all(&self.identifier),
        }
    }
}

/// What a fact says about an agent.
enum Slot {
    Name,
    Email,
    Page,
    Kind,
    Identifier,
}

impl Slot {
    fn of_agent(fact: &Fact<'_>) -> Option<Self> {
        Some(match (fact.prefix, fact.local) {
            ("foaf" | "schema", "name") | ("rdfs", "label") | ("skos", "prefLabel") | ("dct", "title") => {
                Self::Name
            }
            ("vcard", "fn" | "organization-name") | ("schema", "legalName") => Self::Name,
            ("foaf", "mbox") | ("vcard", "hasEmail" | "email") | ("schema", "email") => Self::Email,
            ("foaf", "homepage" | "page" | "workplaceHomepage")
            | ("vcard", "hasURL" | "url")
            | ("schema", "url") => Self::Page,
            ("dct", "type") => Self::Kind,
            ("dct" | "schema" | "dc" | "adms", "identifier") => Self::Identifier,
            _ => return None,
        })
    }
}

/// The names of an agent: of the first property that has some.
fn agent_names<'g>(fact: &Fact<'g>, path: Path<'_>) -> Vec<Value<'g>> {
    let own = |prefix: &str, local: &str| -> Vec<Value<'g>> {
        let named = facts(fact.graph, fact.object).filter(|f| (f.prefix, f.local) == (prefix, local));
        named.filter_map(|f| f.literal(path)).collect()
    };
    for (prefix, local) in [
        ("foaf", "name"),
        ("schema", "name"),
        ("vcard", "fn"),
        ("vcard", "organization-name"),
        ("schema", "legalName"),
    ] {
        let names = own(prefix, local);
        if !names.is_empty() {
            return names;
        }
    }
    labels(fact.graph, fact.object, path)
}

/// A value, or the one that a node holds (`vcard:hasValue`).
fn held<'g>(fact: &Fact<'g>, path: Path<'_>) -> Vec<Value<'g>> {
    if let (Some(value), false) = (fact.value(path), fact.is_described()) {
        return vec![value];
    }
    let values = facts(fact.graph, fact.object)
        .filter(|f| matches!((f.prefix, f.local), ("vcard", "hasValue" | "value") | ("rdf", "value")))
        .filter_map(|f| f.value(path));
    let values: Vec<Value<'g>> = values.collect();
    if values.is_empty() { fact.value(path).into_iter().collect() } else { values }
}

/// An identifier, or the notation of the node that it is.
pub(super) fn identifier<'g>(fact: &Fact<'g>, path: Path<'_>) -> Vec<Value<'g>> {
    let notations: Vec<Value<'g>> = facts(fact.graph, fact.object)
        .filter(|f| {
            matches!((f.prefix, f.local), ("skos", "notation") | ("dct", "identifier") | ("schema", "value"))
        })
        .filter_map(|f| f.literal(path))
        .collect();
    if notations.is_empty() { fact.value(path).into_iter().collect() } else { notations }
}

/// A contact point in the record's words.
#[derive(Default)]
pub(super) struct Contact<'g> {
    iri: Option<Value<'g>>,
    name: Vec<Value<'g>>,
    organization_name: Vec<Value<'g>>,
    email: Vec<Value<'g>>,
    phone: Vec<Value<'g>>,
    url: Vec<Value<'g>>,
    address: Option<(String, Option<Value<'g>>)>,
    pub(super) left: Option<Extra>,
}

impl<'g> Contact<'g> {
    pub(super) fn of(fact: &Fact<'g>, path: Path<'_>) -> Self {
        let steps: Vec<&str> = path.steps.iter().copied().chain([fact.iri]).collect();
        let place = fact.place(path);
        let inner = Path { steps: &steps, name: &place };
        let mut contact = Self::default();
        match fact.term() {
            Term::Iri(iri) if iri.starts_with("mailto:") => contact.email.extend(fact.value(path)),
            Term::Iri(_) => contact.iri = fact.value(path),
            Term::Literal { value, .. } if value.contains('@') => contact.email.extend(fact.value(path)),
            Term::Literal { .. } => contact.name.extend(fact.value(path)),
            Term::Blank(_) => {}
        }
        // The name of an organisation that is also a contact stands beside the name of the contact.
        let has_fn = facts(fact.graph, fact.object).any(|f| (f.prefix, f.local) == ("vcard", "fn"));
        for about in facts(fact.graph, fact.object) {
            match contact_slot(&about) {
                Some(ContactSlot::Name) if has_fn && about.prefix != "vcard" => {
                    contact.organization_name.extend(about.literal(inner));
                }
                Some(ContactSlot::Name) => contact.name.extend(about.literal(inner)),
                Some(ContactSlot::Organization) => contact.organization_name.extend(about.texts(inner)),
                Some(ContactSlot::Email) => contact.email.extend(held(&about, inner)),
                Some(ContactSlot::Phone) => contact.phone.extend(held(&about, inner)),
                Some(ContactSlot::Url) => contact.url.extend(held(&about, inner)),
                Some(ContactSlot::Address) => {
                    contact.address = contact.address.take().or_else(|| address(&about, inner));
                }
                // The parts of an address without a node of their own.
                Some(ContactSlot::AddressPart) => {
                    contact.address = contact.address.take().or_else(|| address(fact, inner));
                }
                None => {}
            }
        }
        if contact.name.is_empty() {
            contact.name = labels(fact.graph, fact.object, inner);
        }
        contact.left = leftover(fact, path, |about| contact_slot(about).is_some() || is_label(about));
        contact
    }

    pub(super) fn said(&self) -> ContactSaid<'_> {
        let address = self.address.as_ref().and_then(|(text, value)| {
            let said = value.as_ref()?.said();
            Some(Said { value: text, place: said.place, lang: None, kept_as: said.kept_as })
        });
        ContactSaid {
            iri: self.iri.as_ref().map(Value::said),
            name: all(&self.name),
            organization_name: all(&self.organization_name),
            email: all(&self.email),
            phone: all(&self.phone),
            url: all(&self.url),
            address,
        }
    }
}

enum ContactSlot {
    Name,
    Organization,
    Email,
    Phone,
    Url,
    Address,
    AddressPart,
}

fn contact_slot(fact: &Fact<'_>) -> Option<ContactSlot> {
    Some(match (fact.prefix, fact.local) {
        ("vcard", "fn") | ("foaf" | "schema", "name") => ContactSlot::Name,
        ("vcard", "organization-name" | "hasOrganizationName") => ContactSlot::Organization,
        ("vcard", "hasEmail" | "email") | ("foaf", "mbox") | ("schema", "email") => ContactSlot::Email,
        ("vcard", "hasTelephone" | "tel") | ("foaf", "phone") | ("schema", "telephone") => ContactSlot::Phone,
        ("vcard", "hasURL" | "url") | ("foaf", "homepage" | "page") | ("schema", "url") => ContactSlot::Url,
        ("vcard", "hasAddress" | "adr") | ("schema" | "locn", "address") => ContactSlot::Address,
        (
            "vcard",
            "street-address" | "hasStreetAddress" | "postal-code" | "hasPostalCode" | "locality"
            | "hasLocality" | "region" | "hasRegion" | "country-name" | "hasCountryName",
        ) => ContactSlot::AddressPart,
        _ => return None,
    })
}

/// The lines of an address in the order in which they are written.
fn address<'g>(fact: &Fact<'g>, path: Path<'_>) -> Option<(String, Option<Value<'g>>)> {
    if let Some(text) = fact.literal(path) {
        return Some((text.text().to_owned(), Some(text)));
    }
    let part = |names: &[(&str, &str)]| -> Option<Value<'g>> {
        facts(fact.graph, fact.object)
            .filter(|f| names.contains(&(f.prefix, f.local)))
            .find_map(|f| f.literal(path).filter(|v| !v.text().trim().is_empty()))
    };
    let street = part(&[
        ("vcard", "street-address"),
        ("vcard", "hasStreetAddress"),
        ("schema", "streetAddress"),
        ("locn", "thoroughfare"),
        ("locn", "fullAddress"),
    ]);
    let code = part(&[
        ("vcard", "postal-code"),
        ("vcard", "hasPostalCode"),
        ("schema", "postalCode"),
        ("locn", "postCode"),
    ]);
    let town = part(&[
        ("vcard", "locality"),
        ("vcard", "hasLocality"),
        ("schema", "addressLocality"),
        ("locn", "postName"),
    ]);
    let region = part(&[("vcard", "region"), ("vcard", "hasRegion"), ("schema", "addressRegion")]);
    let country = part(&[
        ("vcard", "country-name"),
        ("vcard", "hasCountryName"),
        ("schema", "addressCountry"),
        ("locn", "adminUnitL1"),
    ]);
    let town_line: Vec<&str> = [&code, &town].into_iter().flatten().map(|v| v.text().trim()).collect();
    let town_line = town_line.join(" ");
    let text = |value: &Option<Value<'g>>| value.as_ref().map(|v| v.text().trim().to_owned());
    let lines = [text(&street), (!town_line.is_empty()).then_some(town_line), text(&region), text(&country)];
    let whole: Vec<String> = lines.into_iter().flatten().collect();
    let value = [street, code, town, region, country].into_iter().flatten().next()?;
    Some((whole.join(", "), Some(value)))
}

/// A place in the record's words.
#[derive(Default)]
pub(super) struct Place<'g> {
    iri: Option<Value<'g>>,
    label: Vec<Value<'g>>,
    bbox: Vec<Value<'g>>,
    centroid: Vec<Value<'g>>,
    geometry: Vec<Value<'g>>,
    pub(super) left: Option<Extra>,
}

impl<'g> Place<'g> {
    pub(super) fn of(fact: &Fact<'g>, path: Path<'_>) -> Self {
        let steps: Vec<&str> = path.steps.iter().copied().chain([fact.iri]).collect();
        let place_name = fact.place(path);
        let inner = Path { steps: &steps, name: &place_name };
        let mut place = Self::default();
        match fact.term() {
            Term::Iri(_) => place.iri = fact.value(path),
            Term::Literal { value, .. } if is_shape(value) => place.geometry.extend(fact.value(path)),
            Term::Literal { value, .. } if is_box(value) => place.bbox.extend(fact.value(path)),
            Term::Literal { .. } => place.label.extend(fact.value(path)),
            Term::Blank(_) => {}
        }
        for about in facts(fact.graph, fact.object) {
            match place_slot(&about) {
                Some(PlaceSlot::Box) => place.bbox.extend(shapes(&about, inner)),
                Some(PlaceSlot::Centre) => place.centroid.extend(shapes(&about, inner)),
                Some(PlaceSlot::Shape) => place.geometry.extend(shapes(&about, inner)),
                None => {}
            }
        }
        if !matches!(fact.term(), Term::Literal { .. }) {
            place.label = labels(fact.graph, fact.object, inner);
        }
        // A nameless node that only points to the place.
        let mut pointer = None;
        if place.iri.is_none() && place.label.is_empty() && place.bbox.is_empty() && place.geometry.is_empty()
        {
            pointer = facts(fact.graph, fact.object).find(points_to_place).map(|about| about.object);
            let found = facts(fact.graph, fact.object).find(|about| Some(about.object) == pointer);
            place.iri = found.and_then(|about| about.value(inner));
        }
        place.left = leftover(fact, path, |about| {
            place_slot(about).is_some() || is_label(about) || Some(about.object) == pointer
        });
        place
    }

    pub(super) fn said(&self) -> LocationSaid<'_> {
        LocationSaid {
            iri: self.iri.as_ref().map(Value::said),
            label: all(&self.label),
            bbox: best(&self.bbox),
            centroid: best(&self.centroid),
            geometry: best(&self.geometry),
        }
    }
}

/// Whether a fact about a place gives the IRI under which others know it.
fn points_to_place(fact: &Fact<'_>) -> bool {
    let known = matches!(
        (fact.prefix, fact.local),
        ("dcatapit", "geographicalIdentifier")
            | ("locn", "geographicName" | "geographicalName" | "adminUnitL1" | "adminUnitL2" | "location")
            | ("skos", "exactMatch")
            | ("owl", "sameAs")
            | ("rdfs", "seeAlso")
            | ("dct", "identifier")
    );
    known
        && match fact.term() {
            Term::Iri(_) => true,
            Term::Literal { value, .. } => value.trim().starts_with("http"),
            Term::Blank(_) => false,
        }
}

enum PlaceSlot {
    Box,
    Centre,
    Shape,
}

fn place_slot(fact: &Fact<'_>) -> Option<PlaceSlot> {
    Some(match (fact.prefix, fact.local) {
        ("dcat", "bbox") | ("schema", "box") => PlaceSlot::Box,
        ("dcat", "centroid") => PlaceSlot::Centre,
        ("locn", "geometry")
        | ("geosparql", "hasGeometry" | "asWKT" | "asGeoJSON")
        | ("schema", "polygon") => PlaceSlot::Shape,
        _ if fact.local.ends_with("asWKT") => PlaceSlot::Shape,
        _ => return None,
    })
}

/// A geometry, or those of the node that it is.
fn shapes<'g>(fact: &Fact<'g>, path: Path<'_>) -> Vec<Value<'g>> {
    if let Some(value) = fact.literal(path) {
        return vec![value];
    }
    let inner = facts(fact.graph, fact.object);
    inner
        .filter(|f| {
            ["asWKT", "asGeoJSON", "asGML", "wktLiteral", "value"]
                .iter()
                .any(|known| f.local.ends_with(known))
        })
        .filter_map(|f| f.literal(path))
        .collect()
}

/// Whether a text is a geometry rather than the name of a place.
fn is_shape(text: &str) -> bool {
    let text = text.trim_start().to_ascii_uppercase();
    ["POLYGON", "POINT", "MULTIPOLYGON", "LINESTRING", "ENVELOPE", "<HTTP", "{"]
        .iter()
        .any(|kind| text.starts_with(kind))
}

/// Whether a text is the four sides of a box, as in DCAT-US: `-1.75,48.08,-1.62,48.15`.
fn is_box(text: &str) -> bool {
    let mut parts = text.split([',', ' ', ';']).filter(|part| !part.is_empty());
    let numbers = parts.by_ref().take(4).filter(|part| part.parse::<f64>().is_ok_and(f64::is_finite)).count();
    numbers == 4 && parts.next().is_none()
}

/// Of several notations of one shape, the one that is read best.
fn best<'v>(values: &'v [Value<'_>]) -> Option<Said<'v>> {
    let rank = |value: &&Value<'_>| {
        let text = value.text().trim_start();
        if text.starts_with('{') {
            1
        } else if is_shape(text) && !text.starts_with("<gml") {
            0
        } else {
            2
        }
    };
    values.iter().min_by_key(rank).map(Value::said)
}

/// A period: its ends, or words.
#[derive(Default)]
pub(super) struct Period<'g> {
    pub(super) start: Option<Value<'g>>,
    pub(super) end: Option<Value<'g>>,
    pub(super) words: Vec<Value<'g>>,
    pub(super) left: Option<Extra>,
}

impl<'g> Period<'g> {
    pub(super) fn of(fact: &Fact<'g>, path: Path<'_>) -> Self {
        let steps: Vec<&str> = path.steps.iter().copied().chain([fact.iri]).collect();
        let place = fact.place(path);
        let inner = Path { steps: &steps, name: &place };
        let mut period = Self::default();
        if let Some(value) = fact.literal(path) {
            // An interval of ISO 8601, `start/end`; anything else is words.
            match value.text().split_once('/') {
                Some((start, end)) if !end.contains('/') && is_date_like(start) && is_date_like(end) => {
                    period.start = Some(value.part(start.trim())).filter(|v| is_said(v.text()));
                    period.end = Some(value.part(end.trim())).filter(|v| is_said(v.text()));
                }
                _ => period.words.push(value),
            }
            return period;
        }
        for about in facts(fact.graph, fact.object) {
            match (about.prefix, about.local) {
                ("dcat" | "schema", "startDate") | ("time", "hasBeginning") if period.start.is_none() => {
                    period.start = moment(&about, inner);
                }
                ("dcat" | "schema", "endDate") | ("time", "hasEnd") if period.end.is_none() => {
                    period.end = moment(&about, inner);
                }
                _ => {}
            }
        }
        period.words = labels(fact.graph, fact.object, inner);
        if let (None, None, Some(iri)) = (&period.start, &period.end, fact.iri_value(path)) {
            period.words.push(iri);
        }
        let (has_start, has_end) = (period.start.is_some(), period.end.is_some());
        period.left = leftover(fact, path, |about| match (about.prefix, about.local) {
            ("dcat" | "schema", "startDate") | ("time", "hasBeginning") => has_start,
            ("dcat" | "schema", "endDate") | ("time", "hasEnd") => has_end,
            _ => is_label(about),
        });
        period
    }
}

fn is_date_like(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text == ".." || text.starts_with(|c: char| c.is_ascii_digit())
}

fn is_said(text: &str) -> bool {
    !text.is_empty() && text != ".."
}

/// A moment, or that of the `time:Instant` that it is.
pub(super) fn moment<'g>(fact: &Fact<'g>, path: Path<'_>) -> Option<Value<'g>> {
    if let Some(value) = fact.literal(path) {
        return Some(value);
    }
    let mut inner = facts(fact.graph, fact.object);
    inner.find_map(|f| {
        let known = matches!((f.prefix, f.local), ("time", local) if local.starts_with("inXSD"))
            || f.local == "value";
        if known { f.literal(path) } else { None }
    })
}
