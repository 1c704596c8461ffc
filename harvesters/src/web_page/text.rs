//! Text with its white space collapsed, and words made of it.

use unicode_normalization::UnicodeNormalization;

/// Longest slug, in characters.
const MAX_SLUG: usize = 80;

/// Text that collapses white space as it grows, up to a limit.
#[derive(Debug)]
pub(super) struct Collapsed {
    text: String,
    left: usize,
    gap: bool,
}

impl Collapsed {
    /// Empty, to grow to at most `limit` characters.
    pub(super) fn new(limit: usize) -> Self {
        Self { text: String::new(), left: limit, gap: false }
    }

    /// One text, collapsed and cut.
    pub(super) fn of(text: &str, limit: usize) -> String {
        let mut collapsed = Self::new(limit);
        collapsed.push(text);
        collapsed.finish()
    }

    /// Appends.
    pub(super) fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' {
                self.gap = true;
                continue;
            }
            if self.is_full() {
                return;
            }
            if self.gap && !self.text.is_empty() {
                self.text.push(' ');
                self.left = self.left.saturating_sub(1);
            }
            self.gap = false;
            if self.left > 0 {
                self.text.push(c);
                self.left -= 1;
            }
        }
    }

    /// Appends white space.
    pub(super) fn push_break(&mut self) {
        self.gap = true;
    }

    /// Whether the limit is reached.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text.trim_end().to_owned()
    }
}

/// Lower case without accents.
pub(super) fn folded(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut folded = String::with_capacity(text.len());
    for c in letters.flat_map(char::to_lowercase) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            '’' => folded.push('\''),
            c => folded.push(c),
        }
    }
    folded
}

/// Letters and digits without accents, joined by `-`: `budget-primitif`. Empty if there are none.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for word in folded(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
        if slug.chars().count() >= MAX_SLUG {
            break;
        }
    }
    slug.chars().take(MAX_SLUG).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_have_neither_accents_nor_punctuation() {
        assert_eq!(slug("  Œuvres d’art — l'été 2024 !"), "oeuvres-d-art-l-ete-2024");
        assert_eq!(slug("…"), "");
    }
}
