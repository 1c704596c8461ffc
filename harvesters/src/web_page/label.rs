//! What a link's text says besides a title: `Budget 2023 (CSV, 1,2 Mo) – nouvelle fenêtre`.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    address,
    formats::format_of_word,
    text::{Collapsed, folded},
};

/// Longest label that is read, in characters.
pub(super) const MAX_LABEL: usize = 1_000;

/// A label taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// What is left as title; empty when the label only says "download" or a format.
    pub(super) title: String,
    /// The format that it names, as an extension.
    pub(super) format: Option<String>,
    /// The size that it names, as written: `1,2 Mo`.
    pub(super) size: Option<String>,
}

/// Words of labels that name no data, without accents. French, Dutch, German, English.
const EMPTY_WORDS: &[&str] = &[
    "telecharger",
    "telechargez",
    "telechargement",
    "telechargements",
    "telechargeable",
    "fichier",
    "fichiers",
    "ficher",
    "ici",
    "lien",
    "liens",
    "cliquer",
    "cliquez",
    "clic",
    "voir",
    "ouvrir",
    "acceder",
    "acces",
    "consulter",
    "consultez",
    "donnees",
    "donnee",
    "jeu",
    "brut",
    "brutes",
    "export",
    "exporter",
    "exports",
    "format",
    "formats",
    "version",
    "document",
    "le",
    "la",
    "les",
    "l",
    "de",
    "des",
    "du",
    "d",
    "au",
    "aux",
    "en",
    "et",
    "ou",
    "un",
    "une",
    "a",
    "pour",
    "sous",
    "ce",
    "cette",
    "download",
    "downloads",
    "downloaden",
    "downloadlink",
    "bestand",
    "bestanden",
    "hier",
    "klik",
    "data",
    "gegevens",
    "dataset",
    "bekijken",
    "openen",
    "het",
    "in",
    "herunterladen",
    "datei",
    "dateien",
    "daten",
    "offnen",
    "als",
    "der",
    "die",
    "das",
    "im",
    "file",
    "files",
    "here",
    "link",
    "click",
    "view",
    "open",
    "get",
    "the",
    "as",
    "of",
    "raw",
];

/// A size with its unit.
static SIZE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^\p{L}\p{N}])(\d{1,6}(?:[\s\u{a0}\u{202f}]\d{3})*(?:[.,]\d{1,3})?[\s\u{a0}\u{202f}]*(?:[kmg]i?[ob]|[kmg]?i?(?:octets?|bytes?)))(?:$|[^\p{L}\p{N}])").ok()
});

/// Remarks that accessibility rules make sites put into labels.
static WINDOW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\(?\s*(?:\b(?:s['’]ouvre|ouvre|ouverture|ouvrir)\s+)?(?:dans\s+)?(?:une?\s+)?(?:nouvelle?\s+(?:fenêtre|fenetre|onglet)|nouvel\s+onglet|(?:opens?\s+)?(?:in\s+)?(?:a\s+)?new\s+(?:window|tab)|(?:opent\s+)?(?:in\s+)?(?:een\s+)?nieuw\s+(?:venster|tabblad)|(?:öffnet\s+)?(?:in\s+)?(?:einem\s+)?neuen?[mn]?\s+(?:fenster|tab))\s*\)?",
    )
    .ok()
});

/// Years, alone or as a range.
static YEARS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])((?:19|20)\d\d(?:\s*[-–/_]\s*(?:(?:19|20)?\d\d))?)(?:$|[^0-9])").ok()
});

/// Takes a label apart.
pub(super) fn read(text: &str) -> Label {
    let text = Collapsed::of(text, MAX_LABEL);
    let text =
        WINDOW.as_ref().map_or_else(|| text.clone(), |window| window.replace_all(&text, " ").into_owned());
    let mut size = None;
    let mut rest = text;
    if let Some(range) = SIZE
        .as_ref()
        .and_then(|pattern| pattern.captures(&rest))
        .and_then(|found| found.get(1))
        .map(|m| m.range())
    {
        size = rest.get(range.clone()).map(|size| Collapsed::of(size, MAX_LABEL));
        rest.replace_range(range, " ");
    }
    let mut format = None;
    let rest = without_format_notes(&rest, size.is_some(), &mut format);
    let title = trimmed(&rest);
    let title = if is_empty_words(&title) { String::new() } else { without_leading_verb(&title) };
    if format.is_none() {
        format = words(&folded(&rest)).find_map(|word| format_of_word(word).map(str::to_owned));
    }
    Label { title, format, size }
}

