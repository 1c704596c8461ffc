//! Tokens of Turtle and its relatives.

/// Longest distance over which the end of a short literal is looked for across line ends, in bytes.
const STRAY_LINES_MAX: usize = 16 << 10;

/// One token. Positions are in the text of the lexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// `<…>`, as written between the brackets.
    Iri(&'t str),
    /// `prefix:local`, the local part as written.
    Name { prefix: &'t str, local: &'t str },
    /// `_:label`.
    Blank(&'t str),
    /// A literal's text as written between the quotes.
    Text { raw: &'t str, mended: bool },
    /// `@fr`, `@prefix`, as written after the `@`.
    At(&'t str),
    /// `^^`.
    Carets,
    /// A bare word or number.
    Word(&'t str),
    /// One of `. ; , [ ] ( ) { }`.
    Mark(char),
    /// The end of the text.
    End,
    /// No token; what was there.
    Bad(&'t str),
}

/// Takes tokens off a text.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// Where the next token is looked for.
    pub(super) at: usize,
    /// Where something began that does not end.
    pub(super) cut: Option<usize>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, cut: None }
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Skips white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            if byte.is_ascii_whitespace() || byte == 0x0b {
                self.at += 1;
            } else if byte == b'#' {
                self.at += memchr::memchr(b'\n', self.rest().as_bytes()).unwrap_or(self.rest().len());
            } else if byte == 0xC2 && self.byte(self.at + 1) == Some(0xA0) {
                self.at += 2;
            } else {
                break;
            }
        }
    }

    /// The next token, without taking it.
    pub(super) fn peek(&self) -> Token<'t> {
        self.clone().next()
    }

    /// The next byte that is no space, without taking it.
    pub(super) fn peek_byte(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte(self.at)
    }

    /// Takes a mark if it comes next.
    pub(super) fn take(&mut self, mark: u8) -> bool {
        let there = self.peek_byte() == Some(mark);
        self.at += usize::from(there);
        there
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Token<'t> {
        self.skip_space();
        let Some(byte) = self.byte(self.at) else { return Token::End };
        match byte {
            b'<' => self.iri(),
            b'"' | b'\'' => self.text(byte),
            b'@' => {
                let end =
                    self.word_end(self.at + 1, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
                self.token(end, Token::At(self.slice(self.at + 1, end)))
            }
            b'^' if self.byte(self.at + 1) == Some(b'^') => self.token(self.at + 2, Token::Carets),
            b'.' if self.byte(self.at + 1).is_some_and(|b| b.is_ascii_digit()) => self.word(),
            b'.' | b';' | b',' | b'[' | b']' | b'(' | b')' | b'{' | b'}' => {
                self.token(self.at + 1, Token::Mark(char::from(byte)))
            }
            _ => self.word(),
        }
    }

    fn token(&mut self, end: usize, token: Token<'t>) -> Token<'t> {
        self.at = end;
        token
    }

    fn word_end(&self, from: usize, part: impl Fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes().get(from..).unwrap_or_default();
        from + bytes.iter().position(|b| !part(*b)).unwrap_or(bytes.len())
    }

    fn iri(&mut self) -> Token<'t> {
        if self.byte(self.at + 1) == Some(b'<') {
            return self.token(self.at + 2, Token::Bad("<<"));
        }
        let rest = self.rest();
        match memchr::memchr2(b'>', b'\n', rest.as_bytes()) {
            Some(end) if rest.as_bytes().get(end) == Some(&b'>') => {
                let iri = self.slice(self.at + 1, self.at + end);
                self.token(self.at + end + 1, Token::Iri(iri))
            }
            Some(end) => {
                let bad = self.slice(self.at, self.at + end);
                self.token(self.at + end, Token::Bad(bad))
            }
            None => {
                self.cut = Some(self.at);
                self.token(self.text.len(), Token::Bad(rest))
            }
        }
    }

    /// A literal, long or short.
    fn text(&mut self, quote: u8) -> Token<'t> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mark = [quote; 3];
        let line_end = memchr::memchr(b'\n', bytes.get(start..).unwrap_or_default());
        let line_end = line_end.map_or(self.text.len(), |at| start + at);
        if bytes.get(start..start + 3) == Some(&mark) {
            let Some(end) = self.long_end(start + 3, quote) else {
                self.cut = Some(start);
                return self.token(line_end, Token::Bad(self.slice(start, line_end)));
            };
            let raw = self.slice(start + 3, end);
            return self.token(end + 3, Token::Text { raw, mended: false });
        }
        let first = self.quote(start + 1, quote, line_end);
        let found = match first {
            Some(end) if self.can_end(end + 1) => Some((end, false)),
            Some(end) => Some(
                self.quote_that_ends(end + 1, quote, line_end.min(end + STRAY_LINES_MAX))
                    .map_or((end, false), |at| (at, true)),
            ),
            None => {
                let limit = line_end.saturating_add(STRAY_LINES_MAX).min(self.text.len());
                let across = self.quote(line_end, quote, limit);
                across.filter(|end| self.can_end(end + 1)).map(|end| (end, true))
            }
        };
        let Some((end, mended)) = found else {
            if line_end == self.text.len() {
                self.cut = Some(start);
            }
            return self.token(line_end, Token::Bad(self.slice(start, line_end)));
        };
        let raw = self.slice(start + 1, end);
        self.token(end + 1, Token::Text { raw, mended })
    }

    /// The next quote that is not escaped.
    fn quote(&self, from: usize, quote: u8, to: usize) -> Option<usize> {
        let bytes = self.text.as_bytes().get(..to)?;
        let mut at = from;
        loop {
            at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
            if bytes.get(at) == Some(&quote) {
                return Some(at);
            }
            at += 2;
        }
    }

    fn quote_that_ends(&self, from: usize, quote: u8, to: usize) -> Option<usize> {
        let mut at = from;
        while let Some(found) = self.quote(at, quote, to) {
            if self.can_end(found + 1) {
                return Some(found);
            }
            at = found + 1;
        }
        None
    }

    fn long_end(&self, from: usize, quote: u8) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.quote(at, quote, self.text.len())?;
            let run = self.word_end(at, |b| b == quote) - at;
            if run >= 3 {
                // Quotes right before the end belong to the text.
                return Some(at + run.min(5) - 3);
            }
            at += run;
        }
    }

    /// Whether what follows can follow a literal.
    fn can_end(&self, at: usize) -> bool {
        let mut ahead = Self { at, ..self.clone() };
        match self.byte(at) {
            Some(b'@' | b'^') => true,
            _ => matches!(
                ahead.peek_byte(),
                None | Some(
                    b'.' | b';' | b',' | b']' | b')' | b'}' | b'<' | b'_' | b'[' | b'(' | b'"' | b'\''
                )
            ),
        }
    }

    /// A prefixed name, blank node, number or keyword.
    fn word(&mut self) -> Token<'t> {
        let start = self.at;
        let mut end = start;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(end) {
            let ends = byte.is_ascii_whitespace()
                || matches!(
                    byte,
                    b'<' | b'>'
                        | b'"'
                        | b'\''
                        | b';'
                        | b','
                        | b'['
                        | b']'
                        | b'('
                        | b')'
                        | b'{'
                        | b'}'
                        | b'^'
                        | b'@'
                        | b'#'
                );
            if ends {
                break;
            }
            // An escape such as `\,` keeps what it escapes in the name.
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let mut word = self.text.get(start..end.min(self.text.len()));
        if word.is_none() {
            // The escape was the first byte of a longer character.
            while !self.text.is_char_boundary(end) {
                end += 1;
            }
            word = self.text.get(start..end);
        }
        let word = word.unwrap_or_default();
        // A dot at the end of a name ends the statement.
        let word = word.trim_end_matches('.');
        let word = if word.ends_with('\\') { self.slice(start, start + word.len() + 1) } else { word };
        if word.is_empty() {
            let end = start + self.rest().chars().next().map_or(1, char::len_utf8);
            return self.token(end, Token::Bad(self.slice(start, end)));
        }
        self.at = start + word.len();
        if let Some(label) = word.strip_prefix("_:") {
            return if label.is_empty() { Token::Bad(word) } else { Token::Blank(label) };
        }
        match word.split_once(':') {
            Some((prefix, local)) => Token::Name { prefix, local },
            None => Token::Word(word),
        }
    }
}

