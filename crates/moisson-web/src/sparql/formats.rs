//! Which format an answer is written in: the parameter `format` (or `output`), else the `Accept` header.
//!
//! What a query answers, a table or a graph, is known only when it has been parsed; so both are chosen, and a
//! choice can be missing.

use oxrdfio::{JsonLdProfileSet, RdfFormat};
use sparesults::QueryResultsFormat;

use crate::{
    accept::Accept,
    parameters::{invalid, listed},
    problem::{Kind, Problem},
};

/// The formats of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Formats {
    /// For SELECT and ASK; `None` if the client takes none of ours.
    pub(crate) table: Option<QueryResultsFormat>,
    /// For CONSTRUCT and DESCRIBE; `None` if the client takes none of ours.
    pub(crate) graph: Option<RdfFormat>,
    /// The client would rather have a page, as browsers do.
    pub(crate) page: bool,
}

const JSON_LD: RdfFormat = RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() };

/// Formats of tables by media type; the first is the default.
const TABLES: &[(&str, QueryResultsFormat)] = &[
    ("application/sparql-results+json", QueryResultsFormat::Json),
    ("application/sparql-results+xml", QueryResultsFormat::Xml),
    ("text/csv", QueryResultsFormat::Csv),
    ("text/tab-separated-values", QueryResultsFormat::Tsv),
    ("application/json", QueryResultsFormat::Json),
    ("application/xml", QueryResultsFormat::Xml),
    ("text/xml", QueryResultsFormat::Xml),
    ("text/plain", QueryResultsFormat::Tsv),
];

/// Formats of graphs by media type; the first is the default.
pub(crate) const GRAPHS: &[(&str, RdfFormat)] = &[
    ("text/turtle", RdfFormat::Turtle),
    ("application/n-triples", RdfFormat::NTriples),
    ("application/rdf+xml", RdfFormat::RdfXml),
    ("application/ld+json", JSON_LD),
    ("application/n-quads", RdfFormat::NQuads),
    ("application/trig", RdfFormat::TriG),
    ("text/n3", RdfFormat::N3),
    ("application/x-turtle", RdfFormat::Turtle),
    ("application/json", JSON_LD),
    ("application/xml", RdfFormat::RdfXml),
    ("text/xml", RdfFormat::RdfXml),
    ("text/plain", RdfFormat::NTriples),
];

/// Values of `format` and what they mean for tables and for graphs.
const NAMES: &[(&str, Option<QueryResultsFormat>, Option<RdfFormat>)] = &[
    ("json", Some(QueryResultsFormat::Json), Some(JSON_LD)),
    ("xml", Some(QueryResultsFormat::Xml), Some(RdfFormat::RdfXml)),
    ("csv", Some(QueryResultsFormat::Csv), None),
    ("tsv", Some(QueryResultsFormat::Tsv), None),
    ("srj", Some(QueryResultsFormat::Json), None),
    ("srx", Some(QueryResultsFormat::Xml), None),
    ("ttl", None, Some(RdfFormat::Turtle)),
    ("turtle", None, Some(RdfFormat::Turtle)),
    ("nt", None, Some(RdfFormat::NTriples)),
    ("ntriples", None, Some(RdfFormat::NTriples)),
    ("rdf", None, Some(RdfFormat::RdfXml)),
    ("rdfxml", None, Some(RdfFormat::RdfXml)),
    ("jsonld", None, Some(JSON_LD)),
    ("nq", None, Some(RdfFormat::NQuads)),
    ("trig", None, Some(RdfFormat::TriG)),
    ("n3", None, Some(RdfFormat::N3)),
];

impl Formats {
    /// Chooses by the parameter where it is given, else by the header.
    ///
    /// # Errors
    /// When the parameter names no format, or the header accepts nothing of ours.
    pub(crate) fn negotiate(parameter: Option<&str>, accept: &Accept) -> Result<Self, Problem> {
        match parameter {
            Some(name) => Self::named(name),
            None => Self::accepted(accept),
        }
    }

    fn named(name: &str) -> Result<Self, Problem> {
        let lower = name.trim().to_ascii_lowercase();
        if lower == "html" || lower == "text/html" {
            return Ok(Self { page: true, ..Self::defaults() });
        }
        if let Some((_, table, graph)) = NAMES.iter().find(|(known, ..)| *known == lower) {
            return Ok(Self { table: *table, graph: *graph, page: false });
        }
        let table = TABLES.iter().find(|(media_type, _)| *media_type == lower).map(|(_, format)| *format);
        let graph = GRAPHS.iter().find(|(media_type, _)| *media_type == lower).map(|(_, format)| *format);
        if table.is_none() && graph.is_none() {
            let known = listed(NAMES.iter().map(|(name, ..)| *name));
            return Err(invalid("format", name, &format!("one of {known}, `html`, or a media type of one")));
        }
        Ok(Self { table, graph, page: false })
    }

