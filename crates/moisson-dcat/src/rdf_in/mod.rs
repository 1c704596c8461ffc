//! RDF in: bytes of any syntax to a graph, a graph to records, a record to the model.
//!
//! ```text
//! bytes ── gate ──▶ text ── xml │ terse │ jsonld ──▶ statements ── settle ──▶ Graph
//!   Graph ── split ──▶ records as canonical N-Triples        (kept; the first half ends here)
//!   record ── map ──▶ Draft ──▶ Resource + remarks
//! ```
//!
//! Catalogues in the wild stop conforming parsers about once in five, over one space in one IRI. The readers here
//! give the statements that the standards give where a document conforms, and go on where it does not: one bad
//! statement costs itself, and is remarked with its line and text. IRIs are mended once the whole document is
//! known ([`settle`]). Nothing is ever fetched.

mod canon;
mod closure;
mod gate;
mod graph;
mod intake;
mod jsonld;
mod lines;
mod map;
mod mend;
pub mod names;
mod roles;
mod settle;
mod split;
mod terse;
mod xml;

pub use closure::RECORD_TRIPLES_MAX;
pub use gate::{DOCUMENT_MAX, Hints, JSON_DEPTH_MAX, Syntax, Unreadable};
pub use graph::{Graph, TEXT_MAX, TRIPLES_MAX, Term, TermId, Triple};
pub use intake::{TROUBLES_MAX, Trouble};
pub use jsonld::JSON_RESCUE_MAX;
pub use map::map;
pub use mend::{IRI_MAX, Mended, mend};
pub use split::{RECORD, RdfRecord, Wanted, split};
pub use terse::TURTLE_DEPTH_MAX;
pub use xml::XML_DEPTH_MAX;

use crate::Iri;
use intake::Intake;

/// The context at an address, as a document of JSON-LD, if it is one that is built in.
pub fn known_context(url: &str) -> Option<&'static str> {
    let found = jsonld::context_at(url);
    found.known.then_some(found.document)
}

/// A document that was read.
#[derive(Debug)]
pub struct Reading {
    /// What it says; every IRI is absolute and valid.
    pub graph: Graph,
    /// What was wrong.
    pub troubles: Vec<Trouble>,
    /// Why there may have been more, although what came was readable.
    pub shortfall: Option<String>,
}

/// Reads a document. `base` is where it is; relative references are resolved against it.
///
/// # Errors
/// When the bytes are no RDF, are cut short, or go beyond a limit.
pub fn read(bytes: &[u8], hints: Hints<'_>, base: &Iri) -> Result<Reading, Unreadable> {
    let mut intake = Intake::default();
    let admitted = gate::admit(bytes, hints, &mut intake)?;
    let text = admitted.text.get(admitted.body.clone()).unwrap_or_default();
    let mut shortfall = None;
    match admitted.syntax {
        Syntax::Xml => xml::read(text, &mut intake).map_err(|(stop, line)| xml_stop(stop, line))?,
        Syntax::Json => jsonld::read(text, &admitted.json, &mut intake),
        Syntax::Turtle => match terse::read(text, &mut intake) {
            terse::End::Whole | terse::End::TooLarge => {}
            terse::End::Open => {
                shortfall = Some("the document ends in a statement without a full stop".to_owned());
            }
            terse::End::Cut(line) => {
                let found = "a document that ends in the middle of a statement";
                let hint = "the transfer was cut or the portal failed while writing; fetch it again later";
                return Err(Unreadable::new("whole statements", found, format!("line {line}"), hint));
            }
        },
    }
    if intake.graph.is_full() {
        let found = format!("more than {TRIPLES_MAX} statements or {} MiB of terms", TEXT_MAX >> 20);
        return Err(Unreadable::new("a document within the limits", found, "", "ask the portal for pages"));
    }
    if intake.graph.is_empty() {
        nothing_read(&intake, admitted.syntax, text)?;
    }
    settle::settle(&mut intake, base.as_str());
    Ok(Reading { graph: intake.graph, troubles: intake.troubles, shortfall })
}

fn xml_stop(stop: xml::Stop, line: usize) -> Unreadable {
    let place = format!("line {line}");
    match stop {
        xml::Stop::Depth => {
            let found = format!("more than {XML_DEPTH_MAX} levels of nesting");
            Unreadable::new("RDF/XML", found, place, "no catalogue is nested like that; check the address")
        }
        xml::Stop::Broken => {
            let hint = "too many tags, comments or CDATA sections never end; tell the portal";
            Unreadable::new("RDF/XML", "something that is hardly XML", place, hint)
        }
        xml::Stop::Full => {
            let found = format!("more than {TRIPLES_MAX} statements or {} MiB of terms", TEXT_MAX >> 20);
            Unreadable::new("a document within the limits", found, place, "ask the portal for pages")
        }
    }
}

/// A document without a single statement is no RDF, unless it says nothing in due form.
fn nothing_read(intake: &Intake, syntax: Syntax, text: &str) -> Result<(), Unreadable> {
    let excerpt: String = intake::excerpt(text).chars().take(80).collect();
    let refuse = |what: &str, hint: &str| Err(Unreadable::new(what, format!("`{excerpt}`"), "line 1", hint));
    match syntax {
        Syntax::Json if text.trim() != "[]" => refuse(
            "JSON-LD",
            "this JSON has no `@context` that gives it a meaning; is it another API's answer?",
        ),
        Syntax::Turtle if !intake.troubles.is_empty() => {
            refuse("Turtle or one of its relatives", "no statement could be read; check the address")
        }
        Syntax::Xml if !text.contains("RDF") => {
            refuse("RDF/XML", "no description could be read in this XML; is it another API's answer?")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
