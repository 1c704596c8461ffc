//! What a path under `/id/` names; see the table in [`moisson_dcat::write`].

use moisson_dcat::write::unsegment;
use moisson_store::{Kind, RecordKey};

/// A name of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// `dataset`, `series` or `service` of a record.
    Resource(Kind, RecordKey),
    /// The catalogue record, which is the record's graph too.
    Record(RecordKey),
    /// What the check of a record found.
    Report(RecordKey),
    /// A distribution, or a service inside one: class, record, id.
    Part(&'static str, RecordKey, String),
    /// An agent, concept or place that the records of a source share: class, source, slug.
    Shared(&'static str, String, String),
    /// An agent that is one on the whole portal.
    Agent(String),
    /// A run of a source: source, id.
    Run(String, String),
    /// This program.
    Software,
    /// The portal's catalogue.
    Portal,
    /// The catalogue of a source.
    Catalog(String),
    /// Our own vocabulary.
    Vocabulary,
}

impl Name {
    /// Reads a path after `/id/`, still encoded.
    pub(super) fn read(path: &str) -> Option<Self> {
        let segments: Option<Vec<String>> = path.split('/').map(unsegment).collect();
        let segments = segments?;
        let mut rest = segments.iter().map(String::as_str);
        let class = rest.next()?;
        let rest: Vec<&str> = rest.collect();
        if class != "catalog" && rest.iter().any(|segment| segment.is_empty()) {
            return None;
        }
        match (class, rest.as_slice()) {
            ("dataset", [source, id]) => Some(Self::Resource(Kind::Dataset, RecordKey::new(*source, *id))),
            ("series", [source, id]) => Some(Self::Resource(Kind::Series, RecordKey::new(*source, *id))),
            ("service", [source, id]) => Some(Self::Resource(Kind::Service, RecordKey::new(*source, *id))),
            ("record", [source, id]) => Some(Self::Record(RecordKey::new(*source, *id))),
            ("report", [source, id]) => Some(Self::Report(RecordKey::new(*source, *id))),
            ("distribution", [source, id, part]) => Some(Self::part("distribution", source, id, part)),
            ("service", [source, id, part]) => Some(Self::part("service", source, id, part)),
            ("agent", [key]) => Some(Self::Agent((*key).to_owned())),
            ("agent", [source, slug]) => Some(Self::shared("agent", source, slug)),
            ("concept", [source, slug]) => Some(Self::shared("concept", source, slug)),
            ("place", [source, slug]) => Some(Self::shared("place", source, slug)),
            ("run", [source, run]) => Some(Self::Run((*source).to_owned(), (*run).to_owned())),
            ("software", []) => Some(Self::Software),
            ("catalog", [] | [""]) => Some(Self::Portal),
            ("catalog", [source]) => Some(Self::Catalog((*source).to_owned())),
            ("ns", []) => Some(Self::Vocabulary),
            _ => None,
        }
    }

    fn part(class: &'static str, source: &str, id: &str, part: &str) -> Self {
        Self::Part(class, RecordKey::new(source, id), part.to_owned())
    }

    fn shared(class: &'static str, source: &str, slug: &str) -> Self {
        Self::Shared(class, source.to_owned(), slug.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use moisson_store::{Kind, RecordKey};

    use super::Name;

    #[test]
    fn names_are_read_as_they_are_minted() {
        let key = || RecordKey::new("rennes", "a/b c");
        for (path, expected) in [
            ("dataset/rennes/a%2Fb%20c", Some(Name::Resource(Kind::Dataset, key()))),
            ("service/rennes/a%2Fb%20c", Some(Name::Resource(Kind::Service, key()))),
            ("service/rennes/a%2Fb%20c/x", Some(Name::Part("service", key(), "x".to_owned()))),
            ("record/rennes/a%2Fb%20c", Some(Name::Record(key()))),
            ("dataset/rennes/~..", Some(Name::Resource(Kind::Dataset, RecordKey::new("rennes", "..")))),
            ("agent/siren-213502388", Some(Name::Agent("siren-213502388".to_owned()))),
            (
                "run/rennes/20261121T023000.123Z",
                Some(Name::Run("rennes".to_owned(), "20261121T023000.123Z".to_owned())),
            ),
            ("software", Some(Name::Software)),
            ("catalog", Some(Name::Portal)),
            ("catalog/rennes", Some(Name::Catalog("rennes".to_owned()))),
            ("dataset/rennes", None),
            ("dataset//x", None),
            ("dataset/rennes/%FF", None),
            ("nothing/a/b", None),
        ] {
            assert_eq!(Name::read(path), expected, "{path}");
        }
    }
}
