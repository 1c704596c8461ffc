//! One table read from its CSV text.

use rustc_hash::FxHashMap as HashMap;

use super::{About, LANGUAGES, Vocabulary, fold::fold};
use crate::Iri;

/// What separates several values in one cell.
const SEPARATOR: char = '|';

/// A term of a vocabulary.
#[derive(Debug)]
pub struct Term {
    vocabulary: Vocabulary,
    iri: Iri,
    code: String,
    label: [String; 4],
    media_type: Vec<String>,
    extension: Vec<String>,
    tag: String,
    mqa: Vec<String>,
}

impl Term {
    /// The vocabulary it is of.
    pub fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// Its IRI.
    pub fn iri(&self) -> &Iri {
        &self.iri
    }

    /// Its code, such as `ANNUAL`; a whole IRI for licences that the authority table lacks.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What people call it in a language, else in English.
    pub fn label(&self, lang: &str) -> &str {
        let primary = lang.split('-').next().unwrap_or_default();
        let index = LANGUAGES.iter().position(|l| primary.eq_ignore_ascii_case(l)).unwrap_or(3);
        self.label.get(index).map_or("", String::as_str)
    }

    /// Of a file type: the media type that IANA registered for it.
    pub fn media_type(&self) -> Option<Iri> {
        self.media_type.first().and_then(|name| super::media_type(name))
    }

    /// Of a file type: its file name extensions, without the dot.
    pub fn extensions(&self) -> &[String] {
        &self.extension
    }

    /// Of a language: its BCP 47 tag.
    pub fn tag(&self) -> Option<&str> {
        (!self.tag.is_empty()).then_some(self.tag.as_str())
    }

    /// Of a file type: whether the EU's quality assessment counts it as machine-readable.
    pub fn is_machine_readable(&self) -> bool {
        self.mqa.iter().any(|m| m == "machine-readable")
    }

    /// Of a file type: whether the EU's quality assessment counts it as non-proprietary.
    pub fn is_non_proprietary(&self) -> bool {
        self.mqa.iter().any(|m| m == "non-proprietary")
    }
}

/// A vocabulary's terms and the names that they are found by.
pub(super) struct Table {
    namespace: &'static str,
    terms: &'static [Term],
    by_code: HashMap<String, Vec<&'static Term>>,
    by_name: HashMap<String, Vec<&'static Term>>,
}

impl Table {
    /// Reads the table. The texts are part of the program and tested, so a row that cannot be read is left out.
    pub(super) fn read(about: &About) -> Self {
        let mut rows = Vec::new();
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(about.csv.as_bytes());
        let columns = reader.headers().cloned().unwrap_or_default();
        for record in reader.records().filter_map(Result::ok) {
            let cell = |name: &str| {
                columns
                    .iter()
                    .position(|c| c == name)
                    .and_then(|i| record.get(i))
                    .unwrap_or_default()
                    .to_owned()
            };
            let code = cell("code");
            let iri = if code.contains("://") { code.clone() } else { format!("{}{code}", about.namespace) };
            let Ok(iri) = Iri::new(iri) else { continue };
            let term = Term {
                vocabulary: about.vocabulary,
                iri,
                code,
                label: LANGUAGES.map(cell),
                media_type: cells(&cell("media_type")),
                extension: cells(&cell("extension")),
                tag: cell("tag"),
                mqa: cells(&cell("mqa")),
            };
            rows.push((term, cells(&cell("alias"))));
        }
        let (terms, aliases): (Vec<Term>, Vec<Vec<String>>) = rows.into_iter().unzip();
        // One table per vocabulary for the life of the program.
        let terms: &'static [Term] = Vec::leak(terms);
        let by_code =
            terms.iter().filter_map(|term| Some((fold(&term.code)?, vec![term]))).collect::<HashMap<_, _>>();
        let by_name = index(terms, &aliases, &words(about.words, &by_code));
        Self { namespace: about.namespace, terms, by_code, by_name }
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = &'static Term> + use<> {
        self.terms.iter()
    }

    /// The terms that a text names.
    pub(super) fn find(&self, raw: &str) -> &[&'static Term] {
        let found = match self.code_of_iri(raw) {
            Some(code) => fold(code).and_then(|code| self.by_code.get(&code)),
            None => None,
        };
        match found {
            Some(terms) => terms.as_slice(),
            None => fold(raw).map_or(&[], |name| self.find_folded(&name)),
        }
    }

    /// The terms of a name in its folded form.
    pub(super) fn find_folded(&self, name: &str) -> &[&'static Term] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// All names in their folded form, with the first term of each.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &'static Term)> {
        self.by_name.iter().filter_map(|(name, terms)| Some((name.as_str(), *terms.first()?)))
    }

    /// The code in an IRI of this vocabulary, whichever its scheme.
    fn code_of_iri<'a>(&self, raw: &'a str) -> Option<&'a str> {
        let rest = raw.trim().strip_prefix("https://").or_else(|| raw.trim().strip_prefix("http://"))?;
        rest.strip_prefix(self.namespace.strip_prefix("http://")?)
    }
}

fn cells(cell: &str) -> Vec<String> {
    cell.split(SEPARATOR).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
}

/// The rows of a list of words: a word, and the terms that it spans.
fn words(
    csv: Option<&'static str>,
    by_code: &HashMap<String, Vec<&'static Term>>,
) -> Vec<(String, Vec<&'static Term>)> {
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.unwrap_or_default().as_bytes());
    let rows = reader.records().filter_map(Result::ok).filter_map(|row| {
        let codes = row.get(1)?.split_whitespace();
        let terms = codes.filter_map(|code| by_code.get(&fold(code)?)?.first().copied()).collect();
        Some((fold(row.get(0)?)?, terms))
    });
    rows.collect()
}

/// All names of all terms. Where two terms share a name, the words we wrote go before a code, that before a media type or
/// extension, and that before a label.
fn index(
    terms: &'static [Term],
    aliases: &[Vec<String>],
    words: &[(String, Vec<&'static Term>)],
) -> HashMap<String, Vec<&'static Term>> {
    let mut by_name: HashMap<String, Vec<&'static Term>> = words.iter().cloned().collect();
    let mut add = |name: &str, term: &'static Term| {
        if let Some(name) = fold(name) {
            by_name.entry(name).or_insert_with(|| vec![term]);
        }
    };
    for (term, aliases) in terms.iter().zip(aliases) {
        for alias in aliases {
            add(alias, term);
        }
    }
    for term in terms {
        add(&term.code, term);
    }
    for term in terms {
        add(&term.tag, term);
        for name in term.media_type.iter().chain(&term.extension) {
            add(name, term);
        }
    }
    for term in terms {
        for label in &term.label {
            add(label, term);
        }
    }
    by_name
}
