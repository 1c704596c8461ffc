//! Agents, contacts, places and periods.

use oxrdf::vocab::{rdf, rdfs};
use oxrdf::{Literal, NamedNode, NamedNodeRef};

use super::naming::inside;
use super::pen::{CONCEPT, Graph, Pen, literal};
use crate::ns::{dcat, dct, foaf, geosparql, locn, owl, prov, skos, vcard};
use crate::value::geometry;
use crate::vocabulary::place::Place;
use crate::{Agent, AgentKey, Attribution, Contact, Iri, Location, Period, Text, vocabulary};

fn is_person(agent: &Agent) -> bool {
    let kind = agent.r#type.as_ref().and_then(|kind| kind.iri.as_ref());
    kind.is_some_and(|kind| kind.as_str().ends_with("/PrivateIndividual(s)"))
}

/// What makes an agent the same within its source.
fn key_within_source(agent: &Agent) -> String {
    let name = agent.name.first().map_or("", |n| n.value.as_str());
    match (&agent.iri, agent.identifier.first()) {
        (Some(iri), _) => format!("iri {iri}"),
        (None, Some(identifier)) => format!("identifier {identifier}"),
        (None, None) if !name.is_empty() => format!("name {name}"),
        (None, None) => {
            let other = agent.mbox.iter().chain(&agent.homepage).map(Iri::as_str);
            other.fold("agent".to_owned(), |key, iri| format!("{key} {iri}"))
        }
    }
}

