//! Remarks: what was wrong with a value, where it stood, and what to do about it.
//!
//! The codes are a closed list, so that remarks can be counted, queried and said in four languages.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Resource;
use crate::vocabulary::LANGUAGES;

/// The sentence of each code in each language, in the order of [`LANGUAGES`].
static MESSAGES: LazyLock<HashMap<String, [String; 4]>> = LazyLock::new(|| {
    let text = include_str!("../tables/remarks.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    let row = |row: csv::StringRecord| {
        let sentence = |column| row.get(column).unwrap_or_default().to_owned();
        (sentence(0), [1, 2, 3, 4].map(sentence))
    };
    rows.map(row).collect()
});

/// What kind of thing was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkCode {
    /// No table has a term for this value; the source's words are kept.
    UnmappedValue,
    /// An IRI was mended (spaces escaped, a scheme added, …).
    RepairedIri,
    /// Not an IRI and not mendable; kept as text.
    InvalidIri,
    /// Not a date; kept as text.
    InvalidDate,
    /// A date that can be read in two ways; kept as text.
    AmbiguousDate,
    /// Not a number; kept as text.
    InvalidNumber,
    /// Not an e-mail address; kept as text.
    InvalidEmail,
    /// Not a telephone number; kept as text.
    InvalidPhone,
    /// Not a checksum of a known algorithm; kept as text.
    InvalidChecksum,
    /// Not a language tag; the text is kept without one.
    InvalidLanguage,
    /// Not a geometry, or not in a known reference system; kept as text.
    InvalidGeometry,
    /// A geometry that can be read but hardly be meant: swapped axes, projected coordinates.
    SuspectGeometry,
    /// Something mandatory is missing.
    MissingValue,
    /// More values than the property may have; the others are kept beside it.
    TooManyValues,
    /// The same id twice.
    DuplicateId,
    /// A value longer than the limit; cut, the whole stays in the raw record.
    TooLong,
    /// A statement that could not be read; its text is kept.
    UnreadableStatement,
    /// A fault of syntax that could be mended with certainty; nothing is lost.
    RepairedSyntax,
    /// Characters broken by a wrong encoding, restored with certainty.
    RepairedText,
    /// The bytes were not in the declared character set; read in another.
    WrongCharset,
    /// The reply's declared type is not what came.
    WrongContentType,
    /// A value of the dataset that its distributions lack; taken over.
    InheritedValue,
    /// A value that is missing and follows from another one with certainty.
    DerivedValue,
    /// One text held several facts on a party; each was given its property, the text is kept.
    SplitValue,
    /// The name of a natural person where that of a service should stand.
    PersonalName,
    /// A person's own e-mail address where that of a service should stand.
    PersonalEmail,
    /// A mobile telephone number where that of a service should stand.
    PersonalPhone,
    /// A value that stood in a property where it does not belong; moved to the one where it does.
    MovedValue,
    /// The language of a text that declares none, told from the text itself.
    DetectedLanguage,
    /// A date that can be read but hardly be meant: in the future, before data were kept, an end before its start.
    SuspectDate,
    /// A title that was the name of a file; made readable.
    FileNameTitle,
    /// A name of several places, and nothing in the record tells which; kept as text.
    AmbiguousPlace,
    /// Words where a licence should stand that name none, such as "open"; kept as a statement of rights.
    NoLicence,
    /// Terms of use of the publisher's own where a licence should stand; kept.
    OwnTerms,
}

impl RemarkCode {
    /// All codes.
    pub const ALL: [Self; 34] = [
        Self::UnmappedValue,
        Self::RepairedIri,
        Self::InvalidIri,
        Self::InvalidDate,
        Self::AmbiguousDate,
        Self::InvalidNumber,
        Self::InvalidEmail,
        Self::InvalidPhone,
        Self::InvalidChecksum,
        Self::InvalidLanguage,
        Self::InvalidGeometry,
        Self::SuspectGeometry,
        Self::MissingValue,
        Self::TooManyValues,
        Self::DuplicateId,
        Self::TooLong,
        Self::UnreadableStatement,
        Self::RepairedSyntax,
        Self::RepairedText,
        Self::WrongCharset,
        Self::WrongContentType,
        Self::InheritedValue,
        Self::DerivedValue,
        Self::SplitValue,
        Self::PersonalName,
        Self::PersonalEmail,
        Self::PersonalPhone,
        Self::MovedValue,
        Self::DetectedLanguage,
        Self::SuspectDate,
        Self::FileNameTitle,
        Self::AmbiguousPlace,
        Self::NoLicence,
        Self::OwnTerms,
    ];

