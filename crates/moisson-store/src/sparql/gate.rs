//! What is looked at before a query goes to the parser: length, nesting, chains, and what is not done here.
//!
//! The parser and the evaluator recurse, and a stack that overflows ends the whole process. That process is
//! not this one, but a clear answer is better than a dead process. The scanner knows the terminals of
//! [SPARQL 1.1 §19.8](https://www.w3.org/TR/sparql11-query/#sparqlGrammar) and nothing else: where a query is
//! no SPARQL at all, the parser will say so.

use super::QueryError;

/// The longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 200_000;
/// How deep brackets of all kinds may be nested, operators before an operand (`!!!x`) counted like brackets.
pub const MAX_DEPTH: usize = 100;
/// How many operators (`||`, `+`, `/` of paths, …) may stand within one pair of brackets.
pub const MAX_CHAIN: usize = 1_000;
/// How many clauses (`OPTIONAL`, `UNION`, `FILTER`, `BIND`, …) a query may have.
pub const MAX_CLAUSES: usize = 300;

const CLAUSES: [&str; 12] = [
    "OPTIONAL", "UNION", "FILTER", "BIND", "VALUES", "MINUS", "GRAPH", "EXISTS", "SELECT", "LATERAL", "FROM",
    "AS",
];
const UPDATES: [&str; 11] =
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"];

/// Looks at a query.
pub(super) fn check(text: &str) -> Result<(), QueryError> {
    within("bytes", text.len(), MAX_QUERY_BYTES)?;
    let mut scanner = Scanner { rest: text, chains: vec![0], before_operand: 0, clauses: 0, begun: false };
    while scanner.step()? {}
    Ok(())
}

struct Scanner<'a> {
    rest: &'a str,
    /// Operators within each open bracket.
    chains: Vec<usize>,
    /// Operators since the last operand.
    before_operand: usize,
    clauses: usize,
    /// Whether a word that begins a query was met.
    begun: bool,
}

impl Scanner<'_> {
    /// Takes one token; false at the end.
    fn step(&mut self) -> Result<bool, QueryError> {
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return Ok(false) };
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '"' | '\'' => {
                self.before_operand = 0;
                string(rest, first)
            }
            '<' if let Some(length) = iri(rest) => {
                self.before_operand = 0;
                length
            }
            '?' | '$' | '@' | '_' => {
                self.before_operand = 0;
                1 + word(rest.get(1..).unwrap_or_default())
            }
            _ if is_word(first) => {
                self.before_operand = 0;
                self.word()?
            }
            '{' | '(' | '[' => {
                self.chains.push(0);
                // Operators before a bracket nest it deeper; they count until it closes.
                let depth = self.chains.len() - 1 + self.before_operand;
                within("levels of nesting", depth, MAX_DEPTH)?;
                1
            }
            '}' | ')' | ']' => {
                self.before_operand = 0;
                if self.chains.len() > 1 {
                    self.chains.pop();
                }
                1
            }
            '!' | '^' | '|' | '&' | '=' | '<' | '>' | '+' | '-' | '*' | '/' => {
                self.operator()?;
                1
            }
            _ => first.len_utf8(),
        };
        self.rest = rest.get(length..).unwrap_or_default();
        Ok(true)
    }

    fn operator(&mut self) -> Result<(), QueryError> {
        self.before_operand += 1;
        within("levels of nesting", self.chains.len() - 1 + self.before_operand, MAX_DEPTH)?;
        if let Some(chain) = self.chains.last_mut() {
            *chain += 1;
            within("operators in a row", *chain, MAX_CHAIN)?;
        }
        Ok(())
    }

    /// A keyword, number or prefixed name; gives its length.
    fn word(&mut self) -> Result<usize, QueryError> {
        let length = word(self.rest);
        let word = self.rest.get(..length).unwrap_or_default();
        let after = self.rest.get(length..).unwrap_or_default().trim_start();
        let is = |keyword: &&str| word.eq_ignore_ascii_case(keyword);
        if word.contains(':') || after.starts_with(':') {
            return Ok(length);
        }
        if is(&"SERVICE") {
            return Err(QueryError::Refused {
                what: "SERVICE".into(),
                advice: "ask the other endpoint yourself and put what it says into VALUES".into(),
            });
        }
        if !self.begun && UPDATES.iter().any(is) {
            return Err(QueryError::Refused {
                what: format!("an update ({})", word.to_uppercase()),
                advice: "this endpoint is for reading; data comes from the harvested sources".into(),
            });
        }
        self.begun |= ["SELECT", "CONSTRUCT", "DESCRIBE", "ASK"].iter().any(is);
        if CLAUSES.iter().any(is) {
            self.clauses += 1;
            within("clauses", self.clauses, MAX_CLAUSES)?;
        }
        Ok(length)
    }
}

