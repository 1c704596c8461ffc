//! Reads [RDF/XML](https://www.w3.org/TR/rdf-syntax-grammar/) as catalogues write it.
//!
//! A conforming document gives exactly the statements of the standard (the tests compare with `oxrdfxml`).
//! Where that parser would stop, this one goes on: an element that is not closed ends where its parent does,
//! markup in a literal is text, a well-known prefix needs no declaration, a description that stands where a
//! property is due is read as the description that it is. Everything mended is remarked with its line, and what
//! cannot be mended costs the one statement it stands in.
//!
//! | module | knows |
//! | --- | --- |
//! | `tags` | XML as tags and text that never ends early |
//! | `unescape` | references such as `&eacute;` |
//! | `element` | names, namespaces, attributes |
//! | `node`, `property` | what elements say |

mod element;
mod node;
mod property;
mod tags;
mod unescape;

use std::{borrow::Cow, rc::Rc};

use super::{
    graph::TermId,
    intake::{At, Intake},
    lines::Lines,
};
use crate::RemarkCode;
use element::{Attributes, Element, Name, Scope};
use property::Property;
use tags::{Piece, Tag, Tags};

/// Deepest nesting of elements.
pub const XML_DEPTH_MAX: usize = 512;

/// Why reading ended before the document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Elements are nested too deeply.
    Depth,
    /// Too many constructs never end.
    Broken,
    /// The graph is full.
    Full,
}

/// Reads a document; the line of what stopped it comes with the reason.
pub(super) fn read(text: &str, intake: &mut Intake) -> Result<(), (Stop, usize)> {
    let mut reader = Reader {
        tags: Tags::new(text),
        text,
        intake,
        frames: Vec::new(),
        scope: Scope::default(),
        lines: Lines::new(text),
        endless: 0,
        iri: String::new(),
    };
    let result = reader.document();
    let position = reader.tags.start;
    result.map_err(|stop| (stop, reader.lines.at(position)))
}

/// An open element.
struct Frame<'t> {
    /// As written, to find its end tag.
    name: &'t str,
    /// How many namespace bindings there were outside of it.
    bindings: usize,
    lang: Option<Rc<str>>,
    base: Option<Rc<str>>,
    what: What,
}

/// What an element turned out to be.
enum What {
    /// Around the RDF: a response of another protocol.
    Wrapper,
    /// `rdf:RDF`.
    Document,
    /// A description.
    Node { subject: TermId, members: u32, is_catalog: bool },
    /// A property of a description.
    Property(Box<Property>),
    /// Not understood, with all inside.
    Skipped,
}

