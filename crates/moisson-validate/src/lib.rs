//! Documents against shapes: RDF in any syntax goes in as bytes, what is wrong with each dataset comes out in words.
//!
//! ```text
//! bytes ── intake ──▶ RDF parser ── read ──▶ index (moisson-shacl), places
//!             gunzip, limits, gates, lines          │ validate
//!                                                   ▼
//!   text, JSON, SARIF, JUnit, Turtle ◀── Checked ◀── gather: by dataset, then by rule
//! ```
//!
//! The command `moisson validate`, the resource `/api/validate` and the page `/validate` are three ways in.
//!
//! Documents are read as the standards say and not mended as a harvester would: an error of syntax is a [`Fault`]
//! with its line, the rest is checked where the syntax lets one go on, and the verdict is then
//! [`Verdict::Error`]. [`Reading::Lenient`] reads as the harvester does.
//!
//! No document is held: it streams into the index, whose size [`Limits`] bounds. Of JSON-LD the parser holds the
//! whole document, and of a lenient reading the harvester's reader does; both have limits of their own.
//!
//! ```
//! use moisson_validate::{Document, Limits, Rules, Verdict, Words, check};
//!
//! let rules = Rules::usual()?;
//! let turtle = r#"@prefix dcat: <http://www.w3.org/ns/dcat#> . <https://x.example/d> a dcat:Dataset ."#;
//! let checked = check(&rules, vec![Document::new("d.ttl", turtle.as_bytes())], &Limits::default(), &|| false)?;
//! assert_eq!(checked.verdict(), Verdict::Violations);
//! let text = moisson_validate::format::text(&checked, Words::of("fr"), &Default::default());
//! assert!(text.contains("https://x.example/d"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checked;
mod declared;
mod document;
pub mod format;
mod gather;
mod intake;
mod limits;
mod names;
mod owner;
mod places;
mod read;
mod rules;
mod syntax;
mod words;

pub use checked::{
    Checked, Counts, DocumentRead, Fault, FaultKind, Finding, Group, GroupKind, Place, ProfileVerdict, Rule,
    Severity, Verdict,
};
pub use document::{Document, Reading};
pub use limits::Limits;
pub use names::{compact, compact_path, plain};
pub use rules::{Rules, RulesError, ShapesFile};
pub use syntax::Syntax;
pub use words::{Words, best};

use moisson_shacl::DataError;

/// Reads documents as one graph and checks it.
///
/// `stop` is asked while documents are read; once it says yes, reading ends with a [fault](FaultKind::Stopped).
///
/// # Errors
/// When the shapes cannot be evaluated on the data. What is wrong with documents is in the result.
pub fn check(
    rules: &Rules,
    documents: Vec<Document<'_>>,
    limits: &Limits,
    stop: &dyn Fn() -> bool,
) -> Result<Checked, DataError> {
    let mut reader = read::Reader::new(rules, limits, stop)?;
    for document in documents {
        reader.read(document);
    }
    let read = reader.finish();
    let report = rules.shapes().validate_index(&read.index)?;
    gather::gather(rules, read, report)
}
