//! What a request asks to be checked, whichever way it comes.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use moisson_shapes::{PROFILES, Pipeline};
use moisson_validate::Syntax;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{format::Format, multipart};
use crate::{
    Language,
    parameters::{Parameters, invalid},
    problem::{Kind, Problem},
};

/// Most documents in one request.
const DOCUMENTS_MAX: usize = 10;
/// A longer JSON body is a document and no request to fetch one, in bytes.
const REQUEST_MAX: usize = 16 << 10;
/// The name of a text that was pasted into the form.
pub(super) const PASTED: &str = "text";
/// Longest address, in bytes.
const URL_MAX: usize = 4 << 10;

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// These documents.
    Documents(Vec<Sent>),
    /// The document at an address.
    At(Url),
}

/// A document that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) content_type: Option<String>,
    pub(super) body: Bytes,
}

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) what: Option<What>,
    pub(super) profiles: Vec<String>,
    pub(super) lenient: bool,
    pub(super) syntax: Option<Syntax>,
    pub(super) format: Option<Format>,
    pub(super) language: Option<Language>,
    /// The fields of the page's form, to show them again.
    pub(super) text: String,
    pub(super) url: String,
}

impl Asked {
    /// Reads the address and the body.
    pub(super) fn read(query: Option<&str>, headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        let mut asked = Self::default();
        let known = ["profile", "lenient", "syntax", "format", "lang", "url"];
        Parameters::read(query, &known)?;
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            asked.take(&name, &value)?;
        }
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let full = content_type.unwrap_or_default();
        let essence = full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => {
                for (name, value) in form_urlencoded::parse(body) {
                    asked.take(&name, &value)?;
                }
            }
            "multipart/form-data" => asked.take_form(full, body)?,
            "application/json" if asked.take_json(body)? => {}
            _ if body.is_empty() => {}
            _ => asked.add(Sent {
                name: "document".to_owned(),
                // Generic types say nothing, and the content will tell.
                content_type: content_type.map(str::to_owned),
                body: body.clone(),
            })?,
        }
        if !asked.text.trim().is_empty() {
            let body = Bytes::from(asked.text.clone());
            asked.add(Sent { name: PASTED.to_owned(), content_type: None, body })?;
        }
        asked.take_url()?;
        Ok(asked)
    }

    /// The page's form comes with the profiles for all datasets; left as they are, they mean the usual ones, with
    /// those that datasets declare.
    pub(super) fn take_usual_for_none(&mut self) {
        let usual = PROFILES.iter().filter(|profile| profile.pipeline == Pipeline::Always);
        let usual: BTreeSet<&str> = usual.map(|profile| profile.name).collect();
        if self.profiles.iter().map(String::as_str).collect::<BTreeSet<_>>() == usual {
            self.profiles.clear();
        }
    }

    fn take_form(&mut self, content_type: &str, body: &Bytes) -> Result<(), Problem> {
        let bad = |reason| Problem::new(Kind::BadRequest, reason);
        for field in multipart::read(content_type, body).map_err(bad)? {
            match field.file {
                // A browser sends a file without a name where none was chosen.
                Some(name) if !(name.is_empty() && field.body.is_empty()) => {
                    let name = if name.is_empty() { "document".to_owned() } else { name };
                    self.add(Sent {
                        name,
                        content_type: field.content_type,
                        body: body.slice_ref(field.body),
                    })?;
                }
                Some(_) => {}
                None => self.take(&field.name, &String::from_utf8_lossy(field.body))?,
            }
        }
        Ok(())
    }

    /// A small object with an address in it is a request; any other JSON is a document.
    fn take_json(&mut self, body: &Bytes) -> Result<bool, Problem> {
        if body.len() > REQUEST_MAX {
            return Ok(false);
        }
        let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(body) else { return Ok(false) };
        if !members.contains_key("url") || members.keys().any(|name| name.starts_with('@')) {
            return Ok(false);
        }
        for (name, value) in &members {
            match value {
                Value::String(value) => self.take(name, value)?,
                Value::Bool(value) => self.take(name, if *value { "true" } else { "false" })?,
                Value::Array(values) => {
                    for value in values.iter().filter_map(Value::as_str) {
                        self.take(name, value)?;
                    }
                }
                _ => return Err(invalid(name, &value.to_string(), "a text, a list of texts, true or false")),
            }
        }
        Ok(true)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "profile" if value.is_empty() => {}
            "profile" => {
                moisson_shapes::find(value).map_err(|error| {
                    Problem::new(Kind::InvalidParameter, error.to_string()).with("parameter", "profile")
                })?;
                if !self.profiles.iter().any(|known| known == value) {
                    self.profiles.push(value.to_owned());
                }
            }
            "lenient" => match value {
                "true" | "1" | "on" => self.lenient = true,
                "false" | "0" | "" => self.lenient = false,
                _ => return Err(invalid(name, value, "`true` or `false`")),
            },
            "syntax" if value.is_empty() => self.syntax = None,
            "syntax" => {
                let known = Syntax::ALL.map(|syntax| format!("`{}`", syntax.name())).join(", ");
                let syntax =
                    Syntax::named(value).ok_or_else(|| invalid(name, value, &format!("one of {known}")))?;
                self.syntax = Some(syntax);
            }
            "format" if value.is_empty() => self.format = None,
            "format" => {
                self.format = Some(Format::named(value).ok_or_else(|| invalid(name, value, Format::NAMES))?);
            }
            "lang" => self.language = Language::from_tag(value),
            "url" => value.trim().clone_into(&mut self.url),
            "text" => value.clone_into(&mut self.text),
            other => {
                let detail = format!(
                    "field `{other}` is unknown; known are `url`, `text`, `profile`, `lenient`, `syntax`, `format`, \
                     `lang`, and files"
                );
                return Err(Problem::new(Kind::UnknownParameter, detail).with("parameter", other));
            }
        }
        Ok(())
    }

    fn add(&mut self, sent: Sent) -> Result<(), Problem> {
        match &mut self.what {
            Some(What::Documents(documents)) if documents.len() < DOCUMENTS_MAX => documents.push(sent),
            Some(_) => {
                let detail = format!("more than {DOCUMENTS_MAX} documents; send fewer at once");
                return Err(Problem::new(Kind::BadRequest, detail));
            }
            None => self.what = Some(What::Documents(vec![sent])),
        }
        Ok(())
    }

    fn take_url(&mut self) -> Result<(), Problem> {
        if self.url.is_empty() {
            return Ok(());
        }
        if self.what.is_some() {
            let detail = "there is an address and a document; send one of them";
            return Err(Problem::new(Kind::BadRequest, detail));
        }
        let expected = "an address that begins with `http://` or `https://`";
        let url = Url::parse(&self.url).ok().filter(|_| self.url.len() <= URL_MAX);
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
        self.what = Some(What::At(url.ok_or_else(|| invalid("url", &self.url, expected))?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use bytes::Bytes;

    use super::{Asked, What};
    use crate::problem::Problem;

    fn read(query: &str, content_type: &'static str, body: &'static str) -> Result<Asked, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Asked::read(Some(query), &headers, &Bytes::from_static(body.as_bytes()))
    }

    fn sent(asked: &Asked) -> (&str, Option<&str>, &[u8]) {
        match &asked.what {
            Some(What::Documents(documents)) => {
                (&documents[0].name, documents[0].content_type.as_deref(), &documents[0].body)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_document_comes_as_a_body_a_file_or_a_text() {
        let asked = read("profile=dcat-ap-3&lenient=true", "text/turtle", "<a> <b> <c> .").unwrap();
        assert_eq!(sent(&asked), ("document", Some("text/turtle"), &b"<a> <b> <c> ."[..]));
        assert!(asked.lenient && asked.profiles == ["dcat-ap-3"]);
        let form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.nt\"\r\n\r\nabc\r\n\
            --x\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\n\r\n--x--";
        assert_eq!(
            sent(&read("", "multipart/form-data; boundary=x", form).unwrap()),
            ("a.nt", None, &b"abc"[..])
        );
        let asked = read("", "application/x-www-form-urlencoded", "text=%3Ca%3E&lang=nl&url=").unwrap();
        assert_eq!(sent(&asked), ("text", None, &b"<a>"[..]));
        let document = r#"{"@context": {}, "url": "https://x.example/"}"#;
        assert_eq!(sent(&read("", "application/json", document).unwrap()).2, document.as_bytes());
    }

    #[test]
    fn an_address_comes_in_json_or_a_form() {
        let at = |asked: Asked| match asked.what {
            Some(What::At(url)) => url.to_string(),
            other => panic!("{other:?}"),
        };
        let json = r#"{"url": "https://x.example/a.ttl", "profile": ["portal"], "lenient": true}"#;
        let asked = read("", "application/json", json).unwrap();
        assert!(asked.lenient && asked.profiles == ["portal"]);
        assert_eq!(at(asked), "https://x.example/a.ttl");
        let form = read("", "application/x-www-form-urlencoded", "url=https://x.example/a.ttl").unwrap();
        assert_eq!(at(form), "https://x.example/a.ttl");
    }

    #[test]
    fn what_cannot_be_done_is_refused_with_the_reason() {
        for (query, content_type, body, part) in [
            ("profile=dcatap-3", "text/turtle", "a", "did you mean `dcat-ap-3`"),
            ("profil=x", "text/turtle", "a", "`profile`"),
            ("format=pdf", "text/turtle", "a", "`json`"),
            ("syntax=n5", "text/turtle", "a", "`Turtle`"),
            ("lenient=maybe", "text/turtle", "a", "`true` or `false`"),
            ("url=file:///etc/passwd", "", "", "`http://`"),
            ("url=https://x.example/", "text/turtle", "a", "send one of them"),
            ("", "application/json", r#"{"url": "https://x.example/", "uri": "x"}"#, "`uri` is unknown"),
        ] {
            let problem = read(query, content_type, body).unwrap_err();
            assert!(problem.detail.contains(part), "{problem:?}");
        }
    }
}
