//! Values of a record as texts with their place and language, ready to be said to a draft.
//!
//! Portals write one value in many ways: a text, a list, a list as JSON in a text (`"[\"a\",\"b\"]"`), a
//! `PostgreSQL` array (`{a,"b c"}`), an object of languages (`{"fr": "…", "nl": "…"}`), also in a text.

use std::borrow::Cow;

use moisson_dcat::draft::{NamedSaid, Said, said};

use crate::json::{Json, Object, parse};

/// Codes that a key of an object of languages may be (ISO 639-1 and 639-2 of Europe's languages and some more).
/// A closed list, since objects have keys such as `id` and `uri` too.
const LANGUAGES: [&str; 66] = [
    "ar", "bg", "br", "ca", "co", "cs", "cy", "da", "de", "deu", "el", "en", "eng", "es", "et", "eu", "fi",
    "fr", "fra", "fre", "fy", "ga", "ger", "gl", "gsw", "he", "hr", "hu", "is", "it", "ita", "ja", "ko",
    "lb", "li", "lt", "ltz", "lv", "mk", "mt", "nb", "nl", "nld", "nn", "no", "oc", "pl", "por", "pt", "rm",
    "ro", "ru", "sk", "sl", "spa", "sq", "sr", "sv", "tr", "uk", "vls", "wa", "zh", "dut", "bre", "oci",
];

/// One text of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words<'a> {
    /// Where in the record: `resources/3/url`.
    pub(crate) place: Cow<'a, str>,
    /// The text as the source wrote it.
    pub(crate) text: Cow<'a, str>,
    /// The language that the source gave to this very text.
    pub(crate) lang: Option<Cow<'a, str>>,
}

impl<'a> Words<'a> {
    /// A text without a language of its own.
    pub(crate) fn new(place: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        Self { place: place.into(), text: text.into(), lang: None }
    }

    /// As a draft takes it.
    pub(crate) fn said(&self) -> Said<'_> {
        said(&self.place, &self.text).lang(self.lang.as_deref())
    }
}

/// All texts in a value.
pub(crate) fn words<'a>(place: impl Into<Cow<'a, str>>, value: Json<'a>) -> Vec<Words<'a>> {
    let mut out = Vec::new();
    flatten(place.into(), value, None, &mut out);
    out
}

/// The first text in a value.
pub(crate) fn first<'a>(place: impl Into<Cow<'a, str>>, value: Json<'a>) -> Option<Words<'a>> {
    words(place, value).into_iter().next()
}

/// All texts in a value; a text in which commas or semicolons separate nothing but what `is_part` takes, is taken
/// apart. Any other is left whole, since a comma may belong to the words.
pub(crate) fn parts<'a>(
    place: impl Into<Cow<'a, str>>,
    value: Json<'a>,
    is_part: fn(&str) -> bool,
) -> Vec<Words<'a>> {
    let mut out = Vec::new();
    let value = match value {
        Json::Text(text) => match array(&text) {
            Some(items) if embedded(&text).is_none() => Json::List(items),
            _ => Json::Text(text),
        },
        other => other,
    };
    for words in words(place, value) {
        let parts: Vec<&str> =
            words.text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 && parts.iter().all(|part| is_part(part)) {
            out.extend(
                parts.iter().map(|part| Words { text: Cow::Owned((*part).to_owned()), ..words.clone() }),
            );
        } else {
            out.push(words);
        }
    }
    out
}

/// One thing that a record names: a theme, a standard, a document.
#[derive(Debug, Default)]
pub(crate) struct Thing<'a> {
    /// Its address, where one is given as such.
    pub(crate) iri: Option<Words<'a>>,
    /// Its names; one that is an address stands here, too, when nothing says that it is one.
    pub(crate) label: Vec<Words<'a>>,
    /// What else is said of it.
    pub(crate) rest: Vec<Words<'a>>,
}

/// Keys under which an object has its address, the best first.
const ADDRESSES: [&str; 5] = ["uri", "@id", "iri", "url", "href"];

/// Keys under which an object has its name, the best first.
const NAMES: [&str; 11] = [
    "title_translated",
    "title",
    "display_name",
    "label",
    "prefLabel",
    "name",
    "theme",
    "identifier",
    "id",
    "value",
    "code",
];

impl Thing<'_> {
    /// As a draft takes it.
    pub(crate) fn said(&self) -> NamedSaid<'_> {
        NamedSaid {
            iri: self.iri.as_ref().map(Words::said),
            label: self.label.iter().map(Words::said).collect(),
        }
    }
}

