//! The one way to write a record: N-Triples, sorted, with blank nodes named by what is said of them.
//!
//! Most blank nodes of catalogues hang in trees (a checksum, a period, a contact). Such a node is named by the
//! hash of its statements, with the names of the nodes below it in them. Nodes of which the same is said share a
//! name, except below the same node, where they are counted: two equal distributions of one dataset stay two.
//! That takes a hash per node, where general canonicalisation takes exponentially long for ten equal checksums.
//! Nodes that refer to each other in circles are rare, and are left to
//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/) as `sophia` has it.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt::Write,
};

use sha2::{Digest, Sha256};
use sophia::{
    api::{
        quad::Spog,
        term::{BnodeId, IriRef, LanguageTag, SimpleTerm},
    },
    c14n::rdfc10,
};

use super::graph::{Graph, Term, TermId, Triple};

/// Bytes of a hash that name a node.
const NAME_BYTES: usize = 16;

/// A record in its canonical form.
#[derive(Debug)]
pub(super) struct Canonical {
    /// Sorted lines.
    pub(super) text: String,
    /// Whether nodes refer to each other in such a way that their names depend on the order of the document.
    pub(super) by_order: bool,
}

/// Writes the statements.
pub(super) fn canonical(graph: &Graph, triples: &[Triple]) -> Canonical {
    match names(graph, triples) {
        Some(names) => Canonical { text: tree(graph, triples, &names), by_order: false },
        None => match general(graph, triples) {
            Some(text) => Canonical { text, by_order: false },
            None => Canonical { text: lines(graph, triples, &numbers(graph, triples)), by_order: true },
        },
    }
}

/// The hash of what is said about one resource, blank nodes below it included; `None` in a circle.
pub(super) fn fingerprint(graph: &Graph, triples: &[Triple], subject: TermId) -> String {
    let own = match names(graph, triples) {
        Some(names) => {
            let about: Vec<Triple> = triples.iter().copied().filter(|t| t[0] == subject).collect();
            lines(graph, &about, &names)
        }
        None => canonical(graph, triples).text,
    };
    digest(own.as_bytes())
}

type Names = HashMap<TermId, String>;

/// Names the blank nodes from the leaves up; `None` if there is a circle.
fn names(graph: &Graph, triples: &[Triple]) -> Option<Names> {
    let mut about: HashMap<TermId, Vec<Triple>> = HashMap::new();
    let mut nodes = BTreeSet::new();
    for triple in triples {
        let [subject, _, object] = *triple;
        if graph.is_blank(subject) {
            about.entry(subject).or_default().push(*triple);
        }
        nodes.extend([subject, object].into_iter().filter(|id| graph.is_blank(*id)));
    }
    let mut names = Names::with_capacity(nodes.len());
    let mut open = HashSet::new();
    // Without recursion, since lists may be long.
    let mut stack: Vec<TermId> = nodes.into_iter().collect();
    while let Some(node) = stack.last().copied() {
        if names.contains_key(&node) {
            stack.pop();
            continue;
        }
        let said = about.get(&node).map(Vec::as_slice).unwrap_or_default();
        let below: Vec<TermId> =
            said.iter().map(|t| t[2]).filter(|o| graph.is_blank(*o) && !names.contains_key(o)).collect();
        if below.is_empty() {
            names.insert(node, name(graph, said, &names));
            open.remove(&node);
            stack.pop();
        } else if open.insert(node) {
            if below.iter().any(|node| open.contains(node)) {
                return None;
            }
            stack.extend(below);
        } else {
            return None;
        }
    }
    Some(names)
}

fn name(graph: &Graph, said: &[Triple], names: &Names) -> String {
    let mut lines: Vec<String> = said
        .iter()
        .map(|[_, predicate, object]| {
            let mut line = String::new();
            write_term(graph, *predicate, names, &mut line);
            line.push(' ');
            write_term(graph, *object, names, &mut line);
            line
        })
        .collect();
    lines.sort_unstable();
    format!("b{}", digest(lines.join("\n").as_bytes()))
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes).get(..NAME_BYTES).unwrap_or_default())
}

/// Names by order, when nothing else is left.
fn numbers(graph: &Graph, triples: &[Triple]) -> Names {
    let nodes: BTreeSet<TermId> =
        triples.iter().flat_map(|t| [t[0], t[2]]).filter(|id| graph.is_blank(*id)).collect();
    nodes.into_iter().enumerate().map(|(number, node)| (node, format!("n{number}"))).collect()
}

