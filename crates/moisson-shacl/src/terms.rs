//! RDF terms as small numbers: every term is stored once, and everything else in the engine works on its
//! [`Id`].
//!
//! A table can stand on top of another one (the constants of the shapes, or the background statements), so
//! that checking one small graph does not begin with a copy of everything that is known already.
//! Terms are those of [RDF 1.1 Concepts](https://www.w3.org/TR/rdf11-concepts/#section-triples).

use std::hash::{BuildHasher, Hasher};

use hashbrown::hash_table::Entry as Slot;
use hashbrown::{DefaultHashBuilder, HashTable};
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNodeRef, Term, TermRef};

use crate::known;

/// A term of the table that issued it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) u32);

impl Id {
    /// Stands for "no term"; never issued by a table.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// What sort of term an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Iri,
    Blank,
    /// A literal without a language; `extra` is its datatype.
    Literal,
    /// A literal with a language; `extra` is the [`Kind::Language`] entry.
    Tagged,
    /// A language tag in lower case; no term of RDF, but worth a number of its own.
    Language,
    /// A term that RDF 1.1 does not have, such as a triple term; kept as text.
    Other,
}

/// A term taken apart, as the table stores and compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) kind: Kind,
    pub(crate) extra: Id,
    pub(crate) text: &'a str,
}

impl Parts<'_> {
    fn hash(&self, state: &DefaultHashBuilder) -> u64 {
        let mut hasher = state.build_hasher();
        hasher.write(self.text.as_bytes());
        hasher.write_u32(self.extra.0 ^ ((self.kind as u32) << 29));
        hasher.finish()
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    end: usize,
    extra: Id,
    kind: Kind,
}

/// Too many terms for 32-bit numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {} different terms; split the data into parts and validate each", u32::MAX - 1)]
pub struct TooManyTerms;

/// A table of terms.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    /// How many numbers the table below has issued.
    start: u32,
    text: String,
    entries: Vec<Entry>,
    table: HashTable<u32>,
    /// Seeded, so that nobody can write data whose terms all fall together. Numbers do not depend on it.
    hasher: DefaultHashBuilder,
}

impl std::fmt::Debug for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terms")
            .field("start", &self.start)
            .field("len", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Terms {
    /// A table whose first numbers are the [well-known terms](known).
    pub(crate) fn with_known() -> Result<Self, TooManyTerms> {
        let mut terms = Self::default();
        for iri in known::IRIS {
            terms.intern(Parts { kind: Kind::Iri, extra: Id::NONE, text: iri })?;
        }
        Ok(terms)
    }

    /// An empty table with room for so many terms, whose numbers go on where `below` ends.
    pub(crate) fn above(below: &Self, room: usize) -> Self {
        Self {
            start: below.end(),
            text: String::with_capacity(room * 40),
            entries: Vec::with_capacity(room),
            table: HashTable::with_capacity(room),
            hasher: below.hasher.clone(),
        }
    }

    /// The first number that was not issued yet.
    pub(crate) fn end(&self) -> u32 {
        // `intern` keeps the sum below `u32::MAX`.
        self.start + u32::try_from(self.entries.len()).unwrap_or(u32::MAX - self.start)
    }

    /// The number of a term, if it has one in this table.
    pub(crate) fn find(&self, parts: Parts<'_>) -> Option<Id> {
        self.find_hashed(parts, parts.hash(&self.hasher))
    }

    fn find_hashed(&self, parts: Parts<'_>, hash: u64) -> Option<Id> {
        self.table.find(hash, |&at| self.parts_at(at as usize) == parts).map(|&at| Id(self.start + at))
    }

    /// The number of a term, a new one if it had none.
    pub(crate) fn intern(&mut self, parts: Parts<'_>) -> Result<Id, TooManyTerms> {
        self.intern_hashed(parts, parts.hash(&self.hasher))
    }

    /// The number of a term; if it had none, a new one, provided that it is valid.
    pub(crate) fn intern_if(
        &mut self,
        parts: Parts<'_>,
        is_valid: impl FnOnce() -> bool,
    ) -> Result<Option<Id>, TooManyTerms> {
        let hash = parts.hash(&self.hasher);
        match self.find_hashed(parts, hash) {
            Some(id) => Ok(Some(id)),
            None if is_valid() => self.intern_hashed(parts, hash).map(Some),
            None => Ok(None),
        }
    }

    fn intern_hashed(&mut self, parts: Parts<'_>, hash: u64) -> Result<Id, TooManyTerms> {
        let Self { start, text, entries, table, hasher } = self;
        let slot = table.entry(
            hash,
            |&at| parts_of(text, entries, at as usize) == parts,
            |&at| parts_of(text, entries, at as usize).hash(hasher),
        );
        match slot {
            Slot::Occupied(slot) => Ok(Id(*start + *slot.get())),
            Slot::Vacant(slot) => {
                let at = u32::try_from(entries.len()).map_err(|_| TooManyTerms)?;
                if at >= u32::MAX - 1 - *start {
                    return Err(TooManyTerms);
                }
                text.push_str(parts.text);
                entries.push(Entry { end: text.len(), extra: parts.extra, kind: parts.kind });
                slot.insert(at);
                Ok(Id(*start + at))
            }
        }
    }

    /// The parts of a term of this table.
    pub(crate) fn parts(&self, id: Id) -> Parts<'_> {
        self.parts_at(id.index().wrapping_sub(self.start as usize))
    }

    pub(crate) fn kind(&self, id: Id) -> Kind {
        self.entries.get(id.index().wrapping_sub(self.start as usize)).map_or(Kind::Other, |entry| entry.kind)
    }

    fn parts_at(&self, at: usize) -> Parts<'_> {
        parts_of(&self.text, &self.entries, at)
    }
}

