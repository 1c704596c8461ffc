//! Every harvester of the registry against every scenario of its fixtures, through the real client.
//!
//! `UPDATE_EXPECTED=1 cargo test -p moisson-tests --test harvest` writes the expected files anew; read the
//! difference before committing it. `ONLY=ckan` looks at one harvester.

use moisson_tests::{scenario::fixtures, suite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_harvester_passes_the_suite() {
    let only = std::env::var("ONLY").ok();
    let mut wrong = Vec::new();
    for harvester in moisson_harvesters::ALL {
        if only.as_deref().is_none_or(|only| only == harvester.name()) {
            println!("{}", harvester.name());
            wrong.extend(suite::run(*harvester).await);
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_folder_of_fixtures_belongs_to_a_harvester() {
    let folder = fixtures().join("harvesters");
    let Ok(entries) = std::fs::read_dir(&folder) else { return };
    for entry in entries {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(moisson_harvesters::find(&name).is_ok(), "{}/{name}: no such harvester", folder.display());
    }
}

#[test]
fn the_registry_is_sorted_and_names_are_unique() {
    let names: Vec<_> = moisson_harvesters::ALL.iter().map(|harvester| harvester.name()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
}
