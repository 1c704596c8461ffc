//! Answers on their way to the client: piece by piece, with a word at the end if they were cut.
//!
//! A small answer has ended before its head is written, so the header `Moisson-Truncated` can tell. Of a large one
//! the end is not known then: the trailer of the same name tells, and the document itself where its format has
//! room for it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use hyper::body::Frame;
use moisson_store::sparql::{AnswerEnd, QueryAnswer, QueryError};
use tokio::sync::{mpsc, watch};

use super::{content_type, problem};
use crate::problem::Problem;

const TRUNCATED: HeaderName = HeaderName::from_static("moisson-truncated");

/// More of an answer than this is not shown on a page.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// The response that streams an answer. Dropping it ends the query.
pub(super) fn stream(answer: QueryAnswer) -> Response {
    let QueryAnswer { content_type: media_type, end, body } = answer;
    let known = note(&end.borrow());
    let ended = !matches!(*end.borrow(), AnswerEnd::Open);
    let streamed =
        Streamed { pieces: body, end, closing: Closing::of(&media_type), held: None, step: Step::Body };
    let mut response = Response::new(Body::new(streamed));
    let headers = response.headers_mut();
    content_type(headers, &media_type);
    match known {
        Some(note) => {
            headers.insert(TRUNCATED, note);
        }
        None if !ended => {
            headers.insert(header::TRAILER, HeaderValue::from_static("Moisson-Truncated"));
        }
        None => {}
    }
    response
}

/// An answer read to its end, for a page.
pub(super) struct Whole {
    pub(super) media_type: String,
    pub(super) body: String,
    /// Whether there is more than is in `body`.
    pub(super) cut: bool,
}

/// Reads an answer to its end, or to what fits on a page.
pub(super) async fn whole(mut answer: QueryAnswer) -> Result<Whole, Problem> {
    let mut body = BytesMut::new();
    while let Some(piece) = answer.body.recv().await {
        body.extend_from_slice(&piece.map_err(problem)?);
        if body.len() > PAGE_BYTES {
            let detail =
                "the answer is too large for a page; download it in one of the formats, or add a LIMIT";
            return Err(Problem::new(crate::problem::Kind::TooLarge, detail));
        }
    }
    let end = answer.end.borrow().clone();
    if let AnswerEnd::Failed(error) = end {
        return Err(problem(error));
    }
    let cut = matches!(end, AnswerEnd::Cut { .. });
    Ok(Whole { media_type: answer.content_type, body: String::from_utf8_lossy(&body).into_owned(), cut })
}

/// What header and trailer say of an answer that was cut.
fn note(end: &AnswerEnd) -> Option<HeaderValue> {
    match end {
        AnswerEnd::Cut { rows } => HeaderValue::from_str(&format!("rows={rows}")).ok(),
        AnswerEnd::Open | AnswerEnd::Complete { .. } | AnswerEnd::Failed(_) => None,
    }
}

/// How a format can say at its end that there is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// A member beside `head` and `results`.
    JsonMember,
    /// A comment after the document.
    XmlComment,
    /// A comment on a line of its own.
    HashComment,
    /// Not at all.
    Nothing,
}

impl Closing {
    fn of(media_type: &str) -> Self {
        match media_type.split(';').next().unwrap_or_default().trim() {
            "application/sparql-results+json" => Self::JsonMember,
            "application/sparql-results+xml" | "application/rdf+xml" => Self::XmlComment,
            "text/turtle"
            | "application/n-triples"
            | "application/n-quads"
            | "application/trig"
            | "text/n3" => Self::HashComment,
            _ => Self::Nothing,
        }
    }