fn parts_of<'a>(text: &'a str, entries: &[Entry], at: usize) -> Parts<'a> {
    let begin = if at == 0 { 0 } else { entries.get(at - 1).map_or(0, |entry| entry.end) };
    match entries.get(at) {
        Some(entry) => Parts {
            kind: entry.kind,
            extra: entry.extra,
            text: text.get(begin..entry.end).unwrap_or_default(),
        },
        None => Parts { kind: Kind::Other, extra: Id::NONE, text: "" },
    }
}

/// Where terms are looked up and added: a table of its own above one that stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct Layered<'a> {
    pub(crate) below: &'a Terms,
    pub(crate) own: Terms,
}

impl<'a> Layered<'a> {
    /// An empty table with room for so many terms above another one.
    pub(crate) fn new(below: &'a Terms, room: usize) -> Self {
        Self { below, own: Terms::above(below, room) }
    }

    pub(crate) fn view(&self) -> TermsView<'_> {
        TermsView { below: self.below, own: Some(&self.own) }
    }
}

/// Gives numbers to terms.
pub(crate) trait Intern {
    fn intern_parts(&mut self, parts: Parts<'_>) -> Result<Id, TooManyTerms>;

    fn intern_iri(&mut self, iri: &str) -> Result<Id, TooManyTerms> {
        self.intern_parts(Parts { kind: Kind::Iri, extra: Id::NONE, text: iri })
    }

    fn intern_subject(&mut self, node: NamedOrBlankNodeRef<'_>) -> Result<Id, TooManyTerms> {
        self.intern_term(node.into())
    }

    fn intern_term(&mut self, term: TermRef<'_>) -> Result<Id, TooManyTerms> {
        // Chained tests and not a `match`: with oxrdf's feature `rdf-12` there is one more variant.
        if let TermRef::NamedNode(node) = term {
            self.intern_iri(node.as_str())
        } else if let TermRef::BlankNode(node) = term {
            self.intern_parts(Parts { kind: Kind::Blank, extra: Id::NONE, text: node.as_str() })
        } else if let TermRef::Literal(literal) = term
            && let Some(language) = plain_language(literal)
        {
            let extra = self.intern_parts(Parts { kind: Kind::Language, extra: Id::NONE, text: language })?;
            self.intern_parts(Parts { kind: Kind::Tagged, extra, text: literal.value() })
        } else if let TermRef::Literal(literal) = term
            && literal.language().is_none()
        {
            let extra = if literal.datatype() == oxrdf::vocab::xsd::STRING {
                known::XSD_STRING
            } else {
                self.intern_iri(literal.datatype().as_str())?
            };
            self.intern_parts(Parts { kind: Kind::Literal, extra, text: literal.value() })
        } else {
            self.intern_parts(Parts { kind: Kind::Other, extra: Id::NONE, text: &term.to_string() })
        }
    }
}

/// The language of a literal that is a `rdf:langString` (and not one with a direction, from RDF 1.2).
fn plain_language(literal: oxrdf::LiteralRef<'_>) -> Option<&str> {
    literal.language().filter(|_| literal.datatype() == oxrdf::vocab::rdf::LANG_STRING)
}

impl Intern for Terms {
    fn intern_parts(&mut self, parts: Parts<'_>) -> Result<Id, TooManyTerms> {
        self.intern(parts)
    }
}

impl Intern for Layered<'_> {
    fn intern_parts(&mut self, parts: Parts<'_>) -> Result<Id, TooManyTerms> {
        // Both tables hash alike.
        let hash = parts.hash(&self.own.hasher);
        match self.below.find_hashed(parts, hash) {
            Some(id) => Ok(id),
            None => self.own.intern_hashed(parts, hash),
        }
    }
}

