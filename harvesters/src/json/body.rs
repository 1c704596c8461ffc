//! The body of a reply as JSON text, and what to say when it is none.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Broken, Page, ReadError, Reply};

use super::{
    mend,
    pick::{Layer, layers},
};

/// Longest excerpt of a body in an error, in characters.
const EXCERPT_MAX: usize = 200;

/// The body of a JSON reply in UTF-8, without byte order mark.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// Its bytes; records are slices of them.
    bytes: Bytes,
    /// What had to be done to read it.
    pub(crate) remarks: Vec<Remark>,
    /// What the protocol promises in its place.
    expected: &'static str,
}

impl Body {
    /// The body of a reply that should hold what is `expected`.
    ///
    /// # Errors
    /// When the body is empty or a web page.
    pub(crate) fn of(reply: &Reply<'_>, expected: &'static str) -> Result<Self, ReadError> {
        let mut remarks = Vec::new();
        let bytes = decoded(reply, &mut remarks);
        let body = Self { bytes, remarks, expected };
        match no_json(body.as_str(), reply) {
            None => Ok(body),
            Some(found) => Err(ReadError {
                expected: expected.to_owned(),
                found,
                place: String::new(),
                hint: "check that the url is the portal's own, or try again later".to_owned(),
            }),
        }
    }

