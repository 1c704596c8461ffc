//! The program as a person starts it.

#![expect(clippy::unwrap_used, reason = "a failure here is a failure of the test")]

use std::{
    path::Path,
    process::{Command, Output},
};

use moisson_store::{Note, Store, StoreOptions};

fn moisson(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moisson")).args(args).current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_demo_harvests_every_sample_portal_whole() {
    let folder = tempfile::tempdir().unwrap();
    let output = moisson(folder.path(), &["demo", "--once", "--format", "json"]);
    assert!(output.status.success(), "{}", err(&output));
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    let sources = report["sources"].as_array().unwrap();
    let kinds: std::collections::BTreeSet<_> = sources.iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["ckan", "dcat", "opendatasoft", "web-page"]);
    for source in sources {
        assert_eq!(source["outcome"], "whole", "{source:#}");
        assert!(source["new"].as_u64().unwrap() > 0, "{source:#}");
    }
    let datasets = report["datasets"].as_u64().unwrap();
    assert!((55..70).contains(&datasets), "{datasets} datasets");
    assert!(report["quads"].as_u64().unwrap() > 50 * datasets);
}

#[test]
fn init_writes_what_check_takes_and_will_not_write_over_it() {
    let folder = tempfile::tempdir().unwrap();
    assert!(moisson(folder.path(), &["init"]).status.success());
    let checked = moisson(folder.path(), &["check"]);
    assert!(checked.status.success(), "{}", out(&checked));
    let again = moisson(folder.path(), &["init"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("--force"), "{}", err(&again));
}

#[test]
fn check_says_what_is_wrong_where_and_exits_with_2() {
    let folder = tempfile::tempdir().unwrap();
    moisson(folder.path(), &["init"]);
    let path = folder.path().join("moisson.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("kind = \"ckan\"", "kind = \"ckna\"")).unwrap();
    let checked = moisson(folder.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(2));
    let said = out(&checked);
    assert!(said.starts_with("moisson.toml:") && said.contains("did you mean `ckan`?"), "{said}");
    let checked = moisson(folder.path(), &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out(&checked)).unwrap();
    assert_eq!(report["valid"], false);
    assert!(report["errors"][0]["line"].as_u64().unwrap() > 1);
}

#[test]
fn an_unknown_source_names_those_that_are_configured() {
    let folder = tempfile::tempdir().unwrap();
    moisson(folder.path(), &["init"]);
    let output = moisson(folder.path(), &["harvest", "metropol"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("`metropole`"), "{}", err(&output));
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        "demo",
        "init",
        "check",
        "harvest",
        "accept",
        "undelete",
        "serve",
        "harvesters",
        "backup",
        "restore",
        "rebuild",
        "export",
        "duplicates",
        "validate",
        "revalidate",
        "source",
        "token",
        "audit",
    ] {
        let help = out(&moisson(folder.path(), &[command, "--help"]));
        assert!(help.contains("Example"), "`moisson {command} --help`:\n{help}");
    }
}

#[test]
fn quads_are_kept_on_disk_by_a_build_that_can() {
    let folder = tempfile::tempdir().unwrap();
    moisson(folder.path(), &["init"]);
    let path = folder.path().join("moisson.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("quads = \"memory\"", "quads = \"rocksdb\"")).unwrap();
    let output = moisson(folder.path(), &["rebuild"]);
    let said = err(&output);
    if cfg!(feature = "rocksdb") {
        assert!(output.status.success(), "{said}");
    } else {
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains("--features rocksdb"), "{said}");
    }
}

#[test]
fn check_reads_what_is_kept_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(moisson(folder.path(), &["init"]).status.success());
    let check = |args: &[&str]| {
        let checked = moisson(folder.path(), &[&["check"], args].concat());
        (checked.status.code(), out(&checked))
    };
    assert!(!check(&[]).1.contains("beside it"), "there is no store yet");
    let file = folder.path().join("moisson.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("name = \"provincie\"", "name = \"provincie\"\ntls = \"accept_invalid\""),
    )
    .unwrap();
    assert!(check(&[]).1.contains("source `provincie`: its certificate is not verified"), "{}", check(&[]).1);
    assert!(!folder.path().join("moisson-data").exists(), "and a check makes none");
    let url = ["--kind", "ckan", "--url", "https://ville.example/", "--set", "schedule=30 2 * * *"];
    assert!(moisson(folder.path(), &[&["source", "add", "ville"], &url[..]].concat()).status.success());
    assert!(moisson(folder.path(), &["source", "pause", "ville"]).status.success());
    let (code, said) = check(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("keeps 1 sources: 0 on a schedule, 1 paused"), "{said}");

    // What another version wrote, and this one cannot use.
    let options = StoreOptions::default();
    let store = Store::open(&folder.path().join("moisson-data"), &options, &|_| ()).unwrap();
    let note = store.note("sources", "ville").unwrap().unwrap();
    let broken = String::from_utf8(note).unwrap().replace("\"ckan\"", "\"ckna\"");
    let note = Note { area: "sources", key: "ville".to_owned(), value: Some(broken.into_bytes()) };
    store.write_notes(&[note]).unwrap();
    let (code, said) = check(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is in use by process"), "{said}");
    drop(store);
    let (code, said) = check(&[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("managed source `ville`: ") && said.contains("did you mean `ckan`?"), "{said}");
    let (_, said) = check(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&report["valid"], &report["managed"][0]["name"]), (&false.into(), &"ville".into()));
}
