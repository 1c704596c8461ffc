//! Terms as people read them.

use moisson_dcat::serialise::PREFIXES;
use oxrdf::Term;

/// An IRI with a known prefix, or as it is.
pub fn compact(iri: &str) -> String {
    let known = PREFIXES.iter().find_map(|(prefix, space)| {
        let local = iri.strip_prefix(space)?;
        let plain =
            !local.is_empty() && local.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        plain.then(|| format!("{prefix}:{local}"))
    });
    let sh = || iri.strip_prefix("http://www.w3.org/ns/shacl#").map(|local| format!("sh:{local}"));
    known.or_else(sh).unwrap_or_else(|| iri.to_owned())
}

/// A path in which known IRIs have prefixes: `<http://purl.org/dc/terms/title>` is `dct:title`.
pub fn compact_path(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((iri, after)) => {
                out.push_str(&compact(iri));
                rest = after;
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// A term without the marks of its notation: the IRI, the text, the label.
pub fn plain(term: &Term) -> String {
    if let Term::NamedNode(node) = term {
        node.as_str().to_owned()
    } else if let Term::Literal(literal) = term {
        literal.value().to_owned()
    } else {
        term.to_string()
    }
}

/// A term for a line of text: quoted if it is a text, in one line, shortened, harmless in a terminal.
pub(crate) fn shown(term: &Term, limit: usize) -> String {
    let text = if let Term::NamedNode(node) = term {
        node.as_str().to_owned()
    } else if let Term::Literal(literal) = term {
        let suffix = match literal.language() {
            Some(language) => format!("@{language}"),
            None if literal.datatype() == oxrdf::vocab::xsd::STRING => String::new(),
            None => format!("^^{}", compact(literal.datatype().as_str())),
        };
        format!("\"{}\"{suffix}", one_line(literal.value(), limit))
    } else {
        term.to_string()
    };
    one_line(&text, limit + 60)
}

/// Text in one line without control characters, shortened.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    // Besides what moves the cursor, what turns the direction of writing would let a value pose as something else.
    let harmless = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns { ' ' } else { c }
    };
    let mut short: String = text.chars().take(limit).map(harmless).collect();
    if text.chars().nth(limit).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use oxrdf::{Literal, Term};

    use super::{compact, compact_path, shown};

    #[test]
    fn known_names_are_short() {
        assert_eq!(compact("http://purl.org/dc/terms/title"), "dct:title");
        assert_eq!(compact("http://purl.org/dc/terms/a/b"), "http://purl.org/dc/terms/a/b");
        let path = "<http://www.w3.org/ns/dcat#distribution>/^<http://purl.org/dc/terms/title>|<urn:x>";
        assert_eq!(compact_path(path), "dcat:distribution/^dct:title|urn:x");
    }

    #[test]
    fn values_cannot_move_the_cursor_or_run_on() {
        let term: Term = Literal::new_simple_literal("a\u{1b}[31m\n\u{202e}b".repeat(100)).into();
        let text = shown(&term, 20);
        assert!(!text.chars().any(char::is_control) && text.chars().count() < 100, "{text}");
    }
}
