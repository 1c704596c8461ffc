//! Clean text out of HTML, Markdown and the debris of forms.
//!
//! Everything is read once from front to back, without recursion, so no nesting and no unclosed tag costs more
//! than its length.

mod entities;
mod markdown;
mod markup;
mod mojibake;

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

pub use mojibake::restore;

/// How often text that is markup again after decoding is read again: some portals escape twice.
const ROUNDS_MAX: usize = 3;

/// Text on one line: markup and control characters gone, runs of white space made one space.
///
/// ```
/// assert_eq!(moisson_dcat::value::text::line(" <b>Arbres</b>\u{a0}&amp;amp;\nhaies "), "Arbres & haies");
/// ```
pub fn line(raw: &str) -> String {
    if !raw.contains("  ") && raw.chars().all(|c| is_plain(c) && !matches!(c, '<' | '&' | '\n' | '\t')) {
        return raw.trim().to_owned();
    }
    let text = unmarked(raw, markup::Links::Dropped);
    let text = clean(&text);
    join(text.split_whitespace(), " ")
}

/// Text with paragraphs, an empty line between them: markup gone, addresses of links kept beside their words, items of
/// lists on lines of their own.
///
/// ```
/// let html = "<p>Voir <a href='https://x.example/doc'>la doc</a>.</p><ul><li>un</li><li>deux</li></ul>";
/// let text = moisson_dcat::value::text::prose(html);
/// assert_eq!(text, "Voir la doc (https://x.example/doc).\n\n- un\n- deux");
/// ```
pub fn prose(raw: &str) -> String {
    let text = unmarked(raw, markup::Links::Kept);
    let text = clean(&text);
    let text = markdown::plain(&text);
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines() {
        let words = join(line.split_whitespace(), " ");
        if words.is_empty() {
            empty = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty { "\n\n" } else { "\n" });
        }
        out.push_str(&words);
        empty = false;
    }
    out
}

/// Whether a character is one of those that most texts are made of, and of which none is taken away or composed with
/// another.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t' | ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{17f}' | '\u{2010}'..='\u{2027}')
}

/// Without tags and entities, also where they were escaped as text.
fn unmarked(raw: &str, links: markup::Links) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(raw);
    for _ in 0..ROUNDS_MAX {
        if !text.contains(['<', '&']) {
            break;
        }
        let next = entities::decode(&markup::strip(&text, links)).into_owned();
        if next == *text {
            break;
        }
        text = Cow::Owned(next);
    }
    text
}

/// Without control, invisible and direction characters; composed; Windows-1252 in the place of C1 controls read as
/// what it was.
fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let unclean = |c: char| {
        matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}') || invisible(c)
    };
    let mut clean =
        if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    if text.contains(unclean) {
        clean = clean.chars().filter_map(kept).collect::<String>().into();
    }
    if is_nfc_quick(clean.chars()) != unicode_normalization::IsNormalized::Yes {
        clean = clean.nfc().collect::<String>().into();
    }
    clean
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// What becomes of one character.
fn kept(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => Some(c),
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{a0}' => Some(' '),
        '\u{ad}' => None,
        '\u{80}'..='\u{9f}' => mojibake::windows_1252(c),
        c if c.is_control() || invisible(c) => None,
        c => Some(c),
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>, separator: &str) -> String {
    let mut out = String::new();
    for word in words {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use unicode_normalization::{char::canonical_combining_class, is_nfc};

    use super::{line, prose};

    #[test]
    fn html_becomes_paragraphs_with_the_addresses_of_links() {
        for (raw, text) in [
            ("<p>Un</p><p>Deux<br/>trois</p>", "Un\n\nDeux\ntrois"),
            ("<div>\n  <h2>Titre</h2>\n  texte\n  suite\n</div>", "Titre\n\ntexte suite"),
            ("a < b et c > d, <nom> & co", "a < b et c > d, <nom> & co"),
            ("&lt;p&gt;&Eacute;t&eacute; &amp;amp; hiver&#8217;s&#x2026;&lt;/p&gt;", "Été & hiver’s…"),
            ("<a href=\"https://x.example/\">https://x.example/</a>", "https://x.example/"),
            ("<a href=\"mailto:a@x.example\">nous écrire</a>", "nous écrire (a@x.example)"),
            ("<a href=\"javascript:alert(1)\">ici</a>", "ici"),
            ("<script>alert('x')</script>vu<style>p{}</style><!-- non -->", "vu"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
            ("ligne un\r\nligne deux\r\n\r\n\r\nautre", "ligne un\nligne deux\n\nautre"),
            ("Voir <https://x.example/a>", "Voir <https://x.example/a>"),
            ("<p>pas fini <b>du tout", "pas fini du tout"),
            ("AT&T &copy; &inconnu; &", "AT&T © &inconnu; &"),
        ] {
            assert_eq!(prose(raw), text, "{raw}");
        }
    }

    #[test]
    fn markdown_becomes_plain_text() {
        for (raw, text) in [
            (
                "# Titre\n\nUn **mot** fort, [un lien](https://x.example/a).",
                "Titre\n\nUn mot fort, un lien (https://x.example/a).",
            ),
            ("* un\n* deux", "- un\n- deux"),
            ("2 * 3 * 4 et snake_case_name", "2 * 3 * 4 et snake_case_name"),
            ("[1] note", "[1] note"),
        ] {
            assert_eq!(prose(raw), text, "{raw}");
        }
    }

    #[test]
    fn a_plain_character_is_left_as_it_is_whatever_stands_beside_it() {
        for c in (char::MIN..=char::MAX).filter(|c| super::is_plain(*c)) {
            assert!(super::kept(c) == Some(c) && !super::invisible(c), "{c:?}");
            assert!(is_nfc(&c.to_string()) && canonical_combining_class(c) == 0, "{c:?}");
            assert!(('A'..='z').all(|before| is_nfc(&format!("{before}{c}"))), "{c:?}");
        }
    }

    #[test]
    fn invisible_and_control_characters_go_and_accents_are_composed() {
        assert_eq!(line("\u{feff}E\u{301}te\u{301}\u{0}\u{200b}\u{202e} a\u{ad}b\u{a0}c\t d"), "Été ab c d");
        assert_eq!(line("l\u{92}eau"), "l’eau");
    }

    #[test]
    fn a_bomb_of_tags_takes_no_longer_than_its_length() {
        let nested = format!("{}texte{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
        assert_eq!(prose(&nested), "texte");
        let open = "<".repeat(500_000);
        assert_eq!(prose(&open).len(), open.len());
        let unclosed = "<a href=\"".repeat(50_000);
        assert!(prose(&unclosed).len() <= unclosed.len());
        let entities = "&amp;".repeat(100_000);
        assert!(prose(&entities).starts_with("&&&"));
    }
}
