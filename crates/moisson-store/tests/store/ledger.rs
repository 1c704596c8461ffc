//! The ledger: what goes in comes out, once, and whole.

use std::time::Duration;

use crate::support::{at, batch, dataset, entry, open, options, put, remove, reopen};
use moisson_store::{
    Batch, Broken, Change, Checkpoint, Committed, Generation, Happening, RecordKey, ReportRow, RequestHash,
    Run, RunId, Severity, Store, StoreError,
};
use serde_json::json;

fn counts(committed: &Committed) -> [u64; 6] {
    let Committed { generation: _, new, changed, refreshed, unchanged, back, removed, refused } = committed;
    assert!(refused.is_empty(), "{refused:?}");
    [*new, *changed, *refreshed, *unchanged, *back, *removed]
}

#[test]
fn a_record_lives_changes_goes_and_comes_back() {
    let (folder, store) = open();
    let key = RecordKey::new("rennes", "a");
    let commit = |store: &Store, n, changes| store.commit(batch("rennes", n, changes)).unwrap();

    let first = commit(&store, 1, vec![put(entry("rennes", "a", dataset("Arrêts")))]);
    assert_eq!((counts(&first), first.generation), ([1, 0, 0, 0, 0, 0], Generation(1)));
    let second = commit(&store, 2, vec![put(entry("rennes", "a", dataset("Arrêts de bus")))]);
    assert_eq!((counts(&second), second.generation), ([0, 1, 0, 0, 0, 0], Generation(2)));
    assert_eq!(counts(&commit(&store, 3, vec![remove("rennes", "a")])), [0, 0, 0, 0, 0, 1]);

    let gone = store.record(&key).unwrap().unwrap();
    assert_eq!(gone.life.gone.as_ref().unwrap().reason, "absent from a whole walk");
    assert_eq!(gone.resource, entry("rennes", "a", dataset("Arrêts de bus")).resource);
    assert!(store.records_after(None, None, 9).unwrap().is_empty());
    assert_eq!(store.gone_after(None, None, 9).unwrap().len(), 1);
    assert_eq!(store.fingerprint(&key).unwrap(), None);
    let all = store.counts().unwrap();
    assert_eq!((all.datasets, all.gone, all.quads), (0, 1, 0));

    let store = {
        drop(store);
        reopen(folder.path())
    };
    let back = commit(&store, 4, vec![put(entry("rennes", "a", dataset("Arrêts de bus")))]);
    assert_eq!(counts(&back), [0, 0, 0, 0, 1, 0]);
    let record = store.record_by_iri("https://portal.example/id/dataset/rennes/a").unwrap().unwrap();
    assert_eq!((record.life.listed, record.life.changed), (at(1), at(4)));
    let (said, dates) = record.triples.split_at(record.triples.len() - 2);
    assert_eq!(said, entry("rennes", "a", dataset("Arrêts de bus")).written.record);
    let dates: Vec<_> = dates.iter().map(ToString::to_string).collect();
    let catalog_record = "<https://portal.example/id/record/rennes/a> <http://purl.org/dc/terms/";
    let date =
        |second| format!("\"2026-09-21T14:13:{second}Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime>");
    assert_eq!(
        dates,
        [format!("{catalog_record}issued> {}", date(21)), format!("{catalog_record}modified> {}", date(24))]
    );
    let history = store.history(&key).unwrap();
    let what: Vec<_> = history.iter().map(|line| line.what).collect();
    assert_eq!(what, [Happening::New, Happening::Changed, Happening::Gone, Happening::Back]);
    assert_eq!(history[1].changes[1].before.as_deref(), Some("Arrêts"));
    assert_eq!(store.counts().unwrap().datasets, 1);
}