/// Undoes the escapes of literals and IRIs; `false` if one of them is none and stays as it is.
pub(super) fn unescape(raw: &str, out: &mut String) -> bool {
    out.clear();
    let mut good = true;
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut tail = after.chars();
        let escaped = match tail.next() {
            Some('t') => Some('\t'),
            Some('b') => Some('\u{8}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('f') => Some('\u{c}'),
            Some(c @ ('"' | '\'' | '\\')) => Some(c),
            Some(kind @ ('u' | 'U')) => {
                let length = if kind == 'u' { 4 } else { 8 };
                let digits = tail.as_str().get(..length).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let c = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).and_then(char::from_u32);
                if c.is_some() {
                    tail = tail.as_str().get(length..).unwrap_or_default().chars();
                }
                c
            }
            _ => None,
        };
        if let Some(c) = escaped {
            out.push(c);
            rest = tail.as_str();
        } else {
            good = false;
            out.push('\\');
            rest = after;
        }
    }
    out.push_str(rest);
    good
}

/// Undoes the escapes of a local name: `\,` is `,`.
pub(super) fn unescape_local(raw: &str, out: &mut String) {
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token, unescape, unescape_local};

    fn shown(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text);
        let mut out = Vec::new();
        loop {
            out.push(match lexer.next() {
                Token::End => return out,
                Token::Iri(iri) => format!("<{iri}>"),
                Token::Name { prefix, local } => format!("{prefix}:{local}"),
                Token::Blank(label) => format!("_{label}"),
                Token::Text { raw, mended } => format!("{}{raw:?}", if mended { "!" } else { "" }),
                Token::At(tag) => format!("@{tag}"),
                Token::Carets => "^^".to_owned(),
                Token::Word(word) => word.to_owned(),
                Token::Mark(mark) => mark.to_string(),
                Token::Bad(bad) => format!("BAD {bad}"),
            });
        }
    }

    #[test]
    fn tokens_are_told_apart() {
        assert_eq!(
            shown("<a b> a ex:b.c. # no\n_:x ex:d\\,e 1.5 -2e3 \"t\\\"x\"@fr-be, '''a'b''''^^xsd:s."),
            [
                "<a b>",
                "a",
                "ex:b.c",
                ".",
                "_x",
                "ex:d\\,e",
                "1.5",
                "-2e3",
                "\"t\\\\\\\"x\"",
                "@fr-be",
                ",",
                "\"a'b'\"",
                "^^",
                "xsd:s",
                "."
            ]
        );
    }

    #[test]
    fn literals_that_were_not_escaped_end_where_they_can() {
        assert_eq!(
            shown("\"he said \"hello\" to me\"@en ;"),
            ["!\"he said \\\"hello\\\" to me\"", "@en", ";"]
        );
        assert_eq!(shown("\"two\nlines\" ;"), ["!\"two\\nlines\"", ";"]);
        assert_eq!(shown("\"abc .\n<s2> <p> \"x\" ."), ["BAD \"abc .", "<s2>", "<p>", "\"x\"", "."]);
        assert_eq!(shown("<never ends\n<b>"), ["BAD <never ends", "<b>"]);
    }

    #[test]
    fn escapes_are_undone_and_false_ones_stay() {
        let mut out = String::new();
        assert!(unescape(r"a\té\u00e9\U0001F600\\", &mut out));
        assert_eq!(out, "a\té\u{e9}\u{1f600}\\");
        assert!(!unescape(r"C:\data\u00", &mut out));
        assert_eq!(out, r"C:\data\u00");
        out.clear();
        unescape_local(r"a\,b%20", &mut out);
        assert_eq!(out, "a,b%20");
    }
}