/// What two labels have in common when they differ only in year, format and filling words. Empty for a label
/// that says nothing else.
pub(super) fn key(text: &str) -> String {
    let folded = folded(text);
    let without_years = without_years(&folded);
    let kept: Vec<&str> = words(&without_years)
        .filter(|word| !EMPTY_WORDS.contains(word) && format_of_word(word).is_none())
        .collect();
    kept.join("-")
}

/// What a file name says of its content: `bp_2023_v2.csv` and `bp_2022_v1.xlsx` have the key `bp` in common.
pub(super) fn key_of_file(name: &str) -> String {
    let folded = folded(address::stem(name)).replace(['_', '+'], " ");
    let without_years = without_years(&folded);
    let is_number =
        |word: &str| word.strip_prefix('v').unwrap_or(word).bytes().all(|byte| byte.is_ascii_digit());
    let kept: Vec<&str> = words(&without_years)
        .filter(|word| !EMPTY_WORDS.contains(word) && format_of_word(word).is_none() && !is_number(word))
        .collect();
    kept.join("-")
}

/// The years that a text names, in its own spelling.
pub(super) fn years(text: &str) -> Vec<String> {
    let Some(pattern) = YEARS.as_ref() else { return Vec::new() };
    pattern.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect()
}

/// The title without its years, for several years of the same thing.
pub(super) fn without_year(title: &str) -> String {
    let Some(pattern) = YEARS.as_ref() else { return title.to_owned() };
    let mut rest = title.to_owned();
    while let Some(range) = pattern.captures(&rest).and_then(|found| found.get(1)).map(|m| m.range()) {
        rest.replace_range(range, " ");
    }
    trimmed(&rest.replace("( )", " "))
}

fn without_years(text: &str) -> String {
    let mut rest = text.to_owned();
    if let Some(pattern) = YEARS.as_ref() {
        while let Some(range) = pattern.captures(&rest).and_then(|found| found.get(1)).map(|m| m.range()) {
            rest.replace_range(range, " ");
        }
    }
    rest
}

/// Drops what stands in brackets, or at the end after a dash, a comma or a colon, if it only names a format.
fn without_format_notes(text: &str, sized: bool, format: &mut Option<String>) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, opening, inner, after)) = next_bracket(rest) {
        kept.push_str(before);
        if is_format_note(inner, format) {
            kept.push(' ');
        } else {
            kept.push(opening);
            kept.push_str(inner);
            kept.push(if opening == '(' { ')' } else { ']' });
        }
        rest = after;
    }
    kept.push_str(rest);
    // Only marks that set the note apart, or a size beside it, make a bare format word a note: the title
    // `Fichier des zones SHP` keeps its last word.
    while let Some((at, mark)) =
        kept.char_indices().rev().find(|(_, c)| matches!(c, '-' | '–' | '—' | ':' | ',' | '|' | '·' | '/'))
    {
        let after = kept.get(at + mark.len_utf8()..).unwrap_or_default().to_owned();
        if !is_format_note(&after, format) {
            break;
        }
        kept.truncate(at);
    }
    if sized {
        let trimmed_end = trimmed(&kept);
        if let Some((before, last)) = trimmed_end.rsplit_once(' ')
            && is_format_note(last, format)
        {
            return before.to_owned();
        }
    }
    kept
}

fn next_bracket(text: &str) -> Option<(&str, char, &str, &str)> {
    let at = text.find(['(', '['])?;
    let (before, from) = text.split_at_checked(at)?;
    let opening = from.chars().next()?;
    let inner = from.get(1..)?;
    let (inner, after) = inner.split_once(if opening == '(' { ')' } else { ']' })?;
    Some((before, opening, inner, after))
}

/// Whether a text names a format and nothing else; an empty one counts, as what the size left behind.
fn is_format_note(text: &str, format: &mut Option<String>) -> bool {
    let folded = folded(text);
    let mut named = None;
    for word in words(&folded) {
        match format_of_word(word) {
            Some(known) => named = named.or_else(|| Some(known.to_owned())),
            None if EMPTY_WORDS.contains(&word) => {}
            None => return false,
        }
    }
    let says_something = named.is_some() || words(&folded).next().is_none();
    if says_something && format.is_none() {
        *format = named;
    }
    says_something
}