fn within(what: &'static str, found: usize, limit: usize) -> Result<(), QueryError> {
    if found <= limit {
        return Ok(());
    }
    Err(QueryError::TooComplex { what: what.into(), found: found as u64, limit: limit as u64 })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '%' | '\\') || !c.is_ascii()
}

/// The length of the word at the beginning. Hyphens and dots are part of names, not at their end.
fn word(rest: &str) -> usize {
    let end = rest.find(|c: char| !is_word(c) && !matches!(c, '-' | '.')).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().trim_end_matches(['-', '.']).len()
}

/// The length of the IRI at the beginning, if there is one; `<` is an operator otherwise.
fn iri(rest: &str) -> Option<usize> {
    let end = rest
        .get(1..)?
        .find(|c: char| c <= ' ' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\'))?
        + 1;
    rest.get(end..)?.starts_with('>').then_some(end + 1)
}

/// The length of the string at the beginning, to the end of the text if it is not closed.
fn string(rest: &str, quote: char) -> usize {
    let long: String = std::iter::repeat_n(quote, 3).collect();
    let end = if rest.starts_with(&long) { long } else { quote.to_string() };
    let mut at = end.len();
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with(&end) {
            return at + end.len();
        }
        let escaped = here.starts_with('\\');
        at += here.chars().take(if escaped { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str) -> String {
        check(query).unwrap_err().to_string()
    }

    #[test]
    fn ordinary_queries_pass() {
        for query in [
            "SELECT * WHERE { ?s ?p ?o }",
            "PREFIX service: <http://e.example/service#> ASK { ?service service:SERVICE \"SERVICE {\" }",
            "# SERVICE { { {\nSELECT (COUNT(*) AS ?n) { ?s <http://e.example/{(> ?o FILTER(?o < 3 && ?o > -1) }",
            "SELECT * { ?s ?p '''a ' \\''' SERVICE''' . ?insert ?p \"\\\"DROP\" } # DELETE",
            "PREFIX insert: <x:> SELECT * { insert:delete a insert :load }",
        ] {
            assert_eq!(check(query), Ok(()), "{query}");
        }
        let rows = "(\"a\" <http://e.example/1> 1.5) ".repeat(3_000);
        assert_eq!(check(&format!("SELECT * {{ VALUES (?a ?b ?c) {{ {rows} }} }}")), Ok(()));
    }

    #[test]
    fn nesting_chains_and_length_are_limited() {
        let deep = |open: &str, close: &str, n: usize| {
            format!("SELECT * {{ ?s ?p ?o FILTER({}1{}) }}", open.repeat(n), close.repeat(n))
        };
        let nested =
            "the query has 101 levels of nesting, the limit is 100; split it, or ask for less at once";
        assert_eq!(refusal(&format!("SELECT * {}", "{".repeat(1_600))), nested);
        assert_eq!(refusal(&deep("(", ")", 1_600)), nested);
        assert_eq!(refusal(&deep("!", "", 3_200)), nested);
        assert_eq!(refusal(&deep("! ", "", 3_200)), nested);
        assert_eq!(refusal(&deep("!(", ")", 1_600)), nested);
        assert_eq!(refusal(&format!("SELECT * {{ {} }}", "[ ?p ".repeat(800))), nested);
        assert_eq!(
            refusal(&format!("SELECT * {{ ?s ?p ?o FILTER({}true) }}", "true || ".repeat(3_200))),
            "the query has 1001 operators in a row, the limit is 1000; split it, or ask for less at once"
        );
        assert_eq!(
            refusal(&format!("SELECT * {{ {} {{}} }}", "{} UNION ".repeat(1_600))),
            "the query has 301 clauses, the limit is 300; split it, or ask for less at once"
        );
        assert!(
            refusal(&" ".repeat(1 << 20)).starts_with("the query has 1048576 bytes, the limit is 200000;")
        );
    }

    #[test]
    fn services_and_updates_are_refused() {
        assert_eq!(
            refusal("SELECT * { service silent <http://10.0.0.1/> { ?s ?p ?o } }"),
            "SERVICE is not allowed here; ask the other endpoint yourself and put what it says into VALUES"
        );
        for update in
            ["INSERT DATA { <a:a> <a:a> <a:a> }", "PREFIX x: <y:> delete where { ?s ?p ?o }", "DROP ALL"]
        {
            assert!(refusal(update).starts_with("an update ("), "{update}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_scanned_to_its_end(text in "[ -~é\\n\"'<>(){}!]{0,300}") {
            let _ignored = check(&text);
        }
    }
}
