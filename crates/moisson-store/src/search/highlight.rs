//! Titles and passages as they are shown: plain, or HTML-escaped with the words that were looked for marked.

use moisson_dcat::Text;

use super::{
    analysis::{self, Word},
    query::{Typed, other_numbers},
};

/// Length of a passage, in bytes.
const PASSAGE: usize = 240;

/// The text in the wanted language, else the first.
pub(super) fn choose<'a>(texts: &'a [Text], lang: Option<&str>) -> Option<&'a Text> {
    let in_language = |text: &&Text| {
        let main = text.lang.as_deref().and_then(|tag| tag.split('-').next());
        lang.is_some_and(|lang| main == lang.split('-').next())
    };
    texts.iter().find(in_language).or_else(|| texts.first())
}

/// A whole text.
pub(super) fn whole(text: &str, typed: &Typed, (fuzzy, highlight): (bool, bool)) -> String {
    if !highlight {
        return text.to_owned();
    }
    let words = analysis::words(text);
    let marked: Vec<&Word> = words.iter().filter(|word| is_wanted(word, text, typed, fuzzy)).collect();
    mark(text, 0, text.len(), &marked)
}

/// The passage of a text with most of the words, or its beginning.
pub(super) fn passage(text: &str, typed: &Typed, (fuzzy, highlight): (bool, bool)) -> String {
    let words = analysis::words(text);
    let marked: Vec<&Word> = words.iter().filter(|word| is_wanted(word, text, typed, fuzzy)).collect();
    let best = marked.iter().enumerate().max_by_key(|(position, first)| {
        let end = first.from + PASSAGE * 3 / 4;
        let inside = marked.iter().skip(*position).take_while(|word| word.to <= end).count();
        // The earlier one of equals.
        (inside, marked.len() - position)
    });
    let wish = best.map_or(0, |(_, first)| first.from.saturating_sub(PASSAGE / 4));
    let from =
        if wish == 0 { 0 } else { words.iter().map(|w| w.from).find(|from| *from >= wish).unwrap_or(0) };
    let room = from + PASSAGE;
    let to = if text.len() <= room {
        text.len()
    } else {
        words
            .iter()
            .map(|w| w.to)
            .take_while(|to| *to <= room)
            .last()
            .unwrap_or_else(|| text.floor_char_boundary(room))
    };
    let inside: Vec<&Word> = marked.into_iter().filter(|word| word.from >= from && word.to <= to).collect();
    let middle = if highlight {
        mark(text, from, to, &inside)
    } else {
        text.get(from..to).unwrap_or_default().to_owned()
    };
    let before = if from > 0 { "… " } else { "" };
    let after = if to < text.len() { " …" } else { "" };
    format!("{before}{}{after}", middle.trim())
}

fn is_wanted(word: &Word, text: &str, typed: &Typed, fuzzy: bool) -> bool {
    let written = text.get(word.from..word.to).unwrap_or_default();
    let mut own_stems = None;
    typed.phrases.iter().flatten().any(|wanted| *wanted == word.folded)
        || typed.wanted.iter().any(|wanted| {
            if analysis::is_stop_word(&wanted.folded) {
                return false;
            }
            let stems: &[String; 4] = own_stems.get_or_insert_with(|| analysis::stems(written));
            wanted.folded == word.folded
                || other_numbers(&wanted.folded).contains(&word.folded)
                || wanted
                    .stems
                    .iter()
                    .zip(stems)
                    .any(|(a, b)| a == b || *a == word.folded || wanted.folded == *b)
                || fuzzy
                    && wanted.folded.len() >= 5
                    && strsim::osa_distance(&wanted.folded, &word.folded) <= 2
        })
}

/// A part of a text, escaped for HTML, with words in `<mark>`.
fn mark(text: &str, from: usize, to: usize, words: &[&Word]) -> String {
    let mut out = String::with_capacity(to - from + 13 * words.len());
    let mut at = from;
    for word in words.iter().filter(|word| word.from >= from && word.to <= to) {
        escape(text.get(at..word.from).unwrap_or_default(), &mut out);
        out.push_str("<mark>");
        escape(text.get(word.from..word.to).unwrap_or_default(), &mut out);
        out.push_str("</mark>");
        at = word.to;
    }
    escape(text.get(at..to).unwrap_or_default(), &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Typed, passage, whole};

    #[test]
    fn what_was_looked_for_is_marked_and_the_rest_escaped() {
        let typed = Typed::parse("velo");
        assert_eq!(
            whole("<b>Vélos</b> & co", &typed, (false, true)),
            "&lt;b&gt;<mark>Vélos</mark>&lt;/b&gt; &amp; co"
        );
        assert_eq!(whole("<b>Vélos</b>", &typed, (false, false)), "<b>Vélos</b>");
    }

    #[test]
    fn a_passage_is_around_the_words_and_says_that_it_is_cut() {
        let long = format!("{} comptages de vélos en ville {}", "mot ".repeat(200), "fin ".repeat(200));
        let passage = passage(&long, &Typed::parse("vélo"), (false, true));
        assert!(passage.starts_with("… ") && passage.ends_with(" …"), "{passage}");
        assert!(passage.contains("<mark>vélos</mark>"), "{passage}");
        assert!(passage.len() < 300, "{}", passage.len());
    }
}
