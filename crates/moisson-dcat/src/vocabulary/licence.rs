//! Licences by address, label, SPDX id, or the text of a notice.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold_up_to;
use super::{Term, Vocabulary, fold};
use crate::memo::{Answers, remembered};

/// Longest notice that is searched for a licence, in bytes.
const NOTICE_MAX: usize = 4_000;

/// Words of a name that do not tell licences apart.
const NOISE: [&str; 30] = [
    "license",
    "licence",
    "licences",
    "licensed",
    "licentie",
    "lizenz",
    "licenza",
    "licencia",
    "the",
    "la",
    "le",
    "les",
    "de",
    "du",
    "des",
    "of",
    "version",
    "versie",
    "v",
    "international",
    "internationaal",
    "internationale",
    "unported",
    "generic",
    "generique",
    "non",
    "transpose",
    "under",
    "sous",
    "or",
];

/// Names without noise. A name that two terms share is left out.
static REDUCED: LazyLock<HashMap<String, Option<&'static Term>>> = LazyLock::new(|| {
    let mut reduced: HashMap<String, Option<&'static Term>> = HashMap::new();
    for (name, term) in Vocabulary::Licence.names() {
        // A name that is one word without its noise, such as "Open Licence", says too little.
        if let Some(short) = reduce(name).filter(|short| short == name || short.contains(' ')) {
            let entry = reduced.entry(short).or_insert(Some(term));
            if entry.is_some_and(|other| other.iri() != term.iri()) {
                *entry = None;
            }
        }
    }
    reduced
});

thread_local! {
    static KNOWN: Answers<Option<&'static Term>> = Answers::default();
}

/// The licence that a text names. What only says "open", or names two licences, names none.
pub fn licence(raw: &str) -> Option<&'static Term> {
    remembered(&KNOWN, raw, || find(raw))
}

fn find(raw: &str) -> Option<&'static Term> {
    if let Some(term) = Vocabulary::Licence.term(raw) {
        return Some(term);
    }
    let mut addresses = addresses(raw).peekable();
    if addresses.peek().is_some() {
        let mut found = addresses.filter_map(address);
        let first = found.next()?;
        return found.all(|other| other.iri() == first.iri()).then_some(first);
    }
    if let Some(short) = fold(raw).and_then(|name| reduce(&name))
        && let Some(term) = REDUCED.get(&short).copied().flatten()
    {
        return Some(term);
    }
    notice(raw)
}

/// A folded name without noise; `v2` is `2`.
fn reduce(name: &str) -> Option<String> {
    let words = name.split(' ').filter(|word| !NOISE.contains(word)).map(|word| {
        word.strip_prefix('v')
            .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or(word)
    });
    let short = words.collect::<Vec<_>>().join(" ");
    (short.len() > 2).then_some(short)
}

/// The web addresses in a text, markup or not.
fn addresses(raw: &str) -> impl Iterator<Item = &str> {
    let starts = raw.match_indices("http").filter_map(move |(at, _)| {
        let rest = raw.get(at..)?;
        (rest.starts_with("http://") || rest.starts_with("https://")).then_some(rest)
    });
    starts.take(16).map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>()[]{}".contains(c)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';'])
    })
}

/// A licence by its address, with the pages about it that add a language or a form.
fn address(address: &str) -> Option<&'static Term> {
    let find = |name: &str| Vocabulary::Licence.term(name);
    if let Some(term) = find(address) {
        return Some(term);
    }
    let bare = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut path = bare;
    for _ in 0..2 {
        let (shorter, last) = path.rsplit_once('/')?;
        let form = last.to_ascii_lowercase();
        let about = ["legalcode", "deed", "summary", "index", "rdf"].iter().any(|p| form.starts_with(p));
        let language = form.len() == 2 && path.ends_with("/legalcode");
        if !about && !language {
            break;
        }
        path = shorter;
        if let Some(term) = find(path) {
            return Some(term);
        }
    }
    let (stem, extension) = bare.rsplit_once('.')?;
    (["html", "htm", "php", "txt", "json", "jsonld"].contains(&extension)).then(|| find(stem))?
}

/// A licence named inside a notice.
fn notice(raw: &str) -> Option<&'static Term> {
    let folded = fold_up_to(raw, NOTICE_MAX)?;
    let words: Vec<&str> = folded.split(' ').collect();
    let mut found: Vec<&'static Term> = Vec::new();
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        if let Some(term) = named(rest)
            && !found.iter().any(|other| other.iri() == term.iri())
        {
            found.push(term);
        }
    }
    match found.as_slice() {
        [one] => Some(one),
        // "Licence Ouverte 2.0, compatible with CC BY" is about the first.
        [first, ..] if words.iter().any(|w| w.starts_with("compatib")) => Some(first),
        _ => None,
    }
}

