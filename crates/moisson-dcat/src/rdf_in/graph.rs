//! A graph in little memory: every distinct term once, every triple in twelve bytes.
//!
//! A catalogue of 500 MB repeats its IRIs dozens of times. Terms are interned in one text, so that the graph
//! takes less than the file did. Documents come in with terms as written ([`super::settle`] mends them
//! afterwards, when it is known which ones are subjects).

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash, Hasher};

/// Most text that the terms of one graph may hold, in bytes. Larger sources must come in pages.
pub const TEXT_MAX: usize = 2 << 30;

/// Most statements in one graph.
pub const TRIPLES_MAX: usize = 50_000_000;

/// A term of one [`Graph`], in the order in which the terms were first seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(u32);

impl TermId {
    /// The position of the term among all terms of its graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A statement: subject, predicate, object.
pub type Triple = [TermId; 3];

/// A term as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Term<'a> {
    /// An IRI; absolute and valid once the graph is settled.
    Iri(&'a str),
    /// A blank node; the label means nothing outside its graph.
    Blank(&'a str),
    /// A literal.
    Literal {
        /// Its lexical form.
        value: &'a str,
        /// Its language tag in lower case.
        lang: Option<&'a str>,
        /// Its datatype, when it is neither a plain string nor has a language.
        datatype: Option<&'a str>,
    },
}

impl<'a> Term<'a> {
    /// The IRI, if it is one.
    pub fn as_iri(self) -> Option<&'a str> {
        if let Self::Iri(iri) = self { Some(iri) } else { None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Iri,
    Blank,
    Plain,
    /// With the tag as another entry.
    Lang(TermId),
    /// With the datatype as another entry.
    Typed(TermId),
    /// A language tag; never a term by itself.
    Tag,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    kind: Kind,
}

/// Statements over interned terms.
#[derive(Debug, Default)]
pub struct Graph {
    text: String,
    entries: Vec<Entry>,
    index: HashTable<TermId>,
    hasher: DefaultHashBuilder,
    triples: Vec<Triple>,
    anonymous: u32,
    full: bool,
    sorted: bool,
}

/// The datatype of strings, which is not written.
pub(super) const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a limit was reached; statements after it are not there.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// How many statements there are (repeated ones count until [`Graph::sort`]).
    pub fn len(&self) -> usize {
        self.triples.len()
    }

    /// Whether there is no statement.
    pub fn is_empty(&self) -> bool {
        self.triples.is_empty()
    }

    /// How many distinct terms there are.
    pub fn terms(&self) -> usize {
        self.entries.len()
    }

    /// Takes an IRI as it is written.
    pub fn iri(&mut self, iri: &str) -> TermId {
        self.intern(Kind::Iri, iri)
    }

    /// Takes a blank node by the label that its document gives it.
    pub fn blank(&mut self, label: &str) -> TermId {
        self.intern(Kind::Blank, label)
    }

    /// A blank node that has no label.
    pub fn anonymous(&mut self) -> TermId {
        self.anonymous = self.anonymous.saturating_add(1);
        let label = format!("\u{1}{}", self.anonymous);
        self.intern(Kind::Blank, &label)
    }

    /// Takes a literal without language or datatype.
    pub fn plain(&mut self, value: &str) -> TermId {
        self.intern(Kind::Plain, value)
    }

    /// Takes a literal with a language; the tag is folded to lower case.
    pub fn tagged(&mut self, value: &str, tag: &str) -> TermId {
        let tag = self.intern(Kind::Tag, &tag.to_ascii_lowercase());
        self.intern(Kind::Lang(tag), value)
    }

    /// Takes a literal with a datatype.
    pub fn typed(&mut self, value: &str, datatype: &str) -> TermId {
        if datatype == XSD_STRING {
            return self.plain(value);
        }
        let datatype = self.iri(datatype);
        self.intern(Kind::Typed(datatype), value)
    }

    /// Takes a term of another graph.
    pub fn term_of(&mut self, term: Term<'_>) -> TermId {
        match term {
            Term::Iri(iri) => self.iri(iri),
            Term::Blank(label) => self.blank(label),
            Term::Literal { value, lang: Some(lang), .. } => self.tagged(value, lang),
            Term::Literal { value, datatype: Some(datatype), .. } => self.typed(value, datatype),
            Term::Literal { value, .. } => self.plain(value),
        }
    }

    /// Adds a statement.
    pub fn insert(&mut self, subject: TermId, predicate: TermId, object: TermId) {
        if self.triples.len() >= TRIPLES_MAX {
            self.full = true;
        }
        if !self.full {
            self.sorted = false;
            self.triples.push([subject, predicate, object]);
        }
    }

    /// The term as text.
    pub fn term(&self, id: TermId) -> Term<'_> {
        let value = self.text_of(id);
        match self.kind(id) {
            Kind::Iri => Term::Iri(value),
            Kind::Blank => Term::Blank(value),
            Kind::Plain | Kind::Tag => Term::Literal { value, lang: None, datatype: None },
            Kind::Lang(tag) => Term::Literal { value, lang: Some(self.text_of(tag)), datatype: None },
            Kind::Typed(datatype) => {
                Term::Literal { value, lang: None, datatype: Some(self.text_of(datatype)) }
            }
        }
    }

    /// Whether it is a blank node.
    pub fn is_blank(&self, id: TermId) -> bool {
        self.kind(id) == Kind::Blank
    }

    /// Whether it is an IRI.
    pub fn is_iri(&self, id: TermId) -> bool {
        self.kind(id) == Kind::Iri
    }

    /// The IRI, if it is in the graph.
    pub fn find_iri(&self, iri: &str) -> Option<TermId> {
        self.find(Kind::Iri, iri)
    }

    /// All statements; by subject in the order of first mention once the graph is sorted.
    pub fn triples(&self) -> &[Triple] {
        &self.triples
    }

    /// The statements about a subject. The graph must be sorted.
    pub fn about(&self, subject: TermId) -> &[Triple] {
        debug_assert!(self.sorted, "statements are found by subject only after `sort`");
        let start = self.triples.partition_point(|t| t[0] < subject);
        let tail = self.triples.get(start..).unwrap_or_default();
        let length = tail.partition_point(|t| t[0] == subject);
        tail.get(..length).unwrap_or_default()
    }

    /// The objects of one property of a subject. The graph must be sorted.
    pub fn objects(&self, subject: TermId, predicate: &str) -> impl Iterator<Item = TermId> {
        let predicate = self.find_iri(predicate);
        self.about(subject).iter().filter(move |t| Some(t[1]) == predicate).map(|t| t[2])
    }

    /// Sorts the statements and drops repeated ones, so that they can be found by subject.
    pub fn sort(&mut self) {
        if !self.sorted {
            self.triples.sort_unstable();
            self.triples.dedup();
            self.sorted = true;
        }
    }

    /// Drops texts without a language that are said again with one, as by exporters that write both. The graph must be
    /// sorted.
    pub fn drop_said_again(&mut self) {
        let mut keep = vec![true; self.triples.len()];
        let mut from = 0;
        for group in self.triples.chunk_by(|a, b| a[0] == b[0] && a[1] == b[1]) {
            let tagged = |t: &Triple| matches!(self.kind(t[2]), Kind::Lang(_));
            let plain = |t: &Triple| self.kind(t[2]) == Kind::Plain;
            if group.len() > 1 && group.iter().any(tagged) && group.iter().any(plain) {
                let said: std::collections::HashSet<&str> =
                    group.iter().filter(|t| tagged(t)).map(|t| self.text_of(t[2]).trim()).collect();
                for (flag, triple) in keep.iter_mut().skip(from).zip(group) {
                    *flag = !(plain(triple) && said.contains(self.text_of(triple[2]).trim()));
                }
            }
            from += group.len();
        }
        let mut keep = keep.into_iter();
        self.triples.retain(|_| keep.next().unwrap_or(true));
    }

    /// Rewrites the statements: `rewrite` is given each and pushes what shall stand in its place.
    pub(super) fn rewrite(&mut self, mut rewrite: impl FnMut(&mut Self, Triple, &mut Vec<Triple>)) {
        let mut out = Vec::with_capacity(self.triples.len());
        for triple in std::mem::take(&mut self.triples) {
            rewrite(self, triple, &mut out);
        }
        self.triples = out;
        self.sorted = false;
    }

    /// The datatype of a literal as a term.
    pub(super) fn datatype(&self, id: TermId) -> Option<TermId> {
        if let Kind::Typed(datatype) = self.kind(id) { Some(datatype) } else { None }
    }

    fn kind(&self, id: TermId) -> Kind {
        self.entries.get(id.index()).map_or(Kind::Plain, |entry| entry.kind)
    }

    fn text_of(&self, id: TermId) -> &str {
        let range = self.entries.get(id.index()).map(|e| e.start as usize..e.end as usize);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    fn hash(hasher: &DefaultHashBuilder, kind: Kind, text: &str) -> u64 {
        let mut state = hasher.build_hasher();
        kind.hash(&mut state);
        text.hash(&mut state);
        state.finish()
    }

    fn find(&self, kind: Kind, text: &str) -> Option<TermId> {
        let same = |id: &TermId| self.kind(*id) == kind && self.text_of(*id) == text;
        self.index.find(Self::hash(&self.hasher, kind, text), same).copied()
    }

    fn intern(&mut self, kind: Kind, text: &str) -> TermId {
        if let Some(id) = self.find(kind, text) {
            return id;
        }
        let end = self.text.len() + text.len();
        let (Ok(start), Ok(end), Ok(id), true) = (
            u32::try_from(self.text.len()),
            u32::try_from(end),
            u32::try_from(self.entries.len()),
            end <= TEXT_MAX,
        ) else {
            self.full = true;
            return TermId(0);
        };
        self.text.push_str(text);
        self.entries.push(Entry { start, end, kind });
        let Self { text: all, entries, hasher, index, .. } = self;
        let hash_of = |id: &TermId| {
            let entry = entries.get(id.index());
            let text = entry.and_then(|e| all.get(e.start as usize..e.end as usize)).unwrap_or_default();
            Self::hash(hasher, entry.map_or(Kind::Plain, |e| e.kind), text)
        };
        index.insert_unique(Self::hash(hasher, kind, text), TermId(id), hash_of);
        TermId(id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, Term};

    #[test]
    fn terms_are_kept_once_and_told_apart_by_kind_language_and_datatype() {
        let mut graph = Graph::new();
        let ids = [
            graph.iri("x"),
            graph.blank("x"),
            graph.plain("x"),
            graph.tagged("x", "FR"),
            graph.typed("x", "http://x/t"),
        ];
        let again = [
            graph.iri("x"),
            graph.blank("x"),
            graph.typed("x", super::XSD_STRING),
            graph.tagged("x", "fr"),
            graph.typed("x", "http://x/t"),
        ];
        assert_eq!(ids, again);
        let distinct: std::collections::BTreeSet<_> = ids.into_iter().collect();
        assert_eq!(distinct.len(), 5);
        assert_eq!(graph.term(ids[3]), Term::Literal { value: "x", lang: Some("fr"), datatype: None });
    }

    #[test]
    fn a_text_that_is_said_again_in_a_language_goes() {
        let mut graph = Graph::new();
        let (s, p, q) = (graph.iri("s"), graph.iri("p"), graph.iri("q"));
        let (plain, tagged, other) = (graph.plain("Budget"), graph.tagged("Budget", "it"), graph.plain("B"));
        for (p, o) in [(p, plain), (p, tagged), (p, other), (q, plain)] {
            graph.insert(s, p, o);
        }
        graph.sort();
        graph.drop_said_again();
        let left: Vec<_> = graph.triples().iter().map(|t| (t[1], t[2])).collect();
        assert_eq!(left.len(), 3);
        assert!(!left.contains(&(p, plain)) && left.contains(&(q, plain)));
    }

    #[test]
    fn statements_are_found_by_subject_once_each() {
        let mut graph = Graph::new();
        let (a, b, p) = (graph.iri("a"), graph.iri("b"), graph.iri("p"));
        let (one, two) = (graph.plain("1"), graph.plain("2"));
        for (s, o) in [(b, one), (a, two), (a, one), (a, two)] {
            graph.insert(s, p, o);
        }
        graph.sort();
        assert_eq!(graph.len(), 3);
        assert_eq!(graph.about(a).len(), 2);
        assert_eq!(graph.objects(b, "p").collect::<Vec<_>>(), [one]);
        assert!(graph.objects(b, "q").next().is_none());
    }
}
