//! Writes the values of pre-bound variables into the algebra of a query.

use oxrdf::{BlankNode, Literal, NamedNode, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression,
};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::path::Path;

/// A function that gives back the blank node with the label that is its argument. Algebra has no constant for
/// one, since a blank node in a query is a variable.
pub(super) const BLANK_NODE: &str = "urn:x-shacl:blank-node";
/// What the IRI that stands for a blank node in a triple pattern begins with. No real IRI does.
pub(super) const BLANK_PREFIX: &str = "_:";

/// The function of [`BLANK_NODE`].
pub(super) fn blank_node(arguments: &[Term]) -> Option<Term> {
    match arguments {
        [Term::Literal(label)] => Some(BlankNode::new_unchecked(label.value()).into()),
        _ => None,
    }
}

/// Variables and their values.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    list: Vec<(String, Term)>,
}

impl Bindings {
    pub(crate) fn set(&mut self, variable: &str, value: Term) {
        self.list.push((variable.to_owned(), value));
    }

    pub(crate) fn get(&self, variable: &str) -> Option<&Term> {
        self.list.iter().find(|(name, _)| name == variable).map(|(_, term)| term)
    }

    /// The query with the values in place of the variables.
    pub(super) fn write_into(&self, query: &Query) -> Query {
        let mut query = query.clone();
        if let Query::Select { pattern, .. } | Query::Ask { pattern, .. } = &mut query {
            self.pattern(pattern);
        }
        query
    }

    fn pattern(&self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                for TriplePattern { subject, predicate, object } in patterns {
                    self.term(subject);
                    self.name(predicate);
                    self.term(object);
                }
            }
            GraphPattern::Path { subject, object, .. } => {
                self.term(subject);
                self.term(object);
            }
            GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left);
                self.pattern(right);
                if let Some(expression) = expression {
                    self.expression(expression);
                }
            }
            GraphPattern::Filter { expr, inner } => {
                self.expression(expr);
                self.pattern(inner);
            }
            GraphPattern::Graph { name, inner } => {
                self.name(name);
                self.pattern(inner);
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.expression(expression);
                self.pattern(inner);
            }
            GraphPattern::OrderBy { inner, expression } => {
                for order in expression {
                    let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                    self.expression(expression);
                }
                self.pattern(inner);
            }
            GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.pattern(inner),
            GraphPattern::Group { inner, aggregates, .. } => {
                for (_, aggregate) in aggregates {
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr);
                    }
                }
                self.pattern(inner);
            }
            // Refused when the shapes were compiled.
            _ => {}
        }
    }

    fn term(&self, term: &mut TermPattern) {
        let TermPattern::Variable(variable) = term else { return };
        match self.get(variable.as_str()) {
            Some(Term::NamedNode(node)) => *term = node.clone().into(),
            Some(Term::BlankNode(node)) => *term = stand_in(node).into(),
            Some(Term::Literal(literal)) => *term = literal.clone().into(),
            _ => {}
        }
    }

    fn name(&self, name: &mut NamedNodePattern) {
        let NamedNodePattern::Variable(variable) = name else { return };
        match self.get(variable.as_str()) {
            Some(Term::NamedNode(node)) => *name = node.clone().into(),
            Some(Term::BlankNode(node)) => *name = stand_in(node).into(),
            // No literal is a property or a graph, and this IRI is none either.
            Some(Term::Literal(_)) => *name = NamedNode::new_unchecked(BLANK_PREFIX).into(),
            _ => {}
        }
    }

    fn expression(&self, expression: &mut Expression) {
        match expression {
            Expression::NamedNode(_) | Expression::Literal(_) => {}
            Expression::Variable(variable) => match self.get(variable.as_str()) {
                Some(Term::NamedNode(node)) => *expression = node.clone().into(),
                Some(Term::Literal(literal)) => *expression = literal.clone().into(),
                Some(Term::BlankNode(node)) => {
                    let label = Literal::new_simple_literal(node.as_str());
                    let function = Function::Custom(NamedNode::new_unchecked(BLANK_NODE));
                    *expression = Expression::FunctionCall(function, vec![label.into()]);
                }
                _ => {}
            },
            Expression::Bound(variable) => {
                if self.get(variable.as_str()).is_some() {
                    *expression = Literal::from(true).into();
                }
            }
            Expression::Exists(pattern) => self.pattern(pattern),
            Expression::Or(left, right)
            | Expression::And(left, right)
            | Expression::Equal(left, right)
            | Expression::SameTerm(left, right)
            | Expression::Greater(left, right)
            | Expression::GreaterOrEqual(left, right)
            | Expression::Less(left, right)
            | Expression::LessOrEqual(left, right)
            | Expression::Add(left, right)
            | Expression::Subtract(left, right)
            | Expression::Multiply(left, right)
            | Expression::Divide(left, right) => {
                self.expression(left);
                self.expression(right);
            }
            Expression::UnaryPlus(inner) | Expression::UnaryMinus(inner) | Expression::Not(inner) => {
                self.expression(inner);
            }
            Expression::If(test, yes, no) => {
                self.expression(test);
                self.expression(yes);
                self.expression(no);
            }
            Expression::In(value, list) => {
                self.expression(value);
                for member in list {
                    self.expression(member);
                }
            }
            Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
                for member in list {
                    self.expression(member);
                }
            }
        }
    }
}

