//! Language tags ([BCP 47](https://www.rfc-editor.org/info/bcp47)).

/// A well-formed tag in lower case, from `fr`, `FR`, `fr_BE`; `None` when it is no tag.
pub fn tag(raw: &str) -> Option<String> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let first = parts.next()?;
    let primary = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    (primary && rest).then_some(tag)
}
