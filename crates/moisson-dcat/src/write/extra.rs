//! What no field holds: statements stay statements, keys become nodes of our own vocabulary.
//!
//! What is left of a thing that a field took, and a second value of a property that may have one, stand apart as keys
//! do: repeated with their own property they would be one thing too many.

use oxrdf::{Literal, NamedNode, NamedNodeRef, Term};

use super::naming::inside;
use super::pen::Pen;
use crate::ns::{adms, dcat, dcatap, dct, foaf, odrl, prov, spdx};
use crate::{Dataset, Distribution, Extra, ExtraValue};

/// The properties whose values are things of classes that the model has.
const THINGS: [NamedNodeRef<'static>; 33] = [
    adms::IDENTIFIER,
    adms::SAMPLE,
    adms::STATUS,
    dcat::ACCESS_SERVICE,
    dcat::COMPRESS_FORMAT,
    dcat::CONTACT_POINT,
    dcat::DISTRIBUTION,
    dcat::LANDING_PAGE,
    dcat::MEDIA_TYPE,
    dcat::PACKAGE_FORMAT,
    dcat::QUALIFIED_RELATION,
    dcat::THEME,
    dcatap::APPLICABLE_LEGISLATION,
    dcatap::AVAILABILITY,
    dcatap::HVD_CATEGORY,
    dct::ACCESS_RIGHTS,
    dct::ACCRUAL_PERIODICITY,
    dct::CONFORMS_TO,
    dct::CREATOR,
    dct::FORMAT,
    dct::LANGUAGE,
    dct::LICENSE,
    dct::PROVENANCE,
    dct::PUBLISHER,
    dct::RIGHTS,
    dct::SPATIAL,
    dct::TEMPORAL,
    dct::TYPE,
    foaf::PAGE,
    odrl::HAS_POLICY,
    prov::QUALIFIED_ATTRIBUTION,
    prov::WAS_GENERATED_BY,
    spdx::CHECKSUM,
];

/// The properties of a resource that may have one value and have it, or have all that was understood.
pub(super) type Filled<'f> = &'f [(NamedNodeRef<'static>, bool)];

/// Those of a dataset.
pub(super) fn of_dataset(d: &Dataset) -> [(NamedNodeRef<'static>, bool); 11] {
    [
        // Other names of what is there; a licence may have been given as rights.
        (dct::LANGUAGE, !d.language.is_empty()),
        (dct::LICENSE, !d.license.is_empty()),
        (dct::RIGHTS, !d.license.is_empty()),
        (dcat::TEMPORAL_RESOLUTION, d.temporal_resolution.is_some()),
        (dcat::VERSION, d.version.is_some()),
        (dct::ACCESS_RIGHTS, d.access_rights.is_some()),
        (dct::ACCRUAL_PERIODICITY, d.accrual_periodicity.is_some()),
        (dct::CREATED, d.created.is_some()),
        (dct::ISSUED, d.issued.is_some()),
        (dct::MODIFIED, d.modified.is_some()),
        (dct::PUBLISHER, d.publisher.is_some()),
    ]
}

/// Those of a distribution.
pub(super) fn of_distribution(d: &Distribution) -> [(NamedNodeRef<'static>, bool); 16] {
    [
        (dct::LANGUAGE, !d.language.is_empty()),
        (adms::STATUS, d.status.is_some()),
        (dcat::BYTE_SIZE, d.byte_size.is_some()),
        (dcat::COMPRESS_FORMAT, d.compress_format.is_some()),
        (dcat::MEDIA_TYPE, d.media_type.is_some()),
        (dcat::PACKAGE_FORMAT, d.package_format.is_some()),
        (dcat::SPATIAL_RESOLUTION_IN_METERS, d.spatial_resolution_in_meters.is_some()),
        (dcat::TEMPORAL_RESOLUTION, d.temporal_resolution.is_some()),
        (dcatap::AVAILABILITY, d.availability.is_some()),
        (dct::FORMAT, d.format.is_some()),
        (dct::ISSUED, d.issued.is_some()),
        (dct::LICENSE, d.license.is_some()),
        (dct::RIGHTS, d.license.is_some()),
        (dct::MODIFIED, d.modified.is_some()),
        (odrl::HAS_POLICY, d.has_policy.is_some()),
        (spdx::CHECKSUM, d.checksum.is_some()),
    ]
}

/// Nodes within nodes that are written; what lies deeper becomes JSON text.
const DEPTH_MAX: u8 = 16;

impl Pen<'_> {
    pub(super) fn extras(&mut self, s: &NamedNode, extras: &[Extra], filled: Filled<'_>) {
        for extra in extras {
            match extra {
                Extra::Statement { property, value } => {
                    let object = self.value(s, value, 0);
                    let is = |known: &NamedNodeRef<'_>| known.as_str() == property.as_str();
                    let thing = matches!(value, ExtraValue::Node { .. }) && THINGS.iter().any(is);
                    if thing || filled.iter().any(|(single, has)| *has && is(single)) {
                        let node = inside(s, "extra", &(property, value));
                        self.apart(s, &node, property.as_str(), object);
                    } else {
                        self.own(s, property.to_named_node().as_ref(), object);
                    }
                }
                Extra::Key { key, value } => {
                    let node = inside(s, "extra", &(key, value));
                    self.apart(s, &node, key, Literal::from(value.as_str()));
                }
            }
        }
    }

    /// A key and its value as a node.
    fn apart(&mut self, s: &NamedNode, node: &NamedNode, key: &str, value: impl Into<Term>) {
        let terms = ["extra", "key", "value"].map(|local| self.naming.term(local));
        let [extra, key_term, value_term] = &terms;
        self.own(s, extra.as_ref(), node.clone());
        self.own(node, key_term.as_ref(), Literal::from(key));
        self.own(node, value_term.as_ref(), value);
    }

    /// The value as a term; a nameless node is named after its content.
    fn value(&mut self, owner: &NamedNode, value: &ExtraValue, depth: u8) -> Term {
        match value {
            ExtraValue::Iri { iri } => iri.to_named_node().into(),
            ExtraValue::Literal { literal, datatype, lang } => {
                plain_literal(literal, datatype.as_ref(), lang.as_deref()).into()
            }
            ExtraValue::Node { node } if depth < DEPTH_MAX => {
                let name = inside(owner, "node", node);
                for (property, value) in node {
                    let object = self.value(owner, value, depth + 1);
                    self.own(&name, property.to_named_node().as_ref(), object);
                }
                name.into()
            }
            // Plain values of the model serialise without fail.
            ExtraValue::Node { node } => {
                Literal::from(serde_json::to_string(node).unwrap_or_default()).into()
            }
        }
    }
}

fn plain_literal(value: &str, datatype: Option<&crate::Iri>, lang: Option<&str>) -> Literal {
    if let Some(Ok(literal)) = lang.map(|lang| Literal::new_language_tagged_literal(value, lang)) {
        return literal;
    }
    match datatype {
        Some(datatype) => Literal::new_typed_literal(value, datatype.to_named_node()),
        None => Literal::from(value),
    }
}
