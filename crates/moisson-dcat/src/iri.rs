//! Absolute IRIs ([RFC 3987](https://www.rfc-editor.org/rfc/rfc3987)), checked once and then trusted.

use std::fmt;

use oxrdf::NamedNode;
use serde::{Deserialize, Serialize};

/// An absolute IRI.
///
/// Invariant: valid by RFC 3987, so it can be written in every RDF syntax as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iri(String);

/// Why a text is not an absolute IRI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not an absolute IRI: {reason}")]
pub struct IriError {
    /// The text that was refused.
    pub value: String,
    /// What the parser objected to.
    pub reason: String,
}

impl Iri {
    /// Takes an absolute IRI as it is; nothing is repaired.
    ///
    /// # Errors
    /// When the text is relative or not valid by RFC 3987.
    pub fn new(value: impl Into<String>) -> Result<Self, IriError> {
        let value = value.into();
        match oxiri::Iri::parse(value.as_str()) {
            Ok(_) => Ok(Self(value)),
            Err(error) => Err(IriError { reason: error.to_string(), value }),
        }
    }

    /// The IRI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same IRI as an RDF term.
    pub fn to_named_node(&self) -> NamedNode {
        NamedNode::new_unchecked(self.0.as_str())
    }
}

impl From<NamedNode> for Iri {
    fn from(node: NamedNode) -> Self {
        Self(node.into_string())
    }
}

impl TryFrom<String> for Iri {
    type Error = IriError;

    fn try_from(value: String) -> Result<Self, IriError> {
        Self::new(value)
    }
}

impl From<Iri> for String {
    fn from(iri: Iri) -> Self {
        iri.0
    }
}

impl fmt::Display for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Iri;

    #[test]
    fn relative_and_broken_iris_are_refused_and_named() {
        for bad in ["", "Rennes", "http://a b", "http://x/{y}", "//x"] {
            let error = Iri::new(bad).unwrap_err().to_string();
            assert!(error.contains(&format!("`{bad}`")), "{error}");
        }
        assert_eq!(Iri::new("https://données.example/é").unwrap().as_str(), "https://données.example/é");
    }
}
