//! Expected texts in files: compared, or written anew when `UPDATE_EXPECTED` is set.

use std::{collections::BTreeSet, env, fs, path::Path};

/// Set to anything, it makes the expected files what came.
pub const UPDATE: &str = "UPDATE_EXPECTED";

/// Lines shown around the first difference.
const AROUND: usize = 3;

/// Compares the files of a folder with what came; says what differs. Files that nobody expects differ, too.
pub fn differences(folder: &Path, came: &[(&str, String)]) -> Vec<String> {
    if env::var_os(UPDATE).is_some() {
        write(folder, came);
        return Vec::new();
    }
    let mut differences = Vec::new();
    for (name, text) in came {
        let path = folder.join(name);
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected != *text {
            differences.push(format!("{} differs: {}", path.display(), first_difference(&expected, text)));
        }
    }
    for name in strangers(folder, came) {
        differences.push(format!("{} is compared with nothing", folder.join(name).display()));
    }
    differences
}

fn write(folder: &Path, came: &[(&str, String)]) {
    fs::create_dir_all(folder).expect("the fixtures can be written");
    for (name, text) in came {
        let path = folder.join(name);
        if text.is_empty() {
            // What is empty needs no file.
            let _was_not_there = fs::remove_file(&path);
        } else {
            fs::write(path, text).expect("the fixtures can be written");
        }
    }
    for name in strangers(folder, came) {
        fs::remove_file(folder.join(name)).expect("the fixtures can be written");
    }
}

fn strangers(folder: &Path, came: &[(&str, String)]) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !came.iter().any(|(known, _)| known == name))
        .collect()
}

fn first_difference(expected: &str, came: &str) -> String {
    let (expected, came): (Vec<_>, Vec<_>) = (expected.lines().collect(), came.lines().collect());
    let same = expected.iter().zip(&came).take_while(|(a, b)| a == b).count();
    let excerpt = |lines: &[&str]| {
        let part = lines.iter().skip(same).take(AROUND).map(|line| format!("\n    {line}"));
        let part: String = part.collect();
        if part.is_empty() { "\n    (the end)".to_owned() } else { part }
    };
    format!("line {}\n  expected:{}\n  came:{}", same + 1, excerpt(&expected), excerpt(&came))
}
