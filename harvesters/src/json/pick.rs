//! Looks into JSON text without building a tree: what is passed over costs neither memory nor copies.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::tree::{Json, Key};

/// The raw values of some keys of an object; of a repeated key the first. `null` counts as absent.
///
/// # Errors
/// When the text is not one JSON object.
pub(crate) fn pick<'a, const N: usize>(
    text: &'a str,
    keys: [&str; N],
) -> Result<[Option<&'a RawValue>; N], serde_json::Error> {
    struct Picker<'k, const N: usize>([&'k str; N]);

    impl<'de, const N: usize> Visitor<'de> for Picker<'_, N> {
        type Value = [Option<&'de RawValue>; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = [None; N];
            while let Some(Key(key)) = map.next_key()? {
                let wanted = self.0.iter().position(|k| *k == key).and_then(|i| found.get_mut(i));
                match wanted {
                    Some(slot @ None) => {
                        let raw: &RawValue = map.next_value()?;
                        *slot = (raw.get() != "null").then_some(raw);
                    }
                    _ => {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
            Ok(found)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let found = deserializer.deserialize_map(Picker(keys))?;
    deserializer.end()?;
    Ok(found)
}

/// A JSON value of which only the upper layers were opened.
#[derive(Debug, Clone)]
pub(crate) enum Layer<'a> {
    /// A value below the layers that were opened.
    Raw(&'a RawValue),
    /// A scalar above them.
    Scalar(Json<'a>),
    /// A list above them.
    List(Vec<Layer<'a>>),
    /// An object above them.
    Object(Vec<(Cow<'a, str>, Layer<'a>)>),
}

/// Opens the upper `depth` layers of a text in one pass; with 1, the keys or elements of the outermost value
/// are known and their values are raw.
///
/// # Errors
/// When the text is not JSON.
pub(crate) fn layers(text: &str, depth: u8) -> Result<Layer<'_>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let layer = Opener { depth }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(layer)
}

struct Opener {
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Opener {
    type Value = Layer<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.depth == 0 {
            <&RawValue>::deserialize(deserializer).map(Layer::Raw)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Opener {
    type Value = Layer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Number(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Number(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Text(Cow::Borrowed(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Layer::Scalar(Json::Text(Cow::Owned(value.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Self { depth: self.depth - 1 })? {
            items.push(item);
        }
        Ok(Layer::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            entries.push((key, map.next_value_seed(Self { depth: self.depth - 1 })?));
        }
        Ok(Layer::Object(entries))
    }
}

impl<'a> Layer<'a> {
    /// The value of a key; `null` counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value).filter(|value| !value.is_null())
    }

    fn is_null(&self) -> bool {
        match self {
            Self::Raw(raw) => raw.get() == "null",
            Self::Scalar(json) => *json == Json::Null,
            Self::List(_) | Self::Object(_) => false,
        }
    }

    /// A scalar as text, trimmed; `None` for structures, `null` and white space.
    pub(crate) fn scalar(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Raw(raw) => scalar(Some(raw)),
            Self::Scalar(json) => json.clone().into_text().map(trimmed),
            Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The raw values of a list; those of an object too, since PHP writes a list with a gap as one
    /// (`{"0": …, "2": …}`). Lists in the list are laid out flat (DKAN and Cologne answer `[[…]]`).
    /// `None` when this is neither, or of values that were opened.
    pub(crate) fn items(&self) -> Option<Vec<&'a RawValue>> {
        let values: Vec<&Self> = match self {
            Self::List(items) => items.iter().collect(),
            Self::Object(entries) => entries.iter().map(|(_, value)| value).collect(),
            Self::Raw(raw) => {
                return layers(raw.get(), 1).ok().filter(|l| !matches!(l, Self::Raw(_)))?.items();
            }
            Self::Scalar(_) => return None,
        };
        let mut out = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Self::Raw(raw) if raw.get().starts_with('[') => {
                    out.extend(layers(raw.get(), 1).ok()?.items()?);
                }
                Self::Raw(raw) => out.push(*raw),
                _ => return None,
            }
        }
        Some(out)
    }
}

/// A scalar as text, trimmed; `None` for structures, `null` and white space.
pub(crate) fn scalar(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let json: Json<'_> = serde_json::from_str(raw?.get()).ok()?;
    json.into_text().map(trimmed)
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{layers, pick, scalar};

    fn items(text: &str) -> Option<Vec<&str>> {
        let opened = layers(text, 1).unwrap();
        opened.items().map(|items| items.into_iter().map(serde_json::value::RawValue::get).collect())
    }

    #[test]
    fn only_the_wanted_keys_are_looked_at() {
        let [count, results, none] = pick(
            r#"{"x":[1,{"count":9}],"count": "7" ,"results":[],"count":8,"none":null}"#,
            ["count", "results", "none"],
        )
        .unwrap();
        assert_eq!(scalar(count).as_deref(), Some("7"));
        assert_eq!(results.unwrap().get(), "[]");
        assert!(none.is_none());
        for bad in ["", "[]", "{} {}", "{\"a\":1", "null"] {
            assert!(pick(bad, ["a"]).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_in_lists_and_lists_with_gaps_are_lists() {
        assert_eq!(items("[1, {\"a\":[2]}]").unwrap(), ["1", "{\"a\":[2]}"]);
        assert_eq!(items("[[1,2],[3]]").unwrap(), ["1", "2", "3"]);
        assert_eq!(items(r#"{"0":"a","2":"b"}"#).unwrap(), ["\"a\"", "\"b\""]);
        assert!(items("\"text\"").is_none());
    }

    #[test]
    fn one_pass_opens_as_many_layers_as_asked() {
        let reply =
            layers(r#"{"success":true,"result":{"count":2,"results":[{"id":"a"},{"id":"b"}]}}"#, 3).unwrap();
        let result = reply.get("result").unwrap();
        assert_eq!(result.get("count").unwrap().scalar().as_deref(), Some("2"));
        let records: Vec<_> = result.get("results").unwrap().items().unwrap();
        assert_eq!(
            records.iter().map(|raw| raw.get()).collect::<Vec<_>>(),
            [r#"{"id":"a"}"#, r#"{"id":"b"}"#]
        );
        assert!(layers("{\"a\":[}", 1).is_err());
    }
}
