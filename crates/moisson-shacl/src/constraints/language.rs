//! `sh:languageIn`, `sh:uniqueLang` ([SHACL §4.4.4](https://www.w3.org/TR/shacl/#LanguageInConstraintComponent)).

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::terms::{Id, Kind};
use crate::validate::{Context, Findings, Focus};

/// What the languages of the values must be.
#[derive(Debug)]
pub(crate) enum Language {
    /// In one of these ranges, in lower case.
    In(Vec<String>),
    /// Each at most once.
    Unique,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    if let Some(list) = shape.at_most_one("languageIn")? {
        let mut ranges = Vec::new();
        for member in shape.list("languageIn", list)? {
            ranges.push(shape.expect_string("languageIn", member)?.to_ascii_lowercase());
        }
        shape.add("LanguageInConstraintComponent", Constraint::Language(Language::In(ranges)))?;
    }
    if shape.flag_of_path("uniqueLang")? {
        shape.add("UniqueLangConstraintComponent", Constraint::Language(Language::Unique))?;
    }
    Ok(())
}

impl Language {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        let language = |value: Id| {
            let parts = context.terms.parts(value);
            (parts.kind == Kind::Tagged).then_some(parts.extra)
        };
        match self {
            Self::In(ranges) => {
                for &value in at.values {
                    let right = language(value).is_some_and(|language| {
                        let language = context.terms.text(language);
                        ranges.iter().any(|range| in_range(language, range))
                    });
                    if !right {
                        found.add(at, component, value);
                    }
                }
            }
            Self::Unique => {
                let mut languages: Vec<Id> = at.values.iter().copied().filter_map(language).collect();
                languages.sort_unstable();
                for _ in languages.chunk_by(|left, right| left == right).filter(|run| run.len() > 1) {
                    found.add(at, component, Id::NONE);
                }
            }
        }
    }
}

/// `langMatches` of [SPARQL](https://www.w3.org/TR/sparql11-query/#func-langMatches), both sides in lower case.
fn in_range(language: &str, range: &str) -> bool {
    match language.strip_prefix(range) {
        Some(rest) => rest.is_empty() || rest.starts_with('-'),
        None => range == "*" && !language.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_regions_and_nothing_that_only_begins_alike() {
        assert!(in_range("fr", "fr"));
        assert!(in_range("fr-be", "fr"));
        assert!(!in_range("frr", "fr"));
        assert!(!in_range("fr", "fr-be"));
        assert!(in_range("nl", "*"));
    }
}
