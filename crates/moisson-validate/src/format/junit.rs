//! The outcome as [JUnit XML](https://github.com/testmoapp/junitxml), which build servers count: a test case for each
//! profile, and one for each dataset in which something of it is wrong. Violations are failures; warnings and advice
//! are what the case says beside.

use std::fmt::Write as _;

use crate::{
    Checked, Group, ProfileVerdict, Rule, Severity, Words,
    names::{plain, shown},
    words::best,
};

/// The outcome as a document.
pub fn junit(checked: &Checked, words: &Words) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures, mut errors) = (0_u64, 0_u64, 0_u64);
    let name = checked.documents.iter().map(|document| document.name.as_str()).collect::<Vec<_>>().join(", ");
    let (reading, failed) = reading(checked);
    tests += checked.documents.len() as u64;
    errors += failed;
    suites.push_str(&reading);
    for profile in &checked.profiles {
        let (suite, of_it, failed) = suite(checked, words, profile);
        tests += of_it;
        failures += failed;
        suites.push_str(&suite);
    }
    let name = escaped(&name);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"{errors}\">\n{suites}</testsuites>\n"
    )
}

/// Whether each document could be read.
fn reading(checked: &Checked) -> (String, u64) {
    let failed = checked.documents.iter().filter(|document| document.failed()).count();
    let mut out = String::new();
    let tests = checked.documents.len();
    let _infallible =
        writeln!(out, "  <testsuite name=\"RDF\" tests=\"{tests}\" failures=\"0\" errors=\"{failed}\">");
    for document in &checked.documents {
        let name = escaped(&document.name);
        let _infallible = write!(out, "    <testcase classname=\"RDF\" name=\"{name}\" file=\"{name}\"");
        if document.failed() {
            let mut lines = String::new();
            for fault in &document.faults {
                let place = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
                let _infallible = writeln!(lines, "{}{place}: {}", document.name, fault.message);
            }
            let message = document.faults.first().map_or("", |fault| fault.message.as_str());
            let (message, lines) = (escaped(message), escaped(&lines));
            let _infallible =
                writeln!(out, ">\n      <error message=\"{message}\">{lines}</error>\n    </testcase>");
        } else {
            out.push_str("/>\n");
        }
    }
    out.push_str("  </testsuite>\n");
    (out, failed as u64)
}

fn suite(checked: &Checked, words: &Words, profile: &ProfileVerdict) -> (String, u64, u64) {
    let of_it = |group: &Group| group.rules.iter().any(|rule| rule.profile == profile.name);
    let mut cases = String::new();
    let (mut tests, mut failures) = (0, 0);
    for group in checked.groups.iter().filter(|group| of_it(group)) {
        tests += 1;
        failures += u64::from(case(checked, words, (group, &profile.name), &mut cases));
    }
    let class = escaped(&profile.name);
    if tests == 0 {
        tests = 1;
        let _infallible = writeln!(cases, "    <testcase classname=\"{class}\" name=\"{class}\"/>");
    }
    let suite = format!(
        "  <testsuite name=\"{class}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{cases}  </testsuite>\n"
    );
    (suite, tests, failures)
}

/// Writes a case; says whether it failed.
fn case(checked: &Checked, words: &Words, (group, profile): (&Group, &str), out: &mut String) -> bool {
    let title = best(&group.title, words.language).map_or(words.untitled, oxrdf::Literal::value);
    let name = escaped(&format!("{title} <{}>", plain(&group.node)));
    let _infallible = write!(out, "    <testcase classname=\"{}\" name=\"{name}\"", escaped(profile));
    if let Some(place) = group.place
        && let Some(document) = checked.documents.get(place.document)
    {
        let _infallible = write!(out, " file=\"{}\"", escaped(&document.name));
        if let Some(line) = place.line {
            let _infallible = write!(out, " line=\"{line}\"");
        }
    }
    out.push_str(">\n");
    let rules = || group.rules.iter().filter(|rule| rule.profile == profile);
    let broken: Vec<&Rule> = rules().filter(|rule| rule.severity == Severity::Violation).collect();
    for rule in &broken {
        let message = escaped(&words.message(rule).0);
        let _infallible = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{message}\">{}</failure>",
            escaped(&rule.component),
            escaped(&lines(words, rule))
        );
    }
    let mut advice = String::new();
    for rule in rules().filter(|rule| rule.severity != Severity::Violation) {
        let (severity, message) = (words.severity(rule.severity), words.message(rule).0);
        let _infallible = write!(advice, "{severity}: {message}\n{}", lines(words, rule));
    }
    if !advice.is_empty() {
        let _infallible = writeln!(out, "      <system-out>{}</system-out>", escaped(&advice));
    }
    out.push_str("    </testcase>\n");
    !broken.is_empty()
}

fn lines(words: &Words, rule: &Rule) -> String {
    let mut out = String::new();
    for finding in &rule.findings {
        if let Some(line) = finding.place.and_then(|place| place.line) {
            let _infallible = write!(out, "{}: ", words.line.replace("{n}", &line.to_string()));
        }
        out.push_str(&plain(&finding.focus_node));
        if let Some(value) = &finding.value {
            let _infallible = write!(out, " {}", shown(value, 200));
        }
        out.push('\n');
    }
    out
}

/// Text for XML 1.0: marks as references, and nothing that may not stand there at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
