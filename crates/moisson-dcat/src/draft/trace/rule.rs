//! The rules of the mapping: a closed list with meanings in four languages (`tables/rules.csv`).

use std::{collections::HashMap, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::RemarkCode;
use crate::vocabulary::LANGUAGES;

/// The meaning of each rule in each language, in the order of [`LANGUAGES`].
static MEANINGS: LazyLock<HashMap<String, [String; 4]>> = LazyLock::new(|| {
    let text = include_str!("../../../tables/rules.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    let row = |row: csv::StringRecord| {
        let sentence = |column| row.get(column).unwrap_or_default().to_owned();
        (sentence(0), [1, 2, 3, 4].map(sentence))
    };
    rows.map(row).collect()
});

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It reached the property, as a standard term or a value of the right type.
    Mapped,
    /// It is a document of the source's own, for which no vocabulary can have a term; kept by its address or title.
    Own,
    /// It names nothing of the kind, so there is nothing to map.
    Nothing,
    /// It stays as the source wrote it, in the property's words or beside the model.
    Left,
    /// The source did not say it there; it follows from something else.
    Added,
}

/// How a value came to be what it is: a closed list, each with a meaning in four languages in `tables/rules.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A row of a table has this value.
    TableRow,
    /// A pattern finds a term in the value.
    Pattern,
    /// Plain text, after markup and white space were made plain.
    Text,
    /// An address as it stands.
    Address,
    /// An address that was mended.
    RepairedAddress,
    /// A date or time.
    Date,
    /// A period, with its ends.
    Period,
    /// A number, size or duration.
    Number,
    /// A geometry.
    Geometry,
    /// A checksum.
    Checksum,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Put together of the parts that follow.
    Composed,
    /// Taken over from the dataset.
    Inherited,
    /// The format follows from the media type.
    FormatOfMediaType,
    /// The media type follows from the format.
    MediaTypeOfFormat,
    /// The format follows from the end of the address.
    FormatOfExtension,
    /// The address of the download is where access is.
    AccessIsDownload,
    /// A statement on rights that is a licence.
    LicenceInRights,
    /// What is configured for the source or its portal.
    Configured,
    /// Follows from other values.
    Derived,
    /// Terms of use of the publisher's own.
    OwnTerms,
    /// Words that name nothing of the kind: "not specified", of a licence also "open".
    NamesNothing,
    /// No table has it: the source's words are kept.
    SourceWords,
    /// No table has it: the source's own IRI is kept.
    OwnConcept,
    /// Not what the property needs; kept beside it.
    Unreadable,
    /// One value more than the property holds; kept beside it.
    TooMany,
    /// No property is for it; kept beside the model.
    NoProperty,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 28] = [
        Self::TableRow,
        Self::Pattern,
        Self::Text,
        Self::Address,
        Self::RepairedAddress,
        Self::Date,
        Self::Period,
        Self::Number,
        Self::Geometry,
        Self::Checksum,
        Self::Email,
        Self::Phone,
        Self::Composed,
        Self::Inherited,
        Self::FormatOfMediaType,
        Self::MediaTypeOfFormat,
        Self::FormatOfExtension,
        Self::AccessIsDownload,
        Self::LicenceInRights,
        Self::Configured,
        Self::Derived,
        Self::OwnTerms,
        Self::NamesNothing,
        Self::SourceWords,
        Self::OwnConcept,
        Self::Unreadable,
        Self::TooMany,
        Self::NoProperty,
    ];

    /// Its name as it is written in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TableRow => "table_row",
            Self::Pattern => "pattern",
            Self::Text => "text",
            Self::Address => "address",
            Self::RepairedAddress => "repaired_address",
            Self::Date => "date",
            Self::Period => "period",
            Self::Number => "number",
            Self::Geometry => "geometry",
            Self::Checksum => "checksum",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Composed => "composed",
            Self::Inherited => "inherited",
            Self::FormatOfMediaType => "format_of_media_type",
            Self::MediaTypeOfFormat => "media_type_of_format",
            Self::FormatOfExtension => "format_of_extension",
            Self::AccessIsDownload => "access_is_download",
            Self::LicenceInRights => "licence_in_rights",
            Self::Configured => "configured",
            Self::Derived => "derived",
            Self::OwnTerms => "own_terms",
            Self::NamesNothing => "names_nothing",
            Self::SourceWords => "source_words",
            Self::OwnConcept => "own_concept",
            Self::Unreadable => "unreadable",
            Self::TooMany => "too_many",
            Self::NoProperty => "no_property",
        }
    }

    /// What becomes of a value by this rule.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::OwnTerms => Outcome::Own,
            Self::NamesNothing => Outcome::Nothing,
            Self::SourceWords | Self::OwnConcept | Self::Unreadable | Self::TooMany | Self::NoProperty => {
                Outcome::Left
            }
            Self::Inherited
            | Self::FormatOfMediaType
            | Self::MediaTypeOfFormat
            | Self::FormatOfExtension
            | Self::AccessIsDownload
            | Self::LicenceInRights
            | Self::Configured
            | Self::Derived => Outcome::Added,
            _ => Outcome::Mapped,
        }
    }

    /// What it does, as a sentence for people; in English where the language has none.
    pub fn meaning(self, lang: &str) -> &'static str {
        let primary = lang.split(['-', '_']).next().unwrap_or_default();
        let column = LANGUAGES.iter().position(|l| primary.eq_ignore_ascii_case(l)).unwrap_or(3);
        MEANINGS.get(self.as_str()).and_then(|row| row.get(column)).map_or(self.as_str(), String::as_str)
    }

    /// Why a value was refused.
    pub(super) fn of_refusal(code: RemarkCode) -> Self {
        match code {
            RemarkCode::TooManyValues => Self::TooMany,
            _ => Self::Unreadable,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{LANGUAGES, MEANINGS, Outcome, Rule};

    #[test]
    fn the_readme_lists_all_rules() {
        let mut table = "| rule | what it does | the value is |\n| --- | --- | --- |\n".to_owned();
        for rule in Rule::ALL {
            let outcome = match rule.outcome() {
                Outcome::Mapped => "mapped",
                Outcome::Left => "left",
                Outcome::Own => "own",
                Outcome::Nothing => "nothing",
                Outcome::Added => "added",
            };
            writeln!(table, "| `{rule}` | {} | {outcome} |", rule.meaning("en")).unwrap();
        }
        crate::remark::tests::check_readme("rules", &table);
    }

    #[test]
    fn every_rule_has_a_meaning_in_every_language() {
        assert_eq!(MEANINGS.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
            let meanings = LANGUAGES.map(|lang| rule.meaning(lang));
            for meaning in meanings {
                assert!(meaning.contains(' '), "{rule}: {meaning}");
            }
            assert_eq!(rule.meaning("xx"), meanings[3]);
        }
    }
}
