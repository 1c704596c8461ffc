//! Whether an XML document is whole, and its entities written out where that is harmless.

use std::{collections::HashMap, ops::Range};

use super::{DOCUMENT_MAX, Unreadable, around};
use crate::rdf_in::intake::{Intake, excerpt};

/// How much may stand before the document, in bytes: warnings of a script, blank lines.
const BEFORE_MAX: usize = 8 << 10;

/// Most entities that a document may define. Editors of ontologies define one for each namespace.
const ENTITIES_MAX: usize = 256;

/// Longest value of an entity, in bytes.
const ENTITY_MAX: usize = 512;

/// The document with its own entities written out, if it defines any. They must be plain texts without markup and
/// without references, as the shorthands for namespaces are; then they cannot grow out of hand.
pub(super) fn without_entities(text: &str) -> Result<Option<String>, Unreadable> {
    let Some(start) = text.find("<!DOCTYPE") else { return Ok(None) };
    let head = text.get(..start).unwrap_or_default();
    // Only before the first element is it a declaration.
    if head.split('<').skip(1).any(|tag| !tag.starts_with(['?', '!'])) {
        return Ok(None);
    }
    let rest = text.get(start..).unwrap_or_default();
    let Some(open) = rest.find('[').filter(|open| rest.find('>').is_none_or(|close| *open < close)) else {
        return Ok(None);
    };
    let inside = rest.get(open + 1..).unwrap_or_default();
    let refused = || {
        let hint = "a harvester expands only plain texts of moderate length, since a few bytes of others can fill \
                    the memory: have the portal write the values out and leave the DOCTYPE away";
        let found = "a DOCTYPE that defines other entities";
        Unreadable::new("RDF/XML without declarations", found, format!("byte {start}"), hint)
    };
    let (entities, length) = declared(inside).ok_or_else(refused)?;
    let after = inside.get(length..).unwrap_or_default().trim_start();
    let body =
        after.strip_prefix(']').and_then(|rest| rest.trim_start().strip_prefix('>')).ok_or_else(refused)?;
    let mut out = String::with_capacity(text.len());
    out.push_str(head);
    // The lines keep their numbers.
    let gone = text.get(start..text.len() - body.len()).unwrap_or_default();
    out.extend(gone.chars().filter(|c| *c == '\n'));
    let mut rest = body;
    while let Some((before, reference)) = rest.split_once('&') {
        out.push_str(before);
        let known = reference.split_once(';').and_then(|(name, tail)| Some((*entities.get(name)?, tail)));
        if let Some((value, tail)) = known {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('&');
            rest = reference;
        }
        if out.len() > DOCUMENT_MAX {
            return Err(refused());
        }
    }
    out.push_str(rest);
    Ok(Some(out))
}

/// The entities that a document type defines, and how much of the text they take; `None` if it declares anything else.
fn declared(inside: &str) -> Option<(HashMap<&str, &str>, usize)> {
    let mut entities = HashMap::new();
    let mut rest = inside.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1.trim_start();
            continue;
        }
        let Some(declaration) = rest.strip_prefix("<!ENTITY") else { break };
        let (name, value) = declaration.trim_start().split_once(char::is_whitespace)?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, tail) = value.get(1..)?.split_once(quote)?;
        if value.len() > ENTITY_MAX || value.contains(['&', '<', '%']) || entities.len() >= ENTITIES_MAX {
            return None;
        }
        entities.entry(name).or_insert(value);
        rest = tail.trim_start().strip_prefix('>')?.trim_start();
    }
    (!entities.is_empty()).then(|| (entities, inside.len() - rest.len()))
}

