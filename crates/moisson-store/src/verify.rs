//! Whether ledger, quads and index say the same.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

use oxrdf::{GraphNameRef, NamedNode, Triple};

use crate::{
    CopyGroup, Counts, RecordKey, StoreError, StoredRecord,
    ledger::Ledger,
    quads::{self, Digest, QuadsIn},
};

/// What [`Store::verify`](crate::Store::verify) found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Records that are there, by the ledger.
    pub records: u64,
    /// Quads, by the ledger.
    pub quads: u64,
    /// What does not agree, in sentences; at most [`Agreement::MAX_FAULTS`]. Empty if all is well.
    pub faults: Vec<String>,
}

impl Agreement {
    /// How many faults are told.
    pub const MAX_FAULTS: usize = 100;

    /// Whether all is well.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn fault(&mut self, fault: String) {
        if self.faults.len() < Self::MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    /// Compares two numbers or sets.
    pub(crate) fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.fault(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }
}

/// Looks whether the ledger agrees with itself, and works out what the quads must be where they are.
pub(crate) fn ledger(
    ledger: &Ledger,
    (quads, fixed): (QuadsIn, &[(NamedNode, Vec<Triple>)]),
    agreement: &mut Agreement,
    each: &mut dyn FnMut(&StoredRecord, &mut Agreement) -> Result<(), StoreError>,
) -> Result<Digest, StoreError> {
    let mut expected = Expected { quads, said: 0, digest: Digest::default() };
    let mut counted: BTreeMap<[u8; 16], u64> = BTreeMap::new();
    let mut counts = Counts::default();
    for record in ledger.records(None, None, false) {
        let record = record?;
        agreement.records += 1;
        let of = counts.sources.entry(record.key.source.clone()).or_default();
        *of.of(crate::Kind::of(&record.resource)) += 1;
        for (graph, triples) in
            [(&record.graph, &record.triples), (&record.report.graph, &record.report.triples)]
        {
            expected.count(graph, triples);
            of.quads += triples.len() as u64;
        }
        let mut said: Vec<_> = record.shared.iter().map(|(graph, triple)| short(graph, triple)).collect();
        said.sort_unstable();
        said.dedup();
        for shared in said {
            *counted.entry(shared).or_default() += 1;
        }
        if ledger.key_of(record.iri.as_str())?.as_ref() != Some(&record.key) {
            agreement.fault(format!("record `{}`: its IRI does not lead to it", record.key));
        }
        each(&record, agreement)?;
    }
    for group in ledger.groups() {
        for (graph, link) in group?.links() {
            *counted.entry(short(&graph, &link)).or_default() += 1;
        }
    }
    for record in ledger.records(None, None, true) {
        counts.sources.entry(record?.key.source).or_default().gone += 1;
    }
    for described in ledger.run_graphs(None) {
        let described = described?;
        let said: HashSet<_> =
            described.triples.iter().map(|triple| short(&described.graph, triple)).collect();
        for shared in said {
            *counted.entry(shared).or_default() += 1;
        }
    }
    let mut shared: (Option<NamedNode>, Vec<Triple>) = (None, Vec::new());
    for item in ledger.shared(None) {
        let (graph, triple, count) = item?;
        let said = counted.remove(&short(&graph, &triple)).unwrap_or_default();
        agreement.same(&format!("records that say `{triple}` in <{}>", graph.as_str()), &count, &said);
        if shared.0.as_ref() != Some(&graph) {
            expected.count_shared(&shared);
            shared = (Some(graph), Vec::new());
        }
        shared.1.push(triple);
    }
    expected.count_shared(&shared);
    if !counted.is_empty() {
        agreement.fault(format!("{} shared triples are said by records and not there", counted.len()));
    }
    for (source, conforming) in ledger.conforming()? {
        counts.sources.entry(source).or_default().conforming = conforming;
    }
    let stored = ledger.counts()?;
    for (source, of) in &stored.sources {
        agreement.same(
            &format!("counts of `{source}`"),
            of,
            &counts.sources.remove(source).unwrap_or_default(),
        );
    }
    agreement.same("sources without counts", &counts.sources.len(), &0);
    agreement.same("counted quads of records and shared graphs", &stored.quads, &expected.said);
    for (graph, triples) in fixed {
        expected.count(graph, triples);
    }
    agreement.quads = expected.said;
    Ok(expected.digest)
}

/// Looks whether the groups of copies are those that all records together give.
pub(crate) fn copies(
    ledger: &Ledger,
    expected: &[CopyGroup],
    agreement: &mut Agreement,
) -> Result<(), StoreError> {
    let mut expected: BTreeMap<&RecordKey, &CopyGroup> =
        expected.iter().map(|group| (&group.authority, group)).collect();
    for group in ledger.groups() {
        let group = group?;
        if expected.remove(&group.authority) != Some(&group) {
            agreement
                .fault(format!("the copies of `{}` are not those that the records give", group.authority));
        }
        for member in &group.members {
            let found = ledger.group_of(&member.key)?.map(|found| found.authority);
            agreement.same(
                &format!("the group of `{}`", member.key),
                &found.as_ref(),
                &Some(&group.authority),
            );
        }
    }
    for authority in expected.into_keys() {
        agreement.fault(format!("the copies of `{authority}` are missing"));
    }
    Ok(())
}

/// What the quads must be.
struct Expected {
    quads: QuadsIn,
    /// How many the ledger says.
    said: u64,
    digest: Digest,
}

impl Expected {
    /// Counts a graph.
    fn count(&mut self, graph: &NamedNode, triples: &[Triple]) {
        self.said += triples.len() as u64;
        let mut count = |triple: &Triple| {
            self.digest.count(triple.as_ref().in_graph(GraphNameRef::NamedNode(graph.as_ref())));
        };
        match self.quads {
            QuadsIn::Memory => triples.iter().for_each(count),
            QuadsIn::Disk => {
                // Different triples may be the same one there.
                let stored: HashSet<Cow<'_, Triple>> = triples.iter().map(quads::as_stored).collect();
                for triple in &stored {
                    count(triple);
                }
            }
        }
    }

    fn count_shared(&mut self, (graph, triples): &(Option<NamedNode>, Vec<Triple>)) {
        if let Some(graph) = graph {
            self.count(graph, triples);
        }
    }
}

/// A shared triple in sixteen bytes.
fn short(graph: &NamedNode, triple: &Triple) -> [u8; 16] {
    let mut digest = Digest::default();
    digest.count(triple.as_ref().in_graph(graph.as_ref()));
    digest.sum.to_le_bytes()
}
