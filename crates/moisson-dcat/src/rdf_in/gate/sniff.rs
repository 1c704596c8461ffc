//! In which syntax a document is. What it looks like counts most, since content types and extensions are wrong
//! every day.

use super::{Hints, Unreadable};
use crate::{
    RemarkCode,
    rdf_in::intake::{Intake, excerpt},
};

/// How far into a document it is looked at, in bytes.
const HEAD_MAX: usize = 8 << 10;

/// A family of syntaxes that are read in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// RDF/XML.
    Xml,
    /// JSON-LD.
    Json,
    /// Turtle, `TriG`, N-Triples, N-Quads, N3.
    Turtle,
}

impl Syntax {
    /// By the names that people know: `turtle`, `rdfxml`, `json-ld`, an extension, a media type.
    pub fn named(name: &str) -> Option<Self> {
        let name: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        match name.as_str() {
            "rdf" | "rdfxml" | "xml" | "owl" | "applicationrdfxml" => Some(Self::Xml),
            "jsonld" | "json" | "applicationldjson" => Some(Self::Json),
            "turtle" | "ttl" | "trig" | "ntriples" | "nt" | "nquads" | "nq" | "n3" | "textturtle" => {
                Some(Self::Turtle)
            }
            _ => None,
        }
    }

    /// The names that [`Syntax::named`] knows best.
    pub const NAMES: &'static str = "`rdfxml`, `turtle`, `trig`, `ntriples`, `nquads`, `n3`, `jsonld`";

    fn of_content_type(content_type: &str) -> Option<Declared> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match essence.as_str() {
            "text/turtle"
            | "application/x-turtle"
            | "application/turtle"
            | "text/n3"
            | "text/rdf+n3"
            | "application/n-triples"
            | "application/n-quads"
            | "application/trig"
            | "text/x-nquads" => Declared::Syntax(Self::Turtle),
            "text/html" | "application/xhtml+xml" => Declared::Html,
            "text/xml" | "application/xml" | "text/rdf" => Declared::Syntax(Self::Xml),
            "application/json" | "text/json" => Declared::Syntax(Self::Json),
            other if other.ends_with("+xml") => Declared::Syntax(Self::Xml),
            other if other.ends_with("+json") => Declared::Syntax(Self::Json),
            _ => return None,
        })
    }

    fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        Self::named(name.rsplit_once('.')?.1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Declared {
    Syntax(Syntax),
    Html,
}

/// What the beginning of a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Is(Syntax),
    Html,
    /// Nothing certain.
    Open,
}

/// The syntax of a document.
pub(super) fn syntax(text: &str, hints: Hints<'_>, intake: &mut Intake) -> Result<Syntax, Unreadable> {
    if let Some(syntax) = hints.syntax {
        return Ok(syntax);
    }
    let declared = hints.content_type.and_then(Syntax::of_content_type);
    let head = head(text);
    let look = look(head);
    let found = match look {
        Look::Is(syntax) => syntax,
        Look::Html => {
            let hint = "the portal may be down, or the address is that of a page for people: look for its RDF export";
            return Err(Unreadable::new("RDF", format!("HTML: `{}`", title(head)), "byte 0", hint));
        }
        Look::Open => match (declared, hints.path.and_then(Syntax::of_path)) {
            (_, Some(Syntax::Turtle)) | (Some(Declared::Syntax(Syntax::Turtle)), _) => Syntax::Turtle,
            _ if statement_like(head) => Syntax::Turtle,
            _ => {
                let hint = "look for the portal's RDF export, or say the syntax with the option `format`";
                return Err(Unreadable::new("RDF", format!("`{}`", short(head)), "byte 0", hint));
            }
        },
    };
    let told = match declared {
        None => true,
        Some(Declared::Syntax(syntax)) => syntax == found,
        Some(Declared::Html) => false,
    };
    if !told {
        let name = match found {
            Syntax::Xml => "RDF/XML",
            Syntax::Json => "JSON-LD",
            Syntax::Turtle => "Turtle or one of its relatives",
        };
        let content_type = hints.content_type.unwrap_or_default();
        intake.trouble_once(
            RemarkCode::WrongContentType,
            content_type,
            &format!("read as {name}, which it is"),
        );
    }
    Ok(found)
}

fn head(text: &str) -> &str {
    let mut end = HEAD_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().trim_start_matches('\u{feff}').trim_start()
}

fn look(head: &str) -> Look {
    let lower = head.to_ascii_lowercase();
    let mut chars = head.chars();
    match chars.next() {
        Some('<') => angle(head, &lower),
        Some('{') => match chars.as_str().trim_start().chars().next() {
            Some('"' | '}') | None => Look::Is(Syntax::Json),
            Some(_) => Look::Is(Syntax::Turtle),
        },
        Some('[') => match chars.as_str().trim_start().chars().next() {
            Some('{' | '[' | '"' | '-' | '0'..='9') | None => Look::Is(Syntax::Json),
            // `[]` alone is JSON; with something after it, a Turtle statement.
            Some(']') => {
                let after = chars.as_str().trim_start().get(1..).unwrap_or_default();
                if after.trim().is_empty() { Look::Is(Syntax::Json) } else { Look::Is(Syntax::Turtle) }
            }
            Some(_) => Look::Is(Syntax::Turtle),
        },
        Some('@') => Look::Is(Syntax::Turtle),
        _ if lower.starts_with("prefix ") || lower.starts_with("base ") || head.starts_with("_:") => {
            Look::Is(Syntax::Turtle)
        }
        _ => Look::Open,
    }
}

/// What begins with `<`.
fn angle(head: &str, lower: &str) -> Look {
    let rdf = lower.contains("<rdf:rdf") || lower.contains("http://www.w3.org/1999/02/22-rdf-syntax-ns#");
    if !rdf && (lower.contains("<html") || lower.contains("<!doctype html") || lower.contains("<body")) {
        return Look::Html;
    }
    if head.starts_with("<?") || head.starts_with("<!") {
        return Look::Is(Syntax::Xml);
    }
    let tag = head.get(1..).unwrap_or_default();
    let name: &str =
        tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.matches(':').count() <= 1
        && !name.ends_with(':')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'));
    let iri =
        tag.split('>').next().is_some_and(|iri| iri.contains("://") && !iri.contains(char::is_whitespace));
    if is_name && !iri { Look::Is(Syntax::Xml) } else { Look::Is(Syntax::Turtle) }
}

/// Whether there is a line that could begin a statement.
fn statement_like(head: &str) -> bool {
    head.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).take(1).any(
        |line| {
            let word = line.split_whitespace().next().unwrap_or_default();
            let named = word
                .split_once(':')
                .is_some_and(|(p, _)| p.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'));
            line.starts_with(['<', '@', '[', '(', '_']) || named || is_directive(word)
        },
    )
}

fn is_directive(word: &str) -> bool {
    ["prefix", "base", "graph"].iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The title of a page, or its beginning.
fn title(head: &str) -> String {
    let lower = head.to_ascii_lowercase();
    let start = lower.find("<title").and_then(|at| Some(at + lower.get(at..)?.find('>')? + 1));
    let title = start.and_then(|start| head.get(start..)?.split('<').next());
    title.map(excerpt).filter(|title| !title.is_empty()).unwrap_or_else(|| short(head))
}

fn short(head: &str) -> String {
    excerpt(head).chars().take(80).collect()
}
