//! SPARQL queries as constraints ([SHACL §5](https://www.w3.org/TR/shacl/#sparql-constraints),
//! [§6](https://www.w3.org/TR/shacl/#sparql-constraint-components)).
//!
//! Variables are [pre-bound](https://www.w3.org/TR/shacl/#pre-binding) by writing their values into the query's
//! algebra before it is optimised, so that the planner sees constants. What pre-binding cannot be defined for is
//! refused when the shapes are compiled.

mod bind;
mod dataset;
mod gate;
pub(crate) mod message;
mod refuse;

use oxrdf::{NamedNode, Term, Variable};
use spareval::{QueryEvaluator, QueryResults};
use spargebra::SparqlParser;
use spargebra::algebra::GraphPattern;

use crate::path::Path;
use crate::validate::Context;

use bind::BLANK_NODE;
pub(crate) use bind::Bindings;
use dataset::Dataset;

/// The name of the graph that holds the shapes.
pub(crate) const SHAPES_GRAPH: &str = "urn:x-shacl:shapes-graph";

/// A parsed and checked query.
#[derive(Debug)]
pub(crate) struct Query {
    query: spargebra::Query,
}

/// What a query is parsed with.
#[derive(Debug, Default)]
pub(crate) struct Setting<'a> {
    /// Prefixes and their namespaces.
    pub(crate) prefixes: &'a [(String, String)],
    /// The path that `$PATH` stands for, at property shapes.
    pub(crate) path: Option<&'a Path>,
    /// The variables that will be pre-bound, besides `shapesGraph` and `currentShape`. None if there are not even
    /// these, as in targets; the restrictions that come with them do not apply then.
    pub(crate) pre_bound: Option<&'a [&'a str]>,
}

/// A row of the result of a `SELECT`.
pub(crate) type Solution = Vec<(Variable, Term)>;

impl Query {
    /// Parses a `SELECT` or `ASK`, or says in one line what is wrong with it.
    pub(crate) fn parse(text: &str, setting: &Setting<'_>) -> Result<Self, String> {
        gate::check(text)?;
        let mut parser = SparqlParser::new();
        for (prefix, namespace) in setting.prefixes {
            parser = parser.with_prefix(prefix, namespace).map_err(|error| {
                format!("the namespace `{namespace}` of prefix `{prefix}` is no IRI: {error}")
            })?;
        }
        let mut query = parser.parse_query(text).map_err(|error| one_line(&error.to_string()))?;
        refuse::check(&query, setting.pre_bound)?;
        if let spargebra::Query::Select { pattern, .. } | spargebra::Query::Ask { pattern, .. } = &mut query {
            *pattern = bind::with_path(pattern, setting.path)?;
        }
        Ok(Self { query })
    }

    pub(crate) fn is_ask(&self) -> bool {
        matches!(self.query, spargebra::Query::Ask { .. })
    }

    /// Whether a `SELECT` gives a variable back.
    pub(crate) fn projects(&self, variable: &str) -> bool {
        fn projected(pattern: &GraphPattern) -> &[Variable] {
            match pattern {
                GraphPattern::Project { variables, .. } => variables,
                GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. } => projected(inner),
                _ => &[],
            }
        }
        match &self.query {
            spargebra::Query::Select { pattern, .. } => {
                projected(pattern).iter().any(|projected| projected.as_str() == variable)
            }
            _ => false,
        }
    }

    /// The answer of an `ASK`.
    pub(crate) fn ask(&self, context: &Context<'_>, bindings: &Bindings) -> Result<bool, String> {
        let query = bindings.write_into(&self.query);
        let results = context.evaluator().prepare(&query).execute(Dataset::new(context));
        match results.map_err(|error| one_line(&error.to_string()))? {
            QueryResults::Boolean(answer) => Ok(answer),
            _ => Err("the query is no `ASK`".to_owned()),
        }
    }

    /// The rows of a `SELECT`, at most so many of them.
    pub(crate) fn select(
        &self,
        context: &Context<'_>,
        bindings: &Bindings,
        most: usize,
    ) -> Result<Vec<Solution>, String> {
        let query = bindings.write_into(&self.query);
        let results = context.evaluator().prepare(&query).execute(Dataset::new(context));
        let QueryResults::Solutions(solutions) = results.map_err(|error| one_line(&error.to_string()))?
        else {
            return Err("the query is no `SELECT`".to_owned());
        };
        let mut rows = Vec::new();
        for solution in solutions.take(most) {
            let solution = solution.map_err(|error| one_line(&error.to_string()))?;
            let row = solution.iter().map(|(variable, term)| (variable.clone(), term.clone()));
            rows.push(row.collect());
        }
        Ok(rows)
    }
}

/// The engine that queries are run with.
pub(crate) fn evaluator() -> QueryEvaluator {
    QueryEvaluator::new().with_custom_function(NamedNode::new_unchecked(BLANK_NODE), bind::blank_node)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