/// A licence whose name the words begin with; versions are wanted, since a notice is about one.
fn named(words: &[&str]) -> Option<&'static Term> {
    let find = |name: &str| Vocabulary::Licence.term(name);
    match words {
        ["odbl", ..] | ["open", "database", "license" | "licence", ..] => find("ODC_BL"),
        ["cc0", ..] | ["cc", "zero" | "0", ..] => find("CC0"),
        ["licence", "ouverte", rest @ ..] | ["open", "licence", "etalab", rest @ ..] => {
            let rest = rest.get(..6.min(rest.len())).unwrap_or_default();
            let major = rest.iter().find_map(|w| w.trim_start_matches('v').parse::<u8>().ok());
            match major {
                Some(2) => find("ETALAB_2_0"),
                Some(1) => find("lov1"),
                _ => find("licence-ouverte"),
            }
        }
        ["cc", "by", rest @ ..] => {
            let parts = rest.iter().take_while(|w| ["nc", "nd", "sa"].contains(w)).count();
            let (parts, version) = rest.split_at_checked(parts)?;
            let [major, minor, ..] = version else { return None };
            let major = major.trim_start_matches('v');
            let general = format!("cc by {} {major} {minor}", parts.join(" "));
            // "CC BY 3.0 FR" is another licence than "CC BY 3.0".
            let port = version.get(2).filter(|port| port.len() < 9);
            port.and_then(|port| find(&format!("{general} {port}"))).or_else(|| find(&general))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::licence;

    const LO1: &str = "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf";
    const LO: &str = "https://github.com/etalab/licence-ouverte";

    #[test]
    fn licences_are_known_by_address_label_id_and_notice() {
        for (raw, code) in [
            ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "ETALAB_2_0"),
            ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "ETALAB_2_0"),
            ("https://spdx.org/licenses/etalab-2.0.html", "ETALAB_2_0"),
            ("Licence Ouverte v2.0 (Etalab)", "ETALAB_2_0"),
            ("Licence Ouverte / Open Licence version 2.0", "ETALAB_2_0"),
            ("Licence Ouverte Version 2.0", "ETALAB_2_0"),
            ("lov2", "ETALAB_2_0"),
            ("etalab-2.0", "ETALAB_2_0"),
            ("Licence Ouverte / Open Licence", LO1),
            ("Licence Ouverte Version 1.0", LO1),
            ("http://www.data.gouv.fr/Licence-Ouverte-Open-Licence", LO1),
            ("http://wiki.data.gouv.fr/wiki/Licence_Ouverte_/_Open_Licence", LO1),
            ("Licence Ouverte (Etalab)", LO),
            ("Licence Ouverte-LO", LO),
            ("Open Data Commons - Open Database License (ODbL)", "ODC_BL"),
            ("ODBl Paris", "ODC_BL"),
            ("http://opendatacommons.org/licenses/odbl/summary/", "ODC_BL"),
            ("https://opendatacommons.org/licenses/odbl/1-0/", "ODC_BL"),
            ("Open Database License-ODBL", "ODC_BL"),
            ("CC BY", "CC_BY_4_0"),
            ("cc-by-4.0", "CC_BY_4_0"),
            ("https://creativecommons.org/licenses/by/4.0/deed.fr", "CC_BY_4_0"),
            ("https://creativecommons.org/licenses/by/4.0/legalcode.de", "CC_BY_4_0"),
            ("http://creativecommons.org/licenses/by-nc-sa/3.0/", "CC_BYNCSA_3_0"),
            (
                "https://creativecommons.org/licenses/by/3.0/fr/deed.fr",
                "https://creativecommons.org/licenses/by/3.0/fr/",
            ),
            ("<a rel=\"license\" href=\"http://creativecommons.org/licenses/by/4.0/\">CC</a>", "CC_BY_4_0"),
            ("This work is licensed under a Creative Commons Attribution (CC-BY) 4.0 License.", "CC_BY_4_0"),
            ("Données sous licence ouverte 2.0, compatible CC-BY 2.0", "ETALAB_2_0"),
            (
                "Les données sont sous licence CC BY-SA 3.0 FR.",
                "https://creativecommons.org/licenses/by-sa/3.0/fr/",
            ),
            ("https://creativecommons.org/licenses/by/3.0/nl/deed.nl", "CC_BY_3_0_NL"),
            (
                "Creative Commons Attribution-ShareAlike 2.0 Belgium",
                "https://creativecommons.org/licenses/by-sa/2.0/be/",
            ),
            ("http://opendata.paris.fr/page/lalicence/", "ODC_BL"),
            ("https://wiki.data.gouv.fr/images/9/9d/Licence_Ouverte.pdf", LO1),
            ("Creative Commons Attribution 4.0 International", "CC_BY_4_0"),
            ("https://creativecommons.org/publicdomain/zero/1.0/deed.nl", "CC0"),
            ("http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "DLDE_ZERO_2_0"),
            ("https://www.dcat-ap.de/def/licenses/cc-zero", "CC0"),
            (
                "NonCommercialAllowed-CommercialAllowed-ReferenceNotRequired",
                "http://dcat-ap.ch/vocabulary/licenses/terms_open",
            ),
        ] {
            assert_eq!(licence(raw).map(super::Term::code), Some(code), "{raw}");
        }
    }

    #[test]
    fn what_is_only_open_or_ambiguous_is_no_licence() {
        for raw in [
            "other-open",
            "Open Data",
            "open",
            "notspecified",
            "Public Domain",
            "License not specified",
            "copyright",
            "Open Data Paris",
            "CC-BY 4.0 ou ODbL 1.0",
            "https://example.org/licence",
            "Creative Commons",
            "",
            "https://creativecommons.org/licenses/by/9.9/",
        ] {
            assert!(licence(raw).is_none(), "{raw}: {:?}", licence(raw).map(super::Term::code));
        }
    }

    #[test]
    fn licence_ouverte_is_never_cc0() {
        for name in ["Licence Ouverte", "licence ouverte etalab", "Licence Ouverte / Open Licence"] {
            assert!(licence(name).is_some_and(|t| t.code() != "CC0"), "{name}");
        }
    }
}
