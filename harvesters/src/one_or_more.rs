//! An option that is one text or a list of them.

use serde::Deserialize;

/// `"a"` or `["a", "b"]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Input")]
pub(crate) struct OneOrMore(pub(crate) Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Input {
    One(String),
    More(Vec<String>),
}

impl From<Input> for OneOrMore {
    fn from(input: Input) -> Self {
        Self(match input {
            Input::One(text) => vec![text],
            Input::More(texts) => texts,
        })
    }
}
