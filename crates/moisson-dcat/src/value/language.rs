//! Language tags ([BCP 47](https://www.rfc-editor.org/info/bcp47)).

use crate::vocabulary;

/// A well-formed tag in lower case: from `fr`, `FR`, `fr_BE`, from the codes of ISO 639-2 and from names, which become
/// the shortest tag. `None` when it is no language.
///
/// ```
/// use moisson_dcat::value::language::tag;
/// assert_eq!(tag("fr_BE").as_deref(), Some("fr-be"));
/// assert_eq!(tag("fre").as_deref(), Some("fr"));
/// assert_eq!(tag("Nederlands").as_deref(), Some("nl"));
/// assert_eq!(tag("??"), None);
/// ```
pub fn tag(raw: &str) -> Option<String> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let first = parts.next()?;
    let primary = first.len() == 2 && first.bytes().all(|b| b.is_ascii_alphabetic());
    let subtag = |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
    if primary && parts.all(subtag) {
        return Some(tag);
    }
    vocabulary::language(raw).and_then(vocabulary::Term::tag).map(str::to_owned)
}