/// Reads terms back from one table or two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TermsView<'a> {
    pub(crate) below: &'a Terms,
    pub(crate) own: Option<&'a Terms>,
}

impl<'a> TermsView<'a> {
    fn table(&self, id: Id) -> &'a Terms {
        match self.own {
            Some(own) if id.0 >= own.start => own,
            _ => self.below,
        }
    }

    pub(crate) fn parts(&self, id: Id) -> Parts<'a> {
        self.table(id).parts(id)
    }

    pub(crate) fn kind(&self, id: Id) -> Kind {
        self.table(id).kind(id)
    }

    pub(crate) fn text(&self, id: Id) -> &'a str {
        self.parts(id).text
    }

    /// The datatype of a literal.
    pub(crate) fn datatype(&self, id: Id) -> Option<Id> {
        let parts = self.parts(id);
        match parts.kind {
            Kind::Literal => Some(parts.extra),
            Kind::Tagged => Some(known::RDF_LANG_STRING),
            _ => None,
        }
    }

    /// The number of a term, if it occurs.
    pub(crate) fn find_term(&self, term: TermRef<'_>) -> Option<Id> {
        struct Finder<'t, 'a>(&'t TermsView<'a>);
        impl Intern for Finder<'_, '_> {
            fn intern_parts(&mut self, parts: Parts<'_>) -> Result<Id, TooManyTerms> {
                let Self(view) = self;
                let own = || view.own.and_then(|own| own.find(parts));
                view.below.find(parts).or_else(own).ok_or(TooManyTerms)
            }
        }
        Finder(self).intern_term(term).ok()
    }

    /// The term as the rest of the world knows it.
    pub(crate) fn term(&self, id: Id) -> Term {
        let parts = self.parts(id);
        match parts.kind {
            Kind::Iri => NamedNode::new_unchecked(parts.text).into(),
            Kind::Blank => BlankNode::new_unchecked(parts.text).into(),
            Kind::Literal if parts.extra == known::XSD_STRING => {
                Literal::new_simple_literal(parts.text).into()
            }
            Kind::Literal => {
                let datatype = NamedNode::new_unchecked(self.text(parts.extra));
                Literal::new_typed_literal(parts.text, datatype).into()
            }
            Kind::Tagged => {
                Literal::new_language_tagged_literal_unchecked(parts.text, self.text(parts.extra)).into()
            }
            Kind::Language => Literal::new_simple_literal(parts.text).into(),
            Kind::Other => {
                parts.text.parse().unwrap_or_else(|_| Literal::new_simple_literal(parts.text).into())
            }
        }
    }

    /// An order that does not depend on the order of reading.
    pub(crate) fn compare(&self, left: Id, right: Id) -> std::cmp::Ordering {
        if left == right {
            return std::cmp::Ordering::Equal;
        }
        let (l, r) = (self.parts(left), self.parts(right));
        l.kind.cmp(&r.kind).then_with(|| l.text.cmp(r.text)).then_with(|| {
            if l.extra == r.extra {
                std::cmp::Ordering::Equal
            } else {
                self.text(l.extra).cmp(self.text(r.extra))
            }
        })
    }
}
