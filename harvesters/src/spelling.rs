//! What a key means, in every spelling that portals use.
//!
//! The table `spellings.csv` has the names of ckanext-dcat and ckanext-scheming, those of ckanext-spatial, and what
//! people type into the free fields in seven languages; the first spelling of a field is its own name. Keys are
//! compared folded: accents, case, punctuation and odd spaces do not count.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a value of a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    AccessRights,
    AlternateIdentifier,
    ApplicableLegislation,
    BboxEast,
    BboxNorth,
    BboxSouth,
    BboxWest,
    ConformsTo,
    Contact,
    ContactEmail,
    ContactIdentifier,
    ContactName,
    ContactPhone,
    ContactUri,
    ContactUrl,
    Created,
    Creator,
    CreatorEmail,
    CreatorIdentifier,
    CreatorName,
    CreatorType,
    CreatorUri,
    CreatorUrl,
    Description,
    Documentation,
    Frequency,
    Guid,
    HarvestTitle,
    HarvestUrl,
    HasVersion,
    HvdCategory,
    Identifier,
    InSeries,
    IsReferencedBy,
    IsVersionOf,
    Issued,
    Keyword,
    LandingPage,
    Language,
    MetadataLanguage,
    Modified,
    Provenance,
    Publisher,
    PublisherEmail,
    PublisherIdentifier,
    PublisherName,
    PublisherType,
    PublisherUri,
    PublisherUrl,
    QualifiedAttribution,
    QualifiedRelation,
    Relation,
    Rights,
    Sample,
    Source,
    Spatial,
    SpatialBbox,
    SpatialCentroid,
    SpatialCoverage,
    SpatialResolution,
    SpatialText,
    SpatialUri,
    TemporalCoverage,
    TemporalEnd,
    TemporalResolution,
    TemporalStart,
    Theme,
    Title,
    Type,
    Uri,
    Version,
    VersionNotes,
}

/// How good a spelling is: of several values the best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// The field's own name.
    Own,
    /// Its own name behind `dcat_`.
    Prefixed,
    /// Any other.
    Other,
}

/// Folded spellings.
static SPELLINGS: LazyLock<HashMap<String, (Field, Rank)>> = LazyLock::new(|| {
    let mut spellings: HashMap<String, (Field, Rank)> = HashMap::new();
    let mut last = None;
    // That every line is read is shown by a test.
    for (field, spelling) in rows().filter_map(Result::ok) {
        let rank = if last == Some(field) { Rank::Other } else { Rank::Own };
        last = Some(field);
        spellings.entry(fold(&spelling).into_owned()).or_insert((field, rank));
    }
    spellings
});

fn rows() -> impl Iterator<Item = Result<(Field, String), csv::Error>> {
    csv::Reader::from_reader(include_str!("spellings.csv").as_bytes()).into_deserialize()
}

/// What a key means, and how well it says so.
pub(crate) fn field(key: &str) -> Option<(Field, Rank)> {
    let folded = fold(key);
    if let Some(found) = SPELLINGS.get(folded.as_ref()) {
        return Some(*found);
    }
    let (field, rank) = *SPELLINGS.get(folded.strip_prefix("dcat ")?)?;
    Some((field, rank.max(Rank::Prefixed)))
}

/// A key without accents, case and punctuation: `Fréquence_de mise-à-jour` is `frequence de mise a jour`.
fn fold(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len());
    for c in key.nfd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        let plain = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            c if c.is_alphanumeric() => {
                out.push(c);
                continue;
            }
            _ if out.is_empty() || out.ends_with(' ') => continue,
            _ => " ",
        };
        out.push_str(plain);
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Field, Rank, field, fold, rows};

    fn check(key: &str, expected: Field) {
        assert_eq!(field(key).map(|(field, _)| field), Some(expected), "{key}");
    }

    #[test]
    fn every_line_of_the_table_is_read_and_none_says_two_things() {
        let mut seen: HashMap<String, Field> = HashMap::new();
        for row in rows() {
            let (field, spelling) = row.unwrap();
            let before = seen.insert(fold(&spelling).into_owned(), field);
            assert_eq!(before, None, "`{spelling}` stands twice");
        }
        assert!(seen.len() > 300);
    }

    #[test]
    fn frequency_is_found_in_every_language() {
        for key in [
            "frequency",
            "dcat_frequency",
            "accrualPeriodicity",
            "frequency-of-update",
            "Fréquence de mise à jour",
            "FREQUENCE_MAJ",
            "Périodicité",
            "Frequência de atualização",
            "Frequência de Atualização dos Dados",
            "Frequência Atualização",
            "Periodicidade de atualização\u{a0}",
            "Frecuencia de actualización",
            "Aktualisierungshäufigkeit",
            "Updatefrequentie",
            "Frequenza di aggiornamento",
        ] {
            check(key, Field::Frequency);
        }
    }

    #[test]
    fn other_keys_mean_what_they_say() {
        check("Cobertura geográfica", Field::SpatialCoverage);
        check("Couverture temporelle", Field::TemporalCoverage);
        check("Data de início dos dados", Field::TemporalStart);
        check("bbox-east-long", Field::BboxEast);
        check("temporal_coverage-from", Field::TemporalStart);
        check("dcat_issued", Field::Issued);
        check("dcat_type", Field::Type);
        check("Contato", Field::Contact);
        check("Mots-clés", Field::Keyword);
        assert_eq!(field("type"), None);
        assert_eq!(field("VCGE"), None);
        assert_eq!(field(""), None);
    }

    #[test]
    fn a_field_s_own_name_comes_first() {
        for (key, rank) in [
            ("frequency", Rank::Own),
            ("dcat_frequency", Rank::Prefixed),
            ("update_frequency", Rank::Other),
            ("dcat_periodicity", Rank::Other),
        ] {
            assert_eq!(field(key), Some((Field::Frequency, rank)), "{key}");
        }
        assert_eq!(field("notes"), Some((Field::Description, Rank::Own)));
        assert_eq!(field("dcat_type"), Some((Field::Type, Rank::Own)));
    }

    #[test]
    fn folding_drops_what_does_not_count() {
        assert_eq!(fold(" Œuvre d’Été_2\u{a0}"), "oeuvre d ete 2");
        assert_eq!(fold("Straße"), "strasse");
    }
}
