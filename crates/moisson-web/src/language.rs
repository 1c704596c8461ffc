//! The four languages of the pages and messages, and how a reader's language is found.

use std::fmt;

use axum::http::{HeaderMap, header};
use moisson_dcat::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accept::thousandths;

/// A language that the portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    Fr,
    /// Dutch.
    Nl,
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Fr, Self::Nl, Self::De, Self::En];

    /// The language of a BCP 47 tag, such as `nl` for `nl-BE`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::Nl => "nl",
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Fr => "Français",
            Self::Nl => "Nederlands",
            Self::De => "Deutsch",
            Self::En => "English",
        }
    }

    /// The best language for an `Accept-Language` header
    /// ([RFC 9110 §12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)).
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut best: Option<(u16, Self)> = None;
        for item in text.split(',').take(32) {
            let (tag, quality) = match item.split_once(';') {
                None => (item, 1000),
                Some((tag, q)) => {
                    let q = q.trim().strip_prefix("q=").and_then(thousandths);
                    (tag, q.unwrap_or(0))
                }
            };
            if let Some(language) = Self::from_tag(tag.trim())
                && quality > best.map_or(0, |(quality, _)| quality)
            {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The text to show to a reader: in the reader's language, else without a language, else the first of
/// [`Language::ALL`], else the first there is. Regional tags count as their language.
pub(crate) fn best_text(texts: &[Text], wanted: Language) -> Option<&Text> {
    let rank = |text: &Text| match text.lang.as_deref().map(Language::from_tag) {
        Some(Some(language)) if language == wanted => 0,
        None => 1,
        Some(Some(language)) => Language::ALL.iter().position(|l| *l == language).map_or(9, |at| at + 2),
        Some(None) => 9,
    };
    texts.iter().min_by_key(|text| rank(text))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use moisson_dcat::Text;

    use super::{Language, best_text};

    fn text(value: &str, lang: Option<&str>) -> Text {
        Text { value: value.to_owned(), lang: lang.map(str::to_owned) }
    }

    #[test]
    fn the_reader_s_best_language_wins() {
        let cases = [
            ("nl-BE,nl;q=0.9,fr;q=0.8", Some(Language::Nl)),
            ("it, de;q=0.3, en;q=0.2", Some(Language::De)),
            ("fr;q=0, en", Some(Language::En)),
            ("it", None),
            ("*", None),
            ("de;q=x, fr;q=0.1", Some(Language::Fr)),
        ];
        for (header_text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(header_text));
            assert_eq!(Language::accepted(&headers), expected, "{header_text}");
        }
    }

    #[test]
    fn a_text_in_the_reader_s_language_comes_before_one_without_and_that_before_others() {
        let all = [text("Vélos", Some("fr")), text("Räder", Some("de")), text("?", None)];
        assert_eq!(best_text(&all, Language::De).unwrap().value, "Räder");
        assert_eq!(best_text(&all, Language::En).unwrap().value, "?");
        assert_eq!(best_text(&all[..2], Language::En).unwrap().value, "Vélos");
        assert_eq!(best_text(&[text("Fietsen", Some("nl-be"))], Language::Nl).unwrap().value, "Fietsen");
        assert_eq!(best_text(&[], Language::Nl), None);
    }
}
