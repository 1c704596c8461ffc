//! XML as a stream of tags and text that never ends early: what the tokenizer cannot read is text.

use quick_xml::{Reader, events::Event};

/// How often the whole document may be read again, at most, because of constructs that never end.
const PASSES_MAX: usize = 8;

/// One piece of a document. Positions are bytes in the document.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    /// A start tag.
    Start(Tag<'t>),
    /// An end tag, by name.
    End(&'t str),
    /// Text with its references.
    Text(&'t str),
    /// Text without references.
    Plain(&'t str),
    /// `&name;`
    Reference(&'t str),
    /// The `<` of something that is no markup.
    Stray,
}

/// A start tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'t> {
    /// The name as written.
    pub(super) name: &'t str,
    /// All between the name and the end of the tag.
    pub(super) attributes: &'t str,
    /// `<a/>`.
    pub(super) empty: bool,
}

/// The pieces of a document.
pub(super) struct Tags<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// Where `reader` began.
    offset: usize,
    /// Bytes read in vain so far.
    wasted: usize,
    /// Where the last piece began.
    pub(super) start: usize,
    /// Whether reading was given up.
    pub(super) gave_up: bool,
}

impl<'t> Tags<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, reader: reader(text), offset: 0, wasted: 0, start: 0, gave_up: false }
    }

    /// Where the next piece begins.
    pub(super) fn position(&self) -> usize {
        self.offset + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Goes on from another place.
    pub(super) fn seek(&mut self, position: usize) {
        self.offset = position;
        self.reader = reader(self.text.get(position..).unwrap_or_default());
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let start = self.position();
            self.start = start;
            let event = self.reader.read_event();
            let raw = self.text.get(start..self.position()).unwrap_or_default();
            match event {
                Ok(Event::Start(_) | Event::Empty(_)) => match tag(raw) {
                    Some(tag) => return Some(Piece::Start(tag)),
                    None => return self.stray(),
                },
                Ok(Event::End(_)) => {
                    let name = raw.get(2..raw.len().saturating_sub(1)).unwrap_or_default().trim();
                    return if is_name(name) { Some(Piece::End(name)) } else { self.stray() };
                }
                Ok(Event::Text(_)) => return Some(Piece::Text(raw)),
                Ok(Event::CData(_)) => {
                    return Some(Piece::Plain(raw.get(9..raw.len().saturating_sub(3)).unwrap_or_default()));
                }
                Ok(Event::GeneralRef(_)) => {
                    return Some(Piece::Reference(
                        raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default(),
                    ));
                }
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
                Ok(Event::Eof) => return None,
                Err(_) => return self.stray(),
            }
        }
    }

    /// What began at `start` is no markup: its `<` is text, and what follows is read again.
    fn stray(&mut self) -> Option<Piece<'t>> {
        self.wasted += self.position().saturating_sub(self.start);
        let next = self.text.get(self.start..)?.chars().next()?;
        self.gave_up = self.wasted > self.text.len().saturating_mul(PASSES_MAX);
        if self.gave_up {
            return None;
        }
        self.seek(self.start + next.len_utf8());
        Some(Piece::Stray)
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn tag(raw: &str) -> Option<Tag<'_>> {
    let inner = raw.strip_prefix('<')?.strip_suffix('>')?;
    let (inner, empty) = match inner.strip_suffix('/') {
        Some(inner) => (inner, true),
        None => (inner, false),
    };
    let end = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
    let name = inner.get(..end)?;
    is_name(name).then_some(Tag { name, attributes: inner.get(end..)?, empty })
}

/// A name with at most one colon.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    match name.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(name),
    }
}

/// The attributes of a tag as name and raw value; those that cannot be read are given to `bad`.
pub(super) fn attributes<'t>(raw: &'t str, mut bad: impl FnMut(&'t str)) -> Vec<(&'t str, &'t str)> {
    let mut found = Vec::new();
    let mut rest = raw.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            bad(name);
            rest = after;
            continue;
        };
        let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, tail) = if let Some(parts) = quoted.and_then(|quote| value.get(1..)?.split_once(quote)) {
            parts
        } else {
            let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
            value.split_at_checked(end).unwrap_or((value, ""))
        };
        if is_name(name) {
            found.push((name, value));
        } else {
            bad(name);
        }
        rest = tail.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Piece, Tags, attributes};

    fn shown(text: &str) -> String {
        let mut tags = Tags::new(text);
        let mut out = Vec::new();
        while let Some(piece) = tags.next() {
            out.push(match piece {
                Piece::Start(tag) => format!("{}{}", tag.name, if tag.empty { "/" } else { "" }),
                Piece::End(name) => format!("-{name}"),
                Piece::Text(text) | Piece::Plain(text) => format!("{text:?}"),
                Piece::Reference(name) => format!("&{name}"),
                Piece::Stray => "!".to_owned(),
            });
        }
        out.join(" ")
    }

    #[test]
    fn what_is_no_markup_is_text() {
        assert_eq!(shown("<a>x<b/>&eacute;</a>"), r#"a "x" b/ &eacute -a"#);
        assert_eq!(shown("<a>1 < 2</a>"), r#"a "1 " ! " 2" -a"#);
        assert_eq!(shown("<a><http://x.fr/></a>"), r#"a ! "http://x.fr/>" -a"#);
        assert_eq!(shown("<a><![CDATA[x<y]]></a>"), r#"a "x<y" -a"#);
        assert_eq!(shown("<a><![CDATA[x</a>"), r#"a ! "![CDATA[x" -a"#);
        assert_eq!(shown("<a b=\"x></a>"), r#"! "a b=\"x>" -a"#);
    }

    #[test]
    fn constructs_that_never_end_do_not_cost_the_square_of_the_length() {
        let text = "<![CDATA[".repeat(200_000);
        let mut tags = Tags::new(&text);
        while tags.next().is_some() {}
        assert!(tags.gave_up);
    }

    #[test]
    fn attributes_are_read_with_or_without_quotes() {
        let mut bad = Vec::new();
        let found = attributes(" a='1' b:c = \"2 & 3\" d=4 e f=\"", |name| bad.push(name));
        assert_eq!(found, [("a", "1"), ("b:c", "2 & 3"), ("d", "4"), ("f", "\"")]);
        assert_eq!(bad, ["e"]);
    }
}