/// The things in a value: the elements of a list, an object with a name or of languages, a text; a text is taken apart
/// as by [`parts`].
pub(crate) fn things<'a>(place: &str, value: Json<'a>, is_part: fn(&str) -> bool) -> Vec<Thing<'a>> {
    match opened(value) {
        Json::List(items) => items
            .into_iter()
            .enumerate()
            .filter(|(_, item)| !item.is_empty())
            .map(|(index, item)| thing(format!("{place}/{index}"), item))
            .collect(),
        Json::Text(text) => parts(place.to_owned(), Json::Text(text), is_part)
            .into_iter()
            .map(|word| Thing { label: vec![word], ..Thing::default() })
            .collect(),
        value if value.is_empty() => Vec::new(),
        one => vec![thing(place.to_owned(), one)],
    }
}

fn thing(place: String, value: Json<'_>) -> Thing<'_> {
    match value {
        Json::Object(object) if !object.keys().all(is_language) => named_object(&place, object),
        value => Thing { label: words(place, value), ..Thing::default() },
    }
}

fn named_object<'a>(place: &str, mut object: Object<'a>) -> Thing<'a> {
    let mut first_of = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| object.take(key).map(|value| (*key, value)));
        found.map(|(key, value)| words(format!("{place}/{key}"), value)).unwrap_or_default()
    };
    let (iri, label) = (first_of(&ADDRESSES).into_iter().next(), first_of(&NAMES));
    let rest = object.rest().map(|(key, value)| {
        let text = value.to_extra();
        Words::new(format!("{place}/{key}"), text)
    });
    Thing { iri, label, rest: rest.collect() }
}

/// Whether a text is one word, such as a code.
pub(crate) fn is_code(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

/// Whether a text is a web address.
pub(crate) fn is_link(text: &str) -> bool {
    is_code(text) && (text.starts_with("http://") || text.starts_with("https://"))
}

/// A value with what is written as JSON in a text opened.
pub(crate) fn opened(value: Json<'_>) -> Json<'_> {
    match value {
        Json::Text(text) => match embedded(&text) {
            Some(inner) => inner,
            None => Json::Text(text),
        },
        other => other,
    }
}

/// Whether a key names a language, with or without region: `fr`, `nl-be`.
pub(crate) fn is_language(key: &str) -> bool {
    let main = key.split(['-', '_']).next().unwrap_or_default();
    main.len() <= 3 && key.len() <= 11 && LANGUAGES.contains(&main.to_ascii_lowercase().as_str())
}

fn flatten<'a>(place: Cow<'a, str>, value: Json<'a>, lang: Option<Cow<'a, str>>, out: &mut Vec<Words<'a>>) {
    match opened(value) {
        Json::List(items) => {
            for (index, item) in items.into_iter().enumerate() {
                // Elements of a list are not opened once more.
                match item {
                    Json::Text(text) => {
                        push(Cow::Owned(format!("{place}/{index}")), Json::Text(text), lang.clone(), out);
                    }
                    item => flatten(Cow::Owned(format!("{place}/{index}")), item, lang.clone(), out),
                }
            }
        }
        Json::Object(object) if lang.is_none() && !object.is_empty() && object.keys().all(is_language) => {
            for (key, value) in object.rest() {
                let place: Cow<'a, str> = Cow::Owned(format!("{place}/{key}"));
                match value {
                    Json::List(items) => {
                        for item in items {
                            push(place.clone(), item, Some(key.clone()), out);
                        }
                    }
                    value => push(place, value, Some(key), out),
                }
            }
        }
        value => push(place, value, lang, out),
    }
}

fn push<'a>(place: Cow<'a, str>, value: Json<'a>, lang: Option<Cow<'a, str>>, out: &mut Vec<Words<'a>>) {
    if !value.is_empty() {
        let text = match value {
            Json::Text(text) => text,
            other => Cow::Owned(other.to_extra()),
        };
        out.push(Words { place, text, lang });
    }
}

/// The list or object that a text holds.
fn embedded(text: &str) -> Option<Json<'static>> {
    let inner = text.trim();
    if !(inner.starts_with('[') && inner.ends_with(']') || inner.starts_with('{') && inner.ends_with('}')) {
        return None;
    }
    // DKAN escapes what it writes into a text.
    let unescaped = inner.contains("&quot;").then(|| inner.replace("&quot;", "\""));
    let inner = unescaped.as_deref().unwrap_or(inner);
    let mut spare = String::new();
    parse(inner, &mut spare).ok().map(Json::into_owned)
}

