//! Whether a JSON document is whole, well formed and not nested too deeply, and what its keys are.

use std::{collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Unreadable, around};
use crate::{
    RemarkCode,
    rdf_in::intake::{Intake, excerpt},
};

/// Deepest nesting of arrays and objects. Real catalogues have ten levels.
pub const JSON_DEPTH_MAX: usize = 100;

/// Most different keys, and most contexts, that are looked at.
const NOTED_MAX: usize = 2_000;

/// What is known of a JSON document before it is read.
#[derive(Debug, Default)]
pub(in super::super) struct Outline {
    /// Its different keys.
    pub(in super::super) keys: BTreeSet<String>,
    /// The different values of `@context`.
    pub(in super::super) contexts: Vec<Value>,
}

/// A document that is whole.
pub(super) struct Checked {
    /// Where it ends in the text.
    pub(super) end: usize,
    /// The document with its syntax mended, if it had to be.
    pub(super) mended: Option<String>,
    pub(super) outline: Outline,
}

/// Checks a document.
pub(super) fn check(text: &str, intake: &mut Intake) -> Result<Checked, Unreadable> {
    let end = balanced(text)?;
    let (document, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    around(intake, tail, "stands after the document; passed over");
    let error = match outline(document) {
        Ok(outline) => return Ok(Checked { end, mended: None, outline }),
        Err(error) => error,
    };
    let mended = mend(document);
    if let Ok(outline) = outline(&mended) {
        let place = format!("line {}: {error}", error.line());
        intake.trouble_once(
            RemarkCode::RepairedSyntax,
            &place,
            "the JSON was not well formed; read as it must be meant",
        );
        Ok(Checked { end, mended: Some(mended), outline })
    } else {
        let place = format!("line {}, column {}", error.line(), error.column());
        Err(Unreadable::new("JSON", format!("something else ({error})"), place, "tell the portal"))
    }
}

/// Where the document ends: at the bracket that closes its first.
fn balanced(text: &str) -> Result<usize, Unreadable> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = 0;
    let problem = |at: usize, found: String, hint: &str| {
        let line = bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1;
        Err(Unreadable::new("whole JSON", found, format!("line {line}, byte {at}"), hint))
    };
    let cut = || {
        let hint = "the transfer was cut or the portal failed while writing; fetch it again later";
        problem(bytes.len(), "a document that ends early".to_owned(), hint)
    };
    loop {
        let Some(byte) = bytes.get(at) else { return cut() };
        at += 1;
        match byte {
            b'"' => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return cut(),
            },
            b'{' | b'[' if open.len() >= JSON_DEPTH_MAX => {
                let found = format!("more than {JSON_DEPTH_MAX} levels of nesting");
                return problem(at, found, "no catalogue is nested like that; check the address");
            }
            b'{' | b'[' => open.push(*byte),
            b'}' | b']' => {
                let opened = if *byte == b'}' { b'{' } else { b'[' };
                if open.pop() != Some(opened) {
                    let found = format!("`{}`", excerpt(text.get(at - 1..).unwrap_or_default()));
                    return problem(at - 1, found, "brackets do not match; tell the portal");
                }
                if open.is_empty() {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
}

/// Past the quote that ends a string.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Mends what has one meaning only: control characters in strings, commas before brackets, numbers that are none.
fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        let (plain, quoted) = rest.split_at_checked(at).unwrap_or((rest, ""));
        mend_plain(plain, &mut out);
        let end = string_end(quoted.as_bytes(), 1).unwrap_or(quoted.len());
        let (string, after) = quoted.split_at_checked(end).unwrap_or((quoted, ""));
        mend_string(string, &mut out);
        rest = after;
    }
    mend_plain(rest, &mut out);
    out
}

fn mend_plain(plain: &str, out: &mut String) {
    let plain = plain.replace("NaN", "null").replace("-Infinity", "null").replace("Infinity", "null");
    for c in plain.chars() {
        if matches!(c, '}' | ']') {
            let kept = out.trim_end().len();
            if out.trim_end().ends_with(',') {
                out.truncate(kept - 1);
            }
        }
        out.push(c);
    }
}

fn mend_string(string: &str, out: &mut String) {
    let mut escaped = false;
    for c in string.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() && u32::from(c) < 0x20 => out.push(' '),
            // An escape that JSON does not know is the character itself.
            c if escaped && !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {
                out.pop();
                out.push(c);
            }
            c => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
}

fn outline(document: &str) -> Result<Outline, serde_json::Error> {
    let mut outline = Outline::default();
    let mut deserializer = serde_json::Deserializer::from_str(document);
    Walk(&mut outline).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(outline)
}

/// Goes through a document without keeping it.
struct Walk<'o>(&'o mut Outline);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == "@context" {
                let context: Value = map.next_value()?;
                if self.0.contexts.len() < NOTED_MAX && !self.0.contexts.contains(&context) {
                    self.0.contexts.push(context);
                }
                continue;
            }
            if key == "@value" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if self.0.keys.len() < NOTED_MAX && !self.0.keys.contains(&*key) {
                self.0.keys.insert(key.into_owned());
            }
            map.next_value_seed(Walk(self.0))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Walk(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
