//! The requests of the [SPARQL 1.1 Protocol](https://www.w3.org/TR/sparql11-protocol/#query-operation): query by
//! GET and by both forms of POST.

use axum::http::{HeaderMap, Method, header};
use url::form_urlencoded;

use crate::{
    parameters::invalid,
    problem::{Kind, Problem},
};

/// More graph names than this in one request are an error.
const MAX_GRAPHS: usize = 100;

/// What a client asks of the endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The query; `None` asks for the service itself.
    pub(crate) query: Option<String>,
    /// `default-graph-uri`.
    pub(crate) default_graphs: Vec<String>,
    /// `named-graph-uri`.
    pub(crate) named_graphs: Vec<String>,
    /// `format` or `output`.
    pub(crate) format: Option<String>,
}

impl Operation {
    /// Reads one request. Parameters that are not the protocol's are left alone, as other endpoints do.
    ///
    /// # Errors
    /// When it is no query operation of the protocol.
    pub(crate) fn read(
        method: &Method,
        query_string: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Problem> {
        let mut operation = Self::default();
        operation.take(query_string.unwrap_or_default().as_bytes(), Place::Url)?;
        if method != Method::POST {
            return Ok(operation);
        }
        match content_type(headers).as_str() {
            "application/x-www-form-urlencoded" => operation.take(body, Place::Form)?,
            "application/sparql-query" => {
                if operation.query.is_some() {
                    return Err(bad("the query is in the URL and in the body; send it once"));
                }
                let text = str::from_utf8(body).map_err(|error| {
                    bad(format!(
                        "the query is not UTF-8 after byte {}; send it in UTF-8",
                        error.valid_up_to()
                    ))
                })?;
                operation.query = Some(text.to_owned());
            }
            "application/sparql-update" => return Err(no_update()),
            other => {
                let detail = format!(
                    "a POST body of type `{other}` is not read; send `application/sparql-query` or `application/x-www-form-urlencoded`"
                );
                return Err(Problem::new(Kind::UnsupportedMediaType, detail));
            }
        }
        if operation.query.is_none() {
            return Err(bad("the request has no query; send it as the body or as parameter `query`"));
        }
        Ok(operation)
    }

    fn take(&mut self, encoded: &[u8], place: Place) -> Result<(), Problem> {
        require_utf8(encoded)?;
        for (name, value) in form_urlencoded::parse(encoded) {
            let value = value.into_owned();
            match &*name {
                "query" if self.query.is_some() => {
                    return Err(bad("parameter `query` is given twice; send one query"));
                }
                "query" => self.query = Some(value),
                "default-graph-uri" => push(&mut self.default_graphs, &name, value)?,
                "named-graph-uri" => push(&mut self.named_graphs, &name, value)?,
                "update" | "using-graph-uri" | "using-named-graph-uri" => return Err(no_update()),
                "format" | "output" if !value.is_empty() => match &self.format {
                    Some(first) if *first != value => {
                        return Err(bad(format!(
                            "the formats `{first}` and `{value}` are both asked for; name one"
                        )));
                    }
                    _ => self.format = Some(value),
                },
                _ => tracing::trace!(parameter = %name, ?place, "a parameter that is not the protocol's"),
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Url,
    Form,
}

/// The media type of the body without its parameters, in lower case.
fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn push(graphs: &mut Vec<String>, name: &str, value: String) -> Result<(), Problem> {
    if moisson_dcat::Iri::new(value.as_str()).is_err() {
        return Err(invalid(name, &value, "an absolute IRI"));
    }
    if graphs.len() == MAX_GRAPHS {
        return Err(bad(format!("parameter `{name}` is given more than {MAX_GRAPHS} times")));
    }
    graphs.push(value);
    Ok(())
}

/// `form_urlencoded` puts replacement characters where bytes are no UTF-8; a query must not change in silence.
fn require_utf8(encoded: &[u8]) -> Result<(), Problem> {
    let decoded: Vec<u8> = percent_encoding::percent_decode(encoded).collect();
    match str::from_utf8(&decoded) {
        Ok(_) => Ok(()),
        Err(_) => Err(bad("the parameters are not UTF-8; send them percent-encoded in UTF-8")),
    }
}

fn bad(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, detail)
}

fn no_update() -> Problem {
    let detail = "this endpoint does not take updates: its data comes from the harvested sources and changes with them; send a query";
    Problem::new(Kind::QueryRefused, detail)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Method, header};

    use super::Operation;
    use crate::problem::{Kind, Problem};

    const FORM: &str = "application/x-www-form-urlencoded";
    const QUERY: &str = "application/sparql-query";

    fn get(query: &str) -> Result<Operation, Problem> {
        Operation::read(&Method::GET, Some(query), &HeaderMap::new(), b"")
    }

    fn post(query: Option<&str>, content_type: &'static str, body: &[u8]) -> Result<Operation, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Operation::read(&Method::POST, query, &headers, body)
    }

    #[test]
    fn the_three_query_operations_of_the_protocol_are_read_alike() {
        let expected = Operation {
            query: Some("ASK {}".to_owned()),
            default_graphs: vec!["http://a.example/".to_owned(), "http://b.example/".to_owned()],
            named_graphs: vec!["http://c.example/".to_owned()],
            format: None,
        };
        let graphs = "default-graph-uri=http%3A%2F%2Fa.example%2F&default-graph-uri=http://b.example/&named-graph-uri=http://c.example/";
        assert_eq!(get(&format!("query=ASK%20%7B%7D&{graphs}")).unwrap(), expected);
        assert_eq!(post(None, FORM, format!("{graphs}&query=ASK+%7B%7D").as_bytes()).unwrap(), expected);
        assert_eq!(post(Some(graphs), QUERY, b"ASK {}").unwrap(), expected);
        assert_eq!(
            post(Some(graphs), "application/sparql-query; charset=utf-8", b"ASK {}").unwrap(),
            expected
        );
    }

    #[test]
    fn a_get_without_a_query_asks_for_the_service() {
        assert_eq!(get("").unwrap(), Operation::default());
        assert_eq!(get("format=ttl").unwrap().format.as_deref(), Some("ttl"));
        assert_eq!(get("output=json&timeout=3").unwrap().format.as_deref(), Some("json"));
    }

    #[test]
    fn what_is_no_query_operation_is_refused_with_the_reason() {
        let cases: &[(Result<Operation, Problem>, Kind, &str)] = &[
            (get("query=ASK%7B%7D&query=ASK%7B%7D"), Kind::BadRequest, "given twice"),
            (get("update=CLEAR%20ALL"), Kind::QueryRefused, "does not take updates"),
            (get("query=ASK{}&default-graph-uri=x"), Kind::InvalidParameter, "`default-graph-uri` is `x`"),
            (get("query=%FF%FE"), Kind::BadRequest, "not UTF-8"),
            (get("query=ASK{}&format=csv&output=xml"), Kind::BadRequest, "both asked for"),
            (post(None, FORM, b"update=CLEAR+ALL"), Kind::QueryRefused, "does not take updates"),
            (post(None, FORM, b"a=b"), Kind::BadRequest, "has no query"),
            (post(None, FORM, b"query=ASK%7B%7D&query=x"), Kind::BadRequest, "given twice"),
            (post(None, QUERY, b"\xff\xfe"), Kind::BadRequest, "not UTF-8 after byte 0"),
            (post(Some("query=ASK%7B%7D"), QUERY, b"ASK {}"), Kind::BadRequest, "in the URL and in the body"),
            (post(None, "application/sparql-update", b"CLEAR ALL"), Kind::QueryRefused, "updates"),
            (post(None, "text/plain", b"ASK {}"), Kind::UnsupportedMediaType, "`text/plain` is not read"),
        ];
        for (result, kind, part) in cases {
            let problem = result.as_ref().unwrap_err();
            assert_eq!(problem.kind, *kind, "{problem:?}");
            assert!(problem.detail.contains(part), "{problem:?}");
        }
        let none = Operation::read(&Method::POST, None, &HeaderMap::new(), b"ASK {}").unwrap_err();
        assert_eq!(none.kind, Kind::UnsupportedMediaType);
    }
}
