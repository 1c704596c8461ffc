//! What is wrong with a shapes graph: faults that stop the compilation, and notices about those that do not.

use std::fmt;

/// The shapes cannot be used. Holds every fault that was found, at least one, in a defined order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapesError {
    faults: Vec<Fault>,
}

impl ShapesError {
    pub(crate) fn new(faults: Vec<Fault>) -> Option<Self> {
        (!faults.is_empty()).then_some(Self { faults })
    }

    /// The faults, at least one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl From<Fault> for ShapesError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

impl fmt::Display for ShapesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How many faults are written out.
        const SHOWN: usize = 5;
        for (at, fault) in self.faults.iter().take(SHOWN).enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        match self.faults.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl std::error::Error for ShapesError {}

/// One fault of a shapes graph: which shape, which property, what is expected there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("shape {shape}: {problem}")]
pub struct Fault {
    /// The shape, in N-Triples notation; a blank one is described by its path and its parent.
    pub shape: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A value is not what its property takes.
    #[error("`{property}` must be {expected}, found {found}")]
    Value {
        /// The property, such as `sh:minCount`.
        property: String,
        /// What is expected, such as `one integer of at least 0`.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A property has several values where one is allowed.
    #[error("`{property}` must have at most one value, found {count}: {found}")]
    TooMany {
        /// The property, such as `sh:datatype`.
        property: String,
        /// How many values stand there.
        count: usize,
        /// The first of them.
        found: String,
    },
    /// A property is missing that another one needs.
    #[error("`{property}` is missing; {needed}")]
    Missing {
        /// The property that is missing, such as `sh:path`.
        property: String,
        /// Why it is needed and what to do.
        needed: String,
    },
    /// A list is not a list of RDF.
    #[error("the list of `{property}` {fault}")]
    List {
        /// The property whose value should be a list.
        property: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A path is none of the kinds that SHACL has.
    #[error("`sh:path` {fault}")]
    Path {
        /// What is wrong with it.
        fault: String,
    },
    /// A shape refers to itself, which the standard leaves undefined.
    #[error("is recursive: {cycle}; SHACL does not define what that means, so break the circle")]
    Recursive {
        /// The shapes of the circle, in order.
        cycle: String,
    },
    /// Shapes refer to shapes too deeply or too often.
    #[error("{what} is over the limit of {limit}; split the shape")]
    Limit {
        /// What is counted.
        what: String,
        /// The most that is allowed.
        limit: usize,
    },
    /// A regular expression does not compile.
    #[error("`sh:pattern` {pattern} cannot be used: {reason}")]
    Pattern {
        /// The pattern as written.
        pattern: String,
        /// What the regular expression engine says.
        reason: String,
    },
    /// A SPARQL query cannot be used as a constraint.
    #[error("`{property}` cannot be used: {reason}")]
    Sparql {
        /// The property that holds the query, such as `sh:select`.
        property: String,
        /// What is wrong with the query.
        reason: String,
    },
    /// A reference to a shape of which the shapes graph says nothing. A notice when not strict.
    #[error(
        "`{property}` refers to {target}, of which the shapes graph says nothing; add the shape or remove the reference"
    )]
    Dangling {
        /// The property that refers to it, such as `sh:property`.
        property: String,
        /// The node that is referred to.
        target: String,
    },
    /// Several messages in the same language. A notice when not strict.
    #[error("`sh:message` has several values {language}; keep one")]
    Messages {
        /// Which language they share.
        language: String,
    },
    /// A property of the SHACL namespace that SHACL does not have. Always a notice.
    #[error("`{property}` is not a property of SHACL{hint}; it has no effect")]
    Unknown {
        /// The property.
        property: String,
        /// A known property that may be meant.
        hint: String,
    },
    /// A constraint or target that this engine does not have. For constraints a notice when not strict.
    #[error("`{property}` is not supported{hint}")]
    Unsupported {
        /// The property.
        property: String,
        /// What it means for the shape, or what to use instead.
        hint: String,
    },
    /// A property shape with a message that can never be shown. Always a notice.
    #[error(
        "has a message but no constraint, so the message can never be shown; add a constraint such as `sh:maxCount 0`"
    )]
    Toothless,
}

/// A fault that was overlooked on purpose: the shapes work, and this part of them has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub Fault);

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
