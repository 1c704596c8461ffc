//! The outcome of a check in the formats that people and programs read.

mod json;
mod junit;
mod sarif;
mod text;

pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::{Look, text};

use std::fmt::Write as _;

use crate::Checked;

/// The report in the standard's own terms ([SHACL §3.6](https://www.w3.org/TR/shacl/#validation-report)), as Turtle.
/// What was wrong with documents stands before it in comments, since the standard has no terms for that.
pub fn turtle(checked: &Checked) -> String {
    let mut out = String::new();
    for document in &checked.documents {
        for fault in &document.faults {
            let place = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
            let (name, message) = (one_line(&document.name), one_line(&fault.message));
            let _infallible = writeln!(out, "# {name}{place}: {message}");
        }
    }
    let mut turtle = Vec::new();
    // Writing to memory does not fail.
    let _infallible = checked.report.write_turtle(&mut turtle);
    out.push_str(&String::from_utf8_lossy(&turtle));
    out
}

fn one_line(text: &str) -> String {
    crate::names::one_line(text, 500)
}