impl Pen<'_> {
    pub(super) fn agents<'g>(
        &mut self,
        s: &NamedNode,
        p: NamedNodeRef<'_>,
        agents: impl IntoIterator<Item = &'g Agent>,
    ) {
        for agent in agents {
            let node = self.agent(agent);
            self.own(s, p, node);
        }
    }

    /// The agent with its key; without one, that among those of its source: the same IRI, else the same number, else the
    /// same name is the same agent.
    pub(super) fn agent(&mut self, agent: &Agent) -> NamedNode {
        let name = agent.name.first().map_or("", |n| n.value.as_str());
        let node = match &agent.key {
            Some(AgentKey::Portal(key)) => self.naming.agent(key),
            // The name of a person is no part of an address.
            Some(AgentKey::Source(key)) if is_person(agent) => self.naming.shared("agent", "", key),
            Some(AgentKey::Source(key)) => self.naming.shared("agent", name, key),
            None => self.naming.shared("agent", name, &key_within_source(agent)),
        };
        self.a(Graph::Agents, &node, foaf::AGENT);
        self.texts(Graph::Agents, &node, foaf::NAME, &agent.name);
        if let Some(iri) = &agent.iri {
            self.put(Graph::Agents, &node, owl::SAME_AS, iri.to_named_node());
        }
        if let Some(kind) = agent.r#type.as_ref().and_then(|kind| self.concept(kind, CONCEPT)) {
            self.put(Graph::Agents, &node, dct::TYPE, kind);
        }
        if let Some(homepage) = &agent.homepage {
            let homepage = homepage.to_named_node();
            self.a(Graph::Documents, &homepage, foaf::DOCUMENT);
            self.put(Graph::Agents, &node, foaf::HOMEPAGE, homepage);
        }
        if let Some(mbox) = &agent.mbox {
            self.put(Graph::Agents, &node, foaf::MBOX, mbox.to_named_node());
        }
        for identifier in &agent.identifier {
            self.put(Graph::Agents, &node, dct::IDENTIFIER, Literal::from(identifier.as_str()));
        }
        self.texts(Graph::Agents, &node, skos::ALT_LABEL, &agent.alt_name);
        if let Some(place) = &agent.spatial {
            self.put(Graph::Agents, &node, dct::SPATIAL, place.to_named_node());
        }
        self.spellings(&node, agent);
        node
    }

    /// Which of the source's words made it this agent, by which rule: what explains a merge.
    fn spellings(&mut self, node: &NamedNode, agent: &Agent) {
        let (Some(rule), Some(AgentKey::Portal(_))) = (agent.rule, &agent.key) else { return };
        let said = if agent.alt_name.is_empty() { &agent.name } else { &agent.alt_name };
        let (spelling_of, rule_of) = (self.naming.term("spelling"), self.naming.term("rule"));
        for name in said {
            let spelling = inside(node, "spelling", &(name, rule));
            self.put(Graph::Agents, node, spelling_of.as_ref(), spelling.clone());
            self.put(Graph::Agents, &spelling, rdf::VALUE, literal(name));
            self.put(Graph::Agents, &spelling, rule_of.as_ref(), Literal::from(rule.as_str()));
        }
    }

    pub(super) fn attributions(&mut self, s: &NamedNode, attributions: &[Attribution]) {
        for attribution in attributions {
            let node = inside(s, "attribution", attribution);
            self.own(s, prov::QUALIFIED_ATTRIBUTION, node.clone());
            self.a(Graph::Record, &node, prov::ATTRIBUTION);
            let agent = self.agent(&attribution.agent);
            self.own(&node, prov::AGENT, agent);
            self.role(&node, attribution.had_role.as_ref());
        }
    }

    /// `dcat:hadRole`.
    pub(super) fn role(&mut self, s: &NamedNode, role: Option<&Iri>) {
        if let Some(role) = role.map(Iri::to_named_node) {
            self.a(Graph::Documents, &role, dcat::ROLE);
            self.own(s, dcat::HAD_ROLE, role);
        }
    }

    pub(super) fn contacts(&mut self, s: &NamedNode, contacts: &[Contact]) {
        for contact in contacts {
            let node = inside(s, "contact", contact);
            self.own(s, dcat::CONTACT_POINT, node.clone());
            self.a(Graph::Record, &node, vcard::KIND);
            if let Some(iri) = &contact.iri {
                self.own(&node, owl::SAME_AS, iri.to_named_node());
            }
            self.texts(Graph::Record, &node, vcard::FN, &contact.r#fn);
            self.texts(Graph::Record, &node, vcard::ORGANIZATION_NAME, &contact.organization_name);
            self.iris(&node, vcard::HAS_EMAIL, &contact.has_email);
            self.iris(&node, vcard::HAS_TELEPHONE, &contact.has_telephone);
            self.iris(&node, vcard::HAS_URL, &contact.has_url);
            if let Some(text) = &contact.address {
                let address = inside(s, "address", text);
                self.own(&node, vcard::HAS_ADDRESS, address.clone());
                self.a(Graph::Record, &address, vcard::ADDRESS);
                self.own(&address, rdfs::LABEL, Literal::from(text.as_str()));
            }
        }
    }

    /// Places. A place with an IRI or only a name is shared; a shape is the record's own, so that two records never
    /// give one place two boxes.
    pub(super) fn places(&mut self, s: &NamedNode, places: &[Location]) {
        for place in places {
            let Location { iri, label, bbox, centroid, geometry: shape } = place;
            let known = iri.as_ref().and_then(|iri| vocabulary::place::by_iri(iri.as_str()));
            // What a table says of a place is no statement of the record.
            let own = |wkt: &Option<String>, theirs: Option<String>| wkt.is_some() && *wkt != theirs;
            let shaped = shape.is_some()
                || own(bbox, known.and_then(Place::bounds).map(geometry::box_wkt))
                || own(centroid, known.and_then(Place::centre).map(geometry::point_wkt));
            let shared = match (iri, label.first()) {
                (Some(iri), _) => Some(iri.to_named_node()),
                (None, Some(first)) if !shaped => {
                    Some(self.naming.shared("place", &first.value, &first.value))
                }
                _ => None,
            };
            if let Some(node) = &shared {
                self.own(s, dct::SPATIAL, node.clone());
                match known {
                    Some(known) => self.known_place(node, known),
                    None => self.place(Graph::Places, node, label),
                }
            }
            if shaped {
                let node = inside(s, "location", place);
                self.own(s, dct::SPATIAL, node.clone());
                self.place(Graph::Record, &node, if shared.is_some() { &[] } else { label });
                for (property, wkt) in [(dcat::BBOX, bbox), (dcat::CENTROID, centroid)] {
                    if let Some(wkt) = wkt {
                        self.typed(&node, property, wkt, geosparql::WKT_LITERAL);
                    }
                }
                if let Some(wkt) = shape {
                    let shape = inside(s, "geometry", wkt);
                    self.own(&node, locn::GEOMETRY, shape.clone());
                    self.a(Graph::Record, &shape, locn::GEOMETRY_CLASS);
                    self.typed(&shape, geosparql::AS_WKT, wkt, geosparql::WKT_LITERAL);
                }
            }
        }
    }

    /// What the table of places says of one, for all records that speak of it.
    fn known_place(&mut self, node: &NamedNode, place: Place) {
        self.a(Graph::Places, node, dct::LOCATION);
        self.texts(Graph::Places, node, skos::PREF_LABEL, &place.labels());
        self.put(Graph::Places, node, skos::NOTATION, Literal::from(place.code()));
        let shape = [
            (dcat::BBOX, place.bounds().map(geometry::box_wkt)),
            (dcat::CENTROID, place.centre().map(geometry::point_wkt)),
        ];
        for (property, wkt) in shape {
            if let Some(wkt) = wkt {
                let wkt = Literal::new_typed_literal(wkt, geosparql::WKT_LITERAL);
                self.put(Graph::Places, node, property, wkt);
            }
        }
        for other in place.same() {
            self.put(Graph::Places, node, skos::EXACT_MATCH, other.to_named_node());
        }
    }

    fn place(&mut self, graph: Graph, node: &NamedNode, label: &[Text]) {
        if vocabulary::term(node.as_str()).is_none() {
            self.a(graph, node, dct::LOCATION);
            self.texts(graph, node, skos::PREF_LABEL, label);
        }
    }

    pub(super) fn periods(&mut self, s: &NamedNode, periods: &[Period]) {
        for period in periods {
            let node = inside(s, "period", period);
            self.own(s, dct::TEMPORAL, node.clone());
            self.a(Graph::Record, &node, dct::PERIOD_OF_TIME);
            self.moment(&node, dcat::START_DATE, period.start_date.as_ref());
            self.moment(&node, dcat::END_DATE, period.end_date.as_ref());
            self.texts(Graph::Record, &node, rdfs::LABEL, &period.label);
        }
    }
}
