//! A text that is the same in every language, or one per language.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// `"Portail"` or `{ fr = "Portail", nl = "Portaal" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Localised {
    /// One text for all.
    Same(String),
    /// By language tag; not empty.
    Each(BTreeMap<String, String>),
}

impl Localised {
    /// The text in that language; else in French, else the first there is.
    pub fn get(&self, language: &str) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Each(texts) => texts
                .get(language)
                .or_else(|| texts.get("fr"))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// The texts with their languages; a text for all has none.
    pub fn texts(&self) -> Vec<moisson_dcat::Text> {
        let text = |value: &String, lang| moisson_dcat::Text { value: value.clone(), lang };
        match self {
            Self::Same(value) => vec![text(value, None)],
            Self::Each(texts) => texts.iter().map(|(lang, value)| text(value, Some(lang.clone()))).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Localised {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LocalisedVisitor)
    }
}

struct LocalisedVisitor;

impl<'de> Visitor<'de> for LocalisedVisitor {
    type Value = Localised;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a table of texts by language such as { fr = \"…\", nl = \"…\" }")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Localised, E> {
        Ok(Localised::Same(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Localised, A::Error> {
        let texts = BTreeMap::<String, String>::deserialize(MapAccessDeserializer::new(map))?;
        if texts.is_empty() {
            return Err(serde::de::Error::custom("name the text in at least one language"));
        }
        Ok(Localised::Each(texts))
    }
}
