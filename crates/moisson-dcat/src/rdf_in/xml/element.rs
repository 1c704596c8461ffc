//! Names and attributes of elements, with the namespaces in scope.

use std::{borrow::Cow, rc::Rc};

use oxiri::Iri;

use super::{
    super::names,
    tags::{self, Tag},
    unescape,
};
use crate::rdf_in::names::{dcat, foaf, rdf, vcard};

/// Values of `rdf:parseType`; any other is read as `Literal`.
pub(super) mod parse_type {
    pub(in super::super) const RESOURCE: &str = "Resource";
    pub(in super::super) const COLLECTION: &str = "Collection";
}

/// The namespace of `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of hints to validators of XML, which say nothing on what the document describes.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespace of HTML in XML.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// HTML's elements as they turn up in descriptions.
const HTML: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "script",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];

/// An element with what holds for it.
pub(super) struct Element<'t> {
    pub(super) tag: Tag<'t>,
    pub(super) name: Name<'t>,
    pub(super) lang: Option<Rc<str>>,
    pub(super) base: Option<Rc<str>>,
    pub(super) attributes: Attributes<'t>,
}

/// The namespaces in scope, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'t> {
    bindings: Vec<(&'t str, Rc<str>)>,
}

/// A name with its namespace.
#[derive(Debug, Clone)]
pub(super) enum Name<'t> {
    /// In a namespace.
    In { namespace: Rc<str>, local: &'t str, prefixed: bool },
    /// By a prefix that is not declared and that everybody means the same by.
    Mended { prefix: &'t str, namespace: &'static str, local: &'t str },
    /// By a prefix that nobody declared.
    Unbound { local: &'t str },
    /// In no namespace.
    Bare { local: &'t str },
}

impl<'t> Scope<'t> {
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.bindings.truncate(len);
    }

    fn find(&self, prefix: &str) -> Option<Rc<str>> {
        let bound = self.bindings.iter().rev().find(|(p, _)| *p == prefix);
        bound.map(|(_, namespace)| Rc::clone(namespace))
    }

    /// The name of an element.
    pub(super) fn element(&self, name: &'t str) -> Name<'t> {
        match name.split_once(':') {
            Some((prefix, local)) => self.prefixed(prefix, local),
            None => match self.find("").filter(|namespace| !namespace.is_empty()) {
                Some(namespace) => Name::In { namespace, local: name, prefixed: false },
                None => Name::Bare { local: name },
            },
        }
    }

    fn prefixed(&self, prefix: &'t str, local: &'t str) -> Name<'t> {
        if prefix == "xml" {
            return Name::In { namespace: Rc::from(XML), local, prefixed: true };
        }
        match (self.find(prefix), names::prefix(prefix)) {
            (Some(namespace), _) => Name::In { namespace, local, prefixed: true },
            (None, Some(namespace)) => Name::Mended { prefix, namespace, local },
            (None, None) => Name::Unbound { local },
        }
    }
}

impl Name<'_> {
    pub(super) fn local(&self) -> &str {
        match self {
            Self::In { local, .. }
            | Self::Mended { local, .. }
            | Self::Unbound { local }
            | Self::Bare { local } => local,
        }
    }

    fn namespace(&self) -> Option<&str> {
        match self {
            Self::In { namespace, .. } => Some(namespace),
            Self::Mended { namespace, .. } => Some(namespace),
            Self::Unbound { .. } | Self::Bare { .. } => None,
        }
    }

    pub(super) fn is(&self, namespace: &str, local: &str) -> bool {
        self.local() == local && self.namespace() == Some(namespace)
    }

    /// The IRI it stands for, put together in `room`.
    pub(super) fn iri<'r>(&self, room: &'r mut String) -> Option<&'r str> {
        let namespace = self.namespace()?;
        room.clear();
        room.push_str(namespace);
        room.push_str(self.local());
        Some(room)
    }

    /// Whether the vocabulary is one of those that catalogues are written in.
    pub(super) fn is_known(&self) -> bool {
        self.namespace().is_some_and(names::is_known)
    }

    /// Whether it is a class that descriptions have, so that it cannot be a property.
    pub(super) fn is_class(&self) -> bool {
        let classes: &[&str] = match self.namespace() {
            Some(dcat::NS) => &[
                "Catalog",
                "CatalogRecord",
                "Dataset",
                "DatasetSeries",
                "DataService",
                "Distribution",
                "Resource",
            ],
            Some(foaf::NS) => &["Agent", "Document", "Organization", "Person"],
            Some(vcard::NS) => &["Individual", "Kind", "Organization"],
            Some(rdf::NS) => &["Description"],
            _ => &[],
        };
        classes.contains(&self.local())
    }

    /// Whether it can only be a property.
    pub(super) fn is_property(&self) -> bool {
        self.is_known() && self.local().starts_with(char::is_lowercase)
    }

    /// Whether it is HTML.
    pub(super) fn is_markup(&self) -> bool {
        match self {
            Self::In { namespace, local, prefixed } => {
                &**namespace == XHTML || (!prefixed && HTML.contains(local))
            }
            Self::Bare { local } => HTML.contains(&local.to_ascii_lowercase().as_str()),
            Self::Mended { .. } | Self::Unbound { .. } => false,
        }
    }
}

