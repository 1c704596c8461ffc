//! Query parameters, read strictly: an unknown name or a value that cannot be used is an error, since a
//! parameter ignored in silence gives an answer to another question.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use url::form_urlencoded;

use crate::problem::{Kind, Problem};

/// More parameters than this in one request are an error.
const MAX_PARAMETERS: usize = 200;

/// The parameters of one request, all of them known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// Reads a query string.
    ///
    /// # Errors
    /// When a name is not among `known`, or there are too many.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let pairs: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .into_owned()
            .take(MAX_PARAMETERS + 1)
            .collect();
        if pairs.len() > MAX_PARAMETERS {
            let detail = format!("the request has more than {MAX_PARAMETERS} parameters; send fewer");
            return Err(Problem::new(Kind::BadRequest, detail));
        }
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return Err(unknown(name, known));
        }
        Ok(Self { pairs })
    }

    /// All values of a repeatable parameter; empty ones, as forms send them, are left out.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may be given once; an empty one counts as absent.
    ///
    /// # Errors
    /// When it is given more than once with different values.
    pub(crate) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let values: BTreeSet<_> = self.all(name).collect();
        if values.len() > 1 {
            let detail = format!("parameter `{name}` is given {} times; give it once", values.len());
            return Err(Problem::new(Kind::InvalidParameter, detail).with("parameter", name));
        }
        Ok(values.into_iter().next())
    }

    /// The same, read as a value of another type; `expected` says in words what can be read.
    ///
    /// # Errors
    /// When the value is something else.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Problem> {
        match self.one(name)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| invalid(name, text, expected)),
        }
    }

    /// The same for a parameter with a closed list of values.
    ///
    /// # Errors
    /// When the value is not in the list.
    pub(crate) fn among<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>, Problem> {
        match self.one(name)? {
            None => Ok(None),
            Some(text) => match known.iter().find(|(known, _)| *known == text) {
                Some((_, value)) => Ok(Some(*value)),
                None => {
                    Err(invalid(name, text, &format!("one of {}", listed(known.iter().map(|(k, _)| *k)))))
                }
            },
        }
    }
}

/// The problem of a value that cannot be used.
pub(crate) fn invalid(name: &str, value: &str, expected: &str) -> Problem {
    let shown: String = value.chars().take(200).collect();
    Problem::new(Kind::InvalidParameter, format!("parameter `{name}` is `{shown}`; expected {expected}"))
        .with("parameter", name)
}

fn unknown(name: &str, known: &[&str]) -> Problem {
    let shown: String = name.chars().take(100).collect();
    let detail = if known.is_empty() {
        format!("unknown parameter `{shown}`; this resource has none")
    } else {
        format!("unknown parameter `{shown}`; known are {}", listed(known))
    };
    Problem::new(Kind::UnknownParameter, detail).with("parameter", shown).with("known", known.to_vec())
}

/// Names in backticks with commas.
pub(crate) fn listed<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Parameters;

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        let problem = Parameters::read(Some("q=x&sise=3"), &["q", "size"]).unwrap_err();
        assert_eq!(problem.detail, "unknown parameter `sise`; known are `q`, `size`");
        let problem = Parameters::read(Some("q"), &[]).unwrap_err();
        assert_eq!(problem.detail, "unknown parameter `q`; this resource has none");
        let many = "q=1&".repeat(201);
        assert!(Parameters::read(Some(&many), &["q"]).unwrap_err().detail.contains("more than 200"));
    }

    #[test]
    fn values_are_read_or_refused_never_ignored() {
        let known = ["q", "size", "sort"];
        let p = Parameters::read(Some("q=%C3%A9t%C3%A9+2024&size=1o&sort=up&q="), &known).unwrap();
        assert_eq!(p.one("q").unwrap(), Some("été 2024"));
        assert_eq!(
            p.parsed::<u32>("size", "a whole number").unwrap_err().detail,
            "parameter `size` is `1o`; expected a whole number"
        );
        assert_eq!(
            p.among("sort", &[("title", 1), ("modified", 2)]).unwrap_err().detail,
            "parameter `sort` is `up`; expected one of `title`, `modified`"
        );
        let p = Parameters::read(Some("q=a&q=b&size=&size=7"), &known).unwrap();
        assert_eq!(p.one("q").unwrap_err().detail, "parameter `q` is given 2 times; give it once");
        assert_eq!(p.parsed::<u32>("size", "a whole number").unwrap(), Some(7));
        assert_eq!(p.all("q").collect::<Vec<_>>(), ["a", "b"]);
    }
}
