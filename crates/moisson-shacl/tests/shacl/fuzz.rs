//! The fuzz target's body on random bytes, which stable Rust can run: a few hundred by default, and for so many
//! seconds as `MOISSON_FUZZ_SECONDS` says.

#[path = "../../fuzz/body.rs"]
mod body;

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// No input of a kilobyte may take longer, even on a busy machine.
const TOO_LONG: Duration = Duration::from_secs(20);
/// So many inputs without being asked for more.
const INPUTS: usize = 1_000;

#[test]
fn any_bytes_end_in_an_error_or_a_report() {
    let seconds = std::env::var("MOISSON_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let limit = seconds.map(Duration::from_secs);
    // The same every time, but for a run on request.
    let mut runner = if limit.is_some() { TestRunner::default() } else { TestRunner::deterministic() };
    let strategy = proptest::collection::vec(any::<u8>(), 0..900);
    let start = Instant::now();
    let (mut count, mut validated, mut found) = (0, 0, 0);
    while limit.map_or(count < INPUTS, |limit| start.elapsed() < limit) {
        let bytes = strategy.new_tree(&mut runner).unwrap().current();
        let begun = Instant::now();
        let Ok(results) = std::panic::catch_unwind(|| body::run(&bytes)) else {
            panic!("these bytes break it: {bytes:?}");
        };
        assert!(begun.elapsed() < TOO_LONG, "these bytes take {:?}: {bytes:?}", begun.elapsed());
        count += 1;
        validated += usize::from(results.is_some());
        found += results.unwrap_or_default();
    }
    println!("{count} inputs in {:?}: {validated} usable shapes, {found} results", start.elapsed());
    assert!(validated > count / 20 && found > 0, "too few of the {count} shapes are usable: {validated}");
}