    fn accepted(accept: &Accept) -> Result<Self, Problem> {
        let (table, graph) = (accept.best(TABLES).copied(), accept.best(GRAPHS).copied());
        let tables = TABLES.iter().map(|(media_type, _)| *media_type);
        let graphs = GRAPHS.iter().map(|(media_type, _)| *media_type);
        if accept.prefers_page(tables.chain(graphs)) {
            return Ok(Self { page: true, ..Self::defaults() });
        }
        if table.is_none() && graph.is_none() {
            return Err(not_acceptable("answers"));
        }
        Ok(Self { table, graph, page: false })
    }

    fn defaults() -> Self {
        Self { table: Some(QueryResultsFormat::Json), graph: Some(RdfFormat::Turtle), page: false }
    }
}

/// The problem of a client that takes none of our formats for what its query answers.
pub(crate) fn not_acceptable(what: &str) -> Problem {
    let types = |list: &[&'static str]| listed(list.iter());
    let tables: Vec<_> = TABLES.iter().take(4).map(|(media_type, _)| *media_type).collect();
    let graphs: Vec<_> = GRAPHS.iter().take(7).map(|(media_type, _)| *media_type).collect();
    let detail = format!(
        "no acceptable format for {what}; SELECT and ASK answer in {}; CONSTRUCT and DESCRIBE in {}",
        types(&tables),
        types(&graphs)
    );
    Problem::new(Kind::NotAcceptable, detail)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use oxrdfio::RdfFormat;
    use sparesults::QueryResultsFormat;

    use super::{Formats, JSON_LD};
    use crate::accept::Accept;

    fn by_header(text: &'static str) -> Option<Formats> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(text));
        Formats::negotiate(None, &Accept::of(&headers)).ok()
    }

    #[test]
    fn the_header_chooses_a_table_and_a_graph_format() {
        use QueryResultsFormat::{Csv, Json, Tsv, Xml};
        let cases = [
            ("*/*", Some(Json), Some(RdfFormat::Turtle)),
            ("application/sparql-results+xml", Some(Xml), None),
            ("application/json", Some(Json), Some(JSON_LD)),
            ("application/xml", Some(Xml), Some(RdfFormat::RdfXml)),
            ("text/csv", Some(Csv), None),
            ("text/turtle;q=0.5, application/n-triples", None, Some(RdfFormat::NTriples)),
            ("text/csv;q=0.5, text/tab-separated-values;q=0.7", Some(Tsv), None),
            ("application/sparql-results+json, application/ld+json", Some(Json), Some(JSON_LD)),
            ("text/*", Some(Csv), Some(RdfFormat::Turtle)),
        ];
        for (accept, table, graph) in cases {
            let formats = by_header(accept).unwrap();
            assert_eq!((formats.table, formats.graph, formats.page), (table, graph, false), "{accept}");
        }
        assert_eq!(by_header("image/png"), None);
    }

    #[test]
    fn browsers_get_a_page_and_programs_do_not() {
        for (accept, page) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/sparql-results+json,*/*;q=0.9", false),
            ("text/html;q=0.2, application/sparql-results+json", false),
            ("text/html", true),
        ] {
            assert_eq!(by_header(accept).unwrap().page, page, "{accept}");
        }
    }

    #[test]
    fn the_parameter_wins_and_takes_names_and_media_types() {
        let accept = Accept::of(&HeaderMap::new());
        let named = |name| Formats::negotiate(Some(name), &accept);
        assert_eq!(named("csv").unwrap().table, Some(QueryResultsFormat::Csv));
        assert_eq!(named("csv").unwrap().graph, None);
        assert_eq!(named("application/rdf+xml").unwrap().graph, Some(RdfFormat::RdfXml));
        assert_eq!(named("JSON").unwrap().graph, Some(JSON_LD));
        assert!(named("html").unwrap().page);
        let problem = named("pdf").unwrap_err();
        assert!(
            problem.detail.starts_with("parameter `format` is `pdf`; expected one of `json`, `xml`"),
            "{problem:?}"
        );
    }
}
