//! What a dataset is checked against: the SHACL shapes of this folder, in named sets called profiles.
//!
//! ```
//! let profile = moisson_shapes::find("dcat-ap-3")?;
//! assert_eq!(profile.title("fr"), "DCAT-AP 3.0.1");
//! let triples = profile.triples()?;
//! assert!(triples.iter().any(|triple| triple.object.to_string().starts_with("\"Il manque le titre.")));
//! let error = moisson_shapes::find("dcatap-3").unwrap_err().to_string();
//! assert!(error.starts_with("unknown profile `dcatap-3`, did you mean `dcat-ap-3`? known are `dcat-ap-3`, "));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `profiles.toml` is the one place that names profiles and files; what is below is built from it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oxrdf::{NamedNodeRef, TermRef, Triple, TripleRef};
use oxrdfio::{RdfFormat, RdfParser, RdfSyntaxError};

include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

/// The start of every shape's IRI; the profile's name follows, then `:`.
pub const SHAPES: &str = "urn:moisson:shapes:";

/// The languages of titles and messages, in the order of preference where nobody says theirs.
pub const LANGUAGES: [&str; 4] = ["fr", "nl", "de", "en"];

/// A named set of shapes.
#[derive(Debug)]
pub struct Profile {
    /// Its name: `dcat-ap-3`.
    pub name: &'static str,
    /// Its title, in the order of [`LANGUAGES`].
    title: [&'static str; 4],
    /// Where its rules come from: an IRI.
    pub specification: &'static str,
    /// The profiles that are asked for along with it, by name.
    pub base: &'static [&'static str],
    /// Whether a harvested record is checked against it.
    pub pipeline: Pipeline,
    /// Its shapes.
    pub files: &'static [File],
}

/// A file of shapes.
#[derive(Debug)]
pub struct File {
    /// The name in the folder `shapes`.
    pub name: &'static str,
    /// The content.
    pub turtle: &'static str,
}

/// Whether a harvested record is checked against a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// Each record is.
    Always,
    /// A record is whose statements have one of these IRIs as predicate or object (any IRI that begins so, where a
    /// `*` stands at the end), or whose source is configured to be.
    WhenDeclared(&'static [&'static str]),
    /// None is, but for those whose source is configured to be.
    OnRequest,
}

/// There is no profile of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile `{name}`{hint} known are {}", known())]
pub struct UnknownProfile {
    /// The name that was asked for.
    pub name: String,
    hint: String,
}

/// The profile of that name.
///
/// # Errors
/// If there is none; the error names those that there are.
pub fn find(name: &str) -> Result<&'static Profile, UnknownProfile> {
    PROFILES.iter().find(|profile| profile.name == name).ok_or_else(|| {
        let near = PROFILES.iter().map(|profile| (strsim::jaro_winkler(name, profile.name), profile.name));
        let nearest =
            near.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(likeness, _)| *likeness > 0.8);
        let hint = nearest.map_or_else(|| ";".to_owned(), |(_, known)| format!(", did you mean `{known}`?"));
        UnknownProfile { name: name.to_owned(), hint }
    })
}

/// The profile that a shape of ours belongs to.
pub fn of_shape(iri: &str) -> Option<&'static Profile> {
    let (name, _) = iri.strip_prefix(SHAPES)?.split_once(':')?;
    PROFILES.iter().find(|profile| profile.name == name)
}

/// The profiles of these names and those that they stand on, each once, in the order of [`PROFILES`].
///
/// # Errors
/// If there is no profile of one of the names.
pub fn with_bases<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<&'static Profile>, UnknownProfile> {
    let mut open: Vec<&'static Profile> = names.into_iter().map(find).collect::<Result<_, _>>()?;
    let mut wanted = BTreeSet::new();
    while let Some(profile) = open.pop() {
        if wanted.insert(profile.name) {
            for base in profile.base {
                open.push(find(base)?);
            }
        }
    }
    Ok(PROFILES.iter().filter(|profile| wanted.contains(profile.name)).collect())
}

/// The names of all profiles, for messages: `` `a`, `b` ``.
pub fn known() -> String {
    let mut names = String::new();
    for (at, profile) in PROFILES.iter().enumerate() {
        let _ = write!(names, "{}`{}`", if at == 0 { "" } else { ", " }, profile.name);
    }
    names
}

/// What the shapes take as known, beside the tables of the EU that `moisson-dcat` has: which class is part of which,
/// and what single terms are.
///
/// # Errors
/// When the bundled file cannot be read, which a test rules out.
pub fn background() -> Result<Vec<Triple>, RdfSyntaxError> {
    parse(BACKGROUND)
}

impl Profile {
    /// Its title in a language, in English where we do not have it.
    pub fn title(&self, language: &str) -> &'static str {
        let main = language.split('-').next().unwrap_or(language);
        let [.., english] = self.title;
        LANGUAGES
            .iter()
            .zip(self.title)
            .find(|(known, _)| **known == main)
            .map_or(english, |(_, title)| title)
    }

    /// Its title in each of [`LANGUAGES`].
    pub fn titles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        LANGUAGES.into_iter().zip(self.title)
    }

    /// The triples of its shapes. Blank nodes are told apart from those of other files.
    ///
    /// # Errors
    /// When a bundled file cannot be read, which a test rules out.
    pub fn triples(&self) -> Result<Vec<Triple>, RdfSyntaxError> {
        let mut triples = Vec::new();
        for file in self.files {
            triples.append(&mut parse(file.turtle)?);
        }
        Ok(triples)
    }

    /// Whether a record with these statements is to be checked against it, whatever its source is configured to be.
    pub fn is_for<'a, T: Into<TripleRef<'a>>>(&self, statements: impl IntoIterator<Item = T>) -> bool {
        match self.pipeline {
            Pipeline::Always => true,
            Pipeline::OnRequest => false,
            Pipeline::WhenDeclared(signs) => statements.into_iter().any(|triple| {
                let TripleRef { predicate, object, .. } = triple.into();
                is_one_of(predicate, signs)
                    || matches!(object, TermRef::NamedNode(node) if is_one_of(node, signs))
            }),
        }
    }
}

fn is_one_of(iri: NamedNodeRef<'_>, signs: &[&str]) -> bool {
    signs.iter().any(|sign| match sign.strip_suffix('*') {
        Some(start) => iri.as_str().starts_with(start),
        None => iri.as_str() == *sign,
    })
}

fn parse(turtle: &str) -> Result<Vec<Triple>, RdfSyntaxError> {
    let parser = RdfParser::from_format(RdfFormat::Turtle).rename_blank_nodes();
    parser.for_slice(turtle).map(|quad| quad.map(Triple::from)).collect()
}