/// The attributes of an element, those of RDF/XML apart.
#[derive(Debug, Default)]
pub(super) struct Attributes<'t> {
    pub(super) about: Option<Cow<'t, str>>,
    pub(super) id: Option<Cow<'t, str>>,
    pub(super) node_id: Option<Cow<'t, str>>,
    pub(super) resource: Option<Cow<'t, str>>,
    pub(super) datatype: Option<Cow<'t, str>>,
    pub(super) parse_type: Option<Cow<'t, str>>,
    pub(super) lang: Option<Rc<str>>,
    pub(super) base: Option<Rc<str>>,
    /// Properties written as attributes.
    pub(super) properties: Vec<(Name<'t>, Cow<'t, str>)>,
    /// Whether a bare ampersand was taken as one.
    pub(super) mended: bool,
}

impl<'t> Attributes<'t> {
    /// Reads attributes and adds the namespaces they declare to the scope.
    pub(super) fn read(raw: &'t str, scope: &mut Scope<'t>, bad: &mut Vec<&'t str>) -> Self {
        let mut all = Self::default();
        if raw.trim().is_empty() {
            return all;
        }
        let pairs = tags::attributes(raw, |text| bad.push(text));
        let mut rest = Vec::new();
        for (name, value) in pairs {
            let (value, mended) = unescape::unescape(value);
            all.mended |= mended;
            if name == "xmlns" {
                scope.bindings.push(("", Rc::from(value.trim())));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                scope.bindings.push((prefix, Rc::from(value.trim())));
            } else {
                rest.push((name, value));
            }
        }
        for (name, value) in rest {
            if !all.take(name, value, scope) {
                bad.push(name);
            }
        }
        all
    }

    /// Takes one attribute; `false` when its prefix is not declared.
    fn take(&mut self, name: &'t str, value: Cow<'t, str>, scope: &Scope<'t>) -> bool {
        let (namespace, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(scope.prefixed(prefix, local)), local),
            None => (None, name),
        };
        let rdf = namespace.as_ref().is_none_or(|name| name.is(rdf::NS, local));
        match local {
            "about" if rdf => self.about = Some(value),
            "ID" if rdf => self.id = Some(value),
            "nodeID" if rdf => self.node_id = Some(value),
            "resource" if rdf => self.resource = Some(value),
            "datatype" if rdf => self.datatype = Some(value),
            "parseType" if rdf => self.parse_type = Some(value),
            _ => match namespace {
                Some(name) if name.is(XML, "lang") => self.lang = Some(Rc::from(value.trim())),
                Some(name) if name.is(XML, "base") => self.base = Some(Rc::from(value.trim())),
                Some(Name::Unbound { .. }) => return false,
                Some(name) if name.namespace().is_some_and(|ns| ns != XML && ns != XSI) => {
                    self.properties.push((name, value));
                }
                // Attributes outside of vocabularies say nothing in RDF/XML.
                Some(_) | None => {}
            },
        }
        true
    }
}

/// A reference against the base that the document declares; as written when it declares none.
pub(super) fn resolved<'a>(reference: &'a str, base: Option<&str>) -> Cow<'a, str> {
    let resolved = base.and_then(|base| Iri::parse(base).ok()?.resolve(reference).ok());
    resolved.map_or(Cow::Borrowed(reference), |iri| Cow::Owned(iri.into_inner()))
}

/// What `rdf:ID` names.
pub(super) fn fragment(id: &str, base: Option<&str>) -> String {
    resolved(&format!("#{id}"), base).into_owned()
}
