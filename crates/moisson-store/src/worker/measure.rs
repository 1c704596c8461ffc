//! How much a parsed query asks for.

use spargebra::{
    Query,
    algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression},
};

/// How many triple patterns and paths a query may have: planning takes time with their cube.
pub const MAX_PATTERNS: usize = 200;

/// The triple patterns and paths of a query, wherever they stand.
pub(super) fn patterns(query: &Query) -> usize {
    match query {
        Query::Select { pattern, .. } | Query::Describe { pattern, .. } | Query::Ask { pattern, .. } => {
            of_pattern(pattern)
        }
        Query::Construct { template, pattern, .. } => template.len() + of_pattern(pattern),
    }
}

fn of_pattern(pattern: &GraphPattern) -> usize {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.len(),
        GraphPattern::Path { .. } => 1,
        GraphPattern::Values { .. } => 0,
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => of_pattern(left) + of_pattern(right),
        GraphPattern::LeftJoin { left, right, expression } => {
            of_pattern(left) + of_pattern(right) + expression.as_ref().map_or(0, of_expression)
        }
        GraphPattern::Filter { expr, inner } => of_expression(expr) + of_pattern(inner),
        GraphPattern::Extend { inner, expression, .. } => of_expression(expression) + of_pattern(inner),
        GraphPattern::OrderBy { inner, expression } => {
            let order = |order: &OrderExpression| match order {
                OrderExpression::Asc(expression) | OrderExpression::Desc(expression) => {
                    of_expression(expression)
                }
            };
            of_pattern(inner) + expression.iter().map(order).sum::<usize>()
        }
        GraphPattern::Group { inner, aggregates, .. } => {
            let aggregate = |(_, aggregate): &(_, AggregateExpression)| match aggregate {
                AggregateExpression::CountSolutions { .. } => 0,
                AggregateExpression::FunctionCall { expr, .. } => of_expression(expr),
            };
            of_pattern(inner) + aggregates.iter().map(aggregate).sum::<usize>()
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Service { inner, .. } => of_pattern(inner),
    }
}

fn of_expression(expression: &Expression) -> usize {
    match expression {
        Expression::NamedNode(_)
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Bound(_) => 0,
        Expression::Or(a, b)
        | Expression::And(a, b)
        | Expression::Equal(a, b)
        | Expression::SameTerm(a, b)
        | Expression::Greater(a, b)
        | Expression::GreaterOrEqual(a, b)
        | Expression::Less(a, b)
        | Expression::LessOrEqual(a, b)
        | Expression::Add(a, b)
        | Expression::Subtract(a, b)
        | Expression::Multiply(a, b)
        | Expression::Divide(a, b) => of_expression(a) + of_expression(b),
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => of_expression(a),
        Expression::If(a, b, c) => of_expression(a) + of_expression(b) + of_expression(c),
        Expression::In(a, list) => of_expression(a) + list.iter().map(of_expression).sum::<usize>(),
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
            list.iter().map(of_expression).sum()
        }
        Expression::Exists(pattern) => of_pattern(pattern),
    }
}
