//! Bytes to text: byte order mark, then what the reply or the content declares, then what the bytes show
//! ([WHATWG Encoding](https://encoding.spec.whatwg.org/)).

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use moisson_dcat::{Remark, RemarkCode};

/// How far into the content a declaration is looked for, in bytes. HTML asks for the first 1,024.
const DECLARATION_WITHIN: usize = 4_096;

/// How much is looked at to tell UTF-16 without a mark, in bytes.
const SAMPLE: usize = 1_024;

/// Text, and what was wrong with its declared character set.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) remark: Option<Remark>,
}

/// Reads bytes as text. Never fails: bytes that fit nowhere are read as windows-1252, and remarked.
pub(crate) fn decode(body: &[u8], content_type: Option<&str>, forced: Option<&'static Encoding>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return read_as(encoding, body.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = forced {
        return read_as(encoding, body);
    }
    let declared = content_type
        .and_then(|value| label_after(value.as_bytes(), b"charset="))
        .or_else(|| declared_inside(body));
    match declared {
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => match utf_16(body) {
            // A declaration that could be read as single bytes was not UTF-16 itself.
            None => read_as(UTF_8, body),
            Some(found) => read_as(found, body),
        },
        Some(encoding)
            if encoding.is_single_byte() && !body.is_ascii() && std::str::from_utf8(body).is_ok() =>
        {
            // Text with accents that is valid UTF-8 by chance does not occur.
            let found = read_as(UTF_8, body);
            Decoded {
                remark: Some(remark(encoding.name(), "read as UTF-8, which all its bytes are")),
                ..found
            }
        }
        Some(encoding) => read_as(encoding, body),
        None => read_as(utf_16(body).unwrap_or(UTF_8), body),
    }
}

fn read_as(encoding: &'static Encoding, body: &[u8]) -> Decoded {
    if encoding == UTF_8 {
        return read_utf_8(body);
    }
    let (text, failed) = encoding.decode_without_bom_handling(body);
    let remark = failed.then(|| remark(encoding.name(), "some bytes are not of this character set"));
    Decoded { text: text.into_owned(), remark }
}

/// UTF-8, and each byte that is not read as windows-1252: pages are often pasted together from both.
fn read_utf_8(body: &[u8]) -> Decoded {
    let mut text = String::with_capacity(body.len());
    let mut wrong = 0_usize;
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            wrong += 1;
            let (read, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            text.push_str(&read);
        }
    }
    let remark = (wrong > 0).then(|| remark("UTF-8", "bytes that are not UTF-8 were read as windows-1252"));
    Decoded { text, remark }
}

/// UTF-16 without a mark shows as zero bytes at every other place.
fn utf_16(body: &[u8]) -> Option<&'static Encoding> {
    let sample = body.get(..SAMPLE.min(body.len())).unwrap_or_default();
    let pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    if pairs < 2 {
        None
    } else if low * 4 > pairs * 3 && high == 0 {
        Some(UTF_16LE)
    } else if high * 4 > pairs * 3 && low == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// `<meta charset>`, `<meta http-equiv>` and the XML declaration.
fn declared_inside(body: &[u8]) -> Option<&'static Encoding> {
    let head = body.get(..DECLARATION_WITHIN.min(body.len())).unwrap_or_default();
    let lower: Vec<u8> = head.to_ascii_lowercase();
    if lower.starts_with(b"<?xml") {
        let end = lower.iter().position(|&byte| byte == b'>').unwrap_or(lower.len());
        if let Some(found) = label_after(lower.get(..end).unwrap_or_default(), b"encoding=") {
            return Some(found);
        }
    }
    let meta = lower.windows(5).position(|window| window == b"<meta")?;
    label_after(lower.get(meta..).unwrap_or_default(), b"charset=")
}

/// The character set named after `key`, with or without quotes.
fn label_after(text: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = lower.windows(key.len()).position(|window| window == key)? + key.len();
    let label: Vec<u8> = lower
        .get(at..)?
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
        .collect();
    Encoding::for_label(&label)
}

fn remark(declared: &str, detail: &str) -> Remark {
    Remark {
        code: RemarkCode::WrongCharset,
        property: "".into(),
        place: String::new(),
        value: declared.to_owned(),
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], content_type: Option<&str>, expected: &str, remarked: bool) {
        let found = decode(body, content_type, None);
        assert_eq!(found.text, expected);
        assert_eq!(found.remark.is_some(), remarked, "{:?}", found.remark);
    }

    #[test]
    fn the_mark_wins_over_what_is_declared() {
        check(b"\xEF\xBB\xBF\xC3\xA9t\xC3\xA9", Some("text/csv; charset=iso-8859-1"), "été", false);
        check(b"\xFF\xFE\xE9\x00t\x00", None, "ét", false);
    }

    #[test]
    fn header_meta_and_xml_declaration_are_believed() {
        check(b"\xE9t\xE9", Some("text/html; charset=\"ISO-8859-1\""), "été", false);
        check(b"<meta charset=windows-1252>\xE9", None, "<meta charset=windows-1252>é", false);
        check(
            b"<?xml version='1.0' encoding='iso-8859-1'?>\xE9",
            None,
            "<?xml version='1.0' encoding='iso-8859-1'?>é",
            false,
        );
    }

    #[test]
    fn utf_8_declared_as_latin_1_is_read_as_utf_8_and_remarked() {
        check("été".as_bytes(), Some("text/html; charset=iso-8859-1"), "été", true);
    }

    #[test]
    fn stray_bytes_are_read_as_windows_1252_and_remarked() {
        check(b"\xC3\xA9t\xE9 \x80", Some("text/html; charset=utf-8"), "été €", true);
        check(b"Biblioth\xE8que", None, "Bibliothèque", true);
    }

    #[test]
    fn utf_16_without_a_mark_is_seen() {
        check(b"I\0D\0;\0T\0\xE9\0", None, "ID;Té", false);
    }
}
