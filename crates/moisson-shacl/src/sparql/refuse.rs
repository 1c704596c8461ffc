//! The [restrictions of pre-binding](https://www.w3.org/TR/shacl/#pre-binding): no `MINUS`, `VALUES`, `SERVICE`,
//! no assignment to a pre-bound variable, and nested `SELECT`s must give all of them back.

use oxrdf::Variable;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};

/// Refuses queries for which pre-binding is not defined, in words.
pub(super) fn check(query: &Query, pre_bound: Option<&[&str]>) -> Result<(), String> {
    let (Query::Select { pattern, dataset, .. } | Query::Ask { pattern, dataset, .. }) = query else {
        return Err("it must be a `SELECT` or an `ASK`".to_owned());
    };
    if dataset.is_some() {
        return Err("`FROM` is not possible here; the data graph is what is validated".to_owned());
    }
    match pre_bound {
        Some(pre_bound) => Checker { pre_bound }.pattern(pattern, true),
        None => Ok(()),
    }
}

struct Checker<'a> {
    pre_bound: &'a [&'a str],
}

impl Checker<'_> {
    /// `outermost` is whether no `SELECT` has been entered yet.
    fn pattern(&self, pattern: &GraphPattern, outermost: bool) -> Result<(), String> {
        match pattern {
            GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => Ok(()),
            GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
                self.pattern(left, false)?;
                self.pattern(right, false)
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left, false)?;
                self.pattern(right, false)?;
                expression.as_ref().map_or(Ok(()), |expression| self.expression(expression))
            }
            GraphPattern::Filter { expr, inner } => {
                self.expression(expr)?;
                self.pattern(inner, outermost)
            }
            GraphPattern::Graph { inner, .. } => self.pattern(inner, false),
            GraphPattern::Extend { inner, variable, expression } => {
                self.assignment(variable)?;
                self.expression(expression)?;
                self.pattern(inner, outermost)
            }
            GraphPattern::OrderBy { inner, expression } => {
                for order in expression {
                    let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                    self.expression(expression)?;
                }
                self.pattern(inner, outermost)
            }
            GraphPattern::Project { inner, variables } => {
                if !outermost {
                    self.projection(variables)?;
                }
                self.pattern(inner, false)
            }
            GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.pattern(inner, outermost),
            GraphPattern::Group { inner, aggregates, .. } => {
                for (variable, aggregate) in aggregates {
                    self.assignment(variable)?;
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr)?;
                    }
                }
                self.pattern(inner, false)
            }
            other => Err(refusal(other)),
        }
    }

    fn expression(&self, expression: &Expression) -> Result<(), String> {
        match expression {
            Expression::NamedNode(_)
            | Expression::Literal(_)
            | Expression::Variable(_)
            | Expression::Bound(_) => Ok(()),
            Expression::Exists(pattern) => self.pattern(pattern, false),
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
                self.expression(left)?;
                self.expression(right)
            }
            Expression::UnaryPlus(inner) | Expression::UnaryMinus(inner) | Expression::Not(inner) => {
                self.expression(inner)
            }
            Expression::If(test, yes, no) => {
                self.expression(test)?;
                self.expression(yes)?;
                self.expression(no)
            }
            Expression::In(value, list) => {
                self.expression(value)?;
                list.iter().try_for_each(|member| self.expression(member))
            }
            Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
                list.iter().try_for_each(|member| self.expression(member))
            }
        }
    }

    fn assignment(&self, variable: &Variable) -> Result<(), String> {
        let name = variable.as_str();
        if self.pre_bound.contains(&name) || matches!(name, "shapesGraph" | "currentShape") {
            return Err(format!("`AS ?{name}` is not possible: `${name}` is bound already"));
        }
        Ok(())
    }

    fn projection(&self, variables: &[Variable]) -> Result<(), String> {
        let missing =
            self.pre_bound.iter().find(|name| !variables.iter().any(|variable| variable.as_str() == **name));
        match missing {
            Some(name) => Err(format!("a nested `SELECT` must name `${name}` among its variables")),
            None => Ok(()),
        }
    }
}

/// What a pattern is that is not allowed. spargebra has more kinds of them with features that others may turn on.
fn refusal(pattern: &GraphPattern) -> String {
    let what = if matches!(pattern, GraphPattern::Minus { .. }) {
        "`MINUS`"
    } else if matches!(pattern, GraphPattern::Values { .. }) {
        "`VALUES`"
    } else if matches!(pattern, GraphPattern::Service { .. }) {
        "`SERVICE`"
    } else {
        "an extension of SPARQL 1.1"
    };
    format!("{what} is not possible with pre-bound variables")
}
