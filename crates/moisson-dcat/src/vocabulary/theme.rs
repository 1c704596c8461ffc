//! EU data themes behind the themes of portals.

use super::{Term, Vocabulary, last_part};

/// Most themes in one text; longer lists are no list of themes.
const LIST_MAX: usize = 40;

/// What separates themes in one text; commas stand inside of names too.
const SEPARATORS: [char; 6] = [',', ';', '|', '>', '/', '\n'];

/// Part of a text, and the EU themes that it names; none for a part that no table knows.
pub type ThemePart<'a> = (std::borrow::Cow<'a, str>, &'static [&'static Term]);

/// The themes in a text: one name, a list of names of which some may have commas in them, or an IRI that ends in a
/// name. Empty when no part is known.
pub fn themes(raw: &str) -> Vec<ThemePart<'_>> {
    let raw = raw.trim();
    let whole = Vocabulary::DataTheme.find(raw);
    if !whole.is_empty() {
        return vec![(raw.into(), whole)];
    }
    if let Some(last) = last_part(raw) {
        let found = Vocabulary::DataTheme.find(&last);
        return if found.is_empty() { Vec::new() } else { vec![(last.into(), found)] };
    }
    list(raw)
}

/// Cuts a list into the longest names that are known.
fn list(raw: &str) -> Vec<ThemePart<'_>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for (at, separator) in raw.match_indices(SEPARATORS).chain([(raw.len(), "")]) {
        spans.push((from, at));
        from = at + separator.len();
    }
    if spans.len() < 2 || spans.len() > LIST_MAX {
        return Vec::new();
    }
    let mut parts: Vec<ThemePart<'_>> = Vec::new();
    let mut next = 0;
    while let Some((start, _)) = spans.get(next) {
        let longest = spans.iter().enumerate().skip(next).rev().find_map(|(last, (_, end))| {
            let name = raw.get(*start..*end)?;
            let found = Vocabulary::DataTheme.find(name);
            (!found.is_empty()).then_some((last, name, found))
        });
        let (last, name, found): (usize, &str, &'static [&'static Term]) = match longest {
            Some(known) => known,
            None => (next, spans.get(next).and_then(|(s, e)| raw.get(*s..*e)).unwrap_or_default(), &[]),
        };
        if !name.trim().is_empty() {
            parts.push((name.trim().into(), found));
        }
        next = last + 1;
    }
    if parts.iter().any(|(_, found)| !found.is_empty()) { parts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::themes;

    fn codes(raw: &str) -> Vec<String> {
        let parts = themes(raw);
        let all = parts.iter().map(|(name, terms)| {
            format!("{name}={}", terms.iter().map(|t| t.code()).collect::<Vec<_>>().join("+"))
        });
        all.collect()
    }

    #[test]
    fn a_name_with_commas_is_one_theme_even_inside_a_list() {
        let one = "Aménagement du territoire, Urbanisme, Bâtiments, Equipements, Logement";
        assert_eq!(codes(one), [format!("{one}=REGI")]);
        assert_eq!(
            codes(&format!("{one}, Environnement")),
            [format!("{one}=REGI"), "Environnement=ENVI".to_owned()]
        );
    }

    #[test]
    fn a_list_keeps_what_no_table_knows() {
        assert_eq!(codes("Santé, Vie des lutins"), ["Santé=HEAL", "Vie des lutins="]);
        assert_eq!(codes("Vie des lutins, Magie"), [] as [&str; 0]);
        assert_eq!(codes("Energie en milieu"), ["Energie en milieu=ENER+ENVI"]);
    }

    #[test]
    fn an_iri_is_known_by_its_last_part() {
        assert_eq!(codes("https://x.example/explore/?refine.theme=Environnement"), ["Environnement=ENVI"]);
        assert_eq!(codes("http://inspire.ec.europa.eu/theme/hy").len(), 1);
        assert_eq!(
            codes("https://x.example/id/theme/%C3%96ffentliche%20Verwaltung"),
            ["Öffentliche Verwaltung=GOVE"]
        );
    }
}
