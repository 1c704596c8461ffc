//! Errors as problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
//!
//! A handler returns a [`Problem`]; [`crate::render_problems`] writes it in the form the client reads: JSON for
//! programs, a page in the reader's language for people.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

/// What kinds of problem there are: slug, status, title and what it means. The `type` of a problem is
/// `{base}/api#problem-{slug}`, where the page of the API says the same.
macro_rules! kinds {
    ($($name:ident $slug:literal $status:ident $title:literal $about:literal;)*) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            $(#[doc = $title] $name,)*
        }

        impl Kind {
            /// All kinds, in the order in which they are documented.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// Names the kind in its `type`.
            pub(crate) const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What it means and what to do.
            pub(crate) const fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }
            }
        }
    };
}

kinds! {
    UnknownParameter "unknown-parameter" BAD_REQUEST "Unknown parameter"
        "The request has a query parameter that this resource does not know. The detail lists the known ones; nothing was ignored silently.";
    InvalidParameter "invalid-parameter" BAD_REQUEST "Invalid parameter"
        "A query parameter has a value that cannot be used. The detail names the parameter, the value and what is expected.";
    BadRequest "bad-request" BAD_REQUEST "Bad request"
        "The request cannot be read. The detail says what is wrong with it.";
    QuerySyntax "query-syntax" BAD_REQUEST "Syntax error in the query"
        "The SPARQL query is not valid. The members `line` and `column` say where.";
    QueryTooComplex "query-too-complex" BAD_REQUEST "Query too complex"
        "The SPARQL query is longer, deeper or larger than this endpoint evaluates. Split it, or load the catalogue (`/catalog.ttl`) into a store of your own.";
    QueryRefused "query-refused" BAD_REQUEST "Query refused"
        "The endpoint answers queries over its own data only: no update, no SERVICE to other endpoints.";
    Unauthorized "unauthorized" UNAUTHORIZED "Token needed"
        "The resource needs a token in the header `Authorization: Bearer …`, and there is none, or it is unknown, expired or revoked. `moisson token create` makes one.";
    Forbidden "forbidden" FORBIDDEN "Not allowed"
        "The token does not allow this. The member `scope` names the scope that would, if one would.";
    NotFound "not-found" NOT_FOUND "Not found"
        "There is nothing at this address.";
    MethodNotAllowed "method-not-allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "The resource does not know this method; the header `Allow` lists those it knows.";
    NotAcceptable "not-acceptable" NOT_ACCEPTABLE "No acceptable format"
        "The resource is not available in a format of the `Accept` header. The detail lists those it has.";
    RequestTimeout "request-timeout" REQUEST_TIMEOUT "Request too slow"
        "The body of the request did not arrive in time.";
    Conflict "conflict" CONFLICT "Not possible now"
        "Things are not such that this can be done; the detail says why. The member `run` names the run that is under way, if that is why.";
    Gone "gone" GONE "Removed"
        "The record was here and has been removed. The member `removed` says when and why; its last state stays readable.";
    TooLarge "too-large" PAYLOAD_TOO_LARGE "Request too large"
        "The body of the request is larger than this server reads.";
    NotFetched "not-fetched" UNPROCESSABLE_ENTITY "Document not fetched"
        "The document at the address that was given could not be fetched, or may not be: only public addresses on the web are. The detail says why.";
    InvalidSettings "invalid-settings" UNPROCESSABLE_ENTITY "Settings of a source that cannot be used"
        "Something in the settings of the source is wrong. The member `errors` has each fault, in the words of `moisson check`; nothing was changed.";
    UnsupportedMediaType "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "Unsupported media type"
        "The body of the request has a type that this resource does not read. The detail lists those it reads.";
    TooManyAttempts "too-many-attempts" TOO_MANY_REQUESTS "Too many wrong tokens"
        "Many wrong tokens were tried, by whomever. Try again after the time in `Retry-After`; valid tokens are not held up.";
    Internal "internal" INTERNAL_SERVER_ERROR "Internal error"
        "Something went wrong in the server and was written to its log.";
    TooBusy "too-busy" SERVICE_UNAVAILABLE "Too many requests at once"
        "The server is working on as many requests of this kind as it takes. Try again after the time in `Retry-After`.";
    QueryMemory "query-memory" SERVICE_UNAVAILABLE "Query needs too much memory"
        "The SPARQL query needed more memory than a query may have. Narrow it, for instance with a LIMIT inside, fewer OPTIONALs or no ORDER BY over everything.";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Not available now"
        "A part of the server is starting or restarting. Try again after the time in `Retry-After`.";
    QueryTimeout "query-timeout" GATEWAY_TIMEOUT "Query took too long"
        "The SPARQL query was stopped at the time limit. Narrow it, or load the catalogue (`/catalog.ttl`) into a store of your own.";
    Timeout "timeout" GATEWAY_TIMEOUT "Request took too long"
        "The answer was not ready at the time limit. Ask for less at once.";
}

/// One problem, on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// What is wrong in this request and what to do about it.
    pub(crate) detail: String,
    /// Members beyond those of the standard.
    pub(crate) members: Map<String, Value>,
    retry_after_s: Option<u32>,
    /// Boxed, since it is rare and every handler may return a problem.
    challenge: Option<Box<HeaderValue>>,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), members: Map::new(), retry_after_s: None, challenge: None }
    }

    /// Adds a member of our own.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Says what to show at the door (`WWW-Authenticate`).
    #[must_use]
    pub(crate) fn challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = HeaderValue::try_from(challenge.into()).ok().map(Box::new);
        self
    }

    /// A failure of ours: the client learns that it happened, the log what it was.
    pub(crate) fn internal(what: &str, error: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %error, "{what} failed");
        Self::new(Kind::Internal, format!("{what} failed; the operator finds the reason in the log"))
    }

    /// The document of the standard.
    pub(crate) fn to_json(&self, base: &str, instance: &str) -> Value {
        let mut document = Map::new();
        document.insert("type".to_owned(), format!("{base}/api#problem-{}", self.kind.slug()).into());
        document.insert("title".to_owned(), self.kind.title().into());
        document.insert("status".to_owned(), self.kind.status().as_u16().into());
        document.insert("detail".to_owned(), self.detail.as_str().into());
        document.insert("instance".to_owned(), instance.into());
        for (name, value) in &self.members {
            document.insert(name.clone(), value.clone());
        }
        Value::Object(document)
    }

    /// The same in lines of text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}: {}\n", self.kind.title(), self.detail);
        for (name, value) in &self.members {
            // Without the quotes of JSON.
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.extend([name.as_str(), ": ", &value, "\n"]);
        }
        text
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind.status(), self.to_text()).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge.as_deref() {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kind, Problem};

    #[test]
    fn a_problem_is_written_as_the_standard_says() {
        let problem = Problem::new(Kind::QuerySyntax, "expected `}`").with("line", 3);
        let json = problem.to_json("https://data.example", "/sparql");
        assert_eq!(
            json.to_string(),
            "{\"type\":\"https://data.example/api#problem-query-syntax\",\"title\":\"Syntax error in the query\",\"status\":400,\"detail\":\"expected `}`\",\"instance\":\"/sparql\",\"line\":3}"
        );
        assert_eq!(problem.to_text(), "Syntax error in the query: expected `}`\nline: 3\n");
    }

    #[test]
    fn every_kind_has_a_slug_of_its_own_and_a_failing_status() {
        let slugs: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            assert!(kind.about().ends_with('.'));
        }
    }
}
