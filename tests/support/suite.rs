//! What must hold for every harvester, whatever it speaks. Run for each entry of the registry and each of its
//! scenarios; see `fixtures/README.md` for the list.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use moisson_harvest::{Harvester, Source};
use serde::Deserialize;

use crate::{
    datasets,
    exchanges::Damage,
    replay::{Play, Played, play},
    scenario::Scenario,
    snapshot,
    watched::{Kept, Rewalk, Watched},
};

/// Places at which each body is cut on its way.
const CUTS_ON_THE_WIRE: usize = 4;

/// Places at which each body is cut before it is read.
const CUTS_UNSEEN: usize = 300;

/// Runs the whole suite; gives what is wrong, in sentences.
pub async fn run(harvester: &'static dyn Harvester) -> Vec<String> {
    let mut wrong = example(harvester);
    let scenarios = Scenario::all_of(harvester.name());
    if scenarios.is_empty() {
        wrong.push(format!("`{}` has no scenario under fixtures/harvesters", harvester.name()));
    }
    let checks = scenarios.into_iter().map(|scenario| {
        let check = async move {
            let found = check(harvester, &scenario).await;
            println!("{}: {}", scenario.name, if found.is_empty() { "ok" } else { "WRONG" });
            found.into_iter().map(|text| format!("{}: {text}", scenario.name)).collect::<Vec<_>>()
        };
        tokio::spawn(check)
    });
    // All run at the same time; what is wrong is told in the order of the scenarios.
    for check in checks.collect::<Vec<_>>() {
        wrong.extend(check.await.expect("the suite does not panic"));
    }
    wrong
}

/// The example that a harvester gives of itself parses, and it can plan for it.
fn example(harvester: &'static dyn Harvester) -> Vec<String> {
    #[derive(Deserialize)]
    struct Example {
        source: Vec<toml::Table>,
    }
    let name = harvester.name();
    let example: Example = match toml::from_str(harvester.about().example) {
        Ok(example) => example,
        Err(error) => return vec![format!("{name}: the example is no TOML: {error}")],
    };
    let mut wrong = Vec::new();
    for table in example.source {
        let source: Source = match table.try_into() {
            Ok(source) => source,
            Err(error) => {
                wrong.push(format!("{name}: the example is no source: {error}"));
                continue;
            }
        };
        if source.kind != name {
            wrong.push(format!("{name}: the example is of kind `{}`", source.kind));
        }
        if let Err(error) = harvester.plan(&source, None) {
            wrong.push(format!("{name}: the example cannot be planned: {error}"));
        }
    }
    wrong
}

async fn check(harvester: &'static dyn Harvester, scenario: &Scenario) -> Vec<String> {
    let watched = Watched::new(harvester);
    let first = play(watched, scenario, Play::default()).await;
    let mut wrong = first.complaints.clone();
    replayed(harvester, scenario, &first, &mut wrong);
    same_again(harvester, scenario, &first, &mut wrong).await;
    nothing_new(harvester, scenario, &first, &mut wrong).await;
    cut_unseen(watched, scenario, &first, &mut wrong);
    cut_on_the_wire(harvester, scenario, &first, &mut wrong).await;
    resumed(harvester, scenario, &first, &mut wrong).await;
    wrong
}

/// Each scenario gives the expected outcome, remarks and datasets.
fn replayed(harvester: &'static dyn Harvester, scenario: &Scenario, first: &Played, wrong: &mut Vec<String>) {
    let outcome = outcome(first);
    let remarks = remarks(harvester, scenario, first);
    let datasets = datasets::text(harvester, scenario, first);
    let came = [("outcome.txt", outcome), ("remarks.txt", remarks), ("datasets.nt", datasets)];
    wrong.extend(datasets::unclean(harvester, scenario, first));
    wrong.extend(snapshot::differences(&scenario.folder.join("expected"), &came));
}

fn outcome(played: &Played) -> String {
    let mut text = played.outcome.clone().unwrap_or_default();
    text.push('\n');
    for line in played.removals.iter().chain([&String::new()]).chain(&played.pages) {
        let _ = writeln!(text, "{line}");
    }
    text
}

fn remarks(harvester: &'static dyn Harvester, scenario: &Scenario, played: &Played) -> String {
    let mut all = Played { remarks: played.remarks.clone(), ..Played::default() };
    for (id, record) in &played.records {
        match harvester.map(&scenario.source, record) {
            Ok(mapped) => all.remark(&id.0, &mapped.remarks),
            Err(error) => {
                all.remarks.entry(id.0.clone()).or_default().push(format!("unmappable: {error}"));
            }
        }
    }
    let mut text = String::new();
    for (about, remarks) in &all.remarks {
        let _ = writeln!(text, "{about}");
        for remark in remarks {
            let _ = writeln!(text, "  {remark}");
        }
    }
    text
}

/// Two walks over the same bytes give the same.
async fn same_again(
    harvester: &'static dyn Harvester,
    scenario: &Scenario,
    first: &Played,
    wrong: &mut Vec<String>,
) {
    let again = play(harvester, scenario, Play::default()).await;
    compare("a second walk over the same bytes", first, &again, wrong);
}

