//! Elements that are descriptions.

use super::{
    Frame, Reader, What,
    element::{self, Element},
};
use crate::{
    RemarkCode,
    rdf_in::{
        graph::TermId,
        names::{dcat, rdf},
    },
};

impl<'t> Reader<'t, '_> {
    /// The outermost element, or one inside another protocol's response.
    pub(super) fn outermost(&mut self, element: &Element<'t>) -> What {
        if element.name.is(rdf::NS, "RDF") {
            What::Document
        } else if element.name.is_known() || element.attributes.about.is_some() {
            self.node(element)
        } else {
            What::Wrapper
        }
    }

    /// A description. Links it to the property it stands in.
    pub(super) fn node(&mut self, element: &Element<'t>) -> What {
        let subject = self.subject(element);
        if let Some(Frame { what: What::Property(property), .. }) = self.frames.last_mut() {
            property.nodes.push(subject);
        }
        if !element.name.is(rdf::NS, "Description") {
            if let Some(class) = element.name.iri(&mut self.iri) {
                let (kind, class) = (self.intake.graph.iri(rdf::TYPE), self.intake.graph.iri(class));
                self.intake.graph.insert(subject, kind, class);
            } else {
                let detail = "the prefix is not declared; the description is read without its class";
                self.remark(RemarkCode::UnreadableStatement, element.tag.name, detail);
            }
        }
        self.property_attributes(subject, element);
        What::Node { subject, members: 0, is_catalog: element.name.is(dcat::NS, "Catalog") }
    }

    fn subject(&mut self, element: &Element<'t>) -> TermId {
        let (attributes, base) = (&element.attributes, element.base.as_deref());
        if let Some(about) = attributes.about.as_deref() {
            let itself = matches!(element.name.local(), "Description" | "Catalog" | "Ontology" | "Document");
            let nothing = about.trim().is_empty() && !itself && base.is_none();
            if nothing || matches!(about.trim(), "None" | "null" | "undefined" | "nan") {
                let detail = "names nothing; read as a resource without a name";
                self.remark(RemarkCode::InvalidIri, about, detail);
                return self.intake.graph.anonymous();
            }
            let iri = element::resolved(about, base);
            return self.intake.graph.iri(&iri);
        }
        if let Some(id) = attributes.id.as_deref() {
            let iri = element::fragment(id, base);
            return self.intake.graph.iri(&iri);
        }
        match attributes.node_id.as_deref() {
            Some(label) => self.intake.graph.blank(label),
            None => self.intake.graph.anonymous(),
        }
    }

    /// Properties that are written as attributes.
    pub(super) fn property_attributes(&mut self, subject: TermId, element: &Element<'t>) {
        for (name, value) in &element.attributes.properties {
            let Some(iri) = name.iri(&mut self.iri) else { continue };
            let is_type = iri == rdf::TYPE;
            let predicate = self.intake.graph.iri(iri);
            let object = if is_type {
                self.intake.graph.iri(&element::resolved(value, element.base.as_deref()))
            } else {
                self.intake.text(value, element.lang.as_deref())
            };
            self.intake.graph.insert(subject, predicate, object);
        }
    }

    /// A description directly in another one, without a property between them.
    pub(super) fn misplaced(&mut self, parent: TermId, in_catalog: bool, element: &Element<'t>) -> What {
        let what = self.node(element);
        let link = match element.name.local() {
            "Distribution" => Some(dcat::DISTRIBUTION_P),
            "Dataset" if in_catalog => Some(dcat::DATASET_P),
            "CatalogRecord" if in_catalog => Some(dcat::RECORD),
            _ => None,
        };
        let detail = match link {
            Some(_) => "stands in a description without a property; taken as the one that fits",
            None => "stands in a description without a property; read by itself",
        };
        self.remark(RemarkCode::RepairedSyntax, element.tag.name, detail);
        if let (Some(link), What::Node { subject, .. }) = (link, &what) {
            let predicate = self.intake.graph.iri(link);
            self.intake.graph.insert(parent, predicate, *subject);
        }
        what
    }
}