/// Checks a document and gives where it begins and ends in the text.
pub(super) fn check(text: &str, intake: &mut Intake) -> Result<Range<usize>, Unreadable> {
    let start = beginning(text);
    around(intake, text.get(..start).unwrap_or_default(), "stands before the document; passed over");
    let (name, open_at, empty) = root(text, start)?;
    let cut = |place: usize| {
        let found = "a document that ends early";
        let hint = "the transfer was cut or the portal failed while writing; fetch it again later";
        Err(Unreadable::new(&format!("the end tag `</{name}>`"), found, format!("byte {place}"), hint))
    };
    if empty {
        return Ok(start..text.len());
    }
    let Some(end) = end_tag(text, name, open_at) else { return cut(text.len()) };
    let tail = text.get(end..).unwrap_or_default();
    // More of the same after the end would be a second document or a nested element of the same name.
    around(intake, without_comments(tail), "stands after the document; passed over");
    Ok(start..end)
}

/// Where the XML begins, past what a failing script printed before it.
fn beginning(text: &str) -> usize {
    let offset = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let head = text.get(offset..).unwrap_or_default();
    if head.starts_with("<?xml") {
        return offset;
    }
    let found = ["<?xml ", "<rdf:RDF"].iter().filter_map(|mark| head.find(mark)).min();
    let prolog = head.starts_with("<!--") || head.starts_with("<!DOCTYPE");
    found.filter(|at| *at <= BEFORE_MAX && !prolog && !is_element(head)).map_or(offset, |at| offset + at)
}

/// Whether a text begins with the start tag of an element in a namespace.
fn is_element(head: &str) -> bool {
    let tag = head.strip_prefix('<').and_then(|rest| rest.split('>').next()).unwrap_or_default();
    tag.contains("xmlns")
}

/// The name of the outermost element, where its start tag ends, and whether it is empty.
fn root(text: &str, start: usize) -> Result<(&str, usize, bool), Unreadable> {
    let mut at = start;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(next) = rest.find('<') else {
            let found = format!("`{}`", excerpt(rest));
            return Err(Unreadable::new(
                "an element",
                found,
                format!("byte {at}"),
                "the document has no root",
            ));
        };
        at += next;
        let rest = text.get(at..).unwrap_or_default();
        let skip = |end: &str| rest.find(end).map(|length| at + length + end.len());
        at = if rest.starts_with("<!--") {
            skip("-->").unwrap_or(text.len())
        } else if rest.starts_with("<?") {
            skip("?>").unwrap_or(text.len())
        } else if rest.starts_with("<!") {
            let end = skip(">").unwrap_or(text.len());
            if text.get(at..end).is_some_and(|declaration| declaration.contains('[')) {
                let hint = "a harvester expands no entities, since a few bytes of them can fill the memory: \
                            have the portal write the values out and leave the DOCTYPE away";
                let found = "a DOCTYPE that defines entities";
                return Err(Unreadable::new(
                    "RDF/XML without declarations",
                    found,
                    format!("byte {at}"),
                    hint,
                ));
            }
            end
        } else {
            let Some((tag, _)) = rest.split_once('>') else {
                let hint = "the transfer was cut or the portal failed while writing; fetch it again later";
                let place = format!("byte {}", text.len());
                return Err(Unreadable::new(
                    "a whole document",
                    "one that ends in its first tag",
                    place,
                    hint,
                ));
            };
            let name = tag.get(1..).unwrap_or_default();
            let end = name.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(name.len());
            return Ok((name.get(..end).unwrap_or_default(), at + tag.len() + 1, tag.ends_with('/')));
        };
    }
}

/// Where the last end tag of that name ends.
fn end_tag(text: &str, name: &str, from: usize) -> Option<usize> {
    let needle = format!("</{name}");
    let body = text.get(from..)?;
    let found = body.rmatch_indices(&needle).find_map(|(at, _)| {
        let after = body.get(at + needle.len()..)?;
        let space = after.len() - after.trim_start().len();
        after.get(space..)?.starts_with('>').then_some(at + needle.len() + space + 1)
    });
    found.map(|end| from + end)
}

/// What is left of a tail without comments.
fn without_comments(tail: &str) -> &str {
    let mut rest = tail.trim();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment.split_once("-->").map_or("", |(_, after)| after.trim_start());
    }
    rest
}