    /// Its name as it is written in JSON, queries and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnmappedValue => "unmapped_value",
            Self::RepairedIri => "repaired_iri",
            Self::InvalidIri => "invalid_iri",
            Self::InvalidDate => "invalid_date",
            Self::AmbiguousDate => "ambiguous_date",
            Self::InvalidNumber => "invalid_number",
            Self::InvalidEmail => "invalid_email",
            Self::InvalidPhone => "invalid_phone",
            Self::InvalidChecksum => "invalid_checksum",
            Self::InvalidLanguage => "invalid_language",
            Self::InvalidGeometry => "invalid_geometry",
            Self::SuspectGeometry => "suspect_geometry",
            Self::MissingValue => "missing_value",
            Self::TooManyValues => "too_many_values",
            Self::DuplicateId => "duplicate_id",
            Self::TooLong => "too_long",
            Self::UnreadableStatement => "unreadable_statement",
            Self::RepairedSyntax => "repaired_syntax",
            Self::RepairedText => "repaired_text",
            Self::WrongCharset => "wrong_charset",
            Self::WrongContentType => "wrong_content_type",
            Self::InheritedValue => "inherited_value",
            Self::DerivedValue => "derived_value",
            Self::SplitValue => "split_value",
            Self::PersonalName => "personal_name",
            Self::PersonalEmail => "personal_email",
            Self::PersonalPhone => "personal_phone",
            Self::MovedValue => "moved_value",
            Self::DetectedLanguage => "detected_language",
            Self::SuspectDate => "suspect_date",
            Self::FileNameTitle => "file_name_title",
            Self::AmbiguousPlace => "ambiguous_place",
            Self::NoLicence => "no_licence",
            Self::OwnTerms => "own_terms",
        }
    }
}

impl fmt::Display for RemarkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// What kind of thing.
    pub code: RemarkCode,
    /// The DCAT-AP property concerned, in snake case; empty when none is.
    pub property: Cow<'static, str>,
    /// Where in the record: `resources/3/url`, `line 12`, an IRI.
    pub place: String,
    /// The value as the source wrote it, at most 200 characters.
    pub value: String,
    /// What was made of it, or more about what is wrong; may be empty.
    pub detail: String,
}

impl Remark {
    /// The remark as a sentence for people, with place, value and remedy; in English where the language has none.
    ///
    /// ```
    /// use moisson_dcat::{Remark, RemarkCode};
    /// let remark = Remark {
    ///     code: RemarkCode::InvalidDate,
    ///     property: "issued".into(),
    ///     place: "extras/date".to_owned(),
    ///     value: "0000-00-00".to_owned(),
    ///     detail: String::new(),
    /// };
    /// assert!(remark.message("nl-BE").starts_with("extras/date: “0000-00-00” is geen datum"));
    /// ```
    pub fn message(&self, lang: &str) -> String {
        let primary = lang.split(['-', '_']).next().unwrap_or_default();
        let column = LANGUAGES.iter().position(|l| primary.eq_ignore_ascii_case(l)).unwrap_or(3);
        let template = MESSAGES.get(self.code.as_str()).and_then(|row| row.get(column));
        template.map_or_else(|| self.code.to_string(), |template| self.fill(template))
    }

    /// Fills a template: parts in brackets stand only if a field in them has a text.
    fn fill(&self, template: &str) -> String {
        let mut message = String::with_capacity(template.len() + self.value.len() + self.place.len());
        for part in template.split('[') {
            let required = match part.split_once(']') {
                Some((optional, rest)) => {
                    let (filled, said) = self.fields(optional);
                    if said {
                        message.push_str(&filled);
                    }
                    rest
                }
                None => part,
            };
            message.push_str(&self.fields(required).0);
        }
        message
    }

