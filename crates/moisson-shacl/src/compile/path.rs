//! Reads property paths ([SHACL §2.3.1](https://www.w3.org/TR/shacl/#property-paths)).

use std::sync::Arc;

use oxrdf::{NamedNode, Term};

use super::Compiler;
use super::reader::read_list;
use crate::error::Problem;
use crate::path::Path;
use crate::shape::{ShapePath, Steps};
use crate::terms::{Id, Kind};

/// How deeply paths may be nested.
const MAX_NESTING: usize = 50;
/// How many properties a path may name.
const MAX_STEPS: usize = 1_000;

/// The path of a shape; none if it has none.
pub(crate) fn read(compiler: &Compiler<'_>, shape: Id) -> Result<Option<ShapePath>, Problem> {
    let values = compiler.values(shape, compiler.sh("path"));
    let node = match *values.as_slice() {
        [] => return Ok(None),
        [node] => node,
        _ => {
            let found = compiler.view().term(values[0]).to_string();
            return Err(Problem::TooMany { property: "sh:path".to_owned(), count: values.len(), found });
        }
    };
    let mut left = MAX_STEPS;
    let steps = read_steps(compiler, node, 0, &mut left)?;
    let shown = Arc::new(show(compiler, &steps));
    Ok(Some(ShapePath { steps, shown }))
}

/// Makes a path of a path.
type Wrap = fn(Box<Steps>) -> Steps;

fn read_steps(compiler: &Compiler<'_>, node: Id, depth: usize, left: &mut usize) -> Result<Steps, Problem> {
    if depth > MAX_NESTING {
        return Err(Problem::Limit { what: "the nesting of `sh:path`".to_owned(), limit: MAX_NESTING });
    }
    if *left == 0 {
        return Err(Problem::Limit { what: "the number of steps of `sh:path`".to_owned(), limit: MAX_STEPS });
    }
    *left -= 1;
    match compiler.terms.kind(node) {
        Kind::Iri => return Ok(Steps::Predicate(node)),
        Kind::Blank => {}
        _ => return Err(unknown(compiler, node)),
    }
    let members = |list: Id, left: &mut usize| -> Result<Vec<Steps>, Problem> {
        let list = read_list(compiler, "sh:path", list)?;
        if list.len() < 2 {
            let fault = format!("must list at least two paths, found a list of {}", list.len());
            return Err(Problem::Path { fault });
        }
        list.into_iter().map(|member| read_steps(compiler, member, depth + 1, left)).collect()
    };
    if !compiler.graph.objects(node, crate::known::RDF_FIRST).is_empty() {
        return Ok(Steps::Sequence(members(node, left)?));
    }
    let only = |local: &str| -> Result<Option<Id>, Problem> {
        match *compiler.values(node, compiler.sh(local)).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            ref values => Err(Problem::TooMany {
                property: format!("sh:{local}"),
                count: values.len(),
                found: compiler.view().term(values[0]).to_string(),
            }),
        }
    };
    if let Some(list) = only("alternativePath")? {
        return Ok(Steps::Alternative(members(list, left)?));
    }
    let kinds: [(&str, Wrap); 4] = [
        ("inversePath", Steps::Inverse),
        ("zeroOrMorePath", Steps::ZeroOrMore),
        ("oneOrMorePath", Steps::OneOrMore),
        ("zeroOrOnePath", Steps::ZeroOrOne),
    ];
    for (local, make) in kinds {
        if let Some(inner) = only(local)? {
            return Ok(make(Box::new(read_steps(compiler, inner, depth + 1, left)?)));
        }
    }
    Err(unknown(compiler, node))
}

fn unknown(compiler: &Compiler<'_>, node: Id) -> Problem {
    let found = match compiler.terms.kind(node) {
        Kind::Blank => "a blank node without any of these".to_owned(),
        _ => compiler.view().term(node).to_string(),
    };
    Problem::Path {
        fault: format!(
            "must be an IRI, a list, or a blank node with one of `sh:alternativePath`, `sh:inversePath`, \
             `sh:zeroOrMorePath`, `sh:oneOrMorePath`, `sh:zeroOrOnePath`, found {found}"
        ),
    }
}

fn show(compiler: &Compiler<'_>, steps: &Steps) -> Path {
    let all = |parts: &[Steps]| parts.iter().map(|part| show(compiler, part)).collect();
    let one = |inner: &Steps| Box::new(show(compiler, inner));
    match steps {
        Steps::Predicate(id) => match compiler.view().term(*id) {
            Term::NamedNode(node) => Path::Predicate(node),
            other => Path::Predicate(NamedNode::new_unchecked(other.to_string())),
        },
        Steps::Inverse(inner) => Path::Inverse(one(inner)),
        Steps::Sequence(parts) => Path::Sequence(all(parts)),
        Steps::Alternative(parts) => Path::Alternative(all(parts)),
        Steps::ZeroOrMore(inner) => Path::ZeroOrMore(one(inner)),
        Steps::OneOrMore(inner) => Path::OneOrMore(one(inner)),
        Steps::ZeroOrOne(inner) => Path::ZeroOrOne(one(inner)),
    }
}
