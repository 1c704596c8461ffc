//! Whatever ends the process, and whatever it leaves behind: the store is that after some batch, and after no
//! earlier one than the last that was acknowledged.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use moisson_store::{Batch, Checkpoint, QuadsIn, RecordKey, RunId, Store, StoreError, StoreOptions};

use crate::{
    QUADS,
    support::{at, dataset, entry, options, put, remove},
};

/// The folders of what is made from the ledger.
const PROJECTIONS: &[&str] = match QUADS {
    QuadsIn::Memory => &["search"],
    QuadsIn::Disk => &["search", "quads"],
};

/// The folder that the victim writes to; without it, it is no victim.
const FOLDER: &str = "MOISSON_TEST_VICTIM";
/// How many seconds to kill, for those who want to know better than the default run.
const SECONDS: &str = "MOISSON_TEST_KILL_SECONDS";

/// What the `n`th batch does: puts some, changes some, removes some, brings some back.
fn changes(n: u64) -> Vec<(String, Option<String>)> {
    let id = |of: u64, k: u64| format!("{}", (of * 7 + k * 3) % 97);
    let mut changes: BTreeMap<String, Option<String>> = BTreeMap::new();
    for k in 0..8 {
        changes.insert(
            id(n, k),
            Some(format!("Jeu {n}-{k} {}", "long ".repeat(usize::try_from(n % 5 * 200).unwrap()))),
        );
    }
    for k in 0..3 {
        changes.insert(id(n + 3, k), None);
    }
    changes.into_iter().collect()
}

/// What there is after `n` batches: titles by id, of those that are there.
fn model(n: u64) -> BTreeMap<String, String> {
    let mut records = BTreeMap::new();
    for n in 1..=n {
        for (id, title) in changes(n) {
            match title {
                Some(title) => drop(records.insert(id, title)),
                None => drop(records.remove(&id)),
            }
        }
    }
    records
}

fn batch(n: u64) -> Batch {
    let second = i64::try_from(n).unwrap();
    let changes = changes(n).into_iter().map(|(id, title)| match title {
        Some(title) => put(entry("s", &id, dataset(&title))),
        None => remove("s", &id),
    });
    Batch {
        changes: changes.collect(),
        seen: vec![n.to_string()],
        checkpoint: Checkpoint::Save(n.to_be_bytes().to_vec()),
        ..Batch::new("s", RunId::at(at(second)), at(second))
    }
}

fn open(folder: &Path) -> Store {
    // A checkpoint every few batches, so that it is met as well.
    Store::open(folder, &StoreOptions { journal_bytes: 100_000, ..options() }, &|_| ()).unwrap()
}

/// How many batches are in.
fn number(store: &Store) -> u64 {
    store.checkpoint("s").unwrap().map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().unwrap()))
}

/// Looks whether the store is that after some batch, and gives which.
fn check(store: &Store) -> u64 {
    let n = number(store);
    let expected = model(n);
    let found: BTreeMap<_, _> = store
        .records(Some("s"))
        .map(|record| {
            let record = record.unwrap();
            let moisson_dcat::Resource::Dataset(dataset) = record.resource else { panic!("a dataset") };
            (record.key.id, dataset.title[0].value.clone())
        })
        .collect();
    assert!(found == expected, "after batch {n}: {:?}", found.len());
    assert_eq!(store.seen("s").unwrap().len() as u64, n);
    assert_eq!(store.counts().unwrap().datasets, expected.len() as u64);
    n
}

/// The victim: commits, and tells of each batch once it is acknowledged.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let store = open(&folder.join("data"));
    let mut told = fs::OpenOptions::new().append(true).create(true).open(folder.join("told")).unwrap();
    for n in number(&store) + 1.. {
        store.commit(batch(n)).unwrap();
        writeln!(told, "{n}").unwrap();
        if n % 3 == 0 {
            store.settle().unwrap();
        }
    }
}

