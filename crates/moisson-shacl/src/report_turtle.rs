//! Reports as [Turtle](https://www.w3.org/TR/turtle/), written as they go: no triple is made on the way.

use std::fmt;
use std::io::{self, Write};

use crate::path::Path;
use crate::report::{Report, ValidationResult};

const SH: &str = "http://www.w3.org/ns/shacl#";

impl Report {
    /// Writes the report as Turtle, a block for each result. The results and paths are blank nodes without
    /// labels; those of the data and the shapes keep theirs.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn write_turtle(&self, mut writer: impl Write) -> io::Result<()> {
        write!(
            writer,
            "@prefix sh: <{SH}> .\n\n[] a sh:ValidationReport ;\n    sh:conforms {}",
            self.conforms
        )?;
        for (at, result) in self.results.iter().enumerate() {
            writer.write_all(if at == 0 { b" ;\n    sh:result " } else { b" , " })?;
            write_result(&mut writer, result)?;
        }
        writer.write_all(b" .\n")
    }
}

fn write_result(writer: &mut impl Write, result: &ValidationResult) -> io::Result<()> {
    write!(writer, "[\n        a sh:ValidationResult ;\n        sh:focusNode {}", result.focus_node)?;
    if let Some(path) = &result.result_path {
        write!(writer, " ;\n        sh:resultPath {}", InTurtle(path))?;
    }
    if let Some(value) = &result.value {
        write!(writer, " ;\n        sh:value {value}")?;
    }
    for (at, message) in result.result_message.iter().enumerate() {
        writer.write_all(if at == 0 { b" ;\n        sh:resultMessage " } else { b" , " })?;
        write!(writer, "{message}")?;
    }
    write!(writer, " ;\n        sh:sourceShape {}", result.source_shape)?;
    if let Some(constraint) = &result.source_constraint {
        write!(writer, " ;\n        sh:sourceConstraint {constraint}")?;
    }
    for (property, iri) in [
        ("sh:sourceConstraintComponent", &result.source_constraint_component),
        ("sh:resultSeverity", &result.result_severity),
    ] {
        match iri.as_str().strip_prefix(SH).filter(|local| is_plain(local)) {
            Some(local) => write!(writer, " ;\n        {property} sh:{local}")?,
            None => write!(writer, " ;\n        {property} {iri}")?,
        }
    }
    for detail in &result.detail {
        writer.write_all(b" ;\n        sh:detail ")?;
        write_result(writer, detail)?;
    }
    writer.write_all(b"\n    ]")
}

fn is_plain(local: &str) -> bool {
    local.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A path in the notation of shapes.
struct InTurtle<'a>(&'a Path);

impl fmt::Display for InTurtle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Path]| {
            f.write_str("( ")?;
            for part in parts {
                write!(f, "{} ", InTurtle(part))?;
            }
            f.write_str(")")
        };
        match self.0 {
            Path::Predicate(predicate) => write!(f, "{predicate}"),
            Path::Sequence(parts) => list(f, parts),
            Path::Alternative(parts) => {
                f.write_str("[ sh:alternativePath ")?;
                list(f, parts)?;
                f.write_str(" ]")
            }
            Path::Inverse(inner) => write!(f, "[ sh:inversePath {} ]", InTurtle(inner)),
            Path::ZeroOrMore(inner) => write!(f, "[ sh:zeroOrMorePath {} ]", InTurtle(inner)),
            Path::OneOrMore(inner) => write!(f, "[ sh:oneOrMorePath {} ]", InTurtle(inner)),
            Path::ZeroOrOne(inner) => write!(f, "[ sh:zeroOrOnePath {} ]", InTurtle(inner)),
        }
    }
}
