//! Breaks datasets, the same way every time.

use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BlankNode, Graph, Literal, NamedNode, Term, Triple};

use crate::node;

/// Numbers that look random (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit.max(1)
    }
}

/// A broken copy of one of the seeds, and what was done to it.
pub(crate) fn mutated(seeds: &[Vec<Triple>], number: usize) -> (Graph, Vec<String>) {
    let mut dice = Dice(
        0x9E37_79B9_7F4A_7C15 ^ (u64::try_from(number).unwrap() + 1).wrapping_mul(0xD1B5_4A32_D192_ED03),
    );
    for _ in 0..8 {
        dice.below(2);
    }
    let mut triples = seeds[dice.below(seeds.len())].clone();
    let mut done = Vec::new();
    for _ in 0..=dice.below(4) {
        let at = dice.below(triples.len());
        done.push(once(&mut triples, at, &mut dice));
    }
    (triples.into_iter().collect(), done)
}

/// Does one thing to the triple at a place, or around it.
fn once(triples: &mut Vec<Triple>, at: usize, dice: &mut Dice) -> String {
    let Triple { subject, predicate, object } = triples[at].clone();
    let shown = format!("{subject} {predicate}");
    match dice.below(10) {
        0 => {
            triples.remove(at);
            format!("dropped a value of {shown}")
        }
        1 => {
            triples.retain(|triple| triple.subject != subject || triple.predicate != predicate);
            format!("dropped all values of {shown}")
        }
        2 => {
            // Another good value, where there is one.
            let same: Vec<Term> = triples
                .iter()
                .filter(|other| other.predicate == predicate)
                .map(|other| other.object.clone())
                .collect();
            triples.push(Triple::new(subject, predicate, same[dice.below(same.len())].clone()));
            format!("one more good value of {shown}")
        }
        3 => {
            let value = strange(dice);
            let what = format!("one more value {value} of {shown}");
            triples.push(Triple::new(subject, predicate, value));
            what
        }
        4..=6 => {
            let value = strange(dice);
            let what = format!("{value} for the value of {shown}");
            triples[at].object = value;
            what
        }
        7 => {
            // A value of another class, or none.
            triples.retain(|triple| {
                triple.predicate != rdf::TYPE || Term::from(triple.subject.clone()) != object
            });
            if dice.below(2) == 0
                && let Term::NamedNode(node) = object
            {
                triples.push(Triple::new(
                    node,
                    rdf::TYPE,
                    NamedNode::new_unchecked("https://e.example/Other"),
                ));
            }
            format!("no class of the value of {shown}")
        }
        8 => {
            // Like the value, but of another datatype or none of its lists.
            triples[at].object = match object {
                Term::Literal(literal) => Literal::new_typed_literal(
                    literal.value(),
                    [xsd::STRING, xsd::DATE, xsd::INTEGER, xsd::ANY_URI][dice.below(4)],
                )
                .into(),
                Term::NamedNode(iri) => NamedNode::new_unchecked(format!("{}-x", iri.as_str())).into(),
                Term::BlankNode(_) => BlankNode::new_unchecked("strange").into(),
            };
            format!("another kind of the value of {shown}")
        }
        _ => {
            // A property somewhere else.
            let other = triples[dice.below(triples.len())].clone();
            let what = format!("{} as well at {}", other.predicate, subject);
            if other.predicate != rdf::TYPE {
                triples.push(Triple::new(subject, other.predicate, other.object));
            }
            what
        }
    }
}

fn strange(dice: &mut Dice) -> Term {
    let typed = |value: &str, datatype| Term::from(Literal::new_typed_literal(value, datatype));
    match dice.below(16) {
        0 => Literal::new_simple_literal("text").into(),
        1 => Literal::new_language_tagged_literal_unchecked("texte", "fr").into(),
        2 => typed("2024-01-31", xsd::DATE),
        3 => typed("31/01/2024", xsd::DATE),
        4 => typed("2024-01-31T10:00:00Z", xsd::DATE_TIME),
        5 => typed("2024", xsd::G_YEAR),
        6 => typed("-5", xsd::INTEGER),
        7 => typed("1.5", xsd::DECIMAL),
        8 => typed("P1Y", xsd::DURATION),
        9 => typed("x", xsd::NON_NEGATIVE_INTEGER),
        10 => BlankNode::new_unchecked("nowhere").into(),
        11 => node("https://example.org/nonsense"),
        12 => node("http://publications.europa.eu/resource/authority/file-type/NONSENSE"),
        13 => node("http://publications.europa.eu/resource/authority/country/FRA"),
        14 => node("http://www.iana.org/assignments/media-types/text/nonsense"),
        _ => node("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"),
    }
}