struct Reader<'t, 'i> {
    tags: Tags<'t>,
    text: &'t str,
    intake: &'i mut Intake,
    frames: Vec<Frame<'t>>,
    scope: Scope<'t>,
    lines: Lines<'t>,
    /// How many literals had no end.
    endless: usize,
    /// Room to put IRIs together.
    iri: String,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<(), Stop> {
        while let Some(piece) = self.tags.next() {
            match piece {
                Piece::Start(tag) => self.start(tag)?,
                Piece::End(name) => self.end(name),
                Piece::Text(text) => {
                    let text = &one_kind_of_line_end(text);
                    let (value, mended) = unescape::unescape(text);
                    if mended {
                        self.ampersand(text);
                    }
                    self.characters(&value);
                }
                Piece::Plain(text) => self.characters(&one_kind_of_line_end(text)),
                Piece::Reference(name) => {
                    let mut value = String::new();
                    if !unescape::push(name, &mut value) {
                        self.ampersand(name);
                    }
                    self.characters(&value);
                }
                Piece::Stray => {
                    self.remark(RemarkCode::RepairedSyntax, "<", "taken as text: it starts no tag");
                    self.characters("<");
                }
            }
            if self.intake.graph.is_full() {
                return Err(Stop::Full);
            }
        }
        if self.tags.gave_up {
            return Err(Stop::Broken);
        }
        while !self.frames.is_empty() {
            self.close();
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'t>) -> Result<(), Stop> {
        if self.frames.len() >= XML_DEPTH_MAX {
            return Err(Stop::Depth);
        }
        let bindings = self.scope.len();
        let mut bad = Vec::new();
        let attributes = Attributes::read(tag.attributes, &mut self.scope, &mut bad);
        for text in bad {
            self.remark(RemarkCode::UnreadableStatement, text, "not an attribute; left out");
        }
        if attributes.mended {
            self.ampersand(tag.attributes);
        }
        let name = self.scope.element(tag.name);
        if let Name::Mended { prefix, .. } = name {
            let detail = "prefix not declared; read as is usual";
            self.intake.trouble_once(RemarkCode::RepairedSyntax, prefix, detail);
        }
        let outer = self.frames.last();
        let lang = attributes.lang.clone().or_else(|| outer.and_then(|f| f.lang.clone()));
        let base = attributes.base.clone().or_else(|| outer.and_then(|f| f.base.clone()));
        let element = Element { tag, name, lang, base, attributes };
        match self.place(&element) {
            Some(what) => {
                let Element { lang, base, .. } = element;
                self.frames.push(Frame { name: tag.name, bindings, lang, base, what });
                if tag.empty {
                    self.close();
                }
            }
            // It was read to its end.
            None => self.scope.truncate(bindings),
        }
        Ok(())
    }

    /// Decides what an element is from where it stands; `None` when it was read to its end.
    fn place(&mut self, element: &Element<'t>) -> Option<What> {
        match self.frames.last().map(|frame| &frame.what) {
            None | Some(What::Wrapper) => Some(self.outermost(element)),
            Some(What::Skipped) => Some(What::Skipped),
            Some(What::Document) => Some(self.node(element)),
            Some(What::Node { subject, is_catalog, .. }) => {
                let (subject, is_catalog) = (*subject, *is_catalog);
                if element.name.is_class() {
                    Some(self.misplaced(subject, is_catalog, element))
                } else {
                    self.property(subject, element)
                }
            }
            Some(What::Property(_)) => self.inside_property(element),
        }
    }

    fn end(&mut self, name: &'t str) {
        let Some(open) = self.frames.iter().rposition(|frame| frame.name == name) else {
            return self.remark(RemarkCode::RepairedSyntax, name, "end tag without a start tag; passed over");
        };
        while self.frames.len() > open + 1 {
            let unclosed = self.frames.last().map(|f| f.name).unwrap_or_default();
            let detail = "not closed; closed with the element around it";
            self.remark(RemarkCode::RepairedSyntax, unclosed, detail);
            self.close();
        }
        self.close();
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.scope.truncate(frame.bindings);
        if let What::Property(property) = frame.what {
            self.complete(&property, frame.lang.as_deref());
        }
    }

    fn characters(&mut self, text: &str) {
        match self.frames.last_mut().map(|frame| &mut frame.what) {
            Some(What::Property(property)) => property.value.push_str(text),
            Some(What::Node { .. } | What::Document) if !text.trim().is_empty() => {
                self.remark(RemarkCode::UnreadableStatement, text, "text between properties; left out");
            }
            _ => {}
        }
    }

    fn ampersand(&mut self, text: &str) {
        let detail = "`&` starts no reference that XML knows; read as is usual";
        self.remark(RemarkCode::RepairedSyntax, text, detail);
    }

    fn remark(&mut self, code: RemarkCode, value: &str, detail: &str) {
        let line = self.lines.at(self.tags.start);
        let about = self.frames.iter().rev().find_map(|frame| match &frame.what {
            What::Node { subject, .. } => Some(*subject),
            What::Property(property) => Some(property.subject),
            _ => None,
        });
        self.intake.trouble(code, At { about, property: "", line }, value, detail);
    }
}

/// What [XML](https://www.w3.org/TR/xml/#sec-line-ends) makes of the ends of lines.
fn one_kind_of_line_end(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests;
