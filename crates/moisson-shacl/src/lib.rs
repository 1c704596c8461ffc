//! A [SHACL](https://www.w3.org/TR/shacl/) engine: shapes are compiled once, data is indexed once, and checking
//! is a matter of comparing numbers.
//!
//! ```
//! use moisson_shacl::{Options, Shapes};
//! use oxrdf::{Graph, NamedNode, Triple};
//! use oxrdfio::{RdfFormat, RdfParser};
//!
//! let shapes = r#"
//!     PREFIX sh: <http://www.w3.org/ns/shacl#>
//!     PREFIX dcat: <http://www.w3.org/ns/dcat#>
//!     PREFIX dct: <http://purl.org/dc/terms/>
//!     <https://example.org/Dataset> sh:targetClass dcat:Dataset ;
//!         sh:property <https://example.org/Dataset/title> .
//!     <https://example.org/Dataset/title> sh:path dct:title ; sh:minCount 1 ;
//!         sh:message "Le jeu de données n'a pas de titre."@fr , "The dataset has no title."@en .
//! "#;
//! let shapes: Graph = RdfParser::from_format(RdfFormat::Turtle)
//!     .for_slice(shapes)
//!     .map(|quad| quad.map(Triple::from))
//!     .collect::<Result<_, _>>()?;
//! let shapes = Shapes::compile(&shapes, &Options::default())?;
//!
//! let mut data = Graph::new();
//! data.insert(&Triple::new(
//!     NamedNode::new("https://example.org/dataset/1")?,
//!     NamedNode::new("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")?,
//!     NamedNode::new("http://www.w3.org/ns/dcat#Dataset")?,
//! ));
//! let report = shapes.validate(&data)?;
//! assert!(!report.conforms);
//! assert_eq!(report.results[0].message(&["nl", "fr"]), Some("Le jeu de données n'a pas de titre."));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it implements
//!
//! | | tests of W3C's suites |
//! | --- | ---: |
//! | [SHACL](https://www.w3.org/TR/shacl/) Core: all targets, paths and constraint components | 98 of 98 |
//! | SHACL-SPARQL: constraints, custom components, pre-binding with its refusals | 22 of 22 |
//! | [SHACL 1.2 Core](https://www.w3.org/TR/shacl12-core/), an early copy of its suite: `sh:singleLine` is new there | 99 of 99 |
//! | [SHACL-AF](https://www.w3.org/TR/shacl-af/): `sh:target` with a query | – |
//!
//! `tests/shacl` runs them from their manifests and compares whole reports. It also compares with `pySHACL` and
//! `TopBraid`, result by result, where these are installed. Other features of SHACL-AF and SHACL 1.2 are
//! [notices](Shapes::notices), errors when strict.
//!
//! Where the standard leaves a choice:
//! * Recursive shapes are an error that names the circle.
//! * Shapes are found from their targets on. Faults of shapes that nothing uses are notices.
//! * What the official DCAT-AP shapes get wrong (references to property shapes that do not exist, two messages in
//!   one language) is a notice. [`Options::strict`] refuses it.
//! * Literals are compared by SPARQL's `<`, extended to dates, times and durations; integers at any length.
//! * Any result makes a report not conform, whatever its severity.
//!
//! # Ways to validate
//!
//! * [`Shapes::validate`]: one graph, such as a dataset with its distributions. Some 20 to 100 µs.
//! * [`Shapes::validate_with`]: the same, with a [`Background`] of classes and concepts that constraints see and
//!   that is never checked itself. It is indexed once.
//! * [`Shapes::validate_index`]: data of any size, on all cores, with or without a background.
//!   [`IndexBuilder::read_ntriples`] is the quick way in; 10,000 datasets (800,000 triples) take half a second
//!   from file to report, and 65 MB.
//!
//! A [`Report`] is a list of values. [`Report::to_triples`] gives the standard's RDF, with IRIs of its own if it is
//! to be stored; [`Report::write_turtle`] writes it. Results are always in the same order.
//!
//! # Limits
//!
//! Shapes from outside cannot hang or crash the process if [`Options::sparql`] is off: nesting of shapes and paths,
//! lengths of lists and sizes of regular expressions are bounded, regular expressions run in linear time, shapes
//! that refer to the same shape many times are checked once for each node, and [`Options::max_results`] bounds
//! the report. SPARQL queries are bounded in size but not in time.
//!
//! # Inside
//!
//! ```text
//! shapes graph ─ compile ─▶ Program (shape, constraints, targets; terms as numbers)
//! data ─ terms, index ─▶ sorted triples of numbers ─ validate ─▶ findings ─▶ Report ─ report_rdf ─▶ triples
//! ```
//!
//! `constraints` has a file for each family of components: how its parameters are read and how values are
//! checked. `compile` finds and reads shapes; `validate` finds focus nodes, follows paths and collects findings;
//! `sparql` writes values into queries and runs them.

mod compile;
mod constraints;
mod data;
mod error;
mod index;
mod known;
mod literal;
mod ntriples;
mod path;
mod report;
mod report_rdf;
mod report_turtle;
mod shape;
mod sparql;
mod terms;
mod validate;

use std::io::Read;
use std::sync::Arc;

use oxrdf::{Graph, TripleRef};

pub use data::{Background, DataError, DataIndex, IndexBuilder, LoadError};
pub use error::{Fault, Notice, Problem, ShapesError};
pub use path::Path;
pub use report::{Report, ValidationResult};
pub use terms::TooManyTerms;

use shape::Program;
use validate::{Classes, Data, Order, run};