/// Statements of which the blank nodes hang in trees, as sorted lines.
fn tree(graph: &Graph, triples: &[Triple], names: &Names) -> String {
    // How often each node stands, at most, below one node by one property.
    let mut equal: HashMap<(TermId, TermId, &str), usize> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for [subject, predicate, object] in triples {
        if let Some(name) = names.get(object) {
            let here = equal.entry((*subject, *predicate, name)).or_default();
            *here += 1;
            let most = counts.entry(name).or_default();
            *most = (*most).max(*here);
        }
    }
    let mut lines = Vec::with_capacity(triples.len());
    let mut written: HashMap<(TermId, TermId, &str), usize> = HashMap::new();
    // Of nodes with one name, one speaks for all.
    let mut speakers: HashMap<&str, TermId> = HashMap::new();
    for [subject, predicate, object] in triples {
        let name = names.get(subject).map(String::as_str);
        if name.is_some_and(|name| speakers.entry(name).or_insert(*subject) != subject) {
            continue;
        }
        // Which of its equals the object is.
        let number = names.get(object).map(|name| {
            let number = written.entry((*subject, *predicate, name)).or_default();
            *number += 1;
            *number
        });
        // What is said of a node is said of all its equals.
        let twins = name.and_then(|name| counts.get(name)).copied().unwrap_or(1);
        for twin in 1..=twins {
            let mut line = String::with_capacity(160);
            write_numbered(graph, *subject, (names, twin), &mut line);
            line.push(' ');
            write_term(graph, *predicate, names, &mut line);
            line.push(' ');
            write_numbered(graph, *object, (names, number.unwrap_or(1)), &mut line);
            line.push_str(" .\n");
            lines.push(line);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

fn write_numbered(graph: &Graph, id: TermId, (names, number): (&Names, usize), out: &mut String) {
    write_term(graph, id, names, out);
    if number > 1 {
        out.push('x');
        out.push_str(&number.to_string());
    }
}

/// Statements as sorted lines.
fn lines(graph: &Graph, triples: &[Triple], names: &Names) -> String {
    let mut lines: Vec<String> = triples
        .iter()
        .map(|triple| {
            let mut line = String::with_capacity(160);
            for id in triple {
                write_term(graph, *id, names, &mut line);
                line.push(' ');
            }
            line.push_str(".\n");
            line
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

fn write_term(graph: &Graph, id: TermId, names: &Names, out: &mut String) {
    match graph.term(id) {
        Term::Iri(iri) => {
            out.push('<');
            out.push_str(iri);
            out.push('>');
        }
        Term::Blank(label) => {
            out.push_str("_:");
            out.push_str(names.get(&id).map_or(label, String::as_str));
        }
        Term::Literal { value, lang, datatype } => {
            out.push('"');
            escape(value, out);
            out.push('"');
            if let Some(lang) = lang {
                out.push('@');
                out.push_str(lang);
            } else if let Some(datatype) = datatype {
                out.push_str("^^<");
                out.push_str(datatype);
                out.push('>');
            }
        }
    }
}

/// Escapes as [canonical N-Triples](https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples) does.
fn escape(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                // Writing to a string cannot fail.
                let _written = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// RDFC-1.0, for circles; `None` if it gives the graph up as too symmetrical.
fn general(graph: &Graph, triples: &[Triple]) -> Option<String> {
    let terms = |id: TermId| simple(graph.term(id), id);
    let quads: HashSet<Spog<SimpleTerm<'_>>> =
        triples.iter().map(|[s, p, o]| ([terms(*s), terms(*p), terms(*o)], None)).collect();
    let mut out = Vec::new();
    rdfc10::normalize(&quads, &mut out).ok()?;
    String::from_utf8(out).ok()
}

fn simple(term: Term<'_>, id: TermId) -> SimpleTerm<'_> {
    match term {
        Term::Iri(iri) => SimpleTerm::Iri(IriRef::new_unchecked(iri.into())),
        Term::Blank(_) => SimpleTerm::BlankNode(BnodeId::new_unchecked(format!("n{}", id.index()).into())),
        Term::Literal { value, lang: Some(lang), .. } => {
            SimpleTerm::LiteralLanguage(value.into(), LanguageTag::new_unchecked(lang.into()), None)
        }
        Term::Literal { value, datatype, .. } => {
            let datatype = datatype.unwrap_or(super::graph::XSD_STRING);
            SimpleTerm::LiteralDatatype(value.into(), IriRef::new_unchecked(datatype.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use crate::rdf_in::tests::parse;

    fn check(one: &str, other: &str) -> String {
        let text = |turtle: &str| {
            let prefixed = format!("@prefix e: <http://e/> . {turtle}");
            let graph = parse(prefixed.as_bytes()).unwrap().graph;
            canonical(&graph, graph.triples())
        };
        let (one, other) = (text(one), text(other));
        assert_eq!(one.text, other.text);
        assert!(!one.by_order);
        one.text
    }

    #[test]
    fn neither_order_nor_labels_change_the_text() {
        let text = check(
            "e:a e:p [ e:q 1 ; e:r [ e:s \"x\"@fr ] ] , e:b .",
            "_:z e:s \"x\"@FR . _:y e:r _:z ; e:q 1 . e:a e:p e:b , _:y .",
        );
        assert_eq!(text.lines().count(), 5);
    }

    #[test]
    fn equal_nodes_are_one_in_different_places_and_many_in_one() {
        let many = "e:a e:p [ e:q 1 ] , [ e:q 1 ] . ".repeat(500);
        assert_eq!(check(&many, &many).lines().count(), 2_000);
        let apart =
            check("e:a e:p [ e:q 1 ] . e:b e:p [ e:q 1 ] .", "e:b e:p _:n . _:n e:q 1 . e:a e:p _:n .");
        assert_eq!(apart.lines().count(), 3);
        assert_ne!(
            check("e:a e:p [ e:r [ e:q 1 ] ] .", "e:a e:p [ e:r [ e:q 1 ] ] ."),
            check("e:a e:p [ e:r [ e:q 1 ] , [ e:q 1 ] ] .", "e:a e:p [ e:r [ e:q 1 ] , [ e:q 1 ] ] .")
        );
    }

    #[test]
    fn circles_are_named_too() {
        check("_:a e:p _:b . _:b e:p _:a ; e:q 1 .", "_:n e:q 1 ; e:p _:m . _:m e:p _:n .");
    }

    #[test]
    fn long_lists_do_not_end_the_stack() {
        let list = format!("e:a e:p ( {} ) .", "1 ".repeat(50_000));
        check(&list, &list);
    }
}
