//! Which characters the bytes are.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::{
    RemarkCode,
    rdf_in::intake::{Intake, excerpt},
};

/// How far into a document its declaration is looked for, in bytes.
const DECLARATION_MAX: usize = 256;

/// Decodes a document.
///
/// A byte order mark decides. Else bytes that are UTF-8 are UTF-8, whatever is declared: nothing else looks like
/// it by chance. Else the declared character set counts, and without one, single bytes that are not UTF-8 are
/// taken for Windows-1252, which is what portals that mix their sources send.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, intake: &mut Intake) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        if encoding == UTF_8 {
            return utf8(rest, intake);
        }
        return transcode(rest, encoding, intake);
    }
    if let Some(encoding) = wide(bytes) {
        return transcode(bytes, encoding, intake);
    }
    let declared = declared(bytes, content_type);
    let encoding = match &declared {
        Some(label) => Encoding::for_label(label.as_bytes()),
        None => None,
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let (Some(encoding), Some(label)) = (encoding, &declared)
            && encoding != UTF_8
            && !text.is_ascii()
        {
            intake.trouble_once(RemarkCode::WrongCharset, label, "declared, but the text is UTF-8");
        }
        return Cow::Borrowed(text);
    }
    match encoding {
        Some(encoding) if encoding != UTF_8 => transcode(bytes, encoding, intake),
        _ => utf8(bytes, intake),
    }
}

/// UTF-16 without a mark: every other byte of ASCII text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [0, a, 0, b] if *a != 0 && *b != 0 => Some(UTF_16BE),
        [a, 0, b, 0] if *a != 0 && *b != 0 => Some(UTF_16LE),
        _ => None,
    }
}

fn transcode(bytes: &[u8], encoding: &'static Encoding, intake: &mut Intake) -> Cow<'static, str> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged {
        let detail = "some bytes mean nothing in the declared character set; replaced by U+FFFD";
        intake.trouble_once(RemarkCode::WrongCharset, encoding.name(), detail);
    }
    Cow::Owned(text.into_owned())
}

/// Decodes UTF-8; what is not is read as Windows-1252.
fn utf8<'a>(bytes: &'a [u8], intake: &mut Intake) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut first = None;
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            out.push_str(&text);
            first.get_or_insert_with(|| {
                let from = out.char_indices().rev().nth(30).map_or(0, |(at, _)| at);
                (
                    out.bytes().filter(|b| *b == b'\n').count() + 1,
                    excerpt(out.get(from..).unwrap_or_default()),
                )
            });
        }
    }
    if let Some((line, text)) = first {
        let detail = format!("bytes that are not UTF-8 were read as Windows-1252, the first on line {line}");
        intake.trouble_once(RemarkCode::WrongCharset, &text, &detail);
    }
    Cow::Owned(out)
}

/// The character set that the XML declaration or the content type names.
fn declared(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    let head = bytes.get(..DECLARATION_MAX.min(bytes.len())).unwrap_or_default();
    let head: String = head.iter().map(|b| char::from(*b)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let inside = declaration.and_then(|text| after(text, "encoding"));
    inside.or_else(|| after(content_type?, "charset"))
}

/// The value after `key=`, quoted or not.
fn after(text: &str, key: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let value = lower.split(key).nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end =
        value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ',')).unwrap_or(value.len());
    value.get(..end).filter(|v| !v.is_empty()).map(str::to_owned)
}
