//! The agents that are one on the whole portal: what they are called, and which spellings of which sources were taken for
//! one, by which rule. All of it comes from the graph of agents, where every statement is counted by the records that say it.

use std::collections::BTreeMap;

use moisson_dcat::{
    Agent, AgentKey, Text,
    ns::{dct, foaf},
    party::Organisations,
    write::segment,
};
use moisson_store::{Store, StoreError};
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple, vocab::rdf};
use serde::Serialize;
use utoipa::ToSchema;

/// Most names of one organisation that are read for its label.
const MAX_NAMES: usize = 1_000;

/// Names of organisations by key, the best first.
pub(crate) type Names = BTreeMap<String, Vec<Text>>;

/// A name that sources give to an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct Spelling {
    /// The name as the sources write it.
    pub(crate) name: String,
    /// By which rule it is this organisation's: `configured` (the list in the configuration), `number` (SIREN, SIRET,
    /// Belgian enterprise number), `iri` (an authority's IRI), `place` (the name of one place), `name` (the same without words
    /// of kind, case, accents and hyphens).
    pub(crate) rule: String,
    /// How many records have it.
    pub(crate) records: u64,
}

/// An organisation with all that was taken for it.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct Organisation {
    /// Its key: for filters, and for `same_as` in the configuration.
    pub(crate) key: String,
    /// Its IRI; it resolves.
    pub(crate) iri: String,
    /// What it is called.
    pub(crate) name: String,
    /// In how many records it stands.
    pub(crate) records: u64,
    /// The names that sources give it, the most frequent first.
    pub(crate) spellings: Vec<Spelling>,
    /// Numbers and other identifiers.
    pub(crate) identifier: Vec<String>,
    /// Its type.
    pub(crate) r#type: Option<String>,
    /// The place that it is the administration of.
    pub(crate) place: Option<String>,
    /// Its site.
    pub(crate) homepage: Option<String>,
    #[serde(skip)]
    names: Vec<(Text, u64)>,
}

/// The key that rules give a name, whatever its spelling.
pub(crate) fn key_of_name(name: &str) -> Option<String> {
    let agent = Agent { name: vec![Text { value: name.to_owned(), lang: None }], ..Agent::default() };
    match Organisations::default().recognise(&agent, "")?.key {
        AgentKey::Portal(key) => Some(key),
        AgentKey::Source(_) => None,
    }
}

/// What the organisations with these keys are called; values that are no key have none.
pub(crate) fn names<'a>(
    store: &Store,
    base: &str,
    keys: impl Iterator<Item = &'a String>,
) -> Result<Names, StoreError> {
    let graph = NamedNode::new_unchecked(format!("{base}/id/graph/agents"));
    let mut all = Names::new();
    for key in keys {
        let iri = NamedNode::new_unchecked(format!("{base}/id/agent/{}", segment(key)));
        let mut names = Vec::new();
        for item in store.shared_counted(&graph, Some(&iri)).take(MAX_NAMES) {
            let (triple, count) = item?;
            names.extend(name_of(&triple).map(|name| (name, count)));
        }
        if !names.is_empty() {
            all.insert(key.clone(), best_first(names));
        }
    }
    Ok(all)
}

fn name_of(triple: &Triple) -> Option<Text> {
    match &triple.object {
        Term::Literal(literal) if triple.predicate.as_ref() == foaf::NAME => {
            Some(Text { value: literal.value().to_owned(), lang: literal.language().map(str::to_owned) })
        }
        _ => None,
    }
}

/// Those that most records have first; names in capitals only where there is no other.
fn best_first(mut names: Vec<(Text, u64)>) -> Vec<Text> {
    let shouts = |text: &Text| !text.value.chars().any(char::is_lowercase);
    let mumbles = |text: &Text| !text.value.chars().any(char::is_uppercase);
    names.sort_by(|(a, m), (b, n)| {
        (shouts(a), mumbles(a), std::cmp::Reverse(m), a).cmp(&(
            shouts(b),
            mumbles(b),
            std::cmp::Reverse(n),
            b,
        ))
    });
    names.into_iter().map(|(text, _)| text).collect()
}

/// All organisations, those in most records first.
pub(crate) fn all(store: &Store, base: &str) -> Result<Vec<Organisation>, StoreError> {
    let graph = NamedNode::new_unchecked(format!("{base}/id/graph/agents"));
    let start = format!("{base}/id/agent/");
    let mut found: BTreeMap<String, Organisation> = BTreeMap::new();
    let mut spellings: BTreeMap<String, (String, Spelling)> = BTreeMap::new();
    for item in store.shared_counted(&graph, None) {
        let (triple, count) = item?;
        let NamedOrBlankNode::NamedNode(subject) = &triple.subject else { continue };
        let Some(key) = subject.as_str().strip_prefix(&start) else { continue };
        match key.split_once('#') {
            // An agent within one source.
            _ if key.contains('/') => {}
            Some((key, _)) => {
                let entry = spellings.entry(subject.as_str().to_owned());
                let (_, spelling) = entry.or_insert_with(|| {
                    (key.to_owned(), Spelling { name: String::new(), rule: String::new(), records: 0 })
                });
                say(spelling, &triple, count);
            }
            None => {
                let one = found.entry(key.to_owned()).or_insert_with(|| Organisation {
                    key: moisson_dcat::write::unsegment(key).unwrap_or_else(|| key.to_owned()),
                    iri: subject.as_str().to_owned(),
                    ..Organisation::default()
                });
                one.add(&triple, count);
            }
        }
    }
    for (key, spelling) in spellings.into_values() {
        if let Some(one) = found.get_mut(&key) {
            one.spellings.push(spelling);
        }
    }
    let mut all: Vec<Organisation> = found.into_values().map(Organisation::settled).collect();
    all.sort_by(|a, b| (std::cmp::Reverse(a.records), &a.key).cmp(&(std::cmp::Reverse(b.records), &b.key)));
    Ok(all)
}

fn say(spelling: &mut Spelling, triple: &Triple, count: u64) {
    let Term::Literal(literal) = &triple.object else { return };
    if triple.predicate.as_ref() == rdf::VALUE {
        literal.value().clone_into(&mut spelling.name);
        spelling.records = count;
    } else {
        literal.value().clone_into(&mut spelling.rule);
    }
}

impl Organisation {
    fn add(&mut self, triple: &Triple, count: u64) {
        let object = match &triple.object {
            Term::Literal(literal) => literal.value(),
            Term::NamedNode(node) => node.as_str(),
            Term::BlankNode(_) => return,
        };
        let property = triple.predicate.as_ref();
        if property == rdf::TYPE {
            self.records = self.records.max(count);
        } else if property == foaf::NAME {
            self.names.extend(name_of(triple).map(|name| (name, count)));
        } else if property == dct::IDENTIFIER {
            self.identifier.push(object.to_owned());
        } else if property == dct::TYPE {
            self.r#type.get_or_insert_with(|| object.to_owned());
        } else if property == dct::SPATIAL {
            self.place.get_or_insert_with(|| object.to_owned());
        } else if property == foaf::HOMEPAGE {
            self.homepage.get_or_insert_with(|| object.to_owned());
        }
    }

    fn settled(mut self) -> Self {
        self.name = best_first(std::mem::take(&mut self.names))
            .into_iter()
            .next()
            .map_or_else(|| self.key.clone(), |name| name.value);
        self.spellings
            .sort_by(|a, b| (std::cmp::Reverse(a.records), a).cmp(&(std::cmp::Reverse(b.records), b)));
        self
    }
}
