//! Media types as [IANA registers them](https://www.iana.org/assignments/media-types).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::Iri;

/// What comes before the name in the IRI.
const NAMESPACE: &str = "https://www.iana.org/assignments/media-types/";

/// The registered names and their IRIs, by their lower-case form.
static REGISTERED: LazyLock<HashMap<String, (&'static str, Iri)>> = LazyLock::new(|| {
    let text = include_str!("../../tables/media-type.csv");
    let names = text.lines().filter(|line| line.contains('/') && !line.starts_with('#'));
    let iri = |name: &str| Iri::new(format!("{NAMESPACE}{name}")).ok();
    names.filter_map(|name| Some((name.to_ascii_lowercase(), (name, iri(name)?)))).collect()
});

/// The IRI of a registered media type, from its name (parameters are passed over) or from any spelling of the IRI.
///
/// ```
/// use moisson_dcat::vocabulary::media_type;
/// let csv = "https://www.iana.org/assignments/media-types/text/csv";
/// assert_eq!(media_type("text/CSV; charset=utf-8").unwrap().as_str(), csv);
/// assert_eq!(media_type("http://www.iana.org/assignments/media-types/text/csv").unwrap().as_str(), csv);
/// assert_eq!(media_type("application/x-made-up"), None);
/// ```
pub fn media_type(raw: &str) -> Option<Iri> {
    let raw = raw.trim().to_ascii_lowercase();
    let rest = raw.strip_prefix("https://").or_else(|| raw.strip_prefix("http://")).unwrap_or(&raw);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let name = rest.strip_prefix("iana.org/assignments/media-types/").unwrap_or(rest);
    let name = name.split(';').next().unwrap_or_default().trim();
    REGISTERED.get(name).map(|(_, iri)| iri.clone())
}

/// The name in the IRI of a registered media type.
pub(super) fn label(iri: &str) -> Option<&'static str> {
    let name = iri.strip_prefix(NAMESPACE)?;
    REGISTERED.get(&name.to_ascii_lowercase()).map(|(name, _)| *name)
}