#[test]
fn a_removed_record_can_be_restored_by_hand() {
    let (_folder, store) = open();
    let key = RecordKey::new("rennes", "a");
    store.commit(batch("rennes", 1, vec![put(entry("rennes", "a", dataset("Arrêts")))])).unwrap();
    let before = store.counts().unwrap();
    let restore = |key| Change::Restore { key, reason: "a person wants it".to_owned() };
    store.commit(batch("rennes", 2, vec![remove("rennes", "a")])).unwrap();
    let done = store.commit(batch("rennes", 3, vec![restore(key.clone())])).unwrap();
    assert_eq!(counts(&done), [0, 0, 0, 0, 1, 0]);
    assert!(!store.record(&key).unwrap().unwrap().is_gone());
    assert_eq!(store.counts().unwrap().sources, before.sources);
    let again = store.commit(batch("rennes", 4, vec![restore(key.clone())])).unwrap();
    let last = store.history(&key).unwrap().pop().unwrap();
    assert_eq!((last.what, last.reason.as_deref()), (Happening::Back, Some("a person wants it")));
    assert_eq!((counts(&again), again.generation), ([0; 6], done.generation));
}

/// Bytes of the ledger once the database is done with its own housekeeping: in the background, and when it is read for the
/// first time, it moves together what is left of pages that filling it wrote again and again. The journal knows nothing of it.
fn at_rest(store: &Store) -> u64 {
    let (mut last, mut same) = (store.ledger_bytes().unwrap(), 0);
    for _ in 0..120 {
        std::thread::sleep(Duration::from_millis(500));
        let now = store.ledger_bytes().unwrap();
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == 8 {
            break;
        }
    }
    last
}

#[test]
fn what_is_unchanged_writes_nothing() {
    let (folder, store) = open();
    let journal = || -> u64 {
        let files = std::fs::read_dir(folder.path().join("ledger/journal")).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    };
    let entries = |n: usize| (0..n).map(|n| entry("rennes", &format!("{n}"), dataset(&format!("Jeu {n}"))));
    store.commit(batch("rennes", 1, entries(300).map(put).collect())).unwrap();
    store.settle().unwrap();
    let (generation, written) = (store.generation().unwrap(), journal());
    assert!(written > 0);
    let again = |n: i64| {
        let done = store.commit(batch("rennes", n, entries(300).map(put).collect())).unwrap();
        assert_eq!((counts(&done), done.generation), ([0, 0, 0, 300, 0, 0], generation));
        for entry in entries(300) {
            assert!(store.unchanged(&entry.key, &entry.raw.body, 1).unwrap());
            assert!(!store.unchanged(&entry.key, &entry.raw.body, 2).unwrap());
            assert!(!store.unchanged(&entry.key, b"other", 1).unwrap());
        }
        store.settle().unwrap();
    };
    again(2);
    let before = at_rest(&store);
    (3..23).for_each(again);
    assert_eq!(store.generation().unwrap(), generation);
    assert_eq!(journal(), written, "whatever is written is written there first");
    // Storing once more would have taken megabytes.
    let grown = store.ledger_bytes().unwrap().saturating_sub(before);
    assert!(grown < 64 << 10, "{grown} bytes");
    assert_eq!(store.history(&RecordKey::new("rennes", "7")).unwrap().len(), 1);
}

#[test]
fn a_new_report_is_stored_but_is_no_change_of_the_source() {
    let (_folder, store) = open();
    let key = RecordKey::new("rennes", "a");
    store.commit(batch("rennes", 1, vec![put(entry("rennes", "a", dataset("Arrêts")))])).unwrap();
    let mut stricter = entry("rennes", "a", dataset("Arrêts"));
    stricter.report.conforms.insert("dcat-ap-be".to_owned(), false);
    let done = store.commit(batch("rennes", 2, vec![put(stricter)])).unwrap();
    assert_eq!(counts(&done), [0, 0, 1, 0, 0, 0]);
    let record = store.record(&key).unwrap().unwrap();
    assert_eq!(record.report.conforms.len(), 2);
    assert_eq!(record.life.changed, at(1));
    assert_eq!(store.history(&key).unwrap().len(), 1);
    assert_eq!(store.counts().unwrap().sources["rennes"].conforming, 1);
}

