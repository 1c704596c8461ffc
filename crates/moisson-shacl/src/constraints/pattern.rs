//! `sh:pattern` with `sh:flags` ([SHACL §4.4.3](https://www.w3.org/TR/shacl/#PatternConstraintComponent)).
//!
//! The expressions are those of [XPath](https://www.w3.org/TR/xpath-functions/#regex-syntax), run by the crate
//! `regex`, whose time is linear in the text whatever the expression is. What the two write differently is
//! rewritten; what `regex` does not have (back-references) is an error of the shapes.

use regex::{Regex, RegexBuilder};

use super::Constraint;
use crate::compile::{ShapeReader, Stop};
use crate::error::Problem;
use crate::terms::{Id, Kind};
use crate::validate::{Context, Findings, Focus};

/// The most memory a compiled expression may take, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// How deeply groups may be nested.
const MAX_NESTING: u32 = 50;

/// A regular expression that the text of each value must match.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
}

pub(crate) fn read(shape: &mut ShapeReader<'_, '_>) -> Result<(), Stop> {
    let flags = shape.at_most_one("flags")?;
    let flags = match flags {
        Some(flags) => shape.expect_string("flags", flags)?,
        None => String::new(),
    };
    for pattern in shape.values("pattern") {
        let text = shape.expect_string("pattern", pattern)?;
        shape.count_pattern()?;
        let regex = compile(&text, &flags).map_err(|reason| {
            shape.fault(Problem::Pattern { pattern: format!("`{text}` with flags `{flags}`"), reason })
        })?;
        shape.add("PatternConstraintComponent", Constraint::Pattern(Box::new(Pattern { regex })))?;
    }
    Ok(())
}

impl Pattern {
    pub(crate) fn check(&self, component: Id, at: &Focus<'_>, context: &Context<'_>, found: &mut Findings) {
        for &value in at.values {
            let parts = context.terms.parts(value);
            if parts.kind == Kind::Blank || !self.regex.is_match(parts.text) {
                found.add(at, component, value);
            }
        }
    }
}

/// Compiles an expression of `XPath`, or says why not in one line.
fn compile(pattern: &str, flags: &str) -> Result<Regex, String> {
    let literal = flags.contains('q');
    let pattern = if literal { regex::escape(pattern) } else { translate(pattern) };
    let mut builder = RegexBuilder::new(&pattern);
    builder.size_limit(MAX_SIZE).nest_limit(MAX_NESTING);
    for flag in flags.chars() {
        match flag {
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'i' => builder.case_insensitive(true),
            'x' => builder.ignore_whitespace(!literal),
            'q' => &mut builder,
            _ => return Err(format!("there is no flag `{flag}`; known are `s`, `m`, `i`, `x`, `q`")),
        };
    }
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("it is too large: compiled it takes more than {limit} bytes; use smaller repetitions")
        }
        // The message of a syntax error draws the place over several lines; the last one says it.
        error => error.to_string().lines().last().unwrap_or_default().replace("error: ", ""),
    })
}

/// Rewrites what `XPath` writes differently: `\i` and `\c` (characters of XML names), `[a-z-[aeiou]]`, and the
/// operators that `regex` has inside of brackets and `XPath` has not.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut depth = 0_usize;
    let mut characters = pattern.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.next();
                match escaped {
                    Some('i') => out.push_str(r"[_:\p{L}\p{Nl}]"),
                    Some('I') => out.push_str(r"[^_:\p{L}\p{Nl}]"),
                    Some('c') => out.push_str(r"[-._:\p{L}\p{Nl}\p{Nd}\p{M}\u{B7}]"),
                    Some('C') => out.push_str(r"[^-._:\p{L}\p{Nl}\p{Nd}\p{M}\u{B7}]"),
                    Some(escaped) => out.extend(['\\', escaped]),
                    None => out.push('\\'),
                }
                before = ' ';
                continue;
            }
            '[' if depth == 0 => {
                depth = 1;
                out.push('[');
            }
            '[' if before == '-' => {
                depth += 1;
                out.push_str("-[");
            }
            '[' => out.push_str("\\["),
            ']' if depth > 0 => {
                depth -= 1;
                out.push(']');
            }
            '&' | '~' if depth > 0 => out.extend(['\\', character]),
            '-' if depth > 0 && characters.peek() == Some(&'-') => out.push_str("\\-"),
            _ => out.push(character),
        }
        before = character;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, flags: &str, text: &str) -> bool {
        compile(pattern, flags).unwrap().is_match(text)
    }

    #[test]
    fn what_xpath_writes_differently_is_rewritten() {
        assert!(matches("^[a-z-[aeiou]]+$", "", "xyz"));
        assert!(!matches("^[a-z-[aeiou]]+$", "", "aeiou"));
        assert!(matches(r"^\i\c*$", "", "x-1"));
        assert!(!matches(r"^\i\c*$", "", "1x"));
        assert!(matches("^[a&&b]+$", "", "&ab"));
        assert!(matches(r"^[\[\]]$", "", "["));
    }

    #[test]
    fn flags_are_those_of_xpath() {
        assert!(matches("^ab$", "i", "AB"));
        assert!(matches("a.b", "q", "xa.bx"));
        assert!(!matches("a.b", "q", "acb"));
        assert!(matches("a b", "x", "ab"));
        assert!(matches("a.b", "s", "a\nb"));
        assert!(matches("^b$", "m", "a\nb"));
        assert_eq!(compile("a", "g").unwrap_err(), "there is no flag `g`; known are `s`, `m`, `i`, `x`, `q`");
    }

    #[test]
    fn what_cannot_be_run_is_said_in_one_line() {
        assert_eq!(compile(r"(a)\1", "").unwrap_err(), "backreferences are not supported");
        assert!(compile("((a{500}){500}){500}", "").unwrap_err().starts_with("it is too large"));
        assert!(compile(&"(".repeat(10_000), "").is_err());
    }

    #[test]
    fn an_exploding_expression_takes_linear_time() {
        assert!(!matches("^(a+)+$", "", &("a".repeat(100_000) + "b")));
    }
}
