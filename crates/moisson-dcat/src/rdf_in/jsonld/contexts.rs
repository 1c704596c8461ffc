//! Contexts that JSON-LD documents refer to by address. They are built in: a harvester that fetched what a
//! document names could be sent anywhere, and every reading would hang on somebody else's server.

/// The words of DCAT-AP, DCAT-US and data.gouv.fr, without prefixes.
const DCAT: &str = include_str!("dcat.jsonld");

/// The words of schema.org.
const SCHEMA: &str = include_str!("schema.jsonld");

/// A context that is known by its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Builtin {
    /// The document.
    pub(in super::super) document: &'static str,
    /// Whether the address is one that is known; else the DCAT words are a best effort.
    pub(in super::super) known: bool,
}

/// The context at an address.
pub(in super::super) fn at(url: &str) -> Builtin {
    let bare = url.trim().to_ascii_lowercase();
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(&bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    if bare.trim_end_matches('/') == "schema.org" || bare.starts_with("schema.org/docs/jsonldcontext") {
        return Builtin { document: SCHEMA, known: true };
    }
    let known = bare.starts_with("project-open-data.cio.gov/")
        || bare.starts_with("raw.githubusercontent.com/semiceu/")
        || bare.starts_with("semiceu.github.io/")
        || bare.starts_with("data.europa.eu/")
        || bare.starts_with("w3.org/ns/dcat")
        || bare.starts_with("resources.data.gov/")
        || (bare.starts_with("data.gouv.fr/") && bare.ends_with("/context.jsonld"))
        || (bare.contains("/api/1/") && bare.ends_with("/context.jsonld"));
    Builtin { document: DCAT, known }
}

#[cfg(test)]
mod tests {
    use super::{DCAT, SCHEMA, at};

    #[test]
    fn contexts_are_known_by_their_addresses() {
        for url in
            ["http://schema.org", "https://schema.org/", "https://schema.org/docs/jsonldcontext.jsonld"]
        {
            assert_eq!((at(url).document, at(url).known), (SCHEMA, true), "{url}");
        }
        for url in [
            "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
            "https://www.data.gouv.fr/api/1/site/context.jsonld",
        ] {
            assert_eq!((at(url).document, at(url).known), (DCAT, true), "{url}");
        }
        assert!(!at("http://169.254.169.254/context").known);
    }

    #[test]
    fn the_built_in_contexts_are_json_with_a_context() {
        for document in [DCAT, SCHEMA] {
            let value: serde_json::Value = serde_json::from_str(document).unwrap();
            assert!(value["@context"].is_object());
        }
    }
}