#[test]
fn records_conform_that_have_no_violation() {
    let (_folder, store) = open();
    let mut entries = [Severity::Info, Severity::Warning, Severity::Violation].map(|severity| {
        let mut entry = entry("rennes", &format!("{severity:?}"), dataset("Arrêts"));
        entry.report.rows.push(ReportRow {
            profile: "dcat-ap".to_owned(),
            severity,
            focus_node: String::new(),
            path: String::new(),
            component: String::new(),
            value: None,
            messages: Vec::new(),
            shape: String::new(),
        });
        entry
    });
    store.commit(batch("rennes", 1, entries.clone().map(put).into())).unwrap();
    assert_eq!(store.counts().unwrap().sources["rennes"].conforming, 2);
    entries[2].report.rows.clear();
    let [_, _, mended] = entries;
    store.commit(batch("rennes", 2, vec![put(mended)])).unwrap();
    assert_eq!(store.counts().unwrap().sources["rennes"].conforming, 3);
    store.settle().unwrap();
    assert!(store.verify().unwrap().holds());
}

#[test]
fn what_a_walk_remembers_stays_until_it_is_cleared() {
    let (_folder, store) = open();
    let run = RunId::at(at(1));
    let request = RequestHash([7; 32]);
    for page in 0..3 {
        let batch = Batch {
            seen: vec![format!("{page}-a"), format!("{page}-b")],
            checkpoint: Checkpoint::Save(format!("after page {page}").into_bytes()),
            readings: vec![(request, Some(vec![page; 9_000]))],
            ..Batch::new("rennes", run.clone(), at(1))
        };
        assert_eq!(store.commit(batch).unwrap().generation, Generation(0));
    }
    assert_eq!(store.seen("rennes").unwrap(), ["0-a", "0-b", "1-a", "1-b", "2-a", "2-b"]);
    assert_eq!(store.checkpoint("rennes").unwrap().unwrap(), b"after page 2");
    assert_eq!(store.reading("rennes", &request).unwrap().unwrap(), vec![2; 9_000]);
    assert_eq!(store.checkpoint("renne").unwrap(), None);

    let end = Batch {
        checkpoint: Checkpoint::Clear,
        readings: vec![(request, None)],
        ..Batch::new("rennes", run, at(2))
    };
    store.commit(end).unwrap();
    assert!(store.seen("rennes").unwrap().is_empty());
    assert_eq!(store.checkpoint("rennes").unwrap(), None);
    assert_eq!(store.reading("rennes", &request).unwrap(), None);
}

#[test]
fn the_last_runs_are_kept_with_what_they_set_aside() {
    let (_folder, store) = open();
    let count = i64::try_from(Run::MAX_KEPT).unwrap() + 5;
    for n in 0..count {
        let broken = |place: &str| Broken {
            id: None,
            place: place.to_owned(),
            reason: "no id; give it one".to_owned(),
            body: vec![b'x'; Broken::MAX_BODY + 1].into(),
        };
        let batch = Batch {
            broken: vec![broken("results/1"), broken("results/2")],
            report: Some(json!({"new": n})),
            state: Some(json!({"runs": n})),
            ..Batch::new("rennes", RunId::at(at(n)), at(n))
        };
        store.commit(batch).unwrap();
    }
    let runs = store.runs(Some("rennes")).unwrap();
    assert_eq!(runs.len(), Run::MAX_KEPT);
    assert_eq!((&runs[0].report, &runs[49].report), (&json!({"new": 54}), &json!({"new": 5})));
    assert_eq!(store.source_state("rennes").unwrap().unwrap(), json!({"runs": 54}));
    let broken = store.broken("rennes", &runs[0].id).unwrap();
    assert_eq!((broken.len(), broken[1].place.as_str()), (2, "results/2"));
    assert_eq!(broken[0].body.len(), Broken::MAX_BODY);
    assert!(store.broken("rennes", &RunId::at(at(4))).unwrap().is_empty());
}

