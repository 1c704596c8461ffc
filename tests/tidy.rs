//! The tree keeps its own rules: the layers of `crates/README.md`, the top level, a header on every file, no
//! half-done work, no large fixture.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The longest source file; most are far shorter.
const MAX_LINES: usize = 700;
/// Fixtures show one behaviour each.
const MAX_FIXTURE_BYTES: u64 = 100_000;
/// Words for folders of things that belong nowhere.
const NOWHERE: [&str; 5] = ["util", "utils", "common", "helper", "helpers"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the project").to_owned()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder, those of version control and of the compiler left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder can be listed").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match path.is_dir() {
            true if name == "target" || name.starts_with('.') => {}
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

fn sources() -> Vec<PathBuf> {
    files(&root()).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).collect()
}

/// What `crates/README.md` lets a crate use.
#[derive(Debug)]
struct Layer {
    /// Nothing: any.
    ours: Option<BTreeSet<String>>,
    heavy: Option<BTreeSet<String>>,
}

fn layers() -> BTreeMap<String, Layer> {
    let readme = text(&root().join("crates/README.md"));
    let rows = readme.lines().filter(|line| line.starts_with("| [`moisson"));
    let layers: BTreeMap<String, Layer> = rows
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [name, _, ours, heavy] = cells[..] else { panic!("not four cells: {row}") };
            let name = name.split('`').nth(1).unwrap_or_default().to_owned();
            let ours = ours.split(", ").filter(|name| !matches!(*name, "" | "–"));
            let layer = Layer {
                ours: (!row.contains("| all |"))
                    .then(|| ours.map(|name| format!("moisson-{name}")).collect()),
                heavy: (heavy != "any")
                    .then(|| heavy.split('`').skip(1).step_by(2).map(str::to_owned).collect()),
            };
            (name, layer)
        })
        .collect();
    assert!(layers.len() >= 8, "the table of layers was not found");
    layers
}

/// What each crate's manifest says it needs to be built.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let manifests =
        files(&root()).into_iter().filter(|path| path.file_name().is_some_and(|n| n == "Cargo.toml"));
    let packages = manifests.filter_map(|path| {
        let manifest: toml::Table = text(&path).parse().expect("a manifest is TOML");
        let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
        let needed =
            manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        name.starts_with("moisson").then(|| (name, needed.into_iter().map(|(name, _)| name).collect()))
    });
    packages.filter(|(name, _)| !name.ends_with("-fuzz")).collect()
}

#[test]
fn crates_use_only_what_their_layer_may() {
    let (layers, dependencies) = (layers(), dependencies());
    let named: BTreeSet<&String> =
        layers.values().filter_map(|layer| layer.heavy.as_ref()).flatten().collect();
    for (name, needed) in &dependencies {
        let layer = layers.get(name).unwrap_or_else(|| panic!("{name} has no row in crates/README.md"));
        if let Some(ours) = &layer.ours {
            for below in needed.iter().filter(|needed| needed.starts_with("moisson")) {
                assert!(ours.contains(below), "{name} uses {below}, which crates/README.md does not let it");
            }
        }
        if let Some(heavy) = &layer.heavy {
            let used: BTreeSet<&String> = needed.iter().filter(|needed| named.contains(needed)).collect();
            assert_eq!(
                used,
                heavy.iter().collect(),
                "{name}: the heavy names of its manifest and of crates/README.md"
            );
        }
    }
    assert_eq!(
        dependencies.keys().collect::<Vec<_>>(),
        layers.keys().collect::<Vec<_>>(),
        "every crate has a row, and every row a crate"
    );
}

#[test]
fn the_top_level_is_as_agreed() {
    let allowed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "crates",
        "fixtures",
        "harvesters",
        "shapes",
        "tests",
    ];
    for entry in std::fs::read_dir(root()).expect("the project's folder can be listed") {
        let name = entry.expect("a folder can be listed").file_name();
        let name = name.to_str().expect("names are UTF-8");
        assert!(
            allowed.contains(&name) || name.starts_with('.') || matches!(name, "target" | "moisson-data"),
            "`{name}` does not belong at the top"
        );
    }
}

#[test]
fn source_files_say_what_they_are_and_end() {
    let sources = sources();
    assert!(sources.len() > 300, "only {} source files were found", sources.len());
    for path in sources {
        let content = text(&path);
        let lines = content.lines().count();
        assert!(lines <= MAX_LINES, "{}: {lines} lines; split it", path.display());
        assert!(content.starts_with("//!"), "{}: starts without saying what it is", path.display());
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let folder =
            path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        assert!(
            !NOWHERE.contains(&stem) && !NOWHERE.contains(&folder),
            "{}: name it after what it does",
            path.display()
        );
    }
}

#[test]
fn nothing_half_done_is_kept() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!(")];
    for path in files(&root()) {
        let Ok(content) = std::fs::read_to_string(&path) else { continue };
        let prose = path.extension().is_some_and(|e| e == "rs" || e == "md" || e == "toml" || e == "ttl");
        for mark in marks.iter().filter(|_| prose) {
            assert!(!content.contains(mark), "{}: has a `{mark}`", path.display());
        }
    }
}

#[test]
fn fixtures_are_small() {
    for path in files(&root().join("fixtures")) {
        let bytes = path.metadata().expect("a file has a length").len();
        assert!(bytes <= MAX_FIXTURE_BYTES, "{}: {bytes} bytes; show one behaviour", path.display());
    }
}
