//! What documents are checked against: profiles of ours, files of shapes, or both.

use std::collections::HashMap;

use moisson_dcat::vocabulary::vocabulary_graph;
use moisson_shacl::{Background, DataError, Notice, Options, Shapes, ShapesError};
use moisson_shapes::{PROFILES, Pipeline, Profile, UnknownProfile};
use oxrdf::{NamedOrBlankNode, Term, Triple, TripleRef, vocab::rdfs};
use oxrdfio::{RdfParser, RdfSyntaxError};

use crate::{Document, Syntax, syntax::detect};

/// A file of shapes.
#[derive(Debug, Clone)]
pub struct ShapesFile {
    /// What people know it by; its extension may say the syntax.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Shapes, compiled, with what they take as known.
#[derive(Debug)]
pub struct Rules {
    shapes: Shapes,
    background: Option<Background>,
    /// Profiles that count only for the datasets that declare them.
    when_declared: Vec<WhenDeclared>,
    /// The profiles and files of shapes, by name.
    sets: Vec<String>,
    /// By shape, as its IRI or blank node is written.
    shown: HashMap<String, Shown>,
    max_results: usize,
}

/// A profile that counts only for the datasets that declare it.
#[derive(Debug)]
pub(crate) struct WhenDeclared {
    pub(crate) profile: &'static Profile,
    /// Its position among the profiles and files.
    pub(crate) set: usize,
    pub(crate) shapes: Shapes,
    pub(crate) background: Background,
}

/// What is said of a shape.
#[derive(Debug, Clone, Default)]
struct Shown {
    set: usize,
    see_also: Option<String>,
}

/// Shapes that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// There is no such profile.
    #[error(transparent)]
    UnknownProfile(#[from] UnknownProfile),
    /// A file of shapes cannot be read.
    #[error("the shapes in `{name}` cannot be read: {reason}")]
    Unreadable {
        /// The file.
        name: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// The shapes are ill-formed.
    #[error("the shapes are ill-formed: {0}")]
    Shapes(#[from] ShapesError),
    /// What the shapes take as known is too large.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A bundled file cannot be read, which a test rules out.
    #[error("a bundled file of shapes cannot be read: {0}")]
    Bundled(#[from] RdfSyntaxError),
    /// Nothing was named.
    #[error("name at least one profile or file of shapes; known profiles are {}", moisson_shapes::known())]
    Nothing,
}

impl Rules {
    /// The profiles that harvested records are checked against: those for all, and those that a dataset declares.
    ///
    /// # Errors
    /// When a bundled file is wrong, which a test rules out.
    pub fn usual() -> Result<Self, RulesError> {
        Self::usual_with(&Options { strict: true, ..Options::default() })
    }

    /// [`Rules::usual`] with other options.
    ///
    /// # Errors
    /// When a bundled file is wrong, which a test rules out.
    pub fn usual_with(options: &Options) -> Result<Self, RulesError> {
        let of_kind =
            |wanted: fn(Pipeline) -> bool| PROFILES.iter().filter(move |profile| wanted(profile.pipeline));
        let always = of_kind(|pipeline| pipeline == Pipeline::Always).collect();
        let mut rules = Self::compile(always, Vec::new(), options)?;
        for profile in of_kind(|pipeline| matches!(pipeline, Pipeline::WhenDeclared(_))) {
            let triples = profile.triples()?;
            let set = rules.sets.len();
            note(&triples, set, &mut rules.shown);
            rules.sets.push(profile.name.to_owned());
            let shapes = Shapes::compile(&triples, options)?;
            let background = shapes.background(&known()?)?;
            rules.when_declared.push(WhenDeclared { profile, set, shapes, background });
        }
        Ok(rules)
    }

    /// These profiles, with those that they stand on, and these files.
    ///
    /// Where profiles are among them, the tables of the EU count as known; files alone are checked against the data
    /// and nothing else, as other engines do.
    ///
    /// # Errors
    /// When a profile is unknown, or a file cannot be read or holds ill-formed shapes.
    pub fn new(profiles: &[&str], files: Vec<ShapesFile>, options: &Options) -> Result<Self, RulesError> {
        let profiles = moisson_shapes::with_bases(profiles.iter().copied())?;
        Self::compile(profiles, files, options)
    }

    fn compile(
        profiles: Vec<&'static Profile>,
        files: Vec<ShapesFile>,
        options: &Options,
    ) -> Result<Self, RulesError> {
        let with_profiles = !profiles.is_empty();
        let mut sets = Vec::new();
        let mut triples = Vec::new();
        let mut shown = HashMap::new();
        for profile in profiles {
            let mut of_it = profile.triples()?;
            note(&of_it, sets.len(), &mut shown);
            triples.append(&mut of_it);
            sets.push(profile.name.to_owned());
        }
        for file in files {
            let mut of_it = parse(&file)?;
            note(&of_it, sets.len(), &mut shown);
            triples.append(&mut of_it);
            sets.push(file.name);
        }
        if sets.is_empty() {
            return Err(RulesError::Nothing);
        }
        let shapes = Shapes::compile(&triples, options)?;
        let background = if with_profiles { Some(shapes.background(&known()?)?) } else { None };
        let max_results = options.max_results;
        Ok(Self { shapes, background, when_declared: Vec::new(), sets, shown, max_results })
    }

    /// What is wrong with the shapes and was overlooked.
    pub fn notices(&self) -> &[Notice] {
        self.shapes.notices()
    }

    /// The names of the profiles and files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().map(String::as_str)
    }

    pub(crate) fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    pub(crate) fn background(&self) -> Option<&Background> {
        self.background.as_ref()
    }

    pub(crate) fn when_declared(&self) -> &[WhenDeclared] {
        &self.when_declared
    }

    /// Whether a statement declares one of the profiles that count only then.
    pub(crate) fn is_declared_by(&self, triple: TripleRef<'_>) -> bool {
        self.when_declared.iter().any(|rules| rules.profile.is_for([triple]))
    }

    pub(crate) fn sets(&self) -> &[String] {
        &self.sets
    }

    pub(crate) fn max_results(&self) -> usize {
        self.max_results
    }

    /// The set that a shape is of, and where its rule stands.
    pub(crate) fn about(&self, shape: &NamedOrBlankNode) -> (usize, Option<&str>) {
        self.shown.get(&key(shape)).map_or((0, None), |shown| (shown.set, shown.see_also.as_deref()))
    }
}

/// What shapes of ours take as known.
fn known() -> Result<Vec<Triple>, RulesError> {
    let mut known = vocabulary_graph();
    known.append(&mut moisson_shapes::background()?);
    Ok(known)
}

/// Notes what reports say of shapes.
fn note(triples: &[Triple], set: usize, shown: &mut HashMap<String, Shown>) {
    for triple in triples {
        let of_it = shown.entry(key(&triple.subject)).or_insert_with(|| Shown { set, see_also: None });
        if triple.predicate == rdfs::SEE_ALSO
            && let Term::NamedNode(rule) = &triple.object
        {
            of_it.see_also.get_or_insert_with(|| rule.as_str().to_owned());
        }
    }
}

fn key(node: &NamedOrBlankNode) -> String {
    match node {
        NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => node.to_string(),
    }
}

fn parse(file: &ShapesFile) -> Result<Vec<Triple>, RulesError> {
    let unreadable = |reason: String| RulesError::Unreadable { name: file.name.clone(), reason };
    let head = String::from_utf8_lossy(file.bytes.get(..crate::syntax::HEAD_MAX).unwrap_or(&file.bytes));
    let syntax = detect(&head, &[Syntax::of_path(&file.name)]).map_err(|fault| unreadable(fault.message))?;
    let parser = RdfParser::from_format(syntax.format()).rename_blank_nodes();
    let parser = parser.with_base_iri(Document::NO_BASE).map_err(|error| unreadable(error.to_string()))?;
    let mut triples = Vec::new();
    for quad in parser.for_slice(&file.bytes) {
        let quad = quad.map_err(|error| {
            let place = error
                .location()
                .map(|at| format!("line {}, column {}: ", at.start.line + 1, at.start.column + 1));
            unreadable(format!("{}{error}", place.unwrap_or_default()))
        })?;
        triples.push(quad.into());
    }
    if triples.is_empty() {
        return Err(unreadable("there is no statement in it".to_owned()));
    }
    Ok(triples)
}