#[test]
fn records_come_in_pages_that_nothing_shifts() {
    let (_folder, store) = open();
    let ids: Vec<String> = (0..50).map(|n| format!("{n:02}")).collect();
    store.commit(batch("b", 1, ids.iter().map(|id| put(entry("b", id, dataset(id)))).collect())).unwrap();
    store.commit(batch("a", 1, vec![put(entry("a", "1", dataset("x")))])).unwrap();
    let mut found = Vec::new();
    let mut after: Option<RecordKey> = None;
    loop {
        let page = store.records_after(Some("b"), after.as_ref(), 7).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.key.clone());
        found.extend(page.iter().map(|record| record.key.id.clone()));
        // Removing what was already given out moves nothing.
        store.commit(batch("b", 2, vec![remove("b", &page[0].key.id)])).unwrap();
    }
    assert_eq!(found, ids);
    assert_eq!(store.known_ids("b").count(), 50 - 8);
    assert_eq!(store.records_after(None, None, 1).unwrap()[0].key, RecordKey::new("a", "1"));
}

#[test]
fn keys_are_listed_forwards_and_backwards_without_those_that_are_gone() {
    let (_folder, store) = open();
    for source in ["a", "b", "c"] {
        let entries = ["1", "2", "3"].map(|id| put(entry(source, id, dataset(id))));
        store.commit(batch(source, 1, entries.to_vec())).unwrap();
    }
    store.commit(batch("b", 2, vec![remove("b", "2")])).unwrap();
    let shown = |keys: Vec<RecordKey>| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let (b1, b3) = (RecordKey::new("b", "1"), RecordKey::new("b", "3"));
    assert_eq!(shown(store.keys_after(None, Some(&b1), 3).unwrap()), "b/3 c/1 c/2");
    assert_eq!(shown(store.keys_after(Some("b"), None, 9).unwrap()), "b/1 b/3");
    assert_eq!(shown(store.keys_up_to(None, Some(&b3), 3).unwrap()), "a/3 b/1 b/3");
    assert_eq!(shown(store.keys_up_to(None, None, 2).unwrap()), "c/2 c/3");
    assert_eq!(shown(store.keys_up_to(Some("b"), Some(&b3), 9).unwrap()), "b/1 b/3");
    assert!(store.keys_up_to(Some("d"), None, 9).unwrap().is_empty());
}

#[test]
fn odd_ids_are_kept_apart_and_impossible_ones_refused() {
    let (_folder, store) = open();
    let odd = ["a", "a\u{0}b", "a/b", "é", "~", &"x".repeat(RecordKey::MAX_ID)];
    let entries = odd.iter().enumerate().map(|(n, id)| {
        let mut entry = entry("s", &n.to_string(), dataset(id));
        entry.key.id = (*id).to_owned();
        entry
    });
    store.commit(batch("s", 1, entries.map(put).collect())).unwrap();
    let mut ids: Vec<_> = store.known_ids("s").map(Result::unwrap).collect();
    ids.sort();
    let mut expected: Vec<_> = odd.iter().map(|id| (*id).to_owned()).collect();
    expected.sort();
    assert_eq!(ids, expected);

    let mut long = entry("s", "long", dataset("x"));
    long.key.id = "x".repeat(RecordKey::MAX_ID + 1);
    let mut twin = entry("s", "twin", dataset("x"));
    twin.written.iri = crate::support::node("https://portal.example/id/dataset/s/0");
    let done = store.commit(batch("s", 2, vec![put(long), put(twin)])).unwrap();
    let reasons: Vec<_> = done.refused.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "its IRI `https://portal.example/id/dataset/s/0` is that of the record `s/a`",
            "its id has 2001 bytes; 1 to 2000 are possible"
        ]
    );
    let foreign = store.commit(batch("s", 3, vec![remove("t", "a")])).unwrap_err();
    assert_eq!(
        foreign.to_string(),
        "batch of source `s`, run 20260921T141323.000Z: it changes the record `t/a` of another source"
    );
}

#[test]
fn a_folder_in_use_is_not_opened_twice() {
    let (folder, store) = open();
    let error = Store::open(folder.path(), &options(), &|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }));
    let text = error.to_string();
    assert!(text.contains(&format!("is in use by process {}", std::process::id())), "{text}");
    assert!(text.ends_with("stop that process, or use another data folder"), "{text}");
    drop(store);
    reopen(folder.path());
}