    /// Opens the upper layers, of a mended body if need be, and reads a page out of them.
    ///
    /// # Errors
    /// When the body is not JSON even after mending, and whatever `read` objects to.
    pub(crate) fn open(
        mut self,
        depth: u8,
        read: impl FnOnce(&Self, &Layer<'_>) -> Result<Page, ReadError>,
    ) -> Result<Page, ReadError> {
        let error = match layers(self.as_str(), depth) {
            Ok(layers) => return self.read(&layers, read),
            Err(error) => error,
        };
        self = self.mended(&error)?;
        let layers = layers(self.as_str(), depth).map_err(|error| self.unreadable(&error))?;
        self.read(&layers, read)
    }

    fn read(
        &self,
        layers: &Layer<'_>,
        read: impl FnOnce(&Self, &Layer<'_>) -> Result<Page, ReadError>,
    ) -> Result<Page, ReadError> {
        let mut page = read(self, layers)?;
        page.remarks.splice(0..0, self.remarks.iter().cloned());
        Ok(page)
    }

    /// The text. Invariant: `bytes` are UTF-8 since this was made.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// The same body with what strict JSON forbids mended, after strict reading failed with `error`.
    ///
    /// # Errors
    /// When there is nothing to mend, or it does not help.
    pub(crate) fn mended(mut self, error: &serde_json::Error) -> Result<Self, ReadError> {
        let good = |text: &String| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        match mend::mended(self.as_str()).filter(good) {
            Some(mended) => {
                self.remarks.push(Remark {
                    code: RemarkCode::RepairedSyntax,
                    property: Cow::Borrowed(""),
                    place: format!("line {}, column {}", error.line(), error.column()),
                    value: String::new(),
                    detail: format!("not strict JSON ({error}); mended"),
                });
                self.bytes = Bytes::from(mended);
                Ok(self)
            }
            None => Err(self.unreadable(error)),
        }
    }

    /// The error for a body that is not JSON.
    fn unreadable(&self, error: &serde_json::Error) -> ReadError {
        let cut = error.is_eof();
        ReadError {
            expected: self.expected.to_owned(),
            found: if cut {
                format!("a body cut short after {} bytes", self.bytes.len())
            } else {
                format!("`{}` ({error})", excerpt(self.as_str()))
            },
            place: format!("line {}, column {}", error.line(), error.column()),
            hint: if cut { "a smaller page may come through".to_owned() } else { String::new() },
        }
    }

    /// The error for a body that is JSON of another shape; `place` is a JSON pointer.
    pub(crate) fn other(&self, place: &str, found: impl Into<String>) -> ReadError {
        ReadError {
            expected: self.expected.to_owned(),
            found: found.into(),
            place: place.to_owned(),
            hint: String::new(),
        }
    }

    /// A part of the text as its bytes, without copying.
    pub(crate) fn slice(&self, part: &str) -> Bytes {
        self.bytes.slice_ref(part.as_bytes())
    }

    /// An entry of this body that is no record.
    pub(crate) fn broken(&self, place: String, reason: impl Into<String>, part: &str) -> Broken {
        Broken { place, reason: reason.into(), body: self.slice(part) }
    }
}

/// The body in UTF-8: as it is, or decoded from what the reply or its byte order mark declares.
fn decoded(reply: &Reply<'_>, remarks: &mut Vec<Remark>) -> Bytes {
    let body = &reply.body;
    if let Some((encoding, mark)) = Encoding::for_bom(body)
        && encoding == UTF_8
        && std::str::from_utf8(body.get(mark..).unwrap_or_default()).is_ok()
    {
        return body.slice(mark..);
    }
    if std::str::from_utf8(body).is_ok() {
        return body.clone();
    }
    let declared = reply.header("content-type").and_then(|value| {
        let (_, label) = value.split_once("charset=")?;
        Encoding::for_label(label.split(';').next()?.trim().trim_matches('"').as_bytes())
    });
    let (text, encoding, _) = declared.unwrap_or(UTF_8).decode(body);
    let detail = if encoding == UTF_8 {
        "bytes that are not UTF-8 became U+FFFD".to_owned()
    } else {
        format!("read as {}", encoding.name())
    };
    remarks.push(Remark {
        code: RemarkCode::WrongCharset,
        property: Cow::Borrowed(""),
        place: String::new(),
        value: String::new(),
        detail: format!("JSON must be UTF-8; {detail}"),
    });
    Bytes::from(text.into_owned())
}

/// What came, when it is certainly no JSON.
fn no_json(text: &str, reply: &Reply<'_>) -> Option<String> {
    let start = text.trim_start();
    if start.is_empty() {
        return Some(format!("an empty body with status {}", reply.status));
    }
    start.starts_with('<').then(|| {
        let kind = if start.starts_with("<?xml") { "XML" } else { "HTML" };
        format!("{kind} `{}`", excerpt(start))
    })
}

/// The beginning of a text on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut out = String::new();
    let words = text.split_whitespace();
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(EXCERPT_MAX));
        if out.chars().count() >= EXCERPT_MAX {
            return out.chars().take(EXCERPT_MAX - 1).chain(['…']).collect();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use moisson_harvest::{ReadError, Reply, Request};
    use url::Url;

    use super::{Body, excerpt};

    fn read(body: &[u8], content_type: &str) -> Result<Body, ReadError> {
        let url = Url::parse("https://data.example/api").unwrap();
        let request = Request::get(url.clone(), "application/json", "search");
        let headers = [("content-type".to_owned(), content_type.to_owned())];
        let body = Bytes::copy_from_slice(body);
        let body = Body::of(
            &Reply { request: &request, url: &url, status: 200, headers: &headers, body },
            "a list",
        )?;
        match serde_json::from_str::<serde::de::IgnoredAny>(body.as_str()) {
            Ok(_) => Ok(body),
            Err(error) => body.mended(&error),
        }
    }

    #[test]
    fn what_is_no_json_is_named() {
        let error =
            read(b"<!DOCTYPE html>\n<title>Maintenance</title>", "text/html").unwrap_err().to_string();
        assert_eq!(
            error,
            "expected a list, found HTML `<!DOCTYPE html> <title>Maintenance</title>`; \
             check that the url is the portal's own, or try again later"
        );
        let error = read(b"", "application/json").unwrap_err().to_string();
        assert!(error.contains("an empty body with status 200"), "{error}");
        let error = read(b"{\"a\":[1,2", "application/json").unwrap_err().to_string();
        assert!(error.contains("cut short after 9 bytes"), "{error}");
    }

    #[test]
    fn other_character_sets_and_marks_are_read() {
        assert_eq!(read(b"\xEF\xBB\xBF[1]", "application/json").unwrap().as_str(), "[1]");
        let latin = read(b"[\"\xE9t\xE9\"]", "application/json; charset=ISO-8859-1").unwrap();
        assert_eq!((latin.as_str(), latin.remarks.len()), ("[\"été\"]", 1));
        let unsaid = read(b"[\"\xE9t\xE9\"]", "application/json").unwrap();
        assert_eq!(unsaid.as_str(), "[\"\u{FFFD}t\u{FFFD}\"]");
        let wide = read(b"\xFF\xFE[\x001\x00]\x00", "application/json").unwrap();
        assert_eq!(wide.as_str(), "[1]");
    }

    #[test]
    fn a_control_character_does_not_cost_the_page() {
        let mended = read(b"[\"a\x0Bb\"]", "application/json").unwrap();
        assert_eq!(mended.as_str(), "[\"a b\"]");
        assert!(mended.remarks[0].detail.contains("mended"), "{:?}", mended.remarks);
    }

    #[test]
    fn a_good_body_is_not_copied() {
        let body = Bytes::from_static(b" [1]");
        let url = Url::parse("https://data.example/api").unwrap();
        let request = Request::get(url.clone(), "application/json", "search");
        let reply = Reply { request: &request, url: &url, status: 200, headers: &[], body: body.clone() };
        assert_eq!(Body::of(&reply, "a list").unwrap().bytes.as_ptr(), body.as_ptr());
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("a\n\n b\tc"), "a b c");
        assert_eq!(excerpt(&"x ".repeat(500)).chars().count(), 200);
        assert_eq!(excerpt(&"é".repeat(500)).chars().count(), 200);
    }
}