/// How shapes are compiled and used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Refuse what the standard calls ill-formed even where it is clear what to do about it: references to
    /// property shapes that do not exist, several messages in one language, faults of shapes that nothing uses.
    /// Otherwise these are [notices](Shapes::notices).
    pub strict: bool,
    /// Explain results of `sh:node` by the results of the shape inside.
    pub details: bool,
    /// Allow SPARQL queries in shapes. They can take any time and memory, so switch this off for shapes from
    /// outside; such shapes are then refused.
    pub sparql: bool,
    /// Keep at most so many results of a validation; the others are counted.
    pub max_results: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { strict: false, details: false, sparql: true, max_results: 1_000_000 }
    }
}

/// A compiled shapes graph. Cheap to clone, and to share between threads.
#[derive(Clone, Debug)]
pub struct Shapes {
    program: Arc<Program>,
}

impl Shapes {
    /// Compiles the triples of a shapes graph.
    ///
    /// # Errors
    /// If the shapes are ill-formed. All faults are reported, not just the first one.
    pub fn compile<'a, T: Into<TripleRef<'a>>>(
        triples: impl IntoIterator<Item = T>,
        options: &Options,
    ) -> Result<Self, ShapesError> {
        Ok(Self { program: Arc::new(compile::compile(triples, options)?) })
    }

    /// What is wrong with the shapes and was overlooked, in a defined order.
    pub fn notices(&self) -> &[Notice] {
        &self.program.notices
    }

    /// How many shapes there are, of both kinds.
    pub fn len(&self) -> usize {
        self.program.shapes.len()
    }

    /// Whether there is no shape at all.
    pub fn is_empty(&self) -> bool {
        self.program.shapes.is_empty()
    }

    /// Validates one graph, such as that of one dataset.
    ///
    /// # Errors
    /// If the graph has more terms than can be counted, or a SPARQL constraint fails.
    pub fn validate(&self, data: &Graph) -> Result<Report, DataError> {
        let (terms, triples) = data::layer(&self.program.terms, data)?;
        let classes = Classes::new(&self.program.classes, &[&triples]);
        let data = Data { terms: terms.view(), triples: &triples, background: None, classes: &classes };
        run(&self.program, data, Order::Text)
    }

    /// Validates one graph as if the background were part of it, except that nothing of the background is
    /// checked itself. A triple may come twice.
    ///
    /// # Errors
    /// If the graph has more terms than can be counted, a SPARQL constraint fails, or the background is one of
    /// other shapes.
    pub fn validate_with<'a, T: Into<TripleRef<'a>>>(
        &self,
        data: impl IntoIterator<Item = T>,
        background: &Background,
    ) -> Result<Report, DataError> {
        let behind = &background.layer;
        self.check_owner(&behind.program)?;
        let (terms, triples) = data::layer(&behind.terms, data)?;
        let own_classes;
        let classes = if Classes::are_in(triples.rows()) {
            own_classes = data::classes_over(&self.program, background, &triples);
            &own_classes
        } else {
            &behind.classes
        };
        let data =
            Data { terms: terms.view(), triples: &triples, background: Some(&behind.triples), classes };
        run(&self.program, data, Order::Text)
    }

    /// Validates data of any size, on all cores if there is much of it. The results are in the order in which
    /// the data first names the focus nodes.
    ///
    /// # Errors
    /// If the index is one of other shapes, or a SPARQL constraint fails.
    pub fn validate_index(&self, index: &DataIndex) -> Result<Report, DataError> {
        let layer = &index.layer;
        self.check_owner(&layer.program)?;
        let background = index.background.as_ref().map(|background| &background.layer.triples);
        let data = Data { terms: index.view(), triples: &layer.triples, background, classes: &layer.classes };
        run(&self.program, data, Order::Numbers)
    }

    /// Prepares statements for [`validate_with`](Self::validate_with).
    ///
    /// # Errors
    /// If there are more terms than can be counted.
    pub fn background<'a, T: Into<TripleRef<'a>>>(
        &self,
        triples: impl IntoIterator<Item = T>,
    ) -> Result<Background, DataError> {
        Ok(Background::new(&self.program, triples)?)
    }

    /// Collects data of any size for [`validate_index`](Self::validate_index).
    pub fn index_builder(&self) -> IndexBuilder {
        IndexBuilder::new(&self.program, None)
    }

    /// Collects data of any size, to be validated as if the background were part of it.
    ///
    /// # Errors
    /// If the background is one of other shapes.
    pub fn index_builder_with(&self, background: &Background) -> Result<IndexBuilder, DataError> {
        self.check_owner(&background.layer.program)?;
        Ok(IndexBuilder::new(&self.program, Some(background)))
    }

    /// Prepares triples for [`validate_index`](Self::validate_index).
    ///
    /// # Errors
    /// If there are more terms than can be counted.
    pub fn index<'a, T: Into<TripleRef<'a>>>(
        &self,
        triples: impl IntoIterator<Item = T>,
    ) -> Result<DataIndex, DataError> {
        let mut builder = self.index_builder();
        for triple in triples {
            builder.insert(triple)?;
        }
        Ok(builder.build())
    }

    /// Prepares an N-Triples document for [`validate_index`](Self::validate_index), as
    /// [`IndexBuilder::read_ntriples`] does.
    ///
    /// # Errors
    /// If the data cannot be read, has an error of syntax, or has more terms than can be counted.
    pub fn index_ntriples(&self, reader: impl Read) -> Result<DataIndex, LoadError> {
        let mut builder = self.index_builder();
        builder.read_ntriples(reader)?;
        Ok(builder.build())
    }

    fn check_owner(&self, owner: &Arc<Program>) -> Result<(), DataError> {
        if Arc::ptr_eq(&self.program, owner) { Ok(()) } else { Err(DataError::OtherShapes) }
    }
}

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