    /// The fields of a part filled in, and whether any of them had a text.
    fn fields(&self, part: &str) -> (String, bool) {
        let fields = [
            ("place", &*self.place),
            ("value", &*self.value),
            ("property", &*self.property),
            ("detail", &*self.detail),
        ];
        let (mut filled, mut said) = (String::with_capacity(part.len()), false);
        for (at, piece) in part.split('{').enumerate() {
            let field = piece.split_once('}').filter(|_| at > 0);
            match field.and_then(|(name, rest)| Some((fields.iter().find(|(n, _)| *n == name)?.1, rest))) {
                Some((value, rest)) => {
                    said |= !value.is_empty();
                    filled.push_str(value);
                    filled.push_str(rest);
                }
                None => filled.push_str(piece),
            }
        }
        (filled, said)
    }
}

/// What mapping a record gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The resource, with all that could be kept.
    pub resource: Resource,
    /// What was wrong on the way.
    pub remarks: Vec<Remark>,
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::Write as _;

    use super::{LANGUAGES, MESSAGES, Remark, RemarkCode};

    /// Compares a part of the README between two marks with what it should be; `UPDATE_EXPECTED=1` writes it.
    pub(crate) fn check_readme(what: &str, expected: &str) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        let readme = std::fs::read_to_string(path).unwrap();
        let (start, end) = (format!("<!-- {what} -->\n"), format!("<!-- end of the {what} -->"));
        let (before, rest) = readme.split_once(&start).unwrap();
        let (found, after) = rest.split_once(&end).unwrap();
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(path, format!("{before}{start}{expected}{end}{after}")).unwrap();
            return;
        }
        assert_eq!(found, expected, "the {what} in the README; UPDATE_EXPECTED=1 writes them anew");
    }

    #[test]
    fn the_readme_lists_all_remarks() {
        let mut table = "| code | what it says |\n| --- | --- |\n".to_owned();
        for code in RemarkCode::ALL {
            let message = MESSAGES[code.as_str()][3].replace("[{place}: ]", "").replace('|', "\\|");
            writeln!(table, "| `{code}` | {message} |").unwrap();
        }
        check_readme("remarks", &table);
    }

    #[test]
    fn every_sentence_names_the_same_fields_in_every_language() {
        for (code, sentences) in MESSAGES.iter() {
            let fields = |sentence: &String| {
                ["place", "value", "property", "detail"]
                    .map(|field| sentence.contains(&format!("{{{field}}}")))
            };
            for sentence in sentences {
                let [place, value, property, _] = fields(sentence);
                assert!(place && (value || property), "{code}: {sentence}");
                assert_eq!(fields(sentence), fields(&sentences[3]), "{code}: {sentence}");
            }
        }
    }

    #[test]
    fn every_code_has_a_sentence_with_place_and_remedy_in_every_language() {
        assert_eq!(MESSAGES.len(), RemarkCode::ALL.len());
        for code in RemarkCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            let remark = Remark {
                code,
                property: "theme".into(),
                place: "PLACE".to_owned(),
                value: "VALUE".to_owned(),
                detail: "DETAIL".to_owned(),
            };
            for (lang, remedy) in LANGUAGES.iter().zip(["Remède", "Oplossing", "Abhilfe", "Remedy"]) {
                let message = remark.message(lang);
                assert!(message.starts_with("PLACE"), "{code} in `{lang}`: {message}");
                for part in [remedy, "DETAIL"] {
                    assert!(message.contains(part), "{code} in `{lang}` lacks {part}: {message}");
                }
                assert!(!message.contains(['{', '}', '[', ']']), "{code} in `{lang}`: {message}");
                let bare = Remark { place: String::new(), detail: String::new(), ..remark.clone() };
                assert!(!bare.message(lang).contains("()"), "{code} in `{lang}`: {}", bare.message(lang));
                let bare = Remark { value: String::new(), ..bare };
                assert!(bare.message(lang).contains(remedy), "{code} in `{lang}`: {}", bare.message(lang));
            }
        }
    }

    #[test]
    fn braces_and_brackets_of_the_source_stay_as_they_are() {
        let remark = Remark {
            code: RemarkCode::InvalidIri,
            property: "page".into(),
            place: "a[0]".to_owned(),
            value: "{detail} [x]".to_owned(),
            detail: String::new(),
        };
        assert!(remark.message("en").starts_with("a[0]: `{detail} [x]` is not an address for page;"));
    }
}
