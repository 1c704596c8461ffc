//! Makes the IRIs of a graph absolute and valid, once all of the document is known.
//!
//! Only then can it be said what a relative reference names: `Rennes` is a resource if the document describes
//! one of that name, and a word that landed in the wrong place if it does not. A text that a resource is known
//! by stays one IRI however odd it is, so that two resources never become one.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    graph::{Graph, Term, TermId, Triple},
    intake::{At, Intake},
    mend::{Mended, encode, mend, mend_whole, resolve},
    names::{self, rdf},
    roles,
};
use crate::RemarkCode;

/// What becomes of a term.
#[derive(Debug, Clone)]
enum Fate {
    Same,
    /// Another term, and what was done to it; nothing is said of what the standards allow.
    One(TermId, Option<&'static str>),
    Several(Vec<TermId>),
    /// No IRI; kept as this literal.
    Text(TermId),
    /// Nothing was said.
    Empty,
}

/// Settles the graph. `base` is where the document is.
pub(super) fn settle(intake: &mut Intake, base: &str) {
    let mut settling = Settling::new(&intake.graph, base);
    let mut troubles = std::mem::take(&mut intake.troubles);
    let mut graph = std::mem::take(&mut intake.graph);
    let mut found = Vec::new();
    graph.rewrite(|graph, triple, out| settling.triple(graph, triple, out, &mut found));
    intake.graph = graph;
    for trouble in &mut troubles {
        trouble.about = trouble.about.map(|about| settling.name(&mut intake.graph, about).0);
    }
    intake.troubles = troubles;
    for Found { code, about, property, raw, detail } in found {
        intake.trouble(code, At { about, property: &property, line: 0 }, &raw, detail);
    }
    for (namespace, right) in settling.respelled {
        intake.trouble_once(RemarkCode::RepairedIri, &namespace, &format!("read as `{right}`"));
    }
    for word in roles::WORDS {
        intake.graph.iri(word);
    }
    intake.graph.sort();
}

/// A remark to be made when the graph is back in its place.
struct Found {
    code: RemarkCode,
    about: Option<TermId>,
    property: String,
    raw: String,
    detail: &'static str,
}

struct Settling<'a> {
    base: &'a str,
    /// By index: whether the term is a subject.
    subjects: Vec<bool>,
    /// Fates of subjects and of what names them.
    names: HashMap<TermId, (TermId, Option<&'static str>)>,
    /// Fates of IRIs that are objects only.
    objects: HashMap<TermId, Fate>,
    /// Fates of properties, classes and datatypes.
    words: HashMap<TermId, Option<TermId>>,
    said: HashSet<TermId>,
    respelled: BTreeMap<String, &'static str>,
}

impl<'a> Settling<'a> {
    fn new(graph: &Graph, base: &'a str) -> Self {
        let mut subjects = vec![false; graph.terms()];
        for [subject, ..] in graph.triples() {
            if let Some(flag) = subjects.get_mut(subject.index()) {
                *flag = true;
            }
        }
        Self {
            base,
            subjects,
            names: HashMap::new(),
            objects: HashMap::new(),
            words: HashMap::new(),
            said: HashSet::new(),
            respelled: BTreeMap::new(),
        }
    }

