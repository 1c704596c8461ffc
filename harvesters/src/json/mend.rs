//! Text that is nearly JSON, made JSON.

/// The same text with raw control characters as spaces, `NaN` and `Infinity` as `null`, and what no escape
/// may be (`\x`, a lone surrogate) as U+FFFD. `None` when there was nothing of the kind.
pub(super) fn mended(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let (written, length): (&str, usize) = match c {
            '"' => {
                in_string = !in_string;
                ("\"", 1)
            }
            '\\' if in_string => escape(rest),
            c if c.is_ascii_control() => (" ", 1),
            '-' | 'N' | 'I' if !in_string => word(rest),
            c => (rest.get(..c.len_utf8()).unwrap_or_default(), c.len_utf8()),
        };
        out.push_str(written);
        rest = rest.get(length..).unwrap_or_default();
    }
    (out != text).then_some(out)
}

/// What to write for the escape that the text starts with, and how long it is.
fn escape(text: &str) -> (&str, usize) {
    match text.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            (text.get(..2).unwrap_or_default(), 2)
        }
        Some(b'u') => match unit(text) {
            Some(0xD800..=0xDBFF) => match text.get(6..).and_then(unit) {
                Some(0xDC00..=0xDFFF) => (text.get(..12).unwrap_or_default(), 12),
                _ => ("\u{FFFD}", 6),
            },
            Some(0xDC00..=0xDFFF) => ("\u{FFFD}", 6),
            Some(_) => (text.get(..6).unwrap_or_default(), 6),
            None => ("\u{FFFD}", 2),
        },
        // A backslash that escapes nothing is a backslash: Windows paths are written so.
        Some(_) => ("\\\\", 1),
        None => ("", 1),
    }
}

/// The UTF-16 code unit of `\uXXXX`.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// What to write for the number or word that the text starts with, and how long it is.
fn word(text: &str) -> (&str, usize) {
    for word in ["NaN", "-Infinity", "Infinity"] {
        if text.starts_with(word) {
            return ("null", word.len());
        }
    }
    (text.get(..1).unwrap_or_default(), 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mended;

    fn check(text: &str, expected: &str) {
        assert_eq!(mended(text).as_deref(), Some(expected), "{text}");
        serde_json::from_str::<serde_json::Value>(expected).unwrap();
    }

    #[test]
    fn what_python_and_php_write_becomes_json() {
        check("[\"a\nb\tc\u{1}\"]", "[\"a b c \"]");
        check("[NaN, -Infinity,\"NaN\"]", "[null, null,\"NaN\"]");
        check(
            r#"["\ud83d", "\ud83d\ude00", "\udc00x"]"#,
            "[\"\u{FFFD}\", \"\\ud83d\\ude00\", \"\u{FFFD}x\"]",
        );
        check(r#"["C:\données\x"]"#, r#"["C:\\données\\x"]"#);
    }

    #[test]
    fn good_json_is_left_alone() {
        assert_eq!(mended(r#"{"a":"\"\\\u00e9","b":-1.5e-3}"#), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}|[\"\\\\u0-9aNI{}\\-\n]{0,40}") {
            if let Some(out) = mended(&text) {
                prop_assert!(out.len() <= text.len() * 3);
            }
        }
    }
}
