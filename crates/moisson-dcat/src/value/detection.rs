//! The language of a text, when the text itself makes it certain ([whatlang](https://docs.rs/whatlang) by trigrams).
//!
//! Certain is: enough letters, all of them of the alphabet of that language, and a measured confidence. The test below
//! measures it on texts of real portals whose language is known. Trigrams cost some 40 µs a text, so a text that
//! plainly has the small words of the language that is expected anyway is not looked at any closer.

use whatlang::{Detector, Lang};

/// Languages that are told apart. Those beyond the languages of our users are there so that a text in them is not
/// taken for one of theirs.
const LANGUAGES: [(Lang, &str); 10] = [
    (Lang::Fra, "fr"),
    (Lang::Nld, "nl"),
    (Lang::Deu, "de"),
    (Lang::Eng, "en"),
    (Lang::Ita, "it"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Cat, "ca"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
];

/// Letters beyond `a` to `z` that texts in these languages have.
const LETTERS: &str = "àâäæáãåçéèêëíìîïñóòôöõøœúùûüßÿº’ŀ";

/// Letters that a text must have, web addresses apart, for its language to be certain.
pub const LETTERS_MIN: usize = 60;

/// Words that a text must have.
const WORDS_MIN: usize = 8;

/// As far as a text is read, in characters; more changes nothing but the time.
const READ_MAX: usize = 400;

/// What whatlang must say about its own answer, from 0 to 1.
const CONFIDENCE_MIN: f64 = 0.9;

/// Small words that no other of these languages has in the same sense.
const SMALL_WORDS: [(&str, &[&str]); 7] = [
    (
        "fr",
        &[
            "le", "la", "les", "des", "du", "et", "une", "dans", "pour", "par", "sur", "est", "sont", "aux",
            "qui", "avec",
        ],
    ),
    (
        "nl",
        &[
            "het", "een", "van", "voor", "met", "zijn", "wordt", "worden", "bij", "naar", "deze", "niet",
            "ook", "aan", "door",
        ],
    ),
    (
        "de",
        &[
            "der", "das", "und", "eine", "den", "dem", "für", "von", "mit", "ist", "sind", "zur", "zum",
            "auf", "werden",
        ],
    ),
    (
        "en",
        &[
            "the", "of", "and", "for", "is", "are", "with", "by", "from", "this", "to", "which", "that",
            "data",
        ],
    ),
    ("it", &["il", "dei", "della", "delle", "per", "una", "con", "che", "sono", "gli", "di", "nel"]),
    ("es", &["el", "los", "las", "del", "para", "una", "con", "por", "que", "y", "en"]),
    ("pt", &["os", "das", "dos", "para", "uma", "com", "são", "não", "pelo", "pela", "do", "da"]),
];

/// How many small words make it plain.
const PLAIN: usize = 3;

/// Words that are read in search of them.
const PLAIN_READ: usize = 60;

/// Whether a text plainly is in a language, told by its small words.
///
/// ```
/// use moisson_dcat::value::detection::is_plainly;
/// assert!(is_plainly("La liste des arbres et des haies de la ville", "fr"));
/// assert!(!is_plainly("De lijst van de bomen van de stad", "fr"));
/// ```
pub fn is_plainly(text: &str, tag: &str) -> bool {
    let primary = tag.split('-').next().unwrap_or_default();
    let Some((_, small)) = SMALL_WORDS.iter().find(|(language, _)| *language == primary) else {
        return false;
    };
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(PLAIN_READ);
    words.filter(|word| small.iter().any(|known| known.eq_ignore_ascii_case(word))).nth(PLAIN - 1).is_some()
}

/// The language of a text, if it is certain.
///
/// ```
/// use moisson_dcat::value::detection::detect;
/// let text = "Dit bestand bevat de ligging van alle bomen in de straten en parken van de stad, met hun soort en hoogte.";
/// assert_eq!(detect(text), Some("nl"));
/// assert_eq!(detect("Bomen"), None);
/// ```
pub fn detect(text: &str) -> Option<&'static str> {
    if text.len() < LETTERS_MIN {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| is_word(word)).collect();
    let mut read = String::with_capacity(READ_MAX);
    for word in &words {
        if read.len() > READ_MAX {
            break;
        }
        read.push_str(word);
        read.push(' ');
    }
    let letters = read.chars().filter(|c| c.is_alphabetic()).count();
    let foreign = |c: &char| {
        c.is_alphabetic() && !c.is_ascii() && !LETTERS.contains(*c) && !LETTERS.contains(lower(*c))
    };
    if letters < LETTERS_MIN || words.len() < WORDS_MIN || read.chars().any(|c| foreign(&c)) {
        return None;
    }
    let found = Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect()).detect(&read)?;
    let certain = found.confidence() >= CONFIDENCE_MIN;
    let (_, tag) = LANGUAGES.iter().find(|(lang, _)| *lang == found.lang()).filter(|_| certain)?;
    // Where its small words are known, some must be there: a list of names has none.
    let known = SMALL_WORDS.iter().any(|(language, _)| language == tag);
    (!known || is_plainly(&read, tag)).then_some(tag)
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether it is a word rather than an address, a name of a file or a number.
fn is_word(word: &str) -> bool {
    let inner = word.trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '"', '»', '”']);
    !inner.contains(['/', '@', '_', '.', '=']) && inner.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::detect;

    #[test]
    fn languages_are_told_apart() {
        for (text, tag) in [
            (
                "Localisation des arbres d’alignement de la ville, avec le genre, l’espèce et la date de plantation.",
                "fr",
            ),
            (
                "Ligging van de bomen in de straten van de stad, met soort, hoogte en het jaar waarin ze zijn geplant.",
                "nl",
            ),
            (
                "Standorte der Straßenbäume der Stadt mit Gattung, Art und dem Jahr, in dem sie gepflanzt wurden.",
                "de",
            ),
            (
                "Location of the trees in the streets of the city, with their genus, species and the year of planting.",
                "en",
            ),
            (
                "Ubicazione degli alberi delle strade della città, con il genere, la specie e la data della piantagione.",
                "it",
            ),
        ] {
            assert_eq!(detect(text), Some(tag), "{text}");
        }
    }

    #[test]
    fn what_is_short_or_no_sentence_has_no_certain_language() {
        for text in [
            "",
            "Arbres d’alignement",
            "Budget primitif 2021 – fonctionnement",
            "Rennes Nantes Brest Quimper Vannes Lorient Saint-Malo Fougères Vitré Redon Dinan Lannion Morlaix",
            "https://data.example/explore/dataset/arbres-dans-les-parcs-de-la-ville/export/ et la suite des données",
            "ID;NOM;ADRESSE;CODE_POSTAL;COMMUNE;TELEPHONE;COURRIEL;SITE_WEB;HORAIRES;DATE_MAJ;SOURCE;LICENCE;X;Y",
            "Obsahem datové sady je seznam dopravců veřejné linkové dopravy a veřejné osobní drážní dopravy v kraji.",
        ] {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    /// Texts of real portals with the language that their tags say, measured: at least 99 of 100 answers are right.
    #[test]
    fn what_is_called_certain_is_right_on_texts_of_real_portals() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/portals/dcat");
        if !folder.is_dir() {
            println!("skipped: no portals beside the workspace");
            return;
        }
        let tagged = regex::Regex::new(
            r#"xml:lang="([a-z]{2})"[^>]*>([^<]{60,})<|"([^"\n\\]{60,})"@([a-z]{2})|"""([^"\\]{60,}?)"""@([a-z]{2})"#,
        )
        .unwrap();
        let (mut right, mut wrong, mut silent) = (0, Vec::new(), 0);
        for file in ["be_fpsfinance.xml", "catalog_dati_unibo.rdf", "dcatap-ch_catalog.ttl"] {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            for found in tagged.captures_iter(&text) {
                let group = |n: usize| found.get(n).map(|m| m.as_str());
                let tag = group(1).or(group(4)).or(group(6)).unwrap_or_default();
                let value = group(2).or(group(3)).or(group(5)).unwrap_or_default();
                let value = crate::value::text::prose(value);
                match detect(&value) {
                    None => silent += 1,
                    Some(detected) if detected == tag => right += 1,
                    Some(detected) => wrong.push(format!("{tag}, not {detected}: {value}")),
                }
            }
        }
        println!("{right} right, {} wrong, {silent} not certain", wrong.len());
        assert!(right > 400, "{right}");
        assert!(wrong.len() * 100 <= right, "{}", wrong.join("\n"));
    }
}
