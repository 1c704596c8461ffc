//! Reads property paths ([SHACL §2.3.1](https://www.w3.org/TR/shacl/#property-paths)).

use std::sync::Arc;

use oxrdf::NamedNode;

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
    let (steps, shown) = read_steps(compiler, node, 0, &mut left)?;
    Ok(Some(ShapePath { steps, shown: Arc::new(shown) }))
}

/// A path for working and the same for showing.
type Both = (Steps, Path);

fn read_steps(compiler: &Compiler<'_>, node: Id, depth: usize, left: &mut usize) -> Result<Both, Problem> {
    if depth > MAX_NESTING {
        return Err(Problem::Limit { what: "the nesting of `sh:path`".to_owned(), limit: MAX_NESTING });
    }
    if *left == 0 {
        return Err(Problem::Limit { what: "the number of steps of `sh:path`".to_owned(), limit: MAX_STEPS });
    }
    *left -= 1;
    let parts = compiler.terms.parts(node);
    match parts.kind {
        Kind::Iri => {
            return Ok((Steps::Predicate(node), Path::Predicate(NamedNode::new_unchecked(parts.text))));
        }
        Kind::Blank => {}
        _ => return Err(unknown(compiler, node)),
    }
    let members = |list: Id, left: &mut usize| -> Result<(Vec<Steps>, Vec<Path>), Problem> {
        let list = read_list(compiler, "sh:path", list)?;
        if list.len() < 2 {
            let fault = format!("must list at least two paths, found a list of {}", list.len());
            return Err(Problem::Path { fault });
        }
        list.into_iter().map(|member| read_steps(compiler, member, depth + 1, left)).collect()
    };
    if !compiler.graph.objects(node, crate::known::RDF_FIRST).is_empty() {
        let (steps, shown) = members(node, left)?;
        return Ok((Steps::Sequence(steps), Path::Sequence(shown)));
    }
    if let Some(list) = only(compiler, node, "alternativePath")? {
        let (steps, shown) = members(list, left)?;
        return Ok((Steps::Alternative(steps), Path::Alternative(shown)));
    }
    let kinds: [(&str, Wrap, Show); 4] = [
        ("inversePath", |steps| inverse(*steps), Path::Inverse),
        ("zeroOrMorePath", Steps::ZeroOrMore, Path::ZeroOrMore),
        ("oneOrMorePath", Steps::OneOrMore, Path::OneOrMore),
        ("zeroOrOnePath", Steps::ZeroOrOne, Path::ZeroOrOne),
    ];
    for (local, wrap, show) in kinds {
        if let Some(inner) = only(compiler, node, local)? {
            let (steps, shown) = read_steps(compiler, inner, depth + 1, left)?;
            return Ok((wrap(Box::new(steps)), show(Box::new(shown))));
        }
    }
    Err(unknown(compiler, node))
}

/// Makes a path of a path, for working.
type Wrap = fn(Box<Steps>) -> Steps;
/// The same for showing.
type Show = fn(Box<Path>) -> Path;

/// The one value of a property of a path, if it has it.
fn only(compiler: &Compiler<'_>, node: Id, local: &str) -> Result<Option<Id>, Problem> {
    match *compiler.values(node, compiler.sh(local)).as_slice() {
        [] => Ok(None),
        [value] => Ok(Some(value)),
        ref values => Err(Problem::TooMany {
            property: format!("sh:{local}"),
            count: values.len(),
            found: compiler.view().term(values[0]).to_string(),
        }),
    }
}

/// The same way from the other end.
fn inverse(steps: Steps) -> Steps {
    let boxed = |inner: Box<Steps>| Box::new(inverse(*inner));
    match steps {
        Steps::Predicate(predicate) => Steps::Inverse(predicate),
        Steps::Inverse(predicate) => Steps::Predicate(predicate),
        Steps::Sequence(parts) => Steps::Sequence(parts.into_iter().rev().map(inverse).collect()),
        Steps::Alternative(parts) => Steps::Alternative(parts.into_iter().map(inverse).collect()),
        Steps::ZeroOrMore(inner) => Steps::ZeroOrMore(boxed(inner)),
        Steps::OneOrMore(inner) => Steps::OneOrMore(boxed(inner)),
        Steps::ZeroOrOne(inner) => Steps::ZeroOrOne(boxed(inner)),
    }
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
