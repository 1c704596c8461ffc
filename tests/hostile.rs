//! A portal that does everything wrong that portals do, against every kind of source, through the real client,
//! pipeline and store.
//!
//! Each cell is a healthy run, a run in which the portal misbehaves, and a healthy run again. Whatever it does,
//! nothing is deleted that it still has, what it delivers is kept, the report says what happened, nothing is sent
//! where nothing must be sent, and the last run makes the store equal to the portal.
//!
//! `UPDATE_EXPECTED=1 cargo test -p moisson-tests --test hostile` writes the matrix in `README.md` anew.
//! `ONLY=gzip` plays the rows with that in their name, and says what the reports said.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "hostile/behaviour.rs"]
mod behaviour;
#[path = "hostile/cell.rs"]
mod cell;
#[path = "hostile/matrix.rs"]
mod matrix;
#[path = "hostile/portal.rs"]
mod portal;
#[path = "hostile/tls.rs"]
mod tls;

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use moisson::pipeline::Checker;
use moisson_dcat::vocabulary::vocabulary_graph;

use crate::{
    behaviour::{Expected, behaviours},
    matrix::Matrix,
    portal::KINDS,
};

/// Cells that are played side by side: most of their time they wait.
const AT_A_TIME: usize = 12;

/// Memory of the whole test, in kilobytes: a dozen stores, and nothing of what was sent to fill it.
const MOST_MEMORY_KB: u64 = 1_500_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_portal_makes_us_lose_lie_or_harm() {
    let only = std::env::var("ONLY").ok();
    let checker = Arc::new(Checker::new(&vocabulary_graph()).expect("the shapes are right"));
    let rows = behaviours().filter(|row| only.as_deref().is_none_or(|only| row.name.contains(only)));
    let cells = rows.flat_map(|row| KINDS.into_iter().map(move |kind| (row, kind)));
    let cells = cells.filter(|(row, kind)| row.expected(kind.index()) != Expected::Skipped);
    let played: Vec<_> = stream::iter(cells)
        .map(|(row, kind)| {
            let checker = Arc::clone(&checker);
            tokio::spawn(async move { (row, kind, cell::play(row, kind, checker).await) })
        })
        .buffered(AT_A_TIME)
        .map(|cell| cell.expect("no cell panics"))
        .collect()
        .await;
    let mut wrong = Vec::new();
    let mut matrix = Matrix::default();
    for (row, kind, cell) in &played {
        matrix.add(row, *kind, &cell.outcome);
        if only.is_some() || !cell.wrong.is_empty() {
            println!("{} × {} ({} ms): {}", row.name, kind.column(), cell.took.as_millis(), cell.said);
        }
        wrong.extend(cell.wrong.iter().map(|it| format!("{} × {}: {it}", row.name, kind.column())));
    }
    println!("{}", matrix.text());
    println!("peak memory: {} MB", memory_kb() / 1000);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    if only.is_none() {
        matrix.compare();
        assert!(memory_kb() < MOST_MEMORY_KB, "{} kB of memory", memory_kb());
    }
}

#[test]
fn every_row_has_its_own_name_and_expects_something_of_every_kind() {
    let mut names: Vec<_> = behaviours().map(|row| row.name).collect();
    assert!(names.len() >= 60);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), behaviours().count());
    for row in behaviours() {
        assert_eq!(row.expect.len(), KINDS.len(), "{}", row.name);
        assert!(row.expect.chars().all(|it| "WLHPF-".contains(it)), "{}: {}", row.name, row.expect);
    }
}

/// The most memory that this process ever had; 0 where the system does not say.
fn memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