/// A walk where nothing has changed since gives no record that was not asked for anew, and the same outcome.
async fn nothing_new(
    harvester: &'static dyn Harvester,
    scenario: &Scenario,
    first: &Played,
    wrong: &mut Vec<String>,
) {
    let readings = first.readings.clone();
    let again = play(harvester, scenario, Play { readings, ..Play::default() }).await;
    if again.outcome != first.outcome {
        wrong.push(format!(
            "with nothing new, the outcome was `{}` instead of `{}`",
            again.outcome.unwrap_or_default(),
            first.outcome.clone().unwrap_or_default()
        ));
    }
    // Read anew is only what came without validators, or did not end well.
    let kept = first.readings.values().filter(|reading| reading.validators.is_some());
    let kept: usize = kept.map(|reading| reading.records.len() + as_usize(reading.broken)).sum();
    if again.found > first.found.saturating_sub(kept) {
        wrong.push(format!("with nothing new, {} entries were read again: {:?}", again.found, again.pages));
    }
}

/// A body that ends too early never makes a walk whole that has not seen everything.
async fn cut_on_the_wire(
    harvester: &'static dyn Harvester,
    scenario: &Scenario,
    first: &Played,
    wrong: &mut Vec<String>,
) {
    for (exchange, sent) in scenario.exchanges.all.iter().enumerate() {
        let size = sent.size();
        for at in places(size, CUTS_ON_THE_WIRE) {
            let damage = Damage { cut: Some((exchange, at)) };
            let played = play(harvester, scenario, Play { damage, ..Play::default() }).await;
            let missing = first.records.keys().filter(|id| !played.records.contains_key(*id)).count();
            if first.whole && played.whole && missing > 0 {
                wrong.push(format!(
                    "exchange {exchange} cut after {at} of {size} bytes: the walk is whole without {missing} records"
                ));
            }
        }
    }
}

/// Nor does one that nobody can see is cut, by its length or its encoding; and none makes a harvester panic.
fn cut_unseen(watched: &Watched, scenario: &Scenario, first: &Played, wrong: &mut Vec<String>) {
    let kept = watched.kept();
    let rewalk = Rewalk {
        harvester: watched.inner(),
        source: &scenario.source,
        since: scenario.exchanges.since,
        known: scenario.exchanges.known.len() as u64,
        kept: &kept,
    };
    for (fingerprint, reply) in &kept {
        let Kept::Reply { url, body, .. } = reply else { continue };
        for at in places(body.len(), CUTS_UNSEEN) {
            let rewalked = rewalk.cut(*fingerprint, at);
            let place = format!("{url} cut unseen after {at} of {} bytes", body.len());
            if rewalked.panicked {
                wrong.push(format!("{place}: the harvester panicked"));
            }
            let missing = first.records.keys().filter(|id| !rewalked.seen.contains(*id)).count();
            let may_pass = scenario.exchanges.cut_may_pass.is_some();
            if first.whole && rewalked.whole && missing > 0 && !may_pass {
                wrong.push(format!("{place}: the walk is whole without {missing} records"));
            }
        }
    }
}

/// Places at which a body of that size is cut: all, or so many from nothing to all but the last byte.
fn places(size: usize, most: usize) -> impl Iterator<Item = usize> {
    let count = size.min(most);
    (0..count).map(move |n| if size <= most { n } else { (size - 1) * n / (most - 1) })
}

/// Dying after any page and going on from what was saved gives what not dying gives.
async fn resumed(
    harvester: &'static dyn Harvester,
    scenario: &Scenario,
    first: &Played,
    wrong: &mut Vec<String>,
) {
    for pages in 1..first.pages.len() {
        let before = play(harvester, scenario, Play { die_after: Some(pages), ..Play::default() }).await;
        let saved = serde_json::to_string(&before.checkpoint).expect("checkpoints can be written");
        let resume = serde_json::from_str(&saved).expect("checkpoints can be read");
        let mut after = play(harvester, scenario, Play { resume, ..Play::default() }).await;
        let mut records = before.records;
        for (id, record) in std::mem::take(&mut after.records) {
            records.entry(id).or_insert(record);
        }
        after.records = records;
        compare(&format!("a walk resumed after page {pages}"), first, &after, wrong);
    }
}

fn as_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn compare(what: &str, first: &Played, other: &Played, wrong: &mut Vec<String>) {
    if other.outcome != first.outcome {
        wrong.push(format!(
            "{what} ended as `{}` instead of `{}`",
            other.outcome.clone().unwrap_or_default(),
            first.outcome.clone().unwrap_or_default()
        ));
    }
    let only_in = |a: &Played, b: &Played| {
        let ids = a.records.iter().filter(|(id, record)| b.records.get(*id) != Some(*record));
        ids.map(|(id, _)| id.to_string()).collect::<Vec<_>>()
    };
    if other.records != first.records {
        let (more, less) = (only_in(other, first), only_in(first, other));
        wrong.push(format!("{what} gave other records: {more:?} instead of {less:?}"));
    }
}
