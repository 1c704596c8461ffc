//! Messages with places for values: `{?value}` and `{$value}`
//! ([SHACL §5.2.1](https://www.w3.org/TR/shacl/#sparql-constraints-message)).

use oxrdf::{Literal, Term};

/// The messages with the values of variables in place.
pub(crate) fn fill<'t>(messages: &[Literal], value: impl Fn(&str) -> Option<&'t Term>) -> Vec<Literal> {
    messages
        .iter()
        .map(|message| {
            let text = fill_one(message.value(), &value);
            match message.language() {
                Some(language) => Literal::new_language_tagged_literal_unchecked(text, language),
                None => Literal::new_simple_literal(text),
            }
        })
        .collect()
}

fn fill_one<'t>(text: &str, value: &impl Fn(&str) -> Option<&'t Term>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after.strip_prefix(['?', '$']).and_then(|name| name.split_once('}'));
        if let Some((term, after)) = place.and_then(|(name, after)| Some((value(name)?, after))) {
            out.push_str(&shown(term));
            rest = after;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A term as a reader wants it: without signs around it.
fn shown(term: &Term) -> String {
    if let Term::Literal(literal) = term {
        literal.value().to_owned()
    } else if let Term::NamedNode(node) = term {
        node.as_str().to_owned()
    } else {
        term.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        let value: Term = Literal::new_simple_literal("x").into();
        let lookup = |name: &str| (name == "value").then_some(&value);
        let messages =
            [Literal::new_language_tagged_literal_unchecked("{?value}{$value} {?other} {}{", "fr")];
        assert_eq!(fill(&messages, lookup)[0].value(), "xx {?other} {}{");
    }
}