/// A `PostgreSQL` array: `{a,"b c"}`.
fn array(text: &str) -> Option<Vec<Json<'static>>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut items = Vec::new();
    while !rest.is_empty() {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.find(',').and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, "")),
        };
        items.push(Json::Text(Cow::Owned(item.trim().to_owned())));
        rest = match after.trim_start() {
            "" => "",
            more => more.strip_prefix(',')?.trim_start(),
        };
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Words, is_code, is_language, is_link, parts, things, words};
    use crate::json::Json;

    fn read(json: &str) -> Vec<Words<'_>> {
        words("x", serde_json::from_str::<Json<'_>>(json).unwrap())
    }

    fn show(words: &[Words<'_>]) -> String {
        let one = |w: &Words<'_>| format!("{}={}@{}", w.place, w.text, w.lang.as_deref().unwrap_or_default());
        words.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_value_is_written_in_many_ways() {
        for (json, expected) in [
            (r#""a, b""#, "x=a, b@"),
            (r"1.5", "x=1.5@"),
            (r"null", ""),
            (r#"["a","b"]"#, "x/0=a@ x/1=b@"),
            (r#""[\"a\",\"b\"]""#, "x/0=a@ x/1=b@"),
            (r#""[&quot;a&quot;]""#, "x/0=a@"),
            (r#""{73E-1,2}""#, "x={73E-1,2}@"),
            (r#"{"fr":"a","nl-BE":["b","c"],"de":""}"#, "x/fr=a@fr x/nl-BE=b@nl-BE x/nl-BE=c@nl-BE"),
            (r#""{\"fr\": \"a\"}""#, "x/fr=a@fr"),
            (r#"{"id":"a"}"#, r#"x={"id":"a"}@"#),
            (r#"[{"fr":"a"},{"k":1}]"#, r#"x/0/fr=a@fr x/1={"k":1}@"#),
            (r#""[broken""#, "x=[broken@"),
            (r#""{broken]""#, "x={broken]@"),
        ] {
            assert_eq!(show(&read(json)), expected, "{json}");
        }
    }

    #[test]
    fn codes_are_taken_apart_and_sentences_are_not() {
        let read = |json, is_part: fn(&str) -> bool| {
            show(&parts("x", serde_json::from_str::<Json<'_>>(json).unwrap(), is_part))
        };
        assert_eq!(read(r#""en,es; ca""#, is_code), "x=en@ x=es@ x=ca@");
        assert_eq!(read(r#""{fre,\"en us\"}""#, is_code), "x/0=fre@ x/1=en us@");
        assert_eq!(read(r#""Population and society, Health""#, is_code), "x=Population and society, Health@");
        assert_eq!(read(r#""Culture, Heritage""#, is_link), "x=Culture, Heritage@");
        assert_eq!(read(r#""http://a/1,http://a/2""#, is_link), "x=http://a/1@ x=http://a/2@");
    }

    #[test]
    fn things_have_names_and_addresses() {
        let read = |json| {
            let things = things("x", serde_json::from_str::<Json<'_>>(json).unwrap(), is_link);
            let one = |thing: &super::Thing<'_>| {
                let iri = thing.iri.as_ref().map(|iri| format!("<{}> ", iri.text)).unwrap_or_default();
                format!("{iri}{} | {}", show(&thing.label), show(&thing.rest))
            };
            things.iter().map(one).collect::<Vec<_>>()
        };
        assert_eq!(read(r#"["a","http://b/"]"#), ["x/0=a@ | ", "x/1=http://b/@ | "]);
        assert_eq!(read(r#""[{\"theme\":\"AGRI\",\"subthemes\":[]}]""#), ["x/0/theme=AGRI@ | "]);
        assert_eq!(
            read(r#"[{"name":"eau","title":{"fr":"Eau","nl":"Water"},"uri":"","id":1}]"#),
            ["x/0/title/fr=Eau@fr x/0/title/nl=Water@nl | x/0/name=eau@ x/0/id=1@"]
        );
        assert_eq!(read(r#"{"uri":"http://a/","label":"A"}"#), ["<http://a/> x/label=A@ | "]);
        assert_eq!(read(r#"{"fr":"a","nl":"b"}"#), ["x/fr=a@fr x/nl=b@nl | "]);
        assert_eq!(read(r#""http://a/1,http://a/2""#), ["x=http://a/1@ | ", "x=http://a/2@ | "]);
        assert!(read("{}").is_empty() && read("[null]").is_empty());
    }

    #[test]
    fn common_keys_are_no_languages() {
        for key in ["fr", "nl-BE", "de_CH", "fre"] {
            assert!(is_language(key), "{key}");
        }
        for key in ["id", "uri", "url", "name", "f", "", "title"] {
            assert!(!is_language(key), "{key}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}|[\\[{\\]}\",&a ]{0,30}") {
            for words in words("x", Json::Text(text.into())) {
                prop_assert!(!words.text.trim().is_empty());
            }
        }
    }
}
