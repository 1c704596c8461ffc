//! Bounds queries before they are parsed: parser, planner and evaluator recurse, and a stack that overflows ends
//! the whole process.

/// The longest query, in bytes.
const MAX_LENGTH: usize = 100_000;
/// How many words and signs a query may have. From about 1,600 patterns or 3,200 operators on, a stack of 2 MiB
/// is not enough.
const MAX_TOKENS: usize = 1_500;
/// How deeply brackets may be nested.
const MAX_NESTING: usize = 50;

/// Refuses queries that are too large, in words.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("it is longer than {MAX_LENGTH} bytes"));
    }
    let (mut tokens, mut nesting) = (0_usize, 0_usize);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            character if character.is_whitespace() => continue,
            '#' => while characters.next_if(|next| *next != '\n').is_some() {},
            '"' | '\'' => {
                let mut escaped = false;
                for next in characters.by_ref() {
                    match next {
                        _ if escaped => escaped = false,
                        '\\' => escaped = true,
                        _ if next == character => break,
                        _ => {}
                    }
                }
            }
            '{' | '(' | '[' => nesting += 1,
            '}' | ')' | ']' => nesting = nesting.saturating_sub(1),
            character if is_word(character) => while characters.next_if(|next| is_word(*next)).is_some() {},
            _ => {}
        }
        tokens += 1;
        if nesting > MAX_NESTING {
            return Err(format!("its brackets are nested more than {MAX_NESTING} deep"));
        }
        if tokens > MAX_TOKENS {
            return Err(format!("it has more than {MAX_TOKENS} words and signs"));
        }
    }
    Ok(())
}

/// Prefixed names and IRIs count as one word, more or less.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | ':' | '?' | '$' | '#' | '/' | '@' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_query_passes() {
        let query = r#"SELECT $this ?value WHERE { # a comment with "quotes" and {{{
            $this <http://example.org/a#b> ?value . FILTER(?value != "}\"{" && isIRI(?value)) }"#;
        assert_eq!(check(query), Ok(()));
    }

    #[test]
    fn what_would_overflow_the_stack_is_refused() {
        for hostile in [
            format!("SELECT * WHERE {}{}", "{".repeat(1_600), "}".repeat(1_600)),
            format!("ASK {{ FILTER({}true) }}", "!".repeat(3_200)),
            format!("ASK {{ FILTER(true{}) }}", "||true".repeat(3_200)),
            format!("ASK {{ {{}} {} }}", "UNION {}".repeat(1_600)),
            format!("ASK {{ {} }}", "?a?b?c.".repeat(1_600)),
            format!("ASK {{ FILTER(1{}) }}", "+1".repeat(3_200)),
        ] {
            assert!(check(&hostile).is_err(), "{hostile:.60}");
        }
    }
}
