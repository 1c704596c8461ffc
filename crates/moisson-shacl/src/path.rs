//! Property paths as reports name them ([SHACL §2.3.1](https://www.w3.org/TR/shacl/#property-paths)).

use std::fmt;

use oxrdf::NamedNode;

/// A SHACL property path. Displayed in the notation of
/// [SPARQL property paths](https://www.w3.org/TR/sparql11-query/#propertypaths), with full IRIs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// A property.
    Predicate(NamedNode),
    /// From value to node: `^path`.
    Inverse(Box<Path>),
    /// One after the other: `path/path`.
    Sequence(Vec<Path>),
    /// One or the other: `path|path`.
    Alternative(Vec<Path>),
    /// Any number of times: `path*`.
    ZeroOrMore(Box<Path>),
    /// At least once: `path+`.
    OneOrMore(Box<Path>),
    /// At most once: `path?`.
    ZeroOrOne(Box<Path>),
}

impl Path {
    /// The property, if the path is nothing but one.
    pub fn as_predicate(&self) -> Option<&NamedNode> {
        match self {
            Self::Predicate(predicate) => Some(predicate),
            _ => None,
        }
    }

    /// How tightly the outermost operator binds: more is tighter.
    fn precedence(&self) -> u8 {
        match self {
            Self::Alternative(_) => 0,
            Self::Sequence(_) => 1,
            Self::Inverse(_) => 2,
            Self::ZeroOrMore(_) | Self::OneOrMore(_) | Self::ZeroOrOne(_) => 3,
            Self::Predicate(_) => 4,
        }
    }

    fn write_inside(&self, f: &mut fmt::Formatter<'_>, at_least: u8) -> fmt::Result {
        if self.precedence() >= at_least { write!(f, "{self}") } else { write!(f, "({self})") }
    }
}

impl From<NamedNode> for Path {
    fn from(predicate: NamedNode) -> Self {
        Self::Predicate(predicate)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = |f: &mut fmt::Formatter<'_>, parts: &[Self], sign: &str, at_least: u8| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    f.write_str(sign)?;
                }
                part.write_inside(f, at_least)?;
            }
            Ok(())
        };
        match self {
            Self::Predicate(predicate) => write!(f, "{predicate}"),
            Self::Inverse(path) => {
                f.write_str("^")?;
                path.write_inside(f, 3)
            }
            Self::Sequence(parts) => between(f, parts, "/", 2),
            Self::Alternative(parts) => between(f, parts, "|", 1),
            Self::ZeroOrMore(path) => {
                path.write_inside(f, 4)?;
                f.write_str("*")
            }
            Self::OneOrMore(path) => {
                path.write_inside(f, 4)?;
                f.write_str("+")
            }
            Self::ZeroOrOne(path) => {
                path.write_inside(f, 4)?;
                f.write_str("?")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(local: &str) -> Path {
        NamedNode::new_unchecked(format!("e:{local}")).into()
    }

    #[test]
    fn brackets_stand_only_where_sparql_needs_them() {
        let either = Path::Alternative(vec![property("a"), Path::Inverse(Box::new(property("b")))]);
        assert_eq!(either.to_string(), "<e:a>|^<e:b>");
        let path = Path::Sequence(vec![either.clone(), Path::ZeroOrMore(Box::new(property("c")))]);
        assert_eq!(path.to_string(), "(<e:a>|^<e:b>)/<e:c>*");
        assert_eq!(Path::Inverse(Box::new(path)).to_string(), "^((<e:a>|^<e:b>)/<e:c>*)");
        assert_eq!(Path::ZeroOrOne(Box::new(either)).to_string(), "(<e:a>|^<e:b>)?");
        let back = Path::Inverse(Box::new(property("a")));
        assert_eq!(Path::OneOrMore(Box::new(back)).to_string(), "(^<e:a>)+");
    }
}