#[test]
fn killed_at_any_moment_every_acknowledged_batch_is_there_and_none_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let (mut kills, mut last, mut seed) = (0_u32, 0, 12_345_u64);
    let seconds = std::env::var(SECONDS).map_or(12, |seconds| seconds.parse().unwrap());
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::victim", "--quiet", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Any moment: while it opens, while it commits, while it settles.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(20 + (seed >> 33) % 700));
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        let told = fs::read_to_string(folder.path().join("told")).unwrap_or_default();
        let told: u64 = told.lines().last().map_or(0, |line| line.parse().unwrap());
        // What the one before stored and was killed before it told is known of from having looked.
        let told = told.max(last);
        let store = open(&folder.path().join("data"));
        let n = check(&store);
        assert!(n == told || n == told + 1, "batch {told} was acknowledged, batch {n} is there");
        assert!(n >= last);
        last = n;
        if kills % 5 == 0 {
            assert_eq!(store.verify().unwrap().faults, [""; 0], "after {kills} kills");
        }
    }
    assert!(last > 0, "no batch was ever acknowledged in {kills} kills");
    assert_eq!(open(&folder.path().join("data")).verify().unwrap().faults, [""; 0]);
    println!("{kills} kills, {last} batches");
}

/// A store after these batches, closed.
fn made(folder: &Path, batches: std::ops::RangeInclusive<u64>) {
    let store = open(folder);
    for n in batches {
        store.commit(batch(n)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let to = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &to);
        } else {
            fs::copy(item.path(), to).unwrap();
        }
    }
}

/// The journal's files, oldest first.
fn journal(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder.join("ledger/journal")).unwrap().map(|item| item.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn a_database_that_is_lost_stale_or_damaged_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let database = data.join("ledger/database");
    made(&data, 1..=4);
    let stale = folder.path().join("stale");
    copy(&database, &stale);
    made(&data, 5..=9);
    assert_eq!(check(&open(&data)), 9);

    fs::remove_dir_all(&database).unwrap();
    assert_eq!(check(&open(&data)), 9, "lost");

    fs::remove_dir_all(&database).unwrap();
    copy(&stale, &database);
    assert_eq!(check(&open(&data)), 9, "stale");

    // With a checkpoint, older batches are in no journal any more.
    let store = open(&data);
    for n in 10..=40 {
        store.commit(batch(n)).unwrap();
        store.settle().unwrap();
    }
    drop(store);
    assert!(journal(&data)[0].file_stem().unwrap() > "00000000000000000001");
    fs::remove_dir_all(&database).unwrap();
    copy(&stale, &database);
    assert_eq!(check(&open(&data)), 40, "stale beyond the journal");

    for file in ["conf", "db"] {
        fs::write(database.join(file), b"this is no database").unwrap();
        for item in fs::read_dir(&database).unwrap() {
            let path = item.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
                fs::write(path, b"nor is this").unwrap();
            }
        }
        let store = open(&data);
        assert_eq!(check(&store), 40, "damaged {file}");
        assert_eq!(store.verify().unwrap().faults, [""; 0]);
    }
}

#[test]
fn a_batch_torn_at_any_byte_is_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let database = data.join("ledger/database");
    made(&data, 1..=2);
    let path = journal(&data).pop().unwrap();
    let before = fs::metadata(&path).unwrap().len();
    made(&data, 3..=3);
    let whole = fs::read(&path).unwrap();
    let before = usize::try_from(before).unwrap();
    let step = (whole.len() - before) / 12;
    for end in (before..whole.len()).step_by(step).chain([before + 1, before + 19, whole.len() - 1]) {
        fs::write(&path, &whole[..end]).unwrap();
        fs::remove_dir_all(&database).unwrap();
        let store = open(&data);
        assert_eq!(check(&store), 2, "torn at {end} of {}", whole.len());
        // And it goes on from there.
        store.commit(batch(3)).unwrap();
        drop(store);
        assert_eq!(check(&open(&data)), 3);
    }
    // Zeros, as some file systems leave them.
    fs::write(&path, [&whole[..before], &vec![0; 500]].concat()).unwrap();
    fs::remove_dir_all(&database).unwrap();
    assert_eq!(check(&open(&data)), 2);
}

#[test]
fn damage_in_the_middle_of_the_journal_is_told_and_nothing_is_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    made(&data, 1..=3);
    let path = journal(&data).pop().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
    let error = Store::open(&data, &options(), &|_| ()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }));
    let text = error.to_string();
    assert!(text.contains(".log is damaged (byte "), "{text}");
    assert!(text.ends_with("begins no whole batch); restore a backup with `moisson restore`"), "{text}");
}

