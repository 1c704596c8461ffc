//! Statements as lines of [N-Triples](https://www.w3.org/TR/n-triples/#canonical-ntriples), for order and fingerprint.
//!
//! Much faster than formatting each term, and this is most of the work of writing a record.

use std::fmt::Write;
use std::ops::Range;

use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use sha2::{Digest, Sha256};

/// Room for a line of usual length, in bytes.
const LINE: usize = 192;

/// Sorts by line, removes doubles, and adds the lines to the hash.
pub(super) fn settle<T>(
    items: Vec<T>,
    parts: impl Fn(&T) -> (&Triple, Option<&NamedNode>),
    hasher: &mut Sha256,
) -> Vec<T> {
    let mut text = String::with_capacity(items.len() * LINE);
    let mut lines: Vec<(Range<usize>, T)> = Vec::with_capacity(items.len());
    for item in items {
        let from = text.len();
        let (triple, graph) = parts(&item);
        line(&mut text, triple, graph);
        lines.push((from..text.len(), item));
    }
    let line = |range: &Range<usize>| text.as_bytes().get(range.clone()).unwrap_or_default();
    lines.sort_by(|(a, _), (b, _)| line(a).cmp(line(b)));
    lines.dedup_by(|(a, _), (b, _)| line(a) == line(b));
    for (range, _) in &lines {
        hasher.update(line(range));
    }
    lines.into_iter().map(|(_, item)| item).collect()
}

/// One statement as a line with its end.
fn line(out: &mut String, triple: &Triple, graph: Option<&NamedNode>) {
    match &triple.subject {
        NamedOrBlankNode::NamedNode(node) => iri(out, node.as_str()),
        // None is ever written; were there one, it would still have its line.
        NamedOrBlankNode::BlankNode(node) => out.push_str(node.as_str()),
    }
    out.push(' ');
    iri(out, triple.predicate.as_str());
    out.push(' ');
    match &triple.object {
        Term::NamedNode(node) => iri(out, node.as_str()),
        Term::Literal(text) => literal(out, text),
        Term::BlankNode(node) => out.push_str(node.as_str()),
    }
    if let Some(graph) = graph {
        out.push(' ');
        iri(out, graph.as_str());
    }
    out.push_str(" .\n");
}

fn iri(out: &mut String, iri: &str) {
    out.push('<');
    out.push_str(iri);
    out.push('>');
}

fn literal(out: &mut String, literal: &Literal) {
    out.push('"');
    let mut rest = literal.value();
    while let Some(at) = rest.bytes().position(|b| b < b' ' || matches!(b, b'"' | b'\\' | 0x7f)) {
        let Some((before, after)) = rest.split_at_checked(at) else { break };
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(c) => {
                // Writing to a string does not fail.
                let _infallible = write!(out, "\\u{:04X}", u32::from(c));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
    if let Some(lang) = literal.language() {
        out.push('@');
        out.push_str(lang);
    } else if literal.datatype() != xsd::STRING {
        out.push_str("^^");
        iri(out, literal.datatype().as_str());
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::{Literal, NamedNode, Term, Triple};
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::{line, settle};

    fn triple(object: impl Into<Term>) -> Triple {
        Triple::new(NamedNode::new_unchecked("http://s"), NamedNode::new_unchecked("http://p"), object)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_are_those_of_canonical_n_triples(value in "(?s).{0,20}", kind in 0..3) {
            // Not characters of any text; `oxrdf` escapes them.
            prop_assume!(!value.contains(['\u{fffe}', '\u{ffff}']));
            let literal = match kind {
                0 => Literal::from(value),
                1 => Literal::new_language_tagged_literal_unchecked(value, "fr"),
                _ => Literal::new_typed_literal(value, NamedNode::new_unchecked("http://d")),
            };
            let triple = triple(literal);
            let mut out = String::new();
            line(&mut out, &triple, None);
            prop_assert_eq!(out, format!("{triple} .\n"));
        }
    }

    #[test]
    fn the_hash_is_that_of_the_sorted_lines_without_doubles() {
        let items = vec![triple(Literal::from("b")), triple(Literal::from("a")), triple(Literal::from("b"))];
        let mut hasher = Sha256::new();
        let settled = settle(items, |t| (t, None), &mut hasher);
        assert_eq!(settled, [triple(Literal::from("a")), triple(Literal::from("b"))]);
        let lines = "<http://s> <http://p> \"a\" .\n<http://s> <http://p> \"b\" .\n";
        assert_eq!(hasher.finalize(), Sha256::digest(lines));
    }
}
