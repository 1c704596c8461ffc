//! What the readers of all syntaxes fill: a graph, and what they had trouble with.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    graph::{Graph, TermId},
    names,
};
use crate::{Remark, RemarkCode};

/// Most remarks that are kept of one document; a document with more of them is bad throughout.
pub const TROUBLES_MAX: usize = 50_000;

/// Longest excerpt of a source in a remark, in characters.
const EXCERPT_MAX: usize = 200;

/// Something that was wrong in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The resource whose description is concerned, when that is known.
    pub about: Option<TermId>,
    /// What was wrong.
    pub remark: Remark,
}

/// A graph being read.
#[derive(Debug, Default)]
pub(super) struct Intake {
    /// What was read so far.
    pub(super) graph: Graph,
    /// What was wrong so far.
    pub(super) troubles: Vec<Trouble>,
    tags: BTreeSet<String>,
    once: BTreeSet<String>,
}

/// Where something was wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    /// The resource that was being described.
    pub(super) about: Option<TermId>,
    /// The IRI of the property, or nothing.
    pub(super) property: &'a str,
    /// The line, from 1; 0 when lines mean nothing.
    pub(super) line: usize,
}

impl Intake {
    /// Makes a remark.
    pub(super) fn trouble(&mut self, code: RemarkCode, at: At<'_>, value: &str, detail: impl Into<String>) {
        if self.troubles.len() >= TROUBLES_MAX {
            return;
        }
        let place = if at.line > 0 { format!("line {}", at.line) } else { self.name(at.about) };
        let remark = Remark {
            code,
            property: property(at.property),
            place,
            value: excerpt(value),
            detail: detail.into(),
        };
        self.troubles.push(Trouble { about: at.about, remark });
    }

    /// Makes a remark about the document as a whole, unless it was made before.
    pub(super) fn trouble_once(&mut self, code: RemarkCode, value: &str, detail: &str) {
        if self.once.len() < TROUBLES_MAX && self.once.insert(format!("{code:?} {value} {detail}")) {
            let at = At { about: None, property: "", line: 0 };
            self.trouble(code, at, value, detail);
        }
    }

    /// Takes a text with the language tag that the document gives it.
    pub(super) fn text(&mut self, value: &str, tag: Option<&str>) -> TermId {
        let Some(raw) = tag.map(str::trim).filter(|tag| !tag.is_empty()) else {
            return self.graph.plain(value);
        };
        if is_tag(raw) {
            return self.graph.tagged(value, raw);
        }
        let mended = raw.replace('_', "-");
        let good = is_tag(&mended);
        if self.tags.len() < TROUBLES_MAX && self.tags.insert(raw.to_owned()) {
            let detail =
                if good { format!("read as `{mended}`") } else { "kept without a language".to_owned() };
            self.trouble_once(RemarkCode::InvalidLanguage, raw, &detail);
        }
        if good { self.graph.tagged(value, &mended) } else { self.graph.plain(value) }
    }

    fn name(&self, term: Option<TermId>) -> String {
        let iri = term.and_then(|term| self.graph.term(term).as_iri());
        iri.map(excerpt).unwrap_or_default()
    }
}

/// At most [`EXCERPT_MAX`] characters of a source's text.
pub(super) fn excerpt(text: &str) -> String {
    text.trim().chars().take(EXCERPT_MAX).collect()
}

/// The name of a property in snake case, as remarks have it: `accessURL` is `access_url`.
pub(super) fn property(iri: &str) -> Cow<'static, str> {
    let mut out = String::new();
    let mut lower = false;
    for c in names::local(iri).chars().take(60) {
        if c.is_uppercase() && lower {
            out.push('_');
        }
        lower = c.is_lowercase();
        out.extend(c.to_lowercase());
    }
    Cow::Owned(out)
}

/// The shape of a [BCP 47](https://www.rfc-editor.org/info/bcp47) tag.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts
        .next()
        .is_some_and(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::{Intake, property};
    use crate::rdf_in::graph::Term;

    #[test]
    fn properties_are_named_as_in_the_model() {
        for (iri, name) in [
            ("http://www.w3.org/ns/dcat#accessURL", "access_url"),
            ("http://purl.org/dc/terms/accrualPeriodicity", "accrual_periodicity"),
            ("http://xmlns.com/foaf/0.1/page", "page"),
            ("", ""),
        ] {
            assert_eq!(property(iri), name);
        }
    }

    #[test]
    fn language_tags_are_mended_or_left_out() {
        let mut intake = Intake::default();
        for (tag, wanted) in [("fr", Some("fr")), ("fr_FR", Some("fr-fr")), ("français", None), ("", None)] {
            let id = intake.text("x", Some(tag));
            let Term::Literal { lang, .. } = intake.graph.term(id) else { panic!("not a literal") };
            assert_eq!(lang, wanted);
            intake.text("y", Some(tag));
        }
        assert_eq!(intake.troubles.len(), 2, "{:?}", intake.troubles);
    }
}
