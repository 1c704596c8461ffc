//! JSON as pages write it: faults whose remedy is certain are mended, others are left to the parser to refuse.
//!
//! Certain are: comments and CDATA marks around the text, raw line ends and control characters inside strings,
//! commas before a closing bracket, a semicolon at the end, quotes written as HTML entities throughout.

/// What was mended, in words, or nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mended {
    pub(super) text: String,
    pub(super) faults: Vec<&'static str>,
}

/// Mends a text that a JSON parser refused.
pub(super) fn mend(text: &str) -> Mended {
    let mut faults = Vec::new();
    let inner = unwrapped(text);
    if inner.len() != text.trim().len() {
        faults.push("comment or CDATA marks around the JSON");
    }
    let decoded;
    let inner = if !inner.contains('"') && (inner.contains("&quot;") || inner.contains("&#34;")) {
        faults.push("quotes written as HTML entities");
        decoded = without_entities(inner);
        decoded.as_str()
    } else {
        inner
    };
    let mut scan = Scan { out: String::with_capacity(inner.len()), faults, comma_at: None };
    scan.run(inner);
    Mended { text: scan.out, faults: scan.faults }
}

/// The text without `<!-- -->`, `//<![CDATA[ … //]]>` and a semicolon at the end.
fn unwrapped(text: &str) -> &str {
    const OPENING: [&str; 6] =
        ["<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA["];
    const CLOSING: [&str; 8] = ["//-->", "-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";"];
    let mut text = text.trim().trim_start_matches('\u{feff}').trim();
    while let Some(inner) = OPENING.iter().find_map(|mark| text.strip_prefix(mark)) {
        text = inner.trim_start();
    }
    while let Some(inner) = CLOSING.iter().find_map(|mark| text.strip_suffix(mark)) {
        text = inner.trim_end();
    }
    text
}

fn without_entities(text: &str) -> String {
    let text =
        text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'").replace("&apos;", "'");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

struct Scan {
    out: String,
    faults: Vec<&'static str>,
    /// Where in `out` the last comma stands, while only white space has followed it.
    comma_at: Option<usize>,
}

impl Scan {
    fn run(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        let mut in_string = false;
        while let Some(c) = chars.next() {
            if in_string {
                match c {
                    '\\' => {
                        self.out.push(c);
                        if let Some(next) = chars.next_if(|next| !next.is_control()) {
                            self.out.push(next);
                        }
                    }
                    '"' => {
                        in_string = false;
                        self.out.push(c);
                    }
                    c if c.is_ascii_control() => self.escape(c),
                    c => self.out.push(c),
                }
                continue;
            }
            match c {
                '"' => {
                    in_string = true;
                    self.said(c);
                }
                ',' => {
                    self.said(c);
                    self.comma_at = Some(self.out.len() - 1);
                }
                '}' | ']' => {
                    if let Some(at) = self.comma_at.take() {
                        self.out.remove(at);
                        self.fault("comma before a closing bracket");
                    }
                    self.out.push(c);
                }
                '/' if chars.peek() == Some(&'*') => {
                    self.fault("comment inside the JSON");
                    let mut before = ' ';
                    chars.next();
                    for next in chars.by_ref() {
                        if before == '*' && next == '/' {
                            break;
                        }
                        before = next;
                    }
                }
                '/' if chars.peek() == Some(&'/') => {
                    self.fault("comment inside the JSON");
                    while chars.next_if(|next| *next != '\n').is_some() {}
                }
                c if c.is_whitespace() || c == '\u{feff}' => self.out.push(' '),
                c => self.said(c),
            }
        }
    }

    fn said(&mut self, c: char) {
        self.comma_at = None;
        self.out.push(c);
    }

    fn escape(&mut self, c: char) {
        self.fault("line end or control character inside a string");
        match c {
            '\n' => self.out.push_str("\\n"),
            '\t' => self.out.push_str("\\t"),
            '\r' => {}
            c => self.out.extend(format!("\\u{:04x}", u32::from(c)).chars()),
        }
    }

    fn fault(&mut self, fault: &'static str) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mended = mend(text);
        let value: serde_json::Value =
            serde_json::from_str(&mended.text).unwrap_or_else(|e| panic!("{e}: {}", mended.text));
        assert_eq!(value, serde_json::from_str::<serde_json::Value>(expected).unwrap());
        assert!(!mended.faults.is_empty());
    }

    #[test]
    fn commas_before_brackets_go() {
        check(r#"{"a": [1, 2, ], "b": ",]", }"#, r#"{"a":[1,2],"b":",]"}"#);
    }

    #[test]
    fn line_ends_in_strings_are_escaped() {
        check("{\"a\": \"un\r\n\tdeux\"}", r#"{"a":"un\n\tdeux"}"#);
    }

    #[test]
    fn marks_comments_and_a_semicolon_go() {
        check("//<![CDATA[\n{\"a\": \"http://x\"} // fin\n//]]>", r#"{"a":"http://x"}"#);
        check("<!-- {\"a\":1} -->", r#"{"a":1}"#);
        check("{\"a\": /* un */ 1};", r#"{"a":1}"#);
    }

    #[test]
    fn quotes_as_entities_are_read_when_there_are_no_others() {
        check("{&quot;a&quot;: &quot;l&#39;eau &amp; le gaz&quot;}", r#"{"a":"l'eau & le gaz"}"#);
    }

    #[test]
    fn what_is_not_certain_is_left_alone() {
        for text in [r#"{"a": "il dit "oui""}"#, r#"{"a" 1}"#, r#"{"a": 1"#] {
            assert!(serde_json::from_str::<serde_json::Value>(&mend(text).text).is_err(), "{text}");
        }
    }
}
