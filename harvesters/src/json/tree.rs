//! A record as a tree.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

use super::mend;

/// One JSON value, borrowing its text where no escape stands in the way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    /// `null`: the source says nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// An object from which what is understood is taken, so that what remains can be kept as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object<'a> {
    entries: Vec<(Cow<'a, str>, Json<'a>)>,
}

/// The tree of a record. `spare` holds the mended text when the record is not strict JSON.
///
/// # Errors
/// When the text is not JSON even after mending.
pub(crate) fn parse<'a>(text: &'a str, spare: &'a mut String) -> Result<Json<'a>, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(json) => Ok(json),
        Err(error) => match mend::mended(text) {
            Some(mended) => {
                *spare = mended;
                serde_json::from_str(spare).map_err(|_| error)
            }
            None => Err(error),
        },
    }
}

impl<'a> Json<'a> {
    /// Whether it says nothing: `null`, white space, an empty list or object, or one of nothing else.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.iter().all(Self::is_empty),
            Self::Object(object) => object.entries.iter().all(|(_, value)| value.is_empty()),
        }
    }

    /// A scalar as text; `None` for `null`, lists, objects and white space.
    pub(crate) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, also when written as text or as 0 and 1.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Number(number) => {
                number.as_u64().and_then(|n| [false, true].get(usize::try_from(n).ok()?).copied())
            }
            Self::Text(text) => match text.trim() {
                t if t.eq_ignore_ascii_case("true") => Some(true),
                t if t.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as one text for `extra`: scalars as they are, structures as JSON.
    pub(crate) fn to_extra(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            other => other.to_string(),
        }
    }

    /// The same, borrowing nothing.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Json::List(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(Object {
                entries: object
                    .entries
                    .into_iter()
                    .map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned()))
                    .collect(),
            }),
        }
    }

    /// The elements of a list, or the value itself as the only one.
    pub(crate) fn into_list(self) -> Vec<Self> {
        match self {
            Self::Null => Vec::new(),
            Self::List(items) => items,
            one => vec![one],
        }
    }
}

/// Written as compact JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { "," })?;
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Self::Object(object) => {
                f.write_str("{")?;
                for (i, (key, value)) in object.entries.iter().enumerate() {
                    write!(f, "{}{}:{value}", if i == 0 { "" } else { "," }, quoted(key))?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'a> Object<'a> {
    /// Takes the value of a key out; a repeated key gives its first value that says something, and the others
    /// stay unless they say the same.
    pub(crate) fn take(&mut self, key: &str) -> Option<Json<'a>> {
        let mut found: Option<Json<'a>> = None;
        for (_, value) in self.entries.iter_mut().filter(|(name, _)| name == key) {
            match &found {
                None if !value.is_empty() => found = Some(std::mem::replace(value, Json::Null)),
                Some(first) if first == value => *value = Json::Null,
                _ => {}
            }
        }
        found
    }

    /// The value of a key, left where it is.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.entries.iter().filter(|(name, _)| name == key).map(|(_, value)| value).find(|v| !v.is_empty())
    }

    /// The keys that still say something.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|(_, value)| !value.is_empty()).map(|(key, _)| key.as_ref())
    }

    /// Whether no key says anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys().next().is_none()
    }

    /// Adds a value behind the others.
    pub(crate) fn push(&mut self, key: Cow<'a, str>, value: Json<'a>) {
        self.entries.push((key, value));
    }

    /// What was not taken and says something, in the order of the source.
    pub(crate) fn rest(self) -> impl Iterator<Item = (Cow<'a, str>, Json<'a>)> {
        self.entries.into_iter().filter(|(_, value)| !value.is_empty())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            entries.push((key, map.next_value()?));
        }
        Ok(Json::Object(Object { entries }))
    }
}

/// A key, borrowed where it can be.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Json, parse};

    fn object(text: &str) -> super::Object<'_> {
        match serde_json::from_str(text).unwrap() {
            Json::Object(object) => object,
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn keys_keep_their_order_and_repeated_ones_are_not_lost() {
        let mut it = object(r#"{"b":1,"a":null,"b":1,"b":2,"c":[]," ":" "}"#);
        assert_eq!(it.take("b").unwrap().to_string(), "1");
        assert!(it.take("a").is_none());
        let rest: Vec<_> = it.rest().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(rest, ["b=2"]);
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let text = r#"["plain","é","line\nbreak"]"#;
        let mut spare = String::new();
        let Ok(Json::List(items)) = parse(text, &mut spare) else { panic!("not a list") };
        let borrowed = items.iter().map(|i| matches!(i, Json::Text(std::borrow::Cow::Borrowed(_))));
        assert_eq!(borrowed.collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn what_portals_write_for_true_is_understood() {
        for (text, expected) in [
            ("true", Some(true)),
            ("\"False\"", Some(false)),
            ("1", Some(true)),
            ("2", None),
            ("\"yes\"", None),
        ] {
            let json: Json<'_> = serde_json::from_str(text).unwrap();
            assert_eq!(json.as_bool(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn writing_and_reading_again_gives_the_same(text in "[\\[\\]{}\",:0-9a\\\\u0-9 \n-]{0,60}") {
            if let Ok(json) = serde_json::from_str::<Json<'_>>(&text) {
                let written = json.to_string();
                prop_assert_eq!(&json, &serde_json::from_str::<Json<'_>>(&written).unwrap());
            }
        }
    }
}