    fn triple(
        &mut self,
        graph: &mut Graph,
        [s, p, o]: Triple,
        out: &mut Vec<Triple>,
        found: &mut Vec<Found>,
    ) {
        let (subject, how) = self.name(graph, s);
        if let Some(how) = how
            && self.said.insert(s)
        {
            let raw = raw(graph, s);
            let code = if graph.is_blank(subject) { RemarkCode::InvalidIri } else { RemarkCode::RepairedIri };
            found.push(Found { code, about: Some(subject), property: String::new(), raw, detail: how });
        }
        let Some(predicate) = self.word(graph, p) else {
            let detail = "the property is no IRI; the statement is left out";
            let raw = raw(graph, p);
            let code = RemarkCode::UnreadableStatement;
            found.push(Found { code, about: Some(subject), property: String::new(), raw, detail });
            return;
        };
        let mut note = |graph: &Graph, code, detail| {
            let property = graph.term(predicate).as_iri().unwrap_or_default().to_owned();
            found.push(Found { code, about: Some(subject), property, raw: raw(graph, o), detail });
        };
        let is_type = graph.term(predicate) == Term::Iri(rdf::TYPE);
        if let Some(datatype) = graph.datatype(o) {
            let fixed = self.word(graph, datatype);
            if fixed.is_none() {
                note(graph, RemarkCode::InvalidIri, "the datatype is no IRI; kept as plain text");
            }
            let object = if fixed == Some(datatype) { o } else { retyped(graph, o, fixed) };
            out.push([subject, predicate, object]);
        } else if !graph.is_iri(o) {
            out.push([subject, predicate, o]);
        } else if is_type && let Some(class) = self.word(graph, o) {
            out.push([subject, predicate, class]);
        } else {
            match self.object(graph, o) {
                Fate::Same => out.push([subject, predicate, o]),
                Fate::One(object, how) => {
                    if let Some(how) = how {
                        note(graph, RemarkCode::RepairedIri, how);
                    }
                    out.push([subject, predicate, object]);
                }
                Fate::Several(objects) => {
                    note(graph, RemarkCode::RepairedIri, "several IRIs in one; each is kept");
                    out.extend(objects.into_iter().map(|object| [subject, predicate, object]));
                }
                Fate::Text(text) => {
                    note(graph, RemarkCode::InvalidIri, "kept as text");
                    out.push([subject, predicate, text]);
                }
                Fate::Empty => note(graph, RemarkCode::InvalidIri, "empty; left out"),
            }
        }
    }

    /// What a resource is called: an absolute IRI, or a blank node if no IRI can be made of its name.
    fn name(&mut self, graph: &mut Graph, id: TermId) -> (TermId, Option<&'static str>) {
        if !graph.is_iri(id) {
            return (id, None);
        }
        if let Some(known) = self.names.get(&id) {
            return *known;
        }
        let raw = raw(graph, id);
        let named = match mend_whole(&raw) {
            Mended::Fine => (id, None),
            Mended::Repaired { iri, how } => (graph.iri(&iri), Some(how)),
            Mended::Relative(_) | Mended::Several(_) | Mended::Text => {
                let escaped = encode(raw.trim());
                let how = (escaped != raw).then_some("forbidden characters escaped");
                match resolve(self.base, &escaped) {
                    Some(iri) => (graph.iri(&iri), how),
                    None => {
                        (graph.anonymous(), Some("no IRI can be made of this name; the resource has none"))
                    }
                }
            }
        };
        self.names.insert(id, named);
        named
    }

    fn object(&mut self, graph: &mut Graph, id: TermId) -> Fate {
        if self.subjects.get(id.index()).copied().unwrap_or_default() {
            let (name, how) = self.name(graph, id);
            return if name == id { Fate::Same } else { Fate::One(name, how) };
        }
        if let Some(known) = self.objects.get(&id) {
            return known.clone();
        }
        let raw = raw(graph, id);
        let fate = match mend(&raw) {
            Mended::Fine => Fate::Same,
            Mended::Repaired { iri, how } => Fate::One(graph.iri(&iri), Some(how)),
            Mended::Several(iris) => Fate::Several(iris.iter().map(|iri| graph.iri(iri)).collect()),
            Mended::Relative(relative) => self.relative(graph, &raw, &relative),
            Mended::Text if raw.trim().is_empty() => Fate::Empty,
            Mended::Text => Fate::Text(graph.plain(&raw)),
        };
        self.objects.insert(id, fate.clone());
        fate
    }

    /// A relative reference that no statement is about: a link if it looks like a path, else a stray word.
    fn relative(&self, graph: &mut Graph, raw: &str, relative: &str) -> Fate {
        let path = relative.contains(['/', '#', '?', '.']);
        let Some(iri) = resolve(self.base, relative) else { return Fate::Text(graph.plain(raw)) };
        let described = graph.find_iri(&iri).and_then(|id| self.subjects.get(id.index()).copied());
        if path || described.unwrap_or_default() {
            return Fate::One(graph.iri(&iri), None);
        }
        Fate::Text(graph.plain(raw))
    }

