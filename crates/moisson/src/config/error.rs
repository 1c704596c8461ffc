//! What is wrong in a configuration file, where, and what to do.

use std::{fmt::Write as _, ops::Range, path::Path};

use toml::de::{DeTable, DeValue};

/// One fault: file, line, column, what is wrong and the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{place}: {message}", place = .line.map_or_else(String::new, |line| format!(":{line}:{column}")))]
pub struct ConfigFileError {
    /// The file as it was named.
    pub file: String,
    /// From 1; none when the file could not be read.
    pub line: Option<usize>,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// A fault of meaning, at a path of keys; the place is found afterwards.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// The list of tables, and which of them.
    table: Option<(&'static str, usize)>,
    keys: Vec<String>,
    message: String,
}

impl Fault {
    /// The keys from the source's table on, with dots, and what is wrong there.
    pub(super) fn said(&self) -> String {
        format!("`{}`: {}", self.keys.join("."), self.message)
    }

    pub(super) fn at(keys: &[&str], message: String) -> Self {
        Self { table: None, keys: keys.iter().map(|&k| k.to_owned()).collect(), message }
    }

    pub(super) fn in_source(position: usize, keys: &[&str], message: String) -> Self {
        Self::in_table("source", position, keys, message)
    }

    pub(super) fn in_table(name: &'static str, position: usize, keys: &[&str], message: String) -> Self {
        Self { table: Some((name, position)), ..Self::at(keys, message) }
    }
}

impl ConfigFileError {
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        let hint = if error.kind() == std::io::ErrorKind::NotFound {
            "; `moisson init` writes a commented example"
        } else {
            ""
        };
        Self {
            file: path.display().to_string(),
            line: None,
            column: 1,
            message: format!("cannot be read: {error}{hint}"),
        }
    }

    pub(super) fn from_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::place(path, text, error.span(), with_nearest(error))
    }

    pub(super) fn located(path: &Path, text: &str, fault: &Fault) -> Self {
        let span = DeTable::parse(text).ok().and_then(|table| find(table.get_ref(), fault));
        let key = fault.keys.join(".");
        Self::place(path, text, span, format!("`{key}`: {}", fault.message))
    }

    fn place(path: &Path, text: &str, span: Option<Range<usize>>, message: String) -> Self {
        let before = span.and_then(|span| text.get(..span.start));
        let (line, column) = before.map_or((None, 1), |before| {
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
            (Some(line), column)
        });
        Self { file: path.display().to_string(), line, column, message }
    }
}

/// What the parser says, with the key that was probably meant.
pub(super) fn with_nearest(error: &toml::de::Error) -> String {
    let message = suggesting(error.message().trim_end().replace('\n', "; "));
    if message.starts_with("relative URL without a base") {
        return format!("{message} is no whole address; write one such as `https://data.example.org/`");
    }
    message
}

/// A message about an unknown key, with the one that was probably meant.
pub(super) fn suggesting(mut message: String) -> String {
    if let Some(known) = nearest_of(&message) {
        let _infallible = write!(message, "; did you mean `{known}`?");
    }
    message
}

/// The known key that an unknown one was probably meant to be, read out of serde's message
/// "unknown field `x`, expected one of `a`, `b`".
fn nearest_of(message: &str) -> Option<String> {
    let (unknown, known) = message.strip_prefix("unknown field `")?.split_once("`, expected ")?;
    nearest(unknown, known.split('`').skip(1).step_by(2))
}

/// The name that is close enough to `wrong` to be worth a question.
pub(crate) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}

/// The place of the deepest key of the fault's path that the file has.
fn find(table: &DeTable<'_>, fault: &Fault) -> Option<Range<usize>> {
    let (mut table, mut span) = match fault.table {
        None => (table, None),
        Some((name, position)) => {
            let sources = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?.1;
            let source = sources.get_ref().as_array()?.get(position)?;
            (source.get_ref().as_table()?, Some(source.span()))
        }
    };
    for key in &fault.keys {
        let Some((found, value)) = table.iter().find(|(k, _)| k.get_ref().as_ref() == key.as_str()) else {
            break;
        };
        span = Some(found.span());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    span
}
