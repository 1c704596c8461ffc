//! Elements that are properties, and what may stand in them.

use super::{
    Frame, Reader, What,
    element::{self, Element, parse_type},
    tags::Piece,
};
use crate::{
    RemarkCode,
    rdf_in::{
        graph::TermId,
        intake::{At, excerpt},
        names::{rdf, rdfs},
    },
};

/// How far the end of a literal with markup in it is looked for, in bytes.
const MARKUP_MAX: usize = 1 << 20;

/// How often the end of a literal may be looked for in vain.
const ENDLESS_MAX: usize = 16;

/// Longest element that is repeated in a remark, in bytes.
const SNIPPET_MAX: usize = 400;

/// A property element while it is open.
pub(super) struct Property {
    pub(super) subject: TermId,
    predicate: TermId,
    /// Where its content begins.
    start: usize,
    /// By `rdf:resource` or the like.
    object: Option<TermId>,
    /// Descriptions inside of it.
    pub(super) nodes: Vec<TermId>,
    /// Whether a node was made up for properties inside of it.
    implied: Option<TermId>,
    collection: bool,
    datatype: Option<String>,
    /// Its text so far.
    pub(super) value: String,
    reified: Option<TermId>,
}

impl<'t> Reader<'t, '_> {
    /// A property; `None` when it was read to its end.
    pub(super) fn property(&mut self, subject: TermId, element: &Element<'t>) -> Option<What> {
        let Some(predicate) = self.predicate(element) else {
            let whole = self.snippet(element.tag.name);
            let detail = "not a property of a declared vocabulary; left out";
            self.remark(RemarkCode::UnreadableStatement, whole, detail);
            return Some(What::Skipped);
        };
        let attributes = &element.attributes;
        let reified = attributes.id.as_deref().map(|id| element::fragment(id, element.base.as_deref()));
        let mut property = Property {
            subject,
            predicate,
            start: self.tags.position(),
            object: None,
            nodes: Vec::new(),
            implied: None,
            collection: false,
            datatype: attributes.datatype.as_deref().map(str::to_owned),
            value: String::new(),
            reified: reified.map(|iri| self.intake.graph.iri(&iri)),
        };
        match attributes.parse_type.as_deref() {
            Some(parse_type::RESOURCE) => {
                let node = self.intake.graph.anonymous();
                self.state(&property, node);
                return Some(What::Node { subject: node, members: 0, is_catalog: false });
            }
            Some(parse_type::COLLECTION) => property.collection = true,
            Some(_) if element.tag.empty => property.datatype = Some(rdf::XML_LITERAL.to_owned()),
            Some(_) => {
                if let Some(raw) = self.take_until_end(element.tag.name) {
                    let literal = self.intake.graph.typed(raw, rdf::XML_LITERAL);
                    self.state(&property, literal);
                    return None;
                }
            }
            None => property.object = self.reference(element),
        }
        if !attributes.properties.is_empty() {
            let object = property.object.unwrap_or_else(|| self.intake.graph.anonymous());
            property.object = Some(object);
            self.property_attributes(object, element);
        }
        Some(What::Property(Box::new(property)))
    }

    fn predicate(&mut self, element: &Element<'t>) -> Option<TermId> {
        if element.name.is(rdf::NS, "li") {
            let number = self.next_member();
            return Some(self.intake.graph.iri(&format!("{}_{number}", rdf::NS)));
        }
        let iri = element.name.iri(&mut self.iri)?;
        Some(self.intake.graph.iri(iri))
    }

    fn next_member(&mut self) -> u32 {
        match self.frames.last_mut() {
            Some(Frame { what: What::Node { members, .. }, .. }) => {
                *members = members.saturating_add(1);
                *members
            }
            _ => 1,
        }
    }

    /// What `rdf:resource` and `rdf:nodeID` (and, by mistake, `rdf:about`) refer to.
    fn reference(&mut self, element: &Element<'t>) -> Option<TermId> {
        let attributes = &element.attributes;
        if let Some(resource) = attributes.resource.as_deref().or(attributes.about.as_deref()) {
            let iri = element::resolved(resource, element.base.as_deref());
            return Some(self.intake.graph.iri(&iri));
        }
        attributes.node_id.as_deref().map(|label| self.intake.graph.blank(label))
    }

    /// An element inside a property: a description, markup in a text, or a property of something not said.
    pub(super) fn inside_property(&mut self, element: &Element<'t>) -> Option<What> {
        let Some(Frame { name: outer, what: What::Property(property), .. }) = self.frames.last() else {
            return Some(What::Skipped);
        };
        let (outer, subject, start) = (*outer, property.subject, property.start);
        let has_text = !property.value.trim().is_empty();
        if element.name.is_markup()
            && let Some(end) = self.find_end(outer)
        {
            let raw = self.text.get(start..end).unwrap_or_default();
            let detail = "markup in a text was not escaped; taken as text";
            self.remark(RemarkCode::RepairedSyntax, &excerpt(raw), detail);
            if let Some(Frame { what: What::Property(property), .. }) = self.frames.last_mut() {
                raw.clone_into(&mut property.value);
            }
            self.tags.seek(end);
            return None;
        }
        if !element.name.is_property() {
            return Some(self.node(element));
        }
        if has_text {
            let detail = "not closed; closed where the next property begins";
            self.remark(RemarkCode::RepairedSyntax, outer, detail);
            self.close();
            return self.property(subject, element);
        }
        let node = self.implied();
        self.property(node, element)
    }

    /// The node that properties inside a property are about.
    fn implied(&mut self) -> TermId {
        let fresh = self.intake.graph.anonymous();
        let Some(Frame { name, what: What::Property(property), .. }) = self.frames.last_mut() else {
            return fresh;
        };
        if let Some(node) = property.implied {
            return node;
        }
        // With `rdf:resource` beside them, they are about that.
        let node = property.object.unwrap_or(fresh);
        property.implied = Some(node);
        if property.object.is_none() {
            property.nodes.push(node);
        }
        let name = *name;
        let detail = "holds properties without a description; read as one";
        self.remark(RemarkCode::RepairedSyntax, name, detail);
        node
    }

    /// States what a property element turned out to say.
    pub(super) fn complete(&mut self, property: &Property, lang: Option<&str>) {
        let said = !property.value.trim().is_empty();
        if property.collection {
            let list = self.list(&property.nodes);
            return self.state(property, list);
        }
        if let Some(object) = property.object {
            let iri = self.intake.graph.term(object).as_iri();
            let empty = property.nodes.is_empty() && iri.is_some_and(|iri| iri.trim().is_empty());
            if said && empty {
                return self.literal(property, lang);
            }
            self.state(property, object);
            if said {
                let label = self.intake.graph.iri(rdfs::LABEL);
                let text = self.intake.text(property.value.trim(), lang);
                self.intake.graph.insert(object, label, text);
                let detail = "a text beside a reference; taken as the name of what is referred to";
                self.remark_value(property, RemarkCode::RepairedSyntax, detail);
            }
        } else if property.nodes.is_empty() {
            return self.literal(property, lang);
        } else if said {
            let detail = "a text beside a description; left out";
            self.remark_value(property, RemarkCode::UnreadableStatement, detail);
        }
        for node in &property.nodes {
            self.state(property, *node);
        }
    }

    fn literal(&mut self, property: &Property, lang: Option<&str>) {
        let literal = match &property.datatype {
            Some(datatype) => self.intake.graph.typed(&property.value, datatype),
            None => self.intake.text(&property.value, lang),
        };
        self.state(property, literal);
    }

    fn list(&mut self, nodes: &[TermId]) -> TermId {
        let (first, rest) = (self.intake.graph.iri(rdf::FIRST), self.intake.graph.iri(rdf::REST));
        let mut list = self.intake.graph.iri(rdf::NIL);
        for node in nodes.iter().rev() {
            let cell = self.intake.graph.anonymous();
            self.intake.graph.insert(cell, first, *node);
            self.intake.graph.insert(cell, rest, list);
            list = cell;
        }
        list
    }

    fn state(&mut self, property: &Property, object: TermId) {
        let Property { subject, predicate, reified, .. } = *property;
        let graph = &mut self.intake.graph;
        graph.insert(subject, predicate, object);
        if let Some(statement) = reified {
            let class = graph.iri(rdf::STATEMENT);
            let parts = [(rdf::SUBJECT, subject), (rdf::PREDICATE, predicate), (rdf::OBJECT, object)];
            for (name, part) in parts.into_iter().chain([(rdf::TYPE, class)]) {
                let name = graph.iri(name);
                graph.insert(statement, name, part);
            }
        }
    }

    fn remark_value(&mut self, property: &Property, code: RemarkCode, detail: &str) {
        let line = self.lines.at(property.start);
        let iri = self.intake.graph.term(property.predicate).as_iri().unwrap_or_default().to_owned();
        let at = At { about: Some(property.subject), property: &iri, line };
        self.intake.trouble(code, at, &property.value, detail);
    }

    /// The raw content of the element just opened; goes on after its end tag, or stays if there is none.
    fn take_until_end(&mut self, name: &str) -> Option<&'t str> {
        let start = self.tags.position();
        if self.endless >= ENDLESS_MAX {
            return None;
        }
        let mut depth = 0_usize;
        while let Some(piece) = self.tags.next() {
            match piece {
                Piece::Start(tag) if tag.name == name && !tag.empty => depth += 1,
                Piece::End(end) if end == name => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return self.text.get(start..self.tags.start),
                },
                _ => {}
            }
        }
        self.endless += 1;
        self.tags.seek(start);
        None
    }

    /// Where the end tag of the property at hand is.
    fn find_end(&mut self, name: &str) -> Option<usize> {
        if self.endless >= ENDLESS_MAX {
            return None;
        }
        let from = self.tags.start;
        let needle = format!("</{name}");
        let mut found = self.window(from, MARKUP_MAX).match_indices(&needle).map(|(at, _)| from + at);
        let end = found.find(|at| {
            let after = self.text.get(at + needle.len()..).unwrap_or_default();
            after.trim_start().starts_with('>')
        });
        self.endless += usize::from(end.is_none());
        end
    }

    /// The element at hand as it is written, or its beginning.
    fn snippet(&self, name: &str) -> &'t str {
        let window = self.window(self.tags.start, SNIPPET_MAX);
        let end = format!("</{name}>");
        window.find(&end).and_then(|at| window.get(..at + end.len())).unwrap_or(window)
    }

    /// At most that many bytes from a position on.
    fn window(&self, from: usize, length: usize) -> &'t str {
        let mut to = from.saturating_add(length).min(self.text.len());
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        self.text.get(from..to).unwrap_or_default()
    }
}
