//! Validators and freshness ([RFC 9110 §13](https://www.rfc-editor.org/rfc/rfc9110#section-13),
//! [RFC 9111](https://www.rfc-editor.org/rfc/rfc9111)).

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use sha2::{Digest, Sha256};

/// How long an answer may be used without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Ask each time; the validator makes that cheap.
    Revalidate,
    /// Files that change with the version only.
    Seconds(u32),
}

/// A weak entity tag: the same tag means the same meaning, not the same bytes (compression, notes on time).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag(String);

impl Tag {
    /// Derives a tag from all that an answer depends on.
    pub(crate) fn of<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let part = part.as_ref();
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        Self(format!("W/\"{}\"", hex::encode(digest.get(..12).unwrap_or(&digest))))
    }

    /// Whether the client says that it has this very state.
    pub(crate) fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == opaque(&self.0)))
    }

    /// Puts the tag and the freshness on a response.
    pub(crate) fn mark(&self, response: &mut Response, freshness: Freshness) {
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, value);
        }
        headers.insert(header::CACHE_CONTROL, freshness.header());
    }
}

impl Freshness {
    pub(crate) fn header(self) -> HeaderValue {
        match self {
            Self::Revalidate => HeaderValue::from_static("public, no-cache"),
            Self::Seconds(seconds) => HeaderValue::from_str(&format!("public, max-age={seconds}"))
                .unwrap_or(HeaderValue::from_static("public, no-cache")),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Tag;

    #[test]
    fn a_tag_is_recognised_however_the_client_lists_it() {
        let tag = Tag::of(["a", "b"]);
        assert_ne!(tag, Tag::of(["ab", ""]));
        let strong = tag.0.trim_start_matches("W/").to_owned();
        for (value, known) in [
            (tag.0.clone(), true),
            (strong.clone(), true),
            (format!("\"x\", {strong}"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&value).unwrap());
            assert_eq!(tag.is_known_to(&headers), known, "{value}");
        }
        assert!(!tag.is_known_to(&HeaderMap::new()));
    }
}