    fn text(self, rows: u64) -> String {
        match self {
            Self::JsonMember => format!(",\"moisson_truncated\":{{\"rows\":{rows}}}}}"),
            Self::XmlComment => {
                format!("<!-- cut at {rows} rows, the limit of this endpoint: there is more -->\n")
            }
            Self::HashComment => {
                format!("\n# cut at {rows} triples, the limit of this endpoint: there is more\n")
            }
            Self::Nothing => String::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Body,
    Trailers,
    Done,
}

/// The body of a response.
struct Streamed {
    pieces: mpsc::Receiver<Result<Bytes, QueryError>>,
    end: watch::Receiver<AnswerEnd>,
    closing: Closing,
    /// The last brace of a JSON answer, in case a member has to come before it.
    held: Option<Bytes>,
    step: Step,
}

impl Streamed {
    /// What can go out of a piece now.
    fn pass(&mut self, mut piece: Bytes) -> Option<Bytes> {
        if self.closing != Closing::JsonMember || piece.is_empty() {
            return (!piece.is_empty()).then_some(piece);
        }
        let last = piece.split_off(piece.len() - 1);
        let mut out = BytesMut::from(self.held.replace(last).unwrap_or_default().as_ref());
        out.extend_from_slice(&piece);
        (!out.is_empty()).then(|| out.freeze())
    }

    /// What comes after the last piece.
    fn finish(&mut self) -> Option<Bytes> {
        self.step = Step::Trailers;
        let held = self.held.take();
        let AnswerEnd::Cut { rows } = *self.end.borrow() else { return held };
        let text = self.closing.text(rows);
        match held {
            Some(held) if &held[..] != b"}" => Some(held),
            _ if text.is_empty() => None,
            _ => Some(Bytes::from(text)),
        }
    }
}

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = QueryError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, QueryError>>> {
        loop {
            match self.step {
                Step::Body => match self.pieces.poll_recv(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(piece))) => {
                        if let Some(out) = self.pass(piece) {
                            return Poll::Ready(Some(Ok(Frame::data(out))));
                        }
                    }
                    Poll::Ready(Some(Err(error))) => {
                        tracing::debug!(%error, "an answer broke off");
                        self.step = Step::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    Poll::Ready(None) => {
                        if let Some(out) = self.finish() {
                            return Poll::Ready(Some(Ok(Frame::data(out))));
                        }
                    }
                },
                Step::Trailers => {
                    self.step = Step::Done;
                    if let Some(note) = note(&self.end.borrow()) {
                        let trailers = HeaderMap::from_iter([(TRUNCATED, note)]);
                        return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                    }
                }
                Step::Done => return Poll::Ready(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use bytes::Bytes;
    use moisson_store::sparql::{AnswerEnd, QueryAnswer, QueryError};
    use tokio::sync::{mpsc, watch};

    use super::stream;

    fn answer(media_type: &str, pieces: &[&'static str], end: AnswerEnd) -> QueryAnswer {
        let (sender, body) = mpsc::channel(16);
        for piece in pieces {
            sender.try_send(Ok(Bytes::from_static(piece.as_bytes()))).unwrap();
        }
        let (_, end) = watch::channel(end);
        QueryAnswer { content_type: media_type.to_owned(), end, body }
    }

    async fn text(answer: QueryAnswer) -> String {
        let body = to_bytes(stream(answer).into_body(), 10_000).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_that_was_cut_says_so_in_the_header_and_in_the_document() {
        let cut = || AnswerEnd::Cut { rows: 2 };
        let cases: [(&str, &[&'static str], &str); 5] = [
            (
                "application/sparql-results+json",
                &["{\"head\":{},\"results\"", ":{}", "}"],
                "{\"head\":{},\"results\":{},\"moisson_truncated\":{\"rows\":2}}",
            ),
            (
                "application/sparql-results+xml",
                &["<sparql/>"],
                "<sparql/><!-- cut at 2 rows, the limit of this endpoint: there is more -->\n",
            ),
            (
                "text/turtle",
                &["<a> <b> <c> ."],
                "<a> <b> <c> .\n# cut at 2 triples, the limit of this endpoint: there is more\n",
            ),
            ("text/csv; charset=utf-8", &["a\r\n", "1\r\n"], "a\r\n1\r\n"),
            ("application/sparql-results+json", &[], ""),
        ];
        for (media_type, pieces, expected) in cases {
            let response = stream(answer(media_type, pieces, cut()));
            assert_eq!(response.headers()["moisson-truncated"], "rows=2", "{media_type}");
            if !pieces.is_empty() {
                assert_eq!(text(answer(media_type, pieces, cut())).await, expected);
            }
        }
    }

    #[tokio::test]
    async fn a_complete_answer_is_passed_on_as_it_is() {
        let pieces = &["{\"head\":{}", ",\"results\":{}}", "\n"];
        let answered = answer("application/sparql-results+json", pieces, AnswerEnd::Complete { rows: 1 });
        assert_eq!(text(answered).await, "{\"head\":{},\"results\":{}}\n");
        let response = stream(answer("text/turtle", &[], AnswerEnd::Open));
        assert_eq!(response.headers()["trailer"], "Moisson-Truncated");
        assert_eq!(response.headers()["content-type"], "text/turtle; charset=utf-8");
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_breaks_the_response() {
        let (sender, body) = mpsc::channel(4);
        sender.try_send(Ok(Bytes::from_static(b"{"))).unwrap();
        sender.try_send(Err(QueryError::TimedOut { seconds: 1 })).unwrap();
        drop(sender);
        let (_, end) = watch::channel(AnswerEnd::Open);
        let answer = QueryAnswer { content_type: "application/sparql-results+json".to_owned(), end, body };
        assert!(to_bytes(stream(answer).into_body(), 10_000).await.is_err());
    }

    #[tokio::test]
    async fn dropping_the_response_ends_the_query() {
        let (sender, body) = mpsc::channel(4);
        let (_, end) = watch::channel(AnswerEnd::Open);
        drop(stream(QueryAnswer { content_type: "text/csv".to_owned(), end, body }));
        assert!(sender.is_closed());
    }
}
