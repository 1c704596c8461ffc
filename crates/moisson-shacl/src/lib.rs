//! A [SHACL](https://www.w3.org/TR/shacl/) engine: shapes are compiled once, data is indexed once, and checking
//! is a matter of comparing numbers.
//!
//! ```
//! use moisson_shacl::{Options, Shapes};
//! use oxrdf::{Graph, Literal, NamedNode, Triple};
//! use oxrdfio::{RdfFormat, RdfParser};
//!
//! let shapes = r#"
//!     PREFIX sh: <http://www.w3.org/ns/shacl#>
//!     PREFIX dcat: <http://www.w3.org/ns/dcat#>
//!     PREFIX dct: <http://purl.org/dc/terms/>
//!     <https://example.org/DatasetShape> sh:targetClass dcat:Dataset ;
//!         sh:property <https://example.org/DatasetShape/title> .
//!     <https://example.org/DatasetShape/title> sh:path dct:title ; sh:minCount 1 ;
//!         sh:message "Le jeu de données n'a pas de titre."@fr , "The dataset has no title."@en .
//! "#;
//! let shapes: Graph = RdfParser::from_format(RdfFormat::Turtle)
//!     .for_slice(shapes)
//!     .map(|quad| quad.map(Triple::from))
//!     .collect::<Result<_, _>>()?;
//! let shapes = Shapes::compile(&shapes, &Options::default())?;
//!
//! let dataset = NamedNode::new("https://example.org/dataset/1")?;
//! let mut data = Graph::new();
//! data.insert(&Triple::new(
//!     dataset,
//!     NamedNode::new("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")?,
//!     NamedNode::new("http://www.w3.org/ns/dcat#Dataset")?,
//! ));
//! let report = shapes.validate(&data)?;
//! assert!(!report.conforms);
//! assert_eq!(report.results[0].message(&["nl", "fr"]), Some("Le jeu de données n'a pas de titre."));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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

pub use data::{Background, DataError, DataIndex, LoadError};
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
        Self { strict: false, details: false, sparql: true, max_results: 10_000_000 }
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
    /// checked itself.
    ///
    /// # Errors
    /// If the graph has more terms than can be counted, a SPARQL constraint fails, or the background is one of other shapes.
    pub fn validate_with(&self, data: &Graph, background: &Background) -> Result<Report, DataError> {
        self.check_owner(&background.program)?;
        let (terms, triples) = data::layer(&background.terms, data)?;
        let own_classes;
        let classes = if Classes::are_in(triples.rows()) {
            own_classes = Classes::new(&self.program.classes, &[&triples, &background.triples]);
            &own_classes
        } else {
            &background.classes
        };
        let data =
            Data { terms: terms.view(), triples: &triples, background: Some(&background.triples), classes };
        run(&self.program, data, Order::Text)
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

    /// Prepares data of any size for [`validate_index`](Self::validate_index).
    ///
    /// # Errors
    /// If there are more terms than can be counted.
    pub fn index<'a, T: Into<TripleRef<'a>>>(
        &self,
        triples: impl IntoIterator<Item = T>,
    ) -> Result<DataIndex, DataError> {
        Ok(DataIndex::new(&self.program, triples)?)
    }

    /// Prepares data of any size from N-Triples, several times faster than by way of a parser and
    /// [`index`](Self::index). Blank nodes keep their labels.
    ///
    /// # Errors
    /// If the data cannot be read, has an error of syntax, or has more terms than can be counted.
    pub fn index_ntriples(&self, reader: impl Read) -> Result<DataIndex, LoadError> {
        let (terms, rows) = ntriples::read(reader, self.program.terms.clone())?;
        Ok(DataIndex::of_rows(&self.program, terms, rows))
    }

    /// Validates data of any size, on all cores if there is much of it. The results are in the order in which
    /// the data first names the focus nodes.
    ///
    /// # Errors
    /// If the index is one of other shapes, or a SPARQL constraint fails.
    pub fn validate_index(&self, index: &DataIndex) -> Result<Report, DataError> {
        self.check_owner(&index.program)?;
        let data =
            Data { terms: index.view(), triples: &index.triples, background: None, classes: &index.classes };
        run(&self.program, data, Order::Numbers)
    }

    fn check_owner(&self, owner: &Arc<Program>) -> Result<(), DataError> {
        if Arc::ptr_eq(&self.program, owner) { Ok(()) } else { Err(DataError::OtherShapes) }
    }
}
