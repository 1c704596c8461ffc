//! Keywords out of one text, and titles out of names of files.

use crate::vocabulary::{Vocabulary, fold};

/// Longest list of keywords that is taken apart, in bytes.
const LIST_MAX: usize = 20_000;

/// Fewest parts by which a text with commas is known as a list of keywords.
const LIST_MIN: usize = 4;

/// Most words of a keyword in such a list.
const WORDS_MAX: usize = 3;

/// Extensions that tell the name of a file.
const EXTENSIONS: [&str; 24] = [
    "7z", "csv", "dbf", "doc", "docx", "geojson", "gml", "gpkg", "gz", "json", "kml", "kmz", "ods", "odt",
    "pdf", "rar", "shp", "tsv", "txt", "xls", "xlsm", "xlsx", "xml", "zip",
];

/// The parts of a text at commas, semicolons, bars and line ends. A comma inside of parentheses or a number separates
/// nothing, nor does one inside of a theme's name that the tables know.
///
/// ```
/// use moisson_dcat::value::keywords::parts;
/// assert_eq!(parts("eau, air; sols"), ["eau", "air", "sols"]);
/// assert_eq!(parts("arbres (tilleul, chêne), haies"), ["arbres (tilleul, chêne)", "haies"]);
/// ```
pub fn parts(text: &str) -> Vec<&str> {
    if text.len() > LIST_MAX {
        return vec![text];
    }
    let chunks = at_separators(text).into_iter().map(str::trim).filter(|chunk| !chunk.is_empty());
    chunks.flat_map(|chunk| if is_name(chunk) { vec![chunk] } else { at_commas(chunk) }).collect()
}

/// Whether a text that should be one keyword plainly is a list of them: it has semicolons, bars or line ends, or four
/// parts or more at commas, all of them short.
pub fn is_list(text: &str) -> bool {
    if text.len() > LIST_MAX || !text.contains([',', ';', '|', '\n']) {
        return false;
    }
    let text = text.trim();
    if at_separators(text).len() > 1 {
        return true;
    }
    let parts = at_commas(text);
    let short = |part: &&str| part.split_whitespace().count() <= WORDS_MAX;
    parts.len() >= LIST_MIN && parts.iter().all(short) && !is_name(text)
}

/// Whether the tables know it as the name of one theme, commas and all.
fn is_name(text: &str) -> bool {
    text.contains(',') && !Vocabulary::DataTheme.find(text).is_empty()
}

/// Cut at semicolons, bars and line ends, but not at the semicolon that ends an entity such as `&amp;`.
fn at_separators(text: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, separator) in text.match_indices([';', '|', '\n']) {
        let before = text.get(from..at).unwrap_or_default();
        let entity = before.rsplit_once('&').is_some_and(|(_, name)| {
            (2..=10).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
        });
        if separator == ";" && entity {
            continue;
        }
        parts.push(before);
        from = at + 1;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

/// Cut at commas outside of parentheses and numbers.
fn at_commas(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 && !(digit(at.checked_sub(1)) && digit(Some(at + 1))) => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The title in a name of a file; `None` when it is none.
///
/// ```
/// use moisson_dcat::value::keywords::without_file_name;
/// assert_eq!(without_file_name("arbres_remarquables_2020.csv").as_deref(), Some("arbres remarquables 2020"));
/// assert_eq!(without_file_name("Liste des arbres.xlsx").as_deref(), Some("Liste des arbres"));
/// assert_eq!(without_file_name("Arbres remarquables"), None);
/// ```
pub fn without_file_name(title: &str) -> Option<String> {
    let stem = title.rsplit_once('.').and_then(|(stem, end)| {
        let end = end.trim_end().to_ascii_lowercase();
        let is_file =
            EXTENSIONS.contains(&end.as_str()) && !stem.ends_with([' ', '.']) && !stem.contains("://");
        is_file.then_some(stem)
    });
    let is_one_word = !title.contains(char::is_whitespace);
    let name = match stem {
        Some(stem) => stem,
        // `RPG_2020_Bretagne` is the name of a file without its end.
        None if is_one_word && title.contains('_') && !title.contains(['/', ':', '@']) => title,
        None => return None,
    };
    if !is_one_word {
        return Some(name.to_owned());
    }
    let dashes = name.matches('-').count() > 1 && !name.contains('_');
    let words = name.split(|c| c == '_' || (dashes && c == '-')).filter(|word| !word.is_empty());
    let readable = words.collect::<Vec<_>>().join(" ");
    (readable != title && fold(&readable).is_some()).then_some(readable)
}

#[cfg(test)]
mod tests {
    use super::{is_list, parts, without_file_name};

    #[test]
    fn lists_of_keywords_are_cut_but_names_with_commas_are_not() {
        for (text, shown) in [
            ("a, b; c", "a/b/c"),
            ("eau|air|sols", "eau/air/sols"),
            ("arbres\nhaies", "arbres/haies"),
            ("arbres,,haies, ", "arbres/haies"),
            ("rayon de 1,5 km, sentiers", "rayon de 1,5 km/sentiers"),
            ("écoles (maternelles, primaires); crèches", "écoles (maternelles, primaires)/crèches"),
            (
                "Administration, Gouvernement, Finances publiques, Citoyenneté; budget",
                "Administration, Gouvernement, Finances publiques, Citoyenneté/budget",
            ),
            ("R&amp;D; innovation", "R&amp;D/innovation"),
            ("ouvert (mais jamais fermé, hélas", "ouvert (mais jamais fermé, hélas"),
        ] {
            assert_eq!(parts(text).join("/"), shown, "{text}");
        }
    }

    #[test]
    fn one_keyword_is_a_list_only_where_that_is_plain() {
        for list in ["eau; air", "eau|air", "eau, air, sols, bruit", "tree, street tree, park, map"] {
            assert!(is_list(list), "{list}");
        }
        for name in [
            "eau",
            "Dupont, Jean",
            "Liberté, égalité, fraternité",
            "R&amp;D",
            "R&amp; D",
            "Culture, Patrimoine",
            "Aménagement du territoire, Urbanisme, Bâtiments, Equipements, Logement",
            "les arbres de la ville, ses haies et ses parcs, ses jardins, et leurs bancs",
        ] {
            assert!(!is_list(name), "{name}");
        }
    }

    #[test]
    fn names_of_files_become_titles() {
        for (title, readable) in [
            ("arbres.csv", "arbres"),
            ("LISTE-DES-ARBRES.XLSX", "LISTE DES ARBRES"),
            ("RPG_2020_Bretagne", "RPG 2020 Bretagne"),
            ("Budget 2021.ods", "Budget 2021"),
            ("arbres.tar.gz", "arbres.tar"),
        ] {
            assert_eq!(without_file_name(title).as_deref(), Some(readable), "{title}");
        }
        for title in [
            "Arbres",
            "Saint-Malo",
            "data.gouv.fr",
            "Version 2.0",
            "https://x.example/a.csv",
            "_",
            "Le format .csv",
            "a:b_c",
        ] {
            assert_eq!(without_file_name(title), None, "{title}");
        }
    }
}