/// An IRI for a blank node, which only our own dataset understands.
fn stand_in(node: &BlankNode) -> NamedNode {
    NamedNode::new_unchecked(format!("{BLANK_PREFIX}{}", node.as_str()))
}

/// The query with the shape's path in place of `$PATH`, which may stand nowhere but in the middle of a triple
/// pattern ([SHACL §5.3.1](https://www.w3.org/TR/shacl/#sparql-constraints-prebound)).
pub(super) fn with_path(pattern: &GraphPattern, path: Option<&Path>) -> Result<GraphPattern, String> {
    let mut pattern = pattern.clone();
    Paths { path }.pattern(&mut pattern)?;
    Ok(pattern)
}

struct Paths<'a> {
    path: Option<&'a Path>,
}

impl Paths<'_> {
    fn pattern(&self, pattern: &mut GraphPattern) -> Result<(), String> {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                let mentions = |triple: &TriplePattern| is_path(&triple.predicate);
                if patterns.iter().any(mentions) {
                    *pattern = self.replace(std::mem::take(patterns))?;
                }
                Ok(())
            }
            GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
                self.pattern(left)?;
                self.pattern(right)
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left)?;
                self.pattern(right)?;
                expression.as_mut().map_or(Ok(()), |expression| self.expression(expression))
            }
            GraphPattern::Filter { expr, inner } => {
                self.expression(expr)?;
                self.pattern(inner)
            }
            GraphPattern::Extend { expression, inner, .. } => {
                self.expression(expression)?;
                self.pattern(inner)
            }
            GraphPattern::Graph { inner, .. }
            | GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. }
            | GraphPattern::Group { inner, .. } => self.pattern(inner),
            // Paths name no variable; the others were refused.
            _ => Ok(()),
        }
    }

    /// `EXISTS` is the only place in an expression where there are triple patterns. What is nested more deeply
    /// than in `!`, `&&` and `||` is left alone, and `$PATH` there is then an unbound variable.
    fn expression(&self, expression: &mut Expression) -> Result<(), String> {
        match expression {
            Expression::Exists(pattern) => self.pattern(pattern),
            Expression::Not(inner) => self.expression(inner),
            Expression::Or(left, right) | Expression::And(left, right) | Expression::Equal(left, right) => {
                self.expression(left)?;
                self.expression(right)
            }
            Expression::If(test, yes, no) => {
                self.expression(test)?;
                self.expression(yes)?;
                self.expression(no)
            }
            Expression::Coalesce(list) | Expression::FunctionCall(_, list) | Expression::In(_, list) => {
                list.iter_mut().try_for_each(|member| self.expression(member))
            }
            _ => Ok(()),
        }
    }

    fn replace(&self, triples: Vec<TriplePattern>) -> Result<GraphPattern, String> {
        let Some(path) = self.path else {
            return Err("`$PATH` can only be used at property shapes".to_owned());
        };
        let (of_path, others): (Vec<_>, Vec<_>) =
            triples.into_iter().partition(|triple| is_path(&triple.predicate));
        let mut joined = GraphPattern::Bgp { patterns: others };
        for TriplePattern { subject, object, .. } in of_path {
            let right = match path {
                Path::Predicate(predicate) => GraphPattern::Bgp {
                    patterns: vec![TriplePattern { subject, predicate: predicate.clone().into(), object }],
                },
                path => GraphPattern::Path { subject, path: algebra(path), object },
            };
            joined = match joined {
                GraphPattern::Bgp { patterns } if patterns.is_empty() => right,
                left => GraphPattern::Join { left: Box::new(left), right: Box::new(right) },
            };
        }
        Ok(joined)
    }
}

fn is_path(predicate: &NamedNodePattern) -> bool {
    matches!(predicate, NamedNodePattern::Variable(variable) if Variable::as_str(variable) == "PATH")
}

fn algebra(path: &Path) -> PropertyPathExpression {
    let fold = |parts: &[Path], join: fn(Box<_>, Box<_>) -> PropertyPathExpression| {
        let mut parts = parts.iter().map(algebra);
        let first = parts.next().unwrap_or_else(|| PropertyPathExpression::NegatedPropertySet(Vec::new()));
        parts.fold(first, |left, right| join(Box::new(left), Box::new(right)))
    };
    let one = |inner: &Path| Box::new(algebra(inner));
    match path {
        Path::Predicate(predicate) => predicate.clone().into(),
        Path::Inverse(inner) => PropertyPathExpression::Reverse(one(inner)),
        Path::Sequence(parts) => fold(parts, PropertyPathExpression::Sequence),
        Path::Alternative(parts) => fold(parts, PropertyPathExpression::Alternative),
        Path::ZeroOrMore(inner) => PropertyPathExpression::ZeroOrMore(one(inner)),
        Path::OneOrMore(inner) => PropertyPathExpression::OneOrMore(one(inner)),
        Path::ZeroOrOne(inner) => PropertyPathExpression::ZeroOrOne(one(inner)),
    }
}
