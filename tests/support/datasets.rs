//! Mapped records as text, and what every graph must be: no blank nodes, absolute IRIs, proper language tags.

use std::{collections::BTreeSet, fmt::Write as _};

use moisson_dcat::{
    Iri,
    write::{Naming, Written, write},
};
use moisson_harvest::Harvester;
use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term, Triple};

use crate::{replay::Played, scenario::Scenario};

/// The portal's base in the expected files.
const BASE: &str = "https://catalogue.example";

/// The datasets of a walk as N-Triples, one block for each record and one for what they share.
pub fn text(harvester: &'static dyn Harvester, scenario: &Scenario, played: &Played) -> String {
    let (mut text, mut shared) = (String::new(), BTreeSet::new());
    for (id, written) in written(harvester, scenario, played) {
        let _ = writeln!(text, "# {id}");
        for triple in &written.record {
            let _ = writeln!(text, "{triple} .");
        }
        text.push('\n');
        shared.extend(written.shared.iter().map(|(graph, triple)| format!("{triple} . # {graph}")));
    }
    if !shared.is_empty() {
        text.push_str("# shared\n");
    }
    for line in shared {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// What is unclean about the graphs of a walk.
pub fn unclean(harvester: &'static dyn Harvester, scenario: &Scenario, played: &Played) -> Vec<String> {
    let mut wrong = Vec::new();
    let again = written(harvester, scenario, played);
    for ((id, written), (_, second)) in written(harvester, scenario, played).iter().zip(&again) {
        if written != second {
            wrong.push(format!("record `{id}` is mapped in two ways"));
        }
        let shared = written.shared.iter().map(|(_, triple)| triple);
        for triple in written.record.iter().chain(shared) {
            if let Some(fault) = fault(triple) {
                wrong.push(format!("record `{id}`: {fault} in {triple}"));
            }
        }
    }
    wrong
}

fn written(
    harvester: &'static dyn Harvester,
    scenario: &Scenario,
    played: &Played,
) -> Vec<(String, Written)> {
    let base = Iri::new(BASE).expect("an IRI");
    let source = scenario.source.name.as_str();
    let mapped = played.records.iter().filter_map(|(id, record)| {
        let mapped = harvester.map(&scenario.source, record).ok()?;
        let naming = Naming { base: &base, source, record_id: &id.0 };
        Some((id.0.clone(), write(&mapped.resource, &naming)))
    });
    mapped.collect()
}

fn fault(triple: &Triple) -> Option<&'static str> {
    let node = |node: &NamedNode| NamedNode::new(node.as_str()).is_err().then_some("an IRI that is none");
    let subject = match &triple.subject {
        NamedOrBlankNode::BlankNode(_) => Some("a blank node"),
        NamedOrBlankNode::NamedNode(subject) => node(subject),
    };
    let object = if let Term::NamedNode(object) = &triple.object {
        node(object)
    } else if let Term::Literal(literal) = &triple.object {
        let wrong = |tag: &&str| Literal::new_language_tagged_literal("", *tag).is_err();
        literal.language().filter(wrong).map(|_| "a language tag that is none")
    } else {
        Some("a blank node")
    };
    subject.or_else(|| node(&triple.predicate)).or(object)
}
