//! Addresses of records on the portal: the IRI of the record, its page, its entry in the API.

use moisson_dcat::write::{segment, unsegment};
use moisson_store::RecordKey;

/// The path of a record's entry in the API.
pub(crate) fn api_path(key: &RecordKey) -> String {
    format!("/api/datasets/{}/{}", segment(&key.source), segment(&key.id))
}

/// The key in a path, still encoded: `source/id`, or both in one segment.
pub(crate) fn key_of(path: &str) -> Option<RecordKey> {
    if let Some((source, id)) = path.split_once('/') {
        return key(unsegment(source)?, unsegment(id)?);
    }
    let both = unsegment(path)?;
    let (source, id) = both.split_once('/')?;
    key(source.to_owned(), id.to_owned())
}

fn key(source: String, id: String) -> Option<RecordKey> {
    (!source.is_empty() && !id.is_empty()).then(|| RecordKey::new(source, id))
}

#[cfg(test)]
mod tests {
    use moisson_store::RecordKey;

    use super::{api_path, key_of};

    #[test]
    fn every_id_survives_the_way_into_a_path_and_back() {
        for id in ["a", "https://x.example/a?b=c#d", "é ö/ü", "100%", "..", "~a", "a+b&c", "\u{1F6B2}"] {
            let key = RecordKey::new("rennes", id);
            let path = api_path(&key);
            assert!(path.is_ascii());
            assert_eq!(key_of(path.trim_start_matches("/api/datasets/")), Some(key));
        }
    }

    #[test]
    fn a_key_may_come_in_one_segment() {
        assert_eq!(key_of("rennes%2Fa%2Fb"), Some(RecordKey::new("rennes", "a/b")));
        assert_eq!(key_of("rennes/a/b"), Some(RecordKey::new("rennes", "a/b")));
        for bad in ["rennes", "rennes/", "/x", "%FF%FE/x"] {
            assert_eq!(key_of(bad), None, "{bad}");
        }
    }
}
