//! Notes of the program itself: all or none, kept through restarts, backups and damaged databases.

use moisson_store::{Note, Store, StoreError};

use crate::support::{batch, dataset, entry, open, put, reopen};

fn note(key: &str, value: Option<&str>) -> Note {
    Note { area: "sources", key: key.to_owned(), value: value.map(|value| value.as_bytes().to_vec()) }
}

fn all(store: &Store) -> Vec<(String, String)> {
    let text = |(key, value)| (key, String::from_utf8(value).unwrap());
    store.notes("sources", None).map(|item| item.map(text).unwrap()).collect()
}

#[test]
fn notes_are_kept_changed_and_taken_away_and_change_nothing_that_is_served() {
    let (folder, store) = open();
    store.commit(batch("rennes", 1, vec![put(entry("rennes", "a", dataset("Arrêts")))])).unwrap();
    let before = store.counts().unwrap();
    store.write_notes(&[note("b", Some("2")), note("a", Some("1")), note("c", Some("3"))]).unwrap();
    store.write_notes(&[Note { area: "sources-not", ..note("a", Some("other")) }]).unwrap();
    store.write_notes(&[note("b", None), note("c", Some("4"))]).unwrap();
    let expected = [("a".to_owned(), "1".to_owned()), ("c".to_owned(), "4".to_owned())];
    assert_eq!(all(&store), expected);
    assert_eq!(store.counts().unwrap(), before);
    assert_eq!(store.note("sources", "b").unwrap(), None);
    let after: Vec<_> = store.notes("sources", Some("a")).map(|item| item.unwrap().0).collect();
    assert_eq!(after, ["c"]);
    let back: Vec<_> = store.notes_back("sources", Some("b")).map(|item| item.unwrap().0).collect();
    assert_eq!(back, ["a"]);

    drop(store);
    // All that the database knows is in the journal too.
    std::fs::remove_dir_all(folder.path().join("ledger/database")).unwrap();
    let store = reopen(folder.path());
    assert_eq!(all(&store), expected);
    let backup = tempfile::tempdir().unwrap();
    store.backup(&backup.path().join("a.backup")).unwrap();
    Store::restore(&backup.path().join("a.backup"), &backup.path().join("store")).unwrap();
    assert_eq!(all(&reopen(&backup.path().join("store"))), expected);
}

#[test]
fn a_note_that_is_too_long_stores_none_of_them() {
    let (_folder, store) = open();
    let long = "x".repeat(Note::MAX_VALUE + 1);
    let refused = store.write_notes(&[note("a", Some("1")), note("b", Some(&long))]).unwrap_err();
    assert!(matches!(&refused, StoreError::Note { key, .. } if key == "b"), "{refused}");
    assert!(store.write_notes(&[note("", Some("1"))]).is_err());
    assert!(all(&store).is_empty());
}