fn is_empty_words(text: &str) -> bool {
    let folded = folded(text);
    words(&folded).all(|word| EMPTY_WORDS.contains(&word) || format_of_word(word).is_some())
}

/// `Télécharger le fichier des arbres` is about `fichier des arbres`; only a plain verb in front goes.
fn without_leading_verb(title: &str) -> String {
    const VERBS: [&str; 8] = [
        "telecharger",
        "telechargez",
        "telechargement",
        "download",
        "downloaden",
        "consulter",
        "voir",
        "exporter",
    ];
    const ARTICLES: [&str; 9] = ["le", "la", "les", "l", "des", "du", "the", "de", "het"];
    let mut rest = title;
    for list in [&VERBS[..], &ARTICLES[..]] {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let Some((word, after)) = rest.split_at_checked(end) else { break };
        if !list.contains(&folded(word).as_str()) || after.trim().is_empty() {
            break;
        }
        rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    if rest.len() == title.len() {
        return title.to_owned();
    }
    let mut chars = rest.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Without the punctuation and white space that is left at both ends.
fn trimmed(text: &str) -> String {
    let text = Collapsed::of(text, MAX_LABEL);
    let text = text.trim_matches(|c: char| c.is_whitespace() || "-–—:;,|·•/>»«→↓*".contains(c));
    Collapsed::of(text, MAX_LABEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: &str, format: Option<&str>, size: Option<&str>) {
        let label = read(text);
        assert_eq!(
            (label.title.as_str(), label.format.as_deref(), label.size.as_deref()),
            (title, format, size),
            "{text}"
        );
    }

    #[test]
    fn format_and_size_are_taken_out_of_the_title() {
        check("Budget primitif 2023 (PDF, 1,2 Mo)", "Budget primitif 2023", Some("pdf"), Some("1,2 Mo"));
        check("Arbres [CSV - 245 Ko]", "Arbres", Some("csv"), Some("245 Ko"));
        check("Voirie – XLSX – 1.3 MB", "Voirie", Some("xlsx"), Some("1.3 MB"));
        check("Écoles (format Excel)", "Écoles", Some("xls"), None);
        check("Speeltuinen (CSV, 12 kB)", "Speeltuinen", Some("csv"), Some("12 kB"));
        check("Subventions 2022 csv 34 ko", "Subventions 2022", Some("csv"), Some("34 ko"));
        check("Horaires (12 345 octets)", "Horaires", None, Some("12 345 octets"));
        check("Menus (.ods)", "Menus", Some("ods"), None);
    }

    #[test]
    fn labels_that_only_say_download_leave_no_title() {
        check("CSV", "", Some("csv"), None);
        check("Télécharger le fichier CSV (12 ko)", "", Some("csv"), Some("12 ko"));
        check("Cliquez ici", "", None, None);
        check("Download", "", None, None);
        check("Hier downloaden (xlsx)", "", Some("xlsx"), None);
    }

    #[test]
    fn notes_on_windows_and_verbs_in_front_go() {
        check("Zones de stationnement (nouvelle fenêtre)", "Zones de stationnement", None, None);
        check("Arbres - s'ouvre dans un nouvel onglet", "Arbres", None, None);
        check("Télécharger les arbres d'alignement", "Arbres d'alignement", None, None);
    }

    #[test]
    fn brackets_and_words_that_say_something_stay() {
        check("Budget (annexes) 2023", "Budget (annexes) 2023", None, None);
        check("Limites communales SHP", "Limites communales SHP", Some("shp"), None);
        check("Qualité de l'air - station A3", "Qualité de l'air - station A3", None, None);
        check("24 b rue du Port", "24 b rue du Port", None, None);
    }

    #[test]
    fn keys_forget_year_and_format_only() {
        assert_eq!(key("Budget primitif 2022 (CSV)"), key("Budget primitif 2023-2024 au format XLSX"));
        assert_eq!(key("Budget primitif 2022"), "budget-primitif");
        assert_ne!(key("Rues"), key("Écoles"));
        assert_eq!(key("Télécharger (CSV)"), "");
        assert_eq!(key_of_file("BP_2023_v2.csv"), "bp");
        assert_eq!(key_of_file("export-2023.csv"), "");
        assert_eq!(without_year("Budget primitif (2023)"), "Budget primitif");
        assert_eq!(years("Comptes 2019-2020 et 2021"), ["2019-2020", "2021"]);
    }
}