    /// A property, class or datatype, in the spelling of its vocabulary.
    fn word(&mut self, graph: &mut Graph, id: TermId) -> Option<TermId> {
        if let Some(known) = self.words.get(&id) {
            return *known;
        }
        let raw = raw(graph, id);
        let iri = match mend_whole(&raw) {
            Mended::Fine => Some(raw.clone()),
            Mended::Repaired { iri, .. } => Some(iri),
            Mended::Relative(relative) => {
                resolve(self.base, &relative).filter(|_| relative.contains(['/', '#']))
            }
            Mended::Several(_) | Mended::Text => None,
        };
        let settled = iri.map(|iri| match names::respell(&iri) {
            Some((right, local)) => {
                let wrong = iri.strip_suffix(local).unwrap_or(&iri).to_owned();
                self.respelled.insert(wrong, right);
                graph.iri(&format!("{right}{local}"))
            }
            None => graph.iri(&iri),
        });
        self.words.insert(id, settled);
        settled
    }
}

fn raw(graph: &Graph, id: TermId) -> String {
    match graph.term(id) {
        Term::Iri(text) | Term::Blank(text) | Term::Literal { value: text, .. } => text.to_owned(),
    }
}

fn retyped(graph: &mut Graph, literal: TermId, datatype: Option<TermId>) -> TermId {
    let value = raw(graph, literal);
    match datatype {
        Some(datatype) => {
            let datatype = raw(graph, datatype);
            graph.typed(&value, &datatype)
        }
        None => graph.plain(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::rdf_in::{graph::Term, intake::Intake};

    const P: &str = "http://www.w3.org/ns/dcat#accessURL";

    /// Settles `about P object` for each pair and gives the statements as text, sorted, and the remarks.
    fn check(pairs: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let mut intake = Intake::default();
        for (about, object) in pairs {
            let (s, p, o) = (intake.graph.iri(about), intake.graph.iri(P), intake.graph.iri(object));
            intake.graph.insert(s, p, o);
        }
        settle(&mut intake, "https://x.fr/catalog.rdf");
        let shown = |id| match intake.graph.term(id) {
            Term::Iri(iri) => format!("<{iri}>"),
            Term::Blank(_) => "_".to_owned(),
            Term::Literal { value, .. } => format!("{value:?}"),
        };
        let mut lines: Vec<String> =
            intake.graph.triples().iter().map(|t| format!("{} {}", shown(t[0]), shown(t[2]))).collect();
        lines.sort();
        let remarks = intake.troubles.iter();
        (
            lines,
            remarks.map(|t| format!("{:?} {} {}", t.remark.code, t.remark.value, t.remark.detail)).collect(),
        )
    }

    #[test]
    fn a_word_is_a_resource_only_if_the_document_describes_it() {
        let (lines, remarks) =
            check(&[("dataset-3", "Rennes"), ("http://x/a", "dataset-3"), ("http://x/a", "b/c")]);
        assert_eq!(
            lines,
            [
                "<http://x/a> <https://x.fr/b/c>",
                "<http://x/a> <https://x.fr/dataset-3>",
                "<https://x.fr/dataset-3> \"Rennes\""
            ]
        );
        assert_eq!(remarks, ["InvalidIri Rennes kept as text"]);
    }

    #[test]
    fn a_name_with_two_addresses_stays_one_resource_and_a_value_becomes_two() {
        let two = "http://a.fr/1 http://b.fr/2";
        let (lines, remarks) =
            check(&[(two, "http://x/o"), ("http://x/a", two), ("http://x/a", "http://c.fr http://d.fr")]);
        assert_eq!(
            lines,
            [
                "<http://a.fr/1%20http://b.fr/2> <http://x/o>",
                "<http://x/a> <http://a.fr/1%20http://b.fr/2>",
                "<http://x/a> <http://c.fr>",
                "<http://x/a> <http://d.fr>"
            ]
        );
        assert_eq!(remarks.len(), 3, "{remarks:?}");
    }

    #[test]
    fn an_empty_reference_says_nothing_and_an_empty_name_is_the_document() {
        let (lines, remarks) = check(&[("", "http://x/o"), ("http://x/a", " ")]);
        assert_eq!(lines, ["<https://x.fr/catalog.rdf> <http://x/o>"]);
        assert_eq!(remarks.len(), 1);
    }
}