#[test]
fn a_journal_that_was_deleted_is_begun_anew_after_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    made(&data, 1..=3);
    for path in journal(&data) {
        fs::remove_file(path).unwrap();
    }
    let store = open(&data);
    assert_eq!(check(&store), 3);
    store.commit(batch(4)).unwrap();
    drop(store);
    fs::remove_dir_all(data.join("ledger/database")).unwrap();
    assert_eq!(check(&open(&data)), 4, "from the checkpoint and the new journal");
}

#[test]
fn an_index_or_quads_that_are_lost_or_stale_are_brought_up_to_date() {
    for what in PROJECTIONS {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let store = open(&data);
        store.commit(batch(1)).unwrap();
        store.settle().unwrap();
        drop(store);
        let stale = folder.path().join("stale");
        copy(&data.join(what), &stale);
        made(&data, 2..=6);
        fs::remove_dir_all(data.join(what)).unwrap();
        copy(&stale, &data.join(what));
        assert_eq!(open(&data).verify().unwrap().faults, [""; 0], "stale {what}");
        fs::remove_dir_all(data.join(what)).unwrap();
        assert_eq!(open(&data).verify().unwrap().faults, [""; 0], "lost {what}");
        let store = open(&data);
        store.rebuild(&|_| ()).unwrap();
        assert_eq!(store.verify().unwrap().faults, [""; 0], "{what} made anew");
    }
}

#[test]
fn files_of_the_index_that_a_killed_writer_left_are_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    made(&data, 1..=1);
    open(&data).settle().unwrap();
    let list = fs::read_dir(data.join("search")).unwrap().next().unwrap().unwrap().path().join("meta.json");
    let before = fs::read(&list).unwrap();
    // Changes some of the same records.
    made(&data, 43..=43);
    open(&data).settle().unwrap();
    // As if it had been killed after writing the files, and before writing which of them count.
    fs::write(&list, before).unwrap();
    let store = open(&data);
    store.settle().unwrap();
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn a_backup_made_while_writing_is_restored_to_an_equal_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("data"));
    for n in 1..=20 {
        store.commit(batch(n)).unwrap();
    }
    let backup = folder.path().join("backup.zst");
    let copies = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 21..=60 {
                store.commit(batch(n)).unwrap();
                if n % 10 == 0 {
                    store.settle().unwrap();
                }
            }
        });
        let mut copies = Vec::new();
        while !writer.is_finished() && copies.len() < 3 {
            let path = folder.path().join(format!("{}.zst", copies.len()));
            store.backup(&path).unwrap();
            copies.push(path);
        }
        copies
    });
    store.backup(&backup).unwrap();
    for (index, copy) in copies.iter().chain([&backup]).enumerate() {
        let to = folder.path().join(format!("restored-{index}"));
        Store::restore(copy, &to).unwrap();
        let restored = open(&to);
        let n = check(&restored);
        assert!(n >= 20);
        if copy == &backup || index == 0 {
            assert_eq!(restored.verify().unwrap().faults, [""; 0]);
        }
        if copy == &backup {
            assert_eq!(restored.counts().unwrap(), store.counts().unwrap());
            let key = RecordKey::new("s", "1");
            assert_eq!(restored.history(&key).unwrap(), store.history(&key).unwrap());
            assert_eq!(restored.raw(&key).unwrap(), store.raw(&key).unwrap());
            // And it lives on.
            restored.commit(batch(61)).unwrap();
            drop(restored);
            assert_eq!(check(&open(&to)), 61);
        }
    }
    assert!(!copies.is_empty());
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    made(&data, 1..=5);
    let backup = folder.path().join("backup.zst");
    let store = open(&data);
    store.backup(&backup).unwrap();
    let error = store.backup(&backup).unwrap_err().to_string();
    assert!(error.contains("backup.zst`: "), "{error}");
    let whole = fs::read(&backup).unwrap();
    let bad = folder.path().join("bad.zst");
    for n in 0..40 {
        let at = whole.len() * n / 40;
        let mut bytes = whole.clone();
        if n % 2 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 0x10;
        }
        fs::write(&bad, &bytes).unwrap();
        let to = folder.path().join(format!("restored-{n}"));
        let error = Store::restore(&bad, &to).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{n}: {error}");
    }
    let error = Store::restore(&backup, &data).unwrap_err().to_string();
    assert!(error.starts_with("cannot restore into `"), "{error}");
}
