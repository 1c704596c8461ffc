//! Words out of texts: folded, and stemmed per language.
//!
//! A word is found by its folded form (case and accents aside) and by its stem in the language of the text, so
//! that `vélos` finds `velo` and `Fahrräder` finds `fahrrad`. Stemming comes before folding, since the stemmers
//! know accents.

use std::sync::LazyLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer,
    TokenStream, TokenizerManager,
};

/// The languages that are stemmed, with the names of their analysers.
pub(super) const LANGUAGES: [&str; 4] = ["fr", "nl", "de", "en"];
/// The name of the analyser that only folds.
pub(super) const FOLDED: &str = "folded";
/// Longer words are no words: addresses, hashes, base64.
const LONGEST_WORD: usize = 60;

/// Words that say nothing by themselves; they may be missing from what is found.
const STOP_WORDS: &[&str] = &[
    // French
    "a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "est", "et", "l", "la", "le",
    "les", "leur", "n", "ou", "par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "un",
    "une", // Dutch
    "aan", "bij", "dat", "den", "door", "een", "het", "in", "is", "met", "naar", "of", "om", "op", "te",
    "uit", "van", "voor", // German
    "als", "am", "an", "auf", "aus", "bei", "das", "dem", "der", "die", "ein", "eine", "einer", "fur", "im",
    "mit", "nach", "oder", "und", "vom", "von", "zu", "zum", "zur", // English
    "and", "are", "at", "by", "for", "from", "on", "or", "the", "to", "with",
];

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without accents.
    pub(super) folded: String,
    /// Where it stands in the text, in bytes.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
}

/// The analysers, by name.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(FOLDED, folding());
    for (name, language) in LANGUAGES.into_iter().zip(STEMMERS) {
        manager.register(name, stemming(language));
    }
    manager
}

const STEMMERS: [Language; 4] = [Language::French, Language::Dutch, Language::German, Language::English];

fn folding() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

fn stemming(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(Stemmer::new(language))
        .filter(AsciiFoldingFilter)
        .build()
}

static FOLDING: LazyLock<TextAnalyzer> = LazyLock::new(folding);
static STEMMING: LazyLock<[TextAnalyzer; 4]> = LazyLock::new(|| STEMMERS.map(stemming));

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut analyser = FOLDING.clone();
    let mut stream = analyser.token_stream(text);
    let mut words = Vec::new();
    while stream.advance() {
        let token = stream.token();
        words.push(Word { folded: token.text.clone(), from: token.offset_from, to: token.offset_to });
    }
    words
}

/// A text folded as a whole, for sorting and completing: its words with single spaces.
pub(super) fn fold(text: &str) -> String {
    words(text).iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")
}

/// The stems of a word as it was written, one per language of [`LANGUAGES`].
pub(super) fn stems(word: &str) -> [String; 4] {
    let mut stems = [const { String::new() }; 4];
    for (stem, analyser) in stems.iter_mut().zip(STEMMING.iter()) {
        let mut analyser = analyser.clone();
        let mut stream = analyser.token_stream(word);
        if stream.advance() {
            stem.clone_from(&stream.token().text);
        }
    }
    stems
}

/// Whether a folded word may be missing from what is found.
pub(super) fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::{fold, stems, words};

    #[test]
    fn accents_case_and_apostrophes_make_no_difference() {
        assert_eq!(fold("Qualité de l’EAU"), "qualite de l eau");
        let words = words("Été à l'école");
        assert_eq!((words[0].folded.as_str(), words[0].from, words[0].to), ("ete", 0, 5));
    }

    #[test]
    fn plurals_have_the_stem_of_their_singular() {
        for (language, one, many) in
            [(0, "école", "écoles"), (2, "baum", "bäume"), (3, "dataset", "datasets")]
        {
            assert_eq!(stems(one)[language], stems(many)[language], "{one} {many}");
        }
    }
}
